//! Structuring (ML-01): deposits that stay just below a threshold.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::graph::TemporalGraph;

use super::own::with_others;
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_length, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run, Share};

/// Structuring (ML-01): an account receives at least `min_deposits` deposits inside one window, each *just below* the
/// threshold (below it by no more than the share `band`), together at least the threshold.
///
/// The bunching test compares with what lies just above the threshold (at it, or above it by no more than `band`): over all
/// its deposits the account has at least `bunching` times as many just below. Steady takings lie on both sides alike.
///
/// Windows of an account are disjoint and laid greedily over the deposits just below: the first begins at the earliest
/// from which on the window holds enough of them and enough money, and takes in all of them; the next is looked for
/// behind it. No order inside a window matters.
///
/// A longer window can begin earlier and so end before what a shorter one held, but of each instance it keeps at least
/// one transfer in an instance of the same account.
/// So does a wider band where there is no bunching test; with it, what lies just above the threshold can be too many.
///
/// Accounts of a bundle: the account, then those that paid, in their order. `carried`: the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structuring<'a> {
    /// Microseconds from first to last deposit, inclusive.
    pub window: i64,
    /// Ten-thousandths, above zero.
    pub threshold: i64,
    /// How far below the threshold a deposit still counts as just below it, above nothing.
    pub band: Share,
    /// Fewest deposits, at least 2.
    pub min_deposits: u32,
    /// How many times as many deposits lie just below as just above; 0 where that does not matter.
    pub bunching: u32,
    /// For each transfer whether it is a deposit; all are where nothing is told.
    pub deposits: Option<&'a [bool]>,
}

impl Default for Structuring<'_> {
    /// 3 deposits of 8,500 to 10,000 in 7 days, three times as many below as above.
    fn default() -> Self {
        Structuring {
            window: 7 * 86_400_000_000,
            threshold: 100_000_000,
            band: Share::from_millionths(150_000).unwrap_or(Share::WHOLE),
            min_deposits: 3,
            bunching: 3,
            deposits: None,
        }
    }
}

/// A threshold, and how near an amount comes to it.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub threshold: i64,
    pub band: Share,
}

/// Windows of deposits in the order of time, disjoint and laid greedily: the first from the earliest deposit from which
/// on the window holds at least the threshold and enough deposits that differ by `key`.
pub(super) struct Windows<'g> {
    pub graph: &'g TemporalGraph,
    pub horizons: &'g [u32],
    pub threshold: i64,
    pub least: u32,
}

impl Windows<'_> {
    /// Lets each window be told.
    pub fn lay(&self, deposits: &[u32], key: impl Fn(u32) -> u32, mut tell: impl FnMut(&[u32])) {
        let (mut begin, mut end, mut total) = (0, 0, 0_i128);
        let mut counts: HashMap<u32, u32> = HashMap::new();
        while let Some(first) = deposits.get(begin) {
            let limit = self.horizons[self.graph.tick(*first) as usize];
            while let Some(deposit) = deposits
                .get(end)
                .filter(|deposit| self.graph.tick(**deposit) <= limit)
            {
                total += i128::from(self.graph.amount(*deposit));
                *counts.entry(key(*deposit)).or_default() += 1;
                end += 1;
            }
            if counts.len() >= self.least as usize && total >= i128::from(self.threshold) {
                tell(&deposits[begin..end]);
                (begin, total) = (end, 0);
                counts.clear();
                continue;
            }
            total -= i128::from(self.graph.amount(*first));
            if let Entry::Occupied(mut entry) = counts.entry(key(*first)) {
                *entry.get_mut() -= 1;
                if *entry.get() == 0 {
                    entry.remove();
                }
            }
            begin += 1;
        }
    }
}

impl Band {
    pub fn is_below(self, amount: i64) -> bool {
        let whole = i128::from(Share::WHOLE.millionths());
        let least = i128::from(self.threshold) * (whole - i128::from(self.band.millionths()));
        amount < self.threshold && i128::from(amount) * whole >= least
    }

    pub fn is_above(self, amount: i64) -> bool {
        let whole = i128::from(Share::WHOLE.millionths());
        let limit = i128::from(self.threshold) * (whole + i128::from(self.band.millionths()));
        amount >= self.threshold && i128::from(amount) * whole <= limit
    }

    pub fn validate(self, pattern: &'static str) -> Result<(), PatternError> {
        let wrong = |parameter, value, allowed| {
            Err(PatternError::Parameter {
                pattern,
                parameter,
                value,
                allowed,
            })
        };
        if self.threshold <= 0 {
            let value = super::search::shown_money(self.threshold);
            return wrong("threshold", value, "a threshold is above zero");
        }
        if self.band == Share::NONE {
            return wrong(
                "band",
                "0".to_owned(),
                "a band is above 0 and at most 1, as in 0.15",
            );
        }
        Ok(())
    }
}

impl Pattern for Structuring<'_> {
    fn id(&self) -> &'static str {
        "ML-01"
    }

    fn name(&self) -> &'static str {
        "structuring"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_least(
            self.name(),
            "min_deposits",
            self.min_deposits,
            2,
            "one deposit is no series; at least 2",
        )?;
        self.band().validate(self.name())
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "deposits", self.deposits, graph.transfers())?;
        let search = Search {
            graph,
            pattern: self,
            horizons: graph.horizons(self.window),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

impl Structuring<'_> {
    fn band(&self) -> Band {
        Band {
            threshold: self.threshold,
            band: self.band,
        }
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: &'g Structuring<'g>,
    horizons: Vec<u32>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        let degree = self.graph.incoming(account).len();
        if degree < self.pattern.min_deposits as usize {
            0
        } else {
            degree as u64
        }
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let incoming = self.graph.incoming(account);
        work.spend(incoming.len())?;
        let (graph, band) = (self.graph, self.pattern.band());
        let is_deposit = |transfer: u32| self.pattern.deposits.is_none_or(|known| known[transfer as usize]);
        let deposits: Vec<u32> = with_others(account, incoming)
            .map(|(_, transfer)| transfer)
            .filter(|transfer| is_deposit(*transfer))
            .collect();
        let above = deposits
            .iter()
            .filter(|deposit| band.is_above(graph.amount(**deposit)))
            .count();
        let below: Vec<u32> = deposits
            .into_iter()
            .filter(|deposit| band.is_below(graph.amount(*deposit)))
            .collect();
        if (below.len() as u64) < above as u64 * u64::from(self.pattern.bunching) {
            return Some(());
        }
        let windows = Windows {
            graph,
            horizons: &self.horizons,
            threshold: self.pattern.threshold,
            least: self.pattern.min_deposits,
        };
        // Each deposit counts, whoever made it.
        windows.lay(
            &below,
            |deposit| deposit,
            |inside| {
                let payers = inside.iter().map(|deposit| graph.payer(*deposit));
                let accounts = each_once(std::iter::once(account).chain(payers));
                work.tell(Bundle::of_set(
                    graph,
                    accounts,
                    inside.to_vec(),
                    sum(graph, inside),
                    false,
                ));
            },
        );
        Some(())
    }
}
