//! A text as it is read: sign by sign, without the marks that a format put into it, each sign with its place.

use std::ops::Range;

/// Signs with their places in the text as received.
#[derive(Default)]
pub struct Flow {
    /// The signs.
    pub signs: Vec<char>,
    /// The same in small letters without accents, sign for sign.
    pub folded: Vec<char>,
    at: Vec<usize>,
    /// Where fields of the format begin. Banks cut words and drop spaces there.
    cuts: Vec<usize>,
}

impl Flow {
    /// All of a text.
    pub fn of(text: &str) -> Flow {
        let mut flow = Flow::default();
        flow.push(text, 0, true);
        flow
    }

    /// Adds a part of the text that begins at a byte, with or without the breaks of its lines.
    pub fn push(&mut self, text: &str, at: usize, breaks: bool) {
        self.cuts.push(self.signs.len());
        for (step, sign) in text.char_indices() {
            if !breaks && matches!(sign, '\n' | '\r') {
                continue;
            }
            self.signs.push(sign);
            self.folded.push(fold(sign));
            self.at.push(at + step);
        }
    }

    /// Adds a part of another flow, as a field.
    pub fn push_part(&mut self, other: &Flow, part: Range<usize>) {
        self.cuts.push(self.signs.len());
        self.signs.extend(&other.signs[part.clone()]);
        self.folded.extend(&other.folded[part.clone()]);
        self.at.extend(&other.at[part]);
    }

    /// The part without white space around it.
    pub fn trim(&self, part: Range<usize>) -> Range<usize> {
        let mut part = part.start..part.end.min(self.signs.len());
        while part.start < part.end && self.signs[part.start].is_whitespace() {
            part.start += 1;
        }
        while part.start < part.end && self.signs[part.end - 1].is_whitespace() {
            part.end -= 1;
        }
        part
    }

    /// A part as text, its white space single.
    pub fn value(&self, part: Range<usize>) -> String {
        let text: String = self.signs[part].iter().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where a part stands, in bytes of the text as received.
    pub fn span(&self, part: Range<usize>) -> Range<usize> {
        match (self.at.get(part.start), part.end.checked_sub(1)) {
            (Some(start), Some(last)) if part.start <= last && last < self.at.len() => {
                *start..self.at[last] + self.signs[last].len_utf8()
            }
            _ => 0..0,
        }
    }

    /// The bytes of the text as received that a part is made of: less than its span, where fields of the format lie between.
    pub fn bytes(&self, part: Range<usize>) -> Vec<Range<usize>> {
        let mut bytes: Vec<Range<usize>> = Vec::new();
        for sign in part {
            let (start, end) = (self.at[sign], self.at[sign] + self.signs[sign].len_utf8());
            match bytes.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => bytes.push(start..end),
            }
        }
        bytes
    }

    /// A part as text, and the byte of it at which each sign begins (one more for its end).
    pub fn text(&self, part: Range<usize>) -> (String, Vec<usize>) {
        let mut text = String::with_capacity(part.len());
        let mut starts = Vec::with_capacity(part.len() + 1);
        for sign in &self.signs[part] {
            starts.push(text.len());
            text.push(*sign);
        }
        starts.push(text.len());
        (text, starts)
    }

    /// Whether a field of the format begins at a place.
    pub fn is_cut(&self, at: usize) -> bool {
        self.cuts.binary_search(&at).is_ok()
    }

    /// Whether folded signs stand at a place.
    pub fn has(&self, at: usize, word: &[char]) -> bool {
        self.folded.get(at..at + word.len()) == Some(word)
    }

    /// Where folded words that stand at a place end; a space of theirs may have been dropped where a field begins.
    pub fn end_of(&self, at: usize, words: &[char]) -> Option<usize> {
        let mut at = at;
        for sign in words {
            if self.folded.get(at) == Some(sign) {
                at += 1;
            } else if *sign != ' ' || !self.is_cut(at) {
                return None;
            }
        }
        Some(at)
    }

    /// Whether folded signs stand anywhere.
    pub fn holds(&self, word: &[char]) -> bool {
        let Some((first, rest)) = word.split_first() else {
            return false;
        };
        let mut starts = self.folded.iter().enumerate().filter(|(_, sign)| *sign == first);
        starts.any(|(at, _)| self.has(at + 1, rest))
    }

    /// Whether a word may begin at a place.
    pub fn begins_word(&self, at: usize) -> bool {
        at == 0
            || self
                .signs
                .get(at - 1)
                .is_none_or(|before| !before.is_alphanumeric())
    }

    /// Whether a word may end before a place.
    pub fn ends_word(&self, at: usize) -> bool {
        self.signs.get(at).is_none_or(|after| !after.is_alphanumeric())
    }
}

/// A sign in small letters without its accent; always one sign.
pub fn fold(sign: char) -> char {
    let small = sign.to_lowercase().next().unwrap_or(sign);
    match small {
        'à'..='å' | 'ą' | 'ă' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ę' | 'ě' | 'ē' | 'ė' => 'e',
        'ì'..='ï' | 'ī' | 'į' => 'i',
        'ò'..='ö' | 'ő' | 'ø' => 'o',
        'ù'..='ü' | 'ű' | 'ů' | 'ū' | 'ų' => 'u',
        'ñ' | 'ń' | 'ň' => 'n',
        'ł' => 'l',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ţ' | 'ț' | 'ť' => 't',
        'ź' | 'ż' | 'ž' => 'z',
        'ý' | 'ÿ' => 'y',
        'ř' => 'r',
        'ď' | 'đ' => 'd',
        '\u{a0}' => ' ',
        other => other,
    }
}
