//! Sources out of use: privileged, outside the order, handed over by mistake. A person decides; the rows lie apart from then
//! on, what was derived is gone, and the ledger keeps that they were there.

use std::collections::BTreeSet;

use super::StepError;
use super::category::{Left, left_since, moment};
use crate::case::column::{self, each_row};
use crate::case::{Actor, Case, CaseError, Decision, DecisionKind, OUT_OF_USE, Table, Writer};
use crate::model::source_prefix;

/// What came of taking a source out of use, or of putting it back.
#[derive(Clone, Debug)]
pub struct OutOfUse {
    /// The sources, the one that was named first: hash, and name as received.
    pub sources: Vec<(String, String)>,
    /// What left the case since the first of them was taken in: its recipients may have to be told.
    pub left: Vec<Left>,
}

/// A source as `source list` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    pub name: String,
    pub source_id: String,
    pub format: String,
    pub received_from: String,
    pub order_reference: String,
    /// Who took it out of use, when and why, and the value of the decision; nothing where it is in use.
    pub out: Option<Out>,
}

/// Who took a source out of use.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Out {
    pub author: String,
    pub time: String,
    pub reason: String,
    /// The source with which it went, where it was not named itself.
    pub with: String,
}

/// Columns of the table `sources` that are listed.
const LISTED: [&str; 5] = ["source_id", "name", "format", "received_from", "order_reference"];

/// Every source, by name, those out of use among them.
pub fn list_sources(case: &Case) -> Result<Vec<SourceLine>, StepError> {
    let mut lines = Vec::new();
    each_row(
        case,
        Table::Sources,
        &LISTED,
        |[id, name, format, from, order]| {
            lines.push(line([id, name, format, from, order]));
        },
    )?;
    let standing = case.standing(DecisionKind::Source)?;
    for id in case.manifest().withdrawn() {
        let mut own = SourceLine {
            source_id: id.to_owned(),
            ..SourceLine::default()
        };
        for batch in case.scan_withdrawn(id, Table::Sources, &LISTED) {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                let text = |name: &str| column::text(&batch, name).map(|array| column::text_at(array, row));
                own = line([
                    text("source_id")?,
                    text("name")?,
                    text("format")?,
                    text("received_from")?,
                    text("order_reference")?,
                ]);
            }
        }
        let decided = standing.iter().find(|decision| decision.subject == id);
        own.out = Some(decided.map_or_else(Out::default, |decision| Out {
            author: decision.author.clone(),
            time: decision.time.clone(),
            reason: decision.reason.clone(),
            with: went_with(&decision.value).to_owned(),
        }));
        lines.push(own);
    }
    lines.sort();
    Ok(lines)
}

/// The source that a person means by its SHA-256, eight or more of its first digits, or its name as received.
pub fn find_source(case: &Case, given: &str) -> Result<String, StepError> {
    let given = given.trim();
    let lower = given.to_ascii_lowercase();
    let is_hash = lower.len() >= 8 && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines = list_sources(case)?;
    let found: Vec<&SourceLine> = lines
        .iter()
        .filter(|line| (is_hash && line.source_id.starts_with(&lower)) || line.name == given)
        .collect();
    match found.as_slice() {
        [one] => Ok(one.source_id.clone()),
        [] => Err(CaseError::Decision(format!(
            "no source of this case is called ‘{given}’: give its SHA-256, eight or more of its first digits, or its name as \
             received; `geldspoor source list` lists them"
        ))
        .into()),
        several => Err(CaseError::Decision(format!(
            "{} sources are called ‘{given}’: give the SHA-256 of the one that is meant: {}",
            several.len(),
            several
                .iter()
                .map(|line| line.source_id.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        ))
        .into()),
    }
}

/// Takes a source out of use, with everything that was found in it, made from it, or read together with it.
pub fn withdraw_source(
    case: &mut Case,
    actor: Actor,
    source_id: &str,
    reason: &str,
    author: &str,
) -> Result<OutOfUse, StepError> {
    if case.manifest().is_withdrawn(source_id) {
        return Err(CaseError::Decision(format!(
            "the source {}… is out of use already; `geldspoor source list` tells who took it out, and why",
            source_prefix(source_id)
        ))
        .into());
    }
    let mut writer = case.write(actor)?;
    let sources = with_dependants(writer.case(), source_id)?;
    let left = left_with(writer.case(), &sources)?;
    for (id, _) in &sources {
        let value = match id == source_id {
            true => OUT_OF_USE.to_owned(),
            false => format!("{WITH}{source_id}"),
        };
        writer.decide(Decision::new(DecisionKind::Source, id, &value, reason, author)?);
        writer.withdraw(id)?;
    }
    writer.note(&format!("{} sources taken out of use", sources.len()));
    commit(writer)?;
    Ok(OutOfUse { sources, left })
}

/// Puts a source back into use, with those that went with it.
pub fn restore_source(
    case: &mut Case,
    actor: Actor,
    source_id: &str,
    reason: &str,
    author: &str,
) -> Result<OutOfUse, StepError> {
    if !case.manifest().is_withdrawn(source_id) {
        return Err(CaseError::Decision(format!(
            "the source {}… is in use; there is nothing to put back",
            source_prefix(source_id)
        ))
        .into());
    }
    let lines = list_sources(case)?;
    let mut writer = case.write(actor)?;
    let standing = writer.case().standing(DecisionKind::Source)?;
    let root = standing
        .iter()
        .find(|decision| decision.subject == source_id)
        .map(|decision| went_with(&decision.value).to_owned())
        .filter(|root| !root.is_empty());
    if let Some(root) = root {
        return Err(CaseError::Decision(format!(
            "the source {}… went out of use with the source {root}, which it was found in, made from or read with: put that \
             one back, and this one comes with it",
            source_prefix(source_id)
        ))
        .into());
    }
    let own = lines.iter().filter(|line| {
        let with = line.out.as_ref().map(|out| out.with.as_str());
        line.source_id == source_id || with == Some(source_id)
    });
    let mut sources: Vec<(String, String)> = own
        .map(|line| (line.source_id.clone(), line.name.clone()))
        .collect();
    sources.sort_by_key(|(id, _)| id != source_id);
    for (id, _) in &sources {
        if let Some(decision) = standing.iter().find(|decision| decision.subject == *id) {
            writer.decide(decision.undo(reason, author)?);
        }
        writer.restore(id)?;
    }
    writer.note(&format!("{} sources put back into use", sources.len()));
    commit(writer)?;
    Ok(OutOfUse {
        sources,
        left: Vec::new(),
    })
}

/// The source out of use to which an id of an entry or of a source belongs.
pub fn is_of_withdrawn(case: &Case, id: &str) -> Option<String> {
    let id = id.to_ascii_lowercase();
    let begins = |source_id: &&str| {
        id == **source_id
            || id
                .strip_prefix(source_prefix(source_id))
                .is_some_and(|rest| rest.starts_with('-'))
    };
    case.manifest().withdrawn().find(begins).map(str::to_owned)
}

pub(super) const WITH: &str = "withdrawn with ";

fn went_with(value: &str) -> &str {
    value.strip_prefix(WITH).unwrap_or("")
}

fn line([id, name, format, from, order]: [&str; 5]) -> SourceLine {
    SourceLine {
        name: name.to_owned(),
        source_id: id.to_owned(),
        format: format.to_owned(),
        received_from: from.to_owned(),
        order_reference: order.to_owned(),
        out: None,
    }
}

// What the last run of the patterns left tells of the source too, and can be made again.
fn commit(writer: Writer<'_>) -> Result<(), StepError> {
    let cache = writer.case().root().join("cache");
    writer.commit()?;
    match std::fs::remove_dir_all(&cache) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CaseError::io(&cache, error).into())
        }
        _ => Ok(()),
    }
}

/// How a source hangs together with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tie {
    pub source_id: String,
    pub name: String,
    /// The source that it was found in or made from; empty where none.
    pub made_from: String,
    /// Whether a person made it, so that its bytes do not lie in that one.
    pub is_made_by_hand: bool,
}

/// Every source with what it was made from, in use or not, sorted.
pub(super) fn ties(case: &Case) -> Result<Vec<Tie>, StepError> {
    let columns = ["source_id", "name", "made_from", "made_how"];
    let mut ties = Vec::new();
    let mut add = |[id, name, from, how]: [&str; 4]| {
        ties.push(Tie {
            source_id: id.to_owned(),
            name: name.to_owned(),
            made_from: from.to_owned(),
            is_made_by_hand: how.starts_with("made by "),
        });
    };
    each_row(case, Table::Sources, &columns, &mut add)?;
    for id in case.manifest().withdrawn() {
        for batch in case.scan_withdrawn(id, Table::Sources, &columns) {
            let batch = batch?;
            let text = |name: &str| column::text(&batch, name);
            let [ids, names, from, how] = [
                text("source_id")?,
                text("name")?,
                text("made_from")?,
                text("made_how")?,
            ];
            for row in 0..batch.num_rows() {
                add([ids, names, from, how].map(|array| column::text_at(array, row)));
            }
        }
    }
    ties.sort();
    Ok(ties)
}

/// Sources in use in whose bytes one lies that is out of use: the archives and workbooks that it was found in.
pub(super) fn holding_withdrawn(case: &Case) -> Result<Vec<String>, StepError> {
    let ties = ties(case)?;
    let mut found = BTreeSet::new();
    for id in case.manifest().withdrawn() {
        let mut inner = id.to_owned();
        while let Some(tie) = ties
            .iter()
            .find(|tie| tie.source_id == inner && !tie.made_from.is_empty() && !tie.is_made_by_hand)
        {
            if !found.insert(tie.made_from.clone()) {
                break;
            }
            inner.clone_from(&tie.made_from);
        }
    }
    found.retain(|id| !case.manifest().is_withdrawn(id));
    Ok(found.into_iter().collect())
}

/// A source and every other that tells what it says: what was found in it, made from it, or read together with it.
pub(super) fn with_dependants(case: &Case, source_id: &str) -> Result<Vec<(String, String)>, StepError> {
    let ties = ties(case)?;
    let mut found = vec![source_id.to_owned()];
    let mut known = BTreeSet::from([source_id.to_owned()]);
    let mut at = 0;
    while let Some(one) = found.get(at).cloned() {
        at += 1;
        for tie in &ties {
            let id = &tie.source_id;
            let is_of = tie.made_from == one || case.manifest().was_read_beside(id, &one);
            if is_of && !case.manifest().is_withdrawn(id) && known.insert(id.clone()) {
                found.push(id.clone());
            }
        }
    }
    let name = |id: &String| {
        ties.iter()
            .find(|tie| tie.source_id == *id)
            .map(|tie| tie.name.clone())
    };
    Ok(found
        .into_iter()
        .map(|id| {
            let name = name(&id).unwrap_or_default();
            (id, name)
        })
        .collect())
}

/// What left the case since the first of the sources was taken in.
fn left_with(case: &Case, sources: &[(String, String)]) -> Result<Vec<Left>, StepError> {
    let mut lines = case.ledgers_before()?;
    lines.extend(case.ledger()?);
    let first = lines
        .iter()
        .filter(|line| {
            let mut read = line.read.iter();
            read.any(|read| sources.iter().any(|(id, _)| *id == read.sha256))
        })
        .filter_map(|line| moment(&line.time))
        .min();
    left_since(case, first)
}
