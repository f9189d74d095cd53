//! Shares of balances as whole units of money.

use crate::model::digits_of;

/// Ten-thousandths of the smallest unit of a currency.
pub fn unit_of(currency: &str) -> i64 {
    10_i64.pow(4_u32.saturating_sub(digits_of(currency)))
}

/// Rounds parts to whole units by the largest remainder: their sum stays. A sum that is no whole number of units has what is
/// beyond them with the part whose remainder was largest.
pub(super) fn largest_remainder(parts: &mut [i64], unit: i64) {
    let sum: i64 = parts.iter().sum();
    let mut missing = sum / unit - parts.iter().map(|part| part / unit).sum::<i64>();
    let mut by_rest: Vec<usize> = (0..parts.len()).collect();
    by_rest.sort_by_key(|place| (std::cmp::Reverse(parts[*place] % unit), *place));
    for place in &by_rest {
        parts[*place] -= parts[*place] % unit;
        if missing > 0 {
            parts[*place] += unit;
            missing -= 1;
        }
    }
    if let Some(first) = by_rest.first() {
        parts[*first] += sum % unit;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_remainders_are_rounded_up() {
        let mut parts = [33_333, 33_333, 33_334];
        largest_remainder(&mut parts, 100);
        assert_eq!(parts, [33_300, 33_300, 33_400]);
        let mut odd = [150, 51];
        largest_remainder(&mut odd, 100);
        assert_eq!(odd, [100, 101]);
        // What passes the whole by rounding is taken back.
        let mut passed = [60_002, 40_002, -4];
        largest_remainder(&mut passed, 100);
        assert_eq!(passed, [60_000, 40_000, 0]);
    }

    proptest! {
        #[test]
        fn no_part_moves_by_more_than_two_units_and_the_sum_stays(
            parts in prop::collection::vec(0_i64..10_000_000, 1..30)
        ) {
            let mut rounded = parts.clone();
            largest_remainder(&mut rounded, 100);
            prop_assert_eq!(rounded.iter().sum::<i64>(), parts.iter().sum::<i64>());
            for (before, after) in parts.iter().zip(&rounded) {
                prop_assert!((before - after).abs() < 200 && *after >= 0);
            }
        }
    }
}
