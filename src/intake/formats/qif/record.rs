//! A record while it is read.

use std::fmt::Write;

use super::evidence::{self, Order};
use crate::model::{Amount, Channel};

/// Most splits of one record.
const SPLITS: usize = 10_000;

/// What a record says, as written. The letters are those of the format.
#[derive(Default)]
pub struct Record {
    pub date: String,
    amount: String,
    second_amount: String,
    pub number: String,
    pub payee: String,
    memo: String,
    pub category: String,
    address: String,
    pub splits: Vec<Split>,
    pub start: u64,
    pub end: u64,
    pub line: u64,
    /// Lines in it; none before it began.
    pub lines: u64,
    /// Why it cannot be read.
    pub fault: String,
}

/// A part of the amount.
#[derive(Default)]
pub struct Split {
    pub category: String,
    pub memo: String,
    amount: String,
    pub start: u64,
    pub end: u64,
    pub line: u64,
}

impl Record {
    /// Takes a line: its letter, its value, its bytes.
    pub fn line(&mut self, letter: char, value: &str, (start, end, line): (u64, u64, u64)) {
        let slot = match letter {
            'D' => &mut self.date,
            'T' => &mut self.amount,
            'U' => &mut self.second_amount,
            'N' => &mut self.number,
            'P' => &mut self.payee,
            'M' => &mut self.memo,
            'L' => &mut self.category,
            'A' => {
                if !self.address.is_empty() {
                    self.address.push_str(", ");
                }
                return self.address.push_str(value);
            }
            'S' => {
                if self.splits.len() >= SPLITS {
                    self.fault = format!("more than {SPLITS} splits; expected less");
                    return;
                }
                return self.splits.push(Split {
                    category: value.to_owned(),
                    start,
                    end,
                    line,
                    ..Split::default()
                });
            }
            'E' | '$' | '%' => {
                if let Some(split) = self.splits.last_mut() {
                    split.end = end;
                    match letter {
                        'E' => split.memo.push_str(value),
                        '$' => split.amount.push_str(value),
                        _ => {}
                    }
                }
                return;
            }
            // C cleared, F reimbursable, and letters of single programs.
            _ => return,
        };
        // Where a `^` was lost, two records run into each other.
        if !slot.is_empty() && matches!(letter, 'D' | 'T') {
            self.fault = format!("a second {letter} in one record; expected one, or ^ between two records");
        }
        if letter != 'M' {
            slot.clear();
        } else if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(value);
    }

    /// The amount, signed.
    pub fn amount(&self, decimal: Option<u8>) -> Result<Amount, String> {
        let read = |name: &str, text: &str| {
            evidence::amount(text, decimal).map_err(|reason| format!("{name}: {reason}"))
        };
        match (self.amount.as_str(), self.second_amount.as_str()) {
            ("", "") => Err("no amount; expected a line T".to_owned()),
            (text, "") => read("T", text),
            ("", text) => read("U", text),
            (one, other) => {
                let (one, other) = (read("T", one)?, read("U", other)?);
                if one == other {
                    return Ok(one);
                }
                Err(format!(
                    "T says {}, U says {}; expected the same amount",
                    one.to_text(2),
                    other.to_text(2)
                ))
            }
        }
    }

    /// The date.
    pub fn date(&self, order: Order) -> Result<crate::model::Date, String> {
        if self.date.is_empty() {
            return Err("no date; expected a line D".to_owned());
        }
        evidence::date(&self.date, order)
    }

    /// Memo; in brackets what has no column of its own.
    pub fn remittance(&self) -> String {
        let mut out = self.memo.clone();
        let category = if account_of(&self.category).is_some() {
            ""
        } else {
            self.category.as_str()
        };
        for (label, text) in [
            ("category", category),
            ("address", self.address.trim_matches([',', ' '])),
        ] {
            if !text.is_empty() {
                let _ = write!(out, "{}[{label} {text}]", if out.is_empty() { "" } else { " " });
            }
        }
        out
    }

    /// How the money moved, as far as the number says it: Quicken's words, or the number of a cheque.
    pub fn channel(&self) -> Channel {
        let number = self.number.trim();
        match number.to_ascii_uppercase().as_str() {
            "ATM" => Channel::CashAtm,
            "EFT" | "XFER" | "TXFR" | "SEND" => Channel::Transfer,
            _ if !number.is_empty() && number.len() <= 8 && number.bytes().all(|b| b.is_ascii_digit()) => {
                Channel::Cheque
            }
            _ if account_of(&self.category).is_some() => Channel::Transfer,
            _ => Channel::Unknown,
        }
    }
}

impl Split {
    /// The amount, signed; nothing where none is written.
    pub fn amount(&self, decimal: Option<u8>) -> Result<Option<Amount>, String> {
        match self.amount.as_str() {
            "" => Ok(None),
            text => evidence::amount(text, decimal)
                .map(Some)
                .map_err(|reason| format!("$: {reason}")),
        }
    }
}

/// The account of a category `[Savings]` or `[Savings]/class`: the other side of a transfer within the file.
pub fn account_of(category: &str) -> Option<&str> {
    let (name, _) = category.trim().strip_prefix('[')?.split_once(']')?;
    Some(name.trim()).filter(|name| !name.is_empty())
}
