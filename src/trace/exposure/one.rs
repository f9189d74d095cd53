//! One event at a time, from what lies on its two vertices. A claim that has touched a vertex is a piece of one unit.

use super::super::lot::FIRST;
use super::super::piece::Piece;
use super::super::plan::{Event, NONE};
use super::super::states::{Content, Gone, Machine, Sides};
use super::super::walk::Reversible;
use super::{Spread, Touch};

fn touches(pieces: &[Piece<i64>]) -> Vec<Touch> {
    let touch = |piece: &Piece<i64>| Touch {
        claim: piece.claim,
        movement: NONE,
        step: FIRST,
    };
    pieces
        .iter()
        .filter(|piece| piece.is_claimed())
        .map(touch)
        .collect()
}

fn pieces(touches: &[Touch]) -> Vec<Piece<i64>> {
    let piece = |touch: &Touch| Piece {
        claim: touch.claim,
        claimed: 1,
        ..Piece::own(1, 0)
    };
    touches.iter().map(piece).collect()
}

impl Spread<'_> {
    fn lay(&mut self, vertex: u32, content: &Content<i64>) {
        self.balances[vertex as usize] = content.balance;
        self.touched[vertex as usize] = touches(&content.pieces);
        let sent = content
            .kept
            .iter()
            .map(|(movement, kept)| (*movement, touches(&kept.pieces)));
        self.sent.extend(sent);
    }

    fn lift(&mut self, vertex: u32) -> Content<i64> {
        Content {
            balance: self.balances[vertex as usize],
            pieces: pieces(&std::mem::take(&mut self.touched[vertex as usize])),
            ..Content::default()
        }
    }
}

impl Machine for Spread<'_> {
    type Q = i64;
    const AGES: bool = false;
    const TELLS: bool = false;

    fn opening(&mut self, vertex: u32) -> Content<i64> {
        self.lift(vertex)
    }

    fn step(
        &mut self,
        event: &Event,
        _number: u32,
        sides: Sides<&Content<i64>>,
        gone: &mut Vec<Gone<i64>>,
    ) -> Sides<Content<i64>> {
        for (vertex, content) in [(event.payer, sides.0), (event.payee, sides.1)] {
            if let Some(content) = content {
                self.lay(vertex, content);
            }
        }
        self.event(event);
        let mut after = (
            sides.0.map(|_| self.lift(event.payer)),
            sides.1.map(|_| self.lift(event.payee)),
        );
        // What was sent out stays with who sent it.
        let mut sent: Vec<(u32, Vec<Touch>)> = self.sent.drain().collect();
        sent.sort_unstable_by_key(|(movement, _)| *movement);
        for (movement, touches) in sent {
            let is_here = |content: &&Content<i64>| content.kept.iter().any(|(other, _)| *other == movement);
            let side = match sides.1.filter(is_here) {
                Some(_) => &mut after.1,
                None => &mut after.0,
            };
            if let Some(content) = side {
                let kept = Reversible {
                    pieces: pieces(&touches),
                    payer: NONE,
                    floor: 0,
                    ended: true,
                };
                content.kept.push((movement, kept));
            }
        }
        gone.extend(
            self.outcome
                .lots
                .drain(..)
                .map(|lot| (lot.claim, lot.end, lot.amount)),
        );
        self.outcome.steps.clear();
        after
    }

    fn held(&self, vertex: u32, content: &Content<i64>, gone: &mut Vec<Gone<i64>>) {
        let end = self.part.vertices[vertex as usize].place.held();
        let claimed = content.pieces.iter().filter(|piece| piece.is_claimed());
        gone.extend(claimed.map(|piece| (piece.claim, end, content.balance)));
    }
}
