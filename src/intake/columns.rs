//! Columns of a table, built row by row from borrowed text.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};

use super::IntakeError;
use crate::case::Table;
use crate::model::{Amount, Date, Moment, Place};

/// Builders of a table's columns, filled from left to right.
pub(super) struct Columns {
    builders: Vec<Column>,
    pub(super) at: usize,
    pub(super) rows: usize,
}

enum Column {
    Text(StringBuilder),
    Number(Int64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    Flag(BooleanBuilder),
}

impl Columns {
    pub(super) fn new(table: Table) -> Columns {
        use datafusion::arrow::datatypes::DataType;
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
                _ => Column::Text(StringBuilder::new()),
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
        if let Column::Text(b) = self.next() {
            b.append_value(value);
        }
    }

    /// Text where empty means that the record does not say.
    pub(super) fn maybe(&mut self, value: &str) {
        if let Column::Text(b) = self.next() {
            b.append_option((!value.is_empty()).then_some(value));
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

    pub(super) fn finish(self, table: Table) -> Result<RecordBatch, IntakeError> {
        let arrays: Vec<ArrayRef> = self
            .builders
            .into_iter()
            .map(|column| -> ArrayRef {
                match column {
                    Column::Text(mut b) => Arc::new(b.finish()),
                    Column::Number(mut b) => Arc::new(b.finish()),
                    Column::Decimal(mut b) => Arc::new(b.finish()),
                    Column::Date(mut b) => Arc::new(b.finish()),
                    Column::Moment(mut b) => Arc::new(b.finish()),
                    Column::Flag(mut b) => Arc::new(b.finish()),
                }
            })
            .collect();
        RecordBatch::try_new(table.schema(), arrays).map_err(|e| IntakeError::Store(e.to_string()))
    }
}
