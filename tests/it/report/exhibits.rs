//! Numbers and references of the page: every table and picture has one, every figure leads to its exhibit, and what a reader
//! who sees or hears the page needs is there.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::report::figures::MEANINGS;

use geldspoor::case::Table;
use geldspoor::model::AccountKey;

use super::{Event, HOLDER, Memory, SHOP, TEXT, Tag, WICKED, made, scan, small_case};

/// Fills the tables of assets, of declared income and of marks.
pub(super) fn add(memory: &Memory) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let source = "3fa1".repeat(16);
    let asset = |id: &str, party: &str, name: &str| {
        format!(
            "('{id}', 'real_estate', {}, {}, {party}, {}, 0.5, 'owner', DATE '2021-02-03', CAST(NULL AS DATE), 4321.5, 'EUR', \
             DATE '2024-01-01', {}, 'NL', {}, '{source}', 'line 9', 700, 750)",
            quoted(WICKED[0]),
            quoted(HOLDER),
            quoted(name),
            quoted(TEXT),
            quoted(WICKED[2]),
        )
    };
    memory.derive(
        Table::Assets,
        &format!(
            "SELECT * FROM (VALUES {}, {})",
            asset("x-1", "'p-1'", WICKED[3]),
            asset("x-2", "NULL", WICKED[7])
        ),
    );
    memory.derive(
        Table::Incomes,
        &format!("SELECT 'p-1', 2023, 'wages', 21000.5, 'EUR', NULL AS basis, '{source}', 'line 3', 10, 20"),
    );
    let nothing = (0..8)
        .map(|at| format!("NULL AS n{at}"))
        .collect::<Vec<_>>()
        .join(", ");
    memory.derive(
        Table::EntryMarks,
        &format!(
            "SELECT 'wage' AS mark, entry_id, account_id, NULL AS at, booking_date, true AS only_day, NULL AS minute, 0 AS second, 0 AS month, \
             direction, amount, coalesce(currency, '') AS currency, channel, {nothing}, 'b' AS b, 'm' AS m, 'l' AS l FROM entries \
             WHERE direction = 'credit' AND amount IS NOT NULL AND account_id IN ('{}', '{}')",
            AccountKey::number(HOLDER).id(),
            AccountKey::number(SHOP).id()
        ),
    );
}

/// Elements with the attributes that are asked for.
fn all(html: &str, wanted: impl Fn(&Tag) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    scan(html, |event| {
        if let Event::Open(tag) = event {
            found.extend(wanted(tag));
        }
    });
    found
}

/// Looks whether numbers run from 1 without a gap, each once, and whether every figure has its reference. Gives how many
/// tables, pictures and references there are.
pub fn is_numbered(html: &str) -> (usize, usize, usize) {
    let ids: BTreeSet<String> = all(html, |tag| tag.attribute("id")).into_iter().collect();
    let mut counted = Vec::new();
    for (element, prefix) in [("table", "table-"), ("figcaption", "figure-")] {
        let elements = all(html, |tag| (tag.name == element).then(String::new)).len();
        let numbers = ids
            .iter()
            .filter_map(|id| id.strip_prefix(prefix)?.parse::<usize>().ok())
            .collect::<BTreeSet<_>>();
        assert_eq!(
            numbers,
            (1..=elements).collect(),
            "{element} without a number, or with another's"
        );
        counted.push(elements);
    }
    let captions = all(html, |tag| (tag.name == "caption").then(String::new)).len();
    assert_eq!(captions, counted[0], "a table has no caption");
    let references = all(html, |tag| {
        let is_one = tag.name == "a" && tag.attribute("class").as_deref() == Some("ref");
        tag.attribute("href").filter(|_| is_one)
    });
    for reference in &references {
        assert!(ids.contains(&reference[1..]), "{reference} leads nowhere");
    }
    for (kind, most) in kinds(&ids) {
        let numbers: BTreeSet<usize> = (1..=most).collect();
        if !matches!(kind, 'Q' | 'S') {
            let own: BTreeSet<usize> = ids.iter().filter_map(|id| number(id, kind)).collect();
            assert_eq!(own, numbers, "exhibits {kind} have gaps");
        }
    }
    (counted[0], counted[1], references.len())
}

fn number(id: &str, kind: char) -> Option<usize> {
    id.strip_prefix(kind)?.strip_prefix('-')?.parse().ok()
}

/// The largest number of each kind of exhibit.
fn kinds(ids: &BTreeSet<String>) -> BTreeMap<char, usize> {
    let mut found = BTreeMap::new();
    for kind in ['E', 'F', 'B', 'A', 'S', 'Q'] {
        if let Some(most) = ids.iter().filter_map(|id| number(id, kind)).max() {
            found.insert(kind, most);
        }
    }
    found
}

/// Every figure before the list of exhibits has the reference that it should have, in a place where a reader finds it:
/// behind it, in its row, in the head of its column, in its paragraph or under its picture.
pub fn every_figure_is_cited(html: &str) -> usize {
    let body = &html[html.find("<body>").expect("a body")..html.find("id=\"exhibits\"").expect("the list")];
    let mut looked = 0;
    for (at, _) in body.match_indices("data-figure=\"") {
        let name = between(&body[at..], "data-figure=\"", "\"");
        let start = body[..at].rfind('<').expect("its element");
        let wanted = match name.split('.').next().unwrap_or_default() {
            "entry" => "E-",
            "statement" => "B-",
            "asset" => "A-",
            "source" | "reject" => "S-",
            _ => "Q-",
        };
        let own = match wanted {
            "Q-" => {
                let place = MEANINGS
                    .iter()
                    .position(|meaning| meaning.name == name)
                    .expect("a meaning");
                format!("href=\"#Q-{}\"", place + 1)
            }
            other => format!("href=\"#{other}"),
        };
        let around = surroundings(body, start);
        assert!(
            around.contains(&own),
            "{name} has no reference {own}: {}",
            &body[start..(start + 300).min(body.len())]
                .chars()
                .take(200)
                .collect::<String>()
        );
        looked += 1;
    }
    looked
}

/// The text in which the reference of what stands at a place has to be.
fn surroundings(body: &str, at: usize) -> &str {
    let last = |what: &str| body[..at].rfind(what);
    let open = |start: &str, end: &str| last(start).filter(|from| last(end).is_none_or(|to| to < *from));
    if let Some(from) = open("<figure>", "</figure>")
        && open("<svg", "</svg>").is_some()
    {
        let end = at + body[at..].find("</figure>").expect("its end");
        return &body[from..end];
    }
    if let Some(from) = open("<table", "</table>") {
        // The head, and the row: both within the table.
        let end = at
            + body[at..]
                .find("</tr>")
                .or(body[at..].find("</caption>"))
                .expect("its end");
        return &body[from..end];
    }
    let from = ["<p", "<li", "<dd", "<h3", "<figcaption", "<summary"]
        .iter()
        .filter_map(|tag| last(tag))
        .max()
        .unwrap_or(0);
    let end = at
        + ["</p>", "</li>", "</dd>", "</h3>", "</figcaption>", "</summary>"]
            .iter()
            .filter_map(|tag| body[at..].find(tag))
            .min()
            .unwrap_or(0);
    &body[from..end]
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).map_or(text.len(), |at| at + start.len());
    let rest = &text[from..];
    &rest[..rest.find(end).unwrap_or(rest.len())]
}

#[test]
fn numbers_are_whole_and_every_reference_leads_to_its_exhibit() {
    let memory = small_case();
    for reveals in [false, true] {
        let html = made(&memory, reveals);
        let (tables, pictures, references) = is_numbered(&html);
        assert!(
            tables > 15 && pictures > 2 && references > 100,
            "{tables} {pictures} {references}"
        );
        assert!(every_figure_is_cited(&html) > 300);
    }
}

#[test]
fn entries_are_cited_with_file_and_bytes() {
    let html = made(&small_case(), true);
    let list = &html[html.find("id=\"exhibits\"").expect("the list")..];
    let row = &list[list.find("<tr id=\"E-1\"").expect("an entry")..];
    let row = &row[..row.find("</tr>").expect("its end")];
    for part in ["href=\"#S-", "entry.byte_start", "entry.byte_end", "<code>line "] {
        assert!(row.contains(part), "{part} in {row}");
    }
    assert!(html.contains("<tr id=\"S-1\"") && html.contains(&"3fa1".repeat(16)));
}

#[test]
fn the_page_can_be_heard_and_used_by_keyboard() {
    let html = made(&small_case(), false);
    let mut levels = Vec::new();
    let (mut tables, mut svgs) = (0, 0);
    scan(&html, |event| {
        let Event::Open(tag) = event else { return };
        match tag.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" => levels.push(tag.name[1..].parse::<u8>().expect("a level")),
            "th" => assert!(
                tag.attribute("scope").is_some(),
                "a head of a column or row without scope"
            ),
            "table" => tables += 1,
            "svg" => {
                svgs += 1;
                assert_eq!(tag.attribute("role").as_deref(), Some("img"));
                assert_eq!(
                    tag.attribute("aria-labelledby").map(|ids| ids.split(' ').count()),
                    Some(2)
                );
            }
            "html" => assert_eq!(tag.attribute("lang").as_deref(), Some("en")),
            "section" | "article" => assert!(
                tag.attribute("aria-labelledby").is_some(),
                "a region without a name"
            ),
            _ => {}
        }
        if tag.attribute("class").as_deref() == Some("scroll") {
            assert_eq!(tag.attribute("tabindex").as_deref(), Some("0"));
            assert!(tag.attribute("aria-label").is_some_and(|label| !label.is_empty()));
        }
    });
    assert!(tables > 15 && svgs > 2);
    for (before, behind) in levels.iter().zip(&levels[1..]) {
        assert!(
            *behind <= before + 1,
            "a heading of level {behind} under one of level {before}"
        );
    }
    for landmark in [
        "<header>",
        "<nav ",
        "<main>",
        "<footer>",
        "class=\"skip\" href=\"#summary\"",
    ] {
        assert!(html.contains(landmark), "{landmark}");
    }
}

/// Sixty rules with thirty findings each, every one on all entries: more than any page shows.
#[test]
fn a_page_at_its_limits_stays_small() {
    let memory = small_case();
    let shop = AccountKey::number(SHOP).id();
    let findings: Vec<String> = (0..1_800)
        .map(|at| {
            format!(
                "('f-{at:04}', 'X-{:02}', '1', 'What rule {at} looks at', 'account', '', NULL, '{shop}', \
                 TIMESTAMP '2024-01-03T00:00:00', TIMESTAMP '2024-06-03T00:00:00', '{{\"count\":\"4\",\"sum\":\"12500.5000\"}}', \
                 'complete', 'Account {{account:{shop}}} had {at} deposits.', 'A shop pays in its takings.\nA sale.', 'open', NULL, NULL, NULL)",
                at % 60
            )
        })
        .collect();
    memory.derive(
        Table::Findings,
        &format!("SELECT * FROM (VALUES {})", findings.join(", ")),
    );
    memory.derive(
        Table::FindingEntries,
        "SELECT f.finding_id, e.entry_id, 'deposit' FROM findings f CROSS JOIN entries e",
    );
    for reveals in [false, true] {
        let html = made(&memory, reveals);
        assert!(html.len() < 15_000_000, "{} bytes", html.len());
        let (tables, _, _) = is_numbered(&html);
        // 25 of each rule, five rows each, and what is left out is said.
        assert_eq!(html.matches("<article id=\"F-").count(), 60 * 25);
        assert!(tables > 60 * 25);
        assert_eq!(html.matches("data-figure=\"schedule.left_out\"").count(), 60 * 25);
        println!("{} bytes", html.len());
    }
}

#[test]
fn parts_that_are_not_there_yet_have_their_place() {
    let html = made(&small_case(), false);
    for part in ["disproportion", "grounds"] {
        let at = html.find(&format!("<section id=\"{part}\"")).expect(part);
        assert!(
            html[at..at + 600].contains("Not part of this report yet"),
            "{part}"
        );
    }
    // Custody and assets stand there though nothing is in them.
    let empty = geldspoor::report::page(
        &super::Memory::new(Vec::new()),
        &Default::default(),
        &super::Labels(false),
    )
    .expect("a page");
    for (part, said) in [
        ("custody", "the ledger holds no line"),
        ("assets", "No record of assets was delivered"),
        ("ownership", "No record says who is behind a company"),
        ("schedules", "there is no schedule"),
        ("speaks", "No records of declared income were delivered"),
    ] {
        let at = empty.find(&format!("<section id=\"{part}\"")).expect(part);
        assert!(empty[at..].contains(said), "{part}");
    }
    is_numbered(&empty);
}

/// Colours by name, of the sheet's first block for light, then dark, then print.
fn palettes() -> Vec<BTreeMap<String, [f64; 3]>> {
    let sheet = include_str!("../../../src/report/templates/style.css");
    let mut made: Vec<BTreeMap<String, [f64; 3]>> = Vec::new();
    for block in sheet.split(":root {").skip(1) {
        let block = &block[..block.find('}').expect("an end")];
        let mut colours = made.first().cloned().unwrap_or_default();
        for rule in block.split(';') {
            let Some((name, value)) = rule.trim().split_once(':') else {
                continue;
            };
            let Some(digits) = value.trim().strip_prefix('#').filter(|digits| digits.len() == 6) else {
                continue;
            };
            let part =
                |at: usize| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).expect("a colour")) / 255.0;
            colours.insert(name.trim().to_owned(), [part(0), part(2), part(4)]);
        }
        made.push(colours);
    }
    assert_eq!(made.len(), 3, "light, dark and print");
    made
}

/// WCAG 2.2, relative luminance and contrast ratio.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour.map(|part| {
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn texts_and_pictures_have_the_contrasts_of_wcag() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 0.001);
    // What text stands on, by the rules of the sheet.
    let grounds = [
        (
            "--ink",
            &["--paper", "--faint", "--accent-soft", "--guard-soft"][..],
        ),
        (
            "--quiet",
            &["--paper", "--faint", "--guard-soft", "--accent-soft"],
        ),
        (
            "--accent",
            &["--paper", "--faint", "--guard-soft", "--accent-soft"],
        ),
        ("--good", &["--paper"]),
        ("--bad", &["--paper"]),
        ("--open", &["--paper"]),
        ("--guard", &["--paper", "--guard-soft"]),
    ];
    for (number, colours) in palettes().iter().enumerate() {
        for (text, grounds) in grounds {
            for ground in grounds {
                let ratio = contrast(colours[text], colours[*ground]);
                assert!(
                    ratio >= 4.5,
                    "palette {number}: {text} on {ground} has {ratio:.2}"
                );
            }
        }
        for drawn in ["--in", "--out", "--accent", "--guard", "--quiet"] {
            let ratio = contrast(colours[drawn], colours["--paper"]);
            assert!(ratio >= 3.0, "palette {number}: {drawn} has {ratio:.2}");
        }
    }
}
