//! Bounds that no order passes, where not all orders can be gone through (the third ground).

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::super::book::{Balance, Kind, Opening};
use super::super::claim::Accepted;
use super::super::knot::may_reach;
use super::super::lot::End;
use super::super::plan::{NONE, Place};
use super::super::rules::Interest;
use super::super::states::{Found, How};
use super::super::walk::end_of;
use super::{Bounds, Search};

impl Search<'_> {
    /// For each claim and end a bound that no order passes, narrowed by what was `reached` in going from state to state.
    pub(super) fn outer_bounds(&self, reached: Option<&Found>) -> Bounds {
        let mut bounds = BTreeMap::new();
        let adds_up = self.keeps_amounts() && self.method.conserves();
        let balances = self.balances();
        for claim in &self.knot.claims {
            let mut most = self.most(claim, adds_up, &balances);
            let between = |end: End| {
                let bound = reached.and_then(|reached| reached.bounds.get(&(claim.claim, end)).copied());
                let none = match reached.and_then(|reached| reached.how.get(&claim.claim)) {
                    Some(How::Between) => 0,
                    _ => i64::MAX,
                };
                bound.unwrap_or((0, none))
            };
            let ended = |end: End| between(end).0;
            for (end, high) in &mut most {
                *high = (*high).min(between(*end).1);
            }
            if adds_up {
                // What has ended elsewhere is not there.
                let all: i64 = most.keys().map(|end| ended(*end)).sum();
                for (end, high) in &mut most {
                    *high = (*high).min(claim.amount - (all - ended(*end)));
                }
            }
            let sum: i128 = most.values().map(|high| i128::from(*high)).sum();
            for (end, high) in most {
                let others = sum - i128::from(high);
                let low = match adds_up {
                    true => (i128::from(claim.amount) - others).max(0) as i64,
                    false => 0,
                };
                let low = low.max(ended(end));
                bounds.insert((claim.claim, end), (low, high));
            }
        }
        bounds
    }

    /// Whether a claim's amount stays what it is wherever it goes.
    fn keeps_amounts(&self) -> bool {
        self.knot.movements.iter().all(|movement| {
            let row = &self.input.book.movements()[*movement as usize];
            row.paid == row.received
                && !matches!(row.kind, Kind::Sale(_))
                && (row.kind != Kind::Interest || self.input.rules.interest == Interest::Own)
        })
    }

    /// The most that a claim can come to at each end. `adds_up` says that its amount stays what it is.
    fn most(&self, claim: &Accepted, adds_up: bool, balances: &HashMap<u32, Balance>) -> BTreeMap<End, i64> {
        let book = self.input.book;
        let since = may_reach(
            book,
            self.vertices,
            std::slice::from_ref(claim),
            &self.knot.movements,
        );
        let mut most: BTreeMap<End, i64> = BTreeMap::new();
        let mut add = |end: End, amount: i64| {
            let sum = most.entry(end).or_insert(0);
            *sum = sum.saturating_add(amount);
        };
        for number in &self.knot.movements {
            let row = &book.movements()[*number as usize];
            let (payer, payee) = self.vertices.sides(*number);
            let is_reversal = matches!(row.kind, Kind::Reversal(_));
            let is_fruit = row.kind == Kind::Interest && self.input.rules.interest == Interest::Fruit;
            let carries = *number == claim.movement
                || since.get(&payer).is_some_and(|since| *since <= row.at)
                || is_fruit && since.get(&payee).is_some_and(|since| *since <= row.at)
                || is_reversal;
            // An asset counts whole once it is touched, whoever bought it.
            let is_touched = !self.method.conserves()
                && matches!(self.vertices.places.get(payee as usize), Some(Place::Asset(_)))
                && since.contains_key(&payee);
            // What a reversal brings to where no claim can be is own money.
            let is_elsewhere = payee != NONE && self.knot.vertices.binary_search(&payee).is_err();
            if !carries && !is_touched || is_elsewhere {
                continue;
            }
            if *number == claim.movement && (payer != NONE || is_reversal || is_fruit) {
                // Another claim may have had it.
                add(End::ClaimedBefore, claim.amount);
            }
            if payee == NONE {
                add(end_of(book, *number), row.received);
                continue;
            }
            match self.vertices.places[payee as usize] {
                Place::Asset(asset) => add(End::Asset(asset), row.received),
                Place::Account(account) => {
                    add(End::Held(account), row.received);
                    if book.accounts()[account as usize].opening != Opening::AsNeeded {
                        add(End::Overdraft(account), row.received);
                    }
                }
            }
        }
        for (end, high) in &mut most {
            if let End::Held(account) = end {
                match balances.get(account).map(|balance| balance.amount.max(0)) {
                    Some(balance) if !self.method.conserves() => *high = balance,
                    Some(balance) => *high = (*high).min(balance),
                    None if !self.method.conserves() => *high = i64::MAX,
                    None => {}
                }
            }
            if adds_up {
                *high = (*high).min(claim.amount);
            }
        }
        most
    }

    /// What lies on each account of the part at the end, where no order changes it.
    fn balances(&self) -> HashMap<u32, Balance> {
        let book = self.input.book;
        let mut balances: HashMap<u32, Balance> = HashMap::new();
        for vertex in &self.knot.vertices {
            if let Some(row) = book.accounts().get(*vertex as usize)
                && let Opening::Known(opening) = row.opening
            {
                balances.insert(*vertex, Balance::starting(row, opening));
            }
        }
        for number in &self.knot.movements {
            let row = &book.movements()[*number as usize];
            for account in [row.payer, row.payee] {
                if let Some(balance) = balances.get_mut(&account) {
                    balance.carry(account, row);
                }
            }
        }
        balances
    }
}
