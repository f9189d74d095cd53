//! The tool's own scripts within a text. They are long, and among so many words some would spell somebody's name; but they
//! are the same bytes whatever the records are, and say nothing of anybody.

use memchr::memmem;

/// What a page puts around its scripts. Texts of records stand escaped, so none of this is theirs, and somebody whose name is
/// written `<script>` would otherwise keep back every page.
const AROUND: [&str; 3] = ["<script type=\"application/json\"", "<script>", "</script>"];

/// The text with spaces in the place of every script that stands in it byte for byte, and of the tags around scripts, line ends
/// kept, so that all other places stay; nothing where no script does.
pub(super) fn without(text: &str, scripts: &[&str]) -> Option<String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for script in scripts
        .iter()
        .filter(|script| script.len() <= text.len() && !script.is_empty())
    {
        let found = memmem::find_iter(text.as_bytes(), script.as_bytes());
        ranges.extend(found.map(|at| (at, at + script.len())));
    }
    if ranges.is_empty() {
        return None;
    }
    for tag in AROUND {
        let found = memmem::find_iter(text.as_bytes(), tag.as_bytes());
        ranges.extend(found.map(|at| (at, at + tag.len())));
    }
    ranges.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in ranges {
        // One script within another is gone already.
        let from = from.max(at);
        if to <= from {
            continue;
        }
        out.push_str(&text[at..from]);
        out.extend(
            text[from..to]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        at = to;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// The data that scripts of a page read: where each block of JSON begins, and its text.
pub(super) fn json_blocks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    const OPENING: &str = "<script type=\"application/json\"";
    memmem::find_iter(text.as_bytes(), OPENING).filter_map(move |at| {
        let from = at + memchr::memchr(b'>', text.get(at..)?.as_bytes())? + 1;
        let length = memmem::find(text.get(from..)?.as_bytes(), b"</script").unwrap_or(text.len() - from);
        Some((from, text.get(from..from + length)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_scripts_go_and_places_stay() {
        let script = "let jan = 1;\nü jansen";
        let text = format!("<p>Jan</p><script>{script}</script> {script}. Jan Jansen, &lt;script&gt;");
        let left = without(&text, &[script, "jan"]).expect("it is there");
        assert_eq!(left.len(), text.len());
        assert_eq!(left.find("Jan Jansen"), text.find("Jan Jansen"));
        assert_eq!(left.matches("jan").count(), 0);
        // Tags of the page are not somebody's name; the same word in a record is.
        assert_eq!(left.matches("script").count(), 1);
        assert_eq!(left.lines().count(), text.lines().count());
        assert_eq!(without("let jan = 2;\nü jansen", &[script]), None);
        assert_eq!(without("", &[script, ""]), None);
    }

    /// Who stands in the library's own text as one of its authors is not found there, and is found everywhere else of the
    /// page: in the chart's data, around the scripts, and in a script that is not the tool's to the byte.
    #[test]
    fn a_name_in_the_data_of_a_chart_is_found_beside_the_scripts() {
        use super::super::{Person, Place, Protected, Settings, Term, Why, check};
        let own_scripts = crate::report::chart::own_scripts();
        let name = "Koen Bok";
        assert!(own_scripts[0].contains(name));
        let protected = Protected::new(
            &[Person {
                label: "Person K7Q2".to_owned(),
                why: Why::Victim,
                terms: vec![Term::Name(name.to_owned())],
            }],
            8,
        );
        let settings = Settings {
            own_scripts,
            ..Settings::default()
        };
        let page = |data: &str, scripts: &[&str]| {
            let scripts: Vec<String> = scripts
                .iter()
                .map(|script| format!("<script>{script}</script>"))
                .collect();
            format!(
                "<!DOCTYPE html>\n<p>Page</p>\n<script type=\"application/json\">{data}</script>\n{}\n</html>",
                scripts.join("\n")
            )
        };
        let hits = |html: &str| check(&protected, &settings, [("report.html", html.as_bytes())]).hits;
        let clean = r#"{"nodes":[{"label":"Account K7Q2","ties":"3"}],"ties":["0u1u0u3u1234"]}"#;
        assert_eq!(hits(&page(clean, own_scripts)), []);
        for planted in [
            r#"{"nodes":[{"label":"Koen Bok"}]}"#,
            r#"{"nodes":[{"label":"NL91 (K\u006fen \u0042ok)"}]}"#,
            r#"{"nodes":[{"label":"Bok","holder":"Koen"}]}"#,
            r#"{"marking":"For K. Bok"}"#,
        ] {
            let found = hits(&page(planted, own_scripts));
            assert!(!found.is_empty(), "{planted}");
            assert!(
                found
                    .iter()
                    .all(|hit| matches!(hit.place, Place::Line { line: 3, .. })),
                "{found:?}"
            );
        }
        assert_eq!(hits(&format!("{}Koen Bok", page(clean, own_scripts))).len(), 1);
        let changed = own_scripts[0].replacen("\"use strict\"", "'use strict'", 1);
        assert_ne!(changed, own_scripts[0]);
        assert!(!hits(&page(clean, &[changed.as_str(), own_scripts[1]])).is_empty());
        // Without being told of the scripts, the check would let no page go.
        let unknown = check(
            &protected,
            &Settings::default(),
            [("report.html", page(clean, own_scripts).as_bytes())],
        );
        assert!(!unknown.hits.is_empty());
    }
}
