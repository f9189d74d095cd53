//! CFONB 120, the account statement of French banks.
//!
//! `reader` puts records together to statements and entries, `records` reads their fields, `amount` the amounts with
//! their sign in the last character, `complement` the records 05, `operation` the interbank codes.

mod amount;
mod complement;
mod operation;
mod reader;
mod records;

use crate::intake::fixed::{Record, first_lines, is_digits};
use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of CFONB statements of 120 characters: records 01, 04, 05 and 07. Sources: CFONB, Relevé de compte sur
/// support informatique, July 2004; CFONB, Evolutions du relevé de compte 120 caractères pour les opérations de
/// virements et de prélèvements SEPA, version 2.0, March 2010; Trésor public, Structure des fichiers ETEBAC, July 2004.
///
/// - A movement (04) is cited to its last record 05.
/// - The last character of an amount carries its sign and last digit: `{` and A to I are 0 to 9 of a credit, `}` and J
///   to R are 0 to 9 of a debit. On French code pages the braces are é and è. The documents agree on the letters and on
///   é, and contradict each other on è: an amount that ends with it is a reject.
/// - Each record gives the decimals of its amount.
/// - The account is bank, branch and number without its key. The key is computed, and the account is known by its IBAN;
///   the locator of the statement keeps the number as written. An account in Monaco gets the country code FR.
/// - What a record 05 says of the payer and the payee goes to the side that is not the account's own.
/// - `from_date` and `to_date` of a statement are the dates of its old and new balance. The format states no sums.
/// - Lists of 240 characters (bills of exchange) are another format and not read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cfonb120;

impl Format for Cfonb120 {
    fn id(&self) -> &'static str {
        "cfonb120"
    }

    fn parser(&self) -> &'static str {
        "cfonb120/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let [first] = first_lines(head);
        let record = Record::new(&first);
        let shaped = is_digits(record.columns(3, 7))
            && is_digits(record.columns(12, 16))
            && is_digits(record.columns(35, 40))
            && is_digits(record.columns(91, 103))
            && first.trim_end().chars().count() <= 120;
        let (score, reason) = match record.columns(1, 2) {
            "01" if shaped => (95, "an old balance (01) of CFONB 120"),
            "04" if shaped => (70, "a movement (04) of CFONB 120, but no old balance before it"),
            _ => (0, ""),
        };
        (score, reason).into()
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}
