//! The link chart: accounts and the money between them, to be looked through in the page. `read` takes it from the
//! tables, [`choose`] says which accounts and ties are in it, `data` writes them for the page, `still` draws the picture
//! that stands there without script, `own` holds the scripts with their checksums.
//!
//! The page needs no script to be read: the picture and the table of the largest ties hold the same facts.

mod choose;
mod data;
mod own;
mod read;
mod still;
mod words;

use serde::Serialize;

use super::figures::{Figure, count, money};
use super::findings::Findings;
use super::language::Words;
use super::page::{Context, Day};
use super::text::visible;
use super::{Query, ReportError};
use crate::model::Date;
pub use choose::{Account, Choice, Class, Drawn, Movement, Told, choose};
pub use own::{own_scripts, script_hashes};
pub(super) use own::{own_text, style};

/// Accounts that the chart has at most.
pub const MOST_ACCOUNTS: usize = 5_000;
/// Ties that it has at most.
pub const MOST_TIES: usize = 20_000;
/// Rows of the table beneath.
const MOST_ROWS: usize = 24;

/// The section.
#[derive(Serialize)]
pub(super) struct Chart {
    accounts: Figure,
    accounts_drawn: Figure,
    accounts_left_out: Option<Figure>,
    ties: Figure,
    ties_drawn: Figure,
    ties_left_out: Option<Figure>,
    /// How long the periods of the filter are: 1, 3 or 12 months.
    unit: i32,
    /// Whether accounts of people who may be victims are one place and what moved there is not told.
    withholds: bool,
    has_guarded: bool,
    has_traced: bool,
    has_bank: bool,
    currencies: Vec<String>,
    picture: still::Picture,
    rows: Vec<Row>,
    /// JSON, safe inside a script element.
    data: String,
    words: String,
    library: &'static str,
    script: &'static str,
}

/// A row of the table.
#[derive(Serialize)]
struct Row {
    anchor: String,
    payer: String,
    payee: String,
    amount: Figure,
    transfers: Figure,
    first: Option<Day>,
    last: Option<Day>,
}

/// Reads the ties and lays them out; nothing where no account has one.
pub(super) fn chart(
    query: &dyn Query,
    context: &Context<'_>,
    found: &Findings,
    marking: &str,
) -> Result<Option<Chart>, ReportError> {
    let words = *context.words;
    let tables = read::read(query, context, found)?;
    let choice = choose(&tables.accounts, &tables.movements, MOST_ACCOUNTS, MOST_TIES);
    if choice.ties.is_empty() {
        return Ok(None);
    }
    let labels = read::labels(&tables, &choice, context, words);
    let page = if context.names.reveals() { "all" } else { "apart" };
    let figure = |name, number: usize| count(name, page, number as i64);
    let left = |name, all: usize, drawn: usize| (all > drawn).then(|| figure(name, all - drawn));
    let strongest = choice.strongest();
    let currency = |told: &Told| tables.currencies[told.currency as usize].as_str();
    let rows: Vec<(usize, Row)> = strongest
        .iter()
        .take(MOST_ROWS)
        .enumerate()
        .filter_map(|(number, tie)| {
            let drawn = &choice.ties[*tie];
            let told = drawn.told.as_ref()?;
            let id = |node: u32| {
                choice.nodes[node as usize]
                    .account
                    .map(|at| &tables.accounts[at].id)
            };
            let key = format!("{} {} {}", id(drawn.from)?, id(drawn.to)?, currency(told));
            let row = Row {
                anchor: format!("tie-{}", number + 1),
                payer: labels[drawn.from as usize].clone(),
                payee: labels[drawn.to as usize].clone(),
                amount: money("flow.amount", key.clone(), told.amount, currency(told)),
                transfers: count("flow.transfers", key, told.transfers as i64),
                first: told.first.map(|day| Day::of(Date(day))),
                last: told.last.map(|day| Day::of(Date(day))),
            };
            Some((*tie, row))
        })
        .collect();
    let listed: Vec<usize> = rows.iter().map(|(tie, _)| *tie).collect();
    let written = data::data(&tables, &choice, &labels, &listed, marking);
    let has = |wanted: &dyn Fn(&Account) -> bool| {
        let mut accounts = choice.nodes.iter().filter_map(|node| node.account);
        accounts.any(|at| wanted(&tables.accounts[at]))
    };
    Ok(Some(Chart {
        accounts: figure("chart.accounts", choice.all_nodes),
        accounts_drawn: figure("chart.accounts_drawn", choice.nodes.len()),
        accounts_left_out: left("chart.accounts_left_out", choice.all_nodes, choice.nodes.len()),
        ties: figure("chart.ties", choice.all_ties),
        ties_drawn: figure("chart.ties_drawn", choice.ties.len()),
        ties_left_out: left("chart.ties_left_out", choice.all_ties, choice.ties.len()),
        unit: written.unit,
        withholds: choice.nodes.iter().any(|node| node.account.is_none()),
        has_guarded: choice.nodes.iter().any(|node| node.account.is_none())
            || has(&|account| account.is_guarded),
        has_traced: has(&|account| account.class == Class::Traced || account.is_traced),
        has_bank: has(&|account| matches!(account.kind, "bank" | "cash")),
        currencies: tables.currencies.iter().map(|code| visible(code)).collect(),
        picture: still::picture(&tables, &choice, &labels, &strongest, words),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        data: written.json,
        words: data::safe(&words::messages(words).to_string()),
        library: own::LIBRARY,
        script: own::SCRIPT,
    }))
}
