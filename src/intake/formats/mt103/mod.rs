//! SWIFT payment orders: MT103 (also STP and REMIT) and MT202, MT205 with and without COV (SWIFT Standards MT, category
//! 1 and 2).
//!
//! `reader` cuts a file into messages and their fields, `envelope` reads the blocks around them, `parties` the customers
//! and banks, `order` makes an order of a message.

mod envelope;
mod order;
mod parties;
mod reader;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of files with MT103, MT202 and MT205 messages, with the SWIFT envelope or without.
///
/// - A message is one order of payment: it says what a bank was asked, not what was booked. `:32A:` gives the day of
///   settlement, currency and amount, `:20:` the message's id, block 3 the UETR.
/// - Of an MT103 the sides are the ordering customer (`:50a:`) and the beneficiary (`:59a:`); their banks are `:52a:` and
///   `:57a:`, else the sender and the receiver of the message.
/// - Of an MT202 the sides are banks. A cover payment (COV) names the customers besides: they are the ultimate sides, and
///   their accounts stand in brackets behind the remittance, where also stands what has no column of its own.
/// - A name that fills its line of 35 characters may be cut; a note in brackets says so.
/// - `:72:` with `/RETN/` or `/REJT/` makes it a return.
/// - Birth date and identifiers of a customer (`:50F:`, `:59F:`) give a party.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mt103;

/// Message types that are read.
const TYPES: [&str; 3] = ["103", "202", "205"];

impl Format for Mt103 {
    fn id(&self) -> &'static str {
        "mt103"
    }

    fn parser(&self) -> &'static str {
        "mt103/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let plain: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        let has = |needle: &str| memchr::memmem::find(&plain, needle.as_bytes()).is_some();
        let tag = |tag: &str| {
            memchr::memmem::find_iter(&plain, tag.as_bytes()).any(|at| at == 0 || plain[at - 1] < b' ')
        };
        let enveloped = TYPES
            .into_iter()
            .any(|kind| has(&format!("{{2:I{kind}")) || has(&format!("{{2:O{kind}")));
        let of_statements = [":25:", ":25P:", ":28C:", ":60F:", ":60M:", ":61:", ":62F:"]
            .into_iter()
            .any(tag);
        let customer = [":50A:", ":50F:", ":50K:"].into_iter().any(tag)
            && [":59:", ":59A:", ":59F:"].into_iter().any(tag);
        let banks = [":58A:", ":58D:"].into_iter().any(tag);
        let (score, reason) = if enveloped {
            (100, "a SWIFT envelope of MT103, MT202 or MT205")
        } else if !of_statements && !has("{2:") && tag(":20:") && tag(":32A:") && (customer || banks) {
            (
                95,
                "tags :20:, :32A: and both sides of a payment order at the beginning of lines",
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
        reader::read(source, output)
    }
}
