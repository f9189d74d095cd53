//! The ledger inside a bundle, read by its own rules again: line N says that it is N and carries the SHA-256 of the line
//! before it. Kept apart from the code that writes ledgers, so that a fault there is not repeated here.

use std::io::{BufRead, BufReader, Read};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::model::hex;

/// Bytes of one line.
const LINE: u64 = 64 << 20;
/// Faults that are told; a broken ledger has as many as lines.
const TOLD: usize = 20;

/// The end of a chain: the last line's SHA-256 (empty where there is no line) and how many lines there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerEnd {
    pub head: String,
    pub count: u64,
}

/// What is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LedgerFault {
    #[error("the ledger cannot be read: {0}")]
    Unreadable(String),
    #[error("line {0} has no line end: it was cut off, or is longer than 64 MiB")]
    Cut(u64),
    #[error("line {0} is no JSON object with `number` and `previous`")]
    Line(u64),
    #[error("line {line} says that it is line {says}")]
    Number { line: u64, says: u64 },
    #[error("line {0} does not follow from the line before it")]
    Chain(u64),
    #[error("the ledger has {found} lines, the bundle counts {expected}")]
    Count { expected: u64, found: u64 },
    #[error(
        "the last line has not the SHA-256 that the bundle keeps as head: expected `{expected}`, found `{found}`"
    )]
    Head { expected: String, found: String },
}

/// Follows the chain to its end; faults (the first 20) in the order of lines.
pub fn follow(ledger: &mut dyn Read) -> (LedgerEnd, Vec<LedgerFault>) {
    let mut end = LedgerEnd::default();
    let mut faults = Vec::new();
    let mut reader = BufReader::new(ledger);
    loop {
        let mut line = Vec::new();
        match (&mut reader).take(LINE).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(e) => {
                faults.push(LedgerFault::Unreadable(e.to_string()));
                break;
            }
        }
        let number = end.count + 1;
        let whole = line.pop_if(|last| *last == b'\n').is_some();
        if !whole {
            faults.push(LedgerFault::Cut(number));
        }
        check_line(&line, number, &end.head, &mut faults);
        let digest: [u8; 32] = Sha256::digest(&line).into();
        end = LedgerEnd {
            head: hex(&digest),
            count: number,
        };
        if !whole || faults.len() >= TOLD {
            break;
        }
    }
    faults.truncate(TOLD);
    (end, faults)
}

/// Follows the chain and holds its end against what the bundle says.
pub fn check(ledger: &mut dyn Read, expected: &LedgerEnd) -> (LedgerEnd, Vec<LedgerFault>) {
    let (end, mut faults) = follow(ledger);
    if end.count != expected.count {
        faults.push(LedgerFault::Count {
            expected: expected.count,
            found: end.count,
        });
    }
    if end.head != expected.head {
        faults.push(LedgerFault::Head {
            expected: expected.head.clone(),
            found: end.head.clone(),
        });
    }
    (end, faults)
}

fn check_line(line: &[u8], number: u64, previous: &str, faults: &mut Vec<LedgerFault>) {
    let value: Option<serde_json::Value> = serde_json::from_slice(line).ok();
    let says = value.as_ref().and_then(|value| value.get("number")?.as_u64());
    let follows = value.as_ref().and_then(|value| value.get("previous")?.as_str());
    let (Some(says), Some(follows)) = (says, follows) else {
        faults.push(LedgerFault::Line(number));
        return;
    };
    if says != number {
        faults.push(LedgerFault::Number { line: number, says });
    }
    if follows != previous {
        faults.push(LedgerFault::Chain(number));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A ledger of so many lines, chained as the case chains it.
    pub fn sample(lines: u64) -> String {
        let mut text = String::new();
        let mut previous = String::new();
        for number in 1..=lines {
            let line = format!(
                "{{\"number\":{number},\"previous\":\"{previous}\",\"case\":\"R-1\",\"time\":\"2026-01-0{number}T00:00:00Z\",\
                 \"user\":\"u\",\"purpose\":\"p\",\"command\":\"step {number}\",\"read\":[],\"written\":[],\"tool\":\"geldspoor 0\"}}"
            );
            let digest: [u8; 32] = Sha256::digest(line.as_bytes()).into();
            previous = hex(&digest);
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    #[test]
    fn the_chain_alone_finds_every_kind_of_tampering_of_every_line() {
        let text = sample(5);
        let (end, faults) = follow(&mut text.as_bytes());
        assert_eq!((end.count, faults.len()), (5, 0));
        let lines: Vec<&str> = text.lines().collect();
        let join = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let mut tampered = vec![
            String::new(),
            format!("{text}\n"),
            format!("{text}{{}}\n"),
            text[1..].to_owned(),
        ];
        for at in 0..lines.len() {
            let mut dropped = lines.clone();
            dropped.remove(at);
            let mut doubled = lines.clone();
            doubled.insert(at, lines[at]);
            let mut swapped = lines.clone();
            swapped.swap(at, (at + 1) % 5);
            let flipped = lines[at].replace("\"user\":\"u\"", "\"user\":\"v\"");
            let mut changed = lines.clone();
            changed[at] = &flipped;
            let spaced = lines[at].replace("\"case\":", "\"case\": ");
            let mut spelled = lines.clone();
            spelled[at] = &spaced;
            let cut = text.find(lines[at]).map_or(0, |start| start + lines[at].len());
            for lines in [&dropped, &doubled, &swapped, &changed, &spelled] {
                tampered.push(join(lines));
            }
            tampered.push(text[..cut].to_owned());
            tampered.push(text[..cut - 7].to_owned());
        }
        for text in tampered {
            let (_, faults) = check(&mut text.as_bytes(), &end);
            assert!(!faults.is_empty(), "not found:\n{text}");
        }
    }

    #[test]
    fn every_flipped_bit_shows() {
        let text = sample(2);
        let (end, _) = follow(&mut text.as_bytes());
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(!check(&mut bytes.as_slice(), &end).1.is_empty(), "byte {at}");
        }
    }
}
