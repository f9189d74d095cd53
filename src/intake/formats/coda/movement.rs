//! A movement: a record 2.1 with what stands in its records 2.2, 2.3 and 3.1 to 3.3.

use super::channel::{channel, is_cancellation, is_debtor};
use super::communication::Communication;
use super::records::{self, Line};
use crate::intake::fixed::{Record, add, is_digits, is_filler, note};
use crate::model::{Channel, CounterpartyStatus, Direction, Moment, Place};

/// Most text that the information records of one movement may carry, in bytes.
const INFORMATION: usize = 64 * 1024;

/// A movement being read.
pub struct Movement {
    pub place: Place,
    /// Columns 3 to 6 and 7 to 10.
    pub sequence: String,
    pub detail: String,
    /// The transaction code, eight digits.
    pub code: String,
    /// The globalisation code is not 0: a sum begins or ends here.
    pub globalised: bool,
    /// Amount and dates, or why they cannot be read.
    pub line: Result<Line, String>,
    reference: String,
    structured: bool,
    /// Text of 2.1 to 2.3 with all its columns.
    text: String,
    /// The highest of the parts 2.1, 2.2, 2.3 that was read.
    part: u8,
    customer_reference: String,
    bic: String,
    return_kind: String,
    return_reason: String,
    category: String,
    purpose: String,
    account: String,
    name: String,
    information: Communication,
    /// An information record being read: whether it is structured, its text, its highest part.
    open_information: Option<(bool, String, u8)>,
    information_bytes: usize,
}

/// What a movement says, ready for a row.
pub struct Described {
    pub remittance: String,
    pub name: String,
    pub account: String,
    pub bic: String,
    pub identifier: String,
    pub status: CounterpartyStatus,
    pub channel: Channel,
    pub purpose: String,
    pub end_to_end: String,
    pub reference: String,
    pub return_reason: String,
    pub terminal: String,
    pub city: String,
    pub used_at: Option<Moment>,
    /// The movement takes back an earlier one.
    pub reversal: bool,
}

impl Movement {
    /// Begins with a record 2.1.
    pub fn begin(record: Record<'_>, place: Place, sound: Result<(), String>) -> Movement {
        let numbers = record.columns(3, 10);
        let line = match sound {
            Err(fault) => Err(fault),
            Ok(()) if !is_digits(numbers) || numbers.len() != 8 => Err(format!(
                "the sequence and detail number ‘{numbers}’ is no number; expected eight digits"
            )),
            Ok(()) => records::line(record),
        };
        let mut text = String::new();
        record.add_padded(&mut text, 63, 115);
        Movement {
            place,
            sequence: record.columns(3, 6).to_owned(),
            detail: record.columns(7, 10).to_owned(),
            code: record.field(54, 61).to_owned(),
            globalised: !is_filler(record.columns(125, 125)),
            line,
            reference: record.field(11, 31).to_owned(),
            structured: record.columns(62, 62) == "1",
            text,
            part: 1,
            customer_reference: String::new(),
            bic: String::new(),
            return_kind: String::new(),
            return_reason: String::new(),
            category: String::new(),
            purpose: String::new(),
            account: String::new(),
            name: String::new(),
            information: Communication::default(),
            open_information: None,
            information_bytes: 0,
        }
    }

    /// Type of the movement: the first digit of its transaction code.
    pub fn kind(&self) -> u8 {
        self.code.bytes().next().unwrap_or(b'0')
    }

    /// Whether it is a part of a sum and not booked itself.
    pub fn is_part(&self) -> bool {
        self.detail.trim() != "0000" || matches!(self.kind(), b'5'..=b'9')
    }

    /// Reads a record 2.2 or 2.3.
    pub fn part(&mut self, record: Record<'_>, part: u8, version: u8) -> Result<(), String> {
        if (record.columns(3, 6), record.columns(7, 10)) != (&self.sequence, &self.detail) {
            return Err(format!(
                "record 2.{part} has the numbers {}; expected those of the movement before it, {}{}",
                record.columns(3, 10),
                self.sequence,
                self.detail
            ));
        }
        if part <= self.part {
            return Err(format!(
                "a record 2.{part} behind a record 2.{} of the same movement; expected each once, in order",
                self.part
            ));
        }
        // A missing part leaves its columns blank.
        if part == 3 && self.part == 1 {
            self.text.extend(std::iter::repeat_n(' ', 53));
        }
        self.part = part;
        if part == 2 {
            record.add_padded(&mut self.text, 11, 63);
            self.customer_reference = record.field(64, 98).to_owned();
            self.bic = record.field(99, 109).to_owned();
            self.return_kind = record.field(113, 113).trim_matches('0').to_owned();
            self.return_reason = record.field(114, 117).to_owned();
            self.category = record.field(118, 121).to_owned();
            self.purpose = record.field(122, 125).to_owned();
        } else if version == 1 {
            self.account = records::counterparty(Record::new(record.columns(1, 22)));
            add(&mut self.name, record.field(48, 73));
            note(&mut self.information.notes, "address ", record.field(74, 125));
        } else {
            self.account = records::counterparty(record);
            add(&mut self.name, record.field(48, 82));
            record.add_padded(&mut self.text, 83, 125);
        }
        Ok(())
    }

    /// Reads a record 3.1, 3.2 or 3.3.
    pub fn inform(&mut self, record: Record<'_>, part: u8) -> Result<(), String> {
        if record.columns(3, 6) != self.sequence {
            return Err(format!(
                "the information has the sequence number {}; expected that of the movement before it, {}",
                record.columns(3, 6),
                self.sequence
            ));
        }
        self.information_bytes += 128;
        if self.information_bytes > INFORMATION {
            return Err("the movement has more than 64 KB of information; expected a few records".to_owned());
        }
        if part == 1 {
            self.close_information();
            let mut text = String::new();
            record.add_padded(&mut text, 41, 113);
            self.open_information = Some((record.columns(40, 40) == "1", text, 1));
            return Ok(());
        }
        match &mut self.open_information {
            Some((_, text, last)) if part > *last => {
                record.add_padded(text, 11, if part == 2 { 115 } else { 100 });
                *last = part;
                Ok(())
            }
            _ => Err(format!(
                "a record 3.{part} without the one before it; expected 3.1, then 3.2, then 3.3"
            )),
        }
    }

    fn close_information(&mut self) {
        if let Some((structured, text, _)) = self.open_information.take() {
            if structured {
                self.information.structured(&text);
            } else {
                self.information.free(&text);
            }
        }
    }

    /// What it says, all its records read.
    pub fn describe(&mut self, direction: Direction) -> Described {
        self.close_information();
        let mut said = Communication::default();
        if self.structured {
            said.structured(&self.text);
        } else {
            said.free(&self.text);
        }
        let more = std::mem::take(&mut self.information);
        let code = Record::new(&self.code);
        let (family, transaction) = (code.columns(2, 3), code.columns(4, 5));
        let mut channel = channel(family, transaction);
        if channel == Channel::CardPos && (said.cash || more.cash) {
            channel = Channel::CashAtm;
        }
        let first = |a: &str, b: &str| if a.is_empty() { b.to_owned() } else { a.to_owned() };
        // The information record has room for the whole name.
        let mut name = if more.name.len() > self.name.len() {
            more.name.clone()
        } else {
            self.name.clone()
        };
        if name.is_empty() && !channel.is_cash() {
            name = first(&said.merchant, &more.merchant);
        }
        let creditor = first(&said.creditor, &more.creditor);
        let mandate = first(&said.mandate, &more.mandate);
        let return_kind = first(&self.return_kind, &first(&said.return_kind, &more.return_kind));
        let return_reason = first(
            &self.return_reason,
            &first(&said.return_reason, &more.return_reason),
        );
        let debtor = is_debtor(transaction);
        let mut remittance = said.text;
        if more.text != remittance {
            add(&mut remittance, &more.text);
        }
        add(&mut remittance, &said.notes);
        add(&mut remittance, &more.notes);
        note(&mut remittance, "mandate ", &mandate);
        if !debtor {
            note(&mut remittance, "collected as ", &creditor);
        }
        let returned = match return_kind.as_str() {
            "1" => "rejected",
            "2" => "returned",
            "3" => "refunded",
            "4" => "reversed",
            "5" => "cancelled",
            _ => "",
        };
        note(&mut remittance, "", returned);
        note(&mut remittance, "return reason ", &return_reason);
        note(&mut remittance, "category purpose ", &self.category);
        let identifier = if debtor { creditor } else { String::new() };
        let status = CounterpartyStatus::of(&self.account, &identifier, &name, channel);
        let end_to_end = match self.customer_reference.as_str() {
            "NOTPROVIDED" | "NONREF" => String::new(),
            reference => reference.to_owned(),
        };
        let cancels = is_cancellation(transaction)
            && matches!(
                (direction, transaction),
                (Direction::Debit, "49") | (Direction::Credit, "99")
            );
        Described {
            remittance,
            name,
            account: std::mem::take(&mut self.account),
            bic: std::mem::take(&mut self.bic),
            identifier,
            status,
            channel,
            purpose: std::mem::take(&mut self.purpose),
            end_to_end,
            reference: std::mem::take(&mut self.reference),
            return_reason,
            terminal: first(&said.terminal, &more.terminal),
            city: first(&said.city, &more.city),
            used_at: said.used_at.or(more.used_at),
            reversal: matches!(return_kind.as_str(), "2" | "3" | "4") || cancels,
        }
    }
}
