//! A bound on how much text one event of the XML reader may take.

use std::io::{self, BufRead, Read};

use crate::intake::utf8_source::Utf8Source;

/// Longest text or tag that is taken whole.
const LIMIT: usize = 1024 * 1024;

/// Passes the file on, but no more than a megabyte for one event. Longer text is cut at the limit and the rest up to
/// the next markup is passed over; a longer tag ends the reading with an error.
pub struct Limited<'a> {
    source: Utf8Source<'a>,
    left: usize,
    first: Option<u8>,
    cut: bool,
}

impl<'a> Limited<'a> {
    /// Bounds a file.
    pub fn new(source: Utf8Source<'a>) -> Limited<'a> {
        Limited {
            source,
            left: LIMIT,
            first: None,
            cut: false,
        }
    }

    /// The file below.
    pub fn source(&self) -> &Utf8Source<'a> {
        &self.source
    }

    /// The file below, for releasing positions.
    pub fn source_mut(&mut self) -> &mut Utf8Source<'a> {
        &mut self.source
    }

    /// Begins the next event. True where text of the last one was cut.
    pub fn next_event(&mut self) -> bool {
        self.left = LIMIT;
        self.first = None;
        std::mem::take(&mut self.cut)
    }
}

impl BufRead for Limited<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            if self.first == Some(b'<') {
                return Err(io::Error::other("markup longer than 1 MB"));
            }
            self.cut = true;
            loop {
                let ready = self.source.fill_buf()?;
                if ready.is_empty() {
                    break;
                }
                let skip = memchr::memchr2(b'<', b'&', ready);
                let length = ready.len();
                self.source.consume(skip.unwrap_or(length));
                if skip.is_some() {
                    break;
                }
            }
            // Only the markup itself is left to be seen by this event.
            self.left = 1;
        }
        let left = self.left;
        let length = self.source.fill_buf()?.len();
        if length <= left {
            return self.source.fill_buf();
        }
        let ready = self.source.fill_buf()?;
        let mut end = left;
        // Never in the middle of a character; the event would not be UTF-8.
        while end > 0 && ready[end] & 0xC0 == 0x80 {
            end -= 1;
        }
        if end == 0 {
            self.left = 0;
            return self.fill_buf();
        }
        let ready = self.source.fill_buf()?;
        Ok(&ready[..end])
    }

    fn consume(&mut self, amount: usize) {
        if self.first.is_none() && amount > 0 {
            self.first = self.source.fill_buf().ok().and_then(|b| b.first().copied());
        }
        self.left = self.left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

impl Read for Limited<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(into.len());
        into[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}
