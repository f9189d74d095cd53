//! A rule pack and its header.

use std::collections::BTreeMap;

use thiserror::Error;

use super::text_literal;
use crate::model::Describes;

/// One rule: what its header says, and its query.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// File that it was read from, for messages.
    pub file: String,
    /// `ML-01`.
    pub id: String,
    pub version: String,
    /// English.
    pub title: String,
    /// Other languages by code (`nl`).
    pub titles: BTreeMap<String, String>,
    /// Nothing where the header names no side or an unknown one; the linter refuses that.
    pub describes: Option<Describes>,
    /// Form of exploitation; empty where there is none.
    pub form: String,
    /// Of which kind of evidence it is (`wages`, `housing`): one kind alone makes no cluster. Empty for laundering patterns.
    pub family: String,
    /// Whether it shows control by itself, so that one more indicator beside it makes a cluster.
    pub is_strong: bool,
    /// What the query cannot do without.
    pub needs: Vec<Column>,
    pub parameters: Vec<Parameter>,
    pub gaps: Vec<Gap>,
    /// Parties that the rule cannot judge; the condition is a whole query.
    pub lacks: Vec<Gap>,
    pub sources: Vec<String>,
    /// Template, English.
    pub explanation: String,
    /// Template in other languages by code.
    pub explanations: BTreeMap<String, String>,
    pub innocent: Vec<String>,
    /// Whether the control gate runs on what it finds.
    pub pass_through: bool,
    /// Measures that show control by somebody else, each with why.
    pub controls: Vec<(String, String)>,
    /// The whole file.
    pub text: String,
    /// The query, behind one empty line for each line of the header so that errors name the file's own lines.
    pub sql: String,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    pub table: String,
    pub column: String,
}

/// A figure or word that a person may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub kind: ParameterKind,
    /// As written.
    pub default: String,
    /// Why this default.
    pub why: String,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A whole number.
    Number,
    /// A number with decimals, exact.
    Decimal,
    Text,
    /// `7 days`, `72 hours`.
    Interval,
}

/// Entries or parties that a rule cannot judge, and what to ask for so that it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// SQL condition over `entries`; of parties a query that gives their `party_id`.
    pub condition: String,
    pub reason: String,
    pub request: String,
}

/// Why a file is no rule pack, or a parameter's value none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// A line of the header is not in the fixed form.
    #[error("{file}, line {line}: found ‘{found}’; expected {expected}")]
    Header {
        file: String,
        line: usize,
        found: String,
        expected: String,
    },
    /// A value does not fit its parameter.
    #[error("{rule}: ‘{value}’ is no value for parameter {parameter}; expected {expected}")]
    Value {
        rule: String,
        parameter: String,
        value: String,
        expected: &'static str,
    },
    /// The file cannot be read.
    #[error("{file}: {reason}; make it a readable text file in UTF-8, or take it away")]
    Unreadable { file: String, reason: String },
}

struct Field<'a> {
    line: usize,
    key: &'a str,
    value: String,
}

impl Pack {
    /// Reads a pack. `file` is for messages. What is missing is left empty for [`lint`](super::lint()) to name; what
    /// stands there in a wrong form is an error.
    pub fn parse(file: &str, text: &str) -> Result<Pack, PackError> {
        let mut pack = Pack {
            file: file.to_owned(),
            id: String::new(),
            version: String::new(),
            title: String::new(),
            titles: BTreeMap::new(),
            describes: None,
            form: String::new(),
            family: String::new(),
            is_strong: false,
            needs: Vec::new(),
            parameters: Vec::new(),
            gaps: Vec::new(),
            lacks: Vec::new(),
            sources: Vec::new(),
            explanation: String::new(),
            explanations: BTreeMap::new(),
            innocent: Vec::new(),
            pass_through: false,
            controls: Vec::new(),
            text: text.to_owned(),
            sql: query(text),
        };
        let mut seen: Vec<String> = Vec::new();
        for field in fields(file, text)? {
            let once = !matches!(
                field.key,
                "needs" | "parameter" | "gap" | "lack" | "source" | "innocent" | "control"
            );
            if once && seen.iter().any(|key| key == field.key) {
                return Err(field.wrong(file, &format!("`{}` once only", field.key)));
            }
            seen.push(field.key.to_owned());
            pack.take(file, field)?;
        }
        Ok(pack)
    }

    /// The title in a language, English where there is no other.
    pub fn title_in(&self, language: &str) -> &str {
        self.titles.get(language).unwrap_or(&self.title)
    }

    /// The explanation's template in a language, English where there is no other.
    pub fn explanation_in(&self, language: &str) -> &str {
        self.explanations.get(language).unwrap_or(&self.explanation)
    }

    fn take(&mut self, file: &str, field: Field<'_>) -> Result<(), PackError> {
        if let Some((key, language)) = field.key.split_once('[') {
            let language = language.trim_end_matches(']').to_owned();
            match key {
                "title" => self.titles.insert(language, field.value),
                "explanation" => self.explanations.insert(language, field.value),
                _ => return Err(field.wrong(file, "a language on `title` or `explanation` only")),
            };
            return Ok(());
        }
        match field.key {
            "id" => self.id = field.value,
            "version" => self.version = field.value,
            "title" => self.title = field.value,
            "describes" => {
                self.describes = Some(Describes::from_word(&field.value).ok_or_else(|| {
                    field.wrong(
                        file,
                        "controller, exploited, business, demand, network or account",
                    )
                })?);
            }
            "form" => {
                let letters = field.value.split([',', ' ']).filter(|word| !word.is_empty());
                for word in letters {
                    if !matches!(word, "S" | "L" | "B" | "C" | "K" | "*" | "-") {
                        return Err(field.wrong(file, "letters of S L B C K, or `*`, or `-`"));
                    }
                }
                self.form = if field.value == "-" {
                    String::new()
                } else {
                    field.value
                };
            }
            "needs" => {
                for word in field.value.split([',', ' ']).filter(|word| !word.is_empty()) {
                    let Some((table, column)) = word.split_once('.') else {
                        return Err(field.wrong(file, "`table.column`, with commas between"));
                    };
                    self.needs.push(Column {
                        table: table.to_owned(),
                        column: column.to_owned(),
                    });
                }
            }
            "parameter" => {
                let parameter = Parameter::parse(&field.value)
                    .ok_or_else(|| field.wrong(file, "`name type default -- why`"))?;
                parameter
                    .literal(&self.id, &parameter.default)
                    .map_err(|error| field.wrong(file, &error.to_string()))?;
                if self.parameters.iter().any(|known| known.name == parameter.name) {
                    return Err(field.wrong(file, "each parameter once only"));
                }
                self.parameters.push(parameter);
            }
            "gap" | "lack" => {
                let parts: Vec<&str> = field.value.split(" -- ").map(str::trim).collect();
                let [condition, reason, request] = parts.as_slice() else {
                    return Err(field.wrong(file, "`condition -- what is missing -- what to request`"));
                };
                let gap = Gap {
                    condition: (*condition).to_owned(),
                    reason: (*reason).to_owned(),
                    request: (*request).to_owned(),
                };
                match field.key {
                    "gap" => self.gaps.push(gap),
                    _ => self.lacks.push(gap),
                }
            }
            "source" => self.sources.push(field.value),
            "explanation" => self.explanation = field.value,
            "innocent" => self.innocent.push(field.value),
            "family" => self.family = field.value,
            "strength" if field.value == "strong" => self.is_strong = true,
            "strength" => return Err(field.wrong(file, "`strength: strong`, or no such line")),
            "gate" if field.value == "pass-through" => self.pass_through = true,
            "gate" => return Err(field.wrong(file, "`gate: pass-through`")),
            "control" => match field.value.split_once(" -- ") {
                Some((measure, why)) => self
                    .controls
                    .push((measure.trim().to_owned(), why.trim().to_owned())),
                None => return Err(field.wrong(file, "`measure -- why it shows control`")),
            },
            _ => {
                return Err(field.wrong(
                    file,
                    "one of id, version, title, describes, form, needs, parameter, gap, lack, source, \
                     explanation, innocent, gate, control, family, strength",
                ));
            }
        }
        Ok(())
    }
}

impl Field<'_> {
    fn wrong(&self, file: &str, expected: &str) -> PackError {
        PackError::Header {
            file: file.to_owned(),
            line: self.line,
            found: format!("{}: {}", self.key, self.value),
            expected: expected.to_owned(),
        }
    }
}

fn query(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().take_while(|line| line.starts_with("--")).count();
    let mut sql = "\n".repeat(header);
    for line in text.lines().skip(header) {
        sql.push_str(line);
        sql.push('\n');
    }
    sql
}

fn fields<'a>(file: &str, text: &'a str) -> Result<Vec<Field<'a>>, PackError> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let Some(comment) = line.strip_prefix("--") else {
            break;
        };
        if comment.trim().is_empty() {
            continue;
        }
        if comment.starts_with("   ")
            && let Some(field) = fields.last_mut()
        {
            if !field.value.is_empty() {
                field.value.push(' ');
            }
            field.value.push_str(comment.trim());
            continue;
        }
        let Some((key, value)) = comment
            .split_once(':')
            .filter(|(key, _)| !key.trim().contains(char::is_whitespace))
        else {
            return Err(PackError::Header {
                file: file.to_owned(),
                line: index + 1,
                found: line.to_owned(),
                expected: "`-- key: value`, or `--   more of the value above`".to_owned(),
            });
        };
        fields.push(Field {
            line: index + 1,
            key: key.trim(),
            value: value.trim().to_owned(),
        });
    }
    Ok(fields)
}

impl Parameter {
    fn parse(text: &str) -> Option<Parameter> {
        let (definition, why) = text.split_once(" -- ")?;
        let (name, rest) = definition.trim().split_once(' ')?;
        let (kind, default) = rest.trim_start().split_once(' ')?;
        let well_named = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let kind = ParameterKind::from_word(kind)?;
        (well_named && !name.is_empty() && !why.trim().is_empty()).then(|| Parameter {
            name: name.to_owned(),
            kind,
            default: default.trim().to_owned(),
            why: why.trim().to_owned(),
        })
    }

    /// A value as an SQL expression of literals; an error where it is none of this kind. `rule` is for messages.
    pub fn literal(&self, rule: &str, value: &str) -> Result<String, PackError> {
        let value = value.trim();
        let wrong = |expected| PackError::Value {
            rule: rule.to_owned(),
            parameter: self.name.clone(),
            value: value.to_owned(),
            expected,
        };
        match self.kind {
            ParameterKind::Number => value
                .parse::<i64>()
                .map(|number| number.to_string())
                .map_err(|_| wrong("a whole number")),
            ParameterKind::Decimal => {
                decimal_literal(value).ok_or_else(|| wrong("a number with a decimal point, as 0.15 or 10000"))
            }
            ParameterKind::Text => Ok(text_literal(value)),
            ParameterKind::Interval => {
                let (count, unit) = value
                    .split_once(' ')
                    .ok_or_else(|| wrong("a number and a unit, as 7 days"))?;
                let unit = unit.trim().to_ascii_lowercase();
                match (count.parse::<u32>(), unit.trim_end_matches('s')) {
                    (Ok(count), unit @ ("minute" | "hour" | "day" | "week" | "month")) => {
                        Ok(format!("INTERVAL '{count} {unit}s'"))
                    }
                    _ => Err(wrong(
                        "a number and minutes, hours, days, weeks or months, as 72 hours",
                    )),
                }
            }
        }
    }
}

impl ParameterKind {
    /// The word written in packs.
    pub const fn as_str(self) -> &'static str {
        match self {
            ParameterKind::Number => "number",
            ParameterKind::Decimal => "decimal",
            ParameterKind::Text => "text",
            ParameterKind::Interval => "interval",
        }
    }

    fn from_word(word: &str) -> Option<ParameterKind> {
        use ParameterKind::*;
        [Number, Decimal, Text, Interval]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

// A decimal exactly as wide as it is written: arithmetic on wide decimals would reach the widest type, where
// overflow is silent.
fn decimal_literal(value: &str) -> Option<String> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(unsigned) && digits(fraction) && unsigned.len() <= 14 && fraction.len() <= 4;
    if !fits || unsigned.is_empty() {
        return None;
    }
    let precision = unsigned.len() + fraction.len();
    Some(format!(
        "CAST('{value}' AS DECIMAL({precision},{}))",
        fraction.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- id: X-01\n-- version: 1\n-- title: A title\n-- title[nl]: Een titel\n\
        -- describes: account\n-- form: S, L\n-- needs: entries.amount, entries.city\n\
        -- parameter: count number 3 -- few is chance\n-- gap: city IS NULL -- no city -- ask for it\n\
        -- explanation: first\n--   second\n-- innocent: a shop\n-- gate: pass-through\n\nSELECT 1 -- id: no header\n";

    #[test]
    fn reads_every_field() {
        let pack = Pack::parse("x.sql", GOOD).expect("well formed");
        assert_eq!((pack.id.as_str(), pack.version.as_str()), ("X-01", "1"));
        assert_eq!(
            (pack.title_in("nl"), pack.title_in("de")),
            ("Een titel", "A title")
        );
        assert_eq!(pack.describes, Some(Describes::Account));
        assert_eq!(pack.form, "S, L");
        assert_eq!(pack.needs.len(), 2);
        assert_eq!(pack.parameters[0].why, "few is chance");
        assert_eq!(pack.gaps[0].request, "ask for it");
        assert_eq!(pack.explanation, "first second");
        assert!(pack.pass_through);
        assert_eq!(
            Pack::parse("x.sql", &format!("\u{feff}{GOOD}")).map(|p| p.id),
            Ok("X-01".into())
        );
    }

    #[test]
    fn errors_name_file_line_and_expectation() {
        for (text, line, expected) in [
            ("-- id: A\n-- describes: somebody\n", 2, "controller"),
            ("-- id: A\n-- id: B\n", 2, "once only"),
            ("-- id: A\n-- parameter: n whole 3 -- x\n", 2, "name type default"),
            ("-- id: A\n-- parameter: n number three -- x\n", 2, "whole number"),
            ("-- id: A\n-- needs: amount\n", 2, "table.column"),
            ("-- id: A\n-- gap: x IS NULL -- missing\n", 2, "request"),
            ("-- id: A\n-- colour: red\n", 2, "one of id"),
            ("-- id: A\n--\n-- this is prose without a key\n", 3, "key: value"),
            ("-- id: A\n-- gate: open\n", 2, "pass-through"),
            ("-- id: A\n-- form: Q\n", 2, "letters"),
        ] {
            match Pack::parse("bad.sql", text) {
                Err(error @ PackError::Header { line: at, .. }) => {
                    assert_eq!(at, line, "{text}");
                    let message = error.to_string();
                    assert!(
                        message.contains("bad.sql") && message.contains(expected),
                        "{message}"
                    );
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn values_become_literals_and_nothing_else() {
        let of = |kind, value: &str| {
            let name = "p".to_owned();
            let parameter = Parameter {
                name,
                kind,
                default: String::new(),
                why: String::new(),
            };
            parameter.literal("X-01", value)
        };
        assert_eq!(of(ParameterKind::Number, "5"), Ok("5".into()));
        assert_eq!(
            of(ParameterKind::Decimal, "0.15"),
            Ok("CAST('0.15' AS DECIMAL(3,2))".into())
        );
        assert_eq!(
            of(ParameterKind::Decimal, "10000"),
            Ok("CAST('10000' AS DECIMAL(5,0))".into())
        );
        assert_eq!(
            of(ParameterKind::Interval, "72 hours"),
            Ok("INTERVAL '72 hours'".into())
        );
        assert_eq!(of(ParameterKind::Text, "a' OR '1"), Ok("'a'' OR ''1'".into()));
        for (kind, value) in [
            (ParameterKind::Number, "5; DROP"),
            (ParameterKind::Decimal, "1,5"),
            (ParameterKind::Decimal, ".5"),
            (ParameterKind::Decimal, "1e5"),
            (ParameterKind::Interval, "7' days"),
            (ParameterKind::Interval, "soon"),
        ] {
            assert!(of(kind, value).is_err(), "{value}");
        }
    }
}
