//! States reached, each with the least and the most that has ended in each place on all ways to it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use hashbrown::HashMap;

use super::super::lot::End;
use super::super::quantity::Quantity;
use super::band;
use super::content::{Content, Gone, Laid};
use super::group::Passed;

/// Least and most of each claim and end.
pub(super) type Settled<Q> = BTreeMap<(u32, End), (Q, Q)>;

/// Least and most by claim and end, sorted so; where there is none it is nothing.
#[derive(Clone, Default)]
pub(super) struct Sums<Q>(Vec<((u32, End), (Q, Q))>);

impl<Q: Quantity> Sums<Q> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds what ended, at least and at most.
    pub(super) fn add(&mut self, least: &[Gone<Q>], most: Option<&[Gone<Q>]>) {
        let Some(most) = most else {
            for (claim, end, amount) in least {
                self.plus((*claim, *end), (*amount, *amount));
            }
            return;
        };
        for (claim, end, amount) in least {
            self.plus((*claim, *end), (*amount, Q::ZERO));
        }
        for (claim, end, amount) in most {
            self.plus((*claim, *end), (Q::ZERO, *amount));
        }
    }

    fn plus(&mut self, key: (u32, End), more: (Q, Q)) {
        match self.0.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => {
                let (low, high) = &mut self.0[place].1;
                *low += more.0;
                *high += more.1;
            }
            Err(place) => self.0.insert(place, (key, more)),
        }
    }

    /// Of two ways to one state.
    pub(super) fn or(&mut self, other: &Sums<Q>) {
        let mut both = Vec::with_capacity(self.0.len().max(other.0.len()));
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let order = match (a.peek(), b.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((a, _)), Some((b, _))) => a.cmp(b),
            };
            let none = (Q::ZERO, Q::ZERO);
            let (key, x, y) = match order {
                Ordering::Less => a.next().map(|(key, x)| (*key, *x, none)),
                Ordering::Greater => b.next().map(|(key, y)| (*key, none, *y)),
                Ordering::Equal => a.next().zip(b.next()).map(|((key, x), (_, y))| (*key, *x, *y)),
            }
            .unwrap_or(((0, End::Nothing), none, none));
            both.push((key, (x.0.min(y.0), x.1.max(y.1))));
        }
        self.0 = both;
    }

    /// Of two states that have nothing to do with each other.
    pub(super) fn and(&mut self, other: &Sums<Q>) {
        for (key, more) in &other.0 {
            self.plus(*key, *more);
        }
    }

    pub(super) fn settle(self, settled: &mut Settled<Q>) {
        for (key, more) in self.0 {
            let sum = settled.entry(key).or_insert((Q::ZERO, Q::ZERO));
            sum.0 += more.0;
            sum.1 += more.1;
        }
    }

    pub(super) fn low(&self, key: &(u32, End)) -> Q {
        let place = self.0.binary_search_by_key(key, |(key, _)| *key);
        place.map_or(Q::ZERO, |place| self.0[place].1.0)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &(u32, End)> {
        self.0.iter().map(|(key, _)| key)
    }
}

/// What may lie on some vertices together.
#[derive(Clone)]
pub(super) struct State<Q> {
    pub(super) laid: Vec<Rc<Laid<Q>>>,
    pub(super) sums: Sums<Q>,
}

/// States that are reached in several ways are one; `T` tells apart beside what lies there.
pub(super) struct Reached<T, Q> {
    pub(super) states: Vec<(T, State<Q>)>,
    places: HashMap<u64, Vec<u32>>,
}

impl<T: Hash + Eq, Q: Quantity> Reached<T, Q> {
    pub(super) fn new() -> Reached<T, Q> {
        Reached {
            states: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, tag: T, state: State<Q>) {
        let mut hasher = DefaultHasher::new();
        tag.hash(&mut hasher);
        for laid in &state.laid {
            laid.hash().hash(&mut hasher);
        }
        let places = self.places.entry(hasher.finish()).or_default();
        for place in places.iter() {
            let (other, before) = &mut self.states[*place as usize];
            let mut pairs = before.laid.iter().zip(&state.laid);
            if *other == tag && pairs.all(|(a, b)| a.is_same(b)) {
                before.sums.or(&state.sums);
                return;
            }
        }
        places.push(self.states.len() as u32);
        self.states.push((tag, state));
    }
}

impl<T: Hash + Eq, Q: Quantity> Reached<T, Q> {
    /// Adds a state so that one stands for all with the same tag.
    pub(super) fn blur(
        &mut self,
        tag: T,
        state: State<Q>,
        lay: impl Fn(Content<Q>) -> Rc<Laid<Q>>,
    ) -> Result<(), Passed> {
        let mut hasher = DefaultHasher::new();
        tag.hash(&mut hasher);
        let places = self.places.entry(hasher.finish()).or_default();
        for place in places.iter() {
            let (other, before) = &mut self.states[*place as usize];
            if *other == tag {
                *before = band::blur(&[before.clone(), state], lay).ok_or(Passed)?;
                return Ok(());
            }
        }
        places.push(self.states.len() as u32);
        self.states.push((tag, state));
        Ok(())
    }
}

/// Takes out what is the same for all states: of each claim and end, what has ended there at least.
pub(super) fn settle_common<Q: Quantity>(states: &mut [State<Q>], settled: &mut Settled<Q>) {
    let Some((first, others)) = states.split_first() else {
        return;
    };
    let mut common: Vec<((u32, End), Q)> = Vec::new();
    for key in first.sums.keys() {
        let least = others
            .iter()
            .map(|state| state.sums.low(key))
            .fold(first.sums.low(key), Q::min);
        if least > Q::ZERO {
            common.push((*key, least));
        }
    }
    for (key, least) in &common {
        let sum = settled.entry(*key).or_insert((Q::ZERO, Q::ZERO));
        sum.0 += *least;
        sum.1 += *least;
    }
    for state in states {
        for (key, least) in &common {
            if let Ok(place) = state.sums.0.binary_search_by_key(key, |(key, _)| *key) {
                let (low, high) = &mut state.sums.0[place].1;
                *low -= *least;
                *high -= *least;
            }
        }
        state.sums.0.retain(|(_, (_, high))| *high > Q::ZERO);
    }
}
