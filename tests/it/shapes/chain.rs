use std::collections::{BTreeMap, BTreeSet};

use geldspoor::patterns::{Budget, HopTolerance, LayeringChains, Pattern, Run, Share, TimeOrder};

use super::{
    Numbers, Row, Shape, agrees, backwards, follows, found, graph, random, refused, same_on_any_threads,
};

const DAY: i64 = 86_400_000_000;

fn pattern(window: i64, min_hops: u32, max_hops: u32) -> LayeringChains {
    LayeringChains {
        window,
        min_hops,
        max_hops,
        order: TimeOrder::Strict,
        conserve: None,
    }
}

fn any(numbers: &mut Numbers) -> LayeringChains {
    let min_hops = 2 + numbers.below(2) as u32;
    LayeringChains {
        window: numbers.below(8) as i64,
        min_hops,
        max_hops: min_hops + numbers.below(4) as u32,
        order: numbers.order(),
        conserve: numbers.tolerance(),
    }
}

/// Every chain of 1 to `max_hops` transfers.
fn every(rows: &[Row], p: &LayeringChains) -> BTreeSet<Vec<u32>> {
    let mut out = BTreeSet::new();
    let mut open: Vec<Vec<u32>> = (0..rows.len() as u32)
        .filter(|i| rows[*i as usize].0 != rows[*i as usize].1)
        .map(|i| vec![i])
        .collect();
    while let Some(chain) = open.pop() {
        let last = &rows[chain[chain.len() - 1] as usize];
        if chain.len() < p.max_hops as usize {
            for (i, row) in (0_u32..).zip(rows) {
                let is_new =
                    row.1 != rows[chain[0] as usize].0 && chain.iter().all(|j| rows[*j as usize].1 != row.1);
                if row.0 == last.1 && is_new && follows(last, row, p.window, p.order, p.conserve) {
                    open.push(chain.iter().copied().chain([i]).collect());
                }
            }
        }
        out.insert(chain);
    }
    out
}

fn plain(rows: &[Row], _accounts: usize, p: &LayeringChains) -> BTreeSet<Shape> {
    let all = every(rows, p);
    // A chain without its first or last transfer is a chain; those are not maximal.
    let inner: BTreeSet<&[u32]> = all
        .iter()
        .flat_map(|chain| [&chain[1..], &chain[..chain.len() - 1]])
        .collect();
    let mut bundles: BTreeMap<Vec<u32>, Vec<&Vec<u32>>> = BTreeMap::new();
    for chain in &all {
        if chain.len() >= p.min_hops as usize && !inner.contains(chain.as_slice()) {
            let accounts = std::iter::once(rows[chain[0] as usize].0)
                .chain(chain.iter().map(|i| rows[*i as usize].1))
                .collect();
            bundles.entry(accounts).or_default().push(chain);
        }
    }
    bundles
        .into_iter()
        .map(|(mut accounts, chains)| {
            let origin = accounts[0];
            accounts.sort_unstable();
            let at = |i: u32| rows[i as usize].2;
            let first = chains
                .iter()
                .min_by_key(|chain| (at(chain[0]), at(chain[chain.len() - 1]), **chain));
            let carried = first
                .expect("one")
                .iter()
                .map(|i| i128::from(rows[*i as usize].3))
                .min();
            let is_strict = |chain: &&Vec<u32>| chain.windows(2).all(|pair| at(pair[0]) < at(pair[1]));
            Shape {
                first: origin,
                accounts,
                transfers: chains.iter().flat_map(|chain| chain.iter().copied()).collect(),
                instances: chains.len() as u64,
                carried: carried.expect("a transfer"),
                needs_lenient: !chains.iter().any(is_strict),
            }
        })
        .collect()
}

#[test]
fn agrees_with_trying_everything() {
    let seen = agrees(301, 10_000, any, plain);
    assert!(seen > 10_000, "too few to prove anything: {seen}");
}

#[test]
fn a_planted_one_is_found_whole_and_not_backwards() {
    let mut rows = random(9, 300, 2_000, 90 * DAY);
    let first = rows.len() as u32;
    for hop in 0..6 {
        rows.push((
            300 + hop,
            301 + hop,
            i64::from(hop) * DAY,
            10_000 - i64::from(hop) * 500,
        ));
    }
    let planted = |rows: &[Row], p: &LayeringChains| {
        let mut list = found(&graph(307, rows), p);
        list.retain(|shape| shape.accounts.contains(&303));
        list
    };
    let list = planted(&rows, &LayeringChains::default());
    assert_eq!(list.len(), 1);
    assert_eq!(
        (list[0].transfers.clone(), list[0].carried),
        ((first..first + 6).collect(), 7_500)
    );
    assert!(planted(&backwards(&rows), &LayeringChains::default()).is_empty());
    // Too long for the limit: every stretch of the length that is allowed.
    assert_eq!(
        planted(
            &rows,
            &LayeringChains {
                max_hops: 4,
                ..LayeringChains::default()
            }
        )
        .len(),
        3
    );
}

#[test]
fn wider_loses_no_chain() {
    super::alone(|| {
        // A wider search may make a chain longer, so every narrow chain lies inside a wide one.
        let mut numbers = Numbers(303);
        for _ in 0..3_000 {
            let (accounts, rows) = super::small(&mut numbers);
            let narrow = LayeringChains {
                max_hops: 20,
                ..any(&mut numbers)
            };
            let mut wide = narrow;
            match numbers.below(3) {
                0 => wide.window += numbers.below(5) as i64,
                1 => wide.order = TimeOrder::Lenient,
                _ => wide.conserve = None,
            }
            let wider = every(&rows, &wide);
            let pattern = narrow
                .search(&graph(accounts, &rows), &Run::default())
                .expect("good");
            assert!(
                pattern
                    .bundles
                    .iter()
                    .all(|bundle| wider.contains(&bundle.representative))
            );
            let transfers = |p: &LayeringChains| -> BTreeSet<u32> {
                found(&graph(accounts, &rows), p)
                    .into_iter()
                    .flat_map(|shape| shape.transfers)
                    .collect()
            };
            assert!(
                transfers(&narrow).is_subset(&transfers(&wide)),
                "{rows:?} {narrow:?} {wide:?}"
            );
        }
    });
}

#[test]
fn odd_transfers_are_defined() {
    let rows: Vec<Row> = vec![
        (0, 1, 0, 0),
        (1, 1, 1, 0),
        (1, 2, 2, 0),
        (2, 0, 3, 0),
        (2, 1, 3, 0),
    ];
    let list = found(&graph(3, &rows), &pattern(5, 2, 8));
    let shapes: Vec<BTreeSet<u32>> = list.into_iter().map(|shape| shape.transfers).collect();
    assert_eq!(shapes, [BTreeSet::from([0, 2]), BTreeSet::from([2, 3])]);
    let equal: Vec<Row> = vec![(0, 1, 1, 1), (1, 2, 1, 1)];
    assert!(found(&graph(3, &equal), &pattern(5, 2, 8)).is_empty());
    let lenient = LayeringChains {
        order: TimeOrder::Lenient,
        ..pattern(0, 2, 8)
    };
    assert!(found(&graph(3, &equal), &lenient)[0].needs_lenient);
    // A thousand parallel transfers at each of five hops: one bundle, more chains than could be listed.
    let mut parallel: Vec<Row> = Vec::new();
    for hop in 0..5 {
        parallel.extend((0..200).map(|time| (hop, hop + 1, i64::from(hop) * 200 + i64::from(time), 7)));
    }
    let list = found(&graph(6, &parallel), &pattern(5_000, 3, 8));
    assert_eq!(
        (list.len(), list[0].instances, list[0].transfers.len()),
        (1, 200_u64.pow(5), 1_000)
    );
    // A way of a thousand hops.
    let long: Vec<Row> = (0..1_000).map(|hop| (hop, hop + 1, i64::from(hop), 5)).collect();
    let list = found(&graph(1_001, &long), &pattern(1, 3, 1_000));
    assert_eq!((list.len(), list[0].transfers.len()), (1, 1_000));
}

#[test]
fn parallel_transfers_cost_no_square_and_are_counted_as_far_as_can_be() {
    let many = 20_000;
    let mut rows: Vec<Row> = Vec::new();
    for hop in 0..5 {
        rows.extend((0..many).map(|time| (hop, hop + 1, i64::from(hop) * many + time, 7)));
    }
    let graph = graph(6, &rows);
    let run = Run {
        budget: Budget {
            max_steps: 16_000_000,
            ..Budget::UNLIMITED
        },
        ..Run::default()
    };
    let found = pattern(5 * many, 3, 8).search(&graph, &run).expect("good");
    assert_eq!((found.truncated, found.bundles.len()), (None, 1));
    let bundle = &found.bundles[0];
    // 20,000 to the power of 5 is more than a table can hold.
    assert_eq!(bundle.instances, i64::MAX as u64);
    assert_eq!(bundle.transfers(&graph).len(), rows.len());
}

#[test]
fn every_chain_of_a_long_one_has_the_length_that_is_asked_for() {
    let rows: Vec<Row> = (0..14).map(|hop| (hop, hop + 1, i64::from(hop), 5)).collect();
    let list = found(&graph(15, &rows), &pattern(1, 10, 12));
    let lengths: Vec<usize> = list.iter().map(|shape| shape.transfers.len()).collect();
    assert_eq!(lengths, [12, 12, 12]);
    assert!(found(&graph(10, &rows[..9]), &pattern(1, 10, 12)).is_empty());
    assert_eq!(found(&graph(12, &rows[..11]), &pattern(1, 10, 12)).len(), 1);
}

#[test]
fn threads_and_budgets() {
    let rows = random(11, 300, 6_000, 60 * DAY);
    let tenth = Some(HopTolerance {
        loss: Share::parse("0.1").expect("a share"),
        fee: 0,
    });
    for p in [
        LayeringChains {
            conserve: tenth,
            ..pattern(3 * DAY, 3, 8)
        },
        LayeringChains {
            order: TimeOrder::Lenient,
            conserve: None,
            ..pattern(DAY / 8, 3, 4)
        },
    ] {
        same_on_any_threads(&p, 300, &rows);
    }
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&pattern(-1, 3, 8), "time_window is -1");
    refused(&pattern(1, 0, 8), "min_hops is 0");
    refused(&pattern(1, 1, 8), "min_hops is 1");
    refused(&pattern(1, 3, 0), "max_hops is 0");
    refused(&pattern(1, 3, 2), "max_hops is 2");
    refused(&pattern(1, 3, 10_001), "max_hops is 10001");
}
