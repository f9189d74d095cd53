//! The records that `simulate --people` makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use geldspoor::simulate::{PeoplePlan, SimulateError, people};

use super::truth::{self, Row};
use crate::command::{code, geldspoor, printed};

fn rows(seed: u64, records: u64) -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = PeoplePlan { seed, records };
    let report = people(&plan, &folder.path().join("made"), &|_| ()).expect("records");
    let rows = truth::read(&report.truth);
    assert_eq!(rows.len() as u64, records);
    rows
}

#[test]
fn one_seed_gives_the_same_bytes_with_one_and_with_four_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut trees: Vec<BTreeMap<String, Vec<u8>>> = Vec::new();
    for (seed, threads) in [(3, 1), (3, 4), (5, 1)] {
        let place = folder.path().join(format!("{seed}-{threads}"));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        pool.install(|| people(&PeoplePlan { seed, records: 3_000 }, &place, &|_| ()))
            .expect("records");
        let mut tree = BTreeMap::new();
        for part in ["delivery", "truth"] {
            for entry in fs::read_dir(place.join(part)).expect("a folder") {
                let path = entry.expect("a file").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                tree.insert(name, fs::read(&path).expect("bytes"));
            }
        }
        trees.push(tree);
    }
    assert!(trees[0] == trees[1]);
    assert!(trees[0]["noord.csv"] != trees[2]["noord.csv"]);
}

#[test]
fn every_kind_of_trouble_occurs_in_few_records() {
    let rows = rows(1, PeoplePlan::FEWEST);
    let bonds: BTreeSet<&str> = rows.iter().map(|row| row.bond.as_str()).collect();
    for bond in [
        "company",
        "couple",
        "family",
        "father-son",
        "housemates",
        "same-company-name",
        "same-name-one-number",
        "same-name-same-day",
        "same-name-same-year",
        "shared-phone",
        "siblings",
        "single",
        "twins",
    ] {
        assert!(bonds.contains(bond), "{bond}");
    }
    let rows = self::rows(1, 20_000);
    let trouble: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| &row.trouble)
        .map(String::as_str)
        .collect();
    for kind in [
        "address-missing",
        "birth-digit",
        "birth-missing",
        "birth-swapped",
        "birth-year",
        "capitals",
        "initials",
        "legal-form-spelled",
        "marks-lost",
        "married",
        "moved",
        "no-legal-form",
        "number-masked",
        "number-missing",
        "number-wrong",
        "part-missing",
        "phone-changed",
        "phone-missing",
        "phone-shared",
        "reordered",
        "spelling",
        "transliterated",
        "typo",
    ] {
        assert!(trouble.contains(kind), "{kind}");
    }
}

#[test]
fn one_name_and_one_day_of_birth_are_two_people_with_two_numbers_and_with_one() {
    let rows = rows(9, 5_000);
    let of = |person: &str| rows.iter().filter(|row| row.person == person).collect::<Vec<_>>();
    for unit in [0, 1] {
        let (one, other) = (of(&format!("{unit}-0")), of(&format!("{unit}-1")));
        assert!(!one.is_empty() && !other.is_empty());
        let days: BTreeSet<&str> = one
            .iter()
            .chain(&other)
            .map(|row| row.born.as_str())
            .filter(|born| !born.is_empty())
            .collect();
        assert!(days.len() <= 1, "{days:?}");
    }
    let numbers = |rows: Vec<&Row>| rows.iter().filter(|row| !row.number.is_empty()).count();
    assert!(numbers(of("0-0")) > 0 && numbers(of("0-1")) > 0);
    assert!(of("1-1").iter().all(|row| row.number.is_empty()));
}

#[test]
fn the_command_writes_what_intake_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let (keys, made, case) = (
        folder.path().join("keys"),
        folder.path().join("made"),
        folder.path().join("case"),
    );
    let (made, case) = (made.to_string_lossy(), case.to_string_lossy());
    let delivery = format!("{made}/delivery");
    for arguments in [
        &["simulate", "-o", &made, "--people", "1000", "--seed", "7"][..],
        &["case", "new", &case, "--reference", "R"],
        &["-C", &case, "intake", &delivery],
    ] {
        let output = geldspoor(&keys, arguments);
        assert_eq!(code(&output), 0, "{}", printed(&output));
    }
    let sql = "SELECT sum(rows_accepted) AS accepted, sum(rows_rejected) AS rejected FROM sources";
    let output = geldspoor(&keys, &["-C", &case, "sql", "-c", sql, "--format", "csv"]);
    assert!(printed(&output).contains("1000,0"), "{}", printed(&output));
    let output = geldspoor(
        &keys,
        &["simulate", "-o", &made, "--people", "1000", "--transfers", "5000"],
    );
    assert_eq!(code(&output), 2, "{}", printed(&output));
}

#[test]
fn too_few_records_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = people(&PeoplePlan { seed: 1, records: 10 }, folder.path(), &|_| ());
    assert!(matches!(refused, Err(SimulateError::People { given: 10, .. })));
}
