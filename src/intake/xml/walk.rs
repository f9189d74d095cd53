//! The walk through the XML: where each element stands, what is refused, where it breaks.

use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Error, Reader};

use super::limit::Limited;
use super::names::Name;
use crate::intake::segments::Segments;
use crate::intake::utf8_source::Utf8Source;
use crate::intake::{IntakeError, Reject, SourceFile};
use crate::model::Place;

/// Deepest nesting that is read. No schema of payments needs more than twenty.
pub(super) const DEPTH: usize = 256;
/// Longest text of one field, in bytes.
pub(super) const FIELD: usize = 1024 * 1024;
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
    /// Reads what is not ordinary. It does not know of elements that began or ended without it.
    pub(super) xml: Reader<Limited<'a>>,
    /// Open elements, from the root.
    pub(super) stack: Vec<N>,
    /// Their names as written, one behind the other.
    pub(super) names: String,
    pub(super) opened: Vec<Opened>,
    pub(super) text: String,
    /// No element ended since the last began: its text is all its content.
    pub(super) leaf: bool,
    pub(super) start: u64,
}

/// How an open element began.
pub(super) struct Opened {
    /// Where its name begins among the names.
    pub name: usize,
    /// The reader of what is not ordinary saw it begin, so it must see it end.
    pub known: bool,
}

/// Reads a whole file. Ends without an error where the file ended or where the handler took a break for a reject.
pub fn read<H: Handler>(source: &SourceFile<'_>, handler: &mut H) -> Result<(), IntakeError> {
    read_from(Utf8Source::open(source)?, source.name, true, handler)
}

/// The same from a file that is open; where `quick` is false, even what is ordinary goes the long way.
pub(crate) fn read_from<H: Handler>(
    file: Utf8Source<'_>,
    name: &str,
    quick: bool,
    handler: &mut H,
) -> Result<(), IntakeError> {
    let mut xml = Reader::from_reader(Limited::new(file));
    let config = xml.config_mut();
    // The walk compares names itself.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut walk = Walk {
        xml,
        stack: Vec::with_capacity(32),
        names: String::new(),
        opened: Vec::with_capacity(32),
        text: String::new(),
        leaf: false,
        start: 0,
    };
    match walk.run(name, quick, handler)? {
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
    /// The error where nothing was read before the break.
    pub fn error<N: Name>(&self, name: &str, walk: &Walk<'_, N>, next_step: &str) -> IntakeError {
        let place = format!("byte {}", walk.original(self.at));
        shape(name, &place, &self.found, self.expected, next_step)
    }

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

    /// From a byte of the file as received to where the walk stands.
    pub fn place_from(&self, byte_start: u64) -> Place {
        Place {
            byte_start,
            byte_end: self.original(self.position()),
            line: 0,
        }
    }

    /// Keeps what cannot be read, as it stands at a place of the file.
    pub fn reject(&self, out: &mut Segments<'_>, place: Place, locator: &str, reason: &str) {
        out.rows().reject(&Reject {
            place,
            locator,
            reason,
            raw: &self.excerpt(place),
        });
    }

    /// What a reject shows of a place.
    fn excerpt(&self, place: Place) -> String {
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
        quick: bool,
        handler: &mut H,
    ) -> Result<Option<Break>, IntakeError> {
        let mut buffer = Vec::new();
        // The reader has taken nothing of the markup that comes next.
        let mut between = false;
        loop {
            buffer.clear();
            if quick && between {
                self.pass_ordinary(name, handler)?;
            }
            between = true;
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
                Ok(Event::Empty(element)) => {
                    if let Some(broken) = self.open(&element, handler, start)? {
                        return Ok(Some(broken));
                    }
                    self.close(handler)?;
                }
                Ok(Event::End(element)) => {
                    if let Some(error) = self.unmatched(element.name().as_ref()) {
                        return Ok(Some(broken_xml(start, &error)));
                    }
                    self.close(handler)?;
                }
                Ok(Event::Text(text)) => {
                    if !self.add(&text) {
                        self.refuse_text(handler, start)?;
                    }
                    between = false;
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
                Err(Error::Io(error)) if error.kind() != std::io::ErrorKind::Other => {
                    return Err(unreadable(name, &error));
                }
                Err(error) => return Ok(Some(broken_xml(start, &error))),
            }
        }
    }

    /// What is wrong with the name of an end tag, where something is.
    fn unmatched(&self, found: &str) -> Option<Error> {
        let Some(opened) = self.opened.last() else {
            return Some(Error::IllFormed(IllFormedError::UnmatchedEndTag(
                found.to_owned(),
            )));
        };
        let expected = &self.names[opened.name..];
        (expected != found).then(|| {
            Error::IllFormed(IllFormedError::MismatchedEndTag {
                expected: expected.to_owned(),
                found: found.to_owned(),
            })
        })
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
        self.push(name, element.name().as_ref(), true);
        Ok(None)
    }

    fn close<H: Handler<Name = N>>(&mut self, handler: &mut H) -> Result<(), IntakeError> {
        if self.leaf {
            let text = self.text.trim();
            if !text.is_empty() {
                handler.text(text, self)?;
            }
        }
        let name = self.pop();
        handler.close(name, self)
    }

    /// An element is open from now on.
    pub(super) fn push(&mut self, name: N, written: &str, known: bool) {
        self.stack.push(name);
        self.opened.push(Opened {
            name: self.names.len(),
            known,
        });
        self.names.push_str(written);
        self.text.clear();
        self.leaf = true;
    }

    /// The element that is open ends.
    pub(super) fn pop(&mut self) -> N {
        self.leaf = false;
        if let Some(opened) = self.opened.pop() {
            self.names.truncate(opened.name);
        }
        self.stack.pop().unwrap_or(N::OTHER)
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
        let resolved = match predefined(&reference[..]) {
            Some(resolved) => resolved,
            None => match reference.resolve_char_ref() {
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

/// What one of the five references of XML stands for.
pub(super) fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

/// The error of a file that the system cannot read.
pub(super) fn unreadable(name: &str, error: &std::io::Error) -> IntakeError {
    IntakeError::Io {
        path: name.to_owned(),
        error: std::io::Error::new(error.kind(), error.to_string()),
    }
}

fn broken_xml(at: u64, error: &Error) -> Break {
    Break {
        at,
        found: format!("broken XML: {error}"),
        expected: "well-formed XML",
    }
}
