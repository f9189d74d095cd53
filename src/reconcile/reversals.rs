//! Entries that take an earlier entry of their account back: what the bank flags as a reversal, what carries the reason
//! of a return, and what comes back from the same side under the same end-to-end id. One to one; both transfers stay,
//! because the money moved twice, and both say so. The legs of a listing's row take part for their accounts where no line
//! of the account's own statement stands for them; two rows are tied once, by the account to which the money comes back.

use hashbrown::{HashMap, HashSet};

use super::assignment::{Edge, best, too_many};
use super::ids::NONE;
use super::legs::{Leg, MIRROR};
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
        let legs = self.legs_with_amount_and_day();
        let mut edges = self.edges_by_id(&legs);
        edges.extend(self.edges_without_id(&legs));
        edges.sort_unstable_by_key(|edge| (edge.left, edge.right, -edge.score));
        edges.dedup_by_key(|edge| (edge.left, edge.right));
        edges.sort_by(|a, b| {
            self.order(a.left, b.left)
                .then_with(|| self.order(a.right, b.right))
        });
        let assigned = best(&edges);
        let mut found: Vec<Reversal> = Vec::new();
        let several = "more than one entry fits equally well; left apart".to_owned();
        for (list, apart) in [
            (assigned.tied, None),
            (assigned.open, Some(several)),
            (assigned.too_many, Some(too_many())),
        ] {
            found.extend(list.iter().map(|edge| self.reversal(edge, apart.as_deref())));
        }
        // A row of a listing is told once for its two accounts.
        let row = |at: u32| if self.is_listed(at) { at & !MIRROR } else { at };
        let told: HashSet<u32> = found.iter().map(|reversal| row(reversal.taking)).collect();
        for at in legs {
            let leg = &self.legs.view(at);
            let once = !self.is_listed(at) || leg.is_credit();
            if is_said(leg) && once && !told.contains(&row(at)) {
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

    /// Lines, and the legs of listing rows for which no line stands. Rows that nothing could be said of are left out.
    fn legs_with_amount_and_day(&self) -> Vec<u32> {
        let legs = &self.legs.legs;
        let known = |leg: &Leg| leg.has(Leg::AMOUNT) && leg.has(Leg::DATE);
        let mut found: Vec<u32> = (0..legs.len() as u32)
            .filter(|at| !self.legs.paired[*at as usize] && !self.legs.split.contains(at))
            .filter(|at| known(self.leg(*at)))
            .collect();
        let any_said = !self.legs.pairs.is_empty() && legs.iter().any(is_said);
        for (at, pair) in (0..).zip(&self.legs.pairs) {
            for (number, own) in [
                (pair.debit, &self.found.own_debit),
                (self.legs.credit_number(*pair), &self.found.own_credit),
            ] {
                let leg = self.legs.view(number);
                if known(&leg) && (any_said || leg.end_to_end != 0) && !own.contains_key(&at) {
                    found.push(number);
                }
            }
        }
        found
    }

    fn is_listed(&self, at: u32) -> bool {
        self.legs.paired[(at & !MIRROR) as usize]
    }

    /// Whether a leg is the one by which two rows of listings are tied, or one of the two is a line.
    fn once(&self, taking: u32, taken: u32) -> bool {
        !self.is_listed(taking) || !self.is_listed(taken) || self.legs.view(taking).is_credit()
    }

    /// A reversal that is tied, or left apart for the reason that `apart` gives.
    fn reversal(&self, edge: &Edge, apart: Option<&str>) -> Reversal {
        let (taking, taken) = (&self.legs.view(edge.left), &self.legs.view(edge.right));
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
        facts.extend(apart.map(str::to_owned));
        Reversal {
            taking: edge.left,
            taken: Some(edge.right),
            kind: kind(taking),
            tied: apart.is_none(),
            in_part,
            reason: facts.join("; "),
        }
    }

    /// Opposite entries of one account that carry one end-to-end id.
    fn edges_by_id(&self, legs: &[u32]) -> Vec<Edge> {
        let key = |at: u32| {
            let leg = self.legs.view(at);
            (leg.account, leg.currency, leg.end_to_end)
        };
        let mut with_id: Vec<u32> = legs
            .iter()
            .copied()
            .filter(|at| self.legs.view(*at).end_to_end != 0)
            .collect();
        with_id.sort_unstable_by(|a, b| key(*a).cmp(&key(*b)).then_with(|| self.order(*a, *b)));
        let mut edges = Vec::new();
        for group in with_id.chunk_by(|a, b| key(*a) == key(*b)) {
            if group.len() < 2 || group.len() > MOST_WITH_ID {
                continue;
            }
            let first_way = self.legs.view(group[0]).is_credit();
            for (place, taking_at) in group.iter().enumerate() {
                let taking = &self.legs.view(*taking_at);
                let said = is_said(taking);
                // A second payment under the id of one that came back is no return of the return.
                if !said && taking.is_credit() == first_way {
                    continue;
                }
                for taken_at in &group[..place] {
                    let taken = &self.legs.view(*taken_at);
                    let days = taking.date - taken.date;
                    let same_other = taking.other != NONE && taking.other == taken.other;
                    let other_other = taking.other != NONE && taken.other != NONE && !same_other;
                    if taking.is_credit() == taken.is_credit()
                        || is_said(taken)
                        || other_other
                        || taking.amount > taken.amount
                        || days > if said { DAYS_WITH_ID } else { DAYS_UNSAID }
                        || (!said && !same_other)
                        || !self.once(*taking_at, *taken_at)
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
        let said: Vec<u32> = legs
            .iter()
            .copied()
            .filter(|at| is_said(&self.legs.view(*at)))
            .collect();
        if said.is_empty() {
            return Vec::new();
        }
        let key = |leg: &Leg, credit: bool| (leg.account, leg.currency, leg.amount, credit);
        let wanted: HashSet<_> = said
            .iter()
            .map(|at| self.legs.view(*at))
            .map(|leg| key(&leg, !leg.is_credit()))
            .collect();
        let mut earlier: HashMap<_, Vec<u32>> = HashMap::new();
        for at in legs {
            let leg = &self.legs.view(*at);
            let key = key(leg, leg.is_credit());
            if wanted.contains(&key) && !is_said(leg) {
                earlier.entry(key).or_default().push(*at);
            }
        }
        let mut edges = Vec::new();
        for taking_at in said {
            let taking = &self.legs.view(taking_at);
            let found = earlier.get(&key(taking, !taking.is_credit()));
            for taken_at in found.into_iter().flatten() {
                let taken = &self.legs.view(*taken_at);
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
                    && self.once(taking_at, *taken_at)
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
