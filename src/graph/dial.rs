//! Windows seen from afar: how far they reach at most, and which accounts pay inside them at all. Small tables that are
//! never wrong in one direction, so that most transfers are judged without looking at any other.

use std::ops::Range;

use rayon::prelude::*;

use super::build::Adjacency;
use super::core::parts;
use super::temporal::{Edge, TemporalGraph};

/// Blocks of ticks whose horizons are told apart.
const BLOCKS: usize = 1 << 11;
/// Blocks of ticks whose marks are told apart.
const DIAL_BLOCKS: usize = 1 << 9;

/// For ticks taken together in blocks, an upper bound of the last tick inside a window that begins with one of them. The
/// table stays in the nearest cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Horizons {
    shift: u32,
    last: Vec<u32>,
}

/// When each account paid, on a dial.
pub(crate) struct Paid {
    pub(super) dial: Dial,
    pub(super) marks: Vec<u64>,
}

/// Time on a dial of 64 marks: moments that share a mark may be near each other, moments that share none are not.
pub(super) struct Dial {
    shift: u32,
    blocks: Vec<Marks>,
}

/// What holds for all ticks of a block.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    /// The block itself.
    pub(super) own: u64,
    /// What may follow inside a window.
    pub(super) after: u64,
    /// What may have come before inside a window.
    pub(super) before: u64,
}

impl Horizons {
    pub fn of(times: &[i64], window: i64) -> Horizons {
        let shift = shift(times.len(), BLOCKS);
        let mut behind = 0;
        let last = |block: &[i64]| {
            let limit = block.last().map_or(i64::MIN, |time| time.saturating_add(window));
            // Windows move on by about a block.
            while times
                .get(behind + (1 << shift))
                .is_some_and(|time| *time <= limit)
            {
                behind += 1 << shift;
            }
            let near = &times[behind..times.len().min(behind + (1 << shift) + 1)];
            behind += near.partition_point(|time| *time <= limit);
            behind.saturating_sub(1) as u32
        };
        let last = times.chunks(1 << shift).map(last).collect();
        Horizons { shift, last }
    }

    /// No transfer inside the window that begins with this tick is later. Every tick of the graph lies in a block.
    pub fn last(&self, tick: u32) -> u32 {
        self.last[(tick >> self.shift) as usize]
    }

    /// The window that begins with this tick reaches at least so far.
    pub fn least(&self, tick: u32) -> u32 {
        let block = (tick >> self.shift) as usize;
        block
            .checked_sub(1)
            .map_or(tick, |before| self.last[before].max(tick))
    }
}

impl Paid {
    pub fn of(graph: &TemporalGraph, window: i64, ticks: &Range<u32>) -> Paid {
        let (outgoing, incoming) = graph.both();
        let dial = Dial::of(graph.times(), window.max(0));
        let marks = marks(&parts(outgoing, incoming), outgoing, &dial, ticks);
        Paid { dial, marks }
    }

    /// Whether money may go on from the payee of a transfer inside the window; where not, it surely does not.
    pub fn goes_on(&self, edge: Edge) -> bool {
        self.marks[edge.other() as usize] & self.dial.marks(edge.tick()).after != 0
    }
}

impl Dial {
    fn of(times: &[i64], window: i64) -> Dial {
        let shift = shift(times.len(), DIAL_BLOCKS);
        let first = times.first().copied().unwrap_or_default();
        let last = times.last().copied().unwrap_or_default();
        let window_length = i128::from(window);
        // Once round for all of time, if a mark is then no longer than a window and no shorter than makes sense.
        let length = (i128::from(last) - i128::from(first)) / 64 + 1;
        let length = length.clamp(window_length / 8 + 1, window_length + 1);
        let mark = |time: i64| (i128::from(time) - i128::from(first)) / length;
        // From the mark of one time to that of another, round the dial.
        let marks = |from: i64, to: i64| {
            let (from, to) = (mark(from), mark(to));
            match to - from >= 63 {
                true => u64::MAX,
                false => (from..=to).fold(0, |marks, mark| marks | 1 << (mark & 63)),
            }
        };
        let block = |block: &[i64]| {
            let (earliest, latest) = (block[0], block[block.len() - 1]);
            Marks {
                own: marks(earliest, latest),
                after: marks(earliest, latest.saturating_add(window)),
                before: marks(earliest.saturating_sub(window).max(first), latest),
            }
        };
        Dial {
            shift,
            blocks: times.chunks(1 << shift).map(block).collect(),
        }
    }

    /// Every tick of the graph lies in a block.
    pub(super) fn marks(&self, tick: u32) -> Marks {
        self.blocks[(tick >> self.shift) as usize]
    }
}

/// How many ticks make a block, as a power of two, so that there are no more than `most` blocks.
fn shift(ticks: usize, most: usize) -> u32 {
    let mut shift = 0;
    while ticks.div_ceil(1 << shift) > most {
        shift += 1;
    }
    shift
}

/// The marks of each account's transfers in one direction.
pub(super) fn marks(parts: &[Range<u32>], side: &Adjacency, dial: &Dial, ticks: &Range<u32>) -> Vec<u64> {
    let of_account = |account: u32| {
        let edges = side.of(account).edges;
        // A transfer to the account itself counts for nothing.
        edges[in_part(edges, ticks)].iter().fold(0, |marks, edge| {
            let counts = u64::from(edge.other() != account);
            marks | counts.wrapping_neg() & dial.marks(edge.tick()).own
        })
    };
    let mut marks = vec![0; side.starts.len() - 1];
    let mut rest = &mut marks[..];
    let mut own: Vec<(Range<u32>, &mut [u64])> = Vec::with_capacity(parts.len());
    for part in parts {
        let (first, behind) = rest.split_at_mut(part.len());
        own.push((part.clone(), first));
        rest = behind;
    }
    own.into_par_iter().for_each(|(part, marks)| {
        for (account, mark) in part.zip(marks) {
            *mark = of_account(account);
        }
    });
    marks
}

/// The places of an account's transfers that lie in a range of ticks.
pub(super) fn in_part(edges: &[Edge], ticks: &Range<u32>) -> Range<usize> {
    if *ticks == (0..u32::MAX) {
        return 0..edges.len();
    }
    let first = edges.partition_point(|edge| edge.tick() < ticks.start);
    let behind = edges.partition_point(|edge| edge.tick() < ticks.end);
    first..behind.max(first)
}
