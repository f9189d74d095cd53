//! Which pairs are looked at: records that share a key of some block.

use rayon::prelude::*;

use super::records::{Column, Compare, Field, Records};
use super::settings::Settings;
use super::texts::{hash, join};

/// What of a value makes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// The whole value; of names all words in any order.
    Whole,
    /// Each word.
    EachWord,
    /// The first letters of each word.
    EachPrefix(u8),
    /// Each word of three letters or more with the first letter of each other word.
    WordAndInitial,
    /// The year of a date.
    Year,
}

/// Records that share a key of a block are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The name that notes use.
    pub name: String,
    /// Fields and what of their values; a key has one of each. Without any, all records share one key.
    pub parts: Vec<(usize, Transform)>,
    /// What too large a block is divided by, the first that helps for each part of it.
    pub within: Vec<(usize, Transform)>,
}

/// Pairs that a block would have looked at and did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The name of the block.
    pub block: String,
    /// How many of its groups were too large.
    pub groups: u64,
    /// How many records were in the largest.
    pub largest: u64,
    /// How many pairs were not looked at by this block; others may have.
    pub pairs: u64,
}

/// The most keys that a record has in a block.
const MOST_KEYS: usize = 256;

impl Block {
    /// The blocks for such fields. Whoever agrees in hard evidence and in a part of the name is found: by identifier, by
    /// number, by date of birth and a first letter, by the year and a word and a first letter, by the whole name, and by
    /// address and a word.
    pub fn standard(fields: &[Field]) -> Vec<Block> {
        let of = |wanted: &[Compare]| -> Vec<usize> {
            (0..fields.len())
                .filter(|field| wanted.contains(&fields[*field].compare))
                .collect()
        };
        let dates = of(&[Compare::Date]);
        let names = of(&[Compare::PersonName, Compare::CompanyName]);
        let places = of(&[Compare::Text]);
        let whole = |field: &usize| (*field, Transform::Whole);
        // What large blocks are divided by: dates, then the year, numbers, places.
        let mut within: Vec<(usize, Transform)> = dates.iter().map(|date| (*date, Transform::Year)).collect();
        within.extend(of(&[Compare::Contact, Compare::Address]).iter().map(whole));
        within.extend(places.iter().map(whole));
        let mut blocks = Vec::new();
        let mut add = |parts: Vec<(usize, Transform)>, within: Vec<(usize, Transform)>| {
            let words = parts.iter().map(|(field, transform)| match transform {
                Transform::Whole => fields[*field].name.clone(),
                Transform::EachWord => format!("a word of {}", fields[*field].name),
                Transform::EachPrefix(_) => format!("first letters of {}", fields[*field].name),
                Transform::WordAndInitial => format!("a word and a first letter of {}", fields[*field].name),
                Transform::Year => format!("year of {}", fields[*field].name),
            });
            let name = words.collect::<Vec<_>>().join(", ");
            blocks.push(Block { name, parts, within });
        };
        let words = |names: &[usize]| {
            names
                .iter()
                .map(|name| (*name, Transform::EachPrefix(3)))
                .collect::<Vec<_>>()
        };
        for field in of(&[Compare::Identifier, Compare::Contact]) {
            add(vec![whole(&field)], words(&names));
        }
        for name in &names {
            add(vec![whole(name)], within.clone());
            for date in &dates {
                add(
                    vec![whole(date), (*name, Transform::EachPrefix(1))],
                    words(&[*name]),
                );
                add(
                    vec![(*date, Transform::Year), (*name, Transform::WordAndInitial)],
                    within[1..].to_vec(),
                );
            }
            for address in of(&[Compare::Address]) {
                add(
                    vec![whole(&address), (*name, Transform::EachWord)],
                    dates.iter().map(whole).collect(),
                );
            }
        }
        blocks
    }

    /// The fields on which pairs of this block agree anyway, so that it cannot tell how often they do.
    pub(super) fn bound(&self, field: usize) -> bool {
        let whole = |transform: &Transform| !matches!(transform, Transform::EachPrefix(_));
        self.parts
            .iter()
            .any(|(part, transform)| *part == field && whole(transform))
    }
}

/// Who shares keys with whom.
pub(super) struct Index {
    groups: Vec<Groups>,
    pub refused: Vec<Refused>,
    /// Records that have more keys in a block than are looked at.
    pub many_keys: u64,
}

/// The groups of one block.
struct Groups {
    /// Records, group after group, sorted in each.
    members: Vec<u32>,
    /// Where the group of each member ends.
    ends: Vec<u32>,
    /// Where in `members` a record stands.
    offsets: Vec<u32>,
    places: Vec<u32>,
}

impl Index {
    pub fn new(records: &Records, blocks: &[Block], settings: &Settings) -> Index {
        let mut index = Index {
            groups: Vec::new(),
            refused: Vec::new(),
            many_keys: 0,
        };
        for block in blocks {
            let mut refused = Refused {
                block: block.name.clone(),
                groups: 0,
                largest: 0,
                pairs: 0,
            };
            let mut many = 0;
            let members = grouped(records, block, settings.most_in_block, &mut refused, &mut many);
            index.many_keys += many;
            index.groups.push(Groups::new(records.len(), members));
            if refused.groups > 0 {
                index.refused.push(refused);
            }
        }
        index
    }

    /// How many pairs the blocks bring about, those of several blocks counted in each.
    pub fn pairs(&self) -> u64 {
        let after = |groups: &Groups| {
            let ends = groups.ends.iter().enumerate();
            ends.map(|(place, end)| u64::from(*end) - place as u64 - 1)
                .sum::<u64>()
        };
        self.groups.iter().map(after).sum()
    }

    /// The records after this one that share a key with it, sorted, each once.
    pub fn after(&self, record: u32, into: &mut Vec<u32>) {
        into.clear();
        for groups in &self.groups {
            groups.after(record, |other| into.push(other));
        }
        into.sort_unstable();
        into.dedup();
    }

    /// The same with the blocks that bring each about, one bit a block (from the 64th on the last bit).
    pub fn after_with_blocks(&self, record: u32, into: &mut Vec<(u32, u64)>) {
        into.clear();
        for (number, groups) in self.groups.iter().enumerate() {
            groups.after(record, |other| into.push((other, 1 << number.min(63))));
        }
        into.sort_unstable();
        into.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 |= next.1;
            }
            same
        });
    }
}

impl Groups {
    /// From groups given as members and the end of each one's group.
    fn new(records: usize, (members, ends): (Vec<u32>, Vec<u32>)) -> Groups {
        let mut offsets = vec![0_u32; records + 1];
        for member in &members {
            offsets[*member as usize + 1] += 1;
        }
        for record in 0..records {
            offsets[record + 1] += offsets[record];
        }
        let mut next = offsets.clone();
        let mut places = vec![0; members.len()];
        for (place, member) in members.iter().enumerate() {
            let slot = &mut next[*member as usize];
            places[*slot as usize] = place as u32;
            *slot += 1;
        }
        Groups {
            members,
            ends,
            offsets,
            places,
        }
    }

    fn after(&self, record: u32, mut found: impl FnMut(u32)) {
        let record = record as usize;
        for place in &self.places[self.offsets[record] as usize..self.offsets[record + 1] as usize] {
            let place = *place as usize;
            for other in &self.members[place + 1..self.ends[place] as usize] {
                found(*other);
            }
        }
    }
}

/// Members and the ends of their groups, too large groups divided or refused.
fn grouped(
    records: &Records,
    block: &Block,
    most: usize,
    refused: &mut Refused,
    many: &mut u64,
) -> (Vec<u32>, Vec<u32>) {
    let (mut pairs, cut) = (0..records.len() as u32)
        .into_par_iter()
        .fold(
            || (Vec::new(), 0),
            |(mut pairs, mut cut): (Vec<(u64, u32)>, u64), record| {
                let keys = keys(records, &block.parts, record);
                cut += u64::from(keys.len() > MOST_KEYS);
                pairs.extend(keys.iter().take(MOST_KEYS).map(|key| (*key, record)));
                (pairs, cut)
            },
        )
        .reduce(
            || (Vec::new(), 0),
            |(mut pairs, cut), (mut more, more_cut)| {
                pairs.append(&mut more);
                (pairs, cut + more_cut)
            },
        );
    *many += cut;
    pairs.par_sort_unstable();
    let (mut members, mut ends) = (Vec::new(), Vec::new());
    for group in pairs.chunk_by(|left, right| left.0 == right.0) {
        let group: Vec<u32> = group.iter().map(|(_, record)| *record).collect();
        divide(
            records,
            group,
            &block.within,
            most,
            refused,
            &mut members,
            &mut ends,
        );
    }
    (members, ends)
}

/// Takes a group in, or parts it by the next of `within` until it is small enough.
fn divide(
    records: &Records,
    group: Vec<u32>,
    within: &[(usize, Transform)],
    most: usize,
    refused: &mut Refused,
    members: &mut Vec<u32>,
    ends: &mut Vec<u32>,
) {
    let size = group.len();
    if size < 2 {
        return;
    }
    if size <= most {
        members.extend(group);
        ends.resize(members.len(), members.len() as u32);
        return;
    }
    let pairs = |size: usize| size as u64 * (size as u64 - 1) / 2;
    let Some((part, rest)) = within.split_first() else {
        refused.groups += 1;
        refused.largest = refused.largest.max(size as u64);
        refused.pairs += pairs(size);
        return;
    };
    let mut keyed: Vec<(u64, u32)> = Vec::new();
    for record in &group {
        let own = keys(records, std::slice::from_ref(part), *record);
        if own.is_empty() {
            keyed.push((0, *record));
        }
        keyed.extend(own.into_iter().take(MOST_KEYS).map(|key| (key, *record)));
    }
    keyed.sort_unstable();
    let mut kept = 0;
    for part in keyed.chunk_by(|left, right| left.0 == right.0) {
        kept += pairs(part.len());
        let part: Vec<u32> = part.iter().map(|(_, record)| *record).collect();
        divide(records, part, rest, most, refused, members, ends);
    }
    // What is parted is not compared, unless some other key of the block brings it together.
    refused.groups += 1;
    refused.largest = refused.largest.max(size as u64);
    refused.pairs += pairs(size).saturating_sub(kept);
}

/// The keys of a record: one for each choice of a key from every part, sorted.
fn keys(records: &Records, parts: &[(usize, Transform)], record: u32) -> Vec<u64> {
    let mut keys = vec![0];
    for (field, transform) in parts {
        let column = &records.columns[*field];
        let mut own = Vec::new();
        for value in column.of(record) {
            part_keys(column, *value, *transform, &mut own);
        }
        own.sort_unstable();
        own.dedup();
        keys = keys
            .iter()
            .flat_map(|key| own.iter().map(|own| join(*key, *own)))
            .take(MOST_KEYS + 1)
            .collect();
        if keys.is_empty() {
            break;
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn part_keys(column: &Column, value: u32, transform: Transform, keys: &mut Vec<u64>) {
    let has_words = matches!(
        column.compare,
        Compare::PersonName | Compare::CompanyName | Compare::Address
    );
    let words = if has_words { column.words.of(value) } else { &[] };
    let first = |word: u32, letters: u8| {
        let word = column.words.word(word);
        let end = word
            .char_indices()
            .nth(usize::from(letters))
            .map_or(word.len(), |(end, _)| end);
        hash(&word.as_bytes()[..end])
    };
    match transform {
        Transform::Whole => keys.push(column.key(value)),
        Transform::EachWord => {
            keys.extend(words.iter().map(|word| hash(column.words.word(*word).as_bytes())))
        }
        Transform::EachPrefix(letters) => keys.extend(words.iter().map(|word| first(*word, letters))),
        Transform::WordAndInitial => {
            for (place, word) in words
                .iter()
                .enumerate()
                .filter(|(_, word)| column.words.long(**word) >= 3)
            {
                let whole = hash(column.words.word(*word).as_bytes());
                let others = words.iter().enumerate().filter(|(other, _)| *other != place);
                keys.extend(others.map(|(_, other)| join(whole, first(*other, 1))));
            }
        }
        Transform::Year => {
            if let Some(day) = column.days.get(value as usize).filter(|day| day.year != 0) {
                keys.push(hash(&day.year.to_le_bytes()));
            }
        }
    }
}
