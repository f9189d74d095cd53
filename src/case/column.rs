//! Columns of a batch by name and type. Tables carry their own schema, so a column that is not there is a damaged case.

use datafusion::arrow::array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};

use super::{Case, CaseError, Table};

macro_rules! typed {
    ($(#[$doc:meta])* $name:ident, $array:ty) => {
        $(#[$doc])*
        pub fn $name<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a $array, CaseError> {
            batch
                .column_by_name(name)
                .and_then(|column| column.as_any().downcast_ref::<$array>())
                .ok_or_else(|| wrong(batch, name))
        }
    };
}

typed!(/** A column of text. */ text, StringArray);
typed!(/** A column of whole numbers. */ number, Int64Array);
typed!(/** A column of money, sums or quantities. */ decimal, Decimal128Array);
typed!(/** A column of days. */ date, Date32Array);
typed!(/** A column of moments. */ moment, TimestampMicrosecondArray);
typed!(/** A column of yes and no. */ flag, BooleanArray);
typed!(/** A column of lists. */ list, ListArray);

/// The text in a row; empty where there is none.
pub fn text_at(array: &StringArray, row: usize) -> &str {
    if array.is_null(row) { "" } else { array.value(row) }
}

/// The rows of a table as texts, missing ones empty.
pub fn each_row<const N: usize>(
    case: &Case,
    table: Table,
    columns: &[&str; N],
    mut take: impl FnMut([&str; N]),
) -> Result<(), CaseError> {
    for batch in case.scan(table, columns) {
        let batch = batch?;
        let mut read = Vec::with_capacity(N);
        for name in columns {
            read.push(text(&batch, name)?);
        }
        for row in 0..batch.num_rows() {
            take(std::array::from_fn(|at| text_at(read[at], row)));
        }
    }
    Ok(())
}

fn wrong(batch: &RecordBatch, name: &str) -> CaseError {
    let found = batch.schema().field_with_name(name).map_or_else(
        |_| "missing".to_owned(),
        |field| format!("of type {}", field.data_type()),
    );
    CaseError::Damaged {
        path: format!("column {name}"),
        reason: format!("it is {found}"),
        next_step: "The case was written by another version: take the originals under sources/ in again"
            .to_owned(),
    }
}
