//! The way through a part, time by time.

mod meeting;

use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

use super::super::book::Book;
use super::super::lot::End;
use super::super::orders::{self, Tangle};
use super::super::plan::{CLAIMED, Event, NONE, Part};
use super::super::quantity::Quantity;
use super::band;
use super::content::{Content, Form, Gone, Laid, Machine};
use super::group::{Budget, Group, Passed, product};
use super::sums::{Reached, Settled, State, Sums, settle_common};
use super::{Found, How, Job, Limit, divides};
use meeting::groups;

/// States of one time that may stand side by side once least and most stand for others.
const FEW: usize = 16;

/// Pieces that may be handled state by state where accounts can be gone through by themselves instead.
const EXACT_WORK: usize = 1 << 22;

/// Pieces, sums and pointers that the states of a part may come to.
const MOST_KEPT: usize = 1 << 22;

/// Vertices whose states hang together: more than one state.
struct Factor<Q> {
    vertices: Vec<u32>,
    states: Vec<State<Q>>,
}

/// Vertices in order, and states that have what lies on them in that order.
type Joined<Q> = (Vec<u32>, Vec<State<Q>>);

/// The way through a part.
pub(super) struct Way<'a, M: Machine> {
    job: &'a Job<'a>,
    book: &'a Book,
    part: &'a Part,
    machine: M,
    budget: Budget,
    may_blur: bool,
    /// Whether least and most stand for states somewhere.
    pub(super) blurred: bool,
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
    pub(super) fn new(job: &'a Job<'a>, mut machine: M, part: &'a Part, limit: Limit) -> Way<'a, M> {
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
                // Where least and most are narrow, not much is spent on states before.
                work: match M::ALIKE && limit.may_blur {
                    true => limit.work.min(EXACT_WORK),
                    false => limit.work,
                },
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

    pub(super) fn through(&mut self) -> Result<(), Passed> {
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
        // What is claimed of money that an account pays, other claims may have: least and most of each do not tell that alone.
        let is_shared = self.blurred && events.iter().any(labels_paid);
        if !is_shared {
            let tried = self.try_group(events, tangle, hot, counts, start, false);
            self.budget.states = most;
            if tried.is_ok() || !self.may_blur {
                return tried;
            }
        }
        self.budget.states = most;
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
        let is_shared = blurs && events.iter().any(labels_paid);
        if events.len() > 1 || is_shared {
            let meeting = self.meeting(&group, hot);
            let clashes = tangle
                .clashes(meeting.lists.iter(), meeting.pairs())
                .ok_or(Passed)?;
            let mixes = is_shared || blurs && !clashes.are_none();
            if let (true, true, [state]) = (M::ALIKE, mixes, states.as_slice()) {
                let of_part = |vertex: &u32| self.part.vertices[*vertex as usize];
                let at: Vec<_> = vertices.iter().map(of_part).collect();
                let input = self.job.input;
                let mixed = group.account_by_account(input, &at, state, &clashes, &mut self.budget);
                if let Ok(state) = mixed {
                    self.put(&vertices, vec![state]);
                    return Ok(());
                }
            }
            if is_shared {
                return Err(Passed);
            }
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
    fn joined(&mut self, touched: &[u32]) -> Result<Joined<M::Q>, Passed> {
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
    pub(super) fn found(self, how: How) -> Found {
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
        let only = self.only;
        let is_asked = |claim: u32| only.is_none_or(|only| only == claim);
        all.retain(|(claim, _), _| is_asked(*claim));
        let claims = self.job.knot.claims.iter().map(|claim| claim.claim);
        let claims = claims.filter(|claim| is_asked(*claim));
        Found {
            bounds: all.into_iter().filter_map(bound).collect(),
            how: claims.map(|claim| (claim, how)).collect(),
        }
    }
}

/// Whether it is claimed money that an account pays.
fn labels_paid(event: &Event) -> bool {
    event.is(CLAIMED) && event.payer != NONE
}

fn sides(event: &Event) -> impl Iterator<Item = u32> + use<> {
    [event.payer, event.payee]
        .into_iter()
        .filter(|vertex| *vertex != NONE)
}
