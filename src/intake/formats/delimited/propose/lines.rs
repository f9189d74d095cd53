//! Lines that are no records: which rules know them, and which lines none knows.

use regex::Regex;

use super::around::Around;
use super::page::{Page, quoted};
use super::shape::Shape;

/// Says of lines with other columns whether a rule knows them.
pub fn odd(page: &mut Page, shape: &Shape, skip: &[(String, String)]) {
    if shape.misfits == 0 {
        return;
    }
    let rules: Vec<Regex> = skip
        .iter()
        .filter_map(|(rule, _)| Regex::new(rule).ok())
        .collect();
    let unknown = |line: &&String| !rules.iter().any(|rule| rule.is_match(line));
    let mut unknown = shape.odd.iter().filter(unknown);
    let first = unknown.next();
    // Of very many lines the first are looked at.
    let count = unknown.count() + usize::from(first.is_some()) + (shape.misfits - shape.odd.len());
    match first {
        None if count == 0 => page.why(&format!(
            "{} lines of the sample have other columns; the [[skip]] rules below know them as no records",
            shape.misfits
        )),
        _ => page.why(&format!(
            "{count} lines of the sample have other columns and will be rejected, because no [[skip]] rule knows them as no \
             records{}",
            first.map_or_else(String::new, |line| format!(
                ", as ‘{}’",
                line.trim().chars().take(60).collect::<String>()
            ))
        )),
    }
}

/// Rules for lines that are no records.
pub fn rules(page: &mut Page, shape: &Shape, around: &Around) {
    if shape.repeated {
        page.line("\n[[skip]]");
        page.why("the header stands among the records again");
        page.key("pattern", &format!("^{}$", regex::escape(&shape.header_line)));
        page.key("reason", "header again");
    }
    for (pattern, reason) in &around.skip {
        page.line("\n[[skip]]");
        page.key("pattern", pattern);
        page.key("reason", reason);
    }
    for rule in &around.rules {
        page.line("\n[[statement]]");
        page.why(&format!("the line ‘{}’", rule.line));
        page.key("field", rule.field);
        if rule.bottom {
            page.key("at", "bottom");
        }
        match (&rule.key, &rule.pattern) {
            (Some(key), _) => page.line(&format!("key = [{}]", quoted(key))),
            (None, Some(pattern)) => page.key("pattern", pattern),
            (None, None) => {}
        }
        // What the mapping itself names must be there; the rest may lack.
        if !matches!(rule.field, "account" | "currency") {
            page.line("optional = true");
        }
    }
}
