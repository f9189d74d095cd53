//! Ordinary markup: tags and texts that stand whole in the block that is read. They are found by their bytes, and
//! nothing of them is copied.
//!
//! What is not ordinary is left where it stands for the general reader: comments, instructions, CDATA, definitions,
//! references other than the five of XML, names that do not match, what the end of a block cuts.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::names::Name;
use super::walk::{DEPTH, FIELD, Handler, Walk, predefined, unreadable};
use crate::intake::IntakeError;

/// A start tag.
struct Start<'b> {
    name: &'b str,
    /// All between the signs around it.
    content: &'b str,
    /// It is its own end tag.
    empty: bool,
    /// The byte behind it.
    end: usize,
}

/// The value of an attribute as written; nothing where the element has none or it cannot be read.
pub fn attribute<'a>(element: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    // By far the commonest: one attribute, between double quotes.
    let only = element
        .attributes_raw()
        .strip_prefix(' ')
        .and_then(|rest| rest.strip_prefix(name))
        .and_then(|rest| rest.strip_prefix("=\""))
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|value| value.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    match only {
        Some(value) => Some(Cow::Borrowed(value)),
        None => element
            .try_get_attribute(name)
            .ok()
            .flatten()
            .map(|found| found.value),
    }
}

impl<N: Name> Walk<'_, N> {
    /// Goes through what is ordinary, as far as it reaches in the block that is ready.
    pub(super) fn pass_ordinary<H: Handler<Name = N>>(
        &mut self,
        name: &str,
        handler: &mut H,
    ) -> Result<(), IntakeError> {
        let lent = self.xml.get_mut().source_mut().lend();
        let (block, at) = lent.map_err(|error| unreadable(name, &error))?;
        let result = self.pass_block(&block, at, handler);
        self.xml.get_mut().source_mut().give_back(block);
        result
    }

    fn pass_block<H: Handler<Name = N>>(
        &mut self,
        block: &str,
        mut at: usize,
        handler: &mut H,
    ) -> Result<(), IntakeError> {
        let bytes = block.as_bytes();
        while let Some(end) = text_end(bytes, at) {
            let text = &block[at..end];
            if self.leaf && self.text.len() + text.len() >= FIELD {
                break;
            }
            if bytes[end] == b'&' {
                let Some((resolved, length)) = reference(&block[end..]) else {
                    break;
                };
                if self.leaf {
                    self.text.push_str(text);
                    self.text.push_str(resolved);
                }
                at = end + length;
                self.pass_to(at);
                continue;
            }
            if bytes.get(end + 1) == Some(&b'/') {
                let Some(opened) = self.opened.last().filter(|opened| !opened.known) else {
                    break;
                };
                let Some(behind) = end_tag(bytes, end, &self.names[opened.name..]) else {
                    break;
                };
                at = behind;
                self.pass_to(at);
                if self.leaf {
                    let whole = if self.text.is_empty() {
                        trim(text)
                    } else {
                        self.text.push_str(text);
                        trim(&self.text)
                    };
                    if !whole.is_empty() {
                        handler.text(whole, self)?;
                    }
                }
                let name = self.pop();
                handler.close(name, self)?;
                continue;
            }
            let Some(start) = start_tag(block, end) else { break };
            if self.stack.len() >= DEPTH {
                break;
            }
            let name = N::from_name(start.name);
            self.start = self.position() + (end - at) as u64;
            at = start.end;
            self.pass_to(at);
            let element = BytesStart::from_content(start.content, start.name.len());
            handler.open(name, &element, self)?;
            if start.empty {
                self.leaf = false;
                handler.close(name, self)?;
            } else if let Some((text, behind)) = leaf(block, at, start.name) {
                at = behind;
                self.pass_to(at);
                if !text.is_empty() {
                    self.stack.push(name);
                    handler.text(text, self)?;
                    self.stack.pop();
                }
                self.leaf = false;
                handler.close(name, self)?;
            } else {
                self.push(name, start.name, false);
            }
        }
        Ok(())
    }

    fn pass_to(&mut self, at: usize) {
        self.xml.get_mut().source_mut().pass_to(at);
    }
}

/// Where a text ends: at markup or at a reference.
#[inline]
fn text_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Most texts are so short that a search of its own would cost more than it saves.
    for _ in 0..4 {
        let Some(eight) = eight(bytes, at) else { break };
        let found = zero(eight ^ EACH * u64::from(b'<')) | zero(eight ^ EACH * u64::from(b'&'));
        if found != 0 {
            return Some(at + first(found));
        }
        at += 8;
    }
    memchr::memchr2(b'<', b'&', bytes.get(at..)?).map(|length| at + length)
}

/// A one in each of eight bytes.
const EACH: u64 = 0x0101_0101_0101_0101;

#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|eight| u64::from_le_bytes(*eight))
}

/// The upper bit of each byte that is zero. Behind the first such byte others may be marked, too.
#[inline]
const fn zero(eight: u64) -> u64 {
    eight.wrapping_sub(EACH) & !eight & (EACH << 7)
}

/// The number of the first byte whose upper bit is set.
#[inline]
const fn first(marked: u64) -> usize {
    (marked.trailing_zeros() / 8) as usize
}

/// The text of an element that holds nothing else, trimmed, and the byte behind its end tag.
#[inline]
fn leaf<'b>(block: &'b str, at: usize, name: &str) -> Option<(&'b str, usize)> {
    let bytes = block.as_bytes();
    let end = text_end(bytes, at)?;
    if bytes.get(end..end + 2)? != b"</" {
        return None;
    }
    let behind = end_tag(bytes, end, name)?;
    Some((trim(&block[at..end]), behind))
}

/// The byte behind an end tag that closes the element of this name.
#[inline]
fn end_tag(bytes: &[u8], at: usize, name: &str) -> Option<usize> {
    let rest = bytes.get(at + 2..)?.strip_prefix(name.as_bytes())?;
    (rest.first() == Some(&b'>')).then_some(at + 3 + name.len())
}

/// One of the five references, and its length.
fn reference(text: &str) -> Option<(&'static str, usize)> {
    let length = text.bytes().take(6).position(|byte| byte == b';')?;
    predefined(text.get(1..length)?).map(|resolved| (resolved, length + 1))
}

/// What a byte of a name is to a start tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Name,
    Space,
    Slash,
    End,
    /// Nothing that stands in an ordinary name.
    Odd,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Name; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' => Class::Space,
            b'/' => Class::Slash,
            b'>' => Class::End,
            b'<' | b'&' | b'"' | b'\'' | b'=' | b'!' | b'?' => Class::Odd,
            _ => Class::Name,
        };
        byte += 1;
    }
    classes
};

/// The start tag at a `<`.
#[inline]
fn start_tag(block: &str, at: usize) -> Option<Start<'_>> {
    let bytes = block.as_bytes();
    let begin = at + 1;
    let stop = name_end(bytes, begin)?;
    if stop == begin {
        return None;
    }
    let (content, empty) = match CLASSES[usize::from(bytes[stop])] {
        Class::End => (stop, false),
        Class::Slash if bytes.get(stop + 1) == Some(&b'>') => (stop, true),
        Class::Space => {
            let end = attributes_end(bytes, stop)?;
            let empty = bytes[end - 1] == b'/';
            (end - usize::from(empty), empty)
        }
        _ => return None,
    };
    Some(Start {
        name: &block[begin..stop],
        content: &block[begin..content],
        empty,
        end: content + usize::from(empty) + 1,
    })
}

/// The first byte that is no part of a name.
#[inline]
fn name_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        // All that ends a name is below 64, and of a name only digits, points, hyphens and colons are.
        if let Some(eight) = eight(bytes, at) {
            let low = !(eight | eight << 1) & (EACH << 7);
            if low == 0 {
                at += 8;
                continue;
            }
            at += first(low);
        }
        if CLASSES[usize::from(*bytes.get(at)?)] != Class::Name {
            return Some(at);
        }
        at += 1;
    }
}

/// Where the `>` behind attributes stands: the first that is not inside quotes.
fn attributes_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().skip(at) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Without white space around it.
#[inline]
fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::intake::SourceFile;
    use crate::intake::encoding::{CodePage, Encoding};
    use crate::intake::utf8_source::Utf8Source;
    use crate::intake::xml::walk::{Break, read_from};
    use crate::intake::xml::{local, names};

    names! {
        /// Some names.
        Tag: Document, Stmt, Ntry, Amt, Nm,
    }

    impl Name for Tag {
        const OTHER: Tag = Tag::Other;

        fn from_name(name: &str) -> Tag {
            Tag::lookup(local(name))
        }
    }

    /// Writes down all that it is told, with every place.
    #[derive(Default)]
    struct Minutes(String);

    impl Minutes {
        fn note(&mut self, what: &str, walk: &Walk<'_, Tag>) -> Result<(), IntakeError> {
            let (start, position) = (walk.start(), walk.position());
            self.0 += &format!(
                "{what} at {start}={} to {position}={} in {:?}\n",
                walk.original(start),
                walk.original(position),
                walk.path()
            );
            Ok(())
        }
    }

    impl Handler for Minutes {
        type Name = Tag;

        fn open(&mut self, name: Tag, tag: &BytesStart<'_>, walk: &Walk<'_, Tag>) -> Result<(), IntakeError> {
            let currency = attribute(tag, "Ccy");
            let long = tag
                .try_get_attribute("Ccy")
                .ok()
                .flatten()
                .map(|found| found.value);
            assert_eq!(currency, long);
            self.note(&format!("open {name:?} {:?} {currency:?}", &tag[..]), walk)
        }

        fn text(&mut self, text: &str, walk: &Walk<'_, Tag>) -> Result<(), IntakeError> {
            self.note(&format!("text {text:?}"), walk)
        }

        fn close(&mut self, name: Tag, walk: &mut Walk<'_, Tag>) -> Result<(), IntakeError> {
            self.note(&format!("close {name:?}"), walk)?;
            if name == Tag::Ntry {
                walk.release();
            }
            Ok(())
        }

        fn refuse(&mut self, reason: &str, start: u64, walk: &Walk<'_, Tag>) -> Result<(), IntakeError> {
            self.note(&format!("refuse {reason} {start}"), walk)
        }

        fn broken(&mut self, broken: &Break, walk: &mut Walk<'_, Tag>) -> Result<(), IntakeError> {
            let reason = broken.reason(walk);
            self.note(&format!("broken {reason}"), walk)
        }
    }

    fn minutes(bytes: &[u8], page: CodePage, block: usize, quick: bool) -> String {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(bytes).expect("written");
        let source = SourceFile {
            source_id: "0",
            path: file.path(),
            name: "f",
            bytes: bytes.len() as u64,
            encoding: Encoding {
                page,
                basis: "guessed",
                mark: 0,
            },
            progress: &|_| {},
            siblings: &[],
        };
        let mut minutes = Minutes::default();
        let file = Utf8Source::open_in_blocks(&source, block).expect("opened");
        read_from(file, "f", quick, &mut minutes).expect("read");
        minutes.0
    }

    /// Some of everything, and nothing that ends the reading.
    const ALL: &str = "<?xml version=\"1.0\"?>\r\n<!-- <no> & --><n:Document xmlns='x' b=\"a>b\">\n <Stmt>\n\
        <Ntry><Amt Ccy=\"EUR\">1.00</Amt><Nm>J&amp;J  &lt;&#233;&#xe9; </Nm>\t<Nm/><Nm a='>'/><Nm />\
        <Unknown  Ccy=''> x </Unknown ><Nm>a<!-- c -->b<![CDATA[<&>]]></Nm><Nm>&quot;&apos;&gt;</Nm></Ntry>\
        <Ntry>text<Amt Ccy=\"a&amp;b\" >2</Amt>mixed &amp; more<Nm></Nm><?pi x?><Nm> \u{a0}\u{e9}\u{20ac} </Nm></Ntry>\
        <Ntry><Nm>&nope; x</Nm><Amt/><x:Nm><Nm><Nm>deep</Nm></Nm></x:Nm></Ntry></Stmt> </n:Document>\n";

    #[test]
    fn the_short_way_tells_what_the_long_way_tells() {
        let marked = format!("\u{feff}{ALL}");
        for (page, text) in [
            (CodePage::Utf8, ALL),
            (CodePage::Utf8, &marked),
            (CodePage::Windows1252, ALL),
            (CodePage::Utf16Le, ALL),
            (CodePage::Utf16Le, &marked),
        ] {
            let bytes: Vec<u8> = match page {
                CodePage::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                CodePage::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
                _ => text.as_bytes().to_vec(),
            };
            let told = minutes(&bytes, page, 1 << 18, false);
            assert!(
                told.contains("\"J&J  <éé\"") && told.contains("nope") && !told.contains("broken"),
                "{told}"
            );
            assert_eq!(
                told.lines().filter(|line| line.starts_with("close Nm")).count(),
                12,
                "{told}"
            );
            for block in (120..700).step_by(7).chain([1 << 18]) {
                assert_eq!(
                    minutes(&bytes, page, block, true),
                    told,
                    "{page:?} in blocks of {block}"
                );
            }
        }
    }

    #[test]
    fn long_texts_and_deep_nesting_end_at_the_same_place() {
        let long = "x".repeat(FIELD / 2 + 7);
        for (text, told) in [
            (format!("<Nm>{long}&amp;{long}</Nm>"), "refuse a text longer"),
            (format!("<Nm>{long}{long}{long}</Nm>"), "refuse a text longer"),
            (format!("<Nm a=\"{long}{long}{long}\">"), "broken"),
            (format!("{}x", "<Nm>".repeat(DEPTH)), "nested more than"),
            (
                "<Nm><Nm>a</Nm></Amt>".to_owned(),
                "expected `</Nm>`, but `</Amt>`",
            ),
            ("<Nm>a</Nm></Nm></Nm>".to_owned(), "</Nm>"),
            ("<Nm>a &amp b</Nm>".to_owned(), "broken"),
            ("<Nm>a</Nm><!DOCTYPE x><Nm>b</Nm>".to_owned(), "DOCTYPE"),
        ] {
            let text = format!("<Document>{text}</Document>");
            let long = minutes(text.as_bytes(), CodePage::Utf8, 1 << 18, false);
            assert!(long.contains(told), "{}", &long[long.len().saturating_sub(500)..]);
            assert!(
                minutes(text.as_bytes(), CodePage::Utf8, 1 << 18, true) == long,
                "{told}"
            );
        }
    }

    #[test]
    fn names_and_texts_end_where_they_end() {
        let text = "Abc-1.x:yÄÖÜlonger_than_eight>x";
        for at in 0..text.len() - 1 {
            assert_eq!(name_end(text.as_bytes(), at), Some(text.len() - 2), "{at}");
        }
        assert_eq!(name_end(text.as_bytes(), text.len() - 1), None);
        for length in 0..80 {
            for sign in ['<', '&'] {
                let text = format!("{}{sign}<&", ";=".repeat(length).split_at(length).0);
                assert_eq!(text_end(text.as_bytes(), 0), Some(length), "{text}");
            }
            assert_eq!(text_end("x".repeat(length).as_bytes(), 0), None);
        }
    }

    proptest! {
        #[test]
        fn damage_reads_the_same_both_ways(
            changes in proptest::collection::vec((any::<u16>(), 0..12usize, 0..3u8), 1..8),
            block in 100..900usize,
        ) {
            let mut bytes = ALL.as_bytes().to_vec();
            for (at, sign, how) in changes {
                let at = usize::from(at) % bytes.len();
                let sign = b"<>/&;\"'! =\xE9a"[sign];
                match how {
                    0 => bytes[at] = sign,
                    1 => bytes.insert(at, sign),
                    _ => {
                        bytes.remove(at);
                    }
                }
            }
            let long = minutes(&bytes, CodePage::Utf8, block, false);
            prop_assert_eq!(minutes(&bytes, CodePage::Utf8, block, true), long);
        }
    }
}
