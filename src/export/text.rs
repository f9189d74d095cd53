//! Texts as formats want them: moments, amounts, ids.

use sha2::{Digest, Sha256};

use crate::model::{Amount, Moment, TimePrecision, digits_of};

/// A day, or a day and time as far as it is known: `2024-01-02`, `2024-01-02T10:00:00`.
pub fn iso(moment: Moment) -> String {
    match moment.precision {
        TimePrecision::Day => moment.date().to_string(),
        _ => date_time(moment),
    }
}

/// A full date and time without zone (xs:dateTime): a day alone is its midnight.
pub fn date_time(moment: Moment) -> String {
    let second = Moment {
        precision: match moment.precision {
            TimePrecision::Subsecond => TimePrecision::Subsecond,
            _ => TimePrecision::Second,
        },
        ..moment
    };
    second.to_string().replace(' ', "T")
}

/// The last second that a moment may stand for: the end of its day where only the day is known.
pub fn latest(moment: Moment) -> String {
    let add = match moment.precision {
        TimePrecision::Day => 86_399_000_000,
        TimePrecision::Minute => 59_000_000,
        _ => 0,
    };
    date_time(Moment {
        microseconds: moment.microseconds.saturating_add(add),
        ..moment
    })
}

/// The number alone, with the currency's digits.
pub fn number(amount: Amount, currency: &str) -> String {
    amount.to_text(digits_of(currency))
}

/// The number and its currency, as in `12.50 EUR`.
pub fn money(amount: Amount, currency: &str) -> String {
    crate::model::money_text(amount.scaled(), currency)
}

/// A quantity of 10⁻¹⁸ as a number without needless zeros.
pub fn quantity(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let one = 1_000_000_000_000_000_000u128;
    let size = units.unsigned_abs();
    let fraction = format!("{:018}", size % one);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{}", size / one),
        fraction => format!("{sign}{}.{fraction}", size / one),
    }
}

/// An id that every format can hold: the id behind its prefix where it is short and plain, else a hash of it. The same
/// id always gives the same token, and two ids never the same one. Letters, digits and hyphens alone: XML's names take
/// those, and FollowTheMoney takes no underscore.
pub fn token(prefix: &str, id: &str) -> String {
    // A hash stands behind `x-`, with which no id that stays as it is begins.
    let is_plain = (1..=128).contains(&id.len())
        && !id.starts_with("x-")
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match is_plain {
        true => format!("{prefix}-{id}"),
        false => format!("{prefix}-x-{}", hashed(&[id])),
    }
}

/// SHA-256 over texts, each with its length before it.
pub fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// A hash of texts that spells nothing: a letter and a digit take turns, so that among many thousand ids none holds
/// somebody's number by chance. 40 signs, 118 bits.
pub fn hashed(parts: &[&str]) -> String {
    let mut bits = bits(parts);
    (0..40).map(|at| sign(&mut bits, at % 2 == 0)).collect()
}

/// A UUID from texts, of letters and digits in turn as far as the form lets them. It is marked as version 5, named by a
/// hash, though the hash is SHA-256: readers of CASE know none of the later versions. 88 bits.
pub fn uuid(parts: &[&str]) -> String {
    let mut bits = bits(parts);
    let mut text = String::with_capacity(36);
    for at in 0..32 {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(match at {
            // Version and variant.
            12 => '5',
            16 => '8',
            _ => sign(&mut bits, (at % 2 == 0) == (at < 12)),
        });
    }
    text
}

fn bits(parts: &[&str]) -> u128 {
    let bytes = digest(parts);
    u128::from_be_bytes(std::array::from_fn(|at| bytes[at]))
}

/// One of six letters or of ten digits, hexadecimal all of them; what it took is gone.
fn sign(bits: &mut u128, is_letter: bool) -> char {
    const SIGNS: &[u8; 16] = b"0123456789abcdef";
    let (first, of) = if is_letter { (10, 6) } else { (0, 10) };
    let value = (*bits % of) as usize;
    *bits /= of;
    SIGNS[first + value] as char
}

/// A country's code of two letters in capitals, or nothing.
pub fn country(code: &str) -> Option<String> {
    let code = code.trim();
    (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .then(|| code.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    #[test]
    fn moments_say_no_more_than_is_known() {
        let day = Moment::of_day(Date(19_724));
        assert_eq!(iso(day), "2024-01-02");
        assert_eq!(date_time(day), "2024-01-02T00:00:00");
        assert_eq!(latest(day), "2024-01-02T23:59:59");
        let minute = Moment {
            microseconds: day.microseconds + 36_000_000_000,
            precision: TimePrecision::Minute,
        };
        assert_eq!(latest(minute), "2024-01-02T10:00:59");
    }

    #[test]
    fn ids_are_plain_and_never_meet() {
        assert_eq!(token("a", "a12"), "a-a12");
        let odd = token("a", "x y");
        assert!(odd.starts_with("a-x-") && odd.len() == 44);
        assert_ne!(odd, token("a", &odd[2..]));
    }

    #[test]
    fn hashes_hold_no_numbers() {
        let mut seen = std::collections::BTreeSet::new();
        for id in (0..2_000).map(|n| format!("a-{n}")) {
            for (text, length) in [(uuid(&[&id]), 36), (hashed(&[&id]), 40)] {
                assert_eq!(text.len(), length);
                let runs = text.split(|c: char| !c.is_ascii_digit() && c != '-');
                let longest = runs.map(|run| run.replace('-', "").len()).max();
                assert!(longest <= Some(2), "{text}");
                assert!(seen.insert(text));
            }
            let text = uuid(&[&id]);
            let lengths: Vec<usize> = text.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12]);
            assert!(text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()));
        }
        assert_ne!(uuid(&["a", "b"]), uuid(&["ab", ""]));
    }

    #[test]
    fn quantities_are_exact() {
        assert_eq!(quantity(-1_500_000_000_000_000_000), "-1.5");
    }
}
