//! Proposed mappings against those that people wrote: the same file read with both, entry by entry.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geldspoor::case::Table;
use geldspoor::intake::encoding::Encoding;
use geldspoor::intake::formats::delimited::{Delimited, Proposal, propose, recognise_mapping};
use geldspoor::intake::mapping::{Mapping, TableKind, builtin_by_id};

use crate::collect::{Collected, read_encoded, shared};

/// Bytes of a file that both readings are compared over; the proposal rests on the file as it is.
const COMPARED: usize = 2 << 20;

/// How a proposal compares with the mapping that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Without a doubt, and every entry is equal.
    Agrees,
    /// Every entry is equal once a person has settled the doubts.
    AgreesOnceSettled,
    /// Without a doubt, and some entry differs: what must never be.
    Wrong,
    /// With doubts, and some entry differs whatever a person answers.
    DiffersAfterDoubts,
    /// Nothing was proposed.
    None,
}

#[test]
fn proposals_agree_with_the_mappings_that_people_wrote() {
    let mut files = Vec::new();
    for folder in ["statements", "transactions"] {
        let Some(root) = shared(folder) else { return };
        collect_csv(&root, &mut files);
    }
    files.sort();
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let (mut compared, mut unknown, mut no_records) = (0, 0, 0);
    for path in &files {
        let name = name_of(path);
        let bytes = std::fs::read(path).expect("a readable file");
        let encoding = encoding_of(&bytes);
        let Some(known) = built_in(&bytes, &name, encoding) else {
            unknown += 1;
            let told = match propose(path, &name) {
                Ok(proposal) => format!("{} doubts", proposal.doubts.len()),
                Err(_) => "nothing proposed".to_owned(),
            };
            println!("no mapping built in: {name}: {told}");
            continue;
        };
        if !matches!(known.table, TableKind::Entries | TableKind::Listing) {
            no_records += 1;
            continue;
        }
        compared += 1;
        let (verdict, told) = compare(path, &name, &bytes, encoding, known);
        *counts.entry(verdict).or_default() += 1;
        println!("{verdict:?}: {name} ({}): {told}", known.id);
    }
    let of = |verdict| counts.get(&verdict).copied().unwrap_or(0);
    println!(
        "{compared} listings of {} files with a mapping built in: {} agree fully without a doubt, {} once a person has settled \
         the doubts, {} differ after doubts, {} without proposal, {} are wrong without a doubt ({unknown} files have no \
         mapping built in, {no_records} hold no movements)",
        files.len(),
        of(Verdict::Agrees),
        of(Verdict::AgreesOnceSettled),
        of(Verdict::DiffersAfterDoubts),
        of(Verdict::None),
        of(Verdict::Wrong),
    );
    assert_eq!(of(Verdict::Wrong), 0, "wrong without a doubt");
}

// Reads with both and says how they compare.
fn compare(
    path: &Path,
    name: &str,
    bytes: &[u8],
    encoding: Encoding,
    known: &'static Mapping,
) -> (Verdict, String) {
    let proposal = match propose(path, name) {
        Ok(proposal) => proposal,
        Err(error) => return (Verdict::None, error.to_string()),
    };
    let bytes = beginning(bytes);
    let expected = read_encoded(&Delimited::by(known), bytes, name, known.encoding(encoding));
    let mut nearest = String::new();
    for toml in settled(&proposal, known, &expected) {
        let mapping = match Mapping::parse(&toml) {
            Ok(mapping) => mapping,
            Err(error) => panic!("{name}: {error}\n{toml}"),
        };
        let page = mapping.encoding(encoding);
        let got = read_encoded(&Delimited::new(mapping), bytes, name, page);
        match difference(&expected, &got) {
            None if proposal.doubts.is_empty() => {
                return (Verdict::Agrees, format!("{} entries", rows(&got).len()));
            }
            None => {
                let told = format!("{} entries; {}", rows(&got).len(), proposal.doubts.join(" / "));
                return (Verdict::AgreesOnceSettled, told);
            }
            Some(text) => nearest = text,
        }
    }
    match proposal.doubts.is_empty() {
        true => (Verdict::Wrong, nearest),
        false => (
            Verdict::DiffersAfterDoubts,
            format!("{nearest}; {}", proposal.doubts.join(" / ")),
        ),
    }
}

/// Day, amount with sign, currency, account.
type Row = (String, i128, String, String);

fn rows(read: &Collected) -> Vec<Row> {
    let days = read.days(Table::Entries, "booking_date");
    let currency = read.text(Table::Entries, "currency");
    let account = read.text(Table::Entries, "account_id");
    let amounts = read.signed();
    let all = days.into_iter().zip(amounts).zip(currency).zip(account);
    all.map(|(((day, amount), currency), account)| (day, amount, currency, account))
        .collect()
}

// What is different first; accounts may go by other numbers, but each by one alone.
fn difference(expected: &Collected, got: &Collected) -> Option<String> {
    let (left, right) = (rows(expected), rows(got));
    if let Some(error) = &got.error {
        return Some(error.to_string());
    }
    if left.len() != right.len() {
        return Some(format!(
            "{} entries for {}: {}",
            right.len(),
            left.len(),
            got.reasons().chars().take(300).collect::<String>()
        ));
    }
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    for (number, (a, b)) in left.iter().zip(&right).enumerate() {
        let same = a.0 == b.0 && a.1 == b.1 && a.2 == b.2;
        let tied = *there.entry(&a.3).or_insert(&b.3) == &b.3 && *back.entry(&b.3).or_insert(&a.3) == &a.3;
        if !same || !tied {
            return Some(format!("entry {number}: {b:?} for {a:?}"));
        }
    }
    None
}

// The mappings that a person could make of a proposal, who knows what the built-in mapping knows.
fn settled(proposal: &Proposal, known: &Mapping, expected: &Collected) -> Vec<String> {
    let mut all = vec![String::new()];
    // Answers that comments offer for the key below them.
    let mut offered: Vec<String> = Vec::new();
    let currencies = expected.text(Table::Entries, "currency");
    for line in proposal.text.lines() {
        if let Some(answer) = line.strip_prefix("# ").filter(|answer| answer.contains(" = ")) {
            offered.push(answer.to_owned());
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        if line.starts_with('#') {
            continue;
        }
        let open = line.ends_with("\"?\"") || line.ends_with("[\"?\"]");
        let list = |words: &[String]| vec![format!("{key} = {words:?}")];
        let front = format!("{key} = ");
        let mut answers = std::mem::take(&mut offered);
        answers.retain(|answer| answer.starts_with(&front));
        let word = key.trim_matches('"');
        let answers: Vec<String> = match key {
            _ if !open => vec![line.to_owned()],
            "constant" => vec![format!(
                "constant = {:?}",
                currencies.first().map_or("EUR", String::as_str)
            )],
            "epoch" => vec![format!("epoch = {:?}", known.dates.epoch)],
            "debit_words" => list(&known.amount.debit_words),
            "credit_words" => list(&known.amount.credit_words),
            _ if known.pseudo_accounts.contains_key(word) => vec![format!("{key} = \"unknown\"")],
            _ if known.currency.words.contains_key(word) => {
                let code = known.currency.words.get(word).map_or("XXX", String::as_str);
                vec![format!("{key} = {code:?}")]
            }
            _ => answers,
        };
        all = all
            .iter()
            .flat_map(|before| answers.iter().map(move |answer| format!("{before}{answer}\n")))
            .collect();
    }
    all
}

// The mapping that intake finds, or the one that its message asks a person to name.
fn built_in(bytes: &[u8], name: &str, encoding: Encoding) -> Option<&'static Mapping> {
    let head = bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default();
    let found = recognise_mapping(head, name, encoding);
    let (mapping, recognition) = found.first()?;
    if recognition.score > 0 {
        return Some(mapping);
    }
    found.iter().find_map(|(_, near)| {
        let id = near.reason.split("--mapping ").nth(1)?;
        builtin_by_id(id.trim_end_matches([';', '.']))
    })
}

// Whole lines of the beginning.
fn beginning(bytes: &[u8]) -> &[u8] {
    let Some(front) = bytes.get(..COMPARED) else {
        return bytes;
    };
    let end = front
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    front.get(..end).unwrap_or_default()
}

fn encoding_of(bytes: &[u8]) -> Encoding {
    let mut finder = geldspoor::intake::encoding::Finder::new();
    finder.feed(bytes);
    finder.finish()
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn collect_csv(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect_csv(&path, files);
        } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
            files.push(path);
        }
    }
}
