//! References that check themselves, and the counterparty in the first line of ASN Bank's statements.

use super::flow::Flow;
use super::{Found, What};
use crate::parties::identifiers::rest_of_97;

/// Belgian structured communications (`+++090/9337/55493+++`) and creditor references (`RF18 5390 0754 7034`, ISO 11649).
pub fn references(flow: &Flow, found: &mut Found) {
    const BELGIAN: &str = "999/9999/99999";
    for at in 0..flow.signs.len() {
        let frame = flow.signs[at];
        if matches!(frame, '+' | '*') && flow.signs.get(at + 1..at + 3) == Some(&[frame, frame]) {
            let (start, end) = (at + 3, at + 3 + BELGIAN.len());
            let Some(body) = flow.signs.get(start..end) else {
                continue;
            };
            let fits = body.iter().zip(BELGIAN.chars()).all(|(sign, place)| match place {
                '9' => sign.is_ascii_digit(),
                other => *sign == other,
            });
            let digits: u64 = body
                .iter()
                .filter_map(|sign| sign.to_digit(10))
                .fold(0, |sum, digit| sum * 10 + u64::from(digit));
            let (number, check) = (digits / 100, digits % 100);
            let closed = flow.signs.get(end..end + 3) == Some(&[frame; 3]);
            if fits && closed && (if number % 97 == 0 { 97 } else { number % 97 }) == check {
                found.put(
                    flow,
                    start..end,
                    flow.value(start..end),
                    What::Reference,
                    "be-structured",
                );
            }
        } else if frame == 'R' && flow.begins_word(at) && flow.signs.get(at + 1) == Some(&'F') {
            creditor_reference(flow, at, found);
        }
    }
}

/// In one piece, or in groups of four.
fn creditor_reference(flow: &Flow, at: usize, found: &mut Found) {
    let mut compact = String::new();
    let mut best = None;
    for (step, sign) in flow.signs[at..].iter().enumerate() {
        if sign.is_ascii_uppercase() || sign.is_ascii_digit() {
            compact.push(*sign);
        } else if *sign != ' ' || !compact.len().is_multiple_of(4) {
            break;
        }
        if compact.len() > 25 {
            break;
        }
        let ends = flow.ends_word(at + step + 1) && sign.is_alphanumeric();
        if ends && compact.len() >= 9 && rest_of_97(&format!("{}{}", &compact[4..], &compact[..4])) == Some(1)
        {
            best = Some((at + step + 1, compact.clone()));
        }
    }
    let digits = |text: &str| text.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
    if let Some((end, value)) = best.filter(|(_, value)| digits(value)) {
        found.put(flow, at..end, value, What::Reference, "iso-11649");
    }
}

/// `NL91ABNA0417164300 j de vries`, an empty line, the purpose.
pub fn first_line(flow: &Flow, found: &mut Found) {
    let end = flow
        .signs
        .iter()
        .position(|sign| *sign == '\n')
        .unwrap_or(flow.signs.len());
    let next = flow.signs.get(end + 1);
    let word = flow.signs[..end]
        .iter()
        .take_while(|sign| sign.is_ascii_alphanumeric())
        .count();
    let number: String = flow.signs[..word].iter().collect();
    if next == Some(&'\n') && word < end && has_iban_form(&number) {
        found.add(flow, word..end, What::Name, "nl-asn");
    }
}

/// The check digits do not matter here: it is the layout that names the counterparty.
fn has_iban_form(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
}
