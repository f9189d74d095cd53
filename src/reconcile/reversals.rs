//! Entries that take an earlier entry of their account back: what the bank flags as a reversal, what carries the reason
//! of a return, and what comes back from the same side under the same end-to-end id. One to one; both transfers stay,
//! because the money moved twice, and both say so.

use hashbrown::{HashMap, HashSet};

use super::assignment::{Edge, best};
use super::ids::NONE;
use super::legs::Leg;
use super::search::Work;

/// An entry that takes another back, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reversal {
    /// Number of the leg that takes back.
    pub taking: u32,
    /// Number of the leg that is taken back; nothing where the record has none that fits.
    pub taken: Option<u32>,
    pub kind: &'static str,
    pub tied: bool,
    /// Less is taken back than was moved.
    pub in_part: bool,
    pub reason: String,
}

/// Days after which a return under the same id is no longer looked for: thirteen months, the longest time in which a
/// direct debit may be refunded (Directive (EU) 2015/2366 Art. 71).
const DAYS_WITH_ID: i32 = 400;
/// The same where only amount, account and other side agree.
const DAYS_WITHOUT_ID: i32 = 14;
/// The same where nothing says that it is a return but the id: eight weeks (Art. 77) and some days of handling.
const DAYS_UNSAID: i32 = 60;
/// An id that more entries of one account and currency carry identifies none of them.
const MOST_WITH_ID: usize = 50;

const SAME_ID: i64 = 8;
const SAME_REFERENCE: i64 = 4;
const SAME_OTHER: i64 = 2;
const SAME_AMOUNT: i64 = 1;

impl Work<'_> {
    /// Finds what takes back what. Sorted by the entries that take back.
    pub fn find_reversals(&mut self) {
        let legs: Vec<u32> = (0..self.legs.legs.len() as u32)
            .filter(|at| !self.legs.paired[*at as usize] && !self.legs.split.contains(at))
            .filter(|at| self.leg(*at).has(Leg::AMOUNT) && self.leg(*at).has(Leg::DATE))
            .collect();
        let mut edges = self.edges_by_id(&legs);
        edges.extend(self.edges_without_id(&legs));
        edges.sort_unstable_by_key(|edge| (edge.left, edge.right, -edge.score));
        edges.dedup_by_key(|edge| (edge.left, edge.right));
        edges.sort_by(|a, b| {
            let leg = |at: u32| self.leg(at);
            self.compare(leg(a.left), leg(b.left))
                .then(a.left.cmp(&b.left))
                .then_with(|| self.compare(leg(a.right), leg(b.right)))
                .then(a.right.cmp(&b.right))
        });
        let assigned = best(&edges);
        let mut found: Vec<Reversal> = Vec::new();
        for (list, tied) in [(assigned.tied, true), (assigned.open, false)] {
            found.extend(list.iter().map(|edge| self.reversal(edge, tied)));
        }
        let told: HashSet<u32> = found.iter().map(|reversal| reversal.taking).collect();
        for at in legs {
            let leg = self.leg(at);
            if is_said(leg) && !told.contains(&at) {
                found.push(Reversal {
                    taking: at,
                    taken: None,
                    kind: kind(leg),
                    tied: false,
                    in_part: false,
                    reason: "nothing in this account's record fits what it takes back".to_owned(),
                });
            }
        }
        found.sort_by(|a, b| {
            let text = |at: u32| (self.legs.entry_id(at), at);
            (text(a.taking), a.taken.map(text)).cmp(&(text(b.taking), b.taken.map(text)))
        });
        self.found.reversals = found;
    }

    fn reversal(&self, edge: &Edge, tied: bool) -> Reversal {
        let (taking, taken) = (self.leg(edge.left), self.leg(edge.right));
        let mut facts = Vec::new();
        for (bit, fact) in [
            (SAME_ID, "same end-to-end id"),
            (SAME_REFERENCE, "same bank reference"),
            (SAME_OTHER, "same other side"),
            (SAME_AMOUNT, "same amount"),
        ] {
            if edge.score & bit != 0 {
                facts.push(fact.to_owned());
            }
        }
        let in_part = taking.amount < taken.amount;
        if in_part {
            facts.push("takes back a part of the amount".to_owned());
        }
        facts.push(match taking.date - taken.date {
            0 => "same day".to_owned(),
            1 => "1 day later".to_owned(),
            days => format!("{days} days later"),
        });
        if !tied {
            facts.push("more than one entry fits equally well; left apart".to_owned());
        }
        Reversal {
            taking: edge.left,
            taken: Some(edge.right),
            kind: kind(taking),
            tied,
            in_part,
            reason: facts.join("; "),
        }
    }

    /// Opposite entries of one account that carry one end-to-end id.
    fn edges_by_id(&self, legs: &[u32]) -> Vec<Edge> {
        let key = |at: u32| {
            let leg = self.leg(at);
            (leg.account, leg.currency, leg.end_to_end)
        };
        let mut with_id: Vec<u32> = legs
            .iter()
            .copied()
            .filter(|at| self.leg(*at).end_to_end != 0)
            .collect();
        with_id.sort_unstable_by(|a, b| {
            key(*a)
                .cmp(&key(*b))
                .then_with(|| self.compare(self.leg(*a), self.leg(*b)))
                .then(a.cmp(b))
        });
        let mut edges = Vec::new();
        for group in with_id.chunk_by(|a, b| key(*a) == key(*b)) {
            if group.len() < 2 || group.len() > MOST_WITH_ID {
                continue;
            }
            let first_way = self.leg(group[0]).is_credit();
            for (place, taking_at) in group.iter().enumerate() {
                let taking = self.leg(*taking_at);
                let said = is_said(taking);
                // A second payment under the id of one that came back is no return of the return.
                if !said && taking.is_credit() == first_way {
                    continue;
                }
                for taken_at in &group[..place] {
                    let taken = self.leg(*taken_at);
                    let days = taking.date - taken.date;
                    let same_other = taking.other != NONE && taking.other == taken.other;
                    let other_other = taking.other != NONE && taken.other != NONE && !same_other;
                    if taking.is_credit() == taken.is_credit()
                        || is_said(taken)
                        || other_other
                        || taking.amount > taken.amount
                        || days > if said { DAYS_WITH_ID } else { DAYS_UNSAID }
                        || (!said && !same_other)
                    {
                        continue;
                    }
                    edges.push(edge(*taking_at, taking, *taken_at, taken));
                }
            }
        }
        edges
    }

    /// What says that it takes back, and carries no id that finds it.
    fn edges_without_id(&self, legs: &[u32]) -> Vec<Edge> {
        let said: Vec<u32> = legs.iter().copied().filter(|at| is_said(self.leg(*at))).collect();
        if said.is_empty() {
            return Vec::new();
        }
        let key = |leg: &Leg, credit: bool| (leg.account, leg.currency, leg.amount, credit);
        let wanted: HashSet<_> = said
            .iter()
            .map(|at| key(self.leg(*at), !self.leg(*at).is_credit()))
            .collect();
        let mut earlier: HashMap<_, Vec<u32>> = HashMap::new();
        for at in legs {
            let leg = self.leg(*at);
            let key = key(leg, leg.is_credit());
            if wanted.contains(&key) && !is_said(leg) {
                earlier.entry(key).or_default().push(*at);
            }
        }
        let mut edges = Vec::new();
        for taking_at in said {
            let taking = self.leg(taking_at);
            let found = earlier.get(&key(taking, !taking.is_credit()));
            for taken_at in found.into_iter().flatten() {
                let taken = self.leg(*taken_at);
                let days = taking.date - taken.date;
                let differ = |one: u64, other: u64| one != 0 && other != 0 && one != other;
                let same_reference =
                    taking.bank_reference != 0 && taking.bank_reference == taken.bank_reference;
                let other_other = taking.other != NONE && taken.other != NONE && taking.other != taken.other;
                let most = if same_reference {
                    DAYS_WITH_ID
                } else {
                    DAYS_WITHOUT_ID
                };
                let before = self.compare(taken, taking).is_le();
                if (0..=most).contains(&days)
                    && (days > 0 || before)
                    && !differ(taking.end_to_end, taken.end_to_end)
                    && !other_other
                {
                    edges.push(edge(taking_at, taking, *taken_at, taken));
                }
            }
        }
        edges
    }
}

fn edge(taking_at: u32, taking: &Leg, taken_at: u32, taken: &Leg) -> Edge {
    let mut score = 0;
    for (agrees, bit) in [
        (
            taking.end_to_end != 0 && taking.end_to_end == taken.end_to_end,
            SAME_ID,
        ),
        (
            taking.bank_reference != 0 && taking.bank_reference == taken.bank_reference,
            SAME_REFERENCE,
        ),
        (taking.other != NONE && taking.other == taken.other, SAME_OTHER),
        (taking.amount == taken.amount, SAME_AMOUNT),
    ] {
        if agrees {
            score |= bit;
        }
    }
    Edge {
        left: taking_at,
        right: taken_at,
        score,
    }
}

/// Whether the record itself says that the entry takes something back.
fn is_said(leg: &Leg) -> bool {
    leg.has(Leg::REVERSAL) || leg.has(Leg::RETURN)
}

fn kind(leg: &Leg) -> &'static str {
    if leg.has(Leg::REVERSAL) {
        "reversal"
    } else if leg.has(Leg::RETURN) {
        "return"
    } else {
        "same_id"
    }
}
