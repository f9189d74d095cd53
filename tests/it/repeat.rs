//! The same files give the same bytes: twice, with other threads, in another order, and after a kill.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::command::{code, command, geldspoor, package, printed, sample};

/// Every file of tables and exports with its bytes, but for `sources`, which tells when a file was received.
fn bytes_of(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![case.join("tables"), case.join("exports")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(case)
                    .expect("inside")
                    .to_string_lossy()
                    .into_owned();
                // Times of receipt stand in `sources`, and so in its hash in the manifest.
                if !name.starts_with("tables/sources/") && name != "tables/manifest.json" {
                    let bytes = std::fs::read(&path).expect("a file");
                    found.insert(
                        name.clone(),
                        if name.ends_with(".html") {
                            without_custody(bytes)
                        } else {
                            bytes
                        },
                    );
                }
            }
        }
    }
    found
}

/// A page without its last part, which tells when this case was changed by which command.
fn without_custody(page: Vec<u8>) -> Vec<u8> {
    let page = String::from_utf8(page).expect("a page is text");
    let (before, behind) = page.split_once("<section id=\"custody\"").expect("the part");
    let (_, behind) = behind.split_once("</section>").expect("it ends");
    format!("{before}{behind}").into_bytes()
}

fn assert_same(one: &Path, other: &Path, what: &str) {
    let (one, other) = (bytes_of(one), bytes_of(other));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>(),
        "{what}: other files"
    );
    assert!(one.len() > 50);
    for (name, bytes) in &one {
        assert!(&other[name] == bytes, "{what}: {name} differs");
    }
}

#[test]
fn threads_order_and_a_second_run_change_no_byte() {
    let first = sample();
    let keys = first.folder.path().join("keys");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let delivery = package().join("sample-data/delivery");
    // The same files, named one by one from the last to the first.
    let mut parts: Vec<PathBuf> = std::fs::read_dir(&delivery)
        .expect("the delivery")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    parts.sort();
    parts.reverse();
    let reference = reference_of(&first.case);
    for (threads, sources) in [("1", vec![delivery.clone()]), ("3", vec![delivery.clone()])] {
        let case = folder.path().join(format!("case-{threads}"));
        let mut command = command(&keys);
        command
            .args([
                "--threads",
                threads,
                "investigate",
                "--reference",
                &reference,
                "-o",
            ])
            .arg(&case);
        let output = command.args(&sources).output().expect("the command starts");
        assert_eq!(code(&output), 0, "{}", printed(&output));
        assert_same(&first.case, &case, &format!("{threads} threads"));
    }
    // In another order, and in two deliveries: names lose their folder, so only what does not name files is compared.
    let case = folder.path().join("case-shuffled");
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let made = geldspoor(&keys, &["case", "new", &text(&case), "--reference", &reference]);
    assert_eq!(code(&made), 0, "{}", printed(&made));
    for chunk in parts.chunks(2) {
        let mut command = command(&keys);
        let output = command
            .arg("-C")
            .arg(&case)
            .arg("intake")
            .args(chunk)
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), 0, "{}", printed(&output));
    }
    for verb in ["check", "detect"] {
        let output = geldspoor(&keys, &["-C", &text(&case), verb, "--format", "csv"]);
        assert_eq!(code(&output), 0, "{}", printed(&output));
    }
    let (one, other) = (bytes_of(&first.case), bytes_of(&case));
    for (name, bytes) in one.iter().filter(|(name, _)| name.starts_with("tables/")) {
        assert!(other.get(name) == Some(bytes), "shuffled: {name} differs");
    }
}

#[test]
fn the_same_files_again_do_nothing_and_say_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (keys, case) = (folder.path().join("keys"), folder.path().join("case"));
    let case_text = case.to_string_lossy().into_owned();
    let file = package()
        .join("sample-data/delivery/incomes.csv")
        .to_string_lossy()
        .into_owned();
    assert_eq!(
        code(&geldspoor(
            &keys,
            &["case", "new", &case_text, "--reference", "R"]
        )),
        0
    );
    assert_eq!(code(&geldspoor(&keys, &["-C", &case_text, "intake", &file])), 0);
    let before = bytes_of(&case);
    let again = geldspoor(&keys, &["-C", &case_text, "intake", &file]);
    assert_eq!(code(&again), 0);
    assert!(
        printed(&again).contains("1 taken in before"),
        "{}",
        printed(&again)
    );
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        bytes_of(&case).keys().collect::<Vec<_>>()
    );
}

#[test]
fn a_killed_command_leaves_a_case_that_opens() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (keys, case) = (folder.path().join("keys"), folder.path().join("case"));
    let case_text = case.to_string_lossy().into_owned();
    let delivery = package()
        .join("sample-data/delivery")
        .to_string_lossy()
        .into_owned();
    assert_eq!(
        code(&geldspoor(
            &keys,
            &["case", "new", &case_text, "--reference", "R"]
        )),
        0
    );
    // Killed at a dozen different moments of an intake; each time the case is as before or wholly taken in.
    for step in 0..12_u64 {
        let mut child = command(&keys)
            .args(["-C", &case_text, "intake", &delivery])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the command starts");
        let until = Instant::now() + Duration::from_millis(20 + step * 90);
        while Instant::now() < until && child.try_wait().expect("a process").is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = child.kill();
        child.wait().expect("a process");
        let rows = geldspoor(
            &keys,
            &[
                "-C",
                &case_text,
                "sql",
                "-c",
                "SELECT count(*) AS n FROM entries",
                "--format",
                "csv",
            ],
        );
        assert_eq!(code(&rows), 0, "{}", printed(&rows));
        let count = String::from_utf8_lossy(&rows.stdout)
            .lines()
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let whole = crate::command::Tables::of(&sample().case).one("SELECT count(*) FROM entries");
        assert!(
            count == "0" || count == whole,
            "{count} of {whole} entries after a kill"
        );
        let ledger = geldspoor(&keys, &["-C", &case_text, "ledger", "verify"]);
        assert_eq!(code(&ledger), 0, "{}", printed(&ledger));
    }
    let last = geldspoor(&keys, &["-C", &case_text, "intake", &delivery]);
    assert_eq!(code(&last), 0, "{}", printed(&last));
}

#[test]
fn two_writers_do_not_meet() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (keys, case) = (folder.path().join("keys"), folder.path().join("case"));
    let case_text = case.to_string_lossy().into_owned();
    assert_eq!(
        code(&geldspoor(
            &keys,
            &["case", "new", &case_text, "--reference", "R"]
        )),
        0
    );
    let lock = geldspoor::case::Lock::take(&case, "a long intake").expect("free");
    let second = geldspoor(&keys, &["-C", &case_text, "check"]);
    assert_eq!(code(&second), 8, "{}", printed(&second));
    assert!(printed(&second).contains("a long intake"), "{}", printed(&second));
    let reader = geldspoor(&keys, &["-C", &case_text, "sql", "-c", "SELECT 1"]);
    assert_eq!(code(&reader), 0, "readers are not blocked: {}", printed(&reader));
    drop(lock);
    assert_eq!(code(&geldspoor(&keys, &["-C", &case_text, "check"])), 0);
}

fn reference_of(case: &Path) -> String {
    let text = std::fs::read_to_string(case.join("case.toml")).expect("case.toml");
    let table: toml::Table = text.parse().expect("TOML");
    table["case"]["reference"]
        .as_str()
        .expect("a reference")
        .to_owned()
}
