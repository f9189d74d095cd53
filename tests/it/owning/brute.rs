//! Ownership the plain way: `(I − W) Y = D` by Gaussian elimination in fractions, all of it, for small networks.

use std::cmp::Ordering;

use geldspoor::parties::ownership::{Holding, Network, WHOLE};
use num_bigint::BigInt;

/// A fraction in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratio {
    top: BigInt,
    bottom: BigInt,
}

impl Ratio {
    pub fn of(top: BigInt, bottom: BigInt) -> Ratio {
        let (mut a, mut b) = (top.clone(), bottom.clone());
        while b != BigInt::ZERO {
            let rest = &a % &b;
            a = std::mem::replace(&mut b, rest);
        }
        if (a < BigInt::ZERO) != (bottom < BigInt::ZERO) {
            a = -a;
        }
        Ratio {
            top: top / &a,
            bottom: bottom / a,
        }
    }

    pub fn zero() -> Ratio {
        Ratio::of(0.into(), 1.into())
    }

    pub fn one() -> Ratio {
        Ratio::of(1.into(), 1.into())
    }

    pub fn plus(&self, with: &Ratio) -> Ratio {
        Ratio::of(
            &self.top * &with.bottom + &with.top * &self.bottom,
            &self.bottom * &with.bottom,
        )
    }

    fn minus(&self, with: &Ratio) -> Ratio {
        Ratio::of(
            &self.top * &with.bottom - &with.top * &self.bottom,
            &self.bottom * &with.bottom,
        )
    }

    fn times(&self, with: &Ratio) -> Ratio {
        Ratio::of(&self.top * &with.top, &self.bottom * &with.bottom)
    }

    fn over(&self, with: &Ratio) -> Ratio {
        Ratio::of(&self.top * &with.bottom, &self.bottom * &with.top)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, with: &Ratio) -> Option<Ordering> {
        (&self.top * &with.bottom).partial_cmp(&(&with.top * &self.bottom))
    }
}

/// What each party has of each party, or none where the system has no one solution. A row for a person is the person.
pub fn ownership(network: &Network, share: impl Fn(&Holding) -> u64) -> Option<Vec<Vec<Ratio>>> {
    let count = network.parties.len();
    let mut left = vec![vec![Ratio::zero(); count]; count];
    let mut right = left.clone();
    for party in 0..count {
        left[party][party] = Ratio::one();
        if !network.parties[party].kind.is_owned() {
            right[party][party] = Ratio::one();
        }
    }
    for holding in &network.holdings {
        let units = Ratio::of(share(holding).into(), WHOLE.into());
        let cell = &mut left[holding.held as usize][holding.owner as usize];
        *cell = cell.minus(&units);
    }
    for column in 0..count {
        let pivot = (column..count).find(|row| left[*row][column] != Ratio::zero())?;
        left.swap(pivot, column);
        right.swap(pivot, column);
        for row in 0..count {
            if row == column || left[row][column] == Ratio::zero() {
                continue;
            }
            let factor = left[row][column].over(&left[column][column]);
            for place in 0..count {
                left[row][place] = left[row][place].minus(&factor.times(&left[column][place]));
                right[row][place] = right[row][place].minus(&factor.times(&right[column][place]));
            }
        }
    }
    for row in 0..count {
        let pivot = left[row][row].clone();
        for cell in &mut right[row] {
            *cell = cell.over(&pivot);
        }
    }
    Some(right)
}
