//! Registers of owners: BODS, persons with significant control of the United Kingdom, FollowTheMoney, LEIs, tables of
//! owners; made-up records, the public files beside the project, and damage.

use std::path::{Path, PathBuf};

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::{CodePage, Encoding};
use geldspoor::intake::formats::choose;

use crate::collect::Collected;

pub mod bods;
pub mod ftm;
pub mod psc;
mod tables;

/// Columns of a table side by side, row by row.
fn rows(got: &Collected, table: Table, columns: &[&str]) -> Vec<Vec<String>> {
    let columns: Vec<Vec<String>> = columns
        .iter()
        .map(|name| match *name {
            "share_min" | "share_max" => got
                .money(table, name)
                .into_iter()
                .map(|share| share.map(|share| share.to_string()).unwrap_or_default())
                .collect(),
            "birth_year" | "birth_month" => got
                .number(table, name)
                .into_iter()
                .map(|number| number.map(|number| number.to_string()).unwrap_or_default())
                .collect(),
            "birth_date" | "from_date" | "to_date" | "incorporated" | "dissolved" | "status_until" => {
                got.days(table, name)
            }
            "above_min" | "below_max" => {
                let word = |flag: bool| if flag { "yes" } else { "" }.to_owned();
                got.flags(table, name).into_iter().map(word).collect()
            }
            name => got.text(table, name),
        })
        .collect();
    let count = columns.first().map_or(0, Vec::len);
    (0..count)
        .map(|at| columns.iter().map(|column| column[at].clone()).collect())
        .collect()
}

/// The format that a file gets, or why it gets none.
fn chosen(bytes: &[u8], name: &str) -> Result<&'static str, String> {
    let encoding = Encoding {
        page: CodePage::Utf8,
        basis: "guessed",
        mark: 0,
    };
    let head = &bytes[..bytes.len().min(64 << 10)];
    choose(head, name, encoding, None, "")
        .map(|chosen| chosen.label)
        .map_err(|error| error.to_string())
}

/// Every file under a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Damages a file byte by byte and reads it: no panic, rejects are told once, every place is within the file.
fn survives(format: &dyn Format, text: &str) {
    let bytes = text.as_bytes();
    let damages = [b'"', b'{', b'}', b'\n', b'\\', b',', b'[', 0xff, b'0'];
    for at in (0..bytes.len()).step_by(7) {
        for (turn, damage) in damages.into_iter().enumerate() {
            let mut damaged = bytes.to_vec();
            match (at + turn) % 3 {
                0 => damaged[at] = damage,
                1 => damaged.insert(at, damage),
                _ => damaged.truncate(at),
            }
            let got = crate::collect::read(format, &damaged);
            assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
            for table in [Table::PartiesRead, Table::RelationsRead, Table::Rejects] {
                for (start, end) in got.places(table) {
                    assert!(start < end && end <= damaged.len(), "{table:?} {start} {end}");
                }
            }
        }
    }
}
