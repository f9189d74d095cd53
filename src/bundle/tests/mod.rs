//! The engine as a whole: a bundle made, checked by both verifiers and by the tools that every computer has, and
//! tampered with.

mod again;
mod signing;
mod stamps;
mod tamper;
mod zips;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use super::disk::{Folder, FolderSink};
use super::verify::{Ask, Check, verify};
use super::*;

/// A key made of one byte, for tests alone.
pub fn key(seed: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "test").expect("key")
}

pub fn public(key: &PrivateKey) -> String {
    key.public_key().to_openssh().expect("public key")
}

/// The signature of a message, made by way of a key file.
pub fn signature(message: &[u8], key: &PrivateKey) -> String {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("key");
    fs::write(&file, key.to_openssh(LineEnding::LF).expect("key").as_bytes()).expect("written");
    sign::sign(message, &file, &mut |_| None).expect("signed")
}

/// Files of every kind that a bundle holds.
pub fn payload<'a>() -> Payload<'a> {
    let mut payload = Payload::new();
    payload.add(
        "sources/0a0b/statement.xml",
        "<Document>\n  <Ntry/>\n</Document>\n",
    );
    payload.add("sources/50 percent.csv", "day;amount\n2026-01-01;10,00\n");
    payload.add(
        "tables/entries/part-0.parquet",
        vec![b'P', b'A', b'R', b'1', 0, 1, 2, 255],
    );
    payload.add("decisions/decisions.jsonl", "{\"kind\":\"merge\"}\n");
    payload.add("case.toml", "format = 2\n");
    payload.add("queries/indicators/THB-01.sql", "SELECT 1\n");
    payload.add("report/report.html", "<!doctype html><title>é</title>\n");
    payload.add("exports/empty", "");
    payload.add("ledger.jsonl", super::ledger::tests::sample(4));
    payload
}

pub fn info() -> BagInfo {
    BagInfo {
        organization: "Parket".into(),
        reference: "R-1".into(),
        tool: "geldspoor 0".into(),
        ledger: "ledger.jsonl".into(),
        ..BagInfo::default()
    }
}

/// A bundle in memory, signed with the key of seed 1, with a query for a time stamp.
pub fn signed_bag() -> Memory {
    let mut bag = Memory::default();
    let written = write_bag(&payload(), &info(), &mut bag).expect("written");
    let signature = signature(&written.tag_manifest, &key(1));
    bag.files.insert(SIGNATURE.into(), signature.into_bytes());
    bag.files
        .insert(TIME_QUERY.into(), query(&written.tag_manifest, None));
    bag
}

pub fn ask(seed: u8) -> Ask {
    let signer = SignerKeys::parse(&public(&key(seed))).expect("key");
    Ask {
        signer: Some(signer),
        ..Ask::default()
    }
}

/// The bundle as a folder.
pub fn on_disk(bag: &Memory) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let root = folder.path().join("bag");
    let mut sink = FolderSink::create(&root).expect("folder");
    for (path, bytes) in &bag.files {
        sink.create(path)
            .expect("made")
            .write_all(bytes)
            .expect("written");
    }
    fs::write(folder.path().join("signer.pub"), public(&key(1))).expect("written");
    (folder, root)
}

/// Whether a program of the system is there; says so where it is not, so that a test that did nothing shows.
pub fn is_installed(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !found {
        eprintln!("{program} is not installed: not tested");
    }
    found
}

/// The second verifier, from the source and not from the bundle that was tampered with; one process for many bundles.
/// Gives for each how it ended and what it printed.
pub fn python(roots: &[&Path]) -> Vec<(i64, String)> {
    let folder = tempfile::tempdir().expect("folder");
    let script = folder.path().join("verify.py");
    fs::write(&script, VERIFY_PY).expect("written");
    let driver = "import contextlib, io, json, os, runpy, sys\n\
        for root in sys.argv[2:]:\n\
        \x20   said = io.StringIO()\n\
        \x20   with contextlib.redirect_stdout(said):\n\
        \x20       code = runpy.run_path(sys.argv[1])['main'](root, os.path.dirname(root) + '/signer.pub')\n\
        \x20   print(json.dumps([code, said.getvalue()]))\n";
    let said = Command::new("python3")
        .args(["-I", "-B", "-c", driver])
        .arg(script)
        .args(roots)
        .output()
        .expect("runs");
    let lines = String::from_utf8_lossy(&said.stdout).into_owned();
    let lines: Vec<(i64, String)> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        lines.len(),
        roots.len(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    lines
}

#[test]
fn a_bundle_is_checked_by_both_verifiers_and_by_hand() {
    let bag = signed_bag();
    let report = verify(&bag, &ask(1));
    assert!(report.is_verified(), "{report}");
    assert_eq!(report.lines.len(), 9);
    assert!(
        report
            .to_string()
            .contains("passed       ledger        4 lines, unbroken"),
        "{report}"
    );
    let (_folder, root) = on_disk(&bag);
    assert!(verify(&Folder::new(&root), &ask(1)).is_verified());
    if is_installed("python3") && is_installed("ssh-keygen") {
        let (code, text) = python(&[&root]).remove(0);
        assert_eq!((code, text.matches("passed").count()), (0, 7), "{text}");
    }
    if is_installed("sha256sum") {
        for list in [TAG_MANIFEST, MANIFEST] {
            let said = Command::new("sha256sum")
                .arg("-c")
                .arg(list)
                .current_dir(&root)
                .output()
                .expect("runs");
            let text = String::from_utf8_lossy(&said.stdout).into_owned();
            assert!(said.status.success(), "{text}");
            assert!(text.matches(": OK").count() >= 5, "{text}");
        }
    }
}

#[test]
fn without_a_key_a_bundle_is_whole_but_not_verified() {
    let mut bag = signed_bag();
    let report = verify(&bag, &Ask::default());
    assert!(!report.has_failed() && !report.is_verified(), "{report}");
    bag.files.remove(SIGNATURE);
    let report = verify(&bag, &Ask::default());
    assert!(!report.has_failed() && !report.is_verified(), "{report}");
    assert!(verify(&bag, &ask(1)).has_failed());
}

#[test]
fn the_second_verifier_is_short_and_the_page_speaks_two_languages() {
    assert!(VERIFY_PY.lines().count() <= 200);
    for word in [
        "sha256sum -c",
        "ssh-keygen -Y verify",
        "openssl ts -verify",
        NAMESPACE,
    ] {
        assert_eq!(HOW_TO_CHECK.matches(word).count() % 2, 0, "{word}");
        assert!(HOW_TO_CHECK.contains(word));
    }
    assert!(HOW_TO_CHECK.lines().all(|line| line.chars().count() <= 110));
}

/// The commands of the page, as they stand there, in both languages.
#[test]
fn the_page_on_checking_by_hand_does_what_it_says() {
    if !(is_installed("ssh-keygen") && is_installed("sha256sum")) {
        return;
    }
    let (_folder, root) = on_disk(&signed_bag());
    let run = |script: &str| {
        let said = Command::new("sh")
            .args(["-c", script])
            .current_dir(&root)
            .output()
            .expect("sh runs");
        assert!(said.status.success(), "{script}\n{said:?}");
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    };
    let commands = HOW_TO_CHECK
        .lines()
        .filter_map(|line| line.strip_prefix("     "))
        .collect::<Vec<_>>()
        .join("\n");
    let commands = commands.replace(" \\\n", " ");
    let of = |words: &str| {
        commands
            .lines()
            .filter(|line| line.contains(words))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (allowed, checks) = (of("allowed_signers"), of("sha256sum -c tag"));
    assert_eq!((allowed.len(), checks.len()), (4, 2), "{commands}");
    assert_eq!(run(&allowed[0]), "");
    assert!(run(&allowed[1]).starts_with("Good \"geldspoor-bundle\" signature for signer"));
    assert!(!run(&checks[0]).contains("FAILED"));
    let (files, lines, head) = (of("find data"), of("wc -l < manifest"), of("tail -n 1"));
    assert_eq!(run(&files[0]), run(&lines[0]));
    let info = fs::read_to_string(root.join("bag-info.txt")).expect("read");
    let told = run(&head[0]);
    let told = told.split(' ').next().expect("hash");
    assert!(info.contains(&format!("Ledger-Head: {told}\n")), "{info}{told}");
    if is_installed("python3") {
        assert!(run("python3 -B verify.py . ../signer.pub").contains("passed       signature"));
    }
    // None of the commands leaves anything in the bundle.
    assert!(verify(&Folder::new(&root), &ask(1)).is_verified());
}

#[test]
fn what_cannot_be_in_a_bundle_is_refused_when_it_is_written() {
    let write = |paths: &[&str]| {
        let mut payload = Payload::new();
        paths.iter().for_each(|path| payload.add(path, "x"));
        write_bag(&payload, &BagInfo::default(), &mut Memory::default()).expect_err("refused")
    };
    for path in ["../x", "/x", "C:/x", "a\\b", "nul", "a//b", "a.", "a\nb", "50%"] {
        assert!(matches!(write(&[path]), BundleError::Name { .. }), "{path:?}");
    }
    for pair in [
        ["a", "A"],
        ["x/é", "X/É"],
        ["a", "a"],
        ["a/b", "A/c"],
        ["a", "a/b"],
        ["A/b", "a"],
    ] {
        assert!(matches!(write(&pair), BundleError::Collision { .. }), "{pair:?}");
    }
    let mut broken = Payload::new();
    broken.add(
        "ledger.jsonl",
        super::ledger::tests::sample(3).replace("step 2", "step 9"),
    );
    let refused = write_bag(&broken, &info(), &mut Memory::default());
    assert!(matches!(refused, Err(BundleError::Ledger(_))));
}

#[test]
fn the_same_bytes_whatever_the_order_and_the_environment() {
    let mut first = Memory::default();
    write_bag(&payload(), &info(), &mut first).expect("written");
    let mut turned = Payload::new();
    let all = payload();
    for listed in all.list().expect("list").into_iter().rev() {
        let mut bytes = Vec::new();
        all.open(&listed.path)
            .expect("opened")
            .read_to_end(&mut bytes)
            .expect("read");
        turned.add(&listed.path, bytes);
    }
    let mut second = Memory::default();
    write_bag(&turned, &info(), &mut second).expect("written");
    assert_eq!(first, second);
}
