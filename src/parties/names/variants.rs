//! Other spellings that the letters of a record allow.
//!
//! Only letters that stand in the record give a variant: “Müller” allows “Muller” and “Mueller”, while a record that
//! says “Mueller” does not allow “Muller”: those two agree only if a third record writes the umlaut.

use unicode_normalization::UnicodeNormalization;

use super::Token;
use super::scripts::Script;

/// How a Latin letter is also written out, where that differs from dropping its mark.
pub(super) fn latin(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' | 'ő' | 'Ő' => "oe",
        'ü' | 'Ü' | 'ű' | 'Ű' => "ue",
        'å' | 'Å' => "aa",
        'đ' | 'Đ' => "dj",
        'ÿ' | 'Ÿ' => "ij",
        'þ' | 'Þ' => "t",
        _ => return None,
    })
}

/// Adds what passports and other countries make of a Cyrillic or Greek word.
pub(super) fn foreign(raw: &str, ukrainian: bool, token: &mut Token) {
    match raw.chars().find_map(Script::of) {
        Some(Script::Cyrillic) => {
            let letters: Vec<char> = raw.nfkc().flat_map(char::to_lowercase).collect();
            add(token, cyrillic(&letters, passport));
            if ukrainian {
                add(token, cyrillic(&letters, ukrainian_way));
            } else {
                add(token, cyrillic(&letters, balkan));
            }
        }
        Some(Script::Greek) => {
            let letters: Vec<char> = raw
                .nfkd()
                .filter(|sign| sign.is_alphabetic())
                .flat_map(char::to_lowercase)
                .collect();
            add(token, greek(&letters));
        }
        _ => {}
    }
}

fn add(token: &mut Token, text: String) {
    if !text.is_empty() && text != token.text && !token.variants.contains(&text) {
        token.variants.push(text);
    }
}

fn cyrillic(letters: &[char], way: fn(char, bool) -> Option<&'static str>) -> String {
    let mut text = String::with_capacity(letters.len() + 4);
    for (place, &letter) in letters.iter().enumerate() {
        match way(letter, place == 0) {
            Some(latin) => text.push_str(latin),
            None => text.extend(
                any_ascii::any_ascii_char(letter)
                    .bytes()
                    .filter(u8::is_ascii_alphanumeric)
                    .map(|sign| sign.to_ascii_lowercase() as char),
            ),
        }
    }
    text
}

/// Machine-readable passports (ICAO Doc 9303, part 3): Юлия is IULIIA.
fn passport(letter: char, _first: bool) -> Option<&'static str> {
    Some(match letter {
        'ё' => "e",
        'й' => "i",
        'ю' => "iu",
        'я' => "ia",
        'ъ' => "ie",
        'щ' => "shch",
        'ї' => "i",
        'є' => "ie",
        'ь' => "",
        _ => return None,
    })
}

/// The Ukrainian order of 2010: Григорій is Hryhorii.
fn ukrainian_way(letter: char, first: bool) -> Option<&'static str> {
    Some(match letter {
        'г' => "h",
        'и' => "y",
        'є' if first => "ye",
        'є' => "ie",
        'ї' if first => "yi",
        'ї' => "i",
        'й' if first => "y",
        'й' => "i",
        'ю' if first => "yu",
        'ю' => "iu",
        'я' if first => "ya",
        'я' => "ia",
        'ь' => "",
        _ => return None,
    })
}

/// The Bulgarian law of 2009, and what Serbia and North Macedonia share with it.
fn balkan(letter: char, _first: bool) -> Option<&'static str> {
    Some(match letter {
        'щ' => "sht",
        'ъ' => "a",
        'х' => "h",
        'ь' => "y",
        'й' => "y",
        _ => return None,
    })
}

/// ELOT 743 as on Greek passports: Παπαδόπουλος is Papadopoulos.
fn greek(letters: &[char]) -> String {
    let mut text = String::with_capacity(letters.len() + 4);
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        let next = letters.get(at + 1).copied();
        let (latin, taken): (&str, usize) = match (letter, next) {
            ('ο', Some('υ')) => ("ou", 2),
            ('α' | 'ε' | 'η', Some('υ')) => {
                text.push(match letter {
                    'α' => 'a',
                    'ε' => 'e',
                    _ => 'i',
                });
                let hard = letters
                    .get(at + 2)
                    .is_none_or(|after| "θκξπσςτφχψ".contains(*after));
                (if hard { "f" } else { "v" }, 2)
            }
            ('γ', Some('γ')) => ("ng", 2),
            ('γ', Some('ξ')) => ("nx", 2),
            ('γ', Some('χ')) => ("nch", 2),
            ('μ', Some('π')) if at == 0 || at + 2 == letters.len() => ("b", 2),
            ('η' | 'ι', _) => ("i", 1),
            ('υ', _) => ("y", 1),
            ('ω' | 'ο', _) => ("o", 1),
            ('χ', _) => ("ch", 1),
            ('θ', _) => ("th", 1),
            ('ψ', _) => ("ps", 1),
            _ => {
                text.push_str(any_ascii::any_ascii_char(letter));
                ("", 1)
            }
        };
        text.push_str(latin);
        at += taken;
    }
    text
}
