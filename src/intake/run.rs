//! Taking files in: keep, open what holds other files, recognise, read. One file's fault never stops the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;
use rayon::prelude::*;

use super::again::{Again, companions, read_again};
use super::containers;
use super::mapping::NamedMapping;
use super::portions::Portions;
use super::read::{choose, join, note_opened, note_origin, read, store};
use super::shelf::{Kept, Origin, Shelf};
use super::siblings::{self, Folders, Sibling};
use super::{IntakeError, formats, origin};
use crate::case::Writer;
use crate::model::source_prefix;

/// What a person said about a delivery.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// Who handed it over.
    pub received_from: String,
    /// The order it answers.
    pub order_reference: String,
    /// The mapping to read delimited files with; found by the header where not given.
    pub mapping: Option<Arc<NamedMapping>>,
    /// The account of every line, for files that do not name it; empty where not given.
    pub account: String,
    /// The file that a person made these files from: its path, its name as taken in, or its SHA-256; empty where none.
    pub made_from: String,
    /// When sources were taken in the first time, by SHA-256, in microseconds since 1970 UTC: where a case is made again,
    /// that is no longer now.
    pub received_at: Arc<BTreeMap<String, i64>>,
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Name as received; of a file inside another one `archive.zip/path/in/archive`.
    pub name: String,
    pub source_id: String,
    pub bytes: u64,
    pub outcome: Outcome,
}

/// How taking in a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read. Rows read = accepted + rejected.
    Read {
        format: String,
        mapping: String,
        accepted: u64,
        rejected: u64,
        entries: u64,
        /// What must be known of how it was read; empty where nothing.
        note: String,
    },
    /// An archive or a workbook: what it holds are sources of their own.
    Opened {
        format: String,
        /// Files or sheets found in it.
        pieces: u64,
        /// What in it was refused or left out, and why; empty where nothing.
        note: String,
    },
    /// Kept and cited as received, but not read, with the reason.
    Kept { reason: String },
    /// The same bytes had been taken in before; nothing was done.
    Known { earlier: String },
}

/// Progress of an intake, for bars: bytes, of all bytes.
pub trait Progress: Sync {
    /// So many bytes are to be read in all. Said again with more where an archive turned out to hold more.
    fn begin(&self, bytes: u64);
    /// So many more have been read.
    fn advance(&self, bytes: u64);
}

/// No bar.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
}

/// Takes files into a case. The order of the results is the order of the files, each followed by what was found in it;
/// tables do not depend on it. Whole portions are committed on the way; the rest is for the caller to commit.
pub fn take_in(
    writer: &mut Writer<'_>,
    files: &[(PathBuf, String)],
    delivery: &Delivery,
    progress: &dyn Progress,
) -> Result<Vec<Taken>, IntakeError> {
    take_in_portions(writer, files, delivery, progress, Portions::default())
}

/// The same with portions of other sizes.
pub fn take_in_portions(
    writer: &mut Writer<'_>,
    files: &[(PathBuf, String)],
    delivery: &Delivery,
    progress: &dyn Progress,
    portions: Portions,
) -> Result<Vec<Taken>, IntakeError> {
    let origin = origin::resolve(writer, files, delivery)?;
    let size = |at: &usize| {
        files
            .get(*at)
            .and_then(|(path, _)| fs::metadata(path).ok())
            .map_or(0, |f| f.len())
    };
    let total = AtomicU64::new((0..files.len()).map(|at| size(&at)).sum());
    progress.begin(total.load(Ordering::Relaxed));
    // Of equal files the first by name is read, whatever the order they were given in and wherever portions fall. The
    // original of a file comes before it, so that no state of the case names one that it does not have.
    let mut order: Vec<usize> = (0..files.len()).collect();
    let first = origin.as_ref().and_then(|(_, at)| *at);
    order.sort_by_key(|at| {
        (
            Some(*at) != first,
            files.get(*at).map(|(path, name)| (name, path)),
        )
    });
    let origin = origin.map(|(origin, _)| origin);
    let shelf = Shelf::open(&writer.case().root().join("sources"));
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut taken: Vec<(usize, Taken)> = Vec::new();
    // Files that are read together are never in two portions.
    let groups = portions.cut(siblings::bundles(files, order), |bundle| {
        bundle.iter().map(size).sum()
    });
    let last_group = groups.len();
    for (number, group) in groups.into_iter().enumerate() {
        let group: Vec<usize> = group.into_iter().flatten().collect();
        let found = keep(&shelf, files, &group, origin.as_ref())?;
        let inside: u64 = found
            .iter()
            .filter(|(_, kept, top)| !*top && kept.bytes > 0)
            .map(|(_, kept, _)| kept.bytes)
            .sum();
        if inside > 0 {
            progress.begin(total.fetch_add(inside, Ordering::Relaxed) + inside);
        }
        let mut folders = Folders::default();
        // A file that is out of use is not read beside others either: what it says would stand in their rows.
        let is_out = |kept: &Kept| writer.case().manifest().is_withdrawn(&kept.source_id);
        for (at, kept, top) in found.iter().filter(|(_, kept, _)| !is_out(kept)) {
            folders.add(&folder_of(files, *at, kept, *top), kept.as_sibling());
        }
        let folders = folders.sorted();
        let found = found
            .into_iter()
            .map(|(at, kept, top)| Received {
                at,
                folder: folder_of(files, at, &kept, top),
                kept,
            })
            .collect();
        let cut = portions.cut(found, |received: &Received| received.kept.bytes);
        let last_portion = cut.len();
        for (at, portion) in cut.into_iter().enumerate() {
            taken.extend(take_portion(
                writer, portion, &folders, delivery, progress, &mut seen,
            )?);
            if number + 1 < last_group || at + 1 < last_portion {
                writer.commit_portion().map_err(store)?;
            }
        }
    }
    // Stable: what was found in a file stays behind it.
    taken.sort_by_key(|(at, _)| *at);
    Ok(taken.into_iter().map(|(_, taken)| taken).collect())
}

/// Puts files on the shelf and opens what holds other files: each with the number of the file as delivered, and whether
/// it is that file itself.
fn keep(
    shelf: &Shelf,
    files: &[(PathBuf, String)],
    group: &[usize],
    origin: Option<&Origin>,
) -> Result<Vec<(usize, Kept, bool)>, IntakeError> {
    let found: Vec<Vec<(usize, Kept, bool)>> = group
        .par_iter()
        .filter_map(|at| files.get(*at).map(|file| (*at, file)))
        .map(|(at, (path, name))| {
            let mut kept = shelf.keep(path, name)?;
            kept.origin = origin
                .filter(|origin| origin.source_id != kept.source_id)
                .cloned();
            let pieces = containers::open(&mut kept, shelf)?;
            let mut all = vec![(at, kept, true)];
            all.extend(pieces.into_iter().map(|piece| (at, piece, false)));
            Ok(all)
        })
        .collect::<Result<_, IntakeError>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// A file on the shelf: the number of the file as delivered that it is or was found in, and the folder in which its
/// siblings lie.
struct Received {
    at: usize,
    folder: PathBuf,
    kept: Kept,
}

/// The folder that a file came from; of what was found in an archive, the folder within it.
fn folder_of(files: &[(PathBuf, String)], at: usize, kept: &Kept, top: bool) -> PathBuf {
    let path = files.get(at).map_or(Path::new(""), |(path, _)| path);
    if top {
        path.parent().unwrap_or(Path::new("")).to_owned()
    } else {
        path.join(Path::new(&kept.name).parent().unwrap_or(Path::new("")))
    }
}

fn take_portion(
    writer: &mut Writer<'_>,
    portion: Vec<Received>,
    folders: &Folders,
    delivery: &Delivery,
    progress: &dyn Progress,
    seen: &mut HashMap<String, String>,
) -> Result<Vec<(usize, Taken)>, IntakeError> {
    let shared: &Writer<'_> = writer;
    // For each file the one before it that has the same bytes; for an archive which of its files were there before.
    let known: Vec<(Option<String>, String)> = portion
        .iter()
        .map(|Received { kept, .. }| match seen.get(&kept.source_id) {
            Some(earlier) => (Some(earlier.clone()), String::new()),
            None => {
                seen.insert(kept.source_id.clone(), kept.name.clone());
                (None, same_bytes(shared, kept, seen))
            }
        })
        .collect();
    let results: Vec<Result<Taken, IntakeError>> = portion
        .par_iter()
        .zip(&known)
        .map(|(Received { kept, folder, .. }, (known, same))| {
            let outcome = match known {
                Some(earlier) => Outcome::Known {
                    earlier: format!("the same bytes as {earlier}"),
                },
                None => take(shared, kept, folders.of(folder), delivery, same, progress)?,
            };
            if kept.contents.is_some() || matches!(outcome, Outcome::Known { .. }) {
                progress.advance(kept.bytes);
            }
            Ok(Taken {
                name: kept.name.clone(),
                source_id: kept.source_id.clone(),
                bytes: kept.bytes,
                outcome,
            })
        })
        .collect();
    let taken: Vec<Taken> = results.into_iter().collect::<Result<_, _>>()?;
    for one in &taken {
        writer.note_read(&one.name, &one.source_id);
    }
    Ok(portion.iter().map(|received| received.at).zip(taken).collect())
}

/// Which files of an archive have the bytes of one that came before: they get no row of their own, so the archive's says
/// so.
fn same_bytes(writer: &Writer<'_>, kept: &Kept, seen: &HashMap<String, String>) -> String {
    let Some(contents) = &kept.contents else {
        return String::new();
    };
    let mut inside: HashMap<&str, &str> = HashMap::new();
    let mut notes = Vec::new();
    for (name, source_id) in &contents.found {
        let earlier = match (seen.get(source_id), inside.get(source_id.as_str())) {
            (Some(earlier), _) => earlier.as_str(),
            (None, Some(earlier)) => earlier,
            (None, None) => {
                inside.insert(source_id, name);
                if !writer.case().manifest().has_source(source_id) {
                    continue;
                }
                "a source taken in before"
            }
        };
        notes.push(format!(
            "‘{name}’ has the same bytes as {earlier} ({}…)",
            source_prefix(source_id)
        ));
    }
    containers::listed(&notes)
}

/// Takes in a file that is the first of its bytes in this delivery.
fn take(
    writer: &Writer<'_>,
    kept: &Kept,
    siblings: &[Sibling],
    delivery: &Delivery,
    same: &str,
    progress: &dyn Progress,
) -> Result<Outcome, IntakeError> {
    let case = writer.case();
    if case.manifest().is_withdrawn(&kept.source_id) {
        return Ok(known(
            "these bytes are a source that a person took out of use; `geldspoor source list` tells who and why".to_owned(),
        ));
    }
    let there = case.manifest().has_source(&kept.source_id);
    let earlier = case.manifest().read_with(&kept.source_id);
    let beside = companions(&formats::companions(&kept.name, siblings));
    let outcome = match &kept.contents {
        Some(_) if earlier.is_some() => known("taken in before".to_owned()),
        Some(contents) => {
            let note = join(&[&kept.note, &contents.note(), same]);
            let outcome = match &contents.refusal {
                Some(reason) => Outcome::Kept {
                    reason: reason.clone(),
                },
                None => Outcome::Opened {
                    format: contents.format.to_owned(),
                    pieces: contents.found.len() as u64,
                    note: note.clone(),
                },
            };
            // What was kept before and cannot be opened now either stays as it is.
            if !(there && contents.refusal.is_some()) {
                writer.forget_source(&kept.source_id);
                note_opened(writer, kept, delivery, (contents.format, contents.parser), &note)?;
                if contents.refusal.is_none() {
                    writer.source_read_with(&kept.source_id, contents.format);
                }
            }
            outcome
        }
        None => match earlier.map_or(Again::Yes(String::new()), |how| {
            read_again(how, delivery, &beside)
        }) {
            Again::No(why) => known(why),
            Again::Yes(account) => {
                let chosen = choose(kept, delivery, &account)?;
                match (earlier, chosen) {
                    // What can be read no better keeps the rows it has.
                    (Some(_), Err(error)) => known(format!("taken in before; not so: {error}")),
                    (None, Err(error)) if there => {
                        progress.advance(kept.bytes);
                        Outcome::Kept {
                            reason: error.to_string(),
                        }
                    }
                    (_, chosen) => {
                        writer.forget_source(&kept.source_id);
                        read(writer, kept, (siblings, &beside), delivery, chosen, progress)?
                    }
                }
            }
        },
    };
    // Of a file that stands in the case already, an origin that a person gives now is noted beside the rest.
    if let (true, Some(origin), false) = (there, &kept.origin, delivery.made_from.is_empty()) {
        let untouched = matches!(outcome, Outcome::Known { .. } | Outcome::Kept { .. });
        if untouched
            && origin.how.starts_with("made by ")
            && note_origin(writer, case, &kept.source_id, origin)?
        {
            let from = source_prefix(&origin.source_id);
            return Ok(known(format!(
                "taken in before, now noted as made from the source {from}…"
            )));
        }
    }
    Ok(outcome)
}

fn known(earlier: String) -> Outcome {
    Outcome::Known { earlier }
}

pub(super) fn io(path: &Path, error: std::io::Error) -> IntakeError {
    IntakeError::Io {
        path: path.display().to_string(),
        error,
    }
}
