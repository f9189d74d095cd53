//! Which format the days are written in, where several read them: told by another column, by the order of the rows, by
//! days in the texts, or by nobody.

use regex::Regex;

use super::columns::{self, Column};
use super::days::{self, Reads};
use super::roles::Roles;
use super::settle::Choice;
use super::shape::Shape;
use crate::model::Date;

/// What is told of the days.
pub struct Days {
    /// Formats as TOML writes them.
    pub choice: Choice,
    /// Languages of month names.
    pub languages: Vec<&'static str>,
    /// Whether the days of booking rise or fall.
    pub rising: Option<bool>,
}

/// Days between what was done and its booking, at most.
const SHORTLY: i32 = 10;

/// Settles the formats of every column of days that has a role.
pub fn settle(shape: &Shape, columns: &mut [Column], roles: &Roles) -> Days {
    let mut of_days: Vec<usize> = ["booked", "value"]
        .into_iter()
        .filter_map(|role| roles.get(role))
        .collect();
    of_days.extend(roles.booked_doubt.iter().skip(1));
    settle_columns(shape, columns, &of_days)
}

/// Settles the formats of these columns.
pub fn settle_columns(shape: &Shape, columns: &mut [Column], of_days: &[usize]) -> Days {
    let mut reasons: Vec<String> = Vec::new();
    // A column that is read in one way only settles those that could be written like it.
    let sure: Vec<String> = columns
        .iter()
        .filter_map(|column| column.days.as_ref())
        .filter(|days| !days.is_ambiguous())
        .flat_map(|days| days.formats.iter().map(|reads| reads.text.clone()))
        .collect();
    let mut doubts: Vec<String> = Vec::new();
    let mut formats: Vec<String> = Vec::new();
    let mut languages: Vec<&'static str> = Vec::new();
    let mut rising = None;
    for &at in of_days {
        let label = columns::label(columns, at);
        let Some(column) = columns.get_mut(at) else {
            continue;
        };
        let Some(days) = column.days.as_mut() else {
            continue;
        };
        if days.is_ambiguous() {
            let readings: Vec<String> = days.formats.iter().map(|reads| reads.text.clone()).collect();
            let ordered: Vec<(String, bool)> = days
                .formats
                .iter()
                .filter_map(|reads| Some((reads.text.clone(), days::in_order(&shape.runs, at, reads)?)))
                .collect();
            if let Some(known) = readings.iter().find(|text| sure.contains(text)) {
                reasons.push(format!(
                    "{label}: written like another column that reads in this way only"
                ));
                days.settle(known);
            } else if let [(text, _)] = ordered.as_slice() {
                reasons.push(format!(
                    "{label}: no value tells day from month, but only as {text} do the rows stand in order of days"
                ));
                days.settle(text);
            } else if let Some((text, proof)) = by_texts(shape, at, &days.formats) {
                reasons.push(format!("{label}: {proof}"));
                days.settle(&text);
            } else {
                doubts.push(format!(
                    "{label}: the sample reads as {} alike, and no value tells which: a person must decide, from the bank's \
                     own description or another file of it",
                    readings.join(" and as ")
                ));
                formats.extend(readings);
                continue;
            }
        } else {
            reasons.push(format!(
                "{label}: reads {} of {} values, and in this way only",
                days.fit, days.filled
            ));
        }
        let Some(reads) = days.formats.first() else {
            continue;
        };
        if rising.is_none() {
            rising = days::in_order(&shape.runs, at, reads);
        }
        if !formats.contains(&reads.text) {
            formats.push(reads.text.clone());
        }
        if let Some(language) = reads.language.filter(|language| !languages.contains(language)) {
            languages.push(language);
        }
    }
    formats.dedup();
    let listed: Vec<String> = formats.iter().map(|text| format!("\"{text}\"")).collect();
    let choice = Choice {
        value: listed.join(", "),
        reason: if doubts.is_empty() {
            reasons.join("; ")
        } else {
            doubts.join("; ")
        },
        doubt: !doubts.is_empty(),
    };
    Days {
        choice,
        languages,
        rising,
    }
}

// Days that texts of the records tell, year first as no bank means otherwise: what is booked was done shortly before.
// The one reading under which that holds for every record that tells a day, and for some record under no other.
fn by_texts(shape: &Shape, at: usize, formats: &[Reads]) -> Option<(String, String)> {
    static TOLD: std::sync::OnceLock<Option<Regex>> = std::sync::OnceLock::new();
    let told = TOLD
        .get_or_init(|| Regex::new(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)(?:T|\b)").ok())
        .as_ref()?;
    let mut rows: Vec<(&str, Date)> = Vec::new();
    for record in shape.records() {
        let Some(value) = record
            .get(at)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
        else {
            continue;
        };
        let others = record.iter().enumerate().filter(|(other, _)| *other != at);
        for (_, text) in others {
            // A cell that is nothing but a day may be of any kind.
            let found = told.captures_iter(text).filter(|_| text.trim().len() > 19);
            let days = found.filter_map(|c| {
                let part = |n: usize| c.get(n).map_or("", |m| m.as_str());
                Date::from_ymd(
                    part(1).parse().ok()?,
                    part(2).parse().ok()?,
                    part(3).parse().ok()?,
                )
            });
            rows.extend(days.map(|day| (value, day)));
        }
    }
    let fits = |reads: &Reads| {
        rows.iter()
            .filter(|(value, day)| {
                reads
                    .day(value)
                    .is_some_and(|booked| (0..=SHORTLY).contains(&(booked.0 - day.0)))
            })
            .count()
    };
    let counts: Vec<usize> = formats.iter().map(fits).collect();
    let full: Vec<usize> = (0..formats.len())
        .filter(|at| !rows.is_empty() && counts.get(*at) == Some(&rows.len()))
        .collect();
    match full.as_slice() {
        [one] => {
            let text = formats.get(*one)?.text.clone();
            let proof = format!(
                "no value tells day from month, but only as {text} was everything booked within {SHORTLY} days of the day \
                 that its own text tells ({} such texts)",
                rows.len()
            );
            Some((text, proof))
        }
        _ => None,
    }
}
