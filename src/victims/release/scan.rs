//! One text looked through, once, from the first sign to the last. At every place where a word or number begins, its
//! letters and digits are read on across whatever stands between them, and where a word ends the hash of what was read
//! is looked up. Time grows with the length of the text and hardly with the number of terms.

use std::ops::Range;

use rayon::prelude::*;

use super::letters::{Fold, Hash, folded};
use super::names::is_ordinary;
use super::protected::{Entry, How, Kind, Protected, SECOND, SHORTEST};
use super::tokens::{self, Token, Tokens};

/// A term that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    pub who: u32,
    pub kind: Kind,
}

/// Texts are read in blocks of so many bytes, with some before and behind them, so that memory stays small.
const BLOCK: usize = 1 << 18;
const BEFORE: usize = 2_048;
const BEHIND: usize = 4_096;
/// What is kept of one block; the rest is only counted.
const MOST: usize = 64;
/// Words before and behind a birth date in which a name is looked for.
const NEAR: usize = 16;
/// Signs read for one that stays, and some more, at most.
const FOLDED: usize = 3;
const SLACK: usize = 16;
/// Fewer letters in pieces, or glued together, are other words by chance.
const GLUED: usize = 8;
/// Fewer letters beside digits, without anything between, are part of a sign by chance.
const SHORT_NAME: usize = 7;

/// All terms in a text, in order, and how many more there are.
pub(super) fn scan(protected: &Protected, text: &str) -> (Vec<Found>, usize) {
    scan_most(protected, text, MOST)
}

/// The same with a bound on what is kept of one block.
pub(super) fn scan_most(protected: &Protected, text: &str, most: usize) -> (Vec<Found>, usize) {
    if protected.entries.is_empty() {
        return (Vec::new(), 0);
    }
    let blocks = text.len().div_ceil(BLOCK);
    let block = |number: usize| {
        let from = boundary(text, number * BLOCK);
        let to = boundary(text, (number + 1) * BLOCK);
        scan_block(protected, text, from..to, most)
    };
    let parts: Vec<(Vec<Found>, usize)> = match blocks {
        0 | 1 => (0..blocks).map(block).collect(),
        _ => (0..blocks).into_par_iter().map(block).collect(),
    };
    let mut all = Vec::new();
    let mut more = 0;
    for (found, left_out) in parts {
        all.extend(found);
        more += left_out;
    }
    (all, more)
}

/// The nearest place at or behind this one where a sign begins.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn scan_block(protected: &Protected, text: &str, block: Range<usize>, most: usize) -> (Vec<Found>, usize) {
    let first = boundary(text, block.start.saturating_sub(BEFORE));
    let last = boundary(text, block.end.saturating_add(BEHIND));
    let mut tokens = Tokens::default();
    tokens::read(text, first..last, &mut tokens);
    let mut reader = Reader {
        protected,
        text,
        first,
        tokens: &tokens,
        found: Vec::new(),
    };
    for (at, token) in tokens.all.iter().enumerate() {
        let start = first + token.start as usize;
        if start < block.start || start >= block.end {
            continue;
        }
        reader.from(at);
    }
    let mut found = reader.found;
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)).then(a.cmp(b)));
    let mut kept: Vec<Found> = Vec::new();
    let mut more = 0;
    let mut covered: Vec<Found> = Vec::new();
    for one in found {
        covered.retain(|other| other.end > one.start);
        // What lies in a term of the same person says nothing new.
        let is_told = covered.iter().any(|other| {
            one.end <= other.end
                && (one.who == other.who || one.kind == Kind::AccountPart || one.kind == other.kind)
        });
        if is_told {
            continue;
        }
        covered.push(one);
        match kept.len() < most {
            true => kept.push(one),
            false => more += 1,
        }
    }
    (kept, more)
}

struct Reader<'a> {
    protected: &'a Protected,
    text: &'a str,
    /// Where the tokens' places begin.
    first: usize,
    tokens: &'a Tokens,
    found: Vec<Found>,
}

/// A run of tokens.
#[derive(Clone, Copy)]
struct Span {
    a: usize,
    b: usize,
}

impl Reader<'_> {
    /// All terms that begin with one word.
    fn from(&mut self, a: usize) {
        let tokens = self.tokens;
        let token = tokens.all[a];
        let mut from = token.from as usize;
        if token.is_number {
            from += tokens.plain[from..token.to as usize]
                .iter()
                .take_while(|b| **b == b'0')
                .count();
            if from == token.to as usize {
                return;
            }
            if self
                .protected
                .long
                .first()
                .is_some_and(|least| token.to as usize - from > *least)
            {
                self.inside(a, from);
            }
        }
        self.read_on(a, from);
    }

    fn read_on(&mut self, a: usize, from: usize) {
        let (protected, tokens) = (self.protected, self.tokens);
        let (mut fold, mut hash, mut length) = (Fold::default(), Hash::new(), 0);
        let mut four = [0_u8; SHORTEST];
        let mut at = from;
        for (b, token) in tokens.all.iter().enumerate().skip(a) {
            while at < token.to as usize {
                for byte in fold.step(tokens.plain[at]) {
                    if byte == 0 {
                        continue;
                    }
                    if length < SHORTEST {
                        four[length] = byte;
                    }
                    hash.add(byte);
                    length += 1;
                    let goes_on = match length {
                        SHORTEST => protected.begins.has_four(&four),
                        // What is looked for and shorter than this was found at the end of a word before.
                        SECOND => protected.begins.has_seven(hash),
                        _ => true,
                    };
                    if !goes_on {
                        return;
                    }
                }
                at += 1;
                // Signs that fold away (`a a a a`) must not be read to the end of the text from each of them.
                if length > protected.longest || at - from > FOLDED * length + SLACK {
                    return;
                }
                // Numbers that other digits or letters follow at once.
                if length > SECOND && at < token.to as usize {
                    for entry in protected.of(hash) {
                        if matches!(entry.how, How::Signs { is_long: true }) {
                            self.take(*entry, Span { a, b });
                        }
                    }
                }
            }
            if length >= SHORTEST {
                for entry in protected.of(hash) {
                    self.judge(*entry, Span { a, b });
                }
            }
        }
    }

    /// Long numbers inside a longer run of digits.
    fn inside(&mut self, a: usize, from: usize) {
        let (protected, tokens) = (self.protected, self.tokens);
        let digits = &tokens.plain[from..tokens.all[a].to as usize];
        let (Some(least), Some(most)) = (protected.long.first(), protected.long.last()) else {
            return;
        };
        for start in 1..=digits.len().saturating_sub(*least) {
            if digits[start] == b'0' {
                continue;
            }
            let mut four = [0_u8; SHORTEST];
            four.copy_from_slice(&digits[start..start + SHORTEST]);
            if !protected.begins.has_four(&four) {
                continue;
            }
            let mut hash = Hash::new();
            for (length, byte) in digits[start..].iter().take(*most).enumerate() {
                hash.add(*byte);
                if protected.long.binary_search(&(length + 1)).is_ok() {
                    for entry in protected.of(hash) {
                        if matches!(entry.how, How::Signs { is_long: true }) {
                            self.take(*entry, Span { a, b: a });
                        }
                    }
                }
            }
        }
    }

    fn take(&mut self, entry: Entry, span: Span) {
        self.found.push(Found {
            start: self.first + self.tokens.all[span.a].start as usize,
            end: self.first + self.tokens.all[span.b].end as usize,
            who: entry.who,
            kind: entry.kind,
        });
    }

    /// Whether what has the letters of a term is the term.
    fn judge(&mut self, entry: Entry, span: Span) {
        let is_term = match entry.how {
            How::Words { .. } | How::Initial { .. } if self.is_in_sign(span) => false,
            How::Date if self.is_in_time(span.a) => false,
            _ if entry.kind == Kind::Phone && self.is_in_time(span.a) => false,
            How::Words { words, are_ordinary } => self.is_name(span, words, are_ordinary),
            How::Initial {
                words,
                behind,
                is_ordinary,
            } => self.is_initial(span, words, behind, is_ordinary),
            How::Signs { .. } => entry.kind != Kind::Address || !self.is_in_hash(span),
            How::ShortNumber => self.is_plain_number(span),
            How::Part { only_masked } => {
                self.is_masked(span.a)
                    || (!only_masked && !self.token(span.a).is_tied && self.is_plain_number(span))
            }
            How::Date => {
                self.born_here(entry, span);
                false
            }
        };
        if is_term {
            self.take(entry, span);
        }
    }

    fn token(&self, at: usize) -> &Token {
        &self.tokens.all[at]
    }

    /// What stands between a word and the next one.
    fn between(&self, at: usize) -> &str {
        let (one, next) = (self.token(at), self.token(at + 1));
        let range = self.first + one.end as usize..self.first + next.start as usize;
        self.text.get(range).unwrap_or_default()
    }

    fn written(&self, at: usize) -> &str {
        let token = self.token(at);
        let range = self.first + token.start as usize..self.first + token.end as usize;
        self.text.get(range).unwrap_or_default()
    }

    fn before(&self, a: usize) -> &str {
        self.text
            .get(..self.first + self.token(a).start as usize)
            .unwrap_or_default()
    }

    fn behind(&self, b: usize) -> &str {
        self.text
            .get(self.first + self.token(b).end as usize..)
            .unwrap_or_default()
    }

    /// Letters and digits of a run of words.
    fn length(&self, span: Span) -> usize {
        (self.token(span.b).to - self.token(span.a).from) as usize
    }

    fn is_name(&self, span: Span, words: u8, are_ordinary: bool) -> bool {
        let (apart, all) = self.counts(span);
        let words = usize::from(words);
        let as_written = apart <= words && (words <= all || all >= 2);
        if are_ordinary {
            // “will may” is a sentence; “Will May” is a name.
            return as_written && (span.a..=span.b).all(|at| self.token(at).is_capital);
        }
        if as_written {
            return true;
        }
        let is_word = all == 1 && {
            let token = self.token(span.a);
            is_ordinary(&self.tokens.plain[token.from as usize..token.to as usize])
        };
        self.length(span) >= GLUED && !is_word
    }

    /// Words that something stands before, and words that only a capital parts too.
    fn counts(&self, span: Span) -> (usize, usize) {
        let apart = (span.a + 1..=span.b)
            .filter(|at| !self.token(*at).is_tied)
            .count()
            + 1;
        (apart, span.b - span.a + 1)
    }

    fn is_initial(&self, span: Span, words: u8, behind: bool, is_ordinary: bool) -> bool {
        let (_, all) = self.counts(span);
        const IN_NAMES: [char; 4] = ['@', '_', '/', '\\'];
        if all < 2 {
            // `jjansen` is a name in addresses and paths alone.
            let is_in_name =
                self.before(span.a).ends_with(IN_NAMES) || self.behind(span.b).starts_with(IN_NAMES);
            return !behind && !is_ordinary && is_in_name && self.length(span) >= 6;
        }
        if all > usize::from(words) + 4 {
            return false;
        }
        // The initials stand at one end: the words of one letter there, or one word of capitals.
        let (initial, family) = if behind {
            (span.b, span.a)
        } else {
            (span.a, span.b)
        };
        let written = self.written(initial);
        let are_capitals = written.chars().all(char::is_uppercase);
        if self.length_of(initial) > 1 && !are_capitals {
            return false;
        }
        let joint = if behind { span.b - 1 } else { span.a };
        let between = self.between(joint);
        let is_dotted = match behind {
            false => between.starts_with('.'),
            true => self.behind(span.b).starts_with('.') || between.starts_with(','),
        };
        if are_capitals && (self.token(family).is_capital || words > 1) {
            return !is_ordinary || is_dotted;
        }
        let is_joined = between.contains(['.', '_', '-', '@', '/', '\\', '+']);
        is_joined && !is_ordinary && !between.contains(['\'', '’'])
    }

    fn length_of(&self, at: usize) -> usize {
        let token = self.token(at);
        (token.to - token.from) as usize
    }

    /// Whether a short name is letters of a sign beside digits, such as of a hash or pseudonym: `…f03ad-a-M5RN` is no Ada M.
    /// A page has thousands of them, of which some spell somebody's name by chance.
    fn is_in_sign(&self, span: Span) -> bool {
        let number = |at: usize| self.tokens.all.get(at).is_some_and(|token| token.is_number);
        let before = self.token(span.a).is_tied && span.a > 0 && number(span.a - 1);
        let behind = number(span.b + 1) && self.token(span.b + 1).is_tied;
        self.length(span) < SHORT_NAME && (before || behind)
    }

    /// Whether what begins with a digit is the inside of an id: a postcode with its house number has the signs of one.
    fn is_in_hash(&self, span: Span) -> bool {
        let is_one_piece = (span.a + 1..=span.b).all(|at| self.token(at).is_tied);
        let goes_on = self.tokens.all.get(span.b + 1).is_some_and(|next| next.is_tied);
        self.token(span.a).is_number && (self.token(span.a).is_tied || (is_one_piece && goes_on))
    }

    /// Whether a number is the hour, minute or second of a moment as ISO 8601 writes it (`2024-05-24T06:08:27`): a case of
    /// years has about every second, and some look like a birth date or the beginning of a telephone number.
    fn is_in_time(&self, a: usize) -> bool {
        let mut before = self.before(a).as_bytes();
        let mut is_clock = self.behind(a).starts_with(':');
        for _ in 0..2 {
            if let [rest @ .., ten, one, b':'] = before
                && ten.is_ascii_digit()
                && one.is_ascii_digit()
            {
                before = rest;
                is_clock = true;
            }
        }
        is_clock
            && self.length_of(a) == 2
            && matches!(before, [.., b'-', ten, one, b'T'] if ten.is_ascii_digit() && one.is_ascii_digit())
    }

    /// Digits that are no amount, date, time or part of a hash.
    fn is_plain_number(&self, span: Span) -> bool {
        let is_number = (span.a..=span.b).all(|at| self.token(at).is_number);
        if !is_number {
            return true;
        }
        let is_in_groups = (span.a..span.b).all(|at| {
            let groups = [self.length_of(at), self.length_of(at + 1)];
            match self.between(at) {
                " " | "\u{a0}" | "\u{202f}" => true,
                "-" => groups.iter().all(|length| *length >= 3),
                _ => false,
            }
        });
        let behind = self.behind(span.b);
        let mut next = behind.chars();
        let goes_on = match next.next() {
            Some('.' | ',') => next.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => c.is_alphabetic(),
            None => false,
        };
        let mut before = self.before(span.a).chars().rev();
        let is_fraction =
            matches!(before.next(), Some('.' | ',')) && before.next().is_some_and(|c| c.is_ascii_digit());
        is_in_groups && !goes_on && !is_fraction
    }

    /// Whether signs that hide digits stand before.
    fn is_masked(&self, a: usize) -> bool {
        let before = self.before(a).trim_end_matches([' ', '\u{a0}', '-']);
        let is_crossed = || {
            let crosses = before
                .bytes()
                .rev()
                .take_while(|b| matches!(b, b'x' | b'X'))
                .count();
            crosses >= 2
        };
        before.ends_with(['*', '•', '●', '∗', '＊', '█', '■', '…', '#', '◦'])
            || before.ends_with("...")
            || is_crossed()
    }

    /// A birth date beside a word of a name.
    fn born_here(&mut self, entry: Entry, span: Span) {
        let first = span.a.saturating_sub(NEAR);
        let last = (span.b + NEAR).min(self.tokens.all.len() - 1);
        let near: Vec<u64> = (first..=last)
            .filter(|at| {
                (*at < span.a || *at > span.b) && !self.token(*at).is_number && self.length_of(*at) >= 3
            })
            .map(|at| {
                let token = self.token(at);
                let word = &self.tokens.plain[token.from as usize..token.to as usize];
                Hash::of(&folded(word)).mixed()
            })
            .collect();
        let protected = self.protected;
        let Some(people) = protected.born.get(entry.who as usize) else {
            return;
        };
        for (who, words) in people {
            if near.iter().any(|word| words.binary_search(word).is_ok()) {
                self.take(Entry { who: *who, ..entry }, span);
            }
        }
    }
}
