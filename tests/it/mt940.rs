//! MT940 and MT942: made-up statements, the public corpora with their expected values, and damage.

use std::path::Path;

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::mt940::Mt940;
use proptest::prelude::*;

use crate::collect::{Collected, read, read_as, shared};

pub const RABOBANK: &str = ":940:\r\n:20:940S170101\r\n:25:NL91ABNA0417164300 EUR\r\n:28C:17001\r\n\
:60F:C161231EUR000000001000,00\r\n\
:61:170102D000000000012,50N541EREF//0001\r\nNL44RABO0123456789\r\n\
:86:/EREF/E-1/BENM//NAME/Bakker BV/REMI/brood/ISDT/2017-01-02\r\n\
:61:1701021231RC000000000100,00NTRFNONREF\r\n:86:/ORDP//NAME/K. Bos/REMI/terug\r\n\
:62F:C170102EUR000000000887,50\r\n-\r\n";

/// MT942.
pub const INTERIM: &str = ":20:R\n:25:GJB0291077111\n:28C:03917/00001\n:34F:EURD0,00\n:13D:2610301730+0000\n\
:61:2610301031D0,42NCHGNONREF//0550\n:90D:1EUR0,42\n:90C:0EUR0,00\n";

fn cents(amounts: &[i128]) -> Vec<i128> {
    amounts.iter().map(|a| a * 100).collect()
}

#[test]
fn a_dutch_statement_from_end_to_end() {
    let got = read(&Mt940, RABOBANK.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.signed(), cents(&[-1250, -10000]));
    assert_eq!(
        got.text(Table::Entries, "counterparty_name"),
        ["Bakker BV", "K. Bos"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_account")[0],
        "NL44RABO0123456789"
    );
    assert_eq!(got.text(Table::Entries, "remittance"), ["brood", "terug"]);
    assert_eq!(got.text(Table::Entries, "end_to_end_id"), ["E-1", ""]);
    assert_eq!(got.text(Table::Entries, "bank_reference")[0], "0001");
    assert_eq!(got.flags(Table::Entries, "reversal"), [false, true]);
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2017-01-02", "2016-12-31"]
    );
    assert_eq!(
        got.days(Table::Entries, "value_date"),
        ["2017-01-02", "2017-01-02"]
    );
    assert_eq!(got.text(Table::Entries, "time_precision"), ["day", "day"]);
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(10_000_000)]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(8_875_000)]
    );
    assert_eq!(got.text(Table::StatementsRead, "sequence_number"), ["17001"]);
    assert_eq!(got.days(Table::StatementsRead, "from_date"), ["2016-12-31"]);
    let seized = got.flags(Table::AccountsRead, "seized");
    let ibans = got.text(Table::AccountsRead, "iban");
    let own = ibans
        .iter()
        .position(|i| i == "NL91ABNA0417164300")
        .expect("the own account");
    assert!(seized[own]);
    assert_eq!(seized.iter().filter(|s| **s).count(), 1);
}

#[test]
fn a_citation_holds_the_line_and_its_details() {
    let got = read(&Mt940, RABOBANK.as_bytes());
    for ((start, end), amount) in got.places(Table::Entries).into_iter().zip(["12,50", "100,00"]) {
        let cited = &RABOBANK[start..end];
        assert!(
            cited.starts_with(":61:") && cited.contains(":86:") && cited.contains(amount),
            "{cited}"
        );
        assert_eq!(cited.matches(":61:").count(), 1);
        assert!(
            !cited.ends_with(['\r', '\n']) && !cited.contains(":62F:"),
            "{cited}"
        );
    }
}

#[test]
fn pages_are_statements_of_their_own() {
    let text = ":20:A\n:25:12345678/99\n:28C:7/1\n:60F:C260101EUR10,\n:61:2601020102C5,NTRFX\n:62M:C260102EUR15,\n-\n\
                :20:A\n:25:12345678/99\n:28C:7/2\n:60M:C260102EUR15,\n:61:2601030103D1,NTRFX\n:62F:C260103EUR14,\n-\n";
    let got = read(&Mt940, text.as_bytes());
    assert_eq!(got.rejected, 0, "{}", got.reasons());
    assert_eq!(got.text(Table::StatementsRead, "sequence_number"), ["7/1", "7/2"]);
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(150_000), Some(140_000)]
    );
    let statements = got.text(Table::StatementsRead, "statement_id");
    assert_eq!(got.text(Table::Entries, "statement_id"), statements);
}

#[test]
fn a_bad_line_never_takes_its_neighbours_along() {
    let text = ":20:A\n:25:12345678/99\n:28C:7\n:60F:C260101EUR10,\n:61:2601020102C5,NTRFX\n:86:first\n\
                :61:2602310228C5,1,2NTRFX\n:86:broken\n:61:2604310430C5,NTRFX\n:61:260105ED5,NTRFX\n:60X:\n\
                :61:2601060106D2,NTRFX\n:86:last\n:62F:C260102EURx\n";
    let got = read(&Mt940, text.as_bytes());
    assert_eq!(got.signed(), [50_000, -20_000]);
    assert_eq!(got.text(Table::Entries, "remittance"), ["first", "last"]);
    assert_eq!(got.rejected, 4, "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    assert!(reasons[0].contains("do not fit together"), "{reasons:?}");
    assert!(
        reasons[1].contains("‘260431’ is no day of the calendar"),
        "{reasons:?}"
    );
    assert!(reasons[2].contains("not booked (ED)"), "{reasons:?}");
    assert!(reasons[3].starts_with(":62F:"), "{reasons:?}");
    let raw = got.text(Table::Rejects, "raw");
    assert!(raw[0].contains("5,1,2") && raw[0].contains("broken"), "{raw:?}");
    assert_eq!(got.text(Table::Rejects, "locator")[0], "line 7");
}

#[test]
fn an_interim_report_has_sums_and_no_balances() {
    let got = read(&Mt940, INTERIM.as_bytes());
    assert_eq!(got.rejected, 0, "{}", got.reasons());
    assert_eq!(got.money(Table::StatementsRead, "closing_balance"), [None]);
    assert_eq!(got.number(Table::StatementsRead, "stated_entries"), [Some(1)]);
    assert_eq!(got.money(Table::StatementsRead, "stated_debits"), [Some(4200)]);
    assert_eq!(got.text(Table::Entries, "currency"), ["EUR"]);
    assert_eq!(got.text(Table::Entries, "channel"), ["fee"]);
    assert_eq!(got.text(Table::Entries, "counterparty_status"), ["bank"]);
}

#[test]
fn code_pages_keep_citations_in_the_bytes_received() {
    let text = RABOBANK.replace("Bakker", "Bäckerei Überall");
    let mut utf16 = vec![0xFF, 0xFE];
    text.encode_utf16().for_each(|u| utf16.extend(u.to_le_bytes()));
    let got = read_as(&Mt940, &utf16, "x", CodePage::Utf16Le);
    assert_eq!(
        got.text(Table::Entries, "counterparty_name")[0],
        "Bäckerei Überall BV"
    );
    for (start, end) in got.places(Table::Entries) {
        let units: Vec<u16> = utf16[start..end]
            .chunks(2)
            .map(|p| u16::from_le_bytes([p[0], p[1]]))
            .collect();
        assert!(String::from_utf16_lossy(&units).starts_with(":61:1701"));
    }
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let got = read_as(&Mt940, &latin, "x", CodePage::Windows1252);
    assert_eq!(
        got.text(Table::Entries, "counterparty_name")[0],
        "Bäckerei Überall BV"
    );
    for (start, end) in got.places(Table::Entries) {
        assert!(latin[start..end].starts_with(b":61:1701") && !latin[start..end].ends_with(b"\r"));
    }
}

#[test]
fn a_line_without_end_is_one_reject() {
    let mut bytes = b":20:A\n:25:12345678/99\n:60F:C260101EUR10,\n:61:2601020102C5,NTRFX\n:86:".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 3_000_000));
    bytes.extend(b"\n:61:2601020102C6,NTRFX\n:86:next\n:62F:C260102EUR16,\n");
    let got = read(&Mt940, &bytes);
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert_eq!(got.signed(), [60_000]);
    assert!(got.text(Table::Rejects, "raw")[0].len() <= 4096);
}

#[test]
fn segments_of_a_hundred_thousand() {
    let mut text = String::from(":20:A\n:25:12345678/99\n:60F:C260101EUR0,\n");
    for at in 0..200_001 {
        text.push_str(&format!(":61:2601020102C{at},NTRFX\n"));
    }
    let got = read(&Mt940, text.as_bytes());
    assert_eq!(got.accepted, 200_001);
    let sequence: Vec<i64> = got
        .number(Table::Entries, "sequence")
        .into_iter()
        .flatten()
        .collect();
    assert!(sequence.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    assert_eq!(sequence.len(), 200_001);
}

#[test]
fn knows_its_files() {
    assert_eq!(Mt940.recognise(RABOBANK.as_bytes(), "x").score, 95);
    assert_eq!(
        Mt940.recognise(b"{1:F01X}{2:O940X}{3:}{4:\n:20:x", "x").score,
        100
    );
    assert_eq!(Mt940.recognise(b"Datum;Betrag\n1;2\n", "x.csv").score, 0);
    assert_eq!(Mt940.recognise(b"12:20: and :61: in a text", "x.txt").score, 0);
    let nothing = read(&Mt940, b"1\n2\n3\n");
    assert!(
        nothing.reasons().contains("no line that begins with a tag"),
        "{}",
        nothing.reasons()
    );
}

// --- the public corpus ------------------------------------------------------------------------------------------

/// What a `.yml` of the corpus expects.
#[derive(Default)]
struct Expected {
    /// Amount in ten-thousandths, value date, kind, mark, of each transaction.
    entries: Vec<(i128, String, String, String)>,
    opening: Option<i128>,
    closing: Option<i128>,
}

#[test]
fn the_corpus_agrees_with_its_expected_values() {
    let Some(root) = shared("statements/wolph-mt940/mt940_tests") else {
        return;
    };
    let (mut files, mut values, mut accountless) = (0, 0, 0);
    for folder in ["betterplace", "mBank", "self-provided"] {
        let mut paths: Vec<_> = std::fs::read_dir(root.join(folder))
            .expect("a folder")
            .map(|e| e.expect("an entry").path())
            .filter(|p| p.extension().is_some_and(|e| e == "sta"))
            .collect();
        paths.sort();
        for path in paths {
            let expected = expected(&path.with_extension("yml"));
            let mut bytes = std::fs::read(&path).expect("a readable file");
            let has_account = bytes.windows(4).any(|w| w == b":25:");
            if !has_account {
                // Fragments: alone their entries are rejects, for want of an account. With one they are compared.
                let alone = read(&Mt940, &bytes);
                assert_eq!(alone.accepted, 0);
                bytes.splice(0..0, *b":20:X\n:25:12345678/1\n");
                accountless += 1;
            }
            let got = read(&Mt940, &bytes);
            values += compare(&path, &expected, &got);
            files += 1;
        }
    }
    println!("{files} files, {accountless} of them fragments without an account; {values} values agree");
    assert!(files >= 26 && values >= 480, "{files} files, {values} values");
}

fn compare(path: &Path, expected: &Expected, got: &Collected) -> usize {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut values = 0;
    let amounts = got.signed();
    let dates = got.days(Table::Entries, "value_date");
    let kinds = got.text(Table::Entries, "bank_code");
    // An entry behind the end of the message belongs to no account: we refuse it, the corpus takes it along.
    let refused = got
        .text(Table::Rejects, "reason")
        .iter()
        .filter(|r| r.contains("no account"))
        .count();
    assert_eq!(
        amounts.len() + refused,
        expected.entries.len(),
        "{name}: {}",
        got.reasons()
    );
    for (at, amount) in amounts.iter().enumerate() {
        let (expected_amount, date, kind, mark) = &expected.entries[at];
        // `RC` takes back a credit. The corpus counts it as a credit, against the balances of its own file.
        let expected_amount = if mark == "RC" {
            -expected_amount
        } else {
            *expected_amount
        };
        assert_eq!(*amount, expected_amount, "{name}, entry {at}");
        assert_eq!(&dates[at], date, "{name}, entry {at}");
        assert!(
            kinds[at].starts_with(kind.as_str()),
            "{name}, entry {at}: {} {kind}",
            kinds[at]
        );
        values += 3;
    }
    let last = |column| {
        got.money(Table::StatementsRead, column)
            .into_iter()
            .flatten()
            .next_back()
    };
    for (column, value) in [
        ("opening_balance", expected.opening),
        ("closing_balance", expected.closing),
    ] {
        if let Some(value) = value {
            assert_eq!(last(column), Some(value), "{name}, {column}");
            values += 1;
        }
    }
    values
}

/// Reads the few keys that are compared; the corpus holds Python objects, so no YAML reader would do.
fn expected(path: &Path) -> Expected {
    let text = String::from_utf8_lossy(&std::fs::read(path).expect("expected values")).into_owned();
    let (head, transactions) = text.split_once("\ntransactions:").unwrap_or((&text, ""));
    let balance = |key: &str| {
        let (_, rest) = head.split_once(&format!("\n  {key}: "))?;
        let (number, mark) = rest.split_once("status: ")?;
        // Where the balance has no currency, the corpus took the first three digits of the amount for it.
        let currency = number.split_once("currency: ")?.1.trim_start_matches('\'');
        if currency.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let sign = if mark.starts_with('D') { -1 } else { 1 };
        Some(decimal(number)?.abs() * sign)
    };
    let mut all = Expected {
        opening: balance("final_opening_balance"),
        closing: balance("final_closing_balance"),
        ..Expected::default()
    };
    for entry in transactions
        .split("\n- !!python/object:mt940.models.Transaction")
        .skip(1)
    {
        let (_, after_amount) = entry.split_once("\n    amount:").unwrap_or(("", ""));
        if let Some(amount) = decimal(after_amount) {
            let key = |key: &str| {
                let value = entry.split_once(&format!("\n    {key}: ")).map_or("", |(_, v)| v);
                value.lines().next().unwrap_or("").trim_matches('\'').to_owned()
            };
            let date = entry
                .split_once("\n    date:")
                .map_or(String::new(), |(_, v)| packed_date(v));
            let kind = key("id");
            let kind = if kind == "null" { String::new() } else { kind };
            all.entries.push((amount, date, kind, key("status")));
        }
    }
    all
}

/// The first `- '12.34'` behind a place, in ten-thousandths.
fn decimal(text: &str) -> Option<i128> {
    let (_, value) = text.split_once("decimal.Decimal")?;
    let value = value
        .lines()
        .nth(1)?
        .trim()
        .strip_prefix("- '")?
        .strip_suffix('\'')?;
    let amount = geldspoor::model::Amount::parse(value, geldspoor::model::NumberStyle::POINT).ok()?;
    Some(i128::from(amount.scaled()))
}

/// A date as Python packs it: four bytes in base 64, year in two, month, day.
fn packed_date(text: &str) -> String {
    let Some(code) = text.lines().nth(2).map(str::trim) else {
        return String::new();
    };
    let mut bits = 0u64;
    for c in code.bytes().take(6) {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u64::from(value);
    }
    let bytes = (bits >> 4) as u32;
    format!("{:04}-{:02}-{:02}", bytes >> 16, bytes >> 8 & 255, bytes & 255)
}

#[test]
fn asn_bank_reconciles_throughout() {
    let Some(root) = shared("statements/wolph-mt940/mt940_tests/ASNB") else {
        return;
    };
    for name in ["mt940.txt", "mt940_with_spaces_for_entry_date.txt"] {
        let bytes = std::fs::read(root.join(name)).expect("a readable file");
        let got = read(&Mt940, &bytes);
        assert_eq!(got.rejected, 0, "{}", got.reasons());
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
                "{name} {id}"
            );
        }
        println!("{name}: {} statements, {} entries reconcile", ids.len(), of.len());
        assert!(ids.len() >= 28 && of.len() >= 5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        let mut bytes = RABOBANK.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let got = read(&Mt940, &bytes);
        prop_assert_eq!(got.accepted as usize, got.signed().len());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        for (start, end) in got.places(Table::Entries).into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= bytes.len());
        }
    }
}

#[test]
fn a_payment_message_among_statements_is_a_reject_and_not_lost() {
    let text = format!(
        "{{1:F01AAAANL2AXXXX0000000000}}{{2:O9400000000000}}{{4:\r\n{}}}\r\n\
         {{1:F01AAAANL2AXXXX0000000000}}{{2:I103BBBBDEFFXXXXN}}{{4:\r\n:20:REF1\r\n:32A:170102EUR5,00\r\n-}}\r\n\
         {{1:F01AAAANL2AXXXX0000000000}}{{2:O9400000000000}}{{4:\r\n{}}}\r\n",
        RABOBANK.trim_start_matches(":940:\r\n").trim_end(),
        RABOBANK
            .trim_start_matches(":940:\r\n")
            .trim_end()
            .replace("17001", "17002"),
    );
    let got = read(&Mt940, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (4, 1), "{}", got.reasons());
    assert!(got.reasons().contains("MT103"), "{}", got.reasons());
    assert_eq!(
        got.text(Table::StatementsRead, "sequence_number"),
        ["17001", "17002"]
    );
}

#[test]
fn an_envelope_behind_the_end_of_a_message_begins_the_next() {
    let statement = |number: &str| {
        let text = RABOBANK.trim_start_matches(":940:\r\n").trim_end();
        text.replace("17001", number)
    };
    let head = |kind: &str| format!("{{1:F01AAAANL2AXXXX0000000000}}{{2:{kind}0000000000}}{{4:\r\n");
    let (o940, o103) = (head("O940"), head("O103"));
    let payment = ":20:REF1\r\n:79:one\r\n-\r\n:32A:170102EUR5,00\r\n";
    let text = format!(
        "{o940}{}}}{{5:{{CHK:1}}}}{o103}{payment}-}}{{5:{{CHK:2}}}}{o940}{}}}{{5:{{CHK:3}}}}\r\n{o103}{payment}",
        statement("17001"),
        statement("17002"),
    );
    let got = read(&Mt940, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (4, 2), "{}", got.reasons());
    assert_eq!(
        got.text(Table::StatementsRead, "sequence_number"),
        ["17001", "17002"]
    );
    // The reject is the message, from its envelope to where the next one begins.
    let cited: Vec<&str> = got
        .places(Table::Rejects)
        .into_iter()
        .map(|(start, end)| &text[start..end])
        .collect();
    let trailed = format!("{o103}{payment}-}}{{5:{{CHK:2}}}}");
    assert_eq!(cited, [trailed.as_str(), format!("{o103}{payment}").trim_end()]);
    assert!(got.text(Table::Rejects, "raw")[0].contains(":32A:170102EUR5,00"));
}

#[test]
fn details_without_end_are_one_reject_and_are_not_held() {
    let line = format!(":86:{}\r\n", "x".repeat(60_000));
    let text = RABOBANK.replacen(":86:/EREF", &format!("{}:86:/EREF", line.repeat(40)), 1);
    let got = read(&Mt940, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert!(got.reasons().contains("longer than 1 MB"), "{}", got.reasons());
}
