//! What the indicators find and whom they harm: simulated networks and lawful people who look alike, the same with a bank or
//! months left out, and records that somebody wrote who had not read the rules. Tables are printed (`--nocapture`):
//! per rule the hits on people of networks and on lawful ones, per case who was named and as what.
//!
//! `GELDSPOOR_PROOF_SEEDS=101,102` adds seeds. `GELDSPOOR_PROOF_WRITTEN` is a folder whose cases are taken instead of those
//! of `tests/data/blind`.

mod cases;
mod table;

use geldspoor::simulate::Scenario;

use cases::{Left, names, simulated, written};
use table::{Told, figures, rules, told};

use crate::command::package;

/// The seed of the cases where none is given.
const SEED: u64 = 23;

fn seeds() -> Vec<u64> {
    let more = std::env::var("GELDSPOOR_PROOF_SEEDS").unwrap_or_default();
    let more = more.split(',').filter_map(|seed| seed.trim().parse().ok());
    std::iter::once(SEED).chain(more).collect()
}

/// What holds of every case: no victim on any side but the exploited, and below one in a hundred of the lawful people told
/// in a group.
fn nobody_is_harmed(all: &[Told]) {
    for one in all {
        assert_eq!(one.victims_elsewhere, Vec::<String>::new(), "{}", one.case);
        assert_eq!(one.victims_accused, Vec::<String>::new(), "{}", one.case);
    }
    let (lawful, in_groups) = all.iter().fold((0, 0), |(lawful, told), one| {
        (lawful + one.households, told + one.households_in_groups.len())
    });
    assert!(in_groups * 100 < lawful.max(1), "{in_groups} of {lawful}");
}

fn print(all: &[Told]) {
    println!("{}\n{}", rules(all), figures(all));
}

/// Controllers with records, and those of them who are named.
fn controllers(all: &[Told]) -> (usize, usize) {
    all.iter().fold((0, 0), |(all, named), one| {
        (
            all + one.controllers,
            named + one.controllers - one.controllers_missed.len(),
        )
    })
}

#[test]
fn networks_are_told_and_nobody_is_harmed() {
    let mut all = Vec::new();
    for seed in seeds() {
        for scenario in [Scenario::AllForms, Scenario::LookAlikes] {
            let (folder, truth) = simulated(seed, scenario, &Left::Nothing);
            all.push(told(&folder, &truth));
        }
    }
    print(&all);
    nobody_is_harmed(&all);
    let (controllers, named) = controllers(&all);
    assert!(named * 100 >= controllers * 80, "{named} of {controllers}");
}

#[test]
fn with_a_bank_or_months_left_out_less_is_found_and_nobody_is_harmed() {
    let mut all = Vec::new();
    for left in [
        Left::Bank("polderbank".to_owned()),
        Left::Months(["2024-04".to_owned(), "2024-05".to_owned()]),
    ] {
        let (folder, truth) = simulated(SEED + 1, Scenario::AllForms, &left);
        all.push(told(&folder, &truth));
    }
    print(&all);
    nobody_is_harmed(&all);
    let (controllers, named) = controllers(&all);
    assert!(named * 100 >= controllers * 50, "{named} of {controllers}");
}

#[test]
fn cases_that_were_written_without_the_rules() {
    let root = match std::env::var_os("GELDSPOOR_PROOF_WRITTEN") {
        Some(folder) => folder.into(),
        None => package().join("tests/data/blind"),
    };
    let all: Vec<Told> = names(&root)
        .iter()
        .map(|name| {
            let (folder, truth) = written(&root, name);
            told(&folder, &truth)
        })
        .collect();
    assert!(!all.is_empty(), "no case in {}", root.display());
    print(&all);
    for one in &all {
        assert_eq!(one.victims_elsewhere, Vec::<String>::new(), "{}", one.case);
        assert_eq!(one.victims_accused, Vec::<String>::new(), "{}", one.case);
    }
}
