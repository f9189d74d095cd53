//! A file on the shelf → rows in the tables, and its own row in `sources`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use super::again::by_account;
use super::declared::{self, Declared};
use super::encoding::Encoding;
use super::formats::{self, Chosen};
use super::run::{Delivery, Outcome, Progress};
use super::shelf::{Kept, Origin, head_of};
use super::{IntakeError, Output, Rows, Sibling, SourceAccounts, SourceFile};
use crate::case::{Case, CaseError, Table, Writer};

/// The format of a file, or why it gets none.
pub(super) fn choose(
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

/// Reads a file into the tables.
pub(super) fn read(
    writer: &Writer<'_>,
    kept: &Kept,
    (siblings, beside): (&[Sibling], &str),
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
                siblings,
            };
            match chosen.format.read(&source, &parts) {
                Ok(()) => {}
                Err(error @ IntakeError::Store(_)) => return Err(error),
                // What was read before stays; the reason is kept with the source.
                Err(error) => note = error.to_string(),
            }
            parts.accounts()?;
            Outcome::Read {
                format: chosen.label.to_owned(),
                mapping: chosen.mapping_id(),
                accepted: parts.accepted.load(Ordering::Relaxed),
                rejected: parts.rejected.load(Ordering::Relaxed),
                entries: parts.entries.load(Ordering::Relaxed),
                note: join(&[&kept.note, &chosen.account_note, &parts.notes()]),
            }
        }
        Err(error) => Outcome::Kept {
            reason: error.to_string(),
        },
    };
    progress.advance(kept.bytes.saturating_sub(advanced.load(Ordering::Relaxed)));
    let mut of_page = String::new();
    if let Ok(chosen) = &chosen
        && let Some(declared) = declared_by(chosen.format.id(), kept)?
    {
        (encoding, of_page) = declared::beside(encoding, &declared);
    }
    let mut outcome = match outcome {
        Outcome::Read {
            accepted: 0,
            rejected: 0,
            ..
        } if !note.is_empty() => Outcome::Kept { reason: note.clone() },
        other => other,
    };
    match &mut outcome {
        Outcome::Read { note, .. } => *note = join(&[note, &of_page]),
        Outcome::Kept { reason } => note = reason.clone(),
        _ => {}
    }
    let said = chosen.as_ref().map_or("", |chosen| chosen.account_note.as_str());
    note = join(&[&kept.note, &note, said, &of_page, &parts.notes()]);
    let format = chosen.as_ref().map_or("not read", |c| c.label);
    let facts = Facts {
        format,
        parser: chosen.as_ref().map_or("", |c| c.format.parser()),
        mapping: chosen.as_ref().map_or_else(|_| String::new(), Chosen::mapping_id),
        mapping_hash: chosen
            .as_ref()
            .map_or_else(|_| String::new(), Chosen::mapping_hash),
        encoding: Some(encoding),
        accepted: parts.accepted.load(Ordering::Relaxed),
        rejected: parts.rejected.load(Ordering::Relaxed),
        note: &note,
    };
    writer
        .source_part(Table::Sources, &kept.source_id, 0, &row(kept, delivery, &facts)?)
        .map_err(store)?;
    if let (Ok(chosen), Outcome::Read { .. }) = (&chosen, &outcome) {
        let how = format!(
            "{} {}",
            chosen.label,
            by_account(&chosen.mapping_hash(), chosen.account())
        );
        let how = format!("{} {beside}", how.trim_end());
        writer.source_read_with(&kept.source_id, how.trim_end());
    }
    Ok(outcome)
}

// The code page that the file's own header names, for formats that have such a header.
fn declared_by(format: &str, kept: &Kept) -> Result<Option<Declared>, IntakeError> {
    if format == "csv" {
        return Ok(None);
    }
    Ok(declared::of(&head_of(&kept.path)?))
}

/// Writes the row of a file that was opened, or that is none of ours: nothing is read from it itself.
pub(super) fn note_opened(
    writer: &Writer<'_>,
    kept: &Kept,
    delivery: &Delivery,
    (format, parser): (&str, &str),
    note: &str,
) -> Result<(), IntakeError> {
    let facts = Facts {
        format,
        parser,
        mapping: String::new(),
        mapping_hash: String::new(),
        encoding: None,
        accepted: 0,
        rejected: 0,
        note,
    };
    writer
        .source_part(Table::Sources, &kept.source_id, 0, &row(kept, delivery, &facts)?)
        .map_err(store)
}

/// Notes what a source was made from, where it stands in the tables already. Whether that was new.
pub(super) fn note_origin(
    writer: &Writer<'_>,
    case: &Case,
    source_id: &str,
    origin: &Origin,
) -> Result<bool, IntakeError> {
    let Some(row) = case.source_row(source_id).map_err(store)? else {
        return Ok(false);
    };
    let mut columns = row.columns().to_vec();
    let mut changed = false;
    for (name, value) in [("made_from", &origin.source_id), ("made_how", &origin.how)] {
        let fresh: ArrayRef = Arc::new(StringArray::from(vec![value.as_str()]));
        let at = row
            .schema()
            .index_of(name)
            .map_err(|e| IntakeError::Store(e.to_string()))?;
        if let Some(column) = columns.get_mut(at) {
            // Who noted it does not matter again: only another origin does.
            changed |= name == "made_from" && column.to_data() != fresh.to_data();
            *column = fresh;
        }
    }
    if changed {
        let row =
            RecordBatch::try_new(row.schema(), columns).map_err(|e| IntakeError::Store(e.to_string()))?;
        writer.restate_source(source_id, &row).map_err(store)?;
    }
    Ok(changed)
}

/// Sentences put together, without the empty ones.
pub(super) fn join(notes: &[&str]) -> String {
    let mut all = String::new();
    for note in notes.iter().filter(|note| !note.is_empty()) {
        if !all.is_empty() {
            all.push_str("; ");
        }
        all.push_str(note);
    }
    all
}

/// Writes segments as they come, and counts.
struct Parts<'a, 'b> {
    writer: &'a Writer<'b>,
    source_id: &'a str,
    accepted: AtomicU64,
    rejected: AtomicU64,
    entries: AtomicU64,
    accounts: Mutex<SourceAccounts>,
    notes: Mutex<Vec<String>>,
    /// Lines that are no records, by reason.
    set_aside: Mutex<BTreeMap<String, u64>>,
}

impl<'a, 'b> Parts<'a, 'b> {
    fn new(writer: &'a Writer<'b>, source_id: &'a str) -> Parts<'a, 'b> {
        Parts {
            writer,
            source_id,
            accepted: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            entries: AtomicU64::new(0),
            accounts: Mutex::default(),
            notes: Mutex::default(),
            set_aside: Mutex::default(),
        }
    }

    /// What the format said of the source, and what is to be told of lines that are no records.
    fn notes(&self) -> String {
        let said = self.notes.lock().unwrap_or_else(|e| e.into_inner()).join("; ");
        let all = self.set_aside.lock().unwrap_or_else(|e| e.into_inner());
        let count: u64 = all.values().sum();
        if count == 0 {
            return said;
        }
        let reasons: Vec<String> = all
            .iter()
            .map(|(reason, count)| format!("{reason} {count}"))
            .collect();
        let aside = format!(
            "{count} lines are no records by the mapping, and not counted as such: {}",
            reasons.join(", ")
        );
        join(&[&said, &aside])
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

    fn note(&self, sentence: &str) {
        let mut notes = self.notes.lock().unwrap_or_else(|e| e.into_inner());
        notes.push(sentence.to_owned());
    }
}

/// What a source's row says besides what is known of the file.
struct Facts<'a> {
    format: &'a str,
    parser: &'a str,
    mapping: String,
    mapping_hash: String,
    /// Nothing for files that hold no text of their own.
    encoding: Option<Encoding>,
    accepted: u64,
    rejected: u64,
    note: &'a str,
}

fn row(kept: &Kept, delivery: &Delivery, facts: &Facts<'_>) -> Result<RecordBatch, IntakeError> {
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let maybe = |value: Option<&str>| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let number = |value: u64| -> ArrayRef { Arc::new(Int64Array::from(vec![value as i64])) };
    let known = delivery.received_at.get(&kept.source_id).copied();
    let received = known.unwrap_or_else(|| jiff::Timestamp::now().as_microsecond());
    let origin = kept.origin.as_ref();
    let columns: Vec<ArrayRef> = vec![
        text(&kept.source_id),
        text(&kept.name),
        number(kept.bytes),
        text(facts.format),
        text(&facts.mapping),
        text(&facts.mapping_hash),
        text(facts.encoding.map_or("", |e| e.page.name())),
        text(facts.encoding.map_or("", |e| e.basis)),
        text(&delivery.received_from),
        text(&delivery.order_reference),
        Arc::new(TimestampMicrosecondArray::from(vec![received])),
        number(facts.accepted + facts.rejected),
        number(facts.accepted),
        number(facts.rejected),
        text(facts.parser),
        text(facts.note),
        maybe(origin.map(|origin| origin.source_id.as_str())),
        maybe(origin.map(|origin| origin.how.as_str())),
    ];
    RecordBatch::try_new(Table::Sources.schema(), columns).map_err(|e| IntakeError::Store(e.to_string()))
}

pub(super) fn store(error: CaseError) -> IntakeError {
    IntakeError::Store(error.to_string())
}
