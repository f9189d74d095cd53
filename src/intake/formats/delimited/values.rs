//! Values of a row that lines of statements and listings read alike.

use super::fault::Fault;
use super::fields::Record;
use super::plan::{Inside, Plan, Slot, shorten};
use crate::intake::mapping::dates::DateFormat;
use crate::intake::mapping::spec::{Fit, RowOrder, Unit};
use crate::model::{Channel, Date, Moment, NumberStyle, Place, TimePrecision};

/// Characters behind a mark within which a time inside a text must begin.
const TIME_WITHIN: usize = 40;
/// Last microsecond that a day of four digits can have.
const LAST: i64 = 253_402_300_799_999_999;

/// The booking day and, where it is known, the moment.
pub fn booked(plan: &Plan<'_>, record: &Record<'_>) -> Result<(Date, Option<Moment>), Fault> {
    if let Some(epoch) = plan.epoch {
        return step(plan, record, epoch);
    }
    let Some(reading) = plan.date(&plan.booked, record)? else {
        return Err(Fault::Empty {
            column: plan.label(&plan.booked),
            expected: "the day of the booking",
        });
    };
    let date = reading.date.unwrap_or_default();
    let mut time = reading.time;
    let text = plan.time.get(record);
    if !text.is_empty() {
        time = plan
            .times(&plan.time, record)
            .find_map(|format| format.read(text, 0)?.time);
        if time.is_none() {
            return Err(Fault::Time {
                column: plan.label(&plan.time),
                value: shorten(text),
                expected: plan.mapping.dates.time_formats.join(" or "),
            });
        }
    }
    let moment = time.map(|(micros, precision)| Moment {
        microseconds: date.midnight() + micros,
        precision,
    });
    Ok((date, moment))
}

/// The order of a row: the bank's own number, else its place, the wrong way round in files that begin with the
/// newest row.
pub fn sequence(plan: &Plan<'_>, record: &Record<'_>, place: Place) -> Result<i64, Fault> {
    let text = plan.sequence.get(record);
    if !text.is_empty() {
        return whole(plan, &plan.sequence, text);
    }
    let offset = i64::try_from(place.byte_start).unwrap_or(i64::MAX);
    Ok(match plan.mapping.order.rows {
        RowOrder::OldestFirst => offset,
        RowOrder::NewestFirst => -offset,
    })
}

/// A whole number.
pub fn whole(plan: &Plan<'_>, slot: &Slot, text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_| Fault::Whole {
        column: plan.label(slot),
        value: shorten(text),
    })
}

/// The channel by the first rule that knows the value.
pub fn channel(plan: &Plan<'_>, record: &Record<'_>) -> Channel {
    for rule in &plan.channels {
        let value = rule.slot.get(record);
        if rule.fit == Fit::Pattern {
            if let Some((_, channel)) = rule.patterns.iter().find(|(pattern, _)| pattern.fits(value)) {
                return *channel;
            }
            continue;
        }
        if let Some(channel) = rule.exact.get(value) {
            return *channel;
        }
        let mut longest: Option<(usize, Channel)> = None;
        for (word, channel) in &rule.words {
            let fits = match rule.fit {
                Fit::Whole => word.eq_ignore_ascii_case(value),
                Fit::Start => starts_with(value, word),
                Fit::Anywhere => {
                    (0..value.len()).any(|at| value.get(at..).is_some_and(|v| starts_with(v, word)))
                }
                Fit::Pattern => false,
            };
            // Where several words fit, the longest says most.
            if fits && longest.is_none_or(|(length, _)| word.len() > length) {
                longest = Some((word.len(), *channel));
            }
        }
        if let Some((_, channel)) = longest {
            return channel;
        }
    }
    Channel::Unknown
}

/// The purpose code: translated where the mapping translates, else as written.
pub fn purpose<'a>(plan: &'a Plan<'_>, record: &Record<'a>) -> &'a str {
    let text = plan.purpose.get(record);
    if plan.mapping.purposes.is_empty() {
        return text;
    }
    plan.mapping
        .purposes
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text))
        .map_or("", |(_, code)| code)
}

/// Refuses rows that were never booked. A rule whose column the file does not have says nothing.
pub fn refuse_not_booked(plan: &Plan<'_>, record: &Record<'_>) -> Result<(), Fault> {
    for rule in &plan.not_booked {
        if !rule.slot.is_there() {
            continue;
        }
        let value = rule.slot.get(record);
        let listed = match &rule.pattern {
            Some(pattern) => pattern.fits(value),
            None => rule.words.iter().any(|word| word.eq_ignore_ascii_case(value)),
        };
        if listed != rule.booked {
            return Err(Fault::NotBooked {
                column: plan.label(&rule.slot),
                value: shorten(value),
            });
        }
    }
    Ok(())
}

/// The columns of remittance joined by a space; `buffer` is used only where there are several.
pub fn remittance<'a>(plan: &'a Plan<'_>, record: &Record<'a>, buffer: &'a mut String) -> &'a str {
    if let [one] = plan.remittance.as_slice() {
        return one.get(record);
    }
    buffer.clear();
    for slot in &plan.remittance {
        let text = slot.get(record);
        if !text.is_empty() {
            if !buffer.is_empty() {
                buffer.push(' ');
            }
            buffer.push_str(text);
        }
    }
    buffer
}

/// The value that a rule finds inside a text.
pub fn inside<'a>(rule: &Inside, text: &'a str) -> Option<&'a str> {
    if let Some(pattern) = &rule.pattern {
        return pattern.find(text).filter(|value| !value.is_empty());
    }
    let rest = behind_mark(rule, text)?.trim_start();
    let end = rule
        .until
        .iter()
        .filter_map(|mark| rest.find(mark.as_str()))
        .min();
    let value = rest.get(..end.unwrap_or(rest.len()))?.trim();
    (!value.is_empty()).then_some(value)
}

/// The moment that a rule finds inside a text: the first place behind the mark where a format reads, or all of what the
/// pattern finds.
pub fn time_inside(rule: &Inside, text: &str, pivot: u8) -> Option<Moment> {
    if let Some(pattern) = &rule.pattern {
        return moment_at(&rule.formats, pattern.find(text)?, pivot);
    }
    let rest = behind_mark(rule, text)?;
    let mut before = b' ';
    for (at, byte) in rest.bytes().enumerate().take(TIME_WITHIN) {
        if byte.is_ascii_digit() && !before.is_ascii_digit() {
            let found = rest
                .get(at..)
                .and_then(|front| moment_at(&rule.formats, front, pivot));
            if found.is_some() {
                return found;
            }
        }
        before = byte;
    }
    None
}

/// A quantity in units of 10⁻¹⁸; signed. Nothing where the text is no exact number of that scale.
pub fn quantity(text: &str, style: NumberStyle) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let decimal = style.decimal_sign as char;
    let (front, back) = digits.split_once(decimal).unwrap_or((digits, ""));
    let mut value: i128 = 0;
    let mut seen = false;
    for c in front.chars() {
        if style.grouping.is_some_and(|g| g as char == c) && seen {
            continue;
        }
        value = value.checked_mul(10)?.checked_add(i128::from(c.to_digit(10)?))?;
        seen = true;
    }
    let back = back.trim_end_matches('0');
    if back.len() > 18 || (!seen && back.is_empty()) {
        return None;
    }
    for c in back.chars() {
        value = value.checked_mul(10)?.checked_add(i128::from(c.to_digit(10)?))?;
    }
    value = value.checked_mul(10_i128.pow(18 - u32::try_from(back.len()).ok()?))?;
    // The column holds 36 digits.
    (value < 10_i128.pow(36)).then_some(if negative { -value } else { value })
}

fn step(plan: &Plan<'_>, record: &Record<'_>, epoch: Date) -> Result<(Date, Option<Moment>), Fault> {
    let text = plan.booked.get(record);
    let unit = match plan.mapping.dates.unit {
        Unit::Day => 86_400_000_000,
        Unit::Hour => 3_600_000_000,
        Unit::Minute => 60_000_000,
        Unit::Second => 1_000_000,
        Unit::Millisecond => 1_000,
    };
    let microseconds = text
        .parse::<i64>()
        .ok()
        .and_then(|step| step.checked_mul(unit))
        .and_then(|micros| micros.checked_add(epoch.midnight()))
        .filter(|micros| (-LAST..=LAST).contains(micros));
    let Some(microseconds) = microseconds else {
        return Err(Fault::Step {
            column: plan.label(&plan.booked),
            value: shorten(text),
        });
    };
    let moment = Moment {
        microseconds,
        precision: TimePrecision::Step,
    };
    Ok((moment.date(), Some(moment)))
}

fn moment_at(formats: &[DateFormat], text: &str, pivot: u8) -> Option<Moment> {
    formats.iter().find_map(|format| {
        let reading = format.read_prefix(text, pivot)?;
        let (micros, precision) = reading.time?;
        Some(Moment {
            microseconds: reading.date?.midnight() + micros,
            precision,
        })
    })
}

fn behind_mark<'a>(rule: &Inside, text: &'a str) -> Option<&'a str> {
    rule.after.iter().find_map(|mark| {
        let at = memchr::memmem::find(text.as_bytes(), mark.as_bytes())?;
        text.get(at + mark.len()..)
    })
}

fn starts_with(value: &str, word: &str) -> bool {
    value
        .as_bytes()
        .get(..word.len())
        .is_some_and(|front| front.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::mapping::spec::InsideField;

    #[test]
    fn quantities_are_exact() {
        let one = 10_i128.pow(18);
        for (text, expected) in [
            ("1", Some(one)),
            ("-0.000000000000000001", Some(-1)),
            ("2.50", Some(one * 5 / 2)),
            ("0.0000000000000000001", None),
            ("1.2.3", None),
            ("", None),
            (".", None),
            ("1000000000000000000", None),
        ] {
            assert_eq!(quantity(text, NumberStyle::POINT), expected, "{text}");
        }
    }

    #[test]
    fn values_between_marks() {
        let rule = Inside {
            slot: Slot::Nothing,
            field: InsideField::Time,
            after: vec!["Datum/Tijd:".into(), "Pasvolgnr:".into()],
            until: vec![" ".into()],
            pattern: None,
            formats: vec![DateFormat::parse("%d-%m-%Y %H:%M").expect("a format")],
        };
        let time = |text| time_inside(&rule, text, 70).map(|m| m.to_string());
        assert_eq!(
            time("Pasvolgnr: 008 01-02-2021 18:31 Transactie: 1").as_deref(),
            Some("2021-02-01 18:31")
        );
        assert_eq!(time("Datum/Tijd: 31-02-2021 18:31"), None);
        assert_eq!(time("no mark 01-02-2021 18:31"), None);
        assert_eq!(inside(&rule, "Pasvolgnr: 008 x"), Some("008"));
        assert_eq!(inside(&rule, "Pasvolgnr:"), None);
    }
}
