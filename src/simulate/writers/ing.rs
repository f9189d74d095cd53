//! The CSV of ING in the Netherlands: unsigned amounts with `Af` and `Bij`, newest line first, card time and terminal
//! inside `Mededelingen`.

use std::fmt::Write;

use super::sheet::{Line, Sheet, amount, dutch_date, time};
use crate::model::Channel;
use crate::simulate::movement::Kind;
use crate::simulate::text::{city, push_terminal};

/// The columns, as the bank writes them since it adds the balance.
pub const HEADER: &str = "\"Datum\";\"Naam / Omschrijving\";\"Rekening\";\"Tegenrekening\";\"Code\";\"Af Bij\";\
                          \"Bedrag (EUR)\";\"Mutatiesoort\";\"Mededelingen\";\"Saldo na mutatie\";\"Tag\"";

/// The bytes of an account's file, UTF-8.
pub fn write(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut out = format!("{HEADER}\r\n");
    for line in sheet.lines.iter().rev() {
        let (code, kind) = code(line);
        let other = sheet.other(line);
        let name = if line.movement.kind.channel().is_cash() {
            format!("Geldautomaat {} NLD", city(&line.movement).to_uppercase())
        } else {
            other.name.clone()
        };
        let _ = write!(
            out,
            "\"{}\";\"{}\";\"{}\";\"{}\";\"{code}\";\"{}\";\"{}\";\"{kind}\";\"{}\";\"{}\";\"\"\r\n",
            sheet.date(line).to_string().replace('-', ""),
            quoted(&name),
            sheet.iban(),
            other.iban,
            if line.credit { "Bij" } else { "Af" },
            amount(line.movement.cents, b','),
            quoted(&message(sheet, line)),
            amount(line.balance, b','),
        );
    }
    out.into_bytes()
}

fn message(sheet: &Sheet<'_>, line: &Line) -> String {
    let date = dutch_date(sheet.date(line));
    let text = sheet.remittance(line);
    let kind = line.movement.kind;
    if kind.channel().is_cash() || kind == Kind::Card {
        let mut terminal = Vec::new();
        push_terminal(&mut terminal, &line.movement);
        return format!(
            "Pasvolgnr: {} Datum/Tijd: {date} {} Transactie: {} Term: {} Plaats: {} Omschrijving: {text} Valutadatum: {date}",
            sheet.card(),
            time(line),
            &sheet.bank_reference(line)[..6],
            String::from_utf8_lossy(&terminal),
            city(&line.movement),
        );
    }
    if kind.is_card() {
        return format!("Omschrijving: {text} Valutadatum: {date}");
    }
    let other = sheet.other(line);
    format!(
        "Naam: {} Omschrijving: {text} IBAN: {} Kenmerk: {} Valutadatum: {date}",
        other.name,
        other.iban,
        sheet.reference(line),
    )
}

fn code(line: &Line) -> (&'static str, &'static str) {
    match line.movement.kind.channel() {
        Channel::CashAtm | Channel::CashBranch if line.credit => ("ST", "Storting"),
        Channel::CashAtm => ("GM", "Geldautomaat"),
        Channel::CashBranch => ("PK", "Opname kantoor"),
        Channel::CardPos | Channel::CardEcom => ("BA", "Betaalautomaat"),
        Channel::DirectDebit => ("IC", "Incasso"),
        _ if line.credit => ("OV", "Overschrijving"),
        _ => ("GT", "Online bankieren"),
    }
}

fn quoted(text: &str) -> String {
    text.replace('"', "\"\"")
}
