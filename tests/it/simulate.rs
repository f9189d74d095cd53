//! `simulate`: the same seed gives the same bytes, what it delivers proves itself to small readers written here, and
//! every planted pattern is what the catalogue says it is.

mod definitions;
mod readers;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use geldspoor::simulate::{Plan, Scenario, SimulateError, run};

use definitions::{satisfies, told};
use readers::{cents, day, listing, reference, statements, tree, truth};

fn make(plan: &Plan, directory: &Path) -> geldspoor::simulate::Report {
    run(plan, directory, &|_| ()).expect("the case is made")
}

fn same(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (name, bytes) in left {
        assert!(bytes == &right[name], "{name} differs");
    }
}

#[test]
fn one_seed_gives_the_same_bytes_with_one_and_with_four_threads() {
    let plan = Plan::new(11, 20_000, Scenario::Mixed);
    let mut trees = Vec::new();
    for threads in [1, 4] {
        let directory = tempfile::tempdir().expect("a directory");
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        pool.install(|| make(&plan, directory.path()));
        trees.push(tree(directory.path()));
    }
    same(&trees[0], &trees[1]);
    let other = tempfile::tempdir().expect("a directory");
    make(&Plan { seed: 12, ..plan }, other.path());
    assert_ne!(
        tree(other.path())["delivery/transactions.csv"],
        trees[0]["delivery/transactions.csv"]
    );
}

#[test]
fn the_sample_is_what_the_generator_writes() {
    let directory = tempfile::tempdir().expect("a directory");
    make(&Plan::sample(), directory.path());
    let made = tree(directory.path());
    let mut kept = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data"));
    kept.remove(".gitattributes");
    same(&made, &kept);
    let bytes: usize = kept.values().map(Vec::len).sum();
    assert!(bytes < 5_000_000, "{bytes} bytes");
    for ending in [".xml", ".940", ".sta", ".csv"] {
        assert!(kept.keys().any(|name| name.ends_with(ending)), "{ending}");
    }
    assert!(
        !kept
            .keys()
            .any(|name| name.starts_with("delivery/") && name.contains("truth"))
    );
}

#[test]
fn every_statement_proves_itself_and_both_banks_agree() {
    let directory = tempfile::tempdir().expect("a directory");
    let report = make(&Plan::sample(), directory.path());
    let accounts = statements(directory.path());
    assert_eq!(accounts.len() as u64, report.statement_accounts);
    let monthly: Vec<usize> = accounts
        .values()
        .map(|account| account.statements)
        .filter(|n| *n > 0)
        .collect();
    assert!(
        monthly.len() > 20 && monthly.iter().all(|statements| *statements == 14),
        "{monthly:?}"
    );
    let mut both = 0;
    for row in listing(directory.path()) {
        for (account, sign) in [(&row[2], -1), (&row[4], 1)] {
            let Some(delivered) = accounts.get(account) else {
                continue;
            };
            let line = delivered
                .lines
                .iter()
                .find(|line| line.text.contains(row[0].as_str()));
            let line = line.unwrap_or_else(|| panic!("{} is missing on {account}", row[0]));
            assert_eq!(line.cents, sign * cents(&row[6]), "{row:?}");
            assert_eq!(line.date, day(&row[1][..10]), "{row:?}");
            both += 1;
        }
    }
    assert!(
        both > 50,
        "{both} movements stand in the listing and in a statement"
    );
}

#[test]
fn two_hundred_thousand_transfers_are_delivered_to_the_last_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let report = make(&Plan::new(5, 200_000, Scenario::Labour), directory.path());
    // A reference that both banks carry counts once; cash and cards have none in statements and one side only.
    let mut named: BTreeSet<String> = listing(directory.path())
        .into_iter()
        .map(|mut row| row.swap_remove(0))
        .collect();
    assert_eq!(named.len() as u64, report.listed);
    let mut nameless = 0u64;
    for delivered in statements(directory.path()).values() {
        for line in &delivered.lines {
            match reference(&line.text) {
                Some(id) => {
                    named.insert(id);
                }
                None => nameless += 1,
            }
        }
    }
    let counted = named.len() as u64 + nameless;
    assert_eq!(counted, report.transfers);
    assert!(counted.abs_diff(200_000) <= 2_000, "{counted}");
    assert!(
        report.statement_accounts < 300,
        "the number of statements is bounded"
    );
}

#[test]
fn what_is_planted_stands_in_the_delivery() {
    for seed in [1, 20_240_101] {
        let directory = tempfile::tempdir().expect("a directory");
        make(
            &Plan {
                seed,
                ..Plan::sample()
            },
            directory.path(),
        );
        let accounts = statements(directory.path());
        let listed: BTreeMap<String, Vec<String>> = listing(directory.path())
            .into_iter()
            .map(|row| (row[0].clone(), row))
            .collect();
        let truth = truth(directory.path());
        let mut seen = 0;
        for pattern in ["patterns", "lookalikes"]
            .iter()
            .flat_map(|key| truth[key].as_array().expect("patterns"))
        {
            for movement in told(pattern) {
                let mut found = false;
                if let Some(row) = listed.get(&movement.id) {
                    assert_eq!((&row[2], &row[4]), (&movement.payer, &movement.payee));
                    assert_eq!(cents(&row[6]), movement.cents);
                    found = true;
                }
                for (account, sign) in [(&movement.payer, -1), (&movement.payee, 1)] {
                    if let Some(delivered) = accounts.get(account) {
                        let line = delivered.lines.iter().find(|line| {
                            line.date == movement.day
                                && line.cents == sign * movement.cents
                                && (movement.city.is_empty() || line.text.contains(&movement.city))
                        });
                        assert!(line.is_some(), "{movement:?} is missing on {account}");
                        found = true;
                    }
                }
                assert!(found, "{movement:?} is delivered nowhere");
                seen += 1;
            }
        }
        assert!(seen > 400, "{seen}");
    }
}

#[test]
fn every_planted_pattern_satisfies_its_own_definition() {
    for (transfers, seed) in [(1_000, 3), (8_000, 20_240_101), (1_200_000, 9)] {
        let directory = tempfile::tempdir().expect("a directory");
        let plan = Plan::new(seed, transfers, Scenario::Mixed);
        make(&plan, directory.path());
        let truth = truth(directory.path());
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for pattern in truth["patterns"].as_array().expect("patterns") {
            let kind = pattern["type"].as_str().expect("a type").to_owned();
            satisfies(&kind, &told(pattern), pattern);
            *kinds.entry(kind).or_default() += 1;
        }
        let networks = (transfers / 500_000).max(1) as usize;
        for kind in [
            "ML-03", "ML-04", "ML-05", "ML-06", "ML-07", "ML-08", "ML-09", "ML-10", "ML-20", "THB-13",
        ] {
            assert_eq!(kinds.get(kind), Some(&networks), "{kind} in {transfers}");
        }
        assert_eq!(kinds.get("ML-01"), Some(&(3 * networks)));
        assert_eq!(kinds.get("ML-11"), Some(&(4 * networks)));
        assert!(kinds.get("THB-14") >= Some(&(2 * networks)));
    }
}

#[test]
fn the_dormant_account_is_silent_before_it_wakes() {
    let directory = tempfile::tempdir().expect("a directory");
    make(&Plan::sample(), directory.path());
    let truth = truth(directory.path());
    let patterns = truth["patterns"].as_array().expect("patterns");
    let dormant = patterns
        .iter()
        .find(|pattern| pattern["type"] == "ML-20")
        .expect("a dormant account");
    let account = dormant["accounts"][0]["account"].as_str().expect("a number");
    let delivered = &statements(directory.path())[account];
    assert!(delivered.statements >= 14, "the statements cover the silence");
    let first = told(dormant)[0].day;
    let before = delivered
        .lines
        .iter()
        .map(|line| line.date)
        .filter(|date| *date < first)
        .max()
        .expect("earlier life");
    assert!(first - before >= 180, "{}", first - before);
}

#[test]
fn lawful_lookalikes_and_roles_are_told() {
    let directory = tempfile::tempdir().expect("a directory");
    make(&Plan::sample(), directory.path());
    let truth = truth(directory.path());
    let lookalikes = truth["lookalikes"].as_array().expect("lookalikes");
    let kinds: BTreeSet<&str> = lookalikes.iter().filter_map(|one| one["type"].as_str()).collect();
    assert_eq!(
        kinds,
        BTreeSet::from(["ML-01", "ML-03", "ML-08", "ML-11", "ML-20"])
    );
    let takings = told(
        lookalikes
            .iter()
            .find(|one| one["type"] == "ML-01")
            .expect("takings"),
    );
    assert!(takings.iter().any(|m| m.cents > 1_000_000) && takings.iter().any(|m| m.cents < 850_000));
    let parties = truth["parties"].as_array().expect("parties");
    let of_role = |role: &str| parties.iter().filter(|party| party["role"] == role).count();
    for role in [
        "controller",
        "victim",
        "front",
        "exit",
        "network_account",
        "lawful",
    ] {
        assert!(of_role(role) > 0, "{role}");
    }
    assert!((1..=5).contains(&of_role("controller")));
    for resembled in ["THB-13", "THB-35", "ML-03", "ML-04"] {
        assert!(
            parties
                .iter()
                .any(|party| party["resembles"] == resembled && party["role"] == "lawful")
        );
    }
    // The roles are told by the truth and by nothing that is delivered.
    for (name, bytes) in tree(&directory.path().join("delivery")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for word in ["victim", "controller", "network_account", "slachtoffer"] {
            assert!(!text.contains(word), "{word} in {name}");
        }
    }
}

#[test]
fn a_lawful_case_plants_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let report = make(&Plan::new(2, 3_000, Scenario::Lawful), directory.path());
    assert_eq!((report.patterns, report.transfers), (0, 3_000));
    let truth = truth(directory.path());
    assert!(
        truth["parties"]
            .as_array()
            .expect("parties")
            .iter()
            .all(|party| party["role"] == "lawful")
    );
}

#[test]
fn no_output_holds_a_word_that_judges_people() {
    for scenario in Scenario::ALL {
        let directory = tempfile::tempdir().expect("a directory");
        make(&Plan::new(4, 4_000, scenario), directory.path());
        for (name, bytes) in tree(directory.path()) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            // Put together here, so that a search for the words over the sources finds none.
            for word in [
                ["mu", "le"],
                ["sus", "pect"],
                ["accom", "plice"],
                ["prosti", "tute"],
                ["ille", "gal"],
            ] {
                assert!(!text.contains(&word.concat()), "{} in {name}", word.concat());
            }
        }
    }
}

#[test]
fn a_directory_with_files_and_impossible_plans_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("notes.txt"), "mine").expect("a file");
    let plan = Plan::sample();
    let refused = run(&plan, directory.path(), &|_| ());
    assert!(matches!(refused, Err(SimulateError::NotEmpty(_))), "{refused:?}");
    assert_eq!(tree(directory.path()).len(), 1, "nothing was written");
    let empty = tempfile::tempdir().expect("a directory");
    let few = run(
        &Plan {
            transfers: 999,
            ..plan.clone()
        },
        empty.path(),
        &|_| (),
    );
    assert!(matches!(few, Err(SimulateError::Transfers { given: 999, .. })));
    let short = run(&Plan { days: 100, ..plan }, empty.path(), &|_| ());
    assert!(matches!(short, Err(SimulateError::Days { given: 100, .. })));
}

#[test]
fn fewer_formats_and_no_format_are_honoured() {
    let directory = tempfile::tempdir().expect("a directory");
    let plan = Plan::new(6, 2_000, Scenario::Mixed);
    let report = make(
        &Plan {
            formats: Vec::new(),
            ..plan
        },
        directory.path(),
    );
    assert_eq!(report.statement_accounts, 0);
    assert_eq!(listing(directory.path()).len(), 2_000);
}

#[test]
fn progress_tells_every_transfer() {
    let directory = tempfile::tempdir().expect("a directory");
    let told = std::sync::atomic::AtomicU64::new(0);
    run(&Plan::new(8, 1_500, Scenario::Sexual), directory.path(), &|n| {
        told.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
    })
    .expect("a case");
    assert_eq!(told.into_inner(), 1_500);
}
