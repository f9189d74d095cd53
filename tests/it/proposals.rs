//! Proposed mappings against those that people wrote: the same file read with both, entry by entry.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geldspoor::case::Table;
use geldspoor::intake::encoding::Encoding;
use geldspoor::intake::formats::delimited::{Delimited, Proposal, propose, recognise_mapping};
use geldspoor::intake::mapping::{Mapping, TableKind, builtin_by_id};

use crate::collect::{Collected, read_encoded, shared};
use crate::command::{code, geldspoor, printed};

/// Bytes of a file that both readings are compared over; the proposal rests on the file as it is.
const COMPARED: usize = 2 << 20;

/// Listings of the public files whose proposal agrees fully, without a doubt.
const AGREE: usize = 18;
/// With those that agree once a person has settled their doubts.
const AGREE_ONCE_SETTLED: usize = 45;

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
    // What was reached; a change that makes it fewer must say why.
    let settled = of(Verdict::Agrees) + of(Verdict::AgreesOnceSettled);
    assert!(
        of(Verdict::Agrees) >= AGREE,
        "{} of {compared}",
        of(Verdict::Agrees)
    );
    assert!(settled >= AGREE_ONCE_SETTLED, "{settled} of {compared}");
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

/// Day, amount with sign (none where a crypto-asset moved), currency, account.
type Row = (String, Option<i128>, String, String);

fn rows(read: &Collected) -> Vec<Row> {
    let days = read.days(Table::Entries, "booking_date");
    let currency = read.text(Table::Entries, "currency");
    let account = read.text(Table::Entries, "account_id");
    let directions = read.text(Table::Entries, "direction");
    let amounts = read.money(Table::Entries, "amount").into_iter().zip(directions);
    let amounts =
        amounts.map(|(amount, way)| amount.map(|amount| if way == "debit" { -amount } else { amount }));
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

fn proposed(text: &str, name: &str) -> (String, Vec<String>) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::io::Write::write_all(&mut file, text.as_bytes()).expect("written");
    match propose(file.path(), name) {
        Ok(proposal) => (proposal.text, proposal.doubts),
        Err(error) => panic!("{error}"),
    }
}

// Reads a text with its own proposal, which must have no doubts.
fn read_by_proposal(text: &str) -> (String, Collected) {
    let (toml, doubts) = proposed(text, "a.csv");
    assert!(doubts.is_empty(), "{doubts:?}\n{toml}");
    let out = read_by(&toml, text);
    (toml, out)
}

fn read_by(toml: &str, text: &str) -> Collected {
    let mapping = Mapping::parse(toml).unwrap_or_else(|error| panic!("{error}\n{toml}"));
    read_encoded(
        &Delimited::new(mapping),
        text.as_bytes(),
        "a.csv",
        encoding_of(text.as_bytes()),
    )
}

#[test]
fn lines_around_the_records_become_rules_and_prove_the_signs() {
    // Unsigned spending of a card: only opening and closing balance prove that it is money out.
    let text = "Account number;NL91ABNA0417164300\nAccount holder;A. Example\nCurrency;EUR\nPeriod;01-03-2026 - 31-03-2026\n\
                Opening balance;100.00\n\nDate;Amount;Description\n13-03-2026;5.00;shop\n14-03-2026;7.50;fuel\n\
                Total;12.50;;\nClosing balance;87.50\n";
    let (toml, out) = read_by_proposal(text);
    assert_eq!((out.accepted, out.rejected), (2, 0), "{}\n{toml}", out.reasons());
    assert_eq!(out.signed(), [-50_000, -75_000], "{toml}");
    assert_eq!(out.text(Table::Entries, "currency"), ["EUR", "EUR"]);
    assert_eq!(out.text(Table::AccountsRead, "holder_name"), ["A. Example"]);
    assert_eq!(
        out.money(Table::StatementsRead, "opening_balance"),
        [Some(1_000_000)]
    );
    assert_eq!(
        out.money(Table::StatementsRead, "closing_balance"),
        [Some(875_000)]
    );
    assert_eq!(out.days(Table::StatementsRead, "from_date"), ["2026-03-01"]);
    assert_eq!(out.days(Table::StatementsRead, "to_date"), ["2026-03-31"]);
    assert_eq!(1_000_000 + out.signed().iter().sum::<i128>(), 875_000);
    assert!(
        toml.contains("opening balance and all amounts make the closing balance"),
        "{toml}"
    );
    // With other balances nothing proves it, and a person is asked.
    let (_, doubts) = proposed(&text.replace("87.50", "88.50"), "a.csv");
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    // The label and its value in one cell; a total of the records' own width.
    let text = "Kontonummer: DE89370400440532013000;;\nAnfangssaldo: 10,00;;\nBuchungstag;Betrag;Verwendungszweck\n\
                13.03.2026;-5,00;a\n14.03.2026;2,00;b\n;Summe: 3,00;\nEndsaldo: 7,00;;\n";
    let (toml, doubts) = proposed(text, "a.csv");
    assert_eq!(doubts.len(), 1, "the currency alone: {doubts:?}\n{toml}");
    let out = read_by(&toml.replace("constant = \"?\"", "constant = \"EUR\""), text);
    assert_eq!((out.accepted, out.rejected), (2, 0), "{}\n{toml}", out.reasons());
    assert_eq!(
        out.money(Table::StatementsRead, "closing_balance"),
        [Some(70_000)]
    );
}

#[test]
fn a_header_of_two_lines_is_seen() {
    let (toml, out) = read_by_proposal("Date;Amount;Note\n;in EUR;\n2026-01-02;-5;x\n2026-01-03;-6;y\n");
    assert!(
        toml.contains("header_rows = 2") && toml.contains("\"Amount in EUR\""),
        "{toml}"
    );
    assert_eq!((out.accepted, out.rejected), (2, 0), "{}", out.reasons());
    assert_eq!(out.text(Table::Entries, "currency"), ["EUR", "EUR"]);
}

#[test]
fn rows_that_name_both_sides_are_a_listing_where_amounts_have_no_sign() {
    let text = "date,payer,payer iban,payee,payee iban,amount,currency\n\
                2026-01-13,A. Example,NL91ABNA0417164300,B. Example,DE89370400440532013000,5.00,EUR\n\
                2026-01-14,C. Example,ES9121000418450200051332,A. Example,NL91ABNA0417164300,7.00,EUR\n";
    let (toml, out) = read_by_proposal(text);
    assert!(toml.contains("table = \"listing\""), "{toml}");
    assert_eq!((out.accepted, out.rejected), (2, 0), "{}", out.reasons());
    assert_eq!(out.signed(), [-50_000, 50_000, -70_000, 70_000]);
    let accounts = out.text(Table::Entries, "account_id");
    assert_eq!(accounts[0], accounts[3], "who paid first is paid then");
    // With signs the rows are a statement's, and the other side follows from the sign.
    let text = "date,account,payer,payee,amount,currency\n\
                2026-01-13,NL91ABNA0417164300,A. Example,B. Example,-5.00,EUR\n\
                2026-01-14,NL91ABNA0417164300,C. Example,A. Example,-1.00,EUR\n\
                2026-01-15,NL91ABNA0417164300,C. Example,A. Example,7.00,EUR\n";
    let (toml, out) = read_by_proposal(text);
    assert!(toml.contains("table = \"entries\""), "{toml}");
    assert_eq!(
        out.text(Table::Entries, "counterparty_name"),
        ["B. Example", "A. Example", "C. Example"]
    );
    // What stands in place of an account is a person's to say.
    let text = "date,from account,to account,amount,currency\n2026-01-13,101,-1,5.00,EUR\n2026-01-14,cash,101,7.00,EUR\n";
    let (toml, doubts) = proposed(text, "a.csv");
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    assert!(
        toml.contains("\"-1\" = \"?\"") && toml.contains("\"cash\" = \"?\""),
        "{toml}"
    );
}

#[test]
fn tables_of_wealth_and_rates_are_told_by_their_headings() {
    let (toml, out) = read_by_proposal(
        "Base currency;Currency;Date;Exchange rate\nEUR;USD;2026-11-20;1,1525\nEUR;JPY;2026-11-20;181,07\n",
    );
    assert_eq!(
        out.money(Table::Rates, "rate"),
        [Some(11_525_000_000), Some(1_810_700_000_000)],
        "{toml}"
    );
    let (toml, out) = read_by_proposal(
        "Eigenaar;Soort;Omschrijving;Kenteken;Waarde;Munt\nA. Example;Personenauto;Wagen;XX-123-Y;12.500,00;EUR\n\
         B. Example;Woning;Weg 1;;250.000,00;EUR\n",
    );
    assert_eq!(out.text(Table::Assets, "kind"), ["vehicle", "land"], "{toml}");
    assert_eq!(
        out.money(Table::Assets, "value"),
        [Some(125_000_000), Some(2_500_000_000)]
    );
    let text = "Taxpayer name,Tax number,Tax year,Kind,Gross income\nA. Example,1,2023,Wage,30000.00\n\
                A. Example,1,2023,Lottery,500.00\n";
    let (toml, doubts) = proposed(text, "a.csv");
    assert_eq!(
        doubts.len(),
        2,
        "the currency, and a word that is not known: {doubts:?}\n{toml}"
    );
    let toml = toml
        .replace("constant = \"?\"", "constant = \"EUR\"")
        .replace("\"Lottery\" = \"?\"", "\"Lottery\" = \"benefit\"");
    let out = read_by(&toml, text);
    assert_eq!(
        out.text(Table::Incomes, "kind"),
        ["wage", "benefit"],
        "{}\n{toml}",
        out.reasons()
    );
}

#[test]
fn what_is_open_twice_is_one_doubt_and_what_a_text_tells_is_none() {
    let text =
        "Date,Amount,Currency\n2026-01-13,-1.00,Rupee\n2026-01-14,-2.00,Ruble\n2026-01-15,-3.00,US Dollar\n";
    let (toml, doubts) = proposed(text, "a.csv");
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    assert!(toml.contains("\"US Dollar\" = \"USD\""), "{toml}");
    // Two columns of amounts without a heading that tells them apart, two columns of days.
    let text = "2026-01-13,2026-01-11,-1.00,-7.00,x\n2026-01-13,2026-01-13,-2.00,-9.00,y\n";
    let (toml, doubts) = proposed(text, "a.csv");
    let all = doubts.join(" / ");
    assert!(
        all.contains("day of booking") && all.contains("that of the entry"),
        "{all}\n{toml}"
    );
    // Booked at once or ten days later, by the day that the text itself tells.
    let text =
        "Date,Amount,Currency,Description\n02/03/2026,-1.00,EUR,Card payment 2026-03-01T11:33:59 shop\n";
    let (toml, out) = read_by_proposal(text);
    assert_eq!(out.days(Table::Entries, "booking_date"), ["2026-03-02"], "{toml}");
}

#[test]
fn columns_that_changed_are_told_with_the_source() {
    let text = "Date,Description,Amount,Currency,Note\n2026-01-13,a,-1.00,EUR,x\n2026-01-14,b,-2.00,EUR,y\n";
    let (toml, out) = read_by_proposal(text);
    assert!(out.notes.is_empty(), "{:?}", out.notes);
    let changed = "Date,Amount,Description,Currency,Colour\n2026-02-13,-1.00,a,EUR,red\n";
    let out = read_by(&toml, changed);
    assert_eq!((out.accepted, out.signed()), (1, vec![-10_000]));
    let note = out.notes.join("; ");
    for words in [
        "moved",
        "‘Amount’ from column 3 to 2",
        "columns gone that are not needed: ‘Note’",
        "new columns: ‘Colour’",
    ] {
        assert!(note.contains(words), "{words}: {note}");
    }
    // A column that the mapping needs and that goes by another name: refused, and the nearest is named.
    let out = read_by(&toml, "Date,Total,Description,Currency\n2026-02-13,-1.00,a,EUR\n");
    let refused = out.reasons();
    assert!(
        refused.contains("no column ‘Amount’") && refused.contains("‘Total’ is nearest"),
        "{refused}"
    );
    assert_eq!(out.accepted, 0);
}

#[test]
fn a_workbook_is_proposed_for_and_checked_and_a_changed_file_ends_with_code_3() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet();
    sheet.set_name("Mutaties").expect("a name");
    sheet.write_string(0, 0, "Rekening").expect("written");
    sheet.write_string(0, 1, "NL91ABNA0417164300").expect("written");
    for (column, head) in ["Datum", "Bedrag", "Munt", "Omschrijving"].iter().enumerate() {
        sheet.write_string(2, column as u16, *head).expect("written");
    }
    for (row, amount) in [(3, -12.5), (4, -7.25), (5, 100.0)] {
        let date = ExcelDateTime::from_ymd(2025, 3, row as u8).expect("a day");
        sheet
            .write_datetime_with_format(row, 0, &date, &day)
            .expect("written");
        sheet.write_number(row, 1, amount).expect("written");
        sheet.write_string(row, 2, "EUR").expect("written");
        sheet.write_string(row, 3, "tekst").expect("written");
    }
    let second = workbook.add_worksheet();
    second.set_name("Kort").expect("a name");
    second.write_string(0, 0, "nothing here").expect("written");
    workbook.save(path("book.xlsx")).expect("saved");
    let run = |arguments: &[&str]| {
        let output = geldspoor(&folder.path().join("keys"), arguments);
        (code(&output), printed(&output))
    };
    let (toml, book) = (path("m.toml"), path("book.xlsx"));
    let (ended, said) = run(&["mapping", "propose", &book, "-o", &toml]);
    assert_eq!(ended, 0, "{said}");
    assert!(
        said.contains("proposed for Mutaties") && said.contains("no doubt"),
        "{said}"
    );
    let (ended, said) = run(&["mapping", "check", &book, &toml]);
    assert_eq!(ended, 0, "{said}");
    assert!(said.contains("3 entries") && said.contains("19.75"), "{said}");
    let (ended, said) = run(&["mapping", "propose", &book, "--sheet", "Nope"]);
    assert!(ended == 2 && said.contains("Mutaties"), "{ended} {said}");
    // The shape changed: refused with the difference.
    let changed = path("changed.csv");
    std::fs::write(
        &changed,
        "Rekening,NL91ABNA0417164300\n\nDatum,Munt,Omschrijving,Bedrag_EUR\n2025-03-03,EUR,x,-1\n",
    )
    .expect("written");
    let (ended, said) = run(&["mapping", "check", &changed, &toml]);
    assert_eq!(ended, 3, "{said}");
    assert!(
        said.contains("no column ‘Bedrag’, but one named ‘Bedrag_EUR’"),
        "{said}"
    );
    // An open doubt is a fault of the mapping, not of the file.
    std::fs::write(
        path("open.toml"),
        std::fs::read_to_string(&toml)
            .expect("read")
            .replace("table = \"entries\"", "table = \"?\""),
    )
    .expect("written");
    let (ended, said) = run(&["mapping", "check", &book, &path("open.toml")]);
    assert!(
        ended == 2 && said.contains("`table` is not settled"),
        "{ended} {said}"
    );
}

#[test]
fn a_header_that_names_another_code_page_than_the_bytes_is_told_with_the_source() {
    let mut place = crate::delivery::Place::new();
    let ofx = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\
               COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\
               <BANKACCTFROM><BANKID>1<ACCTID>123456<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260101\
               <DTEND>20260131<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260113<TRNAMT>-5.00<FITID>1<NAME>Café</STMTTRN>\
               </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";
    let latin: Vec<u8> = ofx.replace("1252", "8859-15").chars().map(|c| c as u8).collect();
    place.put("utf8.ofx", ofx.as_bytes());
    place.put("latin.ofx", &latin);
    place.take_in();
    let rows = place.sources("encoding, encoding_basis, note");
    let of = |name: &str| {
        let row = rows
            .iter()
            .find(|row| row.first().is_some_and(|n| n.ends_with(name)));
        row.cloned().unwrap_or_else(|| panic!("{name}: {rows:?}"))
    };
    let told = of("utf8.ofx");
    assert_eq!(told[1..3], ["utf-8", "valid UTF-8"]);
    assert!(
        told[3].contains("its header names the code page 1252"),
        "{told:?}"
    );
    let told = of("latin.ofx");
    assert_eq!(told[1..3], ["iso-8859-15", "declared"]);
    assert!(!told[3].contains("code page"), "{told:?}");
}

/// A listing whose headings are nobody's words: only its running balances tell what its columns are.
fn plain_words(newest_first: bool, before: i64) -> String {
    let mut balance = before;
    let mut rows = Vec::new();
    for number in 0..15 {
        let cents = 85_000 - number * 4_111;
        let falls = number % 3 != 1;
        balance += if falls { -cents } else { cents };
        let money = |cents: i64| {
            let sign = if cents < 0 { "-" } else { "" };
            format!("{sign}{},{:02}", cents.abs() / 100, cents.abs() % 100)
        };
        rows.push(format!(
            "{};{:02}-02-2026;Betaling {number};{};NL91ABNA0417164300;{};{};{}",
            number + 1,
            number + 13,
            ["J. Jansen", "P. Pieters"][number as usize % 2],
            if falls { "A" } else { "B" },
            money(cents),
            money(balance)
        ));
    }
    if newest_first {
        rows.reverse();
    }
    let header = "Vlgnr;Boekdag;Wat;Met wie;Rekening tegenpartij;Bij/Af;Hoeveel;Stand";
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn balances_prove_columns_whatever_their_headings_are() {
    // The second account is overdrawn.
    for (newest_first, before) in [(false, 1_999_912), (true, 199_912)] {
        let text = plain_words(newest_first, before);
        let (toml, doubts) = proposed(&text, "a.csv");
        // Nothing tells the currency, and the doubt says of what.
        assert_eq!(doubts.len(), 1, "{doubts:?}\n{toml}");
        assert!(
            doubts[0].contains("‘Hoeveel’") && doubts[0].contains("currency"),
            "{doubts:?}"
        );
        for words in [
            "balance = \"Stand\"",
            "direction = \"Bij/Af\"",
            "after = \"balance\"",
            "other_account = ",
            "debit_words = [\"A\"]",
            "credit_words = [\"B\"]",
            "14 of 14 running balances",
            "‘A’ stands where the balance falls and ‘B’ where it rises, in 14 of 14 rows",
            "not read: ‘Met wie’, 15 texts",
        ] {
            assert!(toml.contains(words), "{words}\n{toml}");
        }
        assert!(!toml.contains("[[skip]]"), "{toml}");
        let out = read_by(&toml.replace("constant = \"?\"", "constant = \"EUR\""), &text);
        assert_eq!((out.accepted, out.rejected), (15, 0), "{}", out.reasons());
        let first = if newest_first { 14 } else { 0 };
        assert_eq!(out.signed()[first], -8_500_000);
        let remittance = out.text(Table::Entries, "remittance");
        assert_eq!(remittance[first], "Betaling 0", "{toml}");
    }
}

#[test]
fn a_mark_that_contradicts_one_balance_is_no_mark() {
    let text = plain_words(false, 1_999_912).replacen(";B;", ";A;", 1);
    let (toml, doubts) = proposed(&text, "a.csv");
    assert!(toml.contains("balance = \"Stand\""), "{toml}");
    assert!(!toml.contains("direction = "), "{toml}");
    let signs = doubts
        .iter()
        .find(|doubt| doubt.contains("sign"))
        .expect("a doubt of signs");
    assert!(signs.contains("‘Hoeveel’"), "{signs}");
}

#[test]
fn of_several_columns_of_sums_that_nothing_proves_a_person_chooses() {
    let text =
        "Dag;Wat;Hoeveel;Stand\n13-02-2026;a;5,00;-20,00\n14-02-2026;b;7,50;12,50\n15-02-2026;c;1,25;-3,00\n";
    let (toml, doubts) = proposed(text, "a.csv");
    let which = doubts
        .iter()
        .find(|doubt| doubt.contains("that of the entry"))
        .expect("a doubt");
    assert!(
        which.contains("‘Hoeveel’") && which.contains("‘Stand’"),
        "{which}\n{toml}"
    );
}

#[test]
fn of_lines_that_are_no_records_it_is_said_whether_a_rule_knows_them() {
    let rows = "Date;Amount;Balance;Currency\n13-03-2026;5.00;105.00;EUR\n14-03-2026;7.50;112.50;EUR\n";
    let (toml, _) = proposed(&format!("{rows}Total;12.50\n"), "a.csv");
    assert!(
        toml.contains("rules below know them") && !toml.contains("will be rejected"),
        "{toml}"
    );
    let (toml, _) = proposed(&format!("{rows}Total;12.50\nprinted by hand\n"), "a.csv");
    assert!(
        toml.contains("1 lines of the sample") && toml.contains("as ‘printed by hand’"),
        "{toml}"
    );
}
