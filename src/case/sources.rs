//! Sources that are out of use: their rows lie apart from every table, and what was derived is gone until the steps run
//! again. The decision is what counts: a case in which one was taken and the tables were not changed any more, because the
//! command was cut off between the two, reads as if they had been.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::decisions::{self, DecisionKind};
use super::folder::Case;
use super::tables::{Manifest, Part, WITHDRAWN};
use super::{Actor, CaseError, Scan, Table, Writer};
use crate::model::hex;

/// What a decision about a source says that takes it out of use; of one that goes with another, `withdrawn with` and the
/// hash of that one.
pub const OUT_OF_USE: &str = "withdrawn";

/// Sources that people took out of use and that still stand in the tables.
pub(super) fn cut_off(root: &Path, manifest: &Manifest) -> Result<Vec<String>, CaseError> {
    let standing = decisions::standing(decisions::of_kind(root, DecisionKind::Source)?);
    Ok(standing
        .into_iter()
        .filter(|decision| decision.value.starts_with(OUT_OF_USE) && manifest.has_source(&decision.subject))
        .map(|decision| decision.subject)
        .collect())
}

impl Case {
    /// Rows of a table that were read from a source that is out of use.
    pub fn scan_withdrawn(&self, source_id: &str, table: Table, columns: &[&str]) -> Scan {
        // Where the withdrawal was cut off the files still lie with the others.
        let folders = [self.root().join(WITHDRAWN), self.root().join("tables")];
        let files = self
            .manifest()
            .withdrawn_parts(source_id)
            .into_iter()
            .filter(|(own, _)| *own == table)
            .filter_map(|(_, part)| {
                let places = folders.iter().map(|folder| folder.join(&part.file));
                places.into_iter().find(|path| path.is_file())
            })
            .collect();
        Scan::new(files, table, columns)
    }
}

/// Takes sources out of a case whose files were erased, with all that was derived; nothing where they are out already.
/// The ledger keeps `note`.
pub fn forget_erased(root: &Path, actor: Actor, source_ids: &[String], note: &str) -> Result<(), CaseError> {
    let mut case = Case::open_to_erase(root)?;
    let is_there = |id: &String| case.manifest().has_source(id) || case.manifest().is_withdrawn(id);
    if !source_ids.iter().any(is_there) {
        return Ok(());
    }
    let mut writer = case.write(actor)?;
    for id in source_ids {
        writer.lock_manifest().erase(id);
    }
    writer.note(note);
    writer.commit()
}

impl Writer<'_> {
    /// Takes every row of a source out of the tables, with all that was derived. The file itself stays.
    pub fn withdraw(&self, source_id: &str) -> Result<(), CaseError> {
        let files = self.lock_manifest().withdraw(source_id);
        self.carry(&files, "tables", WITHDRAWN)
    }

    /// Puts the rows of a source back.
    pub fn restore(&self, source_id: &str) -> Result<(), CaseError> {
        let files = self.lock_manifest().restore(source_id);
        self.carry(&files, WITHDRAWN, "tables")
    }

    // Copied, and the old ones swept behind the commit: whatever happens, the manifest names files that are there.
    fn carry(&self, files: &[String], from: &str, to: &str) -> Result<(), CaseError> {
        for file in files {
            let from = self.case().root().join(from).join(file);
            let to = self.case().root().join(to).join(file);
            if from.is_file() || !to.is_file() {
                let waiting = waiting(&to)?;
                copy_hashed(&from, &waiting)?;
                self.place_later(waiting, to);
            }
        }
        Ok(())
    }

    /// Takes a file of a table over from another case, where it lies under `root`. Refused where it is not what that
    /// case's manifest says.
    pub(super) fn adopt(
        &self,
        root: &Path,
        table: Table,
        part: &Part,
        is_withdrawn: bool,
    ) -> Result<(), CaseError> {
        let place = if is_withdrawn { WITHDRAWN } else { "tables" };
        let to = self.case().root().join(place).join(&part.file);
        let waiting = waiting(&to)?;
        let tables = root.join("tables").join(&part.file);
        let from = match tables.is_file() {
            true => tables,
            false => root.join(WITHDRAWN).join(&part.file),
        };
        let found = copy_hashed(&from, &waiting)?;
        if found != part.sha256 {
            return Err(CaseError::damaged(
                &from,
                format!(
                    "its SHA-256 is {found}, tables/manifest.json says {}",
                    part.sha256
                ),
            ));
        }
        self.place_later(waiting, to);
        let mut manifest = self.lock_manifest();
        match is_withdrawn {
            true => manifest.add_withdrawn(table, part.clone()),
            false => manifest.add(table, part.clone()),
        }
        drop(manifest);
        self.note_part(table, part);
        Ok(())
    }
}

fn waiting(to: &Path) -> Result<std::path::PathBuf, CaseError> {
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| CaseError::io(folder, e))?;
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    Ok(folder.join(format!(".{name}.writing")))
}

/// Copies a file, durably; gives its SHA-256.
pub(super) fn copy_hashed(from: &Path, to: &Path) -> Result<String, CaseError> {
    let mut input = File::open(from).map_err(|e| CaseError::io(from, e))?;
    let mut output = File::create(to).map_err(|e| CaseError::io(to, e))?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match input.read(&mut block) {
            Ok(0) => break,
            Ok(count) => {
                hash.update(&block[..count]);
                output
                    .write_all(&block[..count])
                    .map_err(|e| CaseError::io(to, e))?;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(CaseError::io(from, e)),
        }
    }
    output.sync_all().map_err(|e| CaseError::io(to, e))?;
    Ok(hex(&hash.finalize()))
}
