//! Taking over what another case keeps: files of tables, originals, and the whole of what proves that case.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::Case;
use super::merged::folders;
use super::sources::copy_hashed;
use super::tables::Part;
use super::{CaseError, Lock, MERGED, Table, Writer};

impl Case {
    /// The tables of every source in use: the source, and its files with their tables, sorted.
    pub fn sources_in_use(&self) -> Vec<(String, Vec<(Table, Part)>)> {
        let own = |(id, parts): (&str, Vec<(Table, &Part)>)| {
            let parts = parts.into_iter().map(|(table, part)| (table, part.clone()));
            (id.to_owned(), parts.collect())
        };
        self.manifest().in_use().into_iter().map(own).collect()
    }

    /// Keeps another case's ledger whole under `merged/`, with its settings, its decisions and what it kept of cases that
    /// were merged into it. Gives the paths of what was written and their SHA-256.
    pub fn keep_of(&self, other: &Case, head: &str) -> Result<Vec<(String, String)>, CaseError> {
        let place = format!("{MERGED}/{head}");
        let mut written = Vec::new();
        // Under another name: a folder with case.toml is a case, and nothing is to be opened there.
        for (name, kept) in [("ledger.jsonl", "ledger.jsonl"), ("case.toml", "settings.toml")] {
            self.keep(&other.root().join(name), &format!("{place}/{kept}"), &mut written)?;
        }
        let provenance = other.root().join(MERGED).join("provenance.json");
        if provenance.is_file() {
            self.keep(&provenance, &format!("{place}/provenance.json"), &mut written)?;
        }
        self.keep_folder(
            &other.root().join("decisions"),
            &format!("{place}/decisions"),
            &mut written,
        )?;
        for folder in folders(other.root())? {
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            self.keep_folder(&folder, &format!("{MERGED}/{name}"), &mut written)?;
        }
        written.sort();
        written.dedup();
        Ok(written)
    }

    /// Keeps a file of another case at a place of this one.
    pub fn keep(
        &self,
        from: &Path,
        path: &str,
        written: &mut Vec<(String, String)>,
    ) -> Result<(), CaseError> {
        let to = path
            .split('/')
            .fold(self.root().to_owned(), |to, part| to.join(part));
        let folder = to.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|e| CaseError::io(folder, e))?;
        written.push((path.to_owned(), copy_hashed(from, &to)?));
        Ok(())
    }

    fn keep_folder(
        &self,
        from: &Path,
        path: &str,
        written: &mut Vec<(String, String)>,
    ) -> Result<(), CaseError> {
        for (name, file) in files_below(from)? {
            self.keep(&file, &format!("{path}/{name}"), written)?;
        }
        Ok(())
    }
}

/// Every file below a folder by its path in it, with `/`, sorted; links are not followed. None where there is no folder.
pub fn files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, CaseError> {
    let mut files = Vec::new();
    let mut waiting = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = waiting.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(CaseError::io(&folder, e)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| CaseError::io(&folder, e))?;
            let kind = entry.file_type().map_err(|e| CaseError::io(&entry.path(), e))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() {
                waiting.push((format!("{name}/"), entry.path()));
            } else if kind.is_file() {
                files.push((name, entry.path()));
            }
        }
    }
    files.sort();
    Ok(files)
}

impl Writer<'_> {
    /// Takes the files of a source over from another case, into the tables or among those out of use.
    pub fn adopt_source(
        &self,
        from: &Case,
        parts: &[(Table, Part)],
        is_withdrawn: bool,
    ) -> Result<(), CaseError> {
        for (table, part) in parts {
            self.adopt(from.root(), *table, part, is_withdrawn)?;
        }
        Ok(())
    }

    /// Takes an original over. Refused where its bytes are not those that its name says.
    pub fn adopt_original(&self, from: &Path, source_id: &str) -> Result<(), CaseError> {
        let to = self.case().source_path(source_id);
        let waiting = to.with_extension("receiving");
        let found = copy_hashed(from, &waiting)?;
        if found != source_id {
            let _ = fs::remove_file(&waiting);
            return Err(CaseError::Damaged {
                path: from.display().to_string(),
                reason: format!("its SHA-256 is {found}, not that of its name"),
                next_step: "An original was changed: put the file back as received, and merge again"
                    .to_owned(),
            });
        }
        let mut mode = fs::metadata(&waiting)
            .map_err(|e| CaseError::io(&waiting, e))?
            .permissions();
        mode.set_readonly(true);
        fs::set_permissions(&waiting, mode).map_err(|e| CaseError::io(&waiting, e))?;
        self.place_later(waiting, to);
        Ok(())
    }
}

/// Makes a finished folder of a case appear under its name: a folder that is not there, or empty.
pub fn move_into_place(from: &Path, to: &Path) -> Result<(), CaseError> {
    // Made by whoever wrote last, and empty.
    drop(Lock::take(from, "case merge")?);
    match fs::remove_dir(to) {
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(_) => {
            return Err(CaseError::NotEmpty {
                path: to.display().to_string(),
            });
        }
    }
    fs::rename(from, to).map_err(|e| CaseError::io(to, e))
}
