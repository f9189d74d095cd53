//! The numbered fields of German and Polish `:86:` lines: `?20` to `?29` and `?60` to `?63` the purpose, `?30` the bank,
//! `?31` the account, `?32` and `?33` the name, `?38` the IBAN.

use std::ops::Range;

use super::flow::Flow;
use super::{Found, What, itself, keys, labels};

/// The fields of a text.
pub struct Fields {
    whole: Flow,
    /// Number and place of each.
    parts: Vec<(u8, Range<usize>)>,
}

/// The fields of a text; nothing where it has none. In Poland `<` and `~` stand for the question mark. Lines are broken
/// anywhere, so within a mark too.
pub fn fields(text: &str) -> Option<Fields> {
    let mut whole = Flow::default();
    whole.push(text, 0, false);
    let digit = |at: usize| whole.signs.get(at).and_then(|sign| sign.to_digit(10));
    let parts = ['?', '<', '~'].into_iter().find_map(|mark| {
        let number = |at: usize| Some((digit(at + 1)? * 10 + digit(at + 2)?) as u8);
        let marks: Vec<(u8, usize)> = (0..whole.signs.len())
            .filter(|at| whole.signs[*at] == mark)
            .filter_map(|at| Some((number(at)?, at)))
            .collect();
        let part = |(place, (number, at)): (usize, &(u8, usize))| {
            let end = marks.get(place + 1).map_or(whole.signs.len(), |(_, next)| *next);
            (*number, at + 3..end)
        };
        // One question mark before a number is no field.
        let begins = marks.iter().any(|(number, _)| matches!(number, 0 | 20 | 30..=32));
        (marks.len() >= 2 && begins).then(|| marks.iter().enumerate().map(part).collect())
    })?;
    Some(Fields { whole, parts })
}

/// Reads the fields.
pub fn read(fields: &Fields, found: &mut Found) {
    let flow = |numbers: &[u8]| {
        let mut flow = Flow::default();
        for (number, part) in &fields.parts {
            if numbers.contains(number) {
                flow.push_part(&fields.whole, part.clone());
            }
        }
        flow
    };
    for (numbers, what) in [
        (&[32, 33][..], What::Name),
        (&[38], What::Account),
        (&[31], What::Account),
        (&[30], What::Bic),
    ] {
        let flow = flow(numbers);
        found.add(&flow, 0..flow.signs.len(), what, "mt940-field");
    }
    let purpose = flow(&[20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63]);
    let open = labels::open(&purpose);
    for part in keys::read(&purpose, found) {
        labels::read(&purpose, part, &open, found);
    }
    itself(&purpose, found);
}
