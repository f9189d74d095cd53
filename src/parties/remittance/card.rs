//! Payments at terminals as ABN AMRO writes them: the merchant before `,PAS`.
//!
//! New: `BEA, Betaalpas  Albert Heijn 1234,PAS123  NR:CT12, 31.01.24/12:34  AMSTERDAM`.
//! Old: `BEA   NR:5FK1   05.01.17/10.12 ALBERT HEIJN 1521 AMSTERDAM,PAS123`.
//! `GEA` is cash from a machine: the place is no counterparty.

use std::ops::Range;

use super::flow::Flow;
use super::{Found, What};

/// Reads a payment at a terminal.
pub fn read(flow: &Flow, part: Range<usize>, found: &mut Found) {
    let part = flow.trim(part);
    let starts = |word: &str| {
        word.chars()
            .enumerate()
            .all(|(step, sign)| flow.signs.get(part.start + step) == Some(&sign))
    };
    if !starts("BEA") && !starts("eCom") || part.len() < 8 {
        return;
    }
    let text: String = flow.signs[part.clone()].iter().collect();
    let sign = |byte: usize| part.start + text[..byte].chars().count();
    let Some(pass) = text.find(",PAS") else {
        return;
    };
    let head = &text[..pass];
    let first = head.find(',').map_or("", |at| &head[..at]);
    let start = if first == "BEA" || first == "eCom" {
        // What was held to the terminal stands behind the comma, two spaces or a line before the merchant.
        let means = [
            ", Betaalpas",
            ", Apple Pay",
            ", Google Pay",
            ", Debit Mastercard",
            ", Wero",
        ];
        means
            .iter()
            .find_map(|means| Some(head.find(means)? + means.len()))
    } else {
        head.find("NR:").and_then(|at| after_time(head, at))
    };
    if let Some(start) = start.filter(|start| *start < pass) {
        found.add(flow, sign(start)..sign(pass), What::Name, "nl-card");
    }
}

/// Behind `05.01.17/10.12`.
fn after_time(text: &str, from: usize) -> Option<usize> {
    const FORM: &[u8] = b"99.99.99/99.99";
    let bytes = text.as_bytes();
    let fits = |window: &[u8]| {
        window.iter().zip(FORM).all(|(sign, place)| match place {
            b'9' => sign.is_ascii_digit(),
            b'.' => matches!(sign, b'.' | b':'),
            other => sign == other,
        })
    };
    let at = bytes.get(from..)?.windows(FORM.len()).position(fits)?;
    Some(from + at + FORM.len())
}
