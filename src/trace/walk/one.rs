//! One event at a time, from what lies on its two vertices.

use super::super::plan::{Event, NONE};
use super::super::rounding::Ended;
use super::super::states::{Content, Gone, Machine, Sides};
use super::super::store::Store;
use super::{Walk, end_of};

impl<S: Store> Walk<'_, S> {
    fn lay(&mut self, vertex: u32, content: &Content<S::Q>) {
        let place = vertex as usize;
        self.store.load(place, &content.pieces);
        self.balances[place] = content.balance;
        let paid = content.kept.iter().filter(|(_, kept)| kept.payer == vertex);
        let mut paid: Vec<(i64, u32)> = paid.map(|(movement, kept)| (kept.floor, *movement)).collect();
        paid.sort_unstable();
        self.watched[place].clear();
        self.watched[place].extend(paid.iter().map(|(_, movement)| movement));
        self.reversible.extend(
            content
                .kept
                .iter()
                .map(|(movement, kept)| (*movement, kept.clone())),
        );
    }

    fn lift(&mut self, vertex: u32) -> Content<S::Q> {
        Content {
            balance: self.balances[vertex as usize],
            pieces: self.store.unload(vertex as usize),
            ..Content::default()
        }
    }
}

impl<S: Store> Machine for Walk<'_, S> {
    type Q = S::Q;
    const AGES: bool = S::AGES;
    const TELLS: bool = S::TELLS;
    const ALIKE: bool = S::ALIKE;

    fn opening(&mut self, vertex: u32) -> Content<S::Q> {
        self.lift(vertex)
    }

    fn step(
        &mut self,
        event: &Event,
        number: u32,
        sides: Sides<&Content<S::Q>>,
        gone: &mut Vec<Gone<S::Q>>,
    ) -> Sides<Content<S::Q>> {
        self.number = Some(number);
        self.gone_raw = Some(std::mem::take(gone));
        let homes = [(event.payer, sides.0), (event.payee, sides.1)];
        for (vertex, content) in homes {
            if let Some(content) = content {
                self.lay(vertex, content);
            }
        }
        self.event(event);
        let lift = |walk: &mut Self, content: Option<&Content<S::Q>>, vertex: u32| {
            content.map(|_| walk.lift(vertex))
        };
        let mut after = (lift(self, sides.0, event.payer), lift(self, sides.1, event.payee));
        // What will be reversed stays with its payer, or with its payee where no vertex paid.
        let mut kept: Vec<_> = self.reversible.drain().collect();
        kept.sort_unstable_by_key(|(movement, _)| *movement);
        for (movement, one) in kept {
            let was_with_payer = sides
                .0
                .is_some_and(|content| content.kept.iter().any(|(other, _)| *other == movement));
            let with_payer = was_with_payer || one.payer != NONE && one.payer == event.payer;
            let side = match with_payer {
                true => &mut after.0,
                false => &mut after.1,
            };
            if let Some(content) = side {
                content.kept.push((movement, one));
            }
        }
        self.ended = Ended::default();
        self.steps.clear();
        *gone = self.gone_raw.take().unwrap_or_default();
        after
    }

    fn held(&self, vertex: u32, content: &Content<S::Q>, gone: &mut Vec<Gone<S::Q>>) {
        let end = self.part.vertices[vertex as usize].place.held();
        let claimed = content.pieces.iter().filter(|piece| piece.is_claimed());
        gone.extend(claimed.map(|piece| (piece.claim, end, piece.amount)));
        for (movement, kept) in content.kept.iter().filter(|(_, kept)| kept.ended) {
            let end = end_of(self.input.book, *movement);
            let claimed = kept.pieces.iter().filter(|piece| piece.is_claimed());
            gone.extend(claimed.map(|piece| (piece.claim, end, piece.amount)));
        }
    }
}
