//! The search for the other side of each leg: lines and listings that tell one booking, legs that name each other, legs
//! of which one names the other and an id, a reference or a name says the rest.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::assignment::{Edge, LARGEST};
use super::banking_days::{self, WINDOW};
use super::ids::NONE;
use super::leads::Lead;
use super::legs::{Leg, Legs, MIRROR};
use super::links::MOST_NAMELESS;
use super::matching::{BOTH_NAMED, Candidate, LeftOut, ONE_NAMED, Tied, assign};
use super::reversals::Reversal;
use super::transfers::Ambiguous;

/// Legs in another currency that may be the other side of one leg: so many are looked at.
pub(super) const MOST_ABROAD: usize = 64;

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

impl Item {
    fn group(&self) -> (u32, u32, i64, u16) {
        (self.payer, self.payee, self.amount, self.currency)
    }
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
    /// How debit legs that could have been tied otherwise were weighed.
    pub choices: HashMap<u32, Choice>,
    pub ambiguous: Vec<Ambiguous>,
    /// Legs that more legs could belong to than were looked at.
    pub cut: HashMap<u32, Cut>,
    pub left_apart: HashSet<u32>,
    pub missing: Vec<Lead>,
    pub reversals: Vec<Reversal>,
}

/// Why not every leg that could belong to a leg was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Too many that name nobody.
    Nameless,
    /// Too many in another currency.
    Exchange,
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cut::Nameless => write!(
                f,
                "more than {MOST_NAMELESS} entries that name nobody could be the other side: the first {MOST_NAMELESS} \
                 were weighed"
            ),
            Cut::Exchange => write!(
                f,
                "more than {MOST_ABROAD} entries in another currency could be the other side: the first {MOST_ABROAD} \
                 were weighed"
            ),
        }
    }
}

/// How a pair was chosen among several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub score: i64,
    /// Possible pairs that were weighed together.
    pub pairs: u32,
    /// Another assignment has the same total; equal payments were tied in their order.
    pub in_order: bool,
    pub left_out: LeftOut,
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

    /// Whether a leg is one of a statement (or a single one of a listing) and still without its other side.
    pub fn is_open(&self, at: u32) -> bool {
        at & MIRROR == 0
            && !self.found.used[at as usize]
            && !self.legs.paired[at as usize]
            && (self.legs.split.is_empty() || !self.legs.split.contains(&at))
    }

    /// Legs that are still without their other side.
    pub fn open(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.legs.legs.len() as u32).filter(|at| self.is_open(*at))
    }

    /// The leg behind an item.
    fn item_leg(&self, item: &Item) -> Leg {
        match item.role {
            Role::Debit | Role::Credit => *self.leg(item.at),
            Role::ListedDebit => *self.leg(self.legs.pairs[item.at as usize].debit),
            Role::ListedCredit => self.legs.credit(self.legs.pairs[item.at as usize]),
        }
    }

    pub fn candidate(&self, at: u32) -> Candidate {
        candidate(self.legs, at, self.leg(at))
    }

    /// The order that holds in every run: day, time, source, the statement's own order, place.
    pub fn compare(&self, one: &Leg, other: &Leg) -> std::cmp::Ordering {
        let key = |leg: &Leg| {
            let source = self.ranks[leg.source as usize];
            (leg.date, leg.at(), source, leg.sequence, leg.place, leg.mark)
        };
        key(one).cmp(&key(other))
    }

    /// The same by number; payments of one batch stand in the order of their numbers.
    pub fn order(&self, a: u32, b: u32) -> std::cmp::Ordering {
        self.compare(&self.legs.view(a), &self.legs.view(b))
            .then(a.cmp(&b))
    }

    /// Ties the legs in one currency.
    pub fn tie(&mut self) {
        let items = self.sorted_items();
        let groups: Vec<&[Item]> = items
            .chunk_by(|a, b| a.group() == b.group())
            .filter(|group| group.len() > 1)
            .collect();
        for group in &groups {
            self.stand_for_listings(group);
        }
        self.nameless_lines_for_listings();
        let links = self.links();
        let linked: HashSet<u32> = links.iter().flat_map(|link| [link.0, link.1]).collect();
        // Groups that are weighed for themselves, and whether legs that name nobody were left out for their number.
        let mut alone: Vec<(&[Item], bool)> = Vec::new();
        let mut edges = Vec::new();
        for group in groups {
            let of = |role| {
                group
                    .iter()
                    .filter(move |item| item.role == role)
                    .map(|item| item.at)
            };
            if of(Role::Debit).next().is_none() || of(Role::Credit).next().is_none() {
                continue;
            }
            let is_linked = !linked.is_empty() && group.iter().any(|item| linked.contains(&item.at));
            let many = is_linked && self.pairs_within_days(group) > LARGEST;
            if many || !is_linked {
                alone.push((group, many));
                continue;
            }
            for debit in of(Role::Debit).filter(|at| self.is_open(*at)) {
                for credit in of(Role::Credit).filter(|at| self.is_open(*at)) {
                    edges.extend(self.edge(debit, credit, BOTH_NAMED));
                }
            }
        }
        let solved: Vec<Vec<Tied>> = alone
            .par_iter()
            .map(|(group, many)| self.solve_group(group, *many))
            .collect();
        for tied in solved.iter().flatten() {
            self.tie_chosen(tied);
        }
        let open = links
            .iter()
            .filter(|link| self.is_open(link.0) && self.is_open(link.1));
        let linking: Vec<Edge> = open
            .filter_map(|link| self.edge(link.0, link.1, ONE_NAMED))
            .collect();
        if !linking.is_empty() || !edges.is_empty() {
            let links: HashSet<(u32, u32)> = links.into_iter().collect();
            edges.extend(linking);
            edges.sort_by(|a, b| {
                self.order(a.left, b.left)
                    .then_with(|| self.order(a.right, b.right))
            });
            self.tie_linked(&edges, &links);
        }
    }

    /// How many pairs of open debits and credits of a group lie close enough together. Each side is sorted by day.
    fn pairs_within_days(&self, group: &[Item]) -> usize {
        let days = |role: Role| -> Vec<i32> {
            group
                .iter()
                .filter(|item| item.role == role && self.is_open(item.at))
                .map(|item| banking_days::number(self.leg(item.at).date))
                .collect()
        };
        let credits = days(Role::Credit);
        let near = |day: i32| {
            let before = credits.partition_point(|credit| *credit < day - WINDOW);
            credits.partition_point(|credit| *credit <= day + WINDOW) - before
        };
        days(Role::Debit).into_iter().map(near).sum()
    }

    fn sorted_items(&self) -> Vec<Item> {
        let mut items = self.crossed_items();
        items.par_sort_unstable_by(|a, b| {
            (a.group(), a.role).cmp(&(b.group(), b.role)).then_with(|| {
                let (one, other) = (self.item_leg(a), self.item_leg(b));
                // Payments of one batch stand in the order of their numbers.
                self.compare(&one, &other).then(a.at.cmp(&b.at))
            })
        });
        items
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

    /// Lines and listings of one group that are the same booking.
    fn stand_for_listings(&mut self, group: &[Item]) {
        for (line, listed) in [
            (Role::Debit, Role::ListedDebit),
            (Role::Credit, Role::ListedCredit),
        ] {
            let of = |role: Role| -> Vec<Candidate> {
                let items = group.iter().filter(|item| item.role == role);
                let booking = |item: &Item| {
                    let leg = self.item_leg(item);
                    let known = match item.role {
                        Role::ListedDebit | Role::ListedCredit => self.known_of_row(item.at, &leg),
                        _ => candidate(self.legs, item.at, &leg),
                    };
                    Candidate {
                        item: item.at,
                        // Both tell of the same account: they agree where they give the other side the same name.
                        is: leg.name,
                        ..known
                    }
                };
                items.map(booking).collect()
            };
            let listings = of(listed);
            if listings.is_empty() {
                continue;
            }
            for tied in assign(&of(line), &listings, &self.legs.words) {
                self.stand_for(tied.right, tied.left);
                if tied.ambiguous {
                    let pair = self.legs.pairs[tied.right as usize];
                    let (debit, credit) = match line {
                        Role::Debit => (tied.left, self.legs.credit_number(pair)),
                        _ => (pair.debit, tied.left),
                    };
                    let said = "several equal rows of listings and lines of the account's own statement within the \
                                same days; the line stands for the row in their order";
                    let facts = std::iter::once(said.to_owned()).chain(tied.left_out.facts());
                    let reason = facts.collect::<Vec<_>>().join("; ");
                    self.note_ambiguous(debit, credit, true, "equal_payments", reason);
                }
            }
        }
    }

    /// A leg of a listing's row as the matching knows it. What the row itself does not say is known of it by the line of
    /// the payer's own statement that stands for its debit, so that two lines with different ids never become one
    /// payment.
    pub fn known_of_row(&self, pair: u32, leg: &Leg) -> Candidate {
        let row = candidate(self.legs, pair, leg);
        let Some(line) = self.found.own_debit.get(&pair).map(|at| self.leg(*at)) else {
            return row;
        };
        let or = |own: u64, other: u64| if own == 0 { other } else { own };
        Candidate {
            end_to_end: or(row.end_to_end, line.end_to_end),
            bank_reference: or(row.bank_reference.into(), line.bank_reference.into()) as u32,
            text: if row.text == NONE { line.text } else { row.text },
            ..row
        }
    }

    /// A line that is the same booking as a leg of a listing's row stands for it.
    pub fn stand_for(&mut self, pair: u32, line: u32) {
        self.found.used[line as usize] = true;
        if self.leg(line).is_credit() {
            self.found.own_credit.insert(pair, line);
        } else {
            self.found.own_debit.insert(pair, line);
        }
    }

    fn solve_group(&self, group: &[Item], nameless_left_out: bool) -> Vec<Tied> {
        let of = |role: Role| -> Vec<Candidate> {
            let items = group
                .iter()
                .filter(|item| item.role == role && self.is_open(item.at));
            items.map(|item| self.candidate(item.at)).collect()
        };
        let mut tied = assign(&of(Role::Debit), &of(Role::Credit), &self.legs.words);
        for tied in &mut tied {
            tied.left_out.nameless = nameless_left_out;
        }
        tied
    }

    /// Ties a pair of legs that was chosen in the best total, or is as good as any between its two accounts.
    pub fn tie_chosen(&mut self, tied: &Tied) {
        let reason =
            "several equal payments between the two accounts within the same days; tied in their order";
        self.tie_chosen_for(tied, reason);
    }

    /// The same with the reason to list where it is only as good as any.
    pub fn tie_chosen_for(&mut self, tied: &Tied, reason: &str) {
        self.tie_pair(tied.left, tied.right);
        if tied.choices > 1 || tied.left_out != LeftOut::default() {
            let choice = Choice {
                score: tied.score,
                pairs: tied.choices,
                in_order: tied.ambiguous,
                left_out: tied.left_out,
            };
            self.found.choices.insert(tied.left, choice);
        }
        if tied.ambiguous {
            let mut reason = reason.to_owned();
            for cut in [tied.left, tied.right]
                .map(|at| self.found.cut.get(&at))
                .iter()
                .flatten()
            {
                reason.push_str(&format!("; {cut}"));
            }
            self.note_ambiguous(tied.left, tied.right, true, "equal_payments", reason);
        }
    }

    pub fn tie_pair(&mut self, debit: u32, credit: u32) {
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

    fn edge(&self, debit: u32, credit: u32, accounts: i64) -> Option<Edge> {
        let (one, other) = (self.candidate(debit), self.candidate(credit));
        one.fits(&other).then(|| Edge {
            left: debit,
            right: credit,
            score: accounts + one.score(&other, &self.legs.words),
        })
    }

    /// A line that names nobody and the one listing's row that names its account with the same id.
    fn nameless_lines_for_listings(&mut self) {
        let key = |leg: &Leg| {
            (
                leg.end_to_end,
                leg.account,
                leg.amount,
                leg.currency,
                leg.is_credit(),
            )
        };
        if self.legs.pairs.is_empty() {
            return;
        }
        let mut lines: HashMap<_, Vec<u32>> = HashMap::new();
        for at in self.open() {
            let leg = self.leg(at);
            if leg.can_match() && leg.end_to_end != 0 && leg.other == NONE {
                lines.entry(key(leg)).or_default().push(at);
            }
        }
        if lines.is_empty() {
            return;
        }
        let mut listed: HashMap<_, Vec<u32>> = HashMap::new();
        for (at, pair) in self.legs.pairs.iter().enumerate() {
            let (debit, credit) = (*self.leg(pair.debit), self.legs.credit(*pair));
            for (leg, own) in [(debit, &self.found.own_debit), (credit, &self.found.own_credit)] {
                let at = at as u32;
                if leg.can_match() && lines.contains_key(&key(&leg)) && !own.contains_key(&at) {
                    listed.entry(key(&leg)).or_default().push(at);
                }
            }
        }
        for (key, lines) in &lines {
            if let ([line], Some([pair])) = (lines.as_slice(), listed.get(key).map(Vec::as_slice)) {
                let row = self.legs.pairs[*pair as usize].debit;
                if self
                    .candidate(*line)
                    .fits(&self.known_of_row(*pair, self.leg(row)))
                {
                    self.stand_for(*pair, *line);
                }
            }
        }
    }
}

/// A leg as the matching knows it.
pub(super) fn candidate(legs: &Legs, item: u32, leg: &Leg) -> Candidate {
    Candidate {
        item,
        day: banking_days::number(leg.date),
        end_to_end: leg.end_to_end,
        bank_reference: leg.bank_reference,
        says: leg.name,
        is: legs.holder(leg.account),
        text: leg.text,
    }
}
