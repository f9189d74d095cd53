//! What each payment is for, by lexicons, as a table that rules go by: one look at the texts for all of them.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use datafusion::arrow::compute::take;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::StepError;
use crate::case::column::{self, text_at};
use crate::case::{Actor, Case, CaseError, Step, Table};
use crate::lexicons::{Given, Lexicons, Matcher};
use crate::model::Date;

const COLUMNS: [&str; 18] = [
    "entry_id",
    "account_id",
    "booking_date",
    "booked_at",
    "time_precision",
    "direction",
    "amount",
    "currency",
    "channel",
    "counterparty_name",
    "counterparty_account_id",
    "counterparty_country",
    "merchant_category",
    "terminal",
    "city",
    "country",
    "purpose",
    "remittance",
];
/// Batches that are marked at the same time: two a thread on common machines, and not more memory than that.
const AT_ONCE: usize = 8;
const DAY: i64 = 86_400_000_000;

/// Marks the entries of a case where they or the lexicons have changed since that was last done.
pub fn mark(case: &mut Case, actor: Actor) -> Result<(), StepError> {
    if super::stale(case, Step::Mark).is_none() {
        return Ok(());
    }
    let beside = super::goes_by(case, Step::Mark)?;
    let lexicons = Lexicons::load(Some(case.root()))?;
    let writer = case.write(actor)?;
    let left_out = left_out(writer.case())?;
    let mut table = writer.replace_by_key(Table::EntryMarks)?;
    let columns: Vec<&str> = COLUMNS.iter().copied().chain(["reversal"]).collect();
    let mut entries = writer.case().scan(Table::Entries, &columns);
    loop {
        let portion = entries
            .by_ref()
            .take(AT_ONCE)
            .collect::<Result<Vec<_>, CaseError>>()?;
        if portion.is_empty() {
            break;
        }
        let marked: Vec<_> = portion
            .par_iter()
            .map(|batch| marked(batch, &lexicons.matcher, &left_out))
            .collect::<Result<_, CaseError>>()?;
        for (mark, rows) in marked.into_iter().flatten() {
            table.add(&mark, &rows)?;
        }
    }
    table.finish()?;
    writer.derived(Step::Mark, &beside);
    writer.commit()?;
    Ok(())
}

/// The marks of entries in memory, as rows of the table; copies are not known here.
pub fn marks(entries: &RecordBatch, lexicons: &Lexicons) -> Result<Vec<RecordBatch>, CaseError> {
    let rows = marked(entries, &lexicons.matcher, &HashSet::new())?;
    Ok(rows.into_iter().map(|(_, rows)| rows).collect())
}

/// Entries that tell a booking that another entry tells as well.
fn left_out(case: &Case) -> Result<HashSet<String>, CaseError> {
    let mut ids = HashSet::new();
    column::each_row(
        case,
        Table::SameEntries,
        &["entry_id", "kind"],
        |[entry, kind]| {
            if matches!(kind, "same_statement" | "other_record") {
                ids.insert(entry.to_owned());
            }
        },
    )?;
    Ok(ids)
}

/// Rows of a mark, in the order of the entries: which, and by what.
#[derive(Default)]
struct Rows<'m> {
    rows: Vec<u32>,
    basis: Vec<&'static str>,
    matched: Vec<&'m str>,
    lexicon: Vec<&'m str>,
}

/// The rows of a batch by mark, sorted by mark.
fn marked(
    batch: &RecordBatch,
    matcher: &Matcher,
    left_out: &HashSet<String>,
) -> Result<Vec<(String, RecordBatch)>, CaseError> {
    let text = |name: &str| column::text(batch, name);
    let (ids, remittance, name) = (text("entry_id")?, text("remittance")?, text("counterparty_name")?);
    let (category, purpose, channel) = (text("merchant_category")?, text("purpose")?, text("channel")?);
    let (direction, reversal) = (text("direction")?, column::flag(batch, "reversal")?);
    let amount = column::decimal(batch, "amount")?;
    let times = Times::of(batch)?;
    let (mut folded, mut found) = (String::new(), Vec::new());
    let mut by_mark: HashMap<&str, Rows<'_>> = HashMap::new();
    for row in 0..batch.num_rows() {
        if reversal.value(row)
            || amount.is_null(row)
            || times.at.is_null(row)
            || (!left_out.is_empty() && left_out.contains(ids.value(row)))
        {
            continue;
        }
        let given = Given {
            remittance: text_at(remittance, row),
            counterparty_name: text_at(name, row),
            merchant_category: text_at(category, row),
            purpose: text_at(purpose, row),
            channel: text_at(channel, row),
            is_credit: text_at(direction, row) == "credit",
        };
        matcher.marks_of(given, &mut folded, &mut found);
        for one in &found {
            let rows = by_mark.entry(one.mark).or_default();
            rows.rows.push(row as u32);
            rows.basis.push(one.basis.as_str());
            rows.matched.push(one.matched);
            rows.lexicon.push(one.lexicon);
        }
    }
    let mut all: Vec<(&str, Rows<'_>)> = by_mark.into_iter().collect();
    all.sort_unstable_by_key(|(mark, _)| *mark);
    all.into_iter()
        .map(|(mark, rows)| Ok((mark.to_owned(), table(batch, &times, mark, rows)?)))
        .collect()
}

/// When entries were, in the ways in which rules ask.
struct Times {
    at: TimestampMicrosecondArray,
    day: Date32Array,
    day_only: BooleanArray,
    minute_of_day: Int64Array,
    second: Int64Array,
    month: Int64Array,
}

impl Times {
    fn of(batch: &RecordBatch) -> Result<Times, CaseError> {
        let (booked, date) = (
            column::moment(batch, "booked_at")?,
            column::date(batch, "booking_date")?,
        );
        let precision = column::text(batch, "time_precision")?;
        let rows = 0..batch.num_rows();
        // The moment of the record, and the day of booking where it has none.
        let at: Vec<Option<i64>> = rows
            .clone()
            .map(|row| match (booked.is_valid(row), date.is_valid(row)) {
                (true, _) => Some(booked.value(row)),
                (_, true) => Some(i64::from(date.value(row)) * DAY),
                _ => None,
            })
            .collect();
        let day: Vec<Option<i32>> = rows
            .clone()
            .map(|row| match date.is_valid(row) {
                true => Some(date.value(row)),
                false => at[row].and_then(|at| i32::try_from(at.div_euclid(DAY)).ok()),
            })
            .collect();
        let day_only: Vec<bool> = rows
            .map(|row| booked.is_null(row) || text_at(precision, row) == "day")
            .collect();
        let minutes = at.iter().zip(&day_only).map(|(at, day_only)| match day_only {
            true => None,
            false => at.map(|at| at.rem_euclid(DAY) / 60_000_000),
        });
        let months = day.iter().map(|day| {
            let (year, month, _) = Date((*day)?).ymd();
            Some(i64::from(year) * 12 + i64::from(month))
        });
        Ok(Times {
            minute_of_day: minutes.collect(),
            second: at
                .iter()
                .map(|at| at.map(|at| at.div_euclid(1_000_000)))
                .collect(),
            month: months.collect(),
            at: TimestampMicrosecondArray::from(at),
            day: Date32Array::from(day),
            day_only: BooleanArray::from(day_only),
        })
    }
}

fn table(batch: &RecordBatch, times: &Times, mark: &str, rows: Rows<'_>) -> Result<RecordBatch, CaseError> {
    let fault = |error: &dyn std::fmt::Display| CaseError::Decision(format!("marks of entries: {error}"));
    let places = UInt32Array::from(rows.rows);
    let many = places.len();
    let taken = |array: &dyn Array| take(array, &places, None).map_err(|error| fault(&error));
    let own = |name: &str| match batch.column_by_name(name) {
        Some(array) => taken(array),
        None => Err(fault(&format!("no column {name}"))),
    };
    let texts = |values: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let schema = Table::EntryMarks.schema();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        columns.push(match field.name().as_str() {
            "mark" => texts(vec![mark; many]),
            "at" => taken(&times.at)?,
            "day" => taken(&times.day)?,
            "day_only" => taken(&times.day_only)?,
            "minute_of_day" => taken(&times.minute_of_day)?,
            "second" => taken(&times.second)?,
            "month" => taken(&times.month)?,
            "currency" => {
                let own = column::text(batch, "currency")?;
                texts(
                    places
                        .values()
                        .iter()
                        .map(|row| text_at(own, *row as usize))
                        .collect(),
                )
            }
            "other" => {
                let (account, name) = (
                    column::text(batch, "counterparty_account_id")?,
                    column::text(batch, "counterparty_name")?,
                );
                let other = places.values().iter().map(|row| {
                    let row = *row as usize;
                    match (text_at(account, row), text_at(name, row).trim()) {
                        ("", "") => None,
                        ("", name) => Some(name.to_lowercase()),
                        (account, _) => Some(account.to_owned()),
                    }
                });
                Arc::new(other.collect::<StringArray>())
            }
            "basis" => texts(rows.basis.clone()),
            "matched" => texts(rows.matched.clone()),
            "lexicon" => texts(rows.lexicon.clone()),
            name => own(name)?,
        });
    }
    RecordBatch::try_new(schema, columns).map_err(|error| fault(&error))
}
