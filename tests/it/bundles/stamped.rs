//! Time stamps, of an authority of OpenSSL's that lives for one test: added where they fit, and refused where they do not.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{files, is_installed, office, second, text_of, verify};
use crate::command::{code, command, printed};

const CONFIG: &str = include_str!("../../../src/bundle/tests/authority.cnf");

fn run(folder: &Path, script: &str) {
    let said = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .expect("sh runs");
    assert!(said.status.success(), "{script}\n{}", printed(&said));
}

/// A root and one that stamps, valid until `to`.
fn authority(folder: &Path, to: &str) {
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("config"), CONFIG).expect("written");
    run(
        folder,
        &format!(
            "touch index.txt; echo 01 > serial; echo 01 > stamp-serial
             for name in root stamps; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name.key || exit 1; done
             openssl req -x509 -config config -extensions root -key root.key -subj /CN=Root -days 9000 -out root.pem || exit 1
             openssl req -new -config config -key stamps.key -subj /CN=Stamps -out stamps.csr || exit 1
             openssl ca -batch -notext -config config -extensions stamps -cert root.pem -keyfile root.key \\
                 -startdate 20200101000000Z -enddate {to} -in stamps.csr -out stamps.pem || exit 1"
        ),
    );
}

fn answer(folder: &Path, query: &Path) -> String {
    let query = text_of(query);
    run(
        folder,
        &format!(
            "openssl ts -reply -config config -section granting -queryfile '{query}' -signer stamps.pem -inkey stamps.key \
             -out answer.tsr"
        ),
    );
    text_of(&folder.join("answer.tsr"))
}

fn stamp(bundle: &Path, answer: &str, roots: &str) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let said = command(folder.path())
        .arg("bundle")
        .arg("-o")
        .arg(bundle)
        .args(["--time-stamp", answer, "--roots", roots])
        .output()
        .expect("the command starts");
    (code(&said), printed(&said))
}

#[test]
fn an_answer_is_added_where_it_fits_and_ends_where_its_certificate_does() {
    if !is_installed("openssl") {
        return;
    }
    let office = office();
    let (key, public) = office.key(1);
    let here = office.path("authority");
    authority(&here, "20491231000000Z");
    let roots = text_of(&here.join("root.pem"));
    let (bundle, other, zip) = (
        office.path("bundle"),
        office.path("other"),
        office.path("bundle.zip"),
    );
    office.does(&["bundle", "-o", &text_of(&bundle), "--sign", &key]);
    office.does(&["bundle", "-o", &text_of(&other), "--sign", &key]);
    office.does(&["bundle", "-o", &text_of(&zip), "--zip", "--sign", &key]);
    let query = bundle.join("tagmanifest-sha256.txt.tsq");
    let fitting = answer(&here, &query);
    // That of another bundle is not added.
    let before = files(&other);
    let (ended, text) = stamp(&other, &fitting, &roots);
    assert!(
        ended == 5 && text.contains("FAILED       time stamp"),
        "{ended}\n{text}"
    );
    assert_eq!(files(&other), before);
    let (ended, text) = stamp(&bundle, &fitting, &roots);
    assert!(
        ended == 0 && text.contains("passed       time stamp"),
        "{ended}\n{text}"
    );
    // Added once.
    let (ended, text) = stamp(&bundle, &fitting, &roots);
    assert!(ended == 2 && text.contains("is there already"), "{ended}\n{text}");
    let with = ["--signer", &public, "--roots", &roots];
    let said = verify(&bundle, &with);
    assert_eq!(code(&said), 0, "{}", printed(&said));
    assert!(
        printed(&said).contains("passed       time stamp"),
        "{}",
        printed(&said)
    );
    // Expired: the certificate has ended at that day.
    let said = verify(&bundle, &[&with[..], &["--as-of", "2050-06-01"]].concat());
    assert_eq!(code(&said), 5, "{}", printed(&said));
    assert!(printed(&said).contains("expired"), "{}", printed(&said));
    // One that had expired when it was made: refused by both.
    let ended_authority = office.path("ended");
    authority(&ended_authority, "20240101000000Z");
    let late = answer(&ended_authority, &other.join("tagmanifest-sha256.txt.tsq"));
    let late_roots = text_of(&ended_authority.join("root.pem"));
    let (ended, text) = stamp(&other, &late, &late_roots);
    assert!(ended == 5 && text.contains("expired"), "{ended}\n{text}");
    fs::copy(&late, other.join("tagmanifest-sha256.txt.tsr")).expect("copied");
    let said = verify(&other, &["--roots", &late_roots]);
    assert_eq!(code(&said), 5, "{}", printed(&said));
    if is_installed("python3") {
        let script = crate::command::package().join("src/bundle/verify.py");
        let said = Command::new("python3")
            .args(["-I", "-B"])
            .arg(script)
            .arg(&other)
            .arg(&public)
            .arg(&late_roots)
            .output()
            .expect("runs");
        assert_eq!(code(&said), 5, "{}", printed(&said));
        assert_eq!(second(&bundle, &public).0, 0);
    }
    // A ZIP is packed anew, with all that was in it.
    let query = office.path("query.tsq");
    fs::write(&query, zip_member(&zip, "bundle/tagmanifest-sha256.txt.tsq")).expect("written");
    let fitting = answer(&here, &query);
    let (ended, text) = stamp(&zip, &fitting, &roots);
    assert_eq!(ended, 0, "{text}");
    let said = verify(&zip, &with);
    assert_eq!(code(&said), 0, "{}", printed(&said));
    assert!(
        printed(&said).contains("passed       time stamp"),
        "{}",
        printed(&said)
    );
}

fn zip_member(zip: &Path, name: &str) -> Vec<u8> {
    let bytes = fs::read(zip).expect("a file");
    let members = crate::delivery::members(&bytes);
    let found = members.into_iter().find(|(path, _)| path == name);
    found.expect("a member").1
}
