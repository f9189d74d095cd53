//! camt.053, .052 and .054: made-up statements of several versions, the public corpora, hostile XML, and damage.

use std::time::{Duration, Instant};

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::camt::Camt;
use proptest::prelude::*;

use crate::collect::{Collected, read, read_as, shared};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>"#;
const TAIL: &str = "</BkToCstmrStmt></Document>\n";

const ACCOUNT: &str = "<ElctrncSeqNb>7</ElctrncSeqNb><FrToDt><FrDtTm>2026-01-01T00:00:00</FrDtTm>\
<ToDtTm>2026-01-31T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy>\
<Ownr><Nm>K. Bos</Nm></Ownr><Svcr><FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></Svcr></Acct>";

pub fn balance(kind: &str, amount: &str, mark: &str, day: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
         <CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )
}

pub fn entry(amount: &str, mark: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>BOOK</Sts>\
         <BookgDt><Dt>2026-01-05</Dt></BookgDt><ValDt><Dt>2026-01-06</Dt></ValDt>{rest}</Ntry>\n"
    )
}

pub fn statement(entries: &str) -> String {
    format!("{HEAD}<Stmt>{ACCOUNT}{entries}</Stmt>{TAIL}")
}

pub fn details(inner: &str) -> String {
    format!("<NtryDtls><TxDtls>{inner}</TxDtls></NtryDtls>")
}

fn good(text: &str) -> Collected {
    let got = read(&Camt, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    got
}

#[test]
fn a_statement_of_version_two() {
    let body = format!(
        "{}{}<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries><TtlCdtNtries><NbOfNtries>1</NbOfNtries>\
         <Sum>250.00</Sum></TtlCdtNtries><TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>12.5</Sum></TtlDbtNtries>\
         </TxsSummry>{}{}",
        balance("OPBD", "100.00", "DBIT", "2026-01-01"),
        balance("CLBD", "137.50", "CRDT", "2026-01-31"),
        entry(
            "250.00",
            "CRDT",
            &format!(
                "<AcctSvcrRef>REF-1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT\
                 </SubFmlyCd></Fmly></Domn></BkTxCd>{}",
                details(
                    "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Jansen &amp; Zn &#233;</Nm>\
                     <PstlAdr><Ctry>BE</Ctry></PstlAdr></Dbtr><DbtrAcct><Id><IBAN>BE68539007547034</IBAN></Id>\
                     </DbtrAcct><UltmtDbtr><Nm>Vader</Nm></UltmtDbtr><Cdtr><Nm>K. Bos</Nm></Cdtr></RltdPties>\
                     <RltdAgts><DbtrAgt><FinInstnId><BIC>GKCCBEBB</BIC></FinInstnId></DbtrAgt></RltdAgts>\
                     <Purp><Cd>SALA</Cd></Purp><RmtInf><Ustrd>een</Ustrd><Ustrd>twee</Ustrd><Strd><CdtrRefInf>\
                     <Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
                )
            )
        ),
        entry(
            "12.5",
            "DBIT",
            &details(
                "<Refs><EndToEndId>E-9</EndToEndId><MndtId>M-3</MndtId></Refs><RltdPties><Cdtr><Nm>Energie</Nm>\
                 <Id><PrvtId><Othr><Id>NL32ZZZ999</Id></Othr></PrvtId></Id></Cdtr></RltdPties>"
            )
        ),
    );
    let got = good(&statement(&body));
    assert_eq!(got.signed(), [2_500_000, -125_000]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_name"),
        ["Jansen & Zn é", "Energie"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_account"),
        ["BE68539007547034", ""]
    );
    assert_eq!(got.text(Table::Entries, "counterparty_bank"), ["GKCCBEBB", ""]);
    assert_eq!(got.text(Table::Entries, "counterparty_country"), ["BE", ""]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_identifier"),
        ["", "NL32ZZZ999"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_status"),
        ["identified", "identified"]
    );
    assert_eq!(
        got.text(Table::Entries, "remittance"),
        ["een twee RF18 [on behalf of Vader]", "[mandate M-3]"]
    );
    assert_eq!(got.text(Table::Entries, "end_to_end_id"), ["", "E-9"]);
    assert_eq!(got.text(Table::Entries, "purpose"), ["SALA", ""]);
    assert_eq!(got.text(Table::Entries, "channel"), ["transfer_sepa", "unknown"]);
    assert_eq!(got.text(Table::Entries, "bank_code"), ["PMNT/RCDT/ESCT", ""]);
    assert_eq!(got.text(Table::Entries, "bank_reference"), ["REF-1", ""]);
    assert_eq!(
        got.text(Table::Entries, "locator"),
        ["Stmt[1]/Ntry[1]", "Stmt[1]/Ntry[2]"]
    );
    assert_eq!(
        got.days(Table::Entries, "value_date"),
        ["2026-01-06", "2026-01-06"]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(-1_000_000)]
    );
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(1_375_000)]
    );
    assert_eq!(got.number(Table::StatementsRead, "stated_entries"), [Some(2)]);
    assert_eq!(got.money(Table::StatementsRead, "stated_debits"), [Some(125_000)]);
    assert_eq!(got.text(Table::StatementsRead, "sequence_number"), ["7"]);
    assert_eq!(got.days(Table::StatementsRead, "to_date"), ["2026-01-31"]);
    let own = got
        .text(Table::AccountsRead, "iban")
        .iter()
        .position(|i| i == "NL91ABNA0417164300")
        .expect("own");
    assert_eq!(got.text(Table::AccountsRead, "holder_name")[own], "K. Bos");
    assert_eq!(got.text(Table::AccountsRead, "bic")[own], "ABNANL2A");
    assert!(got.flags(Table::AccountsRead, "seized")[own]);
}

#[test]
fn version_eight_without_namespace_and_with_prefixes() {
    let text = statement(&entry(
        "1.00",
        "CRDT",
        &details("<RltdPties><Dbtr><Pty><Nm>A</Nm></Pty></Dbtr></RltdPties>"),
    ))
    .replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
    .replace("<BIC>", "<BICFI>")
    .replace("</BIC>", "</BICFI>")
    .replace(
        "<Ownr><Nm>K. Bos</Nm></Ownr>",
        "<Ownr><Pty><Nm>K. Bos</Nm></Pty></Ownr>",
    )
    .replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"", "");
    let got = good(&text);
    assert_eq!(got.text(Table::Entries, "counterparty_name"), ["A"]);
    assert_eq!(got.text(Table::Entries, "counterparty_status"), ["partial"]);
    let prefixed = text
        .replace("</", "\u{1}")
        .replace('<', "<n:")
        .replace('\u{1}', "</n:")
        .replace("<n:?", "<?");
    let other = good(&prefixed);
    assert_eq!(other.signed(), got.signed());
    assert_eq!(other.text(Table::Entries, "counterparty_name"), ["A"]);
    assert!(
        got.text(Table::AccountsRead, "holder_name")
            .contains(&"K. Bos".to_owned())
    );
}

/// The messages of camt.052 and camt.054, and what stands for a statement in them.
pub const OTHERS: [(&str, &str); 2] = [("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")];

/// A statement as another message tells it.
pub fn told_as(statement: &str, message: &str, one: &str) -> String {
    statement
        .replace("BkToCstmrStmt", message)
        .replace("<Stmt>", &format!("<{one}>"))
        .replace("</Stmt>", &format!("</{one}>"))
}

#[test]
fn reports_and_notifications_are_read_by_the_same_reader() {
    let text = statement(&entry("1.00", "CRDT", ""));
    for (message, one) in OTHERS {
        let text = told_as(&text, message, one);
        let got = good(&text);
        assert_eq!(got.text(Table::Entries, "locator"), [format!("{one}[1]/Ntry[1]")]);
    }
}

#[test]
fn each_message_is_called_what_it_is() {
    let text = statement(&entry("1.00", "CRDT", ""));
    assert_eq!(Camt.label(text.as_bytes()), "camt.053");
    let mut place = crate::delivery::Place::new();
    for ((message, one), name) in OTHERS.into_iter().zip(["camt.052", "camt.054"]) {
        let text = told_as(&text, message, one);
        assert_eq!(Camt.label(text.as_bytes()), name);
        place.put(&format!("{name}.xml"), text.as_bytes());
    }
    let head = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><";
    assert_eq!(Camt.label(head.as_bytes()), "camt.054");
    let taken = place.take_in();
    for one in &taken {
        let called = matches!(&one.outcome, geldspoor::intake::Outcome::Read { format, .. } if one.name.contains(format));
        assert!(called, "{taken:?}");
    }
}

#[test]
fn what_is_not_booked_is_a_reject_and_not_a_loss() {
    let body = [
        entry("1.00", "CRDT", "").replace("BOOK", "PDNG"),
        entry("2.00", "CRDT", "").replace("<Sts>BOOK</Sts>", "<Sts><Cd>INFO</Cd></Sts>"),
        entry("3..00", "CRDT", ""),
        entry("-4.00", "CRDT", ""),
        entry("5.00", "", ""),
        entry("6.00", "CRDT", "").replace("2026-01-05", "2026-02-31"),
        entry("7.00", "CRDT", "").replace("\"EUR\"", "\"ZZZ\""),
        entry("8.00", "CRDT", &details("<AddtlTxInf>&who;</AddtlTxInf>")),
        entry("9.00", "DBIT", ""),
    ]
    .concat();
    let text = statement(&body);
    let got = read(&Camt, text.as_bytes());
    assert_eq!(got.signed(), [-90_000]);
    assert_eq!((got.accepted, got.rejected), (1, 8), "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    for (reason, part) in reasons.iter().zip([
        "not booked (PDNG)",
        "not booked (INFO)",
        "do not fit together",
        "expected no sign",
        "CdtDbtInd is missing",
        "‘2026-02-31’",
        "‘ZZZ’",
        "&who;",
    ]) {
        assert!(reason.contains(part), "{reason}: {part}");
    }
    for ((start, end), raw) in got
        .places(Table::Rejects)
        .into_iter()
        .zip(got.text(Table::Rejects, "raw"))
    {
        assert_eq!(text[start..end], raw);
        assert!(raw.starts_with("<Ntry>") && raw.ends_with("</Ntry>"));
    }
}

#[test]
fn a_batch_stays_one_entry_without_a_counterparty() {
    let one = "<TxDtls><RltdPties><Dbtr><Nm>A</Nm></Dbtr></RltdPties></TxDtls>";
    let body = [
        entry(
            "3.00",
            "CRDT",
            &format!("<NtryDtls>{one}{one}{one}</NtryDtls><AddtlNtryInf>SAMMLER</AddtlNtryInf>"),
        ),
        entry(
            "4.00",
            "DBIT",
            "<NtryDtls><Btch><NbOfTxs>20</NbOfTxs></Btch></NtryDtls>",
        ),
        entry("5.00", "CRDT", &format!("<NtryDtls>{one}</NtryDtls>")),
    ]
    .concat();
    let got = good(&statement(&body));
    assert_eq!(got.text(Table::Entries, "counterparty_name"), ["", "", "A"]);
    assert_eq!(
        got.text(Table::Entries, "counterparty_status"),
        ["unknown", "unknown", "partial"]
    );
    assert_eq!(
        got.text(Table::Entries, "remittance"),
        ["SAMMLER [batch of 3 payments]", "[batch of 20 payments]", ""]
    );
}

#[test]
fn of_a_return_the_other_side_is_found_where_it_stands() {
    let parties = "<RltdPties><Dbtr><Nm>K. Bos</Nm></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct>\
                   <Cdtr><Nm>Winkel</Nm></Cdtr><CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct></RltdPties>\
                   <RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
    let got = good(&statement(&entry(
        "3.00",
        "CRDT",
        &format!("<RvslInd>true</RvslInd>{}", details(parties)),
    )));
    assert_eq!(got.text(Table::Entries, "counterparty_name"), ["Winkel"]);
    assert_eq!(got.text(Table::Entries, "remittance"), ["[return reason AC04]"]);
    assert_eq!(got.flags(Table::Entries, "reversal"), [true]);
}

#[test]
fn cards_cash_fees_and_times() {
    let code = |a: &str, b: &str, c: &str| {
        format!(
            "<BkTxCd><Domn><Cd>{a}</Cd><Fmly><Cd>{b}</Cd><SubFmlyCd>{c}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        )
    };
    let card = "<CardTx><POI><Id><Id>T-77</Id></Id></POI><Tx><TxCtgy>5411</TxCtgy></Tx></CardTx>";
    let body = [
        entry(
            "1.00",
            "DBIT",
            &format!("{}{}", code("PMNT", "CCRD", "POSD"), details(card)),
        )
        .replace(
            "<BookgDt><Dt>2026-01-05</Dt>",
            "<BookgDt><DtTm>2026-01-05T13:15:07+01:00</DtTm>",
        ),
        entry("2.00", "CRDT", &code("PMNT", "CNTR", "CDPT")).replace(
            "<BookgDt><Dt>2026-01-05</Dt>",
            "<BookgDt><DtTm>2026-01-05T00:00:00</DtTm>",
        ),
        entry("3.00", "DBIT", &code("ACMT", "MDOP", "CHRG")),
        entry(
            "4.00",
            "DBIT",
            "<BkTxCd><Prtry><Cd>NDDT+105+00931</Cd></Prtry></BkTxCd>",
        ),
    ]
    .concat();
    let got = good(&statement(&body));
    assert_eq!(
        got.text(Table::Entries, "channel"),
        ["card_pos", "cash_branch", "fee", "direct_debit"]
    );
    assert_eq!(
        got.text(Table::Entries, "counterparty_status"),
        ["unknown", "cash", "bank", "unknown"]
    );
    assert_eq!(
        got.text(Table::Entries, "time_precision"),
        ["second", "day", "day", "day"]
    );
    assert_eq!(got.days(Table::Entries, "booking_date"), ["2026-01-05"; 4]);
    assert_eq!(got.text(Table::Entries, "terminal")[0], "T-77");
    assert_eq!(got.text(Table::Entries, "merchant_category")[0], "5411");
}

#[test]
fn several_currencies_in_one_statement_are_statements_of_their_own() {
    let body = [
        balance("OPBD", "1.00", "CRDT", "2026-01-01"),
        balance("OPBD", "5.00", "CRDT", "2026-01-01").replace("EUR", "USD"),
        balance("CLBD", "2.00", "CRDT", "2026-01-31"),
        balance("CLBD", "4.00", "CRDT", "2026-01-31").replace("EUR", "USD"),
        entry("1.00", "CRDT", ""),
        entry("1.00", "DBIT", "").replace("EUR", "USD"),
    ]
    .concat();
    let got = good(&statement(&body));
    assert_eq!(got.text(Table::StatementsRead, "currency"), ["EUR", "USD"]);
    assert_eq!(
        got.money(Table::StatementsRead, "closing_balance"),
        [Some(20_000), Some(40_000)]
    );
    assert_eq!(
        got.text(Table::Entries, "statement_id"),
        got.text(Table::StatementsRead, "statement_id")
    );
}

#[test]
fn a_citation_is_exactly_the_entry_in_every_code_page() {
    let text = statement(
        &[
            entry(
                "12.50",
                "CRDT",
                &details("<RltdPties><Dbtr><Nm>Müller €</Nm></Dbtr></RltdPties>"),
            ),
            entry(
                "13.75",
                "DBIT",
                &details("<RltdPties><Cdtr><Nm>Çelik</Nm></Cdtr></RltdPties>"),
            ),
        ]
        .concat(),
    );
    let latin = text.replace("UTF-8", "windows-1252");
    let single = encoding_rs::WINDOWS_1252.encode(&latin).0.into_owned();
    let mut wide = vec![0xFE, 0xFF];
    text.replace("UTF-8", "UTF-16")
        .encode_utf16()
        .for_each(|u| wide.extend(u.to_be_bytes()));
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend(text.as_bytes());
    let needle = |text: &str, wide: bool| -> Vec<u8> {
        if wide {
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        } else {
            text.as_bytes().to_vec()
        }
    };
    for (bytes, page, is_wide) in [
        (text.clone().into_bytes(), CodePage::Utf8, false),
        (marked, CodePage::Utf8, false),
        (single, CodePage::Windows1252, false),
        (wide, CodePage::Utf16Be, true),
    ] {
        let got = read_as(&Camt, &bytes, "x", page);
        assert_eq!(got.rejected, 0, "{}", got.reasons());
        assert_eq!(
            got.text(Table::Entries, "counterparty_name"),
            ["Müller €", "Çelik"],
            "{page:?}"
        );
        for ((start, end), amount) in got.places(Table::Entries).into_iter().zip(["12.50", "13.75"]) {
            let cited = &bytes[start..end];
            assert!(cited.starts_with(&needle("<Ntry>", is_wide)), "{page:?}");
            assert!(cited.ends_with(&needle("</Ntry>", is_wide)), "{page:?}");
            let amount = needle(amount, is_wide);
            assert!(cited.windows(amount.len()).any(|w| w == amount), "{page:?}");
        }
    }
}

#[test]
fn broken_xml_keeps_what_stood_before_the_break() {
    let body = [
        balance("OPBD", "1.00", "CRDT", "2026-01-01"),
        entry("1.00", "CRDT", ""),
        entry("2.00", "CRDT", ""),
        "<Ntry><Amt Ccy=\"EUR\">3.00</Amt></Wrong>".to_owned(),
        entry("4.00", "CRDT", ""),
    ]
    .concat();
    let text = statement(&body);
    let broken_at = text.find("</Wrong>").expect("stands there");
    let got = read(&Camt, text.as_bytes());
    assert!(got.error.is_none());
    assert_eq!(got.signed(), [10_000, 20_000]);
    assert_eq!(got.rejected, 1);
    assert!(
        got.reasons().contains(&format!("at byte {broken_at}")),
        "{}",
        got.reasons()
    );
    assert_eq!(
        got.money(Table::StatementsRead, "opening_balance"),
        [Some(10_000)]
    );
    // Cut anywhere: whole entries stay, the statement is written, the break is told.
    let second_end = text.match_indices("</Ntry>").nth(1).expect("two").0 + 7;
    let got = read(&Camt, &text.as_bytes()[..second_end + 20]);
    assert_eq!((got.accepted, got.rejected), (2, 1), "{}", got.reasons());
    assert!(got.reasons().contains("the end of the file") || got.reasons().contains("broken XML"));
    assert_eq!(got.text(Table::StatementsRead, "sequence_number"), ["7"]);
}

#[test]
fn hostile_xml_is_refused_quickly() {
    let begin = Instant::now();
    let deep = format!("{HEAD}<Stmt>{}", "<a>".repeat(1_000_000));
    let got = read(&Camt, deep.as_bytes());
    assert!(got.reasons().contains("more than 256 deep"), "{}", got.reasons());
    let doctype = format!(
        "<!DOCTYPE d [<!ENTITY a \"b\">]>{}",
        statement(&entry("1.00", "CRDT", ""))
    );
    let got = read(&Camt, doctype.as_bytes());
    assert!(
        got.accepted == 0 && got.reasons().contains("DOCTYPE"),
        "{}",
        got.reasons()
    );
    let long = entry(
        "1.00",
        "CRDT",
        &details(&format!("<AddtlTxInf>{}</AddtlTxInf>", "é".repeat(2_000_000))),
    );
    let pieces = entry(
        "2.00",
        "CRDT",
        &details(&format!(
            "<AddtlTxInf>{}</AddtlTxInf>",
            "&amp;xxxxxxx".repeat(200_000)
        )),
    );
    let got = read(
        &Camt,
        statement(&[long, pieces, entry("3.00", "CRDT", "")].concat()).as_bytes(),
    );
    assert_eq!(got.signed(), [30_000], "{}", got.reasons());
    assert_eq!(got.rejected, 2);
    assert!(got.reasons().contains("longer than 1 MB"), "{}", got.reasons());
    let tag = statement(&format!(
        "{}<Ntry {}=\"1\">",
        entry("1.00", "CRDT", ""),
        "a".repeat(3_000_000)
    ));
    let got = read(&Camt, tag.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn segments_of_a_hundred_thousand() {
    let text = statement(&entry("1.00", "CRDT", "").repeat(200_001));
    let got = good(&text);
    assert_eq!(got.accepted, 200_001);
    let sequence: Vec<i64> = got
        .number(Table::Entries, "sequence")
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(sequence.len(), 200_001);
    assert!(sequence.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    assert_eq!(got.text(Table::StatementsRead, "statement_id").len(), 1);
}

#[test]
fn knows_its_files() {
    assert_eq!(Camt.recognise(HEAD.as_bytes(), "x").score, 100);
    assert_eq!(Camt.recognise(b"<Document><BkToCstmrStmt>", "x").score, 95);
    assert_eq!(Camt.recognise(b"<Document></Document>", "x").score, 0);
    assert_eq!(Camt.recognise(b"a,b\ncamt.053.001.02", "x").score, 0);
    let wide: Vec<u8> = format!("\u{FEFF}{HEAD}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(Camt.recognise(&wide, "x").score, 100);
}

// --- public corpora ---------------------------------------------------------------------------------------------

/// Accepted, rejected, statements; or a word of the error.
type Outcome = Result<(u64, u64, usize), &'static str>;

#[test]
fn the_public_samples_are_read_or_refused_with_a_reason() {
    let Some(root) = shared("statements") else {
        return;
    };
    // Four samples state balances in euro and in krona: two
    // statements each.
    let expected: [(&str, Outcome); 20] = [
        ("genkgo-camt/test/data/camt052.v1.xml", Ok((1, 0, 1))),
        (
            "genkgo-camt/test/data/camt052.v2.other-account.xml",
            Ok((1, 0, 1)),
        ),
        (
            "genkgo-camt/test/data/camt052.v2.with-account-name.xml",
            Ok((1, 0, 1)),
        ),
        ("genkgo-camt/test/data/camt052.v2.xml", Ok((1, 0, 1))),
        (
            "genkgo-camt/test/data/camt053.v2.all-balance-types.xml",
            Ok((1, 0, 1)),
        ),
        (
            "genkgo-camt/test/data/camt053.v2.minimal.ultimate.xml",
            Ok((1, 0, 2)),
        ),
        ("genkgo-camt/test/data/camt053.v2.minimal.xml", Ok((1, 0, 2))),
        (
            "genkgo-camt/test/data/camt053.v2.with-account-name.xml",
            Ok((1, 0, 1)),
        ),
        (
            "genkgo-camt/test/data/camt053.v2.with-party-ids.xml",
            Ok((1, 0, 2)),
        ),
        ("genkgo-camt/test/data/camt053.v2.wrong.xml", Err("no Stmt")),
        ("genkgo-camt/test/data/camt053.v3.xml", Ok((1, 0, 2))),
        (
            "genkgo-camt/test/data/camt054.v2.with-account-name.xml",
            Ok((1, 0, 1)),
        ),
        ("genkgo-camt/test/data/camt054.v2.xml", Ok((1, 0, 1))),
        (
            "bankstatementparser/tests/test_data/camt.053.001.02.xml",
            Ok((3, 0, 1)),
        ),
        (
            "bankstatementparser/tests/test_data/golden/camt053_duplicate_same_day.xml",
            Ok((2, 0, 1)),
        ),
        (
            "bankstatementparser/tests/test_data/golden/camt053_garbled_amount.xml",
            Ok((0, 1, 1)),
        ),
        (
            "bankstatementparser/tests/test_data/golden/camt053_multicurrency.xml",
            Ok((3, 0, 2)),
        ),
        (
            "bankstatementparser/tests/test_data/golden/camt053_no_namespace.xml",
            Ok((1, 0, 1)),
        ),
        ("bankstatementparser/tests/test_data/invalid.xml", Err("no Stmt")),
        (
            "bankstatementparser/tests/test_data/pain.001.001.03.xml",
            Err("no Stmt"),
        ),
    ];
    for (name, wanted) in expected {
        let bytes = std::fs::read(root.join(name)).expect("a readable file");
        let got = read(&Camt, &bytes);
        match wanted {
            Err(word) => assert!(got.reasons().contains(word), "{name}: {}", got.reasons()),
            Ok(wanted) => {
                let found = (
                    got.accepted,
                    got.rejected,
                    got.text(Table::StatementsRead, "locator").len(),
                );
                assert_eq!(found, wanted, "{name}: {}", got.reasons());
                for (start, end) in got.places(Table::Entries) {
                    assert!(
                        bytes[start..end].starts_with(b"<Ntry>") && bytes[start..end].ends_with(b"</Ntry>")
                    );
                }
            }
        }
    }
}

#[test]
fn the_public_statements_reconcile() {
    let Some(root) = shared("statements/bankstatementparser/tests/test_data") else {
        return;
    };
    for name in [
        "camt.053.001.02.xml",
        "golden/camt053_multicurrency.xml",
        "golden/camt053_no_namespace.xml",
    ] {
        let got = read(&Camt, &std::fs::read(root.join(name)).expect("a readable file"));
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
                "{name} {id}"
            );
        }
    }
}

#[test]
fn xml_bombs_are_refused_in_a_moment() {
    let Some(root) = shared("nasty/defusedxml") else {
        return;
    };
    let mut count = 0;
    for file in std::fs::read_dir(root).expect("a folder") {
        let path = file.expect("an entry").path();
        if !path.extension().is_some_and(|e| e == "xml" || e == "xsl") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a readable file");
        let begin = Instant::now();
        let got = read(&Camt, &bytes);
        assert!(begin.elapsed() < Duration::from_secs(1), "{}", path.display());
        assert_eq!((got.accepted, got.rejected), (0, 0), "{}", path.display());
        let reason = got.reasons();
        if bytes.windows(9).any(|w| w == b"<!DOCTYPE") {
            assert!(reason.contains("DOCTYPE"), "{}: {reason}", path.display());
        } else {
            assert!(reason.contains("no Stmt"), "{}: {reason}", path.display());
        }
        assert_eq!(Camt.recognise(&bytes, "x").score, 0);
        count += 1;
    }
    assert!(count >= 10, "{count} files");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..6)) {
        let text = statement(&format!(
            "{}{}{}",
            balance("OPBD", "1.00", "CRDT", "2026-01-01"),
            entry("1.00", "CRDT", &details("<RltdPties><Dbtr><Nm>Mü &amp; B</Nm></Dbtr></RltdPties>")),
            entry("2.00", "DBIT", "<BookgDt><DtTm>2026-01-05T13:15:07</DtTm></BookgDt>"),
        ));
        let mut bytes = text.into_bytes();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let got = read(&Camt, &bytes);
        prop_assert_eq!(got.accepted as usize, got.signed().len());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        prop_assert_eq!(read(&Camt, &bytes).fingerprint(), got.fingerprint());
        for (start, end) in got.places(Table::Entries).into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= bytes.len());
        }
    }
}
