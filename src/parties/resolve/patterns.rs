//! Pairs as patterns of levels, counted: what is learned is learned from a few hundred of these, not from millions of
//! pairs. Which pairs are taken depends on the records alone.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::block::Index;
use super::levels::name;
use super::records::{Compare, MOST_FIELDS};
use super::score::Scorer;
use super::texts::mix;

/// About how many pairs of the blocks, and how many chosen blindly, are enough.
const PAIRS: u64 = 1_500_000;
const BLIND: u64 = 1_000_000;

/// So many pairs have these levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pattern {
    /// Four bits a field.
    levels: u64,
    /// The blocks that bring these pairs about.
    pub blocks: u64,
    pub count: f64,
}

impl Pattern {
    pub fn level(&self, field: usize) -> usize {
        (self.levels >> (4 * field) & 15) as usize
    }

    #[cfg(test)]
    pub fn of(levels: &[u8], blocks: u64, count: f64) -> Pattern {
        Pattern {
            levels: packed(levels),
            blocks,
            count,
        }
    }
}

/// Patterns of some pairs.
pub(super) struct Sample {
    pub patterns: Vec<Pattern>,
    pub pairs: u64,
    /// What share of all there are this is.
    pub share: f64,
    /// By field, of words spelled closely: how many pairs there were, and the sum of one by the share of the rarer.
    pub misspelt: Vec<(f64, f64)>,
}

#[derive(Default)]
struct Counted {
    patterns: HashMap<(u64, u64), u64>,
    misspelt: [(u64, u64); MOST_FIELDS],
}

/// Pairs from the blocks.
pub(super) fn blocked(scorer: &Scorer, index: &Index) -> Sample {
    let records = scorer.records.len() as u32;
    let share = (PAIRS as f64 / index.pairs().max(1) as f64).min(1.0);
    let most = if share >= 1.0 {
        u64::MAX
    } else {
        (share * u64::MAX as f64) as u64
    };
    let counted = (0..records)
        .into_par_iter()
        .filter(|record| mix(u64::from(*record)) <= most)
        .fold(
            || (Counted::default(), Vec::new()),
            |(mut counted, mut others), record| {
                index.after_with_blocks(record, &mut others);
                for (other, blocks) in &others {
                    let levels = scorer.score(record, *other).levels;
                    *counted.patterns.entry((packed(&levels), *blocks)).or_default() += 1;
                }
                (counted, others)
            },
        );
    sample(counted.map(|(counted, _)| counted), share, scorer)
}

/// Pairs chosen blindly, or all where there are not more.
pub(super) fn blind(scorer: &Scorer) -> Sample {
    let records = scorer.records.len() as u64;
    let all = records * records.saturating_sub(1) / 2;
    let count = |mut counted: Counted, (left, right): (u32, u32)| {
        let levels = scorer.score(left, right).levels;
        *counted.patterns.entry((packed(&levels), 0)).or_default() += 1;
        for (field, column) in scorer.records.columns.iter().enumerate() {
            let close = (name::CLOSE..=name::SEVERAL).contains(&levels[field]);
            if close && matches!(column.compare, Compare::PersonName | Compare::CompanyName) {
                let best = scorer.evidence(field, left, right);
                let fit = column
                    .words
                    .fit(best.left, best.right, column.compare == Compare::PersonName);
                for (left, right, _) in &fit.close {
                    let usual = scorer.parameters.fields[field].misspelt;
                    let share = scorer.misspelt(&column.words, *left, *right, usual);
                    counted.misspelt[field].0 += 1;
                    // A whole number, so that the sum does not depend on the threads.
                    counted.misspelt[field].1 += (1.0 / share) as u64;
                }
            }
        }
        counted
    };
    if all <= BLIND {
        let counted = (0..records as u32)
            .into_par_iter()
            .fold(Counted::default, |counted, left| {
                (left + 1..records as u32).fold(counted, |counted, right| count(counted, (left, right)))
            });
        return sample(counted, 1.0, scorer);
    }
    let counted = (0..BLIND)
        .into_par_iter()
        .fold(Counted::default, |counted, number| {
            let (left, right) = (mix(2 * number) % records, mix(2 * number + 1) % records);
            if left == right {
                counted
            } else {
                count(counted, (left as u32, right as u32))
            }
        });
    sample(counted, BLIND as f64 / all as f64, scorer)
}

fn sample(counted: impl ParallelIterator<Item = Counted>, share: f64, scorer: &Scorer) -> Sample {
    let counted = counted.reduce(Counted::default, |mut left, right| {
        for (key, count) in right.patterns {
            *left.patterns.entry(key).or_default() += count;
        }
        for (left, right) in left.misspelt.iter_mut().zip(right.misspelt) {
            *left = (left.0 + right.0, left.1 + right.1);
        }
        left
    });
    let mut keys: Vec<((u64, u64), u64)> = counted.patterns.into_iter().collect();
    keys.sort_unstable();
    Sample {
        pairs: keys.iter().map(|(_, count)| count).sum(),
        patterns: keys
            .iter()
            .map(|((levels, blocks), count)| Pattern {
                levels: *levels,
                blocks: *blocks,
                count: *count as f64,
            })
            .collect(),
        share,
        misspelt: counted.misspelt[..scorer.records.fields().len()]
            .iter()
            .map(|(pairs, sum)| (*pairs as f64, *sum as f64))
            .collect(),
    }
}

fn packed(levels: &[u8]) -> u64 {
    levels
        .iter()
        .enumerate()
        .fold(0, |bits, (field, level)| bits | u64::from(*level) << (4 * field))
}
