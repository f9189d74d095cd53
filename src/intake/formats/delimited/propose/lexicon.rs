//! Words by which banks head columns, from `lexicon.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// What the words stand for.
#[derive(Default, Deserialize)]
pub struct Lexicon {
    headings: BTreeMap<String, Vec<String>>,
    words: BTreeMap<String, Vec<String>>,
    parts: BTreeMap<String, Vec<String>>,
    /// What the first cell of a line around the records says of it → such cells.
    pub around: BTreeMap<String, Vec<String>>,
    /// What a row is → role → headings.
    pub tables: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Name of a currency in small letters → its code, or `asset:...`.
    pub currencies: BTreeMap<String, String>,
    /// Sign beside a number → currency; empty where several have it.
    pub symbols: BTreeMap<String, String>,
}

/// The lexicon; empty where its file cannot be read, which a test rules out.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut lexicon: Lexicon = toml::from_str(include_str!("lexicon.toml")).unwrap_or_default();
        let tables = lexicon.tables.values_mut().flat_map(BTreeMap::values_mut);
        let lists = lexicon.headings.values_mut().chain(lexicon.words.values_mut());
        let lists = lists.chain(lexicon.parts.values_mut());
        for word in lists.chain(lexicon.around.values_mut()).chain(tables).flatten() {
            *word = plain(word);
        }
        lexicon
    })
}

impl Lexicon {
    /// How well a heading says a role, from 0; a whole heading says more than a part of one.
    pub fn score(&self, role: &str, heading: &str) -> usize {
        let heading = plain(heading);
        let Some(words) = self.headings.get(role).filter(|_| !heading.is_empty()) else {
            return 0;
        };
        let padded = format!(" {heading} ");
        words
            .iter()
            .enumerate()
            .map(|(at, word)| {
                if *word == heading {
                    // Among whole headings the earlier word is the more usual one.
                    1_000 - at.min(200)
                } else if word.len() > 3 && padded.contains(&format!(" {word} ")) {
                    100 + word.len().min(50)
                } else {
                    0
                }
            })
            .max()
            .unwrap_or(0)
    }

    /// Whether a heading is, as a whole, one of a role.
    pub fn is_whole(&self, role: &str, heading: &str) -> bool {
        self.score(role, heading) > 700
    }

    /// Whether a heading has a part that says so: `booking` or `movement`.
    pub fn has_part(&self, list: &str, heading: &str) -> bool {
        let heading = format!(" {} ", plain(heading));
        let parts = self.parts.get(list).into_iter().flatten();
        parts
            .into_iter()
            .any(|part| heading.contains(&format!(" {part} ")))
    }

    /// Whether a heading is about the amount before it was turned into the account's currency.
    pub fn is_foreign(&self, heading: &str) -> bool {
        let heading = plain(heading);
        let parts = self.parts.get("foreign").into_iter().flatten();
        parts.into_iter().any(|part| heading.contains(part.as_str()))
    }

    /// Whether two headings, as a whole, are ones of the same role.
    pub fn same_role(&self, one: &str, other: &str) -> bool {
        let both = |role: &String| self.is_whole(role, one) && self.is_whole(role, other);
        self.headings.keys().any(both)
    }

    /// Whether a heading is in the lexicon at all.
    pub fn knows(&self, heading: &str) -> bool {
        self.headings.keys().any(|role| self.score(role, heading) >= 100)
    }

    /// Whether a value is one of the words of debit, credit or pending.
    pub fn is(&self, list: &str, value: &str) -> bool {
        let value = match value.trim() {
            sign @ ("-" | "+") => sign.to_owned(),
            value => plain(value),
        };
        let known = self.words.get(list);
        known.is_some_and(|known| !value.is_empty() && known.contains(&value))
            || (list == "debit" && value == "-")
            || (list == "credit" && value == "+")
    }
}

/// Small letters without marks, words apart by one space: `sourceNodeId` is `source node id`.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        before = c;
        for small in c.to_lowercase() {
            match bare(small) {
                letter if letter.is_alphanumeric() => out.push(letter),
                '\u{300}'..='\u{36f}' => {}
                _ => out.push(' '),
            }
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bare(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'č' | 'ć' | 'ç' => 'c',
        'ď' | 'đ' => 'd',
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ē' | 'ę' | 'ė' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'į' => 'i',
        'ł' | 'ľ' | 'ĺ' => 'l',
        'ň' | 'ń' | 'ñ' => 'n',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ő' | 'ø' => 'o',
        'ř' | 'ŕ' => 'r',
        'š' | 'ś' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ú' | 'ù' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' => 'ι',
        'ό' => 'ο',
        'ύ' => 'υ',
        'ώ' => 'ω',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_found_whatever_their_letters() {
        let lexicon = lexicon();
        assert!(lexicon.headings.len() > 15);
        assert_eq!(plain("sourceNodeId"), "source node id");
        assert_eq!(plain("Datum zaúčtování"), "datum zauctovani");
        assert!(lexicon.score("booked", "Buchungstag") > 700);
        assert!(lexicon.score("amount", "Amount (EUR)") >= 100);
        assert!(lexicon.is("debit", "Af") && lexicon.is("credit", "+"));
    }
}
