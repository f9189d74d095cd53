//! Claims and lots as people read them, from what the engine says.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::TraceError;
use super::claims::Resolved;
use super::find::Told;
use super::traced::{Bound, Ready, TracedClaim, TracedLot, word};
use super::units::{largest_remainder, unit_of};
use crate::case::Case;
use crate::model::{hash_id, money_text};
use crate::trace::{ClaimError, End, Interval, Method, OUTSIDE, Outcome, TraceInput, method};

/// What a lot says that left an account where records of it are missing.
pub const HOLE: &str = "where no statement of the account shows it";

/// What is told of money in a currency in which an account has no statement, though it has some.
pub const OTHER_CURRENCY: &str = "of which the records have statements in another currency alone";

/// Rounds what a method of shares gives to the smallest unit of money: by the largest remainder, so that what a claim became
/// still adds up. Intervals widen to whole units. What comes to nothing in every order is left out.
pub(super) fn whole_units(lots: &mut Vec<TracedLot>, name: &str, claims: &[TracedClaim]) {
    let shares = |method: &dyn Method| method.conserves() && !method.keeps_order();
    if method(name).is_none_or(|method| !shares(method)) {
        return;
    }
    for own in lots.chunk_by_mut(|a, b| a.claim == b.claim) {
        let mut parts: Vec<i64> = own.iter().map(|lot| lot.claimed).collect();
        let of_claim = own.first().and_then(|lot| claims[lot.claim].currency.as_deref());
        largest_remainder(&mut parts, unit_of(of_claim.unwrap_or_default()));
        for (lot, claimed) in own.iter_mut().zip(parts) {
            let unit = unit_of(&lot.currency);
            lot.amount = match lot.amount == lot.claimed {
                true => claimed,
                // Converted or grown on the way: to the nearest.
                false => (lot.amount + unit / 2) / unit * unit,
            };
            lot.claimed = claimed;
            // Less than a unit apart is what rounding makes.
            if lot.high.is_some_and(|high| high - lot.low < unit) {
                (lot.low, lot.high) = (lot.amount, Some(lot.amount));
                continue;
            }
            lot.low = (lot.low - lot.low % unit).min(lot.amount);
            lot.high = lot
                .high
                .map(|high| (high + (unit - high % unit) % unit).max(lot.amount));
        }
    }
    lots.retain(TracedLot::is_something);
}

pub(super) fn claims_told(
    case: &Case,
    ready: &Ready,
    input: &TraceInput<'_>,
) -> Result<Vec<TracedClaim>, TraceError> {
    let movements = ready.claims.iter().map(|claim| claim.movement);
    let told = ready.book.tell(case, movements)?;
    let mut engine: HashMap<usize, String> = HashMap::new();
    for error in input.refused() {
        engine.insert(ready.place[error.claim()], ready.refusal(error));
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let claim = |(number, one): (usize, &Resolved)| {
        let movement = one.claim.as_ref().ok().map(|claim| claim.movement);
        let told = movement.and_then(|movement| told.get(&movement));
        let row = movement.map(|movement| ready.book.book.movements()[movement as usize]);
        let amount = one.claim.as_ref().ok().map(|claim| claim.amount);
        let entry = told
            .and_then(|told| told.credit_entry.clone().or_else(|| told.debit_entry.clone()))
            .or_else(|| (!one.entry.is_empty()).then(|| one.entry.clone()));
        let parts = [
            one.kind.as_str(),
            &one.label,
            entry.as_deref().unwrap_or(&one.given),
            told.map_or("", |told| told.transfer_id.as_str()),
            &amount.unwrap_or_default().to_string(),
        ];
        // Two lines that say the same are two claims.
        let plain = hash_id('k', &parts);
        let before = seen.entry(plain.clone()).or_default();
        *before += 1;
        let claim_id = match *before {
            1 => plain,
            again => hash_id('k', &[&plain, &again.to_string()]),
        };
        TracedClaim {
            claim_id,
            label: one.label.clone(),
            kind: one.kind,
            entry_id: entry,
            transfer_id: told.map(|told| told.transfer_id.clone()),
            account_id: row.map(|row| ready.book.account_id(row.payee).to_owned()),
            amount,
            currency: row.map(|row| ready.book.currency(row.payee).to_owned()),
            given: one.given.clone(),
            refused: match &one.claim {
                Err(reason) => Some(reason.clone()),
                Ok(_) => engine.get(&number).cloned(),
            },
            at: row.map(|row| row.at),
        }
    };
    Ok(ready.resolved.iter().enumerate().map(claim).collect())
}

impl Ready {
    /// The engine's refusal with what its numbers mean.
    fn refusal(&self, error: &ClaimError) -> String {
        match error {
            ClaimError::TooLarge {
                label,
                amount,
                left,
                received,
                movement,
                ..
            } => {
                let code = self
                    .book
                    .currency(self.book.book.movements()[*movement as usize].payee);
                let show = |amount: &i64| money_text(*amount, code);
                format!(
                    "claim ‘{label}’ is for {}, but of the {} that came only {} are not claimed before it; lower the amount",
                    show(amount),
                    show(received),
                    show(left)
                )
            }
            ClaimError::NoStatements { label, account, .. } => format!(
                "claim ‘{label}’ is on a credit of {{account:{}}}, of which no statement is in the records; request them",
                self.book.account_id(*account)
            ),
            ClaimError::NoCredit { label, .. } => format!(
                "claim ‘{label}’ is on a transfer of an account to itself, which brings nothing; claim the credit by which \
                 the money came"
            ),
            other => other.to_string(),
        }
    }

    /// The lots of one method, by claim and place. Where money of a claim ends in one way in several currencies, each is
    /// a lot of its own, and what is known of all together bounds each.
    pub(super) fn lots(
        &self,
        outcome: &Outcome,
        found: Option<&[Interval]>,
        told: &HashMap<u32, Told>,
        claims: &[TracedClaim],
    ) -> Vec<TracedLot> {
        let mut sums: BTreeMap<(u32, End, &str), (i64, i64, u32)> = BTreeMap::new();
        let mut currencies: HashMap<(u32, End), BTreeSet<&str>> = HashMap::new();
        for lot in &outcome.lots {
            let currency = self.currency_at(lot.end, lot.movement, lot.claim);
            currencies
                .entry((lot.claim, lot.end))
                .or_default()
                .insert(currency);
            let sum = sums.entry((lot.claim, lot.end, currency)).or_default();
            *sum = (sum.0 + lot.amount, sum.1 + lot.claimed, sum.2.max(lot.movement));
        }
        let intervals: HashMap<(u32, End), &Interval> = (found.into_iter().flatten())
            .map(|one| ((one.claim, one.end), one))
            .collect();
        // What lies there in other orders alone.
        for key in intervals.keys().filter(|key| !currencies.contains_key(*key)) {
            sums.entry((key.0, key.1, self.currency_at(key.1, u32::MAX, key.0)))
                .or_default();
        }
        let mut lots = Vec::with_capacity(sums.len());
        for ((claim, end, currency), (amount, claimed, movement)) in sums {
            let is_one = currencies.get(&(claim, end)).is_none_or(|all| all.len() < 2);
            let (low, high, bound) = match intervals.get(&(claim, end)) {
                Some(one) if is_one && one.is_exact() => (one.low, Some(one.high), Bound::Exact),
                Some(one) if is_one => (one.low, known(one.high), Bound::Outer),
                Some(one) => (0, known(one.high.max(amount)), Bound::Outer),
                // Nobody went through the orders.
                None if found.is_none() => (0, None, Bound::Outer),
                None => (amount, Some(amount), Bound::Outer),
            };
            // What is too little to be told keeps its part of the claim.
            if amount == 0 && claimed == 0 && high == Some(0) {
                continue;
            }
            // A share of a balance is never more than what was paid in for it.
            let is_shared = method(outcome.method).is_some_and(|method| !method.follows());
            let paid_in = self.claims[claim as usize].amount;
            let high = match is_shared {
                true => Some(high.map_or(paid_in, |high| high.min(paid_in))),
                false => high,
            };
            let behind = told.get(&movement).filter(|_| amount > 0);
            let place = self.place[claim as usize];
            lots.push(TracedLot {
                amount,
                claimed,
                low,
                high,
                bound,
                ..self.lot(place, end, currency, outcome.method, behind, &claims[place])
            });
        }
        lots
    }

    /// The currency of money in a place, which a movement brought there.
    fn currency_at(&self, end: End, movement: u32, claim: u32) -> &str {
        let payer = self
            .book
            .book
            .movements()
            .get(movement as usize)
            .map(|movement| movement.payer);
        match (end, payer) {
            (End::Held(place) | End::OutOfRecords(place) | End::Overdraft(place), _) => {
                self.book.currency(place)
            }
            // What ended was last on the payer's account.
            (_, Some(payer)) if payer != OUTSIDE => self.book.currency(payer),
            (End::Spent(code), _) => self.book.spent_in.get(code as usize).map_or("", String::as_str),
            // Where amounts are exchanged, nothing tells in which currency another order would end them.
            _ if self.book.currencies.len() > 1 => "",
            _ => {
                let movement = self.claims[claim as usize].movement;
                self.book
                    .currency(self.book.book.movements()[movement as usize].payee)
            }
        }
    }

    /// A lot without its figures.
    fn lot(
        &self,
        claim: usize,
        end: End,
        currency: &str,
        method: &'static str,
        behind: Option<&Told>,
        of: &TracedClaim,
    ) -> TracedLot {
        let book = &self.book;
        let place = match end {
            End::Held(place) | End::OutOfRecords(place) | End::Overdraft(place) => Some(place),
            _ => None,
        };
        let account_id = place.map(|place| book.account_id(place).to_owned());
        let told = match end {
            End::Spent(code) => book.spent.get(code as usize).cloned(),
            End::OutOfRecords(place) if book.holes.contains_key(&place) => Some(HOLE.to_owned()),
            End::OutOfRecords(place) if book.has_other_currency(place) => Some(OTHER_CURRENCY.to_owned()),
            _ => None,
        };
        let asset = match end {
            End::Asset(asset) => book.assets.get(asset as usize).cloned(),
            _ => None,
        };
        let where_it_is = format!(
            "{} {} {} {}",
            word(end),
            account_id.as_deref().unwrap_or_default(),
            asset.as_deref().unwrap_or_default(),
            told.as_deref().unwrap_or_default()
        );
        TracedLot {
            lot_id: hash_id('l', &[&of.claim_id, method, &where_it_is, currency]),
            claim,
            method,
            ends: word(end),
            account_id,
            asset,
            told,
            transfer_id: behind.map(|told| told.transfer_id.clone()),
            entry_id: behind.and_then(|told| told.credit_entry.clone().or_else(|| told.debit_entry.clone())),
            amount: 0,
            low: 0,
            high: Some(0),
            bound: Bound::Exact,
            currency: currency.to_owned(),
            claimed: 0,
            most_by_flow: None,
            end,
        }
    }
}

/// The engine says the largest number where it knows no most.
fn known(high: i64) -> Option<i64> {
    (high < i64::MAX).then_some(high)
}
