//! The first bytes of a file that may be XML.

use std::borrow::Cow;

use super::local;

/// The beginning of a file, for recognition. UTF-16 is read, too.
pub struct Head<'a> {
    bytes: Cow<'a, [u8]>,
    is_xml: bool,
}

impl<'a> Head<'a> {
    /// Looks whether the first sign is the `<` of XML.
    pub fn new(head: &'a [u8]) -> Head<'a> {
        // UTF-16 shows as ASCII with zeros between.
        let bytes = if head.iter().take(64).any(|b| *b == 0) {
            Cow::Owned(head.iter().copied().filter(|b| *b != 0).collect())
        } else {
            Cow::Borrowed(head)
        };
        let start = bytes.iter().position(|b| *b == b'<');
        let is_xml = start.is_some_and(|at| {
            bytes[..at]
                .iter()
                .all(|b| b.is_ascii_whitespace() || !b.is_ascii())
        });
        Head { bytes, is_xml }
    }

    /// Whether it can be XML at all.
    pub fn is_xml(&self) -> bool {
        self.is_xml
    }

    /// Whether a text stands anywhere.
    pub fn has(&self, needle: &str) -> bool {
        memchr::memmem::find(&self.bytes, needle.as_bytes()).is_some()
    }

    /// The start tags in order: local name, and all that stands between `<` and `>`. Comments, instructions and CDATA
    /// are passed over.
    pub fn elements(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = if self.is_xml { &self.bytes[..] } else { &[] };
        std::iter::from_fn(move || {
            loop {
                let at = memchr::memchr(b'<', rest)?;
                rest = &rest[at + 1..];
                let skip = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")]
                    .into_iter()
                    .find(|(begin, _)| rest.starts_with(begin.as_bytes()));
                if let Some((_, end)) = skip {
                    let end = memchr::memmem::find(rest, end.as_bytes())?;
                    rest = &rest[end..];
                    continue;
                }
                let end = memchr::memchr(b'>', rest)?;
                let tag = &rest[..end];
                rest = &rest[end..];
                if tag.starts_with(b"/") || tag.starts_with(b"!") {
                    continue;
                }
                let Ok(tag) = std::str::from_utf8(tag) else {
                    continue;
                };
                let name = tag
                    .split(|c: char| c.is_ascii_whitespace() || c == '/')
                    .next()
                    .unwrap_or("");
                return Some((local(name), tag));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_start_tags_and_nothing_else() {
        let head = Head::new(
            b"\xEF\xBB\xBF<?xml version='1.0'?><!-- <no/> --><n:Document a=\"1\"><![CDATA[<no>]]><B/></B",
        );
        let found: Vec<_> = head.elements().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(found, ["Document", "B"]);
        assert!(Head::new(b"a,b\n<x>").elements().next().is_none());
        let wide: Vec<u8> = "<a><b>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Head::new(&wide).elements().count(), 2);
    }
}
