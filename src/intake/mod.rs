//! Bytes as received → entries, statements, accounts, parties. One file a format under `formats/`.
//!
//! Formats read a [`SourceFile`] and hand [`Rows`] to an [`Output`], segment by segment; they know no tables on disk,
//! no SQL, no screen. Every record read ends as accepted or as rejected with place and reason.

mod again;
pub mod channels;
mod collect;
mod columns;
mod containers;
mod declared;
mod dry_run;
pub mod encoding;
mod find_encoding;
mod fixed;
mod fixed_file;
pub mod formats;
mod interned;
pub mod iso20022;
mod json;
mod lines;
pub mod mapping;
mod mentions;
mod national;
mod origin;
mod portions;
mod proposals;
mod read;
mod registers;
mod reject;
mod rows;
mod run;
pub mod segments;
mod shares;
mod shelf;
mod siblings;
#[cfg(test)]
mod testing;
pub mod utf8_source;
mod words;
pub mod xml;

use std::path::Path;

use thiserror::Error;

pub use collect::collect;
pub use containers::is_guarded;
pub use dry_run::recognise;
pub use mentions::{Mentions, SourceAccounts};
pub use portions::Portions;
pub use proposals::{Proposed, propose_for};
pub use reject::Reject;
pub use rows::Rows;
pub use run::{Delivery, Outcome, Progress, Silent, Taken, take_in, take_in_portions};
pub use siblings::{Sibling, file_name};

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
    /// The files of the same delivery and folder, itself among them, sorted by name; may be none for a file that came
    /// alone.
    pub siblings: &'a [Sibling],
}

impl SourceFile<'_> {
    /// The error of a file of text that holds nothing of its format.
    fn holds_none(&self, found: &str, expected: &str) -> IntakeError {
        IntakeError::Shape {
            name: self.name.to_owned(),
            place: "the whole file".to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
            next_step: "Give the file's own format, or a mapping with --mapping.".to_owned(),
        }
    }
}

/// Where a format puts what it reads. May be called from several threads; segments are numbered from 0 in the order
/// of the file, and their borders depend on the file's bytes alone, never on threads, so that the tables are equal
/// byte for byte.
pub trait Output: Sync {
    /// Takes over the rows of a segment.
    fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError>;

    /// Keeps a sentence with the source: what must be known of how it was read. Called in the order of the file.
    fn note(&self, _sentence: &str) {}
}

/// How sure a format is that a file is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// 0 (not mine) to 100 (its own signature stands in the file).
    pub score: u8,
    /// Why, in a few words; empty where nothing in the file is like the format.
    pub reason: String,
}

impl From<(u8, &str)> for Recognition {
    fn from((score, reason): (u8, &str)) -> Recognition {
        Recognition {
            score,
            reason: reason.to_owned(),
        }
    }
}

/// A format of files. Stateless; one value serves all files.
pub trait Format: Send + Sync {
    /// `camt.053`, `mt940`, `csv`, ...
    fn id(&self) -> &'static str;
    /// What a file that begins so is called in tables and outputs, where a format reads several kinds.
    fn label(&self, _head: &[u8]) -> &'static str {
        self.id()
    }
    /// Name and version of the parser, kept with every source: `camt/1`.
    fn parser(&self) -> &'static str;
    /// Looks at the first bytes (up to 64 KiB) and the name.
    fn recognise(&self, head: &[u8], name: &str) -> Recognition;
    /// Reads the whole file. Errors only where nothing more can be read; what was read before stays accepted. A record
    /// that cannot be read is a [`Reject`] and its neighbours are read on.
    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError>;
    /// The siblings that a file of this name is read together with; none for formats of one file. A file that was read
    /// without one of them is read anew when it comes again with it.
    fn companions<'s>(&self, _name: &str, _siblings: &'s [Sibling]) -> Vec<&'s Sibling> {
        Vec::new()
    }
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
