//! The walk through the XML: where each element stands, what is refused, where it breaks.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::limit::Limited;
use super::names::Name;
use crate::intake::utf8_source::Utf8Source;
use crate::intake::{IntakeError, SourceFile};
use crate::model::Place;

/// Deepest nesting that is read. No schema of payments needs more than twenty.
const DEPTH: usize = 256;
/// Longest text of one field, in bytes.
const FIELD: usize = 1024 * 1024;
/// Bytes of a record that a reject shows.
const SHOWN: usize = 4096;

/// What a format does with what the walk finds.
pub trait Handler {
    /// The elements that the format looks at.
    type Name: Name;

    /// An element begins; [`Walk::path`] holds the elements around it, [`Walk::start`] is where it stands.
    fn open(
        &mut self,
        name: Self::Name,
        element: &BytesStart<'_>,
        walk: &Walk<'_, Self::Name>,
    ) -> Result<(), IntakeError>;

    /// An element ends that holds text and no other element; [`Walk::path`] leads to it. The text is trimmed and not
    /// empty.
    fn text(&mut self, text: &str, walk: &Walk<'_, Self::Name>) -> Result<(), IntakeError>;

    /// An element has ended, behind [`Handler::text`]; [`Walk::path`] holds the elements around it.
    fn close(&mut self, name: Self::Name, walk: &mut Walk<'_, Self::Name>) -> Result<(), IntakeError>;

    /// The text that stands here from the delivered position `start` on cannot be taken; `reason` is a sentence.
    fn refuse(&mut self, reason: &str, start: u64, walk: &Walk<'_, Self::Name>) -> Result<(), IntakeError>;

    /// Reading ends early. An error where the file holds nothing that was read; else what is broken is a reject.
    fn broken(&mut self, broken: &Break, walk: &mut Walk<'_, Self::Name>) -> Result<(), IntakeError>;
}

/// Why reading ended early.
pub struct Break {
    /// Delivered position.
    pub at: u64,
    pub found: String,
    pub expected: &'static str,
}

/// Where a walk stands.
pub struct Walk<'a, N> {
    xml: Reader<Limited<'a>>,
    /// Open elements, from the root.
    stack: Vec<N>,
    text: String,
    /// No element ended since the last began: its text is all its content.
    leaf: bool,
    start: u64,
}

/// Reads a whole file. Ends without an error where the file ended or where the handler took a break for a reject.
pub fn read<H: Handler>(source: &SourceFile<'_>, handler: &mut H) -> Result<(), IntakeError> {
    let file = Utf8Source::open(source)?;
    let mut xml = Reader::from_reader(Limited::new(file));
    xml.config_mut().expand_empty_elements = true;
    let mut walk = Walk {
        xml,
        stack: Vec::with_capacity(32),
        text: String::new(),
        leaf: false,
        start: 0,
    };
    match walk.run(source.name, handler)? {
        Some(broken) => handler.broken(&broken, &mut walk),
        None => Ok(()),
    }
}

/// The error of a file that holds nothing of its format.
pub fn shape(name: &str, place: &str, found: &str, expected: &str, next_step: &str) -> IntakeError {
    IntakeError::Shape {
        name: name.to_owned(),
        place: place.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
        next_step: next_step.to_owned(),
    }
}

impl Break {
    /// What a reject says of the break.
    pub fn reason<N: Name>(&self, walk: &Walk<'_, N>) -> String {
        format!(
            "{} at byte {}; expected {}. What stands behind it was not read",
            self.found,
            walk.original(self.at),
            self.expected
        )
    }
}

impl<N: Name> Walk<'_, N> {
    /// The open elements, from the root.
    pub fn path(&self) -> &[N] {
        &self.stack
    }

    /// Delivered position where the element begun last stands.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Delivered position that is read next.
    pub fn position(&self) -> u64 {
        self.xml.get_ref().source().position()
    }

    /// The byte in the file as received where a delivered position stands.
    pub fn original(&self, delivered: u64) -> u64 {
        self.xml.get_ref().source().original(delivered)
    }

    /// From one delivered position to another.
    pub fn between(&self, start: u64, end: u64) -> Place {
        Place {
            byte_start: self.original(start),
            byte_end: self.original(end),
            line: 0,
        }
    }

    /// From a delivered position to where the walk stands.
    pub fn place(&self, start: u64) -> Place {
        self.between(start, self.position())
    }

    /// What a reject shows of a place.
    pub fn excerpt(&self, place: Place) -> String {
        let source = self.xml.get_ref().source();
        source.excerpt(place.byte_start, place.byte_end, SHOWN)
    }

    /// Forgets the way back from delivered positions before this one.
    pub fn release(&mut self) {
        let position = self.position();
        self.xml.get_mut().source_mut().release(position);
    }

    fn run<H: Handler<Name = N>>(
        &mut self,
        name: &str,
        handler: &mut H,
    ) -> Result<Option<Break>, IntakeError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let start = self.position();
            if self.xml.get_mut().next_event() {
                self.refuse_text(handler, start)?;
            }
            match self.xml.read_event_into(&mut buffer) {
                Ok(Event::Start(element)) => {
                    if let Some(broken) = self.open(&element, handler, start)? {
                        return Ok(Some(broken));
                    }
                }
                Ok(Event::End(_)) => self.close(handler)?,
                Ok(Event::Text(text)) => {
                    if !self.add(&text) {
                        self.refuse_text(handler, start)?;
                    }
                }
                Ok(Event::CData(text)) => {
                    if !self.add(&text) {
                        self.refuse_text(handler, start)?;
                    }
                }
                Ok(Event::GeneralRef(reference)) => self.reference(&reference, handler, start)?,
                Ok(Event::DocType(_)) => {
                    return Ok(Some(Break {
                        at: start,
                        found: "a document type definition (DOCTYPE)".to_owned(),
                        expected: "none: definitions and their entities are not read, because they can hide or \
                                   multiply content",
                    }));
                }
                Ok(Event::Eof) if self.stack.is_empty() => return Ok(None),
                Ok(Event::Eof) => {
                    return Ok(Some(Break {
                        at: start,
                        found: format!("the end of the file inside {} open elements", self.stack.len()),
                        expected: "their end tags",
                    }));
                }
                Ok(_) => {}
                Err(quick_xml::Error::Io(error)) if error.kind() != std::io::ErrorKind::Other => {
                    return Err(IntakeError::Io {
                        path: name.to_owned(),
                        error: std::io::Error::new(error.kind(), error.to_string()),
                    });
                }
                Err(error) => {
                    return Ok(Some(Break {
                        at: start,
                        found: format!("broken XML: {error}"),
                        expected: "well-formed XML",
                    }));
                }
            }
        }
    }

    fn open<H: Handler<Name = N>>(
        &mut self,
        element: &BytesStart<'_>,
        handler: &mut H,
        start: u64,
    ) -> Result<Option<Break>, IntakeError> {
        let name = N::from_name(element.name().as_ref());
        if self.stack.len() >= DEPTH {
            return Ok(Some(Break {
                at: start,
                found: format!("elements nested more than {DEPTH} deep"),
                expected: "the nesting of the schema, less than twenty",
            }));
        }
        self.start = start;
        handler.open(name, element, self)?;
        self.stack.push(name);
        self.text.clear();
        self.leaf = true;
        Ok(None)
    }

    fn close<H: Handler<Name = N>>(&mut self, handler: &mut H) -> Result<(), IntakeError> {
        if self.leaf {
            let text = self.text.trim();
            if !text.is_empty() {
                handler.text(text, self)?;
            }
        }
        self.leaf = false;
        let name = self.stack.pop().unwrap_or(N::OTHER);
        handler.close(name, self)
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

    fn reference<H: Handler<Name = N>>(
        &mut self,
        reference: &BytesRef<'_>,
        handler: &mut H,
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
                    self.leaf = false;
                    return handler.refuse(
                        &format!(
                            "the entity ‘&{shown};’ is not defined; expected one of the five of XML or a character \
                             number"
                        ),
                        start,
                        self,
                    );
                }
            },
        };
        if self.add(resolved) {
            Ok(())
        } else {
            self.refuse_text(handler, start)
        }
    }

    fn refuse_text<H: Handler<Name = N>>(&mut self, handler: &mut H, start: u64) -> Result<(), IntakeError> {
        self.leaf = false;
        handler.refuse(
            "a text longer than 1 MB; expected a field of a payment",
            start,
            self,
        )
    }
}
