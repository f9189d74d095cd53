//! The graph and its patterns against a second, plain implementation, and against what has to hold for any input.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

use geldspoor::graph::{CyclicCore, TemporalGraph};
use geldspoor::patterns::{
    Budget, Conservation, FanIn, FanOut, Found, HopTolerance, Limit, Pattern, Run, Share, TemporalCycles,
    TimeOrder,
};

const GRAPHS: u64 = 2_500;
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// Payer, payee, time, amount.
type Row = (u32, u32, i64, i64);
/// Accounts, transfers, instances, first and last time of a bundle.
type Description = (BTreeSet<u32>, BTreeSet<u32>, u64, i64, i64);

/// Numbers that look random, from a seed (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A graph small enough to try everything on, dense enough to hold cycles: equal times, parallel transfers,
/// self-transfers and amounts of zero all occur.
fn small(numbers: &mut Numbers) -> (usize, Vec<Row>) {
    let accounts = 2 + numbers.below(5);
    let span = 1 + numbers.below(12);
    let rows = (0..1 + numbers.below(13))
        .map(|_| {
            (
                numbers.below(accounts) as u32,
                numbers.below(accounts) as u32,
                numbers.below(span) as i64,
                numbers.below(5) as i64 * 25,
            )
        })
        .collect();
    (accounts as usize, rows)
}

fn graph(accounts: usize, rows: &[Row]) -> TemporalGraph {
    let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
    let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let amount: Vec<i64> = rows.iter().map(|row| row.3).collect();
    TemporalGraph::build(accounts, &payer, &payee, &at, &amount).expect("good columns")
}

fn cycles(window: i64, max_hops: u32, order: TimeOrder) -> TemporalCycles {
    TemporalCycles {
        window,
        max_hops,
        order,
        conservation: Conservation::default(),
    }
}

fn any_cycles(numbers: &mut Numbers) -> TemporalCycles {
    let share = |numbers: &mut Numbers| Share::from_millionths(numbers.below(5) as u32 * 250_000);
    let order = match numbers.below(2) {
        0 => TimeOrder::Strict,
        _ => TimeOrder::Lenient,
    };
    let mut pattern = cycles(numbers.below(12) as i64, 2 + numbers.below(6) as u32, order);
    if numbers.below(3) == 0 {
        let loss = share(numbers).expect("at most the whole");
        let fee = numbers.below(2) as i64 * 30;
        pattern.conservation.each_hop = Some(HopTolerance { loss, fee });
    }
    if numbers.below(3) == 0 {
        pattern.conservation.returned = share(numbers);
    }
    pattern
}

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

/// Lists cycles, and checks on the way what has to hold for any list: order, no repetition, agreement with counting
/// and with the bundles.
fn listed(graph: &TemporalGraph, pattern: &TemporalCycles) -> Vec<Vec<u32>> {
    let run = Run::default();
    let list = pattern.list(graph, &run).expect("good parameters");
    assert_eq!(list.truncated, None);
    let cycles: Vec<Vec<u32>> = list.cycles.iter().map(<[u32]>::to_vec).collect();
    assert!(
        cycles
            .windows(2)
            .all(|pair| (graph.at(pair[0][0]), &pair[0]) < (graph.at(pair[1][0]), &pair[1])),
        "sorted, none twice: {cycles:?}"
    );
    let counts = pattern.count(graph, &run).expect("good parameters");
    let mut by_hops = vec![0_u64; counts.by_hops.len()];
    cycles.iter().for_each(|cycle| by_hops[cycle.len()] += 1);
    assert_eq!((counts.by_hops, counts.total), (by_hops, cycles.len() as u64));

    let found = pattern.search(graph, &run).expect("good parameters");
    let mut bundled: Vec<Vec<u32>> = Vec::new();
    for bundle in &found.bundles {
        let members: Vec<Vec<u32>> = match bundle.members.is_empty() {
            true => vec![bundle.representative.clone()],
            false => bundle.members.iter().map(<[u32]>::to_vec).collect(),
        };
        assert_eq!(members.len() as u64, bundle.instances);
        assert_eq!(members[0], bundle.representative);
        let transfers = bundle.transfers(graph);
        let times = transfers.iter().map(|transfer| graph.at(*transfer));
        let (first, last) = (times.clone().min().expect("one"), times.max().expect("one"));
        assert_eq!((bundle.measures.first_at, bundle.measures.last_at), (first, last));
        assert!(last - first <= pattern.window);
        for member in &members {
            let mut accounts: Vec<u32> = member.iter().map(|transfer| graph.payer(*transfer)).collect();
            let turn = accounts
                .iter()
                .position(|account| *account == bundle.accounts[0])
                .expect("on the way");
            accounts.rotate_left(turn);
            assert_eq!(accounts, bundle.accounts);
        }
        let is_strict = |member: &Vec<u32>| {
            member
                .windows(2)
                .all(|pair| graph.at(pair[0]) < graph.at(pair[1]))
        };
        assert_eq!(bundle.measures.needs_lenient, !members.iter().any(is_strict));
        bundled.extend(members);
    }
    bundled.sort_unstable_by_key(|cycle| (graph.at(cycle[0]), cycle.clone()));
    assert_eq!(bundled, cycles, "every cycle is in one bundle");
    cycles
}

fn as_sets(cycles: &[Vec<u32>]) -> BTreeSet<BTreeSet<u32>> {
    cycles
        .iter()
        .map(|cycle| cycle.iter().copied().collect())
        .collect()
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

/// The definition read word for word: for each account try every transfer as a beginning, count by set.
fn every_fan(
    rows: &[Row],
    accounts: usize,
    window: i64,
    least: usize,
    inward: bool,
) -> Vec<(i64, Vec<u32>, u32)> {
    let mut out = Vec::new();
    for centre in 0..accounts as u32 {
        let other = |row: &Row| if inward { row.0 } else { row.1 };
        let mut own: Vec<(i64, u32)> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.0 != row.1 && (if inward { row.1 } else { row.0 }) == centre)
            .map(|(index, row)| (row.2, index as u32))
            .collect();
        own.sort_unstable();
        while !own.is_empty() {
            let fits = |begin: i64, at: i64| at >= begin && at - begin <= window;
            let enough = own.iter().position(|(begin, _)| {
                let inside = own.iter().filter(|(at, _)| fits(*begin, *at));
                inside
                    .map(|(_, row)| other(&rows[*row as usize]))
                    .collect::<BTreeSet<u32>>()
                    .len()
                    >= least
            });
            let Some(place) = enough else { break };
            let begin = own[place].0;
            let inside: Vec<u32> = own
                .iter()
                .filter(|(at, _)| fits(begin, *at))
                .map(|(_, row)| *row)
                .collect();
            out.push((begin, inside, centre));
            own.retain(|(at, _)| *at > begin + window);
        }
    }
    out.sort_unstable();
    out
}

#[test]
fn fans_agree_with_trying_everything() {
    let mut numbers = Numbers(6);
    let mut seen = 0;
    for round in 0..2 * GRAPHS {
        let (accounts, mut rows) = small(&mut numbers);
        let (_, more) = small(&mut numbers);
        rows.extend(more.iter().filter(|row| row.0.max(row.1) < accounts as u32));
        let graph = graph(accounts, &rows);
        let (window, least) = (numbers.below(9) as i64, 2 + numbers.below(3) as u32);
        let patterns: [(&dyn Pattern, bool); 2] = [
            (
                &FanIn {
                    window,
                    min_counterparties: least,
                },
                true,
            ),
            (
                &FanOut {
                    window,
                    min_counterparties: least,
                },
                false,
            ),
        ];
        for (pattern, inward) in patterns {
            let found = pattern.search(&graph, &Run::default()).expect("good");
            let windows: Vec<(i64, Vec<u32>, u32)> = found
                .bundles
                .iter()
                .map(|bundle| {
                    (
                        bundle.measures.first_at,
                        bundle.representative.clone(),
                        bundle.accounts[0],
                    )
                })
                .collect();
            let expected = every_fan(&rows, accounts, window, least as usize, inward);
            assert_eq!(windows, expected, "graph {round}: {rows:?} {window} {least}");
            for bundle in &found.bundles {
                let total: i128 = bundle
                    .representative
                    .iter()
                    .map(|row| i128::from(rows[*row as usize].3))
                    .sum();
                assert_eq!(bundle.measures.total, total);
                assert!(bundle.accounts.len() > least as usize && !bundle.measures.needs_lenient);
            }
            seen += windows.len();
        }
    }
    assert!(
        seen > 2_000,
        "the graphs hold too few fans to prove anything: {seen}"
    );
}

/// Transfers among many accounts, with clusters, so that searches are neither empty nor all alike.
fn random(seed: u64, accounts: u64, rows: u64, span: i64) -> Vec<Row> {
    let mut numbers = Numbers(seed);
    (0..rows)
        .map(|_| {
            let payer = numbers.below(accounts);
            let near = (payer / 20 * 20 + numbers.below(20)).min(accounts - 1);
            let payee = if numbers.below(3) == 0 {
                near
            } else {
                numbers.below(accounts)
            };
            (
                payer as u32,
                payee as u32,
                numbers.below(span as u64) as i64,
                numbers.below(10_000) as i64,
            )
        })
        .collect()
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a pool");
    pool.install(work)
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

#[test]
fn a_complete_graph_ends_within_its_budget_and_says_so() {
    // 60 accounts, each paying each of the others once inside one hour: more cycles than could ever be listed.
    let mut numbers = Numbers(8);
    let mut rows: Vec<Row> = Vec::new();
    for payer in 0..60 {
        for payee in (0..60).filter(|payee| *payee != payer) {
            rows.push((payer, payee, numbers.below(HOUR as u64) as i64, 100));
        }
    }
    let graph = graph(60, &rows);
    let pattern = cycles(HOUR, 1_000, TimeOrder::Strict);
    for (budget, by) in [
        (
            Budget {
                max_instances: 20_000,
                ..Budget::default()
            },
            Limit::Instances,
        ),
        (
            Budget {
                max_steps: 3_000_000,
                ..Budget::UNLIMITED
            },
            Limit::Steps,
        ),
    ] {
        let run = Run {
            budget,
            ..Run::default()
        };
        let begun = Instant::now();
        let search = || pattern.search(&graph, &run).expect("good");
        let found = search();
        assert_eq!(found.truncated.map(|truncated| truncated.by), Some(by));
        assert!(!found.bundles.is_empty());
        let instances: u64 = found.bundles.iter().map(|bundle| bundle.instances).sum();
        assert!(instances <= budget.max_instances);
        assert!(
            found.steps < budget.max_steps.saturating_mul(2),
            "{} steps",
            found.steps
        );
        assert_eq!(on_threads(1, search), found);
        assert_eq!(on_threads(7, search), found);
        println!(
            "complete graph, {by:?}: {instances} instances, {} steps, {:?}",
            found.steps,
            begun.elapsed()
        );
    }
}

#[test]
fn an_interrupted_search_finds_what_an_uninterrupted_one_does() {
    // 14 accounts, dense, all in one window: few starts, each with far more steps than one slice holds.
    let mut numbers = Numbers(9);
    let rows: Vec<Row> = (0..500)
        .map(|_| {
            (
                numbers.below(14) as u32,
                numbers.below(14) as u32,
                numbers.below(120) as i64,
                1,
            )
        })
        .collect();
    let graph = graph(14, &rows);
    let pattern = cycles(90, 9, TimeOrder::Strict);
    let counts = pattern
        .count(
            &graph,
            &Run {
                budget: Budget::UNLIMITED,
                ..Run::default()
            },
        )
        .expect("good");
    assert_eq!(counts.truncated, None);
    assert!(
        counts.steps > 20 * (1 << 16),
        "too easy to be interrupted: {} steps",
        counts.steps
    );
    assert_eq!(counts.total, paths_that_close(&rows, 90, 9));
}

/// Counts cycles by plain recursion over rows sorted by time.
fn paths_that_close(rows: &[Row], window: i64, max_hops: u32) -> u64 {
    fn count(by_payer: &[Vec<Row>], path: &mut Vec<u32>, now: i64, end: i64, left: u32) -> u64 {
        let here = path[path.len() - 1] as usize;
        let later = by_payer[here].iter().filter(|row| row.2 > now && row.2 <= end);
        let mut sum = 0;
        for row in later {
            if row.1 == path[0] {
                sum += 1;
            } else if left > 1 && !path.contains(&row.1) {
                path.push(row.1);
                sum += count(by_payer, path, row.2, end, left - 1);
                path.pop();
            }
        }
        sum
    }
    let accounts = rows.iter().map(|row| row.0.max(row.1) + 1).max().unwrap_or(0);
    let of = |payer| {
        rows.iter()
            .filter(|row| row.0 == payer && row.1 != payer)
            .copied()
            .collect()
    };
    let by_payer: Vec<Vec<Row>> = (0..accounts).map(of).collect();
    rows.iter()
        .filter(|row| row.0 != row.1)
        .map(|row| {
            count(
                &by_payer,
                &mut vec![row.0, row.1],
                row.2,
                row.2 + window,
                max_hops - 1,
            )
        })
        .sum()
}

#[test]
fn a_hub_of_two_hundred_thousand_counterparties_is_no_trouble() {
    let size = 200_000_u32;
    let mut rows: Vec<Row> = Vec::new();
    for account in 1..=size {
        rows.push((account, 0, i64::from(account) * 1_000_000, 500));
        if account % 1_000 == 0 {
            rows.push((0, account, i64::from(account) * 1_000_000 + 30_000_000, 490));
        }
    }
    let graph = graph(size as usize + 1, &rows);
    let begun = Instant::now();
    let fans = FanIn {
        window: 7 * DAY,
        min_counterparties: 5,
    }
    .search(&graph, &Run::default())
    .expect("good");
    // The payments take 200,000 seconds, less than three days: one window holds them all.
    assert_eq!(fans.bundles.len(), 1);
    assert_eq!(
        (
            fans.bundles[0].accounts.len(),
            fans.bundles[0].representative.len()
        ),
        (200_001, 200_000)
    );
    let narrow = FanIn {
        window: 9_000_000,
        min_counterparties: 10,
    }
    .search(&graph, &Run::default())
    .expect("good");
    assert_eq!(narrow.bundles.len(), 20_000);
    let sparse = FanIn {
        window: 9_000_000,
        min_counterparties: 11,
    }
    .search(&graph, &Run::default())
    .expect("good");
    assert!(sparse.bundles.is_empty());
    let found = listed(&graph, &cycles(60_000_000, 8, TimeOrder::Strict));
    assert_eq!(found.len(), 200);
    println!("hub of 200,000: {:?}", begun.elapsed());
}

#[test]
fn a_million_counterparties_are_cut_away_before_the_search() {
    // One account pays a million others inside two hours; every thousandth pays back.
    let size = 1_000_000_u32;
    let mut rows: Vec<Row> = (1..=size)
        .map(|account| (0, account, i64::from(account), 500))
        .collect();
    rows.extend(
        (1..=size)
            .step_by(1_000)
            .map(|account| (account, 0, i64::from(size) * 7 + i64::from(account), 490)),
    );
    let graph = graph(size as usize + 1, &rows);
    assert_eq!(CyclicCore::of(&graph, DAY, true).transfers(), 2_000);
    let begun = Instant::now();
    let counts = cycles(DAY, 1_000, TimeOrder::Strict)
        .count(&graph, &Run::default())
        .expect("good");
    assert_eq!((counts.total, counts.truncated), (1_000, None));
    println!("a million counterparties: {:?}", begun.elapsed());
}

#[test]
fn two_hundred_accounts_that_all_pay_each_other_in_an_hour_end_within_the_budget() {
    let mut numbers = Numbers(18);
    let mut rows: Vec<Row> = Vec::new();
    for payer in 0..200 {
        for payee in (0..200).filter(|payee| *payee != payer) {
            rows.push((payer, payee, numbers.below(HOUR as u64) as i64, 100));
        }
    }
    let graph = graph(200, &rows);
    for (max_hops, order) in [(1_000, TimeOrder::Strict), (4, TimeOrder::Lenient)] {
        let budget = Budget {
            max_instances: 5_000,
            max_steps: 2_000_000,
        };
        let run = Run {
            budget,
            ..Run::default()
        };
        let pattern = cycles(HOUR, max_hops, order);
        let found = on_threads(2, || pattern.search(&graph, &run).expect("good"));
        assert!(found.truncated.is_some() && found.steps < 2 * budget.max_steps);
        assert_eq!(
            on_threads(1, || pattern.search(&graph, &run).expect("good")),
            found
        );
    }
}

#[test]
fn planted_cycles_are_found_in_noise() {
    let mut numbers = Numbers(19);
    let mut rows = random(20, 300, 3_000, 30 * DAY);
    let mut planted: Vec<Vec<u32>> = Vec::new();
    for _ in 0..60 {
        let hops = 2 + numbers.below(7) as u32;
        let mut accounts: Vec<u32> = Vec::new();
        while accounts.len() < hops as usize {
            let account = numbers.below(300) as u32;
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        let (mut at, mut amount) = (numbers.below(25 * DAY as u64) as i64, 1_000_000);
        let first = rows.len() as u32;
        for (place, account) in accounts.iter().enumerate() {
            rows.push((*account, accounts[(place + 1) % accounts.len()], at, amount));
            at += 1 + numbers.below(6 * HOUR as u64) as i64;
            amount -= amount * numbers.below(10) as i64 / 100;
        }
        planted.push((first..rows.len() as u32).collect());
    }
    let graph = graph(300, &rows);
    let loss = Share::parse("0.1").expect("a share");
    let mut pattern = cycles(2 * DAY, 8, TimeOrder::Strict);
    pattern.conservation.each_hop = Some(HopTolerance { loss, fee: 0 });
    let found: BTreeSet<Vec<u32>> = listed(&graph, &pattern).into_iter().collect();
    assert!(planted.iter().all(|cycle| found.contains(cycle)));
}

#[test]
fn what_is_added_to_a_graph_gives_what_a_full_search_gives() {
    let mut numbers = Numbers(21);
    let mut gained = 0;
    for _ in 0..GRAPHS {
        let (accounts, mut rows) = small(&mut numbers);
        let pattern = any_cycles(&mut numbers);
        // In the order of time, as records come in, or anywhere between the old ones.
        if numbers.below(2) == 0 {
            rows.sort_by_key(|row| row.2);
        }
        let run = Run::default();
        let mut known = rows.len() / 3;
        let mut so_far = graph(accounts, &rows[..known]);
        let mut list = pattern.list(&so_far, &run).expect("good");
        while known < rows.len() {
            let next = (known + 1 + numbers.below(4) as usize).min(rows.len());
            let new = &rows[known..next];
            so_far = so_far
                .extended(
                    accounts,
                    &new.iter().map(|row| row.0).collect::<Vec<_>>(),
                    &new.iter().map(|row| row.1).collect::<Vec<_>>(),
                    &new.iter().map(|row| row.2).collect::<Vec<_>>(),
                    &new.iter().map(|row| row.3).collect::<Vec<_>>(),
                )
                .expect("good columns");
            let gain = pattern.list_since(&so_far, known as u32, &run).expect("good");
            assert!(
                gain.cycles
                    .iter()
                    .all(|cycle| cycle.iter().any(|transfer| *transfer >= known as u32))
            );
            gained += gain.cycles.len();
            list = list.with(&so_far, &gain);
            known = next;
        }
        let whole = graph(accounts, &rows);
        assert_eq!(so_far, whole);
        let full = pattern.list(&whole, &run).expect("good");
        assert_eq!(list.cycles, full.cycles, "{rows:?} {pattern:?}");
        let found = pattern.search(&whole, &run).expect("good");
        assert_eq!(pattern.bundle(&whole, &list).bundles, found.bundles);
    }
    assert!(gained > 1_000, "too few to prove anything: {gained}");
}

#[test]
fn what_comes_in_later_is_searched_around_its_time_only() {
    let mut rows = random(22, 400, 12_000, 30 * DAY);
    rows.sort_by_key(|row| row.2);
    let (whole, first_new) = (graph(400, &rows), 11_000);
    let pattern = cycles(DAY, 6, TimeOrder::Strict);
    let run = Run::default();
    let full = pattern.list(&whole, &run).expect("good");
    let gain = pattern.list_since(&whole, first_new, &run).expect("good");
    let old = pattern
        .list(&graph(400, &rows[..first_new as usize]), &run)
        .expect("good");
    assert_eq!(old.with(&whole, &gain).cycles, full.cycles);
    assert!(
        !gain.cycles.is_empty() && gain.steps * 4 < full.steps,
        "{} of {}",
        gain.steps,
        full.steps
    );
}

#[test]
fn holders_close_cycles_that_accounts_leave_open() {
    // Account 0 pays 1, account 2 of the same holder gets it back; 3 and 4 have no known holder and stay apart.
    let rows = [(0, 1, 0, 9), (1, 2, 5, 9), (3, 1, 6, 9), (1, 4, 7, 9)];
    let accounts = graph(5, &rows);
    let pattern = cycles(10, 8, TimeOrder::Strict);
    assert!(listed(&accounts, &pattern).is_empty());
    let holders = accounts
        .by_holder(&[Some(0), Some(1), Some(0), None, None], 2)
        .expect("a place an account");
    assert_eq!(listed(&holders, &pattern), [[0, 1]]);
}

#[test]
fn a_hundred_thousand_parallel_transfers_are_listed_up_to_the_budget() {
    let rows: Vec<Row> = (0..100_000)
        .map(|row| (row % 2, 1 - row % 2, i64::from(row / 4), 0))
        .collect();
    let graph = graph(2, &rows);
    let run = Run {
        budget: Budget {
            max_instances: 50_000,
            ..Budget::default()
        },
        ..Run::default()
    };
    let found = cycles(DAY, 1_000, TimeOrder::Lenient)
        .search(&graph, &run)
        .expect("good");
    assert_eq!(
        found.bundles.iter().map(|bundle| bundle.instances).sum::<u64>(),
        50_000
    );
    let truncated = found.truncated.expect("there are far more");
    assert_eq!(truncated.by, Limit::Instances);
}

/// `src dst seconds`, as the generator beside the published figures writes it.
fn edges(name: &str) -> Option<(usize, Vec<Row>)> {
    let Some(folder) = std::env::var_os("GELDSPOOR_PEERS_DATA") else {
        println!("GELDSPOOR_PEERS_DATA is not set: the counts of public engines are not compared");
        return None;
    };
    let path = PathBuf::from(folder).join(format!("{name}.edges.txt"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "{} is missing: the counts of public engines are not compared on it",
            path.display()
        );
        return None;
    };
    let rows: Vec<Row> = text
        .lines()
        .map(|line| {
            let mut words = line
                .split_ascii_whitespace()
                .map(|word| word.parse::<u32>().expect("a number"));
            let mut word = || words.next().expect("three numbers");
            (word(), word(), i64::from(word()) * 1_000_000, 1)
        })
        .collect();
    let accounts = rows
        .iter()
        .map(|row| row.0.max(row.1) as usize + 1)
        .max()
        .unwrap_or(0);
    Some((accounts, rows))
}

#[test]
#[ignore = "compares with the figures of public engines: set GELDSPOOR_PEERS_DATA to their data"]
fn counts_equal_those_of_public_engines() {
    let published: [(&str, &[(i64, u64)]); 4] = [
        (
            "tx_100k",
            &[(6 * HOUR, 574), (DAY, 1_713), (3 * DAY, 4_727), (7 * DAY, 10_731)],
        ),
        (
            "tx_1m",
            &[
                (6 * HOUR, 12_987),
                (DAY, 30_742),
                (3 * DAY, 74_156),
                (7 * DAY, 175_815),
            ],
        ),
        (
            "hismall",
            &[(6 * HOUR, 131_613), (DAY, 380_394), (2 * DAY, 839_418)],
        ),
        (
            "tx_10m",
            &[(DAY, 223_479), (3 * DAY, 494_524), (7 * DAY, 1_107_847)],
        ),
    ];
    for (name, windows) in published {
        let Some((accounts, rows)) = edges(name) else {
            continue;
        };
        let begun = Instant::now();
        let graph = graph(accounts, &rows);
        println!(
            "{name}: built in {:?}, {} bytes a transfer",
            begun.elapsed(),
            graph.bytes() / rows.len()
        );
        for (window, expected) in windows {
            let pattern = cycles(*window, 64, TimeOrder::Strict);
            let begun = Instant::now();
            let counts = pattern.count(&graph, &Run::default()).expect("good");
            let counted = begun.elapsed();
            let unlimited = Run {
                budget: Budget::UNLIMITED,
                ..Run::default()
            };
            let found = pattern.search(&graph, &unlimited).expect("good");
            println!(
                "{name}, {} h: counted in {counted:?} ({} steps), bundled in {:?}: {} cycles, {} bundles",
                window / HOUR,
                counts.steps,
                begun.elapsed() - counted,
                counts.total,
                found.bundles.len()
            );
            assert_eq!(
                (counts.truncated, counts.total),
                (None, *expected),
                "{name} {window}"
            );
            assert_eq!(
                found.bundles.iter().map(|bundle| bundle.instances).sum::<u64>(),
                *expected
            );
            if (name, *window) == ("tx_1m", 7 * DAY) {
                let by_hops: BTreeMap<usize, u64> = counts
                    .by_hops
                    .iter()
                    .copied()
                    .enumerate()
                    .filter(|(_, count)| *count > 0)
                    .collect();
                let published = [
                    (2, 148_620),
                    (3, 14_292),
                    (4, 6_139),
                    (5, 1_552),
                    (6, 4_459),
                    (7, 188),
                    (8, 474),
                    (9, 50),
                    (10, 37),
                    (11, 4),
                ];
                assert_eq!(by_hops, BTreeMap::from(published));
            }
        }
    }
}
