//! The first two pages: who, what, how much, since when, what is missing, and what speaks for those concerned.

use serde::Serialize;

use super::figures::{Figure, count, money};
use super::findings::{Findings, Foremost};
use super::page::{Context, Day};
use super::queries;
use super::rows::rows;
use super::{Query, ReportError};

/// Parties named in the summary.
const MOST_PARTIES: usize = 8;

/// The summary.
#[derive(Serialize)]
pub(super) struct Summary {
    sources: Figure,
    rows_read: Figure,
    rows_accepted: Figure,
    rows_rejected: Figure,
    entries: Figure,
    entries_undated: Option<Figure>,
    entries_without_amount: Option<Figure>,
    entries_again: Option<Figure>,
    accounts_seized: Figure,
    accounts_seen: Figure,
    transfers: Figure,
    findings: Figure,
    findings_retold: Option<Figure>,
    dismissed: Option<Figure>,
    not_computable: Figure,
    first: Option<Day>,
    last: Option<Day>,
    totals: Vec<Total>,
    /// Whether sums leave out movements of people who may be victims, and of how many accounts.
    apart: Option<Figure>,
    foremost: Vec<Foremost>,
}

#[derive(Serialize)]
struct Total {
    currency: String,
    credit: Option<Side>,
    debit: Option<Side>,
}

#[derive(Clone, Serialize)]
struct Side {
    entries: Figure,
    amount: Figure,
}

/// Reads it all.
pub(super) fn summary(
    query: &dyn Query,
    context: &Context<'_>,
    findings: &Findings,
) -> Result<Summary, ReportError> {
    let counts = rows(
        query,
        queries::COUNTS,
        &["sources", "entries", "findings", "dismissed", "first_day"],
    )?;
    let number = |name: &str| counts.first().map_or(0, |row| row.integer(name));
    let some = |figure: &'static str, column: &str| {
        Some(number(column))
            .filter(|n| *n > 0)
            .map(|n| count(figure, "", n))
    };
    let (mut read, mut accepted, mut rejected) = (0, 0, 0);
    for row in rows(
        query,
        queries::SOURCES,
        &["rows_read", "rows_accepted", "rows_rejected"],
    )?
    .iter()
    {
        read += row.integer("rows_read");
        accepted += row.integer("rows_accepted");
        rejected += row.integer("rows_rejected");
    }
    let not_computable = rows(
        query,
        "SELECT count(DISTINCT rule_id) AS rules FROM not_computable",
        &["rules"],
    )?;
    let not_computable = not_computable.first().map_or(0, |row| row.integer("rules"));
    Ok(Summary {
        sources: count("sources.count", "", number("sources")),
        rows_read: count("sources.rows_read", "", read),
        rows_accepted: count("sources.rows_accepted", "", accepted),
        rows_rejected: count("sources.rows_rejected", "", rejected),
        entries: count("entries.count", "", number("entries")),
        entries_undated: some("entries.undated", "entries_undated"),
        entries_without_amount: some("entries.without_amount", "entries_without_amount"),
        entries_again: some("entries.counted_elsewhere", "entries_again"),
        accounts_seized: count("accounts.seized", "", number("accounts_seized")),
        accounts_seen: count("accounts.seen", "", number("accounts_seen")),
        transfers: count("transfers.count", "", number("transfers")),
        findings: count("findings.count", "", number("findings")),
        findings_retold: some("findings.retold", "findings_retold"),
        dismissed: some("findings.dismissed", "dismissed"),
        not_computable: count("rules.not_computable", "", not_computable),
        first: counts.first().and_then(|row| row.day("first_day")).map(Day::of),
        last: counts.first().and_then(|row| row.day("last_day")).map(Day::of),
        totals: totals(query, context)?,
        apart: context
            .guard
            .is_active()
            .then(|| count("accounts.guarded", "", context.guard.len() as i64)),
        foremost: findings.foremost(MOST_PARTIES),
    })
}

fn totals(query: &dyn Query, context: &Context<'_>) -> Result<Vec<Total>, ReportError> {
    let entries = context
        .guard
        .either("entries.by_direction", "entries.by_direction_apart");
    let amounts = context.guard.either("entries.amount", "entries.amount_apart");
    let mut totals: Vec<Total> = Vec::new();
    for row in rows(
        query,
        &context.guard.apart(queries::TOTALS),
        &["currency", "direction", "entries", "amount"],
    )?
    .iter()
    {
        let (currency, direction) = (row.text_or_empty("currency"), row.text_or_empty("direction"));
        let key = format!("{currency} {direction}");
        let side = Side {
            entries: count(entries, key.clone(), row.integer("entries")),
            amount: money(amounts, key, row.money("amount").unwrap_or(0), currency),
        };
        if totals.last().is_none_or(|total| total.currency != currency) {
            totals.push(Total {
                currency: currency.to_owned(),
                credit: None,
                debit: None,
            });
        }
        if let Some(total) = totals.last_mut() {
            match direction {
                "credit" => total.credit = Some(side),
                _ => total.debit = Some(side),
            }
        }
    }
    Ok(totals)
}
