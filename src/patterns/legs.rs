//! Which transfers out of an account can carry on which transfers into it.

use crate::graph::{Edge, TemporalGraph};

use super::sweep::Work;
use super::{HopTolerance, TimeOrder};

/// When a transfer can carry on another: order, window, amounts.
pub(super) struct Legs<'g> {
    pub graph: &'g TemporalGraph,
    /// For each tick the last one inside the window.
    pub horizons: Vec<u32>,
    /// Ticks that have to lie between: 1 in strict order, 0 in lenient.
    pub step: u32,
    pub conserve: Option<HopTolerance>,
}

/// Transfers in and out that have a partner on the other side.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub ins: Vec<u32>,
    pub outs: Vec<u32>,
}

impl<'g> Legs<'g> {
    pub fn new(
        graph: &'g TemporalGraph,
        window: i64,
        order: TimeOrder,
        conserve: Option<HopTolerance>,
    ) -> Legs<'g> {
        Legs {
            graph,
            horizons: graph.horizons(window),
            step: step(order),
            conserve,
        }
    }

    /// Whether one transfer can carry on another, whatever their accounts.
    pub fn follows(&self, before: u32, after: u32) -> bool {
        self.follows_by(before, after, self.step)
    }

    /// The same with another number of ticks between.
    pub fn follows_by(&self, before: u32, after: u32, step: u32) -> bool {
        let (earlier, later) = (self.graph.tick(before), self.graph.tick(after));
        earlier + step <= later
            && later <= self.horizons[earlier as usize]
            && self.amounts_hold(before, after)
    }

    /// Whether the amounts allow that one transfer carries on another.
    pub fn amounts_hold(&self, before: u32, after: u32) -> bool {
        self.conserve
            .is_none_or(|tolerance| tolerance.holds(self.graph.amount(before), self.graph.amount(after)))
    }

    /// The edges out of an account that come inside the window of at least one of some arrivals, each once, whatever
    /// the amounts. Arrivals are ticks in ascending order.
    pub fn outgoing_after(
        &self,
        arrivals: impl Iterator<Item = u32>,
        edges: &[Edge],
        mut visit: impl FnMut(usize),
    ) {
        let mut place = 0;
        for arrival in arrivals {
            let from = arrival + self.step;
            if edges.get(place).is_some_and(|edge| edge.tick() < from) {
                place += edges[place..].partition_point(|edge| edge.tick() < from);
            }
            let limit = self.horizons[arrival as usize];
            while edges.get(place).is_some_and(|edge| edge.tick() <= limit) {
                visit(place);
                place += 1;
            }
            if place == edges.len() {
                return;
            }
        }
    }

    /// Of transfers into an account and out of it, both in the order of time, those that have a partner.
    pub fn joined(&self, ins: &[u32], outs: &[u32], step: u32, work: &mut Work<'_>) -> Option<Joined> {
        let tick = |transfer: u32| self.graph.tick(transfer);
        let mut is_used = vec![false; ins.len()];
        let mut joined = Joined::default();
        let (mut from, mut to) = (0, 0);
        for out in outs {
            let at = tick(*out);
            while ins.get(to).is_some_and(|before| tick(*before) + step <= at) {
                to += 1;
            }
            while from < to && self.horizons[tick(ins[from]) as usize] < at {
                from += 1;
            }
            if self.conserve.is_none() {
                // Whatever is inside the window fits; the marks are made in one go.
                work.spend(1)?;
                if from < to {
                    joined.outs.push(*out);
                    is_used[from..to]
                        .iter_mut()
                        .rev()
                        .take_while(|used| !**used)
                        .for_each(|used| *used = true);
                }
                continue;
            }
            work.spend(to - from + 1)?;
            let mut is_out = false;
            for place in from..to {
                if self.amounts_hold(ins[place], *out) {
                    is_used[place] = true;
                    is_out = true;
                }
            }
            if is_out {
                joined.outs.push(*out);
            }
        }
        joined.ins.extend(
            ins.iter()
                .zip(is_used)
                .filter_map(|(transfer, used)| used.then_some(*transfer)),
        );
        Some(joined)
    }
}

/// Ticks between a transfer and the next.
pub(super) fn step(order: TimeOrder) -> u32 {
    u32::from(order == TimeOrder::Strict)
}
