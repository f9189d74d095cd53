//! Euro reference rates as the European Central Bank publishes them: `eurofxref-hist.csv` (a row a day since 1999, newest
//! first) and `eurofxref.csv` (one day, its date written out, spaces behind the commas).
//!
//! The header is `Date` and codes of currencies, with a comma at the end. A cell is so many units of the currency for one
//! euro; `N/A` and empty cells say that the day has no rate. A record is a rate: each cell that says one is accepted or
//! rejected by itself, so that a code nobody knows does not cost the others of its row.

use super::delimited::exchange_rate;
use crate::intake::lines::{Line, Lines};
use crate::intake::mapping::dates::DateFormat;
use crate::intake::segments::Segments;
use crate::intake::{Format, IntakeError, Output, Recognition, Reject, SourceFile};
use crate::model::{Currency, Date, NumberStyle, Place, RateRow};

/// Euro reference rates.
pub struct EcbRates;

/// How the two files write their day.
const DAYS: [&str; 2] = ["%Y-%m-%d", "%d %b %Y"];
/// Columns of the widest header that is taken for one; the bank publishes some forty.
const WIDEST: usize = 400;

impl Format for EcbRates {
    fn id(&self) -> &'static str {
        "ecb-rates"
    }

    fn parser(&self) -> &'static str {
        "ecb-rates/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let header = std::str::from_utf8(line).ok().and_then(codes);
        match header {
            // The dollar stands in every header of the bank; a table of other things would not have two such codes.
            Some(codes) if codes.len() >= 5 && codes.iter().any(|code| code == "USD") => Recognition {
                score: 95,
                reason: format!(
                    "a date and the codes of {} currencies head its columns",
                    codes.len()
                ),
            },
            _ => Recognition {
                score: 0,
                reason: String::new(),
            },
        }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        let mut lines = Lines::open(source)?;
        let mut line = Line::default();
        let header = match lines.next(&mut line)? {
            true => codes(line.text.trim_start_matches('\u{feff}')),
            false => return Ok(()),
        };
        let Some(codes) = header else {
            return Err(IntakeError::Shape {
                name: source.name.to_owned(),
                place: "line 1".to_owned(),
                found: format!("‘{}’", line.text.chars().take(80).collect::<String>()),
                expected: "the header of euro reference rates: Date and codes of currencies".to_owned(),
                next_step: "Rates in another shape are read by the mapping geldspoor-rates".to_owned(),
            });
        };
        let formats: Vec<DateFormat> = DAYS
            .iter()
            .filter_map(|text| DateFormat::parse(text).ok())
            .collect();
        let currencies: Vec<Result<Currency, String>> = codes
            .iter()
            .map(|code| Currency::from_code(code).map_err(|error| error.to_string()))
            .collect();
        let mut segments = Segments::new(source.source_id, output);
        while lines.next(&mut line)? {
            if !line.text.trim().is_empty() {
                row(&line, &formats, &codes, &currencies, &mut segments);
            }
            segments.pass_on()?;
        }
        segments.finish()
    }
}

// The codes behind `Date`; nothing where the line is no header of rates. Codes that no list knows count too: they are
// the header's, and their cells are rejected by name.
fn codes(line: &str) -> Option<Vec<String>> {
    let mut cells = line.trim_end().split(',').map(str::trim);
    if !cells.next()?.trim_matches('"').eq_ignore_ascii_case("date") {
        return None;
    }
    let mut codes: Vec<String> = cells.map(|cell| cell.trim_matches('"').to_owned()).collect();
    while codes.last().is_some_and(String::is_empty) {
        codes.pop();
    }
    let code = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    (!codes.is_empty() && codes.len() <= WIDEST && codes.iter().all(code)).then_some(codes)
}

fn row(
    line: &Line,
    formats: &[DateFormat],
    codes: &[String],
    currencies: &[Result<Currency, String>],
    segments: &mut Segments<'_>,
) {
    let place = Place {
        byte_start: line.start,
        byte_end: line.end,
        line: line.number,
    };
    let locator = format!("line {}", line.number);
    let refuse = |segments: &mut Segments<'_>, reason: String| {
        segments.rows().reject(&Reject {
            place,
            locator: &locator,
            reason: &format!("line {}, byte {}: {reason}", line.number, line.start),
            raw: &line.text,
        });
    };
    if line.cut {
        return refuse(
            segments,
            "the line is longer than 64 KB; expected a line end within them".to_owned(),
        );
    }
    let mut cells = line.text.split(',').map(|cell| cell.trim().trim_matches('"'));
    let day = cells.next().unwrap_or_default();
    let date: Option<Date> = formats.iter().find_map(|format| format.read(day, 70)?.date);
    let Some(date) = date else {
        return refuse(
            segments,
            format!(
                "‘{}’ is no day of the calendar written as {}",
                short(day),
                DAYS.join(" or ")
            ),
        );
    };
    let cells: Vec<&str> = cells.collect();
    if cells.len() < codes.len() || cells.iter().skip(codes.len()).any(|cell| !cell.is_empty()) {
        let reason = format!(
            "{} rates; expected {}, as in the header",
            cells.len(),
            codes.len()
        );
        return refuse(segments, reason);
    }
    for ((cell, code), currency) in cells.iter().zip(codes).zip(currencies) {
        if cell.is_empty() || cell.eq_ignore_ascii_case("n/a") {
            continue;
        }
        match (currency, exchange_rate(cell, NumberStyle::POINT)) {
            (Err(error), _) => refuse(segments, format!("column ‘{code}’: {error}")),
            (_, None) => refuse(
                segments,
                format!(
                    "column ‘{code}’: ‘{}’ is no exchange rate; expected a number above zero with at most 10 decimals",
                    short(cell)
                ),
            ),
            (Ok(currency), Some(rate)) => {
                segments.rows().rate(&RateRow {
                    place,
                    day: date,
                    base: Currency::EUR,
                    currency: *currency,
                    rate,
                    locator: &locator,
                });
                segments.rows().accepted();
            }
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
