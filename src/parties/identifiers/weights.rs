//! Check digits made of weights and a rest: the table says which weights, which number the rest is of, and how the rest
//! becomes the digit.

/// How the weighted sum tells whether the number is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The sum of all digits is a multiple.
    Zero,
    /// The last digit is the rest of the digits before it; a rest of ten is a nought.
    Rest,
    /// The last digit fills the sum of the digits before it up to a multiple; ten is a nought.
    Complement,
}

/// A check by weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    turn: Turn,
    modulus: i32,
    first: Vec<i32>,
    /// Weights of a second round, where the first one leaves ten.
    second: Vec<i32>,
}

impl Weights {
    /// Reads `zero 11: 9 8 7 …`, `rest 11: 1 2 3 … / 3 4 5 …`, `complement 10: …`.
    pub fn parse(text: &str) -> Option<Weights> {
        let (head, weights) = text.split_once(':')?;
        let (turn, modulus) = head.split_once(' ')?;
        let mut rounds = weights
            .split('/')
            .map(|round| round.split_whitespace().map(|w| w.parse().ok()).collect());
        Some(Weights {
            turn: match turn {
                "zero" => Turn::Zero,
                "rest" => Turn::Rest,
                "complement" => Turn::Complement,
                _ => return None,
            },
            modulus: modulus.trim().parse().ok().filter(|modulus| *modulus > 0)?,
            first: rounds.next()??,
            second: rounds.next().unwrap_or(Some(Vec::new()))?,
        })
    }

    /// Whether the number is right. A number of another length or with other signs than digits is not.
    pub fn is_right(&self, digits: &str) -> bool {
        let Some(digits) = values(digits) else {
            return false;
        };
        let rest = |weights: &[i32]| sum(&digits, weights).rem_euclid(self.modulus);
        if self.turn == Turn::Zero {
            return digits.len() == self.first.len() && rest(&self.first) == 0;
        }
        let Some(last) = digits.last() else {
            return false;
        };
        if digits.len() != self.first.len() + 1 {
            return false;
        }
        let mut left = rest(&self.first);
        if left == 10 && !self.second.is_empty() {
            left = rest(&self.second);
        }
        if self.turn == Turn::Complement {
            left = (self.modulus - left) % self.modulus;
        }
        left % 10 == *last
    }
}

/// The digits of a text; nothing where another sign stands in it.
pub fn values(digits: &str) -> Option<Vec<i32>> {
    digits
        .bytes()
        .map(|b| b.is_ascii_digit().then(|| i32::from(b - b'0')))
        .collect()
}

/// Digits times weights, up to the shorter of the two.
pub fn sum(digits: &[i32], weights: &[i32]) -> i32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers() {
        let bsn = Weights::parse("zero 11: 9 8 7 6 5 4 3 2 -1").unwrap();
        assert!(bsn.is_right("111222333") && !bsn.is_right("111252333") && !bsn.is_right("11122233"));
        let pesel = Weights::parse("complement 10: 1 3 7 9 1 3 7 9 1 3").unwrap();
        assert!(pesel.is_right("44051401359") && !pesel.is_right("44051401358"));
        let estonia = Weights::parse("rest 11: 1 2 3 4 5 6 7 / 3 4 5 6 7 8 9").unwrap();
        assert!(estonia.is_right("12345678") && !estonia.is_right("1234567A"));
        assert_eq!(Weights::parse("zero 0: 1"), None);
    }
}
