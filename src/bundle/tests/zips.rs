//! One ZIP whose bytes repeat; ZIPs that say two things are refused.

use std::io::Cursor;

use super::*;
use crate::bundle::disk::verify_path;

fn zip(files: &dyn Files) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    write_zip(files, "bundle-R-1", &mut out).expect("packed");
    out.into_inner()
}

fn open(bytes: Vec<u8>) -> Result<ZipFiles<Cursor<Vec<u8>>>, BundleError> {
    ZipFiles::open(Cursor::new(bytes), &Limits::default())
}

fn position(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .position(|window| window == what)
        .expect("found")
}

fn last_position(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .rposition(|window| window == what)
        .expect("found")
}

#[test]
fn bytes_repeat_from_memory_and_from_disk() {
    let bag = signed_bag();
    let first = zip(&bag);
    let (_folder, root) = on_disk(&bag);
    assert_eq!(first, zip(&Folder::new(&root)));
    let report = verify(&open(first.clone()).expect("opened"), &ask(1));
    assert!(report.is_verified(), "{report}");
    let file = root.with_file_name("bag.zip");
    fs::write(&file, &first).expect("written");
    assert!(verify_path(&file, &ask(1)).expect("read").is_verified());
    assert!(verify_path(&root, &ask(1)).expect("read").is_verified());
}

/// Child of the next test: packs the sample and writes it to stdout's file.
#[test]
fn pack_for_the_next_test() {
    if let Ok(target) = std::env::var("GELDSPOOR_TEST_PACK") {
        fs::write(target, zip(&signed_bag())).expect("written");
    }
}

#[test]
fn time_zone_and_source_date_do_not_matter() {
    let folder = tempfile::tempdir().expect("folder");
    let program = std::env::current_exe().expect("program");
    let packed: Vec<Vec<u8>> = [("UTC", "0"), ("Pacific/Kiritimati", "1700000000")]
        .iter()
        .map(|(zone, date)| {
            let target = folder.path().join(date);
            let status = Command::new(&program)
                .args(["pack_for_the_next_test", "--test-threads=1"])
                .env("TZ", zone)
                .env("SOURCE_DATE_EPOCH", date)
                .env("GELDSPOOR_TEST_PACK", &target)
                .stdout(Stdio::null())
                .status();
            assert!(status.is_ok_and(|status| status.success()));
            fs::read(target).expect("read")
        })
        .collect();
    assert_eq!(packed[0], packed[1]);
    assert_eq!(packed[0], zip(&signed_bag()));
}

#[test]
fn other_programs_read_it() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("bag.zip");
    fs::write(&file, zip(&signed_bag())).expect("written");
    if is_installed("unzip") {
        let said = Command::new("unzip")
            .arg("-q")
            .arg(&file)
            .arg("-d")
            .arg(folder.path())
            .output()
            .expect("runs");
        assert!(said.status.success(), "{said:?}");
        let report = verify(&Folder::new(&folder.path().join("bundle-R-1")), &ask(1));
        assert!(report.is_verified(), "{report}");
    }
    if is_installed("python3") {
        let said = Command::new("python3")
            .args(["-m", "zipfile", "-t"])
            .arg(&file)
            .output()
            .expect("runs");
        assert!(said.status.success(), "{said:?}");
    }
}

#[test]
fn packed_by_others_it_is_read() {
    let (_folder, root) = on_disk(&signed_bag());
    let top = root.parent().expect("folder");
    for (program, arguments) in [
        ("zip", vec!["-q", "-r", "deflated.zip", "bag"]),
        ("python3", vec!["-m", "zipfile", "-c", "deflated.zip", "bag"]),
    ] {
        if !is_installed(program) {
            continue;
        }
        let said = Command::new(program)
            .args(&arguments)
            .current_dir(top)
            .output()
            .expect("runs");
        assert!(said.status.success(), "{said:?}");
        let file = top.join("deflated.zip");
        let report = verify_path(&file, &ask(1)).expect("read");
        assert!(report.is_verified(), "{program}\n{report}");
        fs::remove_file(file).expect("removed");
    }
    // Streamed, so that sizes stand behind the bytes.
    if is_installed("zip") {
        let said = Command::new("sh")
            .args(["-c", "zip -q -r - bag | cat > streamed.zip"])
            .current_dir(top)
            .output()
            .expect("runs");
        assert!(said.status.success(), "{said:?}");
        let report = verify_path(&top.join("streamed.zip"), &ask(1)).expect("read");
        assert!(report.is_verified(), "{report}");
    }
}

/// Times, days and modes of a ZIP say nothing about a file; what verifies with one of these flipped is the same bundle.
#[test]
fn every_flipped_byte_of_names_and_contents_is_found() {
    let mut small = Memory::default();
    let mut payload = Payload::new();
    payload.add("a", "bytes");
    let written = write_bag(&payload, &BagInfo::default(), &mut small).expect("written");
    small.files.insert(
        SIGNATURE.into(),
        signature(&written.tag_manifest, &key(1)).into_bytes(),
    );
    let bytes = zip(&small);
    let mut seen = vec![false; bytes.len()];
    for (path, content) in &small.files {
        for what in [path.as_bytes(), content.as_slice()] {
            let at = position(&bytes, what);
            seen[at..at + what.len()].fill(true);
        }
    }
    for at in (0..bytes.len()).filter(|at| at % 7 == 0 || !seen[*at]) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let found = open(changed).map_or(true, |files| verify(&files, &ask(1)).has_failed());
        assert!(found || !seen[at], "byte {at}");
    }
}

#[test]
fn tricks_are_refused() {
    let bytes = zip(&signed_bag());
    let name = b"bundle-R-1/data/case.toml";
    let (local, central) = (position(&bytes, name), last_position(&bytes, name));
    assert!(local < central);
    let change = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        open(bytes)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    type Change<'a> = &'a dyn Fn(&mut Vec<u8>);
    let cases: [(&str, Change<'_>, &str); 14] = [
        ("trailing bytes", &|b| b.push(0), "no ZIP"),
        ("leading bytes", &|b| b.insert(0, 0), "begins"),
        ("cut off", &|b| b.truncate(b.len() - 1), "no ZIP"),
        ("other local name", &|b| b[local + 20] = b'X', "another name"),
        ("other central name", &|b| b[central + 20] = b'X', "another name"),
        ("encrypted, central", &|b| b[central - 46 + 8] |= 1, "locked"),
        (
            "encrypted, local",
            &|b| b[local - 30 + 6] |= 1,
            "another name, size",
        ),
        ("masked header", &|b| b[central - 46 + 9] |= 0x20, "locked"),
        ("method", &|b| b[central - 46 + 10] = 9, "method 9"),
        ("size", &|b| b[central - 46 + 20] += 1, "sizes"),
        (
            "both sizes",
            &|b| {
                for at in [
                    central - 46 + 20,
                    central - 46 + 24,
                    local - 30 + 18,
                    local - 30 + 22,
                ] {
                    b[at] += 1;
                }
            },
            "reaches into",
        ),
        (
            "shrunk sizes",
            &|b| {
                for at in [
                    central - 46 + 20,
                    central - 46 + 24,
                    local - 30 + 18,
                    local - 30 + 22,
                ] {
                    b[at] -= 1;
                }
            },
            "belong to nothing",
        ),
        (
            "place",
            &|b| {
                let at = central - 4..central;
                let place = u32::from_le_bytes(b[at.clone()].try_into().expect("four bytes"));
                b[at].copy_from_slice(&(place - 1).to_le_bytes());
            },
            "into what follows",
        ),
        ("another disk", &|b| b[central - 46 + 34] = 1, "directory"),
    ];
    for (what, alter, says) in cases {
        let said = change(alter);
        assert!(said.contains(says), "{what}: {said:?}");
    }
    // Links and devices are listed, and refused as such.
    for (mode, kind) in [(0o120_777u32, Kind::Link), (0o020_666, Kind::Special)] {
        let mut bytes = bytes.clone();
        bytes[central - 46 + 40..central - 46 + 42].copy_from_slice(&(mode as u16).to_le_bytes());
        let files = open(bytes).expect("opened");
        let listed = files.list().expect("listed");
        assert!(
            listed
                .iter()
                .any(|listed| listed.path == "data/case.toml" && listed.kind == kind)
        );
        let report = verify(&files, &ask(1));
        assert!(
            report
                .line(Check::Names)
                .is_some_and(|line| !line.faults.is_empty()),
            "{report}"
        );
    }
}

#[test]
fn names_outside_and_twice_are_refused() {
    let bytes = zip(&signed_bag());
    let rename = |from: &[u8], to: &[u8]| {
        assert_eq!(from.len(), to.len());
        let mut bytes = bytes.clone();
        for at in [position(&bytes, from), last_position(&bytes, from)] {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
        bytes
    };
    let twice = open(rename(b"bundle-R-1/verify.py", b"bundle-R-1/bagit.txt"));
    assert!(matches!(twice, Err(BundleError::Zip(ZipFault::Twice(_)))));
    let outside = open(rename(b"bundle-R-1/verify.py", b"../../R-1x/verify.py"));
    assert!(matches!(outside, Err(BundleError::Zip(ZipFault::Outside(_)))));
    let climbs = open(rename(b"bundle-R-1/data/case.toml", b"bundle-R-1/../../ase.toml")).expect("structure");
    let report = verify(&climbs, &ask(1));
    assert!(
        report
            .line(Check::Names)
            .is_some_and(|line| !line.faults.is_empty()),
        "{report}"
    );
    let capitals = open(rename(b"bundle-R-1/verify.py", b"bundle-R-1/BAGIT.txt")).expect("structure");
    assert!(
        verify(&capitals, &ask(1))
            .line(Check::Names)
            .is_some_and(|line| !line.faults.is_empty())
    );
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    if !is_installed("python3") {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let script = "import zipfile; z = zipfile.ZipFile('bomb.zip', 'w', 8); z.writestr('bag/data/x', bytes(150_000_000)); z.close()";
    let said = Command::new("python3")
        .args(["-c", script])
        .current_dir(folder.path())
        .output()
        .expect("runs");
    assert!(said.status.success(), "{said:?}");
    let report = verify_path(&folder.path().join("bomb.zip"), &Ask::default()).expect("read");
    assert!(report.to_string().contains("200 times"), "{report}");
    let limits = Limits {
        files: 3,
        ..Limits::default()
    };
    let few = Ask { limits, ..ask(1) };
    assert!(
        verify(&signed_bag(), &few)
            .to_string()
            .contains("more than 3 files")
    );
    let short = Ask {
        limits: Limits {
            bytes: 100,
            ..Limits::default()
        },
        ..ask(1)
    };
    assert!(
        verify(&signed_bag(), &short)
            .to_string()
            .contains("more than 100 bytes")
    );
}

/// More members than the short fields count.
#[test]
fn more_than_65535_members_are_read_again() {
    let files = (0..66_000).map(|number| (format!("data/{number:05}"), vec![b'x']));
    let many = Memory {
        files: files.collect(),
    };
    let bytes = zip(&many);
    let files = open(bytes.clone()).expect("opened");
    assert_eq!(files.list().expect("listed").len(), 66_000);
    let mut all = Memory::default();
    for listed in files.list().expect("listed").into_iter().take(100) {
        let mut content = Vec::new();
        files
            .open(&listed.path)
            .expect("opened")
            .read_to_end(&mut content)
            .expect("read");
        all.files.insert(listed.path, content);
    }
    assert!(
        all.files
            .iter()
            .all(|(path, content)| many.files[path] == *content)
    );
    if is_installed("python3") {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("many.zip");
        fs::write(&file, bytes).expect("written");
        let said = Command::new("python3")
            .args(["-m", "zipfile", "-t"])
            .arg(&file)
            .output()
            .expect("runs");
        assert!(said.status.success(), "{said:?}");
    }
}

/// A member past 4 GiB, and one that begins there. Takes 4.3 GB of disk: run by hand with `--ignored`.
#[test]
#[ignore = "writes 4.3 GB"]
fn more_than_4_gib_are_read_again() {
    let length = (4 << 30) + 5;
    let mut payload = Payload::new();
    payload.add("data/b", "behind");
    payload.add_with("data/a", length, move || {
        Ok(Box::new(std::io::Read::take(std::io::repeat(7), length)))
    });
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("large.zip");
    let mut file = fs::File::create_new(&path).expect("made");
    write_zip(&payload, "bundle", &mut file).expect("packed");
    drop(file);
    let files = ZipFiles::open(fs::File::open(&path).expect("opened"), &Limits::default()).expect("opened");
    for (name, bytes) in [("data/a", length), ("data/b", 6)] {
        let mut from = files.open(name).expect("opened");
        assert_eq!(
            std::io::copy(&mut from, &mut std::io::sink()).expect("read"),
            bytes
        );
    }
    if is_installed("python3") {
        let said = Command::new("python3")
            .args(["-m", "zipfile", "-t"])
            .arg(&path)
            .output()
            .expect("runs");
        assert!(said.status.success(), "{said:?}");
    }
}
