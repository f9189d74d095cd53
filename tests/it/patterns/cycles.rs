//! Cycles against a plain search that tries everything, and what has to hold for any graph.

use super::*;

/// Every simple path of rows is tried, without looking at times on the way; what closes is tested as a whole. The
/// result is a set of sets: a cycle told from several beginnings is one.
fn every_cycle(rows: &[Row], pattern: &TemporalCycles) -> BTreeSet<BTreeSet<u32>> {
    fn holds(rows: &[Row], path: &[u32], pattern: &TemporalCycles) -> bool {
        let row = |place: usize| rows[path[place] as usize];
        let (first, last) = (row(0), row(path.len() - 1));
        let in_order = (1..path.len()).all(|place| match pattern.order {
            TimeOrder::Strict => row(place - 1).2 < row(place).2,
            TimeOrder::Lenient => row(place - 1).2 <= row(place).2,
        });
        let carried = pattern.conservation.each_hop.is_none_or(|tolerance| {
            (1..path.len()).all(|place| {
                let (before, after) = (i128::from(row(place - 1).3), i128::from(row(place).3));
                let (loss, fee) = (i128::from(tolerance.loss.millionths()), i128::from(tolerance.fee));
                before.min(after) > 0
                    && after <= before + fee
                    && 1_000_000 * (after + fee) >= before * (1_000_000 - loss)
            })
        });
        let returned = pattern.conservation.returned.is_none_or(|share| {
            first.3.min(last.3) > 0
                && 1_000_000 * i128::from(last.3) >= i128::from(share.millionths()) * i128::from(first.3)
        });
        in_order && carried && returned && last.2 - first.2 <= pattern.window
    }
    fn extend(
        rows: &[Row],
        path: &mut Vec<u32>,
        pattern: &TemporalCycles,
        out: &mut BTreeSet<BTreeSet<u32>>,
    ) {
        let origin = rows[path[0] as usize].0;
        let here = rows[path[path.len() - 1] as usize].1;
        if here == origin {
            if holds(rows, path, pattern) {
                out.insert(path.iter().copied().collect());
            }
            return;
        }
        if path.len() as u32 == pattern.max_hops {
            return;
        }
        for (index, row) in rows.iter().enumerate() {
            let visited = path.iter().any(|before| rows[*before as usize].1 == row.1);
            if row.0 == here && row.0 != row.1 && !visited {
                path.push(index as u32);
                extend(rows, path, pattern, out);
                path.pop();
            }
        }
    }
    let mut out = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        if row.0 != row.1 {
            extend(rows, &mut vec![index as u32], pattern, &mut out);
        }
    }
    out
}

#[test]
fn cycles_agree_with_trying_everything() {
    let mut numbers = Numbers(1);
    let mut seen = 0;
    for round in 0..4 * GRAPHS {
        let (accounts, rows) = small(&mut numbers);
        let pattern = any_cycles(&mut numbers);
        let graph = graph(accounts, &rows);
        let found = listed(&graph, &pattern);
        assert_eq!(
            as_sets(&found),
            every_cycle(&rows, &pattern),
            "graph {round}: {rows:?} {pattern:?}"
        );
        assert_eq!(as_sets(&found).len(), found.len());
        seen += found.len();
    }
    assert!(
        seen > 4_000,
        "the graphs hold too few cycles to prove anything: {seen}"
    );
}

#[test]
fn cycles_come_with_their_transfers_in_order() {
    let mut numbers = Numbers(2);
    for _ in 0..GRAPHS {
        let (accounts, rows) = small(&mut numbers);
        let pattern = any_cycles(&mut numbers);
        for cycle in listed(&graph(accounts, &rows), &pattern) {
            for (place, transfer) in cycle.iter().enumerate() {
                let next = cycle[(place + 1) % cycle.len()];
                assert_eq!(rows[*transfer as usize].1, rows[next as usize].0);
                assert!(place + 1 == cycle.len() || rows[*transfer as usize].2 <= rows[next as usize].2);
            }
        }
    }
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let mut numbers = Numbers(3);
    for _ in 0..GRAPHS {
        let (accounts, rows) = small(&mut numbers);
        let pattern = any_cycles(&mut numbers);
        let fan = FanIn {
            window: pattern.window,
            min_counterparties: 2,
        };
        let mut place: Vec<u32> = (0..rows.len() as u32).collect();
        for index in (1..place.len()).rev() {
            place.swap(index, numbers.below(index as u64 + 1) as usize);
        }
        let shuffled: Vec<Row> = place.iter().map(|old| rows[*old as usize]).collect();
        let (before, after) = (graph(accounts, &rows), graph(accounts, &shuffled));
        let mapped: BTreeSet<BTreeSet<u32>> = as_sets(&listed(&after, &pattern))
            .into_iter()
            .map(|cycle| {
                cycle
                    .into_iter()
                    .map(|transfer| place[transfer as usize])
                    .collect()
            })
            .collect();
        assert_eq!(mapped, as_sets(&listed(&before, &pattern)));
        let bundles = |graph: &TemporalGraph, names: &dyn Fn(u32) -> u32| {
            let found = pattern.search(graph, &Run::default()).expect("good");
            let fans = fan.search(graph, &Run::default()).expect("good");
            let describe = |found: Found| -> BTreeSet<Description> {
                found
                    .bundles
                    .iter()
                    .map(|bundle| {
                        let transfers = bundle.transfers(graph).into_iter().map(names).collect();
                        let accounts = bundle.accounts.iter().copied().collect();
                        let measures = bundle.measures;
                        (
                            accounts,
                            transfers,
                            bundle.instances,
                            measures.first_at,
                            measures.last_at,
                        )
                    })
                    .collect()
            };
            (describe(found), describe(fans))
        };
        assert_eq!(
            bundles(&before, &|transfer| transfer),
            bundles(&after, &|transfer| place[transfer as usize])
        );
    }
}

#[test]
fn time_run_backwards_kills_cycles_of_three_and_more_that_need_the_order() {
    // Of two transfers, either may be the first; from three on the direction tells.
    let mut numbers = Numbers(4);
    for _ in 0..GRAPHS {
        let accounts = 3 + numbers.below(5) as u32;
        let rows: Vec<Row> = (0..accounts)
            .map(|hop| (hop, (hop + 1) % accounts, i64::from(hop) * 3, 100))
            .collect();
        let backwards: Vec<Row> = rows.iter().map(|row| (row.0, row.1, -row.2, row.3)).collect();
        for order in [TimeOrder::Strict, TimeOrder::Lenient] {
            let pattern = cycles(1_000, accounts, order);
            assert_eq!(listed(&graph(accounts as usize, &rows), &pattern).len(), 1);
            assert!(listed(&graph(accounts as usize, &backwards), &pattern).is_empty());
        }
    }
}

#[test]
fn wider_is_never_less() {
    let mut numbers = Numbers(5);
    for _ in 0..GRAPHS {
        let (accounts, rows) = small(&mut numbers);
        let graph = graph(accounts, &rows);
        let narrow = any_cycles(&mut numbers);
        let mut wide = narrow.clone();
        match numbers.below(4) {
            0 => wide.window += numbers.below(6) as i64,
            1 => wide.max_hops += numbers.below(4) as u32,
            2 => wide.order = TimeOrder::Lenient,
            _ => wide.conservation = Conservation::default(),
        }
        let (few, many) = (listed(&graph, &narrow), listed(&graph, &wide));
        assert!(
            as_sets(&few).is_subset(&as_sets(&many)),
            "{rows:?} {narrow:?} {wide:?}"
        );

        let window = numbers.below(8) as i64;
        let least = 2 + numbers.below(3) as u32;
        let centres = |window, min_counterparties| -> BTreeSet<u32> {
            let found = FanOut {
                window,
                min_counterparties,
            }
            .search(&graph, &Run::default())
            .expect("good");
            found.bundles.iter().map(|bundle| bundle.accounts[0]).collect()
        };
        assert!(centres(window, least).is_subset(&centres(window + 3, least)));
        assert!(centres(window, least + 1).is_subset(&centres(window, least)));
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let rows = random(7, 400, 12_000, 30 * DAY);
    let patterns: [&(dyn Pattern + Sync); 4] = [
        &cycles(2 * DAY, 6, TimeOrder::Strict),
        &cycles(DAY, 6, TimeOrder::Lenient),
        &FanIn {
            window: DAY,
            min_counterparties: 3,
        },
        &FanOut {
            window: DAY,
            min_counterparties: 3,
        },
    ];
    let budgets = [
        Budget::default(),
        Budget {
            max_instances: 500,
            ..Budget::default()
        },
        Budget {
            max_steps: 40_000,
            ..Budget::default()
        },
        Budget {
            max_steps: 1,
            max_instances: 0,
        },
    ];
    for pattern in patterns {
        for budget in budgets {
            let run = Run {
                budget,
                ..Run::default()
            };
            let search = || pattern.search(&graph(400, &rows), &run).expect("good");
            let alone = on_threads(1, search);
            if budget == Budget::default() {
                assert!(
                    alone.truncated.is_none() && alone.bundles.len() > 100,
                    "{}",
                    alone.bundles.len()
                );
            }
            if budget.max_instances == 0 {
                assert!(alone.truncated.is_some() && alone.bundles.is_empty());
            }
            assert_eq!(on_threads(2, search), alone);
            assert_eq!(on_threads(16, search), alone);
        }
    }
}
