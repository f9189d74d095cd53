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
    claims: Vec<OfClaim>,
    /// Where a claim is in `claims`.
    places: HashMap<u32, u32>,
}

/// What one claim came to in each ending.
struct OfClaim {
    claim: u32,
    raw: Vec<Raw>,
    /// What has not ended yet, in units of rests.
    going: i128,
    /// Rests that are not in `raw` because no lot is made of them.
    dropped: u64,
    /// The least rest that may still be rounded up. It only grows: the more has ended, the less is left to round up.
    least: u32,
    /// How many may be in `raw` until it is sieved.
    most: usize,
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
    /// Whether it rounds to nothing, as `least` is the least rest that may be rounded up.
    fn is_below(&self, least: u32) -> bool {
        self.rests.1 < least && self.amount | self.claimed == 0 && self.rests.0 == self.rests.1
    }

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
    /// A claim begins to be followed.
    pub(super) fn begin(&mut self, claim: u32, amount: i64) {
        self.places.insert(claim, self.claims.len() as u32);
        self.claims.push(OfClaim {
            claim,
            raw: Vec::new(),
            going: i128::from(amount) << FRACTION,
            dropped: 0,
            least: 0,
            most: FEW,
        });
    }

    /// Adds a piece of claimed money whose claim has begun.
    pub(super) fn push<Q: Quantity>(&mut self, piece: &Piece<Q>, end: End, movement: u32, step: u32) {
        if self.endings.last() != Some(&(end, movement)) {
            self.endings.push((end, movement));
        }
        let (amount, of_amount) = piece.amount.whole_and_rest();
        let (claimed, of_claimed) = piece.claimed.whole_and_rest();
        let Some(place) = self.places.get(&piece.claim) else {
            return;
        };
        let of = &mut self.claims[*place as usize];
        of.going -= (i128::from(claimed) << FRACTION) + i128::from(of_claimed);
        let raw = Raw {
            ending: self.endings.len() as u32 - 1,
            step,
            amount,
            claimed,
            rests: (of_amount, of_claimed),
        };
        if raw.is_below(of.least) {
            of.dropped += u64::from(of_claimed);
            return;
        }
        of.raw.push(raw);
        if of.raw.len() >= of.most {
            of.sieve();
        }
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
            .map(|of| {
                let claim = of.claim;
                let lot = |raw: Raw| Lot {
                    claim,
                    end: endings[raw.ending as usize].0,
                    movement: endings[raw.ending as usize].1,
                    step: (explained && raw.step != NONE).then_some(raw.step),
                    amount: raw.amount,
                    claimed: raw.claimed,
                };
                (claim, of.in_order(&places).into_iter().map(lot).collect())
            })
            .collect()
    }
}

impl OfClaim {
    /// Drops what is sure to round to nothing: money that is split often ends in very many places, in nearly all of them
    /// far below a ten-thousandth. (What would be joined with more of the same end and movement is dropped by itself.)
    fn sieve(&mut self) {
        let mut largest = rests(&self.raw);
        // No more than this many will be rounded up, whatever becomes of the money that still goes on.
        let sum: u64 = largest.iter().map(|rest| u64::from(*rest)).sum();
        let most = i128::from(sum + self.dropped + HALF) + self.going.max(0);
        let most = usize::try_from(most >> FRACTION).unwrap_or(usize::MAX);
        if most < largest.len() / 2 {
            self.least = self.least.max(nth_largest(&mut largest, most));
            let (least, dropped) = (self.least, &mut self.dropped);
            self.raw.retain(|one| {
                let below = one.is_below(least);
                *dropped += if below { u64::from(one.rests.1) } else { 0 };
                !below
            });
        }
        self.most = FEW.max(2 * self.raw.len());
    }

    /// Rounded, by the places of endings, then by step.
    fn in_order(mut self, places: &[u32]) -> Vec<Raw> {
        let key = |one: &Raw| (places[one.ending as usize], one.step);
        // What rounds to nothing need not be sorted, unless it has to be joined.
        if !all_apart(&self.raw, places) {
            self.raw.sort_by_key(key);
            self.raw.dedup_by(|later, first| {
                let same = key(later) == key(first);
                if same {
                    first.add(later);
                }
                same
            });
        }
        round(&mut self.raw, self.dropped, key);
        self.raw.sort_unstable_by_key(key);
        self.raw
    }
}

/// All rests of what is claimed.
fn rests(raw: &[Raw]) -> Vec<u32> {
    raw.iter()
        .map(|one| one.rests.1)
        .filter(|rest| *rest > 0)
        .collect()
}

/// The smallest of the `count` largest; more than any where there is none.
fn nth_largest(rests: &mut [u32], count: usize) -> u32 {
    match count.checked_sub(1) {
        Some(last) if last < rests.len() => *rests.select_nth_unstable_by(last, |a, b| b.cmp(a)).1,
        Some(_) => 0,
        None => u32::MAX,
    }
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
/// `key` is rounded up first. `dropped` are rests of what is too small. What comes to nothing is left out.
fn round(raw: &mut Vec<Raw>, dropped: u64, key: impl Fn(&Raw) -> (u32, u32)) {
    let mut largest = rests(raw);
    let sum = dropped + largest.iter().map(|rest| u64::from(*rest)).sum::<u64>();
    for one in raw.iter_mut() {
        let (of_amount, of_claimed) = one.rests;
        // Without exchange, gain or fruit the two are one amount, so they are rounded as one.
        one.amount = match (one.amount, of_amount) == (one.claimed, of_claimed) {
            true => AS_CLAIMED,
            false => one.amount + i64::from(u64::from(of_amount) >= HALF),
        };
    }
    let units = ((sum + HALF) >> FRACTION) as usize;
    if units > 0 {
        let least = nth_largest(&mut largest, units);
        let mut up: Vec<(u32, (u32, u32), u32)> = (0..)
            .zip(raw.iter())
            .filter(|(_, one)| one.rests.1 >= least)
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

/// Lots of one claim up to which none is sought that rounds to nothing.
const FEW: usize = 1 << 12;

/// In the place of an amount that is rounded as what is claimed of it. No amount is below zero.
const AS_CLAIMED: i64 = -1;

/// Half a ten-thousandth, in units of rests.
const HALF: u64 = 1 << (FRACTION - 1);

#[cfg(test)]
mod tests {
    use super::super::quantity::Fixed;
    use super::*;

    /// Money that dwindles: of what is left, a part goes each time, far down below a ten-thousandth.
    fn dwindled(amount: i64, sieved: bool) -> Vec<(u32, Vec<Lot>)> {
        let mut ended = Ended::default();
        ended.begin(0, amount);
        if !sieved {
            ended.claims[0].most = usize::MAX;
        }
        let mut left = Fixed::of(amount);
        let mut number = 1u64;
        for movement in 0..20_000 {
            number = number * 48_271 % 2_147_483_647;
            let part = left
                .portion(Fixed::of((number % 100) as i64), Fixed::of(25_000))
                .0;
            left -= part;
            let piece = Piece {
                claim: 0,
                claimed: part,
                ..Piece::own(part, 0)
            };
            ended.push(&piece, End::Spent(number as u32 % 7), movement, NONE);
        }
        let rest = Piece {
            claim: 0,
            claimed: left,
            ..Piece::own(left, 0)
        };
        ended.push(&rest, End::Held(0), 20_000, NONE);
        ended.into_lots(false)
    }

    #[test]
    fn what_rounds_to_nothing_is_not_missed() {
        for amount in [1, 7, 100, 5_000, 1_000_000] {
            let lots = dwindled(amount, true);
            assert_eq!(lots, dwindled(amount, false));
            let sum: i64 = lots[0].1.iter().map(|lot| lot.claimed).sum();
            assert_eq!(sum, amount);
        }
    }
}
