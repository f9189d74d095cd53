//! JSON records with their bytes in the file as received: the elements of an array, a record a line, or one behind the
//! other.
//!
//! Only where records begin and end is found here, by brackets and quotes; what stands in one is read from its text. A
//! record that is broken ends at a place where reading goes on: a text that is not closed ends with its line, and so does
//! a record in a file of a record a line.

use serde_json::Value;

use super::utf8_source::Utf8Source;
use super::{IntakeError, SourceFile};
use crate::model::Place;

/// Longest record that is read.
const LONGEST: usize = 16 << 20;
/// What is kept of what is no record.
const KEPT: usize = 4 << 10;

/// Reads records one by one. Memory is that of one record.
pub struct Records<'a> {
    source: Utf8Source<'a>,
    name: &'a str,
    block: String,
    /// Where the block begins in the stream of UTF-8, and what of it was read.
    block_start: u64,
    at: usize,
    /// Lines begun so far.
    line: u64,
    text: String,
    shape: Shape,
    number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing was read yet.
    Unknown,
    Array,
    /// The array's end was read.
    Ended,
    /// A record a line.
    Lines,
    /// Records over several lines, one behind the other.
    Loose,
}

/// A record as it stands in the file.
pub struct Record<'r> {
    /// Its text; the beginning where `fault` says that it is too long.
    pub text: &'r str,
    pub place: Place,
    /// Counted from 1.
    pub number: u64,
    /// Why it can be no record.
    pub fault: Option<String>,
}

impl Record<'_> {
    /// What the record says, or why it cannot be read.
    pub fn value(&self) -> Result<Value, String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        serde_json::from_str(self.text).map_err(|error| format!("no JSON: {error}"))
    }

    /// Where it stands, in words.
    pub fn locator(&self) -> String {
        format!("record {}, line {}", self.number, self.place.line)
    }
}

impl<'a> Records<'a> {
    /// Opens the file.
    pub fn open(source: &'a SourceFile<'a>) -> Result<Records<'a>, IntakeError> {
        Ok(Records {
            source: Utf8Source::open(source)?,
            name: source.name,
            block: String::new(),
            block_start: 0,
            at: 0,
            line: 1,
            text: String::new(),
            shape: Shape::Unknown,
            number: 0,
        })
    }

    /// The next record; nothing at the end of the file.
    pub fn next(&mut self) -> Result<Option<Record<'_>>, IntakeError> {
        self.text.clear();
        let Some(first) = self.begin()? else {
            return Ok(None);
        };
        let (start, line) = (self.position(), self.line);
        // What was cited is not asked for again.
        self.source.release(start);
        self.number += 1;
        let fault = if first == b'{' {
            self.object()?
        } else {
            self.no_object()?;
            let what = if self.shape == Shape::Ended {
                "text behind the end of the array"
            } else {
                "no JSON object"
            };
            Some(format!("{what}; expected {{"))
        };
        Ok(Some(Record {
            place: Place {
                byte_start: self.source.original(start),
                byte_end: self.source.original(self.position()),
                line,
            },
            number: self.number,
            fault,
            text: &self.text,
        }))
    }

    fn position(&self) -> u64 {
        self.block_start + self.at as u64
    }

    /// The byte that is read next; nothing at the end of the file.
    fn peek(&mut self) -> Result<Option<u8>, IntakeError> {
        if self.at == self.block.len() {
            self.block_start += self.block.len() as u64;
            self.at = 0;
            let more = self.source.next_text(&mut self.block);
            if !more.map_err(|error| IntakeError::Io {
                path: self.name.to_owned(),
                error,
            })? {
                self.block.clear();
                return Ok(None);
            }
        }
        Ok(self.block.as_bytes().get(self.at).copied())
    }

    /// Goes to where the next record begins.
    fn begin(&mut self) -> Result<Option<u8>, IntakeError> {
        while let Some(byte) = self.peek()? {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                b',' if self.shape == Shape::Array => {}
                b'[' if self.shape == Shape::Unknown => self.shape = Shape::Array,
                b']' if self.shape == Shape::Array => self.shape = Shape::Ended,
                _ => return Ok(Some(byte)),
            }
            self.at += 1;
        }
        Ok(None)
    }

    /// Takes an object; says why it cannot be one.
    fn object(&mut self) -> Result<Option<String>, IntakeError> {
        let (mut nesting, mut inside, mut escaped) = (Nesting::default(), false, false);
        // The last byte that says something, and whether only blanks stand before on this line.
        let (mut last, mut fresh) = (0, false);
        let (mut fault, mut lines, mut length) = (None, 0_u64, 0_u64);
        let mut closed = false;
        while !closed {
            if self.peek()?.is_none() {
                fault.get_or_insert_with(|| "the file ends within the record".to_owned());
                break;
            }
            let from = self.at;
            let mut ends = "";
            for byte in &self.block.as_bytes()[from..] {
                self.at += 1;
                if *byte == b'\n' {
                    if self.shape == Shape::Lines {
                        // The line's end belongs to no record.
                        self.at -= 1;
                        ends = "the record is not closed within its line";
                        break;
                    }
                    lines += 1;
                    fresh = true;
                    if inside {
                        let line = self.line + lines - 1;
                        fault.get_or_insert_with(|| format!("line {line}: a text that is not closed"));
                        (inside, escaped) = (false, false);
                    }
                } else if inside {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => inside = false,
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => inside = true,
                        // A member of an object has a name: this is the next record.
                        b'{' if fresh && last != b':' && nesting.is_object() => {
                            self.at -= 1;
                            ends = "the record is not closed before the next one begins";
                            break;
                        }
                        b'{' | b'[' => nesting.open(*byte),
                        b'}' | b']' => {
                            closed = nesting.close();
                            if closed {
                                break;
                            }
                        }
                        _ => {}
                    }
                    if !byte.is_ascii_whitespace() {
                        (last, fresh) = (*byte, false);
                    }
                }
            }
            let piece = &self.block[from..self.at];
            length += piece.len() as u64;
            let room = LONGEST.saturating_sub(self.text.len());
            self.text.push_str(&piece[..piece.floor_char_boundary(room)]);
            if !ends.is_empty() {
                fault.get_or_insert_with(|| ends.to_owned());
                break;
            }
        }
        self.line += lines;
        if self.shape == Shape::Unknown {
            self.shape = if lines == 0 { Shape::Lines } else { Shape::Loose };
        }
        if length > self.text.len() as u64 {
            self.text.truncate(self.text.floor_char_boundary(KEPT));
            let most = LONGEST >> 20;
            fault = Some(format!("a record of {length} bytes; expected at most {most} MB"));
        }
        Ok(fault)
    }

    /// Takes what is no object: up to the end of its line, or to where one begins.
    fn no_object(&mut self) -> Result<(), IntakeError> {
        while self.peek()?.is_some() {
            let rest = &self.block[self.at..];
            // The first byte may be part of a longer character.
            let ends = |c: char| matches!(c, '\n' | '{');
            let found = rest.find(ends);
            let piece = &rest[..found.unwrap_or(rest.len())];
            let room = KEPT.saturating_sub(self.text.len());
            self.text.push_str(&piece[..piece.floor_char_boundary(room)]);
            self.at += piece.len();
            if found.is_some() {
                break;
            }
        }
        Ok(())
    }
}

/// The brackets that are open.
#[derive(Default)]
struct Nesting {
    depth: u64,
    /// The outer ones, of which the kind is remembered.
    outer: Vec<u8>,
}

impl Nesting {
    /// More than any record needs.
    const REMEMBERED: u64 = 256;

    fn open(&mut self, bracket: u8) {
        if self.depth < Nesting::REMEMBERED {
            self.outer.push(bracket);
        }
        self.depth += 1;
    }

    /// Closes the innermost; true where that was the last.
    fn close(&mut self) -> bool {
        self.depth = self.depth.saturating_sub(1);
        if self.depth < Nesting::REMEMBERED {
            self.outer.truncate(self.depth as usize);
        }
        self.depth == 0
    }

    /// Whether the innermost is an object.
    fn is_object(&self) -> bool {
        self.depth <= Nesting::REMEMBERED && self.outer.last() == Some(&b'{')
    }
}

/// The records of the first bytes of a file, as far as they are whole; at most so many.
pub fn whole_records(head: &[u8], most: usize) -> Vec<Value> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '[']);
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < most {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        if !rest.starts_with('{') {
            break;
        }
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => found.push(value),
            _ => break,
        }
        let read = stream.byte_offset();
        rest = rest.get(read..).unwrap_or_default();
    }
    found
}

/// Whether the first bytes of a file begin JSON.
pub fn begins_json(head: &[u8]) -> bool {
    let plain = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let first = plain
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && **byte != 0);
    // UTF-16 begins with its mark.
    matches!(first, Some(b'{' | b'[')) || head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF")
}

/// The first bytes of a file as ASCII, whatever its code page: to look for names of fields.
pub fn plain(head: &[u8]) -> String {
    let bytes: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text of a record; empty where it has none.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value
        .get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .unwrap_or("")
}

/// A number or a text of a record as text; empty where it has none.
pub fn written(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The elements of a list; none where it is none.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::encoding::CodePage;
    use crate::intake::testing::{guessed, with_source};

    /// Each record's text, or its fault, with its bytes checked against the file.
    fn read(bytes: &[u8]) -> Vec<Result<String, String>> {
        with_source("r.json", bytes, guessed(CodePage::Utf8), |source| {
            let mut records = Records::open(source).expect("opens");
            let mut found = Vec::new();
            while let Some(record) = records.next().expect("reads") {
                let (start, end) = (record.place.byte_start as usize, record.place.byte_end as usize);
                if record.fault.is_none() {
                    assert_eq!(record.text.as_bytes(), &bytes[start..end]);
                }
                let line = 1 + bytes[..start].iter().filter(|byte| **byte == b'\n').count();
                assert_eq!(record.place.line, line as u64);
                found.push(match record.value() {
                    Ok(_) => Ok(record.text.to_owned()),
                    Err(fault) => Err(fault),
                });
            }
            found
        })
    }

    fn good(bytes: &[u8]) -> Vec<String> {
        read(bytes).into_iter().filter_map(Result::ok).collect()
    }

    #[test]
    fn arrays_lines_and_loose_records_read_the_same() {
        let records = [r#"{"a":"}{\"é"}"#, r#"{"b":[{"c":1}]}"#];
        for bytes in [
            format!("[{},\n {}]\n", records[0], records[1]),
            format!("\u{feff}{}\r\n{}", records[0], records[1]),
            format!("{} {}", records[0], records[1]),
        ] {
            assert_eq!(good(bytes.as_bytes()), records, "{bytes}");
        }
        let loose = "{\n\"a\": 1\n}{\n\"b\": 2\n}";
        assert_eq!(good(loose.as_bytes()).len(), 2);
        assert!(read(b"").is_empty() && read(b" [ ] ").is_empty());
    }

    #[test]
    fn a_broken_record_costs_itself_alone() {
        let lines = "{\"a\":1}\n{\"a\":\n{\"a\":2}\nnothing\n{\"a\":\"x}\n{\"a\":3}\n{\"a\":";
        assert_eq!(good(lines.as_bytes()), ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]);
        assert_eq!(read(lines.as_bytes()).len(), 7);
        let array = "[\n{\"a\": 1},\n{\"a\": \"open\n},\n{\"a\": 2},\n7,\n{\"a\": 3}\n] behind";
        assert_eq!(good(array.as_bytes()), ["{\"a\": 1}", "{\"a\": 2}", "{\"a\": 3}"]);
        let faults: Vec<String> = read(array.as_bytes())
            .into_iter()
            .filter_map(Result::err)
            .collect();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(
            faults[0].contains("line 3: a text that is not closed"),
            "{faults:?}"
        );
        assert!(faults[2].contains("behind the end"), "{faults:?}");
    }

    #[test]
    fn a_record_that_is_not_closed_ends_where_the_next_begins() {
        for broken in [
            "{\"a\": \"open}",
            "{\"a\": 1",
            "{\"a\": {\"b\": 1}",
            "{\"a\": {\n{\"b\": 1}",
        ] {
            let array = format!("[{{\"a\": 1}},\n{broken},\n  {{\"a\":\n{{\"b\": 2}}}}\n]");
            assert_eq!(
                good(array.as_bytes()).last().map(String::as_str),
                Some("{\"a\":\n{\"b\": 2}}")
            );
        }
    }

    #[test]
    fn what_nests_without_end_is_refused_and_not_followed() {
        let deep = format!("{{\"a\":{}", "[".repeat(200_000));
        assert_eq!(read(deep.as_bytes()).len(), 1);
        let closed = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
        assert!(read(closed.as_bytes())[0].is_err());
    }

    #[test]
    fn a_huge_record_is_not_kept() {
        let huge = format!("{{\"a\":\"{}\"}}\n{{\"a\":1}}", "x".repeat(LONGEST));
        let found = read(huge.as_bytes());
        assert!(found[0].as_ref().is_err_and(|fault| fault.contains("16 MB")));
        assert!(found[1].is_ok());
    }

    #[test]
    fn the_first_whole_records_are_seen() {
        assert_eq!(
            whole_records(b"\xEF\xBB\xBF[ {\"a\":1}, {\"b\":2}, {\"c\":", 5).len(),
            2
        );
        assert!(whole_records(b"a,b\n", 5).is_empty());
        assert!(begins_json(b" \n[") && !begins_json(b"LEI,"));
    }
}
