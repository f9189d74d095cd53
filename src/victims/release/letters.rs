//! One writing for all writings: letters of every script become small Latin ones, marks and signs that nobody sees go,
//! and what spellings of one name differ in is folded away (Müller and Mueller, Юлия and Iuliia, ö and oe).
//!
//! Both the terms and the texts go through here, so that it is enough that two writings come out alike. What folds
//! more than a linguist would is no harm: a whole name still has to be there.

use unicode_normalization::char::is_combining_mark;

/// What a sign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Not seen, and parts nothing: marks, soft hyphens, zero widths, signs of direction.
    Unseen,
    /// Stands between words and numbers.
    Apart,
    /// Letters and digits, in small Latin ones; nothing where it is only a softening sign.
    Letters(&'static str),
}

/// What a sign beyond ASCII is.
pub(super) fn sign(c: char) -> Sign {
    if is_unseen(c) {
        return Sign::Unseen;
    }
    // Letters of mathematics, of full width and in circles are letters and digits to `any_ascii` too.
    let latin = any_ascii::any_ascii_char(c);
    let says = latin.bytes().any(|b| b.is_ascii_alphanumeric());
    match (says, c.is_alphabetic()) {
        (true, _) if !is_picture(c) => Sign::Letters(latin),
        (false, true) => Sign::Letters(""),
        _ => Sign::Apart,
    }
}

/// Signs that `any_ascii` tells in words (a euro is `EUR`) but that nobody reads as letters.
fn is_picture(c: char) -> bool {
    !c.is_alphanumeric()
        && !matches!(c, '\u{2460}'..='\u{24ff}' | '\u{1f100}'..='\u{1f189}' | '\u{2776}'..='\u{2793}')
}

fn is_unseen(c: char) -> bool {
    is_combining_mark(c)
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A letter of another script as the Latin one that it looks like. For words that mix scripts.
pub(super) fn look_alike(c: char) -> Option<char> {
    let c = c.to_lowercase().next().unwrap_or(c);
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'ҽ' => 'e',
        'ɡ' => 'g',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'ո' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ս' | 'υ' => 'u',
        'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ζ' => 'z',
        _ => return None,
    })
}

/// Whether a letter belongs to a script with letters that look like Latin ones.
pub(super) fn is_look_alike_script(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58f}')
}

/// The small Latin letters and digits of a text, without anything between them.
pub(super) fn plain(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase() as u8);
        } else if !c.is_ascii()
            && let Sign::Letters(latin) = sign(c)
        {
            let letters = latin.bytes().filter(u8::is_ascii_alphanumeric);
            out.extend(letters.map(|b| b.to_ascii_lowercase()));
        }
    }
    out
}

/// Folds spellings, sign by sign. Begins anew with every term and with every place where a term may begin.
#[derive(Clone, Copy, Default)]
pub(super) struct Fold {
    /// The sign read before.
    read: u8,
    /// The sign given before.
    given: u8,
}

impl Fold {
    /// What a small Latin letter or digit adds: up to two signs; 0 stands for none.
    #[inline]
    pub(super) fn step(&mut self, byte: u8) -> [u8; 2] {
        let before = std::mem::replace(&mut self.read, byte);
        if byte.is_ascii_digit() {
            self.given = byte;
            return [byte, 0];
        }
        let folded = match (before, byte) {
            (b'a' | b'o' | b'u', b'e') | (b's' | b'c' | b'z' | b'k' | b'g', b'h') | (b'd', b'j') => {
                return [0, 0];
            }
            (_, b'y' | b'j') => b'i',
            (_, b'w') => b'v',
            (_, b'x') => {
                let first = if self.given == b'k' { 0 } else { b'k' };
                self.given = b's';
                return if first == 0 { [b's', 0] } else { [first, b's'] };
            }
            _ => byte,
        };
        if folded == self.given {
            return [0, 0];
        }
        self.given = folded;
        [folded, 0]
    }
}

/// The folded signs of small Latin letters and digits.
pub(super) fn folded(plain: &[u8]) -> Vec<u8> {
    let mut fold = Fold::default();
    plain
        .iter()
        .flat_map(|byte| fold.step(*byte))
        .filter(|byte| *byte != 0)
        .collect()
}

/// FNV-1a, sign by sign.
#[derive(Clone, Copy)]
pub(super) struct Hash(pub u64);

impl Hash {
    pub(super) const fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    #[inline]
    pub(super) fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// The hash with its bits well mixed, for tables.
    #[inline]
    pub(super) fn mixed(self) -> u64 {
        let mut x = self.0;
        x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        x ^ (x >> 33)
    }

    pub(super) fn of(folded: &[u8]) -> Hash {
        let mut hash = Hash::new();
        folded.iter().for_each(|byte| hash.add(*byte));
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        String::from_utf8(folded(&plain(text))).expect("ASCII")
    }

    #[test]
    fn spellings_of_one_name_come_out_alike() {
        for alike in [
            &[
                "Müller",
                "Mueller",
                "MULLER",
                "Mu\u{308}ller",
                "Ｍüller",
                "M\u{200b}ül\u{ad}ler",
                "𝐌üller",
            ][..],
            &["Юлия", "Yuliya", "Iuliia", "Julija", "Julia"],
            &["Шевченко", "Shevchenko", "Ševčenko"],
            &["Łukasz", "Lukasz"],
            &["Søren", "Soeren", "Soren"],
            &["Alexander", "Aleksander"],
            &["０６１２", "0612", "٠٦١٢", "06①②"],
            &["Weiß", "Weiss"],
        ] {
            for one in alike {
                assert_eq!(fold(one), fold(alike[0]), "{one}");
            }
        }
        assert_eq!(fold("1100 22"), "110022", "digits are never folded");
        assert_ne!(fold("Jansen"), fold("Hansen"));
    }

    #[test]
    fn signs_are_told_apart() {
        assert_eq!(sign('\u{200b}'), Sign::Unseen);
        assert_eq!(sign('€'), Sign::Apart);
        assert_eq!(sign('–'), Sign::Apart);
        assert_eq!(sign('ß'), Sign::Letters("ss"));
        assert_eq!(look_alike('Р'), Some('p'));
    }
}
