//! How old somebody was, by what records say of the birth.

use crate::model::Date;

/// Years. Whoever has fewer is a child (Directive 2011/36/EU Art. 2(6)).
pub const ADULT: u16 = 18;

/// What records say of a birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Born {
    On(Date),
    /// The year alone.
    In(i64),
}

impl Born {
    /// The day where there is one, else the year.
    pub fn of(day: Option<Date>, year: Option<i64>) -> Option<Born> {
        day.map(Born::On).or(year.map(Born::In))
    }

    /// Whole years of somebody on a day; of whom the year alone is known, the least of them, except where he may or may
    /// not be of age: then nothing, and he is treated as a child. Nothing too before the birth.
    pub fn age(self, at: Date) -> Option<u16> {
        let (year, month, of_month) = at.ymd();
        let years = match self {
            Born::On(born) => {
                let (birth_year, birth_month, birth_day) = born.ymd();
                let before = (month, of_month) < (birth_month, birth_day);
                year - birth_year - i32::from(before)
            }
            Born::In(birth_year) => match year - i32::try_from(birth_year).ok()? {
                most if most == i32::from(ADULT) => return None,
                most => (most - 1).max(0).min(most),
            },
        };
        u16::try_from(years).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birthday_counts_on_its_day() {
        let at = |year, month, day| Date::from_ymd(year, month, day);
        let born = Born::On(Date::from_ymd(2006, 3, 1).expect("a day"));
        let of = |born: Born, at: Option<Date>| at.and_then(|at| born.age(at));
        assert_eq!(of(born, at(2024, 2, 29)), Some(17));
        assert_eq!(of(born, at(2024, 3, 1)), Some(18));
        assert_eq!(of(born, at(2006, 2, 1)), None);
        let year_alone = Born::In(2006);
        assert_eq!(of(year_alone, at(2023, 12, 30)), Some(16));
        assert_eq!(of(year_alone, at(2024, 12, 30)), None, "17 or 18");
        assert_eq!(of(year_alone, at(2025, 1, 1)), Some(18));
    }
}
