//! Columns of a batch by name, in the type that the tables promise.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType,
};

use super::ReconcileError;
use crate::case::{MOMENT, MONEY, RATE, Table};

/// A batch of a table, asked for columns by name. A column that a reader gives in another type with the same meaning
/// (text views, dictionaries) is converted.
pub(super) struct Columns<'a> {
    pub table: Table,
    pub batch: &'a RecordBatch,
}

impl Columns<'_> {
    pub fn text(&self, name: &str) -> Result<StringArray, ReconcileError> {
        Ok(self.column(name, &DataType::Utf8)?.as_string::<i32>().clone())
    }

    pub fn number(&self, name: &str) -> Result<Int64Array, ReconcileError> {
        Ok(self
            .column(name, &DataType::Int64)?
            .as_primitive::<Int64Type>()
            .clone())
    }

    pub fn money(&self, name: &str) -> Result<Decimal128Array, ReconcileError> {
        Ok(self
            .column(name, &MONEY)?
            .as_primitive::<Decimal128Type>()
            .clone())
    }

    pub fn rate(&self, name: &str) -> Result<Decimal128Array, ReconcileError> {
        Ok(self.column(name, &RATE)?.as_primitive::<Decimal128Type>().clone())
    }

    pub fn date(&self, name: &str) -> Result<Date32Array, ReconcileError> {
        Ok(self
            .column(name, &DataType::Date32)?
            .as_primitive::<Date32Type>()
            .clone())
    }

    pub fn moment(&self, name: &str) -> Result<TimestampMicrosecondArray, ReconcileError> {
        Ok(self
            .column(name, &MOMENT)?
            .as_primitive::<TimestampMicrosecondType>()
            .clone())
    }

    pub fn flag(&self, name: &str) -> Result<BooleanArray, ReconcileError> {
        Ok(self.column(name, &DataType::Boolean)?.as_boolean().clone())
    }

    fn column(&self, name: &str, expected: &DataType) -> Result<ArrayRef, ReconcileError> {
        let found = self.batch.column_by_name(name);
        let array = match found {
            Some(array) if array.data_type() == expected => Some(array.clone()),
            Some(array) => cast(array, expected).ok(),
            None => None,
        };
        array.ok_or_else(|| ReconcileError::Column {
            table: self.table.name(),
            column: name.to_owned(),
            expected: expected.to_string(),
        })
    }
}

/// The text in a row; nothing where the record does not say.
pub(super) fn text_at(array: &StringArray, row: usize) -> Option<&str> {
    (array.is_valid(row))
        .then(|| array.value(row))
        .filter(|text| !text.is_empty())
}

/// The amount in a row, in ten-thousandths. The table holds 18 digits, which always fit.
pub(super) fn money_at(array: &Decimal128Array, row: usize) -> Option<i64> {
    array
        .is_valid(row)
        .then(|| array.value(row))
        .and_then(|value| i64::try_from(value).ok())
}

/// The whole number in a row.
pub(super) fn number_at(array: &Int64Array, row: usize) -> Option<i64> {
    array.is_valid(row).then(|| array.value(row))
}

/// The day in a row, as days since 1970.
pub(super) fn date_at(array: &Date32Array, row: usize) -> Option<i32> {
    array.is_valid(row).then(|| array.value(row))
}

/// The moment in a row, in microseconds.
pub(super) fn moment_at(array: &TimestampMicrosecondArray, row: usize) -> Option<i64> {
    array.is_valid(row).then(|| array.value(row))
}

/// The flag in a row; false where it is not given.
pub(super) fn flag_at(array: &BooleanArray, row: usize) -> bool {
    array.is_valid(row) && array.value(row)
}
