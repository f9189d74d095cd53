//! The walk through the XML: where each element stands, what is refused, where it breaks.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::limit::Limited;
use super::tags::Tag;
use super::{MESSAGES, entry, statement};
use crate::intake::segments::Segments;
use crate::intake::utf8_source::Utf8Source;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::Place;

/// Deepest nesting that is read. The schema needs less than twenty.
const DEPTH: usize = 256;
/// Longest text of one field, in bytes.
const FIELD: usize = 1024 * 1024;
/// Bytes of a record that a reject shows.
const SHOWN: usize = 4096;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let file = Utf8Source::open(source)?;
    let mut xml = Reader::from_reader(Limited::new(file));
    xml.config_mut().expand_empty_elements = true;
    let mut walk = Walk {
        name: source.name,
        out: Segments::new(source.source_id, output),
        stack: Vec::with_capacity(32),
        text: String::new(),
        attribute: String::new(),
        leaf: false,
        element_start: 0,
        statements: 0,
        next_number: 0,
        statement: None,
        statement_depth: 0,
        entry: entry::Draft::default(),
        entry_depth: 0,
        entry_start: 0,
        locator: String::new(),
    };
    let result = walk.run(&mut xml);
    // What stood before a break is kept in every case.
    walk.out.finish()?;
    result
}

struct Walk<'a> {
    name: &'a str,
    out: Segments<'a>,
    /// Open elements, from the root.
    stack: Vec<Tag>,
    text: String,
    /// `Ccy` of the amount that is open.
    attribute: String,
    /// No element ended since the last began: its text is all its content.
    leaf: bool,
    /// Delivered position where the element begun last stands.
    element_start: u64,
    /// Statements seen.
    statements: u32,
    /// Number of the next statement row.
    next_number: u32,
    statement: Option<statement::Draft>,
    /// Elements open inside which the statement's children stand; 0 outside a statement.
    statement_depth: usize,
    entry: entry::Draft,
    /// The same for the entry.
    entry_depth: usize,
    entry_start: u64,
    locator: String,
}

/// Why reading ended early.
struct Break {
    /// Delivered position.
    at: u64,
    found: String,
    expected: &'static str,
}

type Xml<'a> = Reader<Limited<'a>>;

impl Walk<'_> {
    fn run(&mut self, xml: &mut Xml<'_>) -> Result<(), IntakeError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let start = xml.get_ref().source().position();
            if xml.get_mut().next_event() {
                self.refuse_text(xml, start)?;
            }
            let event = xml.read_event_into(&mut buffer);
            let broken = match event {
                Ok(Event::Start(element)) => match self.open(&element, xml, start) {
                    Ok(()) => continue,
                    Err(broken) => broken,
                },
                Ok(Event::End(_)) => {
                    self.close(xml)?;
                    continue;
                }
                Ok(Event::Text(text)) => {
                    if !self.add(&text) {
                        self.refuse_text(xml, start)?;
                    }
                    continue;
                }
                Ok(Event::CData(text)) => {
                    if !self.add(&text) {
                        self.refuse_text(xml, start)?;
                    }
                    continue;
                }
                Ok(Event::GeneralRef(reference)) => {
                    self.reference(&reference, xml, start)?;
                    continue;
                }
                Ok(Event::DocType(_)) => Break {
                    at: start,
                    found: "a document type definition (DOCTYPE)".to_owned(),
                    expected: "none: definitions and their entities are not read, because they can hide or \
                               multiply content",
                },
                Ok(Event::Eof) => {
                    if self.stack.is_empty() && self.statement.is_none() {
                        break;
                    }
                    Break {
                        at: start,
                        found: format!("the end of the file inside {} open elements", self.stack.len()),
                        expected: "their end tags",
                    }
                }
                Ok(_) => continue,
                Err(quick_xml::Error::Io(error)) if error.kind() != std::io::ErrorKind::Other => {
                    return Err(IntakeError::Io {
                        path: self.name.to_owned(),
                        error: std::io::Error::new(error.kind(), error.to_string()),
                    });
                }
                Err(error) => Break {
                    at: start,
                    found: format!("broken XML: {error}"),
                    expected: "well-formed XML",
                },
            };
            return self.broken(&broken, xml);
        }
        if self.statements == 0 {
            return Err(self.shape(
                "the whole file",
                "no Stmt, Rpt or Ntfctn".to_owned(),
                &format!("at least one statement inside {}", MESSAGES.join(", ")),
                "Ask the bank for the statement itself; this file holds none.",
            ));
        }
        Ok(())
    }

    fn open(&mut self, element: &BytesStart<'_>, xml: &Xml<'_>, start: u64) -> Result<(), Break> {
        let name = element.name();
        let tag = Tag::from_name(name.as_ref());
        if self.stack.len() >= DEPTH {
            return Err(Break {
                at: start,
                found: format!("elements nested more than {DEPTH} deep"),
                expected: "the nesting of ISO 20022, less than twenty",
            });
        }
        if self.statement_depth == 0 {
            if tag.is_statement() && self.stack.last().is_some_and(|parent| parent.is_message()) {
                self.statements += 1;
                self.statement = Some(statement::Draft::new(
                    tag,
                    self.statements,
                    xml.get_ref().source().original(start),
                ));
                self.statement_depth = self.stack.len() + 1;
            }
        } else if self.entry_depth == 0 {
            if tag == Tag::Ntry && self.stack.len() == self.statement_depth {
                self.entry.clear();
                self.entry_start = start;
                self.entry_depth = self.stack.len() + 1;
                if let Some(statement) = &mut self.statement {
                    statement.entries += 1;
                }
            }
        } else if tag == Tag::TxDtls {
            self.entry.payment();
        }
        if tag == Tag::Amt {
            self.attribute.clear();
            if let Ok(Some(currency)) = element.try_get_attribute("Ccy") {
                self.attribute.push_str(currency.value.trim());
            }
        }
        self.stack.push(tag);
        self.element_start = start;
        self.text.clear();
        self.leaf = true;
        Ok(())
    }

    fn close(&mut self, xml: &mut Xml<'_>) -> Result<(), IntakeError> {
        let tag = self.stack.last().copied().unwrap_or(Tag::Other);
        if self.leaf {
            let text = self.text.trim();
            if !text.is_empty() {
                if self.entry_depth > 0 {
                    self.entry
                        .text(&self.stack[self.entry_depth..], text, &self.attribute);
                } else if let Some(statement) = &mut self.statement {
                    let result = statement.text(&self.stack[self.statement_depth..], text, &self.attribute);
                    if let Err(reason) = result {
                        self.reject_header(xml, &reason);
                    }
                }
            }
        }
        self.leaf = false;
        self.stack.pop();
        if self.entry_depth > 0 {
            if self.stack.len() < self.entry_depth {
                self.end_entry(xml)?;
            }
        } else if self.statement_depth > 0 {
            if self.stack.len() < self.statement_depth {
                self.end_statement(xml);
            } else if tag == Tag::Bal
                && self.stack.len() == self.statement_depth
                && let Some(statement) = &mut self.statement
                && let Err(reason) = statement.balance(&mut self.next_number)
            {
                self.reject_header(xml, &reason);
            }
        }
        Ok(())
    }

    /// False where the field grows too long.
    fn add(&mut self, text: &str) -> bool {
        if !self.leaf {
            return true;
        }
        if self.text.len() + text.len() > FIELD {
            return false;
        }
        self.text.push_str(text);
        true
    }

    fn reference(
        &mut self,
        reference: &BytesRef<'_>,
        xml: &mut Xml<'_>,
        start: u64,
    ) -> Result<(), IntakeError> {
        let mut buffer = [0; 4];
        let resolved = match &reference[..] {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => match reference.resolve_char_ref() {
                Ok(Some(c)) => c.encode_utf8(&mut buffer),
                _ => {
                    let shown: String = reference.chars().take(40).collect();
                    let reason = format!(
                        "the entity ‘&{shown};’ is not defined; expected one of the five of XML or a character number"
                    );
                    return self.refuse(xml, start, &reason);
                }
            },
        };
        if self.add(resolved) {
            Ok(())
        } else {
            self.refuse_text(xml, start)
        }
    }

    fn refuse_text(&mut self, xml: &mut Xml<'_>, start: u64) -> Result<(), IntakeError> {
        self.refuse(
            xml,
            start,
            "a text longer than 1 MB; expected a field of a payment",
        )
    }

    /// Refuses the entry that is open, or else the value that stands here.
    fn refuse(&mut self, xml: &mut Xml<'_>, start: u64, reason: &str) -> Result<(), IntakeError> {
        if self.entry_depth > 0 {
            let at = xml.get_ref().source().original(start);
            self.entry.refuse(&format!("byte {at}: {reason}"));
        } else if self.statement.is_some() {
            self.reject_header(xml, reason);
        }
        self.leaf = false;
        Ok(())
    }

    fn end_entry(&mut self, xml: &mut Xml<'_>) -> Result<(), IntakeError> {
        self.entry_depth = 0;
        let place = place(xml, self.entry_start);
        let Some(statement) = &mut self.statement else {
            return Ok(());
        };
        let sequence = statement.entries;
        self.locator.clear();
        let _ = std::fmt::Write::write_fmt(
            &mut self.locator,
            format_args!(
                "{}[{}]/Ntry[{sequence}]",
                statement.kind.statement_name(),
                statement.ordinal
            ),
        );
        let core = if statement.account().is_empty() {
            Err("no account: the statement names none before this entry; expected Acct/Id".to_owned())
        } else {
            self.entry.core()
        };
        match core {
            Ok(core) => {
                let number = statement.number(core.currency, &mut self.next_number);
                let context = entry::Context {
                    account: statement.account(),
                    statement: number,
                    sequence,
                    place,
                    locator: &self.locator,
                };
                let row = self.entry.row(&core, context);
                let rows = self.out.rows();
                rows.entry(&row);
                rows.accepted();
            }
            Err(reason) => {
                let raw = excerpt(xml, place);
                self.out.rows().reject(&Reject {
                    place,
                    locator: &self.locator,
                    reason: &reason,
                    raw: &raw,
                });
            }
        }
        let position = xml.get_ref().source().position();
        xml.get_mut().source_mut().release(position);
        self.out.pass_on()
    }

    fn end_statement(&mut self, xml: &mut Xml<'_>) {
        self.statement_depth = 0;
        self.entry_depth = 0;
        let Some(mut statement) = self.statement.take() else {
            return;
        };
        let place = Place {
            byte_start: statement.start,
            ..place(xml, 0)
        };
        if statement.account().is_empty() {
            let locator = format!("{}[{}]", statement.kind.statement_name(), statement.ordinal);
            let raw = excerpt(xml, place);
            self.out.rows().reject(&Reject {
                place,
                locator: &locator,
                reason: "the statement names no account; expected Acct/Id/IBAN or Acct/Id/Othr/Id",
                raw: &raw,
            });
        } else {
            statement.write(self.out.rows(), place, &mut self.next_number);
        }
        let position = xml.get_ref().source().position();
        xml.get_mut().source_mut().release(position);
    }

    /// A value of the statement that cannot be read; its other values stay.
    fn reject_header(&mut self, xml: &Xml<'_>, reason: &str) {
        let place = place(xml, self.element_start);
        let at = place.byte_start;
        let locator = match &self.statement {
            Some(s) => format!("{}[{}], byte {at}", s.kind.statement_name(), s.ordinal),
            None => format!("byte {at}"),
        };
        let raw = excerpt(xml, place);
        self.out.rows().reject(&Reject {
            place,
            locator: &locator,
            reason,
            raw: &raw,
        });
    }

    /// Reading ends here. Where nothing was read yet the file is refused; else what is broken is a reject and the
    /// statement is written as far as it is known.
    fn broken(&mut self, broken: &Break, xml: &mut Xml<'_>) -> Result<(), IntakeError> {
        let at = xml.get_ref().source().original(broken.at);
        if self.statements == 0 {
            return Err(self.shape(
                &format!("byte {at}"),
                broken.found.clone(),
                broken.expected,
                "Ask the bank for a file as its system wrote it.",
            ));
        }
        let start = if self.entry_depth > 0 {
            self.entry_start
        } else {
            broken.at
        };
        let place = place(xml, start);
        let locator = match &self.statement {
            Some(s) if self.entry_depth > 0 => {
                format!("{}[{}]/Ntry[{}]", s.kind.statement_name(), s.ordinal, s.entries)
            }
            _ => format!("byte {at}"),
        };
        let reason = format!(
            "{} at byte {at}; expected {}. What stands behind it was not read",
            broken.found, broken.expected
        );
        let raw = excerpt(xml, place);
        self.out.rows().reject(&Reject {
            place,
            locator: &locator,
            reason: &reason,
            raw: &raw,
        });
        self.end_statement(xml);
        Ok(())
    }

    fn shape(&self, place: &str, found: String, expected: &str, next_step: &str) -> IntakeError {
        IntakeError::Shape {
            name: self.name.to_owned(),
            place: place.to_owned(),
            found,
            expected: expected.to_owned(),
            next_step: next_step.to_owned(),
        }
    }
}

/// From a delivered position to where the reader stands.
fn place(xml: &Xml<'_>, start: u64) -> Place {
    let source = xml.get_ref().source();
    Place {
        byte_start: source.original(start),
        byte_end: source.original(source.position()),
        line: 0,
    }
}

fn excerpt(xml: &Xml<'_>, place: Place) -> String {
    xml.get_ref()
        .source()
        .excerpt(place.byte_start, place.byte_end, SHOWN)
}
