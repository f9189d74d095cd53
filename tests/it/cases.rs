//! Whole cases: sources out of use, two cases into one, how long a case is kept, and erasing one so that the certificate
//! says what happened.

mod erasing;
mod kept;
mod merging;
mod of_use;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::command::{code, command, printed};
use crate::delivery::HEADER;

/// A folder with keys, and cases in it.
pub struct Office {
    folder: TempDir,
}

impl Office {
    pub fn new() -> Office {
        Office {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn keys(&self) -> PathBuf {
        self.path("keys")
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    /// With more in the environment.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        command(&self.keys())
            .current_dir(self.folder.path())
            .args(arguments)
            .envs(environment.iter().copied())
            .output()
            .expect("the command starts")
    }

    /// Runs and ends with 0; gives what was printed.
    pub fn works(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        printed(&output)
    }

    /// Runs and ends with a code; gives what was printed.
    pub fn refuses(&self, expected: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), expected, "{arguments:?}: {}", printed(&output));
        printed(&output)
    }

    /// Puts a file beside the cases.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// A new case with these files taken in.
    pub fn case(&self, name: &str, reference: &str, more: &[&str], files: &[&str]) -> PathBuf {
        let mut arguments = vec!["case", "new", name, "--reference", reference];
        arguments.extend(more);
        self.works(&arguments);
        for file in files {
            self.works(&["-C", name, "intake", file]);
        }
        self.path(name)
    }
}

/// A listing of payments between two accounts: day and amount of each.
pub fn payments(number: u32, rows: &[(&str, &str)]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for (at, (day, amount)) in rows.iter().enumerate() {
        text.push_str(&format!(
            "{number}-{at},{day},NL91ABNA0417164300,A,NL20INGB0001234567,B,{amount},EUR,transfer_sepa,,rent\n"
        ));
    }
    text.into_bytes()
}

/// Every file below a folder with its bytes, links as what they say.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() {
                waiting.push((format!("{name}/"), entry.path()));
            } else if kind.is_symlink() {
                let target = std::fs::read_link(entry.path()).expect("a link");
                files.insert(name, target.to_string_lossy().into_owned().into_bytes());
            } else {
                files.insert(name, std::fs::read(entry.path()).expect("read"));
            }
        }
    }
    files
}

/// Copies a folder as it is.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("copied");
        }
    }
}

/// The SHA-256 of bytes in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    geldspoor::model::hex(&geldspoor::model::sha256(bytes))
}
