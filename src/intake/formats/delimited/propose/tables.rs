//! Tables that are no movements: rates, incomes, assets, debts, expenses. Only headings tell them; the general mappings
//! that are built in say which keys there are, and how registers head them.

use std::collections::{BTreeMap, BTreeSet};

use super::Proposal;
use super::columns::Column;
use super::day_order;
use super::lexicon::{lexicon, plain};
use super::page::{Page, quoted};
use super::sample::Sample;
use super::settle::{Choice, style_of};
use super::shape::Shape;
use super::write;
use crate::intake::mapping::builtin_text;

/// A kind of table.
struct Kind {
    /// As the key `table` says it.
    table: &'static str,
    section: &'static str,
    /// The general mapping that is built in.
    general: &'static str,
    /// Of each of these one column must be there.
    needed: &'static [&'static [&'static str]],
    /// Keys that the section must have.
    keys: &'static [&'static str],
    /// The column of the sum, as the general mapping names it.
    sum: &'static str,
}

const KINDS: [Kind; 5] = [
    Kind {
        table: "rates",
        section: "rate",
        general: "geldspoor-rates",
        needed: &[&["day"], &["currency"], &["rate"]],
        keys: &["day", "base", "currency", "rate"],
        sum: "rate",
    },
    Kind {
        table: "liabilities",
        section: "liability",
        general: "geldspoor-liabilities",
        needed: &[&["debtor_name", "debtor_number"], &["amount"]],
        keys: &[],
        sum: "amount",
    },
    Kind {
        table: "assets",
        section: "asset",
        general: "geldspoor-assets",
        needed: &[
            &["holder_name", "holder_number"],
            &["kind", "description"],
            &["value", "share", "identifier"],
        ],
        keys: &["kind"],
        sum: "value",
    },
    Kind {
        table: "incomes",
        section: "income",
        general: "geldspoor-stated-incomes",
        needed: &[&["party_name", "party_number"], &["year"], &["amount"]],
        keys: &[],
        sum: "amount",
    },
    Kind {
        table: "expenses",
        section: "expense",
        general: "geldspoor-expenses",
        needed: &[&["party_name", "party_number"], &["kind"], &["amount"]],
        keys: &[],
        sum: "amount",
    },
];

/// A table whose headings say what it is.
pub struct Table {
    kind: &'static Kind,
    general: toml::Table,
    /// The general mapping's name of a column → the column.
    found: BTreeMap<String, usize>,
}

/// The kind of table that the headings say, where they say one.
pub fn find(columns: &[Column]) -> Option<Table> {
    // Statements name rates of exchange beside their amounts.
    let moves = |column: &Column| {
        let mut roles = ["amount", "debit", "credit", "balance"].into_iter();
        roles.any(|role| lexicon().score(role, &column.heading) > 0 && column.numbers.is_some())
    };
    let moves = columns.iter().any(moves);
    KINDS
        .iter()
        .filter(|kind| kind.table != "rates" || !moves)
        .find_map(|kind| {
            let general: toml::Table = toml::from_str(builtin_text(kind.general)?).ok()?;
            let found = assign(kind, &general, columns)?;
            let all = |one: &&[&str]| one.iter().any(|name| found.contains_key(*name));
            kind.needed
                .iter()
                .all(all)
                .then_some(Table { kind, general, found })
        })
}

fn assign(kind: &Kind, general: &toml::Table, columns: &[Column]) -> Option<BTreeMap<String, usize>> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let more = lexicon().tables.get(kind.table);
    for (name, spec) in general.get("columns")?.as_table()? {
        let mut names: BTreeSet<String> = names_of(spec).iter().map(|name| plain(name)).collect();
        names.extend(
            more.and_then(|more| more.get(name))
                .into_iter()
                .flatten()
                .cloned(),
        );
        let at = columns.iter().enumerate().position(|(at, column)| {
            names.contains(&plain(&column.heading)) && !found.values().any(|o| *o == at)
        });
        if let Some(at) = at {
            found.insert(name.clone(), at);
        }
    }
    Some(found)
}

fn names_of(spec: &toml::Value) -> Vec<&str> {
    let list = match spec {
        toml::Value::Table(table) => table.get("names"),
        other => Some(other),
    };
    match list {
        Some(toml::Value::String(name)) => vec![name],
        Some(toml::Value::Array(names)) => names.iter().filter_map(toml::Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Writes a proposal.
pub fn write(
    sample: &Sample,
    shape: &Shape,
    mut columns: Vec<Column>,
    table: &Table,
    name: &str,
) -> Proposal {
    let mut page = Page::default();
    let kind = table.kind;
    let records = shape.records().count();
    write::head(&mut page, sample, name, records, kind.table);
    page.why(&format!(
        "the headings are those of a table of {}: {}",
        kind.table,
        table.found.keys().cloned().collect::<Vec<_>>().join(", ")
    ));
    write::file(&mut page, sample, shape, &[]);
    page.section("columns");
    for (ours, at) in &table.found {
        if let Some(column) = columns.get(*at) {
            let heading = quoted(&write::found_by(shape, *at, &column.heading));
            page.line(&format!("{ours} = {heading}  # {}", write::shows(column)));
        }
    }
    for (at, column) in columns.iter().enumerate() {
        if !table.found.values().any(|found| *found == at) && !column.heading.is_empty() {
            page.unread(&format!("‘{}’, {}", column.heading, write::shows(column)));
        }
    }
    let of_days: Vec<usize> = table
        .found
        .values()
        .copied()
        .filter(|at| columns.get(*at).is_some_and(|column| column.days.is_some()))
        .collect();
    if !of_days.is_empty() {
        page.section("dates");
        let days = day_order::settle_columns(shape, &mut columns, &of_days);
        write::formats(&mut page, &days.choice, &days.languages);
    }
    page.section("amount");
    let sum = table.found.get(kind.sum).copied();
    if kind.table != "rates" && sum.is_some() {
        page.key("column", kind.sum);
    }
    let (_, numbers) = style_of(&columns, &sum.into_iter().collect::<Vec<_>>());
    write::decimal(&mut page, &numbers);
    if kind.table != "rates" && sum.is_some() {
        currency(&mut page, table, &columns, sum);
    }
    section(&mut page, table, &columns);
    page.finish(records)
}

fn currency(page: &mut Page, table: &Table, columns: &[Column], sum: Option<usize>) {
    page.section("currency");
    let heading = sum.and_then(|at| columns.get(at)?.heading_currency.clone());
    if table.found.contains_key("currency") {
        page.key("column", "currency");
    } else if let Some(code) = heading {
        page.why("the heading of the sums names it");
        page.key("constant", &code);
    } else {
        let doubt = open(
            "no column and no heading names a currency: a person must say which it is, as \"EUR\"".to_owned(),
        );
        page.doubt("constant", &doubt, "\"?\"", &["\"EUR\"".to_owned()]);
    }
}

fn open(reason: String) -> Choice {
    Choice {
        value: "?".to_owned(),
        reason,
        doubt: true,
    }
}

fn section(page: &mut Page, table: &Table, columns: &[Column]) {
    let kind = table.kind;
    page.section(kind.section);
    let general = table.general.get(kind.section).and_then(toml::Value::as_table);
    for (key, value) in general.into_iter().flatten() {
        let Some(column) = value.as_str() else { continue };
        if table.found.contains_key(column) {
            page.key(key, column);
        } else if kind.keys.contains(&key.as_str()) {
            let reason = match key.as_str() {
                "base" => "no column names the currency that one unit is of: a person must say it, as \"constant:EUR\"".to_owned(),
                key => format!("no column says the {key}: a person must say it, as \"constant:...\""),
            };
            page.doubt(key, &open(reason), "\"?\"", &[]);
        }
    }
    let words = general.and_then(|general| general.get("kind_words")?.as_table());
    let column = table.found.get("kind").and_then(|at| columns.get(*at));
    if let (Some(words), Some(column)) = (words, column) {
        kind_words(page, kind, words, column);
    }
}

// Words of kinds: those of the general mapping that the file uses, and those that only a person knows.
fn kind_words(page: &mut Page, kind: &Kind, words: &toml::Table, column: &Column) {
    page.section(&format!("{}.kind_words", kind.section));
    page.why("beginnings of the register's words");
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut unknown: Vec<&String> = Vec::new();
    for value in &column.distinct {
        let small = value.to_lowercase();
        let known = words
            .keys()
            .filter(|word| small.starts_with(word.as_str()))
            .max_by_key(|word| word.len());
        match known {
            Some(word) => {
                used.insert(word);
            }
            None => unknown.push(value),
        }
    }
    for word in used {
        if let Some(ours) = words.get(word).and_then(toml::Value::as_str) {
            page.key(&quoted(word), ours);
        }
    }
    let kinds: BTreeSet<&str> = words.values().filter_map(toml::Value::as_str).collect();
    let doubt = open(format!(
        "words of kinds that are not known: {}; a person must say which of {} each is",
        unknown
            .iter()
            .map(|word| format!("‘{word}’"))
            .collect::<Vec<_>>()
            .join(", "),
        kinds.into_iter().collect::<Vec<_>>().join(", ")
    ));
    for (number, word) in unknown.into_iter().enumerate() {
        match number {
            0 => page.doubt(&quoted(word), &doubt, "\"?\"", &[]),
            _ => page.open(&quoted(word)),
        }
    }
}
