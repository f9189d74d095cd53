//! Agents of money transfer services at which people were: what ties those who hold nothing else in common.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};

use super::fault;
use super::same::{maybe, text};
use crate::case::{CaseError, Table, column};
use crate::model::Channel;

/// Columns of `entries` that are looked at.
pub const COLUMNS: [&str; 8] = [
    "account_id",
    "channel",
    "terminal",
    "city",
    "source_id",
    "locator",
    "byte_start",
    "byte_end",
];

/// Account, agent and city.
type Visit = (String, String, String);
/// Source, first and last byte, and place in words.
type Place = (String, i64, i64, String);

/// Accounts with agents, each pair once.
#[derive(Debug, Default)]
pub struct Agents {
    found: BTreeMap<Visit, Place>,
}

impl Agents {
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
            let [account, channel, agent, city, source, locator] =
                std::array::from_fn(|at| column::text_at(texts[at], row));
            if channel != Channel::Remittance.as_str() || agent.trim().is_empty() {
                continue;
            }
            let place = (
                source.to_owned(),
                start.value(row),
                end.value(row),
                locator.to_owned(),
            );
            let key = (
                account.to_owned(),
                agent.trim().to_owned(),
                city.trim().to_owned(),
            );
            let known = self.found.entry(key).or_insert_with(|| place.clone());
            if place < *known {
                *known = place;
            }
        }
        Ok(())
    }

    /// The table, by account and agent.
    pub fn finish(self) -> Result<RecordBatch, CaseError> {
        let rows: Vec<_> = self.found.iter().collect();
        let columns: Vec<ArrayRef> = vec![
            text(rows.iter().map(|row| row.0.0.as_str())),
            text(rows.iter().map(|row| row.0.1.as_str())),
            maybe(rows.iter().map(|row| row.0.2.as_str())),
            text(rows.iter().map(|row| row.1.0.as_str())),
            text(rows.iter().map(|row| row.1.3.as_str())),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1.1))),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1.2))),
        ];
        RecordBatch::try_new(Table::AccountAgents.schema(), columns).map_err(fault)
    }
}

/// Agents of each account, as one text an agent.
pub(super) fn by_account(
    batches: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
) -> Result<BTreeMap<String, Vec<String>>, CaseError> {
    let mut made: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for batch in batches {
        let batch = batch?;
        let (account, agent, city) = (
            column::text(&batch, "account_id")?,
            column::text(&batch, "agent")?,
            column::text(&batch, "city")?,
        );
        for row in 0..batch.num_rows() {
            let told = match column::text_at(city, row) {
                "" => agent.value(row).to_owned(),
                city => format!("{}, {city}", agent.value(row)),
            };
            made.entry(account.value(row).to_owned()).or_default().push(told);
        }
    }
    Ok(made)
}
