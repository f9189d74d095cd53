//! Reads bytes with a format and keeps what it hands over, for tests of formats.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Date32Type, Decimal128Type, Int64Type};
use geldspoor::case::Table;
use geldspoor::intake::encoding::{CodePage, Encoding};
use geldspoor::intake::{Format, IntakeError, Output, Rows, Sibling, SourceFile};
use geldspoor::model::Date;

/// What a format handed over.
#[derive(Default)]
pub struct Collected {
    pub accepted: u64,
    pub rejected: u64,
    /// Lines that are no records, by reason.
    pub set_aside: Vec<(String, u64)>,
    batches: Vec<(Table, RecordBatch)>,
    pub error: Option<IntakeError>,
    /// What the format said of the source.
    pub notes: Vec<String>,
}

/// Segments by number: accepted, rejected, lines set aside, tables.
type Segments = BTreeMap<u32, (u64, u64, BTreeMap<String, u64>, Vec<(Table, RecordBatch)>)>;

struct Sink(Mutex<Segments>, Mutex<Vec<String>>);

impl Output for Sink {
    fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError> {
        let (accepted, rejected) = rows.counts();
        let aside = rows.lines_set_aside().clone();
        let batches = rows.finish_source()?;
        let earlier = self
            .0
            .lock()
            .expect("no panic")
            .insert(number, (accepted, rejected, aside, batches));
        assert!(earlier.is_none(), "segment {number} came twice");
        Ok(())
    }

    fn note(&self, sentence: &str) {
        self.1.lock().expect("no panic").push(sentence.to_owned());
    }
}

/// Reads bytes as if received in a file of this name.
pub fn read_as(format: &dyn Format, bytes: &[u8], name: &str, page: CodePage) -> Collected {
    read_beside(format, bytes, name, page, &[])
}

/// Reads bytes as if received in a file of this name beside other files.
pub fn read_beside(
    format: &dyn Format,
    bytes: &[u8],
    name: &str,
    page: CodePage,
    siblings: &[Sibling],
) -> Collected {
    let encoding = Encoding {
        page,
        basis: "guessed",
        mark: 0,
    };
    collect(format, bytes, name, encoding, siblings)
}

/// Reads bytes of which intake found the code page.
pub fn read_encoded(format: &dyn Format, bytes: &[u8], name: &str, encoding: Encoding) -> Collected {
    collect(format, bytes, name, encoding, &[])
}

/// Reads bytes of which intake found the code page, beside other files.
pub fn collect(
    format: &dyn Format,
    bytes: &[u8],
    name: &str,
    encoding: Encoding,
    siblings: &[Sibling],
) -> Collected {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    let seen = std::sync::atomic::AtomicU64::new(0);
    let progress = |n: u64| {
        seen.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
    };
    let source = SourceFile {
        source_id: "00112233445566778899",
        path: file.path(),
        name,
        bytes: bytes.len() as u64,
        encoding,
        progress: &progress,
        siblings,
    };
    let sink = Sink(Mutex::default(), Mutex::default());
    let error = format.read(&source, &sink).err();
    let mut all = Collected {
        error,
        notes: sink.1.into_inner().expect("no panic"),
        ..Collected::default()
    };
    let mut set_aside = BTreeMap::new();
    for (_, (accepted, rejected, aside, batches)) in sink.0.into_inner().expect("no panic") {
        all.accepted += accepted;
        all.rejected += rejected;
        for (reason, count) in aside {
            *set_aside.entry(reason).or_insert(0) += count;
        }
        all.batches.extend(batches);
    }
    all.set_aside = set_aside.into_iter().collect();
    assert!(seen.into_inner() <= bytes.len() as u64);
    all
}

/// Reads bytes, in UTF-8 where they are.
pub fn read(format: &dyn Format, bytes: &[u8]) -> Collected {
    let page = if std::str::from_utf8(bytes).is_ok() {
        CodePage::Utf8
    } else {
        CodePage::Windows1252
    };
    read_as(format, bytes, "test", page)
}

impl Collected {
    fn columns<T>(
        &self,
        table: Table,
        column: &str,
        take: impl Fn(&dyn Array, usize) -> T,
    ) -> Vec<Option<T>> {
        let mut all = Vec::new();
        for (_, batch) in self.batches.iter().filter(|(t, _)| *t == table) {
            let array = batch.column_by_name(column).expect("a column of the table");
            all.extend((0..array.len()).map(|at| array.is_valid(at).then(|| take(array.as_ref(), at))));
        }
        all
    }

    /// A column of text; empty where nothing stands.
    pub fn text(&self, table: Table, column: &str) -> Vec<String> {
        self.columns(table, column, |a, at| a.as_string::<i32>().value(at).to_owned())
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect()
    }

    /// A column of money in ten-thousandths.
    pub fn money(&self, table: Table, column: &str) -> Vec<Option<i128>> {
        self.columns(table, column, |a, at| {
            a.as_primitive::<Decimal128Type>().value(at)
        })
    }

    /// A column of whole numbers.
    pub fn number(&self, table: Table, column: &str) -> Vec<Option<i64>> {
        self.columns(table, column, |a, at| a.as_primitive::<Int64Type>().value(at))
    }

    /// A column of days, as text; empty where nothing stands.
    pub fn days(&self, table: Table, column: &str) -> Vec<String> {
        self.columns(table, column, |a, at| {
            Date(a.as_primitive::<Date32Type>().value(at)).to_string()
        })
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect()
    }

    /// A column of yes or no.
    pub fn flags(&self, table: Table, column: &str) -> Vec<bool> {
        self.columns(table, column, |a, at| a.as_boolean().value(at))
            .into_iter()
            .map(|f| f == Some(true))
            .collect()
    }

    /// Bytes that the rows of a table cite.
    pub fn places(&self, table: Table) -> Vec<(usize, usize)> {
        let start = self.number(table, "byte_start");
        let end = self.number(table, "byte_end");
        start
            .into_iter()
            .zip(end)
            .map(|(a, b)| (a.expect("a place") as usize, b.expect("a place") as usize))
            .collect()
    }

    /// Amounts with sign, in ten-thousandths, in the order of the file.
    pub fn signed(&self) -> Vec<i128> {
        self.money(Table::Entries, "amount")
            .into_iter()
            .zip(self.text(Table::Entries, "direction"))
            .map(|(amount, direction)| {
                let amount = amount.expect("an amount");
                if direction == "debit" { -amount } else { amount }
            })
            .collect()
    }

    /// Everything in one text, to compare two readings.
    pub fn fingerprint(&self) -> String {
        let mut text = format!(
            "{} {} {:?}\n",
            self.accepted,
            self.rejected,
            self.error.as_ref().map(ToString::to_string)
        );
        for (table, batch) in &self.batches {
            text.push_str(&format!("{table:?} {batch:?}\n"));
        }
        text
    }

    /// What went wrong, in one line.
    pub fn reasons(&self) -> String {
        let mut reasons = self.text(Table::Rejects, "reason");
        reasons.extend(self.error.iter().map(ToString::to_string));
        reasons.join(" | ")
    }
}

/// The folder of public data beside the project, where it is there. Says so where it is not.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GELDSPOOR_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let path = root.join("data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("{} is missing: this test passes without looking", path.display());
    None
}

/// Damages a file byte by byte (replace, insert, remove) and reads it: no panic, every row counted once, every place
/// within the file, every id its own.
pub fn survives(format: &dyn Format, mut bytes: Vec<u8>, changes: &[(u16, u8, u8)]) {
    for (at, byte, how) in changes {
        let at = usize::from(*at) % bytes.len().max(1);
        match how {
            0 => {
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = *byte;
                }
            }
            1 => bytes.insert(at.min(bytes.len()), *byte),
            _ => {
                if at < bytes.len() {
                    bytes.remove(at);
                }
            }
        }
    }
    let got = read(format, &bytes);
    let ids = [
        got.text(Table::Entries, "entry_id"),
        got.text(Table::EntryDetails, "detail_id"),
    ]
    .concat();
    assert_eq!(got.accepted as usize, ids.len());
    assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
    let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "{ids:?}");
    for table in [
        Table::Entries,
        Table::EntryDetails,
        Table::Rejects,
        Table::StatementsRead,
    ] {
        for (start, end) in got.places(table) {
            assert!(start <= end && end <= bytes.len(), "{table:?} {start} {end}");
        }
    }
}
