//! Where texts, names and tags end in a block: found by their bytes, nothing is copied.

use super::walk::predefined;

/// A start tag.
pub(super) struct Start<'b> {
    pub name: &'b str,
    /// All between the signs around it.
    pub content: &'b str,
    /// It is its own end tag.
    pub empty: bool,
    /// The byte behind it.
    pub end: usize,
}

/// Where a text ends: at markup or at a reference.
#[inline]
pub(super) fn text_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Most texts are so short that a search of its own would cost more than it saves.
    for _ in 0..4 {
        let Some(eight) = eight(bytes, at) else { break };
        let found = zero(eight ^ (EACH * u64::from(b'<'))) | zero(eight ^ (EACH * u64::from(b'&')));
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
pub(super) fn leaf<'b>(block: &'b str, at: usize, name: &str) -> Option<(&'b str, usize)> {
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
pub(super) fn end_tag(bytes: &[u8], at: usize, name: &str) -> Option<usize> {
    let rest = bytes.get(at + 2..)?.strip_prefix(name.as_bytes())?;
    (rest.first() == Some(&b'>')).then_some(at + 3 + name.len())
}

/// One of the five references, and its length.
pub(super) fn reference(text: &str) -> Option<(&'static str, usize)> {
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
pub(super) fn start_tag(block: &str, at: usize) -> Option<Start<'_>> {
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
            let low = !(eight | (eight << 1)) & (EACH << 7);
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
pub(super) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
