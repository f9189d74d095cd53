//! Distances in banking days: weekends and the closing days of the Eurosystem's payment system do not count.
//!
//! T2 (until 2023 TARGET2) is closed on 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December: the long-term
//! calendar of the European Central Bank of 14 December 2000, in these words from 2002. The three years before had
//! calendars of their own: 1999 knew 1 January, 25 December and, for the change of the year, 31 December; 2000 the six
//! days; 2001 these and 31 December, before the banknotes came. National holidays differ from country to country and are
//! not known here, so around them a distance is too large by a day. The days hold for every currency: systems outside the
//! euro rest on most of them.

use std::sync::LazyLock;

use crate::model::Date;

/// How many banking days the two legs of one transfer may lie apart.
pub(super) const WINDOW: i32 = 2;

/// Closing days on weekdays, as days since 1970, ascending.
static CLOSED: LazyLock<Vec<i32>> = LazyLock::new(|| {
    let mut days: Vec<i32> = (1_999..2_200)
        .flat_map(closed)
        .filter(|day| is_weekday(*day))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
});

/// Number of a day among the banking days. A day that is none has the number of the last one before it.
pub(super) fn number(date: i32) -> i32 {
    // 1 January 1970 was a Thursday.
    let since_monday = date.saturating_add(3);
    let weekdays = since_monday.div_euclid(7) * 5 + since_monday.rem_euclid(7).min(4);
    weekdays - CLOSED.partition_point(|day| *day <= date) as i32
}

/// The last calendar day that lies at most `distance` banking days behind `date`.
pub(super) fn latest_within(date: i32, distance: i32) -> i32 {
    let limit = number(date) + distance;
    let mut day = date;
    while number(day + 1) <= limit {
        day += 1;
    }
    day
}

/// The first calendar day that lies at most `distance` banking days before `date`.
pub(super) fn earliest_within(date: i32, distance: i32) -> i32 {
    let limit = number(date) - distance;
    let mut day = date;
    while number(day - 1) >= limit {
        day -= 1;
    }
    day
}

fn closed(year: i16) -> Vec<i32> {
    let day = |month, day| Date::from_ymd(year, month, day).map_or(0, |date| date.0);
    if year == 1_999 {
        return vec![day(1, 1), day(12, 25), day(12, 31)];
    }
    let easter = easter_sunday(year);
    let mut days = vec![
        day(1, 1),
        easter - 2,
        easter + 1,
        day(5, 1),
        day(12, 25),
        day(12, 26),
    ];
    if year == 2_001 {
        days.push(day(12, 31));
    }
    days
}

fn is_weekday(date: i32) -> bool {
    date.saturating_add(3).rem_euclid(7) < 5
}

/// Easter Sunday of the Gregorian calendar: the Sunday behind the first full moon of the church's table on or behind
/// 21 March (golden number, epact, Sunday letter).
fn easter_sunday(year: i16) -> i32 {
    let year = i32::from(year);
    let golden = year % 19 + 1;
    let century = year / 100 + 1;
    let leap_days_left_out = 3 * century / 4 - 12;
    let moon = (8 * century + 5) / 25 - 5;
    let sunday = 5 * year / 4 - leap_days_left_out - 10;
    let mut epact = (11 * golden + 20 + moon - leap_days_left_out).rem_euclid(30);
    if epact == 24 || (epact == 25 && golden > 11) {
        epact += 1;
    }
    let full_moon = if epact > 23 { 74 - epact } else { 44 - epact };
    let march = full_moon + 7 - (sunday + full_moon) % 7;
    let first = Date::from_ymd(year as i16, 3, 1).map_or(0, |date| date.0);
    first + march - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> i32 {
        Date::from_ymd(year, month, day).map_or(0, |d| d.0)
    }

    #[test]
    fn a_weekend_is_no_distance() {
        let friday = day(2026, 11, 20);
        let (saturday, sunday, monday, tuesday) = (friday + 1, friday + 2, friday + 3, friday + 4);
        assert_eq!(number(friday), number(saturday));
        assert_eq!(number(friday), number(sunday));
        assert_eq!(number(monday) - number(friday), 1);
        assert_eq!(number(tuesday) - number(saturday), 2);
        assert_eq!(latest_within(friday, 2), tuesday);
        assert_eq!(earliest_within(tuesday, 2), friday);
        assert_eq!(latest_within(day(2026, 11, 18), 2), sunday);
    }

    #[test]
    fn closing_days_are_no_distance() {
        // Easter Sundays as almanacs print them, the earliest and the latest of two centuries among them.
        for (year, month, sunday) in [
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
            (2049, 4, 18),
            (2076, 4, 19),
        ] {
            assert_eq!(easter_sunday(year), day(year, month, sunday), "{year}");
        }
        // Maundy Thursday 2024, then Tuesday: Friday to Monday is closed.
        assert_eq!(number(day(2024, 4, 2)) - number(day(2024, 3, 28)), 1);
        assert_eq!(number(day(2024, 4, 1)), number(day(2024, 3, 28)));
        assert_eq!(latest_within(day(2024, 3, 28), 2), day(2024, 4, 3));
        assert_eq!(earliest_within(day(2024, 4, 3), 2), day(2024, 3, 28));
        // Christmas Eve 2024 was a Tuesday; Labour Day and New Year's Day lie between their neighbours.
        assert_eq!(number(day(2024, 12, 27)) - number(day(2024, 12, 24)), 1);
        assert_eq!(number(day(2024, 5, 2)) - number(day(2024, 4, 30)), 1);
        assert_eq!(number(day(2025, 1, 2)) - number(day(2024, 12, 31)), 1);
        // A national holiday is not known here.
        assert_eq!(number(day(2024, 10, 4)) - number(day(2024, 10, 2)), 2);
    }

    #[test]
    fn the_first_three_years_have_their_own_closing_days() {
        let weekdays = |year: i16| {
            let (first, last) = (day(year, 1, 1), day(year, 12, 31));
            let closed =
                (first..=last).filter(|date| is_weekday(*date) && number(*date) == number(*date - 1));
            closed.collect::<Vec<i32>>()
        };
        assert!(weekdays(1998).is_empty(), "there was no TARGET");
        assert_eq!(weekdays(1999), [day(1999, 1, 1), day(1999, 12, 31)]);
        // Good Friday, Easter Monday, 1 May, 25 and 26 December; New Year's Day was a Saturday.
        let of_2000 = [(4, 21), (4, 24), (5, 1), (12, 25), (12, 26)];
        assert_eq!(weekdays(2000), of_2000.map(|(month, of)| day(2000, month, of)));
        let of_2001 = [(1, 1), (4, 13), (4, 16), (5, 1), (12, 25), (12, 26), (12, 31)];
        assert_eq!(weekdays(2001), of_2001.map(|(month, of)| day(2001, month, of)));
        let of_2002 = [(1, 1), (3, 29), (4, 1), (5, 1), (12, 25), (12, 26)];
        assert_eq!(weekdays(2002), of_2002.map(|(month, of)| day(2002, month, of)));
    }

    #[test]
    fn numbers_never_fall_also_before_1970() {
        for date in -1_000..1_000 {
            assert_eq!(number(date + 7) - number(date), 5);
        }
        for date in -1_000..90_000 {
            let step = number(date + 1) - number(date);
            assert!(step == 0 || step == 1, "{date}");
        }
    }
}
