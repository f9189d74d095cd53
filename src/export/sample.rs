//! A small case for the tests of every format, with texts put in from outside.

use super::{
    Account, Cited, Cluster, Entry, ExportError, Exporter, Finding, Head, Holder, Party, PartyKind, Relation,
    Row, Source, Transfer, Written,
};
use crate::model::{Amount, Date, Direction, Moment, RelationKind, Share, TimePrecision};

/// Texts that have broken files before.
pub const HARD: &[&str] = &[
    "Jan de Vries & Zn. <b>\"quoted\"</b> 'single' ]]> <!-- --> <?x?>",
    "=cmd|'/c calc'!A1",
    "+31 6 12345678",
    "-1+1",
    "@SUM(A1)",
    "\tTab first",
    "\rReturn first",
    "line\nfeed\r\nand return",
    "\u{0}\u{1}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff}",
    "\u{202e}right to left\u{202c} محمد بن سلمان שלום",
    "李小龍 Đặng Thị Ánh Ελένη Олександр ຊື່ 🕊️ a\u{301}",
    "_x0041_ _x000D_",
    "  spaces  around  ",
    "\\u0000 \\\" {\"json\":1} ${x} %s {{y}}",
];

/// A head that never changes.
pub fn head() -> Head<'static> {
    Head {
        case: "2026-0042 & co",
        authority: "Office <of> the prosecutor",
        tool: "geldspoor 0.1.0",
        handling: "Confidential -- case file",
        made: moment(20_000, 36_000),
        currency: "EUR",
        signs: false,
        withheld: &[],
    }
}

/// A day and seconds of it; 0 seconds is a day alone.
pub fn moment(day: i32, seconds: i64) -> Moment {
    Moment {
        microseconds: Date(day).midnight() + seconds * 1_000_000,
        precision: match seconds {
            0 => TimePrecision::Day,
            _ => TimePrecision::Second,
        },
    }
}

/// Gives a whole small case to an exporter, with `name` in every free text, and `transfers` transfers.
pub fn give(exporter: &mut Exporter<'_>, name: &str, transfers: u32) -> Result<(), ExportError> {
    let sha = "0123456789abcdef".repeat(4);
    let cited = Cited {
        source_id: &sha,
        locator: name,
        bytes: (10, 200),
    };
    exporter.row(Row::Source(&Source {
        source_id: &sha,
        name,
        bytes: 1_234,
        format: "camt.053",
        received_from: name,
        order_reference: name,
        received_at: Some(moment(19_990, 3_600)),
        rows_read: 3,
        rows_accepted: 2,
        rows_rejected: 1,
    }))?;
    exporter.row(Row::Finding(&Finding {
        finding_id: "f1",
        rule_id: "structuring",
        rule_version: "3",
        title: name,
        describes: "account",
        account_id: "a1",
        party_id: "p1",
        from: Some(moment(19_700, 0)),
        to: Some(moment(19_710, 0)),
        measures: "{\"total\":\"1.00\"}",
        sufficiency: "complete",
        explanation: name,
        innocent_explanations: name,
        entries: &["e1", "e2"],
        ..Finding::default()
    }))?;
    exporter.row(Row::Cluster(&Cluster {
        cluster_id: "c1",
        title: name,
        explanation: name,
        parties: &["p1", "p2"],
        accounts: &["a1", "a2"],
    }))?;
    for (id, kind) in [
        ("p1", PartyKind::Person),
        ("p2", PartyKind::Organisation),
        ("p 3", PartyKind::Unknown),
        ("p4", PartyKind::Person),
    ] {
        exporter.row(Row::Party(&Party {
            party_id: id,
            kind,
            name,
            aliases: &[name, "B"],
            birth_date: (kind == PartyKind::Person).then_some(Date(3_000)),
            registration_number: if kind == PartyKind::Organisation {
                "12345678"
            } else {
                ""
            },
            country: "NL",
            sector: "56.10",
            incorporated: (kind == PartyKind::Organisation).then_some(Date(15_000)),
            identifiers: &[("kvk", "12345678")],
            addresses: &[name],
            cited,
            ..Party::default()
        }))?;
    }
    for (id, iban, scheme) in [
        ("a1", "NL91ABNA0417164300", "iban"),
        ("a2", "DE89370400440532013000", "iban"),
        ("a 3", "", "cash"),
    ] {
        exporter.row(Row::Account(&Account {
            account_id: id,
            scheme,
            label: name,
            number: iban,
            iban,
            bank: name,
            bic: if iban.is_empty() { "" } else { "ABNANL2A" },
            currency: "EUR",
            country: "NL",
            opened: Some(Date(15_000)),
            seized: id == "a1",
            ..Account::default()
        }))?;
    }
    for (party, account, role) in [
        ("p1", "a1", "holder"),
        ("p4", "a1", "mandate"),
        ("p2", "a2", "holder"),
    ] {
        exporter.row(Row::Holder(&Holder {
            party_id: party,
            account_id: account,
            role,
            from: Some(Date(15_000)),
            to: None,
            cited,
        }))?;
    }
    for (at, kind) in RelationKind::ALL.into_iter().enumerate() {
        let id = format!("r{at}");
        let unknown = kind == RelationKind::UnknownOwner;
        exporter.row(Row::Relation(&Relation {
            relation_id: &id,
            subject: if unknown { "" } else { "p1" },
            object: if kind == RelationKind::Family { "p4" } else { "p2" },
            kind,
            interest: name,
            share: if at == 0 {
                Share::band(250_000, 500_000)
            } else {
                Share::exactly(333_333)
            },
            directness: "direct",
            beneficial: "yes",
            detail: name,
            from: Some(Date(16_000)),
            to: Some(Date(17_000)),
            cited,
        }))?;
    }
    for at in 0..transfers {
        let (id, debit, credit) = (format!("t{at}"), format!("e{at}d"), format!("e{at}c"));
        exporter.row(Row::Transfer(&Transfer {
            transfer_id: &id,
            payer_account: if at % 3 == 0 { "a 3" } else { "a1" },
            payee_account: if at % 3 == 0 { "a1" } else { "a2" },
            debited_at: Some(moment(19_700 + at as i32 % 300, i64::from(at % 2) * 3_600)),
            credited_at: Some(moment(19_701 + at as i32 % 300, 0)),
            amount: Amount::from_scaled(if at == 1 {
                123_456_789_012_345_678
            } else {
                12_345_600
            }),
            currency: if at == 2 { "USD" } else { "EUR" },
            payee_amount: None,
            payee_currency: "",
            base_amount: (at != 2).then_some(Amount::from_scaled(12_345_600)),
            rate: "",
            channel: "cash_atm",
            purpose: "SALA",
            remittance: name,
            origin: "observed",
            debit_entry: &debit,
            credit_entry: &credit,
            debit_cited: cited,
            credit_cited: Cited::default(),
        }))?;
    }
    for at in 0..transfers {
        let id = format!("e{at}d");
        exporter.row(Row::Entry(&Entry {
            entry_id: &id,
            account_id: "a1",
            statement_id: "s1",
            verdict: "proves itself",
            sequence: Some(i64::from(at)),
            booking_date: Some(Date(19_700)),
            value_date: Some(Date(19_701)),
            booked_at: Some(moment(19_700, 3_600)),
            direction: Direction::Debit,
            amount: Some(Amount::from_scaled(if at == 1 {
                123_456_789_012_345_678
            } else {
                12_345_600
            })),
            currency: "EUR",
            asset: if at == 0 { "BTC" } else { "" },
            quantity: (at == 0).then_some(1_500_000_000_000_000_000),
            balance_after: Some(Amount::from_scaled(-1_000)),
            channel: "cash_atm",
            counterparty_name: name,
            counterparty_account: "NL91ABNA0417164300",
            counterparty_bank: name,
            counterparty_country: "NL",
            purpose: "",
            remittance: name,
            end_to_end_id: name,
            bank_reference: "00012",
            reversal: at == 1,
            origin: "observed",
            cited,
        }))?;
    }
    Ok(())
}

/// The bytes of a small case in a format.
pub fn bytes(format: super::Format, name: &str, transfers: u32) -> Result<(Vec<u8>, Written), ExportError> {
    let mut out = std::io::Cursor::new(Vec::new());
    let head = head();
    let mut exporter = Exporter::open(format, &head, &mut out)?;
    give(&mut exporter, name, transfers)?;
    let written = exporter.finish()?;
    Ok((out.into_inner(), written))
}

/// Whether a text is well-formed XML with one root, every tag closed, every reference known, no character that XML 1.0
/// cannot hold.
pub fn well_formed(text: &str) -> Result<(), String> {
    use quick_xml::events::Event;
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if let Some(c) = text.chars().find(|c| forbidden(*c)) {
        return Err(format!("{c:?}"));
    }
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let (mut depth, mut roots) = (0i64, 0);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) if depth == 0 && roots > 0 => {
                return Err(format!("a second root {tag:?}"));
            }
            Event::Start(tag) => {
                depth += 1;
                roots += i32::from(depth == 1);
                attributes(&tag)?;
            }
            Event::Empty(tag) => attributes(&tag)?,
            Event::End(_) => depth -= 1,
            Event::GeneralRef(reference) => {
                let name = (*reference).to_string();
                let number = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                if number.is_none() && !["amp", "lt", "gt", "quot", "apos"].contains(&name.as_str()) {
                    return Err(name);
                }
            }
            _ => {}
        }
    }
    match (depth, roots) {
        (0, 1) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn attributes(tag: &quick_xml::events::BytesStart<'_>) -> Result<(), String> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}
