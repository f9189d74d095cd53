//! Archives: members become sources, what is dangerous is refused by name, and a killed intake goes on where it was.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use geldspoor::case::Case;
use geldspoor::intake::{Delivery, Portions, Progress, Silent, recognise, take_in_portions};
use geldspoor::model::{hex, sha256};
use geldspoor::steps;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::command::{code, command, geldspoor, printed};
use crate::delivery::{Place, actor, archive, fate, listing, names, packed};

#[test]
fn members_are_sources_of_their_own() {
    let mut place = Place::new();
    let inner = archive(&[("deep/c.csv", &listing(3))]);
    let whole = archive(&[
        ("b.csv", &listing(2)),
        ("maps/a.csv", &listing(1)),
        ("inner.zip", &inner),
    ]);
    place.put("bank.zip", &whole);
    let taken = place.take_in();
    let order: Vec<&str> = taken.iter().map(|one| one.name.as_str()).collect();
    let expected = [
        "bank.zip",
        "bank.zip/b.csv",
        "bank.zip/inner.zip",
        "bank.zip/inner.zip/deep/c.csv",
        "bank.zip/maps/a.csv",
    ];
    assert_eq!(order, expected);
    let rows = place.sources("source_id, format, rows_read, made_from, made_how");
    let of = |name: &str| rows.iter().find(|row| row[0] == name).expect("a row").clone();
    let outer = of("bank.zip");
    assert_eq!(
        outer[1],
        hex(&sha256(&whole)),
        "the archive itself, by the hash of its bytes"
    );
    assert_eq!(
        (outer[2].as_str(), outer[3].as_str(), outer[4].as_str()),
        ("zip", "0", "")
    );
    let member = of("bank.zip/maps/a.csv");
    assert_eq!(member[1], hex(&sha256(&listing(1))));
    assert_eq!(
        (member[4].as_str(), member[5].as_str()),
        (outer[1].as_str(), "member of an archive")
    );
    assert_eq!(
        of("bank.zip/inner.zip/deep/c.csv")[4],
        hex(&sha256(&inner)),
        "from the archive that holds it"
    );
    assert_eq!(place.tables().count("SELECT count(*) FROM entries"), 6);
    assert_eq!(place.shelf().len(), 5, "nothing else is left on the shelf");
    // An entry of a member cites bytes of the member.
    let cited = place.tables().rows(
        "SELECT e.byte_start, e.byte_end FROM entries AS e JOIN sources AS s ON s.source_id = e.source_id \
         WHERE s.name = 'bank.zip/b.csv' LIMIT 1",
    );
    let bytes = place.bytes("bank.zip/b.csv");
    let (start, end): (usize, usize) = (
        cited[0][0].parse().expect("a byte"),
        cited[0][1].parse().expect("a byte"),
    );
    let record = String::from_utf8_lossy(&bytes[start..end]);
    assert!(
        record.contains("2.50") && record.contains("2025-03-01"),
        "{record}"
    );
}

#[test]
fn the_order_of_members_does_not_matter() {
    let mut made = Vec::new();
    for names in [["a.csv", "b.csv", "c.csv"], ["c.csv", "a.csv", "b.csv"]] {
        let mut place = Place::new();
        let members: Vec<(&str, Vec<u8>)> = names
            .into_iter()
            .zip([1, 2, 3])
            .map(|(n, _)| (n, listing(n.as_bytes()[0].into())))
            .collect();
        let members: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (*n, b.as_slice())).collect();
        place.put("bank.zip", &archive(&members));
        place.take_in();
        made.push(bytes_of(place.case.root()));
    }
    assert!(made[0].len() > 3 && made[0] == made[1]);
}

/// Every file of the tables with its bytes, but for `sources`, which tells when a file was received.
fn bytes_of(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for table in names(&case.join("tables")) {
        let folder = case.join("tables").join(&table);
        if folder.is_dir() && table != "sources" {
            for name in names(&folder) {
                found.insert(
                    format!("{table}/{name}"),
                    std::fs::read(folder.join(&name)).expect("a file"),
                );
            }
        }
    }
    found
}

#[test]
fn the_same_again_does_nothing_and_says_so() {
    let mut place = Place::new();
    place.put(
        "one.zip",
        &archive(&[
            ("a.csv", &listing(1)),
            ("b.csv", &listing(2)),
            ("photo.png", b"\x89PNG\r\n\x1A\n"),
        ]),
    );
    place.take_in();
    let before = place.case.manifest().clone();
    let again = place.take_in();
    assert_eq!(fate(&again, "one.zip"), ("known", "taken in before"));
    assert_eq!(fate(&again, "one.zip/a.csv"), ("known", "taken in before"));
    assert_eq!(fate(&again, "one.zip/photo.png").0, "kept");
    assert_eq!(
        *place.case.manifest(),
        before,
        "not a byte of a table was written"
    );
    // The same member in a second archive, and twice within it.
    place.put(
        "two.zip",
        &archive(&[
            ("a.csv", &listing(1)),
            ("c.csv", &listing(3)),
            ("d.csv", &listing(3)),
        ]),
    );
    let taken = place.take_in();
    assert_eq!(fate(&taken, "two.zip/a.csv").0, "known");
    assert_eq!(fate(&taken, "two.zip/c.csv").0, "read");
    assert_eq!(
        fate(&taken, "two.zip/d.csv"),
        ("known", "the same bytes as two.zip/c.csv")
    );
    let (_, note) = fate(&taken, "two.zip");
    assert!(
        note.contains("‘a.csv’ has the same bytes as one.zip/a.csv")
            && note.contains("‘d.csv’ has the same bytes as c.csv"),
        "{note}"
    );
    assert_eq!(place.tables().count("SELECT count(*) FROM entries"), 6);
}

/// An archive in which a member's headers were changed: `change` gets flags or method at their place.
fn patched(name: &str, offset_local: usize, offset_central: usize, value: u8) -> Vec<u8> {
    let mut bytes = archive(&[("good.csv", &listing(1)), (name, &listing(2))]);
    let mut at = 0;
    let mut changed = 0;
    while let Some(found) = bytes[at..].windows(name.len()).position(|w| w == name.as_bytes()) {
        let place = at + found;
        let header =
            if bytes[..place].ends_with(&[]) && place >= 30 && bytes[place - 30..].starts_with(b"PK\x03\x04")
            {
                place - 30 + offset_local
            } else {
                place - 46 + offset_central
            };
        bytes[header] |= value;
        changed += 1;
        at = place + name.len();
    }
    assert_eq!(changed, 2, "in the member's own header and in the directory");
    bytes
}

#[test]
fn what_is_dangerous_or_unreadable_is_refused_by_name_and_the_others_are_kept() {
    let mut symlink = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    symlink
        .add_symlink("passwords", "/etc/shadow", options)
        .expect("a link");
    symlink.start_file("good.csv", options).expect("a member");
    symlink.write_all(&listing(1)).expect("written");
    let symlink = symlink.finish().expect("an archive").into_inner();
    let twice = {
        let bytes = archive(&[
            ("good.csv", &listing(1)),
            ("bad1.csv", &listing(2)),
            ("bad2.csv", &listing(3)),
        ]);
        replace(&bytes, b"bad2.csv", b"bad1.csv")
    };
    let damaged = {
        let bytes = packed(
            &[("good.csv", &listing(1)), ("bad.csv", &listing(7))],
            CompressionMethod::Stored,
        );
        replace(&bytes, b"7.50", b"9.50")
    };
    let climbing = replace(
        &archive(&[("good.csv", &listing(1)), ("xx/xx/evil.csv", &listing(2))]),
        b"xx/xx/evil.csv",
        b"../../evil.csv",
    );
    let absolute = replace(
        &archive(&[("good.csv", &listing(1)), ("xetc/evil.csv", &listing(2))]),
        b"xetc/evil",
        b"/etc/evil",
    );
    for (bytes, member, why) in [
        (climbing, "../../evil.csv", "climbs out of the archive"),
        (absolute, "/etc/evil.csv", "absolute"),
        (symlink, "passwords", "a link"),
        (twice, "bad1.csv", "2 members of this name"),
        (damaged, "bad.csv", "damaged"),
        (patched("locked.csv", 6, 8, 1), "locked.csv", "password"),
        (patched("odd.csv", 8, 10, 4), "odd.csv", "packed in a way"),
    ] {
        let mut place = Place::new();
        place.put("bank.zip", &bytes);
        let taken = place.take_in();
        let (how, note) = fate(&taken, "bank.zip");
        assert_eq!(how, "opened");
        assert!(
            note.contains(&format!("‘{member}’")) && note.contains(why),
            "{member}: {note}"
        );
        assert_eq!(fate(&taken, "bank.zip/good.csv").0, "read", "{member}");
        assert_eq!(taken.len(), 2, "{taken:?}");
        let kept = place.sources("note");
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert!(kept[0][1].contains(why), "{kept:?}");
        assert_eq!(place.shelf().len(), 2, "{member}");
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(from.len()).position(|w| w == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    assert_ne!(out, bytes);
    out
}

#[test]
fn a_bomb_is_stopped_before_it_fills_the_disk() {
    let mut place = Place::new();
    let zeros = vec![0; 130_000_000];
    let bomb = archive(&[("bomb.csv", &zeros), ("good.csv", &listing(1))]);
    assert!(bomb.len() < 1_000_000);
    place.put("bank.zip", &bomb);
    let taken = place.take_in();
    let (_, note) = fate(&taken, "bank.zip");
    assert!(
        note.contains("‘bomb.csv’") && note.contains("100 times"),
        "{note}"
    );
    assert_eq!(fate(&taken, "bank.zip/good.csv").0, "read");
    let kept: u64 = place
        .shelf()
        .iter()
        .map(|name| {
            place
                .case
                .root()
                .join("sources")
                .join(name)
                .metadata()
                .expect("a file")
                .len()
        })
        .sum();
    assert!(kept < 2_000_000, "{kept} bytes are left");
    // An archive within archives: only so deep.
    let mut nested = archive(&[("a.csv", &listing(9))]);
    for _ in 0..6 {
        nested = archive(&[("n.zip", &nested)]);
    }
    place.put("nested.zip", &nested);
    let taken = place.take_in();
    let (how, why) = fate(&taken, "nested.zip/n.zip/n.zip/n.zip/n.zip");
    assert!(
        how == "kept" && why.contains("archives within each other"),
        "{why}"
    );
    assert!(
        !taken
            .iter()
            .any(|one| one.name.ends_with("a.csv") && one.name.starts_with("nested"))
    );
}

#[test]
fn a_broken_archive_is_kept_with_the_reason() {
    let whole = archive(&[("a.csv", &listing(1)), ("b.csv", &listing(2))]);
    for bytes in [
        &whole[..whole.len() - 40],
        &whole[..60],
        b"PK\x03\x04 nothing more",
    ] {
        let mut place = Place::new();
        place.put("bank.zip", bytes);
        let taken = place.take_in();
        let (how, why) = fate(&taken, "bank.zip");
        assert!(how == "kept" && why.contains("directory cannot be read"), "{why}");
        assert_eq!(place.bytes("bank.zip"), bytes);
    }
    // Random damage never breaks the intake, and what is kept is what was given.
    let mut state = 0x9E37_79B9_u32;
    for _ in 0..60 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % bytes.len();
            bytes[at] = (state >> 16) as u8;
        }
        let mut place = Place::new();
        place.put("bank.zip", &bytes);
        place.take_in();
        assert_eq!(place.bytes("bank.zip"), bytes);
    }
}

#[test]
fn gzip_is_unpacked() {
    // Made with `printf 'a,b\n1,2\n' | gzip -n`.
    let packed = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4b, 0xd4, 0x49, 0xe2, 0x32, 0xd4, 0x31,
        0xe2, 0x02, 0x00,
    ];
    // Checksum and size of the text, as RFC 1952 puts them behind the data.
    let text = b"a,b\n1,2\n";
    let mut whole = packed.to_vec();
    whole.extend(crc32(text).to_le_bytes());
    whole.extend((text.len() as u32).to_le_bytes());
    let mut place = Place::new();
    place.put("rows.csv.gz", &whole);
    let taken = place.take_in();
    assert_eq!(fate(&taken, "rows.csv.gz").0, "opened", "{taken:?}");
    assert_eq!(place.bytes("rows.csv.gz/rows.csv"), text);
    let made = place
        .tables()
        .one("SELECT made_how FROM sources WHERE name = 'rows.csv.gz/rows.csv'");
    assert_eq!(made, "unpacked from gzip");
    let mut place = Place::new();
    whole[14] ^= 0xFF;
    place.put("rows.csv.gz", &whole);
    let taken = place.take_in();
    assert_eq!(fate(&taken, "rows.csv.gz").0, "kept", "{taken:?}");
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn what_is_none_of_ours_is_kept_and_named() {
    let mut place = Place::new();
    let docx = archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w/>"),
    ]);
    let odt = packed(
        &[("mimetype", b"application/vnd.oasis.opendocument.text")],
        CompressionMethod::Stored,
    );
    for (name, bytes, word) in [
        ("letter.pdf", &b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"[..], "PDF"),
        ("scan.dat", b"\x89PNG\r\n\x1A\n\0\0", "PNG"),
        (
            "export.xls",
            b"<html><body><table><tr><td>1</td></tr></table>",
            "HTML",
        ),
        ("letter.zip", &docx, "Word"),
        ("letter.odt", &odt, "OpenDocument"),
        ("empty.csv", b"", "empty"),
        ("tool.bin", b"\x7FELF\x02\x01\x01\0", "program"),
    ] {
        place.put(name, bytes);
        let taken = place.take_in();
        let (how, why) = fate(&taken, name);
        assert!(how == "kept" && why.contains(word), "{name}: {how}, {why}");
        assert_eq!(place.bytes(name), bytes);
    }
    let rows = place.sources("format, rows_read");
    assert!(
        rows.iter().all(|row| row[1] == "not read" && row[2] == "0"),
        "{rows:?}"
    );
}

#[test]
fn a_table_made_by_hand_says_from_what() {
    let mut place = Place::new();
    let pdf = place.put("statement.pdf", b"%PDF-1.7\n");
    let made = place.put("made.csv", &listing(4));
    let one = |path: &Path, name: &str| vec![(path.to_owned(), name.to_owned())];
    let delivery = |from: &str| Delivery {
        made_from: from.to_owned(),
        ..Delivery::default()
    };
    // Unknown: nothing is taken in.
    for from in [pdf.to_str().expect("a path"), "nothing.pdf", &"0".repeat(64)] {
        let error = steps::take_in(
            &mut place.case,
            actor(),
            &one(&made, "made.csv"),
            &delivery(from),
            &Silent,
        );
        let error = error.expect_err("unknown").to_string();
        assert!(error.contains("--made-from") && error.contains(from), "{error}");
    }
    assert!(place.shelf().is_empty());
    // Beside it, in either order; the original is not made from itself.
    let both = [one(&made, "made.csv"), one(&pdf, "statement.pdf")].concat();
    place.take(&both, &delivery(pdf.to_str().expect("a path")));
    let expect = |place: &Place, name: &str| {
        let rows = place.sources("made_from, made_how");
        let id = hex(&sha256(b"%PDF-1.7\n"));
        assert_eq!(
            rows.iter().find(|row| row[0] == name).expect("a row")[1..],
            [id, "made by A. Analyst from this file".to_owned()]
        );
        assert_eq!(
            rows.iter().find(|row| row[0] == "statement.pdf").expect("a row")[1],
            ""
        );
    };
    expect(&place, "made.csv");
    // By hash and by name; and for a file that was taken in without it.
    let later = place.put("later.csv", &listing(5));
    place.take(&one(&later, "later.csv"), &Delivery::default());
    let entries = place.tables().count("SELECT count(*) FROM entries");
    let taken = place.take(&one(&later, "later.csv"), &delivery(&hex(&sha256(b"%PDF-1.7\n"))));
    assert!(
        fate(&taken, "later.csv").1.contains("now noted as made from"),
        "{taken:?}"
    );
    expect(&place, "later.csv");
    assert_eq!(place.tables().count("SELECT count(*) FROM entries"), entries);
    let taken = place.take(&one(&later, "later.csv"), &delivery("statement.pdf"));
    assert_eq!(fate(&taken, "later.csv"), ("known", "taken in before"));
}

/// Breaks off after so many messages, as a kill would, but for what a process leaves behind.
struct Breaking(AtomicU64);

impl Progress for Breaking {
    fn begin(&self, _bytes: u64) {}
    fn advance(&self, bytes: u64) {
        if bytes > 0 && self.0.fetch_sub(1, Ordering::Relaxed) == 1 {
            panic!("broken off by the test");
        }
    }
}

#[test]
fn an_intake_that_was_broken_off_goes_on_where_it_was() {
    let fill = |place: &Place| {
        let members: Vec<(String, Vec<u8>)> = (10..16).map(|n| (format!("m{n}.csv"), listing(n))).collect();
        let members: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        place.put("bank.zip", &archive(&members));
        for number in 0..7 {
            place.put(&format!("f{number}.csv"), &listing(number));
        }
        // Equal to a member, with a name between that of the archive and that of the member.
        place.put("bank.zip.csv", &listing(12));
    };
    let small = Portions {
        files: 3,
        bytes: 1 << 20,
    };
    let mut plain = Place::new();
    fill(&plain);
    plain.take_in();
    let expected = (
        bytes_of(plain.case.root()),
        plain.sources("source_id, made_from, note"),
    );
    assert_eq!(plain.case.ledger().expect("a ledger").len(), 1, "one portion");
    for messages in [2, 5, 8, 11, 14] {
        let mut place = Place::new();
        fill(&place);
        let files = place.files();
        let broken = catch_unwind(AssertUnwindSafe(|| {
            let mut writer = place.case.write(actor()).expect("the lock");
            let progress = Breaking(AtomicU64::new(messages));
            take_in_portions(&mut writer, &files, &Delivery::default(), &progress, small).map(|_| ())
        }));
        assert!(broken.is_err(), "broken off");
        // As after a kill: the case is opened anew, and what was committed is whole.
        place.case = Case::open(place.case.root()).expect("it opens");
        let report = place.case.verify_ledger().expect("a ledger");
        assert!(report.faults.is_empty(), "{report:?}");
        let (sources, entries) = {
            let tables = place.tables();
            let read = tables.count("SELECT count(*) FROM sources WHERE rows_accepted = 1");
            (read, tables.count("SELECT count(*) FROM entries"))
        };
        assert_eq!(entries, 2 * sources, "every source with all its rows");
        let mut writer = place.case.write(actor()).expect("the lock");
        let taken =
            take_in_portions(&mut writer, &files, &Delivery::default(), &Silent, small).expect("taken in");
        writer.commit().expect("committed");
        let known = taken
            .iter()
            .filter(|one| fate(&taken, &one.name).1 == "taken in before")
            .count() as u64;
        assert!(known >= sources, "{known} of {sources} were there already");
        assert!(
            bytes_of(place.case.root()) == expected.0,
            "the tables do not depend on where it broke off"
        );
        assert_eq!(place.sources("source_id, made_from, note"), expected.1);
        let ledger = place.case.ledger().expect("a ledger");
        let portions: Vec<&str> = ledger.iter().map(|line| line.portion.as_str()).collect();
        assert!(
            portions.contains(&"portion 1, more follow")
                && portions.last().expect("a line").ends_with("the last"),
            "{portions:?}"
        );
        assert!(!place.shelf().iter().any(|name| name.ends_with("receiving")));
    }
}

#[test]
fn a_killed_process_goes_on_where_it_was() {
    let place = Place::new();
    for number in 0..1_300 {
        place.put(&format!("f{number}.csv"), &listing(number));
    }
    let folder = place.path("").to_string_lossy().into_owned();
    let keys = place.case.root().join("../keys");
    let case = place.case.root().to_string_lossy().into_owned();
    let ledger = place.case.root().join("ledger.jsonl");
    let mut child = command(&keys)
        .args(["-C", &case, "intake", &folder])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the command starts");
    let until = Instant::now() + Duration::from_secs(120);
    while Instant::now() < until && child.try_wait().expect("a process").is_none() {
        if std::fs::read_to_string(&ledger).is_ok_and(|text| text.contains("portion 1, more follow")) {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait().expect("a process");
    let tables = place.tables();
    let (sources, entries) = (
        tables.count("SELECT count(*) FROM sources"),
        tables.count("SELECT count(*) FROM entries"),
    );
    assert!(
        sources >= 400 && entries == 2 * sources,
        "{sources} sources, {entries} entries"
    );
    let again = geldspoor(&keys, &["-C", &case, "intake", &folder]);
    assert_eq!(code(&again), 0, "{}", printed(&again));
    assert!(printed(&again).contains("taken in before"), "{}", printed(&again));
    assert_eq!(place.tables().count("SELECT count(*) FROM entries"), 2_600);
    let verified = geldspoor(&keys, &["-C", &case, "ledger", "verify"]);
    assert_eq!(code(&verified), 0, "{}", printed(&verified));
}

#[test]
fn a_dry_run_tells_what_is_inside_and_writes_nothing() {
    let place = Place::new();
    place.put(
        "bank.zip",
        &archive(&[
            ("a.csv", &listing(1)),
            ("b.pdf", b"%PDF-1.4\n"),
            ("../c.csv", &listing(2)),
        ]),
    );
    let told = recognise(&place.files(), &Delivery::default()).expect("told");
    let of = |name: &str| {
        told.iter()
            .find(|(n, _)| n == name)
            .map(|(_, answer)| answer.as_str())
            .expect("an answer")
    };
    assert!(
        of("bank.zip").contains("zip archive, 2 members") && of("bank.zip").contains("climbs"),
        "{told:?}"
    );
    assert!(of("bank.zip/a.csv").contains("geldspoor-listing"), "{told:?}");
    assert!(of("bank.zip/b.pdf").contains("PDF"), "{told:?}");
    assert!(place.shelf().is_empty());
}
