//! Delimiter, lines before the header, header: by which reading most lines have the same columns.

use super::lexicon::{lexicon, plain};
use super::sample::Sample;
use crate::intake::formats::delimited::dialect::{Dialect, Ending};
use crate::intake::formats::delimited::fields::Splitter;
use crate::intake::mapping::spec::Preamble;

/// Records that tell the shape.
const LOOKED_AT: usize = 400;
/// Delimiters, as mappings write them.
const DELIMITERS: [(&str, u8); 4] = [(";", b';'), (",", b','), ("tab", b'\t'), ("|", b'|')];
const LONGEST: usize = 1_000_000;
/// Lines behind the records that are looked at.
const AFTER: usize = 20;
/// Lines with other columns that are kept.
const ODD: usize = 200;

/// How the file is cut.
pub struct Shape {
    pub dialect: Dialect,
    pub delimiter: &'static str,
    /// The header's cells; nothing where the first record is one of data.
    pub header: Option<Vec<String>>,
    /// The header's line as it stands.
    pub header_line: String,
    /// Lines that the header takes.
    pub header_rows: usize,
    /// Lines before the header.
    pub before: Vec<String>,
    /// Lines behind the last record, where the sample reaches the end of the file.
    pub after: Vec<String>,
    /// The sample is the whole file.
    pub whole: bool,
    pub fields: usize,
    /// Some records end in empty columns too many or lack some.
    pub loose_end: bool,
    /// Records, a run without gaps each.
    pub runs: Vec<Vec<Vec<String>>>,
    /// Lines that have other columns.
    pub misfits: usize,
    /// The first of them.
    pub odd: Vec<String>,
    /// The header stands among the records again.
    pub repeated: bool,
    /// Share of the lines looked at that have the same columns, in hundredths.
    pub share: usize,
}

/// Finds the shape; nothing where no delimiter gives columns.
pub fn find(sample: &Sample) -> Option<Shape> {
    let head = sample.blocks.first()?;
    let page = sample.encoding.page;
    let mut best: Option<(usize, Dialect, &'static str, usize, usize)> = None;
    for (name, delimiter) in DELIMITERS {
        let dialect = match sample.encoding.is_rendering() {
            true if delimiter == Dialect::RENDERING.delimiter => Dialect::RENDERING,
            true => continue,
            false => Dialect {
                delimiter,
                quote: Some(b'"'),
                terminator: Dialect::terminator_of(head, page),
                page,
                rendered: false,
            },
        };
        let records = cut(&dialect, head, LOOKED_AT);
        let Some((fields, count)) = usual(&records) else {
            continue;
        };
        let share = count * 100 / records.len().max(1);
        let known = records
            .iter()
            .take(Preamble::MOST)
            .map(|(_, r)| headings_known(r))
            .max()
            .unwrap_or(0);
        let score = share * fields.min(10) + known * 200;
        if fields > 1 && best.as_ref().is_none_or(|(other, ..)| score > *other) {
            best = Some((score, dialect, name, fields, share));
        }
    }
    let (_, dialect, delimiter, usual_fields, share) = best?;
    let mut first = cut(&dialect, head, usize::MAX);
    let top = header_at(&first, usual_fields);
    let mut header = None;
    let (mut before, mut header_line) = (Vec::new(), String::new());
    let mut fields = usual_fields;
    let mut header_rows = 1;
    if let Some(top) = top {
        before = first.drain(..top).map(|(line, _)| line).collect();
        let (line, mut cells) = first.remove(0);
        if two_rows(&cells, &first) {
            let (_, more) = first.remove(0);
            for (label, more) in cells.iter_mut().zip(more) {
                let apart = !label.is_empty() && !more.is_empty();
                label.push_str(if apart { " " } else { "" });
                label.push_str(&more);
            }
            header_rows = 2;
        }
        fields = cells.len();
        (header, header_line) = (Some(cells), line);
    }
    let mut shape = Shape {
        dialect,
        delimiter,
        header,
        header_line,
        header_rows,
        before,
        after: Vec::new(),
        whole: sample.whole,
        fields,
        loose_end: false,
        runs: Vec::new(),
        misfits: 0,
        odd: Vec::new(),
        repeated: false,
        share,
    };
    shape.add(first);
    for block in sample.blocks.iter().skip(1) {
        shape.add(cut(&shape.dialect, block, usize::MAX));
    }
    Some(shape)
}

impl Shape {
    /// Every record.
    pub fn records(&self) -> impl Iterator<Item = &Vec<String>> {
        self.runs.iter().flatten()
    }

    fn misfit(&mut self, line: &str) {
        self.misfits += 1;
        if self.odd.len() < ODD {
            self.odd.push(line.to_owned());
        }
    }

    fn add(&mut self, records: Vec<(String, Vec<String>)>) {
        let mut run = Vec::new();
        let mut after = Vec::new();
        for (line, mut cells) in records {
            if self.header.is_some() && line == self.header_line {
                self.repeated = true;
                continue;
            }
            if remark(&cells) {
                self.misfit(&line);
                after.push(line);
                continue;
            }
            let surplus = cells.iter().skip(self.fields).all(String::is_empty);
            // A line with fewer than half of the columns is a remark or a total.
            if cells.len() == self.fields {
                run.push(cells);
            } else if surplus && cells.len() * 2 > self.fields && self.fields > 2 {
                self.loose_end = true;
                cells.resize(self.fields, String::new());
                run.push(cells);
            } else {
                self.misfit(&line);
                after.push(line);
                continue;
            }
            after.clear();
        }
        // Only the last block tells what stands at the end.
        self.after = after.split_off(after.len().saturating_sub(AFTER));
        self.runs.push(run);
    }
}

/// Whether a cell holds a value rather than the name of a column.
pub fn is_value(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && digits >= letters
}

fn headings_known(cells: &[String]) -> usize {
    if cells.iter().any(|cell| is_value(cell)) {
        return 0;
    }
    cells.iter().filter(|cell| lexicon().knows(cell)).count()
}

// The line of the header: the one with most known headings, else a first record of the usual columns without values
// above records that have them.
fn header_at(records: &[(String, Vec<String>)], fields: usize) -> Option<usize> {
    let looked = records.iter().take(Preamble::MOST).enumerate();
    let near = |cells: &[String]| cells.len() > 1 && cells.len() * 2 > fields;
    let known = looked
        .clone()
        .filter(|(_, (_, cells))| near(cells))
        .map(|(at, (_, cells))| (headings_known(cells), std::cmp::Reverse(at)))
        .max()?;
    if known.0 >= 2 || (known.0 == 1 && fields <= 3) {
        return Some(known.1.0);
    }
    let (at, (_, cells)) = looked.clone().find(|(_, (_, cells))| cells.len() == fields)?;
    let names =
        cells.iter().all(|cell| !is_value(cell)) && cells.iter().filter(|c| !c.is_empty()).count() > 1;
    let values = records
        .iter()
        .skip(at + 1)
        .any(|(_, cells)| cells.iter().any(|cell| is_value(cell)));
    (names && values).then_some(at)
}

// Whether a line is a total or a balance rather than a record: its first word says so, and most of it is empty.
fn remark(cells: &[String]) -> bool {
    let mut filled = cells.iter().filter(|cell| !cell.is_empty());
    let first = filled
        .next()
        .map_or("", |cell| cell.split(':').next().unwrap_or(cell));
    let says = |list: &str| {
        let known = lexicon().around.get(list);
        known.is_some_and(|known| known.contains(&plain(first)))
    };
    filled.count() * 2 <= cells.len()
        && ["total", "opening_balance", "closing_balance"]
            .into_iter()
            .any(says)
}

// Whether the header goes on in the next line: one of the same columns without values, above records that have them.
fn two_rows(header: &[String], behind: &[(String, Vec<String>)]) -> bool {
    let Some((_, second)) = behind.first() else {
        return false;
    };
    let records: Vec<&Vec<String>> = behind
        .iter()
        .skip(1)
        .take(20)
        .map(|(_, cells)| cells)
        .filter(|cells| cells.len() == header.len())
        .collect();
    let values = |cells: &[String]| cells.iter().filter(|cell| is_value(cell)).count();
    second.len() == header.len()
        && second.iter().any(|cell| !cell.is_empty())
        && second != header
        && values(second) == 0
        && !records.is_empty()
        && records.iter().all(|cells| values(cells) > 0)
}

// The number of columns that most records have; of equal ones the larger.
fn usual(records: &[(String, Vec<String>)]) -> Option<(usize, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for (_, cells) in records {
        *counts.entry(cells.len()).or_insert(0_usize) += 1;
    }
    counts
        .into_iter()
        .filter(|(fields, _)| *fields > 1)
        .max_by_key(|(fields, count)| (*count, *fields))
}

fn cut(dialect: &Dialect, bytes: &[u8], most: usize) -> Vec<(String, Vec<String>)> {
    let mut records = Vec::new();
    let mut splitter = Splitter::default();
    let mut at = 0;
    while at < bytes.len() && records.len() < most {
        let (end, next) = match dialect.record_end(bytes, at, LONGEST, true) {
            Ending::Record { end, next } | Ending::Stray { end, next } => (end, next),
            Ending::TooLong | Ending::More => break,
        };
        let text = dialect
            .page
            .decode_lossy(&bytes[at..dialect.trim_end(bytes, at, end)]);
        at = next;
        if text.trim().is_empty() {
            continue;
        }
        if let Ok(record) = splitter.split(&text, dialect) {
            let cells = record.iter().map(str::to_owned).collect();
            records.push((text, cells));
        }
    }
    records
}
