//! Accounts (IBAN), banks (BIC) and legal entities (LEI).

use std::sync::OnceLock;

use super::countries;
use super::iso7064::is_right_97_10;
use super::schemes::fits;
use super::text::{fold, is_one_digit, says_nothing, stars_for_x};
use super::{Identifier, Scheme, Status};

/// Countries of the IBAN registry (SWIFT) with the length of their IBANs.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 \
    DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 \
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 \
    PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 \
    YE30";

/// How long the IBANs of a country are, by its two letters.
pub fn iban_length(country: &str) -> Option<usize> {
    static BY_COUNTRY: OnceLock<Vec<usize>> = OnceLock::new();
    let table = BY_COUNTRY.get_or_init(|| {
        let mut table = vec![0; 26 * 26];
        for entry in LENGTHS.split_whitespace() {
            if let (Some(place), Some(Ok(length))) =
                (countries::place_of(entry), entry.get(2..).map(str::parse))
            {
                table[place] = length;
            }
        }
        table
    });
    Some(table[countries::place_of(country)?]).filter(|length| *length > 0)
}

/// Whether a text in its normal form is an IBAN of a country of the registry with right structure and check digits.
pub fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && (text.parse::<iban::Iban>().is_ok() || is_iban_of_others(text))
}

/// Countries of the registry that the crate does not know: Honduras (since 2024) and Pakistan.
fn is_iban_of_others(text: &str) -> bool {
    let form = match text.as_bytes() {
        [b'H', b'N', ..] => "AA99AAAA99999999999999999999",
        [b'P', b'K', ..] => "AA99AAAA****************",
        _ => return false,
    };
    fits(text, form) && text.parse::<iban::BaseIban>().is_ok()
}

/// Reads an IBAN.
pub fn iban(text: &str) -> Identifier {
    let folded = fold(text);
    let body = folded.text.strip_prefix("IBAN").unwrap_or(&folded.text);
    let country = body.get(..2).and_then(countries::alpha2).unwrap_or("");
    let read = Identifier::new(Scheme::Iban, country, body);
    if is_iban(body) && !folded.cut {
        return read;
    }
    if says_nothing(body) {
        return read.not(Status::Invalid, "no number: filling");
    }
    let starred = stars_for_x(body, 3);
    if starred.contains('*') && starred.bytes().all(|b| b == b'*' || b.is_ascii_alphanumeric()) {
        // Where some X hide digits, the pairs of them do too.
        return Identifier {
            value: stars_for_x(body, 2),
            ..read
        }
        .not(Status::Masked, "signs are hidden");
    }
    let length = body.get(..2).and_then(iban_length);
    let plain = body.bytes().all(|b| b.is_ascii_alphanumeric());
    let begins = length.is_some() && body.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
    match length {
        Some(length) if begins && plain && (body.len() < length || folded.cut) => read.not(
            Status::Partial,
            format!("too short: {} signs of {length}", body.len()),
        ),
        None if plain && body.len() >= 4 => {
            read.not(Status::Invalid, "no country of the IBAN registry in front")
        }
        _ if !begins => read.not(
            Status::Invalid,
            "no IBAN: country and two check digits in front expected",
        ),
        Some(length) if body.len() != length => read.not(
            Status::Invalid,
            format!("{} signs where {length} are expected", body.len()),
        ),
        _ => match body.parse::<iban::Iban>() {
            Err(iban::ParseIbanError::InvalidBban(_)) => {
                read.not(Status::Invalid, "not the structure of the country")
            }
            Err(iban::ParseIbanError::UnknownCountry(_)) => {
                read.not(Status::Invalid, "no country of the IBAN registry in front")
            }
            _ => read.not(Status::Invalid, "check digits are wrong"),
        },
    }
}

/// Whether a text in capitals is built like a BIC: four letters, a country, two signs, and three more or none.
pub fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 8 | 11)
        && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && bytes[..6].iter().all(u8::is_ascii_uppercase)
        && countries::alpha2(&text[4..6]).is_some_and(|country| country == &text[4..6])
}

/// Reads a BIC. The head office's three X are left off.
pub fn bic(text: &str) -> Identifier {
    let folded = fold(text);
    let body = ["BIC", "SWIFT"]
        .iter()
        .find_map(|label| folded.text.strip_prefix(label).filter(|rest| is_bic(rest)));
    let body = body.unwrap_or(&folded.text);
    let country = body.get(4..6).and_then(countries::alpha2).unwrap_or("");
    let read = Identifier::new(Scheme::Bic, country, body);
    if is_bic(body) && !folded.cut {
        let head = body.strip_suffix("XXX").filter(|head| head.len() == 8);
        return Identifier {
            value: head.unwrap_or(body).to_owned(),
            ..read
        };
    }
    if says_nothing(body) {
        return read.not(Status::Invalid, "no number: filling");
    }
    if body.contains('*') && body.bytes().all(|b| b == b'*' || b.is_ascii_alphanumeric()) {
        return read.not(Status::Masked, "signs are hidden");
    }
    let begins = body.bytes().all(|b| b.is_ascii_uppercase()) && !country.is_empty();
    match body.len() {
        6 | 7 if begins => read.not(
            Status::Partial,
            format!("too short: {} signs of 8 or 11", body.len()),
        ),
        9 | 10 if is_bic(&body[..8]) => read.not(
            Status::Partial,
            format!("{} signs where 8 or 11 are expected", body.len()),
        ),
        _ => read.not(
            Status::Invalid,
            "no BIC: four letters, a country, two signs, and three more or none expected",
        ),
    }
}

/// Reads an LEI.
pub fn lei(text: &str) -> Identifier {
    let folded = fold(text);
    let body = folded
        .text
        .strip_prefix("LEI")
        .filter(|rest| rest.len() >= 20)
        .unwrap_or(&folded.text);
    let read = Identifier::new(Scheme::Lei, "", body);
    let plain = !body.is_empty() && body.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if says_nothing(body) {
        return read.not(Status::Invalid, "no number: filling");
    }
    let ends_in_digits = body.bytes().rev().take(2).all(|b| b.is_ascii_digit());
    if plain && body.len() == 20 && ends_in_digits && !folded.cut {
        if is_one_digit(&body[..18]) && body.bytes().all(|b| b.is_ascii_digit()) {
            return read.not(Status::Invalid, "one digit over and over: filling");
        }
        if is_right_97_10(body) {
            return read;
        }
    }
    let starred = stars_for_x(body, 4);
    if starred.contains('*') && starred.bytes().all(|b| b == b'*' || b.is_ascii_alphanumeric()) {
        return Identifier {
            value: starred,
            ..read
        }
        .not(Status::Masked, "signs are hidden");
    }
    match body.len() {
        20 if plain && !folded.cut => read.not(Status::Invalid, "check digits are wrong"),
        8..=20 if plain => read.not(Status::Partial, format!("too short: {} signs of 20", body.len())),
        length => read.not(
            Status::Invalid,
            format!("{length} signs where 20 letters and digits are expected"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans() {
        let of = |text: &str| {
            let read = iban(text);
            (read.status, read.value)
        };
        assert_eq!(
            of("IBAN nl91 abna 0417 1643 00"),
            (Status::Valid, "NL91ABNA0417164300".into())
        );
        assert_eq!(
            of("NL12 XXXX 0000 1234 XX"),
            (Status::Masked, "NL12****00001234**".into())
        );
        assert_eq!(of("****1234"), (Status::Masked, "****1234".into()));
        assert_eq!(of("NL91ABNA0417"), (Status::Partial, "NL91ABNA0417".into()));
        assert_eq!(of("NL91ABNA0417164301").0, Status::Invalid);
        assert_eq!(of("PK36SCBL0000001123456702").0, Status::Valid);
        assert_eq!(of("PK37SCBL0000001123456702").0, Status::Invalid);
        assert_eq!(of("ZZ91ABNA0417164300").0, Status::Invalid);
        assert_eq!(iban("NL91ABNA0417164300").country, "NL");
        for entry in LENGTHS.split_whitespace() {
            assert!(countries::alpha2(&entry[..2]).is_some(), "{entry}");
        }
    }

    #[test]
    fn bics() {
        assert_eq!(bic("deutdeff xxx").value, "DEUTDEFF");
        assert_eq!(bic("DEUTDEFF500").value, "DEUTDEFF500");
        assert_eq!(
            (bic("DEUTZZFF").status, bic("DEUTDEF").status),
            (Status::Invalid, Status::Partial)
        );
        assert_eq!(bic("INGBNL2A").country, "NL");
    }

    #[test]
    fn leis() {
        assert_eq!(lei("5299 00T8BM49AURSDO55").status, Status::Valid);
        assert_eq!(lei("529900T8BM49AURSDO56").status, Status::Invalid);
        assert_eq!(lei("529900T8BM49").status, Status::Partial);
        assert_eq!(lei("529900********RSDO55").status, Status::Masked);
    }
}
