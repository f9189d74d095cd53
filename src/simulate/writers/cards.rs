//! The statement of a bank that says what it knows of its cards: the columns of the mapping `geldspoor-entries` with
//! time, merchant category code, terminal, city and country.

use std::fmt::Write;

use super::sheet::{Sheet, amount, time};
use crate::simulate::text::{city, push_terminal};

/// The columns.
pub const HEADER: &str = "account,booked_at,value_date,direction,amount,currency,balance_after,channel,counterparty_name,\
                          counterparty_account,counterparty_bank,merchant_category,terminal,city,country,purpose,\
                          remittance,end_to_end_id,bank_reference,sequence";

/// The bytes of an account's file, UTF-8.
pub fn write(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut out = format!("{HEADER}\n");
    for (at, line) in sheet.lines.iter().enumerate() {
        let date = sheet.date(line);
        let other = sheet.other(line);
        let kind = line.movement.kind;
        let (mut terminal, mut place, mut country) = (Vec::new(), "", "");
        if kind.at_terminal() {
            push_terminal(&mut terminal, &line.movement);
            place = city(&line.movement);
            country = crate::simulate::text::city_country(&line.movement);
        }
        let end_to_end = if other.iban.is_empty() {
            String::new()
        } else {
            sheet.reference(line)
        };
        let _ = writeln!(
            out,
            "{},{date} {},{date},{},{},EUR,{},{},{},{},{},{},{},{place},{country},{},{},{end_to_end},{},{}",
            sheet.iban(),
            time(line),
            if line.credit { "credit" } else { "debit" },
            amount(line.movement.cents, b'.'),
            amount(line.balance, b'.'),
            kind.channel().as_str(),
            quoted(&other.name),
            other.iban,
            other.bic,
            if kind.is_card() && !line.credit {
                sheet.world.merchant(line.movement.payee)
            } else {
                ""
            },
            String::from_utf8_lossy(&terminal),
            kind.purpose(),
            quoted(&sheet.remittance(line)),
            sheet.bank_reference(line),
            at + 1,
        );
    }
    out.into_bytes()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
