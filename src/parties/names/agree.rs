//! How the words of two names pair, in words. What that is worth is decided elsewhere.
//!
//! Order does not matter. Each word pairs once, by the strongest reason first: the same letters, another spelling of the
//! same letters, words written together or apart, an ending that may be the feminine form, an initial, a table of
//! nicknames that was handed in, close spelling.

use std::fmt::Write;

use hashbrown::HashMap;

use super::{Name, Role, Token};

/// Spelling that counts as close: Jaro-Winkler, in thousandths.
const CLOSE: u16 = 920;
/// Words shorter than this are never close: “Jan” and “Jana” are two people.
const SHORT: usize = 4;
/// Words of a name that are paired; nobody's name has more.
const MOST: usize = 32;

/// Why two words pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The same letters.
    Exact,
    /// The letters of one record allow the spelling of the other (“Müller”, “Mueller”).
    Spelling,
    /// Both may be plain writings of one letter that neither record has: “Muller” and “Mueller” of ü, “Dyk” and “Dijk”.
    Digraph,
    /// Written together in one and apart in the other (“Vandenberg”, “van den Berg”).
    Together,
    /// An initial stands for the word.
    Initial,
    /// A table of nicknames that was handed in says so.
    Nickname,
    /// Close spelling: Jaro-Winkler in thousandths.
    Close(u16),
    /// Only the ending differs, as between a man's and a woman's form (“Kowalski”, “Kowalska”): rather two people of one
    /// family than one person written in two ways.
    Ending,
}

/// Words that pair, by their number in [`Name::tokens`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub a: Vec<usize>,
    pub b: Vec<usize>,
    pub how: How,
}

/// How two names pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub pairs: Vec<Pair>,
    /// Words of the first that pair with none, particles and patronymics among them.
    pub left_a: Vec<usize>,
    /// Words of the second that pair with none.
    pub left_b: Vec<usize>,
    /// Every word of the shorter name pairs, at least one by more than an initial and none by its ending only. Particles
    /// and patronymics may be missing.
    pub shorter_is_covered: bool,
    /// Both have a suffix, and they differ: father and son, say.
    pub suffixes_differ: bool,
    /// Both have a legal form, and they differ: two companies.
    pub forms_differ: bool,
    /// The whole of it in one sentence.
    pub words: String,
}

/// A table of nicknames, handed in by who answers for it.
#[derive(Clone, Debug, Default)]
pub struct Nicknames {
    groups: HashMap<String, Vec<u32>>,
}

impl Nicknames {
    /// From groups of names that may stand for each other, in small Latin letters. A name may be in several groups:
    /// “sasha” with “aleksandr” and with “aleksandra”, which does not make those two one.
    pub fn of<'a>(groups: impl IntoIterator<Item = &'a [&'a str]>) -> Nicknames {
        let mut table = Nicknames::default();
        for (number, group) in groups.into_iter().enumerate() {
            for name in group {
                table
                    .groups
                    .entry((*name).to_owned())
                    .or_default()
                    .push(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        table
    }

    fn pair(&self, a: &str, b: &str) -> bool {
        match (self.groups.get(a), self.groups.get(b)) {
            (Some(of_a), Some(of_b)) => of_a.iter().any(|group| of_b.contains(group)),
            _ => false,
        }
    }
}

/// Pairs the words of two names. Nicknames are not known.
pub fn parts_agree(a: &Name, b: &Name) -> Agreement {
    parts_agree_with(a, b, &Nicknames::default())
}

/// Pairs the words of two names with a table of nicknames.
pub fn parts_agree_with(a: &Name, b: &Name, nicknames: &Nicknames) -> Agreement {
    let mut open_a = naming(a);
    let mut open_b = naming(b);
    let beyond_a: Vec<usize> = open_a.split_off(open_a.len().min(MOST));
    let beyond_b: Vec<usize> = open_b.split_off(open_b.len().min(MOST));
    let mut pairs = Vec::new();
    type Test<'t> = (How, &'t dyn Fn(&Token, &Token) -> bool);
    let take =
        |open_a: &mut Vec<usize>, open_b: &mut Vec<usize>, pairs: &mut Vec<Pair>, (how, test): Test<'_>| {
            open_a.retain(|&one| {
                let Some(place) = open_b
                    .iter()
                    .position(|&other| test(&a.tokens[one], &b.tokens[other]))
                else {
                    return true;
                };
                pairs.push(Pair {
                    a: vec![one],
                    b: vec![open_b.remove(place)],
                    how,
                });
                false
            });
        };
    let before: [Test<'_>; 2] = [(How::Exact, &|x, y| x.text == y.text), (How::Spelling, &spelling)];
    let after: [Test<'_>; 4] = [
        (How::Ending, &|x, y| feminine(&x.text, &y.text)),
        (How::Digraph, &|x, y| digraph(&x.text, &y.text)),
        (How::Initial, &initial),
        (How::Nickname, &|x, y| nicknames.pair(&x.text, &y.text)),
    ];
    for test in before {
        take(&mut open_a, &mut open_b, &mut pairs, test);
    }
    together(a, b, &mut open_a, &mut open_b, &mut pairs, false);
    together(b, a, &mut open_b, &mut open_a, &mut pairs, true);
    for test in after {
        take(&mut open_a, &mut open_b, &mut pairs, test);
    }
    close(a, b, &mut open_a, &mut open_b, &mut pairs);
    open_a.extend(beyond_a);
    open_b.extend(beyond_b);
    pairs.sort_by(|x, y| x.a.cmp(&y.a));
    let missing = |name: &Name, open: &[usize]| {
        open.iter()
            .filter(|&&at| !matches!(name.tokens[at].role, Role::Particle | Role::Patronymic))
            .count()
    };
    let shorter = missing(a, &open_a).min(missing(b, &open_b));
    let paired = pairs.iter().any(|pair| {
        !matches!(pair.how, How::Ending | How::Initial)
            && !pair.a.iter().all(|&at| a.tokens[at].role == Role::Particle)
    });
    let mut agreement = Agreement {
        shorter_is_covered: shorter == 0 && paired && !pairs.iter().any(|pair| pair.how == How::Ending),
        suffixes_differ: matches!((&a.suffix, &b.suffix), (Some(x), Some(y)) if x != y),
        forms_differ: matches!((a.legal_form, b.legal_form), (Some(x), Some(y)) if x.form != y.form),
        pairs,
        left_a: open_a,
        left_b: open_b,
        words: String::new(),
    };
    agreement.words = in_words(a, b, &agreement);
    agreement
}

fn naming(name: &Name) -> Vec<usize> {
    (0..name.tokens.len())
        .filter(|&at| name.tokens[at].role.names())
        .collect()
}

fn spelling(a: &Token, b: &Token) -> bool {
    a.variants
        .iter()
        .any(|variant| *variant == b.text || b.variants.contains(variant))
        || b.variants.contains(&a.text)
}

/// An initial and a longer word that it begins, or two initials of different length (“Chr.”, “C.”).
fn initial(a: &Token, b: &Token) -> bool {
    let stands = |short: &Token, long: &Token| {
        short.role == Role::Initial
            && short.text.len() <= long.text.len()
            && long.role != Role::Particle
            && std::iter::once(&long.text)
                .chain(&long.variants)
                .any(|text| text.starts_with(short.text.as_str()))
    };
    stands(a, b) || stands(b, a)
}

/// Neighbours in one name that are one word in the other; a block of initials, too.
fn together(
    a: &Name,
    b: &Name,
    open_a: &mut Vec<usize>,
    open_b: &mut Vec<usize>,
    pairs: &mut Vec<Pair>,
    turned: bool,
) {
    'words: loop {
        for first in 0..open_a.len() {
            let mut text = String::new();
            for last in first..open_a.len().min(first + 5) {
                if last > first && open_a[last] != open_a[last - 1] + 1 {
                    break;
                }
                text.push_str(&a.tokens[open_a[last]].text);
                if last == first {
                    continue;
                }
                let found = open_b.iter().position(|&other| {
                    let token = &b.tokens[other];
                    token.text == text || token.variants.contains(&text)
                });
                if let Some(place) = found {
                    let many: Vec<usize> = open_a.drain(first..=last).collect();
                    let one = vec![open_b.remove(place)];
                    let (a, b) = if turned { (one, many) } else { (many, one) };
                    pairs.push(Pair {
                        a,
                        b,
                        how: How::Together,
                    });
                    continue 'words;
                }
            }
        }
        return;
    }
}

/// Closest spellings first; ties by place. Words with digits never pair this way: “Fund 1” is not “Fund 2”.
fn close(a: &Name, b: &Name, open_a: &mut Vec<usize>, open_b: &mut Vec<usize>, pairs: &mut Vec<Pair>) {
    let fit = |token: &Token| {
        token.text.len() >= SHORT && token.text.bytes().all(|sign| sign.is_ascii_alphabetic())
    };
    let mut found = Vec::new();
    for &x in open_a.iter() {
        for &y in open_b.iter() {
            let (one, other) = (&a.tokens[x], &b.tokens[y]);
            if fit(one) && fit(other) {
                let score = (strsim::jaro_winkler(&one.text, &other.text) * 1000.0).round() as u16;
                if score >= CLOSE {
                    found.push((std::cmp::Reverse(score), x, y));
                }
            }
        }
    }
    found.sort_unstable();
    for (std::cmp::Reverse(score), x, y) in found {
        if open_a.contains(&x) && open_b.contains(&y) {
            open_a.retain(|&at| at != x);
            open_b.retain(|&at| at != y);
            pairs.push(Pair {
                a: vec![x],
                b: vec![y],
                how: How::Close(score),
            });
        }
    }
}

/// Whether two words are one when `ae`, `oe`, `ue`, `aa` and `ij` are one letter each.
fn digraph(a: &str, b: &str) -> bool {
    fn folded(text: &str) -> impl Iterator<Item = u8> {
        let bytes = text.as_bytes();
        bytes.iter().enumerate().filter_map(move |(at, &letter)| {
            let before = if at > 0 { bytes[at - 1] } else { 0 };
            match (before, letter) {
                (b'a' | b'o' | b'u', b'e') | (b'a', b'a') | (b'i', b'j') => None,
                (_, b'i') if bytes.get(at + 1) == Some(&b'j') => Some(b'y'),
                _ => Some(letter),
            }
        })
    }
    a.len() >= SHORT && b.len() >= SHORT && a.len().abs_diff(b.len()) <= 3 && folded(a).eq(folded(b))
}

/// Whether two words differ as a man's and a woman's form of a name do.
fn feminine(a: &str, b: &str) -> bool {
    const ENDINGS: [(&str, &str); 14] = [
        ("ski", "ska"),
        ("cki", "cka"),
        ("dzki", "dzka"),
        ("sky", "ska"),
        ("skiy", "skaya"),
        ("skiy", "ska"),
        ("sky", "skaya"),
        ("skyi", "ska"),
        ("ny", "na"),
        ("iy", "aya"),
        ("o", "a"),
        ("", "a"),
        ("", "ova"),
        ("", "e"),
    ];
    let differs = |man: &str, woman: &str| {
        ENDINGS.iter().any(|(of_man, of_woman)| {
            man.strip_suffix(of_man)
                .zip(woman.strip_suffix(of_woman))
                .is_some_and(|(x, y)| x == y && x.len() >= 3)
        })
    };
    differs(a, b) || differs(b, a)
}

fn in_words(a: &Name, b: &Name, agreement: &Agreement) -> String {
    let mut text = String::new();
    let list = |name: &Name, places: &[usize]| {
        places
            .iter()
            .map(|&at| name.tokens[at].text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for pair in &agreement.pairs {
        if !text.is_empty() {
            text.push_str(", ");
        }
        let (x, y) = (list(a, &pair.a), list(b, &pair.b));
        // Writing to a text cannot fail.
        let _ = match pair.how {
            How::Exact => write!(text, "{x} is the same"),
            How::Spelling => write!(text, "{x} may be written {y}"),
            How::Digraph => write!(text, "{x} and {y} may stand for one letter with a mark"),
            How::Together => write!(text, "{x} is {y} in other words"),
            How::Initial => write!(text, "{x} and {y} agree by initial"),
            How::Nickname => write!(text, "{x} and {y} agree by the table of nicknames"),
            How::Close(score) => {
                write!(text, "{x} is close to {y} (0.{score:03})")
            }
            How::Ending => write!(text, "{x} and {y} differ in the ending"),
        };
    }
    for (places, name, which) in [(&agreement.left_a, a, "first"), (&agreement.left_b, b, "second")] {
        if !places.is_empty() {
            if !text.is_empty() {
                text.push_str("; ");
            }
            let _ = write!(text, "only the {which} has {}", list(name, places));
        }
    }
    if agreement.suffixes_differ {
        text.push_str("; the suffixes differ");
    }
    if agreement.forms_differ {
        text.push_str("; the legal forms differ");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, read};
    use super::*;

    fn words(a: &str, b: &str) -> (bool, String) {
        let agreement = parts_agree(&read(a, Kind::Person), &read(b, Kind::Person));
        (agreement.shorter_is_covered, agreement.words)
    }

    #[test]
    fn pairs_are_told_in_words() {
        for (a, b, covered, said) in [
            (
                "Jan de Vries",
                "Vries, J. de",
                true,
                "jan and j agree by initial, de is the same, vries is the same",
            ),
            (
                "Hans Müller",
                "Mueller Hans",
                true,
                "hans is the same, muller may be written mueller",
            ),
            (
                "Hans Muller",
                "Hans Mueller",
                true,
                "hans is the same, muller and mueller may stand for one letter with a mark",
            ),
            (
                "Piet van den Berg",
                "Piet Vandenberg",
                true,
                "piet is the same, van den berg is vandenberg in other words",
            ),
            (
                "JP Jansen",
                "J.P. Jansen",
                true,
                "jp is j p in other words, jansen is the same",
            ),
            (
                "Сергей Иванович Петров",
                "Sergei Petrov",
                true,
                "sergey may be written sergei, petrov is the same; only the first has ivanovich",
            ),
            (
                "Jan Kowalski",
                "Jan Kowalska",
                false,
                "jan is the same, kowalski and kowalska differ in the ending",
            ),
            (
                "Mario Rossi",
                "Maria Rossi",
                false,
                "mario and maria differ in the ending, rossi is the same",
            ),
            (
                "Jan Jansen",
                "Jana Jansen",
                false,
                "jan and jana differ in the ending, jansen is the same",
            ),
            (
                "Jan Jansen",
                "Piet Jansen",
                false,
                "jansen is the same; only the first has jan; only the second has piet",
            ),
            (
                "John Smith Jr",
                "John Smith Sr",
                true,
                "john is the same, smith is the same; the suffixes differ",
            ),
            (
                "Jan Jansen",
                "J.J.",
                false,
                "jan and j agree by initial, jansen and j agree by initial",
            ),
            ("", "Jan", false, "only the second has jan"),
        ] {
            assert_eq!(words(a, b), (covered, said.to_owned()), "{a} / {b}");
        }
    }

    #[test]
    fn a_nickname_pairs_only_with_a_table() {
        let table = Nicknames::of([&["aleksandr", "sasha"][..], &["aleksandra", "sasha"][..]]);
        let (sasha, man, woman) = (
            read("Sasha Ivanov", Kind::Person),
            read("Aleksandr Ivanov", Kind::Person),
            read("Aleksandra Ivanov", Kind::Person),
        );
        assert!(!parts_agree(&sasha, &man).shorter_is_covered);
        assert!(parts_agree_with(&sasha, &man, &table).shorter_is_covered);
        assert!(parts_agree_with(&sasha, &woman, &table).shorter_is_covered);
        assert!(!parts_agree_with(&man, &woman, &table).shorter_is_covered);
    }

    #[test]
    fn companies_of_other_forms_or_numbers_do_not_agree() {
        let company = |text| read(text, Kind::Company);
        let forms = parts_agree(&company("Stichting Ajax"), &company("Ajax N.V."));
        assert!(forms.forms_differ && forms.shorter_is_covered);
        assert!(!parts_agree(&company("Holding 1 BV"), &company("Holding 2 BV")).shorter_is_covered);
    }
}
