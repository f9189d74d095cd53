//! Taking files in: hash, keep, recognise, read, write the parts. One file's fault never stops the others.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{
    ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array,
};
use datafusion::arrow::datatypes::DataType;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::again::{Again, by_account, read_again};
use super::encoding::{self, Encoding};
use super::formats::{self, Chosen};
use super::mapping::NamedMapping;
use super::{IntakeError, Output, Rows, SourceAccounts, SourceFile};
use crate::case::{CaseError, Table, Writer};
use crate::model::hex;

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
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Name as received.
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
    /// Kept and cited as received, but not read, with the reason.
    Kept { reason: String },
    /// The same bytes had been taken in before; nothing was done.
    Known { earlier: String },
}

/// Progress of an intake, for bars: bytes, of all bytes.
pub trait Progress: Sync {
    /// So many bytes are to be read in all.
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

/// Takes files into a case. The order of the results is the order of the files; tables do not depend on it.
pub fn take_in(
    writer: &mut Writer<'_>,
    files: &[(PathBuf, String)],
    delivery: &Delivery,
    progress: &dyn Progress,
) -> Result<Vec<Taken>, IntakeError> {
    let total = files
        .iter()
        .filter_map(|(path, _)| fs::metadata(path).ok())
        .map(|facts| facts.len())
        .sum();
    progress.begin(total);
    let shared: &Writer<'_> = writer;
    let kept: Vec<Kept> = files
        .par_iter()
        .enumerate()
        .map(|(number, (path, name))| keep(shared, number, path, name))
        .collect::<Result<_, _>>()?;
    let mut seen = hashbrown::HashMap::new();
    // Of equal files the first by name is read, whatever the order they were given in.
    let mut by_name: Vec<usize> = (0..kept.len()).collect();
    by_name.sort_by(|a, b| kept[*a].name.cmp(&kept[*b].name));
    for at in by_name {
        seen.entry(kept[at].source_id.clone()).or_insert(at);
    }
    let results: Vec<Result<Taken, IntakeError>> = kept
        .par_iter()
        .enumerate()
        .map(|(at, kept)| {
            let first = seen.get(&kept.source_id).copied().unwrap_or(at);
            let earlier = shared.case().manifest().read_with(&kept.source_id);
            let again = earlier.map_or(Again::Yes(String::new()), |how| read_again(how, delivery));
            let outcome = match again {
                _ if first != at => known(format!(
                    "the same bytes as {}",
                    files.get(first).map_or("", |(_, name)| name)
                )),
                Again::No(why) => known(why),
                Again::Yes(account) => {
                    let chosen = choose(kept, delivery, &account)?;
                    match (earlier, chosen) {
                        // What can be read no better keeps the rows it has.
                        (Some(_), Err(error)) => known(format!("taken in before; not so: {error}")),
                        (_, chosen) => {
                            shared.forget_source(&kept.source_id);
                            read(shared, kept, delivery, chosen, progress)?
                        }
                    }
                }
            };
            if matches!(outcome, Outcome::Known { .. }) {
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
    Ok(taken)
}

/// What `intake --dry-run` tells: how each file would be read, with nothing written.
pub fn recognise(
    files: &[(PathBuf, String)],
    delivery: &Delivery,
) -> Result<Vec<(String, String)>, IntakeError> {
    files
        .iter()
        .map(|(path, name)| {
            let head = head_of(path)?;
            let encoding = encoding_of(path)?;
            let answer = match formats::choose(
                &head,
                name,
                encoding,
                delivery.mapping.as_deref(),
                &delivery.account,
            ) {
                Ok(chosen) => format!("{} ({})", chosen.describe(), chosen.reason),
                Err(error) => format!("not read: {error}"),
            };
            Ok((name.clone(), answer))
        })
        .collect()
}

struct Kept {
    name: String,
    source_id: String,
    path: PathBuf,
    bytes: u64,
    /// Found from the whole file, not from its beginning.
    encoding: Encoding,
}

/// Copies a file into the case under its hash. The copy is read back for nothing: the hash is of the bytes written.
fn keep(writer: &Writer<'_>, number: usize, path: &Path, name: &str) -> Result<Kept, IntakeError> {
    let folder = writer.case().root().join("sources");
    let mut input = File::open(path).map_err(|e| io(path, e))?;
    let fresh = folder.join(format!("{number}.receiving"));
    let mut output = File::create(&fresh).map_err(|e| io(&fresh, e))?;
    let mut hash = Sha256::new();
    let mut finder = encoding::Finder::default();
    let mut block = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let count = input.read(&mut block).map_err(|e| io(path, e))?;
        if count == 0 {
            break;
        }
        hash.update(&block[..count]);
        finder.feed(&block[..count]);
        output.write_all(&block[..count]).map_err(|e| io(&fresh, e))?;
        bytes += count as u64;
    }
    output.sync_data().map_err(|e| io(&fresh, e))?;
    let source_id = hex(&hash.finalize());
    let kept = writer.case().source_path(&source_id);
    if kept.exists() {
        fs::remove_file(&fresh).map_err(|e| io(&fresh, e))?;
    } else {
        fs::rename(&fresh, &kept).map_err(|e| io(&kept, e))?;
        read_only(&kept)?;
    }
    Ok(Kept {
        name: name.to_owned(),
        source_id,
        path: kept,
        bytes,
        encoding: finder.finish(),
    })
}

fn known(earlier: String) -> Outcome {
    Outcome::Known { earlier }
}

fn choose(
    kept: &Kept,
    delivery: &Delivery,
    account: &str,
) -> Result<Result<Chosen, IntakeError>, IntakeError> {
    let head = head_of(&kept.path)?;
    let account = if account.is_empty() {
        &delivery.account
    } else {
        account
    };
    Ok(formats::choose(
        &head,
        &kept.name,
        kept.encoding,
        delivery.mapping.as_deref(),
        account,
    ))
}

fn read(
    writer: &Writer<'_>,
    kept: &Kept,
    delivery: &Delivery,
    chosen: Result<Chosen, IntakeError>,
    progress: &dyn Progress,
) -> Result<Outcome, IntakeError> {
    let mut encoding = kept.encoding;
    let parts = Parts::new(writer, &kept.source_id);
    let mut note = String::new();
    let advanced = AtomicU64::new(0);
    let outcome = match &chosen {
        Ok(chosen) => {
            encoding = chosen.encoding;
            let source = SourceFile {
                source_id: &kept.source_id,
                path: &kept.path,
                name: &kept.name,
                bytes: kept.bytes,
                encoding,
                progress: &|bytes| {
                    advanced.fetch_add(bytes, Ordering::Relaxed);
                    progress.advance(bytes);
                },
            };
            match chosen.format.read(&source, &parts) {
                Ok(()) => {}
                Err(error @ IntakeError::Store(_)) => return Err(error),
                // What was read before stays; the reason is kept with the source.
                Err(error) => note = error.to_string(),
            }
            parts.accounts()?;
            Outcome::Read {
                format: chosen.format.id().to_owned(),
                mapping: chosen.mapping_id(),
                accepted: parts.accepted.load(Ordering::Relaxed),
                rejected: parts.rejected.load(Ordering::Relaxed),
                entries: parts.entries.load(Ordering::Relaxed),
                note: and(&chosen.account_note, &parts.aside()),
            }
        }
        Err(error) => Outcome::Kept {
            reason: error.to_string(),
        },
    };
    progress.advance(kept.bytes.saturating_sub(advanced.load(Ordering::Relaxed)));
    let outcome = match outcome {
        Outcome::Read {
            accepted: 0,
            rejected: 0,
            ..
        } if !note.is_empty() => Outcome::Kept { reason: note.clone() },
        other => other,
    };
    if let Outcome::Kept { reason } = &outcome {
        note = reason.clone();
    }
    let said = chosen.as_ref().map_or("", |chosen| chosen.account_note.as_str());
    let note = and(&and(&note, said), &parts.aside());
    let row = source_row(kept, delivery, chosen.as_ref().ok(), encoding, &parts, &note)?;
    writer
        .source_part(Table::Sources, &kept.source_id, 0, &row)
        .map_err(store)?;
    if let (Ok(chosen), Outcome::Read { .. }) = (&chosen, &outcome) {
        let how = format!(
            "{} {}",
            chosen.format.id(),
            by_account(&chosen.mapping_hash(), chosen.account())
        );
        writer.source_read_with(&kept.source_id, how.trim_end());
    }
    Ok(outcome)
}

// Two remarks in one.
fn and(one: &str, other: &str) -> String {
    match (one, other) {
        (one, "") => one.to_owned(),
        ("", other) => other.to_owned(),
        (one, other) => format!("{one}; {other}"),
    }
}

/// Writes segments as they come, and counts.
struct Parts<'a, 'b> {
    writer: &'a Writer<'b>,
    source_id: &'a str,
    accepted: AtomicU64,
    rejected: AtomicU64,
    entries: AtomicU64,
    /// Lines that are no records, by reason.
    set_aside: Mutex<BTreeMap<String, u64>>,
    accounts: Mutex<SourceAccounts>,
}

impl<'a, 'b> Parts<'a, 'b> {
    fn new(writer: &'a Writer<'b>, source_id: &'a str) -> Parts<'a, 'b> {
        Parts {
            writer,
            source_id,
            accepted: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            entries: AtomicU64::new(0),
            set_aside: Mutex::default(),
            accounts: Mutex::default(),
        }
    }

    /// What is to be told of lines that are no records; empty where there are none.
    fn aside(&self) -> String {
        let all = self.set_aside.lock().unwrap_or_else(|e| e.into_inner());
        let count: u64 = all.values().sum();
        let reasons: Vec<String> = all
            .iter()
            .map(|(reason, count)| format!("{reason} {count}"))
            .collect();
        match count {
            0 => String::new(),
            _ => format!(
                "{count} lines are no records by the mapping, and not counted as such: {}",
                reasons.join(", ")
            ),
        }
    }

    /// Writes the accounts, once every segment was handed over.
    fn accounts(&self) -> Result<(), IntakeError> {
        let accounts = std::mem::take(&mut *self.accounts.lock().unwrap_or_else(|e| e.into_inner()));
        if let Some(batch) = accounts.finish(self.source_id)? {
            self.writer
                .source_part(Table::AccountsRead, self.source_id, 0, &batch)
                .map_err(store)?;
        }
        Ok(())
    }
}

impl Output for Parts<'_, '_> {
    fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError> {
        let (accepted, rejected) = rows.counts();
        self.accepted.fetch_add(accepted, Ordering::Relaxed);
        self.rejected.fetch_add(rejected, Ordering::Relaxed);
        self.entries.fetch_add(rows.entries() as u64, Ordering::Relaxed);
        if !rows.lines_set_aside().is_empty() {
            let mut all = self.set_aside.lock().unwrap_or_else(|e| e.into_inner());
            for (reason, count) in rows.lines_set_aside() {
                *all.entry(reason.clone()).or_default() += count;
            }
        }
        let (tables, mentions) = rows.finish()?;
        self.accounts
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .add(number, mentions);
        for (table, batch) in tables {
            self.writer
                .source_part(table, self.source_id, number, &batch)
                .map_err(store)?;
        }
        Ok(())
    }
}

fn source_row(
    kept: &Kept,
    delivery: &Delivery,
    chosen: Option<&Chosen>,
    encoding: Encoding,
    parts: &Parts<'_, '_>,
    note: &str,
) -> Result<RecordBatch, IntakeError> {
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let number = |value: u64| -> ArrayRef { Arc::new(Int64Array::from(vec![value as i64])) };
    let accepted = parts.accepted.load(Ordering::Relaxed);
    let rejected = parts.rejected.load(Ordering::Relaxed);
    let received = jiff::Timestamp::now().as_microsecond();
    let columns: Vec<ArrayRef> = vec![
        text(&kept.source_id),
        text(&kept.name),
        number(kept.bytes),
        text(chosen.map_or("not read", |c| c.format.id())),
        text(&chosen.map_or_else(String::new, Chosen::mapping_id)),
        text(&chosen.map_or_else(String::new, Chosen::mapping_hash)),
        text(encoding.page.name()),
        text(encoding.basis),
        text(&delivery.received_from),
        text(&delivery.order_reference),
        Arc::new(TimestampMicrosecondArray::from(vec![received])),
        number(accepted + rejected),
        number(accepted),
        number(rejected),
        text(chosen.map_or("", |c| c.format.parser())),
        text(note),
        new_null_array(&DataType::Utf8, 1),
        new_null_array(&DataType::Utf8, 1),
    ];
    RecordBatch::try_new(Table::Sources.schema(), columns).map_err(|e| IntakeError::Store(e.to_string()))
}

// From the whole file, as when it is taken in: a code page may show late.
fn encoding_of(path: &Path) -> Result<Encoding, IntakeError> {
    let mut file = File::open(path).map_err(|e| io(path, e))?;
    let mut finder = encoding::Finder::default();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block).map_err(|e| io(path, e))? {
            0 => return Ok(finder.finish()),
            count => finder.feed(&block[..count]),
        }
    }
}

fn head_of(path: &Path) -> Result<Vec<u8>, IntakeError> {
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

pub(super) fn io(path: &Path, error: std::io::Error) -> IntakeError {
    IntakeError::Io {
        path: path.display().to_string(),
        error,
    }
}

fn store(error: CaseError) -> IntakeError {
    IntakeError::Store(error.to_string())
}
