//! Pages in a real browser, where one is installed (`.ci/run` installs it): they open from the disk without a network,
//! nothing is blocked or asked for from outside, no error is told, the pictures and the chart are drawn, and the page
//! prints. Screenshots stay in the target folder, under `tmp/screenshots`.

#[cfg(unix)]
mod chart;
#[cfg(unix)]
mod devtools;

use std::path::Path;

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
            "flows",
            "timeline",
            "chart",
            "findings",
            "limits",
        ],
        "report.png",
    );
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
