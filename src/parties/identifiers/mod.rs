//! Numbers and addresses by which records name a party: accounts, banks, companies, persons, phones, mailboxes, cards.
//!
//! [`read`] says what a text is, brings it into its normal form and checks it; [`find`] finds such texts in other text.
//! National numbers stand in `schemes.csv`, one a line, with their form, check and source; what a line cannot say is in
//! `national.rs`. A number that is masked, cut off or wrong is kept as it is and never ties two records together.
//!
//! Sex is not read, although some person numbers hold it. A birth date is.

mod bank;
mod births;
mod card;
mod countries;
mod email;
mod find;
mod hints;
mod iso7064;
mod judge;
mod luhn;
mod national;
mod phone;
mod phone_plans;
mod schemes;
mod special;
mod taken;
mod text;
mod weights;

pub use bank::{is_bic, is_iban};
pub use countries::alpha2;
pub use find::find;
pub use iso7064::rest_of_97;
pub use national::is_creditor_id;
pub(super) use taken::Taken;

use births::{Born, born};
use schemes::{Check, Rule, Who};

use crate::model::Date;

/// How whole and right an identifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Whole, and right as far as it can be checked (see [`Identifier::strength`]).
    Valid,
    /// Against its scheme.
    Invalid,
    /// Some of its signs are hidden.
    Masked,
    /// Cut off, or without what makes it one number: its register, its country, its court.
    Partial,
}

impl Status {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Valid => "valid",
            Status::Invalid => "invalid",
            Status::Masked => "masked",
            Status::Partial => "partial",
        }
    }
}

/// How much *valid* says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// It has a form that its scheme allows; a slip of one digit would not be seen.
    FormOnly,
    /// Its check digits are right.
    Checked,
}

/// What an identifier stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifies {
    /// One company.
    Company,
    /// One natural person.
    Person,
    /// One company or one natural person.
    Party,
    /// A payer of VAT: one company, or several that are taxed as one.
    TaxUnit,
    /// An account, which two people may hold together.
    Account,
    /// A bank.
    Bank,
    /// A phone or mailbox, which several people may use.
    Contact,
    /// A payment card.
    Card,
    /// Not known.
    Unknown,
}

impl Identifies {
    /// Whether two records with the same identifier speak of one party.
    pub const fn is_one_party(self) -> bool {
        matches!(self, Identifies::Company | Identifies::Person | Identifies::Party)
    }
}

/// The system that an identifier belongs to.
#[derive(Clone, Debug)]
pub enum Scheme {
    /// ISO 13616.
    Iban,
    /// ISO 9362.
    Bic,
    /// ISO 17442.
    Lei,
    /// ITU-T E.164.
    Phone,
    /// RFC 5321.
    Email,
    /// ISO/IEC 7812.
    Card,
    /// A scheme of `schemes.csv`.
    National(&'static Rule),
    /// A register that the record names by a code that is not known here, in small letters.
    Named(String),
    /// The record does not say.
    Unknown,
}

impl Scheme {
    /// The word stored in tables.
    pub fn as_str(&self) -> &str {
        match self {
            Scheme::Iban => "iban",
            Scheme::Bic => "bic",
            Scheme::Lei => "lei",
            Scheme::Phone => "phone",
            Scheme::Email => "email",
            Scheme::Card => "card",
            Scheme::National(rule) => rule.name,
            Scheme::Named(name) => name,
            Scheme::Unknown => "unknown",
        }
    }
}

impl PartialEq for Scheme {
    fn eq(&self, other: &Scheme) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Scheme {}

/// A number or address as a record names a party by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// The system it belongs to.
    pub scheme: Scheme,
    /// Who gives it: ISO 3166-1 alpha-2, empty where it is no state or not known.
    pub country: String,
    /// Its normal form; of a card never more than the first six and the last four digits. Where it is not valid, the
    /// text without separators.
    pub value: String,
    /// How whole and right it is.
    pub status: Status,
    /// Why it is not valid; empty where it is.
    pub reason: String,
}

impl Identifier {
    fn new(scheme: Scheme, country: &str, value: impl Into<String>) -> Identifier {
        Identifier {
            scheme,
            country: country.to_owned(),
            value: value.into(),
            status: Status::Valid,
            reason: String::new(),
        }
    }

    fn not(mut self, status: Status, reason: impl Into<String>) -> Identifier {
        self.status = status;
        self.reason = reason.into();
        self
    }

    /// How much *valid* says of this scheme.
    pub fn strength(&self) -> Strength {
        match &self.scheme {
            Scheme::Iban | Scheme::Lei | Scheme::Card => Strength::Checked,
            // The oldest Czech and Slovak numbers have no check digit, nor have British offices.
            Scheme::National(rule)
                if matches!(
                    (rule.name, self.value.len()),
                    ("cz-rc" | "sk-rc", 9) | ("gb-vat", 5)
                ) =>
            {
                Strength::FormOnly
            }
            Scheme::National(rule) if !matches!(rule.check, Check::Form | Check::OwnForm) => {
                Strength::Checked
            }
            _ => Strength::FormOnly,
        }
    }

    /// What it stands for.
    pub fn identifies(&self) -> Identifies {
        match &self.scheme {
            Scheme::Iban => Identifies::Account,
            Scheme::Bic => Identifies::Bank,
            Scheme::Lei => Identifies::Company,
            Scheme::Phone | Scheme::Email => Identifies::Contact,
            Scheme::Card => Identifies::Card,
            Scheme::National(rule) => match rule.who {
                Who::Company => Identifies::Company,
                Who::Person => Identifies::Person,
                Who::Either => Identifies::Party,
                Who::Unit => Identifies::TaxUnit,
            },
            // A list of registers (org-id.guide) or of state documents (BODS) gives a number to one party; any other
            // word may be a bank's number for its customers or for whatever it likes.
            Scheme::Named(name) if hints::is_register_code(name) => Identifies::Party,
            Scheme::Named(_) | Scheme::Unknown => Identifies::Unknown,
        }
    }

    /// What two records of one party have in common: scheme, country and number. Nothing where the identifier is not
    /// valid, or stands for something else than one party. Of an establishment's number the company's part counts.
    ///
    /// An IBAN is no key, because two people may hold an account; a VAT number is none where companies that are taxed
    /// as one share it.
    pub fn key(&self) -> Option<String> {
        if self.status != Status::Valid {
            return None;
        }
        let head = |len: usize| self.value.get(..len);
        let (scheme, value) = match self.scheme.as_str() {
            "fr-siret" => ("fr-siren", head(9)?),
            // The number of a company without SIREN says nothing but itself, and its unit is not known.
            "fr-vat" if self.value.get(2..5) != Some("000") => ("fr-siren", self.value.get(2..)?),
            "se-vat" => ("se-orgnr", head(10)?),
            "pl-regon" => ("pl-regon", head(9)?),
            "hu-tax" => ("hu-tax", head(8)?),
            "bg-eik" => ("bg-eik", head(9)?),
            "br-cnpj" => ("br-cnpj", head(8)?),
            "si-maticna" => ("si-maticna", head(7)?),
            // The century stands before the number or does not.
            "se-pnr" => ("se-pnr", self.value.get(self.value.len().checked_sub(10)?..)?),
            _ if !self.identifies().is_one_party() => return None,
            name => (name, self.value.as_str()),
        };
        Some(format!("{scheme}:{}:{value}", self.country))
    }

    /// The birth date that a valid person number holds.
    pub fn birth_date(&self) -> Option<Date> {
        match (&self.scheme, self.status) {
            (Scheme::National(rule), Status::Valid) => match born(rule.name, &self.value) {
                Born::On(date) => Some(date),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Reads an identifier. `scheme` is what the record calls it: a code of org-id.guide as BODS uses it (`GB-COH`), a code of
/// ISO 20022 (`TXID`), a word (`KvK`, `registration`, `VAT`, `phone`), or nothing. `country` is the country of the party
/// or the record, in two or three letters, or nothing.
pub fn read(scheme: &str, country: &str, text: &str) -> Identifier {
    let country = countries::alpha2(country).unwrap_or("");
    hints::read(scheme, country, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_numbers_of_every_scheme_are_right() {
        for rule in schemes::rules() {
            let examples = match rule.name {
                // Numbers with spaces in them.
                "de-hr" | "at-fn" | "at-svnr" | "ch-uid" => vec![rule.examples],
                _ => rule.examples.split(' ').filter(|e| !e.is_empty()).collect(),
            };
            for example in examples {
                let hint = if rule.name == "ch-uid" {
                    "CH-UID"
                } else {
                    rule.name
                };
                let read = read(hint, "", example);
                if rule.name == "ch-uid" {
                    continue;
                }
                assert_eq!(
                    (read.scheme.as_str(), read.status),
                    (rule.name, Status::Valid),
                    "{example}: {read:?}"
                );
                assert_eq!(read.country, rule.country);
            }
        }
    }

    #[test]
    fn a_slip_in_a_checked_number_is_seen() {
        for rule in schemes::rules() {
            let checked = Identifier::new(Scheme::National(rule), "", "").strength() == Strength::Checked;
            for example in rule.examples.split(' ').filter(|e| checked && e.len() >= 7) {
                let right = read(rule.name, "", example);
                let digits: Vec<usize> = right
                    .value
                    .char_indices()
                    .filter(|(_, c)| c.is_ascii_digit())
                    .map(|(at, _)| at)
                    .collect();
                if right.strength() == Strength::FormOnly
                    || rule.name == "de-hr"
                    || rule.name == "ro-onrc"
                    || right.status != Status::Valid
                {
                    continue;
                }
                let slips = digits.iter().filter(|at| {
                    let mut slip = right.value.clone();
                    let digit = slip.as_bytes()[**at] - b'0';
                    slip.replace_range(**at..**at + 1, &((digit + 1) % 10).to_string());
                    read(rule.name, "", &slip).status == Status::Valid
                });
                assert!(slips.count() <= 2, "{example}");
            }
        }
    }

    #[test]
    fn only_what_stands_for_one_party_is_a_key() {
        let key = |scheme: &str, country: &str, text: &str| read(scheme, country, text).key();
        assert_eq!(
            key("LEI", "", "5493 00EX04Q2QBFQTQ27").as_deref(),
            Some("lei::549300EX04Q2QBFQTQ27")
        );
        assert_eq!(
            key("registration", "NL", "69599084").as_deref(),
            Some("nl-kvk:NL:69599084")
        );
        assert_eq!(
            key("VAT", "BE", "BE 0403.019.261").as_deref(),
            Some("be-cbe:BE:0403019261")
        );
        assert_eq!(
            key("KBO", "", "403019261").as_deref(),
            Some("be-cbe:BE:0403019261")
        );
        let siren = Some("fr-siren:FR:732829320");
        assert_eq!(key("SIRET", "FR", "732 829 320 00074").as_deref(), siren);
        assert_eq!(key("SIREN", "FR", "732829320").as_deref(), siren);
        assert_eq!(key("US-DE", "", "1234598").as_deref(), Some("us-de:US:1234598"));
        for (scheme, country, text) in [
            ("iban", "", "NL91ABNA0417164300"),
            ("bic", "", "DEUTDEFF"),
            ("phone", "", "+31612345678"),
            ("email", "", "a@example.org"),
            ("card", "", "4111111111111111"),
            ("KVK", "NL", "6959****"),
            ("KVK", "NL", "69599"),
            ("KVK", "NL", "00000000"),
            ("KVK", "NL", "12345678"),
            ("registration", "", "69599084"),
            ("registration", "KY", "12983"),
            ("CUST", "NL", "69599084"),
            ("VAT", "NL", "NL002455799B11"),
            ("NIP", "PL", "8567346216"),
            ("HRB", "DE", "HRB 11223"),
            ("US-SSN", "US", "123-45-6789"),
            ("US-EIN", "US", "12-3456789"),
            ("US-DE", "", "123456"),
            ("HRB", "DE", "HRB ****3 Aachen"),
            ("", "", ""),
        ] {
            assert_eq!(key(scheme, country, text), None, "{scheme} {country} {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_text_is_too_odd(scheme in "\\PC{0,12}", country in "\\PC{0,3}", text in "\\PC{0,40}", odd in any::<String>()) {
            for text in [&text, &odd] {
                read(&scheme, &country, text);
                for rule in ["nl-vat", "de-hr", "ro-onrc", "fi-hetu", "VAT", "tax", "phone", "card", "iban", "email"] {
                    read(rule, &country, text);
                }
            }
        }

        #[test]
        fn digits_and_letters_are_judged_by_every_scheme(text in "[0-9A-Z*X]{0,18}") {
            for rule in schemes::rules() {
                let read = read(rule.name, "", &text);
                prop_assert_eq!(read.reason.is_empty(), read.status == Status::Valid);
                if read.status != Status::Valid {
                    prop_assert_eq!(read.key(), None);
                }
            }
        }

        #[test]
        fn the_normal_form_is_its_own(text in "[0-9A-Z]{8,14}") {
            for rule in schemes::rules() {
                let once = read(rule.name, "", &text);
                if once.status == Status::Valid {
                    prop_assert_eq!(&read(rule.name, "", &once.value), &once);
                }
            }
        }
    }
}
