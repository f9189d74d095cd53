//! Numbers of payment cards. More than the first six and the last four digits is never kept (as PCI DSS 3.4 has it), and
//! no reason repeats them.

use super::luhn;
use super::text::{is_mask, is_one_digit, is_separator, plain};
use super::{Identifier, Scheme, Status};

/// Reads a card number, whole or masked.
pub fn read(text: &str) -> Identifier {
    let mut compact = String::new();
    for sign in text.chars().map(plain) {
        match sign {
            // Dots for what is hidden.
            '…' => compact.push_str("***"),
            'x' | 'X' => compact.push('*'),
            sign if is_mask(sign) => compact.push('*'),
            sign if is_separator(sign) => {}
            sign => compact.push(sign),
        }
    }
    let is_number = compact.bytes().all(|b| b == b'*' || b.is_ascii_digit());
    let value = masked(&compact);
    let read = Identifier::new(Scheme::Card, "", value);
    let digits = compact.bytes().filter(u8::is_ascii_digit).count();
    if !is_number || digits == 0 {
        return read.not(Status::Invalid, "no card number: 12 to 19 digits expected");
    }
    match compact.len() {
        _ if compact.contains('*') && compact.len() <= 19 => read.not(Status::Masked, "signs are hidden"),
        ..12 => read.not(Status::Partial, format!("too short: {digits} digits of 12 to 19")),
        12..=19 if is_one_digit(&compact) => read.not(Status::Invalid, "one digit over and over: filling"),
        12..=19 if luhn::is_right(&compact) => read,
        12..=19 => read.not(Status::Invalid, "the check digit is wrong"),
        _ => read.not(
            Status::Invalid,
            format!("{digits} digits where 12 to 19 are expected"),
        ),
    }
}

/// The first six and the last four signs, stars between them, in fours. Of what is too short for a card only the last
/// four stay.
fn masked(compact: &str) -> String {
    let count = compact.chars().count();
    let head = if count >= 12 { 6 } else { 0 };
    let mut out = String::with_capacity(count * 2);
    for (at, sign) in compact.chars().enumerate() {
        if at > 0 && at.is_multiple_of(4) {
            out.push(' ');
        }
        let stays = at < head || at + 4 >= count;
        out.push(if stays || sign == '*' { sign } else { '*' });
    }
    out
}

/// Whether a whole number is one that an issuer of cards gives: its first digits and its length (ISO/IEC 7812 ranges that
/// the schemes publish). For numbers that nobody calls a card.
pub fn is_issued(digits: &str) -> bool {
    let head = |len: usize| {
        digits
            .get(..len)
            .and_then(|head| head.parse::<u32>().ok())
            .unwrap_or(0)
    };
    match digits.len() {
        14 => matches!(head(2), 36 | 38 | 39) || (300..=305).contains(&head(3)),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || (51..=55).contains(&head(2))
                || (2200..=2204).contains(&head(4))
                || (2221..=2720).contains(&head(4))
                || (3528..=3589).contains(&head(4))
                || matches!(
                    head(4),
                    6011 | 6304 | 6703 | 6759 | 6761 | 6762 | 6763 | 5018 | 5020 | 5038
                )
                || (644..=659).contains(&head(3))
                || head(2) == 62
        }
        17..=19 => {
            matches!(
                head(4),
                6304 | 6703 | 6759 | 6761 | 6762 | 6763 | 5018 | 5020 | 5038
            ) || head(2) == 62
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_whole_number_is_kept() {
        let card = read("4111 1111 1111 1111");
        assert_eq!(
            (card.status, card.value.as_str()),
            (Status::Valid, "4111 11** **** 1111")
        );
        assert_eq!(read("378282246310005").value, "3782 82** ***0 005");
        assert_eq!(read("4111111111111112").value, "4111 11** **** 1112");
        assert_eq!(read("41111111****1111").value, "4111 11** **** 1111");
        assert_eq!(read("4111-11XX-XXXX-1111").status, Status::Masked);
        assert_eq!(read("••••1234").value, "**** 1234");
        assert_eq!(read("41111111").value, "**** 1111");
        assert_eq!(read("41111111").status, Status::Partial);
    }

    #[test]
    fn numbers_of_issuers() {
        assert!(
            is_issued("4111111111111111") && is_issued("378282246310005") && is_issued("5555555555554444")
        );
        assert!(!is_issued("1234567812345670") && !is_issued("9999999999999995"));
    }
}
