//! All orders of a part gone through time by time, with the states that they lead to rather than one by one.
//!
//! What becomes of money depends on what lies where, not on how it came there. So the ways that lead to the same state go
//! on as one, with the least and the most that has ended in each place on any of them: what ended adds up, so that for
//! each end by itself this is exact. How many orders there are is no matter; how many states, is.
//!
//! - Vertices whose states have nothing to do with each other are kept apart (a [`Factor`] each): what ended then adds up
//!   too, least with least and most with most. A vertex on which the same lies in all states leaves its factor, so most
//!   are by themselves most of the time; and one on which nothing moves any more is counted out and leaves as well.
//! - Where no claimed money lies or can come, and the balance is known, no order makes a difference: such vertices do not
//!   count where it is asked which movements meet.
//!
//! Where there are more states, or more to do, than the limit allows, what is known until then is still a sound least.

mod band;
mod content;
mod group;
mod sums;

use std::collections::BTreeMap;
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use petgraph::unionfind::UnionFind;

use super::book::{Balance, Book, Kind, Opening};
use super::exposure::Spread;
use super::fifo::Queues;
use super::interval::{Bounds, Sequences};
use super::knot::Knot;
use super::lifo::Stacks;
use super::lot::{End, Outcome};
use super::method::{Method, TraceInput};
use super::orders::{self, Sequence, Tangle};
use super::origin_age::ByAge;
use super::own_money_first::OwnFirst;
use super::plan::{CLAIMED, Event, INTEREST, NONE, Part, REVERSED, SALE, Vertex, Vertices};
use super::pots::Pots;
use super::pro_rata::Proportion;
use super::quantity::Quantity;
use super::rules::Interest;
use super::tainted_first::ClaimedFirst;
use super::walk::Walk;
pub(super) use content::{Content, Gone, Machine, Sides};
use content::{Form, Laid};
use group::{Budget, Group, Passed, product};
use sums::{Reached, Settled, State, Sums, settle_common};

/// States of one time that may stand side by side once least and most stand for others.
const FEW: usize = 16;

/// Pieces, sums and pointers that the states of a part may come to.
const MOST_KEPT: usize = 1 << 22;

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
    if claims.len() == 1 || together.is_exact() || !stand_alone(job, method, &part) {
        return Some(together);
    }
    limit.work /= claims.len();
    let alone: Option<Vec<Found>> = claims
        .iter()
        .map(|claim| {
            limit.only = Some(claim.claim);
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
    Some(match method.name() {
        "fifo" => through(job, Walk::<Queues>::new(input, part), part, limit),
        "lifo" => through(job, Walk::<Stacks>::new(input, part), part, limit),
        "pro-rata" => through(job, Walk::<Pots<Proportion>>::new(input, part), part, limit),
        "own-money-first" => through(job, Walk::<Pots<OwnFirst>>::new(input, part), part, limit),
        "tainted-first" => through(job, Walk::<Pots<ClaimedFirst>>::new(input, part), part, limit),
        "oldest-origin-first" => through(job, Walk::<ByAge<false>>::new(input, part), part, limit),
        "newest-origin-first" => through(job, Walk::<ByAge<true>>::new(input, part), part, limit),
        "exposure" => {
            let mut outcome = Outcome::default();
            through(job, Spread::new(input, part, &mut outcome), part, limit)
        }
        _ => return None,
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
    // Where claimed money goes first or last, claims share what goes.
    method.goes_first().is_none() && come_from_outside(part) && !divides(job, part)
}

/// Whether amounts are converted somewhere, which rounds piece by piece.
fn divides(job: &Job<'_>, part: &Part) -> bool {
    let fruit = |event: &Event| event.is(INTEREST) && job.input.rules.interest == Interest::Fruit;
    let divides = |event: &Event| event.paid != event.received || event.is(SALE) || fruit(event);
    part.events.iter().any(divides)
}

/// Whether least and most may stand for all states (see [`band`]).
fn may_blur(job: &Job<'_>, method: &dyn Method, part: &Part) -> bool {
    let reversals = part.events.iter().any(|event| event.reverses != NONE);
    match method.name() {
        "pro-rata" => come_from_outside(part),
        "exposure" => true,
        "own-money-first" | "tainted-first" => job.knot.claims.len() == 1 && !reversals,
        _ => false,
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

/// The vertices of the part, from its first movement on, and its events.
fn part(job: &Job<'_>) -> Option<Part> {
    let book = job.input.book;
    let vertices = job
        .knot
        .vertices
        .iter()
        .map(|vertex| {
            let row = book.accounts().get(*vertex as usize);
            let opening = match row.map(|row| row.opening) {
                Some(Opening::Known(opening)) => opening,
                Some(Opening::Least) => least_opening(job, *vertex)?,
                Some(Opening::AsNeeded) | None => 0,
            };
            Some(Vertex {
                place: job.vertices.places[*vertex as usize],
                opening,
                as_needed: row.is_some_and(|row| row.opening == Opening::AsNeeded),
            })
        })
        .collect::<Option<Vec<Vertex>>>()?;
    Some(Part {
        vertices,
        events: events(job),
    })
}

/// The least opening that keeps an account from overdraft, if it is the same in all orders.
fn least_opening(job: &Job<'_>, account: u32) -> Option<i64> {
    let rows = job.input.book.movements();
    let legs: Vec<u32> = job
        .knot
        .movements
        .iter()
        .copied()
        .filter(|number| [rows[*number as usize].payer, rows[*number as usize].payee].contains(&account))
        .collect();
    let mut balance = Balance::starting(&job.input.book.accounts()[account as usize], 0);
    // Lowest in the order that keeps it highest, and in the one that makes it lowest.
    let mut lowest = (0, 0);
    for of_time in legs.chunk_by(|a, b| rows[*a as usize].at == rows[*b as usize].at) {
        let place = |number: &u32| match rows[*number as usize].payer == account {
            true => job.sequences.as_payer(*number),
            false => job.sequences.as_payee(*number),
        };
        let told = of_time.len() == 1
            || of_time
                .windows(2)
                .all(|pair| matches!((place(&pair[0]), place(&pair[1])), (Some(a), Some(b)) if a < b));
        let mut deepest = balance;
        for number in of_time {
            let row = &rows[*number as usize];
            if row.payer == account && row.payee != account {
                deepest.pay(row.paid);
            }
            balance.carry(account, row);
            if told {
                lowest.0 = lowest.0.min(balance.amount);
            }
        }
        lowest.0 = lowest.0.min(balance.amount);
        lowest.1 = lowest.1.min(if told { lowest.0 } else { deepest.amount });
    }
    (lowest.0 == lowest.1).then_some(-lowest.0)
}

fn events(job: &Job<'_>) -> Vec<Event> {
    let rows = job.input.book.movements();
    let knot = job.knot;
    let inside: HashSet<u32> = knot.movements.iter().copied().collect();
    let claimed: HashSet<u32> = knot.claims.iter().map(|claim| claim.movement).collect();
    let earlier = |number: &u32| match rows[*number as usize].kind {
        Kind::Reversal(earlier) if inside.contains(&earlier) => earlier,
        _ => NONE,
    };
    let reversed: HashSet<u32> = knot.movements.iter().map(earlier).collect();
    let place = |vertex: u32| {
        let place = knot.vertices.binary_search(&vertex);
        place.map_or(NONE, |place| place as u32)
    };
    let event = |number: &u32| {
        let row = &rows[*number as usize];
        let (payer, payee) = job.vertices.sides(*number);
        let (payer, payee) = (place(payer), place(payee));
        let mut flags = 0;
        match row.kind {
            Kind::Interest => flags |= INTEREST,
            Kind::Sale(_) if payer != NONE => flags |= SALE,
            _ => {}
        }
        flags |= if claimed.contains(number) { CLAIMED } else { 0 };
        flags |= if reversed.contains(number) { REVERSED } else { 0 };
        Event {
            movement: *number,
            payer,
            payee,
            reverses: earlier(number),
            paid: row.paid,
            received: row.received,
            flags,
        }
    };
    knot.movements.iter().map(event).collect()
}

/// Vertices whose states hang together: more than one state.
struct Factor<Q> {
    vertices: Vec<u32>,
    states: Vec<State<Q>>,
}

/// The way through a part.
struct Way<'a, M: Machine> {
    job: &'a Job<'a>,
    book: &'a Book,
    part: &'a Part,
    machine: M,
    budget: Budget,
    may_blur: bool,
    /// Whether least and most stand for states somewhere.
    blurred: bool,
    /// What lies on vertices that are in no factor.
    alone: Vec<Rc<Laid<M::Q>>>,
    factors: Vec<Factor<M::Q>>,
    settled: Settled<M::Q>,
    /// For each vertex the place of its last event.
    last: Vec<usize>,
    /// For each movement that is reversed the place of its last reversal.
    until: HashMap<u32, usize>,
    divides: bool,
    /// Whether only this counts of own money's age: which claimed money is older. Own money is told from own money by
    /// nothing else, where no reversal asks for it and no conversion rounds it.
    classes: bool,
    /// Places of the claimed events.
    claimed: Vec<usize>,
    first_claim: usize,
    /// The one claim that is asked for.
    only: Option<u32>,
    /// Work that was allowed at first.
    work: usize,
}

impl<'a, M: Machine> Way<'a, M> {
    fn new(job: &'a Job<'a>, mut machine: M, part: &'a Part, limit: Limit) -> Way<'a, M> {
        let book = job.input.book;
        let mut last = vec![0; part.vertices.len()];
        let mut until = HashMap::new();
        for (place, event) in part.events.iter().enumerate() {
            for vertex in sides(event) {
                last[vertex as usize] = place;
            }
            if event.reverses != NONE {
                until.insert(event.reverses, place);
            }
        }
        let divides = divides(job, part);
        let claimed: Vec<usize> = (0..part.events.len())
            .filter(|place| part.events[*place].is(CLAIMED))
            .collect();
        let classes = M::AGES
            && !divides
            && until.is_empty()
            && claimed.iter().all(|place| part.events[*place].payer == NONE);
        let form = Form {
            ages: M::AGES,
            tells: M::TELLS,
            divides,
            only: limit.only,
            pending: &|_| false,
        };
        let alone = (0..part.vertices.len() as u32)
            .map(|vertex| Laid::of(machine.opening(vertex), &form))
            .collect();
        Way {
            job,
            book,
            part,
            machine,
            budget: Budget {
                work: limit.work,
                states: limit.states,
                memory: MOST_KEPT,
            },
            may_blur: limit.may_blur,
            classes,
            first_claim: claimed.first().copied().unwrap_or(part.events.len()),
            claimed,
            blurred: false,
            alone,
            factors: Vec::new(),
            settled: Settled::new(),
            last,
            until,
            divides,
            work: limit.work,
            only: limit.only,
        }
    }

    fn through(&mut self) -> Result<(), Passed> {
        let part = self.part;
        let at = |event: &Event| self.book.movements()[event.movement as usize].at;
        let mut start = 0;
        for of_time in part.events.chunk_by(|a, b| at(a) == at(b)) {
            self.time(of_time, start)?;
            start += of_time.len();
            self.after_time(of_time, start)?;
        }
        Ok(())
    }

    /// All events of one time, of which the first is the one at `start`.
    fn time(&mut self, of_time: &[Event], start: usize) -> Result<(), Passed> {
        let hot = self.hot(of_time, start);
        if hot.is_empty() {
            return (0..of_time.len()).try_for_each(|one| {
                let tangle = Tangle::of(vec![of_time[one].movement], &[]);
                self.group(&of_time[one..=one], &tangle, &hot, &[!self.classes], start + one)
            });
        }
        let members: Vec<u32> = of_time.iter().map(|event| event.movement).collect();
        let pairs = orders::pairs(self.book, &members, &self.job.sequences);
        let counts = self.counts(of_time);
        // Where age counts, money anywhere may ask which came first.
        let whole = M::AGES && (!self.classes || of_time.iter().any(|event| event.is(CLAIMED)));
        for group in groups(of_time, &pairs, &hot, whole) {
            let events: Vec<Event> = group.iter().map(|place| of_time[*place]).collect();
            let tangle = Tangle::of(events.iter().map(|event| event.movement).collect(), &pairs);
            let counts: Vec<bool> = group.iter().map(|place| counts[*place]).collect();
            self.group(&events, &tangle, &hot, &counts, start)?;
        }
        Ok(())
    }

    /// Vertices on which the sequence of these events may matter.
    fn hot(&self, of_time: &[Event], start: usize) -> HashSet<u32> {
        let mut hot = HashSet::new();
        let ages = M::AGES && !(self.classes && start + of_time.len() <= self.first_claim);
        let mut carrying = HashSet::new();
        for event in of_time {
            for vertex in sides(event) {
                let state = &self.part.vertices[vertex as usize];
                let is_account =
                    (self.job.knot.vertices[vertex as usize] as usize) < self.book.accounts().len();
                let plain = self.all_on(vertex, |laid| laid.plain);
                if ages
                    || state.as_needed
                    || !is_account
                    || !plain
                    || event.is(REVERSED)
                    || event.reverses != NONE
                {
                    hot.insert(vertex);
                }
                if !self.all_on(vertex, |laid| !laid.claimed) {
                    carrying.insert(vertex);
                }
            }
        }
        loop {
            let before = carrying.len();
            for event in of_time {
                // What was paid may have been claimed money that a reversal brings back.
                let carries = event.is(CLAIMED) || event.reverses != NONE || carrying.contains(&event.payer);
                if event.payee != NONE && carries {
                    carrying.insert(event.payee);
                }
            }
            if carrying.len() == before {
                break;
            }
        }
        hot.extend(carrying);
        hot
    }

    /// Whether it holds for what lies on a vertex in every state.
    fn all_on(&self, vertex: u32, holds: impl Fn(&Laid<M::Q>) -> bool) -> bool {
        match self.factor_of(vertex) {
            None => holds(&self.alone[vertex as usize]),
            Some((factor, place)) => self.factors[factor]
                .states
                .iter()
                .all(|state| holds(&state.laid[place])),
        }
    }

    fn factor_of(&self, vertex: u32) -> Option<(usize, usize)> {
        self.factors.iter().enumerate().find_map(|(number, factor)| {
            let place = factor.vertices.binary_search(&vertex).ok()?;
            Some((number, place))
        })
    }

    /// Which events may bring money into the book: from nowhere, past the balance or by conversion.
    fn bearing(&self, of_time: &[Event]) -> Vec<bool> {
        let mut paid: BTreeMap<u32, i64> = BTreeMap::new();
        for event in of_time.iter().filter(|event| event.payer != NONE) {
            *paid.entry(event.payer).or_default() += event.paid;
        }
        let lacks = |vertex: u32| {
            let paid = paid.get(&vertex).copied().unwrap_or(0);
            self.part.vertices[vertex as usize].as_needed
                || !self.all_on(vertex, |laid| laid.content.balance >= paid)
        };
        of_time
            .iter()
            .map(|event| {
                event.payer == NONE
                    || event.reverses != NONE
                    || event.is(SALE)
                    || event.paid != event.received
                    || lacks(event.payer)
            })
            .collect()
    }

    fn claims_on(&self, event: &Event) -> Vec<u32> {
        let claims = self.job.input.claims_on(event.movement).iter();
        claims.map(|claim| claim.claim).collect()
    }

    /// Events that meet each other. If that leads to too many states, least and most stand for them.
    fn group(
        &mut self,
        events: &[Event],
        tangle: &Tangle,
        hot: &HashSet<u32>,
        counts: &[bool],
        start: usize,
    ) -> Result<(), Passed> {
        let most = self.budget.states;
        if self.blurred {
            self.budget.states = most.min(FEW);
        }
        let tried = self.try_group(events, tangle, hot, counts, start, false);
        self.budget.states = most;
        if tried.is_ok() || !self.may_blur {
            return tried;
        }
        for vertex in events.iter().flat_map(sides) {
            self.blur(vertex, start)?;
        }
        if !self.blurred {
            // As much work again for what can no longer be exact.
            self.blurred = true;
            self.budget.work = self.work;
        }
        self.try_group(events, tangle, hot, counts, start, true)
    }

    /// Has least and most stand for the states of a vertex, and of what hangs together with it.
    fn blur(&mut self, vertex: u32, start: usize) -> Result<(), Passed> {
        let Some((factor, _)) = self.factor_of(vertex) else {
            return Ok(());
        };
        let pending = |movement: u32| self.until.get(&movement).is_some_and(|last| *last >= start);
        let form = self.form(&pending);
        let factor = &self.factors[factor];
        let state = band::blur(&factor.states, |content| Laid::of(content, &form)).ok_or(Passed)?;
        let vertices = factor.vertices.clone();
        self.put(&vertices, vec![state]);
        Ok(())
    }

    fn try_group(
        &mut self,
        events: &[Event],
        tangle: &Tangle,
        hot: &HashSet<u32>,
        counts: &[bool],
        start: usize,
        blurs: bool,
    ) -> Result<(), Passed> {
        let touched: Vec<u32> = events.iter().flat_map(sides).collect();
        let (vertices, mut states) = self.joined(&touched)?;
        let place = |vertex: u32| vertices.binary_search(&vertex).ok();
        let pending = |movement: u32| self.until.get(&movement).is_some_and(|last| *last >= start);
        let group = Group {
            tangle,
            events: events.to_vec(),
            claims: events.iter().map(|event| self.claims_on(event)).collect(),
            sides: events
                .iter()
                .map(|event| (place(event.payer), place(event.payee)))
                .collect(),
            counts: counts.to_vec(),
            first: self.number(start),
            form: self.form(&pending),
        };
        if events.len() > 1 {
            let clashes = tangle.clashes(self.meeting(&group, hot).iter()).ok_or(Passed)?;
            if !clashes.are_none() {
                let states =
                    group.in_all_orders(&mut self.machine, &states, &clashes, &mut self.budget, blurs)?;
                self.put(&vertices, states);
                return Ok(());
            }
        }
        let of_movement: HashMap<u32, usize> = events
            .iter()
            .enumerate()
            .map(|(place, event)| (event.movement, place))
            .collect();
        let order = tangle.first_by(|place| place);
        let order = order
            .iter()
            .filter_map(|movement| of_movement.get(movement).copied());
        group.in_order(&mut self.machine, &mut states, order, &mut self.budget)?;
        self.put(&vertices, states);
        Ok(())
    }

    /// All states of the factors of these vertices together. They stay where they are until others are put there.
    fn joined(&mut self, touched: &[u32]) -> Result<(Vec<u32>, Vec<State<M::Q>>), Passed> {
        let mut vertices: Vec<u32> = Vec::new();
        let mut factors: Vec<usize> = Vec::new();
        for vertex in touched {
            match self.factor_of(*vertex) {
                None => vertices.push(*vertex),
                Some((factor, _)) => factors.push(factor),
            }
        }
        vertices.sort_unstable();
        vertices.dedup();
        factors.sort_unstable();
        factors.dedup();
        let laid = vertices
            .iter()
            .map(|vertex| self.alone[*vertex as usize].clone())
            .collect();
        let mut states = vec![State {
            laid,
            sums: Sums::default(),
        }];
        for factor in factors {
            let factor = &self.factors[factor];
            vertices.extend(&factor.vertices);
            states = product(states, &factor.states, &mut self.budget)?;
        }
        if !vertices.is_sorted() {
            let mut order: Vec<usize> = (0..vertices.len()).collect();
            order.sort_unstable_by_key(|place| vertices[*place]);
            for state in &mut states {
                state.laid = order.iter().map(|place| state.laid[*place].clone()).collect();
            }
            vertices = order.iter().map(|place| vertices[*place]).collect();
        }
        Ok((vertices, states))
    }

    /// Puts states in the place of what was there: those that are the same are one, and vertices on which the same lies in
    /// all of them stand alone again.
    fn put(&mut self, vertices: &[u32], states: Vec<State<M::Q>>) {
        self.factors
            .retain(|factor| vertices.binary_search(&factor.vertices[0]).is_err());
        let mut one = Reached::new();
        for state in states {
            one.add((), state);
        }
        let mut states: Vec<State<M::Q>> = one.states.into_iter().map(|(_, state)| state).collect();
        let differs: Vec<bool> = (0..vertices.len())
            .map(|place| {
                states
                    .iter()
                    .any(|state| !state.laid[place].is_same(&states[0].laid[place]))
            })
            .collect();
        for (place, vertex) in vertices.iter().enumerate().filter(|(place, _)| !differs[*place]) {
            self.alone[*vertex as usize] = states[0].laid[place].clone();
        }
        if states.len() == 1 {
            for state in states {
                state.sums.settle(&mut self.settled);
            }
            return;
        }
        settle_common(&mut states, &mut self.settled);
        let apart = |laid: Vec<Rc<Laid<M::Q>>>| {
            let kept = laid.into_iter().zip(&differs).filter(|(_, differs)| **differs);
            kept.map(|(laid, _)| laid).collect()
        };
        for state in &mut states {
            state.laid = apart(std::mem::take(&mut state.laid));
        }
        let vertices = vertices.iter().zip(&differs).filter(|(_, differs)| **differs);
        self.factors.push(Factor {
            vertices: vertices.map(|(vertex, _)| *vertex).collect(),
            states,
        });
    }

    /// Counts out vertices on which nothing moves from the event at `next` on, and drops what no reversal asks for any more.
    fn after_time(&mut self, of_time: &[Event], next: usize) -> Result<(), Passed> {
        let mut touched: Vec<u32> = of_time.iter().flat_map(sides).collect();
        touched.sort_unstable();
        touched.dedup();
        let reversal = of_time.iter().any(|event| event.reverses != NONE);
        touched.retain(|vertex| self.last[*vertex as usize] < next || reversal);
        for vertex in touched {
            let (vertices, mut states) = self.joined(&[vertex])?;
            let Ok(place) = vertices.binary_search(&vertex) else {
                continue;
            };
            for state in &mut states {
                let content = &state.laid[place].content;
                let (mut least, mut most) = (Vec::new(), Vec::new());
                let left = self.left(vertex, content, next, &mut least);
                let highest = content.most.as_deref();
                let left_most = highest.and_then(|highest| self.left(vertex, highest, next, &mut most));
                if left.is_none() && left_most.is_none() {
                    continue;
                }
                state.sums.add(&least, highest.map(|_| most.as_slice()));
                let content = Content {
                    most: left_most.map(Box::new).or(content.most.clone()),
                    ..left.unwrap_or_else(|| content.clone())
                };
                let pending = |movement: u32| self.until.get(&movement).is_some_and(|last| *last >= next);
                state.laid[place] = Laid::of(content, &self.form(&pending));
            }
            self.put(&vertices, states);
        }
        Ok(())
    }

    /// Number in time of an event before which none counts that is not before `start`.
    fn number(&self, start: usize) -> u32 {
        let before = match self.classes {
            true => self.claimed.partition_point(|place| *place < start),
            false => start,
        };
        2 * before as u32
    }

    /// Which events count for the numbers that tell ages.
    fn counts(&self, of_time: &[Event]) -> Vec<bool> {
        match self.classes {
            true => of_time.iter().map(|event| event.is(CLAIMED)).collect(),
            false => self.bearing(of_time),
        }
    }

    /// Places of the events that meet on each hot vertex, and where age counts, of those whose sequence tells ages.
    fn meeting(&self, group: &Group<'_>, hot: &HashSet<u32>) -> Vec<Vec<usize>> {
        let mut of_vertex: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, event) in group.events.iter().enumerate() {
            for vertex in sides(event).filter(|vertex| hot.contains(vertex)) {
                of_vertex.entry(vertex).or_default().push(place);
            }
        }
        let mut lists: Vec<Vec<usize>> = of_vertex.into_values().collect();
        let counting = (0..group.events.len()).filter(|place| group.counts[*place]);
        if self.classes {
            let bearing = self.bearing(&group.events);
            let bears = |place: &usize| bearing[*place];
            for one in counting {
                let others = (0..bearing.len()).filter(bears).filter(|other| *other != one);
                lists.extend(others.map(|other| vec![one.min(other), one.max(other)]));
            }
        } else if M::AGES {
            lists.push(counting.collect());
        }
        lists
    }

    /// What is left of what lies on a vertex, if that is not all.
    fn left(
        &self,
        vertex: u32,
        content: &Content<M::Q>,
        next: usize,
        gone: &mut Vec<Gone<M::Q>>,
    ) -> Option<Content<M::Q>> {
        if self.last[vertex as usize] < next {
            self.machine.held(vertex, content, gone);
            return Some(Content::default());
        }
        if content.kept.is_empty() && content.pieces.iter().all(|piece| piece.movement == NONE) {
            return None;
        }
        let pending = |movement: u32| self.until.get(&movement).is_some_and(|last| *last >= next);
        let (kept, over) = content
            .kept
            .iter()
            .cloned()
            .partition(|(movement, _)| pending(*movement));
        let over = Content {
            kept: over,
            ..Content::default()
        };
        self.machine.held(vertex, &over, gone);
        Some(Content {
            balance: content.balance,
            pieces: content.pieces.clone(),
            kept,
            most: None,
        })
    }

    fn form<'f>(&self, pending: &'f dyn Fn(u32) -> bool) -> Form<'f> {
        Form {
            ages: M::AGES,
            tells: M::TELLS,
            divides: self.divides,
            only: self.only,
            pending,
        }
    }

    /// Least and most of each claim and end, as far as gone.
    fn found(self, how: How) -> Found {
        let mut all = self.settled;
        for factor in &self.factors {
            let mut any = factor.states.iter();
            let Some(first) = any.next() else { continue };
            let mut sums = first.sums.clone();
            any.for_each(|state| sums.or(&state.sums));
            sums.settle(&mut all);
        }
        let bound = |((claim, end), (low, high)): ((u32, End), (M::Q, M::Q))| {
            let (above, rest) = high.whole_and_rest();
            let bound = match how {
                How::Exact => (low.nearest(), high.nearest()),
                How::Between => (low.whole_and_rest().0, above + i64::from(rest > 0)),
                How::Cut => (low.whole_and_rest().0, i64::MAX),
            };
            // What rounds to nothing makes no lot.
            (bound.1 > 0 || high == M::Q::ZERO).then_some(((claim, end), bound))
        };
        let asked =
            |((claim, _), _): &((u32, End), (M::Q, M::Q))| self.only.is_none_or(|only| only == *claim);
        let claims = self.job.knot.claims.iter().map(|claim| claim.claim);
        let claims = claims.filter(|claim| self.only.is_none_or(|only| only == *claim));
        Found {
            bounds: all.into_iter().filter(asked).filter_map(bound).collect(),
            how: claims.map(|claim| (claim, how)).collect(),
        }
    }
}

fn sides(event: &Event) -> impl Iterator<Item = u32> + use<> {
    [event.payer, event.payee]
        .into_iter()
        .filter(|vertex| *vertex != NONE)
}

/// Places of events that have to be looked at together: with `whole` all, otherwise those that touch one hot vertex, or of
/// which one must come before the other.
fn groups(of_time: &[Event], pairs: &[(u32, u32)], hot: &HashSet<u32>, whole: bool) -> Vec<Vec<usize>> {
    let mut joined: UnionFind<u32> = UnionFind::new(of_time.len());
    let mut first_on: HashMap<u32, u32> = HashMap::new();
    let mut place_of: HashMap<u32, u32> = HashMap::new();
    for (place, event) in (0..).zip(of_time) {
        place_of.insert(event.movement, place);
        for vertex in sides(event).filter(|vertex| hot.contains(vertex)) {
            joined.union(*first_on.entry(vertex).or_insert(place), place);
        }
        if whole {
            joined.union(0, place);
        }
    }
    for (earlier, later) in pairs {
        if let (Some(earlier), Some(later)) = (place_of.get(earlier), place_of.get(later)) {
            joined.union(*earlier, *later);
        }
    }
    let mut group_of: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (place, leader) in joined.into_labeling().into_iter().enumerate() {
        let group = *group_of.entry(leader).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(place);
    }
    groups
}
