//! By age at the origin (TR-8): a debit takes the money that came into the book first, or last, wherever it has been
//! since. Selection by generation time of Kosyfaki and Mamoulis (ICDE 2022): academic, off by default.
//!
//! Money is born by the movement that brings it from outside, from an account without statements or from an overdraft;
//! openings are older than all. Of equal age, what reached the account first is older. Own money has an age too, so the
//! whole book is gone through, not only what a claim can reach.

use std::collections::BTreeMap;

use super::lot::Outcome;
use super::method::{Method, TraceInput, Which};
use super::piece::{Piece, split_back};
use super::plan::Reach;
use super::store::Store;
use super::together;

/// The money that came into the book first goes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct OldestOriginFirst;

/// The money that came into the book last goes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewestOriginFirst;

impl Method for OldestOriginFirst {
    fn id(&self) -> &'static str {
        "TR-8"
    }

    fn name(&self) -> &'static str {
        "oldest-origin-first"
    }

    fn which(&self) -> Which {
        Which::OldestOriginFirst
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn is_academic(&self) -> bool {
        true
    }

    fn counts_age(&self) -> bool {
        true
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<ByAge<false>>(self.name(), input, Reach::Everything)
    }
}

impl Method for NewestOriginFirst {
    fn id(&self) -> &'static str {
        "TR-8"
    }

    fn name(&self) -> &'static str {
        "newest-origin-first"
    }

    fn which(&self) -> Which {
        Which::NewestOriginFirst
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn is_academic(&self) -> bool {
        true
    }

    fn counts_age(&self) -> bool {
        true
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<ByAge<true>>(self.name(), input, Reach::Everything)
    }
}

/// Pieces of a vertex by birth, then by arrival.
type Ages = BTreeMap<(u32, u64), Piece<i64>>;

/// Pieces by age, a vertex each.
pub(super) struct ByAge<const NEWEST: bool> {
    vertices: Vec<Ages>,
    arrivals: u64,
}

impl<const NEWEST: bool> ByAge<NEWEST> {
    fn take_from(ages: &mut Ages, amount: i64, out: &mut Vec<Piece<i64>>) {
        let mut left = amount;
        while left > 0 {
            let entry = match NEWEST {
                true => ages.last_entry(),
                false => ages.first_entry(),
            };
            let Some(mut entry) = entry else { break };
            if entry.get().amount > left {
                out.push(entry.get_mut().cut(left));
                break;
            }
            left -= entry.get().amount;
            out.push(entry.remove());
        }
    }
}

impl<const NEWEST: bool> Store for ByAge<NEWEST> {
    type Q = i64;

    const AGES: bool = true;

    fn new(vertices: usize) -> ByAge<NEWEST> {
        ByAge {
            vertices: vec![Ages::new(); vertices],
            arrivals: 0,
        }
    }

    fn take(&mut self, vertex: usize, amount: i64, _have: i64, out: &mut Vec<Piece<i64>>) {
        Self::take_from(&mut self.vertices[vertex], amount, out);
    }

    fn put(&mut self, vertex: usize, pieces: &[Piece<i64>]) {
        for piece in pieces {
            let last = self.vertices[vertex]
                .range_mut(..=(piece.born, u64::MAX))
                .next_back();
            if last.is_some_and(|(_, last)| last.joins(piece)) {
                continue;
            }
            self.arrivals += 1;
            self.vertices[vertex].insert((piece.born, self.arrivals), *piece);
        }
    }

    fn fill(&mut self, pieces: &mut Vec<Piece<i64>>, amount: i64, out: &mut Vec<Piece<i64>>) {
        let mut ages: Ages = (0..)
            .zip(pieces.drain(..))
            .map(|(n, piece)| ((piece.born, n), piece))
            .collect();
        Self::take_from(&mut ages, amount, out);
        let mut rest: Vec<((u32, u64), Piece<i64>)> = ages.into_iter().collect();
        rest.sort_by_key(|((_, n), _)| *n);
        pieces.extend(rest.into_iter().map(|(_, piece)| piece));
    }

    fn take_back(&mut self, pieces: &mut Vec<Piece<i64>>, amount: i64) -> Vec<Piece<i64>> {
        split_back(pieces, amount)
    }

    fn take_same(
        &mut self,
        vertex: usize,
        movement: u32,
        back: &[Piece<i64>],
        _have: i64,
        out: &mut Vec<Piece<i64>>,
    ) {
        let ages = &mut self.vertices[vertex];
        let mut from: Vec<(u64, u32)> = ages
            .iter()
            .filter(|(_, piece)| piece.movement == movement)
            .map(|((born, arrival), _)| (*arrival, *born))
            .collect();
        from.sort_unstable();
        let mut left: i64 = back.iter().map(|piece| piece.amount).sum();
        let start = out.len();
        for (arrival, born) in from.into_iter().rev() {
            let Some(piece) = ages.get_mut(&(born, arrival)) else {
                continue;
            };
            let part = piece.amount.min(left);
            if part == 0 {
                break;
            }
            left -= part;
            out.push(piece.cut(part));
        }
        ages.retain(|_, piece| piece.amount > 0);
        out[start..].reverse();
    }

    /// Its age tells its place.
    fn give_back(&mut self, vertex: usize, pieces: &[Piece<i64>], _floor: i64) {
        self.put(vertex, pieces);
    }

    /// In the order of arrival.
    fn unload(&mut self, vertex: usize) -> Vec<Piece<i64>> {
        let mut pieces: Vec<((u32, u64), Piece<i64>)> =
            std::mem::take(&mut self.vertices[vertex]).into_iter().collect();
        pieces.sort_by_key(|((_, arrival), _)| *arrival);
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }

    fn load(&mut self, vertex: usize, pieces: &[Piece<i64>]) {
        for piece in pieces {
            self.arrivals += 1;
            self.vertices[vertex].insert((piece.born, self.arrivals), *piece);
        }
    }

    fn held(&self, vertex: usize) -> impl Iterator<Item = &Piece<i64>> {
        self.vertices[vertex].values().filter(|piece| piece.is_claimed())
    }
}
