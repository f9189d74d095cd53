//! Rings that several rules tell: a loan that goes round by way of another country is a circular loan, a U-turn and a
//! cycle. Each rule keeps what it found, so that its count is what it counts; but it is one matter, told by the finding
//! that says most, and the others name that finding.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use serde_json::{Map, Value};

use crate::patterns::SearchKind;
use crate::sql::flows::Hits;
use crate::victims::GatedFinding;

/// The rings of a run.
#[derive(Default)]
pub(in super::super) struct Rings(Vec<Ring>);

struct Ring {
    says: u8,
    /// Place of its finding.
    finding: usize,
    /// Every transfer of every member, by number, sorted. All these patterns look at the same transfers.
    transfers: Vec<u32>,
}

/// How much a kind of ring says; nothing of what is no ring. That it is a loan is what the parties said of it
/// themselves, that it passes another country what the records know of an account; that it closes holds of all.
fn says(kind: SearchKind) -> Option<u8> {
    match kind {
        SearchKind::TemporalCycles => Some(0),
        SearchKind::UTurn => Some(1),
        SearchKind::CircularLoans => Some(2),
        _ => None,
    }
}

impl Rings {
    /// Takes note of what a search found, whose findings stand from this place on.
    pub fn note(&mut self, kind: SearchKind, hits: &Hits<'_>, first: usize) {
        let Some(says) = says(kind) else { return };
        for (place, bundle) in hits.bundles.iter().enumerate() {
            let mut transfers = bundle.transfers(&hits.loaded.graph);
            transfers.sort_unstable();
            self.0.push(Ring {
                says,
                finding: first + place,
                transfers,
            });
        }
    }

    /// Lets each finding whose transfers all stand in one that says more name it, and that one say so. Gives how many
    /// tell what another tells.
    pub fn tell(self, findings: &mut [GatedFinding]) -> usize {
        let mut by_transfer: HashMap<u32, Vec<&Ring>> = HashMap::new();
        for ring in self.0.iter().filter(|ring| ring.says > 0) {
            for transfer in &ring.transfers {
                by_transfer.entry(*transfer).or_default().push(ring);
            }
        }
        let mut told = 0;
        let mut also: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for ring in &self.0 {
            let holds = |other: &&&Ring| {
                let is_in = |transfer: &u32| other.transfers.binary_search(transfer).is_ok();
                other.says > ring.says && ring.transfers.iter().all(is_in)
            };
            let others = ring.transfers.first().and_then(|first| by_transfer.get(first));
            // Of those that say most the one that is nearest. It names none itself: what holds it would hold this too.
            let most = others
                .into_iter()
                .flatten()
                .filter(holds)
                .max_by_key(|other| (other.says, Reverse((other.transfers.len(), other.finding))));
            let Some(most) = most else { continue };
            told += 1;
            let same = &findings[most.finding].finding;
            let (id, rule) = (same.finding_id.clone(), same.rule_id.clone());
            let own = &mut findings[ring.finding].finding;
            also.entry(most.finding).or_default().insert(own.rule_id.clone());
            own.measures = with(&own.measures, "same_as", &id);
            own.explanation += &format!(
                " The same transfers are told by {rule}, which says more of them (finding {id}): this is no matter of \
                 its own."
            );
        }
        for (place, rules) in also {
            let rules: Vec<String> = rules.into_iter().collect();
            findings[place].finding.explanation += &format!(
                " Transfers of it are told by {} as well, in findings that name this one: it is one matter.",
                rules.join(" and ")
            );
        }
        told
    }
}

/// Measures with one more.
fn with(measures: &str, name: &str, value: &str) -> String {
    let mut all: Map<String, Value> = serde_json::from_str(measures).unwrap_or_default();
    all.insert(name.to_owned(), Value::from(value));
    Value::Object(all).to_string()
}
