//! Where files lie that are taken in: under their hash, read-only.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::containers::Contents;
use super::encoding::{Encoding, Finder};
use super::run::io;
use super::{IntakeError, Sibling};
use crate::model::hex;

/// A folder of files named by their hash: a case's `sources/`, or a place that is thrown away.
pub(super) struct Shelf {
    folder: PathBuf,
    number: AtomicU64,
    thrown_away: bool,
}

/// A file on its way onto the shelf. Nothing of it stays unless it is finished.
pub(super) struct Receiving<'a> {
    shelf: &'a Shelf,
    path: PathBuf,
    file: File,
    hash: Sha256,
    finder: Finder,
    bytes: u64,
    finished: bool,
}

/// A file on the shelf.
pub(super) struct Kept {
    /// As received, with the folder, archive or workbook it came in.
    pub name: String,
    pub source_id: String,
    pub path: PathBuf,
    pub bytes: u64,
    /// Found from the whole file, not from its beginning.
    pub encoding: Encoding,
    /// What it was made from, and how.
    pub origin: Option<Origin>,
    /// What must be known of it before it is read; empty where nothing.
    pub note: String,
    /// For a file that holds other files or needs a rendering: what was found in it.
    pub contents: Option<Contents>,
}

/// What a file was made from, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub source_id: String,
    pub how: String,
}

impl Kept {
    /// As the files beside it see it.
    pub fn as_sibling(&self) -> Sibling {
        Sibling {
            name: self.name.clone(),
            source_id: self.source_id.clone(),
            path: self.path.clone(),
            bytes: self.bytes,
            encoding: self.encoding,
        }
    }
}

const RECEIVING: &str = "receiving";

impl Shelf {
    /// In a folder that is there. What a killed command left half-written goes.
    pub fn open(folder: &Path) -> Shelf {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|end| end == RECEIVING) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Shelf {
            folder: folder.to_owned(),
            number: AtomicU64::new(0),
            thrown_away: false,
        }
    }

    /// In a folder of its own among the system's temporary ones, for as long as the shelf is there. Only who runs the
    /// command may look into it.
    pub fn thrown_away() -> Result<Shelf, IntakeError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("geldspoor-look-{}-{number}", std::process::id()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|e| io(&folder, e))?;
        let mut shelf = Shelf::open(&folder);
        shelf.thrown_away = true;
        Ok(shelf)
    }

    /// Begins a file.
    pub fn receive(&self) -> Result<Receiving<'_>, IntakeError> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("{number}.{RECEIVING}"));
        let file = File::create(&path).map_err(|e| io(&path, e))?;
        Ok(Receiving {
            shelf: self,
            path,
            file,
            hash: Sha256::new(),
            finder: Finder::default(),
            bytes: 0,
            finished: false,
        })
    }

    /// Copies a file. The copy is read back for nothing: the hash is of the bytes written.
    pub fn keep(&self, path: &Path, name: &str) -> Result<Kept, IntakeError> {
        let mut input = File::open(path).map_err(|e| io(path, e))?;
        let mut output = self.receive()?;
        let mut block = vec![0; 1 << 20];
        loop {
            let count = input.read(&mut block).map_err(|e| io(path, e))?;
            if count == 0 {
                break;
            }
            output
                .write_all(&block[..count])
                .map_err(|e| io(&self.folder, e))?;
        }
        output.finish(name)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        if self.thrown_away {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Receiving<'_> {
    /// Puts the file in its place.
    pub fn finish(mut self, name: &str) -> Result<Kept, IntakeError> {
        self.file.sync_data().map_err(|e| io(&self.path, e))?;
        let source_id = hex(&self.hash.clone().finalize());
        let kept = self.shelf.folder.join(&source_id);
        if kept.exists() {
            fs::remove_file(&self.path).map_err(|e| io(&self.path, e))?;
        } else {
            fs::rename(&self.path, &kept).map_err(|e| io(&kept, e))?;
            read_only(&kept)?;
        }
        self.finished = true;
        Ok(Kept {
            name: name.to_owned(),
            source_id,
            path: kept,
            bytes: self.bytes,
            encoding: std::mem::take(&mut self.finder).finish(),
            origin: None,
            note: String::new(),
            contents: None,
        })
    }

    /// What writing to it failed with, as an error that names the place.
    pub fn fault(&self, error: io::Error) -> IntakeError {
        io(&self.path, error)
    }
}

impl Write for Receiving<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.finder.feed(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Receiving<'_> {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The first bytes of a file, 64 KiB at most.
pub(super) fn head_of(path: &Path) -> Result<Vec<u8>, IntakeError> {
    let mut head = Vec::with_capacity(1 << 16);
    let file = File::open(path).map_err(|e| io(path, e))?;
    file.take(1 << 16)
        .read_to_end(&mut head)
        .map_err(|e| io(path, e))?;
    Ok(head)
}

#[cfg(unix)]
fn read_only(path: &Path) -> Result<(), IntakeError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o400)).map_err(|e| io(path, e))
}

#[cfg(not(unix))]
fn read_only(path: &Path) -> Result<(), IntakeError> {
    let mut mode = fs::metadata(path).map_err(|e| io(path, e))?.permissions();
    mode.set_readonly(true);
    fs::set_permissions(path, mode).map_err(|e| io(path, e))
}
