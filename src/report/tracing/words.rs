//! What places and nodes are called. Where names must not be seen, labels of claims, assets and sellers are numbers, and
//! accounts of people who may be victims are one place.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Names;
use super::super::language::Words as Own;
use super::super::text::{Piece, account_label, visible};
use super::withheld::Withheld;
use crate::book::{HOLE, OTHER_CURRENCY, who_and_how};

/// What all accounts of possible victims are called where they stand together.
pub(super) fn protected(own: Own) -> String {
    own.say(
        "accounts of people who may be victims: for protection, not for suspicion",
        &[],
    )
}

/// What stands beside an account of a possible victim where names are shown.
pub(super) fn verify(own: Own) -> String {
    own.say(
        "holder: possible victim – verify; for protection, not for suspicion",
        &[],
    )
}

/// Names for the places of a trace.
pub(super) struct Words<'a> {
    names: &'a dyn Names,
    /// The texts of the page's language.
    pub own: Own,
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
            own: names.words(),
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
            _ => self.own.say("Claim {number}", &[("number", ground.to_string())]),
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
            false => self.own.say("asset {number}", &[("number", number.to_string())]),
        }
    }

    /// On what money was spent: a seller, where one is known, and how it was paid.
    fn spent(&mut self, told: &str) -> (Option<String>, String) {
        let (who, how) = who_and_how(told);
        if self.names.reveals() {
            return match (who, how) {
                (Some(who), Some(how)) => (Some(visible(who)), self.own.told(how)),
                _ => (None, visible(told)),
            };
        }
        let seller = who.map(|who| {
            let number = self.sellers.of(who).to_string();
            self.own.say("seller {number}", &[("number", number)])
        });
        let how = match how {
            Some(how) => self.own.told(how),
            None => self.own.say("in a way that is withheld", &[]),
        };
        (seller, how)
    }

    /// Where money ends, in words.
    pub(super) fn place(&mut self, ends: &str, account: &str, asset: &str, told: &str) -> Vec<Piece> {
        let own = self.own;
        let say = |english| own.say(english, &[]);
        let mut pieces = match ends {
            "held" => around(&say("held on {account}"), "{account}", self.account(account)),
            "out of records" => around(
                &say("out of records: {account}"),
                "{account}",
                self.account(account),
            ),
            "overdraft" => around(
                &say("filled the overdraft of {account}"),
                "{account}",
                self.account(account),
            ),
            "asset" => around(&say("in {asset}"), "{asset}", self.asset(asset)),
            "spent" => {
                return match self.spent(told) {
                    (Some(who), how) => around(
                        &own.say("spent: {seller}, {how}", &[("how", how)]),
                        "{seller}",
                        who,
                    ),
                    (None, how) => vec![plain(own.say("spent {how}", &[("how", how)]))],
                };
            }
            other => return vec![plain(end(other, self.own))],
        };
        // No other text of a record stands in this place.
        if [HOLE, OTHER_CURRENCY].contains(&told) {
            pieces.push(plain(format!(", {}", own.told(told))));
        }
        pieces
    }

    /// What a node of the picture is called: a short text.
    pub(super) fn node(&mut self, kind: &str, id: &str) -> String {
        let own = self.own;
        match kind {
            "claim" => id
                .parse()
                .map_or_else(|_| own.say("Claim", &[]), |ground| self.claim(ground)),
            "account" | "out of records" => self.account(id),
            "asset" => capital(&self.asset(id)),
            "spent" => match self.spent(id) {
                (Some(who), how) => format!("{}, {how}", capital(&who)),
                (None, how) => own.say("Spent {how}", &[("how", how)]),
            },
            "protected" => own.say("Possible victims", &[]),
            "held" => own.say("Still held on accounts", &[]),
            "overdraft" => own.say("Filled overdrafts", &[]),
            "cash" => own.say("Drawn in cash", &[]),
            "others" => own.say("Smaller flows together", &[]),
            other => capital(&end(other, own)),
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

/// A sentence with a name in it, in pieces.
fn around(text: &str, place: &str, label: String) -> Vec<Piece> {
    let (before, behind) = text.split_once(place).unwrap_or((text, ""));
    let mut pieces = vec![plain(before), name(label)];
    if !behind.is_empty() {
        pieces.push(plain(behind));
    }
    pieces
}

/// A way to end that needs no name.
fn end(ends: &str, own: Own) -> String {
    match ends {
        "cash" => own.say("drawn in cash: the trail breaks", &[]),
        "fee" => own.say("charged by a bank", &[]),
        "returned" => own.say("taken back by whoever paid it", &[]),
        "claimed before" => own.say("claimed before by another claim", &[]),
        _ => own.say("nowhere that the records tell", &[]),
    }
}

/// On what ground money is claimed.
pub(super) fn ground(kind: &str, own: Own) -> String {
    match kind {
        "property" => own.say("the victims’ own money", &[]),
        _ => own.say("proceeds of an offence", &[]),
    }
}

/// A method as a heading.
pub(super) fn method(name: &str, own: Own) -> String {
    match name {
        "fifo" => own.say("first in, first out", &[]),
        "lifo" => own.say("last in, first out", &[]),
        "pro-rata" => own.say("pro rata", &[]),
        "pari-passu" => own.say("pari passu", &[]),
        "own-money-first" => own.say("own money first", &[]),
        "tainted-first" => own.say("claimed money first", &[]),
        "exposure" => own.say("exposure – how far to look, no proceeds", &[]),
        "oldest-origin-first" => own.say("oldest origin first (academic)", &[]),
        "newest-origin-first" => own.say("newest origin first (academic)", &[]),
        _ => own.say("another method", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known(bool);
    impl Names for Known {
        fn finding(&self, _: &str) -> Option<String> {
            None
        }
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
