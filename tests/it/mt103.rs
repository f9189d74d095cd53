//! MT103, MT202 and MT202 COV: messages in the form of SWIFT's own handbook, several in a file, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::mt103::Mt103;
use geldspoor::intake::formats::signed;
use proptest::prelude::*;

use crate::collect::{read, read_as};

pub const CUSTOMER: &str = "{1:F01AAAABEBBAXXX0000000000}{2:I103CCCCUS33XXXXN}{3:{108:MUR1}{121:eb6305c9-1f7f-49de-aed0-16487c27b42d}}{4:\r\n\
:20:494931/DEV\r\n:23B:CRED\r\n:32A:090528EUR1958,47\r\n:33B:USD2700,\r\n:36:0,72536\r\n\
:50F:NIDN/DE/121231234342\r\n1/MANN GEORG\r\n2/HAUPTSTRASSE 1\r\n3/DE/MUENCHEN\r\n4/19420101\r\n\
:52A:/C/55\r\nBANKDEFFXXX\r\n:56D://FW021000021\r\nTHIRD BANK\r\n:57A:INGBNL2A\r\n\
:59:/NL91ABNA0417164300\r\nABCDEFGHIJ ABCDEFGHIJ ABCDEFGHIJ XY\r\nAMSTERDAM\r\n\
:70:/ROC/ORDER 7//INVOICE 12\r\nAND 13\r\n:71A:SHA\r\n:71F:EUR5,\r\n:72:/INS/CHASUS33\r\n-}{5:{CHK:123}}\r\n";

pub const COVER: &str = "{1:F01CCCCUS33AXXX0000000000}{2:O2020919090527AAAABEBBAXXX22221234560905270920N}{3:{119:COV}}{4:\r\n\
:20:090525/124COV\r\n:21:090525/123COV\r\n:32A:090527USD10500,00\r\n:56A:ABFDUS33\r\n:57A:DDDDUS33\r\n:58A:BBBBGB22\r\n\
:50F:/123564982101\r\n1/MR. BIG\r\n2/HIGH STREET 3\r\n3/BE/BRUSSELS\r\n:57A:EEEEGB22\r\n\
:59F:/987654321\r\n1/MR. SMALL\r\n2/LOW STREET 15\r\n3/GB/LONDON\r\n:70:/INV/1234\r\n:33B:USD10500,00\r\n-}\r\n";

#[test]
fn a_customer_transfer_from_end_to_end() {
    let got = read(&Mt103, CUSTOMER.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    let text = |column: &str| got.text(Table::PaymentOrders, column).remove(0);
    assert_eq!(text("kind"), "interbank_credit_transfer");
    assert_eq!(text("message_id"), "494931/DEV");
    assert_eq!(got.money(Table::PaymentOrders, "amount"), [Some(19_584_700)]);
    assert_eq!(text("currency"), "EUR");
    assert_eq!(got.days(Table::PaymentOrders, "requested_date"), ["2009-05-28"]);
    assert_eq!(
        (text("debtor_name"), text("debtor_bank")),
        ("MANN GEORG".into(), "BANKDEFFXXX".into())
    );
    assert_eq!(text("creditor_name"), "ABCDEFGHIJ ABCDEFGHIJ ABCDEFGHIJ XY");
    assert_eq!(
        (text("creditor_account"), text("creditor_bank")),
        ("NL91ABNA0417164300".into(), "INGBNL2A".into())
    );
    assert_eq!(text("transaction_id"), "eb6305c9-1f7f-49de-aed0-16487c27b42d");
    assert_eq!(text("end_to_end_id"), "ORDER 7");
    assert_eq!(text("charges"), "SHA 71F:EUR5,");
    let remittance = text("remittance");
    assert!(
        remittance.starts_with("/ROC/ORDER 7//INVOICE 12 AND 13 ["),
        "{remittance}"
    );
    for part in [
        "[the beneficiary's name fills its line of 35 characters it may be cut]",
        "[instructed USD2700,]",
        "[rate 0,72536]",
        "[intermediary FW021000021]",
        "[to receiver /INS/CHASUS33]",
        "[beneficiary's address AMSTERDAM]",
    ] {
        assert!(remittance.contains(part), "{part}: {remittance}");
    }
    assert!(!remittance.contains("[the ordering"), "{remittance}");
    assert_eq!(
        got.text(Table::PartiesRead, "registration_number"),
        ["121231234342"]
    );
    assert_eq!(got.days(Table::PartiesRead, "birth_date"), ["1942-01-01"]);
    // An order is no booking, and no account is seized by it.
    assert!(got.signed().is_empty() && got.flags(Table::AccountsRead, "seized").iter().all(|s| !s));
}

#[test]
fn a_cover_payment_shows_whom_it_covers() {
    let got = read(&Mt103, COVER.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    let text = |column: &str| got.text(Table::PaymentOrders, column).remove(0);
    assert_eq!(
        (text("debtor_name"), text("creditor_name")),
        ("AAAABEBB".into(), "BBBBGB22".into())
    );
    assert_eq!(
        (text("ultimate_debtor"), text("ultimate_creditor")),
        ("MR. BIG".into(), "MR. SMALL".into())
    );
    assert_eq!(text("creditor_bank"), "DDDDUS33");
    assert_eq!(got.money(Table::PaymentOrders, "amount"), [Some(105_000_000)]);
    let remittance = text("remittance");
    for part in [
        "/INV/1234",
        "[ordering customer's account 123564982101]",
        "[beneficiary's account 987654321]",
        "[beneficiary's bank EEEEGB22]",
        "[related reference 090525/123COV]",
        "[intermediary ABFDUS33]",
    ] {
        assert!(remittance.contains(part), "{part}: {remittance}");
    }
    assert!(!remittance.contains("[instructed"), "{remittance}");
    let numbers = got.text(Table::AccountsRead, "number");
    assert!(
        numbers.contains(&"123564982101".to_owned()) && numbers.contains(&"987654321".to_owned()),
        "{numbers:?}"
    );
}

#[test]
fn several_messages_each_cited_by_its_own_bytes() {
    let one_line = format!("{}{}", CUSTOMER.trim_end(), COVER);
    let ack =
        format!("{{1:F21AAAABEBBAXXX0000000000}}{{4:{{177:0905281000}}{{451:0}}}}{CUSTOMER}$\u{3}{COVER}");
    for text in [
        format!("{CUSTOMER}{COVER}"),
        one_line,
        ack,
        CUSTOMER.replace("\r\n", "\n") + COVER,
    ] {
        let got = read(&Mt103, text.as_bytes());
        assert_eq!((got.accepted, got.rejected), (2, 0), "{}", got.reasons());
        for ((start, end), parts) in got.places(Table::PaymentOrders).into_iter().zip([
            ["090528", "1958,47", "494931/DEV"],
            ["090527", "10500,00", "124COV"],
        ]) {
            let cited = &text[start..end];
            assert!(cited.starts_with("{1:F01") && cited.ends_with('}'), "{cited}");
            assert!(parts.iter().all(|part| cited.contains(part)), "{cited}");
            assert_eq!(cited.matches(":32A:").count(), 1, "{cited}");
        }
    }
}

#[test]
fn without_envelopes_and_in_utf16() {
    let fields = |text: &str| {
        let from = text.find(":20:").expect("a field");
        let to = text.find("-}").expect("an end");
        text[from..to].to_owned()
    };
    let bare = format!("{}-\r\n{}", fields(CUSTOMER), fields(COVER));
    assert_eq!(Mt103.recognise(bare.as_bytes(), "x").score, 95);
    for text in [bare.clone(), bare.replace("-\r\n", "")] {
        let got = read(&Mt103, text.as_bytes());
        assert_eq!((got.accepted, got.rejected), (2, 0), "{}", got.reasons());
        assert_eq!(
            got.text(Table::PaymentOrders, "ultimate_creditor"),
            ["", "MR. SMALL"]
        );
    }
    let mut utf16 = vec![0xFF, 0xFE];
    let both = format!("{}{COVER}", CUSTOMER.trim_end()).replace("MANN", "MÄNN");
    both.encode_utf16().for_each(|u| utf16.extend(u.to_le_bytes()));
    let got = read_as(&Mt103, &utf16, "x", CodePage::Utf16Le);
    assert_eq!(got.accepted, 2, "{}", got.reasons());
    for (start, end) in got.places(Table::PaymentOrders) {
        let units: Vec<u16> = utf16[start..end]
            .chunks(2)
            .map(|p| u16::from_le_bytes([p[0], p[1]]))
            .collect();
        let cited = String::from_utf16_lossy(&units);
        assert!(cited.starts_with("{1:F01") && cited.ends_with('}'), "{cited}");
    }
}

#[test]
fn a_bad_message_never_takes_its_neighbours_along() {
    for (from, to, reason) in [
        (":32A:090528", ":32A:090231", "no day of the calendar"),
        ("EUR1958,47", "EUR1.958,47", "unexpected ‘.’"),
        ("EUR1958,47", "ZZZ1958,47", "no currency"),
        ("{2:I103", "{2:I910", "type ‘910’"),
        (":20:494931", ":19:494931", "no :20:"),
        ("-}{5:{CHK:123}}", "", "does not end with -}"),
        (":59:/NL91", ":58Z:/NL91", "no :59a:"),
    ] {
        let text = format!("{COVER}{}{COVER}", CUSTOMER.replace(from, to));
        let got = read(&Mt103, text.as_bytes());
        assert_eq!((got.accepted, got.rejected), (2, 1), "{to}: {}", got.reasons());
        assert!(got.reasons().contains(reason), "{reason}: {}", got.reasons());
    }
    let returned = CUSTOMER.replace(":72:/INS/CHASUS33", ":72:/RETN/59\r\n/AC04/ACCOUNT CLOSED");
    let got = read(&Mt103, returned.as_bytes());
    assert_eq!(got.text(Table::PaymentOrders, "kind"), ["return"]);
    assert_eq!(
        got.text(Table::PaymentOrders, "return_reason"),
        ["/RETN/59 /AC04/ACCOUNT CLOSED"]
    );
}

#[test]
fn no_format_claims_the_files_of_another() {
    let statement = ":20:A\n:25:12345678/99\n:28C:7/1\n:60F:C260101EUR10,\n:61:2601020102C5,NTRFX\n:62F:C260102EUR15,\n-\n";
    let enveloped = format!(
        "{{1:F01AAAABEBBAXXX0000000000}}{{2:O9400919090527AAAABEBBAXXX22221234560905270920N}}{{4:\n{statement}}}"
    );
    for (text, own) in [
        (CUSTOMER, "mt103"),
        (COVER, "mt103"),
        (statement, "mt940"),
        (enveloped.as_str(), "mt940"),
        ("!Type:Bank\nD1/22'18\nT1\n^\n", "qif"),
        ("<OFX><STMTRS>", "ofx"),
        ("01,B,M,240105,0600,1,,,2/\n02,M,1,1,240104,,USD,/\n", "bai2"),
    ] {
        for format in signed() {
            let score = format.recognise(text.as_bytes(), "x").score;
            assert_eq!(score > 0, format.id() == own, "{} of {own}: {score}", format.id());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        let mut bytes = format!("{CUSTOMER}{COVER}").into_bytes();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let got = read(&Mt103, &bytes);
        prop_assert_eq!(got.accepted as usize, got.money(Table::PaymentOrders, "amount").len());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        let places = got.places(Table::PaymentOrders);
        prop_assert!(places.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        for (start, end) in places.into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= bytes.len());
        }
    }
}
