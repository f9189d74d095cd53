//! How the graph's arrays are made: bring the columns into the order of time, then deal the transfers out to accounts in
//! two rounds, first to ranges of accounts, then inside a range. Both rounds keep the order of time, write to disjoint
//! slices and stay in the cache, so the result is the same whatever the number of threads.
//!
//! The inner loops run over plain slices: what is fast must not hang on how another crate was compiled.

use std::borrow::Cow;
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

/// Columns in the order of (time, transfer).
pub(super) struct InTime<'a> {
    pub payer: Cow<'a, [u32]>,
    pub payee: Cow<'a, [u32]>,
    at: Cow<'a, [i64]>,
    /// The transfer at each position; nothing where that is the position itself.
    pub order: Option<Vec<u32>>,
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
        let is_stranger = |account: &u32| *account as usize >= accounts;
        // The largest of a part is found many numbers at a time; only where it is wrong does the place matter.
        let largest = column
            .par_chunks(SMALLEST_PART)
            .map(|part| part.iter().copied().fold(0, u32::max))
            .max();
        if largest.as_ref().is_some_and(is_stranger)
            && let Some(transfer) = column.iter().position(is_stranger)
        {
            return Err(GraphError::Account {
                transfer,
                side,
                account: column[transfer],
                accounts,
            });
        }
    }
    let smallest = amount
        .par_chunks(SMALLEST_PART)
        .map(|part| part.iter().copied().fold(0, i64::min))
        .min();
    if smallest.is_some_and(|smallest| smallest < 0)
        && let Some(transfer) = amount.iter().position(|amount| *amount < 0)
    {
        return Err(GraphError::Negative {
            transfer,
            amount: amount[transfer],
        });
    }
    Ok(())
}

impl<'a> InTime<'a> {
    /// Sorts columns by (time, transfer); those that are sorted stay where they are.
    pub fn of(payer: &'a [u32], payee: &'a [u32], at: &'a [i64]) -> InTime<'a> {
        let size = part_size(at.len());
        let is_sorted = (0..at.len().div_ceil(size)).into_par_iter().all(|index| {
            let part = part_of(index, size, at.len());
            at[part.start.saturating_sub(1)..part.end].is_sorted()
        });
        if is_sorted {
            return InTime {
                payer: Cow::Borrowed(payer),
                payee: Cow::Borrowed(payee),
                at: Cow::Borrowed(at),
                order: None,
            };
        }
        let mut keys: Vec<(i64, u32)> = at.par_iter().copied().zip(0..at.len() as u32).collect();
        keys.par_sort_unstable();
        let (at, order): (Vec<i64>, Vec<u32>) = keys.into_par_iter().unzip();
        let sorted = |column: &[u32]| {
            order
                .par_iter()
                .map(|transfer| column[*transfer as usize])
                .collect()
        };
        InTime {
            payer: Cow::Owned(sorted(payer)),
            payee: Cow::Owned(sorted(payee)),
            at: Cow::Owned(at),
            order: Some(order),
        }
    }

    /// Numbers the distinct times.
    pub fn ticks(&self) -> Ticks {
        let at = &*self.at;
        let size = part_size(at.len());
        let count = at.len().div_ceil(size);
        // The time before a part decides whether its first one is new.
        let new_in = |index: usize| {
            let part = part_of(index, size, at.len());
            let own = &at[part.clone()];
            let first = part.start == 0 || at[part.start - 1] != own[0];
            usize::from(first) + own.windows(2).filter(|pair| pair[0] != pair[1]).count()
        };
        let new_in_part: Vec<usize> = (0..count).into_par_iter().map(new_in).collect();
        let mut times = vec![0; new_in_part.iter().sum()];
        let mut by_position = vec![0; at.len()];
        let mut jobs = Vec::with_capacity(count);
        let (mut times_left, mut seen) = (times.as_mut_slice(), 0_u32);
        for (index, (ticks, new)) in by_position.chunks_mut(size).zip(&new_in_part).enumerate() {
            let (own, rest) = times_left.split_at_mut(*new);
            times_left = rest;
            jobs.push((index * size, ticks, own, seen));
            seen += *new as u32;
        }
        jobs.into_par_iter().for_each(|(first, ticks, times, seen)| {
            let mut times = times.iter_mut();
            let mut before = first.checked_sub(1).map(|before| at[before]);
            let mut next = seen;
            for (tick, time) in ticks.iter_mut().zip(&at[first..]) {
                if before != Some(*time) {
                    if let Some(place) = times.next() {
                        *place = *time;
                    }
                    next += 1;
                    before = Some(*time);
                }
                // The first position of all is new, so at least one time has been seen here.
                *tick = next - 1;
            }
        });
        Ticks { by_position, times }
    }

    /// Brings values from the order of time into the order of transfers.
    pub fn by_transfer(&self, by_position: Vec<u32>) -> Vec<u32> {
        let Some(order) = &self.order else {
            return by_position;
        };
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
}

/// Memory for transfers on their way to their accounts, one part a stretch of time; both directions use it in turn. A
/// transfer is one number: account, transfer, tick and other side from the highest bits to the lowest.
pub(super) struct Parts(Vec<Vec<u128>>);

/// Where each range's items begin in a part; one more at the end.
type Starts = Vec<usize>;

impl Parts {
    pub fn of(rows: usize) -> Parts {
        let size = part_size(rows);
        let part = |index| vec![0; part_of(index, size, rows).len()];
        Parts((0..rows.div_ceil(size)).map(part).collect())
    }
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

/// Sorts the transfers by account, keeping the order of time inside each. The columns are in the order of time.
pub(super) fn adjacency(
    accounts: usize,
    account: &[u32],
    other: &[u32],
    ticks: &[u32],
    order: Option<&[u32]>,
    parts: &mut Parts,
) -> Adjacency {
    let rows = account.len();
    let width = accounts.div_ceil(RANGES).max(1).next_power_of_two();
    let shift = width.trailing_zeros();
    let ranges = accounts.div_ceil(width);
    let mut first = 0;
    let jobs: Vec<_> = (parts.0.iter_mut())
        .map(|items| {
            let positions = first..first + items.len();
            first = positions.end;
            (positions, items)
        })
        .collect();
    let begins: Vec<Starts> = jobs
        .into_par_iter()
        .with_max_len(1)
        .map(|(positions, items)| {
            let (account, other) = (&account[positions.clone()], &other[positions.clone()]);
            let ticks = &ticks[positions.clone()];
            let starts = starts_of_ranges(account, shift, ranges);
            match order {
                Some(order) => {
                    let transfers = order[positions].iter().copied();
                    deal(items, &starts, shift, account, other, ticks, transfers);
                }
                None => {
                    let transfers = positions.start as u32..;
                    deal(items, &starts, shift, account, other, ticks, transfers);
                }
            }
            starts
        })
        .collect();

    let mut starts = vec![0; accounts + 1];
    let mut edges: Vec<Edge> = (0..rows)
        .into_par_iter()
        .with_min_len(SMALLEST_PART)
        .map(|_| Edge::default())
        .collect();
    let mut transfers = vec![0; rows];
    starts[accounts] = rows as u32;
    let mut jobs = Vec::with_capacity(ranges);
    let (mut starts_left, mut edges_left, mut transfers_left) = (
        &mut starts[..accounts],
        edges.as_mut_slice(),
        transfers.as_mut_slice(),
    );
    let mut first_slot = 0;
    for range in 0..ranges {
        let count: usize = begins
            .iter()
            .map(|begins| begins[range + 1] - begins[range])
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
    jobs.into_par_iter()
        .for_each(|job| settle(job, &parts.0, &begins));
    Adjacency {
        starts,
        edges,
        transfers,
    }
}

fn starts_of_ranges(account: &[u32], shift: u32, ranges: usize) -> Starts {
    let mut starts = vec![0; ranges + 1];
    for account in account {
        starts[(account >> shift) as usize + 1] += 1;
    }
    for range in 0..ranges {
        starts[range + 1] += starts[range];
    }
    starts
}

/// First round: a stretch of time, its items sorted by range of accounts.
fn deal(
    items: &mut [u128],
    starts: &[usize],
    shift: u32,
    account: &[u32],
    other: &[u32],
    ticks: &[u32],
    transfers: impl Iterator<Item = u32>,
) {
    let mut next = starts.to_vec();
    for (((account, other), tick), transfer) in account.iter().zip(other).zip(ticks).zip(transfers) {
        let place = &mut next[(account >> shift) as usize];
        items[*place] = u128::from(*account) << 96
            | u128::from(transfer) << 64
            | u128::from(*tick) << 32
            | u128::from(*other);
        *place += 1;
    }
}

/// Second round: the items of one range, from every stretch of time in turn, sorted by account.
fn settle(job: Job<'_>, parts: &[Vec<u128>], begins: &[Starts]) {
    let own = |part: usize| &parts[part][begins[part][job.range]..begins[part][job.range + 1]];
    let account = |item: &u128| (item >> 96) as usize - job.first_account;
    let mut next = vec![0_u32; job.starts.len()];
    for part in 0..parts.len() {
        for item in own(part) {
            next[account(item)] += 1;
        }
    }
    let mut slot = 0;
    for (start, next) in job.starts.iter_mut().zip(&mut next) {
        *start = job.first_slot as u32 + slot;
        let count = std::mem::replace(next, slot);
        slot += count;
    }
    for part in 0..parts.len() {
        for item in own(part) {
            let next = &mut next[account(item)];
            let place = *next as usize;
            job.edges[place] = Edge::new((item >> 32) as u32, *item as u32);
            job.transfers[place] = (item >> 64) as u32;
            *next += 1;
        }
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

    /// The edges for which something holds of account, other side and transfer, in the same order.
    pub fn left(&self, holds: impl Fn(u32, u32, u32) -> bool) -> Adjacency {
        let mut left = Adjacency {
            starts: Vec::with_capacity(self.starts.len()),
            edges: Vec::new(),
            transfers: Vec::new(),
        };
        left.starts.push(0);
        for account in 0..self.starts.len() as u32 - 1 {
            for (edge, transfer) in self.of(account).iter() {
                if holds(account, edge.other(), transfer) {
                    left.edges.push(edge);
                    left.transfers.push(transfer);
                }
            }
            left.starts.push(left.edges.len() as u32);
        }
        left
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
