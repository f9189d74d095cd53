//! A table of what mentions say, filled before it is known which party each mention is.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, StringBuilder};

use super::fault;
use super::read::{Number, PartiesRead, Text};
use crate::case::{CaseError, Table};

/// Rows of one of the tables that begin with party and mention, go on with texts, and end with the citation.
pub(super) struct Sheet {
    table: Table,
    mentions: Vec<u32>,
    /// The row of `parties_read` that says it.
    rows: Vec<u32>,
    texts: Vec<StringBuilder>,
    /// The first row of the mention that is filled in now.
    start: (u32, usize),
    last: Vec<Vec<String>>,
}

impl Sheet {
    pub fn new(table: Table) -> Sheet {
        // Party, mention; source, locator and two places behind.
        let texts = table.schema().fields().len() - 6;
        Sheet {
            table,
            mentions: Vec::new(),
            rows: Vec::new(),
            texts: (0..texts).map(|_| StringBuilder::new()).collect(),
            start: (u32::MAX, 0),
            last: Vec::new(),
        }
    }

    /// A further row, unless the mention has said the same before. Empty texts are none; how many there are is the
    /// table's.
    pub fn add(&mut self, mention: u32, row: u32, texts: &[&str]) {
        if self.start.0 != mention {
            self.start = (mention, self.mentions.len());
            self.last.clear();
        }
        if self
            .last
            .iter()
            .any(|last| last.iter().map(String::as_str).eq(texts.iter().copied()))
        {
            return;
        }
        self.last
            .push(texts.iter().map(|text| (*text).to_owned()).collect());
        self.mentions.push(mention);
        self.rows.push(row);
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_option(Some(*text).filter(|text| !text.is_empty()));
        }
    }

    /// The table, sorted by party, mention and order of filling. `party` gives the id of a mention's party.
    pub fn finish<'a>(
        mut self,
        read: &PartiesRead,
        party: impl Fn(u32) -> &'a str,
    ) -> Result<RecordBatch, CaseError> {
        let texts: Vec<StringArray> = self.texts.iter_mut().map(StringBuilder::finish).collect();
        let mut order: Vec<u32> = (0..self.mentions.len() as u32).collect();
        order.sort_by(|a, b| {
            let key = |at: &u32| {
                let mention = self.mentions[*at as usize];
                (party(mention), mention)
            };
            key(a).cmp(&key(b)).then(a.cmp(b))
        });
        let mention = |at: &u32| self.mentions[*at as usize];
        let row = |at: &u32| self.rows[*at as usize];
        let required = |pick: &dyn Fn(&u32) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(order.iter().map(pick)))
        };
        let schema = self.table.schema();
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(
                order.iter().map(|at| party(mention(at))),
            )),
            Arc::new(StringArray::from_iter_values(
                order.iter().map(|at| read.id(mention(at))),
            )),
        ];
        let picks = datafusion::arrow::array::UInt32Array::from(order.clone());
        for (number, values) in texts.iter().enumerate() {
            let taken = datafusion::arrow::compute::take(values, &picks, None).map_err(fault)?;
            // Where the table wants a text and there is none, it is an empty one.
            let taken: ArrayRef = match schema.field(number + 2).is_nullable() {
                true => taken,
                false => {
                    let own = taken
                        .as_any()
                        .downcast_ref::<StringArray>()
                        .ok_or_else(|| fault("a text is none"))?;
                    let filled: Vec<&str> = own.iter().map(|text| text.unwrap_or("")).collect();
                    Arc::new(StringArray::from_iter_values(filled))
                }
            };
            columns.push(taken);
        }
        columns.push(required(&|at| read.text(Text::Source, row(at)).to_owned()));
        columns.push(required(&|at| read.text(Text::Locator, row(at)).to_owned()));
        for number in [Number::Start, Number::End] {
            let place = |at: &u32| read.number(number, row(at)).unwrap_or(0);
            columns.push(Arc::new(Int64Array::from_iter_values(order.iter().map(place))));
        }
        RecordBatch::try_new(schema, columns).map_err(fault)
    }
}
