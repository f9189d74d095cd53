//! Which files a delivery consists of.

use std::fs;
use std::path::{Path, PathBuf};

use super::IntakeError;
use super::run::io;

/// Every file under the given paths, folders walked, sorted by path; hidden files are left out. An error names a path
/// that does not exist, or a folder in which no file lies.
pub fn collect(paths: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, IntakeError> {
    let mut files = Vec::new();
    for path in paths {
        let facts = fs::metadata(path).map_err(|error| io(path, error))?;
        if facts.is_dir() {
            let before = files.len();
            walk(path, &PathBuf::new(), &mut files)?;
            if files.len() == before {
                return Err(IntakeError::Unknown {
                    name: path.display().to_string(),
                    looked: "the folder holds no files".to_owned(),
                    next_step: "Name the folder that the bank's delivery was unpacked into".to_owned(),
                });
            }
        } else {
            let name = path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            files.push((path.clone(), name));
        }
    }
    files.sort();
    // One file named twice (a folder and a file in it) is one file.
    let mut seen = hashbrown::HashSet::new();
    files.retain(|(path, _)| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    Ok(files)
}

fn walk(folder: &Path, below: &Path, files: &mut Vec<(PathBuf, String)>) -> Result<(), IntakeError> {
    for entry in fs::read_dir(folder).map_err(|e| io(folder, e))? {
        let entry = entry.map_err(|e| io(folder, e))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        let below = below.join(&name);
        // Links are not followed: they could lead out of the delivery.
        let kind = entry.file_type().map_err(|e| io(&path, e))?;
        if kind.is_dir() {
            walk(&path, &below, files)?;
        } else if kind.is_file() {
            let parts: Vec<String> = below
                .components()
                .map(|c| c.as_os_str().to_string_lossy().into_owned())
                .collect();
            files.push((path, parts.join("/")));
        }
    }
    Ok(())
}
