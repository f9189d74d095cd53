//! The record against itself, and the two legs of a transfer: hand-made cases for each rule, then random ledgers.

mod beside;
mod coverage;
mod formats;
mod ledgers;
mod limits;
mod nameless;
mod repeats;
mod slow;
mod statements;
mod ties;
mod weighed;

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::arrow::error::ArrowError;
use geldspoor::case::Table;
use geldspoor::intake::Rows;
use geldspoor::model::{
    AccountKey, Amount, CounterpartyStatus, Currency, Date, Direction, EntryRow, Leg, Moment, Place,
    StatementRow, TimePrecision, entry_id, hex, sha256,
};
use geldspoor::reconcile::{
    CHECK_ENTRY_COLUMNS, Checked, TRANSFER_ENTRY_COLUMNS, Transfers, check, transfers,
};

/// 1 January 2024, a Monday.
const MONDAY: i32 = 19_723;

#[derive(Clone, Copy)]
struct Row<'a> {
    account: &'a str,
    other: &'a str,
    statement: Option<u32>,
    day: i32,
    /// Above zero is a credit; in hundredths.
    cents: i64,
    balance: Option<i64>,
    sequence: Option<i64>,
    end_to_end: &'a str,
    reference: &'a str,
    remittance: &'a str,
    /// The other side's name.
    name: &'a str,
    reversal: bool,
    status: Option<CounterpartyStatus>,
    currency: &'a str,
    time: Option<i64>,
    leg: Leg,
    no_amount: bool,
}

const ROW: Row<'static> = Row {
    account: "A",
    other: "",
    statement: None,
    day: MONDAY,
    cents: 0,
    balance: None,
    sequence: None,
    end_to_end: "",
    reference: "",
    remittance: "",
    name: "",
    reversal: false,
    status: None,
    currency: "EUR",
    time: None,
    leg: Leg::Line,
    no_amount: false,
};

#[derive(Clone, Copy)]
struct Head<'a> {
    number: u32,
    account: &'a str,
    days: Option<(i32, i32)>,
    balances: Option<(i64, i64)>,
    sequence: &'a str,
    stated: Option<(u64, i64, i64)>,
    currency: &'a str,
}

const HEAD: Head<'static> = Head {
    number: 0,
    account: "A",
    days: Some((MONDAY, MONDAY + 6)),
    balances: None,
    sequence: "",
    stated: None,
    currency: "EUR",
};

struct Source {
    id: String,
    rows: Rows,
    place: u64,
}

/// Batches of one source.
type Tables = BTreeMap<Table, RecordBatch>;

impl Source {
    fn new(name: &str) -> Source {
        let id = hex(&sha256(name.as_bytes()));
        Source {
            rows: Rows::new(&id),
            id,
            place: 0,
        }
    }

    fn statement(&mut self, head: Head<'_>) -> String {
        let amount = Amount::from_hundredths;
        self.rows.statement(&StatementRow {
            place: Place::default(),
            number: head.number,
            account: AccountKey::number(head.account),
            currency: Currency::from_code(head.currency).ok(),
            from_date: head.days.map(|d| Date(d.0)),
            to_date: head.days.map(|d| Date(d.1)),
            opening_balance: head.balances.map(|b| amount(b.0)),
            closing_balance: head.balances.map(|b| amount(b.1)),
            sequence_number: head.sequence,
            stated_entries: head.stated.map(|s| s.0),
            stated_credits: head.stated.map(|s| amount(s.1)),
            stated_debits: head.stated.map(|s| amount(s.2)),
            locator: "",
        })
    }

    /// Adds a record of its own and gives the entry's id.
    fn row(&mut self, row: Row<'_>) -> String {
        self.place += 100;
        self.same_record(row)
    }

    fn same_record(&mut self, row: Row<'_>) -> String {
        let place = Place {
            byte_start: self.place,
            byte_end: self.place + 100,
            line: 1,
        };
        let direction = if row.cents > 0 {
            Direction::Credit
        } else {
            Direction::Debit
        };
        let amount = (!row.no_amount).then(|| Amount::from_hundredths(row.cents.abs()));
        let status = match row.other {
            "" => CounterpartyStatus::Unknown,
            _ => CounterpartyStatus::Identified,
        };
        self.rows.entry(&EntryRow {
            statement: row.statement,
            sequence: row.sequence,
            booking_date: Some(Date(row.day)),
            booked_at: row.time.map(|seconds| Moment {
                microseconds: Date(row.day).midnight() + seconds * 1_000_000,
                precision: TimePrecision::Second,
            }),
            currency: Currency::from_code(row.currency).ok(),
            balance_after: row.balance.map(Amount::from_hundredths),
            counterparty: AccountKey::number(row.other),
            counterparty_status: row.status.unwrap_or(status),
            remittance: row.remittance,
            counterparty_name: row.name,
            reversal: row.reversal,
            end_to_end_id: row.end_to_end,
            bank_reference: row.reference,
            ..EntryRow::new(place, row.leg, AccountKey::number(row.account), direction, amount)
        });
        entry_id(&self.id, self.place, row.leg)
    }

    /// A row of a listing that names both sides.
    fn listed(&mut self, row: Row<'_>) -> (String, String) {
        let debit = Row {
            cents: -row.cents.abs(),
            leg: Leg::Debit,
            ..row
        };
        let credit = Row {
            account: row.other,
            other: row.account,
            cents: row.cents.abs(),
            leg: Leg::Credit,
            ..row
        };
        (self.row(debit), self.same_record(credit))
    }

    fn tables(self) -> Tables {
        self.rows
            .finish_source()
            .expect("columns of one length")
            .into_iter()
            .collect()
    }
}

fn account(number: &str) -> String {
    AccountKey::number(number).id()
}

fn read(sources: &[&Tables], table: Table, columns: &[&str]) -> Vec<Result<RecordBatch, ArrowError>> {
    let batches = sources.iter().filter_map(|tables| tables.get(&table));
    batches
        .map(|batch| {
            if columns.is_empty() {
                return Ok(batch.clone());
            }
            let schema = table.schema();
            let at: Result<Vec<usize>, _> = columns.iter().map(|c| schema.index_of(c)).collect();
            batch.project(&at?)
        })
        .collect()
}

fn run_check(sources: &[&Tables]) -> Checked {
    check(
        read(sources, Table::Entries, CHECK_ENTRY_COLUMNS),
        read(sources, Table::StatementsRead, &[]),
    )
    .expect("checks")
}

fn run_transfers(sources: &[&Tables]) -> (Checked, Transfers) {
    let checked = run_check(sources);
    let entries = read(sources, Table::Entries, TRANSFER_ENTRY_COLUMNS);
    let found = transfers(entries, &checked.same_entries, &checked.statements).expect("ties");
    (checked, found)
}

fn rows_of(found: &Transfers) -> RecordBatch {
    let batches: Vec<RecordBatch> = found.batches(3).map(|batch| batch.expect("rows")).collect();
    concat_batches(&Table::Transfers.schema(), &batches).expect("one schema")
}

/// A column as text; "-" for null.
fn column(batch: &RecordBatch, name: &str) -> Vec<String> {
    let array = batch.column_by_name(name).expect(name);
    (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return "-".to_owned();
            }
            match array.data_type() {
                DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
                DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
                DataType::Date32 => array.as_primitive::<Date32Type>().value(row).to_string(),
                DataType::Timestamp(..) => array
                    .as_primitive::<TimestampMicrosecondType>()
                    .value(row)
                    .to_string(),
                DataType::Boolean => array.as_boolean().value(row).to_string(),
                _ => array.as_primitive::<Decimal128Type>().value(row).to_string(),
            }
        })
        .collect()
}

/// Transfers as payer, payee, debit entry, credit entry.
fn ties(found: &Transfers) -> BTreeSet<[String; 4]> {
    let rows = rows_of(found);
    let columns = ["payer_account", "payee_account", "debit_entry", "credit_entry"].map(|c| column(&rows, c));
    (0..rows.num_rows())
        .map(|row| columns.clone().map(|c| c[row].clone()))
        .collect()
}

fn set<const N: usize>(rows: [[&str; 4]; N]) -> BTreeSet<[String; 4]> {
    rows.into_iter().map(|row| row.map(str::to_owned)).collect()
}

/// Two sources, each a listing of one account without balances; rows as (account, other, day, cents, end-to-end id).
fn legs(rows: &[(&str, &str, i32, i64, &str)]) -> (Vec<String>, Checked, Transfers) {
    let mut sources: BTreeMap<&str, Source> = BTreeMap::new();
    let mut ids = Vec::new();
    for (account, other, day, cents, end_to_end) in rows {
        let source = sources.entry(account).or_insert_with(|| Source::new(account));
        ids.push(source.row(Row {
            account,
            other,
            day: MONDAY + day,
            cents: *cents,
            end_to_end,
            ..ROW
        }));
    }
    let tables: Vec<Tables> = sources.into_values().map(Source::tables).collect();
    let (checked, found) = run_transfers(&tables.iter().collect::<Vec<_>>());
    (ids, checked, found)
}
