//! Small numbers for long texts: account ids, sources, and entry ids taken apart, so that millions of entries fit.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// "None" among numbers of texts.
pub(super) const NONE: u32 = u32::MAX;

/// Texts, each kept once and named by a number in the order of first sight. Numbers never reach a result: what must
/// not depend on the order of sources compares [`Texts::ranks`] or the texts themselves.
#[derive(Default)]
pub(super) struct Texts {
    arena: String,
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    /// The number of a text, new or known.
    pub fn number(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        let (arena, ends) = (&self.arena, &self.ends);
        if let Some(found) = self.table.find(hash, |n| slice(arena, ends, *n) == text) {
            return *found;
        }
        // Four thousand million different texts do not fit into memory before this number runs out.
        let number = self.ends.len() as u32;
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
        let (arena, ends, hasher) = (&self.arena, &self.ends, &self.hasher);
        self.table
            .insert_unique(hash, number, |n| hasher.hash_one(slice(arena, ends, *n)));
        number
    }

    /// The number of a text, [`NONE`] for none.
    pub fn maybe(&mut self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.number(text))
    }

    /// The text of a number; empty for [`NONE`].
    pub fn get(&self, number: u32) -> &str {
        slice(&self.arena, &self.ends, number)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// For every number the place of its text in alphabetical order.
    pub fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.get(*a).cmp(self.get(*b)));
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.into_iter().enumerate() {
            ranks[number as usize] = rank as u32;
        }
        ranks
    }
}

fn slice<'a>(arena: &'a str, ends: &[usize], number: u32) -> &'a str {
    let at = number as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied();
    match ends.get(at) {
        Some(end) => arena.get(start.unwrap_or(0)..*end).unwrap_or(""),
        None => "",
    }
}

/// Which leg of its record an entry is, as its id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum LegMark {
    Line,
    Debit,
    Credit,
    Fee,
    /// An id of another form, kept whole.
    Whole,
}

/// An entry id taken apart: number of the source's prefix, first byte of the record, leg. 16 bytes for 27.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct EntryRef {
    pub place: u64,
    /// In the [`Texts`] of prefixes.
    pub source: u32,
    pub leg: LegMark,
}

impl EntryRef {
    /// Takes an id apart. An id of another form is kept whole, so that nothing is lost.
    pub fn parse(id: &str, prefixes: &mut Texts) -> EntryRef {
        match split(id) {
            Some((prefix, place, leg)) => EntryRef {
                place,
                source: prefixes.number(prefix),
                leg,
            },
            None => EntryRef {
                place: 0,
                source: prefixes.number(id),
                leg: LegMark::Whole,
            },
        }
    }

    /// The id.
    pub fn text(self, prefixes: &Texts) -> String {
        let prefix = prefixes.get(self.source);
        let suffix = match self.leg {
            LegMark::Whole => return prefix.to_owned(),
            LegMark::Line => "",
            LegMark::Debit => "d",
            LegMark::Credit => "c",
            LegMark::Fee => "f",
        };
        format!("{prefix}-{}{suffix}", self.place)
    }

    /// Whether both stand in the same record of the same source.
    pub fn same_record(self, other: EntryRef) -> bool {
        self.leg != LegMark::Whole && self.source == other.source && self.place == other.place
    }
}

fn split(id: &str) -> Option<(&str, u64, LegMark)> {
    let (prefix, rest) = id.rsplit_once('-')?;
    let (digits, leg) = match rest.as_bytes().last()? {
        b'd' => (&rest[..rest.len() - 1], LegMark::Debit),
        b'c' => (&rest[..rest.len() - 1], LegMark::Credit),
        b'f' => (&rest[..rest.len() - 1], LegMark::Fee),
        _ => (rest, LegMark::Line),
    };
    let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    canonical
        .then(|| digits.parse().ok())
        .flatten()
        .map(|place| (prefix, place, leg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back() {
        let mut prefixes = Texts::default();
        for id in [
            "0123456789ab-0",
            "0123456789ab-17d",
            "0123456789ab-17c",
            "0123456789ab-99999999999f",
            "e1",
            "ab-007",
            "ab-",
            "ab-d",
            "ab-18446744073709551616",
            "a-b-12",
        ] {
            let entry = EntryRef::parse(id, &mut prefixes);
            assert_eq!(entry.text(&prefixes), id);
        }
        assert_eq!(size_of::<EntryRef>(), 16);
    }

    #[test]
    fn ranks_follow_the_alphabet_not_the_first_sight() {
        let mut texts = Texts::default();
        let (b, a, again) = (texts.number("b"), texts.number("a"), texts.number("b"));
        assert_eq!(b, again);
        assert_eq!(texts.get(a), "a");
        assert_eq!(texts.get(NONE), "");
        let ranks = texts.ranks();
        assert!(ranks[a as usize] < ranks[b as usize]);
    }
}
