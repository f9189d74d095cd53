//! The files of a delivery that lie in one folder, for formats whose records stand in several files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hashbrown::HashMap;

use super::encoding::{Encoding, find};
use super::{SourceFile, formats};

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
    /// Adds a file of a folder.
    pub(super) fn add(&mut self, folder: &Path, file: Sibling) {
        self.folders.entry(folder.to_owned()).or_default().push(file);
    }

    /// Sorts what was added.
    pub(super) fn sorted(mut self) -> Folders {
        for files in self.folders.values_mut() {
            files.sort_by(|a, b| (&a.name, &a.source_id).cmp(&(&b.name, &b.source_id)));
        }
        self
    }

    /// The files of a folder.
    pub(super) fn of(&self, folder: &Path) -> &[Sibling] {
        self.folders.get(folder).map_or(&[], Vec::as_slice)
    }
}

/// Files put together that are read together, as far as their names tell; the first of each bundle keeps its place in
/// the order.
pub(super) fn bundles(files: &[(PathBuf, String)], order: Vec<usize>) -> Vec<Vec<usize>> {
    let folder_of = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut folders = Folders::default();
    for (at, (path, name)) in files.iter().enumerate() {
        let named = Sibling {
            name: name.clone(),
            source_id: at.to_string(),
            path: PathBuf::new(),
            bytes: 0,
            encoding: find(&[]),
        };
        folders.add(&folder_of(path), named);
    }
    // The bundle that a file is in; bundles that meet become one.
    let mut bundle_of: Vec<usize> = (0..files.len()).collect();
    for (at, (path, name)) in files.iter().enumerate() {
        for companion in formats::companions(name, folders.of(&folder_of(path))) {
            let Ok(other) = companion.source_id.parse::<usize>() else {
                continue;
            };
            let (one, two) = (bundle_of[at], bundle_of[other]);
            if one != two {
                bundle_of.iter_mut().filter(|b| **b == two).for_each(|b| *b = one);
            }
        }
    }
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut bundles: Vec<Vec<usize>> = Vec::new();
    for at in order {
        let bundle = bundle_of.get(at).copied().unwrap_or(at);
        let place = *places.entry(bundle).or_insert(bundles.len());
        match bundles.get_mut(place) {
            Some(bundle) => bundle.push(at),
            None => bundles.push(vec![at]),
        }
    }
    bundles
}
