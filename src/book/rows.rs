//! The table of transfers as rows of a book, not yet in a day's order.

use datafusion::arrow::array::{Array, RecordBatch};
use hashbrown::HashMap;

use crate::case::{Case, CaseError, Table, column};
use crate::model::Channel;
use crate::trace::OUTSIDE;

/// No row of the table: the movement follows from statements.
pub(super) const NO_ROW: u32 = u32::MAX;

/// No place in a statement.
pub(super) const NO_PLACE: i64 = i64::MIN;

/// A movement on its way into a book.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Place in the table of transfers, or [`NO_ROW`].
    pub row: u32,
    pub payer: u32,
    pub payee: u32,
    pub paid: i64,
    pub received: i64,
    pub at: i64,
    /// Order in the payer's and in the payee's statement, or [`NO_PLACE`].
    pub payer_place: i64,
    pub payee_place: i64,
    /// Of which file each leg is, as far as places in it compare.
    pub payer_source: u32,
    pub payee_source: u32,
    /// Whether each side's own entry is in the records.
    pub has_debit: bool,
    pub has_credit: bool,
    pub day_only: bool,
    pub channel: Channel,
    /// What the side without an account is.
    pub other: Other,
}

/// A side of a transfer that is no account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Other {
    #[default]
    Unknown,
    Cash,
    Bank,
}

/// An account in one currency. Balances are kept by currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub account: String,
    pub currency: u16,
    /// Whether entries of its own are in the records by which it pays, or statements of it in this currency.
    pub recorded: bool,
}

/// All rows and the accounts that they name.
#[derive(Default)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    pub places: Vec<Place>,
    pub currencies: Vec<String>,
    /// Transfers without a day, and without an amount: they have no place in a tracing.
    pub without_day: u64,
    pub without_amount: u64,
    numbers: HashMap<(u32, u16), u32>,
    ids: HashMap<String, u32>,
}

const COLUMNS: [&str; 13] = [
    "payer_account",
    "payee_account",
    "time_precision",
    "payer_sequence",
    "payee_sequence",
    "amount",
    "currency",
    "payee_amount",
    "payee_currency",
    "channel",
    "debit_entry",
    "credit_entry",
    "at",
];

impl Rows {
    /// Reads the table.
    pub fn read(case: &Case) -> Result<Rows, CaseError> {
        let mut rows = Rows::default();
        let mut number = 0;
        for batch in case.scan(Table::Transfers, &COLUMNS) {
            rows.take(&batch?, &mut number)?;
        }
        Ok(rows)
    }

    /// The number of an account in a currency; made where it is new.
    pub fn place(&mut self, account: &str, currency: u16) -> u32 {
        let id = match self.ids.get(account) {
            Some(id) => *id,
            None => {
                let id = self.ids.len() as u32;
                self.ids.insert(account.to_owned(), id);
                id
            }
        };
        *self.numbers.entry((id, currency)).or_insert_with(|| {
            self.places.push(Place {
                account: account.to_owned(),
                currency,
                recorded: false,
            });
            self.places.len() as u32 - 1
        })
    }

    /// The number of a currency; made where it is new.
    pub fn currency(&mut self, code: &str) -> u16 {
        let known = self.currencies.iter().position(|known| known == code);
        known.unwrap_or_else(|| {
            self.currencies.push(code.to_owned());
            self.currencies.len() - 1
        }) as u16
    }

    fn take(&mut self, batch: &RecordBatch, number: &mut u32) -> Result<(), CaseError> {
        let [from, to, precision] =
            ["payer_account", "payee_account", "time_precision"].map(|name| column::text(batch, name));
        let (from, to, precision) = (from?, to?, precision?);
        let [currency, payee_currency, channel] =
            ["currency", "payee_currency", "channel"].map(|name| column::text(batch, name));
        let (currency, payee_currency, channel) = (currency?, payee_currency?, channel?);
        let (debit, credit) = (
            column::text(batch, "debit_entry")?,
            column::text(batch, "credit_entry")?,
        );
        let (amount, payee_amount) = (
            column::decimal(batch, "amount")?,
            column::decimal(batch, "payee_amount")?,
        );
        let (payer_place, payee_place) = (
            column::number(batch, "payer_sequence")?,
            column::number(batch, "payee_sequence")?,
        );
        let at = column::moment(batch, "at")?;
        for row in 0..batch.num_rows() {
            let this = *number;
            *number += 1;
            if at.is_null(row) {
                self.without_day += 1;
                continue;
            }
            let money = |column: &datafusion::arrow::array::Decimal128Array| {
                column.is_valid(row).then(|| column.value(row) as i64)
            };
            let Some(paid) = money(amount).or(money(payee_amount)) else {
                self.without_amount += 1;
                continue;
            };
            let received = money(payee_amount).unwrap_or(paid);
            let code = self.currency(column::text_at(currency, row));
            let payee_code = match column::text_at(payee_currency, row) {
                "" => code,
                other => self.currency(other),
            };
            let own_debit = !column::text_at(debit, row).is_empty();
            let own_credit = !column::text_at(credit, row).is_empty();
            let (payer_id, payee_id) = (from.value(row), to.value(row));
            let (payer, payee) = (self.side(payer_id, code), self.side(payee_id, payee_code));
            // Who only receives in a listing of both sides is merely named; openings tell whose statements there are.
            if own_debit && payer != OUTSIDE {
                self.places[payer as usize].recorded = true;
            }
            // Where one side is no account, the leg that is booked says how much.
            let (paid, received) = match (payer == OUTSIDE, payee == OUTSIDE) {
                (true, _) if own_credit => (received, received),
                (true, _) | (_, true) => (paid, paid),
                _ if payer == payee => (paid, paid),
                _ => (paid, received),
            };
            let place = |column: &datafusion::arrow::array::Int64Array| match column.is_valid(row) {
                true => column.value(row),
                false => NO_PLACE,
            };
            self.rows.push(Row {
                row: this,
                payer,
                payee,
                paid,
                received,
                at: at.value(row),
                payer_place: place(payer_place),
                payee_place: place(payee_place),
                payer_source: source(column::text_at(debit, row)),
                payee_source: source(column::text_at(credit, row)),
                has_debit: own_debit,
                has_credit: own_credit,
                day_only: precision.value(row) == "day",
                channel: Channel::from_word(channel.value(row)).unwrap_or(Channel::Unknown),
                other: match (payer == OUTSIDE, payee == OUTSIDE) {
                    (true, _) => other(payer_id),
                    (_, true) => other(payee_id),
                    _ => Other::Unknown,
                },
            });
        }
        Ok(())
    }

    fn side(&mut self, id: &str, currency: u16) -> u32 {
        match id.starts_with("a-") {
            true => self.place(id, currency),
            false => OUTSIDE,
        }
    }

    /// The place of an account's money that no statement of it shows.
    ///
    /// A side takes part where its own entry tells so. Where a recorded account is paid and none of its entries shows it, the
    /// money is where its records do not say; where one pays and no entry shows it, the money is from nobody known.
    pub fn keep_to_own_entries(&mut self, holes: &mut std::collections::BTreeMap<u32, u32>) {
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            let is_recorded = |rows: &Rows, side: u32| side != OUTSIDE && rows.places[side as usize].recorded;
            if !row.has_credit && is_recorded(self, row.payee) {
                row.payee = self.hole_of(row.payee, holes);
            }
            if !row.has_debit && is_recorded(self, row.payer) {
                (row.payer, row.paid) = (OUTSIDE, row.received);
            }
        }
        self.rows = rows;
    }

    /// A number for what the missing records of an account would tell: money goes there that leaves where they are silent.
    pub fn hole_of(&mut self, place: u32, holes: &mut std::collections::BTreeMap<u32, u32>) -> u32 {
        *holes.entry(place).or_insert_with(|| {
            let own = &self.places[place as usize];
            self.places.push(Place {
                account: own.account.clone(),
                currency: own.currency,
                recorded: false,
            });
            self.places.len() as u32 - 1
        })
    }
}

/// The first digits of an entry's id name the file. Two files that begin alike only leave an order open.
fn source(entry: &str) -> u32 {
    let prefix = entry.get(..8).unwrap_or("");
    u32::from_str_radix(prefix, 16).unwrap_or(u32::MAX)
}

fn other(id: &str) -> Other {
    match id.as_bytes().first() {
        Some(b'c') => Other::Cash,
        Some(b'b') => Other::Bank,
        _ => Other::Unknown,
    }
}
