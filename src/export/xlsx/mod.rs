//! A spreadsheet (XLSX): one sheet a table, and a first sheet that explains columns, hashes and what was changed.
//!
//! Amounts are numbers with their currency's digits where a spreadsheet's numbers, which hold fifteen digits, are exact;
//! larger ones stand as text. Days are days, times are times, identifiers are texts. Opens in Excel, LibreOffice, Numbers.

mod book;
mod columns;

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use book::{Book, Cell, ROWS};

use super::text::date_time;
use super::{ExportError, Head, Placed, Row, Sink, Table};

/// Writes a workbook.
pub struct Xlsx<W: Write + Seek> {
    book: Option<Book<W>>,
    open: Option<(Table, u32)>,
    // Sheets of each table, where it has more than one.
    split: BTreeMap<Table, u32>,
    counts: BTreeMap<Table, u64>,
    large: u64,
    limit: u32,
    head: [String; 5],
    made: String,
    signs: bool,
    withheld: Vec<String>,
}

impl<W: Write + Seek> Xlsx<W> {
    /// Begins a workbook.
    pub fn new(out: W, head: &Head<'_>) -> Result<Xlsx<W>, ExportError> {
        Ok(Xlsx {
            book: Some(Book::new(out)),
            open: None,
            split: BTreeMap::new(),
            counts: BTreeMap::new(),
            large: 0,
            limit: ROWS,
            head: [head.case, head.authority, head.tool, head.handling, head.currency].map(str::to_owned),
            made: date_time(head.made).chars().take(19).collect(),
            signs: head.signs,
            withheld: head.withheld.to_vec(),
        })
    }

    fn sheet(&mut self, table: Table) -> Result<(), ExportError> {
        let Some(book) = self.book.as_mut() else {
            return Ok(());
        };
        let part = match self.open {
            Some((open, _)) if open == table && book.rows() < self.limit => return Ok(()),
            Some((open, part)) if open == table => part + 1,
            _ => 1,
        };
        if self.open.is_some() {
            book.close()?;
        }
        if part > 1 {
            self.split.insert(table, part);
        }
        self.open = Some((table, part));
        Ok(book.open(&name(table, part), &columns::widths(table))?)
    }

    fn explain(&self, changed: book::Changed) -> Vec<[String; 3]> {
        let line = |a: &str, b: &str, c: &str| [a, b, c].map(str::to_owned);
        let [case, authority, tool, handling, currency] = &self.head;
        let mut rows = vec![
            line("Case", "", case),
            line("Made by", "", authority),
            line("Made with", "", tool),
            line("Made at", "", &self.made),
            line("Handling", "", handling),
            line("Currency of the case", "", currency),
            match self.signs {
                true => line("Signs", "", columns::SIGNS),
                false => line("Hashes", "", columns::HASHES),
            },
            line("Amounts", "", columns::AMOUNTS),
            line("Texts", "", columns::TEXTS),
            line("Times", "", columns::TIMES),
        ];
        rows.extend(self.withheld.iter().map(|text| line("Withheld", "", text)));
        for (table, count) in &self.counts {
            let sheets = match self.split.get(table) {
                None => String::new(),
                Some(parts) => format!(
                    ", on {parts} sheets, because a sheet holds {} rows below its header",
                    self.limit - 1
                ),
            };
            rows.push(line("Rows", table.as_str(), &format!("{count}{sheets}")));
        }
        for (title, count) in [
            (
                "Amounts written as text, with more than fifteen digits",
                self.large,
            ),
            (
                "Texts that begin as a formula does, behind an apostrophe",
                changed.quoted,
            ),
            ("Texts longer than a cell, cut at 32,766 characters", changed.cut),
            (
                "Characters that the format cannot hold, written as U+FFFD",
                changed.replaced,
            ),
        ] {
            if count > 0 {
                rows.push(line("Changed", title, &count.to_string()));
            }
        }
        for table in Table::ALL {
            for (title, meaning) in columns::meanings(table) {
                rows.push(line(table.as_str(), title, meaning));
            }
        }
        rows
    }
}

impl<W: Write + Seek> Sink for Xlsx<W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        let table = row.table();
        self.sheet(table)?;
        *self.counts.entry(table).or_default() += 1;
        if let Some(book) = self.book.as_mut() {
            book.row(&columns::cells(row, &self.head[4], &mut self.large))?;
        }
        Ok(Placed::Written)
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        let Some(mut book) = self.book.take() else {
            return Ok(Vec::new());
        };
        if self.open.take().is_some() {
            book.close()?;
        }
        let changed = book.changed;
        let rows = self.explain(changed);
        book.open("Explanation", &[("What", 24), ("Which", 40), ("Meaning", 120)])?;
        for cells in &rows {
            book.row(&[
                Cell::Text(&cells[0]),
                Cell::Text(&cells[1]),
                Cell::Text(&cells[2]),
            ])?;
        }
        book.close()?;
        book.finish(&self.made, &self.head[1], &self.head[0])?;
        let told = |row: &&[String; 3]| row[0] == "Changed" || row[2].contains(" sheets, ");
        Ok(rows
            .iter()
            .filter(told)
            .map(|[_, which, what]| format!("{which}: {what}"))
            .collect())
    }
}

fn name(table: Table, part: u32) -> String {
    let word = table.as_str();
    let (first, rest) = word.split_at(1);
    match part {
        1 => format!("{}{rest}", first.to_uppercase()),
        part => format!("{}{rest} ({part})", first.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Exporter, Format, sample};

    fn part(bytes: &[u8], path: &str) -> Result<String, Box<dyn std::error::Error>> {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
        Ok(std::io::read_to_string(zip.by_name(path)?)?)
    }

    #[test]
    fn every_part_is_well_formed_and_the_bytes_repeat() -> Result<(), Box<dyn std::error::Error>> {
        for name in sample::HARD {
            let (bytes, written) = sample::bytes(Format::Xlsx, name, 5)?;
            assert!(written.left_out.is_empty());
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes))?;
            let paths: Vec<String> = zip
                .file_names()
                .map(|path| path.map(|path| path.into_owned()))
                .collect::<Result<_, _>>()?;
            assert_eq!(paths.len(), 10 + 6, "{paths:?}");
            for path in paths {
                let text = std::io::read_to_string(zip.by_name(&path)?)?;
                sample::well_formed(&text).map_err(|error| format!("{path}: {error}"))?;
            }
            assert_eq!(sample::bytes(Format::Xlsx, name, 5)?.0, bytes);
        }
        Ok(())
    }

    #[test]
    fn numbers_are_numbers_and_large_ones_text() -> Result<(), Box<dyn std::error::Error>> {
        let (bytes, written) = sample::bytes(Format::Xlsx, "=1+1", 3)?;
        // Sheets come as sources, findings, clusters, parties, accounts, holders, relations, transfers.
        let transfers = part(&bytes, "xl/worksheets/sheet8.xml")?;
        assert!(transfers.contains("s=\"6\"><v>1234.56</v>"), "{transfers}");
        assert!(transfers.contains(">12345678901234.5678</t>"), "{transfers}");
        assert!(transfers.contains(">&#39;=1+1</t>"));
        assert!(transfers.contains("<autoFilter ref=\"A1:"));
        assert!(transfers.contains("state=\"frozen\""));
        assert!(
            written
                .notes
                .iter()
                .any(|note| note.starts_with("Amounts written as text"))
        );
        Ok(())
    }

    #[test]
    fn another_reader_finds_every_value_as_it_was_given() -> Result<(), Box<dyn std::error::Error>> {
        use calamine::{Data, Reader};
        for name in sample::HARD.iter().filter(|name| !name.contains(['\0', '\r'])) {
            let (bytes, _) = sample::bytes(Format::Xlsx, name, 3)?;
            let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes))?;
            assert_eq!(
                book.sheet_names().first().map(String::as_str),
                Some("Explanation")
            );
            let sheet = book.worksheet_range("Transfers")?;
            let value = |row, title: &str| {
                let at = (0..sheet.width())
                    .find(|at| sheet.get((0, *at)) == Some(&Data::String(title.to_owned())))?;
                sheet.get((row, at)).cloned()
            };
            assert_eq!(sheet.height(), 4);
            assert_eq!(value(1, "amount"), Some(Data::Float(1234.56)));
            assert_eq!(
                value(2, "amount"),
                Some(Data::String("12345678901234.5678".to_owned()))
            );
            assert!(matches!(value(1, "debited_at"), Some(Data::DateTime(_))));
            let Some(Data::String(text)) = value(1, "remittance") else {
                return Err(format!("{:?}", value(1, "remittance")).into());
            };
            assert!(text == *name || text == format!("'{name}"), "{text:?} {name:?}");
        }
        Ok(())
    }

    #[test]
    fn more_rows_than_a_sheet_holds_are_split_and_told() -> Result<(), Box<dyn std::error::Error>> {
        let mut out = std::io::Cursor::new(Vec::new());
        let head = sample::head();
        let mut sink = Xlsx::new(&mut out, &head)?;
        sink.limit = 4;
        let mut exporter = Exporter::new(sink);
        sample::give(&mut exporter, "x", 7)?;
        let written = exporter.finish()?;
        assert!(
            written
                .notes
                .iter()
                .any(|note| note.contains("transfers: 7, on 3 sheets")),
            "{:?}",
            written.notes
        );
        let book = part(out.get_ref(), "xl/workbook.xml")?;
        assert!(book.contains("name=\"Transfers (3)\""));
        assert!(book.contains("<sheets><sheet name=\"Explanation\""));
        Ok(())
    }
}
