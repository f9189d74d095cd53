//! Which form the dates of a file have: AAMMDD as the norm says, or DDMMAA.

use super::records;
use crate::intake::fixed::{DateForm, Record, date};
use crate::intake::lines::{Line, Lines};
use crate::intake::{IntakeError, SourceFile};

/// Longest period, in days, that a statement plausibly covers.
const LONGEST: i32 = 200;

/// Reads the dates of the whole file once. DDMMAA only where more of its records fit that alone than fit AAMMDD alone,
/// so that a damaged date does not turn a file. A header fits where its period is in order and not overly long, a
/// movement where it was booked within the period of its header.
pub fn form(source: &SourceFile<'_>) -> Result<DateForm, IntakeError> {
    let again = SourceFile {
        progress: &|_| {},
        ..*source
    };
    let mut lines = Lines::open(&again)?;
    let mut line = Line::default();
    let mut day_first: i64 = 0;
    let mut periods = [None; 2];
    while lines.next(&mut line)? {
        let record = Record::new(&line.text);
        let fits = match record.columns(1, 2) {
            "11" => {
                periods = FORMS.map(|form| records::period(record, form).ok());
                periods.map(|period| period.is_some_and(|(from, to)| to.0 - from.0 <= LONGEST))
            }
            "22" => [0, 1].map(|at: usize| {
                let booked = date(record.columns(11, 16), FORMS[at]);
                let period = periods[at];
                booked
                    .zip(period)
                    .is_some_and(|(day, (from, to))| (from..=to).contains(&day))
            }),
            _ => continue,
        };
        day_first += i64::from(fits[1]) - i64::from(fits[0]);
    }
    Ok(if day_first > 0 {
        DateForm::DayFirst
    } else {
        DateForm::YearFirst
    })
}

const FORMS: [DateForm; 2] = [DateForm::YearFirst, DateForm::DayFirst];
