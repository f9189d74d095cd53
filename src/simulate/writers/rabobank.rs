//! The CSV of Rabobank: 26 columns in Windows-1252, signed amounts, a number of sequence without gaps and the running
//! balance.

use std::fmt::Write;

use super::sheet::{Line, Sheet, amount, dutch_date, time};
use crate::model::Channel;
use crate::simulate::movement::Kind;

/// The columns.
pub const HEADER: &str = "\"IBAN/BBAN\",\"Munt\",\"BIC\",\"Volgnr\",\"Datum\",\"Rentedatum\",\"Bedrag\",\
    \"Saldo na trn\",\"Tegenrekening IBAN/BBAN\",\"Naam tegenpartij\",\"Naam uiteindelijke partij\",\
    \"Naam initiërende partij\",\"BIC tegenpartij\",\"Code\",\"Batch ID\",\"Transactiereferentie\",\
    \"Machtigingskenmerk\",\"Incassant ID\",\"Betalingskenmerk\",\"Omschrijving-1\",\"Omschrijving-2\",\
    \"Omschrijving-3\",\"Reden retour\",\"Oorspr bedrag\",\"Oorspr munt\",\"Koers\"";

/// The bytes of an account's file, Windows-1252.
pub fn write(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut out = format!("{HEADER}\r\n");
    for (at, line) in sheet.lines.iter().enumerate() {
        let date = sheet.date(line);
        let other = sheet.other(line);
        let kind = line.movement.kind;
        let transfer = !other.iban.is_empty();
        let place = if kind.channel().is_cash() || kind == Kind::Card {
            format!(
                "Datum: {} Tijd: {} Pas: {}",
                dutch_date(date),
                time(line),
                sheet.card()
            )
        } else {
            " ".to_owned()
        };
        let fields: [&str; 26] = [
            sheet.iban(),
            "EUR",
            sheet.world.bank(sheet.account).bic(),
            &format!("{:018}", at + 1),
            &date.to_string(),
            &date.to_string(),
            &signed(if line.credit {
                line.movement.cents
            } else {
                -line.movement.cents
            }),
            &signed(line.balance),
            other.iban,
            &other.name,
            "",
            "",
            other.bic,
            code(line),
            "",
            &if transfer {
                sheet.reference(line)
            } else {
                String::new()
            },
            &if kind.channel() == Channel::DirectDebit {
                format!("M{:08}", sheet.account)
            } else {
                String::new()
            },
            "",
            "",
            &sheet.remittance(line),
            &place,
            "",
            "",
            "",
            "",
            "",
        ];
        for (column, field) in fields.iter().enumerate() {
            let comma = if column > 0 { "," } else { "" };
            let _ = write!(out, "{comma}\"{}\"", field.replace('"', "\"\""));
        }
        out.push_str("\r\n");
    }
    windows_1252(&out)
}

fn signed(cents: i64) -> String {
    let sign = if cents < 0 { "" } else { "+" };
    format!("{sign}{}", amount(cents, b','))
}

fn code(line: &Line) -> &'static str {
    match line.movement.kind.channel() {
        Channel::CashAtm => "ga",
        Channel::CashBranch => "kh",
        Channel::CardPos => "ba",
        Channel::CardEcom => "bc",
        Channel::DirectDebit => "ei",
        _ if line.movement.kind.purpose() == "SALA" => "sb",
        _ if line.credit => "cb",
        _ => "bg",
    }
}

// Letters up to U+00FF are the same byte in Windows-1252, and no other letter occurs in the names of this world.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| match u32::from(letter) {
            code @ (0..=0x7F | 0xA0..=0xFF) => code as u8,
            _ => b'?',
        })
        .collect()
}
