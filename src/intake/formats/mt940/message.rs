//! From lines to fields, from fields to statements and entries.

use super::entry::Entry;
use super::folded::Folded;
use super::statement::Statements;
use super::tags::{Role, Tag, is_block, is_end, kind_of, tag_of, without_control};
use super::texts::trim_start;
use crate::intake::lines::{BorrowedLine, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::Place;

/// Longest field, and all details of an entry, in bytes.
pub const FIELD: usize = 1024 * 1024;
/// What begins the envelope of a message.
const ENVELOPE: &str = "{1:";

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut lines = Lines::open(source)?;
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        tags: 0,
        field: Field::default(),
        statements: Statements::default(),
        entry: Entry::default(),
        header: None,
        foreign: None,
    };
    let result = reader.run(&mut lines);
    reader.out.finish()?;
    result?;
    if reader.tags == 0 && source.bytes > 0 {
        return Err(source.holds_none(
            "no line that begins with a tag such as :20: or :61:",
            "an MT940 statement",
        ));
    }
    Ok(())
}

struct Reader<'a> {
    out: Segments<'a>,
    /// Tags seen in the file.
    tags: u64,
    field: Field,
    statements: Statements,
    entry: Entry,
    /// The envelope that began last, until its second block tells the kind of message.
    header: Option<Place>,
    foreign: Option<Foreign>,
}

/// A message of another kind, which is a reject as a whole.
struct Foreign {
    kind: String,
    place: Place,
}

/// The field being read: its tag and lines. One value serves all fields of a file.
pub struct Field {
    /// Between its first line and the next tag.
    open: bool,
    pub tag: Tag,
    /// The lines joined by line feeds; nothing for `:86:`.
    pub text: String,
    /// The lines of `:86:`.
    pub folded: Folded,
    pub place: Place,
    /// A line or the whole was longer than can be kept.
    pub cut: bool,
}

impl Reader<'_> {
    fn run(&mut self, lines: &mut Lines<'_>) -> Result<(), IntakeError> {
        // A lone colon begins a tag that was cut by the line's end.
        let mut colon: Option<u64> = None;
        while lines.advance()? {
            let line = lines.line();
            let mut text = without_control(line.text);
            let mut start = line.start;
            let rejoined;
            if let Some(at) = colon.take() {
                rejoined = format!(":{text}");
                if tag_of(&rejoined).is_some() {
                    text = &rejoined;
                    start = at;
                }
            }
            if text == ":" && self.foreign.is_none() {
                colon = Some(line.start);
                continue;
            }
            // The end of a message and the envelope of the next may stand on one line.
            if (is_end(text) || is_block(text))
                && let Some(at) = text.find(ENVELOPE).filter(|at| *at > 0)
            {
                text = &text[at..];
                start = lines.byte_in_line(line.text.find(ENVELOPE).unwrap_or(0));
                if let Some(foreign) = &mut self.foreign {
                    foreign.place.byte_end = start;
                }
                self.end_message(lines)?;
            }
            if is_block(text) {
                let place = place_of(&line, start);
                if text.starts_with(ENVELOPE) {
                    self.header = Some(place);
                }
                let kind = kind_of(text);
                if kind.is_some() || text.starts_with(ENVELOPE) {
                    self.end_foreign(lines)?;
                }
                if let Some(foreign) = &mut self.foreign {
                    foreign.place.byte_end = line.end;
                    continue;
                }
                self.end_message(lines)?;
                if let Some(kind) = kind {
                    let header = self.header.take().unwrap_or(place);
                    if !matches!(kind, "940" | "941" | "942" | "950") {
                        self.foreign = Some(Foreign {
                            kind: kind.to_owned(),
                            place: Place {
                                byte_end: line.end,
                                ..header
                            },
                        });
                        continue;
                    }
                }
                text = match text.split_once("{4:") {
                    Some((_, rest)) => rest.trim_start(),
                    None => "",
                };
                if text.is_empty() {
                    continue;
                }
            }
            if let Some(foreign) = &mut self.foreign {
                if !trim_start(text).is_empty() {
                    foreign.place.byte_end = line.end;
                }
                // A hyphen alone may be a part of its text.
                if text.starts_with("-}") {
                    self.end_foreign(lines)?;
                }
            } else if is_end(text) {
                self.end_message(lines)?;
            } else if let Some((tag, rest)) = tag_of(text) {
                self.tags += 1;
                self.header = None;
                self.end_field(lines)?;
                self.field.begin(tag, rest, place_of(&line, start), line.cut);
            } else if self.field.open {
                self.field.add_line(text, line.end, line.cut);
            }
            // Lines outside any field are the envelope of the delivery.
        }
        self.end_message(lines)
    }

    fn end_foreign(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(foreign) = self.foreign.take() else {
            return Ok(());
        };
        let reason = format!(
            "a message MT{} among statements; expected MT940 or MT942. Take it in as a file of its own",
            foreign.kind
        );
        self.out.reject_lines(foreign.place, &reason, lines);
        self.out.pass_on()
    }

    fn end_message(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        self.end_foreign(lines)?;
        self.end_field(lines)?;
        self.end_entry(lines)?;
        self.statements.end(&mut self.out, lines);
        Ok(())
    }

    fn end_field(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        if !std::mem::take(&mut self.field.open) {
            return Ok(());
        }
        match self.field.tag.role {
            Role::Details | Role::OwnDetails => {
                // Without an entry before it, it is a note on the statement.
                self.statements.set_end(self.field.place.byte_end);
                self.entry.take(&mut self.field);
                return Ok(());
            }
            Role::Kind => return Ok(()),
            _ => {}
        }
        self.end_entry(lines)?;
        let place = self.field.place;
        if self.field.tag.role == Role::Entry {
            self.statements.begin(&self.field).entries += 1;
            self.statements.reach(place.byte_end);
            self.entry.begin(&mut self.field);
            return self.out.pass_on();
        }
        let result = self.statements.read(&self.field, &mut self.out, lines);
        self.statements.reach(place.byte_end);
        if let Err(reason) = result {
            let reason = format!(":{}: {reason}", self.field.tag.word);
            self.out.reject_lines(place, &reason, lines);
        }
        self.out.pass_on()
    }

    fn end_entry(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(place) = self.entry.end() else {
            return Ok(());
        };
        if let Err(reason) = self.entry.write(self.statements.open(), self.out.rows()) {
            self.out.reject_lines(place, &format!(":61: {reason}"), lines);
        }
        self.out.pass_on()
    }
}

impl Default for Field {
    fn default() -> Field {
        Field {
            open: false,
            tag: Tag {
                word: "",
                role: Role::Other,
            },
            text: String::new(),
            folded: Folded::default(),
            place: Place::default(),
            cut: false,
        }
    }
}

impl Field {
    fn begin(&mut self, tag: Tag, text: &str, place: Place, cut: bool) {
        self.open = true;
        self.tag = tag;
        self.place = place;
        self.cut = cut;
        self.text.clear();
        if tag.role == Role::Details {
            self.folded.begin(text);
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds a further line, which ends at a byte of the file.
    fn add_line(&mut self, text: &str, end: u64, cut: bool) {
        let folded = self.tag.role == Role::Details;
        let length = if folded {
            self.folded.len()
        } else {
            self.text.len()
        };
        if length + text.len() >= FIELD {
            self.cut = true;
        } else if folded {
            self.folded.add_line(text);
        } else {
            self.text.push('\n');
            self.text.push_str(text);
        }
        self.cut |= cut;
        // Empty lines behind a field are none of its own.
        if !trim_start(text).is_empty() {
            self.place.byte_end = end;
        }
    }
}

fn place_of(line: &BorrowedLine<'_>, start: u64) -> Place {
    Place {
        byte_start: start,
        byte_end: line.end,
        line: line.number,
    }
}
