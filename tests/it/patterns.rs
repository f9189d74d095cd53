//! The graph and its patterns against a second, plain implementation, and against what has to hold for any input.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

use geldspoor::graph::{CyclicCore, TemporalGraph};
use geldspoor::patterns::{
    Budget, Conservation, FanIn, FanOut, Found, HopTolerance, Limit, Pattern, Run, Share, TemporalCycles,
    TimeOrder,
};

mod cycles;
mod fans;
mod hubs;
mod planted;

const GRAPHS: u64 = 2_500;
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// Payer, payee, time, amount.
type Row = (u32, u32, i64, i64);
/// Accounts, transfers, instances, first and last time of a bundle.
type Description = (BTreeSet<u32>, BTreeSet<u32>, u64, i64, i64);

/// Numbers that look random, from a seed (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A graph small enough to try everything on, dense enough to hold cycles: equal times, parallel transfers,
/// self-transfers and amounts of zero all occur.
fn small(numbers: &mut Numbers) -> (usize, Vec<Row>) {
    let accounts = 2 + numbers.below(5);
    let span = 1 + numbers.below(12);
    let rows = (0..1 + numbers.below(13))
        .map(|_| {
            (
                numbers.below(accounts) as u32,
                numbers.below(accounts) as u32,
                numbers.below(span) as i64,
                numbers.below(5) as i64 * 25,
            )
        })
        .collect();
    (accounts as usize, rows)
}

fn graph(accounts: usize, rows: &[Row]) -> TemporalGraph {
    let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
    let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let amount: Vec<i64> = rows.iter().map(|row| row.3).collect();
    TemporalGraph::build(accounts, &payer, &payee, &at, &amount).expect("good columns")
}

fn cycles(window: i64, max_hops: u32, order: TimeOrder) -> TemporalCycles {
    TemporalCycles {
        window,
        max_hops,
        order,
        conservation: Conservation::default(),
    }
}

fn any_cycles(numbers: &mut Numbers) -> TemporalCycles {
    let share = |numbers: &mut Numbers| Share::from_millionths(numbers.below(5) as u32 * 250_000);
    let order = match numbers.below(2) {
        0 => TimeOrder::Strict,
        _ => TimeOrder::Lenient,
    };
    let mut pattern = cycles(numbers.below(12) as i64, 2 + numbers.below(6) as u32, order);
    if numbers.below(3) == 0 {
        let loss = share(numbers).expect("at most the whole");
        let fee = numbers.below(2) as i64 * 30;
        pattern.conservation.each_hop = Some(HopTolerance { loss, fee });
    }
    if numbers.below(3) == 0 {
        pattern.conservation.returned = share(numbers);
    }
    pattern
}

/// Lists cycles, and checks on the way what has to hold for any list: order, no repetition, agreement with counting
/// and with the bundles.
fn listed(graph: &TemporalGraph, pattern: &TemporalCycles) -> Vec<Vec<u32>> {
    let run = Run::default();
    let list = pattern.list(graph, &run).expect("good parameters");
    assert_eq!(list.truncated, None);
    let cycles: Vec<Vec<u32>> = list.cycles.iter().map(<[u32]>::to_vec).collect();
    assert!(
        cycles
            .windows(2)
            .all(|pair| (graph.at(pair[0][0]), &pair[0]) < (graph.at(pair[1][0]), &pair[1])),
        "sorted, none twice: {cycles:?}"
    );
    let counts = pattern.count(graph, &run).expect("good parameters");
    let mut by_hops = vec![0_u64; counts.by_hops.len()];
    cycles.iter().for_each(|cycle| by_hops[cycle.len()] += 1);
    assert_eq!((counts.by_hops, counts.total), (by_hops, cycles.len() as u64));

    let found = pattern.search(graph, &run).expect("good parameters");
    let mut bundled: Vec<Vec<u32>> = Vec::new();
    for bundle in &found.bundles {
        let members: Vec<Vec<u32>> = match bundle.members.is_empty() {
            true => vec![bundle.representative.clone()],
            false => bundle.members.iter().map(<[u32]>::to_vec).collect(),
        };
        assert_eq!(members.len() as u64, bundle.instances);
        assert_eq!(members[0], bundle.representative);
        let transfers = bundle.transfers(graph);
        let times = transfers.iter().map(|transfer| graph.at(*transfer));
        let (first, last) = (times.clone().min().expect("one"), times.max().expect("one"));
        assert_eq!((bundle.measures.first_at, bundle.measures.last_at), (first, last));
        assert!(last - first <= pattern.window);
        for member in &members {
            let mut accounts: Vec<u32> = member.iter().map(|transfer| graph.payer(*transfer)).collect();
            let turn = accounts
                .iter()
                .position(|account| *account == bundle.accounts[0])
                .expect("on the way");
            accounts.rotate_left(turn);
            assert_eq!(accounts, bundle.accounts);
        }
        let is_strict = |member: &Vec<u32>| {
            member
                .windows(2)
                .all(|pair| graph.at(pair[0]) < graph.at(pair[1]))
        };
        assert_eq!(bundle.measures.needs_lenient, !members.iter().any(is_strict));
        bundled.extend(members);
    }
    bundled.sort_unstable_by_key(|cycle| (graph.at(cycle[0]), cycle.clone()));
    assert_eq!(bundled, cycles, "every cycle is in one bundle");
    cycles
}

fn as_sets(cycles: &[Vec<u32>]) -> BTreeSet<BTreeSet<u32>> {
    cycles
        .iter()
        .map(|cycle| cycle.iter().copied().collect())
        .collect()
}

/// Transfers among many accounts, with clusters, so that searches are neither empty nor all alike.
fn random(seed: u64, accounts: u64, rows: u64, span: i64) -> Vec<Row> {
    let mut numbers = Numbers(seed);
    (0..rows)
        .map(|_| {
            let payer = numbers.below(accounts);
            let near = (payer / 20 * 20 + numbers.below(20)).min(accounts - 1);
            let payee = if numbers.below(3) == 0 {
                near
            } else {
                numbers.below(accounts)
            };
            (
                payer as u32,
                payee as u32,
                numbers.below(span as u64) as i64,
                numbers.below(10_000) as i64,
            )
        })
        .collect()
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a pool");
    pool.install(work)
}
