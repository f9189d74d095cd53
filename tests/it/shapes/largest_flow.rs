//! The largest flow from some accounts to others, against a plain network.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::patterns::{Budget, Pattern, Run, TemporalFlow, TimeOrder};

use super::{Numbers, Row, backwards, found, graph, random, refused, same_on_any_threads, small};

const DAY: i64 = 86_400_000_000;

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
        "from_time is 1970-01-01T00:00:00.000002",
    );
}
