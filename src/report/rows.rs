//! Rows of a query as plain values, whatever Arrow type carried them.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType,
};

use super::{Query, ReportError};
use crate::case::MOMENT;
use crate::model::{Date, Moment, TimePrecision};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Integer(i64),
    /// A count of units of 10⁻ˢᶜᵃˡᵉ, and the scale.
    Decimal(i128, i8),
    /// Days since 1970-01-01.
    Day(i32),
    /// Microseconds since 1970-01-01 00:00 on the record's own clock.
    Moment(i64),
    Truth(bool),
}

/// The rows of one query. Small: what the page and the terminal show, never whole tables of entries.
pub(super) struct Rows {
    columns: Vec<String>,
    cells: Vec<Vec<Value>>,
}

/// One row, read by column name.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    columns: &'a [String],
    cells: &'a [Value],
}

/// Runs `sql` and makes sure that the columns that the caller reads are there.
pub(super) fn rows(query: &dyn Query, sql: &str, wanted: &[&str]) -> Result<Rows, ReportError> {
    let fault = |reason: String| ReportError::Query {
        sql: sql.to_owned(),
        reason,
    };
    let batches = query.query(sql).map_err(fault)?;
    let mut result = Rows {
        columns: Vec::new(),
        cells: Vec::new(),
    };
    for batch in &batches {
        if result.columns.is_empty() {
            result.columns = batch
                .schema()
                .fields()
                .iter()
                .map(|field| field.name().clone())
                .collect();
            if let Some(missing) = wanted
                .iter()
                .find(|name| !result.columns.iter().any(|column| column == *name))
            {
                return Err(fault(format!("the result has no column ‘{missing}’")));
            }
        }
        append(&mut result.cells, batch).map_err(|error| fault(error.to_string()))?;
    }
    Ok(result)
}

impl Rows {
    /// The rows in the order of the query.
    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.cells.iter().map(|cells| Row {
            columns: &self.columns,
            cells,
        })
    }

    /// The first row.
    pub(super) fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }
}

impl<'a> Row<'a> {
    /// The cell, `Null` where the query has no such column.
    pub(super) fn value(&self, name: &str) -> &'a Value {
        self.columns
            .iter()
            .position(|column| column == name)
            .and_then(|at| self.cells.get(at))
            .unwrap_or(&Value::Null)
    }

    /// Column names with their cells, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        self.columns.iter().map(String::as_str).zip(self.cells)
    }

    /// Text; nothing where null or empty.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        match self.value(name) {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Text, empty where null.
    pub(super) fn text_or_empty(&self, name: &str) -> &'a str {
        self.text(name).unwrap_or("")
    }

    /// A whole number; 0 where null.
    pub(super) fn integer(&self, name: &str) -> i64 {
        match self.value(name) {
            Value::Integer(number) => *number,
            Value::Decimal(number, 0) => i64::try_from(*number).unwrap_or(i64::MAX),
            _ => 0,
        }
    }

    /// An amount of money in ten-thousandths.
    pub(super) fn money(&self, name: &str) -> Option<i128> {
        match self.value(name) {
            Value::Decimal(number, 4) => Some(*number),
            Value::Decimal(number, scale @ 0..4) => Some(number * 10i128.pow(4 - *scale as u32)),
            _ => None,
        }
    }

    /// Whether it is so; no where null.
    pub(super) fn truth(&self, name: &str) -> bool {
        matches!(self.value(name), Value::Truth(true))
    }

    /// A calendar day.
    pub(super) fn day(&self, name: &str) -> Option<Date> {
        match self.value(name) {
            Value::Day(days) => Some(Date(*days)),
            Value::Moment(microseconds) => Some(
                Moment {
                    microseconds: *microseconds,
                    precision: TimePrecision::Day,
                }
                .date(),
            ),
            _ => None,
        }
    }

    /// Microseconds on the record's own clock.
    pub(super) fn moment(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Value::Moment(microseconds) => Some(*microseconds),
            _ => None,
        }
    }
}

impl Value {
    /// The exact value as text: decimals with all digits of their scale, days and moments in ISO form.
    pub(super) fn to_text(&self) -> String {
        match self {
            Value::Null => String::new(),
            Value::Text(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number, scale) => decimal_text(*number, *scale),
            Value::Day(days) => Date(*days).to_string(),
            Value::Moment(microseconds) => moment_text(*microseconds),
            Value::Truth(truth) => truth.to_string(),
        }
    }
}

/// A moment with as many parts as it needs: the day alone at midnight, else seconds, else microseconds.
pub(super) fn moment_text(microseconds: i64) -> String {
    let precision = if microseconds.rem_euclid(86_400_000_000) == 0 {
        TimePrecision::Day
    } else if microseconds.rem_euclid(1_000_000) == 0 {
        TimePrecision::Second
    } else {
        TimePrecision::Subsecond
    };
    Moment {
        microseconds,
        precision,
    }
    .to_string()
}

/// A text as SQL literal.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A list of texts as SQL literals between brackets; a list that nothing is in where there are none.
pub(super) fn literals<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let list: Vec<String> = texts.map(literal).collect();
    if list.is_empty() {
        "(NULL)".to_owned()
    } else {
        format!("({})", list.join(", "))
    }
}

fn decimal_text(number: i128, scale: i8) -> String {
    let Ok(scale) = usize::try_from(scale) else {
        return format!("{number}{}", "0".repeat(scale.unsigned_abs().into()));
    };
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

fn append(
    cells: &mut Vec<Vec<Value>>,
    batch: &RecordBatch,
) -> Result<(), datafusion::arrow::error::ArrowError> {
    let first = cells.len();
    cells.resize_with(first + batch.num_rows(), || {
        Vec::with_capacity(batch.num_columns())
    });
    for column in batch.columns() {
        let target = match column.data_type() {
            DataType::Decimal128(..) => column.data_type().clone(),
            DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
                DataType::Decimal128(*precision, *scale)
            }
            DataType::Date32 => DataType::Date32,
            DataType::Timestamp(..) => MOMENT,
            DataType::Boolean => DataType::Boolean,
            kind if kind.is_integer() => DataType::Int64,
            _ => DataType::Utf8,
        };
        let column = cast(column, &target)?;
        for (offset, row) in cells[first..].iter_mut().enumerate() {
            row.push(cell(&column, offset));
        }
    }
    Ok(())
}

fn cell(column: &dyn Array, at: usize) -> Value {
    if column.is_null(at) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Int64 => Value::Integer(column.as_primitive::<Int64Type>().value(at)),
        DataType::Decimal128(_, scale) => {
            Value::Decimal(column.as_primitive::<Decimal128Type>().value(at), *scale)
        }
        DataType::Date32 => Value::Day(column.as_primitive::<Date32Type>().value(at)),
        DataType::Timestamp(..) => Value::Moment(column.as_primitive::<TimestampMicrosecondType>().value(at)),
        DataType::Boolean => Value::Truth(column.as_boolean().value(at)),
        DataType::Utf8 => Value::Text(column.as_string::<i32>().value(at).to_owned()),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit() {
        assert_eq!(decimal_text(12_345_600, 4), "1234.5600");
        assert_eq!(decimal_text(-5, 4), "-0.0005");
        assert_eq!(decimal_text(7, 0), "7");
        assert_eq!(decimal_text(1, 18), "0.000000000000000001");
    }

    #[test]
    fn literals_cannot_be_left() {
        assert_eq!(literal("x' OR '1'='1"), "'x'' OR ''1''=''1'");
        assert_eq!(literals([].into_iter()), "(NULL)");
    }

    #[test]
    fn moments_show_what_they_hold() {
        assert_eq!(moment_text(0), "1970-01-01");
        assert_eq!(moment_text(61_000_000), "1970-01-01 00:01:01");
        assert_eq!(moment_text(1), "1970-01-01 00:00:00.000001");
    }
}
