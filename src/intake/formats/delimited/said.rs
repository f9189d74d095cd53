//! What stands outside the records: lines before the header, lines behind the last record, the file's name.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use super::dialect::Dialect;
use super::fields::Splitter;
use super::plan::shorten;
use crate::intake::mapping::Mapping;
use crate::intake::mapping::spec::{StatementField, StatementPlace, StatementRule};
use crate::model::Place;

/// Bytes at the end of a file that are searched for lines behind the records.
const TAIL: u64 = 64 << 10;

/// The values that the rules found.
#[derive(Default)]
pub struct Said {
    values: BTreeMap<StatementField, Value>,
}

struct Value {
    text: String,
    place: Option<Place>,
}

/// A rule whose value must be there and is not.
#[derive(Debug)]
pub struct NotSaid {
    pub field: &'static str,
    pub place: StatementPlace,
    /// What the rule looks for.
    pub rule: String,
}

impl Said {
    /// Looks for every value. `top` is the bytes before the header, which begin at `from` in the file; `tail` reads the
    /// whole file again where a rule looks behind the records.
    pub fn find<R: Read + Seek>(
        mapping: &Mapping,
        dialect: &Dialect,
        name: &str,
        (top, from): (&[u8], u64),
        tail: impl FnOnce() -> std::io::Result<R>,
    ) -> std::io::Result<Result<Said, NotSaid>> {
        let mut said = Said::default();
        if mapping.statement.is_empty() {
            return Ok(Ok(said));
        }
        let rules = |place| mapping.statement.iter().filter(move |rule| rule.at == place);
        for rule in rules(StatementPlace::Name) {
            if let Some(text) = rule.pattern.as_ref().and_then(|pattern| pattern.find(name)) {
                said.put(rule, text, None);
            }
        }
        let top_rules: Vec<&StatementRule> = rules(StatementPlace::Top).collect();
        each_line(dialect, top, from, 1, |text, place| {
            said.look(dialect, &top_rules, text, place);
        });
        let bottom_rules: Vec<&StatementRule> = rules(StatementPlace::Bottom).collect();
        if !bottom_rules.is_empty() {
            let (bytes, from) = end_of(tail()?, dialect)?;
            each_line(dialect, &bytes, from, 0, |text, place| {
                if skipped(mapping, text) {
                    said.look(dialect, &bottom_rules, text, place);
                }
            });
        }
        let missing = mapping
            .statement
            .iter()
            .find(|rule| !rule.optional && said.text(rule.field).is_empty());
        Ok(match missing {
            Some(rule) => Err(NotSaid {
                field: rule.field.as_str(),
                place: rule.at,
                rule: match &rule.pattern {
                    Some(pattern) => format!("pattern ‘{}’", shorten(pattern.text())),
                    None => format!("first cell ‘{}’", rule.key.join("’ or ‘")),
                },
            }),
            None => Ok(said),
        })
    }

    /// What was said; empty where nothing.
    pub fn text(&self, field: StatementField) -> &str {
        self.values.get(&field).map_or("", |value| &value.text)
    }

    /// The bytes in which it stands; nothing for the file's name.
    pub fn place(&self, field: StatementField) -> Option<Place> {
        self.values.get(&field)?.place
    }

    fn look(&mut self, dialect: &Dialect, rules: &[&StatementRule], text: &str, place: Place) {
        for rule in rules {
            if self.values.contains_key(&rule.field) {
                continue;
            }
            if let Some(pattern) = &rule.pattern {
                if let Some(found) = pattern.find(text) {
                    self.put(rule, found, Some(place));
                }
                continue;
            }
            let mut splitter = Splitter::default();
            let Ok(record) = splitter.split(text, dialect) else {
                continue;
            };
            let first = record.get(0).trim_end_matches(':').trim_end();
            let known =
                |key: &String| key.trim_end_matches(':').trim_end().to_lowercase() == first.to_lowercase();
            if rule.key.iter().any(known)
                && let Some(value) = record.iter().skip(1).find(|cell| !cell.is_empty())
            {
                self.put(rule, value, Some(place));
            }
        }
    }

    fn put(&mut self, rule: &StatementRule, text: &str, place: Option<Place>) {
        if !text.is_empty() {
            let text = text.to_owned();
            self.values.entry(rule.field).or_insert(Value { text, place });
        }
    }
}

/// Whether a rule for whole lines knows the line as no record.
pub fn skipped(mapping: &Mapping, text: &str) -> bool {
    mapping
        .skip
        .iter()
        .any(|rule| rule.column.is_empty() && rule.pattern.as_ref().is_some_and(|pattern| pattern.fits(text)))
}

// Calls for each line with text. Line 0 stands for lines whose number is not known.
fn each_line(dialect: &Dialect, bytes: &[u8], from: u64, first: u64, mut line: impl FnMut(&str, Place)) {
    let (mut at, mut number) = (0, first);
    let mut buffer = String::new();
    while at < bytes.len() {
        let end = dialect.line_end(bytes, at).unwrap_or(bytes.len());
        let stop = dialect.trim_end(bytes, at, end);
        let place = Place {
            byte_start: from + at as u64,
            byte_end: from + stop as u64,
            line: number,
        };
        if let Some(Ok(text)) = bytes
            .get(at..stop)
            .map(|raw| dialect.page.decode(raw, &mut buffer))
        {
            line(text.trim_matches('\u{feff}'), place);
        }
        at = end + dialect.page.unit();
        number += u64::from(first > 0);
    }
}

// The last lines of a file, whole ones, and where they begin.
fn end_of<R: Read + Seek>(mut file: R, dialect: &Dialect) -> std::io::Result<(Vec<u8>, u64)> {
    let size = file.seek(SeekFrom::End(0))?;
    // An even place, for pages of two bytes.
    let from = size.saturating_sub(TAIL) & !1;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(TAIL + 2).read_to_end(&mut bytes)?;
    if from == 0 {
        return Ok((bytes, 0));
    }
    match dialect.line_end(&bytes, 0) {
        Some(end) => {
            let cut = end + dialect.page.unit();
            bytes.drain(..cut);
            Ok((bytes, from + cut as u64))
        }
        None => Ok((Vec::new(), size)),
    }
}
