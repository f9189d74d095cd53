//! Dates and times of ISO 8601 as ISO 20022 writes them. The wall time stays as written; its offset is left out.

use crate::model::{Date, Moment, TimePrecision};

/// `2026-03-31`, with or without a zone behind it. Nothing where it is no day of the calendar.
pub fn date(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked(10)?;
    if !rest.is_empty() && !is_zone(rest) {
        return None;
    }
    day_of(day)
}

/// `2026-03-31T13:15:00.123+01:00`: the day, and the time unless it is exactly midnight.
pub fn moment(text: &str) -> Option<(Date, Option<Moment>)> {
    // A day alone is by far the commonest.
    if text.len() == 10 {
        return day_of(text).map(|day| (day, None));
    }
    let Some((day, time)) = text.split_once(['T', ' ']) else {
        return date(text).map(|d| (d, None));
    };
    let date = day_of(day)?;
    let end = time.find(['+', '-', 'Z', 'z']).unwrap_or(time.len());
    let (time, zone) = time.split_at(end);
    if !zone.is_empty() && !is_zone(zone) {
        return None;
    }
    let (whole, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut parts = whole.split(':');
    let hours = number(parts.next()?, 2).filter(|h| *h < 24)?;
    let minutes = number(parts.next()?, 2).filter(|m| *m < 60)?;
    let seconds = match parts.next() {
        // A leap second has no place on a civil clock; it is read as the second before.
        Some(text) => Some(number(text, 2).filter(|s| *s <= 60)?.min(59)),
        None => None,
    };
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut micros = 0;
    for at in 0..6 {
        micros = micros * 10 + fraction.as_bytes().get(at).map_or(0, |b| i64::from(b - b'0'));
    }
    let since = ((hours * 60 + minutes) * 60 + seconds.unwrap_or(0)) * 1_000_000 + micros;
    if since == 0 {
        return Some((date, None));
    }
    let precision = match (seconds, micros) {
        (None, _) => TimePrecision::Minute,
        (_, 0) => TimePrecision::Second,
        _ => TimePrecision::Subsecond,
    };
    let microseconds = date.midnight() + since;
    Some((
        date,
        Some(Moment {
            microseconds,
            precision,
        }),
    ))
}

fn day_of(text: &str) -> Option<Date> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text.as_bytes() else {
        return None;
    };
    let digits = [y0, y1, y2, y3, m0, m1, d0, d1];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [y0, y1, y2, y3, m0, m1, d0, d1] = digits.map(|digit| digit - b'0');
    let year = i16::from(y0 * 10 + y1) * 100 + i16::from(y2 * 10 + y3);
    Date::from_ymd(year, (m0 * 10 + m1) as i8, (d0 * 10 + d1) as i8)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let good = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    good.then(|| text.parse().ok()).flatten()
}

fn is_zone(text: &str) -> bool {
    matches!(text, "Z" | "z")
        || (text.starts_with(['+', '-']) && text[1..].bytes().all(|b| b.is_ascii_digit() || b == b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_stays_and_midnight_says_only_the_day() {
        let read = |text| moment(text).map(|(d, m)| (d.to_string(), m.map(|m| m.to_string())));
        let day = "2010-10-18".to_owned();
        let with = |time: &str| Some((day.clone(), Some(format!("2010-10-18 {time}"))));
        assert_eq!(read("2010-10-18T13:15:00+01:00"), with("13:15:00"));
        assert_eq!(read("2010-10-18T13:15:07.25Z"), with("13:15:07.250000"));
        assert_eq!(read("2010-10-18T23:59"), with("23:59"));
        assert_eq!(read("2010-10-18T00:00:00"), Some((day.clone(), None)));
        assert_eq!(read("2010-10-18"), Some((day, None)));
        for wrong in [
            "2010-02-30T10:00:00",
            "2010-10-18T25:00:00",
            "18.10.2010",
            "",
            "2010-10-18Tx",
            "é010-10-18",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(
            date("2015-01-02+01:00").map(|d| d.to_string()).as_deref(),
            Some("2015-01-02")
        );
        assert_eq!(date("2015-02-29"), None);
        assert_eq!(date("2015-02-2é"), None);
    }
}
