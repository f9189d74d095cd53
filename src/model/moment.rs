//! Days and moments. A moment always says how exactly it is known.

use std::fmt;

/// A calendar day, as days since 1 January 1970 (Gregorian), negative before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// How exactly a time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimePrecision {
    /// Only the day; what happened first on it is not known.
    Day,
    /// To the minute.
    Minute,
    /// To the second.
    Second,
    /// Finer than a second.
    Subsecond,
    /// A numbered step of a synthetic listing: order is known, the clock is not.
    Step,
}

/// A moment on the clock of the place where it was recorded (no time zone), in microseconds since
/// 1970-01-01 00:00, with its precision. A day without a time is its midnight with [`TimePrecision::Day`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Microseconds of local wall time.
    pub microseconds: i64,
    /// How exactly it is known.
    pub precision: TimePrecision,
}

impl Date {
    /// From year, month and day; nothing where the calendar has no such day.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Date> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        Some(Date::from_civil(date))
    }

    /// From a calendar date.
    pub fn from_civil(date: jiff::civil::Date) -> Date {
        Date(days_from_civil(
            date.year().into(),
            date.month().into(),
            date.day().into(),
        ))
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// Midnight of the day, in microseconds.
    pub fn midnight(self) -> i64 {
        i64::from(self.0) * 86_400_000_000
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Moment {
    /// A day whose time is not known.
    pub fn of_day(date: Date) -> Moment {
        Moment {
            microseconds: date.midnight(),
            precision: TimePrecision::Day,
        }
    }

    /// The day it falls on.
    pub fn date(self) -> Date {
        Date(self.microseconds.div_euclid(86_400_000_000) as i32)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        let rest = self.microseconds - date.midnight();
        let (hours, minutes) = (rest / 3_600_000_000, rest / 60_000_000 % 60);
        let (seconds, micros) = (rest / 1_000_000 % 60, rest % 1_000_000);
        match self.precision {
            TimePrecision::Day => write!(f, "{date}"),
            TimePrecision::Minute => write!(f, "{date} {hours:02}:{minutes:02}"),
            TimePrecision::Second | TimePrecision::Step => {
                write!(f, "{date} {hours:02}:{minutes:02}:{seconds:02}")
            }
            TimePrecision::Subsecond => {
                write!(f, "{date} {hours:02}:{minutes:02}:{seconds:02}.{micros:06}")
            }
        }
    }
}

impl TimePrecision {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            TimePrecision::Day => "day",
            TimePrecision::Minute => "minute",
            TimePrecision::Second => "second",
            TimePrecision::Subsecond => "subsecond",
            TimePrecision::Step => "step",
        }
    }

    /// From the word stored in tables.
    pub fn from_word(word: &str) -> Option<TimePrecision> {
        Some(match word {
            "day" => TimePrecision::Day,
            "minute" => TimePrecision::Minute,
            "second" => TimePrecision::Second,
            "subsecond" => TimePrecision::Subsecond,
            "step" => TimePrecision::Step,
            _ => return None,
        })
    }
}

// Days of the proleptic Gregorian calendar in eras of 400 years that begin on 1 March, so that the leap day is the
// last day of a year. Millions of rows need this, so it is arithmetic and no library call.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + i32::from(month <= 2);
    (year, month as u32, day as u32)
}

/// First and last day of a period as people write it, as in `2026-01-01..2026-03-31`.
pub fn period(text: &str) -> Result<(Date, Date), &'static str> {
    const FORM: &str = "a period is written as 2026-01-01..2026-03-31";
    let day = |text: &str| text.trim().parse().map(Date::from_civil).map_err(|_| FORM);
    let (first, last) = text.split_once("..").ok_or(FORM)?;
    let (first, last) = (day(first)?, day(last)?);
    match first <= last {
        true => Ok((first, last)),
        false => Err("a period does not begin behind its end"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_calendar_library() {
        let mut day = jiff::civil::date(1899, 12, 30);
        let epoch = jiff::civil::date(1970, 1, 1);
        while day.year() < 2105 {
            let ours = Date::from_civil(day);
            let theirs = (day - epoch).get_days();
            assert_eq!(ours.0, theirs, "{day}");
            assert_eq!(ours.to_string(), day.to_string());
            day = day.tomorrow().expect("in range");
        }
        assert_eq!(Date::from_ymd(2026, 2, 31), None);
    }
}
