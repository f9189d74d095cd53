//! Decisions of two cases side by side. Nothing that a person decided is lost, and where they decided differently what
//! protects most holds until somebody decides anew.

use std::collections::BTreeMap;

use super::super::StepError;
use super::super::retention::{RETENTION, Retention};
use crate::book::{CLAIMS, METHOD, Request};
use crate::case::{Case, CaseError, Decision, DecisionKind};
use crate::parties::{NEVER, SPLIT};
use crate::victims::Category;

/// Decisions of both, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub decisions: Vec<Decision>,
    /// What people decided differently, and what holds now.
    pub told: Vec<String>,
}

/// Puts the decisions of two cases together. `names` are what the cases are called.
pub(super) fn join(cases: [&Case; 2], names: [&str; 2], author: &str) -> Result<Joined, StepError> {
    let mut joined = Joined::default();
    let mut all: Vec<Decision> = Vec::new();
    for (case, name) in cases.into_iter().zip(names) {
        for mut decision in case.decisions()? {
            if all.iter().any(|known| known.decision_id == decision.decision_id) {
                continue;
            }
            // Of a case that was merged itself it is told where it was taken first.
            if decision.from_case.is_empty() {
                name.clone_into(&mut decision.from_case);
            }
            all.push(decision);
        }
    }
    all.sort_by(|a, b| {
        let key = |decision: &Decision| (decision.kind, decision.time.clone(), decision.decision_id.clone());
        key(a).cmp(&key(b))
    });
    joined.decisions = all;
    for kind in DecisionKind::ALL {
        let standing = |case: &Case| -> Result<BTreeMap<String, Decision>, CaseError> {
            let standing = case.standing(kind)?;
            Ok(standing
                .into_iter()
                .map(|one| (one.subject.clone(), one))
                .collect())
        };
        let (first, second) = (standing(cases[0])?, standing(cases[1])?);
        for (subject, left) in &first {
            let Some(right) = second.get(subject) else {
                continue;
            };
            if left.value != right.value {
                joined.settle(kind, [left, right], names, author)?;
            }
        }
    }
    Ok(joined)
}

impl Joined {
    fn settle(
        &mut self,
        kind: DecisionKind,
        both: [&Decision; 2],
        names: [&str; 2],
        author: &str,
    ) -> Result<(), StepError> {
        let [left, right] = both;
        let differ = format!(
            "when the cases were merged people had decided differently: ‘{}’ in {} ({}, {}: {}), ‘{}’ in {} ({}, {}: {})",
            short(&left.value),
            names[0],
            left.author,
            left.time,
            left.reason,
            short(&right.value),
            names[1],
            right.author,
            right.time,
            right.reason
        );
        let mut hold = |value: &str, why: &str| -> Result<(), StepError> {
            let reason = format!("{differ}; {why}");
            self.told
                .push(format!("{} of {}: {reason}", kind.as_str(), short(&left.subject)));
            self.decisions
                .push(Decision::new(kind, &left.subject, value, &reason, author)?);
            Ok(())
        };
        match kind {
            DecisionKind::Category => {
                let protection = |decision: &Decision| {
                    decision
                        .value
                        .parse::<Category>()
                        .unwrap_or_default()
                        .protection()
                };
                let safer = if protection(left) <= protection(right) {
                    left
                } else {
                    right
                };
                hold(
                    &safer.value,
                    "the one that protects most holds until somebody decides anew",
                )
            }
            DecisionKind::Identity => {
                let rank = |decision: &Decision| match decision.value.as_str() {
                    NEVER => 0,
                    SPLIT => 1,
                    _ => 2,
                };
                let safer = if rank(left) <= rank(right) { left } else { right };
                hold(
                    &safer.value,
                    "what keeps records apart holds until somebody decides anew",
                )
            }
            DecisionKind::Source => hold(&left.value, "the source stays out of use"),
            DecisionKind::Retention if left.subject == RETENTION => {
                let value = earliest(left, right)?;
                hold(&value, "the earlier days hold, and both rules")
            }
            DecisionKind::Claim if left.subject == CLAIMS => {
                let (value, more) = both_claims(left, right, names)?;
                hold(&value, &format!("what both claim is claimed{more}"))
            }
            // Nobody's word counts before the other's.
            DecisionKind::Finding | DecisionKind::Claim | DecisionKind::Retention => {
                let what = if left.subject == METHOD {
                    "no method is chosen"
                } else {
                    "it is open again"
                };
                let reason = format!("{differ}; {what} until somebody decides anew");
                self.told
                    .push(format!("{} {}: {reason}", kind.as_str(), short(&left.subject)));
                for decision in both {
                    let back = decision.undo(&reason, author)?;
                    self.decisions.push(back);
                }
                Ok(())
            }
        }
    }
}

/// Enough of a value or subject to know it by.
fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn earliest(left: &Decision, right: &Decision) -> Result<String, StepError> {
    let read = |decision: &Decision| {
        Retention::from_text(&decision.value).map_err(|reason| {
            CaseError::Decision(format!(
                "decision {} holds a retention that does not read: {reason}; take it back in its case and merge again",
                decision.decision_id
            ))
        })
    };
    let (left, right) = (read(left)?, read(right)?);
    let earlier = |a: Option<_>, b: Option<_>| a.into_iter().chain(b).min();
    let basis = match left.legal_basis == right.legal_basis {
        true => left.legal_basis,
        false => format!("{}; {}", left.legal_basis, right.legal_basis),
    };
    Ok(Retention {
        until: earlier(left.until, right.until),
        review: earlier(left.review, right.review),
        legal_basis: basis,
    }
    .to_text())
}

/// What both cases claim, as one set; and what is to be said of it.
fn both_claims(left: &Decision, right: &Decision, names: [&str; 2]) -> Result<(String, String), StepError> {
    let read = |decision: &Decision| {
        Request::from_text(&decision.value).map_err(|reason| {
            CaseError::Decision(format!(
                "decision {} holds claims that do not read: {reason}; take it back in its case and merge again",
                decision.decision_id
            ))
        })
    };
    let (mut both, other) = (read(left)?, read(right)?);
    let mut more = String::new();
    // Two cases may call different money by one word, and what has one label is counted together.
    let called: Vec<String> = both
        .claims
        .iter()
        .map(|claim| claim.label.clone())
        .chain(both.from.iter().map(|from| from.label.clone()))
        .filter(|label| !label.is_empty())
        .collect();
    let label = |label: String| match called.contains(&label) {
        true => format!("{label} ({})", names[1]),
        false => label,
    };
    for mut claim in other.claims {
        if !both.claims.iter().any(|known| {
            known.entry == claim.entry && known.kind == claim.kind && known.amount == claim.amount
        }) {
            claim.label = label(claim.label);
            both.claims.push(claim);
        }
    }
    for mut from in other.from {
        if !both.from.contains(&from) {
            from.label = label(from.label);
            both.from.push(from);
        }
    }
    both.unread.extend(
        other
            .unread
            .into_iter()
            .filter(|line| !both.unread.contains(line))
            .collect::<Vec<_>>(),
    );
    both.assets.extend(
        other
            .assets
            .into_iter()
            .filter(|link| !both.assets.contains(link))
            .collect::<Vec<_>>(),
    );
    both.funds.extend(
        other
            .funds
            .into_iter()
            .filter(|fund| !both.funds.contains(fund))
            .collect::<Vec<_>>(),
    );
    let options = (both.interest_is_fruit, both.gain_is_own);
    if options != (other.interest_is_fruit, other.gain_is_own) {
        more = format!("; interest and gains go by the choice of {}", names[0]);
    }
    both.academic |= other.academic;
    Ok((both.to_text(), more))
}
