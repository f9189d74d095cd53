//! How postcodes are written, country by country.

use super::super::names::Token;
use super::super::names::letters::TIED;

/// A postcode at a place in the words: how many words it takes, and itself without spaces.
pub(super) fn at(tokens: &[Token], from: usize, country: &str) -> Option<(usize, String)> {
    // “L-1234”, “NL-1234 AB”: the country's letters before.
    let first = &tokens[from];
    let letters = matches!(
        first.text.as_str(),
        "a" | "b" | "d" | "f" | "h" | "i" | "l" | "s" | "n" | "e" | "p" | "ro" | "bg" | "pl"
    ) || (first.text.len() == 2 && first.text.eq_ignore_ascii_case(country));
    let prefixed = tokens.len() > from + 1
        && letters
        && tokens[from + 1].marks & TIED != 0
        && tokens[from + 1].text.as_bytes()[0].is_ascii_digit();
    let start = from + usize::from(prefixed);
    let (words, code) = plain(&tokens[start..], country)?;
    Some((words + usize::from(prefixed), code))
}

fn plain(tokens: &[Token], country: &str) -> Option<(usize, String)> {
    let first = tokens.first()?.text.as_str();
    let second = tokens.get(1).map_or("", |token| token.text.as_str());
    let tied = tokens.get(1).is_some_and(|token| token.marks & TIED != 0);
    let one = |length: usize| (digits(first) && first.len() == length).then(|| (1, first.to_owned()));
    let two = |left: usize, right: usize, any: bool| {
        (digits(first) && digits(second) && first.len() == left && second.len() == right && (any || tied))
            .then(|| (2, format!("{first}{second}")))
    };
    match country {
        "NL" => {
            let glued = first.len() == 6 && digits(&first[..4]) && alphabetic(&first[4..]);
            let apart = first.len() == 4 && digits(first) && second.len() == 2 && alphabetic(second);
            match (glued, apart) {
                (true, _) => Some((1, first.to_owned())),
                (_, true) => Some((2, format!("{first}{second}"))),
                _ => None,
            }
        }
        "BE" | "AT" | "CH" | "LI" | "LU" | "DK" | "NO" | "HU" | "BG" | "SI" | "CY" | "LV" | "MK" | "MD" => {
            one(4)
        }
        "DE" | "FR" | "IT" | "ES" | "FI" | "HR" | "RS" | "TR" | "UA" | "EE" | "LT" | "MC" | "SM" | "BA"
        | "ME" => one(5),
        "US" => two(5, 4, false).or_else(|| one(5)),
        "SE" | "CZ" | "SK" | "GR" => one(5).or_else(|| two(3, 2, true)),
        "PL" => two(2, 3, false).or_else(|| one(5)),
        "PT" => two(4, 3, false).or_else(|| one(4)),
        "RO" | "RU" | "BY" | "KZ" => one(6),
        "GB" => british(first, second),
        "IE" => irish(first, second),
        "MT" => (first.len() == 3 && alphabetic(first) && second.len() == 4 && digits(second))
            .then(|| (2, format!("{first}{second}"))),
        _ => one(5).or_else(|| one(4)).or_else(|| one(6)),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit())
}

fn alphabetic(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_alphabetic())
}

/// “NW1 6XE”, “EC1A 1BB”, “M11AE”.
fn british(first: &str, second: &str) -> Option<(usize, String)> {
    let outward = |text: &str| {
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        matches!(letters, 1 | 2)
            && matches!(text.len() - letters, 1 | 2)
            && text.as_bytes()[letters].is_ascii_digit()
    };
    let inward =
        |text: &str| text.len() == 3 && text.as_bytes()[0].is_ascii_digit() && alphabetic(&text[1..]);
    if outward(first) && inward(second) {
        return Some((2, format!("{first}{second}")));
    }
    if (5..=7).contains(&first.len())
        && inward(&first[first.len() - 3..])
        && outward(&first[..first.len() - 3])
    {
        return Some((1, first.to_owned()));
    }
    None
}

/// “D04 X285”.
fn irish(first: &str, second: &str) -> Option<(usize, String)> {
    let routing = |text: &str| {
        text.len() == 3 && text.as_bytes()[0].is_ascii_alphabetic() && text.as_bytes()[1].is_ascii_digit()
    };
    if routing(first) && second.len() == 4 && second.bytes().any(|sign| sign.is_ascii_digit()) {
        return Some((2, format!("{first}{second}")));
    }
    if first.len() == 7 && routing(&first[..3]) && first[3..].bytes().any(|sign| sign.is_ascii_digit()) {
        return Some((1, first.to_owned()));
    }
    None
}
