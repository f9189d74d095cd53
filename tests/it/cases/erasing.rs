//! Erasing: what is certified is gone, whenever the command was killed; what is not the case's stays.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{Office, copy, hash, payments, tree};
use crate::command::{Tables, code, printed};
use crate::delivery::archive;

const STOP: &str = "GELDSPOOR_TEST_STOP_ERASING_AT";
const JOURNAL: &str = "erase.journal.json";
const CERTIFICATE: &str = "erasure-certificate.json";

/// A small case with everything that a case keeps, and its key.
fn small(office: &Office) {
    office.put("one.csv", &payments(1, &[("2025-03-01", "10.00")]));
    let case = office.case("model", "R-1", &["--authority", "Office X"], &["one.csv"]);
    office.works(&["-C", "model", "key", "new"]);
    office.works(&["-C", "model", "key", "rotate"]);
    std::fs::create_dir_all(case.join("queries/indicators")).expect("a folder");
    std::fs::write(case.join("queries/indicators/Jan Jansen.sql"), "-- ours\n").expect("written");
    std::fs::write(case.join("exports/Jan Jansen.html"), "a page").expect("written");
    std::fs::create_dir_all(case.join("cache")).expect("a folder");
    std::fs::write(case.join("cache/spilled"), "rows").expect("written");
    std::fs::write(case.join("sources/7.receiving"), "half").expect("written");
    std::fs::write(case.join("case.new"), "half").expect("written");
}

fn erase<'a>(case: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "-C",
        case,
        "case",
        "erase",
        "--confirm",
        "R-1",
        "--reason",
        "the period is over",
    ];
    all.extend(more);
    all
}

fn certificate(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join(CERTIFICATE)).expect("a certificate");
    serde_json::from_str(&text).expect("JSON")
}

/// Files of a case that carry records: all but lock and journal.
fn records(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(case);
    files.retain(|name, _| {
        !name.starts_with("case.lock")
            && !name.starts_with("erasure-certificate")
            && !name.starts_with("erase.journal")
    });
    files
}

/// Every file is on the certificate with its hash and size, and nothing else is.
fn is_certified(certificate: &Value, files: &BTreeMap<String, Vec<u8>>) {
    let listed: Vec<(String, u64)> = certificate["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| {
            let hash = file["sha256"].as_str().expect("a hash").to_owned();
            (hash, file["bytes"].as_u64().expect("bytes"))
        })
        .collect();
    let mut listed = listed;
    let mut there: Vec<(String, u64)> = files
        .values()
        .map(|bytes| (hash(bytes), bytes.len() as u64))
        .collect();
    listed.sort();
    there.sort();
    assert_eq!(listed, there);
}

#[test]
fn killed_at_any_point_nothing_is_certified_that_is_still_there() {
    let office = Office::new();
    small(&office);
    let model = office.path("model");
    let files = records(&model);
    let keys = tree(&office.keys());
    assert!(files.len() >= 10 && keys.len() == 2, "{files:?} {keys:?}");
    let mut points = 0;
    loop {
        points += 1;
        let case = office.path("case");
        copy(&model, &case);
        for (name, bytes) in &keys {
            let path = office.keys().join(name);
            std::fs::write(&path, bytes).expect("written");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("set");
            }
        }
        let at = points.to_string();
        let output = office.run_with(&erase("case", &[]), &[(STOP, &at)]);
        if code(&output) == 0 {
            break;
        }
        let has_journal = case.join(JOURNAL).is_file();
        // The one thing that must never be: a certificate beside what it certifies.
        let is_there = !records(&case).is_empty() || !tree(&office.keys()).is_empty();
        assert!(
            !(case.join(CERTIFICATE).exists() && is_there),
            "point {points}: certified, and still there"
        );
        if has_journal {
            // Nothing else opens it; asked at some of the points, for all take long.
            let verbs: &[&[&str]] = &[
                &["sql", "-c", "SELECT 1"],
                &["check"],
                &["ledger", "verify"],
                &["intake", "one.csv"],
            ];
            for verb in verbs.iter().filter(|_| points % 9 == 1) {
                let all: Vec<&str> = ["-C", "case"].iter().chain(*verb).copied().collect();
                let said = office.refuses(2, &all);
                assert!(said.contains("is being erased"), "point {points}: {said}");
            }
            // Somebody else's reference does not go on with it.
            office.refuses(2, &["-C", "case", "case", "erase", "--confirm", "R-2"]);
            // A second kill on the way, and then to the end.
            office.run_with(
                &["-C", "case", "case", "erase", "--confirm", "R-1"],
                &[(STOP, "2")],
            );
            let is_there = !records(&case).is_empty() || !tree(&office.keys()).is_empty();
            assert!(!(case.join(CERTIFICATE).exists() && is_there), "point {points}");
            if case.join(JOURNAL).is_file() {
                let said = office.works(&["-C", "case", "case", "erase", "--confirm", "R-1"]);
                assert!(said.contains("going on"), "{said}");
            }
        }
        assert!(
            records(&case).is_empty(),
            "point {points}: {:?}",
            records(&case).keys()
        );
        assert!(tree(&office.keys()).is_empty(), "point {points}: a key is left");
        assert!(!case.join(JOURNAL).exists());
        let certificate = certificate(&case);
        is_certified(&certificate, &files);
        assert_eq!(certificate["reason"], "the period is over");
        let by_others = certificate["files"].as_array().expect("files").iter();
        let by_others = by_others.filter(|file| file["taken_away_by_somebody_else"] == true);
        assert_eq!(
            by_others.count(),
            0,
            "point {points}: nobody else took anything away"
        );
        std::fs::remove_dir_all(&case).expect("removed");
    }
    assert!(points > 2 * files.len(), "only {points} points");
}

#[test]
fn the_certificate_says_who_what_why_and_what_is_not_reached() {
    let office = Office::new();
    small(&office);
    let case = office.path("model");
    office.works(&[
        "-C",
        "model",
        "case",
        "retention",
        "--until",
        "2020-01-01",
        "--legal-basis",
        "Wpg Art. 8(6)",
        "--reason",
        "x",
    ]);
    // Nothing that a rule could be.
    let own = case.join("queries/indicators/Jan Jansen.sql");
    std::fs::remove_file(&own).expect("removed");
    office.works(&["-C", "model", "check"]);
    office.works(&["-C", "model", "detect"]);
    office.works(&["-C", "model", "report"]);
    std::fs::write(&own, "-- ours\n").expect("written");
    let verified = office.works(&["-C", "model", "-q", "ledger", "verify"]);
    let files = records(&case);
    let said = office.works(&erase("model", &["--certificate", "certificates"]));
    assert!(!case.exists(), "the folder is gone with what was in it");
    assert!(said.contains("no longer there"), "{said}");
    let folder = office.path("certificates");
    let made = certificate(&folder);
    is_certified(&made, &files);
    let head = made["ledger"]["head"].as_str().expect("a head");
    assert!(verified.contains(head), "{verified}");
    assert_eq!(made["case"], "R-1");
    assert_eq!(made["authority"], "Office X");
    assert_eq!(made["by"], "tester");
    assert_eq!(made["legal_basis"], "Wpg Art. 8(6)");
    assert!(made["retention"].as_str().expect("words").contains("2020-01-01"));
    assert_eq!(made["keys"], 2);
    assert_eq!(made["released"][0]["what"], "exports/report.html");
    let text = std::fs::read_to_string(folder.join("erasure-certificate.txt")).expect("text");
    for both in [text.as_str(), &made.to_string()] {
        assert!(!both.contains("Jansen"), "a name that somebody gave a file");
        for word in ["SSD", "journal", "Backups".to_lowercase().as_str(), "released"] {
            assert!(both.to_lowercase().contains(&word.to_lowercase()), "{word}");
        }
    }
    for bytes in files.values() {
        assert!(text.contains(&hash(bytes)));
    }
}

#[test]
fn what_is_not_meant_is_not_erased() {
    let office = Office::new();
    small(&office);
    let case = office.path("model");
    let before = records(&case);
    let said = office.refuses(
        2,
        &[
            "-C",
            "model",
            "case",
            "erase",
            "--confirm",
            "R-2",
            "--reason",
            "x",
        ],
    );
    assert!(
        said.contains("R-1") && said.contains("nothing was erased"),
        "{said}"
    );
    office.refuses(2, &["-C", "model", "case", "erase", "--confirm", "R-1"]);
    office.refuses(
        2,
        &[
            "-C",
            "model",
            "case",
            "erase",
            "--confirm",
            "R-1",
            "--reason",
            " ",
        ],
    );
    office.refuses(2, &["-C", "model", "case", "erase", "--reason", "x"]);
    let said = office.refuses(2, &erase("model", &["--certificate", "model/exports/c"]));
    assert!(said.contains("outside the case"), "{said}");
    std::fs::remove_dir(case.join("exports/c")).expect("only the folder was made");
    assert_eq!(records(&case), before);
    assert_eq!(tree(&office.keys()).len(), 2);
    // A folder that is no case.
    office.put("papers/letter.txt", b"mine");
    let said = office.refuses(2, &erase("papers", &[]));
    assert!(said.contains("no case") || said.contains("case.toml"), "{said}");
    assert_eq!(tree(&office.path("papers")).len(), 1);
}

#[test]
fn a_certificate_names_nobody_who_is_protected() {
    let office = Office::new();
    let case = office.path("case");
    copy(&crate::command::sample().case, &case);
    let reference = geldspoor::case::Case::open(&case)
        .expect("a case")
        .settings()
        .reference
        .clone();
    let name = Tables::of(&case)
        .one("SELECT max(name) FROM parties WHERE kind = 'person' AND category = 'unclassified'");
    let before = records(&case);
    let why = format!("{name} asked for it");
    let said = office.refuses(
        7,
        &[
            "-C",
            "case",
            "case",
            "erase",
            "--confirm",
            &reference,
            "--reason",
            &why,
        ],
    );
    assert!(!said.contains(&name), "{said}");
    assert_eq!(records(&case), before);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_what_somebody_put_there_stays_unless_asked() {
    use std::os::unix::fs::symlink;
    let office = Office::new();
    small(&office);
    office.put("elsewhere/private.txt", b"not the case's");
    office.put("elsewhere/rows.parquet", b"not the case's");
    let model = office.path("model");
    std::fs::write(model.join("Jan's notes.txt"), "mine").expect("written");
    std::fs::write(model.join("sources/scan.pdf"), "mine").expect("written");
    symlink(office.path("elsewhere"), model.join("exports/out")).expect("a link");
    symlink(office.path("elsewhere/private.txt"), model.join("mine")).expect("a link");
    symlink(office.path("elsewhere"), model.join("tables/lots")).expect("a link");
    // A file that has another name outside: its content is not erased, and the certificate says so.
    std::fs::hard_link(model.join("exports/Jan Jansen.html"), office.path("page.html"))
        .expect("a second name");
    let elsewhere = tree(&office.path("elsewhere"));
    for (folder, foreign) in [("kept", false), ("gone", true)] {
        let case = office.path(folder);
        // With its links, which `copy` would follow.
        let copied = std::process::Command::new("cp")
            .args(["-a", "--"])
            .arg(&model)
            .arg(&case)
            .status()
            .expect("copied");
        assert!(copied.success());
        std::fs::remove_file(case.join("exports/Jan Jansen.html")).expect("removed");
        std::fs::hard_link(office.path("page.html"), case.join("exports/Jan Jansen.html"))
            .expect("a second name");
        let said = office.works(&erase(folder, if foreign { &["--foreign"] } else { &[] }));
        assert_eq!(
            tree(&office.path("elsewhere")),
            elsewhere,
            "what links lead to is whole"
        );
        assert_eq!(std::fs::read(office.path("page.html")).expect("whole"), b"a page");
        let made = certificate(&case);
        let files = made["files"].as_array().expect("files");
        let links = files
            .iter()
            .filter(|file| file["kind"].as_str().is_some_and(|kind| kind.starts_with("link")));
        assert_eq!(links.count(), if foreign { 3 } else { 2 });
        let second = files.iter().find(|file| file["other_names"] != 0).expect("told");
        assert_eq!(second["overwritten"], false);
        let left: Vec<String> = records(&case).into_keys().collect();
        match foreign {
            true => assert_eq!(left, [""; 0]),
            false => {
                assert_eq!(left, ["Jan's notes.txt", "mine", "sources/scan.pdf"]);
                for name in &left {
                    assert!(said.contains(&format!("left: {name}")), "{name}: {said}");
                }
                assert_eq!(made["left_in_folder"].as_array().expect("left").len(), 3);
                assert!(
                    !made.to_string().contains("Jan's"),
                    "names of files stay on the screen"
                );
            }
        }
    }
}

/// A file that somebody moves away while the case is half erased is not said to be erased.
#[test]
fn what_somebody_else_took_away_is_not_certified_as_erased() {
    let office = Office::new();
    small(&office);
    let case = office.path("model");
    let output = office.run_with(&erase("model", &[]), &[(STOP, "1")]);
    assert_ne!(code(&output), 0, "{}", printed(&output));
    std::fs::rename(case.join("cache/spilled"), office.path("moved")).expect("moved");
    office.works(&["-C", "model", "case", "erase", "--confirm", "R-1"]);
    let made = certificate(&case);
    let files = made["files"].as_array().expect("files");
    let missing: Vec<&Value> = files
        .iter()
        .filter(|file| file["taken_away_by_somebody_else"] == true)
        .collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0]["path"], "cache/spilled");
    assert_eq!(missing[0]["overwritten"], false);
    let text = std::fs::read_to_string(case.join("erasure-certificate.txt")).expect("text");
    assert_eq!(text.matches("NOT ERASED HERE").count(), 1);
}

/// Something new in the folder of a case that is half erased is the case's too, and certified.
#[test]
fn what_came_into_the_folder_since_is_erased_and_certified_too() {
    let office = Office::new();
    small(&office);
    let case = office.path("model");
    let mut files = records(&case);
    let output = office.run_with(&erase("model", &[]), &[(STOP, "4")]);
    assert_ne!(code(&output), 0, "{}", printed(&output));
    std::fs::create_dir_all(case.join("exports")).expect("a folder");
    std::fs::write(case.join("exports/late.html"), "late").expect("written");
    files.insert("exports/late.html".to_owned(), b"late".to_vec());
    office.works(&["-C", "model", "case", "erase", "--confirm", "R-1"]);
    is_certified(&certificate(&case), &files);
    assert!(records(&case).is_empty());
}

#[test]
fn one_source_is_erased_with_its_rows_and_the_case_goes_on() {
    let office = Office::new();
    let (first, second) = (
        payments(1, &[("2025-03-01", "10.00")]),
        payments(2, &[("2025-03-02", "20.00")]),
    );
    office.put("all.zip", &archive(&[("one.csv", &first)]));
    office.put("two.csv", &second);
    office.case("model", "R-1", &[], &["all.zip", "two.csv"]);
    office.works(&["-C", "model", "check"]);
    std::fs::write(
        office.path("model/exports/report.html"),
        "a page that tells of it",
    )
    .expect("written");
    let said = office.refuses(2, &erase("model", &["--source", "all.zip/one.csv"]));
    assert!(said.contains("holds its bytes"), "{said}");
    let [archive_id, member] = ["all.zip", "all.zip/one.csv"].map(|name| {
        Tables::of(&office.path("model")).one(&format!("SELECT source_id FROM sources WHERE name = '{name}'"))
    });
    let mut points = 0;
    loop {
        points += 1;
        let case = office.path("case");
        copy(&office.path("model"), &case);
        let at = points.to_string();
        let output = office.run_with(&erase("case", &["--source", "all.zip"]), &[(STOP, &at)]);
        let is_done = code(&output) == 0;
        let name = format!("erasure-certificate-{}.json", &archive_id[..12]);
        let is_there = || {
            tree(&case).keys().any(|name| {
                name.contains(&archive_id) || name.contains(&member) || name.contains(&member[..12])
            })
        };
        if case.join(JOURNAL).is_file() {
            assert!(
                !(case.join(&name).exists() && is_there()),
                "point {points}: certified and there"
            );
            if points % 9 == 1 {
                let said = office.refuses(2, &["-C", "case", "check"]);
                assert!(said.contains("is being erased"), "{said}");
            }
            office.works(&["-C", "case", "case", "erase", "--confirm", "R-1"]);
        }
        let left: Vec<String> = tree(&case).into_keys().collect();
        assert!(
            !left
                .iter()
                .any(|file| file.contains(&archive_id) || file.contains(&member[..12])),
            "point {points}: {left:?}"
        );
        assert!(!case.join("exports/report.html").exists());
        assert!(case.join(&name).is_file(), "point {points}: {}", printed(&output));
        let tables = Tables::of(&case);
        assert_eq!(tables.count("SELECT count(*) FROM entries"), 2, "point {points}");
        assert_eq!(tables.one("SELECT name FROM sources"), "two.csv");
        let said = office.works(&["-C", "case", "ledger", "verify"]);
        assert!(said.contains("whole"), "{said}");
        let ledger = std::fs::read_to_string(case.join("ledger.jsonl")).expect("a ledger");
        assert_eq!(
            ledger.matches("erased by tester: sources").count(),
            1,
            "point {points}"
        );
        if is_done {
            office.works(&["-C", "case", "check"]);
            assert_eq!(Tables::of(&case).count("SELECT count(*) FROM transfers"), 1);
            break;
        }
        std::fs::remove_dir_all(&case).expect("removed");
    }
    assert!(points > 10, "only {points} points");
}
