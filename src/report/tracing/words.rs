//! What places and nodes are called. Where names must not be seen, labels of claims, assets and sellers are numbers, and
//! accounts of people who may be victims are one place.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Names;
use super::super::text::{Piece, account_label, visible};
use super::withheld::Withheld;
use crate::book::{HOLE, OTHER_CURRENCY, who_and_how};

/// What all accounts of possible victims are called where they stand together.
pub(super) const PROTECTED: &str = "accounts of people who may be victims: for protection, not for suspicion";

/// What stands beside an account of a possible victim where names are shown.
pub(super) const VERIFY: &str = "holder: possible victim – verify; for protection, not for suspicion";

/// Names for the places of a trace.
pub(super) struct Words<'a> {
    names: &'a dyn Names,
    /// Label of each ground.
    pub grounds: BTreeMap<i64, (String, String)>,
    /// Accounts of possible victims.
    pub guarded: BTreeSet<String>,
    pub withheld: Withheld,
    assets: Numbers,
    sellers: Numbers,
}

/// Numbers in the order in which texts are first asked for.
#[derive(Default)]
struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    fn of(&mut self, text: &str) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(text.to_owned()).or_insert(next)
    }
}

/// A run of text, and names in it.
pub(super) fn plain(text: impl Into<String>) -> Piece {
    Piece {
        name: false,
        text: text.into(),
    }
}

pub(super) fn name(text: impl Into<String>) -> Piece {
    Piece {
        name: true,
        text: text.into(),
    }
}

impl<'a> Words<'a> {
    pub(super) fn new(names: &'a dyn Names) -> Words<'a> {
        Words {
            names,
            grounds: BTreeMap::new(),
            guarded: BTreeSet::new(),
            withheld: Withheld::default(),
            assets: Numbers::default(),
            sellers: Numbers::default(),
        }
    }

    /// What the claims of a ground are called.
    pub(super) fn claim(&self, ground: i64) -> String {
        match self.grounds.get(&ground) {
            Some((label, _)) if self.names.reveals() => visible(label),
            _ => format!("Claim {ground}"),
        }
    }

    /// What an account is called.
    pub(super) fn account(&self, account_id: &str) -> String {
        account_label(self.names, account_id)
    }

    /// Whether a node of the picture is an account of a possible victim.
    pub(super) fn is_guarded(&self, kind: &str, id: &str) -> bool {
        kind == "protected" || (matches!(kind, "account" | "out of records") && self.guarded.contains(id))
    }

    fn asset(&mut self, asset: &str) -> String {
        let number = self.assets.of(asset);
        match self.names.reveals() {
            true => visible(asset),
            false => format!("asset {number}"),
        }
    }

    /// On what money was spent: a seller, where one is known, and how it was paid.
    fn spent(&mut self, told: &str) -> (Option<String>, String) {
        let (who, how) = who_and_how(told);
        if self.names.reveals() {
            return match (who, how) {
                (Some(who), Some(how)) => (Some(visible(who)), how.to_owned()),
                _ => (None, visible(told)),
            };
        }
        let seller = who.map(|who| format!("seller {}", self.sellers.of(who)));
        (seller, how.unwrap_or("in a way that is withheld").to_owned())
    }

    /// Where money ends, in words.
    pub(super) fn place(&mut self, ends: &str, account: &str, asset: &str, told: &str) -> Vec<Piece> {
        let mut pieces = match ends {
            "held" => vec![plain("held on "), name(self.account(account))],
            "out of records" => vec![plain("out of records: "), name(self.account(account))],
            "overdraft" => vec![plain("filled the overdraft of "), name(self.account(account))],
            "asset" => vec![plain("in "), name(self.asset(asset))],
            "spent" => {
                return match self.spent(told) {
                    (Some(who), how) => vec![plain("spent: "), name(who), plain(format!(", {how}"))],
                    (None, how) => vec![plain(format!("spent {how}"))],
                };
            }
            other => return vec![plain(end(other))],
        };
        // No other text of a record stands in this place.
        if [HOLE, OTHER_CURRENCY].contains(&told) {
            pieces.push(plain(format!(", {told}")));
        }
        pieces
    }

    /// What a node of the picture is called: a short text.
    pub(super) fn node(&mut self, kind: &str, id: &str) -> String {
        match kind {
            "claim" => id
                .parse()
                .map_or_else(|_| "Claim".to_owned(), |ground| self.claim(ground)),
            "account" | "out of records" => self.account(id),
            "asset" => capital(&self.asset(id)),
            "spent" => match self.spent(id) {
                (Some(who), how) => format!("{}, {how}", capital(&who)),
                (None, how) => format!("Spent {how}"),
            },
            "protected" => "Possible victims".to_owned(),
            "held" => "Still held on accounts".to_owned(),
            "overdraft" => "Filled overdrafts".to_owned(),
            "cash" => "Drawn in cash".to_owned(),
            "others" => "Smaller flows together".to_owned(),
            other => capital(end(other)),
        }
    }
}

/// With a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A way to end that needs no name.
fn end(ends: &str) -> &'static str {
    match ends {
        "cash" => "drawn in cash: the trail breaks",
        "fee" => "charged by a bank",
        "returned" => "taken back by whoever paid it",
        "claimed before" => "claimed before by another claim",
        _ => "nowhere that the records tell",
    }
}

/// On what ground money is claimed.
pub(super) fn ground(kind: &str) -> &'static str {
    match kind {
        "property" => "the victims’ own money",
        _ => "proceeds of an offence",
    }
}

/// A method as a heading.
pub(super) fn method(name: &str) -> &'static str {
    match name {
        "fifo" => "first in, first out",
        "lifo" => "last in, first out",
        "pro-rata" => "pro rata",
        "pari-passu" => "pari passu",
        "own-money-first" => "own money first",
        "tainted-first" => "claimed money first",
        "exposure" => "exposure – how far to look, no proceeds",
        "oldest-origin-first" => "oldest origin first (academic)",
        "newest-origin-first" => "newest origin first (academic)",
        _ => "another method",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known(bool);
    impl Names for Known {
        fn account(&self, id: &str) -> String {
            format!("Account {id}")
        }
        fn party(&self, id: &str) -> String {
            id.to_owned()
        }
        fn reveals(&self) -> bool {
            self.0
        }
    }

    fn told(words: &mut Words<'_>, ends: &str, asset: &str, told: &str) -> String {
        let pieces = words.place(ends, "a-1", asset, told);
        pieces.into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn free_text_is_numbers_where_names_are_not_shown() {
        let known = Known(false);
        let mut words = Words::new(&known);
        words.grounds.insert(1, ("Ada".to_owned(), "property".to_owned()));
        assert_eq!(words.claim(1), "Claim 1");
        let spent = |words: &mut Words<'_>, text| told(words, "spent", "", text);
        assert_eq!(
            spent(&mut words, "Shop Ames, by cheque"),
            "spent: seller 1, by cheque"
        );
        assert_eq!(spent(&mut words, "in cash"), "spent in cash");
        assert_eq!(
            spent(&mut words, "Shop Berg, in cash"),
            "spent: seller 2, in cash"
        );
        assert_eq!(
            spent(&mut words, "Shop Ames, in cash"),
            "spent: seller 1, in cash"
        );
        assert_eq!(
            spent(&mut words, "Ada at home"),
            "spent: seller 3, in a way that is withheld"
        );
        assert_eq!(told(&mut words, "asset", "Boat Ada", ""), "in asset 1");
        assert_eq!(
            told(&mut words, "out of records", "", "told by Ada"),
            "out of records: Account a-1"
        );
        let known = Known(true);
        let mut words = Words::new(&known);
        words.grounds.insert(1, ("Ada".to_owned(), "property".to_owned()));
        assert_eq!(words.claim(1), "Ada");
        assert_eq!(
            told(&mut words, "spent", "", "Shop Ames, by cheque"),
            "spent: Shop Ames, by cheque"
        );
        assert_eq!(told(&mut words, "asset", "Boat Ada", ""), "in Boat Ada");
    }
}
