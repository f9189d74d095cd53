//! Smurfing (ML-02): many depositors, each below the threshold, for one hand.

use crate::graph::TemporalGraph;

use super::own::members;
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_length, check_window};
use super::structuring::{Band, Windows};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run, Share};

/// Smurfing (ML-02): the accounts of one cluster receive, inside one window, deposits *just below* the threshold (as in
/// structuring) from at least `min_depositors` different accounts outside the cluster, together at least the threshold.
///
/// Windows of a cluster are disjoint and laid greedily: the first begins at the earliest such deposit from which on the
/// window holds enough depositors and enough money, and takes in all of them; the next is looked for behind it.
///
/// A longer window or a wider band can begin earlier and so end before what a narrower one held, but of each instance it
/// keeps at least one deposit in an instance of the same cluster.
///
/// Accounts of a bundle: those that received, in their order, then the depositors in theirs. `carried`: the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smurfing<'a> {
    /// Microseconds from first to last deposit, inclusive.
    pub window: i64,
    /// Ten-thousandths, above zero.
    pub threshold: i64,
    /// How far below the threshold a deposit still counts as just below it, above nothing.
    pub band: Share,
    /// Fewest different accounts that deposit, at least 2.
    pub min_depositors: u32,
    /// For each transfer whether it is a deposit; all are where nothing is told.
    pub deposits: Option<&'a [bool]>,
    /// For each account the cluster that controls it; each is its own where nothing is told.
    pub clusters: Option<&'a [u32]>,
}

impl Default for Smurfing<'_> {
    /// 3 depositors of 8,500 to 10,000 in 7 days.
    fn default() -> Self {
        Smurfing {
            window: 7 * 86_400_000_000,
            threshold: 100_000_000,
            band: Share::from_millionths(150_000).unwrap_or(Share::WHOLE),
            min_depositors: 3,
            deposits: None,
            clusters: None,
        }
    }
}

impl Pattern for Smurfing<'_> {
    fn id(&self) -> &'static str {
        "ML-02"
    }

    fn name(&self) -> &'static str {
        "smurfing"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_least(
            self.name(),
            "min_depositors",
            self.min_depositors,
            2,
            "many depositors are at least 2",
        )?;
        self.band().validate(self.name())
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "deposits", self.deposits, graph.transfers())?;
        check_length(self.name(), "clusters", self.clusters, graph.accounts())?;
        let search = Search {
            graph,
            pattern: self,
            horizons: graph.horizons(self.window),
            members: members(graph.accounts(), self.clusters),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

impl Smurfing<'_> {
    fn band(&self) -> Band {
        Band {
            threshold: self.threshold,
            band: self.band,
        }
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: &'g Smurfing<'g>,
    horizons: Vec<u32>,
    members: Vec<Vec<u32>>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        let members = &self.members[account as usize];
        let degree: usize = members
            .iter()
            .map(|member| self.graph.incoming(*member).len())
            .sum();
        if degree < self.pattern.min_depositors as usize {
            0
        } else {
            degree as u64
        }
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let (graph, band) = (self.graph, self.pattern.band());
        let members = &self.members[account as usize];
        let mut deposits: Vec<u32> = Vec::new();
        for member in members {
            let incoming = graph.incoming(*member);
            work.spend(incoming.len())?;
            let fits = |(edge, transfer): &(crate::graph::Edge, u32)| {
                self.pattern
                    .deposits
                    .is_none_or(|known| known[*transfer as usize])
                    && members.binary_search(&edge.other()).is_err()
                    && band.is_below(graph.amount(*transfer))
            };
            deposits.extend(incoming.iter().filter(fits).map(|(_, transfer)| transfer));
        }
        super::result::in_time(graph, &mut deposits);
        let windows = Windows {
            graph,
            horizons: &self.horizons,
            threshold: self.pattern.threshold,
            least: self.pattern.min_depositors,
        };
        windows.lay(
            &deposits,
            |deposit| graph.payer(deposit),
            |inside| {
                let payees = inside.iter().map(|deposit| graph.payee(*deposit));
                let payers = inside.iter().map(|deposit| graph.payer(*deposit));
                let accounts = each_once(payees.chain(payers));
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
