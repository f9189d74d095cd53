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
            "flows",
            "timeline",
            "findings",
            "limits",
        ],
        "report.png",
    );
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
