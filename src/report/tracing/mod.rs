//! Where claimed money went: the tables of the last trace as a section of the page, with pictures.

mod layout;
mod said;
mod sankey;
mod table;
mod words;

use std::collections::BTreeSet;

use serde::Serialize;

use super::page::Context;
use super::rows::rows;
use super::{Query, ReportError, queries};

/// The section.
#[derive(Serialize)]
pub(super) struct Tracing {
    /// Whether records or claims have changed since.
    old: bool,
    claims: said::Claims,
    methods: Vec<table::Head>,
    tables: Vec<table::Table>,
    requests: Option<table::Requests>,
    is_ranged: bool,
    is_outer: bool,
    has_exposure: bool,
    pictures: sankey::Pictures,
    notes: Vec<said::Notes>,
    notes_withheld: bool,
}

/// Reads the last trace; nothing where nothing was ever traced.
pub(super) fn tracing(
    query: &dyn Query,
    context: &Context<'_>,
    old: bool,
) -> Result<Option<Tracing>, ReportError> {
    let mut words = words::Words::new(context.names);
    words.guarded = guarded_accounts(query)?;
    let claims = said::claims(query, context, &mut words)?;
    let Some(made) = table::tables(query, context, &mut words)? else {
        return Ok(None);
    };
    let pictures = sankey::pictures(query, context, &made.methods, &mut words)?;
    let notes = said::notes(query, context, &words.guarded)?;
    Ok(Some(Tracing {
        old,
        claims,
        has_exposure: made.methods.iter().any(|head| head.id == "exposure"),
        methods: made.methods,
        tables: made.tables,
        requests: made.requests,
        is_ranged: made.is_ranged,
        is_outer: made.is_outer,
        pictures,
        notes: notes.groups,
        notes_withheld: notes.withheld,
    }))
}

/// Accounts whose holder may be a victim: a person said so, or the control gate of a finding is not open, or a finding
/// describes somebody exploited.
pub fn guarded_accounts(query: &dyn Query) -> Result<BTreeSet<String>, ReportError> {
    let found = rows(query, queries::GUARDED_ACCOUNTS, &["account_id"])?;
    Ok(found
        .iter()
        .map(|row| row.text_or_empty("account_id").to_owned())
        .collect())
}
