//! Norma 43 (Cuaderno 43), the account statement of Spanish banks.
//!
//! `reader` puts records together to statements and entries, `records` reads their fields, `concept` the codes and
//! texts of movements, `dates` finds the form of the dates.

mod concept;
mod dates;
mod reader;
mod records;

use crate::intake::fixed::{Record, first_lines, is_digits};
use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of Norma 43 files: records of 80 characters that begin with 11, 22, 23, 24, 33, 88 or 00. Source:
/// AEB, CECA, UNACC, Información normalizada de cuenta corriente, serie normas y procedimientos bancarios no. 43,
/// June 2012.
///
/// - A movement (22) is cited to its last record 23 or 24.
/// - Dates are AAMMDD (YYMMDD), as the norm says. Files with DDMMAA occur, also among public examples. A file is read so
///   where most of its dates, taken together, can only be that; the locator of its statements says so.
/// - Amounts have two decimals, whatever the currency.
/// - The account is bank, branch and number without check digits. They are computed, and the account is known by its
///   IBAN; the locator of the statement keeps the number as written.
/// - Up to five records 23 are text. Where they carry a SEPA direct debit in the form of annex 4, which names its scheme
///   in the first four columns, creditor, identifier and mandate are read. The form for transfers has no such sign,
///   and banks and customers agree on others, so it is not guessed.
/// - Record 33 (counts, sums, new balance) and record 88 (count of records before it) are checked against what was
///   read. A difference is a reject; the entries stay.
#[derive(Clone, Copy, Debug, Default)]
pub struct Norma43;

impl Format for Norma43 {
    fn id(&self) -> &'static str {
        "norma43"
    }

    fn parser(&self) -> &'static str {
        "norma43/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let [first, others @ ..]: [String; 3] = first_lines(head);
        let (score, reason) = if is_header(&first) {
            (95, "an account header (11) of Norma 43")
        } else if first.starts_with("00") && others.iter().any(|line| is_header(line)) {
            (95, "a file header (00) and an account header (11) of Norma 43")
        } else {
            (0, "")
        };
        (score, reason).into()
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}

fn is_header(line: &str) -> bool {
    let record = Record::new(line);
    record.columns(1, 2) == "11"
        && is_digits(record.columns(3, 32))
        && matches!(record.columns(33, 33), "1" | "2")
        && is_digits(record.columns(34, 50))
        && matches!(record.columns(51, 51), "1" | "2" | "3" | " " | "")
        && line.trim_end().chars().count() <= 80
}
