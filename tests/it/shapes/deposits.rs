use std::collections::BTreeSet;

use geldspoor::patterns::{Share, Smurfing, Structuring};

use super::{
    Maker, Numbers, Row, Shape, agrees_told, amount, found, graph, own, random, refused, same_on_any_threads,
    set, told,
};

const DAY: i64 = 86_400_000_000;

fn share(text: &str) -> Share {
    Share::parse(text).expect("a share")
}

fn structuring(window: i64, min_deposits: u32) -> Structuring<'static> {
    Structuring {
        window,
        threshold: 100,
        band: share("0.5"),
        min_deposits,
        bunching: 0,
        deposits: None,
    }
}

fn smurfing(window: i64, min_depositors: u32) -> Smurfing<'static> {
    Smurfing {
        window,
        threshold: 100,
        band: share("0.5"),
        min_depositors,
        deposits: None,
        clusters: None,
    }
}

fn is_deposit(row: &Row) -> bool {
    !(row.0 + row.1 * 3 + row.2 as u32).is_multiple_of(4)
}

fn is_just_below(amount: i64, threshold: i64, band: Share) -> bool {
    amount < threshold && amount * 1_000_000 >= threshold * (1_000_000 - i64::from(band.millionths()))
}

/// Disjoint windows over rows in the order of time, the earliest that holds first.
fn windows(rows: &[Row], mut left: Vec<u32>, window: i64, holds: impl Fn(&[u32]) -> bool) -> Vec<Vec<u32>> {
    let mut out = Vec::new();
    while let Some(first) = left.first() {
        let limit = rows[*first as usize].2 + window;
        let inside: Vec<u32> = left
            .iter()
            .copied()
            .filter(|i| rows[*i as usize].2 <= limit)
            .collect();
        if holds(&inside) {
            left.retain(|i| !inside.contains(i));
            out.push(inside);
        } else {
            left.remove(0);
        }
    }
    out
}

#[test]
fn structuring_agrees_with_trying_everything() {
    let any = |numbers: &mut Numbers| -> Maker<Structuring<'static>> {
        let (some, bunching) = (numbers.below(2) == 0, numbers.below(3) as u32);
        let band = Share::from_millionths(250_000 * (1 + numbers.below(3) as u32)).expect("a share");
        let p = Structuring {
            band,
            bunching,
            ..structuring(numbers.below(12) as i64, 2)
        };
        Box::new(move |rows, _| Structuring {
            deposits: if some { told(rows, is_deposit) } else { None },
            ..p
        })
    };
    let plain = |rows: &[Row], accounts: usize, p: &Structuring<'_>| -> BTreeSet<Shape> {
        let mut out = BTreeSet::new();
        for v in 0..accounts as u32 {
            let all = own(rows, |i, row| {
                row.1 == v && p.deposits.is_none_or(|known| known[i as usize])
            });
            let below: Vec<u32> = all
                .iter()
                .copied()
                .filter(|i| is_just_below(rows[*i as usize].3, 100, p.band))
                .collect();
            let limit = 100 * (1_000_000 + i64::from(p.band.millionths()));
            let above = all
                .iter()
                .filter(|i| rows[**i as usize].3 >= 100 && rows[**i as usize].3 * 1_000_000 <= limit);
            if below.len() < above.count() * p.bunching as usize {
                continue;
            }
            let sum = |inside: &[u32]| amount(rows, inside.iter().copied());
            for inside in windows(rows, below, p.window, |inside| {
                inside.len() >= 2 && sum(inside) >= 100
            }) {
                out.insert(set(rows, v, &inside, sum(&inside)));
            }
        }
        out
    };
    let seen = agrees_told(601, 10_000, any, plain);
    assert!(seen > 1_500, "too few to prove anything: {seen}");
}

#[test]
fn smurfing_agrees_with_trying_everything() {
    super::alone(|| {
        let any = |numbers: &mut Numbers| -> Maker<Smurfing<'static>> {
            let some = numbers.below(2) == 0;
            let p = Smurfing {
                band: share("0.75"),
                ..smurfing(numbers.below(12) as i64, 2)
            };
            Box::new(move |rows, accounts| match some {
                true => Smurfing {
                    deposits: told(rows, is_deposit),
                    clusters: Some(
                        (0..accounts as u32)
                            .map(|account| account / 2 + 7)
                            .collect::<Vec<u32>>()
                            .leak(),
                    ),
                    ..p
                },
                false => p,
            })
        };
        let plain = |rows: &[Row], accounts: usize, p: &Smurfing<'_>| -> BTreeSet<Shape> {
            let cluster = |account: u32| p.clusters.map_or(account, |clusters| clusters[account as usize]);
            let clusters: BTreeSet<u32> = (0..accounts as u32).map(cluster).collect();
            let mut out = BTreeSet::new();
            for c in clusters {
                let deposits = own(rows, |i, row| {
                    cluster(row.1) == c
                        && cluster(row.0) != c
                        && p.deposits.is_none_or(|known| known[i as usize])
                        && is_just_below(row.3, 100, p.band)
                });
                let sum = |inside: &[u32]| amount(rows, inside.iter().copied());
                let holds = |inside: &[u32]| {
                    let payers: BTreeSet<u32> = inside.iter().map(|i| rows[*i as usize].0).collect();
                    payers.len() >= 2 && sum(inside) >= 100
                };
                for inside in windows(rows, deposits, p.window, holds) {
                    // The first account is that of the first deposit; of one time any may be it.
                    let first = cluster(rows[inside[0] as usize].1);
                    out.insert(Shape {
                        first,
                        ..set(rows, rows[inside[0] as usize].1, &inside, sum(&inside))
                    });
                }
            }
            out
        };
        // The second implementation names the cluster, the first its first account.
        let named = |rows: &[Row], accounts: usize, p: &Smurfing<'_>| -> BTreeSet<Shape> {
            plain(rows, accounts, p)
                .into_iter()
                .map(|shape| {
                    let in_time = own(rows, |i, _| shape.transfers.contains(&i));
                    Shape {
                        first: rows[in_time[0] as usize].1,
                        ..shape
                    }
                })
                .collect()
        };
        let mut numbers = Numbers(602);
        let mut seen = 0;
        for _ in 0..10_000 {
            let (accounts, rows) = super::small(&mut numbers);
            let p = any(&mut numbers)(&rows, accounts);
            let shapes = found(&graph(accounts, &rows), &p);
            seen += shapes.len();
            assert_eq!(
                shapes.into_iter().collect::<BTreeSet<_>>(),
                named(&rows, accounts, &p),
                "{rows:?} {p:?}"
            );
            let place = numbers.shuffled(rows.len());
            let shuffled: Vec<Row> = place.iter().map(|old| rows[*old as usize]).collect();
            let again = Smurfing {
                deposits: p.deposits.and_then(|_| told(&shuffled, is_deposit)),
                ..p
            };
            let sets =
                |rows: &[Row], p: &Smurfing<'_>, number: &dyn Fn(u32) -> u32| -> BTreeSet<BTreeSet<u32>> {
                    let list = found(&graph(accounts, rows), p);
                    list.iter()
                        .map(|shape| shape.transfers.iter().map(|i| number(*i)).collect())
                        .collect()
                };
            assert_eq!(
                sets(&shuffled, &again, &|i| place[i as usize]),
                sets(&rows, &p, &|i| i)
            );
        }
        assert!(seen > 1_000, "too few to prove anything: {seen}");
    });
}

#[test]
fn planted_series_are_found_and_steady_takings_are_not() {
    let mut rows = random(16, 100, 500, 30 * DAY);
    let first = rows.len() as u32;
    for (day, euros) in [9_500, 9_000, 8_500, 9_900].into_iter().enumerate() {
        rows.push((101 + day as u32, 100, day as i64 * DAY, euros * 10_000));
    }
    let planted: BTreeSet<u32> = (first..first + 4).collect();
    for pattern in [
        &Structuring::default() as &dyn geldspoor::patterns::Pattern,
        &Smurfing::default(),
    ] {
        let list = found(&graph(106, &rows), pattern);
        assert_eq!(
            (list.len(), &list[0].transfers),
            (1, &planted),
            "{}",
            pattern.name()
        );
    }
    // As many just above as just below: takings.
    rows.extend((0..3).map(|day| (101, 100, (9 + day) * DAY, 100_000_000 + day)));
    assert!(found(&graph(106, &rows), &Structuring::default()).is_empty());
    assert_eq!(
        found(
            &graph(106, &rows),
            &Structuring {
                bunching: 1,
                ..Structuring::default()
            }
        )
        .len(),
        1
    );
}

#[test]
fn the_band_above_the_threshold_has_both_its_ends() {
    let just_below = |day: i64| (1, 0, day, 60);
    let mut rows: Vec<Row> = (0..3).map(just_below).collect();
    let bunched = Structuring {
        bunching: 3,
        ..structuring(9, 2)
    };
    rows.extend([(1, 0, 4, 150), (1, 0, 5, 151)]);
    assert_eq!(found(&graph(2, &rows), &bunched).len(), 1);
    // Half above the threshold is the end of the band and in it.
    rows.push((1, 0, 6, 150));
    assert!(found(&graph(2, &rows), &bunched).is_empty());
}

#[test]
fn odd_deposits_are_defined() {
    // At the edges of the band, to itself, of zero, at one time.
    let rows: Vec<Row> = vec![
        (0, 1, 0, 50),
        (0, 1, 0, 49),
        (0, 1, 0, 100),
        (1, 1, 0, 60),
        (2, 1, 0, 99),
        (2, 1, 0, 0),
    ];
    let list = found(&graph(3, &rows), &structuring(0, 2));
    assert_eq!(
        (list.len(), list[0].transfers.clone()),
        (1, BTreeSet::from([0, 4]))
    );
    let parallel: Vec<Row> = (0..1_000).map(|time| (0, 1, time, 60)).collect();
    assert_eq!(found(&graph(2, &parallel), &structuring(9, 10)).len(), 100);
    assert!(found(&graph(2, &parallel), &smurfing(9, 2)).is_empty());
}

#[test]
fn threads_and_budgets() {
    let rows: Vec<Row> = random(17, 200, 6_000, 60 * DAY)
        .into_iter()
        .map(|row| (row.0, row.1, row.2, row.3 % 130))
        .collect();
    same_on_any_threads(&structuring(5 * DAY, 3), 200, &rows);
    same_on_any_threads(&smurfing(5 * DAY, 3), 200, &rows);
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&structuring(-1, 2), "time_window is -1");
    refused(&structuring(1, 0), "min_deposits is 0");
    refused(&smurfing(1, 0), "min_depositors is 0");
    refused(
        &Structuring {
            threshold: 0,
            ..structuring(1, 2)
        },
        "threshold is 0",
    );
    refused(
        &Structuring {
            band: Share::NONE,
            ..structuring(1, 2)
        },
        "band is 0",
    );
    refused(
        &Structuring {
            deposits: Some(&[]),
            ..structuring(1, 2)
        },
        "deposits is 0 values long",
    );
    refused(
        &Smurfing {
            clusters: Some(&[1]),
            ..smurfing(1, 2)
        },
        "clusters is 1 values long",
    );
}
