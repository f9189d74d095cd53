//! Who may live in one house: one address or number, one family's name, and not one party. A lead, never a merge.

use rayon::prelude::*;

use super::cluster::Clusters;
use super::records::{Column, Compare, Kind, Records};

/// Two parties that may be of one household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Household {
    /// The parties, by cluster, the smaller first.
    pub clusters: (u32, u32),
    /// Two of their records that show it.
    pub records: (u32, u32),
    /// The field that they share, an address or a contact.
    pub field: usize,
}

/// Of one party in one group no more records than this are looked at.
const MOST_RECORDS: usize = 4;

/// All pairs of parties that share an address or number and a family's name, sorted, each pair once.
pub(super) fn households(records: &Records, clusters: &Clusters, most: usize) -> Vec<Household> {
    let names: Vec<&Column> = records
        .columns
        .iter()
        .filter(|column| column.compare == Compare::PersonName)
        .collect();
    let mut found = Vec::new();
    for (field, column) in records.columns.iter().enumerate() {
        if !matches!(column.compare, Compare::Address | Compare::Contact) {
            continue;
        }
        let mut uses: Vec<(u32, u32, u32)> = Vec::new();
        for record in 0..records.len() as u32 {
            if records.kind(record) != Kind::Organisation {
                uses.extend(
                    column
                        .of(record)
                        .iter()
                        .map(|value| (*value, clusters.of(record), record)),
                );
            }
        }
        uses.par_sort_unstable();
        let groups: Vec<&[(u32, u32, u32)]> = uses.chunk_by(|left, right| left.0 == right.0).collect();
        let per_group: Vec<Vec<Household>> = groups
            .par_iter()
            .filter(|group| group.len() > 1)
            .map(|group| {
                let parties: Vec<&[(u32, u32, u32)]> =
                    group.chunk_by(|left, right| left.1 == right.1).collect();
                let mut found = Vec::new();
                if parties.len() > most {
                    return found;
                }
                for (place, left) in parties.iter().enumerate() {
                    for right in &parties[place + 1..] {
                        let pairs = left
                            .iter()
                            .take(MOST_RECORDS)
                            .flat_map(|left| right.iter().take(MOST_RECORDS).map(|right| (left.2, right.2)));
                        let lives_there = column.compare == Compare::Address;
                        let mut kin = pairs
                            .filter(|pair| names.iter().any(|names| kin(names, pair.0, pair.1, lives_there)));
                        if let Some(pair) = kin.next() {
                            found.push(Household {
                                clusters: (left[0].1, right[0].1),
                                records: pair,
                                field,
                            });
                        }
                    }
                }
                found
            })
            .collect();
        found.extend(per_group.into_iter().flatten());
    }
    // By field, then records: which of several addresses shows it does not depend on how texts are numbered.
    found.sort_unstable_by_key(|household| (household.clusters, household.field, household.records));
    found.dedup_by_key(|household| household.clusters);
    found
}

/// Whether two records share a word of the family's name. Where no text says which is the family's, any word of the name
/// is enough for those who live in one place; for those who only gave one number to their banks it must be the last of
/// both: whoever keeps the accounts of others gives his own number for them, and a given name in common makes no family.
fn kin(column: &Column, left: u32, right: u32, lives_there: bool) -> bool {
    let words = &column.words;
    column.of(left).iter().any(|left| {
        column.of(right).iter().any(|right| {
            let (a, b) = (words.family(*left), words.family(*right));
            let known = !a.is_empty() || !b.is_empty();
            if !known && !lives_there {
                let last = |text: u32| words.of(text).last().filter(|word| words.long(**word) >= 3);
                return last(*left).is_some() && last(*left) == last(*right);
            }
            let a = if a.is_empty() { words.of(*left) } else { a };
            let b = if b.is_empty() { words.of(*right) } else { b };
            let least = if known { 2 } else { 3 };
            a.iter()
                .any(|word| words.long(*word) >= least && b.contains(word))
        })
    })
}
