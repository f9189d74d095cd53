//! What speaks for those concerned: what was checked and holds, income that is lawful by its description, rules that ran and
//! found nothing, what a person dismissed, and what else could explain each kind of finding.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::figures::{Figure, count, money};
use super::page::Context;
use super::rows::rows;
use super::text::{Piece, pieces, visible};
use super::{Query, ReportError};

/// Marks of entries that are income of a lawful kind by their description, and their words.
pub(super) const LAWFUL: [(&str, &str); 6] = [
    ("wage", "wages"),
    ("benefit", "benefits"),
    ("child_benefit", "child benefit"),
    ("pension", "pensions"),
    ("student_grant", "student grants"),
    ("insurance", "payments of insurers"),
];

/// The section.
#[derive(Serialize)]
pub(super) struct Speaks {
    verified: Figure,
    statements: Figure,
    income: Vec<Income>,
    declared: Vec<Declared>,
    silent: Vec<Silent>,
    silent_count: Figure,
    rules_run: Figure,
    dismissed: Figure,
    retold: Figure,
    taken_back: Figure,
    explanations: Vec<Explained>,
}

#[derive(Serialize)]
struct Income {
    kind: String,
    currency: String,
    entries: Figure,
    amount: Figure,
}

#[derive(Serialize)]
struct Declared {
    kind: String,
    rows: Figure,
}

#[derive(Serialize)]
struct Silent {
    rule_id: String,
    title: Vec<Piece>,
}

#[derive(Serialize)]
struct Explained {
    rule_id: String,
    title: Vec<Piece>,
    lines: Vec<Vec<Piece>>,
}

/// Reads it all.
pub(super) fn speaks(query: &dyn Query, context: &Context<'_>) -> Result<Speaks, ReportError> {
    let say = |text: &str| pieces(&context.words.told(text), context.names, context.secrets);
    let counts = rows(
        query,
        "SELECT (SELECT count(*) FROM statements WHERE verdict = 'verified') AS verified, \
         (SELECT count(*) FROM statements) AS statements, (SELECT count(DISTINCT rule_id) FROM rules_run) AS rules_run, \
         (SELECT count(*) FROM findings WHERE judgement = 'dismissed') AS dismissed, \
         (SELECT count(*) FROM findings WHERE measures LIKE '%\"same_as\":\"f-%') AS retold, \
         (SELECT count(*) FROM reversals WHERE tied) AS taken_back",
        &[
            "verified",
            "statements",
            "rules_run",
            "dismissed",
            "retold",
            "taken_back",
        ],
    )?;
    let number = |name: &str| counts.first().map_or(0, |row| row.integer(name));
    let silent: Vec<Silent> = rows(
        query,
        "SELECT r.rule_id, min(r.title) AS title FROM rules_run AS r \
         LEFT ANTI JOIN findings AS f ON f.rule_id = r.rule_id \
         LEFT ANTI JOIN not_computable AS n ON n.rule_id = r.rule_id \
         GROUP BY r.rule_id ORDER BY r.rule_id",
        &["rule_id", "title"],
    )?
    .iter()
    .map(|row| Silent {
        rule_id: visible(row.text_or_empty("rule_id")),
        title: say(row.text_or_empty("title")),
    })
    .collect();
    Ok(Speaks {
        verified: count("statements.verified", "", number("verified")),
        statements: count("statements.count", "", number("statements")),
        income: income(query, context)?,
        declared: rows(
            query,
            "SELECT kind, count(*) AS told FROM incomes GROUP BY kind ORDER BY kind",
            &["kind", "told"],
        )?
        .iter()
        .map(|row| Declared {
            kind: visible(&context.words.told(&row.text_or_empty("kind").replace('_', " "))),
            rows: count("incomes.by_kind", row.text_or_empty("kind"), row.integer("told")),
        })
        .collect(),
        silent_count: count("rules.silent", "", silent.len() as i64),
        silent,
        rules_run: count("rules.run", "", number("rules_run")),
        dismissed: count("findings.dismissed", "", number("dismissed")),
        retold: count("findings.retold", "", number("retold")),
        taken_back: count("reversals.tied", "", number("taken_back")),
        explanations: explanations(query, context)?,
    })
}

/// What came in and is lawful by its description; without that of people who may be victims where names are not shown.
fn income(query: &dyn Query, context: &Context<'_>) -> Result<Vec<Income>, ReportError> {
    let told = match context.guard.is_active() {
        true => format!(" AND entry_id NOT IN {}", context.guard.entries_sql()),
        false => String::new(),
    };
    let list: Vec<String> = LAWFUL.iter().map(|(mark, _)| format!("'{mark}'")).collect();
    let sql = format!(
        "SELECT mark, currency, count(*) AS entries, sum(amount) AS amount FROM \
         (SELECT DISTINCT mark, entry_id, currency, amount FROM entry_marks WHERE direction = 'credit' AND amount IS NOT NULL \
         AND mark IN ({}){told}) AS m GROUP BY mark, currency ORDER BY mark, currency",
        list.join(", ")
    );
    let entries = context.guard.either("lawful.entries", "lawful.entries_apart");
    let amount = context.guard.either("lawful.amount", "lawful.amount_apart");
    Ok(rows(query, &sql, &["mark", "currency", "entries", "amount"])?
        .iter()
        .map(|row| {
            let (mark, currency) = (row.text_or_empty("mark"), row.text_or_empty("currency"));
            let key = format!("{mark} {currency}");
            let kind = LAWFUL
                .iter()
                .find(|(known, _)| *known == mark)
                .map_or(mark, |(_, words)| words);
            Income {
                kind: context.words.told(kind),
                currency: visible(currency),
                entries: count(entries, key.clone(), row.integer("entries")),
                amount: money(amount, key, row.money("amount").unwrap_or(0), currency),
            }
        })
        .collect())
}

/// What else could explain the findings of each rule; every explanation once.
fn explanations(query: &dyn Query, context: &Context<'_>) -> Result<Vec<Explained>, ReportError> {
    let section = match context.is_for_defence {
        true => " WHERE gate = 'open' AND describes <> 'exploited'",
        false => "",
    };
    let sql = format!(
        "SELECT rule_id, min(title) AS title, innocent_explanations FROM findings{section} \
         GROUP BY rule_id, innocent_explanations ORDER BY rule_id, innocent_explanations"
    );
    let mut found: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for row in rows(query, &sql, &["rule_id", "title", "innocent_explanations"])?.iter() {
        let own = found.entry(row.text_or_empty("rule_id").to_owned()).or_default();
        own.0 = row.text_or_empty("title").to_owned();
        for line in row.text_or_empty("innocent_explanations").lines() {
            own.1.insert(line.trim().to_owned());
        }
    }
    let say = |text: &str| pieces(&context.words.told(text), context.names, context.secrets);
    Ok(found
        .into_iter()
        .map(|(rule, (title, lines))| Explained {
            rule_id: visible(&rule),
            title: say(&title),
            lines: lines
                .iter()
                .filter(|line| !line.is_empty())
                .take(8)
                .map(|line| say(line))
                .collect(),
        })
        .collect())
}
