//! Splitting an amount in proportion so that the parts add up to it: floors first, then one unit each to the largest
//! remainders, the earlier before the later where remainders are equal.

use super::quantity::Quantity;

/// Working space of [`by_largest_remainder`], kept between calls.
#[derive(Default)]
pub(super) struct Shares<Q> {
    /// The parts, in the order of the weights.
    pub(super) parts: Vec<Q>,
    remainders: Vec<(u128, u32)>,
}

impl<Q: Quantity> Shares<Q> {
    /// Splits `total` in proportion to `weights`, whose sum `whole` is above zero, into [`Shares::parts`]. A part is
    /// within one unit of its exact share, and never above its weight where `total` is not above `whole`.
    pub(super) fn split(&mut self, weights: impl Iterator<Item = Q>, total: Q, whole: Q) {
        let ratio = Q::ratio(total, whole);
        self.parts.clear();
        self.remainders.clear();
        let mut left = total;
        for (index, weight) in weights.enumerate() {
            let (part, remainder) = weight.times(&ratio);
            left -= part;
            self.parts.push(part);
            self.remainders.push((remainder, index as u32));
        }
        hand_out(&mut self.remainders, left.units(), |index| {
            self.parts[index] += Q::unit()
        });
    }
}

/// Gives one unit each to the `units` largest remainders.
pub(super) fn hand_out<R: Copy + Ord>(
    remainders: &mut [(R, u32)],
    units: usize,
    mut give: impl FnMut(usize),
) {
    if units == 0 {
        return;
    }
    let first = |a: &(R, u32), b: &(R, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    if units < remainders.len() {
        remainders.select_nth_unstable_by(units - 1, first);
    }
    for (_, index) in remainders.iter().take(units) {
        give(*index as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(weights: &[i64], total: i64) -> Vec<i64> {
        let mut shares = Shares::default();
        shares.split(weights.iter().copied(), total, weights.iter().sum());
        shares.parts
    }

    #[test]
    fn parts_add_up() {
        assert_eq!(split(&[10, 10, 10], 10), [4, 3, 3]);
        assert_eq!(split(&[1, 2, 3], 5), [1, 2, 2]);
        assert_eq!(split(&[0, 5, 5], 1), [0, 1, 0]);
        assert_eq!(split(&[7], 3), [3]);
    }
}
