//! The report's page, made by the step that makes it for everybody else, with its own look and its own line in the ledger.

use std::path::Path;

use super::written::inside;
use crate::case::{Actor, Case, CaseError};
use crate::sql::Limits;
use crate::steps::{Profile, StepError, Wanted, report};

/// A page with its file name, and what the step said of it.
pub(super) struct Made {
    pub name: String,
    pub bytes: Vec<u8>,
    pub notes: Vec<String>,
}

/// Makes the page for a profile. One with names is written into the case's `exports/`, where it may lie; others are
/// written to a folder that is thrown away, and go by the pseudonyms of `release`.
pub(super) fn page(
    case: &mut Case,
    actor: Actor,
    limits: Limits,
    keys: &Path,
    profile: Profile,
    release: &str,
) -> Result<Made, StepError> {
    let temporary = inside(case)?;
    let folder = temporary.path().join("report");
    let wanted = match profile {
        Profile::Full => Wanted {
            profile,
            ..Wanted::default()
        },
        _ => Wanted {
            profile,
            output: Some(&folder),
            release: Some(release),
            ..Wanted::default()
        },
    };
    let made = report(case, actor, limits, keys, &wanted)?;
    let bytes = std::fs::read(&made.path).map_err(|e| CaseError::io(&made.path, e))?;
    let name = made.path.file_name().unwrap_or_default();
    Ok(Made {
        name: name.to_string_lossy().into_owned(),
        bytes,
        notes: made.notes,
    })
}
