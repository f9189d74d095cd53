//! Values of parameters as people write them, and back.

use super::super::{Share, TimeOrder};

/// A parameter's value; its variant says how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Microseconds.
    Length(i64),
    Number(u32),
    /// A limit of the budget.
    Budget(u64),
    Share(Share),
    /// A share, or `none` where amounts do not matter.
    MaybeShare(Option<Share>),
    /// Ten-thousandths.
    Money(i64),
    Order(TimeOrder),
    /// One of some words, by its place.
    Word(&'static [&'static str], usize),
    /// A name or a list of names; empty where none is given.
    Text(String),
    /// A day or a moment, in microseconds; nothing where none is given.
    Time(Option<i64>),
}

impl Value {
    /// The value of the same kind that a text says; else what would be allowed.
    pub fn parsed(&self, text: &str) -> Result<Value, &'static str> {
        let text = text.trim();
        Ok(match self {
            Value::Length(_) => Value::Length(duration(text)?),
            Value::Number(_) => Value::Number(text.parse().map_err(|_| "it is a whole number")?),
            Value::Budget(_) => Value::Budget(text.parse().map_err(|_| "a budget is a whole number")?),
            Value::Share(_) => {
                Value::Share(Share::parse(text).ok_or("a share is a number from 0 to 1, as in 0.7")?)
            }
            Value::MaybeShare(_) if text == "none" => Value::MaybeShare(None),
            Value::MaybeShare(_) => Value::MaybeShare(Some(
                Share::parse(text)
                    .ok_or("it is a share, a number from 0 to 1 as in 0.1, or 'none' for any amounts")?,
            )),
            Value::Money(_) => Value::Money(
                money(text).ok_or("an amount is a number with up to four decimals, as in 2500.00")?,
            ),
            Value::Order(_) => {
                Value::Order(TimeOrder::from_word(text).ok_or("the order is 'strict' or 'lenient'")?)
            }
            Value::Word(words, _) => {
                let place = words.iter().position(|word| *word == text);
                Value::Word(words, place.ok_or_else(|| allowed(words))?)
            }
            Value::Text(_) => Value::Text(text.to_owned()),
            Value::Time(_) if text.is_empty() => Value::Time(None),
            Value::Time(_) => Value::Time(Some(
                moment(text).ok_or("a day is written as '2026-01-31', a moment as '2026-01-31T14:05:00'")?,
            )),
        })
    }

    /// As it would be written in SQL.
    pub fn shown(&self) -> String {
        match self {
            Value::Length(length) => format!("'{}'", shown_duration(*length)),
            Value::Number(number) => number.to_string(),
            Value::Budget(number) => number.to_string(),
            Value::Share(share) => shown_share(*share),
            Value::MaybeShare(share) => share.map_or_else(|| "'none'".to_owned(), shown_share),
            Value::Money(amount) => shown_money(*amount),
            Value::Order(order) => format!("'{}'", order.as_str()),
            Value::Word(words, place) => format!("'{}'", words.get(*place).copied().unwrap_or_default()),
            Value::Text(text) => format!("'{text}'"),
            Value::Time(None) => "''".to_owned(),
            Value::Time(Some(at)) => format!("'{}'", shown_time(*at)),
        }
    }
}

/// What a length of time is allowed to be where a text is longer than any that can be counted.
pub const TOO_LONG: &str = "it is longer than 106751991 days, the longest length of time that is counted";

/// A length of time in microseconds, written as whole numbers each with a unit: '7 days', '7 days 3 hours'. Months are
/// refused: they have no fixed length.
fn duration(text: &str) -> Result<i64, &'static str> {
    const WRITTEN: &str = "a length of time is written as '7 days', '36 hours', '30 minutes' or '7 days 3 hours'; months have no fixed length";
    let (is_below_zero, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut sum: i64 = 0;
    let mut parts = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or(WRITTEN)?;
        let (digits, behind) = rest.split_at(end);
        let word_ends = behind
            .find(|c: char| c.is_ascii_digit() || c == '-')
            .unwrap_or(behind.len());
        let (unit, next) = behind.split_at(word_ends);
        let unit = match unit.trim().trim_end_matches('s') {
            "microsecond" => 1,
            "second" => 1_000_000,
            "minute" | "min" => 60_000_000,
            "hour" | "h" => 3_600_000_000,
            "day" | "d" => 86_400_000_000,
            "week" => 604_800_000_000,
            _ if unit.trim() == "s" => 1_000_000,
            _ => return Err(WRITTEN),
        };
        if digits.is_empty() {
            return Err(WRITTEN);
        }
        // Digits that are too many for a number are too long for a length.
        let length = digits
            .parse::<i64>()
            .ok()
            .and_then(|number| number.checked_mul(unit));
        sum = length
            .and_then(|length| sum.checked_add(length))
            .ok_or(TOO_LONG)?;
        parts += 1;
        rest = next;
    }
    match (is_below_zero, parts) {
        (_, 0) => Err(WRITTEN),
        (false, _) => Ok(sum),
        (true, 1) => Ok(-sum),
        // Whether the sign is of the first part or of all nobody can tell.
        (true, _) => Err(WRITTEN),
    }
}

/// A length of time as people write it.
pub(in super::super) fn shown_duration(microseconds: i64) -> String {
    for (length, unit) in [
        (86_400_000_000, "days"),
        (3_600_000_000, "hours"),
        (60_000_000, "minutes"),
    ] {
        if microseconds % length == 0 {
            return format!("{} {unit}", microseconds / length);
        }
    }
    format!("{microseconds} microseconds")
}

/// An amount in ten-thousandths as people write it.
pub(in super::super) fn shown_money(amount: i64) -> String {
    crate::model::format_scaled(i128::from(amount), 2)
}

/// A moment as people write it.
pub(in super::super) fn shown_time(microseconds: i64) -> String {
    let text =
        jiff::Timestamp::from_microsecond(microseconds).map_or_else(|_| String::new(), |at| at.to_string());
    text.trim_end_matches('Z').to_owned()
}

fn shown_share(share: Share) -> String {
    let text = format!("{:07}", share.millionths());
    format!("{}.{}", &text[..1], text[1..].trim_end_matches('0'))
        .trim_end_matches('.')
        .to_owned()
}

/// Ten-thousandths, none lost.
fn money(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 4 || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let decimals: i64 = format!("{decimals:0<4}").parse().ok()?;
    Some(sign * whole.checked_mul(10_000)?.checked_add(decimals)?)
}

/// Microseconds of a day's beginning or of a moment, as they stand in the records (no time zone).
fn moment(text: &str) -> Option<i64> {
    let text = match text.parse::<jiff::civil::Date>() {
        Ok(_) if text.len() == 10 => format!("{text}T00:00:00Z"),
        _ => format!("{}Z", text.replacen(' ', "T", 1)),
    };
    Some(text.parse::<jiff::Timestamp>().ok()?.as_microsecond())
}

fn allowed(words: &[&str]) -> &'static str {
    match words {
        ["exclude", "include"] => "it is 'exclude' or 'include'",
        ["account", "party"] => "the level is 'account' or 'party'",
        _ => "it is 'cash' for money put in at a counter, a machine or an agent, or 'all' for every transfer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_people_write_them() {
        assert_eq!(duration("7 days"), Ok(604_800_000_000));
        assert_eq!(duration("36h"), Ok(129_600_000_000));
        assert_eq!(duration("7 days 3 hours"), Ok(615_600_000_000));
        assert_eq!(duration("-1 day"), Ok(-86_400_000_000));
        for wrong in [
            "1 month",
            "soon",
            "",
            "-",
            "7",
            "7 days 3",
            "days",
            "-1 day 3 hours",
            "7 days -3 hours",
        ] {
            let reason = duration(wrong).expect_err(wrong);
            assert!(reason.contains("'7 days'"), "{wrong}: {reason}");
        }
        for long in [
            "999999999 days",
            "99999999999999999999 hours",
            "106751991 days 1 week",
        ] {
            assert_eq!(duration(long), Err(TOO_LONG), "{long}");
        }
        assert_eq!(shown_duration(604_800_000_000), "7 days");
        assert_eq!(money("2500"), Some(25_000_000));
        assert_eq!(money("-0.0001"), Some(-1));
        assert_eq!(money("1.00001"), None);
        assert_eq!(money("1,00"), None);
        assert_eq!(moment("1970-01-02"), Some(86_400_000_000));
        assert_eq!(moment("1970-01-01 00:00:01"), Some(1_000_000));
        assert_eq!(moment("31-01-2026"), None);
        assert_eq!(Value::Time(Some(1_000_000)).shown(), "'1970-01-01T00:00:01'");
    }

    proptest::proptest! {
        /// What is shown can be written again.
        #[test]
        fn shown_values_parse_to_themselves(number in 0_u32..=1_000_000, long in 0_i64..1 << 50) {
            let share = Share::from_millionths(number).expect("at most the whole");
            for value in [
                Value::Length(long),
                Value::Number(number),
                Value::Share(share),
                Value::MaybeShare(Some(share)),
                Value::MaybeShare(None),
                Value::Money(long),
                Value::Order(TimeOrder::Lenient),
                Value::Word(&["account", "party"], 1),
                Value::Time(Some(long)),
                Value::Time(None),
            ] {
                let shown = value.shown();
                proptest::prop_assert_eq!(value.parsed(shown.trim_matches('\'')), Ok(value));
            }
        }
    }
}
