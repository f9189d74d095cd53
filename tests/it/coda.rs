//! CODA: files made from the standard of Febelfin, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::coda::Coda;
use proptest::prelude::*;

use crate::collect::{read, read_as, survives};

/// The Belgian example of the IBAN registry.
const OWN: &str = "BE68539007547034";
const OTHER: &str = "BE71096123456769";

fn record(text: &str) -> String {
    assert_eq!(text.chars().count(), 128, "{text}");
    format!("{text}\r\n")
}

fn header(application: &str, version: char) -> String {
    record(&format!(
        "00000310126{}05{:8}{:<10}{:<26}{:<11}{:<11} {application}{:39}{version}",
        "539", "", "", "MUSTERMANN BV", "GEBABEBB", "00847615989", ""
    ))
}

fn old_balance(structure: char, account: &str, thousandths: i64, date: &str, coded: &str) -> String {
    record(&format!(
        "1{structure}001{account:<37}{}{:015}{date}{:<26}{:<35}{coded}",
        u8::from(thousandths < 0),
        thousandths.unsigned_abs(),
        "MUSTERMANN BV",
        "ZICHTREKENING"
    ))
}

fn new_balance(account: &str, thousandths: i64, date: &str) -> String {
    record(&format!(
        "8001{account:<37}{}{:015}{date}{:64}0",
        u8::from(thousandths < 0),
        thousandths.unsigned_abs(),
        ""
    ))
}

fn iban(number: &str) -> String {
    format!("{number:<34}EUR")
}

/// Numbers, thousandths (below zero is debit), value date, code, communication with its type, entry date, globalisation.
fn line(
    numbers: &str,
    thousandths: i64,
    value: &str,
    code: &str,
    communication: &str,
    entry: &str,
    global: char,
) -> String {
    record(&format!(
        "21{numbers}{:<21}{}{:015}{value}{code}{communication:<54}{entry}001{global}1 0",
        format!("REF{numbers}"),
        u8::from(thousandths < 0),
        thousandths.unsigned_abs(),
    ))
}

fn part2(numbers: &str, communication: &str, reference: &str, bic: &str, tail: &str) -> String {
    record(&format!(
        "22{numbers}{communication:<53}{reference:<35}{bic:<11}   {tail:<13}1 0"
    ))
}

fn part3(numbers: &str, account: &str, name: &str, communication: &str) -> String {
    record(&format!(
        "23{numbers}{account:<37}{name:<35}{communication:<43}0 0"
    ))
}

fn information(numbers: &str, code: &str, communication: &str) -> String {
    record(&format!(
        "31{numbers}{:<21}{code}{communication:<74}{:12}1 0",
        "REF", ""
    ))
}

fn information2(numbers: &str, communication: &str) -> String {
    record(&format!("32{numbers}{communication:<105}{:10}0 0", ""))
}

fn trailer(records: u64, debits: i64, credits: i64, last: char) -> String {
    record(&format!(
        "9{:15}{records:06}{debits:015}{credits:015}{:75}{last}",
        "", ""
    ))
}

/// A statement of every kind of movement, then one of an account without IBAN.
pub fn two_statements() -> String {
    let mut text = header("00000", '2');
    text += &old_balance('2', &iban(OWN), 1_000_000, "311225", "015");
    // A transfer with structured communication, its counterparty and address.
    text += &line(
        "00010000",
        250_500,
        "020126",
        "00150000",
        "1101010806817183",
        "020126",
        '0',
    );
    text += &part2("00010000", "", "E2E-1", "KREDBEBB", "         SUPP");
    text += &part3("00010000", &iban(OTHER), "JANSSENS EN ZO", "");
    text += &information(
        "00010001",
        "00150000",
        &format!("1001{:<70}", "JANSSENS EN ZONEN BVBA"),
    );
    text += &information2("00010001", &format!("{:<35}{:<35}", "KERKSTRAAT 1", "9000 GENT"));
    // Wages, one sum and its parts.
    text += &line(
        "00020000",
        -3_000_000,
        "050126",
        "10105000",
        "0WAGES JANUARY",
        "050126",
        '1',
    );
    text += &line(
        "00020001", -1_200_000, "050126", "50105000", "0WAGE A", "050126", '0',
    );
    text += &part3("00020001", &iban(OTHER), "AN PEETERS", "");
    text += &line(
        "00020002", -1_800_000, "050126", "50105000", "0WAGE B", "050126", '1',
    );
    // Free text over all three parts, a word across the first border.
    let free = format!("0{}", "A".repeat(51) + "IN");
    text += &line("00030000", -10_000, "000000", "00101000", &free, "060126", '0');
    text += &part2("00030000", "VOICE 7", "NOTPROVIDED", "", "");
    text += &part3("00030000", "", "", "THE END");
    // A direct debit that came back.
    let debit = format!("127060126111{:<35}", "BE12ZZZ0847615989");
    text += &line(
        "00040000",
        49_990,
        "060126",
        "00554000",
        &format!("1{debit}MANDAT"),
        "070126",
        '0',
    );
    text += &part2("00040000", "E-7", "", "", "2MD01        ");
    // A withdrawal at a machine.
    let card = format!("11367033300000080031004711{:06}100126173511{:<5}", 12, "BANK");
    text += &line(
        "00050000",
        -20_000,
        "100126",
        "00404000",
        &format!("1{card}"),
        "110126",
        '0',
    );
    text += &new_balance(&iban(OWN), -1_729_510, "310126");
    text += &record(&format!(
        "4 00010000{:22}{:<80}{:15}0",
        "", "CLOSED ON MONDAY", ""
    ));
    text += &trailer(17, 3_030_000, 300_490, '1');
    // Version 1: a Belgian number without IBAN.
    text += &header("00000", '1');
    text += &old_balance('0', "539007547034 EUR0BE", -5_000, "311225", "001");
    text += &line("00010000", -1_000, "310126", "00137000", "0COSTS", "310126", '0');
    text += &record(&format!(
        "2300010000{:<12}{:25}{:<26}{:<52}0 0",
        "096123456769", "", "ONE BANK", "SQUARE 1"
    ));
    text += &new_balance("539007547034 EUR0BE", -6_000, "310126");
    text + &trailer(4, 1_000, 0, '2')
}

#[test]
fn statements_from_end_to_end() {
    let text = two_statements();
    let got = read(&Coda, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(
        got.signed(),
        [2_505_000, -30_000_000, -100_000, 499_900, -200_000, -10_000]
    );
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
            closing[at].expect("closing")
        );
    }
    assert_eq!(
        got.money(Table::StatementsRead, "stated_debits"),
        [Some(30_300_000), Some(10_000)]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "stated_credits"),
        [Some(3_004_900), Some(0)]
    );
    assert_eq!(got.text(Table::StatementsRead, "sequence_number"), ["015", "001"]);
    assert_eq!(got.days(Table::StatementsRead, "from_date")[0], "2025-12-31");
    assert_eq!(
        got.text(Table::StatementsRead, "locator")[1],
        "line 22, account 539007547034"
    );
    // Both statements are of one account, with and without its IBAN.
    let accounts = got.text(Table::StatementsRead, "account_id");
    assert_eq!(accounts[0], accounts[1]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_name"),
        ["JANSSENS EN ZONEN BVBA", "", "", "", "", "ONE BANK"]
    );
    assert_eq!(got.text(Table::Entries, "counterparty_account")[0], OTHER);
    assert_eq!(got.text(Table::Entries, "counterparty_account")[5], OTHER);
    assert_eq!(
        got.text(Table::Entries, "counterparty_identifier")[3],
        "BE12ZZZ0847615989"
    );
    assert_eq!(
        got.text(Table::Entries, "channel"),
        [
            "transfer_sepa",
            "transfer_sepa",
            "transfer_sepa",
            "direct_debit",
            "cash_atm",
            "fee"
        ]
    );
    assert_eq!(got.text(Table::Entries, "purpose")[0], "SUPP");
    assert_eq!(
        got.text(Table::Entries, "end_to_end_id"),
        ["E2E-1", "", "", "", "", ""]
    );
    assert_eq!(got.text(Table::Entries, "bank_code")[1], "10105000");
    assert_eq!(got.text(Table::Entries, "bank_reference")[0], "REF00010000");
    let remittance = got.text(Table::Entries, "remittance");
    assert_eq!(
        remittance[0],
        "+++010/8068/17183+++ [address KERKSTRAAT 1 9000 GENT]"
    );
    assert_eq!(remittance[1], "WAGES JANUARY");
    assert_eq!(remittance[2], format!("{}INVOICE 7 THE END", "A".repeat(51)));
    assert!(
        remittance[3].contains("[mandate MANDATE-7]")
            && remittance[3].contains("[returned] [return reason MD01]"),
        "{}",
        remittance[3]
    );
    assert_eq!(remittance[5], "COSTS [address SQUARE 1]");
    assert_eq!(
        got.flags(Table::Entries, "reversal"),
        [false, false, false, true, false, false]
    );
    assert_eq!(got.text(Table::Entries, "terminal")[4], "004711");
    assert_eq!(got.text(Table::Entries, "time_precision")[4], "minute");
    assert_eq!(got.days(Table::Entries, "booking_date")[2], "2026-01-06");
    assert_eq!(got.days(Table::Entries, "value_date")[2], "");
}

#[test]
fn parts_of_a_sum_are_details_and_not_counted_twice() {
    let text = two_statements();
    let got = read(&Coda, text.as_bytes());
    assert_eq!(
        got.money(Table::EntryDetails, "amount"),
        [Some(12_000_000), Some(18_000_000)]
    );
    assert_eq!(got.text(Table::EntryDetails, "direction"), ["debit", "debit"]);
    assert_eq!(
        got.text(Table::EntryDetails, "counterparty_name"),
        ["AN PEETERS", ""]
    );
    assert_eq!(got.text(Table::EntryDetails, "remittance"), ["WAGE A", "WAGE B"]);
    assert_eq!(got.number(Table::EntryDetails, "number"), [Some(1), Some(2)]);
    let entry = &got.text(Table::Entries, "entry_id")[1];
    assert!(
        got.text(Table::EntryDetails, "entry_id")
            .iter()
            .all(|id| id == entry)
    );
    let (start, end) = got.places(Table::EntryDetails)[0];
    assert!(text[start..end].starts_with("2100020001") && text[start..end].contains("AN PEETERS"));
    assert!(!text[start..end].contains("WAGE B"));
    // A part of a part has no amount of its own, so that the parts add up to the entry.
    let deeper = text.replacen("50105000", "70105000", 2).replace(
        &line(
            "00020002", -1_800_000, "050126", "70105000", "0WAGE B", "050126", '1',
        ),
        &(line(
            "00020002", -1_800_000, "050126", "70105000", "0WAGE B", "050126", '0',
        ) + &line(
            "00020003", -1_800_000, "050126", "90105100", "0GROSS", "050126", '1',
        )),
    );
    let got = read(&Coda, deeper.as_bytes());
    let amounts = got.money(Table::EntryDetails, "amount");
    assert_eq!(amounts, [Some(12_000_000), Some(18_000_000), None]);
    assert_eq!(
        got.text(Table::EntryDetails, "remittance")[2],
        "GROSS [part of the detail before: 1800.00 debit, code 90105100]"
    );
}

#[test]
fn a_citation_holds_the_movement_and_its_information() {
    let text = two_statements();
    let got = read(&Coda, text.as_bytes());
    for ((start, end), (amount, date)) in got.places(Table::Entries).into_iter().zip([
        ("000000000250500", "020126"),
        ("000000003000000", "050126"),
        ("000000000010000", "060126"),
        ("000000000049990", "070126"),
        ("000000000020000", "110126"),
        ("000000000001000", "310126"),
    ]) {
        let cited = &text[start..end];
        assert!(
            cited.starts_with("21") && cited.contains(amount) && cited.contains(date),
            "{cited}"
        );
        assert!(
            !cited.contains("\n21") && !cited.contains("\n8") && !cited.ends_with('\r'),
            "{cited}"
        );
    }
    let (start, end) = got.places(Table::Entries)[0];
    assert!(text[start..end].contains("KERKSTRAAT"));
}

#[test]
fn the_same_in_other_shapes() {
    let text = two_statements().replace("JANSSENS EN ZONEN", "JANSSÉNS EN ZONEN");
    let expected = read(&Coda, text.as_bytes());
    assert_eq!(expected.rejected, 0, "{}", expected.reasons());
    let stripped: String = text
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    let padded: String = text.lines().map(|line| format!("{line}  \r\n")).collect();
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (got, shape) in [
        (read(&Coda, stripped.as_bytes()), "stripped"),
        (read(&Coda, padded.as_bytes()), "padded"),
        (read_as(&Coda, &latin, "x", CodePage::Iso8859_1), "latin"),
    ] {
        assert_eq!(got.rejected, 0, "{shape}: {}", got.reasons());
        assert_eq!(got.signed(), expected.signed(), "{shape}");
        for column in ["remittance", "counterparty_name", "account_id"] {
            assert_eq!(
                got.text(Table::Entries, column),
                expected.text(Table::Entries, column),
                "{shape}"
            );
        }
    }
}

#[test]
fn a_trailer_that_does_not_agree_is_said_and_the_entries_stay() {
    let text = two_statements().replace(
        &trailer(17, 3_030_000, 300_490, '1'),
        &trailer(18, 3_030_000, 300_500, '1'),
    );
    let got = read(&Coda, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (8, 1));
    let reason = &got.text(Table::Rejects, "reason")[0];
    assert!(
        reason.contains("18 records are stated, 17 were read")
            && reason.contains("credits of 300.50 are stated, the movements read give 300.49")
            && !reason.contains("debits"),
        "{reason}"
    );
    assert_eq!(
        got.money(Table::StatementsRead, "stated_credits")[0],
        Some(3_005_000)
    );
}

#[test]
fn a_bad_record_never_takes_its_neighbours_along() {
    let mut lines: Vec<String> = two_statements().lines().map(str::to_owned).collect();
    // Amount of the first movement, sum of the wages, a line between parts, account of the new balance.
    lines[2] = lines[2].replace("000000000250500", "00000000025O500");
    lines[7] = lines[7].replace("050126001", "310226001");
    lines.insert(13, "X unknown".to_owned());
    let at = lines
        .iter()
        .position(|line| line.starts_with('8'))
        .expect("a new balance");
    lines[at] = lines[at].replace(OWN, OTHER);
    let got = read(&Coda, lines.join("\n").as_bytes());
    assert_eq!(got.signed(), [-100_000, 499_900, -200_000, -10_000]);
    assert!(got.text(Table::Entries, "remittance")[0].ends_with("INVOICE 7 THE END"));
    assert_eq!(got.money(Table::StatementsRead, "closing_balance")[0], None);
    let reasons = got.text(Table::Rejects, "reason");
    for (reason, part) in reasons.iter().zip([
        "the amount ‘00000000025O500’ is no amount; expected 15 digits",
        "the entry date ‘310226’ is no day of the calendar; expected DDMMYY",
        "00020001 is a part of, line 8, was rejected",
        "00020002 is a part of, line 8, was rejected",
        "begins with ‘X’",
        "the new balance is that of account",
        "record 9 does not agree",
    ]) {
        assert!(reason.contains(part), "{part}: {reasons:#?}");
    }
    assert_eq!(reasons.len(), 7, "{reasons:#?}");
    let raw = got.text(Table::Rejects, "raw");
    assert!(
        raw[0].contains("25O500") && raw[0].contains("KERKSTRAAT"),
        "{raw:?}"
    );
}

#[test]
fn movements_of_a_separate_application_are_not_booked_again() {
    let text = two_statements().replacen(&header("00000", '2'), &header("00010", '2'), 1);
    let got = read(&Coda, text.as_bytes());
    assert_eq!(got.signed(), [-10_000]);
    assert!(
        got.reasons().contains("separate application (00010)"),
        "{}",
        got.reasons()
    );
}

#[test]
fn knows_its_files() {
    let text = two_statements();
    assert_eq!(Coda.recognise(text.as_bytes(), "x").score, 100);
    let (_, without_header) = text.split_once('\n').expect("lines");
    assert_eq!(Coda.recognise(without_header.as_bytes(), "x").score, 70);
    for other in [
        "",
        "00000",
        "0000031012653905X",
        ":20:x\n:25:y\n",
        "Datum;Betrag\n1;2\n",
    ] {
        assert_eq!(Coda.recognise(other.as_bytes(), "x").score, 0, "{other}");
    }
    let nothing = read(&Coda, b"x\ny\n");
    assert!(
        nothing.reasons().contains("no record that begins with 0"),
        "{}",
        nothing.reasons()
    );
    let version = text.replacen(&header("00000", '2'), &header("00000", '7'), 1);
    let got = read(&Coda, version.as_bytes());
    assert_eq!((got.accepted, got.rejected), (8, 1), "{}", got.reasons());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        survives(&Coda, two_statements().into_bytes(), &changes);
    }
}
