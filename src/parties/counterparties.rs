//! Counterparties of entries as mentions of parties: whoever a record names together with an account or an identifier. A bare
//! name is nobody: two people bear it, and it stays with its entry.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, new_null_array};
use hashbrown::HashMap;

use super::fault;
use super::same::{maybe, text};
use crate::case::{CaseError, Table, column};
use crate::model::hash_id;

/// Columns of `entries` that are looked at.
pub const COLUMNS: [&str; 8] = [
    "counterparty_name",
    "counterparty_account_id",
    "counterparty_identifier",
    "counterparty_country",
    "source_id",
    "locator",
    "byte_start",
    "byte_end",
];

/// What is written as the role of such a mention: the account is named with it, and no register says that it is held.
pub const NAMED: &str = "named";

/// Counterparties as they are met, each once, cited by the earliest entry of the source with the smallest hash.
#[derive(Debug, Default)]
pub struct Counterparties {
    /// By account, name and identifier.
    known: HashMap<[String; 3], usize>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    account: String,
    identifier: String,
    country: String,
    source: String,
    locator: String,
    start: i64,
    end: i64,
}

impl Counterparties {
    /// Looks at further entries.
    pub fn add(&mut self, entries: &RecordBatch) -> Result<(), CaseError> {
        let texts = COLUMNS[..6]
            .iter()
            .map(|name| column::text(entries, name))
            .collect::<Result<Vec<_>, _>>()?;
        let (start, end) = (
            column::number(entries, COLUMNS[6])?,
            column::number(entries, COLUMNS[7])?,
        );
        for row in 0..entries.num_rows() {
            let [name, account, identifier, country, source, locator] =
                std::array::from_fn(|at| column::text_at(texts[at], row));
            if name.trim().is_empty() || (account.is_empty() && identifier.is_empty()) {
                continue;
            }
            let key = [account, name, identifier].map(str::to_owned);
            let place = (source, start.value(row));
            match self.known.get(&key) {
                Some(at) => {
                    let known = &mut self.rows[*at];
                    if place < (known.source.as_str(), known.start) {
                        (known.source, known.locator) = (source.to_owned(), locator.to_owned());
                        (known.start, known.end) = (start.value(row), end.value(row));
                    }
                }
                None => {
                    self.known.insert(key, self.rows.len());
                    self.rows.push(Row {
                        id: hash_id('p', &["counterparty", account, name, identifier]),
                        name: name.to_owned(),
                        account: account.to_owned(),
                        identifier: identifier.to_owned(),
                        country: country.to_owned(),
                        source: source.to_owned(),
                        locator: locator.to_owned(),
                        start: start.value(row),
                        end: end.value(row),
                    });
                }
            }
        }
        Ok(())
    }

    /// The mentions, by id, in the columns of `parties_read`.
    pub fn finish(mut self) -> Result<RecordBatch, CaseError> {
        self.rows.sort_by(|a, b| a.id.cmp(&b.id));
        let rows = &self.rows;
        let schema = Table::Counterparties.schema();
        let columns = schema
            .fields()
            .iter()
            .map(|field| -> ArrayRef {
                match field.name().as_str() {
                    "party_id" => text(rows.iter().map(|row| row.id.as_str())),
                    "kind" => text(rows.iter().map(|_| "unknown")),
                    "name" => maybe(rows.iter().map(|row| row.name.as_str())),
                    "registration_number" => maybe(rows.iter().map(|row| row.identifier.as_str())),
                    "country" => maybe(rows.iter().map(|row| row.country.as_str())),
                    "account_id" => maybe(rows.iter().map(|row| row.account.as_str())),
                    "role" => Arc::new(StringArray::from_iter_values(rows.iter().map(|_| NAMED))),
                    "source_id" => text(rows.iter().map(|row| row.source.as_str())),
                    "locator" => text(rows.iter().map(|row| row.locator.as_str())),
                    "byte_start" => Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.start))),
                    "byte_end" => Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.end))),
                    _ => new_null_array(field.data_type(), rows.len()),
                }
            })
            .collect();
        RecordBatch::try_new(schema, columns).map_err(fault)
    }
}
