//! pain.001, pain.008, pacs.008 and pacs.004: made-up messages of several versions, the public sample, hostile XML, and
//! damage.

use std::time::{Duration, Instant};

use geldspoor::case::Table;
use geldspoor::intake::Format;
use geldspoor::intake::encoding::{CodePage, Encoding};
use geldspoor::intake::formats::camt::Camt;
use geldspoor::intake::formats::choose;
use geldspoor::intake::formats::payments::Payments;
use proptest::prelude::*;

use crate::collect::{Collected, read, shared};

const O: Table = Table::PaymentOrders;

fn document(number: &str, message: &str, inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{number}\">\
         <{message}>{inner}</{message}></Document>\n"
    )
}

fn group(count: &str, sum: &str, rest: &str) -> String {
    format!(
        "<GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>2026-03-01T09:30:47</CreDtTm><NbOfTxs>{count}</NbOfTxs>\
         <CtrlSum>{sum}</CtrlSum>{rest}</GrpHdr>"
    )
}

fn transfer(id: &str, amount: &str, rest: &str) -> String {
    format!(
        "<CdtTrfTxInf><PmtId><InstrId>I-{id}</InstrId><EndToEndId>E-{id}</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">\
         {amount}</InstdAmt></Amt><CdtrAgt><FinInstnId><BIC>GKCCBEBB</BIC></FinInstnId></CdtrAgt><Cdtr><Nm>Payee {id}\
         </Nm></Cdtr><CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct>{rest}</CdtTrfTxInf>"
    )
}

fn transfers(header: &str, day: &str, orders: &str) -> String {
    format!(
        "<PmtInf><PmtInfId>PI-1</PmtInfId><PmtMtd>TRF</PmtMtd>{header}<ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>K. Bos\
         </Nm></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BIC>ABNANL2A\
         </BIC></FinInstnId></DbtrAgt><UltmtDbtr><Nm>Bos Holding</Nm></UltmtDbtr><ChrgBr>SLEV</ChrgBr>{orders}</PmtInf>"
    )
}

fn good(text: &str) -> Collected {
    let got = read(&Payments, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    assert!(
        got.text(Table::Entries, "entry_id").is_empty(),
        "an order is no booking"
    );
    got
}

pub fn pain_001() -> String {
    let block = transfers(
        "<NbOfTxs>2</NbOfTxs><CtrlSum>40.50</CtrlSum>",
        "2026-03-02",
        &format!(
            "{}{}",
            transfer(
                "1",
                "10.00",
                "<UltmtCdtr><Nm>Kind</Nm></UltmtCdtr><Purp><Cd>SALA</Cd></Purp><RmtInf><Ustrd>loon maart</Ustrd><Strd>\
                 <RfrdDocInf><Nb>F-77</Nb></RfrdDocInf></Strd></RmtInf>"
            ),
            transfer("2", "30.50", "")
        ),
    );
    document(
        "pain.001.001.03",
        "CstmrCdtTrfInitn",
        &format!(
            "{}{block}",
            group("2", "40.5", "<InitgPty><Nm>Bos</Nm></InitgPty>")
        ),
    )
}

#[test]
fn a_customers_transfers() {
    let text = pain_001();
    let got = good(&text);
    assert_eq!(got.accepted, 2);
    assert_eq!(got.text(O, "kind"), ["credit_transfer"; 2]);
    assert_eq!(got.text(O, "message_id"), ["MSG-1"; 2]);
    assert_eq!(got.days(O, "requested_date"), ["2026-03-02"; 2]);
    assert_eq!(got.money(O, "amount"), [Some(100_000), Some(305_000)]);
    assert_eq!(got.text(O, "currency"), ["EUR"; 2]);
    assert_eq!(got.text(O, "debtor_name"), ["K. Bos"; 2]);
    assert_eq!(got.text(O, "debtor_account"), ["NL91ABNA0417164300"; 2]);
    assert_eq!(got.text(O, "debtor_bank"), ["ABNANL2A"; 2]);
    assert_eq!(got.text(O, "ultimate_debtor"), ["Bos Holding"; 2]);
    assert_eq!(got.text(O, "creditor_name"), ["Payee 1", "Payee 2"]);
    assert_eq!(got.text(O, "creditor_account"), ["BE68539007547034"; 2]);
    assert_eq!(got.text(O, "creditor_bank"), ["GKCCBEBB"; 2]);
    assert_eq!(got.text(O, "ultimate_creditor"), ["Kind", ""]);
    assert_eq!(got.text(O, "end_to_end_id"), ["E-1", "E-2"]);
    assert_eq!(got.text(O, "transaction_id"), ["I-1", "I-2"]);
    assert_eq!(got.text(O, "purpose"), ["SALA", ""]);
    assert_eq!(got.text(O, "charges"), ["SLEV"; 2]);
    assert_eq!(
        got.text(O, "remittance"),
        [
            "loon maart F-77 [payment information PI-1]",
            "[payment information PI-1]"
        ]
    );
    assert_eq!(
        got.text(O, "locator"),
        ["PmtInf[1]/CdtTrfTxInf[1]", "PmtInf[1]/CdtTrfTxInf[2]"]
    );
    for ((start, end), amount) in got.places(O).into_iter().zip(["10.00", "30.50"]) {
        let cited = &text[start..end];
        assert!(cited.starts_with("<CdtTrfTxInf>") && cited.ends_with("</CdtTrfTxInf>"));
        assert!(cited.contains(amount));
    }
    let known = got.text(Table::AccountsRead, "iban");
    assert!(
        known.contains(&"NL91ABNA0417164300".to_owned()) && known.contains(&"BE68539007547034".to_owned())
    );
    assert!(!got.flags(Table::AccountsRead, "seized").contains(&true));
}

#[test]
fn versions_namespaces_and_prefixes_make_no_difference() {
    let text = pain_001();
    let wanted = good(&text);
    let plain = text.replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\"", "");
    let prefixed = plain
        .replace("</", "\u{1}")
        .replace('<', "<p:")
        .replace('\u{1}', "</p:")
        .replace("<p:?", "<?");
    let second = plain.replace("CstmrCdtTrfInitn", "pain.001.001.02");
    let ninth = text
        .replace("001.03", "001.09")
        .replace(
            "<ReqdExctnDt>2026-03-02</ReqdExctnDt>",
            "<ReqdExctnDt><DtTm>2026-03-02T08:00:00+01:00</DtTm></ReqdExctnDt>",
        )
        .replace("<BIC>", "<BICFI>")
        .replace("</BIC>", "</BICFI>");
    for (name, text) in [
        ("plain", plain),
        ("prefixed", prefixed),
        ("02", second),
        ("09", ninth),
    ] {
        assert!(Payments.recognise(text.as_bytes(), "x").score >= 95, "{name}");
        let got = good(&text);
        for column in ["debtor_name", "creditor_bank", "remittance", "ultimate_debtor"] {
            assert_eq!(got.text(O, column), wanted.text(O, column), "{name} {column}");
        }
        assert_eq!(
            got.days(O, "requested_date"),
            wanted.days(O, "requested_date"),
            "{name}"
        );
        assert_eq!(got.money(O, "amount"), wanted.money(O, "amount"), "{name}");
    }
}

#[test]
fn an_equivalent_amount_names_the_currency_to_pay_in() {
    let order = transfer("1", "10.00", "").replace(
        "<InstdAmt Ccy=\"EUR\">10.00</InstdAmt>",
        "<EqvtAmt><Amt Ccy=\"EUR\">10.00</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt>",
    );
    let text = document(
        "pain.001.001.03",
        "CstmrCdtTrfInitn",
        &format!("{}{}", group("1", "10", ""), transfers("", "2026-03-02", &order)),
    );
    let got = good(&text);
    assert_eq!(got.money(O, "amount"), [Some(100_000)]);
    assert!(got.text(O, "remittance")[0].contains("[to be paid in USD]"));
}

pub fn pain_008() -> String {
    let block = "<PmtInf><PmtInfId>PI-9</PmtInfId><PmtMtd>DD</PmtMtd><NbOfTxs>1</NbOfTxs><CtrlSum>49.95</CtrlSum>\
                 <ReqdColltnDt>2026-04-01</ReqdColltnDt><Cdtr><Nm>Energie BV</Nm></Cdtr><CdtrAcct><Id><IBAN>\
                 BE68539007547034</IBAN></Id></CdtrAcct><CdtrAgt><FinInstnId><BIC>GKCCBEBB</BIC></FinInstnId></CdtrAgt>\
                 <CdtrSchmeId><Id><PrvtId><Othr><Id>NL32ZZZ999</Id></Othr></PrvtId></Id></CdtrSchmeId><DrctDbtTxInf>\
                 <PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId><InstdAmt Ccy=\"EUR\">49.95</InstdAmt><ChrgBr>SHAR\
                 </ChrgBr><DrctDbtTx><MndtRltdInf><MndtId>M-5</MndtId><DtOfSgntr>2020-01-01</DtOfSgntr></MndtRltdInf>\
                 </DrctDbtTx><DbtrAgt><FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></DbtrAgt><Dbtr><Nm>K. Bos</Nm></Dbtr>\
                 <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct><RmtInf><Ustrd>maart</Ustrd></RmtInf>\
                 </DrctDbtTxInf></PmtInf>";
    document(
        "pain.008.001.02",
        "CstmrDrctDbtInitn",
        &format!("{}{block}", group("1", "49.95", "")),
    )
}

#[test]
fn a_creditors_collections() {
    let got = good(&pain_008());
    assert_eq!(got.text(O, "kind"), ["direct_debit"]);
    assert_eq!(got.money(O, "amount"), [Some(499_500)]);
    assert_eq!(got.days(O, "requested_date"), ["2026-04-01"]);
    assert_eq!(got.text(O, "debtor_name"), ["K. Bos"]);
    assert_eq!(got.text(O, "debtor_account"), ["NL91ABNA0417164300"]);
    assert_eq!(got.text(O, "creditor_name"), ["Energie BV"]);
    assert_eq!(got.text(O, "creditor_account"), ["BE68539007547034"]);
    assert_eq!(got.text(O, "mandate"), ["M-5"]);
    assert_eq!(got.text(O, "charges"), ["SHAR"]);
    assert_eq!(got.text(O, "end_to_end_id"), [""]);
    assert_eq!(
        got.text(O, "remittance"),
        ["maart [payment information PI-9] [creditor id NL32ZZZ999]"]
    );
}

pub fn pacs_008() -> String {
    let order = "<CdtTrfTxInf><PmtId><InstrId>I</InstrId><EndToEndId>E</EndToEndId><TxId>T</TxId><UETR>\
                 8a562c67-ca16-48ba-b074-65581be6f001</UETR></PmtId><IntrBkSttlmAmt Ccy=\"EUR\">90.00</IntrBkSttlmAmt>\
                 <InstdAmt Ccy=\"USD\">100.00</InstdAmt><ChrgBr>DEBT</ChrgBr><Dbtr><Nm>A</Nm></Dbtr><DbtrAcct><Id><Othr>\
                 <Id>000123</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>BOFAUS3N</BICFI></FinInstnId>\
                 </DbtrAgt><CdtrAgt><FinInstnId><BICFI>GKCCBEBB</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>B</Nm></Cdtr>\
                 <CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct></CdtTrfTxInf>";
    let header = group(
        "1",
        "90",
        "<TtlIntrBkSttlmAmt Ccy=\"EUR\">90.00</TtlIntrBkSttlmAmt><IntrBkSttlmDt>2026-03-03</IntrBkSttlmDt>",
    );
    document(
        "pacs.008.001.08",
        "FIToFICstmrCdtTrf",
        &format!("{header}{order}"),
    )
}

#[test]
fn a_transfer_between_banks() {
    let text = pacs_008();
    let got = good(&text);
    assert_eq!(got.text(O, "kind"), ["interbank_credit_transfer"]);
    assert_eq!(got.days(O, "requested_date"), ["2026-03-03"]);
    assert_eq!(got.money(O, "amount"), [Some(900_000)]);
    assert_eq!(
        got.text(O, "transaction_id"),
        ["8a562c67-ca16-48ba-b074-65581be6f001"]
    );
    assert_eq!(got.text(O, "debtor_account"), ["000123"]);
    assert_eq!(got.text(O, "debtor_bank"), ["BOFAUS3N"]);
    assert_eq!(
        got.text(O, "remittance"),
        ["[transaction T] [instruction I] [instructed 100.00 USD]"]
    );
    assert_eq!(got.text(O, "locator"), ["CdtTrfTxInf[1]"]);
    let wrong = text.replace("Ccy=\"EUR\">90.00</TtlIntr", "Ccy=\"EUR\">91.00</TtlIntr");
    let got = read(&Payments, wrong.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 1));
    assert!(
        got.reasons().contains("91.00") && got.reasons().contains("90.00"),
        "{}",
        got.reasons()
    );
}

pub fn pacs_004() -> String {
    let reference = "<OrgnlTxRef><IntrBkSttlmDt>2026-02-01</IntrBkSttlmDt><RmtInf><Ustrd>huur</Ustrd></RmtInf><Dbtr><Pty>\
                     <Nm>A</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct><Cdtr><Pty><Nm>B\
                     </Nm></Pty></Cdtr></OrgnlTxRef>";
    let chain = "<RtrChain><Dbtr><Pty><Nm>B</Nm></Pty></Dbtr><Cdtr><Pty><Nm>A</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>\
                 NL91ABNA0417164300</IBAN></Id></CdtrAcct></RtrChain>";
    let order = |inner: &str| {
        format!(
            "<TxInf><RtrId>R-1</RtrId><OrgnlGrpInf><OrgnlMsgId>OLD</OrgnlMsgId></OrgnlGrpInf><OrgnlEndToEndId>E\
             </OrgnlEndToEndId><OrgnlTxId>T</OrgnlTxId><OrgnlIntrBkSttlmAmt Ccy=\"EUR\">20.00</OrgnlIntrBkSttlmAmt>\
             <RtrdIntrBkSttlmAmt Ccy=\"EUR\">19.00</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2026-02-05</IntrBkSttlmDt>{inner}\
             <RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></RtrRsnInf></TxInf>"
        )
    };
    document(
        "pacs.004.001.09",
        "PmtRtr",
        &format!("{}{}{}", group("2", "38.00", ""), order(reference), order(chain)),
    )
}

#[test]
fn a_return_keeps_the_roles_of_what_is_sent_back() {
    let got = good(&pacs_004());
    assert_eq!(got.text(O, "kind"), ["return"; 2]);
    assert_eq!(got.money(O, "amount"), [Some(190_000); 2]);
    assert_eq!(got.days(O, "requested_date"), ["2026-02-05"; 2]);
    assert_eq!(got.text(O, "debtor_name"), ["A"; 2]);
    assert_eq!(got.text(O, "debtor_account"), ["NL91ABNA0417164300"; 2]);
    assert_eq!(got.text(O, "creditor_name"), ["B"; 2]);
    assert_eq!(got.text(O, "end_to_end_id"), ["E"; 2]);
    assert_eq!(got.text(O, "transaction_id"), ["T"; 2]);
    assert_eq!(got.text(O, "return_reason"), ["AC04 closed"; 2]);
    assert_eq!(
        got.text(O, "remittance")[0],
        "huur [return R-1] [original amount 20.00 EUR] [original message OLD]"
    );
    // A whole group sent back lists nothing; that is said.
    let whole = document(
        "pacs.004.001.02",
        "PmtRtr",
        &group("7", "70", "<GrpRtr>true</GrpRtr>"),
    );
    let got = read(&Payments, whole.as_bytes());
    assert_eq!((got.accepted, got.rejected), (0, 1));
    assert!(
        got.reasons().contains("NbOfTxs says 7") && got.reasons().contains("GrpRtr"),
        "{}",
        got.reasons()
    );
}

#[test]
fn control_figures_that_differ_are_rejects_and_the_payments_stay() {
    let text = pain_001()
        .replacen(
            "<NbOfTxs>2</NbOfTxs><CtrlSum>40.5</CtrlSum>",
            "<NbOfTxs>3</NbOfTxs><CtrlSum>40.5</CtrlSum>",
            1,
        )
        .replace("<CtrlSum>40.50</CtrlSum>", "<CtrlSum>41.50</CtrlSum>");
    let got = read(&Payments, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (2, 2), "{}", got.reasons());
    assert_eq!(got.text(Table::Rejects, "locator"), ["PmtInf[1]", "GrpHdr"]);
    let reasons = got.text(Table::Rejects, "reason");
    assert!(
        reasons[0].contains("CtrlSum says 41.50") && reasons[0].contains("add up to 40.50"),
        "{}",
        reasons[0]
    );
    assert!(
        reasons[1].contains("NbOfTxs says 3, read were 2"),
        "{}",
        reasons[1]
    );
    let raw = got.text(Table::Rejects, "raw");
    assert!(
        raw[0].starts_with("<PmtInf>") && !raw[0].contains("<CdtTrfTxInf>"),
        "{}",
        raw[0]
    );
    assert!(
        raw[1].starts_with("<GrpHdr>") && raw[1].ends_with("</GrpHdr>"),
        "{}",
        raw[1]
    );
}

#[test]
fn an_order_that_cannot_be_read_takes_no_neighbour_along() {
    let orders = [
        transfer("1", "1.00", ""),
        transfer("2", "1,00", ""),
        transfer("3", "-3.00", ""),
        transfer("4", "4.00", "").replace("EUR", "ZZZ"),
        transfer("5", "5.00", "<RmtInf><Ustrd>&lol;</Ustrd></RmtInf>"),
        transfer("6", "6.00", "").replace("<Amt><InstdAmt Ccy=\"EUR\">6.00</InstdAmt></Amt>", ""),
        transfer(
            "7",
            "7.00",
            &format!("<RmtInf><Ustrd>{}</Ustrd></RmtInf>", "x".repeat(1_200_000)),
        ),
        transfer("8", "8.00", ""),
    ]
    .concat();
    let text = document(
        "pain.001.001.03",
        "CstmrCdtTrfInitn",
        &format!(
            "{}{}",
            group("8", "9.00", ""),
            transfers("", "2026-02-30", &orders)
        ),
    );
    let got = read(&Payments, text.as_bytes());
    assert_eq!(got.text(O, "end_to_end_id"), ["E-1", "E-8"]);
    assert_eq!((got.accepted, got.rejected), (2, 7), "{}", got.reasons());
    let reasons = got.text(Table::Rejects, "reason");
    for (reason, part) in reasons.iter().zip([
        "2026-02-30",
        "1,00",
        "no sign",
        "ZZZ",
        "&lol;",
        "Amt is missing",
        "longer than 1 MB",
    ]) {
        assert!(reason.contains(part), "{reason}: {part}");
    }
    assert_eq!(got.days(O, "requested_date"), ["", ""]);
}

#[test]
fn several_messages_in_one_envelope() {
    let one = pain_001();
    let inner = one.split_once("?>").expect("a declaration").1;
    let text = format!("<Envelope>{inner}{}</Envelope>", inner.replace("MSG-1", "MSG-2"));
    let got = good(&text);
    assert_eq!(got.text(O, "message_id"), ["MSG-1", "MSG-1", "MSG-2", "MSG-2"]);
    assert_eq!(got.text(O, "locator")[3], "message 2, PmtInf[1]/CdtTrfTxInf[2]");
}

#[test]
fn broken_xml_keeps_what_stood_before_the_break() {
    let text = pain_001();
    let cut = text.find("E-2").expect("stands there");
    let got = read(&Payments, &text.as_bytes()[..cut]);
    assert!(got.error.is_none());
    assert_eq!(got.text(O, "end_to_end_id"), ["E-1"]);
    assert_eq!((got.accepted, got.rejected), (1, 1));
    assert_eq!(got.text(Table::Rejects, "locator"), ["PmtInf[1]/CdtTrfTxInf[2]"]);
    assert!(
        got.reasons()
            .contains("NbOfTxs of the group says 2, read before were 1"),
        "{}",
        got.reasons()
    );
    let (start, end) = got.places(Table::Rejects)[0];
    assert!(text[start..].starts_with("<CdtTrfTxInf>") && end == cut);
}

#[test]
fn hostile_xml_is_refused_quickly() {
    let begin = Instant::now();
    let doctype = pain_001().replace("?>\n", "?>\n<!DOCTYPE d [<!ENTITY a \"b\">]>");
    let got = read(&Payments, doctype.as_bytes());
    assert!(
        got.accepted == 0 && got.reasons().contains("DOCTYPE"),
        "{}",
        got.reasons()
    );
    let deep = format!(
        "<Document><CstmrCdtTrfInitn><PmtInf><CdtTrfTxInf>{}",
        "<a>".repeat(1_000_000)
    );
    let got = read(&Payments, deep.as_bytes());
    assert!(got.reasons().contains("more than 256 deep"), "{}", got.reasons());
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let Some(root) = shared("nasty/defusedxml") else {
        return;
    };
    for file in std::fs::read_dir(root).expect("a folder") {
        let path = file.expect("an entry").path();
        if !path.extension().is_some_and(|e| e == "xml" || e == "xsl") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a readable file");
        let begin = Instant::now();
        let got = read(&Payments, &bytes);
        assert!(begin.elapsed() < Duration::from_secs(1), "{}", path.display());
        assert!(
            got.error.is_some() && (got.accepted, got.rejected) == (0, 0),
            "{}",
            path.display()
        );
        assert_eq!(Payments.recognise(&bytes, "x").score, 0);
    }
}

#[test]
fn knows_its_files_and_no_others() {
    let text = pain_001();
    assert_eq!(Payments.recognise(text.as_bytes(), "x").score, 100);
    assert_eq!(Camt.recognise(text.as_bytes(), "x").score, 0);
    let encoding = Encoding {
        page: CodePage::Utf8,
        basis: "guessed",
        mark: 0,
    };
    let chosen = choose(text.as_bytes(), "x.xml", encoding, None, "").expect("known");
    assert_eq!(chosen.format.id(), "payments");
    for (text, score) in [
        ("<Document><PmtRtr><GrpHdr>", 95),
        ("<Document><BkToCstmrStmt><Stmt>", 0),
        ("<a><!-- <CstmrCdtTrfInitn> --></a>", 0),
        ("<Document><CstmrPmtStsRpt><OrgnlMsgNmId>pain.001.001.03", 0),
        ("a,b\n<CstmrCdtTrfInitn>", 0),
    ] {
        assert_eq!(Payments.recognise(text.as_bytes(), "x").score, score, "{text}");
    }
    let got = read(&Payments, b"<Document><a/></Document>");
    assert!(got.reasons().contains("no message of payment orders"));
}

#[test]
fn the_public_sample_agrees_with_its_independent_reading() {
    let Some(root) = shared("statements/bankstatementparser/tests/test_data") else {
        return;
    };
    let bytes = std::fs::read(root.join("pain.001.001.03.xml")).expect("a readable file");
    let other = std::fs::read_to_string(root.join("pain_file.csv")).expect("a readable file");
    let got = read(&Payments, &bytes);
    let blocks: Vec<String> = other
        .lines()
        .skip(1)
        .map(|id| format!("[payment information {}]", id.trim()))
        .collect();
    let told = got.text(O, "remittance");
    assert_eq!((got.accepted as usize, told.len()), (blocks.len(), blocks.len()));
    assert!(
        told.iter()
            .zip(&blocks)
            .all(|(told, id)| told.ends_with(id.as_str())),
        "{told:?}"
    );
    assert_eq!(got.money(O, "amount")[0], Some(1_500_000));
    assert_eq!(got.text(O, "creditor_bank")[0], "SPUEDE2UXXX");
    // The sample's control figures are wrong throughout: two payments are stated, six stand there.
    assert_eq!(got.rejected, 7, "{}", got.reasons());
    assert!(
        got.reasons().contains("NbOfTxs says 2, read were 6"),
        "{}",
        got.reasons()
    );
    for (start, end) in got.places(O) {
        assert!(
            bytes[start..end].starts_with(b"<CdtTrfTxInf>") && bytes[start..end].ends_with(b"</CdtTrfTxInf>")
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..6)) {
        let mut bytes = pain_001().into_bytes();
        for (at, byte, how) in changes {
            let at = usize::from(at) % bytes.len().max(1);
            match how {
                0 => if let Some(slot) = bytes.get_mut(at) { *slot = byte },
                1 => bytes.insert(at.min(bytes.len()), byte),
                _ => if at < bytes.len() { bytes.remove(at); },
            }
        }
        let _ = Payments.recognise(&bytes, "x");
        let got = read(&Payments, &bytes);
        let mut ids = got.text(O, "order_id");
        prop_assert_eq!(got.accepted as usize, ids.len());
        prop_assert_eq!(got.rejected as usize, got.text(Table::Rejects, "reason").len());
        prop_assert!(got.error.is_none() || got.accepted + got.rejected == 0);
        prop_assert_eq!(read(&Payments, &bytes).fingerprint(), got.fingerprint());
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(got.accepted as usize, ids.len());
        for (start, end) in got.places(O).into_iter().chain(got.places(Table::Rejects)) {
            prop_assert!(start <= end && end <= bytes.len());
        }
    }
}
