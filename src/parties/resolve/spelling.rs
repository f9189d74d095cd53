//! Whether two words are one word misspelled. Letters that differ are counted (left out, added, changed, two neighbours
//! swapped), because a count can be told to a court; a likeness of 0.93 cannot.

/// Words shorter than this are never taken for each other: *Tim* and *Tom* are two names.
const SHORT: usize = 4;
/// From this length two differences are let pass.
const LONG: usize = 8;

/// How many letters apart two different words are, where that is close: one, or two in long words. Words with digits in
/// them are never close: *Holding 1* is not *Holding 2*.
pub(super) fn close(left: &str, right: &str) -> Option<u8> {
    if left.is_ascii() && right.is_ascii() {
        near(left.as_bytes(), right.as_bytes(), |letter| {
            letter.is_ascii_digit()
        })
    } else {
        let left: Vec<char> = left.chars().collect();
        let right: Vec<char> = right.chars().collect();
        near(&left, &right, char::is_ascii_digit)
    }
}

/// Whether two texts of numbers or addresses differ in one sign, or in two neighbours swapped.
pub(super) fn one_sign_off(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        let (left, right) = strip(left.as_bytes(), right.as_bytes());
        apart_by_one(left, right)
    } else {
        let left: Vec<char> = left.chars().collect();
        let right: Vec<char> = right.chars().collect();
        let (left, right) = strip(&left, &right);
        apart_by_one(left, right)
    }
}

/// Whether two words may be one that is misspelled in a letter in both places.
pub(super) fn two_letters_off(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let digits = left.iter().chain(&right).any(char::is_ascii_digit);
    if left.len().min(right.len()) < SHORT || left.len().abs_diff(right.len()) > 2 || digits {
        return false;
    }
    let (left, right) = strip(&left, &right);
    distance(left, right) <= 2
}

fn near<T: PartialEq>(left: &[T], right: &[T], digit: impl Fn(&T) -> bool) -> Option<u8> {
    let shorter = left.len().min(right.len());
    let allowed = match shorter {
        0..SHORT => return None,
        SHORT..LONG => 1,
        _ => 2,
    };
    if left.len().abs_diff(right.len()) > allowed || left.iter().chain(right).any(digit) {
        return None;
    }
    let (left, right) = strip(left, right);
    if apart_by_one(left, right) {
        return Some(1);
    }
    (allowed == 2 && distance(left, right) == 2).then_some(2)
}

/// Without what both begin and end with.
fn strip<'a, T: PartialEq>(mut left: &'a [T], mut right: &'a [T]) -> (&'a [T], &'a [T]) {
    while let ([a, rest @ ..], [b, other @ ..]) = (left, right) {
        if a != b {
            break;
        }
        (left, right) = (rest, other);
    }
    while let ([rest @ .., a], [other @ .., b]) = (left, right) {
        if a != b {
            break;
        }
        (left, right) = (rest, other);
    }
    (left, right)
}

/// Of stripped texts: one sign added, left out or changed, or two neighbours swapped.
fn apart_by_one<T: PartialEq>(left: &[T], right: &[T]) -> bool {
    match (left, right) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// The distance of Damerau and Levenshtein in which no part is touched twice.
fn distance<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let width = right.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut row: Vec<usize> = (0..width).collect();
    let mut next: Vec<usize> = vec![0; width];
    for (i, a) in left.iter().enumerate() {
        next[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let mut least = (row[j] + usize::from(a != b))
                .min(row[j + 1] + 1)
                .min(next[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            next[j + 1] = least;
        }
        std::mem::swap(&mut before, &mut row);
        std::mem::swap(&mut row, &mut next);
    }
    row[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted() {
        assert_eq!(close("jansen", "janssen"), Some(1));
        assert_eq!(close("pieter", "peiter"), Some(1));
        assert_eq!(close("muhammad", "mohammed"), Some(2));
        assert_eq!(close("müller", "muller"), Some(1));
        assert_eq!(close("tim", "tom"), None);
        assert_eq!(close("jansen", "janszoon"), None);
        assert_eq!(close("vermeer1", "vermeer2"), None);
        assert!(two_letters_off("melvin", "xelvix") && !two_letters_off("melvin", "xelxix"));
        assert!(!two_letters_off("tim", "tom") && !two_letters_off("unit1", "unit2"));
        assert!(one_sign_off("0612345678", "0612345687"));
        assert!(one_sign_off("0612345678", "061234567"));
        assert!(!one_sign_off("0612345678", "0612345699"));
    }
}
