//! Lines with their bytes in the file as received.

use std::io::BufRead;

use crate::intake::IntakeError;
use crate::intake::SourceFile;
use crate::intake::utf8_source::Utf8Source;

/// Longest line that is kept; the standard allows 65 characters.
const LONGEST: usize = 64 * 1024;

/// Reads lines ended by LF or CR LF.
pub struct Lines<'a> {
    source: Utf8Source<'a>,
    name: &'a str,
    buffer: Vec<u8>,
    number: u64,
}

/// A line without its end.
#[derive(Clone, Default)]
pub struct Line {
    pub text: String,
    /// Bytes in the file as received.
    pub start: u64,
    /// The byte behind the last character.
    pub end: u64,
    /// Counted from 1.
    pub number: u64,
    /// The line was longer than 64 KB; `text` is its beginning.
    pub cut: bool,
    /// Where it begins in the stream of UTF-8.
    delivered: u64,
}

impl<'a> Lines<'a> {
    /// Opens the file.
    pub fn open(source: &'a SourceFile<'a>) -> Result<Lines<'a>, IntakeError> {
        Ok(Lines {
            source: Utf8Source::open(source)?,
            name: source.name,
            buffer: Vec::new(),
            number: 0,
        })
    }

    /// Fills in the next line; false at the end of the file.
    pub fn next(&mut self, line: &mut Line) -> Result<bool, IntakeError> {
        let start = self.source.position();
        self.source.release(start);
        self.buffer.clear();
        line.cut = false;
        let mut ended = false;
        while !ended {
            let ready = self.source.fill_buf().map_err(|error| IntakeError::Io {
                path: self.name.to_owned(),
                error,
            })?;
            if ready.is_empty() {
                break;
            }
            let found = memchr::memchr(b'\n', ready);
            let text = &ready[..found.unwrap_or(ready.len())];
            let room = LONGEST.saturating_sub(self.buffer.len());
            line.cut |= text.len() > room;
            self.buffer.extend_from_slice(&text[..text.len().min(room)]);
            let used = found.map_or(ready.len(), |at| at + 1);
            ended = found.is_some();
            self.source.consume(used);
        }
        let stop = self.source.position();
        if stop == start {
            return Ok(false);
        }
        self.number += 1;
        let mut ends = u64::from(ended);
        while self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
            ends += 1;
        }
        line.text.clear();
        line.text.push_str(&String::from_utf8_lossy(&self.buffer));
        line.start = self.source.original(start);
        line.end = self.source.original(stop - ends.min(stop - start));
        line.number = self.number;
        line.delivered = start;
        Ok(true)
    }

    /// The byte in the file as received where `offset` of the line's text stands. Only for the line read last.
    pub fn byte_of(&self, line: &Line, offset: usize) -> u64 {
        self.source.original(line.delivered + offset as u64)
    }

    /// Bytes of the file, from border to border of characters, as text.
    pub fn text_of(&self, bytes: &[u8]) -> String {
        self.source.text_of(bytes)
    }

    /// Bytes of the file as text: what a reject shows.
    pub fn excerpt(&self, start: u64, end: u64) -> String {
        self.source.excerpt(start, end, 4096)
    }
}
