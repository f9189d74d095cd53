//! A case on disk: its folder, its tables, its lock, its ledger, people's decisions.
//!
//! Knows nothing of formats, patterns or pages. Every write goes to a new file that is renamed into place; one small
//! file, `tables/manifest.json`, says which files are the tables now, so that a reader sees the state before a command
//! or behind it and never one in between.

pub mod column;
mod decisions;
pub mod erase;
mod folder;
mod ledger;
mod lock;
mod merge;
mod merged;
mod packed;
mod schema;
mod sources;
mod tables;
mod writer;

use thiserror::Error;

pub use decisions::{Decision, DecisionKind};
pub use folder::{Case, Settings};
pub(crate) use folder::{hash_of, write_whole};
pub use ledger::{BOTH as LEDGER_FAULT, Ledger, LedgerLine, LedgerReport, Written};
pub use lock::Lock;
pub use merge::{files_below, move_into_place};
pub use merged::MERGED;
pub(crate) use packed::{packed_schema, packed_type};
pub use schema::{MOMENT, MONEY, MONEY_SUM, QUANTITY, RATE, Table};
pub use sources::{OUT_OF_USE, forget_erased};
pub use tables::{Manifest, Part, Scan, Step};
pub use writer::{Actor, ByKey, Writer};

/// Why a case cannot be made, opened, read or written.
#[derive(Debug, Error)]
pub enum CaseError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    /// No case where one was looked for.
    #[error(
        "no case found: {looked}. Name one with -C CASE, or make one with `geldspoor case new DIR --reference R`"
    )]
    NotFound { looked: String },
    /// The folder holds something already.
    #[error("{path} is not empty; a new case needs a folder of its own. Choose another path")]
    NotEmpty { path: String },
    /// Another command is writing.
    #[error("the case is being written by {holder}; wait until it ends, readers are not blocked")]
    Locked { holder: String },
    /// A file of the case does not read as it should.
    #[error("{path}: {reason}. {next_step}")]
    Damaged {
        path: String,
        reason: String,
        next_step: String,
    },
    /// The case was made by a newer tool.
    #[error("{path} has format {found}, this tool knows up to {known}; use the newer tool that wrote it")]
    Newer { path: String, found: u32, known: u32 },
    /// The case was made by an older tool, whose tables had other columns.
    #[error(
        "{path} has format {found}, this tool writes {known}: its tables have other columns. Use the tool that wrote it, or take \
         the originals, which lie in {sources}, into a new case"
    )]
    Older {
        path: String,
        found: u32,
        known: u32,
        sources: String,
    },
    /// Somebody began to erase it.
    #[error(
        "{path} is being erased and opens for nothing else: part of it is gone. Finish that with `geldspoor case erase --confirm \
         REFERENCE`"
    )]
    BeingErased { path: String },
    /// A decision names what does not exist, or is not allowed.
    #[error("{0}")]
    Decision(String),
}

impl CaseError {
    pub(crate) fn io(path: &std::path::Path, error: std::io::Error) -> CaseError {
        CaseError::Io {
            path: path.display().to_string(),
            error,
        }
    }

    pub(crate) fn damaged(path: &std::path::Path, reason: impl ToString) -> CaseError {
        CaseError::Damaged {
            path: path.display().to_string(),
            reason: reason.to_string(),
            next_step: "The originals under sources/ are whole: take them in again into a new case"
                .to_owned(),
        }
    }
}
