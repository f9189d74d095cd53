//! Erasing a case, or a source of it: who may, what it takes along outside the folder, and what the certificate says. The
//! erasing itself is [`crate::case::erase`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::category::left_since;
use super::release::{Guard, Leaving};
use super::retention::retention;
use super::withdraw::{Tie, ties};
use super::{StepError, key_path};
use crate::case::erase::{self, Certified, Erasure, ErasureOf, Order, Released};
use crate::case::{Actor, Case, CaseError, Lock, Table, forget_erased};
use crate::victims::KeyFile;

/// What a person wants erased.
#[derive(Clone, Debug, Default)]
pub struct ToErase<'a> {
    /// Why; needed where nothing was begun yet.
    pub reason: &'a str,
    /// The rule that asks for it; that of the retention where not given.
    pub legal_basis: &'a str,
    /// The reference of the case, typed, so that nobody erases the wrong one.
    pub confirm: &'a str,
    /// One source alone, by its SHA-256.
    pub source: Option<&'a str>,
    /// Whether what somebody put into the folder goes too.
    pub is_foreign_too: bool,
    /// Whether the key of the pseudonyms stays.
    pub keeps_key: bool,
    /// The folder for the certificate; that of the case where not given.
    pub certificate: Option<PathBuf>,
}

/// Erases a case, or goes on with an erasure that was cut off. Beside what was certified: sentences that a person should
/// read.
pub fn erase(
    root: &Path,
    actor: &Actor,
    keys: &Path,
    wanted: &ToErase<'_>,
) -> Result<(Certified, Vec<String>), StepError> {
    let root = root.canonicalize().map_err(|e| CaseError::Io {
        path: root.display().to_string(),
        error: e,
    })?;
    let mut notes = Vec::new();
    let (erasure, lock) = match erase::pending(&root)? {
        Some(pending) => {
            confirmed(&pending.case, wanted.confirm)?;
            notes.push(format!(
                "going on with what {} began at {} (reason: {}); what is given now beside --confirm does not count",
                pending.by, pending.begun, pending.reason
            ));
            let lock = Lock::take(&root, "case erase")?;
            (erase::resume(&root, &lock, pending)?, lock)
        }
        None => begin(&root, actor, keys, wanted, &mut notes)?,
    };
    let mut bring = |erasure: &Erasure| match &erasure.of {
        ErasureOf::Case => Ok(()),
        ErasureOf::Sources(ids) => {
            let note = format!(
                "erased by {}: sources {}, with all that was derived and exports/; reason: {}",
                erasure.by,
                ids.join(", "),
                erasure.reason
            );
            forget_erased(&root, actor.clone(), ids, &note)
        }
    };
    let certified = erase::finish(&root, lock, erasure, &mut bring)?;
    Ok((certified, notes))
}

fn begin(
    root: &Path,
    actor: &Actor,
    keys: &Path,
    wanted: &ToErase<'_>,
    notes: &mut Vec<String>,
) -> Result<(Erasure, Lock), StepError> {
    let case = Case::open(root)?;
    let settings = case.settings();
    confirmed(&settings.reference, wanted.confirm)?;
    if wanted.reason.trim().is_empty() {
        return Err(CaseError::Decision("erasing needs a reason: add --reason TEXT".to_owned()).into());
    }
    let certificate = certificate_folder(root, wanted)?;
    // A retention that does not read must not keep a case from being erased.
    let kept = retention(&case).unwrap_or_default();
    let basis = match (wanted.legal_basis.trim(), &kept) {
        ("", Some((kept, _))) => kept.legal_basis.clone(),
        (given, _) => given.to_owned(),
    };
    let words = kept.map_or_else(String::new, |(kept, decision)| {
        let until = kept
            .until
            .map_or_else(|| "no day set".to_owned(), |day| day.to_string());
        format!("until {until}, set by {} at {}", decision.author, decision.time)
    });
    look(&case, wanted, &basis, actor, notes)?;
    // From here on nobody else writes: what is listed is what is there.
    let lock = Lock::take(root, "case erase")?;
    let case = Case::open(root)?;
    let of = match wanted.source {
        None => ErasureOf::Case,
        Some(source) => ErasureOf::Sources(with_parts(&case, source, notes)?),
    };
    let is_whole = of == ErasureOf::Case;
    let key = key_path(keys, &case);
    let (keys, key_note) = match (is_whole, wanted.keeps_key) {
        (false, _) => (Vec::new(), "The case goes on, and so does its key.".to_owned()),
        (true, true) => (
            Vec::new(),
            "The key was kept, as asked: whoever has it can still tell who is behind the pseudonyms of what was given out."
                .to_owned(),
        ),
        (true, false) => {
            // What a link leads to is the key.
            let files: Vec<PathBuf> = KeyFile::files(&key)
                .into_iter()
                .map(|file| file.canonicalize().unwrap_or(file))
                .collect();
            let note = match files.is_empty() {
                true => "No key was found in the folder of keys that was named: one that is kept elsewhere is not reached.",
                false => {
                    "With them goes the way back from the pseudonyms of what was given out; copies of the key kept elsewhere are \
                     not reached. Another case with the same reference and authority, if there is one, went by the same key."
                }
            };
            (files, note.to_owned())
        }
    };
    let released = left_since(&case, None).unwrap_or_else(|error| {
        notes.push(format!(
            "what left the case could not be read from its ledger: {error}"
        ));
        Vec::new()
    });
    let order = Order {
        by: actor.user.clone(),
        reason: wanted.reason.trim().to_owned(),
        legal_basis: basis,
        retention: words,
        is_foreign_too: wanted.is_foreign_too && is_whole,
        keys,
        key_note,
        released: released
            .into_iter()
            .map(|left| Released {
                time: left.time,
                by: left.user,
                what: left.name,
                sha256: left.sha256,
            })
            .collect(),
        certificate,
    };
    let files = files_of(&case, &of);
    let report = case.verify_ledger().ok();
    if let Some(report) = report.as_ref().filter(|report| !report.faults.is_empty()) {
        notes.push(format!(
            "beware: the ledger is not whole ({}); the certificate says so",
            report.faults.join("; ")
        ));
    }
    let goes = |path: &str| {
        files.as_ref().is_none_or(|files| {
            let is_derived = path
                .split_once('/')
                .is_some_and(|(first, _)| ["exports", "cache"].contains(&first));
            // The lock is held, so nobody is writing these: they are left over.
            let is_left_over = path.ends_with(".receiving") || path.ends_with(".writing");
            is_derived || is_left_over || files.contains(path)
        })
    };
    let about = (settings.reference.as_str(), settings.authority.as_str());
    let erasure = erase::begin(root, &lock, about, report.as_ref(), of, &order, &goes)?;
    Ok((erasure, lock))
}

fn confirmed(reference: &str, typed: &str) -> Result<(), StepError> {
    if reference == typed {
        return Ok(());
    }
    Err(CaseError::Decision(format!(
        "--confirm ‘{typed}’ is not the reference of this case, ‘{reference}’: nothing was erased. Look whether this is the case \
         that is meant"
    ))
    .into())
}

/// Where the certificate goes: into the folder that is being emptied, or outside of it, never in between.
fn certificate_folder(root: &Path, wanted: &ToErase<'_>) -> Result<PathBuf, StepError> {
    let Some(folder) = &wanted.certificate else {
        return Ok(root.to_owned());
    };
    std::fs::create_dir_all(folder).map_err(|e| CaseError::Io {
        path: folder.display().to_string(),
        error: e,
    })?;
    let folder = folder.canonicalize().map_err(|e| CaseError::Io {
        path: folder.display().to_string(),
        error: e,
    })?;
    if folder.starts_with(root) && folder != root {
        return Err(CaseError::Decision(format!(
            "--certificate {}: that lies in what is erased; give a folder outside the case",
            folder.display()
        ))
        .into());
    }
    Ok(folder)
}

/// The certificate leaves the case with what a person typed: nobody who is protected may be named in it.
fn look(
    case: &Case,
    wanted: &ToErase<'_>,
    basis: &str,
    actor: &Actor,
    notes: &mut Vec<String>,
) -> Result<(), StepError> {
    let guard = match Guard::of_records(case) {
        Ok(guard) => guard,
        Err(error) => {
            notes.push(format!(
                "the tables do not read ({error}), so nobody looked whether reason and legal basis name somebody who is protected: \
                 do that before the certificate is handed on"
            ));
            return Ok(());
        }
    };
    let settings = case.settings();
    let lines = [
        settings.reference.as_str(),
        &settings.authority,
        wanted.reason,
        basis,
        &actor.user,
    ];
    let file = Leaving {
        path: "erasure-certificate.txt".to_owned(),
        bytes: lines.join("\n").into_bytes(),
    };
    Ok(guard.look(Path::new(""), &[file])?)
}

/// The sources that go with one: what was found in it or made from it. Refused where its bytes, or what it says, would
/// stay in another one.
fn with_parts(case: &Case, source: &str, notes: &mut Vec<String>) -> Result<Vec<String>, StepError> {
    let ties = ties(case)?;
    let refused = |why: String| -> StepError { CaseError::Decision(why).into() };
    let own = ties.iter().find(|tie| tie.source_id == source);
    if let Some(own) = own.filter(|own| !own.made_from.is_empty() && !own.is_made_by_hand) {
        return Err(refused(format!(
            "{} was found in the source {}, which holds its bytes: erase that one, and this goes with it",
            own.name, own.made_from
        )));
    }
    let mut ids = vec![source.to_owned()];
    let mut at = 0;
    while let Some(one) = ids.get(at).cloned() {
        at += 1;
        let of = |tie: &&Tie| tie.made_from == one && !ids.contains(&tie.source_id);
        let found: Vec<&Tie> = ties.iter().filter(of).collect();
        for tie in &found {
            notes.push(format!(
                "{} was found in it or made from it, and goes too",
                tie.name
            ));
        }
        ids.extend(found.iter().map(|tie| tie.source_id.clone()));
    }
    for id in &ids {
        let others = ties.iter().filter(|tie| !ids.contains(&tie.source_id));
        let beside: Vec<&str> = others
            .filter(|tie| {
                case.manifest().was_read_beside(&tie.source_id, id)
                    || case.manifest().was_read_beside(id, &tie.source_id)
            })
            .map(|tie| tie.name.as_str())
            .collect();
        if !beside.is_empty() {
            return Err(refused(format!(
                "it was read together with {}, whose rows hold what it says: take it out of use with `geldspoor source withdraw`, \
                 or erase the case",
                beside.join(", ")
            )));
        }
    }
    Ok(ids)
}

/// The files of sources and of all that was derived; nothing where everything goes.
fn files_of(case: &Case, of: &ErasureOf) -> Option<BTreeSet<String>> {
    let ErasureOf::Sources(ids) = of else {
        return None;
    };
    let manifest = case.manifest();
    let mut files: BTreeSet<String> = ids.iter().map(|id| format!("sources/{id}")).collect();
    for table in Table::ALL {
        let own = manifest
            .parts(table)
            .iter()
            .filter(|part| !table.is_per_source() || ids.contains(&part.source_id));
        files.extend(own.map(|part| format!("tables/{}", part.file)));
    }
    for id in ids {
        files.extend(
            manifest
                .withdrawn_parts(id)
                .into_iter()
                // A withdrawal that was cut off has not moved them yet.
                .flat_map(|(_, part)| ["withdrawn", "tables"].map(|place| format!("{place}/{}", part.file))),
        );
    }
    Some(files)
}
