//! Runs packs and turns their rows into findings.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::RecordBatch;
use serde_json::Value;
use thiserror::Error;

use super::cells::{CellError, Rows};
use super::lacks::look_for_lacks;
use super::lint::used;
use super::pack::{Column, Pack, PackError, Parameter};
use super::remembered::Remembered;
use super::{LintFault, Query, SHARED_VIEW, lint, text_literal};
use crate::model::{Describes, Finding, FindingEntry, hash_id};
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

const RESERVED: [&str; 11] = [
    "account_id",
    "party_id",
    "from_time",
    "to_time",
    "entries",
    "roles",
    "exit_account",
    "time_precision",
    "sufficiency",
    "others",
    "through",
];
/// Places of records that are no entries, `source_id:start-end`: a measure, and part of what makes a finding itself.
const RECORDS: &str = "records";

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

/// Findings of one rule that rest on the same records, as those of several cards at one machine, get ids of their own: the
/// first by account, party, exit, others and measures keeps the hash, the others get one of it and their number.
fn tell_apart(found: &mut [GatedFinding]) {
    found.sort_by(|a, b| {
        let key = |found: &GatedFinding| {
            (
                found.finding.finding_id.clone(),
                found.finding.account_id.clone(),
                found.finding.party_id.clone(),
                found.exit_account.clone(),
                found.others.clone(),
                found.finding.measures.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    let (mut before, mut number) = (String::new(), 1_u32);
    for found in found {
        let id = found.finding.finding_id.clone();
        number = if id == before { number + 1 } else { 1 };
        if number > 1 {
            found.finding.finding_id = hash_id('f', &[&id, &number.to_string()]);
        }
        before = id;
    }
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

fn look_for_gap(
    pack: &Pack,
    query: &dyn Query,
    gap: &super::Gap,
    literals: &[(String, String)],
) -> Result<Option<NotComputable>, RunError> {
    let sql = format!(
        "SELECT account_id, count(*) AS entries FROM entries WHERE {} GROUP BY account_id ORDER BY account_id",
        gap.condition
    );
    let rows_fault = |fault| RunError::Rows {
        rule: pack.id.clone(),
        file: pack.file.clone(),
        fault,
    };
    let (mut accounts, mut entries, mut examples) = (0, 0, Vec::new());
    for batch in ask(pack, query, &sql, literals)? {
        let rows = Rows::new(&batch);
        let ids = rows.texts("account_id").map_err(rows_fault)?;
        let counts = rows.numbers("entries").map_err(rows_fault)?;
        accounts += ids.len() as u64;
        entries += counts
            .into_iter()
            .flatten()
            .map(|count| count as u64)
            .sum::<u64>();
        examples.extend(ids.into_iter().flatten());
    }
    examples.sort();
    examples.truncate(20);
    Ok((entries > 0).then(|| NotComputable {
        rule_id: pack.id.clone(),
        reason: gap.reason.clone(),
        request: gap.request.clone(),
        accounts,
        entries,
        examples,
        parties: Vec::new(),
    }))
}

fn findings(
    pack: &Pack,
    batch: &RecordBatch,
    values: &[String],
    language: Language,
) -> Result<Vec<GatedFinding>, RunError> {
    let fault = |fault| RunError::Rows {
        rule: pack.id.clone(),
        file: pack.file.clone(),
        fault,
    };
    let rows = Rows::new(batch);
    let optional = |name: &str| match rows.has(name) {
        true => rows.texts(name),
        false => Ok(vec![None; batch.num_rows()]),
    };
    let accounts = rows.texts("account_id").map_err(fault)?;
    let parties = rows.texts("party_id").map_err(fault)?;
    let precision = optional("time_precision").map_err(fault)?;
    let from = rows.moments("from_time", &precision).map_err(fault)?;
    let to = rows.moments("to_time", &precision).map_err(fault)?;
    let lists = |name: &str, may_lack: bool| match rows.has(name) || !may_lack {
        true => rows.lists(name),
        false => Ok(vec![Vec::new(); batch.num_rows()]),
    };
    let records = lists(RECORDS, true).map_err(fault)?;
    let entries = lists("entries", rows.has(RECORDS)).map_err(fault)?;
    let roles = lists("roles", true).map_err(fault)?;
    let others = lists("others", true).map_err(fault)?;
    let through = lists("through", true).map_err(fault)?;
    let exits = optional("exit_account").map_err(fault)?;
    let sufficiency = optional("sufficiency").map_err(fault)?;
    let mut measures: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for name in rows.names() {
        if name == RECORDS {
            let places = records.iter().map(|places| Value::from(places.clone()));
            measures.insert(name, places.collect());
        } else if !RESERVED.contains(&name.as_str()) {
            let column = rows.measures(&name).map_err(fault)?;
            measures.insert(name, column);
        }
    }
    let code = language.code();
    let mut found = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let own: BTreeMap<&str, &Value> = measures
            .iter()
            .filter_map(|(name, column)| Some((name.as_str(), column.get(row)?)))
            .collect();
        let account = accounts[row].clone();
        let party = parties[row].clone();
        let cited: Vec<FindingEntry> = entries[row]
            .iter()
            .enumerate()
            .map(|(place, entry_id)| FindingEntry {
                entry_id: entry_id.clone(),
                role: roles[row]
                    .get(place)
                    .cloned()
                    .unwrap_or_else(|| "entry".to_owned()),
            })
            .collect();
        let mut named: Vec<&str> = entries[row].iter().map(String::as_str).collect();
        named.extend(records[row].iter().map(String::as_str));
        named.sort_unstable();
        // No account in it: entries say where, and a number could be tried out against a hash that anybody can make. The
        // same records may say something of several parties.
        let mut parts = vec![pack.id.as_str(), pack.version.as_str()];
        parts.extend(named);
        parts.extend(party.as_deref());
        let explanation = explain(
            pack,
            pack.explanation_in(code),
            &own,
            values,
            account.as_deref(),
            party.as_deref(),
        )?;
        let finding = Finding {
            finding_id: hash_id('f', &parts),
            rule_id: pack.id.clone(),
            rule_version: pack.version.clone(),
            title: pack.title_in(code).to_owned(),
            // The linter has refused packs that describe nobody.
            describes: pack.describes.unwrap_or(Describes::Account),
            form: pack.form.clone(),
            party_id: party,
            account_id: account,
            from_time: from[row],
            to_time: to[row],
            measures: serde_json::to_string(&own).unwrap_or_else(|_| "{}".to_owned()),
            sufficiency: sufficiency[row].clone().unwrap_or_else(|| COMPLETE.to_owned()),
            explanation,
            innocent_explanations: pack.innocent.join("\n"),
            entries: cited,
        };
        let gated = GatedFinding::new(finding, pack.pass_through, exits[row].clone());
        found.push(
            gated
                .with_others(others[row].clone())
                .with_through(through[row].clone()),
        );
    }
    Ok(found)
}

const COMPLETE: &str = "complete";

// `{account}` becomes `{account:ID}`: the page puts a name or a pseudonym there, as its profile asks.
fn explain(
    pack: &Pack,
    template: &str,
    measures: &BTreeMap<&str, &Value>,
    values: &[String],
    account: Option<&str>,
    party: Option<&str>,
) -> Result<String, RunError> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            text.push('{');
            rest = behind;
            continue;
        };
        let parameter = pack
            .parameters
            .iter()
            .zip(values)
            .find(|(known, _)| known.name == name);
        match (name, measures.get(name), parameter) {
            ("account", _, _) => {
                text.push_str(&account.map_or("an account".to_owned(), |id| format!("{{account:{id}}}")))
            }
            ("party", _, _) => {
                text.push_str(&party.map_or("a party".to_owned(), |id| format!("{{party:{id}}}")))
            }
            (_, Some(Value::Null), _) => text.push_str("(not known)"),
            (_, Some(Value::String(value)), _) => text.push_str(value),
            (_, Some(value), _) => text.push_str(&value.to_string()),
            (_, None, Some((_, value))) => text.push_str(value),
            (_, None, None) => {
                return Err(RunError::Template {
                    rule: pack.id.clone(),
                    file: pack.file.clone(),
                    name: name.to_owned(),
                });
            }
        }
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

// Verdicts travel: a finding that rests on a statement that does not add up says so.
fn note_statements(findings: &mut [GatedFinding], query: &dyn Query) -> Result<(), String> {
    let has = |table: &str, column: &str| query.tables_columns(table).iter().any(|known| known == column);
    if findings.is_empty() || !has("statements", "verdict") {
        return Ok(());
    }
    let cited: BTreeSet<&str> = findings
        .iter()
        .flat_map(|found| &found.finding.entries)
        .map(|entry| entry.entry_id.as_str())
        .collect();
    let cited = text_literal(&cited.into_iter().collect::<Vec<&str>>().join(","));
    // A listing of one account has one implied statement, named after source, account and currency.
    let sql = "SELECT e.entry_id FROM entries e
        LEFT SEMI JOIN (SELECT unnest(string_to_array($cited, ',')) AS entry_id) AS asked ON e.entry_id = asked.entry_id
        JOIN (SELECT statement_id FROM statements WHERE verdict IN ('discrepancy', 'failed')) AS doubtful
            ON doubtful.statement_id = coalesce(
                e.statement_id,
                concat(substr(e.source_id, 1, 12), '-a-', substr(e.account_id, 3), '-', coalesce(e.currency, ''))
            )";
    let mut doubtful: BTreeSet<String> = BTreeSet::new();
    for batch in query.query(sql, &[("cited".to_owned(), cited)])? {
        let ids = Rows::new(&batch)
            .texts("entry_id")
            .map_err(|fault| fault.to_string())?;
        doubtful.extend(ids.into_iter().flatten());
    }
    for found in findings {
        let count = found
            .finding
            .entries
            .iter()
            .filter(|entry| doubtful.contains(&entry.entry_id))
            .count();
        if count > 0 {
            let note = format!("{count} of the entries stand in statements that do not add up");
            add_note(&mut found.finding.sufficiency, &note);
        }
    }
    Ok(())
}

fn add_note(sufficiency: &mut String, note: &str) {
    if sufficiency == COMPLETE {
        sufficiency.clear();
    } else {
        sufficiency.push_str("; ");
    }
    sufficiency.push_str(note);
}
