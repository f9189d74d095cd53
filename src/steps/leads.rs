//! Leads for protection: whom findings say something of that a victim service should look at. A view of its own, never
//! part of a file about anybody else (VS-04).

use std::path::Path;

use super::{CaseNames, StepError, key_path};
use crate::case::column::{self, text_at};
use crate::case::{Case, Step};
use crate::model::Date;
use crate::report::Names;
use crate::sql::{Limits, Session};
use crate::victims::KeyFile;
use crate::victims::leads::{Lead, Seen, leads};

// One row a finding and person: whoever alone or with others holds the account that it is about. Companies are nobody's
// victim service's matter; what a person dismissed is not told again.
const SEEN: &str = "
    SELECT f.finding_id, f.title, coalesce(f.form, '') AS form, f.gate_reason, f.from_time, f.account_id,
           coalesce(f.party_id, h.party_id) AS party_id, p.birth_date
    FROM findings f
    LEFT JOIN account_holders h ON h.account_id = f.account_id AND h.role <> 'mandate'
    LEFT JOIN parties p ON p.party_id = coalesce(f.party_id, h.party_id)
    WHERE (f.gate <> 'open' OR f.describes = 'exploited') AND coalesce(f.judgement, '') <> 'dismissed'
      AND coalesce(p.kind, 'person') <> 'company'
    ORDER BY f.finding_id, party_id";

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
        CaseNames::revealed(case)?
    } else {
        let path = key_path(keys, case);
        let key = match path.is_file() {
            true => KeyFile::read(&path, case.root())?,
            false => KeyFile::create(&path, case.root())?,
        };
        CaseNames::pseudonymous(case, &key.key)?
    };
    let session = Session::open(case, limits)?;
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
        let from = column::moment(&batch, "from_time")?;
        for row in 0..batch.num_rows() {
            use datafusion::arrow::array::Array;
            let person = match (text_at(party, row), text_at(account, row)) {
                ("", "") => continue,
                ("", account) => format!("holder of {}", names.account(account)),
                (party, _) => names.party(party),
            };
            let age = (born.is_valid(row) && from.is_valid(row))
                .then(|| years(Date(born.value(row)), from.value(row)));
            seen.push(Seen {
                person,
                finding_id: id.value(row).to_owned(),
                title: title.value(row).to_owned(),
                form: form.value(row).to_owned(),
                gate_reason: reason.is_valid(row).then(|| reason.value(row).to_owned()),
                age: age.flatten(),
                is_surely_adult: false,
            });
        }
    }
    Ok(leads(&seen))
}

/// Whole years from a birth to a moment; nothing where the birth is later.
fn years(born: Date, at: i64) -> Option<u16> {
    let day = Date(i32::try_from(at.div_euclid(86_400_000_000)).ok()?);
    let (year, month, of_month) = day.ymd();
    let (birth_year, birth_month, birth_day) = born.ymd();
    let before = (month, of_month) < (birth_month, birth_day);
    u16::try_from(year - birth_year - i32::from(before)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birthday_counts_on_its_day() {
        let at = |year, month, day| Date::from_ymd(year, month, day).map(|date| date.midnight());
        let born = Date::from_ymd(2006, 3, 1).expect("a day");
        assert_eq!(at(2024, 2, 29).and_then(|at| years(born, at)), Some(17));
        assert_eq!(at(2024, 3, 1).and_then(|at| years(born, at)), Some(18));
        assert_eq!(at(2006, 2, 1).and_then(|at| years(born, at)), None);
    }
}
