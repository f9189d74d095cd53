//! Cycles that say the same thing become one bundle.

use rayon::prelude::*;

use crate::graph::TemporalGraph;

use super::result::{Bundle, Measures, Sequences, is_strict};

/// Bundles cycles (sorted by first time, then by transfers) that visit the same accounts in the same order, wherever
/// they begin, and lie inside one window together. Windows are laid greedily from the earliest cycle on; of cycles that begin at the same
/// time the one that ends first represents.
pub(super) fn bundles(graph: &TemporalGraph, cycles: &Sequences, window: i64) -> Vec<Bundle> {
    let rounds = Rounds::of(graph, cycles);
    let mut order: Vec<u32> = (0..cycles.len() as u32).collect();
    // By number alone two cycles that begin at the same time would change places with their transfers' numbers, and
    // with them the window that they fall into; the shorter one goes first.
    let times = |cycle: u32| {
        let transfers = cycles.get(cycle as usize);
        (first_at(graph, transfers), last_at(graph, transfers))
    };
    order.par_sort_unstable_by(|a, b| {
        let accounts = |cycle: u32| rounds.get(cycle as usize);
        (accounts(*a).cmp(accounts(*b))).then_with(|| (times(*a), a).cmp(&(times(*b), b)))
    });
    let mut groups: Vec<&[u32]> = Vec::new();
    for same_accounts in order.chunk_by(|a, b| rounds.get(*a as usize) == rounds.get(*b as usize)) {
        let mut left = same_accounts;
        while let Some(first) = left.first() {
            let limit = times(*first).0.saturating_add(window);
            let fits = |cycle: &u32| times(*cycle).1 <= limit;
            // The first always fits; the guard is against a loop without end should that ever be broken.
            let count = left.iter().take_while(|cycle| fits(cycle)).count().max(1);
            let (group, rest) = left.split_at(count);
            groups.push(group);
            left = rest;
        }
    }
    groups.par_sort_unstable();
    groups
        .into_par_iter()
        .map(|group| bundle(graph, cycles, group))
        .collect()
}

/// The accounts of each cycle, turned so that the smallest number comes first.
struct Rounds<'a> {
    accounts: Vec<u32>,
    cycles: &'a Sequences,
}

impl<'a> Rounds<'a> {
    fn of(graph: &TemporalGraph, cycles: &'a Sequences) -> Rounds<'a> {
        let mut accounts = Vec::with_capacity(cycles.iter().map(<[u32]>::len).sum());
        for cycle in cycles.iter() {
            let begin = accounts.len();
            accounts.extend(cycle.iter().map(|transfer| graph.payer(*transfer)));
            let round = &mut accounts[begin..];
            let smallest = round.iter().enumerate().min_by_key(|(_, account)| **account);
            let places = smallest.map_or(0, |(place, _)| place);
            round.rotate_left(places);
        }
        Rounds { accounts, cycles }
    }

    /// Lies where the cycle lies, because a cycle has as many accounts as transfers.
    fn get(&self, cycle: usize) -> &[u32] {
        &self.accounts[self.cycles.range(cycle)]
    }
}

fn bundle(graph: &TemporalGraph, cycles: &Sequences, group: &[u32]) -> Bundle {
    let members = || group.iter().map(|cycle| cycles.get(*cycle as usize));
    let representative = members().next().unwrap_or_default().to_vec();
    let mut measures = Measures::of(graph, &representative, true);
    measures.last_at = members()
        .map(|cycle| last_at(graph, cycle))
        .fold(measures.last_at, i64::max);
    measures.needs_lenient = !members().any(|cycle| is_strict(graph, cycle));
    Bundle {
        accounts: representative
            .iter()
            .map(|transfer| graph.payer(*transfer))
            .collect(),
        instances: group.len() as u64,
        members: match group.len() {
            0 | 1 => Sequences::default(),
            _ => cycles.reordered(group),
        },
        representative,
        measures,
    }
}

fn first_at(graph: &TemporalGraph, cycle: &[u32]) -> i64 {
    cycle.first().map_or(0, |transfer| graph.at(*transfer))
}

fn last_at(graph: &TemporalGraph, cycle: &[u32]) -> i64 {
    cycle.last().map_or(0, |transfer| graph.at(*transfer))
}
