//! Lists that an office supplies: CSV files under a case's `queries/lists/`, each a table `list_NAME` of texts.
//!
//! Rules go by them and none is shipped: a list that is not there is an empty table, and the rule that needs it says that
//! it cannot be computed.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::DataFusionError;
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;

use super::SqlError;

/// The lists that built-in rules go by, and their columns. A file may have more.
const KNOWN: [(&str, &[&str]); 10] = [
    (
        "address_classes",
        &["country", "postcode", "house_number", "unit", "class"],
    ),
    ("ads", &["kind", "value"]),
    ("child_protection_corridors", &["country"]),
    (
        "filed_accounts",
        &["registration_number", "year", "turnover", "currency", "filed_on"],
    ),
    (
        "high_risk_countries",
        &["country", "list", "valid_from", "valid_to"],
    ),
    (
        "known_addresses",
        &["country", "postcode", "house_number", "class"],
    ),
    ("minimum_wages", &["country", "from", "to", "monthly", "currency"]),
    (
        "opening_hours",
        &["registration_number", "sector", "weekday", "opens", "closes"],
    ),
    (
        "sector_peers",
        &["sector", "measure", "currency", "p10", "p90", "p95", "p99"],
    ),
    ("unrelated_sectors", &["sector", "other_sector"]),
];

/// Columns of figures that a list may lack: rules that need them say that they cannot be computed.
const QUANTILES: [&str; 4] = ["p10", "p90", "p95", "p99"];

/// Registers every list of a case, those that are not there as empty tables.
pub(super) fn register(context: &SessionContext, case: &Path) -> Result<(), SqlError> {
    let folder = case.join("queries").join("lists");
    for (name, columns) in KNOWN {
        if !folder.join(format!("{name}.csv")).is_file() {
            let none = columns.iter().map(|_| Vec::new()).collect();
            table(context, name, columns.iter().map(|name| (*name).to_owned()), none)?;
        }
    }
    let mut files = match folder.is_dir() {
        true => fs::read_dir(&folder)
            .and_then(|items| items.map(|item| Ok(item?.path())).collect())
            .map_err(|error| fault(&folder, &error))?,
        false => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    for path in files {
        read(context, &path)?;
    }
    Ok(())
}

fn read(context: &SessionContext, path: &Path) -> Result<(), SqlError> {
    let name = path
        .file_stem()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(fault(
            path,
            &"a list is named in small letters, digits and _, as in filed_accounts.csv",
        ));
    }
    let text = fs::read_to_string(path).map_err(|error| fault(path, &error))?;
    let text = text.trim_start_matches('\u{feff}');
    // Offices write lists with either.
    let is_semicolon = text.lines().next().is_some_and(|line| line.contains(';'));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if is_semicolon { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map_err(|error| fault(path, &error))?
        .iter()
        .map(str::to_lowercase)
        .collect();
    let known = KNOWN.iter().find(|(known, _)| *known == name);
    let mut added = Vec::new();
    for column in known.map_or(&[][..], |(_, columns)| columns) {
        if header.iter().any(|own| own == column) {
            continue;
        }
        if QUANTILES.contains(column) {
            added.push((*column).to_owned());
            continue;
        }
        let reason = format!(
            "the list has no column ‘{column}’; its first line names {}",
            header.join(", ")
        );
        return Err(fault(path, &reason));
    }
    let mut values: Vec<Vec<Option<String>>> = vec![Vec::new(); header.len()];
    for record in reader.records() {
        let record = record.map_err(|error| fault(path, &error))?;
        for (column, value) in values.iter_mut().zip(&record) {
            column.push((!value.is_empty()).then(|| value.to_owned()));
        }
    }
    let rows = values.first().map_or(0, Vec::len);
    values.extend(added.iter().map(|_| vec![None; rows]));
    table(context, name, header.into_iter().chain(added), values)
}

fn table(
    context: &SessionContext,
    name: &str,
    columns: impl Iterator<Item = String>,
    values: Vec<Vec<Option<String>>>,
) -> Result<(), SqlError> {
    let fields: Vec<Field> = columns
        .map(|column| Field::new(column, DataType::Utf8, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = values
        .into_iter()
        .map(|column| -> ArrayRef { Arc::new(StringArray::from(column)) })
        .collect();
    let register = || -> Result<(), DataFusionError> {
        let batch = RecordBatch::try_new(schema.clone(), arrays)?;
        let rows = MemTable::try_new(schema.clone(), vec![vec![batch]])?;
        context.register_table(format!("list_{name}"), Arc::new(rows))?;
        Ok(())
    };
    register().map_err(|error| fault(Path::new(&format!("list_{name}")), &error))
}

fn fault(path: &Path, reason: &dyn std::fmt::Display) -> SqlError {
    SqlError::Run {
        reason: format!("{}: {reason}", path.display()),
        hint: "; mend the list or take it out of the folder".to_owned(),
    }
}
