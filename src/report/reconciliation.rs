//! Whether the statements prove themselves, account by account: opening balance, sums, closing balance, what is left over.

use std::collections::BTreeSet;

use serde::Serialize;

use super::exhibits::Citation;
use super::figures::{Figure, count, money};
use super::page::{Context, Day};
use super::received::{left_out, verdict_class, verdict_meaning};
use super::rows::{Row, literals, rows};
use super::text::{account_label, visible};
use super::{Query, ReportError, queries};

/// Accounts and currencies that are listed.
const MOST_ACCOUNTS: usize = 100;
/// Statements that are listed.
const MOST_STATEMENTS: usize = 80;

/// The section.
#[derive(Serialize)]
pub(super) struct Reconciliation {
    accounts: Vec<Account>,
    accounts_left_out: Option<Figure>,
    statements: Vec<Statement>,
    statements_left_out: Option<Figure>,
    statement_count: Figure,
    verdicts: Vec<Verdict>,
    /// Whether rows of people who may be victims are withheld.
    withholds: bool,
    /// Whether an account's sums leave something over although its statements prove themselves.
    does_not_run_on: bool,
}

/// An account in one currency.
#[derive(Serialize)]
struct Account {
    account: String,
    currency: String,
    withheld: bool,
    statements: Figure,
    from: Option<Day>,
    to: Option<Day>,
    opening: Option<Figure>,
    credits: Option<Figure>,
    debits: Option<Figure>,
    closing: Option<Figure>,
    difference: Option<Figure>,
    verdict: String,
    class: &'static str,
    #[serde(skip)]
    does_not_run_on: bool,
}

#[derive(Serialize)]
struct Statement {
    exhibit: Option<String>,
    account: String,
    withheld: bool,
    from: Option<Day>,
    to: Option<Day>,
    entries: Figure,
    credits: Option<Figure>,
    debits: Option<Figure>,
    verdict: String,
    class: &'static str,
    difference: Option<Figure>,
    reason: String,
    breaks_at: String,
    statement_id: String,
}

#[derive(Serialize)]
struct Verdict {
    verdict: String,
    class: &'static str,
    meaning: String,
    statements: Figure,
}

/// Reads it all.
pub(super) fn reconciliation(
    query: &dyn Query,
    context: &Context<'_>,
) -> Result<Reconciliation, ReportError> {
    let account_rows = rows(
        query,
        queries::RECONCILIATION,
        &[
            "account_id",
            "currency",
            "opening",
            "closing",
            "difference",
            "verdict",
        ],
    )?;
    let accounts: Vec<Account> = account_rows
        .iter()
        .take(MOST_ACCOUNTS)
        .map(|row| account(row, context))
        .collect();
    let statement_rows = rows(
        query,
        queries::STATEMENTS,
        &["statement_id", "verdict", "difference"],
    )?;
    let listed: Vec<Row<'_>> = statement_rows.iter().take(MOST_STATEMENTS).collect();
    let exhibits = cite(query, context, &listed)?;
    let statements: Vec<Statement> = listed
        .iter()
        .map(|row| statement(*row, context, &exhibits))
        .collect();
    let verdicts = rows(query, queries::STATEMENT_VERDICTS, &["verdict", "statements"])?
        .iter()
        .map(|row| {
            let verdict = row.text_or_empty("verdict");
            Verdict {
                verdict: visible(&context.words.told(verdict)),
                class: verdict_class(verdict),
                meaning: verdict_meaning(verdict, context.words),
                statements: count("statements.by_verdict", verdict, row.integer("statements")),
            }
        })
        .collect();
    Ok(Reconciliation {
        withholds: accounts.iter().any(|one| one.withheld) || statements.iter().any(|one| one.withheld),
        does_not_run_on: accounts.iter().any(|one| one.does_not_run_on),
        accounts_left_out: left_out("reconciled.left_out", account_rows.len(), MOST_ACCOUNTS),
        accounts,
        statement_count: count("statements.count", "", statement_rows.len() as i64),
        statements_left_out: left_out("statements.left_out", statement_rows.len(), MOST_STATEMENTS),
        statements,
        verdicts,
    })
}

fn account(row: Row<'_>, context: &Context<'_>) -> Account {
    let (id, currency) = (row.text_or_empty("account_id"), row.text_or_empty("currency"));
    let key = format!("{id} {currency}");
    // Its sums less those of the other entries would be what it had with a possible victim.
    let withheld = context.guard.hides(id) || context.guard.touched().contains(id);
    let sum = |name: &'static str, column: &str| {
        row.money(column)
            .filter(|_| !withheld)
            .map(|amount| money(name, key.clone(), amount, currency))
    };
    let verdict = match withheld && row.text_or_empty("verdict") == "does not run on" {
        // What it leaves over is a sum of balances.
        true => "withheld",
        false => row.text_or_empty("verdict"),
    };
    Account {
        account: account_label(context.names, id),
        currency: visible(currency),
        withheld,
        statements: count("reconciled.statements", key.clone(), row.integer("statements")),
        from: row.day("from_date").map(Day::of),
        to: row.day("to_date").map(Day::of),
        opening: sum("reconciled.opening", "opening"),
        credits: sum("reconciled.credits", "credits"),
        debits: sum("reconciled.debits", "debits"),
        closing: sum("reconciled.closing", "closing"),
        difference: sum("reconciled.difference", "difference"),
        verdict: visible(&context.words.told(verdict)),
        class: verdict_class(verdict),
        does_not_run_on: verdict == "does not run on",
    }
}

fn statement(row: Row<'_>, context: &Context<'_>, exhibits: &[(String, usize)]) -> Statement {
    let id = row.text_or_empty("statement_id");
    let currency = row.text_or_empty("currency");
    let account = row.text_or_empty("account_id");
    let withheld = context.guard.hides(account) || context.guard.touched().contains(account);
    let sum = |name: &'static str, column: &str| {
        row.money(column)
            .filter(|_| !withheld)
            .map(|amount| money(name, id, amount, currency))
    };
    let verdict = row.text_or_empty("verdict");
    let exhibit = exhibits.iter().find(|(known, _)| known == id);
    Statement {
        exhibit: exhibit.map(|(_, number)| format!("B-{number}")),
        account: account_label(context.names, account),
        withheld,
        from: row.day("from_date").map(Day::of),
        to: row.day("to_date").map(Day::of),
        entries: count("statement.entries", id, row.integer("entries")),
        credits: sum("statement.credits", "credits"),
        debits: sum("statement.debits", "debits"),
        verdict: visible(&context.words.told(verdict)),
        class: verdict_class(verdict),
        difference: sum("statement.difference", "difference").filter(|figure| figure.value != "0.0000"),
        // Reasons quote balances.
        reason: match withheld {
            true => String::new(),
            false => visible(
                &context
                    .secrets
                    .redact_reason(&context.words.told(row.text_or_empty("reason"))),
            ),
        },
        breaks_at: match withheld {
            true => String::new(),
            false => visible(row.text_or_empty("breaks_at")),
        },
        statement_id: visible(id),
    }
}

/// The exhibit numbers of statements, by their place in the files.
fn cite(
    query: &dyn Query,
    context: &Context<'_>,
    listed: &[Row<'_>],
) -> Result<Vec<(String, usize)>, ReportError> {
    let ids: BTreeSet<&str> = listed
        .iter()
        .map(|row| row.text_or_empty("statement_id"))
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT statement_id, min(source_id) AS source_id, min(locator) AS locator, min(byte_start) AS byte_start, \
         max(byte_end) AS byte_end FROM statements_read WHERE statement_id IN {} GROUP BY statement_id",
        literals(ids.into_iter())
    );
    let found = rows(query, &sql, &["statement_id", "source_id", "byte_start"])?;
    let mut exhibits = context.exhibits.borrow_mut();
    // In the order of the table.
    Ok(listed
        .iter()
        .filter_map(|row| {
            let id = row.text_or_empty("statement_id");
            let place = found.iter().find(|row| row.text_or_empty("statement_id") == id)?;
            Some((id.to_owned(), exhibits.statement(id, || Citation::of(&place))))
        })
        .collect())
}
