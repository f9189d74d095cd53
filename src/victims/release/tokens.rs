//! A text as words and numbers, each with its place. A word ends where its signs end, where a digit begins, and at a
//! capital behind a small letter, so that `janJansen_NL91ABNA` has its parts.

use std::ops::Range;

use super::letters::{self, Sign};

/// A run of letters, or of digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Its place in [`Tokens::plain`].
    pub from: u32,
    pub to: u32,
    /// Its place in the part of the text that was read, in bytes.
    pub start: u32,
    pub end: u32,
    pub is_number: bool,
    /// Begins with a capital.
    pub is_capital: bool,
    /// Nothing stands between it and the one before.
    pub is_tied: bool,
}

/// The words and numbers of a part of a text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Small Latin letters and digits, one after the other.
    pub plain: Vec<u8>,
    pub all: Vec<Token>,
}

/// What an ASCII byte is.
const APART: u8 = 0;
const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 3;
const UNSEEN: u8 = 4;

const CLASS: [u8; 128] = {
    let mut class = [APART; 128];
    let mut byte = 0;
    while byte < 128 {
        let sign = byte as u8;
        class[byte] = if sign.is_ascii_lowercase() {
            SMALL
        } else if sign.is_ascii_uppercase() {
            CAPITAL
        } else if sign.is_ascii_digit() {
            DIGIT
        } else if sign < 9 || sign == 127 || (sign > 13 && sign < 32) {
            UNSEEN
        } else {
            APART
        };
        byte += 1;
    }
    class
};

#[derive(Clone, Copy)]
struct Open {
    from: usize,
    start: usize,
    is_number: bool,
    is_capital: bool,
    after_small: bool,
    has_latin: bool,
    has_look_alikes: bool,
}

/// Reads the words of a range of a text into `tokens`, which is emptied first.
pub(super) fn read(text: &str, range: Range<usize>, tokens: &mut Tokens) {
    tokens.plain.clear();
    tokens.all.clear();
    let bytes = text.as_bytes();
    let mut open: Option<Open> = None;
    let mut last_end = usize::MAX;
    let mut at = range.start;
    while at < range.end {
        let byte = bytes[at];
        let (class, next, latin, c) = if byte < 128 {
            (CLASS[byte as usize], at + 1, None, byte as char)
        } else {
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            let next = at + c.len_utf8();
            match letters::sign(c) {
                Sign::Unseen => (UNSEEN, next, None, c),
                Sign::Apart => (APART, next, None, c),
                Sign::Letters(latin) => {
                    let class = match latin.bytes().all(|b| b.is_ascii_digit()) && !latin.is_empty() {
                        true => DIGIT,
                        false if c.is_uppercase() => CAPITAL,
                        false => SMALL,
                    };
                    (class, next, Some(latin), c)
                }
            }
        };
        match class {
            UNSEEN => {
                // What is not seen neither ends a word nor parts two.
                if last_end == at {
                    last_end = next;
                }
            }
            APART => {
                if let Some(word) = open.take() {
                    last_end = close(text, word, at, last_end, range.start, tokens);
                }
            }
            _ => {
                let is_number = class == DIGIT;
                let is_capital = class == CAPITAL;
                let parts = open
                    .as_ref()
                    .is_some_and(|word| word.is_number != is_number || (is_capital && word.after_small));
                if parts && let Some(word) = open.take() {
                    last_end = close(text, word, at, last_end, range.start, tokens);
                }
                let word = open.get_or_insert(Open {
                    from: tokens.plain.len(),
                    start: at,
                    is_number,
                    is_capital,
                    after_small: false,
                    has_latin: false,
                    has_look_alikes: false,
                });
                word.after_small = class == SMALL;
                match latin {
                    None => {
                        word.has_latin |= !is_number;
                        tokens.plain.push(byte.to_ascii_lowercase());
                    }
                    Some(latin) => {
                        word.has_look_alikes |= letters::is_look_alike_script(c);
                        let signs = latin.bytes().filter(u8::is_ascii_alphanumeric);
                        tokens.plain.extend(signs.map(|b| b.to_ascii_lowercase()));
                    }
                }
            }
        }
        at = next;
    }
    if let Some(word) = open.take() {
        close(text, word, at.min(text.len()), last_end, range.start, tokens);
    }
}

fn close(text: &str, word: Open, end: usize, last_end: usize, first: usize, tokens: &mut Tokens) -> usize {
    if word.has_latin && word.has_look_alikes {
        unmask(text, word, end, tokens);
    }
    if tokens.plain.len() > word.from {
        tokens.all.push(Token {
            from: word.from as u32,
            to: tokens.plain.len() as u32,
            start: (word.start - first) as u32,
            end: (end - first) as u32,
            is_number: word.is_number,
            is_capital: word.is_capital,
            is_tied: last_end == word.start,
        });
    }
    end
}

/// A word of several scripts is read by what its letters look like.
fn unmask(text: &str, word: Open, end: usize, tokens: &mut Tokens) {
    tokens.plain.truncate(word.from);
    for c in text.get(word.start..end).unwrap_or_default().chars() {
        match letters::look_alike(c).filter(|_| !c.is_ascii()) {
            Some(latin) => tokens.plain.push(latin as u8),
            None => {
                let mut buffer = [0; 4];
                tokens.plain.extend(letters::plain(c.encode_utf8(&mut buffer)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut tokens = Tokens::default();
        read(text, 0..text.len(), &mut tokens);
        let word = |token: &Token| {
            let plain = &tokens.plain[token.from as usize..token.to as usize];
            let tied = if token.is_tied { "+" } else { "" };
            format!("{tied}{}", String::from_utf8_lossy(plain))
        };
        tokens.all.iter().map(word).collect()
    }

    #[test]
    fn words_and_numbers_have_their_parts() {
        assert_eq!(
            words("JanJansen_NL91 ABNA0417, d'Ém\u{301}ile x"),
            ["jan", "+jansen", "nl", "+91", "abna", "+0417", "d", "emile", "x"]
        );
        assert_eq!(words("Ja\u{200b}n\u{ad}s \u{200b}en"), ["jans", "en"]);
        assert_eq!(words("Jаnsеn Роtter"), ["jansen", "potter"]);
        assert_eq!(words("€ — ·"), Vec::<String>::new());
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let text = "ü Łódź 12";
        let mut tokens = Tokens::default();
        read(text, 0..text.len(), &mut tokens);
        let slices: Vec<&str> = tokens
            .all
            .iter()
            .map(|t| &text[t.start as usize..t.end as usize])
            .collect();
        assert_eq!(slices, ["ü", "Łódź", "12"]);
    }
}
