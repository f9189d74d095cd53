use std::collections::BTreeSet;

use geldspoor::patterns::{GatherScatter, Pattern, Run, TimeOrder};

use super::{
    Numbers, Row, Shape, agrees, amount, backwards, carries, found, graph, random, refused,
    same_on_any_threads,
};

const DAY: i64 = 86_400_000_000;

fn pattern(window: i64, min_counterparties: u32) -> GatherScatter {
    GatherScatter {
        window,
        min_counterparties,
        order: TimeOrder::Strict,
        conserve: None,
    }
}

fn any(numbers: &mut Numbers) -> GatherScatter {
    GatherScatter {
        window: numbers.below(14) as i64,
        min_counterparties: 2 + numbers.below(2) as u32,
        order: numbers.order(),
        conserve: numbers.tolerance(),
    }
}

type Sets = (BTreeSet<u32>, BTreeSet<u32>);

/// What a turn gathers and scatters of what is free, where it holds.
fn turn(rows: &[Row], p: &GatherScatter, order: TimeOrder, free: &Sets, at: i64) -> Option<Sets> {
    let after = |row: &Row| match order {
        TimeOrder::Strict => row.2 > at,
        TimeOrder::Lenient => row.2 >= at,
    };
    let ins: BTreeSet<u32> = free
        .0
        .iter()
        .copied()
        .filter(|i| (at - p.window..=at).contains(&rows[*i as usize].2))
        .collect();
    let outs: BTreeSet<u32> = free
        .1
        .iter()
        .copied()
        .filter(|i| after(&rows[*i as usize]) && rows[*i as usize].2 <= at + p.window)
        .collect();
    let payers: BTreeSet<u32> = ins.iter().map(|i| rows[*i as usize].0).collect();
    let payees: BTreeSet<u32> = outs.iter().map(|i| rows[*i as usize].1).collect();
    let least = p.min_counterparties as usize;
    let sums = (
        amount(rows, ins.iter().copied()),
        amount(rows, outs.iter().copied()),
    );
    (payers.len() >= least && payees.len() >= least && carries(sums.0, sums.1, p.conserve))
        .then_some((ins, outs))
}

/// Every time from one to another, microsecond by microsecond.
fn first_that_holds(
    rows: &[Row],
    p: &GatherScatter,
    order: TimeOrder,
    free: &Sets,
    times: std::ops::Range<i64>,
) -> Option<i64> {
    let enough = GatherScatter { conserve: None, ..*p };
    times
        .take_while(|at| turn(rows, &enough, order, free, *at).is_some())
        .find(|at| turn(rows, p, order, free, *at).is_some())
}

fn every(rows: &[Row], p: &GatherScatter, order: TimeOrder, mut free: Sets) -> Vec<Sets> {
    let mut out = Vec::new();
    let mut behind = i64::MIN;
    let end = rows.iter().map(|row| row.2).max().unwrap_or(0) + p.window + 2;
    loop {
        let ins = free.0.iter().map(|i| rows[*i as usize].2);
        let outs = free.1.iter().map(|i| rows[*i as usize].2 - p.window);
        let turns: BTreeSet<i64> = ins.chain(outs).filter(|at| *at > behind).collect();
        // The time to which each turn that holds is put off.
        let holding: Vec<(i64, i64)> = turns
            .iter()
            .filter_map(|at| {
                let next = turns.range(at + 1..).next().copied().unwrap_or(end);
                first_that_holds(rows, p, order, &free, *at..next).map(|time| (*at, time))
            })
            .collect();
        let Some(first) = holding.first().copied() else {
            return out;
        };
        let scattered = turn(rows, p, order, &free, first.1).expect("holds").1;
        let stays = |at: i64| {
            scattered.iter().all(|i| match order {
                TimeOrder::Strict => rows[*i as usize].2 > at,
                TimeOrder::Lenient => rows[*i as usize].2 >= at,
            })
        };
        let best = holding.iter().rfind(|(_, at)| stays(*at)).expect("the first");
        let sets = turn(rows, p, order, &free, best.1).expect("holds");
        free.0.retain(|i| !sets.0.contains(i));
        free.1.retain(|i| !sets.1.contains(i));
        behind = best.0;
        out.push(sets);
    }
}

fn plain(rows: &[Row], accounts: usize, p: &GatherScatter) -> BTreeSet<Shape> {
    let mut out = BTreeSet::new();
    for v in 0..accounts as u32 {
        let of = |keep: &dyn Fn(&Row) -> bool| -> BTreeSet<u32> {
            (0_u32..)
                .zip(rows)
                .filter(|(_, row)| row.0 != row.1 && keep(row))
                .filter(|(_, row)| p.conserve.is_none() || row.3 > 0)
                .map(|(i, _)| i)
                .collect()
        };
        for (ins, outs) in every(rows, p, p.order, (of(&|row| row.1 == v), of(&|row| row.0 == v))) {
            let others: BTreeSet<u32> = ins
                .iter()
                .map(|i| rows[*i as usize].0)
                .chain(outs.iter().map(|i| rows[*i as usize].1))
                .chain([v])
                .collect();
            out.insert(Shape {
                first: v,
                accounts: others.into_iter().collect(),
                transfers: ins.union(&outs).copied().collect(),
                instances: 1,
                carried: amount(rows, ins.iter().copied()).min(amount(rows, outs.iter().copied())),
                needs_lenient: every(rows, p, TimeOrder::Strict, (ins, outs)).is_empty(),
            });
        }
    }
    out
}

#[test]
fn agrees_with_trying_everything() {
    let seen = agrees(201, 10_000, any, plain);
    assert!(seen > 1_200, "too few to prove anything: {seen}");
}

#[test]
fn a_turn_can_lie_between_all_transfers() {
    let day = |tenths: i64| tenths * DAY / 10;
    let mut rows: Vec<Row> = (0..3).map(|i| (1 + i as u32, 0, i * DAY, 100)).collect();
    rows.extend([(0, 4, day(80), 100), (0, 5, day(90), 100), (0, 6, day(95), 100)]);
    for conserve in [None, GatherScatter::default().conserve] {
        let p = GatherScatter {
            conserve,
            ..GatherScatter::default()
        };
        let list = found(&graph(7, &rows), &p);
        assert_eq!((list.len(), list[0].transfers.len()), (1, 6));
    }
    // Only without the old and large payment is the sum passed on.
    rows.push((8, 0, -4 * DAY, 1_000_000));
    let list = found(&graph(9, &rows), &GatherScatter::default());
    assert_eq!((list.len(), list[0].transfers.len()), (1, 6));
    rows.push((8, 0, -9 * DAY / 2, 1_000_000));
    rows[6].2 = day(-48);
    assert_eq!(found(&graph(9, &rows), &GatherScatter::default()).len(), 1);
}

#[test]
fn a_planted_one_is_found_whole_and_not_backwards() {
    let mut rows = random(6, 300, 3_000, 60 * DAY);
    let first = rows.len() as u32;
    for other in 0..4 {
        rows.push((301 + other, 300, i64::from(other) * 1_000, 10_000));
        rows.push((300, 305 + other, DAY + i64::from(other), 9_500));
    }
    let planted = |rows: &[Row]| {
        let mut list = found(&graph(309, rows), &GatherScatter::default());
        list.retain(|shape| shape.accounts.contains(&300));
        list
    };
    let list = planted(&rows);
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].transfers, (first..first + 8).collect());
    assert_eq!((list[0].accounts.len(), list[0].carried), (9, 38_000));
    assert!(planted(&backwards(&rows)).is_empty());
}

#[test]
fn wider_is_never_less_where_amounts_do_not_matter() {
    super::alone(|| {
        let mut numbers = Numbers(203);
        for _ in 0..3_000 {
            let (accounts, rows) = super::small(&mut numbers);
            let narrow = GatherScatter {
                conserve: None,
                ..any(&mut numbers)
            };
            let mut wide = narrow;
            match numbers.below(3) {
                0 => wide.window += numbers.below(5) as i64,
                1 => wide.order = TimeOrder::Lenient,
                _ => wide.min_counterparties = 2,
            }
            let centres = |p: &GatherScatter| -> BTreeSet<u32> {
                let found = p.search(&graph(accounts, &rows), &Run::default()).expect("good");
                found.bundles.iter().map(|bundle| bundle.accounts[0]).collect()
            };
            assert!(
                centres(&narrow).is_subset(&centres(&wide)),
                "{rows:?} {narrow:?} {wide:?}"
            );
        }
    });
}

#[test]
fn odd_transfers_are_defined() {
    let rows: Vec<Row> = vec![
        (0, 0, 0, 9),
        (1, 0, 0, 0),
        (2, 0, 1, 0),
        (0, 0, 1, 9),
        (0, 3, 2, 0),
        (0, 1, 2, 0),
    ];
    let list = found(&graph(4, &rows), &pattern(5, 2));
    assert_eq!((list.len(), list[0].accounts.clone()), (1, vec![0, 1, 2, 3]));
    assert_eq!(list[0].transfers, BTreeSet::from([1, 2, 4, 5]));
    let equal: Vec<Row> = vec![(1, 0, 1, 1), (2, 0, 1, 1), (0, 1, 1, 1), (0, 3, 1, 1)];
    assert!(found(&graph(4, &equal), &pattern(5, 2)).is_empty());
    let lenient = GatherScatter {
        order: TimeOrder::Lenient,
        ..pattern(0, 2)
    };
    assert!(found(&graph(4, &equal), &lenient)[0].needs_lenient);
    // A thousand parallel transfers of two payers are two payers.
    let mut parallel: Vec<Row> = (0..1_000)
        .map(|time| (1 + time % 2, 0, i64::from(time), 1))
        .collect();
    parallel.extend((0..1_000).map(|time| (0, 3 + time % 2, 1_000 + i64::from(time), 1)));
    assert_eq!(
        found(&graph(5, &parallel), &pattern(5_000, 2))[0].transfers.len(),
        2_000
    );
    assert!(found(&graph(5, &parallel), &pattern(5_000, 3)).is_empty());
}

#[test]
fn threads_and_budgets() {
    let rows = random(8, 300, 8_000, 30 * DAY);
    for p in [
        pattern(2 * DAY, 3),
        GatherScatter {
            order: TimeOrder::Lenient,
            ..GatherScatter::default()
        },
    ] {
        same_on_any_threads(&p, 300, &rows);
    }
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&pattern(-1, 2), "time_window is -1");
    refused(&pattern(1, 0), "min_counterparties is 0");
    refused(&pattern(1, 1), "min_counterparties is 1");
}
