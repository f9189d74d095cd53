//! OFX, QFX and QBO: made-up statements, the public corpora with the CSV files they were made from, and damage.

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::ofx::Ofx;
use proptest::prelude::*;

use crate::collect::{Collected, read, read_as, shared};

pub const SGML: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n\
<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><FI><ORG>Bank<FID>77</FI></SONRS></SIGNONMSGSRSV1>\r\n\
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\r\n\
<BANKACCTFROM><BANKID>12345678<ACCTID>9870<ACCTTYPE>CHECKING</BANKACCTFROM>\r\n\
<BANKTRANLIST><DTSTART>20180101<DTEND>20180131\r\n\
<STMTTRN><TRNTYPE>POS<DTPOSTED>20180122120000[0:GMT]<DTUSER>20180121231507<DTAVAIL>20180123<TRNAMT>-12,50\r\n\
<FITID>A1<SIC>5812<NAME>AT&T &amp; Caf\u{e9}<MEMO>two  teas</STMTTRN>\r\n\
<STMTTRN><TRNTYPE>XFER<DTPOSTED>20180123<TRNAMT>100.00<FITID>A2<CHECKNUM>7<NAME>K. BOS\
<BANKACCTTO><BANKID>87654321<ACCTID>55<ACCTTYPE>SAVINGS</BANKACCTTO></STMTTRN>\r\n\
</BANKTRANLIST><LEDGERBAL><BALAMT>887.50<DTASOF>20180131120000</LEDGERBAL>\
<AVAILBAL><BALAMT>9999<DTASOF>20180131</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";

fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| c as u8).collect()
}

fn statement(transactions: &str) -> String {
    format!(
        "<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST>\n{transactions}\
         </BANKTRANLIST></STMTRS></OFX>"
    )
}

#[test]
fn a_statement_from_end_to_end() {
    let got = read(&Ofx, &bytes(SGML));
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert_eq!(got.signed(), [-125_000, 1_000_000]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_name"),
        ["AT&T & Café", "K. BOS"]
    );
    assert_eq!(got.text(Table::Entries, "counterparty_account"), ["", "55"]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_status"),
        ["partial", "identified"]
    );
    assert_eq!(
        got.text(Table::Entries, "remittance"),
        ["two teas [initiated 2018-01-21]", "[cheque 7]"]
    );
    assert_eq!(got.text(Table::Entries, "bank_reference"), ["A1", "A2"]);
    assert_eq!(got.text(Table::Entries, "channel"), ["card_pos", "transfer"]);
    assert_eq!(got.text(Table::Entries, "merchant_category"), ["5812", ""]);
    assert_eq!(
        got.days(Table::Entries, "booking_date"),
        ["2018-01-22", "2018-01-23"]
    );
    assert_eq!(got.days(Table::Entries, "value_date"), ["2018-01-23", ""]);
    // Noon is a placeholder; the time at which the card was used is none.
    assert_eq!(got.text(Table::Entries, "time_precision"), ["second", "day"]);
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(8_875_000)]
    );
    assert_eq!(got.money(Table::StatementsRead, "opening_balance"), [None]);
    assert_eq!(got.days(Table::StatementsRead, "from_date"), ["2018-01-01"]);
    assert_eq!(got.days(Table::StatementsRead, "to_date"), ["2018-01-31"]);
    assert_eq!(
        got.text(Table::Entries, "statement_id")[0],
        got.text(Table::StatementsRead, "statement_id")[0]
    );
    let seized = got.flags(Table::AccountsRead, "seized");
    let numbers = got.text(Table::AccountsRead, "number");
    assert_eq!(
        numbers
            .iter()
            .zip(&seized)
            .filter(|(n, s)| **s && *n == "9870")
            .count(),
        1
    );
    assert_eq!(seized.iter().filter(|s| **s).count(), 1);
}

#[test]
fn a_citation_is_the_whole_transaction() {
    let text = bytes(SGML);
    let got = read(&Ofx, &text);
    for ((start, end), parts) in got.places(Table::Entries).into_iter().zip([
        ["20180122120000", "-12,50", "two  teas"],
        ["20180123", "100.00", "K. BOS"],
    ]) {
        let cited: String = text[start..end].iter().map(|b| char::from(*b)).collect();
        assert!(
            cited.starts_with("<STMTTRN>") && cited.ends_with("</STMTTRN>"),
            "{cited}"
        );
        assert!(parts.iter().all(|part| cited.contains(part)), "{cited}");
        assert_eq!(cited.matches("<STMTTRN>").count(), 1);
    }
}

#[test]
fn xml_sgml_lower_case_and_utf16_say_the_same() {
    let transaction = |sgml: bool| {
        let end = |name: &str| if sgml { String::new() } else { format!("</{name}>") };
        let element = |name: &str, text: &str| format!("<{name}>{text}{}", end(name));
        statement(&format!(
            "<STMTTRN>{}{}{}{}{}</STMTTRN>",
            element("TRNTYPE", "DEBIT"),
            element("DTPOSTED", "20180122"),
            element("TRNAMT", "-1.00"),
            element("FITID", "X"),
            element("NAME", "a &lt;b&gt;")
        ))
    };
    let sgml = read(&Ofx, transaction(true).as_bytes());
    assert_eq!(sgml.signed(), [-10_000], "{}", sgml.reasons());
    assert_eq!(sgml.text(Table::Entries, "counterparty_name"), ["a <b>"]);
    let declared = format!(
        "<?xml version=\"1.0\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\"?>\n{}",
        transaction(false)
    );
    let lower = transaction(true).to_lowercase().replace("\n", "");
    let cdata = transaction(false).replace("a &lt;b&gt;", "<![CDATA[a <b>]]><!-- a note -->");
    for other in [declared, lower, cdata] {
        let got = read(&Ofx, other.as_bytes());
        assert_eq!(got.signed(), sgml.signed(), "{other}");
        assert_eq!(
            got.text(Table::Entries, "counterparty_name"),
            ["a <b>"],
            "{other}"
        );
        let mut utf16 = vec![0xFF, 0xFE];
        other.encode_utf16().for_each(|u| utf16.extend(u.to_le_bytes()));
        let got = read_as(&Ofx, &utf16, "x", CodePage::Utf16Le);
        assert_eq!(got.signed(), sgml.signed());
        let (start, end) = got.places(Table::Entries)[0];
        let units: Vec<u16> = utf16[start..end]
            .chunks(2)
            .map(|p| u16::from_le_bytes([p[0], p[1]]))
            .collect();
        let cited = String::from_utf16_lossy(&units).to_uppercase();
        assert!(
            cited.starts_with("<STMTTRN>") && cited.ends_with("</STMTTRN>"),
            "{cited}"
        );
    }
}

#[test]
fn a_bad_transaction_never_takes_its_neighbours_along() {
    let good = |id: u8| format!("<STMTTRN><DTPOSTED>2018010{id}<TRNAMT>{id}<FITID>{id}</STMTTRN>\n");
    let text = statement(&format!(
        "{}<STMTTRN><DTPOSTED>20180230<TRNAMT>5</STMTTRN>{}<STMTTRN><DTPOSTED>20180105<TRNAMT>1,2,3</STMTTRN>\n\
         <STMTTRN><DTPOSTED>20180105<TRNAMT>1.234</STMTTRN><STMTTRN><TRNTYPE>HOLD<DTPOSTED>20180105<TRNAMT>9</STMTTRN>\
         <STMTTRN><DTPOSTED>20180103<TRNAMT>3<FITID>3\n{}<DTPOSTED>20180105<TRNAMT>7<FITID>Q</STMTTRN>{}\
         <STMTTRN><DTPOSTED>20180105<TRNAMT>1<DTPOSTED>20180106<TRNAMT>2</STMTTRN>{}",
        good(1),
        good(2),
        good(4),
        good(5),
        good(6)
    ));
    let got = read(&Ofx, text.as_bytes());
    // The third has no end tag and ends where the fourth begins.
    assert_eq!(
        got.signed(),
        [10_000, 20_000, 30_000, 40_000, 50_000, 60_000],
        "{}",
        got.reasons()
    );
    assert_eq!(got.rejected, 6, "{}", got.reasons());
    let reasons = got.reasons();
    for part in [
        "‘20180230’ is no day",
        "thousand times",
        "on hold",
        "begin tag STMTTRN is missing",
        "a second",
    ] {
        assert!(reasons.contains(part), "{part}: {reasons}");
    }
    for (start, end) in got.places(Table::Entries) {
        assert_eq!(text[start..end].matches("<STMTTRN>").count(), 1);
    }
}

#[test]
fn cards_investments_pending_and_transfers() {
    let text = "<OFX><SONRS><FI><ORG>Card Bank<FID>3101</FI></SONRS>\
        <CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>XXXXXXXXXXXX1234</CCACCTFROM><BANKTRANLIST><DTSTART>20180101<DTEND>20180110\
        <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20180105<TRNAMT>-20.00<FITID>1<NAME>SHORT<EXTDNAME>A LONGER NAME\
        <ORIGCURRENCY><CURRATE>1.2<CURSYM>EUR</ORIGCURRENCY></STMTTRN></BANKTRANLIST>\
        <BANKTRANLISTP><STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20180109<TRNAMT>-5<NAME>X</STMTTRNP></BANKTRANLISTP>\
        <LEDGERBAL><BALAMT>-20.00<DTASOF>20180215</LEDGERBAL></CCSTMTRS>\
        <INVSTMTRS><CURDEF>USD<INVACCTFROM><BROKERID>b.com<ACCTID>77</INVACCTFROM><INVTRANLIST><DTSTART>20180101<DTEND>20180131\
        <BUYSTOCK><INVBUY><INVTRAN><FITID>9<DTTRADE>20180103</INVTRAN><TOTAL>-500</INVBUY></BUYSTOCK>\
        <INVBANKTRAN><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20180104<TRNAMT>500.00<FITID>10</STMTTRN><SUBACCTFUND>CASH</INVBANKTRAN>\
        </INVTRANLIST></INVSTMTRS>\
        <INTRARS><CURDEF>USD<SRVRTID>S1<XFERINFO><BANKACCTFROM><BANKID>1<ACCTID>11</BANKACCTFROM>\
        <BANKACCTTO><BANKID>1<ACCTID>12</BANKACCTTO><TRNAMT>200.00</XFERINFO><DTXFERPRJ>20050829100000</INTRARS></OFX>";
    let got = read(&Ofx, text.as_bytes());
    assert!(got.error.is_none(), "{}", got.reasons());
    assert_eq!(got.signed(), [-200_000, 5_000_000]);
    assert_eq!(got.text(Table::Entries, "counterparty_name")[0], "A LONGER NAME");
    assert_eq!(
        got.text(Table::Entries, "remittance")[0],
        "[name SHORT] [rate 1.2 from EUR]"
    );
    let numbers = got.text(Table::AccountsRead, "number");
    assert!(
        numbers.iter().any(|n| n.starts_with("XXXXXXXXXXXX1234#")),
        "{numbers:?}"
    );
    assert!(got.text(Table::AccountsRead, "bank").contains(&"3101".to_owned()));
    assert_eq!(got.rejected, 2, "{}", got.reasons());
    assert!(
        got.reasons().contains("STMTTRNP") && got.reasons().contains("BUYSTOCK"),
        "{}",
        got.reasons()
    );
    // A balance of a later day is no closing balance of the list.
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [None, Some(-200_000), None]
    );
    assert_eq!(
        got.days(Table::StatementsRead, "to_date"),
        ["2018-01-10", "2018-02-15", "2018-01-31"]
    );
    assert_eq!(got.days(Table::StatementsRead, "from_date")[1], "");
    assert_eq!(got.money(Table::PaymentOrders, "amount"), [Some(2_000_000)]);
    assert_eq!(got.text(Table::PaymentOrders, "debtor_account"), ["11"]);
    assert_eq!(got.days(Table::PaymentOrders, "requested_date"), ["2005-08-29"]);
}

#[test]
fn what_is_refused_as_a_whole() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE OFX [<!ENTITY a \"b\">]><OFX></OFX>";
    assert!(
        read(&Ofx, bomb.as_bytes())
            .reasons()
            .contains("definition of a document type")
    );
    let later = statement("<STMTTRN><DTPOSTED>20180101<TRNAMT>1<FITID>1</STMTTRN><!ENTITY x \"y\">");
    let got = read(&Ofx, later.as_bytes());
    assert_eq!(got.accepted, 1, "what stood before stays");
    assert!(got.reasons().contains("definition"), "{}", got.reasons());
    let cut = &SGML[..SGML.find("A2").expect("a place")];
    let got = read(&Ofx, &bytes(cut));
    assert_eq!((got.accepted, got.rejected), (1, 1));
    assert!(
        got.reasons().contains("the end of the file inside STMTTRN"),
        "{}",
        got.reasons()
    );
    assert!(read(&Ofx, b"<OFX></OFX>").reasons().contains("no STMTRS"));
    let deep = "<OFX><STMTRS>".to_owned() + &"<STATUS>".repeat(100);
    assert!(read(&Ofx, deep.as_bytes()).reasons().contains("nested"));
    let mut long = statement(
        "<STMTTRN><DTPOSTED>20180101<TRNAMT>1<MEMO>@</STMTTRN><STMTTRN><DTPOSTED>20180102<TRNAMT>2</STMTTRN>",
    );
    long = long.replace('@', &"x".repeat(3_000_000));
    let got = read(&Ofx, long.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert_eq!(got.signed(), [20_000]);
}

#[test]
fn the_header_names_the_code_page_unless_the_bytes_are_utf8() {
    let text = SGML.replace("1252", "8859-15").replace('\u{e9}', "\u{a4}");
    let got = read_as(&Ofx, &bytes(&text), "x", CodePage::Windows1252);
    assert_eq!(got.text(Table::Entries, "counterparty_name")[0], "AT&T & Caf€");
    let got = read_as(&Ofx, SGML.as_bytes(), "x", CodePage::Utf8);
    assert_eq!(got.text(Table::Entries, "counterparty_name")[0], "AT&T & Café");
}

#[test]
fn knows_its_files() {
    assert_eq!(Ofx.recognise(&bytes(SGML), "x").score, 100);
    assert_eq!(
        Ofx.recognise(b"<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?><OFX>", "x")
            .score,
        100
    );
    assert_eq!(Ofx.recognise(b"<?xml version=\"1.0\"?><OFX>", "x").score, 95);
    assert_eq!(
        Ofx.recognise(b"DATA:OFXSGML\nENCODING:UTF-8\n<OFX>", "x").score,
        95
    );
    assert_eq!(
        Ofx.recognise(b"<?xml version=\"1.0\"?><Document xmlns=\"camt.053.\">", "x")
            .score,
        0
    );
    assert_eq!(Ofx.recognise(b"Date;Text\n1;<OFX>\n", "x").score, 0);
}

// --- the public corpora -----------------------------------------------------------------------------------------

/// The amounts of a CSV file, in ten-thousandths, read by hand: `columns` add, `minus` subtract.
fn csv_amounts(path: &std::path::Path, delimiter: u8, columns: &[&str], minus: &[&str]) -> Vec<i128> {
    let text = String::from_utf8_lossy(&std::fs::read(path).expect("a file"))
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|h| h.trim() == name).expect("a column");
    let value = |record: &csv::StringRecord, name: &str| -> i128 {
        let digits: String = record
            .get(at(name))
            .unwrap_or("")
            .chars()
            .filter(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | ','))
            .collect();
        // The last sign is the decimal one where fewer than three digits stand behind it.
        let plain = match digits.rfind(['.', ',']) {
            Some(at) if digits.len() - at <= 3 => {
                let (whole, decimals) = (digits[..at].replace(['.', ','], ""), &digits[at + 1..]);
                format!("{whole}{decimals:0<4}")
            }
            _ if digits.is_empty() => return 0,
            _ => format!("{}0000", digits.replace(['.', ','], "")),
        };
        plain.parse().expect("a number")
    };
    reader
        .records()
        .map(|record| record.expect("a record"))
        .map(|record| {
            let plus: i128 = columns.iter().map(|c| value(&record, c)).sum();
            plus - minus.iter().map(|c| value(&record, c)).sum::<i128>()
        })
        .filter(|amount| *amount != 0)
        .collect()
}

fn sorted(mut amounts: Vec<i128>) -> Vec<i128> {
    amounts.sort_unstable();
    amounts
}

#[test]
fn the_corpus_agrees_with_the_csv_files_it_was_made_from() {
    let Some(root) = shared("statements/csv2ofx/csv2ofx-0.34.2/data") else {
        return;
    };
    /// OFX file, CSV file, delimiter, columns that add, columns that subtract.
    type Source = (
        &'static str,
        &'static str,
        u8,
        &'static [&'static str],
        &'static [&'static str],
    );
    let sources: [Source; 10] = [
        ("default", "default", b',', &["Amount"], &[]),
        ("ingesp", "ingesp", b',', &["amount"], &[]),
        ("stripe-all", "stripe-all", b',', &["amount"], &[]),
        ("stripe-default", "stripe-default", b',', &["amount"], &[]),
        ("n26", "n26-fr", b',', &["Amount (EUR)"], &[]),
        ("outbank", "outbank", b';', &["Amount"], &[]),
        ("gls", "gls", b';', &["Betrag"], &[]),
        (
            "payoneer",
            "payoneer",
            b',',
            &["Credit Amount"],
            &["Debit Amount"],
        ),
        ("pcmastercard", "pcmastercard", b',', &[], &["Amount"]),
        (
            "schwab-checking-baltest-case1",
            "schwab-checking-baltest-case1",
            b',',
            &["Deposit"],
            &["Withdrawal"],
        ),
    ];
    let (mut files, mut amounts) = (0, 0);
    for (ofx, csv, delimiter, plus, minus) in sources {
        let bytes = std::fs::read(root.join(format!("converted/{ofx}.ofx"))).expect("a file");
        assert!(Ofx.recognise(&bytes, "x").score >= 95, "{ofx}");
        let got = read(&Ofx, &bytes);
        assert!(
            got.error.is_none() && got.rejected == 0,
            "{ofx}: {}",
            got.reasons()
        );
        let expected = csv_amounts(&root.join(format!("test/{csv}.csv")), delimiter, plus, minus);
        assert_eq!(sorted(got.signed()), sorted(expected.clone()), "{ofx}");
        check_citations(&bytes, &got);
        files += 1;
        amounts += expected.len();
    }
    println!("{files} files, {amounts} amounts agree with their CSV files");
    assert!(files == 10 && amounts >= 40);

    // Every file of the folder is read; transfers alone are orders, those with a sign are refused.
    let mut orders = 0;
    for entry in std::fs::read_dir(root.join("converted")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "ofx") {
            let text = std::fs::read_to_string(&path).expect("a file");
            let got = read(&Ofx, text.as_bytes());
            let transactions = text.matches("<STMTTRN>").count();
            let transfers = text.matches("<INTRARS>").count();
            assert_eq!(got.signed().len(), transactions, "{}", path.display());
            assert_eq!(
                got.accepted + got.rejected,
                (transactions + transfers) as u64,
                "{}",
                path.display()
            );
            orders += got.money(Table::PaymentOrders, "amount").len();
        }
    }
    assert!(orders > 0);
}

/// The bytes cited hold the amount and the day as the file writes them.
fn check_citations(bytes: &[u8], got: &Collected) {
    let days = got.days(Table::Entries, "booking_date");
    for (((start, end), amount), day) in got.places(Table::Entries).into_iter().zip(got.signed()).zip(days) {
        let cited = String::from_utf8_lossy(&bytes[start..end]);
        let cents = format!("{}.{:02}", amount.abs() / 10_000, amount.abs() / 100 % 100);
        assert!(
            cited.contains(&cents) && cited.contains(&day.replace('-', "")),
            "{cents} {day}: {cited}"
        );
        assert_eq!(cited.matches("<STMTTRN>").count(), 1);
    }
}

#[test]
fn running_balances_of_the_csv_lead_to_the_ledger_balance() {
    let Some(root) = shared("statements/csv2ofx/csv2ofx-0.34.2/data") else {
        return;
    };
    let bytes = std::fs::read(root.join("converted/schwab-checking-baltest-case1.ofx")).expect("a file");
    let got = read(&Ofx, &bytes);
    let closing = got.money(Table::StatementsRead, "closing_balance");
    assert_eq!(closing, [Some(8_784_700)]);
    // The CSV says 1,036.47 behind the earliest entry, so 1,093.74 before it.
    assert_eq!(
        10_364_700 + 572_700 + got.signed().iter().sum::<i128>(),
        8_784_700
    );
    let example = std::fs::read(root.join("example/transaction_example.ofx")).expect("a file");
    let got = read(&Ofx, &example);
    assert_eq!(got.signed(), [-800_000]);
    assert_eq!(got.text(Table::Entries, "time_precision"), ["day"]);
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(21_565_600)]
    );
    assert_eq!(got.days(Table::StatementsRead, "to_date"), ["2005-08-31"]);
    let transfer = std::fs::read(root.join("example/transfer_example.ofx")).expect("a file");
    let got = read(&Ofx, &transfer);
    assert_eq!(
        got.money(Table::PaymentOrders, "amount"),
        [Some(2_000_000)],
        "{}",
        got.reasons()
    );
}

#[test]
fn the_samples_of_bankstatementparser() {
    let Some(root) = shared("statements/bankstatementparser/tests/test_data") else {
        return;
    };
    for (name, amounts, currency) in [
        ("sample.ofx", vec![12_505_000, -802_500], "EUR"),
        ("sample.qfx", vec![-150_000], "USD"),
    ] {
        let bytes = std::fs::read(root.join(name)).expect("a file");
        assert_eq!(Ofx.recognise(&bytes, name).score, 100);
        let got = read(&Ofx, &bytes);
        assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
        assert_eq!(got.signed(), amounts);
        assert!(got.text(Table::Entries, "currency").iter().all(|c| c == currency));
        assert!(
            got.text(Table::Entries, "time_precision")
                .iter()
                .all(|p| p == "day")
        );
        check_citations(&bytes, &got);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..12)) {
        let mut bytes = bytes(SGML);
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let got = read(&Ofx, &bytes);
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
