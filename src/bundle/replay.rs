//! Compares what was computed before with what was computed again, byte for byte, and names the first difference of each
//! file: table, row and column where it is a table, line where it is text, byte where it is neither.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use super::BundleError;
use super::files::{Files, Kind};
use super::replay_table;

/// Signs of a value or a line that are shown.
const SHOWN: usize = 120;
/// Bytes of a line that are read to show it.
const LINE: u64 = 1 << 16;
/// What is shown by lines.
const TEXT: [&str; 16] = [
    "html", "svg", "xml", "json", "jsonl", "ndjson", "txt", "md", "toml", "sql", "graphml", "gexf", "anx",
    "css", "js", "log",
];

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Files whose bytes are equal.
    pub same: u64,
    /// The first difference of each file that differs, in the order of paths.
    pub differences: Vec<Difference>,
}

/// How a file differs. Rows, lines and bytes count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It was there before and did not come again.
    Missing { path: String },
    /// It came now and was not there before.
    New { path: String },
    /// A table has other columns.
    Columns {
        path: String,
        expected: String,
        found: String,
    },
    /// A value of a table. In delimited files row 1 is the first behind the heading.
    Cell {
        path: String,
        row: u64,
        column: String,
        expected: String,
        found: String,
    },
    /// A table ends earlier: one has this row, the other does not.
    Rows { path: String, row: u64, longer: Side },
    /// All values of a table are equal, and its bytes are not: written by another version, or in other portions.
    OnlyBytes { path: String, byte: u64 },
    /// A line of text.
    Line {
        path: String,
        line: u64,
        expected: String,
        found: String,
    },
    /// A byte; `None` behind the end of a file.
    Byte {
        path: String,
        byte: u64,
        expected: Option<u8>,
        found: Option<u8>,
    },
}

/// One of the two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Expected,
    Found,
}

impl Replay {
    /// Whether every byte came again.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Difference {
    /// The file.
    pub fn path(&self) -> &str {
        match self {
            Difference::Missing { path }
            | Difference::New { path }
            | Difference::Columns { path, .. }
            | Difference::Cell { path, .. }
            | Difference::Rows { path, .. }
            | Difference::OnlyBytes { path, .. }
            | Difference::Line { path, .. }
            | Difference::Byte { path, .. } => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let byte = |byte: &Option<u8>| byte.map_or("the end".to_owned(), |byte| format!("0x{byte:02x}"));
        write!(f, "{}: ", shown(self.path()))?;
        match self {
            Difference::Missing { .. } => write!(f, "did not come again"),
            Difference::New { .. } => write!(f, "was not there before"),
            Difference::Columns { expected, found, .. } => write!(f, "columns were {expected}, are {found}"),
            Difference::Cell {
                row,
                column,
                expected,
                found,
                ..
            } => {
                write!(
                    f,
                    "row {row}, {column}: was {}, is {}",
                    shown(expected),
                    shown(found)
                )
            }
            Difference::Rows {
                row,
                longer: Side::Expected,
                ..
            } => write!(f, "row {row} did not come again"),
            Difference::Rows {
                row,
                longer: Side::Found,
                ..
            } => write!(f, "row {row} was not there before"),
            Difference::OnlyBytes { byte, .. } => {
                write!(
                    f,
                    "all values are equal, bytes differ from byte {byte} on (another version, or other portions)"
                )
            }
            Difference::Line {
                line,
                expected,
                found,
                ..
            } => {
                write!(f, "line {line}: was {}, is {}", shown(expected), shown(found))
            }
            Difference::Byte {
                byte: at,
                expected,
                found,
                ..
            } => {
                write!(f, "byte {at}: was {}, is {}", byte(expected), byte(found))
            }
        }
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        write!(
            f,
            "{} files came again byte for byte, {} did not",
            self.same,
            self.differences.len()
        )
    }
}

/// The beginning of a text, on one line.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Compares all files of two sets, by path. What both hold is read once; what differs is read a second time to say where.
pub fn replay(expected: &dyn Files, found: &dyn Files) -> Result<Replay, BundleError> {
    let (before, now) = (paths(expected)?, paths(found)?);
    let mut replay = Replay::default();
    let all: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for path in all {
        let difference = match (before.contains_key(path), now.contains_key(path)) {
            (true, true) => file(path, expected, found)?,
            (true, false) => Some(Difference::Missing { path: path.clone() }),
            (false, _) => Some(Difference::New { path: path.clone() }),
        };
        match difference {
            None => replay.same += 1,
            Some(difference) => replay.differences.push(difference),
        }
    }
    Ok(replay)
}

fn paths(files: &dyn Files) -> Result<BTreeMap<String, u64>, BundleError> {
    let mut paths = BTreeMap::new();
    for listed in files.list()? {
        match listed.kind {
            Kind::File(length) => {
                paths.insert(listed.path, length);
            }
            Kind::Folder => {}
            Kind::Link | Kind::Special | Kind::NotText => {
                return Err(BundleError::NoFile { path: listed.path });
            }
        }
    }
    Ok(paths)
}

/// The first difference of one file.
fn file(path: &str, expected: &dyn Files, found: &dyn Files) -> Result<Option<Difference>, BundleError> {
    let first = first_byte(&mut *expected.open(path)?, &mut *found.open(path)?)
        .map_err(|e| BundleError::io(path, e))?;
    let Some(place) = first else { return Ok(None) };
    let extension = path
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    let told = match extension.as_str() {
        "parquet" => replay_table::parquet(path, expected, found, place.byte)?,
        "csv" => replay_table::delimited(path, expected, found, b',')?,
        "tsv" => replay_table::delimited(path, expected, found, b'\t')?,
        text if TEXT.contains(&text) => lines(path, expected, found, place.line)?,
        _ => None,
    };
    let Place {
        byte,
        expected,
        found,
        ..
    } = place;
    Ok(Some(told.unwrap_or(Difference::Byte {
        path: path.to_owned(),
        byte,
        expected,
        found,
    })))
}

/// Where two streams differ first.
struct Place {
    byte: u64,
    line: u64,
    expected: Option<u8>,
    found: Option<u8>,
}

fn first_byte(expected: &mut dyn Read, found: &mut dyn Read) -> io::Result<Option<Place>> {
    let (mut expected, mut found) = (BufReader::new(expected), BufReader::new(found));
    let (mut byte, mut line) = (1, 1);
    loop {
        let (a, b) = (expected.fill_buf()?, found.fill_buf()?);
        let both = a.len().min(b.len());
        let equal = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        byte += equal as u64;
        line += memchr::memchr_iter(b'\n', &a[..equal]).count() as u64;
        if equal < both || both == 0 {
            let (expected, found) = (a.get(equal).copied(), b.get(equal).copied());
            let differ = expected.is_some() || found.is_some();
            return Ok(differ.then_some(Place {
                byte,
                line,
                expected,
                found,
            }));
        }
        expected.consume(both);
        found.consume(both);
    }
}

fn lines(
    path: &str,
    expected: &dyn Files,
    found: &dyn Files,
    line: u64,
) -> Result<Option<Difference>, BundleError> {
    let read = |files: &dyn Files| -> Result<String, BundleError> {
        let mut reader = BufReader::new(files.open(path)?);
        let io = |e| BundleError::io(path, e);
        for _ in 1..line {
            reader.skip_until(b'\n').map_err(io)?;
        }
        let mut bytes = Vec::new();
        reader.take(LINE).read_until(b'\n', &mut bytes).map_err(io)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let (expected, found) = (read(expected)?, read(found)?);
    if expected == found {
        // Further behind in a line than what is read of it.
        return Ok(None);
    }
    let (expected, found) = around(&expected, &found);
    Ok(Some(Difference::Line {
        path: path.to_owned(),
        line,
        expected,
        found,
    }))
}

/// Two lines from shortly before the place where they differ, so that it is seen in long ones too.
fn around(expected: &str, found: &str) -> (String, String) {
    let equal = expected
        .chars()
        .zip(found.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let from = equal.saturating_sub(SHOWN / 3);
    let cut = |text: &str| {
        let rest: String = text.trim_end_matches('\n').chars().skip(from).collect();
        match (from, rest.is_empty()) {
            (_, true) => "the end".to_owned(),
            (0, _) => rest,
            _ => format!("…{rest}"),
        }
    };
    (cut(expected), cut(found))
}
