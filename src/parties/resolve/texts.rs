//! Texts kept once, and the hash that everything deterministic here is drawn from.

use hashbrown::HashTable;

/// Texts in one long string, each kept once, numbered as they came.
#[derive(Debug, Default)]
pub(super) struct Texts {
    all: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
}

impl Texts {
    /// The number of a text, or none where four gigabytes are full.
    pub fn number(&mut self, text: &str) -> Option<u32> {
        let Texts { all, ends, table } = self;
        let key = hash(text.as_bytes());
        if let Some(found) = table.find(key, |number| slice(all, ends, *number) == text) {
            return Some(*found);
        }
        let end = u32::try_from(all.len() + text.len()).ok()?;
        let number = u32::try_from(ends.len()).ok()?;
        all.push_str(text);
        ends.push(end);
        table.insert_unique(key, number, |number| hash(slice(all, ends, *number).as_bytes()));
        Some(number)
    }

    pub fn get(&self, number: u32) -> &str {
        slice(&self.all, &self.ends, number)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Forgets how to find a number by its text: nothing is added any more.
    pub fn close(&mut self) {
        self.table = HashTable::new();
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn slice<'a>(all: &'a str, ends: &[u32], number: u32) -> &'a str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] as usize };
    &all[start..ends[number] as usize]
}

/// A hash that is the same on every machine and in every run.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut rest = bytes.chunks_exact(8);
    for word in &mut rest {
        let mut eight = [0; 8];
        eight.copy_from_slice(word);
        state = mix(state ^ u64::from_le_bytes(eight));
    }
    let mut last = [0; 8];
    last[..rest.remainder().len()].copy_from_slice(rest.remainder());
    mix(state ^ u64::from_le_bytes(last))
}

/// Two hashes as one; the order matters.
pub(super) fn join(left: u64, right: u64) -> u64 {
    mix(left.rotate_left(23) ^ right)
}

/// Spreads the bits of a number over all 64 (the last steps of SplitMix64).
pub(super) fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
