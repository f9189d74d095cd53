//! A mapping for a file that none knows: what the sample proves is written down with its reason, what it leaves open is
//! written as `"?"`, and a mapping with a `"?"` is refused until a person has decided.
//!
//! `sample` takes pieces of the file, `shape` finds delimiter and header, `days` and `numbers` what a column can hold,
//! `columns` which column is what (with the headings of `lexicon.toml`), `balances` proves signs and order, `settle` puts
//! it together and `write` writes the TOML.

mod balances;
mod columns;
mod days;
mod lexicon;
mod numbers;
mod sample;
mod settle;
mod shape;
mod write;

use std::path::Path;

use crate::intake::IntakeError;

/// A mapping as proposed.
pub struct Proposal {
    /// The TOML, with a comment for each choice.
    pub text: String,
    /// What a person must decide before it can be used.
    pub doubts: Vec<String>,
    /// Records of the sample that it rests on.
    pub records: usize,
}

/// Proposes a mapping for a delimited file of movements. Errors where the file cannot be read or holds no table with days
/// and amounts.
pub fn propose(path: &Path, name: &str) -> Result<Proposal, IntakeError> {
    let sample = sample::take(path).map_err(|error| IntakeError::Io {
        path: path.display().to_string(),
        error,
    })?;
    let none = |found: &str, expected: &str| IntakeError::Shape {
        name: name.to_owned(),
        place: "sample".to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
        next_step: "`geldspoor mapping keys` explains how to write a mapping by hand".to_owned(),
    };
    let Some(shape) = shape::find(&sample) else {
        return Err(none(
            "no delimiter gives columns",
            "text with ; , | or tabs between its columns",
        ));
    };
    if shape.records().next().is_none() {
        return Err(none("a header and no records", "some records to look at"));
    }
    let columns = columns::look(&shape);
    let roles = columns::assign(&columns);
    let settled = settle::settle(&shape, columns, roles).map_err(|missing| {
        none(
            missing,
            "a table of movements: a column of days and one of amounts",
        )
    })?;
    Ok(write::write(&sample, &shape, &settled, name))
}
