//! Many small payments and then a large one, against a plain search.

use std::collections::BTreeSet;

use geldspoor::patterns::{Budget, FlowMotif, HopTolerance, Pattern, Run, Share, TimeOrder};

use super::{
    Numbers, Row, Shape, agrees_unshuffled, amount, backwards, carries, found, graph, own, random, refused,
    same_on_any_threads, set,
};

const DAY: i64 = 86_400_000_000;

fn motif(window: i64, min_small: u32) -> FlowMotif {
    let conserve = HopTolerance {
        loss: Share::parse("0.1").expect("a share"),
        fee: 0,
    };
    FlowMotif {
        window,
        min_small,
        small_share: Share::WHOLE,
        order: TimeOrder::Strict,
        conserve,
    }
}

fn plain_motif(rows: &[Row], accounts: usize, p: &FlowMotif) -> BTreeSet<Shape> {
    let mut out = BTreeSet::new();
    for v in 0..accounts as u32 {
        let mut free = own(rows, |_, row| row.1 == v);
        for large in own(rows, |_, row| row.0 == v && row.3 > 0) {
            let best = |free: &[u32], order: TimeOrder| -> Option<Vec<u32>> {
                let small: Vec<u32> = free
                    .iter()
                    .copied()
                    .filter(|i| {
                        let row = &rows[*i as usize];
                        let share =
                            i128::from(rows[large as usize].3) * i128::from(p.small_share.millionths());
                        row.3 > 0
                            && i128::from(row.3) * 1_000_000 <= share
                            && super::follows(row, &rows[large as usize], p.window, order, None)
                    })
                    .collect();
                let holds = |latest: &&[u32]| {
                    let sum = amount(rows, latest.iter().copied());
                    latest.len() >= p.min_small as usize
                        && carries(sum, i128::from(rows[large as usize].3), Some(p.conserve))
                };
                (0..small.len())
                    .map(|begin| &small[begin..])
                    .find(holds)
                    .map(<[u32]>::to_vec)
            };
            let Some(taken) = best(&free, p.order) else {
                continue;
            };
            free.retain(|i| !taken.contains(i));
            let needs_lenient = p.order == TimeOrder::Lenient && best(&taken, TimeOrder::Strict).is_none();
            let carried = amount(rows, taken.iter().copied()).min(i128::from(rows[large as usize].3));
            let transfers: Vec<u32> = taken.iter().copied().chain([large]).collect();
            out.insert(Shape {
                needs_lenient,
                ..set(rows, v, &transfers, carried)
            });
        }
    }
    out
}

#[test]
fn the_motif_agrees_with_trying_everything() {
    let any = |numbers: &mut Numbers| FlowMotif {
        order: numbers.order(),
        small_share: Share::from_millionths(500_000 + numbers.below(2) as u32 * 500_000).expect("a share"),
        conserve: HopTolerance {
            loss: Share::from_millionths(numbers.below(4) as u32 * 250_000).expect("a share"),
            fee: numbers.below(2) as i64 * 25,
        },
        ..motif(2 + numbers.below(12) as i64, 2)
    };
    // Which of equal times comes first is told by the number.
    let seen = agrees_unshuffled(1_002, 10_000, any, plain_motif);
    assert!(seen > 2_000, "too few to prove anything: {seen}");
    let seen = super::agrees_at(1_003, 2_000, |row, _| row as i64, any, plain_motif);
    assert!(seen > 400, "too few to prove anything: {seen}");
}

#[test]
fn a_hub_that_is_paid_often_costs_no_square() {
    let mut rows: Vec<Row> = (0..20_000).map(|time| (1, 0, time, 100)).collect();
    rows.extend((0..20_000).map(|time| (0, 2, 20_000 + time, 110)));
    let budget = Budget {
        max_steps: 2_000_000,
        ..Budget::UNLIMITED
    };
    let run = Run {
        budget,
        ..Run::default()
    };
    let found = motif(100_000, 2).search(&graph(3, &rows), &run).expect("good");
    assert_eq!((found.truncated, found.bundles.len()), (None, 0));
}

#[test]
fn a_planted_motif_is_found_and_not_backwards() {
    let mut rows = random(24, 100, 1_000, 60 * DAY);
    let first = rows.len() as u32;
    rows.extend((0..20).map(|i| (101 + i as u32 % 3, 100, i * 3_600_000_000, 5_000_000)));
    rows.push((100, 104, 2 * DAY, 95_000_000));
    let planted = |rows: &[Row]| {
        let mut list = found(&graph(105, rows), &FlowMotif::default());
        list.retain(|shape| shape.first == 100);
        list
    };
    let list = planted(&rows);
    assert_eq!(
        (list.len(), list[0].transfers.clone()),
        (1, (first..first + 21).collect())
    );
    assert!(planted(&backwards(&rows)).is_empty());
    let parallel: Vec<Row> = (0..1_000)
        .map(|time| (0, 1, time, 1))
        .chain([(1, 1, 5, 9), (1, 2, 1_000, 1_000)])
        .collect();
    assert_eq!(
        found(&graph(3, &parallel), &motif(2_000, 1_000))[0]
            .transfers
            .len(),
        1_001
    );
    same_on_any_threads(&motif(9 * DAY, 2), 100, &random(25, 100, 4_000, 60 * DAY));
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&motif(-1, 2), "time_window is -1");
    refused(&motif(1, 0), "min_small is 0");
}
