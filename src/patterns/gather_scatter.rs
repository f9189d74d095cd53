//! Gather-scatter (ML-05): an account that many pay, and that then pays many.

use std::ops::Range;

use crate::graph::{Adjacent, TemporalGraph};

use super::own::with_others;
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{HopTolerance, Pattern, PatternError, Run, TimeOrder};

/// Gather-scatter (ML-05), as in AMLSim and AMLworld (Altman et al., NeurIPS 2023): an account is paid by at least
/// `min_counterparties` different accounts, and then pays at least as many.
///
/// Gathered at a time t is what the account receives from t - `window` to t, scattered what it pays after t (in lenient
/// order: at t or after it) up to t + `window`. A time holds where both have enough different accounts on the other side
/// and the sum scattered carries on the sum gathered as `conserve` says. A *turn* is a time at which something more is
/// gathered or scattered than just before it: that of a transfer into the account, or `window` before one out of it.
/// Where all but the sums hold at a turn, it is put off, before the next turn at the latest, to the first time that
/// holds: what is too long ago was gathered no more, or what is past is scattered no more. Where `conserve` is asked for,
/// transfers of amount zero take no part.
///
/// An instance is a turn that holds, with all it gathers and scatters. Instances of an account share no transfer and
/// are laid greedily: the first turn that holds is taken, and moved to later turns that hold too as long as no
/// scattered transfer falls out by that; the next turn is looked for behind it, among what it has not gathered and not
/// scattered.
///
/// An account that is found stays found with a wider tolerance, and with a longer window or lenient order where amounts
/// do not matter; its instances can be others. Where `conserve` is asked for, a longer window can gather or scatter too
/// much and find nothing.
///
/// Accounts of a bundle: the account, then those that pay it in their order, then those it pays in theirs; each once.
/// `carried`: the smaller of the two sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatherScatter {
    /// Microseconds before the turn and after it, inclusive.
    pub window: i64,
    /// Fewest different accounts on either side, at least 2.
    pub min_counterparties: u32,
    /// Whether what is paid at the time of the turn counts as paid after it.
    pub order: TimeOrder,
    /// How much of what is gathered has to be scattered; nothing where amounts do not matter.
    pub conserve: Option<HopTolerance>,
}

impl Default for GatherScatter {
    /// 3 accounts on either side, 7 days, strict, a tenth may stay behind.
    fn default() -> GatherScatter {
        GatherScatter {
            window: 7 * 86_400_000_000,
            min_counterparties: 3,
            order: TimeOrder::Strict,
            conserve: Some(HopTolerance::TENTH),
        }
    }
}

impl Pattern for GatherScatter {
    fn id(&self) -> &'static str {
        "ML-05"
    }

    fn name(&self) -> &'static str {
        "gather_scatter"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_least(
            self.name(),
            "min_counterparties",
            self.min_counterparties,
            2,
            "money is gathered from and scattered to at least 2 accounts",
        )?;
        self.conserve
            .map_or(Ok(()), |tolerance| tolerance.validate(self.name()))
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let search = Search {
            graph,
            window: self.window,
            least: self.min_counterparties,
            wait: i64::from(self.order == TimeOrder::Strict),
            conserve: self.conserve,
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    window: i64,
    least: u32,
    /// Microseconds from a turn to what it scatters: 1 in strict order, 0 in lenient.
    wait: i64,
    conserve: Option<HopTolerance>,
}

struct Scratch {
    gathered: Side,
    scattered: Side,
}

/// The transfers of one direction inside a window that only moves forward.
struct Side {
    /// How often each account stands in the window.
    counts: Vec<u32>,
    distinct: u32,
    sum: i128,
    range: Range<usize>,
}

/// A transfer of the account at hand.
#[derive(Clone, Copy)]
struct Item {
    at: i64,
    /// Not looked up where amounts do not matter.
    amount: i64,
    other: u32,
    transfer: u32,
}

impl Sweep for Search<'_> {
    type Scratch = Scratch;

    fn scratch(&self) -> Scratch {
        let side = || Side {
            counts: vec![0; self.graph.accounts()],
            distinct: 0,
            sum: 0,
            range: 0..0,
        };
        Scratch {
            gathered: side(),
            scattered: side(),
        }
    }

    fn weight(&self, account: u32) -> u64 {
        let (ins, outs) = (
            self.graph.incoming(account).len(),
            self.graph.outgoing(account).len(),
        );
        if ins.min(outs) < self.least as usize {
            0
        } else {
            (ins + outs) as u64
        }
    }

    fn unit(&self, account: u32, scratch: &mut Scratch, work: &mut Work<'_>) -> Option<()> {
        let ins = self.items(account, self.graph.incoming(account));
        let outs = self.items(account, self.graph.outgoing(account));
        for (gathered, scattered) in self.instances(&ins, &outs, self.wait, scratch, work)? {
            let (ins, outs) = (&ins[gathered], &outs[scattered]);
            let needs_lenient = self.wait == 0 && self.instances(ins, outs, 1, scratch, work)?.is_empty();
            let transfers = |items: &[Item]| items.iter().map(|item| item.transfer).collect::<Vec<u32>>();
            let bundle = self.bundle(account, &transfers(ins), &transfers(outs), needs_lenient);
            work.tell(bundle);
        }
        Some(())
    }
}

impl Search<'_> {
    /// The transfers that take part, in the order of time.
    fn items(&self, account: u32, adjacent: Adjacent<'_>) -> Vec<Item> {
        let times = self.graph.times();
        let items = with_others(account, adjacent).map(|(edge, transfer)| Item {
            at: times[edge.tick() as usize],
            amount: self.conserve.map_or(0, |_| self.graph.amount(transfer)),
            other: edge.other(),
            transfer,
        });
        items
            .filter(|item| self.conserve.is_none() || item.amount > 0)
            .collect()
    }

    /// The next time at which something more is gathered or scattered.
    fn next_turn(&self, ins: &[Item], outs: &[Item], scratch: &Scratch) -> Option<i64> {
        let gathers = ins.get(scratch.gathered.range.end).map(|item| item.at);
        let scatters = outs.get(scratch.scattered.range.end);
        let scatters = scatters.map(|item| item.at.saturating_sub(self.window));
        gathers.into_iter().chain(scatters).min()
    }

    /// What each instance gathers and scatters, as places in the two lists.
    fn instances(
        &self,
        ins: &[Item],
        outs: &[Item],
        wait: i64,
        scratch: &mut Scratch,
        work: &mut Work<'_>,
    ) -> Option<Vec<(Range<usize>, Range<usize>)>> {
        let mut found = Vec::new();
        let mut best: Option<(Range<usize>, Range<usize>)> = None;
        loop {
            work.spend(1)?;
            let turn = self.next_turn(ins, outs, scratch);
            // Whether something scattered falls out, which ends the row of turns.
            let ends = |best: &Option<(Range<usize>, Range<usize>)>, at: i64| {
                best.as_ref()
                    .is_some_and(|(_, scattered)| i128::from(outs[scattered.start].at) < behind(at, wait))
            };
            let is_last = turn.is_none_or(|turn| ends(&best, turn));
            if let Some((taken_in, taken_out)) = best.take_if(|_| is_last) {
                scratch.gathered.restart(ins, taken_in.end);
                scratch.scattered.restart(outs, taken_out.end);
                found.push((taken_in, taken_out));
                continue;
            }
            let Some(turn) = turn else { break };
            scratch.gathered.enter(ins, turn);
            scratch.scattered.enter(outs, turn.saturating_add(self.window));
            let next = self.next_turn(ins, outs, scratch);
            let mut at = turn;
            loop {
                scratch.gathered.leave(ins, behind(at, -self.window));
                scratch.scattered.leave(outs, behind(at, wait));
                let Scratch { gathered, scattered } = &*scratch;
                if gathered.distinct < self.least || scattered.distinct < self.least {
                    break;
                }
                let carries = self
                    .conserve
                    .is_none_or(|tolerance| tolerance.holds_sums(gathered.sum, scattered.sum));
                if carries {
                    best = Some((gathered.range.clone(), scattered.range.clone()));
                    break;
                }
                // The first time at which one of them is there no more.
                let too_old = ins[gathered.range.start].at.saturating_add(self.window);
                let past = outs[scattered.range.start].at - wait;
                let later = too_old.min(past).saturating_add(1);
                if later <= at || next.is_some_and(|next| later >= next) || ends(&best, later) {
                    break;
                }
                work.spend(1)?;
                at = later;
            }
        }
        scratch.gathered.restart(ins, 0);
        scratch.scattered.restart(outs, 0);
        Some(found)
    }

    fn bundle(&self, account: u32, ins: &[u32], outs: &[u32], needs_lenient: bool) -> Bundle {
        let payers = ins.iter().map(|transfer| self.graph.payer(*transfer));
        let payees = outs.iter().map(|transfer| self.graph.payee(*transfer));
        let accounts = each_once(std::iter::once(account).chain(payers).chain(payees));
        let carried = sum(self.graph, ins).min(sum(self.graph, outs));
        let transfers = ins.iter().chain(outs).copied().collect();
        Bundle::of_set(self.graph, accounts, transfers, carried, needs_lenient)
    }
}

impl Side {
    /// Takes in what comes no later than a time.
    fn enter(&mut self, items: &[Item], last: i64) {
        while let Some(item) = items.get(self.range.end).filter(|item| item.at <= last) {
            let count = &mut self.counts[item.other as usize];
            self.distinct += u32::from(*count == 0);
            *count += 1;
            self.sum += i128::from(item.amount);
            self.range.end += 1;
        }
    }

    /// Lets go of what comes before a time.
    fn leave(&mut self, items: &[Item], first: i128) {
        while self.range.start < self.range.end && i128::from(items[self.range.start].at) < first {
            self.leave_one(items);
        }
    }

    fn leave_one(&mut self, items: &[Item]) {
        let item = items[self.range.start];
        let count = &mut self.counts[item.other as usize];
        *count -= 1;
        self.distinct -= u32::from(*count == 0);
        self.sum -= i128::from(item.amount);
        self.range.start += 1;
    }

    /// Empties the window and begins it anew at a place.
    fn restart(&mut self, items: &[Item], place: usize) {
        while self.range.start < self.range.end {
            self.leave_one(items);
        }
        self.range = place..place;
    }
}

/// A time so much later, even where no time is that late.
fn behind(at: i64, microseconds: i64) -> i128 {
    i128::from(at) + i128::from(microseconds)
}
