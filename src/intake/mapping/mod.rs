//! Mappings: how a table of text reads, written down in TOML so that a bank is added without code.
//!
//! [`spec`] says what each key means, [`check`](self) that they fit together, [`dates`] how days are written. The
//! mappings that are built in stand in `intake/mappings/`. Nothing here reads a file of records.

pub mod dates;
pub mod months;
pub mod pattern;
pub mod person;
pub mod spec;

mod builtin;
mod check;
mod shape;
mod tables;

use super::IntakeError;
use super::encoding::{BASIS_ASCII, BASIS_GUESSED, BASIS_MAPPING, CodePage, Encoding};
use crate::model::{hex, sha256};

pub use builtin::{builtin, builtin_by_id, builtin_text, builtin_texts};
use spec::StatementField;
pub use spec::{Mapping, TableKind};

/// Every key of a mapping, with an example: the page `docs/mappings.md`.
pub const KEYS: &str = include_str!("../../../docs/mappings.md");

/// A mapping that a person gave, with the hash of its text for the record.
#[derive(Clone, Debug)]
pub struct NamedMapping {
    pub mapping: Mapping,
    pub sha256: String,
    /// As it was given, so that a case can keep it and be made again from its files.
    pub text: String,
}

impl NamedMapping {
    /// From the text of a mapping file.
    pub fn parse(text: &str) -> Result<NamedMapping, IntakeError> {
        let mapping = Mapping::parse(text)?;
        Ok(NamedMapping {
            mapping,
            sha256: hex(&sha256(text.as_bytes())),
            text: text.to_owned(),
        })
    }
}

impl Mapping {
    /// Reads a mapping file and checks it. The error names key, value and expectation.
    pub fn parse(text: &str) -> Result<Mapping, IntakeError> {
        unsettled(text)?;
        let mapping: Mapping = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            let shown = text.lines().nth(line - 1).unwrap_or_default().trim();
            IntakeError::Mapping {
                mapping: text
                    .lines()
                    .find_map(|l| l.strip_prefix("id"))
                    .map_or("(no id)", |l| l.trim_matches([' ', '=', '"']))
                    .to_owned(),
                reason: format!("line {line} (‘{shown}’): {}", error.message().replace('\n', "; ")),
                next_step: "`geldspoor mapping list` names the mappings built in, to start from".to_owned(),
            }
        })?;
        check::check(&mapping).map_err(|fault| IntakeError::Mapping {
            mapping: mapping.id.clone(),
            reason: format!("{}: ‘{}’; expected {}", fault.key, fault.value, fault.expected),
            next_step: format!("Change the key `{}` of the mapping", fault.key),
        })?;
        Ok(mapping)
    }

    /// The code page to read a file with: the mapping's own where the bytes do not say it for certain.
    pub fn encoding(&self, found: Encoding) -> Encoding {
        let uncertain = found.basis == BASIS_GUESSED || found.basis == BASIS_ASCII;
        match CodePage::from_name(&self.file.code_page) {
            Some(page) if uncertain => Encoding {
                page,
                basis: BASIS_MAPPING,
                mark: 0,
            },
            _ => found,
        }
    }

    /// Why files of this mapping are recognised and not taken in; nothing for records.
    pub fn refusal(&self) -> Option<&str> {
        (self.table == TableKind::NotRecords).then_some(self.refusal.as_str())
    }

    /// Whether the account is taken from the file's name unless one is given: always, or where the lines of the file
    /// that may name it do not.
    pub fn account_is_asked(&self) -> bool {
        let named = self
            .statement
            .iter()
            .any(|rule| rule.field == StatementField::Account && !rule.optional);
        self.account.as_ref().is_some_and(|account| {
            account.account_from == "name" || (account.account_from == "statement:account" && !named)
        })
    }

    /// Whether lines of the file around its records may name the account.
    pub fn account_may_be_said(&self) -> bool {
        self.account
            .as_ref()
            .is_some_and(|account| account.account_from == "statement:account")
    }

    /// Whether each record names its account in a column.
    pub fn account_in_records(&self) -> bool {
        self.account
            .as_ref()
            .is_some_and(|account| account.account_from.starts_with("column:"))
    }

    /// A line for lists: id, version, what a row is, title.
    pub fn describe(&self) -> String {
        let rows = self.table.as_str();
        format!("{} (version {}, {rows}): {}", self.id, self.version, self.title)
    }
}

// A proposed mapping writes `"?"` where a person must decide, with the reason above it.
fn unsettled(text: &str) -> Result<(), IntakeError> {
    let mut reason: Vec<&str> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            reason.push(comment.trim());
            continue;
        }
        if let Some((key, value)) = line.split_once('=') {
            let value = value.split('#').next().unwrap_or_default().trim();
            if value == "\"?\"" || value == "[\"?\"]" {
                let key = key.trim();
                return Err(IntakeError::Mapping {
                    mapping: "as proposed".to_owned(),
                    reason: format!("line {number}: `{key}` is not settled. {}", reason.join(" ")),
                    next_step: format!("Put what is right in place of the question mark of `{key}`"),
                });
            }
        }
        reason.clear();
    }
    Ok(())
}

impl TableKind {
    /// What a row is, in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            TableKind::Entries => "statement lines",
            TableKind::Listing => "movements with both sides",
            TableKind::AccountHolders => "account holders",
            TableKind::Relations => "relations between parties",
            TableKind::Incomes => "stated incomes",
            TableKind::Assets => "assets",
            TableKind::Liabilities => "debts",
            TableKind::Expenses => "expenses",
            TableKind::Rates => "exchange rates",
            TableKind::NotRecords => "no records",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
id = "bank"
title = "A bank"
version = 1
source = "made up"
table = "entries"
[columns]
date = "Date"
amount = "Amount"
[dates]
booked = "date"
[amount]
column = "amount"
[currency]
constant = "EUR"
[account]
account_from = "name"
"#;

    #[test]
    fn the_page_about_keys_has_every_key_and_an_example_that_reads() {
        let example = KEYS
            .split("```toml")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let mapping = Mapping::parse(example.expect("an example")).expect("it reads");
        assert!(mapping.account_is_asked());
        let spec = [
            include_str!("spec.rs"),
            include_str!("shape.rs"),
            include_str!("tables.rs"),
        ]
        .concat();
        let keys = spec.lines().filter_map(|line| {
            line.strip_prefix("    pub ")?
                .split_once(':')
                .map(|(name, _)| name)
        });
        let mut seen = 0;
        for key in keys.filter(|key| *key != "fit" && !key.starts_with("const ")) {
            assert!(
                KEYS.contains(&format!("`{key}`")),
                "docs/mappings.md does not name {key}"
            );
            seen += 1;
        }
        assert!(seen > 90, "{seen}");
    }

    fn fault(text: &str) -> String {
        match Mapping::parse(text) {
            Ok(_) => "no fault".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_small_mapping_reads() {
        let mapping = Mapping::parse(SMALL).expect("a mapping");
        assert!(mapping.account_is_asked());
        assert_eq!(mapping.describe(), "bank (version 1, statement lines): A bank");
    }

    #[test]
    fn faults_name_key_value_and_expectation() {
        for (from, to, named) in [
            (
                "constant = \"EUR\"",
                "constant = \"EURO\"",
                ["currency.constant", "EURO", "ISO 4217"],
            ),
            (
                "booked = \"date\"",
                "booked = \"day\"",
                ["dates.booked", "day", "date"],
            ),
            (
                "booked = \"date\"",
                "boked = \"date\"",
                ["line 11", "boked", "booked"],
            ),
            ("\"entries\"", "\"entrys\"", ["line 6", "entrys", "entries"]),
            (
                "account_from = \"name\"",
                "account_from = \"nam\"",
                ["account.account_from", "nam", "constant:"],
            ),
            (
                "column = \"amount\"",
                "decimal = \";\"",
                ["amount.decimal", ";", "`,`"],
            ),
            ("column = \"amount\"", "", ["amount.column", "‘’", "column"]),
            (
                "amount = \"Amount\"",
                "amount = 0",
                ["line 9", "0", "number from 1"],
            ),
            (
                "booked = \"date\"",
                "booked = \"date\"\nformats = [\"%Q\"]",
                ["dates.formats", "%Q", "%Y"],
            ),
        ] {
            let text = fault(&SMALL.replacen(from, to, 1));
            for word in named {
                assert!(text.contains(word), "‘{word}’ is missing in: {text}");
            }
        }
    }
}
