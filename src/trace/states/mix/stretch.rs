//! One account's movements of one time: cut into stretches, and least and most through each.

use std::collections::BTreeMap;

use super::super::super::orders::Clashes;
use super::super::super::quantity::Quantity;
use super::super::group::{Budget, Passed};
use super::{Mix, Spans};

/// Sets of an account's movements that are kept for one stretch, for each state that is allowed and at most.
const SETS: (usize, usize) = (4, 1_024);

/// A movement as one account sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// Place in the group.
    pub(super) event: usize,
    pub(super) amount: i64,
    pub(super) pays: bool,
}

/// What a stretch comes to.
pub(super) struct Through<Q> {
    pub(super) end: Spans<Q>,
    /// For each leg what a debit takes, or what of a credit fills an overdraft.
    pub(super) legs: Vec<Spans<Q>>,
}

/// Cut where all before comes before all after.
pub(super) fn stretches(mut legs: Vec<Leg>, clashes: &Clashes) -> Vec<Vec<Leg>> {
    // More come before a later one, so this keeps what comes before what.
    let earlier = |leg: &Leg, legs: &[Leg]| {
        let before = |other: &&Leg| clashes.comes_before(other.event, leg.event);
        legs.iter().filter(before).count()
    };
    let mut counted: Vec<(usize, Leg)> = legs.iter().map(|leg| (earlier(leg, &legs), *leg)).collect();
    counted.sort_by_key(|(count, leg)| (*count, leg.event));
    legs = counted.iter().map(|(_, leg)| *leg).collect();
    // For each the first that does not come before it; there is a cut where none later has one among those before.
    let first = |leg: &Leg| {
        let not_before = |other: &Leg| !clashes.comes_before(other.event, leg.event);
        legs.iter().position(not_before).unwrap_or(legs.len())
    };
    let mut least: Vec<usize> = legs.iter().map(first).collect();
    for place in (1..legs.len()).rev() {
        least[place - 1] = least[place - 1].min(least[place]);
    }
    let mut found: Vec<Vec<Leg>> = Vec::new();
    for (place, leg) in legs.into_iter().enumerate() {
        match found.last_mut() {
            Some(last) if least[place] < place => last.push(leg),
            _ => found.push(vec![leg]),
        }
    }
    found
}

pub(super) fn after(balance: i64, legs: &[Leg]) -> i64 {
    let change = |leg: &Leg| if leg.pays { -leg.amount } else { leg.amount };
    balance + legs.iter().map(change).sum::<i64>()
}

/// Rounded down and up; a unit more, for what rounding carries from claim to claim.
pub(super) fn share<Q: Quantity>(amount: Q, part: Q, whole: Q) -> (Q, Q) {
    let (down, _) = amount.portion(part, whole);
    match amount == Q::ZERO || part == Q::ZERO || part == whole {
        true => (down, down),
        false => (down, down + Q::unit()),
    }
}

/// What a part of a whole takes, and what it leaves.
fn draw<Q: Quantity>(spans: &Spans<Q>, part: i64, whole: i64) -> (Spans<Q>, Spans<Q>) {
    if part <= 0 || whole <= 0 {
        return (vec![(Q::ZERO, Q::ZERO); spans.len()], spans.clone());
    }
    if part >= whole {
        return (spans.clone(), vec![(Q::ZERO, Q::ZERO); spans.len()]);
    }
    let (part, whole) = (Q::of(part), Q::of(whole));
    let mut taken = Vec::with_capacity(spans.len());
    let mut left = Vec::with_capacity(spans.len());
    for (low, high) in spans {
        let (low_share, high_share) = (share(*low, part, whole), share(*high, part, whole));
        taken.push((low_share.0, high_share.1.min(*high)));
        let less = low_share.1 + Q::unit();
        let least = if *low > less { *low - less } else { Q::ZERO };
        left.push((least, *high - high_share.0));
    }
    (taken, left)
}

pub(super) fn add<Q: Quantity>(spans: &mut Spans<Q>, more: &Spans<Q>) {
    for (span, more) in spans.iter_mut().zip(more) {
        span.0 += more.0;
        span.1 += more.1;
    }
}

/// Both enclosed.
fn enclose<Q: Quantity>(spans: &mut Option<Spans<Q>>, other: Spans<Q>) {
    match spans {
        None => *spans = Some(other),
        Some(spans) => {
            for (span, other) in spans.iter_mut().zip(other) {
                *span = (span.0.min(other.0), span.1.max(other.1));
            }
        }
    }
}

impl<Q: Quantity> Mix<'_, Q> {
    /// One stretch, from set to set of movements done. Nothing where there are too many.
    pub(super) fn in_sets(
        &self,
        legs: &[Leg],
        start: &Spans<Q>,
        balance: i64,
        budget: &mut Budget,
    ) -> Result<Option<Through<Q>>, Passed> {
        if legs.len() > 64 {
            return Ok(None);
        }
        let before: Vec<u64> = legs.iter().map(|leg| self.before(leg, legs)).collect();
        let most = SETS.1.min(SETS.0.saturating_mul(budget.states));
        let mut sets = 0;
        let mut out: Vec<Option<Spans<Q>>> = vec![None; legs.len()];
        let mut layer: BTreeMap<u64, (i64, Option<Spans<Q>>)> =
            BTreeMap::from([(0, (balance, Some(start.clone())))]);
        for _ in 0..legs.len() {
            let mut next: BTreeMap<u64, (i64, Option<Spans<Q>>)> = BTreeMap::new();
            for (done, (balance, spans)) in &layer {
                let Some(spans) = spans else { continue };
                for (place, leg) in legs.iter().enumerate() {
                    let bit = 1 << place;
                    if done & bit != 0 || before[place] & !done != 0 {
                        continue;
                    }
                    budget.spend(1 + spans.len())?;
                    let have = (*balance).max(0);
                    let (found, left) = match leg.pays {
                        true => draw(spans, leg.amount.min(have), have),
                        false => {
                            let fills = leg.amount.min((-*balance).max(0));
                            let (fills, mut left) = draw(&self.arrives[leg.event], fills, leg.amount);
                            add(&mut left, spans);
                            (fills, left)
                        }
                    };
                    enclose(&mut out[place], found);
                    let balance = after(*balance, &[*leg]);
                    let entry = next.entry(done | bit).or_insert((balance, None));
                    enclose(&mut entry.1, capped(left, balance));
                }
            }
            sets += next.len();
            if sets > most {
                return Ok(None);
            }
            layer = next;
        }
        let end = layer.into_values().next().and_then(|(_, spans)| spans);
        Ok(end.map(|end| Through {
            end,
            legs: out.into_iter().map(Option::unwrap_or_default).collect(),
        }))
    }

    fn before(&self, leg: &Leg, legs: &[Leg]) -> u64 {
        let bit = |(place, other): (usize, &Leg)| match self.clashes.comes_before(other.event, leg.event) {
            true => 1 << place,
            false => 0,
        };
        legs.iter().enumerate().map(bit).sum()
    }

    /// One stretch, by the shares that it is mixed from: what lies there has never less of a claim in proportion, nor more,
    /// than what lay there at first or a credit brings.
    pub(super) fn by_shares(
        &self,
        legs: &[Leg],
        start: &Spans<Q>,
        balance: i64,
        budget: &mut Budget,
    ) -> Result<Through<Q>, Passed> {
        let debits: i64 = legs.iter().filter(|leg| leg.pays).map(|leg| leg.amount).sum();
        let is_covered = debits <= balance;
        let ending = after(balance, legs).max(0);
        // What rounding may shift with each movement.
        let units = (0..legs.len() + 2).fold(Q::ZERO, |sum, _| sum + Q::unit() + Q::unit());
        let largest = legs.iter().map(|leg| leg.amount).fold(ending, i64::max);
        let largest = Q::of(largest.max(1));
        let less = |amount: Q, by: Q| if amount > by { amount - by } else { Q::ZERO };
        let mut through = Through {
            end: Vec::with_capacity(start.len()),
            legs: vec![Vec::with_capacity(start.len()); legs.len()],
        };
        for (claim, first) in start.iter().enumerate() {
            budget.spend(4 * legs.len())?;
            let mut mixed: Vec<((Q, Q), Q)> = Vec::new();
            if balance > 0 {
                mixed.push((*first, Q::of(balance)));
            }
            let mut all = *first;
            for leg in legs.iter().filter(|leg| !leg.pays && leg.amount > 0) {
                let span = self.arrives[leg.event][claim];
                mixed.push((span, Q::of(leg.amount)));
                all = (all.0 + span.0, all.1 + span.1);
            }
            // Told apart by what they come to of an amount that none is above, so to a unit.
            let lowest = mixed
                .iter()
                .min_by_key(|(span, whole)| largest.portion(span.0, *whole).0);
            let highest = mixed
                .iter()
                .max_by_key(|(span, whole)| largest.portion(span.1, *whole).0);
            let shares = |amount: i64| {
                let amount = Q::of(amount);
                let low = lowest.map_or(Q::ZERO, |(span, whole)| amount.portion(span.0, *whole).0);
                let high = highest.map_or(Q::ZERO, |(span, whole)| amount.portion(span.1, *whole).0);
                (less(low, units), (high + units).min(amount))
            };
            let (mut least, mut most) = (Q::ZERO, Q::ZERO);
            for (leg, found) in legs.iter().zip(&mut through.legs) {
                let span = match (leg.pays, is_covered) {
                    (true, true) => shares(leg.amount),
                    (true, false) => (Q::ZERO, shares(leg.amount).1),
                    (false, true) => (Q::ZERO, Q::ZERO),
                    (false, false) => (Q::ZERO, self.arrives[leg.event][claim].1),
                };
                let span = (span.0, span.1.min(all.1));
                least += span.0;
                most += span.1;
                found.push(span);
            }
            let (low, high) = shares(ending);
            through.end.push((
                low.max(less(all.0, most)),
                high.min(less(all.1, least)).max(Q::ZERO),
            ));
        }
        Ok(through)
    }
}

/// No more of a claim than lies there.
fn capped<Q: Quantity>(mut spans: Spans<Q>, balance: i64) -> Spans<Q> {
    let most = Q::of(balance.max(0));
    for span in &mut spans {
        *span = (span.0.min(most), span.1.min(most));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::super::super::super::orders::Tangle;
    use super::super::super::super::quantity::Fixed;
    use super::*;

    /// What shares enclose against what all sets come to.
    #[test]
    fn shares_enclose_sets() {
        let mut seed = 7_u64;
        let mut below = |limit: u64| {
            seed = seed * 48_271 % 2_147_483_647;
            (seed % limit) as i64
        };
        // Both round outward, step by step.
        let slack = Fixed::of(1).portion(Fixed::of(1), Fixed::of(1 << 24)).0;
        for _ in 0..300 {
            let count = 2 + below(5) as usize;
            let tangle = Tangle::of((0..count as u32).collect(), &[]);
            let Some(clashes) = tangle.clashes(std::iter::empty(), std::iter::empty()) else {
                panic!("few movements are told apart");
            };
            let mut span = |most: i64| {
                let low = below(most as u64 + 1);
                (Fixed::of(low), Fixed::of(low + (most - low) / 2))
            };
            let balance = 40 * (count as i64 - 2);
            let start = vec![span(balance)];
            let leg = |event: usize| Leg {
                event,
                amount: 20 + 7 * event as i64,
                pays: !(event + count).is_multiple_of(3),
            };
            let legs: Vec<Leg> = (0..count).map(leg).collect();
            let arrives: Vec<Spans<Fixed>> = legs.iter().map(|leg| vec![span(leg.amount)]).collect();
            let mix = Mix {
                clashes: &clashes,
                carried: arrives.clone(),
                arrives,
                labelled: vec![Vec::new(); count],
            };
            let mut budget = Budget {
                work: 1_000_000,
                states: 1_000,
                memory: 0,
            };
            let (Ok(Some(sets)), Ok(shares)) = (
                mix.in_sets(&legs, &start, balance, &mut budget),
                mix.by_shares(&legs, &start, balance, &mut budget),
            ) else {
                panic!("there is work enough");
            };
            let inner = sets.legs.iter().chain([&sets.end]);
            for (inner, outer) in inner.zip(shares.legs.iter().chain([&shares.end])) {
                let (inner, outer) = (inner[0], outer[0]);
                assert!(
                    outer.0 <= inner.0 + slack && inner.1 <= outer.1 + slack,
                    "{inner:?} in {outer:?} of {legs:?}"
                );
            }
        }
    }
}
