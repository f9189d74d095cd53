//! What the tags of a part say that must be known before a reader of workbooks sees it. What is found does not depend on
//! how the part is cut into blocks.

/// Looks at tags as they stream by.
#[derive(Default)]
pub(super) struct Tags {
    /// How many there are.
    pub count: u64,
    /// A definition of document types stands among them.
    pub defines: bool,
    /// The number of texts that the part says it holds (ECMA-376 part 1, 18.4.9, `uniqueCount`): the reader makes room
    /// for so many.
    pub texts: u64,
    /// The first element is that of a sheet.
    pub is_sheet: bool,
    /// A place of a row or cell that no sheet has; the reader's numbers would run over.
    pub place: Option<String>,
    /// An element was seen.
    begun: bool,
    /// A tag that the end of the last block cut.
    cut: Vec<u8>,
}

/// Longest name that is looked at, with what stands behind it.
const NAME: usize = 64;
/// Longest tag of a row, a cell or a list of texts. Those that programs write have some hundred bytes at most.
const LONGEST: usize = 64 << 10;
/// Letters and digits of the last cell that there can be, XFD1048576.
const PLACE: (usize, usize) = (3, 7);
/// Characters of a wrong place that are shown.
const SHOWN: usize = 24;

impl Tags {
    /// Takes the next bytes of the part.
    pub fn look(&mut self, bytes: &[u8]) {
        self.count += memchr::memchr_iter(b'<', bytes).count() as u64;
        if self.cut.is_empty() {
            self.walk(bytes);
        } else {
            let mut whole = std::mem::take(&mut self.cut);
            whole.extend_from_slice(bytes);
            self.walk(&whole);
        }
    }

    fn walk(&mut self, bytes: &[u8]) {
        for start in memchr::memchr_iter(b'<', bytes) {
            let tag = &bytes[start + 1..];
            let head = &tag[..tag.len().min(NAME)];
            let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<' | b'[');
            let Some(length) = head.iter().skip(1).position(ends).map(|at| at + 1) else {
                if head.len() < NAME {
                    self.cut = bytes[start..].to_vec();
                    return;
                }
                continue;
            };
            let name = &tag[..length];
            self.defines |= name.eq_ignore_ascii_case(b"!DOCTYPE");
            let local = name.rsplit(|b| *b == b':').next().unwrap_or(name);
            if !self.begun && name[0].is_ascii_alphabetic() {
                self.begun = true;
                self.is_sheet = local == b"worksheet";
            }
            if !matches!(local, b"c" | b"row" | b"sst") {
                continue;
            }
            let end = match end_of(&tag[..tag.len().min(LONGEST)]) {
                Some(end) => end,
                None if tag.len() < LONGEST => {
                    self.cut = bytes[start..].to_vec();
                    return;
                }
                None if local == b"sst" => {
                    self.texts = u64::MAX;
                    continue;
                }
                None => {
                    let told = || format!("in a tag of more than {LONGEST} bytes");
                    self.place.get_or_insert_with(told);
                    continue;
                }
            };
            let attributes = &tag[length..end];
            if local == b"sst" {
                let texts = value(attributes, b"uniqueCount").map_or(0, number);
                self.texts = self.texts.max(texts);
            } else if self.place.is_none() {
                let place = value(attributes, b"r").filter(|place| !can_be(place));
                self.place = place.map(|place| {
                    let shown = &place[..place.len().min(SHOWN)];
                    String::from_utf8_lossy(shown).into_owned()
                });
            }
        }
    }
}

// Where a tag ends, outside the quotes of its attributes.
fn end_of(tag: &[u8]) -> Option<usize> {
    let mut open = None;
    tag.iter().position(|byte| match (open, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            open = Some(*byte);
            false
        }
        (Some(quote), byte) => {
            if quote == *byte {
                open = None;
            }
            false
        }
        _ => false,
    })
}

// The value of an attribute.
fn value<'a>(attributes: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let mut rest = attributes;
    loop {
        let (key, behind) = rest.split_at_checked(rest.iter().position(|b| *b == b'=')?)?;
        let behind = behind.get(1..)?.trim_ascii_start();
        let quote = *behind.first()?;
        let inside = behind.get(1..)?;
        let end = inside.iter().position(|b| *b == quote)?;
        if key.trim_ascii() == wanted {
            return inside.get(..end);
        }
        rest = inside.get(end + 1..)?;
    }
}

fn number(digits: &[u8]) -> u64 {
    digits
        .trim_ascii()
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |number: u64, byte| {
            number.saturating_mul(10).saturating_add(u64::from(byte - b'0'))
        })
}

// Whether a place has no more letters and digits than the last cell. Other signs the reader itself refuses.
fn can_be(place: &[u8]) -> bool {
    let letters = place.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    letters <= PLACE.0 && place.len() - letters <= PLACE.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_does_not_depend_on_how_the_part_is_cut() {
        let text =
            b"<?xml version='1.0'?>\n<!DOCTYPE x [ ]><x:worksheet a='>'><x:sst count=\"3\" uniqueCount = \
                     '123456789012'><row r='1'><c s=\"a>b\" r = \"ZZZZZZZZ99999999999\" t=\"s\"/>< c>"
                .as_slice();
        for at in 0..text.len() {
            let mut tags = Tags::default();
            tags.look(&text[..at]);
            tags.look(&text[at..]);
            assert_eq!((tags.texts, tags.count), (123_456_789_012, 7), "{at}");
            assert_eq!(tags.place.as_deref(), Some("ZZZZZZZZ99999999999"), "{at}");
            assert!(tags.defines && tags.is_sheet, "{at}");
        }
        let mut one_by_one = Tags::default();
        text.chunks(1).for_each(|byte| one_by_one.look(byte));
        assert!(one_by_one.defines && one_by_one.is_sheet && one_by_one.place.is_some());
    }

    #[test]
    fn a_tag_without_end_is_not_kept() {
        for block in [1_000, 100_000] {
            let mut tags = Tags::default();
            tags.look(b"<c a=\"");
            for _ in 0..300_000 / block {
                tags.look(&vec![b'<'; block]);
                assert!(tags.cut.len() <= LONGEST + block);
            }
            assert!(tags.place.is_some(), "{block}");
        }
    }

    #[test]
    fn what_any_sheet_has_is_nothing_to_tell() {
        let mut tags = Tags::default();
        tags.look(b"<sst uniqueCount=\"2\"><row r=\"1048576\"><c r=\"XFD1048576\"/><c/><c t='s' rr='ABCDE12345678'/></row>");
        assert_eq!(
            (tags.place, tags.texts, tags.defines, tags.is_sheet),
            (None, 2, false, false)
        );
    }
}
