//! JPK_WB: statements made after the schema of the Polish Ministry of Finance, what is wrong in them, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::{CodePage, Encoding};
use geldspoor::intake::formats::choose;
use geldspoor::intake::formats::jpk_wb::JpkWb;
use proptest::prelude::*;

use crate::collect::{Collected, read, read_as, shared};

const E: Table = Table::Entries;

fn row(number: &str, day: &str, name: &str, what: &str, amount: &str, balance: &str) -> String {
    format!(
        "<tns:WyciagWiersz typ=\"G\"><tns:NumerWiersza>{number}</tns:NumerWiersza><tns:DataOperacji>{day}\
         </tns:DataOperacji><tns:NazwaPodmiotu>{name}</tns:NazwaPodmiotu><tns:OpisOperacji>{what}</tns:OpisOperacji>\
         <tns:KwotaOperacji>{amount}</tns:KwotaOperacji><tns:SaldoOperacji>{balance}</tns:SaldoOperacji>\
         </tns:WyciagWiersz>\n"
    )
}

fn statement(rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tns:JPK xmlns:tns=\"http://jpk.mf.gov.pl/wzor/2016/03/09/03092/\" \
         xmlns:etd=\"http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2016/01/25/eD/DefinicjeTypy/\"><tns:Naglowek>\
         <tns:KodFormularza kodSystemowy=\"JPK_WB (1)\" wersjaSchemy=\"1-0\">JPK_WB</tns:KodFormularza>\
         <tns:WariantFormularza>1</tns:WariantFormularza><tns:CelZlozenia>1</tns:CelZlozenia><tns:DataWytworzeniaJPK>\
         2026-02-01T10:00:00</tns:DataWytworzeniaJPK><tns:DataOd>2026-01-01</tns:DataOd><tns:DataDo>2026-01-31\
         </tns:DataDo><tns:DomyslnyKodWaluty>PLN</tns:DomyslnyKodWaluty><tns:KodUrzedu>1436</tns:KodUrzedu>\
         </tns:Naglowek><tns:Podmiot1><tns:IdentyfikatorPodmiotu><etd:NIP>5260250995</etd:NIP><etd:PelnaNazwa>Łąka Sp. z \
         o.o.</etd:PelnaNazwa><etd:REGON>000000000</etd:REGON></tns:IdentyfikatorPodmiotu><tns:AdresPodmiotu>\
         <etd:KodKraju>PL</etd:KodKraju><etd:Ulica>Polna</etd:Ulica><etd:NrDomu>1</etd:NrDomu><etd:NrLokalu>2\
         </etd:NrLokalu><etd:Miejscowosc>Warszawa</etd:Miejscowosc><etd:KodPocztowy>00-950</etd:KodPocztowy>\
         </tns:AdresPodmiotu></tns:Podmiot1><tns:NumerRachunku>61109010140000071219812874</tns:NumerRachunku>\
         <tns:Salda><tns:SaldoPoczatkowe>1000.00</tns:SaldoPoczatkowe><tns:SaldoKoncowe>1150.25</tns:SaldoKoncowe>\
         </tns:Salda>{rows}<tns:WyciagCtrl><tns:LiczbaWierszy>3</tns:LiczbaWierszy><tns:SumaObciazen>100.25\
         </tns:SumaObciazen><tns:SumaUznan>250.50</tns:SumaUznan></tns:WyciagCtrl></tns:JPK>\n"
    )
}

pub fn sample() -> String {
    statement(
        &[
            row(
                "1",
                "2026-01-05",
                "Żabka &amp; S-ka",
                "Faktura 7/2026",
                "250.50",
                "1250.50",
            ),
            row("2", "2026-01-06", "ZUS", "składki", "-100.00", "1150.50"),
            row("3", "2026-01-07", "", "opłata", "-0.25", "1150.25"),
        ]
        .concat(),
    )
}

fn good(text: &str) -> Collected {
    let got = read(&JpkWb, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    got
}

#[test]
fn a_statement_of_one_account_adds_up() {
    let text = sample();
    let got = good(&text);
    assert_eq!(got.accepted, 3);
    assert_eq!(got.signed(), [2_505_000, -1_000_000, -2_500]);
    assert_eq!(got.text(E, "currency"), ["PLN"; 3]);
    assert_eq!(
        got.days(E, "booking_date"),
        ["2026-01-05", "2026-01-06", "2026-01-07"]
    );
    assert_eq!(got.number(E, "sequence"), [Some(1), Some(2), Some(3)]);
    assert_eq!(got.text(E, "counterparty_name"), ["Żabka & S-ka", "ZUS", ""]);
    assert_eq!(
        got.text(E, "counterparty_status"),
        ["partial", "partial", "unknown"]
    );
    assert_eq!(got.text(E, "remittance"), ["Faktura 7/2026", "składki", "opłata"]);
    assert_eq!(got.text(E, "locator")[2], "JPK[1]/WyciagWiersz[3]");
    // Each balance is the one before and the amount; the last is the statement's own.
    let mut balance = got.money(Table::StatementsRead, "opening_balance")[0].expect("opening");
    for (amount, behind) in got.signed().into_iter().zip(got.money(E, "balance_after")) {
        balance += amount;
        assert_eq!(Some(balance), behind);
    }
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(balance)]
    );
    assert_eq!(got.number(Table::StatementsRead, "stated_entries"), [Some(3)]);
    assert_eq!(
        got.money(Table::StatementsRead, "stated_debits"),
        [Some(1_002_500)]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "stated_credits"),
        [Some(2_505_000)]
    );
    assert_eq!(got.days(Table::StatementsRead, "from_date"), ["2026-01-01"]);
    assert_eq!(got.days(Table::StatementsRead, "to_date"), ["2026-01-31"]);
    assert_eq!(
        got.text(E, "statement_id"),
        vec![got.text(Table::StatementsRead, "statement_id")[0].clone(); 3]
    );
    assert_eq!(
        got.text(Table::AccountsRead, "iban"),
        ["PL61109010140000071219812874"]
    );
    assert_eq!(got.text(Table::AccountsRead, "holder_name"), ["Łąka Sp. z o.o."]);
    assert_eq!(got.flags(Table::AccountsRead, "seized"), [true]);
    assert_eq!(
        got.text(Table::PartiesRead, "registration_number"),
        ["5260250995"]
    );
    assert_eq!(
        got.text(Table::PartiesRead, "address"),
        ["Polna 1/2, 00-950 Warszawa"]
    );
    for ((start, end), (day, amount)) in got.places(E).into_iter().zip([
        ("2026-01-05", "250.50"),
        ("2026-01-06", "-100.00"),
        ("2026-01-07", "-0.25"),
    ]) {
        let cited = &text[start..end];
        assert!(cited.starts_with("<tns:WyciagWiersz ") && cited.ends_with("</tns:WyciagWiersz>"));
        assert!(cited.contains(day) && cited.contains(amount));
    }
}

#[test]
fn prefixes_signs_and_code_pages_make_no_difference() {
    let text = sample();
    let wanted = good(&text);
    let plain = text
        .replace("tns:", "")
        .replace("etd:", "")
        .replace("xmlns:", "xmlns")
        .replace("61109010140000071219812874", "PL61109010140000071219812874")
        .replace("<SumaObciazen>100.25", "<SumaObciazen>-100.25");
    let got = good(&plain);
    assert_eq!(got.signed(), wanted.signed());
    assert_eq!(got.text(E, "account_id"), wanted.text(E, "account_id"));
    assert_eq!(
        got.money(Table::StatementsRead, "stated_debits"),
        wanted.money(Table::StatementsRead, "stated_debits")
    );
    let latin = text.replace("encoding=\"UTF-8\"", "encoding=\"ISO-8859-2\"");
    let bytes = encoding_rs::ISO_8859_2.encode(&latin).0.into_owned();
    let got = read_as(&JpkWb, &bytes, "x", CodePage::Iso8859_2);
    assert_eq!(
        got.text(E, "counterparty_name"),
        wanted.text(E, "counterparty_name")
    );
    for (start, end) in got.places(E) {
        assert!(
            bytes[start..end].starts_with(b"<tns:WyciagWiersz ") && bytes[start..end].ends_with(b"Wiersz>")
        );
    }
}

#[test]
fn a_row_that_cannot_be_read_takes_no_neighbour_along() {
    let text = statement(
        &[
            row("1", "2026-01-05", "A", "", "1.00", ""),
            row("2", "2026-02-30", "B", "", "1.00", ""),
            row("3", "2026-01-05", "C", "", "1,00", ""),
            row("4", "2026-01-05", "D", "", "", ""),
            row("x", "2026-01-05", "E", "", "1.00", ""),
            row("6", "2026-01-05", "F", "&lol;", "1.00", ""),
            row("7", "2026-01-05", "G", "", "1.00", "1..0"),
            row("8", "2026-01-05", "H", "", "-1.00", ""),
        ]
        .concat(),
    );
    let got = read(&JpkWb, text.as_bytes());
    assert_eq!(got.text(E, "counterparty_name"), ["A", "H"]);
    assert_eq!((got.accepted, got.rejected), (2, 6), "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    for (reason, part) in reasons.iter().zip([
        "2026-02-30",
        "1,00",
        "KwotaOperacji",
        "NumerWiersza is ‘x’",
        "&lol;",
        "SaldoOperacji",
    ]) {
        assert!(reason.contains(part), "{reason}: {part}");
    }
    for ((start, end), raw) in got
        .places(Table::Rejects)
        .into_iter()
        .zip(got.text(Table::Rejects, "raw"))
    {
        assert_eq!(text[start..end], raw);
    }
}

#[test]
fn headers_that_cannot_be_read_are_told() {
    let text = sample()
        .replace("<tns:SaldoPoczatkowe>1000.00", "<tns:SaldoPoczatkowe>tysiąc")
        .replace("<tns:DataDo>2026-01-31", "<tns:DataDo>2026-01-32");
    let got = read(&JpkWb, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (3, 2), "{}", got.reasons());
    assert_eq!(got.money(Table::StatementsRead, "opening_balance"), [None]);
    let nobody = sample().replace("61109010140000071219812874", "");
    let got = read(&JpkWb, nobody.as_bytes());
    assert_eq!((got.accepted, got.rejected), (0, 4), "{}", got.reasons());
    assert!(got.reasons().contains("NumerRachunku"));
}

#[test]
fn broken_and_hostile_files() {
    let text = sample();
    let cut = text.find("ZUS").expect("stands there");
    let got = read(&JpkWb, &text.as_bytes()[..cut]);
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert_eq!(got.text(Table::Rejects, "locator"), ["JPK[1]/WyciagWiersz[2]"]);
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(10_000_000)]
    );
    let got = read(&JpkWb, format!("<!DOCTYPE x>{text}").as_bytes());
    assert!(
        got.accepted == 0 && got.reasons().contains("DOCTYPE"),
        "{}",
        got.reasons()
    );
    let deep = format!("<JPK>{}", "<a>".repeat(100_000));
    assert!(
        read(&JpkWb, deep.as_bytes())
            .reasons()
            .contains("more than 256 deep")
    );
    let Some(root) = shared("nasty/defusedxml") else {
        return;
    };
    for file in std::fs::read_dir(root).expect("a folder") {
        let bytes = std::fs::read(file.expect("an entry").path()).expect("a readable file");
        assert_eq!(JpkWb.recognise(&bytes, "x").score, 0);
        assert!(read(&JpkWb, &bytes).error.is_some());
    }
}

#[test]
fn knows_its_files_and_no_others() {
    let text = sample();
    assert_eq!(JpkWb.recognise(text.as_bytes(), "x").score, 100);
    let encoding = Encoding {
        page: CodePage::Utf8,
        basis: "guessed",
        mark: 0,
    };
    let chosen = choose(text.as_bytes(), "x.xml", encoding, None, "").expect("known");
    assert_eq!(chosen.format.id(), "jpk_wb");
    for (text, score) in [
        ("<JPK><Naglowek><KodFormularza kodSystemowy=\"JPK_WB (1)\">", 95),
        ("<JPK><WyciagWiersz>", 95),
        ("<JPK><Naglowek><KodFormularza kodSystemowy=\"JPK_VAT (3)\">", 0),
        ("<Document><WyciagWiersz>", 0),
        ("JPK_WB", 0),
    ] {
        assert_eq!(JpkWb.recognise(text.as_bytes(), "x").score, score, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..6)) {
        let mut bytes = sample().into_bytes();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let _ = JpkWb.recognise(&bytes, "x");
        let got = read(&JpkWb, &bytes);
        let mut ids = got.text(E, "entry_id");
        prop_assert_eq!(got.accepted as usize, ids.len());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        prop_assert_eq!(read(&JpkWb, &bytes).fingerprint(), got.fingerprint());
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(got.accepted as usize, ids.len());
        for (start, end) in got.places(E).into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= bytes.len());
        }
    }
}
