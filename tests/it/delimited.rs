//! Delimited files over the records that lie beside the repository: exact counts, nothing lost, the same bytes for
//! every size of block.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use geldspoor::intake::encoding::{Finder, find};
use geldspoor::intake::formats::delimited::{Delimited, Limits, recognise_mapping};
use geldspoor::intake::mapping::{Mapping, builtin};
use geldspoor::intake::{Format, IntakeError, Output, Rows, SourceFile};

/// The folder of shared records; tests over it say so and pass where it is not there.
fn shared(below: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GELDSPOOR_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let path = root.join("data").join(below);
    if path.exists() {
        Some(path)
    } else {
        eprintln!(
            "not run: {} is missing (GELDSPOOR_SHARED names the folder)",
            path.display()
        );
        None
    }
}

#[derive(Default)]
struct Counts(Mutex<(u64, u64, u64)>);

impl Output for Counts {
    fn segment(&self, _number: u32, rows: Rows) -> Result<(), IntakeError> {
        let (accepted, rejected) = rows.counts();
        let entries = rows.entries() as u64;
        let mut sum = self.0.lock().expect("no panic while counting");
        sum.0 += accepted;
        sum.1 += rejected;
        sum.2 += entries;
        Ok(())
    }
}

fn recognised(path: &Path) -> Option<&'static Mapping> {
    let bytes = std::fs::read(path).expect("a readable file");
    let head = &bytes[..bytes.len().min(64 << 10)];
    let found = recognise_mapping(head, &path.display().to_string(), find(head));
    found
        .first()
        .filter(|(_, recognition)| recognition.score > 0)
        .map(|(mapping, _)| *mapping)
}

fn read(path: &Path, mapping: &Mapping, limits: Limits, output: &dyn Output) -> Result<(), IntakeError> {
    let bytes = std::fs::read(path).expect("a readable file");
    let mut finder = Finder::new();
    finder.feed(&bytes);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let source = SourceFile {
        source_id: "00112233445566778899",
        path,
        name: &name,
        bytes: bytes.len() as u64,
        encoding: finder.finish(),
        progress: &|_| {},
        siblings: &[],
    };
    Delimited::by(mapping).with_limits(limits).read(&source, output)
}

#[test]
fn every_listing_is_read_with_exact_counts() {
    let Some(root) = shared("transactions") else {
        return;
    };
    for (file, id, records) in [
        ("amlgentex/transactions.csv", "amlgentex", 396_541),
        ("amlgentex/accounts.csv", "amlgentex-accounts", 6_000),
        ("amlsim_20k/20K_fanin200/transactions.csv", "amlsim", 118_250),
        ("berka_even/trans.asc", "berka", 23_932),
        ("berka_even/disp.asc", "berka-disponents", 2_674),
        ("ibm_aml_hi_small/laundering_patterns.csv", "ibm-aml", 761),
        (
            "ibm_aml_hi_small/first_1000_transactions.csv",
            "ibm-aml-keys",
            1_000,
        ),
        (
            "ibm_aml_hi_small/first_1000_accounts.csv",
            "ibm-aml-accounts",
            1_000,
        ),
    ] {
        let path = root.join(file);
        let mapping = recognised(&path);
        assert_eq!(mapping.map(|m| m.id.as_str()), Some(id), "{file}");
        let Some(mapping) = mapping else { continue };
        let counts = Counts::default();
        read(&path, mapping, Limits::default(), &counts).expect("read");
        let (accepted, rejected, entries) = *counts.0.lock().expect("no panic while counting");
        assert_eq!((accepted, rejected), (records, 0), "{file}");
        // AMLGentex: 23,440 rows from account to account give two entries, the others touch the outside.
        let expected = match id {
            "amlgentex" => 396_541 + 23_440,
            "amlsim" | "ibm-aml" | "ibm-aml-keys" => 2 * records,
            "berka" => records,
            _ => 0,
        };
        assert_eq!(entries, expected, "{file}");
    }
}

#[test]
fn labels_and_registers_of_terms_are_named_and_left_aside() {
    let Some(root) = shared("transactions") else {
        return;
    };
    for file in [
        "amlgentex/labels_accounts.csv",
        "amlgentex/labels_alert_models.csv",
        "amlgentex/labels_transactions.csv",
        "amlsim_20k/20K_fanin200/nodes.csv",
        "berka_even/account.asc",
        "berka_even/loan.asc",
        "berka_even/order.asc",
    ] {
        let path = root.join(file);
        let mapping = recognised(&path);
        assert!(mapping.is_some_and(|m| m.refusal().is_some()), "{file}");
        let Some(mapping) = mapping else { continue };
        let error = read(&path, mapping, Limits::default(), &Counts::default()).expect_err("no records");
        assert!(error.to_string().contains("left aside"), "{error}");
    }
    assert!(recognised(&root.join("amlsim_20k/20K_fanin200/metadata.txt")).is_none());
}

#[test]
fn bank_files_of_public_test_data_are_read() {
    let Some(root) = shared("statements/bank2ynab/test/test-data") else {
        return;
    };
    for (file, id, records) in [
        ("CSV_A_20180414_112204.csv", "rabobank", 3),
        ("20180226-1000594757-umsatz.CSV", "sparkasse-camt", 1),
    ] {
        let path = root.join(file);
        assert_eq!(recognised(&path).map(|m| m.id.as_str()), Some(id), "{file}");
        let Some(mapping) = recognised(&path) else {
            continue;
        };
        let counts = Counts::default();
        read(&path, mapping, Limits::default(), &counts).expect("read");
        assert_eq!(
            *counts.0.lock().expect("no panic"),
            (records, 0, records),
            "{file}"
        );
    }
    // What no mapping knows is not taken for something it is not.
    for entry in std::fs::read_dir(&root).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let known = recognised(&path).map(|m| m.id.as_str());
        let ours = ["CSV_A_20180414_112204.csv", "20180226-1000594757-umsatz.CSV"].contains(&name.as_str());
        assert_eq!(known.is_some(), ours, "{name} was taken for {known:?}");
    }
}

#[test]
fn csv_spectrum_gives_its_rows() {
    let Some(root) = shared("nasty/csv-spectrum/csvs") else {
        return;
    };
    // Each column in turn is read as the name of a party: one party a row of the expected JSON.
    let mut read_files = 0;
    for entry in std::fs::read_dir(&root).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let json = path.with_extension("json");
        let json = root.join("../json").join(json.file_name().unwrap_or_default());
        let json = std::fs::read_to_string(json).expect("the expected rows");
        let expected = match serde_json::from_str(&json).expect("JSON") {
            serde_json::Value::Array(rows) => rows,
            one => vec![one],
        };
        for column in text.lines().next().unwrap_or_default().split(',') {
            let column = column.trim_matches('"');
            let mapping = Mapping::parse(&format!(
                "id='spectrum'\ntitle='t'\nversion=1\nsource='s'\ntable='account_holders'\n[columns]\n\
                 a='{column}'\n[holder]\nname='a'\nkind='constant:unknown'\nregistration_number='constant:1'\n"
            ))
            .expect("a mapping");
            let wanted: Vec<&str> = expected
                .iter()
                .map(|row| match row[column].as_str().unwrap_or_default().trim() {
                    // The corpus disagrees with itself: its CSV has another number here than its JSON.
                    "1234567890" if column == "Contact Phone Number" => "2095257564",
                    value => value,
                })
                .collect();
            for block in [1, 10, 1 << 20] {
                let names = Names::default();
                let limits = Limits {
                    block,
                    record: 10_000,
                };
                read(&path, &mapping, limits, &names).expect("read");
                let names = names.0.into_inner().expect("no panic");
                let names: Vec<String> = names.into_values().flatten().collect();
                assert_eq!(
                    names,
                    wanted,
                    "{} ‘{column}’ in blocks of {block}",
                    path.display()
                );
            }
        }
        read_files += 1;
    }
    assert_eq!(read_files, 12);
}

#[derive(Default)]
struct Names(Mutex<BTreeMap<u32, Vec<String>>>);

impl Output for Names {
    fn segment(&self, number: u32, rows: Rows) -> Result<(), IntakeError> {
        use datafusion::arrow::util::display::array_value_to_string;
        use geldspoor::case::Table;
        let mut names = Vec::new();
        for (table, batch) in rows.finish_source()? {
            if table == Table::PartiesRead {
                let column = batch.column_by_name("name").expect("a column");
                for at in 0..batch.num_rows() {
                    names.push(array_value_to_string(column, at).expect("text"));
                }
            }
        }
        self.0.lock().expect("no panic").insert(number, names);
        Ok(())
    }
}

#[test]
fn every_built_in_mapping_describes_itself() {
    for mapping in builtin() {
        let line = mapping.describe();
        assert!(
            line.starts_with(&mapping.id) && line.contains(&mapping.title),
            "{line}"
        );
    }
}
