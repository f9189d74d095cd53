//! Which columns hold amounts, and how they are written.

use std::collections::BTreeSet;

use super::lexicon::lexicon;
use crate::model::{Amount, NumberStyle};

/// The two ways to write a number.
pub const STYLES: [NumberStyle; 2] = [
    NumberStyle {
        decimal_sign: b'.',
        grouping: Some(b','),
    },
    NumberStyle {
        decimal_sign: b',',
        grouping: Some(b'.'),
    },
];

/// What a column of numbers shows.
#[derive(Clone, Default)]
pub struct Numbers {
    pub filled: usize,
    /// Values that each of [`STYLES`] reads.
    pub fits: [usize; 2],
    /// A value that the styles read differently.
    pub differs: Option<String>,
    /// Values with two decimals at their end.
    pub decimals: usize,
    pub negatives: usize,
    pub not_zero: usize,
    pub parentheses: bool,
    /// Texts beside the numbers: signs of currencies, and marks of debit and credit.
    pub symbols: BTreeSet<String>,
    pub marks: BTreeSet<String>,
    /// All values are whole numbers without any sign: they may be numbers of things.
    pub bare: bool,
}

/// A number without what stands beside it.
pub struct Bare {
    pub text: String,
    pub beside: Vec<String>,
    pub negative: bool,
    pub parentheses: bool,
}

/// Looks at a column; nothing where fewer than nine of ten values are numbers.
pub fn of(values: &[&str]) -> Option<Numbers> {
    let mut numbers = Numbers {
        bare: true,
        ..Numbers::default()
    };
    let mut read = 0;
    for value in values.iter().filter(|value| !value.is_empty()) {
        numbers.filled += 1;
        let Some(bare) = bare(value) else { continue };
        let readings = STYLES.map(|style| Amount::parse(&bare.text, style).ok());
        if readings == [None, None] {
            continue;
        }
        read += 1;
        for (fits, reading) in numbers.fits.iter_mut().zip(readings) {
            *fits += usize::from(reading.is_some());
        }
        if let [Some(a), Some(b)] = readings
            && a != b
            && numbers.differs.is_none()
        {
            numbers.differs = Some((*value).to_owned());
        }
        for text in bare.beside {
            if lexicon().symbols.contains_key(&text) {
                numbers.symbols.insert(text);
            } else {
                numbers.marks.insert(text);
            }
        }
        let end = bare
            .text
            .as_bytes()
            .rsplit(|byte| *byte == b'.' || *byte == b',')
            .next();
        let cents = bare.text.contains(['.', ',']) && end.is_some_and(|end| end.len() == 2);
        numbers.decimals += usize::from(cents);
        numbers.negatives += usize::from(bare.negative || bare.parentheses);
        numbers.parentheses |= bare.parentheses;
        numbers.not_zero += usize::from(readings.iter().flatten().any(|amount| *amount != Amount::ZERO));
        numbers.bare &= bare.text.bytes().all(|byte| byte.is_ascii_digit());
    }
    (read > 0 && read * 10 >= numbers.filled * 9).then_some(numbers)
}

/// The number in a cell; nothing where other words stand beside it.
pub fn bare(value: &str) -> Option<Bare> {
    let mut text = String::new();
    let mut beside = Vec::new();
    let mut word = String::new();
    let mut digits = 0;
    for c in value.chars().chain([' ']) {
        let of_number =
            c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | '+' | '-' | '−' | '–' | '(' | ')');
        if of_number || c.is_whitespace() {
            if !word.is_empty() {
                beside.push(std::mem::take(&mut word));
            }
            text.push(c);
            digits += usize::from(c.is_ascii_digit());
        } else {
            word.push(c);
        }
    }
    let known = |word: &String| {
        lexicon().symbols.contains_key(word) || lexicon().is("debit", word) || lexicon().is("credit", word)
    };
    if digits == 0 || digits > 18 || beside.len() > 2 || !beside.iter().all(known) {
        return None;
    }
    let text = text.trim();
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let text = inside.unwrap_or(text).trim();
    let negative = text.starts_with(['-', '−', '–']) || text.ends_with(['-', '−', '–']);
    Some(Bare {
        text: text.to_owned(),
        beside,
        negative,
        parentheses: inside.is_some(),
    })
}

/// The signed amount of a cell.
pub fn amount(value: &str, style: NumberStyle) -> Option<i64> {
    let bare = bare(value)?;
    let amount = Amount::parse(&bare.text, style).ok()?.scaled();
    let debit = bare.beside.iter().any(|word| lexicon().is("debit", word));
    Some(if bare.parentheses || debit {
        -amount.abs()
    } else {
        amount
    })
}
