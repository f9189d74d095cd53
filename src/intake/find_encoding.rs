//! Finds the code page of a file while it streams by, for instance while it is hashed.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::encoding::{BASIS_ASCII, BASIS_GUESSED, BASIS_MARK, BASIS_UTF8, BASIS_ZEROS, CodePage, Encoding};

/// Collects what tells the code page. What it finds does not depend on how the file is cut into chunks.
#[derive(Default)]
pub struct Finder {
    head: Vec<u8>,
    /// Bytes of a UTF-8 sequence that the last chunk cut.
    pending: Vec<u8>,
    beyond_ascii: bool,
    not_utf8: bool,
    /// The file's first words with bytes beyond ASCII, a space behind each. Nothing else tells one page of single bytes
    /// from another, and guessing costs a hundred times what reading does, so it is done on these alone.
    words: Vec<u8>,
    /// The end of the last chunk, where a word may go on.
    open: Vec<u8>,
}

/// Bytes that are looked at for a mark and for the zero bytes of UTF-16.
const HEAD: usize = 4_096;
/// Bytes of words that a guess rests on.
const WORDS: usize = 1 << 16;
/// Bytes of a word that are kept.
const LONGEST: usize = 64;

/// Finds the code page from the first bytes of a file. A sequence that the end of `head` cuts is no fault.
/// Where the whole file can be looked at, [`Finder`] is surer.
pub fn find(head: &[u8]) -> Encoding {
    let mut finder = Finder::new();
    finder.feed(head);
    finder.pending.clear();
    finder.finish()
}

impl Finder {
    /// Nothing seen yet.
    pub fn new() -> Finder {
        Finder::default()
    }

    /// Takes the next bytes of the file.
    pub fn feed(&mut self, bytes: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        if self.words.len() < WORDS {
            self.collect(bytes);
        }
        if !self.beyond_ascii && bytes.is_ascii() {
            return;
        }
        self.beyond_ascii = true;
        if !self.not_utf8 {
            self.check_utf8(bytes);
        }
    }

    /// The code page and why.
    pub fn finish(mut self) -> Encoding {
        let found = |page, basis, mark| Encoding { page, basis, mark };
        if self.head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            return found(CodePage::Utf8, BASIS_MARK, 3);
        }
        if self.head.starts_with(&[0xFF, 0xFE]) {
            return found(CodePage::Utf16Le, BASIS_MARK, 2);
        }
        if self.head.starts_with(&[0xFE, 0xFF]) {
            return found(CodePage::Utf16Be, BASIS_MARK, 2);
        }
        if let Some(page) = utf16_by_zeros(&self.head) {
            return found(page, BASIS_ZEROS, 0);
        }
        if !self.beyond_ascii {
            return found(CodePage::Utf8, BASIS_ASCII, 0);
        }
        if !self.not_utf8 && self.pending.is_empty() {
            return found(CodePage::Utf8, BASIS_UTF8, 0);
        }
        self.close_word();
        found(guess(&self.words), BASIS_GUESSED, 0)
    }

    // Words are cut at signs that stand between values, in any of the pages.
    fn collect(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(HEAD) {
            if block.is_ascii() && self.open.is_ascii() {
                // Of a block without such bytes only its end can belong to a word with one.
                let start = block.iter().rposition(|byte| is_border(*byte));
                let end = match start {
                    Some(at) => {
                        self.open.clear();
                        &block[at + 1..]
                    }
                    None => block,
                };
                self.open.extend_from_slice(end);
                self.open.drain(..self.open.len().saturating_sub(LONGEST));
                continue;
            }
            for byte in block {
                if is_border(*byte) {
                    self.close_word();
                } else if self.open.len() < LONGEST {
                    self.open.push(*byte);
                } else if self.open.is_ascii() {
                    // What tells the page may stand at the end of a long word.
                    self.open.remove(0);
                    self.open.push(*byte);
                }
            }
        }
    }

    fn close_word(&mut self) {
        if !self.open.is_ascii() && self.words.len() < WORDS {
            self.words.extend_from_slice(&self.open);
            self.words.push(b' ');
        }
        self.open.clear();
    }

    fn check_utf8(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !self.pending.is_empty() {
            let Some((&first, behind)) = rest.split_first() else {
                return;
            };
            self.pending.push(first);
            rest = behind;
            match std::str::from_utf8(&self.pending) {
                Ok(_) => self.pending.clear(),
                Err(e) if e.error_len().is_some() => {
                    self.not_utf8 = true;
                    return;
                }
                Err(_) => {}
            }
        }
        if let Err(e) = std::str::from_utf8(rest) {
            match e.error_len() {
                Some(_) => self.not_utf8 = true,
                None => self.pending.extend_from_slice(&rest[e.valid_up_to()..]),
            }
        }
    }
}

fn is_border(byte: u8) -> bool {
    matches!(
        byte,
        0..=b' ' | b',' | b';' | b'|' | b'"' | b'<' | b'>' | b':' | b'/' | b'^' | b'~' | b'+' | b'=' | b'?'
    )
}

// Among our pages only: what the guess names beyond them is read as Windows-1252, by far the commonest.
fn guess(words: &[u8]) -> CodePage {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(words, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if guessed == encoding_rs::WINDOWS_1250 {
        CodePage::Windows1250
    } else if guessed == encoding_rs::ISO_8859_2 {
        CodePage::Iso8859_2
    } else {
        CodePage::Windows1252
    }
}

// Text of a Latin script in UTF-16 has a zero in nearly every high byte and none in the low ones.
fn utf16_by_zeros(head: &[u8]) -> Option<CodePage> {
    let pairs = head.len() / 2;
    if pairs < 2 {
        return None;
    }
    let zeros = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .take(pairs)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 >= pairs * 7 && even * 20 <= pairs {
        Some(CodePage::Utf16Le)
    } else if even * 10 >= pairs * 7 && odd * 20 <= pairs {
        Some(CodePage::Utf16Be)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_marks_zeros_and_utf8() {
        let utf16: Vec<u8> = "Datum;Bedrag\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, page, basis, mark) in [
            (&b"\xEF\xBB\xBFDatum"[..], CodePage::Utf8, BASIS_MARK, 3),
            (b"\xFF\xFED\0", CodePage::Utf16Le, BASIS_MARK, 2),
            (b"\xFE\xFF\0D", CodePage::Utf16Be, BASIS_MARK, 2),
            (&utf16, CodePage::Utf16Le, BASIS_ZEROS, 0),
            (b"\0D\0a\0t\0u\0m", CodePage::Utf16Be, BASIS_ZEROS, 0),
            (b"Datum", CodePage::Utf8, BASIS_ASCII, 0),
            ("initiërende".as_bytes(), CodePage::Utf8, BASIS_UTF8, 0),
            (
                b"Naam initi\xEBrende partij",
                CodePage::Windows1252,
                BASIS_GUESSED,
                0,
            ),
            (b"", CodePage::Utf8, BASIS_ASCII, 0),
        ] {
            assert_eq!(find(bytes), Encoding { page, basis, mark }, "{bytes:?}");
        }
    }

    #[test]
    fn a_cut_head_is_no_fault_and_chunks_do_not_matter() {
        let whole = "één café, één thé".as_bytes();
        assert_eq!(find(&whole[..whole.len() - 1]).basis, BASIS_UTF8);
        let mut finder = Finder::new();
        for byte in whole {
            finder.feed(&[*byte]);
        }
        assert_eq!(finder.finish().basis, BASIS_UTF8);
        let mut finder = Finder::new();
        finder.feed(&whole[..whole.len() - 1]);
        assert_eq!(finder.finish().basis, BASIS_GUESSED);
    }

    #[test]
    fn a_guess_does_not_depend_on_chunks_or_on_what_is_plain() {
        let plain = "NL91ABNA0417164300;12,50;Albert Heijn\r\n".repeat(900);
        let mut file = plain.clone().into_bytes();
        file.extend_from_slice("x".repeat(70).as_bytes());
        file.extend_from_slice(b"\xB3; /NAME/Wa\xB3\xEAsa ");
        file.extend_from_slice(b"P\xF8evod na \xFA\xE8et;\xBElu\x9Dou\xE8k\xFD k\xF9\xF2\r\n");
        file.extend_from_slice(plain.as_bytes());
        for size in [1, 3, 4_095, 4_096, 10_000, file.len()] {
            let mut finder = Finder::new();
            for chunk in file.chunks(size) {
                finder.feed(chunk);
            }
            let mut expected = "x".repeat(63).into_bytes();
            expected.extend_from_slice(b"\xB3 Wa\xB3\xEAsa ");
            expected.extend_from_slice(b"P\xF8evod \xFA\xE8et \xBElu\x9Dou\xE8k\xFD k\xF9\xF2 ");
            assert_eq!(finder.words, expected, "{size}");
            assert_eq!(finder.finish().page, CodePage::Windows1250, "{size}");
        }
    }

    #[test]
    fn a_byte_that_is_no_utf8_counts_wherever_it_stands() {
        let mut finder = Finder::new();
        let valid = "één café;".repeat(20_000);
        finder.feed(valid.as_bytes());
        assert!(finder.words.len() <= WORDS + LONGEST + 1);
        finder.feed(b"caf\xE9;");
        assert_eq!(finder.finish().basis, BASIS_GUESSED);
    }
}
