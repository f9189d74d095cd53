//! What each column holds, by its heading and by its values, and which column is what.

use std::collections::BTreeMap;

use super::days::{self, Days};
use super::lexicon::lexicon;
use super::numbers::{self, Numbers};
use super::shape::Shape;
use crate::model::Currency;

/// A column of the sample.
pub struct Column {
    /// Heading as written; empty where the file has none.
    pub heading: String,
    pub filled: usize,
    pub empty: usize,
    /// Different values, up to a few.
    pub distinct: Vec<String>,
    pub days: Option<Days>,
    pub numbers: Option<Numbers>,
    pub ibans: usize,
    pub currencies: usize,
    /// Every value is a word of debit or credit.
    pub directions: bool,
    /// Characters of a usual value.
    pub length: usize,
    /// Code of a currency in the heading, as in `Amount (EUR)`.
    pub heading_currency: Option<String>,
}

/// Different values that are kept.
const DISTINCT: usize = 12;
/// Values that are looked at.
const VALUES: usize = 20_000;

/// Looks at every column.
pub fn look(shape: &Shape) -> Vec<Column> {
    (0..shape.fields)
        .map(|at| {
            let heading = shape
                .header
                .as_ref()
                .and_then(|header| header.get(at))
                .cloned()
                .unwrap_or_default();
            let values: Vec<&str> = shape
                .records()
                .take(VALUES)
                .map(|record| record.get(at).map_or("", |value| value.trim()))
                .collect();
            column(heading, &values)
        })
        .collect()
}

fn column(heading: String, values: &[&str]) -> Column {
    let filled: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    let mut distinct: Vec<String> = Vec::new();
    for value in &filled {
        if distinct.len() >= DISTINCT {
            break;
        }
        if !distinct.iter().any(|known| known == value) {
            distinct.push((*value).to_owned());
        }
    }
    let said = |role: &str| lexicon().score(role, &heading) >= 100;
    let named = said("booked") || said("value");
    let days = days::of(values, named);
    let few = distinct.len() <= 4;
    let iban = |value: &&&str| value.len() >= 15 && value.replace(' ', "").parse::<iban::Iban>().is_ok();
    let code = |value: &&&str| value.len() == 3 && Currency::from_code(value).is_ok();
    Column {
        numbers: if days.is_some() { None } else { numbers::of(values) },
        ibans: filled.iter().filter(iban).count(),
        currencies: filled.iter().filter(code).count(),
        directions: few
            && !filled.is_empty()
            && filled
                .iter()
                .all(|value| lexicon().is("debit", value) || lexicon().is("credit", value)),
        length: filled.iter().map(|value| value.chars().count()).sum::<usize>() / filled.len().max(1),
        heading_currency: heading
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
            .find(|word| Currency::from_code(word).is_ok())
            .map(str::to_owned),
        heading,
        filled: filled.len(),
        empty: values.len() - filled.len(),
        distinct,
        days,
    }
}

/// Which column is what: role → column, with what the role was told by.
#[derive(Default)]
pub struct Roles {
    pub columns: BTreeMap<&'static str, usize>,
    pub texts: Vec<usize>,
}

impl Roles {
    /// The column of a role.
    pub fn get(&self, role: &str) -> Option<usize> {
        self.columns.get(role).copied()
    }

    fn taken(&self, at: usize) -> bool {
        self.columns.values().any(|other| *other == at) || self.texts.contains(&at)
    }
}

/// Whether a column's values can be those of a role.
type Fits<'a> = &'a dyn Fn(&Column) -> bool;

/// Gives each column at most one role, those that decide most first.
pub fn assign(columns: &[Column]) -> Roles {
    let mut roles = Roles::default();
    let any: &dyn Fn(&Column) -> bool = &|_| true;
    let day: &dyn Fn(&Column) -> bool = &|c| c.days.is_some();
    let money: &dyn Fn(&Column) -> bool = &|c| {
        c.numbers
            .as_ref()
            .is_some_and(|n| n.decimals > 0 || !n.bare || n.filled > 0)
    };
    let maybe_money: &dyn Fn(&Column) -> bool = &|c| money(c) || c.filled == 0;
    let other: &dyn Fn(&Column) -> bool = &|c| c.days.is_none();
    let order: [(&'static str, Fits<'_>); 21] = [
        ("booked", day),
        ("value", day),
        ("payer_account", other),
        ("payee_account", other),
        ("payer_bank", other),
        ("payee_bank", other),
        ("received", money),
        ("received_currency", any),
        ("balance", money),
        ("debit", maybe_money),
        ("credit", maybe_money),
        ("amount", money),
        ("fee", money),
        ("direction", &|c| c.directions),
        ("currency", &|c| {
            c.currencies > 0
                || c.distinct
                    .iter()
                    .all(|v| v.chars().all(|c| c.is_alphabetic() || c == ' '))
        }),
        ("account", &|c| c.days.is_none() && c.filled > 0),
        ("other_account", other),
        ("other_name", &|c| c.days.is_none() && c.numbers.is_none()),
        ("other_bank", other),
        ("status", &|c| {
            c.distinct.iter().any(|v| lexicon().is("pending", v))
        }),
        ("kind", &|c| {
            c.days.is_none() && c.numbers.is_none() && c.distinct.len() < DISTINCT
        }),
    ];
    for (role, fits) in order {
        if matches!(role, "account" | "other_account") && roles.get("payer_account").is_some() {
            continue;
        }
        let best = columns
            .iter()
            .enumerate()
            .filter(|(at, column)| !roles.taken(*at) && fits(column))
            .map(|(at, column)| (lexicon().score(role, &column.heading), std::cmp::Reverse(at)))
            .filter(|(score, _)| *score > 0)
            .max();
        if let Some((_, std::cmp::Reverse(at))) = best {
            roles.columns.insert(role, at);
        }
    }
    // One side of a movement alone is no listing; one of two columns no pair.
    for (one, two) in [("payer_account", "payee_account"), ("debit", "credit")] {
        if roles.get(one).is_none() || roles.get(two).is_none() {
            roles.columns.remove(one);
            roles.columns.remove(two);
        }
    }
    if roles.get("debit").is_some() {
        roles.columns.remove("amount");
    }
    by_content(columns, &mut roles);
    roles
}

// What headings do not tell.
fn by_content(columns: &[Column], roles: &mut Roles) {
    let free = |roles: &Roles, fits: &dyn Fn(&Column) -> bool| {
        let mut free = columns.iter().enumerate();
        free.find(|(at, column)| !roles.taken(*at) && fits(column))
            .map(|(at, _)| at)
    };
    if roles.get("booked").is_none()
        && let Some(at) = roles
            .columns
            .remove("value")
            .or_else(|| free(roles, &|c| c.days.is_some()))
    {
        roles.columns.insert("booked", at);
    }
    if roles.get("amount").is_none() && roles.get("debit").is_none() {
        let cents = |c: &Column| {
            c.numbers
                .as_ref()
                .is_some_and(|n| n.decimals * 2 > n.filled && !n.bare)
        };
        let at = free(roles, &|c| {
            cents(c) && c.numbers.as_ref().is_some_and(|n| n.negatives > 0)
        })
        .or_else(|| free(roles, &cents))
        .or_else(|| free(roles, &|c| c.numbers.as_ref().is_some_and(|n| n.negatives > 0)));
        if let Some(at) = at {
            roles.columns.insert("amount", at);
        }
    }
    let whole = |c: &Column, count: usize| c.filled > 0 && count * 10 >= c.filled * 9;
    if roles.get("currency").is_none()
        && let Some(at) = free(roles, &|c| whole(c, c.currencies))
    {
        roles.columns.insert("currency", at);
    }
    if roles.get("direction").is_none()
        && roles.get("debit").is_none()
        && let Some(at) = free(roles, &|c| c.directions)
    {
        roles.columns.insert("direction", at);
    }
    // Texts: those that headings name, else the longest.
    let texts: Vec<usize> = (0..columns.len())
        .filter(|at| !roles.taken(*at))
        .filter(|at| {
            columns
                .get(*at)
                .is_some_and(|c| lexicon().score("text", &c.heading) > 0 && c.days.is_none())
        })
        .collect();
    roles.texts = texts;
    if roles.texts.is_empty() {
        let longest = (0..columns.len())
            .filter(|at| !roles.taken(*at))
            .filter_map(|at| columns.get(at).map(|c| (c, at)))
            .filter(|(c, _)| c.numbers.is_none() && c.days.is_none() && c.filled > 0)
            .max_by_key(|(c, _)| c.length);
        roles.texts.extend(longest.map(|(_, at)| at));
    }
}
