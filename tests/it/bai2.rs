//! BAI2: made-up reports, the public corpus with its control totals, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::formats::bai2::Bai2;
use proptest::prelude::*;

use crate::collect::{Collected, read, shared};

pub const REPORT: &str = "01,BANK,ME,240105,0600,1,80,,2/\r\n02,ME,021000021,1,240104,2400,EUR,2/\r\n\
03,123456,,010,100000,,,015,109250,,/\r\n88,100,10000,1,,400,750,1,/\r\n\
16,195,10000,V,240105,,REF1,E2E-1,FROM K. BOS/\r\n88,DBNM: K. BOS/\r\n88,DACT: 9876/\r\n88,DBIC: BANKDEFF/\r\n\
16,475,750,S,750,0,0,REF2,101,/\r\n\
49,230750,8/\r\n\
03,777,JPY,015,500,,/\r\n16,409,500,,,,/\r\n49,1000,3/\r\n98,231750,2,13/\r\n99,231750,1,15/\r\n";

#[test]
fn a_report_from_end_to_end() {
    let got = read(&Bai2, REPORT.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    // 100.00 and 7.50 euro; the yen has no decimals.
    assert_eq!(got.signed(), [1_000_000, -75_000, -5_000_000]);
    assert_eq!(got.text(Table::Entries, "currency"), ["EUR", "EUR", "JPY"]);
    assert_eq!(got.days(Table::Entries, "booking_date"), ["2024-01-04"; 3]);
    assert_eq!(got.days(Table::Entries, "value_date"), ["2024-01-05", "", ""]);
    assert_eq!(got.text(Table::Entries, "counterparty_name"), ["K. BOS", "", ""]);
    assert_eq!(got.text(Table::Entries, "counterparty_account")[0], "9876");
    assert_eq!(got.text(Table::Entries, "counterparty_bank")[0], "BANKDEFF");
    assert_eq!(got.text(Table::Entries, "bank_reference"), ["REF1", "REF2", ""]);
    assert_eq!(got.text(Table::Entries, "end_to_end_id"), ["E2E-1", "101", ""]);
    assert_eq!(
        got.text(Table::Entries, "channel"),
        ["transfer", "cheque", "unknown"]
    );
    assert_eq!(got.text(Table::Entries, "bank_code"), ["195", "475", "409"]);
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(10_000_000), None]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(10_925_000), Some(5_000_000)]
    );
    assert_eq!(
        got.number(Table::StatementsRead, "stated_entries"),
        [Some(2), None]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "stated_debits"),
        [Some(75_000), None]
    );
    assert!(
        got.text(Table::AccountsRead, "bank")
            .contains(&"021000021".to_owned())
    );
}

#[test]
fn a_citation_is_the_record_with_its_continuations() {
    let one_line = REPORT.replace("\r\n", "  ");
    for text in [REPORT, one_line.as_str()] {
        let got = read(&Bai2, text.as_bytes());
        assert_eq!(got.rejected, 0, "{}", got.reasons());
        for ((start, end), parts) in got.places(Table::Entries).into_iter().zip([
            ["16,195,10000,", "DBIC: BANKDEFF"],
            ["16,475,750,", "REF2"],
            ["16,409,500,", ""],
        ]) {
            let cited = &text[start..end];
            assert!(
                cited.starts_with(parts[0]) && cited.contains(parts[1]) && cited.ends_with('/'),
                "{cited}"
            );
            assert_eq!(cited.matches("16,").count(), 1);
        }
    }
}

#[test]
fn a_difference_of_control_totals_is_told_once_with_both_figures() {
    let text = REPORT.replace("16,475,750,S,750", "16,475,760,S,760");
    let got = read(&Bai2, text.as_bytes());
    assert_eq!(
        (got.accepted, got.rejected),
        (3, 1),
        "the entries stay: {}",
        got.reasons()
    );
    assert!(got.reasons().contains("stated as 230750") && got.reasons().contains("adds up to 230760"));
    let fewer = REPORT.replace("16,409,500,,,,/\r\n", "");
    let got = read(&Bai2, fewer.as_bytes());
    assert_eq!(
        got.rejected,
        3,
        "account, group and file count it: {}",
        got.reasons()
    );
    assert!(
        got.reasons()
            .contains("3 records are stated, 2 stand in the account"),
        "{}",
        got.reasons()
    );
    let ended = &REPORT[..REPORT.find("98,").expect("a place")];
    assert!(
        read(&Bai2, ended.as_bytes())
            .reasons()
            .contains("ends without its record 98")
    );
}

#[test]
fn a_bad_record_never_takes_its_neighbours_along() {
    let text = "01,B,M,240105,0600,1,,,2/\n02,M,1,1,240104,,USD,/\n03,5,,/\n16,142,100,,,,first\n\
                16,142,1.5,,,,bad amount\n16,142,200,Q,,,,bad funds\n16,890,,,,,text alone\n16,720,300,,,,loan\n\
                16,705,1,,,,no direction\n17,142,1,,,,bad code\n16,142,-7,,,,sign\n16,142,400,,,,last\n49,,/\n\
                02,M,1,4,240104,,USD,/\n03,5,,/\n16,142,100,,,,test/\n49,,/\n02,M,1,1,240230,,USD,/\n03,5,,/\n\
                16,142,100,,,,no day/\n49,,/\n98,,,/\n";
    let got = read(&Bai2, text.as_bytes());
    assert_eq!(got.signed(), [10_000, 30_000, 40_000], "{}", got.reasons());
    assert_eq!(got.text(Table::Entries, "remittance"), ["first", "loan", "last"]);
    let reasons = got.reasons();
    for part in [
        "‘1.5’",
        "funds type ‘Q’",
        "890",
        "705 has no direction",
        "no record code",
        "‘-7’",
        "test (status 4)",
        "‘240230’",
        "no as-of date",
    ] {
        assert!(reasons.contains(part), "{part}: {reasons}");
    }
}

#[test]
fn a_record_without_end_is_one_reject() {
    let mut text = "01,B,M,240105,0600,1,,,2/\n02,M,1,1,240104,,USD,/\n03,5,,/\n16,142,100,,,,".to_owned();
    text.push_str(&"x".repeat(3_000_000));
    text.push_str("\n16,142,200,,,,next/\n49,,/\n98,,,/\n99,,,/\n");
    let got = read(&Bai2, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
}

#[test]
fn knows_its_files() {
    assert_eq!(Bai2.recognise(REPORT.as_bytes(), "x").score, 98);
    assert_eq!(Bai2.recognise(b"01,a,b,c\n02,d,e,f\n03,g\n", "x.csv").score, 0);
    assert_eq!(Bai2.recognise(b"", "x").score, 0);
    assert!(
        read(&Bai2, b"hello\n")
            .reasons()
            .contains("no record that begins")
    );
}

// --- the public corpus ------------------------------------------------------------------------------------------

fn corpus(name: &str) -> Option<(Vec<u8>, Collected)> {
    let root = shared("statements/moov-bai2/test/testdata")?;
    let bytes = std::fs::read(root.join(name)).expect("a file");
    assert_eq!(Bai2.recognise(&bytes, name).score, 98, "{name}");
    let got = read(&Bai2, &bytes);
    let codes = got.text(Table::Entries, "bank_code");
    for ((start, end), (amount, code)) in got
        .places(Table::Entries)
        .into_iter()
        .zip(got.money(Table::Entries, "amount").into_iter().zip(codes))
    {
        let cited = String::from_utf8_lossy(&bytes[start..end]);
        let written = format!("{}", amount.expect("an amount") / 100);
        assert!(
            cited.starts_with(&format!("16,{code},")) && cited.contains(&written),
            "{cited}"
        );
    }
    Some((bytes, got))
}

#[test]
fn control_totals_and_stated_sums_of_the_corpus_agree() {
    for (name, entries, statements) in [
        ("sample1.txt", 17, 2),
        ("sample2.txt", 4, 5),
        ("sample3.txt", 26, 15),
    ] {
        let Some((_, got)) = corpus(name) else { return };
        assert!(
            got.error.is_none() && got.rejected == 0,
            "{name}: {}",
            got.reasons()
        );
        assert_eq!(got.signed().len(), entries, "{name}");
        let ids = got.text(Table::StatementsRead, "statement_id");
        assert_eq!(ids.len(), statements, "{name}");
        if name == "sample2.txt" {
            continue;
        }
        // Codes 100 and 400 are the sums of the entries, and their counts.
        let of = got.text(Table::Entries, "statement_id");
        let stated = got.number(Table::StatementsRead, "stated_entries");
        for (at, id) in ids.iter().enumerate() {
            let amounts: Vec<i128> = got
                .signed()
                .into_iter()
                .zip(&of)
                .filter(|(_, s)| *s == id)
                .map(|(a, _)| a)
                .collect();
            let credits: i128 = amounts.iter().filter(|a| **a > 0).sum();
            let debits: i128 = -amounts.iter().filter(|a| **a < 0).sum::<i128>();
            assert_eq!(
                got.money(Table::StatementsRead, "stated_credits")[at],
                Some(credits),
                "{name} {at}"
            );
            assert_eq!(
                got.money(Table::StatementsRead, "stated_debits")[at],
                Some(debits),
                "{name} {at}"
            );
            assert_eq!(stated[at], Some(amounts.len() as i64), "{name} {at}");
        }
    }
}

#[test]
fn balances_of_the_corpus_lead_from_opening_to_closing() {
    let Some((_, got)) = corpus("sample3.txt") else {
        return;
    };
    let opening = got.money(Table::StatementsRead, "opening_balance");
    let closing = got.money(Table::StatementsRead, "closing_balance");
    let of = got.text(Table::Entries, "statement_id");
    for (at, id) in got.text(Table::StatementsRead, "statement_id").iter().enumerate() {
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
            "{at}"
        );
    }
}

#[test]
fn value_dates_currencies_and_texts_of_the_corpus() {
    let Some((_, got)) = corpus("sample1.txt") else {
        return;
    };
    assert!(got.text(Table::Entries, "currency").iter().all(|c| c == "CAD"));
    assert_eq!(got.days(Table::Entries, "value_date")[0], "2006-03-16");
    assert_eq!(got.days(Table::Entries, "booking_date")[0], "2006-03-17");
    assert_eq!(got.text(Table::Entries, "remittance")[3], "TFR 1020 0345678");
    let Some((_, got)) = corpus("sample2.txt") else {
        return;
    };
    assert_eq!(got.money(Table::Entries, "amount")[2], Some(2_000_000_000));
    assert_eq!(got.days(Table::Entries, "value_date")[2], "2004-06-22");
    assert_eq!(
        got.text(Table::Entries, "remittance")[2],
        "PROCEEDS OF LETTER OF CREDIT FROM THE ARAMCO OIL CO"
    );
}

#[test]
fn records_ended_by_lines_keep_their_texts() {
    for name in [
        "sample4-continuations-newline-delimited.txt",
        "sample5-issue113.txt",
    ] {
        let Some((bytes, got)) = corpus(name) else { return };
        let lines = String::from_utf8_lossy(&bytes).into_owned();
        let transactions = lines.lines().filter(|line| line.starts_with("16,")).count();
        assert_eq!(got.accepted as usize, transactions, "{name}: {}", got.reasons());
        // Its amounts were changed to hide whose they are, so that its control totals do not agree.
        assert!(got.rejected > 0 && got.reasons().contains("control totals differ"));
        let names = got.text(Table::Entries, "counterparty_name");
        assert!(names.contains(&"TEST COMPANY".to_owned()), "{names:?}");
        let texts = got.text(Table::Entries, "remittance");
        assert!(
            texts
                .iter()
                .any(|t| t.contains("Settled Amt: EUR 322.00, FX Rate: 156.833677 REMI: QWERTIOP"))
        );
        let amounts = got.money(Table::Entries, "amount");
        assert!(amounts.contains(&Some(3_000_000_000)), "{amounts:?}");
    }
}

#[test]
fn broken_files_of_the_corpus_give_reasons() {
    let Some(root) = shared("statements/moov-bai2/test") else {
        return;
    };
    let wrong = std::fs::read(root.join("testdata/errors/sample-parseError.txt")).expect("a file");
    assert_eq!(Bai2.recognise(&wrong, "x").score, 0);
    let got = read(&Bai2, &wrong);
    assert!(got.accepted == 0 && !got.reasons().is_empty());
    let seeds = root.join("fuzz/testdata/fuzz/FuzzReaderWriter_ValidFiles");
    let mut count = 0;
    for entry in std::fs::read_dir(seeds).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a seed");
        let quoted = text
            .split_once("string(\"")
            .and_then(|(_, rest)| rest.rsplit_once("\")"))
            .expect("a text")
            .0;
        let seed = quoted.replace("\\n", "\n").replace("\\xfa", "\u{fa}");
        let seed: Vec<u8> = seed.chars().map(|c| c as u8).collect();
        let got = read(&Bai2, &seed);
        assert_eq!(got.accepted, 0);
        assert!(!got.reasons().is_empty());
        count += 1;
    }
    assert_eq!(count, 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        let mut bytes = REPORT.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let got = read(&Bai2, &bytes);
        prop_assert_eq!(got.accepted as usize, got.signed().len());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        let mut ids = got.text(Table::Entries, "entry_id");
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), got.signed().len());
        for (start, end) in got.places(Table::Entries).into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= bytes.len());
        }
    }
}
