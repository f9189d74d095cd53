//! What a tracing says as tables on the screen: places down, methods across.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::super::context::{Failure, code};
use crate::book::{Bound, Traced, TracedLot, with_accounts};
use crate::model::{digits_of, format_scaled};
use crate::report::Names;
use crate::steps::CaseNames;
use crate::trace::{METHODS, method};

/// Tables and lines to print.
pub struct Shown {
    pub tables: Vec<RecordBatch>,
    pub lines: Vec<String>,
}

/// A place, of the claims with one label and kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    label: String,
    kind: &'static str,
    ends: &'static str,
    account: String,
    asset: String,
    told: String,
    currency: String,
}

/// What lies in a place under a method, of several claims together.
#[derive(Clone, Copy, Debug)]
struct Cell {
    amount: i64,
    low: i64,
    /// Nothing where no most is known.
    high: Option<i64>,
    is_outer: bool,
    /// Lots of which the order within a day is open. Those of one order need not be those of another, so that of several
    /// the sum is a bound.
    ranged: usize,
}

/// The table of a trace: where the money is now by method, then what proves that nothing is lost, and what to request.
pub fn wide(
    traced: &Traced,
    names: &CaseNames,
    protected: &BTreeSet<String>,
    only: Option<&[&str]>,
    most: usize,
) -> Result<Shown, Failure> {
    let present: BTreeSet<&str> = traced.lots.iter().map(|lot| lot.method).collect();
    let methods: Vec<&'static str> = METHODS
        .iter()
        .map(|method| method.name())
        .filter(|name| present.contains(name) && only.is_none_or(|only| only.contains(name)))
        .collect();
    let mut cells: BTreeMap<Place, BTreeMap<&str, Cell>> = BTreeMap::new();
    let mut flows: BTreeMap<Place, Option<i64>> = BTreeMap::new();
    for lot in &traced.lots {
        let place = place(traced, lot);
        flows.insert(place.clone(), lot.most_by_flow);
        let cell = cells.entry(place).or_default().entry(lot.method).or_insert(Cell {
            amount: 0,
            low: 0,
            high: Some(0),
            is_outer: false,
            ranged: 0,
        });
        cell.amount += lot.amount;
        cell.low += lot.low;
        cell.high = cell
            .high
            .zip(lot.high)
            .map(|(sum, high)| sum.saturating_add(high));
        cell.ranged += usize::from(lot.high != Some(lot.low));
        cell.is_outer |= lot.bound == Bound::Outer || cell.ranged > 1;
    }
    let claimed = claimed(traced);
    let many = claimed.len() > 1;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut sorted: Vec<(&Place, &BTreeMap<&str, Cell>)> = cells.iter().collect();
    // Exposure counts money more than once, so it ranks nothing.
    let largest = |of: &BTreeMap<&str, Cell>| {
        let own = of
            .iter()
            .filter(|(name, _)| method(name).is_some_and(|method| method.conserves() || !method.follows()));
        own.map(|(_, cell)| (cell.amount, cell.high)).max()
    };
    // What is as much goes by the name that is shown.
    sorted.sort_by_cached_key(|(place, of)| {
        let name = told(place, names, protected);
        let lead = (place.label.clone(), place.kind, std::cmp::Reverse(largest(of)));
        (lead, name, (*place).clone())
    });
    let owners: BTreeSet<(&String, &'static str)> =
        claimed.keys().map(|(label, kind, _)| (label, *kind)).collect();
    for (label, kind) in owners {
        let own: Vec<_> = sorted
            .iter()
            .filter(|(place, _)| (&place.label, place.kind) == (label, kind))
            .collect();
        for (place, of) in own.iter().take(most) {
            let mut row = lead(many, label, &told(place, names, protected), &place.currency);
            let flow = flows.get(*place).copied().flatten();
            row.extend(methods.iter().map(|method| match of.get(method) {
                Some(cell) if *method == "exposure" => {
                    amount(cell.amount.max(conserved(of)), &place.currency)
                }
                Some(cell) => shown(cell, flow, &place.currency),
                None => "-".to_owned(),
            }));
            row.push(match flow {
                Some(most) => amount(most, &place.currency),
                None => String::new(),
            });
            rows.push(row);
        }
        let mut rest: BTreeMap<&str, Vec<&BTreeMap<&str, Cell>>> = BTreeMap::new();
        for (place, of) in own.iter().skip(most) {
            rest.entry(&place.currency).or_default().push(*of);
        }
        for (currency, rest) in rest {
            let words = format!("{} further places, see table lots", rest.len());
            let mut row = lead(many, label, &words, currency);
            row.extend(methods.iter().map(|method| {
                let sum = rest
                    .iter()
                    .filter_map(|of| of.get(method))
                    .map(|cell| cell.amount)
                    .sum();
                amount(sum, currency)
            }));
            row.push(String::new());
            rows.push(row);
        }
        for ((of_label, of_kind, currency), sum) in &claimed {
            if (of_label, *of_kind) == (label, kind) {
                rows.push(proof(traced, many, (label, &kind, currency), *sum, &methods));
            }
        }
    }
    let mut heading: Vec<&str> = if many { vec!["claim"] } else { Vec::new() };
    heading.extend(["where it is", "currency"]);
    heading.extend(&methods);
    heading.push("flow at most");
    let mut tables = vec![batch(&heading, rows)?];
    tables.extend(requests(&cells, &methods, names, most)?);
    Ok(Shown {
        tables,
        lines: lines(traced, names, &methods),
    })
}

fn lines(traced: &Traced, names: &CaseNames, methods: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = (traced.funds.iter())
        .filter(|(method, _)| methods.contains(method))
        .map(|(_, fund)| named(fund, names))
        .collect();
    let is_ranged = traced.lots.iter().any(|lot| lot.high != Some(lot.low));
    if is_ranged {
        lines.push(
            "(a to b): the least and the most over all orders within a day that agree with the records; ~ where that is a \
             bound that may not be reached"
                .to_owned(),
        );
    }
    if methods.contains(&"exposure") {
        lines.push(
            "exposure says how far to look: what any claim with the label may have touched, payment by payment. It is not proceeds".to_owned(),
        );
    }
    lines.push("`geldspoor sql -c \"SELECT * FROM lots\"` has each lot; `geldspoor show LOT` tells how it came there".to_owned());
    lines
}

/// The most that a conserving method has in a place: claimed money that is there has touched it.
fn conserved(of: &BTreeMap<&str, Cell>) -> i64 {
    let own = of
        .iter()
        .filter(|(name, _)| method(name).is_some_and(|method| method.conserves()));
    own.map(|(_, cell)| cell.amount).max().unwrap_or(0)
}

/// What was claimed and is traced, by label, kind and currency.
fn claimed(traced: &Traced) -> BTreeMap<(String, &'static str, String), i64> {
    let mut sums = BTreeMap::new();
    for claim in traced.claims.iter().filter(|claim| claim.refused.is_none()) {
        let currency = claim.currency.clone().unwrap_or_default();
        *sums
            .entry((claim.label.clone(), claim.kind.as_str(), currency))
            .or_default() += claim.amount.unwrap_or(0);
    }
    sums
}

fn lead(many: bool, label: &str, told: &str, currency: &str) -> Vec<String> {
    let mut row = if many { vec![label.to_owned()] } else { Vec::new() };
    row.extend([told.to_owned(), currency.to_owned()]);
    row
}

/// The row that proves that what was claimed is the sum of its ends, in the claim's own currency.
fn proof(
    traced: &Traced,
    many: bool,
    (label, kind, currency): (&String, &&'static str, &String),
    sum: i64,
    methods: &[&str],
) -> Vec<String> {
    let words = format!(
        "claimed {} ({kind}): all of it is in these ends",
        amount(sum, currency)
    );
    let mut row = lead(many, label, &words, currency);
    row.extend(methods.iter().map(|name| {
        let own = traced.lots.iter().filter(|lot| {
            let of = &traced.claims[lot.claim];
            lot.method == *name
                && (&of.label, of.kind.as_str()) == (label, *kind)
                && of.currency.as_deref().unwrap_or_default() == currency
        });
        let (mut ends, mut there, mut is_one) = (0, 0, true);
        for lot in own {
            ends += lot.claimed;
            there += lot.amount;
            is_one &= lot.currency == *currency;
        }
        // Fruit and gains make more of it, losses less.
        let more = match there - ends {
            more if more > 0 && is_one => {
                format!(" (and {} more by interest or gain)", amount(more, currency))
            }
            less if less < 0 && is_one => format!(" (and {} less by loss)", amount(-less, currency)),
            _ => String::new(),
        };
        match method(name) {
            Some(method) if !method.follows() => "see below".to_owned(),
            Some(method) if !method.conserves() => "no sum".to_owned(),
            _ if ends == sum => format!("{} ={more}", amount(ends, currency)),
            _ => format!("{} ≠ a fault of ours, please report it", amount(ends, currency)),
        }
    }));
    row.push(String::new());
    row
}

fn place(traced: &Traced, lot: &TracedLot) -> Place {
    let of = &traced.claims[lot.claim];
    Place {
        label: of.label.clone(),
        kind: of.kind.as_str(),
        ends: lot.ends,
        account: lot.account_id.clone().unwrap_or_default(),
        asset: lot.asset.clone().unwrap_or_default(),
        told: lot.told.clone().unwrap_or_default(),
        currency: lot.currency.clone(),
    }
}

fn told(place: &Place, names: &CaseNames, protected: &BTreeSet<String>) -> String {
    let account = || names.account(&place.account);
    let aside = match place.told.is_empty() {
        true => String::new(),
        false => format!(", {}", place.told),
    };
    let guarded = match protected.contains(&place.account) {
        true => " (holder: possible victim - verify; for protection, not for suspicion)",
        false => "",
    };
    match place.ends {
        "held" => format!("held on {}{guarded}", account()),
        "asset" => format!("in asset {}", place.asset),
        "out of records" => format!("out of records: {}{aside}{guarded}", account()),
        "spent" => format!("spent: {}", place.told),
        "overdraft" => format!("filled the overdraft of {}{guarded}", account()),
        "cash" => "drawn in cash: the trail breaks".to_owned(),
        "fee" => "charged by a bank".to_owned(),
        "returned" => "taken back by whoever paid it".to_owned(),
        "claimed before" => "claimed before by another claim".to_owned(),
        other => other.to_owned(),
    }
}

/// `flow` is the most that can have come there of all claims together.
fn shown(cell: &Cell, flow: Option<i64>, currency: &str) -> String {
    let own = amount(cell.amount, currency);
    let tilde = if cell.is_outer { "~" } else { "" };
    let low = amount(cell.low, currency);
    let high = match (cell.high, flow) {
        (Some(high), Some(flow)) => Some(high.min(flow.max(cell.amount))),
        (high, _) => high,
    };
    match high {
        Some(high) if cell.low == cell.amount && high == cell.amount => own,
        Some(high) => format!("{own} ({tilde}{low} to {})", amount(high, currency)),
        None if cell.low == 0 => own,
        None => format!("{own} (at least {low})"),
    }
}

/// Accounts at the edge of the records, the most money first.
fn requests(
    cells: &BTreeMap<Place, BTreeMap<&str, Cell>>,
    methods: &[&str],
    names: &CaseNames,
    most: usize,
) -> Result<Option<RecordBatch>, Failure> {
    let mut sums: BTreeMap<(String, String, String), BTreeMap<&str, i64>> = BTreeMap::new();
    for (place, of) in cells.iter().filter(|(place, _)| place.ends == "out of records") {
        let key = (place.account.clone(), place.told.clone(), place.currency.clone());
        let own = sums.entry(key).or_default();
        for (method, cell) in of {
            *own.entry(method).or_default() += cell.amount;
        }
    }
    if sums.is_empty() {
        return Ok(None);
    }
    let mut sorted: Vec<_> = sums.into_iter().collect();
    let largest = |of: &BTreeMap<&str, i64>| {
        let own = of
            .iter()
            .filter(|(name, _)| method(name).is_some_and(|method| method.conserves()));
        own.map(|(_, amount)| *amount).max()
    };
    let what = |account: &str, told: &str| match told.is_empty() {
        true => names.account(account),
        false => format!("{}, {told}", names.account(account)),
    };
    sorted.sort_by_cached_key(|((account, told, currency), of)| {
        (
            std::cmp::Reverse(largest(of)),
            what(account, told),
            account.clone(),
            currency.clone(),
        )
    });
    let mut rows: Vec<Vec<String>> = Vec::new();
    for ((account, told, currency), of) in sorted.iter().take(most) {
        let mut row = vec![what(account, told), currency.clone()];
        row.extend(methods.iter().map(|name| {
            let sum = of.get(name).copied().unwrap_or(0);
            // Claimed money that is there has touched it.
            let sum = match *name {
                "exposure" => sum.max(largest(of).unwrap_or(0)),
                _ => sum,
            };
            match sum > 0 {
                true => amount(sum, currency),
                false => "-".to_owned(),
            }
        }));
        rows.push(row);
    }
    if let Some(more) = sorted.len().checked_sub(most).filter(|more| *more > 0) {
        let mut row = vec![format!("{more} further accounts, see table lots"), String::new()];
        row.extend(methods.iter().map(|_| String::new()));
        rows.push(row);
    }
    let mut heading = vec!["request statements of", "currency"];
    heading.extend(methods);
    batch(&heading, rows).map(Some)
}

/// A text with accounts by their names.
pub fn named(text: &str, names: &CaseNames) -> String {
    with_accounts(text, |id| names.account(id))
}

/// An amount with the digits of its currency.
pub fn amount(value: i64, currency: &str) -> String {
    format_scaled(i128::from(value), digits_of(currency))
}

pub fn batch(heading: &[&str], rows: Vec<Vec<String>>) -> Result<RecordBatch, Failure> {
    let fields: Vec<Field> = heading
        .iter()
        .map(|name| Field::new(*name, DataType::Utf8, false))
        .collect();
    let columns = (0..heading.len()).map(|number| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row[number])))
    });
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect())
        .map_err(|error| Failure::new(code::FAULT, error))
}
