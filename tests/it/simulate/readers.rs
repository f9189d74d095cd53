//! Small readers of what `simulate` delivers, written apart from the intake so that they prove something: each checks
//! that opening + entries = closing, that balances run and that numbers have no gaps.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Every file below a directory, by its path in it.
pub fn tree(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(directory.join(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = folder.join(entry.file_name());
            if entry.file_type().expect("a type").is_dir() {
                open.push(path);
            } else {
                let name = path.to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(entry.path()).expect("a file"));
            }
        }
    }
    files
}

/// Hundredths of an amount with two decimals.
pub fn cents(text: &str) -> i64 {
    let text = text.trim_start_matches('+').replace(',', ".");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    assert_eq!(fraction.len(), 2, "{text}");
    format!("{whole}{fraction}").parse().expect("an amount")
}

/// Days since some fixed day, of `2025-03-02`.
pub fn day(text: &str) -> i64 {
    let parts: Vec<i16> = text
        .split('-')
        .map(|part| part.parse().expect("a number"))
        .collect();
    let date = geldspoor::model::Date::from_ymd(parts[0], parts[1] as i8, parts[2] as i8);
    i64::from(date.expect("a date").0)
}

/// One booked line as a delivered statement says it.
#[derive(Debug, Clone)]
pub struct Booked {
    pub date: i64,
    /// Signed.
    pub cents: i64,
    pub text: String,
}

/// A delivered account: its lines in order, and whether all balances agreed.
pub struct Delivered {
    pub lines: Vec<Booked>,
    pub statements: usize,
}

pub fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let from = text.find(open)? + open.len();
    let to = text[from..].find(close)? + from;
    Some(&text[from..to])
}

pub fn read_camt(text: &str) -> Delivered {
    let mut lines = Vec::new();
    let mut previous: Option<i64> = None;
    let mut statements = 0;
    for part in text.split("<Stmt>").skip(1) {
        statements += 1;
        let balance = |code: &str| {
            let part = &part[part.find(&format!("<Cd>{code}</Cd>")).expect("a balance")..];
            let value = cents(between(part, "<Amt Ccy=\"EUR\">", "</Amt>").expect("an amount"));
            if between(part, "<CdtDbtInd>", "<") == Some("DBIT") {
                -value
            } else {
                value
            }
        };
        let (opening, closing) = (balance("OPBD"), balance("CLBD"));
        assert!(
            previous.is_none_or(|value| value == opening),
            "statements follow each other"
        );
        assert_eq!(
            between(part, "<ElctrncSeqNb>", "<"),
            Some(statements.to_string().as_str())
        );
        let mut sum = opening;
        let entries: Vec<&str> = part.split("<Ntry>").skip(1).collect();
        assert_eq!(
            between(part, "<NbOfNtries>", "<"),
            Some(entries.len().to_string().as_str())
        );
        for entry in entries {
            let value = cents(between(entry, "<Amt Ccy=\"EUR\">", "</Amt>").expect("an amount"));
            let value = if between(entry, "<CdtDbtInd>", "<") == Some("DBIT") {
                -value
            } else {
                value
            };
            sum += value;
            lines.push(Booked {
                date: day(between(entry, "<BookgDt><Dt>", "<").expect("a date")),
                cents: value,
                text: entry.to_owned(),
            });
        }
        assert_eq!(sum, closing, "opening + entries = closing");
        previous = Some(closing);
    }
    Delivered { lines, statements }
}

pub fn read_mt940(text: &str) -> Delivered {
    let mut lines: Vec<Booked> = Vec::new();
    let (mut sum, mut statements) = (None::<i64>, 0);
    let balance = |field: &str| {
        let value = cents(&field[10..]);
        if field.starts_with('D') { -value } else { value }
    };
    for line in text.split("\r\n") {
        assert!(line.len() <= 69 + 4, "{line}");
        if let Some(field) = line.strip_prefix(":60F:") {
            assert!(
                sum.is_none_or(|value| value == balance(field)),
                "statements follow each other"
            );
            sum = Some(balance(field));
        } else if let Some(field) = line.strip_prefix(":61:") {
            let end = field.find('N').expect("a type");
            let value = cents(&field[11..end]) * if &field[10..11] == "D" { -1 } else { 1 };
            sum = sum.map(|sum| sum + value);
            lines.push(Booked {
                date: day(&format!("20{}-{}-{}", &field[..2], &field[2..4], &field[4..6])),
                cents: value,
                text: field.to_owned(),
            });
        } else if let Some(field) = line.strip_prefix(":62F:") {
            assert_eq!(sum, Some(balance(field)), "opening + entries = closing");
            statements += 1;
        } else if let Some(field) = line.strip_prefix(":28C:") {
            assert_eq!(field, format!("{:05}/001", statements + 1));
        } else if let Some(last) = lines.last_mut() {
            last.text.push_str(line.strip_prefix(":86:").unwrap_or(line));
        }
    }
    // German texts are cut into numbered fields.
    for line in &mut lines {
        for field in 20..30 {
            line.text = line.text.replace(&format!("?{field}"), "");
        }
    }
    Delivered { lines, statements }
}

pub fn read_rabobank(bytes: &[u8]) -> Delivered {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    assert!(
        text.starts_with("\"IBAN/BBAN\"") && text.contains("initi\u{eb}rende"),
        "Windows-1252"
    );
    let mut lines: Vec<Booked> = Vec::new();
    let mut balance = None;
    for (at, line) in text
        .split("\r\n")
        .skip(1)
        .filter(|line| !line.is_empty())
        .enumerate()
    {
        let fields: Vec<&str> = line[1..line.len() - 1].split("\",\"").collect();
        assert_eq!(fields.len(), 26, "{line}");
        assert_eq!(fields[3], format!("{:018}", at + 1), "Volgnr has no gap");
        let (value, after) = (cents(fields[6]), cents(fields[7]));
        assert!(
            balance.is_none_or(|before: i64| before + value == after),
            "{line}"
        );
        balance = Some(after);
        lines.push(Booked {
            date: day(fields[4]),
            cents: value,
            text: line.to_owned(),
        });
    }
    Delivered { lines, statements: 0 }
}

pub fn read_ing(text: &str) -> Delivered {
    let mut lines: Vec<Booked> = Vec::new();
    let mut balance = None;
    for line in text
        .split("\r\n")
        .skip(1)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        let fields: Vec<&str> = line[1..line.len() - 1].split("\";\"").collect();
        assert_eq!(fields.len(), 11, "{line}");
        let value = cents(fields[6]) * if fields[5] == "Af" { -1 } else { 1 };
        let after = cents(fields[9]);
        assert!(
            balance.is_none_or(|before: i64| before + value == after),
            "{line}"
        );
        balance = Some(after);
        let date = format!("{}-{}-{}", &fields[0][..4], &fields[0][4..6], &fields[0][6..]);
        lines.push(Booked {
            date: day(&date),
            cents: value,
            text: line.to_owned(),
        });
    }
    Delivered { lines, statements: 0 }
}

/// Every account delivered as a statement, read and reconciled.
pub fn statements(directory: &Path) -> BTreeMap<String, Delivered> {
    let mut accounts = BTreeMap::new();
    for (name, bytes) in tree(&directory.join("delivery")) {
        let Some((bank, file)) = name.split_once('/') else {
            continue;
        };
        let account = file.split('.').next().expect("a name").to_owned();
        let text = || String::from_utf8(bytes.clone()).expect("UTF-8");
        let delivered = match bank {
            "meerbank" | "duinbank" => read_camt(&text()),
            "polderbank" | "lindenbank" => read_mt940(&text()),
            "rietbank" => read_rabobank(&bytes),
            "ijsselbank" => read_ing(&text()),
            other => panic!("an unknown bank {other}"),
        };
        accounts.insert(account, delivered);
    }
    accounts
}

/// Rows of the listing, split into columns (no field of it needs quotes).
pub fn listing(directory: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(directory.join("delivery/transactions.csv")).expect("the listing");
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    assert!(rows.iter().all(|row| row.len() == 11 && !row[10].contains('"')));
    rows
}

pub fn truth(directory: &Path) -> Value {
    let text = fs::read_to_string(directory.join("truth.json")).expect("the truth");
    serde_json::from_str(&text).expect("JSON")
}

/// The reference `2025030214-000012` in a text.
pub fn reference(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    bytes
        .windows(17)
        .position(|part| {
            part[10] == b'-'
                && part
                    .iter()
                    .enumerate()
                    .all(|(at, b)| at == 10 || b.is_ascii_digit())
        })
        .map(|at| text[at..at + 17].to_owned())
}
