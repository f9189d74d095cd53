//! How one entity's whole flows up to those who stand behind it: to each owner its stake, through entities on to theirs.
//!
//! For all owners of one entity this is one linear system, not one for each owner: with `f` what of the entity belongs to
//! each entity above it, `f = e + Wᵀf`, and a person has `Σ f·d`. That is a row of `(I − W)⁻¹ D`.

use super::fraction::{Fraction, Round};
use super::network::WHOLE;
use super::register::{Reached, Stake};
use super::rings::rings;
use super::solve::{Inside, Unsolved, solve};

/// What arrives where, for one bound.
pub(super) struct Flow {
    /// What arrives at each party that nobody owns; nothing at entities.
    pub(super) holders: Vec<Fraction>,
    /// What of each entity no holder is known to have.
    pub(super) remainders: Vec<Fraction>,
    /// Sets of entities that keep what flows into them.
    pub(super) kept: Vec<Kept>,
    /// Parties for which there is no bound, because a set that keeps stands before them.
    pub(super) unbounded: Vec<bool>,
    /// A number was rounded outward.
    pub(super) rounded: bool,
}

/// A set of entities that keeps what flows in.
pub(super) struct Kept {
    pub(super) entities: Vec<u32>,
    pub(super) amount: Fraction,
    pub(super) why: Unsolved,
    /// No stake in it goes to anybody outside.
    pub(super) closed: bool,
}

/// Lets the whole of party 0 flow up, by the least stakes (rounding down) or the most (rounding up).
pub(super) fn flow(reached: &Reached, owned: impl Fn(u32) -> bool, bound: Round) -> Flow {
    let count = reached.parties.len();
    let units = |stake: &Stake| match bound {
        Round::Down => stake.least,
        Round::Up => stake.most,
    };
    let mut rings = rings(count, |party, ends| {
        ends.extend(
            reached.stakes[party as usize]
                .iter()
                .filter(|stake| units(stake) > 0)
                .map(|stake| stake.owner),
        );
    });
    for ring in &mut rings {
        ring.sort_unstable();
    }
    let mut flow = Flow {
        holders: vec![Fraction::zero(); count],
        remainders: vec![Fraction::zero(); count],
        kept: Vec::new(),
        unbounded: vec![false; count],
        rounded: false,
    };
    let mut through = vec![Fraction::zero(); count];
    through[0] = Fraction::one();
    let mut place_in_ring = vec![u32::MAX; count];
    // Rings come owners first; what is held comes first here.
    for ring in rings.iter().rev() {
        let unbounded = ring.iter().any(|party| flow.unbounded[*party as usize]);
        if unbounded {
            for party in ring {
                flow.unbounded[*party as usize] = true;
                for stake in &reached.stakes[*party as usize] {
                    if units(stake) > 0 {
                        flow.unbounded[stake.owner as usize] = true;
                    }
                }
            }
        }
        if ring.iter().all(|party| through[*party as usize].is_zero()) {
            continue;
        }
        for (place, party) in ring.iter().enumerate() {
            place_in_ring[*party as usize] = place as u32;
        }
        let mut inside = Vec::new();
        let mut outside = false;
        for (place, party) in ring.iter().enumerate() {
            for stake in &reached.stakes[*party as usize] {
                match place_in_ring[stake.owner as usize] {
                    u32::MAX => outside |= units(stake) > 0,
                    owner if units(stake) > 0 => inside.push(Inside {
                        held: place as u32,
                        owner,
                        units: units(stake),
                    }),
                    _ => {}
                }
            }
        }
        for party in ring {
            place_in_ring[*party as usize] = u32::MAX;
        }
        let into: Vec<Fraction> = ring
            .iter()
            .map(|party| std::mem::replace(&mut through[*party as usize], Fraction::zero()))
            .collect();
        let solved = if inside.is_empty() {
            Ok(into.clone())
        } else {
            solve(&inside, &into, bound, &mut flow.rounded)
        };
        let amounts = match solved {
            Ok(amounts) => amounts,
            Err(why) => {
                let amount = into.iter().fold(Fraction::zero(), |sum, one| sum.plus(one));
                flow.kept.push(Kept {
                    entities: ring.clone(),
                    amount,
                    why,
                    closed: !outside,
                });
                for party in ring {
                    flow.unbounded[*party as usize] = true;
                    for stake in &reached.stakes[*party as usize] {
                        if units(stake) > 0 {
                            flow.unbounded[stake.owner as usize] = true;
                        }
                    }
                }
                continue;
            }
        };
        for (party, amount) in ring.iter().zip(amounts) {
            let amount = amount.kept(bound, &mut flow.rounded);
            let place = *party as usize;
            if !owned(reached.parties[place]) {
                flow.holders[place] = amount;
                continue;
            }
            let held: u64 = match bound {
                Round::Down => reached.stakes[place]
                    .iter()
                    .fold(0, |sum, stake| stake.most.saturating_add(sum)),
                Round::Up => reached.sums[place],
            };
            if held < WHOLE {
                flow.remainders[place] = amount.times(&Fraction::units(WHOLE - held));
            }
            for stake in &reached.stakes[place] {
                let units = units(stake);
                let owner = stake.owner as usize;
                // What stays inside the ring is in the solution already.
                if units > 0 && ring.binary_search(&stake.owner).is_err() {
                    let part = amount.times(&Fraction::units(units));
                    through[owner] = through[owner].plus(&part).kept(bound, &mut flow.rounded);
                }
            }
        }
    }
    flow
}
