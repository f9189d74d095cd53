//! What running balances prove whatever the headings say: which column holds them and which the amounts, and which
//! column of two values says the way.

use std::collections::BTreeMap;

use super::columns::{self, Column};
use super::lexicon::lexicon;
use super::numbers;
use super::roles::Roles;
use super::settle::style_of;
use super::shape::Shape;
use crate::model::NumberStyle;

/// Rows that must be compared before anything is proved.
const ROWS: usize = 4;
/// Rows of a run that are looked at.
const LOOKED_AT: usize = 2_000;

/// Values of a column that say the way, as balances prove.
pub struct Marks {
    pub debit: Vec<String>,
    pub credit: Vec<String>,
    /// Rows that prove it.
    pub rows: usize,
}

/// A row whose balance and the one before it are known: the record, and what its balance rose by.
type Moved<'s> = (&'s Vec<String>, i128);

/// Finds the balance that headings do not name, and the mark that says the way where amounts have no sign.
pub fn find(shape: &Shape, columns: &[Column], roles: &mut Roles) {
    if roles.is_listing {
        return;
    }
    let style = style_of(columns, &with_numbers(columns)).0;
    if roles.get("balance").is_none() {
        balance(shape, columns, roles, style);
    }
    if roles.get("balance").is_none() {
        doubt(columns, roles);
    }
    mark(shape, columns, roles, style);
}

fn with_numbers(columns: &[Column]) -> Vec<usize> {
    (0..columns.len())
        .filter(|at| columns.get(*at).is_some_and(|column| column.numbers.is_some()))
        .collect()
}

// The column of amounts, where its values alone say so.
fn guess(columns: &[Column], roles: &Roles) -> Option<usize> {
    let heading = |at: usize| columns.get(at).map_or("", |column| column.heading.as_str());
    let amount = roles.get("amount")?;
    (lexicon().score("amount", heading(amount)) == 0).then_some(amount)
}

// Where nothing proves which is the balance, the one of several columns that has signs may be it.
fn doubt(columns: &[Column], roles: &mut Roles) {
    let Some(amount) = guess(columns, roles).filter(|_| roles.amount_doubt.is_empty()) else {
        return;
    };
    let cents = |at: &usize| {
        let column = columns.get(*at);
        column.is_some_and(|column| {
            let numbers = column.numbers.as_ref();
            !lexicon().is_foreign(&column.heading)
                && numbers.is_some_and(|numbers| numbers.decimals * 2 > numbers.filled)
        })
    };
    let mut among: Vec<usize> = with_numbers(columns)
        .into_iter()
        .filter(|at| !roles.is_taken(*at) && cents(at))
        .collect();
    if !among.is_empty() {
        among.insert(0, amount);
        roles.amount_doubt = among;
    }
}

// The one pair of columns of which one is the running balance of the other.
fn balance(shape: &Shape, columns: &[Column], roles: &mut Roles, style: NumberStyle) {
    // What was taken for the amount by its values alone may be the balance, which often has signs where amounts have none.
    let guess = guess(columns, roles);
    let open = |at: &usize| !roles.is_taken(*at) || roles.amount_doubt.contains(at) || guess == Some(*at);
    let balances: Vec<usize> = with_numbers(columns).into_iter().filter(open).collect();
    let amounts: Vec<Option<usize>> = match (roles.get("debit"), roles.get("amount")) {
        (Some(_), _) => vec![None],
        (None, Some(at)) if roles.amount_doubt.is_empty() && guess.is_none() => vec![Some(at)],
        _ => balances.iter().copied().map(Some).collect(),
    };
    let mut best: Option<(usize, Option<usize>, usize)> = None;
    let mut tied = false;
    for balance in balances {
        for amount in amounts.iter().copied().filter(|at| *at != Some(balance)) {
            let agree = [false, true]
                .into_iter()
                .filter_map(|newest_first| agreement(shape, roles, amount, balance, style, newest_first))
                .max();
            let Some(agree) = agree else { continue };
            match &best {
                Some((other, ..)) if *other > agree => {}
                Some((other, ..)) if *other == agree => tied = true,
                _ => (best, tied) = (Some((agree, amount, balance)), false),
            }
        }
    }
    let Some((_, amount, balance)) = best.filter(|_| !tied) else {
        return;
    };
    roles.columns.insert("balance", balance);
    if let Some(amount) = amount {
        roles.columns.insert("amount", amount);
        roles.amount_doubt.clear();
    }
}

// How many rows move the balance by their amount; nothing where that proves nothing.
fn agreement(
    shape: &Shape,
    roles: &Roles,
    amount: Option<usize>,
    balance: usize,
    style: NumberStyle,
    newest_first: bool,
) -> Option<usize> {
    let (mut agree, mut of) = (0, 0);
    for (record, by) in moved(shape, roles, balance, style, newest_first) {
        let read = |at: Option<usize>| numbers::amount(cell(record, at), style).map(i128::from);
        let amount = match amount {
            Some(_) => read(amount),
            None => {
                let (debit, credit) = (read(roles.get("debit")), read(roles.get("credit")));
                (debit.is_some() || credit.is_some()).then(|| credit.unwrap_or(0) - debit.unwrap_or(0).abs())
            }
        };
        if let Some(amount) = amount.filter(|amount| *amount != 0) {
            of += 1;
            agree += usize::from(amount.abs() == by.abs());
        }
    }
    (of >= ROWS && agree * 10 >= of * 9).then_some(agree)
}

// The column of two values, of which one stands where the balance falls and the other where it rises, in every row.
fn mark(shape: &Shape, columns: &[Column], roles: &mut Roles, style: NumberStyle) {
    let (Some(amount), Some(balance)) = (roles.get("amount"), roles.get("balance")) else {
        return;
    };
    let numbers = columns.get(amount).and_then(|column| column.numbers.as_ref());
    let signed = numbers.is_none_or(|n| n.negatives > 0 || !n.marks.is_empty());
    if signed || roles.get("direction").is_some() || !roles.amount_doubt.is_empty() {
        return;
    }
    let orders = [false, true].map(|newest_first| {
        let agree = agreement(shape, roles, Some(amount), balance, style, newest_first);
        (agree, newest_first)
    });
    let newest_first = match orders {
        [(Some(one), _), (other, _)] if other.is_none_or(|other| other < one) => false,
        [(one, _), (Some(other), _)] if one.is_none_or(|one| one < other) => true,
        _ => return,
    };
    let rows: Vec<Moved<'_>> = moved(shape, roles, balance, style, newest_first)
        .into_iter()
        .filter(|(record, by)| {
            let amount = numbers::amount(cell(record, Some(amount)), style);
            *by != 0 && amount.is_some_and(|amount| i128::from(amount).abs() == by.abs())
        })
        .collect();
    let mut found: Vec<(bool, std::cmp::Reverse<usize>, usize, Marks)> = columns
        .iter()
        .enumerate()
        .filter(|(at, column)| {
            let values = column.distinct.len() + usize::from(column.empty > 0);
            !roles.is_taken(*at) && column.filled > 0 && values == 2
        })
        .filter_map(|(at, column)| {
            let named = lexicon().score("direction", &column.heading) > 0;
            Some((named, std::cmp::Reverse(column.length), at, marks(&rows, at)?))
        })
        .collect();
    // Of several the one that its heading names, else the shortest.
    found.sort_by_key(|(named, length, at, _)| (std::cmp::Reverse(*named), std::cmp::Reverse(*length), *at));
    if let Some((_, _, at, marks)) = found.into_iter().next() {
        roles.columns.insert("direction", at);
        let heading = columns::label(columns, at);
        roles.mark_reason = format!(
            "{heading} says the way: {} stands where the balance falls and {} where it rises, in {} of {} rows",
            shown(&marks.debit),
            shown(&marks.credit),
            marks.rows,
            marks.rows
        );
        roles.marks = Some(marks);
    }
}

fn shown(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        words => words
            .iter()
            .map(|word| format!("‘{word}’"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn marks(rows: &[Moved<'_>], at: usize) -> Option<Marks> {
    let mut ways: BTreeMap<&str, bool> = BTreeMap::new();
    for (record, by) in rows {
        let falls = *by < 0;
        if *ways.entry(cell(record, Some(at))).or_insert(falls) != falls {
            return None;
        }
    }
    let of = |falls: bool| -> Vec<&str> {
        let of = ways.iter().filter(|(_, way)| **way == falls);
        of.map(|(word, _)| *word).collect()
    };
    let (debit, credit) = (of(true), of(false));
    if rows.len() < ROWS || debit.is_empty() || credit.is_empty() {
        return None;
    }
    // An empty cell is no word: the side without words is the one whose cells are empty.
    let words = |of: Vec<&str>| {
        of.into_iter()
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    Some(Marks {
        debit: words(debit),
        credit: words(credit),
        rows: rows.len(),
    })
}

fn moved<'s>(
    shape: &'s Shape,
    roles: &Roles,
    balance: usize,
    style: NumberStyle,
    newest_first: bool,
) -> Vec<Moved<'s>> {
    let mut all = Vec::new();
    for run in &shape.runs {
        let mut known: BTreeMap<&str, i64> = BTreeMap::new();
        let mut one = |record: &'s Vec<String>| {
            let account = cell(record, roles.get("account"));
            match numbers::amount(cell(record, Some(balance)), style) {
                Some(now) => {
                    if let Some(before) = known.insert(account, now) {
                        all.push((record, i128::from(now) - i128::from(before)));
                    }
                }
                None => {
                    known.remove(account);
                }
            }
        };
        let run = run.get(..run.len().min(LOOKED_AT)).unwrap_or_default();
        if newest_first {
            run.iter().rev().for_each(&mut one);
        } else {
            run.iter().for_each(&mut one);
        }
    }
    all
}

fn cell(record: &[String], at: Option<usize>) -> &str {
    at.and_then(|at| record.get(at)).map_or("", |text| text.trim())
}
