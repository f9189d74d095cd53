//! Payments inside the entries of camt: batches, exchanged amounts, damage inside a batch, batches of any size.

use geldspoor::case::Table;
use geldspoor::intake::encoding::CodePage;
use geldspoor::intake::formats::camt::Camt;
use proptest::prelude::*;

use crate::collect::{Collected, read, read_as, shared};

const D: Table = Table::EntryDetails;

pub fn statement(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document \
         xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>\
         NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</Stmt></BkToCstmrStmt></Document>\n"
    )
}

pub fn entry(amount: &str, mark: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2026-01-05</Dt></BookgDt>{rest}</Ntry>\n"
    )
}

pub fn payment(amount: &str, name: &str, rest: &str) -> String {
    format!(
        "<TxDtls><Refs><EndToEndId>E-{name}</EndToEndId></Refs><Amt Ccy=\"EUR\">{amount}</Amt><RltdPties><Dbtr><Pty>\
         <Nm>{name}</Nm></Pty></Dbtr></RltdPties>{rest}</TxDtls>"
    )
}

pub fn batch(payments: &[String]) -> String {
    format!("<NtryDtls>{}</NtryDtls>", payments.concat())
}

fn good(text: &str) -> Collected {
    let got = read(&Camt, text.as_bytes());
    assert!(got.error.is_none() && got.rejected == 0, "{}", got.reasons());
    got
}

#[test]
fn every_payment_of_a_batch_is_a_row_cited_by_itself() {
    let second = "<TxDtls><Refs><AcctSvcrRef>S-2</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId><MndtId>M-2</MndtId>\
                  <TxId>T-2</TxId></Refs><AmtDtls><InstdAmt><Amt Ccy=\"USD\">22.00</Amt></InstdAmt><TxAmt><Amt \
                  Ccy=\"EUR\">20.50</Amt></TxAmt></AmtDtls><RltdPties><Dbtr><Nm>Müller &amp; Zn</Nm><PstlAdr><Ctry>DE\
                  </Ctry></PstlAdr></Dbtr><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct><UltmtDbtr>\
                  <Nm>Kind</Nm></UltmtDbtr></RltdPties><RltdAgts><DbtrAgt><FinInstnId><BICFI>COBADEFF</BICFI>\
                  </FinInstnId></DbtrAgt></RltdAgts><Purp><Cd>RENT</Cd></Purp><RmtInf><Ustrd>een</Ustrd><Ustrd>twee\
                  </Ustrd></RmtInf></TxDtls>";
    let returned = "<TxDtls><Amt Ccy=\"EUR\">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Cdtr><Pty><Nm>Terug</Nm>\
                    </Pty></Cdtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>";
    let text = statement(&entry(
        "25.50",
        "CRDT",
        &batch(&[payment("10.00", "A", ""), second.to_owned(), returned.to_owned()]),
    ));
    let got = good(&text);
    assert_eq!(got.accepted, 1);
    assert_eq!(
        got.money(D, "amount"),
        [Some(100_000), Some(205_000), Some(50_000)]
    );
    assert_eq!(got.text(D, "direction"), ["credit", "credit", "debit"]);
    assert_eq!(got.text(D, "currency"), ["EUR"; 3]);
    assert_eq!(got.text(D, "counterparty_name"), ["A", "Müller & Zn", "Terug"]);
    assert_eq!(
        got.text(D, "counterparty_account"),
        ["", "DE89370400440532013000", ""]
    );
    assert_eq!(got.text(D, "counterparty_bank")[1], "COBADEFF");
    assert_eq!(got.text(D, "counterparty_country")[1], "DE");
    assert_eq!(got.text(D, "end_to_end_id"), ["E-A", "", ""]);
    assert_eq!(got.text(D, "bank_reference"), ["", "S-2", ""]);
    assert_eq!(got.text(D, "purpose")[1], "RENT");
    assert_eq!(got.text(D, "return_reason"), ["", "", "AC04"]);
    assert_eq!(
        got.text(D, "remittance")[1],
        "een twee [on behalf of Kind] [mandate M-2] [instructed 22.00 USD] [transaction T-2]"
    );
    assert_eq!(got.number(D, "number"), [Some(1), Some(2), Some(3)]);
    let entry_id = &got.text(Table::Entries, "entry_id")[0];
    assert_eq!(got.text(D, "entry_id"), [entry_id.as_str(); 3]);
    assert_eq!(got.text(D, "detail_id")[2], format!("{entry_id}.3"));
    assert_eq!(got.text(D, "locator")[1], "Stmt[1]/Ntry[1]/TxDtls[2]");
    // 10.00 + 20.50 - 5.00 is what was booked.
    let signed: i128 = got
        .money(D, "amount")
        .into_iter()
        .flatten()
        .zip(got.text(D, "direction"))
        .map(|(amount, direction)| if direction == "debit" { -amount } else { amount })
        .sum();
    assert_eq!(signed, got.signed()[0]);
    for ((start, end), amount) in got.places(D).into_iter().zip(["10.00", "20.50", "5.00"]) {
        let cited = &text[start..end];
        assert!(
            cited.starts_with("<TxDtls>")
                && cited.ends_with("</TxDtls>")
                && cited.matches("TxDtls").count() == 2
        );
        assert!(cited.contains(amount), "{cited}");
    }
    // The accounts of payments are known to the case like those of entries.
    assert!(
        got.text(Table::AccountsRead, "iban")
            .contains(&"DE89370400440532013000".to_owned())
    );
}

#[test]
fn one_payment_is_a_row_only_where_it_says_something_else_than_its_entry() {
    let one = |inner: &str| {
        entry(
            "12.50",
            "CRDT",
            &format!("<NtryDtls><TxDtls>{inner}</TxDtls></NtryDtls>"),
        )
    };
    let text = statement(
        &[
            one("<Amt Ccy=\"EUR\">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd>"),
            one("<Amt Ccy=\"EUR\">12.5</Amt>"),
            one("<RltdPties><Dbtr><Nm>A</Nm></Dbtr></RltdPties>"),
            one("<AmtDtls><InstdAmt><Amt Ccy=\"USD\">14.00</Amt></InstdAmt></AmtDtls>"),
            one("<AmtDtls><TxAmt><Amt Ccy=\"USD\">14.00</Amt></TxAmt></AmtDtls>"),
            one("<Amt Ccy=\"EUR\">13.00</Amt>"),
            one("<CdtDbtInd>DBIT</CdtDbtInd>"),
            entry(
                "9.00",
                "DBIT",
                "<NtryDtls><Btch><NbOfTxs>20</NbOfTxs></Btch><TxDtls><Amt Ccy=\"EUR\">9.00</Amt></TxDtls></NtryDtls>",
            ),
        ]
        .concat(),
    );
    let got = good(&text);
    assert_eq!(got.accepted, 8);
    assert_eq!(
        got.text(D, "locator"),
        [5, 6, 7, 8].map(|n| format!("Stmt[1]/Ntry[{n}]/TxDtls[1]"))
    );
    assert_eq!(
        got.money(D, "amount"),
        [Some(140_000), Some(130_000), None, Some(90_000)]
    );
    assert_eq!(got.text(D, "currency"), ["USD", "EUR", "", "EUR"]);
    assert_eq!(got.text(D, "direction"), ["credit", "credit", "debit", "debit"]);
}

#[test]
fn an_exchange_keeps_what_was_ordered_and_the_rate() {
    let exchanged = "<NtryDtls><TxDtls><AmtDtls><InstdAmt><Amt Ccy=\"USD\">14.00</Amt><CcyXchg><SrcCcy>USD</SrcCcy>\
                     <XchgRate>0.8929</XchgRate></CcyXchg></InstdAmt></AmtDtls></TxDtls></NtryDtls>";
    let got = good(&statement(&entry("12.50", "CRDT", exchanged)));
    assert_eq!(
        got.text(Table::Entries, "remittance"),
        ["[instructed 14.00 USD] [rate 0.8929]"]
    );
}

#[test]
fn a_payment_that_cannot_be_read_takes_no_neighbour_along() {
    let text = statement(&format!(
        "{}{}",
        entry(
            "60.00",
            "CRDT",
            &batch(&[
                payment("10.00", "A", "<AddtlTxInf>&who;</AddtlTxInf>"),
                payment("2x.00", "B", ""),
                payment("30.00", "C", ""),
                payment("-4.00", "D", ""),
                payment("5.00", "E", "").replace("EUR", "ZZZ"),
            ])
        ),
        entry("1.00", "DBIT", "")
    ));
    let got = read(&Camt, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (2, 4), "{}", got.reasons());
    assert_eq!(got.text(D, "counterparty_name"), ["C"]);
    assert_eq!(got.number(D, "number"), [Some(3)]);
    assert_eq!(
        got.text(Table::Rejects, "locator"),
        [1, 2, 4, 5].map(|n| format!("Stmt[1]/Ntry[1]/TxDtls[{n}]"))
    );
    for (reason, part) in got
        .text(Table::Rejects, "reason")
        .iter()
        .zip(["&who;", "2x.00", "no sign", "ZZZ"])
    {
        assert!(reason.contains(part), "{reason}");
    }
    for ((start, end), raw) in got
        .places(Table::Rejects)
        .into_iter()
        .zip(got.text(Table::Rejects, "raw"))
    {
        assert_eq!(text[start..end], raw);
    }
}

#[test]
fn a_refused_entry_leaves_no_payments_behind() {
    let two = batch(&[payment("1.00", "A", ""), payment("2.00", "B", "")]);
    let text = statement(
        &[
            entry("3.00", "CRDT", &two).replace("BOOK", "PDNG"),
            entry("3.00", "CRDT", &format!("{two}<AddtlNtryInf>&x;</AddtlNtryInf>")),
            entry("3.00", "CRDT", &two),
        ]
        .concat(),
    );
    let got = read(&Camt, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 2), "{}", got.reasons());
    let entry_id = &got.text(Table::Entries, "entry_id")[0];
    assert_eq!(got.text(D, "entry_id"), [entry_id.as_str(); 2]);
    // Broken inside a batch: the same.
    let cut = text.rfind("<TxDtls>").expect("stands there") + 20;
    let got = read(&Camt, &text.as_bytes()[..cut]);
    assert!(
        got.text(D, "entry_id").is_empty() && got.accepted == 0,
        "{}",
        got.reasons()
    );
}

#[test]
fn fields_behind_the_payments_are_told_of() {
    // Against the schema: the entry's own amount behind its payments.
    let two = batch(&[payment("1.00", "A", ""), payment("2.00", "B", "")]);
    let text = statement(&format!(
        "<Ntry>{two}<Amt Ccy=\"EUR\">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>"
    ));
    let got = read(&Camt, text.as_bytes());
    assert_eq!((got.accepted, got.rejected), (1, 1), "{}", got.reasons());
    assert!(
        got.reasons().contains("2 payments of this entry"),
        "{}",
        got.reasons()
    );
}

#[test]
fn a_batch_of_any_size_is_read_and_a_break_in_it_is_told() {
    const COUNT: usize = 120_000;
    let payments: Vec<String> = (0..COUNT)
        .map(|n| format!("<TxDtls><Amt Ccy=\"EUR\">0.{:02}</Amt></TxDtls>", n % 100))
        .collect();
    let text = statement(&entry("59400.00", "CRDT", &batch(&payments)));
    let got = good(&text);
    assert_eq!(got.accepted, 1);
    let sum: i128 = got.money(D, "amount").into_iter().flatten().sum();
    assert_eq!(sum, got.signed()[0]);
    let numbers: Vec<i64> = got.number(D, "number").into_iter().flatten().collect();
    assert!(numbers.len() == COUNT && numbers.iter().zip(1..).all(|(n, at)| *n == at));
    // More were read than are kept before the break: they were written, and the reject says how many.
    let got = read(&Camt, &text.as_bytes()[..text.len() - 100]);
    assert_eq!((got.accepted, got.rejected), (0, 1), "{}", got.reasons());
    let written = got.text(D, "entry_id").len();
    assert!(written > 100_000);
    assert!(
        got.reasons()
            .contains(&format!("{written} of its payments stand in entry_details")),
        "{}",
        got.reasons()
    );
    let (start, _) = got.places(Table::Rejects)[0];
    assert!(text[start..].starts_with("<Ntry>"));
}

#[test]
fn citations_hold_in_other_code_pages() {
    let text = statement(&entry(
        "3.00",
        "CRDT",
        &batch(&[payment("1.00", "Ä", ""), payment("2.00", "Öß", "")]),
    ));
    let mut wide = vec![0xFF, 0xFE];
    text.replace("UTF-8", "UTF-16")
        .encode_utf16()
        .for_each(|u| wide.extend(u.to_le_bytes()));
    let got = read_as(&Camt, &wide, "x", CodePage::Utf16Le);
    assert_eq!(got.text(D, "counterparty_name"), ["Ä", "Öß"]);
    for ((start, end), amount) in got.places(D).into_iter().zip(["1.00", "2.00"]) {
        let units: Vec<u16> = wide[start..end]
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let cited = String::from_utf16(&units).expect("UTF-16");
        assert!(cited.starts_with("<TxDtls>") && cited.ends_with("</TxDtls>") && cited.contains(amount));
    }
}

#[test]
fn the_public_samples_give_their_payments() {
    let Some(root) = shared("statements/genkgo-camt/test/data") else {
        return;
    };
    let bytes = std::fs::read(root.join("camt054.v2.xml")).expect("a readable file");
    let got = good(std::str::from_utf8(&bytes).expect("UTF-8"));
    let wanted = bytes.windows(8).filter(|w| *w == b"<TxDtls>").count();
    assert_eq!((wanted, got.text(D, "detail_id").len()), (3, 3));
    for (start, end) in got.places(D) {
        assert!(bytes[start..end].starts_with(b"<TxDtls>") && bytes[start..end].ends_with(b"</TxDtls>"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_leaves_no_payment_without_its_entry(
        changes in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3u8), 0..6)
    ) {
        let text = statement(&format!(
            "{}{}",
            entry("3.00", "CRDT", &batch(&[payment("1.00", "A", ""), payment("2.00", "B", "")])),
            entry("7.00", "DBIT", &batch(&[payment("3.00", "C", ""), payment("4.00", "D", ""), payment("0", "E", "")])),
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
        let entries = got.text(Table::Entries, "entry_id");
        let mut ids = got.text(D, "detail_id");
        prop_assert!(got.text(D, "entry_id").iter().all(|id| entries.contains(id)));
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
        for (start, end) in got.places(D) {
            prop_assert!(start < end && end <= bytes.len());
        }
    }
}
