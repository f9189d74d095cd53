//! Gather-scatter (ML-05): an account that many pay, and that then pays many.

use std::ops::Range;

use crate::graph::TemporalGraph;

use super::legs::step;
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{HopTolerance, Pattern, PatternError, Run, TimeOrder};

/// Gather-scatter (ML-05), as in AMLSim and AMLworld (Altman et al., NeurIPS 2023): an account is paid by at least
/// `min_counterparties` different accounts, and then pays at least as many.
///
/// A *turn* is a time t at which the account is paid. Gathered is what it receives from t - `window` to t, scattered
/// what it pays after t (in lenient order: at t or after it) up to t + `window`. A turn holds where both have enough
/// different accounts on the other side and the sum scattered carries on the sum gathered as `conserve` says.
///
/// An instance is a turn that holds, with all it gathers and scatters. Instances of an account share no transfer and
/// are laid greedily: the first turn that holds is taken, and moved to later turns that hold too as long as no
/// scattered transfer falls out by that; the next turn is looked for behind it, among what it has not gathered and not
/// scattered.
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
            horizons: graph.horizons(self.window),
            least: self.min_counterparties,
            step: step(self.order),
            conserve: self.conserve,
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    horizons: Vec<u32>,
    least: u32,
    step: u32,
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

/// One direction of an account's transfers.
#[derive(Clone, Copy)]
struct Line<'a> {
    transfers: &'a [u32],
    /// The accounts on the other side are the payers.
    payers: bool,
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
        let others = |adjacent: crate::graph::Adjacent<'_>| -> Vec<u32> {
            adjacent
                .iter()
                .filter(|(edge, _)| edge.other() != account)
                .map(|(_, transfer)| transfer)
                .collect()
        };
        let ins = others(self.graph.incoming(account));
        let outs = others(self.graph.outgoing(account));
        for (gathered, scattered) in self.instances(&ins, &outs, self.step, scratch, work)? {
            let (ins, outs) = (&ins[gathered], &outs[scattered]);
            let needs_lenient = self.step == 0 && self.instances(ins, outs, 1, scratch, work)?.is_empty();
            let bundle = self.bundle(account, ins, outs, needs_lenient);
            work.tell(bundle);
        }
        Some(())
    }
}

impl Search<'_> {
    /// What each instance gathers and scatters, as places in the two lists.
    fn instances(
        &self,
        ins: &[u32],
        outs: &[u32],
        step: u32,
        scratch: &mut Scratch,
        work: &mut Work<'_>,
    ) -> Option<Vec<(Range<usize>, Range<usize>)>> {
        let Scratch { gathered, scattered } = scratch;
        let tick = |transfer: &u32| self.graph.tick(*transfer);
        let (gather, scatter) = (
            Line {
                transfers: ins,
                payers: true,
            },
            Line {
                transfers: outs,
                payers: false,
            },
        );
        let mut found = Vec::new();
        let mut best: Option<(Range<usize>, Range<usize>)> = None;
        let mut next = 0;
        while next < ins.len() || best.is_some() {
            work.spend(1)?;
            let turn = ins.get(next).map(tick);
            // A scattered transfer that comes too early for the next turn ends the row of turns.
            let is_last = turn.is_none_or(|turn| {
                best.as_ref().is_some_and(|(_, scattered)| {
                    outs.get(scattered.start)
                        .is_none_or(|first| tick(first) < turn + step)
                })
            });
            if let Some((taken_in, taken_out)) = best.take_if(|_| is_last) {
                next = taken_in.end;
                gathered.restart(self.graph, gather, next);
                scattered.restart(self.graph, scatter, taken_out.end);
                found.push((taken_in, taken_out));
                continue;
            }
            let Some(turn) = turn else { break };
            while ins.get(next).map(tick) == Some(turn) {
                next += 1;
            }
            gathered.enter_while(self.graph, gather, |at| at <= turn);
            gathered.leave_while(self.graph, gather, |at| self.horizons[at as usize] < turn);
            scattered.enter_while(self.graph, scatter, |at| at <= self.horizons[turn as usize]);
            scattered.leave_while(self.graph, scatter, |at| at < turn + step);
            let carries = self
                .conserve
                .is_none_or(|tolerance| tolerance.holds_sums(gathered.sum, scattered.sum));
            if gathered.distinct >= self.least && scattered.distinct >= self.least && carries {
                best = Some((gathered.range.clone(), scattered.range.clone()));
            }
        }
        gathered.restart(self.graph, gather, 0);
        scattered.restart(self.graph, scatter, 0);
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

impl Line<'_> {
    fn other(self, graph: &TemporalGraph, place: usize) -> usize {
        let transfer = self.transfers[place];
        (if self.payers {
            graph.payer(transfer)
        } else {
            graph.payee(transfer)
        }) as usize
    }
}

impl Side {
    fn enter_while(&mut self, graph: &TemporalGraph, line: Line<'_>, fits: impl Fn(u32) -> bool) {
        while let Some(transfer) = line.transfers.get(self.range.end) {
            if !fits(graph.tick(*transfer)) {
                return;
            }
            let count = &mut self.counts[line.other(graph, self.range.end)];
            self.distinct += u32::from(*count == 0);
            *count += 1;
            self.sum += i128::from(graph.amount(*transfer));
            self.range.end += 1;
        }
    }

    fn leave_while(&mut self, graph: &TemporalGraph, line: Line<'_>, fits: impl Fn(u32) -> bool) {
        while self.range.start < self.range.end {
            let transfer = line.transfers[self.range.start];
            if !fits(graph.tick(transfer)) {
                return;
            }
            let count = &mut self.counts[line.other(graph, self.range.start)];
            *count -= 1;
            self.distinct -= u32::from(*count == 0);
            self.sum -= i128::from(graph.amount(transfer));
            self.range.start += 1;
        }
    }

    /// Empties the window and begins it anew at a place.
    fn restart(&mut self, graph: &TemporalGraph, line: Line<'_>, place: usize) {
        self.leave_while(graph, line, |_| true);
        self.range = place..place;
    }
}
