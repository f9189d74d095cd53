//! BAI2 cash management reports (Cash Management Balance Reporting Specifications, Version 2).
//!
//! `records` cuts lines into records and puts continuations to them, `fields` reads what stands between commas, `codes`
//! knows the type codes, `details` the code words in texts, `reader` puts records together to groups, accounts and
//! entries, `totals` checks the control totals.

mod codes;
mod details;
mod fields;
mod reader;
mod records;
mod totals;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of BAI2 files, with records ended by a slash or by the line.
///
/// - A `16` with its continuations (`88`) is one entry. Booking date is the as-of date of its group (`02`); value date
///   that of funds type `V`.
/// - Amounts carry no decimal sign: the currency of the account (`03`), else of the group (`02`), else US dollars, says
///   how many digits are decimals.
/// - An account (`03`) of a group is one statement. Opening and closing balance are its codes 010 and 015; codes 100 and
///   400 are its stated sums with their counts. Available balances and floats are no balances of the account.
/// - Control totals (`49`, `98`, `99`) that differ are rejects with both figures; the entries stay. A total of a group or
///   file is checked against the totals that stand below it, so that one difference is told once.
/// - Records of a group that is a test or is deleted (status 2 and 4) are rejects. Interim reports (as-of-date modifier 1
///   and 3) are read; their statements say so in the locator.
/// - Type code 890 carries text, no money: a reject. So are codes without a direction in the list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bai2;

impl Format for Bai2 {
    fn id(&self) -> &'static str {
        "bai2"
    }

    fn parser(&self) -> &'static str {
        "bai2/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let plain: Vec<u8> = head
            .iter()
            .copied()
            .filter(|b| *b != 0 && b.is_ascii())
            .take(2_048)
            .collect();
        let text = String::from_utf8_lossy(&plain);
        let (score, reason) = if headers(&text).is_some() {
            (98, "a file header 01 and a group header 02 with their dates")
        } else {
            (0, "")
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

/// Both headers with dates where they belong: numbered lines of other files begin with 01 and 02 too.
fn headers(text: &str) -> Option<()> {
    let digits = |field: &str, lengths: &[usize]| {
        let field = field.trim();
        lengths.contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit())
    };
    let file = text.trim_start().strip_prefix("01,")?;
    let fields: Vec<&str> = file.splitn(5, ',').collect();
    let made = digits(fields.get(2)?, &[6]) && digits(fields.get(3)?, &[0, 4]);
    let at = file.match_indices("02,").map(|(at, _)| at).find(|at| {
        let before = file[..*at].trim_end_matches([' ', '\t']);
        before.ends_with(['\n', '/'])
    })?;
    let fields: Vec<&str> = file[at..].splitn(6, ',').collect();
    let group = digits(fields.get(3)?, &[0, 1]) && digits(fields.get(4)?, &[6]);
    (made && group).then_some(())
}
