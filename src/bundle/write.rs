//! Writes a bag: payload first, hashed while it is copied; then what is said of it, the manifests last.

use std::collections::HashMap;

use super::files::{Files, Kind, Sink};
use super::info::{self, BagInfo, Oxum};
use super::ledger::{self, LedgerEnd};
use super::manifest::{self, Manifest, copy_hashed};
use super::names::{self, NameFault};
use super::{
    BundleError, DATA, DECLARATION, HOW_TO_CHECK, INFO, MANIFEST, SIGNATURE, TAG_MANIFEST, TIME_ANSWER,
    TIME_QUERY, VERIFY_PY,
};

/// What is made over the lists and therefore stands outside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attached {
    /// What [`sign`](super::sign::sign) gave.
    Signature,
    /// What [`query`](super::query) gave.
    TimeQuery,
    /// What a time-stamping authority gave.
    TimeAnswer,
}

/// Puts a signature, a query for a time stamp or its answer beside the lists of a bundle.
pub fn attach(sink: &mut dyn Sink, what: Attached, bytes: &[u8]) -> Result<(), BundleError> {
    let name = match what {
        Attached::Signature => SIGNATURE,
        Attached::TimeQuery => TIME_QUERY,
        Attached::TimeAnswer => TIME_ANSWER,
    };
    put(sink, name, bytes).map(drop)
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenBag {
    pub payload: Oxum,
    /// The bytes of `tagmanifest-sha256.txt`: sign these, ask a time stamp over these.
    pub tag_manifest: Vec<u8>,
    /// The end of the ledger, where there is one.
    pub ledger: Option<LedgerEnd>,
}

/// Writes a bag with `payload` (paths from `data/` on) into `sink`. The bytes depend on payload and info alone, not on the
/// order in which files were added. A ledger that is not whole, a name that not every system can hold, a link: refused.
pub fn write_bag(
    payload: &dyn Files,
    info: &BagInfo,
    sink: &mut dyn Sink,
) -> Result<WrittenBag, BundleError> {
    let paths = payload_paths(payload)?;
    let ledger = match info.ledger.as_str() {
        "" => None,
        path => Some(ledger_end(payload, path)?),
    };
    // Before a byte is copied, so that a wrong label does not leave half a bundle.
    info::render(info, Oxum::default(), ledger.as_ref())?;
    let mut oxum = Oxum::default();
    let mut manifest = Manifest::new();
    for path in paths {
        let inside = format!("{DATA}{path}");
        let mut from = payload.open(&path)?;
        let mut to = sink.create(&inside)?;
        let (hash, bytes) = copy_hashed(&mut *from, &mut *to).map_err(|e| BundleError::io(&inside, e))?;
        to.flush().map_err(|e| BundleError::io(&inside, e))?;
        oxum.bytes += bytes;
        oxum.files += 1;
        manifest.insert(inside, hash);
    }
    let info = info::render(info, oxum, ledger.as_ref())?;
    let listed = manifest::render(&manifest);
    let mut tags = Manifest::new();
    for (name, text) in [
        (DECLARATION, info::DECLARATION),
        (INFO, &info),
        (MANIFEST, &listed),
        ("HOW-TO-CHECK.txt", HOW_TO_CHECK),
        ("verify.py", VERIFY_PY),
    ] {
        tags.insert(name.to_owned(), put(sink, name, text.as_bytes())?);
    }
    let tag_manifest = manifest::render(&tags).into_bytes();
    put(sink, TAG_MANIFEST, &tag_manifest)?;
    Ok(WrittenBag {
        payload: oxum,
        tag_manifest,
        ledger,
    })
}

/// The payload's paths in the order of their bytes, each one that every system can hold beside the others.
fn payload_paths(payload: &dyn Files) -> Result<Vec<String>, BundleError> {
    let mut paths = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::new();
    for listed in payload.list()? {
        let path = listed.path;
        match listed.kind {
            Kind::Folder => continue,
            Kind::File(_) => {}
            Kind::Link | Kind::Special | Kind::NotText => return Err(BundleError::NoFile { path }),
        }
        let refused = |fault| BundleError::Name {
            path: path.clone(),
            fault,
        };
        // With `data/`, as it will lie in the bundle.
        names::check_path(&format!("{DATA}{path}")).map_err(refused)?;
        // RFC 8493 writes `%25`, which neither sha256sum nor bagit-python reads.
        if path.contains('%') {
            return Err(refused(NameFault::Percent));
        }
        // A file where another has a folder cannot be written either.
        let own = path.match_indices('/').map(|(at, _)| format!("{}/", &path[..at]));
        for (key, name) in own
            .map(|folder| (names::collision_key(&folder), folder))
            .collect::<Vec<_>>()
        {
            let first = seen.entry(key).or_insert_with(|| name.clone()).clone();
            if first != name {
                return Err(BundleError::Collision { first, second: path });
            }
        }
        let key = names::collision_key(&path);
        if let Some(first) = seen.insert(key, path.clone()) {
            return Err(BundleError::Collision { first, second: path });
        }
        paths.push(path);
    }
    paths.sort_unstable();
    for path in &paths {
        if let Some(folder) = seen.get(&format!("{}/", names::collision_key(path))) {
            return Err(BundleError::Collision {
                first: folder.clone(),
                second: path.clone(),
            });
        }
    }
    Ok(paths)
}

fn ledger_end(payload: &dyn Files, path: &str) -> Result<LedgerEnd, BundleError> {
    let (end, faults) = ledger::follow(&mut *payload.open(path)?);
    if faults.is_empty() {
        Ok(end)
    } else {
        Err(BundleError::Ledger(faults))
    }
}

fn put(sink: &mut dyn Sink, name: &str, bytes: &[u8]) -> Result<String, BundleError> {
    let mut from = bytes;
    let mut to = sink.create(name)?;
    let (hash, _) = copy_hashed(&mut from, &mut *to).map_err(|e| BundleError::io(name, e))?;
    to.flush().map_err(|e| BundleError::io(name, e))?;
    drop(to);
    Ok(hash)
}
