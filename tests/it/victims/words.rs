//! What is said of people: words, leads, and rules that judge nobody for what he is.

use geldspoor::rules::{builtin, lint};
use geldspoor::victims::words;

use super::{done, run, shared, texts};
use crate::command::{command, package};

#[test]
fn vs_01_forbidden_words_stand_in_no_template_pack_locale_help_snapshot_or_output() {
    let mut hits = Vec::new();
    let mut look = |place: &str, text: &str| {
        hits.extend(
            words::scan(text)
                .into_iter()
                .map(|hit| format!("{place}:{}: {}", hit.line, hit.word)),
        );
    };
    let root = package();
    let mut files = 0;
    for folder in [
        "src/report/templates",
        "queries",
        "docs",
        "tests/it/snapshots",
        "tests/slt",
        "sample-data",
    ] {
        texts(&root.join(folder), &mut |path, text| {
            files += 1;
            look(&path.display().to_string(), text);
            look(
                &path.display().to_string(),
                &path.file_name().unwrap_or_default().to_string_lossy(),
            );
        });
    }
    assert!(files > 100, "{files} files were read");
    look(
        "README.md",
        &std::fs::read_to_string(root.join("README.md")).expect("it is there"),
    );
    for pack in builtin().expect("they parse") {
        for language in ["en", "nl"] {
            look(&pack.file, pack.title_in(language));
            look(&pack.file, pack.explanation_in(language));
        }
    }
    // Help of every verb, and of the verbs below.
    let help = |of: &[&str]| {
        let output = command(&root).args(of).arg("--help").output().expect("it starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let verbs = |text: &str| -> Vec<String> {
        let Some((_, listed)) = text.split_once("Verbs:\n") else {
            return Vec::new();
        };
        let lines = listed.lines().take_while(|line| line.starts_with("  "));
        let names = lines
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    };
    let main = help(&[]);
    let all = verbs(&main);
    assert!(all.len() > 15, "{all:?}");
    look("--help", &main);
    for verb in &all {
        let text = help(&[verb.as_str()]);
        look(&format!("{verb} --help"), &text);
        for below in verbs(&text) {
            look(
                &format!("{verb} {below} --help"),
                &help(&[verb.as_str(), below.as_str()]),
            );
        }
    }
    // What a case with victims prints, and its page.
    let case = shared();
    look("investigate", &case.said);
    for arguments in [
        &["detect", "--list"][..],
        &["leads"],
        &["check", "--all"],
        &["statistics"],
        &["query", "findings"],
        &["query", "clusters"],
    ] {
        look(&arguments.join(" "), &run(case, arguments).1);
    }
    let page = std::fs::read_to_string(case.case.join("exports/report.html")).expect("the page");
    look("the page", &crate::report::scripts(&page).0);
    assert_eq!(hits, Vec::<String>::new());
}

#[test]
fn vs_04_a_possible_victim_is_a_lead_for_protection_that_says_what_its_absence_means() {
    let said = done(shared(), &["leads"]);
    assert!(
        said.contains("possible victim - verify. A lead for protection; it is no finding against the person")
    );
    assert!(said.contains("absence of indicators does not mean no victim"));
    // On the page the words stand beside each such finding as well.
    let page = std::fs::read_to_string(shared().case.join("exports/report.html")).expect("the page");
    let page = page.to_lowercase();
    assert!(page.contains("possible victim"));
    assert!(page.contains("absence of indicators does not mean no victim"));
    // Nobody's name stands among the leads, unless names are asked for.
    for name in ["Zwaluw", "Merel", "Spreeuw"] {
        assert!(!said.contains(name), "{said}");
    }
}

#[test]
fn vs_13_independent_sex_work_and_migration_alone_are_no_indicator() {
    let pack = |form: &str, title: &str, control: &str| {
        format!(
            "-- id: X-01\n-- version: 1\n-- title: {title}\n-- describes: account\n-- form: {form}\n-- family: places\n\
             -- needs: entries.amount\n-- source: a page\n-- explanation: {{n}} of them\n-- innocent: a shop\n{control}\n\
             SELECT account_id, CAST(NULL AS VARCHAR) AS party_id, min(booked_at) AS from_time, max(booked_at) AS to_time, \
             array_agg(entry_id) AS entries, count(*) AS n FROM entries GROUP BY account_id\n"
        )
    };
    let linted = |text: &str| {
        let parsed = geldspoor::rules::Pack::parse("x.sql", text).expect("a header");
        let faults: Vec<String> = lint(&parsed).iter().map(ToString::to_string).collect();
        faults.join("\n")
    };
    assert!(linted(&pack("S", "Payments by many", "")).contains("sex work alone"));
    assert!(linted(&pack("L", "Payments after arrival of a migrant", "")).contains("migration alone"));
    let held = pack(
        "S",
        "Payments by many",
        "-- control: n -- another person takes what is paid",
    );
    assert_eq!(linted(&held), "");
    // No rule that is built in is without one, and an office's own is refused.
    for pack in builtin().expect("they parse") {
        assert_eq!(lint(&pack), Vec::new(), "{}", pack.file);
        assert!(
            !pack.form.contains('S') || !pack.controls.is_empty(),
            "{}",
            pack.file
        );
    }
    let case = super::made();
    let own = case.case.join("queries/indicators");
    std::fs::create_dir_all(&own).expect("a folder");
    std::fs::write(own.join("x.sql"), pack("S", "Payments by many", "")).expect("a file");
    let (code, said) = run(&case, &["detect", "--lint"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("sex work alone"), "{said}");
}
