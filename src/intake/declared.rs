//! The code page that a file's own header names, in the XML declaration or in the header of OFX 1, beside the one that
//! its bytes show.

use super::encoding::{BASIS_ASCII, BASIS_DECLARED, BASIS_GIVEN, BASIS_GUESSED, CodePage, Encoding};

/// Bytes of a file that a header is looked for in.
const HEADER: usize = 1_024;

/// What a header names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// As written.
    pub text: String,
    /// The page, where it is one of ours.
    pub page: Option<CodePage>,
}

/// What the header at the beginning of a file names, of whichever form it is.
pub fn of(head: &[u8]) -> Option<Declared> {
    // Whoever reads and whoever records looks at the same bytes.
    let head = head.get(..HEADER).unwrap_or(head);
    xml(head).or_else(|| {
        let end = memchr::memchr(b'<', head).unwrap_or(head.len());
        let header = head.get(..end)?.to_ascii_uppercase();
        let has = |word: &[u8]| memchr::memmem::find(&header, word).is_some();
        (has(b"OFXHEADER") || has(b"DATA:OFXSGML")).then(|| ofx(head))?
    })
}

/// What the declaration of XML names (XML 1.0, section 2.8), in UTF-16 as well.
fn xml(head: &[u8]) -> Option<Declared> {
    let head: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
    let marks: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
    let front = marks.iter().find_map(|mark| head.strip_prefix(*mark));
    let head = front.unwrap_or(&head);
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = head.get(..end).filter(|d| d.starts_with(b"<?xml"))?;
    let declaration = std::str::from_utf8(declaration).ok()?;
    let value = declaration.split("encoding").nth(1)?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let text = value.split(['"', '\'']).nth(1)?.to_owned();
    let page = page(&text);
    Some(Declared { text, page })
}

/// What `CHARSET` in the header of OFX 1 names, or `ENCODING` where that says a form of Unicode.
fn ofx(head: &[u8]) -> Option<Declared> {
    let end = head.iter().position(|b| *b == b'<').unwrap_or(head.len());
    let header = String::from_utf8_lossy(head.get(..end)?).to_ascii_uppercase();
    let after = |key: &str| {
        let value = header.split_once(key)?.1.trim_start();
        let end = |c: char| c.is_whitespace() || c == ':';
        Some(value.split(end).next().unwrap_or_default())
    };
    if let Some(value) = after("CHARSET:") {
        // Some banks write the header without line ends, so that the next key follows directly.
        let value = value.strip_suffix("COMPRESSION").unwrap_or(value);
        let short = value.strip_prefix("ISO-").unwrap_or(value);
        let known = match short {
            "1252" => Some(CodePage::Windows1252),
            "1250" => Some(CodePage::Windows1250),
            "8859-1" => Some(CodePage::Iso8859_1),
            "8859-2" => Some(CodePage::Iso8859_2),
            "8859-15" => Some(CodePage::Iso8859_15),
            "850" => Some(CodePage::Cp850),
            _ => page(value),
        };
        if known.is_some() || !matches!(value, "" | "NONE") {
            return Some(Declared {
                text: value.to_owned(),
                page: known,
            });
        }
    }
    let value = after("ENCODING:")?;
    let value = value.strip_suffix("CHARSET").unwrap_or(value);
    matches!(value, "UTF-8" | "UTF8").then(|| Declared {
        text: value.to_owned(),
        page: Some(CodePage::Utf8),
    })
}

/// The encoding that a file is read with, and what must be said of it: that its header names another one than its bytes
/// show. `found` is what the bytes show.
pub fn beside(found: Encoding, declared: &Declared) -> (Encoding, String) {
    let named = &declared.text;
    if found.basis == BASIS_ASCII && declared.page.is_none_or(|page| page.unit() == 1) {
        return (found, String::new());
    }
    let wide = |page: CodePage| page.unit() == 2;
    let same = match declared.page {
        Some(page) => page == found.page || (wide(page) && wide(found.page)),
        None => false,
    };
    if same {
        return (found, String::new());
    }
    let kept = |why: &str| {
        let page = found.page;
        (
            found,
            format!(
                "its header names the code page {named}{why}: it is read as {page} ({})",
                found.basis
            ),
        )
    };
    match declared.page {
        _ if found.basis == BASIS_GIVEN => kept(", and another one was given"),
        None => kept(", which is not known here"),
        Some(CodePage::Utf8) if found.basis == BASIS_GUESSED => (
            Encoding {
                page: CodePage::Utf8,
                basis: BASIS_DECLARED,
                ..found
            },
            format!(
                "its header names the code page {named}, and some of its bytes are no UTF-8: those are read as {}",
                found.page
            ),
        ),
        Some(page) if found.basis == BASIS_GUESSED && !wide(page) => (
            Encoding {
                page,
                basis: BASIS_DECLARED,
                ..found
            },
            String::new(),
        ),
        Some(_) => kept(", and its bytes show another one"),
    }
}

fn page(name: &str) -> Option<CodePage> {
    let name = name.to_ascii_lowercase();
    Some(match name.as_str() {
        "utf8" => CodePage::Utf8,
        "utf-16" => CodePage::Utf16Le,
        "latin1" => CodePage::Iso8859_1,
        "cp1250" => CodePage::Windows1250,
        "cp1252" => CodePage::Windows1252,
        "ibm850" => CodePage::Cp850,
        name => return CodePage::from_name(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::encoding::find;

    #[test]
    fn headers_name_pages() {
        let page = |declared: Option<Declared>| declared.map(|d| (d.text, d.page));
        let of = |text: &str, page| Some((text.to_owned(), page));
        assert_eq!(
            page(xml(
                b"\xEF\xBB\xBF<?xml version='1.0' encoding = 'ISO-8859-15'?><a/>"
            )),
            of("ISO-8859-15", Some(CodePage::Iso8859_15))
        );
        assert_eq!(
            page(xml(b"<?xml version=\"1.0\" encoding=\"KOI8-R\"?>")),
            of("KOI8-R", None)
        );
        assert_eq!(xml(b"<a encoding='UTF-8'?>"), None);
        let ofx = |text: &[u8]| page(super::ofx(text));
        assert_eq!(
            ofx(b"OFXHEADER:100\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX>"),
            of("1252", Some(CodePage::Windows1252))
        );
        assert_eq!(
            ofx(b"OFXHEADER:100DATA:OFXSGMLCHARSET:8859-15COMPRESSION:NONE<OFX>"),
            of("8859-15", Some(CodePage::Iso8859_15))
        );
        assert_eq!(
            ofx(b"ENCODING:UTF-8\nCHARSET:NONE\n<OFX>"),
            of("UTF-8", Some(CodePage::Utf8))
        );
        assert_eq!(ofx(b"CHARSET:NONE<OFX>"), None);
        assert_eq!(ofx(b"<OFX>CHARSET:1252"), None);
    }

    #[test]
    fn a_header_that_says_otherwise_than_the_bytes_is_told() {
        let told = |bytes: &[u8], name: &str| {
            let declared = Declared {
                text: name.to_owned(),
                page: page(name),
            };
            let (encoding, note) = beside(find(bytes), &declared);
            (encoding.page, encoding.basis, note)
        };
        let (used, basis, note) = told("café".as_bytes(), "iso-8859-1");
        assert_eq!((used, basis), (CodePage::Utf8, "valid UTF-8"));
        assert!(note.contains("iso-8859-1") && note.contains("utf-8"), "{note}");
        let (used, basis, note) = told(b"caf\xE9 noir", "iso-8859-15");
        assert_eq!(
            (used, basis, note.as_str()),
            (CodePage::Iso8859_15, "declared", "")
        );
        let (used, _, note) = told(b"caf\xE9 noir", "utf-8");
        assert_eq!(used, CodePage::Utf8);
        assert!(note.contains("windows-1252"), "{note}");
        assert!(told(b"caf\xE9 noir", "koi8-r").2.contains("koi8-r"));
        assert_eq!(told(b"cafe", "iso-8859-1").2, "");
    }
}
