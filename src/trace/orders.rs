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

/// Movements of one time past which orders are not gone through one by one, unless there is only one.
const MOST_MOVEMENTS: usize = 1_000;

impl Tangle {
    /// `pairs` name movements of the list, the earlier first.
    pub(super) fn of(movements: Vec<u32>, pairs: &[(u32, u32)]) -> Tangle {
        let places: HashMap<u32, usize> = movements
            .iter()
            .enumerate()
            .map(|(place, one)| (*one, place))
            .collect();
        let mut before = vec![Vec::new(); movements.len()];
        for (earlier, later) in pairs {
            if let (Some(earlier), Some(later)) = (places.get(earlier), places.get(later)) {
                before[*later].push(*earlier);
            }
        }
        let tangle = Tangle { movements, before };
        match tangle.first_by(|place| place).len() == tangle.movements.len() {
            true => tangle,
            // Sequences that contradict each other: what the two legs say cannot both be, so the default order counts.
            false => Tangle {
                before: (0..tangle.movements.len())
                    .map(|later| later.checked_sub(1).into_iter().collect())
                    .collect(),
                ..tangle
            },
        }
    }

    /// All orders, or nothing where there are more than `most`.
    pub(super) fn orders(&self, most: usize) -> Option<Vec<Vec<u32>>> {
        let first = self.first_by(|place| place);
        // Where the first and the last choice give one order, there is only one.
        if first == self.first_by(Reverse) {
            return Some(vec![first]);
        }
        if self.movements.len() > MOST_MOVEMENTS {
            return None;
        }
        let mut found = Vec::new();
        let mut chosen = Vec::new();
        let mut used = vec![false; self.movements.len()];
        self.extend(&mut chosen, &mut used, &mut found, most)
            .then_some(found)
    }

    fn extend(
        &self,
        chosen: &mut Vec<u32>,
        used: &mut [bool],
        found: &mut Vec<Vec<u32>>,
        most: usize,
    ) -> bool {
        if chosen.len() == self.movements.len() {
            found.push(chosen.clone());
            return found.len() <= most;
        }
        for place in 0..self.movements.len() {
            if used[place] || self.before[place].iter().any(|before| !used[*before]) {
                continue;
            }
            used[place] = true;
            chosen.push(self.movements[place]);
            let goes_on = self.extend(chosen, used, found, most);
            chosen.pop();
            used[place] = false;
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// The order that takes, of what may come next, what has the least key. Shorter than the list where sequences
    /// contradict each other.
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
fn link_statements(book: &Book, movements: Range<usize>, sequence: &impl Sequence) -> HashMap<u32, Vec<u32>> {
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
