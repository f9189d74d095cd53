//! What moved between places, and distributions at the end, in words and sums.

use hashbrown::{HashMap, HashSet};

use super::CaseBook;
use super::request::GivenKind;
use super::traced::{Ready, TracedFlow, word};
use crate::model::money_text;
use crate::trace::{Distribution, End, FIRST, Kind, Movement, OUTSIDE, Outcome, end_of};

/// What moved between places, summed up.
pub(super) fn flows(ready: &Ready, outcome: &Outcome) -> Vec<TracedFlow> {
    /// Kind, from where, to where, currency.
    type Key = (GivenKind, (&'static str, String), (&'static str, String), String);
    let book = &ready.book;
    let mut sums: HashMap<Key, (i64, HashSet<u32>)> = HashMap::new();
    for step in &outcome.steps {
        let resolved = &ready.resolved[ready.place[step.claim as usize]];
        let movement: &Movement = &book.book.movements()[step.movement as usize];
        let from = match (step.before, movement.kind) {
            (FIRST, _) => ("claim", resolved.label.clone()),
            (_, Kind::Sale(asset)) => (
                "asset",
                book.assets.get(asset as usize).cloned().unwrap_or_default(),
            ),
            (_, _) if movement.payer != OUTSIDE => ("account", book.account_id(movement.payer).to_owned()),
            _ => ("returned", String::new()),
        };
        let to = match movement.payee != OUTSIDE && book.book.recorded(movement.payee) {
            true => ("account", book.account_id(movement.payee).to_owned()),
            false => place_told(book, end_of(&book.book, step.movement)),
        };
        let currency = match movement.payee {
            OUTSIDE => book.currency(movement.payer),
            payee => book.currency(payee),
        };
        let key = (resolved.kind, from, to, currency.to_owned());
        let sum = sums.entry(key).or_default();
        sum.0 = sum.0.saturating_add(step.arrived);
        sum.1.insert(step.movement);
    }
    let mut flows: Vec<TracedFlow> = sums
        .into_iter()
        .map(|((kind, from, to, currency), (amount, movements))| TracedFlow {
            method: outcome.method,
            kind,
            from_kind: from.0,
            from: from.1,
            to_kind: to.0,
            to: to.1,
            currency,
            amount,
            transfers: movements.len() as u64,
        })
        .collect();
    flows.sort_by(|a, b| {
        let key = |flow: &TracedFlow| {
            (
                std::cmp::Reverse(flow.amount),
                flow.from_kind,
                flow.from.clone(),
                flow.to_kind,
                flow.to.clone(),
                flow.currency.clone(),
                flow.kind.as_str(),
            )
        };
        key(a).cmp(&key(b))
    });
    flows
}

fn place_told(book: &CaseBook, end: End) -> (&'static str, String) {
    let told = match end {
        End::Held(place) | End::OutOfRecords(place) | End::Overdraft(place) => {
            book.account_id(place).to_owned()
        }
        End::Asset(asset) => book.assets.get(asset as usize).cloned().unwrap_or_default(),
        End::Spent(code) => book.spent.get(code as usize).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    (word(end), told)
}

/// Distributions, each a line that shows that the shares are the balance.
pub(super) fn funds(ready: &Ready, outcome: &Outcome) -> Vec<(&'static str, String)> {
    let book = &ready.book;
    let line = |fund: &Distribution| {
        let code = fund.accounts.first().map_or("", |place| book.currency(*place));
        let show = |amount: i64| money_text(amount, code);
        let accounts: Vec<String> = fund
            .accounts
            .iter()
            .map(|place| format!("{{account:{}}}", book.account_id(*place)))
            .collect();
        let claimed: i64 = fund.shares.iter().map(|(_, _, share)| share).sum();
        let text = format!(
            "{}: of the balance of {} on {} claims have {} and what nobody claims {}; contributions were {} in all",
            outcome.method,
            show(fund.balance),
            accounts.join(" and "),
            show(claimed),
            show(fund.unclaimed),
            show(fund.contributions)
        );
        (outcome.method, text)
    };
    outcome.funds.iter().map(line).collect()
}
