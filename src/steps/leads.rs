//! Leads for protection: whom findings say something of that a victim service should look at. A view of its own, never
//! part of a file about anybody else (VS-04).

use std::path::Path;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::TimestampMicrosecondType;

use super::{CaseNames, StepError, key_path};
use crate::case::column::{self, text_at};
use crate::case::{Case, MOMENT, Step};
use crate::model::Date;
use crate::report::Names;
use crate::sql::{Limits, Session};
use crate::victims::KeyFile;
use crate::victims::leads::{Lead, Seen, leads};

/// Years from which somebody is no child (Directive 2011/36/EU Art. 2(6)).
const ADULT: u16 = 18;

// One row a finding and person: whoever alone or with others holds the account that it is about. Companies are nobody's
// victim service's matter; what a person dismissed is not told again.
const SEEN: &str = "
    SELECT f.finding_id, f.title, coalesce(f.form, '') AS form, f.gate_reason, f.from_time, f.account_id,
           coalesce(f.party_id, h.party_id) AS party_id, p.birth_date, p.birth_year
    FROM findings f
    LEFT JOIN account_holders h ON h.account_id = f.account_id AND h.role <> 'mandate'
    LEFT JOIN parties p ON p.party_id = coalesce(f.party_id, h.party_id)
    WHERE (f.gate <> 'open' OR f.describes = 'exploited') AND coalesce(f.judgement, '') <> 'dismissed'
      AND coalesce(p.kind, 'person') <> 'company'
    ORDER BY f.finding_id, party_id";

// When the first of all entries was: who was of age then was so at every one.
const FIRST: &str = "SELECT CAST(min(booking_date) AS TIMESTAMP) AS first FROM entries";

/// The leads of a case, under pseudonyms unless names are asked for. Children, and those who may be children, come first;
/// otherwise the order is that of the names.
pub fn protection_leads(
    case: &Case,
    keys: &Path,
    limits: Limits,
    with_names: bool,
) -> Result<Vec<Lead>, StepError> {
    super::require(case, Step::Detect)?;
    let names = if with_names {
        CaseNames::revealed(case, true)?
    } else {
        let path = key_path(keys, case);
        let key = match path.is_file() {
            true => KeyFile::read(&path, case.root())?,
            false => KeyFile::create(&path, case.root())?,
        };
        CaseNames::pseudonymous(case, &key.key)?
    };
    let session = Session::open(case, limits)?;
    let mut first = None;
    for batch in session.query(FIRST, &[])? {
        let at = cast(batch.column(0), &MOMENT).map_err(|error| StepError::Parameter(error.to_string()))?;
        first = at
            .as_primitive::<TimestampMicrosecondType>()
            .iter()
            .flatten()
            .next()
            .or(first);
    }
    let mut seen = Vec::new();
    for batch in session.query(SEEN, &[])? {
        let (id, title) = (
            column::text(&batch, "finding_id")?,
            column::text(&batch, "title")?,
        );
        let (form, reason) = (
            column::text(&batch, "form")?,
            column::text(&batch, "gate_reason")?,
        );
        let (account, party) = (
            column::text(&batch, "account_id")?,
            column::text(&batch, "party_id")?,
        );
        let born = column::date(&batch, "birth_date")?;
        let year = column::number(&batch, "birth_year")?;
        let from = column::moment(&batch, "from_time")?;
        for row in 0..batch.num_rows() {
            let person = match (text_at(party, row), text_at(account, row)) {
                ("", "") => continue,
                ("", account) => format!("holder of {}", names.account(account)),
                (party, _) => names.party(party),
            };
            let born = match (born.is_valid(row), year.is_valid(row)) {
                (true, _) => Some(Born::On(Date(born.value(row)))),
                (false, true) => Some(Born::In(year.value(row))),
                (false, false) => None,
            };
            let age_at = |at: Option<i64>| born?.age(at?);
            let age = age_at(from.is_valid(row).then(|| from.value(row)));
            seen.push(Seen {
                person,
                finding_id: id.value(row).to_owned(),
                title: title.value(row).to_owned(),
                form: form.value(row).to_owned(),
                gate_reason: reason.is_valid(row).then(|| reason.value(row).to_owned()),
                age,
                is_surely_adult: age_at(first).is_some_and(|age| age >= ADULT),
            });
        }
    }
    Ok(leads(&seen))
}

/// What records say of a birth.
#[derive(Clone, Copy)]
enum Born {
    On(Date),
    /// The year alone.
    In(i64),
}

impl Born {
    /// Whole years of somebody at a moment; of whom the year alone is known, the least of them, except where he may or may
    /// not be of age: then nothing, and he is treated as a child. Nothing too before the birth.
    fn age(self, at: i64) -> Option<u16> {
        let day = Date(i32::try_from(at.div_euclid(86_400_000_000)).ok()?);
        let (year, month, of_month) = day.ymd();
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
        let at = |year, month, day| Date::from_ymd(year, month, day).map(|date| date.midnight());
        let born = Born::On(Date::from_ymd(2006, 3, 1).expect("a day"));
        let of = |born: Born, at: Option<i64>| at.and_then(|at| born.age(at));
        assert_eq!(of(born, at(2024, 2, 29)), Some(17));
        assert_eq!(of(born, at(2024, 3, 1)), Some(18));
        assert_eq!(of(born, at(2006, 2, 1)), None);
        let year_alone = Born::In(2006);
        assert_eq!(of(year_alone, at(2023, 12, 30)), Some(16));
        assert_eq!(of(year_alone, at(2024, 12, 30)), None, "17 or 18");
        assert_eq!(of(year_alone, at(2025, 1, 1)), Some(18));
    }
}
