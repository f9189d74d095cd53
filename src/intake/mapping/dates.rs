//! A small language for dates and times as files write them, read by hand because millions of rows pass here.
//!
//! `%Y` year of four digits, `%y` of two, `%m` `%d` `%H` `%M` `%S` of one or two digits (exactly two where another
//! number follows directly), `%I` hour of twelve with `%p` AM or PM, `%b` name or abbreviation of a month, `%a` of a day
//! of the week (any word), `%f` a fraction of a second of one to nine digits, `%z` an offset or the name of a zone, which
//! is read past: moments are those of the place where they were recorded. Everything else stands for itself. A format
//! is never guessed.

use std::sync::Arc;

use super::months::Months;
use crate::model::{Date, TimePrecision};

/// A format of dates, of times or of both, ready to read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
    items: Vec<Item>,
    months: Option<Arc<Months>>,
    /// Where the numbers stand in a text of full width, in formats of nothing but year, month, day and signs.
    fixed: Option<Fixed>,
}

/// A day whose numbers have their full width each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fixed {
    width: usize,
    year: usize,
    month: usize,
    day: usize,
    /// Signs between the numbers, with their places.
    signs: [Option<(usize, u8)>; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Year,
    ShortYear,
    Month { fixed: bool },
    MonthName { dot: bool },
    DayName,
    Day { fixed: bool },
    Hour { fixed: bool },
    HalfHour { fixed: bool },
    Half,
    Zone,
    Minute { fixed: bool },
    Second { fixed: bool },
    Fraction,
    Literal(u8),
}

/// What a text says in a format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The day, where the format has one.
    pub date: Option<Date>,
    /// Microseconds since midnight and how exactly they are known, where the format has a time.
    pub time: Option<(i64, TimePrecision)>,
}

impl DateFormat {
    /// Reads the description of a format with English names of months; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<DateFormat, String> {
        DateFormat::parse_in(text, &[])
    }

    /// The same with names of months in some languages.
    pub fn parse_in(text: &str, languages: &[String]) -> Result<DateFormat, String> {
        let bytes = text.as_bytes();
        let mut items = Vec::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte != b'%' {
                items.push(Item::Literal(byte));
                at += 1;
                continue;
            }
            // A number that another number follows directly must have its full width.
            let fixed = bytes.get(at + 2) == Some(&b'%');
            items.push(match bytes.get(at + 1) {
                Some(b'Y') => Item::Year,
                Some(b'y') => Item::ShortYear,
                Some(b'm') => Item::Month { fixed },
                // A dot behind an abbreviation is read past, unless the format has it.
                Some(b'b') => Item::MonthName {
                    dot: bytes.get(at + 2) != Some(&b'.'),
                },
                Some(b'a') => Item::DayName,
                Some(b'd') => Item::Day { fixed },
                Some(b'H') => Item::Hour { fixed },
                Some(b'I') => Item::HalfHour { fixed },
                Some(b'p') => Item::Half,
                Some(b'z') => Item::Zone,
                Some(b'M') => Item::Minute { fixed },
                Some(b'S') => Item::Second { fixed },
                Some(b'f') => Item::Fraction,
                _ => {
                    return Err(format!(
                        "‘{text}’: only %Y %y %m %b %d %a %H %I %p %M %S %f %z are known"
                    ));
                }
            });
            at += 2;
        }
        let has = |wanted: fn(&Item) -> bool| items.iter().filter(|item| wanted(item)).count();
        let year = has(|i| matches!(i, Item::Year | Item::ShortYear));
        let month = has(|i| matches!(i, Item::Month { .. } | Item::MonthName { .. }));
        let day = has(|i| matches!(i, Item::Day { .. }));
        let hour = has(|i| matches!(i, Item::Hour { .. } | Item::HalfHour { .. }));
        if has(|i| matches!(i, Item::HalfHour { .. })) != has(|i| matches!(i, Item::Half)) {
            return Err(format!("‘{text}’ needs %I and %p together"));
        }
        if (year, month, day) != (1, 1, 1) && (year, month, day, hour) != (0, 0, 0, 1) {
            return Err(format!(
                "‘{text}’ needs year, month and day once each, or only a time with %H or %I"
            ));
        }
        Ok(DateFormat {
            text: text.to_owned(),
            months: match has(|i| matches!(i, Item::MonthName { .. })) {
                0 => None,
                _ => Some(Arc::new(Months::of(languages)?)),
            },
            fixed: Fixed::of(&items),
            items,
        })
    }

    /// The format as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the format has a day.
    pub fn has_date(&self) -> bool {
        self.items
            .iter()
            .any(|item| matches!(item, Item::Year | Item::ShortYear))
    }

    /// Reads a text that holds nothing else. Years of two digits below `pivot` are 20xx, the others 19xx. Nothing
    /// where the text does not fit or the calendar has no such day.
    pub fn read(&self, text: &str, pivot: u8) -> Option<Reading> {
        if let Some(reading) = self.fixed.and_then(|fixed| fixed.read(text.as_bytes())) {
            return Some(reading);
        }
        let (reading, rest) = self.read_front(text, pivot)?;
        rest.is_empty().then_some(reading)
    }

    /// Reads at the front of a text and lets go of what follows.
    pub fn read_prefix(&self, text: &str, pivot: u8) -> Option<Reading> {
        self.read_front(text, pivot).map(|(reading, _)| reading)
    }

    fn read_front<'a>(&self, text: &'a str, pivot: u8) -> Option<(Reading, &'a [u8])> {
        let mut rest = text.as_bytes();
        let mut afternoon = None;
        let (mut year, mut month, mut day) = (None, 1, 1);
        let (mut hour, mut minute, mut second, mut micros) = (None, None, None, None);
        for item in &self.items {
            match *item {
                Item::Literal(byte) => rest = rest.strip_prefix(&[byte])?,
                Item::Year => year = Some(number(&mut rest, 4, 4)? as i16),
                Item::ShortYear => {
                    let short = number(&mut rest, 2, 2)? as i16;
                    year = Some(if short < i16::from(pivot) {
                        2000 + short
                    } else {
                        1900 + short
                    });
                }
                Item::Month { fixed } => month = number(&mut rest, width(fixed), 2)? as i8,
                Item::MonthName { dot } => {
                    let (number, behind) = self.months.as_ref()?.read(std::str::from_utf8(rest).ok()?)?;
                    month = number;
                    rest = behind.as_bytes();
                    if dot {
                        rest = rest.strip_prefix(b".").unwrap_or(rest);
                    }
                }
                Item::DayName => {
                    let word = std::str::from_utf8(rest).ok()?;
                    let behind = word.trim_start_matches(char::is_alphabetic);
                    if behind.len() == word.len() {
                        return None;
                    }
                    rest = behind.as_bytes();
                }
                Item::Day { fixed } => day = number(&mut rest, width(fixed), 2)? as i8,
                Item::Hour { fixed } => hour = Some(number(&mut rest, width(fixed), 2).filter(|h| *h < 24)?),
                Item::HalfHour { fixed } => {
                    hour = Some(number(&mut rest, width(fixed), 2).filter(|h| (1..=12).contains(h))? % 12);
                }
                Item::Half => afternoon = Some(half(&mut rest)?),
                Item::Zone => zone(&mut rest)?,
                Item::Minute { fixed } => {
                    minute = Some(number(&mut rest, width(fixed), 2).filter(|m| *m < 60)?)
                }
                // A leap second is the last one of its minute here: clocks of banks do not count it.
                Item::Second { fixed } => {
                    second = Some(number(&mut rest, width(fixed), 2).filter(|s| *s <= 60)?.min(59));
                }
                Item::Fraction => micros = Some(fraction(&mut rest)?),
            }
        }
        let date = match year {
            Some(year) => Some(Date::from_ymd(year, month, day)?),
            None => None,
        };
        let time = hour.map(|hour| {
            let hour = hour + if afternoon == Some(true) { 12 } else { 0 };
            let whole = i64::from(hour) * 3_600
                + i64::from(minute.unwrap_or(0)) * 60
                + i64::from(second.unwrap_or(0));
            let precision = if micros.is_some() {
                TimePrecision::Subsecond
            } else if second.is_some() {
                TimePrecision::Second
            } else {
                TimePrecision::Minute
            };
            (whole * 1_000_000 + i64::from(micros.unwrap_or(0)), precision)
        });
        Some((Reading { date, time }, rest))
    }
}

impl Fixed {
    fn of(items: &[Item]) -> Option<Fixed> {
        let mut fixed = Fixed {
            width: 0,
            year: 0,
            month: 0,
            day: 0,
            signs: [None; 2],
        };
        for item in items {
            let at = fixed.width;
            fixed.width += match item {
                Item::Year => {
                    fixed.year = at;
                    4
                }
                Item::Month { .. } => {
                    fixed.month = at;
                    2
                }
                Item::Day { .. } => {
                    fixed.day = at;
                    2
                }
                Item::Literal(byte) => {
                    *fixed.signs.iter_mut().find(|sign| sign.is_none())? = Some((at, *byte));
                    1
                }
                _ => return None,
            };
        }
        // Year, month and day stand in each format of days once.
        (fixed.width >= 8).then_some(fixed)
    }

    // A text of another width, or with anything but digits in its places, is read item by item.
    fn read(&self, text: &[u8]) -> Option<Reading> {
        if text.len() != self.width {
            return None;
        }
        for (at, sign) in self.signs.iter().flatten() {
            if text.get(*at) != Some(sign) {
                return None;
            }
        }
        let two = |at: usize| {
            let (tens, ones) = (
                text.get(at)?.wrapping_sub(b'0'),
                text.get(at + 1)?.wrapping_sub(b'0'),
            );
            (tens < 10 && ones < 10).then(|| i16::from(tens * 10 + ones))
        };
        let year = two(self.year)? * 100 + two(self.year + 2)?;
        let date = Date::from_ymd(year, two(self.month)? as i8, two(self.day)? as i8)?;
        Some(Reading {
            date: Some(date),
            time: None,
        })
    }
}

// AM, PM, a.m., p.m. in either case: whether it is the afternoon.
fn half(rest: &mut &[u8]) -> Option<bool> {
    let afternoon = match rest.first()? {
        b'A' | b'a' => false,
        b'P' | b'p' => true,
        _ => return None,
    };
    let behind = rest.get(1..)?;
    let dotted = behind.strip_prefix(b".").unwrap_or(behind);
    let end = dotted
        .strip_prefix(b"M")
        .or(dotted.strip_prefix(b"m"))
        .map(|end| end.strip_prefix(b".").unwrap_or(end))?;
    *rest = end;
    Some(afternoon)
}

// `Z`, `+02:00`, `+0200`, `+02`, `CEST`, `Europe/Berlin`.
fn zone(rest: &mut &[u8]) -> Option<()> {
    let length = match rest.first()? {
        b'+' | b'-' => {
            let digits = rest
                .iter()
                .skip(1)
                .take(5)
                .take_while(|b| b.is_ascii_digit() || **b == b':');
            1 + digits.count()
        }
        first if first.is_ascii_alphabetic() => {
            let word = rest.iter().take(40);
            word.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'+' | b'-'))
                .count()
        }
        _ => return None,
    };
    if length < 3 && rest.first() != Some(&b'Z') {
        return None;
    }
    *rest = rest.get(length..)?;
    Some(())
}

fn width(fixed: bool) -> usize {
    if fixed { 2 } else { 1 }
}

fn number(rest: &mut &[u8], least: usize, most: usize) -> Option<u32> {
    let digits = rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    if digits < least {
        return None;
    }
    let (taken, behind) = rest.split_at(digits);
    *rest = behind;
    Some(taken.iter().fold(0, |value, b| value * 10 + u32::from(b - b'0')))
}

// One to nine digits behind the point, as microseconds; finer digits are cut, they are no evidence of order.
fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let digits = rest.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let (taken, behind) = rest.split_at(digits);
    *rest = behind;
    Some((0..6).fold(0, |value, at| {
        value * 10 + taken.get(at).map_or(0, |b| u32::from(b - b'0'))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Option<(String, Option<(i64, TimePrecision)>)> {
        let reading = DateFormat::parse(format).expect("a format").read(text, 70)?;
        Some((
            reading.date.map(|d| d.to_string()).unwrap_or_default(),
            reading.time,
        ))
    }

    #[test]
    fn reads_what_banks_write() {
        let seconds = |s: i64| s * 1_000_000;
        for (format, text, day, time) in [
            ("%Y%m%d", "20260228", "2026-02-28", None),
            ("%d.%m.%y", "01.02.26", "2026-02-01", None),
            ("%d.%m.%y", "1.2.93", "1993-02-01", None),
            ("%y%m%d", "930101", "1993-01-01", None),
            ("%d %b %Y", "27 Feb 2018", "2018-02-27", None),
            (
                "%Y/%m/%d %H:%M",
                "2022/09/01 01:57",
                "2022-09-01",
                Some((seconds(7_020), TimePrecision::Minute)),
            ),
            (
                "%Y-%m-%dT%H:%M:%S.%f",
                "2024-12-31T23:59:59.5",
                "2024-12-31",
                Some((seconds(86_399) + 500_000, TimePrecision::Subsecond)),
            ),
            (
                "%d %b %Y %I:%M %p",
                "1 Sept. 2020 12:50 AM",
                "2020-09-01",
                Some((seconds(3_000), TimePrecision::Minute)),
            ),
            (
                "%a, %d.%b.%Y %I:%M%p",
                "Tue, 01.September.2020 6:50p.m.",
                "2020-09-01",
                Some((seconds(67_800), TimePrecision::Minute)),
            ),
            (
                "%Y-%m-%dT%H:%M:%S%z",
                "2018-02-25T12:34:56+02:00",
                "2018-02-25",
                Some((seconds(45_296), TimePrecision::Second)),
            ),
            (
                "%H:%M:%S",
                "10:00:01",
                "",
                Some((seconds(36_001), TimePrecision::Second)),
            ),
        ] {
            assert_eq!(
                read(format, text),
                Some((day.to_owned(), time)),
                "{format} {text}"
            );
        }
    }

    #[test]
    fn refuses_what_does_not_fit_or_is_no_day() {
        for (format, text) in [
            ("%Y%m%d", "20260231"),
            ("%Y%m%d", "2026-02-01"),
            ("%Y-%m-%d", "2026-02-01 "),
            ("%Y-%m-%d", "26-02-01"),
            ("%d.%m.%y", "01.02.2026"),
            ("%d/%m/%Y", "02/13/2026"),
            ("%Y-%m-%d %H:%M", "2026-02-01 24:00"),
            ("%Y-%m-%d", ""),
        ] {
            assert_eq!(read(format, text), None, "{format} {text}");
        }
    }

    #[test]
    fn days_of_full_width_read_as_item_by_item() {
        for format in ["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%m/%d/%Y", "%d-%m-%Y"] {
            let quick = DateFormat::parse(format).expect("a format");
            assert!(quick.fixed.is_some());
            let slow = DateFormat {
                fixed: None,
                ..quick.clone()
            };
            for text in [
                "2026-02-28",
                "2026-02-30",
                "28.02.2026",
                "20260228",
                "20261301",
                "02/28/2026",
                "2026-2-28",
                "2.2.20261",
                "0000-01-01",
                "29-02-2024",
                "29-02-2023",
                "1-12-20255",
                "２026-01",
                "",
            ] {
                assert_eq!(quick.read(text, 70), slow.read(text, 70), "{format} {text}");
            }
        }
    }

    #[test]
    fn a_wrong_format_says_why() {
        assert!(DateFormat::parse("%Y-%m").is_err());
        assert!(DateFormat::parse("%Y-%m-%d %q").is_err());
        assert!(DateFormat::parse("%M").is_err());
        assert!(DateFormat::parse("%I:%M").is_err());
    }

    #[test]
    fn months_in_the_language_of_the_bank() {
        let read = |language: &str, text| {
            let format = DateFormat::parse_in("%d %b %Y", &[language.to_owned()]).expect("a format");
            format.read(text, 70).and_then(|r| r.date).map(|d| d.to_string())
        };
        assert_eq!(read("nl", "12 mrt. 2024").as_deref(), Some("2024-03-12"));
        assert_eq!(read("de", "12 März 2024").as_deref(), Some("2024-03-12"));
        assert_eq!(read("fr", "12 AOÛT 2024").as_deref(), Some("2024-08-12"));
        assert_eq!(read("hr", "12 listopada 2024").as_deref(), Some("2024-10-12"));
        assert_eq!(read("cs", "12 listopadu 2024").as_deref(), Some("2024-11-12"));
        assert_eq!(read("nl", "12 March 2024"), None);
    }
}
