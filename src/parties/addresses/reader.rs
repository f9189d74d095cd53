//! The parts of an address in a text: which line is the street, where postcode and place are.

use std::borrow::Cow;

use super::super::names::Token;
use super::super::names::letters::CAPS;
use super::{Address, Kind, postcodes, street, words};

/// Bytes of an address that are read.
const LIMIT: usize = 1024;

/// A line, or what stands between two commas.
pub(super) struct Segment<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    /// Words already taken as postcode, place or country.
    pub taken: Vec<bool>,
}

impl Segment<'_> {
    pub fn left(&self) -> impl Iterator<Item = &Token> {
        self.tokens
            .iter()
            .zip(&self.taken)
            .filter(|(_, taken)| !**taken)
            .map(|(token, _)| token)
    }

    pub fn is_done(&self) -> bool {
        self.taken.iter().all(|taken| *taken)
    }

    pub fn has_digit(&self) -> bool {
        self.left().any(|token| token.text.as_bytes()[0].is_ascii_digit())
    }
}

pub(super) fn read(text: &str, country: &str) -> Address {
    let mut address = Address {
        raw: text.to_owned(),
        kind: Kind::Unknown,
        care_of: None,
        street: String::new(),
        house_number: None,
        unit: None,
        box_number: None,
        postcode: None,
        city: None,
        country: country.trim().to_ascii_uppercase(),
    };
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // In Bulgarian ъ is a vowel of its own; elsewhere it is no sound.
    let vowel = address.country == "BG" && text.contains(['ъ', 'Ъ']);
    let written = if vowel {
        Cow::Owned(text[..end].replace(['ъ', 'Ъ'], "а"))
    } else {
        Cow::Borrowed(&text[..end])
    };
    let mut segments = segments(&written, &mut address);
    country_at_end(&mut segments, &mut address);
    postcode(&mut segments, &mut address);
    if post_box(&mut segments, &mut address) {
        address.kind = Kind::PostOfficeBox;
        if address.city.is_none() {
            place(&mut segments, &mut address, 0);
        }
        return address;
    }
    let street = street::line(&segments, &address.country);
    if address.city.is_none() {
        place(&mut segments, &mut address, street);
    }
    street::read(&segments, street, &mut address);
    address
}

pub(super) fn of_parts(street: &str, building: &str, postcode: &str, town: &str, country: &str) -> Address {
    let parts: Vec<&str> = [street, building, postcode, town]
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .collect();
    // Street and building are one line whichever comes first in the country; the rest needs no guess.
    let line = match (street.trim(), building.trim()) {
        (street, "") => street.to_owned(),
        (street, building) => format!("{street}, nr {building}"),
    };
    let mut address = read(&line, country);
    address.raw = parts.join(", ");
    let code: String = words::tokens(postcode)
        .iter()
        .map(|token| token.text.as_str())
        .collect();
    let tokens = words::tokens(postcode);
    let read_code = (0..tokens.len()).find_map(|at| postcodes::at(&tokens, at, &address.country));
    address.postcode = match read_code {
        Some((_, code)) => Some(code),
        None => Some(code).filter(|code| !code.is_empty()),
    };
    let city = words::tokens(town);
    address.city = place_name(&city.iter().collect::<Vec<_>>(), &address.country);
    address
}

fn segments<'a>(text: &'a str, address: &mut Address) -> Vec<Segment<'a>> {
    let mut segments = Vec::new();
    for part in text.split(['\n', '\r', ',', ';', '|']) {
        let tokens = words::tokens(part);
        if tokens.is_empty() {
            continue;
        }
        if address.care_of.is_none()
            && let Some(skip) = care_of(part, &tokens)
        {
            let name = part.get(tokens[skip].span.start as usize..).unwrap_or("").trim();
            address.care_of = Some(
                words::tokens(name)
                    .iter()
                    .map(|token| token.text.as_str())
                    .collect::<Vec<_>>()
                    .join(" "),
            );
            continue;
        }
        let taken = vec![false; tokens.len()];
        segments.push(Segment {
            text: part,
            tokens,
            taken,
        });
    }
    segments
}

/// How many words say “at the address of”, at the beginning of a part.
fn care_of(part: &str, tokens: &[Token]) -> Option<usize> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let slash = |at: usize| {
        tokens
            .get(at + 1)
            .is_some_and(|next| part.get(tokens[at].span.end as usize..next.span.start as usize) == Some("/"))
    };
    let words = match (text(0), text(1), text(2)) {
        ("c", "o", _) | ("p", "a", _) | ("a", "s", _) if slash(0) => 2,
        ("c", "o", _) => 2,
        ("co", _, _) if tokens[0].span.len() > 2 => 1,
        ("t", "a", "v") => 3,
        ("tav" | "att" | "attn" | "chez" | "presso" | "bei" | "zhd", _, _) => 1,
        ("per", "adres", _) | ("z", "hd", _) | ("zu", "handen", _) => 2,
        ("care", "of", _) => 2,
        _ => return None,
    };
    (tokens.len() > words).then_some(words)
}

fn country_at_end(segments: &mut [Segment<'_>], address: &mut Address) {
    let several = segments.len() > 1;
    let Some(last) = segments.last_mut() else {
        return;
    };
    let text = last
        .tokens
        .iter()
        .map(|token| token.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let known = words::country_named(&text).or_else(|| {
        let coded = last.tokens.len() == 1 && text.len() == 2 && last.tokens[0].marks & CAPS != 0;
        words::country_coded(&text)
            .filter(|code| coded && (address.country.is_empty() || *code == address.country))
    });
    match known {
        Some(code) if several => {
            if address.country.is_empty() {
                code.clone_into(&mut address.country);
            }
            last.taken.fill(true);
        }
        Some(_) => {}
        // “1000 Bruxelles Belgique”: the last word of the last line.
        None => {
            let Some(word) = last.tokens.last() else {
                return;
            };
            if last.tokens.len() > 2
                && let Some(code) = words::country_named(&word.text)
                && (address.country.is_empty() || address.country == code)
            {
                code.clone_into(&mut address.country);
                if let Some(taken) = last.taken.last_mut() {
                    *taken = true;
                }
            }
        }
    }
}

/// Takes the postcode and the place beside it.
fn postcode(segments: &mut [Segment<'_>], address: &mut Address) {
    let mut best: Option<(u32, usize, usize, usize, String)> = None;
    let first_counts = !street::number_first(&address.country);
    for (line, segment) in segments.iter().enumerate() {
        for at in 0..segment.tokens.len() {
            if segment.taken[at] {
                continue;
            }
            let Some((words, code)) = postcodes::at(&segment.tokens, at, &address.country) else {
                continue;
            };
            let after = segment
                .tokens
                .get(at + words)
                .filter(|_| !segment.taken[at + words])
                .is_some_and(|next| next.text.len() > 1 && next.text.as_bytes()[0].is_ascii_alphabetic());
            let alone = at == 0 && words == segment.tokens.len();
            let begins = line == 0 && at == 0 && !first_counts;
            let mut score = 1;
            score += 4 * u32::from(after);
            score += 2 * u32::from(at == 0 && after);
            score += 3 * u32::from(alone && line > 0);
            score += 2 * u32::from(matches!(address.country.as_str(), "GB" | "IE" | "US") && line > 0);
            if begins || (line == 0 && alone && segments.len() > 1) {
                score = 0;
            }
            // A number of four digits at the end of the street's line is the house's.
            if !after
                && !alone
                && at > 0
                && at + words == segment.tokens.len()
                && code.len() == 4
                && code.bytes().all(|sign| sign.is_ascii_digit())
            {
                continue;
            }
            if best.as_ref().is_none_or(|(known, ..)| score >= *known) {
                best = Some((score, line, at, words, code));
            }
        }
    }
    let Some((score, line, at, words, code)) = best else {
        return;
    };
    if score == 0 && segments.len() == 1 {
        return;
    }
    address.postcode = Some(code);
    let segment = &mut segments[line];
    segment.taken[at..at + words].fill(true);
    let after: Vec<&Token> = segment.tokens[at + words..]
        .iter()
        .zip(&segment.taken[at + words..])
        .filter(|(_, taken)| !**taken)
        .map(|(token, _)| token)
        .collect();
    if !after.is_empty() {
        address.city = place_name(&after, &address.country);
        segment.taken[at..].fill(true);
        return;
    }
    // “London NW1 6XE”: the place before; in the street's own line after the word that ends a street.
    let before = &segment.tokens[..at];
    if before.is_empty() {
        return;
    }
    let from = match before.iter().rposition(|token| words::ends_street(&token.text)) {
        Some(ends) => ends + 1,
        None if line > 0 && !before.iter().any(|token| number_of_house(&token.text)) => 0,
        None => return,
    };
    if from < at
        && matches!(address.country.as_str(), "US" | "CA")
        && at - from == 1
        && before[from].text.len() == 2
    {
        // The state; the town is the line before.
        segment.taken[from] = true;
    } else if from < at {
        let city: Vec<&Token> = before[from..].iter().collect();
        address.city = place_name(&city, &address.country);
        segment.taken[from..at].fill(true);
    }
}

fn number_of_house(text: &str) -> bool {
    text.as_bytes()[0].is_ascii_digit()
}

/// A place without what does not name it: “Cedex 09”, the province “MI”, “gr.”, “mun.”.
fn place_name(tokens: &[&Token], country: &str) -> Option<String> {
    let mut parts: Vec<&Token> = tokens.to_vec();
    if let Some(cedex) = parts.iter().position(|token| token.text == "cedex") {
        parts.truncate(cedex);
    }
    if matches!(country, "IT" | "SM")
        && parts.len() > 1
        && parts.last().is_some_and(|last| last.text.len() == 2)
    {
        parts.pop();
    }
    if parts.len() > 1
        && matches!(
            parts[0].text.as_str(),
            "gr" | "mun" | "loc" | "municipiul" | "oras" | "orasul" | "m" | "g"
        )
    {
        parts.remove(0);
    }
    let text = parts
        .iter()
        .map(|token| token.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    (!text.is_empty()).then_some(text)
}

fn post_box(segments: &mut [Segment<'_>], address: &mut Address) -> bool {
    for segment in segments.iter_mut() {
        if let Some((from, number)) = words::post_box(&segment.tokens, &address.country)
            && segment.taken.get(number) != Some(&true)
        {
            // “Postfach 12 34 56”; a box may have no number.
            let mut text = String::new();
            segment.taken[from..number].fill(true);
            for at in number..segment.tokens.len() {
                let word = segment.tokens[at].text.as_str();
                if segment.taken[at] || !(at == number || word.bytes().all(|sign| sign.is_ascii_digit())) {
                    break;
                }
                text.push_str(word);
                segment.taken[at] = true;
            }
            address.box_number = Some(text).filter(|text| !text.is_empty());
            // With a street beside it, the street is the address.
            return !segments.iter().any(|segment| {
                !segment.is_done() && segment.has_digit() && segment.left().any(|token| token.text.len() > 3)
            });
        }
    }
    false
}

/// The place where no postcode tells it: the last line that is neither street nor unit.
fn place(segments: &mut [Segment<'_>], address: &mut Address, street: usize) {
    for at in (street..segments.len()).rev() {
        let segment = &segments[at];
        let Some(first) = segment.left().next() else {
            continue;
        };
        if matches!(
            first.text.as_str(),
            "jud" | "judet" | "judetul" | "sector" | "sectorul" | "obl" | "oblast" | "woj" | "provincia"
        ) {
            let skipped = at;
            segments[skipped].taken.fill(true);
            continue;
        }
        if at == street && address.kind == Kind::Unknown && address.box_number.is_none() {
            break;
        }
        let part = words::unit(&first.text).is_some()
            || first.text.as_bytes()[0].is_ascii_digit()
            || words::numbers(&first.text);
        if part {
            continue;
        }
        let city: Vec<&Token> = segment.left().collect();
        address.city = place_name(&city, &address.country);
        segments[at].taken.fill(true);
        return;
    }
    // “București, Str. Lalelelor nr. 5”: some countries write the place first.
    if matches!(
        address.country.as_str(),
        "RO" | "MD" | "HU" | "BG" | "UA" | "RU" | "BY" | "KZ"
    ) && let Some(at) =
        (0..street.min(segments.len())).find(|&at| !segments[at].is_done() && !segments[at].has_digit())
    {
        let city: Vec<&Token> = segments[at].left().collect();
        address.city = place_name(&city, &address.country);
        segments[at].taken.fill(true);
    }
}
