//! House number and the part of the building.

use super::super::names::Token;
use super::super::names::letters::{APOSTROPHE, CAPS, TIED};
use super::words;

/// A word of an address and the sign before it, if it is tied to the word before.
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// `-` or `/` before the word, or nothing.
    pub before: Option<char>,
    /// Begins a new line or part between commas.
    pub apart: bool,
    pub capital: bool,
    /// An apostrophe follows: “O'Connell”.
    pub elided: bool,
}

impl<'a> Word<'a> {
    pub fn of(token: &'a Token, text: &str, end_before: usize, apart: bool) -> Word<'a> {
        let gap = text
            .get(end_before..token.span.start as usize)
            .unwrap_or("")
            .trim();
        let sign = gap.chars().next().filter(|_| gap.chars().count() == 1);
        let tied = !apart && end_before > 0 && (token.marks & TIED != 0 || !gap.is_empty());
        Word {
            text: &token.text,
            before: sign.filter(|sign| tied && matches!(sign, '-' | '/' | '–' | '+')),
            apart,
            capital: token.marks & CAPS != 0,
            elided: token.marks & APOSTROPHE != 0,
        }
    }

    /// Whether it begins with a digit.
    pub fn numeric(&self) -> bool {
        self.text.as_bytes()[0].is_ascii_digit()
    }
}

/// Whether a word is a number with at most a letter: no street's name.
pub(super) fn bare(token: &Token) -> bool {
    token.text.as_bytes()[0].is_ascii_digit() || token.text.len() == 1
}

/// House number and unit; what is not told is `None`.
pub(super) struct Number {
    pub house: Option<String>,
    pub unit: Option<String>,
}

/// Whether a word may follow a house number: a number, a letter or two, a word about a part of a building.
pub(super) fn follows(word: &Word<'_>) -> bool {
    word.numeric()
        || word.text.len() == 1
        || roman(word.text)
        || words::unit(word.text).is_some()
        || (word.before.is_some() && word.text.len() <= 3)
}

/// Reads the words from the house number on.
pub(super) fn read(parts: &[Word<'_>], country: &str) -> Number {
    let Some(first) = parts.first() else {
        return Number {
            house: None,
            unit: None,
        };
    };
    let (digits, letters) = split(first.text);
    let mut house = digits.to_owned();
    let mut items: Vec<(&str, String)> = Vec::new();
    if !letters.is_empty() {
        items.push(("", letters.to_owned()));
    }
    let mut at = 1;
    // “5-7” is a range, “5/7” in Poland a building where a dwelling follows, “1234/12” in Czechia two numbers of one.
    if let Some(next) = parts.get(1)
        && letters.is_empty()
        && next.numeric()
        && split(next.text).1.is_empty()
    {
        let value = |text: &str| text.parse::<u64>().unwrap_or(0);
        let joined = match next.before {
            Some('-' | '–') => value(next.text) > value(digits) && value(next.text) - value(digits) <= 40,
            Some('/') => match country {
                "CZ" | "SK" => true,
                "PL" => parts[2..].iter().any(|word| words::unit(word.text) == Some("ap")),
                _ => false,
            },
            _ => false,
        };
        if joined {
            house.push(if next.before == Some('/') { '/' } else { '-' });
            house.push_str(next.text);
            at = 2;
        }
    }
    let mut pending: Option<String> = None;
    while at < parts.len() {
        let word = &parts[at];
        let next = parts.get(at + 1);
        let value = |word: &Word<'_>| {
            word.numeric()
                || roman(word.text)
                || (word.text.len() <= 2
                    && !matches!(words::unit(word.text), Some("et" | "sc" | "bl" | "side")))
        };
        let unit = words::unit(word.text).filter(|_| word.before.is_none() || word.text.len() > 1);
        match unit {
            Some("side") => {
                if let Some(value) = pending.take() {
                    items.push(("", value));
                }
                items.push(("", word.text.to_owned()));
            }
            Some("et") if pending.is_some() => {
                let value = pending.take().unwrap_or_default();
                items.push(("et", value));
            }
            // A letter alone is an addition (“12 A”) unless a number follows it (“m. 5”).
            Some(kind)
                if next.is_some_and(|next| next.numeric() || (word.text.len() > 1 && value(next)))
                    && (word.text.len() > 1 || is_letter_of(country, word)) =>
            {
                if let Some(value) = pending.take() {
                    items.push(("", value));
                }
                let value = next.map(|next| next.text.to_owned()).unwrap_or_default();
                items.push((kind, value));
                at += 1;
            }
            _ if words::numbers(word.text) => {}
            _ => {
                if let Some(value) = pending.take() {
                    items.push(("", value));
                }
                if value(word) || word.before.is_some() {
                    pending = Some(word.text.to_owned());
                } else if unit.is_none() {
                    // Words that belong to no part of a building end the reading.
                    break;
                }
            }
        }
        at += 1;
    }
    if let Some(value) = pending {
        items.push(("", value));
    }
    let unit = match items.as_slice() {
        [] => None,
        [("" | "ap", value)] => Some(value.clone()),
        many => Some(
            many.iter()
                .map(|(kind, value)| {
                    if kind.is_empty() {
                        value.clone()
                    } else {
                        format!("{kind} {value}")
                    }
                })
                .collect::<Vec<_>>()
                .join(" "),
        ),
    };
    Number {
        house: Some(house),
        unit,
    }
}

/// Floors are often numbered so.
fn roman(text: &str) -> bool {
    matches!(text, "i" | "ii" | "iii" | "iv" | "v" | "vi" | "vii" | "viii")
}

/// Letters that stand for “dwelling” in one country only.
fn is_letter_of(country: &str, word: &Word<'_>) -> bool {
    matches!(
        (country, word.text),
        ("PL", "m") | ("TR", "d") | ("CZ" | "SK", "c")
    ) && !word.capital
}

/// Digits and the letters after them.
pub(super) fn split(text: &str) -> (&str, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(digits)
}
