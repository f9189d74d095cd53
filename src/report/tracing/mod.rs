//! Where claimed money went: the tables of the last trace as a section of the page, with pictures.

mod layout;
mod proofs;
mod said;
mod sankey;
mod table;
mod withheld;
mod words;

use std::collections::BTreeSet;

use serde::Serialize;

use super::page::Context;
use super::{Query, ReportError};
pub use withheld::guarded_accounts;

/// The section.
#[derive(Serialize)]
pub(super) struct Tracing {
    /// Whether records or claims have changed since.
    old: bool,
    chosen: Option<said::Chosen>,
    claims: said::Claims,
    methods: Vec<table::Head>,
    tables: Vec<table::Table>,
    requests: Option<table::Requests>,
    is_ranged: bool,
    is_outer: bool,
    /// Whether amounts are left out that would tell what lies on an account of a possible victim.
    withholds: bool,
    has_exposure: bool,
    pictures: sankey::Pictures,
    notes: Vec<said::Notes>,
    notes_withheld: bool,
}

/// Grounds of which no amount is told on a page without names, under one method at least.
pub(super) fn withheld_grounds(query: &dyn Query, reveals: bool) -> Result<BTreeSet<i64>, ReportError> {
    Ok(withheld::Withheld::read(query, reveals)?.grounds())
}

/// Reads the last trace; nothing where nothing was ever traced.
pub(super) fn tracing(
    query: &dyn Query,
    context: &Context<'_>,
    old: bool,
) -> Result<Option<Tracing>, ReportError> {
    let mut words = words::Words::new(context.names);
    words.guarded = context.guard.accounts().clone();
    words.withheld = withheld::Withheld::read(query, context.names.reveals())?;
    let claims = said::claims(query, context, &mut words)?;
    let Some(made) = table::tables(query, context, &mut words)? else {
        return Ok(None);
    };
    let pictures = sankey::pictures(query, context, &made.methods, &mut words)?;
    let notes = said::notes(query, context, &words)?;
    Ok(Some(Tracing {
        old,
        chosen: said::chosen(query, context)?,
        claims,
        has_exposure: made.methods.iter().any(|head| head.id == "exposure"),
        methods: made.methods,
        tables: made.tables,
        requests: made.requests,
        is_ranged: made.is_ranged,
        is_outer: made.is_outer,
        withholds: !words.withheld.is_empty(),
        pictures,
        notes: notes.groups,
        notes_withheld: notes.withheld,
    }))
}
