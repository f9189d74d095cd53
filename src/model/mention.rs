//! How one record names a party, and the id of that mention. Everything that refers to a party (holders, relations,
//! incomes, assets, debts, expenses) makes its id here, so that they agree.

use super::{AccountKey, Date, hash_id, source_prefix};

/// A party as a record names it. What the record does not say is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamedParty<'a> {
    pub name: &'a str,
    /// National company or citizen number, as written.
    pub number: &'a str,
    /// Whose number that is, as registers name it: `NL-KVK`, `GB-COH`, `XI-LEI`.
    pub scheme: &'a str,
    /// The register's own id of its record.
    pub record_id: &'a str,
    /// The scheme of `record_id` where the id is one everywhere (`XI-LEI`); empty where it is one in its file.
    pub record_scheme: &'a str,
    pub birth_date: Option<Date>,
    /// Where only a year, or a year and a month, are told.
    pub birth_year: Option<i64>,
    pub birth_month: Option<i64>,
}

impl NamedParty<'_> {
    /// Whether the record names nobody.
    pub fn is_empty(&self) -> bool {
        [self.name, self.number, self.record_id]
            .iter()
            .all(|text| text.trim().is_empty())
    }

    /// How the mention is known before any matching. Two records that agree in it are one mention; whether two mentions
    /// are one person is decided later, by people and evidence. In this order:
    ///
    /// - `number:XI-LEI:…`: the id of a register's record, where its scheme says that it is one everywhere;
    /// - `record:<source>:…`: the id of a record that is one in its file;
    /// - `number:NL-KVK:…`, or `number:…` where the record does not say whose number it is;
    /// - `name:JAN DE VRIES|1980-05-17`: a name without initials, with a whole date of birth;
    /// - `name:JAN DE VRIES|@<source>`: a name alone. Two people bear it, so it is one in its file only; and where the
    ///   row names an account (`… <account id>`), one in that account only. A row without account that refers to a bare
    ///   name therefore means the row without account that tells of it.
    pub fn key(&self, source_id: &str, account: AccountKey<'_>) -> String {
        let record = self.record_id.trim();
        if !record.is_empty() {
            return match scheme(self.record_scheme) {
                scheme if scheme.is_empty() => format!("record:{}:{record}", source_prefix(source_id)),
                scheme => format!("number:{scheme}:{}", letters(record)),
            };
        }
        if is_identifying(self.number) {
            return match scheme(self.scheme) {
                scheme if scheme.is_empty() => number_key(self.number),
                scheme => format!("number:{scheme}:{}", letters(self.number)),
            };
        }
        // Twins have a day in common, and often a first letter.
        let is_short = self
            .name
            .split(|c: char| c.is_whitespace() || c == '.')
            .any(|word| word.chars().count() == 1);
        if self.birth_date.is_some() && !is_short {
            return name_key(self.name, self.birth_date);
        }
        let mut key = name_key(self.name, self.birth_date);
        if let Some(year) = self.birth_year.filter(|_| self.birth_date.is_none()) {
            key.push_str(&year.to_string());
            if let Some(month) = self.birth_month {
                key.push_str(&format!("-{month:02}"));
            }
        }
        key.push('@');
        key.push_str(source_prefix(source_id));
        // Nothing else tells two holders of masked numbers apart.
        let masked = letters(self.number);
        if !masked.is_empty() {
            key.push_str(&format!(" {}", self.number.trim()));
        }
        if !account.is_empty() {
            key.push_str(&format!(" {}", account.id()));
        }
        key
    }

    /// The mention's id: a hash of its key. Empty where the record names nobody.
    pub fn id(&self, source_id: &str, account: AccountKey<'_>) -> String {
        if self.is_empty() {
            String::new()
        } else {
            hash_id('p', &[&self.key(source_id, account)])
        }
    }
}

/// How a party is known by number, name and date of birth alone: by number where it has one that identifies, else by
/// name and date of birth. It is the key of mentions with such a number without scheme, and with a whole date of birth.
pub fn party_key(name: &str, registration_number: &str, birth_date: Option<Date>) -> String {
    if is_identifying(registration_number) {
        number_key(registration_number)
    } else {
        name_key(name, birth_date)
    }
}

/// How decisions name a party: by [`party_key`] where that is the key of its mention, so that decisions stay readable
/// and hold for later deliveries; else by the mention itself.
pub fn decision_key(
    party_id: &str,
    name: &str,
    registration_number: &str,
    birth_date: Option<Date>,
) -> String {
    let key = party_key(name, registration_number, birth_date);
    if hash_id('p', &[&key]) == party_id {
        key
    } else {
        format!("mention:{party_id}")
    }
}

/// Whether a number can tell one party from another: it has a digit that is not 0, and nothing of it is masked.
pub fn is_identifying(number: &str) -> bool {
    number
        .chars()
        .any(|c| c.is_numeric() && c.to_digit(10) != Some(0))
        && !is_masked(number)
}

/// Whether digits were taken out of a number before it was handed over: `***123456`, `XXXX-1234`, `12•••89`.
pub fn is_masked(number: &str) -> bool {
    if number.contains(['*', '•', '●', '█', '?', '…']) {
        return true;
    }
    // A whole LEI may hold XXX by chance; its check digits tell.
    let run = number
        .split(|c: char| !matches!(c, 'x' | 'X'))
        .map(str::len)
        .max();
    run.unwrap_or(0) >= 3 && !is_lei(number)
}

/// Whether a text is a legal entity identifier (ISO 17442): 20 letters and digits with the right check digits.
pub fn is_lei(text: &str) -> bool {
    let text = text.trim();
    if text.len() != 20 || !text.bytes().skip(18).all(|b| b.is_ascii_digit()) {
        return false;
    }
    let mut rest = 0_u32;
    for digit in text.chars() {
        let Some(value) = digit.to_digit(36).filter(|_| digit.is_ascii()) else {
            return false;
        };
        rest = (rest * if value < 10 { 10 } else { 100 } + value) % 97;
    }
    rest == 1
}

fn number_key(number: &str) -> String {
    format!("number:{}", letters(number))
}

fn name_key(name: &str, birth_date: Option<Date>) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let birth = birth_date.map(|day| day.to_string()).unwrap_or_default();
    format!("name:{}|{birth}", name.to_uppercase())
}

// Letters and digits in capitals.
fn letters(number: &str) -> String {
    let plain: String = number.chars().filter(|c| c.is_alphanumeric()).collect();
    plain.to_uppercase()
}

fn scheme(text: &str) -> String {
    text.trim().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "0123456789abcdef";
    const OTHER: &str = "fedcba9876543210";

    fn key(party: NamedParty<'_>) -> String {
        party.key(SOURCE, AccountKey::default())
    }

    #[test]
    fn a_number_is_a_key_with_its_scheme_where_one_is_told() {
        let party = NamedParty {
            name: "Jansen BV",
            number: "1234 5678",
            ..NamedParty::default()
        };
        assert_eq!(key(party), "number:12345678");
        assert_eq!(
            key(NamedParty {
                scheme: "nl-kvk",
                ..party
            }),
            "number:NL-KVK:12345678"
        );
        assert_eq!(
            party.id(SOURCE, AccountKey::default()),
            party.id(OTHER, AccountKey::number("1"))
        );
    }

    #[test]
    fn a_record_is_known_by_its_register_or_its_file() {
        let party = NamedParty {
            name: "Jansen BV",
            number: "12345678",
            record_id: "5493001KJTIIGC8Y1R12",
            ..NamedParty::default()
        };
        assert_eq!(key(party), "record:0123456789ab:5493001KJTIIGC8Y1R12");
        let lei = NamedParty {
            record_scheme: "XI-LEI",
            ..party
        };
        assert_eq!(key(lei), "number:XI-LEI:5493001KJTIIGC8Y1R12");
    }

    #[test]
    fn a_bare_name_is_one_in_its_file_and_account_only() {
        let party = NamedParty {
            name: "Jan  de Vries",
            ..NamedParty::default()
        };
        let nowhere = AccountKey::default();
        assert_eq!(key(party), "name:JAN DE VRIES|@0123456789ab");
        assert_ne!(party.id(SOURCE, nowhere), party.id(OTHER, nowhere));
        assert_ne!(
            party.id(SOURCE, AccountKey::number("1")),
            party.id(SOURCE, AccountKey::number("2"))
        );
        let born = NamedParty {
            birth_date: Date::from_ymd(1980, 5, 17),
            ..party
        };
        assert_eq!(key(born), "name:JAN DE VRIES|1980-05-17");
        assert_eq!(
            born.id(SOURCE, AccountKey::number("1")),
            born.id(OTHER, AccountKey::number("2"))
        );
        let partly = NamedParty {
            birth_year: Some(1980),
            birth_month: Some(5),
            ..party
        };
        assert_eq!(key(partly), "name:JAN DE VRIES|1980-05@0123456789ab");
    }

    #[test]
    fn masked_numbers_and_zeros_are_no_key() {
        for number in [
            "***456789-**",
            "XXXX1234",
            "12•••89",
            "000 000",
            "n/a",
            "",
            "xxxxxx",
        ] {
            assert!(!is_identifying(number), "{number}");
            let party = NamedParty {
                name: "A",
                number,
                ..NamedParty::default()
            };
            assert!(key(party).starts_with("name:A|@"), "{number}");
        }
        assert!(is_identifying("NL001234567B01"));
        assert!(is_identifying("12XX34"));
    }

    #[test]
    fn a_lei_is_known_by_its_check_digits() {
        assert!(is_lei("5493001KJTIIGC8Y1R12"));
        assert!(!is_lei("5493001KJTIIGC8Y1R13"));
        assert!(!is_lei("549300"));
    }

    #[test]
    fn decisions_name_a_party_by_what_is_readable_or_by_its_mention() {
        let party = NamedParty {
            name: "A",
            number: "77",
            ..NamedParty::default()
        };
        let id = party.id(SOURCE, AccountKey::default());
        assert_eq!(decision_key(&id, "A", "77", None), "number:77");
        let bare = NamedParty {
            name: "A",
            ..NamedParty::default()
        };
        let id = bare.id(SOURCE, AccountKey::default());
        assert_eq!(decision_key(&id, "A", "", None), format!("mention:{id}"));
    }
}
