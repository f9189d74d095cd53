//! Schemes whose signs between the digits mean something: German registers, Romanian register numbers, Finnish
//! person numbers.

use super::Status;
use super::national;
use super::text::{is_mask, plain};

/// A reading by one of these schemes.
pub struct Special {
    pub value: String,
    pub status: Status,
    pub reason: String,
}

impl Special {
    fn valid(value: String) -> Special {
        Special {
            value,
            status: Status::Valid,
            reason: String::new(),
        }
    }

    fn not(value: String, status: Status, reason: &str) -> Special {
        Special {
            value,
            status,
            reason: reason.to_owned(),
        }
    }
}

/// Reads a number by one of these schemes; nothing where the scheme is none of them.
pub fn read(scheme: &str, text: &str) -> Option<Special> {
    let text: String = text.trim().chars().map(plain).collect();
    let read = match scheme {
        "de-hr" => german_register(&text),
        "ro-onrc" => romanian_register(&text),
        "fi-hetu" => finnish_person(&text),
        _ => return None,
    };
    Some(read)
}

/// `HRB 11223 Aachen`, `Amtsgericht München, HRB 42243`, `HRA 1234 B (Charlottenburg)`. The same number is given by every
/// court, so without its court it is only a part.
fn german_register(text: &str) -> Special {
    let upper = text.to_uppercase();
    let words: Vec<&str> = upper
        .split(|sign: char| {
            sign.is_whitespace() || matches!(sign, ',' | ';' | ':' | '(' | ')' | '/' | '.' | '_' | '-')
        })
        .filter(|word| !word.is_empty())
        .collect();
    let masked = upper.chars().any(is_mask);
    // `HRB11223` is `HRB 11223`.
    let mut parts: Vec<&str> = Vec::new();
    for word in words {
        let kind = KINDS.iter().find(|kind| {
            word.starts_with(**kind) && word[kind.len()..].starts_with(|c: char| c.is_ascii_digit())
        });
        match kind {
            Some(kind) => parts.extend([&word[..kind.len()], &word[kind.len()..]]),
            None => parts.push(word),
        }
    }
    let is_number = |word: &str| word.len() <= 6 && word.bytes().all(|b| b.is_ascii_digit());
    let at = parts
        .windows(2)
        .position(|pair| KINDS.contains(&pair[0]) && is_number(pair[1]));
    let Some(at) = at else {
        let status = if masked { Status::Masked } else { Status::Invalid };
        let reason = if masked {
            "signs are hidden"
        } else {
            "no number of a German register: HRB 12345 and its court expected"
        };
        return Special::not(parts.join(" "), status, reason);
    };
    let (kind, number) = (parts[at], parts[at + 1].trim_start_matches('0'));
    if number.is_empty() {
        return Special::not(parts.join(" "), Status::Invalid, "no number: filling");
    }
    // Courts that took over another's register put letters behind the number.
    let letters = parts.get(at + 2).copied().filter(|word| {
        word.len() <= 3
            && word.bytes().all(|b| b.is_ascii_uppercase())
            && *word != "AG"
            && *word != "HOF"
            && *word != "ULM"
            && *word != "AM"
    });
    let skipped = 2 + usize::from(letters.is_some());
    let court: Vec<String> = parts[..at]
        .iter()
        .chain(&parts[at + skipped..])
        .filter(|word| !COURT_WORDS.contains(word))
        .map(|word| word.to_string())
        .collect();
    let mut value = format!("{kind} {number}");
    if let Some(letters) = letters {
        value = format!("{value} {letters}");
    }
    if court.is_empty() {
        return Special::not(
            value,
            Status::Partial,
            "the court is missing, and every court gives the same numbers",
        );
    }
    Special::valid(format!("{value} {}", court.join(" ")))
}

const KINDS: &[&str] = &["HRB", "HRA", "GNR", "VR", "PR", "GSR"];
const COURT_WORDS: &[&str] = &[
    "AMTSGERICHT",
    "AG",
    "REGISTERGERICHT",
    "HANDELSREGISTER",
    "NR",
    "DE",
    "DES",
    "BEIM",
    "IM",
    "REGISTER",
];

/// `J52/750/2012` in the form used since 2024: `J2012000750528`, whose last digit checks the others.
fn romanian_register(text: &str) -> Special {
    let upper: String = text.to_uppercase().split_whitespace().collect();
    let parts: Vec<&str> = upper
        .split(['/', '-', '\\'])
        .filter(|part| !part.is_empty())
        .collect();
    let form = "no number of the Romanian register: J40/1234/2005 or J2005001234404 expected";
    let is_letter = |sign: &str| matches!(sign, "J" | "F" | "C");
    let number = |part: &str, most: usize| {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| fits)
    };
    let new = match parts[..] {
        [whole]
            if whole.len() == 14
                && whole.is_ascii()
                && is_letter(&whole[..1])
                && number(&whole[1..8], 7).is_some()
                && number(&whole[8..], 6).is_some() =>
        {
            whole.to_owned()
        }
        [head, serial, year] if head.len() >= 2 && head.is_ascii() && is_letter(&head[..1]) => {
            let year = year.rsplit('.').next().unwrap_or(year);
            match (
                number(&head[1..], 2),
                number(serial, 6),
                number(year, 4).filter(|_| year.len() == 4),
            ) {
                (Some(county), Some(serial), Some(year)) => {
                    let body = format!("{}{year}{serial:06}{county:02}", &head[..1]);
                    format!("{body}{}", romanian_check(&body))
                }
                _ => return Special::not(upper, Status::Invalid, form),
            }
        }
        _ if upper.chars().any(is_mask) => return Special::not(upper, Status::Masked, "signs are hidden"),
        _ => return Special::not(upper, Status::Invalid, form),
    };
    let year: u32 = new[1..5].parse().unwrap_or(0);
    let county: u32 = new[11..13].parse().unwrap_or(99);
    // From the middle of 2024 on the county is no part of the number.
    if year < 1990
        || !matches!(county, 0..=40 | 51 | 52)
        || (county == 0 && year < 2024)
        || (county > 0 && year > 2024)
    {
        return Special::not(new, Status::Invalid, "year or county does not exist");
    }
    if !new.ends_with(&romanian_check(&new[..13])) {
        return Special::not(new, Status::Invalid, "check digits are wrong");
    }
    Special::valid(new)
}

/// The sum of all digits, the letter counted by the last digit of its place in ASCII.
fn romanian_check(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .map(|byte| {
            if byte.is_ascii_digit() {
                u32::from(byte - b'0')
            } else {
                u32::from(byte) % 10
            }
        })
        .sum();
    (sum % 10).to_string()
}

/// `131052-308T`; the sign in the middle tells the century, so it stays.
fn finnish_person(text: &str) -> Special {
    let upper: String = text.to_uppercase().split_whitespace().collect();
    let bytes = upper.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    if upper.len() == 11
        && upper.is_ascii()
        && digits(0, 6)
        && digits(7, 10)
        && b"+-ABCDEFUVWXY".contains(&bytes[6])
        && bytes[10].is_ascii_alphanumeric()
    {
        return match national::check("fi-hetu", &upper) {
            Some(true) => Special::valid(upper),
            _ => Special::not(upper, Status::Invalid, "check digits are wrong"),
        };
    }
    let begun = bytes.len() < 11 && bytes.len() >= 6 && digits(0, 6);
    if upper.chars().any(is_mask) || upper.contains("XX") {
        return Special::not(upper, Status::Masked, "signs are hidden");
    }
    match begun {
        true => Special::not(upper, Status::Partial, "too short: 11 signs are the least"),
        false => Special::not(
            upper,
            Status::Invalid,
            "no Finnish person number: 131052-308T expected",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_german_number_needs_its_court() {
        let read = |text: &str| {
            let read = german_register(text);
            (read.value, read.status)
        };
        let munich = ("HRB 42243 MÜNCHEN".to_owned(), Status::Valid);
        assert_eq!(read("Amtsgericht München, HRB 42243"), munich);
        assert_eq!(read("HRB42243 (AG München)"), munich);
        assert_eq!(read("HRB 42243"), ("HRB 42243".into(), Status::Partial));
        assert_eq!(
            read("Berlin (Charlottenburg) HRB 11223 B").0,
            "HRB 11223 B BERLIN CHARLOTTENBURG"
        );
        assert_eq!(read("München"), ("MÜNCHEN".into(), Status::Invalid));
    }

    #[test]
    fn the_old_romanian_number_is_the_new_one() {
        assert_eq!(romanian_register("J52/750/2012").value, "J2012000750528");
        assert_eq!(romanian_register("J 52 / 750 / 2012").value, "J2012000750528");
        assert_eq!(romanian_register("J2012000750529").status, Status::Invalid);
        assert_eq!(
            romanian_register("J4/01234/2005").value,
            romanian_register("J04/1234/2005").value
        );
    }
}
