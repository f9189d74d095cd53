//! What a method decides: how an account keeps money, and which of it a debit takes.

use super::piece::Piece;
use super::quantity::Quantity;

/// The money on the vertices of one part of the plan. Balances are kept by the walk; what a store keeps on a vertex
/// comes to the balance, or to nothing where that is not above zero.
pub(super) trait Store {
    /// What the method counts in.
    type Q: Quantity;

    /// Whether it matters when money was born. Where not, own money of any age is one.
    const AGES: bool = false;

    /// Whether it matters which movement brought money that is taken back.
    const TELLS: bool = true;

    /// Whether a debit takes the same share of each claim and of own money.
    const ALIKE: bool = false;

    /// An empty store of so many vertices.
    fn new(vertices: usize) -> Self;

    /// Brings what a movement carries into the form in which the store keeps it. Where order matters, nothing changes.
    fn tidy(&self, _pieces: &mut Vec<Piece<Self::Q>>) {}

    /// Takes `amount` from what lies there, which is `have` and no less, in the order in which it is used up.
    fn take(&mut self, vertex: usize, amount: Self::Q, have: Self::Q, out: &mut Vec<Piece<Self::Q>>);

    /// Adds what arrives, in order.
    fn put(&mut self, vertex: usize, pieces: &[Piece<Self::Q>]);

    /// Takes what arrives first into an overdraft: `amount` of the pieces, as a debit would take it from them alone.
    fn fill(&mut self, pieces: &mut Vec<Piece<Self::Q>>, amount: Self::Q, out: &mut Vec<Piece<Self::Q>>);

    /// Splits off the last `amount` of what a movement carried: what it would not have carried had it been that much
    /// smaller.
    fn take_back(&mut self, pieces: &mut Vec<Piece<Self::Q>>, amount: Self::Q) -> Vec<Piece<Self::Q>>;

    /// Takes back what a movement brought and `back` names, as far as it is still there.
    fn take_same(
        &mut self,
        vertex: usize,
        movement: u32,
        back: &[Piece<Self::Q>],
        have: Self::Q,
        out: &mut Vec<Piece<Self::Q>>,
    );

    /// Puts back what a reversal returns. `floor` is the lowest balance since the money left.
    fn give_back(&mut self, vertex: usize, pieces: &[Piece<Self::Q>], floor: Self::Q);

    /// Takes all that is kept of a vertex, in an order that [`Store::load`] restores.
    fn unload(&mut self, vertex: usize) -> Vec<Piece<Self::Q>>;

    /// Lays down what was kept of a vertex, where nothing is.
    fn load(&mut self, vertex: usize, pieces: &[Piece<Self::Q>]);

    /// The claimed money on a vertex.
    fn held(&self, vertex: usize) -> impl Iterator<Item = &Piece<Self::Q>>;
}
