//! Batch entries: one booked line that holds several payments. Where the payments add up to the entry, each of them is a
//! leg of its own and the entry none; where they do not, the entry stays whole and that is said. An entry's single
//! payment adds what the entry itself does not say.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::error::ArrowError;
use hashbrown::HashMap;

use super::ReconcileError;
use super::columns::{Columns, money_at, number_at, text_at};
use super::ids::{EntryRef, NONE};
use super::legs::{Leg, Legs, reference};
use super::stated::{self, Stated};
use crate::case::Table;
use crate::model::{Currency, format_scaled};

/// A payment inside an entry, as read.
struct Detail {
    id: Box<str>,
    /// In another copy of the entry than the one that counts.
    from_copy: bool,
    number: i64,
    credit: Option<bool>,
    amount: Option<i64>,
    currency: u16,
    other: u32,
    name: u32,
    text: u32,
    purpose: u32,
    end_to_end: u64,
    bank_reference: u32,
    returned: bool,
    stated: Option<Stated>,
}

/// An entry whose payments do not make it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftWhole {
    pub leg: u32,
    pub reason: String,
}

impl Legs {
    /// Reads table `entry_details` and splits the entries that it makes up. To be called behind [`Legs::finish`].
    pub fn split_batches<D>(&mut self, details: D) -> Result<Vec<LeftWhole>, ReconcileError>
    where
        D: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
    {
        let mut payments: HashMap<EntryRef, Vec<Detail>> = HashMap::new();
        for batch in details {
            self.read_details(&batch?, &mut payments)?;
        }
        if payments.is_empty() {
            return Ok(Vec::new());
        }
        let mut batches: Vec<(u32, Vec<Detail>)> = Vec::new();
        for (at, leg) in self.legs.iter().enumerate() {
            if !self.paired[at]
                && let Some(found) = payments.remove(&leg.entry())
            {
                batches.push((at as u32, found));
            }
        }
        let mut left_whole = Vec::new();
        for (at, mut payments) in batches {
            // Where the kept statement has payments of its own, those of a copy are told already.
            if payments.iter().any(|payment| !payment.from_copy) {
                payments.retain(|payment| !payment.from_copy);
            }
            payments.sort_by(|a, b| (a.number, &a.id).cmp(&(b.number, &b.id)));
            match payments.as_slice() {
                [only] => self.add_to(at, only),
                _ => match self.fault(at, &payments) {
                    None => self.split(at, payments),
                    Some(reason) => left_whole.push(LeftWhole { leg: at, reason }),
                },
            }
        }
        Ok(left_whole)
    }

    fn read_details(
        &mut self,
        batch: &RecordBatch,
        payments: &mut HashMap<EntryRef, Vec<Detail>>,
    ) -> Result<(), ReconcileError> {
        let columns = Columns {
            table: Table::EntryDetails,
            batch,
        };
        let (ids, entries) = (columns.text("detail_id")?, columns.text("entry_id")?);
        let numbers = columns.number("number")?;
        let directions = columns.text("direction")?;
        let (amounts, currencies) = (columns.money("amount")?, columns.text("currency")?);
        let names = columns.text("counterparty_name")?;
        let others = columns.text("counterparty_account_id")?;
        let (purposes, remittances) = (columns.text("purpose")?, columns.text("remittance")?);
        let (end_to_end, references) = (columns.text("end_to_end_id")?, columns.text("bank_reference")?);
        let reasons = columns.text("return_reason")?;
        for row in 0..batch.num_rows() {
            let said = EntryRef::parse(text_at(&entries, row).unwrap_or(""), &mut self.prefixes);
            let kept = self.skip.get(&said).copied();
            let remittance = text_at(&remittances, row).unwrap_or("");
            let detail = Detail {
                id: text_at(&ids, row).unwrap_or("").into(),
                from_copy: kept.is_some(),
                number: number_at(&numbers, row).unwrap_or(0),
                credit: text_at(&directions, row).map(|word| word == "credit"),
                amount: money_at(&amounts, row),
                currency: self.currency_number(text_at(&currencies, row)),
                other: self.accounts.maybe(text_at(&others, row)),
                name: text_at(&names, row).map_or(NONE, |name| self.name_number(name)),
                text: self.words.add(remittance),
                purpose: self.purposes.maybe(text_at(&purposes, row)),
                end_to_end: text_at(&end_to_end, row).map_or(0, reference),
                bank_reference: text_at(&references, row).map_or(0, |text| reference(text) as u32),
                returned: text_at(&reasons, row).is_some() || stated::is_return(remittance),
                stated: stated::exchange(remittance),
            };
            payments.entry(kept.unwrap_or(said)).or_default().push(detail);
        }
        Ok(())
    }

    /// What a single payment says and its entry does not.
    fn add_to(&mut self, at: u32, payment: &Detail) {
        let leg = &mut self.legs[at as usize];
        if leg.other == NONE && !leg.is_cash() && payment.other != NONE {
            leg.other = payment.other;
            leg.status = IDENTIFIED;
        }
        if leg.end_to_end == 0 {
            leg.end_to_end = payment.end_to_end;
        }
        if leg.bank_reference == 0 {
            leg.bank_reference = payment.bank_reference;
        }
        if leg.purpose == NONE {
            leg.purpose = payment.purpose;
        }
        if leg.name == NONE {
            leg.name = payment.name;
        }
        if leg.text == NONE {
            leg.text = payment.text;
        }
        if payment.returned {
            leg.flags |= Leg::RETURN;
        }
        if let Some(stated) = &payment.stated {
            self.stated.entry(at).or_insert_with(|| stated.clone());
        }
    }

    /// Why payments do not make up their entry.
    fn fault(&self, at: u32, payments: &[Detail]) -> Option<String> {
        let leg = &self.legs[at as usize];
        let count = payments.len();
        if !leg.has(Leg::AMOUNT) {
            return Some("the entry carries no amount that its payments could add up to".to_owned());
        }
        let without = payments.iter().filter(|payment| payment.amount.is_none()).count();
        if without > 0 {
            return Some(format!("{without} of its {count} payments carry no amount"));
        }
        let another = |payment: &&Detail| {
            payment.currency != leg.currency && payment.currency != super::legs::NO_CURRENCY
        };
        if payments.iter().any(|payment| another(&payment)) {
            return Some("some of its payments are told in another currency".to_owned());
        }
        let signed = |payment: &Detail| {
            let amount = i128::from(payment.amount.unwrap_or(0));
            let same_way = payment.credit.is_none_or(|credit| credit == leg.is_credit());
            if same_way { amount } else { -amount }
        };
        let sum: i128 = payments.iter().map(signed).sum();
        let digits = self
            .currency(leg)
            .and_then(|code| Currency::from_code(code).ok())
            .map_or(2, |currency| currency.digits());
        (sum != i128::from(leg.amount)).then(|| {
            format!(
                "its {count} payments add up to {}, the entry is {}",
                format_scaled(sum, digits),
                format_scaled(i128::from(leg.amount), digits)
            )
        })
    }

    fn split(&mut self, at: u32, payments: Vec<Detail>) {
        let entry = self.legs[at as usize];
        self.split.insert(at);
        for payment in payments {
            let mut flags = entry.flags & !Leg::CREDIT;
            if payment.credit.unwrap_or(entry.is_credit()) {
                flags |= Leg::CREDIT;
            }
            if payment.returned {
                flags |= Leg::RETURN;
            }
            let status = match (payment.other, payment.name) {
                (NONE, _) if entry.is_cash() || entry.is_bank() => entry.status,
                (NONE, NONE) => UNKNOWN,
                (NONE, _) => PARTIAL,
                _ => IDENTIFIED,
            };
            let number = self.legs.len() as u32;
            self.legs.push(Leg {
                amount: payment.amount.unwrap_or(0),
                end_to_end: payment.end_to_end,
                bank_reference: payment.bank_reference,
                other: payment.other,
                name: payment.name,
                text: if payment.text == NONE {
                    entry.text
                } else {
                    payment.text
                },
                purpose: if payment.purpose == NONE {
                    entry.purpose
                } else {
                    payment.purpose
                },
                status,
                flags,
                ..entry
            });
            self.paired.push(false);
            self.detail_ids.push(payment.id);
            if let Some(stated) = payment.stated {
                self.stated.insert(number, stated);
            }
        }
    }
}

const IDENTIFIED: u8 = 0;
const PARTIAL: u8 = 1;
const UNKNOWN: u8 = 2;
