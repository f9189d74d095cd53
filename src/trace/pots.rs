//! Accounts as pots: own money and each claim's share, in no order. A method says how much claimed money a debit
//! takes; between the claims it is always taken in proportion to what each has there.
//!
//! Between claimants that is the North American rolling charge: shares are worked out anew at each debit. Time order
//! between innocent claimants is disliked (*Barlow Clowes v Vaughan* [1992] 4 All ER 22, which shares once at the
//! end, see `pari_passu`). That claims share so under own money first and claimed money first, too, is assumed here:
//! where it matters, trace one claim alone. Parts are rounded so that they add up to what leaves.

use std::marker::PhantomData;

use super::piece::Piece;
use super::plan::NONE;
use super::quantity::Quantity;
use super::share::Shares;
use super::store::Store;

/// How much of what is claimed leaves with a debit.
pub(super) trait Draw: Send {
    /// What the method counts in.
    type Q: Quantity;

    /// Whether own money goes in the same proportion as each claim.
    const ALIKE: bool = false;

    /// Of `claimed` in a balance of `have`, what a debit of `debit` takes; `debit` is not above `have`.
    fn leaves(claimed: Self::Q, debit: Self::Q, have: Self::Q) -> Self::Q;
}

/// Pieces up to which places in a pot are searched for one by one.
const FEW: usize = 4;

/// A pot a vertex: one piece a claim, sorted by claim.
pub(super) struct Pots<D: Draw> {
    vertices: Vec<Vec<Piece<D::Q>>>,
    shares: Shares<D::Q>,
    /// Working space.
    new: Vec<Piece<D::Q>>,
    draw: PhantomData<D>,
}

fn sum<Q: Quantity>(pieces: &[Piece<Q>]) -> Q {
    let mut sum = Q::ZERO;
    for piece in pieces {
        sum += piece.amount;
    }
    sum
}

/// Takes `amount` from the claims of a pot in proportion.
fn take_in_proportion<Q: Quantity>(
    pot: &mut Vec<Piece<Q>>,
    amount: Q,
    claimed: Q,
    shares: &mut Shares<Q>,
    out: &mut Vec<Piece<Q>>,
) {
    if amount == Q::ZERO {
        return;
    }
    if amount == claimed {
        out.append(pot);
        return;
    }
    shares.split(pot.iter().map(|piece| piece.amount), amount, claimed);
    for (piece, part) in pot.iter_mut().zip(&shares.parts) {
        if *part > Q::ZERO {
            out.push(piece.cut(*part));
        }
    }
    pot.retain(|piece| piece.amount > Q::ZERO);
}

/// Takes `debit` from claims and own money in one proportion. What one part is rounded down is carried to the next, so a
/// part is within one unit of its exact share, and all add up to the debit.
fn take_alike<Q: Quantity>(pot: &mut Vec<Piece<Q>>, debit: Q, have: Q, out: &mut Vec<Piece<Q>>) {
    let ratio = Q::ratio(debit, have);
    let mut carried = 0;
    let mut own = debit;
    let mut used_up = false;
    out.reserve(pot.len() + 1);
    for piece in pot.iter_mut() {
        let part = piece.amount.times_carrying(&ratio, &mut carried);
        own -= part;
        if part > Q::ZERO {
            out.push(piece.cut(part));
            used_up |= piece.amount == Q::ZERO;
        }
    }
    if used_up {
        pot.retain(|piece| piece.amount > Q::ZERO);
    }
    if own > Q::ZERO {
        out.push(Piece::own(own, 0));
    }
}

impl<D: Draw> Pots<D> {
    /// Draws `debit` from `pot`, which with own money comes to `have`: claimed pieces, then own money.
    fn draw(
        pot: &mut Vec<Piece<D::Q>>,
        debit: D::Q,
        have: D::Q,
        shares: &mut Shares<D::Q>,
        out: &mut Vec<Piece<D::Q>>,
    ) {
        if D::ALIKE && !pot.is_empty() && debit < have {
            return take_alike(pot, debit, have, out);
        }
        let claimed = sum(pot);
        let leaves = match claimed == D::Q::ZERO || debit == have {
            true => claimed,
            false => D::leaves(claimed, debit, have),
        };
        take_in_proportion(pot, leaves, claimed, shares, out);
        if debit > leaves {
            out.push(Piece::own(debit - leaves, 0));
        }
    }
}

/// Takes own money out of pieces that are sorted by claim.
fn without_own<Q: Quantity>(pieces: &mut Vec<Piece<Q>>) {
    if pieces.last().is_some_and(|piece| !piece.is_claimed()) {
        pieces.pop();
    }
}

impl<D: Draw> Store for Pots<D> {
    type Q = D::Q;

    /// See [`Pots::take_same`].
    const TELLS: bool = false;

    const ALIKE: bool = D::ALIKE;

    fn new(vertices: usize) -> Pots<D> {
        Pots {
            vertices: vec![Vec::new(); vertices],
            shares: Shares::default(),
            new: Vec::new(),
            draw: PhantomData,
        }
    }

    /// Sorts by claim, own money last, and joins what is of one claim.
    fn tidy(&self, pieces: &mut Vec<Piece<D::Q>>) {
        if pieces.is_sorted_by(|a, b| a.claim < b.claim) {
            return;
        }
        pieces.sort_by_key(|piece| piece.claim);
        pieces.dedup_by(|later, first| {
            let same = later.claim == first.claim;
            if same {
                first.amount += later.amount;
                first.claimed += later.claimed;
                (first.movement, first.step) = (later.movement, later.step);
            }
            same
        });
    }

    fn take(&mut self, vertex: usize, amount: D::Q, have: D::Q, out: &mut Vec<Piece<D::Q>>) {
        Self::draw(&mut self.vertices[vertex], amount, have, &mut self.shares, out);
    }

    /// Merges two lists that are sorted by claim. What came last tells movement and step of the whole share.
    fn put(&mut self, vertex: usize, pieces: &[Piece<D::Q>]) {
        let pot = &mut self.vertices[vertex];
        let few = pieces.len() <= FEW || pot.len() <= 4 * FEW;
        let mut place = 0;
        self.new.clear();
        for piece in pieces.iter().filter(|piece| piece.is_claimed()) {
            match few {
                true => place += pot[place..].partition_point(|there| there.claim < piece.claim),
                false => {
                    while pot.get(place).is_some_and(|there| there.claim < piece.claim) {
                        place += 1;
                    }
                }
            }
            match pot.get_mut(place) {
                Some(there) if there.claim == piece.claim => {
                    there.amount += piece.amount;
                    there.claimed += piece.claimed;
                    (there.movement, there.step) = (piece.movement, piece.step);
                }
                _ if few => pot.insert(place, *piece),
                _ => self.new.push(*piece),
            }
        }
        if !self.new.is_empty() {
            // Two sorted runs.
            pot.append(&mut self.new);
            pot.sort_by_key(|piece| piece.claim);
        }
    }

    fn fill(&mut self, pieces: &mut Vec<Piece<D::Q>>, amount: D::Q, out: &mut Vec<Piece<D::Q>>) {
        let have = sum(pieces);
        without_own(pieces);
        Self::draw(pieces, amount, have, &mut self.shares, out);
        let own = have - amount - sum(pieces);
        if own > D::Q::ZERO {
            pieces.push(Piece::own(own, 0));
        }
    }

    fn take_back(&mut self, pieces: &mut Vec<Piece<D::Q>>, amount: D::Q) -> Vec<Piece<D::Q>> {
        let have = sum(pieces);
        let amount = amount.min(have);
        without_own(pieces);
        let mut stays = Vec::new();
        Self::draw(pieces, have - amount, have, &mut self.shares, &mut stays);
        let mut back = std::mem::replace(pieces, stays);
        let returned = sum(&back);
        if amount > returned {
            back.push(Piece::own(amount - returned, 0));
        }
        back
    }

    /// A pot does not know what came by which movement: of each claim, as much as the movement brought and there still
    /// is; of own money likewise.
    fn take_same(
        &mut self,
        vertex: usize,
        _movement: u32,
        back: &[Piece<D::Q>],
        have: D::Q,
        out: &mut Vec<Piece<D::Q>>,
    ) {
        let pot = &mut self.vertices[vertex];
        let free = have - sum(pot);
        let mut own = D::Q::ZERO;
        for piece in back {
            if piece.claim == NONE {
                own += piece.amount;
                continue;
            }
            if let Ok(place) = pot.binary_search_by_key(&piece.claim, |there| there.claim) {
                let part = piece.amount.min(pot[place].amount);
                if part > D::Q::ZERO {
                    out.push(pot[place].cut(part));
                }
            }
        }
        pot.retain(|piece| piece.amount > D::Q::ZERO);
        let own = own.min(free);
        if own > D::Q::ZERO {
            out.push(Piece::own(own, 0));
        }
    }

    fn give_back(&mut self, vertex: usize, pieces: &[Piece<D::Q>], _floor: D::Q) {
        self.put(vertex, pieces);
    }

    fn unload(&mut self, vertex: usize) -> Vec<Piece<D::Q>> {
        std::mem::take(&mut self.vertices[vertex])
    }

    fn load(&mut self, vertex: usize, pieces: &[Piece<D::Q>]) {
        self.vertices[vertex].extend_from_slice(pieces);
    }

    fn held(&self, vertex: usize) -> impl Iterator<Item = &Piece<D::Q>> {
        self.vertices[vertex].iter()
    }
}
