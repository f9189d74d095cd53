//! Burst and close (ML-21): an account that lives shortly, moves much and is left empty.

use crate::graph::TemporalGraph;

use super::own::with_others;
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_length, check_length_of_time};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run, Share};

/// Burst and close (ML-21): from the first to the last transfer of an account it is at most `max_life`; what came in and
/// went out is together more than `factor` times the median of all accounts with a transfer (of an even number the lower
/// of the two in the middle); and then it is closed, or it was left: nothing for at least `quiet` up to the last
/// transfer of the whole graph, and at least the share `min_emptied` of what came in went out again. What never received
/// anything was not emptied: records that tell only what it paid do not tell that it was left empty.
///
/// Transfers of an account to itself do not count. An instance is an account with all its transfers. Accounts of a
/// bundle: the account, then the others in their order. `carried`: the smaller of what came in and what went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurstAndClose<'a> {
    /// Microseconds from first to last transfer, at most.
    pub max_life: i64,
    /// How many times the median, at least 1.
    pub factor: u32,
    /// Microseconds without a transfer at the end of the records, at least.
    pub quiet: i64,
    /// Smallest share of what came in that went out.
    pub min_emptied: Share,
    /// For each account whether it is known to be closed; not known of any where nothing is told.
    pub closed: Option<&'a [bool]>,
    /// For each account whether its own records are there, so that its whole life is seen. Others are neither found nor
    /// counted in the median; all are seen where nothing is told.
    pub seen: Option<&'a [bool]>,
}

impl Default for BurstAndClose<'_> {
    /// 180 days, 10 times the median, 90 days quiet, 90 % gone.
    fn default() -> Self {
        BurstAndClose {
            max_life: 180 * 86_400_000_000,
            factor: 10,
            quiet: 90 * 86_400_000_000,
            min_emptied: Share::from_millionths(900_000).unwrap_or(Share::WHOLE),
            closed: None,
            seen: None,
        }
    }
}

impl Pattern for BurstAndClose<'_> {
    fn id(&self) -> &'static str {
        "ML-21"
    }

    fn name(&self) -> &'static str {
        "burst_and_close"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_length_of_time(self.name(), "max_life", self.max_life)?;
        check_length_of_time(self.name(), "quiet", self.quiet)?;
        check_least(
            self.name(),
            "factor",
            self.factor,
            1,
            "much is at least 1 time the median",
        )
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "closed", self.closed, graph.accounts())?;
        check_length(self.name(), "seen", self.seen, graph.accounts())?;
        let mut turnovers: Vec<i128> = (0..graph.accounts() as u32)
            .filter(|account| self.is_seen(*account))
            .map(|account| transfers(graph, account))
            .filter(|(ins, outs)| !ins.is_empty() || !outs.is_empty())
            .map(|(ins, outs)| sum(graph, &ins) + sum(graph, &outs))
            .collect();
        turnovers.sort_unstable();
        let median = turnovers
            .get(turnovers.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or(0);
        let search = Search {
            graph,
            pattern: self,
            limit: median * i128::from(self.factor),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

impl BurstAndClose<'_> {
    fn is_seen(&self, account: u32) -> bool {
        self.seen.is_none_or(|seen| seen[account as usize])
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: &'g BurstAndClose<'g>,
    /// What is no burst yet.
    limit: i128,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        if !self.pattern.is_seen(account) {
            return 0;
        }
        (self.graph.incoming(account).len() + self.graph.outgoing(account).len()) as u64
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let graph = self.graph;
        let (ins, outs) = transfers(graph, account);
        work.spend(ins.len() + outs.len())?;
        let (came, went) = (sum(graph, &ins), sum(graph, &outs));
        let times = || ins.iter().chain(&outs).map(|transfer| graph.at(*transfer));
        let (Some(first), Some(last), Some(end)) = (times().min(), times().max(), graph.times().last())
        else {
            return Some(());
        };
        let is_left = || {
            end.saturating_sub(last) >= self.pattern.quiet
                && came > 0
                && self.pattern.min_emptied.is_reached(went, came)
        };
        let is_closed = self.pattern.closed.is_some_and(|closed| closed[account as usize]);
        if last.saturating_sub(first) <= self.pattern.max_life
            && came + went > self.limit
            && (is_closed || is_left())
        {
            let mut all = [ins, outs].concat();
            super::result::in_time(graph, &mut all);
            let others = all
                .iter()
                .flat_map(|transfer| [graph.payer(*transfer), graph.payee(*transfer)]);
            let accounts = each_once(std::iter::once(account).chain(others));
            work.tell(Bundle::of_set(graph, accounts, all, came.min(went), false));
        }
        Some(())
    }
}

/// Transfers into an account and out of it, those to itself apart.
fn transfers(graph: &TemporalGraph, account: u32) -> (Vec<u32>, Vec<u32>) {
    [graph.incoming(account), graph.outgoing(account)]
        .map(|adjacent| {
            with_others(account, adjacent)
                .map(|(_, transfer)| transfer)
                .collect()
        })
        .into()
}
