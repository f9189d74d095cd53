//! One `TxDtls`: what a payment inside an entry says.

use std::fmt::Write;

use super::entry::Core;
use crate::intake::iso20022::party::{Side, add, keep};
use crate::intake::iso20022::tags::Tag;
use crate::intake::iso20022::{amount, note};
use crate::model::{AccountKey, Amount, Currency, DetailRow, Direction, Place};

/// The texts of the `TxDtls` that began last, in memory that the next one uses again.
#[derive(Default)]
pub struct Detail {
    /// Where it stands, as delivered positions.
    pub span: (u64, u64),
    pub end_to_end: String,
    pub mandate: String,
    pub reference: String,
    pub purpose: String,
    pub return_reason: String,
    pub remittance: String,
    /// Why it cannot be taken in.
    pub problem: String,
    transaction: String,
    unique: String,
    debtor: Side,
    creditor: Side,
    amount: String,
    currency: String,
    indicator: String,
    instructed: String,
    rate: String,
    written: String,
}

/// What a payment moved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub direction: Direction,
    /// Nothing where only the entry carries an amount.
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
}

impl Detail {
    /// Forgets everything; the memory stays.
    pub fn clear(&mut self) {
        for text in [
            &mut self.end_to_end,
            &mut self.mandate,
            &mut self.reference,
            &mut self.purpose,
            &mut self.return_reason,
            &mut self.remittance,
            &mut self.problem,
            &mut self.transaction,
            &mut self.unique,
            &mut self.amount,
            &mut self.currency,
            &mut self.indicator,
            &mut self.instructed,
            &mut self.rate,
        ] {
            text.clear();
        }
        self.debtor.clear();
        self.creditor.clear();
    }

    /// Takes a text; `path` leads from the `TxDtls` to it, `currency` is the `Ccy` of the amount it may be.
    pub fn text(&mut self, path: &[Tag], text: &str, currency: &str) {
        match path {
            [Tag::Refs, Tag::EndToEndId] => keep(&mut self.end_to_end, text),
            [Tag::Refs, Tag::MndtId] => keep(&mut self.mandate, text),
            [Tag::Refs, Tag::AcctSvcrRef] => keep(&mut self.reference, text),
            [Tag::Refs, Tag::TxId] => keep(&mut self.transaction, text),
            [Tag::Refs, Tag::UETR] => keep(&mut self.unique, text),
            // Of both the payment's own amount stands first.
            [Tag::Amt] | [Tag::AmtDtls, Tag::TxAmt, Tag::Amt] if self.amount.is_empty() => {
                self.amount.push_str(text);
                self.currency.push_str(currency);
            }
            [Tag::CdtDbtInd] => keep(&mut self.indicator, text),
            [Tag::Purp, Tag::Cd | Tag::Prtry] => keep(&mut self.purpose, text),
            [Tag::RltdPties, who, rest @ ..] => match who {
                Tag::Dbtr => self.debtor.party(rest, text),
                Tag::Cdtr => self.creditor.party(rest, text),
                Tag::UltmtDbtr => self.debtor.ultimate_party(rest, text),
                Tag::UltmtCdtr => self.creditor.ultimate_party(rest, text),
                Tag::DbtrAcct => self.debtor.account(rest, text),
                Tag::CdtrAcct => self.creditor.account(rest, text),
                _ => {}
            },
            [Tag::RltdAgts, Tag::DbtrAgt, rest @ ..] => self.debtor.agent(rest, text),
            [Tag::RltdAgts, Tag::CdtrAgt, rest @ ..] => self.creditor.agent(rest, text),
            [Tag::RmtInf, Tag::Ustrd]
            | [Tag::RmtInf, Tag::Strd, Tag::CdtrRefInf, Tag::Ref | Tag::CdtrRef]
            | [Tag::RmtInf, Tag::Strd, Tag::AddtlRmtInf]
            | [Tag::AddtlTxInf] => add(&mut self.remittance, text),
            [Tag::RtrInf, Tag::Rsn | Tag::RtrRsn, Tag::Cd | Tag::Prtry] | [Tag::RtrInf, Tag::AddtlInf] => {
                add(&mut self.return_reason, text);
            }
            [Tag::AmtDtls, Tag::InstdAmt, Tag::Amt] if self.instructed.is_empty() => {
                let _ = write!(self.instructed, "{text} {currency}");
            }
            [Tag::AmtDtls, _, Tag::CcyXchg, Tag::XchgRate] => keep(&mut self.rate, text),
            _ => {}
        }
    }

    /// The other side. Of a reversal or a return the parties keep the roles of the payment that is taken back, so
    /// the other side may stand where the account's own side would.
    pub fn counterparty(&self, direction: Direction, own: AccountKey<'_>, reversal: bool) -> Option<&Side> {
        let (expected, other) = match direction {
            Direction::Credit => (&self.debtor, &self.creditor),
            Direction::Debit => (&self.creditor, &self.debtor),
        };
        let is_own = |side: &Side| !side.account.is_empty() && same_number(&side.account, own.number);
        let returned = reversal || !self.return_reason.is_empty();
        let other_is_foreign = !other.is_empty() && !is_own(other) && (returned || !other.account.is_empty());
        if (expected.is_empty() || is_own(expected)) && other_is_foreign {
            return Some(other);
        }
        (!expected.is_empty()).then_some(expected)
    }

    /// The amount that was ordered, where it is in another currency than the one booked; empty where not.
    pub fn instructed_otherwise(&self, booked: Option<Currency>) -> &str {
        let code = booked.as_ref().map_or("", |c| c.code());
        if self.instructed.ends_with(code) {
            ""
        } else {
            &self.instructed
        }
    }

    /// The rate at which it was exchanged, where it was.
    pub fn rate(&self, booked: Option<Currency>) -> &str {
        if self.instructed_otherwise(booked).is_empty() {
            ""
        } else {
            &self.rate
        }
    }

    /// Whether it repeats the entry's amount to the letter, or has none.
    pub fn repeats(&self, amount: &str, currency: &str, indicator: &str) -> bool {
        let same = |own: &str, entry: &str| own.is_empty() || own == entry;
        same(&self.amount, amount) && same(&self.currency, currency) && same(&self.indicator, indicator)
    }

    /// What it moved, or why it cannot be taken in. What it does not say is the entry's.
    pub fn moved(&self, entry: &Core) -> Result<Moved, String> {
        if !self.problem.is_empty() {
            return Err(self.problem.clone());
        }
        let direction = match self.indicator.as_str() {
            "" => entry.direction,
            "CRDT" => Direction::Credit,
            "DBIT" => Direction::Debit,
            other => return Err(format!("CdtDbtInd is ‘{other}’; expected CRDT or DBIT")),
        };
        if self.amount.is_empty() {
            return Ok(Moved {
                direction,
                amount: None,
                currency: None,
            });
        }
        let (amount, currency) = amount(&self.amount, &self.currency, "Amt")?;
        Ok(Moved {
            direction,
            amount: Some(amount),
            currency: currency.or(entry.currency),
        })
    }

    /// The row, without its locator. `moved` comes from this payment.
    pub fn row<'a>(
        &'a mut self,
        moved: Moved,
        own: AccountKey<'_>,
        reversal: bool,
        (place, entry_start, number): (Place, u64, i64),
    ) -> DetailRow<'a> {
        let mut out = std::mem::take(&mut self.written);
        out.clear();
        out.push_str(&self.remittance);
        let side = self.counterparty(moved.direction, own, reversal);
        let ultimate = side.and_then(Side::somebody_else).unwrap_or("");
        let transaction = if self.reference.is_empty() {
            ""
        } else {
            &self.transaction
        };
        for (label, text) in [
            ("on behalf of", ultimate),
            ("mandate", &self.mandate),
            ("instructed", self.instructed_otherwise(moved.currency)),
            ("rate", self.rate(moved.currency)),
            ("transaction", transaction),
            ("UETR", &self.unique),
        ] {
            note(&mut out, label, text);
        }
        self.written = out;
        let this = &*self;
        let side = this.counterparty(moved.direction, own, reversal);
        DetailRow {
            place,
            entry_start,
            number,
            direction: moved.direction,
            amount: moved.amount,
            currency: moved.currency,
            counterparty_name: side.map_or("", Side::known_name),
            counterparty: side.map_or(AccountKey::default(), |side| AccountKey {
                number: &side.account,
                bank: &side.bank,
            }),
            counterparty_identifier: side.map_or("", |side| &side.identifier),
            counterparty_country: side.map_or("", |side| &side.country),
            purpose: &this.purpose,
            remittance: &this.written,
            end_to_end_id: this.known_end_to_end(),
            bank_reference: if this.reference.is_empty() {
                &this.transaction
            } else {
                &this.reference
            },
            return_reason: &this.return_reason,
            locator: "",
        }
    }

    /// The end-to-end id, where the payer gave one.
    pub fn known_end_to_end(&self) -> &str {
        if self.end_to_end == "NOTPROVIDED" {
            ""
        } else {
            &self.end_to_end
        }
    }
}

/// Whether two spellings are one number: white space and case apart.
fn same_number(one: &str, other: &str) -> bool {
    one == other || plain(one).eq(plain(other))
}

fn plain(text: &str) -> impl Iterator<Item = u8> {
    text.bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| b.to_ascii_uppercase())
}
