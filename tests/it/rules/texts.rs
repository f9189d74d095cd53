//! Words that no output may have, and the fixed form of the built-in packs.

use std::path::Path;

use geldspoor::rules::{Language, RunOptions, builtin, lint};
use geldspoor::victims::words;

use super::support::{Tables, deposit};

#[test]
fn built_in_packs_have_no_faults_and_two_languages() {
    for pack in builtin().expect("they parse") {
        assert_eq!(lint(&pack), Vec::new());
        assert_ne!(pack.title_in("nl"), pack.title, "{}", pack.file);
        assert_ne!(pack.explanation_in("nl"), pack.explanation, "{}", pack.file);
    }
}

#[test]
fn dutch_comes_where_it_is_asked_for() {
    let lines: Vec<_> = ["2025-03-03", "2025-03-04", "2025-03-05"]
        .iter()
        .map(|at| deposit("A", at, 9_500, "Gent"))
        .collect();
    let options = RunOptions {
        language: Language::Dutch,
        ..RunOptions::default()
    };
    let found = Tables::of(&lines).run_rule_with("ML-01", &options).findings;
    assert_eq!(
        found[0].finding.title,
        "Contante stortingen net onder een drempel"
    );
    assert!(
        found[0]
            .finding
            .explanation
            .starts_with("3 contante stortingen tussen 9500.00 en 9500.00 EUR")
    );
}

#[test]
fn no_forbidden_word_in_any_source_pack_or_template() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut hits = Vec::new();
    let mut files = 0;
    for folder in ["src", "queries"] {
        visit(&root.join(folder), &mut |path, text| {
            files += 1;
            let text = if path.extension().is_some_and(|e| e == "rs") {
                without_comments(text)
            } else {
                text.to_owned()
            };
            for hit in words::scan(&text) {
                hits.push(format!("{}:{}: {}", path.display(), hit.line, hit.word));
            }
            for hit in words::scan(&path.file_name().unwrap_or_default().to_string_lossy()) {
                hits.push(format!("name of {}: {}", path.display(), hit.word));
            }
        });
    }
    assert!(files > 20, "the scan has read {files} files");
    assert_eq!(hits, Vec::<String>::new());
}

#[test]
fn the_scan_reads_texts_and_names_but_no_comments() {
    let word = concat!("mu", "le");
    let source = format!(
        "// {word}\nlet a = \"// {word}\"; /* {word} */ let b = '\"'; let c = r#\"\"{word}\"#; is_{word}();"
    );
    let hits = words::scan(&without_comments(&source));
    let places: Vec<usize> = hits.iter().map(|hit| hit.line).collect();
    assert_eq!(places, [2, 2, 2], "{hits:?}");
}

fn visit(folder: &Path, each: &mut impl FnMut(&Path, &str)) {
    let Ok(listing) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = listing
        .filter_map(|item| item.ok().map(|item| item.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            visit(&path, each);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            each(&path, &text);
        }
    }
}

// Rust source with its comments blanked: names and texts stay.
fn without_comments(source: &str) -> String {
    let c: Vec<char> = source.chars().collect();
    let mut kept = String::with_capacity(source.len());
    let mut at = 0;
    let starts = |at: usize, text: &str| {
        text.chars()
            .enumerate()
            .all(|(n, sign)| c.get(at + n) == Some(&sign))
    };
    while at < c.len() {
        if starts(at, "//") {
            while at < c.len() && c[at] != '\n' {
                at += 1;
            }
        } else if starts(at, "/*") {
            while at < c.len() && !starts(at, "*/") {
                if c[at] == '\n' {
                    kept.push('\n');
                }
                at += 1;
            }
            at += 2;
        } else if c[at] == 'r'
            && (starts(at, "r\"") || starts(at, "r#"))
            && (at == 0 || !c[at - 1].is_alphanumeric())
        {
            let hashes = c[at + 1..].iter().take_while(|sign| **sign == '#').count();
            if c.get(at + 1 + hashes) != Some(&'"') {
                kept.push(c[at]);
                at += 1;
                continue;
            }
            let end = format!("\"{}", "#".repeat(hashes));
            let mut to = at + 2 + hashes;
            while to < c.len() && !starts(to, &end) {
                to += 1;
            }
            to = (to + 1 + hashes).min(c.len());
            kept.extend(&c[at..to]);
            at = to;
        } else if c[at] == '"' {
            let mut to = at + 1;
            while to < c.len() && c[to] != '"' {
                to += if c[to] == '\\' { 2 } else { 1 };
            }
            to = (to + 1).min(c.len());
            kept.extend(&c[at..to]);
            at = to;
        } else if starts(at, "'\"'") || starts(at, "'\\\"'") {
            let length = if c[at + 1] == '\\' { 4 } else { 3 };
            kept.extend(&c[at..at + length]);
            at += length;
        } else {
            kept.push(c[at]);
            at += 1;
        }
    }
    kept
}
