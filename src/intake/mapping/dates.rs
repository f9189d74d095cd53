//! A small language for dates and times as files write them, read by hand because millions of rows pass here.
//!
//! `%Y` year of four digits, `%y` of two, `%m` `%d` `%H` `%M` `%S` of one or two digits (exactly two where another
//! number follows directly), `%b` English month in three letters, `%f` a fraction of a second of one to nine digits.
//! Everything else stands for itself. A format is never guessed.

use crate::model::{Date, TimePrecision};

/// A format of dates, of times or of both, ready to read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
    items: Vec<Item>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Year,
    ShortYear,
    Month { fixed: bool },
    MonthName,
    Day { fixed: bool },
    Hour { fixed: bool },
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

const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

impl DateFormat {
    /// Reads the description of a format; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<DateFormat, String> {
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
                Some(b'b') => Item::MonthName,
                Some(b'd') => Item::Day { fixed },
                Some(b'H') => Item::Hour { fixed },
                Some(b'M') => Item::Minute { fixed },
                Some(b'S') => Item::Second { fixed },
                Some(b'f') => Item::Fraction,
                _ => return Err(format!("‘{text}’: only %Y %y %m %b %d %H %M %S %f are known")),
            });
            at += 2;
        }
        let has = |wanted: fn(&Item) -> bool| items.iter().filter(|item| wanted(item)).count();
        let year = has(|i| matches!(i, Item::Year | Item::ShortYear));
        let month = has(|i| matches!(i, Item::Month { .. } | Item::MonthName));
        let day = has(|i| matches!(i, Item::Day { .. }));
        let hour = has(|i| matches!(i, Item::Hour { .. }));
        if (year, month, day) != (1, 1, 1) && (year, month, day, hour) != (0, 0, 0, 1) {
            return Err(format!(
                "‘{text}’ needs year, month and day once each, or only a time with %H"
            ));
        }
        Ok(DateFormat {
            text: text.to_owned(),
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
        let (reading, rest) = self.read_front(text.as_bytes(), pivot)?;
        rest.is_empty().then_some(reading)
    }

    /// Reads at the front of a text and lets go of what follows.
    pub fn read_prefix(&self, text: &str, pivot: u8) -> Option<Reading> {
        self.read_front(text.as_bytes(), pivot)
            .map(|(reading, _)| reading)
    }

    fn read_front<'a>(&self, mut rest: &'a [u8], pivot: u8) -> Option<(Reading, &'a [u8])> {
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
                Item::MonthName => {
                    let name = rest.get(..3)?;
                    let at = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(name))?;
                    month = at as i8 + 1;
                    rest = &rest[3..];
                }
                Item::Day { fixed } => day = number(&mut rest, width(fixed), 2)? as i8,
                Item::Hour { fixed } => hour = Some(number(&mut rest, width(fixed), 2).filter(|h| *h < 24)?),
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
    fn a_wrong_format_says_why() {
        assert!(DateFormat::parse("%Y-%m").is_err());
        assert!(DateFormat::parse("%Y-%m-%d %q").is_err());
        assert!(DateFormat::parse("%M").is_err());
    }
}
