//! Amounts as the methods count them: whole ten-thousandths where parcels move whole, fixed point where every debit
//! takes a fraction.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Binary digits behind the point of a [`Fixed`].
pub(super) const FRACTION: u32 = 32;

/// An amount that a method counts in.
pub(super) trait Quantity:
    Copy + Debug + Default + Ord + Add<Output = Self> + Sub<Output = Self> + AddAssign + SubAssign + Send + Sync
{
    const ZERO: Self;

    /// From whole ten-thousandths.
    fn of(money: i64) -> Self;

    /// Whole ten-thousandths below it, and what is left over in parts of [`FRACTION`] binary digits.
    fn whole_and_rest(self) -> (i64, u32);

    /// `self × part / whole`, rounded down, with the remainder of that division. None of them below zero, `whole`
    /// above zero, and the result no larger than fits.
    fn portion(self, part: Self, whole: Self) -> (Self, u128);

    /// `self × part / whole` for amounts of money in whole ten-thousandths.
    fn portion_of_money(self, part: i64, whole: i64) -> (Self, u128);

    /// Whether this is more than twice a remainder, or just twice.
    fn is_twice(self, remainder: u128) -> bool;

    /// The unit: the smallest amount above zero.
    fn unit() -> Self;

    /// How many units.
    fn units(self) -> usize;

    /// Rounded to whole ten-thousandths, halves up.
    fn nearest(self) -> i64 {
        let (whole, rest) = self.whole_and_rest();
        whole + i64::from(rest >= 1 << (FRACTION - 1))
    }
}

impl Quantity for i64 {
    const ZERO: i64 = 0;

    fn of(money: i64) -> i64 {
        money
    }

    fn whole_and_rest(self) -> (i64, u32) {
        (self, 0)
    }

    fn portion(self, part: i64, whole: i64) -> (i64, u128) {
        // An amount in one currency that has not been split stays what it is: no division.
        if part == whole {
            return (self, 0);
        }
        if self == whole {
            return (part, 0);
        }
        let (quotient, remainder) = times_over(self as u128, part as u128, whole as u128);
        (quotient as i64, remainder)
    }

    fn portion_of_money(self, part: i64, whole: i64) -> (i64, u128) {
        self.portion(part, whole)
    }

    fn is_twice(self, remainder: u128) -> bool {
        remainder <= self as u128 / 2
    }

    fn unit() -> i64 {
        1
    }

    fn units(self) -> usize {
        self as usize
    }
}

/// Ten-thousandths in fixed point with [`FRACTION`] binary digits behind the point, in 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fixed(i128);

impl Add for Fixed {
    type Output = Fixed;

    fn add(self, other: Fixed) -> Fixed {
        Fixed(self.0 + other.0)
    }
}

impl Sub for Fixed {
    type Output = Fixed;

    fn sub(self, other: Fixed) -> Fixed {
        Fixed(self.0 - other.0)
    }
}

impl AddAssign for Fixed {
    fn add_assign(&mut self, other: Fixed) {
        self.0 += other.0;
    }
}

impl SubAssign for Fixed {
    fn sub_assign(&mut self, other: Fixed) {
        self.0 -= other.0;
    }
}

impl Quantity for Fixed {
    const ZERO: Fixed = Fixed(0);

    fn of(money: i64) -> Fixed {
        Fixed(i128::from(money) << FRACTION)
    }

    fn whole_and_rest(self) -> (i64, u32) {
        ((self.0 >> FRACTION) as i64, self.0 as u32)
    }

    fn portion(self, part: Fixed, whole: Fixed) -> (Fixed, u128) {
        if part == whole {
            return (self, 0);
        }
        if self == whole {
            return (part, 0);
        }
        let (quotient, remainder) = times_over(self.0 as u128, part.0 as u128, whole.0 as u128);
        (Fixed(quotient as i128), remainder)
    }

    fn portion_of_money(self, part: i64, whole: i64) -> (Fixed, u128) {
        let (quotient, remainder) = times_over(self.0 as u128, part as u128, whole as u128);
        (Fixed(quotient as i128), remainder)
    }

    fn is_twice(self, remainder: u128) -> bool {
        remainder <= self.0 as u128 / 2
    }

    fn unit() -> Fixed {
        Fixed(1)
    }

    fn units(self) -> usize {
        self.0 as usize
    }
}

/// `a × b / c` rounded down, and the remainder. `c` is above zero and the quotient fits 128 bits.
fn times_over(a: u128, b: u128, c: u128) -> (u128, u128) {
    match a.checked_mul(b) {
        Some(product) => match (u64::try_from(product), u64::try_from(c)) {
            (Ok(product), Ok(c)) => (u128::from(product / c), u128::from(product % c)),
            _ => (product / c, product % c),
        },
        None => long_division(a, b, c),
    }
}

/// The same where the product needs more than 128 bits: bit by bit, which only amounts beyond all ordinary money meet.
fn long_division(a: u128, b: u128, c: u128) -> (u128, u128) {
    let (mut quotient, mut remainder) = (0u128, 0u128);
    for bit in (0..128).rev() {
        // Twice what is there, then one more `a` where this bit of `b` is set; `remainder` stays below `c`.
        (quotient, remainder) = plus(quotient << 1, remainder, remainder, c);
        if b >> bit & 1 == 1 {
            (quotient, remainder) = plus(quotient + a / c, remainder, a % c, c);
        }
    }
    (quotient, remainder)
}

/// `remainder + more`, both below `c`, carried into the quotient where it reaches `c`.
fn plus(quotient: u128, remainder: u128, more: u128, c: u128) -> (u128, u128) {
    match remainder >= c - more {
        true => (quotient + 1, remainder - (c - more)),
        false => (quotient, remainder + more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_division_agrees_with_short() {
        for (a, b, c) in [
            (7u128, 9, 4),
            (1 << 60, 3, 7),
            (u64::MAX as u128, 12_345, 999),
            (5, 0, 3),
        ] {
            assert_eq!(long_division(a, b, c), (a * b / c, a * b % c));
        }
        // (2^100 + 1) × 2^60 / (2^100 + 1)
        assert_eq!(times_over((1 << 100) + 1, 1 << 60, (1 << 100) + 1), (1 << 60, 0));
        assert_eq!(
            times_over(u128::MAX, u128::MAX - 1, u128::MAX),
            (u128::MAX - 1, 0)
        );
    }

    #[test]
    fn fixed_point_keeps_halves() {
        let half = Fixed::of(1).portion_of_money(1, 2).0;
        assert_eq!(half.nearest(), 1);
        assert_eq!((half + half).whole_and_rest(), (1, 0));
        assert_eq!(Fixed::of(1).portion_of_money(1, 3).0.nearest(), 0);
    }
}
