//! A file as a stream of UTF-8 that knows the way back to the bytes as received.
//!
//! Readers of text formats see UTF-8 only; citations need the original bytes. Between the two stand anchors: from an
//! anchor on, so many delivered bytes are so many original ones. ASCII runs need none, so a plain file costs one
//! check of validity and no copy: the block that was read becomes the text that is delivered.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::sync::OnceLock;

use super::encoding::CodePage;
use super::{IntakeError, SourceFile, declared};

const BLOCK: usize = 256 * 1024;

/// A file opened for reading as UTF-8.
///
/// Which code page holds: a byte order mark; else the page that a person gave; else, where the bytes are no UTF-8
/// throughout, the page that the file's header names, else the page found. In a file read as UTF-8 a byte that is
/// no UTF-8 is read alone in the page found or declared, or else as Windows-1252, because that is how such bytes come
/// into such files; nothing is thrown away.
pub struct Utf8Source<'a> {
    file: File,
    source: &'a SourceFile<'a>,
    mode: Mode,
    raw: Vec<u8>,
    /// Undecoded bytes: `raw[raw_start..raw_end]`; `raw[0]` stands at `raw_base` in the file.
    raw_start: usize,
    raw_end: usize,
    raw_base: u64,
    at_end: bool,
    /// Bytes that are read at once.
    block: usize,
    /// Bytes that the file is expected to have.
    length: u64,
    /// The block delivered now, consumed up to `used`.
    text: String,
    used: usize,
    /// Delivered bytes that were consumed.
    position: u64,
    /// Delivered bytes that were decoded.
    produced: u64,
    anchors: VecDeque<Anchor>,
}

enum Mode {
    /// UTF-8; single bytes that are none are looked up.
    Utf8(&'static [char; 256]),
    /// One byte a character.
    Single(&'static [char; 256]),
    /// Two bytes a unit; true where the low byte comes first.
    Utf16(bool),
}

#[derive(Clone, Copy)]
struct Anchor {
    delivered: u64,
    original: u64,
    /// Original bytes for a delivered ASCII byte.
    stride: u64,
}

impl<'a> Utf8Source<'a> {
    /// Opens the file and finds its code page.
    pub fn open(source: &'a SourceFile<'a>) -> Result<Utf8Source<'a>, IntakeError> {
        Utf8Source::open_in_blocks(source, BLOCK)
    }

    /// The same with blocks of another size: what borders of blocks cut must read the same.
    pub(crate) fn open_in_blocks(
        source: &'a SourceFile<'a>,
        block: usize,
    ) -> Result<Utf8Source<'a>, IntakeError> {
        let fail = |error| IntakeError::Io {
            path: source.path.display().to_string(),
            error,
        };
        let mut file = File::open(source.path).map_err(fail)?;
        let length = file.metadata().map_err(fail)?.len();
        let mut raw = vec![0; length.clamp(block.min(1024) as u64, block as u64) as usize];
        let mut filled = 0;
        while filled < block.min(1024) {
            match file.read(&mut raw[filled..]).map_err(fail)? {
                0 => break,
                read => filled += read,
            }
        }
        (source.progress)(filled as u64);
        let (mode, mark) = choose(&raw[..filled], source);
        let stride = if matches!(mode, Mode::Utf16(_)) { 2 } else { 1 };
        Ok(Utf8Source {
            file,
            source,
            mode,
            raw,
            raw_start: mark,
            raw_end: filled,
            raw_base: 0,
            at_end: filled == 0,
            block,
            length,
            text: String::new(),
            used: 0,
            position: 0,
            produced: 0,
            anchors: VecDeque::from([Anchor {
                delivered: 0,
                original: mark as u64,
                stride,
            }]),
        })
    }

    /// Delivered bytes consumed so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The byte in the file as received where a delivered position stands. Exact at borders of ASCII characters;
    /// not for positions behind which the way back was [released](Utf8Source::release).
    pub fn original(&self, delivered: u64) -> u64 {
        let after = self.anchors.partition_point(|a| a.delivered <= delivered);
        match self.anchors.get(after.saturating_sub(1)) {
            Some(a) => a.original + delivered.saturating_sub(a.delivered) * a.stride,
            None => delivered,
        }
    }

    /// The same for positions that come one behind the other: `near` remembers the anchor found last. Begins at 0
    /// anew where the way back was released.
    pub fn original_near(&self, delivered: u64, near: &mut usize) -> u64 {
        while self
            .anchors
            .get(*near + 1)
            .is_some_and(|a| a.delivered <= delivered)
        {
            *near += 1;
        }
        match self.anchors.get(*near) {
            Some(a) => a.original + delivered.saturating_sub(a.delivered) * a.stride,
            None => delivered,
        }
    }

    /// Puts the next block into `text`, whole characters in place of what it held; false at the end of the file. The
    /// block is consumed.
    pub fn next_text(&mut self, text: &mut String) -> io::Result<bool> {
        self.fill()?;
        if self.used == 0 {
            std::mem::swap(text, &mut self.text);
        } else {
            text.clear();
            text.push_str(&self.text[self.used..]);
        }
        self.text.clear();
        self.used = 0;
        self.position += text.len() as u64;
        Ok(!text.is_empty())
    }

    /// Forgets the way back before a delivered position.
    pub fn release(&mut self, delivered: u64) {
        while self.anchors.get(1).is_some_and(|a| a.delivered <= delivered) {
            self.anchors.pop_front();
        }
    }

    /// Up to `limit` bytes of the file as received, as text: what a reject shows. A character that the limit cuts is
    /// left out.
    pub fn excerpt(&self, start: u64, end: u64, limit: usize) -> String {
        let length = usize::try_from(end.saturating_sub(start)).map_or(limit, |n| n.min(limit));
        let mut bytes = vec![0; length];
        let Ok(mut file) = File::open(self.source.path) else {
            return String::new();
        };
        let mut filled = 0;
        if file.seek(SeekFrom::Start(start)).is_ok() {
            while filled < length {
                match file.read(&mut bytes[filled..]) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => filled += read,
                }
            }
        }
        let whole = end.saturating_sub(start) <= filled as u64;
        self.decoded(&bytes[..filled], whole)
    }

    /// Bytes of the file as received, from border to border of characters, as text.
    pub fn text_of(&self, bytes: &[u8]) -> String {
        self.decoded(bytes, true)
    }

    fn decoded(&self, bytes: &[u8], whole: bool) -> String {
        let mut text = String::with_capacity(bytes.len());
        decode(&self.mode, bytes, whole, &mut text, |_, _, _| {});
        text
    }

    /// Lends the block delivered now, of which the bytes before the number are consumed; empty at the end of the file.
    /// Until it is [given back](Utf8Source::give_back) nothing else can be read.
    pub fn lend(&mut self) -> io::Result<(String, usize)> {
        self.fill()?;
        Ok((std::mem::take(&mut self.text), self.used))
    }

    /// Counts the bytes of the block that is lent as consumed up to this one.
    pub fn pass_to(&mut self, at: usize) {
        self.position += (at - self.used) as u64;
        self.used = at;
    }

    /// Takes a block back.
    pub fn give_back(&mut self, text: String) {
        self.text = text;
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.used < self.text.len() {
            return Ok(());
        }
        self.used = 0;
        loop {
            if self.raw_start < self.raw_end && self.decode_block() {
                return Ok(());
            }
            if self.at_end {
                self.text.clear();
                return Ok(());
            }
            self.raw.copy_within(self.raw_start..self.raw_end, 0);
            self.raw_base += self.raw_start as u64;
            self.raw_end -= self.raw_start;
            self.raw_start = 0;
            // Behind the end that is expected a read only confirms it.
            let ended = self.raw_base + self.raw_end as u64 >= self.length;
            self.raw
                .resize(if ended { self.raw_end + 64 } else { self.block }, 0);
            let read = self.file.read(&mut self.raw[self.raw_end..])?;
            (self.source.progress)(read as u64);
            self.raw_end += read;
            self.at_end = read == 0;
        }
    }

    /// Makes text of what was read; false where more must be read first.
    fn decode_block(&mut self) -> bool {
        if matches!(self.mode, Mode::Utf8(_)) && self.take_block() {
            return true;
        }
        self.text.clear();
        let input = &self.raw[self.raw_start..self.raw_end];
        let (anchors, produced) = (&mut self.anchors, self.produced);
        let original = self.raw_base + self.raw_start as u64;
        let used = decode(
            &self.mode,
            input,
            self.at_end,
            &mut self.text,
            |out, used, stride| {
                anchors.push_back(Anchor {
                    delivered: produced + out as u64,
                    original: original + used as u64,
                    stride,
                });
            },
        );
        self.raw_start += used;
        self.produced += self.text.len() as u64;
        !self.text.is_empty()
    }

    /// Delivers the block that was read as it is; false where it is not UTF-8 throughout. Of a character that the end
    /// of the block cuts the bytes stay for the next one.
    fn take_block(&mut self) -> bool {
        // What was delivered before holds the next block.
        let spare = std::mem::take(&mut self.text).into_bytes();
        let mut bytes = std::mem::replace(&mut self.raw, spare);
        bytes.truncate(self.raw_end);
        let text = String::from_utf8(bytes).or_else(|error| {
            let whole = error.utf8_error().valid_up_to();
            let cut = error.utf8_error().error_len().is_none() && !self.at_end;
            let mut bytes = error.into_bytes();
            if !cut || whole <= self.raw_start {
                return Err(bytes);
            }
            self.raw.clear();
            self.raw.extend_from_slice(&bytes[whole..]);
            bytes.truncate(whole);
            String::from_utf8(bytes).map_err(|error| error.into_bytes())
        });
        match text {
            Ok(text) => {
                self.produced += (text.len() - self.raw_start) as u64;
                self.raw_base += text.len() as u64;
                self.raw_end -= text.len();
                self.used = self.raw_start;
                self.raw_start = 0;
                self.text = text;
                true
            }
            Err(bytes) => {
                self.raw = bytes;
                false
            }
        }
    }
}

impl BufRead for Utf8Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill()?;
        Ok(&self.text.as_bytes()[self.used..])
    }

    fn consume(&mut self, amount: usize) {
        self.pass_to((self.used + amount).min(self.text.len()));
    }
}

impl Read for Utf8Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(into.len());
        into[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}

/// Decodes as much of `input` as is whole, calls `anchor` with (bytes out, bytes used, stride) behind every character
/// whose length differs, and gives the bytes used.
fn decode(
    mode: &Mode,
    input: &[u8],
    at_end: bool,
    out: &mut String,
    mut anchor: impl FnMut(usize, usize, u64),
) -> usize {
    let mut at = 0;
    match mode {
        Mode::Single(table) => {
            while at < input.len() {
                let plain = encoding_rs::Encoding::ascii_valid_up_to(&input[at..]);
                if let Ok(run) = std::str::from_utf8(&input[at..at + plain]) {
                    out.push_str(run);
                }
                at += plain;
                if let Some(&byte) = input.get(at) {
                    out.push(table[usize::from(byte)]);
                    at += 1;
                    anchor(out.len(), at, 1);
                }
            }
        }
        Mode::Utf8(table) => {
            for chunk in input.utf8_chunks() {
                out.push_str(chunk.valid());
                at += chunk.valid().len();
                let stray = chunk.invalid();
                let cut = || std::str::from_utf8(stray).is_err_and(|error| error.error_len().is_none());
                if at + stray.len() == input.len() && !at_end && cut() {
                    return at;
                }
                for byte in stray {
                    out.push(table[usize::from(*byte)]);
                    at += 1;
                    anchor(out.len(), at, 1);
                }
            }
        }
        Mode::Utf16(low_first) => {
            let unit = |at: usize| -> Option<u16> {
                let pair = [*input.get(at)?, *input.get(at + 1)?];
                Some(if *low_first {
                    u16::from_le_bytes(pair)
                } else {
                    u16::from_be_bytes(pair)
                })
            };
            while let Some(first) = unit(at) {
                let second = if (0xD800..0xDC00).contains(&first) {
                    match unit(at + 2) {
                        None if !at_end => return at,
                        other => other,
                    }
                } else {
                    None
                };
                let mut pair = char::decode_utf16([Some(first), second].into_iter().flatten());
                match pair.next() {
                    Some(Ok(c)) => {
                        out.push(c);
                        at += c.len_utf16() * 2;
                    }
                    // Half a pair: one unit is unreadable, the next is read again by itself.
                    _ => {
                        out.push(char::REPLACEMENT_CHARACTER);
                        at += 2;
                    }
                }
                if first >= 0x80 {
                    anchor(out.len(), at, 2);
                }
            }
            if at_end && at < input.len() {
                out.push(char::REPLACEMENT_CHARACTER);
                at = input.len();
                anchor(out.len(), at, 2);
            }
        }
    }
    at
}

/// Code page and length of the byte order mark.
fn choose(head: &[u8], source: &SourceFile<'_>) -> (Mode, usize) {
    let page = source.encoding.page;
    let declared = declared::of(head).and_then(|declared| declared.page);
    let second = [Some(page), declared]
        .into_iter()
        .flatten()
        .find(|p| !matches!(p, CodePage::Utf8 | CodePage::Utf16Le | CodePage::Utf16Be))
        .unwrap_or(CodePage::Windows1252);
    let utf8 = || Mode::Utf8(table(second));
    if head.starts_with(b"\xEF\xBB\xBF") {
        return (utf8(), 3);
    }
    if head.starts_with(b"\xFF\xFE") {
        return (Mode::Utf16(true), 2);
    }
    if head.starts_with(b"\xFE\xFF") {
        return (Mode::Utf16(false), 2);
    }
    if head.starts_with(b"<\0") || head.starts_with(b":\0") {
        return (Mode::Utf16(true), 0);
    }
    if head.starts_with(b"\0<") || head.starts_with(b"\0:") {
        return (Mode::Utf16(false), 0);
    }
    let mode = match page {
        CodePage::Utf16Le => Mode::Utf16(true),
        CodePage::Utf16Be => Mode::Utf16(false),
        CodePage::Utf8 => utf8(),
        _ if source.encoding.basis == "given" => Mode::Single(table(page)),
        _ => match declared {
            Some(CodePage::Utf8) => utf8(),
            Some(CodePage::Utf16Le | CodePage::Utf16Be) | None => Mode::Single(table(page)),
            Some(declared) => Mode::Single(table(declared)),
        },
    };
    (mode, 0)
}

/// The upper half of code page 850 (Western European DOS).
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The characters of a code page, made once: a delivery may hold many small files.
fn table(page: CodePage) -> &'static [char; 256] {
    static MADE: [OnceLock<[char; 256]>; 6] = [const { OnceLock::new() }; 6];
    let (place, encoding) = match page {
        // Each byte is the code point of the same number.
        CodePage::Iso8859_1 => (0, None),
        CodePage::Cp850 => (1, None),
        CodePage::Iso8859_2 => (2, Some(encoding_rs::ISO_8859_2)),
        CodePage::Iso8859_15 => (3, Some(encoding_rs::ISO_8859_15)),
        CodePage::Windows1250 => (4, Some(encoding_rs::WINDOWS_1250)),
        _ => (5, Some(encoding_rs::WINDOWS_1252)),
    };
    MADE[place].get_or_init(|| {
        let mut table: [char; 256] = std::array::from_fn(|byte| char::from(byte as u8));
        if page == CodePage::Cp850 {
            for (slot, c) in table[128..].iter_mut().zip(CP850.chars()) {
                *slot = c;
            }
        }
        let Some(encoding) = encoding else {
            return table;
        };
        for byte in 128..=255u8 {
            let (text, _) = encoding.decode_without_bom_handling(std::slice::from_ref(&byte));
            if let Some(c) = text.chars().next() {
                table[usize::from(byte)] = c;
            }
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::{guessed, with_source};

    fn read(bytes: &[u8], page: CodePage) -> (String, Vec<u64>) {
        with_source("f", bytes, guessed(page), |source| {
            let mut opened = Utf8Source::open(source).expect("opened");
            let mut text = String::new();
            opened.read_to_string(&mut text).expect("valid UTF-8");
            let marks = text
                .match_indices('<')
                .map(|(at, _)| opened.original(at as u64))
                .collect();
            (text, marks)
        })
    }

    #[test]
    fn an_excerpt_halves_no_character() {
        let text = "aé€\u{1F600}é";
        let mut wide: Vec<u8> = vec![0xFF, 0xFE];
        text.encode_utf16().for_each(|u| wide.extend(u.to_le_bytes()));
        for bytes in [text.as_bytes(), &wide] {
            with_source("f", bytes, crate::intake::encoding::find(bytes), |source| {
                let opened = Utf8Source::open(source).expect("opened");
                let start = u64::from(source.encoding.mark);
                for limit in 0..=bytes.len() {
                    let shown = opened.excerpt(start, bytes.len() as u64, limit);
                    assert!(text.starts_with(&shown), "{limit}: {shown}");
                }
                assert_eq!(opened.excerpt(start, bytes.len() as u64, 4_096), text);
            });
        }
    }

    #[test]
    fn every_code_page_leads_back_to_its_own_bytes() {
        let text = "<ä>é<ß\u{1F600}<x";
        let mut utf16: Vec<u8> = vec![0xFF, 0xFE];
        text.encode_utf16().for_each(|u| utf16.extend(u.to_le_bytes()));
        let (read_back, marks) = read(&utf16, CodePage::Utf8);
        assert_eq!(read_back, text);
        assert!(marks.iter().all(|&at| utf16[at as usize] == b'<'), "{marks:?}");
        assert_eq!(marks.len(), 3);

        let (read_back, marks) = read(text.as_bytes(), CodePage::Utf8);
        assert_eq!(read_back, text);
        assert!(marks.iter().all(|&at| text.as_bytes()[at as usize] == b'<'));

        let latin = b"<\xE4>\xE9<\xDF<x";
        let (read_back, marks) = read(latin, CodePage::Windows1252);
        assert_eq!(read_back, "<ä>é<ß<x");
        assert!(marks.iter().all(|&at| latin[at as usize] == b'<'));
    }

    #[test]
    fn a_stray_byte_in_utf8_is_read_and_moves_no_citation() {
        let bytes = b"<M\xFCller \xC3\xBC<\xE4";
        let (text, marks) = read(bytes, CodePage::Utf8);
        assert_eq!(text, "<Müller ü<ä");
        assert_eq!(marks, [0, 10]);
    }

    #[test]
    fn the_declaration_decides_between_single_byte_pages() {
        let bytes = b"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>\xA4";
        let (text, _) = read(bytes, CodePage::Windows1252);
        assert!(text.ends_with('€'), "{text}");
    }

    #[test]
    fn half_a_pair_costs_one_character() {
        let mut bytes = vec![0xFE, 0xFF];
        for unit in [0xD83D_u16, 0x3C, 0x41] {
            bytes.extend(unit.to_be_bytes());
        }
        bytes.push(0);
        let (text, marks) = read(&bytes, CodePage::Utf8);
        assert_eq!(text, "\u{FFFD}<A\u{FFFD}");
        assert_eq!(marks, [4]);
    }

    #[test]
    fn code_page_850_has_all_its_characters() {
        assert_eq!(CP850.chars().count(), 128);
        let (text, _) = read(b"M\x81ller", CodePage::Cp850);
        assert_eq!(text, "Müller");
    }
}
