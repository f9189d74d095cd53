//! Cycles of which more is told: U-turns and circular loans, against trying every cycle.

use std::collections::BTreeSet;

use geldspoor::patterns::{Budget, CircularLoans, Pattern, Run, TimeOrder, UTurn};

use super::{Numbers, Row, backwards, found, graph, on_threads, random, refused};

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
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let graph = graph(60, &random(22, 60, 6_000, 30 * DAY));
    let foreign: Vec<bool> = (0..60).map(|account| account % 5 == 0).collect();
    let turn = UTurn {
        window: DAY / 2,
        foreign: Some(&foreign),
        ..UTurn::default()
    };
    let search = |threads: usize| on_threads(&turn, &graph, threads, Budget::default());
    let alone = search(1);
    assert!(!alone.bundles.is_empty());
    assert_eq!((search(2), search(16)), (alone.clone(), alone));
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
}
