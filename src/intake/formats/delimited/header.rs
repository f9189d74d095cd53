//! The header of a file beside the columns that a mapping wants.

use std::collections::BTreeMap;

use super::dialect::{Dialect, Ending};
use super::difference::{Difference, near};
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
    /// Our name of a column → what its heading pattern found in the heading.
    pub headings: BTreeMap<&'m str, String>,
    /// Columns that each record must have.
    pub fields: usize,
    /// Offset in the file of the header itself, or of the first record where there is none.
    pub top: usize,
    /// Offset in the file of the first record behind the header.
    pub start: usize,
    /// Line of that offset, from 1.
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
            let ending = |at: usize| match dialect.record_end(head, at, record_limit, whole) {
                Ending::Record { end, next } | Ending::Stray { end, next } => (end, next),
                Ending::TooLong | Ending::More => (head.len(), head.len()),
            };
            let (end, next) = ending(at);
            let bytes = &head[at..dialect.trim_end(head, at, end)];
            let lines = dialect.lines(&head[at..next]);
            let mut start = (next, line + lines);
            let (this, top) = (line, at);
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
                    let mut labels: Vec<String> = record.iter().map(str::to_owned).collect();
                    for _ in 1..mapping.file.header_rows {
                        let (end, next) = ending(start.0);
                        let bytes = &head[start.0..dialect.trim_end(head, start.0, end)];
                        join(&mut labels, bytes, &dialect);
                        start = (next, start.1 + dialect.lines(&head[start.0..next]));
                    }
                    match tie(mapping, &labels) {
                        Ok((columns, headings)) => {
                            return Ok(Header {
                                dialect,
                                fields: labels.len(),
                                labels,
                                columns,
                                headings,
                                top,
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
        headings: BTreeMap::new(),
        fields: mapping.file.fields,
        top: start,
        start,
        line,
    }
}

// One more line of a header: the names of a column are joined by a space.
fn join(labels: &mut Vec<String>, bytes: &[u8], dialect: &Dialect) {
    let mut text = String::new();
    let Ok(decoded) = dialect.page.decode(bytes, &mut text) else {
        return;
    };
    let mut splitter = Splitter::default();
    let Ok(record) = splitter.split(decoded, dialect) else {
        return;
    };
    for (at, more) in record.iter().enumerate() {
        match labels.get_mut(at) {
            Some(label) if label.is_empty() => label.push_str(more),
            Some(_) if more.is_empty() => {}
            Some(label) => {
                label.push(' ');
                label.push_str(more);
            }
            None => labels.push(more.to_owned()),
        }
    }
}

/// Columns by number, and what was found in headings, both by our name of the column.
type Tied<'m> = (BTreeMap<&'m str, usize>, BTreeMap<&'m str, String>);

// Names are compared without regard to case and to white space around them.
fn tie<'m>(mapping: &'m Mapping, labels: &[String]) -> Result<Tied<'m>, Difference> {
    let plain: Vec<String> = labels.iter().map(|label| label.trim().to_lowercase()).collect();
    let mut columns = BTreeMap::new();
    let mut headings = BTreeMap::new();
    let mut missing = Vec::new();
    for (name, column) in &mapping.columns {
        if let Some(heading) = &column.heading {
            let found = labels
                .iter()
                .enumerate()
                .find_map(|(at, label)| Some((at, heading.find(label)?)));
            match found {
                Some((at, value)) => {
                    columns.insert(name.as_str(), at);
                    headings.insert(name.as_str(), value.to_owned());
                }
                None if column.optional => {}
                None => missing.push(format!("/{}/", heading.text())),
            }
            continue;
        }
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
        return Ok((columns, headings));
    }
    let known: Vec<usize> = columns.values().copied().collect();
    let mut unknown: Vec<String> = labels
        .iter()
        .enumerate()
        .filter(|(at, label)| !known.contains(at) && !label.is_empty())
        .map(|(_, label)| super::plan::shorten(label))
        .collect();
    let mut renamed = Vec::new();
    missing.retain(|wanted| {
        let alike = |label: &String| wanted.split("’ or ‘").any(|name| near(name, label));
        match unknown.iter().position(alike) {
            Some(at) => {
                renamed.push((wanted.clone(), unknown.remove(at)));
                false
            }
            None => true,
        }
    });
    unknown.truncate(20);
    Err(Difference {
        missing,
        renamed,
        unknown,
        found: columns.len(),
        too_wide: false,
        line: 1,
    })
}
