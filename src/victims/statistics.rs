//! Statistics that single nobody out (requirement VS-12): counts by up to three dimensions (form, category, route) with
//! their totals, in which every count of a few is marked `<5`, and so many others `—` that no mark can be computed from
//! the totals.
//!
//! What a reader knows is taken at its worst: he knows that `<5` is 1 to 4, that `—` is 5 or more, that all else is exact,
//! and that rows add up. A mark is safe where for each end of its range another table of whole numbers, with other
//! numbers under marks alone, gives the very same page. Such a table is made by adding a number at the corners of a box
//! (two categories or a category and the total in each dimension) so that every row keeps adding up: the proof is the
//! table itself, not a bound. Where no such box can be had, nothing of the table is shown.
//!
//! A zero is shown: it is nobody. Children have a larger limit, because few children are known where they live.

use std::collections::BTreeSet;

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
    /// Not shown, so that others cannot be computed.
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
    /// Nothing could be shown: too few people, or no way to hide them.
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
        self.cells.get(place).copied()
    }

    /// All cells, totals last in each dimension.
    pub fn cells(&self) -> &[Shown] {
        &self.cells
    }
}

/// The statistics of counts. `counts` has one for each combination of categories, the last dimension running fastest.
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
    let mut cube = Cube::new(dimensions, &sizes, counts, limits);
    let is_safe = cube.value.last().is_some_and(|all| *all >= limits.least as i64) && cube.hide();
    let cells = match is_safe {
        true => cube.shown(),
        false => vec![Shown::Withheld; cube.value.len()],
    };
    Ok(Published {
        sizes,
        cells,
        is_withheld: !is_safe,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Open,
    Few,
    Hidden,
}

/// Counts with totals in all dimensions.
struct Cube {
    /// With the total.
    extents: Vec<usize>,
    value: Vec<i64>,
    least: Vec<i64>,
    mark: Vec<Mark>,
    /// How far each cell goes down and up in a table that gives the same page.
    low: Vec<i64>,
    high: Vec<i64>,
}

/// The corners of a box with the sign that a change at its first corner has there.
type Corners = Vec<(usize, i64)>;

impl Cube {
    fn new(dimensions: &[Dimension], sizes: &[usize], counts: &[u64], limits: Limits) -> Cube {
        let extents: Vec<usize> = sizes.iter().map(|size| size + 1).collect();
        let cells: usize = extents.iter().product();
        let mut cube = Cube {
            value: vec![0; cells],
            least: vec![limits.least as i64; cells],
            mark: vec![Mark::Open; cells],
            low: Vec::new(),
            high: Vec::new(),
            extents,
        };
        for (number, count) in counts.iter().enumerate() {
            let mut at = vec![0; sizes.len()];
            let mut rest = number;
            for (place, size) in sizes.iter().enumerate().rev() {
                at[place] = rest % size;
                rest /= size;
            }
            // A count goes into its cell and into every total.
            for totals in 0..1_usize << sizes.len() {
                let to: Vec<usize> = (0..sizes.len())
                    .map(|d| if totals >> d & 1 == 1 { sizes[d] } else { at[d] })
                    .collect();
                let place = cube.place(&to);
                cube.value[place] += *count as i64;
            }
        }
        for cell in 0..cells {
            let at = cube.at(cell);
            let is_of_children = dimensions
                .iter()
                .zip(&at)
                .any(|(dimension, index)| dimension.bins.get(*index).is_some_and(|bin| bin.is_children));
            if is_of_children {
                cube.least[cell] = limits.least_of_children as i64;
            }
            if (1..cube.least[cell]).contains(&cube.value[cell]) {
                cube.mark[cell] = Mark::Few;
            }
        }
        cube.low = cube.value.clone();
        cube.high = cube.value.clone();
        cube
    }

    fn place(&self, at: &[usize]) -> usize {
        at.iter()
            .zip(&self.extents)
            .fold(0, |place, (index, extent)| place * extent + index)
    }

    fn at(&self, cell: usize) -> Vec<usize> {
        let mut at = vec![0; self.extents.len()];
        let mut rest = cell;
        for (place, extent) in self.extents.iter().enumerate().rev() {
            at[place] = rest % extent;
            rest /= extent;
        }
        at
    }

    fn shown(&self) -> Vec<Shown> {
        (0..self.value.len())
            .map(|cell| match self.mark[cell] {
                Mark::Open => Shown::Count(self.value[cell] as u64),
                Mark::Few => Shown::Few(self.least[cell] as u64),
                Mark::Hidden => Shown::Withheld,
            })
            .collect()
    }

    /// Hides cells until every mark is safe; whether that is so.
    fn hide(&mut self) -> bool {
        // The smallest counts have the fewest ways, so they choose first.
        let mut few: Vec<usize> = (0..self.value.len())
            .filter(|cell| self.mark[*cell] == Mark::Few)
            .collect();
        few.sort_by_key(|cell| (self.value[*cell], *cell));
        for cell in few {
            let (down, up) = (self.value[cell] - 1, self.least[cell] - 1 - self.value[cell]);
            let is_safe =
                self.open_up(cell, down, up) || (self.open_up(cell, down, 0) && self.open_up(cell, 0, up));
            if !is_safe {
                return false;
            }
        }
        // What was hidden for others must not be as good as known itself.
        loop {
            let narrow: BTreeSet<usize> = (0..self.value.len())
                .filter(|cell| self.mark[*cell] == Mark::Hidden)
                .filter(|cell| self.high[*cell] - self.low[*cell] < self.least[*cell] - 2)
                .collect();
            let Some(cell) = narrow.first().copied() else {
                return true;
            };
            let width = self.least[cell] - 2;
            if !(self.open_up(cell, 0, width) || self.open_up(cell, width, 0)) {
                return false;
            }
        }
    }

    /// Finds the box that lets a cell go so far down and up and hides the least, and hides its corners.
    fn open_up(&mut self, cell: usize, down: i64, up: i64) -> bool {
        if self.low[cell] <= self.value[cell] - down && self.high[cell] >= self.value[cell] + up {
            return true;
        }
        let at = self.at(cell);
        let opposites = self.value.len();
        let mut best: Option<((usize, i64, usize), Corners)> = None;
        for opposite in 0..opposites {
            let other = self.at(opposite);
            if at.iter().zip(&other).any(|(a, b)| a == b) {
                continue;
            }
            let corners = self.corners(&at, &other);
            let Some((count, sum)) = self.cost(&corners, down, up) else {
                continue;
            };
            let cost = (count, sum, opposite);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, corners));
            }
        }
        let Some((_, corners)) = best else {
            return false;
        };
        for (corner, sign) in corners {
            if self.mark[corner] == Mark::Open {
                self.mark[corner] = Mark::Hidden;
            }
            let (less, more) = if sign > 0 { (down, up) } else { (up, down) };
            self.low[corner] = self.low[corner].min(self.value[corner] - less);
            self.high[corner] = self.high[corner].max(self.value[corner] + more);
        }
        true
    }

    fn corners(&self, at: &[usize], other: &[usize]) -> Corners {
        (0..1_usize << at.len())
            .map(|choice| {
                let mut sign = 1;
                let corner: Vec<usize> = (0..at.len())
                    .map(|d| {
                        let is_other = choice >> d & 1 == 1;
                        // What one category gains another loses; the total gains what its category gains.
                        let total = self.extents[d] - 1;
                        if is_other && at[d] != total && other[d] != total {
                            sign = -sign;
                        }
                        if is_other { other[d] } else { at[d] }
                    })
                    .collect();
                (self.place(&corner), sign)
            })
            .collect()
    }

    /// How many cells a box would hide and how much they count; nothing where a corner cannot change so.
    fn cost(&self, corners: &Corners, down: i64, up: i64) -> Option<(usize, i64)> {
        let (mut count, mut sum) = (0, 0);
        for (corner, sign) in corners {
            let value = self.value[*corner];
            let (less, more) = if *sign > 0 { (down, up) } else { (up, down) };
            let (low, high) = (value - less, value + more);
            let least = self.least[*corner];
            let fits = match self.mark[*corner] {
                Mark::Few => low >= 1 && high < least,
                Mark::Open | Mark::Hidden => low >= least,
            };
            if !fits {
                return None;
            }
            if self.mark[*corner] == Mark::Open {
                count += 1;
                sum += value;
            }
        }
        Some((count, sum))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        let dimensions: Vec<Dimension> = sizes.iter().map(|size| dimension("d", *size)).collect();
        publish(&dimensions, counts, Limits::default()).expect("a table")
    }

    fn text(published: &Published) -> String {
        let cells: Vec<String> = published.cells().iter().map(Shown::to_string).collect();
        cells.join(" ")
    }

    /// All tables that give the same page, as a reader would look for them: the values of each cell.
    fn possible(published: &Published, most: u64) -> Vec<BTreeSet<u64>> {
        let inner: usize = published.sizes.iter().product();
        let at = |number: usize| {
            let mut at = vec![Some(0); published.sizes.len()];
            let mut rest = number;
            for (place, size) in published.sizes.iter().enumerate().rev() {
                at[place] = Some(rest % size);
                rest /= size;
            }
            at
        };
        let choices = |shown: Shown| match shown {
            Shown::Count(count) => vec![count],
            Shown::Few(least) => (1..least).collect(),
            Shown::Withheld => (5..=most).collect(),
        };
        let options: Vec<Vec<u64>> = (0..inner)
            .map(|n| choices(published.get(&at(n)).expect("a cell")))
            .collect();
        // A total is known as soon as its last cell is: what cannot be is not gone on with.
        let all: usize = published.sizes.iter().map(|size| size + 1).product();
        let totals: Vec<(Vec<usize>, Shown)> = (0..all)
            .map(|number| {
                let mut place = vec![None; published.sizes.len()];
                let mut rest = number;
                for (place, size) in place.iter_mut().zip(&published.sizes).rev() {
                    *place = Some(rest % (size + 1)).filter(|bin| bin < size);
                    rest /= size + 1;
                }
                let is_in = |cell: &usize| {
                    at(*cell)
                        .iter()
                        .zip(&place)
                        .all(|(own, of)| of.is_none() || own == of)
                };
                let shown = published.get(&place).expect("a total");
                ((0..inner).filter(is_in).collect(), shown)
            })
            .collect();
        let goes_on = |filled: usize, chosen: &[u64]| {
            let ended = totals.iter().filter(|(cells, _)| cells.last() == Some(&filled));
            ended.into_iter().all(|(cells, shown)| {
                let sum: u64 = cells.iter().map(|cell| chosen[*cell]).sum();
                match shown {
                    Shown::Count(count) => sum == *count,
                    Shown::Few(least) => sum >= 1 && sum < *least,
                    Shown::Withheld => sum >= 5,
                }
            })
        };
        let mut seen = vec![BTreeSet::new(); published.cells.len()];
        let mut chosen = vec![0_u64; inner];
        fill(0, &options, &mut chosen, &goes_on, &mut |counts| {
            let dimensions: Vec<Dimension> =
                published.sizes.iter().map(|size| dimension("d", *size)).collect();
            let cube = Cube::new(&dimensions, &published.sizes, counts, Limits::default());
            let fits = published
                .cells
                .iter()
                .zip(&cube.value)
                .all(|(shown, value)| match shown {
                    Shown::Count(count) => *count as i64 == *value,
                    Shown::Few(least) => *value >= 1 && *value < *least as i64,
                    Shown::Withheld => *value >= 5,
                });
            if fits {
                for (values, value) in seen.iter_mut().zip(&cube.value) {
                    values.insert(*value as u64);
                }
            }
        });
        seen
    }

    fn fill(
        at: usize,
        options: &[Vec<u64>],
        chosen: &mut Vec<u64>,
        goes_on: &dyn Fn(usize, &[u64]) -> bool,
        tell: &mut dyn FnMut(&[u64]),
    ) {
        if at == options.len() {
            tell(chosen);
            return;
        }
        for option in &options[at] {
            chosen[at] = *option;
            if goes_on(at, chosen) {
                fill(at + 1, options, chosen, goes_on, tell);
            }
        }
    }

    fn assert_safe(published: &Published, most: u64) {
        if published.is_withheld {
            assert!(published.cells().iter().all(|cell| *cell == Shown::Withheld));
            return;
        }
        for (shown, values) in published.cells().iter().zip(possible(published, most)) {
            match shown {
                Shown::Count(_) => assert_eq!(values.len(), 1),
                Shown::Few(least) => assert_eq!(values, (1..*least).collect(), "{}", text(published)),
                Shown::Withheld => {
                    let width = values.last().unwrap_or(&0) - values.first().unwrap_or(&0);
                    assert!(width >= 3, "{}", text(published));
                }
            }
        }
    }

    #[test]
    fn few_are_marked_and_cannot_be_computed() {
        let published = table(&[2, 3], &[3, 20, 30, 40, 50, 60]);
        assert_eq!(text(&published), "<5 — 30 53 — — 60 150 43 70 90 203");
        assert_safe(&published, 80);
        // One row alone: the other count and the total would say it.
        assert_eq!(text(&table(&[3], &[2, 9, 40])), "<5 — 40 51");
        assert_eq!(text(&table(&[2], &[20, 30])), "20 30 50");
    }

    #[test]
    fn two_marks_that_add_up_to_their_greatest_are_not_left_so() {
        // 4 + 4 = 8 can only be 4 and 4.
        let published = table(&[2, 2], &[4, 4, 30, 30]);
        assert_safe(&published, 60);
    }

    #[test]
    fn a_table_of_few_people_says_nothing_and_zeros_are_zeros() {
        let published = table(&[2, 2], &[1, 2, 0, 0]);
        assert!(published.is_withheld);
        let published = table(&[2, 2], &[0, 20, 30, 0]);
        assert_eq!(text(&published), "0 20 20 30 0 30 30 20 50");
        assert_eq!(published.get(&[None, Some(1)]), Some(Shown::Count(20)));
        assert_eq!(published.get(&[None, Some(3)]), None);
        // A few beside zeros alone: nothing can move but the totals.
        assert_safe(&table(&[2, 2], &[3, 0, 0, 40]), 60);
    }

    #[test]
    fn children_have_a_larger_limit() {
        let mut ages = dimension("age", 2);
        ages.bins[0].is_children = true;
        let published =
            publish(&[ages, dimension("form", 2)], &[7, 30, 40, 50], Limits::default()).expect("a table");
        assert_eq!(published.get(&[Some(0), Some(0)]), Some(Shown::Few(10)));
        assert_eq!(
            published
                .get(&[Some(0), Some(0)])
                .map(|shown| shown.to_string())
                .as_deref(),
            Some("<10")
        );
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

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn no_mark_of_a_table_can_be_computed(counts in prop::collection::vec(0_u64..16, 4)) {
            assert_safe(&table(&[2, 2], &counts), 40);
        }

        #[test]
        fn no_mark_of_a_row_can_be_computed(counts in prop::collection::vec(0_u64..20, 2..5)) {
            assert_safe(&table(&[counts.len()], &counts), 40);
        }

        #[test]
        fn no_mark_of_a_cube_can_be_computed(counts in prop::collection::vec(prop::sample::select(vec![0_u64, 0, 2, 7, 12]), 8)) {
            let published = table(&[2, 2, 2], &counts);
            let hidden = published.cells().iter().filter(|cell| **cell == Shown::Withheld).count();
            if published.is_withheld || hidden <= 12 {
                assert_safe(&published, 16);
            }
        }

        #[test]
        fn large_tables_are_proven_by_their_boxes(counts in prop::collection::vec(0_u64..40, 120)) {
            let sizes = [4, 5, 6];
            let dimensions: Vec<Dimension> = sizes.iter().map(|size| dimension("d", *size)).collect();
            let mut cube = Cube::new(&dimensions, &sizes, &counts, Limits::default());
            if cube.hide() {
                for cell in 0..cube.value.len() {
                    match cube.mark[cell] {
                        Mark::Open => prop_assert_eq!(cube.low[cell], cube.high[cell]),
                        Mark::Few => prop_assert!(cube.low[cell] == 1 && cube.high[cell] == 4),
                        Mark::Hidden => prop_assert!(cube.low[cell] >= 5 && cube.high[cell] - cube.low[cell] >= 3),
                    }
                }
            }
        }
    }
}
