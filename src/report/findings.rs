//! Findings as the page shows them: what moved, on which entries, what else could explain it, what could not be computed.
//!
//! A finding that did not pass the control gate, or that describes an exploited person, is never shown among the others:
//! it is titled to the exit point and its holder is a possible victim.

use hashbrown::HashMap;
use serde::Serialize;

use super::figures::{Figure, count, measure, money};
use super::measures::{Measure, measures};
use super::page::{Context, Instant};
use super::queries;
use super::received::anchor;
use super::rows::{Row, Value, literals, rows};
use super::text::{Piece, account_label, pieces, visible};
use super::{Query, ReportError};
use crate::victims::special::MASKED;

/// Findings of one rule that are shown in full, by time.
const MOST_FINDINGS: i64 = 25;
/// What stands for a person's reason on a page without names.
const REASON_WITHHELD: &str = "the reason stands in the case";
/// Entries of one finding that are shown, by time.
const MOST_ENTRIES: i64 = 20;

/// Findings in their two sections.
#[derive(Serialize)]
pub(super) struct Findings {
    open: Vec<Group>,
    protected: Vec<Group>,
}

/// The findings of one rule.
#[derive(Serialize)]
struct Group {
    anchor: String,
    rule_id: String,
    rule_version: String,
    title: Vec<Piece>,
    findings: Figure,
    dismissed: Option<Figure>,
    left_out: Option<Figure>,
    shown: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    anchor: String,
    finding_id: String,
    title: Vec<Piece>,
    account: Option<String>,
    party: Option<String>,
    exit: Option<String>,
    describes: String,
    form: String,
    from: Option<Instant>,
    to: Option<Instant>,
    gate: String,
    judgement: String,
    dismissed: bool,
    judgement_reason: Vec<Piece>,
    judgement_author: String,
    holders: Vec<Piece>,
    gate_reason: Vec<Vec<Piece>>,
    explanation: Vec<Vec<Piece>>,
    innocent: Vec<Vec<Piece>>,
    complete: bool,
    sufficiency: Vec<Piece>,
    measures: Vec<Measure>,
    entries: Figure,
    amounts: Vec<Amounts>,
    rows: Vec<Cited>,
    rows_left_out: Option<Figure>,
}

#[derive(Serialize)]
struct Amounts {
    direction: &'static str,
    amount: Figure,
}

/// An entry with its citation.
#[derive(Serialize)]
struct Cited {
    entry_id: String,
    role: Vec<Piece>,
    at: Option<Instant>,
    direction: &'static str,
    account: String,
    amount: Option<Figure>,
    asset: String,
    other_side: String,
    channel: String,
    source: String,
    anchor: String,
    locator: String,
    byte_start: Figure,
    byte_end: Figure,
}

/// Reads findings, their sums and their first entries.
pub(super) fn findings(query: &dyn Query, context: &Context<'_>) -> Result<Findings, ReportError> {
    let groups = rows(
        query,
        queries::FINDINGS_BY_RULE,
        &["section", "rule_id", "title", "findings", "dismissed"],
    )?;
    // The defence gets every finding that a person dismissed, however late it comes.
    let or_dismissed = match context.is_for_defence {
        true => " OR judgement = 'dismissed'",
        false => "",
    };
    let listed_sql = queries::only(
        queries::FINDINGS,
        &format!("(position <= {MOST_FINDINGS}{or_dismissed})"),
        "section, rule_id, position",
    );
    let listed = rows(
        query,
        &listed_sql,
        &[
            "finding_id",
            "section",
            "gate",
            "explanation",
            "judgement_reason",
            "holders",
        ],
    )?;
    let ids: Vec<&str> = listed.iter().map(|row| row.text_or_empty("finding_id")).collect();
    let mut amounts = amounts(query, &ids)?;
    let mut cited = cited(query, &ids, context)?;
    let counts = counts(query, &ids)?;
    let mut result = Findings {
        open: Vec::new(),
        protected: Vec::new(),
    };
    for group in groups
        .iter()
        .filter(|group| !context.is_for_defence || group.text_or_empty("section") == "open")
    {
        let (section, rule) = (group.text_or_empty("section"), group.text_or_empty("rule_id"));
        let all = group.integer("findings");
        let name = if section == "open" {
            "findings.open"
        } else {
            "findings.protected"
        };
        let shown: Vec<Shown> = listed
            .iter()
            .filter(|row| row.text_or_empty("section") == section && row.text_or_empty("rule_id") == rule)
            .map(|row| {
                let id = row.text_or_empty("finding_id");
                let (entries, entry_rows) = counts.get(id).copied().unwrap_or((0, 0));
                let mut shown = describe(row, context);
                shown.entries = count("finding.entries", id, entries);
                shown.rows_left_out = (entry_rows > MOST_ENTRIES)
                    .then(|| count("finding.entries_left_out", id, entry_rows - MOST_ENTRIES));
                shown.amounts = amounts.remove(id).unwrap_or_default();
                shown.rows = cited.remove(id).unwrap_or_default();
                shown
            })
            .collect();
        let group = Group {
            anchor: format!("rule-{section}-{}", slug(rule)),
            rule_id: visible(rule),
            rule_version: visible(group.text_or_empty("rule_version")),
            title: pieces(group.text_or_empty("title"), context.names, context.secrets),
            findings: count(name, rule, all),
            dismissed: Some(group.integer("dismissed"))
                .filter(|n| *n > 0)
                .map(|n| count("findings.dismissed", format!("{rule} {section}"), n)),
            left_out: (all > shown.len() as i64).then(|| {
                let name = match context.is_for_defence {
                    true => "findings.left_out_of_defence",
                    false => "findings.left_out",
                };
                count(name, format!("{rule} {section}"), all - shown.len() as i64)
            }),
            shown,
        };
        if section == "open" {
            result.open.push(group);
        } else {
            result.protected.push(group);
        }
    }
    Ok(result)
}

/// Where a finding stands on the page.
pub(super) fn finding_anchor(id: &str) -> String {
    format!("finding-{}", slug(id))
}

/// Letters, digits and hyphens of an id, for anchors.
pub(super) fn slug(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

fn describe(row: Row<'_>, context: &Context<'_>) -> Shown {
    let id = row.text_or_empty("finding_id");
    let say = |text: &str| pieces(text, context.names, context.secrets);
    let lines = |column: &str| {
        row.text_or_empty(column)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(say)
            .collect()
    };
    let sufficiency = row.text_or_empty("sufficiency");
    let moment = |column: &str| row.moment(column).map(Instant::of);
    Shown {
        anchor: finding_anchor(id),
        finding_id: visible(id),
        title: say(row.text_or_empty("title")),
        account: row.text("account_id").map(|id| account_label(context.names, id)),
        party: row.text("party_id").map(|id| visible(&context.names.party(id))),
        exit: row
            .text("exit_account")
            .map(|id| account_label(context.names, id)),
        describes: described(row.text_or_empty("describes")),
        form: visible(row.text_or_empty("form")),
        from: moment("from_time"),
        to: moment("to_time"),
        gate: visible(&context.secrets.redact(row.text_or_empty("gate"))),
        judgement: visible(row.text_or_empty("judgement")),
        dismissed: row.text_or_empty("judgement") == "dismissed",
        // A person writes freely: who is told of, where somebody lives. That, and who decides, stands where names do.
        judgement_reason: match context.names.reveals() {
            true => say(row.text_or_empty("judgement_reason")),
            false => say(REASON_WITHHELD),
        },
        judgement_author: match context.names.reveals() {
            true => visible(row.text_or_empty("judgement_author")),
            false => String::new(),
        },
        holders: say(row.text_or_empty("holders")),
        gate_reason: lines("gate_reason"),
        explanation: lines("explanation"),
        innocent: lines("innocent_explanations"),
        complete: sufficiency == "complete",
        sufficiency: say(sufficiency),
        measures: measures(id, row.text_or_empty("measures"), context),
        entries: count("finding.entries", id, 0),
        amounts: Vec::new(),
        rows: Vec::new(),
        rows_left_out: None,
    }
}

fn described(word: &str) -> String {
    match word {
        "account" => "movements of an account, whoever is behind it",
        "exploited" => "a possibly exploited person, to be protected",
        "controller" => "who controls or benefits, to be established",
        "business" => "a business",
        "demand" => "payments for services",
        "network" => "movements between several accounts",
        other => return visible(other),
    }
    .to_owned()
}

const CHUNK: usize = 500;

fn amounts(query: &dyn Query, ids: &[&str]) -> Result<HashMap<String, Vec<Amounts>>, ReportError> {
    let mut found: HashMap<String, Vec<Amounts>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = queries::only(
            queries::FINDING_AMOUNTS,
            &format!("finding_id IN {}", literals(chunk.iter().copied())),
            "finding_id, direction, currency",
        );
        for row in rows(query, &sql, &["finding_id", "direction", "currency", "amount"])?.iter() {
            let (id, direction) = (row.text_or_empty("finding_id"), row.text_or_empty("direction"));
            let currency = row.text_or_empty("currency");
            let key = format!("{id} {direction} {currency}");
            found.entry(id.to_owned()).or_default().push(Amounts {
                direction: way(direction),
                amount: money("finding.amount", key, row.money("amount").unwrap_or(0), currency),
            });
        }
    }
    Ok(found)
}

/// Distinct entries and rows of each finding.
fn counts(query: &dyn Query, ids: &[&str]) -> Result<HashMap<String, (i64, i64)>, ReportError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "SELECT finding_id, count(DISTINCT entry_id) AS entries, count(*) AS all_rows FROM finding_entries \
             WHERE finding_id IN {} GROUP BY finding_id",
            literals(chunk.iter().copied())
        );
        for row in rows(query, &sql, &["finding_id", "entries", "all_rows"])?.iter() {
            found.insert(
                row.text_or_empty("finding_id").to_owned(),
                (row.integer("entries"), row.integer("all_rows")),
            );
        }
    }
    Ok(found)
}

fn cited(
    query: &dyn Query,
    ids: &[&str],
    context: &Context<'_>,
) -> Result<HashMap<String, Vec<Cited>>, ReportError> {
    let mut found: HashMap<String, Vec<Cited>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = queries::only(
            queries::FINDING_ENTRIES,
            &format!(
                "position <= {MOST_ENTRIES} AND finding_id IN {}",
                literals(chunk.iter().copied())
            ),
            "finding_id, position",
        );
        for row in rows(
            query,
            &sql,
            &["finding_id", "entry_id", "source_id", "locator", "position"],
        )?
        .iter()
        {
            found
                .entry(row.text_or_empty("finding_id").to_owned())
                .or_default()
                .push(cite(row, context));
        }
    }
    Ok(found)
}

fn cite(row: Row<'_>, context: &Context<'_>) -> Cited {
    let id = row.text_or_empty("entry_id");
    let currency = row.text_or_empty("currency");
    let source = row.text_or_empty("source_id");
    let quantity = match row.value("quantity") {
        value @ Value::Decimal(..) => Some(measure("entry.quantity", id, &value.to_text())),
        _ => None,
    };
    let with_time = row.text("time_precision").is_some_and(|known| known != "day");
    let at = match row.moment("booked_at") {
        Some(moment) if with_time => Some(Instant::of(moment)),
        _ => row.day("booking_date").map(|day| Instant::of(day.midnight())),
    };
    let asset = row.text_or_empty("asset");
    Cited {
        entry_id: visible(id),
        role: pieces(row.text_or_empty("role"), context.names, context.secrets),
        at,
        direction: way(row.text_or_empty("direction")),
        account: account_label(context.names, row.text_or_empty("account_id")),
        asset: if quantity.is_some() {
            visible(asset)
        } else {
            String::new()
        },
        amount: row
            .money("amount")
            .map(|amount| money("entry.amount", id, amount, currency))
            .or(quantity),
        other_side: other_side(row, context),
        channel: visible(&row.text_or_empty("channel").replace('_', " ")),
        source: context.file(source_name(row, context).as_str()),
        anchor: anchor(source),
        locator: visible(&context.secrets.redact(row.text_or_empty("locator"))),
        byte_start: count("entry.byte_start", id, row.integer("byte_start")),
        byte_end: count("entry.byte_end", id, row.integer("byte_end")),
    }
}

fn source_name(row: Row<'_>, context: &Context<'_>) -> String {
    let id = row.text_or_empty("source_id");
    context.sources.get(id).cloned().unwrap_or_else(|| id.to_owned())
}

fn other_side(row: Row<'_>, context: &Context<'_>) -> String {
    if row.truth("masked") && context.names.reveals() {
        return MASKED.to_owned();
    }
    if let Some(account) = row.text("counterparty_account_id") {
        return account_label(context.names, account);
    }
    match (
        row.text("counterparty_name"),
        row.text_or_empty("counterparty_status"),
    ) {
        (_, "cash") => "Cash".to_owned(),
        (_, "bank") => "The account's own bank".to_owned(),
        (Some(name), _) if context.names.reveals() => visible(name),
        (Some(_), _) => "A name without an account, withheld".to_owned(),
        (None, _) => "Unknown".to_owned(),
    }
}

fn way(direction: &str) -> &'static str {
    match direction {
        "credit" => "in",
        "debit" => "out",
        _ => "not stated",
    }
}
