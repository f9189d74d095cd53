//! Money as an exact integer count of ten-thousandths of the currency's unit.

use thiserror::Error;

/// Digits after the decimal sign that every stored amount carries (`DECIMAL(18,4)`): enough for every
/// currency of ISO 4217.
pub const SCALE: u32 = 4;

const ONE: i64 = 10_000;
/// Largest magnitude that 18 decimal digits hold.
const LIMIT: i64 = 1_000_000_000_000_000_000;

/// An amount of money in ten-thousandths of a currency's unit. Signed where it is a balance; the amount of an
/// entry is never negative, its [`Direction`](super::Direction) says which way the money went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// How a file writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberStyle {
    /// `,` or `.`
    pub decimal_sign: u8,
    /// The sign between groups of three digits, where the file uses one. Spaces, no-break spaces and apostrophes
    /// are always taken as grouping.
    pub grouping: Option<u8>,
}

impl NumberStyle {
    /// `1234.56`
    pub const POINT: NumberStyle = NumberStyle {
        decimal_sign: b'.',
        grouping: None,
    };
    /// `1234,56`
    pub const COMMA: NumberStyle = NumberStyle {
        decimal_sign: b',',
        grouping: None,
    };
}

/// Why a text is no amount.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Nothing but white space.
    #[error("the amount is empty")]
    Empty,
    /// A character that has no place in a number written in this style.
    #[error("‘{0}’ is no amount: unexpected ‘{1}’")]
    Character(String, char),
    /// Two decimal signs, or grouping that does not stand between groups of three.
    #[error("‘{0}’ is no amount: its decimal or grouping signs do not fit together")]
    Signs(String),
    /// More decimals than are stored; rounding would change evidence.
    #[error("‘{0}’ has more than 4 decimals and is not rounded")]
    Decimals(String),
    /// More digits than 18 in all.
    #[error("‘{0}’ is too large: at most 14 digits stand before the decimal sign")]
    TooLarge(String),
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// From a count of ten-thousandths.
    pub const fn from_scaled(ten_thousandths: i64) -> Amount {
        Amount(ten_thousandths)
    }

    /// The count of ten-thousandths.
    pub const fn scaled(self) -> i64 {
        self.0
    }

    /// From whole hundredths (cents), as in `from_hundredths(1250)` for 12.50.
    pub const fn from_hundredths(hundredths: i64) -> Amount {
        Amount(hundredths * (ONE / 100))
    }

    /// Magnitude without sign.
    pub const fn abs(self) -> Amount {
        Amount(self.0.abs())
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or nothing where it leaves the 18 digits that are stored.
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        self.0
            .checked_add(other.0)
            .filter(|v| v.abs() < LIMIT)
            .map(Amount)
    }

    /// Reads a number as a file writes it, sign before or behind (`-1.234,56`, `1234.56-`, `+5`).
    /// Exact: what has more than four decimals that matter, or too many digits, is refused, never rounded.
    pub fn parse(text: &str, style: NumberStyle) -> Result<Amount, AmountError> {
        if let Some(amount) = plain(text.as_bytes(), style.decimal_sign) {
            return Ok(amount);
        }
        Amount::parse_any(text, style)
    }

    fn parse_any(text: &str, style: NumberStyle) -> Result<Amount, AmountError> {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
        if trimmed.is_empty() {
            return Err(AmountError::Empty);
        }
        let (negative, digits) = split_sign(trimmed);
        let mut value: i64 = 0;
        let mut decimals: Option<u32> = None;
        let mut seen_digit = false;
        // Digits since the last grouping sign; a group is complete at three.
        let mut group: Option<u32> = None;
        for c in digits.chars() {
            match c {
                '0'..='9' => {
                    seen_digit = true;
                    let digit = i64::from(c as u8 - b'0');
                    match &mut decimals {
                        Some(n) if *n >= SCALE => {
                            if digit != 0 {
                                return Err(AmountError::Decimals(text.to_owned()));
                            }
                            continue;
                        }
                        Some(n) => *n += 1,
                        None => {
                            if let Some(n) = &mut group {
                                *n += 1;
                            }
                        }
                    }
                    value = value
                        .checked_mul(10)
                        .and_then(|v| v.checked_add(digit))
                        .filter(|v| *v < LIMIT)
                        .ok_or_else(|| AmountError::TooLarge(text.to_owned()))?;
                }
                _ if c == style.decimal_sign as char => {
                    if decimals.is_some() || group.is_some_and(|n| n != 3) {
                        return Err(AmountError::Signs(text.to_owned()));
                    }
                    decimals = Some(0);
                }
                _ if is_grouping(c, style) => {
                    if decimals.is_some() || !seen_digit || group.is_some_and(|n| n != 3) {
                        return Err(AmountError::Signs(text.to_owned()));
                    }
                    group = Some(0);
                }
                _ => return Err(AmountError::Character(text.to_owned(), c)),
            }
        }
        if !seen_digit {
            return Err(AmountError::Empty);
        }
        if decimals.is_none() && group.is_some_and(|n| n != 3) {
            return Err(AmountError::Signs(text.to_owned()));
        }
        for _ in decimals.unwrap_or(0)..SCALE {
            value = value
                .checked_mul(10)
                .filter(|v| *v < LIMIT)
                .ok_or_else(|| AmountError::TooLarge(text.to_owned()))?;
        }
        Ok(Amount(if negative { -value } else { value }))
    }

    /// The number with a decimal point and at least `digits` decimals; more only where they are not zero.
    pub fn to_text(self, digits: u32) -> String {
        format_scaled(i128::from(self.0), digits)
    }
}

/// Writes a count of ten-thousandths with a decimal point and at least `digits` decimals, more only where they are
/// not zero: `format_scaled(1_234_500, 2)` is `123.45`. For sums, which need more than 64 bits.
pub fn format_scaled(ten_thousandths: i128, digits: u32) -> String {
    let sign = if ten_thousandths < 0 { "-" } else { "" };
    let magnitude = ten_thousandths.unsigned_abs();
    let whole = magnitude / ONE as u128;
    let mut fraction = format!("{:04}", magnitude % ONE as u128);
    while fraction.len() > digits as usize && fraction.ends_with('0') {
        fraction.pop();
    }
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

// The commonest form, with a sign before it or none: a few digits, at most one decimal sign and four decimals behind it.
// Nothing where a text is anything else; it is read slowly then.
#[inline]
fn plain(text: &[u8], decimal_sign: u8) -> Option<Amount> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    // Fourteen digits and the sign among them.
    if digits.len() > 15 {
        return None;
    }
    let (mut value, mut decimals) = (0i64, None);
    for byte in digits {
        if byte.is_ascii_digit() {
            value = value * 10 + i64::from(byte - b'0');
            decimals = decimals.map(|count| count + 1);
        } else if *byte == decimal_sign && decimals.is_none() {
            decimals = Some(0u32);
        } else {
            return None;
        }
    }
    if !(1..=14).contains(&(digits.len() - usize::from(decimals.is_some()))) {
        return None;
    }
    let scale = match decimals {
        None | Some(0) => 10_000,
        Some(1) => 1_000,
        Some(2) => 100,
        Some(3) => 10,
        Some(4) => 1,
        Some(_) => return None,
    };
    // At most 14 digits and four decimals: within the 18 digits that are stored.
    Some(Amount(if negative { -value * scale } else { value * scale }))
}

fn split_sign(text: &str) -> (bool, &str) {
    // Hyphen, minus, en dash, and their narrow and wide forms.
    const MINUS: [char; 5] = ['-', '\u{2212}', '\u{2013}', '\u{fe63}', '\u{ff0d}'];
    if let Some(rest) = text.strip_prefix(MINUS) {
        (true, rest.trim_start())
    } else if let Some(rest) = text.strip_prefix('+') {
        (false, rest.trim_start())
    } else if let Some(rest) = text.strip_suffix(MINUS) {
        (true, rest.trim_end())
    } else if let Some(rest) = text.strip_suffix('+') {
        (false, rest.trim_end())
    } else {
        (false, text)
    }
}

fn is_grouping(c: char, style: NumberStyle) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}')
        || style.grouping.is_some_and(|g| g as char == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUTCH: NumberStyle = NumberStyle {
        decimal_sign: b',',
        grouping: Some(b'.'),
    };

    #[test]
    fn reads_what_banks_write() {
        for (text, style, scaled) in [
            ("-1.234,56", DUTCH, -12_345_600),
            ("+0,10", DUTCH, 1_000),
            ("1234.56-", NumberStyle::POINT, -12_345_600),
            ("1 234 567,89", NumberStyle::COMMA, 12_345_678_900),
            ("12,", NumberStyle::COMMA, 120_000),
            (",5", NumberStyle::COMMA, 5_000),
            ("0.00010000", NumberStyle::POINT, 1),
            ("99999999999999.9999", NumberStyle::POINT, LIMIT - 1),
        ] {
            assert_eq!(
                Amount::parse(text, style).map(Amount::scaled),
                Ok(scaled),
                "{text}"
            );
        }
    }

    #[test]
    fn the_commonest_form_reads_as_any_other() {
        let signs = [
            "",
            "-",
            "+",
            ".",
            ",",
            "0",
            "7",
            "12",
            "999",
            "x",
            " ",
            "00000000",
            "123456789",
        ];
        for a in signs {
            for b in signs {
                for c in signs {
                    for d in signs {
                        let text = [a, b, c, d].concat();
                        for style in [DUTCH, NumberStyle::POINT, NumberStyle::COMMA] {
                            assert_eq!(
                                Amount::parse(&text, style),
                                Amount::parse_any(&text, style),
                                "{text}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn refuses_what_is_not_exact() {
        assert!(matches!(
            Amount::parse("1,2,3", NumberStyle::COMMA),
            Err(AmountError::Signs(_))
        ));
        assert!(matches!(
            Amount::parse("1.23,45", DUTCH),
            Err(AmountError::Signs(_))
        ));
        assert!(matches!(
            Amount::parse("0.00001", NumberStyle::POINT),
            Err(AmountError::Decimals(_))
        ));
        assert!(matches!(
            Amount::parse("100000000000000", NumberStyle::POINT),
            Err(AmountError::TooLarge(_))
        ));
        assert!(matches!(
            Amount::parse("12a", NumberStyle::POINT),
            Err(AmountError::Character(_, 'a'))
        ));
        assert!(matches!(
            Amount::parse(" ", NumberStyle::POINT),
            Err(AmountError::Empty)
        ));
        assert!(matches!(
            Amount::parse("-", NumberStyle::POINT),
            Err(AmountError::Empty)
        ));
    }

    #[test]
    fn prints_the_currencys_digits() {
        assert_eq!(Amount::from_scaled(12_345_600).to_text(2), "1234.56");
        assert_eq!(Amount::from_scaled(-1_000).to_text(2), "-0.10");
        assert_eq!(Amount::from_scaled(12_345_678).to_text(2), "1234.5678");
        assert_eq!(Amount::from_scaled(50_000).to_text(0), "5");
    }
}
