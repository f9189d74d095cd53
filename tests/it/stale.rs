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
