//! The command `export`: a case into files that other programmes open, without those whom it protects.

mod guarded;
mod others;
mod places;
mod planted;
mod repeat;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use serde_json::Value;

use crate::command::{Investigated, code, command, copied, printed, sample};

/// A public key of age that nobody has the other half of.
pub const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// Runs a verb on a case.
pub fn run(made: &Investigated, arguments: &[&str]) -> Output {
    command(&made.folder.path().join("keys"))
        .arg("-C")
        .arg(&made.case)
        .args(arguments)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .expect("the command starts")
}

/// Runs `export` and gives the files that it names, and what it said.
pub fn export(made: &Investigated, arguments: &[&str]) -> (Vec<PathBuf>, String) {
    let output = run(made, &[&["export"], arguments].concat());
    assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
    let paths = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(PathBuf::from)
        .collect();
    (paths, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The sample in every format under pseudonyms, made once for all tests that only read.
pub fn sampled() -> &'static (Investigated, PathBuf, String) {
    static MADE: OnceLock<(Investigated, PathBuf, String)> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = copied(sample());
        let out = made.folder.path().join("out");
        let (paths, said) = export(
            &made,
            &["--to", "all", "--release", "one", "-o", &out.to_string_lossy()],
        );
        assert!(paths.iter().all(|path| path.is_file() && path.starts_with(&out)));
        (made, out, said)
    })
}

/// The entities of a file of FollowTheMoney.
pub fn entities(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// The values of a property.
pub fn all<'v>(entity: &'v Value, property: &str) -> Vec<&'v str> {
    entity["properties"][property]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Entities of a schema.
pub fn of<'v>(entities: &'v [Value], schema: &str) -> Vec<&'v Value> {
    entities
        .iter()
        .filter(|entity| entity["schema"] == schema)
        .collect()
}

/// Every text that an export holds, of each file: markup and JSON as they are, members of a workbook, cells of Parquet.
pub fn everything(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = match path.extension().and_then(|ending| ending.to_str()) {
                Some("xlsx") => members(&path),
                Some("parquet") => cells(&path),
                _ => std::fs::read_to_string(&path).expect("a text"),
            };
            found.push((name, text));
        }
    }
    found.sort();
    found
}

fn members(path: &Path) -> String {
    let file = std::fs::File::open(path).expect("the workbook");
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    let mut text = String::new();
    for number in 0..archive.len() {
        let member = archive.by_index(number).expect("a member");
        text.push_str(&std::io::read_to_string(member).expect("a text"));
    }
    text
}

fn cells(path: &Path) -> String {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(std::fs::File::open(path).expect("a file")).expect("a table");
    let mut text = format!("{:?}", reader.metadata().file_metadata().key_value_metadata());
    for row in reader.get_row_iter(None).expect("rows") {
        text.push_str(&row.expect("a row").to_string());
        text.push('\n');
    }
    text
}
