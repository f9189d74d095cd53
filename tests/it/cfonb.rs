//! CFONB 120: files made from the published record layouts, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::cfonb::Cfonb120;
use proptest::prelude::*;

use crate::collect::{read, read_as, survives};

/// The French example of the IBAN registry: bank, branch, number.
const OWN: (&str, &str, &str) = ("20041", "01005", "0500013M026");
const OTHER: (&str, &str, &str) = ("30004", "00823", "00001234567");

/// Thirteen digits and the last one with its sign.
fn punched(hundredths: i64) -> String {
    let digits = format!("{:014}", hundredths.unsigned_abs());
    let (head, last) = digits.split_at(13);
    let last: usize = last.parse().expect("a digit");
    let signs = if hundredths < 0 {
        "}JKLMNOPQR"
    } else {
        "{ABCDEFGHI"
    };
    format!("{head}{}", &signs[last..=last])
}

fn balance(kind: &str, (bank, branch, number): (&str, &str, &str), date: &str, hundredths: i64) -> String {
    format!(
        "{kind}{bank}    {branch}EUR2 {number}  {date}{:50}{}{:16}\r\n",
        "",
        punched(hundredths),
        ""
    )
}

struct Movement<'a> {
    operation: &'a str,
    dates: (&'a str, &'a str),
    reason: &'a str,
    label: &'a str,
    number: &'a str,
    hundredths: i64,
    reference: &'a str,
}

fn movement((bank, branch, number): (&str, &str, &str), m: &Movement<'_>) -> String {
    format!(
        "04{bank}0001{branch}EUR2 {number}{}{}{:<2}{}{:<31}  {:>7}0 {}{:<16}\r\n",
        m.operation,
        m.dates.0,
        m.reason,
        m.dates.1,
        m.label,
        m.number,
        punched(m.hundredths),
        m.reference
    )
}

fn complement(
    (bank, branch, number): (&str, &str, &str),
    operation: &str,
    date: &str,
    qualifier: &str,
    text: &str,
) -> String {
    format!("05{bank}0001{branch}EUR2 {number}{operation}{date}     {qualifier}{text:<70}  \r\n")
}

pub fn two_accounts() -> String {
    let base = Movement {
        operation: "05",
        dates: ("020126", "030126"),
        reason: "",
        label: "VIR RECU",
        number: "0000000",
        hundredths: 125_050,
        reference: "",
    };
    let mut text = balance("01", OWN, "311225", 100_000);
    text += &movement(OWN, &base);
    text += &complement(OWN, "05", "020126", "NPY", "DUPONT JÉRÔME");
    text += &complement(OWN, "05", "020126", "NBE", "SOCIETE DU TITULAIRE");
    text += &complement(OWN, "05", "020126", "LCC", "FACTURE 2026-1");
    text += &complement(OWN, "05", "020126", "RCN", &format!("{:<35}{}", "E2E-1", "SUPP"));
    text += &movement(
        OWN,
        &Movement {
            operation: "B1",
            label: "PRLV SEPA EAU",
            hundredths: -4_999,
            dates: ("050126", "050126"),
            ..base
        },
    );
    text += &complement(OWN, "B1", "050126", "NBE", "COMPAGNIE DES EAUX");
    text += &complement(
        OWN,
        "B1",
        "050126",
        "IBE",
        &format!("{:<35}{}", "FR12ZZZ123456", "SEPA"),
    );
    text += &complement(
        OWN,
        "B1",
        "050126",
        "RUM",
        &format!("{:<35}{}", "MANDAT-7", "RCUR"),
    );
    text += &movement(
        OWN,
        &Movement {
            operation: "12",
            label: "REJET VIREMENT",
            reason: "64",
            number: "0000042",
            reference: "REF-9",
            hundredths: 10_000,
            dates: ("060126", "060126"),
        },
    );
    text += &complement(OWN, "12", "060126", "NBE", "MARTIN CLAIRE");
    text += &complement(OWN, "12", "060126", "CBE", "FR1420041010050500013M02606");
    text += &movement(
        OWN,
        &Movement {
            operation: "29",
            label: "RETRAIT DAB",
            hundredths: -2_000,
            dates: ("070126", "070126"),
            ..base
        },
    );
    text += &complement(
        OWN,
        "29",
        "070126",
        "MMO",
        &format!("GBP2{:014}{:02}{:011}", 1_700, 4, 11_765),
    );
    text += &balance("07", OWN, "310126", 228_051);
    // The second account is overdrawn and sees no movement.
    text += &balance("01", OTHER, "311225", -5_000);
    text + &balance("07", OTHER, "310126", -5_000)
}

#[test]
fn a_file_of_two_accounts() {
    let text = two_accounts();
    assert!(text.lines().all(|line| line.chars().count() == 120));
    let got = read(&Cfonb120, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.signed(), [12_505_000, -499_900, 1_000_000, -200_000]);
    let opening = got.money(Table::StatementsRead, "opening_balance");
    let closing = got.money(Table::StatementsRead, "closing_balance");
    assert_eq!(opening, [Some(10_000_000), Some(-500_000)]);
    assert_eq!(
        opening[0].expect("opening") + got.signed().iter().sum::<i128>(),
        closing[0].expect("closing")
    );
    assert_eq!(opening[1], closing[1]);
    assert_eq!(got.days(Table::StatementsRead, "from_date")[0], "2025-12-31");
    assert_eq!(got.days(Table::StatementsRead, "to_date")[0], "2026-01-31");
    let ibans = got.text(Table::AccountsRead, "iban");
    assert!(
        ibans.contains(&"FR1420041010050500013M02606".to_owned()),
        "{ibans:?}"
    );
    assert_eq!(
        got.text(Table::StatementsRead, "locator")[0],
        "line 1, account 20041 01005 0500013M026"
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_name"),
        ["DUPONT JÉRÔME", "COMPAGNIE DES EAUX", "MARTIN CLAIRE", ""]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_status"),
        ["partial", "identified", "identified", "cash"]
    );
    assert_eq!(
        got.text(Table::Entries, "channel"),
        ["transfer", "direct_debit", "transfer", "cash_atm"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_identifier")[1],
        "FR12ZZZ123456"
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_account")[2],
        "FR1420041010050500013M02606"
    );
    assert_eq!(got.text(Table::Entries, "end_to_end_id")[0], "E2E-1");
    assert_eq!(got.text(Table::Entries, "purpose")[0], "SUPP");
    assert_eq!(got.text(Table::Entries, "bank_code")[1], "B1/0001");
    assert_eq!(got.text(Table::Entries, "bank_reference")[2], "REF-9");
    assert_eq!(got.flags(Table::Entries, "reversal"), [false, false, true, false]);
    assert_eq!(got.days(Table::Entries, "booking_date")[0], "2026-01-02");
    assert_eq!(got.days(Table::Entries, "value_date")[0], "2026-01-03");
    assert_eq!(
        got.text(Table::Entries, "remittance"),
        [
            "VIR RECU FACTURE 2026-1 [payee SOCIETE DU TITULAIRE]",
            "PRLV SEPA EAU [mandate MANDAT-7] [identifier is SEPA] [sequence RCUR]",
            "REJET VIREMENT [reject reason 64] [number 0000042]",
            "RETRAIT DAB [original 17.00 GBP rate 1.1765]",
        ]
    );
    for ((start, end), (amount, date)) in got.places(Table::Entries).into_iter().zip([
        ("0000000012505{", "020126"),
        ("0000000000499R", "050126"),
        ("0000000001000{", "060126"),
        ("0000000000200}", "070126"),
    ]) {
        let cited = &text[start..end];
        assert!(
            cited.starts_with("04") && cited.contains(amount) && cited.contains(date),
            "{cited}"
        );
        assert!(!cited.contains("\r\n04") && !cited.contains("\r\n07"), "{cited}");
    }
}

#[test]
fn the_same_in_other_shapes() {
    let text = two_accounts();
    let expected = read(&Cfonb120, text.as_bytes());
    let stripped: String = text
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    // French code pages show the brace of a positive zero as é.
    let french = text.replace('{', "é");
    for (got, shape) in [
        (read(&Cfonb120, stripped.as_bytes()), "stripped"),
        (read_as(&Cfonb120, &latin, "x", CodePage::Iso8859_1), "latin"),
        (read(&Cfonb120, french.as_bytes()), "french"),
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
fn a_bad_record_never_takes_its_neighbours_along() {
    let mut lines: Vec<String> = two_accounts().lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("0000000012505{", "00000000125050");
    lines[6] = lines[6].replace("050126", "310226");
    lines.insert(12, "06 unknown".to_owned());
    // The withdrawal is said to be of another account, so its complement goes with it.
    lines[14] = lines[14].replace("0500013M026", "0500013M027");
    let got = read(&Cfonb120, lines.join("\n").as_bytes());
    assert_eq!(got.signed(), [1_000_000]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_account")[0],
        "FR1420041010050500013M02606"
    );
    let reasons = got.text(Table::Rejects, "reason").join("\n");
    for part in [
        "has no sign in its last character",
        "‘310226’ is no day of the calendar; expected DDMMYY",
        "begins with ‘06’",
        "expected 20041 01005 0500013M026 of record 01",
    ] {
        assert!(reasons.contains(part), "{part}: {reasons}");
    }
    let disputed = two_accounts().replace("0000000012505{", "0000000012505è");
    let got = read(&Cfonb120, disputed.as_bytes());
    assert!(got.reasons().contains("ends with è"), "{}", got.reasons());
    assert_eq!(got.accepted, 3);
}

#[test]
fn knows_its_files() {
    let text = two_accounts();
    assert_eq!(Cfonb120.recognise(text.as_bytes(), "x").score, 95);
    let longer = text.lines().next().expect("a line").to_owned() + &"x".repeat(120);
    for other in [
        "",
        "0120041",
        "04 x",
        longer.as_str(),
        ":20:x\n:25:y\n",
        "Datum;Betrag\n1;2\n",
    ] {
        assert_eq!(Cfonb120.recognise(other.as_bytes(), "x").score, 0, "{other}");
    }
    let nothing = read(&Cfonb120, b"x\ny\n");
    assert!(
        nothing.reasons().contains("no record that begins with 01"),
        "{}",
        nothing.reasons()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        survives(&Cfonb120, two_accounts().into_bytes(), &changes);
    }
}
