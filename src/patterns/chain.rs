//! Layering chains (ML-10): money that is passed on from account to account, each time soon and nearly whole.

use std::ops::{Range, RangeInclusive};

use crate::graph::TemporalGraph;

use super::chain_bundle::Hop;
use super::chain_reach::Reach;
use super::legs::Legs;
use super::result::Found;
use super::run::check_window;
use super::sweep::{Sweep, Work, sweep};
use super::{HopTolerance, Pattern, PatternError, Run, TimeOrder};

/// No chain that an investigator can read has more hops.
const MOST_HOPS: u32 = 10_000;
/// Transfers that are looked ahead: where more are asked for, few chains come so far.
const MOST_LOOKED_AHEAD: u32 = 8;
/// What it takes to go by a transfer, beside looking at it.
const STEPS_PER_HOP: usize = 8;

/// Layering chains (ML-10). Transfers e1..ek with `min_hops` <= k <= `max_hops`, each leaving the account that the one
/// before it reached, all accounts different, each in `order` after the one before it and at most `window` later,
/// amounts from each to the next as `conserve` says.
///
/// Only chains that are *maximal* count: no transfer can be put before the first or behind the last so that a chain of
/// at most `max_hops` transfers comes out. Chains over the same accounts in the same order are one bundle, whatever
/// their number: they are counted, not tried one by one, and as many are listed as it takes to have each transfer of
/// the bundle in one. So a thousand parallel transfers at every hop are one bundle and not a thousand to the power of
/// the hops.
///
/// More chains than a bundle can count are counted as 9,223,372,036,854,775,807. Where `conserve` is asked for, parallel
/// transfers of a hop are compared one by one with those of the next, which costs the square of their number; the budget
/// counts that.
///
/// The representative is the chain that begins first, of those ends first, of those has the smallest transfer numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayeringChains {
    /// Microseconds from one transfer to the next, inclusive.
    pub window: i64,
    /// Fewest transfers, at least 2.
    pub min_hops: u32,
    /// Most transfers, `min_hops` to 10,000.
    pub max_hops: u32,
    /// Whether equal times may follow each other.
    pub order: TimeOrder,
    /// How much of a transfer has to go on; nothing where amounts do not matter.
    pub conserve: Option<HopTolerance>,
}

impl Default for LayeringChains {
    /// 3 to 8 hops, 3 days each, strict, a tenth may stay behind at each.
    fn default() -> LayeringChains {
        LayeringChains {
            window: 3 * 86_400_000_000,
            min_hops: 3,
            max_hops: 8,
            order: TimeOrder::Strict,
            conserve: Some(HopTolerance::TENTH),
        }
    }
}

impl Pattern for LayeringChains {
    fn id(&self) -> &'static str {
        "ML-10"
    }

    fn name(&self) -> &'static str {
        "layering_chains"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        let allowed: [(&'static str, u32, RangeInclusive<u32>, &'static str); 2] = [
            (
                "min_hops",
                self.min_hops,
                2..=MOST_HOPS,
                "a chain has from 2 to 10000 transfers",
            ),
            (
                "max_hops",
                self.max_hops,
                self.min_hops..=MOST_HOPS,
                "a chain has from 2 to 10000 transfers, and no fewer than min_hops",
            ),
        ];
        for (parameter, value, range, allowed) in allowed {
            if !range.contains(&value) {
                return Err(PatternError::Parameter {
                    pattern: self.name(),
                    parameter,
                    value: value.to_string(),
                    allowed,
                });
            }
        }
        self.conserve
            .map_or(Ok(()), |tolerance| tolerance.validate(self.name()))
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let legs = Legs::new(graph, self.window, self.order, self.conserve);
        let search = Search {
            graph,
            reach: Reach::of(&legs, self.min_hops.min(MOST_LOOKED_AHEAD) as u8),
            legs,
            min_hops: self.min_hops as usize,
            max_hops: self.max_hops as usize,
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

pub(super) struct Search<'g> {
    pub graph: &'g TemporalGraph,
    pub legs: Legs<'g>,
    /// No chain of `min_hops` goes by what cannot reach so far.
    reach: Reach,
    min_hops: usize,
    pub max_hops: usize,
}

/// A hop that is on the way or still to be tried.
#[derive(Clone)]
struct Place {
    account: u32,
    /// Of [`Scratch::transfers`].
    transfers: Range<usize>,
}

/// Where what is to be tried at one depth begins.
struct Level {
    places: usize,
    transfers: usize,
}

#[derive(Default)]
pub(super) struct Scratch {
    /// Whether an account is on the way.
    on_way: Vec<bool>,
    /// What is still to be tried, depth after depth.
    waiting: Vec<Place>,
    /// The transfers of all of these and of the way.
    transfers: Vec<u32>,
    levels: Vec<Level>,
    way: Vec<Place>,
    /// Account and transfer of what follows the way.
    next: Vec<(u32, u32)>,
    /// Of the last hop's transfers, those that something follows.
    goes_on: Vec<bool>,
}

impl Sweep for Search<'_> {
    type Scratch = Scratch;

    fn scratch(&self) -> Scratch {
        Scratch {
            on_way: vec![false; self.graph.accounts()],
            ..Scratch::default()
        }
    }

    fn weight(&self, account: u32) -> u64 {
        self.graph.outgoing(account).len() as u64
    }

    /// Chains from one account: depth first over sequences of accounts, with all transfers of a hop at once.
    fn unit(&self, account: u32, scratch: &mut Scratch, work: &mut Work<'_>) -> Option<()> {
        let outgoing = self.graph.outgoing(account);
        work.spend(outgoing.len())?;
        let first = outgoing
            .iter()
            .filter(|(_, transfer)| self.is_far_enough(0, *transfer));
        scratch
            .next
            .extend(first.map(|(edge, transfer)| (edge.other(), transfer)));
        scratch.on_way[account as usize] = true;
        scratch.wait(work)?;
        while let Some(level) = scratch.levels.last() {
            if scratch.waiting.len() > level.places {
                scratch.step();
                self.go_on(account, scratch, work)?;
                scratch.wait(work)?;
            } else {
                scratch.step_back();
            }
        }
        scratch.on_way[account as usize] = false;
        Some(())
    }
}

impl Scratch {
    /// Makes hops of what follows, as another depth; transfers of an account stay in their order. The first account is
    /// tried first, so it comes last.
    fn wait(&mut self, work: &mut Work<'_>) -> Option<()> {
        work.spend(STEPS_PER_HOP * self.next.len())?;
        self.next.sort_by_key(|(account, _)| std::cmp::Reverse(*account));
        self.levels.push(Level {
            places: self.waiting.len(),
            transfers: self.transfers.len(),
        });
        for same in self.next.chunk_by(|a, b| a.0 == b.0) {
            let from = self.transfers.len();
            self.transfers.extend(same.iter().map(|(_, transfer)| *transfer));
            self.waiting.push(Place {
                account: same[0].0,
                transfers: from..self.transfers.len(),
            });
        }
        self.next.clear();
        Some(())
    }

    /// Takes the next hop that waits.
    fn step(&mut self) {
        if let Some(place) = self.waiting.pop() {
            self.on_way[place.account as usize] = true;
            self.way.push(place);
        }
    }

    /// Leaves a depth at which nothing waits any more, and the hop that led to it.
    fn step_back(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.transfers.truncate(level.transfers);
        }
        if let Some(place) = self.way.pop() {
            self.on_way[place.account as usize] = false;
        }
    }
}

impl Search<'_> {
    /// Tells the chains that end with the way and leaves what follows in `next`.
    fn go_on(&self, origin: u32, scratch: &mut Scratch, work: &mut Work<'_>) -> Option<()> {
        let Scratch {
            on_way,
            transfers,
            way,
            next,
            goes_on,
            ..
        } = scratch;
        let Some(last) = way.last() else {
            return Some(());
        };
        let arrived = &transfers[last.transfers.clone()];
        goes_on.clear();
        goes_on.resize(arrived.len(), false);
        work.spend(1)?;
        if way.len() < self.max_hops {
            let outgoing = self.graph.outgoing(last.account);
            let arrivals = arrived.iter().map(|transfer| self.graph.tick(*transfer));
            let mut spent = 0;
            self.legs.outgoing_after(arrivals, outgoing.edges, |place| {
                spent += 1;
                let (account, after) = (outgoing.edges[place].other(), outgoing.transfers[place]);
                if on_way[account as usize] || !self.is_far_enough(way.len(), after) {
                    return;
                }
                let before = self.before(arrived, after, self.legs.step);
                if self.legs.conserve.is_some() {
                    spent += before.len();
                }
                let mut follows = false;
                for place in before.rev() {
                    // Without amounts everything before this is marked too.
                    if self.legs.conserve.is_none() && goes_on[place] {
                        follows = true;
                        break;
                    }
                    if self.legs.follows(arrived[place], after) {
                        goes_on[place] = true;
                        follows = true;
                    }
                }
                if follows {
                    next.push((account, after));
                }
            });
            work.spend(spent)?;
        }
        if way.len() >= self.min_hops && goes_on.contains(&false) {
            let ends = arrived.iter().zip(goes_on.iter());
            let ends: Vec<u32> = ends
                .filter(|(_, goes_on)| !**goes_on)
                .map(|(transfer, _)| *transfer)
                .collect();
            let way: Vec<Hop<'_>> = way
                .iter()
                .map(|place| Hop {
                    account: place.account,
                    transfers: &transfers[place.transfers.clone()],
                })
                .collect();
            self.tell(origin, &way, ends, on_way, work)?;
        }
        Some(())
    }

    /// Whether a chain that goes on by a transfer after so many can have `min_hops`.
    fn is_far_enough(&self, hops: usize, transfer: u32) -> bool {
        let ahead = (self.min_hops - self.min_hops.min(hops)).clamp(1, MOST_LOOKED_AHEAD as usize);
        self.reach.hops(transfer) >= ahead
    }

    /// Where those lie, among transfers in the order of time, that have the right time to come before another.
    pub(super) fn before(&self, transfers: &[u32], after: u32, step: u32) -> Range<usize> {
        let at = self.graph.tick(after);
        let tick = |transfer: &u32| self.graph.tick(*transfer);
        let from = transfers.partition_point(|transfer| self.legs.horizons[tick(transfer) as usize] < at);
        let to = transfers.partition_point(|transfer| tick(transfer) + step <= at);
        from..to.max(from)
    }

    /// Whether nothing can be put before a chain over these accounts that begins with this transfer.
    pub(super) fn is_begin(&self, transfer: u32, on_way: &[bool], work: &mut Work<'_>) -> Option<bool> {
        let incoming = self.graph.incoming(self.graph.payer(transfer));
        let at = self.graph.tick(transfer);
        let behind = incoming
            .edges
            .partition_point(|edge| edge.tick() + self.legs.step <= at);
        for place in (0..behind).rev() {
            work.spend(1)?;
            let edge = incoming.edges[place];
            if self.legs.horizons[edge.tick() as usize] < at {
                break;
            }
            if !on_way[edge.other() as usize] && self.legs.follows(incoming.transfers[place], transfer) {
                return Some(false);
            }
        }
        Some(true)
    }
}
