//! Which currency amounts are in.

use std::collections::BTreeSet;

use super::around::Around;
use super::columns::{self, Column};
use super::lexicon::{lexicon, plain};
use super::roles::Roles;
use super::settle::Choice;
use super::shape::Shape;
use crate::model::Currency;

/// What was found of currencies.
pub struct Currencies {
    /// `column`, `statement`, a code, or `?`.
    pub choice: Choice,
    /// Words of the column that are no codes → their code; `?` where a person must say it.
    pub words: Vec<(String, String)>,
}

/// Words of a column that are looked at.
const WORDS: usize = 200;

/// Settles the currency.
pub fn settle(
    shape: &Shape,
    columns: &[Column],
    roles: &Roles,
    symbols: &[String],
    around: &Around,
) -> Currencies {
    let sure = |value: &str, reason: String| Currencies {
        choice: Choice {
            value: value.to_owned(),
            reason,
            doubt: false,
        },
        words: Vec::new(),
    };
    let mut codes: Vec<String> = ["amount", "debit", "credit", "balance"]
        .into_iter()
        .filter_map(|role| columns.get(roles.get(role)?)?.heading_currency.clone())
        .collect();
    codes.dedup();
    if let [code] = codes.as_slice() {
        return sure(code, "the heading of the amounts names it".to_owned());
    }
    // A column that is mostly empty holds the currency of some rows only, such as that of the shop.
    let column = roles.get("currency").and_then(|at| columns.get(at));
    if let Some(column) = column.filter(|column| column.filled * 10 >= (column.filled + column.empty) * 9) {
        return of_column(shape, roles, &column.heading);
    }
    if around.currency.is_some() {
        return sure("statement", "a line around the records names it".to_owned());
    }
    let told: Vec<&String> = symbols
        .iter()
        .filter_map(|symbol| lexicon().symbols.get(symbol))
        .filter(|code| !code.is_empty())
        .collect();
    if let [code] = told.as_slice() {
        return sure(code, format!("it stands at the amounts: {}", symbols.join(", ")));
    }
    let before = shape.before.join(" ");
    let words = before.split(|c: char| !c.is_alphanumeric());
    let known: BTreeSet<&str> = words
        .filter(|word| {
            word.len() == 3
                && word.bytes().all(|b| b.is_ascii_uppercase())
                && Currency::from_code(word).is_ok()
        })
        .collect();
    if known.len() == 1
        && let Some(code) = known.first()
    {
        return sure(code, "a line before the header names it".to_owned());
    }
    let amounts = ["amount", "debit"].into_iter().find_map(|role| roles.get(role));
    let amounts = columns::label(columns, amounts.unwrap_or_default());
    let reason = match symbols
        .iter()
        .find(|symbol| lexicon().symbols.get(*symbol).is_some_and(String::is_empty))
    {
        Some(symbol) => format!(
            "‘{symbol}’ stands at the amounts of {amounts}, which is the sign of several currencies: a person must say which it is, as \
             \"EUR\""
        ),
        None => format!(
            "no column, heading or line names the currency of {amounts}: a person must say which it is, as \"EUR\""
        ),
    };
    Currencies {
        choice: Choice {
            value: "?".to_owned(),
            reason,
            doubt: true,
        },
        words: Vec::new(),
    }
}

fn of_column(shape: &Shape, roles: &Roles, heading: &str) -> Currencies {
    let of = ["currency", "received_currency"];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for record in shape.records() {
        for at in of.iter().filter_map(|role| roles.get(role)) {
            let value = record.get(at).map_or("", |value| value.trim());
            if seen.len() < WORDS && !value.is_empty() && !seen.contains(value) {
                seen.insert(value.to_owned());
            }
        }
    }
    let words: Vec<(String, String)> = seen
        .into_iter()
        .filter(|value| Currency::from_code(value).is_err())
        .map(|value| {
            let symbol = lexicon().symbols.get(&value).filter(|code| !code.is_empty());
            let code = symbol.or_else(|| lexicon().currencies.get(&plain(&value)));
            let code = code.cloned().unwrap_or_else(|| "?".to_owned());
            (value, code)
        })
        .collect();
    let open: Vec<&str> = words
        .iter()
        .filter(|(_, code)| code == "?")
        .map(|(word, _)| word.as_str())
        .collect();
    let reason = match (words.is_empty(), open.is_empty()) {
        (true, _) => format!("column ‘{heading}’ holds codes of ISO 4217"),
        (_, true) => format!("column ‘{heading}’ holds names of currencies that one code alone has"),
        _ => format!(
            "column ‘{heading}’ holds words that no one code alone has: a person must say which each is ({})",
            open.join(", ")
        ),
    };
    Currencies {
        choice: Choice {
            value: "column".to_owned(),
            doubt: !open.is_empty(),
            reason,
        },
        words,
    }
}
