//! Records: where each begins and ends in the file, with its continuations.

use crate::intake::IntakeError;
use crate::intake::lines::{Line, Lines};

/// Longest record with its continuations, in bytes.
const RECORD: usize = 1024 * 1024;

/// Record codes. A line that begins with none is the rest of the record before it.
const CODES: [&str; 8] = ["01", "02", "03", "16", "49", "88", "98", "99"];

/// A record with the continuations behind it.
#[derive(Default)]
pub struct Record {
    /// Empty where the record begins with no known code.
    pub code: &'static str,
    /// What stands behind the code, and behind that of each continuation, without the slash at the end.
    pub pieces: Vec<String>,
    pub start: u64,
    pub end: u64,
    pub line: u64,
    /// Records as the control totals count them: itself and its continuations.
    pub count: u64,
    /// Longer than can be kept.
    pub cut: bool,
    /// Ended by a slash.
    pub closed: bool,
    /// Bytes of its pieces.
    pub length: usize,
}

/// Reads records in the order of the file.
pub struct Records<'a> {
    lines: Lines<'a>,
    line: Line,
    /// Parts of the line that were not handed out: offset and end of each, last first.
    parts: Vec<(usize, usize)>,
    open: Option<Record>,
}

impl<'a> Records<'a> {
    /// Before the first record.
    pub fn new(lines: Lines<'a>) -> Records<'a> {
        Records {
            lines,
            line: Line::default(),
            parts: Vec::new(),
            open: None,
        }
    }

    /// Bytes of the file as text: what a reject shows.
    pub fn excerpt(&self, start: u64, end: u64) -> String {
        self.lines.excerpt(start, end)
    }

    /// The next record; nothing at the end of the file.
    pub fn next(&mut self) -> Result<Option<Record>, IntakeError> {
        loop {
            while let Some((from, to)) = self.parts.pop() {
                if let Some(whole) = self.take(from, to) {
                    return Ok(Some(whole));
                }
            }
            if !self.lines.next(&mut self.line)? {
                return Ok(self.open.take());
            }
            cut(&self.line.text, &mut self.parts);
        }
    }

    /// Takes a part of the line. Gives the record before it where a new one begins.
    fn take(&mut self, from: usize, to: usize) -> Option<Record> {
        let text = self.line.text.get(from..to)?;
        let closed = text.ends_with('/');
        let (code, content) = code_of(text);
        let content = content.strip_suffix('/').unwrap_or(content);
        let end = self.lines.byte_of(&self.line, to);
        let continues = match (&self.open, code) {
            (Some(_), "88") => true,
            // The rest of a text that was broken at the line's end.
            (Some(open), "") => !open.closed && !looks_like_a_record(text),
            _ => false,
        };
        if let Some(open) = self.open.as_mut().filter(|_| continues) {
            open.cut |= self.line.cut || open.length + content.len() > RECORD;
            if !open.cut {
                open.length += content.len() + 1;
                match (code, open.pieces.last_mut()) {
                    ("", Some(last)) => {
                        last.push(' ');
                        last.push_str(content);
                    }
                    _ => open.pieces.push(content.to_owned()),
                }
            }
            open.count += u64::from(code == "88");
            open.end = end;
            open.closed = closed;
            return None;
        }
        self.open.replace(Record {
            code,
            pieces: vec![content.to_owned()],
            start: self.lines.byte_of(&self.line, from),
            end,
            line: self.line.number,
            count: 1,
            cut: self.line.cut,
            closed,
            length: content.len(),
        })
    }
}

/// Cuts a line where several records stand in it, which only files do that end records by a slash: a slash, spaces,
/// a record code. In lines that do not end so, slashes are text.
fn cut(text: &str, parts: &mut Vec<(usize, usize)>) {
    parts.clear();
    let mut add = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or("");
        let from = from + (part.len() - part.trim_start().len());
        let to = from + part.trim().len();
        if from < to {
            parts.push((from, to));
        }
    };
    let mut from = 0;
    if text.trim_end().ends_with('/') {
        for (at, _) in text.match_indices('/') {
            let rest = text.get(at + 1..).unwrap_or("");
            let begins = rest.starts_with([' ', '\t']) && !code_of(rest.trim_start()).0.is_empty();
            if begins {
                add(from, at + 1);
                from = at + 1;
            }
        }
    }
    add(from, text.len());
    parts.reverse();
}

/// The record code at the beginning of a text and what stands behind it.
fn code_of(text: &str) -> (&'static str, &str) {
    let found = CODES.iter().find_map(|code| {
        let rest = text.strip_prefix(code)?;
        // A bank writes `88:` for some continuations; an empty trailer is a slash alone.
        let rest = match (*code, rest.chars().next()) {
            (_, Some(',')) | ("88", Some(':')) => rest.get(1..)?,
            (_, Some('/')) if rest.len() == 1 => rest,
            _ => return None,
        };
        Some((*code, rest))
    });
    found.unwrap_or(("", text))
}

/// Two digits and a comma: a record whose code is wrong, no text.
fn looks_like_a_record(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b, b',', ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_records_in_a_line() {
        let mut parts = Vec::new();
        let text = "16,142,1,Z,,,A/B  PPD/ 49,1,2/   98,1/ ";
        cut(text, &mut parts);
        let found: Vec<&str> = parts.iter().rev().map(|(a, b)| &text[*a..*b]).collect();
        assert_eq!(found, ["16,142,1,Z,,,A/B  PPD/", "49,1,2/", "98,1/"]);
        cut("16,142,1,,,,PAID 08/ 16,5 units", &mut parts);
        assert_eq!(parts.len(), 1);
    }

    #[test]
    fn codes() {
        assert_eq!(code_of("16,1"), ("16", "1"));
        assert_eq!(code_of("88:EREF"), ("88", "EREF"));
        assert_eq!(code_of("160,1"), ("", "160,1"));
        assert_eq!(code_of(""), ("", ""));
    }
}
