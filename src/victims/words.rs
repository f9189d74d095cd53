//! Words that no output, name or text of the tool may have. They say what somebody is before anybody has decided it.

// Written in two parts, so that this file has none of them. The beginning of a word is enough: its other forms follow.
const FORBIDDEN: [&str; 12] = [
    concat!("mu", "le"),
    concat!("sus", "pect"),
    concat!("accom", "plice"),
    concat!("prosti", "tu"),
    concat!("ille", "gal"),
    // Dutch
    concat!("geld", "ezel"),
    concat!("ver", "dacht"),
    concat!("mede", "plichtig"),
    concat!("ille", "gaal"),
    concat!("ille", "gale"),
    // German
    concat!("ver", "dächtig"),
    concat!("kom", "plize"),
];

/// A forbidden word in a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// From 1.
    pub line: usize,
    /// Characters from the line's beginning, from 1.
    pub column: usize,
    /// The whole word as it stands there.
    pub word: String,
}

/// The beginnings of words that are forbidden, in lower case.
pub fn forbidden() -> &'static [&'static str] {
    &FORBIDDEN
}

/// Every forbidden word in a text, in order. A word begins where the character before is no letter, or at a capital
/// behind a small letter, so that names such as `is_x` and `isX` are seen too.
pub fn scan(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let characters: Vec<char> = line.chars().collect();
        let mut start = 0;
        while start < characters.len() {
            let mut end = start;
            while end < characters.len()
                && characters[end].is_alphabetic()
                && !begins_anew(&characters, start, end)
            {
                end += 1;
            }
            if end == start {
                start += 1;
                continue;
            }
            let word: String = characters[start..end].iter().collect();
            let lower = word.to_lowercase();
            if FORBIDDEN.iter().any(|forbidden| lower.starts_with(forbidden)) {
                hits.push(Hit {
                    line: number + 1,
                    column: start + 1,
                    word,
                });
            }
            start = end;
        }
    }
    hits
}

fn begins_anew(characters: &[char], start: usize, at: usize) -> bool {
    at > start && characters[at].is_uppercase() && characters[at - 1].is_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_form_and_spares_other_words() {
        let bad = concat!("mu", "le");
        let upper = bad.to_uppercase();
        let text = format!("one\na {bad}s account, is_{bad}, find{}{} {upper}", "Mu", "le");
        let hits = scan(&text);
        assert_eq!(hits.len(), 4, "{hits:?}");
        assert_eq!((hits[0].line, hits[0].column), (2, 3));
        assert_eq!(hits[0].word, format!("{bad}s"));
        for beginning in forbidden() {
            assert_eq!(scan(beginning).len(), 1, "{beginning}");
        }
        assert_eq!(
            scan("simulate a formula; suspicion; legal; emulex; tremulen"),
            Vec::new()
        );
    }
}
