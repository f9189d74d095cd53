//! What stands between commas: fields over pieces of a record, amounts, days, availability of funds.

use super::records::Record;
use crate::model::{Amount, Currency, Date, SCALE};

/// Walks the fields of a record from piece to piece; the end of a piece ends a field.
pub struct Fields<'a> {
    pieces: &'a [String],
    rest: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// Before the first field behind the record code.
    pub fn of(record: &'a Record) -> Fields<'a> {
        Fields {
            pieces: &record.pieces,
            rest: None,
        }
    }

    /// The next field, trimmed; nothing behind the last.
    pub fn next(&mut self) -> Option<&'a str> {
        let text = match self.rest.take() {
            Some(rest) => rest,
            None => {
                let (first, others) = self.pieces.split_first()?;
                self.pieces = others;
                first
            }
        };
        match text.split_once(',') {
            Some((field, rest)) => {
                self.rest = Some(rest);
                Some(field.trim())
            }
            None => Some(text.trim()),
        }
    }

    /// The next field, empty behind the last.
    pub fn text(&mut self) -> &'a str {
        self.next().unwrap_or("")
    }

    /// The field behind `before` others, empty where there is none.
    pub fn nth(mut self, before: usize) -> &'a str {
        for _ in 0..before {
            self.next();
        }
        self.text()
    }

    /// Everything that is left, piece by piece: the free text of a record.
    pub fn pieces(self) -> impl Iterator<Item = &'a str> {
        self.rest
            .into_iter()
            .chain(self.pieces.iter().map(String::as_str))
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
    }
}

/// A whole number with an optional sign; nothing where the field is empty.
pub fn whole(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(number) if good => Ok(Some(number)),
        _ => Err(format!(
            "‘{}’; expected at most 18 digits without a decimal sign",
            shorten(text)
        )),
    }
}

/// A number of the currency's smallest units as an amount.
pub fn amount(units: i64, currency: Currency) -> Result<Amount, String> {
    let factor = 10_i64.pow(SCALE.saturating_sub(currency.digits()));
    units
        .checked_mul(factor)
        .map(Amount::from_scaled)
        .and_then(|amount| amount.checked_add(Amount::ZERO))
        .ok_or_else(|| format!("‘{units}’ is too large: at most 14 digits stand before the decimal sign"))
}

/// `YYMMDD`: years from 80 on are 19.., others 20...
pub fn day(text: &str) -> Result<Date, String> {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<i16>().ok());
    let all_digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    let date = match (number(0..2), number(2..4), number(4..6)) {
        (Some(year), Some(month), Some(day)) if all_digits => Date::from_ymd(
            if year >= 80 { 1900 + year } else { 2000 + year },
            month as i8,
            day as i8,
        ),
        _ => None,
    };
    date.ok_or_else(|| format!("‘{}’ is no day of the calendar; expected YYMMDD", shorten(text)))
}

/// Most parts of a distribution over days.
const PARTS: i64 = 1_000;

/// Reads a funds type with its sub-fields and gives the value date where it has one.
pub fn funds(fields: &mut Fields<'_>) -> Result<Option<Date>, String> {
    match fields.text() {
        "" | "0" | "1" | "2" | "Z" | "z" => Ok(None),
        // Available at once, after one day, after more.
        "S" | "s" => {
            for _ in 0..3 {
                whole(fields.text())?;
            }
            Ok(None)
        }
        "V" | "v" => {
            let text = fields.text();
            let _time = fields.text();
            match text {
                "" => Ok(None),
                text => day(text).map(Some),
            }
        }
        // Pairs of days and amount.
        "D" | "d" => {
            let text = fields.text();
            let parts = whole(text)?.filter(|n| (0..=PARTS).contains(n)).ok_or_else(|| {
                format!(
                    "‘{}’ parts of a distribution; expected up to {PARTS}",
                    shorten(text)
                )
            })?;
            for _ in 0..parts * 2 {
                whole(fields.text())?;
            }
            Ok(None)
        }
        other => Err(format!(
            "funds type ‘{}’; expected 0, 1, 2, S, V, D, Z or nothing",
            shorten(other)
        )),
    }
}

/// The beginning of a text, for messages.
pub fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(pieces: &[&str]) -> Record {
        Record {
            pieces: pieces.iter().map(|p| (*p).to_owned()).collect(),
            ..Record::default()
        }
    }

    #[test]
    fn a_field_ends_with_its_piece() {
        let record = record(&["190", "70,,", "TEXT, OF TWO", "lines"]);
        let mut fields = Fields::of(&record);
        assert_eq!(
            [fields.text(), fields.text(), fields.text(), fields.text()],
            ["190", "70", "", ""]
        );
        assert_eq!(fields.pieces().collect::<Vec<_>>(), ["TEXT, OF TWO", "lines"]);
    }

    #[test]
    fn funds_types_take_their_own_fields() {
        for (text, next) in [
            (",A", "A"),
            ("S,1,,3,A", "A"),
            ("V,060316,1200,A", "A"),
            ("D,3,0,1,1,2,2,3,A", "A"),
            ("2,A", "A"),
        ] {
            let record = record(&[text]);
            let mut fields = Fields::of(&record);
            assert!(funds(&mut fields).is_ok(), "{text}");
            assert_eq!(fields.text(), next, "{text}");
        }
        for wrong in ["Q", "D,99999", "V,060231", "S,x"] {
            assert!(funds(&mut Fields::of(&record(&[wrong]))).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_have_the_currencys_decimals() {
        for (code, scaled) in [("USD", 12_500), ("JPY", 1_250_000), ("KWD", 1_250)] {
            let currency = Currency::from_code(code).expect("a currency");
            assert_eq!(amount(125, currency).map(Amount::scaled), Ok(scaled), "{code}");
        }
        assert!(amount(i64::MAX, Currency::EUR).is_err());
        assert_eq!(whole("+00042"), Ok(Some(42)));
        assert_eq!(whole(""), Ok(None));
        for wrong in ["1.5", "-", "99999999999999999999", "é"] {
            assert!(whole(wrong).is_err(), "{wrong}");
        }
    }
}
