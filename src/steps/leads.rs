//! Leads for protection: whom findings say something of that a victim service should look at. A view of its own, never
//! part of a file about anybody else (VS-04).

use std::path::Path;

use datafusion::arrow::array::Array;

use super::names::own_key;
use super::{CaseNames, StepError};
use crate::case::column::{self, text_at};
use crate::case::{Case, Step};
use crate::model::Date;
use crate::report::Names;
use crate::sql::{Limits, Session};
use crate::victims::leads::{Lead, Seen, leads};
use crate::victims::{ADULT, Born};

/// Microseconds.
const DAY: i64 = 86_400_000_000;

// One row a finding and person: whoever alone or with others holds the account that it is about. Companies are nobody's
// victim service's matter; what a person dismissed is not told again.
const SEEN: &str = "
    SELECT f.finding_id, f.title, coalesce(f.form, '') AS form, f.gate_reason, f.from_time, f.account_id,
           coalesce(f.party_id, h.party_id) AS party_id, p.birth_date, p.birth_year
    FROM findings f
    LEFT JOIN account_holders h ON h.account_id = f.account_id AND h.role <> 'mandate'
    LEFT JOIN parties p ON p.party_id = coalesce(f.party_id, h.party_id)
    WHERE (f.gate <> 'open' OR f.describes = 'exploited') AND coalesce(f.judgement, '') <> 'dismissed'
      AND coalesce(p.kind, 'person') NOT IN ('company', 'arrangement', 'state')
    ORDER BY f.finding_id, party_id";

// When the first of all entries was: who was of age then was so at every one.
const FIRST: &str = "SELECT min(coalesce(booking_date, CAST(booked_at AS DATE))) AS first FROM entries";

/// The leads of a case, under pseudonyms unless names are asked for. Children, and those who may be children, come first;
/// otherwise the order is that of the names.
pub fn protection_leads(
    case: &Case,
    keys: &Path,
    limits: Limits,
    with_names: bool,
    notes: &mut Vec<String>,
) -> Result<Vec<Lead>, StepError> {
    super::require(case, Step::Detect)?;
    let names = if with_names {
        CaseNames::revealed(case, true)?
    } else {
        let key = own_key(case, keys, notes)?;
        CaseNames::pseudonymous(case, &key.key)?
    };
    let session = Session::open(case, limits)?;
    let mut first = None;
    for batch in session.query(FIRST, &[])? {
        first = column::date(&batch, "first")?.iter().flatten().next().or(first);
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
            let day = born.is_valid(row).then(|| Date(born.value(row)));
            let born = Born::of(day, year.is_valid(row).then(|| year.value(row)));
            let age_at = |at: Option<Date>| born?.age(at?);
            let began = from.is_valid(row).then(|| from.value(row).div_euclid(DAY));
            let age = age_at(began.and_then(|day| i32::try_from(day).ok()).map(Date));
            seen.push(Seen {
                person,
                finding_id: id.value(row).to_owned(),
                title: title.value(row).to_owned(),
                form: form.value(row).to_owned(),
                gate_reason: reason.is_valid(row).then(|| reason.value(row).to_owned()),
                age,
                is_surely_adult: age_at(first.map(Date)).is_some_and(|age| age >= ADULT),
            });
        }
    }
    Ok(leads(&seen))
}
