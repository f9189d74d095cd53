//! What lies in the folder of a case, and what of it is the case's own. Links are never followed.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::decisions::DecisionKind;
use super::super::{CaseError, Table};
use super::{CERTIFICATE, JOURNAL, PROGRESS};

/// Something in the folder of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Path within the folder, with `/`.
    pub path: String,
    pub kind: FoundKind,
    pub owner: Owner,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FoundKind {
    File,
    Folder,
    /// Where it leads to, as it says.
    Link(String),
    /// A pipe or another thing that holds no bytes.
    Other,
}

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// The tool made it, or it lies where the case keeps such things.
    Case,
    /// Lock, journal and certificate: no records are in them.
    Erasing,
    /// Somebody put it there.
    Foreign,
}

/// Folders all of whose content is the case's.
const OWN: [&str; 4] = ["queries", "exports", "cache", "merged"];
/// Files of the case itself, and what a cut-off command left of them.
const FILES: [&str; 4] = ["case.toml", "case.new", "ledger.jsonl", "ledger.new"];
const LOCKS: [&str; 2] = ["case.lock", "case.lock.holder"];

/// Everything in the folder, in order of path, a folder before what is in it.
pub(super) fn walk(root: &Path) -> Result<Vec<Found>, CaseError> {
    let mut all = Vec::new();
    into(root, "", &mut all)?;
    all.sort();
    Ok(all)
}

fn into(folder: &Path, prefix: &str, all: &mut Vec<Found>) -> Result<(), CaseError> {
    for entry in fs::read_dir(folder).map_err(|e| CaseError::io(folder, e))? {
        let entry = entry.map_err(|e| CaseError::io(folder, e))?;
        let path = entry.path();
        let name = entry.file_name();
        // A name that is no text cannot be written down, so it is nobody's and left.
        let text = name.to_str();
        let relative = format!("{prefix}{}", name.to_string_lossy());
        let kind = kind_of(&path)?;
        let owner = match text {
            Some(_) => owner(&relative, &kind),
            None => Owner::Foreign,
        };
        let is_folder = kind == FoundKind::Folder;
        all.push(Found {
            path: relative.clone(),
            kind,
            owner,
        });
        if is_folder {
            into(&path, &format!("{relative}/"), all)?;
        }
    }
    Ok(())
}

fn kind_of(path: &Path) -> Result<FoundKind, CaseError> {
    let about = fs::symlink_metadata(path).map_err(|e| CaseError::io(path, e))?;
    let kind = about.file_type();
    Ok(match () {
        () if kind.is_symlink() => {
            let target = fs::read_link(path).map_err(|e| CaseError::io(path, e))?;
            FoundKind::Link(target.display().to_string())
        }
        () if kind.is_dir() => FoundKind::Folder,
        () if kind.is_file() => FoundKind::File,
        () => FoundKind::Other,
    })
}

fn owner(path: &str, kind: &FoundKind) -> Owner {
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let own = |is: bool| if is { Owner::Case } else { Owner::Foreign };
    match (first, rest.as_slice()) {
        (name, []) if *kind == FoundKind::Folder => {
            own(OWN.contains(&name) || ["sources", "tables", "decisions", "withdrawn"].contains(&name))
        }
        // A link in the place of a folder of the case is the case's, what it leads to is not.
        (name, []) if matches!(kind, FoundKind::Link(_)) => own(OWN.contains(&name)
            || FILES.contains(&name)
            || ["sources", "tables", "decisions", "withdrawn"].contains(&name)),
        (name, []) if FILES.contains(&name) => Owner::Case,
        (name, []) => match LOCKS.contains(&name) || name == JOURNAL || is_certificate(name) {
            true => Owner::Erasing,
            false => Owner::Foreign,
        },
        ("sources", [name]) => own(is_hash(name) || name.ends_with(".receiving")),
        ("decisions", [name]) => own(DecisionKind::ALL.iter().any(|kind| {
            name.strip_prefix(kind.as_str())
                .is_some_and(|end| [".jsonl", ".new"].contains(&end))
        })),
        ("tables" | "withdrawn", [name]) => {
            own(Table::from_name(name).is_some() || ["manifest.json", "manifest.new"].contains(name))
        }
        ("tables" | "withdrawn", [table, name]) => {
            own(Table::from_name(table).is_some()
                && (name.ends_with(".parquet") || name.ends_with(".writing")))
        }
        (name, _) => own(OWN.contains(&name)),
    }
}

fn is_hash(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Certificates of this erasure, of earlier ones of single sources, and what a cut-off one left.
fn is_certificate(name: &str) -> bool {
    ["erase.journal.new", PROGRESS].contains(&name)
        || CERTIFICATE.contains(&name)
        || (name.starts_with("erasure-certificate")
            && [".json", ".txt", ".new"].iter().any(|end| name.ends_with(end)))
}

/// Whether the tool gave something its name, so that the name tells nothing of anybody.
pub(super) fn is_named_by_tool(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    FILES.contains(&first) || ["sources", "tables", "withdrawn", "decisions", "cache"].contains(&first)
}

/// A path within a folder, as this system writes it.
pub(super) fn place(root: &Path, path: &str) -> PathBuf {
    path.split('/')
        .fold(root.to_owned(), |place, part| place.join(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_case_keeps_is_its_own_and_what_somebody_put_there_is_not() {
        let hash = "0".repeat(64);
        let file = |path: &str| owner(path, &FoundKind::File);
        for path in [
            "case.toml",
            "ledger.jsonl",
            &format!("sources/{hash}"),
            "sources/3.receiving",
            "tables/manifest.json",
            "tables/entries/ab-00000-cd.parquet",
            "tables/entries/.ab.writing",
            "withdrawn/entries/ab.parquet",
            "decisions/category.jsonl",
            "decisions/retention.new",
            "queries/indicators/own.sql",
            "exports/report.html",
            "merged/ab/ledger.jsonl",
            "cache/patterns.json",
        ] {
            assert_eq!(file(path), Owner::Case, "{path}");
        }
        for path in ["case.lock", "case.lock.holder", JOURNAL, CERTIFICATE[0]] {
            assert_eq!(file(path), Owner::Erasing, "{path}");
        }
        for path in [
            "notes.docx",
            "sources/notes.docx",
            "tables/mine/x.parquet",
            "tables/entries/notes.txt",
            "decisions/letter.pdf",
            "mine/sources/x",
        ] {
            assert_eq!(file(path), Owner::Foreign, "{path}");
        }
        let link = FoundKind::Link("/elsewhere".to_owned());
        assert_eq!(owner("sources", &link), Owner::Case);
        assert_eq!(owner("elsewhere", &link), Owner::Foreign);
    }
}
