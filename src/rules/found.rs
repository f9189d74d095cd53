//! Rows of a rule into findings, and what is said of the statements that they rest on.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::RecordBatch;
use serde_json::Value;

use super::cells::Rows;
use super::pack::Pack;
use super::run::{Language, RunError};
use super::{Query, text_literal};
use crate::model::{Describes, Finding, FindingEntry, hash_id};
use crate::victims::GatedFinding;

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

/// Findings of one rule that rest on the same records, as those of several cards at one machine, get ids of their own: the
/// first by account, party, exit, others and measures keeps the hash, the others get one of it and their number.
pub(super) fn tell_apart(found: &mut [GatedFinding]) {
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

pub(super) fn findings(
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
pub(super) fn note_statements(findings: &mut [GatedFinding], query: &dyn Query) -> Result<(), String> {
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

pub(super) fn add_note(sufficiency: &mut String, note: &str) {
    if sufficiency == COMPLETE {
        sufficiency.clear();
    } else {
        sufficiency.push_str("; ");
    }
    sufficiency.push_str(note);
}
