//! Numbers and references, put into the page when it is laid out: every table and picture gets its number, every figure the
//! reference of the exhibit that it rests on.
//!
//! A reference stands where a reader looks for it, and once: behind a figure in a text; in a table in the head of its column
//! where all of the column rest on one exhibit, else behind the first figure of its row that rests on it; of a picture,
//! under it.

use std::fmt::Write as _;

use super::exhibits::Exhibits;
use super::language::Words;

/// The page with references behind its figures.
pub(super) fn with_references(html: &str, exhibits: &mut Exhibits) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    // What stands in the running paragraph already, and what the picture that is open rests on.
    let mut said: Vec<String> = Vec::new();
    let mut drawn: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    let mut parts = Parts::of(html);
    while let Some(part) = parts.next() {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Tag(tag) => {
                let name = tag_name(tag);
                match name {
                    "table" => {
                        let rest = parts.through("</table>");
                        out.push_str(tag);
                        table(rest, exhibits, &mut out);
                        continue;
                    }
                    "style" | "script" => {
                        out.push_str(tag);
                        out.push_str(parts.through(if name == "style" { "</style>" } else { "</script>" }));
                        continue;
                    }
                    "/figcaption" => {
                        references(&drawn, &mut out);
                        drawn.clear();
                    }
                    "p" | "li" | "dd" | "dt" | "h2" | "h3" | "h4" | "h5" | "figcaption" => said.clear(),
                    _ => {}
                }
                out.push_str(tag);
                if let Some(figure) = attribute(tag, "data-figure") {
                    let key = unescaped(attribute(tag, "data-key").unwrap_or_default());
                    let reference = exhibits.reference(figure, &key);
                    match name {
                        "data" => open = reference,
                        _ => {
                            let new = reference.filter(|one| !drawn.contains(one));
                            drawn.extend(new);
                        }
                    }
                } else if name == "/data"
                    && let Some(reference) = open.take()
                    && !said.contains(&reference)
                {
                    references(std::slice::from_ref(&reference), &mut out);
                    said.push(reference);
                }
            }
        }
    }
    out
}

/// The page with numbers before the captions of tables and pictures.
pub(super) fn with_numbers(html: &str, words: &Words) -> String {
    let mut out = String::with_capacity(html.len() + 1024);
    let (mut tables, mut pictures) = (0_usize, 0_usize);
    let mut parts = Parts::of(html);
    while let Some(part) = parts.next() {
        let tag = match part {
            Part::Text(text) => {
                out.push_str(text);
                continue;
            }
            Part::Tag(tag) => tag,
        };
        match tag_name(tag) {
            "style" => {
                out.push_str(tag);
                out.push_str(parts.through("</style>"));
            }
            "script" => {
                out.push_str(tag);
                out.push_str(parts.through("</script>"));
            }
            "table" => {
                tables += 1;
                let _ = write!(out, "<table id=\"table-{tables}\"{}", &tag["<table".len()..]);
            }
            "caption" => {
                out.push_str(tag);
                let number = words.say("Table {number}.", &[("number", tables.to_string())]);
                let _ = write!(out, "<span class=\"ref\">{number}</span> ");
            }
            "figcaption" => {
                pictures += 1;
                out.push_str(tag);
                let number = words.say("Figure {number}.", &[("number", pictures.to_string())]);
                let _ = write!(
                    out,
                    "<span class=\"ref\" id=\"figure-{pictures}\">{number}</span> "
                );
            }
            _ => out.push_str(tag),
        }
    }
    out
}

fn references(list: &[String], out: &mut String) {
    for one in list {
        let _ = write!(out, " <a class=\"ref\" href=\"#{one}\">{one}</a>");
    }
}

/// A cell of a table: where its content ends in the text, and its figures with the place behind each.
struct Cell {
    end: usize,
    figures: Vec<(usize, String)>,
    /// References that the cell has already.
    said: Vec<String>,
}

/// Puts references into what stands between `<table …>` and its end.
fn table(inner: &str, exhibits: &mut Exhibits, out: &mut String) {
    let mut rows: Vec<(bool, Vec<Cell>)> = Vec::new();
    let (mut is_head, mut open) = (false, None);
    let mut in_cell = false;
    let mut caption: Vec<(usize, String)> = Vec::new();
    let mut parts = Parts::of(inner);
    while let Some(part) = parts.next() {
        let Part::Tag(tag) = part else { continue };
        let name = tag_name(tag);
        match name {
            "thead" => is_head = true,
            "/thead" => is_head = false,
            "tr" => rows.push((is_head, Vec::new())),
            "th" | "td" => {
                in_cell = true;
                if let Some((_, cells)) = rows.last_mut() {
                    cells.push(Cell {
                        end: 0,
                        figures: Vec::new(),
                        said: Vec::new(),
                    });
                }
            }
            "/th" | "/td" => {
                in_cell = false;
                if let Some(cell) = rows.last_mut().and_then(|(_, cells)| cells.last_mut()) {
                    cell.end = parts.at - tag.len();
                }
            }
            "a" => {
                let said = attribute(tag, "href").and_then(|target| target.strip_prefix('#'));
                if let (Some(cell), Some(said)) =
                    (rows.last_mut().and_then(|(_, cells)| cells.last_mut()), said)
                {
                    cell.said.push(said.to_owned());
                }
            }
            "data" => {
                open = attribute(tag, "data-figure").and_then(|figure| {
                    exhibits.reference(figure, &unescaped(attribute(tag, "data-key").unwrap_or_default()))
                });
            }
            "/data" => {
                let Some(reference) = open.take() else { continue };
                match rows.last_mut().and_then(|(_, cells)| cells.last_mut()) {
                    Some(cell) if in_cell => cell.figures.push((parts.at, reference)),
                    _ => caption.push((parts.at, reference)),
                }
            }
            _ => {}
        }
    }
    let mut places = caption;
    let columns = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let whole = columns_of_one(&rows, columns);
    if let Some((_, heads)) = rows.iter().find(|(is_head, _)| *is_head) {
        for (head, one) in heads.iter().zip(&whole) {
            places.extend(one.iter().map(|reference| (head.end, reference.clone())));
        }
    }
    for (is_head, cells) in &rows {
        let mut said: Vec<&str> = cells
            .iter()
            .flat_map(|cell| &cell.said)
            .map(String::as_str)
            .collect();
        for (column, cell) in cells.iter().enumerate() {
            for (place, reference) in &cell.figures {
                let in_head = !is_head
                    && whole
                        .get(column)
                        .is_some_and(|one| one.as_ref() == Some(reference));
                if !in_head && !said.contains(&reference.as_str()) {
                    said.push(reference);
                    places.push((*place, reference.clone()));
                }
            }
        }
    }
    places.sort();
    let mut copied = 0;
    for (place, reference) in places {
        out.push_str(&inner[copied..place]);
        copied = place;
        references(&[reference], out);
    }
    out.push_str(&inner[copied..]);
}

/// For each column the reference on which all its figures rest, where there is a head to hold it.
fn columns_of_one(rows: &[(bool, Vec<Cell>)], columns: usize) -> Vec<Option<String>> {
    let has_head = rows.iter().any(|(is_head, _)| *is_head);
    (0..columns)
        .map(|column| {
            let mut all = rows
                .iter()
                .filter(|(is_head, _)| !is_head)
                .filter_map(|(_, cells)| cells.get(column))
                .flat_map(|cell| &cell.figures);
            let (_, first) = all.next()?;
            let mut others = 0;
            let is_one = all.all(|(_, reference)| {
                others += 1;
                reference == first
            });
            // One figure alone is over many records where it leads to a meaning; a record's own stands in its row.
            (has_head && is_one && (others > 0 || first.starts_with('Q'))).then(|| first.clone())
        })
        .collect()
}

/// Markup as tags and the texts between them.
struct Parts<'a> {
    text: &'a str,
    at: usize,
}

enum Part<'a> {
    Tag(&'a str),
    Text(&'a str),
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Parts<'a> {
        Parts { text, at: 0 }
    }

    /// The rest up to and with the end given; what is open until the end where it does not come.
    fn through(&mut self, end: &str) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.find(end).map_or(rest.len(), |found| found + end.len());
        self.at += length;
        &rest[..length]
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = match rest.starts_with('<') {
            true => rest.find('>').map_or(rest.len(), |end| end + 1),
            false => rest.find('<').unwrap_or(rest.len()),
        };
        self.at += length;
        Some(match rest.starts_with('<') {
            true => Part::Tag(&rest[..length]),
            false => Part::Text(&rest[..length]),
        })
    }
}

fn tag_name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    inner
        .split(|c: char| c.is_whitespace())
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
}

/// The value of an attribute as it is written.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = &tag[from..];
    rest.find('"').map(|end| &rest[..end])
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, key: &str) -> String {
        format!("<data value=\"1\" data-figure=\"{name}\" data-key=\"{key}\">1</data>")
    }

    fn exhibits() -> Exhibits {
        let mut exhibits = Exhibits::of_sources(["s1", "s2"].into_iter());
        for id in ["e1", "e2"] {
            exhibits.entry(id, Default::default);
        }
        exhibits
    }

    #[test]
    fn a_text_says_each_reference_once() {
        let one = figure("entry.amount", "e1");
        let html = format!("<p>{one} and {one}</p><p>{one}</p>");
        let made = with_references(&html, &mut exhibits());
        assert_eq!(made.matches(">E-1</a>").count(), 2, "{made}");
        assert!(
            made.contains("</data> <a class=\"ref\" href=\"#E-1\">E-1</a> and"),
            "{made}"
        );
    }

    #[test]
    fn a_column_of_one_reference_says_it_in_its_head() {
        let row = |id: &str| {
            format!(
                "<tr><th>x</th><td>{}</td><td>{}</td></tr>",
                figure("entry.amount", id),
                figure("entries.count", "")
            )
        };
        let html = format!(
            "<table><caption>c</caption><thead><tr><th>a</th><th>b</th><th>c</th></tr></thead><tbody>{}{}</tbody></table>",
            row("e1"),
            row("e2")
        );
        let made = with_references(&html, &mut exhibits());
        assert_eq!(made.matches(">Q-").count(), 1, "{made}");
        assert!(made.contains("<th>c <a class=\"ref\" href=\"#Q-"), "{made}");
        assert!(
            made.contains(">E-1</a></td>") && made.contains(">E-2</a></td>"),
            "{made}"
        );
    }

    #[test]
    fn a_row_that_names_its_exhibit_does_not_say_it_again() {
        let one = figure("entry.amount", "e1");
        let html = format!(
            "<table><caption>c</caption><tbody><tr><th><a class=\"ref\" href=\"#E-1\">E-1</a></th><td>{one}</td></tr></tbody></table>"
        );
        assert_eq!(with_references(&html, &mut exhibits()), html);
    }

    #[test]
    fn a_picture_says_under_it_what_it_rests_on() {
        let html = "<figure><svg><rect data-figure=\"entries.count\" data-key=\"\"/><rect data-figure=\"entries.count\" \
                    data-key=\"\"/></svg><figcaption>It</figcaption></figure>";
        let made = with_references(html, &mut exhibits());
        assert_eq!(made.matches("class=\"ref\"").count(), 1, "{made}");
        assert!(made.ends_with("</a></figcaption></figure>"), "{made}");
    }

    #[test]
    fn tables_and_pictures_are_numbered_in_order() {
        let html = "<style>a > b {}</style><table class=\"x\"><caption>One</caption></table><figure><figcaption>It</figcaption></figure>\
                    <table><caption>Two</caption></table>";
        let made = with_numbers(html, &Words::default());
        assert!(
            made.contains(
                "<table id=\"table-1\" class=\"x\"><caption><span class=\"ref\">Table 1.</span> One"
            ),
            "{made}"
        );
        assert!(made.contains("<table id=\"table-2\"><caption>"), "{made}");
        assert!(made.contains("id=\"figure-1\">Figure 1.</span> It"), "{made}");
        assert!(made.starts_with("<style>a > b {}</style>"));
    }
}
