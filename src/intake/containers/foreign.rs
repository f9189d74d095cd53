//! Files that hold no records in a form that can be read: named, kept, and what a person can do.

pub(super) const TYPE_TABLE: &str = "Type or convert its table to CSV and take that in with `geldspoor intake made.csv \
                                     --made-from` and this file, so that the way back to it is kept";
pub(super) const SAVE_AS: &str = "Open it in a spreadsheet program, save it as XLSX or CSV, and take that in with --made-from and this file";
pub(super) const UNPACK: &str = "Unpack it, and take in what it holds with --made-from and this file";
const NOTHING: &str = "It is kept as received";

/// What is said of such a file.
pub(super) fn sentence(what: &str, next_step: &str) -> String {
    format!("this is {what}, and it is not read. {next_step}")
}

/// What a file is by its first bytes, where it is surely none of ours.
pub(super) fn name_of(head: &[u8]) -> Option<String> {
    let (what, next_step) = by_signature(head)
        .or_else(|| by_text(head))
        .or_else(|| program(head))?;
    Some(sentence(what, next_step))
}

/// First bytes, from which offset, what, what to do.
const SIGNATURES: &[(&[u8], usize, &str, &str)] = &[
    (b"\x89PNG\r\n\x1A\n", 0, "a picture (PNG)", TYPE_TABLE),
    (b"\xFF\xD8\xFF", 0, "a picture (JPEG)", TYPE_TABLE),
    (b"GIF87a", 0, "a picture (GIF)", TYPE_TABLE),
    (b"GIF89a", 0, "a picture (GIF)", TYPE_TABLE),
    (b"II*\0", 0, "a picture (TIFF)", TYPE_TABLE),
    (b"MM\0*", 0, "a picture (TIFF)", TYPE_TABLE),
    (b"WEBP", 8, "a picture (WebP)", TYPE_TABLE),
    (b"ftyphei", 4, "a picture (HEIC)", TYPE_TABLE),
    (b"ftypmif", 4, "a picture (HEIC)", TYPE_TABLE),
    (b"ftyp", 4, "a film or sound (MP4)", NOTHING),
    (b"ID3", 0, "a sound (MP3)", NOTHING),
    (b"OggS", 0, "a film or sound (Ogg)", NOTHING),
    (b"WAVE", 8, "a sound (WAV)", NOTHING),
    (b"{\\rtf", 0, "a Rich Text document", TYPE_TABLE),
    (
        b"SQLite format 3\0",
        0,
        "an SQLite database",
        "Export its tables as CSV and take them in with --made-from and this file",
    ),
    (
        b"\0\x01\0\0Standard ",
        0,
        "an Access database",
        "Export its tables as CSV and take them in with --made-from and this file",
    ),
    (b"7z\xBC\xAF\x27\x1C", 0, "an archive (7z)", UNPACK),
    (b"Rar!\x1A\x07", 0, "an archive (RAR)", UNPACK),
    (b"\xFD7zXZ\0", 0, "a packed file (XZ)", UNPACK),
    (b"\x28\xB5\x2F\xFD", 0, "a packed file (Zstandard)", UNPACK),
    (b"BZh9", 0, "a packed file (bzip2)", UNPACK),
    (b"ustar", 257, "an archive (TAR)", UNPACK),
    (b"\x7FELF", 0, "a program (ELF)", NOTHING),
    (b"\xCF\xFA\xED\xFE", 0, "a program (macOS)", NOTHING),
    (b"\xCA\xFE\xBA\xBE", 0, "a program (Java or macOS)", NOTHING),
    (
        b"L\0\0\0\x01\x14\x02\0",
        0,
        "a Windows shortcut",
        "Ask for the file that it points to",
    ),
];

fn by_signature(head: &[u8]) -> Option<(&'static str, &'static str)> {
    // A PDF may have some bytes before its signature.
    let front = head.get(..1_024.min(head.len()))?;
    if memchr::memmem::find(front, b"%PDF-").is_some_and(|at| at == 0 || !front[..at].is_ascii() || at < 8) {
        return Some(("a PDF document", TYPE_TABLE));
    }
    SIGNATURES
        .iter()
        .find(|(bytes, at, _, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)))
        .map(|(_, _, what, next)| (*what, *next))
}

fn by_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    let starts = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|front| front.eq_ignore_ascii_case(word))
    };
    let html: [&[u8]; 6] = [
        b"<!doctype html",
        b"<html",
        b"<table",
        b"<head",
        b"<body",
        b"<meta",
    ];
    if html.into_iter().any(starts) {
        return Some(("a web page (HTML), whatever its name says", SAVE_AS));
    }
    if starts(b"<?xml")
        && memchr::memmem::find(text, b"urn:schemas-microsoft-com:office:spreadsheet").is_some()
    {
        return Some(("a workbook in the XML of Excel 2003", SAVE_AS));
    }
    if starts(b"#!/") {
        return Some(("a script", NOTHING));
    }
    None
}

// Two letters alone may begin a text: a program of Windows points to its second header.
fn program(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(b"MZ") && head.get(..64)?.contains(&0) {
        return Some(("a program (Windows)", NOTHING));
    }
    if head.starts_with(b"BM") && head.get(6..10)? == [0; 4] {
        return Some(("a picture (BMP)", TYPE_TABLE));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_ours_is_named() {
        for (bytes, what) in [
            (&b"%PDF-1.7\n"[..], "PDF"),
            (b"\x89PNG\r\n\x1A\n....", "PNG"),
            (b"\n <HTML><table>", "HTML"),
            (b"\xEF\xBB\xBF<!DOCTYPE html>", "HTML"),
            (b"\x7FELF\x02", "ELF"),
            (b"{\\rtf1", "Rich Text"),
        ] {
            let said = name_of(bytes).unwrap_or_default();
            assert!(said.contains(what), "{said}");
        }
        for bytes in [
            &b"MZ;BM;GIF\n1;2;3\n"[..],
            b"Datum;Bedrag\n",
            b"<?xml version=\"1.0\"?><Document/>",
            b":20:STARTUMSE\n",
            b"OFXHEADER:100\n",
            b"",
            b"reference,see %PDF-1.4 of the bank\n",
        ] {
            assert_eq!(name_of(bytes), None);
        }
    }
}
