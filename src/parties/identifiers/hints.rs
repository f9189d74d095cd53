//! What a record calls a number tells the scheme: exactly, in general, or not at all.

use super::schemes::{Rule, bare, rules};
use super::text::{counts_up, fold, is_one_digit, says_nothing};
use super::{Identifier, Scheme, Status, Strength, bank, card, countries, email, judge, phone};

/// Words for the schemes of no country, letters and digits alone.
const WORDS: &[(&str, &[&str])] = &[
    ("lei", &["LEI", "XILEI", "LEGALENTITYIDENTIFIER"]),
    ("iban", &["IBAN", "IBANNUMBER", "IBANNUMMER"]),
    (
        "bic",
        &[
            "BIC",
            "SWIFT",
            "BICFI",
            "ANYBIC",
            "SWIFTBIC",
            "BICORBEI",
            "BICSWIFT",
            "SWIFTCODE",
        ],
    ),
    (
        "phone",
        &[
            "PHONE",
            "TEL",
            "TELEPHONE",
            "TELEFON",
            "TELEFOON",
            "MOBILE",
            "MOBIEL",
            "HANDY",
            "GSM",
            "MSISDN",
            "PHNENB",
            "MOBNB",
        ],
    ),
    (
        "email",
        &["EMAIL", "MAIL", "EMAILADDRESS", "EMAILADR", "EMAILADRES"],
    ),
    (
        "card",
        &[
            "CARD",
            "PAN",
            "CARDNUMBER",
            "KAART",
            "KAARTNUMMER",
            "PASNUMMER",
            "KARTE",
            "KARTENNUMMER",
            "CARTE",
            "CREDITCARD",
        ],
    ),
];

/// Words that may mean several schemes of a country, and the letter for them in the table.
const GENERAL: &[(char, &[&str])] = &[
    (
        'r',
        &[
            "REGISTRATION",
            "REGISTRATIONNUMBER",
            "REGISTER",
            "REGNO",
            "REGISTRATIONNO",
            "COMPANYNUMBER",
            "COMPANYREGISTRATION",
            "COID",
            "BUSINESSREGISTRATION",
            "REG",
        ],
    ),
    (
        'v',
        &[
            "VAT",
            "VATNUMBER",
            "VATIN",
            "VATID",
            "BTW",
            "TVA",
            "IVA",
            "UST",
            "MWST",
            "MOMS",
            "DPH",
            "PTU",
            "PVM",
            "PVN",
            "DDV",
            "PDV",
            "DDS",
        ],
    ),
    (
        't',
        &[
            "TAX",
            "TAXID",
            "TXID",
            "TIN",
            "TAXNUMBER",
            "FISCALNUMBER",
            "TAXIDENTIFICATIONNUMBER",
        ],
    ),
    (
        'p',
        &[
            "PERSON",
            "PERSONNUMBER",
            "NATIONALID",
            "NIDN",
            "SOSE",
            "NATIONALNUMBER",
            "IDCARD",
            "PERSONALNUMBER",
            "IDENTITY",
            "SSN",
        ],
    ),
];

/// Reads an identifier by what the record calls it.
pub fn read(hint: &str, country: &'static str, text: &str) -> Identifier {
    let word = bare(hint);
    let international = WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
    match international.map(|(scheme, _)| *scheme) {
        Some("lei") => return bank::lei(text),
        Some("iban") => return bank::iban(text),
        Some("bic") => return bank::bic(text),
        Some("phone") => return phone::read(country, text),
        Some("email") => return email::read(text),
        Some(_) => return card::read(text),
        None => {}
    }
    if let Some(only) = rules().iter().find(|rule| rule.bare_name == word) {
        return judge::judge(only, text);
    }
    if word.is_empty() {
        return unnamed(country, text);
    }
    let general = GENERAL.iter().find(|(_, words)| words.contains(&word.as_str()));
    let named: Vec<&'static Rule> = rules().iter().filter(|rule| rule.hints.contains(&word)).collect();
    let country = if country.is_empty() {
        country_in(text, general.is_some(), &named)
    } else {
        country
    };
    let mut open: Vec<&'static Rule> = if named
        .iter()
        .all(|rule| rule.country.is_empty() || rule.country == country)
    {
        named.clone()
    } else {
        let here: Vec<_> = named
            .iter()
            .copied()
            .filter(|rule| rule.country == country)
            .collect();
        // A word of one country alone names that country; a register's code has it in front.
        let countries_named = named.iter().all(|rule| rule.country == named[0].country);
        if !here.is_empty() || !countries_named {
            here
        } else {
            named.clone()
        }
    };
    if open.is_empty()
        && let Some((letter, _)) = general
    {
        open = rules()
            .iter()
            .filter(|rule| rule.country == country && rule.general.contains(*letter))
            .collect();
    }
    if open.is_empty() {
        return stranger(hint, country, text, !named.is_empty() || general.is_some());
    }
    best(&open, text, &hint.trim().to_lowercase(), country)
}

/// The best reading by several schemes: right by check digits before right by form; where two are as good, it stays
/// open which one it is.
fn best(open: &[&'static Rule], text: &str, hint: &str, country: &str) -> Identifier {
    let mut read: Vec<Identifier> = open.iter().map(|rule| judge::judge(rule, text)).collect();
    let rank = |one: &Identifier| match (one.status, one.strength()) {
        (Status::Valid, Strength::Checked) => 0,
        (Status::Valid, Strength::FormOnly) => 1,
        (Status::Masked, _) => 2,
        (Status::Partial, _) => 3,
        (Status::Invalid, _) => 4,
    };
    read.sort_by_key(|one| rank(one));
    let least = read.first().map(rank);
    let same = read.iter().take_while(|one| Some(rank(one)) == least).count();
    let names: Vec<&str> = read[..same].iter().map(|one| one.scheme.as_str()).collect();
    if same > 1 && least == Some(4) {
        let reason = format!("right in none of {}; the record says {hint}", names.join(", "));
        return Identifier::new(Scheme::Unknown, country, fold(text).text).not(Status::Invalid, reason);
    }
    if same > 1 {
        let reason = format!("may be {}; the record says {hint}", names.join(" or "));
        let status = if least == Some(2) {
            Status::Masked
        } else {
            Status::Partial
        };
        return Identifier::new(Scheme::Unknown, country, fold(text).text).not(status, reason);
    }
    match read.into_iter().next() {
        Some(read) => read,
        None => Identifier::new(Scheme::Unknown, country, fold(text).text)
            .not(Status::Partial, "no scheme is known"),
    }
}

/// A number that the record gives no name: only what tells itself is read.
fn unnamed(country: &'static str, text: &str) -> Identifier {
    if text.contains('@') {
        return email::read(text);
    }
    let readings = [bank::iban(text), bank::lei(text)];
    if let Some(right) = readings.into_iter().find(|read| read.status == Status::Valid) {
        return right;
    }
    if text.trim_start().starts_with('+') {
        return phone::read(country, text);
    }
    let country = if country.is_empty() {
        country_in(text, true, &[])
    } else {
        country
    };
    let open: Vec<_> = rules()
        .iter()
        .filter(|rule| !country.is_empty() && rule.country == country)
        .collect();
    if open.is_empty() {
        return stranger("", country, text, true);
    }
    let read = best(&open, text, "nothing of the kind", country);
    // A tenth of all numbers have the right check digit by chance: without a name or its country in front it is no proof.
    if read.status == Status::Valid && country_in(text, true, &[]) != country {
        let reason = format!(
            "reads as {}, but the record does not call it so",
            read.scheme.as_str()
        );
        return read.not(Status::Partial, reason);
    }
    read
}

/// A number of a register that is not known here.
fn stranger(hint: &str, country: &str, text: &str, is_general: bool) -> Identifier {
    let folded = fold(text);
    let code = hint.trim().to_lowercase();
    let (scheme, country) = if !is_general && !code.is_empty() {
        let own = code.split_once('-').and_then(|(head, _)| countries::alpha2(head));
        (Scheme::Named(code), own.unwrap_or(country))
    } else {
        (Scheme::Unknown, country)
    };
    let read = Identifier::new(scheme, country, folded.text.clone());
    if says_nothing(&folded.text)
        || is_one_digit(&folded.text)
        || counts_up(&folded.text)
        || !folded.text.chars().any(|c| c.is_ascii_digit())
    {
        return read.not(Status::Invalid, "no number: filling");
    }
    if folded.text.contains('*') {
        return read.not(Status::Masked, "signs are hidden");
    }
    if folded.cut {
        return read.not(Status::Partial, "the end is cut off");
    }
    if folded.text.len() < 3 {
        return read.not(Status::Partial, "too short to be one party's alone");
    }
    match read.scheme {
        Scheme::Named(_) => read,
        _ if country.is_empty() => read.not(Status::Partial, "the record names neither register nor country"),
        _ => read.not(
            Status::Partial,
            format!("the record does not say which register of {country}"),
        ),
    }
}

/// A country in front of the number (`NL002455799B11`), where the scheme then has it.
fn country_in(text: &str, general: bool, named: &[&'static Rule]) -> &'static str {
    let folded = fold(text).text;
    let Some(head) = folded
        .get(..2)
        .filter(|head| head.bytes().all(|b| b.is_ascii_uppercase()))
    else {
        return "";
    };
    if !folded.bytes().skip(2).any(|b| b.is_ascii_digit()) {
        return "";
    }
    let head = if head == "XI" { "GB" } else { head };
    let Some(country) = countries::alpha2(head) else {
        return "";
    };
    let known = |rule: &&Rule| rule.country == country;
    // `No 995525828` is a number, and Norway's no more than another country's.
    let touches = |rest: &str| rest.starts_with(|sign: char| sign.is_ascii_digit());
    if head == "NO" && !folded.ends_with("MVA") && !text.trim_start().strip_prefix(head).is_some_and(touches)
    {
        return "";
    }
    // More letters are a word more often (`SIRET`, `HRB`), and HR is the Handelsregister too.
    let letters = folded.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_right = |rule: &'static Rule| judge::judge(rule, text).status == Status::Valid;
    if (letters > 2 || head == "HR") && !rules().iter().filter(known).any(is_right) {
        return "";
    }
    let fits = if general {
        rules().iter().any(|rule| known(&rule))
    } else {
        named.iter().copied().any(|rule| known(&rule))
    };
    if fits { country } else { "" }
}

/// Whether a name is a code of a list of registers: a country or `XI`, a hyphen, the register (`us-de`, `gbr-passport`).
pub fn is_register_code(name: &str) -> bool {
    name.split_once('-').is_some_and(|(head, tail)| {
        (countries::alpha2(head).is_some() || head.eq_ignore_ascii_case("xi"))
            && !tail.is_empty()
            && tail
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn of(hint: &str, country: &str, text: &str) -> (String, Status) {
        let read = read(hint, country, text);
        (read.scheme.as_str().to_owned(), read.status)
    }

    #[test]
    fn a_general_word_takes_what_the_country_has() {
        assert_eq!(
            of("registration", "PL", "0000127206"),
            ("pl-krs".into(), Status::Valid)
        );
        assert_eq!(
            of("registration", "PL", "192598184"),
            ("pl-regon".into(), Status::Valid)
        );
        assert_eq!(
            of("registration", "PL", "8567346215"),
            ("pl-nip".into(), Status::Valid)
        );
        assert_eq!(of("VAT", "", "DE136695976"), ("de-vat".into(), Status::Valid));
        assert_eq!(of("VAT", "", "EL094259216"), ("gr-afm".into(), Status::Valid));
        assert_eq!(of("TXID", "DE", "36574261809"), ("de-idnr".into(), Status::Valid));
        assert_eq!(of("CF", "IT", "00743110157"), ("it-piva".into(), Status::Valid));
        assert_eq!(of("NIF", "PT", "501964843"), ("pt-nif".into(), Status::Valid));
        assert_eq!(of("NIF", "ES", "54362315K"), ("es-nif".into(), Status::Valid));
        assert_eq!(
            of("GBR-PASSPORT", "", "533380006"),
            ("gbr-passport".into(), Status::Valid)
        );
    }

    #[test]
    fn what_may_be_two_things_is_neither() {
        assert_eq!(of("tax", "NL", "123456782"), ("unknown".into(), Status::Partial));
        assert_eq!(of("NIF", "", "501964843"), ("unknown".into(), Status::Partial));
        assert_eq!(
            of("registration", "", "12983"),
            ("unknown".into(), Status::Partial)
        );
    }

    #[test]
    fn a_word_in_front_is_no_country() {
        let country = |hint: &str, text: &str| read(hint, "", text).country;
        for text in [
            "No 995525828",
            "No. 995525828",
            "No995525828",
            "NO 995525828",
            "HRB 12345",
            "HRB12345",
            "HR 12345",
        ] {
            assert_eq!(country("registration", text), "", "{text}");
            assert_eq!(country("", text), "", "{text}");
        }
        for text in ["SIRET 73282932000074", "SIREN 552008443"] {
            assert_eq!(country("registration", text), "", "{text}");
        }
        assert_eq!(
            of("VAT", "", "NO 995525828 MVA"),
            ("no-orgnr".into(), Status::Valid)
        );
        assert_eq!(of("VAT", "", "NO995525828"), ("no-orgnr".into(), Status::Valid));
        assert_eq!(of("VAT", "", "HR33392005961"), ("hr-oib".into(), Status::Valid));
        assert_eq!(of("VAT", "", "ATU13585627"), ("at-uid".into(), Status::Valid));
    }

    #[test]
    fn what_is_wrong_in_all_is_of_none() {
        // Both schemes of a Dutch tax number: neither has it.
        let read = read("tax", "NL", "9317204658391726");
        assert_eq!((read.scheme.as_str(), read.status), ("unknown", Status::Invalid));
        assert!(read.reason.starts_with("right in none of nl-"), "{}", read.reason);
    }

    #[test]
    fn what_tells_itself_needs_no_name() {
        assert_eq!(
            of("", "", "nl91 abna 0417 1643 00"),
            ("iban".into(), Status::Valid)
        );
        assert_eq!(of("", "", "+31 6 1234 5678"), ("phone".into(), Status::Valid));
        assert_eq!(of("", "", "j@example.org"), ("email".into(), Status::Valid));
        assert_eq!(of("", "", "529900T8BM49AURSDO55"), ("lei".into(), Status::Valid));
        assert_eq!(of("", "PL", "8567346215"), ("pl-nip".into(), Status::Partial));
        assert_eq!(of("", "", "NL002455799B11"), ("nl-vat".into(), Status::Valid));
    }
}
