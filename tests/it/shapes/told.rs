use std::collections::{BTreeMap, BTreeSet};

use geldspoor::patterns::{
    Budget, CircularLoans, MirrorTransfers, PassThrough, PassThroughGroup, Pattern, Run, Share, TimeOrder,
    UTurn,
};

use super::{
    Maker, Numbers, Row, Shape, backwards, found, graph, random, refused, same_on_any_threads, told,
};

const DAY: i64 = 86_400_000_000;

/// Every temporal cycle over heads of clusters, as a set of transfers with those of its tellings that hold.
fn cycles(
    rows: &[Row],
    head: &dyn Fn(u32) -> u32,
    counts: &dyn Fn(u32) -> bool,
    window: i64,
    max_hops: u32,
    order: TimeOrder,
) -> Vec<Vec<u32>> {
    let mut out = Vec::new();
    let mut open: Vec<Vec<u32>> = (0..rows.len() as u32)
        .filter(|i| counts(*i))
        .map(|i| vec![i])
        .collect();
    open.retain(|path| head(rows[path[0] as usize].0) != head(rows[path[0] as usize].1));
    while let Some(path) = open.pop() {
        let (first, last) = (&rows[path[0] as usize], &rows[path[path.len() - 1] as usize]);
        if head(last.1) == head(first.0) {
            out.push(path);
            continue;
        }
        for (i, row) in (0_u32..).zip(rows) {
            let in_order = match order {
                TimeOrder::Strict => last.2 < row.2,
                TimeOrder::Lenient => last.2 <= row.2,
            };
            let is_new = path.iter().all(|j| head(rows[*j as usize].1) != head(row.1));
            let fits = in_order && row.2 - first.2 <= window && path.len() < max_hops as usize;
            if counts(i) && head(row.0) == head(last.1) && head(row.0) != head(row.1) && is_new && fits {
                open.push(path.iter().copied().chain([i]).collect());
            }
        }
    }
    out
}

fn sets(paths: impl IntoIterator<Item = Vec<u32>>) -> BTreeSet<BTreeSet<u32>> {
    paths.into_iter().map(|path| path.into_iter().collect()).collect()
}

/// The members of all bundles as sets.
fn members(pattern: &dyn Pattern, accounts: usize, rows: &[Row]) -> BTreeSet<BTreeSet<u32>> {
    let found = pattern
        .search(&graph(accounts, rows), &Run::default())
        .expect("good");
    sets(
        found
            .bundles
            .iter()
            .flat_map(|bundle| match bundle.members.is_empty() {
                true => vec![bundle.representative.clone()],
                false => bundle.members.iter().map(<[u32]>::to_vec).collect(),
            }),
    )
}

#[test]
fn u_turns_agree_with_trying_everything() {
    super::alone(|| {
        let mut numbers = Numbers(901);
        let mut seen = 0;
        for round in 0..10_000 {
            let (accounts, rows) = super::small(&mut numbers);
            let clusters: Vec<u32> = (0..accounts).map(|_| numbers.below(5) as u32).collect();
            let foreign: Vec<bool> = (0..accounts).map(|_| numbers.below(3) == 0).collect();
            let p = UTurn {
                window: numbers.below(14) as i64,
                max_hops: 2 + numbers.below(4) as u32,
                order: numbers.order(),
                min_returned: None,
                clusters: Some(&clusters),
                foreign: Some(&foreign),
            };
            let head = |account: u32| clusters[account as usize];
            let abroad = |account: u32| foreign[account as usize];
            let expected = cycles(&rows, &head, &|_| true, p.window, p.max_hops, p.order)
                .into_iter()
                .filter(|path| {
                    let row = |place: usize| rows[path[place] as usize];
                    let (first, last) = (row(0), row(path.len() - 1));
                    if first.2 == last.2 {
                        let payers = || path.iter().map(|i| rows[*i as usize].0);
                        return payers().any(abroad) && !payers().all(abroad);
                    }
                    !abroad(first.0)
                        && !abroad(last.1)
                        && (0..path.len() - 1).any(|place| abroad(row(place).1))
                });
            let list = members(&p, accounts, &rows);
            assert_eq!(list, sets(expected), "graph {round}: {rows:?} {p:?}");
            seen += list.len();
        }
        assert!(seen > 1_000, "too few to prove anything: {seen}");
    });
}

#[test]
fn circular_loans_agree_with_trying_everything() {
    super::alone(|| {
        let mut numbers = Numbers(902);
        let mut seen = 0;
        for round in 0..10_000 {
            let (accounts, rows) = super::small(&mut numbers);
            let groups: Vec<u32> = (0..accounts).map(|account| u32::from(account == 0)).collect();
            let loans: Vec<bool> = rows.iter().map(|_| numbers.below(4) > 0).collect();
            let p = CircularLoans {
                window: numbers.below(14) as i64,
                max_hops: 2 + numbers.below(4) as u32,
                order: numbers.order(),
                min_returned: None,
                loans: Some(&loans),
                groups: (numbers.below(2) == 0).then_some(&groups),
            };
            let counts = |i: u32| {
                let row = rows[i as usize];
                loans[i as usize] && (p.groups.is_none() || groups[row.0 as usize] == groups[row.1 as usize])
            };
            let expected = cycles(&rows, &|account| account, &counts, p.window, p.max_hops, p.order);
            let list = members(&p, accounts, &rows);
            assert_eq!(list, sets(expected), "graph {round}: {rows:?} {p:?}");
            seen += list.len();
        }
        assert!(seen > 1_000, "too few to prove anything: {seen}");
    });
}

#[test]
fn mirror_transfers_agree_with_trying_everything() {
    super::alone(|| {
        let any = |numbers: &mut Numbers| -> Maker<MirrorTransfers<'static>> {
            let some = numbers.below(2) == 0;
            let p = MirrorTransfers {
                window: numbers.below(8) as i64,
                tolerance: Share::from_millionths(numbers.below(3) as u32 * 250_000).expect("a share"),
                min_pairs: 1 + numbers.below(2) as u32,
                parties: None,
                currencies: None,
                values: None,
            };
            Box::new(move |rows, accounts| match some {
                true => MirrorTransfers {
                    parties: Some(
                        (0..accounts as u32)
                            .map(|account| 9 - account / 2)
                            .collect::<Vec<u32>>()
                            .leak(),
                    ),
                    currencies: told(rows, |row| row.0 % 2),
                    values: told(rows, |row| row.3 / 25 * 10),
                    ..p
                },
                false => p,
            })
        };
        let plain = |rows: &[Row], accounts: usize, p: &MirrorTransfers<'_>| -> BTreeSet<Shape> {
            let head = |account: u32| p.parties.map_or(account, |_| account / 2 * 2);
            let value = |i: u32| i128::from(p.values.map_or(rows[i as usize].3, |values| values[i as usize]));
            let mut out = BTreeSet::new();
            for a in 0..accounts as u32 {
                for b in a + 1..accounts as u32 {
                    let of = |from: u32, to: u32| {
                        super::own(rows, |_, row| head(row.0) == from && head(row.1) == to)
                    };
                    let mut back = of(b, a);
                    let mut pairs = Vec::new();
                    for one in of(a, b) {
                        let fits = |other: &u32| {
                            let apart = (rows[one as usize].2 - rows[*other as usize].2).abs();
                            let (x, y) = (value(one), value(*other));
                            let near =
                                (x - y).abs() * 1_000_000 <= x.max(y) * i128::from(p.tolerance.millionths());
                            let differs = p
                                .currencies
                                .is_none_or(|known| known[one as usize] != known[*other as usize]);
                            apart <= p.window && x > 0 && y > 0 && near && differs
                        };
                        if let Some(place) = back.iter().position(fits) {
                            pairs.push((one, back.remove(place)));
                        }
                    }
                    if pairs.len() < p.min_pairs as usize {
                        continue;
                    }
                    let transfers: Vec<u32> = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
                    let sum = |pick: &dyn Fn(&(u32, u32)) -> u32| -> i128 {
                        pairs.iter().map(|pair| value(pick(pair))).sum()
                    };
                    let in_time = super::own(rows, |i, _| transfers.contains(&i));
                    let first = rows[in_time[0] as usize].0;
                    out.insert(super::set(
                        rows,
                        first,
                        &transfers,
                        sum(&|pair| pair.0).min(sum(&|pair| pair.1)),
                    ));
                }
            }
            out
        };
        let mut numbers = Numbers(903);
        let mut seen = 0;
        for _ in 0..10_000 {
            let (accounts, mut rows) = super::small(&mut numbers);
            rows.iter_mut()
                .for_each(|row| (row.0, row.1) = (row.0 % 4, row.1 % 4));
            let p = any(&mut numbers)(&rows, accounts);
            let shapes: BTreeSet<Shape> = found(&graph(accounts, &rows), &p).into_iter().collect();
            assert_eq!(shapes, plain(&rows, accounts, &p), "{rows:?} {p:?}");
            seen += shapes.len();
        }
        assert!(seen > 2_000, "too few to prove anything: {seen}");
        // Where no two times are equal, the order of the rows changes nothing.
        let mut rows: Vec<Row> = random(21, 12, 400, 30 * DAY);
        let p = MirrorTransfers {
            tolerance: Share::parse("0.5").expect("a share"),
            min_pairs: 2,
            ..MirrorTransfers::default()
        };
        let before = found(&graph(12, &rows), &p);
        rows.reverse();
        let after = found(&graph(12, &rows), &p);
        let sizes = |list: &[Shape]| {
            list.iter()
                .map(|shape| (shape.accounts.clone(), shape.carried))
                .collect::<BTreeSet<_>>()
        };
        assert!(before.len() > 1);
        assert_eq!(sizes(&before), sizes(&after));
    });
}

fn periods() -> PassThrough {
    PassThrough {
        min_events: 1,
        min_inflow: 0,
        ..PassThrough::default()
    }
}

#[test]
fn groups_have_all_their_periods_and_end_with_the_budget() {
    // Many accounts that pass money on to one and the same place, and two more that three of them share.
    let accounts = 3_000;
    let mut rows: Vec<Row> = Vec::new();
    for account in 0..accounts {
        let exits = [accounts + 1, accounts + 2, accounts + 3];
        let count = if account % 1_000 == 7 { 3 } else { 1 };
        for exit in &exits[..count] {
            rows.push((accounts, account, i64::from(account), 50));
            rows.push((account, *exit, i64::from(account) + 1, 50));
        }
    }
    let graph = graph(accounts as usize + 4, &rows);
    let p = PassThroughGroup {
        periods: periods(),
        ..PassThroughGroup::default()
    };
    let search = |max_instances, max_steps| {
        let run = Run {
            budget: Budget {
                max_instances,
                max_steps,
            },
            ..Run::default()
        };
        p.search(&graph, &run).expect("good")
    };
    // A budget of one instance is one group, whatever the number of its periods.
    let whole = search(1, 1_000_000);
    assert_eq!((whole.truncated, whole.bundles.len()), (None, 1));
    assert_eq!(whole.bundles[0].accounts[..3], [7, 1_007, 2_007]);
    assert_eq!(whole.bundles[0].representative.len(), 18);
    let none = search(0, 1_000_000);
    assert_eq!(
        (none.truncated.map(|cut| cut.complete_before), none.bundles.len()),
        (Some(7), 0)
    );
    let cut = search(u64::MAX, whole.steps - 1);
    assert!(cut.truncated.is_some() && cut.steps < whole.steps);
}

#[test]
fn groups_agree_with_trying_everything() {
    super::alone(|| {
        let any = |numbers: &mut Numbers| -> Maker<PassThroughGroup<'static>> {
            let (some, min_shared, far) = (
                numbers.below(2) == 0,
                1 + numbers.below(2) as u32,
                numbers.below(4) as i64,
            );
            let periods = PassThrough {
                window: 1 + numbers.below(9) as i64,
                period: 20,
                min_share: Share::from_millionths(250_000).expect("a share"),
                ..periods()
            };
            let p = PassThroughGroup {
                periods,
                min_accounts: 2,
                min_shared,
                max_apart: far,
                opened: None,
                attributes: &[],
            };
            Box::new(move |_, accounts| match some {
                true => PassThroughGroup {
                    opened: Some(
                        (0..accounts as i64)
                            .map(|account| (account % 6 != 5).then_some(account * 7 % 5))
                            .collect::<Vec<Option<i64>>>()
                            .leak(),
                    ),
                    attributes: &[(0, 1), (3, 1), (2, 2)],
                    ..p
                },
                false => p,
            })
        };
        let plain = |rows: &[Row], accounts: usize, p: &PassThroughGroup<'_>| -> BTreeSet<Shape> {
            let whole = graph(accounts, rows);
            let periods = p.periods.search(&whole, &Run::default()).expect("good").bundles;
            let mut exits: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            for bundle in &periods {
                let out = bundle
                    .representative
                    .iter()
                    .filter(|i| rows[**i as usize].0 == bundle.accounts[0]);
                exits
                    .entry(bundle.accounts[0])
                    .or_default()
                    .extend(out.map(|i| rows[*i as usize].1));
            }
            let joins = |a: u32, b: u32| {
                let shared = exits[&a].intersection(&exits[&b]).count() >= p.min_shared as usize;
                let marks = |account: u32| {
                    p.attributes
                        .iter()
                        .filter(move |(own, _)| *own == account)
                        .map(|(_, mark)| *mark)
                };
                let marked = marks(a).any(|mark| marks(b).any(|other| other == mark));
                (shared || marked)
                    && p.opened
                        .is_none_or(|opened| match (opened[a as usize], opened[b as usize]) {
                            (Some(a), Some(b)) => (a - b).abs() <= p.max_apart,
                            _ => true,
                        })
            };
            let mut out = BTreeSet::new();
            let mut left: BTreeSet<u32> = exits.keys().copied().collect();
            while let Some(seed) = left.pop_first() {
                let mut group = BTreeSet::from([seed]);
                while let Some(next) = left
                    .iter()
                    .copied()
                    .find(|next| group.iter().any(|own| joins(*own, *next)))
                {
                    left.remove(&next);
                    group.insert(next);
                }
                if group.len() < p.min_accounts as usize {
                    continue;
                }
                let own = || {
                    periods
                        .iter()
                        .filter(|bundle| group.contains(&bundle.accounts[0]))
                };
                let count = |exit: &u32| {
                    group
                        .iter()
                        .filter(|account| exits[*account].contains(exit))
                        .count()
                };
                let shared: BTreeSet<u32> = (0..accounts as u32).filter(|exit| count(exit) >= 2).collect();
                out.insert(Shape {
                    first: seed,
                    accounts: group.union(&shared).copied().collect(),
                    transfers: own()
                        .flat_map(|bundle| bundle.representative.iter().copied())
                        .collect(),
                    instances: 1,
                    carried: own().map(|bundle| bundle.measures.carried).sum(),
                    needs_lenient: own().any(|bundle| bundle.measures.needs_lenient),
                });
            }
            out
        };
        let mut numbers = Numbers(904);
        let mut seen = 0;
        for _ in 0..10_000 {
            let (accounts, rows) = super::small(&mut numbers);
            let p = any(&mut numbers)(&rows, accounts);
            let shapes: BTreeSet<Shape> = found(&graph(accounts, &rows), &p).into_iter().collect();
            assert_eq!(shapes, plain(&rows, accounts, &p), "{rows:?} {p:?}");
            seen += shapes.len();
        }
        assert!(seen > 1_500, "too few to prove anything: {seen}");
    });
}

#[test]
fn planted_ones_are_found_and_not_backwards() {
    // At home, abroad and back to another account of the same cluster.
    let rows: Vec<Row> = vec![(0, 1, 0, 1_000), (1, 2, 5, 950), (2, 3, 9, 900)];
    let turn = UTurn {
        clusters: Some(&[0, 1, 2, 0]),
        foreign: Some(&[false, false, true, false]),
        ..UTurn::default()
    };
    let list = found(&graph(4, &rows), &turn);
    assert_eq!(
        (list.len(), list[0].accounts.clone(), list[0].carried),
        (1, vec![0, 1, 2], 900)
    );
    assert!(found(&graph(4, &backwards(&rows)), &turn).is_empty());
    assert!(
        found(
            &graph(4, &rows),
            &UTurn {
                foreign: Some(&[false; 4]),
                ..turn
            }
        )
        .is_empty()
    );
    let ring: Vec<Row> = vec![
        (0, 1, 0, 9),
        (1, 2, 100 * DAY, 9),
        (2, 0, 300 * DAY, 9),
        (2, 0, 301 * DAY, 9),
    ];
    let loans = CircularLoans {
        loans: Some(&[true, true, false, true]),
        ..CircularLoans::default()
    };
    assert_eq!(
        found(&graph(3, &ring), &loans)[0].transfers,
        BTreeSet::from([0, 1, 3])
    );
    assert!(found(&graph(3, &backwards(&ring)), &loans).is_empty());
    // Three accounts with the same two exits.
    let mut rows: Vec<Row> = Vec::new();
    for account in 0..3 {
        for day in 0..5 {
            rows.push((10, account, day * 2 * DAY, 20_000_000));
            rows.push((account, 11 + day as u32 % 2, day * 2 * DAY + DAY, 19_000_000));
        }
    }
    let list = found(&graph(13, &rows), &PassThroughGroup::default());
    assert_eq!(
        (list.len(), list[0].accounts.clone(), list[0].transfers.len()),
        (1, vec![0, 1, 2, 11, 12], 30)
    );
    let opened = PassThroughGroup {
        opened: Some(&[0, 0, 91 * DAY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].map(Some)),
        ..PassThroughGroup::default()
    };
    assert!(found(&graph(13, &rows), &opened).is_empty());
    // Three offsets in two currencies.
    let rows: Vec<Row> = (0..6)
        .map(|i| {
            (
                i % 2,
                1 - i % 2,
                i64::from(i / 2) * 9 * DAY + i64::from(i % 2) * DAY,
                1_000 + i64::from(i),
            )
        })
        .collect();
    let mirror = MirrorTransfers {
        currencies: Some(&[0, 1, 0, 1, 0, 1]),
        ..MirrorTransfers::default()
    };
    assert_eq!(found(&graph(2, &rows), &mirror).len(), 1);
    assert!(
        found(
            &graph(2, &rows),
            &MirrorTransfers {
                currencies: Some(&[0; 6]),
                ..mirror
            }
        )
        .is_empty()
    );
}

#[test]
fn threads_and_budgets() {
    let rows = random(22, 60, 6_000, 30 * DAY);
    let mirror = MirrorTransfers {
        tolerance: Share::parse("0.3").expect("a share"),
        ..MirrorTransfers::default()
    };
    same_on_any_threads(&mirror, 60, &rows);
    let graph = graph(60, &rows);
    let group = PassThroughGroup {
        periods: periods(),
        ..PassThroughGroup::default()
    };
    let foreign: Vec<bool> = (0..60).map(|account| account % 5 == 0).collect();
    let turn = UTurn {
        window: DAY / 2,
        foreign: Some(&foreign),
        ..UTurn::default()
    };
    for pattern in [&group as &dyn Pattern, &turn] {
        let search = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            pool.install(|| pattern.search(&graph, &Run::default()).expect("good"))
        };
        let alone = search(1);
        assert!(!alone.bundles.is_empty());
        assert_eq!((search(2), search(16)), (alone.clone(), alone));
    }
}

#[test]
fn parameters_are_refused_by_name() {
    let home = Some(&[false, false][..]);
    refused(&UTurn::default(), "foreign is not given");
    refused(
        &UTurn {
            window: -1,
            foreign: home,
            ..UTurn::default()
        },
        "time_window is -1",
    );
    for max_hops in [0, 1, 10_001] {
        refused(
            &UTurn {
                max_hops,
                foreign: home,
                ..UTurn::default()
            },
            &format!("max_hops is {max_hops}"),
        );
        refused(
            &CircularLoans {
                max_hops,
                ..CircularLoans::default()
            },
            &format!("max_hops is {max_hops}"),
        );
    }
    refused(
        &UTurn {
            foreign: Some(&[true]),
            ..UTurn::default()
        },
        "foreign is 1 values long",
    );
    refused(&CircularLoans::default(), "loans is not given");
    refused(
        &MirrorTransfers {
            window: -1,
            ..MirrorTransfers::default()
        },
        "time_window is -1",
    );
    refused(
        &MirrorTransfers {
            min_pairs: 0,
            ..MirrorTransfers::default()
        },
        "min_pairs is 0",
    );
    refused(
        &PassThroughGroup {
            min_accounts: 0,
            ..PassThroughGroup::default()
        },
        "min_accounts is 0",
    );
    refused(
        &PassThroughGroup {
            min_shared: 0,
            ..PassThroughGroup::default()
        },
        "min_shared is 0",
    );
    refused(
        &PassThroughGroup {
            max_apart: -1,
            ..PassThroughGroup::default()
        },
        "max_apart is -1",
    );
}
