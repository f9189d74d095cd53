//! The page: one file of HTML that needs no network, no script and no other file, and is the same bytes for the same
//! tables and settings.

use hashbrown::HashMap;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value as Template, context};
use serde::Serialize;

use super::chart;
use super::clusters::clusters;
use super::figures::{Figure, count, money};
use super::findings::findings;
use super::flow::flows;
use super::language::{self, Words};
use super::missing::missing;
use super::queries;
use super::received::received;
use super::rows::{moment_text, rows};
use super::secrets::Secrets;
use super::text::visible;
use super::timeline::timeline;
use super::tracing::tracing;
use super::{Names, PageSettings, Query, ReportError};
use crate::model::{Date, sha256};

const TEMPLATES: [(&str, &str); 11] = [
    ("macros.html", include_str!("templates/macros.html")),
    ("page.html", include_str!("templates/page.html")),
    ("received.html", include_str!("templates/received.html")),
    ("missing.html", include_str!("templates/missing.html")),
    ("chart.html", include_str!("templates/chart.html")),
    ("tracing.html", include_str!("templates/tracing.html")),
    ("clusters.html", include_str!("templates/clusters.html")),
    ("findings.html", include_str!("templates/findings.html")),
    ("pictures.html", include_str!("templates/pictures.html")),
    ("methods.html", include_str!("templates/methods.html")),
    ("statistics.html", include_str!("templates/statistics.html")),
];
const STYLE: &str = include_str!("templates/style.css");

/// What every part of the page needs to write names.
pub(super) struct Context<'a> {
    pub names: &'a dyn Names,
    pub secrets: &'a Secrets<'a>,
    /// Names of files by `source_id`.
    pub sources: HashMap<String, String>,
    /// What files are called where names must not be seen: people are named in file names too.
    pub files: HashMap<String, String>,
    /// Whether leads for protection are left out and all that was dismissed is shown.
    pub is_for_defence: bool,
}

impl Context<'_> {
    /// A file's name as the page may show it.
    pub(super) fn file(&self, name: &str) -> String {
        match self.files.get(name) {
            Some(label) => label.clone(),
            None => visible(&self.secrets.file_name(name)),
        }
    }
}

/// A day for `<time>`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Day {
    iso: String,
}

impl Day {
    /// From a date.
    pub(super) fn of(date: Date) -> Day {
        Day {
            iso: date.to_string(),
        }
    }
}

/// A moment for `<time>`; the day alone where the time is midnight.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Instant {
    iso: String,
    shown: String,
}

impl Instant {
    /// From microseconds on the record's own clock.
    pub(super) fn of(microseconds: i64) -> Instant {
        let shown = moment_text(microseconds);
        Instant {
            iso: shown.replace(' ', "T"),
            shown,
        }
    }
}

#[derive(Serialize)]
struct Summary {
    sources: Figure,
    rows_read: Figure,
    rows_accepted: Figure,
    rows_rejected: Figure,
    entries: Figure,
    entries_undated: Option<Figure>,
    entries_without_amount: Option<Figure>,
    entries_again: Option<Figure>,
    accounts_seized: Figure,
    accounts_seen: Figure,
    transfers: Figure,
    findings: Figure,
    findings_retold: Option<Figure>,
    dismissed: Option<Figure>,
    first: Option<Day>,
    last: Option<Day>,
    totals: Vec<Total>,
}

#[derive(Serialize)]
struct Total {
    currency: String,
    credit: Option<Side>,
    debit: Option<Side>,
}

#[derive(Clone, Serialize)]
struct Side {
    entries: Figure,
    amount: Figure,
}

/// `File 12 (csv)` for each name, numbered in the order of names.
fn numbered<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<String, String> {
    let sorted: std::collections::BTreeSet<&String> = names.collect();
    let ending = |name: &str| match name.rsplit_once('.') {
        Some((_, ending)) if ending.len() <= 4 && ending.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            format!(" ({})", ending.to_lowercase())
        }
        _ => String::new(),
    };
    sorted
        .into_iter()
        .zip(1..)
        .map(|(name, number)| (name.clone(), format!("File {number}{}", ending(name))))
        .collect()
}

/// The text with every account's and party's id replaced by the letters and digits of its pseudonym. Ids are hashes
/// without a key: whoever has the page could try out all numbers of a bank until one gives the id. Where names are
/// shown, ids stay.
pub fn hide_ids(text: &str, names: &dyn Names) -> String {
    if names.reveals() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'-', bytes) {
        let hash = bytes.get(at + 1..at + 21);
        let is_id = at > 0
            && matches!(bytes[at - 1], b'a' | b'p' | b'c' | b'b')
            && hash.is_some_and(|hash| {
                hash.iter()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b))
            });
        if !is_id || at < copied {
            continue;
        }
        let id = &text[at + 1..at + 21];
        let sign = match bytes[at - 1] {
            b'p' => names.sign(&format!("p-{id}")),
            _ => names.sign(&format!("a-{id}")),
        };
        out.push_str(&text[copied..=at]);
        out.push_str(&sign);
        copied = at + 21;
    }
    out.push_str(&text[copied..]);
    out
}

/// The report as one self-contained HTML file.
pub fn page(query: &dyn Query, settings: &PageSettings, names: &dyn Names) -> Result<String, ReportError> {
    let secrets = if names.reveals() {
        Secrets::none()
    } else {
        Secrets::of_case(query, names.protected())?
    };
    let mut sources = HashMap::new();
    for row in rows(query, queries::SOURCES, &["source_id", "name"])?.iter() {
        sources.insert(
            row.text_or_empty("source_id").to_owned(),
            row.text_or_empty("name").to_owned(),
        );
    }
    let files = if names.reveals() {
        HashMap::new()
    } else {
        numbered(sources.values())
    };
    let parts = Context {
        names,
        secrets: &secrets,
        sources,
        files,
        is_for_defence: settings.is_for_defence,
    };
    let style = style(&settings.handling);
    let safe = |text: &str| visible(&secrets.redact(text));
    let listed: Vec<Template> = queries::NAMED
        .iter()
        .map(|(name, sql)| {
            context! { name => *name, about => queries::comment(sql), sql => queries::without_comment(sql) }
        })
        .collect();
    let rules: Vec<Template> = settings
        .rules
        .iter()
        .map(|rule| {
            let parameters: Vec<(String, String)> = rule
                .parameters
                .iter()
                .map(|(name, value)| (safe(name), safe(value)))
                .collect();
            context! {
                id => safe(&rule.id), version => safe(&rule.version), title => safe(&rule.title),
                method => safe(&rule.method), source => safe(&rule.source), parameters,
            }
        })
        .collect();
    let not_computable: Vec<Template> = settings
        .not_computable
        .iter()
        .map(|rule| {
            context! { rule_id => safe(&rule.rule_id), reason => safe(&rule.reason), request => safe(&rule.request) }
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
        profile => visible(&settings.profile),
        reveals => names.reveals(),
        release => visible(&settings.release),
        names_decided => settings.names_decided,
        is_for_defence => settings.is_for_defence,
        leaves => settings.leaves,
        has_reliability => settings.has_reliability,
        risk => of(risk(query)?),
        summary => of(summary(query)?),
        received => of(received(query, &parts)?),
        missing => of(missing(query, &parts, &settings.requests)?),
        clusters => of(clusters(query, &parts)?),
        findings => of(findings(query, &parts)?),
        flows => of(flows(query, &parts)?),
        timeline => of(timeline(query, &parts)?),
        chart => of(chart::chart(query, &parts, Words, &visible(&settings.handling))?),
        chart_style => Template::from_safe_string(chart::style().to_owned()),
        chart_style_hash => base64(&sha256(chart::style().as_bytes())),
        script_hashes => chart::script_hashes(),
        tracing => of(tracing(query, &parts, settings.trace_is_old)?),
        rules, not_computable,
        queries => listed,
    };
    Ok(hide_ids(&render("page.html", values)?, names))
}

/// All that pages say by themselves, whatever the records: the templates and the named queries.
pub fn own_text() -> String {
    let templates = TEMPLATES.iter().map(|(_, text)| *text);
    let queries = queries::NAMED.iter().map(|(_, sql)| *sql);
    let chart = chart::own_text();
    templates
        .chain(queries)
        .chain([chart.as_str()])
        .collect::<Vec<_>>()
        .join("\n")
}

/// How many on the page stand in groups in which people can be recognised.
#[derive(Serialize)]
struct Risk {
    groups: Figure,
    rules: Figure,
}

fn risk(query: &dyn Query) -> Result<Risk, ReportError> {
    let number = |name: &str| -> Result<i64, ReportError> {
        let meaning = super::figures::MEANINGS
            .iter()
            .find(|meaning| meaning.name == name);
        let found = rows(query, meaning.map_or("", |meaning| meaning.sql), &["value"])?;
        Ok(found.first().map_or(0, |row| row.integer("value")))
    };
    Ok(Risk {
        groups: count("risk.groups", "", number("risk.groups")?),
        rules: count("risk.rules", "", number("risk.rules")?),
    })
}

/// A template filled in.
pub(super) fn render(template: &str, values: Template) -> Result<String, ReportError> {
    let fault = |error: minijinja::Error| ReportError::Template(format!("{error:#}"));
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(fault)?,
    );
    language::add_to(&mut environment, Words);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).map_err(fault)?;
    }
    environment
        .get_template(template)
        .and_then(|template| template.render(values))
        .map_err(fault)
}

pub(super) fn of<T: Serialize>(part: T) -> Template {
    Template::from(Serde(part))
}

fn summary(query: &dyn Query) -> Result<Summary, ReportError> {
    let counts = rows(
        query,
        queries::COUNTS,
        &["sources", "entries", "findings", "dismissed", "first_day"],
    )?;
    let number = |name: &str| counts.first().map_or(0, |row| row.integer(name));
    let some = |figure: &'static str, column: &str| {
        Some(number(column))
            .filter(|n| *n > 0)
            .map(|n| count(figure, "", n))
    };
    let (mut read, mut accepted, mut rejected) = (0, 0, 0);
    for row in rows(
        query,
        queries::SOURCES,
        &["rows_read", "rows_accepted", "rows_rejected"],
    )?
    .iter()
    {
        read += row.integer("rows_read");
        accepted += row.integer("rows_accepted");
        rejected += row.integer("rows_rejected");
    }
    let mut totals: Vec<Total> = Vec::new();
    for row in rows(
        query,
        queries::TOTALS,
        &["currency", "direction", "entries", "amount"],
    )?
    .iter()
    {
        let (currency, direction) = (row.text_or_empty("currency"), row.text_or_empty("direction"));
        let key = format!("{currency} {direction}");
        let side = Side {
            entries: count("entries.by_direction", key.clone(), row.integer("entries")),
            amount: money("entries.amount", key, row.money("amount").unwrap_or(0), currency),
        };
        if totals.last().is_none_or(|total| total.currency != currency) {
            totals.push(Total {
                currency: currency.to_owned(),
                credit: None,
                debit: None,
            });
        }
        if let Some(total) = totals.last_mut() {
            match direction {
                "credit" => total.credit = Some(side),
                _ => total.debit = Some(side),
            }
        }
    }
    Ok(Summary {
        sources: count("sources.count", "", number("sources")),
        rows_read: count("sources.rows_read", "", read),
        rows_accepted: count("sources.rows_accepted", "", accepted),
        rows_rejected: count("sources.rows_rejected", "", rejected),
        entries: count("entries.count", "", number("entries")),
        entries_undated: some("entries.undated", "entries_undated"),
        entries_without_amount: some("entries.without_amount", "entries_without_amount"),
        entries_again: some("entries.counted_elsewhere", "entries_again"),
        accounts_seized: count("accounts.seized", "", number("accounts_seized")),
        accounts_seen: count("accounts.seen", "", number("accounts_seen")),
        transfers: count("transfers.count", "", number("transfers")),
        findings: count("findings.count", "", number("findings")),
        findings_retold: some("findings.retold", "findings_retold"),
        dismissed: some("findings.dismissed", "dismissed"),
        first: counts.first().and_then(|row| row.day("first_day")).map(Day::of),
        last: counts.first().and_then(|row| row.day("last_day")).map(Day::of),
        totals,
    })
}

/// The style sheet with the handling marking in the margin of every printed page.
pub(super) fn style(handling: &str) -> String {
    STYLE.replace("\"HANDLING\"", &css_string(handling))
}

/// A text as CSS string: all but letters, digits and spaces of ASCII escaped, so that nothing ends the string or the
/// element around it.
fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in visible(text).chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            out.push_str(&format!("\\{:x} ", u32::from(c)));
        }
    }
    out.push('"');
    out
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = 0u32;
        for at in 0..3 {
            group = group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0));
        }
        for at in 0..4 {
            if at <= chunk.len() {
                out.push(DIGITS[(group >> (18 - 6 * at) & 63) as usize] as char);
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_standards_examples() {
        // RFC 4648, section 10.
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_marking_stays_in_its_string() {
        let css = css_string("TLP:RED\"}</style>");
        assert!(
            !css.contains('<') && !css.contains('}') && !css.contains(':'),
            "{css}"
        );
        assert_eq!(css.matches('"').count(), 2);
    }
}
