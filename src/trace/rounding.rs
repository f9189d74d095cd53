//! From a method's own amounts to whole ten-thousandths: the lots of a claim add up to what was claimed.

use super::lot::{End, Lot};
use super::plan::NONE;
use super::quantity::Quantity;
use super::share::hand_out;

/// A lot in a method's own amounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawLot<Q> {
    pub(super) claim: u32,
    pub(super) end: End,
    pub(super) movement: u32,
    pub(super) step: u32,
    pub(super) amount: Q,
    pub(super) claimed: Q,
}

/// A step in a method's own amounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawStep<Q> {
    pub(super) claim: u32,
    pub(super) movement: u32,
    pub(super) before: u32,
    pub(super) left: Q,
    pub(super) arrived: Q,
    pub(super) claimed: Q,
}

/// Sorts, joins lots that nothing tells apart, rounds by largest remainder within each claim. Lots that round to
/// nothing are left out.
pub(super) fn lots<Q: Quantity>(unsorted: Vec<RawLot<Q>>, explained: bool) -> Vec<Lot> {
    let key = |lot: &RawLot<Q>| (lot.claim, lot.end.rank(), lot.movement, lot.step);
    // Sorted by number, because a lot in fixed point is large.
    let mut order: Vec<_> = unsorted
        .iter()
        .enumerate()
        .map(|(n, lot)| (key(lot), n as u32))
        .collect();
    order.sort_unstable();
    let mut raw: Vec<RawLot<Q>> = order
        .iter()
        .map(|(_, number)| unsorted[*number as usize])
        .collect();
    drop(order);
    drop(unsorted);
    raw.dedup_by(|later, first| {
        let same = key(later) == key(first);
        if same {
            first.amount += later.amount;
            first.claimed += later.claimed;
        }
        same
    });
    let mut lots: Vec<Lot> = Vec::with_capacity(raw.len());
    for of_claim in raw.chunk_by(|a, b| a.claim == b.claim) {
        let start = lots.len();
        let mut sum = Q::ZERO;
        let mut whole = 0;
        let mut rests = Vec::with_capacity(of_claim.len());
        for (index, lot) in of_claim.iter().enumerate() {
            let (claimed, rest) = lot.claimed.whole_and_rest();
            sum += lot.claimed;
            whole += claimed;
            rests.push((rest, index as u32));
            lots.push(Lot {
                claim: lot.claim,
                end: lot.end,
                movement: lot.movement,
                step: (explained && lot.step != NONE).then_some(lot.step),
                amount: lot.amount.nearest(),
                claimed,
            });
        }
        hand_out(&mut rests, (sum.nearest() - whole) as usize, |index| {
            lots[start + index].claimed += 1;
        });
        for (lot, raw) in lots[start..].iter_mut().zip(of_claim) {
            // Without exchange, gain or fruit the two are one amount, so they are rounded as one.
            if raw.amount == raw.claimed {
                lot.amount = lot.claimed;
            }
        }
    }
    lots.retain(|lot| lot.amount > 0 || lot.claimed > 0);
    lots
}
