//! How far a chain can go on from a transfer, at most.

use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::legs::Legs;

/// Transfers that are looked at to find one that carries another on; where none of so many does and there are more, one
/// of these may.
const LOOK_AT: usize = 64;
/// Accounts that one task goes over.
const ACCOUNTS: usize = 1 << 10;

/// For each transfer a bound on the transfers of a chain that begins with it, itself counted: never too low, and no
/// higher than `most`. A transfer of an account to itself has 0.
///
/// In rounds: a transfer can begin a chain of n where one that may follow it, and does not lead back to where it came
/// from, can begin one of n - 1. That accounts further back must differ too is not looked at.
pub(super) struct Reach {
    hops: Vec<AtomicU8>,
}

impl Reach {
    /// With up to `most` transfers, at least 1.
    pub fn of(legs: &Legs<'_>, most: u8) -> Reach {
        let graph = legs.graph;
        let first = (0..graph.transfers() as u32).into_par_iter();
        let first =
            first.map(|transfer| AtomicU8::new((graph.payer(transfer) != graph.payee(transfer)).into()));
        let reach = Reach {
            hops: first.collect(),
        };
        for hops in 2..=most {
            (0..graph.accounts() as u32)
                .into_par_iter()
                .with_min_len(ACCOUNTS)
                .for_each_init(Vec::new, |next, account| reach.round(legs, account, hops, next));
        }
        reach
    }

    /// The bound of one transfer.
    pub fn hops(&self, transfer: u32) -> usize {
        // Written only before the search, round after round.
        self.hops[transfer as usize].load(Ordering::Relaxed).into()
    }

    /// Marks what can begin a chain of `hops` among the transfers into an account. A transfer belongs to one account
    /// here, and whether others are marked already for this round does not matter to it.
    fn round(&self, legs: &Legs<'_>, account: u32, hops: u8, next: &mut Vec<(u32, u32, u32)>) {
        let (incoming, outgoing) = (legs.graph.incoming(account), legs.graph.outgoing(account));
        next.clear();
        if incoming.is_empty() {
            return;
        }
        let least = usize::from(hops - 1);
        let goes_on = outgoing
            .iter()
            .filter(|(_, transfer)| self.hops(*transfer) >= least);
        next.extend(goes_on.map(|(edge, transfer)| (edge.tick(), edge.other(), transfer)));
        if next.is_empty() {
            return;
        }
        let mut from = 0;
        for (edge, transfer) in incoming.iter() {
            let first = edge.tick() + legs.step;
            let limit = legs.horizons[edge.tick() as usize];
            while next.get(from).is_some_and(|(tick, _, _)| *tick < first) {
                from += 1;
            }
            if from == next.len() {
                return;
            }
            if self.hops(transfer) < least {
                continue;
            }
            let mut inside = next[from..].iter().take_while(|(tick, _, _)| *tick <= limit);
            let follows = |(_, other, after): &(u32, u32, u32)| {
                *other != edge.other() && legs.amounts_hold(transfer, *after)
            };
            if inside.by_ref().take(LOOK_AT).any(follows) || inside.next().is_some() {
                self.hops[transfer as usize].store(hops, Ordering::Relaxed);
            }
        }
    }
}
