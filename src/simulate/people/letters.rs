//! What offices make of letters: other scripts in Latin, marks dropped, capitals, slips of the keyboard.

use crate::simulate::random::Draw;

/// How an office writes Cyrillic and Greek in Latin letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the law of the name's own country.
    Own,
    /// As machine-readable passports do (ICAO Doc 9303).
    Passport,
    /// As newspapers in German do.
    German,
}

/// What becomes of letters with marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    Kept,
    Dropped,
    /// Umlauts as two letters, other marks dropped.
    WrittenOut,
}

/// Whether a text has Cyrillic or Greek letters.
pub fn is_foreign(text: &str) -> bool {
    text.chars().any(|c| is_cyrillic(c) || is_greek(c))
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&c)
}

fn is_greek(c: char) -> bool {
    ('\u{370}'..='\u{3ff}').contains(&c)
}

/// The text in Latin letters; `ukrainian` says by which country's law.
pub fn latin(text: &str, way: Way, ukrainian: bool) -> String {
    if !is_foreign(text) {
        return text.to_owned();
    }
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
            let small = if letters.iter().any(|c| is_greek(*c)) {
                greek(&letters, way)
            } else {
                letters
                    .iter()
                    .enumerate()
                    .map(|(at, letter)| cyrillic(*letter, at == 0, way, ukrainian))
                    .collect()
            };
            capitalised(&small)
        })
        .collect();
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn cyrillic(letter: char, first: bool, way: Way, ukrainian: bool) -> String {
    let german = way == Way::German;
    let passport = way == Way::Passport;
    let own = |ours: &'static str, theirs: &'static str| if ukrainian { ours } else { theirs };
    let latin = match letter {
        'а' => "a",
        'б' => "b",
        'в' if german => "w",
        'в' => "v",
        'г' => own(if german || passport { "g" } else { "h" }, "g"),
        'ґ' => "g",
        'д' => "d",
        'е' => "e",
        'є' if german => "je",
        'є' if first && !passport => "ye",
        'є' => "ie",
        'ж' if german => "sch",
        'ж' => "zh",
        'з' if german => "s",
        'з' => "z",
        'и' => own("y", "i"),
        'і' => "i",
        'ї' if german => "ji",
        'ї' if first && !passport => "yi",
        'ї' => "i",
        'й' if german => "j",
        'й' if passport => "i",
        'й' => own(if first { "y" } else { "i" }, "y"),
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' if german => "ch",
        'х' => own("kh", if passport { "kh" } else { "h" }),
        'ц' if german => "z",
        'ц' => "ts",
        'ч' if german => "tsch",
        'ч' => "ch",
        'ш' if german => "sch",
        'ш' => "sh",
        'щ' if german => own("schtsch", "scht"),
        'щ' if passport => "shch",
        'щ' => own("shch", "sht"),
        'ъ' if passport => "ie",
        'ъ' => "a",
        'ь' => own("", if passport { "" } else { "y" }),
        'ю' if german => "ju",
        'ю' if passport => "iu",
        'ю' => own(if first { "yu" } else { "iu" }, "yu"),
        'я' if german => "ja",
        'я' if passport => "ia",
        'я' => own(if first { "ya" } else { "ia" }, "ya"),
        _ => "",
    };
    latin.to_owned()
}

/// ELOT 743, or by sound where newspapers write.
fn greek(letters: &[char], way: Way) -> String {
    let by_sound = way == Way::German;
    let plain = |c: char| match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        other => other,
    };
    let letters: Vec<char> = letters.iter().map(|c| plain(*c)).collect();
    let mut out = String::new();
    let mut at = 0;
    while at < letters.len() {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let after = letters.get(at + 2).copied().unwrap_or(' ');
        let (latin, taken) = match (letters[at], next) {
            ('ο', 'υ') => ("ou", 2),
            ('α', 'υ') if "θκξπστφχψ ".contains(after) => ("af", 2),
            ('α', 'υ') => ("av", 2),
            ('ε', 'υ') if "θκξπστφχψ ".contains(after) => ("ef", 2),
            ('ε', 'υ') => ("ev", 2),
            ('γ', 'γ') => ("ng", 2),
            ('γ', 'χ') => ("nch", 2),
            ('μ', 'π') if at == 0 => ("b", 2),
            ('α', _) => ("a", 1),
            ('β', _) => ("v", 1),
            ('γ', _) => ("g", 1),
            ('δ', _) => ("d", 1),
            ('ε', _) => ("e", 1),
            ('ζ', _) => ("z", 1),
            ('η', _) | ('ι', _) => ("i", 1),
            ('θ', _) => ("th", 1),
            ('κ', _) => ("k", 1),
            ('λ', _) => ("l", 1),
            ('μ', _) => ("m", 1),
            ('ν', _) => ("n", 1),
            ('ξ', _) => ("x", 1),
            ('ο', _) | ('ω', _) => ("o", 1),
            ('π', _) => ("p", 1),
            ('ρ', _) => ("r", 1),
            ('σ', _) => ("s", 1),
            ('τ', _) => ("t", 1),
            ('υ', _) if by_sound => ("i", 1),
            ('υ', _) => ("y", 1),
            ('φ', _) => ("f", 1),
            ('χ', _) if by_sound => ("h", 1),
            ('χ', _) => ("ch", 1),
            ('ψ', _) => ("ps", 1),
            _ => ("", 1),
        };
        out.push_str(latin);
        at += taken;
    }
    out
}

/// The text with its marks kept, dropped or written out.
pub fn marked(text: &str, marks: Marks) -> String {
    if marks == Marks::Kept || text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let written = match (letter, marks) {
            ('ä', Marks::WrittenOut) => "ae",
            ('ö', Marks::WrittenOut) => "oe",
            ('ü', Marks::WrittenOut) => "ue",
            ('Ä', Marks::WrittenOut) => "Ae",
            ('Ö', Marks::WrittenOut) => "Oe",
            ('Ü', Marks::WrittenOut) => "Ue",
            ('ß', _) => "ss",
            _ => match bare(letter) {
                Some(bare) => {
                    out.push(bare);
                    continue;
                }
                None => {
                    out.push(letter);
                    continue;
                }
            },
        };
        out.push_str(written);
    }
    out
}

/// Rows of a plain letter and those that are it with a mark.
const BARE: [(char, &str); 26] = [
    ('a', "áàâäãåăą"),
    ('c', "çćč"),
    ('d', "ďđ"),
    ('e', "éèêëęěė"),
    ('g', "ğ"),
    ('i', "íìîïı"),
    ('l', "ł"),
    ('n', "ñńň"),
    ('o', "óòôöõőø"),
    ('r', "ř"),
    ('s', "śšşș"),
    ('t', "ţțť"),
    ('u', "úùûüűů"),
    ('y', "ýÿ"),
    ('z', "źżž"),
    ('A', "ÁÀÂÄÃÅĂĄ"),
    ('C', "ÇĆČ"),
    ('E', "ÉÈÊËĘ"),
    ('I', "ÍÌÎÏİ"),
    ('L', "Ł"),
    ('N', "ÑŃ"),
    ('O', "ÓÒÔÖÕŐØ"),
    ('S', "ŚŠŞȘ"),
    ('T', "ŢȚ"),
    ('U', "ÚÙÛÜŰ"),
    ('Z', "ŹŻŽ"),
];

fn bare(letter: char) -> Option<char> {
    BARE.iter()
        .find(|(_, marked)| marked.contains(letter))
        .map(|(bare, _)| *bare)
}

/// One slip of the keyboard in the longest word; nothing where no word is long enough.
pub fn slip(text: &str, draw: &mut Draw) -> Option<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|at| words[*at].chars().count() >= 5)
        .collect();
    if long.is_empty() {
        return None;
    }
    let at = *draw.pick(&long);
    let mut letters: Vec<char> = words[at].chars().collect();
    // The first letter is seldom wrong.
    let place = draw.between(1, letters.len() as i64 - 2) as usize;
    match draw.below(4) {
        0 => {
            letters.remove(place);
        }
        1 => letters.insert(place, letters[place]),
        2 if letters[place] != letters[place + 1] => letters.swap(place, place + 1),
        _ => letters[place] = beside(letters[place]),
    }
    let word: String = letters.into_iter().collect();
    if word == words[at] {
        return None;
    }
    let mut out: Vec<&str> = words.clone();
    out[at] = &word;
    Some(out.join(" "))
}

/// A key beside the letter's; of other scripts, the letter that follows in the alphabet.
fn beside(letter: char) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    for row in ROWS {
        if let Some(at) = row.find(letter) {
            let at = if at + 1 == row.len() { at - 1 } else { at + 1 };
            return char::from(row.as_bytes()[at]);
        }
    }
    if letter.is_ascii_uppercase() {
        return beside(letter.to_ascii_lowercase()).to_ascii_uppercase();
    }
    char::from_u32(letter as u32 + 1)
        .filter(|next| next.is_alphabetic())
        .unwrap_or('a')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_write_names_their_way() {
        assert_eq!(latin("Юлія Шевченко", Way::Own, true), "Yuliia Shevchenko");
        assert_eq!(latin("Юлія Шевченко", Way::German, true), "Julija Schewtschenko");
        assert_eq!(latin("Събка Щерев", Way::Own, false), "Sabka Shterev");
        assert_eq!(
            latin("Ευαγγελία Παπαδόπουλος", Way::Own, false),
            "Evangelia Papadopoulos"
        );
        assert_eq!(marked("Łukasz Żądło", Marks::Dropped), "Lukasz Zadlo");
        assert_eq!(marked("Jürgen Groß", Marks::WrittenOut), "Juergen Gross");
    }
}
