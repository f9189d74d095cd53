//! From statements to parties and relations.

use serde_json::Value;

use super::states::States;
use super::{older, party, relation};
use crate::intake::json::{self, Record, Records, list, text};
use crate::intake::registers::{day, short};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};

/// A statement whose record has a later one.
const PAST: &str = "an earlier state of a record that a later statement replaces";
/// A relationship of which is not said when it ended. Without a day it would count as held today.
const UNDATED_END: &str = "a closed relationship without any date: it is over, and since when is not said";

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let states = States::of(source)?;
    let mut records = Records::open(source)?;
    let mut out = Segments::new(source.source_id, output);
    let mut statements = 0_u64;
    while let Some(record) = records.next()? {
        let value = record.value();
        match value.and_then(|value| statement(&value, &record, &states, &mut out)) {
            Ok(()) => statements += 1,
            Err(reason) => out.rows().reject(&Reject {
                place: record.place,
                locator: &record.locator(),
                reason: &reason,
                raw: record.text,
            }),
        }
        out.pass_on()?;
    }
    out.finish()?;
    if states.beyond {
        output.note(
            "more records have several statements, or statements without recordStatus, than are remembered: earlier states of some \
             may stand beside the last ones",
        );
    }
    if statements == 0 {
        return Err(source.holds_none(
            "no statement",
            "statements of BODS, with statementId and recordType",
        ));
    }
    Ok(())
}

/// Reads a statement; nothing of it is written where it is refused.
fn statement(
    value: &Value,
    record: &Record<'_>,
    states: &States,
    out: &mut Segments<'_>,
) -> Result<(), String> {
    let lifted = older::lift(value);
    let value = lifted.as_ref().unwrap_or(value);
    let record_id = text(value, "recordId");
    if record_id.is_empty() {
        return Err("no recordId; expected the id of the record that the statement is about".to_owned());
    }
    let statement_date = text(value, "statementDate");
    if !statement_date.is_empty() && day(statement_date).is_none() {
        return Err(format!(
            "statementDate: ‘{}’; expected a day, as 2024-05-31",
            short(statement_date)
        ));
    }
    let status = text(value, "recordStatus");
    if !matches!(status, "" | "new" | "updated" | "closed") {
        return Err(format!(
            "recordStatus: ‘{}’; expected new, updated or closed",
            short(status)
        ));
    }
    let Some(details) = value.get("recordDetails").filter(|details| details.is_object()) else {
        return Err("no recordDetails; expected an object".to_owned());
    };
    let statement = Statement {
        record_id,
        closed: (status == "closed").then(|| day(statement_date)),
        details,
        place: record.place,
        locator: record.locator(),
    };
    let kind = text(value, "recordType");
    if !matches!(kind, "entity" | "person" | "relationship") {
        return Err(format!(
            "recordType: ‘{}’; expected entity, person or relationship",
            short(kind)
        ));
    }
    let replaced = kind == "relationship" && states.is_replaced(record_id);
    if replaced || states.is_past(record_id, status, statement_date, record.place.byte_start) {
        out.rows().set_aside(PAST);
        return Ok(());
    }
    let rows = out.rows();
    match kind {
        "entity" => party::entity(&statement, rows)?,
        "person" => party::person(&statement, rows)?,
        _ => {
            if !relation::read(&statement, rows)? {
                rows.set_aside(UNDATED_END);
                return Ok(());
            }
        }
    }
    rows.accepted();
    Ok(())
}

/// A statement on its way to rows.
pub struct Statement<'s> {
    pub record_id: &'s str,
    /// Closed, and on which day that was said.
    pub closed: Option<Option<crate::model::Date>>,
    pub details: &'s Value,
    pub place: crate::model::Place,
    pub locator: String,
}

impl Statement<'_> {
    /// What the record says in one of its texts.
    pub fn text(&self, name: &str) -> &str {
        json::text(self.details, name)
    }

    /// One of its lists.
    pub fn list(&self, name: &str) -> &[Value] {
        list(self.details, name)
    }
}
