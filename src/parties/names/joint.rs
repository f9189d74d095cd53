//! Two holders in one field: “J. de Vries e/o M. Jansen”.
//!
//! A field is split only where each side is a name of at least two words, nothing shows a company, and the joining word
//! is not part of a name (“von und zu”). “Jan en Marie Jansen” therefore stays whole: its first side names nobody alone.
//! [`names_several`] tells that such a field names more than one holder.
//! Portuguese “Souza e Silva” and Spanish “Ortega y Gasset” are split if two words stand on either side: a name of two
//! people looks the same.

use super::letters::{self, COMMA};
use super::words;
use super::{Token, legal_forms};

/// Words after which another holder follows.
const JOINERS: [&str; 23] = [
    "en", "und", "et", "and", "i", "e", "y", "og", "och", "ja", "si", "es", "ve", "kai", "of", "or", "oder",
    "ou", "lub", "eller", "o", "a", "u",
];

/// The holders named in a field, each as written; the whole text where it names one.
pub fn split_joint(text: &str) -> Vec<&str> {
    let read = letters::read(text);
    if read.cut || is_firm(&read.tokens, text) {
        return vec![text];
    }
    let tokens = &read.tokens;
    let mut parts = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < tokens.len() {
        let Some((end, next)) = joiner(text, tokens, at) else {
            at += 1;
            continue;
        };
        let left = &tokens[from..end];
        let right_end = (next + 1..tokens.len())
            .find_map(|later| joiner(text, tokens, later))
            .map_or(tokens.len(), |(end, _)| end);
        let right = &tokens[next..right_end.max(next)];
        if right.is_empty() && whole(left) && right_end == tokens.len() {
            // “J. Jansen e/o”: the other one is not named.
            parts.push((from, end));
            from = tokens.len();
            break;
        }
        if whole(left) && whole(right) {
            parts.push((from, end));
            from = next;
        }
        at = next.max(at + 1);
    }
    if parts.is_empty() {
        return vec![text];
    }
    if from < tokens.len() {
        parts.push((from, tokens.len()));
    }
    parts
        .into_iter()
        .map(|(first, end)| {
            let start = tokens[first].span.start as usize;
            let last = tokens[end - 1].span.end as usize;
            // A full stop after the last word belongs to it.
            let stop = last + usize::from(text.as_bytes().get(last) == Some(&b'.'));
            &text[start..stop]
        })
        .collect()
}

/// Whether a field names several holders, split or not: “Jan en Marie Jansen”, “Fam. De Vries”, “Eheleute Braun”.
pub fn names_several(text: &str) -> bool {
    let read = letters::read(text);
    if is_firm(&read.tokens, text) {
        return false;
    }
    let tokens = &read.tokens;
    let family = tokens.first().is_some_and(|token| {
        matches!(
            token.text.as_str(),
            "fam" | "familie" | "eheleute" | "ehel" | "epoux" | "panstwo" | "sotii"
        ) || words::of(&token.text).uses & words::HEIRS != 0
    });
    family
        || (0..tokens.len()).any(|at| {
            joiner(text, tokens, at)
                .is_some_and(|(end, next)| end > 0 && next < tokens.len() || next == tokens.len())
        })
}

/// Whether something shows a company.
fn is_firm(tokens: &[Token], text: &str) -> bool {
    words::shows_firm(tokens) || legal_forms::looks_like_company(text).is_some()
}

/// Whether words are a name that stands alone: two words, one of them of more than a letter.
fn whole(tokens: &[Token]) -> bool {
    let names =
        |token: &&Token| words::of(&token.text).uses & (words::TITLE | words::PARTICLE | words::SUFFIX) == 0;
    let count = tokens.iter().filter(names).count();
    count >= 2 && tokens.iter().filter(names).any(|token| token.text.len() > 1)
}

/// A joint before or at the word: where the left side ends and the right side begins, in words.
fn joiner(text: &str, tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    if at == 0 {
        return None;
    }
    let between = |first: usize| {
        let from = tokens[first].span.end as usize;
        let to = tokens
            .get(first + 1)
            .map_or(text.len(), |token| token.span.start as usize);
        &text[from..to]
    };
    let word = tokens[at].text.as_str();
    let slashed = |place: usize| place + 1 < tokens.len() && between(place).trim() == "/";
    if slashed(at) {
        // “e/o”, “en/of”, “und/oder”, “and/or”, “et/ou”; “c/o” and “v/d” are something else.
        let pair = (word, tokens[at + 1].text.as_str());
        if matches!(
            pair,
            ("e", "o")
                | ("en", "of")
                | ("und", "oder")
                | ("and", "or")
                | ("et", "ou")
                | ("i", "lub")
                | ("y", "o")
                | ("e", "ou")
        ) {
            return Some((at, at + 2));
        }
        if at + 1 < tokens.len() && matches!(pair, ("c", "o") | ("v", "d") | ("p", "a")) {
            return None;
        }
    }
    let gap = between(at - 1);
    let spaced = gap.ends_with(char::is_whitespace) && gap.starts_with([' ', '.', '\t', '\u{a0}', '\n']);
    if gap.contains(['&', ';', '+']) {
        return Some((at, at));
    }
    if gap.contains('/') && !matches!(word, "o" | "of" | "oder" | "or" | "ou" | "d" | "lub" | "a") {
        return Some((at, at));
    }
    if !spaced || !JOINERS.contains(&word) || at + 1 >= tokens.len() || tokens[at + 1].marks & COMMA != 0 {
        return None;
    }
    let after = between(at);
    if !after.starts_with(char::is_whitespace) {
        return None;
    }
    // One letter joins only where it cannot be an initial: small, or among names in capitals only for I, E and Y.
    let written = &text[tokens[at].span.start as usize..tokens[at].span.end as usize];
    if word.len() == 1 {
        let small = written.chars().all(char::is_lowercase);
        let capitals = !text.chars().any(char::is_lowercase) && matches!(word, "i" | "e" | "y");
        if !(small || capitals) {
            return None;
        }
    }
    // “von und zu”: a particle before or a title pair around it.
    let particle = |place: usize| words::of(&tokens[place].text).uses & words::PARTICLE != 0;
    if particle(at - 1) && particle(at + 1) && word == "und" {
        return None;
    }
    Some((at, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_holders_are_two_and_one_company_is_one() {
        for (text, holders) in [
            ("J. de Vries e/o M. Jansen", &["J. de Vries", "M. Jansen"][..]),
            ("J de Vries en/of M Jansen", &["J de Vries", "M Jansen"]),
            ("J de Vries en M Jansen", &["J de Vries", "M Jansen"]),
            ("Hans Müller und Eva Schmidt", &["Hans Müller", "Eva Schmidt"]),
            ("Jean Dupont et Marie Martin", &["Jean Dupont", "Marie Martin"]),
            ("John Smith and Mary Brown", &["John Smith", "Mary Brown"]),
            ("JAN KOWALSKI I ANNA NOWAK", &["JAN KOWALSKI", "ANNA NOWAK"]),
            ("Mario Rossi e Anna Bianchi", &["Mario Rossi", "Anna Bianchi"]),
            ("Ion Popescu și Maria Popescu", &["Ion Popescu", "Maria Popescu"]),
            (
                "A. Jansen & B. de Boer & C. Visser",
                &["A. Jansen", "B. de Boer", "C. Visser"],
            ),
            ("Jan Jansen / Piet Pietersen", &["Jan Jansen", "Piet Pietersen"]),
            ("J. Jansen e/o", &["J. Jansen"]),
            ("Jansen & Zonen BV", &["Jansen & Zonen BV"]),
            ("Jansen & Zonen", &["Jansen & Zonen"]),
            ("Marks & Spencer", &["Marks & Spencer"]),
            ("Ernst & Young Accountants", &["Ernst & Young Accountants"]),
            ("Jan en Marie Jansen", &["Jan en Marie Jansen"]),
            ("Karl von und zu Guttenberg", &["Karl von und zu Guttenberg"]),
            ("José Ortega y Gasset", &["José Ortega y Gasset"]),
            ("J. Jansen c/o P. de Vries", &["J. Jansen c/o P. de Vries"]),
            ("Piet v/d Berg", &["Piet v/d Berg"]),
            ("John I Smith", &["John I Smith"]),
            ("", &[""]),
        ] {
            assert_eq!(split_joint(text), holders, "{text}");
        }
        assert!(names_several("Jan en Marie Jansen"));
        assert!(names_several("Fam. De Vries"));
        assert!(!names_several("Jansen & Zonen BV"));
        assert!(!names_several("Piet v/d Berg"));
    }
}
