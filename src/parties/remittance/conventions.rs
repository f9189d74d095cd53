//! The table of keywords (`conventions.csv`).

use std::sync::OnceLock;

use super::What;
use super::flow::fold;

const TABLE: &str = include_str!("conventions.csv");

/// What follows a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// A value.
    Value(What),
    /// Words in which nothing is named.
    Text,
}

/// What ends a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A word, folded.
    Word(Vec<char>),
    /// Two spaces.
    Gap,
    /// The end of a line.
    Line,
    /// A sign.
    Sign(char),
    /// A slash before a word.
    Slash,
    /// Five digits or more in a row.
    Digits,
    /// A date: two digits, a sign, two digits.
    Date,
}

/// A keyword of a convention.
#[derive(Debug)]
pub struct Keyword {
    /// The convention's name.
    pub id: &'static str,
    /// The keyword, folded; without its colon.
    pub word: Vec<char>,
    /// Whether a colon must follow.
    pub colon: bool,
    /// Whether it must stand in capitals.
    pub capitals: bool,
    /// Whether it must begin a line or purpose.
    pub first: bool,
    /// Folded words of which one must stand in the text.
    pub with: Vec<Vec<char>>,
    /// What follows it.
    pub follows: Follows,
    /// What ends that.
    pub ends: Vec<End>,
}

/// All keywords, longer ones first.
pub fn keywords() -> &'static [Keyword] {
    static READ: OnceLock<Vec<Keyword>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut read: Vec<Keyword> = lines().filter_map(parse).collect();
        read.sort_by_key(|keyword| std::cmp::Reverse(keyword.word.len()));
        read
    })
}

fn lines() -> impl Iterator<Item = &'static str> {
    let content = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    content.skip(1)
}

fn folded(text: &str) -> Vec<char> {
    text.chars().map(fold).collect()
}

fn parse(line: &'static str) -> Option<Keyword> {
    let mut cells = line.split(';');
    let id = cells.next()?;
    let written = cells.next()?;
    let first = match cells.next()? {
        "^" => true,
        "." => false,
        _ => return None,
    };
    let with = cells
        .next()?
        .split('|')
        .filter(|word| !word.is_empty())
        .map(folded)
        .collect();
    let follows = match cells.next()? {
        "name" => Follows::Value(What::Name),
        "account" => Follows::Value(What::Account),
        "bic" => Follows::Value(What::Bic),
        "reference" => Follows::Value(What::Reference),
        "mandate" => Follows::Value(What::Mandate),
        "creditor-id" => Follows::Value(What::CreditorId),
        "phone" => Follows::Value(What::Phone),
        "email" => Follows::Value(What::Email),
        "text" | "end" => Follows::Text,
        _ => return None,
    };
    let ends = cells.next()?.split('|').filter(|end| !end.is_empty());
    let ends = ends.map(|end| {
        Some(match end {
            "@gap" => End::Gap,
            "@line" => End::Line,
            "@comma" => End::Sign(','),
            "@semi" => End::Sign(';'),
            "@slash" => End::Slash,
            "@digits" => End::Digits,
            "@date" => End::Date,
            word if word.starts_with('@') => return None,
            word => End::Word(folded(word)),
        })
    });
    let keyword = Keyword {
        id,
        word: folded(written.trim_start_matches('!').trim_end_matches(':')),
        colon: written.ends_with(':'),
        capitals: written.starts_with('!'),
        first,
        with,
        follows,
        ends: ends.collect::<Option<_>>()?,
    };
    (cells.next().is_none() && !keyword.word.is_empty()).then_some(keyword)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(keywords().len(), lines().count());
    }
}
