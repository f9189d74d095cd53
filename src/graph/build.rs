//! How the graph's arrays are made: sort by time once, then deal the transfers out to accounts in two rounds, first to
//! ranges of accounts, then inside a range. Both rounds keep the order of time, write to disjoint slices and stay in the
//! cache, so the result is the same whatever the number of threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::temporal::{Adjacent, Edge, GraphError};

/// Ranges of accounts that the first round deals to.
const RANGES: usize = 256;
/// Rows below which splitting costs more than it saves.
const SMALLEST_PART: usize = 1 << 14;

/// Edges of all accounts in one direction, account after account, each sorted by (time, transfer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Adjacency {
    /// Where an account's edges begin; one more at the end.
    pub starts: Vec<u32>,
    pub edges: Vec<Edge>,
    pub transfers: Vec<u32>,
}

/// Ticks of the transfers, and the times that they stand for.
pub(super) struct Ticks {
    /// In the order of time.
    pub by_position: Vec<u32>,
    pub times: Vec<i64>,
}

/// Refuses columns that make no graph.
pub(super) fn check(
    accounts: usize,
    payer: &[u32],
    payee: &[u32],
    at: &[i64],
    amount: &[i64],
) -> Result<(), GraphError> {
    let expected = payer.len();
    for (column, found) in [("payee", payee.len()), ("at", at.len()), ("amount", amount.len())] {
        if found != expected {
            return Err(GraphError::Length {
                column,
                found,
                expected,
            });
        }
    }
    let limit = u32::MAX as usize;
    for (what, found) in [("transfers", expected), ("accounts", accounts)] {
        if found > limit {
            return Err(GraphError::TooMany { what, found, limit });
        }
    }
    for (side, column) in [("payer", payer), ("payee", payee)] {
        let stranger = column
            .par_iter()
            .position_first(|account| *account as usize >= accounts);
        if let Some(transfer) = stranger {
            return Err(GraphError::Account {
                transfer,
                side,
                account: column[transfer],
                accounts,
            });
        }
    }
    match amount.par_iter().position_first(|amount| *amount < 0) {
        Some(transfer) => Err(GraphError::Negative {
            transfer,
            amount: amount[transfer],
        }),
        None => Ok(()),
    }
}

/// The transfers in the order of (time, transfer).
pub(super) fn time_order(at: &[i64]) -> Vec<u32> {
    if at.par_windows(2).all(|pair| pair[0] <= pair[1]) {
        return (0..at.len() as u32).into_par_iter().collect();
    }
    let mut keys: Vec<(i64, u32)> = at.par_iter().copied().zip(0..at.len() as u32).collect();
    keys.par_sort_unstable();
    keys.into_par_iter().map(|(_, transfer)| transfer).collect()
}

/// Numbers the distinct times.
pub(super) fn ticks(at: &[i64], order: &[u32]) -> Ticks {
    let time = |position: usize| at[order[position] as usize];
    let is_new = |position: usize| position == 0 || time(position) != time(position - 1);
    let part = part_size(order.len());
    let new_in_part: Vec<usize> = (0..order.len().div_ceil(part))
        .into_par_iter()
        .map(|index| {
            part_of(index, part, order.len())
                .filter(|position| is_new(*position))
                .count()
        })
        .collect();
    let mut times = vec![0; new_in_part.iter().sum()];
    let mut by_position = vec![0; order.len()];
    let mut jobs = Vec::with_capacity(new_in_part.len());
    let (mut times_left, mut seen) = (times.as_mut_slice(), 0);
    for (index, (ticks, new)) in by_position.chunks_mut(part).zip(&new_in_part).enumerate() {
        let (own, rest) = times_left.split_at_mut(*new);
        times_left = rest;
        jobs.push((index * part, ticks, own, seen));
        seen += new;
    }
    jobs.into_par_iter().for_each(|(first, ticks, times, seen)| {
        let mut new = 0;
        for (offset, tick) in ticks.iter_mut().enumerate() {
            if is_new(first + offset) {
                times[new] = time(first + offset);
                new += 1;
            }
            // The first position of all is new, so at least one time has been seen here.
            *tick = (seen + new - 1) as u32;
        }
    });
    Ticks { by_position, times }
}

/// Brings values from the order of time into the order of transfers.
pub(super) fn by_transfer(order: &[u32], by_position: Vec<u32>) -> Vec<u32> {
    if order
        .par_iter()
        .enumerate()
        .all(|(position, transfer)| position == *transfer as usize)
    {
        return by_position;
    }
    // The positions are a permutation, so every cell is written once.
    let cells: Vec<AtomicU32> = (0..order.len())
        .into_par_iter()
        .map(|_| AtomicU32::new(0))
        .collect();
    order.par_iter().zip(&by_position).for_each(|(transfer, value)| {
        cells[*transfer as usize].store(*value, Ordering::Relaxed);
    });
    cells.into_par_iter().map(AtomicU32::into_inner).collect()
}

/// A transfer on its way to its account.
#[derive(Clone, Copy, Default)]
struct Item {
    account: u32,
    transfer: u32,
    edge: Edge,
}

/// The items of one stretch of time, dealt to ranges of accounts.
struct Part {
    items: Vec<Item>,
    /// Where each range's items begin; one more at the end.
    starts: Vec<usize>,
}

/// One range of accounts and the slices that belong to it alone.
struct Job<'a> {
    range: usize,
    first_account: usize,
    first_slot: usize,
    starts: &'a mut [u32],
    edges: &'a mut [Edge],
    transfers: &'a mut [u32],
}

/// Sorts the transfers by account, keeping the order of time inside each.
pub(super) fn adjacency(
    accounts: usize,
    account: &[u32],
    other: &[u32],
    order: &[u32],
    ticks: &[u32],
) -> Adjacency {
    let width = accounts.div_ceil(RANGES).max(1).next_power_of_two();
    let shift = width.trailing_zeros();
    let ranges = accounts.div_ceil(width);
    let size = part_size(order.len());
    let parts: Vec<Part> = (0..order.len().div_ceil(size))
        .into_par_iter()
        .map(|index| {
            deal(
                part_of(index, size, order.len()),
                shift,
                ranges,
                account,
                other,
                order,
                ticks,
            )
        })
        .collect();

    let mut starts = vec![0; accounts + 1];
    let mut edges = vec![Edge::default(); order.len()];
    let mut transfers = vec![0; order.len()];
    starts[accounts] = order.len() as u32;
    let mut jobs = Vec::with_capacity(ranges);
    let (mut starts_left, mut edges_left, mut transfers_left) = (
        &mut starts[..accounts],
        edges.as_mut_slice(),
        transfers.as_mut_slice(),
    );
    let mut first_slot = 0;
    for range in 0..ranges {
        let count: usize = parts
            .iter()
            .map(|part| part.starts[range + 1] - part.starts[range])
            .sum();
        let (own_starts, rest) = starts_left.split_at_mut(width.min(starts_left.len()));
        starts_left = rest;
        let (own_edges, rest) = edges_left.split_at_mut(count);
        edges_left = rest;
        let (own_transfers, rest) = transfers_left.split_at_mut(count);
        transfers_left = rest;
        jobs.push(Job {
            range,
            first_account: range * width,
            first_slot,
            starts: own_starts,
            edges: own_edges,
            transfers: own_transfers,
        });
        first_slot += count;
    }
    jobs.into_par_iter().for_each(|job| settle(job, &parts));
    Adjacency {
        starts,
        edges,
        transfers,
    }
}

/// First round: a stretch of time, its items sorted by range of accounts.
fn deal(
    positions: Range<usize>,
    shift: u32,
    ranges: usize,
    account: &[u32],
    other: &[u32],
    order: &[u32],
    ticks: &[u32],
) -> Part {
    let range_of = |position: usize| (account[order[position] as usize] >> shift) as usize;
    let mut starts = vec![0; ranges + 1];
    for position in positions.clone() {
        starts[range_of(position) + 1] += 1;
    }
    for range in 0..ranges {
        starts[range + 1] += starts[range];
    }
    let mut next = starts.clone();
    let mut items = vec![Item::default(); positions.len()];
    for position in positions {
        let transfer = order[position];
        let place = &mut next[range_of(position)];
        items[*place] = Item {
            account: account[transfer as usize],
            transfer,
            edge: Edge::new(ticks[position], other[transfer as usize]),
        };
        *place += 1;
    }
    Part { items, starts }
}

/// Second round: the items of one range, from every stretch of time in turn, sorted by account.
fn settle(job: Job<'_>, parts: &[Part]) {
    let items = || {
        parts
            .iter()
            .flat_map(|part| &part.items[part.starts[job.range]..part.starts[job.range + 1]])
    };
    let mut next = vec![0_usize; job.starts.len()];
    for item in items() {
        next[item.account as usize - job.first_account] += 1;
    }
    let mut slot = 0;
    for (start, next) in job.starts.iter_mut().zip(&mut next) {
        *start = (job.first_slot + slot) as u32;
        let count = std::mem::replace(next, slot);
        slot += count;
    }
    for item in items() {
        let place = &mut next[item.account as usize - job.first_account];
        job.edges[*place] = item.edge;
        job.transfers[*place] = item.transfer;
        *place += 1;
    }
}

impl Adjacency {
    /// Where an account's edges lie.
    pub fn slots(&self, account: u32) -> Range<usize> {
        self.starts[account as usize] as usize..self.starts[account as usize + 1] as usize
    }

    /// An account's edges.
    pub fn of(&self, account: u32) -> Adjacent<'_> {
        let slots = self.slots(account);
        Adjacent {
            edges: &self.edges[slots.clone()],
            transfers: &self.transfers[slots],
        }
    }

    /// The edges of all accounts.
    pub fn all(&self) -> Adjacent<'_> {
        Adjacent {
            edges: &self.edges,
            transfers: &self.transfers,
        }
    }

    /// Bytes that the arrays take.
    pub fn bytes(&self) -> usize {
        self.starts.len() * 4 + self.edges.len() * 8 + self.transfers.len() * 4
    }
}

fn part_size(rows: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads() * 4).max(SMALLEST_PART)
}

fn part_of(index: usize, size: usize, rows: usize) -> Range<usize> {
    index * size..((index + 1) * size).min(rows)
}

#[cfg(test)]
mod tests {
    use super::super::TemporalGraph;

    /// Numbers that look random, from a seed.
    fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
        let mut state = seed;
        move |below| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        }
    }

    #[test]
    fn large_and_unsorted_equals_a_plain_sort_on_any_number_of_threads() {
        let (rows, accounts) = (70_000, 3_001);
        let mut number = numbers(7);
        let payer: Vec<u32> = (0..rows).map(|_| number(accounts) as u32).collect();
        let payee: Vec<u32> = (0..rows).map(|_| number(accounts) as u32).collect();
        let at: Vec<i64> = (0..rows).map(|_| number(9_000) as i64 - 4_500).collect();
        let amount: Vec<i64> = (0..rows).map(|_| number(1_000) as i64).collect();
        let build = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("pool");
            pool.install(|| {
                TemporalGraph::build(accounts as usize, &payer, &payee, &at, &amount).expect("good")
            })
        };
        let graph = build(1);
        assert_eq!(graph, build(2));
        assert_eq!(graph, build(16));
        let mut expected: Vec<(u32, i64, u32, u32)> = (0..rows)
            .map(|row| (payer[row], at[row], row as u32, payee[row]))
            .collect();
        expected.sort_unstable();
        let found: Vec<(u32, i64, u32, u32)> = (0..accounts as u32)
            .flat_map(|account| {
                let graph = &graph;
                graph.outgoing(account).iter().map(move |(edge, transfer)| {
                    (
                        account,
                        graph.times()[edge.tick() as usize],
                        transfer,
                        edge.other(),
                    )
                })
            })
            .collect();
        assert_eq!(found, expected);
        assert!((0..rows as u32).all(|row| graph.at(row) == at[row as usize]));
    }
}
