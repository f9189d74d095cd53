use std::collections::{BTreeMap, BTreeSet};

use geldspoor::patterns::{
    Budget, DenseFlow, FlowMotif, HopTolerance, Pattern, Run, Share, TemporalFlow, TimeOrder,
};

use super::{
    Numbers, Row, Shape, agrees_unshuffled, amount, backwards, carries, found, graph, own, random, refused,
    same_on_any_threads, set, small,
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

fn flow<'a>(sources: &'a [u32], sinks: &'a [u32], order: TimeOrder) -> TemporalFlow<'a> {
    TemporalFlow {
        sources,
        sinks,
        from: i64::MIN,
        to: i64::MAX,
        order,
    }
}

/// The whole network, every account at every time, and Ford and Fulkerson's way of filling it.
fn most(rows: &[Row], accounts: usize, p: &TemporalFlow<'_>) -> i128 {
    let times: Vec<i64> = rows
        .iter()
        .map(|row| row.2)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let count = times.len();
    // Node of an account before the transfers of the nth time; one more time at the end.
    let node = |account: u32, time: usize| account as usize * (count + 1) + time;
    let (source, sink) = (accounts * (count + 1), accounts * (count + 1) + 1);
    let mut room: BTreeMap<(usize, usize), i128> = BTreeMap::new();
    for account in 0..accounts as u32 {
        for time in 0..count {
            room.insert((node(account, time), node(account, time + 1)), 1_000_000_000);
        }
    }
    for row in rows
        .iter()
        .filter(|row| row.0 != row.1 && row.2 >= p.from && row.2 <= p.to)
    {
        let time = times.binary_search(&row.2).expect("a time");
        if p.sinks.contains(&row.0) || p.sources.contains(&row.1) {
            continue;
        }
        let leaves = if p.sources.contains(&row.0) {
            source
        } else {
            node(row.0, time)
        };
        let later = usize::from(p.order == TimeOrder::Strict);
        let arrives = if p.sinks.contains(&row.1) {
            sink
        } else {
            node(row.1, time + later)
        };
        *room.entry((leaves, arrives)).or_default() += i128::from(row.3);
    }
    let mut sum = 0;
    loop {
        let mut came: BTreeMap<usize, usize> = BTreeMap::from([(source, source)]);
        let mut open = vec![source];
        while let Some(here) = open.pop() {
            for ((from, to), left) in &room {
                if *from == here && *left > 0 && !came.contains_key(to) {
                    came.insert(*to, here);
                    open.push(*to);
                }
            }
        }
        if !came.contains_key(&sink) {
            return sum;
        }
        let mut way = Vec::new();
        let mut here = sink;
        while here != source {
            way.push((came[&here], here));
            here = came[&here];
        }
        let least = way.iter().map(|edge| room[edge]).min().expect("a way");
        for (from, to) in way {
            *room.get_mut(&(from, to)).expect("an edge") -= least;
            *room.entry((to, from)).or_default() += least;
        }
        sum += least;
    }
}

#[test]
fn the_largest_flow_agrees_with_a_plain_network() {
    super::alone(|| {
        let mut numbers = Numbers(1_001);
        let mut seen = 0;
        for round in 0..10_000 {
            let (accounts, mut rows) = small(&mut numbers);
            rows.truncate(12);
            rows.iter_mut().for_each(|row| row.2 %= 6);
            let (sources, sinks) = ([0], [accounts as u32 - 1]);
            let p = TemporalFlow {
                from: numbers.below(2) as i64,
                to: 8,
                ..flow(&sources, &sinks, numbers.order())
            };
            let graph = graph(accounts, &rows);
            let found = p
                .most(&graph, &Run::default())
                .expect("good")
                .expect("within its budget");
            assert_eq!(
                found.amount,
                most(&rows, accounts, &p),
                "graph {round}: {rows:?} {p:?}"
            );
            // What is told to flow can flow: no part above its transfer, nothing passed on that did not come before.
            assert!(
                found
                    .parts
                    .iter()
                    .all(|(i, part)| *part > 0 && *part <= rows[*i as usize].3)
            );
            for account in 1..accounts as u32 - 1 {
                for time in 0..7 {
                    let sum = |into: bool| -> i64 {
                        let counts = |row: &Row| match (into, p.order) {
                            (true, TimeOrder::Strict) => row.1 == account && row.2 < time,
                            (true, TimeOrder::Lenient) => row.1 == account && row.2 <= time,
                            (false, _) => row.0 == account && row.2 <= time,
                        };
                        found
                            .parts
                            .iter()
                            .filter(|(i, _)| counts(&rows[*i as usize]))
                            .map(|(_, part)| part)
                            .sum()
                    };
                    assert!(sum(false) <= sum(true), "{rows:?} {found:?}");
                }
            }
            let arrived: i64 = found
                .parts
                .iter()
                .filter(|(i, _)| rows[*i as usize].1 == sinks[0])
                .map(|(_, part)| part)
                .sum();
            assert_eq!(i128::from(arrived), found.amount);
            // Wider is never less; the order of the rows changes nothing.
            let wide = TemporalFlow {
                from: 0,
                order: TimeOrder::Lenient,
                ..p
            };
            assert!(
                wide.most(&graph, &Run::default())
                    .expect("good")
                    .expect("whole")
                    .amount
                    >= found.amount
            );
            let shuffled: Vec<Row> = numbers
                .shuffled(rows.len())
                .iter()
                .map(|i| rows[*i as usize])
                .collect();
            let again = p
                .most(&super::graph(accounts, &shuffled), &Run::default())
                .expect("good")
                .expect("whole");
            assert_eq!(again.amount, found.amount);
            seen += usize::from(found.amount > 0);
        }
        assert!(seen > 3_000, "too few to prove anything: {seen}");
    });
}

#[test]
fn money_that_is_paid_out_little_by_little_is_no_long_search() {
    let mut rows: Vec<Row> = vec![(0, 1, 0, 200_000)];
    rows.extend((1..20_000).map(|time| (1, 2, time, 10)));
    let run = Run {
        budget: Budget {
            max_steps: 1_000_000,
            ..Budget::UNLIMITED
        },
        ..Run::default()
    };
    let graph = graph(3, &rows);
    let most = flow(&[0], &[2], TimeOrder::Strict)
        .most(&graph, &run)
        .expect("good");
    let most = most.expect("within its budget");
    assert_eq!((most.amount, most.parts.len()), (199_990, 20_000));
}

#[test]
fn a_flow_follows_time_and_says_what_it_needs() {
    // 100 leaves; 60 by way of 1 and 30 by way of 2 can arrive, for 2 pays only 30 after it was paid.
    let rows: Vec<Row> = vec![
        (0, 1, 0, 60),
        (0, 2, 0, 40),
        (1, 3, 5, 80),
        (2, 3, 0, 40),
        (2, 3, 6, 30),
        (3, 3, 9, 9),
    ];
    let p = flow(&[0], &[3], TimeOrder::Strict);
    let list = found(&graph(4, &rows), &p);
    assert_eq!(
        (list.len(), list[0].carried, list[0].needs_lenient),
        (1, 90, false)
    );
    let lenient = flow(&[0], &[3], TimeOrder::Lenient);
    let list = found(&graph(4, &rows), &lenient);
    assert_eq!((list[0].carried, list[0].needs_lenient), (100, true));
    assert!(found(&graph(4, &backwards(&rows)), &p).is_empty());
    // A thousand parallel transfers, and amounts whose sum passes 64 bits.
    let large: Vec<Row> = (0..1_000)
        .flat_map(|time| [(0, 1, time, i64::MAX), (1, 2, time + 1_000, i64::MAX)])
        .collect();
    let list = found(&graph(3, &large), &flow(&[0], &[2], TimeOrder::Strict));
    assert_eq!(
        (list[0].carried, list[0].transfers.len()),
        (i128::from(i64::MAX) * 1_000, 2_000)
    );
    // Less than the maximum bounds nothing.
    let budget = Budget {
        max_steps: 50,
        ..Budget::default()
    };
    let cut = flow(&[0], &[2], TimeOrder::Strict)
        .search(
            &graph(3, &large),
            &Run {
                budget,
                ..Run::default()
            },
        )
        .expect("good");
    assert!(cut.bundles.is_empty() && cut.truncated.is_some());
    same_on_any_threads(
        &flow(&[0, 1, 2], &[50, 51, 52], TimeOrder::Strict),
        60,
        &random(23, 60, 3_000, 30 * DAY),
    );
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
    let budget = geldspoor::patterns::Budget {
        max_steps: 2_000_000,
        ..geldspoor::patterns::Budget::UNLIMITED
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
    refused(&flow(&[0], &[0], TimeOrder::Strict), "sinks is account 0");
    refused(&flow(&[7], &[1], TimeOrder::Strict), "sources is account 7");
    refused(
        &TemporalFlow {
            from: 2,
            to: 1,
            ..flow(&[0], &[1], TimeOrder::Strict)
        },
        "from_time is 2",
    );
    refused(&motif(-1, 2), "time_window is -1");
    refused(&motif(1, 0), "min_small is 0");
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
