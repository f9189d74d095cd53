//! The rows of a workbook (XLSX) with their texts, which its cells name by number alone.

use super::views;

/// Members of a workbook, gathered while the archive is gone through.
#[derive(Default)]
pub(super) struct Book {
    shared: Vec<String>,
    sheets: Vec<(String, Vec<u8>)>,
}

impl Book {
    /// Keeps a member where it is part of a workbook.
    pub(super) fn member(&mut self, name: &str, content: Vec<u8>) {
        if name.ends_with("sharedStrings.xml") {
            let text = String::from_utf8_lossy(&content);
            self.shared = elements(&text, "si")
                .map(|item| views::without_tags(item.1).text)
                .collect();
        } else if name.contains("worksheets/") && name.ends_with(".xml") {
            self.sheets.push((name.to_owned(), content));
        }
    }

    /// Each sheet with its cells, a row a line.
    pub(super) fn rows(&self) -> Vec<(String, String)> {
        let sheet = |(name, content): &(String, Vec<u8>)| {
            let text = String::from_utf8_lossy(content);
            let rows = rows_of(&text, &self.shared);
            (format!("{name} (its rows)"), rows)
        };
        self.sheets.iter().map(sheet).collect()
    }
}

/// The rows of a sheet or of a part of one, a row a line, the texts of its cells with tabs between. `shared` are the texts
/// that cells name by number.
pub(super) fn rows_of(text: &str, shared: &[String]) -> String {
    let mut rows = String::new();
    for (_, row) in elements(text, "row") {
        for (tag, cell) in elements(row, "c") {
            let plain = views::without_tags(cell).text;
            let plain = plain.trim();
            let is_shared = tag.contains("t=\"s\"") || tag.contains("t='s'");
            let shown = match plain.parse::<usize>() {
                Ok(number) if is_shared => shared.get(number).map_or("", String::as_str),
                _ => plain,
            };
            rows.push_str(&shown.replace(['\n', '\r'], " "));
            rows.push('\t');
        }
        rows.push('\n');
    }
    rows
}

/// The elements of a name: tag and content. None lies in another of its name here.
fn elements<'a>(text: &'a str, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let open = format!("<{name}");
    let close = format!("</{name}>");
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let from = rest.find(&open)?;
            let tag_and_rest = &rest[from + open.len()..];
            if !tag_and_rest.starts_with(['>', ' ', '/', '\n', '\t', '\r']) {
                rest = tag_and_rest;
                continue;
            }
            let (tag, behind) = tag_and_rest.split_once('>')?;
            if tag.ends_with('/') {
                rest = behind;
                return Some((tag, ""));
            }
            let (content, behind) = behind.split_once(close.as_str()).unwrap_or((behind, ""));
            rest = behind;
            return Some((tag, content));
        }
    })
}
