//! Writes a bundle beside its place, signs it, packs and encrypts it as asked, checks it, and moves it into its place
//! last: under its own name there is a whole bundle or nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::contents::{Contents, changed};
use crate::bundle::disk::{Folder, FolderSink};
use crate::bundle::sign::sign;
use crate::bundle::verify::{Ask, verify};
use crate::bundle::{Attached, BagInfo, BundleError, WrittenBag, attach, query, write_bag, write_zip};
use crate::case::{Case, CaseError};
use crate::steps::StepError;
use crate::steps::release::encrypt;

/// The folder inside a ZIP; the same whatever the ZIP is called, so that its bytes repeat.
pub(super) const TOP: &str = "bundle";
/// Bytes of a signature or a list that is held at once.
const MANIFEST: &str = "manifest-sha256.txt";

/// In what form a bundle leaves.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Folder,
    Zip,
    /// A ZIP encrypted for these public keys.
    Encrypted(Vec<String>),
}

/// A bundle that is whole and not yet in its place.
pub(super) struct Staged {
    /// Go when dropped, with whatever is still in them.
    _folders: [Option<TempDir>; 2],
    /// The folder, ZIP or encrypted ZIP.
    ready: PathBuf,
    target: PathBuf,
    pub bag: WrittenBag,
    pub signed: bool,
}

/// Asks for the passphrase of a key, by the name of its file; nothing where nobody can be asked.
pub type Passphrase<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// Refuses a place where something is already.
pub(super) fn is_free(target: &Path) -> Result<(), StepError> {
    let exists = || {
        StepError::from(BundleError::Exists {
            path: target.display().to_string(),
        })
    };
    match fs::symlink_metadata(target) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(CaseError::io(target, e).into()),
        Ok(there) if there.is_dir() => {
            let mut inside = fs::read_dir(target).map_err(|e| CaseError::io(target, e))?;
            match inside.next() {
                None => Ok(()),
                Some(_) => Err(exists()),
            }
        }
        Ok(_) => Err(exists()),
    }
}

/// Writes everything beside the target. What is to be encrypted is put together in `inside`, a folder of the case: outside
/// it nothing is ever written that is not encrypted yet.
pub(super) fn stage(
    contents: &Contents,
    info: &BagInfo,
    (target, inside): (&Path, &Path),
    form: &Form,
    key: Option<(&Path, Passphrase<'_>)>,
) -> Result<Staged, StepError> {
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let beside = temporary(parent, ".bundle-")?;
    let (folder, sealed) = match form {
        Form::Encrypted(_) => (temporary(inside, ".bundle-")?, Some(beside)),
        Form::Folder | Form::Zip => (beside, None),
    };
    let root = folder.path().join(TOP);
    let mut sink = FolderSink::create(&root)?;
    let bag = write_bag(&contents.payload, info, &mut sink)?;
    as_noted(&root, &contents.expected)?;
    let signed = key.is_some();
    if let Some((key, passphrase)) = key {
        let signature = sign(&bag.tag_manifest, key, passphrase)?;
        attach(&mut sink, Attached::Signature, signature.as_bytes())?;
    }
    attach(&mut sink, Attached::TimeQuery, &query(&bag.tag_manifest, None))?;
    // One that would be refused must not leave the office.
    let report = verify(&Folder::new(&root), &Ask::default());
    if report.has_failed() {
        return Err(StepError::Parameter(format!(
            "the bundle does not pass its own checks, so it was not put into its place:\n{report}"
        )));
    }
    let ready = packed(&root, folder.path(), sealed.as_ref().map(TempDir::path), form)?;
    Ok(Staged {
        _folders: [Some(folder), sealed],
        ready,
        target: target.to_owned(),
        bag,
        signed,
    })
}

/// A folder of the case that goes again, for what the bundle is put together of: what is to be encrypted lies nowhere else in
/// the clear. Pages and exports are written to no hidden folder of a case, so it is none.
pub(super) fn inside(case: &Case) -> Result<TempDir, StepError> {
    temporary(&case.root().join("exports"), "bundle-")
}

/// A folder that goes again, for its maker alone.
fn temporary(parent: &Path, prefix: &str) -> Result<TempDir, StepError> {
    fs::create_dir_all(parent).map_err(|e| CaseError::io(parent, e))?;
    tempfile::Builder::new()
        .prefix(prefix)
        .suffix(".writing")
        .tempdir_in(parent)
        .map_err(|e| CaseError::io(parent, e).into())
}

/// What was copied must be what the case noted when it was made: the bundle is not to vouch for what somebody changed.
fn as_noted(root: &Path, expected: &BTreeMap<String, String>) -> Result<(), StepError> {
    let path = root.join(MANIFEST);
    let list = fs::read_to_string(&path).map_err(|e| CaseError::io(&path, e))?;
    for line in list.lines() {
        let Some((found, path)) = line.split_once("  data/") else {
            continue;
        };
        match expected.get(path) {
            Some(noted) if noted != found => {
                return Err(changed(path, noted, found));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The bundle in the form in which it leaves; an encrypted one lies in `outside`.
fn packed(root: &Path, folder: &Path, outside: Option<&Path>, form: &Form) -> Result<PathBuf, StepError> {
    if matches!(form, Form::Folder) {
        return Ok(root.to_owned());
    }
    let zip = folder.join("bundle.zip");
    write_zip_file(&Folder::new(root), &zip)?;
    fs::remove_dir_all(root).map_err(|e| CaseError::io(root, e))?;
    let (Form::Encrypted(recipients), Some(outside)) = (form, outside) else {
        return Ok(zip);
    };
    let sealed = outside.join("bundle.zip.age");
    let io = |e| CaseError::io(&sealed, e);
    let mut from = BufReader::new(File::open(&zip).map_err(|e| CaseError::io(&zip, e))?);
    let mut to = BufWriter::new(File::create(&sealed).map_err(io)?);
    encrypt(recipients, &mut from, &mut to)?;
    to.into_inner()
        .map_err(|e| io(e.into_error()))?
        .sync_all()
        .map_err(io)?;
    Ok(sealed)
}

/// Packs files into a ZIP and makes it durable.
pub(super) fn write_zip_file(files: &dyn crate::bundle::Files, path: &Path) -> Result<(), StepError> {
    let io = |e| CaseError::io(path, e);
    let mut out = BufWriter::new(File::create(path).map_err(io)?);
    write_zip(files, TOP, &mut out)?;
    out.flush().map_err(io)?;
    out.get_ref().sync_all().map_err(io)?;
    Ok(())
}

impl Staged {
    /// Moves it into its place. An empty folder that stands there gives way; anything else does not.
    pub fn place(self) -> Result<PathBuf, StepError> {
        is_free(&self.target)?;
        let io = |e| CaseError::io(&self.target, e);
        if self.target.is_dir() {
            fs::remove_dir(&self.target).map_err(io)?;
        }
        fs::rename(&self.ready, &self.target).map_err(io)?;
        Ok(self.target)
    }
}
