//! What `mapping propose` looks at: a file of text, or the sheets and files found in a workbook or an archive.

use std::path::Path;

use super::encoding::Encoding;
use super::formats::delimited::{Proposal, propose, propose_in};
use super::run::io;
use super::shelf::{Kept, Shelf};
use super::{IntakeError, containers};

/// What was found in a file: the name of the sheet or of the file in it, empty where it is the file itself, with the
/// mapping proposed for it or the reason why none is.
pub type Proposed = (String, Result<Proposal, IntakeError>);

/// Proposes a mapping for a file, or for each sheet of a workbook and each file of an archive. These are unpacked into a
/// folder of the system's temporary ones, which is gone when this returns.
pub fn propose_for(path: &Path, name: &str) -> Result<Vec<Proposed>, IntakeError> {
    let mut kept = Kept {
        name: name.to_owned(),
        source_id: String::new(),
        path: path.to_owned(),
        bytes: std::fs::metadata(path).map_err(|e| io(path, e))?.len(),
        encoding: Encoding::RENDERING,
        origin: None,
        note: String::new(),
        contents: None,
    };
    let shelf = Shelf::thrown_away()?;
    let pieces = containers::open(&mut kept, &shelf)?;
    let Some(contents) = &kept.contents else {
        return Ok(vec![(String::new(), propose(path, name))]);
    };
    if let Some(reason) = &contents.refusal {
        return Err(IntakeError::Shape {
            name: name.to_owned(),
            place: "file".to_owned(),
            found: reason.clone(),
            expected: "text, a workbook, or an archive of them".to_owned(),
            next_step: "Save the table as text and propose from that".to_owned(),
        });
    }
    let inside = |piece: &Kept| {
        let front = format!("{name}/");
        piece.name.strip_prefix(&front).unwrap_or(&piece.name).to_owned()
    };
    Ok(pieces
        .iter()
        .filter(|piece| piece.contents.is_none())
        .map(|piece| {
            let encoding = piece.encoding.is_rendering().then_some(piece.encoding);
            (inside(piece), propose_in(&piece.path, &piece.name, encoding))
        })
        .collect())
}
