use std::collections::BTreeSet;

use geldspoor::patterns::{Bipartite, Budget, Pattern, Run, Share, Stack, TimeOrder};

use super::{Numbers, Row, Shape, agrees, amount, backwards, found, graph, random, refused};

const DAY: i64 = 86_400_000_000;

fn share(text: &str) -> Share {
    Share::parse(text).expect("a share")
}

fn bipartite(window: i64, min_accounts: u32) -> Bipartite {
    Bipartite {
        window,
        min_accounts,
        density: share("0.7"),
    }
}

fn stack(window: i64, min_accounts: u32) -> Stack {
    Stack {
        window,
        min_accounts,
        density: share("0.7"),
        order: TimeOrder::Strict,
    }
}

fn density(numbers: &mut Numbers) -> Share {
    Share::from_millionths([400_000, 500_000, 700_000, 1_000_000][numbers.below(4) as usize])
        .expect("a share")
}

type Layer = BTreeSet<u32>;

/// How many of the others an account pays, or is paid by.
fn links(inside: &[(u32, Row)], account: u32, others: &Layer, pays: bool) -> usize {
    let pair = |row: &Row| if pays { (row.0, row.1) } else { (row.1, row.0) };
    inside
        .iter()
        .map(|(_, row)| pair(row))
        .filter(|(one, other)| *one == account && others.contains(other))
        .collect::<BTreeSet<_>>()
        .len()
}

fn is_enough(count: usize, of: &Layer, density: Share) -> bool {
    count as u64 * 1_000_000 >= of.len() as u64 * u64::from(density.millionths())
}

fn settle(inside: &[(u32, Row)], layers: &mut [Layer], density: Share) {
    loop {
        let before = layers.to_vec();
        for (depth, layer) in layers.iter_mut().enumerate() {
            layer.retain(|account| {
                let pays = before
                    .get(depth + 1)
                    .is_none_or(|next| is_enough(links(inside, *account, next, true), next, density));
                let paid = depth == 0
                    || is_enough(
                        links(inside, *account, &before[depth - 1], false),
                        &before[depth - 1],
                        density,
                    );
                pays && paid
            });
        }
        if layers == before {
            return;
        }
    }
}

/// The layers that are left of a beginning of the second, where they hold, with what they tell.
#[expect(clippy::too_many_arguments, reason = "all that the definition names")]
fn stands(
    rows: &[Row],
    inside: &[(u32, Row)],
    (seed, fresh): (u32, &BTreeSet<u32>),
    second: Layer,
    accounts: usize,
    least: u32,
    density: Share,
    third: Option<TimeOrder>,
) -> Option<(Vec<Layer>, Shape)> {
    let everyone: Layer = (0..accounts as u32).collect();
    let first: Layer = everyone
        .difference(&second)
        .copied()
        .filter(|account| is_enough(links(inside, *account, &second, true), &second, density))
        .collect();
    let mut layers = vec![first, second];
    settle(inside, &mut layers, density);
    if third.is_some() {
        let middle = layers[1].clone();
        let outside = everyone
            .iter()
            .copied()
            .filter(|account| layers.iter().all(|layer| !layer.contains(account)));
        let last: Layer = outside
            .filter(|account| {
                let count = links(inside, *account, &middle, false);
                count > 0 && is_enough(count, &middle, density)
            })
            .collect();
        if layers.iter().any(|layer| layer.len() < least as usize) {
            return None;
        }
        layers.push(last);
        settle(inside, &mut layers, density);
    }
    let between = |depth: usize| -> Vec<u32> {
        let own = inside
            .iter()
            .filter(|(_, row)| layers[depth].contains(&row.0) && layers[depth + 1].contains(&row.1));
        own.map(|(i, _)| *i).collect()
    };
    let parts: Vec<Vec<u32>> = (0..layers.len() - 1).map(between).collect();
    let median = |part: &[u32]| {
        let mut times: Vec<i64> = part.iter().map(|i| rows[*i as usize].2).collect();
        times.sort_unstable();
        times[(times.len() - 1) / 2]
    };
    if layers.iter().any(|layer| layer.len() < least as usize)
        || !layers[0].contains(&seed)
        || !parts[0].iter().any(|i| fresh.contains(i))
    {
        return None;
    }
    let mut needs_lenient = false;
    if let Some(order) = third {
        let (before, after) = (median(&parts[0]), median(&parts[1]));
        if before > after || (before == after && order == TimeOrder::Strict) {
            return None;
        }
        needs_lenient = before == after;
    }
    let mut all: Vec<u32> = layers.iter().flatten().copied().collect();
    let first = all[0];
    all.sort_unstable();
    let shape = Shape {
        first,
        accounts: all,
        transfers: parts.iter().flatten().copied().collect(),
        instances: 1,
        carried: parts
            .iter()
            .map(|part| amount(rows, part.iter().copied()))
            .min()
            .expect("a layer"),
        needs_lenient,
    };
    Some((layers, shape))
}

fn plain(
    rows: &[Row],
    accounts: usize,
    window: i64,
    least: u32,
    density: Share,
    third: Option<TimeOrder>,
) -> BTreeSet<Shape> {
    let mut all: Vec<Shape> = Vec::new();
    for seed in 0..accounts as u32 {
        let own = |i: &u32| rows[*i as usize].0 == seed && rows[*i as usize].1 != seed;
        let times: BTreeSet<i64> = (0..rows.len() as u32)
            .filter(own)
            .map(|i| rows[i as usize].2)
            .collect();
        let mut used: BTreeSet<u32> = BTreeSet::new();
        for from in times {
            let fresh: BTreeSet<u32> = (0..rows.len() as u32)
                .filter(own)
                .filter(|i| rows[*i as usize].2 == from && !used.contains(i))
                .collect();
            if fresh.is_empty() {
                continue;
            }
            let inside: Vec<(u32, Row)> = (0..)
                .zip(rows.iter().copied())
                .filter(|(_, row)| row.0 != row.1 && row.2 >= from && row.2 <= from + window)
                .collect();
            let paid_by = |account: u32| -> Layer {
                inside
                    .iter()
                    .filter(|(_, row)| row.0 == account)
                    .map(|(_, row)| row.1)
                    .collect()
            };
            let paid = paid_by(seed);
            if paid.len() < least as usize {
                continue;
            }
            // What is told of this window: layers and shape.
            let mut told: Vec<(Vec<Layer>, Shape)> = Vec::new();
            told.extend(stands(
                rows,
                &inside,
                (seed, &fresh),
                paid.clone(),
                accounts,
                least,
                density,
                third,
            ));
            for partner in (0..accounts as u32).filter(|partner| *partner != seed) {
                let common: Layer = paid_by(partner).intersection(&paid).copied().collect();
                let is_told = told
                    .iter()
                    .any(|(layers, _)| layers[0].contains(&partner) && layers[1].is_superset(&common));
                if common.len() < least as usize || is_told {
                    continue;
                }
                told.extend(stands(
                    rows,
                    &inside,
                    (seed, &fresh),
                    common,
                    accounts,
                    least,
                    density,
                    third,
                ));
            }
            for (_, shape) in told {
                used.extend(shape.transfers.iter().copied().filter(own));
                if !all.contains(&shape) {
                    all.push(shape);
                }
            }
        }
    }
    let is_inside = |shape: &&Shape| {
        !all.iter().any(|other| {
            other.transfers.len() > shape.transfers.len() && other.transfers.is_superset(&shape.transfers)
        })
    };
    let mut seen: BTreeSet<BTreeSet<u32>> = BTreeSet::new();
    let mut out = BTreeSet::new();
    // Of those with the same transfers the one that sorts first.
    let mut largest: Vec<&Shape> = all.iter().filter(is_inside).collect();
    largest.sort();
    for shape in largest {
        if seen.insert(shape.transfers.clone()) {
            out.insert(shape.clone());
        }
    }
    out
}

#[test]
fn two_layers_agree_with_trying_everything() {
    let any = |numbers: &mut Numbers| Bipartite {
        window: 2 + numbers.below(14) as i64,
        min_accounts: 2,
        density: density(numbers),
    };
    let seen = agrees(501, 10_000, any, |rows, accounts, p| {
        plain(rows, accounts, p.window, p.min_accounts, p.density, None)
    });
    assert!(seen > 1_500, "too few to prove anything: {seen}");
}

#[test]
fn stacks_agree_with_trying_everything() {
    super::alone(|| {
        // Ten accounts in three groups, most transfers from one to the next.
        let mut numbers = Numbers(502);
        let mut seen = 0;
        for round in 0..10_000 {
            let rows: Vec<Row> = (0..10 + numbers.below(12))
                .map(|_| {
                    let layer = numbers.below(2) as u32;
                    let (payer, payee) = match numbers.below(8) {
                        0 => (numbers.below(8) as u32, numbers.below(8) as u32),
                        _ => (
                            layer * 2 + numbers.below(2) as u32,
                            layer * 2 + 2 + numbers.below(2) as u32,
                        ),
                    };
                    let time = i64::from(layer) * numbers.below(4) as i64 + numbers.below(6) as i64;
                    (payer, payee, time, numbers.below(5) as i64 * 25)
                })
                .collect();
            let p = Stack {
                density: density(&mut numbers),
                order: numbers.order(),
                ..stack(3 + numbers.below(9) as i64, 2)
            };
            let list = found(&graph(8, &rows), &p);
            let shapes: BTreeSet<Shape> = list.iter().cloned().collect();
            let expected = plain(&rows, 8, p.window, p.min_accounts, p.density, Some(p.order));
            assert_eq!(shapes, expected, "graph {round}: {rows:?} {p:?}");
            seen += list.len();
        }
        assert!(seen > 1_500, "too few to prove anything: {seen}");
    });
}

#[test]
fn planted_ones_are_found_whole_and_stacks_not_backwards() {
    let mut rows = random(14, 300, 2_000, 90 * DAY);
    let first = rows.len() as u32;
    for payer in 0..3 {
        for payee in 0..3 {
            rows.push((300 + payer, 303 + payee, i64::from(payer) * DAY, 10_000));
            rows.push((303 + payer, 306 + payee, i64::from(payer + 3) * DAY, 9_000));
        }
    }
    let planted = |rows: &[Row], pattern: &dyn Pattern| {
        let mut list = found(&graph(309, rows), pattern);
        list.retain(|shape| shape.accounts.contains(&304));
        list
    };
    let list = planted(&rows, &Stack::default());
    assert_eq!((list.len(), list[0].carried), (1, 81_000));
    assert_eq!(list[0].transfers, (first..first + 18).collect());
    assert!(planted(&backwards(&rows), &Stack::default()).is_empty());
    assert_eq!(planted(&rows, &Bipartite::default()).len(), 2);
    // Without the last of nine payments it is dense enough for six tenths.
    let mut most = rows.clone();
    most.remove(first as usize + 16);
    let list = planted(
        &most,
        &Bipartite {
            density: share("0.6"),
            ..Bipartite::default()
        },
    );
    assert_eq!(
        list.iter().map(|shape| shape.transfers.len()).collect::<Vec<_>>(),
        [8, 9]
    );
}

#[test]
fn members_that_pay_others_too_are_found() {
    // Two accounts pay the same two, and each three more that nobody else pays.
    let mut rows: Vec<Row> = vec![(0, 2, 0, 5), (0, 3, 1, 5), (1, 2, 2, 5), (1, 3, 3, 5)];
    rows.extend((0..3).flat_map(|other| [(0, 4 + other, 4, 5), (1, 7 + other, 5, 5)]));
    let list = found(&graph(10, &rows), &bipartite(100, 2));
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].first, &list[0].accounts), (0, &vec![0, 1, 2, 3]));
    assert_eq!(list[0].transfers, BTreeSet::from([0, 1, 2, 3]));
    // And both pairs of an account that stands in two.
    rows.extend([(10, 4, 6, 5), (10, 5, 6, 5)]);
    let list = found(&graph(11, &rows), &bipartite(100, 2));
    let layers: BTreeSet<Vec<u32>> = list.into_iter().map(|shape| shape.accounts).collect();
    assert_eq!(layers, BTreeSet::from([vec![0, 1, 2, 3], vec![0, 4, 5, 10]]));
}

#[test]
fn odd_transfers_are_defined() {
    let rows: Vec<Row> = vec![
        (0, 2, 0, 0),
        (0, 3, 0, 0),
        (1, 2, 0, 0),
        (1, 3, 0, 0),
        (0, 0, 0, 9),
        (2, 2, 0, 9),
    ];
    let list = found(&graph(4, &rows), &bipartite(0, 2));
    assert_eq!(
        (list.len(), list[0].transfers.clone()),
        (1, BTreeSet::from([0, 1, 2, 3]))
    );
    let mut parallel: Vec<Row> = Vec::new();
    for time in 0..1_000 {
        parallel.extend([(0, 2, time, 1), (0, 3, time, 1), (1, 2, time, 1), (1, 3, time, 1)]);
    }
    let list = found(&graph(4, &parallel), &bipartite(1_000, 2));
    assert_eq!((list.len(), list[0].transfers.len()), (1, 4_000));
    // All at one time: a stack only in lenient order.
    let mut equal = rows.clone();
    equal.extend([(2, 4, 0, 1), (2, 5, 0, 1), (3, 4, 0, 1), (3, 5, 0, 1)]);
    assert!(found(&graph(6, &equal), &stack(0, 2)).is_empty());
    assert!(
        found(
            &graph(6, &equal),
            &Stack {
                order: TimeOrder::Lenient,
                ..stack(0, 2)
            }
        )[0]
        .needs_lenient
    );
}

#[test]
fn threads_and_budgets() {
    let graph = graph(300, &random(15, 300, 8_000, 30 * DAY));
    for pattern in [&bipartite(5 * DAY, 2) as &dyn Pattern, &stack(5 * DAY, 2)] {
        let search = |threads: usize, budget: Budget| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            pool.install(|| {
                pattern
                    .search(
                        &graph,
                        &Run {
                            budget,
                            ..Run::default()
                        },
                    )
                    .expect("good")
            })
        };
        let whole = search(1, Budget::UNLIMITED);
        assert!(whole.bundles.len() > 2, "{}", whole.bundles.len());
        for budget in [
            Budget::UNLIMITED,
            Budget {
                max_steps: whole.steps / 2,
                ..Budget::UNLIMITED
            },
            Budget {
                max_instances: 1,
                ..Budget::UNLIMITED
            },
        ] {
            let alone = search(1, budget);
            assert_eq!(
                (search(2, budget), search(16, budget)),
                (alone.clone(), alone.clone())
            );
            assert_eq!(alone.truncated.is_some(), budget != Budget::UNLIMITED);
        }
    }
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&bipartite(-1, 2), "time_window is -1");
    refused(&bipartite(1, 0), "min_accounts is 0");
    refused(&stack(1, 1), "min_accounts is 1");
    refused(
        &Stack {
            density: Share::NONE,
            ..stack(1, 2)
        },
        "density is 0",
    );
}
