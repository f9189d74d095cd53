//! A text as lexicons see it: small letters without accents and digits, one space between words and at both ends.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Folds a text into `out`, which is emptied first. `Nettoloon, mei` becomes ` nettoloon mei `.
pub fn fold(text: &str, out: &mut String) {
    out.clear();
    out.push(' ');
    if text.is_ascii() {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte.to_ascii_lowercase()));
            } else if !out.ends_with(' ') {
                out.push(' ');
            }
        }
    } else {
        for letter in text.nfkd().filter(|letter| !is_dropped(*letter)) {
            if !letter.is_alphanumeric() {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
                continue;
            }
            match plain(letter) {
                Some(plain) => out.push_str(plain),
                None => out.extend(letter.to_lowercase()),
            }
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Accents, and signs that nobody sees.
fn is_dropped(letter: char) -> bool {
    canonical_combining_class(letter) != 0
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// Letters that do not come apart into a letter and an accent.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' | 'ẞ' => "ss",
        'ł' | 'Ł' => "l",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        'ħ' | 'Ħ' => "h",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn texts_become_plain_words() {
        let folded = |text: &str| {
            let mut out = String::from("left over");
            fold(text, &mut out);
            out
        };
        assert_eq!(folded("Nettoloon, mei/2024"), " nettoloon mei 2024 ");
        assert_eq!(folded("Wynagrodzenie za ŁÓDŹ"), " wynagrodzenie za lodz ");
        assert_eq!(folded("Straße\u{200b}nbau"), " strassenbau ");
        assert_eq!(folded("Заплата май"), " заплата маи ");
        assert_eq!(folded("ＨＯＴＥＬ"), " hotel ");
        assert_eq!(folded(""), " ");
        assert_eq!(folded("--"), " ");
    }
}
