//! What is going to be erased, written down before anything is.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::folder::write_whole;
use super::super::{CaseError, LedgerReport, Lock};
use super::walk::{Found, FoundKind, Owner, is_named_by_tool, place, walk};
use super::{JOURNAL, PROGRESS, may_stop_here};
use crate::model::hex;

/// What a person orders.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub by: String,
    pub reason: String,
    pub legal_basis: String,
    /// Until when the case was to be kept, in words; empty where nobody decided.
    pub retention: String,
    /// Whether what somebody put into the folder goes too.
    pub is_foreign_too: bool,
    /// Files outside the case that go with it: the key of its pseudonyms.
    pub keys: Vec<PathBuf>,
    /// What is to be said of keys.
    pub key_note: String,
    /// What left the case, from its ledger.
    pub released: Vec<Released>,
    /// The folder for the certificate.
    pub certificate: PathBuf,
}

/// What is erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureOf {
    #[default]
    Case,
    /// Sources, by their SHA-256, with all that was derived.
    Sources(Vec<String>),
}

/// Something that left the case and is not reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub time: String,
    pub by: String,
    /// As the ledger calls it; its name within the folder of exports where the tool named it.
    pub what: String,
    pub sha256: String,
}

/// An erasure that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub of: ErasureOf,
    pub case: String,
    pub authority: String,
    pub by: String,
    pub reason: String,
    pub legal_basis: String,
    pub retention: String,
    /// UTC, RFC 3339.
    pub begun: String,
    pub tool: String,
    pub ledger_head: String,
    pub ledger_lines: u64,
    /// What was wrong with the ledger when it was last read.
    pub ledger_faults: Vec<String>,
    pub items: Vec<Item>,
    pub keys: Vec<Item>,
    pub key_note: String,
    pub released: Vec<Released>,
    pub is_foreign_too: bool,
    pub certificate: PathBuf,
    /// Makes the signs of names that people gave. It goes with the journal, so that nobody can try names on a sign.
    sign_key: String,
}

/// A file that is erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Within the folder of the case, with `/`; of a key the whole path.
    pub path: String,
    pub kind: ItemKind,
    /// Stands for the path where a person named the file; empty where the tool did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sign: String,
    pub bytes: u64,
    pub sha256: String,
    /// Whether it is written over before it is removed. Not where it has another name elsewhere, whose content that is too.
    pub is_overwritten: bool,
    /// Other names that the file has, as far as the system tells.
    #[serde(default)]
    pub other_names: u64,
    /// Whether somebody put it there.
    #[serde(default)]
    pub is_foreign: bool,
    /// Whether it was gone when its turn came, and not by this erasing.
    #[serde(default)]
    pub was_missing: bool,
}

/// What an item is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    #[default]
    File,
    /// A link, which is removed; what it leads to is not touched.
    Link,
    /// Anything else that holds no bytes.
    Other,
}

/// The erasure that was begun in a folder and not finished; nothing where there is none.
pub fn pending(root: &Path) -> Result<Option<Erasure>, CaseError> {
    let path = root.join(JOURNAL);
    match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|e| CaseError::Damaged {
                path: path.display().to_string(),
                reason: e.to_string(),
                next_step: "An erasure was begun here and its journal was changed since: nothing can be certified any more. Remove \
                            what is left by hand, and say so in the file"
                    .to_owned(),
            }),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(CaseError::io(&path, e)),
    }
}

/// Begins to erase: reads every file once for its hash and writes the journal. `wanted` says which files of the case go;
/// all of them where the case goes. Needs the lock.
pub fn begin(
    root: &Path,
    _lock: &Lock,
    about: (&str, &str),
    ledger: Option<&LedgerReport>,
    of: ErasureOf,
    order: &Order,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Erasure, CaseError> {
    let mut nonce = [0_u8; 32];
    getrandom::fill(&mut nonce).map_err(|error| {
        CaseError::Decision(format!(
            "the system gives no random numbers for the signs of names: {error}"
        ))
    })?;
    let unread = || vec!["the ledger could not be read".to_owned()];
    let mut erasure = Erasure {
        of,
        case: about.0.to_owned(),
        authority: about.1.to_owned(),
        by: order.by.clone(),
        reason: order.reason.clone(),
        legal_basis: order.legal_basis.clone(),
        retention: order.retention.clone(),
        begun: now(),
        tool: concat!("geldspoor ", env!("CARGO_PKG_VERSION")).to_owned(),
        ledger_head: ledger.map(|report| report.head.clone()).unwrap_or_default(),
        ledger_lines: ledger.map(|report| report.lines).unwrap_or_default(),
        ledger_faults: ledger.map_or_else(unread, |report| report.faults.clone()),
        items: Vec::new(),
        keys: Vec::new(),
        key_note: order.key_note.clone(),
        released: order.released.clone(),
        is_foreign_too: order.is_foreign_too,
        certificate: order.certificate.clone(),
        sign_key: hex(&nonce),
    };
    for found in walk(root)? {
        if erasure.goes(&found) && wanted(&found.path) {
            let item = erasure.item(root, &found)?;
            erasure.items.push(item);
        }
    }
    for key in &order.keys {
        erasure.keys.push(look(key, key.display().to_string())?);
    }
    // Of an erasure before this one, which was finished.
    match fs::remove_file(root.join(PROGRESS)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(CaseError::io(root, e)),
        _ => {}
    }
    erasure.write(root)?;
    may_stop_here();
    Ok(erasure)
}

/// Goes on with an erasure: what came into the folder since the journal was written is added to it. Needs the lock.
pub fn resume(root: &Path, _lock: &Lock, mut erasure: Erasure) -> Result<Erasure, CaseError> {
    if erasure.of == ErasureOf::Case {
        let before = erasure.items.len();
        for found in walk(root)? {
            let is_known = erasure.items.iter().any(|item| item.path == found.path);
            if erasure.goes(&found) && !is_known {
                let item = erasure.item(root, &found)?;
                erasure.items.push(item);
            }
        }
        if erasure.items.len() > before {
            erasure.write(root)?;
        }
    }
    Ok(erasure)
}

pub(super) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Erasure {
    /// Whether something in the folder is to go.
    pub(super) fn goes(&self, found: &Found) -> bool {
        let is_there = found.kind != FoundKind::Folder;
        match found.owner {
            Owner::Case => is_there,
            // A name that is no text cannot be written down.
            Owner::Foreign => is_there && self.is_foreign_too && !found.path.contains('\u{fffd}'),
            Owner::Erasing => false,
        }
    }

    /// Writes the journal, durably.
    pub(super) fn write(&self, root: &Path) -> Result<(), CaseError> {
        let path = root.join(JOURNAL);
        let text = serde_json::to_vec_pretty(self).map_err(|e| CaseError::damaged(&path, e))?;
        write_whole(&path, &text)?;
        sync_folder(root)
    }

    fn item(&self, root: &Path, found: &Found) -> Result<Item, CaseError> {
        let mut item = match &found.kind {
            FoundKind::File => look(&place(root, &found.path), found.path.clone())?,
            other => Item {
                path: found.path.clone(),
                kind: match other {
                    FoundKind::Link(_) => ItemKind::Link,
                    _ => ItemKind::Other,
                },
                ..Item::default()
            },
        };
        item.is_foreign = found.owner == Owner::Foreign;
        if !is_named_by_tool(&found.path) {
            item.sign = self.sign(&found.path);
        }
        Ok(item)
    }

    /// What stands for a name that a person gave.
    pub(super) fn sign(&self, path: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.sign_key.as_bytes()) else {
            unreachable!("HMAC takes keys of any length");
        };
        mac.update(path.as_bytes());
        let digest = hex(&mac.finalize().into_bytes());
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        let named = ["exports", "queries", "merged"].contains(&folder);
        let place = if named {
            format!("{folder}/")
        } else {
            String::new()
        };
        format!(
            "{place}[name withheld, sign {}]",
            digest.get(..16).unwrap_or(&digest)
        )
    }
}

/// Size, hash and number of names of a file.
fn look(path: &Path, shown: String) -> Result<Item, CaseError> {
    let mut file = File::open(path).map_err(|e| CaseError::io(path, e))?;
    let about = file.metadata().map_err(|e| CaseError::io(path, e))?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match file.read(&mut block) {
            Ok(0) => break,
            Ok(count) => {
                hash.update(&block[..count]);
                bytes += count as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(CaseError::io(path, e)),
        }
    }
    let names = names_of(&about);
    Ok(Item {
        path: shown,
        kind: ItemKind::File,
        bytes,
        sha256: hex(&hash.finalize()),
        is_overwritten: names == Some(1),
        other_names: names.map_or(0, |names| names.saturating_sub(1)),
        ..Item::default()
    })
}

/// How many names a file has, where the system tells.
#[cfg(unix)]
pub(super) fn names_of(about: &fs::Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::nlink(about))
}

#[cfg(not(unix))]
pub(super) fn names_of(_about: &fs::Metadata) -> Option<u64> {
    None
}

/// Makes what was renamed or removed in a folder durable, where the system lets folders be opened.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), CaseError> {
    File::open(folder)
        .and_then(|open| open.sync_all())
        .map_err(|e| CaseError::io(folder, e))
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> Result<(), CaseError> {
    Ok(())
}
