//! What is in a bundle, where it may lie, and what the ledger says of it.

use std::fs;
use std::process::Command;

use super::{PERSON, files, is_installed, office, second, text_of, verify};
use crate::command::{code, command, printed};

#[test]
fn with_names_it_holds_everything_and_stays_in_the_case() {
    let office = office();
    let before = fs::read(office.case().join("ledger.jsonl")).expect("the ledger");
    let bundle = office.full(&[]);
    let held = files(&bundle);
    for path in [
        "bagit.txt",
        "verify.py",
        "HOW-TO-CHECK.txt",
        "tagmanifest-sha256.txt.tsq",
        "data/case.toml",
        "data/intake.json",
        "data/originals-sha256.txt",
        "data/decisions/category.jsonl",
        "data/decisions/claim.jsonl",
        "data/queries/own/indicators/own.sql",
        "data/queries/built-in/indicators/structuring.sql",
        "data/queries/built-in/lexicons/lodging.csv",
        "data/tables/findings/findings.parquet",
        "data/tables/lots/lots.parquet",
        "data/report/report-full.html",
        "data/exports/report.html",
        "data/ledger.jsonl",
        "data/build.json",
        "data/CONTENTS.txt",
    ] {
        let is_there = held.contains_key(path) || path.contains("findings/");
        assert!(is_there, "{path} of {:?}", held.keys().collect::<Vec<_>>());
    }
    let mapping = |path: &&String| path.starts_with("data/queries/own/mappings/");
    assert_eq!(held.keys().filter(mapping).count(), 1);
    // Four files as received; what was found in the archive is found again.
    let originals = held
        .keys()
        .filter(|path| path.starts_with("data/originals/"))
        .count();
    assert_eq!(originals, 4);
    // The ledger is that of before the command; two lines follow it in the case.
    assert_eq!(held["data/ledger.jsonl"], before);
    let after = fs::read(office.case().join("ledger.jsonl")).expect("the ledger");
    let more = String::from_utf8(after.strip_prefix(before.as_slice()).expect("goes on").to_vec());
    let more = more.expect("text");
    assert_eq!(more.lines().count(), 2, "{more}");
    let last = more.lines().last().expect("a line");
    assert!(
        last.contains("bundle, profile full, not signed") && last.contains("tagmanifest"),
        "{last}"
    );
    office.does(&["ledger", "verify"]);
    // Nothing of it is left beside.
    let exports: Vec<String> = crate::delivery::names(&office.case().join("exports"));
    assert!(
        exports.iter().all(|name| !name.ends_with(".writing")),
        "{exports:?}"
    );
    // A second time it is there, and nothing is overwritten.
    let again = office.run(&["bundle", "--profile", "full"]);
    assert_eq!(code(&again), 2, "{}", printed(&again));
    assert!(
        printed(&again).contains("is there already"),
        "{}",
        printed(&again)
    );
    assert_eq!(files(&bundle), held);
}

#[test]
fn names_leave_by_an_override_alone_and_encrypted() {
    let office = office();
    let out = text_of(&office.path("out"));
    let refused = office.run(&["bundle", "--profile", "full", "-o", &out]);
    assert_eq!(code(&refused), 2, "{}", printed(&refused));
    // Neither by way of a folder above.
    let around = format!("{}/exports/../../around", text_of(&office.case()));
    let refused = office.run(&["bundle", "--profile", "full", "-o", &around]);
    assert_eq!(code(&refused), 2, "{}", printed(&refused));
    let key = age::x25519::Identity::generate();
    let public = key.to_public().to_string();
    let refused = office.run(&["bundle", "--profile", "full", "-o", &out, "--encrypt-to", &public]);
    assert_eq!(code(&refused), 2, "{}", printed(&refused));
    assert!(
        !office.path("out").exists() && !office.path("out.age").exists() && !office.path("around").exists()
    );
    let said = office.does(&[
        "bundle",
        "--profile",
        "full",
        "-o",
        &out,
        "--encrypt-to",
        &public,
        "--reason",
        "ordered by the court",
    ]);
    assert!(said.contains("out.age"), "{said}");
    let sealed = fs::read(office.path("out.age")).expect("the file");
    let is_in = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    assert!(!is_in(&sealed, PERSON[0]));
    // Still encrypted, it says so.
    let locked = verify(&office.path("out.age"), &[]);
    assert_eq!(code(&locked), 3, "{}", printed(&locked));
    assert!(printed(&locked).contains("age -d"), "{}", printed(&locked));
    let zip = office.path("opened.zip");
    let opened = age::Decryptor::new(sealed.as_slice()).expect("an age file");
    let mut from = opened
        .decrypt(std::iter::once(&key as &dyn age::Identity))
        .expect("opens");
    std::io::copy(&mut from, &mut fs::File::create(&zip).expect("a file")).expect("decrypted");
    assert!(is_in(&fs::read(&zip).expect("a file"), PERSON[0]));
    assert_eq!(code(&verify(&zip, &[])), 0);
    let ledger = fs::read_to_string(office.case().join("ledger.jsonl")).expect("the ledger");
    let last = ledger.lines().last().expect("a line");
    assert!(
        last.contains("ordered by the court") && last.contains(&public),
        "{last}"
    );
}

/// Nobody is found in what leaves under pseudonyms, and nothing lies in it that could be checked against a guess.
#[test]
fn under_pseudonyms_nobody_is_found_in_it() {
    let office = office();
    let ids = crate::command::Tables::of(&office.case());
    let mut ids: Vec<String> = ["SELECT account_id FROM accounts", "SELECT party_id FROM parties"]
        .iter()
        .flat_map(|sql| ids.rows(sql))
        .map(|row| row[0].clone())
        .collect();
    ids.extend(PERSON.map(str::to_owned));
    ids.push("P115781961".to_owned());
    for profile in ["pseudonymous", "prosecution", "defence", "foreign-authority"] {
        let out = office.path(profile);
        let said = office.does(&["bundle", "--profile", profile, "-o", &text_of(&out)]);
        assert!(said.contains("no originals, no tables"), "{said}");
        let held = files(&out);
        // Files for other programmes go by the same signs as the page.
        let more = office.path(&format!("{profile}-more"));
        office.does(&[
            "bundle",
            "--profile",
            profile,
            "--to",
            "ftm",
            "--zip",
            "-o",
            &text_of(&more),
        ]);
        assert_eq!(code(&verify(&more, &[])), 0);
        let mut folders: Vec<&str> = held
            .keys()
            .filter_map(|path| path.strip_prefix("data/")?.split('/').next())
            .collect();
        folders.dedup();
        assert_eq!(
            folders,
            [
                "CONTENTS.txt",
                "build.json",
                "case.json",
                "originals-sha256.txt",
                "queries",
                "report"
            ]
        );
        for (path, bytes) in &held {
            let text = String::from_utf8_lossy(bytes);
            for id in &ids {
                assert!(!text.contains(id.as_str()), "{profile}: {id} stands in {path}");
            }
        }
        let info = String::from_utf8_lossy(&held["bag-info.txt"]).into_owned();
        assert!(
            info.contains("Case-Ledger-Count: ") && !info.contains("Ledger-Path"),
            "{info}"
        );
        assert_eq!(code(&verify(&out, &[])), 0);
    }
    for wrong in [
        &["--profile", "defence", "--originals"][..],
        &["--hashes-only"],
        &["--profile", "statistics"],
        &["--profile", "full", "--release", "x"],
        &["--profile", "full", "--to", "ftm"],
    ] {
        let refused = office.run(&[&["bundle"], wrong].concat());
        assert_eq!(code(&refused), 2, "{wrong:?}\n{}", printed(&refused));
    }
}

#[test]
fn somebody_protected_in_what_is_said_of_the_case_blocks_it() {
    let office = office();
    let settings = office.case().join("case.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    fs::write(
        &settings,
        text.replace("reference = \"R-1\"", "reference = \"Willemijn Oosterdijk\""),
    )
    .expect("written");
    let out = office.path("out");
    let blocked = office.run(&["bundle", "-o", &text_of(&out)]);
    assert_eq!(code(&blocked), 7, "{}", printed(&blocked));
    assert!(!out.exists());
    // Her name as the name of the bundle.
    fs::write(&settings, text).expect("written");
    let out = office.path("Willemijn Oosterdijk");
    let blocked = office.run(&["bundle", "-o", &text_of(&out)]);
    assert_eq!(code(&blocked), 7, "{}", printed(&blocked));
    assert!(!out.exists());
    let left = crate::delivery::names(office.folder.path());
    assert!(left.iter().all(|name| !name.ends_with(".writing")), "{left:?}");
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    let (first, second) = (office(), office());
    let zip = |office: &super::Office, threads: &str, zone: &str, date: &str| {
        let out = office.path("bundle.zip");
        let output = command(&office.keys())
            .env("TZ", zone)
            .env("SOURCE_DATE_EPOCH", date)
            .env("LC_ALL", "tr_TR.UTF-8")
            .current_dir(office.folder.path())
            .args(["-C", "case", "--threads", threads, "bundle", "--zip", "-o"])
            .arg("bundle.zip")
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), 0, "{}", printed(&output));
        fs::read(out).expect("a file")
    };
    let one = zip(&first, "1", "UTC", "0");
    assert_eq!(one, zip(&second, "3", "Pacific/Kiritimati", "1700000000"));
}

#[test]
fn what_changed_since_the_case_made_or_received_it_is_not_vouched_for() {
    for folder in ["sources", "tables/accounts", "exports"] {
        let office = office();
        let inside = office.case().join(folder);
        let name = crate::delivery::names(&inside).remove(0);
        let path = inside.join(&name);
        let mut bytes = fs::read(&path).expect("a file");
        let last = bytes.len() - 10;
        bytes[last] ^= 1;
        fs::remove_file(&path).expect("removed");
        fs::write(&path, bytes).expect("written");
        let output = office.run(&["bundle", "--profile", "full"]);
        let bundle = office.case().join("exports/bundle-full");
        if folder == "exports" {
            // Somebody else's word: not taken, and said.
            assert_eq!(code(&output), 0, "{}", printed(&output));
            assert!(!bundle.join("data/exports").join(&name).exists());
            let contents = fs::read_to_string(bundle.join("data/CONTENTS.txt")).expect("text");
            assert!(
                contents.contains("whose bytes the ledger does not know"),
                "{contents}"
            );
        } else {
            assert_ne!(code(&output), 0, "{folder}: {}", printed(&output));
            assert!(!bundle.exists(), "{folder}");
        }
    }
}

#[test]
fn old_tables_and_wrong_places_are_refused_before_anything_is_written() {
    let office = office();
    let lines = || {
        fs::read_to_string(office.case().join("ledger.jsonl"))
            .expect("ledger")
            .lines()
            .count()
    };
    let before = lines();
    fs::write(office.path("there"), "x").expect("written");
    fs::create_dir_all(office.path("full/inside")).expect("a folder");
    for (arguments, expected) in [
        (&["-o", &text_of(&office.path("there"))][..], 2),
        (&["-o", &text_of(&office.path("full"))], 2),
        (&["--sign", &text_of(&office.path("no-such-key"))], 3),
    ] {
        let refused = office.run(&[&["bundle"], arguments].concat());
        assert_eq!(code(&refused), expected, "{arguments:?}\n{}", printed(&refused));
    }
    assert_eq!(fs::read(office.path("there")).expect("a file"), b"x");
    let rule = office.case().join("queries/indicators/own.sql");
    let text = fs::read_to_string(&rule).expect("the rule");
    fs::write(&rule, format!("{text}\n")).expect("written");
    let refused = office.run(&["bundle"]);
    assert_eq!(code(&refused), 2, "{}", printed(&refused));
    assert!(
        printed(&refused).contains("geldspoor -C") && printed(&refused).contains("detect"),
        "{}",
        printed(&refused)
    );
    assert_eq!(lines(), before);
    // An empty folder gives way.
    fs::write(&rule, text).expect("written");
    fs::create_dir(office.path("empty")).expect("a folder");
    office.does(&["bundle", "-o", &text_of(&office.path("empty"))]);
    assert!(office.path("empty/bagit.txt").is_file());
}

/// Signed with a key file; checked with the command, the second verifier, and what every computer has, as printed.
#[test]
fn a_stranger_checks_it_with_what_every_computer_has() {
    let office = office();
    let (key, public) = office.key(1);
    let bundle = office.path("out");
    office.does(&["bundle", "-o", &text_of(&bundle), "--sign", &key]);
    fs::copy(&public, office.path("signer.pub")).expect("copied");
    let said = verify(&bundle, &["--signer", &public]);
    let text = printed(&said);
    assert_eq!(code(&said), 0, "{text}");
    for line in [
        "passed       container",
        "passed       payload",
        "passed       signature",
        "not checked  ledger",
        "not checked  time stamp",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.contains("verified: nothing was changed"), "{text}");
    // Without the key it is whole and not verified; by another key it fails.
    let said = verify(&bundle, &[]);
    assert!(code(&said) == 0 && printed(&said).contains("not checked  signature"));
    assert!(!printed(&said).contains("verified:"), "{}", printed(&said));
    let (_, other) = office.key(2);
    let said = verify(&bundle, &["--signer", &other]);
    assert_eq!(code(&said), 5, "{}", printed(&said));
    assert!(
        printed(&said).contains("FAILED       signature"),
        "{}",
        printed(&said)
    );
    if is_installed("python3") && is_installed("ssh-keygen") {
        assert_eq!(second(&bundle, &public).0, 0, "{}", second(&bundle, &public).1);
        assert_eq!(second(&bundle, &other).0, 5);
        // The page, in both languages.
        let how = fs::read_to_string(bundle.join("HOW-TO-CHECK.txt")).expect("the page");
        let commands: String = how
            .lines()
            .filter_map(|line| line.strip_prefix("     "))
            .map(|line| format!("{line}\n"))
            .collect();
        let commands = commands.replace(" \\\n", " ");
        let mut run = 0;
        for line in commands.lines().filter(|line| !line.contains("openssl")) {
            // A bundle under pseudonyms names no ledger.
            if line.contains("ledger.jsonl") {
                continue;
            }
            let said = Command::new("sh")
                .args(["-c", line])
                .current_dir(&bundle)
                .output()
                .expect("sh runs");
            let text = printed(&said);
            assert!(said.status.success(), "{line}\n{text}");
            assert!(!text.contains("FAILED"), "{line}\n{text}");
            run += 1;
        }
        assert_eq!(run, 12, "{commands}");
        assert_eq!(code(&verify(&bundle, &["--signer", &public])), 0);
    }
}

/// Killed at any moment, there is a whole bundle under the name or nothing, and the command can be run again.
#[test]
fn a_kill_leaves_no_half_bundle() {
    use std::time::{Duration, Instant};
    let office = office();
    let out = office.path("place/out");
    let mut killed = 0;
    for wait in [0, 3, 10, 30, 100] {
        let mut child = command(&office.keys())
            .arg("-C")
            .arg(office.case())
            .args(["bundle", "-o"])
            .arg(&out)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the command starts");
        let begun = Instant::now();
        let is_writing =
            || fs::read_dir(office.path("place")).is_ok_and(|mut inside| inside.next().is_some());
        while !is_writing() && begun.elapsed() < Duration::from_secs(120) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().expect("killed");
        let ended = child.wait().expect("ended");
        if ended.success() || out.exists() {
            assert_eq!(code(&verify(&out, &[])), 0);
            fs::remove_dir_all(&out).expect("removed");
        } else {
            killed += 1;
        }
        let _ = fs::remove_dir_all(office.path("place"));
    }
    assert!(killed > 0, "never killed while it wrote");
    office.does(&["ledger", "verify"]);
    office.does(&["bundle", "-o", &text_of(&out)]);
    assert_eq!(code(&verify(&out, &[])), 0);
}
