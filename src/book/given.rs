//! Files in which people give claims and links to assets: delimited, with a heading, as a spreadsheet saves them.

use std::path::Path;

use thiserror::Error;

use super::request::{AssetLink, GivenClaim, GivenKind, Unread};
use crate::model::{Amount, Currency, NumberStyle};

/// Why a file cannot be read at all.
#[derive(Debug, Error)]
pub enum GivenError {
    #[error("{path} cannot be read ({error}); name a file in CSV")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    #[error("{path}: {reason}")]
    Form { path: String, reason: String },
}

/// Lines that can be read, and those that cannot.
#[derive(Debug)]
pub struct Given<T> {
    pub rows: Vec<T>,
    pub faults: Vec<Unread>,
}

/// Reads claims: columns `entry`, and where wanted `amount`, `currency`, `kind` (proceeds or property) and `label`.
/// Columns may be separated by commas, semicolons or tabs. A line that cannot be read does not cost the others.
pub fn read_claims(path: &Path) -> Result<Given<GivenClaim>, GivenError> {
    let table = Table::read(path, &["entry", "amount", "currency", "kind", "label"])?;
    let name = table.name.clone();
    table.rows(|line, cells| {
        let cell = |name: &str| cells.get(name);
        let entry = needed(cell("entry"), "entry")?;
        let amount = match cell("amount") {
            "" => None,
            text => Some(amount(text)?),
        };
        let currency = match cell("currency") {
            "" => None,
            code => {
                let known = Currency::from_code(code).map_err(|error| format!("currency: {error}"))?;
                Some(known.code().to_owned())
            }
        };
        let kind = match cell("kind") {
            "" => GivenKind::default(),
            word => GivenKind::from_word(word).ok_or_else(|| {
                format!("kind is ‘{word}’; write proceeds (of an offence) or property (of a victim)")
            })?,
        };
        let label = match cell("label") {
            "" => entry.to_owned(),
            label => label.to_owned(),
        };
        Ok(GivenClaim {
            entry: entry.to_owned(),
            amount,
            currency,
            kind,
            label,
            given: format!("line {line} of {name}"),
        })
    })
}

/// Reads which entries bought or sold what: columns `asset`, `entry` and where wanted `kind` (purchase or sale).
pub fn read_assets(path: &Path) -> Result<Given<AssetLink>, GivenError> {
    let table = Table::read(path, &["asset", "entry", "kind"])?;
    table.rows(|_, cells| {
        let cell = |name: &str| cells.get(name);
        let sale = match cell("kind").to_lowercase().as_str() {
            "" | "purchase" => false,
            "sale" => true,
            word => return Err(format!("kind is ‘{word}’; write purchase or sale")),
        };
        Ok(AssetLink {
            asset: needed(cell("asset"), "asset")?.to_owned(),
            entry: needed(cell("entry"), "entry")?.to_owned(),
            sale,
        })
    })
}

fn needed<'a>(text: &'a str, column: &str) -> Result<&'a str, String> {
    match text {
        "" => Err(format!("column {column} is empty")),
        text => Ok(text),
    }
}

/// An amount above zero, with a decimal point or comma. A single sign before three last digits could be either.
fn amount(text: &str) -> Result<i64, String> {
    let point = text.rfind('.');
    let comma = text.rfind(',');
    let (decimal_sign, grouping) = match (point, comma) {
        (Some(point), Some(comma)) if point > comma => (b'.', Some(b',')),
        (Some(_), Some(_)) => (b',', Some(b'.')),
        (Some(at), None) | (None, Some(at)) => {
            let sign = text.as_bytes()[at];
            let behind = text.len() - at - 1;
            if behind == 3 || text.matches(sign as char).count() > 1 {
                return Err(format!(
                    "amount ‘{text}’ can be read in two ways; write {} with two decimals, without signs between thousands",
                    text.replace(['.', ','], "") + ".00"
                ));
            }
            (sign, None)
        }
        (None, None) => (b'.', None),
    };
    let style = NumberStyle {
        decimal_sign,
        grouping,
    };
    let amount = Amount::parse(text, style).map_err(|error| format!("amount: {error}"))?;
    match amount.scaled() {
        scaled if scaled > 0 => Ok(scaled),
        _ => Err(format!("amount is ‘{text}’; give one above zero")),
    }
}

struct Table {
    path: String,
    /// The file's name without its folder.
    name: String,
    text: String,
    delimiter: u8,
    known: Vec<&'static str>,
}

impl Table {
    fn read(path: &Path, known: &[&'static str]) -> Result<Table, GivenError> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| GivenError::Io {
            path: shown.clone(),
            error,
        })?;
        let form = |reason: String| GivenError::Form {
            path: shown.clone(),
            reason,
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| form("is not in UTF-8; save it as CSV in UTF-8".to_owned()))?;
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let heading = text.lines().next().unwrap_or_default();
        let count = |sign: char| heading.matches(sign).count();
        let delimiter = [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))]
            .into_iter()
            .max_by_key(|(sign, count)| (*count, *sign == b','))
            .map_or(b',', |(sign, _)| sign);
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Table {
            name: name.to_string_lossy().into_owned(),
            path: shown,
            text,
            delimiter,
            known: known.to_vec(),
        })
    }

    fn rows<T>(&self, one: impl Fn(u64, &Cells<'_>) -> Result<T, String>) -> Result<Given<T>, GivenError> {
        let form = |reason: String| GivenError::Form {
            path: self.path.clone(),
            reason,
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(self.text.as_bytes());
        let heading = reader.headers().map_err(|error| form(error.to_string()))?.clone();
        let names: Vec<String> = heading.iter().map(str::to_lowercase).collect();
        for needed in &self.known {
            let is_needed = ["entry", "asset"].contains(needed);
            if is_needed && !names.iter().any(|name| name == needed) {
                return Err(form(format!(
                    "has no column {needed}; its first line has to name the columns, of {}",
                    self.known.join(", ")
                )));
            }
        }
        if let Some(unknown) = names.iter().find(|name| !self.known.contains(&name.as_str())) {
            return Err(form(format!(
                "has a column ‘{unknown}’ that says nothing here; there are {}",
                self.known.join(", ")
            )));
        }
        let mut given = Given {
            rows: Vec::new(),
            faults: Vec::new(),
        };
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    given.faults.push(Unread {
                        label: String::new(),
                        given: self.name.clone(),
                        kind: GivenKind::default(),
                        reason: error.to_string(),
                    });
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let cells = Cells {
                names: &names,
                record: &record,
            };
            let read = match record.len() > names.len() {
                true => Err(format!(
                    "has {} columns, the heading {}",
                    record.len(),
                    names.len()
                )),
                false => one(line, &cells),
            };
            match read {
                Ok(row) => given.rows.push(row),
                Err(reason) => given.faults.push(Unread {
                    label: cells.get("label").to_owned(),
                    given: format!("line {line} of {}", self.name),
                    kind: GivenKind::from_word(cells.get("kind")).unwrap_or_default(),
                    reason,
                }),
            }
        }
        Ok(given)
    }
}

/// The cells of a line, by the names of the columns.
struct Cells<'a> {
    names: &'a [String],
    record: &'a csv::StringRecord,
}

impl<'a> Cells<'a> {
    /// Empty where there is none.
    fn get(&self, name: &str) -> &'a str {
        let column = self.names.iter().position(|known| known == name);
        column
            .and_then(|column| self.record.get(column))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Given<GivenClaim> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.csv");
        std::fs::write(&path, text).unwrap();
        read_claims(&path).unwrap()
    }

    #[test]
    fn claims_are_read_as_offices_write_them() {
        let given =
            read("Entry;Amount;Kind;Label\ne1;1.234,50;property;victim A\ne2;;;\ne3;12,5;Proceeds;x\n");
        assert!(given.faults.is_empty(), "{:?}", given.faults);
        let amounts: Vec<Option<i64>> = given.rows.iter().map(|row| row.amount).collect();
        assert_eq!(amounts, [Some(12_345_000), None, Some(125_000)]);
        assert_eq!(given.rows[0].kind, GivenKind::Property);
        assert_eq!(given.rows[1].label, "e2");
        assert_eq!(given.rows[2].given, "line 4 of claims.csv");
    }

    #[test]
    fn a_line_that_cannot_be_read_does_not_cost_the_others() {
        let given = read("entry,amount,kind,label\ne1,1.234,,a\n,5,,b\ne3,-5,,c\ne4,5,loot,d\ne5,5,,e\n");
        assert_eq!(given.rows.len(), 1);
        let has = |n: usize, words: &[&str]| {
            let fault = &given.faults[n];
            let said = format!("{} {} {}", fault.given, fault.label, fault.reason);
            for word in words {
                assert!(said.contains(word), "{said}");
            }
        };
        has(0, &["line 2", " a ", "two ways", "1234.00"]);
        has(1, &["line 3", " b ", "entry is empty"]);
        has(2, &["line 4", "above zero"]);
        has(3, &["line 5", "proceeds", "property"]);
    }

    #[test]
    fn a_heading_that_does_not_fit_is_refused_with_the_columns_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.csv");
        std::fs::write(&path, "booking,amount\n1,2\n").unwrap();
        let error = read_claims(&path).unwrap_err().to_string();
        assert!(
            error.contains("no column entry") && error.contains("label"),
            "{error}"
        );
    }
}
