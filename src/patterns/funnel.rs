//! Funnel accounts (ML-09): money that is put in in several places and soon taken out in another.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::graph::TemporalGraph;

use super::legs::step;
use super::own::{through, with_others};
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_length, check_length_of_time, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run, TimeOrder};

/// Funnel accounts (ML-09; FinCEN: deposits in one area, withdrawn in another with little time elapsed).
///
/// A withdrawal (a transfer out of the account whose place is known) *counts* if at least one deposit (a transfer into
/// it whose place is known) came at most `window` before it, and none of those came in the withdrawal's own place. A
/// deposit counts if a withdrawal that counts follows within the window. A *period* holds at least `min_deposits`
/// deposits that count, in at least `min_places` different places, from first to last at most `period`. Periods of an
/// account are disjoint and laid greedily, the earliest first.
///
/// A longer window or lenient order can see a deposit in the withdrawal's own place and so find nothing. A longer
/// `period` can begin earlier, but of each one it keeps at least one transfer in a period of the same account.
///
/// An instance is a period: its deposits that count, and the withdrawals that count and follow one of them. Accounts of
/// a bundle: the account, then those that paid it, then those it paid. `carried`: the smaller of the two sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunnelAccount<'a> {
    /// Microseconds from a deposit to a withdrawal, inclusive.
    pub window: i64,
    /// Microseconds from the first to the last deposit of a period, inclusive.
    pub period: i64,
    /// Fewest deposits that count, at least 1.
    pub min_deposits: u32,
    /// Fewest different places of deposits, at least 1.
    pub min_places: u32,
    /// Whether a withdrawal may follow at the time of the deposit.
    pub order: TimeOrder,
    /// For each transfer the number of the place (city, region) where money changed hands, or
    /// [`FunnelAccount::NOWHERE`]. Without places a funnel cannot be told, and the search is refused.
    pub places: Option<&'a [u32]>,
}

impl FunnelAccount<'_> {
    /// The place of a transfer that has none, or whose place is not in the records.
    pub const NOWHERE: u32 = u32::MAX;
}

impl Default for FunnelAccount<'_> {
    /// 5 deposits in 2 places in 30 days, taken out within 72 hours; lenient.
    fn default() -> Self {
        FunnelAccount {
            window: 3 * 86_400_000_000,
            period: 30 * 86_400_000_000,
            min_deposits: 5,
            min_places: 2,
            order: TimeOrder::Lenient,
            places: None,
        }
    }
}

impl Pattern for FunnelAccount<'_> {
    fn id(&self) -> &'static str {
        "ML-09"
    }

    fn name(&self) -> &'static str {
        "funnel_account"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_length_of_time(self.name(), "period", self.period)?;
        check_least(
            self.name(),
            "min_deposits",
            self.min_deposits,
            1,
            "a period has at least 1 deposit",
        )?;
        check_least(
            self.name(),
            "min_places",
            self.min_places,
            1,
            "deposits come in at least 1 place",
        )
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "places", self.places, graph.transfers())?;
        let Some(places) = self.places else {
            return Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "places",
                value: "not given".to_owned(),
                allowed: "a funnel is told by where money is put in and taken out",
            });
        };
        let search = Search {
            graph,
            pattern: self,
            places,
            horizons: graph.horizons(self.window),
            periods: graph.horizons(self.period),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

/// Deposits that are sooner looked at again than counted.
const FEW: usize = 64;

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: &'g FunnelAccount<'g>,
    places: &'g [u32],
    horizons: Vec<u32>,
    periods: Vec<u32>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        through(self.graph, account, self.pattern.min_deposits)
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let graph = self.graph;
        let placed = |adjacent: crate::graph::Adjacent<'_>| -> Vec<u32> {
            let is_placed = |transfer: u32| self.places[transfer as usize] != FunnelAccount::NOWHERE;
            let own = with_others(account, adjacent).map(|(_, transfer)| transfer);
            own.filter(|transfer| is_placed(*transfer)).collect()
        };
        let (ins, outs) = (placed(graph.incoming(account)), placed(graph.outgoing(account)));
        work.spend(ins.len() + outs.len())?;
        let order = step(self.pattern.order);
        let (deposits, withdrawals) = self.counting(&ins, &outs, order, work)?;
        let mut free = 0;
        let mut towns: HashMap<u32, u32> = HashMap::new();
        let is_long = deposits.len() > FEW;
        let mut end = 0;
        for (place, first) in deposits.iter().enumerate() {
            if is_long && place > 0 {
                leave(&mut towns, self.places[deposits[place - 1] as usize]);
            }
            let limit = self.periods[graph.tick(*first) as usize];
            while deposits
                .get(end)
                .is_some_and(|deposit| graph.tick(*deposit) <= limit)
            {
                if is_long {
                    *towns.entry(self.places[deposits[end] as usize]).or_default() += 1;
                }
                end += 1;
            }
            let is_enough = || match is_long {
                true => {
                    end - place >= self.pattern.min_deposits as usize
                        && towns.len() >= self.pattern.min_places as usize
                }
                false => self.is_enough(&deposits[place..end]),
            };
            if graph.tick(*first) < free || !is_enough() {
                continue;
            }
            let inside = deposits[place..end].to_vec();
            let taken = self.taken(&inside, &withdrawals, order, work)?;
            let needs_lenient = self.pattern.order == TimeOrder::Lenient && {
                let (strict, _) = self.counting(&inside, &taken, 1, work)?;
                !self.is_enough(&strict)
            };
            let payers = inside.iter().map(|transfer| graph.payer(*transfer));
            let payees = taken.iter().map(|transfer| graph.payee(*transfer));
            let accounts = each_once(std::iter::once(account).chain(payers).chain(payees));
            let carried = sum(graph, &inside).min(sum(graph, &taken));
            let transfers = [inside, taken].concat();
            work.tell(Bundle::of_set(graph, accounts, transfers, carried, needs_lenient));
            free = limit + 1;
        }
        Some(())
    }
}

impl Search<'_> {
    fn is_enough(&self, deposits: &[u32]) -> bool {
        if deposits.len() < self.pattern.min_deposits as usize {
            return false;
        }
        let places: BTreeSet<u32> = deposits
            .iter()
            .map(|deposit| self.places[*deposit as usize])
            .collect();
        places.len() >= self.pattern.min_places as usize
    }

    /// The withdrawals that follow one of some deposits; both lists are in the order of time.
    fn taken(&self, inside: &[u32], withdrawals: &[u32], step: u32, work: &mut Work<'_>) -> Option<Vec<u32>> {
        let tick = |transfer: u32| self.graph.tick(transfer);
        let from = withdrawals.partition_point(|withdrawal| tick(*withdrawal) < tick(inside[0]) + step);
        let mut taken = Vec::new();
        let mut before = 0;
        for withdrawal in withdrawals[from..].iter().copied() {
            work.spend(1)?;
            let at = tick(withdrawal);
            while inside
                .get(before)
                .is_some_and(|deposit| tick(*deposit) + step <= at)
            {
                before += 1;
                work.spend(1)?;
            }
            // The latest deposit before it is the nearest.
            let Some(latest) = before.checked_sub(1) else {
                continue;
            };
            if self.horizons[tick(inside[latest]) as usize] >= at {
                taken.push(withdrawal);
            } else if before == inside.len() {
                break;
            }
        }
        Some(taken)
    }

    /// The deposits and withdrawals that count; both lists are in the order of time.
    fn counting(
        &self,
        ins: &[u32],
        outs: &[u32],
        step: u32,
        work: &mut Work<'_>,
    ) -> Option<(Vec<u32>, Vec<u32>)> {
        let mut counts = vec![false; ins.len()];
        let mut withdrawals = Vec::new();
        // How many deposits of each place are inside the window, and up to where they are known to count.
        let mut towns: HashMap<u32, u32> = HashMap::new();
        let is_long = ins.len() > FEW;
        let (mut from, mut to, mut marked) = (0, 0, 0);
        work.spend(ins.len() + outs.len())?;
        for withdrawal in outs.iter().copied() {
            let at = self.graph.tick(withdrawal);
            while let Some(deposit) = ins
                .get(to)
                .filter(|deposit| self.graph.tick(**deposit) + step <= at)
            {
                if is_long {
                    *towns.entry(self.places[*deposit as usize]).or_default() += 1;
                }
                to += 1;
            }
            while from < to && self.horizons[self.graph.tick(ins[from]) as usize] < at {
                if is_long {
                    leave(&mut towns, self.places[ins[from] as usize]);
                }
                from += 1;
            }
            let own = self.places[withdrawal as usize];
            let is_in_town = || match is_long {
                true => towns.contains_key(&own),
                false => ins[from..to]
                    .iter()
                    .any(|deposit| self.places[*deposit as usize] == own),
            };
            if from < to && !is_in_town() {
                withdrawals.push(withdrawal);
                counts[from.max(marked)..to].fill(true);
                marked = to;
            }
        }
        let deposits = ins
            .iter()
            .zip(counts)
            .filter_map(|(deposit, counts)| counts.then_some(*deposit));
        Some((deposits.collect(), withdrawals))
    }
}

/// One deposit of a place less.
fn leave(towns: &mut HashMap<u32, u32>, place: u32) {
    if let Some(count) = towns.get_mut(&place) {
        *count -= 1;
        if *count == 0 {
            towns.remove(&place);
        }
    }
}
