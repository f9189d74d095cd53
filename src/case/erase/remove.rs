//! Removing what the journal lists, looking whether it is gone, and certifying that.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::folder::write_whole;
use super::super::{CaseError, Lock};
use super::certificate;
use super::journal::{Erasure, ErasureOf, Item, ItemKind, names_of, now, sync_folder};
use super::walk::{Found, FoundKind, Owner, place, walk};
use super::{JOURNAL, PROGRESS, may_stop_here};

/// A finished erasure.
#[derive(Clone, Debug)]
pub struct Certified {
    /// The certificate, for programs and for people.
    pub paths: Vec<PathBuf>,
    pub files: usize,
    pub bytes: u64,
    /// What is still in the folder because it is not the case's.
    pub left: Vec<Left>,
}

/// Something that an erasure left in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub path: String,
    /// Where a link leads to.
    pub target: Option<String>,
}

/// Removes what the journal lists, then lets the caller `bring` the rest of the case to the same state, looks whether
/// anything is left, and certifies. On an error nothing is certified, and the journal stays.
pub fn finish(
    root: &Path,
    lock: Lock,
    mut erasure: Erasure,
    bring: &mut dyn FnMut(&Erasure) -> Result<(), CaseError>,
) -> Result<Certified, CaseError> {
    let mut folders = BTreeSet::new();
    let mut progress = Progress::open(root)?;
    for at in last_ones_last(&erasure) {
        let path = place(root, &erasure.items[at].path);
        let turn = Turn {
            root,
            name: &format!("file {at}"),
            path: &path,
        };
        if remove(&turn, &mut erasure, &mut progress, |erasure| {
            &mut erasure.items[at]
        })? {
            folders.extend(path.parent().map(Path::to_owned));
        }
    }
    for at in 0..erasure.keys.len() {
        let path = PathBuf::from(&erasure.keys[at].path);
        let turn = Turn {
            root,
            name: &format!("key {at}"),
            path: &path,
        };
        if remove(&turn, &mut erasure, &mut progress, |erasure| {
            &mut erasure.keys[at]
        })? {
            folders.extend(path.parent().map(Path::to_owned));
        }
    }
    drop(progress);
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        sync_folder(folder)?;
    }
    // What brings the case to the same state takes the lock itself.
    drop(lock);
    bring(&erasure)?;
    let lock = Lock::take(root, "case erase")?;
    may_stop_here();
    remove_folders(root, &erasure)?;
    look(root, &erasure)?;
    may_stop_here();
    let left = left(root, &erasure)?;
    let paths = certify(&erasure, &left)?;
    let journal = root.join(JOURNAL);
    fs::remove_file(&journal).map_err(|e| CaseError::io(&journal, e))?;
    sync_folder(root)?;
    may_stop_here();
    let _ = fs::remove_file(root.join(PROGRESS));
    drop(lock);
    if erasure.of == ErasureOf::Case {
        let _ = fs::remove_file(root.join("case.lock"));
        let _ = fs::remove_file(root.join("erase.journal.new"));
        // Only where nothing is left in it, the certificate among it.
        let _ = fs::remove_dir(root);
    }
    let bytes = erasure.items.iter().map(|item| item.bytes).sum();
    Ok(Certified {
        paths,
        files: erasure.items.len(),
        bytes,
        left,
    })
}

/// The order of removing: what says that this is a case goes last.
fn last_ones_last(erasure: &Erasure) -> Vec<usize> {
    let mut order: Vec<usize> = (0..erasure.items.len()).collect();
    order.sort_by_key(|at| ["ledger.jsonl", "case.toml"].contains(&erasure.items[*at].path.as_str()));
    order
}

/// Which files have had their turn, beside the journal: a line each, durable before the file is removed. A file that is not
/// there and has no line was taken away by somebody else, and no certificate says that it was erased.
struct Progress {
    path: PathBuf,
    file: fs::File,
    done: BTreeSet<String>,
}

impl Progress {
    fn open(root: &Path) -> Result<Progress, CaseError> {
        let path = root.join(PROGRESS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(CaseError::io(&path, e)),
        };
        // A last line without its end was cut off, and its file not yet removed.
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .map_err(|e| CaseError::io(&path, e))?;
        let mut progress = Progress {
            done: text[..whole].lines().map(str::to_owned).collect(),
            path,
            file,
        };
        if whole < text.len() {
            progress.write("\n")?;
        }
        sync_folder(root)?;
        Ok(progress)
    }

    fn note(&mut self, name: &str) -> Result<(), CaseError> {
        self.write(&format!("{name}\n"))?;
        self.done.insert(name.to_owned());
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), CaseError> {
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(|e| CaseError::io(&self.path, e))
    }
}

/// A file whose turn it is.
struct Turn<'a> {
    root: &'a Path,
    name: &'a str,
    path: &'a Path,
}

/// Removes one file. Whether there was one.
fn remove(
    turn: &Turn<'_>,
    erasure: &mut Erasure,
    progress: &mut Progress,
    item: impl Fn(&mut Erasure) -> &mut Item,
) -> Result<bool, CaseError> {
    let (root, path) = (turn.root, turn.path);
    let fault = |e| CaseError::io(path, e);
    if leads_out(root, path) {
        return Err(CaseError::Damaged {
            path: path.display().to_string(),
            reason: "a link has taken the place of its folder since the journal was written, so it lies elsewhere now".to_owned(),
            next_step: "Nothing is certified. Put the folder back, and run `geldspoor case erase` again".to_owned(),
        });
    }
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            item(erasure).was_missing = !progress.done.contains(turn.name);
            return Ok(false);
        }
        Err(e) => return Err(fault(e)),
    };
    may_stop_here();
    // A link in the place of a file leads to what is still there.
    if about.is_dir() || (item(erasure).kind == ItemKind::File && !about.is_file()) {
        return Err(CaseError::damaged(
            path,
            "something else has taken the place of a file since the journal was written",
        ));
    }
    if about.is_file() {
        writable(path, &about).map_err(fault)?;
        let one_name = names_of(&about) == Some(1);
        let said = item(erasure);
        if said.is_overwritten && !one_name {
            // Before it is removed, so that no certificate says otherwise.
            said.is_overwritten = false;
            said.other_names = names_of(&about).map_or(0, |names| names.saturating_sub(1));
            erasure.write(root)?;
        }
        if one_name && item(erasure).kind == ItemKind::File {
            overwrite(path, about.len()).map_err(fault)?;
            may_stop_here();
        }
    }
    progress.note(turn.name)?;
    may_stop_here();
    let removed = match fs::remove_file(path) {
        // A link to a folder is removed as a folder on some systems.
        Err(_) if about.file_type().is_symlink() => fs::remove_dir(path),
        other => other,
    };
    removed.map_err(fault)?;
    may_stop_here();
    Ok(true)
}

/// Whether a folder on the way to a file in the case is a link now.
fn leads_out(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else {
        return false;
    };
    let mut way = root.to_owned();
    let folders: Vec<_> = inside.components().collect();
    folders.iter().take(folders.len().saturating_sub(1)).any(|part| {
        way.push(part);
        fs::symlink_metadata(&way).is_ok_and(|about| about.file_type().is_symlink())
    })
}

/// Once with zeros. What that comes to on a disk of today the certificate says.
fn overwrite(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let zeros = vec![0_u8; 1 << 16];
    let mut rest = bytes;
    while rest > 0 {
        let count = usize::try_from(rest).unwrap_or(usize::MAX).min(zeros.len());
        file.write_all(&zeros[..count])?;
        rest -= count as u64;
    }
    file.sync_all()
}

#[cfg(unix)]
fn writable(path: &Path, _about: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn writable(path: &Path, about: &fs::Metadata) -> io::Result<()> {
    // What is read-only cannot be removed there.
    let mut mode = about.permissions();
    mode.set_readonly(false);
    fs::set_permissions(path, mode)
}

/// Removes the folders of the case that are empty now, the inner ones first.
fn remove_folders(root: &Path, erasure: &Erasure) -> Result<(), CaseError> {
    if erasure.of != ErasureOf::Case {
        return Ok(());
    }
    for found in walk(root)?.iter().rev() {
        let goes = found.owner == Owner::Case || erasure.is_foreign_too;
        if found.kind == FoundKind::Folder && goes {
            // One that is not empty holds what is not the case's; the look tells.
            let _ = fs::remove_dir(place(root, &found.path));
        }
    }
    sync_folder(root)
}

/// Looks whether anything that was to go is there.
fn look(root: &Path, erasure: &Erasure) -> Result<(), CaseError> {
    let mut there: Vec<String> = Vec::new();
    for found in walk(root)? {
        let listed = erasure.items.iter().any(|item| item.path == found.path);
        let goes = erasure.of == ErasureOf::Case && erasure.goes(&found);
        if found.kind != FoundKind::Folder && (listed || goes) {
            there.push(found.path);
        }
    }
    for key in &erasure.keys {
        if fs::symlink_metadata(&key.path).is_ok() {
            there.push(key.path.clone());
        }
    }
    if there.is_empty() {
        return Ok(());
    }
    let more = there.len().saturating_sub(10);
    there.truncate(10);
    Err(CaseError::Damaged {
        path: root.display().to_string(),
        reason: format!(
            "still there after everything was erased: {}{}",
            there.join(", "),
            if more > 0 { format!(" and {more} more") } else { String::new() }
        ),
        next_step: "Nothing is certified. Close the programs that use the folder and run `geldspoor case erase` again: it goes on \
                    where it is"
            .to_owned(),
    })
}

/// What is in the folder and stays.
fn left(root: &Path, erasure: &Erasure) -> Result<Vec<Left>, CaseError> {
    if erasure.of != ErasureOf::Case {
        return Ok(Vec::new());
    }
    let stays = |found: &Found| {
        (found.owner == Owner::Foreign && found.kind != FoundKind::Folder)
            || (found.owner == Owner::Erasing && found.path.starts_with("erasure-certificate-"))
    };
    let mut all: Vec<Left> = walk(root)?
        .into_iter()
        .filter(stays)
        .map(|found| Left {
            target: match &found.kind {
                FoundKind::Link(target) => Some(target.clone()),
                _ => None,
            },
            path: found.path,
        })
        .collect();
    all.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

/// Writes the certificate, or leaves the one that a run before this one wrote.
fn certify(erasure: &Erasure, left: &[Left]) -> Result<Vec<PathBuf>, CaseError> {
    let folder = &erasure.certificate;
    fs::create_dir_all(folder).map_err(|e| CaseError::io(folder, e))?;
    let [json, text] = certificate::names(erasure).map(|name| folder.join(name));
    let finished = certificate::finished_before(&json, erasure).unwrap_or_else(now);
    let made = certificate::json(erasure, left, &finished);
    write_whole(&json, made.as_bytes())?;
    may_stop_here();
    write_whole(&text, certificate::text(erasure, left, &finished).as_bytes())?;
    sync_folder(folder)?;
    may_stop_here();
    Ok(vec![json, text])
}
