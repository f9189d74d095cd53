//! What derived tables go by: when one of it changes, pages are refused until the step has run again.

use std::path::PathBuf;

use geldspoor::case::{Actor, Case, Decision, DecisionKind};

use crate::command::{code, geldspoor, printed};

/// An empty case with everything derived.
struct Derived {
    _folder: tempfile::TempDir,
    keys: PathBuf,
    case: PathBuf,
}

impl Derived {
    fn new() -> Derived {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Derived {
            keys: folder.path().join("keys"),
            case: folder.path().join("case"),
            _folder: folder,
        };
        let case = made.case.to_string_lossy().into_owned();
        let output = geldspoor(&made.keys, &["case", "new", &case, "--reference", "R"]);
        assert_eq!(code(&output), 0, "{}", printed(&output));
        for verb in ["check", "detect", "report"] {
            made.works(&[verb]);
        }
        made
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let case = self.case.to_string_lossy().into_owned();
        let all: Vec<&str> = ["-C", &case]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let output = geldspoor(&self.keys, &all);
        (code(&output), printed(&output))
    }

    fn works(&self, arguments: &[&str]) {
        let (code, text) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {text}");
    }

    /// The page is refused until these verbs have run again.
    fn needs(&self, verbs: &[&str], why: &str) {
        for verb in verbs {
            let (code, text) = self.run(&["report"]);
            assert_ne!(code, 0, "{why}: a page in spite of it: {text}");
            assert!(
                text.contains(&format!(
                    "Run `geldspoor -C {} {verb}` first",
                    self.case.display()
                )),
                "{why}: {text}"
            );
            self.works(&[verb]);
        }
        self.works(&["report"]);
    }

    fn change_settings(&self, from: &str, to: &str) {
        let path = self.case.join("case.toml");
        let text = std::fs::read_to_string(&path).expect("settings");
        assert!(text.contains(from), "{text}");
        std::fs::write(path, text.replacen(from, to, 1)).expect("written");
    }
}

#[test]
fn a_single_rule_is_not_all_of_them() {
    let case = Derived::new();
    case.works(&["detect", "--rule", "ML-01"]);
    case.needs(&["detect"], "one rule ran");
}

#[test]
fn findings_of_some_rules_are_not_taken_for_all() {
    let case = Derived::new();
    const ALONE: &str = "the table of findings holds those of ML-01, fan_in alone";
    let asking: [&[&str]; 3] = [
        &["query", "findings_by_rule"],
        &["sql", "-c", "SELECT count(*) FROM findings"],
        &["sql", "-c", "SELECT count(*) FROM rules_run"],
    ];
    for arguments in asking {
        assert!(!case.run(arguments).1.contains("alone"));
    }
    case.works(&["detect", "--rule", "ML-01,fan_in"]);
    for arguments in asking {
        let said = case.run(arguments).1;
        assert_eq!(said.matches(ALONE).count(), 1, "{said}");
    }
    let said = case.run(&["sql", "-c", "SELECT count(*) FROM entries"]).1;
    assert!(!said.contains("alone"), "{said}");
    // Nobody is told to be without findings.
    assert!(case.run(&["show", "p-1"]).1.contains(ALONE));
    let said = case.run(&["detect", "--rule", "nothing"]).1;
    assert!(said.contains("no rule ‘nothing’"), "{said}");
    case.works(&["detect"]);
    assert!(!case.run(asking[0]).1.contains("alone"));
}

#[test]
fn a_value_that_means_nothing_stops_its_own_rule_alone() {
    let case = Derived::new();
    let settings = "[parameters.ML-10]\nmax_hops = 0\nnosuch = 3\n\n[parameters.ML-01]\nband = \"abc\"\n\n\
                    [parameters.ML-03]\nmin_counterparties = 4\n\n[case]";
    case.change_settings("[case]", settings);
    let (code, said) = case.run(&["detect"]);
    assert_eq!(code, 0, "{said}");
    for words in [
        "ignored: case.toml: [parameters.ML-10] nosuch: there is no such parameter",
        "detect --explain ML-10`",
        "not run: ML-10 case.toml: [parameters.ML-10] max_hops is 0, but a chain has",
        "not run: ML-01 case.toml: [parameters.ML-01] band is ‘abc’, but it is a number",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    assert!(!said.contains("not run: case.toml"), "{said}");
    let sql = |statement: &str| case.run(&["sql", "--format", "csv", "-c", statement]).1;
    let lacking =
        sql("SELECT DISTINCT rule_id FROM not_computable WHERE reason LIKE 'case.toml%' ORDER BY rule_id");
    assert!(lacking.starts_with("rule_id\nML-01\nML-10\n"), "{lacking}");
    let ran = sql("SELECT rule_id FROM rules_run");
    assert!(!ran.contains("ML-01") && !ran.contains("ML-10"), "{ran}");
    assert!(ran.contains("ML-03") && ran.contains("ML-11"), "{ran}");
}

#[test]
fn an_older_case_toml_is_named_beside_the_ledger() {
    let case = Derived::new();
    let path = case.case.join("case.toml");
    let older = std::fs::read_to_string(&path).expect("settings");
    for verb in ["check", "detect"] {
        case.works(&[verb]);
    }
    std::fs::write(&path, older).expect("written");
    for arguments in [&["detect"][..], &["ledger", "verify"]] {
        let (code, said) = case.run(arguments);
        assert_ne!(code, 0, "{said}");
        assert!(
            said.contains("ledger.jsonl was changed by somebody else") && said.contains("is an older copy"),
            "{said}"
        );
    }
}

/// What queries spill lies where it may be thrown away, and not among what a person exports.
#[test]
fn exports_hold_what_was_exported() {
    let case = Derived::new();
    case.works(&["sql", "-c", "SELECT 1"]);
    for entry in std::fs::read_dir(case.case.join("exports"))
        .expect("exports")
        .flatten()
    {
        assert!(entry.path().is_file(), "{}", entry.path().display());
    }
}

#[test]
fn what_findings_go_by_is_more_than_the_records() {
    let case = Derived::new();
    let reader = Case::open(&case.case);
    let actor = Actor {
        user: "tester".to_owned(),
        purpose: String::new(),
        command: "test".to_owned(),
    };
    let decision =
        Decision::new(DecisionKind::Finding, "f-1", "dismissed", "seen", "tester").expect("a decision");
    let mut opened = reader.expect("the case");
    let mut writer = opened.write(actor).expect("the lock");
    writer.decide(decision);
    writer.commit().expect("written");
    case.needs(&["detect"], "a decision");
    case.change_settings("[case]", "[parameters.\"ML-01\"]\nthreshold = \"3000\"\n\n[case]");
    case.needs(&["detect"], "a parameter");
    let folder = case.case.join("queries/indicators");
    std::fs::create_dir_all(&folder).expect("a folder");
    let pack = include_str!("../../queries/indicators/structuring.sql");
    std::fs::write(folder.join("own.sql"), pack).expect("written");
    case.needs(&["detect"], "a rule of the case's own");
    std::fs::write(folder.join("own.sql"), format!("{pack}\n")).expect("written");
    case.needs(&["detect"], "another text of the rule");
    case.change_settings("currency = \"EUR\"", "currency = \"PLN\"");
    case.needs(&["check", "detect"], "another currency");
}
