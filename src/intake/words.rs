//! Texts of a column that come back row after row: each different one is kept once, a row has its number.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, DictionaryArray, PrimitiveArray, StringArray, StringBuilder};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::arrow::error::ArrowError;

use super::interned::Interned;

/// Rows of texts, as numbers of different texts.
#[derive(Default)]
pub(super) struct Words {
    /// A number a row; [`NONE`] where the row has no text.
    rows: Vec<u32>,
    gaps: bool,
    texts: Interned,
    /// What the caller calls a text → its number.
    known: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Words {
    /// No rows yet, and room for so many.
    pub fn with_room(rows: usize) -> Words {
        Words {
            rows: Vec::with_capacity(rows),
            ..Words::default()
        }
    }

    /// Adds a row.
    pub fn push(&mut self, value: &str) {
        // The row before has the same text often enough to look there first.
        if let Some(last) = self.rows.last().copied().filter(|last| *last != NONE)
            && self.texts.is(last, value, "")
        {
            self.rows.push(last);
            return;
        }
        let (number, _) = self.texts.number(value);
        self.rows.push(number);
    }

    /// Adds rows without text.
    pub fn push_none(&mut self, rows: usize) {
        if rows > 0 {
            self.gaps = true;
            self.rows.resize(self.rows.len() + rows, NONE);
        }
    }

    /// Adds a row whose text the caller knows by a small number of its own: it is looked at only the first time.
    pub fn push_known(&mut self, name: usize, value: &str) {
        if self.known.len() <= name {
            self.known.resize(name + 1, NONE);
        }
        if self.known[name] == NONE {
            self.known[name] = self.texts.number(value).0;
        }
        self.rows.push(self.known[name]);
    }

    /// The column: keys into a dictionary of the different texts, in the order in which they came.
    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let mut values = StringBuilder::with_capacity(self.texts.len(), self.texts.bytes());
        for number in 0..self.texts.len() as u32 {
            values.append_value(self.texts.get(number));
        }
        let values: StringArray = values.finish();
        let keys: PrimitiveArray<UInt32Type> = if self.gaps {
            let valid = BooleanBuffer::collect_bool(self.rows.len(), |row| self.rows[row] != NONE);
            let mut keys = self.rows;
            for key in &mut keys {
                *key = if *key == NONE { 0 } else { *key };
            }
            PrimitiveArray::try_new(keys.into(), Some(NullBuffer::new(valid)))?
        } else {
            PrimitiveArray::from_iter_values(self.rows)
        };
        Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(values))?))
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::compute::cast;
    use datafusion::arrow::datatypes::DataType;

    use super::*;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let mut words = Words::default();
        let rows = ["a", "a", "", "b", "a", "\u{e9}"];
        words.push_none(2);
        for row in rows {
            words.push(row);
        }
        words.push_none(1);
        words.push_known(3, "b");
        words.push_known(3, "b");
        words.push_known(0, "z");
        let column = words.finish().expect("a column");
        let plain = cast(&column, &DataType::Utf8).expect("text");
        let read: Vec<Option<&str>> = plain.as_string::<i32>().iter().collect();
        let mut wanted: Vec<Option<&str>> = vec![None, None];
        wanted.extend(rows.into_iter().map(Some));
        wanted.extend([None, Some("b"), Some("b"), Some("z")]);
        assert_eq!(read, wanted);
        let kept = column
            .as_dictionary::<UInt32Type>()
            .values()
            .as_string::<i32>()
            .iter()
            .flatten()
            .count();
        assert_eq!(kept, 5);
    }
}
