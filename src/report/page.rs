//! The page: one file of HTML that needs no network, no script and no other file, and is the same bytes for the same
//! tables and settings.

use std::cell::RefCell;

use hashbrown::HashMap;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value as Template, context};
use serde::Serialize;

use super::assets::assets;
use super::chart;
use super::clusters::clusters;
use super::custody::custody;
use super::exculpatory::speaks;
use super::exhibits::{self, Exhibits};
use super::figures::{Figure, count};
use super::findings::findings;
use super::flow::flows;
use super::guard::Guard;
use super::language::{self, Spoken, Words};
use super::missing::missing;
use super::numbering::{with_numbers, with_references};
use super::ownership::ownership;
use super::queries;
use super::received::received;
use super::reconciliation::reconciliation;
use super::rows::{moment_text, rows};
use super::schedules::schedules;
use super::secrets::Secrets;
use super::summary::summary;
use super::text::visible;
use super::timeline::timeline;
use super::tracing::tracing;
use super::{Names, PageSettings, Query, ReportError};
use crate::model::{Date, sha256};

const TEMPLATES: [(&str, &str); 20] = [
    ("macros.html", include_str!("templates/macros.html")),
    ("page.html", include_str!("templates/page.html")),
    ("summary.html", include_str!("templates/summary.html")),
    ("received.html", include_str!("templates/received.html")),
    (
        "reconciliation.html",
        include_str!("templates/reconciliation.html"),
    ),
    ("missing.html", include_str!("templates/missing.html")),
    ("parties.html", include_str!("templates/parties.html")),
    ("pictures.html", include_str!("templates/pictures.html")),
    ("chart.html", include_str!("templates/chart.html")),
    ("tracing.html", include_str!("templates/tracing.html")),
    ("clusters.html", include_str!("templates/clusters.html")),
    ("assets.html", include_str!("templates/assets.html")),
    ("ownership.html", include_str!("templates/ownership.html")),
    ("schedules.html", include_str!("templates/schedules.html")),
    ("exculpatory.html", include_str!("templates/exculpatory.html")),
    ("places.html", include_str!("templates/places.html")),
    ("methods.html", include_str!("templates/methods.html")),
    ("exhibits.html", include_str!("templates/exhibits.html")),
    ("custody.html", include_str!("templates/custody.html")),
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
    /// What is left out of the accounts of people who may be victims.
    pub guard: Guard,
    /// What the page cites, numbered as it comes.
    pub exhibits: RefCell<Exhibits>,
    pub words: &'a Words,
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

/// `File 12 (csv)` for each name, numbered in the order of names.
pub(super) fn numbered<'a>(
    names: impl Iterator<Item = &'a String>,
    words: &Words,
) -> HashMap<String, String> {
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
        .map(|(name, number)| {
            let label = words.say("File {number}", &[("number", number.to_string())]);
            (name.clone(), format!("{label}{}", ending(name)))
        })
        .collect()
}

/// The text with every account's and party's id replaced by the letters and digits of its pseudonym. Ids are hashes
/// without a key: whoever has the page could try out all numbers of a bank until one gives the id. In a release the same
/// holds for findings, groups and functions, some of which are hashes of such ids. Where names are shown, ids stay.
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
            && matches!(bytes[at - 1], b'a' | b'p' | b'c' | b'b' | b'f' | b'k' | b'w')
            && hash.is_some_and(|hash| {
                hash.iter()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b))
            });
        if !is_id || at < copied {
            continue;
        }
        let id = &text[at + 1..at + 21];
        let sign = match bytes[at - 1] {
            kind @ (b'f' | b'k' | b'w') => match names.finding(&format!("{}-{id}", char::from(kind))) {
                Some(sign) => sign,
                None => continue,
            },
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
    let words = &settings.words;
    let spoken = Spoken::new(names, *words);
    let names: &dyn Names = &spoken;
    let secrets = if names.reveals() {
        Secrets::none()
    } else {
        Secrets::of_case(query, names.protected())?
    };
    let mut sources = HashMap::new();
    let mut order = Vec::new();
    for row in rows(query, queries::SOURCES, &["source_id", "name"])?.iter() {
        order.push(row.text_or_empty("source_id").to_owned());
        sources.insert(
            row.text_or_empty("source_id").to_owned(),
            row.text_or_empty("name").to_owned(),
        );
    }
    let files = if names.reveals() {
        HashMap::new()
    } else {
        numbered(sources.values(), words)
    };
    let parts = Context {
        names,
        secrets: &secrets,
        sources,
        files,
        is_for_defence: settings.is_for_defence,
        guard: Guard::read(query, names.reveals())?,
        exhibits: RefCell::new(Exhibits::of_sources(order.iter().map(String::as_str))),
        words: &settings.words,
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
    let found = findings(query, &parts)?;
    let values = context! {
        style_hash => base64(&sha256(style.as_bytes())),
        style => Template::from_safe_string(style),
        reference => visible(&settings.reference),
        authority => visible(&settings.authority),
        purpose => visible(&settings.purpose),
        handling => visible(&settings.handling),
        tool_version => visible(&settings.tool_version),
        profile => visible(&words.told(&settings.profile)),
        case_language => settings.case_language.code(),
        reveals => names.reveals(),
        release => visible(&settings.release),
        names_decided => settings.names_decided,
        is_for_defence => settings.is_for_defence,
        leaves => settings.leaves,
        has_reliability => settings.has_reliability,
        risk => of(risk(query)?),
        missing => of(missing(query, &parts, &settings.requests)?),
        summary => of(summary(query, &parts, &found)?),
        received => of(received(query, &parts)?),
        reconciliation => of(reconciliation(query, &parts)?),
        clusters => of(clusters(query, &parts)?),
        schedules => of(schedules(query, &parts, &found)?),
        chart => of(chart::chart(query, &parts, &found, &visible(&settings.handling))?),
        findings => of(found),
        flows => of(flows(query, &parts)?),
        timeline => of(timeline(query, &parts)?),
        chart_style => Template::from_safe_string(chart::style().to_owned()),
        chart_style_hash => base64(&sha256(chart::style().as_bytes())),
        script_hashes => chart::script_hashes(),
        tracing => of(tracing(query, &parts, settings.trace_is_old)?),
        assets => of(assets(query, &parts)?),
        ownership => of(ownership(settings, &parts)),
        speaks => of(speaks(query, &parts)?),
        rules, not_computable,
        queries => listed,
        some_are_out_of_use => !settings.custody.out_of_use.is_empty(),
    };
    let html = render("page.html", values, words)?;
    let html = with_references(&html, &mut parts.exhibits.borrow_mut());
    // The list comes last, when everything that it has to hold is known.
    let list = exhibits::list(&parts);
    let (sources, sources_in_all) = exhibits::sources(query, &parts)?;
    let values = context! {
        list => of(list),
        sources => of(sources),
        sources_in_all => of(sources_in_all),
        custody => of(custody(&settings.custody, &parts)),
        reveals => names.reveals(),
        authority => visible(&settings.authority),
    };
    let html = html.replacen(EXHIBITS_HERE, &render("exhibits.html", values.clone(), words)?, 1);
    let html = html.replacen(CUSTODY_HERE, &render("custody.html", values, words)?, 1);
    Ok(hide_ids(&with_numbers(&html, words), names))
}

/// Where the list of exhibits and the appendix on custody go.
const EXHIBITS_HERE: &str = "<p hidden=\"\">exhibits</p>";
const CUSTODY_HERE: &str = "<p hidden=\"\">custody</p>";

/// All that pages say by themselves, whatever the records: the templates and the named queries.
pub fn own_text() -> String {
    let templates = TEMPLATES.iter().map(|(_, text)| *text);
    let queries = queries::NAMED.iter().map(|(_, sql)| *sql);
    let other_languages = language::own_text();
    let chart = chart::own_text();
    let texts = templates
        .chain(queries)
        .chain([other_languages.as_str(), chart.as_str()]);
    texts.collect::<Vec<_>>().join("\n")
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
pub(super) fn render(template: &str, values: Template, words: &Words) -> Result<String, ReportError> {
    let fault = |error: minijinja::Error| ReportError::Template(format!("{error:#}"));
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    words.register(&mut environment);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(fault)?,
    );
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
