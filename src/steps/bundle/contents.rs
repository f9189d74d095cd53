//! What goes into a bundle with names: what a replay starts from, and what it computes again.
//!
//! ```text
//! case.toml                settings and parameters of rules
//! intake.json              how the files were taken in
//! originals/HASH           the files as received, unless hashes alone are asked for
//! originals-sha256.txt     their hashes
//! decisions/KIND.jsonl     what people decided
//! queries/built-in/...     rules, views, lexicons of the tool; the mappings that were used
//! queries/own/...          the office's own
//! tables/TABLE/PART        the tables, Parquet
//! report/...               the page
//! exports/...              what lies in the case's exports/ as the tool wrote it
//! ledger.jsonl             the ledger as it was when the command began
//! build.json               which tool
//! CONTENTS.txt             what is what, and the limits
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::deliveries::Deliveries;
use crate::bundle::Payload;
use crate::bundle::disk::add_file;
use crate::case::{Case, CaseError, DecisionKind, OUT_OF_USE, Part, Table, hash_of};
use crate::intake::mapping::builtin_texts;
use crate::model::{hex, sha256};
use crate::steps::StepError;
use crate::steps::category::moment;
use crate::{lexicons, rules};

pub(super) const SETTINGS: &str = "case.toml";
pub(super) const INTAKE: &str = "intake.json";
pub(super) const LEDGER: &str = "ledger.jsonl";
pub(super) const BUILD: &str = "build.json";
pub(super) const ORIGINALS: &str = "originals";
const HASHES: &str = "originals-sha256.txt";
pub(super) const DECISIONS: &str = "decisions";
pub(super) const OWN: &str = "queries/own";
const BUILT_IN: &str = "queries/built-in";
const TABLES: &str = "tables";
pub(super) const REPORT: &str = "report";
pub(super) const EXPORTS: &str = "exports";

/// Versions of all that the tool is built with.
const LOCK: &str = include_str!("../../../Cargo.lock");

/// Files put together, and the SHA-256 that some of them must have: what the case noted when they were made.
#[derive(Default)]
pub(super) struct Contents {
    pub payload: Payload<'static>,
    pub expected: BTreeMap<String, String>,
}

/// Whether a replay computes a file again, by its path in `data/`.
pub(super) fn is_computed(path: &str) -> bool {
    let within = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    path == HASHES || [TABLES, REPORT, BUILT_IN].into_iter().any(within)
}

impl Contents {
    /// What a replay starts from: settings, deliveries, decisions, the office's own queries, and the originals where they
    /// are wanted. `settings` is the text of `case.toml`.
    pub fn add_inputs(
        &mut self,
        case: &Case,
        deliveries: &Deliveries,
        settings: Vec<u8>,
        with_originals: bool,
    ) -> Result<(), StepError> {
        self.payload.add(SETTINGS, settings);
        self.payload.add(INTAKE, deliveries.to_json()?);
        if with_originals {
            for original in deliveries.originals() {
                let path = format!("{ORIGINALS}/{}", original.sha256);
                add_file(&mut self.payload, &path, &case.source_path(&original.sha256))?;
                self.expected.insert(path, original.sha256.clone());
            }
        }
        for kind in DecisionKind::ALL {
            let name = format!("{DECISIONS}/{}.jsonl", kind.as_str());
            let path = case.root().join(&name);
            if path.is_file() {
                add_file(&mut self.payload, &name, &path)?;
            }
        }
        self.add_folder(OWN, &case.root().join("queries"))
    }

    /// What a replay computes again, but for the page: tables, hashes of originals, and what is built in.
    pub fn add_computed(&mut self, case: &Case, deliveries: &Deliveries) -> Result<(), StepError> {
        for table in Table::ALL {
            for (part, file) in case.manifest().parts(table).iter().zip(case.files(table)) {
                let path = format!("{TABLES}/{}/{}.parquet", table.name(), part_name(table, part));
                add_file(&mut self.payload, &path, &file)?;
                self.expected.insert(path, part.sha256.clone());
            }
        }
        self.add_known(deliveries);
        Ok(())
    }

    /// What says nothing of anybody: hashes of originals, and what is built in.
    pub fn add_known(&mut self, deliveries: &Deliveries) {
        let originals = deliveries.originals();
        let hashes = originals.iter().map(|original| original.sha256.as_str());
        self.payload.add(HASHES, hash_list(hashes.collect()));
        for (path, text) in rules::built_in_texts().chain(lexicons::built_in_texts()) {
            self.payload.add(&format!("{BUILT_IN}/{path}"), text);
        }
        let given = deliveries.mappings();
        for (id, text) in builtin_texts() {
            if given.contains(hex(&sha256(text.as_bytes())).as_str()) {
                self.payload.add(&format!("{BUILT_IN}/mappings/{id}.toml"), text);
            }
        }
    }

    /// The page, in the place that it has in a bundle.
    pub fn add_page(&mut self, name: &str, bytes: Vec<u8>) {
        self.payload.add(&format!("{REPORT}/{name}"), bytes);
    }

    /// Which tool made all this.
    pub fn add_build(&mut self) -> Result<(), StepError> {
        let built_in: Vec<String> = rules::built_in_texts()
            .chain(lexicons::built_in_texts())
            .map(|(path, text)| format!("{} {path}\n", hex(&sha256(text.as_bytes()))))
            .collect();
        let about = serde_json::json!({
            "tool": "geldspoor",
            "version": env!("CARGO_PKG_VERSION"),
            "operating_system": std::env::consts::OS,
            "processor": std::env::consts::ARCH,
            "sha256_of_versions_of_all_libraries": hex(&sha256(LOCK.as_bytes())),
            "sha256_of_built_in_rules_and_lexicons": hex(&sha256(built_in.concat().as_bytes())),
        });
        let mut text =
            serde_json::to_vec_pretty(&about).map_err(|e| StepError::Parameter(format!("{BUILD}: {e}")))?;
        text.push(b'\n');
        self.payload.add(BUILD, text);
        Ok(())
    }

    /// What lies in the case's `exports/` with the bytes that the tool wrote last: whatever else lies there is nobody's
    /// word. A step that exports adds nothing here: it writes into `exports/` and notes the file in the ledger. Gives how
    /// many files lie there that are not taken.
    pub fn add_exports(&mut self, case: &Case, made_now: &str) -> Result<usize, StepError> {
        let mut written: BTreeMap<String, String> = BTreeMap::new();
        // What was exported before a source went out of use may tell of it.
        let out = case.standing(DecisionKind::Source)?;
        let out = out
            .iter()
            .filter(|decision| decision.value.starts_with(OUT_OF_USE))
            .filter_map(|decision| moment(&decision.time))
            .max();
        for line in case.ledger()? {
            if moment(&line.time) <= out {
                for one in &line.written {
                    written.remove(&one.name);
                }
                continue;
            }
            for one in line.written {
                written.insert(one.name, one.sha256);
            }
        }
        let root = case.root().join("exports");
        let mut left = 0;
        let mut files = Vec::new();
        walk(&root, "", &mut files)?;
        for inside in files {
            let name = format!("{EXPORTS}/{inside}");
            // The page of this bundle has a place of its own.
            if inside == made_now {
                continue;
            }
            let path = root.join(&inside);
            match written.get(&name) {
                Some(hash) if *hash == hash_of(&path).map_err(|e| CaseError::io(&path, e))? => {
                    add_file(&mut self.payload, &name, &path)?;
                    self.expected.insert(name, hash.clone());
                }
                _ => left += 1,
            }
        }
        Ok(left)
    }

    /// Every file below a folder; nothing where there is none.
    pub fn add_folder(&mut self, to: &str, from: &Path) -> Result<(), StepError> {
        let mut files = Vec::new();
        walk(from, "", &mut files)?;
        for inside in files {
            add_file(&mut self.payload, &format!("{to}/{inside}"), &from.join(&inside))?;
        }
        Ok(())
    }
}

/// Every file that the case keeps must still have the bytes that were received, those found in archives among them, and
/// those of which a bundle says the hash alone.
pub(super) fn as_received(case: &Case, deliveries: &Deliveries) -> Result<(), StepError> {
    for source in deliveries.received_at.keys() {
        let path = case.source_path(source);
        let found = hash_of(&path).map_err(|e| CaseError::io(&path, e))?;
        if found != *source {
            return Err(changed(&path.display().to_string(), source, &found));
        }
    }
    Ok(())
}

/// A file of the case is not what the case noted.
pub(super) fn changed(path: &str, noted: &str, found: &str) -> StepError {
    CaseError::Damaged {
        path: path.to_owned(),
        reason: format!("it was changed since the case made or received it: expected SHA-256 {noted}, found {found}"),
        next_step: "Put the file back from a copy. Tables are made again by `geldspoor check` and `geldspoor detect`; an \
                    original comes from whoever handed it over"
            .to_owned(),
    }
    .into()
}

/// The name of a part without the beginning of its own hash, so that a part that differs is compared and not missing.
fn part_name(table: Table, part: &Part) -> &str {
    let file = part.file.rsplit('/').next().unwrap_or(&part.file);
    let stem = file.strip_suffix(".parquet").unwrap_or(file);
    let beginning = part.sha256.get(..16).unwrap_or(&part.sha256);
    match stem
        .strip_suffix(beginning)
        .map(|rest| rest.trim_end_matches('-'))
    {
        Some("") => table.name(),
        Some(rest) => rest,
        None => stem,
    }
}

/// As `sha256sum -c` reads it within `data/`.
fn hash_list(mut hashes: Vec<&str>) -> String {
    hashes.sort_unstable();
    let lines = hashes
        .into_iter()
        .map(|hash| format!("{hash}  {ORIGINALS}/{hash}\n"));
    lines.collect()
}

/// Files below a folder with `/` between parts, in order. What begins with a dot is passed: half-written, or the system's
/// own. So is a bundle in a folder.
fn walk(folder: &Path, inside: &str, files: &mut Vec<String>) -> Result<(), StepError> {
    if !folder.is_dir() || (!inside.is_empty() && folder.join("bagit.txt").is_file()) {
        return Ok(());
    }
    let io = |e| CaseError::io(folder, e);
    let mut entries = fs::read_dir(folder)
        .map_err(io)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(io)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(StepError::Parameter(format!(
                "{}: the name is no Unicode text, so it cannot stand in a bundle; give it another name",
                entry.path().display()
            )));
        };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{inside}{name}");
        match entry.file_type().map_err(io)?.is_dir() {
            true => walk(&entry.path(), &format!("{path}/"), files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_called_the_same_whatever_is_in_them() {
        let part = |file: &str, sha256: &str| Part {
            file: file.to_owned(),
            sha256: sha256.to_owned(),
            rows: 1,
            source_id: String::new(),
            read_with: String::new(),
        };
        let hash = "0123456789abcdef0123";
        for (file, name) in [
            ("findings/0123456789abcdef.parquet", "findings"),
            ("findings/aa-00001-0123456789abcdef.parquet", "aa-00001"),
            ("findings/other.parquet", "other"),
        ] {
            assert_eq!(part_name(Table::Findings, &part(file, hash)), name);
        }
    }

    #[test]
    fn what_is_computed_again_is_told_by_its_path() {
        for path in [
            "tables/x/y.parquet",
            "report/a.html",
            "originals-sha256.txt",
            "queries/built-in/a.sql",
        ] {
            assert!(is_computed(path), "{path}");
        }
        for path in [
            "ledger.jsonl",
            "tables.txt",
            "queries/own/a.sql",
            "exports/report.html",
        ] {
            assert!(!is_computed(path), "{path}");
        }
    }
}
