//! Payments that stand inside an entry, and orders of payment. An order says what somebody asked a bank to do; only an
//! entry says that it was done.

use super::{AccountKey, Amount, Currency, Date, Direction, Moment, Place};

/// A payment of an entry that books several in one sum (camt `NtryDtls/TxDtls`).
#[derive(Clone, Copy, Debug)]
pub struct DetailRow<'a> {
    /// Where the payment itself stands.
    pub place: Place,
    /// First byte of the entry that it belongs to, of leg [`Leg::Line`](super::Leg::Line).
    pub entry_start: u64,
    /// From 1, in the order of the file.
    pub number: i64,
    pub direction: Direction,
    /// Nothing where only the entry carries an amount.
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub counterparty_name: &'a str,
    pub counterparty: AccountKey<'a>,
    pub counterparty_identifier: &'a str,
    pub counterparty_country: &'a str,
    pub purpose: &'a str,
    pub remittance: &'a str,
    pub end_to_end_id: &'a str,
    pub bank_reference: &'a str,
    pub return_reason: &'a str,
    pub locator: &'a str,
}

/// What kind of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// A customer orders a transfer (pain.001).
    CreditTransfer,
    /// A creditor collects (pain.008).
    DirectDebit,
    /// Between banks (pacs.008, MT103).
    InterbankCreditTransfer,
    /// A payment sent back (pacs.004).
    Return,
}

impl OrderKind {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            OrderKind::CreditTransfer => "credit_transfer",
            OrderKind::DirectDebit => "direct_debit",
            OrderKind::InterbankCreditTransfer => "interbank_credit_transfer",
            OrderKind::Return => "return",
        }
    }
}

/// One side of an order.
#[derive(Clone, Copy, Debug, Default)]
pub struct OrderSide<'a> {
    pub name: &'a str,
    pub account: AccountKey<'a>,
    /// On whose behalf, where somebody else is named.
    pub ultimate: &'a str,
}

/// One payment of an order. An empty text means that the record does not say.
#[derive(Clone, Copy, Debug)]
pub struct OrderRow<'a> {
    pub place: Place,
    pub kind: OrderKind,
    pub message_id: &'a str,
    /// The day on which it was to be carried out, collected or settled.
    pub requested_date: Option<Date>,
    /// When the message was made.
    pub created_at: Option<Moment>,
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub debtor: OrderSide<'a>,
    pub creditor: OrderSide<'a>,
    pub end_to_end_id: &'a str,
    /// UETR, transaction id or the sender's reference.
    pub transaction_id: &'a str,
    pub mandate: &'a str,
    pub purpose: &'a str,
    pub remittance: &'a str,
    /// Who bears the charges, as written.
    pub charges: &'a str,
    /// Code and text of a return.
    pub return_reason: &'a str,
    pub locator: &'a str,
}
