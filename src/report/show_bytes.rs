//! The bytes that an entry stands in, printed so that a person sees them and the terminal does not obey them.

use encoding_rs::Encoding;

use super::text::visible;

/// Bytes in one line of the hexadecimal view.
const WIDTH: usize = 16;
/// Bytes printed at most; a record is rarely longer.
const MOST: usize = 16 * 1024;

/// Text in the source's code page, line by line, with control characters made visible; where the bytes are no text in
/// that code page, hexadecimal with the readable characters beside it.
pub fn printed(bytes: &[u8], code_page: &str) -> String {
    let shown = &bytes[..bytes.len().min(MOST)];
    let mut out = match decoded(shown, code_page) {
        Some(text) => lines(&text),
        None => hexadecimal(shown),
    };
    if shown.len() < bytes.len() {
        out.push_str(&format!(
            "  … and {} more bytes of this record\n",
            bytes.len() - shown.len()
        ));
    }
    out
}

/// The text where every byte is one of the code page.
fn decoded(bytes: &[u8], code_page: &str) -> Option<String> {
    let label = code_page.trim().to_ascii_lowercase();
    if bytes.contains(&0) && !label.contains("16") {
        return None;
    }
    let encoding = match label.as_str() {
        // Ours are written with and without hyphens.
        "utf8" => Encoding::for_label(b"utf-8"),
        "utf-16" | "utf16le" => Encoding::for_label(b"utf-16le"),
        "utf16be" => Encoding::for_label(b"utf-16be"),
        "windows1250" => Encoding::for_label(b"windows-1250"),
        "windows1252" => Encoding::for_label(b"windows-1252"),
        other => Encoding::for_label(other.as_bytes()),
    };
    match encoding {
        Some(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(|text| text.into_owned()),
        // A code page that the decoder does not know: what is plain ASCII can still be read as text.
        None => std::str::from_utf8(bytes)
            .ok()
            .filter(|text| text.is_ascii())
            .map(str::to_owned),
    }
}

fn lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        out.push_str("  | ");
        out.push_str(&visible(line));
        out.push('\n');
    }
    out
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (number, chunk) in bytes.chunks(WIDTH).enumerate() {
        let mut hex = String::new();
        let mut text = String::new();
        for byte in chunk {
            hex.push_str(&format!("{byte:02x} "));
            text.push(if (0x20..0x7f).contains(byte) {
                char::from(*byte)
            } else {
                '·'
            });
        }
        out.push_str(&format!("  {:06x}  {hex:<48} {text}\n", number * WIDTH));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_in_its_code_page() {
        assert_eq!(printed(b"a\tb\r\nc", "UTF-8"), "  | a␉b␍␊\n  | c\n");
        assert_eq!(printed(&[b'Z', 0xeb], "windows-1252"), "  | Zë\n");
        assert_eq!(printed(&[b'Z', 0, b'a', 0], "UTF-16LE"), "  | Za\n");
    }

    #[test]
    fn what_is_no_text_is_hexadecimal() {
        let out = printed(&[b'Z', 0xff, 0x1b], "UTF-8");
        assert_eq!(out, format!("  000000  {:<48} Z··\n", "5a ff 1b "));
        assert!(printed(&[0x82], "cp850").contains("82"));
    }

    #[test]
    fn a_long_record_says_what_is_left() {
        assert!(printed(&vec![b'x'; MOST + 3], "UTF-8").contains("3 more bytes"));
    }
}
