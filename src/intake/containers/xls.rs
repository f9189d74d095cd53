//! Workbooks of old Excel (BIFF5 and BIFF8, [MS-XLS]): read by calamine, which holds every sheet as a full rectangle.
//! So the records are walked first, and a file is refused that says it is larger than such a sheet can be.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader, SheetType, Xls};

use super::super::run::io;
use super::super::shelf::{Kept, Shelf};
use super::bounds::SHEETS;
use super::parts::refused;
use super::rendering::{Cell, decimal, sheet, truth};
use super::xlsx::{iso, moment, note_sheet};
use super::{Fault, Found, ole};

const ROWS: u32 = 65_536;
const COLUMNS: u32 = 256;
/// Cells of the rectangles of all sheets.
const CELLS: u64 = 20_000_000;

/// Renders the sheets.
pub(super) fn open(kept: &Kept, shelf: &Shelf) -> Result<Found, Fault> {
    let stream = ole::stream(&kept.path, &["Workbook", "Book"]).map_err(|reason| refused(&reason))?;
    check(&stream).map_err(|reason| refused(&reason))?;
    drop(stream);
    let file = File::open(&kept.path).map_err(|error| io(&kept.path, error))?;
    let opened = catch_unwind(AssertUnwindSafe(|| Xls::new(BufReader::new(file))));
    let mut workbook = opened
        .map_err(|_| refused("it breaks the reader of workbooks"))?
        .map_err(|error| refused(&error.to_string()))?;
    let mut found = Found::default();
    for one in workbook.sheets_metadata().to_vec() {
        if one.typ != SheetType::WorkSheet {
            found
                .left_out
                .push(format!("‘{}’ is a chart or a macro, not rows", one.name));
            continue;
        }
        let range = match workbook.worksheet_range(&one.name) {
            Ok(range) => range,
            Err(error) => {
                found
                    .left_out
                    .push(format!("sheet ‘{}’ is not read: {error}", one.name));
                continue;
            }
        };
        let (first_row, first_column) = range.start().unwrap_or_default();
        let rendered = sheet(shelf, &one.name, &mut |take| {
            for (number, cells) in (first_row..).zip(range.rows()) {
                let row: Vec<(u32, Cell)> = (first_column..)
                    .zip(cells)
                    .filter_map(|(column, data)| Some((column, value(data)?)))
                    .collect();
                take((number, row.as_slice()))?;
            }
            Ok(())
        });
        note_sheet(&mut found, &one.name, one.visible, rendered)?;
    }
    Ok(found)
}

fn value(data: &Data) -> Option<Cell> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) if text.is_empty() => return None,
        Data::String(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Int(number) => Cell::Bare(number.to_string()),
        Data::Float(number) => decimal(*number),
        Data::Bool(value) => truth(*value),
        Data::DateTime(serial) => moment(serial),
        Data::DateTimeIso(text) => iso(text),
        Data::Error(error) => Cell::Bare(error.to_string()),
    })
}

// Every record has its kind and its length (2.1.4). Those of cells begin with row and column.
fn check(stream: &[u8]) -> Result<(), String> {
    let number = |at: usize| -> Option<u32> {
        let pair = stream.get(at..at + 2)?;
        Some(u32::from(u16::from_le_bytes([pair[0], pair[1]])))
    };
    let cut = || "its records are cut off".to_owned();
    let (mut at, mut sheets, mut cells) = (0, 0, 0_u64);
    let (mut height, mut width) = (0_u32, 0_u32);
    while at < stream.len() {
        let (Some(kind), Some(length)) = (number(at), number(at + 2)) else {
            break;
        };
        let data = at + 4;
        let end = data + length as usize;
        if end > stream.len() {
            return Err(cut());
        }
        match kind {
            // FilePass (2.4.117).
            0x002F => return Err("it is locked with a password".to_owned()),
            // BoundSheet8 (2.4.28): where the sheet begins.
            0x0085 => {
                let start = u64::from(number(data).ok_or_else(cut)?)
                    + (u64::from(number(data + 2).ok_or_else(cut)?) << 16);
                sheets += 1;
                if start >= stream.len() as u64 || sheets > SHEETS {
                    return Err("its list of sheets points outside".to_owned());
                }
            }
            // Dimensions (2.4.90): in BIFF8 rows have four bytes.
            0x0200 => {
                let (rows, columns) = if length >= 14 {
                    let low = |at: usize| number(at).ok_or_else(cut);
                    let (first, last) = (
                        low(data)? + (low(data + 2)? << 16),
                        low(data + 4)? + (low(data + 6)? << 16),
                    );
                    ((first, last), (low(data + 8)?, low(data + 10)?))
                } else {
                    let low = |at: usize| number(at).ok_or_else(cut);
                    ((low(data)?, low(data + 2)?), (low(data + 4)?, low(data + 6)?))
                };
                if rows.0 > rows.1 || columns.0 > columns.1 || rows.1 > ROWS || columns.1 > COLUMNS {
                    return Err("a sheet says it is larger than such a workbook can be".to_owned());
                }
                cells += u64::from(rows.1) * u64::from(columns.1);
            }
            // Number, Label, RString, BoolErr, Rk, LabelSst, Formula, MulRk: row and column come first.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 | 0x00BD => {
                let (row, mut column) = (number(data).ok_or_else(cut)?, number(data + 2).ok_or_else(cut)?);
                if kind == 0x00BD && length >= 6 {
                    let last = number(end - 2).ok_or_else(cut)?;
                    if last < column || length < 6 + 6 * (last - column + 1) {
                        return Err(cut());
                    }
                    column = last;
                }
                if column >= COLUMNS {
                    return Err(format!(
                        "a cell stands in column {}, and such a sheet has {COLUMNS}",
                        column + 1
                    ));
                }
                height = height.max(row + 1);
                width = width.max(column + 1);
            }
            // EOF of a sheet.
            0x000A => {
                cells += u64::from(height) * u64::from(width);
                (height, width) = (0, 0);
            }
            _ => {}
        }
        if cells + u64::from(height) * u64::from(width) > 2 * CELLS {
            return Err(format!("its sheets have more than {CELLS} cells"));
        }
        at = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((data.len() as u16).to_le_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn what_such_a_workbook_cannot_hold_is_refused_before_it_is_read() {
        let cell = |row: u16, column: u16| {
            let mut data = row.to_le_bytes().to_vec();
            data.extend(column.to_le_bytes());
            data.extend([0; 10]);
            record(0x0203, &data)
        };
        assert!(check(&cell(9, 3)).is_ok());
        assert!(check(&cell(9, 300)).is_err());
        let mut dimensions = 0_u32.to_le_bytes().to_vec();
        dimensions.extend(u32::MAX.to_le_bytes());
        dimensions.extend([0, 0, 255, 0, 0, 0]);
        assert!(check(&record(0x0200, &dimensions)).is_err());
        assert!(check(&record(0x0085, &[255, 255, 255, 127, 0, 0])).is_err());
        assert!(check(&record(0x002F, &[1, 0])).is_err());
        assert!(check(&[0x03, 0x02, 14, 0, 1]).is_err(), "cut off");
    }
}
