//! The structured text of Dutch banks: code words between slashes, `/TRTP/…/IBAN/…/BIC/…/NAME/…/REMI/…/EREF/…`, and the
//! counterparty in one, `/CNTP/account/BIC/name/city/`.

use std::ops::Range;

use super::flow::Flow;
use super::{Found, What, card, itself, labels};

/// Code words; those of `STARTS` alone make a text one of this kind.
const WORDS: &[&str] = &[
    "TRTP",
    "TRCD",
    "IBAN",
    "BIC",
    "NAME",
    "REMI",
    "EREF",
    "ORDP",
    "BENM",
    "ULTC",
    "ULTD",
    "ULTB",
    "UCRD",
    "UDTR",
    "MARF",
    "CSID",
    "CNTP",
    "ISDT",
    "OCMT",
    "EXCH",
    "PREF",
    "PURP",
    "RTRN",
    "ADDR",
    "SVCL",
    "BUSP",
    "RTYP",
    "CHGS",
    "CITY",
    "CTRY",
    "ID",
    "CDTRREF",
    "CDTRREFTP",
    "RFB",
    "ACCW",
    "IREF",
];
const STARTS: &[&str] = &[
    "TRTP", "TRCD", "NAME", "REMI", "EREF", "ORDP", "BENM", "CNTP", "IBAN", "CSID", "MARF", "RTYP",
];

/// Whether a text is written so.
pub fn applies(text: &str) -> bool {
    STARTS.iter().any(|word| {
        let at = text.find(&format!("/{word}/"));
        // `rent/NAME/x` in a sentence is none: the first word begins the text, or follows white space.
        at.is_some_and(|at| {
            text[..at]
                .chars()
                .next_back()
                .is_none_or(|sign| sign.is_whitespace() || sign == '/')
                || text[..at].starts_with('/')
        })
    })
}

/// Reads it. A line's end is none of the text.
pub fn read(text: &str, found: &mut Found) {
    let mut flow = Flow::default();
    flow.push(text, 0, false);
    let hits = hits(&flow);
    let open = labels::open(&flow);
    for (number, (hit, word)) in hits.iter().enumerate() {
        let end = hits
            .get(number + 1)
            .map_or(flow.signs.len(), |(next, _)| next.start);
        let part = hit.end..end;
        match *word {
            "NAME" => found.add(&flow, part, What::Name, "nl-slash"),
            "IBAN" => found.add(&flow, part, What::Account, "nl-slash"),
            "BIC" => found.add(&flow, part, What::Bic, "nl-slash"),
            "EREF" | "PREF" | "CDTRREF" | "IREF" => found.add(&flow, part, What::Reference, "nl-slash"),
            "MARF" => found.add(&flow, part, What::Mandate, "nl-slash"),
            "CSID" => found.add(&flow, part, What::CreditorId, "nl-slash"),
            "CNTP" => counterparty(&flow, part, found),
            "REMI" => {
                card::read(&flow, part.clone(), found);
                labels::read(&flow, part, &open, found);
            }
            _ => {}
        }
    }
    itself(&flow, found);
}

/// Code words with their places. The slash that ends one may begin the next.
fn hits(flow: &Flow) -> Vec<(Range<usize>, &'static str)> {
    let mut hits: Vec<(Range<usize>, &'static str)> = Vec::new();
    for at in 0..flow.signs.len() {
        if flow.signs[at] != '/' {
            continue;
        }
        let word = WORDS.iter().find(|word| {
            let signs = word.chars().chain(['/']);
            signs
                .enumerate()
                .all(|(step, sign)| flow.signs.get(at + 1 + step) == Some(&sign))
        });
        if let Some(word) = word {
            hits.push((at..at + word.len() + 2, word));
        }
    }
    hits
}

/// `NL32INGB0000012345/INGBNL2A/ING Bank N.V./Amsterdam/`.
fn counterparty(flow: &Flow, part: Range<usize>, found: &mut Found) {
    let mut at = part.start;
    for what in [What::Account, What::Bic, What::Name] {
        let len = flow.signs[at.min(part.end)..part.end]
            .iter()
            .take_while(|sign| **sign != '/')
            .count();
        let end = (at + len).min(part.end);
        found.add(flow, at..end, what, "nl-slash");
        at = end + 1;
        if at >= part.end {
            break;
        }
    }
}
