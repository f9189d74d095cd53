//! Exact shares. A product along a chain is a decimal, so a share is a whole number over a power of ten, times what
//! cycles bring into the denominator. Whole numbers of any length, because a product of ten shares of eight decimals no
//! longer fits any fixed width, and a share of exactly 25 % must be told from one a hair below.

use std::cmp::Ordering;

use num_bigint::BigUint;

use super::network::WHOLE;

/// A share longer than this (in binary digits) is rounded, outward, to [`ROUNDED`] decimals.
const LONGEST: u64 = 16_384;
const ROUNDED: u32 = 96;

/// `numerator / (10^ten × other)`, never below zero. Equal shares may be written differently; comparison looks through
/// that.
#[derive(Clone, Debug)]
pub struct Fraction {
    pub(super) numerator: BigUint,
    pub(super) ten: u32,
    pub(super) other: BigUint,
}

/// Which way a bound may be rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    Down,
    Up,
}

pub(super) fn power_of_ten(ten: u32) -> BigUint {
    BigUint::from(10_u32).pow(ten)
}

pub(super) fn greatest_common_divisor(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = (a.clone(), b.clone());
    let zero = BigUint::ZERO;
    while b != zero {
        let rest = &a % &b;
        a = std::mem::replace(&mut b, rest);
    }
    a
}

impl Fraction {
    /// Nothing.
    pub fn zero() -> Fraction {
        Fraction::whole_number(0)
    }

    /// The whole.
    pub fn one() -> Fraction {
        Fraction::whole_number(1)
    }

    fn whole_number(number: u32) -> Fraction {
        Fraction {
            numerator: BigUint::from(number),
            ten: 0,
            other: BigUint::from(1_u32),
        }
    }

    /// So many units of the whole.
    pub fn units(units: u64) -> Fraction {
        let (mut units, mut ten) = (units, 8);
        if units == 0 {
            return Fraction::zero();
        }
        while ten > 0 && units.is_multiple_of(10) {
            units /= 10;
            ten -= 1;
        }
        Fraction {
            numerator: BigUint::from(units),
            ten,
            other: BigUint::from(1_u32),
        }
    }

    /// `numerator / denominator`; nothing where the denominator is zero.
    pub fn ratio(numerator: BigUint, denominator: BigUint) -> Option<Fraction> {
        (denominator != BigUint::ZERO).then_some(Fraction {
            numerator,
            ten: 0,
            other: denominator,
        })
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.numerator == BigUint::ZERO
    }

    fn denominator(&self) -> BigUint {
        power_of_ten(self.ten) * &self.other
    }

    /// Both over one denominator.
    fn aligned(&self, with: &Fraction) -> (BigUint, BigUint, u32, BigUint) {
        let ten = self.ten.max(with.ten);
        let lift = |one: &Fraction| match ten - one.ten {
            0 => one.numerator.clone(),
            more => &one.numerator * power_of_ten(more),
        };
        let (mut a, mut b) = (lift(self), lift(with));
        if self.other == with.other {
            return (a, b, ten, self.other.clone());
        }
        let common = greatest_common_divisor(&self.other, &with.other);
        let (left, right) = (&with.other / &common, &self.other / &common);
        a *= &left;
        b *= &right;
        (a, b, ten, &self.other * left)
    }

    /// The sum.
    pub fn plus(&self, with: &Fraction) -> Fraction {
        if self.is_zero() {
            return with.clone();
        }
        if with.is_zero() {
            return self.clone();
        }
        let (a, b, ten, other) = self.aligned(with);
        Fraction {
            numerator: a + b,
            ten,
            other,
        }
    }

    /// The difference, or nothing where `less` is more.
    pub fn minus(&self, less: &Fraction) -> Fraction {
        let (a, b, ten, other) = self.aligned(less);
        if b >= a {
            return Fraction::zero();
        }
        Fraction {
            numerator: a - b,
            ten,
            other,
        }
    }

    /// The product.
    pub fn times(&self, with: &Fraction) -> Fraction {
        Fraction {
            numerator: &self.numerator * &with.numerator,
            ten: self.ten + with.ten,
            other: &self.other * &with.other,
        }
    }

    /// The quotient; nothing where `by` is zero.
    pub fn over(&self, by: &Fraction) -> Option<Fraction> {
        if by.is_zero() {
            return None;
        }
        let ten = self.ten.max(by.ten);
        Some(Fraction {
            numerator: &self.numerator * power_of_ten(ten - self.ten) * &by.other,
            ten: 0,
            other: &self.other * &by.numerator * power_of_ten(ten - by.ten),
        })
    }

    fn length(&self) -> u64 {
        self.numerator
            .bits()
            .max(self.other.bits() + u64::from(self.ten) * 10 / 3)
    }

    /// The same, rounded where it has grown past what is worth keeping. `rounded` is set then.
    pub(super) fn kept(self, round: Round, rounded: &mut bool) -> Fraction {
        self.kept_to(LONGEST, round, rounded)
    }

    pub(super) fn kept_to(self, longest: u64, round: Round, rounded: &mut bool) -> Fraction {
        if self.length() <= longest {
            return self;
        }
        *rounded = true;
        let numerator = self.scaled(ROUNDED, round);
        Fraction {
            numerator,
            ten: ROUNDED,
            other: BigUint::from(1_u32),
        }
    }

    /// `self × 10^decimals` as a whole number.
    fn scaled(&self, decimals: u32, round: Round) -> BigUint {
        let numerator = &self.numerator * power_of_ten(decimals);
        let denominator = self.denominator();
        let whole = &numerator / &denominator;
        if round == Round::Up && &whole * &denominator != numerator {
            return whole + 1_u32;
        }
        whole
    }

    /// In lowest terms.
    pub fn lowest_terms(&self) -> (BigUint, BigUint) {
        let denominator = self.denominator();
        let common = greatest_common_divisor(&self.numerator, &denominator);
        (&self.numerator / &common, denominator / common)
    }

    /// Units of the whole, rounded down.
    pub fn units_down(&self) -> u64 {
        u64::try_from(self.scaled(8, Round::Down)).unwrap_or(u64::MAX)
    }

    /// Units of the whole, rounded up.
    pub fn units_up(&self) -> u64 {
        u64::try_from(self.scaled(8, Round::Up)).unwrap_or(u64::MAX)
    }

    /// As a decimal with so many digits, never above it.
    pub fn decimal_down(&self, digits: u32) -> String {
        decimal(self.scaled(digits, Round::Down), digits)
    }

    /// As a decimal with so many digits, never below it.
    pub fn decimal_up(&self, digits: u32) -> String {
        decimal(self.scaled(digits, Round::Up), digits)
    }

    /// Where it lies to so many units of the whole.
    pub fn compare_units(&self, units: u64) -> Ordering {
        let left = &self.numerator * WHOLE;
        let right = self.denominator() * units;
        left.cmp(&right)
    }
}

fn decimal(scaled: BigUint, digits: u32) -> String {
    let digits = digits as usize;
    let text = scaled.to_string();
    let text = format!("{text:0>width$}", width = digits + 1);
    let (whole, rest) = text.split_at(text.len() - digits);
    if rest.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{rest}")
    }
}

impl PartialEq for Fraction {
    fn eq(&self, with: &Fraction) -> bool {
        self.cmp(with) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, with: &Fraction) -> Option<Ordering> {
        Some(self.cmp(with))
    }
}

impl Ord for Fraction {
    fn cmp(&self, with: &Fraction) -> Ordering {
        if self.other == with.other && self.ten == with.ten {
            return self.numerator.cmp(&with.numerator);
        }
        (&self.numerator * with.denominator()).cmp(&(&with.numerator * self.denominator()))
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (numerator, denominator) = self.lowest_terms();
        write!(f, "{numerator}/{denominator}")
    }
}
