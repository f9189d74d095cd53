//! The page of counts alone: how many parties and accounts findings of each rule and form are about, with small counts
//! and those by which they could be computed withheld.

use minijinja::{Value as Template, context};
use serde::Serialize;

use super::page::{base64, hide_ids, of, render, style};
use super::rows::rows;
use super::secrets::Secrets;
use super::text::visible;
use super::{Names, PageSettings, Query, ReportError};
use crate::model::sha256;
use crate::victims::statistics::{Bin, Dimension, Limits, publish};

// Whom a finding is about counts, not findings: many findings about one person are one person. The title is the rule's:
// that of a finding behind the gate tells of its exit.
const COUNTS: &str = "
    SELECT f.rule_id, coalesce(f.form, '') AS form, coalesce(min(r.title), min(f.title)) AS title,
           count(DISTINCT coalesce(f.party_id, f.account_id, f.finding_id)) AS holders
    FROM findings f
    LEFT JOIN rules_run r ON r.rule_id = f.rule_id
    WHERE coalesce(f.judgement, '') <> 'dismissed'
    GROUP BY f.rule_id, coalesce(f.form, '')
    ORDER BY f.rule_id, form";

/// A rule with its counts by form, the total last.
#[derive(Serialize)]
struct Line {
    rule: String,
    title: String,
    cells: Vec<String>,
}

/// The page as one self-contained HTML file. It holds no label of anybody, no day and no amount.
pub fn statistics_page(
    query: &dyn Query,
    settings: &PageSettings,
    names: &dyn Names,
) -> Result<String, ReportError> {
    let secrets = Secrets::of_case(query, names.protected())?;
    let safe = |text: &str| visible(&secrets.redact(text));
    let found = rows(query, COUNTS, &["rule_id", "form", "title", "holders"])?;
    let mut rules: Vec<(String, String)> = Vec::new();
    let mut forms: Vec<String> = Vec::new();
    for row in found.iter() {
        let (rule, form) = (row.text_or_empty("rule_id"), row.text_or_empty("form"));
        if rules.last().is_none_or(|(known, _)| known != rule) {
            rules.push((rule.to_owned(), safe(row.text_or_empty("title"))));
        }
        if !forms.iter().any(|known| known == form) {
            forms.push(form.to_owned());
        }
    }
    forms.sort();
    let mut counts = vec![0_u64; rules.len() * forms.len()];
    for row in found.iter() {
        let rule = rules
            .iter()
            .position(|(known, _)| known == row.text_or_empty("rule_id"));
        let form = forms.iter().position(|known| known == row.text_or_empty("form"));
        if let (Some(rule), Some(form)) = (rule, form) {
            counts[rule * forms.len() + form] = u64::try_from(row.integer("holders")).unwrap_or(0);
        }
    }
    let (lines, is_withheld) = match rules.is_empty() {
        true => (Vec::new(), false),
        false => table(&rules, &forms, &counts)?,
    };
    let style = style(&settings.handling);
    let shown_forms: Vec<String> = forms
        .iter()
        .map(|form| match form.is_empty() {
            true => "no form".to_owned(),
            false => safe(form),
        })
        .collect();
    let values = context! {
        style_hash => base64(&sha256(style.as_bytes())),
        style => Template::from_safe_string(style),
        reference => visible(&settings.reference),
        authority => visible(&settings.authority),
        purpose => visible(&settings.purpose),
        handling => visible(&settings.handling),
        tool_version => visible(&settings.tool_version),
        release => visible(&settings.release),
        forms => of(shown_forms),
        lines => of(lines),
        is_withheld,
    };
    Ok(hide_ids(&render("statistics.html", values)?, names))
}

fn table(
    rules: &[(String, String)],
    forms: &[String],
    counts: &[u64],
) -> Result<(Vec<Line>, bool), ReportError> {
    let bin = |name: &str| Bin {
        name: name.to_owned(),
        is_children: false,
    };
    let dimensions = [
        Dimension {
            name: "rule".to_owned(),
            bins: rules.iter().map(|(rule, _)| bin(rule)).collect(),
        },
        Dimension {
            name: "form".to_owned(),
            bins: forms.iter().map(|form| bin(form)).collect(),
        },
    ];
    let published = publish(&dimensions, counts, Limits::default())?;
    let line = |rule: Option<usize>| -> Vec<String> {
        let places = (0..forms.len()).map(Some).chain([None]);
        places
            .map(|form| {
                published
                    .get(&[rule, form])
                    .map_or_else(String::new, |cell| cell.to_string())
            })
            .collect()
    };
    let mut lines: Vec<Line> = rules
        .iter()
        .enumerate()
        .map(|(at, (rule, title))| Line {
            rule: visible(rule),
            title: title.clone(),
            cells: line(Some(at)),
        })
        .collect();
    lines.push(Line {
        rule: "all rules".to_owned(),
        title: String::new(),
        cells: line(None),
    });
    Ok((lines, published.is_withheld))
}
