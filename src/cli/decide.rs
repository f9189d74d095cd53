//! `category`, `finding`, `decisions`, `key`: what people decide.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::args::{
    Category as CategoryVerb, DecisionsVerb, DecisionsVerbs, FindingVerb, FindingVerbs, KeyVerb, KeyVerbs,
};
use super::context::{Context, Failure, code};
use super::resolve;
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Decision, DecisionKind, Table, column};
use crate::steps;
use crate::victims::{Category, KeyFile};

/// What a decision still needs to be seen.
const AGAIN: &str =
    "recorded; run `geldspoor detect` and `geldspoor report` again to see it in findings and page";

pub fn category(context: &Context, options: &CategoryVerb) -> Result<u8, Failure> {
    // What was typed is judged before anything is looked for.
    let set = (options.set.as_deref())
        .map(|set| set.parse::<Category>())
        .transpose()
        .map_err(|e| Failure::usage(&format!("--set: {e}")))?;
    let mut case = context.open()?;
    let subject = find_party(&case, &options.party)?;
    let (Some(category), Some(reason)) = (set, &options.reason) else {
        return history(context, &case, &subject, options);
    };
    let before = steps::category_history(&case, &subject)?;
    let decision = Decision::new(
        DecisionKind::Category,
        &subject,
        category.as_str(),
        reason,
        context.decider()?,
    )?;
    let id = decision.decision_id.clone();
    let mut writer = case.write(context.actor())?;
    writer.decide(decision);
    writer.commit()?;
    resolve::link(context, &mut case)?;
    println!("{id}");
    to_be_told(context, &case, &before, category)?;
    context.say(AGAIN);
    Ok(0)
}

/// What people set, oldest first.
fn history(context: &Context, case: &Case, subject: &str, options: &CategoryVerb) -> Result<u8, Failure> {
    let history = steps::category_history(case, subject)?;
    if history.is_empty() {
        context.say("nobody has set a category: unclassified, treated as a third party");
    }
    type Column = fn(&steps::Set) -> Option<&str>;
    let columns: [(&str, Column); 8] = [
        ("time", |set| Some(&set.decision.time)),
        ("category", |set| Some(&set.decision.value)),
        ("author", |set| Some(&set.decision.author)),
        ("reason", |set| Some(&set.decision.reason)),
        ("decision_id", |set| Some(&set.decision.decision_id)),
        ("taken_back", |set| {
            set.taken_back.as_ref().map(|back| back.time.as_str())
        }),
        ("taken_back_by", |set| {
            set.taken_back.as_ref().map(|back| back.author.as_str())
        }),
        ("taken_back_because", |set| {
            set.taken_back.as_ref().map(|back| back.reason.as_str())
        }),
    ];
    let columns = columns.into_iter().map(|(name, pick)| {
        let texts: StringArray = history.iter().map(pick).collect();
        (name, Arc::new(texts) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).map_err(|error| Failure::new(code::FAULT, error))?;
    context.rows(&[batch], &options.format)?;
    Ok(0)
}

/// Says who must be told that a category is no longer what it was.
fn to_be_told(context: &Context, case: &Case, history: &[steps::Set], now: Category) -> Result<(), Failure> {
    let (Some(before), Some(left)) = (
        steps::standing_category(history),
        steps::left_with(case, history, now)?,
    ) else {
        return Ok(());
    };
    context.say(format_args!(
        "whoever received records of this case with the category ‘{}’ (set by {}, {}) must be told without delay that it is now \
         ‘{now}’ (Directive (EU) 2016/680 Art. 7(3), 16(6))",
        before.value, before.author, before.time
    ));
    if left.is_empty() {
        context.say("  by the ledger nothing was written out of this case since then");
    }
    for one in &left {
        context.say(format_args!(
            "  {} by {}, {} (SHA-256 {}), command: {}",
            one.name, one.user, one.time, one.sha256, one.command
        ));
    }
    Ok(())
}

pub fn finding(context: &Context, options: &FindingVerb) -> Result<u8, Failure> {
    let (id, value, reason) = match &options.verb {
        FindingVerbs::Confirm { id, reason } => (id, "confirmed", reason),
        FindingVerbs::Dismiss { id, reason } => (id, "dismissed", reason),
    };
    let mut case = context.open()?;
    if !holds(&case, Table::Findings, "finding_id", id)? {
        return Err(Failure::usage(&format!(
            "there is no finding ‘{id}’ in this case; `geldspoor detect` lists them"
        )));
    }
    let decision = Decision::new(DecisionKind::Finding, id, value, reason, context.decider()?)?;
    println!("{}", decision.decision_id);
    let mut writer = case.write(context.actor())?;
    writer.decide(decision);
    writer.commit()?;
    context.say(AGAIN);
    Ok(0)
}

pub fn decisions(context: &Context, options: &DecisionsVerb) -> Result<u8, Failure> {
    let mut case = context.open()?;
    match &options.verb {
        DecisionsVerbs::List { format } => {
            let session = context.session(&case)?;
            let merged = case.decisions()?.iter().any(|one| !one.from_case.is_empty());
            let from = if merged { ", from_case" } else { "" };
            let sql = format!(
                "SELECT time, kind, subject, value, reason, author, decision_id, undoes{from} FROM decisions ORDER BY time, \
                 decision_id"
            );
            context.rows(&session.query(&sql, &[])?, format)?;
        }
        DecisionsVerbs::Undo { id, reason } => {
            let all = case.decisions()?;
            let Some(decision) = all.iter().find(|d| d.decision_id == *id) else {
                return Err(Failure::usage(&format!(
                    "there is no decision ‘{id}’; `geldspoor decisions list` names them"
                )));
            };
            if !decision.undoes.is_empty() {
                return Err(Failure::usage(&format!(
                    "{id} takes back {}; decide anew instead of taking that back",
                    decision.undoes
                )));
            }
            if all.iter().any(|d| d.undoes == *id) {
                return Err(Failure::usage(&format!("decision {id} was taken back already")));
            }
            if decision.kind == DecisionKind::Source {
                return Err(Failure::usage(&format!(
                    "{id} took a source out of use: `geldspoor source restore {} --reason T` puts it back",
                    decision.subject
                )));
            }
            let before = match decision.kind {
                DecisionKind::Category => steps::category_history(&case, &decision.subject)?,
                _ => Vec::new(),
            };
            let stood = steps::standing_category(&before).is_some_and(|standing| standing.decision_id == *id);
            let back = decision.undo(reason, context.decider()?)?;
            let mut writer = case.write(context.actor())?;
            writer.decide(back);
            writer.commit()?;
            resolve::link(context, &mut case)?;
            if stood {
                let after = steps::category_history(&case, &decision.subject)?;
                let now = steps::standing_category(&after).and_then(|set| set.value.parse().ok());
                to_be_told(context, &case, &before, now.unwrap_or_default())?;
            }
            context.say(match decision.kind {
                DecisionKind::Claim => "taken back; run `geldspoor trace` and `geldspoor report` again to see it in lots and page",
                _ => AGAIN,
            });
        }
    }
    Ok(0)
}

pub fn key(context: &Context, options: &KeyVerb) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let path = steps::key_path(&context.keys()?, &case);
    match options.verb {
        KeyVerbs::New => {
            KeyFile::create(&path, case.root()).map_err(|e| Failure::usage(&e.to_string()))?;
            context.say("made the key of this case's pseudonyms; whoever has it can tell who is behind them");
        }
        KeyVerbs::Rotate => {
            // Under the lock, so that no key turns without a line in the ledger.
            let root = case.root().to_owned();
            let writer = case.write(context.actor())?;
            let rotated = KeyFile::rotate(&path, &root).map_err(|e| Failure::usage(&e.to_string()))?;
            writer.commit()?;
            context.say(rotated.changes());
        }
        KeyVerbs::Path => {}
    }
    println!("{}", path.display());
    Ok(0)
}

/// How decisions name the party that a person means by id, registration number or name: by its leading mention.
fn find_party(case: &Case, given: &str) -> Result<String, Failure> {
    let party = resolve::find_party(case, given)?;
    let mut found = None;
    each_row(
        case,
        Table::PartyMentions,
        &["mention_id", "mention_key"],
        |[id, key]| {
            if id == party {
                found = Some(key.to_owned());
            }
        },
    )?;
    Ok(found.unwrap_or(party))
}

fn holds(case: &Case, table: Table, name: &str, value: &str) -> Result<bool, CaseError> {
    for batch in case.scan(table, &[name]) {
        let batch = batch?;
        if column::text(&batch, name)?
            .iter()
            .flatten()
            .any(|found| found == value)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
