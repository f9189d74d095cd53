//! Listings of banks, payment services and exchanges: every file of the public corpora, and the form of every built-in
//! mapping.

mod converted;
mod corpus;
mod fast;
pub mod samples;
mod unknown;

use geldspoor::case::Table;
use geldspoor::intake::encoding::find;
use geldspoor::intake::formats::choose;
use geldspoor::intake::formats::delimited::{Delimited, recognise_mapping};
use geldspoor::intake::mapping::{Mapping, builtin_by_id};

use crate::collect::{Collected, read_encoded};

/// What reading a file gave, and by which mapping.
pub struct Taken {
    pub mapping: String,
    pub out: Collected,
}

/// Takes bytes in as intake does: recognised by their header, read by the mapping that knows it.
pub fn take(bytes: &[u8], name: &str) -> Result<Taken, String> {
    let head = &bytes[..bytes.len().min(64 << 10)];
    let chosen = choose(head, name, find(bytes), None, "").map_err(|error| error.to_string())?;
    let out = read_encoded(&*chosen.format, bytes, name, chosen.encoding);
    Ok(Taken {
        mapping: chosen.mapping_id(),
        out,
    })
}

/// Reads bytes with a mapping that was given.
pub fn take_with(mapping: Mapping, bytes: &[u8], name: &str) -> Collected {
    let encoding = mapping.encoding(find(bytes));
    read_encoded(&Delimited::new(mapping), bytes, name, encoding)
}

/// Reads bytes with the built-in mapping of that id, as if it was given.
pub fn take_by(id: &str, bytes: &[u8], name: &str) -> Collected {
    match builtin_by_id(id) {
        Some(mapping) => take_with(mapping.clone(), bytes, name),
        None => panic!("no mapping {id}"),
    }
}

/// The mappings that claim a file, best first, with their scores.
pub fn claims(bytes: &[u8], name: &str) -> Vec<(&'static str, u8)> {
    recognise_mapping(bytes, name, find(bytes))
        .into_iter()
        .filter(|(_, recognition)| recognition.score > 0)
        .map(|(mapping, recognition)| (mapping.id.as_str(), recognition.score))
        .collect()
}

/// Entries that are the line itself; a fee in the same line has the same place and comes behind it.
pub fn lines_of(out: &Collected) -> Vec<usize> {
    let places = out.places(Table::Entries);
    (0..places.len())
        .filter(|at| *at == 0 || places[*at] != places[at - 1])
        .collect()
}

/// A number as a file writes it, in ten-thousandths: signs and digits only, the decimal sign given. Written for these
/// tests alone, so that they do not prove the reader by itself.
pub fn money(text: &str, decimal: char) -> i128 {
    let negative = text.contains('-');
    let (front, back) = match text.rsplit_once(decimal) {
        Some((front, back)) => (front, back),
        None => (text, ""),
    };
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let back = format!("{:0<4}", digits(back));
    let value: i128 = format!("{}{back}", digits(front)).parse().expect("digits");
    if negative { -value } else { value }
}

/// `31.12.2018` with any sign between the numbers, years of two digits in this century.
pub fn day_first(text: &str) -> String {
    let (day, month, year) = three(text);
    written(&year, &month, &day)
}

/// `12/31/2018`.
pub fn month_first(text: &str) -> String {
    let (month, day, year) = three(text);
    written(&year, &month, &day)
}

/// `2018/12/31`, `20181231` or `2018-12-31 ...`.
pub fn year_first(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])
}

/// `27 Feb 2018` or `12-Dec-2019`.
pub fn named_month(text: &str) -> String {
    const NAMES: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let (day, name, year) = three(text);
    let month = NAMES.find(&name.to_lowercase()[..3]).expect("a month") / 3 + 1;
    written(&year, &month.to_string(), &day)
}

fn three(text: &str) -> (String, String, String) {
    let mut parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned);
    let mut next = || parts.next().expect("three numbers");
    (next(), next(), next())
}

fn written(year: &str, month: &str, day: &str) -> String {
    let century = if year.len() == 2 { "20" } else { "" };
    format!("{century}{year}-{month:0>2}-{day:0>2}")
}
