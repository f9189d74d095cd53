//! The files of a delivery that lie in one folder, for formats whose records stand in several files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::SourceFile;
use super::encoding::Encoding;

/// A file that was received together with the one being read, in the same folder.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// Its name as received, with the folder it came in.
    pub name: String,
    /// SHA-256 of the whole file, 64 hexadecimal digits.
    pub source_id: String,
    /// The kept copy of its bytes.
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// The code page that was found in it.
    pub encoding: Encoding,
}

impl Sibling {
    /// The file opened as a source of its own. It has no siblings, and its bytes count for no progress: they are
    /// counted where the file itself is read.
    pub fn source(&self) -> SourceFile<'_> {
        SourceFile {
            source_id: &self.source_id,
            path: &self.path,
            name: &self.name,
            bytes: self.bytes,
            encoding: self.encoding,
            progress: &|_| {},
            siblings: &[],
        }
    }

    /// Its name without folders.
    pub fn file_name(&self) -> &str {
        file_name(&self.name)
    }
}

/// A name as received without its folders.
pub fn file_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The files of a delivery by the folder they came from, each folder sorted by name, so that nothing depends on the
/// order in which files were named.
#[derive(Default)]
pub(super) struct Folders {
    folders: BTreeMap<PathBuf, Vec<Sibling>>,
}

impl Folders {
    /// Adds a file that came from `received`.
    pub(super) fn add(&mut self, received: &Path, file: Sibling) {
        self.folders.entry(folder_of(received)).or_default().push(file);
    }

    /// Sorts what was added.
    pub(super) fn sorted(mut self) -> Folders {
        for files in self.folders.values_mut() {
            files.sort_by(|a, b| (&a.name, &a.source_id).cmp(&(&b.name, &b.source_id)));
        }
        self
    }

    /// The files of the folder that a file came from, itself among them.
    pub(super) fn of(&self, received: &Path) -> &[Sibling] {
        self.folders.get(&folder_of(received)).map_or(&[], Vec::as_slice)
    }
}

fn folder_of(received: &Path) -> PathBuf {
    received.parent().map(Path::to_path_buf).unwrap_or_default()
}
