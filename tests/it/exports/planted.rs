//! Texts that programmes take for more than text, in every field of a delivery: in every format they are text.

use std::path::Path;

use super::{entities, everything, export, of};
use crate::command::{Investigated, investigate};

/// What a spreadsheet runs, a browser reads as markup, a terminal obeys, a reader sees turned about.
const HARD: [&str; 12] = [
    "=cmd|'/c calc'!A1",
    "+SUM(1+1)*cmd",
    "-2+3+cmd",
    "@SUM(A1:A9)",
    "\tTab first",
    "<script>alert(1)</script>",
    "]]> --> <!ENTITY x SYSTEM 'file:///etc/passwd'> &x; ?>",
    "right \u{202e}tfel ot\u{202c} محمد שלום",
    "李小龍 Đặng Thị Ánh Ελένη 🕊️",
    "bell\u{7} escape\u{1b}[31m delete\u{7f}",
    "\\u0000 \" {\"json\":1} ${x} {{y}} _x0041_",
    "＝1+1",
];

/// A delivery with them as names, banks, references and remittances.
fn delivered() -> Investigated {
    let folder = tempfile::tempdir().expect("a folder");
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut lines =
        "account,booked_at,direction,amount,currency,counterparty_account,counterparty_name,channel,remittance\n".to_owned();
    let mut holders =
        "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,incorporated,\
         employees,from_date,to_date\n"
            .to_owned();
    for (at, text) in HARD.iter().enumerate() {
        let text = quoted(text);
        lines.push_str(&format!(
            "NL91ABNA0417164300,2025-03-{:02},debit,{}.00,EUR,NL20INGB0001234567,{text},transfer,{text}\n",
            at + 1,
            at + 100,
        ));
        holders.push_str(&format!(
            "NL91ABNA0417164300,mandate,person,{text},,,NL,{text},,,,,,,\n"
        ));
    }
    holders.push_str("NL91ABNA0417164300,holder,company,=HYPERLINK(1) BV,,12345678,NL,,,,,,,,\n");
    let (one, other) = (folder.path().join("lines.csv"), folder.path().join("holders.csv"));
    std::fs::write(&one, lines).expect("a file");
    std::fs::write(&other, holders).expect("a file");
    investigate(
        &[one.as_path(), other.as_path()],
        &["--reference", "R-1 <b>", "--authority", "=1+1", "--handling=-->"],
    )
}

#[test]
fn hard_texts_are_text_in_every_format() {
    use calamine::{Data, Reader};
    let made = delivered();
    let (paths, _) = export(&made, &["--to", "all", "--profile", "full"]);
    let folder = paths[0].parent().expect("a folder");
    let lines = entities(&folder.join("export-full.ftm.jsonl"));
    let payments = of(&lines, "Payment");
    assert_eq!(payments.len(), HARD.len());
    for text in HARD {
        let said: Vec<&str> = payments
            .iter()
            .flat_map(|one| super::all(one, "purpose"))
            .collect();
        let is_there = |kept: &str| said.iter().any(|one| one.trim() == kept.trim());
        assert!(is_there(text), "{text:?} in {said:?}");
    }
    // No cell is a formula, for a second reader too.
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook(folder.join("export-full.xlsx")).expect("a workbook");
    let mut seen = 0;
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("the sheet");
        assert_eq!(
            formulas.cells().filter(|(_, _, text)| !text.is_empty()).count(),
            0,
            "{name}"
        );
        for (_, _, cell) in book.worksheet_range(&name).expect("the sheet").cells() {
            if let Data::String(text) = cell {
                seen += 1;
                assert!(
                    !text
                        .trim_start_matches(' ')
                        .starts_with(['=', '+', '-', '@', '\t', '\r', '＝']),
                    "{name}: {text:?}"
                );
            }
        }
    }
    assert!(seen > 100);
    for (name, text) in everything(folder) {
        if name.ends_with(".xml")
            || name.ends_with(".anx")
            || name.ends_with("graphml")
            || name.ends_with("gexf")
        {
            assert!(!text.contains("<script") && !text.contains("<!ENTITY"), "{name}");
            assert!(!text.contains(['\u{7}', '\u{1b}', '\0']), "{name}");
            well_formed(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        if name.ends_with("json") || name.ends_with("jsonld") {
            serde_json::from_str::<serde_json::Value>(&text)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    super::others::check(folder);
}

#[test]
fn under_pseudonyms_none_of_them_goes_out() {
    let made = delivered();
    let out = made.folder.path().join("out");
    export(&made, &["--to", "all", "-o", &out.to_string_lossy()]);
    for (name, text) in everything(&out) {
        for hard in HARD.iter().filter(|text| text.len() > 12) {
            assert!(!text.contains(hard), "{name}: {hard:?}");
        }
        for word in ["calc", "0417164300", "0001234567", "HYPERLINK", "12345678"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
    super::others::check(&out);
}

fn well_formed(text: &str) -> Result<(), String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut depth = 0_i64;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => break,
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::DocType(_) => return Err("a document type".to_owned()),
            _ => {}
        }
    }
    match depth {
        0 => Ok(()),
        depth => Err(format!("{depth} elements are open")),
    }
}

#[test]
fn names_of_files_and_folders_are_no_way_out() {
    let made = delivered();
    let (paths, _) = export(&made, &["--to", "ftm"]);
    assert_eq!(paths, [Path::new(&made.case).join("exports/export.ftm.jsonl")]);
}
