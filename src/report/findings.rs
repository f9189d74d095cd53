//! Findings as the page shows them, by the party that they are about: what moved, what else could explain it, what could not
//! be computed. The entries stand in [`super::schedules`].
//!
//! A finding that did not pass the control gate, or that describes an exploited person, is never shown among the others:
//! it is titled to the exit point and its holder is a possible victim. Where names are not shown, nothing is told of a
//! finding by which the movements of such an account could be computed: no sum, no measure, no number in its sentences.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use serde::Serialize;

use super::figures::{Figure, count, money};
use super::guard::without_figures;
use super::language::Words;
use super::measures::{Measure, measures};
use super::page::{Context, Instant};
use super::queries;
use super::rows::{Row, literals, rows};
use super::text::{Piece, account_label, pieces, visible};
use super::{Query, ReportError};

/// Findings of one rule that are shown in full, by time.
const MOST_FINDINGS: i64 = 25;

/// Findings in their two sections.
#[derive(Serialize)]
pub(super) struct Findings {
    /// Rules that found something, a line each.
    rules: Vec<Rule>,
    /// Findings that may be shown as they are, by whom they are about.
    parties: Vec<About>,
    protected: Vec<Group>,
    /// What a page leaves out of findings that rest on movements of possible victims.
    withholds: bool,
    /// Findings in the order of their numbers, for the schedules.
    #[serde(skip)]
    pub order: Vec<Told>,
    /// Findings shown that a person dismissed, by their references.
    dismissed: Vec<String>,
}

/// A finding that is shown, for its schedule.
pub(super) struct Told {
    pub number: usize,
    pub finding_id: String,
    pub title: Vec<Piece>,
}

/// A rule that found something.
#[derive(Serialize)]
struct Rule {
    anchor: String,
    rule_id: String,
    rule_version: String,
    title: Vec<Piece>,
    is_protected: bool,
    findings: Figure,
    dismissed: Option<Figure>,
    left_out: Option<Figure>,
}

/// Whom findings are about.
#[derive(Serialize)]
pub(super) struct About {
    anchor: String,
    /// Nothing where they are about several accounts together.
    label: Option<String>,
    /// Accounts of the party that they name.
    accounts: Vec<String>,
    findings: Vec<Shown>,
    rules: usize,
    /// Whether it is somebody who may be a victim.
    guarded: bool,
}

/// The protected findings of one rule.
#[derive(Serialize)]
struct Group {
    anchor: String,
    rule: usize,
    shown: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    anchor: String,
    /// `F-12`.
    label: String,
    number: usize,
    rule_id: String,
    /// Whether numbers are left out, because they would tell movements of somebody who may be a victim.
    withheld: bool,
    #[serde(skip)]
    own_id: String,
    finding_id: String,
    title: Vec<Piece>,
    account: Option<String>,
    party: Option<String>,
    exit: Option<String>,
    describes: String,
    form: String,
    from: Option<Instant>,
    to: Option<Instant>,
    gate: String,
    judgement: String,
    dismissed: bool,
    judgement_reason: Vec<Piece>,
    judgement_author: String,
    holders: Vec<Piece>,
    gate_reason: Vec<Vec<Piece>>,
    explanation: Vec<Vec<Piece>>,
    innocent: Vec<Vec<Piece>>,
    complete: bool,
    sufficiency: Vec<Piece>,
    measures: Vec<Measure>,
    entries: Figure,
    amounts: Vec<Amounts>,
}

#[derive(Serialize)]
struct Amounts {
    direction: String,
    amount: Figure,
}

/// Reads findings, their sums and their first entries.
pub(super) fn findings(query: &dyn Query, context: &Context<'_>) -> Result<Findings, ReportError> {
    let groups = rows(
        query,
        queries::FINDINGS_BY_RULE,
        &["section", "rule_id", "title", "findings", "dismissed"],
    )?;
    // The defence gets every finding that a person dismissed, however late it comes.
    let or_dismissed = match context.is_for_defence {
        true => " OR judgement = 'dismissed'",
        false => "",
    };
    let listed_sql = queries::only(
        queries::FINDINGS,
        &format!("(position <= {MOST_FINDINGS}{or_dismissed})"),
        "section, rule_id, position",
    );
    let listed = rows(
        query,
        &listed_sql,
        &[
            "finding_id",
            "section",
            "gate",
            "explanation",
            "judgement_reason",
            "holders",
        ],
    )?;
    let ids: Vec<&str> = listed.iter().map(|row| row.text_or_empty("finding_id")).collect();
    let mut amounts = amounts(query, &ids, context.words)?;
    let counts = counts(query, &ids)?;
    let touched = context
        .guard
        .findings(query, &listed.iter().collect::<Vec<_>>())?;
    let holders = holders(query, &listed.iter().collect::<Vec<_>>())?;
    let mut made = |row: Row<'_>| {
        let id = row.text_or_empty("finding_id");
        let mut shown = describe(row, context, touched.contains(id));
        shown.entries = count("finding.entries", id, counts.get(id).copied().unwrap_or(0));
        if !shown.withheld {
            shown.amounts = amounts.remove(id).unwrap_or_default();
        }
        shown
    };
    let mut rules = Vec::new();
    let mut open: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    let mut accounts: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut protected = Vec::new();
    for group in groups
        .iter()
        .filter(|group| !context.is_for_defence || group.text_or_empty("section") == "open")
    {
        let (section, rule) = (group.text_or_empty("section"), group.text_or_empty("rule_id"));
        let mut shown = Vec::new();
        for row in listed
            .iter()
            .filter(|row| row.text_or_empty("section") == section && row.text_or_empty("rule_id") == rule)
        {
            if section == "open" {
                let about = about(&row, &holders);
                if let Some(account) = row.text("account_id") {
                    accounts
                        .entry(about.clone())
                        .or_default()
                        .insert(account.to_owned());
                }
                open.entry(about).or_default().push(made(row));
                shown.push(None);
            } else {
                shown.push(Some(made(row)));
            }
        }
        rules.push(line(group, shown.len() as i64, context));
        if section != "open" {
            protected.push(Group {
                anchor: format!("protected-{}", slug(rule)),
                rule: rules.len() - 1,
                shown: shown.into_iter().flatten().collect(),
            });
        }
    }
    let guarded: BTreeSet<String> = listed
        .iter()
        .filter(|row| {
            row.text_or_empty("section") != "open" || context.guard.knows(row.text_or_empty("account_id"))
        })
        .map(|row| about(&row, &holders))
        .collect();
    let mut parties: Vec<About> = open
        .into_iter()
        .map(|(id, findings)| {
            let own = accounts.remove(&id).unwrap_or_default();
            let guarded = !id.is_empty() && guarded.contains(&id);
            told_of(&id, findings, own, guarded, context)
        })
        .collect();
    // Most different kinds of movement first, never the largest amounts; those about several accounts last.
    parties.sort_by_key(|one| {
        (
            one.label.is_none(),
            one.guarded,
            std::cmp::Reverse((one.rules, one.findings.len())),
        )
    });
    let mut result = Findings {
        rules,
        parties,
        protected,
        withholds: !touched.is_empty(),
        order: Vec::new(),
        dismissed: Vec::new(),
    };
    result.number();
    Ok(result)
}

impl Findings {
    /// Numbers all findings in the order in which they stand.
    fn number(&mut self) {
        let open = self.parties.iter_mut().enumerate().flat_map(|(at, party)| {
            party.anchor = format!("party-{}", at + 1);
            &mut party.findings
        });
        let protected = self.protected.iter_mut().flat_map(|group| &mut group.shown);
        for (shown, number) in open.chain(protected).zip(1..) {
            shown.number = number;
            shown.label = format!("F-{number}");
            shown.anchor.clone_from(&shown.label);
            if shown.dismissed {
                self.dismissed.push(shown.label.clone());
            }
            self.order.push(Told {
                number,
                finding_id: shown.own_id.clone(),
                title: shown.title.clone(),
            });
        }
    }

    /// Those whom most kinds of findings are about, for the summary: label, rules, references.
    pub(super) fn foremost(&self, most: usize) -> Vec<Foremost> {
        self.parties
            .iter()
            // Who may be a victim is put first nowhere.
            .filter(|party| party.label.is_some() && !party.guarded)
            .take(most)
            .map(|party| {
                let mut rules: Vec<String> = party.findings.iter().map(|one| one.rule_id.clone()).collect();
                rules.sort();
                rules.dedup();
                Foremost {
                    anchor: party.anchor.clone(),
                    label: party.label.clone().unwrap_or_default(),
                    rules,
                    references: party
                        .findings
                        .iter()
                        .take(6)
                        .map(|one| one.label.clone())
                        .collect(),
                    more: party.findings.len() > 6,
                }
            })
            .collect()
    }
}

/// Somebody of whom much is told, in the summary.
#[derive(Serialize)]
pub(super) struct Foremost {
    anchor: String,
    label: String,
    rules: Vec<String>,
    references: Vec<String>,
    more: bool,
}

/// The line of a rule, of whose findings so many are shown.
fn line(group: Row<'_>, shown: i64, context: &Context<'_>) -> Rule {
    let (section, rule) = (group.text_or_empty("section"), group.text_or_empty("rule_id"));
    let all = group.integer("findings");
    let name = match section {
        "open" => "findings.open",
        _ => "findings.protected",
    };
    Rule {
        anchor: format!("rule-{section}-{}", slug(rule)),
        rule_id: visible(rule),
        rule_version: visible(group.text_or_empty("rule_version")),
        title: pieces(
            &context.words.told(group.text_or_empty("title")),
            context.names,
            context.secrets,
        ),
        is_protected: section != "open",
        findings: count(name, rule, all),
        dismissed: Some(group.integer("dismissed"))
            .filter(|n| *n > 0)
            .map(|n| count("findings.dismissed", format!("{rule} {section}"), n)),
        left_out: (all > shown).then(|| {
            let name = match context.is_for_defence {
                true => "findings.left_out_of_defence",
                false => "findings.left_out",
            };
            count(name, format!("{rule} {section}"), all - shown)
        }),
    }
}

/// Whom a finding is about: its party, else who alone holds its account, else the account; empty where it is several.
fn about(row: &Row<'_>, holders: &HashMap<String, String>) -> String {
    let account = row.text_or_empty("account_id");
    row.text("party_id")
        .or_else(|| holders.get(account).map(String::as_str))
        .unwrap_or(account)
        .to_owned()
}

fn told_of(
    id: &str,
    findings: Vec<Shown>,
    accounts: BTreeSet<String>,
    guarded: bool,
    context: &Context<'_>,
) -> About {
    let is_party = id.starts_with("p-");
    let mut rules: Vec<&str> = findings.iter().map(|one| one.rule_id.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    About {
        anchor: String::new(),
        label: match (id, is_party) {
            ("", _) => None,
            (_, true) => Some(visible(&context.names.party(id))),
            _ => Some(account_label(context.names, id)),
        },
        accounts: match is_party {
            true => accounts
                .iter()
                .map(|id| account_label(context.names, id))
                .collect(),
            false => Vec::new(),
        },
        rules: rules.len(),
        guarded,
        findings,
    }
}

/// Who alone holds each account that a finding is about.
fn holders(query: &dyn Query, listed: &[Row<'_>]) -> Result<HashMap<String, String>, ReportError> {
    let accounts: BTreeSet<&str> = listed.iter().filter_map(|row| row.text("account_id")).collect();
    let accounts: Vec<&str> = accounts.into_iter().collect();
    let mut found = HashMap::new();
    for chunk in accounts.chunks(CHUNK) {
        let sql = format!(
            "SELECT account_id, min(party_id) AS party_id FROM account_holders WHERE role = 'holder' AND account_id IN {} \
             GROUP BY account_id HAVING count(DISTINCT party_id) = 1",
            literals(chunk.iter().copied())
        );
        for row in rows(query, &sql, &["account_id", "party_id"])?.iter() {
            found.insert(
                row.text_or_empty("account_id").to_owned(),
                row.text_or_empty("party_id").to_owned(),
            );
        }
    }
    Ok(found)
}

/// Letters, digits and hyphens of an id, for anchors.
pub(super) fn slug(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

fn describe(row: Row<'_>, context: &Context<'_>, withheld: bool) -> Shown {
    let id = row.text_or_empty("finding_id");
    let words = context.words;
    let say = |text: &str| match withheld {
        true => pieces(
            &without_figures(&words.told(text)),
            context.names,
            context.secrets,
        ),
        false => pieces(&words.told(text), context.names, context.secrets),
    };
    let lines = |column: &str| {
        row.text_or_empty(column)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(say)
            .collect()
    };
    let sufficiency = row.text_or_empty("sufficiency");
    let moment = |column: &str| match withheld {
        // Of what cannot be told, not the minute either.
        true => row.day(column).map(|day| Instant::of(day.midnight())),
        false => row.moment(column).map(Instant::of),
    };
    Shown {
        anchor: String::new(),
        label: String::new(),
        number: 0,
        rule_id: visible(row.text_or_empty("rule_id")),
        withheld,
        own_id: id.to_owned(),
        finding_id: visible(id),
        title: pieces(
            &context.words.told(row.text_or_empty("title")),
            context.names,
            context.secrets,
        ),
        account: row.text("account_id").map(|id| account_label(context.names, id)),
        party: row.text("party_id").map(|id| visible(&context.names.party(id))),
        exit: row
            .text("exit_account")
            .map(|id| account_label(context.names, id)),
        describes: described(row.text_or_empty("describes"), words),
        form: visible(row.text_or_empty("form")),
        from: moment("from_time"),
        to: moment("to_time"),
        // ‘open’ is asked for by the template and is in no catalogue.
        gate: visible(&context.secrets.redact(&words.told(row.text_or_empty("gate")))),
        judgement: visible(&words.told(row.text_or_empty("judgement"))),
        dismissed: row.text_or_empty("judgement") == "dismissed",
        // A person writes freely: who is told of, where somebody lives. That, and who decides, stands where names do.
        judgement_reason: match context.names.reveals() {
            true => pieces(
                row.text_or_empty("judgement_reason"),
                context.names,
                context.secrets,
            ),
            false => say(&words.say("the reason stands in the case", &[])),
        },
        judgement_author: match context.names.reveals() {
            true => visible(row.text_or_empty("judgement_author")),
            false => String::new(),
        },
        holders: say(row.text_or_empty("holders")),
        gate_reason: lines("gate_reason"),
        explanation: lines("explanation"),
        innocent: row
            .text_or_empty("innocent_explanations")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| pieces(&words.told(line), context.names, context.secrets))
            .collect(),
        complete: sufficiency == "complete",
        sufficiency: say(sufficiency),
        measures: match withheld {
            true => Vec::new(),
            false => measures(id, row.text_or_empty("measures"), context),
        },
        entries: count("finding.entries", id, 0),
        amounts: Vec::new(),
    }
}

fn described(word: &str, words: &Words) -> String {
    let say = |english| words.say(english, &[]);
    match word {
        "account" => say("movements of an account, whoever is behind it"),
        "exploited" => say("a possibly exploited person, to be protected"),
        "controller" => say("who controls or benefits, to be established"),
        "business" => say("a business"),
        "demand" => say("payments for services"),
        "network" => say("movements between several accounts"),
        other => visible(other),
    }
}

/// Ids that are written into one query.
pub(super) const CHUNK: usize = 500;

fn amounts(
    query: &dyn Query,
    ids: &[&str],
    words: &Words,
) -> Result<HashMap<String, Vec<Amounts>>, ReportError> {
    let mut found: HashMap<String, Vec<Amounts>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = queries::only(
            queries::FINDING_AMOUNTS,
            &format!("finding_id IN {}", literals(chunk.iter().copied())),
            "finding_id, direction, currency",
        );
        for row in rows(query, &sql, &["finding_id", "direction", "currency", "amount"])?.iter() {
            let (id, direction) = (row.text_or_empty("finding_id"), row.text_or_empty("direction"));
            let currency = row.text_or_empty("currency");
            let key = format!("{id} {direction} {currency}");
            found.entry(id.to_owned()).or_default().push(Amounts {
                direction: way(direction, words),
                amount: money("finding.amount", key, row.money("amount").unwrap_or(0), currency),
            });
        }
    }
    Ok(found)
}

/// Distinct entries of each finding.
fn counts(query: &dyn Query, ids: &[&str]) -> Result<HashMap<String, i64>, ReportError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "SELECT finding_id, count(DISTINCT entry_id) AS entries FROM finding_entries WHERE finding_id IN {} \
             GROUP BY finding_id",
            literals(chunk.iter().copied())
        );
        for row in rows(query, &sql, &["finding_id", "entries"])?.iter() {
            found.insert(row.text_or_empty("finding_id").to_owned(), row.integer("entries"));
        }
    }
    Ok(found)
}

/// The way of an entry, seen from its account.
pub(super) fn way(direction: &str, words: &Words) -> String {
    match direction {
        "credit" => words.say("in§of money", &[]),
        "debit" => words.say("out§of money", &[]),
        _ => words.say("not stated", &[]),
    }
}
