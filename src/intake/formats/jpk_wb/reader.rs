//! What the elements of a JPK_WB become: a statement, entries, rejects.

use std::fmt::Write;

use quick_xml::events::BytesStart;

use super::tags::Tag;
use super::{row, statement};
use crate::intake::segments::Segments;
use crate::intake::xml::{self, Break, Handler};
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::Place;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut reader = Reader {
        name: source.name,
        out: Segments::new(source.source_id, output),
        statements: 0,
        statement: None,
        depth: 0,
        holder_start: 0,
        row: row::Draft::default(),
        row_depth: 0,
        row_start: 0,
        locator: String::new(),
    };
    let mut result = xml::read(source, &mut reader);
    if result.is_ok() && reader.statements == 0 {
        result = Err(xml::shape(
            source.name,
            "the whole file",
            "no JPK",
            "the element JPK with Naglowek, NumerRachunku and WyciagWiersz",
            "Ask for the statement itself; this file holds none.",
        ));
    }
    // What stood before a break is kept in every case.
    reader.out.finish()?;
    result
}

type Walk<'a> = xml::Walk<'a, Tag>;

struct Reader<'a> {
    name: &'a str,
    out: Segments<'a>,
    /// Statements seen.
    statements: u32,
    statement: Option<statement::Draft>,
    /// Elements open inside which the statement's children stand.
    depth: usize,
    /// First byte of `Podmiot1`.
    holder_start: u64,
    row: row::Draft,
    /// As `depth`, for the row; 0 outside one.
    row_depth: usize,
    row_start: u64,
    locator: String,
}

impl Handler for Reader<'_> {
    type Name = Tag;

    fn open(&mut self, tag: Tag, _element: &BytesStart<'_>, walk: &Walk<'_>) -> Result<(), IntakeError> {
        let inside = walk.path().len();
        match &mut self.statement {
            None => {
                if tag == Tag::JPK {
                    let start = walk.original(walk.start());
                    self.statement = Some(statement::Draft::new(self.statements, start));
                    self.statements += 1;
                    self.depth = inside + 1;
                }
            }
            Some(statement) if self.row_depth == 0 && inside == self.depth => match tag {
                Tag::WyciagWiersz => {
                    statement.rows += 1;
                    self.row.clear();
                    self.row_depth = inside + 1;
                    self.row_start = walk.original(walk.start());
                }
                Tag::Podmiot1 => self.holder_start = walk.original(walk.start()),
                _ => {}
            },
            Some(_) => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), IntakeError> {
        if self.row_depth > 0 {
            self.row.text(&walk.path()[self.row_depth..], text);
        } else if let Some(statement) = &mut self.statement
            && let Err(reason) = statement.text(&walk.path()[self.depth..], text)
        {
            self.reject_value(walk, &reason);
        }
        Ok(())
    }

    fn close(&mut self, tag: Tag, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        let inside = walk.path().len();
        if self.row_depth > 0 {
            if inside < self.row_depth {
                return self.end_row(walk);
            }
        } else if let Some(statement) = &mut self.statement {
            if inside < self.depth {
                self.end_statement(walk);
            } else if inside == self.depth && tag == Tag::Podmiot1 {
                statement.holder_place = walk.place_from(self.holder_start);
            }
        }
        Ok(())
    }

    /// Refuses the row that is open, or else the value that stands here.
    fn refuse(&mut self, reason: &str, start: u64, walk: &Walk<'_>) -> Result<(), IntakeError> {
        if self.row_depth > 0 {
            if self.row.problem.is_empty() {
                self.row.problem = format!("byte {}: {reason}", walk.original(start));
            }
        } else if self.statement.is_some() {
            self.reject_value(walk, reason);
        }
        Ok(())
    }

    fn broken(&mut self, broken: &Break, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        if self.statements == 0 {
            return Err(broken.error(
                self.name,
                walk,
                "Ask for a file as the program of the bank or the company wrote it.",
            ));
        }
        let mut place = walk.place(broken.at);
        let reason = broken.reason(walk);
        if self.row_depth > 0 {
            place.byte_start = self.row_start;
            self.write_row_locator();
        } else {
            self.locator.clear();
            let _ = write!(self.locator, "byte {}", walk.original(broken.at));
        }
        self.reject(walk, place, &reason);
        self.end_statement(walk);
        Ok(())
    }
}

impl Reader<'_> {
    fn end_row(&mut self, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        self.row_depth = 0;
        let place = walk.place_from(self.row_start);
        self.write_row_locator();
        let Some(statement) = &self.statement else {
            return Ok(());
        };
        let core = if statement.account().is_empty() {
            Err("no account: none is named before this row; expected NumerRachunku".to_owned())
        } else {
            self.row.core()
        };
        match core {
            Ok(core) => {
                let context = row::Context {
                    account: statement.account(),
                    statement: statement.number,
                    currency: statement.currency,
                    ordinal: statement.rows,
                    place,
                    locator: &self.locator,
                };
                let row = self.row.row(&core, context);
                let rows = self.out.rows();
                rows.entry(&row);
                rows.accepted();
            }
            Err(reason) => self.reject(walk, place, &reason),
        }
        walk.release();
        self.out.pass_on()
    }

    fn end_statement(&mut self, walk: &mut Walk<'_>) {
        self.row_depth = 0;
        let Some(statement) = self.statement.take() else {
            return;
        };
        let place = walk.place_from(statement.start);
        self.locator.clear();
        let _ = write!(self.locator, "JPK[{}]", statement.number + 1);
        if statement.account().is_empty() {
            let reason = "the statement names no account; expected NumerRachunku";
            self.reject(walk, place, reason);
        } else {
            statement.write(self.out.rows(), place, &self.locator);
        }
        walk.release();
    }

    fn write_row_locator(&mut self) {
        self.locator.clear();
        if let Some(statement) = &self.statement {
            let _ = write!(
                self.locator,
                "JPK[{}]/WyciagWiersz[{}]",
                statement.number + 1,
                statement.rows
            );
        }
    }

    /// A value around the rows that cannot be read; the other values stay.
    fn reject_value(&mut self, walk: &Walk<'_>, reason: &str) {
        let place = walk.place(walk.start());
        self.locator.clear();
        let _ = write!(
            self.locator,
            "JPK[{}], byte {}",
            self.statements, place.byte_start
        );
        self.reject(walk, place, reason);
    }

    fn reject(&mut self, walk: &Walk<'_>, place: Place, reason: &str) {
        walk.reject(&mut self.out, place, &self.locator, reason);
    }
}
