//! Cycles that say the same thing become one bundle.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::graph::TemporalGraph;

use super::result::{Bundle, Measures, Sequences, is_strict};

/// Cycles below which splitting costs more than it saves.
const SMALLEST_PART: usize = 1 << 12;

/// Bundles the first `most` of a list of cycles, whatever its order: those that visit the same accounts in the same
/// order, wherever they begin, and lie inside one window together. Windows are laid greedily from the earliest cycle
/// on; of cycles that begin at the same time the one that ends first represents, then the one whose transfers have the
/// smaller numbers.
pub(super) fn bundles(graph: &TemporalGraph, cycles: &Sequences, most: usize, window: i64) -> Vec<Bundle> {
    let most = cycles.len().min(most);
    let mut keys: Vec<Key> = (0..most as u32)
        .into_par_iter()
        .with_min_len(SMALLEST_PART)
        .map(|cycle| Key::of(graph, cycles, cycle))
        .collect();
    keys.par_sort_unstable_by(|a, b| a.order(b, cycles));
    let mut groups: Vec<&[Key]> = Vec::new();
    let mut apart: Vec<Vec<Key>> = Vec::new();
    for alike in keys.chunk_by(|a, b| a.accounts == b.accounts) {
        match are_one_round(graph, cycles, alike) {
            true => lay_windows(graph, alike, window, &mut groups),
            false => apart.extend(by_round(graph, cycles, alike)),
        }
    }
    for alike in &apart {
        lay_windows(graph, alike, window, &mut groups);
    }
    groups.par_sort_unstable_by(|a, b| {
        let (a, b) = (a[0], b[0]);
        let transfers = |key: Key| cycles.get(key.cycle as usize);
        a.first.cmp(&b.first).then_with(|| transfers(a).cmp(transfers(b)))
    });
    groups
        .into_par_iter()
        .with_min_len(64)
        .map(|group| bundle(graph, cycles, group))
        .collect()
}

/// What a cycle is sorted by.
#[derive(Clone, Copy)]
struct Key {
    /// A digest of its accounts in their order, the same wherever the cycle begins.
    accounts: u64,
    first: u32,
    last: u32,
    cycle: u32,
}

impl Key {
    fn of(graph: &TemporalGraph, cycles: &Sequences, cycle: u32) -> Key {
        let transfers = cycles.get(cycle as usize);
        let begin = beginning(graph, transfers);
        let mut accounts = transfers.len() as u64;
        for transfer in transfers[begin..].iter().chain(&transfers[..begin]) {
            accounts = mixed(accounts ^ u64::from(graph.payer(*transfer)));
        }
        let tick = |transfer: Option<&u32>| transfer.map_or(0, |transfer| graph.tick(*transfer));
        Key {
            accounts,
            first: tick(transfers.first()),
            last: tick(transfers.last()),
            cycle,
        }
    }

    fn order(&self, other: &Key, cycles: &Sequences) -> Ordering {
        let key = |key: &Key| (key.accounts, key.first, key.last);
        let transfers = |key: &Key| cycles.get(key.cycle as usize);
        // By number alone, cycles of one time would change places with their transfers' numbers, and with them the
        // window that they fall into; the shorter one goes first.
        key(self)
            .cmp(&key(other))
            .then_with(|| transfers(self).cmp(transfers(other)))
    }
}

/// The place of the transfer that leaves the account with the smallest number.
fn beginning(graph: &TemporalGraph, transfers: &[u32]) -> usize {
    let payers = transfers.iter().map(|transfer| graph.payer(*transfer));
    payers
        .enumerate()
        .min_by_key(|(_, account)| *account)
        .map_or(0, |(place, _)| place)
}

/// The accounts, from the smallest number on.
fn round(graph: &TemporalGraph, transfers: &[u32]) -> Vec<u32> {
    let begin = beginning(graph, transfers);
    let turned = transfers[begin..].iter().chain(&transfers[..begin]);
    turned.map(|transfer| graph.payer(*transfer)).collect()
}

/// Whether cycles with one digest also have the same accounts; anything else is one case in many thousand millions.
fn are_one_round(graph: &TemporalGraph, cycles: &Sequences, alike: &[Key]) -> bool {
    let Some((first, others)) = alike.split_first() else {
        return true;
    };
    let first = cycles.get(first.cycle as usize);
    let begin = beginning(graph, first);
    others.iter().all(|key| {
        let other = cycles.get(key.cycle as usize);
        let turn = match other.first().map(|transfer| graph.payer(*transfer)) {
            Some(account) => first
                .iter()
                .position(|transfer| graph.payer(*transfer) == account),
            None => Some(begin),
        };
        turn.is_some_and(|turn| {
            let turned = first[turn..].iter().chain(&first[..turn]);
            first.len() == other.len() && turned.zip(other).all(|(a, b)| graph.payer(*a) == graph.payer(*b))
        })
    })
}

/// Sorts cycles with one digest by their accounts themselves.
fn by_round(graph: &TemporalGraph, cycles: &Sequences, alike: &[Key]) -> Vec<Vec<Key>> {
    let mut keyed: Vec<(Vec<u32>, Key)> = alike
        .iter()
        .map(|key| (round(graph, cycles.get(key.cycle as usize)), *key))
        .collect();
    // Stable, so that times stay in order.
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| same.iter().map(|(_, key)| *key).collect())
        .collect()
}

/// Cuts cycles over the same accounts, sorted by time, into windows.
fn lay_windows<'k>(graph: &TemporalGraph, mut left: &'k [Key], window: i64, groups: &mut Vec<&'k [Key]>) {
    let time = |tick: u32| graph.times()[tick as usize];
    while let Some(first) = left.first() {
        let limit = time(first.first).saturating_add(window);
        // The first always fits; the guard is against a loop without end should that ever be broken.
        let fits = |key: &&Key| time(key.last) <= limit;
        let count = left.iter().take_while(fits).count().max(1);
        let (group, rest) = left.split_at(count);
        groups.push(group);
        left = rest;
    }
}

fn bundle(graph: &TemporalGraph, cycles: &Sequences, group: &[Key]) -> Bundle {
    let members = || group.iter().map(|key| cycles.get(key.cycle as usize));
    let representative = members().next().unwrap_or_default().to_vec();
    let mut measures = Measures::of(graph, &representative, true);
    let last = group.iter().map(|key| key.last).max().unwrap_or_default();
    measures.last_at = measures.last_at.max(graph.times()[last as usize]);
    measures.needs_lenient &= !members().any(|cycle| is_strict(graph, cycle));
    Bundle {
        accounts: representative
            .iter()
            .map(|transfer| graph.payer(*transfer))
            .collect(),
        instances: group.len() as u64,
        members: match group.len() {
            0 | 1 => Sequences::default(),
            _ => cycles.picked(group.iter().map(|key| key.cycle)),
        },
        representative,
        measures,
    }
}

/// Spreads a number over 64 bits, so that neighbours do not stay neighbours (the last step of splitmix64).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_that_share_only_a_digest_are_told_apart() {
        let payer = [0, 1, 2, 1, 3, 0];
        let payee = [1, 0, 1, 2, 0, 3];
        let graph = TemporalGraph::build(4, &payer, &payee, &[0, 1, 2, 3, 4, 5], &[1; 6]).expect("good");
        let mut cycles = Sequences::default();
        [[0, 1], [2, 3], [4, 5], [1, 0]]
            .into_iter()
            .for_each(|cycle| cycles.push(cycle));
        let alike: Vec<Key> = (0..4)
            .map(|cycle| Key {
                accounts: 7,
                ..Key::of(&graph, &cycles, cycle)
            })
            .collect();
        assert!(are_one_round(&graph, &cycles, &[alike[0], alike[3]]));
        assert!(!are_one_round(&graph, &cycles, &alike));
        let apart = by_round(&graph, &cycles, &alike);
        let numbers: Vec<Vec<u32>> = apart
            .iter()
            .map(|group| group.iter().map(|key| key.cycle).collect())
            .collect();
        assert_eq!(numbers, [vec![0, 3], vec![2], vec![1]]);
    }
}
