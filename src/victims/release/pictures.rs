//! Pictures made of pixels: what is written beside the pixels is read; the pixels are not.

use super::Checker;
use super::containers::Within;

pub(super) fn look(checker: &mut Checker<'_>, bytes: &[u8], within: &mut Within) {
    // All that is text as it stands: EXIF, XMP, comments, what hangs behind the picture.
    checker.strings(bytes, within);
    if bytes.starts_with(b"\x89PNG") {
        chunks(checker, bytes, within);
    }
    let is_allowed = checker.may_have_pictures();
    checker.note_unread("the pixels of a picture may show anything", is_allowed, within);
}

/// The chunks of a PNG that hold text, compressed or not.
fn chunks(checker: &mut Checker<'_>, bytes: &[u8], within: &Within) {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = head[..4]
            .iter()
            .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        let kind = &head[4..8];
        let Some(data) = bytes.get(at + 8..(at + 8).saturating_add(length)) else {
            checker.unread("the picture is cut off", within);
            return;
        };
        let part = within.part(&format!("the picture's {} chunk", String::from_utf8_lossy(kind)));
        match kind {
            b"tEXt" | b"eXIf" | b"tIME" => checker.any_text(&latin(data), &part),
            b"zTXt" => {
                let key = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
                checker.any_text(&latin(&data[..key]), &part);
                inflated(checker, data.get(key + 2..).unwrap_or_default(), &part);
            }
            b"iCCP" => {
                let key = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
                checker.any_text(&latin(&data[..key]), &part);
            }
            b"iTXt" => {
                let key = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
                let is_compressed = data.get(key + 1) == Some(&1);
                checker.any_text(&String::from_utf8_lossy(data), &part);
                if is_compressed {
                    // Language and translated key stand before the text, each ending in a zero.
                    let rest = data.get(key + 3..).unwrap_or_default();
                    let mut ends = rest
                        .iter()
                        .enumerate()
                        .filter(|(_, byte)| **byte == 0)
                        .map(|(end, _)| end + 1);
                    let text = ends.nth(1).and_then(|from| rest.get(from..)).unwrap_or_default();
                    inflated(checker, text, &part);
                }
            }
            _ => {}
        }
        at = (at + 12).saturating_add(length);
        if kind == b"IEND" {
            break;
        }
    }
}

fn inflated(checker: &mut Checker<'_>, data: &[u8], part: &Within) {
    let mut reader = flate2::bufread::ZlibDecoder::new(data);
    if let Some(plain) = checker.unpack(&mut reader, part) {
        checker.any_text(&String::from_utf8_lossy(&plain), part);
    }
}

fn latin(data: &[u8]) -> String {
    match std::str::from_utf8(data) {
        Ok(text) => text.to_owned(),
        Err(_) => data.iter().map(|byte| char::from(*byte)).collect(),
    }
}
