//! Layering chains (ML-10): money that is passed on from account to account, each time soon and nearly whole.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use crate::graph::TemporalGraph;

use super::legs::Legs;
use super::result::{Bundle, Found, Measures, Sequences};
use super::run::check_window;
use super::sweep::{Sweep, Work, sweep};
use super::{HopTolerance, Pattern, PatternError, Run, TimeOrder};

/// No chain that an investigator can read has more hops.
const MOST_HOPS: u32 = 10_000;

/// Layering chains (ML-10). Transfers e1..ek with `min_hops` <= k <= `max_hops`, each leaving the account that the one
/// before it reached, all accounts different, each in `order` after the one before it and at most `window` later,
/// amounts from each to the next as `conserve` says.
///
/// Only chains that are *maximal* count: no transfer can be put before the first or behind the last so that a chain of
/// at most `max_hops` transfers comes out. Chains over the same accounts in the same order are one bundle, whatever
/// their number: they are counted, not tried one by one, and as many are listed as it takes to have each transfer of
/// the bundle in one. So a thousand parallel transfers at every hop are one bundle and not a thousand to the power of
/// the hops.
///
/// More chains than a bundle can count are counted as 9,223,372,036,854,775,807. Where `conserve` is asked for, parallel
/// transfers of a hop are compared one by one with those of the next, which costs the square of their number; the budget
/// counts that.
///
/// The representative is the chain that begins first, of those ends first, of those has the smallest transfer numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayeringChains {
    /// Microseconds from one transfer to the next, inclusive.
    pub window: i64,
    /// Fewest transfers, at least 2.
    pub min_hops: u32,
    /// Most transfers, `min_hops` to 10,000.
    pub max_hops: u32,
    /// Whether equal times may follow each other.
    pub order: TimeOrder,
    /// How much of a transfer has to go on; nothing where amounts do not matter.
    pub conserve: Option<HopTolerance>,
}

impl Default for LayeringChains {
    /// 3 to 8 hops, 3 days each, strict, a tenth may stay behind at each.
    fn default() -> LayeringChains {
        LayeringChains {
            window: 3 * 86_400_000_000,
            min_hops: 3,
            max_hops: 8,
            order: TimeOrder::Strict,
            conserve: Some(HopTolerance::TENTH),
        }
    }
}

impl Pattern for LayeringChains {
    fn id(&self) -> &'static str {
        "ML-10"
    }

    fn name(&self) -> &'static str {
        "layering_chains"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        let allowed: [(&'static str, u32, RangeInclusive<u32>, &'static str); 2] = [
            (
                "min_hops",
                self.min_hops,
                2..=MOST_HOPS,
                "a chain has from 2 to 10000 transfers",
            ),
            (
                "max_hops",
                self.max_hops,
                self.min_hops..=MOST_HOPS,
                "a chain has from 2 to 10000 transfers, and no fewer than min_hops",
            ),
        ];
        for (parameter, value, range, allowed) in allowed {
            if !range.contains(&value) {
                return Err(PatternError::Parameter {
                    pattern: self.name(),
                    parameter,
                    value: value.to_string(),
                    allowed,
                });
            }
        }
        self.conserve
            .map_or(Ok(()), |tolerance| tolerance.validate(self.name()))
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let search = Search {
            graph,
            legs: Legs::new(graph, self.window, self.order, self.conserve),
            min_hops: self.min_hops as usize,
            max_hops: self.max_hops as usize,
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    legs: Legs<'g>,
    min_hops: usize,
    max_hops: usize,
}

/// One hop on the way: where it leads, and the transfers that can be reached on it.
struct Hop {
    account: u32,
    transfers: Vec<u32>,
}

struct Scratch {
    /// Whether an account is on the way.
    on_way: Vec<bool>,
}

impl Sweep for Search<'_> {
    type Scratch = Scratch;

    fn scratch(&self) -> Scratch {
        Scratch {
            on_way: vec![false; self.graph.accounts()],
        }
    }

    fn weight(&self, account: u32) -> u64 {
        self.graph.outgoing(account).len() as u64
    }

    /// Chains from one account: depth first over sequences of accounts, with all transfers of a hop at once.
    fn unit(&self, account: u32, scratch: &mut Scratch, work: &mut Work<'_>) -> Option<()> {
        let outgoing = self.graph.outgoing(account);
        work.spend(outgoing.len())?;
        let mut first: Vec<(u32, u32)> = outgoing
            .iter()
            .filter(|(edge, _)| edge.other() != account)
            .map(|(edge, transfer)| (edge.other(), transfer))
            .collect();
        scratch.on_way[account as usize] = true;
        let mut way: Vec<Hop> = Vec::new();
        // For each depth what is still to be tried.
        let mut waiting = vec![hops(&mut first)];
        while let Some(level) = waiting.last_mut() {
            if let Some(hop) = level.pop() {
                scratch.on_way[hop.account as usize] = true;
                way.push(hop);
                let next = self.go_on(account, &way, &scratch.on_way, work)?;
                waiting.push(next);
            } else {
                waiting.pop();
                if let Some(hop) = way.pop() {
                    scratch.on_way[hop.account as usize] = false;
                }
            }
        }
        scratch.on_way[account as usize] = false;
        Some(())
    }
}

impl Search<'_> {
    /// Tells the chains that end here and gives the hops that follow.
    fn go_on(&self, origin: u32, way: &[Hop], on_way: &[bool], work: &mut Work<'_>) -> Option<Vec<Hop>> {
        let Some(last) = way.last() else {
            return Some(Vec::new());
        };
        let mut goes_on = vec![false; last.transfers.len()];
        let mut next: Vec<(u32, u32)> = Vec::new();
        if way.len() < self.max_hops {
            let outgoing = self.graph.outgoing(last.account);
            let arrivals = last.transfers.iter().map(|transfer| self.graph.tick(*transfer));
            let mut places = Vec::new();
            self.legs
                .outgoing_after(arrivals, outgoing.edges, |place| places.push(place));
            work.spend(places.len() + 1)?;
            for place in places {
                let (account, after) = (outgoing.edges[place].other(), outgoing.transfers[place]);
                if on_way[account as usize] {
                    continue;
                }
                let before = self.before(&last.transfers, after, self.legs.step);
                let mut follows = false;
                for place in before.clone().rev() {
                    // Without amounts everything before this is marked too.
                    if self.legs.conserve.is_none() && goes_on[place] {
                        follows = true;
                        break;
                    }
                    if self.legs.follows(last.transfers[place], after) {
                        goes_on[place] = true;
                        follows = true;
                    }
                }
                if self.legs.conserve.is_some() {
                    work.spend(before.len())?;
                }
                if follows {
                    next.push((account, after));
                }
            }
        }
        if way.len() >= self.min_hops && goes_on.contains(&false) {
            let ends = last.transfers.iter().zip(&goes_on);
            let ends: Vec<u32> = ends
                .filter(|(_, goes_on)| !**goes_on)
                .map(|(transfer, _)| *transfer)
                .collect();
            self.tell(origin, way, ends, on_way, work)?;
        }
        Some(hops(&mut next))
    }

    /// Where those lie, among transfers in the order of time, that have the right time to come before another.
    fn before(&self, transfers: &[u32], after: u32, step: u32) -> std::ops::Range<usize> {
        let at = self.graph.tick(after);
        let tick = |transfer: &u32| self.graph.tick(*transfer);
        let from = transfers.partition_point(|transfer| self.legs.horizons[tick(transfer) as usize] < at);
        let to = transfers.partition_point(|transfer| tick(transfer) + step <= at);
        from..to.max(from)
    }

    /// Whether nothing can be put before a chain over these accounts that begins with this transfer.
    fn is_begin(&self, transfer: u32, on_way: &[bool], work: &mut Work<'_>) -> Option<bool> {
        let incoming = self.graph.incoming(self.graph.payer(transfer));
        let at = self.graph.tick(transfer);
        let behind = incoming
            .edges
            .partition_point(|edge| edge.tick() + self.legs.step <= at);
        for place in (0..behind).rev() {
            work.spend(1)?;
            let edge = incoming.edges[place];
            if self.legs.horizons[edge.tick() as usize] < at {
                break;
            }
            if !on_way[edge.other() as usize] && self.legs.follows(incoming.transfers[place], transfer) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The bundle of the maximal chains over a sequence of accounts, where there are any.
    fn tell(
        &self,
        origin: u32,
        way: &[Hop],
        ends: Vec<u32>,
        on_way: &[bool],
        work: &mut Work<'_>,
    ) -> Option<()> {
        // Forward: transfers that a maximal chain can have come by, and in how many ways.
        let mut alive: Vec<Vec<(u32, u64)>> = vec![Vec::new()];
        for transfer in &way[0].transfers {
            if way.len() == self.max_hops || self.is_begin(*transfer, on_way, work)? {
                alive[0].push((*transfer, 1));
            }
        }
        for (depth, hop) in way.iter().enumerate().skip(1) {
            let before: Vec<u32> = alive[depth - 1].iter().map(|(transfer, _)| *transfer).collect();
            if before.is_empty() {
                return Some(());
            }
            let last = if depth + 1 == way.len() {
                &ends
            } else {
                &hop.transfers
            };
            let mut sums: Vec<u128> = Vec::new();
            if self.legs.conserve.is_none() {
                let mut sum = 0;
                sums.push(sum);
                for (_, ways) in &alive[depth - 1] {
                    sum += u128::from(*ways);
                    sums.push(sum);
                }
            }
            let mut reached = Vec::new();
            for after in last {
                let range = self.before(&before, *after, self.legs.step);
                // Without amounts whatever is inside the window can come before.
                let ways = match self.legs.conserve {
                    None => sums[range.end] - sums[range.start],
                    Some(_) => {
                        work.spend(range.len())?;
                        range
                            .filter(|place| self.legs.follows(before[*place], *after))
                            .map(|place| u128::from(alive[depth - 1][place].1))
                            .sum()
                    }
                };
                if ways > 0 {
                    reached.push((*after, at_most(ways)));
                }
            }
            work.spend(last.len() + before.len())?;
            alive.push(reached);
        }
        let ends = || alive[way.len() - 1].iter();
        let instances = at_most(ends().map(|(_, ways)| u128::from(*ways)).sum());
        if instances == 0 {
            return Some(());
        }
        // Backward: of those, what leads to an end, and how to get to the earliest one.
        let mut lists: Vec<Vec<u32>> = vec![
            alive[way.len() - 1]
                .iter()
                .map(|(transfer, _)| *transfer)
                .collect(),
        ];
        let mut tails: Vec<Vec<Tail>> = vec![
            lists[0]
                .iter()
                .map(|end| Tail {
                    end: self.graph.tick(*end),
                    next: 0,
                })
                .collect(),
        ];
        for before in alive[..way.len() - 1].iter().rev() {
            let (after, ends) = (&lists[lists.len() - 1], &tails[tails.len() - 1]);
            let (mut list, mut tail) = (Vec::new(), Vec::new());
            let order = |next: usize| (ends[next].end, after[next]);
            // Followers inside the window, each better than those before it: the best is the first.
            let mut inside: VecDeque<usize> = VecDeque::new();
            let (mut entered, mut from) = (0, 0);
            for (transfer, _) in before {
                let at = self.graph.tick(*transfer);
                let limit = self.legs.horizons[at as usize];
                while after
                    .get(entered)
                    .is_some_and(|next| self.graph.tick(*next) <= limit)
                {
                    if self.legs.conserve.is_none() {
                        while inside.back().is_some_and(|last| order(*last) > order(entered)) {
                            inside.pop_back();
                        }
                        inside.push_back(entered);
                    }
                    entered += 1;
                }
                while from < entered && self.graph.tick(after[from]) < at + self.legs.step {
                    inside.pop_front_if(|first| *first == from);
                    from += 1;
                }
                let best = match self.legs.conserve {
                    None => inside.front().copied(),
                    Some(_) => {
                        work.spend(entered - from)?;
                        (from..entered)
                            .filter(|next| self.legs.follows(*transfer, after[*next]))
                            .min_by_key(|next| order(*next))
                    }
                };
                if let Some(next) = best {
                    list.push(*transfer);
                    tail.push(Tail {
                        end: ends[next].end,
                        next,
                    });
                }
            }
            work.spend(before.len() + after.len())?;
            lists.push(list);
            tails.push(tail);
        }
        lists.reverse();
        tails.reverse();
        let bundle = self.bundle(origin, way, &lists, &tails, instances);
        bundle.into_iter().for_each(|bundle| work.tell(bundle));
        Some(())
    }

    fn bundle(
        &self,
        origin: u32,
        way: &[Hop],
        lists: &[Vec<u32>],
        tails: &[Vec<Tail>],
        instances: u64,
    ) -> Option<Bundle> {
        let tick = |transfer: u32| self.graph.tick(transfer);
        let onward = |chain: &mut Vec<u32>, depth: usize, mut place: usize| {
            for depth in depth..lists.len() {
                chain.push(lists[depth][place]);
                place = tails[depth][place].next;
            }
        };
        let first = (0..lists[0].len()).min_by_key(|place| {
            let transfer = lists[0][*place];
            (tick(transfer), tails[0][*place].end, transfer)
        })?;
        let mut representative = Vec::with_capacity(lists.len());
        onward(&mut representative, 0, first);
        let mut covered: Vec<Vec<bool>> = lists.iter().map(|list| vec![false; list.len()]).collect();
        let cover = |covered: &mut Vec<Vec<bool>>, chain: &[u32]| {
            for (depth, transfer) in chain.iter().enumerate() {
                let key = |one: u32| (tick(one), one);
                let place = lists[depth].binary_search_by_key(&key(*transfer), |one| key(*one));
                place.into_iter().for_each(|place| covered[depth][place] = true);
            }
        };
        cover(&mut covered, &representative);
        let mut others: Vec<Vec<u32>> = Vec::new();
        for depth in 0..lists.len() {
            for place in 0..lists[depth].len() {
                if covered[depth][place] {
                    continue;
                }
                // Back along the first transfers that fit, then on the way that ends first.
                let mut chain = Vec::with_capacity(lists.len());
                let mut after = lists[depth][place];
                for list in lists[..depth].iter().rev() {
                    let inside = &list[self.before(list, after, self.legs.step)];
                    let before = inside.iter().find(|before| self.legs.follows(**before, after))?;
                    chain.push(*before);
                    after = *before;
                }
                chain.reverse();
                onward(&mut chain, depth, place);
                cover(&mut covered, &chain);
                others.push(chain);
            }
        }
        others.sort_unstable_by_key(|chain| (tick(chain[0]), chain.clone()));
        let mut members = Sequences::default();
        if !others.is_empty() {
            for chain in std::iter::once(&representative).chain(&others) {
                members.push(chain.iter().copied());
            }
        }
        let mut measures = Measures::of(self.graph, &representative, true);
        let last_at = |transfer: &u32| self.graph.at(*transfer);
        measures.last_at = lists.last()?.iter().map(last_at).fold(measures.last_at, i64::max);
        measures.needs_lenient = self.legs.step == 0 && !self.has_strict(lists);
        Some(Bundle {
            accounts: std::iter::once(origin)
                .chain(way.iter().map(|hop| hop.account))
                .collect(),
            representative,
            instances,
            members,
            measures,
        })
    }

    /// Whether one of the chains has each transfer later than the one before it.
    fn has_strict(&self, lists: &[Vec<u32>]) -> bool {
        let mut reached = lists[0].clone();
        for list in &lists[1..] {
            let follows = |after: &&u32| {
                let range = self.before(&reached, **after, 1);
                reached[range]
                    .iter()
                    .any(|before| self.legs.follows(*before, **after))
            };
            reached = list.iter().filter(follows).copied().collect();
        }
        !reached.is_empty()
    }
}

/// A number of chains, as far as it can be counted: tables of SQL count no further.
fn at_most(ways: u128) -> u64 {
    ways.min(i64::MAX as u128) as u64
}

/// How a chain goes on from a transfer so that it ends first.
#[derive(Clone, Copy)]
struct Tail {
    /// Tick of its end.
    end: u32,
    /// Place of the next transfer.
    next: usize,
}

/// Sorts (account, transfer) into hops; transfers of an account stay in their order. The first account comes last.
fn hops(transfers: &mut [(u32, u32)]) -> Vec<Hop> {
    transfers.sort_by_key(|(account, _)| std::cmp::Reverse(*account));
    transfers
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| Hop {
            account: same[0].0,
            transfers: same.iter().map(|(_, transfer)| *transfer).collect(),
        })
        .collect()
}
