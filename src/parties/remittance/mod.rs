//! Counterparties inside remittance text: names, accounts and references that a bank's way of writing names there.
//!
//! [`read`] takes a text as received and gives what it found, each with the convention that says so and its place. All of
//! it is inferred: the record has no field for it. A name is taken only where a convention names one; nothing is guessed
//! from capital letters or from lists of first names.
//!
//! `german.rs` knows the numbered fields of German and Polish banks, `keys.rs` the SEPA keys (`EREF+`), `slashes.rs` the
//! code words of Dutch banks (`/NAME/`), `card.rs` payments at Dutch terminals, `written.rs` references that check
//! themselves; everything that is one keyword and what
//! follows it is a line of `conventions.csv`.

mod card;
mod conventions;
mod flow;
mod german;
mod keys;
mod labels;
mod slashes;
mod values;
mod written;

use std::ops::Range;

use super::identifiers::{self, Taken};
use flow::Flow;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A counterparty's name, the merchant's behind a payment service too.
    Name,
    /// An account number, an IBAN in its normal form.
    Account,
    /// A BIC.
    Bic,
    /// A reference of payer, payee or bank.
    Reference,
    /// The reference of a direct debit mandate.
    Mandate,
    /// The identifier of a creditor who collects direct debits.
    CreditorId,
    /// A phone number.
    Phone,
    /// A mailbox.
    Email,
}

impl What {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            What::Name => "name",
            What::Account => "account",
            What::Bic => "bic",
            What::Reference => "reference",
            What::Mandate => "mandate",
            What::CreditorId => "creditor_id",
            What::Phone => "phone",
            What::Email => "email",
        }
    }
}

/// Something that a remittance text says of the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// What it is.
    pub what: What,
    /// Its value, on one line; marks of fields inside it are left out.
    pub value: String,
    /// Where it stands: bytes of the text as received, from its first to its last. Where a format breaks a value into
    /// fields that do not follow each other, other fields lie between.
    pub span: Range<usize>,
    /// The convention by which it was found.
    pub convention: &'static str,
}

/// What was found so far; no sign of the text belongs to two finds.
#[derive(Default)]
struct Found {
    all: Vec<Inferred>,
    taken: Taken,
}

impl Found {
    /// Adds a part of a flow, where it is a value of its kind and nothing was found there before.
    fn add(&mut self, flow: &Flow, part: Range<usize>, what: What, convention: &'static str) {
        if let Some((part, value)) = values::cut(flow, part, what) {
            self.put(flow, part, value, what, convention);
        }
    }

    fn put(&mut self, flow: &Flow, part: Range<usize>, value: String, what: What, convention: &'static str) {
        let span = flow.span(part.clone());
        let bytes = flow.bytes(part);
        let is_free = bytes.iter().all(|one| self.taken.is_free(one));
        if !bytes.is_empty() && !value.is_empty() && is_free {
            bytes.iter().for_each(|one| self.taken.take(one));
            self.all.push(Inferred {
                what,
                value,
                span,
                convention,
            });
        }
    }
}

/// Finds what a remittance text says of the other side, in the order of places. Any text may be given.
pub fn read(text: &str) -> Vec<Inferred> {
    let mut found = Found::default();
    if let Some(fields) = german::fields(text) {
        german::read(&fields, &mut found);
    } else if slashes::applies(text) {
        slashes::read(text, &mut found);
    } else {
        running(&Flow::of(text), &mut found);
    }
    let mut found = found.all;
    found.sort_by_key(|one| (one.span.start, one.span.end));
    found
}

/// A text without fields: keys, then keywords, then what tells itself.
fn running(flow: &Flow, found: &mut Found) {
    written::first_line(flow, found);
    let open = labels::open(flow);
    for part in keys::read(flow, found) {
        card::read(flow, part.clone(), found);
        labels::read(flow, part, &open, found);
    }
    itself(flow, found);
}

/// Accounts, banks, phones and mailboxes that need no keyword.
fn itself(flow: &Flow, found: &mut Found) {
    written::references(flow, found);
    let (text, starts) = flow.text(0..flow.signs.len());
    let sign = |byte: usize| starts.partition_point(|start| *start < byte);
    for (span, identifier) in identifiers::find(&text) {
        let what = match identifier.scheme.as_str() {
            "iban" => What::Account,
            "bic" => What::Bic,
            "phone" => What::Phone,
            "email" => What::Email,
            _ => continue,
        };
        found.put(
            flow,
            sign(span.start)..sign(span.end),
            identifier.value,
            what,
            "itself",
        );
    }
}

#[cfg(test)]
mod tests;
