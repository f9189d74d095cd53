//! What a pseudonymised page must not say: known account numbers and names, wherever a sentence carries them.

use hashbrown::{HashMap, HashSet};

use super::rows::rows;
use super::{Query, ReportError};
use crate::victims::release::{Protected, withhold};

/// Account numbers and names of a case, to be taken out of sentences, notes and file names.
pub(super) struct Secrets<'a> {
    /// Who must not be found, in all writings.
    protected: Option<&'a Protected>,
    numbers: HashSet<String>,
    /// Names in lower case, word by word, found by their first word. Longest first.
    names: HashMap<String, Vec<Vec<String>>>,
    /// Words of names that give a person away in a file name.
    words: HashSet<String>,
    active: bool,
}

const WITHHELD: &str = "[withheld]";

impl<'a> Secrets<'a> {
    /// Nothing is taken out: the page may show names.
    pub(super) fn none() -> Secrets<'a> {
        Secrets {
            protected: None,
            numbers: HashSet::new(),
            names: HashMap::new(),
            words: HashSet::new(),
            active: false,
        }
    }

    /// Every number and name of accounts and registers.
    pub(super) fn of_case(
        query: &dyn Query,
        protected: Option<&'a Protected>,
    ) -> Result<Secrets<'a>, ReportError> {
        let mut secrets = Secrets {
            active: true,
            protected,
            ..Secrets::none()
        };
        for sql in [
            "SELECT number, iban, holder_name AS name FROM accounts",
            "SELECT number, iban, holder_name AS name FROM accounts_read",
            "SELECT registration_number AS number, phone AS iban, name FROM parties_read",
        ] {
            for row in rows(query, sql, &["number", "iban", "name"])?.iter() {
                secrets.number(row.text_or_empty("number"));
                secrets.number(row.text_or_empty("iban"));
                secrets.name(row.text_or_empty("name"));
            }
        }
        for list in secrets.names.values_mut() {
            list.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            list.dedup();
        }
        Ok(secrets)
    }

    /// The text without known numbers and names, and without anything that has the form of an IBAN.
    pub(super) fn redact(&self, text: &str) -> String {
        if !self.active {
            return text.to_owned();
        }
        let words = words_of(text);
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        let mut at = 0;
        while at < words.len() {
            let taken = self.secret_at(text, &words[at..]);
            if taken == 0 {
                at += 1;
                continue;
            }
            let (start, end) = (words[at].0, words[at + taken - 1].1);
            out.push_str(&text[copied..start]);
            out.push_str(WITHHELD);
            copied = end;
            at += taken;
        }
        out.push_str(&text[copied..]);
        match self.protected {
            Some(protected) => withhold(protected, &out),
            None => out,
        }
    }

    /// A reason for a reject without the values that it quotes.
    pub(super) fn redact_reason(&self, reason: &str) -> String {
        self.redact(&self.unquoted(reason))
    }

    /// The text without what it quotes.
    pub(super) fn unquoted(&self, reason: &str) -> String {
        if !self.active {
            return reason.to_owned();
        }
        let mut text = reason.to_owned();
        for (open, close) in [('‘', '’'), ('“', '”'), ('"', '"'), ('`', '`')] {
            text = without_quoted(&text, open, close);
        }
        text
    }

    /// A file's name without the parts that are account numbers, long numbers that are no date, or words of names.
    pub(super) fn file_name(&self, name: &str) -> String {
        if !self.active {
            return name.to_owned();
        }
        let mut out = String::with_capacity(name.len());
        let mut copied = 0;
        for (start, end) in words_of(name) {
            let word = &name[start..end];
            let lower = word.to_lowercase();
            let digits = word.chars().filter(char::is_ascii_digit).count();
            let reveals = (digits >= 5 && !is_date(word))
                || self.is_number(word)
                || self.words.contains(&lower)
                || (lower.chars().count() > 4
                    && self
                        .words
                        .iter()
                        .any(|part| part.chars().count() > 4 && lower.contains(part.as_str())));
            if reveals {
                out.push_str(&name[copied..start]);
                out.push('…');
                copied = end;
            }
        }
        out.push_str(&name[copied..]);
        out
    }

    fn number(&mut self, number: &str) {
        let compact = compact(number);
        if compact.len() >= 5 {
            self.numbers.insert(compact);
        }
    }

    fn name(&mut self, name: &str) {
        let words: Vec<String> = words_of(name)
            .into_iter()
            .map(|(start, end)| name[start..end].to_lowercase())
            .collect();
        for word in &words {
            if word.chars().count() >= 3 && !is_ordinary(word) {
                self.words.insert(word.clone());
            }
        }
        // One short or ordinary word would take harmless sentences apart.
        if let Some(first) = words.first()
            && (words.len() > 1 || (first.chars().count() > 3 && !is_ordinary(first)))
        {
            self.names.entry(first.clone()).or_default().push(words);
        }
    }

    fn is_number(&self, word: &str) -> bool {
        let compact = compact(word);
        self.numbers.contains(&compact) || is_iban_form(&compact)
    }

    /// How many words from here are a secret; 0 where none is.
    fn secret_at(&self, text: &str, words: &[(usize, usize)]) -> usize {
        let word = |at: usize| &text[words[at].0..words[at].1];
        // An account number may be written in groups.
        let mut run = String::new();
        for taken in 1..=words.len().min(10) {
            run.push_str(word(taken - 1));
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            if digits > 0 && self.is_number(&run) {
                return taken;
            }
        }
        let Some(list) = self.names.get(&word(0).to_lowercase()) else {
            return 0;
        };
        list.iter()
            .find(|name| {
                name.len() <= words.len()
                    && name
                        .iter()
                        .enumerate()
                        .all(|(at, part)| word(at).to_lowercase() == *part)
            })
            .map_or(0, Vec::len)
    }
}

/// The text with all that is quoted replaced by three dots. Where the signs do not stand in pairs, because a name holds
/// an apostrophe itself, all between the first and the last of them goes.
fn without_quoted(text: &str, open: char, close: char) -> String {
    let (Some(start), Some(end)) = (text.find(open), text.rfind(close)) else {
        return text.to_owned();
    };
    if start >= end {
        return text.to_owned();
    }
    let opened = text.chars().filter(|c| *c == open).count();
    let closed = text.chars().filter(|c| *c == close).count();
    if open == close || opened != closed {
        return format!(
            "{}{open}…{close}{}",
            &text[..start],
            &text[end + close.len_utf8()..]
        );
    }
    let mut out = String::with_capacity(text.len());
    let mut depth = 0usize;
    for c in text.chars() {
        if c == open {
            if depth == 0 {
                out.push(open);
                out.push('…');
            }
            depth += 1;
        } else if c == close && depth > 0 {
            depth -= 1;
            if depth == 0 {
                out.push(close);
            }
        } else if depth == 0 {
            out.push(c);
        }
    }
    out
}

/// Start and end of every run of letters and digits.
fn words_of(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        words.push((from, text.len()));
    }
    words
}

fn compact(number: &str) -> String {
    number
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

fn is_iban_form(compact: &str) -> bool {
    let bytes = compact.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && compact.parse::<iban::Iban>().is_ok()
}

fn is_date(word: &str) -> bool {
    let number = |range: std::ops::Range<usize>| word.get(range).and_then(|part| part.parse::<u32>().ok());
    word.len() == 8
        && matches!(number(0..4), Some(1900..=2100))
        && matches!(number(4..6), Some(1..=12))
        && matches!(number(6..8), Some(1..=31))
}

/// Words that stand in names of firms and in names of files alike.
fn is_ordinary(word: &str) -> bool {
    const ORDINARY: [&str; 34] = [
        "bank",
        "account",
        "accounts",
        "holder",
        "holders",
        "cash",
        "unknown",
        "transactions",
        "transaction",
        "statement",
        "statements",
        "employers",
        "incomes",
        "delivery",
        "listing",
        "csv",
        "xml",
        "sta",
        "txt",
        "tab",
        "mt940",
        "camt",
        "the",
        "and",
        "van",
        "der",
        "den",
        "von",
        "und",
        "les",
        "des",
        "company",
        "services",
        "group",
    ];
    ORDINARY.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets<'static> {
        let mut secrets = Secrets {
            active: true,
            ..Secrets::none()
        };
        secrets.number("NL91ABNA0417164300");
        secrets.number("8000EBD30");
        secrets.name("Ion van ’t Hof");
        secrets.name("Müller");
        secrets
    }

    #[test]
    fn numbers_and_names_leave_sentences() {
        let secrets = secrets();
        assert_eq!(
            secrets.redact("Paid NL91 ABNA 0417 1643 00 by ion VAN ’t hof, via 8000ebd30."),
            "Paid [withheld] by [withheld], via [withheld]."
        );
        assert_eq!(
            secrets.redact("Five deposits of 9,500.00"),
            "Five deposits of 9,500.00"
        );
        assert_eq!(secrets.redact("DE89370400440532013000"), "[withheld]");
        assert_eq!(Secrets::none().redact("Müller"), "Müller");
    }

    #[test]
    fn a_reason_loses_the_value_it_quotes() {
        let secrets = secrets();
        assert_eq!(
            secrets.redact_reason("amount ‘Zoë’s 12’ is no amount"),
            "amount ‘…’ is no amount"
        );
        assert_eq!(
            secrets.redact_reason("‘12a’ is no amount: unexpected ‘a’"),
            "‘…’ is no amount: unexpected ‘…’"
        );
        assert_eq!(
            secrets.redact_reason("‘Café ‘Zon’ Gent’ is no date"),
            "‘…’ is no date"
        );
    }

    #[test]
    fn file_names_keep_what_tells_nobody() {
        let secrets = secrets();
        assert_eq!(
            secrets.file_name("ing/NL91ABNA0417164300_20240131.csv"),
            "ing/…_20240131.csv"
        );
        assert_eq!(secrets.file_name("HansMüller-2024.xml"), "…-2024.xml");
        assert_eq!(
            secrets.file_name("delivery/transactions.csv"),
            "delivery/transactions.csv"
        );
    }
}
