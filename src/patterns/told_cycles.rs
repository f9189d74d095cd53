//! Cycles of which more is told than transfers: U-turns through another jurisdiction (ML-12) and circular loans (ML-15).

use crate::graph::TemporalGraph;

use super::bundle::bundles;
use super::own::heads;
use super::result::Found;
use super::run::check_length;
use super::{Conservation, Pattern, PatternError, Run, Share, TemporalCycles, TimeOrder};

/// U-turn (ML-12): a temporal cycle over clusters of accounts that begins and ends in a cluster at home and passes an
/// account abroad on the way. It comes back to the cluster, not necessarily to the account.
///
/// Transfers inside a cluster are no hops. Cycles, their conditions and their bundles are those of [`TemporalCycles`],
/// over clusters; the account that the first transfer leaves and the one that the last reaches are at home, and one at
/// least of the accounts reached between is abroad. Where all transfers have one time, any of them may be the first.
///
/// Accounts of a bundle: those that the transfers of the representative leave. A budget of instances counts all cycles,
/// abroad or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UTurn<'a> {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Most transfers, 2 to 10,000.
    pub max_hops: u32,
    /// Whether equal times may follow each other.
    pub order: TimeOrder,
    /// The last transfer is at least this share of the first; nothing where amounts do not matter.
    pub min_returned: Option<Share>,
    /// For each account the cluster that controls it; each is its own where nothing is told.
    pub clusters: Option<&'a [u32]>,
    /// For each account whether it is abroad. Without it no U-turn can be told, and the search is refused.
    pub foreign: Option<&'a [bool]>,
}

/// Circular loans (ML-15): a temporal cycle of transfers that are labelled as loans, all between accounts of one group.
/// Cycles and bundles are those of [`TemporalCycles`] over these transfers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircularLoans<'a> {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Most transfers, 2 to 10,000.
    pub max_hops: u32,
    /// Whether equal times may follow each other.
    pub order: TimeOrder,
    /// The last transfer is at least this share of the first; nothing where amounts do not matter.
    pub min_returned: Option<Share>,
    /// For each transfer whether it is labelled as a loan. Without it the search is refused.
    pub loans: Option<&'a [bool]>,
    /// For each account the group that it belongs to; all are one group where nothing is told.
    pub groups: Option<&'a [u32]>,
}

impl Default for UTurn<'_> {
    /// 8 hops in 60 days, strict; half comes back.
    fn default() -> Self {
        UTurn {
            window: 60 * 86_400_000_000,
            max_hops: 8,
            order: TimeOrder::Strict,
            min_returned: Share::from_millionths(500_000),
            clusters: None,
            foreign: None,
        }
    }
}

impl Default for CircularLoans<'_> {
    /// 8 hops in 365 days, strict, any amounts.
    fn default() -> Self {
        CircularLoans {
            window: 365 * 86_400_000_000,
            max_hops: 8,
            order: TimeOrder::Strict,
            min_returned: None,
            loans: None,
            groups: None,
        }
    }
}

impl UTurn<'_> {
    /// The cycles that it is made of.
    fn cycles(&self) -> TemporalCycles {
        cycles(self.window, self.max_hops, self.order, self.min_returned)
    }
}

impl Pattern for UTurn<'_> {
    fn id(&self) -> &'static str {
        "ML-12"
    }

    fn name(&self) -> &'static str {
        "u_turn"
    }

    fn validate(&self) -> Result<(), PatternError> {
        self.cycles().validate().map_err(|error| error.of(self.name()))
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "clusters", self.clusters, graph.accounts())?;
        check_length(self.name(), "foreign", self.foreign, graph.accounts())?;
        let Some(foreign) = self.foreign else {
            return Err(missing(
                self.name(),
                "foreign",
                "a U-turn is told by which accounts are abroad",
            ));
        };
        let head = heads(graph.accounts(), self.clusters);
        let all: Vec<u32> = (0..graph.transfers() as u32).collect();
        let by_cluster = part(self.name(), graph, &all, |account| head[account as usize])?;
        let list = self.cycles().list(&by_cluster, run)?;
        let turns = |cycle: &[u32]| {
            let (Some(first), Some(last)) = (cycle.first(), cycle.last()) else {
                return false;
            };
            let is_foreign = |account: u32| foreign[account as usize];
            if graph.tick(*first) == graph.tick(*last) {
                let payers = || cycle.iter().map(|transfer| graph.payer(*transfer));
                return payers().any(is_foreign) && !payers().all(is_foreign);
            }
            !is_foreign(graph.payer(*first))
                && !is_foreign(graph.payee(*last))
                && cycle[..cycle.len() - 1]
                    .iter()
                    .any(|transfer| is_foreign(graph.payee(*transfer)))
        };
        let kept: Vec<u32> = (0_u32..)
            .zip(list.cycles.iter())
            .filter(|(_, cycle)| turns(cycle))
            .map(|(place, _)| place)
            .collect();
        let mut bundles = bundles(
            &by_cluster,
            &list.cycles.picked(kept.iter().copied()),
            usize::MAX,
            self.window,
        );
        for bundle in &mut bundles {
            bundle.accounts = bundle
                .representative
                .iter()
                .map(|transfer| graph.payer(*transfer))
                .collect();
        }
        Ok(Found {
            bundles,
            truncated: list.truncated,
            steps: list.steps,
        })
    }
}

impl CircularLoans<'_> {
    /// The cycles that it is made of.
    fn cycles(&self) -> TemporalCycles {
        cycles(self.window, self.max_hops, self.order, self.min_returned)
    }
}

impl Pattern for CircularLoans<'_> {
    fn id(&self) -> &'static str {
        "ML-15"
    }

    fn name(&self) -> &'static str {
        "circular_loans"
    }

    fn validate(&self) -> Result<(), PatternError> {
        self.cycles().validate().map_err(|error| error.of(self.name()))
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "loans", self.loans, graph.transfers())?;
        check_length(self.name(), "groups", self.groups, graph.accounts())?;
        let Some(loans) = self.loans else {
            return Err(missing(
                self.name(),
                "loans",
                "circular loans are told by which transfers are loans",
            ));
        };
        let group = |account: u32| self.groups.map(|groups| groups[account as usize]);
        let counts = |transfer: &u32| {
            loans[*transfer as usize] && group(graph.payer(*transfer)) == group(graph.payee(*transfer))
        };
        let members: Vec<u32> = (0..graph.transfers() as u32).filter(counts).collect();
        let lent = part(self.name(), graph, &members, |account| account)?;
        let found = self.cycles().search(&lent, run)?;
        Ok(Found {
            bundles: found
                .bundles
                .into_iter()
                .map(|bundle| bundle.renumbered(&members))
                .collect(),
            ..found
        })
    }
}

fn cycles(window: i64, max_hops: u32, order: TimeOrder, returned: Option<Share>) -> TemporalCycles {
    TemporalCycles {
        window,
        max_hops,
        order,
        conservation: Conservation {
            each_hop: None,
            returned,
        },
    }
}

fn missing(pattern: &'static str, parameter: &'static str, allowed: &'static str) -> PatternError {
    PatternError::Parameter {
        pattern,
        parameter,
        value: "not given".to_owned(),
        allowed,
    }
}

/// The graph of some transfers, with accounts put together.
fn part(
    pattern: &'static str,
    graph: &TemporalGraph,
    members: &[u32],
    account: impl Fn(u32) -> u32,
) -> Result<TemporalGraph, PatternError> {
    let payer: Vec<u32> = members
        .iter()
        .map(|transfer| account(graph.payer(*transfer)))
        .collect();
    let payee: Vec<u32> = members
        .iter()
        .map(|transfer| account(graph.payee(*transfer)))
        .collect();
    let at: Vec<i64> = members.iter().map(|transfer| graph.at(*transfer)).collect();
    let amount: Vec<i64> = members.iter().map(|transfer| graph.amount(*transfer)).collect();
    // A part of a graph that was built is one that can be built.
    TemporalGraph::build(graph.accounts(), &payer, &payee, &at, &amount).map_err(|error| {
        PatternError::Parameter {
            pattern,
            parameter: "graph",
            value: error.to_string(),
            allowed: "a part of a graph is a graph",
        }
    })
}
