//! Files by path, wherever they lie: what the bundle's engine reads from and writes to. Nothing here knows a disk.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Cursor, Read, Write};

use super::BundleError;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of so many bytes.
    File(u64),
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, socket or pipe.
    Special,
    /// A name that is no Unicode text; the path shows it roughly.
    NotText,
}

/// A path with what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Parts with `/` between them, from the bundle's own folder.
    pub path: String,
    pub kind: Kind,
}

/// Files that can be listed and read: a folder, a ZIP, memory.
pub trait Files {
    /// Everything there is, links and devices too, in any order.
    fn list(&self) -> Result<Vec<Listed>, BundleError>;
    /// The bytes of a file.
    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError>;
}

/// Where files are written to, each once.
pub trait Sink {
    /// Makes a new file; one that exists is an error.
    fn create(&mut self, path: &str) -> Result<Box<dyn Write + '_>, BundleError>;
}

/// Gives the bytes of a file anew each time it is called.
type Opener<'a> = Box<dyn Fn() -> io::Result<Box<dyn Read + 'a>> + 'a>;

/// Files put together for a bundle: bytes at hand, and files that are opened when their turn comes.
#[derive(Default)]
pub struct Payload<'a> {
    files: Vec<(String, u64, Opener<'a>)>,
    places: HashMap<String, usize>,
}

impl<'a> Payload<'a> {
    /// Nothing yet.
    pub fn new() -> Payload<'a> {
        Payload::default()
    }

    /// Adds bytes. Equal paths are found when the bundle is written.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        let bytes: Vec<u8> = bytes.into();
        let length = bytes.len() as u64;
        let open: Opener<'a> = Box::new(move || Ok(Box::new(Cursor::new(bytes.clone()))));
        self.push(path, length, open);
    }

    /// Adds a file of so many bytes that `open` gives.
    pub fn add_with(
        &mut self,
        path: &str,
        length: u64,
        open: impl Fn() -> io::Result<Box<dyn Read + 'a>> + 'a,
    ) {
        self.push(path, length, Box::new(open));
    }

    fn push(&mut self, path: &str, length: u64, open: Opener<'a>) {
        self.places.entry(path.to_owned()).or_insert(self.files.len());
        self.files.push((path.to_owned(), length, open));
    }
}

impl Files for Payload<'_> {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let listed = self.files.iter().map(|(path, length, _)| Listed {
            path: path.clone(),
            kind: Kind::File(*length),
        });
        Ok(listed.collect())
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        let place = self.places.get(path).ok_or_else(|| BundleError::missing(path))?;
        let (_, _, open) = &self.files[*place];
        open().map_err(|e| BundleError::io(path, e))
    }
}

/// Files in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Files for Memory {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let listed = self.files.iter().map(|(path, bytes)| Listed {
            path: path.clone(),
            kind: Kind::File(bytes.len() as u64),
        });
        Ok(listed.collect())
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        let bytes = self.files.get(path).ok_or_else(|| BundleError::missing(path))?;
        Ok(Box::new(bytes.as_slice()))
    }
}

impl Sink for Memory {
    fn create(&mut self, path: &str) -> Result<Box<dyn Write + '_>, BundleError> {
        if self.files.contains_key(path) {
            return Err(BundleError::Exists {
                path: path.to_owned(),
            });
        }
        Ok(Box::new(self.files.entry(path.to_owned()).or_default()))
    }
}

/// The files within a folder of others, with paths from there on: the payload of a bundle, the tables of a case.
pub struct Part<'a> {
    files: &'a dyn Files,
    folder: String,
}

impl<'a> Part<'a> {
    /// `folder` without `/` at its end.
    pub fn new(files: &'a dyn Files, folder: &str) -> Part<'a> {
        Part {
            files,
            folder: format!("{folder}/"),
        }
    }
}

impl Files for Part<'_> {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let listed = self.files.list()?.into_iter().filter_map(|listed| {
            let path = listed.path.strip_prefix(&self.folder)?.to_owned();
            Some(Listed { path, ..listed })
        });
        Ok(listed.collect())
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        self.files.open(&format!("{}{path}", self.folder))
    }
}

/// A small file as a whole; an error where it has more than `most` bytes.
pub(super) fn read_small(files: &dyn Files, path: &str, most: u64) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    let mut reader = files.open(path)?.take(most.saturating_add(1));
    reader
        .read_to_end(&mut bytes)
        .map_err(|e| BundleError::io(path, e))?;
    if bytes.len() as u64 > most {
        return Err(BundleError::Large {
            path: path.to_owned(),
            most,
        });
    }
    Ok(bytes)
}
