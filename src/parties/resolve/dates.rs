//! Dates of birth and of founding: `1984-03-05`, or `1984-03` and `1984` where no more is known.

/// A date, of which day or day and month may be unknown (zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// How two dates stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dates {
    Same,
    Swapped,
    DigitOff,
    /// As far as the one that knows less goes, they agree.
    Year,
    Different,
}

impl Day {
    /// Reads a date in normal form; none where it is no date.
    pub fn read(text: &str) -> Option<Day> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?.parse().ok()?;
        let mut smaller = |most: u8| match parts.next() {
            None => Some(0),
            Some(part) => {
                let value: u8 = digits(part, 2)?.parse().ok()?;
                (1..=most).contains(&value).then_some(value)
            }
        };
        let (month, day) = (smaller(12)?, smaller(31)?);
        parts.next().is_none().then_some(Day { year, month, day })
    }

    fn places(self) -> [u8; 8] {
        let ten = |value: u16| ((value / 10) as u8, (value % 10) as u8);
        let (a, b) = ten(self.year / 100);
        let (c, d) = ten(self.year % 100);
        let (e, f) = ten(u16::from(self.month));
        let (g, h) = ten(u16::from(self.day));
        [a, b, c, d, e, f, g, h]
    }
}

/// The part if it is so many digits.
fn digits(part: &str, length: usize) -> Option<&str> {
    (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(part)
}

/// Compares two dates.
pub(super) fn compare(left: Day, right: Day) -> Dates {
    if left.day == 0 || right.day == 0 {
        let month = left.month == 0 || right.month == 0 || left.month == right.month;
        return if left.year == right.year && month {
            Dates::Year
        } else {
            Dates::Different
        };
    }
    if left == right {
        return Dates::Same;
    }
    if left.year == right.year && left.day == right.month && left.month == right.day {
        return Dates::Swapped;
    }
    let (a, b) = (left.places(), right.places());
    let mut off = (0..8).filter(|place| a[*place] != b[*place]);
    match (off.next(), off.next(), off.next()) {
        (Some(_), None, _) => Dates::DigitOff,
        (Some(i), Some(j), None) if j == i + 1 && a[i] == b[j] && a[j] == b[i] => Dates::DigitOff,
        _ => Dates::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_compare() {
        let on = |left: &str, right: &str| {
            compare(
                Day::read(left).unwrap_or_default(),
                Day::read(right).unwrap_or_default(),
            )
        };
        assert_eq!(on("1984-03-05", "1984-03-05"), Dates::Same);
        assert_eq!(on("1984-03-05", "1984-05-03"), Dates::Swapped);
        assert_eq!(on("1984-03-05", "1984-03-06"), Dates::DigitOff);
        assert_eq!(on("1984-03-05", "1948-03-05"), Dates::DigitOff);
        assert_eq!(on("1984-03-05", "1984"), Dates::Year);
        assert_eq!(on("1984-03", "1984"), Dates::Year);
        assert_eq!(on("1984-03", "1984-04-01"), Dates::Different);
        assert_eq!(on("1984-03-05", "1985"), Dates::Different);
        assert_eq!(on("1984-03-05", "1984-11-22"), Dates::Different);
        for no_date in [
            "",
            "84",
            "1984-13",
            "1984-3-5",
            "1984-03-05-06",
            "1984-00-01",
            "+984",
        ] {
            assert_eq!(Day::read(no_date), None, "{no_date}");
        }
    }
}
