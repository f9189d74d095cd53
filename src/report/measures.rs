//! The measures of a finding as the page shows them.

use serde::Serialize;
use serde_json::Value as Json;

use super::figures::{Figure, measure};
use super::page::Context;
use super::text::{Piece, pieces, visible};
use crate::model::{Channel, Currency};
use crate::victims::special::masked_by_words;

/// A measure: a figure, a day or words.
#[derive(Serialize)]
pub(super) struct Measure {
    name: String,
    figure: Option<Figure>,
    day: Option<String>,
    text: Vec<Piece>,
}

/// The measures of a finding, by name.
pub(super) fn measures(finding_id: &str, json: &str, context: &Context<'_>) -> Vec<Measure> {
    let Ok(Json::Object(object)) = serde_json::from_str::<Json>(json) else {
        return Vec::new();
    };
    let mut names: Vec<&String> = object.keys().collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let value = scalar(&object[name]);
            let mut shown = Measure {
                name: context
                    .words
                    .told(&visible(&context.secrets.redact(&name.replace('_', " ")))),
                figure: None,
                day: None,
                text: Vec::new(),
            };
            match value {
                Some(text) if is_number(&text) => {
                    shown.figure = Some(measure("finding.measure", format!("{finding_id} {name}"), &text));
                }
                Some(text) if is_day(&text) => shown.day = Some(text),
                _ => shown.text = measure_text(&object[name], context),
            }
            shown
        })
        .collect()
}

/// The text of a single value; nothing for lists and objects.
pub(super) fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A measure in words. On a page without names only words that come from the tool itself are shown, because rules may
/// measure names and places.
fn measure_text(value: &Json, context: &Context<'_>) -> Vec<Piece> {
    let parts: Vec<String> = match value {
        Json::Array(list) => list.iter().filter_map(scalar).collect(),
        other => scalar(other).into_iter().collect(),
    };
    let mut out = Vec::new();
    for part in &parts {
        if !out.is_empty() {
            out.push(plain(", "));
        }
        let placeholder = part.starts_with('{') && part.ends_with('}');
        if context.names.reveals() && !placeholder && !is_harmless(part) {
            // A rule may measure what a record says.
            let part = masked_by_words(part, context.names.masks());
            out.extend(pieces(&part, context.names, context.secrets));
        } else if placeholder || is_harmless(part) {
            let part = context.words.told(part);
            out.extend(pieces(&part, context.names, context.secrets));
        } else {
            out.push(plain(&context.words.say("withheld", &[])));
        }
    }
    if out.is_empty() {
        out.push(plain(&context.words.say("none", &[])));
    }
    out
}

fn plain(text: &str) -> Piece {
    Piece {
        name: false,
        text: text.to_owned(),
    }
}

fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| {
            if at == 4 || at == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        })
}

pub(super) fn is_harmless(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "strict",
        "lenient",
        "true",
        "false",
        "yes",
        "no",
        "day",
        "minute",
        "second",
        "subsecond",
        "step",
        "credit",
        "debit",
        "complete",
        "truncated",
        "none",
    ];
    WORDS.contains(&word)
        || is_number(word)
        || is_day(word)
        || is_finding(word)
        || Channel::from_word(word).is_some()
        || (word.len() == 3 && Currency::from_code(word).is_ok_and(|known| known.code() == word))
}

/// Whether it is the id of a finding, as one names another: a hash, which tells nothing of anybody.
fn is_finding(word: &str) -> bool {
    word.strip_prefix("f-")
        .is_some_and(|hash| hash.len() == 20 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}
