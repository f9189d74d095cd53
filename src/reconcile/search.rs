//! The search for the other side of each leg: legs that name each other, legs that only an id ties, mirrors that are
//! missing.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::banking_days;
use super::ids::NONE;
use super::leads::Lead;
use super::legs::{Leg, Legs};
use super::matching::{Candidate, assign};
use super::reversals::Reversal;
use super::transfers::Ambiguous;

/// Which side of which record an item of the matching is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Debit,
    Credit,
    /// The debit leg of a listing's row; the index is the pair's.
    ListedDebit,
    ListedCredit,
}

#[derive(Clone, Copy)]
struct Item {
    payer: u32,
    payee: u32,
    amount: i64,
    currency: u16,
    role: Role,
    at: u32,
}

/// The search, with the legs it works on.
pub(super) struct Work<'a> {
    pub legs: &'a Legs,
    ranks: Vec<u32>,
    pub found: Found,
}

/// What the matching has found.
#[derive(Default)]
pub(super) struct Found {
    /// Statement legs that have found their other side.
    pub used: Vec<bool>,
    /// Statement lines that stand for a pair's legs.
    pub own_debit: HashMap<u32, u32>,
    pub own_credit: HashMap<u32, u32>,
    /// Statement legs tied to each other: debit, credit.
    pub tied: Vec<(u32, u32)>,
    /// Debit legs of several equal payments that were tied in their order.
    pub tied_in_order: HashSet<u32>,
    pub ambiguous: Vec<Ambiguous>,
    pub left_apart: HashSet<u32>,
    pub missing: Vec<Lead>,
    pub reversals: Vec<Reversal>,
}

impl<'a> Work<'a> {
    pub fn new(legs: &'a Legs) -> Work<'a> {
        Work {
            legs,
            ranks: legs.prefixes.ranks(),
            found: Found {
                used: vec![false; legs.legs.len()],
                ..Found::default()
            },
        }
    }

    pub fn leg(&self, at: u32) -> &Leg {
        &self.legs.legs[at as usize]
    }

    /// Legs of statements (and single legs of listings) that are still without their other side.
    pub fn open(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.legs.legs.len() as u32)
            .filter(|at| !self.found.used[*at as usize] && !self.legs.paired[*at as usize])
            .filter(|at| self.legs.split.is_empty() || !self.legs.split.contains(at))
    }

    /// The leg behind an item.
    fn item_leg(&self, item: &Item) -> Leg {
        match item.role {
            Role::Debit | Role::Credit => *self.leg(item.at),
            Role::ListedDebit => *self.leg(self.legs.pairs[item.at as usize].debit),
            Role::ListedCredit => self.legs.credit(self.legs.pairs[item.at as usize]),
        }
    }

    /// Legs that name each other.
    pub fn tie_crossed(&mut self) {
        let mut items = self.crossed_items();
        let key = |item: &Item| (item.payer, item.payee, item.amount, item.currency);
        items.par_sort_unstable_by(|a, b| {
            (key(a), a.role).cmp(&(key(b), b.role)).then_with(|| {
                let (one, other) = (self.item_leg(a), self.item_leg(b));
                // Payments of one batch stand in the order of their numbers.
                self.compare(&one, &other).then(a.at.cmp(&b.at))
            })
        });
        for group in items.chunk_by(|a, b| key(a) == key(b)) {
            if group.len() > 1 {
                self.tie_group(group);
            }
        }
    }

    fn crossed_items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        let mut has_lines = vec![false; self.legs.accounts.len()];
        for at in self.open() {
            let leg = self.leg(at);
            has_lines[leg.account as usize] = true;
            if leg.can_match() && leg.other != NONE {
                let (payer, payee, role) = if leg.is_credit() {
                    (leg.other, leg.account, Role::Credit)
                } else {
                    (leg.account, leg.other, Role::Debit)
                };
                items.push(Item {
                    payer,
                    payee,
                    amount: leg.amount,
                    currency: leg.currency,
                    role,
                    at,
                });
            }
        }
        for (at, pair) in self.legs.pairs.iter().enumerate() {
            let (debit, credit) = (*self.leg(pair.debit), self.legs.credit(*pair));
            for (leg, role) in [(debit, Role::ListedDebit), (credit, Role::ListedCredit)] {
                if leg.can_match() && has_lines[leg.account as usize] {
                    items.push(Item {
                        payer: debit.account,
                        payee: credit.account,
                        amount: leg.amount,
                        currency: leg.currency,
                        role,
                        at: at as u32,
                    });
                }
            }
        }
        items
    }

    /// The order that holds in every run: day, time, source, the statement's own order, place.
    pub fn compare(&self, one: &Leg, other: &Leg) -> std::cmp::Ordering {
        let key = |leg: &Leg| {
            let source = self.ranks[leg.source as usize];
            (leg.date, leg.at(), source, leg.sequence, leg.place, leg.mark)
        };
        key(one).cmp(&key(other))
    }

    /// One group of equal payments: first lines and listings that are the same booking, then what is left of debits and
    /// credits.
    fn tie_group(&mut self, group: &[Item]) {
        let of = |work: &Work<'_>, role: Role| -> Vec<Candidate> {
            let items = group.iter().filter(|item| item.role == role);
            let free = items.filter(|item| match role {
                Role::Debit | Role::Credit => !work.found.used[item.at as usize],
                _ => true,
            });
            free.map(|item| candidate(item.at, &work.item_leg(item)))
                .collect()
        };
        for (line, listed) in [
            (Role::Debit, Role::ListedDebit),
            (Role::Credit, Role::ListedCredit),
        ] {
            let listings = of(self, listed);
            if listings.is_empty() {
                continue;
            }
            for tied in assign(&of(self, line), &listings) {
                self.found.used[tied.left as usize] = true;
                let own = match line {
                    Role::Debit => &mut self.found.own_debit,
                    _ => &mut self.found.own_credit,
                };
                own.insert(tied.right, tied.left);
            }
        }
        for tied in assign(&of(self, Role::Debit), &of(self, Role::Credit)) {
            self.tie(tied.left, tied.right);
            if tied.ambiguous {
                self.found.tied_in_order.insert(tied.left);
                let reason = "several equal payments between the two accounts within the same days; tied in their order";
                self.note_ambiguous(tied.left, tied.right, true, "equal_payments", reason.to_owned());
            }
        }
    }

    pub fn tie(&mut self, debit: u32, credit: u32) {
        self.found.used[debit as usize] = true;
        self.found.used[credit as usize] = true;
        self.found.tied.push((debit, credit));
    }

    pub fn note_ambiguous(
        &mut self,
        debit: u32,
        credit: u32,
        tied: bool,
        kind: &'static str,
        reason: String,
    ) {
        self.found.ambiguous.push(Ambiguous {
            debit_entry: self.legs.entry_id(debit),
            debit_detail: self.legs.detail(debit).map(str::to_owned),
            credit_entry: self.legs.entry_id(credit),
            credit_detail: self.legs.detail(credit).map(str::to_owned),
            kind,
            tied,
            reason,
        });
    }

    /// Legs of which one names nobody: tied where amount, currency, id and day leave exactly one candidate.
    pub fn tie_by_id(&mut self) {
        let mut open: Vec<u32> = self
            .open()
            .filter(|at| self.leg(*at).can_match() && self.leg(*at).end_to_end != 0)
            .collect();
        let nameless: HashSet<u64> = open
            .iter()
            .map(|at| self.leg(*at))
            .filter(|leg| leg.other == NONE)
            .map(|leg| leg.end_to_end)
            .collect();
        if nameless.is_empty() {
            return;
        }
        open.retain(|at| nameless.contains(&self.leg(*at).end_to_end));
        self.tie_nameless_to_listings(&open, &nameless);
        open.retain(|at| !self.found.used[*at as usize]);
        let key = |leg: &Leg| (leg.end_to_end, leg.amount, leg.currency);
        open.sort_unstable_by(|one, other| {
            let (a, b) = (self.leg(*one), self.leg(*other));
            key(a)
                .cmp(&key(b))
                .then_with(|| self.compare(a, b))
                .then(one.cmp(other))
        });
        let groups: Vec<Vec<u32>> = open
            .chunk_by(|a, b| key(self.leg(*a)) == key(self.leg(*b)))
            .map(<[u32]>::to_vec)
            .collect();
        for group in groups {
            let (credits, debits): (Vec<u32>, Vec<u32>) =
                group.iter().partition(|at| self.leg(**at).is_credit());
            let fits = |debit: u32, credit: u32| one_names_the_other(self.leg(debit), self.leg(credit));
            let edges: Vec<(u32, u32)> = debits
                .iter()
                .flat_map(|debit| credits.iter().map(|credit| (*debit, *credit)))
                .filter(|(debit, credit)| fits(*debit, *credit))
                .collect();
            let mut rivals: HashMap<u32, u32> = HashMap::new();
            for at in edges.iter().flat_map(|(debit, credit)| [*debit, *credit]) {
                *rivals.entry(at).or_default() += 1;
            }
            for (debit, credit) in &edges {
                if rivals.get(debit) == Some(&1) && rivals.get(credit) == Some(&1) {
                    self.tie(*debit, *credit);
                } else {
                    self.found.left_apart.extend([*debit, *credit]);
                    let reason = "same amount and end-to-end id, but more than one entry fits; left apart";
                    self.note_ambiguous(*debit, *credit, false, "same_id", reason.to_owned());
                }
            }
        }
    }

    /// A line that names nobody and the listing's row that names its account with the same id.
    fn tie_nameless_to_listings(&mut self, open: &[u32], nameless: &HashSet<u64>) {
        let key = |leg: &Leg| {
            (
                leg.end_to_end,
                leg.account,
                leg.amount,
                leg.currency,
                leg.is_credit(),
            )
        };
        let mut lines: HashMap<_, Vec<u32>> = HashMap::new();
        for at in open.iter().filter(|at| self.leg(**at).other == NONE) {
            lines.entry(key(self.leg(*at))).or_default().push(*at);
        }
        let mut listed: HashMap<_, Vec<u32>> = HashMap::new();
        for (at, pair) in self.legs.pairs.iter().enumerate() {
            let (debit, credit) = (*self.leg(pair.debit), self.legs.credit(*pair));
            for (leg, own) in [(debit, &self.found.own_debit), (credit, &self.found.own_credit)] {
                let at = at as u32;
                if nameless.contains(&leg.end_to_end) && leg.can_match() && !own.contains_key(&at) {
                    listed.entry(key(&leg)).or_default().push(at);
                }
            }
        }
        let mut found = Vec::new();
        for (key, lines) in &lines {
            if let ([line], Some([pair])) = (lines.as_slice(), listed.get(key).map(Vec::as_slice)) {
                let debit = self.leg(self.legs.pairs[*pair as usize].debit);
                if candidate(0, self.leg(*line)).fits(&candidate(0, debit)) {
                    found.push((*line, *pair));
                }
            }
        }
        for (line, pair) in found {
            self.found.used[line as usize] = true;
            if self.leg(line).is_credit() {
                self.found.own_credit.insert(pair, line);
            } else {
                self.found.own_debit.insert(pair, line);
            }
        }
    }
}

/// A leg as the matching knows it.
pub(super) fn candidate(item: u32, leg: &Leg) -> Candidate {
    Candidate {
        item,
        day: banking_days::number(leg.date),
        end_to_end: leg.end_to_end,
        bank_reference: leg.bank_reference,
    }
}

/// Whether at least one of the two names the other, the other names nobody else, and the days fit.
fn one_names_the_other(debit: &Leg, credit: &Leg) -> bool {
    let debit_names = debit.other == credit.account;
    let credit_names = credit.other == debit.account;
    debit.account != credit.account
        && (debit_names || credit_names)
        && (debit_names || debit.other == NONE)
        && (credit_names || credit.other == NONE)
        && candidate(0, debit).fits(&candidate(0, credit))
}
