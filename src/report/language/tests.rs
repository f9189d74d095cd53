//! Templates, code and catalogue held against each other, by reading the source files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use super::catalogue::{Catalogue, DUTCH};

/// What templates and code say: the text and where it stands.
fn said() -> BTreeMap<String, String> {
    let literal = r#""((?:[^"\\]|\\.)*)""#;
    let one = Regex::new(&format!(r"(?s)\b(?:_|say)\(\s*{literal}")).expect("a pattern");
    let two = Regex::new(&format!(r"(?s)\b(?:n_|plural)\(\s*{literal},\s*{literal}")).expect("a pattern");
    let mut found = BTreeMap::new();
    for (path, text) in files(&root().join("src/report"), &["html", "rs"]) {
        let is_code = path.extension().is_some_and(|ending| ending == "rs");
        let text = if is_code { code(&text) } else { text };
        let mut add = |key: &str| {
            found.insert(unquoted(key), path.display().to_string());
        };
        for capture in one.captures_iter(&text) {
            add(&capture[1]);
        }
        for capture in two.captures_iter(&text) {
            add(&capture[1]);
            add(&capture[2]);
        }
    }
    found
}

/// Code without comments and tests.
fn code(text: &str) -> String {
    let tests = Regex::new(r"#\[cfg\(test\)\]\nmod \w+ \{").expect("a pattern");
    let text = tests.split(text).next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What a literal says.
fn unquoted(literal: &str) -> String {
    let lines = Regex::new(r"\\\n\s*").expect("a pattern");
    lines
        .replace_all(literal, "")
        .replace("\\\"", "\"")
        .replace("\\n", "\n")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).expect("the folder of the source") {
        let path = item.expect("a file").path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path
            .extension()
            .is_some_and(|ending| endings.iter().any(|known| ending == *known))
        {
            let text = std::fs::read_to_string(&path).expect("a text");
            found.push((path, text));
        }
    }
    found.sort();
    found
}

fn places(text: &str) -> BTreeSet<String> {
    let place = Regex::new(r"\{[a-z0-9_]+\}").expect("a pattern");
    place
        .find_iter(text)
        .map(|found| found.as_str().to_owned())
        .collect()
}

fn tags(text: &str) -> Vec<String> {
    let tag = Regex::new(r"</?[a-z]+>").expect("a pattern");
    let mut tags: Vec<String> = tag
        .find_iter(text)
        .map(|found| found.as_str().to_owned())
        .collect();
    tags.sort();
    tags
}

fn catalogue() -> Catalogue {
    Catalogue::parse(&DUTCH).expect("the catalogue that is built in")
}

#[test]
fn everything_that_pages_say_is_there_in_dutch() {
    let catalogue = catalogue();
    let missing: Vec<String> = said()
        .into_iter()
        .filter(|(key, _)| !catalogue.texts.contains_key(key))
        .map(|(key, place)| format!("{place}: {key}"))
        .collect();
    assert!(
        missing.is_empty(),
        "{} are missing:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

#[test]
fn nothing_stands_in_the_catalogue_that_no_page_says() {
    let said = said();
    assert!(said.len() > 300, "{} texts were found", said.len());
    let catalogue = catalogue();
    let unused: Vec<&String> = catalogue
        .texts
        .keys()
        .filter(|key| !said.contains_key(*key))
        .collect();
    assert_eq!(unused, Vec::<&String>::new());
}

#[test]
fn both_languages_have_the_same_places_and_markup() {
    let catalogue = catalogue();
    let mut faults = Vec::new();
    for (english, dutch) in catalogue.texts.iter().chain(&catalogue.stored) {
        if places(english) != places(dutch) || tags(english) != tags(dutch) {
            faults.push(format!("{english} = {dutch}"));
        }
        if dutch.trim().is_empty() || dutch.contains('§') {
            faults.push(format!("{english}: no text"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// What tables hold is written somewhere in the program, or in a query or rule: else a sentence has changed there, and
/// would stand in English on a page in Dutch.
#[test]
fn what_tables_hold_is_what_the_program_writes() {
    let mut all = String::new();
    let lines = Regex::new(r"\\\n\s*").expect("a pattern");
    let comments = Regex::new(r"\n--   ").expect("a pattern");
    for (_, text) in [
        files(&root().join("src"), &["rs", "csv"]),
        files(&root().join("queries"), &["sql"]),
    ]
    .concat()
    {
        let text = lines.replace_all(&text, "");
        all.push_str(&comments.replace_all(&text, " "));
        all.push('\n');
    }
    // Measures are called by the names of columns.
    let all = format!("{all}\n{}", all.replace('_', " "));
    let hole = Regex::new(r"\{[0-9a-z]+\}").expect("a pattern");
    let mut unknown = Vec::new();
    for english in catalogue().stored.keys() {
        for part in hole.split(english) {
            let part = part.trim_matches([' ', '.', ',', ':', ';', '\n']);
            // Sentences are put together of parts: behind a comma another may begin.
            let mut pieces = part.split("; ").flat_map(|piece| piece.split(", "));
            if !all.contains(part) && !pieces.all(|piece| all.contains(piece)) {
                unknown.push(format!("{english}: ‘{part}’"));
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn templates_say_nothing_outside_the_catalogue() {
    let expression = Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}").expect("a pattern");
    // SQL, commands and names of algorithms are the same in every language, and a hidden mark is for the program.
    let tag = Regex::new(
        r#"(?s)<(?:style|script)>.*?</(?:style|script)>|<code>.*?</code>|<p hidden="">.*?</p>|<[^>]*>"#,
    )
    .expect("a pattern");
    let word = Regex::new(r"[A-Za-z]{2,}").expect("a pattern");
    let attribute = Regex::new(r#"(?:aria-label|title|alt)="([^"]*)""#).expect("a pattern");
    let mut bare = Vec::new();
    for (path, text) in files(&root().join("src/report/templates"), &["html"]) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = expression.replace_all(&text, "").replace("lang=\"en\"", "");
        for capture in attribute.captures_iter(&text) {
            if word.is_match(&capture[1]) {
                bare.push(format!("{name}: {}", &capture[0]));
            }
        }
        for line in tag.replace_all(&text, "\n").lines() {
            if word.is_match(line) {
                bare.push(format!("{name}: {}", line.trim()));
            }
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}
