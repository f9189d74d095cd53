//! Mirror transfers, against a plain matching.

use std::collections::BTreeSet;

use geldspoor::patterns::{MirrorTransfers, Share};

use super::{Maker, Numbers, Row, Shape, found, graph, random, refused, same_on_any_threads, told};

const DAY: i64 = 86_400_000_000;

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

#[test]
fn a_planted_mirror_is_found_in_two_currencies_only() {
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
    let mirror = MirrorTransfers {
        tolerance: Share::parse("0.3").expect("a share"),
        ..MirrorTransfers::default()
    };
    same_on_any_threads(&mirror, 60, &random(22, 60, 6_000, 30 * DAY));
}

#[test]
fn parameters_are_refused_by_name() {
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
}
