//! Does the record prove itself: accounts, balances, gaps, overlaps, duplicates, and the two legs of a transfer.
//!
//! Takes Arrow batches of the tables as read and gives batches of the derived tables `accounts`, `statements`,
//! `same_entries`, `transfers`, `transfer_rates`, `reversals`, `ambiguous_legs` and `missing_legs`, with the facts for the coverage page. The caller reads and writes the files; nothing
//! here opens one, runs SQL or prints. No result depends on the order in which sources come.

mod accounts;
mod assignment;
mod banking_days;
mod chain;
mod check;
mod columns;
mod coverage;
mod details;
mod duplicates;
mod exchange;
mod ids;
mod leads;
mod legs;
mod links;
mod matching;
mod rates;
mod reasons;
mod repeats;
mod reversals;
mod rings;
mod search;
mod stated;
mod statement;
mod transfer_rows;
mod transfers;
mod words;

use datafusion::arrow::error::ArrowError;
use thiserror::Error;

pub use accounts::derive_accounts;
pub use chain::{Gap, GapKind};
pub use check::{Checked, ENTRY_COLUMNS as CHECK_ENTRY_COLUMNS, check};
pub use coverage::{Coverage, OtherSides, UnseizedAccount, leg_requests, statement_requests};
pub use rates::{CitedRate, Rates};
pub use statement::Verdict;
pub use transfers::{
    Ambiguous, Beside, ENTRY_COLUMNS as TRANSFER_ENTRY_COLUMNS, MissingMirror, TransferCounts, Transfers,
    transfers, transfers_beside,
};

/// Why tables cannot be reconciled. Always a fault of the stored tables, never of a bank's data: what a record lacks
/// becomes a verdict.
#[derive(Debug, Error)]
pub enum ReconcileError {
    /// A batch cannot be read or made.
    #[error("cannot reconcile: {0}. Take the sources in again with this version of geldspoor")]
    Arrow(#[from] ArrowError),
    /// A column is missing or of another type.
    #[error(
        "table {table}: column {column} is missing or is no {expected}. Take the sources in again with this version of geldspoor"
    )]
    Column {
        table: &'static str,
        column: String,
        expected: String,
    },
}
