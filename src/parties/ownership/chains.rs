//! The chains of holdings between an entity and the ends of its ownership, one by one, largest first.
//!
//! A chain names no party twice. In a network with cycles the total is more than the sum of such chains: each round of a
//! cycle adds a smaller part. That part is told as one number beside them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use hashbrown::{HashMap, HashSet};

use super::fraction::{Fraction, Round};
use super::network::{Category, WHOLE};
use super::owners::EndKind;
use super::register::{Reached, Register};
use super::rings::rings;

/// One step of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who holds.
    pub owner: u32,
    /// In whom.
    pub held: u32,
    /// The least, in units of the whole.
    pub least: u64,
    /// The most.
    pub most: u64,
    /// The records that say so.
    pub records: Vec<u32>,
    /// Those in whose name it stands, where the owner stands behind nominees.
    pub nominees: Vec<u32>,
}

/// A chain from the entity up to an end.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Its steps, the entity's own holder first. Empty for what of the entity itself nobody is known to hold.
    pub links: Vec<Link>,
    /// The product of the least.
    pub least: Fraction,
    /// The product of the most.
    pub most: Fraction,
}

/// How many chains are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainBudget {
    /// Chains told for each end; none at all where this is 0.
    pub each: usize,
    /// Beginnings of chains that are looked at.
    pub looked_at: usize,
    /// Links told in all.
    pub links: usize,
}

impl Default for ChainBudget {
    fn default() -> ChainBudget {
        ChainBudget {
            each: 100,
            looked_at: 200_000,
            links: 1_000_000,
        }
    }
}

impl ChainBudget {
    /// Totals only.
    pub const NONE: ChainBudget = ChainBudget {
        each: 0,
        looked_at: 0,
        links: 0,
    };
}

/// Chains by where they end.
pub(super) struct Chains {
    found: HashMap<(u32, bool), (Vec<Chain>, bool)>,
    pub(super) complete: bool,
}

/// A beginning of a chain.
struct Begun {
    party: u32,
    before: u32,
    /// Which stake of the party before it.
    stake: u32,
    depth: u32,
}

struct Open {
    size: f64,
    begun: u32,
}

impl PartialEq for Open {
    fn eq(&self, with: &Open) -> bool {
        self.cmp(with) == Ordering::Equal
    }
}
impl Eq for Open {}
impl PartialOrd for Open {
    fn partial_cmp(&self, with: &Open) -> Option<Ordering> {
        Some(self.cmp(with))
    }
}
impl Ord for Open {
    fn cmp(&self, with: &Open) -> Ordering {
        self.size
            .total_cmp(&with.size)
            .then_with(|| with.begun.cmp(&self.begun))
    }
}

const NOTHING: u32 = u32::MAX;

impl Chains {
    pub(super) fn search(
        register: &Register<'_>,
        reached: &Reached,
        category: Category,
        budget: &ChainBudget,
    ) -> Chains {
        let mut chains = Chains {
            found: HashMap::new(),
            complete: budget.each > 0,
        };
        if budget.each == 0 {
            return chains;
        }
        let mut ring = vec![0_u32; reached.parties.len()];
        let all = rings(reached.parties.len(), |party, ends| {
            ends.extend(reached.stakes[party as usize].iter().map(|stake| stake.owner));
        });
        for (number, members) in all.iter().enumerate() {
            for member in members {
                ring[*member as usize] = number as u32;
            }
        }
        let mut begun = vec![Begun {
            party: 0,
            before: NOTHING,
            stake: 0,
            depth: 0,
        }];
        let mut open = BinaryHeap::from([Open { size: 1.0, begun: 0 }]);
        let mut ends: HashMap<(u32, bool), Vec<u32>> = HashMap::new();
        let mut short: HashSet<(u32, bool)> = HashSet::new();
        let (mut steps, mut links) = (0, 0);
        while let Some(Open { size, begun: number }) = open.pop() {
            let Begun { party, depth, .. } = begun[number as usize];
            let owned = register.kind(reached.parties[party as usize]).is_owned();
            if !owned || reached.sums[party as usize] < WHOLE {
                let list = ends.entry((party, owned)).or_default();
                if list.len() >= budget.each || links + depth as usize > budget.links {
                    short.insert((party, owned));
                } else {
                    links += depth as usize;
                    list.push(number);
                }
            }
            if begun.len() > budget.looked_at || steps > budget.looked_at.saturating_mul(50) {
                chains.complete = false;
                break;
            }
            for (stake_number, stake) in reached.stakes[party as usize].iter().enumerate() {
                // A party can be on the chain already only where the chain is still in the same ring.
                if ring[stake.owner as usize] == ring[party as usize] {
                    let mut at = number;
                    let mut seen = false;
                    while at != NOTHING && ring[begun[at as usize].party as usize] == ring[party as usize] {
                        steps += 1;
                        seen |= begun[at as usize].party == stake.owner;
                        at = begun[at as usize].before;
                    }
                    if seen {
                        continue;
                    }
                }
                open.push(Open {
                    size: size * stake.most as f64,
                    begun: begun.len() as u32,
                });
                begun.push(Begun {
                    party: stake.owner,
                    before: number,
                    stake: stake_number as u32,
                    depth: depth + 1,
                });
            }
        }
        for (end, list) in ends {
            let complete = chains.complete && !short.contains(&end);
            let mut told: Vec<Chain> = list
                .into_iter()
                .map(|number| chain(register, reached, category, &begun, number, end.1))
                .collect();
            told.sort_by(|a, b| {
                let path = |chain: &Chain| chain.links.iter().map(|link| link.owner).collect::<Vec<u32>>();
                b.least
                    .cmp(&a.least)
                    .then_with(|| b.most.cmp(&a.most))
                    .then_with(|| path(a).cmp(&path(b)))
            });
            chains.found.insert(end, (told, complete));
        }
        chains
    }

    /// The chains to an end, and whether these are all.
    pub(super) fn to(&self, party: u32, end: &EndKind) -> Option<(Vec<Chain>, bool)> {
        match end {
            EndKind::Holder => self.found.get(&(party, false)).cloned(),
            EndKind::Remainder => self.found.get(&(party, true)).cloned(),
            EndKind::Undetermined => None,
        }
    }
}

fn chain(
    register: &Register<'_>,
    reached: &Reached,
    category: Category,
    begun: &[Begun],
    end: u32,
    remainder: bool,
) -> Chain {
    let mut links = Vec::new();
    let (mut least, mut most) = (Fraction::one(), Fraction::one());
    let mut rounded = false;
    if remainder {
        let place = begun[end as usize].party as usize;
        let held: u64 = reached.stakes[place]
            .iter()
            .fold(0, |sum, stake| stake.most.saturating_add(sum));
        least = Fraction::units(WHOLE.saturating_sub(held));
        most = Fraction::units(WHOLE.saturating_sub(reached.sums[place]));
    }
    let mut at = end;
    loop {
        let Begun { before, stake, .. } = begun[at as usize];
        if before == NOTHING {
            break;
        }
        let below = begun[before as usize].party as usize;
        let stake = reached.stakes[below][stake as usize];
        least = least
            .times(&Fraction::units(stake.least))
            .kept(Round::Down, &mut rounded);
        most = most
            .times(&Fraction::units(stake.most))
            .kept(Round::Up, &mut rounded);
        let (owner, held) = (reached.parties[stake.owner as usize], reached.parties[below]);
        let holdings = register.holdings_of_stake(owner, held, category);
        let mut nominees: Vec<u32> = holdings
            .iter()
            .map(|number| register.holding(*number).owner)
            .filter(|named| *named != owner)
            .collect();
        nominees.sort_unstable();
        nominees.dedup();
        let mut records: Vec<u32> = holdings
            .iter()
            .map(|number| register.holding(*number).record)
            .collect();
        records.sort_unstable();
        records.dedup();
        links.push(Link {
            owner,
            held,
            least: stake.least,
            most: stake.most,
            records,
            nominees,
        });
        at = before;
    }
    links.reverse();
    Chain { links, least, most }
}
