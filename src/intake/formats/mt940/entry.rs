//! Entries: a `:61:` with its `:86:` to a row.

use std::fmt::Write;
use std::mem;

use super::details::Details;
use super::folded::Folded;
use super::line61::{self, Line61};
use super::message::{FIELD, Field};
use super::statement::{Statement, write_locator};
use super::tags::Role;
use super::texts::{
    add, contains_ignoring_case, is_iban, leading_iban, make_single_spaced, starts_ignoring_case,
};
use crate::intake::{Rows, channels};
use crate::model::{AccountKey, Channel, CounterpartyStatus, EntryRow, Leg, Place};

/// The entry that waits for its `:86:`. One value serves all entries of a file, so that its texts need room only once.
#[derive(Default)]
pub struct Entry {
    waits: bool,
    place: Place,
    text: String,
    folded: Folded,
    /// Lines of a bank's own (`:NS:`) instead of `:86:`.
    own: String,
    cut: bool,
    details: Details,
    code: String,
    locator: String,
}

impl Entry {
    /// Begins with a `:61:`, whose text is taken.
    pub fn begin(&mut self, field: &mut Field) {
        self.waits = true;
        self.place = field.place;
        mem::swap(&mut self.text, &mut field.text);
        self.folded.clear();
        self.own.clear();
        self.cut = field.cut;
    }

    /// Adds a `:86:` or `:NS:`; nothing where no entry waits.
    pub fn take(&mut self, field: &mut Field) {
        if !self.waits {
            return;
        }
        // Each field alone is within the bound, and there may be any number of them.
        if self.folded.len() + self.own.len() + field.text.len() + field.folded.len() > FIELD {
            self.cut = true;
        } else if field.tag.role == Role::OwnDetails {
            if !self.own.is_empty() {
                self.own.push('\n');
            }
            self.own.push_str(&field.text);
        } else if self.folded.is_empty() {
            mem::swap(&mut self.folded, &mut field.folded);
        } else {
            self.folded.append(&field.folded);
        }
        self.place.byte_end = field.place.byte_end;
        self.cut |= field.cut;
    }

    /// Where the entry that waits stands; it waits no longer.
    pub fn end(&mut self) -> Option<Place> {
        mem::take(&mut self.waits).then_some(self.place)
    }

    /// Writes the entry that ended. An error is a sentence with value and expectation.
    pub fn write(&mut self, statement: Option<&Statement>, rows: &mut Rows) -> Result<(), String> {
        if self.cut {
            return Err(
                "a line longer than 64 KB or a field longer than 1 MB; expected 65 characters a line".into(),
            );
        }
        let line = line61::parse(&self.text)?;
        let Some(statement) = statement.filter(|s| !s.account.number.is_empty()) else {
            return Err("no account: the message has no line :25: before this entry".to_owned());
        };
        let details = &mut self.details;
        if self.folded.is_empty() && !self.own.is_empty() {
            details.read_own(&self.own);
        } else {
            details.read(&self.folded);
        }
        complete(details, &line, &statement.account.number);
        let channel = channel(details, line.kind);
        complete_remittance(details, &line);
        self.code.clear();
        self.code.push_str(line.kind);
        if !details.code.is_empty() {
            if !line.kind.is_empty() {
                self.code.push('+');
            }
            self.code.push_str(&details.code);
        }
        write_locator(&mut self.locator, self.place.line);
        let mut row = EntryRow::new(
            self.place,
            Leg::Line,
            statement.account.key(),
            line.direction,
            Some(line.amount),
        );
        row.statement = Some(statement.number);
        row.sequence = Some(statement.entries);
        row.booking_date = Some(line.booking);
        row.value_date = Some(line.value);
        row.currency = statement.currency();
        row.channel = channel;
        row.counterparty_name = &details.name;
        row.counterparty = AccountKey {
            number: &details.account,
            bank: &details.bank,
        };
        row.counterparty_identifier = &details.identifier;
        row.counterparty_status =
            CounterpartyStatus::of(&details.account, &details.identifier, &details.name, channel);
        row.terminal = &details.terminal;
        row.purpose = &details.purpose;
        row.remittance = &details.remittance;
        row.end_to_end_id = &details.end_to_end;
        row.bank_reference = line.bank_reference;
        row.bank_code = &self.code;
        row.reversal = line.reversal;
        row.locator = &self.locator;
        rows.entry(&row);
        rows.accepted();
        Ok(())
    }
}

/// Fills in what stands in the line itself rather than in its details.
fn complete(details: &mut Details, line: &Line61<'_>, own: &str) {
    let reference = line.customer_reference;
    let reference_iban = leading_iban(reference);
    if details.account.is_empty() {
        if let Some((account, name)) = reference_iban.or_else(|| leading_iban(line.supplement)) {
            details.account.push_str(account);
            if details.name.is_empty() {
                add(&mut details.name, name);
            }
        }
    } else if !details.account.bytes().all(|b| b.is_ascii_graphic()) {
        details.account.retain(|c| !c.is_whitespace());
    }
    if details.name.is_empty() && reference_iban.is_some() {
        add(&mut details.name, line.supplement);
    }
    // Polish banks write other accounts of the country without its letters.
    if own.starts_with("PL")
        && details.account.len() == 26
        && details.account.bytes().all(|b| b.is_ascii_digit())
        && is_iban(&format!("PL{}", details.account))
    {
        details.account.insert_str(0, "PL");
    }
    if details.end_to_end.is_empty() && reference_iban.is_none() && !is_placeholder(reference) {
        details.end_to_end.push_str(reference);
    }
}

/// Whether a reference says that there is none, or that it stands in the details.
fn is_placeholder(reference: &str) -> bool {
    matches!(
        reference.as_bytes(),
        b"" | b"NONREF" | b"NOTPROVIDED" | b"EREF" | b"PREF" | b"MARF" | b"KREF+" | b"KREF" | b"RREF"
    )
}

/// Adds the supplement of the line to what the payer wrote, where it says more; in brackets what has no column of its
/// own.
fn complete_remittance(details: &mut Details, line: &Line61<'_>) {
    let Details {
        name,
        account,
        remittance: out,
        ultimate,
        mandate,
        return_reason,
        instructed,
        rate,
        raw: supplement,
        ..
    } = details;
    if !line.supplement.is_empty() {
        supplement.clear();
        supplement.push_str(line.supplement);
        make_single_spaced(supplement);
        let known = [&*name, &*account, &*out]
            .into_iter()
            .any(|text| contains_ignoring_case(text, supplement));
        if !known {
            add(out, supplement);
        }
    }
    for (label, text) in [
        ("on behalf of", ultimate),
        ("mandate", mandate),
        ("return reason", return_reason),
        ("instructed", instructed),
        ("rate", rate),
    ] {
        if !text.is_empty() {
            let _ = write!(out, "{}[{label} {text}]", if out.is_empty() { "" } else { " " });
        }
    }
}

/// Begins of a Dutch bank's own words, and the channel that they mean.
const POSTINGS: [(&str, Channel); 7] = [
    ("BEA", Channel::CardPos),
    ("GEA", Channel::CashAtm),
    ("SEPA INCASSO", Channel::DirectDebit),
    ("SEPA OVERBOEKING", Channel::TransferSepa),
    ("SEPA IDEAL", Channel::TransferSepa),
    ("IDEAL", Channel::TransferSepa),
    ("SEPA PERIODIEKE OVERB", Channel::TransferSepa),
];

fn channel(details: &Details, kind: &str) -> Channel {
    let by_code = channels::from_gvc(&details.code);
    if by_code != Channel::Unknown {
        return by_code;
    }
    POSTINGS
        .iter()
        .find(|(words, _)| starts_ignoring_case(&details.posting, words))
        .map_or_else(
            || channels::from_swift(kind.get(1..).unwrap_or("")),
            |(_, channel)| *channel,
        )
}
