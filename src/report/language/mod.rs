//! The language of a page. The English text is the key: `say("Claim {number}", …)` gives it in the page's language with
//! the values filled in. Templates do the same with `_("…")` and `n_("…", "…", number)`.
//!
//! `catalogue` reads what there is in Dutch, `frames` knows sentences again that the tool wrote into tables, `spoken`
//! gives labels in the page's language, `tests` holds templates, code and catalogue against each other.

mod catalogue;
mod frames;
mod spoken;
mod template;
#[cfg(test)]
mod tests;

use catalogue::{Catalogue, dutch, english};

pub use spoken::Spoken;

pub use crate::rules::Language;

/// What stands behind this sign in an English text tells two meanings of one text apart and is not shown.
const MEANING: char = '§';

/// All that a page says by itself, in one language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    language: Language,
}

impl Words {
    /// The texts of a language.
    pub fn of(language: Language) -> Words {
        Words { language }
    }

    /// Which language.
    pub fn language(self) -> Language {
        self.language
    }

    fn catalogue(self) -> &'static Catalogue {
        match self.language {
            Language::English => english(),
            Language::Dutch => dutch(),
        }
    }

    /// The text in this language as it stands in the catalogue, placeholders and all; English where there is none.
    fn text(self, english: &str) -> &str {
        let known = self.catalogue().text(english);
        known.unwrap_or_else(|| english.split(MEANING).next().unwrap_or(english))
    }

    /// A text of the page in this language, each `{name}` replaced by its value.
    pub fn say(self, english: &str, values: &[(&str, String)]) -> String {
        filled(self.text(english), |name| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.clone())
        })
    }

    /// The first text for one, the second for any other number. `{n}` is the number, in digits without groups.
    pub fn plural(self, one: &str, many: &str, number: u64) -> String {
        self.say(if number == 1 { one } else { many }, &[("n", number.to_string())])
    }

    /// A word or sentence that the tool itself wrote into a table; as it stands there where it is none that is known.
    pub fn told(self, stored: &str) -> String {
        self.told_if_known(stored).unwrap_or_else(|| stored.to_owned())
    }

    /// The same; nothing where it is none that is known, or nothing has to be changed.
    pub(super) fn told_if_known(self, stored: &str) -> Option<String> {
        self.catalogue().told(stored)
    }

    /// What a figure shows, in this language: all but amounts without a currency are signs that need none.
    pub(super) fn figure(self, shown: &str) -> String {
        match shown.strip_suffix("(no currency)") {
            Some(number) => format!("{number}{}", self.say("(no currency)", &[])),
            None => shown.to_owned(),
        }
    }
}

/// A text with its placeholders filled in. A name without a value stays as it is.
fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let name = behind.split_once('}').map(|(name, _)| name);
        match name.and_then(|name| Some((name, value(name)?))) {
            Some((name, value)) => {
                out.push_str(&value);
                rest = behind.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push('{');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

/// All texts of every language but English: what the page's own text is, whatever the records.
pub(super) fn own_text() -> String {
    dutch().all().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod filling {
    use super::*;

    #[test]
    fn values_stand_where_their_names_are() {
        let words = Words::default();
        assert_eq!(
            words.say(
                "{a} to {b}, {a}",
                &[("a", "1".to_owned()), ("b", "{a}".to_owned())]
            ),
            "1 to {a}, 1"
        );
        assert_eq!(
            words.say("{other} { a}", &[("a", "1".to_owned())]),
            "{other} { a}"
        );
        assert_eq!(words.say("To§of a period", &[]), "To");
        assert_eq!(words.plural("{n} file", "{n} files", 1), "1 file");
        assert_eq!(words.plural("{n} file", "{n} files", 0), "0 files");
    }
}
