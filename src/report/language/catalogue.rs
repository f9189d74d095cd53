//! What there is in Dutch: the files of `languages/`, built into the program.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::frames::Frames;

/// The page's own text; what tables hold; other explanations of findings.
pub(super) const DUTCH: [&str; 3] = [
    include_str!("../languages/nl.toml"),
    include_str!("../languages/nl_stored.toml"),
    include_str!("../languages/nl_innocent.toml"),
];

/// Texts by their English.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Catalogue {
    /// What templates and code of the page say.
    pub texts: BTreeMap<String, String>,
    /// Words and sentences that the tool writes into tables. `{0}`, `{1}` stand for what changes.
    pub stored: BTreeMap<String, String>,
    #[serde(skip)]
    frames: Frames,
}

impl Catalogue {
    /// Reads the files of a catalogue.
    pub(super) fn parse(files: &[&str]) -> Result<Catalogue, toml::de::Error> {
        let mut read = Catalogue::default();
        for file in files {
            let part: Catalogue = toml::from_str(file)?;
            read.texts.extend(part.texts);
            read.stored.extend(part.stored);
        }
        Ok(read.with(Vec::new()))
    }

    /// The same with more that tables hold.
    fn with(mut self, more: Vec<(String, String)>) -> Catalogue {
        for (from, to) in more {
            self.stored.entry(from).or_insert(to);
        }
        let pairs = self.stored.iter().filter(|(from, _)| from.contains('{'));
        self.frames = Frames::new(pairs.map(|(from, to)| (from.clone(), to.clone())));
        self
    }

    /// A text of the page.
    pub(super) fn text(&self, english: &str) -> Option<&str> {
        self.texts.get(english).map(String::as_str)
    }

    /// What a table says; nothing where any of it is not known.
    pub(super) fn told(&self, stored: &str) -> Option<String> {
        match self.stored.get(stored) {
            Some(own) => Some(own.clone()),
            None => self.frames.told(stored, &|part| self.stored.get(part).cloned()),
        }
    }

    /// Every text.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.texts
            .values()
            .chain(self.stored.values())
            .map(String::as_str)
    }
}

/// The Dutch texts. That the file can be read is a test's matter; a page without it would be English.
pub(super) fn dutch() -> &'static Catalogue {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    READ.get_or_init(|| {
        let read = Catalogue::parse(&DUTCH).unwrap_or_default();
        let packs = of_packs("en", "nl").into_iter().chain(told_already("nl"));
        read.with(packs.collect())
    })
}

/// English needs no texts; of findings that were written in Dutch, what the packs of rules say in English.
pub(super) fn english() -> &'static Catalogue {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    READ.get_or_init(|| Catalogue::default().with(of_packs("nl", "en")))
}

/// Titles and explanations of the built-in rules, in one language and another.
fn of_packs(from: &str, to: &str) -> Vec<(String, String)> {
    let packs = [crate::rules::builtin(), crate::rules::builtin_functions()];
    let packs: Vec<_> = packs.into_iter().flat_map(Result::unwrap_or_default).collect();
    let texts = packs.iter().flat_map(|pack| {
        [
            (pack.title_in(from), pack.title_in(to)),
            (pack.explanation_in(from), pack.explanation_in(to)),
        ]
    });
    texts
        .filter(|(from, to)| from != to)
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .collect()
}

/// Explanations that stand in a language already: what their queries put into them is a word of ours in English.
fn told_already(language: &str) -> Vec<(String, String)> {
    of_packs("en", language)
        .into_iter()
        .filter(|(_, own)| own.contains('{'))
        .map(|(_, own)| (own.clone(), own))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read() {
        let read = Catalogue::parse(&DUTCH).expect("the catalogue that is built in");
        assert!(read.texts.len() > 300, "{}", read.texts.len());
        assert!(read.stored.len() > 300, "{}", read.stored.len());
        // One English text has one Dutch one, whichever file it stands in.
        let alone: usize = DUTCH
            .iter()
            .map(|file| Catalogue::parse(&[file]).expect("a file"))
            .map(|file| file.texts.len() + file.stored.len())
            .sum();
        assert_eq!(alone, read.texts.len() + read.stored.len());
    }
}
