//! Files that are too large to be held: they are made in a folder of the case, looked through where they lie, and reach
//! their place only where nobody is found. What lies outside the case was looked through and is named by the ledger, at
//! every moment: the line comes first, then each place is taken by one rename.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Blocked, Guard, Override};
use crate::case::{Case, CaseError, Writer, hash_of};
use crate::steps::StepError;
use crate::victims::release::Settings;

/// Folder of the case in which files are made. What a command that was cut off left there the next one removes.
const FOLDER: &str = "exports/.making";

const FORCE: &str = ", or replace it with --force";

/// Why nothing can be written at a place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceError {
    #[error(
        "{path} lies inside the case, whose own files stay as they are; leave --output out, or choose a place outside of {root}"
    )]
    InCase { path: String, root: String },
    #[error("{path} is a link, and nothing is written through one; name the place that it leads to")]
    Link { path: String },
    #[error(
        "{path} lies in the folder of the keys, which are to be kept apart from all that leaves; choose another place"
    )]
    Keys { path: String },
    #[error(
        "{path} exists and is nothing that this case exported; move it away, or choose another place{hint}"
    )]
    Taken { path: String, hint: &'static str },
    #[error("{path} is no path for {what}: {expected}")]
    Form {
        path: String,
        what: String,
        expected: String,
    },
}

/// Where files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One file, with its full name.
    File(PathBuf),
    /// Several files, in a folder of their own that is put in its place as a whole.
    Folder(PathBuf),
}

impl Target {
    /// The path that is written.
    pub fn path(&self) -> &Path {
        match self {
            Target::File(path) | Target::Folder(path) => path,
        }
    }
}

/// Files under way.
#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    names: Vec<String>,
}

impl Stage {
    /// Begins, under the lock of the case.
    pub fn open(case: &Case) -> Result<Stage, StepError> {
        let exports = case.root().join("exports");
        if fs::symlink_metadata(&exports).is_ok_and(|found| found.is_symlink()) {
            return Err(PlaceError::Link {
                path: exports.display().to_string(),
            }
            .into());
        }
        let folder = case.root().join(FOLDER);
        clear(&folder)?;
        fs::create_dir_all(&folder).map_err(|e| CaseError::io(&folder, e))?;
        Ok(Stage {
            folder,
            names: Vec::new(),
        })
    }

    /// A new file, by its path within what leaves, with `/`.
    pub fn file(&mut self, name: &str) -> Result<File, CaseError> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| CaseError::io(parent, e))?;
        }
        self.names.push(name.to_owned());
        File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|e| CaseError::io(&path, e))
    }

    /// Makes what was written durable.
    pub fn sync(&self) -> Result<(), CaseError> {
        for name in &self.names {
            let path = self.path(name);
            let file = File::options().write(true).open(&path);
            file.and_then(|file| file.sync_all())
                .map_err(|e| CaseError::io(&path, e))?;
        }
        Ok(())
    }

    /// The names, in the order in which the files were begun.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn clear(folder: &Path) -> Result<(), CaseError> {
    match fs::symlink_metadata(folder) {
        Err(_) => Ok(()),
        // Where it is a link, the link goes and not what it leads to.
        Ok(found) if found.is_dir() => fs::remove_dir_all(folder).map_err(|e| CaseError::io(folder, e)),
        Ok(_) => fs::remove_file(folder).map_err(|e| CaseError::io(folder, e)),
    }
}

impl Guard {
    fn look_staged(&self, target: &Target, stage: &Stage) -> Result<(), StepError> {
        let settings = Settings::default();
        let mut checker = self.checker(&settings);
        for name in &stage.names {
            let path = stage.path(name);
            let file = File::open(&path).map_err(|e| CaseError::io(&path, e))?;
            checker.stream(name, file).map_err(|e| CaseError::io(&path, e))?;
        }
        let path = target.path();
        let parent = path.parent().and_then(Path::file_name);
        for (what, name) in [("the name of the folder", parent), ("its name", path.file_name())] {
            if let Some(name) = name {
                checker.text(what, &name.to_string_lossy());
            }
        }
        let outcome = checker.finish();
        match outcome.blocks() {
            true => Err(Blocked(outcome).into()),
            false => Ok(()),
        }
    }
}

/// Looks through what was made, and puts it in its place. One line of the ledger names every file with its hash, before
/// any of them is there; cut off behind it, a command leaves a single file or folder either whole or not at all. Where
/// somebody who is protected is found, nothing is left but a line that says so.
///
/// With an override the files are encrypted and nobody is looked for; without a guard they show names and stay in the
/// case. `force` replaces a file that this case did not export.
pub fn release_staged(
    mut writer: Writer<'_>,
    guard: Option<&Guard>,
    by: Option<&Override>,
    target: Target,
    mut stage: Stage,
    note: &str,
    force: bool,
) -> Result<Vec<PathBuf>, StepError> {
    if let Some(guard) = guard
        && let Err(error) = guard.look_staged(&target, &stage)
    {
        if let StepError::Blocked(blocked) = &error {
            writer.note(&blocked.0.note());
            writer.commit()?;
        }
        return Err(error);
    }
    let mut target = target;
    if let Some(by) = by {
        target = seal(&mut writer, by, target, &mut stage)?;
    }
    free(writer.case(), &target, force)?;
    let own = |name: &str| match &target {
        Target::File(path) | Target::Folder(path) => {
            let last = path
                .file_name()
                .map_or_else(String::new, |last| last.to_string_lossy().into_owned());
            match &target {
                Target::File(_) => format!("exports/{last}"),
                Target::Folder(_) => format!("exports/{last}/{name}"),
            }
        }
    };
    for name in &stage.names {
        writer.note_written(&own(name), &hash_at(&stage.path(name))?);
    }
    writer.note(&match by {
        Some(by) => by.note(),
        None => note.to_owned(),
    });
    writer.commit_then(|| deliver(&target, &stage).map_err(StepError::from))?;
    Ok(match &target {
        Target::File(path) => vec![path.clone()],
        Target::Folder(path) => stage.names.iter().map(|name| path.join(name)).collect(),
    })
}

/// Encrypts every file; the plain ones never leave the case, and what they were is in the ledger by their hash.
fn seal(
    writer: &mut Writer<'_>,
    by: &Override,
    target: Target,
    stage: &mut Stage,
) -> Result<Target, StepError> {
    let mut sealed = Vec::new();
    for name in &stage.names {
        let (from, name_sealed) = (stage.path(name), format!("{name}.age"));
        writer.note_read(&format!("{name}, before it was encrypted"), &hash_at(&from)?);
        by.seal_file(&from, &stage.path(&name_sealed))?;
        fs::remove_file(&from).map_err(|e| CaseError::io(&from, e))?;
        sealed.push(name_sealed);
    }
    stage.names = sealed;
    Ok(match target {
        Target::File(path) => {
            let mut name = path.into_os_string();
            name.push(".age");
            Target::File(name.into())
        }
        folder => folder,
    })
}

/// Whether a place is free, or holds what this case exported, byte for byte.
fn free(case: &Case, target: &Target, force: bool) -> Result<(), StepError> {
    let path = target.path();
    let shown = || path.display().to_string();
    let Ok(found) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    if found.is_symlink() {
        return Err(PlaceError::Link { path: shown() }.into());
    }
    let known: std::collections::HashSet<(String, String)> = case
        .ledger()?
        .into_iter()
        .flat_map(|line| line.written)
        .filter(|written| written.name.starts_with("exports/"))
        .map(|written| (written.name, written.sha256))
        .collect();
    match target {
        Target::File(_) if found.is_file() => {
            let own = hash_at(path)?;
            if !force && !known.iter().any(|(_, hash)| *hash == own) {
                return Err(PlaceError::Taken {
                    path: shown(),
                    hint: FORCE,
                }
                .into());
            }
            Ok(())
        }
        Target::Folder(_) if found.is_dir() => {
            let folder = path
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            for file in files_in(path)? {
                // By the name that an export has in the ledger: a page that lies in a folder alone is no export.
                let inner = file
                    .strip_prefix(path)
                    .unwrap_or(&file)
                    .to_string_lossy()
                    .replace('\\', "/");
                let name = format!("exports/{folder}/{inner}");
                // A folder goes as a whole, so nobody can force away what others put into it.
                let is_own = match fs::symlink_metadata(&file) {
                    Ok(found) if found.is_file() => known.contains(&(name, hash_at(&file)?)),
                    _ => false,
                };
                if !is_own {
                    return Err(PlaceError::Taken {
                        path: file.display().to_string(),
                        hint: "",
                    }
                    .into());
                }
            }
            Ok(())
        }
        _ => Err(PlaceError::Taken {
            path: shown(),
            hint: "",
        }
        .into()),
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| CaseError::io(&folder, e))? {
            let path = entry.map_err(|e| CaseError::io(&folder, e))?.path();
            match fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => folders.push(path),
                _ => found.push(path),
            }
        }
    }
    found.sort();
    Ok(found)
}

fn hash_at(path: &Path) -> Result<String, CaseError> {
    hash_of(path).map_err(|e| CaseError::io(path, e))
}

/// Puts everything in its place by one rename. On another disk than the case it is copied beside the place before.
fn deliver(target: &Target, stage: &Stage) -> Result<(), CaseError> {
    let place = target.path();
    if let Some(parent) = place.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(|e| CaseError::io(parent, e))?;
    }
    let from = match target {
        Target::File(_) => stage.path(stage.names.first().map_or("", String::as_str)),
        Target::Folder(_) => stage.folder.clone(),
    };
    let (beside, old) = (beside(place, "new"), beside(place, "old"));
    let take = || -> io::Result<()> {
        remove(&beside)?;
        remove(&old)?;
        if fs::rename(&from, &beside).is_err() {
            copy(&from, &beside)?;
        }
        if matches!(target, Target::Folder(_)) && place.exists() {
            fs::rename(place, &old)?;
        }
        fs::rename(&beside, place)?;
        // All is in its place: what is left of the earlier one makes that no less so.
        let _ = remove(&old);
        Ok(())
    };
    take().map_err(|error| {
        let _ = remove(&beside);
        if !place.exists() && old.exists() {
            let _ = fs::rename(&old, place);
        }
        CaseError::io(place, error)
    })
}

fn beside(place: &Path, what: &str) -> PathBuf {
    let name = place
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    place.with_file_name(format!(".{name}.geldspoor-{what}"))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return File::open(to)?.sync_all();
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
