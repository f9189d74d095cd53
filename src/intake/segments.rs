//! Rows on their way out: collected to segments of even size and handed over in the order of the file.

use super::lines::Lines;
use super::{IntakeError, Output, Reject, Rows};
use crate::model::Place;

/// Records, or payments inside them, in a segment. Counted, so that the borders depend on the file alone.
const RECORDS: u64 = 100_000;
/// Bytes of records in a segment: few huge records are not more memory than many small ones.
const BYTES: u64 = 256 << 20;

/// Collects rows and hands them over a segment at a time.
pub struct Segments<'a> {
    source_id: &'a str,
    output: &'a dyn Output,
    rows: Rows,
    number: u32,
}

impl<'a> Segments<'a> {
    /// Nothing collected yet.
    pub fn new(source_id: &'a str, output: &'a dyn Output) -> Segments<'a> {
        Segments {
            source_id,
            output,
            rows: Rows::new(source_id),
            number: 0,
        }
    }

    /// Where the next record goes.
    pub fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// Keeps what cannot be read of a file of lines, as it stands there.
    pub(in crate::intake) fn reject_lines(&mut self, place: Place, reason: &str, lines: &Lines<'_>) {
        let raw = lines.excerpt(place.byte_start, place.byte_end);
        self.rows.reject(&Reject {
            place,
            locator: &format!("line {}", place.line),
            reason,
            raw: &raw,
        });
    }

    /// Hands over what was collected where it is a whole segment. Called behind each record, and within one that has
    /// very many payments inside it.
    pub fn pass_on(&mut self) -> Result<(), IntakeError> {
        let (accepted, rejected) = self.rows.counts();
        let details = self.rows.details() as u64;
        if accepted + rejected < RECORDS && details < RECORDS && self.rows.bytes() < BYTES {
            return Ok(());
        }
        self.hand_over()
    }

    /// Hands over the rest.
    pub fn finish(mut self) -> Result<(), IntakeError> {
        self.hand_over()
    }

    fn hand_over(&mut self) -> Result<(), IntakeError> {
        let rows = std::mem::replace(&mut self.rows, Rows::new(self.source_id));
        self.output.segment(self.number, rows)?;
        self.number += 1;
        Ok(())
    }
}
