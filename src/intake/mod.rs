//! Bytes as received → entries, statements, accounts, parties. One file a format under `formats/`.
//!
//! Formats read a [`SourceFile`] and hand [`Rows`] to an [`Output`], segment by segment; they know no tables on disk,
//! no SQL, no screen. Every record read ends as accepted or as rejected with place and reason.

mod again;
pub mod channels;
mod collect;
mod columns;
mod containers;
mod dry_run;
pub mod encoding;
mod find_encoding;
pub mod formats;
mod lines;
pub mod mapping;
mod mentions;
mod origin;
mod portions;
mod read;
mod rows;
mod run;
pub mod segments;
mod shelf;
pub mod utf8_source;

use std::path::Path;

use thiserror::Error;

pub use collect::collect;
pub use dry_run::recognise;
pub use mentions::{Mentions, SourceAccounts};
pub use portions::Portions;
pub use rows::{Reject, Rows};
pub use run::{Delivery, Outcome, Progress, Silent, Taken, take_in, take_in_portions};

/// A file as received, opened for reading by a format.
pub struct SourceFile<'a> {
    /// SHA-256 of the whole file, 64 hexadecimal digits.
    pub source_id: &'a str,
    /// The file's bytes (the copy that the case keeps).
    pub path: &'a Path,
    /// Its name as received, with the folder it came in.
    pub name: &'a str,
    /// Size in bytes.
    pub bytes: u64,
    /// The code page, found or given.
    pub encoding: encoding::Encoding,
    /// Called with the number of bytes read since the last call; for progress bars. May be called from any thread.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// Where a format puts what it reads. May be called from several threads; segments are numbered from 0 in the order
/// of the file, and their borders depend on the file's bytes alone, never on threads, so that the tables are equal
/// byte for byte.
pub trait Output: Sync {
    /// Takes over the rows of a segment.
    fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError>;
}

/// How sure a format is that a file is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// 0 (not mine) to 100 (its own signature stands in the file).
    pub score: u8,
    /// Why, in a few words.
    pub reason: String,
}

/// A format of files. Stateless; one value serves all files.
pub trait Format: Send + Sync {
    /// `camt.053`, `mt940`, `csv`, ...
    fn id(&self) -> &'static str;
    /// Name and version of the parser, kept with every source: `camt/1`.
    fn parser(&self) -> &'static str;
    /// Looks at the first bytes (up to 64 KiB) and the name.
    fn recognise(&self, head: &[u8], name: &str) -> Recognition;
    /// Reads the whole file. Errors only where nothing more can be read; what was read before stays accepted. A record
    /// that cannot be read is a [`Reject`] and its neighbours are read on.
    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError>;
}

/// Why a file cannot be taken in, or not wholly.
#[derive(Debug, Error)]
pub enum IntakeError {
    /// The file cannot be opened or read.
    #[error("{path}: {error}")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    /// The file is not what its format asks for, at a place.
    #[error("{name}, {place}: {found}; expected {expected}. {next_step}")]
    Shape {
        name: String,
        place: String,
        found: String,
        expected: String,
        next_step: String,
    },
    /// No format knows the file.
    #[error("{name}: no format recognises this file ({looked}). {next_step}")]
    Unknown {
        name: String,
        looked: String,
        next_step: String,
    },
    /// The file that a table was made from is not known.
    #[error("--made-from {named}: {looked}. {next_step}")]
    Origin {
        named: String,
        looked: String,
        next_step: String,
    },
    /// A mapping is wrong.
    #[error("mapping {mapping}: {reason}. {next_step}")]
    Mapping {
        mapping: String,
        reason: String,
        next_step: String,
    },
    /// The tables could not be written.
    #[error("cannot store what was read: {0}")]
    Store(String),
}
