//! The street and its number: which line they are in, and which comes first.

use super::number::{self, Number, Word};
use super::reader::Segment;
use super::{Address, Kind, words};

/// Countries that write the house number before the street.
pub(super) fn number_first(country: &str) -> bool {
    matches!(
        country,
        "FR" | "GB" | "IE" | "LU" | "MC" | "US" | "CA" | "AU" | "MT" | "MA" | "TN" | "DZ"
    )
}

/// The line the street begins in: the one with the first number, or the one before a number that stands alone.
pub(super) fn line(segments: &[Segment<'_>], country: &str) -> usize {
    let open = |at: usize| !segments[at].is_done();
    let Some(numbered) = (0..segments.len()).find(|&at| open(at) && segments[at].has_digit()) else {
        return (0..segments.len()).find(|&at| open(at)).unwrap_or(0);
    };
    let begins = segments[numbered].left().next().is_some_and(|token| {
        words::numbers(&token.text)
            || (token.text.as_bytes()[0].is_ascii_digit()
                && (!number_first(country) || segments[numbered].left().all(number::bare)))
    });
    let before = (0..numbered).rev().find(|&at| open(at));
    match before {
        Some(before) if begins => before,
        _ => numbered,
    }
}

/// Reads street, house number and unit from the lines that are left.
pub(super) fn read(segments: &[Segment<'_>], street: usize, address: &mut Address) {
    let mut parts: Vec<Word<'_>> = Vec::new();
    for segment in segments.iter().skip(street) {
        let mut end = 0;
        let mut apart = !parts.is_empty();
        for (token, taken) in segment.tokens.iter().zip(&segment.taken) {
            if !taken {
                parts.push(Word::of(token, segment.text, end, apart));
                apart = false;
            }
            end = token.span.end as usize;
        }
    }
    if parts.is_empty() {
        return;
    }
    let country = address.country.as_str();
    // Units before the number: “Flat 3, 12 High Street”.
    let mut leading = None;
    if parts.len() > 3
        && words::unit(parts[0].text) == Some("ap")
        && parts[0].text.len() > 2
        && parts[2].numeric()
    {
        leading = Some(parts[1].text.to_owned());
        parts.drain(..2);
    }
    let mut found = None;
    if number_first(country) {
        found = before(&parts, country);
    }
    let (name, mut number) = found.unwrap_or_else(|| {
        let (name, number) = after(&parts, country);
        match number.house {
            Some(_) => (name, number),
            None => before(&parts, country).unwrap_or((name, number)),
        }
    });
    if name.is_empty() && number.house.is_none() {
        return;
    }
    // Mannheim numbers its blocks: “C 4, 12” is house 12 of block C 4.
    if country == "DE"
        && let ([block], Some(house), Some(unit)) = (name.as_slice(), &number.house, &number.unit)
        && block.len() == 1
        && unit.bytes().all(|sign| sign.is_ascii_digit())
    {
        address.street = format!("{block} {house}");
        number = Number {
            house: Some(unit.clone()),
            unit: None,
        };
    } else {
        address.street = words::street(&name, country);
    }
    address.house_number = number.house;
    address.unit = leading.or(number.unit);
    if !address.street.is_empty() {
        address.kind = Kind::Street;
    }
}

/// “12 bis rue de la Paix”, “221B Baker Street”.
fn before<'a>(parts: &[Word<'a>], country: &str) -> Option<(Vec<&'a str>, Number)> {
    if !parts[0].numeric() || parts.len() < 2 {
        return None;
    }
    let mut end = 1;
    while end < parts.len() && !number_ends(parts, end) {
        end += 1;
    }
    let mut stop = end;
    while stop < parts.len() && !parts[stop].apart {
        stop += 1;
    }
    if end == stop && stop < parts.len() {
        // The number has a line of its own: the street is the next.
        stop += 1;
        while stop < parts.len() && !parts[stop].apart {
            stop += 1;
        }
    }
    if end >= stop {
        return None;
    }
    let name: Vec<&str> = parts[end..stop].iter().map(|word| word.text).collect();
    let mut number = number::read(&parts[..end], country);
    if number.unit.is_none() && stop < parts.len() {
        number.unit = unit_after(&parts[stop..], country);
    }
    Some((name, number))
}

/// Whether the number before a street ends here: a word of the street begins.
fn number_ends(parts: &[Word<'_>], at: usize) -> bool {
    let word = &parts[at];
    let tied = word.before.is_some() && word.text.len() <= 3;
    let letter = word.text.len() == 1
        && !word.apart
        && !word.elided
        && at + 1 < parts.len()
        && parts[at + 1].text.len() > 1;
    let repeated = matches!(word.text, "bis" | "ter" | "quater");
    !(tied || repeated || letter && !matches!(word.text, "r"))
}

/// Units in the lines after the street.
fn unit_after(parts: &[Word<'_>], country: &str) -> Option<String> {
    if !number::follows(&parts[0]) {
        return None;
    }
    // Read as if after a house number, which is then left out.
    let mut all = vec![Word {
        text: "0",
        before: None,
        apart: false,
        capital: false,
        elided: false,
    }];
    all.extend(parts.iter().map(|word| Word {
        text: word.text,
        before: word.before,
        apart: word.apart,
        capital: word.capital,
        elided: word.elided,
    }));
    number::read(&all, country).unit
}

/// “Dorpsstraat 12-A”, “ul. Długa 5/7 m. 12”, “Str. X nr. 5, bl. A2”.
fn after<'a>(parts: &[Word<'a>], country: &str) -> (Vec<&'a str>, Number) {
    let ends = |from: usize| {
        (from..parts.len())
            .find(|&at| parts[at].apart)
            .unwrap_or(parts.len())
    };
    let marked = (1..parts.len()).find(|&at| parts[at].numeric() && words::numbers(parts[at - 1].text));
    let found = marked.or_else(|| {
        (1..parts.len()).find(|&at| {
            let year = parts[at].text.len() == 4
                && matches!(&parts[at].text[..2], "17" | "18" | "19" | "20")
                && parts
                    .get(at + 1)
                    .is_some_and(|next| next.numeric() && next.before.is_none() && !next.apart);
            // “Plein 40-45 7”: two numbers tied to each other and a third belong to the name but for the last.
            let bare = |at: usize| {
                parts
                    .get(at)
                    .is_some_and(|word| word.numeric() && word.before.is_none() && !word.apart)
            };
            let years = country == "NL"
                && (parts
                    .get(at + 1)
                    .is_some_and(|next| next.numeric() && next.before == Some('-'))
                    && bare(at + 2)
                    || parts[at].before == Some('-') && bare(at + 1));
            parts[at].numeric() && !year && !years && parts[at + 1..ends(at + 1)].iter().all(number::follows)
        })
    });
    let Some(at) = found else {
        let name = parts[..ends(1)].iter().map(|word| word.text).collect();
        return (
            name,
            Number {
                house: None,
                unit: None,
            },
        );
    };
    // Lines after the number's count while they are about a part of the building.
    let mut end = ends(at + 1);
    while end < parts.len() && number::follows(&parts[end]) {
        end = ends(end + 1);
    }
    let name = parts[..at]
        .iter()
        .map(|word| word.text)
        .filter(|word| !words::numbers(word))
        .collect();
    (name, number::read(&parts[at..end], country))
}
