//! Searches that are ended before they are done: by Ctrl-C, by the time that a person gives them. Nothing of them is
//! stored. And who looks on is told what runs and how far it is.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use geldspoor::case::{Actor, Case};
use geldspoor::patterns::Progress;
use geldspoor::sql::{Limits, Stop};
use geldspoor::steps::{self, Asked, Stage, Watch};
use tempfile::TempDir;

use crate::command::{Tables, code, command, geldspoor, printed};

/// Forty accounts that all pay each other within some hours, each time less: nothing ever comes back whole, and to see
/// that of every way round takes longer than a life.
struct Tangle {
    folder: TempDir,
    case: PathBuf,
}

impl Tangle {
    fn new() -> Tangle {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        let mut lines =
            "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance\n"
                .to_owned();
        let mut minute = 0;
        for from in 1..=40 {
            for to in (1..=40).filter(|to| *to != from) {
                let at = format!("2026-01-05 {:02}:{:02}:00", 1 + minute / 60, minute % 60);
                let amount = 9_000 - minute;
                minute = (minute + 7) % 1_199;
                for (account, way, other) in [(from, "debit", to), (to, "credit", from)] {
                    lines += &format!(
                        "ACCOUNT{account:04},{at},{way},{amount}.00,EUR,ACCOUNT{other:04},transfer,\n"
                    );
                }
            }
        }
        let file = folder.path().join("lines.csv");
        std::fs::write(&file, lines).expect("a file");
        let tangle = Tangle { folder, case };
        let place = tangle.case.to_string_lossy().into_owned();
        let made = geldspoor(&tangle.keys(), &["case", "new", &place, "--reference", "R"]);
        assert_eq!(code(&made), 0, "{}", printed(&made));
        for arguments in [&["intake", &file.to_string_lossy()][..], &["check"]] {
            assert_eq!(tangle.run(arguments).0, 0, "{arguments:?}");
        }
        let toml = tangle.case.join("case.toml");
        let settings = std::fs::read_to_string(&toml).expect("settings");
        let endless = "max_hops = 20\nmin_returned = 1\nmax_steps = 1000000000000000\n";
        std::fs::write(&toml, format!("{settings}\n[parameters.ML-11]\n{endless}")).expect("a file");
        tangle
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.keys());
        command.arg("-C").arg(&self.case).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().expect("the command starts");
        (code(&output), printed(&output))
    }
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if !path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("case.lock"))
        {
            files.insert(path.clone(), std::fs::read(&path).expect("a file"));
        }
    }
    files
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_case_as_it_was() {
    let tangle = Tangle::new();
    let before = files(&tangle.case);
    let mut running = tangle
        .command(&["-v", "detect", "--rule", "ML-11"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut said = BufReader::new(running.stderr.take().expect("its messages")).lines();
    let begun = said
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("ML-11"));
    assert!(begun.is_some_and(|line| line.contains(" of ")));
    let sent = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(sent.expect("a signal is sent").success());
    let rest: Vec<String> = said.map_while(Result::ok).collect();
    let status = running.wait().expect("it ends");
    assert_eq!(status.code(), Some(130), "{rest:?}");
    assert!(rest.join("\n").contains("nothing was stored"), "{rest:?}");
    assert!(before == files(&tangle.case), "the case is as it was");
}

#[test]
fn what_takes_too_long_is_given_up_and_named() {
    let tangle = Tangle::new();
    let (code, said) = tangle.run(&[
        "detect",
        "--rule",
        "ML-11",
        "--rule",
        "ML-03",
        "--time-limit",
        "2s",
    ]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("ML-11") && said.contains("was given up after 2s"),
        "{said}"
    );
    let tables = Tables::of(&tangle.case);
    let by_rule = tables.rows("SELECT rule_id, count(*) > 0 FROM findings GROUP BY rule_id");
    assert_eq!(by_rule, [["ML-03", "true"]]);
    let lacking = tables.rows("SELECT rule_id, reason, request FROM not_computable");
    assert_eq!(lacking.len(), 1, "{lacking:?}");
    assert!(
        lacking[0][0] == "ML-11"
            && lacking[0][1].contains("given up after 2s")
            && lacking[0][2].contains("max_steps"),
        "{lacking:?}"
    );
    let run =
        tables.rows("SELECT rule_id, title LIKE '%(given up after 2s)' FROM rules_run ORDER BY rule_id");
    assert_eq!(run, [["ML-03", "false"], ["ML-11", "true"]]);
    // A statement that takes too long gives nothing.
    for call in [
        "temporal_cycles(max_hops => 20, min_returned => 1, max_steps => 1000000000000000)",
        "cycle_counts(max_hops => 20, max_steps => 1000000000000000)",
    ] {
        let statement = format!("SELECT count(*) FROM {call}");
        let (code, said) = tangle.run(&["sql", "--time-limit", "1s", "-c", &statement]);
        assert!(
            code == 6 && said.contains("--time-limit"),
            "{call}: {code} {said}"
        );
    }
    // What is no time is refused.
    let (code, said) = tangle.run(&["detect", "--time-limit", "ten"]);
    assert!(code == 2 && said.contains("10min"), "{said}");
}

/// What was told.
#[derive(Default)]
struct Noted {
    stop: Arc<Stop>,
    stages: Mutex<Vec<(String, usize, usize)>>,
    progress: Mutex<Vec<Progress>>,
}

impl Watch for Noted {
    fn begins(&self, stage: Stage<'_>) {
        let mut stages = self.stages.lock().expect("stages");
        stages.push((format!("{} {}", stage.rule, stage.title), stage.number, stage.of));
    }

    fn is_at(&self, progress: Progress) {
        self.progress.lock().expect("progress").push(progress);
    }

    fn stop(&self) -> &Arc<Stop> {
        &self.stop
    }

    fn limit(&self) -> Option<&str> {
        None
    }
}

#[test]
fn who_looks_on_is_told_what_runs_and_how_far_it_is() {
    let tangle = Tangle::new();
    let noted = Noted::default();
    let mut case = Case::open(&tangle.case).expect("a case");
    let actor = Actor {
        user: "tester".to_owned(),
        purpose: String::new(),
        command: "detect".to_owned(),
    };
    let only = ["ML-01", "ML-03", "ML-07"].map(str::to_owned);
    let asked = Asked {
        only: &only,
        watch: Some(&noted),
        ..Asked::default()
    };
    steps::detect(&mut case, actor, Limits::default(), asked).expect("findings");
    let stages = noted.stages.lock().expect("stages");
    let names: Vec<&str> = stages.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(names.len(), 7, "{names:?}");
    assert!(
        names[0].starts_with("ML-01") && names[2].starts_with("ML-03") && names[3].starts_with("ML-07"),
        "{names:?}"
    );
    // The gate looks at what the rules found, and then at what the patterns did; last what stands together is told.
    assert!(
        names[1].contains("control gate") && names[5].contains("control gate"),
        "{names:?}"
    );
    let numbers: Vec<(usize, usize)> = stages.iter().map(|(_, number, of)| (*number, *of)).collect();
    assert_eq!(numbers, [(1, 7), (2, 7), (3, 7), (4, 7), (5, 7), (6, 7), (7, 7)]);
    let progress = noted.progress.lock().expect("progress");
    assert!(!progress.is_empty() && progress.iter().all(|at| at.done <= at.total));
}
