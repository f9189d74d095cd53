//! Every file of a bundle and every line of its ledger, tampered with in every way; both verifiers find all of it.

use super::*;

/// A bundle that was tampered with, and how.
type Case = (String, Memory);

/// Both verifiers must find what was done.
fn found_by_both(cases: &[Case]) {
    for (what, bag) in cases {
        let report = verify(bag, &ask(1));
        assert!(
            report.has_failed() && !report.is_verified(),
            "{what}: not found\n{report}"
        );
    }
    if !(is_installed("python3") && is_installed("ssh-keygen")) {
        return;
    }
    let folders: Vec<_> = cases.iter().map(|(_, bag)| on_disk(bag)).collect();
    let roots: Vec<&Path> = folders.iter().map(|(_, root)| root.as_path()).collect();
    for ((what, _), (code, text)) in cases.iter().zip(python(&roots)) {
        assert!(
            code == 5 && text.contains("FAILED"),
            "{what}: not found by verify.py\n{text}"
        );
    }
}

fn with(bag: &Memory, path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Memory {
    let mut bag = bag.clone();
    change(bag.files.entry(path.to_owned()).or_default());
    bag
}

/// Whether a file may be missing without anything being wrong.
fn may_miss(path: &str) -> bool {
    path == TIME_QUERY
}

#[test]
fn every_file() {
    let bag = signed_bag();
    let mut cases: Vec<Case> = Vec::new();
    for (path, bytes) in &bag.files {
        let mut push = |what: &str, bag: Memory| cases.push((format!("{path} {what}"), bag));
        for at in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            if !bytes.is_empty() {
                push("flipped", with(&bag, path, |bytes| bytes[at] ^= 4));
            }
        }
        let mut dropped = bag.clone();
        dropped.files.remove(path);
        let mut renamed = dropped.clone();
        renamed.files.insert(format!("{path}.old"), bytes.clone());
        push("renamed", renamed);
        if !may_miss(path) {
            push("dropped", dropped);
        }
        if !bytes.is_empty() {
            push(
                "truncated",
                with(&bag, path, |bytes| bytes.truncate(bytes.len() - 1)),
            );
            push("emptied", with(&bag, path, Vec::clear));
        }
        push("lengthened", with(&bag, path, |bytes| bytes.push(b'\n')));
        push(
            "substituted",
            with(&bag, path, |bytes| *bytes = b"something else\n".to_vec()),
        );
    }
    for path in [
        "data/new",
        "data/sources/new",
        "new",
        "data/.hidden",
        "fetch.txt",
        "manifest-md5.txt",
        "data/ledger.jsonl.bak",
    ] {
        cases.push((format!("{path} added"), with(&bag, path, |bytes| bytes.push(1))));
    }
    // Reorder: two files change places.
    for (first, second) in [
        ("data/case.toml", "data/ledger.jsonl"),
        ("bagit.txt", "bag-info.txt"),
        (MANIFEST, TAG_MANIFEST),
    ] {
        let mut bag = bag.clone();
        let (a, b) = (bag.files[first].clone(), bag.files[second].clone());
        bag.files.insert(first.into(), b);
        bag.files.insert(second.into(), a);
        cases.push((format!("{first} and {second} exchanged"), bag));
    }
    assert!(cases.len() > 130, "{}", cases.len());
    found_by_both(&cases);
}

/// Every line of the lists and of the ledger: changed, dropped, doubled, moved, added, cut.
#[test]
fn every_line() {
    let bag = signed_bag();
    let mut cases: Vec<Case> = Vec::new();
    for path in ["data/ledger.jsonl", MANIFEST, TAG_MANIFEST, INFO] {
        let text = String::from_utf8(bag.files[path].clone()).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            let mut push = |what: &str, lines: &[&str]| {
                let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                cases.push((
                    format!("{path} line {} {what}", at + 1),
                    with(&bag, path, |bytes| *bytes = text.into_bytes()),
                ));
            };
            let change = |line: String| {
                let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                lines[at] = line;
                lines
            };
            let mut dropped = lines.clone();
            dropped.remove(at);
            push("dropped", &dropped);
            let mut doubled = lines.clone();
            doubled.insert(at, lines[at]);
            push("doubled", &doubled);
            let mut moved = lines.clone();
            moved.swap(at, (at + 1) % lines.len());
            push("moved", &moved);
            push("and all behind it cut", &lines[..at]);
            for line in [
                format!("{}x", lines[at]),
                format!(" {}", lines[at]),
                lines[at][1..].to_owned(),
            ] {
                let changed = change(line);
                push("changed", &changed.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
    found_by_both(&cases);
}

/// Whoever can write lists anew still cannot sign them; and each check finds what is its own with all lists in order.
#[test]
fn lists_made_anew() {
    let bag = signed_bag();
    let anew = |change: &dyn Fn(&mut Memory)| {
        let mut bag = bag.clone();
        change(&mut bag);
        relist(&mut bag);
        bag
    };
    let other = key(2);
    let mut stolen = anew(&|bag| bag.files.get_mut("data/case.toml").expect("file").push(b'#'));
    let message = stolen.files[TAG_MANIFEST].clone();
    stolen
        .files
        .insert(SIGNATURE.into(), signature(&message, &other).into_bytes());
    let cut = anew(&|bag| {
        let text = super::super::ledger::tests::sample(3);
        bag.files.insert("data/ledger.jsonl".into(), text.into_bytes());
    });
    let ledger_fails = verify(&cut, &ask(1));
    assert_eq!(
        ledger_fails.line(Check::Ledger).map(|line| line.faults.len()),
        Some(2),
        "{ledger_fails}"
    );
    assert!(
        ledger_fails
            .line(Check::Payload)
            .is_some_and(|line| line.faults.is_empty())
    );
    let cases = vec![
        (
            "all lists anew".to_owned(),
            anew(&|bag| bag.files.get_mut("data/case.toml").expect("file").push(b'#')),
        ),
        ("all lists anew, signed by another".to_owned(), stolen),
        ("ledger cut, lists anew".to_owned(), cut),
        (
            "a file dropped, lists anew".to_owned(),
            anew(&|bag| bag.files.retain(|path, _| path != "data/case.toml")),
        ),
    ];
    found_by_both(&cases);
}

/// A bag of others, with a percent sign in a name as RFC 8493 writes it, is read.
#[test]
fn percent_signs_are_read() {
    let mut bag = signed_bag();
    bag.files.insert("data/50%.csv".into(), Vec::new());
    let info = String::from_utf8_lossy(&bag.files[INFO]).replace("963.9", "963.10");
    assert!(info.contains("963.10"), "{info}");
    bag.files.insert(INFO.into(), info.into_bytes());
    relist(&mut bag);
    assert!(String::from_utf8_lossy(&bag.files[MANIFEST]).contains("data/50%25.csv"));
    let message = bag.files[TAG_MANIFEST].clone();
    bag.files
        .insert(SIGNATURE.into(), signature(&message, &key(1)).into_bytes());
    let report = verify(&bag, &ask(1));
    assert!(report.is_verified(), "{report}");
    if is_installed("python3") && is_installed("ssh-keygen") {
        let (_folder, root) = on_disk(&bag);
        let (code, text) = python(&[&root]).remove(0);
        assert_eq!(code, 0, "{text}");
    }
}

/// Manifests, and the signature's time query, made to fit what is there.
fn relist(bag: &mut Memory) {
    let list = |bag: &Memory, belongs: &dyn Fn(&str) -> bool| {
        let mut text = String::new();
        for (path, bytes) in bag.files.iter().filter(|(path, _)| belongs(path)) {
            let (hash, _) = super::super::manifest::copy_hashed(&mut bytes.as_slice(), &mut std::io::sink())
                .expect("hash");
            text.push_str(&format!("{hash}  {}\n", super::super::names::encode(path)));
        }
        text.into_bytes()
    };
    let payload = list(bag, &|path| path.starts_with("data/"));
    bag.files.insert(MANIFEST.into(), payload);
    let outside = [TAG_MANIFEST, SIGNATURE, TIME_QUERY, TIME_ANSWER];
    let tags = list(bag, &|path| {
        !path.starts_with("data/") && !outside.contains(&path)
    });
    bag.files.insert(TIME_QUERY.into(), query(&tags, None));
    bag.files.insert(TAG_MANIFEST.into(), tags);
}

/// A list that names something outside is refused with everything else in order, signature too, and nothing is opened.
#[test]
fn paths_outside() {
    let mut cases = Vec::new();
    for path in [
        "../outside",
        "data/../../outside",
        "/etc/passwd",
        "C:/x",
        "data\\x",
        "data/x/../../../y",
        "..",
        "data//x",
        "tagmanifest-sha256.txt",
    ] {
        for list in [MANIFEST, TAG_MANIFEST] {
            let mut bag = signed_bag();
            let line = format!("{}  {path}\n", "00".repeat(32));
            if list == MANIFEST {
                bag.files.get_mut(MANIFEST).expect("list").extend(line.as_bytes());
                // The tag manifest follows, as somebody who means it would do.
                let text = String::from_utf8(bag.files[TAG_MANIFEST].clone()).expect("text");
                let (hash, _) = super::super::manifest::copy_hashed(
                    &mut bag.files[MANIFEST].as_slice(),
                    &mut std::io::sink(),
                )
                .expect("hash");
                let lines: String = text
                    .lines()
                    .map(|line| {
                        if line.ends_with("  manifest-sha256.txt") {
                            format!("{hash}  manifest-sha256.txt\n")
                        } else {
                            format!("{line}\n")
                        }
                    })
                    .collect();
                bag.files.insert(TAG_MANIFEST.into(), lines.into_bytes());
            } else {
                bag.files
                    .get_mut(TAG_MANIFEST)
                    .expect("list")
                    .extend(line.as_bytes());
            }
            let message = bag.files[TAG_MANIFEST].clone();
            bag.files
                .insert(SIGNATURE.into(), signature(&message, &key(1)).into_bytes());
            bag.files.insert(TIME_QUERY.into(), query(&message, None));
            let report = verify(&bag, &ask(1));
            assert!(
                report
                    .line(Check::Signature)
                    .is_some_and(|line| line.faults.is_empty()),
                "{report}"
            );
            cases.push((format!("{list} lists {path}"), bag));
        }
    }
    found_by_both(&cases);
}

/// The ledger's path in bag-info.txt leads nowhere else either.
#[test]
fn a_ledger_outside() {
    let bag = signed_bag();
    for path in ["../ledger.jsonl", "/etc/passwd", "bagit.txt", "data/none"] {
        let changed = with(&bag, INFO, |bytes| {
            let text = String::from_utf8_lossy(bytes).replace("data/ledger.jsonl", path);
            *bytes = text.into_bytes();
        });
        let report = verify(&changed, &ask(1));
        assert!(
            report
                .line(Check::Ledger)
                .is_some_and(|line| !line.faults.is_empty()),
            "{path}\n{report}"
        );
    }
}

/// What only a disk has: links, pipes, empty folders, names that differ in capitals alone.
#[cfg(unix)]
#[test]
fn links_and_the_like() {
    use std::os::unix::fs::symlink;
    let bag = signed_bag();
    type Change = fn(&Path);
    let changes: [(&str, Change); 7] = [
        ("a file is a link to its own bytes", |root| {
            fs::rename(root.join("data/case.toml"), root.with_file_name("case.toml")).expect("moved");
            symlink(root.with_file_name("case.toml"), root.join("data/case.toml")).expect("linked");
        }),
        ("a folder is a link", |root| {
            fs::rename(root.join("data/report"), root.with_file_name("report")).expect("moved");
            symlink(root.with_file_name("report"), root.join("data/report")).expect("linked");
        }),
        ("data is a link", |root| {
            fs::rename(root.join("data"), root.with_file_name("data")).expect("moved");
            symlink(root.with_file_name("data"), root.join("data")).expect("linked");
        }),
        ("a link that is not listed", |root| {
            symlink("/etc/passwd", root.join("data/x")).expect("linked")
        }),
        ("a link that leads nowhere", |root| {
            symlink("/nowhere", root.join("x")).expect("linked")
        }),
        ("an empty folder", |root| {
            fs::create_dir(root.join("data/nothing")).expect("made")
        }),
        ("a pipe", |root| {
            let made = Command::new("mkfifo").arg(root.join("data/pipe")).status();
            assert!(made.is_ok_and(|status| status.success()));
        }),
    ];
    for (what, change) in changes {
        let (_folder, root) = on_disk(&bag);
        change(&root);
        let report = verify(&Folder::new(&root), &ask(1));
        assert!(
            report
                .line(Check::Names)
                .is_some_and(|line| !line.faults.is_empty()),
            "{what}\n{report}"
        );
        if is_installed("python3") {
            let (code, text) = python(&[&root]).remove(0);
            assert_eq!(code, 5, "{what}\n{text}");
        }
    }
}

#[test]
fn both_verifiers_allow_the_same_signs_in_names() {
    if !is_installed("python3") {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("verify.py"), VERIFY_PY).expect("written");
    // In form NFC alone; letters apart, those that case or form change are the business of other rules.
    let driver = "import sys, unicodedata\nsys.path.insert(0, sys.argv[1])\nimport verify\n\
        print(' '.join(str(n) for n in range(1, 0x30000) if not 0xd800 <= n < 0xe000 and unicodedata.is_normalized('NFC', 'a' + chr(n) + 'b') and verify.bad_path('a' + chr(n) + 'b') is None))";
    let said = std::process::Command::new("python3")
        .args(["-B", "-c", driver])
        .arg(folder.path())
        .output()
        .expect("runs");
    let theirs: std::collections::BTreeSet<u32> = String::from_utf8_lossy(&said.stdout)
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    assert!(
        theirs.len() > 100_000,
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    for sign in &theirs {
        let sign = char::from_u32(*sign).expect("a sign");
        // `/` parts a path, and `%` is refused where a bundle is written alone.
        let ours = crate::bundle::check_path(&format!("a{sign}b"));
        assert!(ours.is_ok() || "/%".contains(sign), "{sign:?}: {ours:?}");
    }
    for sign in (1..0x30000).filter_map(char::from_u32) {
        use unicode_normalization::is_nfc;
        let path = format!("a{sign}b");
        if is_nfc(&path) && crate::bundle::check_path(&path).is_ok() {
            assert!(theirs.contains(&u32::from(sign)), "{sign:?}");
        }
    }
}
