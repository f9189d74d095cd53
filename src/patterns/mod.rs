//! Laundering patterns over the temporal graph, one file each, all behind [`Pattern`].
//!
//! Slices in, values out. No files, no SQL, no async, no printing, no clock: what a search finds depends on the graph,
//! the parameters and the budget alone, never on the number of threads. A pattern is a fact about movements; what it
//! means for a person is decided elsewhere.
//!
//! # Order of time, and records that know only the day
//!
//! Patterns that need an order take a [`TimeOrder`]. *Strict* asks for strictly increasing times; *lenient* lets equal
//! times follow each other. Where records carry dates without times, all transfers of a day have the same time: what
//! happened first on that day is not known. Strict then finds only what the records prove, lenient also what they
//! allow. [`Measures::needs_lenient`] tells which of the two a bundle needs, so that a finding can say it.
//!
//! # What every pattern shares
//!
//! Transfers of an account to itself take part in none. Parallel transfers are different transfers. A transfer of
//! amount zero is a transfer, but where amounts are compared (`conserve`, `returned`) it takes no part: it carries
//! nothing. Windows are inclusive: last time minus first time is at most the window. Amounts are
//! compared as they are, so the caller gives them in one currency. Ties of time are broken by transfer number, so the
//! caller numbers transfers in an order that the files' order cannot change.
//!
//! # What more allowance does
//!
//! A longer window, a wider tolerance, lenient order and more hops lose no cycle (also none of those of which more is
//! told) and no scatter-gather without a span, which can only grow. Of chains they lose none, but one can become a
//! stretch of a longer one. Lives and awakenings are kept too, and the largest flow is never less.
//!
//! The other shapes lay windows of an account so that they share no transfer, the earliest first, or match each transfer
//! once. There a longer window begins elsewhere, takes in what spoils a share, or matches money otherwise. What is kept
//! all the same, and what is not, stands with each pattern. Layers ([`Bipartite`], [`Stack`]) and [`DenseFlow`] keep
//! nothing for sure: with more transfers in the window, or a lower density, a layer takes in accounts beside which others
//! are too loose, so that a group can fall apart. To be sure that a narrow search has nothing that a wide one lacks, run
//! both.

mod bundle;
mod burst;
mod chain;
mod chain_bundle;
mod chain_reach;
mod conserve;
mod cycle_rounds;
mod cycle_search;
mod cycle_starts;
mod cycle_task;
mod cycle_workspace;
mod cycles;
mod dense_choice;
mod dense_flow;
mod dormant;
mod fan;
mod flow_motif;
mod funnel;
mod gather_scatter;
mod layers;
mod layers_window;
mod legs;
mod mirror;
mod own;
mod pass_through;
mod pass_through_group;
mod result;
mod run;
mod scatter_gather;
mod search;
mod since;
mod smurfing;
mod structuring;
mod sweep;
mod temporal_flow;
mod told;
mod told_cycles;

pub use burst::BurstAndClose;
pub use chain::LayeringChains;
pub use conserve::{Conservation, HopTolerance, Share};
pub use cycles::{CycleCounts, CycleList, TemporalCycles};
pub use dense_flow::{Dense, DenseFlow};
pub use dormant::DormantReactivation;
pub use fan::{FanIn, FanOut};
pub use flow_motif::FlowMotif;
pub use funnel::FunnelAccount;
pub use gather_scatter::GatherScatter;
pub use layers::{Bipartite, Stack};
pub use mirror::MirrorTransfers;
pub use pass_through::{PassThrough, Passed};
pub use pass_through_group::PassThroughGroup;
pub use result::{Bundle, Found, Measures, Sequences};
pub use run::{Budget, Limit, PatternError, Progress, Run, Truncated};
pub use scatter_gather::ScatterGather;
pub use since::Earlier;
pub use smurfing::Smurfing;
pub use structuring::Structuring;
pub use temporal_flow::{Flow, TemporalFlow};
pub use told::{Fact, Told};
pub use told_cycles::{CircularLoans, UTurn};

pub use search::{Scope, Search, SearchKind, TOO_LONG};

use crate::graph::TemporalGraph;

/// A pattern with its parameters.
pub trait Pattern: Sync {
    /// Number in the catalogue of typologies, as in `ML-11`.
    fn id(&self) -> &'static str;

    /// Name in SQL, as in `temporal_cycles`.
    fn name(&self) -> &'static str;

    /// Refuses parameters that mean nothing, naming the parameter, its value and what is allowed.
    fn validate(&self) -> Result<(), PatternError>;

    /// Finds the pattern. Bundles come sorted by first time, then by transfers.
    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError>;
}

/// Whether equal times may follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimeOrder {
    /// Each transfer later than the one before it.
    #[default]
    Strict,
    /// Each transfer no earlier than the one before it.
    Lenient,
}

impl TimeOrder {
    /// The word written in SQL and in findings.
    pub const fn as_str(self) -> &'static str {
        match self {
            TimeOrder::Strict => "strict",
            TimeOrder::Lenient => "lenient",
        }
    }

    /// From the word written in SQL.
    pub fn from_word(word: &str) -> Option<TimeOrder> {
        [TimeOrder::Strict, TimeOrder::Lenient]
            .into_iter()
            .find(|order| order.as_str() == word)
    }
}
