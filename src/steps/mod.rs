//! The steps of the work, one file each: read tables, call an engine, write tables. Both the verbs of the command line
//! and `investigate` go through here; nothing here prints, and nothing here decides what an engine finds.

mod check;
mod detect;
mod intake;
mod memory;
mod names;
mod patterns;
mod queries;
mod report;
mod resolve;

use thiserror::Error;

pub use check::{CheckSummary, check};
pub use detect::{Asked, DetectSummary, detect};
pub use intake::take_in;
pub use names::{CaseNames, key_path};
pub use patterns::{
    innocent as pattern_innocent, method as pattern_method, source as pattern_source, title as pattern_title,
    version as pattern_version,
};
pub use report::{Page, report};
pub use resolve::resolve;

use crate::case::{Case, CaseError, Step};
use crate::intake::IntakeError;
use crate::patterns::PatternError;
use crate::reconcile::ReconcileError;
use crate::report::ReportError;
use crate::rules::PackError;
use crate::sql::SqlError;
use crate::victims::KeyError;

/// Why a step ends without its result.
#[derive(Debug, Error)]
pub enum StepError {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What the step rests on is older than the records.
    #[error("{0}")]
    Stale(&'static str),
}

/// What is to be said where a step has not run on the records as they are now.
pub fn stale(case: &Case, step: Step) -> Option<&'static str> {
    let said = match step {
        Step::Check => {
            "the records have not been checked since they were last taken in: accounts, statements and transfers are not \
             those of the records. Run `geldspoor check` first"
        }
        Step::Detect => {
            "the rules have not run on the records as they are: findings would be missing or old. Run `geldspoor detect` \
             first"
        }
    };
    (!case.manifest().is_current(step)).then_some(said)
}

// A page or a finding that rests on old tables is wrong without a word, so there is none.
fn require(case: &Case, step: Step) -> Result<(), StepError> {
    stale(case, step).map_or(Ok(()), |said| Err(StepError::Stale(said)))
}
