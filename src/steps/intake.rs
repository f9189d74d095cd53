//! Files into the tables of a case.

use std::fs;
use std::path::{Path, PathBuf};

use super::StepError;
use crate::case::{Actor, Case, CaseError, write_whole};
use crate::intake::mapping::{NamedMapping, builtin_texts};
use crate::intake::{Delivery, Progress, Taken, take_in as read_in};

/// Where a case keeps the mappings that files were read with and that are not built in.
pub(super) const MAPPINGS: &str = "queries/mappings";

/// Takes files in, with a commit for each portion of the delivery: where the command is killed, the case is as at the
/// last one, its tables whole, and the next run reads what is missing.
pub fn take_in(
    case: &mut Case,
    actor: Actor,
    files: &[(PathBuf, String)],
    delivery: &Delivery,
    progress: &dyn Progress,
) -> Result<Vec<Taken>, StepError> {
    let mut writer = case.write(actor)?;
    if let Some(mapping) = &delivery.mapping {
        keep_mapping(writer.case().root(), mapping)?;
    }
    let taken = read_in(&mut writer, files, delivery, progress)?;
    writer.commit()?;
    Ok(taken)
}

/// Keeps a mapping of the office's own under its SHA-256: without it nobody could read the files again.
fn keep_mapping(root: &Path, mapping: &NamedMapping) -> Result<(), CaseError> {
    if builtin_texts().any(|(_, text)| text == mapping.text) {
        return Ok(());
    }
    let folder = root.join(MAPPINGS);
    let path = folder.join(format!("{}.toml", mapping.sha256));
    if path.is_file() {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|e| CaseError::io(&folder, e))?;
    write_whole(&path, mapping.text.as_bytes())
}
