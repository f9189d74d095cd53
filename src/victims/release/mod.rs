//! The release check: before a report, an export or a bundle leaves, every file of it is looked through for names,
//! numbers, telephones, e-mail addresses and addresses of persons who must not be found in it. A hit says file and
//! place, what kind of term it is and whose (by pseudonym), and never the term. What cannot be read cannot be let go.
//!
//! [`Protected`] is made once from the persons and their terms; [`Checker`] takes files as path and bytes. Names of files
//! and of members of archives are looked through like their content. `letters` makes one writing of all writings,
//! `tokens` words and numbers, `names`, `numbers`, `places` and `dates` the writings of a term, `scan` looks through a
//! text, `views` are the ways in which a text can be read, `containers` and its neighbours take files apart, `streamed` those that are too large to hold,
//! [`small_groups`] looks for what singles somebody out without naming anybody. No SQL, no files, no clock, no printing.
//!
//! What it does not see, on purpose or by nature:
//! - A name of one word, and a number of few digits, are no hit by themselves: [`Protected::weak`] tells whose.
//! - What a picture shows in its pixels. Pictures block unless [`Settings::may_have_pictures`].
//! - Given and family name in two columns of a text file with other columns between them.
//! - A name that is spelled backwards, enciphered or described.

mod columns;
mod containers;
mod dates;
mod hit;
mod letters;
mod names;
mod numbers;
mod own;
mod pdf;
mod pdf_text;
mod pictures;
mod places;
mod protected;
mod scan;
pub mod small_groups;
mod streamed;
mod tokens;
mod views;
mod workbook;
mod zip_gaps;

#[cfg(test)]
mod red_team;

pub use hit::{Hit, Outcome, Place, Unread};
pub use protected::{Kind, Person, Protected, Term, Why};

/// What may leave, and how far is looked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Endings of names of files that may leave although nobody can read them, such as `.tsr` for a time stamp. What can
    /// be read in them is looked through nevertheless.
    pub may_be_unread: Vec<String>,
    /// Whether pictures made of pixels may leave: of those only what is written beside the pixels can be read.
    pub may_have_pictures: bool,
    /// Bytes that archives and compressed parts give at most, over all files.
    pub most_unpacked: u64,
    /// Archives in archives at most.
    pub deepest: usize,
    /// Hits that are told at most; the rest is counted.
    pub most_hits: usize,
    /// Scripts of the tool itself, built in. Where one stands in a text byte for byte, nothing is looked for in it: it is
    /// the same whatever the records are. All around it, and a copy that differs by a byte, is looked through.
    pub own_scripts: &'static [&'static str],
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            may_be_unread: Vec::new(),
            may_have_pictures: false,
            most_unpacked: 4 << 30,
            deepest: 8,
            most_hits: 1_000,
            own_scripts: &[],
        }
    }
}

/// How many last digits of an account or card number give it away.
pub const PART: usize = 6;

/// Looks through files, one after the other.
pub struct Checker<'a> {
    protected: &'a Protected,
    quotes: Option<&'a small_groups::Quotes>,
    settings: &'a Settings,
    unpacked: u64,
    outcome: Outcome,
}

impl<'a> Checker<'a> {
    /// Nothing looked through yet.
    pub fn new(protected: &'a Protected, settings: &'a Settings) -> Checker<'a> {
        Checker {
            protected,
            quotes: None,
            settings,
            unpacked: 0,
            outcome: Outcome::default(),
        }
    }

    /// Looks for amounts with their days too. A profile that may quote them leaves this out.
    #[must_use]
    pub fn with_quotes(mut self, quotes: &'a small_groups::Quotes) -> Checker<'a> {
        self.quotes = Some(quotes);
        self
    }

    /// Looks through one file and its name. `path` is the path as it leaves, within the folder or bundle.
    pub fn file(&mut self, path: &str, bytes: &[u8]) {
        self.outcome.files += 1;
        self.outcome.bytes += bytes.len() as u64;
        let shown = self.withhold(path);
        let mut within = containers::Within::file(path, shown);
        self.name(path, &within);
        self.bytes(bytes, &mut within);
    }

    /// Looks through a text that is no file: a label of a picture, a line that is printed. `what` names it.
    pub fn text(&mut self, what: &str, text: &str) {
        let mut within = containers::Within::file(what, what.to_owned());
        self.bytes(text.as_bytes(), &mut within);
    }

    /// What was found.
    pub fn finish(mut self) -> Outcome {
        self.outcome.sort();
        self.outcome
    }

    /// The text with all that would be a hit taken out, for messages and notes.
    pub fn withhold(&self, text: &str) -> String {
        withhold(self.protected, text)
    }
}

/// Looks through files. The hits come in the order of the files.
pub fn check<'f, I>(protected: &Protected, settings: &Settings, files: I) -> Outcome
where
    I: IntoIterator<Item = (&'f str, &'f [u8])>,
{
    let mut checker = Checker::new(protected, settings);
    for (path, bytes) in files {
        checker.file(path, bytes);
    }
    checker.finish()
}

impl Protected {
    /// Whether a term stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        withhold(self, text) != text
    }
}

/// A text with `[withheld]` in the place of every term that stands in it. Where a term is seen only with escapes undone,
/// the whole text goes.
pub fn withhold(protected: &Protected, text: &str) -> String {
    const WITHHELD: &str = "[withheld]";
    if let Some(view) = views::unescaped(text)
        && !scan::scan(protected, &view.text).0.is_empty()
    {
        return WITHHELD.to_owned();
    }
    let (found, _) = scan::scan_most(protected, text, usize::MAX);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for one in found {
        if one.end <= copied {
            continue;
        }
        out.push_str(&text[copied..one.start.max(copied)]);
        if one.start >= copied {
            out.push_str(WITHHELD);
        }
        copied = one.end;
    }
    out.push_str(&text[copied..]);
    out
}
