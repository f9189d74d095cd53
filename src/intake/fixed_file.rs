//! Files of fixed-width records, one a line: the walk that every such format takes.
//!
//! A format tells by [`Layout`] what its records say; the walk opens movements and statements and ends them, lets a
//! statement reach to its last record, and keeps what cannot be read.

use super::fixed::{self, Record};
use super::lines::{Line, Lines};
use super::segments::Segments;
use super::{IntakeError, Output, SourceFile};
use crate::model::{AccountMention, DetailRow, EntryRow, Place, StatementRow};

/// What a format of fixed-width records knows: its records, and the movement and statement that are open.
pub trait Layout {
    /// Characters of a record.
    const WIDTH: usize;
    /// The kinds: what stands at the beginning of a record, all of one length.
    const KINDS: &'static [&'static str];
    /// The kind that ends a statement.
    const LAST: &'static str;
    /// What such a file is, for errors.
    const FILE: &'static str;

    /// A movement whose further records may follow.
    type Movement;

    /// Whether a known record ends the movement before it; else it may be a part of that one.
    fn ends_movement(record: Record<'_>) -> bool;

    /// Takes a record of a known kind. An error makes it a reject.
    fn record(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String>;

    /// The movement that is open.
    fn movement(&mut self) -> &mut Option<Self::Movement>;

    /// Where a movement stands, all its records together.
    fn place_of(movement: &Self::Movement) -> Place;

    /// Writes a movement whose records are all read. An error makes it a reject.
    fn book(&mut self, movement: &mut Self::Movement, out: &mut Handover<'_>) -> Result<(), String>;

    /// Where the open statement stands.
    fn statement(&mut self) -> Option<&mut Place>;

    /// Writes the open statement, if there is one. Its last movement has ended before.
    fn end_statement(&mut self, out: &mut Handover<'_>);
}

/// A record as the walk reads it.
pub struct Read<'r> {
    /// The characters that tell its kind.
    pub kind: &'r str,
    pub record: Record<'r>,
    pub place: Place,
    /// An error where its length is not that of a record.
    pub sound: Result<(), String>,
}

/// Who holds the account of a statement, as far as the format says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holder<'a> {
    pub name: &'a str,
    pub bic: &'a str,
    /// ISO 3166 code; derived from the IBAN where empty.
    pub country: &'a str,
}

/// Rows on their way out, and what is counted in a file.
pub struct Handover<'a> {
    out: Segments<'a>,
    next_number: u32,
    records: u64,
}

/// Reads a whole file.
pub fn read<L: Layout>(
    layout: &mut L,
    source: &SourceFile<'_>,
    output: &dyn Output,
) -> Result<(), IntakeError> {
    let mut lines = Lines::open(source)?;
    let mut walk = Walk {
        layout,
        known: 0,
        out: Handover {
            out: Segments::new(source.source_id, output),
            next_number: 0,
            records: 0,
        },
    };
    let result = walk.run(&mut lines);
    walk.out.out.finish()?;
    result?;
    if walk.known == 0 && source.bytes > 0 {
        return Err(source.holds_none(
            &format!("no record that begins with {}", either(L::KINDS)),
            L::FILE,
        ));
    }
    Ok(())
}

impl Handover<'_> {
    /// A number for the next statement.
    pub fn number(&mut self) -> u32 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    /// Records so far, known or not, the one that is being read among them.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Writes a movement that is an entry.
    pub fn entry(&mut self, row: &EntryRow<'_>) {
        let rows = self.out.rows();
        rows.entry(row);
        rows.accepted();
    }

    /// Writes a movement that is a payment inside an entry.
    pub fn detail(&mut self, row: &DetailRow<'_>) {
        let rows = self.out.rows();
        rows.detail(row);
        rows.accepted();
    }

    /// Writes a statement and its account.
    pub fn statement(&mut self, row: &StatementRow<'_>, holder: Holder<'_>) {
        let rows = self.out.rows();
        rows.account(&AccountMention {
            account: row.account,
            bic: holder.bic,
            currency: row.currency,
            country: holder.country,
            holder_name: holder.name,
            opened: None,
            closed: None,
            seized: true,
        });
        rows.statement(row);
    }
}

struct Walk<'w, L> {
    layout: &'w mut L,
    /// Records of known kinds.
    known: u64,
    out: Handover<'w>,
}

impl<L: Layout> Walk<'_, L> {
    fn run(&mut self, lines: &mut Lines<'_>) -> Result<(), IntakeError> {
        let mut line = Line::default();
        while lines.next(&mut line)? {
            if !fixed::is_empty(&line.text) {
                self.record(&line, lines)?;
            }
        }
        self.end_movement(lines)?;
        self.layout.end_statement(&mut self.out);
        Ok(())
    }

    fn record(&mut self, line: &Line, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let record = Record::new(&line.text);
        let place = fixed::place(line);
        let kind = record.columns(1, L::KINDS.first().map_or(0, |kind| kind.len()));
        let known = L::KINDS.contains(&kind);
        self.known += u64::from(known);
        self.out.records += 1;
        // A record that is none of the format's does not take a movement's parts from it.
        if known && L::ends_movement(record) {
            self.end_movement(lines)?;
        }
        let result = if known {
            let sound = record.length_fault(line, L::WIDTH).map_or(Ok(()), Err);
            let read = Read {
                kind,
                record,
                place,
                sound,
            };
            self.layout.record(read, &mut self.out)
        } else {
            Err(format!(
                "the record begins with ‘{kind}’; expected {}",
                either(L::KINDS)
            ))
        };
        if let Some(statement) = self.layout.statement() {
            statement.byte_end = statement.byte_end.max(place.byte_end);
        }
        if let Err(reason) = result {
            self.out.out.reject_lines(place, &reason, lines);
        }
        if kind == L::LAST {
            self.layout.end_statement(&mut self.out);
        }
        self.out.out.pass_on()
    }

    fn end_movement(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(mut movement) = self.layout.movement().take() else {
            return Ok(());
        };
        let place = L::place_of(&movement);
        if let Err(reason) = self.layout.book(&mut movement, &mut self.out) {
            self.out.out.reject_lines(place, &reason, lines);
        }
        self.out.out.pass_on()
    }
}

// `01, 04, 05 or 07`
fn either(kinds: &[&str]) -> String {
    match kinds {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        one => one.concat(),
    }
}
