//! Columns of a table, built row by row from borrowed text.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::IntakeError;
use super::words::Words;
use crate::case::{Table, packed_schema, packed_type};
use crate::model::{Amount, Date, Moment, Place};

/// Builders of a table's columns, filled from left to right.
pub(super) struct Columns {
    builders: Vec<Column>,
    pub(super) at: usize,
    pub(super) rows: usize,
}

enum Column {
    /// Texts that hardly ever come back.
    Text(StringBuilder),
    /// Texts that do.
    Words(Words),
    Number(Int64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    Flag(BooleanBuilder),
}

impl Columns {
    pub(super) fn new(table: Table) -> Columns {
        let builders = table
            .schema()
            .fields()
            .iter()
            .map(|field| match field.data_type() {
                DataType::Int64 => Column::Number(Int64Builder::new()),
                DataType::Decimal128(..) => {
                    Column::Decimal(Decimal128Builder::new().with_data_type(field.data_type().clone()))
                }
                DataType::Date32 => Column::Date(Date32Builder::new()),
                DataType::Timestamp(..) => Column::Moment(TimestampMicrosecondBuilder::new()),
                DataType::Boolean => Column::Flag(BooleanBuilder::new()),
                _ if is_own(field.name()) => Column::Text(StringBuilder::new()),
                _ => Column::Words(Words::default()),
            })
            .collect();
        Columns {
            builders,
            at: 0,
            rows: 0,
        }
    }

    fn next(&mut self) -> &mut Column {
        let at = self.at;
        self.at += 1;
        &mut self.builders[at]
    }

    pub(super) fn text(&mut self, value: &str) {
        match self.next() {
            Column::Text(b) => b.append_value(value),
            Column::Words(b) => b.push(value),
            _ => {}
        }
    }

    /// Text that the caller knows by a small number of its own.
    pub(super) fn known(&mut self, name: usize, value: &str) {
        match self.next() {
            Column::Text(b) => b.append_value(value),
            Column::Words(b) => b.push_known(name, value),
            _ => {}
        }
    }

    /// Text where empty means that the record does not say.
    pub(super) fn maybe(&mut self, value: &str) {
        match self.next() {
            Column::Text(b) => b.append_option((!value.is_empty()).then_some(value)),
            Column::Words(b) if value.is_empty() => b.push_none(),
            Column::Words(b) => b.push(value),
            _ => {}
        }
    }

    pub(super) fn number(&mut self, value: Option<i64>) {
        if let Column::Number(b) = self.next() {
            b.append_option(value);
        }
    }

    pub(super) fn decimal(&mut self, value: Option<i128>) {
        if let Column::Decimal(b) = self.next() {
            b.append_option(value);
        }
    }

    pub(super) fn money(&mut self, value: Option<Amount>) {
        self.decimal(value.map(|amount| i128::from(amount.scaled())));
    }

    pub(super) fn date(&mut self, value: Option<Date>) {
        if let Column::Date(b) = self.next() {
            b.append_option(value.map(|d| d.0));
        }
    }

    pub(super) fn moment(&mut self, value: Option<Moment>) {
        if let Column::Moment(b) = self.next() {
            b.append_option(value.map(|m| m.microseconds));
        }
    }

    pub(super) fn flag(&mut self, value: bool) {
        if let Column::Flag(b) = self.next() {
            b.append_value(value);
        }
    }

    pub(super) fn place(&mut self, place: Place) {
        self.number(Some(place.byte_start as i64));
        self.number(Some(place.byte_end as i64));
    }

    /// The columns as a batch; texts that come back are packed as keys into a dictionary.
    pub(super) fn finish(self, table: Table) -> Result<RecordBatch, IntakeError> {
        let arrays: Vec<ArrayRef> = self
            .builders
            .into_iter()
            .map(|column| -> Result<ArrayRef, ArrowError> {
                Ok(match column {
                    Column::Text(mut b) => Arc::new(b.finish()),
                    Column::Words(b) => b.finish()?,
                    Column::Number(mut b) => Arc::new(b.finish()),
                    Column::Decimal(mut b) => Arc::new(b.finish()),
                    Column::Date(mut b) => Arc::new(b.finish()),
                    Column::Moment(mut b) => Arc::new(b.finish()),
                    Column::Flag(mut b) => Arc::new(b.finish()),
                })
            })
            .collect::<Result<_, _>>()
            .map_err(store)?;
        let types = arrays.iter().map(|array| array.data_type().clone());
        let schema = packed_schema(&table.schema(), types);
        RecordBatch::try_new(schema, arrays).map_err(store)
    }
}

/// A batch with plain texts, as the table's schema says.
pub(super) fn unpacked(table: Table, batch: &RecordBatch) -> Result<RecordBatch, IntakeError> {
    let columns = batch
        .columns()
        .iter()
        .map(|column| {
            if *column.data_type() == packed_type() {
                cast(column, &DataType::Utf8)
            } else {
                Ok(column.clone())
            }
        })
        .collect::<Result<_, _>>()
        .map_err(store)?;
    RecordBatch::try_new(table.schema(), columns).map_err(store)
}

fn store(error: ArrowError) -> IntakeError {
    IntakeError::Store(error.to_string())
}

/// Columns whose texts are a row's own: keeping each once would only cost.
fn is_own(column: &str) -> bool {
    matches!(
        column,
        "entry_id"
            | "detail_id"
            | "order_id"
            | "asset_id"
            | "liability_id"
            | "remittance"
            | "end_to_end_id"
            | "transaction_id"
            | "bank_reference"
            | "locator"
            | "raw"
    )
}
