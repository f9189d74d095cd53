//! MT940: one file an account, one message a month, with the text of field 86 in the Dutch or the German dialect.

use std::fmt::Write;

use super::sheet::{Line, Sheet, amount, dutch_date, time};
use crate::model::{Channel, Date};
use crate::simulate::movement::Kind;
use crate::simulate::names::plain;

/// Characters in a line of field 86.
const WIDTH: usize = 65;

/// The bytes of an account's file, in the characters of SWIFT.
pub fn write(sheet: &Sheet<'_>, german: bool) -> Vec<u8> {
    let mut out = String::new();
    for period in sheet.periods() {
        let _ = write!(
            out,
            ":20:{}\r\n:25:{}{}\r\n:28C:{:05}/001\r\n:60F:{}\r\n",
            if german {
                "STARTUMS".to_owned()
            } else {
                format!("POLD{:012}", period.number)
            },
            sheet.iban(),
            if german { "" } else { " EUR" },
            period.number,
            balance(period.opening, period.from),
        );
        for line in period.lines {
            let date = sheet.date(line);
            let (_, month, day) = date.ymd();
            let _ = write!(
                out,
                ":61:{}{month:02}{day:02}{}{}N{}NONREF//{}\r\n",
                short(date),
                if line.credit { "C" } else { "D" },
                amount(line.movement.cents, b','),
                code(line),
                sheet.bank_reference(line),
            );
            let text = if german {
                german_text(sheet, line)
            } else {
                dutch_text(sheet, line)
            };
            let lines = wrap(&plain(&text), WIDTH);
            let _ = write!(out, ":86:{}\r\n", lines.join("\r\n"));
        }
        let _ = write!(out, ":62F:{}\r\n-\r\n", balance(period.closing, period.to));
    }
    out.into_bytes()
}

fn balance(cents: i64, date: Date) -> String {
    let sign = if cents < 0 { 'D' } else { 'C' };
    format!("{sign}{}EUR{}", short(date), amount(cents.abs(), b','))
}

fn short(date: Date) -> String {
    let (year, month, day) = date.ymd();
    format!("{:02}{month:02}{day:02}", year % 100)
}

fn code(line: &Line) -> &'static str {
    match line.movement.kind.channel() {
        Channel::DirectDebit => "DDT",
        Channel::CardPos | Channel::CardEcom | Channel::CashAtm | Channel::CashBranch => "MSC",
        _ => "TRF",
    }
}

fn dutch_text(sheet: &Sheet<'_>, line: &Line) -> String {
    let mut text = sheet.remittance(line);
    let other = sheet.other(line);
    let channel = line.movement.kind.channel();
    if channel.is_cash() || line.movement.kind == Kind::Card {
        let _ = write!(
            text,
            " {} {} PAS {}",
            dutch_date(sheet.date(line)),
            time(line),
            sheet.card()
        );
    }
    let mut out = format!(
        "/TRTP/{}",
        match (channel, line.credit) {
            (Channel::CashAtm, false) => "GELDAUTOMAAT",
            (Channel::CashAtm, true) => "STORTING AUTOMAAT",
            (Channel::CashBranch, false) => "KASOPNAME",
            (Channel::CashBranch, true) => "KASSTORTING",
            (Channel::CardPos, _) => "BETAALAUTOMAAT",
            (Channel::CardEcom, _) => "ECOM BETALING",
            (Channel::DirectDebit, _) => "SEPA INCASSO ALGEMEEN",
            _ => "SEPA OVERBOEKING",
        }
    );
    if !other.iban.is_empty() {
        let _ = write!(out, "/IBAN/{}/BIC/{}", other.iban, other.bic);
    }
    if !other.name.is_empty() {
        let _ = write!(out, "/NAME/{}", other.name);
    }
    let _ = write!(out, "/REMI/{text}");
    if !other.iban.is_empty() {
        let _ = write!(out, "/EREF/{}", sheet.reference(line));
    }
    out
}

fn german_text(sheet: &Sheet<'_>, line: &Line) -> String {
    let other = sheet.other(line);
    let channel = line.movement.kind.channel();
    let wage = line.movement.kind.purpose() == "SALA";
    let (business, words) = match (channel, line.credit) {
        (Channel::CashAtm, false) => ("083", "GELDAUTOMAT"),
        (Channel::CashAtm, true) => ("082", "EINZAHLUNG AUTOMAT"),
        (Channel::CashBranch, false) => ("083", "BARAUSZAHLUNG"),
        (Channel::CashBranch, true) => ("082", "BAREINZAHLUNG"),
        (Channel::CardPos | Channel::CardEcom, true) => ("168", "KARTENGUTSCHRIFT"),
        (Channel::CardPos | Channel::CardEcom, false) => ("106", "KARTENZAHLUNG"),
        (Channel::DirectDebit, _) => ("105", "BASISLASTSCHRIFT"),
        (_, true) if wage => ("153", "LOHN GEHALT"),
        (_, true) => ("166", "GUTSCHRIFT UEBERWEISUNG"),
        (_, false) => ("116", "UEBERWEISUNG"),
    };
    let mut text = format!("SVWZ+{}", sheet.remittance(line));
    if channel.is_cash() || line.movement.kind == Kind::Card {
        let _ = write!(
            text,
            " {} {} KARTE {}",
            dutch_date(sheet.date(line)),
            time(line),
            sheet.card()
        );
    }
    let mut out = format!("{business}?00{words}?10{:06}", line.id.number);
    // Each marker opens a field of its own.
    let mut parts = Vec::new();
    if !other.iban.is_empty() {
        parts.push(format!("EREF+{}", sheet.reference(line)));
    }
    parts.extend(wrap(&text, 27));
    for (at, part) in parts.iter().take(10).enumerate() {
        let _ = write!(out, "?{}{part}", 20 + at);
    }
    if !other.iban.is_empty() {
        let _ = write!(out, "?30{}?31{}", other.bic, other.iban);
    }
    for (at, part) in wrap(&other.name, 27).iter().take(2).enumerate() {
        if !part.is_empty() {
            let _ = write!(out, "?{}{part}", 32 + at);
        }
    }
    out
}

/// Cuts a text into parts of at most `width` characters. No part begins or ends with a space (readers trim them) or
/// begins with a sign that opens a field or ends a message.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut from = 0;
    while letters.len() - from > width {
        let mut to = from + width;
        while to > from + 1 && (letters[to - 1] == ' ' || matches!(letters[to], ' ' | '-' | ':')) {
            to -= 1;
        }
        parts.push(letters[from..to].iter().collect());
        from = to;
    }
    parts.push(letters[from..].iter().collect());
    parts
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn parts_join_to_the_text_and_never_begin_with_a_sign() {
        let text = "Storting automaat Groningen GA0123 02-03-2025 14:05:11 - en nog meer tekst : hier";
        for width in 5..70 {
            let parts = wrap(text, width);
            assert_eq!(parts.concat(), text);
            for part in &parts {
                assert!(part.chars().count() <= width);
                assert!(
                    !part.starts_with([' ', '-', ':']) && !part.ends_with(' '),
                    "{width}: {part:?}"
                );
            }
        }
    }
}
