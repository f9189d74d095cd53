//! The scripts and the style sheet of the chart, built in, and what the page's content security policy says of them.
//!
//! They are the tool's own text: the check of what leaves does not look for names in them, and in nothing else of the
//! page less for that ([`own_scripts`]).

use super::super::page::base64;
use crate::model::sha256;

/// Cytoscape.js, unchanged; version and checksum stand beside it.
pub(super) const LIBRARY: &str = include_str!("../../../assets/cytoscape/cytoscape.min.js");
/// What the chart does with it.
pub(super) const SCRIPT: &str = include_str!("chart.js");
const STYLE: &str = include_str!("chart.css");

/// The style sheet of the chart.
pub(in super::super) fn style() -> &'static str {
    STYLE
}

/// The sources that may run, as a policy writes them.
pub fn script_hashes() -> String {
    [LIBRARY, SCRIPT]
        .map(|script| format!("'sha256-{}'", base64(&sha256(script.as_bytes()))))
        .join(" ")
}

/// Scripts that stand in a page byte for byte, whatever the records are.
pub fn own_scripts() -> &'static [&'static str] {
    &[LIBRARY, SCRIPT]
}

/// What the chart says by itself.
pub(in super::super) fn own_text() -> String {
    super::words::messages(super::Words::default()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::hex;

    #[test]
    fn the_library_is_the_one_that_was_published() {
        let told = include_str!("../../../assets/cytoscape/VERSION");
        let line = format!("{}  cytoscape.min.js", hex(&sha256(LIBRARY.as_bytes())));
        assert!(told.lines().any(|known| known == line), "{line}");
        let licence = include_str!("../../../assets/cytoscape/LICENSE");
        assert!(licence.contains("Permission is hereby granted, free of charge"));
        let notice = include_str!("../../../NOTICE");
        assert!(notice.contains("assets/cytoscape/cytoscape.min.js: Cytoscape.js 3.35.0"));
        assert!(told.contains("Cytoscape.js 3.35.0"));
        assert!(LIBRARY.contains("\"3.35.0\""));
    }

    #[test]
    fn scripts_end_where_their_elements_end() {
        for script in own_scripts() {
            let lower = script.to_ascii_lowercase();
            for end in ["</script", "<!--", "<script"] {
                assert!(!lower.contains(end), "{end} in a script");
            }
        }
        // Nothing is made into code, fetched, or put into the page as markup.
        for word in [
            "eval(",
            "Function(",
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "fetch(",
            "XMLHttp",
            "WebSocket",
            "EventSource",
            "sendBeacon",
            "import(",
            "localStorage",
            "sessionStorage",
            "setTimeout(\"",
            "http:",
            "https:",
        ] {
            let http = SCRIPT.replace("http://www.w3.org/2000/svg", "");
            assert!(!http.contains(word), "{word} in chart.js");
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("</"));
    }

    #[test]
    fn the_policy_names_what_is_in_the_page() {
        let hashes = script_hashes();
        assert_eq!(hashes.matches("'sha256-").count(), 2);
        assert!(!hashes.contains("unsafe"));
    }
}
