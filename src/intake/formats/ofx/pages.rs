//! The code page that the header of OFX 1 names.

use std::fs::File;
use std::io::Read;

use crate::intake::SourceFile;
use crate::intake::encoding::{CodePage, Encoding};

/// The encoding to read with: that of the header where the file is in a page of single bytes that was only guessed. A
/// file whose bytes are UTF-8 throughout is UTF-8, whatever its header says: many banks never changed the header.
pub fn of(source: &SourceFile<'_>) -> Encoding {
    let found = source.encoding;
    let fixed = matches!(found.page, CodePage::Utf8 | CodePage::Utf16Le | CodePage::Utf16Be);
    if fixed || found.basis == "given" {
        return found;
    }
    let mut head = Vec::new();
    let read = File::open(source.path).and_then(|file| file.take(1_024).read_to_end(&mut head));
    match read.ok().and_then(|_| named(&head)) {
        Some(page) => Encoding {
            page,
            basis: "declared",
            ..found
        },
        None => found,
    }
}

/// `CHARSET:1252` between the header's first word and the first tag.
fn named(head: &[u8]) -> Option<CodePage> {
    let end = head.iter().position(|b| *b == b'<').unwrap_or(head.len());
    let header = String::from_utf8_lossy(head.get(..end)?).to_ascii_uppercase();
    let value = header.split_once("CHARSET:")?.1.trim_start();
    [
        ("1252", CodePage::Windows1252),
        ("1250", CodePage::Windows1250),
        ("WINDOWS-1252", CodePage::Windows1252),
        ("ISO-8859-15", CodePage::Iso8859_15),
        ("8859-15", CodePage::Iso8859_15),
        ("ISO-8859-1", CodePage::Iso8859_1),
        ("8859-1", CodePage::Iso8859_1),
        ("ISO-8859-2", CodePage::Iso8859_2),
        ("8859-2", CodePage::Iso8859_2),
        ("850", CodePage::Cp850),
    ]
    .into_iter()
    .find(|(name, _)| value.starts_with(name))
    .map(|(_, page)| page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_of_headers() {
        assert_eq!(
            named(b"OFXHEADER:100\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX>"),
            Some(CodePage::Windows1252)
        );
        assert_eq!(
            named(b"OFXHEADER:100DATA:OFXSGMLCHARSET:8859-15COMPRESSION:NONE<OFX>"),
            Some(CodePage::Iso8859_15)
        );
        assert_eq!(named(b"CHARSET:NONE<OFX>"), None);
        assert_eq!(named(b"<OFX>CHARSET:1252"), None);
    }
}
