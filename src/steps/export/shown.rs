//! How ids, names and texts of a case stand in an export: under the signs and pseudonyms of its release, or as they are.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use crate::case::column;
use crate::case::{Case, Table};
use crate::report::{Names, Plain};
use crate::sql::Session;
use crate::steps::release::Guard;
use crate::steps::{CaseNames, StepError};
use crate::victims::PseudonymKey;

/// What a reader may see.
pub(super) struct Shown<'a> {
    names: &'a CaseNames,
    plain: Plain<'a>,
    /// Makes signs; nothing where ids stand as they are.
    key: Option<&'a PseudonymKey>,
    guard: Option<&'a Guard>,
    /// What is asked for again and again: accounts, parties and files with their signs.
    signs: HashMap<String, String>,
    /// Files by id, with what they are called.
    files: HashMap<String, String>,
    parties: HashSet<String>,
    accounts: HashSet<String>,
}

impl<'a> Shown<'a> {
    /// For a case. Without a key and a guard, all is as recorded.
    pub(super) fn new(
        case: &Case,
        session: &Session,
        names: &'a CaseNames,
        key: Option<&'a PseudonymKey>,
        guard: Option<&'a Guard>,
    ) -> Result<Shown<'a>, StepError> {
        let plain = Plain::new(session, names)?;
        let mut shown = Shown {
            names,
            plain,
            key,
            guard,
            signs: HashMap::new(),
            files: HashMap::new(),
            parties: HashSet::new(),
            accounts: HashSet::new(),
        };
        let mut called = Vec::new();
        column::each_row(case, Table::Sources, &["source_id", "name"], |[id, name]| {
            called.push((id.to_owned(), name.to_owned()));
        })?;
        let all: Vec<String> = called.iter().map(|(_, name)| name.clone()).collect();
        let labels = shown.plain.files(&all);
        for (id, name) in called {
            shown.keep(&id);
            let label = labels.get(&name).cloned().unwrap_or_default();
            shown.files.insert(id, label);
        }
        for (table, id) in [(Table::Accounts, "account_id"), (Table::Parties, "party_id")] {
            column::each_row(case, table, &[id], |[id]| {
                shown.keep(id);
                match table {
                    Table::Parties => shown.parties.insert(id.to_owned()),
                    _ => shown.accounts.insert(id.to_owned()),
                };
            })?;
        }
        Ok(shown)
    }

    fn keep(&mut self, id: &str) {
        if let Some(key) = self.key {
            self.signs.insert(id.to_owned(), key.sign(id));
        }
    }

    /// Whether names, numbers and texts stand as recorded.
    pub(super) fn reveals(&self) -> bool {
        self.names.reveals()
    }

    /// Whether an account or party stands under its own number or name.
    pub(super) fn is_named(&self, id: &str) -> bool {
        self.names.is_named(id)
    }

    /// An id as it stands in the files; empty where there is none.
    pub(super) fn id<'t>(&'t self, id: &'t str) -> Cow<'t, str> {
        match self.key {
            None => id.into(),
            Some(_) if id.is_empty() => "".into(),
            Some(key) => match self.signs.get(id) {
                Some(sign) => sign.as_str().into(),
                None => key.sign(id).into(),
            },
        }
    }

    pub(super) fn has_party(&self, id: &str) -> bool {
        self.parties.contains(id)
    }

    pub(super) fn has_account(&self, id: &str) -> bool {
        self.accounts.contains(id)
    }

    pub(super) fn account(&self, id: &str) -> String {
        self.plain.account(id)
    }

    pub(super) fn party(&self, id: &str) -> String {
        self.names.party(id)
    }

    /// What a file is called.
    pub(super) fn file(&self, source_id: &str) -> &str {
        self.files.get(source_id).map_or("", String::as_str)
    }

    /// What a rule says, without ids.
    pub(super) fn text(&self, template: &str) -> String {
        self.signed(self.plain.text(template))
    }

    pub(super) fn measures(&self, json: &str) -> String {
        self.signed(self.plain.measures(json))
    }

    /// A text of the office.
    pub(super) fn said(&self, text: &str) -> String {
        match self.reveals() {
            true => text.to_owned(),
            false => self.withhold(self.signed(self.plain.said(text))),
        }
    }

    /// A text of a record; nothing where names are not shown, because records name people in free text.
    pub(super) fn recorded<'t>(&self, text: &'t str) -> &'t str {
        match self.reveals() {
            true => text,
            false => "",
        }
    }

    /// A number or detail of somebody or of a company that may be named, where it gives nobody else away.
    pub(super) fn of_named<'t>(&self, id: &str, text: &'t str) -> &'t str {
        let may = self.reveals()
            || (self.is_named(id) && self.guard.is_some_and(|guard| !guard.protected().is_in(text)));
        if may { text } else { "" }
    }

    /// A word of a list that the tool or a standard has: letters and digits alone, and few of them.
    pub(super) fn word<'t>(&self, text: &'t str, most: usize) -> &'t str {
        let is_word = text.len() <= most
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'.'));
        if self.reveals() || is_word { text } else { "" }
    }

    /// A place in a file. Names of sheets and of members of archives are texts of records.
    pub(super) fn locator(&self, locator: &str) -> String {
        if self.reveals() {
            return locator.to_owned();
        }
        let is_plain = locator.len() <= 24
            && locator
                .strip_prefix("line ")
                .or_else(|| locator.strip_prefix("row "))
                .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        match is_plain {
            true => locator.to_owned(),
            false => self.withhold(self.signed(self.plain.said(locator))),
        }
    }

    /// Bytes of a place. Nobody without the files needs them, and among numbers of so many digits some are somebody's by
    /// chance.
    pub(super) fn bytes(&self, from: i64, to: i64) -> (u64, u64) {
        match self.reveals() {
            true => (from.max(0) as u64, to.max(0) as u64),
            false => (0, 0),
        }
    }

    fn withhold(&self, text: String) -> String {
        match self.guard {
            Some(guard) => guard.withhold(&text),
            None => text,
        }
    }

    /// The text with signs in the place of ids of the tables, of entries and of files.
    fn signed(&self, text: String) -> String {
        if self.key.is_none() {
            return text;
        }
        let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let word = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
            if word == 0 {
                let next = rest.find(is_inside).unwrap_or(rest.len());
                out.push_str(&rest[..next]);
                rest = &rest[next..];
                continue;
            }
            match is_id(&rest[..word]) {
                true => out.push_str(&self.id(&rest[..word])),
                false => out.push_str(&rest[..word]),
            }
            rest = &rest[word..];
        }
        out
    }
}

/// Whether a word has the form of an id: `a-` and 20 digits of a hash, a hash of a file, or what begins as an entry's.
fn is_id(word: &str) -> bool {
    let is_hex = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let first = word.split('-').next().unwrap_or_default();
    let hash = word.split('-').nth(1).unwrap_or_default();
    (first.len() == 1 && hash.len() == 20 && is_hex(hash))
        || (word.len() == 64 && is_hex(word))
        || (first.len() == 12 && is_hex(first) && word.len() > 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words() {
        for id in [
            "a-0123456789abcdef0123",
            "f-0123456789abcdef0123",
            "0123456789ab-1024-c",
            "0123456789ab-s3",
            &"0a".repeat(32),
        ] {
            assert!(is_id(id), "{id}");
        }
        for word in [
            "cash-atm",
            "2024-03-01",
            "ML-04",
            "K7Q2-MX4P",
            "a-b",
            "well-known",
        ] {
            assert!(!is_id(word), "{word}");
        }
    }
}
