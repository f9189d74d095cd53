//! What stays open and tells where to look: legs whose other side should stand in the record and does not, batches that
//! may be a set of single entries, and the tables that list them.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, RecordBatch, StringBuilder,
};
use hashbrown::{HashMap, HashSet};

use super::ReconcileError;
use super::banking_days::{self, WINDOW};
use super::chain::Covered;
use super::details::LeftWhole;
use super::ids::NONE;
use super::legs::{Leg, Legs};
use super::reversals::Reversal;
use super::search::{Work, candidate};
use super::transfers::{Ambiguous, MissingMirror};
use crate::case::{MONEY, Table};
use crate::model::Date;

/// A leg without its other side, and why that is worth knowing.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    pub leg: u32,
    pub kind: &'static str,
    pub reason: String,
}

/// Lines that name nobody and may be the other side of one leg: so many are listed.
const MOST_POSSIBLE: usize = 64;

/// Account, the account that its entries name, whether they are credits, currency, day.
type SetKey = (u32, u32, bool, u16, i32);
/// The account that entries name, whether they are credits, currency, sum.
type SumKey = (u32, bool, u16, i128);

impl Work<'_> {
    /// Single entries of one account and day that name another account and add up to one entry of that account. Sums
    /// prove nothing, so nothing is tied. Gives the legs concerned.
    pub fn find_sums(&mut self) -> HashSet<u32> {
        // Sum and members of single entries by account, the account they name, direction, currency and day.
        let mut sets: HashMap<SetKey, (i128, Vec<u32>)> = HashMap::new();
        let mut nameless: Vec<u32> = Vec::new();
        for at in self.open() {
            let leg = self.leg(at);
            if !leg.can_match() || leg.is_bank() {
                continue;
            }
            nameless.push(at);
            if leg.other != NONE && leg.other != leg.account {
                let key = (leg.account, leg.other, leg.is_credit(), leg.currency, leg.date);
                let set = sets.entry(key).or_default();
                set.0 += i128::from(leg.amount);
                set.1.push(at);
            }
        }
        let mut by_sum: HashMap<SumKey, Vec<(u32, i32)>> = HashMap::new();
        for ((account, other, credit, currency, day), (sum, members)) in &sets {
            if members.len() > 1 {
                by_sum
                    .entry((*other, *credit, *currency, *sum))
                    .or_default()
                    .push((*account, *day));
            }
        }
        let mut concerned = HashSet::new();
        if by_sum.is_empty() {
            return concerned;
        }
        let mut leads = Vec::new();
        for at in nameless {
            let leg = self.leg(at);
            let key = (
                leg.account,
                !leg.is_credit(),
                leg.currency,
                i128::from(leg.amount),
            );
            for (account, day) in by_sum.get(&key).into_iter().flatten() {
                let near =
                    banking_days::number(*day).abs_diff(banking_days::number(leg.date)) <= WINDOW as u32;
                if !near || *account == leg.account || (leg.other != NONE && leg.other != *account) {
                    continue;
                }
                let set = (*account, leg.account, !leg.is_credit(), leg.currency, *day);
                if let Some((_, members)) = sets.get(&set) {
                    concerned.insert(at);
                    concerned.extend(members);
                    leads.push((at, *day, members.clone()));
                }
            }
        }
        for (at, day, members) in leads {
            let reason = format!(
                "the {} entries of one account on {} that name this account add up to this entry; sums are no evidence, \
                 left apart",
                members.len(),
                Date(day)
            );
            for member in members {
                let (debit, credit) = if self.leg(at).is_credit() {
                    (member, at)
                } else {
                    (at, member)
                };
                self.note_ambiguous(debit, credit, false, "batch_sum", reason.clone());
            }
        }
        concerned
    }

    /// Legs that name an account whose statement covers the days in which the other leg must be booked. `explained` are
    /// legs that something else tells of.
    pub fn find_missing(&mut self, covered: &Covered, explained: &HashSet<u32>) {
        // Lines that name nobody, by what would make them the other side.
        let mut nameless: HashMap<(u32, i64, u16, bool), Vec<u32>> = HashMap::new();
        for at in self.open() {
            let leg = self.leg(at);
            if leg.can_match() && leg.other == NONE && !leg.is_bank() {
                nameless
                    .entry((leg.account, leg.amount, leg.currency, leg.is_credit()))
                    .or_default()
                    .push(at);
            }
        }
        // A payment that came back before the other bank booked it has no mirror.
        let mut came_back: HashSet<u32> = HashSet::new();
        for reversal in self
            .found
            .reversals
            .iter()
            .filter(|reversal| reversal.tied && !reversal.in_part)
        {
            let pair = [Some(reversal.taking), reversal.taken];
            if pair.iter().flatten().all(|at| self.is_open(*at)) {
                came_back.extend(pair.into_iter().flatten());
            }
        }
        let mut missing = Vec::new();
        let mut possible = Vec::new();
        for at in self.open() {
            let leg = self.leg(at);
            let open = leg.can_match() && leg.other != NONE && !leg.is_bank();
            if !open
                || [&self.found.left_apart, explained, &came_back]
                    .iter()
                    .any(|set| set.contains(&at))
            {
                continue;
            }
            // Money arrives on the day of the debit or later.
            let (from, to) = if leg.is_credit() {
                (banking_days::earliest_within(leg.date, WINDOW), leg.date)
            } else {
                (leg.date, banking_days::latest_within(leg.date, WINDOW))
            };
            let other = self.legs.accounts.get(leg.other);
            let currency = self.legs.currency(leg).unwrap_or("");
            let covers = covered.covers(other, currency, from, to);
            let Some(whole) = covers.filter(|_| leg.other != leg.account) else {
                continue;
            };
            let own = candidate(self.legs, at, leg);
            let fitting = nameless
                .get(&(leg.other, leg.amount, leg.currency, !leg.is_credit()))
                .into_iter()
                .flatten()
                .filter(|found| candidate(self.legs, **found, self.leg(**found)).fits(&own))
                .take(MOST_POSSIBLE);
            let before = possible.len();
            possible.extend(fitting.map(|found| {
                if leg.is_credit() {
                    (*found, at)
                } else {
                    (at, *found)
                }
            }));
            if possible.len() == before {
                let (side, direction) = if leg.is_credit() {
                    ("payer", "debit")
                } else {
                    ("payee", "credit")
                };
                let says = if whole {
                    "covers these days and"
                } else {
                    "of these days does not add up, so entries may be missing from it; it"
                };
                missing.push(Lead {
                    leg: at,
                    kind: "no_mirror",
                    reason: format!(
                        "the {side}'s statement {says} has no {direction} of this amount that names this account (it may \
                         be booked in a batch, under another id, or be left out of the record)"
                    ),
                });
            }
        }
        self.found.missing = missing;
        for (debit, credit) in possible {
            let reason = "amount and day fit, but one of the two names no other side; left apart";
            self.note_ambiguous(debit, credit, false, "nameless", reason.to_owned());
        }
    }
}

/// Batches that were left whole, as leads.
pub(super) fn of_batches(left_whole: Vec<LeftWhole>) -> impl Iterator<Item = Lead> {
    left_whole.into_iter().map(|batch| Lead {
        leg: batch.leg,
        kind: "batch_left_whole",
        reason: format!("the batch is left whole: {}", batch.reason),
    })
}

/// A lead with the words of the tables.
pub(super) fn in_words(legs: &Legs, lead: Lead) -> MissingMirror {
    let leg = legs.legs[lead.leg as usize];
    MissingMirror {
        entry_id: legs.entry_id(lead.leg),
        detail_id: legs.detail(lead.leg).map(str::to_owned),
        kind: lead.kind,
        account_id: legs.accounts.get(leg.account).to_owned(),
        missing_in: (lead.kind == "no_mirror").then(|| legs.accounts.get(leg.other).to_owned()),
        is_credit: leg.is_credit(),
        amount: leg.has(Leg::AMOUNT).then_some(leg.amount),
        currency: legs.currency(&leg).map(str::to_owned),
        day: leg.has(Leg::DATE).then_some(Date(leg.date)),
        reason: lead.reason,
    }
}

fn columns<const N: usize>(builders: [StringBuilder; N]) -> [ArrayRef; N] {
    builders.map(|mut builder| Arc::new(builder.finish()) as ArrayRef)
}

/// Table `ambiguous_legs`.
pub(super) fn ambiguous_rows(rows: &[Ambiguous]) -> Result<RecordBatch, ReconcileError> {
    let mut texts: [StringBuilder; 6] = Default::default();
    let mut tied = BooleanBuilder::new();
    for row in rows {
        for (builder, value) in texts.iter_mut().zip([
            Some(row.debit_entry.as_str()),
            row.debit_detail.as_deref(),
            Some(row.credit_entry.as_str()),
            row.credit_detail.as_deref(),
            Some(row.kind),
            Some(row.reason.as_str()),
        ]) {
            builder.append_option(value);
        }
        tied.append_value(row.tied);
    }
    let [debit, debit_detail, credit, credit_detail, kind, reason] = columns(texts);
    let tied = Arc::new(tied.finish()) as ArrayRef;
    let arrays = vec![debit, debit_detail, credit, credit_detail, kind, tied, reason];
    Ok(RecordBatch::try_new(Table::AmbiguousLegs.schema(), arrays)?)
}

/// Table `missing_legs`.
pub(super) fn missing_rows(rows: &[MissingMirror]) -> Result<RecordBatch, ReconcileError> {
    let mut texts: [StringBuilder; 8] = Default::default();
    let mut amounts = Decimal128Builder::new().with_data_type(MONEY);
    let mut days = Date32Builder::new();
    for row in rows {
        for (builder, value) in texts.iter_mut().zip([
            Some(row.entry_id.as_str()),
            row.detail_id.as_deref(),
            Some(row.kind),
            Some(row.account_id.as_str()),
            row.missing_in.as_deref(),
            Some(if row.is_credit { "credit" } else { "debit" }),
            row.currency.as_deref(),
            Some(row.reason.as_str()),
        ]) {
            builder.append_option(value);
        }
        amounts.append_option(row.amount.map(i128::from));
        days.append_option(row.day.map(|day| day.0));
    }
    let [
        entry,
        detail,
        kind,
        account,
        missing_in,
        direction,
        currency,
        reason,
    ] = columns(texts);
    let (amounts, days) = (Arc::new(amounts.finish()), Arc::new(days.finish()));
    let arrays = vec![
        entry, detail, kind, account, missing_in, direction, amounts, currency, days, reason,
    ];
    Ok(RecordBatch::try_new(Table::MissingLegs.schema(), arrays)?)
}

/// Table `reversals`.
pub(super) fn reversal_rows(legs: &Legs, rows: &[Reversal]) -> Result<RecordBatch, ReconcileError> {
    let mut texts: [StringBuilder; 6] = Default::default();
    let mut flags: [BooleanBuilder; 2] = Default::default();
    let mut amounts = Decimal128Builder::new().with_data_type(MONEY);
    for row in rows {
        let detail = |at: u32| legs.detail(at).map(str::to_owned);
        for (builder, value) in texts.iter_mut().zip([
            Some(legs.entry_id(row.taking)),
            detail(row.taking),
            row.taken.map(|at| legs.entry_id(at)),
            row.taken.and_then(detail),
            Some(row.kind.to_owned()),
            Some(row.reason.clone()),
        ]) {
            builder.append_option(value);
        }
        flags[0].append_value(row.tied);
        flags[1].append_value(row.in_part);
        let leg = legs.view(row.taking);
        amounts.append_option(leg.has(Leg::AMOUNT).then(|| i128::from(leg.amount)));
    }
    let [entry, detail, takes_back, takes_back_detail, kind, reason] = columns(texts);
    let [tied, in_part] = flags.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
    let amounts = Arc::new(amounts.finish());
    let arrays = vec![
        entry,
        detail,
        takes_back,
        takes_back_detail,
        kind,
        tied,
        amounts,
        in_part,
        reason,
    ];
    Ok(RecordBatch::try_new(Table::Reversals.schema(), arrays)?)
}
