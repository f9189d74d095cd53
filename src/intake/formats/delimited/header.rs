//! The header of a file beside the columns that a mapping wants.

use std::collections::BTreeMap;

use super::dialect::{Dialect, Ending};
use super::fields::Splitter;
use crate::intake::encoding::Encoding;
use crate::intake::mapping::Mapping;
use crate::intake::mapping::spec::Preamble;

/// Where a file's records begin and what its columns are.
pub struct Header<'m> {
    pub dialect: Dialect,
    /// The header's names as written; empty without header.
    pub labels: Vec<String>,
    /// Our name of a column → its number from 0.
    pub columns: BTreeMap<&'m str, usize>,
    /// Columns that each record must have.
    pub fields: usize,
    /// Offset in the file of the first record behind the header.
    pub start: usize,
    /// Line of that offset, from 1.
    pub line: u64,
}

/// What keeps a header from being the mapping's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Columns that the mapping needs and the header lacks, by the names it may have.
    pub missing: Vec<String>,
    /// Columns of the header that the mapping does not know.
    pub unknown: Vec<String>,
    /// Columns of the mapping that the header has.
    pub found: usize,
    /// The line looked at had more columns than are read.
    pub too_wide: bool,
    /// Line of the file that was taken as the header.
    pub line: u64,
}

/// Finds the header of a mapping at the front of a file. `head` holds the first bytes; where it is the whole file,
/// `whole` is true. In a rendering it may stand below a few rows of title, whatever the mapping says.
pub fn find_header<'m>(
    mapping: &'m Mapping,
    head: &[u8],
    encoding: Encoding,
    record_limit: usize,
    whole: bool,
) -> Result<Header<'m>, Difference> {
    let mut best: Option<Difference> = None;
    let rendered = encoding.is_rendering();
    for dialect in dialects(mapping, head, encoding) {
        let mark = usize::from(encoding.mark);
        if !mapping.file.header {
            return Ok(numbered(mapping, dialect, head, mark));
        }
        let (skip, tries) = match mapping.file.preamble {
            Preamble::Lines(lines) if !rendered => (lines, 1),
            Preamble::Lines(_) | Preamble::UntilHeader => (0, Preamble::MOST),
        };
        let (mut at, mut line) = (mark, 1);
        for _ in 0..skip {
            let Some(end) = dialect.line_end(head, at) else {
                break;
            };
            at = end + dialect.page.unit();
            line += 1;
        }
        let mut tried = 0;
        let mut text = String::new();
        let mut splitter = Splitter::default();
        while at < head.len() && tried < tries {
            let (end, next) = match dialect.record_end(head, at, record_limit, whole) {
                Ending::Record { end, next } | Ending::Stray { end, next } => (end, next),
                Ending::TooLong | Ending::More => (head.len(), head.len()),
            };
            let bytes = &head[at..dialect.trim_end(head, at, end)];
            let lines = dialect.lines(&head[at..next]);
            let start = (next, line + lines);
            let this = line;
            at = next;
            line += lines;
            let Ok(decoded) = dialect.page.decode(bytes, &mut text) else {
                tried += 1;
                continue;
            };
            if decoded.trim().is_empty() {
                continue;
            }
            tried += 1;
            let difference = match splitter.split(decoded, &dialect) {
                Err(_) => Difference {
                    too_wide: true,
                    line: this,
                    ..Difference::default()
                },
                Ok(record) => {
                    let labels: Vec<String> = record.iter().map(str::to_owned).collect();
                    match tie(mapping, &labels) {
                        Ok(columns) => {
                            return Ok(Header {
                                dialect,
                                fields: labels.len(),
                                labels,
                                columns,
                                start: start.0,
                                line: start.1,
                            });
                        }
                        Err(difference) => Difference {
                            line: this,
                            ..difference
                        },
                    }
                }
            };
            if best.as_ref().is_none_or(|b| difference.found > b.found) {
                best = Some(difference);
            }
        }
    }
    Err(best.unwrap_or_default())
}

/// The share of a header's columns that the mapping knows, in hundredths.
pub fn share_known(header: &Header<'_>) -> usize {
    header.columns.len() * 100 / header.labels.len().max(1)
}

// The dialects that the mapping allows for this file.
fn dialects(mapping: &Mapping, head: &[u8], encoding: Encoding) -> Vec<Dialect> {
    if encoding.is_rendering() {
        return vec![Dialect::RENDERING];
    }
    let page = encoding.page;
    let terminator = Dialect::terminator_of(head, page);
    mapping
        .file
        .delimiters
        .iter()
        .map(|text| Dialect {
            delimiter: if text == "tab" {
                b'\t'
            } else {
                text.bytes().next().unwrap_or(b',')
            },
            quote: mapping.file.quote.bytes().next(),
            terminator,
            page,
            rendered: false,
        })
        .collect()
}

fn numbered<'m>(mapping: &'m Mapping, dialect: Dialect, head: &[u8], mark: usize) -> Header<'m> {
    let (mut start, mut line) = (mark, 1);
    if let Preamble::Lines(lines) = mapping.file.preamble {
        for _ in 0..lines {
            let Some(end) = dialect.line_end(head, start) else {
                break;
            };
            start = end + dialect.page.unit();
            line += 1;
        }
    }
    Header {
        dialect,
        labels: Vec::new(),
        columns: mapping
            .columns
            .iter()
            .map(|(name, column)| (name.as_str(), column.number.saturating_sub(1)))
            .collect(),
        fields: mapping.file.fields,
        start,
        line,
    }
}

// Names are compared without regard to case and to white space around them.
fn tie<'m>(mapping: &'m Mapping, labels: &[String]) -> Result<BTreeMap<&'m str, usize>, Difference> {
    let plain: Vec<String> = labels.iter().map(|label| label.trim().to_lowercase()).collect();
    let mut columns = BTreeMap::new();
    let mut missing = Vec::new();
    for (name, column) in &mapping.columns {
        let found = column.names.iter().find_map(|wanted| {
            let (wanted, number) = match wanted.rsplit_once('#') {
                Some((front, digits)) => match digits.parse::<usize>() {
                    Ok(number) if number > 0 => (front, number),
                    _ => (wanted.as_str(), 1),
                },
                None => (wanted.as_str(), 1),
            };
            let wanted = wanted.to_lowercase();
            let mut places = plain.iter().enumerate().filter(|(_, label)| **label == wanted);
            places.nth(number - 1).map(|(at, _)| at)
        });
        match found {
            Some(at) => {
                columns.insert(name.as_str(), at);
            }
            None if column.optional => {}
            None => missing.push(column.names.join("’ or ‘")),
        }
    }
    if missing.is_empty() {
        return Ok(columns);
    }
    let known: Vec<usize> = columns.values().copied().collect();
    Err(Difference {
        missing,
        unknown: labels
            .iter()
            .enumerate()
            .filter(|(at, _)| !known.contains(at))
            .map(|(_, label)| super::plan::shorten(label))
            .take(20)
            .collect(),
        found: columns.len(),
        too_wide: false,
        line: 1,
    })
}

impl Difference {
    /// What is different, in words.
    pub fn describe(&self) -> String {
        if self.too_wide {
            return format!("a line of more than {} columns", super::fields::MOST_FIELDS);
        }
        let mut text = match self.missing.as_slice() {
            [] => "no header line".to_owned(),
            missing => format!("no column ‘{}’", missing.join("’, no column ‘")),
        };
        if !self.unknown.is_empty() {
            text.push_str(&format!(
                "; unknown in the header: ‘{}’",
                self.unknown.join("’, ‘")
            ));
        }
        text
    }
}
