//! How well records are linked, on records of which it is known who is who (`simulate --people`).
//!
//! What can be known (docs/people.md) was laid down before anything was measured (`truth.rs`): two records of one person
//! can be known to be one if they have the person's number, or under one name the person's day of birth, phone or mailbox,
//! or if a third record ties them so. A name alone cannot, nor a name with a place or a year of birth (father and son have
//! these in common), nor another name after marriage without a number, nor a record that fits two people alike. These
//! pairs are counted apart. Precision counts every pair in one party, of whatever kind.

mod linked;
mod made;
mod measure;
mod truth;

use std::sync::OnceLock;

use geldspoor::simulate::{PeoplePlan, people};

use linked::link;
use measure::{Measured, measure, told};

/// Nobody looked at what these seeds give while records or linkage were written.
const SEEDS: [u64; 3] = [31_337, 600_613, 20_270_101];
const RECORDS: u64 = 20_000;
/// Bonds whose people must never be one party by what records say of each.
const APART: [&str; 4] = ["twins", "father-son", "same-name-same-year", "same-company-name"];

/// The figures of every seed, measured once.
fn all() -> &'static [(u64, Measured)] {
    static ALL: OnceLock<Vec<(u64, Measured)>> = OnceLock::new();
    ALL.get_or_init(|| SEEDS.map(|seed| (seed, measured(seed))).into())
}

fn measured(seed: u64) -> Measured {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("made");
    let plan = PeoplePlan {
        seed,
        records: RECORDS,
    };
    let report = people(&plan, &place, &|_| ()).expect("records");
    let rows = truth::read(&report.truth);
    let found = link(folder.path(), &report.delivery, &rows);
    let all = measure(&rows, &found.party, &found.households);
    print!("{}", told(seed, &all));
    for bond in APART {
        for wrong in all.merged(bond).iter().take(5) {
            let place = |at: usize| format!("{} line {}", rows[at].file, rows[at].line);
            println!(
                "    {bond}: {} and {} are one party",
                place(wrong.left),
                place(wrong.right)
            );
        }
    }
    all
}

fn at_least(precision: f64, recall: f64) {
    for (seed, all) in all() {
        let (found, known) = (all.precision(), all.known.share());
        assert!(found >= precision, "seed {seed}: precision {found}");
        assert!(known >= recall, "seed {seed}: recall {known}");
    }
}

#[test]
fn linkage_finds_what_can_be_known() {
    at_least(0.995, 0.95);
}

#[test]
fn father_and_son_at_one_address_are_a_household() {
    for (seed, all) in all() {
        let told = all.father_son;
        assert!(told.all >= 20 && told.share() >= 0.95, "seed {seed}: {told:?}");
    }
}

#[test]
fn those_who_are_easily_taken_for_one_another_stay_apart() {
    for (seed, all) in all() {
        for bond in APART {
            assert_eq!(all.merged(bond).len(), 0, "seed {seed}: {bond}");
        }
        let numbers = all.wrong.iter().filter(|wrong| wrong.numbers).count();
        assert_eq!(numbers, 0, "seed {seed}: records with two numbers in one party");
    }
}
