//! QIF: made-up files, the public corpus with the CSV files it was made from, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::qif::Qif;
use proptest::prelude::*;

use crate::collect::{read, read_as, shared};

pub const QUICKEN: &str = "!Option:AutoSwitch\r\n!Account\r\nNOld\r\nTBank\r\n^\r\nNChecking\r\nTBank\r\nDhouse money\r\n^\r\n\
!Clear:AutoSwitch\r\n!Type:Bank\r\nD1/ 1'18\r\nT1,000.00\r\nPOpening Balance\r\nL[Checking]\r\n^\r\n\
D1/22'18\r\nU-12.50\r\nT-12.50\r\nN101\r\nPBakery\r\nMbread\r\nLFood\r\nASquare 1\r\nATown\r\nCX\r\n^\r\n\
D2/ 3'18\r\nT-100.00\r\nPMoved\r\nL[Savings]\r\nS[Savings]\r\nEpart one\r\n$-60.00\r\nSFees\r\n$-40.00\r\n^\r\n\
!Type:Cat\r\nNFood\r\nDGroceries\r\nE\r\n^\r\n!Type:Invst\r\nD1/5'18\r\nNBuyX\r\nYIBM\r\nT100.00\r\n^\r\n";

#[test]
fn a_quicken_file_from_end_to_end() {
    let got = read(&Qif, QUICKEN.as_bytes());
    assert!(got.error.is_none(), "{}", got.reasons());
    assert_eq!(got.signed(), [-125_000, -1_000_000]);
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2018-01-22", "2018-02-03"]
    );
    assert_eq!(got.text(Table::Entries, "counterparty_name"), ["Bakery", "Moved"]);
    assert_eq!(
        got.text(Table::Entries, "remittance"),
        ["bread [category Food] [address Square 1, Town]", ""]
    );
    assert_eq!(got.text(Table::Entries, "channel"), ["cheque", "transfer"]);
    assert_eq!(got.text(Table::Entries, "bank_reference"), ["101", ""]);
    assert_eq!(got.text(Table::Entries, "currency"), ["", ""]);
    let other = &got.text(Table::Entries, "counterparty_account")[1];
    assert!(other.starts_with("Savings#"), "{other}");
    // The record of the opening balance is no movement.
    assert_eq!((got.accepted, got.rejected), (3, 1), "{}", got.reasons());
    assert!(got.reasons().contains("investment"), "{}", got.reasons());
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(10_000_000)]
    );
    assert_eq!(got.days(Table::StatementsRead, "from_date"), ["2018-01-01"]);
    let accounts = got.text(Table::AccountsRead, "number");
    let seized = got.flags(Table::AccountsRead, "seized");
    let own: Vec<_> = accounts
        .iter()
        .zip(&seized)
        .filter(|(_, s)| **s)
        .map(|(n, _)| n.as_str())
        .collect();
    assert_eq!(own.len(), 1);
    assert!(own[0].starts_with("CHECKING#"), "{own:?}");
    assert_eq!(
        got.money(Table::EntryDetails, "amount"),
        [Some(600_000), Some(400_000)]
    );
    assert_eq!(
        got.text(Table::EntryDetails, "remittance"),
        ["part one", "[category Fees]"]
    );
    assert_eq!(
        got.text(Table::EntryDetails, "entry_id")[0],
        got.text(Table::Entries, "entry_id")[1]
    );
}

#[test]
fn a_citation_is_the_whole_record() {
    for text in [
        QUICKEN.to_owned(),
        QUICKEN.replace("\r\n", "\n"),
        QUICKEN.replace("\r\n", "\r"),
    ] {
        let got = read(&Qif, text.as_bytes());
        assert_eq!(got.signed(), [-125_000, -1_000_000], "{}", got.reasons());
        for ((start, end), parts) in got
            .places(Table::Entries)
            .into_iter()
            .zip([["D1/22'18", "-12.50"], ["D2/ 3'18", "-100.00"]])
        {
            let cited = &text[start..end];
            assert!(cited.starts_with('D') && cited.ends_with('^'), "{cited}");
            assert!(parts.iter().all(|part| cited.contains(part)), "{cited}");
            assert_eq!(cited.matches('^').count(), 1);
        }
        for ((start, end), amount) in got
            .places(Table::EntryDetails)
            .into_iter()
            .zip(["-60.00", "-40.00"])
        {
            assert!(text[start..end].starts_with('S') && text[start..end].ends_with(amount));
        }
    }
}

#[test]
fn a_file_that_leaves_the_order_of_day_and_month_open_is_refused() {
    let file = |dates: [&str; 2]| format!("!Type:Bank\nD{}\nT-1.00\n^\nD{}\nT2.00\n^\n", dates[0], dates[1]);
    let open = file(["02/01/2018", "03/01/2018"]);
    let got = read(&Qif, open.as_bytes());
    assert_eq!((got.accepted, got.rejected), (0, 0));
    let reason = got.reasons();
    assert!(
        reason.contains("‘02/01/2018’ (line 2)") && reason.contains("day-first"),
        "{reason}"
    );
    // Who knows it says so by the name.
    for (name, first) in [
        ("a day-first.qif", "2018-01-02"),
        ("in/month-first b.qif", "2018-02-01"),
    ] {
        let got = read_as(&Qif, open.as_bytes(), name, CodePage::Utf8);
        assert_eq!(
            got.days(Table::Entries, "booking_date")[0],
            first,
            "{}",
            got.reasons()
        );
    }
    let got = read_as(
        &Qif,
        file(["02/13/2018", "1/1/2018"]).as_bytes(),
        "day-first",
        CodePage::Utf8,
    );
    assert!(
        got.reasons().contains("line 2") && got.accepted == 0,
        "{}",
        got.reasons()
    );
    for (dates, expected) in [
        (["02/01/2018", "22/01/2018"], ["2018-01-02", "2018-01-22"]),
        (["02/01/2018", "01/22/2018"], ["2018-02-01", "2018-01-22"]),
        (["02.01.2018", "03.01.2018"], ["2018-01-02", "2018-01-03"]),
        (["2018-01-02", "2018-01-03"], ["2018-01-02", "2018-01-03"]),
    ] {
        let got = read(&Qif, file(dates).as_bytes());
        assert_eq!(
            got.days(Table::Entries, "booking_date"),
            expected,
            "{}",
            got.reasons()
        );
    }
    let stated = format!("!Option:DMY\n{open}");
    assert_eq!(
        read(&Qif, stated.as_bytes()).days(Table::Entries, "booking_date")[0],
        "2018-01-02"
    );
    let both = read(&Qif, file(["22/01/2018", "01/22/2018"]).as_bytes());
    assert!(
        both.reasons().contains("line 2") && both.reasons().contains("line 5"),
        "{}",
        both.reasons()
    );
}

#[test]
fn a_bad_record_never_takes_its_neighbours_along() {
    let text = "!Type:CCard\nD13/01/2018\nT1.00\n^\nD31/02/2018\nT5.00\n^\nD14/01/2018\nT2.00\n^\nD14/01/2018\nPnothing\n^\n\
                D14/01/2018\nT1.2.3\n^\nD15/01/2018\nT1.00\nU2.00\n^\nD16/01/2018\nT1.00\nD17/01/2018\nT9.00\n^\n\
                D18/01/2018\nT3.00\n^\nD19/01/2018\nT4.00\n";
    let got = read(&Qif, text.as_bytes());
    assert_eq!(got.signed(), [10_000, 20_000, 30_000], "{}", got.reasons());
    assert_eq!(got.rejected, 6, "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    for (reason, part) in reasons.iter().zip([
        "31/02/2018",
        "no amount",
        "1.2.3",
        "U says",
        "a second",
        "file ends",
    ]) {
        assert!(reason.contains(part), "{part}: {reason}");
    }
    assert_eq!(got.text(Table::Rejects, "locator")[0], "line 5");
}

#[test]
fn knows_its_files() {
    assert_eq!(Qif.recognise(QUICKEN.as_bytes(), "x").score, 98);
    assert_eq!(Qif.recognise(b"\xEF\xBB\xBF!type:bank\nD", "x").score, 98);
    assert_eq!(Qif.recognise(b"Date,Amount\n!Type:Bank\n", "x.csv").score, 0);
    assert_eq!(Qif.recognise(b"!important", "x").score, 0);
    assert!(read(&Qif, b"!Account\nNx\n^\n").reasons().contains("no section"));
}

// --- the public corpus ------------------------------------------------------------------------------------------

#[test]
fn the_corpus_agrees_with_the_csv_files_it_was_made_from() {
    let Some(root) = shared("statements/csv2ofx/csv2ofx-0.34.2/data") else {
        return;
    };
    let read_file = |name: &str| std::fs::read(root.join(name)).expect("a file");
    // File, amounts in cents and days as they stand in the CSV file of the same name.
    let cases: [(&str, &[i128], &[&str]); 5] = [
        (
            "creditunion",
            &[
                5_000_000, 5_000_000, 7_000_000, 6_500_000, 6_000_000, 7_500_000, 4_500_000, 5_000_000,
            ],
            &[
                "2015-02-08",
                "2015-02-08",
                "2015-02-24",
                "2015-02-28",
                "2015-03-04",
                "2015-03-09",
                "2015-03-24",
                "2015-03-25",
            ],
        ),
        (
            "mint",
            &[-150_000, 200_000, -250_000, -100_000],
            &["2015-06-12", "2015-06-13", "2015-06-14", "2015-06-12"],
        ),
        (
            "stripe-all",
            &[2_500, 2_750, 2_500, 2_500, 1_000],
            &[
                "2021-02-03",
                "2021-02-03",
                "2021-02-02",
                "2021-02-02",
                "2021-03-16",
            ],
        ),
        (
            "ubs-ch-fr",
            &[-1_000, 24_000, -20_000],
            &["2019-03-31", "2019-02-28", "2019-04-27"],
        ),
        (
            "xero",
            &[14_900_000, -11_300_000, -20_900_000, -3_000_000, -3_000_000],
            &[
                "2015-01-23",
                "2015-01-25",
                "2015-02-14",
                "2015-01-24",
                "2015-01-25",
            ],
        ),
    ];
    for (name, amounts, days) in cases {
        let bytes = read_file(&format!("converted/{name}.qif"));
        assert_eq!(Qif.recognise(&bytes, "x").score, 98, "{name}");
        let got = read(&Qif, &bytes);
        assert!(
            got.error.is_none() && got.rejected == 0,
            "{name}: {}",
            got.reasons()
        );
        assert_eq!(
            got.signed(),
            amounts.iter().map(|a| a * 100).collect::<Vec<_>>(),
            "{name}"
        );
        assert_eq!(got.days(Table::Entries, "booking_date"), days, "{name}");
        for ((start, end), amount) in got.places(Table::Entries).into_iter().zip(amounts) {
            let cited = String::from_utf8_lossy(&bytes[start..end]);
            let written = format!("{}.{:02}", amount.abs() / 100, amount.abs() % 100);
            assert!(cited.contains(&written) && cited.contains("\nT"), "{cited}");
        }
    }
    // Splits add up to their entry.
    let got = read(&Qif, &read_file("converted/xero.qif"));
    let details = got.money(Table::EntryDetails, "amount");
    let of = got.text(Table::EntryDetails, "entry_id");
    for (id, amount) in got
        .text(Table::Entries, "entry_id")
        .iter()
        .zip(got.money(Table::Entries, "amount"))
    {
        let sum: i128 = details
            .iter()
            .zip(&of)
            .filter(|(_, e)| *e == id)
            .map(|(a, _)| a.expect("an amount"))
            .sum();
        assert_eq!(Some(sum), amount);
    }
    // The account number of the bank stays as written, words do not.
    let got = read(&Qif, &read_file("converted/ubs-ch-fr.qif"));
    assert!(
        got.text(Table::AccountsRead, "number")
            .contains(&"012345678901.23A".to_owned())
    );
    let got = read(&Qif, &read_file("example/investment_example.qif"));
    assert_eq!((got.accepted, got.rejected), (0, 2), "{}", got.reasons());
}

#[test]
fn transfers_within_a_file_name_each_other() {
    let Some(root) = shared("statements/csv2ofx/csv2ofx-0.34.2/data/converted") else {
        return;
    };
    // The corpus writes the other account as a category; Quicken puts it in brackets.
    let text = std::fs::read_to_string(root.join("mint.qif")).expect("a file");
    let text = text
        .replace("SSavings", "S[Savings]")
        .replace("SChecking", "S[Checking]");
    let got = read(&Qif, text.as_bytes());
    let accounts = got.text(Table::EntryDetails, "counterparty_account_id");
    let own = got.text(Table::Entries, "account_id");
    assert_eq!(accounts.len(), 4);
    // Three entries on Checking whose other side is Savings, one the other way round.
    assert!(accounts[..3].iter().all(|a| *a == own[3]) && accounts[3] == own[0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        let mut bytes = QUICKEN.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let got = read(&Qif, &bytes);
        // A record is an entry, or an opening balance of its statement.
        let balances = got.money(Table::StatementsRead, "opening_balance").into_iter().flatten().count();
        prop_assert_eq!(got.accepted as usize, got.signed().len() + balances);
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
