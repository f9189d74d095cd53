//! Where there are too many states, all of them as one: of each claim the least and the most that may lie on each vertex.
//!
//! That is sound for methods under which more claimed money in one place never means less of it anywhere later: each event
//! takes the least to the least and the most to the most. It is so where every claim is treated as if it were alone
//! (pro rata, exposure), and for a single claim where own or claimed money goes first. Reversals break that, but under
//! exposure: the more of a payment was claimed money, the more of it is taken back with it, and what came by other ways and
//! was spent in part since may then come to less. Where there are any, least and most do not stand for states.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::piece::Piece;
use super::super::plan::{Event, NONE};
use super::super::quantity::Quantity;
use super::super::walk::Reversible;
use super::content::{Content, Gone, Laid, Machine, Sides};
use super::sums::{State, Sums};

/// What lies on two vertices after an event, and what ended, at least and at most.
pub(super) struct Step<Q> {
    pub(super) sides: Sides<Content<Q>>,
    pub(super) least: Vec<Gone<Q>>,
    /// Where it differs from the least.
    pub(super) most: Option<Vec<Gone<Q>>>,
}

/// One event further, from least and most where they differ. `claims` are those on the event's movement.
pub(super) fn step<M: Machine>(
    machine: &mut M,
    event: &Event,
    claims: &[u32],
    number: u32,
    sides: Sides<&Content<M::Q>>,
) -> Step<M::Q> {
    let both = || sides.0.into_iter().chain(sides.1);
    if both().all(|content| content.most.is_none()) {
        let mut least = Vec::new();
        let sides = machine.step(event, number, sides, &mut least);
        return Step {
            sides,
            least,
            most: None,
        };
    }
    let mut all: Vec<u32> = claims.to_vec();
    for content in both() {
        all.extend(content.highest().claims());
    }
    all.sort_unstable();
    all.dedup();
    let mut ends = [Vec::new(), Vec::new()];
    let [least, most] = [false, true].map(|highest| {
        let mut sum: Sides<Content<M::Q>> = (None, None);
        // Without any claim once, for the balances.
        for claim in all.iter().copied().chain(all.is_empty().then_some(NONE)) {
            let only = |content: &Content<M::Q>| match highest {
                true => content.highest().only(claim),
                false => content.only(claim),
            };
            let alone = (sides.0.map(only), sides.1.map(only));
            let mut gone = Vec::new();
            let after = machine.step(event, number, (alone.0.as_ref(), alone.1.as_ref()), &mut gone);
            gone.retain(|(other, ..)| *other == claim);
            ends[usize::from(highest)].append(&mut gone);
            for (sum, after) in [(&mut sum.0, after.0), (&mut sum.1, after.1)] {
                let Some(after) = after.map(|after| after.only(claim)) else {
                    continue;
                };
                match sum {
                    None => *sum = Some(after),
                    Some(sum) => sum.join(after),
                }
            }
        }
        sum
    });
    let pair = |least: Option<Content<M::Q>>, most: Option<Content<M::Q>>| {
        least.map(|least| Content {
            most: most.map(Box::new),
            ..least
        })
    };
    let [least_gone, most_gone] = ends;
    Step {
        sides: (pair(least.0, most.0), pair(least.1, most.1)),
        least: least_gone,
        most: Some(most_gone),
    }
}

impl<Q: Quantity> Content<Q> {
    /// The most that may lie there.
    pub(super) fn highest(&self) -> &Content<Q> {
        self.most.as_deref().unwrap_or(self)
    }

    fn claims(&self) -> impl Iterator<Item = u32> {
        let kept = self.kept.iter().flat_map(|(_, kept)| &kept.pieces);
        let claimed = self.pieces.iter().chain(kept).filter(|piece| piece.is_claimed());
        claimed.map(|piece| piece.claim)
    }

    /// As if there were no other claim.
    fn only(&self, claim: u32) -> Content<Q> {
        let of = |pieces: &[Piece<Q>]| {
            pieces
                .iter()
                .copied()
                .filter(|piece| piece.claim == claim)
                .collect()
        };
        Content {
            balance: self.balance,
            pieces: of(&self.pieces),
            kept: self
                .kept
                .iter()
                .map(|(movement, kept)| {
                    let mut pieces: Vec<Piece<Q>> = of(&kept.pieces);
                    let mut own = Q::ZERO;
                    for piece in kept.pieces.iter().filter(|piece| piece.claim != claim) {
                        own += piece.amount;
                    }
                    if own > Q::ZERO && claim != NONE {
                        pieces.push(Piece::own(own, 0));
                    }
                    (*movement, Reversible { pieces, ..*kept })
                })
                .collect(),
            most: None,
        }
    }

    /// Adds what there is of a claim that is higher than those here.
    fn join(&mut self, other: Content<Q>) {
        self.pieces.extend(other.pieces);
        for (movement, more) in other.kept {
            match self
                .kept
                .binary_search_by_key(&movement, |(movement, _)| *movement)
            {
                Ok(place) => self.kept[place].1.pieces.extend(more.pieces),
                Err(place) => self.kept.insert(place, (movement, more)),
            }
        }
    }
}

/// All states as one. Nothing where balances differ, or payments that may come back.
pub(super) fn blur<Q: Quantity>(
    states: &[State<Q>],
    lay: impl Fn(Content<Q>) -> Rc<Laid<Q>>,
) -> Option<State<Q>> {
    let (first, others) = states.split_first()?;
    let mut sums: Sums<Q> = first.sums.clone();
    for state in others {
        sums.or(&state.sums);
    }
    let mut laid = Vec::with_capacity(first.laid.len());
    for (place, start) in first.laid.iter().enumerate() {
        let mut different: Vec<&Content<Q>> = vec![&start.content];
        for state in others.iter().filter(|state| !state.laid[place].is_same(start)) {
            different.push(&state.laid[place].content);
        }
        if different.len() == 1 {
            laid.push(start.clone());
            continue;
        }
        let alike =
            |content: &&Content<Q>| content.balance == start.content.balance && content.kept.is_empty();
        if !different.iter().all(alike) {
            return None;
        }
        let least = fold(different.iter().map(|content| &content.pieces), Q::min);
        let most = fold(different.iter().map(|content| &content.highest().pieces), Q::max);
        let content = |pieces| Content {
            balance: start.content.balance,
            pieces,
            ..Content::default()
        };
        let pair = Content {
            most: Some(Box::new(content(most))),
            ..content(least)
        };
        laid.push(lay(pair));
    }
    Some(State { laid, sums })
}

/// Of each claim the least, or the most.
fn fold<'a, Q: Quantity + 'a>(
    all: impl Iterator<Item = &'a Vec<Piece<Q>>> + Clone,
    choose: impl Fn(Q, Q) -> Q,
) -> Vec<Piece<Q>> {
    let amounts = |pieces: &[Piece<Q>]| -> BTreeMap<u32, Q> {
        let mut sums = BTreeMap::new();
        for piece in pieces.iter().filter(|piece| piece.is_claimed()) {
            *sums.entry(piece.claim).or_insert(Q::ZERO) += piece.amount;
        }
        sums
    };
    let each: Vec<BTreeMap<u32, Q>> = all.map(|pieces| amounts(pieces)).collect();
    let mut claims: Vec<u32> = each.iter().flat_map(|amounts| amounts.keys().copied()).collect();
    claims.sort_unstable();
    claims.dedup();
    let piece = |claim: u32| {
        let amount = |amounts: &BTreeMap<u32, Q>| amounts.get(&claim).copied().unwrap_or(Q::ZERO);
        let amount = each.iter().map(amount).reduce(&choose)?;
        (amount > Q::ZERO).then_some(Piece {
            claim,
            claimed: amount,
            ..Piece::own(amount, 0)
        })
    };
    claims.into_iter().filter_map(piece).collect()
}
