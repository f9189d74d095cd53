//! What makes an account the same account: scheme, number and, where the number alone is not unique, the bank.

use super::identity::hash_id;

/// The numbering scheme of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountScheme {
    /// An IBAN with valid check digits (ISO 13616).
    Iban,
    /// A bank's own number; the bank is part of the identity where it is given.
    Domestic,
    /// A payment service's identifier (e-mail, wallet, customer number).
    Service,
    /// Cash put into or taken out of the account named by the number: never a hub.
    Cash,
    /// The unknown other side of one entry: never a hub.
    Unknown,
}

impl AccountScheme {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            AccountScheme::Iban => "iban",
            AccountScheme::Domestic => "domestic",
            AccountScheme::Service => "service",
            AccountScheme::Cash => "cash",
            AccountScheme::Unknown => "unknown",
        }
    }
}

/// An account as one record names it. Borrowed text, as written in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AccountKey<'a> {
    /// The number as written; empty where the record has none.
    pub number: &'a str,
    /// The bank that the number belongs to (BIC, bank code, name), where the record gives it.
    pub bank: &'a str,
}

impl<'a> AccountKey<'a> {
    /// An account by number alone.
    pub fn number(number: &'a str) -> AccountKey<'a> {
        AccountKey { number, bank: "" }
    }

    /// Whether the record names no account.
    pub fn is_empty(&self) -> bool {
        self.number.trim().is_empty()
    }

    /// Scheme and normal form of the number: an IBAN without spaces in capitals where structure and check digits
    /// are right, else the bank's own number without spaces.
    pub fn normalise(&self) -> (AccountScheme, String) {
        // Nearly every number stands in its normal form already.
        let normal = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        let compact: String = if self.number.bytes().all(|byte| normal(&byte)) {
            self.number.to_owned()
        } else {
            self.number
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '\u{a0}')
                .map(|c| c.to_ascii_uppercase())
                .collect()
        };
        let candidate = compact.strip_prefix("IBAN").unwrap_or(&compact);
        if looks_like_iban(candidate) && candidate.parse::<iban::Iban>().is_ok() {
            return (AccountScheme::Iban, candidate.to_owned());
        }
        if compact.contains('@') {
            return (AccountScheme::Service, compact);
        }
        (AccountScheme::Domestic, compact)
    }

    /// The account's id, a hash of scheme, normal form and (where the number is no IBAN) bank. The currency is no
    /// part of it. A bank code of digits keeps its identity without leading zeros, because deliveries lose them.
    pub fn id(&self) -> String {
        let (scheme, number) = self.normalise();
        self.id_of(scheme, &number)
    }

    /// The same where the normal form is known.
    pub fn id_of(&self, scheme: AccountScheme, number: &str) -> String {
        match scheme {
            AccountScheme::Domestic => {
                let bank = self.bank.trim();
                let bank = if !bank.is_empty() && bank.bytes().all(|b| b.is_ascii_digit()) {
                    match bank.trim_start_matches('0') {
                        "" => "0",
                        rest => rest,
                    }
                } else {
                    bank
                };
                hash_id('a', &[scheme.as_str(), &bank.to_uppercase(), number])
            }
            _ => hash_id('a', &[scheme.as_str(), number]),
        }
    }
}

fn looks_like_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_iban_however_written() {
        let plain = AccountKey::number("NL91ABNA0417164300");
        let spaced = AccountKey {
            number: "nl91 abna 0417 1643 00",
            bank: "ABNANL2A",
        };
        assert_eq!(plain.id(), spaced.id());
        assert_eq!(plain.normalise().0, AccountScheme::Iban);
    }

    #[test]
    fn a_wrong_check_digit_is_no_iban() {
        assert_eq!(
            AccountKey::number("NL92ABNA0417164300").normalise().0,
            AccountScheme::Domestic
        );
    }

    #[test]
    fn the_same_number_at_two_banks_is_two_accounts() {
        let one = AccountKey {
            number: "8000EBD30",
            bank: "010",
        };
        let other = AccountKey {
            number: "8000EBD30",
            bank: "11",
        };
        let zeros = AccountKey {
            number: "8000EBD30",
            bank: "10",
        };
        assert_ne!(one.id(), other.id());
        assert_eq!(one.id(), zeros.id());
    }
}
