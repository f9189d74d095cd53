//! A mapping for a file that none knows: what the sample proves is written down with its reason, what it leaves open is
//! written as `"?"`, and a mapping with a `"?"` is refused until a person has decided.
//!
//! `sample` takes pieces of the file, `shape` finds delimiter and header, `days` and `numbers` what a column can hold.
//! `columns` looks at each, `roles` says which is what (with the headings of `lexicon.toml`, and `proof` by running
//! balances), `around` reads the lines around the records, `lines` writes the rules for them. `day_order`, `signs` (by `balances`) and `currency` settle what the sample proves; `settle` puts it
//! together and `write` writes the TOML through `page`. `tables` knows tables that are no movements.

mod around;
mod balances;
mod channels;
mod columns;
mod currency;
mod day_order;
mod days;
pub mod lexicon;
mod lines;
mod numbers;
mod page;
mod proof;
mod roles;
mod sample;
mod settle;
mod shape;
mod sides;
mod signs;
mod tables;
mod write;

use std::path::Path;

use crate::intake::IntakeError;
use crate::intake::encoding::Encoding;

/// A mapping as proposed.
pub struct Proposal {
    /// The TOML, with a comment for each choice.
    pub text: String,
    /// What a person must decide before it can be used.
    pub doubts: Vec<String>,
    /// Columns that no field takes, with what they hold.
    pub unread: Vec<String>,
    /// What is left out because the file does not say it and only a person may know.
    pub left_out: Vec<String>,
    /// Records of the sample that it rests on.
    pub records: usize,
}

/// Proposes a mapping for a delimited file. Errors where the file cannot be read or holds no table that is known: of
/// movements, with days and amounts, or of rates, incomes, assets, debts or expenses, as its headings say.
pub fn propose(path: &Path, name: &str) -> Result<Proposal, IntakeError> {
    propose_in(path, name, None)
}

/// The same for a file whose encoding is known, such as a rendering.
pub fn propose_in(path: &Path, name: &str, encoding: Option<Encoding>) -> Result<Proposal, IntakeError> {
    let mut sample = sample::take(path).map_err(|error| IntakeError::Io {
        path: path.display().to_string(),
        error,
    })?;
    if let Some(encoding) = encoding {
        sample.encoding = encoding;
    }
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
    if let Some(table) = tables::find(&columns) {
        return Ok(tables::write(&sample, &shape, columns, &table, name));
    }
    let roles = roles::assign(&shape, &columns);
    let settled = settle::settle(&shape, columns, roles).map_err(|missing| {
        none(
            missing,
            "a table of movements, with a column of days and one of amounts, or one of rates, incomes, assets, debts or \
             expenses, with headings that say so",
        )
    })?;
    Ok(write::write(&sample, &shape, &settled, name))
}
