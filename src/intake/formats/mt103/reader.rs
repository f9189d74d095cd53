//! From lines to messages and their fields.

use super::envelope::Envelope;
use super::{TYPES, order};
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::Place;

/// Longest message; the network carries 10,000 characters.
const MESSAGE: usize = 1024 * 1024;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut reader = Reader {
        lines: Lines::open(source)?,
        out: Segments::new(source.source_id, output),
        messages: 0,
        message: None,
    };
    let result = reader.run();
    let messages = reader.messages;
    reader.out.finish()?;
    result?;
    if messages == 0 && source.bytes > 0 {
        return Err(source.holds_none(
            "no message with a block {1: and no line that begins with :20:",
            "MT103, MT202 or MT205 messages",
        ));
    }
    Ok(())
}

/// A field of a message.
pub struct Field {
    /// `32A`
    pub tag: String,
    /// Its lines, ended by LF.
    pub text: String,
}

/// A message being read.
#[derive(Default)]
pub struct Message {
    pub envelope: Envelope,
    pub fields: Vec<Field>,
    start: u64,
    end: u64,
    line: u64,
    length: usize,
    cut: bool,
    /// Inside the text block.
    in_text: bool,
    /// The text block has ended.
    is_whole: bool,
    has_header: bool,
}

struct Reader<'a> {
    lines: Lines<'a>,
    out: Segments<'a>,
    messages: u64,
    message: Option<Message>,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), IntakeError> {
        let mut line = Line::default();
        while self.lines.next(&mut line)? {
            self.line(&line);
            self.out.pass_on()?;
        }
        self.end_message();
        self.out.pass_on()
    }

    fn line(&mut self, line: &Line) {
        let text = line.text.as_str();
        let mut from = text.len() - text.trim_start_matches(|c: char| c <= ' ').len();
        // A line can end one message and begin the next: `-}{5:{CHK:1}}{1:F01...`.
        loop {
            let rest = text.get(from..).unwrap_or("");
            if self.message.as_ref().is_some_and(|message| message.in_text) && !rest.starts_with("{1:") {
                let ends = rest.trim_end() == "-" || rest.starts_with("-}");
                if !ends {
                    return self.text(rest, line, from);
                }
                let to = from + if rest.starts_with("-}") { 2 } else { 1 };
                let end = self.lines.byte_of(line, to);
                if let Some(message) = &mut self.message {
                    (message.in_text, message.is_whole) = (false, true);
                    message.end = end;
                }
                from = to;
                continue;
            }
            let next = match rest.match_indices("{1:").find(|(at, _)| *at > 0) {
                Some((at, _)) => from + at,
                None => text.len(),
            };
            let part = text.get(from..next).unwrap_or("");
            let opened = self.header(part, line, from);
            match opened {
                Some(to) if to < next => from = to,
                _ if next < text.len() => from = next,
                _ => return,
            }
        }
    }

    /// Takes a part of a line outside the text block. Gives where the text block begins in the line.
    fn header(&mut self, part: &str, line: &Line, from: usize) -> Option<usize> {
        let start = self.lines.byte_of(line, from);
        if part.starts_with("{1:") {
            self.end_message();
        }
        if part.starts_with("{1:") || (self.message.is_none() && part.starts_with("{2:")) {
            self.message = Some(Message {
                start,
                end: start,
                line: line.number,
                has_header: true,
                ..Message::default()
            });
        } else if tag_of(part).is_some() {
            // Without an envelope, or with a broken one.
            if self.message.as_ref().is_some_and(|message| message.is_whole) {
                self.end_message();
            }
            let message = self.message.get_or_insert_with(|| Message {
                start,
                line: line.number,
                ..Message::default()
            });
            message.in_text = true;
            self.text(part, line, from);
            return None;
        }
        let message = self.message.as_mut()?;
        let (blocks, text) = match part.split_once("{4:") {
            // Acknowledgements have blocks where messages have text.
            Some((blocks, text)) if !text.trim_start().starts_with('{') => (blocks, Some(text)),
            _ => (part, None),
        };
        if message.has_header && !message.is_whole {
            message.envelope.take(blocks);
        }
        let used = part.trim_end_matches(|c: char| c <= ' ' || c == '$').len();
        if used > 0 && part.starts_with('{') {
            message.end = self.lines.byte_of(line, from + used);
        }
        let text = text?;
        message.in_text = true;
        Some(from + part.len() - text.len())
    }

    /// Takes a line of the text block.
    fn text(&mut self, text: &str, line: &Line, from: usize) {
        let tag = tag_of(text);
        // Without envelopes the next reference begins the next message.
        let bare_next = tag.is_some_and(|(tag, _)| tag == "20")
            && self.message.as_ref().is_some_and(|message| {
                !message.has_header && message.fields.iter().any(|field| field.tag == "32A")
            });
        if bare_next {
            self.end_message();
            self.message = Some(Message {
                start: self.lines.byte_of(line, from),
                line: line.number,
                in_text: true,
                ..Message::default()
            });
        }
        let Some(message) = &mut self.message else {
            return;
        };
        let used = text.trim_end_matches(|c: char| c <= ' ').len();
        if used > 0 {
            message.end = self.lines.byte_of(line, from + used);
        }
        message.cut |= line.cut;
        message.length += text.len() + 1;
        if message.length > MESSAGE {
            message.cut = true;
            return;
        }
        match (tag, message.fields.last_mut()) {
            (Some((tag, rest)), _) => message.fields.push(Field {
                tag: tag.to_owned(),
                text: rest.to_owned(),
            }),
            (None, Some(field)) => {
                field.text.push('\n');
                field.text.push_str(text);
            }
            // The empty line behind `{4:`.
            (None, None) => {}
        }
    }

    fn end_message(&mut self) {
        let Some(message) = self.message.take() else {
            return;
        };
        if message.envelope.is_service || (!message.has_header && message.fields.is_empty()) {
            return;
        }
        self.messages += 1;
        let place = Place {
            byte_start: message.start,
            byte_end: message.end,
            line: message.line,
        };
        let locator = format!("message {}, line {}", self.messages, message.line);
        let kind = message.envelope.kind.as_str();
        let result = if message.cut {
            Err(
                "a line longer than 64 KB or a message longer than 1 MB; expected 10,000 characters"
                    .to_owned(),
            )
        } else if !kind.is_empty() && !TYPES.contains(&kind) {
            Err(format!(
                "a message of type ‘{}’ is no payment order that is read here; expected 103, 202 or 205",
                order::shorten(kind)
            ))
        } else if message.fields.is_empty() {
            Err("the message has no text; expected a block {4: with fields".to_owned())
        } else if message.has_header && !message.is_whole {
            Err("the message does not end with -}: its end may be missing".to_owned())
        } else {
            order::write(&message, place, &locator, self.out.rows())
        };
        if let Err(reason) = result {
            let raw = self.lines.excerpt(place.byte_start, place.byte_end);
            self.out.rows().reject(&Reject {
                place,
                locator: &locator,
                reason: &reason,
                raw: &raw,
            });
        }
    }
}

/// Tag and text of a line that begins with one: two digits, a letter or none.
fn tag_of(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let known = match tag.as_bytes() {
        [a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        [a, b, c] => a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_uppercase(),
        _ => false,
    };
    known.then_some((tag, rest))
}
