//! Code pages: found from the bytes, or given; always recorded with the reason.

use std::fmt;

use thiserror::Error;

pub use super::find_encoding::{Finder, find};

/// A code page of a file and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// The code page.
    pub page: CodePage,
    /// How it is known: one of the `BASIS_` words of this module.
    pub basis: &'static str,
    /// Bytes of the byte order mark at the start: 0, 2 or 3.
    pub mark: u8,
}

/// The file begins with a byte order mark.
pub const BASIS_MARK: &str = "byte order mark";
/// Bytes beyond ASCII occur and all of them are well-formed UTF-8.
pub const BASIS_UTF8: &str = "valid UTF-8";
/// Only ASCII was seen, which every page but UTF-16 shares.
pub const BASIS_ASCII: &str = "ASCII only";
/// No mark, but every other byte is zero.
pub const BASIS_ZEROS: &str = "zero bytes";
/// Concluded from how often bytes occur.
pub const BASIS_GUESSED: &str = "guessed";
/// This tool wrote the file itself, as a rendering of a sheet.
pub const BASIS_RENDERING: &str = "rendering";
/// A person named it.
pub const BASIS_GIVEN: &str = "given";
/// The file's own header names it.
pub const BASIS_DECLARED: &str = "declared";
/// The mapping of the file's format names it.
pub const BASIS_MAPPING: &str = "mapping";

/// The code pages that banks deliver in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePage {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1250,
    Windows1252,
    Iso8859_1,
    Iso8859_2,
    Iso8859_15,
    Cp850,
}

/// Bytes that their code page does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("byte {offset} of the record ({shown}) is no text in {page}")]
pub struct DecodeError {
    /// Offset of the first such byte within what was decoded.
    pub offset: usize,
    /// The bytes in hexadecimal.
    pub shown: String,
    /// The code page that was tried.
    pub page: CodePage,
}

impl Encoding {
    /// What renderings are written in.
    pub const RENDERING: Encoding = Encoding {
        page: CodePage::Utf8,
        basis: BASIS_RENDERING,
        mark: 0,
    };

    /// Whether the file is a rendering that this tool made of a sheet.
    pub fn is_rendering(&self) -> bool {
        self.basis == BASIS_RENDERING
    }
}

impl CodePage {
    const ALL: [CodePage; 9] = [
        CodePage::Utf8,
        CodePage::Utf16Le,
        CodePage::Utf16Be,
        CodePage::Windows1250,
        CodePage::Windows1252,
        CodePage::Iso8859_1,
        CodePage::Iso8859_2,
        CodePage::Iso8859_15,
        CodePage::Cp850,
    ];

    /// The name stored in tables and written in mappings: `windows-1252`.
    pub const fn name(self) -> &'static str {
        match self {
            CodePage::Utf8 => "utf-8",
            CodePage::Utf16Le => "utf-16le",
            CodePage::Utf16Be => "utf-16be",
            CodePage::Windows1250 => "windows-1250",
            CodePage::Windows1252 => "windows-1252",
            CodePage::Iso8859_1 => "iso-8859-1",
            CodePage::Iso8859_2 => "iso-8859-2",
            CodePage::Iso8859_15 => "iso-8859-15",
            CodePage::Cp850 => "cp850",
        }
    }

    /// From its name, in either case.
    pub fn from_name(name: &str) -> Option<CodePage> {
        CodePage::ALL
            .into_iter()
            .find(|page| page.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Every name, for messages that say what would have been right.
    pub fn names() -> String {
        CodePage::ALL.map(CodePage::name).join(", ")
    }

    /// Bytes of one unit: 2 in UTF-16, else 1.
    pub const fn unit(self) -> usize {
        match self {
            CodePage::Utf16Le | CodePage::Utf16Be => 2,
            _ => 1,
        }
    }

    /// The text that bytes stand for, borrowed where the bytes are the text already, else written into `buffer`.
    /// Strict: a byte that the page does not have, half a surrogate pair and half a unit are errors.
    pub fn decode<'a>(self, bytes: &'a [u8], buffer: &'a mut String) -> Result<&'a str, DecodeError> {
        buffer.clear();
        match self {
            CodePage::Utf8 => std::str::from_utf8(bytes).map_err(|e| {
                let from = e.valid_up_to();
                let to = from + e.error_len().unwrap_or(bytes.len() - from);
                self.fault(bytes, from, to)
            }),
            CodePage::Utf16Le | CodePage::Utf16Be => self.decode_utf16(bytes, buffer),
            _ => {
                if bytes.is_ascii() {
                    return std::str::from_utf8(bytes)
                        .map_err(|e| self.fault(bytes, e.valid_up_to(), bytes.len()));
                }
                for (offset, byte) in bytes.iter().enumerate() {
                    match self.character(*byte) {
                        Some(c) => buffer.push(c),
                        None => return Err(self.fault(bytes, offset, offset + 1)),
                    }
                }
                Ok(buffer)
            }
        }
    }

    /// The text with a replacement character for what is no text; to show a record that was rejected.
    pub fn decode_lossy(self, bytes: &[u8]) -> String {
        match self {
            CodePage::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            CodePage::Utf16Le | CodePage::Utf16Be => {
                let (pairs, rest) = bytes.as_chunks::<2>();
                let mut text: String = char::decode_utf16(pairs.iter().map(|pair| self.unit_of(*pair)))
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                if !rest.is_empty() {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
                text
            }
            _ => bytes
                .iter()
                .map(|byte| self.character(*byte).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        }
    }

    fn decode_utf16<'a>(self, bytes: &[u8], buffer: &'a mut String) -> Result<&'a str, DecodeError> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let mut offset = 0;
        for decoded in char::decode_utf16(pairs.iter().map(|pair| self.unit_of(*pair))) {
            match decoded {
                Ok(c) => {
                    buffer.push(c);
                    offset += 2 * c.len_utf16();
                }
                Err(_) => return Err(self.fault(bytes, offset, offset + 2)),
            }
        }
        if rest.is_empty() {
            Ok(buffer)
        } else {
            Err(self.fault(bytes, bytes.len() - 1, bytes.len()))
        }
    }

    fn unit_of(self, pair: [u8; 2]) -> u16 {
        if self == CodePage::Utf16Be {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    }

    // One byte of a page of single bytes.
    fn character(self, byte: u8) -> Option<char> {
        if byte < 0x80 {
            return Some(char::from(byte));
        }
        match self {
            CodePage::Iso8859_1 => Some(char::from(byte)),
            CodePage::Cp850 => CP850.chars().nth(usize::from(byte - 0x80)),
            // The web's tables give these bytes control characters; the pages themselves leave them empty.
            CodePage::Windows1252 if matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D) => None,
            CodePage::Windows1250 if matches!(byte, 0x81 | 0x83 | 0x88 | 0x90 | 0x98) => None,
            CodePage::Windows1252 => single(encoding_rs::WINDOWS_1252, byte),
            CodePage::Windows1250 => single(encoding_rs::WINDOWS_1250, byte),
            CodePage::Iso8859_2 => single(encoding_rs::ISO_8859_2, byte),
            CodePage::Iso8859_15 => single(encoding_rs::ISO_8859_15, byte),
            CodePage::Utf8 | CodePage::Utf16Le | CodePage::Utf16Be => None,
        }
    }

    fn fault(self, bytes: &[u8], from: usize, to: usize) -> DecodeError {
        let shown = bytes
            .get(from..to.min(from + 4))
            .unwrap_or_default()
            .iter()
            .map(|byte| format!("0x{byte:02X}"))
            .collect::<Vec<_>>()
            .join(" ");
        DecodeError {
            offset: from,
            shown,
            page: self,
        }
    }
}

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn single(encoding: &'static encoding_rs::Encoding, byte: u8) -> Option<char> {
    encoding
        .decode_without_bom_handling_and_without_replacement(&[byte])
        .and_then(|text| text.chars().next())
}

/// The upper half of code page 850 (DOS, Western Europe), in the order of its bytes from 0x80.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: CodePage, bytes: &[u8]) -> Result<String, DecodeError> {
        let mut buffer = String::new();
        page.decode(bytes, &mut buffer).map(str::to_owned)
    }

    #[test]
    fn each_page_reads_its_bytes() {
        for (page, bytes, expected) in [
            (CodePage::Windows1252, &b"\x80 caf\xE9"[..], "€ café"),
            (
                CodePage::Windows1250,
                b"P\xF8evod na \xFA\xE8et",
                "Převod na účet",
            ),
            (CodePage::Iso8859_1, b"Stra\xDFe \x9F", "Straße \u{9f}"),
            (CodePage::Iso8859_2, b"\xB1\xE6", "ąć"),
            (CodePage::Iso8859_15, b"\xA4 12", "€ 12"),
            (
                CodePage::Cp850,
                b"M\x81ller \x84\x94\xE1 \xFF",
                "Müller äöß \u{a0}",
            ),
            (CodePage::Utf16Be, b"\0a\xD8\x3D\xDE\0", "a😀"),
        ] {
            assert_eq!(text(page, bytes).as_deref(), Ok(expected), "{page}");
        }
        assert_eq!(CP850.chars().count(), 128);
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (page, bytes, offset) in [
            (CodePage::Windows1252, &b"ab\x81"[..], 2),
            (CodePage::Windows1250, b"\x83", 0),
            (CodePage::Utf8, b"caf\xE9!", 3),
            (CodePage::Utf16Le, b"a\0\x3D\xD8b\0", 2),
            (CodePage::Utf16Le, b"a\0b", 2),
        ] {
            let fault = text(page, bytes).expect_err("no text");
            assert_eq!(fault.offset, offset, "{page}");
            assert!(fault.to_string().contains(page.name()));
            assert!(page.decode_lossy(bytes).contains(char::REPLACEMENT_CHARACTER));
        }
    }

    #[test]
    fn names_read_back() {
        for page in CodePage::ALL {
            assert_eq!(CodePage::from_name(page.name()), Some(page));
        }
        assert_eq!(CodePage::from_name("ebcdic"), None);
    }
}
