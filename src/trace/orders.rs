//! Orders that agree with the records, where several movements have one time: those that keep each account's statement
//! sequence and put what is reversed before its reversal. The two legs of a transfer are one movement.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use hashbrown::{HashMap, HashSet};

use super::book::{Book, Kind};

/// Movements of one time that no other account's order can touch, with what must come before what.
#[derive(Clone, Debug)]
pub(super) struct Tangle {
    /// Movement numbers, in the default order.
    pub(super) movements: Vec<u32>,
    /// For each, by place in the list, those that have to come before it.
    before: Vec<Vec<usize>>,
}

/// Where a movement stands in the statements of its two accounts: the same number for all movements of an account
/// means that nothing is known.
pub(super) trait Sequence {
    /// In the payer's statement.
    fn as_payer(&self, movement: u32) -> Option<u32>;
    /// In the payee's.
    fn as_payee(&self, movement: u32) -> Option<u32>;
}

/// Movements of one time past which it is not asked what comes before what by way of others.
const MOST_MOVEMENTS: usize = 8_192;

/// Movements of one time past which orders are not gone through one after the other.
const MOST_IN_TURN: usize = 1_000;

/// Pairs of a tangle whose order makes a difference, and what comes before what by way of others: a bit each, for on one
/// account all may meet all.
pub(super) struct Clashes {
    /// For each movement, by place in the tangle, those that meet it somewhere and may come before or after it.
    of: Vec<Vec<u64>>,
    /// For each the places of all that come before it, a bit each.
    before: Vec<Vec<u64>>,
}

impl Clashes {
    /// Whether the records tell which of the two comes first.
    fn told(&self, a: usize, b: usize) -> bool {
        has_bit(&self.before[a], b) || has_bit(&self.before[b], a)
    }

    /// Whether the one comes before the other in every order.
    pub(super) fn comes_before(&self, earlier: usize, later: usize) -> bool {
        has_bit(&self.before[later], earlier)
    }

    /// Whether no order makes a difference.
    pub(super) fn are_none(&self) -> bool {
        self.of.iter().flatten().all(|word| *word == 0)
    }

    /// Asks for those that meet this one somewhere and may come before or after it, but for those that are done: all that
    /// were not asked for before.
    pub(super) fn ask(&self, place: usize, done: &[u64], asked: &mut [u64], to_ask: &mut Vec<usize>) {
        let words = self.of[place].iter().zip(done).zip(asked);
        for (number, ((meet, done), asked)) in words.enumerate() {
            let mut new = meet & !done & !*asked;
            *asked |= new;
            while new != 0 {
                to_ask.push(64 * number + new.trailing_zeros() as usize);
                new &= new - 1;
            }
        }
    }

    fn meet(&mut self, a: usize, b: usize) {
        if !self.told(a, b) {
            set_bit(&mut self.of[a], b);
            set_bit(&mut self.of[b], a);
        }
    }

    /// Whether the two may change places without a difference, if they stand side by side.
    fn are_apart(&self, a: usize, b: usize) -> bool {
        !self.told(a, b) && !has_bit(&self.of[a], b)
    }
}

/// Whether this bit is set.
pub(super) fn has_bit(bits: &[u64], place: usize) -> bool {
    bits[place / 64] & (1 << (place % 64)) != 0
}

/// Sets it.
pub(super) fn set_bit(bits: &mut [u64], place: usize) {
    bits[place / 64] |= 1 << (place % 64);
}

impl Tangle {
    /// `pairs` name movements of the list, the earlier first. The default order keeps them, so they do not contradict.
    pub(super) fn of(movements: Vec<u32>, pairs: &[(u32, u32)]) -> Tangle {
        let places: HashMap<u32, usize> = movements
            .iter()
            .enumerate()
            .map(|(place, one)| (*one, place))
            .collect();
        let mut before = vec![Vec::new(); movements.len()];
        for (earlier, later) in pairs {
            if let (Some(earlier), Some(later)) = (places.get(earlier), places.get(later)) {
                debug_assert!(earlier < later, "the default order breaks what must come first");
                before[*later].push(*earlier);
            }
        }
        Tangle { movements, before }
    }

    /// What has to come just before the movement at this place.
    pub(super) fn before(&self, place: usize) -> &[usize] {
        &self.before[place]
    }

    /// The pairs whose order makes a difference, where each list of `meeting` names places of movements that meet on one
    /// account, and `pairs` are places of two more. Nothing where there are too many movements to tell.
    pub(super) fn clashes<'a>(
        &self,
        meeting: impl Iterator<Item = &'a Vec<usize>>,
        pairs: impl Iterator<Item = (usize, usize)>,
    ) -> Option<Clashes> {
        let count = self.movements.len();
        if count > MOST_MOVEMENTS {
            return None;
        }
        let mut before = vec![vec![0; count.div_ceil(64)]; count];
        let places: HashMap<u32, usize> = (0..count).map(|place| (self.movements[place], place)).collect();
        for movement in self.first_by(|place| place) {
            let place = places[&movement];
            let mut bits = std::mem::take(&mut before[place]);
            for earlier in &self.before[place] {
                set_bit(&mut bits, *earlier);
                for (word, more) in bits.iter_mut().zip(&before[*earlier]) {
                    *word |= more;
                }
            }
            before[place] = bits;
        }
        let mut clashes = Clashes {
            of: vec![vec![0; count.div_ceil(64)]; count],
            before,
        };
        for places in meeting {
            for (number, a) in places.iter().enumerate() {
                for b in &places[number + 1..] {
                    clashes.meet(*a, *b);
                }
            }
        }
        for (a, b) in pairs {
            clashes.meet(a, b);
        }
        Some(clashes)
    }

    /// One order of each kind: orders that give every account its own movements in the same sequence are one kind, for no
    /// method tells them apart. Nothing where there are more than `most` kinds. Of each kind it is the one in which no
    /// movement could be put before a later one of the list by changing places with what it does not meet (the normal
    /// form of a trace of Anisimov and Knuth).
    pub(super) fn orders<'a>(
        &self,
        most: usize,
        meeting: impl Iterator<Item = &'a Vec<usize>>,
    ) -> Option<Vec<Vec<u32>>> {
        let clashes = self.clashes(meeting, std::iter::empty())?;
        if clashes.are_none() {
            return Some(vec![self.first_by(|place| place)]);
        }
        if self.movements.len() > MOST_IN_TURN {
            return None;
        }
        let mut found = Vec::new();
        let mut chosen = Vec::new();
        let mut used = vec![false; self.movements.len()];
        let mut tries = most.saturating_mul(self.movements.len());
        self.extend(&clashes, &mut chosen, &mut used, &mut found, most, &mut tries)
            .then_some(found)
    }

    /// Not every beginning in normal form goes on to an order, so `tries` bounds them.
    fn extend(
        &self,
        clashes: &Clashes,
        chosen: &mut Vec<usize>,
        used: &mut [bool],
        found: &mut Vec<Vec<u32>>,
        most: usize,
        tries: &mut usize,
    ) -> bool {
        if chosen.len() == self.movements.len() {
            found.push(chosen.iter().map(|place| self.movements[*place]).collect());
            return found.len() <= most;
        }
        for place in 0..self.movements.len() {
            if used[place] || self.before[place].iter().any(|before| !used[*before]) {
                continue;
            }
            let mut passed = chosen
                .iter()
                .rev()
                .take_while(|other| clashes.are_apart(**other, place));
            if passed.any(|other| *other > place) {
                continue;
            }
            let Some(left) = tries.checked_sub(1) else {
                return false;
            };
            *tries = left;
            used[place] = true;
            chosen.push(place);
            let goes_on = self.extend(clashes, chosen, used, found, most, tries);
            chosen.pop();
            used[place] = false;
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// The order that takes, of what may come next, what has the least key.
    pub(super) fn first_by<K: Ord>(&self, key: impl Fn(usize) -> K) -> Vec<u32> {
        let mut missing: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut after = vec![Vec::new(); self.movements.len()];
        for (later, before) in self.before.iter().enumerate() {
            for earlier in before {
                after[*earlier].push(later);
            }
        }
        let mut open: BinaryHeap<Reverse<(K, usize)>> = (0..missing.len())
            .filter(|place| missing[*place] == 0)
            .map(|place| Reverse((key(place), place)))
            .collect();
        let mut order = Vec::with_capacity(self.movements.len());
        while let Some(Reverse((_, place))) = open.pop() {
            order.push(self.movements[place]);
            for later in &after[place] {
                missing[*later] -= 1;
                if missing[*later] == 0 {
                    open.push(Reverse((key(*later), *later)));
                }
            }
        }
        order
    }

    /// Whether nothing says what comes first.
    pub(super) fn is_free(&self) -> bool {
        self.before.iter().all(Vec::is_empty)
    }
}

/// What must come before what among `members`, which have one time: pairs of movements, the earlier first. Movements
/// that are no members count too: one may come after a member and before another.
pub(super) fn pairs(book: &Book, members: &[u32], sequence: &impl Sequence) -> Vec<(u32, u32)> {
    let rows = book.movements();
    let mut pairs = Vec::new();
    let Some(at) = members.first().map(|first| rows[*first as usize].at) else {
        return pairs;
    };
    for movement in members {
        if let Kind::Reversal(earlier) = rows[*movement as usize].kind
            && rows[earlier as usize].at == at
        {
            pairs.push((earlier, *movement));
        }
    }
    let start = rows.partition_point(|row| row.at < at);
    let end = rows.partition_point(|row| row.at <= at);
    let after = link_statements(book, start..end, sequence);
    if after.is_empty() {
        return pairs;
    }
    let members: HashSet<u32> = members.iter().copied().collect();
    let mut sorted: Vec<u32> = members.iter().copied().collect();
    sorted.sort_unstable();
    for member in sorted {
        let mut seen = HashSet::new();
        let mut open = vec![member];
        while let Some(one) = open.pop() {
            for later in after.get(&one).into_iter().flatten() {
                if !seen.insert(*later) {
                    continue;
                }
                match members.contains(later) {
                    true => pairs.push((member, *later)),
                    false => open.push(*later),
                }
            }
        }
    }
    pairs
}

/// For each movement those that come next in the statement of an account that both touch.
pub(super) fn link_statements(
    book: &Book,
    movements: Range<usize>,
    sequence: &impl Sequence,
) -> HashMap<u32, Vec<u32>> {
    let mut legs: Vec<(u32, u32, u32)> = Vec::new();
    for movement in movements.start as u32..movements.end as u32 {
        let row = &book.movements()[movement as usize];
        let sides = [
            (row.payer, sequence.as_payer(movement)),
            (row.payee, sequence.as_payee(movement)),
        ];
        for (account, place) in sides {
            if let (true, Some(place)) = (book.recorded(account), place) {
                legs.push((account, place, movement));
            }
        }
    }
    legs.sort_unstable();
    let mut after: HashMap<u32, Vec<u32>> = HashMap::new();
    for of_account in legs.chunk_by(|a, b| a.0 == b.0) {
        let mut earlier: &[(u32, u32, u32)] = &[];
        for of_place in of_account.chunk_by(|a, b| a.1 == b.1) {
            for (_, _, before) in earlier {
                let others = of_place
                    .iter()
                    .map(|(_, _, later)| *later)
                    .filter(|later| later != before);
                after.entry(*before).or_default().extend(others);
            }
            earlier = of_place;
        }
    }
    after
}
