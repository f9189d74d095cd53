//! Where exports go, and what they leave alone: the case's own files, what others put at the place, links, keys.

use std::path::Path;

use super::{KEY, entities, export, of, run};
use crate::command::{Investigated, code, command, copied, printed, sample};
use crate::releases::refer;

fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => found.push((
                    entry.path().display().to_string(),
                    std::fs::read(entry.path()).expect("a file"),
                )),
            }
        }
    }
    found.sort();
    found
}

fn last_line(made: &Investigated) -> serde_json::Value {
    let ledger = std::fs::read_to_string(made.case.join("ledger.jsonl")).expect("the ledger");
    serde_json::from_str(ledger.lines().last().expect("a line")).expect("a line of JSON")
}

fn digest(path: &Path) -> String {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(std::fs::read(path).expect("a file"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_case_and_what_others_put_there_stay_as_they_are() {
    let made = copied(sample());
    let before = tree(&made.case);
    let inside = |name: &str| made.case.join(name).to_string_lossy().into_owned();
    for place in [
        "tables",
        "tables/entries",
        "sources",
        "decisions",
        "case.toml",
        "ledger.jsonl",
        "tables/manifest.json",
        "new",
        "",
        "exports/../tables",
        "exports/.making",
    ] {
        for to in ["bods", "parquet", "all"] {
            let output = run(&made, &["export", "--to", to, "-o", &inside(place), "--force"]);
            assert_eq!(code(&output), 2, "{place} {to}: {}", printed(&output));
        }
    }
    assert_eq!(tree(&made.case), before, "not a byte changed");
    // Somebody's file at the place.
    let foreign = made.folder.path().join("mine.jsonl");
    std::fs::write(&foreign, "mine").expect("written");
    let foreign = foreign.to_string_lossy().into_owned();
    let output = run(&made, &["export", "--to", "ftm", "-o", &foreign]);
    assert_eq!(code(&output), 2, "{}", printed(&output));
    assert!(printed(&output).contains("--force"), "{}", printed(&output));
    assert_eq!(std::fs::read_to_string(&foreign).expect("a file"), "mine");
    let (paths, _) = export(&made, &["--to", "ftm", "-o", &foreign, "--force"]);
    assert_eq!(paths, [Path::new(&foreign)]);
    // An export of its own is replaced without a word.
    export(&made, &["--to", "ftm", "-o", &foreign]);
    // A folder with something else in it is never replaced.
    let folder = made.folder.path().join("handover");
    let to = folder.to_string_lossy().into_owned();
    export(&made, &["--to", "ftm,bods", "-o", &to]);
    export(&made, &["--to", "ftm,parquet", "-o", &to]);
    assert!(
        !folder.join("export.bods.json").exists(),
        "the folder is the export's own"
    );
    std::fs::write(folder.join("letter.txt"), "to the court").expect("written");
    let before = tree(&folder);
    for more in [&[][..], &["--force"][..]] {
        let output = run(&made, &[&["export", "--to", "all", "-o", &to][..], more].concat());
        assert_eq!(code(&output), 2, "{}", printed(&output));
        assert!(printed(&output).contains("letter.txt"), "{}", printed(&output));
        assert_eq!(tree(&folder), before);
    }
    // A name that such files do not have.
    let odd = made.folder.path().join("out.xlsx").to_string_lossy().into_owned();
    let output = run(&made, &["export", "--to", "ftm", "-o", &odd]);
    assert_eq!(code(&output), 2, "{}", printed(&output));
    assert_eq!(code(&run(&made, &["ledger", "verify"])), 0);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let made = copied(sample());
    let outside = made.folder.path().join("outside");
    std::fs::create_dir(&outside).expect("a folder");
    let link = made.folder.path().join("link.jsonl");
    symlink(outside.join("there.jsonl"), &link).expect("a link");
    let output = run(
        &made,
        &["export", "--to", "ftm", "-o", &link.to_string_lossy(), "--force"],
    );
    assert_eq!(code(&output), 2, "{}", printed(&output));
    // The case's own folder for exports leads elsewhere.
    std::fs::remove_dir_all(made.case.join("exports")).expect("removed");
    symlink(&outside, made.case.join("exports")).expect("a link");
    let output = run(&made, &["export", "--to", "ftm"]);
    assert_eq!(code(&output), 2, "{}", printed(&output));
    assert_eq!(tree(&outside), Vec::new());
}

#[test]
fn one_line_names_every_file_with_its_hash() {
    let made = copied(sample());
    let out = made.folder.path().join("out");
    let lines = || {
        std::fs::read_to_string(made.case.join("ledger.jsonl"))
            .expect("the ledger")
            .lines()
            .count()
    };
    let before = lines();
    // What a command that was cut off left is cleared away.
    let left = made.case.join("exports/.making/parquet");
    std::fs::create_dir_all(&left).expect("a folder");
    std::fs::write(left.join("half.parquet"), "PAR1").expect("written");
    let (paths, _) = export(
        &made,
        &["--to", "all", "-o", &out.to_string_lossy(), "--release", "x"],
    );
    assert_eq!(lines(), before + 1);
    let line = last_line(&made);
    assert!(
        line["note"]
            .as_str()
            .expect("a note")
            .starts_with("release x, export to anx, bods,"),
        "{line}"
    );
    let mut named: Vec<(String, String)> = line["written"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().expect("a text").to_owned();
            (text("name"), text("sha256"))
        })
        .collect();
    let mut there: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&out).expect("in the folder");
            (format!("exports/out/{}", name.display()), digest(path))
        })
        .collect();
    named.sort();
    there.sort();
    assert_eq!(named, there);
    assert_eq!(tree(&out).len(), there.len(), "nothing else lies there");
    assert!(there.len() >= 8 + 7, "{there:?}");
    assert!(!made.case.join("exports/.making").exists());
    let beside: Vec<_> = std::fs::read_dir(made.folder.path())
        .expect("a folder")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with('.'))
        .collect();
    assert!(beside.is_empty(), "{beside:?}");
}

#[test]
fn what_does_not_reach_its_place_is_told_by_the_ledger() {
    let made = copied(sample());
    // Long enough for a name, and too long for one with something before it.
    let name = format!("{}.jsonl", "n".repeat(255 - 6));
    let place = made.folder.path().join(&name);
    let output = run(&made, &["export", "--to", "ftm", "-o", &place.to_string_lossy()]);
    assert_ne!(code(&output), 0, "{}", printed(&output));
    assert!(!place.exists());
    let line = last_line(&made);
    assert!(
        line["note"]
            .as_str()
            .expect("a note")
            .contains("did not all reach its place"),
        "{line}"
    );
    assert_eq!(code(&run(&made, &["ledger", "verify"])), 0);
}

#[test]
fn a_planted_leak_blocks_every_format_and_nothing_is_left() {
    let made = copied(sample());
    let name = {
        let rows = crate::command::Tables::of(&made.case).rows(
            "SELECT p.name FROM parties p JOIN account_holders h ON h.party_id = p.party_id \
             WHERE p.kind = 'person' AND p.category = 'unclassified' AND p.name LIKE '% %' ORDER BY p.name LIMIT 1",
        );
        rows[0][0].clone()
    };
    refer(&made, &format!("file of {name}"));
    let out = made.folder.path().join("out");
    let before = tree(&made.case.join("exports"));
    for to in [
        "anx", "case", "gexf", "goaml", "graphml", "xlsx", "parquet", "all",
    ] {
        let output = run(&made, &["export", "--to", to, "-o", &out.to_string_lossy()]);
        let said = printed(&output);
        assert_eq!(code(&output), 7, "{to}: {said}");
        assert!(!said.contains(&name), "{said}");
        assert!(!out.exists(), "{to}");
        assert_eq!(tree(&made.case.join("exports")), before, "{to}");
        assert!(
            last_line(&made)["note"]
                .as_str()
                .expect("a note")
                .starts_with("release blocked")
        );
    }
    refer(&made, "PV-1");
    // A name of a file is a label too.
    let named = made.folder.path().join(format!("{name}.jsonl"));
    let output = run(&made, &["export", "--to", "ftm", "-o", &named.to_string_lossy()]);
    assert_eq!(code(&output), 7, "{}", printed(&output));
    assert!(!named.exists());
}

#[test]
fn names_stay_in_the_case_or_leave_encrypted() {
    let made = copied(sample());
    let (paths, said) = export(&made, &["--to", "ftm,xlsx", "--profile", "full"]);
    assert!(
        paths
            .iter()
            .all(|path| path.starts_with(made.case.join("exports")))
    );
    assert!(said.contains("they stay in the case"), "{said}");
    let lines = entities(&paths[0]);
    assert!(!of(&lines, "Payment").is_empty());
    let out = made.folder.path().join("out");
    let to = out.to_string_lossy().into_owned();
    let full = ["export", "--to", "ftm,xlsx", "--profile", "full", "-o", &to];
    for (more, missing) in [
        (&[][..], "--encrypt-to"),
        (&["--encrypt-to", KEY][..], "--reason"),
        (&["--encrypt-to", KEY, "--reason", "court"][..], "two words"),
        (
            &["--encrypt-to", "age1x", "--reason", "by court order"][..],
            "public key",
        ),
    ] {
        let output = run(&made, &[&full[..], more].concat());
        assert_eq!(code(&output), 2, "{more:?}: {}", printed(&output));
        assert!(
            printed(&output).contains(missing),
            "{more:?}: {}",
            printed(&output)
        );
        assert!(!out.exists());
    }
    let output = run(
        &made,
        &[
            &full[..],
            &[
                "--encrypt-to",
                KEY,
                "--reason",
                "by court order",
                "--user",
                "B. Officer",
            ],
        ]
        .concat(),
    );
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let names: Vec<String> = tree(&out)
        .into_iter()
        .map(|(name, bytes)| {
            assert!(bytes.starts_with(b"age-encryption.org/v1"), "{name}");
            name.rsplit('/').next().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(names, ["export-full.ftm.jsonl.age", "export-full.xlsx.age"]);
    let line = last_line(&made).to_string();
    for told in [
        "override: ",
        KEY,
        "B. Officer",
        "by court order",
        "before it was encrypted",
    ] {
        assert!(line.contains(told), "{told} in {line}");
    }
    assert!(!made.case.join("exports/.making").exists());
    // Nobody who answers for it.
    let output = command(&made.folder.path().join("keys"))
        .env_remove("GELDSPOOR_USER")
        .arg("-C")
        .arg(&made.case)
        .args(full)
        .args(["--encrypt-to", KEY, "--reason", "by court order"])
        .output()
        .expect("the command starts");
    assert_eq!(code(&output), 2, "{}", printed(&output));
    let output = run(&made, &["export", "--to", "ftm", "--profile", "statistics"]);
    assert_eq!(code(&output), 2, "{}", printed(&output));
}
