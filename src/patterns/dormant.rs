//! Dormant reactivation (ML-20): an account that was silent for long and is suddenly used.

use crate::graph::TemporalGraph;

use super::own::with_others;
use super::result::{Bundle, Found, each_once, in_time};
use super::run::{check_least, check_length, check_length_of_time, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run};

/// Dormant reactivation (ML-20): at least `silence` without a transfer of the account, then, in the `window` from the
/// first transfer on, at least `min_transfers` transfers, or more than `min_amount` that came in, or more than that
/// which went out.
///
/// Silence is told by a transfer before it: where the records begin, nothing is known of what was before. That records
/// cover the silence is for the caller to know. Transfers in either direction break it, except those told to be quiet
/// (fees, interest), which count for nothing.
///
/// An instance is the transfers of one such window. Silence is longer than the window, or else the window ends with the
/// next silence. So a shorter silence can cut a window down to nothing; a longer window only adds to it. Accounts of a bundle: the account, then the others in their order. `carried`: the larger of what came
/// in and what went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DormantReactivation<'a> {
    /// Microseconds without a transfer, at least.
    pub silence: i64,
    /// Microseconds from the first transfer to the last, inclusive.
    pub window: i64,
    /// Fewest transfers, at least 1.
    pub min_transfers: u32,
    /// Or more money than this, in ten-thousandths.
    pub min_amount: i64,
    /// For each transfer whether it is quiet; none is where nothing is told.
    pub quiet: Option<&'a [bool]>,
}

impl Default for DormantReactivation<'_> {
    /// 180 days, then 5 transfers or more than 2,500 in 7 days.
    fn default() -> Self {
        DormantReactivation {
            silence: 180 * 86_400_000_000,
            window: 7 * 86_400_000_000,
            min_transfers: 5,
            min_amount: 25_000_000,
            quiet: None,
        }
    }
}

impl Pattern for DormantReactivation<'_> {
    fn id(&self) -> &'static str {
        "ML-20"
    }

    fn name(&self) -> &'static str {
        "dormant_reactivation"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_length_of_time(self.name(), "silence", self.silence)?;
        check_least(
            self.name(),
            "min_transfers",
            self.min_transfers,
            1,
            "use is at least 1 transfer",
        )?;
        if self.silence == 0 {
            return Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "silence",
                value: "'0 days'".to_owned(),
                allowed: "a silence has a length, for instance '180 days'",
            });
        }
        match self.min_amount < 0 {
            true => Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "min_amount",
                value: super::search::shown_money(self.min_amount),
                allowed: "an amount is zero or more",
            }),
            false => Ok(()),
        }
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "quiet", self.quiet, graph.transfers())?;
        sweep(
            graph,
            graph.accounts() as u32,
            &Search { graph, pattern: self },
            run,
        )
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: &'g DormantReactivation<'g>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        (self.graph.incoming(account).len() + self.graph.outgoing(account).len()) as u64
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let graph = self.graph;
        let both = [graph.incoming(account), graph.outgoing(account)];
        work.spend(both[0].len() + both[1].len())?;
        let mut transfers: Vec<u32> = both
            .into_iter()
            .flat_map(|adjacent| with_others(account, adjacent))
            .map(|(_, transfer)| transfer)
            .filter(|transfer| self.pattern.quiet.is_none_or(|quiet| !quiet[*transfer as usize]))
            .collect();
        in_time(graph, &mut transfers);
        let is_silent = |place: usize| {
            graph
                .at(transfers[place])
                .saturating_sub(graph.at(transfers[place - 1]))
                >= self.pattern.silence
        };
        for begin in (1..transfers.len()).filter(|place| is_silent(*place)) {
            let limit = graph.at(transfers[begin]).saturating_add(self.pattern.window);
            let fits = |place: &usize| {
                graph.at(transfers[*place]) <= limit && (*place == begin || !is_silent(*place))
            };
            let count = (begin..transfers.len()).take_while(fits).count();
            let inside = transfers[begin..begin + count].to_vec();
            work.spend(count)?;
            let (mut came, mut went) = (0_i128, 0_i128);
            for transfer in &inside {
                let amount = i128::from(graph.amount(*transfer));
                *(if graph.payee(*transfer) == account {
                    &mut came
                } else {
                    &mut went
                }) += amount;
            }
            let most = came.max(went);
            if count >= self.pattern.min_transfers as usize || most > i128::from(self.pattern.min_amount) {
                let others = inside
                    .iter()
                    .flat_map(|transfer| [graph.payer(*transfer), graph.payee(*transfer)]);
                let accounts = each_once(std::iter::once(account).chain(others));
                work.tell(Bundle::of_set(graph, accounts, inside, most, false));
            }
        }
        Some(())
    }
}
