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

    /// This proportion, to apply to many amounts.
    fn ratio(part: Self, whole: Self) -> Ratio;

    /// `self × ratio`, rounded down, with the remainder of that division.
    fn times(self, ratio: &Ratio) -> (Self, u128);

    /// `self × ratio` and what was carried, rounded down; carries the remainder. Where all amounts of a whole are gone
    /// through so, the results add up, and each is within one unit of its exact share.
    fn times_carrying(self, ratio: &Ratio, carried: &mut u128) -> Self;

    /// The unit: the smallest amount above zero.
    fn unit() -> Self;

    /// How many units.
    fn units(self) -> usize;

    /// The amount as far as it counts when two amounts are to be the same: without what rounding on different ways to it
    /// may have shifted.
    fn coarse(self) -> i128;

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

    fn ratio(part: i64, whole: i64) -> Ratio {
        Ratio::of(part as u128, whole as u128)
    }

    fn times(self, ratio: &Ratio) -> (i64, u128) {
        let (quotient, remainder) = ratio.of_amount(self as u128);
        (quotient as i64, remainder)
    }

    fn times_carrying(self, ratio: &Ratio, carried: &mut u128) -> i64 {
        ratio.of_amount_carrying(self as u128, carried) as i64
    }

    fn unit() -> i64 {
        1
    }

    fn units(self) -> usize {
        self as usize
    }

    fn coarse(self) -> i128 {
        i128::from(self)
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

    fn ratio(part: Fixed, whole: Fixed) -> Ratio {
        Ratio::of(part.0 as u128, whole.0 as u128)
    }

    fn times(self, ratio: &Ratio) -> (Fixed, u128) {
        let (quotient, remainder) = ratio.of_amount(self.0 as u128);
        (Fixed(quotient as i128), remainder)
    }

    fn times_carrying(self, ratio: &Ratio, carried: &mut u128) -> Fixed {
        Fixed(ratio.of_amount_carrying(self.0 as u128, carried) as i128)
    }

    fn unit() -> Fixed {
        Fixed(1)
    }

    fn units(self) -> usize {
        self.0 as usize
    }

    fn coarse(self) -> i128 {
        (self.0 + (1 << (COARSE - 1))) >> COARSE
    }
}

/// Last binary digits of a [`Fixed`] that do not count for [`Quantity::coarse`]: what is left is a millionth of a
/// ten-thousandth.
const COARSE: u32 = 12;

/// A proportion, made ready to apply to many amounts without a division each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ratio {
    part: u128,
    whole: u128,
    /// `part × 2^64 / whole`, where `whole` fits 63 bits and `part` is below it.
    reciprocal: Option<u64>,
}

impl Ratio {
    /// `whole` is above zero.
    fn of(part: u128, whole: u128) -> Ratio {
        // Whole money in fixed point has zeros at the end that both share.
        let shared = part.trailing_zeros().min(whole.trailing_zeros());
        let (part, whole) = (part >> shared, whole >> shared);
        let fits = part < whole && whole >> 63 == 0;
        Ratio {
            part,
            whole,
            reciprocal: fits.then(|| ((part << 64) / whole) as u64),
        }
    }

    /// `amount × part / whole` rounded down, and the remainder; remainders of one ratio compare.
    fn of_amount(&self, amount: u128) -> (u128, u128) {
        match self.reciprocal {
            Some(reciprocal) if amount >> 64 == 0 => {
                // At most one below the quotient, because the amount is below 2^64.
                let quotient = (amount * u128::from(reciprocal)) >> 64;
                let remainder = amount * self.part - quotient * self.whole;
                match remainder >= self.whole {
                    true => (quotient + 1, remainder - self.whole),
                    false => (quotient, remainder),
                }
            }
            _ => times_over(amount, self.part, self.whole),
        }
    }
}

impl Ratio {
    /// `amount × part / whole` and the remainder carried to here, rounded down; carries the new remainder, which is below
    /// `whole`.
    #[inline]
    fn of_amount_carrying(&self, amount: u128, carried: &mut u128) -> u128 {
        let (quotient, remainder) = match (self.reciprocal, u64::try_from(amount)) {
            (Some(reciprocal), Ok(amount)) => {
                let (part, whole) = (self.part as u64, self.whole as u64);
                let quotient = ((u128::from(amount) * u128::from(reciprocal)) >> 64) as u64;
                // Below twice `whole`, so that what does not fit 64 bits cancels out, as long as `whole` is below 2^63.
                let remainder = amount
                    .wrapping_mul(part)
                    .wrapping_sub(quotient.wrapping_mul(whole));
                let above = remainder >= whole;
                (
                    u128::from(quotient + u64::from(above)),
                    u128::from(if above { remainder - whole } else { remainder }),
                )
            }
            _ => self.of_amount(amount),
        };
        // Both are below `whole`; their sum need not fit, but what it is above `whole` does.
        match remainder >= self.whole - *carried {
            true => {
                *carried = remainder - (self.whole - *carried);
                quotient + 1
            }
            false => {
                *carried += remainder;
                quotient
            }
        }
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
    fn carrying_keeps_to_one_unit() {
        let (mut weights, mut one) = (Vec::new(), 1i64);
        for _ in 0..200 {
            one = one * 48_271 % 2_147_483_647;
            weights.push(one % 1_000);
            let whole: i64 = weights.iter().sum();
            let total = one % (whole + 1);
            if whole == 0 {
                continue;
            }
            let (ratio, mut carried) = (i64::ratio(total, whole), 0);
            let parts = weights
                .iter()
                .map(|weight| (weight, weight.times_carrying(&ratio, &mut carried)));
            let mut sum = 0;
            for (weight, part) in parts {
                sum += part;
                assert!(part <= *weight);
                assert!((part * whole - weight * total).abs() < whole);
            }
            assert_eq!(sum, total);
        }
    }

    #[test]
    fn fixed_point_keeps_halves() {
        let half = Fixed::of(1).portion(Fixed::of(1), Fixed::of(2)).0;
        assert_eq!(half.nearest(), 1);
        assert_eq!((half + half).whole_and_rest(), (1, 0));
        assert_eq!(Fixed::of(1).portion(Fixed::of(1), Fixed::of(3)).0.nearest(), 0);
    }

    #[test]
    fn a_ratio_divides_as_division_does() {
        let mut amount: u128 = 1;
        for step in 1..2_000u128 {
            amount = (amount % (1 << 64) * 6_364_136_223_846_793_005 + step) % (1 << 66);
            let whole = 1 + amount % 1_000_003 * step;
            let part = amount % whole;
            let expected = times_over(amount, part, whole);
            let ratio = Ratio::of(part, whole);
            let shared = whole / ratio.whole;
            let (quotient, remainder) = ratio.of_amount(amount);
            assert_eq!(
                (quotient, remainder * shared),
                expected,
                "{amount} × {part} / {whole}"
            );
            let mut carried = ratio.whole - 1;
            let up = u128::from(remainder > 0);
            assert_eq!(ratio.of_amount_carrying(amount, &mut carried), quotient + up);
            assert_eq!(carried, (remainder + ratio.whole - 1) % ratio.whole);
        }
        let most = u64::MAX as u128 >> 1;
        assert_eq!(Ratio::of(most - 1, most).of_amount(most), (most - 1, 0));
    }
}
