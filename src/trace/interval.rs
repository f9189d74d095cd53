//! Lowest and highest amounts where the records know only the day: over all orders that agree with them.
//!
//! Movements with one time may have come in any order that keeps each account's statement sequence, where there is one,
//! and puts what is reversed before its reversal. Three grounds make an interval:
//!
//! 1. *All orders* were gone through: exact. Done for each connected part by itself, as far as the limit allows. Orders
//!    that give every account its own movements in the same sequence are one, and orders that lead to the same state go on as
//!    one (see `states`), so the limit is on states, not on orders. Only where an unknown opening depends on the order,
//!    they are gone through one by one.
//! 2. *Proved by extremes*: one account, own money first, one claim, no sequence known. After a day the claimed money is
//!    the least, over all moments, of balance then (not below zero) plus claimed credits still to come, and never above
//!    what it was plus the day's claimed credits. Own credits before debits make every such moment largest, claimed credits,
//!    then debits, then own credits make it least; and more at the day's start is never less at its end, so days
//!    can be taken one by one. The two orders are run: exact for what is held.
//! 3. *Outer bound*: no order can leave more in a place than was claimed, than the movements that may have carried the
//!    claim brought there, or than lies there; and no less than what is claimed and fits nowhere else, nor than what had
//!    ended there for sure when the limit was passed. Under exposure, and where nothing is reversed under pro rata and for a
//!    single claim where own or claimed money goes first, least and most on each account go on beyond the limit, and the
//!    bound is mostly narrow. Sound, perhaps wide. Where orders that were run reach it, it is exact after all.
//!
//! Which money is older (the methods by age) may depend on the order of movements on different accounts: such orders differ.

mod agreed;
mod outer;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::book::{BookError, Kind, Opening};
use super::knot::Knot;
use super::lot::{Distribution, End, Outcome};
use super::method::{GoesFirst, Method, TraceInput};
use super::orders::{Sequence, Tangle};
use super::plan::{NONE, Vertices};
use super::rules::Interest;
use super::states::{self, How, Job};
use agreed::Agreed;

/// Least and most of each end of each claim.
pub(super) type Bounds = BTreeMap<(u32, End), (i64, i64)>;

/// No place in a statement is known.
pub const UNKNOWN: u32 = u32::MAX;

/// Place of each movement in the statements of its accounts, or [`UNKNOWN`]. Only places in one account's statements
/// compare, and only at one time.
///
/// Where statements contradict each other, or what must come before its reversal, none of the places counts of the
/// movements that are said to come before themselves: all their orders are gone through. Nor does an account's sequence at
/// a time at which the default order breaks it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequences<'a> {
    /// In the payer's statement.
    pub payer: &'a [u32],
    /// In the payee's.
    pub payee: &'a [u32],
}

impl Sequence for Sequences<'_> {
    fn as_payer(&self, movement: u32) -> Option<u32> {
        self.payer
            .get(movement as usize)
            .copied()
            .filter(|place| *place != UNKNOWN)
    }

    fn as_payee(&self, movement: u32) -> Option<u32> {
        self.payee
            .get(movement as usize)
            .copied()
            .filter(|place| *place != UNKNOWN)
    }
}

/// On what ground an interval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// All orders were gone through: both ends are reached.
    AllOrders,
    /// The extreme orders are known, and were run: both ends are reached.
    Extremes,
    /// A bound that no order passes. Its ends may not be reached. Where a method rounds (pro rata), it holds for amounts
    /// before their lots are rounded to whole ten-thousandths that add up to the claim: rounded, an order may come to less
    /// than a ten-thousandth a lot beyond it.
    OuterBound,
}

/// What one claim can come to in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The claim, by its place in the list.
    pub claim: u32,
    /// Where it is, or how it ended.
    pub end: End,
    /// In the stated default order, in ten-thousandths.
    pub figure: i64,
    /// No order leaves less.
    pub low: i64,
    /// No order leaves more; the largest number where nothing is proved.
    pub high: i64,
    /// Least and most among the orders that were run.
    pub seen: (i64, i64),
    /// On what ground `low` and `high` stand.
    pub ground: Ground,
}

impl Interval {
    /// Whether both ends are reached by an order. Where a method rounds (pro rata), that holds to the ten-thousandth to
    /// which it rounds each lot: how many lots there are, and so where it rounds, depends on the order.
    pub fn is_exact(&self) -> bool {
        self.ground != Ground::OuterBound
    }
}

/// Amount by claim and end.
type Sums = BTreeMap<(u32, End), i64>;

/// Finds the interval of every claim and end, sorted so. For each connected part up to `most_orders` states stand side by
/// side, and the work is of the order of so many tracings of the part, up to three times that where not all is exact.
/// A thousand does for most cases; more costs time only where there are so many states.
pub fn intervals(
    input: &TraceInput<'_>,
    method: &dyn Method,
    sequences: Sequences<'_>,
    most_orders: usize,
) -> Result<Vec<Interval>, BookError> {
    if !method.follows() {
        return Ok(of_distribution(input, method));
    }
    // Orders are gone through claim by claim, each on one movement.
    if input.claims() < input.claims.len() {
        return Ok(unknown(&method.trace(input)));
    }
    let agreed = Agreed::of(input.book, sequences);
    let sequences = agreed.sequences();
    let vertices = Vertices::of(input.book);
    let knots = Knot::all(input.book, &vertices, &input.claims, method.counts_age());
    let found: Result<Vec<Vec<Interval>>, BookError> = knots
        .par_iter()
        .map(|knot| {
            let tangles = knot.tangles(input.book, &vertices, &sequences, method.counts_age());
            let search = Search {
                input,
                method,
                vertices: &vertices,
                knot,
                sequences,
                tangles,
            };
            search.intervals(most_orders)
        })
        .collect();
    let mut found: Vec<Interval> = found?.into_iter().flatten().collect();
    found.sort_by_key(|interval| (interval.claim, interval.end));
    Ok(found)
}

/// What an outcome says, with nothing known of other orders.
fn unknown(outcome: &Outcome) -> Vec<Interval> {
    let row = |(claim, end, figure, _): (u32, End, i64, i64)| Interval {
        claim,
        end,
        figure,
        low: 0,
        high: i64::MAX,
        seen: (figure, figure),
        ground: Ground::OuterBound,
    };
    outcome.sums().into_iter().map(row).collect()
}

/// A distribution at the end asks for sums and balances only, which no order changes where openings are known.
fn of_distribution(input: &TraceInput<'_>, method: &dyn Method) -> Vec<Interval> {
    let outcome = method.trace(input);
    let known = |account: u32| matches!(input.book.accounts()[account as usize].opening, Opening::Known(_));
    let sure = |claim: u32| {
        let has_it = |fund: &&Distribution| fund.shares.iter().any(|(other, ..)| *other == claim);
        let fund = outcome.funds.iter().find(has_it);
        let short = |fund: &Distribution| {
            fund.shares
                .iter()
                .any(|(other, ..)| outcome.amount(*other, End::ClaimedBefore) > 0)
        };
        // Where money is claimed again inside the fund, the order says by whom first.
        fund.is_some_and(|fund| fund.accounts.iter().all(|account| known(*account)) && !short(fund))
    };
    // Where not, no more can lie on an account than lay there or ever came to it; an opening that is not known is no more
    // than what went.
    let turnovers = input.book.turnovers();
    let most = |end: End| match end {
        End::Held(account) => i64::try_from(turnovers[account as usize]).unwrap_or(i64::MAX),
        _ => i64::MAX,
    };
    let row = |(claim, end, figure, _): (u32, End, i64, i64)| {
        let (low, high, ground) = match sure(claim) {
            true => (figure, figure, Ground::AllOrders),
            false => (0, most(end), Ground::OuterBound),
        };
        Interval {
            claim,
            end,
            figure,
            low,
            high,
            seen: (figure, figure),
            ground,
        }
    };
    outcome.sums().into_iter().map(row).collect()
}

struct Search<'a> {
    input: &'a TraceInput<'a>,
    method: &'a dyn Method,
    vertices: &'a Vertices<'a>,
    knot: &'a Knot,
    sequences: Sequences<'a>,
    tangles: Vec<Tangle>,
}

impl Search<'_> {
    fn intervals(&self, most_orders: usize) -> Result<Vec<Interval>, BookError> {
        let figure = self.run(&self.knot.movements)?;
        let job = Job {
            input: self.input,
            vertices: self.vertices,
            knot: self.knot,
            sequences: self.sequences,
        };
        let reached = states::reached(&job, self.method, most_orders);
        match &reached {
            Some(reached) if reached.is_exact() => {
                return Ok(self.exact_rows(&figure, &reached.bounds));
            }
            Some(_) => {}
            None => {
                if let Some(orders) = self.all_orders(most_orders) {
                    let runs: Result<Vec<Sums>, BookError> =
                        orders.par_iter().map(|order| self.run(order)).collect();
                    return Ok(self.rows(&figure, &runs?, Ground::AllOrders, None));
                }
            }
        }
        let orders: Vec<Vec<u32>> = (0..EXTREMES).map(|which| self.extreme(which)).collect();
        let runs: Result<Vec<Sums>, BookError> = orders.par_iter().map(|order| self.run(order)).collect();
        let runs = runs?;
        let bounds = self.outer_bounds(reached.as_ref());
        let mut rows = self.rows(&figure, &runs, Ground::OuterBound, Some(&bounds));
        if let Some(reached) = &reached {
            let exact = |row: &Interval| reached.how.get(&row.claim) == Some(&How::Exact);
            rows.retain(|row| !exact(row));
            rows.extend(
                self.exact_rows(&figure, &reached.bounds)
                    .into_iter()
                    .filter(exact),
            );
        }
        Ok(rows)
    }

    /// Every order of the part, if there are no more than `most`.
    fn all_orders(&self, most: usize) -> Option<Vec<Vec<u32>>> {
        let most = most.min(MOST_PLACES / self.knot.movements.len().max(1));
        let mut orders: Vec<Vec<u32>> = vec![Vec::with_capacity(self.knot.movements.len())];
        for tangle in &self.tangles {
            let of_tangle = tangle.orders(most, self.meeting(tangle).iter())?;
            if orders.len() * of_tangle.len() > most.max(1) {
                return None;
            }
            orders = orders
                .iter()
                .flat_map(|order| {
                    of_tangle
                        .iter()
                        .map(move |more| [order.as_slice(), more].concat())
                })
                .collect();
        }
        Some(orders)
    }

    /// For each account that movements of the tangle meet on, their places in it. Where age counts, they all meet: which
    /// of them is older, money elsewhere may ask.
    fn meeting(&self, tangle: &Tangle) -> Vec<Vec<usize>> {
        if self.method.counts_age() {
            return vec![(0..tangle.movements.len()).collect()];
        }
        let mut of_vertex: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, movement) in tangle.movements.iter().enumerate() {
            let (payer, payee) = self.vertices.sides(*movement);
            for vertex in [payer, payee] {
                if self.knot.vertices.binary_search(&vertex).is_ok() {
                    of_vertex.entry(vertex).or_default().push(place);
                }
            }
        }
        of_vertex.into_values().collect()
    }

    /// Amounts when the movements come in this order.
    fn run(&self, order: &[u32]) -> Result<Sums, BookError> {
        let (book, claims, old) = self.knot.book(self.input.book, order)?;
        let input = TraceInput::new(&book, &claims, self.input.rules);
        let old_end = |end: End| match end {
            End::Held(account) => End::Held(old[account as usize]),
            End::OutOfRecords(account) => End::OutOfRecords(old[account as usize]),
            End::Overdraft(account) => End::Overdraft(old[account as usize]),
            other => other,
        };
        let outcome = self.method.trace(&input);
        Ok(outcome
            .sums()
            .into_iter()
            .map(|(claim, end, amount, _)| ((self.knot.claims[claim as usize].claim, old_end(end)), amount))
            .collect())
    }

    /// One of the orders that tend to lie at an end.
    fn extreme(&self, which: usize) -> Vec<u32> {
        let claimed: BTreeSet<u32> = self.knot.claims.iter().map(|claim| claim.movement).collect();
        let rank = |movement: u32| {
            let (payer, payee) = self.vertices.sides(movement);
            match (payer, payee) {
                _ if claimed.contains(&movement) => 0,
                (NONE, _) => 1,
                (_, NONE) => 3,
                _ => 2,
            }
        };
        // By claimed credit, own credit, transfer, debit: in which turn each comes.
        let turns: [usize; 4] = ORDERS[which];
        let mut order = Vec::with_capacity(self.knot.movements.len());
        for tangle in &self.tangles {
            let last = tangle.movements.len();
            order.extend(tangle.first_by(|place| {
                let place_in_turn = if which.is_multiple_of(2) {
                    place
                } else {
                    last - place
                };
                (turns[rank(tangle.movements[place])], place_in_turn)
            }));
        }
        order
    }

    /// Whether the second ground of the module's text holds.
    fn extremes_are_known(&self) -> bool {
        let [vertex] = self.knot.vertices[..] else {
            return false;
        };
        let Some(account) = self.input.book.accounts().get(vertex as usize) else {
            return false;
        };
        let plain = |movement: &u32| {
            let row = &self.input.book.movements()[*movement as usize];
            !matches!(row.kind, Kind::Reversal(_) | Kind::Sale(_))
                && (row.kind != Kind::Interest || self.input.rules.interest == Interest::Own)
        };
        let [claim] = self.knot.claims[..] else {
            return false;
        };
        self.method.goes_first() == Some(GoesFirst::Own)
            && matches!(account.opening, Opening::Known(_))
            && claim.amount == self.input.book.movements()[claim.movement as usize].received
            && self.tangles.iter().all(Tangle::is_free)
            && self.knot.movements.iter().all(plain)
    }
}

/// Movements in all orders together past which memory would run short.
const MOST_PLACES: usize = 1 << 26;

/// How many orders of [`ORDERS`] are run where not all can be.
const EXTREMES: usize = ORDERS.len();

/// In which turn claimed credits, own credits, transfers and debits come.
const ORDERS: [[usize; 4]; 8] = [
    [0, 0, 1, 2],
    [0, 0, 1, 2],
    [2, 2, 1, 0],
    [2, 2, 1, 0],
    [0, 3, 1, 2],
    [0, 3, 2, 1],
    [3, 0, 1, 2],
    [3, 0, 2, 1],
];
