//! Movements of one time in any order that the records allow, account by account rather than state by state, for methods
//! under which a debit takes the same share of all that lies there.
//!
//! What lies on an account after some of its movements has one balance whatever their order; least and most of each claim go
//! from set to set of movements done, and so through all of the account's orders. What the credits bring is taken as least
//! and most too, as if the orders of other accounts had nothing to do with this one: that encloses every order. Accounts
//! may pay each other in a circle, so each is gone through again when more may come in than was thought, beginning with
//! nothing. When no more may come in, no order brings more: the first movement to do so would have been brought it by
//! earlier ones that had not.
//!
//! Sets are kept for stretches of an account's movements only, before and after which the records tell all. Where a stretch
//! has too many, its share is between the least and the most of what it is mixed from.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::lot::End;
use super::super::method::TraceInput;
use super::super::orders::Clashes;
use super::super::piece::Piece;
use super::super::plan::{CLAIMED, Event, INTEREST, NONE, Place, REVERSED, SALE, Vertex};
use super::super::quantity::Quantity;
use super::super::rules::Interest;
use super::super::walk::end_of;
use super::content::{Content, Gone, Laid};
use super::group::{Budget, Group, Passed};
use super::sums::State;

/// Sets of an account's movements that are kept for one stretch.
const MOST_SETS: usize = 1_024;

/// Times that an account is gone through before what may come in is guessed higher, and before it is all that is paid.
const VISITS: (usize, usize) = (8, 16);

/// Least and most of each claim, in the order of the list of claims.
type Spans<Q> = Vec<(Q, Q)>;

/// A movement as one account sees it.
#[derive(Clone, Copy)]
struct Leg {
    /// Place in the group.
    event: usize,
    amount: i64,
    pays: bool,
}

/// An account, and what it comes to.
struct Pot<Q> {
    balance: i64,
    start: Spans<Q>,
    /// Stretches: all of one comes before all of the next.
    stretches: Vec<Vec<Leg>>,
    end: Spans<Q>,
    /// What fills its overdraft.
    filled: Spans<Q>,
    visits: usize,
}

/// What a stretch comes to.
struct Through<Q> {
    end: Spans<Q>,
    /// For each leg what a debit takes, or what of a credit fills an overdraft.
    legs: Vec<Spans<Q>>,
}

struct Mix<'a, Q> {
    clashes: &'a Clashes,
    /// What leaves with each event, at most what may.
    carried: Vec<Spans<Q>>,
    /// What arrives with it.
    arrives: Vec<Spans<Q>>,
    /// Which claims are on it: no order has it carry their money before.
    labelled: Vec<Vec<usize>>,
}

impl Group<'_> {
    /// The state after these movements. `vertices` are those of the state, with their places in the part.
    pub(super) fn account_by_account<Q: Quantity>(
        &self,
        input: &TraceInput<'_>,
        vertices: &[Vertex],
        state: &State<Q>,
        clashes: &Clashes,
        budget: &mut Budget,
    ) -> Result<State<Q>, Passed> {
        let fruit = input.rules.interest == Interest::Fruit;
        let plain = |event: &Event| {
            event.reverses == NONE && !event.is(REVERSED | SALE) && !(fruit && event.is(INTEREST))
        };
        let open = state.laid.iter().any(|laid| !laid.content.kept.is_empty());
        let asked = vertices.iter().any(|vertex| vertex.as_needed);
        if open || asked || !self.events.iter().all(plain) {
            return Err(Passed);
        }
        let claims = self.all_claims(state);
        let none = vec![(Q::ZERO, Q::ZERO); claims.len()];
        let mut mix = Mix {
            clashes,
            carried: vec![none.clone(); self.events.len()],
            arrives: vec![none.clone(); self.events.len()],
            labelled: self.labelled(input, &claims),
        };
        let is_shared = self
            .events
            .iter()
            .any(|event| event.is(CLAIMED) && event.payer != NONE);
        self.label(input, &claims, &mut mix, !is_shared);
        let mut pots = self.pots(state, &claims, clashes);
        self.all(&mut mix, &mut pots, budget)?;
        if is_shared {
            // The most of each is found. What a claim gets at least depends on the most that others have there.
            for spans in mix.carried.iter_mut().chain(&mut mix.arrives) {
                spans.iter_mut().for_each(|span| span.0 = Q::ZERO);
            }
            self.label(input, &claims, &mut mix, true);
            pots.iter_mut().for_each(|pot| pot.visits = 0);
            self.all(&mut mix, &mut pots, budget)?;
        }
        Ok(self.mixed(input, vertices, state, &claims, &mix, &pots))
    }

    /// For each event the places of the claims on it.
    fn labelled(&self, input: &TraceInput<'_>, claims: &[u32]) -> Vec<Vec<usize>> {
        let on = |event: &Event| match event.is(CLAIMED) {
            true => {
                let on_it = input.claims_on(event.movement).iter();
                on_it
                    .filter_map(|claim| claims.binary_search(&claim.claim).ok())
                    .collect()
            }
            false => Vec::new(),
        };
        self.events.iter().map(on).collect()
    }

    /// What is claimed of each movement; the least with `least`, when the most that other claims have of it is known.
    fn label<Q: Quantity>(&self, input: &TraceInput<'_>, claims: &[u32], mix: &mut Mix<'_, Q>, least: bool) {
        for (place, event) in self
            .events
            .iter()
            .enumerate()
            .filter(|(_, event)| event.is(CLAIMED))
        {
            let here = mix.labelled[place].clone();
            let mut free = Q::of(event.received);
            for (number, span) in mix.arrives[place].iter().enumerate() {
                if !here.contains(&number) {
                    free = free - span.1.min(free);
                }
            }
            for claim in input.claims_on(event.movement) {
                let amount = Q::of(claim.amount);
                if let Ok(number) = claims.binary_search(&claim.claim) {
                    let low = if least { amount.min(free) } else { Q::ZERO };
                    mix.arrives[place][number] = (low, amount);
                }
                free = free - amount.min(free);
            }
        }
    }

    /// Goes through all accounts until no more may come in anywhere.
    fn all<Q: Quantity>(
        &self,
        mix: &mut Mix<'_, Q>,
        pots: &mut [Pot<Q>],
        budget: &mut Budget,
    ) -> Result<(), Passed> {
        let mut due: Vec<bool> = vec![true; pots.len()];
        while due.contains(&true) {
            for place in 0..pots.len() {
                if std::mem::take(&mut due[place]) {
                    self.visit(mix, &mut pots[place], &mut due, budget)?;
                }
            }
        }
        Ok(())
    }

    fn all_claims<Q: Quantity>(&self, state: &State<Q>) -> Vec<u32> {
        let mut claims: Vec<u32> = Vec::new();
        for laid in &state.laid {
            let pieces = laid.content.highest().pieces.iter();
            claims.extend(pieces.filter(|piece| piece.is_claimed()).map(|piece| piece.claim));
        }
        for (event, on_it) in self.events.iter().zip(&self.claims) {
            if event.is(CLAIMED) {
                let asked = |claim: &&u32| self.form.only.is_none_or(|only| only == **claim);
                claims.extend(on_it.iter().filter(asked));
            }
        }
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    fn pots<Q: Quantity>(&self, state: &State<Q>, claims: &[u32], clashes: &Clashes) -> Vec<Pot<Q>> {
        let mut legs: Vec<Vec<Leg>> = vec![Vec::new(); state.laid.len()];
        for (place, event) in self.events.iter().enumerate() {
            let (payer, payee) = self.sides[place];
            for (side, amount, pays) in [(payer, event.paid, true), (payee, event.received, false)] {
                if let Some(side) = side {
                    legs[side].push(Leg {
                        event: place,
                        amount,
                        pays,
                    });
                }
            }
        }
        let amounts = |content: &Content<Q>| {
            let of = |claim: &u32| {
                let mut sum = Q::ZERO;
                for piece in content.pieces.iter().filter(|piece| piece.claim == *claim) {
                    sum += piece.amount;
                }
                sum
            };
            claims.iter().map(of).collect::<Vec<Q>>()
        };
        let pot = |(laid, legs): (&Rc<Laid<Q>>, Vec<Leg>)| {
            let (least, most) = (amounts(&laid.content), amounts(laid.content.highest()));
            let start: Spans<Q> = least.into_iter().zip(most).collect();
            Pot {
                balance: laid.content.balance,
                end: start.clone(),
                filled: vec![(Q::ZERO, Q::ZERO); claims.len()],
                start,
                stretches: stretches(legs, clashes),
                visits: 0,
            }
        };
        state.laid.iter().zip(legs).map(pot).collect()
    }

    /// Goes through one account with what may come in now; those are due to which more may go than before.
    fn visit<Q: Quantity>(
        &self,
        mix: &mut Mix<'_, Q>,
        pot: &mut Pot<Q>,
        due: &mut [bool],
        budget: &mut Budget,
    ) -> Result<(), Passed> {
        pot.visits += 1;
        let mut balance = pot.balance;
        let mut spans = pot.start.clone();
        for filled in &mut pot.filled {
            *filled = (Q::ZERO, Q::ZERO);
        }
        for stretch in &pot.stretches {
            let nothing = |spans: &Spans<Q>| spans.iter().all(|span| span.1 == Q::ZERO);
            let brings = |leg: &Leg| !leg.pays && !nothing(&mix.arrives[leg.event]);
            if nothing(&spans) && !stretch.iter().any(brings) {
                budget.spend(1)?;
                balance = after(balance, stretch);
                continue;
            }
            let found = match mix.in_sets(stretch, &spans, balance, budget)? {
                Some(found) => found,
                None => mix.by_shares(stretch, &spans, balance, budget)?,
            };
            balance = after(balance, stretch);
            spans = found.end;
            for (leg, found) in stretch.iter().zip(found.legs) {
                if !leg.pays {
                    add(&mut pot.filled, &found);
                    continue;
                }
                let more = self.carry(mix, leg.event, found, pot.visits);
                if let (true, Some(payee)) = (more, self.sides[leg.event].1) {
                    due[payee] = true;
                }
            }
        }
        pot.end = spans;
        Ok(())
    }

    /// Notes what an event takes. Whether that is news for its payee.
    fn carry<Q: Quantity>(&self, mix: &mut Mix<'_, Q>, event: usize, found: Spans<Q>, visits: usize) -> bool {
        let (paid, received) = (self.events[event].paid, self.events[event].received);
        let mut news = false;
        for (number, (low, high)) in found.into_iter().enumerate() {
            if mix.labelled[event].contains(&number) {
                continue;
            }
            let before = &mut mix.carried[event][number];
            if visits <= VISITS.0 && low > before.0 {
                news |= low.coarse() > before.0.coarse();
                before.0 = low;
            }
            if high > before.1 {
                let guess = match visits {
                    _ if visits <= VISITS.0 => high,
                    _ if visits <= VISITS.1 => high + (high - before.1) + (high - before.1) + Q::of(1),
                    _ => Q::of(paid),
                };
                before.1 = guess.min(Q::of(paid));
                news = true;
            }
            let (low, high) = *before;
            mix.arrives[event][number] = match paid == received || paid == 0 {
                true => (low, high),
                false => (
                    share(low, Q::of(received), Q::of(paid)).0,
                    share(high, Q::of(received), Q::of(paid)).1,
                ),
            };
        }
        news
    }

    fn mixed<Q: Quantity>(
        &self,
        input: &TraceInput<'_>,
        vertices: &[Vertex],
        state: &State<Q>,
        claims: &[u32],
        mix: &Mix<'_, Q>,
        pots: &[Pot<Q>],
    ) -> State<Q> {
        let mut sums = state.sums.clone();
        let mut add = |end: End, spans: &Spans<Q>| {
            let gone = |side: fn(&(Q, Q)) -> Q| -> Vec<Gone<Q>> {
                let all = claims.iter().zip(spans);
                let all = all.map(|(claim, span)| (*claim, end, side(span)));
                all.filter(|gone| gone.2 > Q::ZERO).collect()
            };
            sums.add(&gone(|span| span.0), Some(&gone(|span| span.1)));
        };
        for (place, event) in self.events.iter().enumerate() {
            for number in &mix.labelled[place] {
                let amount = mix.arrives[place][*number];
                let mut before = vec![(Q::ZERO, Q::ZERO); claims.len()];
                before[*number].1 = amount.1 - amount.0;
                add(End::ClaimedBefore, &before);
            }
            if event.payee == NONE {
                add(end_of(input.book, event.movement), &mix.arrives[place]);
            }
        }
        let mut laid = Vec::with_capacity(pots.len());
        for (pot, vertex) in pots.iter().zip(vertices) {
            let end = match vertex.place {
                Place::Account(account) => End::Overdraft(account),
                Place::Asset(asset) => End::Asset(asset),
            };
            add(end, &pot.filled);
            let balance = pot
                .stretches
                .iter()
                .fold(pot.balance, |balance, one| after(balance, one));
            let content = |side: fn(&(Q, Q)) -> Q| Content {
                balance,
                pieces: pieces(claims, pot.end.iter().map(side)),
                ..Content::default()
            };
            let pair = Content {
                most: Some(Box::new(content(|span| span.1))),
                ..content(|span| span.0)
            };
            laid.push(Laid::of(pair, &self.form));
        }
        State { laid, sums }
    }
}

fn pieces<Q: Quantity>(claims: &[u32], amounts: impl Iterator<Item = Q>) -> Vec<Piece<Q>> {
    let piece = |(claim, amount): (&u32, Q)| Piece {
        claim: *claim,
        claimed: amount,
        ..Piece::own(amount, 0)
    };
    let all = claims.iter().zip(amounts).map(piece);
    all.filter(|piece| piece.amount > Q::ZERO).collect()
}

/// Cut where all before comes before all after.
fn stretches(mut legs: Vec<Leg>, clashes: &Clashes) -> Vec<Vec<Leg>> {
    // More come before a later one, so this keeps what comes before what.
    let earlier = |leg: &Leg, legs: &[Leg]| {
        let before = |other: &&Leg| clashes.comes_before(other.event, leg.event);
        legs.iter().filter(before).count()
    };
    let mut counted: Vec<(usize, Leg)> = legs.iter().map(|leg| (earlier(leg, &legs), *leg)).collect();
    counted.sort_by_key(|(count, leg)| (*count, leg.event));
    legs = counted.iter().map(|(_, leg)| *leg).collect();
    // For each the first that does not come before it; there is a cut where none later has one among those before.
    let first = |leg: &Leg| {
        let not_before = |other: &Leg| !clashes.comes_before(other.event, leg.event);
        legs.iter().position(not_before).unwrap_or(legs.len())
    };
    let mut least: Vec<usize> = legs.iter().map(first).collect();
    for place in (1..legs.len()).rev() {
        least[place - 1] = least[place - 1].min(least[place]);
    }
    let mut found: Vec<Vec<Leg>> = Vec::new();
    for (place, leg) in legs.into_iter().enumerate() {
        match found.last_mut() {
            Some(last) if least[place] < place => last.push(leg),
            _ => found.push(vec![leg]),
        }
    }
    found
}

fn after(balance: i64, legs: &[Leg]) -> i64 {
    let change = |leg: &Leg| if leg.pays { -leg.amount } else { leg.amount };
    balance + legs.iter().map(change).sum::<i64>()
}

/// Rounded down and up; a unit more, for what rounding carries from claim to claim.
fn share<Q: Quantity>(amount: Q, part: Q, whole: Q) -> (Q, Q) {
    let (down, _) = amount.portion(part, whole);
    match amount == Q::ZERO || part == Q::ZERO || part == whole {
        true => (down, down),
        false => (down, down + Q::unit()),
    }
}

/// What a part of a whole takes, and what it leaves.
fn draw<Q: Quantity>(spans: &Spans<Q>, part: i64, whole: i64) -> (Spans<Q>, Spans<Q>) {
    if part <= 0 || whole <= 0 {
        return (vec![(Q::ZERO, Q::ZERO); spans.len()], spans.clone());
    }
    if part >= whole {
        return (spans.clone(), vec![(Q::ZERO, Q::ZERO); spans.len()]);
    }
    let (part, whole) = (Q::of(part), Q::of(whole));
    let mut taken = Vec::with_capacity(spans.len());
    let mut left = Vec::with_capacity(spans.len());
    for (low, high) in spans {
        let (low_share, high_share) = (share(*low, part, whole), share(*high, part, whole));
        taken.push((low_share.0, high_share.1.min(*high)));
        let less = low_share.1 + Q::unit();
        let least = if *low > less { *low - less } else { Q::ZERO };
        left.push((least, *high - high_share.0));
    }
    (taken, left)
}

fn add<Q: Quantity>(spans: &mut Spans<Q>, more: &Spans<Q>) {
    for (span, more) in spans.iter_mut().zip(more) {
        span.0 += more.0;
        span.1 += more.1;
    }
}

/// Both enclosed.
fn enclose<Q: Quantity>(spans: &mut Option<Spans<Q>>, other: Spans<Q>) {
    match spans {
        None => *spans = Some(other),
        Some(spans) => {
            for (span, other) in spans.iter_mut().zip(other) {
                *span = (span.0.min(other.0), span.1.max(other.1));
            }
        }
    }
}

impl<Q: Quantity> Mix<'_, Q> {
    /// One stretch, from set to set of movements done. Nothing where there are too many.
    fn in_sets(
        &self,
        legs: &[Leg],
        start: &Spans<Q>,
        balance: i64,
        budget: &mut Budget,
    ) -> Result<Option<Through<Q>>, Passed> {
        if legs.len() > 64 {
            return Ok(None);
        }
        let before: Vec<u64> = legs.iter().map(|leg| self.before(leg, legs)).collect();
        let mut sets = 0;
        let mut out: Vec<Option<Spans<Q>>> = vec![None; legs.len()];
        let mut layer: BTreeMap<u64, (i64, Option<Spans<Q>>)> =
            BTreeMap::from([(0, (balance, Some(start.clone())))]);
        for _ in 0..legs.len() {
            let mut next: BTreeMap<u64, (i64, Option<Spans<Q>>)> = BTreeMap::new();
            for (done, (balance, spans)) in &layer {
                let Some(spans) = spans else { continue };
                for (place, leg) in legs.iter().enumerate() {
                    let bit = 1 << place;
                    if done & bit != 0 || before[place] & !done != 0 {
                        continue;
                    }
                    budget.spend(1 + spans.len())?;
                    let have = (*balance).max(0);
                    let (found, left) = match leg.pays {
                        true => draw(spans, leg.amount.min(have), have),
                        false => {
                            let fills = leg.amount.min((-*balance).max(0));
                            let (fills, mut left) = draw(&self.arrives[leg.event], fills, leg.amount);
                            add(&mut left, spans);
                            (fills, left)
                        }
                    };
                    enclose(&mut out[place], found);
                    let balance = after(*balance, &[*leg]);
                    let entry = next.entry(done | bit).or_insert((balance, None));
                    enclose(&mut entry.1, capped(left, balance));
                }
            }
            sets += next.len();
            if sets > MOST_SETS {
                return Ok(None);
            }
            layer = next;
        }
        let end = layer.into_values().next().and_then(|(_, spans)| spans);
        Ok(end.map(|end| Through {
            end,
            legs: out.into_iter().map(Option::unwrap_or_default).collect(),
        }))
    }

    fn before(&self, leg: &Leg, legs: &[Leg]) -> u64 {
        let bit = |(place, other): (usize, &Leg)| match self.clashes.comes_before(other.event, leg.event) {
            true => 1 << place,
            false => 0,
        };
        legs.iter().enumerate().map(bit).sum()
    }

    /// One stretch, by the shares that it is mixed from: what lies there has never less of a claim in proportion, nor more,
    /// than what lay there at first or a credit brings.
    fn by_shares(
        &self,
        legs: &[Leg],
        start: &Spans<Q>,
        balance: i64,
        budget: &mut Budget,
    ) -> Result<Through<Q>, Passed> {
        let debits: i64 = legs.iter().filter(|leg| leg.pays).map(|leg| leg.amount).sum();
        let is_covered = debits <= balance;
        let ending = after(balance, legs).max(0);
        // What rounding may shift with each movement.
        let units = (0..legs.len() + 2).fold(Q::ZERO, |sum, _| sum + Q::unit() + Q::unit());
        let largest = legs.iter().map(|leg| leg.amount).fold(ending, i64::max);
        let largest = Q::of(largest.max(1));
        let less = |amount: Q, by: Q| if amount > by { amount - by } else { Q::ZERO };
        let mut through = Through {
            end: Vec::with_capacity(start.len()),
            legs: vec![Vec::with_capacity(start.len()); legs.len()],
        };
        for (claim, first) in start.iter().enumerate() {
            budget.spend(4 * legs.len())?;
            let mut mixed: Vec<((Q, Q), Q)> = Vec::new();
            if balance > 0 {
                mixed.push((*first, Q::of(balance)));
            }
            let mut all = *first;
            for leg in legs.iter().filter(|leg| !leg.pays && leg.amount > 0) {
                let span = self.arrives[leg.event][claim];
                mixed.push((span, Q::of(leg.amount)));
                all = (all.0 + span.0, all.1 + span.1);
            }
            // Told apart by what they come to of an amount that none is above, so to a unit.
            let lowest = mixed
                .iter()
                .min_by_key(|(span, whole)| largest.portion(span.0, *whole).0);
            let highest = mixed
                .iter()
                .max_by_key(|(span, whole)| largest.portion(span.1, *whole).0);
            let shares = |amount: i64| {
                let amount = Q::of(amount);
                let low = lowest.map_or(Q::ZERO, |(span, whole)| amount.portion(span.0, *whole).0);
                let high = highest.map_or(Q::ZERO, |(span, whole)| amount.portion(span.1, *whole).0);
                (less(low, units), (high + units).min(amount))
            };
            let (mut least, mut most) = (Q::ZERO, Q::ZERO);
            for (leg, found) in legs.iter().zip(&mut through.legs) {
                let span = match (leg.pays, is_covered) {
                    (true, true) => shares(leg.amount),
                    (true, false) => (Q::ZERO, shares(leg.amount).1),
                    (false, true) => (Q::ZERO, Q::ZERO),
                    (false, false) => (Q::ZERO, self.arrives[leg.event][claim].1),
                };
                let span = (span.0, span.1.min(all.1));
                least += span.0;
                most += span.1;
                found.push(span);
            }
            let (low, high) = shares(ending);
            through.end.push((
                low.max(less(all.0, most)),
                high.min(less(all.1, least)).max(Q::ZERO),
            ));
        }
        Ok(through)
    }
}

/// No more of a claim than lies there.
fn capped<Q: Quantity>(mut spans: Spans<Q>, balance: i64) -> Spans<Q> {
    let most = Q::of(balance.max(0));
    for span in &mut spans {
        *span = (span.0.min(most), span.1.min(most));
    }
    spans
}
