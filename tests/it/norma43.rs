//! Norma 43: the public example of norma43.net, files made from the norm, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::norma43::Norma43;
use proptest::prelude::*;

use crate::collect::{Collected, read, read_as};

/// A record of 80 columns.
fn record(text: &str) -> String {
    assert!(text.chars().count() <= 80, "{text}");
    format!("{text:<80}\r\n")
}

fn header(account: &str, period: &str, opening: &str, currency: &str) -> String {
    record(&format!("11{account}{period}{opening}{currency}3MUESTRA SL"))
}

/// Dates, concepts and sign, hundredths, document, references.
fn movement(dates: &str, concepts: &str, hundredths: u64, document: &str, references: &str) -> String {
    record(&format!(
        "22    0418{dates}{concepts}{hundredths:014}{document:0>10}{references}"
    ))
}

/// Two accounts, written after the annexes of the norm. The first is the Spanish example of the IBAN registry.
pub fn two_accounts() -> String {
    let mut text = header("210004180200051332", "260102260131", "200000000100000", "978");
    text += &movement("260102260103", "020012", 25_050, "77", "");
    text += &record(&format!(
        "2301{:<38}{:<38}",
        "INGRESO EN EFECTIVO", "OFICINA 0418"
    ));
    text += &movement("260105260105", "030451", 4_999, "", "000000000000");
    text += &record(&format!("2301{:<4}{:<70}", "CORE", "COMPAÑÍA DE AGUAS SA"));
    text += &record(&format!("2302{:<35}{:<35}", "ES12001B12345678", "MANDATO-7"));
    text += &record(&format!("2303{:<4}{:<4}{:<68}", "SUPP", "", "RECIBO ENERO"));
    text += &record(&format!("2304{:<72}", "CONTRATO 9"));
    text += &record(&format!("2305{:<35}{:<41}", "REF-2026-1", ""));
    text += &movement("260110260110", "130002", 100_000, "", "");
    text += &record(&format!("2401840{:014}", 117_500));
    text += &record(&format!(
        "33210004180200051332{:05}{:014}{:05}{:014}2{:014}978",
        1, 4_999, 2, 125_050, 220_051
    ));
    text += &header("004915000512345678", "260101260131", "100000000005000", "840");
    text += &movement("260131260131", "170991", 100, "", "");
    text += &record(&format!(
        "33004915000512345678{:05}{:014}{:05}{:014}1{:014}840",
        1, 100, 0, 0, 5_100
    ));
    text + &record(&format!("88{}{:06}", "9".repeat(18), 15))
}

fn arithmetic(got: &Collected) -> usize {
    let opening = got.money(Table::StatementsRead, "opening_balance");
    let closing = got.money(Table::StatementsRead, "closing_balance");
    let ids = got.text(Table::StatementsRead, "statement_id");
    let of = got.text(Table::Entries, "statement_id");
    for (at, id) in ids.iter().enumerate() {
        let moved: i128 = got
            .signed()
            .iter()
            .zip(&of)
            .filter(|(_, s)| *s == id)
            .map(|(a, _)| a)
            .sum();
        assert_eq!(
            opening[at].expect("opening") + moved,
            closing[at].expect("closing"),
            "{id}"
        );
    }
    ids.len()
}

#[test]
fn the_public_example() {
    // Its dates are DDMMAA, against the norm: the period of two days shows it.
    let text = [
        "111234222212345678900102180202182000000002000009783MI EMPRESA SL             099",
        "2212342222010218010218011112000000000100500000000000            ORDEN PAGO RECIB",
        "2212342222010218010218011112000000000050250000000000            ORDEN PAGO RECIB",
        "2301LIQ. OP. N                            000000000000069",
        "2302AUTOMOCION LAGUNA SL                  41001 SEVILLA ES",
        "3312342222123456789000000000000000000000000200000000015075200000000215075978",
        "88999999999999999999000006",
    ]
    .join("\r\n");
    let got = read(&Norma43, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.accepted, 2);
    assert_eq!(got.signed(), [1_005_000, 502_500]);
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(20_000_000)]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(21_507_500)]
    );
    assert_eq!(got.days(Table::StatementsRead, "from_date"), ["2018-02-01"]);
    assert_eq!(got.days(Table::StatementsRead, "to_date"), ["2018-02-02"]);
    assert_eq!(got.number(Table::StatementsRead, "stated_entries"), [Some(2)]);
    assert_eq!(
        got.money(Table::StatementsRead, "stated_credits"),
        [Some(1_507_500)]
    );
    assert_eq!(got.text(Table::Entries, "currency"), ["EUR", "EUR"]);
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2018-02-01", "2018-02-01"]
    );
    assert_eq!(
        got.text(Table::Entries, "remittance")[1],
        "LIQ. OP. N 000000000000069 AUTOMOCION LAGUNA SL 41001 SEVILLA ES [reference 2 ORDEN PAGO RECIB]"
    );
    let locator = &got.text(Table::StatementsRead, "locator")[0];
    assert!(
        locator.contains("1234 2222 1234567890") && locator.contains("DDMMYY"),
        "{locator}"
    );
    assert_eq!(arithmetic(&got), 1);
}

#[test]
fn two_accounts_of_one_file() {
    let text = two_accounts();
    let got = read(&Norma43, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(arithmetic(&got), 2);
    assert_eq!(got.signed(), [2_505_000, -499_900, 10_000_000, -10_000]);
    let ibans = got.text(Table::AccountsRead, "iban");
    assert!(
        ibans.contains(&"ES9121000418450200051332".to_owned()),
        "{ibans:?}"
    );
    assert_eq!(
        got.text(Table::StatementsRead, "locator")[0],
        "line 1, account 2100 0418 0200051332"
    );
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2026-01-02", "2026-01-05", "2026-01-10", "2026-01-31"]
    );
    assert_eq!(got.days(Table::Entries, "value_date")[0], "2026-01-03");
    assert_eq!(got.text(Table::Entries, "currency"), ["EUR", "EUR", "EUR", "USD"]);
    assert_eq!(
        got.text(Table::Entries, "channel"),
        ["cash_branch", "direct_debit", "transfer_intl", "fee"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_status"),
        ["cash", "identified", "unknown", "bank"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_name")[1],
        "COMPAÑÍA DE AGUAS SA"
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_identifier")[1],
        "ES12001B12345678"
    );
    assert_eq!(got.text(Table::Entries, "purpose")[1], "SUPP");
    assert_eq!(got.text(Table::Entries, "end_to_end_id")[1], "REF-2026-1");
    let remittance = got.text(Table::Entries, "remittance");
    assert_eq!(remittance[0], "INGRESO EN EFECTIVO OFICINA 0418");
    assert_eq!(remittance[1], "RECIBO ENERO CONTRATO 9 [mandate MANDATO-7]");
    assert_eq!(remittance[2], "[original 1175.00 USD]");
    assert_eq!(got.text(Table::Entries, "bank_reference")[0], "0000000077");
    assert_eq!(got.text(Table::Entries, "bank_code")[1], "03/045");
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(10_000_000), Some(-500_000)]
    );
    for ((start, end), (amount, date)) in got.places(Table::Entries).into_iter().zip([
        ("00000000025050", "260102"),
        ("00000000004999", "260105"),
        ("00000000100000", "260110"),
        ("00000000000100", "260131"),
    ]) {
        let cited = &text[start..end];
        assert!(
            cited.starts_with("22") && cited.contains(amount) && cited.contains(date),
            "{cited}"
        );
        assert!(!cited.contains("\r\n22") && !cited.contains("\r\n33"), "{cited}");
    }
}

#[test]
fn the_same_in_other_shapes() {
    let text = two_accounts();
    let expected = read(&Norma43, text.as_bytes());
    let stripped: String = text
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    let padded: String = text.lines().map(|line| format!("{line}   \r\n")).collect();
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (got, shape) in [
        (read(&Norma43, stripped.as_bytes()), "stripped"),
        (read(&Norma43, padded.as_bytes()), "padded"),
        (read_as(&Norma43, &latin, "x", CodePage::Iso8859_1), "latin"),
    ] {
        assert_eq!(got.rejected, 0, "{shape}: {}", got.reasons());
        for column in ["amount", "balance_after"] {
            assert_eq!(
                got.money(Table::Entries, column),
                expected.money(Table::Entries, column),
                "{shape}"
            );
        }
        for column in ["remittance", "counterparty_name", "account_id", "channel"] {
            assert_eq!(
                got.text(Table::Entries, column),
                expected.text(Table::Entries, column),
                "{shape}"
            );
        }
    }
}

#[test]
fn what_does_not_agree_is_said_and_the_entries_stay() {
    let text = two_accounts()
        .replace("0000100000000004999", "0000200000000004999")
        .replace("999000015", "999000016");
    let got = read(&Norma43, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (4, 2), "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    assert!(
        reasons[0].contains("2 debits of 49.99 are stated, 1 of 49.99 were read"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].contains("16 records are stated, 15 were read"),
        "{reasons:?}"
    );
    assert_eq!(got.number(Table::StatementsRead, "stated_entries")[0], Some(4));
}

#[test]
fn a_bad_record_never_takes_its_neighbours_along() {
    let mut lines: Vec<String> = two_accounts().lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("260102260103", "260231260103");
    lines.insert(4, "garbage".to_owned());
    lines[10] = lines[10].replacen("13000200", "13000900", 1);
    let text = lines.join("\n");
    let got = read(&Norma43, text.as_bytes());
    assert_eq!(got.signed(), [-499_900, -10_000]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_identifier")[0],
        "ES12001B12345678"
    );
    let reasons = got.text(Table::Rejects, "reason");
    assert!(
        reasons[0].contains("‘260231’ is no day of the calendar; expected YYMMDD"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("begins with ‘ga’"), "{reasons:?}");
    assert!(reasons[2].contains("the sign is ‘9’"), "{reasons:?}");
    assert!(reasons[3].starts_with("record 33 does not agree"), "{reasons:?}");
    assert!(reasons[4].starts_with("record 88 does not agree"), "{reasons:?}");
    let raw = got.text(Table::Rejects, "raw");
    assert!(
        raw[0].contains("260231") && raw[0].contains("INGRESO EN EFECTIVO"),
        "{raw:?}"
    );
}

#[test]
fn dates_follow_the_norm_unless_the_whole_file_contradicts() {
    let file = |period: &str, dates: &[&str]| {
        let mut text = header("210004180200051332", period, "200000000100000", "978");
        for date in dates {
            text += &movement(&format!("{date}{date}"), "040012", 1, "", "");
        }
        read(&Norma43, text.as_bytes()).days(Table::Entries, "booking_date")
    };
    // One day: both forms fit, the norm decides.
    assert_eq!(file("180201180201", &["180201"]), ["2018-02-01"]);
    // A year of the norm, which read as DDMMAA would be a day: its movements decide.
    assert_eq!(
        file("170301180301", &["170415", "171224"]),
        ["2017-04-15", "2017-12-24"]
    );
    // A month of DDMMAA.
    assert_eq!(
        file("010318310318", &["010318", "290318"]),
        ["2018-03-01", "2018-03-29"]
    );
    // A damaged date does not turn a file of the norm.
    assert_eq!(file("180201180228", &["310218", "180215"]).len(), 2);
}

#[test]
fn knows_its_files() {
    let text = two_accounts();
    assert_eq!(Norma43.recognise(text.as_bytes(), "x").score, 95);
    let with_file_header = format!("{:<80}\n{text}", "00ABC");
    assert_eq!(Norma43.recognise(with_file_header.as_bytes(), "x").score, 95);
    for other in [
        "",
        "11 apples",
        "1234567890\n",
        "Datum;Betrag\n1;2\n",
        ":20:x\n:25:y\n",
    ] {
        assert_eq!(Norma43.recognise(other.as_bytes(), "x").score, 0, "{other}");
    }
    let nothing = read(&Norma43, b"x\ny\n");
    assert!(
        nothing.reasons().contains("no record that begins with 11"),
        "{}",
        nothing.reasons()
    );
    let long = read(
        &Norma43,
        &[text.as_bytes(), &b"9".repeat(300_000), b"\n"].concat(),
    );
    assert_eq!((long.accepted, long.rejected), (4, 1), "{}", long.reasons());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        crate::collect::survives(&Norma43, two_accounts().into_bytes(), &changes);
    }
}
