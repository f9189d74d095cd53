//! All indicator packs over one large case: marks, what rules share, each rule's time, findings and the peak of memory.
//!
//! `cargo bench --bench rules` makes a case of about a million entries with `simulate` (all forms of exploitation among
//! everyday life), takes it in, checks it and resolves its parties; with `GELDSPOOR_BENCH_FULL=1` one of ten million.
//! `GELDSPOOR_BENCH_CASE=FOLDER` names a folder to make that case in, or that has it from the last time. Words after `--`
//! are the rules to run, all where there are none. `GELDSPOOR_BENCH_FINDINGS=FILE` writes every finding, to compare runs.
//! Two threads, as `RAYON_NUM_THREADS` says else; queries may hold 6 GB.

#[path = "tools/took.rs"]
mod took;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use geldspoor::case::{Actor, Case, Settings, Table};
use geldspoor::intake::{Delivery, Silent, collect};
use geldspoor::rules::{self, Pack, RunOptions, SHARED_VIEW};
use geldspoor::simulate::{Plan, Scenario};
use geldspoor::sql::{Limits, Session};
use geldspoor::steps;
use took::{Took, arguments, on_threads, processor, timed};

/// Entries of a transfer in everyday life, about: both sides have an account in the listing.
const ENTRIES: u64 = 2;

fn actor() -> Actor {
    Actor {
        user: "bench".into(),
        purpose: String::new(),
        command: "bench".into(),
    }
}

/// A case with parties, not yet marked.
fn made(entries: u64, folder: &Path) -> Case {
    let plan = Plan::new(7, entries / ENTRIES, Scenario::AllForms);
    let simulated = folder.with_extension("made");
    let (report, took) = timed(|| geldspoor::simulate::run(&plan, &simulated, &|_| {}));
    report.expect("a case to read");
    println!("simulated {took}");
    let mut case = Case::create(folder, &Settings::new("bench")).expect("a case");
    let files = collect(&[simulated.join("delivery")]).expect("files");
    let (taken, took) = timed(|| steps::take_in(&mut case, actor(), &files, &Delivery::default(), &Silent));
    taken.expect("taken in");
    println!("taken in {took}");
    std::fs::remove_dir_all(&simulated).expect("removed");
    let (checked, took) = timed(|| steps::check(&mut case, actor()));
    checked.expect("checked");
    println!("checked {took}");
    let (resolved, took) = timed(|| {
        steps::infer(&mut case, actor()).expect("inferred");
        steps::resolve(&mut case, actor(), &|_| true)
    });
    resolved.expect("resolved");
    println!("resolved {took}");
    case
}

/// The packs of indicators that are asked for, from their files, so that a change of SQL can be timed without a build.
fn packs(words: &[String]) -> Vec<Pack> {
    let is_asked = |pack: &Pack| words.is_empty() || words.contains(&pack.id);
    let packs = rules::builtin().expect("packs").into_iter();
    packs
        .filter(|pack| pack.id.starts_with("THB-") && is_asked(pack))
        .map(|pack| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&pack.file);
            let text = std::fs::read_to_string(path).expect("the pack's file");
            Pack::parse(&pack.file, &text).expect("a pack")
        })
        .collect()
}

fn run(mut case: Case, words: &[String]) {
    println!("{} entries", case.manifest().rows(Table::Entries));
    let (marked, took) = timed(|| steps::mark(&mut case, actor()));
    marked.expect("marked");
    println!(
        "marks {took}, {} MB; {} marks",
        took.peak,
        case.manifest().rows(Table::EntryMarks)
    );
    let packs = packs(words);
    assert!(!packs.is_empty(), "there is no rule of that number: {words:?}");
    let limits = Limits {
        memory: 6 << 30,
        threads: rayon::current_num_threads(),
    };
    let (result, all) = timed(|| {
        let (session, took) = timed(|| Session::open(&case, limits).expect("a session"));
        println!("session {took}, {} MB", took.peak);
        if packs.iter().any(|pack| pack.sql.contains(SHARED_VIEW)) {
            let (shared, took) = timed(|| session.share_views());
            shared.expect("shared");
            println!("{SHARED_VIEW} {took}, {} MB", took.peak);
        }
        // Each rule's line comes when the next one begins: all of them take minutes.
        let running: RefCell<Option<(String, Instant, f64)>> = RefCell::default();
        let begins = |pack: Option<&Pack>| {
            if let Some((rule, at, before)) = running.take() {
                let (wall, cpu) = (at.elapsed().as_secs_f64(), processor() - before);
                println!("{wall:8.2}s (cpu {cpu:7.2})  {rule}");
            }
            let rule = pack.map(|pack| format!("{:8} {}", pack.id, pack.title));
            let rule = rule.unwrap_or_else(|| "control gate".to_owned());
            running.replace(Some((rule, Instant::now(), processor())));
        };
        let result = rules::run_watched(&packs, &session, &RunOptions::default(), &begins);
        begins(None);
        result
    });
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for found in &result.findings {
        *counts.entry(found.finding.rule_id.as_str()).or_default() += 1;
    }
    for (rule, count) in counts {
        println!("{rule:8} {count:6} findings");
    }
    for fault in &result.faults {
        println!("fault: {fault}");
    }
    let Took { peak, .. } = all;
    println!("all {all}, peak {peak} MB; {} findings", result.findings.len());
    if let Some(file) = std::env::var_os("GELDSPOOR_BENCH_FINDINGS") {
        let mut text = String::new();
        for found in &result.findings {
            let _ = writeln!(text, "{found:?}");
        }
        for lacking in &result.not_computable {
            let _ = writeln!(text, "{lacking:?}");
        }
        std::fs::write(file, text).expect("written");
    }
}

fn main() {
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "2".to_owned());
    let entries = match std::env::var_os("GELDSPOOR_BENCH_FULL") {
        Some(_) => 10_000_000,
        None => 1_000_000,
    };
    on_threads(&threads, || {
        let kept = std::env::var_os("GELDSPOOR_BENCH_CASE");
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = kept.map_or_else(|| temporary.path().join("case"), Into::into);
        let case = match folder.join("case.toml").is_file() {
            true => Case::open(&folder).expect("the case"),
            false => {
                // A run that was stopped leaves no half a case to measure.
                let part = folder.with_extension("part");
                for left in [&part, &part.with_extension("made")] {
                    let _ = std::fs::remove_dir_all(left);
                }
                drop(made(entries, &part));
                std::fs::rename(&part, &folder).expect("renamed");
                Case::open(&folder).expect("the case")
            }
        };
        run(case, &arguments());
    });
}
