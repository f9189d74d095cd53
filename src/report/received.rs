//! What was received: files, and records that could not be read.

use serde::Serialize;

use super::figures::{Figure, count};
use super::language::Words;
use super::page::Context;
use super::queries;
use super::rows::rows;
use super::text::{shortened, visible};
use super::{Query, ReportError};
use crate::model::source_prefix;

/// Rows of files that are listed.
const MOST_SOURCES: usize = 200;
/// Reasons for rejects that are listed; the rest is counted.
const MOST_REASONS: usize = 30;

/// Files and rejects.
#[derive(Serialize)]
pub(super) struct Received {
    sources: Vec<Source>,
    sources_left_out: Option<Figure>,
    rejects: Figure,
    reasons: Vec<Reason>,
    reasons_are_all: bool,
    same_entries: Vec<Same>,
}

#[derive(Serialize)]
struct Source {
    anchor: String,
    name: String,
    sha256: String,
    bytes: Figure,
    format: String,
    mapping: String,
    parser: String,
    encoding: String,
    encoding_basis: String,
    received_from: String,
    order_reference: String,
    note: String,
    rows_read: Figure,
    rows_accepted: Figure,
    rows_rejected: Figure,
}

#[derive(Serialize)]
struct Reason {
    reason: String,
    records: Figure,
    examples: Vec<Example>,
}

#[derive(Serialize)]
struct Example {
    source: String,
    anchor: String,
    locator: String,
    byte_start: Figure,
    byte_end: Figure,
    raw: Option<String>,
}

#[derive(Serialize)]
struct Same {
    meaning: String,
    entries: Figure,
}

/// Reads it all.
pub(super) fn received(query: &dyn Query, context: &Context<'_>) -> Result<Received, ReportError> {
    let (sources, all_sources) = sources(query, context)?;
    let (reasons, rejects, all_reasons) = reasons(query, context)?;
    let same_entries = rows(query, queries::SAME_ENTRIES, &["kind", "entries"])?
        .iter()
        .map(|row| {
            let kind = row.text_or_empty("kind");
            Same {
                meaning: same_meaning(kind, context.words),
                entries: count("same_entries.by_kind", kind, row.integer("entries")),
            }
        })
        .collect();
    Ok(Received {
        sources_left_out: left_out("sources.left_out", all_sources, MOST_SOURCES),
        sources,
        rejects: count("rejects.count", "", rejects),
        reasons_are_all: all_reasons <= MOST_REASONS,
        reasons,
        same_entries,
    })
}

/// The number of rows that a capped table leaves out.
pub(super) fn left_out(name: &'static str, all: usize, shown: usize) -> Option<Figure> {
    (all > shown).then(|| count(name, "", (all - shown) as i64))
}

fn sources(query: &dyn Query, context: &Context<'_>) -> Result<(Vec<Source>, usize), ReportError> {
    let found = rows(
        query,
        queries::SOURCES,
        &["source_id", "name", "rows_read", "note"],
    )?;
    let list = found
        .iter()
        .take(MOST_SOURCES)
        .map(|row| {
            let id = row.text_or_empty("source_id");
            let plain = |column: &str| visible(&context.secrets.redact(row.text_or_empty(column)));
            Source {
                anchor: anchor(id),
                name: context.file(row.text_or_empty("name")),
                sha256: visible(id),
                bytes: count("source.bytes", id, row.integer("bytes")),
                format: plain("format"),
                mapping: context.file(row.text_or_empty("mapping")),
                parser: plain("parser"),
                encoding: plain("encoding"),
                encoding_basis: context.words.told(&plain("encoding_basis")),
                received_from: plain("received_from"),
                order_reference: plain("order_reference"),
                note: visible(
                    &context
                        .secrets
                        .redact_reason(&context.words.told(row.text_or_empty("note"))),
                ),
                rows_read: count("source.rows_read", id, row.integer("rows_read")),
                rows_accepted: count("source.rows_accepted", id, row.integer("rows_accepted")),
                rows_rejected: count("source.rows_rejected", id, row.integer("rows_rejected")),
            }
        })
        .collect();
    Ok((list, found.len()))
}

/// Reasons listed, rejects in all, reasons in all.
fn reasons(query: &dyn Query, context: &Context<'_>) -> Result<(Vec<Reason>, i64, usize), ReportError> {
    let sql = queries::only(
        queries::REJECTS_BY_REASON,
        "position <= 3",
        "records DESC, reason_key, position",
    );
    let found = rows(
        query,
        &sql,
        &["reason_key", "locator", "reason", "raw", "records"],
    )?;
    let mut list: Vec<Reason> = Vec::new();
    let mut total = 0;
    let mut reasons = 0;
    for row in found.iter() {
        if row.integer("position") == 1 {
            reasons += 1;
            total += row.integer("records");
            if reasons <= MOST_REASONS {
                list.push(Reason {
                    reason: visible(
                        &context
                            .secrets
                            .redact_reason(&context.words.told(row.text_or_empty("reason"))),
                    ),
                    records: count(
                        "rejects.by_reason",
                        row.text_or_empty("reason_key"),
                        row.integer("records"),
                    ),
                    examples: Vec::new(),
                });
            }
        }
        if reasons > MOST_REASONS {
            continue;
        }
        let source = row.text_or_empty("source_id");
        let locator = row.text_or_empty("locator");
        let key = format!("{source} {locator}");
        let raw = || visible(&shortened(row.text_or_empty("raw"), 200));
        if let Some(reason) = list.last_mut() {
            reason.examples.push(Example {
                source: context.file(row.text_or_empty("name")),
                // The list of exhibits has every file that is cited, this table the first of them.
                anchor: match context.exhibits.borrow_mut().source(source) {
                    Some(number) => format!("S-{number}"),
                    None => anchor(source),
                },
                locator: visible(&context.secrets.redact(locator)),
                byte_start: count("reject.byte_start", key.clone(), row.integer("byte_start")),
                byte_end: count("reject.byte_end", key, row.integer("byte_end")),
                raw: context.names.reveals().then(raw),
            });
        }
    }
    Ok((list, total, reasons))
}

/// Where a file stands on the page.
pub(super) fn anchor(source_id: &str) -> String {
    format!("source-{}", source_prefix(source_id))
}

/// How a verdict is coloured.
pub(super) fn verdict_class(verdict: &str) -> &'static str {
    match verdict {
        "verified" => "good",
        "discrepancy" | "failed" | "does not run on" => "bad",
        _ => "open",
    }
}

/// What a verdict means.
pub(super) fn verdict_meaning(verdict: &str, words: &Words) -> String {
    let say = |english| words.say(english, &[]);
    match verdict {
        "verified" => say("Opening balance plus entries equals closing balance."),
        "discrepancy" => say("Balances are given and do not agree with the entries."),
        "not verifiable" => say("The record gives no balances to check against."),
        "failed" => say("The check cannot be computed, for example because amounts are missing."),
        _ => String::new(),
    }
}

fn same_meaning(kind: &str, words: &Words) -> String {
    match kind {
        "same_statement" => words.say(
            "entries stand in a second copy of their statement, or in one that tells them again, and are counted once",
            &[],
        ),
        "other_record" => words.say(
            "entries are told by a second record of the same movement and are counted once",
            &[],
        ),
        "likely_duplicate" => words.say(
            "entries are likely duplicates; they are flagged, not dropped, and counted in every total",
            &[],
        ),
        other => words.say("entries are marked ‘{kind}’", &[("kind", visible(other))]),
    }
}
