//! Bundles from anywhere: nothing is written outside the folder that a replay works in, nothing is unpacked that did not
//! pass, and rules in a bundle read and write no file.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use geldspoor::bundle::{BagInfo, Memory, Payload, write_bag, write_zip};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Office, files, office, replay, text_of, verify};
use crate::command::{code, command, printed};

/// A bundle whose lists are right and whose payload is this.
fn bag(payload: &[(&str, Vec<u8>)]) -> Memory {
    let mut held = Payload::new();
    for (path, bytes) in payload {
        held.add(path, bytes.clone());
    }
    let further = [("Profile", "full"), ("Originals", "held")];
    let info = BagInfo {
        further: further
            .map(|(label, value)| (label.to_owned(), value.to_owned()))
            .to_vec(),
        ..BagInfo::default()
    };
    let mut bag = Memory::default();
    write_bag(&held, &info, &mut bag).expect("written");
    bag
}

fn zipped(bag: &Memory, path: &Path) {
    let mut out = Cursor::new(Vec::new());
    write_zip(bag, "bundle", &mut out).expect("packed");
    fs::write(path, out.into_inner()).expect("written");
}

/// The payload of a real bundle with some of it changed.
fn changed(office: &Office, change: impl FnOnce(&mut std::collections::BTreeMap<String, Vec<u8>>)) -> Memory {
    let bundle = office.case().join("exports/bundle-full");
    if !bundle.exists() {
        office.full(&[]);
    }
    let mut held: std::collections::BTreeMap<String, Vec<u8>> = files(&bundle.join("data"));
    change(&mut held);
    let payload: Vec<(&str, Vec<u8>)> = held
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    bag(&payload)
}

/// Replays in a folder of its own inside another one, in which nothing else may appear.
fn replay_within(office: &Office, zip: &Path) -> (i32, String) {
    let (outer, work) = (office.path("outer"), office.path("outer/work"));
    let _ = fs::remove_dir_all(&outer);
    fs::create_dir_all(&work).expect("a folder");
    let output = command(&office.path("keys-of-nobody"))
        .current_dir(&work)
        .arg("replay")
        .arg(zip)
        .arg("--work")
        .arg(&work)
        .output()
        .expect("the command starts");
    let left = files(&outer);
    assert!(left.is_empty(), "left: {:?}", left.keys().collect::<Vec<_>>());
    (code(&output), printed(&output))
}

/// Names that lead outside, collide, or are no files: refused by both commands, and nothing is written.
#[test]
fn names_that_lead_outside_write_nothing() {
    let office = office();
    let zip = office.path("hostile.zip");
    let deep = format!("bundle/data/{}escaped", "../".repeat(12));
    let absolute = text_of(&office.path("outer/escaped"));
    for names in [
        &["bundle/../escaped"][..],
        &[deep.as_str()],
        &["bundle/data/originals/../../../escaped"],
        &[absolute.as_str()],
        &["bundle//etc/escaped"],
        &["C:/escaped"],
        &["bundle/C:/escaped"],
        &["bundle/data\\..\\..\\escaped"],
        &["bundle/data/x", "bundle/data/X"],
        &["bundle/data/\u{e9}", "bundle/data/e\u{301}"],
        &["bundle/data/nul"],
        &["elsewhere/escaped"],
    ] {
        let bag = bag(&[("case.toml", b"format = 2\n".to_vec())]);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (path, bytes) in &bag.files {
            writer
                .start_file(format!("bundle/{path}"), plain)
                .expect("a member");
            writer.write_all(bytes).expect("written");
        }
        for name in names {
            writer.start_file(*name, plain).expect("a member");
            writer.write_all(b"escaped").expect("written");
        }
        fs::write(&zip, writer.finish().expect("a ZIP").into_inner()).expect("written");
        let (ended, text) = replay_within(&office, &zip);
        assert_eq!(ended, 5, "{names:?}\n{text}");
        assert!(
            text.contains("FAILED") && text.contains("nothing was unpacked"),
            "{names:?}\n{text}"
        );
        assert_eq!(code(&verify(&zip, &[])), 5, "{names:?}");
        assert!(!office.path("escaped").exists());
    }
}

/// A list that names paths outside the bag; a link in a folder. Both verifiers refuse.
#[test]
fn lists_that_name_what_lies_outside_and_links_are_refused() {
    let office = office();
    let (_, public) = office.key(1);
    let bundle = office.path("bag");
    let secret = office.path("secret");
    fs::write(&secret, "secret\n").expect("written");
    let write = |bag: &Memory| {
        let _ = fs::remove_dir_all(&bundle);
        for (path, bytes) in &bag.files {
            let path = bundle.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("written");
        }
    };
    let refused = |what: &str| {
        for said in [verify(&bundle, &[]), replay(&bundle, &[])] {
            assert_eq!(code(&said), 5, "{what}\n{}", printed(&said));
        }
        if super::is_installed("python3") {
            let (ended, text) = super::second(&bundle, &public);
            assert!(ended == 5 && text.contains("FAILED"), "{what}\n{text}");
        }
    };
    let sound = bag(&[("case.toml", b"format = 2\n".to_vec())]);
    let hash = geldspoor::model::hex(&geldspoor::model::sha256(b"secret\n"));
    for path in [
        "../secret",
        "data/../../secret",
        "/etc/passwd",
        &text_of(&secret),
        "data\\..\\..\\secret",
    ] {
        let mut bag = sound.clone();
        let list = bag.files.get_mut("manifest-sha256.txt").expect("a list");
        list.extend(format!("{hash}  {path}\n").bytes());
        // The list of lists made anew, as whoever forges would.
        let digest = geldspoor::model::hex(&geldspoor::model::sha256(list));
        let tags = String::from_utf8(bag.files["tagmanifest-sha256.txt"].clone()).expect("text");
        let tags: String = tags
            .lines()
            .map(|line| match line.ends_with("  manifest-sha256.txt") {
                true => format!("{digest}  manifest-sha256.txt\n"),
                false => format!("{line}\n"),
            })
            .collect();
        bag.files
            .insert("tagmanifest-sha256.txt".to_owned(), tags.into_bytes());
        write(&bag);
        refused(path);
    }
    #[cfg(unix)]
    for (place, target) in [
        ("data/case.toml", text_of(&secret)),
        ("data/more", text_of(&secret)),
        ("data/folder", text_of(office.folder.path())),
        ("more", "bagit.txt".to_owned()),
    ] {
        write(&sound);
        let place = bundle.join(place);
        let _ = fs::remove_file(&place);
        std::os::unix::fs::symlink(target, &place).expect("a link");
        refused("a link");
    }
    assert_eq!(fs::read(&secret).expect("a file"), b"secret\n");
}

/// What unpacks to far more than it is.
#[test]
fn bombs_are_refused_before_anything_is_unpacked() {
    let office = office();
    let zip = office.path("bomb.zip");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer
        .start_file("bundle/data/originals/x", packed)
        .expect("a member");
    let block = vec![0; 1 << 20];
    for _ in 0..120 {
        writer.write_all(&block).expect("written");
    }
    fs::write(&zip, writer.finish().expect("a ZIP").into_inner()).expect("written");
    let (ended, text) = replay_within(&office, &zip);
    assert_eq!(ended, 5, "{text}");
    assert!(text.contains("times its packed size"), "{text}");
    // A file that is called an original and is longer than it says.
    let bag = changed(&office, |held| {
        let intake = String::from_utf8(held["intake.json"].clone()).expect("text");
        let at = intake.find("\"bytes\": ").expect("a size");
        let end = at + intake[at..].find('\n').expect("a line");
        held.insert(
            "intake.json".into(),
            format!("{}\"bytes\": 3{}", &intake[..at], &intake[end..]).into_bytes(),
        );
    });
    zipped(&bag, &zip);
    let (ended, text) = replay_within(&office, &zip);
    assert_eq!(ended, 2, "{text}");
    assert!(text.contains("is not the file that was taken in"), "{text}");
}

/// What the bundle says of how files were taken in is no path, whatever it says.
#[test]
fn names_of_originals_are_no_paths() {
    let office = office();
    let zip = office.path("hostile.zip");
    let bag = changed(&office, |held| {
        let intake = String::from_utf8(held["intake.json"].clone()).expect("text");
        let name = format!("\"{}escaped.csv\"", "../".repeat(10));
        held.insert(
            "intake.json".into(),
            intake.replace("\"listing.csv\"", &name).into_bytes(),
        );
    });
    zipped(&bag, &zip);
    let (ended, text) = replay_within(&office, &zip);
    // It is computed, and differs: the table of sources has another name.
    assert_eq!(ended, 5, "{text}");
    assert!(
        text.contains("tables/sources/") && text.contains("name: was \"listing.csv\", is \"../"),
        "{text}"
    );
    for hash in ["../../escaped", "ABC", ""] {
        let bag = changed(&office, |held| {
            let intake = String::from_utf8(held["intake.json"].clone()).expect("text");
            let at = intake.find("\"sha256\": \"").expect("a hash") + 11;
            let text = format!("{}{hash}{}", &intake[..at], &intake[at + 64..]);
            held.insert("intake.json".into(), text.into_bytes());
        });
        zipped(&bag, &zip);
        let (ended, text) = replay_within(&office, &zip);
        assert_eq!(ended, 2, "{text}");
        assert!(text.contains("is no SHA-256"), "{text}");
    }
}

/// Rules are run by the session that reads tables, and by nothing that reads or writes files.
#[test]
fn rules_in_a_bundle_read_and_write_no_file() {
    let office = office();
    let zip = office.path("hostile.zip");
    let secret = office.path("secret.csv");
    fs::write(&secret, "name\nTHE-SECRET\n").expect("written");
    let target = office.path("outer/escaped.csv");
    let rule = include_str!("../../../queries/indicators/structuring.sql");
    let head: String = rule
        .lines()
        .take_while(|line| line.starts_with("--") || line.trim().is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    let (secret, target) = (text_of(&secret), text_of(&target));
    for sql in [
        format!("COPY (SELECT 1 AS x) TO '{target}'"),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'"),
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM \"{secret}\""),
        format!("SELECT * FROM read_csv('{secret}')"),
        format!("SELECT * FROM read_parquet('{secret}')"),
        format!("INSERT INTO entries SELECT * FROM '{secret}'"),
        "SET datafusion.catalog.location = '/'".to_owned(),
    ] {
        let bag = changed(&office, |held| {
            held.insert(
                "queries/own/indicators/own.sql".into(),
                format!("{head}\n{sql}\n").into_bytes(),
            );
        });
        zipped(&bag, &zip);
        let (ended, text) = replay_within(&office, &zip);
        // The session itself refuses: whatever a rule would make of it.
        let asked = office.run(&["sql", "-c", &sql]);
        assert_ne!(code(&asked), 0, "{sql}\n{}", printed(&asked));
        assert!(!printed(&asked).contains("THE-SECRET"), "{sql}");
        assert!(!Path::new(&target).exists(), "{sql}");
        // The rule fails, which differs from what the case had.
        assert_eq!(ended, 5, "{sql}\n{text}");
        assert!(!text.contains("THE-SECRET"), "{sql}\n{text}");
        assert!(text.contains("did not"), "{sql}\n{text}");
    }
}
