//! Squares: two accounts that both pay the same two others. Where nearly all of a group pay nearly all of another,
//! everything lies on one; on real records little does.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;

use super::build::Adjacency;
use super::temporal::{Adjacent, Edge, TemporalGraph};

/// Accounts that one task goes over.
const ACCOUNTS: usize = 1 << 8;
const NONE: u32 = u32::MAX;

/// Set to true from another thread to give up.
type Cancel<'a> = Option<&'a AtomicBool>;

/// The transfers of a graph that lie on a square inside a window: payers a and b, payees x and y, all four different,
/// and four transfers a to x, a to y, b to x and b to y of which the last is at most the window after the first. Exactly
/// these, no more and no fewer. Accounts, transfers and ticks are numbered as in the graph.
///
/// Each square is found from that corner of it that has most transfers, by way of corners that have fewer (the order by
/// degree of Chiba and Nishizeki 1985, which Wang et al., PVLDB 12(10), 2019, use to count squares): a hub is only gone
/// through once, and the work is the smaller degree of each transfer's two accounts, inside twice the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Squares {
    outgoing: Adjacency,
    incoming: Adjacency,
}

impl Squares {
    /// Finds them; nothing where that takes a look at more than `most` pairs of transfers that share an account, or where
    /// somebody asks to stop.
    pub fn of(graph: &TemporalGraph, window: i64, most: u64, cancel: Cancel<'_>) -> Option<Squares> {
        let (outgoing, incoming) = graph.both();
        Squares::among(graph, outgoing, incoming, window, most, cancel)
    }

    /// The same among those of these transfers whose payer and payee count.
    pub fn between(
        &self,
        graph: &TemporalGraph,
        window: i64,
        most: u64,
        cancel: Cancel<'_>,
        counts: impl Fn(u32, u32) -> bool,
    ) -> Option<Squares> {
        let outgoing = self.outgoing.left(|account, other, _| counts(account, other));
        let incoming = self.incoming.left(|account, other, _| counts(other, account));
        Squares::among(graph, &outgoing, &incoming, window, most, cancel)
    }

    fn among(
        graph: &TemporalGraph,
        outgoing: &Adjacency,
        incoming: &Adjacency,
        window: i64,
        most: u64,
        cancel: Cancel<'_>,
    ) -> Option<Squares> {
        let search = Search {
            outgoing,
            incoming,
            horizons: graph.horizons(window),
            origins: origins(graph, window),
            is_inside: (0..graph.transfers()).map(|_| AtomicBool::new(false)).collect(),
            looked_at: AtomicU64::new(0),
            most,
            cancel,
        };
        (0..graph.accounts() as u32)
            .into_par_iter()
            .with_min_len(ACCOUNTS)
            .for_each_init(
                || Scratch::of(graph.accounts()),
                |scratch, account| {
                    search.corner(Corner::Payer, account, scratch);
                    search.corner(Corner::Payee, account, scratch);
                },
            );
        if search.has_enough() {
            return None;
        }
        let is_inside = |transfer: u32| search.is_inside[transfer as usize].load(Ordering::Relaxed);
        let (outgoing, incoming) = rayon::join(
            || outgoing.left(|_, _, transfer| is_inside(transfer)),
            || incoming.left(|_, _, transfer| is_inside(transfer)),
        );
        Some(Squares { outgoing, incoming })
    }

    /// What an account paid on squares, sorted by (time, transfer).
    pub fn outgoing(&self, account: u32) -> Adjacent<'_> {
        self.outgoing.of(account)
    }

    /// What an account received on squares, sorted by (time, transfer).
    pub fn incoming(&self, account: u32) -> Adjacent<'_> {
        self.incoming.of(account)
    }
}

/// Which side of a square an account stands on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Corner {
    Payer,
    Payee,
}

impl Corner {
    fn across(self) -> Corner {
        match self {
            Corner::Payer => Corner::Payee,
            Corner::Payee => Corner::Payer,
        }
    }
}

struct Search<'g> {
    outgoing: &'g Adjacency,
    incoming: &'g Adjacency,
    /// For each tick the last and the first one inside the window.
    horizons: Vec<u32>,
    origins: Vec<u32>,
    /// For each transfer whether it lies on a square.
    is_inside: Vec<AtomicBool>,
    looked_at: AtomicU64,
    most: u64,
    cancel: Cancel<'g>,
}

/// Two transfers that share the account in the middle, from the corner at hand to one that faces it.
#[derive(Clone, Copy)]
struct Wedge {
    facing: u32,
    middle: u32,
    /// The earlier and the later tick.
    low: u32,
    high: u32,
    transfers: [u32; 2],
}

/// A transfer of the corner at hand. Orders by middle, then by tick.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Own {
    middle: u32,
    tick: u32,
    transfer: u32,
}

struct Scratch {
    own: Vec<Own>,
    /// For each account that faces the corner one middle that leads to it, and whether there is another one.
    middle: Vec<u32>,
    is_shared: Vec<bool>,
    facing: Vec<u32>,
    wedges: Vec<Wedge>,
    /// For each wedge the one of those behind it that ends first, and the first of those by another middle.
    best: Vec<[(u32, u32); 2]>,
}

impl Scratch {
    fn of(accounts: usize) -> Scratch {
        Scratch {
            own: Vec::new(),
            middle: vec![NONE; accounts],
            is_shared: vec![false; accounts],
            facing: Vec::new(),
            wedges: Vec::new(),
            best: Vec::new(),
        }
    }
}

impl Search<'_> {
    fn has_enough(&self) -> bool {
        self.looked_at.load(Ordering::Relaxed) > self.most
            || self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// What an account has on one side.
    fn edges(&self, corner: Corner, account: u32) -> Adjacent<'_> {
        match corner {
            Corner::Payer => self.outgoing.of(account),
            Corner::Payee => self.incoming.of(account),
        }
    }

    fn rank(&self, corner: Corner, account: u32) -> (usize, Corner, u32) {
        (self.edges(corner, account).len(), corner, account)
    }

    /// Goes over what the middles of a corner have on the side of it, as far as some transfer of the corner is near;
    /// each once. `own` is sorted by middle, then by tick. Ends early where that is too much.
    fn around<'o>(&self, corner: Corner, own: &'o [Own], mut each: impl FnMut(&'o [Own], Edge, u32)) {
        for same in own.chunk_by(|a, b| a.middle == b.middle) {
            let across = self.edges(corner.across(), same[0].middle);
            let mut behind = 0;
            let mut looked_at = 0;
            for one in same {
                let ticks = self.origins[one.tick as usize]..self.horizons[one.tick as usize] + 1;
                let place =
                    |tick: u32| behind + across.edges[behind..].partition_point(|edge| edge.tick() < tick);
                let near = place(ticks.start)..place(ticks.end);
                looked_at += near.len() as u64 + 1;
                behind = near.end;
                for place in near {
                    each(same, across.edges[place], across.transfers[place]);
                }
            }
            self.looked_at.fetch_add(looked_at, Ordering::Relaxed);
            if self.has_enough() {
                return;
            }
        }
    }

    /// Marks the squares whose highest corner is this one.
    fn corner(&self, corner: Corner, account: u32, scratch: &mut Scratch) {
        let edges = self.edges(corner, account);
        if edges.len() < 2 || self.has_enough() {
            return;
        }
        let Scratch {
            own,
            middle,
            is_shared,
            facing,
            wedges,
            best,
        } = scratch;
        let own_rank = self.rank(corner, account);
        let is_lower = |corner: Corner, other: u32| other != account && self.rank(corner, other) < own_rank;
        own.clear();
        own.extend(
            edges
                .iter()
                .filter(|(edge, _)| is_lower(corner.across(), edge.other()))
                .map(|(edge, transfer)| Own {
                    middle: edge.other(),
                    tick: edge.tick(),
                    transfer,
                }),
        );
        own.sort_unstable();
        self.around(corner, own, |same, edge, _| {
            let known = &mut middle[edge.other() as usize];
            if *known == NONE {
                *known = same[0].middle;
                facing.push(edge.other());
            } else if *known != same[0].middle {
                is_shared[edge.other() as usize] = true;
            }
        });
        // Whoever is not lower in rank is not gone to: that square is found from there.
        for other in facing.iter() {
            is_shared[*other as usize] &= is_lower(corner, *other);
        }
        if facing.iter().any(|account| is_shared[*account as usize]) {
            self.around(corner, own, |same, edge, behind| {
                if !is_shared[edge.other() as usize] || edge.other() == same[0].middle {
                    return;
                }
                let tick = edge.tick();
                let ticks = self.origins[tick as usize]..=self.horizons[tick as usize];
                let near = same.iter().filter(|one| ticks.contains(&one.tick));
                wedges.extend(near.map(|one| Wedge {
                    facing: edge.other(),
                    middle: one.middle,
                    low: tick.min(one.tick),
                    high: tick.max(one.tick),
                    transfers: [one.transfer, behind],
                }));
            });
            wedges.sort_unstable_by_key(|wedge| (wedge.facing, wedge.low, wedge.high, wedge.transfers));
            for same in wedges.chunk_by(|a, b| a.facing == b.facing) {
                self.mark(same, best);
            }
            wedges.clear();
        }
        for account in facing.drain(..) {
            middle[account as usize] = NONE;
            is_shared[account as usize] = false;
        }
    }

    /// Marks, of wedges between the same two corners in the order of their earlier ticks, those that make a square with
    /// one by another middle.
    fn mark(&self, wedges: &[Wedge], best: &mut Vec<[(u32, u32); 2]>) {
        const NO_END: (u32, u32) = (u32::MAX, NONE);
        best.clear();
        best.resize(wedges.len() + 1, [NO_END; 2]);
        for (place, wedge) in wedges.iter().enumerate().rev() {
            let [first, second] = best[place + 1];
            let own = (wedge.high, wedge.middle);
            best[place] = if own.1 == first.1 {
                [first.min(own), second]
            } else if own < first {
                [own, first]
            } else {
                [first, second.min(own)]
            };
        }
        // The last wedge by another middle than the one at hand.
        let mut before: Option<Wedge> = None;
        let mut last: Option<Wedge> = None;
        for (place, wedge) in wedges.iter().enumerate() {
            if last.is_some_and(|last| last.middle != wedge.middle) {
                before = last;
            }
            last = Some(*wedge);
            let [first, second] = best[place + 1];
            let end = if first.1 == wedge.middle {
                second.0
            } else {
                first.0
            };
            let with_later = end <= self.horizons[wedge.low as usize];
            let with_earlier = before.is_some_and(|before| wedge.high <= self.horizons[before.low as usize]);
            if with_later || with_earlier {
                for transfer in wedge.transfers {
                    self.is_inside[transfer as usize].store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

/// For each tick the first one whose time is at most `window` microseconds earlier.
fn origins(graph: &TemporalGraph, window: i64) -> Vec<u32> {
    let times = graph.times();
    let mut first = 0;
    times
        .iter()
        .map(|time| {
            while times[first].saturating_add(window) < *time {
                first += 1;
            }
            first as u32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every four transfers, tried one by one.
    fn plain(graph: &TemporalGraph, window: i64) -> Vec<bool> {
        let all: Vec<(u32, u32, i64)> = (0..graph.transfers() as u32)
            .map(|transfer| (graph.payer(transfer), graph.payee(transfer), graph.at(transfer)))
            .collect();
        let mut is_inside = vec![false; all.len()];
        for (ax, one) in all.iter().enumerate() {
            for (ay, two) in all.iter().enumerate().filter(|(_, two)| two.0 == one.0) {
                for (bx, three) in all.iter().enumerate().filter(|(_, three)| three.1 == one.1) {
                    for (by, four) in all.iter().enumerate() {
                        let corners = [one.0, three.0, one.1, two.1];
                        let differ = (0..4).all(|i| (0..i).all(|j| corners[i] != corners[j]));
                        let times = [one.2, two.2, three.2, four.2];
                        let span = times.iter().max().unwrap_or(&0) - times.iter().min().unwrap_or(&0);
                        if differ && (four.0, four.1) == (three.0, two.1) && span <= window {
                            for transfer in [ax, ay, bx, by] {
                                is_inside[transfer] = true;
                            }
                        }
                    }
                }
            }
        }
        is_inside
    }

    #[test]
    fn squares_are_those_that_four_loops_find() {
        let mut state = 5_u64;
        let mut below = |limit: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        let mut seen = 0;
        for _ in 0..3_000 {
            let (accounts, rows) = (4 + below(5), below(28));
            let column = |below: &mut dyn FnMut(u64) -> u64, limit: u64| -> Vec<u32> {
                (0..rows).map(|_| below(limit) as u32).collect()
            };
            let (payer, payee) = (column(&mut below, accounts), column(&mut below, accounts));
            let at: Vec<i64> = (0..rows).map(|_| below(20) as i64).collect();
            let amount = vec![1; rows as usize];
            let graph =
                TemporalGraph::build(accounts as usize, &payer, &payee, &at, &amount).expect("good columns");
            let window = below(12) as i64;
            let squares = Squares::of(&graph, window, u64::MAX, None).expect("no limit");
            let expected = plain(&graph, window);
            for (direction, sides) in [(&squares.outgoing, &payer), (&squares.incoming, &payee)] {
                let mut got = vec![false; rows as usize];
                for account in 0..accounts as u32 {
                    for (edge, transfer) in direction.of(account).iter() {
                        assert_eq!(sides[transfer as usize], account);
                        assert_eq!(graph.tick(transfer), edge.tick());
                        got[transfer as usize] = true;
                    }
                }
                assert_eq!(got, expected);
            }
            seen += expected.iter().filter(|inside| **inside).count();
        }
        assert!(seen > 3_000, "too few to prove anything: {seen}");
    }

    #[test]
    fn a_limit_ends_the_search() {
        let all = |which: fn(u32) -> u32| -> Vec<u32> { (0..400).map(which).collect() };
        let (payer, payee) = (all(|row| row / 20), all(|row| 20 + row % 20));
        let graph = TemporalGraph::build(40, &payer, &payee, &[0; 400], &[1; 400]).expect("good columns");
        assert_eq!(Squares::of(&graph, 0, 100, None), None);
        let whole = Squares::of(&graph, 0, u64::MAX, None).expect("no limit");
        assert_eq!(whole.outgoing, *graph.both().0);
        let flag = AtomicBool::new(true);
        assert_eq!(Squares::of(&graph, 0, u64::MAX, Some(&flag)), None);
    }
}
