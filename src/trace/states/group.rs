//! All orders of some movements of one time, gone through one movement at a time: ways that have done the same movements
//! and lead to the same state are one.

use std::rc::Rc;

use hashbrown::HashMap;

use super::super::orders::{Clashes, Tangle, has_bit, set_bit};
use super::super::plan::Event;
use super::super::quantity::Quantity;
use super::band;
use super::content::{Form, Gone, Laid, Machine, Sides};
use super::sums::{Reached, State, Sums};

/// Sets of movements that are asked for the smallest.
const MOST_SEEDS: usize = 16;

/// How much may still be done: counts, no time, so that the result is the same on every machine.
pub(super) struct Budget {
    /// Pieces that may still be handled.
    pub(super) work: usize,
    /// States that may stand side by side.
    pub(super) states: usize,
    /// Pieces, sums and pointers that they may come to.
    pub(super) memory: usize,
}

/// Too many states, or too much to do.
pub(super) struct Passed;

/// Movements of one time, their events and where in the states their vertices are.
pub(super) struct Group<'a> {
    pub(super) tangle: &'a Tangle,
    pub(super) events: Vec<Event>,
    /// The claims on each.
    pub(super) claims: Vec<Vec<u32>>,
    pub(super) sides: Vec<Sides<usize>>,
    /// Which count for the numbers that tell ages.
    pub(super) counts: Vec<bool>,
    /// Number that those before have come to.
    pub(super) first: u32,
    pub(super) form: Form<'a>,
}

/// What lies on an event's vertices after it, and what ended.
struct After<Q> {
    sides: Sides<Rc<Laid<Q>>>,
    least: Vec<Gone<Q>>,
    most: Option<Vec<Gone<Q>>>,
}

/// What is known already: by event, number in time and what lies on its vertices.
type Known<Q> = HashMap<(usize, u32, Sides<*const Laid<Q>>), After<Q>>;

impl Group<'_> {
    fn after<M: Machine>(
        &self,
        machine: &mut M,
        state: &State<M::Q>,
        place: usize,
        number: u32,
    ) -> After<M::Q> {
        let content = |side: Option<usize>| side.map(|side| &state.laid[side].content);
        let (payer, payee) = self.sides[place];
        let sides = (content(payer), content(payee));
        let step = band::step(machine, &self.events[place], &self.claims[place], number, sides);
        let lay = |content: Option<_>| content.map(|content| Laid::of(content, &self.form));
        After {
            sides: (lay(step.sides.0), lay(step.sides.1)),
            least: step.least,
            most: step.most,
        }
    }

    fn apply<Q: Quantity>(&self, state: &mut State<Q>, place: usize, after: &After<Q>) {
        let (payer, payee) = self.sides[place];
        for (side, laid) in [(payer, &after.sides.0), (payee, &after.sides.1)] {
            if let (Some(side), Some(laid)) = (side, laid) {
                state.laid[side] = laid.clone();
            }
        }
        state.sums.add(&after.least, after.most.as_deref());
    }

    /// The states after these movements in this order.
    pub(super) fn in_order<M: Machine>(
        &self,
        machine: &mut M,
        states: &mut [State<M::Q>],
        order: impl Iterator<Item = usize>,
        budget: &mut Budget,
    ) -> Result<(), Passed> {
        let mut before = self.first;
        let several = states.len() > 1;
        for place in order {
            let counts = u32::from(self.counts[place]);
            let number = before + counts;
            before += 2 * counts;
            let mut known: HashMap<Sides<*const Laid<M::Q>>, After<M::Q>> = HashMap::new();
            for state in states.iter_mut() {
                let pointer = |side: Option<usize>| side.map(|side| Rc::as_ptr(&state.laid[side]));
                let (payer, payee) = self.sides[place];
                let key = (pointer(payer), pointer(payee));
                if several && let Some(after) = known.get(&key) {
                    budget.spend(1 + after.least.len())?;
                    self.apply(state, place, after);
                    continue;
                }
                let after = self.after(machine, state, place, number);
                self.apply(state, place, &after);
                if several {
                    budget.spend(size(&after))?;
                    known.insert(key, after);
                }
            }
        }
        Ok(())
    }

    /// The states after these movements in any order that the records allow; with `blurs`, least and most stand for all
    /// states after the same movements.
    pub(super) fn in_all_orders<M: Machine>(
        &self,
        machine: &mut M,
        states: &[State<M::Q>],
        clashes: &Clashes,
        budget: &mut Budget,
        blurs: bool,
    ) -> Result<Vec<State<M::Q>>, Passed> {
        let count = self.events.len();
        let none = vec![0u64; count.div_ceil(64)];
        let mut layer: Vec<(Vec<u64>, State<M::Q>)> =
            states.iter().map(|state| (none.clone(), state.clone())).collect();
        for _ in 0..count {
            let mut next: Reached<Vec<u64>, M::Q> = Reached::new();
            let mut turns: HashMap<&[u64], Vec<usize>> = HashMap::new();
            let mut known: Known<M::Q> = HashMap::new();
            let mut memory = 0;
            for (done, state) in &layer {
                if !turns.contains_key(done.as_slice()) {
                    budget.spend(1 + count / 8)?;
                    turns.insert(done, self.turns(done, clashes));
                }
                let before = self.first + 2 * self.counted(done);
                let pointer = |side: Option<usize>| side.map(|side| Rc::as_ptr(&state.laid[side]));
                for place in &turns[done.as_slice()] {
                    let (payer, payee) = self.sides[*place];
                    let number = before + u32::from(self.counts[*place]);
                    let key = (*place, number, (pointer(payer), pointer(payee)));
                    if !known.contains_key(&key) {
                        let after = self.after(machine, state, *place, number);
                        budget.spend(size(&after))?;
                        memory += size(&after);
                        known.insert(key, after);
                    }
                    let mut state = state.clone();
                    self.apply(&mut state, *place, &known[&key]);
                    let mut done = done.clone();
                    set_bit(&mut done, *place);
                    let size = 1 + state.laid.len() + state.sums.len() + done.len();
                    budget.spend(1 + size / 8)?;
                    let before = next.states.len();
                    match blurs {
                        true => next.blur(done, state, |content| Laid::of(content, &self.form))?,
                        false => next.add(done, state),
                    }
                    memory += (next.states.len() - before) * size;
                    if next.states.len() > budget.states || memory > budget.memory {
                        return Err(Passed);
                    }
                }
            }
            drop(turns);
            layer = next.states;
        }
        Ok(layer.into_iter().map(|(_, state)| state).collect())
    }

    fn counted(&self, done: &[u64]) -> u32 {
        let counted = |place: &usize| has_bit(done, *place) && self.counts[*place];
        (0..self.events.len()).filter(counted).count() as u32
    }

    /// Which movements to try next: enough that no order is missed but those that end alike. Nothing that can still be
    /// done without them meets them where the records leave the sequence open (a stubborn set of Valmari).
    fn turns(&self, done: &[u64], clashes: &Clashes) -> Vec<usize> {
        let open = |place: usize| !has_bit(done, place);
        let free = |place: usize| {
            let mut before = self.tangle.before(place).iter();
            open(place) && before.all(|before| has_bit(done, *before))
        };
        let free: Vec<usize> = (0..self.events.len()).filter(|place| free(*place)).collect();
        let mut best = free.clone();
        for seed in free.iter().take(MOST_SEEDS) {
            let mut asked = vec![0; done.len()];
            set_bit(&mut asked, *seed);
            let mut found = Vec::new();
            let mut to_ask = vec![*seed];
            while let Some(one) = to_ask.pop() {
                let mut is_free = true;
                for before in self.tangle.before(one).iter().filter(|before| open(**before)) {
                    is_free = false;
                    if !has_bit(&asked, *before) {
                        set_bit(&mut asked, *before);
                        to_ask.push(*before);
                    }
                }
                clashes.ask(one, done, &mut asked, &mut to_ask);
                if is_free {
                    found.push(one);
                }
                if found.len() >= best.len() {
                    break;
                }
            }
            if found.len() < best.len() {
                best = found;
            }
            if best.len() <= 1 {
                break;
            }
        }
        best.sort_unstable();
        best
    }
}

fn size<Q: Quantity>(after: &After<Q>) -> usize {
    let (payer, payee) = &after.sides;
    let laid = payer.iter().chain(payee).map(|laid| laid.size()).sum::<usize>();
    1 + laid + after.least.len()
}

impl Budget {
    pub(super) fn spend(&mut self, work: usize) -> Result<(), Passed> {
        self.work = self.work.checked_sub(work).ok_or(Passed)?;
        Ok(())
    }
}

/// The states of two lists of vertices that have nothing to do with each other.
pub(super) fn product<Q: Quantity>(
    a: Vec<State<Q>>,
    b: &[State<Q>],
    budget: &mut Budget,
) -> Result<Vec<State<Q>>, Passed> {
    if a.len().saturating_mul(b.len()) > budget.states.max(1) {
        return Err(Passed);
    }
    let mut both = Vec::with_capacity(a.len() * b.len());
    for one in &a {
        for other in b {
            let laid: Vec<_> = one.laid.iter().chain(&other.laid).cloned().collect();
            if a.len() * b.len() > 1 {
                budget.spend(1 + laid.len() / 8 + other.sums.len())?;
            }
            let mut sums: Sums<Q> = one.sums.clone();
            sums.and(&other.sums);
            both.push(State { laid, sums });
        }
    }
    Ok(both)
}
