//! Counterparties that stand in a remittance text and in no field of the record.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};

use super::fault;
use super::remittance::{self, Inferred, What};
use super::same::{maybe, text};
use crate::case::{CaseError, Table, column};
use crate::model::AccountKey;

/// Columns of `entries` that are looked at.
pub const LOOKED_AT: [&str; 4] = [
    "entry_id",
    "counterparty_name",
    "counterparty_account",
    "remittance",
];

/// What the texts of these entries name and the entries' own fields do not, in order of entries and place. Every row is
/// inferred, and says by which convention and from which bytes of the text.
pub fn inferred(entries: &RecordBatch) -> Result<RecordBatch, CaseError> {
    let [entry, name, account, said] = [
        column::text(entries, LOOKED_AT[0])?,
        column::text(entries, LOOKED_AT[1])?,
        column::text(entries, LOOKED_AT[2])?,
        column::text(entries, LOOKED_AT[3])?,
    ];
    let mut rows: Vec<(usize, Inferred)> = Vec::new();
    for row in 0..entries.num_rows() {
        if said.is_null(row) || (name.is_valid(row) && account.is_valid(row)) {
            continue;
        }
        let found = remittance::read(said.value(row))
            .into_iter()
            .filter(|one| match one.what {
                What::Name => name.is_null(row),
                What::Account | What::Bic => account.is_null(row),
                What::Phone | What::Email => true,
                // Words of the payment, not of who paid.
                What::Reference | What::Mandate | What::CreditorId => false,
            });
        rows.extend(found.map(|one| (row, one)));
    }
    let accounts: Vec<String> = rows
        .iter()
        .map(|(_, one)| match one.what {
            What::Account => AccountKey::number(&one.value).id(),
            _ => String::new(),
        })
        .collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|(row, _)| entry.value(*row)),
        )),
        text(rows.iter().map(|(_, one)| one.what.as_str())),
        text(rows.iter().map(|(_, one)| one.value.as_str())),
        maybe(accounts.iter().map(String::as_str)),
        text(rows.iter().map(|_| "inferred")),
        Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|(_, one)| one.span.start as i64),
        )),
        Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|(_, one)| one.span.end as i64),
        )),
        text(rows.iter().map(|(_, one)| one.convention)),
    ];
    RecordBatch::try_new(Table::InferredCounterparties.schema(), columns).map_err(fault)
}
