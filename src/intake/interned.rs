//! Different texts, each kept once under a number.
//!
//! A table's place names hash, position and length of its text, so that a text is compared only where the whole hash is
//! the same, and growing looks at no text again: with many accounts nearly every step through memory is a wait.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts, or pairs of texts, in the order in which they came.
#[derive(Default)]
pub(super) struct Interned {
    text: String,
    places: HashTable<Place>,
    /// By number.
    all: Vec<Place>,
    hasher: DefaultHashBuilder,
}

#[derive(Clone, Copy)]
struct Place {
    hash: u32,
    number: u32,
    start: u32,
    /// Bytes of the text, and of its second part.
    length: u32,
    more: u32,
}

impl Interned {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Bytes of all texts.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The number of a text, and whether it is new.
    pub fn number(&mut self, text: &str) -> (u32, bool) {
        self.number_of_pair(text, "")
    }

    /// The number of a pair of texts, and whether it is new. One set holds texts or pairs, not both.
    pub fn number_of_pair(&mut self, text: &str, more: &str) -> (u32, bool) {
        let hash = if more.is_empty() {
            self.hasher.hash_one(text)
        } else {
            let mut hasher = self.hasher.build_hasher();
            (text, more).hash(&mut hasher);
            std::hash::Hasher::finish(&hasher)
        };
        self.number_of(hash, text, more)
    }

    /// Whether a number is that of a pair of texts.
    pub fn is(&self, number: u32, text: &str, more: &str) -> bool {
        self.all
            .get(number as usize)
            .is_some_and(|place| place.holds(&self.text, text, more))
    }

    /// The text of a number, without its second part.
    pub fn get(&self, number: u32) -> &str {
        let place = &self.all[number as usize];
        let start = place.start as usize;
        &self.text[start..start + place.length as usize]
    }

    fn number_of(&mut self, hash: u64, text: &str, more: &str) -> (u32, bool) {
        let hash = (hash ^ (hash >> 32)) as u32;
        let same = |place: &Place| place.hash == hash && place.holds(&self.text, text, more);
        if let Some(found) = self.places.find(spread(hash), same) {
            return (found.number, false);
        }
        let place = Place {
            hash,
            number: self.all.len() as u32,
            start: self.text.len() as u32,
            length: text.len() as u32,
            more: more.len() as u32,
        };
        self.text.push_str(text);
        self.text.push_str(more);
        self.all.push(place);
        self.places
            .insert_unique(spread(hash), place, |place| spread(place.hash));
        (place.number, true)
    }
}

impl Place {
    fn holds(&self, all: &str, text: &str, more: &str) -> bool {
        if (self.length as usize, self.more as usize) != (text.len(), more.len()) {
            return false;
        }
        let start = self.start as usize;
        let middle = start + text.len();
        let all = all.as_bytes();
        all[start..middle] == *text.as_bytes() && all[middle..middle + more.len()] == *more.as_bytes()
    }
}

// The table takes its marks from the highest bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn numbers_follow_the_order_and_come_back() {
        let mut interned = Interned::default();
        let mut expected: BTreeMap<(String, String), u32> = BTreeMap::new();
        for round in 0..20_000u32 {
            let key = round.wrapping_mul(2_654_435_761) % 3_000;
            // "1" and "23" are another pair than "12" and "3".
            let (text, more) = (format!("{}", key / 10), "3".repeat(key as usize % 10));
            let next = expected.len() as u32;
            let known = expected.get(&(text.clone(), more.clone())).copied();
            assert_eq!(
                interned.number_of_pair(&text, &more),
                (known.unwrap_or(next), known.is_none())
            );
            let number = *expected.entry((text.clone(), more.clone())).or_insert(next);
            assert!(interned.is(number, &text, &more) && interned.get(number) == text);
            assert!(!interned.is(number, &format!("{text}{more}x"), ""));
        }
        assert_eq!(interned.len(), expected.len());
    }
}
