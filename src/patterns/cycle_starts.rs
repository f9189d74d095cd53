//! Where cycles may begin: the transfers after which money comes in again, in the order in which they are searched.

use std::ops::Range;

use rayon::prelude::*;

use crate::graph::{Paid, TemporalGraph};

use super::cycle_search::Search;

/// Starts that are sorted by account and not by time. It decides how much is whole when a budget cuts.
const STRETCH: usize = 1 << 15;
/// Blocks of ticks that stretches are made of.
const BLOCKS: usize = 1 << 12;
/// Accounts whose starts one thread finds at a time.
const ACCOUNTS: usize = 1 << 8;

/// A transfer that may begin a cycle.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    /// Where it lies among the outgoing transfers.
    pub(super) slot: u32,
    /// The first transfer behind it that comes in again, by its place among those that come in to the account.
    pub(super) back: u32,
}

impl Search<'_> {
    /// Whether to cut the graph before it is searched. That costs about as much as searching from a tenth of its
    /// transfers; where fewer may begin a cycle, few windows hold anything. A sixteenth of the accounts tell.
    pub(super) fn is_core_worth_it(&self, paid: &Paid) -> bool {
        let parts = self.accounts().div_ceil(ACCOUNTS);
        let every = if parts < 64 { 1 } else { 16 };
        let (mut transfers, mut starts) = (0, Vec::new());
        for part in (0..parts).step_by(every) {
            for account in self.part(part) {
                transfers += self.outgoing().of(account).len();
                self.starts_of(account, Some(paid), &mut starts);
            }
        }
        starts.len() * 10 > transfers
    }

    /// Finds the starts, and sorts them into stretches.
    pub(super) fn lay_stretches(&mut self, paid: &Paid) {
        // Accounts of a core have other numbers, and what does not go on is cut already.
        let paid = self.core.is_none().then_some(paid);
        let parts: Vec<Vec<Start>> = (0..self.accounts().div_ceil(ACCOUNTS))
            .into_par_iter()
            .map(|part| {
                let mut starts = Vec::new();
                for account in self.part(part) {
                    self.starts_of(account, paid, &mut starts);
                }
                if self.first_new > 0 {
                    // Windows that hold no new transfer are of no use, nor those that begin behind the last one.
                    starts.retain(|start| {
                        let tick = self.tick(start.slot);
                        self.horizons.last(tick) >= self.new_ticks.start && tick < self.new_ticks.end
                    });
                }
                starts
            })
            .collect();
        // Blocks of ticks in turn fill a stretch until it is long enough.
        let ticks = self.graph.times().len();
        let block = ticks.div_ceil(BLOCKS).max(1);
        let block_of = |start: &Start| self.tick(start.slot) as usize / block;
        let mut stretch_of = vec![0_usize; ticks.div_ceil(block)];
        for start in parts.iter().flatten() {
            stretch_of[block_of(start)] += 1;
        }
        let mut begins = vec![0];
        let (mut filled, mut total) = (0, 0);
        for count in &mut stretch_of {
            if filled > 0 && filled + *count > STRETCH {
                begins.push(total);
                filled = 0;
            }
            filled += *count;
            total += *count;
            *count = begins.len() - 1;
        }
        let mut starts = vec![Start::default(); total];
        let mut earliest = vec![u32::MAX; begins.len()];
        let mut next = begins;
        for start in parts.iter().flatten() {
            let stretch = stretch_of[block_of(start)];
            starts[next[stretch]] = *start;
            earliest[stretch] = earliest[stretch].min(self.tick(start.slot));
            next[stretch] += 1;
        }
        // Each stretch is full now, so the next place is its end.
        self.stretches = next.into_iter().zip(earliest).collect();
        self.starts = starts;
    }

    fn part(&self, part: usize) -> Range<u32> {
        (part * ACCOUNTS) as u32..((part + 1) * ACCOUNTS).min(self.accounts()) as u32
    }

    /// An account's outgoing transfers after which money comes in again within the window, or not much later,
    /// and may go on from the payee.
    /// Both lists are sorted, so one walk over each is enough.
    fn starts_of(&self, account: u32, paid: Option<&Paid>, starts: &mut Vec<Start>) {
        let incoming = self.incoming().of(account).edges;
        if incoming.is_empty() {
            return;
        }
        let outgoing = self.outgoing();
        let slots = outgoing.slots(account);
        let mut back = 0;
        for (slot, edge) in (slots.start as u32..).zip(&outgoing.edges[slots]) {
            if edge.other() == account {
                continue;
            }
            while incoming.get(back).is_some_and(|edge_in| {
                edge_in.other() == account || !self.follows(edge.tick(), edge_in.tick())
            }) {
                back += 1;
            }
            match incoming.get(back) {
                Some(edge_in) => {
                    let comes_back = edge_in.tick() <= self.horizons.last(edge.tick());
                    if comes_back && paid.is_none_or(|paid| paid.goes_on(*edge)) {
                        let back = back as u32;
                        starts.push(Start { slot, back });
                    }
                }
                None => break,
            }
        }
    }
}

/// The ticks around new transfers that a cycle with one of them can reach into, and those of the new ones.
pub(super) fn around_new(graph: &TemporalGraph, first_new: u32, window: i64) -> (Range<u32>, Range<u32>) {
    let ticks = (first_new..graph.transfers() as u32).map(|transfer| graph.tick(transfer));
    let (Some(first), Some(last)) = (ticks.clone().min(), ticks.max()) else {
        return (0..0, 0..0);
    };
    let time = |tick: u32| graph.times()[tick as usize];
    let from = time(first).saturating_sub(window);
    let to = time(last).saturating_add(window);
    (graph.ticks_between(from, to), first..last + 1)
}
