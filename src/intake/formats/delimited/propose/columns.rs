//! What each column holds, by its heading and by its values.

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
    /// Words of both stand in it.
    pub both_directions: bool,
    /// Characters of a usual value.
    pub length: usize,
    /// Code of a currency in the heading, as in `Amount (EUR)`.
    pub heading_currency: Option<String>,
}

/// Different values that are kept.
pub const DISTINCT: usize = 12;
/// Values that are looked at.
const VALUES: usize = 20_000;

/// A column in a sentence: its heading, else its number.
pub fn label(columns: &[Column], at: usize) -> String {
    match columns.get(at).map_or("", |column| column.heading.trim()) {
        "" => format!("column {}", at + 1),
        heading => format!("‘{heading}’"),
    }
}

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
        both_directions: ["debit", "credit"]
            .iter()
            .all(|list| distinct.iter().any(|value| lexicon().is(list, value))),
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
