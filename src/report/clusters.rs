//! Groups of indicators that stand together, as the page shows them.
//!
//! Who is possibly exploited is counted and told under protection alone: this section is about where the money of others
//! comes together.

use hashbrown::{HashMap, HashSet};
use serde::Serialize;

use super::figures::{Figure, count};
use super::findings::slug;
use super::guard::without_figures;
use super::language::Words;
use super::page::Context;
use super::rows::{literals, rows};
use super::text::{Piece, account_label, pieces, visible};
use super::{Query, ReportError};

/// Groups that are shown, in the order in which to look.
const MOST_CLUSTERS: usize = 25;
/// Lines of one list of a group that are shown.
const MOST_LINES: usize = 40;

/// The groups.
#[derive(Serialize)]
pub(super) struct Clusters {
    all: Figure,
    left_out: Option<Figure>,
    shown: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    anchor: String,
    cluster_id: String,
    place: Figure,
    criterion: String,
    forms: String,
    explanation: Vec<Piece>,
    exploited: Figure,
    members: Vec<Member>,
    members_left_out: usize,
    indicators: Vec<Indicator>,
    indicators_left_out: usize,
    functions: Vec<Function>,
    functions_left_out: usize,
    ties: Vec<Tie>,
    ties_left_out: usize,
}

#[derive(Serialize)]
struct Member {
    label: String,
    side: String,
    rules: String,
}

#[derive(Serialize)]
struct Indicator {
    rule_id: String,
    family: String,
    strong: bool,
    findings: Figure,
    title: Vec<Piece>,
}

#[derive(Serialize)]
struct Function {
    label: String,
    function: String,
    explanation: Vec<Piece>,
    innocent: Vec<Vec<Piece>>,
    entries: Figure,
}

#[derive(Serialize)]
struct Tie {
    one: String,
    other: String,
    why: Vec<Piece>,
}

/// Reads the groups; nothing where there are none.
pub(super) fn clusters(query: &dyn Query, context: &Context<'_>) -> Result<Option<Clusters>, ReportError> {
    let found = rows(
        query,
        "SELECT cluster_id, place, criterion, forms, explanation, exploited FROM clusters ORDER BY place",
        &["cluster_id", "criterion", "forms", "explanation"],
    )?;
    let all = found.iter().count();
    if all == 0 {
        return Ok(None);
    }
    let shown_ids: Vec<&str> = found
        .iter()
        .take(MOST_CLUSTERS)
        .map(|row| row.text_or_empty("cluster_id"))
        .collect();
    let only = format!("cluster_id IN {}", literals(shown_ids.iter().copied()));
    let words = context.words;
    let say = |text: &str| pieces(&words.told(text), context.names, context.secrets);
    let label = |id: &str| match id.starts_with("p-") {
        true => visible(&context.names.party(id)),
        false => account_label(context.names, id),
    };

    let mut members: HashMap<String, Vec<Member>> = HashMap::new();
    let sql = format!(
        "SELECT cluster_id, member, side, rules FROM cluster_members WHERE side <> 'exploited' AND {only} \
         ORDER BY cluster_id, side, member"
    );
    for row in rows(query, &sql, &["cluster_id", "member", "side", "rules"])?.iter() {
        let own = members
            .entry(row.text_or_empty("cluster_id").to_owned())
            .or_default();
        own.push(Member {
            label: label(row.text_or_empty("member")),
            side: words.told(row.text_or_empty("side")),
            rules: row.text_or_empty("rules").to_owned(),
        });
    }

    let mut indicators: HashMap<String, Vec<Indicator>> = HashMap::new();
    let sql = format!(
        "SELECT i.cluster_id, i.rule_id, i.family, max(CAST(i.strong AS INT)) AS strong, count(*) AS findings, \
         coalesce(min(r.title), i.rule_id) AS title FROM cluster_indicators i \
         LEFT JOIN rules_run r ON r.rule_id = i.rule_id WHERE i.{only} \
         GROUP BY i.cluster_id, i.rule_id, i.family ORDER BY i.cluster_id, strong DESC, i.rule_id"
    );
    for row in rows(query, &sql, &["cluster_id", "rule_id", "family", "title"])?.iter() {
        let own = indicators
            .entry(row.text_or_empty("cluster_id").to_owned())
            .or_default();
        own.push(Indicator {
            rule_id: visible(row.text_or_empty("rule_id")),
            family: visible(&words.told(row.text_or_empty("family"))),
            strong: row.integer("strong") > 0,
            findings: count(
                "cluster.findings",
                format!(
                    "{} {}",
                    row.text_or_empty("cluster_id"),
                    row.text_or_empty("rule_id")
                ),
                row.integer("findings"),
            ),
            title: say(row.text_or_empty("title")),
        });
    }

    let mut functions: HashMap<String, Vec<Function>> = HashMap::new();
    let sql = format!(
        "SELECT function_id, cluster_id, member, function, explanation, innocent_explanations, entries FROM functions \
         WHERE {only} ORDER BY cluster_id, function, member, function_id"
    );
    let columns = [
        "function_id",
        "cluster_id",
        "member",
        "function",
        "explanation",
        "innocent_explanations",
    ];
    let touched = touched(query, context, &only)?;
    for row in rows(query, &sql, &columns)?.iter() {
        let explanation = row.text_or_empty("explanation");
        let own = functions
            .entry(row.text_or_empty("cluster_id").to_owned())
            .or_default();
        own.push(Function {
            label: label(row.text_or_empty("member")),
            function: visible(&words.told(row.text_or_empty("function"))),
            explanation: match touched.contains(row.text_or_empty("function_id"))
                || context.guard.is_in(explanation)
            {
                true => say(&without_figures(explanation)),
                false => say(explanation),
            },
            innocent: row
                .text_or_empty("innocent_explanations")
                .lines()
                .map(say)
                .collect(),
            entries: count(
                "function.entries",
                row.text_or_empty("function_id"),
                row.integer("entries"),
            ),
        });
    }

    // A tie of somebody who is possibly exploited would lead to that person.
    let mut ties: HashMap<String, Vec<Tie>> = HashMap::new();
    let sql = format!(
        "SELECT t.cluster_id, t.one, t.other, t.why FROM cluster_ties t \
         LEFT ANTI JOIN (SELECT cluster_id, member FROM cluster_members WHERE side = 'exploited') AS a \
            ON a.cluster_id = t.cluster_id AND a.member = t.one \
         LEFT ANTI JOIN (SELECT cluster_id, member FROM cluster_members WHERE side = 'exploited') AS b \
            ON b.cluster_id = t.cluster_id AND b.member = t.other \
         WHERE t.{only} ORDER BY t.cluster_id, t.one, t.other, t.why"
    );
    for row in rows(query, &sql, &["cluster_id", "one", "other", "why"])?.iter() {
        let own = ties
            .entry(row.text_or_empty("cluster_id").to_owned())
            .or_default();
        own.push(Tie {
            one: label(row.text_or_empty("one")),
            other: label(row.text_or_empty("other")),
            why: match context.guard.hides(row.text_or_empty("one"))
                || context.guard.hides(row.text_or_empty("other"))
                || context.guard.is_in(row.text_or_empty("why"))
            {
                true => say(&without_figures(row.text_or_empty("why"))),
                false => say(row.text_or_empty("why")),
            },
        });
    }

    let shown = found.iter().take(MOST_CLUSTERS).map(|row| {
        let id = row.text_or_empty("cluster_id");
        let (members, members_left_out) = cut(members.remove(id));
        let (indicators, indicators_left_out) = cut(indicators.remove(id));
        let (functions, functions_left_out) = cut(functions.remove(id));
        let (ties, ties_left_out) = cut(ties.remove(id));
        Shown {
            anchor: format!("group-{}", slug(id)),
            cluster_id: id.to_owned(),
            place: count("cluster.place", id, row.integer("place")),
            criterion: words.told(row.text_or_empty("criterion")),
            forms: forms(row.text_or_empty("forms"), words),
            explanation: say(row.text_or_empty("explanation")),
            exploited: count("cluster.exploited", id, row.integer("exploited")),
            members,
            members_left_out,
            indicators,
            indicators_left_out,
            functions,
            functions_left_out,
            ties,
            ties_left_out,
        }
    });
    Ok(Some(Clusters {
        all: count("clusters.count", "", all as i64),
        left_out: (all > MOST_CLUSTERS).then(|| count("clusters.left_out", "", (all - MOST_CLUSTERS) as i64)),
        shown: shown.collect(),
    }))
}

/// Functions of which no number is told on this page: they rest on movements of somebody who may be a victim.
fn touched(query: &dyn Query, context: &Context<'_>, only: &str) -> Result<HashSet<String>, ReportError> {
    if !context.guard.is_active() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "SELECT DISTINCT e.function_id FROM function_entries AS e JOIN functions AS f ON f.function_id = e.function_id \
         WHERE f.{only} AND e.entry_id IN {}",
        context.guard.entries_sql()
    );
    Ok(rows(query, &sql, &["function_id"])?
        .iter()
        .map(|row| row.text_or_empty("function_id").to_owned())
        .collect())
}

/// The first lines, and how many more there are.
fn cut<T>(lines: Option<Vec<T>>) -> (Vec<T>, usize) {
    let mut lines = lines.unwrap_or_default();
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    (lines, more)
}

/// Forms of exploitation in words.
fn forms(letters: &str, words: &Words) -> String {
    let said: Vec<String> = letters
        .chars()
        .filter_map(|letter| match letter {
            'S' => Some(words.say("sexual exploitation", &[])),
            'L' => Some(words.say("labour exploitation", &[])),
            'B' => Some(words.say("forced begging", &[])),
            'C' => Some(words.say("forced criminality or benefit fraud", &[])),
            'K' => Some(words.say("exploitation of children", &[])),
            '*' => Some(words.say("any form", &[])),
            _ => None,
        })
        .collect();
    said.join(", ")
}
