//! ORIGEM_DESTINO as EXTRATO looks things up in it: the rows of an entry by its key, read from the file when asked for.
//!
//! In memory stay 24 bytes a row (240 MB for ten million rows, twice that while it is built) and one bit; the rows
//! themselves stay in the file. Both files are mostly in the same order, so that a small window over the file answers
//! nearly every look-up.

use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::counterpart::Counterpart;
use super::layout::{Kind, origin_destination as column};
use super::records::{Fields, is_header};
use crate::intake::lines::{Line, Lines};
use crate::intake::{IntakeError, SourceFile};
use crate::model::Place;

const WINDOW: usize = 8 * 1024;

/// Hash of the key (high half, low half), place (high half, low half), length, line. Sorted as a whole: by key, then by
/// place.
type Row = [u32; 6];

/// Where a row stands, and what it says or why it cannot be read.
type Placed = (Place, Result<Counterpart, String>);

/// The rows of ORIGEM_DESTINO by key.
pub struct Counterparts<'a> {
    source: &'a SourceFile<'a>,
    lines: Lines<'a>,
    file: File,
    rows: Vec<Row>,
    /// A bit a row: whether an entry has it.
    taken: Vec<u64>,
    window: Vec<u8>,
    window_start: u64,
}

/// What is there for a key.
pub enum Found {
    Nothing,
    /// One row that can be read, with its place.
    One(Box<Counterpart>, Place),
    Several,
    /// Rows that an earlier entry of the same key has.
    Taken,
}

impl<'a> Counterparts<'a> {
    /// Reads the keys of the whole file.
    pub fn open(source: &'a SourceFile<'a>) -> Result<Counterparts<'a>, IntakeError> {
        let file = File::open(source.path).map_err(|error| failed(source, error))?;
        let mut lines = Lines::open(source)?;
        let mut line = Line::default();
        let mut rows = Vec::new();
        while lines.next(&mut line)? {
            if line.cut || (line.number == 1 && is_header(Kind::OriginDestination, &line.text)) {
                continue;
            }
            let key = line.text.split('\t').nth(column::KEY).unwrap_or_default().trim();
            if key.is_empty() {
                continue;
            }
            let hash = hash_of(key);
            rows.push([
                (hash >> 32) as u32,
                hash as u32,
                (line.start >> 32) as u32,
                line.start as u32,
                u32::try_from(line.end - line.start).unwrap_or(u32::MAX),
                u32::try_from(line.number).unwrap_or(u32::MAX),
            ]);
        }
        rows.shrink_to_fit();
        rows.sort_unstable();
        Ok(Counterparts {
            source,
            lines,
            file,
            taken: vec![0; rows.len().div_ceil(64)],
            rows,
            window: Vec::new(),
            window_start: 0,
        })
    }

    /// Whether the file holds no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// SHA-256 of the file.
    pub fn source_id(&self) -> &'a str {
        self.source.source_id
    }

    /// What is there for an entry's key; the rows are the entry's from now on.
    pub fn take(&mut self, key: &str) -> Result<Found, IntakeError> {
        let (mut first, mut several) = (None, false);
        for at in self.range(key) {
            let Some((place, row)) = self.row(at, key)? else {
                continue;
            };
            if self.taken[at / 64] >> (at % 64) & 1 == 1 {
                return Ok(Found::Taken);
            }
            self.taken[at / 64] |= 1 << (at % 64);
            // A row that cannot be read is a reject of its own file.
            match (row, &first) {
                (Err(_), _) => {}
                (Ok(row), None) => first = Some((row, place)),
                (Ok(_), Some(_)) => several = true,
            }
        }
        Ok(match first {
            _ if several => Found::Several,
            Some((row, place)) => Found::One(Box::new(row), place),
            None => Found::Nothing,
        })
    }

    /// Calls `each` for every readable row of a key, in the order of the file.
    pub fn for_each(
        &mut self,
        key: &str,
        each: &mut dyn FnMut(Counterpart, Place) -> Result<(), IntakeError>,
    ) -> Result<(), IntakeError> {
        for at in self.range(key) {
            if let Some((place, Ok(row))) = self.row(at, key)? {
                each(row, place)?;
            }
        }
        Ok(())
    }

    /// Rows that no entry has, and the first line of them.
    pub fn left(&self) -> (usize, u32) {
        let left = (0..self.rows.len()).filter(|at| self.taken[at / 64] >> (at % 64) & 1 == 0);
        let mut count = 0;
        let mut line = u32::MAX;
        for at in left {
            count += 1;
            line = line.min(self.rows[at][5]);
        }
        (count, line)
    }

    fn range(&self, key: &str) -> Range<usize> {
        let hash = hash_of(key);
        let wanted = [(hash >> 32) as u32, hash as u32];
        let start = self.rows.partition_point(|row| [row[0], row[1]] < wanted);
        let length = self.rows[start..].partition_point(|row| [row[0], row[1]] == wanted);
        start..start + length
    }

    /// A row and its place; nothing where its key is another one of the same hash.
    fn row(&mut self, at: usize, key: &str) -> Result<Option<Placed>, IntakeError> {
        let [_, _, high, low, length, line] = self.rows[at];
        let start = u64::from(high) << 32 | u64::from(low);
        let text = self.text(start, length as usize)?;
        let own = text.split('\t').nth(column::KEY).unwrap_or_default().trim();
        if own != key {
            return Ok(None);
        }
        let place = Place {
            byte_start: start,
            byte_end: start + u64::from(length),
            line: u64::from(line),
        };
        let row = Fields::of(Kind::OriginDestination, &text).and_then(|fields| Counterpart::of(&fields));
        Ok(Some((place, row)))
    }

    fn text(&mut self, start: u64, length: usize) -> Result<String, IntakeError> {
        let end = start + length as u64;
        if start < self.window_start || end > self.window_start + self.window.len() as u64 {
            self.window.resize(WINDOW.max(length), 0);
            let filled =
                fill(&mut self.file, start, &mut self.window).map_err(|error| failed(self.source, error))?;
            self.window.truncate(filled);
            self.window_start = start;
        }
        let from = (start - self.window_start) as usize;
        let bytes = self.window.get(from..from + length).unwrap_or_default();
        Ok(self.lines.text_of(bytes))
    }
}

fn fill(file: &mut File, start: u64, window: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(start))?;
    let mut filled = 0;
    while filled < window.len() {
        match file.read(&mut window[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

// The keys of this hasher are fixed, and two keys of one hash are told apart by the text.
fn hash_of(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key.as_bytes());
    hasher.finish()
}

fn failed(source: &SourceFile<'_>, error: io::Error) -> IntakeError {
    IntakeError::Io {
        path: source.name.to_owned(),
        error,
    }
}
