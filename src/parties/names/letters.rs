//! Unicode to words: what is dropped, what separates, how letters become Latin.
//!
//! Controls, bidirectional marks and zero-width characters are dropped; every other sign that is no letter and no digit
//! separates words. Letters are composed (NFKC, letter with its marks by letter with its marks), transliterated and
//! made small. An apostrophe separates in Latin (“d'Angelo” has two words) and is nothing in Cyrillic (“В'ячеслав”).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::scripts::{self, Script};
use super::{Role, Token, variants};

/// How many bytes of a name are read, and how long its normal spelling becomes at most.
pub const LIMIT: usize = 2048;

/// All letters are capitals, and there are at least two.
pub(in crate::parties) const CAPS: u8 = 1;
/// The first letter is small.
pub(in crate::parties) const SMALL: u8 = 2;
/// A full stop follows.
pub(in crate::parties) const DOT: u8 = 4;
/// An apostrophe follows.
pub(in crate::parties) const APOSTROPHE: u8 = 8;
/// A comma stands before.
pub(in crate::parties) const COMMA: u8 = 16;
/// No space before: a hyphen, an apostrophe or a full stop only.
pub(in crate::parties) const TIED: u8 = 32;
/// An opening quotation mark stands before.
pub(in crate::parties) const QUOTED: u8 = 64;

/// Words and what was seen on the way.
pub(in crate::parties) struct Letters {
    pub normal: String,
    pub tokens: Vec<Token>,
    pub script: &'static str,
    pub mixed_scripts: bool,
    pub look_alikes: bool,
    pub cut: bool,
}

/// What an ASCII byte does.
const DROP: u8 = 0;
const APART: u8 = 1;
const KEEP: u8 = 2;
const CAPITAL: u8 = 3;

const CLASS: [u8; 128] = {
    let mut class = [APART; 128];
    let mut byte = 0;
    while byte < 128 {
        let sign = byte as u8;
        class[byte] = if sign.is_ascii_uppercase() {
            CAPITAL
        } else if sign.is_ascii_alphanumeric() {
            KEEP
        } else if sign.is_ascii_control() && !matches!(sign, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) {
            DROP
        } else {
            APART
        };
        byte += 1;
    }
    class
};

struct Reader<'a> {
    text: &'a str,
    normal: String,
    tokens: Vec<Token>,
    counts: [u32; scripts::COUNT],
    /// Where the open word begins in `normal` and in the text; `usize::MAX` where none is open.
    from: usize,
    start: usize,
    capitals: u32,
    others: u32,
    first_small: bool,
    /// Letters of the open word by script: Latin, Cyrillic, Greek, any other.
    within: [u32; 4],
    foreign: bool,
    alternative: Option<String>,
    pending: u8,
    tied: bool,
    look_alikes: bool,
    full: bool,
}

/// Reads a text into words.
pub(in crate::parties) fn read(text: &str) -> Letters {
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = end < text.len();
    let text = &text[..end];
    let mut reader = Reader {
        text,
        normal: String::with_capacity(text.len() + 8),
        tokens: Vec::with_capacity(4),
        counts: [0; scripts::COUNT],
        from: usize::MAX,
        start: 0,
        capitals: 0,
        others: 0,
        first_small: false,
        within: [0; 4],
        foreign: false,
        alternative: None,
        pending: 0,
        tied: false,
        look_alikes: false,
        full: false,
    };
    reader.run();
    let ukrainian = reader.counts[Script::Cyrillic as usize] > 0
        && text.contains(['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ']);
    if reader.counts[Script::Cyrillic as usize] > 0 || reader.counts[Script::Greek as usize] > 0 {
        for token in &mut reader.tokens {
            let raw = &text[token.span.start as usize..token.span.end as usize];
            variants::foreign(raw, ukrainian, token);
        }
    }
    let mut most = None;
    let mut seen = 0;
    for (script, &count) in Script::ALL.iter().zip(&reader.counts) {
        if count > 0 {
            seen += 1;
            if most.is_none_or(|(_, before)| count > before) {
                most = Some((*script, count));
            }
        }
    }
    Letters {
        normal: reader.normal,
        tokens: reader.tokens,
        script: most.map_or("None", |(script, _)| script.name()),
        mixed_scripts: seen > 1,
        look_alikes: reader.look_alikes,
        cut: cut || reader.full,
    }
}

impl Reader<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && !self.full {
            let byte = bytes[at];
            let marked = bytes.get(at + 1).is_some_and(|&next| next >= 0xCC);
            if byte < 128 && !(marked && CLASS[byte as usize] >= KEEP) {
                match CLASS[byte as usize] {
                    CAPITAL => self.ascii(at, byte | 0x20, true, true),
                    KEEP => self.ascii(at, byte, false, byte.is_ascii_alphabetic()),
                    APART => self.apart(at, byte as char, at + 1),
                    _ => {}
                }
                at += 1;
            } else {
                at = self.beyond(at);
            }
        }
        self.close(at);
    }

    fn open(&mut self, at: usize) {
        if self.from == usize::MAX {
            if !self.normal.is_empty() {
                self.normal.push(' ');
            }
            self.from = self.normal.len();
            self.start = at;
        }
    }

    fn ascii(&mut self, at: usize, letter: u8, capital: bool, alphabetic: bool) {
        self.open(at);
        if self.normal.len() >= LIMIT {
            self.full = true;
            return;
        }
        if alphabetic {
            if self.capitals + self.others == 0 {
                self.first_small = !capital;
            }
            if capital {
                self.capitals += 1;
            } else {
                self.others += 1;
            }
            self.counts[Script::Latin as usize] += 1;
            self.within[0] += 1;
        }
        self.normal.push(letter as char);
        if let Some(alternative) = &mut self.alternative {
            alternative.push(letter as char);
        }
    }

    /// A letter with its marks, or a sign, beyond ASCII (or an ASCII letter with marks). Gives where the next begins.
    fn beyond(&mut self, at: usize) -> usize {
        let mut rest = self.text[at..].char_indices();
        let Some((_, first)) = rest.next() else {
            return self.text.len();
        };
        let mut end = self.text.len();
        let mut marks = false;
        for (place, sign) in rest {
            if !joins(sign) {
                end = at + place;
                break;
            }
            marks = true;
        }
        if dropped(first) {
            return at + first.len_utf8();
        }
        if !first.is_alphanumeric() && !joins(first) {
            self.apart(at, first, at + first.len_utf8());
            return at + first.len_utf8();
        }
        self.open(at);
        let cluster = &self.text[at..end];
        if !marks && (first as u32) < 0x600 {
            self.letter(first);
        } else {
            for letter in cluster.nfkc() {
                self.letter(letter);
            }
        }
        end
    }

    fn letter(&mut self, letter: char) {
        let script = Script::of(letter);
        if let Some(script) = script {
            self.counts[script as usize] += 1;
            self.within[(script as usize).min(3)] += 1;
            if self.capitals + self.others == 0 {
                self.first_small = letter.is_lowercase();
            }
            if letter.is_uppercase() {
                self.capitals += 1;
            } else {
                self.others += 1;
            }
        }
        self.foreign |= !letter.is_ascii();
        let special = variants::latin(letter);
        if special.is_some() && self.alternative.is_none() {
            self.alternative = Some(self.normal[self.from..].to_owned());
        }
        for sign in any_ascii::any_ascii_char(letter).bytes() {
            if sign.is_ascii_alphanumeric() {
                if self.normal.len() >= LIMIT {
                    self.full = true;
                    return;
                }
                self.normal.push(sign.to_ascii_lowercase() as char);
                if special.is_none()
                    && let Some(alternative) = &mut self.alternative
                {
                    alternative.push(sign.to_ascii_lowercase() as char);
                }
            }
        }
        if let (Some(special), Some(alternative)) = (special, &mut self.alternative) {
            alternative.push_str(special);
        }
    }

    /// A sign that separates words.
    fn apart(&mut self, at: usize, sign: char, next: usize) {
        let apostrophe = matches!(sign, '\'' | '’' | '‘' | '`' | '´');
        if apostrophe && self.from != usize::MAX && self.within[1] > self.within[0] {
            let following = self.text[next..].chars().next();
            if following.and_then(Script::of) == Some(Script::Cyrillic) {
                return;
            }
        }
        self.close(at);
        let adjacent = self
            .tokens
            .last()
            .is_some_and(|token| token.span.end as usize == at);
        match sign {
            '.' if adjacent => self.mark_last(DOT),
            ',' if !self.tokens.is_empty() => self.pending |= COMMA,
            '"' | '«' | '“' | '„' => self.pending |= QUOTED,
            _ if apostrophe && adjacent => self.mark_last(APOSTROPHE),
            _ => {}
        }
        self.tied = adjacent && (apostrophe || matches!(sign, '-' | '.' | '‐' | '‑' | '–' | '/'));
    }

    fn mark_last(&mut self, mark: u8) {
        if let Some(token) = self.tokens.last_mut() {
            token.marks |= mark;
        }
    }

    fn close(&mut self, at: usize) {
        if self.from == usize::MAX {
            return;
        }
        if self.foreign && self.within.iter().filter(|&&count| count > 0).count() > 1 {
            self.unmask(at);
        }
        if self.normal.len() == self.from {
            // Nothing Latin came of it (a soft sign, a lone mark): no word.
            self.normal.truncate(self.from.saturating_sub(1));
        } else {
            let text = self.normal[self.from..].to_owned();
            let mut marks = self.pending;
            if self.capitals >= 2 && self.others == 0 {
                marks |= CAPS;
            }
            if self.first_small {
                marks |= SMALL;
            }
            if self.tied {
                marks |= TIED;
            }
            let variants = match self.alternative.take() {
                Some(alternative) if alternative != text => vec![alternative],
                _ => Vec::new(),
            };
            self.tokens.push(Token {
                text,
                role: Role::Unknown,
                span: self.start as u32..at as u32,
                variants,
                marks,
            });
            self.pending = 0;
        }
        self.from = usize::MAX;
        self.capitals = 0;
        self.others = 0;
        self.first_small = false;
        self.within = [0; 4];
        self.foreign = false;
        self.alternative = None;
        self.tied = false;
    }

    /// A word of letters of several scripts is read as the letters they look like, by the script of most.
    fn unmask(&mut self, at: usize) {
        let [latin, cyrillic, greek, _] = self.within;
        let raw = &self.text[self.start..at];
        let plain: String = if latin >= cyrillic.max(greek) {
            if !raw.chars().any(|sign| scripts::as_latin(sign).is_some()) {
                return;
            }
            raw.nfkc()
                .map(|sign| scripts::as_latin(sign).unwrap_or(sign))
                .collect()
        } else if cyrillic > 0 && latin > 0 {
            if !raw.chars().any(|sign| scripts::as_cyrillic(sign).is_some()) {
                return;
            }
            raw.nfkc()
                .map(|sign| scripts::as_cyrillic(sign).unwrap_or(sign))
                .collect()
        } else {
            return;
        };
        self.look_alikes = true;
        self.normal.truncate(self.from);
        self.alternative = None;
        for letter in plain.chars() {
            for sign in any_ascii::any_ascii_char(letter).bytes() {
                if sign.is_ascii_alphanumeric() && self.normal.len() < LIMIT {
                    self.normal.push(sign.to_ascii_lowercase() as char);
                }
            }
        }
    }
}

/// A mark that belongs to the letter before it, or a part of a Korean syllable.
fn joins(sign: char) -> bool {
    let code = sign as u32;
    code >= 0x300
        && (canonical_combining_class(sign) != 0 || (0x1160..=0x11FF).contains(&code) || nukta_like(code))
}

/// Vowel signs and voicing marks of class zero.
fn nukta_like(code: u32) -> bool {
    matches!(code, 0x3099 | 0x309A | 0xFF9E | 0xFF9F)
}

/// Characters without a shape: controls, bidirectional marks, zero-width signs, variation selectors, tags.
fn dropped(sign: char) -> bool {
    matches!(sign as u32,
        0x80..=0x84 | 0x86..=0x9F | 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}
