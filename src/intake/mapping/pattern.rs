//! Regular expressions of mappings: compiled once, when the mapping is read, and bounded in size.

use std::fmt;

use regex::{Regex, RegexBuilder};
use serde::de::{self, Deserialize, Deserializer};

/// Bytes that a compiled pattern may need. Patterns come from files that people wrote; none of a bank needs more.
const LARGEST: usize = 1 << 20;

/// A regular expression (syntax of the crate `regex`: no look-around, no back references, so that its time grows with
/// the text alone). Its value is the first named group, else the first group, else the whole match.
#[derive(Clone)]
pub struct Pattern {
    regex: Regex,
    group: usize,
}

impl Pattern {
    /// Compiles a pattern; the error says what is wrong with it.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let regex = RegexBuilder::new(text)
            .size_limit(LARGEST)
            .dfa_size_limit(LARGEST)
            .build()
            .map_err(|error| {
                let error = error.to_string();
                let short = error.lines().last().unwrap_or_default();
                format!("‘{text}’ is no regular expression: {short}")
            })?;
        let named = regex.capture_names().position(|name| name.is_some());
        let group = named.unwrap_or(usize::from(regex.captures_len() > 1));
        Ok(Pattern { regex, group })
    }

    /// The pattern as written.
    pub fn text(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether it fits anywhere in the text.
    pub fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The value that it finds; nothing where it does not fit, or where its group took no part.
    pub fn find<'a>(&self, text: &'a str) -> Option<&'a str> {
        let found = if self.group == 0 {
            self.regex.find(text)?
        } else {
            self.regex.captures(text)?.get(self.group)?
        };
        Some(found.as_str().trim())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.text())
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Pattern::new(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_named_group_counts_else_the_first() {
        let find = |pattern: &str, text: &'static str| Pattern::new(pattern).expect("a pattern").find(text);
        assert_eq!(find("Kaart [0-9]+", "op Kaart 12 ,"), Some("Kaart 12"));
        assert_eq!(find("Kaart ([0-9]+) ([A-Z]+)", "Kaart 12 X"), Some("12"));
        assert_eq!(find("Kaart ([0-9]+) (?<name>[A-Z]+)", "Kaart 12 X"), Some("X"));
        assert_eq!(find("Kaart", "none"), None);
        assert_eq!(find("a(b)?", "a"), None);
    }

    #[test]
    fn what_is_wrong_or_too_large_is_refused() {
        assert!(Pattern::new("(").is_err_and(|e| e.contains("‘(’")));
        assert!(Pattern::new("(?:[a-z]{1000}){1000}").is_err());
    }
}
