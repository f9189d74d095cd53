//! Chains over one sequence of accounts: counted, and as many listed as show each transfer.

use std::collections::VecDeque;

use super::chain::Search;
use super::result::{Bundle, Measures, Sequences};
use super::sweep::Work;

/// What it takes to make a bundle, in steps, beside what is looked at: mostly memory that is asked for and given back.
const STEPS_PER_BUNDLE: usize = 50;

/// One hop on the way: where it leads, and the transfers that can be reached on it, in the order of time.
pub(super) struct Hop<'w> {
    pub account: u32,
    pub transfers: &'w [u32],
}

impl Search<'_> {
    /// The bundle of the maximal chains over a sequence of accounts, where there are any.
    pub(super) fn tell(
        &self,
        origin: u32,
        way: &[Hop<'_>],
        ends: Vec<u32>,
        on_way: &[bool],
        work: &mut Work<'_>,
    ) -> Option<()> {
        // Forward: transfers that a maximal chain can have come by, and in how many ways.
        let mut alive: Vec<Vec<(u32, u64)>> = vec![Vec::new()];
        work.spend(STEPS_PER_BUNDLE * way.len())?;
        for transfer in way[0].transfers {
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
                &ends[..]
            } else {
                hop.transfers
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
        way: &[Hop<'_>],
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
