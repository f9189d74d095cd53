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

mod stretch;

use std::rc::Rc;

use super::super::lot::End;
use super::super::method::TraceInput;
use super::super::orders::Clashes;
use super::super::piece::Piece;
use super::super::plan::{CLAIMED, Event, INTEREST, NONE, REVERSED, SALE, Vertex};
use super::super::quantity::Quantity;
use super::super::rules::Interest;
use super::super::walk::end_of;
use super::content::{Content, Gone, Laid};
use super::group::{Budget, Group, Passed};
use super::sums::State;
use stretch::{Leg, add, after, share, stretches};

/// Times that an account is gone through before what may come in is guessed higher, and before it is all that is paid.
const VISITS: (usize, usize) = (8, 16);

/// Least and most of each claim, in the order of the list of claims.
type Spans<Q> = Vec<(Q, Q)>;

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
            let end = vertex.place.overdraft();
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
