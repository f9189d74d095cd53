//! Checks a bundle with nothing but the bundle and, where whose it is matters, the signer's public key. One line a check.

use std::fmt;

use thiserror::Error;

use super::Limits;
use super::bag::Bag;
use super::files::Files;
use super::info::{InfoFault, Oxum};
use super::ledger::LedgerFault;
use super::manifest::ManifestFault;
use super::names::NameFault;
use super::signature::{SignatureFault, SignerKeys};
use super::time_answer::{Roots, TimeFault};
use super::zip_read::ZipFault;

/// Faults of one check that are kept.
const KEPT: usize = 1_000;

/// What a verifier is given beside the bundle.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Whose signature counts; without it only whether the signature belongs to the bundle is checked.
    pub signer: Option<SignerKeys>,
    /// The roots that time-stamping authorities are trusted by.
    pub roots: Option<Roots>,
    /// Now, in seconds since 1970 UTC, where certificates that have ended since are to be refused. The engine has no clock.
    pub now: Option<u64>,
    pub limits: Limits,
}

/// What is checked, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The folder or ZIP can be read and plays no tricks.
    Container,
    /// Names stay inside, are no links or devices, and are one file each on every system.
    Names,
    /// `bagit.txt`.
    Declaration,
    /// Every file beside the payload is listed, and is as listed.
    Tags,
    /// Every file of the payload is listed, and is as listed.
    Payload,
    /// `bag-info.txt` and the numbers that it gives.
    Info,
    /// The chain of the ledger, its head and count.
    Ledger,
    /// The SSH signature.
    Signature,
    /// The time stamp.
    Time,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    /// There is nothing to check, or what it would be checked against was not given.
    NotChecked,
}

/// One check.
#[derive(Debug)]
pub struct Line {
    pub check: Check,
    pub outcome: Outcome,
    /// What was checked, or why not.
    pub said: String,
    /// What is wrong, the first thousand; none unless it failed.
    pub faults: Vec<Fault>,
}

/// All checks of a bundle; prints one line each.
#[derive(Debug)]
pub struct Report {
    pub lines: Vec<Line>,
}

/// Something that is wrong with a bundle.
#[derive(Debug, Error)]
pub enum Fault {
    #[error("`{path}`: {fault}")]
    Name { path: String, fault: NameFault },
    #[error("`{0}` is a link; a bundle holds files alone")]
    Link(String),
    #[error("`{0}` is a device, a socket or a pipe; a bundle holds files alone")]
    Special(String),
    #[error("`{0}` has a name that is no Unicode text")]
    NotText(String),
    #[error("`{first}` and `{second}` are one name on systems that know no capitals")]
    Collision { first: String, second: String },
    #[error("`{path}` is listed in {listed} and is not there")]
    Missing { path: String, listed: &'static str },
    #[error("`{path}` is not listed in {listed}")]
    Unlisted { path: String, listed: &'static str },
    #[error("the folder `{0}` holds no file; nothing lists it")]
    EmptyFolder(String),
    #[error("`{path}` was altered: expected {expected}, found {found}")]
    Altered {
        path: String,
        expected: String,
        found: String,
    },
    #[error("`{0}` is not there")]
    Absent(&'static str),
    #[error("{path}: {fault}")]
    Manifest {
        path: &'static str,
        fault: ManifestFault,
    },
    #[error("bagit.txt is not that of a BagIt 1.0 bag in UTF-8")]
    Declaration,
    #[error("bag-info.txt: {0}")]
    Info(#[from] InfoFault),
    #[error("bag-info.txt counts {} bytes in {} files; found {} bytes in {} files", .expected.bytes, .expected.files, .found.bytes, .found.files)]
    Count { expected: Oxum, found: Oxum },
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
    #[error(transparent)]
    Signature(#[from] SignatureFault),
    #[error(transparent)]
    Time(#[from] TimeFault),
    #[error(transparent)]
    Zip(#[from] ZipFault),
    #[error("there are more than {most} {what}")]
    TooMany { what: &'static str, most: u64 },
    #[error("{0}")]
    Unreadable(String),
}

impl Report {
    /// Whether nothing failed and the signature is that of a key that was given.
    pub fn is_verified(&self) -> bool {
        let signed = |line: &Line| line.check == Check::Signature && line.outcome == Outcome::Passed;
        !self.has_failed() && self.lines.iter().any(signed)
    }

    /// Whether any check failed.
    pub fn has_failed(&self) -> bool {
        self.lines.iter().any(|line| line.outcome == Outcome::Failed)
    }

    /// The line of a check; `None` where an earlier failure left nothing to check.
    pub fn line(&self, check: Check) -> Option<&Line> {
        self.lines.iter().find(|line| line.check == check)
    }

    /// A bundle that could not even be opened.
    pub(crate) fn refused(fault: Fault) -> Report {
        Report {
            lines: vec![Line::of(Check::Container, String::new(), vec![fault])],
        }
    }
}

impl Line {
    pub(super) fn of(check: Check, said: String, mut faults: Vec<Fault>) -> Line {
        faults.truncate(KEPT);
        let outcome = if faults.is_empty() {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        Line {
            check,
            outcome,
            said,
            faults,
        }
    }

    pub(super) fn unchecked(check: Check, said: String) -> Line {
        Line {
            check,
            outcome: Outcome::NotChecked,
            said,
            faults: Vec::new(),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Check::Container => "container",
            Check::Names => "names",
            Check::Declaration => "bagit.txt",
            Check::Tags => "tag files",
            Check::Payload => "payload",
            Check::Info => "bag-info.txt",
            Check::Ledger => "ledger",
            Check::Signature => "signature",
            Check::Time => "time stamp",
        })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::NotChecked => "not checked",
        };
        write!(f, "{outcome:<11}  {:<12}  ", self.check)?;
        let Some(first) = self.faults.first() else {
            return write!(f, "{}", one_line(&self.said));
        };
        write!(f, "{}", one_line(&first.to_string()))?;
        match self.faults.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

/// Names come from anywhere: what a terminal would act on is shown, not sent.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Checks a bundle. All checks are made, whatever fails.
pub fn verify(files: &dyn Files, ask: &Ask) -> Report {
    let mut bag = match Bag::look(files, &ask.limits) {
        Ok(bag) => bag,
        Err(fault) => return Report::refused(fault),
    };
    let names = bag.names();
    let container = Line::of(Check::Container, "can be read".to_owned(), vec![]);
    let tags = bag.tags();
    let (payload, oxum) = bag.payload();
    let (info, ledger) = bag.info(oxum);
    Report {
        lines: vec![
            container,
            names,
            bag.declaration(),
            tags,
            payload,
            info,
            bag.ledger(ledger),
            bag.signature(ask.signer.as_ref()),
            bag.time(ask),
        ],
    }
}
