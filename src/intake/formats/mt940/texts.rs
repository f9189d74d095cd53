//! Text as it goes into columns, and questions asked of every value: each has a short way for what banks mostly write.

/// Adds a text behind a space, its white space made single.
pub fn add(slot: &mut String, text: &str) {
    let text = trim(text);
    if text.is_empty() {
        return;
    }
    if is_single_spaced(text) {
        if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(text);
        return;
    }
    for word in text.split_whitespace() {
        if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(word);
    }
}

/// Makes the white space of a text single, and takes it off both ends.
pub fn make_single_spaced(text: &mut String) {
    if text.len() != trim(text).len() || !is_single_spaced(text) {
        let raw = std::mem::take(text);
        add(text, &raw);
    }
}

/// The text without white space around it.
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// The text without white space before it.
pub fn trim_start(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~', ..] => text,
        _ => text.trim_start(),
    }
}

/// Whether all white space is single spaces. Text beyond ASCII is never said to be.
fn is_single_spaced(text: &str) -> bool {
    const WORD: usize = size_of::<u64>();
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = EACH << 7;
    let good = |bytes: [u8; WORD]| {
        let word = u64::from_le_bytes(bytes);
        // A high bit stands where a byte is none of ASCII, or below the space.
        let odd = (word | word.wrapping_sub(EACH * u64::from(b' '))) & HIGH;
        // And here where a byte is no space: of ASCII no sum runs over into the next byte.
        let other = (word ^ (EACH * u64::from(b' '))).wrapping_add(EACH * 0x7F);
        let spaces = !other & HIGH;
        odd | (spaces & (spaces << 8)) == 0
    };
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk::<WORD>() else {
        let odd = bytes.iter().any(|b| !(b' '..=b'~').contains(b));
        return !odd && bytes.windows(2).all(|pair| pair != b"  ");
    };
    // Words overlap by a byte, so that no pair of spaces stands between two.
    bytes
        .windows(WORD)
        .step_by(WORD - 1)
        .all(|window| window.first_chunk().is_some_and(|word| good(*word)))
        && good(*last)
}

/// Where a sign of ASCII stands in a text. For signs that come every few bytes, where a search for each costs more than
/// the way to it.
pub struct Positions<'t> {
    rest: &'t [u8],
    /// The sign, eight times.
    wanted: u64,
    /// A high bit for each place in the word looked at where the sign stands.
    found: u64,
    /// Where the word behind it begins.
    next: usize,
}

/// Where a sign of ASCII stands in a text.
pub fn positions(text: &str, sign: u8) -> Positions<'_> {
    Positions {
        rest: text.as_bytes(),
        wanted: u64::from_le_bytes([sign; 8]),
        found: 0,
        next: 0,
    }
}

impl Iterator for Positions<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
        while self.found == 0 {
            let word = match self.rest.split_first_chunk::<8>() {
                Some((word, rest)) => {
                    self.rest = rest;
                    *word
                }
                None if self.rest.is_empty() => return None,
                None => {
                    // What fills up the last word is never the sign.
                    let mut word = (!self.wanted).to_le_bytes();
                    word[..self.rest.len()].copy_from_slice(self.rest);
                    self.rest = &[];
                    word
                }
            };
            self.next += 8;
            let word = u64::from_le_bytes(word) ^ self.wanted;
            // A high bit stands where a byte is zero now, and nowhere else.
            self.found = !(((word & LOW) + LOW) | word) & !LOW;
        }
        let bit = self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        Some(self.next - 8 + bit / 8)
    }
}

/// Bytes of a text times those of a part up to which a search place by place is the shorter way.
const SHORT: usize = 1 << 14;

/// Whether a text holds a part, in capitals or not.
pub fn contains_ignoring_case(text: &str, part: &str) -> bool {
    // Searching place by place is the shortest way through short texts, and takes hours in long ones.
    if text.len().saturating_mul(part.len()) <= SHORT && text.is_ascii() && part.is_ascii() {
        part.is_empty()
            || text
                .as_bytes()
                .windows(part.len())
                .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    } else {
        text.to_lowercase().contains(&part.to_lowercase())
    }
}

/// Whether a text begins with a word of ASCII, in capitals or not.
pub fn starts_ignoring_case(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let first = |bytes: &[u8]| bytes.first().map(u8::to_ascii_uppercase);
    first(text) == first(word)
        && text
            .get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// An IBAN at the beginning of a text, and what follows it.
pub fn leading_iban(text: &str) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    is_iban(word).then_some((word, rest))
}

/// Whether a text is an IBAN with right check digits.
pub fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && text.parse::<iban::Iban>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_words(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn the_short_ways_give_what_the_long_ones_do(text in "[ a-c\u{1}\t\n\u{85}\u{a0}é]{0,30}", part in "[ aBé]{0,3}") {
            let mut slot = String::new();
            add(&mut slot, &text);
            prop_assert_eq!(&slot, &by_words(&text));
            add(&mut slot, &text);
            prop_assert_eq!(&slot, &by_words(&format!("{text} {text}")));
            let mut made = text.clone();
            make_single_spaced(&mut made);
            prop_assert_eq!(made, by_words(&text));
            for sign in [' ', 'a', '\u{1}', '~'] {
                let found: Vec<usize> = text.match_indices(sign).map(|(at, _)| at).collect();
                prop_assert_eq!(positions(&text, sign as u8).collect::<Vec<_>>(), found);
            }
            prop_assert_eq!(trim(&text), text.trim());
            prop_assert_eq!(trim_start(&text), text.trim_start());
            prop_assert_eq!(
                contains_ignoring_case(&text, &part),
                text.to_lowercase().contains(&part.to_lowercase())
            );
        }
    }

    #[test]
    fn a_long_text_is_searched_in_a_moment() {
        let text = "a".repeat(1 << 20);
        let part = format!("{}b", "a".repeat(1 << 16));
        let begun = std::time::Instant::now();
        assert!(!contains_ignoring_case(&text, &part));
        assert!(contains_ignoring_case(&format!("{text}B"), &part));
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn an_iban_before_other_text() {
        assert_eq!(
            leading_iban("NL91ABNA0417164300 j de vries"),
            Some(("NL91ABNA0417164300", " j de vries"))
        );
        assert_eq!(leading_iban("NL92ABNA0417164300"), None);
        assert_eq!(leading_iban("NONREF"), None);
    }
}
