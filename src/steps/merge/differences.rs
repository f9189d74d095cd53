//! Where two cases differ in what is computed with, so that a person must say whose word counts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::case::{Case, CaseError, Settings, Table, files_below};
use crate::model::{hex, sha256};

use super::super::StepError;
use super::handling::strictest;

/// The settings of both as one, with what differs. `of` says whose word counts: 0 or 1.
pub(super) fn settings(
    cases: [&Case; 2],
    of: usize,
    reference: &str,
    authority: Option<&str>,
) -> (Settings, Vec<String>) {
    let [first, second] = cases.map(Case::settings);
    let chosen = [first, second][of];
    let mut told = Vec::new();
    let mut differ = |what: &str, left: &str, right: &str| {
        if left != right {
            let shown = |text: &str| {
                if text.is_empty() {
                    "none".to_owned()
                } else {
                    format!("‘{text}’")
                }
            };
            told.push(format!(
                "{what}: {} in the first, {} in the second",
                shown(left),
                shown(right)
            ));
        }
    };
    differ(
        "currency in which thresholds are meant",
        &first.currency,
        &second.currency,
    );
    differ("time zone of the office", &first.time_zone, &second.time_zone);
    differ("legal order", &first.legal_order, &second.legal_order);
    differ("language of findings", &first.language, &second.language);
    let both = |left: &str, right: &str| match () {
        () if left == right || right.is_empty() => left.to_owned(),
        () if left.is_empty() => right.to_owned(),
        () => format!("{left}; {right}"),
    };
    let merged = Settings {
        reference: reference.to_owned(),
        authority: authority.map_or_else(|| both(&first.authority, &second.authority), str::to_owned),
        currency: chosen.currency.clone(),
        time_zone: chosen.time_zone.clone(),
        legal_order: chosen.legal_order.clone(),
        purpose: both(&first.purpose, &second.purpose),
        handling: strictest(&first.handling, &second.handling),
        language: chosen.language.clone(),
    };
    (merged, told)
}

/// The parameters of both, with what differs, and with those that one sets alone: they count for the records of both.
pub(super) fn parameters(cases: [&Case; 2], of: usize) -> (toml::Table, Vec<String>, Vec<String>) {
    let (mut told, mut alone) = (Vec::new(), Vec::new());
    let [one, other] = if of == 0 { cases } else { [cases[1], cases[0]] };
    let mut merged = one.parameter_table().clone();
    for (rule, values) in other.parameter_table() {
        match (merged.get_mut(rule), values) {
            (Some(toml::Value::Table(known)), toml::Value::Table(values)) => {
                for (name, value) in values {
                    known.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            (Some(_), _) => {}
            (None, _) => {
                merged.insert(rule.clone(), values.clone());
            }
        }
    }
    let [first, second] = cases.map(|case| {
        let values = case.parameters().into_iter();
        values
            .map(|(rule, name, value)| ((rule, name), value))
            .collect::<BTreeMap<_, _>>()
    });
    for ((rule, name), value) in &first {
        if let Some(other) = second
            .get(&(rule.clone(), name.clone()))
            .filter(|other| *other != value)
        {
            told.push(format!(
                "parameter {rule}, {name}: ‘{value}’ in the first, ‘{other}’ in the second"
            ));
        }
    }
    // A threshold that one case sets and the other leaves as it is changes the findings of the other one's records too.
    for (mine, others, which) in [(&first, &second, "first"), (&second, &first, "second")] {
        for ((rule, name), value) in mine.iter().filter(|(key, _)| !others.contains_key(*key)) {
            alone.push(format!(
                "parameter {rule}, {name}: ‘{value}’, set in the {which} case alone, counts for the records of both now"
            ));
        }
    }
    (merged, told, alone)
}

/// The office's own rules, lists and lexicons: path under `queries/` and file of each, from whom it is taken; what
/// differs; and files of the one whose word does not count.
pub(super) struct Queries {
    pub taken: Vec<(String, PathBuf)>,
    pub differ: Vec<String>,
    /// Files that are not taken: of which case (0 or 1), path, file.
    pub kept_apart: Vec<(usize, String, PathBuf)>,
}

pub(super) fn queries(cases: [&Case; 2], of: usize) -> Result<Queries, StepError> {
    let read = |case: &Case| files_below(&case.root().join("queries"));
    let (first, second) = (read(cases[0])?, read(cases[1])?);
    let mut found = Queries {
        taken: Vec::new(),
        differ: Vec::new(),
        kept_apart: Vec::new(),
    };
    let mut others: BTreeMap<String, PathBuf> = second.into_iter().collect();
    for (name, file) in first {
        let Some(other) = others.remove(&name) else {
            found.taken.push((name, file));
            continue;
        };
        if hash(&file)? == hash(&other)? {
            found.taken.push((name, file));
            continue;
        }
        found.differ.push(format!(
            "queries/{name}: two files of one name with other content"
        ));
        let (taken, apart) = if of == 0 { (file, other) } else { (other, file) };
        found.kept_apart.push((1 - of, name.clone(), apart));
        found.taken.push((name, taken));
    }
    found.taken.extend(others);
    found.taken.sort();
    Ok(found)
}

fn hash(path: &std::path::Path) -> Result<String, CaseError> {
    let bytes = std::fs::read(path).map_err(|error| CaseError::Io {
        path: path.display().to_string(),
        error,
    })?;
    Ok(hex(&sha256(&bytes)))
}

/// Whose reading of a source is taken that both cases have: the side, and what differs, where it does.
pub(super) fn reading(cases: [&Case; 2], source_id: &str, of: usize) -> (usize, Option<String>) {
    let with = cases.map(|case| read_with(case, source_id));
    match &with {
        // What one could read and the other could not is read.
        [Some(_), None] => return (0, None),
        [None, Some(_)] => return (1, None),
        [None, None] => return (of, None),
        [Some(_), Some(_)] => {}
    }
    let files = cases.map(|case| {
        let mut files: Vec<String> = rows_of(case, source_id)
            .into_iter()
            .filter(|(table, _)| *table != Table::Sources)
            .map(|(table, hash)| format!("{} {hash}", table.name()))
            .collect();
        files.sort();
        files
    });
    if files[0] == files[1] {
        return (of, None);
    }
    let [first, second] = with.map(Option::unwrap_or_default);
    let said = match first == second {
        true => format!(
            "source {source_id}: read as ‘{first}’ in both, with other rows (by another version of the tool?)"
        ),
        false => format!("source {source_id}: read as ‘{first}’ in the first, as ‘{second}’ in the second"),
    };
    (of, Some(said))
}

/// How a source was read, whether it is in use or not.
pub(super) fn read_with(case: &Case, source_id: &str) -> Option<String> {
    let in_use = case.manifest().read_with(source_id).map(str::to_owned);
    in_use.or_else(|| {
        let mut parts = case.manifest().withdrawn_parts(source_id).into_iter();
        let own = parts.find(|(table, _)| *table == Table::Sources)?;
        Some(own.1.read_with.clone()).filter(|how| !how.is_empty())
    })
}

fn rows_of(case: &Case, source_id: &str) -> Vec<(Table, String)> {
    let mut files: Vec<(Table, String)> = Table::ALL
        .into_iter()
        .filter(|table| table.is_per_source())
        .flat_map(|table| {
            let own = case.manifest().parts(table).iter();
            own.filter(|part| part.source_id == source_id)
                .map(move |part| (table, part.sha256.clone()))
        })
        .collect();
    let out = case.manifest().withdrawn_parts(source_id).into_iter();
    files.extend(out.map(|(table, part)| (table, part.sha256.clone())));
    files
}
