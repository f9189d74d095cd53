//! Workbooks in OpenDocument (ISO/IEC 26300, ODF 1.3 part 3, chapter 9): a walk through `content.xml`, row by row.
//!
//! Read here and not by a library, because a cell or a row may say that it is repeated a million times: only what has
//! content is written, and only within bounds.

use std::fs::File;
use std::io::{BufReader, Read};

use calamine::SheetVisible;
use hashbrown::HashSet;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::super::run::io;
use super::super::shelf::{Kept, Shelf};
use super::bounds::{Budget, COLUMNS, ROW, ROWS, SHEETS, WALKED};
use super::parts::{self, refused};
use super::relations::attribute;
use super::rendering::{Cell, Row, Stop, decimal, sheet, time, truth};
use super::xlsx::{iso, note_sheet};
use super::{Fault, Found};

/// Renders the sheets.
pub(super) fn open(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    parts::check(&kept.path, &|name| {
        (name != "content.xml").then(|| parts::held(name))
    })?;
    let file = File::open(&kept.path).map_err(|error| io(&kept.path, error))?;
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|error| refused(&format!("its archive is damaged ({error})")))?;
    if locked(&mut archive) {
        return Err(refused("it is locked with a password"));
    }
    let sheets = list(&mut archive).map_err(|stop| refused(&reason(&stop)))?;
    if sheets.len() > SHEETS {
        return Err(refused(&format!("it has more than {SHEETS} sheets")));
    }
    // Each sheet is walked to from the beginning.
    let bytes = archive.by_name("content.xml").map_or(0, |part| part.size());
    if bytes.saturating_mul(2 * sheets.len() as u64) > WALKED {
        return Err(refused(&format!(
            "its {} sheets lie in one part of {bytes} bytes, which is too much to walk through",
            sheets.len()
        )));
    }
    let mut found = Found::default();
    for (number, (name, visible)) in sheets.iter().enumerate() {
        let rendered = sheet(shelf, name, budget, &mut |take| rows(&mut archive, number, take));
        note_sheet(&mut found, name, *visible, rendered)?;
    }
    Ok(found)
}

type Archive = ZipArchive<BufReader<File>>;
type Xml<'a> = Reader<BufReader<ZipFile<'a, BufReader<File>>>>;

fn locked(archive: &mut Archive) -> bool {
    let mut text = Vec::new();
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        let _ = part.take(1 << 20).read_to_end(&mut text);
    }
    memchr::memmem::find(&text, b"encryption-data").is_some()
}

fn content(archive: &mut Archive) -> Result<Xml<'_>, Stop> {
    let part = archive
        .by_name("content.xml")
        .map_err(|error| Stop::Row(format!("its part ‘content.xml’ is not there ({error})")))?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    Ok(xml)
}

fn fault(error: impl std::fmt::Display) -> Stop {
    Stop::Row(format!("its XML is damaged ({error})"))
}

fn reason(stop: &Stop) -> String {
    match stop {
        Stop::Row(reason) => reason.clone(),
        Stop::Write(error) => error.to_string(),
    }
}

// Names of the sheets in order, and whether they are shown: that stands in the style that a sheet names.
fn list(archive: &mut Archive) -> Result<Vec<(String, SheetVisible)>, Stop> {
    let mut xml = content(archive)?;
    let (mut sheets, mut hidden) = (Vec::new(), HashSet::new());
    let mut style = String::new();
    let mut buffer = Vec::new();
    let mut inside = 0_usize;
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(fault)? {
            Event::Eof => return Ok(sheets),
            Event::Start(e) => match e.name().as_ref() {
                "style:style" => style = attribute(&e, "style:name"),
                "style:table-properties" if attribute(&e, "table:display") == "false" => {
                    hidden.insert(std::mem::take(&mut style));
                }
                "table:table" => {
                    inside += 1;
                    if inside == 1 {
                        let visible = if hidden.contains(&attribute(&e, "table:style-name")) {
                            SheetVisible::Hidden
                        } else {
                            SheetVisible::Visible
                        };
                        sheets.push((attribute(&e, "table:name"), visible));
                    }
                    if sheets.len() > SHEETS {
                        return Ok(sheets);
                    }
                }
                _ => {}
            },
            Event::End(e) if e.name().as_ref() == "table:table" => inside = inside.saturating_sub(1),
            _ => {}
        }
    }
}

// The rows of one sheet that have content.
fn rows(
    archive: &mut Archive,
    wanted: usize,
    take: &mut dyn FnMut(Row<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut xml = content(archive)?;
    let mut buffer = Vec::new();
    let (mut inside, mut seen) = (0_usize, 0_usize);
    let mut number: u32 = 0;
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(fault)? {
            Event::Eof => return Ok(()),
            Event::Start(e) => match e.name().as_ref() {
                "table:table" => {
                    inside += 1;
                    seen += usize::from(inside == 1);
                }
                "table:table-row" if inside == 1 && seen == wanted + 1 => {
                    let times = repeated(&e, "table:number-rows-repeated");
                    let cells = row(&mut xml, number)?;
                    if cells.is_empty() {
                        number = number.saturating_add(times);
                    } else {
                        if u64::from(number) + u64::from(times) > u64::from(ROWS) {
                            return Err(Stop::Row(format!("it has more than {ROWS} rows")));
                        }
                        for _ in 0..times {
                            take((number, &cells))?;
                            number += 1;
                        }
                    }
                }
                _ => {}
            },
            Event::End(e) if e.name().as_ref() == "table:table" => {
                inside = inside.saturating_sub(1);
                if inside == 0 && seen > wanted {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
}

fn row(xml: &mut Xml<'_>, number: u32) -> Result<Vec<(u32, Cell)>, Stop> {
    let mut cells = Vec::new();
    let mut column: u32 = 0;
    let mut bytes = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(fault)? {
            Event::Eof => return Err(fault("it ends within a row")),
            Event::End(e) if e.name().as_ref() == "table:table-row" => return Ok(cells),
            Event::Start(e)
                if matches!(e.name().as_ref(), "table:table-cell" | "table:covered-table-cell") =>
            {
                let times = repeated(&e, "table:number-columns-repeated");
                let said = Said::of(&e);
                let text = text(xml)?;
                match said.value(text) {
                    None => column = column.saturating_add(times),
                    Some(cell) => {
                        if u64::from(column) + u64::from(times) > u64::from(COLUMNS) {
                            return Err(Stop::Row(format!(
                                "row {} has more than {COLUMNS} columns",
                                number + 1
                            )));
                        }
                        let (Cell::Text(content) | Cell::Bare(content)) = &cell;
                        bytes += content.len() * times as usize;
                        if bytes > ROW {
                            return Err(Stop::Row(format!(
                                "row {} is longer than {ROW} bytes",
                                number + 1
                            )));
                        }
                        for _ in 0..times {
                            cells.push((column, cell.clone()));
                            column += 1;
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// What a cell's attributes say (ODF 1.3 part 3, 19.385 and following).
struct Said {
    kind: String,
    value: String,
    error: bool,
}

impl Said {
    fn of(e: &BytesStart<'_>) -> Said {
        let kind = attribute(e, "office:value-type");
        let name = match kind.as_str() {
            "date" => "office:date-value",
            "time" => "office:time-value",
            "boolean" => "office:boolean-value",
            "string" => "office:string-value",
            _ => "office:value",
        };
        Said {
            value: attribute(e, name),
            error: attribute(e, "calcext:value-type") == "error",
            kind,
        }
    }

    // `text` is what the cell shows.
    fn value(self, text: String) -> Option<Cell> {
        let plain = |text: String| (!text.is_empty()).then_some(Cell::Text(text));
        if self.error {
            let simple = text
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b',' && b != b'"');
            return if simple && !text.is_empty() {
                Some(Cell::Bare(text))
            } else {
                plain(text)
            };
        }
        match self.kind.as_str() {
            "float" | "currency" | "percentage" => match self.value.trim().parse::<f64>() {
                Ok(number) => Some(decimal(number)),
                Err(_) => plain(text),
            },
            "date" => Some(iso(&self.value)),
            "time" => clock(&self.value).map(Cell::Bare).or_else(|| plain(text)),
            "boolean" => Some(truth(self.value == "true")),
            "string" if !self.value.is_empty() => plain(self.value),
            _ => plain(text),
        }
    }
}

// The text of a cell up to its end: paragraphs become lines, remarks are left out.
fn text(xml: &mut Xml<'_>) -> Result<String, Stop> {
    let mut text = String::new();
    let mut paragraphs = 0;
    let (mut depth, mut aside) = (0_usize, 0_usize);
    let mut within = 0_usize;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        if text.len() > ROW {
            return Err(Stop::Row(format!("a cell is longer than {ROW} bytes")));
        }
        match xml.read_event_into(&mut buffer).map_err(fault)? {
            Event::Eof => return Err(fault("it ends within a cell")),
            Event::Start(e) => {
                depth += 1;
                let name = e.name();
                match name.as_ref() {
                    _ if aside > 0 => {}
                    "office:annotation" | "draw:frame" | "draw:object" | "table:table" => aside = depth,
                    "text:p" | "text:h" => {
                        within += 1;
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" => {
                        let times = repeated(&e, "text:c") as usize;
                        text.extend(std::iter::repeat_n(' ', times.min(ROW)));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                }
            }
            Event::End(e) => {
                if depth == 0 {
                    return Ok(text);
                }
                if aside == 0 && matches!(e.name().as_ref(), "text:p" | "text:h") {
                    within = within.saturating_sub(1);
                }
                if aside == depth {
                    aside = 0;
                }
                depth -= 1;
            }
            // Between paragraphs stands only the layout of the file.
            Event::Text(t) if aside == 0 && within > 0 => text.push_str(&t.xml10_content()),
            Event::CData(t) if aside == 0 && within > 0 => text.push_str(&t.xml10_content()),
            Event::GeneralRef(r) if aside == 0 && within > 0 => match &r[..] {
                "amp" => text.push('&'),
                "lt" => text.push('<'),
                "gt" => text.push('>'),
                "quot" => text.push('"'),
                "apos" => text.push('\''),
                other => match r.resolve_char_ref() {
                    Ok(Some(c)) => text.push(c),
                    _ => return Err(fault(format!("the entity ‘{other}’ is not known"))),
                },
            },
            _ => {}
        }
    }
}

fn repeated(e: &BytesStart<'_>, name: &str) -> u32 {
    match attribute(e, name).as_str() {
        "" => 1,
        text => text
            .parse::<u64>()
            .map_or(u32::MAX, |n| n.min(u64::from(u32::MAX)) as u32),
    }
}

// `PT13H05M00S`, as XML Schema writes a duration; without days, which this form does not have.
fn clock(text: &str) -> Option<String> {
    let rest = text.strip_prefix("PT")?;
    let (hours, rest) = rest.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?;
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let millis = match fraction.len() {
        0 => 0,
        _ => format!("{fraction:0<3}").get(..3)?.parse().ok()?,
    };
    Some(time(
        hours.parse().ok()?,
        minutes.parse().ok()?,
        seconds.parse().ok()?,
        millis,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_the_sheet_shows_them() {
        assert_eq!(clock("PT13H05M00S").as_deref(), Some("13:05:00"));
        assert_eq!(clock("PT36H00M01.5S").as_deref(), Some("36:00:01.500"));
        assert_eq!(clock("P1D"), None);
    }
}
