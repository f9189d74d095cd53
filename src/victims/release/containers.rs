//! Files taken apart: what they are is told by their first bytes, never by their name.

use std::io::{Cursor, Read};

use super::hit::{Hit, Place, Unread};
use super::protected::Kind;
use super::scan::{Found, scan};
use super::views::{self, View};
use super::zip_gaps::gaps;
use super::{Checker, columns, own, pdf, pictures, workbook};

/// Where the bytes that are looked through come from.
#[derive(Clone, Debug)]
pub(super) struct Within {
    file: String,
    shown: String,
    members: Vec<String>,
    /// How many archives and encodings lie around.
    depth: usize,
    /// What the places of its texts are: lines, or a part that has none.
    part: Option<String>,
    /// Texts whose lines are rows of a table, beginning with this one.
    rows_from: Option<u64>,
    /// What of the file lies before what is looked at: lines, signs of its first line, bytes.
    before: (usize, usize, usize),
}

impl Within {
    pub(super) fn file(path: &str, shown: String) -> Within {
        Within {
            file: path.to_owned(),
            shown,
            members: Vec::new(),
            depth: 0,
            part: None,
            rows_from: None,
            before: (0, 0, 0),
        }
    }

    /// Whether it lies in an archive.
    pub(super) fn is_member(&self) -> bool {
        !self.members.is_empty()
    }

    /// The next portion begins behind these bytes.
    pub(super) fn moves_on(&mut self, bytes: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        let last = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        // Signs are counted by the bytes that begin them.
        let signs = bytes[last..].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.before = match lines {
            0 => (self.before.0, self.before.1 + signs, self.before.2 + bytes.len()),
            _ => (self.before.0 + lines, signs, self.before.2 + bytes.len()),
        };
    }

    /// From a byte of the file on.
    pub(super) fn at_byte(&self, at: usize) -> Within {
        let mut within = self.clone();
        within.before.2 += at;
        within
    }

    /// A member, by its name with terms withheld.
    pub(super) fn member(&self, shown: String) -> Within {
        let mut within = self.clone();
        within.before = (0, 0, 0);
        within.members.push(shown);
        within.depth += 1;
        within.part = None;
        within.rows_from = None;
        within
    }

    /// A part that has no lines, such as “the file's properties”.
    pub(super) fn part(&self, part: &str) -> Within {
        Within {
            part: Some(part.to_owned()),
            rows_from: None,
            ..self.clone()
        }
    }

    /// Rows of a table.
    pub(super) fn rows(&self, first: u64) -> Within {
        Within {
            rows_from: Some(first),
            ..self.clone()
        }
    }

    fn name(&self) -> &str {
        self.members.last().unwrap_or(&self.file)
    }
}

impl Checker<'_> {
    /// Looks through a name.
    pub(super) fn name(&mut self, name: &str, within: &Within) {
        let found = |text: &str| scan(self.protected, text).0;
        let mut all = found(name);
        if let Some(view) = views::unescaped(name) {
            all.extend(found(&view.text));
        }
        for one in all {
            self.hit(&one, Place::Name, within);
        }
    }

    /// Looks through bytes of any kind.
    pub(super) fn bytes(&mut self, bytes: &[u8], within: &mut Within) {
        if within.depth > self.settings.deepest {
            self.unread("there are too many archives in each other", within);
            return;
        }
        let is = |kind: &[u8]| bytes.starts_with(kind);
        if is(b"PK\x03\x04") || is(b"PK\x05\x06") {
            self.zip(bytes, within);
        } else if is(b"\x1f\x8b") {
            self.gzip(bytes, within);
        } else if is(b"\x89PNG")
            || is(b"\xff\xd8\xff")
            || is(b"GIF8")
            || (is(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        {
            pictures::look(self, bytes, within);
        } else if is(b"%PDF") {
            pdf::look(self, bytes, within);
        } else if is(b"PAR1") {
            columns::look(self, bytes, within);
        } else if let Some(texts) = decoded(bytes) {
            for text in texts {
                self.any_text(&text, within);
            }
        } else {
            self.strings(bytes, within);
            self.unread("it is no text and of no kind that can be read here", within);
        }
    }

    fn zip(&mut self, bytes: &[u8], within: &mut Within) {
        let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(_) => {
                self.strings(bytes, within);
                return self.unread("the archive is damaged", within);
            }
        };
        for gap in gaps(&mut archive, bytes.len() as u64) {
            let (from, to) = (gap.start as usize, gap.end as usize);
            self.strings(&bytes[from..to], &within.at_byte(from));
        }
        let comment = String::from_utf8_lossy(archive.comment()).into_owned();
        self.any_text(&comment, &within.part("the archive's comment"));
        let mut book = workbook::Book::default();
        for number in 0..archive.len() {
            let mut member = match archive.by_index(number) {
                Ok(member) => member,
                Err(_) => {
                    self.unread(&format!("member {} is encrypted or damaged", number + 1), within);
                    continue;
                }
            };
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            let shown = self.withhold(&name);
            let mut inner = within.member(shown);
            self.name(&name, &inner);
            let comment = member.comment().to_owned();
            self.any_text(&comment, &inner.part("the member's comment"));
            if member.is_dir() {
                continue;
            }
            let Some(content) = self.unpack(&mut member, &inner) else {
                continue;
            };
            drop(member);
            self.bytes(&content, &mut inner);
            book.member(&name, content);
        }
        // Cells of a workbook name their texts by number; given and family name may be two cells.
        for (sheet, rows) in book.rows() {
            let inner = within.member(self.withhold(&sheet)).rows(1);
            self.any_text(&rows, &inner);
        }
    }

    fn gzip(&mut self, bytes: &[u8], within: &mut Within) {
        let mut reader = flate2::bufread::MultiGzDecoder::new(bytes);
        let header = reader.header().map(|header| {
            [header.filename(), header.comment(), header.extra()]
                .into_iter()
                .flatten()
                .map(|text| String::from_utf8_lossy(text).into_owned())
                .collect::<Vec<String>>()
        });
        for text in header.unwrap_or_default() {
            self.any_text(&text, &within.part("the header of the compressed file"));
        }
        let mut inner = within.member("(decompressed)".to_owned());
        if let Some(content) = self.unpack(&mut reader, &inner) {
            self.bytes(&content, &mut inner);
        }
    }

    /// What a compressed part gives, within what may be unpacked at all.
    pub(super) fn unpack(&mut self, from: &mut dyn Read, within: &Within) -> Option<Vec<u8>> {
        let left = self.settings.most_unpacked.saturating_sub(self.unpacked);
        let mut content = Vec::new();
        let read = from.take(left + 1).read_to_end(&mut content);
        self.unpacked += content.len() as u64;
        if content.len() as u64 > left {
            self.unread("it unpacks to more than may be unpacked", within);
            return None;
        }
        if read.is_err() {
            self.strings(&content, within);
            self.unread("it is damaged", within);
            return None;
        }
        Some(content)
    }

    /// Looks through a text in all the ways in which it can be read.
    pub(super) fn any_text(&mut self, text: &str, within: &Within) {
        if text.is_empty() {
            return;
        }
        // Tags of scripts go too, and tell where their data are.
        let as_written = text;
        let without_own = own::without(text, self.settings.own_scripts);
        let text = without_own.as_deref().unwrap_or(text);
        let mut found: Vec<(usize, Found)> = Vec::new();
        let mut more = 0;
        let mut look = |text: &str, origin: &dyn Fn(usize) -> usize| {
            let (mut all, left_out) = scan(self.protected, text);
            more += left_out;
            if let Some(quotes) = self.quotes {
                all.extend(quotes.scan(text));
            }
            found.extend(all.into_iter().map(|one| (origin(one.start), one)));
        };
        look(text, &|at| at);
        let mut written = views::written_in(text);
        {
            let mut view = |view: &View| look(&view.text, &|at| view.origin(at));
            let unescaped = views::unescaped(text);
            if let Some(unescaped) = &unescaped {
                view(unescaped);
                let inner = views::written_in(&unescaped.text);
                written.extend(inner.into_iter().map(|(at, bytes)| (unescaped.origin(at), bytes)));
            }
            if views::has_tags(text) {
                view(&views::without_tags(text));
            } else if let Some(tagged) = unescaped.filter(|view| views::has_tags(&view.text)) {
                // Markup in a value of JSON or in an address.
                let bare = views::without_tags(&tagged.text);
                look(&bare.text, &|at| tagged.origin(bare.origin(at)));
            }
            if views::is_json(text) {
                let values = views::values(text);
                look(&values.text, &|at| values.origin(at));
            }
            for (from, block) in own::json_blocks(as_written) {
                let values = views::values(block);
                look(&values.text, &|at| from + values.origin(at));
            }
            if let Some(numbers) = views::written_out(text) {
                look(&numbers.text, &|at| numbers.origin(at));
            }
        }
        found.sort();
        found.dedup_by(|b, a| a.0 == b.0 && a.1.who == b.1.who && a.1.kind == b.1.kind);
        self.outcome.more += more;
        let mut lines = Lines::new(text);
        for (at, one) in found {
            let place = match (&within.part, within.rows_from) {
                (Some(part), _) => Place::Part(part.clone()),
                (None, Some(first)) => Place::Row(first + lines.of(at).0 as u64 - 1),
                (None, None) => {
                    let (line, column) = lines.of(at);
                    Place::Line {
                        line: line + within.before.0,
                        column: if line == 1 {
                            column + within.before.1
                        } else {
                            column
                        },
                    }
                }
            };
            self.hit(&one, place, within);
        }
        written.sort();
        written.dedup();
        for (at, bytes) in written {
            let (line, column) = lines.of(at);
            let mut inner = within.member(format!(
                "(written in base 64 or as digits at line {line}, column {column})"
            ));
            // Words and hashes can be read as anything: only what is surely a file must be readable.
            if views::is_file(&bytes) {
                self.bytes(&bytes, &mut inner);
            } else if inner.depth <= self.settings.deepest {
                for plain in decoded(&bytes).unwrap_or_default() {
                    self.any_text(&plain, &inner);
                }
            }
        }
    }

    /// Looks through what is text in bytes that are none: runs of signs, of one byte or of two.
    pub(super) fn strings(&mut self, bytes: &[u8], within: &Within) {
        for (from, text) in runs(bytes) {
            let mut all: Vec<(usize, Found)> = Vec::new();
            let mut view = |text: &str, origin: &dyn Fn(usize) -> usize| {
                let found = scan(self.protected, text).0;
                all.extend(found.into_iter().map(|one| (origin(one.start), one)));
            };
            view(&text, &|at| at);
            if let Some(plain) = views::unescaped(&text) {
                view(&plain.text, &|at| plain.origin(at));
            }
            if views::has_tags(&text) {
                let bare = views::without_tags(&text);
                view(&bare.text, &|at| bare.origin(at));
            }
            for (at, one) in all {
                self.hit(&one, Place::Byte(within.before.2 + from + at), within);
            }
        }
    }

    pub(super) fn unread(&mut self, what: &str, within: &Within) {
        let is_allowed = self.settings.may_be_unread.iter().any(|ending| {
            within.members.is_empty() && within.file.ends_with(ending.as_str())
                || !within.members.is_empty() && within.name().ends_with(ending.as_str())
        });
        self.note_unread(what, is_allowed, within);
    }

    pub(super) fn note_unread(&mut self, what: &str, is_allowed: bool, within: &Within) {
        self.outcome.unread.push(Unread {
            file: within.shown.clone(),
            number: self.outcome.files,
            members: within.members.clone(),
            what: what.to_owned(),
            is_allowed,
        });
    }

    pub(super) fn may_have_pictures(&self) -> bool {
        self.settings.may_have_pictures
    }

    fn hit(&mut self, found: &Found, place: Place, within: &Within) {
        let of = match found.kind {
            Kind::Movement => self.quotes.and_then(|quotes| quotes.person(found.who)),
            _ => self
                .protected
                .people
                .get(found.who as usize)
                .map(|(person, why)| (person, why)),
        };
        let Some((person, why)) = of else {
            return;
        };
        if self.outcome.hits.len() >= self.settings.most_hits {
            self.outcome.more += 1;
            return;
        }
        self.outcome.hits.push(Hit {
            file: within.shown.clone(),
            number: self.outcome.files,
            members: within.members.clone(),
            place,
            kind: found.kind,
            person: person.clone(),
            why: *why,
        });
    }
}

/// Bytes as text: UTF-8, UTF-16, else the code pages of one byte, which differ in their upper half.
fn decoded(bytes: &[u8]) -> Option<Vec<String>> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_with_bom_removal(bytes);
        return Some(vec![text.into_owned()]);
    }
    let few = &bytes[..bytes.len().min(4_096)];
    let zeros = |from: usize| {
        few.iter()
            .skip(from)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let half = few.len() / 2;
    for (at, encoding) in [(1, encoding_rs::UTF_16LE), (0, encoding_rs::UTF_16BE)] {
        if half >= 2 && zeros(at) * 2 > half && zeros(1 - at) * 10 < half {
            return Some(vec![encoding.decode_without_bom_handling(bytes).0.into_owned()]);
        }
    }
    let is_control = |byte: &&u8| **byte < 9 || (14..32).contains(*byte) && **byte != 27 || **byte == 127;
    // A few of them hide in texts; many show that it is none.
    let controls = bytes.iter().filter(is_control).count();
    if controls * 50 > bytes.len() {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(vec![text.to_owned()]);
    }
    if controls > 0 {
        return None;
    }
    let pages = [
        encoding_rs::WINDOWS_1252,
        encoding_rs::WINDOWS_1250,
        encoding_rs::WINDOWS_1251,
    ];
    let mut texts: Vec<String> = pages
        .iter()
        .map(|page| page.decode_without_bom_handling(bytes).0.into_owned())
        .collect();
    texts.push(String::from_utf8_lossy(bytes).into_owned());
    Some(texts)
}

/// Signs of a run of text in bytes that are none.
const RUN: usize = 6;

fn runs(bytes: &[u8]) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    let is_sign = |byte: u8| byte == b'\t' || (32..127).contains(&byte);
    let mut from = 0;
    for chunk in bytes.utf8_chunks() {
        for part in chunk.valid().split_inclusive(char::is_control) {
            if part.len() >= RUN {
                all.push((from, part.to_owned()));
            }
            from += part.len();
        }
        from += chunk.invalid().len();
    }
    // Two bytes a sign, in both orders, beginning at even and odd places.
    for (zero, first) in [(1, 0), (0, 1)] {
        let mut from = 0;
        while from + 1 < bytes.len() {
            let mut text = String::new();
            let mut at = from;
            while let (Some(sign), Some(0)) = (bytes.get(at + first), bytes.get(at + zero))
                && is_sign(*sign)
            {
                text.push(char::from(*sign));
                at += 2;
            }
            if text.len() >= RUN {
                all.push((from, text));
                from = at;
            } else {
                from += 1;
            }
        }
    }
    all
}

/// Lines and columns of places that come in order, or nearly.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    start: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        Lines {
            text,
            at: 0,
            line: 1,
            start: 0,
        }
    }

    fn of(&mut self, place: usize) -> (usize, usize) {
        let mut place = place.min(self.text.len());
        while !self.text.is_char_boundary(place) {
            place -= 1;
        }
        if place < self.at {
            *self = Lines::new(self.text);
        }
        for at in memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..place]) {
            self.line += 1;
            self.start = self.at + at + 1;
        }
        self.at = place;
        (self.line, self.text[self.start..place].chars().count() + 1)
    }
}
