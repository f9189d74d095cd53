//! The list of exhibits: what every figure of the page leads to. An entry, statement, holding or asset stands with file,
//! place and bytes; a finding with its schedule; a total with its meaning in SQL.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use serde::Serialize;

use super::figures::{Figure, MEANINGS, count};
use super::page::Context;
use super::received::anchor;
use super::rows::{Row, literals, rows};
use super::text::visible;
use super::{Query, ReportError};

/// Where a record stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Citation {
    pub source_id: String,
    pub locator: String,
    pub byte_start: i64,
    pub byte_end: i64,
}

impl Citation {
    /// From the columns `source_id`, `locator`, `byte_start` and `byte_end` of a row.
    pub(super) fn of(row: &Row<'_>) -> Citation {
        Citation {
            source_id: row.text_or_empty("source_id").to_owned(),
            locator: row.text_or_empty("locator").to_owned(),
            byte_start: row.integer("byte_start"),
            byte_end: row.integer("byte_end"),
        }
    }
}

/// What is cited, in the order in which the page first does.
#[derive(Debug, Default)]
pub(super) struct Exhibits {
    entries: Numbered,
    statements: Numbered,
    assets: Numbered,
    /// Numbers of sources, in the order of their names.
    sources: BTreeMap<String, usize>,
    cited_sources: BTreeSet<String>,
    meanings: BTreeSet<usize>,
}

#[derive(Debug, Default)]
struct Numbered {
    numbers: HashMap<String, usize>,
    cited: Vec<(String, Citation)>,
}

impl Numbered {
    fn put(&mut self, id: &str, citation: impl FnOnce() -> Citation) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.cited.len() + 1;
        self.numbers.insert(id.to_owned(), number);
        self.cited.push((id.to_owned(), citation()));
        number
    }
}

impl Exhibits {
    /// Sources in the order in which they are numbered.
    pub(super) fn of_sources<'a>(sources: impl Iterator<Item = &'a str>) -> Exhibits {
        Exhibits {
            sources: sources.map(str::to_owned).zip(1..).collect(),
            ..Exhibits::default()
        }
    }

    /// The exhibit number of an entry.
    pub(super) fn entry(&mut self, id: &str, citation: impl FnOnce() -> Citation) -> usize {
        self.entries.put(id, citation)
    }

    /// The exhibit number of a statement.
    pub(super) fn statement(&mut self, id: &str, citation: impl FnOnce() -> Citation) -> usize {
        self.statements.put(id, citation)
    }

    /// The exhibit number of a row of the table of assets.
    pub(super) fn asset(&mut self, id: &str, citation: impl FnOnce() -> Citation) -> usize {
        self.assets.put(id, citation)
    }

    /// The exhibit number of a source; nothing where the case has none of this id.
    pub(super) fn source(&mut self, id: &str) -> Option<usize> {
        let number = self.sources.get(id).copied()?;
        if !self.cited_sources.contains(id) {
            self.cited_sources.insert(id.to_owned());
        }
        Some(number)
    }

    /// The reference of a figure, `E-12`. Every figure has one: what is no record's own leads to its meaning.
    pub(super) fn reference(&mut self, name: &str, key: &str) -> Option<String> {
        let first = key.split(' ').next().unwrap_or_default();
        let known = |numbered: &Numbered, letter: char| {
            numbered
                .numbers
                .get(first)
                .map(|number| format!("{letter}-{number}"))
        };
        let own = match name.split_once('.').map_or(name, |(kind, _)| kind) {
            "entry" => known(&self.entries, 'E'),
            "statement" => known(&self.statements, 'B'),
            "asset" => known(&self.assets, 'A'),
            "source" | "reject" => self.source(first).map(|number| format!("S-{number}")),
            _ => None,
        };
        own.or_else(|| {
            let at = MEANINGS.iter().position(|meaning| meaning.name == name)?;
            self.meanings.insert(at);
            Some(format!("Q-{}", at + 1))
        })
    }
}

/// The list as the page shows it.
#[derive(Serialize)]
pub(super) struct List {
    entries: Vec<Line>,
    statements: Vec<Line>,
    assets: Vec<Line>,
    meanings: Vec<Meant>,
}

#[derive(Serialize)]
struct Line {
    anchor: String,
    label: String,
    source_label: String,
    source_anchor: String,
    file: String,
    locator: String,
    byte_start: Figure,
    byte_end: Figure,
    id: String,
}

#[derive(Serialize)]
struct Meant {
    anchor: String,
    label: String,
    name: &'static str,
    key: &'static str,
    sql: &'static str,
}

/// Names of the figures that say where a record of a kind begins and ends.
fn bytes(kind: char) -> (&'static str, &'static str) {
    match kind {
        'E' => ("entry.byte_start", "entry.byte_end"),
        'B' => ("statement.byte_start", "statement.byte_end"),
        _ => ("asset.byte_start", "asset.byte_end"),
    }
}

/// What was cited so far, in order.
pub(super) fn list(context: &Context<'_>) -> List {
    let mut exhibits = context.exhibits.borrow_mut();
    let cited = |kind: char, own: &Numbered| {
        own.cited
            .iter()
            .cloned()
            .zip(1..)
            .map(|one| (kind, one))
            .collect::<Vec<_>>()
    };
    let all = [
        cited('E', &exhibits.entries),
        cited('B', &exhibits.statements),
        cited('A', &exhibits.assets),
    ];
    let mut lines = all.into_iter().map(|lines| {
        lines
            .into_iter()
            .map(|(kind, ((id, citation), number))| {
                let source = exhibits.source(&citation.source_id);
                let name = context.sources.get(&citation.source_id);
                Line {
                    anchor: format!("{kind}-{number}"),
                    label: format!("{kind}-{number}"),
                    source_label: source.map_or_else(String::new, |number| format!("S-{number}")),
                    source_anchor: source
                        .map_or_else(|| anchor(&citation.source_id), |number| format!("S-{number}")),
                    file: context.file(name.map_or("", String::as_str)),
                    locator: visible(&context.secrets.redact(&citation.locator)),
                    byte_start: count(bytes(kind).0, id.as_str(), citation.byte_start),
                    byte_end: count(bytes(kind).1, id.as_str(), citation.byte_end),
                    id: visible(&id),
                }
            })
            .collect::<Vec<Line>>()
    });
    let (entries, statements, assets) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    drop(lines);
    List {
        entries,
        statements,
        assets,
        meanings: exhibits
            .meanings
            .iter()
            .filter_map(|at| {
                let meaning = MEANINGS.get(*at)?;
                Some(Meant {
                    anchor: format!("Q-{}", at + 1),
                    label: format!("Q-{}", at + 1),
                    name: meaning.name,
                    key: meaning.key,
                    sql: meaning.sql,
                })
            })
            .collect(),
    }
}

/// A source as the custody appendix lists it.
#[derive(Serialize)]
pub(super) struct Source {
    anchor: String,
    label: String,
    name: String,
    sha256: String,
    received_from: String,
    received_at: String,
    order_reference: String,
    made_from: String,
    rows_read: Figure,
    rows_accepted: Figure,
    rows_rejected: Figure,
}

/// Sources that are listed even where nothing of them is cited.
const MOST_SOURCES: usize = 200;

/// The sources: the first by name, and every one that is cited. Where others are not listed, how many there are in all.
pub(super) fn sources(
    query: &dyn Query,
    context: &Context<'_>,
) -> Result<(Vec<Source>, Option<Figure>), ReportError> {
    let exhibits = context.exhibits.borrow();
    let listed: Vec<&str> = exhibits
        .sources
        .iter()
        .filter(|(id, number)| **number <= MOST_SOURCES || exhibits.cited_sources.contains(*id))
        .map(|(id, _)| id.as_str())
        .collect();
    let mut made = Vec::new();
    for chunk in listed.chunks(500) {
        let sql = format!(
            "SELECT source_id, name, received_from, CAST(received_at AS VARCHAR) AS received_at, order_reference, \
             made_from, made_how, rows_read, rows_accepted, rows_rejected FROM sources WHERE source_id IN {}",
            literals(chunk.iter().copied())
        );
        for row in rows(query, &sql, &["source_id", "name", "received_from", "rows_read"])?.iter() {
            let id = row.text_or_empty("source_id");
            let number = exhibits.sources.get(id).copied().unwrap_or(0);
            let plain = |column: &str| visible(&context.secrets.redact(row.text_or_empty(column)));
            let from = row.text("made_from").and_then(|id| exhibits.sources.get(id));
            made.push((
                number,
                Source {
                    anchor: format!("S-{number}"),
                    label: format!("S-{number}"),
                    name: context.file(row.text_or_empty("name")),
                    sha256: visible(id),
                    received_from: plain("received_from"),
                    received_at: plain("received_at"),
                    order_reference: plain("order_reference"),
                    made_from: from.map_or_else(String::new, |number| format!("S-{number}")),
                    rows_read: count("source.rows_read", id, row.integer("rows_read")),
                    rows_accepted: count("source.rows_accepted", id, row.integer("rows_accepted")),
                    rows_rejected: count("source.rows_rejected", id, row.integer("rows_rejected")),
                },
            ));
        }
    }
    made.sort_by_key(|(number, _)| *number);
    let more = exhibits.sources.len().saturating_sub(made.len());
    Ok((
        made.into_iter().map(|(_, source)| source).collect(),
        (more > 0).then(|| count("sources.count", "", exhibits.sources.len() as i64)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_leads_somewhere() {
        let mut exhibits = Exhibits::of_sources(["s2", "s1"].into_iter());
        assert_eq!(exhibits.entry("e1", Citation::default), 1);
        assert_eq!(exhibits.entry("e2", Citation::default), 2);
        assert_eq!(exhibits.entry("e1", Citation::default), 1);
        let mut of = |name, key| exhibits.reference(name, key).unwrap_or_default();
        assert_eq!(of("entry.amount", "e2"), "E-2");
        assert_eq!(of("source.bytes", "s1"), "S-2");
        assert_eq!(of("reject.byte_start", "s2 line 1"), "S-1");
        assert!(of("entry.amount", "unknown").starts_with("Q-"));
        assert!(of("entries.count", "").starts_with("Q-"));
    }
}
