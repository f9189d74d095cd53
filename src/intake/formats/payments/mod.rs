//! Orders of payment: pain.001 and pain.008 from customers, pacs.008 and pacs.004 between banks; all versions.
//!
//! `reader` follows the walk through the XML, `order` collects what a transaction and the block around it say,
//! `control` compares the stated counts and sums with what was read. Nothing here holds more than one transaction and
//! the header of its block at a time.

mod control;
mod order;
mod reader;

use crate::intake::iso20022::tags::Tag;
use crate::intake::xml::{Head, Name};
use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile};
use crate::model::OrderKind;

/// The format of pain.001, pain.008, pacs.008 and pacs.004 files.
///
/// - Each transaction is one row of `payment_orders`, cited by its own bytes. An order is no booking: it never makes
///   an entry.
/// - The debtor or the creditor that a `PmtInf` names once stands in each of its orders, the requested date too.
/// - `NbOfTxs` and `CtrlSum` of the group and of each block are compared with what was read. A difference is one
///   reject with both figures; the payments stay.
/// - In a return (pacs.004) debtor and creditor are those of the payment that is sent back, as in `OrgnlTxRef`: the
///   money of the return goes the other way. Where only the chain of the return is given, it is turned round.
/// - `transaction_id` is the UETR, or else the transaction's id, or else the sender's instruction id. What has no
///   column of its own stands in brackets behind the remittance.
/// - Names are read by local name, so the namespace and its version do not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Payments;

/// One of the four messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    CreditTransfer,
    DirectDebit,
    Interbank,
    Return,
}

/// What the namespaces of the messages hold, for recognition.
const NAMESPACES: [&str; 4] = ["pain.001.", "pain.008.", "pacs.008.", "pacs.004."];

impl Format for Payments {
    fn id(&self) -> &'static str {
        "payments"
    }

    fn parser(&self) -> &'static str {
        "payments/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let head = Head::new(head);
        let mut found = (
            0,
            if head.is_xml() {
                "XML, but no message of payment orders"
            } else {
                ""
            },
        );
        for (name, tag) in head.elements() {
            let message = Message::from_tag(Tag::from_name(name)).is_some();
            let declared = tag.contains("xmlns") && NAMESPACES.into_iter().any(|n| tag.contains(n));
            if declared && (message || name == "Document") {
                found = (100, "its namespace is one of the payment orders of ISO 20022");
                break;
            }
            if message {
                found = (95, "a message of payment orders without its namespace");
                break;
            }
        }
        Recognition {
            score: found.0,
            reason: found.1.to_owned(),
        }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}

impl Message {
    fn from_tag(tag: Tag) -> Option<Message> {
        match tag {
            Tag::CstmrCdtTrfInitn => Some(Message::CreditTransfer),
            Tag::CstmrDrctDbtInitn => Some(Message::DirectDebit),
            Tag::FIToFICstmrCdtTrf => Some(Message::Interbank),
            Tag::PmtRtr => Some(Message::Return),
            _ => None,
        }
    }

    /// The word for its orders.
    const fn kind(self) -> OrderKind {
        match self {
            Message::CreditTransfer => OrderKind::CreditTransfer,
            Message::DirectDebit => OrderKind::DirectDebit,
            Message::Interbank => OrderKind::InterbankCreditTransfer,
            Message::Return => OrderKind::Return,
        }
    }

    /// The element of one transaction, and how the schema calls it.
    const fn transaction(self) -> (Tag, &'static str) {
        match self {
            Message::CreditTransfer | Message::Interbank => (Tag::CdtTrfTxInf, "CdtTrfTxInf"),
            Message::DirectDebit => (Tag::DrctDbtTxInf, "DrctDbtTxInf"),
            Message::Return => (Tag::TxInf, "TxInf"),
        }
    }

    /// Whether transactions stand in blocks that name one side for all of them.
    const fn has_blocks(self) -> bool {
        matches!(self, Message::CreditTransfer | Message::DirectDebit)
    }

    /// The element that holds a transaction's amount.
    const fn amount(self) -> &'static str {
        match self {
            Message::CreditTransfer => "Amt",
            Message::DirectDebit => "InstdAmt",
            Message::Interbank => "IntrBkSttlmAmt",
            Message::Return => "RtrdIntrBkSttlmAmt",
        }
    }
}
