//! The temporal multigraph: every transfer kept, both directions sorted by time.

use std::ops::Range;

use rayon::prelude::*;
use thiserror::Error;

use super::build::{self, Adjacency, InTime, Parts};

/// Times whose horizons one thread finds at a time.
const HORIZONS: usize = 1 << 15;

/// A temporal multigraph of accounts and transfers.
///
/// Accounts are dense numbers from 0, transfers are the row numbers of the input. Parallel transfers and transfers of an
/// account to itself are kept. Times are held once, sorted and distinct; everywhere else stands their rank, the *tick*:
/// equal times have equal ticks, a later time has a larger one, so order is decided on 32 bits and nothing is rounded.
///
/// A transfer takes at most 52 bytes, an account 8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporalGraph {
    payer: Vec<u32>,
    payee: Vec<u32>,
    amount: Vec<i64>,
    tick: Vec<u32>,
    times: Vec<i64>,
    outgoing: Adjacency,
    incoming: Adjacency,
}

/// A transfer as one of its accounts sees it: the account on the other side and the tick. Orders by tick first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Edge(u64);

/// Transfers of one account in one direction, sorted by (time, transfer).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjacent<'g> {
    /// Other side and tick of each.
    pub edges: &'g [Edge],
    /// The transfer of each, in step with `edges`.
    pub transfers: &'g [u32],
}

/// Why columns make no graph.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GraphError {
    /// The columns have different lengths.
    #[error(
        "the column ‘{column}’ has {found} rows where ‘payer’ has {expected}; every transfer needs a value in each column"
    )]
    Length {
        column: &'static str,
        found: usize,
        expected: usize,
    },
    /// More rows or accounts than 32 bits number.
    #[error(
        "{found} {what} are more than the {limit} that one graph numbers; cut the period or run it in parts"
    )]
    TooMany {
        what: &'static str,
        found: usize,
        limit: usize,
    },
    /// An account number that is not below the number of accounts.
    #[error(
        "transfer {transfer}: the {side} is account {account}, but there are only {accounts} accounts (numbered from 0)"
    )]
    Account {
        transfer: usize,
        side: &'static str,
        account: u32,
        accounts: usize,
    },
    /// An amount below zero: the direction is told by payer and payee.
    #[error(
        "transfer {transfer}: its amount is {amount} ten-thousandths, but a transfer's amount is never below zero; swap payer and payee instead"
    )]
    Negative { transfer: usize, amount: i64 },
    /// A number that is no transfer's.
    #[error("transfer {transfer} is asked for, but there are only {transfers} transfers (numbered from 0)")]
    Transfer { transfer: u32, transfers: usize },
    /// A list of holders that does not have one place an account.
    #[error("there are {found} holders for {accounts} accounts; every account needs a place in the list")]
    Holders { found: usize, accounts: usize },
    /// A number that is no holder's.
    #[error("an account has holder {holder}, but there are only {holders} holders (numbered from 0)")]
    Holder { holder: u32, holders: u32 },
}

impl Edge {
    /// From tick and account.
    pub const fn new(tick: u32, other: u32) -> Edge {
        Edge((tick as u64) << 32 | other as u64)
    }

    /// Rank of its time among the graph's distinct times.
    pub const fn tick(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The account on the other side.
    pub const fn other(self) -> u32 {
        self.0 as u32
    }
}

impl TemporalGraph {
    /// Builds the graph of `accounts` accounts from four columns of equal length: payer and payee (below `accounts`),
    /// time in microseconds, amount in ten-thousandths (one currency, never below zero). Works in parallel inside the
    /// current rayon pool; the result does not depend on the number of threads. Rows that are sorted by time already
    /// build fastest.
    pub fn build(
        accounts: usize,
        payer: &[u32],
        payee: &[u32],
        at: &[i64],
        amount: &[i64],
    ) -> Result<TemporalGraph, GraphError> {
        build::check(accounts, payer, payee, at, amount)?;
        let in_time = InTime::of(payer, payee, at);
        let ticks = in_time.ticks();
        let deal = |account, other, parts: &mut Parts| {
            let order = in_time.order.as_deref();
            build::adjacency(accounts, account, other, &ticks.by_position, order, parts)
        };
        let both = || {
            let mut parts = Parts::of(payer.len());
            let outgoing = deal(&in_time.payer, &in_time.payee, &mut parts);
            (outgoing, deal(&in_time.payee, &in_time.payer, &mut parts))
        };
        let copies = || (payer.to_vec(), payee.to_vec(), amount.to_vec());
        let ((outgoing, incoming), (payer, payee, amount)) = rayon::join(both, copies);
        Ok(TemporalGraph {
            payer,
            payee,
            amount,
            tick: in_time.by_transfer(ticks.by_position),
            times: ticks.times,
            outgoing,
            incoming,
        })
    }

    /// Number of accounts, with or without transfers.
    pub fn accounts(&self) -> usize {
        self.outgoing.starts.len() - 1
    }

    /// Number of transfers.
    pub fn transfers(&self) -> usize {
        self.payer.len()
    }

    /// The account that a transfer leaves.
    pub fn payer(&self, transfer: u32) -> u32 {
        self.payer[transfer as usize]
    }

    /// The account that a transfer reaches.
    pub fn payee(&self, transfer: u32) -> u32 {
        self.payee[transfer as usize]
    }

    /// Amount of a transfer in ten-thousandths.
    pub fn amount(&self, transfer: u32) -> i64 {
        self.amount[transfer as usize]
    }

    /// Time of a transfer in microseconds.
    pub fn at(&self, transfer: u32) -> i64 {
        self.times[self.tick(transfer) as usize]
    }

    /// Rank of a transfer's time among the distinct times.
    pub fn tick(&self, transfer: u32) -> u32 {
        self.tick[transfer as usize]
    }

    /// The distinct times in microseconds, ascending; a tick is a place in this slice.
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// What an account paid, sorted by (time, transfer).
    pub fn outgoing(&self, account: u32) -> Adjacent<'_> {
        self.outgoing.of(account)
    }

    /// What an account received, sorted by (time, transfer).
    pub fn incoming(&self, account: u32) -> Adjacent<'_> {
        self.incoming.of(account)
    }

    /// What an account paid from one time to another, both inclusive.
    pub fn outgoing_between(&self, account: u32, from: i64, to: i64) -> Adjacent<'_> {
        self.outgoing(account).between(self.ticks_between(from, to))
    }

    /// What an account received from one time to another, both inclusive.
    pub fn incoming_between(&self, account: u32, from: i64, to: i64) -> Adjacent<'_> {
        self.incoming(account).between(self.ticks_between(from, to))
    }

    /// The ticks of the times from one to another, both inclusive; empty where none lies there.
    pub fn ticks_between(&self, from: i64, to: i64) -> Range<u32> {
        let first = self.times.partition_point(|time| *time < from) as u32;
        let behind = self.times.partition_point(|time| *time <= to) as u32;
        first..behind.max(first)
    }

    /// For each tick the last tick whose time is at most `window` microseconds later (inclusive).
    pub fn horizons(&self, window: i64) -> Vec<u32> {
        let times = &self.times;
        let limit = |time: i64| time.saturating_add(window.max(0));
        let mut horizons: Vec<u32> = vec![0; times.len()];
        let parts = horizons.par_chunks_mut(HORIZONS).zip(times.par_chunks(HORIZONS));
        parts.for_each(|(horizons, own)| {
            let first = own.first().map_or(i64::MIN, |time| limit(*time));
            let mut behind = times.partition_point(|time| *time <= first);
            for (horizon, time) in horizons.iter_mut().zip(own) {
                let limit = limit(*time);
                while times.get(behind).is_some_and(|later| *later <= limit) {
                    behind += 1;
                }
                // The window is not negative, so the time itself lies before `behind`.
                *horizon = behind as u32 - 1;
            }
        });
        horizons
    }

    /// Bytes that the arrays take.
    pub fn bytes(&self) -> usize {
        let columns =
            self.payer.len() * 4 + self.payee.len() * 4 + self.amount.len() * 8 + self.tick.len() * 4;
        columns + self.times.len() * 8 + self.outgoing.bytes() + self.incoming.bytes()
    }

    /// All outgoing edges, account after account; an account's own are at [`TemporalGraph::outgoing_slots`].
    pub(crate) fn outgoing_edges(&self) -> Adjacent<'_> {
        self.outgoing.all()
    }

    /// Both directions.
    pub(crate) fn both(&self) -> (&Adjacency, &Adjacency) {
        (&self.outgoing, &self.incoming)
    }

    /// Where an account's outgoing edges lie in [`TemporalGraph::outgoing_edges`].
    pub(crate) fn outgoing_slots(&self, account: u32) -> Range<usize> {
        self.outgoing.slots(account)
    }
}

impl<'g> Adjacent<'g> {
    /// How many transfers.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// Edge and transfer of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Edge, u32)> + use<'g> {
        self.edges.iter().copied().zip(self.transfers.iter().copied())
    }

    /// Those whose tick lies in a range, by binary search.
    pub fn between(&self, ticks: Range<u32>) -> Adjacent<'g> {
        let first = self.edges.partition_point(|edge| edge.tick() < ticks.start);
        let behind = self
            .edges
            .partition_point(|edge| edge.tick() < ticks.end)
            .max(first);
        Adjacent {
            edges: &self.edges[first..behind],
            transfers: &self.transfers[first..behind],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> TemporalGraph {
        let payer = [0, 1, 1, 0, 2];
        let payee = [1, 2, 1, 1, 0];
        let at = [30, 10, 20, 30, 5];
        let amount = [100, 0, 7, 100, 9];
        TemporalGraph::build(4, &payer, &payee, &at, &amount).expect("good columns")
    }

    #[test]
    fn both_directions_are_sorted_and_nothing_is_lost() {
        let graph = small();
        assert_eq!((graph.accounts(), graph.transfers()), (4, 5));
        assert_eq!(graph.times(), [5, 10, 20, 30]);
        assert_eq!(graph.outgoing(1).transfers, [1, 2]);
        assert_eq!(graph.incoming(1).transfers, [2, 0, 3]);
        assert_eq!(graph.outgoing(0).transfers, [0, 3]);
        assert!(graph.outgoing(3).is_empty() && graph.incoming(3).is_empty());
        let seen: Vec<(u32, u32)> = graph.incoming(1).iter().map(|(e, t)| (e.other(), t)).collect();
        assert_eq!(seen, [(1, 2), (0, 0), (0, 3)]);
        assert_eq!(
            (graph.at(4), graph.amount(1), graph.payer(4), graph.payee(4)),
            (5, 0, 2, 0)
        );
    }

    #[test]
    fn windows_are_inclusive_at_both_ends() {
        let graph = small();
        assert_eq!(graph.incoming_between(1, 20, 30).transfers, [2, 0, 3]);
        assert_eq!(graph.incoming_between(1, 21, 29).transfers, [] as [u32; 0]);
        assert_eq!(graph.outgoing_between(1, 0, 10).transfers, [1]);
        assert_eq!(graph.outgoing_between(1, 20, 0).transfers, [] as [u32; 0]);
        assert_eq!(graph.horizons(10), [1, 2, 3, 3]);
        assert_eq!(graph.horizons(0), [0, 1, 2, 3]);
        assert_eq!(graph.horizons(i64::MAX), [3, 3, 3, 3]);
    }

    #[test]
    fn nothing_at_all_is_a_graph_too() {
        let graph = TemporalGraph::build(0, &[], &[], &[], &[]).expect("empty");
        assert_eq!(
            (graph.accounts(), graph.transfers(), graph.ticks_between(0, 9)),
            (0, 0, 0..0)
        );
    }

    #[test]
    fn bad_columns_are_named() {
        let short = TemporalGraph::build(2, &[0, 1], &[1, 0], &[1], &[1, 1]).expect_err("at is short");
        assert!(short.to_string().contains("‘at’ has 1 rows"), "{short}");
        let stranger = TemporalGraph::build(2, &[0, 1], &[1, 2], &[1, 2], &[1, 1]).expect_err("account 2");
        assert_eq!(
            stranger,
            GraphError::Account {
                transfer: 1,
                side: "payee",
                account: 2,
                accounts: 2
            }
        );
        let negative = TemporalGraph::build(2, &[0, 1], &[1, 0], &[1, 2], &[1, -5]).expect_err("below zero");
        assert_eq!(
            negative,
            GraphError::Negative {
                transfer: 1,
                amount: -5
            }
        );
        let many = TemporalGraph::build(1 << 33, &[], &[], &[], &[]).expect_err("too many");
        assert!(many.to_string().contains("accounts are more than"), "{many}");
    }

    #[test]
    fn a_transfer_takes_less_than_64_bytes() {
        let rows = 20_000_u32;
        let payer: Vec<u32> = (0..rows).map(|row| row % 2_000).collect();
        let payee: Vec<u32> = (0..rows).map(|row| row * 7 % 1_999).collect();
        let at: Vec<i64> = (0..rows).map(i64::from).collect();
        let graph = TemporalGraph::build(2_000, &payer, &payee, &at, &vec![1; rows as usize]).expect("good");
        assert!(graph.bytes() < 64 * rows as usize, "{} bytes", graph.bytes());
    }
}
