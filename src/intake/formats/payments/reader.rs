//! What the elements of a message become: orders, and rejects where a value or a control figure is wrong.

use std::fmt::Write;

use quick_xml::events::BytesStart;

use super::Message;
use super::control::Control;
use super::order::{Context, Draft};
use crate::intake::iso20022::party::keep;
use crate::intake::iso20022::tags::Tag;
use crate::intake::iso20022::times;
use crate::intake::segments::Segments;
use crate::intake::xml::{self, Break, Handler};
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::{Moment, Place};

const EXPECTED: &str = "a message CstmrCdtTrfInitn, CstmrDrctDbtInitn, FIToFICstmrCdtTrf or PmtRtr";

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut reader = Reader {
        name: source.name,
        out: Segments::new(source.source_id, output),
        currency: String::new(),
        messages: 0,
        message: None,
        depth: 0,
        group: Group::default(),
        block: Draft::default(),
        block_number: 0,
        block_depth: 0,
        block_start: 0,
        block_header_end: 0,
        block_control: Control::default(),
        order: Draft::default(),
        order_number: 0,
        order_depth: 0,
        order_start: 0,
        locator: String::new(),
    };
    let mut result = xml::read(source, &mut reader);
    if result.is_ok() && reader.messages == 0 {
        result = Err(xml::shape(
            source.name,
            "the whole file",
            "no message of payment orders",
            EXPECTED,
            "Ask for the message itself; this file holds none.",
        ));
    }
    // What stood before a break is kept in every case.
    reader.out.finish()?;
    result
}

type Walk<'a> = xml::Walk<'a, Tag>;

/// What the group header says.
#[derive(Default)]
struct Group {
    message_id: String,
    created_at: Option<Moment>,
    control: Control,
    /// The whole group is sent back, its payments are not listed.
    returned: bool,
    /// First byte of the header, or of the message where it has none.
    start: u64,
    end: u64,
}

struct Reader<'a> {
    name: &'a str,
    out: Segments<'a>,
    /// `Ccy` of the amount that is open.
    currency: String,
    /// Messages seen.
    messages: u32,
    message: Option<Message>,
    /// Elements open inside which the message's children stand; 0 outside a message.
    depth: usize,
    group: Group,
    /// What is told for all orders of a block, or of a message without blocks.
    block: Draft,
    block_number: u32,
    /// As `depth`, for the block.
    block_depth: usize,
    /// First byte, and first byte of the first order, in the file as received.
    block_start: u64,
    block_header_end: u64,
    block_control: Control,
    order: Draft,
    /// Within the block, or within a message without blocks.
    order_number: u64,
    /// As `depth`, for the order.
    order_depth: usize,
    order_start: u64,
    locator: String,
}

impl Handler for Reader<'_> {
    type Name = Tag;

    fn open(&mut self, tag: Tag, element: &BytesStart<'_>, walk: &Walk<'_>) -> Result<(), IntakeError> {
        let inside = walk.path().len();
        let Some(message) = self.message else {
            if let Some(message) = Message::from_tag(tag) {
                self.begin(message, inside + 1, walk.original(walk.start()));
            }
            return Ok(());
        };
        if self.order_depth == 0 {
            let parent = if message.has_blocks() {
                self.block_depth
            } else {
                self.depth
            };
            if tag == message.transaction().0 && inside == parent {
                self.order.clear();
                self.order_number += 1;
                self.order_depth = inside + 1;
                self.order_start = walk.original(walk.start());
                if self.order_number == 1 {
                    self.block_header_end = self.order_start;
                }
            } else if inside == self.depth && tag == Tag::PmtInf {
                self.block.clear();
                self.block_control = Control::default();
                self.block_number += 1;
                self.block_depth = inside + 1;
                self.block_start = walk.original(walk.start());
                self.block_header_end = 0;
                self.order_number = 0;
            } else if inside == self.depth && tag == Tag::GrpHdr {
                self.group.start = walk.original(walk.start());
            }
        }
        if matches!(
            tag,
            Tag::Amt
                | Tag::InstdAmt
                | Tag::IntrBkSttlmAmt
                | Tag::RtrdIntrBkSttlmAmt
                | Tag::RtrdInstdAmt
                | Tag::OrgnlIntrBkSttlmAmt
        ) {
            xml::keep_attribute(element, "Ccy", &mut self.currency);
        }
        Ok(())
    }

    fn text(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), IntakeError> {
        if self.message.is_none() {
            return Ok(());
        }
        let path = walk.path();
        if self.order_depth > 0 {
            let result = self.order.text(&path[self.order_depth..], text, &self.currency);
            if let Err(reason) = result {
                keep(&mut self.order.problem, &reason);
            }
            return Ok(());
        }
        let result = if self.block_depth > 0 {
            match &path[self.block_depth..] {
                [Tag::NbOfTxs] => self.block_control.state_count(text),
                [Tag::CtrlSum] => self.block_control.state_sum(text),
                path => self.block.text(path, text, &self.currency),
            }
        } else {
            match &path[self.depth..] {
                [Tag::GrpHdr, rest @ ..] => self.header(rest, text),
                path => self.block.text(path, text, &self.currency),
            }
        };
        if let Err(reason) = result {
            self.reject_value(walk, &reason);
        }
        Ok(())
    }

    fn close(&mut self, tag: Tag, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        let inside = walk.path().len();
        if self.message.is_none() {
            return Ok(());
        }
        if self.order_depth > 0 {
            if inside < self.order_depth {
                return self.end_order(walk);
            }
        } else if self.block_depth > 0 {
            if inside < self.block_depth {
                self.end_block(walk);
            }
        } else if inside < self.depth {
            self.end_message(walk);
        } else if tag == Tag::GrpHdr && inside == self.depth {
            self.group.end = walk.original(walk.position());
        }
        Ok(())
    }

    /// Refuses the order that is open, or else the value that stands here.
    fn refuse(&mut self, reason: &str, start: u64, walk: &Walk<'_>) -> Result<(), IntakeError> {
        if self.order_depth > 0 {
            let reason = format!("byte {}: {reason}", walk.original(start));
            keep(&mut self.order.problem, &reason);
        } else if self.message.is_some() {
            self.reject_value(walk, reason);
        }
        Ok(())
    }

    fn broken(&mut self, broken: &Break, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        if self.messages == 0 {
            return Err(broken.error(
                self.name,
                walk,
                "Ask for a file as the bank's or the customer's system wrote it.",
            ));
        }
        let mut place = walk.place(broken.at);
        let mut reason = broken.reason(walk);
        if self.message.is_some()
            && let Some(stated) = self.group.control.stated_count()
        {
            let _ = write!(
                reason,
                ". NbOfTxs of the group says {stated}, read before were {}",
                self.group.control.count()
            );
        }
        if self.order_depth > 0 {
            place.byte_start = self.order_start;
            self.write_order_locator();
        } else {
            self.locator.clear();
            let _ = write!(self.locator, "byte {}", walk.original(broken.at));
        }
        self.reject(walk, place, &reason);
        Ok(())
    }
}

impl Reader<'_> {
    fn begin(&mut self, message: Message, depth: usize, start: u64) {
        self.messages += 1;
        self.message = Some(message);
        self.depth = depth;
        self.group = Group {
            start,
            end: start,
            ..Group::default()
        };
        self.block.clear();
        self.block_number = 0;
        self.order_number = 0;
    }

    fn header(&mut self, path: &[Tag], text: &str) -> Result<(), String> {
        let group = &mut self.group;
        match path {
            [Tag::MsgId] => keep(&mut group.message_id, text),
            [Tag::CreDtTm] => {
                let (date, moment) = times::moment(text).ok_or_else(|| {
                    format!("CreDtTm is ‘{text}’; expected a day and a time as YYYY-MM-DDThh:mm:ss")
                })?;
                group.created_at = Some(moment.unwrap_or(Moment::of_day(date)));
            }
            [Tag::NbOfTxs] => group.control.state_count(text)?,
            [Tag::CtrlSum] => group.control.state_sum(text)?,
            [Tag::TtlIntrBkSttlmAmt | Tag::TtlRtrdIntrBkSttlmAmt] => group.control.state_total(text)?,
            [Tag::GrpRtr] => group.returned = matches!(text, "true" | "1"),
            [Tag::IntrBkSttlmDt] => self.block.text(path, text, "")?,
            _ => {}
        }
        Ok(())
    }

    fn end_order(&mut self, walk: &mut Walk<'_>) -> Result<(), IntakeError> {
        self.order_depth = 0;
        let Some(message) = self.message else {
            return Ok(());
        };
        let place = walk.place_from(self.order_start);
        self.write_order_locator();
        let amount = self.order.amount(message);
        let read = amount.as_ref().ok().map(|(amount, _)| *amount);
        self.group.control.add(read);
        self.block_control.add(read);
        match amount {
            Ok(amount) => {
                let context = Context {
                    message,
                    message_id: &self.group.message_id,
                    created_at: self.group.created_at,
                    place,
                    locator: &self.locator,
                };
                let row = self.order.row(&self.block, amount, context);
                let rows = self.out.rows();
                rows.order(&row);
                rows.accepted();
            }
            Err(reason) => self.reject(walk, place, &reason),
        }
        walk.release();
        self.out.pass_on()
    }

    /// The block's own count and sum are compared; it is cited from its begin to its first order.
    fn end_block(&mut self, walk: &mut Walk<'_>) {
        self.block_depth = 0;
        let mut place = walk.place_from(self.block_start);
        if self.block_header_end > 0 {
            place.byte_end = self.block_header_end;
        }
        if let Some(difference) = self.block_control.difference() {
            self.locator.clear();
            self.write_message();
            let _ = write!(self.locator, "PmtInf[{}]", self.block_number);
            self.reject_control(walk, place, &difference);
        }
        self.block.clear();
        walk.release();
    }

    fn end_message(&mut self, walk: &mut Walk<'_>) {
        let place = Place {
            byte_start: self.group.start,
            byte_end: self.group.end.max(self.group.start),
            line: 0,
        };
        self.locator.clear();
        self.write_message();
        self.locator.push_str("GrpHdr");
        let mut difference = self.group.control.difference();
        if self.group.returned {
            let _ = write!(
                difference.get_or_insert_default(),
                "{}GrpRtr says that the whole message that OrgnlGrpInf names is sent back",
                if self.group.control.difference().is_some() {
                    "; "
                } else {
                    ""
                }
            );
        } else if difference.is_none() && self.group.control.count() == 0 {
            difference = Some("the message holds no payment".to_owned());
        }
        if let Some(difference) = difference {
            self.reject_control(walk, place, &difference);
        }
        self.message = None;
        self.depth = 0;
        walk.release();
    }

    /// Which message, where a file holds several.
    fn write_message(&mut self) {
        if self.messages > 1 {
            let _ = write!(self.locator, "message {}, ", self.messages);
        }
    }

    fn write_order_locator(&mut self) {
        self.locator.clear();
        self.write_message();
        if self.block_depth > 0 {
            let _ = write!(self.locator, "PmtInf[{}]/", self.block_number);
        }
        let name = self.message.map_or("", |message| message.transaction().1);
        let _ = write!(self.locator, "{name}[{}]", self.order_number);
    }

    fn reject_control(&mut self, walk: &Walk<'_>, place: Place, difference: &str) {
        let reason = format!(
            "{difference}. The payments that were read stay; ask for the message again to see whether some are missing"
        );
        self.reject(walk, place, &reason);
    }

    /// A value of a header that cannot be read; the payments stay.
    fn reject_value(&mut self, walk: &Walk<'_>, reason: &str) {
        let place = walk.place(walk.start());
        self.locator.clear();
        self.write_message();
        if self.block_depth > 0 {
            let _ = write!(self.locator, "PmtInf[{}], ", self.block_number);
        }
        let _ = write!(self.locator, "byte {}", place.byte_start);
        self.reject(walk, place, reason);
    }

    fn reject(&mut self, walk: &Walk<'_>, place: Place, reason: &str) {
        walk.reject(&mut self.out, place, &self.locator, reason);
    }
}
