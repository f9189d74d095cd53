//! QIF, the Quicken Interchange Format (Intuit, QIF Specification): lines of a letter and a value, records ended by `^`.
//!
//! `evidence` reads the whole file once to find how it writes dates and amounts, `reader` reads it again record by
//! record, `record` makes an entry of one.

mod evidence;
mod reader;
mod record;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of QIF files.
///
/// - The format does not say whether the day or the month comes first. `!Option:MDY` or `!Option:DMY` says it; else the
///   file itself, where a number above 12 stands in one place; else dots (`22.01.2018`), which are written day first. A
///   file that leaves it open is refused as a whole, because a wrong day is worse than none: who knows the answer takes
///   it in under a name that holds `day-first` or `month-first`.
/// - The same holds for amounts such as `1,000`: the file's other amounts say which sign is the decimal one.
/// - Years of two digits from 80 on are 19.., others 20.., with an apostrophe before them (`1/22'18`) always 20...
/// - The account is the one that `!Account` names. A name without five digits (`Checking`) is a word that many people
///   use: the beginning of the file's hash keeps them apart, and so it does for `[Savings]`, the other side of a transfer
///   within the file. Without `!Account` the file's name stands for the account, as in delimited files.
/// - The format knows no currency: entries have none.
/// - A record whose payee is `Opening Balance` and whose category is the account itself is the opening balance of the
///   statement, no entry.
/// - Splits are details of their entry. Lists (categories, classes, securities, prices, memorized payees) hold no
///   movements and are passed over; investment records are rejects.
#[derive(Clone, Copy, Debug, Default)]
pub struct Qif;

impl Format for Qif {
    fn id(&self) -> &'static str {
        "qif"
    }

    fn parser(&self) -> &'static str {
        "qif/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let plain: Vec<u8> = head
            .iter()
            .copied()
            .filter(|b| *b != 0)
            .map(|b| b.to_ascii_lowercase())
            .collect();
        let text = String::from_utf8_lossy(&plain);
        let text = text.trim_start_matches(|c: char| !c.is_ascii() || c.is_whitespace());
        let begins = ["!type:", "!account", "!option:", "!clear:"]
            .into_iter()
            .any(|word| text.starts_with(word));
        let has_type = text.starts_with("!type:") || text.contains("\n!type:") || text.contains("\r!type:");
        let (score, reason) = match (begins, has_type) {
            (true, true) => (98, "its first line begins a section of QIF"),
            (true, false) => (60, "its first line begins as QIF does, without a section !Type"),
            _ => (0, ""),
        };
        Recognition {
            score,
            reason: reason.to_owned(),
        }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}
