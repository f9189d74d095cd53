//! The page in a real browser, where one is installed (`.ci/run` installs it): it opens from the disk, nothing is
//! blocked or asked for from outside, no error is logged, the pictures are drawn. A screenshot stays in the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::sample;

fn browser() -> Option<PathBuf> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(|name| {
            let paths = std::env::var_os("PATH")?;
            std::env::split_paths(&paths)
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
        });
    if found.is_none() {
        eprintln!("no Chromium here: the page is not opened in a browser");
    }
    found
}

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
            "limits",
            "exhibits",
            "custody",
        ],
        "report.png",
    );
}

/// On paper: tagged, in A4, the summary on two pages, handling and number on each page.
#[test]
fn the_page_prints() {
    let Some(browser) = browser() else { return };
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
pub fn opens(page: &Path, sections: &[&str], picture: &str) {
    let Some(browser) = browser() else { return };
    let profile = tempfile::tempdir().expect("a temporary folder");
    let page = format!("file://{}", page.display());
    let picture = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(picture);
    let run = |more: &[String]| {
        Command::new(&browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--enable-logging=stderr", "--v=0", "--window-size=1280,2400"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(more)
            .arg(&page)
            .output()
            .expect("the browser starts")
    };
    let dumped = run(&["--dump-dom".to_owned()]);
    let (dom, log) = (
        String::from_utf8_lossy(&dumped.stdout),
        String::from_utf8_lossy(&dumped.stderr),
    );
    assert!(
        dom.contains("</html>") && dom.contains("<svg"),
        "the page did not load: {log}"
    );
    for section in sections {
        assert!(
            dom.contains(&format!("id=\"{section}\"")),
            "{section} is not in the document"
        );
    }
    for line in log.lines() {
        assert!(!line.contains("CONSOLE"), "the browser logged: {line}");
        assert!(
            !line.contains("Content Security Policy"),
            "the browser blocked something: {line}"
        );
    }
    for outside in [
        "src=\"http",
        "href=\"http",
        "url(http",
        "<script",
        "<iframe",
        "<link",
    ] {
        assert!(!dom.contains(outside), "the page has {outside}");
    }
    run(&[format!("--screenshot={}", picture.display())]);
    let bytes = std::fs::read(&picture).expect("a screenshot");
    assert!(
        bytes.starts_with(b"\x89PNG") && bytes.len() > 50_000,
        "an empty picture: {}",
        picture.display()
    );
    eprintln!("screenshot: {}", picture.display());
}
