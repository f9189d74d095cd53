//! Check digits of ISO 7064: the pure system 97-10 and the hybrid system 11-10.

/// The rest of 97 of a number whose letters count 10 to 35; nothing where another sign stands in it.
pub fn rest_of_97(text: &str) -> Option<u32> {
    text.bytes().try_fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    })
}

/// Whether the two check digits at the end are right (97-10).
pub fn is_right_97_10(text: &str) -> bool {
    rest_of_97(text) == Some(1)
}

/// Whether the last digit is right (11-10).
pub fn is_right_11_10(digits: &str) -> bool {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let last = digits.len() - 1;
    let product = digits[..last].bytes().fold(10_u32, |product, byte| {
        let sum = (product + u32::from(byte - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + u32::from(digits.as_bytes()[last] - b'0')) % 10 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers() {
        assert!(is_right_97_10("549300EX04Q2QBFQTQ27"));
        assert!(is_right_11_10("794623") && is_right_11_10("136695976"));
        assert!(!is_right_11_10("136695977") && !is_right_97_10("ä"));
    }
}
