//! Keywords and what follows them.

use std::ops::Range;

use super::conventions::{End, Follows, Keyword, keywords};
use super::flow::Flow;
use super::{Found, What};

/// The keywords that a text allows at all.
pub fn open(flow: &Flow) -> Vec<&'static Keyword> {
    let mut asked: Vec<(&[char], bool)> = Vec::new();
    let mut holds = |word: &'static [char]| match asked.iter().find(|(other, _)| *other == word) {
        Some((_, answer)) => *answer,
        None => {
            let answer = flow.holds(word);
            asked.push((word, answer));
            answer
        }
    };
    let mut first = [false; 128];
    for sign in flow.folded.iter().filter(|sign| sign.is_ascii()) {
        first[*sign as usize % 128] = true;
    }
    let begins = |keyword: &Keyword| match keyword.word.first() {
        Some(sign) if sign.is_ascii() => first[*sign as usize % 128],
        _ => true,
    };
    keywords()
        .iter()
        .filter(|keyword| {
            begins(keyword) && (keyword.with.is_empty() || keyword.with.iter().any(|word| holds(word)))
        })
        .collect()
}

/// Reads a part of a flow by the table of keywords.
pub fn read(flow: &Flow, part: Range<usize>, open: &[&'static Keyword], found: &mut Found) {
    let mut hits: Vec<(Range<usize>, &Keyword)> = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let sign = flow.signs[at];
        let may_begin = sign == '/' || (sign.is_alphanumeric() && (flow.begins_word(at) || flow.is_cut(at)));
        let hit = may_begin.then(|| {
            let find = |keyword: &&'static Keyword| Some((matches(flow, at, &part, keyword)?, *keyword));
            open.iter().find_map(find)
        });
        let hit = hit.flatten();
        match hit {
            Some((end, keyword)) => {
                hits.push((at..end, keyword));
                at = end;
            }
            None => at += 1,
        }
    }
    for (number, (hit, keyword)) in hits.iter().enumerate() {
        let Follows::Value(what) = keyword.follows else {
            continue;
        };
        let next = hits.get(number + 1).map_or(part.end, |(next, _)| next.start);
        let end = end_of(flow, hit.end..next, keyword);
        // Behind words that begin a line a digit begins a number or date.
        let begins = flow.trim(hit.end..end).start;
        if keyword.first
            && what == What::Name
            && flow.signs.get(begins).is_some_and(|sign| !sign.is_alphabetic())
        {
            continue;
        }
        found.add(flow, hit.end..end, what, keyword.id);
    }
}

/// The end of a keyword that stands at a place.
fn matches(flow: &Flow, at: usize, part: &Range<usize>, keyword: &Keyword) -> Option<usize> {
    let mut end = flow.end_of(at, &keyword.word).filter(|end| *end <= part.end)?;
    if keyword.first && !begins_line(flow, at, part.start) {
        return None;
    }
    if keyword.capitals && flow.signs[at..end].iter().any(|sign| sign.is_lowercase()) {
        return None;
    }
    if keyword.colon {
        // `Ord.:`, `Naam :`.
        end += usize::from(flow.signs.get(end) == Some(&'.'));
        while flow.signs.get(end) == Some(&' ') {
            end += 1;
        }
        return (flow.signs.get(end) == Some(&':') && end < part.end).then_some(end + 1);
    }
    let last = keyword.word.last().copied().unwrap_or(' ');
    if last.is_alphanumeric() && !flow.ends_word(end) {
        return None;
    }
    Some(end)
}

fn begins_line(flow: &Flow, at: usize, from: usize) -> bool {
    let before = flow.signs[from..at].iter().rev();
    before
        .take_while(|sign| **sign != '\n')
        .all(|sign| sign.is_whitespace())
}

/// Where the value of a keyword ends at the latest.
fn end_of(flow: &Flow, part: Range<usize>, keyword: &Keyword) -> usize {
    // White space between the keyword and its value ends nothing.
    let start = flow.trim(part.clone()).start;
    let wraps = line_length(flow, start) >= 60;
    (start..part.end)
        .find(|at| {
            keyword
                .ends
                .iter()
                .any(|end| ends_at(flow, *at, start, end, wraps))
        })
        .unwrap_or(part.end)
}

fn ends_at(flow: &Flow, at: usize, start: usize, end: &End, wraps: bool) -> bool {
    let is_digit = |at: usize| flow.signs.get(at).is_some_and(char::is_ascii_digit);
    let sign = flow.signs[at];
    match end {
        End::Word(word) => {
            let whole =
                word.last().is_some_and(|last| !last.is_alphanumeric()) || flow.ends_word(at + word.len());
            at > start && flow.begins_word(at) && flow.has(at, word) && whole
        }
        End::Gap => {
            sign.is_whitespace() && sign != '\n' && flow.signs.get(at + 1).is_some_and(|next| *next == ' ')
        }
        // A line as long as the format allows goes on in the next one.
        End::Line => matches!(sign, '\n' | '\r') && !wraps,
        End::Sign(wanted) => sign == *wanted,
        End::Slash => {
            sign == '/'
                && at > start
                && flow.signs[at - 1].is_whitespace()
                && flow.signs.get(at + 1).is_some_and(|next| next.is_alphabetic())
        }
        End::Digits => flow.begins_word(at) && (at..at + 5).all(is_digit),
        End::Date => {
            flow.begins_word(at)
                && is_digit(at)
                && is_digit(at + 1)
                && flow
                    .signs
                    .get(at + 2)
                    .is_some_and(|sign| matches!(sign, '.' | '/' | '-'))
                && is_digit(at + 3)
                && is_digit(at + 4)
        }
    }
}

/// How many signs the line of a place has, up to as many as matter.
fn line_length(flow: &Flow, at: usize) -> usize {
    let in_line = |sign: &&char| **sign != '\n';
    let at = at.min(flow.signs.len());
    let before = flow.signs[..at].iter().rev().take(80).take_while(in_line).count();
    let after = flow.signs[at..].iter().take(80).take_while(in_line).count();
    before + after
}
