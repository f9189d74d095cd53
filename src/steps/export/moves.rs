//! Movements as rows of an export: transfers with the places of their legs, and entries. Read portion by portion: memory
//! does not grow with their number.

use datafusion::arrow::array::{Array, Decimal128Array, RecordBatch, TimestampMicrosecondArray};
use hashbrown::{HashMap, HashSet};

use super::Reading;
use super::read::{Places, Take, day, texts};
use crate::case::column::{self, text_at};
use crate::case::{Case, Table};
use crate::export::{Cited, Entry, Row, Transfer};
use crate::lexicons::Given;
use crate::model::{Amount, Direction, Moment, TimePrecision};
use crate::steps::StepError;
use crate::victims::special::{MASKED, Special};

/// Transfers whose legs are looked up at once, in one pass over the entries.
const WINDOW: usize = 1 << 17;

/// What a transfer tells of a leg.
struct Leg {
    source: u32,
    locator: Box<str>,
    bytes: (u64, u64),
    remittance: Box<str>,
    /// Whether it tells of a special category.
    is_special: bool,
}

fn amount(column: &Decimal128Array, row: usize) -> Result<Option<Amount>, StepError> {
    if column.is_null(row) {
        return Ok(None);
    }
    // An amount of the tables has 64 bits.
    let scaled = i64::try_from(column.value(row)).map_err(|_| {
        StepError::Parameter(format!(
            "the amount {} of a table is out of range",
            column.value(row)
        ))
    })?;
    Ok(Some(Amount::from_scaled(scaled)))
}

fn moment(column: &TimestampMicrosecondArray, row: usize, precision: &str) -> Option<Moment> {
    column.is_valid(row).then(|| Moment {
        microseconds: column.value(row),
        precision: TimePrecision::from_word(precision).unwrap_or(TimePrecision::Day),
    })
}

/// Ends of transfers that are no accounts of the records: cash, banks, unknown other sides; in the order in which transfers
/// name them.
pub(super) fn outer(case: &Case, withheld: &super::withheld::Withheld) -> Result<Vec<String>, StepError> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    let mut accounts = HashSet::new();
    column::each_row(case, Table::Accounts, &["account_id"], |[id]| {
        accounts.insert(id.to_owned());
    })?;
    let ends = ["payer_account", "payee_account", "debit_entry", "credit_entry"];
    column::each_row(case, Table::Transfers, &ends, |[payer, payee, debit, credit]| {
        if withheld.has_transfer(payer, payee, debit, credit) {
            return;
        }
        for end in [payer, payee] {
            if !accounts.contains(end) && seen.insert(end.to_owned()) {
                all.push(end.to_owned());
            }
        }
    })?;
    Ok(all)
}

impl Reading<'_> {
    pub(super) fn transfers(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let mut window: Vec<RecordBatch> = Vec::new();
        let mut rows = 0;
        for batch in self.case.scan(Table::Transfers, &[]) {
            let batch = batch?;
            rows += batch.num_rows();
            window.push(batch);
            if rows >= WINDOW {
                self.transfers_of(&window, take)?;
                window.clear();
                rows = 0;
            }
        }
        self.transfers_of(&window, take)
    }

    fn transfers_of(&self, window: &[RecordBatch], take: &mut Take<'_>) -> Result<(), StepError> {
        let mut legs: HashMap<&str, Option<Leg>> = HashMap::new();
        for batch in window {
            for name in ["debit_entry", "credit_entry"] {
                for id in column::text(batch, name)?.iter().flatten() {
                    legs.insert(id, None);
                }
            }
        }
        if legs.is_empty() && window.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(());
        }
        let mut sources: Vec<String> = Vec::new();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let columns = [
            "entry_id",
            "counterparty_name",
            "merchant_category",
            "purpose",
            "remittance",
            "source_id",
            "locator",
            "byte_start",
            "byte_end",
        ];
        for batch in self.case.scan(Table::Entries, &columns) {
            let batch = batch?;
            let (id, source) = (texts(&batch, "entry_id")?, texts(&batch, "source_id")?);
            let locator = texts(&batch, "locator")?;
            let (start, end) = (
                column::number(&batch, "byte_start")?,
                column::number(&batch, "byte_end")?,
            );
            let said = Said::of(&batch)?;
            for row in 0..batch.num_rows() {
                let Some(leg) = legs.get_mut(id(row)) else {
                    continue;
                };
                let number = match numbers.get(source(row)) {
                    Some(number) => *number,
                    None => {
                        let number = sources.len() as u32;
                        sources.push(source(row).to_owned());
                        numbers.insert(source(row).to_owned(), number);
                        number
                    }
                };
                *leg = Some(Leg {
                    source: number,
                    locator: self.shown.locator(locator(row)).into(),
                    bytes: self.shown.bytes(start.value(row), end.value(row)),
                    remittance: self.recorded(&said, row, said.remittance(row)).into(),
                    is_special: self.is_special(&said, row),
                });
            }
        }
        for batch in window {
            self.transfer_rows(batch, &legs, &sources, take)?;
        }
        Ok(())
    }

    fn transfer_rows(
        &self,
        batch: &RecordBatch,
        legs: &HashMap<&str, Option<Leg>>,
        sources: &[String],
        take: &mut Take<'_>,
    ) -> Result<(), StepError> {
        let shown = self.shown;
        let id = texts(batch, "transfer_id")?;
        let (payer, payee) = (texts(batch, "payer_account")?, texts(batch, "payee_account")?);
        let (debited, credited) = (
            column::moment(batch, "debited_at")?,
            column::moment(batch, "credited_at")?,
        );
        let precision = texts(batch, "time_precision")?;
        let (of, currency) = (column::decimal(batch, "amount")?, texts(batch, "currency")?);
        let (arrived, other) = (
            column::decimal(batch, "payee_amount")?,
            texts(batch, "payee_currency")?,
        );
        let (base, rate) = (column::decimal(batch, "base_amount")?, texts(batch, "rate")?);
        let (channel, purpose) = (texts(batch, "channel")?, texts(batch, "purpose")?);
        let origin = texts(batch, "origin")?;
        let (debit, credit) = (texts(batch, "debit_entry")?, texts(batch, "credit_entry")?);
        for row in 0..batch.num_rows() {
            let (payer, payee) = (payer(row), payee(row));
            if self.withheld.has_transfer(payer, payee, debit(row), credit(row)) {
                continue;
            }
            let Some(moved) = amount(of, row)? else {
                continue;
            };
            let leg = |id: &str| legs.get(id).and_then(Option::as_ref);
            let (from, to) = (leg(debit(row)), leg(credit(row)));
            let signs = [from, to].map(|leg| leg.and_then(|leg| sources.get(leg.source as usize)));
            let signs = signs.map(|source| source.map(|id| shown.id(id)).unwrap_or_default());
            let cited = |leg: Option<&'_ Leg>, sign: usize| Cited {
                source_id: &signs[sign],
                locator: "",
                bytes: leg.map_or((0, 0), |leg| leg.bytes),
            };
            let (debit_cited, credit_cited) = (
                Cited {
                    locator: from.map_or("", |leg| &leg.locator),
                    ..cited(from, 0)
                },
                Cited {
                    locator: to.map_or("", |leg| &leg.locator),
                    ..cited(to, 1)
                },
            );
            let remittance = [from, to]
                .into_iter()
                .flatten()
                .map(|leg| &*leg.remittance)
                .find(|text| !text.is_empty());
            take(Row::Transfer(&Transfer {
                transfer_id: &shown.id(id(row)),
                payer_account: &shown.id(payer),
                payee_account: &shown.id(payee),
                debited_at: moment(debited, row, precision(row)),
                credited_at: moment(credited, row, precision(row)),
                amount: moved,
                currency: shown.word(currency(row), 12),
                payee_amount: amount(arrived, row)?,
                payee_currency: shown.word(other(row), 12),
                base_amount: amount(base, row)?,
                rate: shown.word(rate(row), 24),
                channel: channel(row),
                purpose: purpose_of(
                    shown.reveals(),
                    [from, to].into_iter().flatten().any(|leg| leg.is_special),
                    purpose(row),
                ),
                remittance: remittance.unwrap_or_default(),
                origin: origin(row),
                debit_entry: &shown.id(debit(row)),
                credit_entry: &shown.id(credit(row)),
                debit_cited,
                credit_cited,
            }))?;
        }
        Ok(())
    }

    pub(super) fn entries(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        let mut verdicts: HashMap<String, String> = HashMap::new();
        column::each_row(
            self.case,
            Table::Statements,
            &["statement_id", "verdict"],
            |[id, verdict]| {
                verdicts.insert(id.to_owned(), verdict.to_owned());
            },
        )?;
        for batch in self.case.scan(Table::Entries, &[]) {
            let batch = batch?;
            let id = texts(&batch, "entry_id")?;
            let (account, statement) = (texts(&batch, "account_id")?, texts(&batch, "statement_id")?);
            let sequence = column::number(&batch, "sequence")?;
            let (booked, value) = (
                column::date(&batch, "booking_date")?,
                column::date(&batch, "value_date")?,
            );
            let (at, precision) = (
                column::moment(&batch, "booked_at")?,
                texts(&batch, "time_precision")?,
            );
            let direction = texts(&batch, "direction")?;
            let (of, currency) = (column::decimal(&batch, "amount")?, texts(&batch, "currency")?);
            let (asset, quantity) = (texts(&batch, "asset")?, column::decimal(&batch, "quantity")?);
            let balance = column::decimal(&batch, "balance_after")?;
            let channel = texts(&batch, "channel")?;
            let (name, number) = (
                texts(&batch, "counterparty_name")?,
                texts(&batch, "counterparty_account")?,
            );
            let (other, status) = (
                texts(&batch, "counterparty_account_id")?,
                texts(&batch, "counterparty_status")?,
            );
            let (bank, country) = (
                texts(&batch, "counterparty_bank")?,
                texts(&batch, "counterparty_country")?,
            );
            let purpose = texts(&batch, "purpose")?;
            let (end_to_end, reference) = (texts(&batch, "end_to_end_id")?, texts(&batch, "bank_reference")?);
            let reversal = column::flag(&batch, "reversal")?;
            let origin = texts(&batch, "origin")?;
            let place = Places::of(&batch)?;
            let said = Said::of(&batch)?;
            for row in 0..batch.num_rows() {
                if self.withheld.has_entry(id(row)) {
                    continue;
                }
                let (source, locator, bytes) = place.at(self, row);
                let is_masked = self.is_special(&said, row);
                let text = |text| self.recorded(&said, row, text);
                let counterparty = self.other_side(other(row), name(row), status(row), is_masked);
                take(Row::Entry(&Entry {
                    entry_id: &shown.id(id(row)),
                    account_id: &shown.id(account(row)),
                    statement_id: &shown.id(statement(row)),
                    verdict: verdicts.get(statement(row)).map_or("", String::as_str),
                    sequence: sequence.is_valid(row).then(|| sequence.value(row)),
                    booking_date: day(booked, row),
                    value_date: day(value, row),
                    booked_at: moment(at, row, precision(row)),
                    direction: match direction(row) {
                        "debit" => Direction::Debit,
                        _ => Direction::Credit,
                    },
                    amount: amount(of, row)?,
                    currency: shown.word(currency(row), 12),
                    asset: shown.word(asset(row), 24),
                    quantity: quantity.is_valid(row).then(|| quantity.value(row)),
                    balance_after: match shown.reveals() {
                        true => amount(balance, row)?,
                        false => None,
                    },
                    channel: channel(row),
                    counterparty_name: &counterparty,
                    counterparty_account: match (shown.reveals(), shown.is_named(other(row))) {
                        (true, _) => text(number(row)),
                        (false, true) => shown.of_named(other(row), number(row)),
                        (false, false) => "",
                    },
                    counterparty_bank: shown.recorded(bank(row)),
                    counterparty_country: shown.word(country(row), 2),
                    purpose: purpose_of(shown.reveals(), is_masked, purpose(row)),
                    remittance: text(said.remittance(row)),
                    end_to_end_id: if is_masked {
                        ""
                    } else {
                        shown.recorded(end_to_end(row))
                    },
                    bank_reference: if is_masked {
                        ""
                    } else {
                        shown.recorded(reference(row))
                    },
                    reversal: reversal.is_valid(row) && reversal.value(row),
                    origin: origin(row),
                    cited: Cited {
                        source_id: &source,
                        locator: &locator,
                        bytes,
                    },
                }))?;
            }
        }
        Ok(())
    }

    /// The other side of an entry as the page calls it.
    fn other_side(&self, account: &str, name: &str, status: &str, is_masked: bool) -> String {
        if self.shown.reveals() {
            return match is_masked && !name.is_empty() {
                true => MASKED.to_owned(),
                false => name.to_owned(),
            };
        }
        match (account, status, name) {
            ("", "cash", _) => "Cash".to_owned(),
            ("", "bank", _) => "The account's own bank".to_owned(),
            ("", _, "") => String::new(),
            ("", ..) => "A name without an account, withheld".to_owned(),
            (account, ..) => self.shown.account(account),
        }
    }

    /// A text of a record: nothing under pseudonyms, and masked where it tells of a special category.
    fn recorded<'t>(&self, said: &Said<'_>, row: usize, text: &'t str) -> &'t str {
        match self.shown.recorded(text) {
            "" => "",
            _ if self.is_special(said, row) => MASKED,
            text => text,
        }
    }

    fn is_special(&self, said: &Said<'_>, row: usize) -> bool {
        Special::of_entry(said.given(row), self.matcher).is_some()
    }
}

/// The code for what a payment is for; other texts stay with names.
fn purpose_of(reveals: bool, is_masked: bool, purpose: &str) -> &str {
    let is_code = purpose.len() == 4 && purpose.bytes().all(|byte| byte.is_ascii_uppercase());
    match (reveals, is_masked) {
        (_, true) => "",
        (true, false) => purpose,
        (false, false) if is_code => purpose,
        (false, false) => "",
    }
}

/// What an entry says in words.
struct Said<'b> {
    name: &'b datafusion::arrow::array::StringArray,
    remittance: &'b datafusion::arrow::array::StringArray,
    merchant: &'b datafusion::arrow::array::StringArray,
    purpose: &'b datafusion::arrow::array::StringArray,
}

impl<'b> Said<'b> {
    fn of(batch: &'b RecordBatch) -> Result<Said<'b>, StepError> {
        Ok(Said {
            name: column::text(batch, "counterparty_name")?,
            remittance: column::text(batch, "remittance")?,
            merchant: column::text(batch, "merchant_category")?,
            purpose: column::text(batch, "purpose")?,
        })
    }

    fn remittance(&self, row: usize) -> &'b str {
        text_at(self.remittance, row)
    }

    fn given(&self, row: usize) -> Given<'b> {
        Given {
            counterparty_name: text_at(self.name, row),
            remittance: text_at(self.remittance, row),
            merchant_category: text_at(self.merchant, row),
            purpose: text_at(self.purpose, row),
            channel: "",
            is_credit: false,
        }
    }
}
