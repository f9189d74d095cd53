//! What people decided: who is one party, who is not, who is taken out of a group.

use hashbrown::{HashMap, HashSet};

use super::records::Records;

/// Decisions of people. They name records by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// These two are one party, whatever the evidence says.
    pub merge: Vec<(String, String)>,
    /// These two are not.
    pub never: Vec<(String, String)>,
    pub split: Vec<Split>,
}

/// Records that are taken out of others for good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Who is taken out; among themselves they may be one.
    pub out: Vec<String>,
    /// Of which records; empty for all others.
    pub from: Vec<String>,
}

/// Decisions with records found.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// Sorted, each once, the smaller record first.
    pub merge: Vec<(u32, u32)>,
    never: HashMap<u32, HashSet<u32>>,
    /// The groups taken out of everything that a record is in.
    out: HashMap<u32, Vec<u32>>,
    /// Ids in decisions that no record has, sorted.
    pub unknown: Vec<String>,
}

impl Apart {
    pub fn new(records: &Records, decisions: &Decisions) -> Apart {
        let mut apart = Apart::default();
        let mut unknown = Vec::new();
        let mut find = |id: &String| {
            let found = records.find(id);
            if found.is_none() {
                unknown.push(id.clone());
            }
            found
        };
        for (left, right) in &decisions.merge {
            if let (Some(left), Some(right)) = (find(left), find(right))
                && left != right
            {
                apart.merge.push((left.min(right), left.max(right)));
            }
        }
        for (left, right) in &decisions.never {
            if let (Some(left), Some(right)) = (find(left), find(right)) {
                apart.never(left, right);
            }
        }
        let mut groups = 0;
        for split in &decisions.split {
            let out: Vec<u32> = split.out.iter().filter_map(&mut find).collect();
            if split.from.is_empty() {
                for record in out {
                    apart.out.entry(record).or_default().push(groups);
                }
                groups += 1;
                continue;
            }
            let from: Vec<u32> = split.from.iter().filter_map(&mut find).collect();
            for left in &out {
                for right in from.iter().filter(|right| !out.contains(right)) {
                    apart.never(*left, *right);
                }
            }
        }
        for groups in apart.out.values_mut() {
            groups.dedup();
        }
        apart.merge.sort_unstable();
        apart.merge.dedup();
        unknown.sort_unstable();
        unknown.dedup();
        apart.unknown = unknown;
        apart
    }

    fn never(&mut self, left: u32, right: u32) {
        if left != right {
            self.never.entry(left).or_default().insert(right);
            self.never.entry(right).or_default().insert(left);
        }
    }

    /// Whether a person decided that these two are not one.
    pub fn apart(&self, left: u32, right: u32) -> bool {
        self.never
            .get(&left)
            .is_some_and(|others| others.contains(&right))
            || self.out(left) != self.out(right)
    }

    /// The groups that a record was taken out with.
    pub fn out(&self, record: u32) -> &[u32] {
        self.out.get(&record).map_or(&[], Vec::as_slice)
    }

    /// Whether any two are kept apart by name.
    pub fn any_never(&self) -> bool {
        !self.never.is_empty()
    }

    /// Of a record, those kept apart from it by name.
    pub fn never_of(&self, record: u32) -> impl Iterator<Item = u32> {
        self.never.get(&record).into_iter().flatten().copied()
    }
}
