//! Learns how often records of one party, and of two, come out at each level (Fellegi and Sunter 1969; the expectation-
//! maximisation of Winkler 1988).
//!
//! `u` is counted over pairs chosen blindly, less what is likely one party, and for equal values from how often each value
//! is there. `m` is learned block by block, each field only from blocks that do not bind it. Defaults count as a few
//! observations, so that a level never seen keeps a sensible number, and a closer level never weighs less.

use super::block::{Block, Index};
use super::levels::{LEVELS, name};
use super::patterns::{Pattern, Sample, blind, blocked};
use super::records::{Compare, Records};
use super::score::Scorer;
use super::settings::{Parameters, Settings, bits, posterior};

/// As how many pairs the defaults count.
const DEFAULT_MATCHES: f64 = 20.0;
const DEFAULT_BLIND: f64 = 100.0;
/// One more pair of two parties than were seen is taken to be at each level: what a sample happens to lack is not
/// impossible.
const UNSEEN: f64 = 1.0;
/// Levels seen less often than this, on both sides, weigh what the defaults say.
const SELDOM: f64 = 10.0;
/// Kin share a part of the name, a phone and an address. However often that is, it must not be learned as the way in
/// which one party differs from itself.
const MOST_ONE_PART: f64 = 0.05;
const ROUNDS: usize = 4;
const STEPS: usize = 40;

/// Learns the parameters, or takes the defaults where too few pairs are one party.
pub(super) fn estimate(
    records: &Records,
    blocks: &[Block],
    index: &Index,
    settings: &Settings,
) -> Parameters {
    let standard = Parameters::standard(records);
    if !settings.estimate || (records.len() as f64) < settings.least_matches {
        return standard;
    }
    let scorer = Scorer::new(records, &standard, settings);
    let (blocked, blind) = (blocked(&scorer, index), blind(&scorer));
    let learned = learn(records, blocks, &blocked, &blind);
    if learned.matches < settings.least_matches {
        return Parameters {
            pairs: learned.pairs,
            matches: learned.matches,
            ..standard
        };
    }
    learned
}

/// Learns from counted patterns.
pub(super) fn learn(records: &Records, blocks: &[Block], blocked: &Sample, blind: &Sample) -> Parameters {
    let standard = Parameters::standard(records);
    let mut learned = standard.clone();
    learned.estimated = true;
    learned.pairs = blocked.pairs + blind.pairs;
    for (field, column) in records.columns.iter().enumerate() {
        let numbers = &mut learned.fields[field];
        if matches!(column.compare, Compare::PersonName | Compare::CompanyName) {
            let counts = || column.words.count.iter().map(|count| f64::from(*count));
            let (sum, squares): (f64, f64) = (counts().sum(), counts().map(|count| count * count).sum());
            if sum > 0.0 {
                numbers.word = squares / sum / f64::from(records.contents.max(1));
            }
            let (pairs, inverse) = blind.misspelt[field];
            if pairs >= 30.0 {
                numbers.misspelt = pairs / inverse;
            }
        }
    }
    let all = records.len() as f64 * (records.len() as f64 - 1.0) / 2.0;
    for _ in 0..ROUNDS {
        let two = blind_levels(records, blind, &standard, &mut learned);
        let one = matching_levels(records, blocks, blocked, &standard, &mut learned);
        for (place, (field, numbers)) in records.fields().iter().zip(&mut learned.fields).enumerate() {
            let defaults = &standard.fields[place];
            for level in 1..numbers.m.len() {
                if one[place][level + 1] < SELDOM && two[place][level + 1] < SELDOM {
                    numbers.u[level] = numbers.m[level] * defaults.u[level] / defaults.m[level];
                }
            }
            in_order(&mut numbers.m, &numbers.u);
            if matches!(field.compare, Compare::PersonName | Compare::CompanyName) {
                let over = (numbers.m[usize::from(name::ONE_PART) - 1] - MOST_ONE_PART).max(0.0);
                numbers.m[usize::from(name::ONE_PART) - 1] -= over;
                numbers.m[usize::from(name::DIFFERENT) - 1] += over;
            }
        }
        for _ in 0..STEPS {
            let weights = weights(records, &learned, &|_| true);
            let prior = bits(learned.prior, 1.0 - learned.prior);
            let matches: f64 = blocked
                .patterns
                .iter()
                .map(|pattern| expected(pattern, &weights, prior))
                .sum();
            learned.matches = matches / blocked.share;
            learned.prior = (learned.matches / all).clamp(0.1 / all, 0.5);
        }
    }
    learned
}

type Weights = Vec<[f64; LEVELS]>;

/// The bits of each level of the fields asked for; zero for the others. What rules out one party does so here too: kin, of
/// whom there are many, would else be learned as a way in which one party differs from itself.
fn weights(records: &Records, parameters: &Parameters, asked: &dyn Fn(usize) -> bool) -> Weights {
    let fields = parameters.fields.iter().enumerate().map(|(field, numbers)| {
        let mut weights = [0.0; LEVELS];
        if asked(field) {
            for (level, (m, u)) in numbers.m.iter().zip(&numbers.u).enumerate() {
                weights[level + 1] = bits(*m, *u);
            }
        }
        let field = &records.fields()[field];
        if field.compare == Compare::Identifier || (field.compare == Compare::Date && field.vetoes) {
            weights[numbers.m.len()] = f64::NEG_INFINITY;
        }
        weights
    });
    fields.collect()
}

/// How many pairs of a pattern are one party.
fn expected(pattern: &Pattern, weights: &Weights, prior: f64) -> f64 {
    let sum: f64 = weights
        .iter()
        .enumerate()
        .map(|(field, weights)| weights[pattern.level(field)])
        .sum();
    pattern.count * posterior(prior + sum)
}

/// How often records of two parties come out at each level. Returns how many pairs were at each.
fn blind_levels(
    records: &Records,
    blind: &Sample,
    standard: &Parameters,
    learned: &mut Parameters,
) -> Weights {
    let mut all = Vec::new();
    let weights = weights(records, learned, &|_| true);
    let prior = bits(learned.prior, 1.0 - learned.prior);
    let two: Vec<f64> = blind
        .patterns
        .iter()
        .map(|pattern| pattern.count - expected(pattern, &weights, prior))
        .collect();
    for (field, column) in records.columns.iter().enumerate() {
        let defaults = &standard.fields[field].u;
        let mut counts: Vec<f64> = defaults.iter().map(|u| u * DEFAULT_BLIND + UNSEEN).collect();
        let mut seen = [0.0; LEVELS];
        for (pattern, two) in blind.patterns.iter().zip(&two) {
            seen[pattern.level(field)] += two;
        }
        for (count, seen) in counts.iter_mut().zip(&seen[1..]) {
            *count += seen;
        }
        all.push(seen);
        let total: f64 = counts.iter().sum();
        let numbers = &mut learned.fields[field];
        for (u, count) in numbers.u.iter_mut().zip(&counts) {
            *u = count / total;
        }
        if blind.share < 1.0 {
            // Equal values are too rare for a sample; how often each is there tells more. What records of one party
            // make of it is taken off, and what is left is not taken for less than the sample can tell.
            let (coincidence, values) = column.coincidence();
            let rest = (coincidence - learned.prior * numbers.m[0]) / (1.0 - learned.prior);
            let least = (1.0 / values.max(1) as f64).min((seen[1] + 3.0) / total);
            let same = rest.max(least).min(0.5);
            let others = 1.0 - numbers.u[0];
            for u in &mut numbers.u[1..] {
                *u *= (1.0 - same) / others;
            }
            numbers.u[0] = same;
        }
    }
    all
}

/// How often records of one party come out at each level. Returns how many pairs were at each.
fn matching_levels(
    records: &Records,
    blocks: &[Block],
    blocked: &Sample,
    standard: &Parameters,
    learned: &mut Parameters,
) -> Weights {
    let fields = records.fields().len();
    let mut all = vec![[0.0; LEVELS]; fields];
    let mut counts: Vec<Vec<f64>> = standard
        .fields
        .iter()
        .map(|numbers| numbers.m.iter().map(|m| m * DEFAULT_MATCHES).collect())
        .collect();
    for (number, block) in blocks.iter().enumerate().take(64) {
        let patterns: Vec<&Pattern> = blocked
            .patterns
            .iter()
            .filter(|pattern| pattern.blocks & (1 << number) != 0)
            .collect();
        let pairs: f64 = patterns.iter().map(|pattern| pattern.count).sum();
        if pairs < DEFAULT_MATCHES {
            continue;
        }
        let free = |field: usize| !block.bound(field);
        let mut own = learned.clone();
        own.prior = 0.2;
        let mut found = vec![[0.0; LEVELS]; fields];
        for _ in 0..STEPS {
            let weights = weights(records, &own, &free);
            let prior = bits(own.prior, 1.0 - own.prior);
            found.fill([0.0; LEVELS]);
            let mut matches = 0.0;
            for pattern in &patterns {
                let one = expected(pattern, &weights, prior);
                matches += one;
                for (field, found) in found.iter_mut().enumerate() {
                    found[pattern.level(field)] += one;
                }
            }
            own.prior = (matches / pairs).clamp(0.1 / pairs, 0.999);
            for field in (0..fields).filter(|field| free(*field)) {
                let defaults = standard.fields[field].m.iter().map(|m| m * DEFAULT_MATCHES);
                let sums: Vec<f64> = defaults
                    .zip(&found[field][1..])
                    .map(|(m, found)| m + found)
                    .collect();
                let total: f64 = sums.iter().sum();
                let numbers = &mut own.fields[field];
                numbers.m = sums.iter().map(|sum| sum / total).collect();
                in_order(&mut numbers.m, &numbers.u);
            }
        }
        for field in (0..fields).filter(|field| free(*field)) {
            for (count, found) in counts[field].iter_mut().zip(&found[field][1..]) {
                *count += found;
            }
            for (all, found) in all[field].iter_mut().zip(&found[field]) {
                *all += found;
            }
        }
    }
    for (numbers, counts) in learned.fields.iter_mut().zip(&counts) {
        let total: f64 = counts.iter().sum();
        for (m, count) in numbers.m.iter_mut().zip(counts) {
            *m = count / total;
        }
    }
    all
}

/// Levels of which a closer one would weigh less are given the ratio that they have together.
fn in_order(m: &mut [f64], u: &[f64]) {
    // Pools: where it begins, the sums of m and u.
    let mut pools: Vec<(usize, f64, f64)> = Vec::new();
    for level in 0..m.len() {
        pools.push((level, m[level], u[level]));
        while let [.., before, last] = pools.as_slice() {
            if before.1 * last.2 >= last.1 * before.2 {
                break;
            }
            let pool = (before.0, before.1 + last.1, before.2 + last.2);
            pools.truncate(pools.len() - 2);
            pools.push(pool);
        }
    }
    let mut end = m.len();
    for (start, sum_m, sum_u) in pools.into_iter().rev() {
        for level in start..end {
            m[level] = sum_m / sum_u * u[level];
        }
        end = start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parties::resolve::records::{Field, Kind, RecordsBuilder};

    #[test]
    fn closer_never_weighs_less() {
        let mut m = [0.5, 0.1, 0.4];
        in_order(&mut m, &[0.1, 0.001, 0.899]);
        assert!((m[0] / 0.1 - m[1] / 0.001).abs() < 1e-9);
        assert!((m.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let mut m = [0.9, 0.1];
        in_order(&mut m, &[0.1, 0.9]);
        assert!((m[0] - 0.9).abs() < 1e-12);
    }

    #[test]
    fn planted_numbers_are_found() {
        let fields = vec![
            Field::new("name", Compare::PersonName),
            Field::new("phone", Compare::Contact),
            Field::new("city", Compare::Text),
            Field {
                vetoes: false,
                ..Field::new("birth", Compare::Date)
            },
        ];
        let mut builder = RecordsBuilder::new(fields);
        for record in 0..3_000 {
            builder.record(&format!("{record:05}"), Kind::Person);
        }
        let Ok(records) = builder.finish() else {
            panic!("records")
        };
        let m: [&[f64]; 4] = [
            &[0.5, 0.05, 0.05, 0.1, 0.2, 0.06, 0.02, 0.02],
            &[0.8, 0.05, 0.15],
            &[0.7, 0.3],
            &[0.85, 0.02, 0.08, 0.02, 0.03],
        ];
        let u: [&[f64]; 4] = [
            &[1e-3, 1e-4, 5e-4, 2e-3, 5e-3, 1e-2, 5e-2, 0.9314],
            &[2e-3, 1e-2, 0.988],
            &[0.05, 0.95],
            &[1e-3, 5e-4, 1e-2, 2e-3, 0.9865],
        ];
        // Every combination, as often as it would come: two blocks, one binding the phone, one the birth date.
        let (matches, others, pairs) = (2_000.0, 20_000.0, 4_000_000.0);
        let mut blocked = Vec::new();
        let mut blind = Vec::new();
        for name in 1..=8_u8 {
            for phone in 1..=3_u8 {
                for city in 1..=2_u8 {
                    for birth in 1..=5_u8 {
                        let levels = [name, phone, city, birth];
                        let share = |numbers: &[&[f64]; 4], but: usize| -> f64 {
                            let places = (0..4).filter(|field| *field != but);
                            places
                                .map(|field| numbers[field][usize::from(levels[field]) - 1])
                                .product()
                        };
                        for (number, bound) in [(0, 1), (1, 3)] {
                            if levels[bound] == 1 {
                                let count = matches * share(&m, bound) + others * share(&u, bound);
                                blocked.push(Pattern::of(&levels, 1 << number, count));
                            }
                        }
                        blind.push(Pattern::of(&levels, 0, pairs * share(&u, 9)));
                    }
                }
            }
        }
        let sample = |patterns: Vec<Pattern>| Sample {
            pairs: 0,
            patterns,
            share: 1.0,
            misspelt: vec![(0.0, 0.0); 4],
        };
        use super::super::block::Transform::Whole;
        let block = |field: usize| Block {
            name: String::new(),
            parts: vec![(field, Whole)],
            within: Vec::new(),
        };
        let learned = learn(&records, &[block(1), block(3)], &sample(blocked), &sample(blind));
        for field in 0..4 {
            for level in 0..m[field].len() {
                let (found, planted) = (learned.fields[field].m[level], m[field][level]);
                assert!(
                    (found - planted).abs() < 0.01,
                    "m of {field} {level}: {found}, planted {planted}"
                );
                let (found, planted) = (learned.fields[field].u[level], u[field][level]);
                assert!(
                    (found / planted).ln().abs() < 0.1,
                    "u of {field} {level}: {found}, planted {planted}"
                );
            }
        }
        assert!(learned.estimated);
    }
}
