//! The tool's own scripts within a text. They are long, and among so many words some would spell somebody's name; but they
//! are the same bytes whatever the records are, and say nothing of anybody.

use memchr::memmem;

/// The text with spaces in the place of every script that stands in it byte for byte, line ends kept, so that all other
/// places stay; nothing where none does.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_scripts_go_and_places_stay() {
        let script = "let jan = 1;\nü jansen";
        let text = format!("<p>Jan</p><script>{script}</script> {script}. Jan Jansen");
        let left = without(&text, &[script, "jan"]).expect("it is there");
        assert_eq!(left.len(), text.len());
        assert_eq!(left.find("Jan Jansen"), text.find("Jan Jansen"));
        assert_eq!(left.matches("jan").count(), 0);
        assert_eq!(left.lines().count(), text.lines().count());
        assert_eq!(without("let jan = 2;\nü jansen", &[script]), None);
        assert_eq!(without("", &[script, ""]), None);
    }
}
