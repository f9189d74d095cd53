//! What the registers of owners share: days of which only the year is told, and parties of several names and numbers.

use super::Rows;
use crate::model::{Date, PartyRow};

/// A day of birth, as far as it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Birth {
    pub date: Option<Date>,
    pub year: Option<i64>,
    pub month: Option<i64>,
}

/// Reads `1964-04-12`, `1964-04` or `1964`; nothing else is a day of birth.
pub fn birth(text: &str) -> Option<Birth> {
    let text = text.trim();
    if let Some(date) = day(text) {
        return Some(Birth {
            date: Some(date),
            ..Birth::default()
        });
    }
    let (year, month) = match text.split_once('-') {
        Some((year, month)) => (
            year,
            Some(digits(month, 2).filter(|month| (1..=12).contains(month))?),
        ),
        None => (text, None),
    };
    Some(Birth {
        date: None,
        year: Some(digits(year, 4)?),
        month,
    })
}

/// Reads `2019-09-11`, with or without a time behind it.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    if !rest.is_empty() && !rest.starts_with(['T', ' ']) {
        return None;
    }
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Date::from_ymd(
        i16::try_from(digits(year, 4)?).ok()?,
        i8::try_from(digits(month, 2)?).ok()?,
        i8::try_from(digits(day, 2)?).ok()?,
    )
}

/// The same for a day that a record may leave out: an error where something else stands there.
pub fn optional_day(name: &str, text: &str) -> Result<Option<Date>, String> {
    match text.trim() {
        "" => Ok(None),
        written => day(written)
            .map(Some)
            .ok_or_else(|| format!("{name}: ‘{}’; expected a day, as 2024-05-31", short(written))),
    }
}

fn digits(text: &str, length: usize) -> Option<i64> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// The beginning of a value, for messages.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What one record says of one party several times over.
#[derive(Debug, Default)]
pub struct Said {
    /// Name and its kind.
    pub names: Vec<(String, &'static str)>,
    /// Number and its scheme.
    pub numbers: Vec<(String, String)>,
    pub addresses: Vec<String>,
    pub births: Vec<Birth>,
}

impl Said {
    /// Writes as many rows as it takes: the first holds what `base` says, the others further names, numbers, addresses
    /// and births.
    pub fn write(&self, rows: &mut Rows, base: &PartyRow<'_>) {
        let counts = [
            self.names.len(),
            self.numbers.len(),
            self.addresses.len(),
            self.births.len(),
        ];
        for at in 0..counts.into_iter().max().unwrap_or(0).max(1) {
            let more = PartyRow {
                place: base.place,
                kind: base.kind,
                record_id: base.record_id,
                record_scheme: base.record_scheme,
                locator: base.locator,
                ..PartyRow::default()
            };
            let mut row = if at == 0 { *base } else { more };
            if let Some((name, kind)) = self.names.get(at) {
                (row.name, row.name_kind) = (name, kind);
            }
            if let Some((number, scheme)) = self.numbers.get(at) {
                (row.registration_number, row.identifier_scheme) = (number, scheme);
            }
            if let Some(address) = self.addresses.get(at) {
                row.address = address;
            }
            if let Some(birth) = self.births.get(at) {
                (row.birth_date, row.birth_year, row.birth_month) = (birth.date, birth.year, birth.month);
            }
            rows.party(&row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_birth_is_kept_as_far_as_it_is_told() {
        let told = |text: &str| {
            birth(text).map(|birth| (birth.date.map(|d| d.to_string()), birth.year, birth.month))
        };
        assert_eq!(
            told("1964-04-12"),
            Some((Some("1964-04-12".to_owned()), None, None))
        );
        assert_eq!(told("1964-04"), Some((None, Some(1964), Some(4))));
        assert_eq!(told("1964"), Some((None, Some(1964), None)));
        for text in [
            "",
            "64",
            "1964-13",
            "1964-4",
            "1964-02-30",
            "1964-04-12x",
            "é964-04-12",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_may_have_a_time_behind_it() {
        assert_eq!(day("2019-09-11T11:17:23Z"), day("2019-09-11"));
        assert_eq!(day("2019-09-11x"), None);
        assert!(optional_day("startDate", "2019").is_err_and(|reason| reason.contains("startDate")));
    }
}
