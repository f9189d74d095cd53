//! The page in Dutch: nothing of it stays in English, its figures are those of the English page, and nobody is named on it.

use std::collections::BTreeSet;
use std::path::Path;

use geldspoor::victims::release::{Person, Protected, Settings, Term, Why, check};
use serde::Deserialize;

use crate::command::{Investigated, code, command, copied, investigate, package, printed, sample};
use crate::report::{bare_digits, figures, scripts};
use crate::traced_page::traced;

#[derive(Deserialize)]
struct Catalogue {
    texts: std::collections::BTreeMap<String, String>,
}

/// The page's own text in both languages.
fn texts() -> Vec<(String, String)> {
    let text =
        std::fs::read_to_string(package().join("src/report/languages/nl.toml")).expect("the catalogue");
    let read: Catalogue = toml::from_str(&text).expect("a catalogue");
    read.texts.into_iter().collect()
}

fn page(made: &Investigated, arguments: &[&str]) -> (String, String) {
    let output = command(&made.folder.path().join("keys"))
        .arg("-C")
        .arg(&made.case)
        .arg("report")
        .args(arguments)
        .output()
        .expect("the command starts");
    assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
    let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (std::fs::read_to_string(&path).expect("the page"), path)
}

/// The page without what it quotes: stored sentences, code and queries.
fn own_part(page: &str) -> String {
    let mut text = page.to_owned();
    for element in ["pre", "q", "code", "style", "script"] {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once(&format!("<{element}")) {
            // `<q` begins other names too, and a class may stand in the tag.
            let is_whole = behind.starts_with(['>', ' ']);
            out.push_str(before);
            if !is_whole {
                out.push('<');
                out.push_str(element);
                rest = behind;
                continue;
            }
            rest = behind
                .split_once(&format!("</{element}>"))
                .map_or("", |(_, behind)| behind);
        }
        out.push_str(rest);
        text = out;
    }
    text
}

/// Runs of English text longer than twelve letters that stand on a page in Dutch.
fn english_on(page: &str) -> Vec<String> {
    let own = own_part(page);
    let mut found = BTreeSet::new();
    for (english, dutch) in texts() {
        for part in parts(&english) {
            if part.chars().filter(|c| c.is_alphabetic()).count() > 12
                && !dutch.contains(&part)
                && own.contains(&part)
            {
                found.insert(format!("{part} (of ‘{english}’)"));
            }
        }
    }
    found.into_iter().collect()
}

/// What stands between the places of a text.
fn parts(text: &str) -> Vec<String> {
    let shown = text.split('§').next().unwrap_or_default();
    let mut parts = Vec::new();
    for piece in shown.split('{') {
        let fixed = piece.split_once('}').map_or(piece, |(_, fixed)| fixed);
        parts.push(fixed.trim().to_owned());
    }
    parts
}

#[test]
fn the_page_in_dutch_says_nothing_in_english_and_has_the_same_figures() {
    let made = &copied(sample());
    let (english, english_path) = page(made, &[]);
    let (dutch, dutch_path) = page(made, &["--language", "nl"]);
    // Neither takes the other's place.
    assert!(english_path.ends_with("report.html"), "{english_path}");
    assert!(dutch_path.ends_with("report-nl.html"), "{dutch_path}");
    assert!(english.contains("<html lang=\"en\">"));
    assert!(dutch.contains("<html lang=\"nl\">"));
    assert_eq!(english_on(&dutch), Vec::<String>::new());
    // The search is no blind one.
    assert!(english_on(&english).len() > 100);
    assert_eq!(figures(&english), figures(&dutch));
    assert_eq!(bare_digits(&dutch), Vec::<String>::new());
    // The language that the case has anyway changes nothing.
    assert_eq!(page(made, &["--language", "en"]).0, english);
    assert_eq!(page(made, &["--language", "nl"]).0, dutch);
    // Titles of rules and patterns, the gate and measures, which the case keeps in English.
    for text in [
        "Contante stortingen net onder een drempel",
        "Veel rekeningen betalen één rekening in korte tijd",
        "Gevonden indicatoren van beheersing",
        "Het ontbreken van indicatoren betekent niet dat niemand slachtoffer is; een mens beslist.",
        "mogelijk slachtoffer – te verifiëren",
        "stortingen net eronder",
        "aansluitend",
        "een terugbetaling of het terugzenden van goederen",
        "Vermeld op grond van een indicator van beheersing en een andere indicator",
        "Rekening ",
    ] {
        assert!(dutch.contains(text), "{text}");
    }
    for text in [
        "Control indicators found",
        "a refund or a return of goods",
        "different accounts paid",
        "Cash deposits just below",
    ] {
        assert!(english.contains(text) && !dutch.contains(text), "{text}");
    }
    assert_eq!(geldspoor::victims::words::scan(&scripts(&dutch).0), Vec::new());
}

#[test]
fn every_profile_speaks_dutch_and_names_nobody() {
    let made = &copied(sample());
    for profile in [
        "prosecution",
        "defence",
        "foreign-authority",
        "statistics",
        "full",
    ] {
        let out = made.folder.path().join(profile);
        let folder = out.to_string_lossy();
        let mut arguments = vec!["--language", "nl", "--profile", profile];
        if profile != "full" {
            arguments.extend(["--release", "nl", "-o", &folder]);
        }
        let (page, _) = page(made, &arguments);
        assert!(page.contains("<html lang=\"nl\">"), "{profile}");
        assert_eq!(english_on(&page), Vec::<String>::new(), "{profile}");
        assert_eq!(
            geldspoor::victims::words::scan(&scripts(&page).0),
            Vec::new(),
            "{profile}"
        );
        if profile == "statistics" {
            insta::assert_snapshot!("statistics_in_dutch", shown(&page, "<main>"));
        }
    }
}

/// The text of a part of a page, a line each.
fn shown(page: &str, from: &str) -> String {
    let part = page.split_once(from).map_or("", |(_, part)| part);
    let mut lines = Vec::new();
    for line in part.lines() {
        let mut text = String::new();
        let mut is_tag = false;
        for c in line.chars() {
            match c {
                '<' => is_tag = true,
                '>' => {
                    is_tag = false;
                    text.push(' ');
                }
                _ if !is_tag => text.push(c),
                _ => {}
            }
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            lines.push(text);
        }
    }
    lines.join("\n")
}

#[test]
fn claimed_money_is_told_in_dutch() {
    let place = traced();
    place.run(&["report", "--language", "nl", "--profile", "full"]);
    place.run(&["report", "--language", "nl"]);
    let written =
        |name: &str| std::fs::read_to_string(place.case.join("exports").join(name)).expect("the page");
    let (full, page) = (written("report-full-nl.html"), written("report-nl.html"));
    for page in [&full, &page] {
        assert!(page.contains("Waar het opgeëiste geld naartoe ging"));
        assert_eq!(english_on(page), Vec::<String>::new());
        assert_eq!(geldspoor::victims::words::scan(&scripts(page).0), Vec::new());
    }
}

#[test]
fn a_case_in_dutch_has_a_page_in_dutch_and_one_in_english() {
    let files = [
        "account_holders.csv",
        "meerbank/NL74MEER0003449978.xml",
        "meerbank/NL43MEER0004561089.xml",
    ]
    .map(|name| package().join("sample-data/delivery").join(name));
    let files: Vec<&Path> = files.iter().map(std::path::PathBuf::as_path).collect();
    let made = investigate(&files, &["--reference", "R-1", "--language", "nl"]);
    let (dutch, path) = page(&made, &[]);
    assert!(path.ends_with("/report.html"), "{path}");
    assert!(dutch.contains("<html lang=\"nl\">"));
    assert_eq!(english_on(&dutch), Vec::<String>::new());
    let (english, path) = page(&made, &["--language", "en"]);
    assert!(path.ends_with("/report-en.html"), "{path}");
    assert!(english.contains("<html lang=\"en\">"));
    assert_eq!(figures(&english), figures(&dutch));
    // What the case keeps in Dutch stands in English where the rule's pack has it.
    let titles = |language: &str| {
        let packs = geldspoor::rules::builtin().expect("they parse");
        packs
            .iter()
            .map(|pack| pack.title_in(language).to_owned())
            .collect::<Vec<_>>()
    };
    let left: Vec<String> = titles("nl")
        .into_iter()
        .filter(|title| english.contains(title.as_str()) && !titles("en").contains(title))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn names_that_are_words_of_the_page_keep_none_back() {
    let named = |name: &str| Person {
        label: name.to_owned(),
        why: Why::Unclassified,
        terms: vec![Term::Name(name.to_owned())],
    };
    // Short given names with family names that are Dutch words, and names of such words alone.
    let names = [
        "An Bron",
        "Wil Waarde",
        "Bo Dag",
        "Ad Vorm",
        "Jo Loon",
        "Al Stroom",
        "Ina Groep",
        "Eva Regel",
        "Dirk Plaats",
        "Bas Bestand",
        "Nel Reden",
        "Ida Bedrag",
        "Ton Doel",
        "Uwe Zaak",
        "Els Grond",
        "Rob Rente",
        "Iris Soort",
        "Ans Weg",
        "Henk Deel",
        "Geert Mens",
        "Zij Een",
        "Bij Groot",
        "Vrij Alle",
        "Van Het",
        "Den Uit",
    ];
    let persons: Vec<Person> = names.into_iter().map(named).collect();
    let protected = Protected::new(&persons, 8);
    let (dutch, _) = page(&copied(sample()), &["--language", "nl"]);
    let outcome = check(
        &protected,
        &Settings::default(),
        [("report-nl.html", dutch.as_bytes())],
    );
    assert_eq!(outcome.messages(), Vec::<String>::new());
    // One of them who is named is found.
    let naming = dutch.replace("</main>", "<p>Dirk Plaats en Bas Bestand</p></main>");
    let outcome = check(
        &protected,
        &Settings::default(),
        [("report-nl.html", naming.as_bytes())],
    );
    assert_eq!(outcome.hits.len(), 2, "{:?}", outcome.messages());
}
