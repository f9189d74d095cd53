//! The tables of address words.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::super::names::Token;
use super::super::names::letters;

/// Where a short street word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Any,
    First,
    Last,
    Ending,
}

struct StreetWord {
    countries: &'static str,
    word: &'static str,
    place: Place,
}

static STREETS: LazyLock<HashMap<&'static str, Vec<StreetWord>>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Vec<StreetWord>> = HashMap::new();
    for [countries, short, word, place] in rows::<4>(include_str!("street_words.csv")) {
        let place = match place {
            "first" => Place::First,
            "last" => Place::Last,
            "ending" => Place::Ending,
            _ => Place::Any,
        };
        words.entry(short).or_default().push(StreetWord {
            countries,
            word,
            place,
        });
    }
    words
});

static UNITS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows::<2>(include_str!("unit_words.csv"))
        .map(|[word, becomes]| (word, becomes))
        .collect()
});

/// Words of boxes by their first word: countries and all words.
type Boxes = HashMap<&'static str, Vec<(&'static str, Vec<&'static str>)>>;

static BOXES: LazyLock<Boxes> = LazyLock::new(|| {
    let mut boxes = Boxes::new();
    for [countries, text] in rows::<2>(include_str!("boxes.csv")) {
        let words: Vec<&str> = text.split(' ').collect();
        boxes.entry(words[0]).or_default().push((countries, words));
    }
    boxes
});

static COUNTRIES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows::<2>(include_str!("countries.csv"))
        .flat_map(|[code, names]| names.split('|').map(move |name| (name, code)))
        .collect()
});

/// Rows of a table without its notes and its heading; a row of another width is none.
fn rows<const WIDTH: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; WIDTH]> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
        .filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok())
}

fn used_in(countries: &str, country: &str) -> bool {
    countries == "*" || countries.split(' ').any(|code| code == country)
}

/// What a word about a part of a building becomes.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    UNITS.get(word).copied()
}

/// The country that words name.
pub(super) fn country_named(text: &str) -> Option<&'static str> {
    COUNTRIES.get(text).copied()
}

/// The country of a code of two letters, if it is one of the table.
pub(super) fn country_coded(text: &str) -> Option<&'static str> {
    COUNTRIES
        .values()
        .find(|code| code.eq_ignore_ascii_case(text))
        .copied()
}

/// Where the words of a post office box begin and end, if a number follows or nothing else is in the line.
pub(super) fn post_box(tokens: &[Token], country: &str) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for (at, token) in tokens.iter().enumerate() {
        for (countries, words) in BOXES.get(token.text.as_str()).into_iter().flatten() {
            let end = at + words.len();
            if end > tokens.len() || !used_in(countries, country) {
                continue;
            }
            let fits = words
                .iter()
                .zip(&tokens[at..])
                .all(|(word, token)| *word == token.text);
            let numbered = match tokens.get(end) {
                Some(next) => next.text.starts_with(|sign: char| sign.is_ascii_digit()),
                None => at == 0 && token.text.len() > 4,
            };
            if fits && numbered && best.is_none_or(|(first, last)| end - at > last - first) {
                best = Some((at, end));
            }
        }
    }
    best
}

/// Whether a word is a number word: “nr. 5”, “no 5”, “č. 5”.
pub(super) fn numbers(word: &str) -> bool {
    matches!(
        word,
        "n" | "nr"
            | "bud"
            | "budova"
            | "zgrada"
            | "no"
            | "num"
            | "numero"
            | "number"
            | "nummer"
            | "hnr"
            | "huisnr"
            | "huisnummer"
            | "cp"
            | "civico"
            | "dom"
            | "br"
            | "budynek"
    )
}

/// Whether a word ends a street's name in English, so that the place may follow without a comma.
pub(super) fn ends_street(word: &str) -> bool {
    matches!(
        word,
        "street"
            | "road"
            | "avenue"
            | "lane"
            | "drive"
            | "square"
            | "court"
            | "close"
            | "crescent"
            | "gardens"
            | "grove"
            | "terrace"
            | "way"
            | "place"
            | "hill"
            | "row"
            | "mews"
            | "quay"
            | "parade"
            | "st"
            | "rd"
            | "ave"
            | "ln"
    )
}

/// The street's words with short ones written out.
pub(super) fn street(tokens: &[&str], country: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < tokens.len() {
        if !text.is_empty() {
            text.push(' ');
        }
        let last = tokens.len() - 1;
        let pair = (at < last).then(|| format!("{} {}", tokens[at], tokens[at + 1]));
        if let Some(word) = pair
            .as_deref()
            .and_then(|pair| written_out(pair, country, at == 0, at + 1 == last))
        {
            text.push_str(word);
            at += 2;
            continue;
        }
        if let Some(word) = written_out(tokens[at], country, at == 0, at == last) {
            text.push_str(word);
        } else if let Some((stem, word)) = ending(tokens[at], country) {
            text.push_str(stem);
            text.push_str(word);
        } else {
            text.push_str(tokens[at]);
        }
        at += 1;
    }
    text
}

fn written_out(short: &str, country: &str, first: bool, last: bool) -> Option<&'static str> {
    STREETS
        .get(short)?
        .iter()
        .find(|word| {
            used_in(word.countries, country)
                && match word.place {
                    Place::Any => true,
                    Place::First => first && !last,
                    Place::Last => last && !first,
                    Place::Ending => false,
                }
        })
        .map(|word| word.word)
}

fn ending<'a>(text: &'a str, country: &str) -> Option<(&'a str, &'static str)> {
    ["str", "pl", "stwg", "vn", "gt"].iter().find_map(|short| {
        let stem = text.strip_suffix(short).filter(|stem| stem.len() >= 3)?;
        let word = STREETS
            .get(short)?
            .iter()
            .find(|word| word.place == Place::Ending && used_in(word.countries, country))?;
        Some((stem, word.word))
    })
}

/// A street without the word for “street” that its country often leaves out.
pub(super) fn without_type(street: &str) -> &str {
    ["ulica ", "ulice ", "ulitsa ", "vulytsya ", "strada "]
        .iter()
        .find_map(|word| street.strip_prefix(word))
        .unwrap_or(street)
}

/// Words of a text, for the tables' tests and the reader.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    letters::read(text).tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_tables_is_read_and_stands_as_words_are_read() {
        let counted = |table: &str| {
            table
                .lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty())
                .count()
                - 1
        };
        assert_eq!(
            rows::<4>(include_str!("street_words.csv")).count(),
            counted(include_str!("street_words.csv"))
        );
        for table in [
            include_str!("unit_words.csv"),
            include_str!("boxes.csv"),
            include_str!("countries.csv"),
        ] {
            assert_eq!(rows::<2>(table).count(), counted(table));
        }
        for [_, short, word, _] in rows::<4>(include_str!("street_words.csv")) {
            assert_eq!(letters::read(short).normal, short);
            assert_eq!(letters::read(word).normal, word);
        }
    }
}
