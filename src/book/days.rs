//! Which transfers are known by their day alone.

use hashbrown::{HashMap, HashSet};
use petgraph::unionfind::UnionFind;

const DAY: i64 = 86_400_000_000;

/// Where only the day of one transfer is known, every transfer that hangs together with it by accounts on that day
/// is known by its day alone: against the one, none of them is before or after. Sets their time to the start of the day.
///
/// `sides` gives the accounts of the transfer at a place; what is no account ties nothing together.
pub(crate) fn by_day(at: &mut [i64], day_only: &mut [bool], sides: impl Fn(usize) -> [Option<u32>; 2]) {
    if day_only.iter().all(|day| *day) || !day_only.iter().any(|day| *day) {
        return;
    }
    let mut days: HashMap<i64, Vec<usize>> = HashMap::new();
    for (place, at) in at.iter().enumerate() {
        days.entry(at.div_euclid(DAY)).or_default().push(place);
    }
    for (day, places) in days {
        let is_mixed = |pick: bool| places.iter().any(|place| day_only[*place] == pick);
        if !is_mixed(true) || !is_mixed(false) {
            continue;
        }
        // Accounts of the day, numbered anew; what is no account gets a number of its own.
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let mut count = 0;
        let mut number = |account: Option<u32>| {
            let mut next = || {
                count += 1;
                count - 1
            };
            match account {
                Some(account) => *numbers.entry(account).or_insert_with(next),
                None => next(),
            }
        };
        let numbered: Vec<[u32; 2]> = places
            .iter()
            .map(|place| sides(*place).map(&mut number))
            .collect();
        let mut joined: UnionFind<u32> = UnionFind::new(count as usize);
        for [payer, payee] in &numbered {
            joined.union(*payer, *payee);
        }
        let heads: Vec<u32> = numbered
            .iter()
            .map(|[payer, _]| joined.find_mut(*payer))
            .collect();
        let with_heads = || places.iter().zip(&heads);
        let vague: HashSet<u32> = with_heads()
            .filter(|(place, _)| day_only[**place])
            .map(|(_, head)| *head)
            .collect();
        for (place, head) in with_heads() {
            if vague.contains(head) {
                at[*place] = day * DAY;
                day_only[*place] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_of_a_day_alone_leaves_the_day_s_order_open() {
        const HOUR: i64 = 3_600_000_000;
        // A to B on a day; B to C at nine; D to E at nine; B to A the day after at nine; two from nowhere at ten.
        let payer = [Some(0), Some(1), Some(3), Some(1), None, None];
        let payee = [Some(1), Some(2), Some(4), Some(0), Some(2), Some(4)];
        let mut at = [0, 9 * HOUR, 9 * HOUR, 33 * HOUR, 10 * HOUR, 10 * HOUR];
        let mut day_only = [true, false, false, false, false, false];
        by_day(&mut at, &mut day_only, |place| [payer[place], payee[place]]);
        assert_eq!(at, [0, 0, 9 * HOUR, 33 * HOUR, 0, 10 * HOUR]);
        assert_eq!(day_only, [true, true, false, false, true, false]);
    }
}
