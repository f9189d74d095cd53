//! All orders of a part gone through time by time, with the states that they lead to rather than one by one.
//!
//! What becomes of money depends on what lies where, not on how it came there. So the ways that lead to the same state go
//! on as one, with the least and the most that has ended in each place on any of them: what ended adds up, so that for
//! each end by itself this is exact. How many orders there are is no matter; how many states, is.
//!
//! - Vertices whose states have nothing to do with each other are kept apart (a factor each): what ended then adds up
//!   too, least with least and most with most. A vertex on which the same lies in all states leaves its factor, so most
//!   are by themselves most of the time; and one on which nothing moves any more is counted out and leaves as well.
//! - Where no claimed money lies or can come, and the balance is known, no order makes a difference: such vertices do not
//!   count where it is asked which movements meet.
//! - Of orders that give every account the same sequence of its own movements one is gone through (see [`group`]).
//!
//! The limit counts states, pieces handled and memory, never time. Where there are more states than it allows, least and
//! most stand for them if the method lets them (see [`band`]), and under pro rata accounts are gone through one by one then
//! (see [`mix`]); where it does not, or there is more to do, what is known until then is still a sound least. Amounts in fixed point are the same if they are so to a millionth of a ten-thousandth:
//! the orders of a day shift them by less.

mod band;
mod content;
mod group;
mod mix;
mod part;
mod sums;
mod way;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::exposure::Spread;
use super::fifo::Queues;
use super::interval::{Bounds, Sequences};
use super::knot::Knot;
use super::lifo::Stacks;
use super::lot::Outcome;
use super::method::{Method, TraceInput, Which};
use super::origin_age::ByAge;
use super::own_money_first::OwnFirst;
use super::plan::{CLAIMED, Event, INTEREST, NONE, Part, SALE, Vertices};
use super::pots::Pots;
use super::pro_rata::Proportion;
use super::rules::Interest;
use super::tainted_first::ClaimedFirst;
use super::walk::Walk;
pub(super) use content::{Content, Gone, Machine, Sides};
use group::Passed;
use part::part;
use way::Way;

/// What may end where.
#[derive(Default)]
pub(super) struct Found {
    /// Least and most of all that may end.
    pub(super) bounds: Bounds,
    /// By claim.
    pub(super) how: BTreeMap<u32, How>,
}

impl Found {
    /// Whether no claim's bounds are but bounds.
    pub(super) fn is_exact(&self) -> bool {
        self.how.values().all(|how| *how == How::Exact)
    }
}

/// How far the limit went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Every state was gone through: least and most are reached.
    Exact,
    /// Where there were too many states, least and most stood for them: no order passes them.
    Between,
    /// It was passed. Least is what has ended until then, and of most nothing is known.
    Cut,
}

/// A part whose orders are asked for.
pub(super) struct Job<'a> {
    pub(super) input: &'a TraceInput<'a>,
    pub(super) vertices: &'a Vertices<'a>,
    pub(super) knot: &'a Knot,
    pub(super) sequences: Sequences<'a>,
}

/// What the orders of a part lead to. Nothing where the method has no states to go through, or where an opening depends on
/// the order.
///
/// Where all claims together come to too many states, each is gone through as if there were no other, if what becomes of
/// its money does not depend on them.
pub(super) fn reached(job: &Job<'_>, method: &dyn Method, most_orders: usize) -> Option<Found> {
    let part = part(job)?;
    let mut limit = Limit {
        states: most_orders.max(1),
        work: most_orders.saturating_mul(part.events.len()),
        may_blur: may_blur(job, method, &part),
        only: None,
    };
    let together = one_way(job, method, &part, limit)?;
    let claims = &job.knot.claims;
    let is_cut = together.how.values().any(|how| *how == How::Cut);
    if claims.len() == 1 || !is_cut || !stand_alone(job, method, &part) {
        return Some(together);
    }
    limit.work /= claims.len();
    let alone: Option<Vec<Found>> = claims
        .par_iter()
        .map(|claim| {
            let limit = Limit {
                only: Some(claim.claim),
                ..limit
            };
            let mut part = part.clone();
            for event in part
                .events
                .iter_mut()
                .filter(|event| event.movement != claim.movement)
            {
                event.flags &= !CLAIMED;
            }
            one_way(job, method, &part, limit)
        })
        .collect();
    let mut all = Found::default();
    for found in alone? {
        all.bounds.extend(found.bounds);
        all.how.extend(found.how);
    }
    Some(all)
}

fn one_way(job: &Job<'_>, method: &dyn Method, part: &Part, limit: Limit) -> Option<Found> {
    let input = job.input;
    Some(match method.which() {
        Which::Fifo => through(job, Walk::<Queues>::new(input, part), part, limit),
        Which::Lifo => through(job, Walk::<Stacks>::new(input, part), part, limit),
        Which::ProRata => through(job, Walk::<Pots<Proportion>>::new(input, part), part, limit),
        Which::OwnMoneyFirst => through(job, Walk::<Pots<OwnFirst>>::new(input, part), part, limit),
        Which::TaintedFirst => through(job, Walk::<Pots<ClaimedFirst>>::new(input, part), part, limit),
        Which::OldestOriginFirst => through(job, Walk::<ByAge<false>>::new(input, part), part, limit),
        Which::NewestOriginFirst => through(job, Walk::<ByAge<true>>::new(input, part), part, limit),
        Which::Exposure => {
            let mut outcome = Outcome::default();
            through(job, Spread::new(input, part, &mut outcome), part, limit)
        }
        // Follows no money.
        Which::PariPassu => return None,
    })
}

/// Whether all claims are on money that comes from where nothing is recorded: then no claim can have had it before.
fn come_from_outside(part: &Part) -> bool {
    let from_outside = |event: &Event| event.payer == NONE && event.reverses == NONE && !event.is(INTEREST);
    part.events
        .iter()
        .filter(|event| event.is(CLAIMED))
        .all(from_outside)
}

/// Whether what becomes of a claim's money is the same with and without the others, rounding among it.
fn stand_alone(job: &Job<'_>, method: &dyn Method, part: &Part) -> bool {
    // Where claimed money goes first or last, claims share what goes. A reversal takes back of each claim what was paid
    // and is still there, and makes up for what is not from all, where money keeps no order.
    let shares_back = method.which() == Which::ProRata && reverses(part);
    method.goes_first().is_none() && !shares_back && come_from_outside(part) && !divides(job, part)
}

fn reverses(part: &Part) -> bool {
    part.events.iter().any(|event| event.reverses != NONE)
}

/// Whether amounts are converted somewhere, which rounds piece by piece.
fn divides(job: &Job<'_>, part: &Part) -> bool {
    let fruit = |event: &Event| event.is(INTEREST) && job.input.rules.interest == Interest::Fruit;
    let divides = |event: &Event| event.paid != event.received || event.is(SALE) || fruit(event);
    part.events.iter().any(divides)
}

/// Whether least and most may stand for all states (see [`band`]).
fn may_blur(job: &Job<'_>, method: &dyn Method, part: &Part) -> bool {
    let reversals = reverses(part);
    match method.which() {
        Which::ProRata => !reversals && (come_from_outside(part) || !divides(job, part)),
        Which::Exposure => true,
        Which::OwnMoneyFirst | Which::TaintedFirst => job.knot.claims.len() == 1 && !reversals,
        Which::Fifo
        | Which::Lifo
        | Which::PariPassu
        | Which::OldestOriginFirst
        | Which::NewestOriginFirst => false,
    }
}

fn through<M: Machine>(job: &Job<'_>, machine: M, part: &Part, limit: Limit) -> Found {
    let mut way = Way::new(job, machine, part, limit);
    let how = match (way.through(), way.blurred) {
        (Ok(()), false) => How::Exact,
        (Ok(()), true) => How::Between,
        (Err(Passed), _) => How::Cut,
    };
    way.found(how)
}

#[derive(Clone, Copy)]
struct Limit {
    /// States that may stand side by side.
    states: usize,
    /// Pieces that may be handled.
    work: usize,
    may_blur: bool,
    /// The one claim that is asked for.
    only: Option<u32>,
}
