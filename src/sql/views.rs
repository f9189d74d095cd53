//! Views that rules and analysts share, so that what every query begins with stands in one place: `queries/views/*.sql`.

use std::sync::Arc;

use datafusion::common::DataFusionError;
use datafusion::datasource::{MemTable, ViewTable};
use datafusion::prelude::SessionContext;

use super::SqlError;
use crate::case::{Case, Table};
use crate::rules::{SHARED_VIEW, VIEWS};

/// What people are shown in the place of tables whose rows may say something of special categories: name and text. No rule
/// goes by them.
pub const MASKED_VIEWS: [(&str, &str); 2] = [
    (
        "entries_masked",
        include_str!("../../queries/views/entries_masked.sql"),
    ),
    (
        "accounts_masked",
        include_str!("../../queries/views/accounts_masked.sql"),
    ),
];

/// How copies of the same booking are left out of `movements`.
const COPIES: &str = "LEFT ANTI JOIN";

/// Registers the views over the tables of a session.
pub(super) async fn register(context: &SessionContext, case: &Case) -> Result<(), SqlError> {
    for (name, sql) in VIEWS {
        let sql = match name {
            // A join with nothing is not for nothing over ten million rows.
            "movements" if case.manifest().rows(Table::SameEntries) == 0 => without_join(sql),
            _ => sql.to_owned(),
        };
        view(context, name, sql).await?;
    }
    for (name, sql) in MASKED_VIEWS {
        view(context, name, sql.to_owned()).await?;
    }
    Ok(())
}

async fn view(context: &SessionContext, name: &str, sql: String) -> Result<(), SqlError> {
    let fault = |error| fault(name, &error);
    let plan = context.state().create_logical_plan(&sql).await.map_err(fault)?;
    let view = ViewTable::new(plan, Some(sql));
    context.register_table(name, Arc::new(view)).map_err(fault)?;
    Ok(())
}

/// Puts the rows of the shared view in the place of its query, so that it is computed once.
pub(super) async fn share(context: &SessionContext) -> Result<(), SqlError> {
    let fault = |error| fault(SHARED_VIEW, &error);
    let frame = context.table(SHARED_VIEW).await.map_err(fault)?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let rows = frame.collect().await.map_err(fault)?;
    let table = MemTable::try_new(schema, vec![rows]).map_err(fault)?;
    context.deregister_table(SHARED_VIEW).map_err(fault)?;
    context
        .register_table(SHARED_VIEW, Arc::new(table))
        .map_err(fault)?;
    // Views that know it have its query in them.
    for (name, sql) in VIEWS
        .into_iter()
        .skip_while(|(name, _)| *name != SHARED_VIEW)
        .skip(1)
    {
        context.deregister_table(name).map_err(fault)?;
        view(context, name, sql.to_owned()).await?;
    }
    Ok(())
}

/// The text without the one join that it has, up to its condition's end.
fn without_join(sql: &str) -> String {
    match (sql.find(COPIES), sql.rfind("WHERE NOT e.reversal")) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &sql[..from], &sql[to..]),
        _ => sql.to_owned(),
    }
}

fn fault(name: &str, error: &DataFusionError) -> SqlError {
    SqlError::Run {
        reason: format!("view {name}: {error}"),
        hint: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_join_can_be_left_out() {
        let sql = without_join(VIEWS[0].1);
        assert!(VIEWS[0].1.contains("same_entries") && !sql.contains("same_entries"));
        assert!(sql.contains("FROM entries e") && sql.contains("WHERE NOT e.reversal"));
    }
}
