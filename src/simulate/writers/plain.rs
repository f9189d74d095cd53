//! Our own statement as CSV: the columns of the mapping `geldspoor-entries` that a bank would know.

use std::fmt::Write;

use super::sheet::{Sheet, amount};

/// The columns.
pub const HEADER: &str = "account,booked_at,value_date,direction,amount,currency,balance_after,channel,counterparty_name,\
                          counterparty_account,counterparty_bank,purpose,remittance,end_to_end_id,bank_reference,sequence";

/// The bytes of an account's file, UTF-8.
pub fn write(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut out = format!("{HEADER}\n");
    for (at, line) in sheet.lines.iter().enumerate() {
        let date = sheet.date(line);
        let other = sheet.other(line);
        let end_to_end = if other.iban.is_empty() {
            String::new()
        } else {
            sheet.reference(line)
        };
        let _ = writeln!(
            out,
            "{},{date},{date},{},{},EUR,{},{},{},{},{},{},{},{end_to_end},{},{}",
            sheet.iban(),
            if line.credit { "credit" } else { "debit" },
            amount(line.movement.cents, b'.'),
            amount(line.balance, b'.'),
            line.movement.kind.channel().as_str(),
            quoted(&other.name),
            other.iban,
            other.bic,
            line.movement.kind.purpose(),
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
