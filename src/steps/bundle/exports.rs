//! Files for other programmes in a bundle that leaves under pseudonyms: made for its release by the step that makes them
//! for everybody else, which looks through them and leaves its own line in the ledger.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::contents::{Contents, EXPORTS};
use super::written::inside;
use crate::case::{Actor, Case, CaseError};
use crate::sql::Limits;
use crate::steps::{ExportFormat, GoAmlProfile, Profile, StepError, WantedExport, export};

/// Files that were made; they go when this is dropped.
pub(super) struct Exports {
    _folder: TempDir,
    files: PathBuf,
    /// What was withheld in them, a sentence each.
    pub withheld: Vec<String>,
}

/// Makes them, each format once. They lie in the case until the bundle is written.
pub(super) fn exports(
    case: &mut Case,
    actor: Actor,
    limits: Limits,
    keys: &Path,
    (profile, release): (Profile, &str),
    formats: &[ExportFormat],
) -> Result<Exports, StepError> {
    let folder = inside(case)?;
    let files = folder.path().join(EXPORTS);
    // One format alone would be a file of its own.
    fs::create_dir(&files).map_err(|e| CaseError::io(&files, e))?;
    let wanted = WantedExport {
        formats,
        profile,
        output: Some(&files),
        release: Some(release),
        unit: GoAmlProfile::Named("generic".to_owned()),
        by_override: None,
        force: false,
        made: None,
    };
    let made = export(case, actor, limits, keys, &wanted)?;
    Ok(Exports {
        _folder: folder,
        files,
        withheld: made.withheld,
    })
}

impl Exports {
    /// Puts them into a bundle.
    pub fn add_to(&self, contents: &mut Contents) -> Result<(), StepError> {
        contents.add_folder(EXPORTS, &self.files)
    }
}

/// Formats as one line that [`parsed`] reads.
pub(super) fn told(formats: &[ExportFormat]) -> String {
    let words: Vec<&str> = formats.iter().map(|format| format.as_str()).collect();
    words.join(", ")
}

/// Formats from that line; unknown words are of a later tool, and are nothing that this one can make.
pub(super) fn parsed(line: &str) -> Result<Vec<ExportFormat>, StepError> {
    let words = line.split(',').map(str::trim).filter(|word| !word.is_empty());
    let one = |word: &str| {
        ExportFormat::all().find(|format| format.as_str() == word).ok_or_else(|| {
            StepError::Parameter(format!(
                "bag-info.txt says that exports are of ‘{word}’, which this tool does not write: the bundle was made by another version"
            ))
        })
    };
    words.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_and_read() {
        let all: Vec<ExportFormat> = ExportFormat::all().collect();
        assert!(all.len() > 8);
        assert_eq!(parsed(&told(&all)).expect("formats"), all);
        assert_eq!(parsed("").expect("none"), []);
        assert!(parsed("parquet, zx").is_err());
    }
}
