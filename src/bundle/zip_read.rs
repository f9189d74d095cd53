//! A bundle in a ZIP, read without unpacking it anywhere.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use thiserror::Error;

use super::files::{Files, Kind, Listed};
use super::zip_entries::{self, Entry};
use super::{BundleError, Limits};

/// A member may unpack to so many times its packed size; deflating reaches 1,032 with one byte repeated.
const RATIO: u64 = 200;
/// Bytes up to which the ratio does not matter.
const FREE: u64 = 100_000_000;

/// Why a ZIP is refused. Whatever two programs could read in two ways is among it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZipFault {
    #[error("it is no ZIP, or bytes stand behind its end")]
    NoZip,
    #[error("{0}")]
    Damaged(&'static str),
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error("it holds more than is read")]
    TooLarge,
    #[error("`{0}` is locked or patched")]
    Locked(String),
    #[error("`{name}` is packed with method {method}; expected stored (0) or deflated (8)")]
    Method { name: String, method: u16 },
    #[error("`{0}`: the name is no UTF-8")]
    Name(String),
    #[error("`{0}` has extra fields that give it another name or size")]
    Extra(String),
    #[error("`{0}` has another name, size or method in its own header than in the directory")]
    Differs(String),
    #[error("`{0}` reaches into what follows it")]
    Overlap(String),
    #[error("bytes that belong to nothing stand before `{0}`, or it lies in another")]
    Gap(String),
    #[error("`{0}` is stored with two different sizes")]
    Sizes(String),
    #[error("`{0}` is there twice")]
    Twice(String),
    #[error("`{0}` does not lie in the one folder that the bundle is")]
    Outside(String),
    #[error("`{name}` unpacks to {length} bytes, more than {RATIO} times its packed size")]
    Ratio { name: String, length: u64 },
}

/// The files of a bundle in a ZIP; paths are those within its one folder.
pub struct ZipFiles<R> {
    file: Mutex<R>,
    listed: Vec<Listed>,
    entries: HashMap<String, Entry>,
}

impl<R: Read + Seek> ZipFiles<R> {
    /// Reads the structure, and nothing of the contents.
    pub fn open(mut file: R, limits: &Limits) -> Result<ZipFiles<R>, BundleError> {
        // Folders may be listed as well.
        let most = limits.files.saturating_mul(2);
        let entries = zip_entries::read(&mut file, most, limits.tag_bytes)?;
        let top = entries.first().and_then(|entry| entry.name.split_once('/'));
        let top = top.map(|(top, _)| format!("{top}/")).unwrap_or_default();
        let mut files = ZipFiles {
            file: Mutex::new(file),
            listed: Vec::new(),
            entries: HashMap::new(),
        };
        for entry in entries {
            if entry.length > FREE && entry.length / RATIO > entry.packed {
                return Err(ZipFault::Ratio {
                    name: entry.name,
                    length: entry.length,
                }
                .into());
            }
            let inside = match entry.name.strip_prefix(&top) {
                Some(inside) if !top.is_empty() => inside,
                _ => return Err(ZipFault::Outside(entry.name).into()),
            };
            let path = inside.strip_suffix('/').unwrap_or(inside).to_owned();
            if inside.is_empty() {
                continue;
            }
            files.listed.push(Listed {
                path: path.clone(),
                kind: entry.kind,
            });
            if let Some(first) = files.entries.insert(path, entry) {
                return Err(ZipFault::Twice(first.name).into());
            }
        }
        super::check_path(top.trim_end_matches('/')).map_err(|_| ZipFault::Outside(top))?;
        Ok(files)
    }
}

impl<R: Read + Seek> Files for ZipFiles<R> {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        Ok(self.listed.clone())
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        let entry = self.entries.get(path).ok_or_else(|| BundleError::missing(path))?;
        if !matches!(entry.kind, Kind::File(_)) {
            return Err(BundleError::NoFile {
                path: path.to_owned(),
            });
        }
        let packed = BufReader::new(Packed {
            file: &self.file,
            at: entry.start,
            left: entry.packed,
        });
        let bytes = if entry.deflated {
            Bytes::Deflated(DeflateDecoder::new(packed))
        } else {
            Bytes::Stored(packed)
        };
        let (expected, left, packed) = (entry.crc, entry.length, entry.packed);
        Ok(Box::new(Checked {
            bytes,
            crc: Crc::new(),
            expected,
            left,
            packed,
        }))
    }
}

/// The packed bytes of a member.
struct Packed<'a, R> {
    file: &'a Mutex<R>,
    at: u64,
    left: u64,
}

impl<R: Read + Seek> Read for Packed<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        // A reader that panicked left no state behind: each read seeks first.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(&mut into[..most])?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

enum Bytes<'a, R: Read + Seek> {
    Stored(BufReader<Packed<'a, R>>),
    Deflated(DeflateDecoder<BufReader<Packed<'a, R>>>),
}

/// The bytes of a member, which must be as many as it says, have its checksum, and use up what was packed.
struct Checked<'a, R: Read + Seek> {
    bytes: Bytes<'a, R>,
    crc: Crc,
    expected: u32,
    left: u64,
    packed: u64,
}

impl<R: Read + Seek> Read for Checked<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.bytes {
            Bytes::Stored(bytes) => bytes.read(into)?,
            Bytes::Deflated(bytes) => bytes.read(into)?,
        };
        self.crc.update(&into[..read]);
        let wrong = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()));
        match self.left.checked_sub(read as u64) {
            None => return wrong("unpacks to more bytes than it says"),
            Some(left) => self.left = left,
        }
        if read > 0 || into.is_empty() {
            return Ok(read);
        }
        let used = match &self.bytes {
            Bytes::Stored(_) => self.packed,
            Bytes::Deflated(bytes) => bytes.total_in(),
        };
        if self.left > 0 {
            wrong("unpacks to fewer bytes than it says")
        } else if self.crc.sum() != self.expected {
            wrong("its bytes do not have its checksum")
        } else if used != self.packed {
            wrong("holds bytes behind the end of what is packed")
        } else {
            Ok(0)
        }
    }
}
