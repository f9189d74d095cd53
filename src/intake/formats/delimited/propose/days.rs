//! Which formats read a column of days, and which of them read it differently.

use std::collections::BTreeSet;

use crate::intake::mapping::dates::DateFormat;
use crate::intake::mapping::months::Months;
use crate::model::Date;

/// Days, in order of preference where several read the same. Of all languages none writes a year of two digits first with
/// points behind it (Unicode CLDR, short forms of dates), so that form is not tried.
const DAYS: [&str; 30] = [
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%m.%d.%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y.%m.%d.",
    "%d.%m.%Y.",
    "%Y%m%d",
    "%d%m%Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%d-%m-%y",
    "%m/%d/%y",
    "%m-%d-%y",
    "%y-%m-%d",
    "%y/%m/%d",
    "%m.%d.%y",
    "%y%m%d",
    "%d%m%y",
    "%d %m %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d. %b %Y",
    "%d %b %y",
    "%d-%b-%y",
    "%b %d, %Y",
];
/// Times behind them.
const TIMES: [&str; 14] = [
    "",
    " %H:%M",
    " %H:%M:%S",
    "T%H:%M:%S",
    "T%H:%M",
    "T%H:%M:%S%z",
    "T%H:%M:%S.%f",
    "T%H:%M:%S.%f%z",
    " %H:%M:%S.%f",
    " %H:%M:%S %z",
    " %I:%M %p",
    " %I:%M:%S %p",
    ", %H:%M",
    " %H.%M",
];
/// Distinct values that formats are first tried on.
const FIRST: usize = 60;
/// Years beyond which a reading is none of a bank record.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// What reads a column.
#[derive(Clone)]
pub struct Days {
    /// The formats that read most values, and of them the one taken first.
    pub formats: Vec<Reads>,
    /// Values that it reads, of those that are not empty.
    pub fit: usize,
    pub filled: usize,
}

/// A format with the language of its months.
#[derive(Clone)]
pub struct Reads {
    pub text: String,
    pub language: Option<&'static str>,
    pub format: DateFormat,
}

impl Days {
    /// Whether two formats read some value as different days.
    pub fn is_ambiguous(&self) -> bool {
        self.formats.len() > 1
    }

    /// Keeps one of the formats.
    pub fn settle(&mut self, text: &str) {
        self.formats.retain(|reads| reads.text == text);
    }
}

impl Reads {
    /// The day of a value.
    pub fn day(&self, value: &str) -> Option<Date> {
        self.format
            .read(value, 70)?
            .date
            .filter(|day| YEARS.contains(&day.ymd().0) || self.text.contains("%Y"))
    }
}

/// The formats of a column; nothing where fewer than six of ten values are days. `named`: the heading says that it holds
/// days, so that digits alone are taken for them.
pub fn of(values: &[&str], named: bool) -> Option<Days> {
    let filled: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
    let distinct: BTreeSet<&str> = filled.iter().copied().take(20_000).collect();
    let digits_only = distinct
        .iter()
        .all(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    if distinct.is_empty() || (digits_only && !named) {
        return None;
    }
    let some: Vec<&str> = distinct.iter().copied().take(FIRST).collect();
    let letters = some
        .iter()
        .any(|value| value.chars().filter(|c| c.is_alphabetic()).count() > 2);
    let mut best: Vec<(usize, Reads)> = Vec::new();
    let mut try_one = |text: String, language: Option<&'static str>| {
        let languages: Vec<String> = language.map(str::to_owned).into_iter().collect();
        let Ok(format) = DateFormat::parse_in(&text, &languages) else {
            return;
        };
        let reads = Reads {
            text,
            language,
            format,
        };
        let fit = some.iter().filter(|value| reads.day(value).is_some()).count();
        let most = best.first().map_or(0, |(most, _)| *most);
        if fit == 0 || fit < most {
            return;
        }
        if fit > most {
            best.clear();
        }
        best.push((fit, reads));
    };
    for day in DAYS {
        for time in TIMES {
            if !day.contains("%b") {
                try_one(format!("{day}{time}"), None);
            } else if letters {
                for language in Months::languages() {
                    try_one(format!("{day}{time}"), Some(language));
                }
            }
        }
    }
    let count = |reads: &Reads| filled.iter().filter(|value| reads.day(value).is_some()).count();
    let mut full: Vec<(usize, Reads)> = best
        .into_iter()
        .map(|(_, reads)| (count(&reads), reads))
        .collect();
    let most = full.iter().map(|(fit, _)| *fit).max()?;
    full.retain(|(fit, _)| *fit == most);
    if most * 10 < filled.len() * 6 {
        return None;
    }
    // Of formats that read every value alike the first says enough.
    let mut formats: Vec<Reads> = Vec::new();
    for (_, reads) in full {
        let alike = |other: &Reads| distinct.iter().all(|value| reads.day(value) == other.day(value));
        // Where day and month are equal in every value, the formats read alike today and differently tomorrow.
        let same_parts =
            |other: &Reads| sorted(&reads.text) == sorted(&other.text) && reads.text != other.text;
        if !formats.iter().any(|other| alike(other) && !same_parts(other)) {
            formats.push(reads);
        }
    }
    Some(Days {
        formats,
        fit: most,
        filled: filled.len(),
    })
}

/// Whether the days of a column never go back, or never forward, over at least three different ones.
pub fn in_order(runs: &[Vec<Vec<String>>], column: usize, reads: &Reads) -> Option<bool> {
    let (mut rising, mut falling) = (true, true);
    let mut seen = BTreeSet::new();
    for run in runs {
        let mut before: Option<Date> = None;
        for record in run {
            let Some(day) = record.get(column).and_then(|value| reads.day(value)) else {
                continue;
            };
            if let Some(before) = before {
                rising &= before <= day;
                falling &= before >= day;
            }
            if seen.len() < 3 {
                seen.insert(day);
            }
            before = Some(day);
        }
    }
    match (rising, falling) {
        (true, false) if seen.len() >= 3 => Some(true),
        (false, true) if seen.len() >= 3 => Some(false),
        _ => None,
    }
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}
