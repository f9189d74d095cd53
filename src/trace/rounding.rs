//! From a method's own amounts to whole ten-thousandths: the lots of a claim add up to what was claimed.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::lot::{End, Lot};
use super::piece::Piece;
use super::plan::NONE;
use super::quantity::{FRACTION, Quantity};

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
        drop(sorted);
        self.claims
            .into_par_iter()
            .map(|(claim, raw)| {
                let lot = |raw: Raw| Lot {
                    claim,
                    end: endings[raw.ending as usize].0,
                    movement: endings[raw.ending as usize].1,
                    step: (explained && raw.step != NONE).then_some(raw.step),
                    amount: raw.amount,
                    claimed: raw.claimed,
                };
                (claim, in_order(raw, &places).into_iter().map(lot).collect())
            })
            .collect()
    }
}

/// What one claim came to, rounded, by the places of endings, then by step.
fn in_order(mut raw: Vec<Raw>, places: &[u32]) -> Vec<Raw> {
    let key = |one: &Raw| (places[one.ending as usize], one.step);
    // Of a claim that is split often nearly all rounds to nothing. That need not be sorted, unless it has to be joined.
    if !all_apart(&raw, places) {
        raw.sort_by_key(key);
        raw.dedup_by(|later, first| {
            let same = key(later) == key(first);
            if same {
                first.add(later);
            }
            same
        });
    }
    round(&mut raw, key);
    raw.sort_unstable_by_key(key);
    raw
}

/// Whether no two have the same place.
fn all_apart(raw: &[Raw], places: &[u32]) -> bool {
    if raw.len() < places.len() / 64 {
        let mut taken: Vec<u32> = raw.iter().map(|one| places[one.ending as usize]).collect();
        taken.sort_unstable();
        return taken.windows(2).all(|pair| pair[0] != pair[1]);
    }
    let mut taken = vec![0u64; places.len() / 64 + 1];
    raw.iter().all(|one| {
        let place = places[one.ending as usize];
        let (word, bit) = (&mut taken[place as usize / 64], 1 << (place % 64));
        let free = *word & bit == 0;
        *word |= bit;
        free
    })
}

/// Rounds what one claim came to so that it adds up to the claim. Where rests are equal, the first in the order of
/// `key` is rounded up first. What comes to nothing is left out.
fn round(raw: &mut Vec<Raw>, key: impl Fn(&Raw) -> (u32, u32)) {
    let mut rests = 0;
    let mut largest: Vec<u32> = Vec::new();
    for one in raw.iter_mut() {
        let (of_amount, of_claimed) = one.rests;
        rests += u64::from(of_claimed);
        if of_claimed > 0 {
            largest.push(of_claimed);
        }
        // Without exchange, gain or fruit the two are one amount, so they are rounded as one.
        one.amount = match (one.amount, of_amount) == (one.claimed, of_claimed) {
            true => AS_CLAIMED,
            false => one.amount + i64::from(u64::from(of_amount) >= HALF),
        };
    }
    let units = ((rests + HALF) >> FRACTION) as usize;
    if units > 0 {
        let (_, least, _) = largest.select_nth_unstable_by(units - 1, |a, b| b.cmp(a));
        let mut up: Vec<(u32, (u32, u32), u32)> = (0..)
            .zip(raw.iter())
            .filter(|(_, one)| one.rests.1 >= *least)
            .map(|(number, one)| (u32::MAX - one.rests.1, key(one), number))
            .collect();
        up.sort_unstable();
        for (_, _, number) in up.into_iter().take(units) {
            raw[number as usize].claimed += 1;
        }
    }
    raw.retain_mut(|one| {
        if one.amount == AS_CLAIMED {
            one.amount = one.claimed;
        }
        one.amount > 0 || one.claimed > 0
    });
}

/// In the place of an amount that is rounded as what is claimed of it. No amount is below zero.
const AS_CLAIMED: i64 = -1;

/// Half a ten-thousandth, in units of rests.
const HALF: u64 = 1 << (FRACTION - 1);
