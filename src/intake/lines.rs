//! Lines with their bytes in the file as received.

use std::io;
use std::ops::Range;

use crate::intake::IntakeError;
use crate::intake::SourceFile;
use crate::intake::utf8_source::Utf8Source;

/// Longest line that is kept; the standard allows 65 characters.
const LONGEST: usize = 64 * 1024;

/// Reads lines ended by LF or CR LF.
///
/// Text is taken a block at a time. A line is a part of its block and copied only where it goes over a block's border.
pub struct Lines<'a> {
    source: Utf8Source<'a>,
    name: &'a str,
    block: String,
    /// Where the block begins in the stream of UTF-8.
    block_start: u64,
    /// What of the block was read.
    at: usize,
    /// The line read last, where it goes over the border of blocks or is too long to be kept whole.
    carried: String,
    last: Last,
    /// The anchor of the line read last.
    near: usize,
}

/// The line read last.
#[derive(Default)]
struct Last {
    /// Its part of the block; nothing where it is carried.
    part: Option<Range<usize>>,
    start: u64,
    end: u64,
    number: u64,
    cut: bool,
    delivered: u64,
}

/// A line without its end, borrowed from the block.
#[derive(Clone, Copy)]
pub struct BorrowedLine<'l> {
    pub text: &'l str,
    /// Bytes in the file as received.
    pub start: u64,
    /// The byte behind the last character.
    pub end: u64,
    /// Counted from 1.
    pub number: u64,
    /// The line was longer than 64 KB; `text` is its beginning.
    pub cut: bool,
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
            block: String::new(),
            block_start: 0,
            at: 0,
            carried: String::new(),
            last: Last::default(),
            near: 0,
        })
    }

    /// Goes to the next line; false at the end of the file.
    pub fn advance(&mut self) -> Result<bool, IntakeError> {
        let bytes = self.block.as_bytes();
        let from = self.at;
        let length = memchr::memchr(b'\n', &bytes[from..]);
        let Some(length) = length.filter(|length| *length <= LONGEST) else {
            return self.carry().map_err(|error| IntakeError::Io {
                path: self.name.to_owned(),
                error,
            });
        };
        let mut to = from + length;
        self.at = to + 1;
        while to > from && bytes[to - 1] == b'\r' {
            to -= 1;
        }
        let delivered = self.block_start + from as u64;
        self.last = Last {
            start: self.source.original_near(delivered, &mut self.near),
            end: self
                .source
                .original_near(self.block_start + to as u64, &mut self.near),
            part: Some(from..to),
            number: self.last.number + 1,
            cut: false,
            delivered,
        };
        Ok(true)
    }

    /// The line that [`advance`](Lines::advance) went to.
    pub fn line(&self) -> BorrowedLine<'_> {
        let part = self.last.part.clone().and_then(|part| self.block.get(part));
        BorrowedLine {
            text: part.unwrap_or(&self.carried),
            start: self.last.start,
            end: self.last.end,
            number: self.last.number,
            cut: self.last.cut,
        }
    }

    /// Fills in the next line; false at the end of the file.
    pub fn next(&mut self, line: &mut Line) -> Result<bool, IntakeError> {
        if !self.advance()? {
            return Ok(false);
        }
        let seen = self.line();
        line.text.clear();
        line.text.push_str(seen.text);
        line.start = seen.start;
        line.end = seen.end;
        line.number = seen.number;
        line.cut = seen.cut;
        line.delivered = self.last.delivered;
        Ok(true)
    }

    /// Goes to a line that goes over the border of blocks, or is too long to be kept whole.
    fn carry(&mut self) -> io::Result<bool> {
        let delivered = self.block_start + self.at as u64;
        self.carried.clear();
        // Carriage returns before the line feed, however far behind what is kept.
        let (mut length, mut returns) = (0, 0);
        let mut ended = false;
        while !ended {
            let rest = &self.block[self.at..];
            let found = memchr::memchr(b'\n', rest.as_bytes());
            let piece = &rest[..found.unwrap_or(rest.len())];
            // One character more than is kept shows where the last one that is kept ends.
            let room = (LONGEST + 4).saturating_sub(self.carried.len());
            self.carried.push_str(&piece[..piece.floor_char_boundary(room)]);
            length += piece.len() as u64;
            let content = piece.trim_end_matches('\r').len();
            returns = (piece.len() - content) as u64 + if content == 0 { returns } else { 0 };
            ended = found.is_some();
            self.at += piece.len() + usize::from(ended);
            if !ended && !self.next_block(delivered)? {
                break;
            }
        }
        let stop = delivered + length + u64::from(ended);
        if stop == delivered {
            return Ok(false);
        }
        let content = length - returns;
        let cut = content > LONGEST as u64;
        let kept = self
            .carried
            .floor_char_boundary(content.min(LONGEST as u64) as usize);
        self.carried.truncate(kept);
        if cut && kept < LONGEST {
            self.carried.push(char::REPLACEMENT_CHARACTER);
        }
        self.near = 0;
        let start = self.source.original_near(delivered, &mut self.near);
        self.last = Last {
            part: None,
            start,
            end: self.source.original_near(delivered + content, &mut self.near),
            number: self.last.number + 1,
            cut,
            delivered,
        };
        Ok(true)
    }

    /// Takes the next block; false at the end of the file. The way back stays from `keep` on.
    fn next_block(&mut self, keep: u64) -> io::Result<bool> {
        self.block_start += self.block.len() as u64;
        self.at = 0;
        self.source.release(keep);
        self.near = 0;
        self.source.next_text(&mut self.block)
    }

    /// The byte in the file as received where `offset` of the line's text stands. Only for the line read last.
    pub fn byte_of(&self, line: &Line, offset: usize) -> u64 {
        self.source.original(line.delivered + offset as u64)
    }

    /// The same for the line that [`advance`](Lines::advance) went to.
    pub fn byte_in_line(&self, offset: usize) -> u64 {
        self.source.original(self.last.delivered + offset as u64)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::encoding::CodePage;
    use crate::intake::testing::{guessed, with_source};

    /// Text, bytes and whether it was cut, of each line.
    fn read(bytes: &[u8], page: CodePage) -> Vec<(String, usize, usize, bool)> {
        with_source("f", bytes, guessed(page), |source| {
            let mut lines = Lines::open(source).expect("opened");
            let mut all = Vec::new();
            while lines.advance().expect("read") {
                let line = lines.line();
                all.push((
                    line.text.to_owned(),
                    line.start as usize,
                    line.end as usize,
                    line.cut,
                ));
                assert_eq!(line.number as usize, all.len());
            }
            all
        })
    }

    #[test]
    fn every_line_knows_its_bytes_whatever_block_it_stands_in() {
        let texts: Vec<String> = (0..40_000usize)
            .map(|at| "Müller ".repeat(at % 7) + &at.to_string())
            .collect();
        let ends = ["\n", "\r\n", "\r\r\n"];
        let mut text = String::new();
        for (at, line) in texts.iter().enumerate() {
            text += line;
            text += ends[at % 3];
        }
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let mut wide = vec![0xFF, 0xFE];
        text.encode_utf16()
            .for_each(|unit| wide.extend(unit.to_le_bytes()));
        // UTF-8 with a broken byte in each umlaut's place, and whole.
        let pages = [
            (text.clone().into_bytes(), CodePage::Utf8),
            (latin.clone(), CodePage::Windows1252),
            (latin, CodePage::Utf8),
            (wide, CodePage::Utf16Le),
        ];
        for (bytes, page) in pages {
            let lines = read(&bytes, page);
            assert_eq!(lines.len(), texts.len());
            let mut behind = if page == CodePage::Utf16Le { 2 } else { 0 };
            for ((line, start, end, cut), wanted) in lines.iter().zip(&texts) {
                assert_eq!((line, *cut), (wanted, false));
                assert_eq!(*start, behind, "{page:?}");
                let after = &bytes[*end..];
                let step = if page == CodePage::Utf16Le { 2 } else { 1 };
                let ends = after.iter().step_by(step).take_while(|b| **b == b'\r').count();
                behind = end + (ends + 1) * step;
                assert_eq!(after[ends * step], b'\n', "{page:?}");
            }
            assert_eq!(behind, bytes.len());
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_between_characters_and_takes_no_other_along() {
        for letter in ["x", "é", "€"] {
            for length in [LONGEST - 1, LONGEST, LONGEST + 1, 300_000, 1_000_000] {
                let long: String = letter.repeat(length / letter.len());
                let bytes = format!("first\n{long}\r\nlast");
                let lines = read(bytes.as_bytes(), CodePage::Utf8);
                assert_eq!(lines.len(), 3);
                let (text, start, end, cut) = &lines[1];
                assert_eq!(*cut, long.len() > LONGEST, "{letter} {length}");
                let kept = text.trim_end_matches('\u{FFFD}');
                assert!(long.starts_with(kept) && kept.len() + 3 >= long.len().min(LONGEST));
                assert_eq!(*start, 6);
                assert_eq!(*end, 6 + long.len(), "{letter} {length}");
                assert_eq!(lines[2].0, "last");
                assert_eq!(&bytes[lines[2].1..lines[2].2], "last");
            }
        }
        // Carriage returns within a line are a part of it, those before its end are not, wherever what is kept ends.
        let inside = format!("{}\r\r{}\r\r\nlast", "x".repeat(LONGEST - 1), "y".repeat(300_000));
        let lines = read(inside.as_bytes(), CodePage::Utf8);
        assert_eq!((lines[0].2, lines[0].3), (LONGEST + 1 + 300_000, true));
        assert_eq!(lines[0].0, format!("{}\r", "x".repeat(LONGEST - 1)));
        assert!(read(b"", CodePage::Utf8).is_empty());
        assert_eq!(read(b"\n\r\n", CodePage::Utf8).len(), 2);
    }
}
