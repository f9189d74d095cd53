//! The way through a part of the plan, one movement after the other, the same for every method that conserves what is
//! claimed: take from the payer, convert, label what is claimed, arrive or end.

mod one;

use hashbrown::HashMap;

use super::book::{Book, Kind, OUTSIDE};
use super::lot::{End, Lot};
use super::method::TraceInput;
use super::piece::Piece;
use super::plan::{CLAIMED, Event, INTEREST, NONE, Part, REVERSED, SALE};
use super::quantity::Quantity;
use super::rounding::{Ended, RawStep};
use super::rules::{Gain, Interest};
use super::share::Shares;
use super::states::Gone;
use super::store::Store;

/// Lots and steps of one part, in the method's own amounts.
pub(super) struct Walked<Q> {
    pub(super) lots: Vec<(u32, Vec<Lot>)>,
    pub(super) steps: Vec<RawStep<Q>>,
}

/// Money whose payment a later movement takes back.
#[derive(Clone)]
pub(super) struct Reversible<Q> {
    /// What it carried, in the order in which it was used up.
    pub(super) pieces: Vec<Piece<Q>>,
    /// Vertex that paid, and its lowest balance since.
    pub(super) payer: u32,
    pub(super) floor: i64,
    /// Whether the pieces ended with it, rather than reach a vertex.
    pub(super) ended: bool,
}

pub(super) struct Walk<'a, S: Store> {
    input: &'a TraceInput<'a>,
    part: &'a Part,
    store: S,
    balances: Vec<i64>,
    /// For each vertex the movements that it has paid and that will be reversed, those with the lowest floor first.
    watched: Vec<Vec<u32>>,
    reversible: HashMap<u32, Reversible<S::Q>>,
    ended: Ended,
    steps: Vec<RawStep<S::Q>>,
    /// Where events are gone through one at a time: the number of this one in time, which tells ages, and what ended.
    number: Option<u32>,
    gone_raw: Option<Vec<Gone<S::Q>>>,
    // Working space, kept between movements.
    pieces: Vec<Piece<S::Q>>,
    before: Vec<S::Q>,
    gone: Vec<Piece<S::Q>>,
    shares: Shares<S::Q>,
}

impl<'a, S: Store> Walk<'a, S> {
    pub(super) fn new(input: &'a TraceInput<'a>, part: &'a Part) -> Walk<'a, S> {
        let vertices = part.vertices.len();
        let mut walk = Walk {
            input,
            part,
            store: S::new(vertices),
            balances: part.vertices.iter().map(|vertex| vertex.opening).collect(),
            watched: vec![Vec::new(); vertices],
            reversible: HashMap::new(),
            ended: Ended::default(),
            steps: Vec::new(),
            number: None,
            gone_raw: None,
            pieces: Vec::new(),
            before: Vec::new(),
            gone: Vec::new(),
            shares: Shares::default(),
        };
        for (number, vertex) in part.vertices.iter().enumerate() {
            if vertex.opening > 0 {
                walk.store.put(number, &[Piece::own(S::Q::of(vertex.opening), 0)]);
            }
        }
        walk
    }

    pub(super) fn through(mut self) -> Walked<S::Q> {
        for event in &self.part.events {
            self.event(event);
        }
        self.finish()
    }

    fn event(&mut self, event: &Event) {
        self.pieces.clear();
        self.leave(event);
        self.convert(event);
        if event.is(CLAIMED) {
            self.label(event.movement);
        }
        self.arrive(event);
    }

    fn born(&self, movement: u32) -> u32 {
        if S::AGES {
            self.number.unwrap_or(movement + 1)
        } else {
            0
        }
    }

    fn own(&self, amount: S::Q, movement: u32) -> Piece<S::Q> {
        Piece::own(amount, self.born(movement))
    }

    /// Fills `pieces` with what leaves the payer.
    fn leave(&mut self, event: &Event) {
        if event.reverses != NONE && self.reversible.contains_key(&event.reverses) {
            return self.reverse(event);
        }
        if event.payer == NONE {
            if event.is(INTEREST) && self.input.rules.interest == Interest::Fruit {
                return self.fruit(event);
            }
            if event.received > 0 {
                self.pieces
                    .push(self.own(S::Q::of(event.received), event.movement));
            }
            return;
        }
        let debit = match event.is(SALE) {
            true => self.balances[event.payer as usize],
            false => event.paid,
        };
        self.debit(event, debit);
    }

    /// Takes a debit from a vertex; what the balance does not cover is lent by the bank, so own money.
    fn debit(&mut self, event: &Event, debit: i64) {
        let vertex = event.payer as usize;
        let have = self.balances[vertex].max(0);
        let covered = debit.min(have);
        if covered > 0 {
            self.store
                .take(vertex, S::Q::of(covered), S::Q::of(have), &mut self.pieces);
        }
        self.lend(event, debit, covered);
    }

    /// Books the debit, of which `covered` is in the pieces.
    fn lend(&mut self, event: &Event, debit: i64, covered: i64) {
        let vertex = event.payer as usize;
        if debit > covered {
            self.pieces
                .push(self.own(S::Q::of(debit - covered), event.movement));
        }
        self.balances[vertex] -= debit;
        if self.balances[vertex] < 0 && self.part.vertices[vertex].as_needed {
            self.balances[vertex] = 0;
        }
        // A floor is no higher than the balance at any time since, so the order stays: those above it come last.
        let balance = self.balances[vertex];
        for movement in self.watched[vertex].iter().rev() {
            match self.reversible.get_mut(movement) {
                Some(one) if one.floor > balance => one.floor = balance,
                _ => break,
            }
        }
    }

    /// Takes back what a movement carried: from where it ended, or from its payee as far as it is still there. What is not
    /// is an ordinary debit.
    fn reverse(&mut self, event: &Event) {
        let amount = S::Q::of(event.paid);
        let Some(reversible) = self.reversible.get_mut(&event.reverses) else {
            return;
        };
        let back = self.store.take_back(&mut reversible.pieces, amount);
        if reversible.ended {
            self.pieces.extend(back);
            let mut missing = amount;
            for piece in &self.pieces {
                missing -= piece.amount;
            }
            if missing > S::Q::ZERO {
                self.pieces.push(self.own(missing, event.movement));
            }
            return;
        }
        if event.payer == NONE {
            self.pieces.push(self.own(amount, event.movement));
            return;
        }
        let vertex = event.payer as usize;
        let have = self.balances[vertex].max(0);
        let covered = event.paid.min(have);
        self.store
            .take_same(vertex, event.reverses, &back, S::Q::of(have), &mut self.pieces);
        let mut left = S::Q::of(have);
        let mut missing = S::Q::of(covered);
        for piece in &self.pieces {
            left -= piece.amount;
            missing -= piece.amount;
        }
        if missing > S::Q::ZERO {
            self.store.take(vertex, missing, left, &mut self.pieces);
        }
        self.lend(event, event.paid, covered);
    }

    /// Interest that belongs in proportion to whom the balance belongs.
    fn fruit(&mut self, event: &Event) {
        let (vertex, interest) = (event.payee as usize, event.received);
        let have = self.balances[vertex].max(0);
        let mut own = S::Q::of(interest);
        if have > 0 {
            let claimed: Vec<Piece<S::Q>> = self.store.held(vertex).copied().collect();
            let mut rest = S::Q::of(have);
            for piece in &claimed {
                rest -= piece.amount;
            }
            let weights = claimed.iter().map(|piece| piece.amount).chain([rest]);
            self.shares.split(weights, S::Q::of(interest), S::Q::of(have));
            for (piece, part) in claimed.iter().zip(&self.shares.parts) {
                if *part > S::Q::ZERO {
                    own -= *part;
                    self.pieces.push(Piece {
                        amount: *part,
                        claimed: S::Q::ZERO,
                        ..*piece
                    });
                }
            }
        }
        if own > S::Q::ZERO {
            self.pieces.push(self.own(own, event.movement));
        }
        self.store.tidy(&mut self.pieces);
    }

    /// Turns what left into what arrives, where the two amounts differ. Then [`Walk::before`] keeps what left.
    fn convert(&mut self, event: &Event) {
        self.before.clear();
        let comes_from_money = event.payer != NONE || event.reverses != NONE;
        let mut left = S::Q::ZERO;
        for piece in &self.pieces {
            left += piece.amount;
        }
        if !comes_from_money || left == S::Q::of(event.received) {
            return;
        }
        self.before.extend(self.pieces.iter().map(|piece| piece.amount));
        let born = self.born(event.movement);
        if left == S::Q::ZERO {
            self.pieces.push(Piece::own(S::Q::of(event.received), born));
            self.before.push(S::Q::ZERO);
            return;
        }
        self.shares
            .split(self.before.iter().copied(), S::Q::of(event.received), left);
        let capped = event.is(SALE) && self.input.rules.gain == Gain::Own;
        let mut gain = S::Q::ZERO;
        for (piece, part) in self.pieces.iter_mut().zip(&self.shares.parts) {
            let kept = match capped && piece.is_claimed() {
                true => (*part).min(piece.amount),
                false => *part,
            };
            gain += *part - kept;
            piece.amount = kept;
        }
        if gain > S::Q::ZERO {
            self.pieces.push(Piece::own(gain, born));
            self.before.push(S::Q::ZERO);
        }
        self.drop_nothings(event);
    }

    /// Ends claimed pieces that conversion left without an amount.
    fn drop_nothings(&mut self, event: &Event) {
        let mut kept = 0;
        for index in 0..self.pieces.len() {
            let piece = self.pieces[index];
            if piece.amount > S::Q::ZERO {
                (self.pieces[kept], self.before[kept]) = (piece, self.before[index]);
                kept += 1;
            } else if piece.claimed > S::Q::ZERO {
                let step = self.step(&piece, event.movement, self.before[index]);
                self.end(piece, step, event.movement, End::Nothing);
            }
        }
        self.pieces.truncate(kept);
        self.before.truncate(kept);
    }

    /// Labels what is claimed of a movement: the first own money in it. What other claims have already is theirs.
    fn label(&mut self, movement: u32) {
        for claim in self.input.claims_on(movement) {
            self.ended.begin(claim.claim, claim.amount);
            let mut left = S::Q::of(claim.amount);
            let mut labelled = Vec::with_capacity(self.pieces.len() + 1);
            for mut piece in self.pieces.drain(..) {
                if piece.is_claimed() || left == S::Q::ZERO {
                    labelled.push(piece);
                    continue;
                }
                let part = piece.amount.min(left);
                left -= part;
                let mut cut = piece.cut(part);
                cut.claim = claim.claim;
                cut.claimed = part;
                (cut.movement, cut.step) = (NONE, NONE);
                labelled.push(cut);
                if piece.amount > S::Q::ZERO {
                    labelled.push(piece);
                }
            }
            self.pieces = labelled;
            if left > S::Q::ZERO {
                let piece = Piece {
                    claim: claim.claim,
                    claimed: left,
                    ..Piece::own(left, 0)
                };
                let step = self.step(&piece, movement, left);
                self.end(piece, step, movement, End::ClaimedBefore);
            }
        }
        self.store.tidy(&mut self.pieces);
        // Steps begin with the claim: what arrives is what there is.
        self.before.clear();
    }

    /// Brings what moved to the payee, through its overdraft, or to its end.
    fn arrive(&mut self, event: &Event) {
        let reversed = event.is(REVERSED);
        for index in 0..self.pieces.len() {
            let piece = self.pieces[index];
            let step = match piece.is_claimed() {
                true => {
                    let left = self.before.get(index).copied().unwrap_or(piece.amount);
                    self.step(&piece, event.movement, left)
                }
                false => NONE,
            };
            let piece = &mut self.pieces[index];
            piece.step = step;
            piece.movement = match piece.is_claimed() || reversed {
                true => event.movement,
                false => NONE,
            };
        }
        let floor = match event.reverses {
            NONE => None,
            earlier => self.reversible.get(&earlier).map(|one| one.floor),
        };
        if event.payee == NONE {
            match reversed {
                true => {
                    self.store.tidy(&mut self.pieces);
                    self.keep(event, true);
                }
                false => self.end_all(event),
            }
            return;
        }
        self.store.tidy(&mut self.pieces);
        let vertex = event.payee as usize;
        let fills = event.received.min((-self.balances[vertex]).max(0));
        self.balances[vertex] += event.received;
        if fills > 0 {
            self.gone.clear();
            self.store.fill(&mut self.pieces, S::Q::of(fills), &mut self.gone);
            let end = self.part.vertices[vertex].place.overdraft();
            for index in 0..self.gone.len() {
                let piece = self.gone[index];
                self.end(piece, piece.step, event.movement, end);
            }
        }
        if reversed {
            self.keep(event, false);
        }
        match floor {
            Some(floor) => self.store.give_back(vertex, &self.pieces, S::Q::of(floor.max(0))),
            None => self.store.put(vertex, &self.pieces),
        }
    }

    /// Keeps what a movement carried until it is reversed.
    fn keep(&mut self, event: &Event, ended: bool) {
        let floor = match event.payer {
            NONE => 0,
            payer => {
                self.watched[payer as usize].push(event.movement);
                self.balances[payer as usize]
            }
        };
        self.reversible.insert(
            event.movement,
            Reversible {
                pieces: self.pieces.clone(),
                payer: event.payer,
                floor,
                ended,
            },
        );
    }

    fn end_all(&mut self, event: &Event) {
        let end = end_of(self.input.book, event.movement);
        for index in 0..self.pieces.len() {
            let piece = self.pieces[index];
            self.end(piece, piece.step, event.movement, end);
        }
    }

    fn end(&mut self, piece: Piece<S::Q>, step: u32, movement: u32, end: End) {
        if let (true, Some(gone)) = (piece.is_claimed(), &mut self.gone_raw) {
            gone.push((piece.claim, end, piece.amount));
        } else if piece.is_claimed() {
            self.ended.push(&piece, end, movement, step);
        }
    }

    /// Records that a piece moved.
    fn step(&mut self, piece: &Piece<S::Q>, movement: u32, left: S::Q) -> u32 {
        if !self.input.rules.explain {
            return NONE;
        }
        self.steps.push(RawStep {
            claim: piece.claim,
            movement,
            before: piece.step,
            left,
            arrived: piece.amount,
            claimed: piece.claimed,
        });
        self.steps.len() as u32 - 1
    }

    fn finish(mut self) -> Walked<S::Q> {
        for (number, vertex) in self.part.vertices.iter().enumerate() {
            let end = vertex.place.held();
            let held = self.store.held(number);
            for piece in held {
                self.ended.push(piece, end, piece.movement, piece.step);
            }
        }
        let mut ended: Vec<(u32, Reversible<S::Q>)> =
            self.reversible.drain().filter(|(_, one)| one.ended).collect();
        ended.sort_unstable_by_key(|(movement, _)| *movement);
        for (movement, one) in ended {
            let end = end_of(self.input.book, movement);
            for piece in one.pieces {
                self.end(piece, piece.step, movement, end);
            }
        }
        Walked {
            lots: self.ended.into_lots(self.input.rules.explain),
            steps: self.steps,
        }
    }
}

/// How money ends that a movement takes to where nothing is recorded.
pub fn end_of(book: &Book, movement: u32) -> End {
    let row = &book.movements()[movement as usize];
    match row.kind {
        Kind::Fee => End::Fee,
        Kind::CashOut => End::Cash,
        Kind::Spent(code) => End::Spent(code),
        Kind::Asset(asset) => End::Asset(asset),
        Kind::Reversal(_) if row.payee == OUTSIDE => End::Returned,
        _ if row.payee == OUTSIDE => End::Spent(0),
        _ => End::OutOfRecords(row.payee),
    }
}
