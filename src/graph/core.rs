//! What can lie on a cycle: rounds of cutting, each over less than the one before.
//!
//! On real records nine transfers in ten end where nothing goes on, or begin where nothing came in. A search that never
//! sees them is many times faster, and its memory fits the cache.

use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::build::Adjacency;
use super::dial::{Horizons, Paid, in_part, marks};
use super::leaves::{Sides, apart};
use super::temporal::{Edge, TemporalGraph};

/// Exact rounds at most; each takes away what the one before it left hanging.
const ROUNDS: usize = 6;
/// Transfers that one thread takes at a time.
const PART: usize = 1 << 15;
/// Something follows inside the window.
const AFTER: u8 = 1;
/// Something came before inside the window.
const BEFORE: u8 = 2;
/// A transfer that outlived a round.
const ALIVE: u8 = 4;

/// The part of a graph outside which no temporal cycle of a given window lies, with accounts of its own. Several of these
/// may stand for one account of the graph, where no cycle leads from the transfers of one to those of another. Transfers
/// keep their numbers. It may hold more than the cycles, never less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CyclicCore {
    /// The graph's number of each account of the core.
    accounts: Vec<u32>,
    /// The account of the core that each outgoing slot belongs to.
    payers: Vec<u32>,
    outgoing: Adjacency,
    incoming: Adjacency,
}

/// Accounts of one part: what is left of their transfers, and how many of each.
type Left = (Vec<u32>, Vec<Edge>, Vec<u32>);

impl CyclicCore {
    /// Cuts a graph. `window` in microseconds from first to last transfer, inclusive; `strict` where each transfer has
    /// to be later than the one before it.
    ///
    /// A transfer stays if it can be first (something goes on from its payee, and something comes back to its payer
    /// later), in the middle, or last, each inside the window; what is cut may leave others hanging, so it is done again
    /// until little changes.
    pub fn of(graph: &TemporalGraph, window: i64, strict: bool) -> CyclicCore {
        CyclicCore::of_part(graph, window, strict, 0..u32::MAX)
    }

    /// The core of what happened in a range of ticks.
    pub(crate) fn of_part(graph: &TemporalGraph, window: i64, strict: bool, ticks: Range<u32>) -> CyclicCore {
        let paid = Paid::of(graph, window, &ticks);
        CyclicCore::among(graph, window, strict, ticks, &paid)
    }

    /// The same, where the marks of what was paid are known already.
    pub(crate) fn among(
        graph: &TemporalGraph,
        window: i64,
        strict: bool,
        ticks: Range<u32>,
        paid: &Paid,
    ) -> CyclicCore {
        let mut cut = Cut {
            horizons: Horizons::of(graph.times(), window.max(0)),
            step: u32::from(strict),
            flags: Vec::new(),
            ticks,
        };
        // Roughly first, on a dial of marks, because that is fast; then exactly, what is left.
        let (outgoing, incoming) = graph.both();
        let (mut outgoing, mut incoming) = cut.sift(outgoing, incoming, paid);
        let accounts: Vec<u32> = (0..graph.accounts() as u32).collect();
        let accounts = renumber(&accounts, &mut outgoing, &mut incoming);
        cut.flags = (0..graph.transfers())
            .into_par_iter()
            .with_min_len(PART)
            .map(|_| AtomicU8::new(0))
            .collect();
        for _ in 0..ROUNDS {
            let before = outgoing.edges.len() as u64;
            (outgoing, incoming) = cut.round(&outgoing, &incoming);
            // The next one costs about as much as what goes saves.
            if outgoing.edges.len() as u64 * 4 > before * 3 {
                break;
            }
        }
        let accounts = renumber(&accounts, &mut outgoing, &mut incoming);
        let Sides {
            accounts,
            outgoing,
            incoming,
        } = apart(Sides {
            accounts,
            outgoing,
            incoming,
        });
        let mut payers = Vec::with_capacity(outgoing.edges.len());
        for account in 0..accounts.len() as u32 {
            payers.resize(outgoing.slots(account).end, account);
        }
        CyclicCore {
            accounts,
            payers,
            outgoing,
            incoming,
        }
    }

    /// How many accounts.
    pub fn accounts(&self) -> usize {
        self.accounts.len()
    }

    /// How many transfers.
    pub fn transfers(&self) -> usize {
        self.payers.len()
    }

    /// The graph's number of an account.
    pub fn account(&self, number: u32) -> u32 {
        self.accounts[number as usize]
    }

    /// The transfers, by payer and time.
    pub fn numbers(&self) -> &[u32] {
        &self.outgoing.transfers
    }

    pub(crate) fn outgoing(&self) -> &Adjacency {
        &self.outgoing
    }

    pub(crate) fn incoming(&self) -> &Adjacency {
        &self.incoming
    }

    /// The account that an outgoing slot belongs to.
    pub(crate) fn payer(&self, slot: u32) -> u32 {
        self.payers[slot as usize]
    }
}

/// Drops the accounts without transfers; gives those that are left.
fn renumber(accounts: &[u32], outgoing: &mut Adjacency, incoming: &mut Adjacency) -> Vec<u32> {
    let mut number = vec![0_u32; accounts.len()];
    let mut left = Vec::new();
    let mut starts = (Vec::new(), Vec::new());
    for (place, account) in accounts.iter().enumerate() {
        let (out, back) = (outgoing.slots(place as u32), incoming.slots(place as u32));
        if out.is_empty() && back.is_empty() {
            continue;
        }
        number[place] = left.len() as u32;
        left.push(*account);
        starts.0.push(out.start as u32);
        starts.1.push(back.start as u32);
    }
    for (side, mut starts) in [(outgoing, starts.0), (incoming, starts.1)] {
        starts.push(side.edges.len() as u32);
        side.starts = starts;
        side.edges.par_iter_mut().with_min_len(PART).for_each(|edge| {
            *edge = Edge::new(edge.tick(), number[edge.other() as usize]);
        });
    }
    left
}

/// What is the same in every round.
struct Cut {
    horizons: Horizons,
    /// Ticks that have to lie between a transfer and the next: 1 in strict order, 0 in lenient.
    step: u32,
    /// By transfer. Each is written by the one thread that has its payee, then by the one that has its payer.
    flags: Vec<AtomicU8>,
    ticks: Range<u32>,
}

impl Cut {
    /// A rough round: what has no company on the dial goes. Both directions of a transfer ask the same question.
    fn sift(&self, outgoing: &Adjacency, incoming: &Adjacency, paid: &Paid) -> (Adjacency, Adjacency) {
        let parts = parts(outgoing, incoming);
        let Paid { dial, marks: paid } = paid;
        let received = marks(&parts, incoming, dial, &self.ticks);
        let stays = |edge: Edge, paid: u64, received: u64| {
            let block = dial.marks(edge.tick());
            // Seen from the payee what was paid, from the payer what was received.
            let (goes_on, had_paid) = (paid & block.after != 0, paid & block.before != 0);
            let (comes_back, came) = (received & block.after != 0, received & block.before != 0);
            (goes_on & (comes_back | came)) | (came & had_paid)
        };
        let left = self.keep_if(&parts, outgoing, &received, |edge, own| {
            stays(edge, paid[edge.other() as usize], own)
        });
        let right = self.keep_if(&parts, incoming, paid, |edge, own| {
            stays(edge, own, received[edge.other() as usize])
        });
        (left, right)
    }

    /// What stays of one direction. `own` are the marks that each account has on the other side; one without any keeps
    /// nothing. Nobody can guess what stays, so everything is written and the next one written over what does not stay.
    fn keep_if(
        &self,
        parts: &[Range<u32>],
        side: &Adjacency,
        own: &[u64],
        stays: impl Fn(Edge, u64) -> bool + Sync,
    ) -> Adjacency {
        let of_part = |accounts: &Range<u32>| {
            let slots = side.starts[accounts.start as usize]..side.starts[accounts.end as usize];
            let mut counts = Vec::with_capacity(accounts.len());
            let mut edges = vec![Edge::default(); slots.len()];
            let mut transfers = vec![0; slots.len()];
            let mut kept = 0;
            for account in accounts.clone() {
                let own = own[account as usize];
                let before = kept;
                if own != 0 {
                    let all = side.of(account);
                    let range = in_part(all.edges, &self.ticks);
                    for (edge, transfer) in all.edges[range.clone()].iter().zip(&all.transfers[range]) {
                        edges[kept] = *edge;
                        transfers[kept] = *transfer;
                        kept += usize::from((edge.other() != account) & stays(*edge, own));
                    }
                }
                counts.push((kept - before) as u32);
            }
            edges.truncate(kept);
            transfers.truncate(kept);
            (counts, edges, transfers)
        };
        joined(side, parts.par_iter().map(of_part).collect())
    }

    /// An exact round, up to the grain of the blocks.
    fn round(&self, outgoing: &Adjacency, incoming: &Adjacency) -> (Adjacency, Adjacency) {
        let parts = parts(outgoing, incoming);
        parts.par_iter().for_each(|accounts| {
            for account in accounts.clone() {
                let (out, back) = (outgoing.of(account), incoming.of(account));
                self.visit(back.edges, out.edges, |place, sides| {
                    self.flags[back.transfers[place] as usize].store(sides, Ordering::Relaxed);
                });
            }
        });
        let left = keep(&parts, outgoing, |account, places| {
            let (out, back) = (outgoing.of(account), incoming.of(account));
            self.visit(out.edges, back.edges, |place, at_payer| {
                let flag = &self.flags[out.transfers[place] as usize];
                let at_payee = flag.load(Ordering::Relaxed);
                // First: it goes on, and money comes back to the payer. Middle: it goes on, and something came before.
                // Last: something came before, and the payee had paid.
                let stays = match at_payee & AFTER != 0 {
                    true => at_payer != 0,
                    false => at_payee & BEFORE != 0 && at_payer & BEFORE != 0,
                };
                if stays {
                    flag.store(ALIVE, Ordering::Relaxed);
                    places.push(place);
                }
            });
        });
        let right = keep(&parts, incoming, |account, places| {
            let transfers = incoming.of(account).transfers;
            let is_alive = |transfer: u32| self.flags[transfer as usize].load(Ordering::Relaxed) == ALIVE;
            places.extend((0..transfers.len()).filter(|place| is_alive(transfers[*place])));
        });
        (left, right)
    }

    /// For each of an account's transfers in one direction, whether one in the other direction follows inside the window
    /// and whether one came before. Both lists are sorted, so one walk over each is enough.
    fn visit(&self, own: &[Edge], others: &[Edge], mut report: impl FnMut(usize, u8)) {
        let (mut next, mut past) = (0, 0);
        for (place, edge) in own.iter().enumerate() {
            let tick = edge.tick();
            while others
                .get(next)
                .is_some_and(|other| other.tick() < tick + self.step)
            {
                next += 1;
            }
            while others
                .get(past)
                .is_some_and(|other| other.tick() + self.step <= tick)
            {
                past += 1;
            }
            let follows = |other: &Edge| other.tick() <= self.horizons.last(tick);
            let came = |other: &Edge| self.horizons.last(other.tick()) >= tick;
            let mut sides = 0;
            if others.get(next).is_some_and(follows) {
                sides |= AFTER;
            }
            if past > 0 && came(&others[past - 1]) {
                sides |= BEFORE;
            }
            report(place, sides);
        }
    }
}

/// Ranges of accounts with about equally many transfers.
pub(super) fn parts(outgoing: &Adjacency, incoming: &Adjacency) -> Vec<Range<u32>> {
    let accounts = outgoing.starts.len() as u32 - 1;
    let before = |account: u32| outgoing.slots(account).start + incoming.slots(account).start;
    let mut parts = Vec::new();
    let mut first = 0;
    while first < accounts {
        let limit = before(first) + 2 * PART;
        let (mut behind, mut most) = (first + 1, accounts);
        while behind < most {
            let middle = behind + (most - behind) / 2;
            match before(middle) < limit {
                true => behind = middle + 1,
                false => most = middle,
            }
        }
        parts.push(first..behind);
        first = behind;
    }
    parts
}

/// What is left of one direction. `choose` adds the places in an account's list that stay.
fn keep(parts: &[Range<u32>], side: &Adjacency, choose: impl Fn(u32, &mut Vec<usize>) + Sync) -> Adjacency {
    let left: Vec<Left> = parts
        .par_iter()
        .map(|accounts| {
            let mut counts = Vec::with_capacity(accounts.len());
            let (mut edges, mut transfers) = (Vec::new(), Vec::new());
            let mut places = Vec::new();
            for account in accounts.clone() {
                choose(account, &mut places);
                counts.push(places.len() as u32);
                if !places.is_empty() {
                    let own = side.of(account);
                    edges.extend(places.iter().map(|place| own.edges[*place]));
                    transfers.extend(places.drain(..).map(|place| own.transfers[place]));
                }
            }
            (counts, edges, transfers)
        })
        .collect();
    joined(side, left)
}

/// The parts of one direction behind each other.
fn joined(side: &Adjacency, left: Vec<Left>) -> Adjacency {
    let count = left.iter().map(|part| part.1.len()).sum();
    let mut kept = Adjacency {
        starts: Vec::with_capacity(side.starts.len()),
        edges: Vec::with_capacity(count),
        transfers: Vec::with_capacity(count),
    };
    let mut start = 0;
    for (counts, edges, transfers) in left {
        kept.starts.extend(counts.into_iter().map(|count| {
            let own = start;
            start += count;
            own
        }));
        kept.edges.extend(edges);
        kept.transfers.extend(transfers);
    }
    kept.starts.push(start);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(accounts: usize, rows: &[(u32, u32, i64)]) -> TemporalGraph {
        let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
        TemporalGraph::build(accounts, &payer, &payee, &at, &vec![1; rows.len()]).expect("good rows")
    }

    #[test]
    fn what_hangs_loose_goes_and_cycles_stay() {
        let rows = [
            (4, 1, 0),
            (1, 2, 10),
            (2, 4, 20),
            (4, 6, 30),
            (5, 4, 40),
            (2, 2, 15),
            (1, 4, 900),
        ];
        let core = CyclicCore::of(&graph(7, &rows), 100, true);
        assert_eq!(core.numbers(), [1, 2, 0]);
        assert_eq!((core.accounts(), core.transfers()), (3, 3));
        assert_eq!([core.account(0), core.account(1), core.account(2)], [1, 2, 4]);
        assert_eq!(CyclicCore::of(&graph(7, &rows), 19, true).transfers(), 0);
        assert_eq!(CyclicCore::of(&graph(0, &[]), 19, true).accounts(), 0);
    }

    #[test]
    fn equal_times_follow_each_other_only_in_lenient_order() {
        let rows = [(0, 1, 5), (1, 0, 5)];
        assert_eq!(CyclicCore::of(&graph(2, &rows), 0, true).transfers(), 0);
        assert_eq!(CyclicCore::of(&graph(2, &rows), 0, false).transfers(), 2);
    }

    #[test]
    fn long_chains_are_eaten_up_from_their_ends() {
        let rows: Vec<(u32, u32, i64)> = (0..6).map(|hop| (hop, hop + 1, i64::from(hop))).collect();
        assert_eq!(CyclicCore::of(&graph(7, &rows), 100, true).transfers(), 0);
    }

    #[test]
    fn the_whole_of_time_is_no_overflow() {
        let rows = [(0, 1, i64::MIN), (1, 0, 0), (0, 1, 1), (1, 0, i64::MAX)];
        assert_eq!(CyclicCore::of(&graph(2, &rows), 0, true).transfers(), 0);
        // The longest window of all, from the first moment of all, does not reach the year 1970.
        assert_eq!(
            CyclicCore::of(&graph(2, &rows), i64::MAX, true).numbers(),
            [2, 1, 3]
        );
    }
}
