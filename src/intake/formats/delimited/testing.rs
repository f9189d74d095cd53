//! For tests: reads bytes with a mapping and shows what came out as text.

use std::collections::BTreeMap;
use std::sync::Mutex;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;

use super::{Delimited, Limits};
use crate::case::Table;
use crate::intake::encoding::{Finder, find};
use crate::intake::mapping::{Mapping, builtin_by_id};
use crate::intake::testing::with_source;
use crate::intake::{Format, IntakeError, Output, Rows};

/// What a file gave.
pub struct Outcome {
    pub accepted: u64,
    pub rejected: u64,
    pub bytes: Vec<u8>,
    batches: Vec<(Table, RecordBatch)>,
}

#[derive(Default)]
struct Collected(Mutex<BTreeMap<u32, Rows>>);

impl Output for Collected {
    fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError> {
        self.0
            .lock()
            .expect("no test panics while it holds this")
            .insert(number, rows);
        Ok(())
    }
}

/// Reads bytes with a mapping.
pub fn read_with(format: &Delimited<'_>, bytes: &[u8], name: &str) -> Result<Outcome, IntakeError> {
    let mut finder = Finder::new();
    finder.feed(bytes);
    let collected = Collected::default();
    with_source(name, bytes, finder.finish(), |source| {
        format.read(source, &collected)
    })?;
    let mut outcome = Outcome {
        accepted: 0,
        rejected: 0,
        bytes: bytes.to_vec(),
        batches: Vec::new(),
    };
    let segments = collected.0.into_inner().expect("no test panicked");
    assert!(
        segments.keys().copied().eq(0..segments.len() as u32),
        "segments are numbered in order"
    );
    for rows in segments.into_values() {
        let (accepted, rejected) = rows.counts();
        outcome.accepted += accepted;
        outcome.rejected += rejected;
        outcome
            .batches
            .extend(rows.finish_source().expect("columns of one length"));
    }
    Ok(outcome)
}

/// Reads bytes with the built-in mapping that recognises them, which must be this one.
pub fn read_builtin(id: &str, bytes: &[u8], name: &str) -> Outcome {
    let found = super::recognise_mapping(bytes, name, find(bytes));
    let best = found
        .first()
        .map(|(mapping, recognition)| (mapping.id.as_str(), recognition.score > 0));
    assert_eq!(
        best,
        Some((id, true)),
        "{found:?}",
        found = found.iter().map(|f| &f.1).collect::<Vec<_>>()
    );
    let mapping = builtin_by_id(id).expect("built in");
    match read_with(&Delimited::by(mapping), bytes, name) {
        Ok(outcome) => outcome,
        Err(error) => panic!("{error}"),
    }
}

/// Reads bytes with a mapping and blocks of some size.
pub fn read_blocks(mapping: &Mapping, bytes: &[u8], limits: Limits) -> Outcome {
    match read_with(
        &Delimited::by(mapping).with_limits(limits),
        bytes,
        "NL91ABNA0417164300.csv",
    ) {
        Ok(outcome) => outcome,
        Err(error) => panic!("{error}"),
    }
}

impl Outcome {
    /// The values of some columns of a table, a row a text, joined by `|`.
    pub fn rows(&self, table: Table, columns: &[&str]) -> Vec<String> {
        let mut rows = Vec::new();
        for (_, batch) in self.batches.iter().filter(|(t, _)| *t == table) {
            for at in 0..batch.num_rows() {
                let values: Vec<String> = columns
                    .iter()
                    .map(|name| {
                        let column = batch
                            .column_by_name(name)
                            .unwrap_or_else(|| panic!("no column {name}"));
                        array_value_to_string(column, at).expect("a value that prints")
                    })
                    .collect();
                rows.push(values.join("|"));
            }
        }
        rows
    }

    /// Rows of entries.
    pub fn entries(&self, columns: &[&str]) -> Vec<String> {
        self.rows(Table::Entries, columns)
    }

    /// Reasons of rejects.
    pub fn reasons(&self) -> Vec<String> {
        self.rows(Table::Rejects, &["reason"])
    }

    /// The bytes that each entry cites.
    pub fn cited(&self) -> Vec<&[u8]> {
        self.entries(&["byte_start", "byte_end"])
            .iter()
            .map(|row| {
                let (start, end) = row.split_once('|').expect("two numbers");
                &self.bytes[start.parse().expect("a number")..end.parse().expect("a number")]
            })
            .collect()
    }
}
