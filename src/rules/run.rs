//! Runs packs and turns their rows into findings.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::RecordBatch;
use thiserror::Error;

use super::cells::CellError;
use super::found::{add_note, findings, note_statements, tell_apart};
use super::lacks::{look_for_gap, look_for_lacks};
use super::lint::used;
use super::pack::{Column, Pack, PackError, Parameter};
use super::remembered::Remembered;
use super::{LintFault, Query, SHARED_VIEW, lint};
use crate::victims::{GateError, GatedFinding, gate_findings, shield_controlled};

/// In which language titles and explanations come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    Dutch,
}

impl Language {
    /// From the code of a setting; English where it is empty or none of ours.
    pub fn of_code(code: &str) -> Language {
        match code.trim().to_ascii_lowercase().as_str() {
            "nl" => Language::Dutch,
            _ => Language::English,
        }
    }

    /// ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Dutch => "nl",
        }
    }
}

/// What a person or a case sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// The case's currency: the parameter `currency` of every pack. Empty leaves the packs' own default.
    pub currency: String,
    pub language: Language,
    /// By rule id and name of the parameter; in a rule's place `*` sets it for all rules that have it.
    pub values: BTreeMap<(String, String), String>,
}

/// What a rule could not judge, and what to ask for. Never the same as finding nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotComputable {
    pub rule_id: String,
    pub reason: String,
    pub request: String,
    /// How many accounts it concerns; 0 where it is the whole rule.
    pub accounts: u64,
    /// How many entries it concerns.
    pub entries: u64,
    /// The first of the accounts by id, at most 20.
    pub examples: Vec<String>,
    /// The parties that the rule cannot judge, sorted; none where it is the whole rule or about entries.
    pub parties: Vec<String>,
}

/// What the rules found, and what they could not judge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunResult {
    /// Sorted by rule, first moment, id. The control gate has looked at every one of them.
    pub findings: Vec<GatedFinding>,
    /// Sorted.
    pub not_computable: Vec<NotComputable>,
    /// Rules that failed, each with why; the others ran.
    pub faults: Vec<RunError>,
}

/// Why a rule could not run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RunError {
    /// The linter refuses the pack.
    #[error("rule {rule} is not run: {fault}")]
    Lint { rule: String, fault: LintFault },
    /// A parameter's value does not fit.
    #[error("rule {rule} is not run: {fault}")]
    Value { rule: String, fault: PackError },
    /// A value for a parameter that no rule has.
    #[error(
        "there is no parameter {parameter} in rule {rule}; `geldspoor detect --explain {rule}` lists its parameters"
    )]
    NoSuchParameter { rule: String, parameter: String },
    /// SQL fails.
    #[error("rule {rule} ({file}): {reason}")]
    Sql {
        rule: String,
        file: String,
        reason: String,
    },
    /// The query gives something else than findings.
    #[error("rule {rule} ({file}): {fault}; `geldspoor detect --list` names what a query must give")]
    Rows {
        rule: String,
        file: String,
        fault: CellError,
    },
    /// The template has a name that is no measure.
    #[error(
        "rule {rule} ({file}): the explanation has {{{name}}}, which is no measure and no parameter of the query"
    )]
    Template {
        rule: String,
        file: String,
        name: String,
    },
    /// The control gate could not look; what it should have looked at is left out.
    #[error("{fault}. {held} findings that wait for the gate are not shown")]
    Gate { fault: GateError, held: usize },
}

impl RunError {
    /// The rule concerned; `-` where it is not one.
    pub fn rule(&self) -> &str {
        match self {
            RunError::Lint { rule, .. }
            | RunError::Value { rule, .. }
            | RunError::NoSuchParameter { rule, .. }
            | RunError::Sql { rule, .. }
            | RunError::Rows { rule, .. }
            | RunError::Template { rule, .. } => rule,
            RunError::Gate { .. } => "-",
        }
    }
}

/// Runs packs one after the other, lets the control gate look, and sorts. A pack that cannot run is a fault among the
/// result; it never stops another.
pub fn run(packs: &[Pack], query: &dyn Query, options: &RunOptions) -> RunResult {
    run_watched(packs, query, options, &|_| {})
}

/// The same, telling before each pack that it begins, and last that the look at all that was found does.
pub fn run_watched(
    packs: &[Pack],
    query: &dyn Query,
    options: &RunOptions,
    begins: &dyn Fn(Option<&Pack>),
) -> RunResult {
    let mut result = RunResult::default();
    for (rule, parameter) in options.values.keys() {
        let has = |pack: &Pack| {
            (rule == "*" || *rule == pack.id) && pack.parameters.iter().any(|known| known.name == *parameter)
        };
        if !packs.iter().any(has) {
            result.faults.push(RunError::NoSuchParameter {
                rule: rule.clone(),
                parameter: parameter.clone(),
            });
        }
    }
    let remembered = Remembered::of(query);
    for pack in packs {
        begins(Some(pack));
        if let Err(fault) = run_one(pack, query, &remembered, options, &mut result) {
            result.faults.push(fault);
        }
    }
    begins(None);
    if let Err(fault) = note_statements(&mut result.findings, query) {
        for found in &mut result.findings {
            add_note(
                &mut found.finding.sufficiency,
                &format!("verdict of the statements not known: {fault}"),
            );
        }
    }
    let rest_on_signs: BTreeSet<&str> = packs
        .iter()
        .filter(|pack| pack.sql.contains(SHARED_VIEW))
        .map(|pack| pack.id.as_str())
        .collect();
    let looked = gate_findings(&mut result.findings, query)
        .and_then(|()| shield_controlled(&mut result.findings, &rest_on_signs, query));
    if let Err(fault) = looked {
        let before = result.findings.len();
        result
            .findings
            .retain(|found| !found.pass_through && found.through.is_empty());
        let held = before - result.findings.len();
        result.faults.push(RunError::Gate { fault, held });
    }
    result.findings.sort_by(|a, b| {
        let key = |found: &GatedFinding| {
            (
                found.finding.rule_id.clone(),
                found.finding.from_time.map(|m| m.microseconds),
            )
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| a.finding.finding_id.cmp(&b.finding.finding_id))
    });
    result.not_computable.sort();
    result
}

fn run_one(
    pack: &Pack,
    query: &dyn Query,
    remembered: &Remembered<'_>,
    options: &RunOptions,
    result: &mut RunResult,
) -> Result<(), RunError> {
    if let Some(fault) = lint(pack).into_iter().next() {
        return Err(RunError::Lint {
            rule: pack.id.clone(),
            fault,
        });
    }
    let missing = missing_columns(pack, query);
    if !missing.is_empty() {
        let names: Vec<String> = missing
            .iter()
            .map(|column| format!("{}.{}", column.table, column.column))
            .collect();
        result.not_computable.push(NotComputable {
            rule_id: pack.id.clone(),
            reason: format!("this case has no {}", names.join(", ")),
            request: "run the steps that make these tables, or take in the records that hold them".to_owned(),
            accounts: 0,
            entries: 0,
            examples: Vec::new(),
            parties: Vec::new(),
        });
        return Ok(());
    }
    let values = values(pack, options);
    let literals = pack
        .parameters
        .iter()
        .zip(&values)
        .map(|(parameter, value)| Ok((parameter.name.clone(), parameter.literal(&pack.id, value)?)))
        .collect::<Result<Vec<(String, String)>, PackError>>()
        .map_err(|fault| RunError::Value {
            rule: pack.id.clone(),
            fault,
        })?;
    let (lacking, is_whole) = look_for_lacks(pack, remembered, &literals)?;
    result.not_computable.extend(lacking);
    if is_whole {
        return Ok(());
    }
    for gap in &pack.gaps {
        let not_computable = look_for_gap(pack, remembered, gap, &literals)?;
        result.not_computable.extend(not_computable);
    }
    let mut found = Vec::new();
    for batch in ask(pack, query, &pack.sql, &literals)? {
        found.extend(findings(pack, &batch, &values, options.language)?);
    }
    tell_apart(&mut found);
    result.findings.append(&mut found);
    Ok(())
}

fn missing_columns(pack: &Pack, query: &dyn Query) -> Vec<Column> {
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for need in &pack.needs {
        tables
            .entry(&need.table)
            .or_insert_with(|| query.tables_columns(&need.table));
    }
    let has = |need: &Column| {
        tables
            .get(need.table.as_str())
            .is_some_and(|known| known.contains(&need.column))
    };
    pack.needs.iter().filter(|need| !has(need)).cloned().collect()
}

fn values(pack: &Pack, options: &RunOptions) -> Vec<String> {
    let value = |parameter: &Parameter| {
        let of = |rule: &str| options.values.get(&(rule.to_owned(), parameter.name.clone()));
        match of(&pack.id).or_else(|| of("*")) {
            Some(value) => value.clone(),
            None if parameter.name == "currency" && !options.currency.is_empty() => options.currency.clone(),
            None => parameter.default.clone(),
        }
    };
    pack.parameters.iter().map(value).collect()
}

// The session refuses a parameter that the text does not use, so each text gets its own.
pub(super) fn ask(
    pack: &Pack,
    query: &dyn Query,
    sql: &str,
    literals: &[(String, String)],
) -> Result<Vec<RecordBatch>, RunError> {
    let fault = |reason| RunError::Sql {
        rule: pack.id.clone(),
        file: pack.file.clone(),
        reason,
    };
    let names = used(sql).map_err(fault)?;
    let own: Vec<(String, String)> = literals
        .iter()
        .filter(|(name, _)| names.contains(name))
        .cloned()
        .collect();
    query.query(sql, &own).map_err(fault)
}
