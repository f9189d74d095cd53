//! The steps of the work, one file each: read tables, call an engine, write tables. Both the verbs of the command line
//! and `investigate` go through here; nothing here prints, and nothing here decides what an engine finds.

mod bundle;
mod category;
mod check;
mod clusters;
mod detect;
mod erase;
mod export;
mod found;
mod intake;
mod leads;
mod mark;
mod memory;
mod merge;
mod names;
mod ownership;
mod parameters;
mod patterns;
mod pdf;
mod queries;
pub mod release;
mod report;
mod resolve;
mod retention;
mod statistics;
mod trace;
mod unmask;
mod watch;
mod withdraw;

use thiserror::Error;

pub use crate::rules::Language;
pub use bundle::{Bundled, Replayed, ToBundle, ToReplay, bundle, replay, stamp};
pub use category::{Left, Set, category_history, left_with, standing_category};
pub use check::{CheckSummary, check};
pub use detect::{Asked, DetectSummary, detect};
pub use erase::{ToErase, erase};
pub use export::{Exported, Format as ExportFormat, GoAmlProfile, Made, WantedExport, export};
pub use intake::take_in;
pub use leads::protection_leads;
pub use mark::{mark, marks};
pub use merge::{Merged, ToMerge, merge};
pub use names::{CaseNames, key_path};
pub use parameters::{is_called, is_pattern_called};
pub use patterns::{
    innocent as pattern_innocent, method as pattern_method, source as pattern_source, title as pattern_title,
    version as pattern_version,
};
pub use report::{Page, Profile, Wanted, report};
pub use resolve::{GoOn, RESOLVE, explain_parties, holdings, infer, resolve};
pub use retention::{Retention, retention, set_retention};
pub use statistics::{By, Line, Of, Statistics, beware_of, given, given_before, statistics};
pub use trace::{ToTrace, claimed, trace};
pub use unmask::{Rows, note_unmasking, record_unmasking, unmask};
pub use watch::{Stage, Watch};
pub use withdraw::{
    OutOfUse, SourceLine, find_source, is_of_withdrawn, list_sources, restore_source, withdraw_source,
};

use crate::book::{Request, TraceError, standing_request};
use crate::bundle::BundleError;
use crate::bundle::sign::SignError;
use crate::case::{Case, CaseError, DecisionKind, Step};
use crate::export::ExportError;
use crate::intake::IntakeError;
use crate::lexicons::{self, LexiconError};
use crate::patterns::PatternError;
use crate::reconcile::ReconcileError;
use crate::report::ReportError;
use crate::report::pdf::PdfError;
use crate::rules::{self, PackError};
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
    Lexicon(#[from] LexiconError),
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Pdf(#[from] PdfError),
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Somebody who is protected would have been found in what leaves.
    #[error(transparent)]
    Blocked(#[from] release::Blocked),
    #[error(transparent)]
    Seal(#[from] release::SealError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Place(#[from] release::PlaceError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Trace(TraceError),
    /// A parameter that cannot be, or records that cannot be linked, in words.
    #[error("{0}")]
    Parameter(String),
    /// What the step rests on is older than the records, or than what was to be gone by.
    #[error("{0}")]
    Stale(&'static str),
    /// A person ended it.
    #[error("stopped: nothing was stored, the case is as it was before this step")]
    Stopped,
}

impl From<TraceError> for StepError {
    fn from(error: TraceError) -> StepError {
        match error {
            TraceError::Stopped => StepError::Stopped,
            TraceError::Case(error) => StepError::Case(error),
            other => StepError::Trace(other),
        }
    }
}

/// What is to be said where a step has not run on the records as they are now, and by what it goes by now.
pub fn stale(case: &Case, step: Step) -> Option<&'static str> {
    let said = match step {
        Step::Check => {
            "the records have not been checked since they were last taken in, or since the case's currency or the version \
             of geldspoor changed: accounts, statements and transfers are not those of the records. Run `geldspoor check` \
             first"
        }
        Step::Mark => {
            "the records or the lexicons have changed since entries were marked: rules would go by old marks. Run \
             `geldspoor check` first"
        }
        Step::Detect => {
            "the rules have not all run on the records, decisions, parameters and rules as they are: findings would be \
             missing or old. Run `geldspoor detect` first"
        }
        Step::Trace => {
            "the records, the claims, the categories of people or the version of geldspoor have changed since the last trace: \
             lots are old. Run `geldspoor trace` first"
        }
    };
    // What cannot be read is not known to be the same.
    let current = goes_by(case, step).is_ok_and(|beside| case.manifest().is_current(step, &beside));
    (!current).then_some(said)
}

/// What a step goes by beside the tables, a line each.
fn goes_by(case: &Case, step: Step) -> Result<String, StepError> {
    let mut lines = vec![
        concat!("geldspoor ", env!("CARGO_PKG_VERSION")).to_owned(),
        format!("currency {}", case.settings().currency),
    ];
    if step == Step::Mark {
        lines.extend(lexicons::digests(case.root())?);
        return Ok(lines.join("\n"));
    }
    if step == Step::Detect {
        lines.push(format!(
            "language {}",
            rules::Language::of_code(&case.settings().language).code()
        ));
        for (rule, name, value) in case.parameters() {
            lines.push(format!("parameter {rule:?} {name:?} {value:?}"));
        }
        // No rule goes by what is claimed, nor by how long the case is kept.
        for kind in DecisionKind::ALL
            .into_iter()
            .filter(|kind| !matches!(kind, DecisionKind::Claim | DecisionKind::Retention))
        {
            for decision in case.standing(kind)? {
                let kind = kind.as_str();
                lines.push(format!("{kind} {:?} {:?}", decision.subject, decision.value));
            }
        }
        lines.extend(rules::digests(case.root())?);
        lines.extend(lexicons::digests(case.root())?);
    }
    if step == Step::Trace {
        return trace_goes_by(case, &standing_request(case)?.unwrap_or_default());
    }
    Ok(lines.join("\n"))
}

/// What a trace of these claims goes by.
fn trace_goes_by(case: &Case, request: &Request) -> Result<String, StepError> {
    let mut lines = vec![goes_by(case, Step::Check)?];
    // Wages of victims are their property.
    for decision in case.standing(DecisionKind::Category)? {
        lines.push(format!("category {:?} {:?}", decision.subject, decision.value));
    }
    lines.push(format!("claims {}", request.to_text()));
    Ok(lines.join("\n"))
}

// A page or a finding that rests on old tables is wrong without a word, so there is none.
fn require(case: &Case, step: Step) -> Result<(), StepError> {
    stale(case, step).map_or(Ok(()), |said| Err(StepError::Stale(said)))
}
