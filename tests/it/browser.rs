//! Pages in a real browser, where one is installed (`.ci/run` installs it): they open from the disk without a network,
//! nothing is blocked or asked for from outside, no error is told, the pictures and the chart are drawn, and the page
//! prints. Screenshots stay in the target folder, under `tmp/screenshots`.

#[cfg(unix)]
mod chart;
#[cfg(unix)]
mod devtools;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::sample;

#[test]
fn the_page_opens_without_a_network_and_draws() {
    opens(
        &sample().case.join("exports/report.html"),
        &[
            "summary",
            "received",
            "statements",
            "missing",
            "findings",
            "protection",
            "flows",
            "timeline",
            "ownership",
            "assets",
            "speaks",
            "disproportion",
            "grounds",
            "schedules",
            "chart",
            "limits",
            "exhibits",
            "custody",
        ],
        "report.png",
    );
}

/// On paper: tagged, the summary on two pages, the number on each page.
#[cfg(unix)]
#[test]
fn the_page_prints() {
    let Some(browser) = devtools::installed() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let html = std::fs::read_to_string(sample().case.join("exports/report.html")).expect("the page");
    // The marking stands in the style sheet, whose hash the policy names: a page of its own has to be made for it.
    let page = folder.path().join("page.html");
    std::fs::write(&page, &html).expect("written");
    let printed = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report-printed.pdf");
    let output = Command::new(&browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--no-pdf-header-footer",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        ))
        .arg(format!("--print-to-pdf={}", printed.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    let bytes =
        std::fs::read(&printed).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let count = |what: &[u8]| bytes.windows(what.len()).filter(|window| *window == what).count();
    let pages = count(b"/Type /Page\n") + count(b"/Type /Page ");
    assert!(pages > 10, "{pages} pages");
    assert!(count(b"/StructTreeRoot") > 0, "no tags");
    let Ok(text) = Command::new("pdftotext")
        .args(["-layout"])
        .arg(&printed)
        .arg("-")
        .output()
    else {
        eprintln!("no pdftotext here: what is on each printed page is not read");
        return;
    };
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    let sheets: Vec<&str> = text
        .split('\u{c}')
        .filter(|sheet| !sheet.trim().is_empty())
        .collect();
    for (number, sheet) in sheets.iter().enumerate() {
        let said = format!("page {} of {}", number + 1, sheets.len());
        assert!(sheet.contains(&said), "‘{said}’ is not on the page:\n{sheet}");
    }
    let contents = sheets
        .iter()
        .position(|sheet| sheet.contains("Contents"))
        .expect("the contents");
    assert!(contents <= 2, "the summary has {contents} pages");
}

/// Opens a page, looks whether its sections are there and nothing is asked for from outside, and keeps a
/// picture of it.
#[cfg(unix)]
pub fn opens(page: &Path, sections: &[&str], picture: &str) {
    let Some(mut browser) = devtools::Browser::start() else {
        return;
    };
    browser.open(page);
    assert_eq!(browser.value("document.querySelectorAll('svg').length > 0"), true);
    for section in sections {
        let is_there = browser.value(&format!("!!document.getElementById({section:?})"));
        assert_eq!(is_there, true, "{section} is not in the document");
    }
    let outside = browser.value(
        "[...document.querySelectorAll('[src], iframe, link, object, embed, form, a[href]:not([href^=\"#\"])')].map(e => e.outerHTML)",
    );
    assert_eq!(outside, serde_json::json!([]), "the page leads outside");
    browser.is_quiet();
    browser.picture(picture, true);
}

/// Nothing where pipes cannot be laid to a browser.
#[cfg(not(unix))]
pub fn opens(_: &Path, _: &[&str], _: &str) {}
