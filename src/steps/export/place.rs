//! Where an export goes: which path was meant, and whether anything may be written there.

use std::path::{Component, Path, PathBuf};

use super::Format;
use crate::case::{Case, CaseError};
use crate::steps::StepError;
use crate::steps::release::{PlaceError, Target};

/// What the files of one export are called, without their ending; `profile` is empty for the ordinary one.
pub(super) fn stem(profile: &str) -> String {
    match profile {
        "" => "export".to_owned(),
        profile => format!("export-{}", profile.replace(' ', "-")),
    }
}

/// The name of a format's file; of Parquet the name of its folder.
pub(super) fn name(stem: &str, format: Format) -> String {
    match format {
        Format::Parquet => "parquet".to_owned(),
        Format::File(format) => format!("{stem}.{}", format.extension()),
    }
}

/// The place that was meant. One format that is one file: a path that ends as such files do is the file, any other is the
/// folder for it. Several formats, or Parquet: the path is a folder of their own. Nothing lies in the case but in its
/// `exports`, in the folder of keys, or behind a link.
pub(super) fn target(
    case: &Case,
    keys: &Path,
    formats: &[Format],
    output: Option<&Path>,
    stem: &str,
) -> Result<Target, StepError> {
    let single = match formats {
        [Format::File(format)] => Some(*format),
        _ => None,
    };
    let Some(output) = output else {
        let exports = case.root().join("exports");
        return Ok(match single {
            Some(format) => Target::File(exports.join(name(stem, Format::File(format)))),
            None => Target::Folder(exports.join(match formats {
                [Format::Parquet] => format!("{stem}-parquet"),
                _ => format!("{stem}-files"),
            })),
        });
    };
    let target = match single {
        None => Target::Folder(output.to_owned()),
        Some(format) => {
            let last = output
                .file_name()
                .map(|name| name.to_string_lossy().to_lowercase());
            let ending = format.extension().rsplit('.').next().unwrap_or_default();
            let ends_as = |ending: &str| {
                last.as_deref()
                    .is_some_and(|last| last.ends_with(&format!(".{ending}")))
            };
            if !output.is_dir() && ends_as(ending) {
                Target::File(output.to_owned())
            } else if !output.is_dir() && has_ending(last.as_deref().unwrap_or_default()) {
                return Err(PlaceError::Form {
                    path: output.display().to_string(),
                    what: format!("--to {}", format.as_str()),
                    expected: format!("give a file that ends in .{ending}, or a folder"),
                }
                .into());
            } else {
                Target::File(output.join(name(stem, Format::File(format))))
            }
        }
    };
    may_be_written(case, keys, target.path())?;
    Ok(target)
}

/// Whether the name looks like that of a file: a few letters or digits behind a point.
fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(before, ending)| {
        !before.is_empty()
            && (1..=5).contains(&ending.len())
            && ending.bytes().all(|b| b.is_ascii_alphanumeric())
            && ending.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

/// Whether a file or folder may be put there: not among the case's own files, not in the folder of keys, not through a link.
pub(in crate::steps) fn may_be_written(case: &Case, keys: &Path, path: &Path) -> Result<(), StepError> {
    let shown = || path.display().to_string();
    let real = real(path)?;
    let root = std::fs::canonicalize(case.root()).map_err(|e| CaseError::io(case.root(), e))?;
    // A place that holds the case would be put in its place as a whole.
    if root.starts_with(&real) || (real.starts_with(&root) && !is_export(&root, &real)) {
        return Err(PlaceError::InCase {
            path: shown(),
            root: case.root().display().to_string(),
        }
        .into());
    }
    if let Ok(keys) = std::fs::canonicalize(keys)
        && (real.starts_with(&keys) || keys.starts_with(&real))
    {
        return Err(PlaceError::Keys { path: shown() }.into());
    }
    // The last part is replaced; what lies before it may be a link that the person knows.
    if std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        return Err(PlaceError::Link { path: shown() }.into());
    }
    Ok(())
}

/// Whether a path lies below `exports` and is none of its pages: those have their own verb.
fn is_export(root: &Path, real: &Path) -> bool {
    let exports = root.join("exports");
    real.strip_prefix(&exports).is_ok_and(|inner| {
        inner
            .components()
            .next()
            .is_some_and(|first| !first.as_os_str().to_string_lossy().starts_with('.'))
    })
}

/// The path with all links of what exists undone. What does not exist yet may hold no `..`.
fn real(path: &Path) -> Result<PathBuf, StepError> {
    let absolute = std::path::absolute(path).map_err(|e| CaseError::io(path, e))?;
    let mut exists = absolute.as_path();
    let mut behind = Vec::new();
    loop {
        if let Ok(real) = std::fs::canonicalize(exists) {
            if !behind.is_empty() && !real.is_dir() {
                return Err(PlaceError::Form {
                    path: path.display().to_string(),
                    what: "--output".to_owned(),
                    expected: format!("{} is a file, and no folder can lie in it", exists.display()),
                }
                .into());
            }
            return Ok(behind.iter().rev().fold(real, |path, part| path.join(part)));
        }
        let last = exists.components().next_back();
        match (last, exists.parent()) {
            (Some(Component::Normal(name)), Some(parent)) => {
                behind.push(name);
                exists = parent;
            }
            _ => {
                return Err(PlaceError::Form {
                    path: path.display().to_string(),
                    what: "--output".to_owned(),
                    expected: "name a place whose folders exist, without ‘..’ behind what does not"
                        .to_owned(),
                }
                .into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Settings;
    use crate::export::Format as File;

    fn case() -> (tempfile::TempDir, Case) {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Case::create(&folder.path().join("case"), &Settings::new("R")).expect("a case");
        (folder, case)
    }

    #[test]
    fn a_path_that_ends_as_such_files_do_is_the_file() {
        let (folder, case) = case();
        let of = |formats: &[Format], path: &str| {
            target(
                &case,
                Path::new("/nowhere"),
                formats,
                Some(&folder.path().join(path)),
                "export",
            )
        };
        let file = |name: &str| Target::File(folder.path().join(name));
        let one = [Format::File(File::Ftm)];
        assert_eq!(of(&one, "out/a.jsonl").expect("a file"), file("out/a.jsonl"));
        assert_eq!(of(&one, "out").expect("a folder"), file("out/export.ftm.jsonl"));
        assert!(of(&one, "out/a.xlsx").is_err());
        let several = [Format::File(File::Ftm), Format::Parquet];
        assert_eq!(
            of(&several, "out").expect("a folder"),
            Target::Folder(folder.path().join("out"))
        );
    }

    #[test]
    fn the_case_its_keys_and_links_are_left_alone() {
        let (folder, case) = case();
        let keys = folder.path().join("keys");
        std::fs::create_dir(&keys).expect("a folder");
        let is_refused = |path: &Path| {
            let several = [Format::File(File::Ftm), Format::Parquet];
            let one = [Format::File(File::Bods)];
            target(&case, &keys, &several, Some(path), "export").is_err()
                && target(&case, &keys, &one, Some(&path.join("x.json")), "export").is_err()
        };
        let root = case.root().to_owned();
        for inside in [
            "tables",
            "tables/entries",
            "sources",
            "decisions",
            "queries",
            "",
            "exports/.making",
            "new",
        ] {
            assert!(is_refused(&root.join(inside)), "{inside}");
        }
        for own in ["case.toml", "ledger.jsonl", "tables/manifest.json"] {
            assert!(
                target(
                    &case,
                    &keys,
                    &[Format::File(File::Bods)],
                    Some(&root.join(own)),
                    "e"
                )
                .is_err()
            );
        }
        assert!(is_refused(&keys) && is_refused(&keys.join("new")));
        // The case's own folder, and one above it.
        assert!(target(&case, &keys, &[Format::Parquet], Some(folder.path()), "export").is_err());
        assert!(
            target(
                &case,
                &keys,
                &[Format::Parquet],
                Some(&root.join("exports")),
                "export"
            )
            .is_err()
        );
        assert!(!is_refused(&root.join("exports/mine")));
        assert!(!is_refused(&folder.path().join("out")));
        assert!(is_refused(&root.join("exports/../tables")));
        assert!(is_refused(&folder.path().join("not/../case/tables")));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let (folder, case) = case();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(case.root().join("tables"), &link).expect("a link");
        let to = |path: &Path| {
            target(
                &case,
                Path::new("/nowhere"),
                &[Format::Parquet],
                Some(path),
                "export",
            )
        };
        assert!(to(&link).is_err() && to(&link.join("x")).is_err());
        let loose = folder.path().join("loose");
        std::os::unix::fs::symlink(folder.path().join("not there"), &loose).expect("a link");
        assert!(to(&loose).is_err());
    }
}
