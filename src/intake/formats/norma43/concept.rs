//! The common concept of a movement, and the text of its records 23.

use crate::intake::fixed::{Record, add};
use crate::model::{Channel, Direction};

/// How the money moved, by the common concept (annex 2 of the norm). A concept stands for a family of movements; where
/// it names several kinds, the words of the movement decide, and without them it stays unknown.
pub fn channel(concept: &str, text: &str) -> Channel {
    let text = text.to_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let cheque = || says(&["TALON", "TALÓN", "CHEQUE", "PAGARE", "PAGARÉ"]);
    match concept {
        // Cheques and withdrawals; deposits of cash and of cheques.
        "01" | "02" if cheque() => Channel::Cheque,
        "01" if says(&["REINTEGRO", "EFECTIVO"]) => Channel::CashBranch,
        "02" if says(&["EFECTIVO"]) => Channel::CashBranch,
        "03" => Channel::DirectDebit,
        // Orders, transfers, transfers between own accounts, cheques.
        "04" if cheque() => Channel::Cheque,
        "04" | "15" => Channel::Transfer,
        "05" => Channel::Loan,
        "06" | "10" => Channel::Cheque,
        "11" => Channel::CashAtm,
        "12" => Channel::CardPos,
        "13" => Channel::TransferIntl,
        // Interest, commissions, custody, costs and taxes.
        "17" if says(&["INTERES", "INTERÉS"]) => Channel::Interest,
        "17" => Channel::Fee,
        _ => Channel::Unknown,
    }
}

/// Returned and unpaid (14), cancelled and corrected (98).
pub fn takes_back(concept: &str) -> bool {
    matches!(concept, "14" | "98")
}

/// What the records 23 of a movement say.
#[derive(Default)]
pub struct Texts {
    /// Columns 5 to 80 of each, by the number that it carries.
    lines: Vec<(String, String)>,
}

/// The other side of a direct debit, in the form of annex 4.
#[derive(Default)]
pub struct DirectDebit {
    pub creditor: String,
    pub identifier: String,
    pub mandate: String,
    pub purpose: String,
    pub reference: String,
}

impl Texts {
    /// Adds a record 23. An error where the movement has five already.
    pub fn add(&mut self, record: Record<'_>) -> Result<(), String> {
        if self.lines.len() >= 5 {
            return Err("a sixth record 23 of one movement; expected five at most".to_owned());
        }
        let mut text = String::new();
        record.add_padded(&mut text, 5, 80);
        self.lines.push((record.columns(3, 4).to_owned(), text));
        Ok(())
    }

    /// The direct debit that they carry, and the rest of their text.
    pub fn read(&self, concept: &str, direction: Direction) -> (Option<DirectDebit>, String) {
        let mut text = String::new();
        if concept != "03" || direction != Direction::Debit || !self.is_direct_debit() {
            // Both fields of a record are one text where the first is full.
            self.lines.iter().for_each(|(_, line)| add(&mut text, line));
            return (None, text);
        }
        let mut debit = DirectDebit::default();
        for (number, line) in &self.lines {
            let record = Record::new(line);
            match number.as_str() {
                "01" => add(&mut debit.creditor, record.columns(5, 74)),
                "02" => {
                    add(&mut debit.identifier, record.columns(1, 35));
                    add(&mut debit.mandate, record.columns(36, 70));
                }
                "03" => {
                    add(&mut debit.purpose, record.columns(1, 4));
                    add(&mut text, record.columns(9, 76));
                }
                "04" => add(&mut text, record.columns(1, 72)),
                "05" => add(&mut debit.reference, record.columns(1, 35)),
                _ => add(&mut text, line),
            }
        }
        (Some(debit), text)
    }

    /// The first record names the scheme, the second holds a creditor identifier: country, two digits, three characters.
    fn is_direct_debit(&self) -> bool {
        let [(first, scheme), (second, creditor), ..] = self.lines.as_slice() else {
            return false;
        };
        let bytes = creditor.as_bytes();
        first == "01"
            && second == "02"
            && matches!(Record::new(scheme).columns(1, 4), "CORE" | "B2B ")
            && bytes.len() > 8
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes[4..8].iter().all(u8::is_ascii_alphanumeric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_with_and_without_words() {
        for (concept, text, expected) in [
            ("01", "", Channel::Unknown),
            ("01", "Reintegro oficina", Channel::CashBranch),
            ("01", "TALON 123", Channel::Cheque),
            ("02", "INGRESO EN EFECTIVO", Channel::CashBranch),
            ("03", "", Channel::DirectDebit),
            ("04", "", Channel::Transfer),
            ("11", "", Channel::CashAtm),
            ("12", "", Channel::CardPos),
            ("17", "LIQUIDACION INTERESES", Channel::Interest),
            ("17", "", Channel::Fee),
            ("99", "", Channel::Unknown),
        ] {
            assert_eq!(channel(concept, text), expected, "{concept} {text}");
        }
    }

    #[test]
    fn five_texts_at_most() {
        let mut texts = Texts::default();
        for at in 1..=5 {
            let line = format!("23{at:02}{:<38}{:<38}", format!("A{at}"), format!("B{at}"));
            assert_eq!(texts.add(Record::new(&line)), Ok(()));
        }
        assert!(texts.add(Record::new("2306")).is_err());
        let (debit, text) = texts.read("04", Direction::Credit);
        assert!(debit.is_none());
        assert_eq!(text, "A1 B1 A2 B2 A3 B3 A4 B4 A5 B5");
    }

    #[test]
    fn a_full_field_goes_on_in_the_next() {
        let mut texts = Texts::default();
        let line = format!("2301{}{}", "x".repeat(38), "yz");
        assert_eq!(texts.add(Record::new(&line)), Ok(()));
        assert_eq!(
            texts.read("99", Direction::Debit).1,
            format!("{}yz", "x".repeat(38))
        );
    }
}
