//! Files that hold other files, or need a rendering before they can be read: archives, workbooks, Parquet. And files
//! that are none of ours, told by their first bytes.
//!
//! `look` says by content what a file is, never by its name. `zip` and `gzip` take archives apart; `xlsx`, `ods`,
//! `xls` and `parquet` render rows as text through `rendering`; `bounds` says how much is unpacked at most; `parts`,
//! `tags`, `relations` and `pages` look at a file before its reader does. What the rules of a rendering are stands in
//! `docs/containers.md`. Nothing is ever written to disk under a name of its own.

mod bounds;
mod foreign;
mod guard;
mod gzip;
mod look;
mod ods;
mod ole;
mod pages;
mod parquet;
mod parts;
mod relations;
mod rendering;
mod tags;
mod xls;
mod xlsx;
mod zip;

pub use guard::is_guarded;

use super::IntakeError;
use super::shelf::{Kept, Origin, Shelf};
use bounds::Budget;
use look::Kind;

/// What was found in a file.
pub(super) struct Contents {
    /// The word of the table `sources`; `not read` for what is none of ours.
    pub format: &'static str,
    pub parser: &'static str,
    /// Name in the file, and source, of what was found directly in it.
    pub found: Vec<(String, String)>,
    /// What was refused or left out, and why.
    pub left_out: Vec<String>,
    /// Why the file as a whole is not opened.
    pub refusal: Option<String>,
}

/// Why a file, or a piece of it, cannot be opened.
enum Fault {
    /// It is the file's own fault; the reason is kept with it.
    Refused(String),
    /// The case could not be written to.
    Ours(IntakeError),
}

impl From<IntakeError> for Fault {
    fn from(error: IntakeError) -> Fault {
        Fault::Ours(error)
    }
}

/// What was found in a file: the pieces, and what was left out with the reason.
#[derive(Default)]
struct Found {
    pieces: Vec<Kept>,
    left_out: Vec<String>,
}

/// Sentences of a note that are listed; more are counted.
const LISTED: usize = 100;

/// Opens a file that holds others, where it is one, and all that is in it. Gives what was found, each thing behind the
/// one that holds it, in the order of names. An error only where the shelf cannot be written to.
pub(super) fn open(kept: &mut Kept, shelf: &Shelf) -> Result<Vec<Kept>, IntakeError> {
    let bytes = kept.bytes;
    open_within(kept, shelf, &mut Budget::of(bytes), 0)
}

fn open_within(
    kept: &mut Kept,
    shelf: &Shelf,
    budget: &mut Budget,
    depth: usize,
) -> Result<Vec<Kept>, IntakeError> {
    if kept.encoding.is_rendering() && depth > 0 {
        return Ok(Vec::new());
    }
    let kind = look::at(&kept.path)?;
    let (format, parser, how) = match &kind {
        Kind::Plain => return Ok(Vec::new()),
        Kind::Foreign(_) => ("not read", "", ""),
        Kind::Zip => ("zip", "zip/1", "member of an archive"),
        Kind::Gzip => ("gzip", "gzip/1", "unpacked from gzip"),
        Kind::Xlsx => ("xlsx", "rendering/1", ""),
        Kind::Ods => ("ods", "rendering/1", ""),
        Kind::Xls => ("xls", "rendering/1", ""),
        Kind::Parquet => ("parquet", "rendering/1", "Parquet rows rendered (rendering/1)"),
    };
    let mut contents = Contents {
        format,
        parser,
        found: Vec::new(),
        left_out: Vec::new(),
        refusal: None,
    };
    let opened = match kind {
        Kind::Plain => return Ok(Vec::new()),
        Kind::Foreign(reason) => Err(Fault::Refused(reason)),
        _ if depth > bounds::DEPTH => Err(Fault::Refused(format!(
            "it lies in {depth} archives within each other; at most {} are opened. Unpack the innermost by hand and take \
             it in with --made-from",
            bounds::DEPTH
        ))),
        Kind::Zip => zip::open(kept, shelf, budget),
        Kind::Gzip => gzip::open(kept, shelf, budget),
        Kind::Xlsx => xlsx::open(kept, shelf, budget),
        Kind::Ods => ods::open(kept, shelf, budget),
        Kind::Xls => xls::open(kept, shelf, budget),
        Kind::Parquet => parquet::open(kept, shelf, budget),
    };
    let mut all = Vec::new();
    match opened {
        Err(Fault::Ours(error)) => return Err(error),
        Err(Fault::Refused(reason)) => contents.refusal = Some(reason),
        Ok(mut found) => {
            if found.pieces.is_empty() && found.left_out.is_empty() {
                found.left_out.push("nothing is in it".to_owned());
            }
            contents.left_out = found.left_out;
            found.pieces.sort_by(|a, b| a.name.cmp(&b.name));
            for mut piece in found.pieces {
                let made_how = piece
                    .origin
                    .take()
                    .map_or_else(|| how.to_owned(), |origin| origin.how);
                piece.origin = Some(Origin {
                    source_id: kept.source_id.clone(),
                    how: made_how,
                });
                contents.found.push((piece.name.clone(), piece.source_id.clone()));
                piece.name = format!("{}/{}", kept.name, piece.name);
                let inside = open_within(&mut piece, shelf, budget, depth + 1)?;
                all.push(piece);
                all.extend(inside);
            }
        }
    }
    kept.contents = Some(contents);
    Ok(all)
}

impl Contents {
    /// What was refused or left out, in a sentence or several; else why nothing was opened.
    pub fn note(&self) -> String {
        match &self.refusal {
            Some(reason) => reason.clone(),
            None => listed(&self.left_out),
        }
    }

    /// What it is and what it holds, in words.
    pub fn describe(&self) -> String {
        let what = match self.format {
            "zip" => format!("zip archive, {} members", self.found.len()),
            "gzip" => "gzip, one file".to_owned(),
            "parquet" => "Parquet, rendered as rows of text".to_owned(),
            workbook => format!("workbook ({workbook}), {} sheets with content", self.found.len()),
        };
        if self.left_out.is_empty() {
            what
        } else {
            format!("{what}; {}", self.note())
        }
    }
}

/// Sentences joined; of very many the first ones and how many more.
pub(super) fn listed(notes: &[String]) -> String {
    let mut text = notes.iter().take(LISTED).cloned().collect::<Vec<_>>().join("; ");
    if notes.len() > LISTED {
        text.push_str(&format!("; and {} more", notes.len() - LISTED));
    }
    text
}
