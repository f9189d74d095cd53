//! Workbooks in Office Open XML (ECMA-376): every sheet cell by cell, as calamine reads it, never as a whole.

use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use super::super::run::io;
use super::super::shelf::{Kept, Shelf};
use super::bounds::{Budget, COLUMNS, SHEETS};
use super::guard::guarded;
use super::parts::{self, refused};
use super::relations::Relations;
use super::rendering::{Cell, Row, Stop, day_and_time, decimal, sheet, time, truth};
use super::{Fault, Found};

/// Renders the sheets.
pub(super) fn open(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    let relations = Relations::read(&kept.path)?;
    let parts = parts::check(&kept.path, &|name| relations.held(name))?;
    let file = File::open(&kept.path).map_err(|error| io(&kept.path, error))?;
    let mut workbook = guarded(|| Xlsx::new(BufReader::new(file)))
        .ok_or_else(|| refused("it breaks the reader of workbooks"))?
        .map_err(|error| refused(&error.to_string()))?;
    let sheets = workbook.sheets_metadata().to_vec();
    if sheets.len() > SHEETS {
        return Err(refused(&format!("it has more than {SHEETS} sheets")));
    }
    let mut found = Found::default();
    // A damaged or hand-made list of sheets leaves rows out, and no program shows them.
    let of_rows = parts.iter().filter(|part| part.is_sheet).count();
    let named = sheets
        .iter()
        .filter(|one| one.typ == SheetType::WorkSheet)
        .count();
    if of_rows != named {
        let so = if named > of_rows {
            "what has no part of its own is not read"
        } else {
            "what the list does not name is not read"
        };
        found.left_out.push(format!(
            "its list names {named} sheets, and the parts with rows are {of_rows}: {so}"
        ));
    }
    let mut read: Vec<&str> = Vec::new();
    for (at, one) in sheets.iter().enumerate() {
        let name = one.name.as_str();
        if one.typ != SheetType::WorkSheet {
            found
                .left_out
                .push(format!("‘{name}’ is a chart or a macro, not rows"));
            continue;
        }
        let named = relations.sheets.get(at).map_or("", String::as_str);
        let part = parts.iter().find(|part| part.name == named);
        let again = sheets.iter().take(at).any(|other| other.name == one.name);
        let why = match part {
            // The reader finds a sheet by its name, and would find the other one.
            _ if again => Some("another sheet has the same name".to_owned()),
            // A list may name one part a thousand times.
            Some(part) if read.contains(&part.name.as_str()) => {
                Some("it has no part with rows of its own".to_owned())
            }
            Some(part) => part.place.as_ref().map(|place| {
                format!("a row or cell of it has the place ‘{place}’; expected places up to XFD1048576")
            }),
            None => Some("its part is not in the archive, or is no XML".to_owned()),
        };
        if let Some(why) = why {
            found.left_out.push(format!("sheet ‘{name}’ is not read: {why}"));
            continue;
        }
        let rendered = sheet(shelf, name, budget, &mut |take| {
            guarded(|| rows(&mut workbook, name, take))
                .unwrap_or_else(|| Err(Stop::Row("it breaks the reader of workbooks".to_owned())))
        });
        read.extend(part.filter(|_| rendered.is_ok()).map(|part| part.name.as_str()));
        note_sheet(&mut found, name, one.visible, rendered)?;
    }
    Ok(found)
}

/// Puts a rendered sheet with what was found, or says why it is not there.
pub(super) fn note_sheet(
    found: &mut Found,
    name: &str,
    visible: SheetVisible,
    rendered: Result<Option<Kept>, Fault>,
) -> Result<(), Fault> {
    match rendered {
        Ok(None) => found.left_out.push(format!("sheet ‘{name}’ is empty")),
        Ok(Some(mut piece)) => {
            if visible != SheetVisible::Visible {
                piece.note = "the sheet is hidden in the workbook".to_owned();
            }
            found.pieces.push(piece);
        }
        Err(Fault::Refused(reason)) => found
            .left_out
            .push(format!("sheet ‘{name}’ is not read: {reason}")),
        Err(ours) => return Err(ours),
    }
    Ok(())
}

fn rows(
    workbook: &mut Xlsx<BufReader<File>>,
    name: &str,
    take: &mut dyn FnMut(Row<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let fault = |error: calamine::XlsxError| Stop::Row(error.to_string());
    let mut reader = workbook.worksheet_cells_reader(name).map_err(fault)?;
    let mut row: Vec<(u32, Cell)> = Vec::new();
    let mut number = 0;
    while let Some(cell) = reader.next_cell().map_err(fault)? {
        let (at, column) = cell.get_position();
        if at != number {
            take((number, ordered(&mut row, number)?))?;
            row.clear();
            number = at;
        }
        if let Some(value) = value(cell.get_value()) {
            if row.len() > COLUMNS as usize {
                return Err(Stop::Row(format!(
                    "row {} has more than {COLUMNS} columns",
                    u64::from(at) + 1
                )));
            }
            row.push((column, value));
        }
    }
    take((number, ordered(&mut row, number)?))
}

// Cells stand in order in nearly every file; two in one place are one too many.
fn ordered(row: &mut [(u32, Cell)], number: u32) -> Result<&[(u32, Cell)], Stop> {
    row.sort_by_key(|(column, _)| *column);
    if row.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
        return Err(Stop::Row(format!(
            "row {} has a cell twice",
            u64::from(number) + 1
        )));
    }
    Ok(row)
}

fn value(data: &DataRef<'_>) -> Option<Cell> {
    Some(match data {
        DataRef::Empty => return None,
        DataRef::String(text) if text.is_empty() => return None,
        DataRef::SharedString("") => return None,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(number) => Cell::Bare(number.to_string()),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(value) => truth(*value),
        DataRef::DateTime(serial) => moment(serial),
        DataRef::DateTimeIso(text) => iso(text),
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(error) => Cell::Bare(error.to_string()),
    })
}

/// A serial number that the sheet shows as a day, a time, or a length of time. Below 1 it is a time of day.
pub(super) fn moment(serial: &ExcelDateTime) -> Cell {
    let value = serial.as_f64();
    let in_calendar = (0.0..2_958_466.0).contains(&value);
    if serial.is_duration() {
        let millis = (value * 86_400_000.0).round();
        if !(0.0..1e15).contains(&millis) {
            return decimal(value);
        }
        let millis = millis as u64;
        return Cell::Bare(time(
            millis / 3_600_000,
            millis / 60_000 % 60,
            millis / 1_000 % 60,
            millis % 1_000,
        ));
    }
    if !in_calendar {
        return decimal(value);
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    Cell::Bare(if value < 1.0 {
        time(hour.into(), minute.into(), second.into(), milli.into())
    } else {
        day_and_time((year, month, day), (hour, minute, second, milli))
    })
}

/// A day, with or without a time, that stands in the file as ISO 8601 already; what is not of that form stays text.
pub(super) fn iso(text: &str) -> Cell {
    let text = text.trim();
    let (date, clock) = text.split_once('T').unwrap_or((text, ""));
    let digits = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let dated = {
        let parts: Vec<&str> = date.split('-').collect();
        matches!(parts.as_slice(), [y, m, d] if digits(y, &[4]) && digits(m, &[2]) && digits(d, &[2]))
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let timed = clock.is_empty() || {
        let parts: Vec<&str> = whole.split(':').collect();
        matches!(parts.as_slice(), [h, m, s] if [h, m, s].into_iter().all(|p| digits(p, &[2])))
            && fraction.len() <= 9
            && fraction.bytes().all(|b| b.is_ascii_digit())
    };
    if !dated || !timed {
        return Cell::Text(text.to_owned());
    }
    let fraction = fraction.trim_end_matches('0');
    Cell::Bare(match (whole, fraction) {
        ("" | "00:00:00", "") => date.to_owned(),
        (whole, "") => format!("{date}T{whole}"),
        (whole, fraction) => format!("{date}T{whole}.{fraction}"),
    })
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn serial_numbers_are_days_and_times() {
        let shown = |value: f64, kind, is_1904| moment(&ExcelDateTime::new(value, kind, is_1904));
        for (value, kind, is_1904, text) in [
            (45_717.0, ExcelDateTimeType::DateTime, false, "2025-03-01"),
            (44_255.0, ExcelDateTimeType::DateTime, true, "2025-03-01"),
            (
                45_717.5,
                ExcelDateTimeType::DateTime,
                false,
                "2025-03-01T12:00:00",
            ),
            (
                45_717.999_988_425_92,
                ExcelDateTimeType::DateTime,
                false,
                "2025-03-01T23:59:59",
            ),
            (0.25, ExcelDateTimeType::DateTime, false, "06:00:00"),
            (1.5, ExcelDateTimeType::TimeDelta, false, "36:00:00"),
            (-1.0, ExcelDateTimeType::DateTime, false, "-1"),
            (3e6, ExcelDateTimeType::DateTime, false, "3000000"),
        ] {
            assert_eq!(
                shown(value, kind, is_1904),
                Cell::Bare(text.to_owned()),
                "{value}"
            );
        }
    }

    #[test]
    fn what_stands_in_iso_form_stays() {
        for (text, expected) in [
            ("2025-03-01", Some("2025-03-01")),
            ("2025-03-01T00:00:00", Some("2025-03-01")),
            ("2025-03-01T10:00:00.500000", Some("2025-03-01T10:00:00.5")),
            ("01.03.2025", None),
            ("2025-03-01T10", None),
        ] {
            let cell = expected.map_or(Cell::Text(text.to_owned()), |t| Cell::Bare(t.to_owned()));
            assert_eq!(iso(text), cell);
        }
    }
}
