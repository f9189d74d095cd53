//! Parties from mentions: the linkage of what records say, with what people decided, and every table that comes of it.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;

use super::agents::by_account;
use super::known::{Attribute, Known};
use super::read::PartiesRead;
use super::resolve::{self, Decisions, Outcome, Records, RecordsError, Resolved, Settings, Split};
use super::{party_table, relations, same};
use crate::case::{CaseError, Decision};

/// What is derived.
#[derive(Debug)]
pub struct Derived {
    pub parties: RecordBatch,
    pub account_holders: RecordBatch,
    pub relations: RecordBatch,
    pub mentions: RecordBatch,
    pub names: RecordBatch,
    pub identifiers: RecordBatch,
    pub addresses: RecordBatch,
    pub same_parties: RecordBatch,
    pub terms: RecordBatch,
    pub model: RecordBatch,
    pub notes: RecordBatch,
    pub counts: Counts,
}

/// How many of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mentions: u64,
    pub parties: u64,
    /// Pairs of mentions by what joined them.
    pub by_identifier: u64,
    pub by_model: u64,
    pub by_decision: u64,
    /// Pairs that a person should look at.
    pub possible: u64,
    pub conflicts: u64,
    pub households: u64,
    pub notes: u64,
}

/// Why nothing could be derived.
#[derive(Debug, thiserror::Error)]
pub enum PartyError {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Resolve(#[from] resolve::ResolveError),
}

/// What people decided about parties: standing decisions.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// On categories.
    pub categories: Vec<Decision>,
    /// On who is whom.
    pub identities: Vec<Decision>,
}

/// Mentions, linked.
pub(super) struct Linked {
    pub records: Records,
    pub settings: Settings,
    pub decisions: Decisions,
    pub resolved: Resolved,
}

impl Linked {
    /// The first mention of a mention's party: its id is the party's.
    pub fn leader(&self, mention: u32) -> u32 {
        let clusters = &self.resolved.clusters;
        clusters.members(clusters.of(mention))[0]
    }
}

/// Derives the tables. Rows come sorted; what two records say differently of one party is told by the one of the source
/// with the smaller hash and the earlier place (every record stays in `parties_read`).
pub fn derive(
    parties_read: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    relations_read: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    account_agents: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    decided: &Decided,
    settings: Settings,
    progress: &resolve::Progress<'_>,
) -> Result<Derived, PartyError> {
    let read = PartiesRead::new(parties_read)?;
    let known = Known::of(&read, &by_account(account_agents)?);
    let (linked, attributes, sheets) = link(known, decided, settings, progress)?;
    let party = |mention: u32| read.id(linked.leader(mention));
    let mut notes = same::notes(&read, &linked);
    let (parties, of_categories) = party_table::parties(&read, &linked, &decided.categories)?;
    notes.extend(of_categories);
    let (relations, of_relations, households) =
        relations::relations(&read, &linked, &attributes, relations_read)?;
    notes.extend(of_relations);
    notes.sort();
    notes.dedup();
    let [names, identifiers, addresses] = sheets;
    let count = |wanted: &dyn Fn(Outcome) -> bool| {
        linked
            .resolved
            .pairs
            .iter()
            .filter(|pair| wanted(pair.outcome))
            .count() as u64
    };
    let counts = Counts {
        mentions: u64::from(read.mentions()),
        parties: linked.resolved.clusters.len() as u64,
        by_identifier: count(&|outcome| outcome == Outcome::Same(resolve::Ground::Identifier)),
        by_model: count(&|outcome| outcome == Outcome::Same(resolve::Ground::Evidence)),
        by_decision: count(&|outcome| outcome == Outcome::Same(resolve::Ground::Decision)),
        possible: count(&|outcome| matches!(outcome, Outcome::Possible(_))),
        conflicts: count(&|outcome| matches!(outcome, Outcome::Conflict(_))),
        households,
        notes: notes.len() as u64,
    };
    Ok(Derived {
        parties,
        account_holders: party_table::account_holders(&read, &party)?,
        relations,
        mentions: party_table::mentions(&read, &linked)?,
        names: names.finish(&read, party)?,
        identifiers: identifiers.finish(&read, party)?,
        addresses: addresses.finish(&read, party)?,
        same_parties: same::pairs(&linked)?,
        terms: same::terms(&linked)?,
        model: same::model(&linked)?,
        notes: same::note_table(&notes)?,
        counts,
    })
}

/// One pair explained, whatever it came to: of two mentions, as all mentions together make it.
pub fn explain(
    parties_read: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    decided: &Decided,
    settings: Settings,
    (left, right): (&str, &str),
    progress: &resolve::Progress<'_>,
) -> Result<Option<resolve::Explanation>, PartyError> {
    let read = PartiesRead::new(parties_read)?;
    let known = Known::of(&read, &BTreeMap::new());
    let (linked, _, _) = link(known, decided, settings, progress)?;
    let (Some(left), Some(right)) = (linked.records.find(left), linked.records.find(right)) else {
        return Ok(None);
    };
    let mut found = linked.explainer().explain(left, right);
    // What became of the pair among all others counts, not what it would come to by itself.
    let pair = (left.min(right), left.max(right));
    if let Some(told) = linked
        .resolved
        .pairs
        .iter()
        .find(|one| (one.left, one.right) == pair)
    {
        found.outcome = told.outcome;
        found.reason = resolve::reason(told.outcome).to_owned();
    }
    let clusters = &linked.resolved.clusters;
    found.reason = match clusters.of(left) == clusters.of(right) {
        true => format!("one party: {}", found.reason),
        false => format!("not joined: {}", found.reason),
    };
    Ok(Some(found))
}

type Sheets = [super::sheet::Sheet; 3];

fn link(
    known: Known,
    decided: &Decided,
    mut settings: Settings,
    progress: &resolve::Progress<'_>,
) -> Result<(Linked, Vec<Attribute>, Sheets), PartyError> {
    let records = known.records.finish()?;
    settings.schemes = known.schemes;
    let decisions = decisions(&decided.identities);
    let resolved = resolve::resolve(&records, &settings, &decisions, progress)?;
    let linked = Linked {
        records,
        settings,
        decisions,
        resolved,
    };
    Ok((
        linked,
        known.attributes,
        [known.names, known.identifiers, known.addresses],
    ))
}

/// What a decision on who is whom says, as it is stored.
pub const MERGE: &str = "merge";
pub const NEVER: &str = "never";
pub const SPLIT: &str = "split";

/// The subject of a decision about two mentions: their ids, the smaller first.
pub fn pair_subject(left: &str, right: &str) -> String {
    match left <= right {
        true => format!("{left} {right}"),
        false => format!("{right} {left}"),
    }
}

fn decisions(identities: &[Decision]) -> Decisions {
    let mut made = Decisions::default();
    for decision in identities {
        let ids: Vec<String> = decision.subject.split_whitespace().map(str::to_owned).collect();
        match (decision.value.as_str(), ids.as_slice()) {
            (MERGE, [left, right]) => made.merge.push((left.clone(), right.clone())),
            (NEVER, [left, right]) => made.never.push((left.clone(), right.clone())),
            (SPLIT, [_, ..]) => made.split.push(Split {
                out: ids,
                from: Vec::new(),
            }),
            _ => {}
        }
    }
    made
}

/// A note of the resolving: its kind, what it says, the party it is about and the record, where there are such.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartyNote {
    pub kind: &'static str,
    pub text: String,
    pub party_id: String,
    pub record: String,
}
