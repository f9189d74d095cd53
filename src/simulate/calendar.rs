//! Months, working days, and on which day a payment that is due on a day of the month is really made.

use crate::model::Date;

/// 0 is Monday, 6 is Sunday.
pub fn weekday(date: Date) -> u32 {
    (date.0 + 3).rem_euclid(7) as u32
}

/// Whether banks book no payments: weekends, New Year's Day and the two days of Christmas.
pub fn is_rest_day(date: Date) -> bool {
    let (_, month, day) = date.ymd();
    weekday(date) >= 5 || (month, day) == (1, 1) || (month == 12 && (day == 25 || day == 26))
}

/// The day itself or the first working day behind it.
pub fn next_working(mut date: Date) -> Date {
    while is_rest_day(date) {
        date = Date(date.0 + 1);
    }
    date
}

/// The day itself or the last working day before it.
pub fn previous_working(mut date: Date) -> Date {
    while is_rest_day(date) {
        date = Date(date.0 - 1);
    }
    date
}

/// The first day of the month in which the date lies.
pub fn month_start(date: Date) -> Date {
    let (_, _, day) = date.ymd();
    Date(date.0 - day as i32 + 1)
}

/// The first day of the next month.
pub fn next_month(date: Date) -> Date {
    month_start(Date(month_start(date).0 + 32))
}

/// The periods by which a bank writes statements: months, the first and the last cut to the period.
pub fn months(start: Date, days: u32) -> Vec<(Date, Date)> {
    let end = Date(start.0 + days as i32 - 1);
    let mut periods = Vec::new();
    let mut from = start;
    while from <= end {
        let next = next_month(from);
        periods.push((from, Date((next.0 - 1).min(end.0))));
        from = next;
    }
    periods
}

/// Which days of the month (bits 1 to 28) are made on a given day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Payments that slide to the next working day: rents, direct debits.
    pub later: u32,
    /// Payments that slide to the working day before: wages, benefits.
    pub earlier: u32,
}

impl Due {
    /// What is made on `date`.
    pub fn on(date: Date) -> Due {
        let mut due = Due::default();
        if is_rest_day(date) {
            return due;
        }
        for shift in 0..7 {
            let before = Date(date.0 - shift);
            let (_, _, day) = before.ymd();
            if day <= 28 && next_working(before) == date {
                due.later |= 1 << day;
            }
            let behind = Date(date.0 + shift);
            let (_, _, day) = behind.ymd();
            if day <= 28 && previous_working(behind) == date {
                due.earlier |= 1 << day;
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> Date {
        Date::from_ymd(year, month, day).expect("a day of the calendar")
    }

    #[test]
    fn weekdays_and_months() {
        assert_eq!(weekday(day(2026, 11, 23)), 0);
        assert_eq!(next_month(day(2024, 12, 31)), day(2025, 1, 1));
        let periods = months(day(2024, 1, 15), 60);
        assert_eq!(
            periods,
            [
                (day(2024, 1, 15), day(2024, 1, 31)),
                (day(2024, 2, 1), day(2024, 2, 29)),
                (day(2024, 3, 1), day(2024, 3, 14)),
            ]
        );
    }

    #[test]
    fn every_due_day_is_made_exactly_once() {
        let start = day(2024, 1, 1);
        let (mut later, mut earlier) = ([0u32; 29], [0u32; 29]);
        for offset in 0..366 {
            let due = Due::on(Date(start.0 + offset));
            for nominal in 1..=28 {
                later[nominal] += due.later >> nominal & 1;
                earlier[nominal] += due.earlier >> nominal & 1;
            }
        }
        // 2024 begins on a rest day, whose earlier payments are made in the year before.
        assert!(later[1..].iter().all(|n| *n == 12), "{later:?}");
        assert!(earlier[2..].iter().all(|n| *n == 12), "{earlier:?}");
    }
}
