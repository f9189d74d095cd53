//! A record's text cut into fields, with buffers that are used again.

use super::dialect::Dialect;

/// Fields more than this are refused.
pub const MOST_FIELDS: usize = 10_000;

/// Cuts records; keeps its buffers between them.
#[derive(Default)]
pub struct Splitter {
    parts: Vec<Part>,
    unescaped: String,
    ragged: bool,
}

/// The fields of one record.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    text: &'a str,
    parts: &'a [Part],
    unescaped: &'a str,
    ragged: bool,
}

/// The record has more than [`MOST_FIELDS`] fields.
#[derive(Debug, PartialEq, Eq)]
pub struct TooManyFields;

#[derive(Clone, Copy)]
struct Part {
    start: u32,
    end: u32,
    // Quoted with doubled quotes inside: the text stands in the other buffer.
    unescaped: bool,
    quoted: bool,
}

impl Splitter {
    /// Cuts a record's text, which holds no line end at its end.
    pub fn split<'a>(&'a mut self, text: &'a str, dialect: &Dialect) -> Result<Record<'a>, TooManyFields> {
        self.parts.clear();
        self.unescaped.clear();
        self.ragged = false;
        let bytes = text.as_bytes();
        let mut delimiters = Delimiters::new(bytes, dialect.delimiter);
        let mut at = 0;
        loop {
            if self.parts.len() == MOST_FIELDS {
                return Err(TooManyFields);
            }
            at = if dialect.quote.is_some() && bytes.get(at) == dialect.quote.as_ref() {
                self.quoted(text, at, dialect, &mut delimiters)
            } else {
                let end = delimiters.next(at);
                self.push(at, end, (false, false));
                end
            };
            if at >= bytes.len() {
                break;
            }
            // At the delimiter; behind it a field begins, an empty one at the end of the text.
            at += 1;
        }
        Ok(Record {
            text,
            parts: &self.parts,
            unescaped: &self.unescaped,
            ragged: self.ragged,
        })
    }

    // A field that begins with a quote at `at`; gives the offset of the delimiter behind it or the end of the text.
    fn quoted(&mut self, text: &str, at: usize, dialect: &Dialect, delimiters: &mut Delimiters<'_>) -> usize {
        let bytes = text.as_bytes();
        let quote = dialect.quote.unwrap_or(b'"');
        let begin = at + 1;
        let Some(close) = memchr::memchr(quote, &bytes[begin..]).map(|n| n + begin) else {
            self.push(begin, bytes.len(), (false, true));
            return bytes.len();
        };
        let behind = close + 1;
        if behind == bytes.len() || bytes[behind] == dialect.delimiter {
            self.push(begin, close, (false, true));
            return behind;
        }
        let from = self.unescaped.len();
        let mut copied = begin;
        let mut close = close;
        let end = loop {
            if bytes.get(close + 1) == Some(&quote) {
                self.unescaped.push_str(&text[copied..=close]);
                copied = close + 2;
                match memchr::memchr(quote, &bytes[copied..]) {
                    Some(n) => close = copied + n,
                    None => {
                        self.unescaped.push_str(&text[copied..]);
                        break bytes.len();
                    }
                }
            } else {
                // Closed. What stands between the quote and the delimiter belongs to the value as it is.
                self.unescaped.push_str(&text[copied..close]);
                let rest = close + 1;
                let end = delimiters.next(rest);
                self.unescaped.push_str(&text[rest..end]);
                self.ragged |= end > rest;
                break end;
            }
        };
        self.push(from, self.unescaped.len(), (true, true));
        end
    }

    fn push(&mut self, start: usize, end: usize, (unescaped, quoted): (bool, bool)) {
        self.parts.push(Part {
            start: start as u32,
            end: end as u32,
            unescaped,
            quoted,
        });
    }
}

impl<'a> Record<'a> {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether text stands between a closing quote and the delimiter: no writer does that on purpose.
    pub fn is_ragged(&self) -> bool {
        self.ragged
    }

    /// Whether a field stands in quotes.
    pub fn is_quoted(&self, at: usize) -> bool {
        self.parts.get(at).is_some_and(|part| part.quoted)
    }

    /// A field without white space around it; empty where there is none.
    pub fn get(&self, at: usize) -> &'a str {
        let Some(part) = self.parts.get(at) else {
            return "";
        };
        let from = if part.unescaped { self.unescaped } else { self.text };
        let field = from
            .get(part.start as usize..part.end as usize)
            .unwrap_or_default();
        // Nearly every field begins and ends with a visible ASCII character: nothing to trim, found out fast.
        match field.as_bytes() {
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => field,
            _ => field.trim(),
        }
    }

    /// Every field.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.len()).map(|at| self.get(at))
    }
}

// Where delimiters stand, found eight bytes at a time and remembered for the fields behind: fields are short, and a call
// that sets up wide registers costs more than it saves.
struct Delimiters<'a> {
    bytes: &'a [u8],
    pattern: u64,
    /// The high bit of each byte that is a delimiter among the eight from `base` on.
    found: u64,
    base: usize,
}

const ONES: u64 = u64::MAX / 255;

impl<'a> Delimiters<'a> {
    fn new(bytes: &'a [u8], delimiter: u8) -> Delimiters<'a> {
        let mut delimiters = Delimiters {
            bytes,
            pattern: ONES * u64::from(delimiter),
            found: 0,
            base: 0,
        };
        delimiters.load(0);
        delimiters
    }

    // The first one at or behind `at`, else the end of the bytes. Asked with places that only grow.
    #[inline]
    fn next(&mut self, at: usize) -> usize {
        if at >= self.base + 8 {
            self.load(at);
        } else if at > self.base {
            self.found &= u64::MAX << ((at - self.base) * 8);
        }
        loop {
            if self.found != 0 {
                return self.base + (self.found.trailing_zeros() / 8) as usize;
            }
            if self.base + 8 >= self.bytes.len() {
                return self.bytes.len();
            }
            self.load(self.base + 8);
        }
    }

    #[inline]
    fn load(&mut self, at: usize) {
        self.base = at;
        let rest = self.bytes.get(at..).unwrap_or_default();
        let (eight, there) = match rest.first_chunk::<8>() {
            Some(eight) => (*eight, u64::MAX),
            None => {
                let mut eight = [0; 8];
                eight[..rest.len()].copy_from_slice(rest);
                (eight, (1 << (rest.len() * 8)) - 1)
            }
        };
        // A byte that equals the delimiter becomes zero; of each byte the high bit is set where it is.
        let differing = u64::from_le_bytes(eight) ^ self.pattern;
        let low = ONES * 0x7F;
        self.found = !(((differing & low) + low) | differing | low) & there;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::encoding::CodePage;

    fn split(text: &str) -> Vec<String> {
        let dialect = Dialect {
            delimiter: b',',
            quote: Some(b'"'),
            terminator: b'\n',
            page: CodePage::Utf8,
            rendered: false,
        };
        let mut splitter = Splitter::default();
        let record = splitter.split(text, &dialect).expect("few fields");
        record.iter().map(str::to_owned).collect()
    }

    #[test]
    fn fields_as_written() {
        for (text, fields) in [
            ("a,b,c", vec!["a", "b", "c"]),
            ("a,,", vec!["a", "", ""]),
            ("", vec![""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"a \"\"b\"\"\",\"\"", vec!["a \"b\"", ""]),
            ("\"a\nb\",c", vec!["a\nb", "c"]),
            ("a\"b,c", vec!["a\"b", "c"]),
            ("\"a\"x,c", vec!["ax", "c"]),
            ("\"a\"\"", vec!["a\""]),
            ("\"é\"\"é\",é", vec!["é\"é", "é"]),
        ] {
            assert_eq!(split(text), fields, "{text}");
        }
    }

    #[test]
    fn delimiters_are_found_wherever_they_stand() {
        for length in 0..40 {
            for at in 0..=length {
                for other in [b'a', b',' - 1, b',' + 1, b',' ^ 0x80, 0, 0xFF] {
                    let mut bytes = vec![other; length];
                    if at < length {
                        bytes[at] = b',';
                        // What stands behind the first one changes nothing.
                        if at + 2 < length {
                            bytes[at + 1] = b',' ^ 1;
                            bytes[at + 2] = b',';
                        }
                    }
                    let naive = |from: usize| {
                        let behind = bytes[from..].iter().position(|byte| *byte == b',');
                        behind.map_or(bytes.len(), |offset| from + offset)
                    };
                    let mut delimiters = Delimiters::new(&bytes, b',');
                    for from in (0..=length).step_by(1 + length % 3) {
                        assert_eq!(delimiters.next(from), naive(from), "{bytes:?} from {from}");
                    }
                }
            }
        }
    }

    #[test]
    fn too_many_fields_are_refused() {
        let dialect = Dialect {
            delimiter: b',',
            quote: None,
            terminator: b'\n',
            page: CodePage::Utf8,
            rendered: false,
        };
        let text = ",".repeat(MOST_FIELDS);
        assert!(Splitter::default().split(&text, &dialect).is_err());
    }
}
