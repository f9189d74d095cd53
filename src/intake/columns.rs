//! Columns of a table, built row by row from borrowed text.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder, new_null_array,
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
    columns: Vec<Filling>,
    pub(super) at: usize,
    pub(super) rows: usize,
    /// Rows that are expected; no promise.
    room: usize,
}

/// A column as it is filled. Many stay empty through a whole file: their rows are counted and nothing is built.
struct Filling {
    kind: DataType,
    own: bool,
    builder: Option<Builder>,
    /// Rows without a value before the first that has one.
    empty: usize,
}

enum Builder {
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

/// Bytes that are set aside for a text that is a row's own, where the number of rows is known.
const ROOM_OF_A_TEXT: usize = 16;

impl Columns {
    pub(super) fn new(table: Table) -> Columns {
        Columns::with_room(table, 0)
    }

    /// The same with room for so many rows.
    pub(super) fn with_room(table: Table, room: usize) -> Columns {
        let columns = table
            .schema()
            .fields()
            .iter()
            .map(|field| Filling {
                kind: field.data_type().clone(),
                own: is_own(field.name()),
                builder: None,
                empty: 0,
            })
            .collect();
        Columns {
            columns,
            at: 0,
            rows: 0,
            room,
        }
    }

    #[inline]
    fn next(&mut self) -> &mut Builder {
        let at = self.at;
        self.at += 1;
        let Filling {
            kind,
            own,
            builder,
            empty,
        } = &mut self.columns[at];
        builder.get_or_insert_with(|| begun(kind, *own, *empty, self.room))
    }

    #[inline]
    fn nothing(&mut self) {
        let filling = &mut self.columns[self.at];
        self.at += 1;
        match &mut filling.builder {
            None => filling.empty += 1,
            Some(builder) => builder.nothing(1),
        }
    }

    pub(super) fn text(&mut self, value: &str) {
        match self.next() {
            Builder::Text(b) => b.append_value(value),
            Builder::Words(b) => b.push(value),
            _ => {}
        }
    }

    /// Text that the caller knows by a small number of its own.
    pub(super) fn known(&mut self, name: usize, value: &str) {
        match self.next() {
            Builder::Text(b) => b.append_value(value),
            Builder::Words(b) => b.push_known(name, value),
            _ => {}
        }
    }

    /// Text where empty means that the record does not say.
    pub(super) fn maybe(&mut self, value: &str) {
        if value.is_empty() {
            self.nothing();
        } else {
            self.text(value);
        }
    }

    pub(super) fn number(&mut self, value: Option<i64>) {
        let Some(value) = value else { return self.nothing() };
        if let Builder::Number(b) = self.next() {
            b.append_value(value);
        }
    }

    pub(super) fn decimal(&mut self, value: Option<i128>) {
        let Some(value) = value else { return self.nothing() };
        if let Builder::Decimal(b) = self.next() {
            b.append_value(value);
        }
    }

    pub(super) fn money(&mut self, value: Option<Amount>) {
        self.decimal(value.map(|amount| i128::from(amount.scaled())));
    }

    pub(super) fn date(&mut self, value: Option<Date>) {
        let Some(value) = value else { return self.nothing() };
        if let Builder::Date(b) = self.next() {
            b.append_value(value.0);
        }
    }

    pub(super) fn moment(&mut self, value: Option<Moment>) {
        let Some(value) = value else { return self.nothing() };
        if let Builder::Moment(b) = self.next() {
            b.append_value(value.microseconds);
        }
    }

    pub(super) fn flag(&mut self, value: bool) {
        if let Builder::Flag(b) = self.next() {
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
            .columns
            .into_iter()
            .map(Filling::finish)
            .collect::<Result<_, _>>()
            .map_err(store)?;
        let types = arrays.iter().map(|array| array.data_type().clone());
        let schema = packed_schema(&table.schema(), types);
        RecordBatch::try_new(schema, arrays).map_err(store)
    }
}

// The first value: what was counted is told to a builder.
#[cold]
fn begun(kind: &DataType, own: bool, empty: usize, room: usize) -> Builder {
    let room = room.max(empty + 1);
    let mut builder = match kind {
        DataType::Int64 => Builder::Number(Int64Builder::with_capacity(room)),
        DataType::Decimal128(..) => {
            Builder::Decimal(Decimal128Builder::with_capacity(room).with_data_type(kind.clone()))
        }
        DataType::Date32 => Builder::Date(Date32Builder::with_capacity(room)),
        DataType::Timestamp(..) => Builder::Moment(TimestampMicrosecondBuilder::with_capacity(room)),
        DataType::Boolean => Builder::Flag(BooleanBuilder::with_capacity(room)),
        _ if own => Builder::Text(StringBuilder::with_capacity(room, room * ROOM_OF_A_TEXT)),
        _ => Builder::Words(Words::with_room(room)),
    };
    builder.nothing(empty);
    builder
}

impl Filling {
    fn finish(self) -> Result<ArrayRef, ArrowError> {
        let Some(builder) = self.builder else {
            return match self.kind {
                DataType::Utf8 if !self.own => {
                    let mut words = Words::default();
                    words.push_none(self.empty);
                    words.finish()
                }
                kind => Ok(new_null_array(&kind, self.empty)),
            };
        };
        Ok(match builder {
            Builder::Text(mut b) => Arc::new(b.finish()),
            Builder::Words(b) => b.finish()?,
            Builder::Number(mut b) => Arc::new(b.finish()),
            Builder::Decimal(mut b) => Arc::new(b.finish()),
            Builder::Date(mut b) => Arc::new(b.finish()),
            Builder::Moment(mut b) => Arc::new(b.finish()),
            Builder::Flag(mut b) => Arc::new(b.finish()),
        })
    }
}

impl Builder {
    fn nothing(&mut self, rows: usize) {
        match self {
            Builder::Text(b) => b.append_nulls(rows),
            Builder::Words(b) => b.push_none(rows),
            Builder::Number(b) => b.append_nulls(rows),
            Builder::Decimal(b) => b.append_nulls(rows),
            Builder::Date(b) => b.append_nulls(rows),
            Builder::Moment(b) => b.append_nulls(rows),
            Builder::Flag(b) => b.append_nulls(rows),
        }
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
