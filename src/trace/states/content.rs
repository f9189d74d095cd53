//! What lies on one vertex, in the form in which two ways that lead to the same are seen to be the same.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::super::lot::End;
use super::super::piece::Piece;
use super::super::plan::{Event, NONE};
use super::super::quantity::Quantity;
use super::super::walk::Reversible;

/// Money of a claim that has come to an end.
pub(in super::super) type Gone<Q> = (u32, End, Q);

/// Payer and payee of an event, where they are vertices of the part.
pub(in super::super) type Sides<T> = (Option<T>, Option<T>);

/// Everything that decides what becomes of money on a vertex.
#[derive(Clone, Default)]
pub(in super::super) struct Content<Q> {
    pub(in super::super) balance: i64,
    /// In the order in which the method keeps them.
    pub(in super::super) pieces: Vec<Piece<Q>>,
    /// Payments that will be reversed, by movement: the vertex's own, and those from nowhere to it.
    pub(in super::super) kept: Vec<(u32, Reversible<Q>)>,
    /// The most that may lie there, where the rest is the least.
    pub(in super::super) most: Option<Box<Content<Q>>>,
}

/// A method that goes one event further from what lies on the event's two vertices. Nothing else counts for it.
pub(in super::super) trait Machine {
    /// What the method counts in.
    type Q: Quantity;

    /// Whether it matters when money was born, so that own money is not all one.
    const AGES: bool;

    /// Whether it matters which movement brought money that is taken back.
    const TELLS: bool;

    /// Whether a debit takes the same share of each claim and of own money.
    const ALIKE: bool = false;

    /// What lies on a vertex at first.
    fn opening(&mut self, vertex: u32) -> Content<Self::Q>;

    /// What lies there after the event, which is the one of this number in time.
    fn step(
        &mut self,
        event: &Event,
        number: u32,
        sides: Sides<&Content<Self::Q>>,
        gone: &mut Vec<Gone<Self::Q>>,
    ) -> Sides<Content<Self::Q>>;

    /// How what lies there ends if nothing more moves.
    fn held(&self, vertex: u32, content: &Content<Self::Q>, gone: &mut Vec<Gone<Self::Q>>);
}

/// What does not decide what becomes of money, and is left out.
pub(super) struct Form<'a> {
    /// Whether own money of one place is not one (the method counts age).
    pub(super) ages: bool,
    /// Whether it counts which movement brought money.
    pub(super) tells: bool,
    /// Whether amounts are converted somewhere: that rounds piece by piece, so pieces are not joined.
    pub(super) divides: bool,
    /// The one claim that is asked for: money of others is own money.
    pub(super) only: Option<u32>,
    /// Whether a reversal of this movement may still come.
    pub(super) pending: &'a dyn Fn(u32) -> bool,
}

/// A content that others point to.
pub(super) struct Laid<Q> {
    hash: u64,
    /// Only own money that nothing tells apart.
    pub(super) plain: bool,
    /// Claimed money is there, or was in a payment that may come back.
    pub(super) claimed: bool,
    pub(super) content: Content<Q>,
}

impl<Q: Quantity> Laid<Q> {
    pub(super) fn of(mut content: Content<Q>, form: &Form<'_>) -> Rc<Laid<Q>> {
        tidy(&mut content.pieces, form, true);
        if form.ages && content.pieces.iter().all(|piece| piece.movement == NONE) {
            // In the order of arrival, which counts for money that may be taken back only.
            content.pieces.sort_by_key(|piece| piece.born);
        }
        for (_, kept) in &mut content.kept {
            tidy(&mut kept.pieces, form, false);
        }
        content.most = content.most.take().and_then(|most| {
            let most = Laid::of(*most, form);
            let same = content.balance == most.content.balance
                && are_same(&content.pieces, &most.content.pieces)
                && have_same_kept(&content, &most.content);
            (!same).then(|| Box::new(most.content.clone()))
        });
        let claimed = content.most.is_some()
            || content.pieces.iter().any(Piece::is_claimed)
            || content
                .kept
                .iter()
                .any(|(_, kept)| kept.pieces.iter().any(Piece::is_claimed));
        let untagged = content.pieces.iter().all(|piece| piece.movement == NONE);
        Rc::new(Laid {
            hash: hash(&content),
            plain: !claimed && untagged && content.kept.is_empty(),
            claimed,
            content,
        })
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// Whether the same becomes of the money whatever comes.
    pub(super) fn is_same(self: &Rc<Laid<Q>>, other: &Rc<Laid<Q>>) -> bool {
        if Rc::ptr_eq(self, other) {
            return true;
        }
        self.hash == other.hash && have_same(&self.content, &other.content)
    }

    /// How many pieces it has, to reckon with.
    pub(super) fn size(&self) -> usize {
        let kept = self.content.kept.iter();
        let most = self.content.most.iter().map(|most| 1 + most.pieces.len());
        let kept = kept.map(|(_, kept)| 1 + kept.pieces.len()).sum::<usize>();
        1 + self.content.pieces.len() + kept + most.sum::<usize>()
    }
}

fn have_same<Q: Quantity>(a: &Content<Q>, b: &Content<Q>) -> bool {
    let most = match (&a.most, &b.most) {
        (Some(a), Some(b)) => have_same(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    a.balance == b.balance && are_same(&a.pieces, &b.pieces) && have_same_kept(a, b) && most
}

fn have_same_kept<Q: Quantity>(a: &Content<Q>, b: &Content<Q>) -> bool {
    a.kept.len() == b.kept.len()
        && a.kept.iter().zip(&b.kept).all(|((a, x), (b, y))| {
            a == b && x.floor == y.floor && x.ended == y.ended && are_same(&x.pieces, &y.pieces)
        })
}

fn tidy<Q: Quantity>(pieces: &mut Vec<Piece<Q>>, form: &Form<'_>, lying: bool) {
    if let Some(only) = form.only {
        for piece in pieces.iter_mut().filter(|piece| piece.claim != only) {
            (piece.claim, piece.claimed) = (NONE, Q::ZERO);
        }
        // Where pieces stand by claim, own money comes last, and is not kept on an account.
        if !form.tells {
            pieces.sort_by_key(|piece| piece.claim);
            pieces.retain(|piece| piece.is_claimed() || !lying);
        }
    }
    for piece in pieces.iter_mut() {
        piece.step = NONE;
        piece.claimed = match piece.is_claimed() {
            true => piece.amount,
            false => Q::ZERO,
        };
        // Own money that a reversal might have asked for does not join other own money.
        let apart = !piece.is_claimed() && form.divides;
        let asked = piece.movement != NONE && ((form.pending)(piece.movement) || apart);
        if !(lying && form.tells && asked) {
            piece.movement = NONE;
        }
    }
    if !form.divides {
        pieces.dedup_by(|later, first| first.joins(later));
    }
}

fn key<Q: Quantity>(piece: &Piece<Q>) -> (i128, u32, u32, u32) {
    (piece.amount.coarse(), piece.claim, piece.movement, piece.born)
}

fn are_same<Q: Quantity>(a: &[Piece<Q>], b: &[Piece<Q>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| key(a) == key(b))
}

fn hash<Q: Quantity>(content: &Content<Q>) -> u64 {
    // Its keys are fixed, and nothing is ever listed by it.
    let mut hasher = DefaultHasher::new();
    content.most.as_deref().map(hash).hash(&mut hasher);
    content.balance.hash(&mut hasher);
    for piece in &content.pieces {
        key(piece).hash(&mut hasher);
    }
    for (movement, kept) in &content.kept {
        (movement, kept.floor, kept.ended).hash(&mut hasher);
        for piece in &kept.pieces {
            key(piece).hash(&mut hasher);
        }
    }
    hasher.finish()
}
