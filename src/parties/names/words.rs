//! Which words of a name do not name by themselves, and which names name nobody.

use std::sync::LazyLock;

use hashbrown::{HashMap, HashSet};

/// A particle anywhere.
pub(super) const PARTICLE: u16 = 1;
/// A particle only before another one (“in 't”, “op de”).
pub(super) const LINK: u16 = 2;
/// A particle that is a given name too.
pub(super) const SHY: u16 = 4;
/// “y”, “e”, “und” between two names of one person: a particle where it is small.
pub(super) const JOINING: u16 = 8;
/// An honorific before the name.
pub(super) const TITLE: u16 = 16;
/// An honorific before the name only with a full stop or with two more words after it.
pub(super) const EARLY: u16 = 32;
/// An honorific after the name.
pub(super) const AFTER: u16 = 64;
/// An honorific after a comma.
pub(super) const AFTER_COMMA: u16 = 128;
/// A suffix after the name.
pub(super) const SUFFIX: u16 = 256;
/// A suffix after the name with a full stop.
pub(super) const DOTTED: u16 = 512;
/// A suffix before the name.
pub(super) const BEFORE: u16 = 1024;
/// Shows a company.
pub(super) const FIRM: u16 = 2048;
/// Heirs or an estate: another party than the person named after it.
pub(super) const HEIRS: u16 = 4096;

/// What is known of a word.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    pub uses: u16,
    pub becomes: &'static str,
}

static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Word> = HashMap::new();
    for line in rows(include_str!("words.csv")) {
        let mut fields = line.split(',');
        let (Some(word), Some(usage), Some(becomes)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let entry = words.entry(word).or_default();
        entry.uses |= usage_of(usage);
        if !becomes.is_empty() {
            entry.becomes = becomes;
        }
    }
    words
});

static GENERIC: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| rows(include_str!("generic.csv")).collect());

/// The lines of a table without its notes and its heading.
fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
}

fn usage_of(usage: &str) -> u16 {
    match usage {
        "particle" => PARTICLE,
        "link" => LINK,
        "shy" => SHY,
        "joining" => JOINING,
        "title" => TITLE,
        "early" => EARLY,
        "after" => AFTER,
        "comma" => AFTER_COMMA,
        "younger" | "elder" => SUFFIX,
        "dotted" => DOTTED,
        "before" => BEFORE,
        "firm" => FIRM,
        "heirs" => HEIRS,
        _ => 0,
    }
}

/// What is known of a word; nothing for most.
pub(super) fn of(text: &str) -> Word {
    WORDS.get(text).copied().unwrap_or_default()
}

/// Whether a word shows a company (“bakkerij”, “holding”).
pub(super) fn shows_firm(tokens: &[super::Token]) -> bool {
    tokens.iter().any(|token| of(&token.text).uses & FIRM != 0)
}

/// Whether a name names nobody: known as such, no letter, or one sign repeated.
pub(super) fn is_generic(normal: &str, core: &str) -> bool {
    if core.is_empty() {
        return true;
    }
    let first = core.as_bytes()[0];
    let plain = core.bytes().all(|sign| sign == b' ' || sign.is_ascii_digit())
        || core.bytes().all(|sign| sign == first || sign == b' ');
    plain || GENERIC.contains(normal) || (core.len() != normal.len() && GENERIC.contains(core))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_tables_is_read() {
        for line in rows(include_str!("words.csv")) {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), 3, "{line}");
            assert!(usage_of(fields[1]) != 0, "{line}");
        }
        for name in rows(include_str!("generic.csv")) {
            assert_eq!(super::super::read(name, super::super::Kind::Unknown).normal, name);
        }
    }
}
