//! camt.053 statements, and camt.052 reports and camt.054 notifications by the same reader; all versions.
//!
//! `reader` walks the XML as a stream and knows where it stands, `entry` and `statement` collect what an `Ntry` and a
//! `Stmt` say, `tags` names the elements, `times` reads dates, `limit` keeps hostile files from taking memory. Nothing
//! here holds more than one entry at a time.

mod entry;
mod limit;
mod party;
mod reader;
mod statement;
mod tags;
mod times;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of camt.052, camt.053 and camt.054 files.
///
/// - An `Ntry` is one entry, cited by its exact bytes. A batch stays one entry without a counterparty.
/// - What is not booked (`Sts` other than `BOOK`) is a reject with that reason.
/// - A `Stmt` whose balances stand in several currencies gives one statement a currency.
/// - A `DtTm` of exactly midnight says the day only: banks fill the time with zeros.
/// - Names are read by local name, so the namespace and its version do not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Camt;

/// The elements below `Document` that hold statements, reports and notifications.
const MESSAGES: [&str; 3] = ["BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"];

impl Format for Camt {
    fn id(&self) -> &'static str {
        "camt.053"
    }

    fn parser(&self) -> &'static str {
        "camt/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        // UTF-16 shows as ASCII with zeros between.
        let plain: Vec<u8>;
        let head = if head.iter().take(64).any(|b| *b == 0) {
            plain = head.iter().copied().filter(|b| *b != 0).collect();
            &plain[..]
        } else {
            head
        };
        let start = head.iter().position(|b| *b == b'<');
        let is_xml = start.is_some_and(|at| {
            head[..at]
                .iter()
                .all(|b| b.is_ascii_whitespace() || !b.is_ascii())
        });
        let has = |needle: &str| memchr::memmem::find(head, needle.as_bytes()).is_some();
        let (score, reason) = if !is_xml {
            (0, "no XML")
        } else if ["camt.052.", "camt.053.", "camt.054."].into_iter().any(has) {
            (100, "its namespace is camt.05x of ISO 20022")
        } else if MESSAGES.into_iter().any(has) {
            (95, "a bank-to-customer message without its namespace")
        } else {
            (
                0,
                "XML, but no bank-to-customer statement, report or notification",
            )
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
