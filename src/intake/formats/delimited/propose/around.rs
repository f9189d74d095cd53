//! What lines before the header and behind the records say: account, holder, currency, balances, period.

use regex::Regex;

use super::days::Reads;
use super::lexicon::{lexicon, plain};
use super::numbers;
use super::shape::Shape;
use crate::intake::formats::delimited::fields::Splitter;
use crate::model::{Currency, NumberStyle};

/// What was found around the records.
#[derive(Default)]
pub struct Around {
    /// Rules of `[[statement]]`, in the order of the file.
    pub rules: Vec<Rule>,
    /// Rules of `[[skip]]` for lines behind the records: pattern, reason.
    pub skip: Vec<(String, String)>,
    pub opening: Option<i64>,
    pub closing: Option<i64>,
    pub currency: Option<String>,
    pub account: bool,
    /// Lines that no rule reads.
    pub unread: Vec<String>,
}

/// A rule, and the line that it was made from.
pub struct Rule {
    pub field: &'static str,
    /// The first cell of the line, or else a pattern.
    pub key: Option<String>,
    pub pattern: Option<String>,
    pub bottom: bool,
    pub line: String,
}

/// Characters of a line that are shown.
const SHOWN: usize = 80;

/// Fields in the order in which they are tried on a line. Every word of one is a word of no other.
const FIELDS: [&str; 8] = [
    "opening_balance",
    "closing_balance",
    "account",
    "currency",
    "from_date",
    "to_date",
    "number",
    "holder",
];

struct Look<'a> {
    shape: &'a Shape,
    style: NumberStyle,
    formats: &'a [Reads],
    /// A column names the account of each row.
    accounts: bool,
    around: Around,
}

/// Looks at the lines around the records.
pub fn look(shape: &Shape, style: NumberStyle, formats: &[Reads], accounts: bool) -> Around {
    let mut look = Look {
        shape,
        style,
        formats,
        accounts,
        around: Around::default(),
    };
    for line in &shape.before {
        look.line(line, false);
    }
    for line in &shape.after {
        look.line(line, true);
    }
    look.around
}

impl Look<'_> {
    fn line(&mut self, line: &str, bottom: bool) {
        let cells = self.cells(line);
        let mut filled = cells
            .iter()
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty());
        let (first, value) = (filled.next().unwrap_or_default(), filled.next());
        // A rule by its first cell looks at the first of the line.
        let leads = cells.first().is_some_and(|cell| cell.trim() == first);
        let known = match value {
            Some(_) if !leads => false,
            Some(value) => self.keyed(line, first, value, bottom),
            None => self.inside(line, first, bottom),
        };
        if bottom {
            let reason = match known || is("total", first.split(':').next().unwrap_or(first)) {
                true => "line behind the records",
                false => {
                    self.unread(line);
                    return;
                }
            };
            let digit = |c: char| c == ':' || c.is_ascii_digit();
            let label = first.split(digit).next().unwrap_or(first).trim();
            if !label.is_empty() {
                let pattern = format!("^[^\\pL\\pN]*{}", regex::escape(label));
                self.around.skip.push((pattern, reason.to_owned()));
            }
        } else if !known && !line.trim().is_empty() {
            self.unread(line);
        }
    }

    fn unread(&mut self, line: &str) {
        self.around.unread.push(shown(line));
    }

    // `Opening balance;100.00`
    fn keyed(&mut self, line: &str, first: &str, value: &str, bottom: bool) -> bool {
        for field in FIELDS.into_iter().filter(|field| is(field, first)) {
            if self.fits(field, value) {
                self.put(field, value, Some(first.to_owned()), None, line, bottom);
                return true;
            }
        }
        if is("period", first) {
            return self.period(line, first, bottom);
        }
        false
    }

    // `Opening balance: 100.00` in one cell.
    fn inside(&mut self, line: &str, cell: &str, bottom: bool) -> bool {
        let Some((label, value)) = cell.split_once(':') else {
            return false;
        };
        let (label, value) = (label.trim(), value.trim());
        let front = format!("^\"?{}:\\s*", regex::escape(label));
        for field in FIELDS.into_iter().filter(|field| is(field, label)) {
            if self.fits(field, value) {
                let end = if field == "holder" {
                    "(.+?)\"?$"
                } else {
                    "([^\";]+?)[\";,\\t]*$"
                };
                self.put(field, value, None, Some(format!("{front}{end}")), line, bottom);
                return true;
            }
        }
        is("period", label) && self.period(line, label, bottom)
    }

    // Two days in one line, the first of them the beginning.
    fn period(&mut self, line: &str, label: &str, bottom: bool) -> bool {
        let day = "(\\d[\\d./-]*\\d)";
        let skip = "\\d[\\d./-]*\\d";
        let front = format!("^\"?{}[^0-9]*", regex::escape(label));
        let from = format!("{front}{day}");
        let to = format!("{front}{skip}[^0-9]+?{day}");
        let find = |pattern: &str| -> Option<String> {
            Some(
                Regex::new(pattern)
                    .ok()?
                    .captures(line)?
                    .get(1)?
                    .as_str()
                    .to_owned(),
            )
        };
        let (Some(begin), Some(end)) = (find(&from), find(&to)) else {
            return false;
        };
        if !self.fits("from_date", &begin) || !self.fits("to_date", &end) {
            return false;
        }
        self.put("from_date", &begin, None, Some(from), line, bottom);
        self.put("to_date", &end, None, Some(to), line, bottom);
        true
    }

    // Whether a value can be one of a field, so that a word in a text is not taken for one.
    fn fits(&self, field: &str, value: &str) -> bool {
        match field {
            "opening_balance" | "closing_balance" => self.amount(value).is_some(),
            "account" => !self.accounts && value.bytes().filter(u8::is_ascii_digit).count() >= 5,
            "currency" => Currency::from_code(value).is_ok(),
            "from_date" | "to_date" => self.formats.iter().any(|reads| reads.day(value).is_some()),
            "number" => value.bytes().any(|byte| byte.is_ascii_digit()),
            _ => value.chars().any(char::is_alphabetic),
        }
    }

    // Only what the mapping's own way to write amounts reads.
    fn amount(&self, value: &str) -> Option<i64> {
        numbers::amount(value, self.style)
    }

    fn put(
        &mut self,
        field: &'static str,
        value: &str,
        key: Option<String>,
        pattern: Option<String>,
        line: &str,
        bottom: bool,
    ) {
        if self.around.rules.iter().any(|rule| rule.field == field) {
            return;
        }
        match field {
            "opening_balance" => self.around.opening = self.amount(value),
            "closing_balance" => self.around.closing = self.amount(value),
            "currency" => self.around.currency = Some(value.to_owned()),
            "account" => self.around.account = true,
            _ => {}
        }
        self.around.rules.push(Rule {
            field,
            key: key.map(|key| key.trim_end_matches(':').trim_end().to_owned()),
            pattern,
            bottom,
            line: shown(line),
        });
    }

    fn cells(&self, line: &str) -> Vec<String> {
        let mut splitter = Splitter::default();
        match splitter.split(line, &self.shape.dialect) {
            Ok(record) => record.iter().map(str::to_owned).collect(),
            Err(_) => Vec::new(),
        }
    }
}

fn is(list: &str, cell: &str) -> bool {
    let cell = plain(cell);
    let known = lexicon().around.get(list);
    known.is_some_and(|known| known.contains(&cell))
}

fn shown(line: &str) -> String {
    line.trim()
        .chars()
        .take(SHOWN)
        .collect::<String>()
        .replace(['\n', '\r'], " ")
}
