//! `bagit.txt` and `bag-info.txt`: what a bag says of itself. No clock is read: a day stands there only where it was given.

use thiserror::Error;

use super::files::{Files, read_small};
use super::ledger::LedgerEnd;
use super::{BundleError, INFO};

/// Bytes of a `bag-info.txt` of which labels are read.
const SMALL: u64 = 1 << 20;

/// The only content of `bagit.txt`.
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Labels that the writer fills in by itself.
const OWN: [&str; 5] = [
    "Payload-Oxum",
    "Ledger-Path",
    "Ledger-Head",
    "Ledger-Count",
    "Bag-Software-Agent",
];

/// What the caller says of a bundle; all of it is printed in `bag-info.txt`, empty ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BagInfo {
    /// Who made it (`Source-Organization`).
    pub organization: String,
    /// The case's reference (`External-Identifier`).
    pub reference: String,
    /// What it is (`External-Description`).
    pub description: String,
    /// The day it was made, `YYYY-MM-DD` (`Bagging-Date`).
    pub date: String,
    /// Name and version of the tool (`Bag-Software-Agent`).
    pub tool: String,
    /// Where the ledger lies within the payload, such as `ledger.jsonl`; empty where there is none.
    pub ledger: String,
    /// Further labels with values, in this order: profile, handling, fingerprint of the signer.
    pub further: Vec<(String, String)>,
}

/// Numbers of the payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oxum {
    /// Bytes of all files.
    pub bytes: u64,
    pub files: u64,
}

/// Why a label or value cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InfoFault {
    #[error("the label `{0}` is not letters, digits and hyphens, or is one that the writer fills in")]
    Label(String),
    #[error(
        "the value of `{label}` holds a line break or a control sign, or begins or ends with a space: {value:?}"
    )]
    Value { label: String, value: String },
    #[error("`{0}` is no day; expected YYYY-MM-DD")]
    Date(String),
    #[error("line {0} is not `Label: value`")]
    Line(usize),
    #[error("`{label}` is `{value}`; expected {expected}")]
    Field {
        label: String,
        value: String,
        expected: String,
    },
    #[error("`{0}` stands there more than once")]
    Twice(String),
    #[error("no UTF-8 text, or the last line has no line end")]
    NotText,
}

/// The text of `bag-info.txt`.
pub(super) fn render(info: &BagInfo, oxum: Oxum, ledger: Option<&LedgerEnd>) -> Result<String, InfoFault> {
    if !info.date.is_empty() && !is_day(&info.date) {
        return Err(InfoFault::Date(info.date.clone()));
    }
    let fixed = [
        ("Source-Organization", &info.organization),
        ("External-Identifier", &info.reference),
        ("External-Description", &info.description),
        ("Bagging-Date", &info.date),
        ("Bag-Software-Agent", &info.tool),
    ];
    let mut text = String::new();
    for (label, value) in fixed {
        push(&mut text, label, value)?;
    }
    push(
        &mut text,
        "Payload-Oxum",
        &format!("{}.{}", oxum.bytes, oxum.files),
    )?;
    if let Some(end) = ledger {
        push(&mut text, "Ledger-Path", &format!("data/{}", info.ledger))?;
        push(&mut text, "Ledger-Head", &end.head)?;
        push(&mut text, "Ledger-Count", &end.count.to_string())?;
    }
    for (label, value) in &info.further {
        let named = !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let own = |own: &&str| own.eq_ignore_ascii_case(label);
        if !named || OWN.iter().any(own) || fixed.iter().any(|(o, _)| own(o)) {
            return Err(InfoFault::Label(label.clone()));
        }
        push(&mut text, label, value)?;
    }
    Ok(text)
}

fn push(text: &mut String, label: &str, value: &str) -> Result<(), InfoFault> {
    if value.is_empty() {
        return Ok(());
    }
    if value.chars().any(char::is_control) || value.trim() != value {
        return Err(InfoFault::Value {
            label: label.to_owned(),
            value: value.to_owned(),
        });
    }
    text.push_str(&format!("{label}: {value}\n"));
    Ok(())
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// What a verifier needs of `bag-info.txt`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub oxum: Option<Oxum>,
    /// Path in the bag, and the end of the chain.
    pub ledger: Option<(String, LedgerEnd)>,
    pub labels: Vec<(String, String)>,
}

/// Reads `bag-info.txt`; folded values (lines that begin with a space) are joined.
pub(super) fn parse(bytes: &[u8]) -> Result<Read, InfoFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| InfoFault::NotText)?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(InfoFault::NotText);
    }
    let mut labels: Vec<(String, String)> = Vec::new();
    for (at, line) in text.split_terminator('\n').enumerate() {
        if let (Some((_, value)), true) = (labels.last_mut(), line.starts_with([' ', '\t'])) {
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        let (label, value) = line.split_once(": ").ok_or(InfoFault::Line(at + 1))?;
        labels.push((label.to_owned(), value.to_owned()));
    }
    let one = |label: &str| -> Result<Option<String>, InfoFault> {
        let mut found = labels.iter().filter(|(l, _)| l.eq_ignore_ascii_case(label));
        let value = found.next().map(|(_, value)| value.clone());
        if found.next().is_some() {
            Err(InfoFault::Twice(label.to_owned()))
        } else {
            Ok(value)
        }
    };
    let wrong = |label: &str, value: &str, expected: &str| InfoFault::Field {
        label: label.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    };
    let mut read = Read::default();
    if let Some(value) = one("Payload-Oxum")? {
        let numbers = value.split_once('.').and_then(|(bytes, files)| {
            Some(Oxum {
                bytes: bytes.parse().ok()?,
                files: files.parse().ok()?,
            })
        });
        read.oxum = Some(numbers.ok_or_else(|| wrong("Payload-Oxum", &value, "BYTES.FILES"))?);
    }
    let (path, head, count) = (one("Ledger-Path")?, one("Ledger-Head")?, one("Ledger-Count")?);
    if let Some(path) = path {
        let count = count.unwrap_or_default();
        let count = count
            .parse()
            .map_err(|_| wrong("Ledger-Count", &count, "a number"))?;
        read.ledger = Some((
            path,
            LedgerEnd {
                head: head.unwrap_or_default(),
                count,
            },
        ));
    } else if head.is_some() || count.is_some() {
        return Err(wrong(
            "Ledger-Path",
            "",
            "a path, because a head or a count of the ledger is given",
        ));
    }
    read.labels = labels;
    Ok(read)
}

/// What a bag says of itself, label by label in the order of `bag-info.txt`. Nothing is checked: that is what
/// [`verify`](super::verify::verify) is for.
pub fn labels(files: &dyn Files) -> Result<Vec<(String, String)>, BundleError> {
    let bytes = read_small(files, INFO, SMALL)?;
    Ok(parse(&bytes)?.labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_again() {
        let info = BagInfo {
            organization: "Openbaar Ministerie".into(),
            reference: "R-1".into(),
            date: "2026-11-30".into(),
            ledger: "ledger.jsonl".into(),
            further: vec![("Profile".into(), "full".into())],
            ..BagInfo::default()
        };
        let end = LedgerEnd {
            head: "ab".into(),
            count: 2,
        };
        let oxum = Oxum { bytes: 10, files: 3 };
        let text = render(&info, oxum, Some(&end)).expect("written");
        let read = parse(text.as_bytes()).expect("read");
        assert_eq!(
            (read.oxum, read.ledger),
            (Some(oxum), Some(("data/ledger.jsonl".into(), end)))
        );
        assert_eq!(read.labels.last(), Some(&("Profile".into(), "full".into())));
    }

    #[test]
    fn what_would_read_otherwise_is_refused() {
        let with = |further: (&str, &str), date: &str| BagInfo {
            date: date.into(),
            further: vec![(further.0.into(), further.1.into())],
            ..BagInfo::default()
        };
        for info in [
            with(("Payload-Oxum", "1.1"), ""),
            with(("A b", "x"), ""),
            with(("A", "x\nLedger-Count: 0"), ""),
            with(("A", " x"), ""),
            with(("ledger-head", "x"), ""),
            with(("A", "x"), "30-11-2026"),
            with(("A", "x"), "2026-13-01"),
        ] {
            assert!(render(&info, Oxum::default(), None).is_err(), "{info:?}");
        }
        for text in [
            "x\n",
            "Payload-Oxum: 1\n",
            "A: b",
            "Ledger-Head: a\n",
            "Ledger-Count: 1\nLedger-Count: 2\n",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
