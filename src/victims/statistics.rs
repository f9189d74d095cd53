//! Statistics that single nobody out (requirement VS-12): counts by up to three dimensions (form, category, route) with
//! their totals, in which every count of a few is marked `<5`, and every total that a few are part of `—`.
//!
//! What a reader knows is taken at its worst: he knows this rule, runs it on every table that he can think of, and
//! strikes out each that does not give the page. So what is withheld depends on nothing that is withheld: a cell is
//! marked by itself alone (none, a few, more), and a total by whether a marked cell is part of it. Whatever the marked
//! cells hold, each from 1 to the limit less one, the page is the same to the letter. That is the whole proof, and a
//! test runs such a reader. Rules that leave out fewer cells choose them by their values, and the choice tells.
//!
//! The totals cost nothing that is known: how many a withheld total is at least and at most follows from what is shown,
//! and is told. A zero is shown: it is nobody. Children have a larger limit, because few children are known where they
//! live. The proof is of one table: two of the same people by other dimensions can be set against each other.

use thiserror::Error;

/// One category of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    pub name: String,
    /// Counts here are of children.
    pub is_children: bool,
}

/// What counts are broken down by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    pub name: String,
    pub bins: Vec<Bin>,
}

/// The least counts that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub least: u64,
    pub least_of_children: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            least: 5,
            least_of_children: 10,
        }
    }
}

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Count(u64),
    /// Fewer than this, and not none.
    Few(u64),
    /// Not shown, because a few are part of it who could be computed from it.
    Withheld,
}

/// Why there are no statistics.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StatisticsError {
    #[error("statistics have one to three dimensions, here are {0}; leave out some")]
    Dimensions(usize),
    #[error("{given} counts for {expected} cells; give one count for each combination of categories")]
    Counts { given: usize, expected: usize },
    #[error("{0} is too small a limit: marks would say the very count; give 3 or more")]
    Limit(u64),
}

/// Statistics as they may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Categories of each dimension, the total not among them.
    sizes: Vec<usize>,
    cells: Vec<Shown>,
    /// What follows from the page for each cell: how many at least and at most.
    bounds: Vec<(u64, u64)>,
    /// Nothing is shown: what would be shown is no proof of as many people as the least count that is.
    pub is_withheld: bool,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Count(count) => write!(f, "{count}"),
            Shown::Few(least) => write!(f, "<{least}"),
            Shown::Withheld => f.write_str("—"),
        }
    }
}

impl Published {
    /// A cell by its category in each dimension; `None` is the total.
    pub fn get(&self, at: &[Option<usize>]) -> Option<Shown> {
        self.cells.get(self.place(at)?).copied()
    }

    /// How many there are in a cell at least and at most, as far as the page itself tells; nothing where all is withheld.
    pub fn bounds(&self, at: &[Option<usize>]) -> Option<(u64, u64)> {
        self.bounds.get(self.place(at)?).copied()
    }

    /// All cells, totals last in each dimension.
    pub fn cells(&self) -> &[Shown] {
        &self.cells
    }

    fn place(&self, at: &[Option<usize>]) -> Option<usize> {
        if at.len() != self.sizes.len() {
            return None;
        }
        let mut place = 0;
        for (index, size) in at.iter().zip(&self.sizes) {
            let index = index.unwrap_or(*size);
            if index > *size {
                return None;
            }
            place = place * (size + 1) + index;
        }
        Some(place)
    }
}

/// The statistics of counts. `counts` has one for each combination of categories, the last dimension running fastest.
/// Each person counts in one combination, so that rows add up. Time and memory are those of the table with its totals.
pub fn publish(
    dimensions: &[Dimension],
    counts: &[u64],
    limits: Limits,
) -> Result<Published, StatisticsError> {
    if !(1..=3).contains(&dimensions.len()) {
        return Err(StatisticsError::Dimensions(dimensions.len()));
    }
    for limit in [limits.least, limits.least_of_children] {
        if limit < 3 {
            return Err(StatisticsError::Limit(limit));
        }
    }
    let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.bins.len()).collect();
    let expected = sizes.iter().product();
    if counts.len() != expected {
        return Err(StatisticsError::Counts {
            given: counts.len(),
            expected,
        });
    }
    let all: usize = sizes.iter().map(|size| size + 1).product();
    let mut bounds = vec![(0_u64, 0_u64); all];
    let mut has_few = vec![false; all];
    let mut limit_of = vec![0; all];
    for (number, count) in counts.iter().enumerate() {
        let at = index(number, &sizes);
        let is_of_children = dimensions
            .iter()
            .zip(&at)
            .any(|(dimension, i)| dimension.bins[*i].is_children);
        let limit = match is_of_children {
            true => limits.least_of_children,
            false => limits.least,
        };
        let is_few = (1..limit).contains(count);
        let (least, most) = if is_few { (1, limit - 1) } else { (*count, *count) };
        // A count goes into its cell and into every total.
        for totals in 0..1_usize << sizes.len() {
            let place = (0..sizes.len()).fold(0, |place, d| {
                let i = if totals >> d & 1 == 1 { sizes[d] } else { at[d] };
                place * (sizes[d] + 1) + i
            });
            bounds[place].0 = bounds[place].0.saturating_add(least);
            bounds[place].1 = bounds[place].1.saturating_add(most);
            has_few[place] |= is_few;
            if totals == 0 {
                limit_of[place] = limit;
            }
        }
    }
    // By what is shown and not by how many there are: whether 1 + 4 reach the limit would tell of both.
    let is_withheld = bounds.last().is_none_or(|(least, _)| *least < limits.least);
    let shown = |place: usize| match (has_few[place], limit_of[place]) {
        _ if is_withheld => Shown::Withheld,
        (false, _) => Shown::Count(bounds[place].0),
        (true, 0) => Shown::Withheld,
        (true, limit) => Shown::Few(limit),
    };
    let cells = (0..all).map(shown).collect();
    Ok(Published {
        cells,
        bounds: if is_withheld { Vec::new() } else { bounds },
        sizes,
        is_withheld,
    })
}

/// The place of a combination in each dimension.
fn index(number: usize, sizes: &[usize]) -> Vec<usize> {
    let mut at = vec![0; sizes.len()];
    let mut rest = number;
    for (place, size) in sizes.iter().enumerate().rev() {
        at[place] = rest % size;
        rest /= size;
    }
    at
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn dimension(name: &str, size: usize) -> Dimension {
        let bin = |number: usize| Bin {
            name: format!("{name} {number}"),
            is_children: false,
        };
        Dimension {
            name: name.to_owned(),
            bins: (0..size).map(bin).collect(),
        }
    }

    fn table(sizes: &[usize], counts: &[u64]) -> Published {
        limited(sizes, counts, Limits::default().least)
    }

    fn limited(sizes: &[usize], counts: &[u64], least: u64) -> Published {
        let dimensions: Vec<Dimension> = sizes.iter().map(|size| dimension("d", *size)).collect();
        let limits = Limits {
            least,
            ..Limits::default()
        };
        publish(&dimensions, counts, limits).expect("a table")
    }

    fn text(published: &Published) -> String {
        let cells: Vec<String> = published.cells().iter().map(Shown::to_string).collect();
        cells.join(" ")
    }

    /// Every cell of a table, the totals among them, as they are.
    fn values(sizes: &[usize], counts: &[u64]) -> Vec<u64> {
        let all: usize = sizes.iter().map(|size| size + 1).product();
        let extents: Vec<usize> = sizes.iter().map(|size| size + 1).collect();
        let sum = |place: usize| {
            let of = index(place, &extents);
            let is_in = |number: &usize| {
                let at = index(*number, sizes);
                (0..sizes.len()).all(|d| of[d] == sizes[d] || of[d] == at[d])
            };
            (0..counts.len()).filter(is_in).map(|number| counts[number]).sum()
        };
        (0..all).map(sum).collect()
    }

    /// A reader who knows the rule: publishes every table there is with these values in its cells, and keeps for each
    /// page what each of its cells may be.
    fn attack(sizes: &[usize], options: &[u64], least: u64) {
        type Seen = (Published, Vec<BTreeSet<u64>>);
        let inner: usize = sizes.iter().product();
        let mut pages: BTreeMap<String, Seen> = BTreeMap::new();
        for number in 0..options.len().pow(inner as u32) {
            let counts: Vec<u64> = index(number, &vec![options.len(); inner])
                .into_iter()
                .map(|i| options[i])
                .collect();
            let page = limited(sizes, &counts, least);
            let (_, seen) = pages
                .entry(text(&page))
                .or_insert_with(|| (page.clone(), vec![BTreeSet::new(); page.cells().len()]));
            for (seen, value) in seen.iter_mut().zip(values(sizes, &counts)) {
                seen.insert(value);
            }
        }
        assert!(pages.len() > 10);
        for (text, (page, seen)) in &pages {
            for (place, (shown, values)) in page.cells().iter().zip(seen).enumerate() {
                match shown {
                    Shown::Count(count) => assert_eq!(*values, BTreeSet::from([*count]), "{text}"),
                    Shown::Few(least) => assert_eq!(*values, (1..*least).collect(), "{text}"),
                    Shown::Withheld => assert!(values.len() as u64 >= least - 1, "{text}: {values:?}"),
                }
                if let Some((least, most)) = page.bounds.get(place) {
                    assert_eq!(
                        *values,
                        (*least..=*most).collect(),
                        "what is told of a cell, {text}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_reader_who_runs_the_rule_on_every_table_learns_no_mark() {
        let all: Vec<u64> = (0..13).collect();
        attack(&[2, 2], &all, 5);
        attack(&[3], &all, 5);
        attack(&[1, 3], &all, 5);
        attack(&[2, 1, 2], &all[..8], 5);
        attack(&[2, 3], &[0, 1, 2, 3, 4, 6], 5);
        attack(&[2, 2, 2], &[0, 1, 2, 3], 3);
    }

    #[test]
    fn few_are_marked_and_totals_that_would_tell_them_are_not_shown() {
        let published = table(&[2, 3], &[3, 20, 30, 40, 50, 60]);
        assert_eq!(text(&published), "<5 20 30 — 40 50 60 150 — 70 90 —");
        assert_eq!(published.bounds(&[Some(0), None]), Some((51, 54)));
        assert_eq!(published.bounds(&[None, None]), Some((201, 204)));
        assert_eq!(text(&table(&[3], &[2, 9, 40])), "<5 9 40 —");
        assert_eq!(text(&table(&[2], &[20, 30])), "20 30 50");
    }

    #[test]
    fn a_table_of_few_people_says_nothing_and_zeros_are_zeros() {
        let published = table(&[2, 2], &[1, 2, 0, 0]);
        assert!(published.is_withheld);
        assert_eq!(published.bounds(&[None, None]), None);
        let published = table(&[2, 2], &[0, 20, 30, 0]);
        assert_eq!(text(&published), "0 20 20 30 0 30 30 20 50");
        assert_eq!(published.get(&[None, Some(1)]), Some(Shown::Count(20)));
        assert_eq!(published.get(&[None, Some(3)]), None);
        assert!(
            publish(&[dimension("a", 0)], &[], Limits::default())
                .expect("nobody")
                .is_withheld
        );
    }

    #[test]
    fn children_have_a_larger_limit() {
        let mut ages = dimension("age", 2);
        ages.bins[0].is_children = true;
        let published =
            publish(&[ages, dimension("form", 2)], &[7, 30, 40, 50], Limits::default()).expect("a table");
        assert_eq!(text(&published), "<10 30 — 40 50 90 — 80 —");
    }

    #[test]
    fn large_tables_take_no_time() {
        let counts: Vec<u64> = (0..100_000).map(|n| n * n % 41).collect();
        let published = table(&[40, 50, 50], &counts);
        assert!(!published.is_withheld);
        assert_eq!(published.get(&[None, None, None]), Some(Shown::Withheld));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refused =
            publish(&[dimension("a", 2)], &[1], Limits::default()).expect_err("one count is missing");
        assert!(refused.to_string().contains("1 counts for 2 cells"));
        let limits = Limits {
            least: 2,
            ..Limits::default()
        };
        assert_eq!(
            publish(&[dimension("a", 1)], &[9], limits),
            Err(StatisticsError::Limit(2))
        );
        assert_eq!(
            publish(&[], &[9], Limits::default()),
            Err(StatisticsError::Dimensions(0))
        );
    }
}
