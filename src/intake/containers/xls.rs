//! Workbooks of old Excel (BIFF5 and BIFF8, [MS-XLS]): read by calamine, which holds every sheet as a full rectangle.
//! So the records are walked first, from the places where it will walk them, and a file is refused that is larger than such
//! a sheet can be. What was walked is what it is given: the stream of records in a compound file made anew.

use std::io::Cursor;

use calamine::{Data, Reader, SheetType, Xls};
use hashbrown::HashMap;

use super::super::shelf::{Kept, Shelf};
use super::bounds::{Budget, SHEETS};
use super::guard::guarded;
use super::parts::refused;
use super::rendering::{Cell, decimal, sheet, truth};
use super::xlsx::{iso, moment, note_sheet};
use super::{Fault, Found, ole};

const ROWS: u32 = 65_536;
const COLUMNS: u32 = 256;
/// Cells of the rectangles of all sheets, of values and of formulas: half a full sheet, which is held twice at 32 bytes.
const CELLS: u64 = 8_388_608;

/// Renders the sheets.
pub(super) fn open(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    let stream = ole::stream(&kept.path, &["Workbook", "Book"]).map_err(|reason| refused(&reason))?;
    check(&stream).map_err(|reason| refused(&reason))?;
    let anew = ole::file_of("Workbook", stream).map_err(|reason| refused(&reason))?;
    let mut workbook = guarded(|| Xls::new(Cursor::new(anew)))
        .ok_or_else(|| refused("it breaks the reader of workbooks"))?
        .map_err(|error| refused(&error.to_string()))?;
    let mut found = Found::default();
    let sheets = workbook.sheets_metadata().to_vec();
    let mut several = HashMap::new();
    for one in &sheets {
        *several.entry(one.name.clone()).or_insert(0_usize) += 1;
    }
    for one in sheets {
        let times = several.get(&one.name).copied().unwrap_or(1);
        if times > 1 {
            found.left_out.push(format!(
                "sheet ‘{}’ is not read: the workbook has {times} sheets of this name",
                one.name
            ));
            continue;
        }
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
        let rendered = sheet(shelf, &one.name, budget, &mut |take| {
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

// Every record has its kind and its length (2.1.4). What stands before the first end says where the sheets begin.
fn check(stream: &[u8]) -> Result<(), String> {
    let mut starts = Vec::new();
    for record in records(stream) {
        let (kind, data) = record?;
        match kind {
            // FilePass (2.4.117).
            0x002F => return Err("it is locked with a password".to_owned()),
            // EOF.
            0x000A => break,
            // BoundSheet8 (2.4.28): where the sheet begins.
            0x0085 => {
                let start = (number(data, 0)? + (number(data, 2)? << 16)) as usize;
                if start >= stream.len() || starts.len() >= SHEETS {
                    return Err("its list of sheets points outside".to_owned());
                }
                starts.push(start);
            }
            _ => {}
        }
    }
    let mut cells = 0;
    for start in starts {
        cells += cells_of(stream.get(start..).unwrap_or_default())?;
        if cells > CELLS {
            return Err(format!("its sheets have more than {CELLS} cells"));
        }
    }
    Ok(())
}

/// The part of a sheet that cells reach, in rows and columns.
#[derive(Default)]
struct Rectangle {
    height: u32,
    width: u32,
}

impl Rectangle {
    fn reach(&mut self, row: u32, column: u32) -> Result<(), String> {
        if column >= COLUMNS {
            return Err(format!(
                "a cell stands in column {}, and such a sheet has {COLUMNS}",
                column + 1
            ));
        }
        self.height = self.height.max(row + 1);
        self.width = self.width.max(column + 1);
        Ok(())
    }

    fn cells(&self) -> u64 {
        u64::from(self.height) * u64::from(self.width)
    }
}

// Cells of the rectangles that the records of a sheet span, up to its end; a chart inside has an end of its own.
fn cells_of(sheet: &[u8]) -> Result<u64, String> {
    let (mut values, mut formulas) = (Rectangle::default(), Rectangle::default());
    let (mut begun, mut inside) = (false, 0_usize);
    for record in records(sheet) {
        let (kind, data) = record?;
        match kind {
            // BOF and EOF.
            0x0809 if begun => inside += 1,
            0x0809 => begun = true,
            0x000A if inside == 0 => break,
            0x000A => inside -= 1,
            _ if inside > 0 => {}
            0x0200 => dimensions(data)?,
            // Number, Label, RString, BoolErr, Rk, LabelSst, Formula, MulRk: row and column come first.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 | 0x00BD => {
                let (row, mut column) = (number(data, 0)?, number(data, 2)?);
                if kind == 0x0006 {
                    formulas.reach(row, column)?;
                }
                if kind == 0x00BD && data.len() >= 6 {
                    let last = number(data, data.len() - 2)?;
                    if last < column || data.len() < 6 + 6 * (last - column + 1) as usize {
                        return Err(CUT.to_owned());
                    }
                    column = last;
                }
                values.reach(row, column)?;
            }
            _ => {}
        }
    }
    Ok(values.cells() + formulas.cells())
}

// Dimensions (2.4.90): in BIFF8 rows have four bytes.
fn dimensions(data: &[u8]) -> Result<(), String> {
    let (rows, columns) = if data.len() >= 14 {
        let long = |at| Ok::<u32, String>(number(data, at)? + (number(data, at + 2)? << 16));
        ((long(0)?, long(4)?), (number(data, 8)?, number(data, 10)?))
    } else {
        (
            (number(data, 0)?, number(data, 2)?),
            (number(data, 4)?, number(data, 6)?),
        )
    };
    if rows.0 > rows.1 || columns.0 > columns.1 || rows.1 > ROWS || columns.1 > COLUMNS {
        return Err("a sheet says it is larger than such a workbook can be".to_owned());
    }
    Ok(())
}

const CUT: &str = "its records are cut off";

fn number(data: &[u8], at: usize) -> Result<u32, String> {
    match data.get(at..at + 2) {
        Some([low, high]) => Ok(u32::from(u16::from_le_bytes([*low, *high]))),
        _ => Err(CUT.to_owned()),
    }
}

// Kind and content of each record.
fn records(mut stream: &[u8]) -> impl Iterator<Item = Result<(u32, &[u8]), String>> {
    std::iter::from_fn(move || {
        let (kind, length) = (number(stream, 0).ok()?, number(stream, 2).ok()? as usize);
        let Some(data) = stream.get(4..4 + length) else {
            stream = &[];
            return Some(Err(CUT.to_owned()));
        };
        stream = stream.get(4 + length..).unwrap_or_default();
        Some(Ok((kind, data)))
    })
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
        // A list of sheets that point to what stands behind it; each entry has fourteen bytes.
        let book = |sheets: &[u8], starts: &[u32]| {
            let mut bytes = Vec::new();
            for start in starts {
                let place = 14 * starts.len() as u32 + 4 + start;
                bytes.extend(record(
                    0x0085,
                    &[&place.to_le_bytes()[..], &[0, 0, 2, 0, b'a', b'b']].concat(),
                ));
            }
            bytes.extend(record(0x000A, &[]));
            bytes.extend(sheets);
            bytes
        };
        let begin = record(0x0809, &[0, 6, 16, 0]);
        let sheet = |records: &[Vec<u8>]| [begin.clone(), records.concat(), record(0x000A, &[])].concat();
        assert!(check(&book(&sheet(&[cell(9, 3)]), &[0])).is_ok());
        assert!(check(&book(&sheet(&[cell(9, 300)]), &[0])).is_err());
        let mut dimensions = 0_u32.to_le_bytes().to_vec();
        dimensions.extend(u32::MAX.to_le_bytes());
        dimensions.extend([0, 0, 255, 0, 0, 0]);
        assert!(check(&book(&sheet(&[record(0x0200, &dimensions)]), &[0])).is_err());
        assert!(check(&book(&sheet(&[]), &[u32::MAX - 100])).is_err());
        assert!(check(&record(0x002F, &[1, 0])).is_err());
        assert!(check(&book(&[0x03, 0x02, 14, 0, 1], &[0])).is_err(), "cut off");
        // All rows and half of the columns are read; that they are named twice is too much for memory.
        let full = sheet(&[cell(65_535, 127)]);
        assert!(check(&book(&full, &[0])).is_ok());
        assert!(check(&book(&full, &[0, 0])).is_err());
        // Records inside a record, where a sheet is said to begin, and behind the end of a chart.
        let inside = sheet(&[record(0x00FF, &[begin.clone(), cell(9, 300)].concat())]);
        assert!(check(&book(&inside, &[0])).is_ok());
        let place = begin.len() as u32 + 4;
        assert!(check(&book(&inside, &[place])).is_err());
        let chart = sheet(&[sheet(&[cell(1, 999)]), cell(9, 300)]);
        assert!(check(&book(&chart, &[0])).is_err());
        assert!(check(&book(&sheet(&[sheet(&[cell(1, 999)])]), &[0])).is_ok());
    }
}
