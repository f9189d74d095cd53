//! What a search returns: transfers in order, with measures.

use std::ops::Range;

use crate::graph::TemporalGraph;

use super::Truncated;

/// What a pattern found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Sorted by first time, then by transfers.
    pub bundles: Vec<Bundle>,
    /// Set where the budget ended the search.
    pub truncated: Option<Truncated>,
    /// Transfers looked at.
    pub steps: u64,
}

/// One thing to tell a person, and all sequences of transfers that tell the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Cycle and chain: the accounts in the order of the representative. Fan: the account in the middle, then its
    /// counterparties in the order in which they appear. Other shapes say it where they are defined.
    pub accounts: Vec<u32>,
    /// The sequence that begins first and, of those, ends first; transfers in order.
    pub representative: Vec<u32>,
    /// How many sequences the bundle stands for.
    pub instances: u64,
    /// All sequences, the representative first; empty where it is the only one. Patterns whose sequences multiply list
    /// as many as it takes to have each transfer in one, and say so.
    pub members: Sequences,
    /// Figures.
    pub measures: Measures,
}

/// Figures of a bundle. Times in microseconds, amounts in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measures {
    /// Transfers of the representative.
    pub hops: u32,
    /// First time of any member.
    pub first_at: i64,
    /// Last time of any member.
    pub last_at: i64,
    /// Amount of the representative's first transfer.
    pub first_amount: i64,
    /// Amount of the representative's last transfer; beside the first it tells what a cycle kept.
    pub last_amount: i64,
    /// Sum of the representative's transfers.
    pub total: i128,
    /// The most that can have gone the whole way. Cycle and chain: the smallest transfer of the representative. Fan: the
    /// total. Other shapes say it where they are defined.
    pub carried: i128,
    /// Whether no member holds in strict order, or only in some order of transfers of one time: the records allow it, but
    /// do not prove it. Never for patterns that need no order.
    pub needs_lenient: bool,
}

/// Sequences of transfers in one flat array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequences {
    flat: Vec<u32>,
    ends: Vec<usize>,
}

impl Bundle {
    /// One instance that is a set of transfers, which need not be sorted yet.
    pub(super) fn of_set(
        graph: &TemporalGraph,
        accounts: Vec<u32>,
        mut transfers: Vec<u32>,
        carried: i128,
        needs_lenient: bool,
    ) -> Bundle {
        in_time(graph, &mut transfers);
        Bundle {
            accounts,
            instances: 1,
            members: Sequences::default(),
            measures: Measures {
                carried,
                needs_lenient,
                ..Measures::of(graph, &transfers, false)
            },
            representative: transfers,
        }
    }

    /// The same bundle with transfers numbered as in `numbers`: from a part of a graph to the whole.
    #[must_use]
    pub fn renumbered(mut self, numbers: &[u32]) -> Bundle {
        let whole = |transfer: &mut u32| *transfer = numbers[*transfer as usize];
        self.representative.iter_mut().for_each(whole);
        self.members.flat.iter_mut().for_each(whole);
        self
    }

    /// Each listed sequence as a bundle of its own, the representative first. Of patterns whose sequences are ways:
    /// `accounts` tells those of a sequence.
    pub fn apart(&self, graph: &TemporalGraph, accounts: impl Fn(&[u32]) -> Vec<u32>) -> Vec<Bundle> {
        if self.members.is_empty() {
            return vec![self.clone()];
        }
        let alone = |transfers: &[u32]| Bundle {
            accounts: accounts(transfers),
            representative: transfers.to_vec(),
            instances: 1,
            members: Sequences::default(),
            measures: Measures::of(graph, transfers, true),
        };
        self.members.iter().map(alone).collect()
    }

    /// Every transfer of every member, once, in the order of (time, transfer).
    pub fn transfers(&self, graph: &TemporalGraph) -> Vec<u32> {
        let mut transfers = match self.members.is_empty() {
            true => self.representative.clone(),
            false => self.members.flat.clone(),
        };
        in_time(graph, &mut transfers);
        transfers
    }
}

impl Measures {
    /// Of one sequence of transfers in order. `needs_order` says whether equal times would matter.
    pub(super) fn of(graph: &TemporalGraph, transfers: &[u32], needs_order: bool) -> Measures {
        let first = transfers.first().copied();
        let last = transfers.last().copied();
        let amounts = || {
            transfers
                .iter()
                .map(|transfer| i128::from(graph.amount(*transfer)))
        };
        let total = amounts().sum();
        Measures {
            hops: transfers.len() as u32,
            first_at: first.map_or(0, |transfer| graph.at(transfer)),
            last_at: last.map_or(0, |transfer| graph.at(transfer)),
            first_amount: first.map_or(0, |transfer| graph.amount(transfer)),
            last_amount: last.map_or(0, |transfer| graph.amount(transfer)),
            total,
            carried: if needs_order {
                amounts().min().unwrap_or(0)
            } else {
                total
            },
            needs_lenient: needs_order && !is_strict(graph, transfers),
        }
    }
}

impl Sequences {
    /// From sequences one by one.
    pub fn of(sequences: &[Vec<u32>]) -> Sequences {
        let mut all = Sequences::default();
        for sequence in sequences {
            all.push(sequence.iter().copied());
        }
        all
    }

    /// How many sequences.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One sequence; empty behind the last.
    pub fn get(&self, index: usize) -> &[u32] {
        &self.flat[self.range(index)]
    }

    /// The sequences in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Does something to each transfer of each sequence.
    pub(super) fn each_mut(&mut self, what: impl FnMut(&mut u32)) {
        self.flat.iter_mut().for_each(what);
    }

    /// Numbers that it takes in memory, roughly.
    pub(super) fn words(&self) -> usize {
        self.flat.len() + 2 * self.ends.len()
    }

    /// Adds a sequence.
    pub(super) fn push(&mut self, transfers: impl IntoIterator<Item = u32>) {
        self.flat.extend(transfers);
        self.ends.push(self.flat.len());
    }

    /// Adds the sequences of another list.
    pub(super) fn append(&mut self, other: &Sequences) {
        let before = self.flat.len();
        self.flat.extend_from_slice(&other.flat);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    /// Some of the sequences, in another order.
    pub(super) fn picked(&self, order: impl Iterator<Item = u32> + Clone) -> Sequences {
        let lengths = order.clone().map(|index| self.get(index as usize).len());
        let mut picked = Sequences {
            flat: Vec::with_capacity(lengths.sum()),
            ends: Vec::with_capacity(order.size_hint().0),
        };
        for index in order {
            picked.flat.extend_from_slice(self.get(index as usize));
            picked.ends.push(picked.flat.len());
        }
        picked
    }

    /// Where a sequence lies in the flat array; empty behind the last.
    pub(super) fn range(&self, index: usize) -> Range<usize> {
        let end = |index: usize| self.ends.get(index).copied().unwrap_or(self.flat.len());
        match index {
            0 => 0..end(0),
            _ => end(index - 1)..end(index),
        }
    }
}

/// Sorts transfers by (time, transfer) and leaves each once.
pub(super) fn in_time(graph: &TemporalGraph, transfers: &mut Vec<u32>) {
    transfers.sort_unstable_by_key(|transfer| (graph.tick(*transfer), *transfer));
    transfers.dedup();
}

/// Accounts in the order in which they first appear.
pub(super) fn each_once(accounts: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut seen = hashbrown::HashSet::new();
    accounts
        .into_iter()
        .filter(|account| seen.insert(*account))
        .collect()
}

/// Sum of amounts.
pub(super) fn sum(graph: &TemporalGraph, transfers: &[u32]) -> i128 {
    transfers
        .iter()
        .map(|transfer| i128::from(graph.amount(*transfer)))
        .sum()
}

/// Whether each transfer is later than the one before it.
pub(super) fn is_strict(graph: &TemporalGraph, transfers: &[u32]) -> bool {
    transfers
        .windows(2)
        .all(|pair| graph.tick(pair[0]) < graph.tick(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_keep_their_borders() {
        let mut list = Sequences::default();
        assert!(list.is_empty() && list.get(0).is_empty());
        list.push([3, 4]);
        list.push([]);
        let mut more = Sequences::default();
        more.push([9]);
        list.append(&more);
        assert_eq!(list.iter().collect::<Vec<_>>(), [&[3, 4][..], &[], &[9]]);
        assert_eq!(
            list.picked([2, 0].into_iter()).iter().collect::<Vec<_>>(),
            [&[9][..], &[3, 4]]
        );
        assert!(list.get(7).is_empty());
    }
}
