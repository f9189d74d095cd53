//! camt.053 statements, and camt.052 reports and camt.054 notifications by the same reader; all versions.
//!
//! `reader` follows the walk through the XML, `statement`, `entry` and `detail` collect what a `Stmt`, an `Ntry` and a
//! `TxDtls` say, `held` keeps the payments of a batch until their entry ends. Nothing here holds more than one entry at
//! a time, nor more than a bounded part of its payments.

mod detail;
mod entry;
mod held;
mod reader;
mod statement;

use crate::intake::xml::Head;
use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of camt.052, camt.053 and camt.054 files.
///
/// - An `Ntry` is one entry, cited by its exact bytes. A batch stays one entry without a counterparty; each of its
///   `TxDtls` is a row of `entry_details`, cited by its own bytes. So is a single `TxDtls` that moved another amount
///   than its entry, or stands for several payments.
/// - A `TxDtls` of a batch that cannot be read is a reject by itself; the entry and its other payments stay.
/// - What is not booked (`Sts` other than `BOOK`) is a reject with that reason.
/// - A `Stmt` whose balances stand in several currencies gives one statement a currency.
/// - A `DtTm` of exactly midnight says the day only: banks fill the time with zeros.
/// - Names are read by local name, so the namespace and its version do not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Camt;

/// The elements below `Document` that hold statements, reports and notifications.
const MESSAGES: [&str; 3] = ["BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"];
/// What each of them is called.
const LABELS: [&str; 3] = ["camt.053", "camt.052", "camt.054"];

impl Format for Camt {
    fn id(&self) -> &'static str {
        "camt.053"
    }

    fn label(&self, head: &[u8]) -> &'static str {
        let head = Head::new(head);
        let place = |name: &str| MESSAGES.iter().position(|message| *message == name);
        let told = head.elements().find_map(|(name, _)| place(name));
        // The message itself says what it is; where it stands behind so much that it is not seen, its namespace.
        let told = told.or_else(|| LABELS.iter().position(|label| head.has(&format!("{label}."))));
        told.and_then(|at| LABELS.get(at)).copied().unwrap_or(self.id())
    }

    fn parser(&self) -> &'static str {
        "camt/2"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let head = Head::new(head);
        let has = |needle: &str| head.has(needle);
        let (score, reason) = if !head.is_xml() {
            (0, "")
        } else if LABELS.iter().any(|label| has(&format!("{label}."))) {
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
