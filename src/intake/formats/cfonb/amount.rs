//! Amounts with their sign punched over the last digit.

use crate::intake::fixed;
use crate::model::Amount;

/// Reads fourteen characters: digits, the last one with the sign. Credits are above zero.
pub fn signed(text: &str, decimals: u32, name: &str) -> Result<Amount, String> {
    let wrong = |why: &str| format!("the {name} ‘{text}’ {why}");
    let mut characters = text.chars();
    let last = characters
        .next_back()
        .ok_or_else(|| wrong("is empty; expected thirteen digits and a sign"))?;
    let (digit, negative) = match last.to_ascii_uppercase() {
        '{' | 'é' => (0, false),
        '}' => (0, true),
        c @ 'A'..='I' => (u32::from(c) - u32::from('A') + 1, false),
        c @ 'J'..='R' => (u32::from(c) - u32::from('J') + 1, true),
        'è' => {
            return Err(wrong(
                "ends with è, which documents read as a zero of credit and as one of debit",
            ));
        }
        _ => {
            return Err(wrong(
                "has no sign in its last character; expected {, }, or A to R",
            ));
        }
    };
    let amount = fixed::amount(&format!("{}{digit}", characters.as_str()), 14, decimals, name)?;
    Ok(if negative { fixed::negated(amount) } else { amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign() {
        for (text, hundredths) in [
            ("0000000001234{", 12_340),
            ("0000000004843H", 48_438),
            ("0000000000920}", -9_200),
            ("0000000000117O", -1_176),
            ("0000000000000{", 0),
            ("0000000000001a", 11),
            ("0000000000001j", -11),
            ("0000000000001é", 10),
            ("0000000000001I", 19),
            ("0000000000001R", -19),
        ] {
            assert_eq!(
                signed(text, 2, "amount"),
                Ok(Amount::from_hundredths(hundredths)),
                "{text}"
            );
        }
        assert_eq!(
            signed("0000000000117O", 3, "amount"),
            Ok(Amount::from_scaled(-11_760))
        );
        assert_eq!(
            signed("0000000000117O", 0, "amount"),
            Ok(Amount::from_scaled(-11_760_000))
        );
    }

    #[test]
    fn what_has_no_sign_is_refused() {
        for text in [
            "",
            "00000000012340",
            "0000000001234è",
            "00000 0001234{",
            "000000001234{",
            "S",
        ] {
            assert!(signed(text, 2, "amount").is_err(), "{text}");
        }
    }
}
