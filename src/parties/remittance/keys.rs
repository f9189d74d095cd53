//! SEPA keys inside a purpose: `EREF+… MREF+… SVWZ+…` (German Banking Industry Committee, annex 3 of the DFÜ agreement).

use std::ops::Range;

use super::flow::Flow;
use super::{Found, What};

const KEYS: &[(&str, Option<What>)] = &[
    ("EREF", Some(What::Reference)),
    ("KREF", Some(What::Reference)),
    ("BREF", Some(What::Reference)),
    ("RREF", Some(What::Reference)),
    ("MREF", Some(What::Mandate)),
    ("CRED", Some(What::CreditorId)),
    ("ABWA", Some(What::Name)),
    ("ABWE", Some(What::Name)),
    ("IBAN", Some(What::Account)),
    ("BIC", Some(What::Bic)),
    ("SVWZ", None),
    ("DEBT", None),
    ("COAM", None),
    ("OAMT", None),
    ("PURP", None),
    ("SQTP", None),
];

fn is_worded_key(flow: &Flow, at: usize) -> bool {
    let is_key = |key: &str, sign: char| {
        let signs = key.chars().chain([sign]);
        signs
            .enumerate()
            .all(|(step, sign)| flow.signs.get(at + step) == Some(&sign))
    };
    // `MTLG:` is the bank's own message behind the payer's words.
    KEYS.iter().any(|(key, _)| is_key(key, ':')) || is_key("MTLG", ':')
}

/// Reads the keys of a flow, and gives the parts in which keywords are looked for: the words of the purpose, or all of it
/// where there are no keys.
pub fn read(flow: &Flow, found: &mut Found) -> Vec<Range<usize>> {
    let mut hits: Vec<(Range<usize>, &str, Option<What>)> = Vec::new();
    for at in 0..flow.signs.len() {
        // Within a word of letters it is text; banks that leave out the space have digits before it.
        let alone = at == 0 || flow.is_cut(at) || !flow.signs[at - 1].is_alphabetic();
        let glued = !hits.is_empty()
            && flow
                .signs
                .get(at.wrapping_sub(1))
                .is_some_and(|before| before.is_lowercase());
        if !(alone || glued) || !flow.signs[at].is_ascii_uppercase() {
            continue;
        }
        let key = KEYS.iter().find(|(key, _)| {
            key.chars()
                .chain(['+'])
                .enumerate()
                .all(|(step, sign)| flow.signs.get(at + step) == Some(&sign))
        });
        if let Some((key, what)) = key {
            hits.push((at..at + key.len() + 1, key, *what));
        }
    }
    let Some((first, ..)) = hits.first() else {
        return std::iter::once(0..flow.signs.len()).collect();
    };
    let mut words = Vec::new();
    if first.start > 0 {
        words.push(0..first.start);
    }
    for (number, (hit, key, what)) in hits.iter().enumerate() {
        let end = hits
            .get(number + 1)
            .map_or(flow.signs.len(), |(next, ..)| next.start);
        match what {
            Some(what) => {
                // Banks repeat the keys in words behind their values: `BIC: … ABWA: …`.
                let worded = (hit.end..end)
                    .find(|at| (flow.begins_word(*at) || flow.is_cut(*at)) && is_worded_key(flow, *at));
                found.add(flow, hit.end..worded.unwrap_or(end), *what, "sepa-key");
                words.extend(worded.map(|at| at..end));
            }
            None if *key == "SVWZ" => words.push(hit.end..end),
            None => {}
        }
    }
    words
}
