//! Bundles on a disk: the only file of the engine that touches one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::files::{Files, Kind, Listed, Payload, Sink};
use super::verify::{Ask, Fault, Report, verify};
use super::zip_read::ZipFiles;
use super::{BundleError, check_path};

/// A folder to read from.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// A folder to write into; nothing in it is ever overwritten.
#[derive(Clone, Debug)]
pub struct FolderSink {
    root: PathBuf,
}

/// Adds a file on disk to a payload; it is opened when its turn comes.
pub fn add_file(payload: &mut Payload<'_>, path: &str, file: &Path) -> Result<(), BundleError> {
    let shown = file.display().to_string();
    let metadata = fs::symlink_metadata(file).map_err(|e| BundleError::io(&shown, e))?;
    if !metadata.is_file() {
        return Err(BundleError::NoFile { path: shown });
    }
    let file = file.to_owned();
    payload.add_with(path, metadata.len(), move || {
        Ok(Box::new(BufReader::new(File::open(&file)?)))
    });
    Ok(())
}

/// Checks a bundle on disk, a folder or a ZIP. A path where nothing is, or that cannot be read, is an error; a ZIP that
/// plays tricks is a failed check.
pub fn verify_path(path: &Path, ask: &Ask) -> Result<Report, BundleError> {
    let shown = path.display().to_string();
    if fs::metadata(path)
        .map_err(|e| BundleError::io(&shown, e))?
        .is_dir()
    {
        return Ok(verify(&Folder::new(path), ask));
    }
    let file = File::open(path).map_err(|e| BundleError::io(&shown, e))?;
    match ZipFiles::open(file, &ask.limits) {
        Ok(files) => Ok(verify(&files, ask)),
        Err(BundleError::Zip(fault)) => Ok(Report::refused(Fault::Zip(fault))),
        Err(error) => Err(error),
    }
}

impl Folder {
    /// Looks at nothing yet.
    pub fn new(root: &Path) -> Folder {
        Folder {
            root: root.to_owned(),
        }
    }

    fn walk(&self, folder: &Path, inside: &str, listed: &mut Vec<Listed>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            let path = format!("{inside}{}", name.to_string_lossy());
            // Of a link nothing but that it is one: what it leads to is never looked at.
            let kind = if name.to_str().is_none() {
                Kind::NotText
            } else if kind.is_symlink() {
                Kind::Link
            } else if kind.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"), listed)?;
                Kind::Folder
            } else if kind.is_file() {
                Kind::File(entry.metadata()?.len())
            } else {
                Kind::Special
            };
            listed.push(Listed { path, kind });
        }
        Ok(())
    }
}

impl Files for Folder {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let mut listed = Vec::new();
        self.walk(&self.root, "", &mut listed)
            .map_err(|e| BundleError::io(&self.root.display().to_string(), e))?;
        listed.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(listed)
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        // A second time here, so that no caller can be led outside.
        check_path(path).map_err(|fault| BundleError::Name {
            path: path.to_owned(),
            fault,
        })?;
        let file = File::open(self.root.join(path)).map_err(|e| BundleError::io(path, e))?;
        Ok(Box::new(BufReader::new(file)))
    }
}

impl FolderSink {
    /// Makes the folder; one that holds something already is refused.
    pub fn create(root: &Path) -> Result<FolderSink, BundleError> {
        let shown = root.display().to_string();
        let io = |e| BundleError::io(&shown, e);
        if root.exists() && fs::read_dir(root).map_err(io)?.next().is_some() {
            return Err(BundleError::Exists { path: shown });
        }
        fs::create_dir_all(root).map_err(io)?;
        Ok(FolderSink {
            root: root.to_owned(),
        })
    }

    /// A bundle that is there already, to put a signature or a time stamp beside its lists.
    pub fn add_to(root: &Path) -> FolderSink {
        FolderSink {
            root: root.to_owned(),
        }
    }
}

impl Sink for FolderSink {
    fn create(&mut self, path: &str) -> Result<Box<dyn Write + '_>, BundleError> {
        check_path(path).map_err(|fault| BundleError::Name {
            path: path.to_owned(),
            fault,
        })?;
        let target = self.root.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|e| BundleError::io(path, e))?;
        }
        match OpenOptions::new().write(true).create_new(true).open(&target) {
            Ok(file) => Ok(Box::new(BufWriter::new(file))),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(BundleError::Exists {
                path: path.to_owned(),
            }),
            Err(e) => Err(BundleError::io(path, e)),
        }
    }
}
