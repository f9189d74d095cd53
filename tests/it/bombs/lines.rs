//! Lines without end and lines of a hundred thousand columns, in every format of lines, and texts without end in the others.

use crate::bombs::{Hostile, big};
use crate::delivery::{HEADER, listing};
use crate::{bai2, camt, cfonb, coda, jpk_wb, mappings, mt103, mt940, norma43, ofx, payments, qif, simba};

/// What stands before something long, and behind it.
type Cut = (Vec<u8>, Vec<u8>);

/// A text cut where something long is put into it.
fn at(text: &str, mark: &str) -> Cut {
    let (front, back) = text
        .split_once(mark)
        .unwrap_or_else(|| panic!("{mark} stands in {text}"));
    (format!("{front}{mark}").into_bytes(), back.as_bytes().to_vec())
}

/// A text of lines with a further line behind its first half that begins as the one before it, and has room behind.
fn between_lines(text: &str) -> Cut {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (front, back) = lines.split_at(lines.len() / 2);
    let begins = front.last().expect("a line").trim_end_matches(['\r', '\n']);
    (
        format!("{}{begins}", front.concat()).into_bytes(),
        format!("\n{}", back.concat()).into_bytes(),
    )
}

/// Name, what stands before something long and behind it, and least records that are read all the same.
fn files() -> Vec<(String, Cut, u64)> {
    let row = String::from_utf8(listing(1)).expect("text");
    let row = row.strip_prefix(HEADER).expect("a row");
    let statement = camt::statement(
        &[
            camt::entry("1.00", "CRDT", ""),
            camt::entry(
                "2.00",
                "CRDT",
                &camt::details("<RltdPties><Dbtr><Nm>X</Nm></Dbtr></RltdPties>"),
            ),
            camt::entry("3.00", "CRDT", ""),
        ]
        .concat(),
    );
    let extrato = simba::with_hashes()["EXTRATO"].clone();
    let extrato = String::from_utf8(extrato).expect("text");
    [
        ("long.csv", at(&format!("{HEADER}{row}2,{row}"), "\n2,1"), 1),
        (
            "field.csv",
            at(
                &format!("{HEADER}{row}{row}{row}"),
                "rent\n1,2025-03-01,NL91ABNA0417164300,A,",
            ),
            2,
        ),
        ("long.sta", at(mt940::RABOBANK, "/REMI/"), 1),
        ("long.bai", between_lines(bai2::REPORT), 1),
        ("long.cod", between_lines(&coda::two_statements()), 1),
        ("long.n43", between_lines(&norma43::two_accounts()), 1),
        ("long.cfo", between_lines(&cfonb::two_accounts()), 1),
        ("long.qif", between_lines(qif::QUICKEN), 1),
        (
            "long.fin",
            at(&[mt103::CUSTOMER, mt103::COVER].concat(), ":70:"),
            1,
        ),
        (&*simba::name("EXTRATO"), between_lines(&extrato), 3),
        ("eurofxref-hist.csv", between_lines(mappings::RATES), 5),
        ("camt.xml", at(&statement, "<Nm>"), 2),
        ("pain.xml", at(&payments::pain_001(), "loon "), 1),
        ("jpk.xml", at(&jpk_wb::sample(), "Faktura "), 2),
        ("long.ofx", at(ofx::SGML, "<NAME>"), 1),
    ]
    .into_iter()
    .map(|(name, cut, least)| (name.to_owned(), cut, least))
    .collect()
}

#[test]
fn a_line_of_gigabytes_is_one_reject() {
    let length: u64 = if big() { 2 << 30 } else { 8 << 20 };
    let mut wrong = Vec::new();
    for (name, (front, back), least) in files() {
        let delivery = Hostile::new();
        delivery.stream(&name, &[(&front, 1), (b"7654321 ", length / 8), (&back, 1)]);
        let told = delivery.take_in();
        let (accepted, rejected) = told.counts(&name);
        let said = told.said(&name);
        println!("{name}: {accepted} accepted, {rejected} rejected: {said}");
        let limited = ["long", "bytes", "MB", "KB", "characters", "signs", "wide"]
            .iter()
            .any(|word| said.contains(word));
        if accepted < least || rejected < 1 || !limited {
            wrong.push(format!("{name}: {accepted} of {least}, {rejected}: {said}"));
        }
        // The reject keeps a beginning, and its bytes are all of the line's.
        let kept = told
            .tables
            .count("SELECT coalesce(max(length(raw)), 0) FROM rejects");
        if kept > 4_100 || told.peak > 400 << 20 {
            wrong.push(format!(
                "{name}: {kept} characters are kept, {} MB",
                told.peak >> 20
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_file_that_is_one_line_is_told() {
    let length: u64 = if big() { 2 << 30 } else { 64 << 20 };
    let delivery = Hostile::new();
    let front = [HEADER.as_bytes(), &listing(1)[HEADER.len()..]].concat();
    // Without an end of line, and a file of nothing that is known.
    delivery.stream("endless.csv", &[(&front, 1), (b"7", length)]);
    delivery.stream("nothing.txt", &[(b"7", length)]);
    delivery.stream("zeros.bin", &[(b"\0", length)]);
    let told = delivery.take_in();
    assert_eq!(told.counts("endless.csv"), (1, 1));
    told.says("endless.csv", &["line 3", "longer"]);
    told.says("nothing.txt", &["no format recognises"]);
    told.says("zeros.bin", &["no format recognises"]);
}

#[test]
fn a_hundred_thousand_columns() {
    let delivery = Hostile::new();
    let wide = ",x".repeat(100_000);
    let row = String::from_utf8(listing(1)[HEADER.len()..].to_vec()).expect("text");
    delivery.put(
        "row.csv",
        format!("{HEADER}{row}2,2025-03-01{wide}\n{row}").as_bytes(),
    );
    delivery.put("header.csv", format!("a{wide}\n1{wide}\n").as_bytes());
    // Its first columns are those of a known layout.
    let header = HEADER.trim_end();
    delivery.put(
        "known.csv",
        format!("{header}{wide}\n{}{wide}\n", row.trim_end()).as_bytes(),
    );
    delivery.put(
        "eurofxref.csv",
        format!(
            "Date{}\n2024-01-02{}\n",
            ",USD".repeat(100_000),
            ",1.5".repeat(100_000)
        )
        .as_bytes(),
    );
    let extrato = simba::with_hashes()["EXTRATO"].clone();
    let wide = [b"105".as_slice(), &b"\tx".repeat(100_000), b"\r\n"].concat();
    delivery.put(&simba::name("EXTRATO"), &[extrato, wide].concat());
    delivery.put(
        "slashes.bai",
        bai2::REPORT
            .replacen("\r\n16,", &format!("\r\n16,{}\r\n16,", "1,".repeat(100_000)), 1)
            .as_bytes(),
    );
    let told = delivery.take_in();
    told.says("row.csv", &["line 3", "more than 10000 columns"]);
    assert_eq!(told.counts("row.csv"), (2, 1));
    told.says("header.csv", &["no format recognises"]);
    told.says(
        "known.csv",
        &["no format recognises", "no built-in mapping has this header"],
    );
    told.says(
        "eurofxref.csv",
        &["no format recognises", "no built-in mapping has this header"],
    );
    told.says(&simba::name("EXTRATO"), &["line 5"]);
    told.says("slashes.bai", &["line 5", "longer than a line of 64 KB"]);
    assert!(told.took.as_secs() < 60, "{:?}", told.took);
}
