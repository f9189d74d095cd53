//! From national account numbers to IBANs (ISO 13616): the check digits that national formats leave out are computed.

/// The IBAN of a Belgian account number of twelve digits, whose last two check the ten before them.
pub fn belgian_iban(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (head, check) = digits.split_at_checked(10)?;
    let expected = match head.parse::<u64>().ok()? % 97 {
        0 => 97,
        rest => rest,
    };
    if check.parse::<u64>().ok()? != expected {
        return None;
    }
    iban("BE", &digits)
}

/// The IBAN of a Spanish account: bank and branch of four digits, number of ten. Its two check digits (CCC) are
/// computed.
pub fn spanish_iban(bank: &str, branch: &str, number: &str) -> Option<String> {
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (bank.len(), branch.len(), number.len()) != (4, 4, 10)
        || ![bank, branch, number].into_iter().all(all_digits)
    {
        return None;
    }
    let first = spanish_digit(&format!("00{bank}{branch}"));
    let second = spanish_digit(number);
    iban("ES", &format!("{bank}{branch}{first}{second}{number}"))
}

/// The IBAN of a French account: bank and branch of five digits, number of eleven digits or letters. Its key (clé RIB)
/// is computed. An account in Monaco is numbered in the same way and would begin with MC; the number does not show it.
pub fn french_iban(bank: &str, branch: &str, number: &str) -> Option<String> {
    if bank.len() != 5 || branch.len() != 5 || number.len() != 11 {
        return None;
    }
    let mut rest: u64 = 0;
    for c in bank
        .chars()
        .chain(branch.chars())
        .chain(number.chars())
        .chain("00".chars())
    {
        rest = (rest * 10 + u64::from(french_digit(c)?)) % 97;
    }
    let key = 97 - rest;
    iban(
        "FR",
        &format!("{bank}{branch}{}{key:02}", number.to_ascii_uppercase()),
    )
}

/// Puts country and check digits before a national number; nothing where the structure is not the country's.
fn iban(country: &str, national: &str) -> Option<String> {
    let mut rest: u64 = 0;
    for c in national.chars().chain(country.chars()).chain("00".chars()) {
        let value = u64::from(c.to_digit(36)?);
        rest = if value < 10 {
            (rest * 10 + value) % 97
        } else {
            (rest * 100 + value) % 97
        };
    }
    let text = format!("{country}{:02}{national}", 98 - rest);
    text.parse::<iban::Iban>().is_ok().then_some(text)
}

/// The check digit over ten digits: weights are the powers of two modulo eleven.
fn spanish_digit(digits: &str) -> u32 {
    let weights = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let sum: u32 = digits
        .chars()
        .zip(weights)
        .map(|(c, weight)| c.to_digit(10).unwrap_or(0) * weight)
        .sum();
    match 11 - sum % 11 {
        11 => 0,
        10 => 1,
        digit => digit,
    }
}

/// Letters count as digits in the key: A and J are 1, B, K and S are 2, up to I, R and Z for 9.
fn french_digit(c: char) -> Option<u32> {
    match c.to_ascii_uppercase() {
        c @ '0'..='9' => c.to_digit(10),
        c @ 'A'..='I' => Some(u32::from(c) - u32::from('A') + 1),
        c @ 'J'..='R' => Some(u32::from(c) - u32::from('J') + 1),
        c @ 'S'..='Z' => Some(u32::from(c) - u32::from('S') + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Example IBANs of the SWIFT registry of IBAN formats.
    #[test]
    fn the_examples_of_the_registry() {
        assert_eq!(
            belgian_iban("539-0075470-34").as_deref(),
            Some("BE68539007547034")
        );
        assert_eq!(
            spanish_iban("2100", "0418", "0200051332").as_deref(),
            Some("ES9121000418450200051332")
        );
        assert_eq!(
            french_iban("20041", "01005", "0500013M026").as_deref(),
            Some("FR1420041010050500013M02606")
        );
    }

    #[test]
    fn what_is_no_account_gives_none() {
        assert_eq!(belgian_iban("539007547035"), None);
        assert_eq!(belgian_iban("5390075470"), None);
        assert_eq!(spanish_iban("2100", "0418", "02000513X2"), None);
        assert_eq!(french_iban("2004", "01005", "0500013M026"), None);
        assert_eq!(french_iban("20041", "01005", "0500013é026"), None);
    }
}
