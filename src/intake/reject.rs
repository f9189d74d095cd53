//! A record that could not be read, and how much of it is kept.

use std::borrow::Cow;

use crate::model::Place;

/// A record that could not be read.
#[derive(Clone, Copy, Debug)]
pub struct Reject<'a> {
    pub place: Place,
    pub locator: &'a str,
    /// Value, expectation and reason in one sentence.
    pub reason: &'a str,
    /// The record as read, of which 4,096 characters are kept.
    pub raw: &'a str,
}

/// What is kept of a reject.
pub(super) struct Kept<'a> {
    pub locator: &'a str,
    pub reason: Cow<'a, str>,
    pub raw: &'a str,
}

/// Characters of a rejected record that are kept.
const RAW: usize = 4_096;
/// Characters of a reason that are kept: it may hold a value of any length.
const REASON: usize = 1_000;
/// Characters of a locator that are kept.
const LOCATOR: usize = 256;

impl<'a> Reject<'a> {
    pub(super) fn kept(&self) -> Kept<'a> {
        let reason = beginning(self.reason, REASON);
        Kept {
            locator: beginning(self.locator, LOCATOR),
            reason: if reason.len() < self.reason.len() {
                Cow::Owned(format!("{reason}…"))
            } else {
                Cow::Borrowed(reason)
            },
            raw: beginning(self.raw, RAW),
        }
    }
}

/// At most so many characters of a text.
fn beginning(text: &str, most: usize) -> &str {
    // Fewer bytes are no more characters.
    if text.len() <= most {
        return text;
    }
    match text.char_indices().nth(most) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Rows;

    #[test]
    fn what_is_kept_of_a_reject_is_bounded_and_counted() {
        let long = "é".repeat(1_000_000);
        let reject = |text| Reject {
            place: Place::default(),
            locator: text,
            reason: text,
            raw: text,
        };
        for (text, lengths) in [(long.as_str(), [256, 1_001, 4_096]), ("short", [5, 5, 5])] {
            let kept = reject(text).kept();
            let texts = [kept.locator, &*kept.reason, kept.raw];
            assert_eq!(texts.map(|text| text.chars().count()), lengths);
        }
        let mut rows = Rows::new(&"0".repeat(64));
        rows.reject(&reject(&long));
        // Two bytes a letter, and three for the sign of what was left out.
        assert_eq!(rows.bytes(), 2 * (4_096 + 1_000 + 256) + 3);
    }
}
