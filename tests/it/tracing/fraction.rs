//! Exact fractions, slow and plain.

use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Div, Mul, Sub, SubAssign};

use num_bigint::BigInt;

/// A fraction in lowest terms, the lower part above zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fraction {
    above: BigInt,
    below: BigInt,
}

impl Fraction {
    pub fn of(whole: i64) -> Fraction {
        Fraction {
            above: whole.into(),
            below: 1.into(),
        }
    }

    fn new(above: BigInt, below: BigInt) -> Fraction {
        let zero = BigInt::from(0);
        let (mut a, mut b) = (above.clone(), below.clone());
        while b != zero {
            (a, b) = (b.clone(), a % b);
        }
        if a < zero {
            a = -a;
        }
        match below < zero {
            true => Fraction {
                above: -above / &a,
                below: -below / &a,
            },
            false => Fraction {
                above: above / &a,
                below: below / &a,
            },
        }
    }

    pub fn zero() -> Fraction {
        Fraction::of(0)
    }

    pub fn is_above_zero(&self) -> bool {
        self.above > BigInt::from(0)
    }

    /// How far from a whole number, in whole units rounded up.
    pub fn distance(&self, whole: i64) -> i64 {
        let difference = self.clone() - Fraction::of(whole);
        let one = BigInt::from(1);
        let above = if difference.above < BigInt::from(0) {
            -difference.above
        } else {
            difference.above
        };
        let units: BigInt = (above + &difference.below - one) / difference.below;
        i64::try_from(units).unwrap_or(i64::MAX)
    }
}

impl Add for Fraction {
    type Output = Fraction;
    fn add(self, other: Fraction) -> Fraction {
        Fraction::new(
            self.above * &other.below + other.above * &self.below,
            self.below * other.below,
        )
    }
}

impl Sub for Fraction {
    type Output = Fraction;
    fn sub(self, other: Fraction) -> Fraction {
        Fraction::new(
            self.above * &other.below - other.above * &self.below,
            self.below * other.below,
        )
    }
}

impl Mul for Fraction {
    type Output = Fraction;
    fn mul(self, other: Fraction) -> Fraction {
        Fraction::new(self.above * other.above, self.below * other.below)
    }
}

impl Div for Fraction {
    type Output = Fraction;
    fn div(self, other: Fraction) -> Fraction {
        Fraction::new(self.above * other.below, self.below * other.above)
    }
}

impl AddAssign for Fraction {
    fn add_assign(&mut self, other: Fraction) {
        *self = self.clone() + other;
    }
}

impl SubAssign for Fraction {
    fn sub_assign(&mut self, other: Fraction) {
        *self = self.clone() - other;
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Fraction) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Fraction) -> Ordering {
        (&self.above * &other.below).cmp(&(&other.above * &self.below))
    }
}
