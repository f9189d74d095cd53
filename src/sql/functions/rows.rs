//! Bundles of transfers and counts of cycles as rows.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::Result;

use super::super::flows::{Counts, Hits, Loaded};
use super::super::session::text_list;
use crate::case::{MOMENT, MONEY, MONEY_SUM};
use crate::patterns::{Bundle, SearchKind};

fn schema(fields: Vec<(&str, DataType)>) -> SchemaRef {
    let field = |(name, kind): (&str, DataType)| Field::new(name, kind, true);
    Arc::new(Schema::new(fields.into_iter().map(field).collect::<Vec<_>>()))
}

/// Columns of bundles.
pub(super) fn of_bundles() -> SchemaRef {
    schema(vec![
        ("pattern", DataType::Utf8),
        ("bundle", DataType::Int64),
        ("member", DataType::Int64),
        ("account_id", DataType::Utf8),
        ("instances", DataType::Int64),
        ("hops", DataType::Int64),
        ("first_time", MOMENT),
        ("last_time", MOMENT),
        ("currency", DataType::Utf8),
        ("first_amount", MONEY),
        ("last_amount", MONEY),
        ("total", MONEY_SUM),
        ("carried", MONEY_SUM),
        ("accounts", text_list()),
        ("transfers", text_list()),
        ("entries", text_list()),
        ("needs_lenient", DataType::Boolean),
        ("truncated", DataType::Boolean),
        ("time_precision", DataType::Utf8),
    ])
}

/// Columns of counts.
pub(super) fn of_counts() -> SchemaRef {
    schema(vec![
        ("hops", DataType::Int64),
        ("cycles", DataType::UInt64),
        ("truncated", DataType::Boolean),
    ])
}

/// A bundle, or one of the sequences that it stands for, with the numbers of both; both begin with 1.
struct Row {
    bundle: i64,
    member: i64,
    told: Bundle,
}

/// A row a bundle, or a row for each sequence that the bundles list.
pub(super) fn bundles(
    hits: &mut Hits<'_>,
    kind: SearchKind,
    by_member: bool,
    schema: SchemaRef,
) -> Result<RecordBatch> {
    let bundles = std::mem::take(&mut hits.bundles);
    let hits = &*hits;
    let apart = |bundle: Bundle| match by_member {
        true => hits.apart(kind, &bundle),
        false => vec![bundle],
    };
    let rows = (1..).zip(bundles).flat_map(|(number, bundle)| {
        let members = (1..).zip(apart(bundle));
        members.map(move |(member, told)| Row {
            bundle: number,
            member,
            told,
        })
    });
    let rows: Vec<Row> = rows.collect();
    let loaded = hits.loaded;
    let mut accounts = ListBuilder::new(StringBuilder::new());
    let mut transfers = ListBuilder::new(StringBuilder::new());
    let mut entries = ListBuilder::new(StringBuilder::new());
    for Row { told, .. } in &rows {
        for account in &told.accounts {
            accounts.values().append_value(hits.name(*account));
        }
        accounts.append(true);
        for transfer in &told.representative {
            transfers
                .values()
                .append_value(&loaded.transfers[*transfer as usize].id);
        }
        transfers.append(true);
        // Payments of one batch stand in one entry.
        let mut cited = hashbrown::HashSet::new();
        let all = told
            .representative
            .iter()
            .flat_map(|transfer| loaded.entries(*transfer));
        for entry in all.filter(|entry| cited.insert(*entry)) {
            entries.values().append_value(entry);
        }
        entries.append(true);
    }
    let currencies: Vec<Option<&str>> = rows
        .iter()
        .map(|row| loaded.one_currency(&row.told.representative))
        .collect();
    // Amounts of different currencies are never put beside or added to each other.
    let money = |pick: &dyn Fn(&Bundle) -> i128, kind: &DataType| -> Result<ArrayRef> {
        let values = rows
            .iter()
            .zip(&currencies)
            .map(|(row, currency)| currency.map(|_| pick(&row.told)));
        Ok(Arc::new(
            Decimal128Array::from_iter(values).with_data_type(kind.clone()),
        ))
    };
    let count = |pick: &dyn Fn(&Row) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(pick)))
    };
    let time = |pick: &dyn Fn(&Bundle) -> i64| -> ArrayRef {
        let values = rows.iter().map(|row| pick(&row.told));
        Arc::new(TimestampMicrosecondArray::from_iter_values(values))
    };
    let truths = |pick: &dyn Fn(&Bundle) -> bool| -> ArrayRef {
        Arc::new(BooleanArray::from_iter(
            rows.iter().map(|row| Some(pick(&row.told))),
        ))
    };
    let first = |row: &Row| row.told.accounts.first().map(|account| hits.name(*account));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|_| kind.typology()),
        )),
        count(&|row| row.bundle),
        count(&|row| row.member),
        Arc::new(StringArray::from_iter(rows.iter().map(first))),
        count(&|row| row.told.instances as i64),
        count(&|row| i64::from(row.told.measures.hops)),
        time(&|told| told.measures.first_at),
        time(&|told| told.measures.last_at),
        Arc::new(StringArray::from_iter(currencies.iter().copied())),
        money(&|told| i128::from(told.measures.first_amount), &MONEY)?,
        money(&|told| i128::from(told.measures.last_amount), &MONEY)?,
        money(&|told| told.measures.total, &MONEY_SUM)?,
        money(&|told| told.measures.carried, &MONEY_SUM)?,
        Arc::new(accounts.finish()),
        Arc::new(transfers.finish()),
        Arc::new(entries.finish()),
        truths(&|told| told.measures.needs_lenient),
        truths(&|_| hits.truncated),
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|row| precision(&row.told, loaded)),
        )),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}

/// Of a day alone the times say midnight, which nobody claims.
fn precision(told: &Bundle, loaded: &Loaded) -> &'static str {
    let is_day = |transfer: &u32| loaded.transfers[*transfer as usize].day_only;
    match told.representative.iter().any(is_day) {
        true => "day",
        false => "second",
    }
}

/// A row for each number of hops that a cycle may have, those without a cycle too: so that a count that was cut short
/// says so even where it found none.
pub(super) fn counts(counts: &Counts, most_hops: u32, schema: SchemaRef) -> Result<RecordBatch> {
    let hops = || 2..=most_hops;
    let of = |hops: u32| counts.by_hops.get(hops as usize).copied().unwrap_or(0);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(hops().map(i64::from))),
        Arc::new(UInt64Array::from_iter_values(hops().map(of))),
        Arc::new(BooleanArray::from_iter(hops().map(|_| Some(counts.truncated)))),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}
