//! A case made anew of what a bundle says: settings, decisions, the office's own queries, and the files as received, taken
//! in as they were before. No table of the bundle is read.
//!
//! A bundle comes from anywhere. What is written is written under names of this file's own choosing or under names that
//! [`check_path`] accepts, into a folder made for it; how much is bounded; and nothing is unpacked but what the list of
//! the bundle names, with the SHA-256 that it names.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::contents::{DECISIONS, INTAKE, LEDGER, ORIGINALS, OWN, SETTINGS};
use super::deliveries::{Deliveries, Original, Received};
use crate::bundle::{BundleError, Files, Kind, Listed, check_path};
use crate::case::{Actor, Case, CaseError, DecisionKind, Settings, hash_of, write_whole};
use crate::intake::mapping::{NamedMapping, builtin_texts};
use crate::intake::{Delivery, Silent};
use crate::model::{hex, sha256};
use crate::steps::{self, StepError};

/// Bytes of `case.toml`.
const SETTINGS_BYTES: u64 = 1 << 20;
/// Bytes of `intake.json`, of the decisions of one kind, of the ledger.
const LIST_BYTES: u64 = 256 << 20;
/// Bytes of one of the office's own queries, and how many there may be.
const QUERY_BYTES: u64 = 16 << 20;
const QUERIES: usize = 10_000;
/// Originals that are named where they are missing.
const NAMED: usize = 5;
/// Bytes of the list of the payload.
const MANIFEST_BYTES: u64 = 256 << 20;
const MANIFEST: &str = "manifest-sha256.txt";

/// The payload of a bundle that was checked: what its list names, and nothing with another hash.
pub(super) struct Accepted<'a> {
    files: &'a dyn Files,
    /// SHA-256 by path from `data/` on.
    listed: BTreeMap<String, String>,
}

/// Where the originals are read from.
pub(super) enum Originals<'a> {
    /// Among the files themselves.
    Inside,
    /// Below a folder, found by their hash.
    Folder(&'a Path),
}

impl<'a> Accepted<'a> {
    /// From a bundle whose checks have passed.
    pub fn of(files: &'a dyn Files) -> Result<Accepted<'a>, StepError> {
        let text = small(files, MANIFEST, MANIFEST_BYTES)?;
        let text = String::from_utf8_lossy(&text);
        let listed = text.lines().filter_map(|line| {
            let (hash, path) = line.split_once("  data/")?;
            Some((path.to_owned(), hash.to_owned()))
        });
        Ok(Accepted {
            listed: listed.collect(),
            files,
        })
    }
}

impl Files for Accepted<'_> {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let all = self.files.list()?.into_iter().filter_map(|found| {
            let path = found.path.strip_prefix("data/")?.to_owned();
            let is_listed = self.listed.contains_key(&path) && matches!(found.kind, Kind::File(_));
            is_listed.then_some(Listed { path, ..found })
        });
        Ok(all.collect())
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        let missing = || BundleError::Missing {
            path: path.to_owned(),
        };
        let expected = self.listed.get(path).ok_or_else(missing)?;
        Ok(Box::new(Hashed {
            inner: self.files.open(&format!("data/{path}"))?,
            hash: Sha256::new(),
            expected,
        }))
    }
}

/// Bytes that must have a SHA-256; known at their end.
struct Hashed<'a> {
    inner: Box<dyn Read + 'a>,
    hash: Sha256,
    expected: &'a str,
}

impl Read for Hashed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(&into[..read]);
        if read == 0 && !into.is_empty() {
            let found: [u8; 32] = self.hash.clone().finalize().into();
            if hex(&found) != self.expected {
                return Err(io::Error::other("it was changed after it was checked"));
            }
        }
        Ok(read)
    }
}

/// How the files of a bundle were taken in; every hash in it is one.
pub(super) fn deliveries(files: &dyn Files) -> Result<Deliveries, StepError> {
    let deliveries = Deliveries::parse(&small(files, INTAKE, LIST_BYTES)?)?;
    let hashes = deliveries.deliveries.iter().flat_map(|received| {
        let given = [&received.mapping, &received.made_from].into_iter();
        let given = given.filter(|hash| !hash.is_empty());
        given.chain(received.files.iter().map(|file| &file.sha256))
    });
    for hash in hashes.chain(deliveries.received_at.keys()) {
        let is_hash = hash.len() == 64
            && hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !is_hash {
            return Err(StepError::Parameter(format!(
                "intake.json: ‘{}’ is no SHA-256; expected 64 digits of 0 to 9 and a to f. The bundle was not made by \
                 `geldspoor bundle`",
                hash.chars().take(80).collect::<String>()
            )));
        }
    }
    Ok(deliveries)
}

/// Makes the case in `root`, which must be empty or not be there, and takes the files in. `work` is for copies that are
/// read from.
pub(super) fn rebuild(
    files: &dyn Files,
    deliveries: &Deliveries,
    originals: &Originals<'_>,
    (root, work): (&Path, &Path),
) -> Result<Case, StepError> {
    Case::create(root, &Settings::new("replay"))?;
    let settings = settings(files)?;
    write_whole(&root.join(SETTINGS), settings.as_bytes())?;
    for kind in DecisionKind::ALL {
        let name = format!("{DECISIONS}/{}.jsonl", kind.as_str());
        if has(files, &name)? {
            write_whole(&root.join(&name), &small(files, &name, LIST_BYTES)?)?;
        }
    }
    own_queries(files, root)?;
    let mut case = Case::open(root)?;
    let found = match originals {
        Originals::Inside => BTreeMap::new(),
        Originals::Folder(folder) => by_hash(folder, deliveries)?,
    };
    let received_at = Arc::new(deliveries.received_at.clone());
    for (number, received) in deliveries.deliveries.iter().enumerate() {
        let folder = work.join(number.to_string());
        let copied = copy(files, received, &found, originals, &folder)?;
        let delivery = Delivery {
            received_from: received.received_from.clone(),
            order_reference: received.order_reference.clone(),
            mapping: mapping(root, &received.mapping)?,
            account: received.account.clone(),
            made_from: received.made_from.clone(),
            received_at: Arc::clone(&received_at),
        };
        let by = match received.made_by.as_str() {
            "" => "replay",
            who => who,
        };
        steps::take_in(&mut case, actor(by), &copied, &delivery, &Silent)?;
        // The case has copies of its own.
        fs::remove_dir_all(&folder).map_err(|e| CaseError::io(&folder, e))?;
    }
    Ok(case)
}

/// Who acts in a replay.
pub(super) fn actor(user: &str) -> Actor {
    Actor {
        user: user.to_owned(),
        purpose: String::new(),
        command: "replay".to_owned(),
    }
}

/// Puts a ledger in the place of the case's own: what the page says of custody is what the ledger says. The lines must
/// follow from each other.
pub(super) fn install_ledger(case: Case, ledger: &[u8]) -> Result<Case, StepError> {
    let root = case.root().to_owned();
    let path = root.join(SETTINGS);
    let text = fs::read_to_string(&path).map_err(|e| CaseError::io(&path, e))?;
    let mut settings = toml_of(&text)?;
    let lines: Vec<&[u8]> = ledger.split_inclusive(|byte| *byte == b'\n').collect();
    let mut head = toml::Table::new();
    let last = lines.last().map(|line| line.strip_suffix(b"\n").unwrap_or(line));
    head.insert(
        "head".to_owned(),
        last.map_or(String::new(), |line| hex(&sha256(line))).into(),
    );
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    head.insert("count".to_owned(), count.into());
    settings.insert("ledger".to_owned(), head.into());
    write_whole(&root.join(LEDGER), ledger)?;
    write_whole(&path, text_of(&settings)?.as_bytes())?;
    Ok(Case::open(&root)?)
}

/// The ledger of a bundle that has one.
pub(super) fn ledger(files: &dyn Files) -> Result<Vec<u8>, StepError> {
    small(files, LEDGER, LIST_BYTES)
}

/// `case.toml` without the end of the ledger, which the new case does not have yet.
fn settings(files: &dyn Files) -> Result<String, StepError> {
    let bytes = small(files, SETTINGS, SETTINGS_BYTES)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| StepError::Parameter(format!("{SETTINGS} in the bundle is no UTF-8 text")))?;
    let mut settings = toml_of(&text)?;
    settings.remove("ledger");
    text_of(&settings)
}

fn toml_of(text: &str) -> Result<toml::Table, StepError> {
    text.parse()
        .map_err(|e| StepError::Parameter(format!("{SETTINGS} in the bundle does not read as TOML: {e}")))
}

fn text_of(settings: &toml::Table) -> Result<String, StepError> {
    toml::to_string_pretty(settings).map_err(|e| StepError::Parameter(format!("{SETTINGS}: {e}")))
}

/// Copies the office's own rules, lists, lexicons and mappings. They are run by the session that reads, and by no other.
fn own_queries(files: &dyn Files, root: &Path) -> Result<(), StepError> {
    let own = format!("{OWN}/");
    let mut count = 0;
    for listed in files.list()? {
        let Some(inside) = listed.path.strip_prefix(&own) else {
            continue;
        };
        count += 1;
        if count > QUERIES {
            return Err(StepError::Parameter(format!(
                "{OWN} in the bundle holds more than {QUERIES} files, which no case does"
            )));
        }
        check_path(inside).map_err(|fault| BundleError::Name {
            path: inside.to_owned(),
            fault,
        })?;
        let bytes = small(files, &listed.path, QUERY_BYTES)?;
        let target = root.join("queries").join(inside);
        let io = |e| CaseError::io(&target, e);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(io)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&target)
            .map_err(io)?;
        file.write_all(&bytes).map_err(io)?;
    }
    Ok(())
}

/// The mapping of that hash: built in, or kept by the case.
fn mapping(root: &Path, hash: &str) -> Result<Option<Arc<NamedMapping>>, StepError> {
    if hash.is_empty() {
        return Ok(None);
    }
    let is_it = |text: &str| hex(&sha256(text.as_bytes())) == hash;
    if let Some((_, text)) = builtin_texts().find(|(_, text)| is_it(text)) {
        return Ok(Some(Arc::new(NamedMapping::parse(text)?)));
    }
    let path = root.join(steps::intake::MAPPINGS).join(format!("{hash}.toml"));
    match fs::read_to_string(&path) {
        Ok(text) if is_it(&text) => Ok(Some(Arc::new(NamedMapping::parse(&text)?))),
        _ => Err(StepError::Parameter(format!(
            "files were read with a mapping (SHA-256 {hash}) that is neither in the bundle nor built into this version of \
             geldspoor; ask the office that made the bundle for it, or use the version that build.json names"
        ))),
    }
}

/// Copies the files of one delivery to where they can be read together: one folder for each folder that they came in.
fn copy(
    files: &dyn Files,
    received: &Received,
    found: &BTreeMap<String, PathBuf>,
    originals: &Originals<'_>,
    folder: &Path,
) -> Result<Vec<(PathBuf, String)>, StepError> {
    fs::create_dir_all(folder).map_err(|e| CaseError::io(folder, e))?;
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    let mut copied = Vec::new();
    for original in &received.files {
        let came_in = original.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let next = folders.len();
        let number = *folders.entry(came_in).or_insert(next);
        let place = folder.join(number.to_string());
        fs::create_dir_all(&place).map_err(|e| CaseError::io(&place, e))?;
        let target = place.join(&original.sha256);
        let inside = format!("{ORIGINALS}/{}", original.sha256);
        let mut from: Box<dyn Read + '_> = match originals {
            Originals::Inside => files.open(&inside)?,
            Originals::Folder(_) => match found.get(&original.sha256) {
                Some(path) => Box::new(File::open(path).map_err(|e| CaseError::io(path, e))?),
                None => return Err(missing(&[original])),
            },
        };
        copy_one(&mut *from, original, &target)?;
        copied.push((target, original.name.clone()));
    }
    Ok(copied)
}

/// Copies a file that must have the bytes that it is called by.
fn copy_one(from: &mut dyn Read, original: &Original, target: &Path) -> Result<(), StepError> {
    let io = |e| CaseError::io(target, e);
    let file = OpenOptions::new().write(true).create_new(true).open(target);
    let mut to = BufWriter::new(file.map_err(io)?);
    // One byte more than it says is enough to see that it says too little.
    let mut from = from.take(original.bytes.saturating_add(1));
    let copied = io::copy(&mut from, &mut to).map_err(io)?;
    to.flush().map_err(io)?;
    let found = hash_of(target).map_err(|e| CaseError::io(target, e))?;
    if copied == original.bytes && found == original.sha256 {
        return Ok(());
    }
    Err(StepError::Parameter(format!(
        "the original {} is not the file that was taken in: expected {} bytes with SHA-256 {}, found {copied} bytes or more \
         with {found}",
        original.sha256, original.bytes, original.sha256
    )))
}

/// The originals below a folder, by hash. Files of other sizes than any of theirs are not read; links are not followed.
fn by_hash(folder: &Path, deliveries: &Deliveries) -> Result<BTreeMap<String, PathBuf>, StepError> {
    let wanted: BTreeMap<&str, &Original> = deliveries
        .originals()
        .into_iter()
        .map(|original| (original.sha256.as_str(), original))
        .collect();
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let io = |e| CaseError::io(&folder, e);
        let mut entries = fs::read_dir(&folder)
            .map_err(io)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(io)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type().map_err(io)?;
            if kind.is_dir() {
                open.push(entry.path());
                continue;
            }
            let length = entry.metadata().map_err(io)?.len();
            if !kind.is_file() || wanted.values().all(|original| original.bytes != length) {
                continue;
            }
            let hash = hash_of(&entry.path()).map_err(|e| CaseError::io(&entry.path(), e))?;
            if wanted.contains_key(hash.as_str()) {
                found.entry(hash).or_insert_with(|| entry.path());
            }
        }
    }
    let lacking: Vec<&Original> = wanted
        .values()
        .filter(|original| !found.contains_key(&original.sha256))
        .copied()
        .collect();
    match lacking.is_empty() {
        true => Ok(found),
        false => Err(missing(&lacking)),
    }
}

fn missing(lacking: &[&Original]) -> StepError {
    let named: Vec<String> = lacking
        .iter()
        .take(NAMED)
        .map(|original| format!("{} (SHA-256 {})", original.name, original.sha256))
        .collect();
    let more = match lacking.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    StepError::Parameter(format!(
        "{} originals are not there: {}{more}. Give --originals the folder of the delivery, or sources/ of the case",
        lacking.len(),
        named.join(", ")
    ))
}

fn has(files: &dyn Files, path: &str) -> Result<bool, StepError> {
    Ok(files.list()?.iter().any(|listed| listed.path == path))
}

/// A small file as a whole.
fn small(files: &dyn Files, path: &str, most: u64) -> Result<Vec<u8>, StepError> {
    let mut bytes = Vec::new();
    let io = |error| BundleError::Io {
        path: path.to_owned(),
        error,
    };
    let mut from = files.open(path)?.take(most.saturating_add(1));
    from.read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > most {
        return Err(BundleError::Large {
            path: path.to_owned(),
            most,
        }
        .into());
    }
    Ok(bytes)
}
