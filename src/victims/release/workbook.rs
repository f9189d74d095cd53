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

/// A sheet or a part of one with spaces in the place of numbers that are amounts, times, shares or counts: what a cell holds
/// as a number and has a decimal point, or fewer than nine digits. A large sheet has millions of them, of which some are the
/// last digits of somebody's account by chance. Identifiers are texts, and those are all left; so are longer numbers.
pub(super) fn without_amounts(text: &str) -> String {
    const LONG: usize = 9;
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b"<v>") {
        let from = at + "<v>".len();
        let Some((value, _)) = text[from..].split_once('<') else {
            break;
        };
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let is_number = digits > 0
            && value
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'E' | b'e'));
        let tag = text[..at].rfind('<').map_or("", |tag| &text[tag..at]);
        // Of another kind the value may be the number of a text.
        let is_plain = tag.starts_with("<c ") && !tag.contains(" t=");
        if is_number && is_plain && (digits < LONG || value.contains('.')) {
            out.push_str(&text[kept..from]);
            out.extend(std::iter::repeat_n(' ', value.len()));
            kept = from + value.len();
        }
    }
    out.push_str(&text[kept..]);
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_go_and_identifiers_stay() {
        let sheet = "<row r=\"1\"><c r=\"A1\" s=\"4\"><v>12346150</v></c><c r=\"B1\"><v>45360.815810185</v></c>\
                     <c r=\"C1\"><v>123461500</v></c><c r=\"D1\" t=\"s\"><v>7</v></c>\
                     <c r=\"E1\" t=\"inlineStr\"><is><t>12346150</t></is></c><c r=\"F1\"><v>-1.5E10</v></c></row><v>1</v><v>2";
        let left = without_amounts(sheet);
        assert_eq!(left.len(), sheet.len());
        assert_eq!(left.matches("12346150").count(), 2, "{left}");
        assert!(left.contains("<v>123461500</v>") && left.contains("<v>7</v>"));
        assert!(left.contains("<t>12346150</t>") && left.ends_with("<v>1</v><v>2"));
        assert!(!left.contains("45360") && !left.contains("1.5E10"));
    }
}
