//! Records of fixed width: fields by column, and the forms of dates, amounts and text that national bank formats share.

use super::lines::Line;
use crate::model::{Amount, Date, Place};

/// A record of fixed width. Columns are characters, so that any code page gives the same fields; a record whose
/// trailing blanks were stripped reads as if they were there.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    text: &'a str,
    ascii: bool,
}

/// Which part of a date of six digits comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// `311218`
    DayFirst,
    /// `181231`
    YearFirst,
}

impl<'a> Record<'a> {
    /// A record from the text of its line.
    pub fn new(text: &'a str) -> Record<'a> {
        Record {
            text,
            ascii: text.is_ascii(),
        }
    }

    /// Columns `from` to `to`, both included, counted from 1 as specifications do. Shorter where the line ends before.
    pub fn columns(&self, from: usize, to: usize) -> &'a str {
        let start = self.byte(from.saturating_sub(1));
        let end = self.byte(to);
        self.text.get(start..end.max(start)).unwrap_or("")
    }

    /// The columns without blanks around them.
    pub fn field(&self, from: usize, to: usize) -> &'a str {
        self.columns(from, to).trim()
    }

    /// Adds the columns to a text, with the blanks that the line has lost.
    pub fn add_padded(&self, out: &mut String, from: usize, to: usize) {
        let text = self.columns(from, to);
        out.push_str(text);
        let missing = (to + 1).saturating_sub(from + text.chars().count());
        out.extend(std::iter::repeat_n(' ', missing));
    }

    /// What is wrong with the record's length: text behind its last column, or a line that was too long to keep.
    pub fn length_fault(&self, line: &Line, width: usize) -> Option<String> {
        if line.cut {
            return Some(format!(
                "the line is longer than 64 KB; expected records of {width} characters, each on its own line"
            ));
        }
        let behind = self.text.get(self.byte(width)..).unwrap_or("");
        (!behind.trim_matches(is_blank).is_empty()).then(|| {
            format!(
                "the record has {} characters; expected {width}",
                self.text.trim_end_matches(is_blank).chars().count()
            )
        })
    }

    fn byte(&self, columns: usize) -> usize {
        if self.ascii {
            return columns.min(self.text.len());
        }
        self.text
            .char_indices()
            .nth(columns)
            .map_or(self.text.len(), |(at, _)| at)
    }
}

/// The first lines of a file that hold something, as recognition looks at them: in any code page, without a mark of it.
/// Empty where the file has fewer.
pub fn first_lines<const N: usize>(head: &[u8]) -> [String; N] {
    let plain: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
    let text = String::from_utf8_lossy(&plain);
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.trim().is_empty());
    std::array::from_fn(|_| lines.next().unwrap_or("").to_owned())
}

/// Whether a line holds nothing: blanks, or the control characters that end a tape or a DOS file.
pub fn is_empty(text: &str) -> bool {
    text.trim_matches(is_blank).is_empty()
}

/// The line as a place in the file.
pub fn place(line: &Line) -> Place {
    Place {
        byte_start: line.start,
        byte_end: line.end,
        line: line.number,
    }
}

/// A day from six digits; nothing where they are none or the calendar has no such day. Years from 80 on are 19.., as
/// in SWIFT messages.
pub fn date(text: &str, form: DateForm) -> Option<Date> {
    if text.len() != 6 || !is_digits(text) {
        return None;
    }
    let part = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    let (year, month, day) = match form {
        DateForm::DayFirst => (part(4)?, part(2)?, part(0)?),
        DateForm::YearFirst => (part(0)?, part(2)?, part(4)?),
    };
    let year = i16::from(year) + if year >= 80 { 1900 } else { 2000 };
    Date::from_ymd(year, month, day)
}

/// A day that may be left out: blanks or zeros. The name of the field goes into the error.
pub fn optional_date(text: &str, form: DateForm, name: &str) -> Result<Option<Date>, String> {
    if text.bytes().all(|b| b == b'0') {
        return Ok(None);
    }
    required_date(text, form, name).map(Some)
}

/// A day that must be there.
pub fn required_date(text: &str, form: DateForm, name: &str) -> Result<Date, String> {
    let expected = match form {
        DateForm::DayFirst => "DDMMYY",
        DateForm::YearFirst => "YYMMDD",
    };
    date(text, form)
        .ok_or_else(|| format!("the {name} ‘{text}’ is no day of the calendar; expected {expected}"))
}

/// An amount from a field of `width` digits, of which the last `decimals` stand behind the decimal sign. Fewer digits
/// are an error: a line that was cut off would give another amount.
pub fn amount(digits: &str, width: usize, decimals: u32, name: &str) -> Result<Amount, String> {
    let wrong = |why: &str| format!("the {name} ‘{digits}’ {why}");
    if !is_digits(digits) || digits.len() != width {
        return Err(wrong(&format!("is no amount; expected {width} digits")));
    }
    let value: i64 = digits.parse().map_err(|_| wrong("is too large"))?;
    let scale = crate::model::SCALE;
    let scaled = if decimals <= scale {
        value.checked_mul(10_i64.pow(scale - decimals))
    } else {
        let unit = 10_i64.checked_pow(decimals - scale).unwrap_or(i64::MAX);
        if value % unit != 0 {
            return Err(wrong("has more than 4 decimals and is not rounded"));
        }
        Some(value / unit)
    };
    scaled
        .map(Amount::from_scaled)
        .and_then(|amount| Amount::ZERO.checked_add(amount))
        .ok_or_else(|| wrong("is too large: at most 14 digits stand before the decimal sign"))
}

/// The amount with its sign turned.
pub fn negated(amount: Amount) -> Amount {
    Amount::from_scaled(-amount.scaled())
}

/// Whether a text is digits and nothing else.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a field carries nothing: blanks, or zeros put there to fill it.
pub fn is_filler(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0' | b' '))
}

/// A number of digits with its decimal point, zeros at both ends left out: `0001` `20000000` of eight decimals is
/// `1.2`. For rates, which are shown and not reckoned with.
pub fn rate(digits: &str, decimals: usize) -> Option<String> {
    if !is_digits(digits) || is_filler(digits) {
        return None;
    }
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len() - decimals)?;
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match fraction {
        "" => whole.to_owned(),
        _ => format!("{whole}.{fraction}"),
    })
}

/// Adds a text behind a space, its white space made single.
pub fn add(out: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Adds in brackets what has no column of its own: `[mandate M-1]`. The label ends with the space that is to stand
/// there. Nothing where the text is empty.
pub fn note(out: &mut String, label: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(' ');
    }
    out.push('[');
    out.push_str(label);
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.push(']');
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let record = Record::new("01é34  ");
        assert_eq!(record.columns(3, 4), "é3");
        assert_eq!(record.field(5, 20), "4");
        assert_eq!(record.columns(30, 40), "");
        let mut out = String::new();
        record.add_padded(&mut out, 5, 10);
        assert_eq!(out, "4     ");
        Record::new("").add_padded(&mut out, 1, 2);
        assert_eq!(out.len(), 8);
    }

    #[test]
    fn too_long_is_a_fault_unless_blank() {
        let line = Line::default();
        assert_eq!(Record::new("abc   ").length_fault(&line, 3), None);
        let fault = Record::new("abcd").length_fault(&line, 3).unwrap_or_default();
        assert!(fault.contains("4 characters; expected 3"), "{fault}");
    }

    #[test]
    fn dates_and_amounts() {
        let day = |text, form| date(text, form).map(|d| d.to_string());
        assert_eq!(day("311218", DateForm::DayFirst).as_deref(), Some("2018-12-31"));
        assert_eq!(day("991231", DateForm::YearFirst).as_deref(), Some("1999-12-31"));
        assert_eq!(day("310218", DateForm::DayFirst), None);
        assert_eq!(day("+10218", DateForm::DayFirst), None);
        assert_eq!(optional_date("000000", DateForm::DayFirst, "date"), Ok(None));
        assert_eq!(
            amount("000000000123450", 15, 3, "amount"),
            Ok(Amount::from_hundredths(12_345))
        );
        assert_eq!(amount("1234500", 7, 6, "amount"), Ok(Amount::from_scaled(12_345)));
        assert!(amount("1234501", 7, 6, "amount").is_err_and(|e| e.contains("not rounded")));
        assert!(amount("999999999999999", 15, 0, "amount").is_err_and(|e| e.contains("too large")));
        assert!(amount("12 4", 4, 2, "amount").is_err());
        assert!(amount("124", 4, 2, "amount").is_err());
    }

    #[test]
    fn rates_and_notes() {
        assert_eq!(rate("000112345000", 8).as_deref(), Some("1.12345"));
        assert_eq!(rate("5", 3).as_deref(), Some("0.005"));
        assert_eq!(rate("0000", 3), None);
        let mut out = String::from("text");
        note(&mut out, "mandate ", " M  1 ");
        note(&mut out, "empty ", "  ");
        assert_eq!(out, "text [mandate M 1]");
    }
}
