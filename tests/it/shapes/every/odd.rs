//! Graphs and parameters that nobody would ask for, of every kind.

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Budget, Found, Search, SearchKind, TimeOrder};

use super::super::{Numbers, Row, on_threads};
use super::{World, any_search, set};

/// Every kind, with its own defaults and with loose parameters of chance.
fn each(world: &World, see: impl Fn(&Search, &TemporalGraph, Found)) {
    let graph = world.graph();
    let mut numbers = Numbers(1_401);
    for kind in SearchKind::ALL {
        let mut searches = vec![Search::new(kind)];
        searches.extend((0..4).map(|_| any_search(kind, &mut numbers)));
        for order in [TimeOrder::Strict, TimeOrder::Lenient] {
            let mut longest = any_search(kind, &mut numbers);
            for name in ["time_window", "period", "max_life", "max_apart"] {
                set(&mut longest, name, &format!("{} microseconds", i64::MAX));
            }
            set(&mut longest, "time_order", order.as_str());
            set(&mut longest, "threshold", "922337203685477.5807");
            set(&mut longest, "lambda", "1000000");
            searches.push(longest);
        }
        for search in searches {
            let found = search.run(&graph, &world.told()).expect("good");
            assert_eq!(found.truncated, None, "{search:?}");
            see(&search, &graph, found);
        }
    }
}

fn of(accounts: usize, rows: &[Row]) -> World {
    World::of(accounts, rows.to_vec(), &mut Numbers(5))
}

#[test]
fn graphs_that_hold_nothing_give_nothing() {
    let mut nobody = World::default();
    nobody.sources.clear();
    let itself: Vec<Row> = (0..500).map(|time| (1, 1, time % 50, 90_000_000)).collect();
    for world in [nobody, of(3, &[]), of(3, &[(1, 1, 0, 5)]), of(3, &itself)] {
        each(&world, |search, _, found| {
            assert!(found.bundles.is_empty(), "{search:?} {found:?}")
        });
    }
}

#[test]
fn one_transfer_is_a_life_and_a_flow_at_most() {
    for amount in [0, 5, i64::MAX] {
        let world = of(2, &[(0, 1, 7, amount)]);
        each(&world, |search, _, found| {
            let may_be = matches!(
                search.kind(),
                SearchKind::BurstAndClose | SearchKind::TemporalFlow
            );
            assert!(found.bundles.is_empty() || may_be, "{search:?} {found:?}");
        });
    }
}

#[test]
fn amounts_of_zero_carry_nothing() {
    let mut numbers = Numbers(1_402);
    for _ in 0..20 {
        let mut world = World::small(&mut numbers);
        world.rows.iter_mut().for_each(|row| row.3 = 0);
        world.values.iter_mut().for_each(|value| *value = 0);
        each(&world, |_, _, found| {
            assert!(
                found.bundles.iter().all(|bundle| bundle.measures.carried == 0),
                "{found:?}"
            );
        });
    }
}

#[test]
fn at_one_time_nothing_is_in_strict_order() {
    let rows: Vec<Row> = (0..6)
        .flat_map(|payer| (0..6).map(move |payee| (payer, payee, 3, 100)))
        .collect();
    let world = of(6, &rows);
    let ordered = [
        SearchKind::GatherScatter,
        SearchKind::ScatterGather,
        SearchKind::Stack,
        SearchKind::PassThrough,
        SearchKind::FunnelAccount,
        SearchKind::LayeringChains,
        SearchKind::TemporalCycles,
        SearchKind::UTurn,
        SearchKind::CircularLoans,
        SearchKind::PassThroughGroup,
        SearchKind::FlowMotif,
    ];
    each(&world, |search, _, found| {
        if ordered.contains(&search.kind()) {
            let is_strict = search.shown("time_order") == "'strict'";
            assert!(!is_strict || found.bundles.is_empty(), "{search:?}");
            assert!(
                found.bundles.iter().all(|bundle| bundle.measures.needs_lenient),
                "{search:?}"
            );
        }
    });
}

#[test]
fn the_ends_of_time_and_of_amounts_overflow_nothing() {
    let mut numbers = Numbers(1_403);
    for _ in 0..25 {
        let mut world = World::small(&mut numbers);
        for row in &mut world.rows {
            row.2 = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX][numbers.below(6) as usize];
            row.3 = [0, 1, i64::MAX / 2, i64::MAX - 1, i64::MAX][numbers.below(5) as usize];
        }
        world.values = world.rows.iter().map(|row| row.3).collect();
        world
            .values
            .iter_mut()
            .step_by(5)
            .for_each(|value| *value = i64::MIN);
        world
            .opened
            .iter_mut()
            .step_by(2)
            .for_each(|opened| *opened = Some(i64::MIN));
        world
            .opened
            .iter_mut()
            .skip(1)
            .step_by(2)
            .for_each(|opened| *opened = Some(i64::MAX));
        each(&world, |search, graph, found| {
            // Both ends of time are no window apart, and strict order holds at the ends as well.
            for bundle in &found.bundles {
                assert!(bundle.measures.first_at <= bundle.measures.last_at, "{search:?}");
                let ticks = bundle
                    .transfers(graph)
                    .into_iter()
                    .map(|transfer| graph.tick(transfer));
                let is_ordered =
                    search.shown("time_order") == "'strict'" && search.kind() != SearchKind::TemporalFlow;
                if is_ordered {
                    assert!(
                        ticks.collect::<std::collections::BTreeSet<u32>>().len() > 1,
                        "{search:?} {bundle:?}"
                    );
                }
            }
        });
    }
}

#[test]
fn what_is_paid_at_an_end_of_time_is_paid_at_it_and_not_behind_it() {
    for at in [i64::MIN, i64::MAX] {
        let rows = [(1, 0, at, 5), (2, 0, at, 5), (0, 3, at, 5), (0, 4, at, 5)];
        let world = of(5, &rows);
        for (order, count) in [("strict", 0), ("lenient", 1)] {
            let mut search = Search::new(SearchKind::GatherScatter);
            set(&mut search, "min_counterparties", "2");
            set(&mut search, "time_order", order);
            assert_eq!(world.search(&search).len(), count, "{order} {at}");
        }
    }
}

#[test]
fn a_hundred_thousand_parallel_transfers_end_within_the_budget() {
    let budget = Budget {
        max_instances: 1_000,
        max_steps: 1_000_000,
    };
    let many = 100_000;
    let one_way = |row: u32| (0, 1, i64::from(row), 90_000_000);
    let to_and_fro = |row: u32| (row % 2, 1 - row % 2, i64::from(row / 4), 90_000_000);
    let at_once = |row: u32| (row % 2, 1 - row % 2, 0, 90_000_000);
    let through = |row: u32| (row * 2 / many, 1 + row * 2 / many, i64::from(row), 90_000_000);
    let worlds: [&dyn Fn(u32) -> Row; 4] = [&one_way, &to_and_fro, &at_once, &through];
    for make in worlds {
        let world = of(3, &(0..many).map(make).collect::<Vec<Row>>());
        let graph = world.graph();
        for kind in SearchKind::ALL {
            let mut numbers = Numbers(1_404);
            for search in [Search::new(kind), any_search(kind, &mut numbers)] {
                let told = world.told();
                let found = on_threads(&*search.pattern(&told), &graph, 2, budget);
                let is_cycle = matches!(
                    kind,
                    SearchKind::TemporalCycles | SearchKind::UTurn | SearchKind::CircularLoans
                );
                let listed: u64 = match is_cycle {
                    true => found.bundles.iter().map(|bundle| bundle.instances).sum(),
                    false => found.bundles.len() as u64,
                };
                assert!(listed <= budget.max_instances, "{search:?}: {listed}");
                assert!(found.steps <= 2 * budget.max_steps, "{search:?}: {}", found.steps);
            }
        }
    }
}

#[test]
fn lengths_below_zero_are_refused_by_name() {
    let mut refused = 0;
    for kind in SearchKind::ALL {
        for name in [
            "time_window",
            "period",
            "silence",
            "max_life",
            "quiet",
            "max_apart",
        ] {
            if !kind.arguments().contains(&name) {
                continue;
            }
            for length in ["-1 microsecond".to_owned(), format!("{} microseconds", i64::MIN)] {
                let mut search = Search::new(kind);
                if let Err(error) = search.set(name, &length) {
                    // So long that it is not counted in either direction.
                    assert!(error.to_string().contains("longest length"), "{error}");
                    refused += 1;
                    continue;
                }
                let world = of(3, &[(0, 1, 0, 5)]);
                let error = search
                    .run(&world.graph(), &world.told())
                    .expect_err(name)
                    .to_string();
                assert!(error.starts_with(kind.name()) && error.contains(name), "{error}");
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 2 * 26);
}

#[test]
fn hops_from_none_to_a_thousand() {
    // A ring of a thousand accounts; at its end it is cut open for the chain.
    let ring: Vec<Row> = (0..1_000)
        .map(|hop| (hop, (hop + 1) % 1_000, i64::from(hop), 100))
        .collect();
    let mut world = of(1_000, &ring);
    world.parties = (0..1_000).collect();
    world.loans = vec![true; 1_000];
    let graph = world.graph();
    for kind in [
        SearchKind::TemporalCycles,
        SearchKind::UTurn,
        SearchKind::CircularLoans,
        SearchKind::LayeringChains,
    ] {
        for (name, value) in [
            ("max_hops", "0"),
            ("max_hops", "1"),
            ("min_hops", "0"),
            ("max_hops", "4294967295"),
        ] {
            let mut search = Search::new(kind);
            if kind.arguments().contains(&name) {
                search.set(name, value).expect(name);
                let error = search.run(&graph, &world.told()).expect_err(name).to_string();
                assert!(error.contains(name) && error.contains(value), "{error}");
            }
        }
        world.foreign = (0..1_000).map(|account| account == 500).collect();
        let mut search = Search::new(kind);
        set(&mut search, "max_hops", "1000");
        let found = search.run(&graph, &world.told()).expect("good");
        let hops = if kind == SearchKind::LayeringChains {
            999
        } else {
            1_000
        };
        let longest = found
            .bundles
            .iter()
            .map(|bundle| bundle.representative.len())
            .max();
        assert_eq!(longest, Some(hops), "{}", kind.name());
        set(&mut search, "max_hops", "998");
        let found = search.run(&graph, &world.told()).expect("good");
        let shorter = found
            .bundles
            .iter()
            .map(|bundle| bundle.representative.len())
            .max();
        assert_eq!(
            shorter,
            (kind == SearchKind::LayeringChains).then_some(998),
            "{}",
            kind.name()
        );
    }
}

#[test]
fn numbers_of_nothing_and_without_end_are_refused_or_find_nothing() {
    let world = World::small(&mut Numbers(1_405));
    let graph = world.graph();
    for kind in SearchKind::ALL {
        for name in kind.arguments() {
            for value in ["0", "4294967295"] {
                let mut search = Search::new(kind);
                // What is no number is refused there and then.
                if name.starts_with("max_i") || name.starts_with("max_s") || search.set(name, value).is_err()
                {
                    continue;
                }
                match search.run(&graph, &world.told()) {
                    Ok(found) => assert_eq!(found.truncated, None, "{search:?}"),
                    Err(error) => assert!(error.to_string().contains(name), "{error}"),
                }
            }
        }
    }
}

#[test]
fn facts_that_are_too_few_are_refused() {
    let world = of(4, &[(0, 1, 0, 5), (1, 2, 1, 5), (2, 0, 2, 5)]);
    let graph = world.graph();
    let told = world.told();
    for kind in SearchKind::ALL {
        let mut search = Search::new(kind);
        set(&mut search, "deposits", "cash");
        let mut refused = Vec::new();
        for (name, short) in [
            (
                "deposits",
                geldspoor::patterns::Told {
                    deposits: Some(&world.deposits[1..]),
                    ..told
                },
            ),
            (
                "quiet",
                geldspoor::patterns::Told {
                    quiet: Some(&world.quiet[1..]),
                    ..told
                },
            ),
            (
                "loans",
                geldspoor::patterns::Told {
                    loans: Some(&world.loans[1..]),
                    ..told
                },
            ),
            (
                "places",
                geldspoor::patterns::Told {
                    places: Some(&world.places[1..]),
                    ..told
                },
            ),
            (
                "currencies",
                geldspoor::patterns::Told {
                    currencies: Some(&world.currencies[1..]),
                    ..told
                },
            ),
            (
                "values",
                geldspoor::patterns::Told {
                    values: Some(&world.values[1..]),
                    ..told
                },
            ),
            (
                "parties",
                geldspoor::patterns::Told {
                    parties: Some(&world.parties[1..]),
                    ..told
                },
            ),
            (
                "foreign",
                geldspoor::patterns::Told {
                    foreign: Some(&world.foreign[1..]),
                    ..told
                },
            ),
            (
                "closed",
                geldspoor::patterns::Told {
                    closed: Some(&world.closed[1..]),
                    ..told
                },
            ),
            (
                "seen",
                geldspoor::patterns::Told {
                    seen: Some(&world.seen[1..]),
                    ..told
                },
            ),
            (
                "opened",
                geldspoor::patterns::Told {
                    opened: Some(&world.opened[1..]),
                    ..told
                },
            ),
            (
                "sources",
                geldspoor::patterns::Told {
                    sources: &[4],
                    ..told
                },
            ),
            ("sinks", geldspoor::patterns::Told { sinks: &[4], ..told }),
        ] {
            if let Err(error) = search.run(&graph, &short) {
                let error = error.to_string();
                let word = if name == "parties" && error.contains("clusters") {
                    "clusters"
                } else {
                    name
                };
                assert!(error.contains(word), "{error}");
                refused.push(name);
            }
        }
        let expected: &[&str] = match kind {
            SearchKind::Structuring => &["deposits"],
            SearchKind::Smurfing => &["deposits", "parties"],
            SearchKind::FunnelAccount => &["places"],
            SearchKind::UTurn => &["parties", "foreign"],
            SearchKind::CircularLoans => &["loans"],
            SearchKind::DormantReactivation => &["quiet"],
            SearchKind::BurstAndClose => &["closed", "seen"],
            SearchKind::PassThroughGroup => &["opened"],
            SearchKind::MirrorTransfers => &["currencies", "values", "parties"],
            SearchKind::TemporalFlow => &["sources", "sinks"],
            _ => &[],
        };
        assert_eq!(refused, expected, "{}", kind.name());
    }
}
