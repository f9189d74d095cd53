//! What flows through entities that own each other in circles: the solution of `f = b + Wᵀf` inside one ring, exact.
//!
//! Up to [`DENSE`] entities by p-adic lifting (J. D. Dixon, Exact solution of linear equations using p-adic expansions,
//! 1982): one inverse modulo a prime, digits of the solution one after another, and fractions from digits at the end. The
//! cost is that of plain elimination in machine words, where elimination in fractions would grow numbers at every step.
//! Larger rings are eliminated entity by entity, the least entangled first, in fractions that are rounded outward; all
//! terms are positive, so rounding one way gives a bound.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use num_bigint::{BigInt, BigUint, Sign};

use super::fraction::{Fraction, Round, greatest_common_divisor, power_of_ten};
use super::network::WHOLE;

/// The largest ring that is solved exactly.
const DENSE: usize = 400;
/// How many products the elimination of a larger ring may take.
const PRODUCTS: usize = 2_000_000;
/// Binary digits that a fraction keeps in the elimination of a larger ring.
const KEPT: u64 = 1_024;
/// Shares beyond this many units are no shares.
const NO_SHARE: u64 = 1 << 40;

/// Why there is no solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsolved {
    /// What flows in cannot leave, or comes back as more than it was.
    NoSolution,
    /// Too much work.
    TooEntangled,
}

/// A stake inside the ring: of `owner` in `held`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside {
    pub(super) held: u32,
    pub(super) owner: u32,
    pub(super) units: u64,
}

/// What flows through each of `into.len()` entities of a ring when `into` flows in from outside. The ring must be one:
/// every entity reaches every other by stakes above zero.
pub(super) fn solve(
    stakes: &[Inside],
    into: &[Fraction],
    round: Round,
    rounded: &mut bool,
) -> Result<Vec<Fraction>, Unsolved> {
    if stakes.iter().any(|stake| stake.units > NO_SHARE) {
        return Err(Unsolved::NoSolution);
    }
    // Of a ring that is one, all is finite as soon as no entity gives back more than the whole and one gives back less.
    let mut kept = vec![0_u64; into.len()];
    for stake in stakes {
        kept[stake.held as usize] += stake.units;
    }
    let tame = kept.iter().all(|kept| *kept <= WHOLE);
    if tame && kept.iter().all(|kept| *kept == WHOLE) {
        return Err(Unsolved::NoSolution);
    }
    if into.len() <= DENSE {
        lift(stakes, into, tame)
    } else {
        eliminate(stakes, into, round, rounded)
    }
}

/// Primes just below 2³¹, largest first.
fn primes() -> impl Iterator<Item = u64> {
    (3..(1_u64 << 31))
        .rev()
        .filter(|number| number % 2 == 1)
        .filter(|number| (3..46_341).step_by(2).all(|factor| number % factor != 0))
}

fn lift(stakes: &[Inside], into: &[Fraction], tame: bool) -> Result<Vec<Fraction>, Unsolved> {
    let count = into.len();
    let whole = WHOLE as i64;
    // Row: the owner through whom it flows on; column: the held from whom it comes.
    let mut matrix = vec![0_i64; count * count];
    for place in 0..count {
        matrix[place * count + place] = whole;
    }
    for stake in stakes {
        matrix[stake.owner as usize * count + stake.held as usize] -= stake.units as i64;
    }
    let ten = into.iter().map(|one| one.ten).max().unwrap_or(0);
    let mut other = BigUint::from(1_u32);
    for one in into {
        if one.other != other {
            let common = greatest_common_divisor(&other, &one.other);
            other = &other / common * &one.other;
        }
    }
    let right: Vec<BigUint> = into
        .iter()
        .map(|one| &one.numerator * power_of_ten(ten - one.ten) * (&other / &one.other) * WHOLE)
        .collect();
    // Hadamard's bound, by columns: determinant and, by Cramer's rule, numerators stay below these many digits.
    let determinant: u64 = (0..count)
        .map(|column| {
            let norm: i128 = (0..count)
                .map(|row| i128::from(matrix[row * count + column]).abs())
                .sum();
            u64::from(128 - norm.leading_zeros())
        })
        .sum();
    let numerator = determinant + right.iter().sum::<BigUint>().bits();
    let digits = (determinant + numerator + 2) / 30 + 1;

    // A determinant has no more than so many factors of this size. Where nothing vouches that it is not zero, four
    // primes that divide it are taken for proof that it is.
    let tries = if tame { determinant / 30 + 1 } else { 4 };
    let (prime, inverse) = primes()
        .take(tries as usize)
        .find_map(|prime| inverse(&matrix, count, prime).map(|inverse| (prime, inverse)))
        .ok_or(Unsolved::NoSolution)?;

    let mut rest: Vec<BigInt> = right.into_iter().map(BigInt::from).collect();
    let mut expansion: Vec<Vec<u64>> = Vec::with_capacity(digits as usize);
    let divisor = BigInt::from(prime);
    for _ in 0..digits {
        let small: Vec<u64> = rest.iter().map(|rest| modulo(rest, prime)).collect();
        let digit: Vec<u64> = inverse
            .chunks(count)
            .map(|row| {
                let sum: u128 = row.iter().zip(&small).map(|(a, b)| u128::from(a * b)).sum();
                (sum % u128::from(prime)) as u64
            })
            .collect();
        for (row, rest) in matrix.chunks(count).zip(&mut rest) {
            let product: i128 = row
                .iter()
                .zip(&digit)
                .map(|(a, b)| i128::from(*a) * i128::from(*b))
                .sum();
            *rest -= product;
            *rest /= &divisor;
        }
        expansion.push(digit);
    }
    let modulus = BigInt::from(BigUint::from(prime).pow(digits as u32));
    let most = BigInt::from(1) << numerator;
    let mut common = BigInt::from(1);
    let mut numerators: Vec<BigInt> = Vec::with_capacity(count);
    for place in 0..count {
        let mut value = BigUint::ZERO;
        for digit in expansion.iter().rev() {
            value = value * prime + digit[place];
        }
        let value = symmetric(BigInt::from(value) * &common, &modulus);
        if value.magnitude() <= most.magnitude() {
            numerators.push(value);
            continue;
        }
        let (top, bottom) = reconstruct(value, &modulus, &most);
        for before in &mut numerators {
            *before *= &bottom;
        }
        common *= &bottom;
        numerators.push(top);
    }
    // A ring that is one and whose flows are all above zero is finite (Perron and Frobenius); any other sign says that
    // it gives back more than flows in.
    if numerators.iter().any(|value| value.sign() != Sign::Plus) {
        return Err(Unsolved::NoSolution);
    }
    let mut shared = common.magnitude().clone();
    for value in &numerators {
        if shared == BigUint::from(1_u32) {
            break;
        }
        shared = greatest_common_divisor(value.magnitude(), &shared);
    }
    let bottom = common.magnitude() / &shared * other;
    Ok(numerators
        .into_iter()
        .map(|value| Fraction {
            numerator: value.magnitude() / &shared,
            ten,
            other: bottom.clone(),
        })
        .collect())
}

fn modulo(value: &BigInt, prime: u64) -> u64 {
    let rest = u64::try_from(value.magnitude() % prime).unwrap_or(0);
    if value.sign() == Sign::Minus && rest > 0 {
        prime - rest
    } else {
        rest
    }
}

fn symmetric(value: BigInt, modulus: &BigInt) -> BigInt {
    let rest = ((value % modulus) + modulus) % modulus;
    if &rest * 2 > *modulus {
        rest - modulus
    } else {
        rest
    }
}

/// The fraction that is `value` modulo `modulus`, with a numerator of at most `most`.
fn reconstruct(value: BigInt, modulus: &BigInt, most: &BigInt) -> (BigInt, BigInt) {
    let (mut before, mut now) = (modulus.clone(), (value + modulus) % modulus);
    let (mut times_before, mut times) = (BigInt::ZERO, BigInt::from(1));
    while now > *most {
        let quotient = &before / &now;
        let next = &before - &quotient * &now;
        before = std::mem::replace(&mut now, next);
        let next = &times_before - &quotient * &times;
        times_before = std::mem::replace(&mut times, next);
    }
    if times.sign() == Sign::Minus {
        (-now, -times)
    } else {
        (now, times)
    }
}

/// The inverse modulo a prime below 2³¹, or none if there is none.
fn inverse(matrix: &[i64], count: usize, prime: u64) -> Option<Vec<u64>> {
    let mut left: Vec<u64> = matrix
        .iter()
        .map(|value| value.rem_euclid(prime as i64) as u64)
        .collect();
    let mut right = vec![0_u64; count * count];
    for place in 0..count {
        right[place * count + place] = 1;
    }
    for column in 0..count {
        let pivot = (column..count).find(|row| left[row * count + column] != 0)?;
        if pivot != column {
            for place in 0..count {
                left.swap(pivot * count + place, column * count + place);
                right.swap(pivot * count + place, column * count + place);
            }
        }
        let factor = power(left[column * count + column], prime - 2, prime);
        for place in 0..count {
            let at = column * count + place;
            left[at] = left[at] * factor % prime;
            right[at] = right[at] * factor % prime;
        }
        let (pivot_left, pivot_right) = (
            left[column * count..(column + 1) * count].to_vec(),
            right[column * count..(column + 1) * count].to_vec(),
        );
        for row in 0..count {
            let factor = left[row * count + column];
            if row == column || factor == 0 {
                continue;
            }
            let factor = prime - factor;
            for place in 0..count {
                let at = row * count + place;
                if place >= column {
                    left[at] = (left[at] + pivot_left[place] * factor) % prime;
                }
                right[at] = (right[at] + pivot_right[place] * factor) % prime;
            }
        }
    }
    Some(right)
}

fn power(mut base: u64, mut exponent: u64, prime: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % prime;
        }
        base = base * base % prime;
        exponent /= 2;
    }
    result
}

/// An entity that was taken out: which, what one unit that comes in makes of it, and from where it comes.
type Taken = (u32, Fraction, Vec<(u32, Fraction)>);

/// Takes entities out of the ring one by one: what flowed through one flows through its owners instead.
fn eliminate(
    stakes: &[Inside],
    into: &[Fraction],
    round: Round,
    rounded: &mut bool,
) -> Result<Vec<Fraction>, Unsolved> {
    let count = into.len();
    // For each entity where its flow comes from, and where it goes to.
    let mut from: Vec<BTreeMap<u32, Fraction>> = vec![BTreeMap::new(); count];
    let mut to: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); count];
    for stake in stakes {
        let cell = from[stake.owner as usize]
            .entry(stake.held)
            .or_insert_with(Fraction::zero);
        *cell = cell.plus(&Fraction::units(stake.units));
        to[stake.held as usize].insert(stake.owner);
    }
    let mut into: Vec<Fraction> = into.to_vec();
    let weight =
        |from: &[BTreeMap<u32, Fraction>], to: &[BTreeSet<u32>], one: usize| from[one].len() * to[one].len();
    let mut open: BinaryHeap<Reverse<(usize, u32)>> = (0..count)
        .map(|one| Reverse((weight(&from, &to, one), one as u32)))
        .collect();
    let mut gone = vec![false; count];
    let mut order: Vec<Taken> = Vec::with_capacity(count);
    let mut products = 0;
    let back = match round {
        Round::Down => Round::Up,
        Round::Up => Round::Down,
    };
    while let Some(Reverse((weighed, one))) = open.pop() {
        let place = one as usize;
        if gone[place] {
            continue;
        }
        let now = weight(&from, &to, place);
        if now > weighed {
            open.push(Reverse((now, one)));
            continue;
        }
        gone[place] = true;
        let itself = from[place].remove(&one).unwrap_or_else(Fraction::zero);
        to[place].remove(&one);
        let left = Fraction::one().minus(&itself);
        let left = left.kept_to(KEPT, back, rounded);
        let gain = Fraction::one().over(&left).ok_or(Unsolved::NoSolution)?;
        let gain = gain.kept_to(KEPT, round, rounded);
        let sources: Vec<(u32, Fraction)> = std::mem::take(&mut from[place]).into_iter().collect();
        products += (sources.len() + 1) * to[place].len();
        if products > PRODUCTS {
            return Err(Unsolved::TooEntangled);
        }
        for owner in std::mem::take(&mut to[place]) {
            let Some(share) = from[owner as usize].remove(&one) else {
                continue;
            };
            let share = share.times(&gain).kept_to(KEPT, round, rounded);
            for (source, part) in &sources {
                let through = share.times(part).kept_to(KEPT, round, rounded);
                let cell = from[owner as usize].entry(*source).or_insert_with(Fraction::zero);
                *cell = cell.plus(&through).kept_to(KEPT, round, rounded);
                to[*source as usize].insert(owner);
            }
            let through = share.times(&into[place]).kept_to(KEPT, round, rounded);
            into[owner as usize] = into[owner as usize].plus(&through).kept_to(KEPT, round, rounded);
        }
        for (source, _) in &sources {
            to[*source as usize].remove(&one);
        }
        order.push((one, gain, sources));
    }
    let mut flow = vec![Fraction::zero(); count];
    for (one, gain, sources) in order.into_iter().rev() {
        let mut sum = into[one as usize].clone();
        for (source, part) in sources {
            let through = flow[source as usize].times(&part).kept_to(KEPT, round, rounded);
            sum = sum.plus(&through);
        }
        flow[one as usize] = sum.times(&gain).kept_to(KEPT, round, rounded);
    }
    Ok(flow)
}
