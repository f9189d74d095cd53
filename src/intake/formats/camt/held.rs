//! Payments of the entry that is open, kept until it is known to be taken in.
//!
//! An entry that is refused at its end must not leave payments behind. So they are kept, packed into memory that every
//! entry uses again. A batch can hold a million, so what is kept has a bound. Beyond it payments are written: amount,
//! direction and status of an entry stand before its payments and were good. Should the entry be refused all the same
//! (broken XML behind), its reject says how many of its payments were written.

use std::fmt::Write;

use crate::intake::Rows;
use crate::model::{AccountKey, Amount, Currency, DetailRow, Direction, Place};

/// Bytes of text that are kept.
const TEXT: usize = 1024 * 1024;
/// Payments that are kept.
const COUNT: usize = 4096;

/// Texts of a row.
const FIELDS: usize = 10;

/// The payments of an entry.
#[derive(Default)]
pub struct Held {
    texts: String,
    payments: Vec<Payment>,
    locator: String,
    /// Payments that were written before their entry.
    pub written: u64,
    /// Payments that could not be read because the entry's own fields did not stand before them.
    pub passed_over: u64,
}

struct Payment {
    place: Place,
    number: i64,
    direction: Direction,
    amount: Option<Amount>,
    currency: Option<Currency>,
    /// Where each text ends.
    ends: [usize; FIELDS],
}

impl Held {
    /// Begins the next entry.
    pub fn clear(&mut self) {
        self.forget();
        self.written = 0;
        self.passed_over = 0;
    }

    /// Keeps a payment.
    pub fn keep(&mut self, row: &DetailRow<'_>) {
        let mut ends = [0; FIELDS];
        let fields: [&str; FIELDS] = [
            row.counterparty_name,
            row.counterparty.number,
            row.counterparty.bank,
            row.counterparty_identifier,
            row.counterparty_country,
            row.purpose,
            row.remittance,
            row.end_to_end_id,
            row.bank_reference,
            row.return_reason,
        ];
        for (end, text) in ends.iter_mut().zip(fields) {
            self.texts.push_str(text);
            *end = self.texts.len();
        }
        self.payments.push(Payment {
            place: row.place,
            number: row.number,
            direction: row.direction,
            amount: row.amount,
            currency: row.currency,
            ends,
        });
    }

    /// Whether the bound is met.
    pub fn is_full(&self) -> bool {
        self.texts.len() > TEXT || self.payments.len() >= COUNT
    }

    /// Writes what is kept; `entry` is where the entry begins, `locator` its place in words.
    pub fn write(&mut self, rows: &mut Rows, entry: u64, locator: &str) {
        let mut start = 0;
        for payment in &self.payments {
            let mut fields = [""; FIELDS];
            for (field, end) in fields.iter_mut().zip(payment.ends) {
                *field = self.texts.get(start..end).unwrap_or("");
                start = end;
            }
            let [
                name,
                number,
                bank,
                identifier,
                country,
                purpose,
                remittance,
                end_to_end_id,
                reference,
                reason,
            ] = fields;
            self.locator.clear();
            let _ = write!(self.locator, "{locator}/TxDtls[{}]", payment.number);
            rows.detail(&DetailRow {
                place: payment.place,
                entry_start: entry,
                number: payment.number,
                direction: payment.direction,
                amount: payment.amount,
                currency: payment.currency,
                counterparty_name: name,
                counterparty: AccountKey { number, bank },
                counterparty_identifier: identifier,
                counterparty_country: country,
                purpose,
                remittance,
                end_to_end_id,
                bank_reference: reference,
                return_reason: reason,
                locator: &self.locator,
            });
        }
        self.written += self.payments.len() as u64;
        self.forget();
    }

    fn forget(&mut self) {
        self.payments.clear();
        // One long text must not hold its memory for the rest of the file.
        if self.texts.capacity() > 2 * TEXT {
            self.texts = String::new();
        }
        self.texts.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_out_as_it_went_in() {
        let mut held = Held::default();
        let mut row = DetailRow {
            place: Place::default(),
            entry_start: 7,
            number: 1,
            direction: Direction::Credit,
            amount: None,
            currency: None,
            counterparty_name: "é",
            counterparty: AccountKey::default(),
            counterparty_identifier: "",
            counterparty_country: "NL",
            purpose: "",
            remittance: "text",
            end_to_end_id: "",
            bank_reference: "",
            return_reason: "AC04",
            locator: "",
        };
        held.keep(&row);
        row.number = 2;
        held.keep(&row);
        let mut rows = Rows::new("00112233445566778899");
        held.write(&mut rows, 7, "Stmt[1]/Ntry[1]");
        assert_eq!((held.written, held.payments.len(), held.texts.len()), (2, 0, 0));
        assert_eq!(rows.details(), 2);
    }

    #[test]
    fn the_bound_is_met_by_count_and_by_text() {
        let long = "x".repeat(TEXT + 1);
        let mut held = Held::default();
        held.texts.push_str(&long);
        assert!(held.is_full());
        held.clear();
        assert!(!held.is_full());
    }
}
