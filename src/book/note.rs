//! What has to be said beside figures.

use std::fmt;

/// A sentence that belongs to figures: what the records lack, and whom it concerns. Accounts are named as
/// `{account:ID}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    pub weight: Weight,
    /// The account of the book that it is about; nothing where it is about all.
    pub place: Option<u32>,
    /// The claims that it concerns, by their place in the list. Filled where money of them comes by the account.
    pub claims: Vec<usize>,
    pub text: String,
    /// Whether it says that nobody knows an account's opening balance.
    pub(super) is_of_opening: bool,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A claim is not traced.
    Refused,
    /// The record does not prove itself, or has a hole.
    Record,
    /// What the figures rest on.
    Basis,
    /// A fact that the law may ask for.
    Flag,
}

impl Weight {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Weight::Refused => "refused",
            Weight::Record => "record",
            Weight::Basis => "basis",
            Weight::Flag => "flag",
        }
    }
}

impl Note {
    pub(super) fn of_place(weight: Weight, place: u32, text: String) -> Note {
        Note {
            weight,
            place: Some(place),
            claims: Vec::new(),
            text,
            is_of_opening: false,
        }
    }

    pub(super) fn of_all(weight: Weight, text: String) -> Note {
        Note {
            weight,
            place: None,
            claims: Vec::new(),
            text,
            is_of_opening: false,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text with what `name` calls an account in the place of each `{account:ID}`.
pub fn with_accounts(text: &str, name: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{account:") {
        out.push_str(before);
        match behind.split_once('}') {
            Some((id, after)) => {
                out.push_str(&name(id));
                rest = after;
            }
            None => rest = behind,
        }
    }
    out.push_str(rest);
    out
}
