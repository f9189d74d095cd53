//! The case's tables as Parquet files, and the manifest that says which files they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde::{Deserialize, Serialize};

use super::folder::write_whole;
use super::{CaseError, Table};
use crate::model::{hex, sha256, source_prefix};

/// A file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Path under `tables/`, with `/`.
    pub file: String,
    pub sha256: String,
    pub rows: u64,
    /// The source it was read from; empty for derived tables.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_id: String,
    /// In table `sources`: format and mapping that the source was read with; empty where it was kept without reading.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub read_with: String,
}

/// Which files are the tables now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    tables: BTreeMap<String, Vec<Part>>,
    /// For each step that derives tables: a digest of the tables that it read and of what else it went by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    derived_from: BTreeMap<Step, String>,
    /// For each step that last ran in part: of what its tables tell alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    in_part: BTreeMap<Step, Vec<String>>,
    /// For each source that is out of use: its parts, by table. They lie under `withdrawn/`, so that no table has them and
    /// no program that reads a table's folder meets them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    withdrawn: BTreeMap<String, BTreeMap<String, Vec<Part>>>,
}

/// The folder of the parts that are out of use.
pub(super) const WITHDRAWN: &str = "withdrawn";

/// A step whose tables follow from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Accounts, statements, gaps, transfers, from what was read.
    Check,
    /// Marks of entries, from entries and lexicons.
    Mark,
    /// Findings, from everything else.
    Detect,
    /// Where claimed money went, from everything else.
    Trace,
}

impl Manifest {
    /// The parts of a table, sorted by file name: per source in segment order.
    pub fn parts(&self, table: Table) -> &[Part] {
        self.tables.get(table.name()).map_or(&[], Vec::as_slice)
    }

    /// Rows of a table.
    pub fn rows(&self, table: Table) -> u64 {
        self.parts(table).iter().map(|part| part.rows).sum()
    }

    /// Format and mapping that a source was read with; nothing where it was not read.
    pub fn read_with(&self, source_id: &str) -> Option<&str> {
        let part = self
            .parts(Table::Sources)
            .iter()
            .find(|part| part.source_id == source_id)?;
        (!part.read_with.is_empty()).then_some(part.read_with.as_str())
    }

    /// Whether a step ran on the tables as they are now, going by what `beside` says. Names of files carry their content,
    /// so a step that ran again and found the same leaves what follows from it as it was.
    pub fn is_current(&self, step: Step, beside: &str) -> bool {
        self.derived_from.get(&step) == Some(&self.basis(step, beside))
    }

    /// Notes that a step has run on the tables as they are, going by what `beside` says.
    pub(super) fn note_derived(&mut self, step: Step, beside: &str) {
        self.derived_from.insert(step, self.basis(step, beside));
        self.in_part.remove(&step);
    }

    /// Notes that the tables of a step are not those of a whole run, but tell of these alone.
    pub(super) fn note_part(&mut self, step: Step, of: &[String]) {
        self.derived_from.remove(&step);
        self.in_part.insert(step, of.to_vec());
    }

    /// Of what the tables of a step tell alone; nothing where it ran whole or never.
    pub fn in_part(&self, step: Step) -> &[String] {
        self.in_part.get(&step).map_or(&[], Vec::as_slice)
    }

    // What a step rests on. How a source is described changes nothing that is derived.
    fn basis(&self, step: Step, beside: &str) -> String {
        let mut names = format!("{beside}\n");
        for (table, parts) in &self.tables {
            let is_in = |tables: &[Table]| tables.iter().any(|one| one.name() == table);
            for part in parts {
                let counts = match step {
                    Step::Check => !part.source_id.is_empty(),
                    Step::Mark => is_in(&[Table::Entries, Table::SameEntries]),
                    // Parties among them: who is set to be a victim changes what may be shown.
                    // No rule reads what a trace says.
                    Step::Detect => !is_in(&Table::FOUND) && !is_in(&Table::TRACED),
                    // Findings among them: claims may be made of one.
                    Step::Trace => !is_in(&Table::TRACED),
                };
                if counts && table != Table::Sources.name() {
                    names.push_str(&part.file);
                    names.push('\n');
                }
            }
        }
        hex(&sha256(names.as_bytes()))
    }

    /// Whether a source stands in the tables, read or only kept.
    pub fn has_source(&self, source_id: &str) -> bool {
        self.parts(Table::Sources)
            .iter()
            .any(|part| part.source_id == source_id)
    }

    /// Takes a source's row out of the table `sources`, to write it anew.
    pub(super) fn forget_row(&mut self, source_id: &str) {
        if let Some(parts) = self.tables.get_mut(Table::Sources.name()) {
            parts.retain(|part| part.source_id != source_id);
        }
    }

    /// Takes every part of a source out of the tables, so that it can be read anew.
    pub(super) fn forget(&mut self, source_id: &str) {
        for parts in self.tables.values_mut() {
            parts.retain(|part| part.source_id != source_id);
        }
    }

    pub(super) fn add(&mut self, table: Table, part: Part) {
        let parts = self.tables.entry(table.name().to_owned()).or_default();
        parts.retain(|old| old.file != part.file);
        parts.push(part);
        parts.sort_by(|a, b| a.file.cmp(&b.file));
    }

    pub(super) fn replace(&mut self, table: Table, parts: Vec<Part>) {
        self.tables.insert(table.name().to_owned(), parts);
    }

    /// Sources that are out of use, sorted.
    pub fn withdrawn(&self) -> impl Iterator<Item = &str> {
        self.withdrawn.keys().map(String::as_str)
    }

    /// Whether a source is out of use: no table has anything of it.
    pub fn is_withdrawn(&self, source_id: &str) -> bool {
        self.withdrawn.contains_key(source_id)
    }

    /// The parts of a source that is out of use, with their tables.
    pub fn withdrawn_parts(&self, source_id: &str) -> Vec<(Table, &Part)> {
        let tables = self.withdrawn.get(source_id).into_iter().flatten();
        tables
            .filter_map(|(name, parts)| Some((Table::from_name(name)?, parts)))
            .flat_map(|(table, parts)| parts.iter().map(move |part| (table, part)))
            .collect()
    }

    /// Every source in use, with its parts and their tables, sorted by source.
    pub(super) fn in_use(&self) -> BTreeMap<&str, Vec<(Table, &Part)>> {
        let mut all: BTreeMap<&str, Vec<(Table, &Part)>> = BTreeMap::new();
        for table in Table::ALL.into_iter().filter(|table| table.is_per_source()) {
            for part in self.parts(table) {
                all.entry(part.source_id.as_str())
                    .or_default()
                    .push((table, part));
            }
        }
        all
    }

    /// Whether a source, in use or not, was read together with another, whose columns then stand in its rows.
    pub fn was_read_beside(&self, source_id: &str, other: &str) -> bool {
        let out = || {
            let mut parts = self.withdrawn_parts(source_id).into_iter();
            let own = parts.find(|(table, _)| *table == Table::Sources)?;
            Some(own.1.read_with.as_str())
        };
        let how = self.read_with(source_id).or_else(out);
        let beside = how.and_then(|how| how.rsplit_once("beside "));
        beside.is_some_and(|(_, ids)| ids.split('+').any(|id| id == source_prefix(other)))
    }

    /// Takes every part of a source out of the tables and keeps them apart. Gives the files that move, as they lie under
    /// `tables/`, and under `withdrawn/` afterwards. What was derived goes: it may tell of the source.
    pub(super) fn withdraw(&mut self, source_id: &str) -> Vec<String> {
        let own = self.withdrawn.entry(source_id.to_owned()).or_default();
        let mut files = Vec::new();
        for (table, parts) in &mut self.tables {
            let (out, kept): (Vec<Part>, Vec<Part>) = std::mem::take(parts)
                .into_iter()
                .partition(|part| part.source_id == source_id);
            *parts = kept;
            files.extend(out.iter().map(|part| part.file.clone()));
            if !out.is_empty() {
                own.entry(table.clone()).or_default().extend(out);
            }
        }
        self.forget_derived();
        files
    }

    /// Puts the parts of a source back into the tables; gives the files that move, as [`withdraw`](Self::withdraw) does.
    pub(super) fn restore(&mut self, source_id: &str) -> Vec<String> {
        let mut files = Vec::new();
        for (name, parts) in self.withdrawn.remove(source_id).unwrap_or_default() {
            let Some(table) = Table::from_name(&name) else {
                continue;
            };
            for part in parts {
                files.push(part.file.clone());
                self.add(table, part);
            }
        }
        self.forget_derived();
        files
    }

    /// Adds a part of a source that is out of use.
    pub(super) fn add_withdrawn(&mut self, table: Table, part: Part) {
        let own = self.withdrawn.entry(part.source_id.clone()).or_default();
        let parts = own.entry(table.name().to_owned()).or_default();
        parts.retain(|old| old.file != part.file);
        parts.push(part);
        parts.sort_by(|a, b| a.file.cmp(&b.file));
    }

    /// Takes a source out of the case, whether it is in use or not. What was derived goes.
    pub(super) fn erase(&mut self, source_id: &str) {
        self.forget(source_id);
        self.withdrawn.remove(source_id);
        self.forget_derived();
    }

    /// Empties the tables that steps derived, with what is known of these steps.
    pub(super) fn forget_derived(&mut self) {
        for table in Table::ALL.into_iter().filter(|table| !table.is_per_source()) {
            self.tables.remove(table.name());
        }
        self.derived_from.clear();
        self.in_part.clear();
    }

    pub(super) fn read(root: &Path) -> Result<Manifest, CaseError> {
        let path = Manifest::path(root);
        let text = fs::read(&path).map_err(|e| CaseError::io(&path, e))?;
        serde_json::from_slice(&text).map_err(|e| CaseError::damaged(&path, e))
    }

    pub(super) fn write(&self, root: &Path) -> Result<(), CaseError> {
        let path = Manifest::path(root);
        let mut text = serde_json::to_vec_pretty(self).map_err(|e| CaseError::damaged(&path, e))?;
        text.push(b'\n');
        write_whole(&path, &text)
    }

    /// Removes table files that the manifest does not name: left behind by a killed command, or replaced.
    pub(super) fn sweep(&self, root: &Path) {
        for table in Table::ALL {
            let folder = root.join("tables").join(table.name());
            let keep: Vec<&str> = self
                .parts(table)
                .iter()
                .filter_map(|part| part.file.split('/').next_back())
                .collect();
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if !name.to_str().is_some_and(|name| keep.contains(&name)) {
                    // A reader on another system may hold it open; the next writer tries again.
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        self.sweep_withdrawn(root);
    }

    /// The same for parts that are out of use: none is left there once its source is back in use.
    fn sweep_withdrawn(&self, root: &Path) {
        let keep: BTreeSet<&str> = self
            .withdrawn
            .values()
            .flat_map(BTreeMap::values)
            .flatten()
            .map(|part| part.file.as_str())
            .collect();
        for table in Table::ALL.into_iter().filter(|table| table.is_per_source()) {
            let folder = root.join(WITHDRAWN).join(table.name());
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let name = format!("{}/{}", table.name(), entry.file_name().to_string_lossy());
                if !keep.contains(name.as_str()) {
                    let _ = fs::remove_file(entry.path());
                }
            }
            // Only where nothing is left in it.
            let _ = fs::remove_dir(&folder);
        }
        let _ = fs::remove_dir(root.join(WITHDRAWN));
    }

    fn path(root: &Path) -> PathBuf {
        root.join("tables").join("manifest.json")
    }
}

/// Rows of a table, batch by batch, part by part.
pub struct Scan {
    files: std::vec::IntoIter<PathBuf>,
    columns: Vec<usize>,
    open: Option<(PathBuf, ParquetRecordBatchReader)>,
}

impl Scan {
    pub(super) fn new(files: Vec<PathBuf>, table: Table, columns: &[&str]) -> Scan {
        let schema = table.schema();
        let columns = if columns.is_empty() {
            (0..schema.fields().len()).collect()
        } else {
            columns
                .iter()
                .filter_map(|name| schema.index_of(name).ok())
                .collect()
        };
        Scan {
            files: files.into_iter(),
            columns,
            open: None,
        }
    }

    fn open_next(&mut self) -> Result<bool, CaseError> {
        let Some(path) = self.files.next() else {
            return Ok(false);
        };
        let file = fs::File::open(&path).map_err(|e| CaseError::io(&path, e))?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| CaseError::damaged(&path, e))?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), self.columns.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(65_536)
            .build()
            .map_err(|e| CaseError::damaged(&path, e))?;
        self.open = Some((path, reader));
        Ok(true)
    }
}

impl Iterator for Scan {
    type Item = Result<RecordBatch, CaseError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((path, reader)) = &mut self.open {
                match reader.next() {
                    Some(Ok(batch)) => return Some(Ok(batch)),
                    Some(Err(e)) => return Some(Err(CaseError::damaged(path, e))),
                    None => self.open = None,
                }
            }
            match self.open_next() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(e) => return Some(Err(e)),
            }
        }
    }
}
