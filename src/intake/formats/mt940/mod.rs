//! MT940 customer statements, and MT942 interim reports by the same reader.
//!
//! `tags` tells what a line is, `message` puts lines together to fields, `statement` and `entry` make rows of them.
//! `line61` reads the booked line, `fields` the others, `details` and its dialects (`german`, `slashes`, `keyed`) read
//! the free text behind it, whose lines are `folded`.

mod details;
mod entry;
mod fields;
mod folded;
mod german;
mod keyed;
mod line61;
mod message;
mod slashes;
mod statement;
mod tags;
mod texts;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of MT940 and MT942 files, with or without the SWIFT envelope.
///
/// - A `:61:` with its `:86:` is one entry, cited from the one to the end of the other.
/// - `RC` takes back a credit, so money goes out; `RD` takes back a debit. `EC` and `ED` are expected, not booked:
///   rejects.
/// - Without an entry date the value date is the booking date: the standard leaves the entry date out where both are
///   the same.
/// - A year of two digits from 80 on is 19.., else 20.. (the rule of SWIFT). The entry date's year is the one that
///   brings it nearest to the value date.
/// - A value date of 29 or 30 February that the calendar does not have comes from interest months of thirty days; it
///   is read as the last day of February where the line has an entry date besides. Any other impossible date is a
///   reject.
/// - `from_date` and `to_date` of a statement are the dates of its opening and closing balance. Each page
///   (`:60M:`/`:62M:`) is a statement of its own.
/// - An entry whose message names no account (`:25:`) is a reject: there is nowhere to put it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mt940;

impl Format for Mt940 {
    fn id(&self) -> &'static str {
        "mt940"
    }

    fn parser(&self) -> &'static str {
        "mt940/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let plain: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        let has = |needle: &[u8]| memchr::memmem::find(&plain, needle).is_some();
        let line = tags_start(&plain, b":61:");
        let account = tags_start(&plain, b":25");
        let balance =
            tags_start(&plain, b":60F:") || tags_start(&plain, b":60M:") || tags_start(&plain, b":62F:");
        let (score, reason) = if has(b"{2:O940") || has(b"{2:I940") || has(b"{2:O942") || has(b"{2:I942") {
            (100, "a SWIFT envelope of MT940 or MT942")
        } else if tags_start(&plain, b":940:")
            || tags_start(&plain, b":942:")
            || (account && (balance || line))
        {
            (95, "tags :25: with :60F: or :61: at the beginning of lines")
        } else if balance || line {
            (
                70,
                "tags :60F: or :61: at the beginning of lines, but no account in :25:",
            )
        } else if tags_start(&plain, b":20:") && account {
            (
                60,
                "tags :20: and :25: at the beginning of lines, without balances",
            )
        } else {
            (0, "")
        };
        Recognition {
            score,
            reason: reason.to_owned(),
        }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        message::read(source, output)
    }
}

/// Whether a line begins with the tag; control characters before it do not count.
fn tags_start(head: &[u8], tag: &[u8]) -> bool {
    memchr::memmem::find_iter(head, tag)
        .any(|at| at == 0 || head[at - 1] < b' ' || head[..at].ends_with(b"\xBF"))
}
