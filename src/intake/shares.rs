//! Shares as registers write them: `25`, `25 %`, `1/4`, `0.25`, `25-50`, `25% - 50%`, `>25%`, `75 % or more`.

use crate::model::{Share, WHOLE};

/// What a number without `%` and without `/` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Of a hundred.
    #[default]
    Percent,
    /// Of one.
    Fraction,
}

/// Reads a share or a band of shares. Nothing where it is none.
pub fn read(text: &str, unit: Unit) -> Option<Share> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let marks = [
        (">=", Bound::From),
        ("≥", Bound::From),
        ("=>", Bound::From),
        (">", Bound::Above),
        ("more than", Bound::Above),
        ("at least", Bound::From),
        ("<=", Bound::UpTo),
        ("≤", Bound::UpTo),
        ("=<", Bound::UpTo),
        ("<", Bound::Below),
        ("less than", Bound::Below),
        ("at most", Bound::UpTo),
        ("up to", Bound::UpTo),
    ];
    let share = if let Some((rest, bound)) = marks
        .iter()
        .find_map(|(mark, bound)| Some((lower.strip_prefix(mark)?, bound)))
    {
        bound.share(number(rest, unit)?)
    } else if let Some(rest) = lower.strip_suffix("or more").or_else(|| lower.strip_suffix('+')) {
        Bound::From.share(number(rest, unit)?)
    } else if let Some((from, to)) = two(&lower) {
        // `25 - 50 %`: the sign behind both stands for both.
        let unit = if to.contains('%') { Unit::Percent } else { unit };
        Share {
            min: Some(number(from, unit)?),
            max: Some(number(to, unit)?),
            ..Share::default()
        }
    } else {
        Share::exactly(number(&lower, unit)?)
    };
    share.fault().is_none().then_some(share)
}

/// A percentage as a decimal number, in millionths of the whole.
pub fn percent(text: &str) -> Option<i128> {
    number(text, Unit::Percent)
}

enum Bound {
    Above,
    From,
    Below,
    UpTo,
}

impl Bound {
    // What the other bound is follows from what a share is.
    fn share(&self, at: i128) -> Share {
        let (min, max) = match self {
            Bound::Above | Bound::From => (at, WHOLE),
            Bound::Below | Bound::UpTo => (0, at),
        };
        Share {
            min: Some(min),
            max: Some(max),
            above_min: matches!(self, Bound::Above),
            below_max: matches!(self, Bound::Below),
        }
    }
}

// `25-50`, `25 % – 50 %`, `25..50`, `25 to 50`.
fn two(text: &str) -> Option<(&str, &str)> {
    ["..", "–", "—", " to ", "-"]
        .iter()
        .find_map(|between| text.split_once(between))
        .map(|(from, to)| (from.trim(), to.trim()))
        .filter(|(from, to)| !from.is_empty() && !to.is_empty())
}

// In millionths, rounded to the nearest.
fn number(text: &str, unit: Unit) -> Option<i128> {
    let text = text.trim();
    if let Some((part, whole)) = text.split_once('/') {
        let (part, whole) = (decimal(part)?, decimal(whole)?);
        return (whole > 0)
            .then(|| part.checked_mul(WHOLE).map(|part| rounded(part, whole)))
            .flatten();
    }
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number, Unit::Percent),
        None => (text, unit),
    };
    let value = decimal(number)?;
    Some(match unit {
        Unit::Percent => rounded(value, 100 * PRECISE / WHOLE),
        Unit::Fraction => rounded(value, PRECISE / WHOLE),
    })
}

/// Decimals of [`decimal`].
const PRECISE: i128 = 1_000_000_000_000;

fn rounded(value: i128, by: i128) -> i128 {
    (value + by / 2) / by
}

// A number without sign and exponent, with point or comma, as a multiple of 10⁻¹²; what is finer is dropped.
fn decimal(text: &str) -> Option<i128> {
    let text = text.trim();
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || whole.len() > 15 {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part = part.get(..part.len().min(12))?;
    let scaled: i128 = format!("{part:0<12}").parse().ok()?;
    Some(whole * PRECISE + scaled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millionths(min: i128, max: i128) -> Share {
        Share {
            min: Some(min),
            max: Some(max),
            ..Share::default()
        }
    }

    #[test]
    fn what_registers_write() {
        for (text, share) in [
            ("25", Share::exactly(250_000)),
            ("33,3333 %", Share::exactly(333_333)),
            ("0.005%", Share::exactly(50)),
            ("1/3", Share::exactly(333_333)),
            ("100", Share::exactly(1_000_000)),
            ("25-50", millionths(250_000, 500_000)),
            ("25% - 50%", millionths(250_000, 500_000)),
            ("25 – 50 %", millionths(250_000, 500_000)),
            ("25 to 50", millionths(250_000, 500_000)),
            ("75 % or more", millionths(750_000, 1_000_000)),
            (
                ">25%",
                Share {
                    above_min: true,
                    ..millionths(250_000, 1_000_000)
                },
            ),
            (
                "less than 50",
                Share {
                    below_max: true,
                    ..millionths(0, 500_000)
                },
            ),
            ("<= 50", millionths(0, 500_000)),
        ] {
            assert_eq!(read(text, Unit::Percent), Some(share), "{text}");
        }
        assert_eq!(read("0.25", Unit::Fraction), Some(Share::exactly(250_000)));
        assert_eq!(read("0.25%", Unit::Fraction), Some(Share::exactly(2_500)));
    }

    #[test]
    fn what_is_no_share() {
        for text in [
            "",
            "x",
            "-5",
            "101",
            "50-25",
            "1/0",
            "3/2",
            "1e2",
            "%",
            "25-",
            "1,000.5",
            "99999999999999999999",
        ] {
            assert_eq!(read(text, Unit::Percent), None, "{text}");
        }
        assert_eq!(read("25", Unit::Fraction), None);
    }
}
