//! The categories of a person in the sense of Directive (EU) 2016/680 Art. 6, as people set them: their history, and who
//! must be told where one was set back (Art. 7(3) and 16(6)).

use std::collections::BTreeSet;

use super::StepError;
use crate::case::column::each_row;
use crate::case::{Case, Decision, DecisionKind, Table};
use crate::victims::Category;
use crate::victims::counts::GIVEN;

/// A category that a person set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub decision: Decision,
    /// The decision that took it back.
    pub taken_back: Option<Decision>,
}

/// Something that left the tables of the case for somebody to read: a page, a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// UTC, RFC 3339.
    pub time: String,
    pub user: String,
    pub purpose: String,
    /// The command as typed: it says where to.
    pub command: String,
    pub name: String,
    pub sha256: String,
}

/// Every category that was ever set of whom a decision names so, oldest first, those taken back among them.
pub fn category_history(case: &Case, subject: &str) -> Result<Vec<Set>, StepError> {
    let names = called(case, subject)?;
    let all = case.decisions()?;
    let of_party = |decision: &&Decision| {
        decision.kind == DecisionKind::Category
            && decision.undoes.is_empty()
            && names.contains(&decision.subject)
    };
    let history = all.iter().filter(of_party).map(|decision| Set {
        decision: decision.clone(),
        taken_back: all
            .iter()
            .find(|back| back.undoes == decision.decision_id)
            .cloned(),
    });
    Ok(history.collect())
}

/// The decision that holds now.
pub fn standing_category(history: &[Set]) -> Option<&Decision> {
    history
        .iter()
        .rev()
        .find(|set| set.taken_back.is_none())
        .map(|set| &set.decision)
}

/// What left the case with this category, where it is no longer so and had said that somebody is, or is not, one whom
/// the case is against. Nothing where it says the same as before.
pub fn left_with(case: &Case, history: &[Set], now: Category) -> Result<Option<Vec<Left>>, StepError> {
    let Some(before) = standing_category(history) else {
        return Ok(None);
    };
    let was: Category = before.value.parse().unwrap_or_default();
    let told = matches!(
        was,
        Category::SeriousGrounds | Category::Convicted | Category::Victim
    );
    if was == now || !told {
        return Ok(None);
    }
    // The same said again does not begin anew.
    let since = history
        .iter()
        .rev()
        .filter(|set| set.taken_back.is_none())
        .take_while(|set| set.decision.value == before.value)
        .last()
        .and_then(|set| moment(&set.decision.time));
    Ok(Some(left_since(case, since)?))
}

/// What left the case for somebody to read since a moment, or ever; what left cases that were merged into it among it.
pub(super) fn left_since(case: &Case, since: Option<jiff::Timestamp>) -> Result<Vec<Left>, StepError> {
    let mut lines = case.ledgers_before()?;
    lines.extend(case.ledger()?);
    let left = lines
        .into_iter()
        .filter(|line| moment(&line.time) >= since)
        .flat_map(|line| {
            let left: Vec<Left> = line
                .written
                .iter()
                .filter(|written| is_outside(&written.name))
                .map(|written| Left {
                    time: line.time.clone(),
                    user: line.user.clone(),
                    purpose: line.purpose.clone(),
                    command: line.command.clone(),
                    name: written.name.clone(),
                    sha256: written.sha256.clone(),
                })
                .collect();
            left
        })
        .collect();
    Ok(left)
}

/// Whether what the ledger calls so is made for readers, and no part of the case's own working.
fn is_outside(name: &str) -> bool {
    ![
        "tables/",
        "decisions/",
        "sources/",
        "cache/",
        "queries/",
        "merged/",
        GIVEN,
    ]
    .iter()
    .any(|own| name.starts_with(own))
}

pub(super) fn moment(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

/// All ways in which decisions name the party that one of them names.
fn called(case: &Case, subject: &str) -> Result<BTreeSet<String>, StepError> {
    let mut all = Vec::new();
    each_row(
        case,
        Table::PartyMentions,
        &["mention_key", "mention_id", "party_id"],
        |[key, mention, party]| all.push((key.to_owned(), mention.to_owned(), party.to_owned())),
    )?;
    let parties: BTreeSet<&String> = all
        .iter()
        .filter(|(key, mention, party)| [key, mention, party].into_iter().any(|name| name == subject))
        .map(|(_, _, party)| party)
        .collect();
    let mut names = BTreeSet::from([subject.to_owned()]);
    for (key, mention, party) in all.iter().filter(|(_, _, party)| parties.contains(party)) {
        names.extend([key.clone(), mention.clone(), party.clone()]);
    }
    Ok(names)
}
