//! Money sent from person to person, and payments at a merchant's terminals. Every row here is made up.

use geldspoor::case::Table;
use geldspoor::intake::encoding::{CodePage, find};
use geldspoor::intake::formats::choose;
use geldspoor::intake::formats::delimited::Delimited;
use geldspoor::intake::mapping::{Mapping, builtin_by_id, builtin_text};
use proptest::prelude::*;

use crate::collect::{Collected, read_as};

const HEADER: &str = "MTCN,Send Date,Send Time,Sender First Name,Sender Last Name,Sender ID Type,Sender ID Number,\
Sender ID Issuing Country,Sender Phone,Sender Date of Birth,Sender Address,Sender Country,Send Agent,Send City,\
Send Country,Principal Amount,Send Currency,Fee,Payee Name,Payee Phone,Payee Date of Birth,Payee Country,Pay City,\
Pay Country,Pay Amount,Pay Currency,Status\n";

/// One person with a passport sends three times; the payees are known by telephone, by name and birth date, by name.
fn rows() -> String {
    [
        "1234567890,2024-03-01,14:05:09,Ana,Pop,Passport,RO 123456,RO,+31612345678,1990-05-01,Street 1,NL,Agent A,\
Rotterdam,NL,\"1,250.00\",EUR,12.50,Ion Pop,+40 721 234 567,,RO,Cluj,RO,6200.75,RON,Paid",
        "1234567891,2024-03-02,09:00:00,Ana,POP,Passport,RO123456,RO,,,,NL,Agent B,Delft,NL,500.00,EUR,0,\
Maria Ionescu,,1985-02-03,RO,Iasi,RO,500.00,EUR,Paid",
        "1234567892,2024-03-03,10:00:00,Ana,Pop,Passport,RO123456,RO,,,,NL,Agent B,Delft,NL,90.00,EUR,,\
Maria Ionescu,N/A,,RO,Iasi,RO,,,PAID",
        "1234567893,2024-03-04,10:00:00,Ana,Pop,Passport,RO123456,RO,,,,NL,Agent B,Delft,NL,70.00,EUR,,\
Maria Ionescu,,,RO,Iasi,RO,,,Paid",
        "1234567894,2024-03-05,10:00:00,Ana,Pop,,,,,,,NL,Agent B,Delft,NL,70.00,EUR,,X,,,RO,,,,,Unpaid",
        "1234567895,2024-03-05,10:00:00,Ana,Pop,,,,,,,NL,Agent B,Delft,NL,70.00,EUR,,X,,,RO,,,,,Cancelled",
        "1234567896,2024-03-05,10:00:00,Ana,Pop,,,,,,,NL,Agent B,Delft,NL,70.00,EUR,,X,,,RO,,,,RON,Paid",
        "1234567897,03/05/2024,10:00:00,Ana,Pop,,,,,,,NL,Agent B,Delft,NL,70.00,EUR,,X,,,RO,,,,,Paid",
    ]
    .map(|row| format!("{row}\n"))
    .concat()
}

fn read(id: &str, text: &str) -> Collected {
    let mapping = builtin_by_id(id).expect("built in");
    read_as(
        &Delimited::by(mapping),
        text.as_bytes(),
        "production.csv",
        CodePage::Utf8,
    )
}

fn western_union() -> Collected {
    read("western-union", &[HEADER, &rows()].concat())
}

#[test]
fn a_transfer_is_two_entries_with_both_currencies_and_a_fee() {
    let text = [HEADER, &rows()].concat();
    let chosen = choose(text.as_bytes(), "x.csv", find(text.as_bytes()), None, "").expect("chosen");
    assert_eq!(chosen.mapping_id(), "western-union");
    let got = western_union();
    assert!(got.error.is_none(), "{}", got.reasons());
    assert_eq!((got.accepted, got.rejected), (4, 4), "{}", got.reasons());
    let cents = |all: &[i128]| all.iter().map(|a| a * 100).collect::<Vec<_>>();
    assert_eq!(
        got.signed(),
        cents(&[
            -125_000, 620_075, -1_250, -50_000, 50_000, -9_000, 9_000, -7_000, 7_000
        ])
    );
    let entries = |column| got.text(Table::Entries, column);
    assert_eq!(entries("currency")[..3], ["EUR", "RON", "EUR"]);
    assert_eq!(entries("channel")[..3], ["remittance", "remittance", "fee"]);
    assert_eq!(entries("bank_reference")[..3], ["1234567890"; 3]);
    assert_eq!(entries("city")[..2], ["Rotterdam", "Cluj"]);
    assert_eq!(entries("country")[..2], ["NL", "RO"]);
    assert_eq!(entries("counterparty_country")[..2], ["RO", "NL"]);
    assert_eq!(entries("counterparty_name")[..2], ["Ion Pop", "Ana Pop"]);
    assert_eq!(entries("time_precision")[0], "second");
    for ((start, end), wanted) in got
        .places(Table::Entries)
        .into_iter()
        .zip(["1,250.00", "6200.75"])
    {
        assert!(text[start..end].contains(wanted) && text[start..end].contains("2024-03-01"));
    }
    let ids = entries("entry_id");
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(ids.len(), distinct.len());
}

#[test]
fn a_name_alone_makes_nobody_the_same_person() {
    let got = western_union();
    let entries = |column| got.text(Table::Entries, column);
    let accounts = entries("account_id");
    // The sender by the passport, however the number and the name are written.
    assert!(
        [2, 3, 5, 7].iter().all(|at| accounts[*at] == accounts[0]),
        "{accounts:?}"
    );
    // The payees: three times the same name, once with a birth date.
    let payees = [&accounts[1], &accounts[4], &accounts[6], &accounts[8]];
    for (at, one) in payees.iter().enumerate() {
        assert!(payees[at + 1..].iter().all(|other| other != one), "{payees:?}");
    }
    assert_eq!(
        entries("counterparty_account")[..1],
        ["tel-40721234567@western-union"]
    );
    assert_eq!(
        entries("counterparty_account")[3],
        "MARIA-IONESCU-1985-02-03@western-union"
    );
    assert_eq!(
        entries("counterparty_account")[5],
        "1234567892-2024-03-03-payee@western-union"
    );
    assert_eq!(
        [0, 3, 5].map(|at| entries("counterparty_status")[at].clone()),
        ["identified", "identified", "partial"]
    );
    assert!(
        got.text(Table::AccountsRead, "scheme")
            .iter()
            .all(|scheme| scheme == "service")
    );
    assert!(
        got.flags(Table::AccountsRead, "seized")
            .iter()
            .all(|seized| !seized)
    );
    // Persons with what the row says of them.
    let parties = |column| got.text(Table::PartiesRead, column);
    assert_eq!(parties("name")[..2], ["Ana Pop", "Ion Pop"]);
    assert_eq!(parties("registration_number")[..2], ["PASSPORT RO RO123456", ""]);
    assert_eq!(parties("phone")[..2], ["+31612345678", "+40 721 234 567"]);
    assert_eq!(parties("address")[0], "Street 1");
    assert_eq!(
        got.days(Table::PartiesRead, "birth_date")[..4],
        ["1990-05-01", "", "", "1985-02-03"]
    );
    assert!(parties("role").iter().all(|role| role == "holder"));
    // One mention of the sender, whatever the capitals.
    assert_eq!(parties("party_id")[0], parties("party_id")[2]);
}

#[test]
fn what_was_not_paid_out_is_rejected_with_its_reason() {
    let got = western_union();
    let reasons = got.text(Table::Rejects, "reason");
    assert!(
        reasons[0].contains("not booked") && reasons[0].contains("Unpaid"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].contains("not booked") && reasons[1].contains("Cancelled"),
        "{reasons:?}"
    );
    // Another currency without its amount; a day that can be read in two ways.
    assert!(
        reasons[2].contains("Pay Amount") && reasons[2].contains("currency"),
        "{reasons:?}"
    );
    assert!(reasons[3].contains("03/05/2024"), "{reasons:?}");
    // Without a column of the status every row counts as booked.
    let text = [HEADER, &rows()].concat();
    let cut: String = text
        .lines()
        .map(|line| format!("{}\n", line.rsplit_once(',').map_or("", |(front, _)| front)))
        .collect();
    assert_eq!(read("western-union", &cut).accepted, 6);
}

#[test]
fn moneygram_names_its_columns_in_its_own_way() {
    let text = "Production of 2024\n\nReference Number;Date Sent;Sender Name;Sender DOB;Receiver First Name;\
Receiver Last Name;Receiver ID Number;Face Amount;Send Currency;Receive Amount;Receive Currency;Transaction Status\n\
77001;05-Mar-2024;Jan de Vries;1970-01-01;Joy;Obi;A1234567;200.00;EUR;310000;NGN;Received\n\
77002;2024-03-06;Jan de Vries;1970-01-01;Joy;Obi;A1234567;100.00;EUR;;EUR;Refunded\n";
    let chosen = choose(text.as_bytes(), "x.csv", find(text.as_bytes()), None, "").expect("chosen");
    assert_eq!(chosen.mapping_id(), "moneygram");
    let got = read("moneygram", text);
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert_eq!(got.signed(), [-2_000_000, 3_100_000_000]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_account"),
        ["A1234567@moneygram", "JAN-DE-VRIES-1970-01-01@moneygram"]
    );
    assert!(got.reasons().contains("Refunded"));
}

#[test]
fn a_mapping_of_ones_own_reads_days_with_strokes() {
    let own = builtin_text("western-union").expect("built in").replacen(
        "formats = [",
        "formats = [\"%m/%d/%Y\", ",
        1,
    );
    let mapping = Mapping::parse(&own).expect("a mapping");
    let text = [HEADER, &rows()].concat();
    let got = read_as(&Delimited::by(&mapping), text.as_bytes(), "x.csv", CodePage::Utf8);
    assert_eq!((got.accepted, got.rejected), (5, 3), "{}", got.reasons());
    // Both sides are persons, or none.
    let (front, rest) = own.split_once("[payee.person]").expect("a section");
    let (_, behind) = rest.split_once("[texts]").expect("a section");
    let half = format!("{front}[payee]\naccount = \"reference\"\n\n[texts]{behind}");
    let error = Mapping::parse(&half)
        .err()
        .map(|e| e.to_string())
        .unwrap_or_default();
    assert!(
        error.contains("payee.person") && error.contains("as the other side is one"),
        "{error}"
    );
    let nameless = own.replacen("service = \"western-union\"", "service = \"\"", 1);
    let error = Mapping::parse(&nameless)
        .err()
        .map(|e| e.to_string())
        .unwrap_or_default();
    assert!(error.contains("payer.person.service"), "{error}");
    let typo = own.replacen("phone = \"sender_phone\"", "phone = \"sender_fone\"", 1);
    let error = Mapping::parse(&typo)
        .err()
        .map(|e| e.to_string())
        .unwrap_or_default();
    assert!(error.contains("payer.person.phone"), "{error}");
}

#[test]
fn a_terminal_books_what_was_cleared_at_its_own_clock() {
    let text = "Merchant ID,Terminal ID,Local Transaction Date Time,Settlement Date,Transaction Type,Amount,Currency,\
Masked Card Number,MCC,Entry Mode\n\
M-1,T-9,2024-03-01 02:15:00,2024-03-04,Authorisation,50.00,EUR,541333******1234,7298,Chip\n\
M-1,T-9,2024-03-01 02:15:00,2024-03-04,Clearing,50.00,EUR,541333******1234,7298,Chip\n\
M-1,,2024-03-02 12:00:00,2024-03-04,Refund,20.00,EUR,541333******1234,7298,E-commerce\n\
M-1,,2024-03-02 12:00:00,2024-03-04,Mystery,20.00,EUR,541333******1234,7298,Chip\n";
    let chosen = choose(text.as_bytes(), "x.csv", find(text.as_bytes()), None, "").expect("chosen");
    assert_eq!(chosen.mapping_id(), "card-acquirer");
    let got = read("card-acquirer", text);
    assert_eq!((got.accepted, got.rejected), (2, 2), "{}", got.reasons());
    assert_eq!(got.signed(), [500_000, -200_000]);
    let entries = |column| got.text(Table::Entries, column);
    assert_eq!(entries("channel"), ["card_pos", "card_ecom"]);
    assert_eq!(entries("counterparty_status"), ["partial", "partial"]);
    assert_eq!(entries("merchant_category"), ["7298", "7298"]);
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2024-03-01", "2024-03-02"]
    );
    assert_eq!(
        got.days(Table::Entries, "value_date"),
        ["2024-03-04", "2024-03-04"]
    );
    assert_eq!(entries("time_precision"), ["second", "second"]);
    assert!(got.reasons().contains("Mystery") && got.reasons().contains("not booked"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        let mut bytes = rows().into_bytes();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let all = [HEADER.as_bytes(), &bytes].concat();
        let mapping = builtin_by_id("western-union").expect("built in");
        let got = read_as(&Delimited::by(mapping), &all, "x.csv", CodePage::Utf8);
        prop_assert!(got.error.is_none());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        let legs = got.text(Table::Entries, "channel").iter().filter(|word| *word != "fee").count();
        prop_assert_eq!(2 * got.accepted as usize, legs);
        let mut ids = got.text(Table::Entries, "entry_id");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
        for (start, end) in got.places(Table::Entries).into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= all.len());
        }
    }
}
