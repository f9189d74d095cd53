//! The words of remittance texts, so that two texts can be compared without keeping them: a 32-bit hash a word.

use super::ids::NONE;

/// Words of a text that are kept; longer texts are compared by their first words.
const MOST: usize = 12;

/// Word lists of all legs, one behind the other, each behind its length.
#[derive(Default)]
pub(super) struct Words {
    arena: Vec<u32>,
}

impl Words {
    /// Keeps the words of a text and gives the place of their list; [`NONE`] for a text without words. A word is a run of
    /// at least two letters or digits, its case left out; each counts once.
    pub fn add(&mut self, text: &str) -> u32 {
        let mut found = [0; MOST];
        let mut count = 0;
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if count == MOST {
                break;
            }
            if word.len() < 2 {
                continue;
            }
            let hash = hash(word);
            if !found[..count].contains(&hash) {
                found[count] = hash;
                count += 1;
            }
        }
        let Some(place) = u32::try_from(self.arena.len())
            .ok()
            .filter(|at| *at != NONE && count > 0)
        else {
            return NONE;
        };
        let found = &mut found[..count];
        found.sort_unstable();
        self.arena.push(count as u32);
        self.arena.extend_from_slice(found);
        place
    }

    /// Forgets the list that was added last.
    pub fn forget(&mut self, place: u32) {
        if place != NONE {
            self.arena.truncate(place as usize);
        }
    }

    /// The sorted words of a list; none for [`NONE`].
    pub fn get(&self, place: u32) -> &[u32] {
        let place = place as usize;
        let count = self.arena.get(place).copied().unwrap_or(0) as usize;
        self.arena.get(place + 1..place + 1 + count).unwrap_or(&[])
    }

    /// How many words two lists share, and how many the longer one has; nothing where one of them has none.
    pub fn shared(&self, one: u32, other: u32) -> Option<(usize, usize)> {
        let (one, other) = (self.get(one), self.get(other));
        if one.is_empty() || other.is_empty() {
            return None;
        }
        let shared = one
            .iter()
            .filter(|word| other.binary_search(word).is_ok())
            .count();
        Some((shared, one.len().max(other.len())))
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.arena.capacity() * size_of::<u32>()
    }
}

/// FNV-1a of the upper-case word, folded: the same in every run and on every machine.
fn hash(word: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    if word.is_ascii() {
        word.bytes().for_each(|byte| add(byte.to_ascii_uppercase()));
    } else {
        word.to_uppercase().bytes().for_each(add);
    }
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_by_their_words() {
        let mut words = Words::default();
        let one = words.add("Rent March, INV-2024/17");
        let two = words.add("RENT APRIL INV-2024/18 x");
        let none = words.add("- / x");
        assert_eq!(none, NONE);
        // RENT, INV and 2024 of RENT, MARCH, INV, 2024, 17.
        assert_eq!(words.shared(one, two), Some((3, 5)));
        assert_eq!(words.shared(one, one), Some((5, 5)));
        assert_eq!(words.shared(one, none), None);
        let held = words.get(two).to_vec();
        let again = words.add("rent april inv-2024/18");
        assert_eq!(words.get(again), held);
        words.forget(again);
        assert!(words.get(again).is_empty());
        let long: String = (0..40).map(|n| format!("word{n} ")).collect();
        let long = words.add(&long);
        assert_eq!(words.get(long).len(), MOST);
    }
}
