//! Luhn's check: every second digit doubled from the right, the sum a multiple of ten (ISO/IEC 7812-1, annex B).

/// Luhn's sum of digits, the last one not doubled. Other signs count as nothing and are no place.
pub fn sum(digits: &str) -> u32 {
    digits
        .bytes()
        .rev()
        .filter(u8::is_ascii_digit)
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = digit * 2;
            match place % 2 {
                0 => digit,
                _ => doubled / 10 + doubled % 10,
            }
        })
        .sum()
}

/// Whether the last digit is right.
pub fn is_right(digits: &str) -> bool {
    sum(digits).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers() {
        assert!(is_right("49927398716") && is_right("4111111111111111"));
        assert!(!is_right("49927398717"));
    }
}
