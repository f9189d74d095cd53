//! The writings of an address: street and house number in both orders, and postcode with house number.

use super::letters::plain;
use super::protected::{Forms, How, Kind};
use crate::parties::addresses;

/// Ends and words of streets with how they are shortened.
const SHORTENED: [(&str, &str); 22] = [
    ("straat", "str"),
    ("strasse", "str"),
    ("street", "st"),
    ("avenue", "ave"),
    ("avenue", "av"),
    ("road", "rd"),
    ("lane", "ln"),
    ("drive", "dr"),
    ("laan", "ln"),
    ("plein", "pl"),
    ("gracht", "gr"),
    ("steeg", "stg"),
    ("singel", "sngl"),
    ("boulevard", "bd"),
    ("boulevard", "blvd"),
    ("square", "sq"),
    ("platz", "pl"),
    ("ulica", "ul"),
    ("strada", "str"),
    ("calle", "c"),
    ("avenida", "avda"),
    ("sint", "st"),
];

pub(super) fn add(text: &str, country: &str, forms: &mut Forms<'_>) -> bool {
    let address = addresses::read(text, country);
    let mut is_added = false;
    if let Some(number) = &address.house_number {
        let number = plain(number);
        for street in streets(&address.street, text, &number) {
            is_added |= street_and_number(&street, &number, forms);
        }
        if let Some(postcode) = &address.postcode {
            let postcode = plain(postcode);
            let both = [postcode.as_slice(), &number].concat();
            let turned = [number.as_slice(), &postcode].concat();
            if both.iter().any(u8::is_ascii_alphabetic) && postcode.len() >= 5 {
                is_added |= forms.add(&both, Kind::Address, How::Signs { is_long: false });
                is_added |= forms.add(&turned, Kind::Address, How::Signs { is_long: false });
            }
        }
    }
    if let Some(number) = &address.box_number {
        let mut whole = plain("postbus");
        whole.extend(plain(number));
        is_added |= forms.add(&whole, Kind::Address, How::Signs { is_long: false });
    }
    // And as it was written, so that nothing depends on its being read well.
    let whole = plain(text);
    if whole.len() >= 12 && whole.iter().any(u8::is_ascii_digit) {
        is_added |= forms.add(&whole, Kind::Address, How::Signs { is_long: false });
    }
    is_added
}

fn street_and_number(street: &[u8], number: &[u8], forms: &mut Forms<'_>) -> bool {
    // A street of few letters is a word; the number alone does not make it an address.
    if street.len() < 5 {
        return false;
    }
    let how = How::Signs { is_long: false };
    let behind = forms.add(&[street, number].concat(), Kind::Address, how);
    let before = forms.add(&[number, street].concat(), Kind::Address, how);
    behind || before
}

/// A street as read and as written, with its words whole and shortened.
fn streets(read: &str, text: &str, number: &[u8]) -> Vec<Vec<u8>> {
    let mut streets = vec![read.to_owned()];
    // What stands before the number in the text, where it is not read as street.
    let number = String::from_utf8_lossy(number).into_owned();
    if let Some((before, _)) = text.split_once(&number).filter(|_| !number.is_empty()) {
        streets.push(String::from_utf8_lossy(&spaced(before)).into_owned());
    }
    let mut all = Vec::new();
    for street in streets {
        for (whole, short) in SHORTENED {
            let words: Vec<&str> = street.split_whitespace().collect();
            for (from, to) in [(whole, short), (short, whole)] {
                // At the end of the last word (Kerkstraat), or a word of its own (rue, ulica).
                let mut changed: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
                let Some(last) = changed.last_mut() else { continue };
                if let Some(stem) = last.strip_suffix(from).filter(|stem| stem.len() >= 3) {
                    *last = format!("{stem}{to}");
                    all.push(changed.concat().into_bytes());
                }
                if let Some(at) = words.iter().position(|word| *word == from) {
                    let mut changed = words.clone();
                    changed[at] = to;
                    all.push(changed.concat().into_bytes());
                }
            }
        }
        all.push(plain(&street));
    }
    all.sort();
    all.dedup();
    all
}

/// Small Latin letters and digits, with a space for all else.
fn spaced(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !out.is_empty() && !word.is_empty() {
            out.push(b' ');
        }
        out.extend(plain(word));
    }
    out
}
