//! Whether the keys of a mapping fit together, before any record is read with it.
//!
//! `values` looks at how days, amounts and words are written, `columns` at the keys that name columns, `tables` at what
//! each kind of row needs.

mod columns;
mod tables;
mod values;

use super::dates::DateFormat;
use super::spec::Mapping;
use crate::intake::encoding::CodePage;

/// A key whose value cannot be right.
pub struct Fault {
    pub key: String,
    pub value: String,
    pub expected: String,
}

/// Checks a mapping; the first fault is given.
pub fn check(mapping: &Mapping) -> Result<(), Fault> {
    for (key, value) in [
        ("id", &mapping.id),
        ("title", &mapping.title),
        ("source", &mapping.source),
    ] {
        need(!value.trim().is_empty(), key, value, "a text")?;
    }
    check_file(mapping)?;
    columns::check(mapping)?;
    values::check(mapping)?;
    tables::check(mapping)
}

/// Days of a mapping with an epoch: the day of step 0.
pub fn epoch(text: &str) -> Option<crate::model::Date> {
    DateFormat::parse("%Y-%m-%d").ok()?.read(text, 70)?.date
}

fn check_file(mapping: &Mapping) -> Result<(), Fault> {
    let file = &mapping.file;
    need(!file.delimiters.is_empty(), "file.delimiters", "", "at least one")?;
    for text in &file.delimiters {
        let one = text == "tab" || (text.len() == 1 && !matches!(text.as_str(), "\n" | "\r" | "\""));
        need(one, "file.delimiters", text, "one ASCII character or `tab`")?;
    }
    let quote = file.quote.len() <= 1;
    need(
        quote,
        "file.quote",
        &file.quote,
        "one ASCII character, or empty for none",
    )?;
    let page = file.code_page.is_empty() || CodePage::from_name(&file.code_page).is_some();
    need(page, "file.code_page", &file.code_page, &CodePage::names())?;
    need(
        (1..=5).contains(&file.header_rows),
        "file.header_rows",
        &file.header_rows.to_string(),
        "1 to 5 lines",
    )?;
    if !file.header {
        let fields = file.fields.to_string();
        need(
            file.fields > 0,
            "file.fields",
            &fields,
            "the number of columns, because there is no header",
        )?;
    }
    Ok(())
}

fn need(fine: bool, key: &str, value: &str, expected: &str) -> Result<(), Fault> {
    if fine { Ok(()) } else { fault(key, value, expected) }
}

fn fault(key: &str, value: &str, expected: &str) -> Result<(), Fault> {
    Err(Fault {
        key: key.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    })
}
