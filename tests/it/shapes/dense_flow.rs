//! Dense flow through layers, against a plain greedy choice.

use std::collections::BTreeSet;

use geldspoor::patterns::{DenseFlow, Pattern, Run};

use super::{Numbers, Row, found, graph, random, refused, small};

const DAY: i64 = 86_400_000_000;

/// Takes accounts away one by one and counts everything anew each time.
fn plain_dense(rows: &[Row], lambda: i128, middle: usize) -> Option<(i128, Vec<BTreeSet<u32>>)> {
    let depth = middle + 2;
    let pays = |rows: &[Row], a: u32, b: u32| -> i128 {
        rows.iter()
            .filter(|row| row.0 == a && row.1 == b && a != b)
            .map(|row| i128::from(row.3))
            .sum()
    };
    let mut left: BTreeSet<(usize, u32)> = BTreeSet::new();
    for row in rows.iter().filter(|row| row.0 != row.1) {
        for layer in 0..depth - 1 {
            left.extend([(layer, row.0), (layer + 1, row.1)]);
        }
    }
    let weight = |left: &BTreeSet<(usize, u32)>, node: &(usize, u32)| -> (i128, i128) {
        let sum = |layer: Option<usize>, into: bool| -> i128 {
            let Some(layer) = layer else { return 0 };
            left.iter()
                .filter(|other| other.0 == layer)
                .map(|other| {
                    if into {
                        pays(rows, other.1, node.1)
                    } else {
                        pays(rows, node.1, other.1)
                    }
                })
                .sum()
        };
        let (came, went) = (sum(node.0.checked_sub(1), true), sum(Some(node.0 + 1), false));
        match node.0 == 0 || node.0 + 1 == depth {
            true => ((1 + lambda) * (came + went), 0),
            false => {
                let part = (1 + lambda) * came.min(went) - lambda * came.max(went);
                (part, part)
            }
        }
    };
    let mut best: Option<(i128, BTreeSet<(usize, u32)>)> = None;
    while !left.is_empty() {
        let score: i128 = left.iter().map(|node| weight(&left, node).1).sum();
        let is_better = best
            .as_ref()
            .is_none_or(|(old, set)| score * set.len() as i128 > old * left.len() as i128);
        if is_better {
            best = Some((score, left.clone()));
        }
        let least = *left
            .iter()
            .min_by_key(|node| (weight(&left, node).0, **node))
            .expect("one");
        left.remove(&least);
    }
    let (score, set) = best?;
    let layers = (0..depth)
        .map(|layer| {
            set.iter()
                .filter(|node| node.0 == layer)
                .map(|node| node.1)
                .collect()
        })
        .collect();
    (score > 0).then_some((score, layers))
}

#[test]
fn the_densest_choice_agrees_with_a_plain_greedy_one() {
    super::alone(|| {
        let mut numbers = Numbers(1_004);
        let mut seen = 0;
        for round in 0..10_000 {
            let (accounts, mut rows) = small(&mut numbers);
            rows.truncate(9);
            let accounts = accounts.min(5);
            rows.iter_mut()
                .for_each(|row| (row.0, row.1) = (row.0 % 5, row.1 % 5));
            let p = DenseFlow {
                lambda: numbers.below(5) as u32,
                middle_layers: 1 + (round % 8 == 0) as u32,
                ..DenseFlow::default()
            };
            let all: Vec<u32> = (0..rows.len() as u32).collect();
            let dense = p.densest(&graph(accounts.max(5), &rows), &all);
            let plain = plain_dense(&rows, i128::from(p.lambda), p.middle_layers as usize);
            let told = dense.map(|dense| {
                let layers: Vec<BTreeSet<u32>> = dense
                    .layers
                    .into_iter()
                    .map(|layer| layer.into_iter().collect())
                    .collect();
                (dense.score, layers)
            });
            assert_eq!(told, plain, "graph {round}: {rows:?} {p:?}");
            seen += usize::from(told.is_some());
        }
        assert!(seen > 2_000, "too few to prove anything: {seen}");
    });
}

#[test]
fn a_smaller_group_beside_a_denser_one_is_found_too() {
    // Two groups of one week that share no account, and a third that shares the payers of the first.
    let mut rows: Vec<Row> = Vec::new();
    let mut groups: Vec<BTreeSet<u32>> = Vec::new();
    for (payers, others, amount) in [(0, 10, 90_000), (20, 30, 50_000), (0, 40, 300)] {
        let first = rows.len() as u32;
        for middle in 0..3 {
            for end in 0..2 {
                rows.push((payers + end, others + middle, i64::from(middle), amount));
                rows.push((others + middle, others + 5 + end, DAY + i64::from(middle), amount));
            }
        }
        groups.push((first..rows.len() as u32).collect());
    }
    let list = found(&graph(50, &rows), &DenseFlow::default());
    let told: BTreeSet<BTreeSet<u32>> = list.into_iter().map(|shape| shape.transfers).collect();
    assert_eq!(told, groups.into_iter().collect());
    let heavy = DenseFlow {
        lambda: 1_000_001,
        ..DenseFlow::default()
    };
    refused(&heavy, "lambda is 1000001");
}

#[test]
fn a_planted_dense_flow_is_found() {
    let mut rows: Vec<Row> = random(26, 100, 400, 60 * DAY);
    let first = rows.len() as u32;
    for middle in 0..4 {
        for end in 0..2 {
            rows.push((100 + end, 102 + middle, i64::from(middle) * 1_000, 50_000_000));
            rows.push((102 + middle, 106 + end, DAY + i64::from(middle), 49_000_000));
        }
    }
    let p = DenseFlow::default();
    let list = found(&graph(108, &rows), &p);
    let planted: BTreeSet<u32> = (first..first + 16).collect();
    assert!(
        list.iter()
            .any(|shape| shape.transfers == planted && shape.carried == 392_000_000),
        "{list:?}"
    );
    let graph = graph(108, &rows);
    let search = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| p.search(&graph, &Run::default()).expect("good"))
    };
    let alone = search(1);
    assert_eq!((search(2), search(16)), (alone.clone(), alone));
}

#[test]
fn parameters_are_refused_by_name() {
    refused(
        &DenseFlow {
            window: -1,
            ..DenseFlow::default()
        },
        "time_window is -1",
    );
    refused(
        &DenseFlow {
            min_accounts: 0,
            ..DenseFlow::default()
        },
        "min_accounts is 0",
    );
    for middle_layers in [0, 9, 1_000] {
        refused(
            &DenseFlow {
                middle_layers,
                ..DenseFlow::default()
            },
            &format!("middle_layers is {middle_layers}"),
        );
    }
}
