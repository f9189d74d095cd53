//! The Brazilian delivery of five files and a file of hashes. Every file here is made up; its columns are those of the
//! Carta-Circular 3.454, its persons and accounts do not exist.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geldspoor::case::Table;
use geldspoor::intake::encoding::{CodePage, find};
use geldspoor::intake::formats::{choose, simba::Simba};
use geldspoor::intake::{Format, Sibling};
use geldspoor::model::{hex, sha256};
use proptest::prelude::*;

use crate::collect::{Collected, read_beside};
use crate::command::{code, command, printed};

const CASE: &str = "001-MPX-000123-45";

/// Four entries of one account: 1.000,00 before them.
fn extrato() -> String {
    [
        "101\t001\t1234\t56789-X\t1\t02012024\t5501\tTED RECEBIDA\t209\t00000000050000\tC\t150000\tC\tINTERNET",
        "102\t001\t1234\t56789-X\t1\t03012024\t5502\tPAGAMENTOS\t125\t30000\tD\t120000\tC\tINTERNET",
        "103\t001\t1234\t56789-X\t1\t04012024\t5503\tDEPOSITO EM DINHEIRO\t220\t2550\tC\t122550\tC\tAG 1234",
        "104\t001\t1234\t56789-X\t1\t05012024\t5504\tTARIFA\t105\t122600\tD\t50\tD\t",
    ]
    .map(|line| format!("{line}\r\n"))
    .concat()
}

fn origem_destino() -> String {
    [
        // The key of an entry that is not there.
        "9\t999\t100\t\t\t\t\t\t\t\t\t\t\t\t\t\t0\tX",
        "1\t101\t50000\t77\t237\t0042\t0000012345-6\t1\t1\t00012345678909\tMARIA ANTÔNIA\t\t\t\t\t\t0\tTED",
        // Two destinations of one entry; the second is another type of account, and no customer of a bank.
        "2\t102\t10000\t\t001\t0007\t8888\t2\t2\t191\tEMPRESA LTDA\t\t\t34191\t\t\t0\t",
        "3\t102\t20000\t\t\t9999\t99999999999999999999\t\t1\t00000000000\tNAO-CORRENTISTA\t\t\t\t\t\t1\tBOLETO",
        // Cash that the holder put in: the bank names the account itself.
        "4\t103\t25,50\t\t1\t1234\t56789X\t1\t1\t98765432100\tJOÃO DA SILVA\t\t\t\t\t\t0\t",
    ]
    .map(|line| format!("{line}\n"))
    .concat()
}

fn contas() -> String {
    "001\t1234\t56789X\t1\t01022010\t\t1\n001\t0007\t8888\t2\t15032015\t31122023\t3\n".to_owned()
}

fn titulares() -> String {
    [
        "T\t1\t1\t98765432100\tJOÃO DA SILVA\t\t\tRUA A, 1\tRECIFE\tPE\tBRASIL\t50000000\t8199990000\t500000\t01012023\t01022010\t",
        "P\t0\t1\t11122233344\tANA PROCURADORA\t\t\t\t\t\t\t\t\t\t\t05052020\t04052022",
        "O\t0\t1\t\tCARLOS\tPASSAPORTE\tXY123\t\t\t\t\t\t\t\t\t\t",
    ]
    .map(|rest| format!("001\t1234\t56789-X\t1\t{rest}\n"))
    .concat()
}

fn agencias() -> String {
    "001\t1234\tCENTRO\tRUA B\tRECIFE\tPE\tBRASIL\t50000000\t81\t01011990\t\n".to_owned()
}

/// The files by their own word, as they lie in one folder.
fn delivery() -> BTreeMap<&'static str, Vec<u8>> {
    BTreeMap::from([
        ("AGENCIAS", agencias().into_bytes()),
        ("CONTAS", contas().into_bytes()),
        ("TITULARES", titulares().into_bytes()),
        ("EXTRATO", extrato().into_bytes()),
        ("ORIGEM_DESTINO", origem_destino().into_bytes()),
    ])
}

pub fn name(word: &str) -> String {
    format!("{CASE}_{word}.txt")
}

struct Folder {
    root: tempfile::TempDir,
    files: Vec<Sibling>,
}

impl Folder {
    fn of(files: &BTreeMap<&str, Vec<u8>>) -> Folder {
        let root = tempfile::tempdir().expect("a folder");
        let files = files
            .iter()
            .map(|(word, bytes)| {
                let path = root.path().join(name(word));
                std::fs::write(&path, bytes).expect("written");
                Sibling {
                    name: name(word),
                    source_id: hex(&sha256(bytes)),
                    path,
                    bytes: bytes.len() as u64,
                    encoding: find(bytes),
                }
            })
            .collect();
        Folder { root, files }
    }

    fn read(&self, word: &str) -> Collected {
        let file = self
            .files
            .iter()
            .find(|file| file.name == name(word))
            .expect("a file");
        let bytes = std::fs::read(&file.path).expect("read");
        read_beside(&Simba, &bytes, &file.name, file.encoding.page, &self.files)
    }
}

#[test]
fn entries_get_their_other_side_from_origem_destino() {
    let folder = Folder::of(&delivery());
    let got = folder.read("EXTRATO");
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.accepted, 4);
    let cents = |all: &[i128]| all.iter().map(|a| a * 100).collect::<Vec<_>>();
    assert_eq!(got.signed(), cents(&[50_000, -30_000, 2_550, -122_600]));
    // Each balance is the one before and the entry.
    let balances: Vec<i128> = got
        .money(Table::Entries, "balance_after")
        .into_iter()
        .flatten()
        .collect();
    let mut balance = 100_000 * 100;
    for (after, entry) in balances.iter().zip(got.signed()) {
        balance += entry;
        assert_eq!(*after, balance);
    }
    assert_eq!(balances[3], -5_000);
    let text = |column| got.text(Table::Entries, column);
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]
    );
    assert_eq!(text("channel"), ["transfer", "transfer", "cash_branch", "fee"]);
    assert_eq!(
        text("counterparty_name"),
        ["MARIA ANTÔNIA", "", "JOÃO DA SILVA", ""]
    );
    assert_eq!(text("counterparty_account"), ["0042/123456", "", "", ""]);
    assert_eq!(text("counterparty_bank"), ["237", "", "", ""]);
    assert_eq!(
        text("counterparty_identifier"),
        ["12345678909", "", "98765432100", ""]
    );
    assert_eq!(
        text("counterparty_status"),
        ["identified", "unknown", "cash", "bank"]
    );
    assert_eq!(text("bank_reference"), ["5501", "5502", "5503", "5504"]);
    assert_eq!(text("currency"), ["BRL"; 4]);
    assert!(
        text("locator")[0].contains("ORIGEM_DESTINO line 2"),
        "{:?}",
        text("locator")
    );
    assert_eq!(
        got.flags(Table::AccountsRead, "seized")
            .iter()
            .filter(|f| **f)
            .count(),
        1
    );
    let bytes = extrato().into_bytes();
    for ((start, end), wanted) in
        got.places(Table::Entries)
            .into_iter()
            .zip(["50000\tC", "30000\tD", "2550\tC", "122600\tD"])
    {
        let cited = String::from_utf8_lossy(&bytes[start..end]).into_owned();
        assert!(
            cited.contains(wanted) && cited.contains("012024") && !cited.contains('\n'),
            "{cited}"
        );
    }
    // The orphan is said.
    assert_eq!(got.notes.len(), 1, "{:?}", got.notes);
    assert!(
        got.notes[0].starts_with("1 rows of ORIGEM_DESTINO (the first in line 1)"),
        "{:?}",
        got.notes
    );
}

#[test]
fn several_destinations_are_payments_inside_the_entry_that_cite_their_own_file() {
    let folder = Folder::of(&delivery());
    let got = folder.read("EXTRATO");
    let text = |column| got.text(Table::EntryDetails, column);
    assert_eq!(
        text("entry_id"),
        vec![got.text(Table::Entries, "entry_id")[1].clone(); 2]
    );
    assert_eq!(
        got.money(Table::EntryDetails, "amount"),
        [Some(1_000_000), Some(2_000_000)]
    );
    assert_eq!(text("direction"), ["debit", "debit"]);
    assert_eq!(text("counterparty_name"), ["EMPRESA LTDA", ""]);
    assert_eq!(text("counterparty_account"), ["0007/8888/2", ""]);
    assert_eq!(text("counterparty_identifier"), ["00000000000191", ""]);
    assert_eq!(text("remittance"), ["CODIGO_DE_BARRAS 34191", "BOLETO"]);
    let file = origem_destino().into_bytes();
    assert_eq!(text("source_id"), vec![hex(&sha256(&file)); 2]);
    for ((start, end), wanted) in got
        .places(Table::EntryDetails)
        .into_iter()
        .zip(["102\t10000", "102\t20000"])
    {
        let cited = String::from_utf8_lossy(&file[start..end]).into_owned();
        assert!(cited.contains(wanted) && !cited.contains('\n'), "{cited}");
    }
    // The sum of the payments is the entry.
    let sum: i128 = got
        .money(Table::EntryDetails, "amount")
        .into_iter()
        .flatten()
        .sum();
    assert_eq!(-sum, got.signed()[1]);
}

#[test]
fn one_destination_of_another_amount_is_a_payment_inside() {
    let mut files = delivery();
    files.insert(
        "ORIGEM_DESTINO",
        origem_destino()
            .replace("\t101\t50000\t", "\t101\t40000\t")
            .into_bytes(),
    );
    let got = Folder::of(&files).read("EXTRATO");
    assert_eq!(got.text(Table::Entries, "counterparty_account")[0], "");
    assert_eq!(
        got.text(Table::EntryDetails, "counterparty_account")[0],
        "0042/123456"
    );
    assert_eq!(got.money(Table::EntryDetails, "amount")[0], Some(4_000_000));
}

#[test]
fn without_origem_destino_entries_are_read_and_the_source_says_so() {
    let mut files = delivery();
    let with = Folder::of(&files).read("EXTRATO");
    files.remove("ORIGEM_DESTINO");
    let got = Folder::of(&files).read("EXTRATO");
    assert_eq!((got.accepted, got.rejected), (4, 0));
    assert_eq!(got.signed(), with.signed());
    assert_eq!(
        got.text(Table::Entries, "entry_id"),
        with.text(Table::Entries, "entry_id")
    );
    assert!(
        got.text(Table::Entries, "counterparty_name")
            .iter()
            .all(String::is_empty)
    );
    assert!(got.notes[0].contains("ORIGEM_DESTINO") && got.notes[0].contains("without their other side"));
    // Of another case it is not taken.
    let folder = Folder::of(&delivery());
    let mut other = folder.files.clone();
    for file in &mut other {
        file.name = file.name.replace("000123", "000124");
    }
    let bytes = extrato().into_bytes();
    let got = read_beside(&Simba, &bytes, &name("EXTRATO"), CodePage::Utf8, &other);
    assert!(got.notes[0].contains("did not come"), "{:?}", got.notes);
    assert!(folder.root.path().is_dir());
}

#[test]
fn a_key_that_stands_twice_gives_its_other_side_once() {
    let mut files = delivery();
    let twice = extrato().replace("104\t001", "101\t001");
    files.insert("EXTRATO", twice.into_bytes());
    let got = Folder::of(&files).read("EXTRATO");
    assert_eq!(got.text(Table::Entries, "counterparty_name")[0], "MARIA ANTÔNIA");
    assert_eq!(got.text(Table::Entries, "counterparty_name")[3], "");
    assert!(
        got.notes
            .iter()
            .any(|note| note.contains("key of an earlier entry") && note.contains("line 4"))
    );
}

#[test]
fn accounts_and_persons() {
    let folder = Folder::of(&delivery());
    let got = folder.read("CONTAS");
    assert_eq!((got.accepted, got.rejected), (2, 0));
    let mut opened: Vec<(String, String, String)> = got
        .text(Table::AccountsRead, "number")
        .into_iter()
        .zip(got.days(Table::AccountsRead, "opened"))
        .zip(got.days(Table::AccountsRead, "closed"))
        .map(|((number, opened), closed)| (number, opened, closed))
        .collect();
    opened.sort();
    let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        opened,
        [
            row("0007/8888/2", "2015-03-15", "2023-12-31"),
            row("1234/56789X", "2010-02-01", "")
        ]
    );
    assert_eq!(got.flags(Table::AccountsRead, "seized"), [false, false]);

    let got = folder.read("TITULARES");
    assert_eq!((got.accepted, got.rejected), (3, 0), "{}", got.reasons());
    let text = |column| got.text(Table::PartiesRead, column);
    assert_eq!(text("role"), ["holder", "mandate", ""]);
    assert_eq!(
        text("registration_number"),
        ["98765432100", "11122233344", "PASSAPORTE XY123"]
    );
    assert_eq!(text("identifier_scheme"), ["BR-CPF", "BR-CPF", ""]);
    assert_eq!(text("address")[0], "RUA A, 1, RECIFE, PE, BRASIL, 50000000");
    assert_eq!(
        got.days(Table::PartiesRead, "from_date"),
        ["2010-02-01", "2020-05-05", ""]
    );
    assert_eq!(got.days(Table::PartiesRead, "to_date"), ["", "2022-05-04", ""]);
    assert_eq!(text("account_id")[2], "");

    // One account in every file.
    let ids = |word: &str, table, column| folder.read(word).text(table, column);
    let own = ids("EXTRATO", Table::Entries, "account_id")[0].clone();
    assert!(ids("CONTAS", Table::AccountsRead, "account_id").contains(&own));
    assert_eq!(text("account_id")[0], own);
    let other = ids("ORIGEM_DESTINO", Table::PartiesRead, "account_id");
    assert_eq!(
        other[0],
        ids("EXTRATO", Table::Entries, "counterparty_account_id")[0]
    );

    assert_eq!(folder.read("AGENCIAS").accepted, 1);
    let got = folder.read("ORIGEM_DESTINO");
    assert_eq!((got.accepted, got.rejected), (5, 0), "{}", got.reasons());
    assert_eq!(
        got.text(Table::PartiesRead, "name"),
        ["MARIA ANTÔNIA", "EMPRESA LTDA", "JOÃO DA SILVA"]
    );
    assert_eq!(
        got.text(Table::PartiesRead, "kind"),
        ["person", "company", "person"]
    );
}

#[test]
fn what_cannot_be_read_is_rejected_and_its_neighbours_are_not() {
    let good = extrato();
    let line = good.lines().next().expect("a line");
    for (from, to, part) in [
        ("02012024", "31022024", "no day of the calendar"),
        ("00000000050000", "500.00", "no amount"),
        ("00000000050000", "", "VALOR_LANCAMENTO is empty"),
        ("\tC\t150000", "\t*\t150000", "which way the money went"),
        ("150000\tC", "150000\tX", "NATUREZA_SALDO"),
        ("150000\tC", "15x\tC", "VALOR_SALDO"),
        ("56789-X", "00000", "names no account"),
        ("\tINTERNET", "", "13 columns; expected 14"),
        ("\tINTERNET", "\tINTERNET\tx", "15 columns; expected 14"),
    ] {
        let broken = good.replacen(line, &line.replacen(from, to, 1), 1);
        assert_ne!(broken, good, "{from}");
        let mut files = delivery();
        files.insert("EXTRATO", broken.into_bytes());
        let got = Folder::of(&files).read("EXTRATO");
        assert_eq!((got.accepted, got.rejected), (3, 1), "{from} {to}");
        assert!(got.reasons().contains(part), "{part}: {}", got.reasons());
        // The row of its key belongs to nothing that was read.
        assert!(got.notes[0].starts_with("2 rows"), "{:?}", got.notes);
    }
    // A balance without nature is left out, not guessed.
    let mut files = delivery();
    files.insert("EXTRATO", good.replacen("150000\tC", "150000\t", 1).into_bytes());
    let got = Folder::of(&files).read("EXTRATO");
    assert_eq!(got.money(Table::Entries, "balance_after")[0], None);
    // Names of columns are no record.
    files.insert(
        "CONTAS",
        ["NUMERO_BANCO\tb\tc\td\te\tf\tg\n", &contas()]
            .concat()
            .into_bytes(),
    );
    let got = Folder::of(&files).read("CONTAS");
    assert_eq!((got.accepted, got.rejected), (2, 0));
    // A broken row of ORIGEM_DESTINO is a reject of that file.
    files.insert(
        "ORIGEM_DESTINO",
        origem_destino().replace("50000", "5e4").into_bytes(),
    );
    let folder = Folder::of(&files);
    let got = folder.read("ORIGEM_DESTINO");
    assert_eq!((got.accepted, got.rejected), (4, 1));
    assert!(got.reasons().contains("VALOR_TRANSACAO"), "{}", got.reasons());
    assert_eq!(
        folder.read("EXTRATO").text(Table::Entries, "counterparty_name")[0],
        ""
    );
}

#[test]
fn old_code_pages_read_the_same() {
    let old = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let plain = Folder::of(&delivery());
    let mut files = delivery();
    files.insert("ORIGEM_DESTINO", old(&origem_destino()));
    files.insert("TITULARES", old(&titulares()));
    let coded = Folder::of(&files);
    for (word, table, column) in [
        ("EXTRATO", Table::Entries, "counterparty_name"),
        ("TITULARES", Table::PartiesRead, "name"),
    ] {
        assert_eq!(
            coded.read(word).text(table, column),
            plain.read(word).text(table, column)
        );
    }
}

#[test]
fn recognised_by_name_and_columns_both() {
    let score = |bytes: &str, name: &str| Simba.recognise(bytes.as_bytes(), name).score;
    assert_eq!(score(&extrato(), &name("EXTRATO")), 95);
    assert_eq!(score(&extrato(), "banco/x_extrato.TXT"), 95);
    assert_eq!(score(&extrato(), &name("CONTAS")), 0);
    assert_eq!(score(&extrato(), "statement.txt"), 0);
    assert_eq!(score("a,b\n1,2\n", &name("EXTRATO")), 0);
    assert_eq!(score("no digest\n", &name("AUTENTICAÇÕES")), 0);
    let error = choose(b"a,b\n1,2\n", &name("EXTRATO"), find(b""), None, "")
        .err()
        .map(|e| e.to_string());
    assert!(error.is_some_and(|text| text.contains("named like SIMBA's EXTRATO")));
    let chosen = choose(extrato().as_bytes(), &name("EXTRATO"), find(b""), None, "").expect("chosen");
    assert_eq!(chosen.format.id(), "simba");
}

/// MD5 from outside this program, of the two small files above.
const MD5_CONTAS: &str = "78a97b9b728292dd718ad3fbe073d9b7";
const MD5_AGENCIAS: &str = "a95127cae0d165cf4b936a42d8ab2b25";

fn wrong() -> String {
    "0".repeat(32)
}

/// The delivery with its file of hashes: good ones in several forms, a wrong one, one that is not computed, and one of no
/// file.
pub fn with_hashes() -> BTreeMap<&'static str, Vec<u8>> {
    let mut files = delivery();
    let sha = hex(&sha256(&files["EXTRATO"])).to_uppercase();
    let lines = [
        format!("Arquivos do caso {CASE}"),
        format!("{MD5_CONTAS}  {}", name("CONTAS")),
        format!("{};{}", name("AGENCIAS"), MD5_AGENCIAS.to_uppercase()),
        // The name in a line of its own.
        format!("Arquivo: {}", name("EXTRATO")),
        format!("SHA-256: {sha}"),
        format!("{} MD5={}", name("TITULARES"), wrong()),
        format!("{} {}", name("ORIGEM_DESTINO"), "a".repeat(40)),
        "ffffffffffffffffffffffffffffffff".to_owned(),
    ];
    files.insert("AUTENTICAÇÕES", lines.join("\r\n").into_bytes());
    files
}

#[test]
fn hashes_are_compared_and_a_difference_is_loud() {
    let mut files = with_hashes();
    let wrong = wrong();
    let folder = Folder::of(&files);
    let got = folder.read("AUTENTICAÇÕES");
    assert_eq!(
        (got.accepted, got.rejected),
        (4, 2),
        "{} {:?}",
        got.reasons(),
        got.notes
    );
    let reasons = got.text(Table::Rejects, "reason");
    let titulares = &reasons[0];
    assert!(
        titulares.contains(&name("TITULARES")) && titulares.contains(&wrong),
        "{titulares}"
    );
    // Both values.
    assert!(titulares.contains("MD5 stated") && titulares.matches('0').count() >= 32);
    assert!(
        titulares
            .split("received ")
            .nth(1)
            .is_some_and(|rest| rest.len() > 32),
        "{titulares}"
    );
    assert!(reasons[1].contains("no file of the delivery"), "{}", reasons[1]);
    let notes = got.notes.join(" | ");
    assert!(
        notes.contains("_CONTAS.txt (MD5)") && notes.contains("_AGENCIAS.txt (MD5)"),
        "{notes}"
    );
    assert!(
        notes.contains("_EXTRATO.txt (SHA-256)") && notes.contains("SHA-1 is not computed"),
        "{notes}"
    );
    let raw = got.text(Table::Rejects, "raw");
    assert!(raw[0].contains(&wrong));
    // The file is gone, its digest is not.
    files.remove("TITULARES");
    let got = Folder::of(&files).read("AUTENTICAÇÕES");
    assert!(
        got.reasons().contains("did not come in the same folder"),
        "{}",
        got.reasons()
    );
    // A changed byte.
    files.insert("CONTAS", contas().replacen("2010", "2011", 1).into_bytes());
    let got = Folder::of(&files).read("AUTENTICAÇÕES");
    assert!(got.reasons().contains(MD5_CONTAS), "{}", got.reasons());
}

/// Every file of the tables that are made of sources, but of `sources` itself, which tells when a file was received.
fn tables(case: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let read = Table::ALL
        .into_iter()
        .filter(|table| table.is_per_source() && *table != Table::Sources);
    for table in read {
        let Ok(folder) = std::fs::read_dir(case.join("tables").join(table.name())) else {
            continue;
        };
        for path in folder.flatten().map(|entry| entry.path()) {
            let below = path.strip_prefix(case).expect("inside").to_path_buf();
            found.insert(below, std::fs::read(&path).expect("a file"));
        }
    }
    found
}

#[test]
fn the_order_of_files_changes_nothing_and_a_file_that_comes_later_completes_the_entries() {
    let folder = Folder::of(&delivery());
    let place = tempfile::tempdir().expect("a folder");
    let mut names: Vec<PathBuf> = folder.files.iter().map(|file| file.path.clone()).collect();
    let run = |arguments: &[&str], case: &Path, files: &[PathBuf]| {
        let mut command = command(&place.path().join("keys"));
        let output = command
            .args(arguments)
            .arg(case)
            .args(files)
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), 0, "{}", printed(&output));
        printed(&output)
    };
    let new = |name: &str, files: &[PathBuf]| {
        let case = place.path().join(name);
        let said = run(&["investigate", "--reference", "R-1", "-o"], &case, files);
        (case, said)
    };
    let (one, _) = new("one", &names);
    names.reverse();
    let (other, _) = new("other", &names);
    assert!(tables(&one).len() > 5);
    assert!(
        tables(&one) == tables(&other),
        "the order of files changed the tables"
    );
    // EXTRATO alone, then the whole delivery.
    let extrato: Vec<PathBuf> = names
        .iter()
        .filter(|path| path.ends_with(name("EXTRATO")))
        .cloned()
        .collect();
    assert_eq!(extrato.len(), 1);
    let (later, said) = new("later", &extrato);
    assert!(said.contains("without their other side"), "{said}");
    assert!(tables(&one) != tables(&later));
    run(&["intake", "--case"], &later, &names);
    assert!(
        tables(&one) == tables(&later),
        "a file that came later did not complete the entries"
    );
    // And once more alone: what is known stays.
    run(&["intake", "--case"], &later, &extrato);
    assert!(tables(&one) == tables(&later));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(
        which in 0..5usize,
        changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12),
    ) {
        let mut files = delivery();
        let words: Vec<&str> = files.keys().copied().collect();
        let bytes = files.get_mut(words[which]).expect("a file");
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let folder = Folder::of(&files);
        for word in words {
            let got = folder.read(word);
            let length = files[word].len();
            prop_assert!(got.error.is_none());
            prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
            let lines = files[word].split(|b| *b == b'\n').count() as u64;
            prop_assert!(got.accepted + got.rejected <= lines);
            for (start, end) in got.places(Table::Entries).into_iter().chain(got.places(Table::Rejects)) {
                prop_assert!(start <= end && end <= length);
            }
            if word == "EXTRATO" {
                prop_assert_eq!(got.accepted as usize, got.signed().len());
                let other = files["ORIGEM_DESTINO"].len();
                for (start, end) in got.places(Table::EntryDetails) {
                    prop_assert!(start <= end && end <= other);
                }
                let mut ids = got.text(Table::Entries, "entry_id");
                ids.extend(got.text(Table::EntryDetails, "detail_id"));
                let all = ids.len();
                ids.sort();
                ids.dedup();
                prop_assert_eq!(ids.len(), all);
            }
        }
    }
}
