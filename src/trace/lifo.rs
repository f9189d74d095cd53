//! Last in, first out (TR-2): rarely law, but the other extreme of order to hold a result against. A debit takes the
//! newest credit; what it takes is piled on the payee's in the order in which it was used up (the receipt-order
//! policy of Kosyfaki and Mamoulis, ICDE 2022).

use super::fifo::take_last_of;
use super::lot::Outcome;
use super::method::{Method, TraceInput, Which};
use super::piece::{Piece, cut_back, split_back};
use super::plan::Reach;
use super::store::Store;
use super::together;

/// What came last goes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lifo;

impl Method for Lifo {
    fn id(&self) -> &'static str {
        "TR-2"
    }

    fn name(&self) -> &'static str {
        "lifo"
    }

    fn which(&self) -> Which {
        Which::Lifo
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<Stacks>(self.name(), input, Reach::Claims)
    }
}

/// A stack a vertex.
pub(super) struct Stacks(Vec<Vec<Piece<i64>>>);

impl Store for Stacks {
    type Q = i64;

    fn new(vertices: usize) -> Stacks {
        Stacks(vec![Vec::new(); vertices])
    }

    fn take(&mut self, vertex: usize, amount: i64, _have: i64, out: &mut Vec<Piece<i64>>) {
        cut_back(&mut self.0[vertex], amount, out);
    }

    fn put(&mut self, vertex: usize, pieces: &[Piece<i64>]) {
        let stack = &mut self.0[vertex];
        for piece in pieces {
            if !stack.last_mut().is_some_and(|last| last.joins(piece)) {
                stack.push(*piece);
            }
        }
    }

    fn fill(&mut self, pieces: &mut Vec<Piece<i64>>, amount: i64, out: &mut Vec<Piece<i64>>) {
        cut_back(pieces, amount, out);
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
        take_last_of(&mut self.0[vertex], movement, back, out);
        self.0[vertex].retain(|piece| piece.amount > 0);
    }

    /// Under what has come since: the money below `floor` lay there all the time, what is above it is newer. The pieces
    /// were used up from the top, so they go back in the opposite order.
    fn give_back(&mut self, vertex: usize, pieces: &[Piece<i64>], floor: i64) {
        let mut above = Vec::new();
        let stack = &mut self.0[vertex];
        let total: i64 = stack.iter().map(|piece| piece.amount).sum();
        cut_back(stack, total - floor.clamp(0, total), &mut above);
        stack.extend(pieces.iter().rev());
        stack.extend(above.iter().rev());
    }

    fn unload(&mut self, vertex: usize) -> Vec<Piece<i64>> {
        std::mem::take(&mut self.0[vertex])
    }

    fn load(&mut self, vertex: usize, pieces: &[Piece<i64>]) {
        self.0[vertex].extend_from_slice(pieces);
    }

    fn held(&self, vertex: usize) -> impl Iterator<Item = &Piece<i64>> {
        self.0[vertex].iter().filter(|piece| piece.is_claimed())
    }
}
