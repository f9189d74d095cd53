//! OFX 1 (SGML) and OFX 2 (XML), and QFX and QBO files, which are OFX with a few tags of their own (OFX Banking
//! Specification 2.3, sections 3 and 11).
//!
//! `tokens` cuts the file into tags and text, `reader` knows which aggregate is open, `statement` and `transaction`
//! collect what a statement and a `STMTTRN` say, `transfer` what a response to an order of transfer says, `times` reads
//! dates. Nothing here holds more than one record at a time.

mod reader;
mod statement;
mod tags;
mod times;
mod tokens;
mod transaction;
mod transfer;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};

/// The format of OFX files.
///
/// - A `STMTTRN` is one entry; its sign says the direction, whatever `TRNTYPE` says. Booking date is `DTPOSTED`, value
///   date `DTAVAIL`, both the day as written. `FITID` is unique only within its account: it is kept as the bank's
///   reference and is never a key.
/// - Banks fill the time with a placeholder: midnight, noon, or one of them moved by a time zone. So a time on the full
///   hour, or of the last second before one, says only the day. Any other time is kept on the record's own clock; that
///   of `DTUSER` (when the card was used) goes before that of `DTPOSTED`.
/// - `LEDGERBAL` is the closing balance where its day lies in the period of the list and no entry is later. Otherwise it
///   is told as a statement of its own that has an end and no beginning. An opening balance does not stand in such
///   files, so none is given. `AVAILBAL` includes credit lines and is not read.
/// - What is on hold or pending, what deletes an earlier entry, and trades in securities are rejects.
/// - A response to a transfer (`INTRARS`, `INTERRS`) is an order of payment.
/// - A masked card number is no account number: the beginning of the file's hash keeps two people's cards apart.
/// - A transaction without an end tag ends where the next begins. Definitions (`DOCTYPE`, `ENTITY`) end the reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ofx;

impl Format for Ofx {
    fn id(&self) -> &'static str {
        "ofx"
    }

    fn parser(&self) -> &'static str {
        "ofx/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let plain: Vec<u8> = head
            .iter()
            .copied()
            .filter(|b| *b != 0)
            .take(4_096)
            .map(|b| b.to_ascii_uppercase())
            .collect();
        let find = |needle: &[u8]| memchr::memmem::find(&plain, needle);
        let tag = plain.iter().position(|b| *b == b'<').unwrap_or(plain.len());
        let before = plain.get(..tag).unwrap_or_default();
        let has = |needle: &[u8]| memchr::memmem::find(before, needle).is_some();
        let header = has(b"OFXHEADER");
        // A file of another kind may hold such a tag in a text.
        let alone = has(b"DATA:OFXSGML") || before.iter().all(|b| b.is_ascii_whitespace() || !b.is_ascii());
        let (score, reason) = if find(b"<?OFX").is_some() {
            (100, "the declaration of OFX 2")
        } else if header {
            (100, "the header of OFX 1")
        } else if alone
            && (find(b"<OFX>") == Some(tag) || (find(b"<?XML") == Some(tag) && find(b"<OFX>").is_some()))
        {
            (95, "its first element is OFX, without the header")
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
