//! A response to an order of transfer (`INTRARS`, `INTERRS`): the bank says what it was asked to do.

use super::statement::Account;
use super::transaction::{amount, date};
use crate::intake::Rows;
use crate::model::{Currency, OrderKind, OrderRow, OrderSide, Place};

/// What the response says, as written.
#[derive(Default)]
pub struct Draft {
    pub from: Account,
    pub to: Account,
    currency: String,
    amount: String,
    id: String,
    due: String,
    projected: String,
    posted: String,
}

impl Draft {
    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Draft::default();
    }

    /// Takes the text of an element of the response or of its `XFERINFO`.
    pub fn field(&mut self, name: &str, text: &str) {
        let slot = match name {
            "CURDEF" => &mut self.currency,
            "TRNAMT" => &mut self.amount,
            "SRVRTID" => &mut self.id,
            "DTDUE" => &mut self.due,
            "DTXFERPRJ" => &mut self.projected,
            "DTPOSTED" => &mut self.posted,
            _ => return,
        };
        slot.clear();
        slot.push_str(text);
    }

    /// Writes the order, or says why not.
    pub fn end(&self, rows: &mut Rows, place: Place, locator: &str) -> Result<(), String> {
        let currency = match self.currency.as_str() {
            "" => None,
            code => Some(Currency::from_code(code).map_err(|e| format!("CURDEF {e}"))?),
        };
        let amount = amount("TRNAMT", &self.amount, currency)?;
        if amount.is_negative() {
            return Err(format!(
                "TRNAMT ‘{}’: the amount of a transfer has no sign, its accounts say which way it goes",
                self.amount
            ));
        }
        let day = [
            ("DTXFERPRJ", &self.projected),
            ("DTPOSTED", &self.posted),
            ("DTDUE", &self.due),
        ]
        .into_iter()
        .find(|(_, text)| !text.is_empty());
        let day = match day {
            Some((name, text)) => Some(date(name, text)?.0),
            None => None,
        };
        if self.from.key().is_empty() || self.to.key().is_empty() {
            return Err(
                "the transfer lacks an account; expected one to pay from and one to pay to".to_owned(),
            );
        }
        let side = |account| OrderSide {
            account,
            ..OrderSide::default()
        };
        rows.order(&OrderRow {
            place,
            kind: OrderKind::CreditTransfer,
            message_id: &self.id,
            requested_date: day,
            created_at: None,
            amount: Some(amount),
            currency,
            debtor: side(self.from.key()),
            creditor: side(self.to.key()),
            end_to_end_id: "",
            transaction_id: &self.id,
            mandate: "",
            purpose: "",
            remittance: "",
            charges: "",
            return_reason: "",
            locator,
        });
        rows.accepted();
        Ok(())
    }
}
