//! The `:86:` of an entry: which dialect it is written in, and what it says.

use super::folded::Folded;
use super::texts::{add, leading_iban, trim};
use super::{german, keyed, slashes};

/// What the free text of an entry says. An empty text means that it does not say. One value serves all entries of a
/// file, so that its texts need room only once.
#[derive(Debug, Default)]
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
    /// Text on its way to the others.
    pub raw: String,
}

impl Details {
    /// Nothing, with the room kept.
    fn clear(&mut self) {
        for text in [
            &mut self.name,
            &mut self.account,
            &mut self.bank,
            &mut self.identifier,
            &mut self.remittance,
            &mut self.end_to_end,
            &mut self.purpose,
            &mut self.code,
            &mut self.posting,
            &mut self.terminal,
            &mut self.mandate,
            &mut self.return_reason,
            &mut self.ultimate,
            &mut self.instructed,
            &mut self.rate,
        ] {
            text.clear();
        }
    }

    /// Reads the text of `:86:` in place of what was read before.
    pub fn read(&mut self, text: &Folded) {
        self.clear();
        let joined = trim(text.joined());
        if german::is_structured(joined) {
            german::read(joined, self);
        } else if slashes::is_structured(joined) {
            slashes::read(joined, self);
        } else {
            let mut flowing = std::mem::take(&mut self.raw);
            flowing.clear();
            flow(text.lines(), &mut flowing);
            if !keyed::read(&flowing, self) {
                self.free(text, &flowing);
            }
            self.raw = flowing;
        }
        if matches!(self.end_to_end.as_str(), "NOTPROVIDED" | "NONREF") {
            self.end_to_end.clear();
        }
    }

    /// Reads the text of a `:NS:` behind an entry: lines that begin with two digits for their field.
    pub fn read_own(&mut self, text: &str) {
        self.clear();
        for line in text.split('\n') {
            let Some((field, value)) = line.split_at_checked(2) else {
                continue;
            };
            match field.parse::<u8>() {
                Ok(1..=14) => add(&mut self.remittance, value),
                Ok(15 | 16) => add(&mut self.name, value),
                Ok(17) => add(&mut self.posting, value),
                _ => {}
            }
        }
    }

    /// Text without structure. Some banks begin it with the other account and the name.
    fn free(&mut self, text: &Folded, flowing: &str) {
        let first = trim(text.lines().next().unwrap_or(""));
        if let Some((account, name)) = leading_iban(first) {
            self.account.push_str(account);
            add(&mut self.name, name);
            let mut rest = String::new();
            flow(text.lines().skip(1), &mut rest);
            add(&mut self.remittance, &rest);
        } else {
            add(&mut self.remittance, flowing);
        }
    }
}

/// Lines as flowing text: a full line goes on in the next, a shorter one ends with a space.
fn flow<'t>(lines: impl Iterator<Item = &'t str>, out: &mut String) {
    for (at, line) in lines.enumerate() {
        out.push_str(line);
        let length = line.chars().count();
        // Some banks count the tag among the 65 characters of the first line.
        if !(length == 65 || (at == 0 && length == 61)) {
            out.push(' ');
        }
    }
}

/// The details of a text whose lines are joined by line feeds.
#[cfg(test)]
pub fn read(text: &str) -> Details {
    let mut folded = Folded::default();
    let mut lines = text.split('\n');
    folded.begin(lines.next().unwrap_or(""));
    lines.for_each(|line| folded.add_line(line));
    let mut details = Details::default();
    // What was read before leaves nothing behind.
    details.read(&folded);
    details.read(&folded);
    details
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
        let mut details = Details::default();
        details.read_own("01Verwendungszweck 1\n02Zweck 2\n15Anna Kraus\n17Buchung\n191000");
        assert_eq!(details.remittance, "Verwendungszweck 1 Zweck 2");
        assert_eq!(details.name, "Anna Kraus");
    }
}
