//! From a method's own amounts to whole ten-thousandths: the lots of a claim add up to what was claimed.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::lot::{End, Lot};
use super::piece::Piece;
use super::plan::NONE;
use super::quantity::{FRACTION, Quantity};
use super::share::hand_out;

/// What became of claims, in a method's own amounts. One movement ends money of many claims, so how it ends is kept once.
#[derive(Default)]
pub(super) struct Ended {
    /// Ends and last movements.
    endings: Vec<(End, u32)>,
    /// Each claim, and what is its own in each ending.
    claims: Vec<(u32, Vec<Raw>)>,
    /// Where a claim is in `claims`.
    places: HashMap<u32, u32>,
}

/// Whole ten-thousandths and what is left over, as [`Quantity::whole_and_rest`] says.
#[derive(Clone, Copy)]
struct Raw {
    ending: u32,
    step: u32,
    amount: i64,
    claimed: i64,
    rests: (u32, u32),
}

impl Raw {
    /// Adds what nothing tells apart from it.
    fn add(&mut self, other: &Raw) {
        let plus = |sum: &mut i64, rest: &mut u32, whole: i64, more: u32| {
            let carried;
            (*rest, carried) = rest.overflowing_add(more);
            *sum += whole + i64::from(carried);
        };
        plus(&mut self.amount, &mut self.rests.0, other.amount, other.rests.0);
        plus(&mut self.claimed, &mut self.rests.1, other.claimed, other.rests.1);
    }
}

/// A step in a method's own amounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawStep<Q> {
    pub(super) claim: u32,
    pub(super) movement: u32,
    pub(super) before: u32,
    pub(super) left: Q,
    pub(super) arrived: Q,
    pub(super) claimed: Q,
}

impl Ended {
    /// Adds a piece of claimed money.
    pub(super) fn push<Q: Quantity>(&mut self, piece: &Piece<Q>, end: End, movement: u32, step: u32) {
        if self.endings.last() != Some(&(end, movement)) {
            self.endings.push((end, movement));
        }
        let (amount, of_amount) = piece.amount.whole_and_rest();
        let (claimed, of_claimed) = piece.claimed.whole_and_rest();
        let place = *self.places.entry(piece.claim).or_insert_with(|| {
            self.claims.push((piece.claim, Vec::new()));
            self.claims.len() as u32 - 1
        });
        self.claims[place as usize].1.push(Raw {
            ending: self.endings.len() as u32 - 1,
            step,
            amount,
            claimed,
            rests: (of_amount, of_claimed),
        });
    }

    /// The lots of each claim, sorted; joined where nothing tells them apart; rounded by largest remainder within the
    /// claim. Lots that round to nothing are left out.
    pub(super) fn into_lots(self, explained: bool) -> Vec<(u32, Vec<Lot>)> {
        let endings = &self.endings;
        let mut sorted: Vec<u32> = (0..endings.len() as u32).collect();
        sorted.sort_by_cached_key(|number| {
            let (end, movement) = endings[*number as usize];
            (end.rank(), movement)
        });
        // The same end and movement may have come twice.
        let mut places = vec![0; endings.len()];
        let mut place = 0;
        for pair in sorted.windows(2) {
            place += u32::from(endings[pair[0] as usize] != endings[pair[1] as usize]);
            places[pair[1] as usize] = place;
        }
        self.claims
            .into_par_iter()
            .map(|(claim, raw)| {
                let raw = in_order(raw, &places);
                let lot = |raw: &Raw| Lot {
                    claim,
                    end: endings[raw.ending as usize].0,
                    movement: endings[raw.ending as usize].1,
                    step: (explained && raw.step != NONE).then_some(raw.step),
                    amount: raw.amount,
                    claimed: raw.claimed,
                };
                (claim, rounded(raw).iter().map(lot).collect())
            })
            .collect()
    }
}

/// Sorts by the places of endings, then by step, and joins what is the same in both.
fn in_order(raw: Vec<Raw>, places: &[u32]) -> Vec<Raw> {
    let place_of = |one: &Raw| places[one.ending as usize];
    let mut sorted = match raw.len() > places.len() / 8 {
        true => counted_out(&raw, places.len(), place_of),
        false => raw,
    };
    let key = |one: &Raw| (place_of(one), one.step);
    sorted.sort_by_key(key);
    sorted.dedup_by(|later, first| {
        let same = key(later) == key(first);
        if same {
            first.add(later);
        }
        same
    });
    sorted
}

/// In the order of their places, without comparing them.
fn counted_out(raw: &[Raw], places: usize, place_of: impl Fn(&Raw) -> u32) -> Vec<Raw> {
    let mut next = vec![0u32; places + 1];
    for one in raw {
        next[place_of(one) as usize + 1] += 1;
    }
    for place in 1..next.len() {
        next[place] += next[place - 1];
    }
    let mut sorted = raw.to_vec();
    for one in raw {
        let next = &mut next[place_of(one) as usize];
        sorted[*next as usize] = *one;
        *next += 1;
    }
    sorted
}

/// Rounds the lots of one claim so that they add up to it.
fn rounded(mut raw: Vec<Raw>) -> Vec<Raw> {
    let rests: u64 = raw.iter().map(|one| u64::from(one.rests.1)).sum();
    let mut claimed: Vec<(u32, u32)> = (0..)
        .zip(&raw)
        .filter(|(_, one)| one.rests.1 > 0)
        .map(|(number, one)| (one.rests.1, number))
        .collect();
    // Without exchange, gain or fruit the two are one amount, so they are rounded as one.
    for one in raw.iter_mut() {
        if (one.amount, one.rests.0) == (one.claimed, one.rests.1) {
            one.amount = AS_CLAIMED;
        } else {
            one.amount += i64::from(one.rests.0 >= 1 << (FRACTION - 1));
        }
    }
    let units = (rests + (1 << (FRACTION - 1))) >> FRACTION;
    hand_out(&mut claimed, units as usize, |number| raw[number].claimed += 1);
    for one in raw.iter_mut().filter(|one| one.amount == AS_CLAIMED) {
        one.amount = one.claimed;
    }
    raw.retain(|one| one.amount > 0 || one.claimed > 0);
    raw
}

/// In the place of an amount that is rounded as what is claimed of it. No amount is below zero.
const AS_CLAIMED: i64 = -1;
