//! JPK_WB: the bank statement of the Polish standard audit file, as companies and banks hand it to the authorities.
//!
//! `reader` follows the walk through the XML, `row` collects what a `WyciagWiersz` says, `statement` what stands around
//! the rows, `tags` names the elements. Nothing here holds more than one row at a time.

mod reader;
mod row;
mod statement;
mod tags;

use crate::intake::xml::Head;
use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of JPK_WB(1) files, schema of the Polish Ministry of Finance of 9 March 2016.
///
/// - A `WyciagWiersz` is one entry, cited by its exact bytes. The sign of `KwotaOperacji` is the direction.
/// - The structure has no account of the other side, only its name: no counterparty is ever more than partial.
/// - `NumerRachunku` of 26 digits is read as the Polish IBAN where the check digits are right.
/// - `Salda` are the statement's balances, `WyciagCtrl` its stated count and sums; the sum of debits is taken without
///   its sign, which programs write or leave out.
/// - `Podmiot1` is the account's holder.
/// - Names are read by local name, so prefixes do not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct JpkWb;

/// The namespace of JPK_WB(1), without its server.
const NAMESPACE: &str = "/wzor/2016/03/09/03092";

impl Format for JpkWb {
    fn id(&self) -> &'static str {
        "jpk_wb"
    }

    fn parser(&self) -> &'static str {
        "jpk_wb/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let head = Head::new(head);
        let mut elements = head.elements();
        let root = elements.next();
        let (score, reason) = match root {
            None => (0, ""),
            Some(("JPK", root)) => {
                if root.contains(NAMESPACE) {
                    (100, "its namespace is JPK_WB(1)")
                } else if elements.any(|(name, tag)| match name {
                    "KodFormularza" => tag.contains("JPK_WB"),
                    "WyciagWiersz" | "WyciagCtrl" => true,
                    _ => false,
                }) {
                    (95, "a JPK with rows of a bank statement")
                } else {
                    (0, "a JPK, but no bank statement (JPK_WB)")
                }
            }
            Some(_) => (0, "XML, but no JPK"),
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
