use std::collections::BTreeSet;

use geldspoor::patterns::{BurstAndClose, DormantReactivation, Pattern, Share};

use super::{
    Maker, Numbers, Row, Shape, agrees_told, amount, found, graph, own, random, refused, same_on_any_threads,
    set, told,
};

const DAY: i64 = 86_400_000_000;

fn dormant(silence: i64, window: i64, min_transfers: u32) -> DormantReactivation<'static> {
    DormantReactivation {
        silence,
        window,
        min_transfers,
        min_amount: i64::MAX,
        quiet: None,
    }
}

fn burst(max_life: i64, quiet: i64) -> BurstAndClose<'static> {
    BurstAndClose {
        max_life,
        factor: 1,
        quiet,
        min_emptied: Share::NONE,
        closed: None,
        seen: None,
    }
}

#[test]
fn reactivation_agrees_with_trying_everything() {
    let any = |numbers: &mut Numbers| -> Maker<DormantReactivation<'static>> {
        let some = numbers.below(2) == 0;
        let min_amount = if numbers.below(2) == 0 { 60 } else { i64::MAX };
        let p = DormantReactivation {
            min_amount,
            ..dormant(
                1 + numbers.below(6) as i64,
                numbers.below(5) as i64,
                1 + numbers.below(3) as u32,
            )
        };
        Box::new(move |rows, _| match some {
            true => DormantReactivation {
                quiet: told(rows, |row| (row.0 + row.1) % 3 == 0),
                ..p
            },
            false => p,
        })
    };
    let plain = |rows: &[Row], accounts: usize, p: &DormantReactivation<'_>| -> BTreeSet<Shape> {
        let mut out = BTreeSet::new();
        for v in 0..accounts as u32 {
            let all = own(rows, |i, row| {
                (row.0 == v || row.1 == v) && p.quiet.is_none_or(|quiet| !quiet[i as usize])
            });
            let times: BTreeSet<i64> = all.iter().map(|i| rows[*i as usize].2).collect();
            for begin in &times {
                let Some(before) = times.range(..begin).next_back() else {
                    continue;
                };
                if begin - before < p.silence {
                    continue;
                }
                // Up to the end of the window or the next silence.
                let mut last = *begin;
                for time in times
                    .iter()
                    .filter(|time| *time > begin && **time <= begin + p.window)
                {
                    if time - last >= p.silence {
                        break;
                    }
                    last = *time;
                }
                let inside: Vec<u32> = all
                    .iter()
                    .copied()
                    .filter(|i| (*begin..=last).contains(&rows[*i as usize].2))
                    .collect();
                let sum = |into: bool| {
                    amount(
                        rows,
                        inside
                            .iter()
                            .copied()
                            .filter(|i| (rows[*i as usize].1 == v) == into),
                    )
                };
                let most = sum(true).max(sum(false));
                if inside.len() >= p.min_transfers as usize || most > i128::from(p.min_amount) {
                    out.insert(set(rows, v, &inside, most));
                }
            }
        }
        out
    };
    let seen = agrees_told(701, 10_000, any, plain);
    assert!(seen > 4_000, "too few to prove anything: {seen}");
}

#[test]
fn bursts_agree_with_trying_everything() {
    let any = |numbers: &mut Numbers| -> Maker<BurstAndClose<'static>> {
        let some = numbers.below(2) == 0;
        let p = BurstAndClose {
            factor: 1 + numbers.below(2) as u32,
            min_emptied: Share::from_millionths(numbers.below(3) as u32 * 500_000).expect("a share"),
            ..burst(numbers.below(10) as i64, numbers.below(8) as i64)
        };
        Box::new(move |_, accounts| match some {
            true => BurstAndClose {
                closed: Some(
                    (0..accounts)
                        .map(|account| account % 3 == 0)
                        .collect::<Vec<_>>()
                        .leak(),
                ),
                seen: Some(
                    (0..accounts)
                        .map(|account| account % 4 != 1)
                        .collect::<Vec<_>>()
                        .leak(),
                ),
                ..p
            },
            false => p,
        })
    };
    let plain = |rows: &[Row], accounts: usize, p: &BurstAndClose<'_>| -> BTreeSet<Shape> {
        let life = |v: u32| own(rows, |_, row| row.0 == v || row.1 == v);
        let seen = |v: &u32| p.seen.is_none_or(|seen| seen[*v as usize]);
        let mut turnovers: Vec<i128> = (0..accounts as u32)
            .filter(seen)
            .map(life)
            .filter(|all| !all.is_empty())
            .map(|all| amount(rows, all))
            .collect();
        turnovers.sort_unstable();
        let mut out = BTreeSet::new();
        for v in 0..accounts as u32 {
            let all = life(v);
            if all.is_empty() || !seen(&v) {
                continue;
            }
            let (first, last) = (rows[all[0] as usize].2, rows[all[all.len() - 1] as usize].2);
            let end = rows.iter().map(|row| row.2).max().expect("a row");
            let came = amount(rows, all.iter().copied().filter(|i| rows[*i as usize].1 == v));
            let went = amount(rows, all.iter().copied().filter(|i| rows[*i as usize].0 == v));
            let left = end - last >= p.quiet
                && came > 0
                && went * 1_000_000 >= came * i128::from(p.min_emptied.millionths());
            let closed = p.closed.is_some_and(|closed| closed[v as usize]);
            let median = turnovers[(turnovers.len() - 1) / 2];
            if last - first <= p.max_life && came + went > median * i128::from(p.factor) && (closed || left) {
                out.insert(set(rows, v, &all, came.min(went)));
            }
        }
        out
    };
    let seen = agrees_told(702, 10_000, any, plain);
    assert!(seen > 1_500, "too few to prove anything: {seen}");
}

#[test]
fn planted_ones_are_found() {
    let mut rows = random(18, 300, 3_000, 400 * DAY);
    let first = rows.len() as u32;
    rows.push((301, 300, 0, 1_000));
    for event in 0..6 {
        rows.push((302, 300, 200 * DAY + event * DAY, 20_000_000));
        rows.push((300, 303, 200 * DAY + event * DAY + DAY / 2, 20_000_000));
    }
    let planted = |pattern: &dyn Pattern, rows: &[Row]| {
        let mut list = found(&graph(304, rows), pattern);
        list.retain(|shape| shape.first == 300);
        list
    };
    let list = planted(&DormantReactivation::default(), &rows);
    assert_eq!(
        (list.len(), list[0].transfers.clone()),
        (1, (first + 1..first + 13).collect())
    );
    // Without the transfer before it nothing is known of a silence.
    let mut young = rows.clone();
    young.remove(first as usize);
    assert!(planted(&DormantReactivation::default(), &young).is_empty());
    let list = planted(&BurstAndClose::default(), &young);
    assert_eq!((list.len(), list[0].carried), (1, 120_000_000));
    // Older than the limit with the early transfer.
    assert!(planted(&BurstAndClose::default(), &rows).is_empty());
    // Backwards the six pairs come first and the small payment last: nothing is sudden after the silence.
    assert!(planted(&DormantReactivation::default(), &super::backwards(&rows)).is_empty());
}

#[test]
fn what_never_received_was_not_emptied() {
    let mut rows: Vec<Row> = (0..9).map(|other| (10 + other, 20 + other, 0, 10)).collect();
    rows.extend([(0, 1, 5, 5_000), (2, 3, 900, 1)]);
    let emptied = BurstAndClose {
        min_emptied: Share::WHOLE,
        ..burst(100, 50)
    };
    let firsts = |pattern: &BurstAndClose<'_>, rows: &[Row]| -> Vec<u32> {
        let list = found(&graph(30, rows), pattern);
        list.iter().map(|shape| shape.first).collect()
    };
    assert!(firsts(&emptied, &rows).is_empty());
    let closed: Vec<bool> = (0..30).map(|account| account == 0).collect();
    let told = BurstAndClose {
        closed: Some(&closed),
        ..emptied
    };
    assert_eq!(firsts(&told, &rows), [0]);
    rows.push((4, 0, 4, 5_000));
    assert_eq!(firsts(&emptied, &rows), [0]);
}

#[test]
fn odd_transfers_are_defined() {
    let rows: Vec<Row> = vec![(0, 1, 0, 0), (0, 0, 5, 9), (0, 1, 10, 0), (0, 1, 10, 0)];
    let list = found(&graph(2, &rows), &dormant(10, 0, 2));
    assert_eq!(list.iter().map(|shape| shape.first).collect::<Vec<_>>(), [0, 1]);
    assert!(found(&graph(2, &rows), &dormant(11, 0, 2)).is_empty());
    let parallel: Vec<Row> = (0..1_000)
        .map(|time| (0, 1, if time == 0 { -50 } else { time }, 1))
        .collect();
    assert_eq!(found(&graph(2, &parallel), &dormant(51, 2_000, 999)).len(), 2);
}

#[test]
fn threads_and_budgets() {
    let rows = random(19, 300, 2_000, 300 * DAY);
    same_on_any_threads(&dormant(20 * DAY, 7 * DAY, 2), 300, &rows);
    same_on_any_threads(&burst(290 * DAY, 0), 300, &rows);
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&dormant(1, -1, 1), "time_window is -1");
    refused(&dormant(-1, 1, 1), "silence is -1");
    refused(&dormant(0, 1, 1), "silence is 0");
    refused(&dormant(1, 1, 0), "min_transfers is 0");
    refused(
        &DormantReactivation {
            min_amount: -4,
            ..dormant(1, 1, 1)
        },
        "min_amount is -0.0004",
    );
    refused(&burst(-1, 1), "max_life is -1");
    refused(&burst(1, -1), "quiet is -1");
    refused(
        &BurstAndClose {
            factor: 0,
            ..burst(1, 1)
        },
        "factor is 0",
    );
    refused(
        &BurstAndClose {
            closed: Some(&[]),
            ..burst(1, 1)
        },
        "closed is 0 values long",
    );
}
