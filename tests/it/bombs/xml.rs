//! Entities, external files, and tags within tags, at every door that XML or SGML comes in.

use crate::bombs::Hostile;
use crate::delivery::{archive, members};
use crate::{camt, jpk_wb, ofx, payments, workbooks};

/// What a hostile text declares in front, and what it then uses. `FILE` stands for a file beside the delivery.
const DECLARED: [(&str, &str, &str); 5] = [
    ("laughs", "", "&e9;"),
    ("quadratic", "", "&q;"),
    ("external", "<!ENTITY x SYSTEM \"file://FILE\">", "&x;"),
    ("parameter", "<!ENTITY % p SYSTEM \"file://FILE\"> %p;", "&x;"),
    ("address", "<!DOCTYPE-IS-REPLACED>", ""),
];

const SECRET: &str = "what no reader may ever open";

/// The declaration of a kind, and its use.
fn declared(kind: &str, file: &str) -> (String, String) {
    let (_, inner, used) = DECLARED
        .iter()
        .find(|(name, _, _)| *name == kind)
        .expect("a kind");
    let inner = match kind {
        "laughs" => {
            let mut inner = "<!ENTITY e0 \"ha\">".to_owned();
            for at in 1..10 {
                let before = format!("&e{};", at - 1).repeat(10);
                inner.push_str(&format!("<!ENTITY e{at} \"{before}\">"));
            }
            inner
        }
        "quadratic" => format!("<!ENTITY q \"{}\">", "a".repeat(20_000)),
        "address" => {
            let declaration = format!("<!DOCTYPE x SYSTEM \"file://{file}\">");
            return (declaration, String::new());
        }
        _ => inner.replace("FILE", file),
    };
    let times = if kind == "quadratic" { 50_000 } else { 1 };
    (format!("<!DOCTYPE x [{inner}]>"), used.repeat(times))
}

/// A text with the declaration behind its first line and the use where `mark` stands.
fn hostile(text: &str, mark: &str, (declaration, used): &(String, String)) -> String {
    assert!(text.contains(mark), "{mark} stands in {text}");
    let (front, rest) = match text.split_once("?>") {
        Some((front, rest)) => (format!("{front}?>"), rest),
        None => (String::new(), text),
    };
    format!("{front}{declaration}{}", rest.replacen(mark, used, 1))
}

fn with_part(book: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let all = members(book);
    let changed: Vec<(&str, Vec<u8>)> = all
        .iter()
        .map(|(name, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let bytes = if name == part {
                change(&text).into_bytes()
            } else {
                bytes.clone()
            };
            (name.as_str(), bytes)
        })
        .collect();
    let changed: Vec<(&str, &[u8])> = changed
        .iter()
        .map(|(name, bytes)| (*name, bytes.as_slice()))
        .collect();
    archive(&changed)
}

#[test]
fn entities_are_never_expanded_and_no_other_file_is_opened() {
    let delivery = Hostile::new();
    let secret = delivery.folder.path().join("secret.txt");
    std::fs::write(&secret, SECRET).expect("written");
    let file = secret.to_string_lossy().into_owned();
    let statement = camt::statement(&camt::entry(
        "1.00",
        "CRDT",
        &camt::details("<RltdPties><Dbtr><Nm>NAME</Nm></Dbtr></RltdPties>"),
    ));
    let ofx_2 = ofx::SGML
        .split_once("<OFX>")
        .map(|(_, rest)| format!("<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?><OFX>{rest}"))
        .expect("an OFX");
    let mut names = Vec::new();
    for (kind, _, _) in DECLARED {
        let declared = declared(kind, &file);
        for (reader, text, mark) in [
            ("camt", statement.as_str(), "NAME"),
            ("pain", &payments::pain_001(), "loon maart"),
            ("jpk", &jpk_wb::sample(), "Faktura 7/2026"),
            ("ofx", &ofx_2, "AT&T"),
        ] {
            let name = format!("{kind}-{reader}.xml");
            delivery.put(&name, hostile(text, mark, &declared).as_bytes());
            names.push(name);
        }
        let book = with_part(&workbooks::book(), "xl/sharedStrings.xml", |text| {
            hostile(text, "tekst", &declared)
        });
        delivery.put(&format!("{kind}-texts.xlsx"), &book);
        let book = with_part(&workbooks::book(), "xl/worksheets/sheet1.xml", |text| {
            hostile(text, "1234.5", &declared)
        });
        delivery.put(&format!("{kind}-sheet.xlsx"), &book);
        let content = hostile(workbooks::ODS, "<text:p>d</text:p>", &{
            let (declaration, used) = declared.clone();
            (declaration, format!("<text:p>{used}</text:p>"))
        });
        delivery.put(&format!("{kind}.ods"), &workbooks::ods(&content));
        names.extend([
            format!("{kind}-texts.xlsx"),
            format!("{kind}-sheet.xlsx"),
            format!("{kind}.ods"),
        ]);
    }
    let told = delivery.take_in();
    for name in &names {
        // Behind so long a declaration OFX is not recognised, and the file is kept unread.
        let words = match name.as_str() {
            "quadratic-ofx.xml" => "no format recognises",
            _ => "document type",
        };
        told.says(name, &[words]);
    }
    assert!(!told.reveals(SECRET));
    assert!(told.took.as_secs() < 60, "{:?}", told.took);
    assert_eq!(
        told.tables.count("SELECT count(*) FROM entries"),
        2,
        "those of the good file"
    );
}

#[test]
fn a_million_tags_within_each_other() {
    let delivery = Hostile::new();
    let deep = "<a>".repeat(1_000_000);
    let sgml = "<STATUS>".repeat(1_000_000);
    let statement = camt::statement(&camt::entry("1.00", "CRDT", "DEEP"));
    delivery.put("camt.xml", statement.replace("DEEP", &deep).as_bytes());
    let pain = payments::pain_001().replace("loon maart", &deep);
    delivery.put("pain.xml", pain.as_bytes());
    let jpk = jpk_wb::sample().replace("Faktura 7/2026", &deep);
    delivery.put("jpk.xml", jpk.as_bytes());
    delivery.put("deep.ofx", ofx::SGML.replacen("<STMTTRN>", &sgml, 1).as_bytes());
    let inside = ofx::SGML.replacen("<NAME>", &format!("<NAME>{deep}"), 1);
    delivery.put("inside.ofx", inside.as_bytes());
    let ods = workbooks::ODS.replacen("<text:p>d</text:p>", &format!("<text:p>{deep}"), 1);
    delivery.put("cell.ods", &workbooks::ods(&ods));
    let spans = "<text:span>".repeat(1_000_000);
    let ends = "</text:span>".repeat(1_000_000);
    let ods = workbooks::ODS.replacen(
        "<text:p>d</text:p>",
        &format!("<text:p>{spans}d{ends}</text:p>"),
        1,
    );
    delivery.put("closed.ods", &workbooks::ods(&ods));
    let ods = workbooks::ODS.replacen(
        "<table:table ",
        &format!("{}<table:table ", "<table:table>".repeat(1_000_000)),
        1,
    );
    delivery.put("tables.ods", &workbooks::ods(&ods));
    for (name, part, mark) in [
        ("sheet.xlsx", "xl/worksheets/sheet1.xml", "<sheetData>"),
        ("texts.xlsx", "xl/sharedStrings.xml", "<si>"),
        ("styles.xlsx", "xl/styles.xml", "<fonts"),
    ] {
        let book = with_part(&workbooks::book(), part, |text| {
            assert!(text.contains(mark), "{text}");
            text.replacen(
                mark,
                &format!("{mark}{deep}").replace("<fonts<a>", "<a><fonts"),
                1,
            )
        });
        delivery.put(name, &book);
    }
    let told = delivery.take_in();
    for (name, words) in [
        ("camt.xml", "more than 256 deep"),
        ("pain.xml", "more than 256 deep"),
        ("jpk.xml", "more than 256 deep"),
        ("deep.ofx", "nested"),
        ("inside.ofx", "longer than 64 KB"),
        // Not closed, and so no XML.
        ("cell.ods", "its XML is damaged"),
        ("tables.ods", "its XML is damaged"),
        // What has no rows does not keep the rows from being read.
        ("sheet.xlsx", "sheet ‘Leeg’ is empty"),
        ("texts.xlsx", "sheet ‘Leeg’ is empty"),
        ("styles.xlsx", "sheet ‘Leeg’ is empty"),
    ] {
        told.says(name, &[words]);
    }
    let closed = told
        .tables
        .rows("SELECT name FROM sources WHERE name LIKE 'closed.ods/%' ORDER BY name");
    assert_eq!(closed.len(), 2, "a cell of a million spans: {closed:?}");
    assert!(told.took.as_secs() < 120, "{:?}", told.took);
}
