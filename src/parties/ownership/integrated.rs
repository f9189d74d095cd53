//! Who owns every entity of a register, at or above a threshold, in one pass.
//!
//! Bounds come from [`Pass`]. Ends whose most is below a thousandth of the threshold are dropped on the way, with a bound on
//! what any of them can have. Where a bound lies so near to the threshold that rounding or dropping could decide, the exact
//! routine decides.

use rayon::prelude::*;

use super::chains::ChainBudget;
use super::finding::Finding;
use super::network::{Category, WHOLE};
use super::owners::EndKind;
use super::pass::{Entry, ONE, Pass, fixed_down, fixed_up, units_down, units_up};
use super::register::{Reached, Register};
use super::threshold::{Decision, Threshold};

/// Ends below this part of the threshold are dropped.
const DROPPED: u64 = 1_024;
/// What rounding can have moved, generously.
const ROUNDING: u64 = 1 << 16;
/// Stakes that the exact routine may take for one entity.
const EXACT_STAKES: usize = 200_000;
/// Stakes that it may take for all.
const EXACT_STAKES_IN_ALL: usize = 200_000_000;

/// An end of ownership at or above the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Above {
    /// A person, a trust or a state.
    pub end: u32,
    /// The least, in units of the whole, rounded down.
    pub least: u64,
    /// The most, rounded up.
    pub most: u64,
    /// Certain or possible.
    pub decision: Decision,
}

/// What is known of one entity beside its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// No end that is not told can reach the threshold: less than that is held by nobody who is known.
    pub complete: bool,
    /// A decision lies within rounding of the threshold and is too large for the exact routine: told as possible.
    pub undecided: bool,
}

/// Who owns every entity.
#[derive(Clone, Debug)]
pub struct Integrated {
    /// Which kind of ownership.
    pub category: Category,
    starts: Vec<u32>,
    rows: Vec<Above>,
    covered: Vec<Covered>,
    /// Entities that own themselves wholly, and stakes above the whole.
    pub findings: Vec<Finding>,
    /// How many entities the exact routine decided.
    pub settled: usize,
}

impl Integrated {
    /// The ends at or above the threshold of an entity, by party.
    pub fn of(&self, entity: u32) -> &[Above] {
        let from = self.starts[entity as usize] as usize;
        let to = self.starts[entity as usize + 1] as usize;
        &self.rows[from..to]
    }

    /// What is known beside them.
    pub fn covered(&self, entity: u32) -> Covered {
        self.covered[entity as usize]
    }

    /// All rows: how many.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// What passes bring.
#[derive(Default)]
struct Sweep {
    rows: Vec<(u32, Above)>,
    /// Entities whose rows rounding or dropping could change, with those rows.
    doubtful: Vec<(u32, Vec<(u32, Above)>)>,
    covered: Vec<Covered>,
    findings: Vec<Finding>,
}

impl Register<'_> {
    /// Who owns every entity at or above a threshold, in one kind of ownership.
    pub fn integrated(&self, category: Category, threshold: Threshold) -> Integrated {
        let parties = self.network().parties.len();
        let mut integrated = Sweep {
            covered: vec![
                Covered {
                    complete: true,
                    undecided: false,
                };
                parties
            ],
            ..Sweep::default()
        };
        let coarse = fixed_down(threshold.units) / DROPPED;
        self.sweep(category, threshold, coarse, None, &mut integrated);
        let first = std::mem::take(&mut integrated.doubtful);
        // Once more for the doubtful, dropping nothing, over what stands behind them alone: of an end that is not in a
        // list it is then known that it has nothing, and a quarter held directly is a quarter.
        let mut wanted = vec![false; parties];
        for (entity, _) in &first {
            wanted[*entity as usize] = true;
        }
        drop(first);
        self.sweep(category, threshold, 0, Some(&wanted), &mut integrated);
        let Sweep {
            mut rows,
            mut doubtful,
            mut covered,
            mut findings,
        } = integrated;
        let (mut settled, mut left) = (0, EXACT_STAKES_IN_ALL);
        // In portions, so that the same entities are decided however many threads there are.
        for portion in doubtful.chunks_mut(256) {
            if left == 0 {
                rows.extend(portion.iter_mut().flat_map(|(_, bounds)| bounds.drain(..)));
                continue;
            }
            let exact: Vec<_> = portion
                .par_iter()
                .map(|(entity, _)| self.settle(*entity, category, threshold))
                .collect();
            for ((entity, bounds), (cost, exact)) in portion.iter_mut().zip(exact) {
                let entity = *entity;
                left = left.saturating_sub(cost);
                if let Some(exact) = exact {
                    settled += 1;
                    covered[entity as usize].undecided = false;
                    rows.extend(exact.into_iter().map(|above| (entity, above)));
                } else {
                    rows.append(bounds);
                }
            }
        }
        rows.sort_unstable();
        let mut starts = vec![0_u32; parties + 1];
        for (entity, _) in &rows {
            starts[*entity as usize + 1] += 1;
        }
        for party in 0..parties {
            starts[party + 1] += starts[party];
        }
        findings.sort();
        Integrated {
            category,
            starts,
            rows: rows.into_iter().map(|(_, above)| above).collect(),
            covered,
            findings,
            settled,
        }
    }

    /// One pass, over all or over what stands behind the wanted.
    fn sweep(
        &self,
        category: Category,
        threshold: Threshold,
        dropped: u64,
        wanted: Option<&[bool]>,
        into: &mut Sweep,
    ) {
        let parties = self.network().parties.len() as u32;
        let cuts = category != Category::Any;
        let owned = (0..parties).map(|party| self.kind(party).is_owned()).collect();
        let behind = wanted.map(|wanted| self.all_behind(wanted, category));
        let mut stakes = Vec::new();
        let findings = &mut into.findings;
        let mut pass = Pass::new(owned, dropped, cuts, |entity, all| {
            if behind.as_ref().is_some_and(|behind| !behind[entity as usize]) {
                return;
            }
            let sum = self.stakes_into(entity, category, &mut stakes);
            all.extend(stakes.iter().filter(|stake| stake.most > 0));
            if wanted.is_none() && cuts && sum > WHOLE {
                findings.push(Finding::AboveWhole {
                    category,
                    entity,
                    sum,
                    records: self.records_of(entity, category),
                });
            }
        });
        pass.run(|pass, ring, closed| {
            if closed && wanted.is_none() {
                let mut entities = ring.to_vec();
                entities.sort_unstable();
                into.findings.push(Finding::OwnsItself { category, entities });
            }
            for entity in ring {
                if wanted.is_some_and(|wanted| !wanted[*entity as usize]) {
                    continue;
                }
                let list = pass.list(*entity);
                let enough = into.rows.len();
                let mut doubt = list.rest != 0 && met(threshold, list.rest, true, list.rest) != Some(false);
                for entry in &list.entries {
                    let decision = tell(threshold, entry, list.rest);
                    doubt |= decision.is_none();
                    let decision = decision.unwrap_or(Decision::Possible);
                    if decision != Decision::No {
                        let above = Above {
                            end: entry.end,
                            least: units_down(entry.least),
                            most: units_up(entry.most),
                            decision,
                        };
                        into.rows.push((*entity, above));
                    }
                }
                let unheld = ONE.saturating_sub(list.known);
                into.covered[*entity as usize] = Covered {
                    complete: cuts && list.sound && met(threshold, unheld, true, 0) == Some(false),
                    undecided: doubt && !closed,
                };
                if doubt && !closed {
                    into.doubtful.push((*entity, into.rows.split_off(enough)));
                }
            }
        });
    }

    fn all_behind(&self, wanted: &[bool], category: Category) -> Vec<bool> {
        let mut behind = wanted.to_vec();
        let mut open: Vec<u32> = (0..wanted.len() as u32)
            .filter(|party| wanted[*party as usize])
            .collect();
        let mut stakes = Vec::new();
        while let Some(party) = open.pop() {
            self.stakes_into(party, category, &mut stakes);
            for stake in &stakes {
                if !std::mem::replace(&mut behind[stake.owner as usize], true) {
                    open.push(stake.owner);
                }
            }
        }
        behind
    }

    /// The rows of an entity by the exact routine, and what that cost.
    fn settle(&self, entity: u32, category: Category, threshold: Threshold) -> (usize, Option<Vec<Above>>) {
        let (reached, true) = Reached::behind(self, entity, category, EXACT_STAKES) else {
            return (EXACT_STAKES, None);
        };
        let owners = self.owners_of(&reached, category, &ChainBudget::NONE);
        let mut rows = Vec::new();
        for end in owners.ends.iter().filter(|end| end.end == EndKind::Holder) {
            let decision = threshold.decide(&end.least, &end.most);
            if decision != Decision::No {
                rows.push(Above {
                    end: end.party,
                    least: end.least.units_down(),
                    most: end.most.units_up(),
                    decision,
                });
            }
        }
        (reached.stakes.iter().map(Vec::len).sum(), Some(rows))
    }
}

/// Whether a bound meets the threshold, or nothing where rounding or what was dropped could decide.
fn met(threshold: Threshold, bound: u64, rounded: bool, rest: u64) -> Option<bool> {
    let (low, high) = (fixed_down(threshold.units), fixed_up(threshold.units));
    if !rounded && rest == 0 {
        // A threshold between two binary numbers is never reached exactly.
        return Some(if low == high {
            bound > low || (threshold.reached && bound == low)
        } else {
            bound >= high
        });
    }
    let slack = ROUNDING.saturating_add(rest.saturating_mul(2));
    let near = bound.saturating_add(slack) >= low && bound <= high.saturating_add(slack);
    (!near).then_some(bound > high)
}

fn tell(threshold: Threshold, entry: &Entry, rest: u64) -> Option<Decision> {
    if !met(threshold, entry.most, entry.most_rounded, rest)? {
        return Some(Decision::No);
    }
    Some(if met(threshold, entry.least, entry.least_rounded, rest)? {
        Decision::Certain
    } else {
        Decision::Possible
    })
}
