//! Statistics of a case by form of exploitation, category of person and route, in which nobody is singled out (VS-12).
//!
//! Everybody counts once, so that rows add up: whom several forms or routes are told of stands under “several”. A route
//! is the pair of countries between which cited entries move money, by the accounts and by what records say of the other
//! side. Where anybody comes from is asked nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::StepError;
use crate::case::column::{self, text_at};
use crate::case::{Case, Step, Written};
use crate::model::{hex, is_body, sha256};
use crate::sql::{Limits as SessionLimits, Session};
use crate::victims::counts::GIVEN;
pub use crate::victims::counts::{By, Line, Of, Statistics};
use crate::victims::statistics::{Bin, Dimension, Limits, publish};
use crate::victims::{Category, leads};

const FINDINGS: &str = "
    SELECT f.finding_id, f.form, coalesce(f.party_id, h.party_id) AS party_id, p.kind, p.category
    FROM findings f
    LEFT JOIN account_holders h ON f.party_id IS NULL AND h.account_id = f.account_id AND h.role <> 'mandate'
    LEFT JOIN parties p ON p.party_id = coalesce(f.party_id, h.party_id)
    WHERE coalesce(f.form, '-') NOT IN ('', '-') AND coalesce(f.judgement, '') <> 'dismissed'";
const MEMBERS: &str = "
    SELECT c.cluster_id, c.forms, p.party_id, p.kind, p.category
    FROM clusters c
    JOIN cluster_members m ON m.cluster_id = c.cluster_id
    LEFT JOIN parties p ON p.party_id = m.member";
// Who was, or may have been, younger than 18 on the day of the first movement (VS-05), where the birth is on record.
const CHILDREN: &str = "
    SELECT p.party_id
    FROM parties p
    CROSS JOIN (SELECT min(coalesce(booking_date, CAST(booked_at AS DATE))) AS day FROM entries) AS first
    WHERE p.birth_date > CAST(first.day - INTERVAL '18 years' AS DATE)
       OR (p.birth_date IS NULL AND p.birth_year >= CAST(date_part('year', first.day) AS BIGINT) - 18)";
const INDICATORS: &str = "SELECT cluster_id, finding_id FROM cluster_indicators";
// What a file wrote in the place of a country is one where it has two letters, in any case; other texts say of none.
const ROUTES: &str = "
    SELECT DISTINCT finding_id,
           CASE direction WHEN 'debit' THEN own ELSE other END AS from_country,
           CASE direction WHEN 'debit' THEN other ELSE own END AS to_country
    FROM (
        SELECT f.finding_id, e.direction, upper(trim(a.country)) AS own,
               upper(trim(coalesce(e.counterparty_country, o.country))) AS other
        FROM finding_entries f
        JOIN entries e ON e.entry_id = f.entry_id
        JOIN accounts a ON a.account_id = e.account_id
        LEFT JOIN accounts o ON o.account_id = e.counterparty_account_id
    ) AS moved
    WHERE own <> other AND regexp_like(own, '^[A-Z]{2}$') AND regexp_like(other, '^[A-Z]{2}$')";

/// Somebody or something that counts once.
#[derive(Default)]
struct Unit {
    /// Letters of forms.
    forms: BTreeSet<char>,
    category: String,
    findings: BTreeSet<String>,
    /// Is, or tells of, somebody who may be a child.
    has_child: bool,
}

/// The statistics of a case. The findings must be those of the records as they are.
pub fn statistics(
    case: &Case,
    session_limits: SessionLimits,
    of: Of,
    by: &[By],
    limits: Limits,
) -> Result<Statistics, StepError> {
    super::require(case, Step::Detect)?;
    statistics_of(&Session::open(case, session_limits)?, of, by, limits)
}

/// Other statistics of the case that the ledger says were given out before, with when. Whoever has two can compare them.
pub fn given_before(case: &Case, statistics: &Statistics) -> Result<Vec<String>, StepError> {
    let this = given(statistics);
    // Those of the cases that this one was merged from are of the same people.
    let mut lines = case.ledgers_before()?;
    lines.extend(case.ledger()?);
    let before = lines
        .into_iter()
        .flat_map(|line| {
            line.written
                .into_iter()
                .map(move |written| (line.time.clone(), written))
        })
        .filter(|(_, written)| written.name.starts_with(GIVEN))
        .filter(|(_, written)| *written != this)
        .map(|(time, written)| format!("{} ({time})", written.name));
    Ok(before.collect())
}

/// What the ledger says of them once they are given out.
pub fn given(statistics: &Statistics) -> Written {
    Written {
        name: statistics.name(),
        sha256: digest(statistics),
    }
}

/// What is said where others were given out before.
pub fn beware_of(before: &[String]) -> Option<String> {
    (!before.is_empty()).then(|| {
        format!(
            "beware: other statistics of this case were made before: {}. Whoever has both can compare them",
            before.join("; ")
        )
    })
}

fn digest(statistics: &Statistics) -> String {
    hex(&sha256(format!("{:?}", statistics.lines()).as_bytes()))
}

/// The same in a session over such a case.
pub(super) fn statistics_of(
    session: &Session,
    of: Of,
    by: &[By],
    limits: Limits,
) -> Result<Statistics, StepError> {
    let units = units(session, of)?;
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if by.contains(&By::Route) {
        each(
            session,
            ROUTES,
            ["finding_id", "from_country", "to_country"],
            |[id, from, to]| {
                routes
                    .entry(id.to_owned())
                    .or_default()
                    .insert(format!("{from} to {to}"));
            },
        )?;
    }
    let mut by = by.to_vec();
    by.sort();
    by.dedup();
    let of_unit = |unit: &Unit| -> Vec<(String, bool)> {
        by.iter()
            .map(|by| match by {
                By::Form => form(&unit.forms, unit.has_child),
                By::Category => (unit.category.clone(), false),
                By::Route => (route(unit, &routes), false),
            })
            .collect()
    };
    let keys: Vec<Vec<(String, bool)>> = units.iter().map(of_unit).collect();
    let dimensions: Vec<Dimension> = by
        .iter()
        .enumerate()
        .map(|(d, by)| {
            let bins: BTreeSet<&(String, bool)> = keys.iter().map(|key| &key[d]).collect();
            Dimension {
                name: by.as_str().to_owned(),
                bins: bins
                    .into_iter()
                    .map(|(name, is_children)| Bin {
                        name: name.clone(),
                        is_children: *is_children,
                    })
                    .collect(),
            }
        })
        .collect();
    let mut counts = vec![0_u64; dimensions.iter().map(|d| d.bins.len()).product()];
    for key in &keys {
        let place = key
            .iter()
            .zip(&dimensions)
            .fold(0, |place, ((name, _), dimension)| {
                let bin = dimension.bins.partition_point(|bin| bin.name < *name);
                place * dimension.bins.len() + bin
            });
        counts[place] += 1;
    }
    let published =
        publish(&dimensions, &counts, limits).map_err(|error| StepError::Parameter(error.to_string()))?;
    Ok(Statistics {
        of,
        by,
        limits,
        dimensions,
        published,
    })
}

fn units(session: &Session, of: Of) -> Result<Vec<Unit>, StepError> {
    let mut of_group: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    each(
        session,
        INDICATORS,
        ["cluster_id", "finding_id"],
        |[group, finding]| {
            of_group
                .entry(group.to_owned())
                .or_default()
                .insert(finding.to_owned());
        },
    )?;
    let mut children = BTreeSet::new();
    each(session, CHILDREN, ["party_id"], |[party]| {
        children.insert(party.to_owned());
    })?;
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    if of != Of::Groups {
        let columns = ["finding_id", "form", "party_id", "kind", "category"];
        each(
            session,
            FINDINGS,
            columns,
            |[finding, forms, party, kind, category]| {
                let is_person = is_person(party, kind);
                let unit = match of {
                    Of::Findings => units.entry(finding.to_owned()).or_default(),
                    _ if is_person => units.entry(party.to_owned()).or_default(),
                    _ => return,
                };
                unit.forms.extend(letters(forms));
                unit.has_child |= children.contains(party);
                unit.findings.insert(finding.to_owned());
                unit.of_category(category);
            },
        )?;
    }
    if of != Of::Findings {
        let columns = ["cluster_id", "forms", "party_id", "kind", "category"];
        each(
            session,
            MEMBERS,
            columns,
            |[group, forms, party, kind, category]| {
                let is_person = is_person(party, kind);
                let unit = match of {
                    Of::Groups => units.entry(group.to_owned()).or_default(),
                    _ if is_person => units.entry(party.to_owned()).or_default(),
                    _ => return,
                };
                unit.forms.extend(letters(forms));
                unit.has_child |= children.contains(party);
                unit.findings
                    .extend(of_group.get(group).into_iter().flatten().cloned());
                unit.of_category(category);
            },
        )?;
    }
    Ok(units.into_values().collect())
}

impl Unit {
    /// A finding or group on several people of several categories has none of them.
    fn of_category(&mut self, category: &str) {
        let category = match category {
            "" => Category::default().as_str(),
            other => other,
        };
        if self.category.is_empty() {
            self.category = category.to_owned();
        } else if self.category != category {
            self.category = "several categories".to_owned();
        }
    }
}

fn is_person(party: &str, kind: &str) -> bool {
    !party.is_empty() && !is_body(kind)
}

/// The letters of forms in what a pack says: `S, L`.
fn letters(forms: &str) -> impl Iterator<Item = char> {
    forms.chars().filter(|letter| leads::form(*letter).is_some())
}

/// The form in words, and whether counts of it are of children.
fn form(letters: &BTreeSet<char>, has_child: bool) -> (String, bool) {
    let known: Vec<char> = letters.iter().copied().filter(|letter| *letter != '*').collect();
    let is_of_children = known.contains(&'K');
    let name = match known.as_slice() {
        [] => leads::form('*').unwrap_or_default().to_owned(),
        [one] => leads::form(*one).map_or_else(|| one.to_string(), str::to_owned),
        _ if is_of_children => "several forms with one of children".to_owned(),
        _ => "several forms".to_owned(),
    };
    match has_child && !is_of_children {
        true => (format!("{name}, with children"), true),
        false => (name, is_of_children),
    }
}

fn route(unit: &Unit, routes: &BTreeMap<String, BTreeSet<String>>) -> String {
    let all: BTreeSet<&String> = unit
        .findings
        .iter()
        .filter_map(|id| routes.get(id))
        .flatten()
        .collect();
    match (all.len(), all.first()) {
        (1, Some(one)) => (*one).clone(),
        (0, _) => "none across a border".to_owned(),
        _ => "several routes".to_owned(),
    }
}

fn each<const N: usize>(
    session: &Session,
    sql: &str,
    columns: [&str; N],
    mut take: impl FnMut([&str; N]),
) -> Result<(), StepError> {
    for batch in session.query(sql, &[])? {
        let mut read = Vec::with_capacity(N);
        for name in columns {
            read.push(column::text(&batch, name)?);
        }
        for row in 0..batch.num_rows() {
            take(std::array::from_fn(|at| text_at(read[at], row)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_form_and_one_route() {
        let forms = |told: &str| form(&letters(told).collect(), false);
        assert_eq!(forms("L, *"), ("labour exploitation".to_owned(), false));
        assert_eq!(
            form(&BTreeSet::from(['L']), true),
            ("labour exploitation, with children".to_owned(), true)
        );
        assert_eq!(forms("S, L"), ("several forms".to_owned(), false));
        assert_eq!(
            forms("SK"),
            ("several forms with one of children".to_owned(), true)
        );
        assert_eq!(forms("*").0, "any form of exploitation");
        let mut unit = Unit::default();
        let routes = BTreeMap::from([
            ("f-1".to_owned(), BTreeSet::from(["NL to RO".to_owned()])),
            (
                "f-2".to_owned(),
                BTreeSet::from(["NL to RO".to_owned(), "BE to NL".to_owned()]),
            ),
        ]);
        assert_eq!(route(&unit, &routes), "none across a border");
        unit.findings.insert("f-1".to_owned());
        assert_eq!(route(&unit, &routes), "NL to RO");
        unit.findings.insert("f-2".to_owned());
        assert_eq!(route(&unit, &routes), "several routes");
        unit.of_category("");
        unit.of_category("unclassified");
        assert_eq!(unit.category, "unclassified");
        unit.of_category("convicted");
        assert_eq!(unit.category, "several categories");
    }
}
