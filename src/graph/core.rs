//! What can lie on a cycle: rounds of cutting, each over less than the one before.
//!
//! On real records nine transfers in ten end where nothing goes on, or begin where nothing came in. A search that never
//! sees them is many times faster, and its memory fits the cache.

use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::build::Adjacency;
use super::temporal::{Edge, TemporalGraph};

/// Rounds at most; each takes away what the one before it left hanging.
const ROUNDS: usize = 8;
/// Blocks of ticks whose horizons are told apart; a table of this size stays in the nearest cache.
const BLOCKS: usize = 1 << 13;
/// Transfers that one thread takes at a time.
const PART: usize = 1 << 15;
/// Marks a transfer that outlived a round; lower values are [`AFTER`] and [`BEFORE`].
const ALIVE: u8 = 4;
/// Something follows inside the window.
const AFTER: u8 = 1;
/// Something came before inside the window.
const BEFORE: u8 = 2;

/// The part of a graph outside which no temporal cycle of a given window lies, with accounts of its own, numbered in
/// the order of the graph's. Transfers keep their numbers. It may hold more than the cycles, never less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CyclicCore {
    /// The graph's number of each account of the core, ascending.
    accounts: Vec<u32>,
    /// The account of the core that each outgoing slot belongs to.
    payers: Vec<u32>,
    outgoing: Adjacency,
    incoming: Adjacency,
    horizons: Horizons,
}

/// An upper bound of the last tick inside the window that begins with a tick.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Horizons {
    shift: u32,
    last: Vec<u32>,
}

/// The accounts of one part, what is left of their transfers, and how many of each.
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
        let flags: Vec<AtomicU8> = (0..graph.transfers())
            .into_par_iter()
            .with_min_len(PART)
            .map(|_| AtomicU8::new(0))
            .collect();
        let cut = Cut {
            horizons: Horizons::of(graph, window),
            step: u32::from(strict),
            flags,
            ticks,
        };
        let (outgoing, incoming) = graph.both();
        let (mut outgoing, mut incoming) = cut.round(outgoing, incoming);
        let mut before = graph.transfers();
        for _ in 1..ROUNDS {
            let now = outgoing.all().len();
            if now == 0 || now as u64 * 10 > before as u64 * 9 {
                break;
            }
            before = now;
            (outgoing, incoming) = cut.round(&outgoing, &incoming);
        }
        CyclicCore::renumbered(outgoing, incoming, cut.horizons)
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
        self.outgoing.all().transfers
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

    /// No transfer inside the window that begins with a tick has a later one than this; a little later than the window's
    /// end where there are many ticks.
    pub(crate) fn horizon(&self, tick: u32) -> u32 {
        self.horizons.last(tick)
    }

    /// Drops the accounts without transfers.
    fn renumbered(mut outgoing: Adjacency, mut incoming: Adjacency, horizons: Horizons) -> CyclicCore {
        let all = outgoing.starts.len() - 1;
        let mut number = vec![0_u32; all];
        let mut accounts = Vec::new();
        let mut starts = (Vec::new(), Vec::new());
        let mut payers = Vec::with_capacity(outgoing.all().len());
        for account in 0..all {
            let (out, back) = (outgoing.slots(account as u32), incoming.slots(account as u32));
            if out.is_empty() && back.is_empty() {
                continue;
            }
            number[account] = accounts.len() as u32;
            payers.resize(out.end, accounts.len() as u32);
            accounts.push(account as u32);
            starts.0.push(out.start as u32);
            starts.1.push(back.start as u32);
        }
        for (side, mut starts) in [(&mut outgoing, starts.0), (&mut incoming, starts.1)] {
            starts.push(side.edges.len() as u32);
            side.starts = starts;
            side.edges.par_iter_mut().with_min_len(PART).for_each(|edge| {
                *edge = Edge::new(edge.tick(), number[edge.other() as usize]);
            });
        }
        CyclicCore {
            accounts,
            payers,
            outgoing,
            incoming,
            horizons,
        }
    }
}

impl Horizons {
    fn of(graph: &TemporalGraph, window: i64) -> Horizons {
        let times = graph.times();
        let mut shift = 0;
        while times.len() >> shift > BLOCKS {
            shift += 1;
        }
        let block = 1_usize << shift;
        let mut behind = 0;
        let last = times
            .chunks(block)
            .map(|block| {
                let latest = block.last().copied().unwrap_or_default();
                let limit = latest.saturating_add(window.max(0));
                behind += times[behind..].partition_point(|time| *time <= limit);
                behind.saturating_sub(1) as u32
            })
            .collect();
        Horizons { shift, last }
    }

    /// No transfer of a window that begins with this tick is later.
    fn last(&self, tick: u32) -> u32 {
        self.last
            .get((tick >> self.shift) as usize)
            .copied()
            .unwrap_or(u32::MAX)
    }
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
    fn round(&self, outgoing: &Adjacency, incoming: &Adjacency) -> (Adjacency, Adjacency) {
        let parts = parts(outgoing, incoming);
        parts.par_iter().for_each(|accounts| {
            for account in accounts.clone() {
                let (out, back) = (outgoing.of(account), incoming.of(account));
                self.visit(account, back.edges, out.edges, |place, sides| {
                    self.flags[back.transfers[place] as usize].store(sides, Ordering::Relaxed);
                });
            }
        });
        let outgoing = keep(&parts, outgoing, |account, left| {
            let (out, back) = (outgoing.of(account), incoming.of(account));
            self.visit(account, out.edges, back.edges, |place, at_payer| {
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
                    left.push(place);
                }
            });
        });
        let incoming = keep(&parts, incoming, |account, left| {
            let transfers = incoming.of(account).transfers;
            let is_alive =
                |transfer: u32| self.flags[transfer as usize].load(Ordering::Relaxed) == ALIVE;
            left.extend((0..transfers.len()).filter(|place| is_alive(transfers[*place])));
        });
        (outgoing, incoming)
    }

    /// For each of an account's transfers in one direction, whether one in the other direction follows inside the window
    /// and whether one came before. Both lists are sorted, so one walk over each is enough.
    fn visit(&self, account: u32, own: &[Edge], others: &[Edge], mut report: impl FnMut(usize, u8)) {
        let (mut next, mut past) = (0, 0);
        let mut latest = None;
        for (place, edge) in own.iter().enumerate() {
            let tick = edge.tick();
            if edge.other() == account || !self.ticks.contains(&tick) {
                report(place, 0);
                continue;
            }
            let counts = |other: &Edge| other.other() != account && self.ticks.contains(&other.tick());
            while let Some(other) = others.get(past).filter(|other| other.tick() + self.step <= tick) {
                if counts(other) {
                    latest = Some(other.tick());
                }
                past += 1;
            }
            while others
                .get(next)
                .is_some_and(|other| other.tick() < tick + self.step || !counts(other))
            {
                next += 1;
            }
            let mut sides = 0;
            if others
                .get(next)
                .is_some_and(|other| other.tick() <= self.horizons.last(tick))
            {
                sides |= AFTER;
            }
            if latest.is_some_and(|before| self.horizons.last(before) >= tick) {
                sides |= BEFORE;
            }
            report(place, sides);
        }
    }
}

/// Ranges of accounts with about equally many transfers.
fn parts(outgoing: &Adjacency, incoming: &Adjacency) -> Vec<Range<u32>> {
    let accounts = outgoing.starts.len() as u32 - 1;
    let mut parts = Vec::new();
    let mut first = 0;
    while first < accounts {
        let limit = outgoing.slots(first).start + incoming.slots(first).start + 2 * PART;
        let (mut behind, mut most) = (first + 1, accounts);
        while behind < most {
            let middle = behind + (most - behind) / 2;
            match outgoing.slots(middle).start + incoming.slots(middle).start < limit {
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
fn keep(
    parts: &[Range<u32>],
    side: &Adjacency,
    choose: impl Fn(u32, &mut Vec<usize>) + Sync,
) -> Adjacency {
    let left: Vec<Left> = parts
        .par_iter()
        .map(|accounts| {
            let (mut counts, mut edges, mut transfers) = (Vec::new(), Vec::new(), Vec::new());
            let mut places = Vec::new();
            for account in accounts.clone() {
                places.clear();
                choose(account, &mut places);
                let own = side.of(account);
                counts.push(places.len() as u32);
                edges.extend(places.iter().map(|place| own.edges[*place]));
                transfers.extend(places.iter().map(|place| own.transfers[*place]));
            }
            (counts, edges, transfers)
        })
        .collect();
    let count = left.iter().map(|part| part.1.len()).sum();
    let mut kept = Adjacency {
        starts: Vec::with_capacity(side.starts.len()),
        edges: Vec::with_capacity(count),
        transfers: Vec::with_capacity(count),
    };
    let mut start = 0;
    for (counts, edges, transfers) in left {
        for count in counts {
            kept.starts.push(start);
            start += count;
        }
        kept.edges.extend(edges);
        kept.transfers.extend(transfers);
    }
    kept.starts.push(start);
    kept
}
