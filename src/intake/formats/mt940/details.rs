//! The `:86:` of an entry: which dialect it is written in, and what it says.

use super::{german, keyed, slashes};

/// What the free text of an entry says. An empty text means that it does not say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub account: String,
    pub bank: String,
    pub identifier: String,
    pub remittance: String,
    pub end_to_end: String,
    pub purpose: String,
    /// German transaction code, three digits.
    pub code: String,
    /// The bank's own words for the kind of movement.
    pub posting: String,
    pub terminal: String,
    pub mandate: String,
    pub return_reason: String,
    /// The party on whose behalf the one named acts.
    pub ultimate: String,
    /// The amount before an exchange with its currency, `100,00 USD`, and the rate as written.
    pub instructed: String,
    pub rate: String,
}

/// Reads the text of `:86:`, its lines joined by line feeds.
pub fn read(text: &str) -> Details {
    let mut details = Details::default();
    // Structured text is cut into lines anywhere, also within words.
    let joined: String = text.split('\n').collect();
    let joined = joined.trim();
    if german::is_structured(joined) {
        german::read(joined, &mut details);
    } else if slashes::is_structured(joined) {
        slashes::read(joined, &mut details);
    } else {
        let flowing = flow(text);
        if !keyed::read(&flowing, &mut details) {
            free(text, flowing, &mut details);
        }
    }
    if matches!(details.end_to_end.as_str(), "NOTPROVIDED" | "NONREF") {
        details.end_to_end.clear();
    }
    details
}

/// Reads the text of a `:NS:` behind an entry: lines that begin with two digits for their field.
pub fn read_own(text: &str) -> Details {
    let mut details = Details::default();
    for line in text.split('\n') {
        let Some((field, value)) = line.split_at_checked(2) else {
            continue;
        };
        match field.parse::<u8>() {
            Ok(1..=14) => add(&mut details.remittance, value),
            Ok(15 | 16) => add(&mut details.name, value),
            Ok(17) => add(&mut details.posting, value),
            _ => {}
        }
    }
    details
}

/// An IBAN at the beginning of a text, and what follows it.
pub fn leading_iban(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    is_iban(word).then_some((word, rest))
}

/// Whether a text is an IBAN with right check digits.
pub fn is_iban(text: &str) -> bool {
    (15..=34).contains(&text.len()) && text.parse::<iban::Iban>().is_ok()
}

/// Adds a text behind a space, its white space made single.
pub fn add(slot: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(word);
    }
}

/// Lines as flowing text: a full line goes on in the next, a shorter one ends with a space.
fn flow(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        out.push_str(line);
        let length = line.chars().count();
        // Some banks count the tag among the 65 characters of the first line.
        if !(length == 65 || (at == 0 && length == 61)) {
            out.push(' ');
        }
    }
    out
}

/// Text without structure. Some banks begin it with the other account and the name.
fn free(text: &str, flowing: String, details: &mut Details) {
    let first = text.lines().next().unwrap_or("").trim();
    if let Some((account, name)) = leading_iban(first) {
        details.account.push_str(account);
        add(&mut details.name, name);
        let (_, rest) = text.split_once('\n').unwrap_or(("", ""));
        add(&mut details.remittance, &flow(rest));
    } else {
        add(&mut details.remittance, &flowing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_before_the_text() {
        let details = read("NL91ABNA0417164300 j de vries\n\nBetaling sieraden\n\n");
        assert_eq!(details.account, "NL91ABNA0417164300");
        assert_eq!(details.name, "j de vries");
        assert_eq!(details.remittance, "Betaling sieraden");
    }

    #[test]
    fn a_full_line_goes_on_in_the_next() {
        let full = format!("{}Be", "x ".repeat(31) + "z");
        assert_eq!(full.len(), 65);
        assert!(read(&format!("{full}taling")).remittance.ends_with("zBetaling"));
        assert!(read(&format!("{full}\ntaling")).remittance.ends_with("zBetaling"));
        assert_eq!(read("one\ntwo").remittance, "one two");
    }

    #[test]
    fn lines_of_a_banks_own() {
        let details = read_own("01Verwendungszweck 1\n02Zweck 2\n15Anna Kraus\n17Buchung\n191000");
        assert_eq!(details.remittance, "Verwendungszweck 1 Zweck 2");
        assert_eq!(details.name, "Anna Kraus");
    }
}
