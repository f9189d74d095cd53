//! Where records end and fields begin: delimiter, quote, line end, and the width of a unit. One rule for the pass
//! that cuts blocks and for those that read them, so that both see the same records.

use memchr::{memchr, memchr2, memchr2_iter};

use crate::intake::encoding::CodePage;

/// How a file separates records and fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// The byte that ends a record: line feed, or carriage return in files that have no line feed.
    pub terminator: u8,
    pub page: CodePage,
    /// The file is a rendering that this tool made of a sheet: places are rows of the sheet, not lines of the text, and
    /// only text stands in quotes.
    pub rendered: bool,
}

/// How a record ends. Offsets count within the bytes that were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// At `end`; the next one begins at `next`.
    Record { end: usize, next: usize },
    /// A quote opens and does not close, or the record spans lines beyond the limit: its first line alone is taken
    /// as the record, so that what follows is read.
    Stray { end: usize, next: usize },
    /// No line ends within the limit.
    TooLong,
    /// Not within these bytes.
    More,
}

impl Dialect {
    /// The one form that renderings have.
    pub const RENDERING: Dialect = Dialect {
        delimiter: b',',
        quote: Some(b'"'),
        terminator: b'\n',
        page: CodePage::Utf8,
        rendered: true,
    };

    /// Finds the end of the record that begins at `start`. `eof`: nothing follows `bytes`.
    pub fn record_end(&self, bytes: &[u8], start: usize, limit: usize, eof: bool) -> Ending {
        let width = self.page.unit();
        let window = bytes.len().min(start.saturating_add(limit));
        let view = &bytes[..window];
        let mut at = start;
        let mut quoted = false;
        loop {
            if quoted {
                let Some(found) = self.quote.and_then(|quote| self.find(view, at, quote)) else {
                    break;
                };
                if self
                    .quote
                    .is_some_and(|quote| self.is(view, found + width, quote))
                {
                    at = found + 2 * width;
                } else {
                    quoted = false;
                    at = found + width;
                }
                continue;
            }
            match self.find_either(view, at) {
                None => break,
                Some(found) if self.is(view, found, self.terminator) => {
                    return Ending::Record {
                        end: found,
                        next: found + width,
                    };
                }
                // A quote opens only at the beginning of a field; elsewhere it stands for itself.
                Some(found) => {
                    quoted = found == start || self.is(view, found - width, self.delimiter);
                    at = found + width;
                }
            }
        }
        let cut = window - start >= limit && (window < bytes.len() || !eof || window - start > limit);
        if !cut && !eof {
            return Ending::More;
        }
        if !cut && !quoted {
            return Ending::Record {
                end: window,
                next: window,
            };
        }
        match self.find(view, start, self.terminator) {
            Some(end) => Ending::Stray {
                end,
                next: end + width,
            },
            None if cut => Ending::TooLong,
            None => Ending::Stray {
                end: window,
                next: window,
            },
        }
    }

    /// The next line end at or behind `from`, in or out of quotes.
    pub fn line_end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        self.find(bytes, from, self.terminator)
    }

    /// Line ends within bytes that begin with a record. In a rendering those inside quotes do not count, so that the
    /// number is that of the row.
    pub fn lines(&self, bytes: &[u8]) -> u64 {
        if let (true, Some(quote)) = (self.rendered, self.quote) {
            let mut inside = false;
            return memchr2_iter(quote, self.terminator, bytes)
                .map(|at| {
                    let quoted = self.is(bytes, at, quote);
                    inside ^= quoted;
                    u64::from(!quoted && !inside)
                })
                .sum();
        }
        if self.page.unit() == 1 {
            return memchr::memchr_iter(self.terminator, bytes).count() as u64;
        }
        let mut count = 0;
        let mut at = 0;
        while let Some(found) = self.find(bytes, at, self.terminator) {
            count += 1;
            at = found + self.page.unit();
        }
        count
    }

    /// Without the byte or pair of bytes that ends a record, where it is there.
    pub fn without_terminator(&self, bytes: &[u8], start: usize, next: usize) -> usize {
        let width = self.page.unit();
        if next >= start + width && self.is(bytes, next - width, self.terminator) {
            next - width
        } else {
            next
        }
    }

    /// Without the carriage return that stands before a line feed.
    pub fn trim_end(&self, bytes: &[u8], start: usize, end: usize) -> usize {
        let width = self.page.unit();
        if end >= start + width && self.is(bytes, end - width, b'\r') {
            end - width
        } else {
            end
        }
    }

    /// The line end of a file, from its first bytes.
    pub fn terminator_of(head: &[u8], page: CodePage) -> u8 {
        let probe = Dialect {
            delimiter: b',',
            quote: None,
            terminator: b'\n',
            page,
            rendered: false,
        };
        if probe.find(head, 0, b'\n').is_none() && probe.find(head, 0, b'\r').is_some() {
            b'\r'
        } else {
            b'\n'
        }
    }

    fn find(&self, bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
        if self.page.unit() == 1 {
            return memchr(wanted, bytes.get(from..)?).map(|at| at + from);
        }
        self.find_unit(bytes, from, |unit| unit == wanted)
    }

    fn find_either(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let Some(quote) = self.quote else {
            return self.find(bytes, from, self.terminator);
        };
        if self.page.unit() == 1 {
            return memchr2(quote, self.terminator, bytes.get(from..)?).map(|at| at + from);
        }
        self.find_unit(bytes, from, |unit| unit == quote || unit == self.terminator)
    }

    fn find_unit(&self, bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
        let big = self.page == CodePage::Utf16Be;
        bytes
            .get(from..)?
            .chunks_exact(2)
            .position(|pair| {
                let (high, low) = if big {
                    (pair[0], pair[1])
                } else {
                    (pair[1], pair[0])
                };
                high == 0 && wanted(low)
            })
            .map(|at| from + at * 2)
    }

    fn is(&self, bytes: &[u8], at: usize, wanted: u8) -> bool {
        match self.page {
            CodePage::Utf16Le => bytes.get(at..at + 2) == Some(&[wanted, 0]),
            CodePage::Utf16Be => bytes.get(at..at + 2) == Some(&[0, wanted]),
            _ => bytes.get(at) == Some(&wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Dialect = Dialect {
        delimiter: b',',
        quote: Some(b'"'),
        terminator: b'\n',
        page: CodePage::Utf8,
        rendered: false,
    };

    #[test]
    fn rows_of_a_rendering_are_counted_without_the_lines_inside_their_cells() {
        let text = b"\"a\nb\"\"\n\",1\n\n\"c\",2\n";
        assert_eq!(Dialect::RENDERING.lines(text), 3);
        assert_eq!(PLAIN.lines(text), 5);
    }

    #[test]
    fn quotes_hide_line_ends_only_at_the_front_of_a_field() {
        for (text, end) in [
            ("a,\"b\nc\",d\ne", 9),
            ("a,b\"c\nd", 5),
            ("\"a\"\"\n\"\nb", 6),
            ("\n", 0),
        ] {
            let expected = Ending::Record { end, next: end + 1 };
            assert_eq!(
                PLAIN.record_end(text.as_bytes(), 0, 100, false),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_stray_quote_costs_one_line_and_a_long_line_is_told_apart() {
        let stray = Ending::Stray { end: 4, next: 5 };
        assert_eq!(PLAIN.record_end(b"a,\"b\nc,d\ne,f\n", 0, 100, true), stray);
        assert_eq!(
            PLAIN.record_end(b"a,\"b\nc,d\ne,f\n", 0, 100, false),
            Ending::More
        );
        assert_eq!(PLAIN.record_end(b"a,\"b\nc,d\ne,f\n", 0, 8, false), stray);
        assert_eq!(PLAIN.record_end(b"aaaaaaaaaaaaaa", 0, 8, false), Ending::TooLong);
        let last = Ending::Record { end: 3, next: 3 };
        assert_eq!(PLAIN.record_end(b"a,b", 0, 8, true), last);
    }

    #[test]
    fn units_of_two_bytes() {
        let wide = Dialect {
            page: CodePage::Utf16Le,
            ..PLAIN
        };
        // U+0A41 holds the byte of a line feed and is none.
        let bytes: Vec<u8> = "\u{a41},\"x\ny\"\nz"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let expected = Ending::Record { end: 14, next: 16 };
        assert_eq!(wide.record_end(&bytes, 0, 100, true), expected);
        assert_eq!(wide.lines(&bytes), 2);
    }
}
