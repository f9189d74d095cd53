//! What `intake --dry-run` tells: how each file would be read, with nothing written into the case.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::encoding::{Encoding, Finder};
use super::run::{Delivery, io};
use super::shelf::{Kept, Shelf, head_of};
use super::{IntakeError, containers, formats};

/// How each file would be read, and what is found in archives and workbooks. These are unpacked into a folder of the
/// system's temporary ones, which is gone when this returns.
pub fn recognise(
    files: &[(PathBuf, String)],
    delivery: &Delivery,
) -> Result<Vec<(String, String)>, IntakeError> {
    let mut answers = Vec::new();
    for (path, name) in files {
        let mut kept = Kept {
            name: name.clone(),
            source_id: String::new(),
            path: path.clone(),
            bytes: std::fs::metadata(path).map_err(|e| io(path, e))?.len(),
            encoding: Encoding::RENDERING,
            origin: None,
            note: String::new(),
            contents: None,
        };
        let shelf = Shelf::thrown_away()?;
        let pieces = containers::open(&mut kept, &shelf)?;
        if kept.contents.is_none() {
            kept.encoding = encoding_of(path)?;
        }
        answers.push(answer(&kept, delivery)?);
        for piece in &pieces {
            answers.push(answer(piece, delivery)?);
        }
    }
    Ok(answers)
}

fn answer(kept: &Kept, delivery: &Delivery) -> Result<(String, String), IntakeError> {
    let text = match &kept.contents {
        Some(contents) => match &contents.refusal {
            Some(reason) => format!("not read: {reason}"),
            None => contents.describe(),
        },
        None => match formats::choose(
            &head_of(&kept.path)?,
            &kept.name,
            kept.encoding,
            delivery.mapping.as_deref(),
            &delivery.account,
        ) {
            Ok(chosen) => format!("{} ({})", chosen.describe(), chosen.reason),
            Err(error) => format!("not read: {error}"),
        },
    };
    let text = if kept.note.is_empty() {
        text
    } else {
        format!("{text}; {}", kept.note)
    };
    Ok((kept.name.clone(), text))
}

// From the whole file, as when it is taken in: a code page may show late.
fn encoding_of(path: &Path) -> Result<Encoding, IntakeError> {
    let mut file = File::open(path).map_err(|e| io(path, e))?;
    let mut finder = Finder::default();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block).map_err(|e| io(path, e))? {
            0 => return Ok(finder.finish()),
            count => finder.feed(&block[..count]),
        }
    }
}
