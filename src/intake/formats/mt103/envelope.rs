//! The blocks around a message: who sent it to whom, which type it is, its UETR.

use crate::model::{Date, Moment, TimePrecision};

/// What the blocks 1 to 3 say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `103`; empty where there is no block 2.
    pub kind: String,
    /// `COV`, `STP`, `REMIT`; empty where block 3 has none.
    pub flag: String,
    pub sender: String,
    pub receiver: String,
    pub uetr: String,
    /// When the sender put it in, on the sender's clock; output messages only.
    pub created_at: Option<Moment>,
    /// An acknowledgement of the network, no message.
    pub is_service: bool,
    /// The terminal of block 1: the sender of an input message, the receiver of an output one.
    own: String,
}

impl Envelope {
    /// Takes what stands in a line outside the text block.
    pub fn take(&mut self, text: &str) {
        if let Some(block) = block(text, "{1:") {
            self.is_service = block.get(1..3).is_some_and(|service| service != "01");
            self.own = block.get(3..15).map(bic_of_terminal).unwrap_or_default();
        }
        if let Some(block) = block(text, "{2:") {
            self.application(block);
        }
        for (mark, slot) in [("{121:", &mut self.uetr), ("{119:", &mut self.flag)] {
            if let Some(value) = block(text, mark) {
                slot.clear();
                slot.push_str(value);
            }
        }
    }

    /// `I103BANKDEFFXXXXN`, or `O1030919010321BANKBEBBAXXX2222123456010320 N` with time and day of input before the
    /// sender.
    fn application(&mut self, block: &str) {
        self.kind = block.get(1..4).unwrap_or("").to_owned();
        let own = self.own.clone();
        if block.starts_with('I') {
            self.sender = own;
            self.receiver = block.get(4..16).map(bic_of_terminal).unwrap_or_default();
        } else {
            self.receiver = own;
            self.sender = block.get(14..26).map(bic_of_terminal).unwrap_or_default();
            self.created_at = block.get(4..8).zip(block.get(8..14)).and_then(|(time, day)| {
                let hours: i64 = time.get(..2)?.parse().ok()?;
                let minutes: i64 = time.get(2..)?.parse().ok()?;
                (hours < 24 && minutes < 60).then_some(Moment {
                    microseconds: day_of(day)?.midnight() + (hours * 60 + minutes) * 60_000_000,
                    precision: TimePrecision::Minute,
                })
            });
        }
    }
}

/// `YYMMDD`: years from 80 on are 19.., others 20.. (the rule of SWIFT).
pub fn day_of(text: &str) -> Option<Date> {
    if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (number(0..2)?, number(2..4)?, number(4..6)?);
    let year = if year >= 80 { 1900 + year } else { 2000 + year };
    Date::from_ymd(year, month as i8, day as i8)
}

/// What stands between a mark and the next brace.
fn block<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(mark)?;
    rest.split(['}', '{']).next().map(str::trim)
}

/// The BIC of a logical terminal: without its ninth letter, without a branch of `XXX`.
fn bic_of_terminal(terminal: &str) -> String {
    let institution = terminal.get(..8).unwrap_or("");
    match terminal.get(9..12) {
        Some("XXX") | None => institution.to_owned(),
        Some(branch) => format!("{institution}{branch}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_and_output() {
        let mut input = Envelope::default();
        input.take("{1:F01AAAABEBBAXXX0000000000}{2:I103CCCCUS33XXXXN}{3:{108:A}{121:eb6305c9-1f7f-49de-aed0-16487c27b42d}}");
        assert_eq!(
            (input.sender.as_str(), input.receiver.as_str()),
            ("AAAABEBB", "CCCCUS33")
        );
        assert_eq!((input.kind.as_str(), input.uetr.len()), ("103", 36));
        let mut output = Envelope::default();
        output.take("{1:F01CCCCUS33A1230000000000}");
        output.take("{2:O2020919010321AAAABEBBAXXX22221234560103210920N}{3:{119:COV}}");
        assert_eq!(
            (output.sender.as_str(), output.receiver.as_str()),
            ("AAAABEBB", "CCCCUS33123")
        );
        assert_eq!(output.flag, "COV");
        assert_eq!(
            output.created_at.map(|m| m.to_string()).as_deref(),
            Some("2001-03-21 09:19")
        );
        let mut broken = Envelope::default();
        broken.take("{1:é}{2:Oé{121:");
        assert_eq!((broken.sender.as_str(), broken.uetr.as_str()), ("", ""));
    }
}
