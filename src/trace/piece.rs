//! Pieces of money: what accounts hold and movements carry.

use super::plan::NONE;
use super::quantity::Quantity;

/// Money of one claim, or of none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<Q> {
    pub(super) amount: Q,
    /// How much of the claim became it, in the claim's currency.
    pub(super) claimed: Q,
    /// The claim, or [`NONE`] for own money.
    pub(super) claim: u32,
    /// The movement that last moved it. [`NONE`] for own money, unless a later reversal will ask for just this.
    pub(super) movement: u32,
    /// Its step, where steps are kept.
    pub(super) step: u32,
    /// When it was born: the movement that brought it into the book, counted from 1; 0 for openings.
    pub(super) born: u32,
}

impl<Q: Quantity> Piece<Q> {
    /// Own money.
    pub(super) fn own(amount: Q, born: u32) -> Piece<Q> {
        Piece {
            amount,
            claimed: Q::ZERO,
            claim: NONE,
            movement: NONE,
            step: NONE,
            born,
        }
    }

    pub(super) fn is_claimed(&self) -> bool {
        self.claim != NONE
    }

    /// Cuts `amount` off, no more than there is; the claim's amount goes along in proportion, rounded down for what is
    /// cut off.
    pub(super) fn cut(&mut self, amount: Q) -> Piece<Q> {
        let claimed = match amount == self.amount {
            true => self.claimed,
            false => self.claimed.portion(amount, self.amount).0,
        };
        self.amount -= amount;
        self.claimed -= claimed;
        Piece {
            amount,
            claimed,
            ..*self
        }
    }

    /// Joins `other` to this piece where nothing tells them apart.
    pub(super) fn joins(&mut self, other: &Piece<Q>) -> bool {
        let same = self.claim == other.claim
            && self.movement == other.movement
            && self.step == other.step
            && self.born == other.born;
        if same {
            self.amount += other.amount;
            self.claimed += other.claimed;
        }
        same
    }
}

/// Takes `amount` from the front of a list of pieces.
pub(super) fn cut_front<Q: Quantity>(pieces: &mut Vec<Piece<Q>>, amount: Q, out: &mut Vec<Piece<Q>>) {
    let mut left = amount;
    let mut gone = 0;
    for piece in pieces.iter_mut() {
        if left == Q::ZERO {
            break;
        }
        if piece.amount > left {
            out.push(piece.cut(left));
            break;
        }
        left -= piece.amount;
        out.push(*piece);
        gone += 1;
    }
    pieces.drain(..gone);
}

/// Takes `amount` from the back of a list of pieces, the last first.
pub(super) fn cut_back<Q: Quantity>(pieces: &mut Vec<Piece<Q>>, amount: Q, out: &mut Vec<Piece<Q>>) {
    let mut left = amount;
    while left > Q::ZERO {
        let Some(piece) = pieces.last_mut() else { break };
        if piece.amount > left {
            out.push(piece.cut(left));
            break;
        }
        left -= piece.amount;
        out.push(*piece);
        pieces.pop();
    }
}

/// Splits the last `amount` off a list of pieces, in its order.
pub(super) fn split_back<Q: Quantity>(pieces: &mut Vec<Piece<Q>>, amount: Q) -> Vec<Piece<Q>> {
    let mut back = Vec::new();
    cut_back(pieces, amount, &mut back);
    back.reverse();
    back
}
