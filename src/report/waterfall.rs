//! A pair of records explained as a waterfall: from the prior, field by field, to the sum, in bits.

use std::fmt::Write as _;

use super::text::{escaped, shortened};
use crate::parties::resolve::{Explanation, Verdict};

/// Width of the bars' field, in pixels.
const BARS: f64 = 420.0;
/// Where it begins.
const LEFT: f64 = 270.0;
/// Height of a row.
const ROW: f64 = 34.0;
const TOP: f64 = 64.0;

/// A probability in words that claim no certainty.
pub fn probability(share: f64) -> String {
    match share {
        share if share > 0.999_999 => "above 0.999999".to_owned(),
        share if share < 0.000_001 => "below 0.000001".to_owned(),
        share => format!("{share:.6}"),
    }
}

/// The picture as SVG, by itself: no script, no font to load. What agrees goes right and is blue, what disagrees goes left
/// and is striped, so that it is told apart without colours too. Both say their bits in figures.
pub fn waterfall(found: &Explanation) -> String {
    let mut steps: Vec<(String, String, f64, f64, &str)> = Vec::new();
    let mut sum = found.prior;
    steps.push((
        "before".to_owned(),
        "any two records of this case".to_owned(),
        0.0,
        sum,
        "prior",
    ));
    for term in found.terms.iter().filter(|term| term.verdict != Verdict::Absent) {
        let next = sum + term.total();
        let class = if term.total() >= 0.0 { "for" } else { "against" };
        let what = format!("{}: {} / {}", term.level, term.left, term.right);
        steps.push((term.field.clone(), what, sum, next, class));
        sum = next;
    }
    let absent: Vec<&str> = found
        .terms
        .iter()
        .filter(|term| term.verdict == Verdict::Absent)
        .map(|term| term.field.as_str())
        .collect();
    steps.push(("sum".to_owned(), found.reason.clone(), 0.0, sum, "sum"));
    let (low, high) = steps.iter().fold((0.0_f64, 1.0_f64), |(low, high), step| {
        (low.min(step.2).min(step.3), high.max(step.2).max(step.3))
    });
    let x = |bits: f64| LEFT + (bits - low) / (high - low) * BARS;
    let height = TOP + ROW * steps.len() as f64 + 48.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height:.0}\" width=\"760\" height=\"{height:.0}\" role=\"img\" \
         aria-label=\"Evidence that two records are one party, field by field\">\n\
         <title>Evidence that two records are one party: {:+.2} bits, probability {}</title>\n\
         <style>text{{font:13px sans-serif;fill:#1a1a1a}}.small{{font-size:11px;fill:#444}}.for{{fill:#1f5fa8}}\
         .against{{fill:url(#stripes);stroke:#8a3b12}}.prior,.sum{{fill:#6b6b6b}}.line{{stroke:#999}}</style>\n\
         <defs><pattern id=\"stripes\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"6\" height=\"6\" fill=\"#fff\"/><rect width=\"3\" height=\"6\" fill=\"#8a3b12\"/></pattern></defs>\n\
         <rect width=\"760\" height=\"{height:.0}\" fill=\"#fff\"/>\n\
         <text x=\"16\" y=\"24\">{:+.2} bits, probability {}</text>\n\
         <text class=\"small\" x=\"16\" y=\"42\">each bit doubles the odds; right speaks for one party, left (striped) against</text>\n",
        found.sum,
        probability(found.posterior),
        found.sum,
        probability(found.posterior)
    );
    let zero = x(0.0);
    let foot = TOP + ROW * steps.len() as f64;
    let _ = writeln!(
        svg,
        "<line class=\"line\" x1=\"{zero:.1}\" y1=\"{TOP:.0}\" x2=\"{zero:.1}\" y2=\"{foot:.0}\"/>"
    );
    for (number, (field, what, from, to, class)) in steps.iter().enumerate() {
        let y = TOP + ROW * number as f64;
        let (left, right) = (x(from.min(*to)), x(from.max(*to)));
        let _ = writeln!(
            svg,
            "<g><title>{}</title><text x=\"16\" y=\"{:.0}\">{}</text><text class=\"small\" x=\"16\" y=\"{:.0}\">{}</text>\
             <rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.0}\" width=\"{:.1}\" height=\"18\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\">{:+.2}</text></g>",
            escaped(what),
            y + 14.0,
            escaped(field),
            y + 27.0,
            escaped(&shortened(what, if *class == "sum" { 110 } else { 40 })),
            y + 4.0,
            (right - left).max(1.0),
            right + 6.0,
            y + 18.0,
            match *class {
                "sum" | "prior" => *to,
                _ => to - from,
            },
        );
    }
    let _ = writeln!(
        svg,
        "<text class=\"small\" x=\"16\" y=\"{:.0}\">not told by both, so without weight: {}</text>\n</svg>",
        foot + 28.0,
        escaped(&if absent.is_empty() {
            "nothing".to_owned()
        } else {
            absent.join(", ")
        })
    );
    svg
}
