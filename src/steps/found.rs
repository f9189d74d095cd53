//! What rules and patterns found, as the rows of the tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use serde_json::{Map, Value};

use super::patterns::{method, source, title, version};
use crate::case::{CaseError, Decision, Table};
use crate::model::Moment;
use crate::patterns::Search;
use crate::rules::{Loaded, NotComputable, Pack, RunError, RunOptions};
use crate::victims::GatedFinding;

/// Rules and patterns that did not end within the time that a person gave each.
#[derive(Default)]
pub(super) struct GivenUp {
    /// The time, as it was written.
    pub limit: String,
    /// Number and title.
    pub rules: Vec<(String, String)>,
}

impl GivenUp {
    /// Whether the pack of this number is among them.
    pub fn has(&self, id: &str) -> bool {
        self.rules.iter().any(|(known, _)| known == id)
    }

    /// The title, with what became of the rule where it was given up.
    pub fn title(&self, id: &str, title: &str) -> String {
        let has = self
            .rules
            .iter()
            .any(|(known, own)| (known.as_str(), own.as_str()) == (id, title));
        match has {
            true => format!("{title} (given up after {})", self.limit),
            false => title.to_owned(),
        }
    }
}

pub(super) fn finding_rows(
    findings: &[GatedFinding],
    judgements: &[Decision],
) -> Result<RecordBatch, CaseError> {
    // What people judged survives every run: it names the finding's id, which is a hash of what was found.
    let judged: BTreeMap<&str, &str> = judgements
        .iter()
        .map(|d| (d.subject.as_str(), d.value.as_str()))
        .collect();
    let text = |pick: &dyn Fn(&GatedFinding) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(findings.iter().map(pick)))
    };
    let maybe = |pick: &dyn Fn(&GatedFinding) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from_iter(findings.iter().map(pick)))
    };
    let time = |pick: &dyn Fn(&GatedFinding) -> Option<Moment>| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter(
            findings.iter().map(|f| pick(f).map(|m| m.microseconds)),
        ))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|f| &f.finding.finding_id),
        text(&|f| &f.finding.rule_id),
        text(&|f| &f.finding.rule_version),
        text(&|f| &f.finding.title),
        text(&|f| f.finding.describes.as_str()),
        maybe(&|f| Some(f.finding.form.as_str()).filter(|form| !form.is_empty())),
        maybe(&|f| f.finding.party_id.as_deref()),
        maybe(&|f| f.finding.account_id.as_deref()),
        time(&|f| f.finding.from_time),
        time(&|f| f.finding.to_time),
        text(&|f| &f.finding.measures),
        text(&|f| &f.finding.sufficiency),
        text(&|f| &f.finding.explanation),
        text(&|f| &f.finding.innocent_explanations),
        text(&|f| &f.gate),
        maybe(&|f| f.gate_reason.as_deref()),
        maybe(&|f| f.exit_account.as_deref()),
        Arc::new(StringArray::from_iter(
            findings
                .iter()
                .map(|f| judged.get(f.finding.finding_id.as_str()).copied()),
        )),
    ];
    batch(Table::Findings, columns)
}

pub(super) fn entry_rows(findings: &[GatedFinding]) -> Result<RecordBatch, CaseError> {
    let mut rows = Vec::new();
    for found in findings {
        rows.extend(
            found
                .finding
                .entries
                .iter()
                .map(|entry| (&found.finding.finding_id, entry)),
        );
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(id, _)| id))),
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|(_, entry)| &entry.entry_id),
        )),
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|(_, entry)| &entry.role),
        )),
    ];
    batch(Table::FindingEntries, columns)
}

/// What ran, with the parameters as used: a second run with them gives the same rows.
/// Of what was given up the title says so; what failed did not run.
pub(super) fn rules_run(
    loaded: &Loaded,
    searches: &[Search],
    options: &RunOptions,
    given_up: &GivenUp,
    faults: &[RunError],
) -> Result<RecordBatch, CaseError> {
    let mut rows: Vec<[String; 7]> = Vec::new();
    let has_run = |pack: &&Pack| faults.iter().all(|fault| fault.rule() != pack.id);
    for pack in loaded.packs.iter().filter(has_run) {
        let mut parameters = Map::new();
        for parameter in &pack.parameters {
            let own = (pack.id.clone(), parameter.name.clone());
            let every = ("*".to_owned(), parameter.name.clone());
            let set = options
                .values
                .get(&own)
                .or_else(|| options.values.get(&every))
                .cloned();
            let currency = (parameter.name == "currency" && !options.currency.is_empty())
                .then(|| options.currency.clone());
            let value = set.or(currency).unwrap_or_else(|| parameter.default.clone());
            parameters.insert(parameter.name.clone(), Value::String(value));
        }
        let origin = if loaded.is_own(&pack.id) {
            "the case's own rule"
        } else {
            "built in"
        };
        let method = pack.explanation_in(options.language.code()).to_owned();
        rows.push([
            pack.id.clone(),
            pack.version.clone(),
            given_up.title(&pack.id, pack.title_in(options.language.code())),
            method,
            pack.sources.join("; "),
            Value::Object(parameters).to_string(),
            origin.to_owned(),
        ]);
    }
    for search in searches {
        let kind = search.kind();
        let mut parameters = Map::new();
        for name in kind.arguments() {
            let shown = search.shown(name);
            parameters.insert(
                name.to_owned(),
                Value::String(shown.trim_matches('\'').to_owned()),
            );
        }
        rows.push([
            kind.typology().to_owned(),
            version(kind).to_owned(),
            given_up.title(kind.typology(), title(kind)),
            method(kind).to_owned(),
            source(kind).to_owned(),
            Value::Object(parameters).to_string(),
            "built in".to_owned(),
        ]);
    }
    rows.sort();
    let columns = (0..7)
        .map(|at| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row[at]))) })
        .collect();
    batch(Table::RulesRun, columns)
}

pub(super) fn lacking_rows(lacking: &[(NotComputable, String)]) -> Result<RecordBatch, CaseError> {
    let reason = |lack: &NotComputable| match lack.accounts {
        0 if lack.parties.is_empty() => lack.reason.clone(),
        0 => format!("{} ({} parties)", lack.reason, lack.parties.len()),
        accounts => format!("{} ({accounts} accounts, {} entries)", lack.reason, lack.entries),
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(
            lacking.iter().map(|(lack, _)| &lack.rule_id),
        )),
        Arc::new(StringArray::from_iter_values(
            lacking.iter().map(|(_, version)| version),
        )),
        Arc::new(StringArray::from_iter_values(
            lacking.iter().map(|(lack, _)| reason(lack)),
        )),
        Arc::new(StringArray::from_iter_values(
            lacking.iter().map(|(lack, _)| &lack.request),
        )),
        Arc::new(StringArray::from_iter(lacking.iter().map(|(lack, _)| {
            (!lack.parties.is_empty()).then(|| lack.parties.join(" "))
        }))),
    ];
    batch(Table::NotComputable, columns)
}

pub(super) fn batch(table: Table, columns: Vec<ArrayRef>) -> Result<RecordBatch, CaseError> {
    RecordBatch::try_new(table.schema(), columns).map_err(|error| CaseError::Damaged {
        path: table.name().to_owned(),
        reason: error.to_string(),
        next_step: "This is a fault of ours; please report it".to_owned(),
    })
}
