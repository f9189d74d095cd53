//! Numbers by which offices know people and companies, with right check digits, and phones. Where a person number holds a
//! sign for sex, the sign is drawn by chance.

use crate::model::Date;
use crate::simulate::random::Draw;

/// The country whose numbers, phones and addresses a household has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Land {
    Nl,
    Be,
    De,
    Pl,
    Ro,
}

impl Land {
    /// By how many live there: half of the records are Dutch.
    pub fn drawn(draw: &mut Draw) -> Land {
        match draw.below(100) {
            0..50 => Land::Nl,
            50..66 => Land::Be,
            66..78 => Land::De,
            78..89 => Land::Pl,
            _ => Land::Ro,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Land::Nl => "NL",
            Land::Be => "BE",
            Land::De => "DE",
            Land::Pl => "PL",
            Land::Ro => "RO",
        }
    }
}

fn digits(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.bytes().map(|byte| u64::from(byte - b'0'))
}

fn weighted(text: &str, weights: &[u64]) -> u64 {
    digits(text)
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// The check digit of ISO 7064 MOD 11,10.
fn mod_11_10(text: &str) -> u64 {
    let product = digits(text).fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// The number by which a state knows a person.
pub fn person(land: Land, born: Date, draw: &mut Draw) -> String {
    let (year, month, day) = born.ymd();
    let short = year.rem_euclid(100);
    match land {
        Land::Nl => loop {
            let body = format!("{:08}", draw.between(10_000_000, 99_999_999));
            let rest = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            if rest < 10 {
                return format!("{body}{rest}");
            }
        },
        Land::Be => {
            let body = format!("{short:02}{month:02}{day:02}{:03}", draw.between(1, 997));
            let number: u64 = body.parse().unwrap_or(0);
            let whole = if year >= 2000 {
                2_000_000_000 + number
            } else {
                number
            };
            format!("{body}{:02}", 97 - whole % 97)
        }
        Land::De => {
            // One digit stands twice among the first ten, the others once; the first is no zero.
            let order = draw.distinct(9, 9);
            let mut body: Vec<u8> = order.iter().map(|digit| b'1' + *digit as u8).collect();
            let twice = body[0];
            body.insert(draw.between(3, 9) as usize, twice);
            let body: String = body.into_iter().map(char::from).collect();
            format!("{body}{}", mod_11_10(&body))
        }
        Land::Pl => {
            let month = if year >= 2000 { month + 20 } else { month };
            let body = format!("{short:02}{month:02}{day:02}{:04}", draw.below(10_000));
            let rest = weighted(&body, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10;
            format!("{body}{}", (10 - rest) % 10)
        }
        Land::Ro => {
            let first = draw.between(1, 2) + if year >= 2000 { 4 } else { 0 };
            let body = format!(
                "{first}{short:02}{month:02}{day:02}{:02}{:03}",
                draw.between(1, 46),
                draw.between(1, 999)
            );
            let rest = weighted(&body, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
            format!("{body}{}", if rest == 10 { 1 } else { rest })
        }
    }
}

/// The number by which a register of companies knows one.
pub fn company(land: Land, city: &str, draw: &mut Draw) -> String {
    match land {
        Land::Nl => format!("{}", draw.between(20_000_000, 94_999_999)),
        Land::Be => {
            let body = draw.between(4_000_000, 7_999_999);
            format!("0{body:07}{:02}", 97 - body % 97)
        }
        Land::De => format!("HRB {} {city}", draw.between(1_000, 199_999)),
        Land::Pl => loop {
            let body = format!("{}", draw.between(111_111_111, 999_999_999));
            let rest = weighted(&body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
            if rest < 10 {
                return format!("{body}{rest}");
            }
        },
        Land::Ro => {
            let body = format!("{}", draw.between(1_000_000, 49_999_999));
            let full = format!("{body:0>9}");
            format!(
                "{body}{}",
                weighted(&full, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10
            )
        }
    }
}

/// A mobile number of a person, or the line of a company, after the plus.
pub fn phone(land: Land, draw: &mut Draw) -> String {
    let below = |draw: &mut Draw, limit: u64, width: usize| format!("{:0width$}", draw.below(limit));
    match land {
        Land::Nl => format!("316{}{}", draw.between(1, 5), below(draw, 10_000_000, 7)),
        Land::Be => format!("324{}{}", draw.between(70, 99), below(draw, 1_000_000, 6)),
        Land::De => format!("4915{}{}", draw.between(10, 79), below(draw, 10_000_000, 7)),
        Land::Pl => format!("48{}{}", draw.between(500, 799), below(draw, 1_000_000, 6)),
        Land::Ro => format!("407{}{}", draw.between(20, 79), below(draw, 1_000_000, 6)),
    }
}

/// How an office writes phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled {
    /// `+31612345678`
    Plus,
    /// `0031 612345678`
    Zeros,
    /// `06-12345678`
    Home,
}

/// The phone as an office writes it.
pub fn dialled(land: Land, phone: &str, way: Dialled) -> String {
    let (code, rest) = phone.split_at(2);
    match way {
        Dialled::Plus => format!("+{phone}"),
        Dialled::Zeros => format!("00{code} {rest}"),
        Dialled::Home if land == Land::Pl => format!("{} {} {}", &rest[..3], &rest[3..6], &rest[6..]),
        Dialled::Home => format!("0{}-{}", &rest[..1], &rest[1..]),
    }
}

/// A number with one digit wrong: every check of one digit sees it.
pub fn wrong(number: &str, draw: &mut Draw) -> String {
    let mut bytes = number.as_bytes().to_vec();
    let places: Vec<usize> = (1..bytes.len())
        .filter(|at| bytes[*at].is_ascii_digit())
        .collect();
    if let Some(at) = places.get(draw.below(places.len() as u64) as usize) {
        bytes[*at] = b'0' + (bytes[*at] - b'0' + draw.between(1, 9) as u8) % 10;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A number of which only the last digits are shown.
pub fn masked(number: &str) -> String {
    let count = number.chars().count();
    number
        .chars()
        .enumerate()
        .map(|(at, sign)| if at + 3 < count { '*' } else { sign })
        .collect()
}

/// An account number of a bank, with right check digits.
pub fn iban(bank: &str, number: u64) -> String {
    let body = format!("{number:010}");
    let rest = format!("{bank}{body}NL00")
        .bytes()
        .fold(0u64, |rest, sign| match sign {
            b'0'..=b'9' => (rest * 10 + u64::from(sign - b'0')) % 97,
            letter => (rest * 100 + u64::from(letter - b'A') + 10) % 97,
        });
    format!("NL{:02}{bank}{body}", 98 - rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::random::Purpose;

    #[test]
    fn check_digits_are_those_of_published_numbers() {
        assert_eq!(mod_11_10("3657426180"), 9);
        assert_eq!(iban("ABNA", 417_164_300), "NL91ABNA0417164300");
        assert_eq!(dialled(Land::Nl, "31612345678", Dialled::Home), "06-12345678");
    }

    #[test]
    fn numbers_have_their_length() {
        let born = Date(7_000);
        for (land, length) in [
            (Land::Nl, 9),
            (Land::Be, 11),
            (Land::De, 11),
            (Land::Pl, 11),
            (Land::Ro, 13),
        ] {
            for number in 0..50 {
                let mut draw = Draw::new(1, Purpose::People, number, 0);
                let made = person(land, born, &mut draw);
                assert_eq!(made.len(), length, "{made}");
                assert_ne!(wrong(&made, &mut draw), made);
            }
        }
    }
}
