//! The stated default order of movements, and their places in the statements of their accounts.
//!
//! By time. Within one time, as far as statements and clocks say; of what they leave open first what comes in from
//! outside the records, then what moves between recorded accounts, then what leaves them: credits first.
//! What of that nobody knows is told by intervals (`crate::trace::intervals`), not by this order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use super::days::by_day;
use super::rows::{NO_PLACE, Row};
use crate::trace::{OUTSIDE, UNKNOWN};

/// Movements in their order.
#[derive(Debug)]
pub(super) struct Ordered {
    pub rows: Vec<Row>,
    /// Place in the payer's statement among movements of one time, or [`UNKNOWN`].
    pub payer_places: Vec<u32>,
    /// In the payee's.
    pub payee_places: Vec<u32>,
    /// Days on which two statements contradict each other on what came first.
    pub contradictions: u64,
}

/// Account, its order, the movement's place in the group, and whether the account pays.
type Leg = (u32, i64, u32, bool);

/// What the order within one time goes by.
struct Group<'r> {
    rows: &'r [Row],
    /// By place in the group, then by number of a milestone: what has to come later.
    after: Vec<Vec<u32>>,
    payer_places: Vec<u32>,
    payee_places: Vec<u32>,
}

/// Puts rows into the stated order. `between` are what statements say of the time between two days, at the last moment of
/// one. `reverses` gives for the row of a transfer that takes another one back the other one's row. `recorded` tells of an
/// account whether it is.
pub(super) fn ordered(
    mut rows: Vec<Row>,
    between: Vec<Row>,
    reverses: &HashMap<u32, u32>,
    recorded: impl Fn(u32) -> bool,
) -> Ordered {
    // Before days are widened, so that what a clock says within a day is not lost.
    let clocks: HashMap<u32, i64> = match rows.iter().any(|row| row.day_only) {
        true => rows
            .iter()
            .filter(|row| !row.day_only)
            .map(|row| (row.row, row.at))
            .collect(),
        false => HashMap::new(),
    };
    let mut at: Vec<i64> = rows.iter().map(|row| row.at).collect();
    let mut day_only: Vec<bool> = rows.iter().map(|row| row.day_only).collect();
    let account = |account: u32| (account != OUTSIDE).then_some(account);
    by_day(&mut at, &mut day_only, |place| {
        [account(rows[place].payer), account(rows[place].payee)]
    });
    for (row, (at, day_only)) in rows.iter_mut().zip(at.into_iter().zip(day_only)) {
        (row.at, row.day_only) = (at, day_only);
    }
    rows.extend(between);
    // Stable: rows come sorted by time and transfer.
    rows.sort_by_key(|row| row.at);
    let class = |row: &Row| {
        let [payer, payee] = [row.payer, row.payee].map(|side| side != OUTSIDE && recorded(side));
        match (payer, payee) {
            (false, _) => 0_u8,
            (true, true) => 1,
            (true, false) => 2,
        }
    };
    let mut made = Ordered {
        payer_places: Vec::with_capacity(rows.len()),
        payee_places: Vec::with_capacity(rows.len()),
        rows: Vec::with_capacity(rows.len()),
        contradictions: 0,
    };
    for group in rows.chunk_by(|a, b| a.at == b.at) {
        if let [row] = group {
            made.rows.push(*row);
            made.payer_places.push(UNKNOWN);
            made.payee_places.push(UNKNOWN);
            continue;
        }
        let mut one = Group::of(group, &clocks);
        one.reversals(reverses);
        let (order, is_whole) = one.order(|place| {
            let row = &group[place as usize];
            (class(row), clocks.get(&row.row).copied(), place)
        });
        made.contradictions += u64::from(!is_whole);
        for place in order {
            made.rows.push(group[place as usize]);
            made.payer_places.push(one.payer_places[place as usize]);
            made.payee_places.push(one.payee_places[place as usize]);
        }
    }
    made
}

impl<'r> Group<'r> {
    fn of(rows: &'r [Row], clocks: &HashMap<u32, i64>) -> Group<'r> {
        let mut group = Group {
            rows,
            after: vec![Vec::new(); rows.len()],
            payer_places: vec![UNKNOWN; rows.len()],
            payee_places: vec![UNKNOWN; rows.len()],
        };
        let mut legs: Vec<Leg> = Vec::with_capacity(rows.len() * 2);
        for (place, row) in (0_u32..).zip(rows) {
            for (account, order, is_payer) in [
                (row.payer, row.payer_place, true),
                (row.payee, row.payee_place, false),
            ] {
                if account != OUTSIDE {
                    legs.push((account, order, place, is_payer));
                }
            }
        }
        legs.sort_unstable();
        for own in legs.chunk_by(|a, b| a.0 == b.0) {
            group.account(own, clocks);
        }
        group
    }

    /// Places of one account's legs: of its statement, or of the clock where all of them have a time and none a place.
    fn account(&mut self, legs: &[Leg], clocks: &HashMap<u32, i64>) {
        if legs.len() < 2 {
            return;
        }
        let time = |leg: &Leg| clocks.get(&self.rows[leg.2 as usize].row).copied();
        let mut known: Vec<(i64, u32, bool)> = legs
            .iter()
            .filter(|leg| leg.1 != NO_PLACE)
            .map(|leg| (leg.1, leg.2, leg.3))
            .collect();
        if known.is_empty() {
            let timed: Option<Vec<(i64, u32, bool)>> =
                legs.iter().map(|leg| Some((time(leg)?, leg.2, leg.3))).collect();
            let Some(timed) = timed else { return };
            known = timed;
            known.sort_unstable();
        } else {
            let source = |leg: &(i64, u32, bool)| match (&self.rows[leg.1 as usize], leg.2) {
                (row, true) => row.payer_source,
                (row, false) => row.payee_source,
            };
            // Places in two files do not compare, nor do numbers that occur twice: they are of two statements.
            let is_one = known.iter().all(|leg| source(leg) == source(&known[0]));
            let is_twice = |two: &[(i64, u32, bool)]| two[0].0 == two[1].0 && two[0].1 != two[1].1;
            if !is_one || known.windows(2).any(is_twice) {
                return;
            }
        }
        let mut place = 0;
        for (number, leg) in known.iter().enumerate() {
            if number > 0 && known[number - 1].0 != leg.0 {
                place = number as u32;
            }
            let own = match leg.2 {
                true => &mut self.payer_places,
                false => &mut self.payee_places,
            };
            own[leg.1 as usize] = place;
        }
        for later in known.chunk_by(|a, b| a.0 == b.0).collect::<Vec<_>>().windows(2) {
            // All of these before all of those: by a milestone between them, so that pairs need not be told one by one.
            let milestone = self.after.len() as u32;
            self.after
                .push(later[1].iter().map(|(_, other, _)| *other).collect());
            for (_, one, _) in later[0] {
                self.after[*one as usize].push(milestone);
            }
        }
    }

    /// What is taken back comes before what takes it back.
    fn reversals(&mut self, reverses: &HashMap<u32, u32>) {
        if reverses.is_empty() {
            return;
        }
        let places: HashMap<u32, u32> = self.rows.iter().map(|row| row.row).zip(0..).collect();
        for (place, row) in (0_u32..).zip(self.rows) {
            if let Some(earlier) = reverses.get(&row.row).and_then(|row| places.get(row)) {
                self.after[*earlier as usize].push(place);
            }
        }
    }

    /// Of what may come next always what has the least key. Where what has to come first contradicts itself, what has the
    /// least key of all that is left comes next; false if that was so anywhere.
    fn order<K: Ord + Copy>(&self, key: impl Fn(u32) -> K) -> (Vec<u32>, bool) {
        let rows = self.rows.len();
        let mut missing = vec![0_u32; self.after.len()];
        for later in self.after.iter().flatten() {
            missing[*later as usize] += 1;
        }
        let mut open: BinaryHeap<Reverse<(K, u32)>> = (0..rows as u32)
            .filter(|place| missing[*place as usize] == 0)
            .map(|place| Reverse((key(place), place)))
            .collect();
        let mut is_done = vec![false; rows];
        let mut order = Vec::with_capacity(rows);
        let mut is_whole = true;
        let mut rest = None;
        while order.len() < rows {
            let next = match open.pop() {
                Some(Reverse((_, place))) => Some(place),
                None => {
                    is_whole = false;
                    let rest = rest.get_or_insert_with(|| {
                        let mut all: Vec<u32> = (0..rows as u32).collect();
                        all.sort_by_key(|place| (key(*place), *place));
                        all.into_iter()
                    });
                    rest.find(|place| !is_done[*place as usize])
                }
            };
            let Some(place) = next else { break };
            if std::mem::replace(&mut is_done[place as usize], true) {
                continue;
            }
            order.push(place);
            let mut reached = vec![place];
            while let Some(from) = reached.pop() {
                for later in &self.after[from as usize] {
                    let missing = &mut missing[*later as usize];
                    *missing -= 1;
                    match (*missing, (*later as usize) < rows) {
                        (0, true) => open.push(Reverse((key(*later), *later))),
                        (0, false) => reached.push(*later),
                        _ => {}
                    }
                }
            }
        }
        (order, is_whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::rows::Other;
    use crate::model::Channel;

    const DAY: i64 = 86_400_000_000;

    fn row(row: u32, payer: u32, payee: u32, at: i64, places: [i64; 2], day_only: bool) -> Row {
        Row {
            row,
            payer,
            payee,
            paid: 1,
            received: 1,
            at,
            payer_place: places[0],
            payee_place: places[1],
            payer_source: 0,
            payee_source: 0,
            has_debit: true,
            has_credit: true,
            day_only,
            channel: Channel::Transfer,
            other: Other::Unknown,
        }
    }

    fn numbers(made: &Ordered) -> Vec<u32> {
        made.rows.iter().map(|row| row.row).collect()
    }

    #[test]
    fn what_the_records_leave_open_goes_credits_first() {
        let rows = vec![
            row(0, 0, OUTSIDE, 0, [NO_PLACE; 2], true),
            row(1, 0, 1, 0, [NO_PLACE; 2], true),
            row(2, OUTSIDE, 0, 0, [NO_PLACE; 2], true),
            row(3, OUTSIDE, 1, -DAY, [NO_PLACE; 2], true),
        ];
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(numbers(&made), [3, 2, 1, 0]);
        assert_eq!(made.payer_places, [UNKNOWN; 4]);
    }

    #[test]
    fn a_statement_s_sequence_binds_its_account_alone() {
        // Account 0 pays before it is paid; account 1 says nothing.
        let rows = vec![
            row(0, OUTSIDE, 0, 0, [NO_PLACE, 8], true),
            row(1, 0, 1, 0, [3, NO_PLACE], true),
            row(2, OUTSIDE, 1, 0, [NO_PLACE; 2], true),
        ];
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(numbers(&made), [2, 1, 0]);
        assert_eq!(made.payer_places, [UNKNOWN, 0, UNKNOWN]);
        assert_eq!(made.payee_places, [UNKNOWN, UNKNOWN, 1]);
        assert_eq!(made.contradictions, 0);
    }

    #[test]
    fn statements_that_contradict_each_other_are_counted_and_decide_nothing() {
        let rows = vec![row(0, 0, 1, 0, [1, 2], true), row(1, 1, 0, 0, [1, 2], true)];
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(made.contradictions, 1);
        assert_eq!(numbers(&made), [0, 1]);
    }

    #[test]
    fn a_contradiction_undoes_no_other_order_of_its_day() {
        let rows = vec![
            row(0, 0, 1, 0, [1, 2], true),
            row(1, 1, 0, 0, [1, 2], true),
            // Another account pays before it is paid, which no key would say.
            row(2, OUTSIDE, 2, 0, [NO_PLACE, 8], true),
            row(3, 2, OUTSIDE, 0, [3, NO_PLACE], true),
        ];
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(made.contradictions, 1);
        let place = |number: u32| numbers(&made).iter().position(|row| *row == number);
        assert!(place(3) < place(2));
    }

    #[test]
    fn many_of_one_clock_before_many_of_another() {
        let many = 20_000;
        let rows = (0..many).map(|number| {
            row(
                number,
                OUTSIDE,
                0,
                i64::from(number / (many / 2)),
                [NO_PLACE; 2],
                false,
            )
        });
        let mut rows: Vec<Row> = rows.collect();
        // One movement of the day alone on another account widens nothing here.
        rows.push(row(many, OUTSIDE, 1, 0, [NO_PLACE; 2], true));
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(made.rows.len(), many as usize + 1);
        assert_eq!(made.contradictions, 0);
    }

    #[test]
    fn a_clock_orders_an_account_whose_whole_day_has_times() {
        const HOUR: i64 = 3_600_000_000;
        // Account 0 pays at nine and is paid at ten; account 1 has a movement of the day alone.
        let rows = vec![
            row(0, 1, OUTSIDE, 0, [NO_PLACE; 2], true),
            row(1, 0, 1, 9 * HOUR, [NO_PLACE; 2], false),
            row(2, OUTSIDE, 0, 10 * HOUR, [NO_PLACE; 2], false),
        ];
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(numbers(&made), [1, 2, 0]);
        assert_eq!(made.payer_places, [0, UNKNOWN, UNKNOWN]);
        assert_eq!(made.payee_places, [UNKNOWN, 1, UNKNOWN]);
        assert!(made.rows.iter().all(|row| row.at == 0));
    }

    #[test]
    fn places_in_two_files_order_nothing() {
        let mut rows = vec![
            row(0, 0, OUTSIDE, 0, [1, NO_PLACE], true),
            row(1, OUTSIDE, 0, 0, [NO_PLACE, 2], true),
        ];
        let one_file = ordered(rows.clone(), Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(numbers(&one_file), [0, 1]);
        assert_eq!((one_file.payer_places[0], one_file.payee_places[1]), (0, 1));
        rows[1].payee_source = 7;
        let made = ordered(rows, Vec::new(), &HashMap::new(), |_| true);
        assert_eq!(numbers(&made), [1, 0]);
        assert_eq!(made.payer_places, [UNKNOWN; 2]);
    }

    #[test]
    fn what_is_taken_back_comes_first() {
        let rows = vec![
            row(0, OUTSIDE, 0, 0, [NO_PLACE; 2], true),
            row(1, 0, OUTSIDE, 0, [NO_PLACE; 2], true),
        ];
        let reverses = HashMap::from_iter([(0, 1)]);
        let made = ordered(rows, Vec::new(), &reverses, |_| true);
        assert_eq!(numbers(&made), [1, 0]);
    }
}
