//! First in, first out (TR-1): Devaynes v Noble, Clayton's Case (1816) 1 Mer 572; between innocent claimants it is
//! disliked, Barlow Clowes v Vaughan [1992] 4 All ER 22. A debit takes the oldest credit; what it takes joins the
//! payee's queue in the same order. Lossless: Anderson et al., *Bitcoin Redux* (2018).

use std::collections::VecDeque;

use super::lot::Outcome;
use super::method::{Method, TraceInput, Which};
use super::piece::{Piece, cut_front, split_back};
use super::plan::Reach;
use super::store::Store;
use super::together;

/// Clayton's Case: what came first goes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fifo;

impl Method for Fifo {
    fn id(&self) -> &'static str {
        "TR-1"
    }

    fn name(&self) -> &'static str {
        "fifo"
    }

    fn which(&self) -> Which {
        Which::Fifo
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<Queues>(self.name(), input, Reach::Claims)
    }
}

/// A queue a vertex.
pub(super) struct Queues(Vec<VecDeque<Piece<i64>>>);

impl Store for Queues {
    type Q = i64;

    fn new(vertices: usize) -> Queues {
        Queues(vec![VecDeque::new(); vertices])
    }

    fn take(&mut self, vertex: usize, amount: i64, _have: i64, out: &mut Vec<Piece<i64>>) {
        let queue = &mut self.0[vertex];
        let mut left = amount;
        while left > 0 {
            let Some(piece) = queue.front_mut() else { break };
            if piece.amount > left {
                out.push(piece.cut(left));
                break;
            }
            left -= piece.amount;
            out.push(*piece);
            queue.pop_front();
        }
    }

    fn put(&mut self, vertex: usize, pieces: &[Piece<i64>]) {
        let queue = &mut self.0[vertex];
        for piece in pieces {
            if !queue.back_mut().is_some_and(|last| last.joins(piece)) {
                queue.push_back(*piece);
            }
        }
    }

    fn fill(&mut self, pieces: &mut Vec<Piece<i64>>, amount: i64, out: &mut Vec<Piece<i64>>) {
        cut_front(pieces, amount, out);
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
        let queue = self.0[vertex].make_contiguous();
        take_last_of(queue, movement, back, out);
        self.0[vertex].retain(|piece| piece.amount > 0);
    }

    /// What was the oldest money when it left is the oldest again.
    fn give_back(&mut self, vertex: usize, pieces: &[Piece<i64>], _floor: i64) {
        for piece in pieces.iter().rev() {
            self.0[vertex].push_front(*piece);
        }
    }

    fn unload(&mut self, vertex: usize) -> Vec<Piece<i64>> {
        self.0[vertex].drain(..).collect()
    }

    fn load(&mut self, vertex: usize, pieces: &[Piece<i64>]) {
        self.0[vertex].extend(pieces);
    }

    fn held(&self, vertex: usize) -> impl Iterator<Item = &Piece<i64>> {
        self.0[vertex].iter().filter(|piece| piece.is_claimed())
    }
}

/// Takes what `movement` brought, the last first, up to what `back` comes to, and gives it in the order in which it
/// came. Pieces that are used up are left with nothing in them.
pub(super) fn take_last_of(
    pieces: &mut [Piece<i64>],
    movement: u32,
    back: &[Piece<i64>],
    out: &mut Vec<Piece<i64>>,
) {
    let mut left: i64 = back.iter().map(|piece| piece.amount).sum();
    let start = out.len();
    for piece in pieces.iter_mut().rev().filter(|piece| piece.movement == movement) {
        if left == 0 {
            break;
        }
        let part = piece.amount.min(left);
        left -= part;
        out.push(piece.cut(part));
    }
    out[start..].reverse();
}
