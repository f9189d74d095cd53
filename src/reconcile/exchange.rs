//! Legs in two currencies: tied where the record itself states the amount before the exchange or the booked rate, and
//! the other leg fits. A market rate ties nothing; what it makes plausible is listed.

use hashbrown::{HashMap, HashSet};

use super::assignment::{Edge, best, too_many};
use super::banking_days::{self, WINDOW};
use super::ids::NONE;
use super::legs::{Leg, Legs};
use super::matching::Candidate;
use super::rates::Rates;
use super::search::{Cut, MOST_ABROAD, Work, candidate};
use super::stated::{Rate, unit};
use crate::model::Channel;

/// What the record states of an exchange and the two legs confirm.
pub(super) struct Fit {
    /// In words, for `match_reason`.
    pub facts: Vec<String>,
    /// `1 EUR = 1.0845 USD`, where a rate is stated.
    pub rate: Option<String>,
}

/// Most a market rate may be off for a pair to be worth listing: banks take up to about three per cent.
const PLAUSIBLE_PER_CENT: i128 = 3;

/// Whether two legs of different currencies fit what one of them states.
pub(super) fn fit(legs: &Legs, debit: (&Leg, u32), credit: (&Leg, u32)) -> Option<Fit> {
    let ((paid, paid_at), (got, got_at)) = (debit, credit);
    let (from, to) = (legs.currency(paid)?, legs.currency(got)?);
    let mut fit = Fit {
        facts: Vec::new(),
        rate: None,
    };
    for (at, side, other, other_code) in [(paid_at, "debit", got, to), (got_at, "credit", paid, from)] {
        let Some(stated) = legs.stated_by(at) else {
            continue;
        };
        match &stated.instructed {
            Some((amount, code)) if code == other_code && *amount == other.amount => {
                fit.facts
                    .push(format!("the {side} states the other leg's amount in {code}"));
            }
            // What is stated and not there speaks against the pair (charges, or another payment).
            Some((_, code)) if code == other_code => return None,
            _ => {}
        }
        let Some(rate) = stated.rate else { continue };
        match oriented(&rate, (paid.amount, from), (got.amount, to)) {
            Some(text) if rate.is_precise() => {
                fit.facts.push(format!("the {side} states the rate {text}"));
                fit.rate.get_or_insert(text);
            }
            Some(_) => {}
            None => return None,
        }
    }
    (!fit.facts.is_empty()).then_some(fit)
}

/// The rate in the direction in which it fits: `1 EUR = 1.0845 USD`.
fn oriented(rate: &Rate, paid: (i64, &str), got: (i64, &str)) -> Option<String> {
    let ((paid, from), (got, to)) = (paid, got);
    let (paid_unit, got_unit) = (unit(from), unit(to));
    if rate.multiplies(paid, got, got_unit) || rate.divides(got, paid, paid_unit) {
        Some(format!("1 {from} = {} {to}", rate.text()))
    } else if rate.multiplies(got, paid, paid_unit) || rate.divides(paid, got, got_unit) {
        Some(format!("1 {to} = {} {from}", rate.text()))
    } else {
        None
    }
}

/// The rate that two booked amounts give, cut to six decimals: where none is stated.
pub(super) fn implied(paid: (i64, &str), got: (i64, &str)) -> Option<String> {
    let ((paid, from), (got, to)) = (paid, got);
    let millionths = (i128::from(got) * 1_000_000).checked_div(i128::from(paid))?;
    let (whole, decimals) = (millionths / 1_000_000, millionths % 1_000_000);
    Some(format!(
        "1 {from} = {whole}.{decimals:06} {to} (from the two amounts)"
    ))
}

impl Work<'_> {
    /// Ties what the record states, and lists what only a market rate makes plausible.
    pub fn tie_exchange(&mut self, rates: &Rates) {
        if self.legs.currency_count() < 2 {
            return;
        }
        let listed = self.listed_abroad();
        let pairs = self.foreign_pairs(&listed);
        let mut edges = Vec::new();
        let mut unstated = Vec::new();
        for (debit, credit) in pairs {
            let (paid, got) = (self.legs.view(debit), self.legs.view(credit));
            let named = names(&paid, &got);
            match fit(self.legs, (&paid, debit), (&got, credit)) {
                Some(fit) => {
                    let apart = banking_days::number(paid.date).abs_diff(banking_days::number(got.date));
                    let same_id = paid.end_to_end != 0 && paid.end_to_end == got.end_to_end;
                    edges.push(Edge {
                        left: debit,
                        right: credit,
                        score: 1_000 * fit.facts.len() as i64
                            + 100 * i64::from(same_id)
                            + 10 * i64::from(named)
                            + i64::from(3u32.saturating_sub(apart)),
                    });
                }
                None => unstated.push((debit, credit, named)),
            }
        }
        let assigned = best(&edges);
        for edge in assigned.tied {
            match (listed.get(&edge.left), listed.get(&edge.right)) {
                (Some(pair), _) => self.stand_for(*pair, edge.right),
                (_, Some(pair)) => self.stand_for(*pair, edge.left),
                _ => self.tie_pair(edge.left, edge.right),
            }
        }
        let several =
            "the stated amount or rate fits more than one entry equally well; left apart".to_owned();
        let many = format!("the stated amount or rate fits, but {}", too_many());
        for (edges, reason) in [(assigned.open, several), (assigned.too_many, many)] {
            for edge in edges {
                self.found.left_apart.extend([edge.left, edge.right]);
                self.note_ambiguous(edge.left, edge.right, false, "exchange", reason.clone());
            }
        }
        for (debit, credit, named) in unstated {
            let free = |at: u32| self.is_open(at) || listed.contains_key(&at);
            if !free(debit) || !free(credit) {
                continue;
            }
            let (paid, got) = (self.legs.view(debit), self.legs.view(credit));
            let exchanged = |leg: &Leg| matches!(leg.channel, Channel::Fx | Channel::Internal);
            if named == 0 && !(paid.account == got.account && exchanged(&paid) && exchanged(&got)) {
                continue;
            }
            let (Some(from), Some(to)) = (self.legs.currency(&paid), self.legs.currency(&got)) else {
                continue;
            };
            let Some(expected) = rates.convert(paid.amount, from, to, paid.date) else {
                continue;
            };
            let (expected, found) = (i128::from(expected.amount), i128::from(got.amount));
            if (expected - found).abs() * 100 <= expected * PLAUSIBLE_PER_CENT {
                self.found.left_apart.extend([debit, credit]);
                let reason = format!(
                    "two currencies; the day's market rate makes it plausible (within {PLAUSIBLE_PER_CENT} %), but the \
                     record states no amount or rate that proves it; left apart"
                );
                self.note_ambiguous(debit, credit, false, "market_rate", reason);
            }
        }
    }

    /// Debits and credits in different currencies that may belong together: accounts of which one names the other and
    /// neither somebody else, one account's currencies, or accounts of one holder where something is stated. A listing's
    /// row meets the line of the other account, never another listing's row.
    fn foreign_pairs(&mut self, listed: &HashMap<u32, u32>) -> Vec<(u32, u32)> {
        let mut credits: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut debits = Vec::new();
        let mut of_holder: HashMap<u32, Vec<u32>> = HashMap::new();
        for at in self.open().chain(listed.keys().copied()) {
            let leg = &self.legs.view(at);
            if !leg.can_match() || leg.is_bank() || self.legs.currency(leg).is_none() || leg.amount == 0 {
                continue;
            }
            if !leg.is_credit() {
                debits.push(at);
                continue;
            }
            credits.entry(leg.account).or_default().push(at);
            let holder = self.legs.holder(leg.account);
            if holder != NONE && leg.other == NONE {
                of_holder.entry(holder).or_default().push(at);
            }
            if leg.other != NONE && leg.other != leg.account {
                // Also found by the account that it names.
                credits.entry(leg.other).or_default().push(at);
            }
        }
        for list in credits.values_mut().chain(of_holder.values_mut()) {
            list.sort_unstable_by(|a, b| {
                let date = |at: u32| self.legs.view(at).date;
                date(*a).cmp(&date(*b)).then_with(|| self.order(*a, *b))
            });
        }
        let mut pairs = Vec::new();
        let mut cut = Vec::new();
        for debit in debits {
            let paid = &self.legs.view(debit);
            let mut lists = vec![credits.get(&paid.account)];
            if paid.other != NONE && paid.other != paid.account {
                lists.push(credits.get(&paid.other));
            }
            let holder = self.legs.holder(paid.account);
            if holder != NONE && paid.other == NONE {
                lists.push(of_holder.get(&holder));
            }
            let mut found: Vec<u32> = Vec::new();
            for list in lists.into_iter().flatten() {
                let first = banking_days::earliest_within(paid.date, WINDOW);
                let last = banking_days::latest_within(paid.date, WINDOW);
                let start = list.partition_point(|at| self.legs.view(*at).date < first);
                let near = list[start..]
                    .iter()
                    .take_while(|at| self.legs.view(**at).date <= last);
                let mut fitting = near.filter(|at| {
                    let two_rows = listed.contains_key(&debit) && listed.contains_key(*at);
                    !two_rows && self.may_be_exchange(debit, **at, listed)
                });
                found.extend(fitting.by_ref().take(MOST_ABROAD));
                if fitting.next().is_some() {
                    cut.push(debit);
                }
            }
            found.sort_unstable();
            found.dedup();
            pairs.extend(found.into_iter().map(|credit| (debit, credit)));
        }
        self.found
            .cut
            .extend(cut.into_iter().map(|at| (at, Cut::Exchange)));
        pairs
    }

    /// Legs of listing rows whose other leg may stand in its account's own statement in another currency: the leg's
    /// number and its pair's. Only rows between accounts that have lines open take part.
    fn listed_abroad(&self) -> HashMap<u32, u32> {
        let mut lines: HashSet<(u32, bool)> = HashSet::new();
        if !self.legs.pairs.is_empty() {
            let open = self.open().map(|at| self.leg(at));
            lines.extend(
                open.filter(|leg| leg.can_match())
                    .map(|leg| (leg.account, leg.is_credit())),
            );
        }
        let mut listed = HashMap::new();
        for (at, pair) in (0..).zip(&self.legs.pairs) {
            let debit = self.leg(pair.debit);
            let payee = self.legs.credit(*pair).account;
            if lines.contains(&(payee, true)) && !self.found.own_credit.contains_key(&at) {
                listed.insert(pair.debit, at);
            }
            if lines.contains(&(debit.account, false)) && !self.found.own_debit.contains_key(&at) {
                listed.insert(self.legs.credit_number(*pair), at);
            }
        }
        listed
    }

    fn may_be_exchange(&self, debit: u32, credit: u32, listed: &HashMap<u32, u32>) -> bool {
        let (paid, got) = (&self.legs.view(debit), &self.legs.view(credit));
        let known = |at: u32, leg: &Leg| -> Candidate {
            match listed.get(&at) {
                Some(pair) => self.known_of_row(*pair, leg),
                None => candidate(self.legs, at, leg),
            }
        };
        let (one, other) = (known(debit, paid), known(credit, got));
        if paid.currency == got.currency || !one.fits(&other) {
            return false;
        }
        let free = |leg: &Leg, other: &Leg| leg.other == NONE || leg.other == other.account;
        if !free(paid, got) || !free(got, paid) {
            return false;
        }
        let own = paid.account == got.account;
        let stated = self
            .legs
            .stated_by(debit)
            .or(self.legs.stated_by(credit))
            .is_some();
        names(paid, got) > 0 || own || (stated && self.legs.same_holder(paid.account, got.account))
    }
}

/// How many of the two legs name the other's account, which is another one.
fn names(paid: &Leg, got: &Leg) -> u8 {
    let other = paid.account != got.account;
    u8::from(other && paid.other == got.account) + u8::from(other && got.other == paid.account)
}
