//! What a case that was merged from others keeps of them: `merged/<head>/` holds each old ledger whole, with the settings
//! and decisions of that case, under the hash of the ledger's last line.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{Case, Head};
use super::{CaseError, Ledger, LedgerLine, LedgerReport};

/// The folder of what merged cases left.
pub const MERGED: &str = "merged";

impl Case {
    /// The lines of the ledgers of cases that were merged into this one, in order of time.
    pub fn ledgers_before(&self) -> Result<Vec<LedgerLine>, CaseError> {
        let mut lines = Vec::new();
        for folder in folders(self.root())? {
            lines.extend(Ledger::at(&folder).lines()?);
        }
        lines.sort_by(|a, b| a.time.cmp(&b.time));
        Ok(lines)
    }

    /// Whether the ledgers of cases that were merged into this one are whole: the head that each was kept under, and what
    /// was found.
    pub fn verify_merged(&self) -> Result<Vec<(String, LedgerReport)>, CaseError> {
        let mut reports = Vec::new();
        for folder in folders(self.root())? {
            let head = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let path = folder.join("ledger.jsonl");
            let text = fs::read_to_string(&path).map_err(|e| CaseError::io(&path, e))?;
            // The name is the hash of the last line, so a line that is missing at the end shows as another head.
            let count = text.split_terminator('\n').count() as u64;
            let expected = Head {
                head: head.clone(),
                count,
            };
            reports.push((head, Ledger::at(&folder).verify(&expected)?));
        }
        Ok(reports)
    }
}

/// The folders of merged cases, sorted.
pub(super) fn folders(root: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let place = root.join(MERGED);
    let mut found = Vec::new();
    match fs::read_dir(&place) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(CaseError::io(&place, e)),
        Ok(entries) => {
            for entry in entries {
                let path = entry.map_err(|e| CaseError::io(&place, e))?.path();
                if path.join("ledger.jsonl").is_file() {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    Ok(found)
}
