//! The command as people type it: run, look at what it prints, look into the tables it leaves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use tempfile::TempDir;

/// The package's folder.
pub fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The shared data beside the project, where it is there. A test over it says so and passes where it is not.
pub fn shared(what: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("GELDSPOOR_SHARED").map_or_else(|| package().join("../shared"), PathBuf::from);
    let path = root.join("data").join(what);
    if path.exists() {
        Some(path)
    } else {
        eprintln!("{} is not there: this test looks at nothing", path.display());
        None
    }
}

/// Runs the command with keys of its own.
pub fn geldspoor(keys: &Path, arguments: &[&str]) -> Output {
    command(keys)
        .args(arguments)
        .output()
        .expect("the command starts")
}

/// The command with keys of its own, to add to.
pub fn command(keys: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geldspoor"));
    command
        .env("GELDSPOOR_KEYS", keys)
        .env("GELDSPOOR_USER", "tester")
        .env("NO_COLOR", "1");
    command
        .env_remove("GELDSPOOR_CASE")
        .env_remove("GELDSPOOR_PURPOSE");
    command
}

/// What a command printed, both streams.
pub fn printed(output: &Output) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    format!("{out}{err}")
}

/// The exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// A case made by `investigate`, and its folder.
pub struct Investigated {
    pub folder: TempDir,
    pub case: PathBuf,
    pub said: String,
}

/// `investigate` on a folder or file.
pub fn investigate(sources: &[&Path], more: &[&str]) -> Investigated {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = folder.path().join("case");
    let keys = folder.path().join("keys");
    let mut command = command(&keys);
    command
        .arg("investigate")
        .args(sources)
        .arg("-o")
        .arg(&case)
        .args(more);
    let output = command.output().expect("the command starts");
    assert_eq!(code(&output), 0, "{}", printed(&output));
    Investigated {
        case,
        said: printed(&output),
        folder,
    }
}

/// The sample, investigated once for all tests that only read.
pub fn sample() -> &'static Investigated {
    static SAMPLE: OnceLock<Investigated> = OnceLock::new();
    SAMPLE.get_or_init(|| investigate(&[&package().join("sample-data/delivery")], &[]))
}

/// The sample's case in a place of its own, since what leaves writes to its ledger.
pub fn copied(made: &Investigated) -> Investigated {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("case");
    copy(&made.case, &case);
    Investigated {
        case,
        said: String::new(),
        folder,
    }
}

/// The same with the key of its pseudonyms, so that a release is called the same in both.
pub fn copied_with_key(made: &Investigated) -> Investigated {
    let other = copied(made);
    copy(
        &made.folder.path().join("keys"),
        &other.folder.path().join("keys"),
    );
    other
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => std::fs::copy(entry.path(), &to).map(|_| ()).expect("copied"),
        }
    }
}

/// The Parquet files of a case read by DataFusion alone, without any code of ours between.
pub struct Tables {
    context: SessionContext,
    runtime: tokio::runtime::Runtime,
}

impl Tables {
    pub fn of(case: &Path) -> Tables {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let config = SessionConfig::new().set_bool("datafusion.sql_parser.parse_float_as_decimal", true);
        let context = SessionContext::new_with_config(config);
        let root = case.join("tables");
        for entry in std::fs::read_dir(&root).expect("the tables").flatten() {
            let holds = entry.path().is_dir()
                && std::fs::read_dir(entry.path())
                    .expect("a table")
                    .flatten()
                    // What a broken-off command left is hidden and no part of the table.
                    .any(|file| !file.file_name().to_string_lossy().starts_with('.'));
            if holds {
                let name = entry.file_name().into_string().expect("a name");
                let path = format!("{}/", entry.path().display());
                runtime
                    .block_on(context.register_parquet(name, path, ParquetReadOptions::default()))
                    .expect("a table of Parquet files");
            }
        }
        // A table without rows has no file.
        for table in geldspoor::case::Table::ALL {
            if runtime.block_on(context.table_provider(table.name())).is_err() {
                let empty = RecordBatch::new_empty(table.schema());
                context.register_batch(table.name(), empty).expect("registered");
            }
        }
        Tables { context, runtime }
    }

    /// Rows as text, empty for NULL.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let batches = self
            .runtime
            .block_on(async { self.context.sql(sql).await?.collect().await })
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let options = FormatOptions::new();
        let mut rows = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let cell = |column: &dyn Array| {
                    let formatter = ArrayFormatter::try_new(column, &options).expect("a printable column");
                    formatter.value(row).to_string()
                };
                rows.push(
                    batch
                        .columns()
                        .iter()
                        .map(|column| cell(column.as_ref()))
                        .collect(),
                );
            }
        }
        rows
    }

    /// The only cell.
    pub fn one(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0][0].clone()
    }

    /// The only cell as a number.
    pub fn count(&self, sql: &str) -> u64 {
        self.one(sql)
            .parse()
            .unwrap_or_else(|_| panic!("{sql} gives no count"))
    }
}
