//! A file cut into blocks at the ends of records. Borders depend on the bytes alone.

use std::io::{self, Read};

use super::dialect::{Dialect, Ending};

/// How large pieces may become.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a block; a record that would cross it begins the next one.
    pub block: usize,
    /// Bytes of a record; a longer one is rejected.
    pub record: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            block: 8 << 20,
            record: 1_000_000,
        }
    }
}

/// Whole records of the file, or one that is too long.
pub struct Block {
    pub bytes: Vec<u8>,
    /// Offset of the first byte in the file.
    pub base: u64,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// Records in it, blank lines among them.
    pub records: usize,
    /// Where the record behind each begins; nothing where not all of them end well, so that they are looked for anew.
    pub ends: Vec<u32>,
    /// Each record is one line.
    pub a_line_each: bool,
    /// The bytes are the beginning of one record that is longer than the limit and ends before this offset.
    pub too_long: Option<u64>,
}

/// Cuts a reader into blocks.
pub struct Cutter<'a, R> {
    reader: R,
    dialect: Dialect,
    limits: Limits,
    progress: &'a (dyn Fn(u64) + Sync),
    buffer: Vec<u8>,
    base: u64,
    line: u64,
    eof: bool,
}

/// Bytes of a record too long that are kept to show it.
const SHOWN: usize = 4_096;

impl<'a, R: Read> Cutter<'a, R> {
    /// Goes on behind a header: `buffer` holds what was read of the file from offset `base`, line `line`.
    pub fn new(
        reader: R,
        dialect: Dialect,
        limits: Limits,
        progress: &'a (dyn Fn(u64) + Sync),
        start: (Vec<u8>, u64, u64),
    ) -> Self {
        let (buffer, base, line) = start;
        Cutter {
            reader,
            dialect,
            limits,
            progress,
            buffer,
            base,
            line,
            eof: false,
        }
    }

    /// The next block; nothing at the end of the file.
    pub fn next_block(&mut self) -> io::Result<Option<Block>> {
        let mut wanted = self.limits.block.max(1);
        let (mut last, mut records, mut ends) = (0, 0, Vec::new());
        loop {
            self.fill(wanted)?;
            let mut more = false;
            while last < self.buffer.len() {
                let ending = self
                    .dialect
                    .record_end(&self.buffer, last, self.limits.record, self.eof);
                match ending {
                    Ending::Record { next, .. } | Ending::Stray { next, .. } => {
                        if next > self.limits.block && last > 0 {
                            break;
                        }
                        last = next;
                        records += 1;
                        if matches!(ending, Ending::Record { .. }) {
                            ends.push(next as u32);
                        }
                        if next >= self.limits.block {
                            break;
                        }
                    }
                    Ending::TooLong if last == 0 => return self.skip_record().map(Some),
                    Ending::TooLong => break,
                    Ending::More => {
                        more = true;
                        break;
                    }
                }
            }
            if last > 0 {
                return Ok(Some(self.take(last, records, ends)));
            }
            if !more {
                return Ok(None);
            }
            wanted = self.buffer.len() + self.limits.record.min(self.limits.block).max(1);
        }
    }

    fn take(&mut self, length: usize, records: usize, mut ends: Vec<u32>) -> Block {
        let mut rest = Vec::with_capacity(self.limits.block + SHOWN);
        rest.extend_from_slice(&self.buffer[length..]);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(length);
        let lines = self.dialect.lines(&bytes);
        let tail = &bytes[length.saturating_sub(self.dialect.page.unit())..];
        let open = u64::from(self.dialect.lines(tail) == 0);
        if ends.len() != records || u32::try_from(length).is_err() {
            ends.clear();
        }
        let block = Block {
            base: self.base,
            line: self.line,
            records,
            ends,
            // Each record but an open last one has a line end, so where there are no more none has two.
            a_line_each: lines + open == records as u64,
            too_long: None,
            bytes,
        };
        self.base += length as u64;
        self.line += lines;
        block
    }

    // The record at the front has no end within the limit: its beginning is kept, the rest is read past.
    fn skip_record(&mut self) -> io::Result<Block> {
        let (base, line) = (self.base, self.line);
        let shown = self.buffer[..SHOWN.min(self.buffer.len())].to_vec();
        let width = self.dialect.page.unit();
        let mut from = 0;
        let end = loop {
            if let Some(end) = self.dialect.line_end(&self.buffer, from) {
                self.drop_front(end + width);
                self.line += 1;
                break self.base - width as u64;
            }
            // An odd byte of UTF-16 waits for its other half.
            let whole = self.buffer.len() - self.buffer.len() % width;
            self.drop_front(if self.eof { self.buffer.len() } else { whole });
            from = 0;
            if self.eof {
                break self.base;
            }
            self.fill(self.limits.block.max(2 * width))?;
        };
        Ok(Block {
            bytes: shown,
            base,
            line,
            records: 0,
            ends: Vec::new(),
            a_line_each: false,
            too_long: Some(end),
        })
    }

    fn drop_front(&mut self, length: usize) {
        self.buffer.drain(..length);
        self.base += length as u64;
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        let missing = wanted.saturating_sub(self.buffer.len());
        if missing == 0 || self.eof {
            return Ok(());
        }
        let before = self.buffer.len();
        let read = (&mut self.reader)
            .take(missing as u64)
            .read_to_end(&mut self.buffer)?;
        debug_assert_eq!(before + read, self.buffer.len());
        self.eof = read < missing;
        (self.progress)(read as u64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::encoding::CodePage;

    fn blocks(text: &[u8], block: usize, record: usize) -> Vec<(Vec<u8>, u64, u64, Option<u64>)> {
        let dialect = Dialect {
            delimiter: b',',
            quote: Some(b'"'),
            terminator: b'\n',
            page: CodePage::Utf8,
            rendered: false,
        };
        let limits = Limits { block, record };
        let start = (Vec::new(), 0, 1);
        let mut cutter = Cutter::new(text, dialect, limits, &|_| {}, start);
        let mut all = Vec::new();
        while let Some(block) = cutter.next_block().expect("memory") {
            all.push((block.bytes, block.base, block.line, block.too_long));
        }
        all
    }

    #[test]
    fn borders_stand_at_records_and_lose_nothing() {
        let text = b"a,b\n\"c\nd\",e\nf,g\n\nh,i";
        for block in 1..30 {
            let cut = blocks(text, block, 100);
            let joined: Vec<u8> = cut.iter().flat_map(|b| b.0.clone()).collect();
            assert_eq!(joined, text, "{block}");
            for (bytes, base, line, _) in &cut {
                let before = &text[..*base as usize];
                assert_eq!(before.iter().filter(|b| **b == b'\n').count() as u64 + 1, *line);
                assert!(base == &0 || before.ends_with(b"\n"), "{block}");
                assert!(!bytes.starts_with(b"d\""));
            }
        }
    }

    #[test]
    fn records_of_several_lines_are_known_wherever_the_block_ends() {
        for (text, expected) in [
            ("a\nb\n", true),
            ("a\nb", true),
            ("\"a\nb\"\nc", false),
            ("\"a\nb\"\nc\n", false),
            ("a\n\n", true),
        ] {
            let dialect = Dialect {
                delimiter: b',',
                quote: Some(b'"'),
                terminator: b'\n',
                page: CodePage::Utf8,
                rendered: false,
            };
            let start = (Vec::new(), 0, 1);
            let mut cutter = Cutter::new(text.as_bytes(), dialect, Limits::default(), &|_| {}, start);
            let block = cutter.next_block().expect("memory").expect("a block");
            assert_eq!(block.a_line_each, expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_record_is_passed_by() {
        let text = [b"a\n".as_slice(), &[b'x'; 500], b"\nb\n"].concat();
        for block in [1, 7, 64, 1_000] {
            let cut = blocks(&text, block, 50);
            let long: Vec<_> = cut.iter().filter(|b| b.3.is_some()).collect();
            assert_eq!(long.len(), 1);
            assert_eq!((long[0].1, long[0].2, long[0].3), (2, 2, Some(502)), "{block}");
            assert_eq!(cut.last().map(|b| (b.0.clone(), b.2)), Some((b"b\n".to_vec(), 3)));
        }
    }
}
