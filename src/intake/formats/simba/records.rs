//! The records of a file: a line each, columns parted by tabulators, no quotes.

use super::layout::{self, Kind};
use super::values;
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, Rows, SourceFile};
use crate::model::Place;

/// Most columns of a file.
const MOST: usize = 21;
/// Records that are looked at to recognise a file.
const LOOKED_AT: usize = 20;

/// The columns of a record.
pub struct Fields<'a> {
    at: [&'a str; MOST],
}

impl<'a> Fields<'a> {
    /// Cuts a line. The error says how many columns were found. Empty columns behind the last one are no fault.
    pub fn of(kind: Kind, line: &'a str) -> Result<Fields<'a>, String> {
        let mut at = [""; MOST];
        let mut count = 0;
        let wanted = kind.columns();
        let mut behind = false;
        for field in line.split('\t') {
            if count < wanted {
                at[count] = field.trim();
            } else {
                behind |= !field.trim().is_empty();
            }
            count += 1;
        }
        if count < wanted || behind {
            return Err(format!(
                "{count} columns; expected {wanted} columns parted by tabulators, as {} has",
                kind.word()
            ));
        }
        Ok(Fields { at })
    }

    /// A column by its number from 0.
    pub fn get(&self, column: usize) -> &'a str {
        self.at.get(column).copied().unwrap_or_default()
    }
}

/// Why the first bytes of a file are not of a kind; nothing where they are.
pub fn misfit(kind: Kind, head: &[u8]) -> Option<String> {
    let text: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
    let text = String::from_utf8_lossy(&text);
    let text = text.trim_start_matches(['\u{feff}', '\u{fffd}']);
    // The last line may be cut.
    let whole = match text.rfind('\n') {
        Some(end) if head.len() >= 64 << 10 => &text[..end],
        _ => text,
    };
    let (mut read, mut fit, mut fault) = (0, 0, String::new());
    for line in whole.lines().filter(|line| !line.trim().is_empty()) {
        if is_header(kind, line) {
            continue;
        }
        if read == LOOKED_AT {
            break;
        }
        read += 1;
        match Fields::of(kind, line) {
            Ok(fields) if reads_as(kind, &fields) => fit += 1,
            Ok(_) => fault = "its columns hold other values".to_owned(),
            Err(columns) => fault = format!("a line has {columns}"),
        }
    }
    match (read, fit) {
        (0, _) => Some("it holds no records".to_owned()),
        _ if fit * 2 > read => None,
        _ => Some(fault),
    }
}

fn reads_as(kind: Kind, fields: &Fields<'_>) -> bool {
    let number = |column: usize| {
        let text = fields.get(column);
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
    };
    match kind {
        Kind::Agencies => number(layout::agencies::BANK) && number(layout::agencies::BRANCH),
        Kind::Accounts => number(layout::accounts::BANK) && !fields.get(layout::accounts::NUMBER).is_empty(),
        Kind::Holders => number(layout::holders::BANK) && !fields.get(layout::holders::NUMBER).is_empty(),
        Kind::Extrato => {
            values::date(fields.get(layout::extrato::DATE)).is_ok()
                && matches!(fields.get(layout::extrato::NATURE), "C" | "D" | "c" | "d" | "*")
        }
        Kind::OriginDestination => {
            !fields.get(layout::origin_destination::KEY).is_empty()
                && values::amount(fields.get(layout::origin_destination::AMOUNT)).is_ok()
        }
        Kind::Hashes => false,
    }
}

/// Whether a line names the columns instead of holding a record.
pub fn is_header(kind: Kind, line: &str) -> bool {
    let first = line.split('\t').next().unwrap_or_default();
    first.trim().eq_ignore_ascii_case(kind.first_column())
}

/// Makes rows of a record's columns; gets its place and the words for it.
pub type Record<'r> = dyn FnMut(&mut Rows, &Fields<'_>, Place, &str) -> Result<(), String> + 'r;

/// Calls `record` for each record of a file, rejects those for which it gives a sentence, and hands the rows over.
/// `record` counts nothing itself.
pub fn read(
    kind: Kind,
    source: &SourceFile<'_>,
    output: &dyn Output,
    record: &mut Record<'_>,
) -> Result<(), IntakeError> {
    let mut segments = Segments::new(source.source_id, output);
    let mut lines = Lines::open(source)?;
    let mut line = Line::default();
    while lines.next(&mut line)? {
        if line.text.trim().is_empty() || (line.number == 1 && is_header(kind, &line.text)) {
            continue;
        }
        let place = place_of(&line);
        let locator = format!("line {}", line.number);
        let rows = segments.rows();
        let outcome = fields_of(kind, &line).and_then(|fields| record(rows, &fields, place, &locator));
        match outcome {
            Ok(()) => rows.accepted(),
            Err(reason) => reject(rows, &lines, place, &locator, &reason),
        }
        segments.pass_on()?;
    }
    segments.finish()
}

/// The columns of a line that was read whole.
pub fn fields_of(kind: Kind, line: &Line) -> Result<Fields<'_>, String> {
    if line.cut {
        return Err("the line is longer than 64 KB; expected a record within them".to_owned());
    }
    Fields::of(kind, &line.text)
}

/// Rejects a record.
pub fn reject(rows: &mut Rows, lines: &Lines<'_>, place: Place, locator: &str, reason: &str) {
    let raw = lines.excerpt(place.byte_start, place.byte_end);
    rows.reject(&Reject {
        place,
        locator,
        reason,
        raw: &raw,
    });
}

/// Where a line stands.
pub fn place_of(line: &Line) -> Place {
    Place {
        byte_start: line.start,
        byte_end: line.end,
        line: line.number,
    }
}
