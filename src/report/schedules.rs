//! Schedules of transactions: the entries behind each finding and each traced claim, numbered, with what they add up to.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use serde::Serialize;

use super::exhibits::Citation;
use super::figures::{Figure, count, measure, money};
use super::findings::{CHUNK, Findings, way};
use super::language::Words;
use super::page::{Context, Instant};
use super::rows::{Row, Value, literal, literals, rows};
use super::text::{Piece, account_label, pieces, visible};
use super::tracing::withheld_grounds;
use super::{Query, ReportError, queries};
use crate::victims::special::MASKED;

/// Rows of a schedule that are shown, by time; fewer where there are many schedules.
const MOST_ROWS: i64 = 20;
const FEWER_ROWS: i64 = 5;
/// Schedules that are shown with all those rows.
const MANY: usize = 300;
/// Claims that have a schedule.
const MOST_CLAIMS: i64 = 60;

/// The schedules, and how they are cut.
#[derive(Serialize)]
pub(super) struct Schedules {
    list: Vec<Schedule>,
    most_rows: i64,
    claims_left_out: Option<Figure>,
}

/// One schedule.
#[derive(Serialize)]
struct Schedule {
    number: usize,
    /// `F-12`; nothing where it is that of a claim.
    finding: Option<String>,
    title: Vec<Piece>,
    claim: Option<String>,
    rows: Vec<Line>,
    sums: Vec<Sum>,
    left_out: Option<Figure>,
    /// Rows that are movements of people who may be victims, and are not told.
    guarded: Option<Figure>,
    /// Whether nothing of it is told.
    withheld: bool,
    /// The query that gives all of it.
    sql: String,
}

#[derive(Serialize)]
struct Sum {
    direction: String,
    amount: Figure,
}

/// An entry.
#[derive(Serialize)]
struct Line {
    exhibit: String,
    #[serde(skip)]
    entry_id: String,
    #[serde(skip)]
    citation: Citation,
    role: Vec<Piece>,
    at: Option<Instant>,
    direction: String,
    account: String,
    amount: Option<Figure>,
    asset: String,
    other_side: String,
    channel: String,
}

/// What is told of the rows of one schedule.
#[derive(Default)]
struct Read {
    lines: Vec<Line>,
    left_out: i64,
    guarded: i64,
    sums: Vec<Sum>,
}

/// Reads the schedules of all findings that are shown, in their order, then those of claims.
pub(super) fn schedules(
    query: &dyn Query,
    context: &Context<'_>,
    findings: &Findings,
) -> Result<Schedules, ReportError> {
    let most_rows = if findings.order.len() > MANY {
        FEWER_ROWS
    } else {
        MOST_ROWS
    };
    let mut list = Vec::new();
    for chunk in findings.order.chunks(CHUNK) {
        let ids: Vec<&str> = chunk.iter().map(|told| told.finding_id.as_str()).collect();
        let mut read = of_findings(query, context, &ids, most_rows)?;
        for told in chunk {
            let id = &told.finding_id;
            let own = read.remove(id.as_str()).unwrap_or_default();
            list.push(Schedule {
                number: told.number,
                finding: Some(format!("F-{}", told.number)),
                title: told.title.clone(),
                claim: None,
                left_out: (own.left_out > 0).then(|| {
                    let apart = if context.names.reveals() { "all" } else { "apart" };
                    count("schedule.left_out", format!("{id} {most_rows} {apart}"), own.left_out)
                }),
                guarded: (own.guarded > 0).then(|| count("schedule.guarded", id.as_str(), own.guarded)),
                rows: numbered(own.lines, context),
                sums: own.sums,
                withheld: false,
                sql: format!(
                    "SELECT e.* FROM finding_entries AS f JOIN entries AS e ON e.entry_id = f.entry_id WHERE f.finding_id = {}",
                    literal(&visible(id))
                ),
            });
        }
    }
    let next = list.len() + 1;
    let (claims, claims_left_out) = of_claims(query, context, next)?;
    list.extend(claims);
    Ok(Schedules {
        list,
        most_rows,
        claims_left_out,
    })
}

fn of_findings(
    query: &dyn Query,
    context: &Context<'_>,
    ids: &[&str],
    most_rows: i64,
) -> Result<HashMap<String, Read>, ReportError> {
    let mut found: HashMap<String, Read> = HashMap::new();
    let own = literals(ids.iter().copied());
    let guarded = context.guard.entries_sql();
    if context.guard.is_active() {
        let sql = format!(
            "SELECT finding_id, count(*) AS all_rows FROM finding_entries WHERE finding_id IN {own} AND entry_id IN {guarded} \
             GROUP BY finding_id"
        );
        for row in rows(query, &sql, &["finding_id", "all_rows"])?.iter() {
            let read = found
                .entry(row.text_or_empty("finding_id").to_owned())
                .or_default();
            read.guarded = row.integer("all_rows");
        }
    }
    let told = match context.guard.is_active() {
        true => format!(" AND entry_id NOT IN {guarded}"),
        false => String::new(),
    };
    let sql = format!(
        "SELECT * FROM (SELECT listed.*, row_number() OVER (PARTITION BY finding_id ORDER BY position) AS place, \
         count(*) OVER (PARTITION BY finding_id) AS all_rows FROM (\n{}) AS listed WHERE finding_id IN {own}{told}) AS placed \
         WHERE place <= {most_rows} ORDER BY finding_id, place",
        queries::FINDING_ENTRIES
    );
    for row in rows(
        query,
        &sql,
        &["finding_id", "entry_id", "source_id", "locator", "place"],
    )?
    .iter()
    {
        let read = found
            .entry(row.text_or_empty("finding_id").to_owned())
            .or_default();
        read.left_out = (row.integer("all_rows") - most_rows).max(0);
        read.lines.push(line(row, context));
    }
    let sql = format!(
        "SELECT c.finding_id, e.direction, coalesce(e.currency, '') AS currency, sum(e.amount) AS amount \
         FROM (SELECT DISTINCT finding_id, entry_id FROM finding_entries WHERE finding_id IN {own}{told}) AS c \
         JOIN entries AS e ON e.entry_id = c.entry_id WHERE e.amount IS NOT NULL \
         GROUP BY c.finding_id, e.direction, coalesce(e.currency, '') ORDER BY c.finding_id, currency, e.direction"
    );
    let name = context.guard.either("schedule.sum", "schedule.sum_apart");
    for row in rows(query, &sql, &["finding_id", "direction", "currency", "amount"])?.iter() {
        let id = row.text_or_empty("finding_id");
        let read = found.entry(id.to_owned()).or_default();
        read.sums.push(sum(name, id, &row, context.words));
    }
    Ok(found)
}

fn sum(name: &'static str, key: &str, row: &Row<'_>, words: &Words) -> Sum {
    let (direction, currency) = (row.text_or_empty("direction"), row.text_or_empty("currency"));
    Sum {
        direction: way(direction, words),
        amount: money(
            name,
            format!("{key} {direction} {currency}"),
            row.money("amount").unwrap_or(0),
            currency,
        ),
    }
}

/// The schedules of claims, from a number on. Where money of a claim lies with somebody who may be a victim, its schedule
/// is withheld as its amounts are.
fn of_claims(
    query: &dyn Query,
    context: &Context<'_>,
    first: usize,
) -> Result<(Vec<Schedule>, Option<Figure>), ReportError> {
    let mut labels: BTreeMap<i64, String> = BTreeMap::new();
    for row in rows(query, queries::TRACED_CLAIMS, &["ground", "label"])?.iter() {
        let ground = row.integer("ground");
        let label = match context.names.reveals() {
            true => visible(row.text_or_empty("label")),
            false => context
                .words
                .say("Claim {number}", &[("number", ground.to_string())]),
        };
        labels.insert(ground, label);
    }
    if labels.is_empty() {
        return Ok((Vec::new(), None));
    }
    let withheld: BTreeSet<i64> = withheld_grounds(query, context.names.reveals())?;
    let mut guarded: BTreeMap<i64, i64> = BTreeMap::new();
    if context.guard.is_active() {
        let sql = format!(
            "SELECT ground, count(*) AS all_rows FROM (\n{}) AS t WHERE entry_id IN {} GROUP BY ground",
            queries::TRACED_ENTRIES,
            context.guard.entries_sql()
        );
        for row in rows(query, &sql, &["ground", "all_rows"])?.iter() {
            guarded.insert(row.integer("ground"), row.integer("all_rows"));
        }
    }
    let sql = format!(
        "SELECT * FROM (SELECT t.*, count(*) OVER (PARTITION BY ground) AS all_rows FROM (\n{}) AS t) AS listed \
         WHERE position <= {MOST_ROWS} AND ground <= {MOST_CLAIMS} ORDER BY ground, position",
        queries::TRACED_ENTRIES
    );
    let mut read: BTreeMap<i64, Read> = BTreeMap::new();
    let is_withheld =
        |ground: i64| withheld.contains(&ground) || guarded.get(&ground).is_some_and(|all| *all > 0);
    for row in rows(
        query,
        &sql,
        &["ground", "entry_id", "source_id", "locator", "position"],
    )?
    .iter()
    {
        let ground = row.integer("ground");
        let own = read.entry(ground).or_default();
        own.left_out = (row.integer("all_rows") - MOST_ROWS).max(0);
        if !is_withheld(ground) {
            own.lines.push(line(row, context));
        }
    }
    let sql = format!(
        "SELECT ground, direction, currency, sum(amount) AS amount FROM \
         (SELECT DISTINCT ground, entry_id, direction, currency, amount FROM (\n{}) AS t WHERE amount IS NOT NULL) AS once \
         WHERE ground <= {MOST_CLAIMS} GROUP BY ground, direction, currency ORDER BY ground, currency, direction",
        queries::TRACED_ENTRIES
    );
    for row in rows(query, &sql, &["ground", "direction", "currency", "amount"])?.iter() {
        let ground = row.integer("ground");
        if !is_withheld(ground) {
            let own = read.entry(ground).or_default();
            own.sums.push(sum(
                "trace.schedule_sum",
                &ground.to_string(),
                &row,
                context.words,
            ));
        }
    }
    let all = labels.len() as i64;
    let list = read
        .into_iter()
        .zip(first..)
        .map(|((ground, own), number)| Schedule {
            number,
            finding: None,
            title: Vec::new(),
            claim: labels.get(&ground).cloned(),
            withheld: is_withheld(ground),
            left_out: (own.left_out > 0 && !is_withheld(ground))
                .then(|| count("trace.schedule_left_out", ground.to_string(), own.left_out)),
            guarded: None,
            rows: numbered(own.lines, context),
            sums: own.sums,
            sql: format!("SELECT * FROM traced_entries WHERE ground = {ground}"),
        })
        .collect();
    Ok((
        list,
        (all > MOST_CLAIMS).then(|| count("trace.schedules_left_out", "", all - MOST_CLAIMS)),
    ))
}

/// The lines with their exhibits, in the order in which they stand on the page.
fn numbered(mut lines: Vec<Line>, context: &Context<'_>) -> Vec<Line> {
    let mut exhibits = context.exhibits.borrow_mut();
    for line in &mut lines {
        let number = exhibits.entry(&line.entry_id, || line.citation.clone());
        line.exhibit = format!("E-{number}");
    }
    lines
}

fn line(row: Row<'_>, context: &Context<'_>) -> Line {
    let id = row.text_or_empty("entry_id");
    let currency = row.text_or_empty("currency");
    let quantity = match row.value("quantity") {
        value @ Value::Decimal(..) => Some(measure("entry.quantity", id, &value.to_text())),
        _ => None,
    };
    let with_time = row.text("time_precision").is_some_and(|known| known != "day");
    let at = match row.moment("booked_at") {
        Some(moment) if with_time => Some(Instant::of(moment)),
        _ => row.day("booking_date").map(|day| Instant::of(day.midnight())),
    };
    Line {
        exhibit: String::new(),
        entry_id: id.to_owned(),
        citation: Citation::of(&row),
        role: pieces(
            &context.words.told(row.text_or_empty("role")),
            context.names,
            context.secrets,
        ),
        at,
        direction: way(row.text_or_empty("direction"), context.words),
        account: account_label(context.names, row.text_or_empty("account_id")),
        asset: match quantity {
            Some(_) => visible(row.text_or_empty("asset")),
            None => String::new(),
        },
        amount: row
            .money("amount")
            .map(|amount| money("entry.amount", id, amount, currency))
            .or(quantity),
        other_side: other_side(row, context),
        channel: visible(
            &context
                .words
                .told(&row.text_or_empty("channel").replace('_', " ")),
        ),
    }
}

fn other_side(row: Row<'_>, context: &Context<'_>) -> String {
    let say = |text: &str| context.words.say(text, &[]);
    if row.truth("masked") && context.names.reveals() {
        return context.words.told(MASKED);
    }
    if let Some(account) = row.text("counterparty_account_id") {
        return account_label(context.names, account);
    }
    match (
        row.text("counterparty_name"),
        row.text_or_empty("counterparty_status"),
    ) {
        (_, "cash") => say("Cash"),
        (_, "bank") => say("The account's own bank"),
        (Some(name), _) if context.names.reveals() => visible(name),
        (Some(_), _) => say("A name without an account, withheld"),
        (None, _) => say("Unknown"),
    }
}
