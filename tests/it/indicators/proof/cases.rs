//! Cases with a known truth: simulated, with parts left out, or written by somebody else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use geldspoor::simulate::{Plan, Scenario, StatementFormat, run};
use serde_json::Value;
use tempfile::TempDir;

use crate::command::{code, geldspoor, printed};

/// What of the records is not delivered.
pub enum Left {
    Nothing,
    /// The statements of one bank, by its folder.
    Bank(String),
    /// All entries of two months.
    Months([String; 2]),
}

/// Somebody of the truth.
pub struct Person {
    pub name: String,
    /// `victim`, `controller`, `lawful`, or another part in a network.
    pub role: String,
    pub is_company: bool,
    pub accounts: BTreeSet<String>,
}

/// What really happened.
pub struct Truth {
    pub case: String,
    pub people: Vec<Person>,
}

/// A case as it is after `detect`.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    pub fn case(&self) -> PathBuf {
        self.folder.path().join("case")
    }

    fn detected(folder: TempDir, records: &Path) -> Folder {
        let keys = folder.path().join("keys");
        let case = folder.path().join("case");
        let good = |arguments: &[&str]| {
            let output = geldspoor(&keys, arguments);
            // Two says that something was found wanting in the records.
            assert!(code(&output) < 4, "{arguments:?}: {}", printed(&output));
        };
        let (place, records) = (case.to_string_lossy(), records.to_string_lossy());
        good(&["-q", "case", "new", &place, "--reference", "R"]);
        let lists = case.join("queries/lists");
        fs::create_dir_all(&lists).expect("a folder");
        fs::write(lists.join("child_protection_corridors.csv"), "country\nMD\n").expect("a list");
        good(&["-q", "-C", &place, "intake", &records]);
        good(&["-q", "-C", &place, "check"]);
        good(&["-q", "-C", &place, "detect"]);
        Folder { folder }
    }
}

/// A simulated case with parts left out.
pub fn simulated(seed: u64, scenario: Scenario, left: &Left) -> (Folder, Truth) {
    let folder = tempfile::tempdir().expect("a folder");
    let made = folder.path().join("made");
    let mut plan = Plan::new(seed, 6_000, scenario);
    if matches!(left, Left::Months(_)) {
        // Rows with a day each, which can be taken out one by one.
        plan.write_as = Some(StatementFormat::Cards);
    }
    run(&plan, &made, &|_| ()).expect("a case");
    let delivery = made.join("delivery");
    let mut name = format!("{} {seed}", scenario.as_str());
    match left {
        Left::Nothing => {}
        Left::Bank(bank) => {
            fs::remove_dir_all(delivery.join(bank)).expect("the bank's statements");
            name += &format!(", without {bank}");
        }
        Left::Months(months) => {
            without_months(&delivery, months);
            name += &format!(", without {} and {}", months[0], months[1]);
        }
    }
    let truth = truth(&made.join("truth.json"), name);
    (Folder::detected(folder, &delivery), truth)
}

fn without_months(folder: &Path, months: &[String; 2]) {
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.is_dir() {
            without_months(&path, months);
            continue;
        }
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if ["account_holders.csv", "employers.csv", "incomes.csv"].contains(&name) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let is_in = |line: &str| months.iter().any(|month| line.contains(&format!("{month}-")));
        let kept: Vec<&str> = text.lines().filter(|line| !is_in(line)).collect();
        fs::write(&path, kept.join("\n") + "\n").expect("a file");
    }
}

/// The cases of a folder that somebody wrote who had not read the rules.
pub fn names(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root)
        .map(|all| all.flatten().collect::<Vec<_>>())
        .unwrap_or_default()
        .iter()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// One of them.
pub fn written(root: &Path, name: &str) -> (Folder, Truth) {
    let place = root.join(name);
    let truth = truth(&place.join("truth.json"), name.to_owned());
    let folder = tempfile::tempdir().expect("a folder");
    (Folder::detected(folder, &place.join("records")), truth)
}

fn truth(path: &Path, case: String) -> Truth {
    let text = fs::read_to_string(path).expect("the truth");
    let told: Value = serde_json::from_str(&text).expect("JSON");
    let word = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let people = told["parties"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|party| {
            let accounts = party["accounts"].as_array().into_iter().flatten();
            let number = |account: &Value| match account.as_str() {
                Some(number) => number.replace(' ', ""),
                None => word(account, "account").replace(' ', ""),
            };
            Person {
                name: word(party, "name"),
                role: word(party, "role"),
                is_company: word(party, "kind") == "company",
                accounts: accounts.map(number).collect(),
            }
        })
        .collect();
    Truth { case, people }
}
