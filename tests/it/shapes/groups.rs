//! Groups of pass-through accounts, against joining everybody with everybody.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::patterns::{Budget, PassThrough, PassThroughGroup, Pattern, Run, Share};

use super::{Maker, Numbers, Row, Shape, found, graph, on_threads, random, refused};

const DAY: i64 = 86_400_000_000;

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
fn a_planted_group_is_found() {
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
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let graph = graph(60, &random(22, 60, 6_000, 30 * DAY));
    let group = PassThroughGroup {
        periods: periods(),
        ..PassThroughGroup::default()
    };
    let search = |threads: usize| on_threads(&group, &graph, threads, Budget::default());
    let alone = search(1);
    assert!(!alone.bundles.is_empty());
    assert_eq!((search(2), search(16)), (alone.clone(), alone));
}

#[test]
fn parameters_are_refused_by_name() {
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
