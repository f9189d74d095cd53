//! Dates of OFX: `YYYYMMDDHHMMSS.XXX[-5:EST]`, of which everything behind the day may be missing.

use crate::model::{Date, Moment, TimePrecision};

/// The day as written, and the time on the record's own clock where it is one. The zone is not applied: a day that a
/// zone would move is not the day that the bank printed.
pub fn read(text: &str) -> Option<(Date, Option<Moment>)> {
    let text = text.split('[').next().unwrap_or("").trim();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || !matches!(whole.len(), 8 | 10 | 12 | 14) {
        return None;
    }
    let number = |from: usize| -> Option<i64> {
        match whole.get(from..from + 2) {
            Some(text) => text.parse().ok(),
            None => Some(0),
        }
    };
    let year: i16 = whole.get(..4)?.parse().ok()?;
    let date = Date::from_ymd(year, number(4)? as i8, number(6)? as i8)?;
    let (hours, minutes) = (number(8)?, number(10)?);
    // A leap second has no place on a civil clock; it is read as the second before.
    let seconds = number(12)?;
    if hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let seconds = seconds.min(59);
    let mut micros = 0;
    for at in 0..6 {
        micros = micros * 10 + fraction.as_bytes().get(at).map_or(0, |b| i64::from(b - b'0'));
    }
    let placeholder = (minutes == 0 && seconds == 0) || (minutes == 59 && seconds == 59);
    if placeholder || whole.len() < 12 {
        return Some((date, None));
    }
    let precision = match (whole.len(), micros) {
        (12, _) => TimePrecision::Minute,
        (_, 0) => TimePrecision::Second,
        _ => TimePrecision::Subsecond,
    };
    let since = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros;
    Some((
        date,
        Some(Moment {
            microseconds: date.midnight() + since,
            precision,
        }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_as_written_and_times_that_are_times() {
        let read = |text| read(text).map(|(d, m)| (d.to_string(), m.map(|m| m.to_string())));
        let day = "2018-01-22".to_owned();
        for text in [
            "20180122",
            "20180122000000",
            "20180122120000.000[-5:EST]",
            "20180122050000[0:GMT]",
            "20180122235959",
            "201801220000",
            "2018012207",
        ] {
            assert_eq!(read(text), Some((day.clone(), None)), "{text}");
        }
        for (text, time) in [
            ("20180122131207[-5:EST]", "13:12:07"),
            ("201801221312", "13:12"),
            ("20180122131207.250[+1]", "13:12:07.250000"),
            ("20180122000001", "00:00:01"),
        ] {
            assert_eq!(
                read(text),
                Some((day.clone(), Some(format!("2018-01-22 {time}")))),
                "{text}"
            );
        }
        for wrong in [
            "",
            "20180230",
            "2018-01-22",
            "20180122250000",
            "2018012",
            "2018012é",
            "[0:GMT]",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
