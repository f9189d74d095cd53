//! Reads the rows that a query gives: texts, lists, moments, and measures as exact text.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use serde_json::Value;
use thiserror::Error;

use crate::model::{Date, Moment, TimePrecision};

/// A column of a result that is not of a kind that findings can hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CellError {
    /// The column is missing.
    #[error("the query gives no column `{0}`")]
    Missing(String),
    /// The column has another type.
    #[error("column `{column}` is of type {found}; expected {expected}")]
    Type {
        column: String,
        found: String,
        expected: &'static str,
    },
}

/// The columns of one batch by name.
pub(crate) struct Rows<'a> {
    batch: &'a RecordBatch,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(batch: &'a RecordBatch) -> Rows<'a> {
        Rows { batch }
    }

    fn column(&self, name: &str) -> Result<&'a ArrayRef, CellError> {
        self.batch
            .column_by_name(name)
            .ok_or_else(|| CellError::Missing(name.to_owned()))
    }

    /// Whether the query gives the column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.batch.column_by_name(name).is_some()
    }

    /// A column of texts; nothing where null.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<Option<String>>, CellError> {
        let column = self.column(name)?;
        match column.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
                texts_of(column).ok_or_else(|| wrong(name, column, "text"))
            }
            _ => Err(wrong(name, column, "text")),
        }
    }

    /// A column of whole numbers; nothing where null.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<Option<i64>>, CellError> {
        let column = self.column(name)?;
        if !column.data_type().is_integer() {
            return Err(wrong(name, column, "a whole number"));
        }
        let cast = cast(column, &DataType::Int64).map_err(|_| wrong(name, column, "a whole number"))?;
        Ok(cast.as_primitive::<Int64Type>().iter().collect())
    }

    /// A column of amounts in ten-thousandths; nothing where null.
    pub(crate) fn amounts(&self, name: &str) -> Result<Vec<Option<i128>>, CellError> {
        let column = self.column(name)?;
        match column.data_type() {
            DataType::Decimal128(_, 4) => Ok(column.as_primitive::<Decimal128Type>().iter().collect()),
            _ => Err(wrong(name, column, "a decimal with four digits")),
        }
    }

    /// A column of lists of texts; an empty list where null.
    pub(crate) fn lists(&self, name: &str) -> Result<Vec<Vec<String>>, CellError> {
        let column = self.column(name)?;
        let expected = "a list of texts";
        let inner = |list: Option<ArrayRef>| match list {
            None => Ok(Vec::new()),
            Some(items) => texts_of(&items)
                .map(|texts| texts.into_iter().flatten().collect())
                .ok_or_else(|| wrong(name, column, expected)),
        };
        match column.data_type() {
            DataType::List(_) => column.as_list::<i32>().iter().map(inner).collect(),
            DataType::LargeList(_) => column.as_list::<i64>().iter().map(inner).collect(),
            _ => Err(wrong(name, column, expected)),
        }
    }

    /// A column of moments: dates are days, times are as precise as `precision` says (`second` where it does not).
    pub(crate) fn moments(
        &self,
        name: &str,
        precision: &[Option<String>],
    ) -> Result<Vec<Option<Moment>>, CellError> {
        let column = self.column(name)?;
        match column.data_type() {
            DataType::Null => Ok(vec![None; column.len()]),
            DataType::Date32 => Ok(column
                .as_primitive::<Date32Type>()
                .iter()
                .map(|day| day.map(|day| Moment::of_day(Date(day))))
                .collect()),
            DataType::Timestamp(_, None) => {
                let cast = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None))
                    .map_err(|_| wrong(name, column, "a date or a time without zone"))?;
                let times = cast.as_primitive::<TimestampMicrosecondType>();
                Ok(times
                    .iter()
                    .enumerate()
                    .map(|(row, microseconds)| {
                        let word = precision.get(row).and_then(Option::as_deref).unwrap_or("second");
                        let precision = TimePrecision::from_word(word).unwrap_or(TimePrecision::Second);
                        microseconds.map(|microseconds| Moment {
                            microseconds,
                            precision,
                        })
                    })
                    .collect())
            }
            _ => Err(wrong(name, column, "a date or a time without zone")),
        }
    }

    /// A measure's values: whole numbers as numbers, decimals and times as exact text. Floats are refused.
    pub(crate) fn measures(&self, name: &str) -> Result<Vec<Value>, CellError> {
        let column = self.column(name)?;
        let expected = "a whole number, decimal, date, time, text or boolean";
        let text = |value: Option<String>| value.map_or(Value::Null, Value::String);
        match column.data_type() {
            DataType::Null => Ok(vec![Value::Null; column.len()]),
            DataType::Boolean => Ok(column
                .as_boolean()
                .iter()
                .map(|value| value.map_or(Value::Null, Value::Bool))
                .collect()),
            kind if kind.is_integer() => Ok(self
                .numbers(name)?
                .into_iter()
                .map(|value| value.map_or(Value::Null, Value::from))
                .collect()),
            DataType::Decimal128(_, scale) => {
                let scale = usize::try_from(*scale).map_err(|_| wrong(name, column, expected))?;
                let decimals = column.as_primitive::<Decimal128Type>();
                Ok(decimals
                    .iter()
                    .map(|value| text(value.map(|value| decimal_text(value, scale))))
                    .collect())
            }
            DataType::Date32 | DataType::Timestamp(_, None) => Ok(self
                .moments(name, &[])?
                .into_iter()
                .map(|moment| text(moment.map(|moment| moment.to_string())))
                .collect()),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                Ok(self.texts(name)?.into_iter().map(text).collect())
            }
            _ => Err(wrong(name, column, expected)),
        }
    }

    /// The names of all columns, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let schema = self.batch.schema();
        schema.fields().iter().map(|field| field.name().clone()).collect()
    }
}

fn wrong(column: &str, array: &ArrayRef, expected: &'static str) -> CellError {
    CellError::Type {
        column: column.to_owned(),
        found: array.data_type().to_string(),
        expected,
    }
}

fn texts_of(array: &ArrayRef) -> Option<Vec<Option<String>>> {
    let plain = cast(array, &DataType::Utf8).ok()?;
    let texts = plain.as_string_opt::<i32>()?;
    Some(texts.iter().map(|text| text.map(str::to_owned)).collect())
}

// Zeros behind the second decimal say nothing; amounts keep two decimals.
fn decimal_text(value: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let mut fraction = fraction.to_owned();
    while fraction.len() > 2 && fraction.ends_with('0') {
        fraction.pop();
    }
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Decimal128Array, Float64Array, Int64Array};
    use datafusion::arrow::datatypes::{Field, Schema};

    use super::*;

    #[test]
    fn decimals_are_exact_text() {
        assert_eq!(decimal_text(98_500_000, 4), "9850.00");
        assert_eq!(decimal_text(-5, 4), "-0.0005");
        assert_eq!(decimal_text(12, 0), "12");
        assert_eq!(decimal_text(8_512, 4), "0.8512");
    }

    #[test]
    fn floats_are_no_measures() {
        let fields = vec![
            Field::new("share", DataType::Float64, true),
            Field::new("count", DataType::Int64, true),
            Field::new("sum", DataType::Decimal128(28, 4), true),
        ];
        let sums = Decimal128Array::from(vec![Some(10_000_i128)])
            .with_precision_and_scale(28, 4)
            .expect("fits");
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Float64Array::from(vec![0.5])),
            Arc::new(Int64Array::from(vec![None])),
            Arc::new(sums),
        ];
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("equal lengths");
        let rows = Rows::new(&batch);
        assert!(matches!(rows.measures("share"), Err(CellError::Type { .. })));
        assert_eq!(rows.measures("count"), Ok(vec![Value::Null]));
        assert_eq!(rows.measures("sum"), Ok(vec![Value::from("1.00")]));
        assert_eq!(rows.texts("none"), Err(CellError::Missing("none".to_owned())));
    }
}
