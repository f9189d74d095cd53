//! A spreadsheet file (ECMA-376) written as a stream: one sheet after the other straight into the ZIP, so that a million
//! rows take no memory and no temporary files, and the same rows always give the same bytes.

use std::io::{self, Seek, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

use crate::export::xml::escape;
use crate::model::{Date, Moment};

/// Rows that a sheet holds, its header among them.
pub const ROWS: u32 = 1_048_576;
/// UTF-16 units that a cell holds.
const CELL: usize = 32_767;

/// A cell's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text, or an identifier that must stay as it is written.
    Text(&'a str),
    /// A text made for the cell.
    Made(String),
    /// A number as written, with this many decimals shown.
    Number(String, u32),
    /// A day.
    Day(Date),
    /// A day and time.
    Time(Moment),
    /// Yes or no.
    Truth(bool),
}

/// What had to be changed so that a sheet can hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Characters that XML cannot hold.
    pub replaced: u64,
    /// Texts longer than a cell.
    pub cut: u64,
    /// Texts that begin as a formula does.
    pub quoted: u64,
}

/// A workbook under way.
pub struct Book<W: Write + Seek> {
    zip: ZipWriter<W>,
    sheets: Vec<(String, u32, u32)>,
    row: Vec<u8>,
    rows: u32,
    columns: u32,
    pub changed: Changed,
}

/// A column: title and width in characters.
pub type Width<'a> = (&'a str, u32);

impl<W: Write + Seek> Book<W> {
    /// Begins a workbook.
    pub fn new(out: W) -> Book<W> {
        Book {
            zip: ZipWriter::new(out),
            sheets: Vec::new(),
            row: Vec::new(),
            rows: 0,
            columns: 0,
            changed: Changed::default(),
        }
    }

    /// Begins a sheet with its header, which stays in sight and filters.
    pub fn open(&mut self, name: &str, columns: &[Width<'_>]) -> io::Result<()> {
        self.sheets.push((name.to_owned(), 0, columns.len() as u32));
        let path = format!("xl/worksheets/sheet{}.xml", self.sheets.len());
        self.zip
            .start_file(path, options().large_file(true))
            .map_err(io::Error::other)?;
        let mut head = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet \
             xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView \
             workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" \
             state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>",
        );
        for (at, (_, width)) in columns.iter().enumerate() {
            let at = at + 1;
            head.push_str(&format!(
                "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>"
            ));
        }
        head.push_str("</cols><sheetData>");
        self.zip.write_all(head.as_bytes())?;
        self.rows = 0;
        self.columns = columns.len() as u32;
        let titles: Vec<_> = columns.iter().map(|(title, _)| Cell::Text(title)).collect();
        self.line(&titles, " s=\"1\"")
    }

    /// Rows in the open sheet, its header among them.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// One row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line(cells, "")
    }

    fn line(&mut self, cells: &[Cell<'_>], style: &str) -> io::Result<()> {
        self.rows += 1;
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        write!(row, "<row r=\"{}\">", self.rows)?;
        for (at, cell) in cells.iter().enumerate() {
            self.cell(&mut row, at as u32, cell, style)?;
        }
        row.extend_from_slice(b"</row>");
        self.zip.write_all(&row)?;
        self.row = row;
        Ok(())
    }

    fn cell(&mut self, row: &mut Vec<u8>, at: u32, cell: &Cell<'_>, style: &str) -> io::Result<()> {
        let place = format!("{}{}", column(at), self.rows);
        match cell {
            Cell::Empty | Cell::Text("") => Ok(()),
            Cell::Made(text) if text.is_empty() => Ok(()),
            Cell::Text(text) => self.text(row, &place, text, style),
            Cell::Made(text) => self.text(row, &place, text, style),
            Cell::Number(number, decimals) => {
                let style = 4 + (*decimals).min(4);
                write!(row, "<c r=\"{place}\" s=\"{style}\"><v>{number}</v></c>")
            }
            // Days before March 1900 have no number that every programme reads alike.
            Cell::Day(day) if day.0 < -25_508 => self.text(row, &place, &day.to_string(), style),
            Cell::Day(day) => write!(
                row,
                "<c r=\"{place}\" s=\"2\"><v>{}</v></c>",
                i64::from(day.0) + 25_569
            ),
            Cell::Time(time) if time.date().0 < -25_508 => self.text(row, &place, &time.to_string(), style),
            Cell::Time(time) => write!(row, "<c r=\"{place}\" s=\"3\"><v>{}</v></c>", serial(*time)),
            Cell::Truth(truth) => write!(row, "<c r=\"{place}\" t=\"b\"><v>{}</v></c>", u8::from(*truth)),
        }
    }

    fn text(&mut self, row: &mut Vec<u8>, place: &str, text: &str, style: &str) -> io::Result<()> {
        let harmless = harmless(text);
        self.changed.quoted += u64::from(!harmless.is_empty());
        let (short, cut) = fit(text, CELL - 1);
        self.changed.cut += u64::from(cut);
        write!(
            row,
            "<c r=\"{place}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{harmless}"
        )?;
        self.changed.replaced += escape(&unreadable_codes(short), row)?;
        row.extend_from_slice(b"</t></is></c>");
        Ok(())
    }

    /// Ends the open sheet.
    pub fn close(&mut self) -> io::Result<()> {
        let Some(sheet) = self.sheets.last_mut() else {
            return Ok(());
        };
        sheet.1 = self.rows;
        let last = column(self.columns.saturating_sub(1));
        write!(
            self.zip,
            "</sheetData><autoFilter ref=\"A1:{last}{}\"/></worksheet>",
            self.rows
        )
    }

    /// Ends the workbook. The sheet written last stands first in it.
    pub fn finish(mut self, made: &str, creator: &str, title: &str) -> io::Result<()> {
        let order: Vec<usize> = match self.sheets.len() {
            0 => Vec::new(),
            n => std::iter::once(n - 1).chain(0..n - 1).collect(),
        };
        let mut book = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<workbook \
             xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>",
        );
        let (mut filters, mut links, mut types) = (String::new(), String::new(), String::new());
        for (place, at) in order.iter().enumerate() {
            let (name, rows, columns) = &self.sheets[*at];
            let number = at + 1;
            book.push_str(&format!(
                "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"
            ));
            let last = column(columns.saturating_sub(1));
            filters.push_str(&format!(
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{place}\" \
                 hidden=\"1\">'{name}'!$A$1:${last}${rows}</definedName>"
            ));
            links.push_str(&format!(
                "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            ));
            types.push_str(&format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{MAIN}.worksheet+xml\"/>"
            ));
        }
        book.push_str(&format!(
            "</sheets><definedNames>{filters}</definedNames></workbook>"
        ));
        let styles_link = self.sheets.len() + 1;
        self.part("xl/workbook.xml", &book)?;
        self.part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "{XML}<Relationships xmlns=\"{RELATIONS}\">{links}<Relationship Id=\"rId{styles_link}\" \
                 Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        )?;
        self.part("xl/styles.xml", &styles())?;
        let mut core = Vec::new();
        core.extend_from_slice(
            format!(
                "{XML}<cp:coreProperties \
                 xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
                 xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
                 xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>"
            )
            .as_bytes(),
        );
        escape(title, &mut core)?;
        core.extend_from_slice(b"</dc:title><dc:creator>");
        escape(creator, &mut core)?;
        core.extend_from_slice(
            format!(
                "</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{made}Z</dcterms:created></cp:coreProperties>"
            )
            .as_bytes(),
        );
        self.part("docProps/core.xml", &String::from_utf8_lossy(&core))?;
        self.part(
            "_rels/.rels",
            &format!(
                "{XML}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/><Relationship Id=\"rId2\" \
                 Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" \
                 Target=\"docProps/core.xml\"/></Relationships>"
            ),
        )?;
        self.part(
            "[Content_Types].xml",
            &format!(
                "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
                 Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
                 Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" \
                 ContentType=\"{MAIN}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" \
                 ContentType=\"{MAIN}.styles+xml\"/><Override PartName=\"/docProps/core.xml\" \
                 ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>{types}</Types>"
            ),
        )?;
        self.zip.finish().map_err(io::Error::other)?.flush()
    }

    fn part(&mut self, path: &str, text: &str) -> io::Result<()> {
        self.zip.start_file(path, options()).map_err(io::Error::other)?;
        self.zip.write_all(text.as_bytes())
    }
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

// A fixed time and no system's rights: the same rows give the same bytes everywhere.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
        .compression_level(Some(4))
}

// Styles by number: 0 plain, 1 header, 2 day, 3 time, 4 to 8 numbers with none to four decimals.
fn styles() -> String {
    let formats = [
        (164, "yyyy\\-mm\\-dd"),
        (165, "yyyy\\-mm\\-dd\\ hh:mm:ss"),
        (166, "#,##0"),
        (167, "#,##0.0"),
        (168, "#,##0.00"),
        (169, "#,##0.000"),
        (170, "#,##0.0000"),
    ];
    let codes: String = formats
        .iter()
        .map(|(id, code)| format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>"))
        .collect();
    let cells: String = formats
        .iter()
        .map(|(id, _)| {
            format!(
                "<xf numFmtId=\"{id}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
            )
        })
        .collect();
    format!(
        "{XML}<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts \
         count=\"7\">{codes}</numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name \
         val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills \
         count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
         patternType=\"gray125\"/></fill></fills><borders \
         count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs \
         count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs \
         count=\"9\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" \
         fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
         applyFont=\"1\"/>{cells}</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" \
         builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

/// The letters of a column counted from 0: `A`, `Z`, `AA`.
fn column(at: u32) -> String {
    let mut letters = String::new();
    let mut rest = at + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters
}

// Days since the end of 1899 with the part of the day behind the point, to the hundredth of a second.
fn serial(time: Moment) -> String {
    let days = i64::from(time.date().0);
    let rest = time.microseconds - days * 86_400_000_000;
    let part = i128::from(rest) * 1_000_000_000 / 86_400_000_000;
    format!("{}.{part:09}", days + 25_569)
}

// Programmes take what begins so for a formula, at the latest when the sheet is saved as CSV and opened again.
fn harmless(text: &str) -> &'static str {
    match text
        .trim_start_matches(['\u{feff}', ' '])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
    {
        true => "&#39;",
        false => "",
    }
}

fn fit(text: &str, units: usize) -> (&str, bool) {
    // No character has more UTF-16 units than bytes.
    if text.len() <= units {
        return (text, false);
    }
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.len_utf16();
        if used > units {
            return (&text[..at], true);
        }
    }
    (text, false)
}

// `_x0041_` is the spreadsheet's own way to write a character; where a record has it as text, its first sign is written so.
fn unreadable_codes(text: &str) -> std::borrow::Cow<'_, str> {
    let code = |rest: &str| {
        let bytes = rest.as_bytes();
        bytes.len() >= 7
            && bytes[0] == b'_'
            && bytes[1] == b'x'
            && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
            && bytes[6] == b'_'
    };
    if !text.contains("_x") {
        return text.into();
    }
    let mut made = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        match code(&text[at..]) {
            true => made.push_str("_x005F_"),
            false => made.push(c),
        }
    }
    made.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TimePrecision;

    #[test]
    fn columns_are_lettered() {
        assert_eq!(
            [column(0), column(25), column(26), column(701), column(702)],
            ["A", "Z", "AA", "ZZ", "AAA"]
        );
    }

    #[test]
    fn days_are_numbered_as_spreadsheets_do() {
        let noon = Moment {
            microseconds: 43_200_000_000,
            precision: TimePrecision::Second,
        };
        assert_eq!(serial(noon), "25569.500000000");
    }

    #[test]
    fn what_begins_as_a_formula_is_quoted() {
        for text in ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1"] {
            assert_eq!(harmless(text), "&#39;", "{text}");
        }
        assert_eq!(harmless("a=1"), "");
    }

    #[test]
    fn codes_of_the_format_stay_text() {
        assert_eq!(unreadable_codes("a_x0041_b"), "a_x005F_x0041_b");
        assert_eq!(unreadable_codes("_x_"), "_x_");
        assert_eq!(fit("🕊🕊", 3), ("🕊", true));
    }
}
