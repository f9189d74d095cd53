//! The page of counts alone: the table of the command `statistics`, in which nobody is singled out.

use minijinja::{Value as Template, context};
use serde::Serialize;

use super::numbering::with_numbers;
use super::page::{base64, hide_ids, of, render, style};
use super::text::visible;
use super::{Names, PageSettings, ReportError};
use crate::model::sha256;
use crate::victims::counts::Statistics;

/// A combination with its count.
#[derive(Serialize)]
struct Line {
    bins: Vec<String>,
    shown: String,
    least: u64,
    most: u64,
}

/// The page as one self-contained HTML file. It holds no label of anybody, no day and no amount.
pub fn statistics_page(
    settings: &PageSettings,
    names: &dyn Names,
    counts: &Statistics,
) -> Result<String, ReportError> {
    let words = &settings.words;
    let lines: Vec<Line> = counts
        .lines()
        .into_iter()
        .map(|line| Line {
            bins: line.bins.iter().map(|bin| visible(&words.told(bin))).collect(),
            shown: line.shown.to_string(),
            least: line.bounds.0,
            most: line.bounds.1,
        })
        .collect();
    let style = style(&settings.handling);
    let by: Vec<String> = counts.by.iter().map(|by| words.told(by.as_str())).collect();
    let notes: Vec<String> = counts.notes().iter().map(|note| words.told(note)).collect();
    let values = context! {
        style_hash => base64(&sha256(style.as_bytes())),
        style => Template::from_safe_string(style),
        reference => visible(&settings.reference),
        authority => visible(&settings.authority),
        purpose => visible(&settings.purpose),
        handling => visible(&settings.handling),
        tool_version => visible(&settings.tool_version),
        release => visible(&settings.release),
        counted => words.told(counts.of.as_str()),
        by,
        notes,
        lines => of(lines),
    };
    let html = with_numbers(&render("statistics.html", values, words)?, words);
    Ok(hide_ids(&html, names))
}
