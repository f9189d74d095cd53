//! Distances in banking days: weekends do not count. Public holidays differ from country to country and are not known
//! here, so a distance is never too small, only sometimes too large by a holiday.

/// How many banking days the two legs of one transfer may lie apart.
pub(super) const WINDOW: i32 = 2;

/// Number of a day among the banking days. Saturday and Sunday have the number of their Friday.
pub(super) fn number(date: i32) -> i32 {
    // 1 January 1970 was a Thursday.
    let since_monday = date.saturating_add(3);
    since_monday.div_euclid(7) * 5 + since_monday.rem_euclid(7).min(4)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

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
    fn numbers_never_fall_also_before_1970() {
        for date in -1_000..1_000 {
            let step = number(date + 1) - number(date);
            assert!(step == 0 || step == 1, "{date}");
            assert_eq!(number(date + 7) - number(date), 5);
        }
    }
}
