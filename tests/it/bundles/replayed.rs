//! Computed again: the same bytes whatever the machine is set to, and where not, the first difference by name.

use std::fs;

use super::{Office, files, office, replay, text_of};
use crate::command::{code, command, printed};

#[test]
fn a_bundle_with_its_originals_comes_again_byte_for_byte_anywhere() {
    let office = office();
    let bundle = office.full(&[]);
    let zip = office.path("moved.zip");
    office.does(&["bundle", "--profile", "full", "--zip"]);
    fs::rename(office.case().join("exports/bundle-full.zip"), &zip).expect("moved");
    // The case is gone: nothing but the bundle is read.
    fs::rename(office.case(), office.path("away")).expect("moved");
    let work = office.path("work");
    fs::create_dir(&work).expect("a folder");
    for (path, threads, zone, date) in [
        (&bundle, "1", "UTC", "0"),
        (&zip, "3", "Pacific/Kiritimati", "1700000000"),
    ] {
        let path = text_of(path).replace("/case/", "/away/");
        let output = command(&office.path("no-keys"))
            .env("TZ", zone)
            .env("SOURCE_DATE_EPOCH", date)
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("GELDSPOOR_USER", "somebody else")
            .current_dir(&work)
            .args(["--threads", threads, "replay", &path, "--work"])
            .arg(&work)
            .output()
            .expect("the command starts");
        let text = printed(&output);
        assert_eq!(code(&output), 0, "{text}");
        assert!(
            text.contains("files came again byte for byte, 0 did not"),
            "{text}"
        );
        assert!(
            text.contains("taken from the bundle and not computed: times of receipt"),
            "{text}"
        );
        // What it worked in is gone.
        assert_eq!(fs::read_dir(&work).expect("a folder").count(), 0);
        let compared: usize = text
            .lines()
            .find_map(|line| line.split_once(" files came again"))
            .and_then(|(count, _)| count.parse().ok())
            .expect("a count");
        assert!(compared > 100, "{text}");
    }
}

#[test]
fn hashes_alone_are_repeated_beside_the_originals() {
    let office = office();
    let bundle = office.full(&["--hashes-only"]);
    assert!(!bundle.join("data/originals").exists());
    let refused = replay(&bundle, &[]);
    assert_eq!(code(&refused), 2, "{}", printed(&refused));
    assert!(
        printed(&refused).contains("--originals FOLDER"),
        "{}",
        printed(&refused)
    );
    // The bank's delivery alone lacks what came later, which is named.
    let lacking = replay(&bundle, &["--originals", &text_of(&office.path("delivery"))]);
    assert_eq!(code(&lacking), 2, "{}", printed(&lacking));
    assert!(
        printed(&lacking).contains("1 originals are not there: NL02ABNA0123456789.csv"),
        "{}",
        printed(&lacking)
    );
    let done = replay(
        &bundle,
        &["--originals", &text_of(&office.case().join("sources"))],
    );
    assert_eq!(code(&done), 0, "{}", printed(&done));
}

#[test]
fn under_pseudonyms_only_the_office_can_repeat_it() {
    let office = office();
    let bundle = office.path("out");
    office.does(&[
        "bundle",
        "--profile",
        "prosecution",
        "--to",
        "parquet,xlsx,bods",
        "-o",
        &text_of(&bundle),
    ]);
    let held = files(&bundle);
    let exported: Vec<&String> = held
        .keys()
        .filter(|path| path.starts_with("data/exports/"))
        .collect();
    for name in [
        "export-prosecution.xlsx",
        "export-prosecution.bods.json",
        "parquet/transfers.parquet",
    ] {
        let path = format!("data/exports/{name}");
        assert!(exported.contains(&&path), "{exported:?}");
    }
    let refused = replay(&bundle, &[]);
    let text = printed(&refused);
    assert_eq!(code(&refused), 2, "{text}");
    assert!(
        text.contains("nobody can repeat it from the bundle alone")
            && text.contains("geldspoor -C CASE replay"),
        "{text}"
    );
    let said = office.does(&["replay", &text_of(&bundle)]);
    assert!(
        said.contains("files came again byte for byte, 0 did not"),
        "{said}"
    );
    let came: usize = said
        .split_whitespace()
        .zip(said.split_whitespace().skip(1))
        .find_map(|(count, word)| (word == "files").then(|| count.parse().ok())?)
        .expect("a number");
    assert!(came > exported.len() + 10, "exports are made again too: {said}");
    // With another key every pseudonym would differ; none is made.
    let other = office.path("other-keys");
    let output = command(&other)
        .arg("-C")
        .arg(office.case())
        .arg("replay")
        .arg(&bundle)
        .output()
        .expect("the command starts");
    assert_eq!(code(&output), 2, "{}", printed(&output));
    assert!(
        printed(&output).contains("key of the case's pseudonyms is not there"),
        "{}",
        printed(&output)
    );
    assert!(!other.exists());
    // Later work does not matter: the ledger of then is a beginning of that of now.
    office.does(&["report", "--profile", "defence"]);
    office.does(&["replay", &text_of(&bundle)]);
    // Another case is another case.
    let another = super::office();
    let ledger = another.case().join("ledger.jsonl");
    let text = fs::read_to_string(&ledger).expect("the ledger");
    fs::write(&ledger, text.replacen("tester", "toaster", 1)).expect("written");
    let refused = another.run(&["replay", &text_of(&bundle)]);
    assert_ne!(code(&refused), 0, "{}", printed(&refused));
}

/// Writes the lists anew, as somebody would who changes a file and has no key.
pub fn relist(office: &Office, bundle: &std::path::Path) {
    let held = files(bundle);
    let mut bag = geldspoor::bundle::Memory::default();
    let mut payload = geldspoor::bundle::Payload::new();
    for (path, bytes) in &held {
        if let Some(path) = path.strip_prefix("data/") {
            payload.add(path, bytes.clone());
        }
    }
    let info = String::from_utf8(held["bag-info.txt"].clone()).expect("text");
    let label = |name: &str| {
        let found = info
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_default().to_owned()
    };
    let further = ["Profile", "Release", "Originals"].map(|name| (name.to_owned(), label(name)));
    let info = geldspoor::bundle::BagInfo {
        tool: label("Bag-Software-Agent"),
        ledger: "ledger.jsonl".to_owned(),
        further: further.to_vec(),
        ..geldspoor::bundle::BagInfo::default()
    };
    geldspoor::bundle::write_bag(&payload, &info, &mut bag).expect("written");
    let target = office.path("relisted");
    let _ = fs::remove_dir_all(&target);
    for (path, bytes) in bag.files {
        let path = target.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }
}

/// A table, the page, a rule that somebody changed together with all lists: the replay does not believe them.
#[test]
fn what_was_forged_with_all_its_lists_is_found_and_named() {
    let office = office();
    let bundle = office.full(&[]);
    let change = |path: &str, bytes: Vec<u8>| {
        fs::write(bundle.join(path), bytes).expect("written");
    };
    // Another table of the same kind in its place.
    let tables = bundle.join("data/tables");
    let lots = files(&tables.join("accounts"));
    let (name, accounts) = lots.iter().next().expect("a part");
    change(
        "data/report/report-full.html",
        [
            &b"<p>forged</p>\n"[..],
            &fs::read(bundle.join("data/report/report-full.html")).expect("a page"),
        ]
        .concat(),
    );
    let forged = forged_accounts(accounts);
    change(&format!("data/tables/accounts/{name}"), forged);
    relist(&office, &bundle);
    let output = replay(&office.path("relisted"), &[]);
    let text = printed(&output);
    assert_eq!(code(&output), 5, "{text}");
    assert!(text.contains("not signed"), "{text}");
    assert!(
        text.contains("tables/accounts/accounts.parquet: row 1, number: was \"FORGED\", is "),
        "{text}"
    );
    assert!(
        text.contains("report/report-full.html: line 1: was <p>forged</p>"),
        "{text}"
    );
    assert!(text.contains(", 2 did not"), "{text}");
}

/// The table with another number in its first row.
fn forged_accounts(bytes: &[u8]) -> Vec<u8> {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, StringArray};
    use datafusion::arrow::record_batch::RecordBatch;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let bytes = bytes::Bytes::copy_from_slice(bytes);
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .expect("Parquet")
        .build()
        .expect("Parquet");
    let batch = reader.next().expect("rows").expect("rows");
    let at = batch.schema().index_of("number").expect("a column");
    let column = geldspoor::case::column::text(&batch, "number").expect("text");
    let texts = (0..batch.num_rows()).map(|row| match row {
        0 => "FORGED",
        row => column.value(row),
    });
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[at] = Arc::new(StringArray::from_iter_values(texts));
    let batch = RecordBatch::try_new(batch.schema(), columns).expect("rows");
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    out
}
