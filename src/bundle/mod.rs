//! The evidence bundle: a BagIt 1.0 bag (RFC 8493) that a stranger checks with what every computer has.
//!
//! [`write_bag`] writes a bag, [`sign`](sign::sign) signs its tag manifest as `ssh-keygen -Y sign` does, [`write_zip`]
//! packs it with bytes that repeat, [`verify`](verify::verify) checks it with the bag and the signer's public key alone.
//! The bag carries a second verifier of its own, `verify.py`, and a page on how to check by hand.
//! [`replay`](replay::replay) compares what was computed twice.
//!
//! Apart from `disk.rs`, and `sign.rs` that reads a key file, nothing touches a disk; `sign_command.rs` alone starts a
//! program; nothing reads a clock.

use thiserror::Error;

mod bag;
mod certificates;
mod der;
pub mod disk;
mod files;
mod info;
mod ledger;
mod manifest;
mod names;
pub mod replay;
mod replay_table;
pub mod sign;
mod sign_command;
mod signature;
#[cfg(test)]
mod tests;
mod time_answer;
mod time_query;
pub mod verify;
mod write;
mod zip_entries;
mod zip_read;
mod zip_write;

pub use files::{Files, Kind, Listed, Memory, Part, Payload, Sink};
pub use info::{BagInfo, InfoFault, Oxum, labels};
pub use ledger::{LedgerEnd, LedgerFault};
pub use manifest::ManifestFault;
pub use names::{NameFault, check_path};
pub use signature::{NAMESPACE, SignatureFault, Signed, SignerKeys};
pub use time_answer::{Roots, TimeFault, Token};
pub use time_query::query;
pub use write::{Attached, WrittenBag, attach, write_bag};
pub use zip_read::{ZipFault, ZipFiles};
pub use zip_write::write_zip;

/// The second verifier, Python's standard library alone; lies in every bundle.
pub const VERIFY_PY: &str = include_str!("verify.py");
/// How to check by hand, English and Dutch; lies in every bundle.
pub const HOW_TO_CHECK: &str = include_str!("HOW-TO-CHECK.txt");

/// What is signed and time-stamped: the list of all lists.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// The SSH signature over [`TAG_MANIFEST`]; stands outside the lists, because it is made after them.
pub const SIGNATURE: &str = "tagmanifest-sha256.txt.sig";
/// The query for a time stamp over [`TAG_MANIFEST`] (RFC 3161).
pub const TIME_QUERY: &str = "tagmanifest-sha256.txt.tsq";
/// The answer of a time-stamping authority.
pub const TIME_ANSWER: &str = "tagmanifest-sha256.txt.tsr";

const MANIFEST: &str = "manifest-sha256.txt";
const DECLARATION: &str = "bagit.txt";
const INFO: &str = "bag-info.txt";
const DATA: &str = "data/";

/// How much a verifier reads, so that a bundle from anywhere cannot fill memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files in all.
    pub files: u64,
    /// Bytes of all files, unpacked.
    pub bytes: u64,
    /// Bytes of one tag file; these are held in memory.
    pub tag_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            files: 1_000_000,
            bytes: 4 << 40,
            tag_bytes: 256 << 20,
        }
    }
}

/// Why a bundle cannot be written or read. What is wrong with a bundle that can be read is a
/// [`Fault`](verify::Fault).
#[derive(Debug, Error)]
pub enum BundleError {
    #[error("{path}: {error}")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    #[error("{path} is not there")]
    Missing { path: String },
    #[error("{path} is there already; choose another place, nothing is overwritten")]
    Exists { path: String },
    #[error("`{path}` cannot be a name in a bundle: {fault}. Give it another name")]
    Name { path: String, fault: NameFault },
    #[error("`{first}` and `{second}` are one name on systems that know no capitals; rename one of them")]
    Collision { first: String, second: String },
    #[error("`{path}` is a link or a device; a bundle holds files alone. Put the file itself in its place")]
    NoFile { path: String },
    #[error("{path} has more than {most} bytes, which is more than is read at once")]
    Large { path: String, most: u64 },
    #[error("bag-info.txt: {0}")]
    Info(#[from] InfoFault),
    #[error("the ledger is not whole: {}. Run `geldspoor ledger verify`", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Ledger(Vec<LedgerFault>),
    #[error("the ZIP is refused: {0}")]
    Zip(#[from] ZipFault),
}

impl BundleError {
    fn io(path: &str, error: std::io::Error) -> BundleError {
        BundleError::Io {
            path: path.to_owned(),
            error,
        }
    }

    fn missing(path: &str) -> BundleError {
        BundleError::Missing {
            path: path.to_owned(),
        }
    }
}
