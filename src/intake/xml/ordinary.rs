//! The short way through ordinary markup: tags and texts that stand whole in the block that is read.
//!
//! What is not ordinary is left where it stands for the general reader: comments, instructions, CDATA, definitions,
//! references other than the five of XML, names that do not match, what the end of a block cuts.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::names::Name;
use super::signs::{end_tag, leaf, reference, start_tag, text_end, trim};
use super::walk::{DEPTH, FIELD, Handler, Walk, unreadable};
use crate::intake::IntakeError;

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

/// Keeps the value of an attribute without blanks around it; nothing where the element has none.
pub fn keep_attribute(element: &BytesStart<'_>, name: &str, kept: &mut String) {
    kept.clear();
    if let Some(value) = attribute(element, name) {
        kept.push_str(value.trim());
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::intake::encoding::CodePage;
    use crate::intake::testing::{guessed, with_source};
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
        with_source("f", bytes, guessed(page), |source| {
            let mut minutes = Minutes::default();
            let file = Utf8Source::open_in_blocks(source, block).expect("opened");
            read_from(file, "f", quick, &mut minutes).expect("read");
            minutes.0
        })
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
