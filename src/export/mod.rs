//! Files that other programmes open: each format a streaming writer over plain rows.
//!
//! An [`Exporter`] takes rows table by table in the order of [`Table`], keeps count of what a format has a place for and
//! what it leaves out, and closes the file. No SQL, no files, no clock, no printing: bytes go into whatever
//! [`Write`] is given, and what a person must be told comes back in [`Written`]. Memory grows with
//! parties, accounts, holders and findings, never with transfers or entries.
//!
//! ```ignore
//! let mut exporter = Exporter::open(Format::GraphMl, &head, &mut file)?;
//! exporter.row(Row::Party(&Party { party_id: "p1", name: "P-7F3A", ..Party::default() }))?;
//! let written = exporter.finish()?;
//! ```

pub mod anx;
pub mod bods;
pub mod case_uco;
#[cfg(test)]
mod checks;
mod facts;
pub mod ftm;
pub mod gexf;
pub mod goaml;
mod goaml_parts;
pub mod goaml_profile;
pub mod graphml;
mod json;
mod known;
mod model;
pub mod parquet;
#[cfg(test)]
mod sample;
mod text;
pub mod xlsx;
mod xml;

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use thiserror::Error;

pub use model::{
    Account, Cited, Cluster, Entry, Finding, Head, Holder, Party, PartyKind, Relation, Row, Source, Table,
    Transfer,
};

/// A format that a case is exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// i2 Analyst's Notebook, XML.
    Anx,
    /// Beneficial Ownership Data Standard 0.4, JSON.
    Bods,
    /// CASE 1.5 / UCO, JSON-LD.
    Case,
    /// FollowTheMoney, JSON lines.
    Ftm,
    /// GEXF 1.3 with times, XML.
    Gexf,
    /// goAML report, XML: a draft that was not filed.
    GoAml,
    /// GraphML, XML.
    GraphMl,
    /// Spreadsheet.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 8] = [
        Format::Anx,
        Format::Bods,
        Format::Case,
        Format::Ftm,
        Format::Gexf,
        Format::GoAml,
        Format::GraphMl,
        Format::Xlsx,
    ];

    /// The word of the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Anx => "anx",
            Format::Bods => "bods",
            Format::Case => "case",
            Format::Ftm => "ftm",
            Format::Gexf => "gexf",
            Format::GoAml => "goaml",
            Format::GraphMl => "graphml",
            Format::Xlsx => "xlsx",
        }
    }

    /// From the word of the command line.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// How the names of such files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Anx => "anx",
            Format::Bods => "bods.json",
            Format::Case => "case.jsonld",
            Format::Ftm => "ftm.jsonl",
            Format::Gexf => "gexf",
            Format::GoAml => "goaml.xml",
            Format::GraphMl => "graphml",
            Format::Xlsx => "xlsx",
        }
    }
}

/// All that files say by themselves, whatever the records: words of formats, titles, explanations.
pub fn own_text() -> String {
    const WRITERS: [&str; 13] = [
        include_str!("anx.rs"),
        include_str!("bods.rs"),
        include_str!("case_uco.rs"),
        include_str!("facts.rs"),
        include_str!("ftm.rs"),
        include_str!("gexf.rs"),
        include_str!("goaml.rs"),
        include_str!("goaml_parts.rs"),
        include_str!("graphml.rs"),
        include_str!("parquet.rs"),
        include_str!("xlsx/book.rs"),
        include_str!("xlsx/columns.rs"),
        include_str!("xlsx/mod.rs"),
    ];
    // What tests say is in no file.
    let said = WRITERS
        .iter()
        .map(|text| text.split("#[cfg(test)]").next().unwrap_or_default());
    said.collect::<Vec<_>>().join("\n")
}

/// Why a file could not be made.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The bytes did not go out: disk full, pipe closed.
    #[error("the export could not be written: {0}; free space or choose another place and run it again")]
    Write(#[from] std::io::Error),
    /// Rows came in another order than [`Table`]'s.
    #[error(
        "a row of {} came behind {}; tables are given in the order sources, findings, clusters, parties, accounts, \
         holders, relations, transfers, entries",
        .0.as_str(), .1.as_str()
    )]
    Order(Table, Table),
    /// A row names a party or account that was not given before it.
    #[error("{} ‘{id}’ names ‘{missing}’, which is not among the parties and accounts given before it", .table.as_str())]
    Missing {
        table: Table,
        id: String,
        missing: String,
    },
    /// Two rows have the same id.
    #[error("{} ‘{id}’ came twice; an id stands for one row", .table.as_str())]
    Twice { table: Table, id: String },
    /// A text that should be a SHA-256 is none.
    #[error("source ‘{0}’ has no SHA-256 as its id; 64 hexadecimal digits were expected")]
    Hash(String),
    /// A profile for goAML that cannot be read.
    #[error("{0}")]
    Profile(#[from] goaml_profile::ProfileError),
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It stands in the file.
    Written,
    /// The format has no place for it, for this reason.
    LeftOut(&'static str),
}

/// A format's writer.
pub trait Sink {
    /// Writes one row, or says why it has no place.
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError>;

    /// Closes the file and tells in plain sentences what its reader must know (replaced characters, cut texts).
    fn finish(&mut self) -> Result<Vec<String>, ExportError>;
}

/// What was written and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows that stand in the file, by table.
    pub rows: BTreeMap<Table, u64>,
    /// Rows that the format has no place for, by table and reason.
    pub left_out: BTreeMap<(Table, &'static str), u64>,
    /// What else the reader must know, in plain sentences.
    pub notes: Vec<String>,
}

/// Takes rows and keeps count.
pub struct Exporter<'w> {
    sink: Box<dyn Sink + 'w>,
    table: Table,
    written: Written,
}

impl<'w> Exporter<'w> {
    /// Writes through a sink.
    pub fn new(sink: impl Sink + 'w) -> Exporter<'w> {
        Exporter {
            sink: Box::new(sink),
            table: Table::Sources,
            written: Written::default(),
        }
    }

    /// Writes a format into a file or a buffer; goAML with the profile that names no country.
    pub fn open<W: Write + Seek + 'w>(
        format: Format,
        head: &Head<'_>,
        out: W,
    ) -> Result<Exporter<'w>, ExportError> {
        Ok(match format {
            Format::Anx => Exporter::new(anx::Anx::new(out, head)?),
            Format::Bods => Exporter::new(bods::Bods::new(out, head)?),
            Format::Case => Exporter::new(case_uco::CaseUco::new(out, head)?),
            Format::Ftm => Exporter::new(ftm::Ftm::new(out, head)?),
            Format::Gexf => Exporter::new(gexf::Gexf::new(out, head)?),
            Format::GoAml => Exporter::new(goaml::GoAml::new(
                out,
                head,
                &goaml::Report::default(),
                goaml_profile::Profile::named("generic")?,
            )?),
            Format::GraphMl => Exporter::new(graphml::GraphMl::new(out, head)?),
            Format::Xlsx => Exporter::new(xlsx::Xlsx::new(out, head)?),
        })
    }

    /// One row; tables in the order of [`Table`], rows within one in an order of their own (by id), so that the same case
    /// gives the same bytes.
    pub fn row(&mut self, row: Row<'_>) -> Result<(), ExportError> {
        let table = row.table();
        if table < self.table {
            return Err(ExportError::Order(table, self.table));
        }
        self.table = table;
        match self.sink.row(row)? {
            Placed::Written => *self.written.rows.entry(table).or_default() += 1,
            Placed::LeftOut(reason) => *self.written.left_out.entry((table, reason)).or_default() += 1,
        }
        Ok(())
    }

    /// Closes the file and tells what stands in it.
    pub fn finish(mut self) -> Result<Written, ExportError> {
        self.written.notes = self.sink.finish()?;
        Ok(self.written)
    }
}
