//! One transaction, or what the block around it says for all of its transactions.

use std::fmt::Write;

use super::Message;
use crate::intake::iso20022::party::{Side, add, keep};
use crate::intake::iso20022::tags::Tag;
use crate::intake::iso20022::{amount, note, times};
use crate::model::{AccountKey, Amount, Currency, Date, Moment, OrderRow, OrderSide, Place};

/// The texts of a transaction or of a block, in memory that the next one uses again.
#[derive(Default)]
pub struct Draft {
    /// `PmtInfId`.
    pub block_id: String,
    /// Why it cannot be taken in.
    pub problem: String,
    /// On which day it was to be done.
    pub date: Option<Date>,
    debtor: Side,
    creditor: Side,
    /// The sides of a return as the return itself names them.
    chain_debtor: Side,
    chain_creditor: Side,
    end_to_end: String,
    unique: String,
    transaction: String,
    instruction: String,
    return_id: String,
    amount: String,
    currency: String,
    instructed: String,
    instructed_currency: String,
    transfer_currency: String,
    original: String,
    original_message: String,
    charges: String,
    mandate: String,
    scheme: String,
    purpose: String,
    remittance: String,
    reason: String,
    written: String,
}

/// What an order needs to know of its message.
pub struct Context<'a> {
    pub message: Message,
    pub message_id: &'a str,
    pub created_at: Option<Moment>,
    pub place: Place,
    pub locator: &'a str,
}

impl Draft {
    /// Forgets everything; the memory stays.
    pub fn clear(&mut self) {
        for text in [
            &mut self.block_id,
            &mut self.problem,
            &mut self.end_to_end,
            &mut self.unique,
            &mut self.transaction,
            &mut self.instruction,
            &mut self.return_id,
            &mut self.amount,
            &mut self.currency,
            &mut self.instructed,
            &mut self.instructed_currency,
            &mut self.transfer_currency,
            &mut self.original,
            &mut self.original_message,
            &mut self.charges,
            &mut self.mandate,
            &mut self.scheme,
            &mut self.purpose,
            &mut self.remittance,
            &mut self.reason,
        ] {
            text.clear();
        }
        for side in [
            &mut self.debtor,
            &mut self.creditor,
            &mut self.chain_debtor,
            &mut self.chain_creditor,
        ] {
            side.clear();
        }
        self.date = None;
    }

    /// Takes a text; `path` leads from the transaction or the block to it, `currency` is the `Ccy` of the amount it may
    /// be. An error is a sentence about the value.
    pub fn text(&mut self, path: &[Tag], text: &str, currency: &str) -> Result<(), String> {
        match path {
            [Tag::PmtInfId] => keep(&mut self.block_id, text),
            [Tag::ReqdExctnDt | Tag::ReqdColltnDt | Tag::IntrBkSttlmDt]
            | [Tag::ReqdExctnDt, Tag::Dt | Tag::DtTm] => match times::moment(text) {
                Some((date, _)) => self.date = Some(date),
                None => {
                    return Err(format!(
                        "the day to be carried out is ‘{text}’; expected a day of the calendar as YYYY-MM-DD"
                    ));
                }
            },
            [Tag::PmtId, Tag::EndToEndId] | [Tag::OrgnlEndToEndId] => keep(&mut self.end_to_end, text),
            [Tag::PmtId, Tag::UETR] | [Tag::OrgnlUETR] => keep(&mut self.unique, text),
            [Tag::PmtId, Tag::TxId] | [Tag::OrgnlTxId] => keep(&mut self.transaction, text),
            [Tag::PmtId, Tag::InstrId] | [Tag::OrgnlInstrId] => keep(&mut self.instruction, text),
            [Tag::RtrId] => keep(&mut self.return_id, text),
            [Tag::Amt, Tag::InstdAmt]
            | [Tag::Amt, Tag::EqvtAmt, Tag::Amt]
            | [Tag::IntrBkSttlmAmt | Tag::RtrdIntrBkSttlmAmt]
                if self.amount.is_empty() =>
            {
                self.amount.push_str(text);
                self.currency.push_str(currency);
            }
            [Tag::InstdAmt | Tag::RtrdInstdAmt] if self.instructed.is_empty() => {
                self.instructed.push_str(text);
                self.instructed_currency.push_str(currency);
            }
            [Tag::Amt, Tag::EqvtAmt, Tag::CcyOfTrf] => keep(&mut self.transfer_currency, text),
            [Tag::OrgnlIntrBkSttlmAmt] if self.original.is_empty() => {
                let _ = write!(self.original, "{text} {currency}");
            }
            [Tag::OrgnlGrpInf, Tag::OrgnlMsgId] => keep(&mut self.original_message, text),
            [Tag::OrgnlGrpInf, rest @ ..] => return self.text(rest, text, currency),
            [Tag::ChrgBr] => keep(&mut self.charges, text),
            [Tag::RtrRsnInf, Tag::Rsn | Tag::RtrRsn, Tag::Cd | Tag::Prtry]
            | [Tag::RtrRsnInf, Tag::AddtlInf | Tag::AddtlRtrRsnInf] => add(&mut self.reason, text),
            [Tag::RtrChain, rest @ ..] => {
                side_text(&mut self.chain_debtor, &mut self.chain_creditor, rest, text);
            }
            // Of the payment that is sent back: who, why and for what, but neither its amounts nor its dates.
            [Tag::OrgnlTxRef, rest @ ..] => self.about(rest, text),
            _ => self.about(path, text),
        }
        Ok(())
    }

    /// Parties, mandate and purpose.
    fn about(&mut self, path: &[Tag], text: &str) {
        match path {
            [Tag::DrctDbtTx, rest @ ..] => self.about(rest, text),
            [Tag::MndtRltdInf, Tag::MndtId]
            | [Tag::MndtRltdInf, Tag::DrctDbtMndt | Tag::CdtTrfMndt, Tag::MndtId] => {
                keep(&mut self.mandate, text)
            }
            [
                Tag::CdtrSchmeId,
                Tag::Id,
                Tag::PrvtId | Tag::OrgId,
                Tag::Othr | Tag::OthrId,
                Tag::Id,
            ] => keep(&mut self.scheme, text),
            [Tag::Purp, Tag::Cd | Tag::Prtry] => keep(&mut self.purpose, text),
            [Tag::RmtInf, Tag::Ustrd]
            | [Tag::RmtInf, Tag::Strd, Tag::CdtrRefInf, Tag::Ref | Tag::CdtrRef]
            | [Tag::RmtInf, Tag::Strd, Tag::RfrdDocInf, Tag::Nb | Tag::RfrdDocNb]
            | [Tag::RmtInf, Tag::Strd, Tag::AddtlRmtInf] => add(&mut self.remittance, text),
            _ => side_text(&mut self.debtor, &mut self.creditor, path, text),
        }
    }

    /// What is to be paid, or why the order cannot be taken in.
    pub fn amount(&self, message: Message) -> Result<(Amount, Option<Currency>), String> {
        if !self.problem.is_empty() {
            return Err(self.problem.clone());
        }
        let field = message.amount();
        let (text, currency) = match message {
            Message::DirectDebit => (&self.instructed, &self.instructed_currency),
            _ => (&self.amount, &self.currency),
        };
        if text.is_empty() {
            return Err(format!("{field} is missing; expected the amount to be paid"));
        }
        amount(text, currency, field)
    }

    /// The order. `block` is what stands around the transaction; the amount comes from this draft.
    pub fn row<'a>(
        &'a mut self,
        block: &'a Draft,
        (amount, currency): (Amount, Option<Currency>),
        context: Context<'a>,
    ) -> OrderRow<'a> {
        let message = context.message;
        self.write_remittance(block, message);
        let this = &*self;
        // A chain names the sides of the return itself: its creditor is who had paid.
        let debtor = side(&[&this.debtor, &block.debtor, &this.chain_creditor]);
        let creditor = side(&[&this.creditor, &block.creditor, &this.chain_debtor]);
        OrderRow {
            place: context.place,
            kind: message.kind(),
            message_id: context.message_id,
            requested_date: this.date.or(block.date),
            created_at: context.created_at,
            amount: Some(amount),
            currency,
            debtor,
            creditor,
            end_to_end_id: if this.end_to_end == "NOTPROVIDED" {
                ""
            } else {
                &this.end_to_end
            },
            transaction_id: first(&[&this.unique, &this.transaction, &this.instruction]),
            mandate: &this.mandate,
            purpose: first(&[&this.purpose, &block.purpose]),
            remittance: &this.written,
            charges: first(&[&this.charges, &block.charges]),
            return_reason: first(&[&this.reason, &block.reason]),
            locator: context.locator,
        }
    }

    /// What the payer wrote; behind it, in brackets, what has no column of its own and must not be lost.
    fn write_remittance(&mut self, block: &Draft, message: Message) {
        let mut out = std::mem::take(&mut self.written);
        out.clear();
        out.push_str(&self.remittance);
        let chosen = first(&[&self.unique, &self.transaction, &self.instruction]);
        let unless_chosen = |text: &'_ str| text != chosen;
        for (label, text) in [
            ("transaction", &self.transaction),
            ("instruction", &self.instruction),
        ] {
            if unless_chosen(text) {
                note(&mut out, label, text);
            }
        }
        note(&mut out, "payment information", &block.block_id);
        let instructed_otherwise = message != Message::DirectDebit
            && !self.instructed.is_empty()
            && (&self.instructed, &self.instructed_currency) != (&self.amount, &self.currency);
        if instructed_otherwise {
            let text = format!("{} {}", self.instructed, self.instructed_currency);
            note(&mut out, "instructed", text.trim_end());
        }
        note(&mut out, "to be paid in", &self.transfer_currency);
        note(
            &mut out,
            "creditor id",
            first(&[
                &self.scheme,
                &block.scheme,
                &self.creditor.identifier,
                &block.creditor.identifier,
            ]),
        );
        note(
            &mut out,
            "debtor id",
            first(&[&self.debtor.identifier, &block.debtor.identifier]),
        );
        note(&mut out, "return", &self.return_id);
        note(&mut out, "original amount", self.original.trim_end());
        note(
            &mut out,
            "original message",
            first(&[&self.original_message, &block.original_message]),
        );
        self.written = out;
    }
}

/// Takes a text below one of the elements that name a side.
fn side_text(debtor: &mut Side, creditor: &mut Side, path: &[Tag], text: &str) {
    match path {
        [Tag::Dbtr, rest @ ..] => debtor.party(rest, text),
        [Tag::Cdtr, rest @ ..] => creditor.party(rest, text),
        [Tag::UltmtDbtr, rest @ ..] => debtor.ultimate_party(rest, text),
        [Tag::UltmtCdtr, rest @ ..] => creditor.ultimate_party(rest, text),
        [Tag::DbtrAcct, rest @ ..] => debtor.account(rest, text),
        [Tag::CdtrAcct, rest @ ..] => creditor.account(rest, text),
        [Tag::DbtrAgt, rest @ ..] => debtor.agent(rest, text),
        [Tag::CdtrAgt, rest @ ..] => creditor.agent(rest, text),
        _ => {}
    }
}

/// One side, from where it is told first. An account and its bank are never put together from two places.
fn side<'a>(told: &[&'a Side]) -> OrderSide<'a> {
    let names = told.iter().map(|s| s.name.as_str());
    let of_accounts = told.iter().map(|s| s.account_name.as_str());
    let account = told
        .iter()
        .find(|s| !s.account.is_empty() || !s.bank.is_empty())
        .map_or(AccountKey::default(), |s| AccountKey {
            number: &s.account,
            bank: &s.bank,
        });
    let name = names
        .chain(of_accounts)
        .find(|name| !name.is_empty())
        .unwrap_or("");
    let ultimate = told
        .iter()
        .map(|s| s.ultimate.as_str())
        .find(|u| !u.is_empty() && *u != name)
        .unwrap_or("");
    OrderSide {
        name,
        account,
        ultimate,
    }
}

/// The first text that is not empty.
fn first<'a>(texts: &[&'a String]) -> &'a str {
    texts
        .iter()
        .find(|text| !text.is_empty())
        .map_or("", |text| text.as_str())
}
