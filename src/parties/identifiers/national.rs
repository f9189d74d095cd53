//! Checks of single countries that the table cannot say in one word. Each takes a number in its normal form, which has
//! one of the table's forms already.

use super::iso7064::{is_right_11_10, is_right_97_10, rest_of_97};
use super::luhn;
use super::weights::{sum, values};

/// Whether a number of a scheme is right; nothing where the scheme has no check here.
pub fn check(scheme: &str, number: &str) -> Option<bool> {
    let right = match scheme {
        "nl-vat" => of(number, 10, 2) > 0 && (eleven(&number[..9]) || is_right_97_10(&format!("NL{number}"))),
        "be-cbe" => {
            number.starts_with(['0', '1']) && of(number, 0, 8) + of(number, 8, 2) == next_97(of(number, 0, 8))
        }
        "be-nrn" => {
            let rest = 97 - of(number, 9, 2) as i64;
            let body = of(number, 0, 9) as i64;
            // A two goes before the number of those born from 2000 on.
            body % 97 == rest % 97 || (2_000_000_000 + body) % 97 == rest % 97
        }
        "lu-vat" => of(number, 0, 6) % 89 == of(number, 6, 2),
        "de-idnr" => is_right_11_10(number) && one_digit_repeats(&number[..10]),
        "fr-siret" => siret(number),
        "fr-vat" => french_vat(number),
        "fr-nir" => nir(number),
        "fr-spi" => number.starts_with(['0', '1', '2', '3']) && of(number, 0, 10) % 511 == of(number, 10, 3),
        "it-piva" => {
            let office = of(number, 7, 3);
            of(number, 0, 7) > 0
                && (matches!(office, 1..=100 | 120 | 121 | 888 | 999))
                && luhn::is_right(number)
        }
        "it-cf" => codice_fiscale(number),
        "es-nif" => spanish(number),
        "pl-regon" => {
            let nine = weighted(&number[..9], &[8, 9, 2, 3, 4, 5, 6, 7]);
            nine && (number.len() == 9 || weighted(number, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]))
        }
        "ro-cui" => {
            let full = format!("{number:0>10}");
            let rest = weighted_sum(&full, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10;
            rest == digit(&full, 9)
        }
        "ro-cnp" => {
            let county = of(number, 7, 2);
            let rest = weighted_sum(number, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
            matches!(county, 1..=48 | 51 | 52 | 70 | 80..=83)
                && digit(number, 12) == if rest == 10 { 1 } else { rest }
        }
        "bg-eik" => bulgarian(number),
        "hu-tax" => weighted_sum(number, &[9, 7, 3, 1, 9, 7, 3, 1]) % 10 == 0,
        "hu-person" => weighted_sum(number, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == digit(number, 9),
        "cz-ico" if number.starts_with('9') => false,
        "cz-ico" | "sk-ico" => {
            let rest = weighted_sum(number, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            let check = (11 - rest) % 11;
            (if check == 0 { 1 } else { check % 10 }) == digit(number, 7)
        }
        // Nine digits were given before check digits were.
        "cz-rc" | "sk-rc" => number.len() == 9 || of(number, 0, 9) % 11 % 10 == of(number, 9, 1),
        "sk-dic" => {
            !number.starts_with('0')
                && matches!(digit(number, 2), 2 | 3 | 4 | 7 | 8 | 9)
                && of(number, 0, 10).is_multiple_of(11)
        }
        "at-uid" => (luhn::sum(&number[1..8]) + 4 + of(number, 8, 1) as u32).is_multiple_of(10),
        "at-svnr" => weighted_sum(number, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digit(number, 3),
        "at-tin" => luhn::is_right(number),
        "gb-vat" => british_vat(number),
        "gb-utr" => {
            let rest = weighted_sum(&number[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
            b"21987654321".get(rest as usize) == number.as_bytes().first()
        }
        "gb-nino" => british_nino(number),
        "ie-vat" | "ie-pps" => irish(scheme, number),
        "se-orgnr" => digit(number, 2) >= 2 && luhn::is_right(number),
        "se-vat" => number.ends_with("01") && luhn::is_right(&number[..10]),
        "se-pnr" => luhn::is_right(&number[number.len() - 10..]),
        "no-fnr" => {
            weighted_sum(number, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 == 0
                && weighted_sum(number, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
        }
        "fi-hetu" => {
            let digits = of(number, 0, 6) * 1000 + of(number, 7, 3);
            // From 900 on numbers are made up for one hospital or one file.
            (2..900).contains(&of(number, 7, 3))
                && b"0123456789ABCDEFHJKLMNPRSTUVWXY".get((digits % 31) as usize) == number.as_bytes().get(10)
        }
        "ee-reg" => {
            // State bodies, associations and foundations have first digits of their own beside companies.
            matches!(digit(number, 0), 1 | 7 | 8 | 9)
                && two_rounds(number, &[1, 2, 3, 4, 5, 6, 7], &[3, 4, 5, 6, 7, 8, 9])
        }
        "lv-reg" => {
            digit(number, 0) > 3 && weighted_sum(number, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3
        }
        "lv-pk" => {
            let rest = (1 + weighted_sum(number, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10;
            digit(number, 0) <= 3 && rest == digit(number, 10)
        }
        "lt-vat" => lithuanian_vat(number),
        "si-ddv" => {
            let check = 11 - weighted_sum(number, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            check != 11 && check % 10 == digit(number, 7)
        }
        "si-maticna" => {
            let rest = (-weighted_sum(&number[..7], &[7, 6, 5, 4, 3, 2])).rem_euclid(11);
            rest != 0 && rest % 10 == digit(number, 6)
        }
        "gr-afm" => weighted_sum(number, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == digit(number, 8),
        "cy-tic" => cypriot(number),
        "ch-uid" => weighted_sum(&number[3..], &[5, 4, 3, 2, 7, 6, 5, 4, 1]) % 11 == 0,
        "ch-ahv" => weighted_sum(number, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0,
        "is-kt" => weighted_sum(number, &[3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0,
        "ru-inn" => russian_inn(number),
        "ru-ogrn" => match number.len() {
            13 => of(number, 0, 12) % 11 % 10 == of(number, 12, 1),
            _ => of(number, 0, 14) % 13 % 10 == of(number, 14, 1),
        },
        "ua-edrpou" => ukrainian(number),
        "tr-vkn" => turkish_vkn(number),
        "tr-tckn" => {
            let tenth = (10 - weighted_sum(number, &[3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10;
            let all = weighted_sum(number, &[1; 10]);
            digit(number, 9) == tenth && all % 10 == digit(number, 10)
        }
        "br-cnpj" => brazilian(
            number,
            &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
            &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
        ),
        "br-cpf" => brazilian(
            number,
            &[10, 9, 8, 7, 6, 5, 4, 3, 2],
            &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2],
        ),
        "us-ein" => is_ein_prefix(of(number, 0, 2)),
        "us-ssn" => {
            let (area, group, serial) = (of(number, 0, 3), of(number, 3, 2), of(number, 5, 4));
            // Three numbers were printed in advertisements and are in use as samples.
            let advertised = matches!(number, "078051120" | "457555462" | "219099999");
            !matches!(area, 0 | 666 | 900..) && group > 0 && serial > 0 && !advertised
        }
        _ => return None,
    };
    Some(right)
}

/// Part of a number as a number; 0 where it has other signs.
fn of(number: &str, from: usize, len: usize) -> u64 {
    number
        .get(from..from + len)
        .and_then(|part| part.parse().ok())
        .unwrap_or(0)
}

fn digit(number: &str, at: usize) -> i32 {
    of(number, at, 1) as i32
}

fn weighted_sum(number: &str, weights: &[i32]) -> i32 {
    sum(&values(number).unwrap_or_default(), weights)
}

/// The last digit is the rest of 11, ten being a nought.
fn weighted(number: &str, weights: &[i32]) -> bool {
    weighted_sum(number, weights) % 11 % 10 == digit(number, weights.len())
}

fn eleven(number: &str) -> bool {
    number != "000000000" && weighted_sum(number, &[9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0
}

/// The next multiple of 97 above a number.
fn next_97(body: u64) -> u64 {
    body + 97 - body % 97
}

fn one_digit_repeats(ten: &str) -> bool {
    let mut counts = [0; 10];
    for byte in ten.bytes() {
        counts[usize::from(byte - b'0') % 10] += 1;
    }
    let more: Vec<i32> = counts.into_iter().filter(|count| *count > 1).collect();
    matches!(more[..], [2] | [3])
}

fn siret(number: &str) -> bool {
    let siren = &number[..9];
    // La Poste has more offices than Luhn has numbers.
    let right = if siren == "356000000" && number != "35600000000048" {
        weighted_sum(number, &[1; 14]) % 5 == 0
    } else {
        luhn::is_right(number)
    };
    right && luhn::is_right(siren)
}

fn french_vat(number: &str) -> bool {
    let (head, siren) = number.split_at(2);
    if !siren.starts_with("000") && !luhn::is_right(siren) {
        return false;
    }
    if head.bytes().all(|b| b.is_ascii_digit()) {
        return (of(siren, 0, 9) * 100 + 12) % 97 == of(head, 0, 2);
    }
    let place = |sign: u8| {
        b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
            .iter()
            .position(|s| *s == sign)
    };
    let (Some(first), Some(second)) = (place(head.as_bytes()[0]), place(head.as_bytes()[1])) else {
        return false;
    };
    let (first, second) = (first as i64, second as i64);
    let check = if first < 10 {
        first * 24 + second - 10
    } else {
        first * 34 + second - 100
    };
    (of(siren, 0, 9) as i64 + 1 + check.div_euclid(11)) % 11 == check.rem_euclid(11)
}

fn nir(number: &str) -> bool {
    // Corsica's two departments have letters, which count as 19 and 18.
    let department = match &number[5..7] {
        "2A" => "19",
        "2B" => "18",
        other => other,
    };
    let body = format!("{}{department}{}", &number[..5], &number[7..13]);
    department.bytes().all(|b| b.is_ascii_digit()) && 97 - of(&body, 0, 13) % 97 == of(number, 13, 2)
}

fn codice_fiscale(number: &str) -> bool {
    const ODD: [i32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let bytes = number.as_bytes();
    let numeric = |at: usize| bytes[at].is_ascii_digit() || b"LMNPQRSTUV".contains(&bytes[at]);
    if ![6, 7, 9, 10, 12, 13, 14].into_iter().all(numeric) {
        return false;
    }
    let place = |sign: u8| {
        usize::from(if sign.is_ascii_digit() {
            sign - b'0'
        } else {
            sign - b'A'
        })
    };
    let sum: i32 = (0..15)
        .map(|at| match at % 2 {
            0 => ODD[place(bytes[at])],
            _ => place(bytes[at]) as i32,
        })
        .sum();
    i32::from(bytes[15] - b'A') == sum % 26
}

fn spanish(number: &str) -> bool {
    let letter = |value: u64| b"TRWAGMYFPDXBNJZSQVHLCKE"[(value % 23) as usize];
    let last = number.as_bytes()[8];
    match number.as_bytes()[0] {
        b'0'..=b'9' => letter(of(number, 0, 8)) == last,
        b'K' | b'L' | b'M' => letter(of(number, 1, 7)) == last,
        first @ (b'X' | b'Y' | b'Z') => {
            letter(u64::from(first - b'X') * 10_000_000 + of(number, 1, 7)) == last
        }
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U' | b'V' | b'W' => {
            let check = (10 - luhn::sum(&format!("{}0", &number[1..8])) % 10) % 10;
            last == b'0' + check as u8 || last == b"JABCDEFGHI"[check as usize]
        }
        _ => false,
    }
}

/// The last digit is the rest of 11; a rest of ten takes other weights, and ten again is a nought.
fn two_rounds(number: &str, weights: &[i32], again: &[i32]) -> bool {
    let rest = weighted_sum(number, weights) % 11;
    let rest = if rest == 10 {
        weighted_sum(number, again) % 11 % 10
    } else {
        rest
    };
    rest == digit(number, weights.len())
}

fn bulgarian(number: &str) -> bool {
    let nine = two_rounds(number, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 10]);
    let branch = || two_rounds(&number[8..], &[2, 7, 3, 5], &[4, 9, 5, 7]);
    nine && (number.len() == 9 || branch())
}

fn british_vat(number: &str) -> bool {
    if number.len() == 5 {
        let office = of(number, 2, 3);
        return if number.starts_with("GD") {
            office < 500
        } else {
            office >= 500
        };
    }
    let rest = weighted_sum(number, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    // 55 was added to numbers of the second series; some got 42.
    rest == 0 || (of(number, 0, 3) >= 100 && (rest == 42 || rest == 55))
}

fn british_nino(number: &str) -> bool {
    let bytes = number.as_bytes();
    !b"DFIQUV".contains(&bytes[0])
        && !b"DFIOQUV".contains(&bytes[1])
        && !matches!(&number[..2], "BG" | "GB" | "KN" | "NK" | "NT" | "TN" | "ZZ")
        && (b'A'..=b'D').contains(&bytes[8])
}

fn irish(scheme: &str, number: &str) -> bool {
    const LETTERS: &[u8] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let bytes = number.as_bytes();
    let value = |sign: u8| LETTERS.iter().position(|l| *l == sign);
    // Old numbers have a letter second; its place and that of the first digit are behind the others.
    let (digits, after) = if bytes[1].is_ascii_digit() {
        (number[..7].to_owned(), bytes.get(8).copied())
    } else {
        (format!("0{}{}", &number[2..7], &number[..1]), None)
    };
    let after = match (scheme, after) {
        ("ie-pps", Some(b'W' | b'T' | b'X')) | (_, None) => 0,
        ("ie-pps", Some(sign)) if !b"ABH".contains(&sign) => return false,
        (_, Some(sign)) => match value(sign) {
            Some(value) => value as i32,
            None => return false,
        },
    };
    let Some(digits) = values(&digits) else {
        return false;
    };
    let rest = (sum(&digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * after) % 23;
    LETTERS[rest as usize] == bytes[7]
}

fn lithuanian_vat(number: &str) -> bool {
    let last = number.len() - 1;
    let round = |from: i32| {
        let weights: Vec<i32> = (0..last as i32).map(|at| 1 + (at + from) % 9).collect();
        weighted_sum(&number[..last], &weights) % 11
    };
    let rest = if round(0) == 10 { round(2) } else { round(0) };
    digit(number, last - 1) == 1 && rest % 10 == digit(number, last)
}

fn cypriot(number: &str) -> bool {
    const ODD: [i32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let sum: i32 = (0..8)
        .map(|at| match at % 2 {
            0 => ODD[digit(number, at) as usize % 10],
            _ => digit(number, at),
        })
        .sum();
    !number.starts_with("12") && i32::from(number.as_bytes()[8] - b'A') == sum % 26
}

fn russian_inn(number: &str) -> bool {
    let check = |weights: &[i32]| weighted(number, weights);
    match number.len() {
        10 => check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]),
        _ => check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]),
    }
}

fn ukrainian(number: &str) -> bool {
    let weights = match digit(number, 0) {
        3..=5 => [7, 1, 2, 3, 4, 5, 6],
        _ => [1, 2, 3, 4, 5, 6, 7],
    };
    two_rounds(number, &weights, &weights.map(|weight| weight + 2))
}

fn turkish_vkn(number: &str) -> bool {
    let sum: i32 = (0..9)
        .map(|at| {
            let place = 9 - at;
            let moved = (digit(number, at as usize) + place) % 10;
            match (moved, moved * 2_i32.pow(place as u32) % 9) {
                (0, _) => 0,
                (_, 0) => 9,
                (_, rest) => rest,
            }
        })
        .sum();
    (10 - sum % 10) % 10 == digit(number, 9)
}

fn brazilian(number: &str, first: &[i32], second: &[i32]) -> bool {
    // Letters count as their place behind the sign 0 (numbers of companies have them from 2026 on).
    let values: Vec<i32> = number.bytes().map(|b| i32::from(b) - 48).collect();
    let check = |weights: &[i32]| {
        let digit = (11 - sum(&values, weights) % 11) % 11 % 10;
        values.get(weights.len()) == Some(&digit)
    };
    !number.starts_with("000000000000") && check(first) && check(second)
}

/// The first two digits that the tax office gives.
fn is_ein_prefix(prefix: u64) -> bool {
    !matches!(
        prefix,
        0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97
    )
}

/// Whether the check digits of a creditor identifier (SEPA, ISO 7064 97-10) are right; its business code does not count.
pub fn is_creditor_id(text: &str) -> bool {
    text.len() >= 8 && text.is_ascii() && rest_of_97(&format!("{}{}", &text[7..], &text[..4])) == Some(1)
}
