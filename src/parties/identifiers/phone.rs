//! Phone numbers in the form of ITU-T E.164: a plus, the country code, the number.
//!
//! A number without its country is taken as one of the country handed in; where there is none it stays a part, because
//! the same digits ring in every country.

use super::phone_plans::{Plan, plans};
use super::text::{is_mask, is_one_digit, plain, stars_for_x};
use super::{Identifier, Scheme, Status};

/// Reads a phone number; `country` is two letters or nothing.
pub fn read(country: &str, text: &str) -> Identifier {
    let signs: String = text.trim().chars().map(plain).collect();
    let lower = signs.to_lowercase();
    let mut body = lower.as_str();
    for label in ["tel", "phone", "mob", "gsm", "fax", "t", "m"] {
        if let Some(rest) = body.strip_prefix(label)
            && rest.starts_with([':', '.', ' '])
        {
            body = rest.trim_start_matches([':', '.', ' ']);
            break;
        }
    }
    // An extension is a desk behind the number.
    for word in ["ext", "x.", ";ext", "toestel", "durchwahl", "poste"] {
        if let Some((before, _)) = body.split_once(word)
            && before.bytes().filter(u8::is_ascii_digit).count() >= 5
        {
            body = before.trim_end_matches([';', ',', ' ', '-']);
        }
    }
    let compact: String = body
        .replace("(0)", "")
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{202a}'..='\u{202e}') && !sign.is_whitespace())
        .map(|sign| if is_mask(sign) { '*' } else { sign.to_ascii_uppercase() })
        .collect();
    let read = Identifier::new(Scheme::Phone, "", compact.as_str());
    let starred = stars_for_x(&compact, 2);
    if starred.contains('*')
        && starred
            .bytes()
            .all(|b| b == b'*' || b == b'+' || b.is_ascii_digit())
    {
        return Identifier {
            value: starred,
            ..read
        }
        .not(Status::Masked, "signs are hidden");
    }
    let (plus, digits) = match compact.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, compact.as_str()),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return read.not(Status::Invalid, "no phone number: digits expected");
    }
    if is_one_digit(digits) {
        return read.not(Status::Invalid, "one digit over and over: filling");
    }
    let home = plans().iter().find(|plan| plan.countries.contains(&country));
    // From North America one dials 011, from elsewhere nearly always 00.
    let abroad = match home.map(|plan| plan.code) {
        Some("1") => digits.strip_prefix("011"),
        _ => digits.strip_prefix("00"),
    };
    if plus || abroad.is_some() {
        return international(read, abroad.filter(|_| !plus).unwrap_or(digits));
    }
    let Some(home) = home else {
        return read.not(Status::Partial, "no country code, and no country is known");
    };
    let bare = match home.trunk {
        "" => digits,
        // Russia, Kazakhstan and North America dial the digit that begins some numbers.
        trunk => digits
            .strip_prefix(trunk)
            .filter(|rest| rest.len() >= home.shortest)
            .unwrap_or(digits),
    };
    // Deliveries lose the plus, or the zero in front: what is long enough with the country off has it on.
    let behind = digits
        .strip_prefix(home.code)
        .filter(|rest| fits(home, rest) && *rest != bare && digits == bare);
    if let Some(rest) = behind.filter(|rest| rest.len() >= 9) {
        return e164(read, home, rest);
    }
    if fits(home, bare) && !(digits == bare && digits.starts_with('0') && home.trunk.starts_with('0')) {
        return e164(read, home, bare);
    }
    match behind {
        Some(rest) => e164(read, home, rest),
        None => length(read, home, bare),
    }
}

/// The rest behind a plus.
fn international(read: Identifier, digits: &str) -> Identifier {
    let Some(plan) = plans().iter().find(|plan| digits.starts_with(plan.code)) else {
        return read.not(Status::Invalid, "no country code behind the plus");
    };
    let number = &digits[plan.code.len()..];
    // `+31 06 …`: the digit of calls at home was left in.
    let bare = match plan.trunk {
        "0" | "06" => number.strip_prefix(plan.trunk).unwrap_or(number),
        _ => number,
    };
    if fits(plan, bare) && !(plan.trunk == "0" && bare.starts_with('0')) {
        return e164(read, plan, bare);
    }
    length(
        Identifier {
            value: format!("+{digits}"),
            ..read
        },
        plan,
        bare,
    )
}

fn fits(plan: &Plan, number: &str) -> bool {
    let right = (plan.shortest..=plan.longest).contains(&number.len());
    match plan.code {
        // Area and exchange of North America begin with 2 to 9.
        "1" => right && number.bytes().step_by(3).take(2).all(|b| b >= b'2'),
        _ => right,
    }
}

fn e164(read: Identifier, plan: &Plan, number: &str) -> Identifier {
    // A code of several countries does not tell which of them.
    let country = match plan.countries[..] {
        [country] => country,
        _ => "",
    };
    Identifier {
        country: country.to_owned(),
        value: format!("+{}{number}", plan.code),
        ..read
    }
}

fn length(read: Identifier, plan: &Plan, number: &str) -> Identifier {
    let has = number.len();
    let wants = format!(
        "{has} digits behind +{} where {} to {} are expected",
        plan.code, plan.shortest, plan.longest
    );
    match has < plan.shortest {
        true => read.not(Status::Partial, format!("too short: {wants}")),
        false => read.not(Status::Invalid, wants),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_however_written() {
        for text in [
            "06 12 34 56 78",
            "0031 6-12345678",
            "+31 (0)6 1234 5678",
            "+31 06 12345678",
            "31612345678",
            "tel: 0612345678",
            "612345678",
            "+31612345678 ext 4",
        ] {
            assert_eq!(read("NL", text).value, "+31612345678", "{text}");
        }
        assert_eq!(read("IT", "06 1234567").value, "+39061234567");
        assert_eq!(read("HU", "06 1 234 5678").value, "+3612345678");
        assert_eq!(read("US", "(650) 253-0000").value, "+16502530000");
        assert_eq!(read("RU", "8 912 345-67-89").value, "+79123456789");
        assert_eq!(read("PL", "601 234 567").value, "+48601234567");
        assert_eq!(read("", "+32 475 12 34 56").country, "BE");
        assert_eq!(read("GB", "020 7946 0958").country, "");
    }

    #[test]
    fn what_is_no_whole_number() {
        let status = |country: &str, text: &str| read(country, text).status;
        assert_eq!(status("", "0612345678"), Status::Partial);
        assert_eq!(status("NL", "06 1234"), Status::Partial);
        assert_eq!(status("NL", "06 ****5678"), Status::Masked);
        assert_eq!(status("NL", "06 XXXX 5678"), Status::Masked);
        assert_eq!(status("", "+31 6123456789012"), Status::Invalid);
        assert_eq!(status("", "+999 123456"), Status::Invalid);
        assert_eq!(status("", "+1 150 253 0000"), Status::Invalid);
        assert_eq!(status("NL", "geen"), Status::Invalid);
        assert_eq!(status("NL", "0000000000"), Status::Invalid);
    }
}
