//! Backward: what an entry, an asset or a balance was paid with, under every method.

use hashbrown::HashSet;
use rayon::prelude::*;

use super::find::{As, find};
use super::request::Request;
use super::spendings::counterparties;
use super::units::{largest_remainder, unit_of};
use super::{CaseBook, TraceError};
use crate::case::Case;
use crate::trace::{Kind, METHODS, Method, OUTSIDE, Origin, Rules, Target, back};

/// What a target's sources are, every method side by side.
#[derive(Debug)]
pub struct Backwards {
    /// What was traced back, in words.
    pub target: String,
    /// Ten-thousandths of it, in `currency`.
    pub total: i64,
    pub currency: String,
    pub methods: Vec<&'static str>,
    /// The largest under any method first.
    pub rows: Vec<SourceRow>,
    /// For each method what is left beside the sources; nothing where each source is taken alone.
    pub rest: Vec<Option<i64>>,
}

/// A source, and how much of the target it is under each method.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Where it came in: the account, or an account's opening balance.
    pub account_id: Option<String>,
    pub is_opening: bool,
    /// Who paid, as the entry or the account tells; nothing where nobody is named.
    pub payer: Option<Payer>,
    pub at: Option<i64>,
    pub transfer_id: Option<String>,
    pub entry_id: Option<String>,
    /// Ten-thousandths of the target, by method.
    pub amounts: Vec<i64>,
}

/// Who a source is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payer {
    /// An account without statements, by id.
    Account(String),
    /// A name that the entry tells.
    Named(String),
    Cash,
}

/// Traces what is named back: an entry or transfer, an asset that the request links payments to, or an account, whose
/// balance at the end is meant.
pub fn back_from(
    case: &Case,
    request: &Request,
    what: &str,
    methods: &[&'static dyn Method],
) -> Result<Vec<Backwards>, TraceError> {
    let book = CaseBook::read(case, &request.assets)?;
    let rules = Rules {
        interest: request.interest(),
        gain: request.gain(),
        unit: book.smallest_unit(),
        ..Rules::default()
    };
    let targets = targets(case, &book, what)?;
    targets
        .into_iter()
        .map(|(target, words, currency)| one(case, &book, &rules, methods, target, words, currency))
        .collect()
}

fn targets(case: &Case, book: &CaseBook, what: &str) -> Result<Vec<(Target, String, String)>, TraceError> {
    if let Some(number) = book.assets.iter().position(|asset| asset == what) {
        let target = Target::Asset(number as u32);
        let bought = book
            .book
            .movements()
            .iter()
            .find(|movement| matches!(movement.kind, Kind::Asset(asset) if asset as usize == number));
        let currency = bought.map_or("", |movement| book.currency(movement.payer));
        return Ok(vec![(target, format!("asset ‘{what}’"), currency.to_owned())]);
    }
    let places = book.places_called(case, what)?;
    if !places.is_empty() {
        let after = (book.book.movements().len() as u32).saturating_sub(1);
        return Ok(places
            .into_iter()
            .filter(|place| book.book.recorded(*place))
            .map(|place| {
                let words = format!(
                    "the balance of {{account:{}}} at the end of its records",
                    book.account_id(place)
                );
                let target = Target::Balance {
                    account: place,
                    after,
                };
                (target, words, book.currency(place).to_owned())
            })
            .collect());
    }
    let found = find(case, &HashSet::from_iter([what.to_owned()]))?;
    let rows: Vec<(u32, As)> = found.get(what).cloned().unwrap_or_default();
    let numbers: HashSet<u32> = rows.iter().map(|(row, _)| *row).collect();
    let mut movements: Vec<u32> = book.movements_of(&numbers).into_values().flatten().collect();
    movements.sort_unstable();
    if movements.is_empty() {
        return Err(TraceError::Asked(format!(
            "‘{what}’ is no entry, transfer or account of this case, and no asset that a payment is linked to (--assets \
             FILE); `geldspoor sql -c \"SELECT entry_id, booking_date, amount FROM entries\"` lists entries"
        )));
    }
    Ok(movements
        .into_iter()
        .map(|number| {
            let movement = &book.book.movements()[number as usize];
            let side = if movement.payer != OUTSIDE {
                movement.payer
            } else {
                movement.payee
            };
            let currency = match side {
                OUTSIDE => String::new(),
                side => book.currency(side).to_owned(),
            };
            (
                Target::Movement(number),
                format!("what ‘{what}’ carried"),
                currency,
            )
        })
        .collect())
}

fn one(
    case: &Case,
    book: &CaseBook,
    rules: &Rules,
    methods: &[&'static dyn Method],
    target: Target,
    words: String,
    currency: String,
) -> Result<Backwards, TraceError> {
    let follows: Vec<&'static dyn Method> = methods
        .iter()
        .copied()
        .filter(|method| method.follows())
        .collect();
    let found: Result<Vec<_>, _> = follows
        .par_iter()
        .map(|method| back(&book.book, target, *method, rules))
        .collect();
    let found = found?;
    let mut origins: Vec<Origin> = found
        .iter()
        .flat_map(|backward| backward.sources.iter().map(|source| source.origin))
        .collect();
    origins.sort_unstable();
    origins.dedup();
    let movements = origins.iter().filter_map(|origin| match origin {
        Origin::Movement(movement) => Some(*movement),
        Origin::Opening(_) => None,
    });
    let told = book.tell(case, movements)?;
    let entries: HashSet<&str> = told
        .values()
        .filter_map(|told| told.credit_entry.as_deref())
        .collect();
    let names = counterparties(case, &entries)?;
    let payer = |number: u32| {
        let movement = &book.book.movements()[number as usize];
        let entry = told.get(&number).and_then(|told| told.credit_entry.as_ref());
        match (movement.payer, entry.and_then(|entry| names.get(entry))) {
            (OUTSIDE, Some(name)) => Some(Payer::Named(name.clone())),
            (OUTSIDE, None) => (movement.kind == Kind::CashIn).then_some(Payer::Cash),
            (account, _) => Some(Payer::Account(book.account_id(account).to_owned())),
        }
    };
    let row = |origin: &Origin| {
        let amount = |backward: &crate::trace::Backward| {
            let own = backward.sources.iter().filter(|source| source.origin == *origin);
            own.map(|source| source.amount).sum()
        };
        let (place, at, told) = match origin {
            Origin::Opening(place) => (*place, None, None),
            Origin::Movement(number) => {
                let movement = &book.book.movements()[*number as usize];
                (movement.payee, Some(movement.at), told.get(number))
            }
        };
        SourceRow {
            account_id: (place != OUTSIDE).then(|| book.account_id(place).to_owned()),
            is_opening: matches!(origin, Origin::Opening(_)),
            payer: match origin {
                Origin::Opening(_) => None,
                Origin::Movement(number) => payer(*number),
            },
            at,
            transfer_id: told.map(|told| told.transfer_id.clone()),
            entry_id: told.and_then(|told| told.credit_entry.clone().or_else(|| told.debit_entry.clone())),
            amounts: found.iter().map(amount).collect(),
        }
    };
    let mut rows: Vec<SourceRow> = origins.iter().map(row).collect();
    let mut rest: Vec<Option<i64>> = found.iter().map(|backward| backward.rest).collect();
    for (number, method) in follows.iter().enumerate() {
        if let (false, Some(rest)) = (method.keeps_order(), &mut rest[number]) {
            // What the bank lent is a part like any other; below zero it is what rounding within the method passed the whole by.
            let mut parts: Vec<i64> = rows.iter().map(|row| row.amounts[number]).collect();
            parts.push(*rest);
            largest_remainder(&mut parts, unit_of(&currency));
            *rest = parts.pop().unwrap_or(0);
            for (row, part) in rows.iter_mut().zip(parts) {
                row.amounts[number] = part;
            }
        }
    }
    // Methods that take each source alone rank nothing.
    let ranks: Vec<usize> = (0..follows.len())
        .filter(|number| rest[*number].is_some())
        .collect();
    let largest = |row: &SourceRow| match ranks.is_empty() {
        true => row.amounts.iter().copied().max(),
        false => ranks.iter().map(|number| row.amounts[*number]).max(),
    };
    rows.retain(|row| row.amounts.iter().any(|amount| *amount > 0));
    rows.sort_by_key(|row| std::cmp::Reverse(largest(row)));
    Ok(Backwards {
        target: words,
        total: found.iter().map(|backward| backward.total).max().unwrap_or(0),
        currency,
        methods: follows.iter().map(|method| method.name()).collect(),
        rest,
        rows,
    })
}

/// The methods of a name: all for `all`, those of law and intelligence for `usual`.
pub fn methods_called(name: &str) -> Option<Vec<&'static dyn Method>> {
    match name {
        "all" => Some(METHODS.to_vec()),
        "usual" => Some(Request::default().methods()),
        name => crate::trace::method(name).map(|method| vec![method]),
    }
}
