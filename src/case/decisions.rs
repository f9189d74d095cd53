//! What people decided: append-only lines with author, time and reason, never edits of derived tables. A decision names
//! entries, identifiers or mentions of a party as records write them, so that it holds when tables are made again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::folder::Case;
use super::{CaseError, Written};
use crate::model::{hash_id, hex, sha256};

/// What a decision is about; one file under `decisions/` each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The category of a data subject (Directive (EU) 2016/680 Art. 6).
    Category,
    /// Two mentions are, or are never, one party.
    Identity,
    /// A finding is confirmed or dismissed.
    Finding,
    /// A source is taken out of use.
    Source,
    /// Money whose way is traced.
    Claim,
    /// How long the case is kept, and when that is looked at again (Directive (EU) 2016/680 Art. 5).
    Retention,
}

/// A person's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Hash of the other fields.
    pub decision_id: String,
    pub kind: DecisionKind,
    /// What it is about: a registration number, a name with birth date, an entry, a finding, a source.
    pub subject: String,
    /// What was decided.
    pub value: String,
    pub reason: String,
    pub author: String,
    /// UTC, RFC 3339.
    pub time: String,
    /// The decision that this one takes back.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub undoes: String,
    /// Of a decision that came here when cases were merged: the reference of the case in which it was taken. No part of the
    /// id, which stays what it was there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from_case: String,
}

impl DecisionKind {
    /// Every kind, in the order of listing.
    pub const ALL: [DecisionKind; 6] = [
        DecisionKind::Category,
        DecisionKind::Identity,
        DecisionKind::Finding,
        DecisionKind::Source,
        DecisionKind::Claim,
        DecisionKind::Retention,
    ];

    /// The word in file names and listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            DecisionKind::Category => "category",
            DecisionKind::Identity => "identity",
            DecisionKind::Finding => "finding",
            DecisionKind::Source => "source",
            DecisionKind::Claim => "claim",
            DecisionKind::Retention => "retention",
        }
    }
}

impl Decision {
    /// A decision taken now. A reason is asked for, because others must be able to judge it.
    pub fn new(
        kind: DecisionKind,
        subject: &str,
        value: &str,
        reason: &str,
        author: &str,
    ) -> Result<Decision, CaseError> {
        if reason.trim().is_empty() {
            return Err(CaseError::Decision(
                "a decision needs a reason: add --reason TEXT".to_owned(),
            ));
        }
        let mut decision = Decision {
            decision_id: String::new(),
            kind,
            subject: subject.to_owned(),
            value: value.to_owned(),
            reason: reason.to_owned(),
            author: author.to_owned(),
            time: jiff::Timestamp::now().to_string(),
            undoes: String::new(),
            from_case: String::new(),
        };
        decision.seal();
        Ok(decision)
    }

    /// The decision that takes this one back.
    pub fn undo(&self, reason: &str, author: &str) -> Result<Decision, CaseError> {
        let mut back = Decision::new(self.kind, &self.subject, "", reason, author)?;
        back.undoes = self.decision_id.clone();
        back.seal();
        Ok(back)
    }

    fn seal(&mut self) {
        self.decision_id = hash_id(
            'd',
            &[
                self.kind.as_str(),
                &self.subject,
                &self.value,
                &self.reason,
                &self.author,
                &self.time,
                &self.undoes,
            ],
        );
    }
}

impl Case {
    /// Every decision ever taken, the undone ones among them, kind by kind in the order of taking.
    pub fn decisions(&self) -> Result<Vec<Decision>, CaseError> {
        let mut all = Vec::new();
        for kind in DecisionKind::ALL {
            all.extend(of_kind(self.root(), kind)?);
        }
        Ok(all)
    }

    /// The decisions of a kind that hold now: not undone, and the last one where several are about one subject.
    /// Sorted by subject.
    pub fn standing(&self, kind: DecisionKind) -> Result<Vec<Decision>, CaseError> {
        Ok(standing(of_kind(self.root(), kind)?))
    }
}

/// Every decision of a kind in the order of taking, the undone ones among them.
pub(super) fn of_kind(root: &Path, kind: DecisionKind) -> Result<Vec<Decision>, CaseError> {
    let path = root.join("decisions").join(format!("{}.jsonl", kind.as_str()));
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(CaseError::io(&path, e)),
    };
    // A last line without its end was cut off while it was written; the next writer removes it.
    let whole = text.rfind('\n').map_or(0, |at| at + 1);
    let lines = text[..whole].lines().enumerate();
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|e| CaseError::damaged(&path, format!("line {}: {e}", at + 1)))
        })
        .collect()
}

/// Those of one kind that hold.
pub(super) fn standing(all: Vec<Decision>) -> Vec<Decision> {
    let undone: BTreeSet<String> = all
        .iter()
        .map(|decision| decision.undoes.clone())
        .filter(|id| !id.is_empty())
        .collect();
    let mut last = BTreeMap::new();
    for decision in all {
        if decision.undoes.is_empty() && !undone.contains(&decision.decision_id) {
            last.insert(decision.subject.clone(), decision);
        }
    }
    last.into_values().collect()
}

pub(super) fn append(root: &Path, decision: &Decision) -> Result<Written, CaseError> {
    let name = format!("decisions/{}.jsonl", decision.kind.as_str());
    let path = root.join(&name);
    let mut text = serde_json::to_string(decision).map_err(|e| CaseError::damaged(&path, e))?;
    let sha256 = hex(&sha256(text.as_bytes()));
    text.push('\n');
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|e| CaseError::io(&path, e))?;
    Ok(Written { name, sha256 })
}

/// Removes last lines that were cut off while they were written.
pub(super) fn repair(root: &Path) -> Result<(), CaseError> {
    for kind in DecisionKind::ALL {
        let path = root.join("decisions").join(format!("{}.jsonl", kind.as_str()));
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            super::folder::write_whole(&path, &text.as_bytes()[..whole])?;
        }
    }
    Ok(())
}
