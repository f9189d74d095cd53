//! Intervals from what was found: where all orders were gone through, and where some were run.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lot::End;
use super::super::method::Which;
use super::super::plan::NONE;
use super::super::walk::end_of;
use super::{Bounds, Ground, Interval, Search, Sums};

impl Search<'_> {
    /// Where all orders were gone through.
    pub(super) fn exact_rows(&self, figure: &Sums, bounds: &Bounds) -> Vec<Interval> {
        let rounding = self.rounding();
        let keys: BTreeSet<(u32, End)> = figure.keys().chain(bounds.keys()).copied().collect();
        keys.into_iter()
            .map(|key| {
                let figure = figure.get(&key).copied().unwrap_or(0);
                let found = bounds.get(&key).copied().unwrap_or((0, 0));
                exact_row(key, figure, found, rounding.of(key.1))
            })
            .collect()
    }

    /// From orders that were run, within the bounds where not all were.
    pub(super) fn rows(
        &self,
        figure: &Sums,
        runs: &[Sums],
        ground: Ground,
        bounds: Option<&Bounds>,
    ) -> Vec<Interval> {
        let all = runs.iter().chain([figure]);
        let mut keys: BTreeSet<(u32, End)> = all.clone().flat_map(|run| run.keys().copied()).collect();
        keys.extend(bounds.iter().flat_map(|bounds| bounds.keys().copied()));
        let proved = self.extremes_are_known();
        keys.into_iter()
            .map(|(claim, end)| {
                let amount = |run: &Sums| run.get(&(claim, end)).copied().unwrap_or(0);
                let seen = all
                    .clone()
                    .map(amount)
                    .fold((i64::MAX, i64::MIN), |seen, amount| {
                        (seen.0.min(amount), seen.1.max(amount))
                    });
                let (mut low, mut high) = match bounds {
                    None => seen,
                    Some(_) if end == End::Nothing => (0, 0),
                    // Where no bound is proved, none is told.
                    Some(bounds) => bounds.get(&(claim, end)).copied().unwrap_or((0, i64::MAX)),
                };
                let mut ground = ground;
                if ground == Ground::OuterBound
                    && (proved && matches!(end, End::Held(_)) || seen == (low, high))
                {
                    ground = Ground::Extremes;
                    (low, high) = seen;
                }
                (low, high) = enclosing((low, high), seen);
                Interval {
                    claim,
                    end,
                    figure: amount(figure),
                    low,
                    high,
                    seen,
                    ground,
                }
            })
            .collect()
    }

    fn rounding(&self) -> Rounding {
        let mut lots: BTreeMap<End, i64> = BTreeMap::new();
        let rounds = match self.method.which() {
            Which::ProRata => true,
            Which::Fifo
            | Which::Lifo
            | Which::PariPassu
            | Which::OwnMoneyFirst
            | Which::TaintedFirst
            | Which::Exposure
            | Which::OldestOriginFirst
            | Which::NewestOriginFirst => false,
        };
        for movement in self.knot.movements.iter().filter(|_| rounds) {
            let end = match self.vertices.sides(*movement).1 {
                NONE => end_of(self.input.book, *movement),
                payee => self.vertices.places[payee as usize].overdraft(),
            };
            *lots.entry(end).or_insert(0) += 1;
        }
        Rounding { rounds, lots }
    }
}

/// How far rounding may take the sum of a claim's lots from what it is before.
struct Rounding {
    /// Whether lots are rounded at all. Where parcels are whole, sums are.
    rounds: bool,
    /// How many movements may make a lot with each end.
    lots: BTreeMap<End, i64>,
}

impl Rounding {
    /// Less than a ten-thousandth a lot.
    fn of(&self, end: End) -> i64 {
        match self.rounds {
            // What is held is one lot.
            true => self.lots.get(&end).copied().unwrap_or(0).max(1),
            false => 0,
        }
    }
}

/// Bounds that enclose what runs came to: rounding of lots, or a bound that is none, may leave one outside, and what was
/// seen is possible.
fn enclosing((low, high): (i64, i64), seen: (i64, i64)) -> (i64, i64) {
    (low.min(seen.0), high.max(seen.1))
}

/// What all orders come to. The stated order is one of them, so its figure is among what was found, but for rounding; were
/// it not, both would be enclosed, and it would not be called exact.
fn exact_row(
    (claim, end): (u32, End),
    figure: i64,
    (found_low, found_high): (i64, i64),
    rounding: i64,
) -> Interval {
    let is_among =
        found_low.saturating_sub(rounding) <= figure && figure <= found_high.saturating_add(rounding);
    let (low, high) = match found_low == found_high && is_among {
        true => (figure, figure),
        false => (found_low.min(figure), found_high.max(figure)),
    };
    Interval {
        claim,
        end,
        figure,
        low,
        high,
        seen: (low, high),
        ground: match is_among {
            true => Ground::AllOrders,
            false => Ground::OuterBound,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(figure: i64, found: (i64, i64), rounding: i64) -> (i64, i64, Ground) {
        let row = exact_row((0, End::Fee), figure, found, rounding);
        (row.low, row.high, row.ground)
    }

    #[test]
    fn what_was_seen_lies_within() {
        assert_eq!(enclosing((3, 7), (4, 6)), (3, 7));
        assert_eq!(enclosing((3, 7), (2, 9)), (2, 9));
        // However far it lies outside.
        assert_eq!(enclosing((3, 7), (900, 1_000)), (3, 1_000));
        assert_eq!(enclosing((0, 0), (5, 5)), (0, 5));
    }

    #[test]
    fn a_figure_that_was_not_found_is_not_exact() {
        assert_eq!(row(5, (3, 7), 0), (3, 7, Ground::AllOrders));
        assert_eq!(row(8, (3, 7), 0), (3, 8, Ground::OuterBound));
        assert_eq!(row(8, (7, 7), 0), (7, 8, Ground::OuterBound));
        // Rounded lots may come to a little more or less.
        assert_eq!(row(8, (3, 7), 1), (3, 8, Ground::AllOrders));
        assert_eq!(row(6, (7, 7), 1), (6, 6, Ground::AllOrders));
        assert_eq!(row(5, (7, 7), 1), (5, 7, Ground::OuterBound));
    }
}
