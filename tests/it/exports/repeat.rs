//! The same case gives the same bytes: whatever the threads, the time zone and the clock.

use std::collections::BTreeMap;
use std::path::Path;

use super::run;
use crate::command::{code, command, copied, printed, sample};

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at).expect("a folder").flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => {
                    let name = entry
                        .path()
                        .strip_prefix(folder)
                        .expect("inside")
                        .display()
                        .to_string();
                    found.insert(name, std::fs::read(entry.path()).expect("a file"));
                }
            }
        }
    }
    found
}

#[test]
fn threads_time_zone_and_clock_change_nothing() {
    let made = copied(sample());
    let of = |name: &str, threads: &str, zone: &str, date: Option<&str>| {
        let out = made.folder.path().join(name);
        let mut command = command(&made.folder.path().join("keys"));
        command.env_remove("SOURCE_DATE_EPOCH").env("TZ", zone);
        if let Some(date) = date {
            command.env("SOURCE_DATE_EPOCH", date);
        }
        let output = command
            .arg("-C")
            .arg(&made.case)
            .args([
                "--threads",
                threads,
                "export",
                "--to",
                "all",
                "--release",
                "r",
                "-o",
            ])
            .arg(&out)
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), 0, "{}", printed(&output));
        bytes(&out)
    };
    let first = of("one", "1", "UTC", None);
    let again = of("two", "4", "Pacific/Kiritimati", None);
    assert_eq!(first.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (name, content) in &first {
        assert!(*content == again[name], "{name} differs");
    }
    // The moment of making is the only thing that a given one changes.
    let given = of("three", "2", "UTC", Some("86400"));
    let twice = of("four", "3", "America/Lima", Some("86400"));
    assert!(given == twice);
    let text =
        |files: &BTreeMap<String, Vec<u8>>, name: &str| String::from_utf8_lossy(&files[name]).into_owned();
    assert!(text(&given, "export.goaml.xml").contains("1970-01-02T00:00:00"));
    assert!(!text(&first, "export.goaml.xml").contains("1970-01-02"));
    assert_eq!(text(&given, "export.ftm.jsonl"), text(&first, "export.ftm.jsonl"));
    let output = command(&made.folder.path().join("keys"))
        .env("SOURCE_DATE_EPOCH", "yesterday")
        .arg("-C")
        .arg(&made.case)
        .args(["export", "--to", "ftm"])
        .output()
        .expect("the command starts");
    assert_eq!(code(&output), 2, "{}", printed(&output));
    assert_eq!(code(&run(&made, &["ledger", "verify"])), 0);
}
