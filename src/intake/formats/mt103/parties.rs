//! Customers (`50a`, `59a`) and banks (`52a` to `58a`) of a message, by the option behind the number of the field.

use super::envelope::day_of;
use crate::model::Date;

/// Longest line of a name.
const LINE: usize = 35;

/// A customer: account, name, address, and what identifies the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    pub account: String,
    pub name: String,
    pub address: String,
    /// ISO 3166 code of the address; option F only.
    pub country: String,
    pub birth_date: Option<Date>,
    /// National, tax or other number, as written.
    pub number: String,
    /// The name fills its line.
    pub maybe_cut: bool,
}

/// A bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Institution {
    pub account: String,
    pub bic: String,
    /// National clearing code, `FW021000021`.
    pub clearing: String,
    pub name: String,
}

impl Institution {
    /// What names it best: BIC, else clearing code, else name.
    pub fn code(&self) -> &str {
        [&self.bic, &self.clearing, &self.name]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("", String::as_str)
    }

    /// Name, else BIC, else clearing code.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            self.code()
        } else {
            &self.name
        }
    }
}

/// Reads a customer; `option` is the letter of the tag, empty for `:59:`.
pub fn customer(option: &str, text: &str) -> Customer {
    let mut customer = Customer::default();
    let mut lines = text.lines().map(str::trim_end).peekable();
    if let Some(account) = lines.peek().and_then(|line| line.strip_prefix('/')) {
        customer.account = account.trim_start_matches('/').trim().to_owned();
        lines.next();
    } else if option == "F" && lines.peek().is_some_and(|line| !is_numbered(line)) {
        // `TXID/BE/0123456789` instead of an account.
        let identifier = lines.next().unwrap_or("");
        customer.number = match identifier.split_once('/') {
            Some(("TXID" | "NIDN" | "SOSE", rest)) => last_part(rest).to_owned(),
            _ => identifier.to_owned(),
        };
    }
    if option == "F" {
        numbered(&mut customer, lines);
        return customer;
    }
    for (at, line) in lines.filter(|line| !line.trim().is_empty()).enumerate() {
        if at == 0 {
            customer.name = line.trim().to_owned();
            customer.maybe_cut = option != "A" && line.chars().count() >= LINE;
        } else {
            add(&mut customer.address, line);
        }
    }
    customer
}

/// `1/NAME`, `2/STREET`, `3/COUNTRY/TOWN`, `4/BIRTH DATE`, `6/COUNTRY/ISSUER/NUMBER`, `7/COUNTRY/NUMBER`, `8/` more of
/// the last.
fn numbered<'a>(customer: &mut Customer, lines: impl Iterator<Item = &'a str>) {
    for line in lines {
        let (mark, value) = match line.split_once('/') {
            Some((mark, value)) if is_numbered(line) => (mark, value),
            // A line without its number is more of the address.
            _ => ("2", line),
        };
        match mark {
            "1" => {
                add(&mut customer.name, value);
                customer.maybe_cut = line.chars().count() >= LINE;
            }
            "3" => {
                if let Some(country) = value.get(..2).filter(|_| customer.country.is_empty()) {
                    customer.country = country.to_owned();
                }
                add(&mut customer.address, value.get(3..).unwrap_or(""));
            }
            "4" => {
                customer.birth_date = value
                    .get(2..8)
                    .and_then(day_of)
                    .and_then(|day| {
                        // Four digits of the year are written: the century is no guess.
                        let (_, month, day) = day.ymd();
                        Date::from_ymd(value.get(..4)?.parse().ok()?, month as i8, day as i8)
                    })
                    .filter(|_| value.len() == 8);
            }
            "5" => {}
            "6" | "7" if customer.number.is_empty() => customer.number = last_part(value).to_owned(),
            _ => add(&mut customer.address, value),
        }
    }
}

/// Reads a bank; `option` is the letter of the tag.
pub fn institution(option: &str, text: &str) -> Institution {
    let mut bank = Institution::default();
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .peekable();
    if let Some(identifier) = lines.peek().and_then(|line| line.strip_prefix('/')) {
        if let Some(clearing) = identifier.strip_prefix('/') {
            bank.clearing = clearing.trim().to_owned();
        } else {
            // `/C/` and `/D/` say which side of the account is meant.
            let account = identifier.strip_prefix("C/").or(identifier.strip_prefix("D/"));
            bank.account = account.unwrap_or(identifier).trim().to_owned();
        }
        lines.next();
    }
    for line in lines {
        if bank.bic.is_empty() && bank.name.is_empty() && option != "D" && is_bic(line) {
            bank.bic = line.to_owned();
        } else {
            add(&mut bank.name, line);
        }
    }
    bank
}

/// Whether a text has the form of a BIC.
pub fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 8 | 11)
        && bytes[..6].iter().all(u8::is_ascii_uppercase)
        && bytes[6..]
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Appends a line with a space between.
pub fn add(slot: &mut String, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(text);
    }
}

fn is_numbered(line: &str) -> bool {
    matches!(line.as_bytes(), [b'1'..=b'8', b'/', ..])
}

fn last_part(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or("").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_by_option() {
        let plain = customer(
            "K",
            "/DE89370400440532013000\nFRANZ HOLZAPFEL GMBH\nGELBSTRASSE 13\nWIEN",
        );
        assert_eq!(
            (plain.account.as_str(), plain.name.as_str()),
            ("DE89370400440532013000", "FRANZ HOLZAPFEL GMBH")
        );
        assert_eq!(plain.address, "GELBSTRASSE 13 WIEN");
        assert!(!plain.maybe_cut);
        assert!(!customer("", "ABCDEFGHIJ ABCDEFGHIJ ABCDEFGHIJ A").maybe_cut);
        assert!(customer("", "ABCDEFGHIJ ABCDEFGHIJ ABCDEFGHIJ AB\nX").maybe_cut);
        let person = customer(
            "F",
            "NIDN/DE/121231234342\n1/MANN GEORG\n3/DE/MUENCHEN\n4/19420101\n6/DE/ABC BANK/1234578293",
        );
        assert_eq!(
            (person.name.as_str(), person.country.as_str()),
            ("MANN GEORG", "DE")
        );
        assert_eq!(person.number, "121231234342");
        assert_eq!(
            person.birth_date.map(|d| d.to_string()).as_deref(),
            Some("1942-01-01")
        );
        assert_eq!(customer("F", "/1\n1/é\n3/é\n4/é").account, "1");
    }

    #[test]
    fn banks_by_option() {
        let bank = institution("A", "/C/1234\nBANKDEFFXXX");
        assert_eq!((bank.account.as_str(), bank.code()), ("1234", "BANKDEFFXXX"));
        let bank = institution("D", "//FW021000021\nSOME BANK\nNEW YORK");
        assert_eq!((bank.code(), bank.label()), ("FW021000021", "SOME BANK NEW YORK"));
        assert_eq!(institution("A", "").code(), "");
    }
}
