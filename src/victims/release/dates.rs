//! The writings of a birth date.

use super::letters::plain;
use super::protected::{Forms, How, Kind};
use super::tokens::Tokens;
use crate::model::Date;

/// The months in the languages of the records, the shorter ways of writing them too.
const MONTHS: [&str; 12] = [
    "january jan januari januar janvier enero gennaio styczen stycznia ianuarie ianuari janeiro januára ledna",
    "february feb februari februar fevrier febrero febbraio luty lutego februarie fevereiro fevr",
    "march mar mrt maart marz maerz mars marzo marzec marca martie marco mrz",
    "april apr avril abril aprile kwiecien kwietnia aprilie avr",
    "may mei mai mayo maggio maj maja maio",
    "june jun juni juin junio giugno czerwiec czerwca iunie junho",
    "july jul juli juillet julio luglio lipiec lipca iulie julho juil",
    "august aug augustus aout agosto sierpien sierpnia",
    "september sep sept septembre septiembre settembre wrzesien wrzesnia septembrie setembro",
    "october oct okt oktober octobre octubre ottobre pazdziernik pazdziernika octombrie outubro",
    "november nov novembre noviembre listopad listopada noiembrie novembro",
    "december dec dez dezember decembre diciembre dicembre grudzien grudnia decembrie dezembro",
];

pub(super) fn add(date: Date, forms: &mut Forms<'_>) {
    let (year, month, day) = date.ymd();
    let short = year.rem_euclid(100);
    let mut written = Vec::new();
    for (year, is_whole) in [(format!("{year:04}"), true), (format!("{short:02}"), false)] {
        for (day, month) in [
            (format!("{day:02}"), format!("{month:02}")),
            (day.to_string(), month.to_string()),
        ] {
            written.push(format!("{day}{month}{year}"));
            written.push(format!("{month}{day}{year}"));
            written.push(format!("{year}{month}{day}"));
            if is_whole {
                written.push(format!("{year}{day}{month}"));
            }
        }
    }
    let names = usize::try_from(month)
        .ok()
        .and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    for name in names.copied().unwrap_or_default().split_whitespace() {
        for year in [format!("{year:04}"), format!("{short:02}")] {
            for day in [day.to_string(), format!("{day:02}")] {
                written.push(format!("{day}{name}{year}"));
                written.push(format!("{day}de{name}de{year}"));
                written.push(format!("{name}{day}{year}"));
                written.push(format!("{year}{name}{day}"));
                for ending in ["st", "nd", "rd", "th", "er"] {
                    written.push(format!("{day}{ending}{name}{year}"));
                    written.push(format!("{name}{day}{ending}{year}"));
                }
            }
        }
    }
    written.sort();
    written.dedup();
    for form in written {
        forms.add(&plain(&form), Kind::BirthDate, How::Date);
    }
}

/// The dates that may begin with a word, and of how many words each. A day and a month that could be turned give both.
pub(super) fn read(tokens: &Tokens, at: usize) -> Vec<(Date, usize)> {
    let plain = |at: usize| {
        let token = tokens.all.get(at)?;
        Some((
            &tokens.plain[token.from as usize..token.to as usize],
            token.is_number,
        ))
    };
    let number = |at: usize| {
        let (digits, is_number) = plain(at)?;
        let text = std::str::from_utf8(digits).ok()?;
        is_number.then(|| text.parse::<u32>().ok().map(|value| (value, digits.len())))?
    };
    let month = |at: usize| {
        let (word, is_number) = plain(at)?;
        let is_it = |names: &str| names.split(' ').any(|name| name.as_bytes() == word);
        (!is_number && word.len() >= 3)
            .then(|| MONTHS.iter().position(|names| is_it(names)))?
            .map(|at| at as u32 + 1)
    };
    let date = |year: u32, month: u32, day: u32| {
        Date::from_ymd(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
    };
    let whole = |(value, length): (u32, usize)| match length {
        4 if (1900..2200).contains(&value) => Some(value),
        2 => Some(if value < 70 { 2000 + value } else { 1900 + value }),
        _ => None,
    };
    let mut all = Vec::new();
    let Some((first, length)) = number(at) else {
        // “March 1, 2024”.
        if let (Some(month), Some((day, _)), Some(year)) =
            (month(at), number(at + 1), number(at + 2).and_then(whole))
        {
            all.extend(date(year, month, day).map(|date| (date, 3)));
        }
        return all;
    };
    match length {
        8 => {
            all.extend(date(first / 10_000, first / 100 % 100, first % 100).map(|date| (date, 1)));
            all.extend(date(first % 10_000, first / 10_000 % 100, first / 1_000_000).map(|date| (date, 1)));
        }
        6 => all.extend(date(2000 + first / 10_000, first / 100 % 100, first % 100).map(|date| (date, 1))),
        4 => {
            if let (Some((month, _)), Some((day, _))) = (number(at + 1), number(at + 2)) {
                all.extend(date(first, month, day).map(|date| (date, 3)));
            }
        }
        1 | 2 => {
            if let (Some(month), Some(year)) = (month(at + 1), number(at + 2).and_then(whole)) {
                all.extend(date(year, month, first).map(|date| (date, 3)));
            }
            if let (Some((second, _)), Some(year)) = (number(at + 1), number(at + 2).and_then(whole)) {
                all.extend(date(year, second, first).map(|date| (date, 3)));
                all.extend(date(year, first, second).map(|date| (date, 3)));
            }
        }
        _ => {}
    }
    all
}
