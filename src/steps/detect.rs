//! Rule packs and graph patterns into findings, behind the control gate.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use serde_json::{Map, Value};

use super::StepError;
use super::memory::Memory;
use super::patterns::{Rings, heading, method, pattern_findings, source, title, version};
use crate::case::{Actor, Case, CaseError, Decision, DecisionKind, Step, Table};
use crate::model::{Date, Moment};
use crate::patterns::{Search, SearchKind};
use crate::rules::{self, Loaded, NotComputable, RunOptions, RunResult};
use crate::sql::flows::Flows;
use crate::sql::{Limits, Session, SqlError};
use crate::victims::{GatedFinding, gate_findings, protect_victims};

/// What was found.
#[derive(Debug, Default)]
pub struct DetectSummary {
    pub findings: usize,
    /// Rule, title, findings; sorted by rule.
    pub by_rule: Vec<(String, String, usize)>,
    /// Findings that tell the same transfers as one of another rule that says more of them, which they name.
    pub retold: usize,
    /// Findings that the control gate holds back from being read as being about the holder.
    pub gated: usize,
    /// Rule and why it could not be computed, on all or some of the records.
    pub not_computable: Vec<(String, String)>,
    /// Patterns whose budget ended the search.
    pub truncated: Vec<String>,
    /// Rules that failed, with why.
    pub faults: Vec<String>,
    /// Patterns that went on from the last run, and those that could have but were searched anew, because something
    /// before the day is not as it was.
    pub went_on: usize,
    pub anew: Vec<String>,
}

/// What is asked of the rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Only these rules; all where it is empty.
    pub only: &'a [String],
    /// Search only what is new since this day, and take what was found before from the last run. The result is that of
    /// a full run.
    pub since: Option<Date>,
}

/// Runs every rule and pattern, or those named, and replaces the findings. Rules that are not named keep nothing: the
/// table says what the last run found.
pub fn detect(
    case: &mut Case,
    actor: Actor,
    limits: Limits,
    asked: Asked<'_>,
) -> Result<DetectSummary, StepError> {
    let only = asked.only;
    let writer = case.write(actor)?;
    let now = writer.case();
    let session = Session::open(now, limits)?;
    let mut loaded = rules::load(Some(now.root()))?;
    let chosen = |id: &str| only.is_empty() || only.iter().any(|wanted| wanted.eq_ignore_ascii_case(id));
    let known: Vec<&str> = loaded
        .packs
        .iter()
        .map(|pack| pack.id.as_str())
        .chain(SearchKind::DETECTED.map(SearchKind::typology))
        .collect();
    if let Some(unknown) = only
        .iter()
        .find(|wanted| !known.iter().any(|id| id.eq_ignore_ascii_case(wanted)))
    {
        let known = known.join(", ");
        return Err(CaseError::Decision(format!("there is no rule ‘{unknown}’; there are {known}")).into());
    }
    super::require(now, Step::Check)?;
    let titles: BTreeMap<String, String> = loaded
        .packs
        .iter()
        .map(|pack| (pack.id.clone(), pack.title.clone()))
        .chain(SearchKind::DETECTED.map(|kind| (kind.typology().to_owned(), heading(kind).to_owned())))
        .collect();
    let unknown = unknown_parameters(&loaded, &now.parameters());
    loaded.packs.retain(|pack| chosen(&pack.id));

    let values: BTreeMap<(String, String), String> = now
        .parameters()
        .into_iter()
        .map(|(rule, name, value)| ((rule, name), value))
        .collect();
    let pack_ids: Vec<String> = loaded.packs.iter().map(|pack| pack.id.clone()).collect();
    let options = RunOptions {
        currency: now.settings().currency.clone(),
        values: values
            .clone()
            .into_iter()
            .filter(|((rule, _), _)| rule == "*" || pack_ids.contains(rule))
            .collect(),
        ..RunOptions::default()
    };
    let RunResult {
        mut findings,
        not_computable,
        faults,
    } = rules::run(&loaded.packs, &session, &options);

    let flows = Flows::of(now);
    let mut truncated = Vec::new();
    let mut searches = Vec::new();
    let mut of_patterns = Vec::new();
    let mut rings = Rings::default();
    let mut lacking_facts = Vec::new();
    let last = asked.since.and_then(|since| Some((since, Memory::of(now)?)));
    let mut memory = Memory::new();
    let (mut went_on, mut anew) = (0, Vec::new());
    for kind in SearchKind::DETECTED
        .into_iter()
        .filter(|kind| chosen(kind.typology()))
    {
        let mut search = Search::for_findings(kind);
        // A finding is about accounts: it cites entries, and an entry stands in an account.
        for name in kind.arguments().into_iter().filter(|name| *name != "level") {
            if let Some(value) = values.get(&(kind.typology().to_owned(), name.to_owned())) {
                search.set(name, value)?;
            }
        }
        let earlier = match &last {
            Some((since, memory)) if kind.goes_on() => {
                memory.earlier(now, &search, flows.load(kind.scope())?, *since)
            }
            _ => None,
        };
        match (&earlier, asked.since.is_some() && kind.goes_on()) {
            (Some(_), _) => went_on += 1,
            (None, true) => anew.push(kind.typology().to_owned()),
            (None, false) => {}
        }
        let hits = match flows.search_since(&search, earlier) {
            Ok(hits) => hits,
            // A pattern that lacks a fact is not one that found nothing.
            Err(SqlError::Argument { argument, reason, .. }) if argument == "home" => {
                lacking_facts.push(lack(
                    kind.typology(),
                    &reason,
                    "Name the country in case.toml, as in [parameters.ML-12] home = \"NL\"",
                ));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if hits.truncated {
            truncated.push(kind.typology().to_owned());
        }
        memory.note(now, &search, &hits);
        rings.note(kind, &hits, of_patterns.len());
        of_patterns.extend(pattern_findings(&search, &hits));
        searches.push(search);
    }
    let retold = rings.tell(&mut of_patterns);
    // One look for all: what the gate asks the tables does not depend on the pattern.
    gate_findings(&mut of_patterns, &session).map_err(|e| CaseError::Decision(e.to_string()))?;
    findings.append(&mut of_patterns);
    protect_victims(&mut findings, &session).map_err(|e| CaseError::Decision(e.to_string()))?;
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let judgements = now.standing(DecisionKind::Finding)?;

    writer.replace(
        Table::Findings,
        &mut std::iter::once(finding_rows(&findings, &judgements)),
    )?;
    writer.replace(Table::FindingEntries, &mut std::iter::once(entry_rows(&findings)))?;
    writer.replace(
        Table::RulesRun,
        &mut std::iter::once(rules_run(&loaded, &searches, &options)),
    )?;
    // A rule that failed is not a rule that found nothing.
    let failed = faults.iter().map(|fault| {
        lack(
            fault.rule(),
            &fault.to_string(),
            "Mend the rule and run detect again",
        )
    });
    let unread = loaded
        .faults
        .iter()
        .map(|fault| lack("-", &fault.to_string(), "Mend the pack and run detect again"));
    let cut = truncated.iter().map(|rule| {
        lack(
            rule,
            "the search met its budget: there may be more than is listed",
            "Raise max_instances or max_steps",
        )
    });
    let lacking: Vec<(NotComputable, String)> = not_computable
        .into_iter()
        .chain(failed)
        .chain(unread)
        .chain(cut)
        .chain(lacking_facts)
        .map(|lack| {
            let version = loaded
                .packs
                .iter()
                .find(|pack| pack.id == lack.rule_id)
                .map(|pack| pack.version.clone());
            (lack, version.unwrap_or_default())
        })
        .collect();
    writer.replace(Table::NotComputable, &mut std::iter::once(lacking_rows(&lacking)))?;
    if only.is_empty() {
        writer.derived(Step::Detect, &super::goes_by(writer.case(), Step::Detect)?);
    } else {
        writer.derived_in_part(Step::Detect);
    }
    // Under the case's lock. A run of some rules knows nothing of the others; and findings do not wait for what only makes
    // the next run shorter.
    let kept = match only.is_empty() {
        true => memory.keep(writer.case()).err(),
        false => None,
    };
    writer.commit()?;
    let mut summary = summary(&findings, &lacking, &titles);
    summary.retold = retold;
    summary.went_on = went_on;
    summary.anew = anew;
    summary.truncated = truncated;
    summary.faults = loaded.faults.iter().map(ToString::to_string).collect();
    summary.faults.extend(unknown);
    summary
        .faults
        .extend(kept.map(|error| format!("what was found is not kept for --since: {error}")));
    summary.faults.extend(faults.iter().map(ToString::to_string));
    Ok(summary)
}

/// What `case.toml` sets for rules that there are not, or for parameters that a rule does not have.
fn unknown_parameters(loaded: &Loaded, set: &[(String, String, String)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (rule, name, _) in set.iter().filter(|(rule, _, _)| rule != "*") {
        let packs = loaded.packs.iter().filter(|pack| pack.id == *rule);
        let of_packs = packs.flat_map(|pack| pack.parameters.iter().map(|parameter| parameter.name.as_str()));
        let kinds = SearchKind::DETECTED
            .into_iter()
            .filter(|kind| kind.typology() == rule);
        let mut known: Vec<&str> = of_packs.collect();
        for kind in kinds {
            known.extend(kind.arguments());
        }
        if known.is_empty() {
            faults.push(format!(
                "case.toml: [parameters.{rule}]: there is no such rule; see `geldspoor detect --list`"
            ));
        } else if !known.contains(&name.as_str()) {
            let known = known.join(", ");
            faults.push(format!(
                "case.toml: [parameters.{rule}] {name}: there is no such parameter; it takes {known}"
            ));
        }
    }
    faults
}

fn lack(rule: &str, reason: &str, request: &str) -> NotComputable {
    NotComputable {
        rule_id: rule.to_owned(),
        reason: reason.to_owned(),
        request: request.to_owned(),
        accounts: 0,
        entries: 0,
        examples: Vec::new(),
    }
}

fn order(found: &GatedFinding) -> (&str, Option<i64>, &str) {
    let finding = &found.finding;
    (
        &finding.rule_id,
        finding.from_time.map(|m| m.microseconds),
        &finding.finding_id,
    )
}

/// Counts by rule, under the rule's own title: a finding behind the gate carries another.
fn summary(
    findings: &[GatedFinding],
    lacking: &[(NotComputable, String)],
    titles: &BTreeMap<String, String>,
) -> DetectSummary {
    let mut by_rule: BTreeMap<&str, (String, usize)> = BTreeMap::new();
    for found in findings {
        let rule = found.finding.rule_id.as_str();
        let title = titles.get(rule).unwrap_or(&found.finding.title);
        by_rule.entry(rule).or_insert_with(|| (title.clone(), 0)).1 += 1;
    }
    DetectSummary {
        findings: findings.len(),
        gated: findings.iter().filter(|found| found.is_gated()).count(),
        by_rule: by_rule
            .into_iter()
            .map(|(id, (title, count))| (id.to_owned(), title, count))
            .collect(),
        not_computable: lacking
            .iter()
            .map(|(lack, _)| (lack.rule_id.clone(), lack.reason.clone()))
            .collect(),
        ..DetectSummary::default()
    }
}

fn finding_rows(findings: &[GatedFinding], judgements: &[Decision]) -> Result<RecordBatch, CaseError> {
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

fn entry_rows(findings: &[GatedFinding]) -> Result<RecordBatch, CaseError> {
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
fn rules_run(loaded: &Loaded, searches: &[Search], options: &RunOptions) -> Result<RecordBatch, CaseError> {
    let mut rows: Vec<[String; 7]> = Vec::new();
    for pack in &loaded.packs {
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
        let method = pack.explanation_in("en").to_owned();
        rows.push([
            pack.id.clone(),
            pack.version.clone(),
            pack.title.clone(),
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
            title(kind).to_owned(),
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

fn lacking_rows(lacking: &[(NotComputable, String)]) -> Result<RecordBatch, CaseError> {
    let reason = |lack: &NotComputable| match lack.accounts {
        0 => lack.reason.clone(),
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
    ];
    batch(Table::NotComputable, columns)
}

fn batch(table: Table, columns: Vec<ArrayRef>) -> Result<RecordBatch, CaseError> {
    RecordBatch::try_new(table.schema(), columns).map_err(|error| CaseError::Damaged {
        path: table.name().to_owned(),
        reason: error.to_string(),
        next_step: "This is a fault of ours; please report it".to_owned(),
    })
}
