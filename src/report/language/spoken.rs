//! Labels in the page's language. The word in front of a pseudonym is the tool's; its sign is the same in every language.

use super::super::Names;
use super::Words;
use crate::victims::release::Protected;

/// Names as they are, with the words around them in another language.
pub struct Spoken<'a> {
    names: &'a dyn Names,
    words: Words,
}

impl<'a> Spoken<'a> {
    /// The names with words of a language.
    pub fn new(names: &'a dyn Names, words: Words) -> Spoken<'a> {
        Spoken { names, words }
    }

    fn label(&self, label: String) -> String {
        // A name of somebody is no word of the tool: a label with a sign, or one of the few that stand for nobody.
        let Some((kind, sign)) = label.rsplit_once(' ') else {
            return self.words.told_if_known(&label).unwrap_or(label);
        };
        let is_sign = sign.len() >= 9
            && sign.split('-').all(|group| {
                group.len() == 4
                    && group
                        .bytes()
                        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            });
        match is_sign {
            true => format!("{} {sign}", self.words.told(kind)),
            false if self.names.reveals() => label,
            false => self.words.told_if_known(&label).unwrap_or(label),
        }
    }
}

impl Names for Spoken<'_> {
    fn account(&self, account_id: &str) -> String {
        self.label(self.names.account(account_id))
    }

    fn party(&self, party_id: &str) -> String {
        self.label(self.names.party(party_id))
    }

    fn reveals(&self) -> bool {
        self.names.reveals()
    }

    fn sign(&self, id: &str) -> String {
        self.names.sign(id)
    }

    fn finding(&self, finding_id: &str) -> Option<String> {
        self.names.finding(finding_id)
    }

    fn protected(&self) -> Option<&Protected> {
        self.names.protected()
    }

    fn masks(&self) -> bool {
        self.names.masks()
    }

    fn words(&self) -> Words {
        self.words
    }
}
