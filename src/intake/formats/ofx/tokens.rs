//! Tags and text of SGML and XML alike, as a stream. Tolerant: what cannot be a tag is text.

use std::io::BufRead;

use crate::intake::utf8_source::Utf8Source;
use crate::intake::{IntakeError, SourceFile};

/// Longest text of an element that is kept, in bytes.
const TEXT: usize = 64 * 1024;
/// Longest name of a tag.
const NAME: usize = 64;
/// Longest rest of a tag behind its name.
const ATTRIBUTES: u64 = 64 * 1024;

/// A tag with the text that stands before it. Filled anew for each.
#[derive(Default)]
pub struct Token {
    /// In capitals.
    pub name: String,
    /// `</NAME>`
    pub is_end: bool,
    /// `<NAME/>`
    pub is_empty: bool,
    /// Text since the tag before, trimmed, entities resolved.
    pub text: String,
    /// The text was longer than can be kept.
    pub cut: bool,
    /// Byte in the file as received where the tag begins.
    pub start: u64,
    /// The byte behind it.
    pub end: u64,
    /// The byte behind the last that is no white space before the tag.
    pub before: u64,
    /// Line of the tag's beginning.
    pub line: u64,
}

/// Why reading stops.
pub enum Stop {
    Io(IntakeError),
    /// A definition of types or entities, at a line.
    Definition(u64),
}

/// Reads tags one after the other.
pub struct Tokens<'a> {
    source: Utf8Source<'a>,
    name: &'a str,
    line: u64,
    /// Bytes of text since the last tag, entities unresolved.
    raw: Vec<u8>,
    cut: bool,
    /// Delivered position behind the last byte that is no white space.
    content_end: u64,
}

impl<'a> Tokens<'a> {
    /// Opens the file.
    pub fn open(source: &'a SourceFile<'a>) -> Result<Tokens<'a>, IntakeError> {
        Ok(Tokens {
            source: Utf8Source::open(source)?,
            name: source.name,
            line: 1,
            raw: Vec::new(),
            cut: false,
            content_end: 0,
        })
    }

    /// Bytes of the file as text: what a reject shows.
    pub fn excerpt(&self, start: u64, end: u64) -> String {
        self.source.excerpt(start, end, 4096)
    }

    /// Fills in the next tag; false at the end of the file, where only text and places are filled in.
    pub fn next(&mut self, token: &mut Token) -> Result<bool, Stop> {
        token.text.clear();
        token.name.clear();
        (token.is_end, token.is_empty) = (false, false);
        let before = self.source.position();
        self.source.release(before);
        loop {
            let more = self.text()?;
            let start = self.source.position();
            token.line = self.line;
            // The way back to the bytes is known only as far as the last release.
            token.start = self.source.original(start);
            token.before = self.source.original(self.content_end);
            if !more {
                self.end_text(token);
                token.end = token.start;
                return Ok(false);
            }
            self.take()?;
            match self.peek()? {
                Some(b'!') => self.declaration(token)?,
                Some(b'?') => {
                    // What stood before is the header, or white space.
                    self.skip_until(b">")?;
                }
                Some(byte) if byte == b'/' || byte.is_ascii_alphabetic() => {
                    if self.tag(token)? {
                        self.content_end = self.source.position();
                        token.end = self.source.original(self.content_end);
                        self.end_text(token);
                        return Ok(true);
                    }
                }
                _ => self.keep(b"<"),
            }
        }
    }

    /// Text up to the next `<`; false at the end of the file.
    fn text(&mut self) -> Result<bool, Stop> {
        loop {
            let position = self.source.position();
            let ready = match self.source.fill_buf() {
                Ok(ready) => ready,
                Err(error) => return Err(fail(self.name, error)),
            };
            if ready.is_empty() {
                return Ok(false);
            }
            let found = memchr::memchr(b'<', ready);
            let text = &ready[..found.unwrap_or(ready.len())];
            self.line += memchr::memchr_iter(b'\n', text).count() as u64;
            if let Some(last) = text.iter().rposition(|b| !b.is_ascii_whitespace()) {
                self.content_end = position + last as u64 + 1;
            }
            let text = match self.raw.is_empty() {
                true => text.trim_ascii_start(),
                false => text,
            };
            let room = TEXT.saturating_sub(self.raw.len());
            self.cut |= text.len() > room;
            self.raw.extend_from_slice(&text[..text.len().min(room)]);
            let used = found.unwrap_or(ready.len());
            self.source.consume(used);
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// A tag behind its `<`; where it is none, its characters are text.
    fn tag(&mut self, token: &mut Token) -> Result<bool, Stop> {
        let is_end = self.peek()? == Some(b'/');
        if is_end {
            self.take()?;
        }
        token.name.clear();
        while let Some(byte) = self.peek()? {
            let fits = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':');
            if !fits || token.name.len() >= NAME {
                break;
            }
            token.name.push(char::from(byte));
            self.take()?;
        }
        let mut last = 0;
        let mut length = 0;
        let is_tag = match self.peek()? {
            _ if token.name.is_empty() => false,
            Some(b'>') => true,
            // Attributes, of which none is read.
            Some(byte) if byte.is_ascii_whitespace() || byte == b'/' => loop {
                match self.peek()? {
                    Some(b'>') => break true,
                    Some(b'<') | None => break false,
                    Some(_) if length >= ATTRIBUTES => break false,
                    Some(byte) => {
                        last = byte;
                        length += 1;
                        self.take()?;
                    }
                }
            },
            _ => false,
        };
        if is_tag {
            self.take()?;
            token.name.make_ascii_uppercase();
            token.is_end = is_end;
            token.is_empty = last == b'/';
            return Ok(true);
        }
        let text = format!("<{}{}", if is_end { "/" } else { "" }, token.name);
        self.keep(text.as_bytes());
        Ok(false)
    }

    /// What begins with `<!`: a comment, a CDATA section, or a definition.
    fn declaration(&mut self, token: &mut Token) -> Result<(), Stop> {
        let line = self.line;
        self.take()?;
        let mut begun = Vec::new();
        while let Some(byte) = self.peek()? {
            if begun.len() >= 7 || byte == b'>' || begun == b"--" {
                break;
            }
            begun.push(byte);
            self.take()?;
        }
        match begun.as_slice() {
            b"--" => self.skip_until(b"-->"),
            b"[CDATA[" => {
                resolve(&self.raw, &mut token.text);
                self.raw.clear();
                self.literal(token)
            }
            _ => Err(Stop::Definition(line)),
        }
    }

    /// Passes over everything up to and with an end mark.
    fn skip_until(&mut self, mark: &[u8]) -> Result<(), Stop> {
        let mut last: Vec<u8> = Vec::with_capacity(mark.len());
        while let Some(byte) = self.peek()? {
            self.take()?;
            if last.len() == mark.len() {
                last.remove(0);
            }
            last.push(byte);
            if last == mark {
                break;
            }
        }
        Ok(())
    }

    /// Text up to `]]>`, in which nothing is resolved.
    fn literal(&mut self, token: &mut Token) -> Result<(), Stop> {
        let mut text = Vec::new();
        while let Some(byte) = self.peek()? {
            self.take()?;
            text.push(byte);
            if byte == b'>' && text.ends_with(b"]]>") {
                text.truncate(text.len() - 3);
                break;
            }
            if text.len() >= TEXT {
                self.cut = true;
                self.skip_until(b"]]>")?;
                break;
            }
        }
        self.content_end = self.source.position();
        token.text.push_str(&String::from_utf8_lossy(&text));
        Ok(())
    }

    fn end_text(&mut self, token: &mut Token) {
        resolve(&self.raw, &mut token.text);
        self.raw.clear();
        let end = token.text.trim_end().len();
        token.text.truncate(end);
        token.cut = std::mem::take(&mut self.cut);
    }

    fn keep(&mut self, text: &[u8]) {
        if self.raw.len() + text.len() <= TEXT {
            self.raw.extend_from_slice(text);
        } else {
            self.cut = true;
        }
        self.content_end = self.source.position();
    }

    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        match self.source.fill_buf() {
            Ok(ready) => Ok(ready.first().copied()),
            Err(error) => Err(fail(self.name, error)),
        }
    }

    /// Passes over the byte that was looked at.
    fn take(&mut self) -> Result<(), Stop> {
        if self.peek()? == Some(b'\n') {
            self.line += 1;
        }
        self.source.consume(1);
        Ok(())
    }
}

fn fail(name: &str, error: std::io::Error) -> Stop {
    Stop::Io(IntakeError::Io {
        path: name.to_owned(),
        error,
    })
}

/// Appends text with its entities resolved. An ampersand that begins none is an ampersand: banks write `AT&T`.
fn resolve(raw: &[u8], out: &mut String) {
    let text = String::from_utf8_lossy(raw);
    let mut rest = text.as_ref();
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let found = behind
            .bytes()
            .take(12)
            .position(|b| b == b';')
            .and_then(|end| Some((entity(behind.get(..end)?)?, behind.get(end + 1..)?)));
        match found {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" | "AMP" => return Some('&'),
        "lt" | "LT" => return Some('<'),
        "gt" | "GT" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some(' '),
        _ => {}
    }
    let number = name.strip_prefix('#')?;
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    // Files of code page 1252 number its characters, where Unicode has controls.
    if let Ok(byte @ 0x80..=0x9F) = u8::try_from(code) {
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
        return text.chars().next();
    }
    char::from_u32(code).filter(|c| !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities() {
        let read = |text: &str| {
            let mut out = String::new();
            resolve(text.as_bytes(), &mut out);
            out
        };
        assert_eq!(read("A&amp;B &lt;&#233;&#xE9;&#128; &nbsp;"), "A&B <éé€  ");
        assert_eq!(
            read("AT&T & co; &#0; &unknown; &#99999999999;"),
            "AT&T & co; &#0; &unknown; &#99999999999;"
        );
        assert_eq!(read("&amp;lt;"), "&lt;");
    }
}
