//! Rows of a sheet written as text: one form, byte for byte the same from the same sheet. `docs/containers.md` says it
//! for people who want to repeat it.
//!
//! Text stands in quotes, always; numbers, days, times, truth values and faults stand without. So the reader knows of
//! each cell what it was, and a text such as `1.234` is never taken for the number that a mapping would make of it.

use std::io::{self, Write};

use super::super::encoding::Encoding;
use super::super::shelf::{Kept, Origin, Shelf};
use super::Fault;
use super::bounds::{Budget, CELLS, COLUMNS, ROW, ROWS};

/// A cell with content.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    /// A number, day, time, truth value or fault, as [`decimal`] and its neighbours write them.
    Bare(String),
}

/// A row: its number from 0, and its cells with the number of their column from 0, in order.
pub(super) type Row<'a> = (u32, &'a [(u32, Cell)]);

/// What takes rows.
pub(super) type Take<'t> = dyn FnMut(Row<'_>) -> Result<(), Stop> + 't;

/// How far a sheet reaches.
#[derive(Default)]
pub(super) struct Extent {
    /// Columns up to the last one with content.
    width: u32,
    rows: u64,
    next: u32,
}

impl Extent {
    /// Takes a row into account; why the sheet cannot be rendered.
    pub fn row(&mut self, (number, cells): Row<'_>) -> Result<(), String> {
        let Some((last, _)) = cells.last() else {
            return Ok(());
        };
        if number < self.next {
            return Err(format!(
                "row {} stands behind row {}: the sheet is not in order",
                u64::from(number) + 1,
                self.next
            ));
        }
        if number >= ROWS {
            return Err(format!("it has more than {ROWS} rows"));
        }
        if *last >= COLUMNS {
            return Err(format!("row {} has more than {COLUMNS} columns", number + 1));
        }
        self.next = number + 1;
        self.rows += 1;
        self.width = self.width.max(last + 1);
        if self.rows * u64::from(self.width) > CELLS {
            return Err(format!("its rows and columns make more than {CELLS} cells"));
        }
        Ok(())
    }

    /// Whether nothing stands in the sheet.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// Writes rows as text, as many bytes as the budget allows.
pub(super) struct Rendering<'b, W> {
    out: W,
    budget: &'b mut Budget,
    width: u32,
    next: u32,
    line: Vec<u8>,
}

/// Why a row could not be written.
pub(super) enum Stop {
    Write(io::Error),
    Row(String),
}

impl<'b, W: Write> Rendering<'b, W> {
    pub fn new(out: W, extent: &Extent, budget: &'b mut Budget) -> Rendering<'b, W> {
        Rendering::of_width(out, extent.width, budget)
    }

    /// For rows of one width, with content in each.
    pub fn of_width(out: W, width: u32, budget: &'b mut Budget) -> Rendering<'b, W> {
        Rendering {
            out,
            budget,
            width,
            next: 0,
            line: Vec::new(),
        }
    }

    /// Writes a row, and an empty line for each row before it that has no content.
    pub fn row(&mut self, (number, cells): Row<'_>) -> Result<(), Stop> {
        if cells.is_empty() {
            return Ok(());
        }
        // Empty lines before the row, and the row with its commas, before anything of them is written.
        let lines = u64::from(number.saturating_sub(self.next)) + u64::from(self.width);
        self.budget.spend(lines).map_err(Stop::Row)?;
        while self.next < number {
            self.out.write_all(b"\n").map_err(Stop::Write)?;
            self.next += 1;
        }
        self.next = number.saturating_add(1);
        self.line.clear();
        let mut cells = cells.iter().peekable();
        for column in 0..self.width {
            if column > 0 {
                self.line.push(b',');
            }
            while let Some((_, cell)) = cells.next_if(|(at, _)| *at <= column) {
                match cell {
                    Cell::Bare(text) => self.line.extend_from_slice(text.as_bytes()),
                    Cell::Text(text) => quote(text, &mut self.line),
                }
            }
        }
        self.line.push(b'\n');
        if self.line.len() > ROW {
            return Err(Stop::Row(format!(
                "row {} is longer than {ROW} bytes",
                u64::from(number) + 1
            )));
        }
        let rest = (self.line.len() as u64).saturating_sub(self.width.into());
        self.budget.spend(rest).map_err(Stop::Row)?;
        self.out.write_all(&self.line).map_err(Stop::Write)
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn quote(text: &str, line: &mut Vec<u8>) {
    line.push(b'"');
    for part in text.split_inclusive('"') {
        line.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            line.push(b'"');
        }
    }
    line.push(b'"');
}

/// Renders one sheet: `rows` hands every row of it to a function, and is called twice, to measure and to write. Nothing
/// where the sheet is empty.
pub(super) fn sheet(
    shelf: &Shelf,
    name: &str,
    budget: &mut Budget,
    rows: &mut dyn FnMut(&mut Take<'_>) -> Result<(), Stop>,
) -> Result<Option<Kept>, Fault> {
    let mut extent = Extent::default();
    let stopped = |stop: Stop| match stop {
        Stop::Row(reason) => Fault::Refused(reason),
        Stop::Write(error) => Fault::Ours(super::super::IntakeError::Store(error.to_string())),
    };
    rows(&mut |row| extent.row(row).map_err(Stop::Row)).map_err(stopped)?;
    if extent.is_empty() {
        return Ok(None);
    }
    let mut receiving = shelf.receive()?;
    let mut rendering = Rendering::new(
        io::BufWriter::with_capacity(256 << 10, &mut receiving),
        &extent,
        budget,
    );
    rows(&mut |row| rendering.row(row)).map_err(stopped)?;
    rendering.finish().map_err(|error| stopped(Stop::Write(error)))?;
    let mut kept = receiving.finish(&format!("{name}.csv"))?;
    kept.encoding = Encoding::RENDERING;
    kept.origin = Some(Origin {
        source_id: String::new(),
        how: format!("sheet ‘{name}’ rendered row by row (rendering/1)"),
    });
    Ok(Some(kept))
}

/// A number in the shortest decimal text that has at most 15 significant digits, which is what a spreadsheet shows: no
/// exponent, no grouping, a point.
pub(super) fn decimal(value: f64) -> Cell {
    if !value.is_finite() {
        return Cell::Bare("#NUM!".to_owned());
    }
    let text = format!("{value:.14e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let negative = mantissa.starts_with('-');
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Cell::Bare("0".to_owned());
    }
    let point = exponent + 1;
    let mut out = String::with_capacity(24);
    if negative {
        out.push('-');
    }
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
        out.push_str(digits);
    } else {
        let whole = point as usize;
        match digits.get(whole..).filter(|rest| !rest.is_empty()) {
            Some(rest) => {
                out.push_str(digits.get(..whole).unwrap_or_default());
                out.push('.');
                out.push_str(rest);
            }
            None => {
                out.push_str(digits);
                out.extend(std::iter::repeat_n('0', whole - digits.len()));
            }
        }
    }
    Cell::Bare(out)
}

/// A day and a time of day, without the time where it is midnight.
pub(super) fn day_and_time(
    (year, month, day): (u16, u8, u8),
    (hour, minute, second, milli): (u8, u8, u8, u16),
) -> String {
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        return date;
    }
    format!(
        "{date}T{}",
        time(
            u64::from(hour),
            u64::from(minute),
            u64::from(second),
            u64::from(milli)
        )
    )
}

/// A time, or a length of time in hours, minutes and seconds.
pub(super) fn time(hour: u64, minute: u64, second: u64, milli: u64) -> String {
    if milli == 0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}.{milli:03}")
    }
}

/// A truth value.
pub(super) fn truth(value: bool) -> Cell {
    Cell::Bare(if value { "TRUE" } else { "FALSE" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_a_spreadsheet_shows_them() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (-12.5, "-12.5"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e15, "1000000000000000"),
            (123_456_789_012_345_680.0, "123456789012346000"),
            (1e-7, "0.0000001"),
            (100.0, "100"),
            (1.005, "1.005"),
            (99_999_999_999.99, "99999999999.99"),
            (f64::NAN, "#NUM!"),
        ] {
            assert_eq!(decimal(value), Cell::Bare(text.to_owned()));
        }
    }

    #[test]
    fn rows_stand_at_their_number() {
        let text = |t: &str| Cell::Text(t.to_owned());
        let mut extent = Extent::default();
        let rows: [(u32, Vec<(u32, Cell)>); 3] = [
            (2, vec![(0, text("a\"b\nc")), (2, decimal(1.5))]),
            (4, vec![(1, text("é"))]),
            (5, Vec::new()),
        ];
        for (number, cells) in &rows {
            assert!(extent.row((*number, cells)).is_ok());
        }
        let mut out = Vec::new();
        let mut budget = Budget::of(0);
        let mut rendering = Rendering::new(&mut out, &extent, &mut budget);
        for (number, cells) in &rows {
            assert!(rendering.row((*number, cells)).is_ok());
        }
        assert!(rendering.finish().is_ok());
        assert_eq!(
            String::from_utf8_lossy(&out),
            "\n\n\"a\"\"b\nc\",,1.5\n\n,\"é\",\n"
        );
        assert!(extent.row((4, &rows[0].1)).is_err(), "behind row 5");
    }

    #[test]
    fn what_is_rendered_is_counted_as_unpacked() {
        let mut budget = Budget::of(0);
        assert!(budget.spend(999_999_990).is_ok());
        let cell = [(0, Cell::Text("abcdef".to_owned()))];
        let mut out = Vec::new();
        let mut rendering = Rendering::of_width(&mut out, 1, &mut budget);
        assert!(rendering.row((0, &cell)).is_ok());
        match rendering.row((1, &cell)) {
            Err(Stop::Row(reason)) => assert!(reason.contains("1000 MB in all"), "{reason}"),
            _ => panic!("written beyond the budget"),
        }
        assert_eq!(out, b"\"abcdef\"\n");
    }
}
