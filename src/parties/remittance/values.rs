//! Whether what follows a keyword is a value of its kind, and how much of it.

use std::ops::Range;

use super::What;
use super::flow::Flow;
use crate::parties::identifiers::{self, Status};

/// The part that is the value, and the value; nothing where it is none of its kind.
pub fn cut(flow: &Flow, part: Range<usize>, what: What) -> Option<(Range<usize>, String)> {
    let part = strip(flow, part);
    if part.is_empty() {
        return None;
    }
    match what {
        What::Name => name(flow, part),
        What::Account => account(flow, part),
        What::Bic => {
            let part = first_word(flow, part);
            let read = identifiers::read("BIC", "", &flow.value(part.clone()));
            (read.status == Status::Valid).then_some((part, read.value))
        }
        What::Reference | What::Mandate => {
            let value = flow.value(part.clone());
            (!says_nothing(&value)).then_some((part, value))
        }
        What::CreditorId => {
            let part = first_word(flow, part);
            // Where fields are joined, words that follow seem to be part of it.
            let cut = (part.start + 8..=part.end).find(|end| {
                (*end == part.end || flow.is_cut(*end))
                    && identifiers::is_creditor_id(&flow.value(part.start..*end))
            });
            let part = part.start..cut.unwrap_or(part.end);
            let value = flow.value(part.clone());
            let signs = value.chars().filter(|sign| sign.is_alphanumeric()).count();
            ((8..=35).contains(&signs) && !says_nothing(&value)).then_some((part, value))
        }
        What::Phone => {
            let read = identifiers::read("phone", "", &flow.value(part.clone()));
            let digits = read.value.bytes().filter(u8::is_ascii_digit).count();
            (digits >= 6 && read.status != Status::Invalid).then_some((part, read.value))
        }
        What::Email => {
            let read = identifiers::read("email", "", &flow.value(part.clone()));
            (read.status == Status::Valid).then_some((part, read.value))
        }
    }
}

/// Without white space and the signs that stand between values.
fn strip(flow: &Flow, part: Range<usize>) -> Range<usize> {
    let mut part = flow.trim(part);
    let loose =
        |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | ':' | '/' | '|' | '-' | '·' | '=');
    while part.start < part.end && (loose(flow.signs[part.start]) || flow.signs[part.start] == '.') {
        part.start += 1;
    }
    while part.start < part.end && loose(flow.signs[part.end - 1]) {
        part.end -= 1;
    }
    part
}

fn first_word(flow: &Flow, part: Range<usize>) -> Range<usize> {
    let len = flow.signs[part.clone()]
        .iter()
        .take_while(|sign| !sign.is_whitespace())
        .count();
    part.start..part.start + len
}

/// Values by which systems say that there is none.
fn says_nothing(value: &str) -> bool {
    let bare: String = value
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .collect::<String>()
        .to_uppercase();
    matches!(
        bare.as_str(),
        "" | "NONREF" | "NOTPROVIDED" | "NOTAVAILABLE" | "NA" | "NONE" | "KEINE" | "GEEN" | "BRAK"
    )
}

/// First words of what stands where a name should and is none: the account holder's own accounts, accounts by number,
/// what happened.
const NO_NAMES: &[&str] = &[
    "a/c",
    "account",
    "acct",
    "checking",
    "savings",
    "saving",
    "current",
    "credit",
    "card",
    "own",
    "pot",
    "vault",
    "rachunek",
    "konto",
    "cont",
    "compte",
    "livret",
    "conto",
    "rekening",
    "spaarrekening",
    "betaalrekening",
    "recu",
    "emis",
    "sepa",
    "notprovided",
    "nonref",
    "onbekend",
    "unbekannt",
    "unknown",
    "inconnu",
    "nr",
    "ref",
];

fn name(flow: &Flow, mut part: Range<usize>) -> Option<(Range<usize>, String)> {
    let (text, starts) = flow.text(part.clone());
    // An account before or behind the name.
    if let Some((account, _)) = identifiers::find(&text)
        .into_iter()
        .find(|(_, read)| read.scheme.as_str() == "iban")
    {
        let from = part.start;
        let sign = |byte: usize| from + starts.partition_point(|start| *start < byte);
        part = match account.start {
            0 => strip(flow, sign(account.end)..part.end),
            _ => strip(flow, part.start..sign(account.start)),
        };
    }
    let value = flow.value(part.clone());
    let letters = value.chars().filter(|sign| sign.is_alphabetic()).count();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let first = value.split(' ').next().unwrap_or("").to_lowercase();
    let fits = letters >= 2 && letters > digits && value.chars().count() <= 140;
    (fits && !says_nothing(&value) && !NO_NAMES.contains(&first.as_str())).then_some((part, value))
}

/// An IBAN, whole or masked; else the number in front, if it is as long as accounts are.
fn account(flow: &Flow, part: Range<usize>) -> Option<(Range<usize>, String)> {
    let (text, starts) = flow.text(part.clone());
    let sign = |byte: usize| part.start + starts.partition_point(|start| *start < byte);
    let found = identifiers::find(&text)
        .into_iter()
        .find(|(span, read)| span.start == 0 && read.scheme.as_str() == "iban");
    if let Some((span, read)) = found {
        return Some((part.start..sign(span.end), read.value));
    }
    let part = first_number(flow, part);
    let value = flow.value(part.clone());
    let signs = value
        .chars()
        .filter(|sign| sign.is_alphanumeric() || *sign == '*')
        .count();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let first = value.chars().find(char::is_ascii_digit);
    let is_filling = value
        .chars()
        .filter(char::is_ascii_digit)
        .all(|digit| Some(digit) == first);
    (digits >= 4 && (6..=34).contains(&signs) && !is_filling).then_some((part, value))
}

/// Groups of digits, masks and capitals, the first of which a number begins with.
fn first_number(flow: &Flow, part: Range<usize>) -> Range<usize> {
    let mut end = part.start;
    let mut at = part.start;
    while at < part.end {
        let len = flow.signs[at..part.end]
            .iter()
            .take_while(|sign| !sign.is_whitespace())
            .count();
        let group = &flow.signs[at..at + len];
        let is_number = group.iter().any(char::is_ascii_digit)
            && group.iter().all(|sign| {
                sign.is_ascii_digit() || sign.is_ascii_uppercase() || matches!(sign, '*' | '-' | '/' | '.')
            });
        if !is_number {
            break;
        }
        end = at + len;
        at = end
            + flow.signs[end..part.end]
                .iter()
                .take_while(|sign| **sign == ' ')
                .count();
        if at == end {
            break;
        }
    }
    strip(flow, part.start..end)
}
