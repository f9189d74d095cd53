//! Records through the product: `intake`, then what `resolve` derives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use geldspoor::case::{Case, CaseError, Table, column};
use geldspoor::parties::resolve::Settings;
use geldspoor::parties::{Decided, derive};

use super::truth::Row;
use crate::command::{code, geldspoor, printed};

/// Which party each row of the truth is in, and which parties live together.
pub struct Found {
    pub party: Vec<u32>,
    pub households: BTreeSet<(u32, u32)>,
}

/// Takes a delivery in and links it.
pub fn link(folder: &Path, delivery: &Path, rows: &[Row]) -> Found {
    let place = folder.join("case");
    let keys = folder.join("keys");
    let case = place.to_string_lossy();
    for arguments in [
        &["case", "new", &case, "--reference", "R"][..],
        &["-C", &case, "intake", &delivery.to_string_lossy()],
    ] {
        let output = geldspoor(&keys, arguments);
        assert_eq!(code(&output), 0, "{}", printed(&output));
    }
    let case = Case::open(&place).expect("the case");
    let names = names_of_sources(&case);
    let years = years(delivery);
    let mut read: Vec<RecordBatch> = Vec::new();
    // Which mention each line is.
    let mut mentions: BTreeMap<(String, u64), String> = BTreeMap::new();
    for batch in case.scan(Table::PartiesRead, &[]) {
        let batch = batch.expect("rows");
        let text = |name: &str, at: usize| {
            column::text_at(column::text(&batch, name).expect("a text"), at).to_owned()
        };
        let lines: Vec<(String, u64)> = (0..batch.num_rows())
            .map(|at| {
                let locator = text("locator", at);
                let line = locator.strip_prefix("line ").and_then(|line| line.parse().ok());
                (names[&text("source_id", at)].clone(), line.expect("a line"))
            })
            .collect();
        for (at, line) in lines.iter().enumerate() {
            mentions.insert(line.clone(), text("party_id", at));
        }
        read.push(with_years(
            &batch,
            lines.iter().map(|line| years.get(line).copied()),
        ));
    }
    assert_eq!(mentions.len(), rows.len(), "every line is read");
    let derived = derive(
        &mut read.into_iter().map(Ok),
        &mut std::iter::empty::<Result<RecordBatch, CaseError>>(),
        &mut std::iter::empty::<Result<RecordBatch, CaseError>>(),
        &Decided::default(),
        Settings::default(),
        &|_| true,
    )
    .expect("parties");
    let column = |batch: &RecordBatch, name: &str| -> Vec<String> {
        let values = column::text(batch, name).expect("a text").clone();
        (0..batch.num_rows())
            .map(|at| column::text_at(&values, at).to_owned())
            .collect()
    };
    let parties = column(&derived.mentions, "party_id");
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut number = |party: &String| {
        let next = numbers.len() as u32;
        *numbers.entry(party.clone()).or_insert(next)
    };
    let of: BTreeMap<String, u32> = column(&derived.mentions, "mention_id")
        .into_iter()
        .zip(parties.iter().map(&mut number))
        .collect();
    let kinds = column(&derived.relations, "kind");
    let subjects: Vec<u32> = column(&derived.relations, "subject")
        .iter()
        .map(&mut number)
        .collect();
    let objects: Vec<u32> = column(&derived.relations, "object")
        .iter()
        .map(&mut number)
        .collect();
    let households = (0..kinds.len())
        .filter(|at| kinds[*at] == "household")
        .map(|at| (subjects[at].min(objects[at]), subjects[at].max(objects[at])))
        .collect();
    // Records that contradict each other under one mention are parted: what is told of each line says which party it is.
    let mut by_line: BTreeMap<(String, String), u32> = BTreeMap::new();
    for batch in [&derived.names, &derived.identifiers, &derived.addresses] {
        let [parties, sources, locators] =
            ["party_id", "source_id", "locator"].map(|name| column(batch, name));
        for ((party, source), locator) in parties.iter().zip(sources).zip(locators) {
            by_line.insert((names[&source].clone(), locator), number(party));
        }
    }
    Found {
        party: rows
            .iter()
            .map(|row| {
                let line = (row.file.clone(), format!("line {}", row.line));
                let base = || of[&mentions[&(row.file.clone(), row.line)]];
                by_line.get(&line).copied().unwrap_or_else(base)
            })
            .collect(),
        households,
    }
}

fn names_of_sources(case: &Case) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for batch in case.scan(Table::Sources, &["source_id", "name"]) {
        let batch = batch.expect("sources");
        let (ids, own) = (
            column::text(&batch, "source_id").expect("ids"),
            column::text(&batch, "name").expect("names"),
        );
        for at in 0..batch.num_rows() {
            names.insert(ids.value(at).to_owned(), own.value(at).to_owned());
        }
    }
    names
}

/// Years of birth by file and line: the mapping of account holders has no place for them, and the linkage has.
fn years(delivery: &Path) -> BTreeMap<(String, u64), i64> {
    let mut years = BTreeMap::new();
    let mut reader = csv::Reader::from_path(delivery.join("wissel.csv")).expect("a delivery");
    let at = reader
        .headers()
        .expect("a header")
        .iter()
        .position(|name| name == "birth_year")
        .expect("years");
    for (number, record) in reader.records().enumerate() {
        if let Ok(year) = record.expect("a record")[at].parse() {
            years.insert(("wissel.csv".to_owned(), number as u64 + 2), year);
        }
    }
    years
}

fn with_years(batch: &RecordBatch, years: impl Iterator<Item = Option<i64>>) -> RecordBatch {
    let at = batch.schema().index_of("birth_year").expect("a column of years");
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[at] = Arc::new(years.collect::<Int64Array>());
    RecordBatch::try_new(batch.schema(), columns).expect("the same table")
}
