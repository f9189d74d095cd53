//! One pass over a network, owners first, with a short list of ends for each entity: see
//! [`Register::integrated`](super::Register::integrated).
//!
//! Each list is made from the lists of the holders: what a holder has, times its stake. Numbers are binary fixed point,
//! the least always rounded down and the most up, so bounds stay bounds. Ends with next to nothing are dropped from a
//! list; one number beside it bounds what any dropped end has there, and is carried on like an end of its own, so dropping
//! is never silent. Circles are gone round until nothing changes any more, from "everybody has between nothing and all",
//! which is true of every circle that does not own itself wholly.

use hashbrown::HashSet;

use super::network::WHOLE;
use super::register::Stake;
use super::rings::rings;

const BITS: u32 = 48;
pub(super) const ONE: u64 = 1 << BITS;
/// No bound at all.
pub(super) const BOUNDLESS: u64 = u64::MAX;
/// A round of a circle that changes less is the last.
const STILL: u64 = 1 << 12;
const ROUNDS: usize = 400;
/// Lists longer than this drop what is below a millionth, whatever they are told.
const LONGEST_LIST: usize = 20_000;
/// Work that one circle may take, in entries of lists.
const CIRCLE_WORK: usize = 50_000_000;

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) end: u32,
    pub(super) least: u64,
    pub(super) most: u64,
    /// The least may be below what it should be.
    pub(super) least_rounded: bool,
    /// The most may be above what it should be.
    pub(super) most_rounded: bool,
}

/// What is added up for one end while an entity's list is made.
#[derive(Clone, Copy, Default)]
struct Sum {
    least: u64,
    /// By the most stakes, without what dropped ends may have.
    most: u64,
    /// By the least stakes, likewise.
    of_least: u64,
    /// The most that it has of a holder who may have more than the least.
    peak: u64,
    least_rounded: bool,
    most_rounded: bool,
}

/// What is known of one entity while the pass goes on.
#[derive(Clone, Default)]
pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    /// The most that an end has which is not in the list.
    pub(super) rest: u64,
    /// The least that all ends together have.
    pub(super) known: u64,
    /// Nothing behind it adds up to more than the whole.
    pub(super) sound: bool,
}

impl List {
    /// The list of an entity of which nothing is known, save that nobody has more than the whole of it.
    fn unknown(sound: bool) -> List {
        List {
            entries: Vec::new(),
            rest: if sound { ONE } else { BOUNDLESS },
            known: 0,
            sound,
        }
    }

    /// The largest change of any number, or all where ends came or went.
    fn distance(&self, before: &List) -> u64 {
        if self.entries.len() != before.entries.len() {
            return ONE;
        }
        let entries = self.entries.iter().zip(&before.entries).map(|(now, was)| {
            if now.end == was.end {
                now.least.abs_diff(was.least).max(now.most.abs_diff(was.most))
            } else {
                ONE
            }
        });
        entries
            .chain([self.rest.abs_diff(before.rest), self.known.abs_diff(before.known)])
            .fold(0, u64::max)
    }
}

pub(super) struct Pass {
    owned: Vec<bool>,
    starts: Vec<usize>,
    pub(super) stakes: Vec<Stake>,
    above: Vec<bool>,
    lists: Vec<List>,
    dropped: u64,
    cuts: bool,
    sums: Vec<Sum>,
    touched: Vec<u32>,
}

fn down(a: u64, b: u64) -> u64 {
    u64::try_from((u128::from(a) * u128::from(b)) >> BITS).unwrap_or(BOUNDLESS)
}

fn up(a: u64, b: u64) -> u64 {
    if b == BOUNDLESS && a > 0 {
        return BOUNDLESS;
    }
    let product = u128::from(a) * u128::from(b) + u128::from(ONE - 1);
    u64::try_from(product >> BITS).unwrap_or(BOUNDLESS)
}

/// Whether so many units are rounded in binary: not so where all fives of ten to the eighth are in them.
fn is_rounded(units: u64) -> bool {
    !units.is_multiple_of(390_625)
}

/// Whether a product is rounded.
fn loses(a: u64, b: u64) -> bool {
    !(u128::from(a) * u128::from(b)).is_multiple_of(u128::from(ONE))
}

pub(super) fn fixed_down(units: u64) -> u64 {
    u64::try_from((u128::from(units) << BITS) / u128::from(WHOLE)).unwrap_or(BOUNDLESS)
}

pub(super) fn fixed_up(units: u64) -> u64 {
    u64::try_from((u128::from(units) << BITS).div_ceil(u128::from(WHOLE))).unwrap_or(BOUNDLESS)
}

pub(super) fn units_down(fixed: u64) -> u64 {
    ((u128::from(fixed) * u128::from(WHOLE)) >> BITS) as u64
}

pub(super) fn units_up(fixed: u64) -> u64 {
    ((u128::from(fixed) * u128::from(WHOLE) + u128::from(ONE - 1)) >> BITS) as u64
}

impl Pass {
    /// A pass that drops ends with less than `dropped`. `cuts`: shares are parts of one whole, so that what others have
    /// is a bound. `stakes` appends the stakes in a party.
    pub(super) fn new(
        owned: Vec<bool>,
        dropped: u64,
        cuts: bool,
        mut stakes: impl FnMut(u32, &mut Vec<Stake>),
    ) -> Pass {
        let parties = owned.len();
        let mut pass = Pass {
            owned,
            starts: Vec::with_capacity(parties + 1),
            stakes: Vec::new(),
            above: vec![false; parties],
            lists: vec![List::default(); parties],
            dropped,
            cuts,
            sums: vec![Sum::default(); parties],
            touched: Vec::new(),
        };
        pass.starts.push(0);
        for party in 0..parties as u32 {
            let from = pass.stakes.len();
            stakes(party, &mut pass.stakes);
            let sum = pass.stakes[from..].iter().fold(0_u64, |sum, stake| {
                sum.saturating_add(if cuts { stake.least } else { stake.most })
            });
            pass.above[party as usize] = sum > WHOLE;
            pass.starts.push(pass.stakes.len());
        }
        pass
    }

    /// Goes through all entities, owners first. `tell` gets each set of entities that own each other (mostly one alone)
    /// when their lists are done, and whether they own themselves wholly.
    pub(super) fn run(&mut self, mut tell: impl FnMut(&Pass, &[u32], bool)) {
        let parties = self.owned.len();
        let order = rings(parties, |party, ends| {
            ends.extend(self.stakes_of(party).iter().map(|stake| stake.owner));
        });
        // A list is let go when everything that is held through it is done.
        let mut waiting = vec![0_u32; parties];
        for stake in &self.stakes {
            waiting[stake.owner as usize] += 1;
        }
        for ring in &order {
            if !self.owned[ring[0] as usize] {
                continue;
            }
            let closed = self.owns_itself(ring);
            let alone = ring.len() == 1 && self.stakes_of(ring[0]).iter().all(|stake| stake.owner != ring[0]);
            if alone {
                let list = self.reckon(ring[0]);
                self.lists[ring[0] as usize] = list;
            } else if closed {
                for entity in ring {
                    self.lists[*entity as usize] = List::unknown(true);
                }
            } else {
                self.go_round(ring);
            }
            tell(self, ring, closed);
            for entity in ring {
                self.let_go(*entity, &mut waiting);
            }
        }
    }

    pub(super) fn list(&self, entity: u32) -> &List {
        &self.lists[entity as usize]
    }

    fn stakes_of(&self, party: u32) -> &[Stake] {
        &self.stakes[self.starts[party as usize]..self.starts[party as usize + 1]]
    }

    /// Nobody outside has a part of a ring.
    fn owns_itself(&self, ring: &[u32]) -> bool {
        let full = |entity: &u32| {
            let stakes = self.stakes_of(*entity);
            let sum = stakes
                .iter()
                .fold(0_u64, |sum, stake| sum.saturating_add(stake.least));
            sum == WHOLE && stakes.iter().all(|stake| self.owned[stake.owner as usize])
        };
        if !ring.iter().all(full) {
            return false;
        }
        let inside: HashSet<u32> = ring.iter().copied().collect();
        ring.iter().all(|entity| {
            self.stakes_of(*entity)
                .iter()
                .all(|stake| inside.contains(&stake.owner))
        })
    }

    /// The list of an entity from those of its holders.
    ///
    /// The most of an end is bounded twice. Once by the most stakes. And once by the least stakes, with all that these
    /// leave given to the one holder, of those who may have more, in whom the end has most; without this, bands that
    /// add up to far more than the whole would never let a circle come to rest.
    fn reckon(&mut self, entity: u32) -> List {
        let (from, to) = (self.starts[entity as usize], self.starts[entity as usize + 1]);
        let mut list = List {
            sound: !self.above[entity as usize],
            ..List::default()
        };
        let (mut rest, mut rest_of_least, mut rest_peak, mut held) = (0_u64, 0_u64, 0_u64, 0_u64);
        for stake in &self.stakes[from..to] {
            let (low, high, low_up) = (
                fixed_down(stake.least),
                fixed_up(stake.most),
                fixed_up(stake.least),
            );
            let open = stake.most > stake.least;
            held = held.saturating_add(low);
            let sums = &mut self.sums;
            let touched = &mut self.touched;
            let (low_rounded, high_rounded) = (is_rounded(stake.least), is_rounded(stake.most));
            let mut add = |end: u32,
                           (least, least_rounded): (u64, bool),
                           has: u64,
                           (beyond, most_rounded): (u64, bool)| {
                let sum = &mut sums[end as usize];
                // A most of zero says that the end is not touched yet.
                if sum.most == 0 {
                    touched.push(end);
                }
                sum.least = sum.least.saturating_add(least);
                sum.most = sum.most.saturating_add(up(high, beyond).max(1));
                sum.of_least = sum.of_least.saturating_add(up(low_up, beyond));
                sum.least_rounded |= least_rounded;
                sum.most_rounded |= most_rounded;
                if open {
                    sum.peak = sum.peak.max(has);
                }
            };
            if !self.owned[stake.owner as usize] {
                add(stake.owner, (low, low_rounded), ONE, (ONE, high_rounded));
                list.known = list.known.saturating_add(low);
                continue;
            }
            let holder = &self.lists[stake.owner as usize];
            for entry in &holder.entries {
                let beyond = entry.most.saturating_sub(holder.rest);
                let least_rounded = low_rounded || entry.least_rounded || loses(low, entry.least);
                let most_rounded = high_rounded || entry.most_rounded || loses(high, beyond);
                let least = (down(low, entry.least), least_rounded);
                add(entry.end, least, entry.most, (beyond, most_rounded));
            }
            rest = rest.saturating_add(up(high, holder.rest));
            rest_of_least = rest_of_least.saturating_add(up(low_up, holder.rest));
            if open {
                rest_peak = rest_peak.max(holder.rest);
            }
            list.known = list.known.saturating_add(down(low, holder.known));
            list.sound &= holder.sound;
        }
        let free = ONE.saturating_sub(held);
        let bounded = list.sound && self.cuts;
        let rest_of_most = rest;
        if bounded {
            rest = rest.min(rest_of_least.saturating_add(up(free, rest_peak)));
        }
        let mut dropped = rest;
        let least_kept = if self.touched.len() > LONGEST_LIST {
            self.dropped.max(ONE >> 20)
        } else {
            self.dropped
        };
        self.touched.sort_unstable();
        for end in self.touched.drain(..) {
            let sum = std::mem::take(&mut self.sums[end as usize]);
            let mut most = sum.most.saturating_add(rest_of_most);
            if bounded {
                let peak = sum.peak.max(rest_peak);
                let by_least = sum
                    .of_least
                    .saturating_add(rest_of_least)
                    .saturating_add(up(free, peak));
                // Of what is known to be somebody's, this much at least is others'.
                let others = list.known.saturating_sub(sum.least).saturating_sub(rest_of_least);
                most = most.min(by_least).min(ONE.saturating_sub(others)).max(sum.least);
            }
            if most < least_kept {
                dropped = dropped.max(most);
            } else {
                list.entries.push(Entry {
                    end,
                    least: sum.least,
                    most,
                    least_rounded: sum.least_rounded || rest_of_most > 0,
                    // The other bounds are made of rounded numbers mostly.
                    most_rounded: sum.most_rounded || rest_of_most > 0 || most != sum.most,
                });
            }
        }
        list.rest = dropped;
        if bounded {
            let others = list.known.saturating_sub(dropped);
            list.rest = dropped.min(ONE.saturating_sub(others));
        }
        list.entries.shrink_to_fit();
        list
    }

    fn go_round(&mut self, ring: &[u32]) {
        let inside: HashSet<u32> = ring.iter().copied().collect();
        let sound = ring.iter().all(|entity| {
            !self.above[*entity as usize]
                && self.stakes_of(*entity).iter().all(|stake| {
                    inside.contains(&stake.owner)
                        || !self.owned[stake.owner as usize]
                        || self.lists[stake.owner as usize].sound
                })
        });
        for entity in ring {
            self.lists[*entity as usize] = List::unknown(sound);
        }
        if !sound {
            return;
        }
        let mut work = 0;
        let (mut same_ends, mut still) = (false, false);
        for _ in 0..ROUNDS {
            let mut changed = 0;
            same_ends = true;
            for entity in ring {
                let list = self.reckon(*entity);
                let before = &self.lists[*entity as usize];
                changed = changed.max(list.distance(before));
                same_ends &= list.entries.len() == before.entries.len();
                work += list.entries.len() + self.stakes_of(*entity).len();
                self.lists[*entity as usize] = list;
            }
            still = changed <= STILL;
            if still || work > CIRCLE_WORK {
                break;
            }
        }
        // Nothing was dropped, and a whole round found no new end: who is in no list has nothing.
        let nothing_dropped = self.dropped == 0
            && same_ends
            && still
            && ring.iter().all(|entity| {
                self.lists[*entity as usize].entries.len() <= LONGEST_LIST
                    && self.stakes_of(*entity).iter().all(|stake| {
                        inside.contains(&stake.owner) || self.lists[stake.owner as usize].rest == 0
                    })
            });
        for entity in ring {
            if nothing_dropped {
                self.lists[*entity as usize].rest = 0;
            }
            for entry in &mut self.lists[*entity as usize].entries {
                (entry.least_rounded, entry.most_rounded) = (true, true);
            }
        }
    }

    fn let_go(&mut self, entity: u32, waiting: &mut [u32]) {
        for place in self.starts[entity as usize]..self.starts[entity as usize + 1] {
            let owner = self.stakes[place].owner as usize;
            waiting[owner] -= 1;
            if waiting[owner] == 0 {
                self.lists[owner].entries = Vec::new();
            }
        }
        if waiting[entity as usize] == 0 {
            self.lists[entity as usize].entries = Vec::new();
        }
    }
}
