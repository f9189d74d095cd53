//! Names and addresses as words: how often each is used, and how the words of two texts fit together.

use super::spelling::{close, two_letters_off};
use super::texts::{Texts, hash, mix};

/// More words than this are not looked at; the rest of the text still counts where two texts are the same.
const MOST: usize = 16;

/// The words of all texts of one field.
#[derive(Debug, Default)]
pub(super) struct Words {
    words: Texts,
    /// Which letters a word has, one bit a letter.
    letters: Vec<u32>,
    has_digit: Vec<bool>,
    long: Vec<u8>,
    /// Of each text: where its words end, how many of the first are the family's, and a hash of its words in any order.
    ends: Vec<u32>,
    family: Vec<u8>,
    keys: Vec<u64>,
    of: Vec<u32>,
    /// How many different contents of records use a word.
    pub count: Vec<u32>,
}

/// How the words of two texts fit together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// Words that both have.
    pub same: Vec<u32>,
    /// Pairs that are one word misspelled, with the letters between them.
    pub close: Vec<(u32, u32, u8)>,
    /// Those of them that are not known to be the family's.
    pub close_given: Vec<(u32, u32)>,
    /// Initials that stand for a word.
    pub initials: usize,
    /// What is left of each.
    pub left_over: (usize, usize),
    /// The same words in the same order.
    pub in_order: bool,
    /// Among the same words is one of three letters or more.
    pub whole: bool,
    /// More than the family's words fit, as far as it is known which these are.
    pub beyond_family: bool,
}

impl Words {
    /// Takes in the next text. A comma parts the words of the family from the others: `de vries, jan`.
    pub fn add(&mut self, text: &str) -> Option<()> {
        let (family, others) = text.split_once(',').unwrap_or(("", text));
        let mut key = 0_u64;
        let (start, mut families) = (self.of.len(), 0);
        for (part, is_family) in [(family, true), (others, false)] {
            for word in part.split_whitespace() {
                key = key.wrapping_add(mix(hash(word.as_bytes())));
                if self.of.len() - start == MOST {
                    continue;
                }
                let number = self.words.number(word)?;
                if number as usize == self.letters.len() {
                    self.letters.push(letters(word));
                    self.has_digit
                        .push(word.bytes().any(|byte| byte.is_ascii_digit()));
                    self.long.push(word.chars().count().min(255) as u8);
                    self.count.push(0);
                }
                self.of.push(number);
                families += u8::from(is_family);
            }
        }
        self.ends.push(self.of.len() as u32);
        self.family.push(families);
        self.keys.push(mix(key));
        Some(())
    }

    pub fn close(&mut self) {
        self.words.close();
        self.of.shrink_to_fit();
    }

    pub fn of(&self, text: u32) -> &[u32] {
        let text = text as usize;
        let start = if text == 0 {
            0
        } else {
            self.ends[text - 1] as usize
        };
        &self.of[start..self.ends[text] as usize]
    }

    /// The words that are the family's, where the text says which.
    pub fn family(&self, text: u32) -> &[u32] {
        &self.of(text)[..usize::from(self.family[text as usize])]
    }

    /// The same for the same words in any order.
    pub fn key(&self, text: u32) -> u64 {
        self.keys[text as usize]
    }

    pub fn word(&self, word: u32) -> &str {
        self.words.get(word)
    }

    pub fn long(&self, word: u32) -> u8 {
        self.long[word as usize]
    }

    pub fn has_digit(&self, word: u32) -> bool {
        self.has_digit[word as usize]
    }

    /// Whether two words a letter apart are two names that are both in use: *Maria* and *Mario*. Misspellings of a word
    /// are each far rarer than the word.
    pub fn both_in_use(&self, left: u32, right: u32) -> bool {
        let (left, right) = (self.count[left as usize], self.count[right as usize]);
        left.min(right) >= 3 && u64::from(left.min(right)) * 100 >= u64::from(left.max(right))
    }

    /// How many letters apart two words are where that is close.
    fn close_words(&self, left: u32, right: u32) -> Option<u8> {
        let (a, b) = (left as usize, right as usize);
        let shorter = self.long[a].min(self.long[b]);
        let allowed = if shorter < 8 { 1 } else { 2 };
        // Each difference changes at most two of the letters that a word has.
        let apart = (self.letters[a] ^ self.letters[b]).count_ones();
        if shorter < 4 || apart > 2 * allowed || u32::from(self.long[a].abs_diff(self.long[b])) > allowed {
            return None;
        }
        close(self.word(left), self.word(right))
    }

    /// Whether two words may be one that is misspelled in both places.
    pub fn misspelt_twice(&self, left: u32, right: u32) -> bool {
        two_letters_off(self.word(left), self.word(right))
    }

    /// The words of each text that the other has not.
    pub fn unshared(&self, left: u32, right: u32) -> (Vec<u32>, Vec<u32>) {
        let (mut a, mut b) = (self.of(left).to_vec(), self.of(right).to_vec());
        a.retain(|word| {
            let found = b.iter().position(|other| other == word);
            found.map(|place| b.remove(place)).is_none()
        });
        (a, b)
    }

    /// Fits the words of two texts together: the same words first, then initials where they are asked for, then close
    /// spellings, the closest first.
    pub fn fit(&self, left: u32, right: u32, initials: bool) -> Fit {
        let (a, b) = (self.of(left), self.of(right));
        let families = (self.family(left).len(), self.family(right).len());
        let mut fit = Fit::default();
        // One bit a word that has found its like.
        let (mut done_a, mut done_b) = (0_u32, 0_u32);
        for (i, word) in a.iter().enumerate() {
            let found = (0..b.len()).find(|j| b[*j] == *word && done_b & (1 << j) == 0);
            if let Some(j) = found {
                done_a |= 1 << i;
                done_b |= 1 << j;
                fit.same.push(*word);
                fit.whole |= self.long(*word) >= 3;
                fit.beyond_family |= i >= families.0 && j >= families.1;
            }
        }
        if initials {
            self.initials(a, b, &mut done_a, &mut done_b, &mut fit);
            self.initials(b, a, &mut done_b, &mut done_a, &mut fit);
        }
        for letters in 1..=2 {
            for (i, word) in a.iter().enumerate() {
                if done_a & (1 << i) != 0 {
                    continue;
                }
                let found = (0..b.len())
                    .find(|j| done_b & (1 << j) == 0 && self.close_words(*word, b[*j]) == Some(letters));
                if let Some(j) = found {
                    done_a |= 1 << i;
                    done_b |= 1 << j;
                    fit.close.push((*word, b[j], letters));
                    fit.beyond_family |= i >= families.0 && j >= families.1;
                    if i >= families.0 || j >= families.1 {
                        fit.close_given.push((*word, b[j]));
                    }
                }
            }
        }
        let over = |words: &[u32], done: u32| words.len() - done.count_ones() as usize;
        fit.left_over = (over(a, done_a), over(b, done_b));
        fit.in_order = a == b;
        fit
    }

    fn initials(
        &self,
        short: &[u32],
        whole: &[u32],
        done_short: &mut u32,
        done_whole: &mut u32,
        fit: &mut Fit,
    ) {
        for (i, word) in short.iter().enumerate() {
            if *done_short & (1 << i) != 0 || self.long(*word) != 1 {
                continue;
            }
            let initial = self.word(*word);
            let found = (0..whole.len()).find(|j| {
                *done_whole & (1 << j) == 0
                    && self.long(whole[*j]) > 1
                    && self.word(whole[*j]).starts_with(initial)
            });
            if let Some(j) = found {
                *done_short |= 1 << i;
                *done_whole |= 1 << j;
                fit.initials += 1;
                fit.beyond_family = true;
            }
        }
    }
}

fn letters(word: &str) -> u32 {
    word.chars().fold(0, |bits, letter| {
        bits | 1
            << if letter.is_ascii_lowercase() {
                letter as u32 - 'a' as u32
            } else {
                26 + letter as u32 % 6
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(left: &str, right: &str) -> Fit {
        let mut words = Words::default();
        words.add(left);
        words.add(right);
        words.fit(0, 1, true)
    }

    #[test]
    fn words_fit_in_any_order() {
        let fit = fitted("de vries, jan", "jan de vries");
        assert_eq!((fit.same.len(), fit.in_order, fit.left_over), (3, false, (0, 0)));
        let fit = fitted("vries, j", "jan vries");
        assert_eq!((fit.same.len(), fit.initials, fit.left_over), (1, 1, (0, 0)));
        let fit = fitted("jansen, pieter", "pieter jan janssen");
        assert_eq!((fit.same.len(), fit.close.len(), fit.left_over), (1, 1, (0, 1)));
        let fit = fitted("jansen, pieter", "jansen, kees");
        assert_eq!((fit.same.len(), fit.left_over), (1, (1, 1)));
    }

    #[test]
    fn the_comma_tells_the_family() {
        let mut words = Words::default();
        words.add("de vries, jan");
        words.add("jan de vries");
        assert_eq!(words.family(0).len(), 2);
        assert_eq!(words.family(1).len(), 0);
        assert_eq!(words.key(0), words.key(1));
    }
}
