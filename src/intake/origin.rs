//! `--made-from`: the file that a person made a table from, such as a PDF that nothing here reads.

use std::fs;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, AsArray};

use super::IntakeError;
use super::run::{Delivery, io};
use super::shelf::Origin;
use crate::case::{Table, Writer, hash_of};

/// The origin that a person named, which must be in the case or in this delivery. Beside it the place of the original
/// in the delivery, where it stands there.
pub(super) fn resolve(
    writer: &Writer<'_>,
    files: &[(PathBuf, String)],
    delivery: &Delivery,
) -> Result<Option<(Origin, Option<usize>)>, IntakeError> {
    let named = delivery.made_from.trim();
    if named.is_empty() {
        return Ok(None);
    }
    let user = &writer.actor().user;
    let origin = |source_id: String| Origin {
        source_id,
        how: format!("made by {user} from this file"),
    };
    let path = Path::new(named);
    if path.is_file() {
        let source_id = hash_of(path).map_err(|e| io(path, e))?;
        let same = |other: &Path| match (fs::canonicalize(other), fs::canonicalize(path)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        };
        let at = files.iter().position(|(other, _)| same(other));
        if at.is_some() || writer.case().manifest().has_source(&source_id) {
            return Ok(Some((origin(source_id), at)));
        }
        return Err(unknown(
            named,
            "the file is there, but it was never taken into this case",
            &format!(
                "Name it beside the table made from it: `geldspoor intake TABLE {named} --made-from {named}`"
            ),
        ));
    }
    let lower = named.to_ascii_lowercase();
    if lower.len() == 64 && lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        if writer.case().manifest().has_source(&lower) {
            return Ok(Some((origin(lower), None)));
        }
        return Err(unknown(
            named,
            "no source of this case has that SHA-256",
            "`geldspoor sql -c \"SELECT source_id, name FROM sources\"` lists them",
        ));
    }
    let found = by_name(writer, named)?;
    match found.as_slice() {
        [one] => Ok(Some((origin(one.clone()), None))),
        [] => Err(unknown(
            named,
            "no such file is there, and no source of this case has that name",
            "Give the path of a file that was taken in, its name as taken in, or its SHA-256",
        )),
        several => Err(unknown(
            named,
            &format!("{} sources of this case have that name", several.len()),
            &format!(
                "Give the SHA-256 of the one that is meant: {}",
                several.join(", ")
            ),
        )),
    }
}

fn by_name(writer: &Writer<'_>, name: &str) -> Result<Vec<String>, IntakeError> {
    let fault = |e: &dyn std::fmt::Display| IntakeError::Store(e.to_string());
    let mut found = Vec::new();
    for batch in writer.case().scan(Table::Sources, &["source_id", "name"]) {
        let batch = batch.map_err(|e| fault(&e))?;
        let column = |name| batch.column_by_name(name).and_then(|c| c.as_string_opt::<i32>());
        let (Some(ids), Some(names)) = (column("source_id"), column("name")) else {
            continue;
        };
        for row in 0..batch.num_rows() {
            if names.is_valid(row) && names.value(row) == name {
                found.push(ids.value(row).to_owned());
            }
        }
    }
    Ok(found)
}

fn unknown(named: &str, looked: &str, next_step: &str) -> IntakeError {
    IntakeError::Origin {
        named: named.to_owned(),
        looked: looked.to_owned(),
        next_step: next_step.to_owned(),
    }
}
