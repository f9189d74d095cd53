//! Writing to a case: under its lock, new files beside the old, and one rename that makes them the tables.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::decisions::{self, Decision};
use super::folder::Case;
use super::packed;
use super::tables::{Manifest, Part, Step};
use super::{CaseError, Ledger, LedgerLine, LedgerReport, Lock, Table, Written, sources};
use crate::model::{hex, source_prefix};

/// Who runs a command, why, and how it was typed.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: String,
    pub purpose: String,
    pub command: String,
}

/// The right to write to a case. Nothing shows before [`Writer::commit`]; dropping it leaves the case as it was.
pub struct Writer<'a> {
    case: &'a mut Case,
    actor: Actor,
    manifest: Mutex<Manifest>,
    read: Vec<Written>,
    written: Mutex<Vec<Written>>,
    /// Files that are written and not yet part of a table: where they lie, where they belong.
    fresh: Mutex<Vec<(PathBuf, PathBuf)>>,
    decisions: Vec<Decision>,
    /// Portions that this command has committed.
    portions: u32,
    note: String,
    _lock: Lock,
}

impl Case {
    /// Takes the lock and starts writing; sees the tables as they are now.
    pub fn write(&mut self, actor: Actor) -> Result<Writer<'_>, CaseError> {
        let lock = Lock::take(self.root(), &actor.command)?;
        self.may_be_written()?;
        let manifest = Manifest::read(self.root())?;
        manifest.sweep(self.root());
        let cut_off = sources::cut_off(self.root(), &manifest)?;
        let mut seen = manifest.clone();
        for source_id in &cut_off {
            seen.withdraw(source_id);
        }
        self.set_manifest(seen);
        decisions::repair(self.root())?;
        let ledger = Ledger::at(self.root());
        ledger.repair(&self.head()?)?;
        // Before anything is written: on a damaged ledger the case stays as it is.
        ledger.sound(&self.head()?)?;
        let writer = Writer {
            case: self,
            actor,
            manifest: Mutex::new(manifest),
            read: Vec::new(),
            written: Mutex::new(Vec::new()),
            fresh: Mutex::new(Vec::new()),
            decisions: Vec::new(),
            portions: 0,
            note: String::new(),
            _lock: lock,
        };
        // A withdrawal that was cut off between the decision and the tables is finished with whatever is written now.
        for source_id in &cut_off {
            writer.withdraw(source_id)?;
        }
        Ok(writer)
    }

    /// The lines of the ledger.
    pub fn ledger(&self) -> Result<Vec<LedgerLine>, CaseError> {
        Ledger::at(self.root()).lines()
    }

    /// Whether the ledger is whole.
    pub fn verify_ledger(&self) -> Result<LedgerReport, CaseError> {
        Ledger::at(self.root()).verify(&self.head()?)
    }
}

impl Writer<'_> {
    /// The case as it was when writing began.
    pub fn case(&self) -> &Case {
        self.case
    }

    /// Who runs the command.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Notes a file that the command read, for the ledger.
    pub fn note_read(&mut self, name: &str, sha256: &str) {
        self.read.push(Written {
            name: name.to_owned(),
            sha256: sha256.to_owned(),
        });
    }

    /// Notes a file that the command wrote outside the tables (a page), for the ledger.
    pub fn note_written(&mut self, name: &str, sha256: &str) {
        self.lock_written().push(Written {
            name: name.to_owned(),
            sha256: sha256.to_owned(),
        });
    }

    /// Notes what came of the command beside files, for the ledger.
    pub fn note(&mut self, text: &str) {
        text.clone_into(&mut self.note);
    }

    /// Writes a segment of a source's part of a table. May be called from several threads.
    pub fn source_part(
        &self,
        table: Table,
        source_id: &str,
        segment: u32,
        batch: &RecordBatch,
    ) -> Result<(), CaseError> {
        let name = format!("{}-{segment:05}", source_prefix(source_id));
        let part = self.write_part(table, &name, source_id, &mut std::iter::once(Ok(batch.clone())))?;
        if let Some(part) = part {
            self.lock_manifest().add(table, part);
        }
        Ok(())
    }

    /// Notes how a source was read, so that the same files are not read twice in the same way.
    pub fn source_read_with(&self, source_id: &str, how: &str) {
        let mut manifest = self.lock_manifest();
        let part = manifest
            .parts(Table::Sources)
            .iter()
            .find(|part| part.source_id == source_id)
            .cloned();
        if let Some(mut part) = part {
            part.read_with = how.to_owned();
            manifest.add(Table::Sources, part);
        }
    }

    /// Replaces a source's row in the table `sources`, and leaves what was read from it.
    pub fn restate_source(&self, source_id: &str, row: &RecordBatch) -> Result<(), CaseError> {
        let read_with = self.lock_manifest().read_with(source_id).map(str::to_owned);
        self.lock_manifest().forget_row(source_id);
        self.source_part(Table::Sources, source_id, 0, row)?;
        if let Some(how) = read_with {
            self.source_read_with(source_id, &how);
        }
        Ok(())
    }

    /// Takes a source out of the tables, so that it can be read anew; the file itself stays.
    pub fn forget_source(&self, source_id: &str) {
        self.lock_manifest().forget(source_id);
    }

    /// Replaces a derived table as a whole. Rows are taken in the order given.
    pub fn replace(
        &self,
        table: Table,
        batches: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    ) -> Result<u64, CaseError> {
        let part = self.write_part(table, "", "", batches)?;
        let rows = part.as_ref().map_or(0, |part| part.rows);
        let parts = part.into_iter().collect();
        self.lock_manifest().replace(table, parts);
        Ok(rows)
    }

    /// Replaces a derived table as a whole by one file for each key, so that who asks for one key reads one file. Rows of
    /// a key are taken in the order given.
    pub fn replace_by_key(&self, table: Table) -> Result<ByKey<'_>, CaseError> {
        let folder = self.case.root().join("tables").join(table.name());
        fs::create_dir_all(&folder).map_err(|e| CaseError::io(&folder, e))?;
        Ok(ByKey {
            writer: self,
            table,
            folder,
            open: BTreeMap::new(),
        })
    }

    /// Notes that a step has derived its tables from the others as they are now, going by what `beside` says.
    pub fn derived(&self, step: Step, beside: &str) {
        self.lock_manifest().note_derived(step, beside);
    }

    /// Notes that a step has derived a part of its tables only: what is told of these.
    pub fn derived_in_part(&self, step: Step, of: &[String]) {
        self.lock_manifest().note_part(step, of);
    }

    /// Adds a person's decision.
    pub fn decide(&mut self, decision: Decision) {
        self.decisions.push(decision);
    }

    /// Makes everything written the state of the case, and adds the line to the ledger.
    pub fn commit(mut self) -> Result<(), CaseError> {
        let portion = match self.portions {
            0 => String::new(),
            before => format!("portion {}, the last", before + 1),
        };
        self.store(portion)
    }

    /// The same, then what must come behind it under the same lock. Where that fails, a second line says so.
    pub fn commit_then<E: From<CaseError>>(mut self, then: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        self.store(String::new())?;
        if let Err(error) = then() {
            self.note("what the line before names did not all reach its place");
            self.store(String::new())?;
            return Err(error);
        }
        Ok(())
    }

    /// Makes what was written so far the state of the case, with a line in the ledger that says that more follows, and
    /// goes on under the same lock.
    pub fn commit_portion(&mut self) -> Result<(), CaseError> {
        self.portions += 1;
        self.store(format!("portion {}, more follow", self.portions))
    }

    fn store(&mut self, portion: String) -> Result<(), CaseError> {
        let manifest = self.lock_manifest().clone();
        let mut read = std::mem::take(&mut self.read);
        let mut written = std::mem::take(&mut *self.lock_written());
        let fresh = std::mem::take(&mut *self.fresh.lock().unwrap_or_else(|e| e.into_inner()));
        let decisions = std::mem::take(&mut self.decisions);
        let actor = self.actor.clone();
        let note = std::mem::take(&mut self.note);
        let case = &mut *self.case;
        for decision in &decisions {
            written.push(decisions::append(case.root(), decision)?);
        }
        written.sort();
        read.sort();
        // Only now, so that programs that read every Parquet file of a folder never meet rows twice.
        for (from, to) in fresh {
            fs::rename(&from, &to).map_err(|e| CaseError::io(&to, e))?;
        }
        manifest.write(case.root())?;
        let line = LedgerLine {
            number: 0,
            previous: String::new(),
            case: case.settings().reference.clone(),
            time: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            user: actor.user,
            purpose: if actor.purpose.is_empty() {
                case.settings().purpose.clone()
            } else {
                actor.purpose
            },
            command: actor.command,
            portion,
            note,
            read,
            written,
            tool: concat!("geldspoor ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let head = Ledger::at(case.root()).append(line, &case.head()?)?;
        case.write_settings(&head)?;
        manifest.sweep(case.root());
        case.set_manifest(manifest);
        Ok(())
    }

    /// A file whose name carries its content, so that nothing that is written now can disturb a file of the tables as
    /// they are: a reader keeps what it opened, and a killed command leaves what was there.
    fn write_part(
        &self,
        table: Table,
        name: &str,
        source_id: &str,
        batches: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    ) -> Result<Option<Part>, CaseError> {
        let folder = self.case.root().join("tables").join(table.name());
        fs::create_dir_all(&folder).map_err(|e| CaseError::io(&folder, e))?;
        let fresh = folder.join(format!(".{name}.writing"));
        let Some((rows, sha256)) = write_parquet(&fresh, table, batches)? else {
            return Ok(None);
        };
        self.name_part(table, name, source_id, &fresh, (rows, sha256))
            .map(Some)
    }

    /// Gives a written file its name and notes it.
    fn name_part(
        &self,
        table: Table,
        name: &str,
        source_id: &str,
        fresh: &Path,
        (rows, sha256): (u64, String),
    ) -> Result<Part, CaseError> {
        let folder = self.case.root().join("tables").join(table.name());
        let separator = if name.is_empty() { "" } else { "-" };
        let named = format!("{name}{separator}{}.parquet", &sha256[..16]);
        let path = folder.join(&named);
        let waiting = folder.join(format!(".{named}.writing"));
        fs::rename(fresh, &waiting).map_err(|e| CaseError::io(&waiting, e))?;
        let mut all = self.fresh.lock().unwrap_or_else(|e| e.into_inner());
        if !all.iter().any(|(_, to)| *to == path) {
            all.push((waiting, path));
        }
        drop(all);
        self.lock_written().push(Written {
            name: format!("tables/{}", table.name()),
            sha256: sha256.clone(),
        });
        Ok(Part {
            file: format!("{}/{named}", table.name()),
            sha256,
            rows,
            source_id: source_id.to_owned(),
            read_with: String::new(),
        })
    }

    /// Gives a file that is written a place that it takes when this is committed.
    pub(super) fn place_later(&self, from: PathBuf, to: PathBuf) {
        let mut all = self.fresh.lock().unwrap_or_else(|e| e.into_inner());
        all.push((from, to));
    }

    /// Notes a file of a table for the ledger.
    pub(super) fn note_part(&self, table: Table, part: &Part) {
        self.lock_written().push(Written {
            name: format!("tables/{}", table.name()),
            sha256: part.sha256.clone(),
        });
    }

    pub(super) fn lock_manifest(&self) -> std::sync::MutexGuard<'_, Manifest> {
        self.manifest.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn lock_written(&self) -> std::sync::MutexGuard<'_, Vec<Written>> {
        self.written.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// A derived table that is written with one file for each key.
pub struct ByKey<'w> {
    writer: &'w Writer<'w>,
    table: Table,
    folder: PathBuf,
    open: BTreeMap<String, OpenPart>,
}

/// A file of one key that is being written: where it lies, its rows so far.
type OpenPart = (PathBuf, u64, ArrowWriter<Hashing<BufWriter<File>>>);

impl ByKey<'_> {
    /// Adds rows of a key, which is part of the file's name: small letters, digits and `_`.
    pub fn add(&mut self, key: &str, batch: &RecordBatch) -> Result<(), CaseError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let path = self.folder.join(format!(".{key}.writing"));
        if !self.open.contains_key(key) {
            let file = File::create(&path).map_err(|e| CaseError::io(&path, e))?;
            let sink = Hashing {
                inner: BufWriter::new(file),
                hash: Sha256::new(),
            };
            let properties = properties(self.table, batch.num_rows());
            let made = ArrowWriter::try_new(sink, self.table.schema(), Some(properties))
                .map_err(|e| CaseError::damaged(&path, e))?;
            self.open.insert(key.to_owned(), (path.clone(), 0, made));
        }
        if let Some((path, rows, writer)) = self.open.get_mut(key) {
            *rows += batch.num_rows() as u64;
            writer.write(batch).map_err(|e| CaseError::damaged(path, e))?;
        }
        Ok(())
    }

    /// Makes the files the table. Gives the number of rows.
    pub fn finish(self) -> Result<u64, CaseError> {
        let (mut parts, mut all) = (Vec::new(), 0);
        for (key, (path, rows, writer)) in self.open {
            let sink = writer.into_inner().map_err(|e| CaseError::damaged(&path, e))?;
            let written = finish(&path, sink, rows)?;
            parts.push(self.writer.name_part(self.table, &key, "", &path, written)?);
            all += rows;
        }
        parts.sort_by(|a, b| a.file.cmp(&b.file));
        self.writer.lock_manifest().replace(self.table, parts);
        Ok(all)
    }
}

/// Writes batches to a Parquet file; nothing where there are no rows. Gives rows and SHA-256 of the file.
fn write_parquet(
    path: &Path,
    table: Table,
    batches: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
) -> Result<Option<(u64, String)>, CaseError> {
    let mut rows = 0;
    let mut writer: Option<ArrowWriter<Hashing<BufWriter<File>>>> = None;
    for batch in batches {
        let batch = batch?;
        if batch.num_rows() == 0 {
            continue;
        }
        let sink = || -> Result<_, CaseError> {
            let file = File::create(path).map_err(|e| CaseError::io(path, e))?;
            Ok(Hashing {
                inner: BufWriter::new(file),
                hash: Sha256::new(),
            })
        };
        if packed::is_packed(&batch) {
            // A segment of a source: one batch, one row group.
            let rows = batch.num_rows();
            let sink = packed::write(sink()?, table.schema(), packed_properties(table, rows), &batch)
                .map_err(|e| CaseError::damaged(path, e))?;
            return finish(path, sink, rows as u64).map(Some);
        }
        let writer = match &mut writer {
            Some(writer) => writer,
            none => {
                let sink = sink()?;
                let made =
                    ArrowWriter::try_new(sink, table.schema(), Some(properties(table, batch.num_rows())))
                        .map_err(|e| CaseError::damaged(path, e))?;
                none.insert(made)
            }
        };
        rows += batch.num_rows() as u64;
        writer.write(&batch).map_err(|e| CaseError::damaged(path, e))?;
    }
    let Some(writer) = writer else { return Ok(None) };
    let sink = writer.into_inner().map_err(|e| CaseError::damaged(path, e))?;
    finish(path, sink, rows).map(Some)
}

fn finish(path: &Path, mut sink: Hashing<BufWriter<File>>, rows: u64) -> Result<(u64, String), CaseError> {
    sink.flush().map_err(|e| CaseError::io(path, e))?;
    sink.inner
        .get_ref()
        .sync_data()
        .map_err(|e| CaseError::io(path, e))?;
    Ok((rows, hex(&sink.hash.finalize())))
}

/// Rows from which compressing pays for its set-up, which is paid once a column.
pub(super) const COMPRESSED_FROM: usize = 4_096;

/// The same bytes from the same rows: no clock, no version of a library in the file. `rows` is the size of the first
/// batch. Values that hardly ever repeat are written as differences: a dictionary of them is made for nothing.
fn properties(table: Table, rows: usize) -> WriterProperties {
    let compression = if rows < COMPRESSED_FROM {
        Compression::UNCOMPRESSED
    } else {
        Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default())
    };
    let mut builder = WriterProperties::builder()
        .set_compression(compression)
        .set_created_by("geldspoor".to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(1 << 18));
    for field in table.schema().fields() {
        let encoding = match field.name().as_str() {
            "entry_id" | "transfer_id" | "locator" => Encoding::DELTA_BYTE_ARRAY,
            "byte_start" | "byte_end" | "sequence" => Encoding::DELTA_BINARY_PACKED,
            _ => continue,
        };
        let path = ColumnPath::from(field.name().as_str());
        builder = builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, encoding);
    }
    builder.build()
}

/// The same for a segment of a source. What is no key hardly ever repeats, so nothing is looked up: numbers and days are
/// written as differences, texts as they are.
fn packed_properties(table: Table, rows: usize) -> WriterProperties {
    let compression = if rows < COMPRESSED_FROM {
        Compression::UNCOMPRESSED
    } else {
        Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default())
    };
    let mut builder = WriterProperties::builder()
        .set_compression(compression)
        .set_created_by("geldspoor".to_owned())
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(None);
    for field in table.schema().fields() {
        let encoding = match field.data_type() {
            DataType::Int64 | DataType::Date32 | DataType::Timestamp(..) => Encoding::DELTA_BINARY_PACKED,
            DataType::Decimal128(digits, _) if *digits <= 18 => Encoding::DELTA_BINARY_PACKED,
            DataType::Utf8 if matches!(field.name().as_str(), "entry_id" | "locator") => {
                Encoding::DELTA_BYTE_ARRAY
            }
            DataType::Utf8 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
            _ => continue,
        };
        if encoding == Encoding::DELTA_BINARY_PACKED {
            // Packed bits hardly shrink further.
            builder = builder
                .set_column_compression(ColumnPath::from(field.name().as_str()), Compression::UNCOMPRESSED);
        }
        builder = builder.set_column_encoding(ColumnPath::from(field.name().as_str()), encoding);
        // Nobody looks for a range of texts.
        if matches!(
            field.name().as_str(),
            "locator" | "remittance" | "end_to_end_id" | "bank_reference" | "raw"
        ) {
            let path = ColumnPath::from(field.name().as_str());
            builder = builder.set_column_statistics_enabled(path, EnabledStatistics::None);
        }
    }
    builder.build()
}

struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::super::Settings;
    use super::*;

    fn rejects(reason: &str) -> RecordBatch {
        let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
        let byte = || -> ArrayRef { Arc::new(Int64Array::from(vec![7])) };
        let columns = vec![
            text("abc"),
            text("line 1"),
            text(reason),
            text("raw"),
            byte(),
            byte(),
        ];
        RecordBatch::try_new(Table::Rejects.schema(), columns).expect("a row")
    }

    fn actor() -> Actor {
        Actor {
            user: "a".into(),
            purpose: String::new(),
            command: "intake".into(),
        }
    }

    #[test]
    fn reading_a_source_anew_leaves_its_old_rows_whole_until_the_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut case = Case::create(&folder.path().join("case"), &Settings::new("1")).expect("a case");
        let source = "0123456789abcdef";
        let writer = case.write(actor()).expect("the lock");
        writer
            .source_part(Table::Rejects, source, 0, &rejects("as first read"))
            .expect("written");
        writer.commit().expect("committed");
        let before = case.manifest().clone();

        // Nothing is committed, as where the command is killed.
        let writer = case.write(actor()).expect("the lock");
        writer.forget_source(source);
        writer
            .source_part(
                Table::Rejects,
                source,
                0,
                &rejects("as read with another mapping"),
            )
            .expect("written");
        drop(writer);

        assert_eq!(Manifest::read(case.root()).expect("a manifest"), before);
        let folder = fs::read_dir(case.root().join("tables/rejects")).expect("a folder");
        let names = folder
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        let parquet: Vec<String> = names.filter(|name| name.ends_with(".parquet")).collect();
        assert_eq!(
            parquet.len(),
            1,
            "a reader of the whole folder meets no row twice"
        );
        for part in before.parts(Table::Rejects) {
            let bytes = fs::read(case.root().join("tables").join(&part.file)).expect("the part");
            assert_eq!(hex(&Sha256::digest(&bytes)), part.sha256);
        }
        assert_eq!(before.rows(Table::Rejects), 1);
    }
}
