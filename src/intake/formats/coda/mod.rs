//! CODA, the coded statement of account of Belgian banks (Febelfin), versions 1 and 2.
//!
//! `reader` puts records together to statements and movements, `records` reads their fields, `communication` the
//! structured texts, `movement` what a movement says, `channel` its transaction code.

mod channel;
mod communication;
mod movement;
mod reader;
mod records;

use crate::intake::fixed::{Record, first_lines, is_digits};
use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of CODA files: records of 128 characters that begin with 0, 1, 2, 3, 4, 8 or 9. Source: Febelfin,
/// Coded statement of account, versions 1 and 2.0 to 2.6.
///
/// - A movement is cited from its record 2.1 to its last record 2.2, 2.3 or 3.3.
/// - The first digit of the transaction code says what a movement is. 0 is a sum of its own; 1 (by the customer), 2
///   (by the bank) and 3 (net of costs) are sums of others and booked as such; 5 to 9 are the parts of those. A part
///   is a row of `entry_details` and no entry, so that nothing is counted twice. The detail number says the same:
///   what is booked has 0000, and only that goes into the totals of record 9. Where the two disagree, the movement
///   is a part.
/// - A part of a part (9, of a 7) has no amount of its own in `entry_details`, so that the amounts there add up to the
///   entry; it stands in its text.
/// - A file of a separate application (record 0, columns 84 to 88) holds parts of sums that are booked in another
///   file: its movements are rejects, because as entries they would be counted twice.
/// - Record 9 is checked against what was read. A difference is a reject; the entries stay.
/// - A Belgian account number without IBAN is turned into one where its check digits are right; the locator of the
///   statement keeps the number as written.
/// - `from_date` and `to_date` of a statement are the dates of its old and new balance.
/// - Public readers join record 2.3 from column 83 to 115 or to 125; the standard gives the text 43 characters, to 125.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coda;

impl Format for Coda {
    fn id(&self) -> &'static str {
        "coda"
    }

    fn parser(&self) -> &'static str {
        "coda/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let [first, second] = first_lines(head);
        let first = Record::new(&first);
        let header = first.columns(1, 5) == "00000"
            && is_digits(first.columns(6, 14))
            && first.columns(15, 16) == "05"
            && matches!(first.columns(17, 17), "D" | " ");
        let (score, reason) = match (header, is_balance(&second)) {
            (true, true) => (100, "a CODA header record and an old balance"),
            (true, false) => (90, "a CODA header record"),
            (false, _) if is_balance(first.columns(1, 128)) && second.starts_with("21") => {
                (70, "a CODA old balance and a movement, but no header record")
            }
            _ => (0, ""),
        };
        (score, reason).into()
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}

fn is_balance(line: &str) -> bool {
    let record = Record::new(line);
    record.columns(1, 1) == "1"
        && matches!(record.columns(2, 2), "0" | "1" | "2" | "3")
        && matches!(record.columns(43, 43), "0" | "1")
        && is_digits(record.columns(44, 64))
}
