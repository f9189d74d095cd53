//! Hostile deliveries: whatever somebody made to break a reader is refused or rejected with place and limit, in bounded
//! memory and time, and nothing else of the delivery is lost.
//!
//! `GELDSPOOR_BIG=1 cargo test --test it bombs -- --nocapture --test-threads 1` makes lines of 2 GB instead of 8 MB, and
//! runs what fills a gigabyte of disk.

mod lines;
mod packed;
mod xml;

use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::command::{Tables, code, command, geldspoor, printed};
use crate::delivery::listing;

/// Most memory of a command, in bytes, whatever it is given.
const MEMORY: u64 = 1 << 30;

/// Whether the expensive ones run.
fn big() -> bool {
    std::env::var_os("GELDSPOOR_BIG").is_some()
}

/// A folder with files that somebody made to break a reader.
struct Hostile {
    folder: tempfile::TempDir,
}

/// What was told of a delivery.
struct Told {
    tables: Tables,
    case: PathBuf,
    printed: String,
    took: Duration,
    /// Most memory in bytes; nothing where the system does not tell.
    peak: u64,
    /// What was expected to be told and is not.
    missing: RefCell<Vec<String>>,
    _folder: tempfile::TempDir,
}

impl Drop for Told {
    fn drop(&mut self) {
        let missing = self.missing.borrow();
        assert!(missing.is_empty() || std::thread::panicking(), "{missing:#?}");
    }
}

impl Hostile {
    fn new() -> Hostile {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("delivery")).expect("a folder");
        Hostile { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("delivery").join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("written");
    }

    /// A file of these pieces, each so many times, written without being held.
    fn stream(&self, name: &str, pieces: &[(&[u8], u64)]) {
        let mut file = File::create(self.path(name)).expect("a file");
        for (piece, times) in pieces {
            let at_once = (1 << 20) / piece.len().max(1) as u64 + 1;
            let block = piece.repeat(at_once.min(*times) as usize);
            for _ in 0..times / at_once {
                file.write_all(&block).expect("written");
            }
            let rest = (times % at_once) as usize * piece.len();
            file.write_all(&block[..rest.min(block.len())]).expect("written");
        }
    }

    /// Takes the delivery in beside a good file, and checks that the good file is read.
    fn take_in(self) -> Told {
        self.put("good.csv", &listing(4_711));
        let keys = self.folder.path().join("keys");
        let case = self.folder.path().join("case");
        let word = case.to_string_lossy().into_owned();
        let made = geldspoor(&keys, &["case", "new", &word, "--reference", "R"]);
        assert_eq!(code(&made), 0, "{}", printed(&made));
        let said = self.folder.path().join("said");
        let output = File::create(&said).expect("a file");
        let start = Instant::now();
        let mut child = command(&keys)
            .args(["-C", &word, "intake"])
            .arg(self.folder.path().join("delivery"))
            .stdout(output.try_clone().expect("a file"))
            .stderr(output)
            .spawn()
            .expect("the command starts");
        let mut peak = 0;
        let status = loop {
            peak = peak.max(peak_of(child.id()));
            if let Some(status) = child.try_wait().expect("a process") {
                break status;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = start.elapsed();
        let printed = String::from_utf8_lossy(&std::fs::read(said).expect("what was said")).into_owned();
        assert!(
            status.code() == Some(0) && !printed.contains("panicked"),
            "{status}: {printed}"
        );
        let told = Told {
            tables: Tables::of(&case),
            case,
            printed,
            took,
            peak,
            missing: RefCell::default(),
            _folder: self.folder,
        };
        assert_eq!(told.counts("good.csv"), (1, 0), "the good file beside them");
        println!(
            "taken in within {:.1} s and {} MB",
            told.took.as_secs_f64(),
            told.peak >> 20
        );
        assert!(told.peak < MEMORY, "{} MB", told.peak >> 20);
        told
    }
}

impl Told {
    /// Records accepted and rejected of a file.
    fn counts(&self, name: &str) -> (u64, u64) {
        let rows = self.tables.rows(&format!(
            "SELECT rows_accepted, rows_rejected FROM sources WHERE name = '{name}'"
        ));
        assert_eq!(rows.len(), 1, "{name} is a source: {}", self.printed);
        let count = |at: usize| rows[0][at].parse().expect("a number");
        (count(0), count(1))
    }

    /// All that was told of a file: its note, and its rejects with their places.
    fn said(&self, name: &str) -> String {
        let mut said = self
            .tables
            .rows(&format!("SELECT note FROM sources WHERE name = '{name}'"));
        said.extend(self.tables.rows(&format!(
            "SELECT r.locator, r.byte_start, r.reason FROM rejects AS r JOIN sources AS s USING (source_id) \
             WHERE s.name = '{name}' ORDER BY r.byte_start LIMIT 20"
        )));
        let said: Vec<String> = said.into_iter().map(|row| row.join(", ")).collect();
        said.join(" | ")
    }

    /// Notes where these words were not told of a file; all that is missing is told at the end.
    fn says(&self, name: &str, words: &[&str]) {
        assert!(!words.is_empty(), "{name}: what is said must be named");
        let said = self.said(name);
        println!("{name}: {said}");
        let mut missing = self.missing.borrow_mut();
        for word in words.iter().filter(|word| !said.contains(**word)) {
            missing.push(format!("{name}: ‘{word}’ is not in: {said}"));
        }
    }

    /// Whether these bytes stand in anything that was made of the delivery, or was printed.
    fn reveals(&self, secret: &str) -> bool {
        let texts = self.tables.rows(
            "SELECT coalesce(raw, '') FROM rejects UNION ALL SELECT concat(remittance, counterparty_name) FROM entries \
             UNION ALL SELECT concat(remittance, debtor_name, creditor_name) FROM payment_orders",
        );
        let sources = std::fs::read_dir(self.case.join("sources")).expect("a folder");
        let in_sources = sources
            .flatten()
            .any(|file| find(&std::fs::read(file.path()).expect("a file"), secret));
        in_sources || self.printed.contains(secret) || texts.iter().any(|row| row[0].contains(secret))
    }
}

fn find(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The most memory that a process had so far (Linux: proc(5), VmHWM).
fn peak_of(process: u32) -> u64 {
    let path = Path::new("/proc").join(process.to_string()).join("status");
    let status = std::fs::read_to_string(path).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .unwrap_or(0)
        * 1_024
}
