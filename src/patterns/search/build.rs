//! A pattern from its parameters and what is told.

use super::super::*;
use super::Search;
use super::value::Value;

impl Search {
    /// The pattern itself.
    pub fn pattern<'a>(&self, told: &Told<'a>) -> Box<dyn Pattern + 'a> {
        let window = self.length("time_window");
        let order = self.order();
        let conserve = self
            .maybe_share("conserve")
            .map(|loss| HopTolerance { loss, fee: 0 });
        let deposits = told.deposits.filter(|_| !self.counts_all_deposits());
        match self.kind {
            SearchKind::Structuring => Box::new(Structuring {
                window,
                threshold: self.money("threshold"),
                band: self.share("band"),
                min_deposits: self.number("min_deposits"),
                bunching: self.number("bunching"),
                deposits,
            }),
            SearchKind::Smurfing => Box::new(Smurfing {
                window,
                threshold: self.money("threshold"),
                band: self.share("band"),
                min_depositors: self.number("min_depositors"),
                deposits,
                clusters: told.parties,
            }),
            SearchKind::FanIn => Box::new(FanIn {
                window,
                min_counterparties: self.number("min_counterparties"),
            }),
            SearchKind::FanOut => Box::new(FanOut {
                window,
                min_counterparties: self.number("min_counterparties"),
            }),
            SearchKind::GatherScatter => Box::new(GatherScatter {
                window,
                min_counterparties: self.number("min_counterparties"),
                order,
                conserve,
            }),
            SearchKind::ScatterGather => Box::new(ScatterGather {
                window,
                span: None,
                min_middles: self.number("min_middles"),
                order,
                conserve,
            }),
            SearchKind::Bipartite => Box::new(Bipartite {
                window,
                min_accounts: self.number("min_accounts"),
                density: self.share("density"),
            }),
            SearchKind::Stack => Box::new(Stack {
                window,
                min_accounts: self.number("min_accounts"),
                density: self.share("density"),
                order,
            }),
            SearchKind::PassThrough => Box::new(self.passed()),
            SearchKind::FunnelAccount => Box::new(FunnelAccount {
                window,
                period: self.length("period"),
                min_deposits: self.number("min_deposits"),
                min_places: self.number("min_places"),
                order,
                places: told.places,
            }),
            SearchKind::LayeringChains => Box::new(LayeringChains {
                window,
                min_hops: self.number("min_hops"),
                max_hops: self.number("max_hops"),
                order,
                conserve,
            }),
            SearchKind::TemporalCycles => Box::new(self.cycles()),
            SearchKind::UTurn => Box::new(UTurn {
                window,
                max_hops: self.number("max_hops"),
                order,
                min_returned: self.returned(),
                clusters: told.parties,
                foreign: told.foreign,
            }),
            SearchKind::CircularLoans => Box::new(CircularLoans {
                window,
                max_hops: self.number("max_hops"),
                order,
                min_returned: self.returned(),
                loans: told.loans,
                groups: None,
            }),
            SearchKind::DormantReactivation => Box::new(DormantReactivation {
                silence: self.length("silence"),
                window,
                min_transfers: self.number("min_transfers"),
                min_amount: self.money("min_amount"),
                quiet: told.quiet,
            }),
            SearchKind::BurstAndClose => Box::new(BurstAndClose {
                max_life: self.length("max_life"),
                factor: self.number("factor"),
                quiet: self.length("quiet"),
                min_emptied: self.share("min_emptied"),
                closed: told.closed,
                seen: told.seen,
            }),
            SearchKind::PassThroughGroup => Box::new(PassThroughGroup {
                periods: self.passed(),
                min_accounts: self.number("min_accounts"),
                min_shared: self.number("min_shared"),
                max_apart: self.length("max_apart"),
                opened: told.opened,
                attributes: told.attributes,
            }),
            SearchKind::MirrorTransfers => Box::new(MirrorTransfers {
                window,
                tolerance: self.share("tolerance"),
                min_pairs: self.number("min_pairs"),
                parties: told.parties,
                currencies: told.currencies,
                values: told.values,
            }),
            SearchKind::FlowMotif => Box::new(FlowMotif {
                window,
                min_small: self.number("min_small"),
                small_share: self.share("small_share"),
                order,
                // Any amounts: everything may stay behind.
                conserve: conserve.unwrap_or(HopTolerance {
                    loss: Share::WHOLE,
                    fee: 0,
                }),
            }),
            SearchKind::DenseFlow => Box::new(DenseFlow {
                window,
                lambda: self.number("lambda"),
                middle_layers: self.number("middle_layers"),
                min_accounts: self.number("min_accounts"),
            }),
            SearchKind::TemporalFlow => Box::new(TemporalFlow {
                sources: told.sources,
                sinks: told.sinks,
                from: self.time("from_time").unwrap_or(i64::MIN),
                to: self.time("to_time").unwrap_or(i64::MAX),
                order,
            }),
        }
    }

    /// Cycles with the parameters that are set.
    pub(in super::super) fn cycles(&self) -> TemporalCycles {
        TemporalCycles {
            window: self.length("time_window"),
            max_hops: self.number("max_hops"),
            order: self.order(),
            conservation: Conservation {
                each_hop: self
                    .maybe_share("conserve")
                    .map(|loss| HopTolerance { loss, fee: 0 }),
                returned: self.returned(),
            },
        }
    }

    /// Most hops of a cycle or chain; none where the pattern has no such parameter.
    pub fn most_hops(&self) -> u32 {
        self.number("max_hops")
    }

    /// Window of a hop and most hops, of chains.
    pub(in super::super) fn chain_limits(&self) -> (i64, u32) {
        (self.length("time_window"), self.number("max_hops"))
    }

    fn passed(&self) -> PassThrough {
        PassThrough {
            window: self.length("time_window"),
            period: self.length("period"),
            min_share: self.share("min_share"),
            min_events: self.number("min_events"),
            min_inflow: self.money("min_inflow"),
            order: self.order(),
        }
    }

    /// A share of nothing is no condition.
    fn returned(&self) -> Option<Share> {
        self.maybe_share("min_returned")
            .filter(|share| *share != Share::NONE)
    }

    // A kind asks for its own parameters only, each of the variant that its defaults give it.

    fn length(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Length(length)) => *length,
            _ => 0,
        }
    }

    fn number(&self, name: &str) -> u32 {
        match self.value(name) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }

    pub(super) fn money(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Money(amount)) => *amount,
            _ => 0,
        }
    }

    fn share(&self, name: &str) -> Share {
        match self.value(name) {
            Some(Value::Share(share)) => *share,
            _ => Share::NONE,
        }
    }

    fn maybe_share(&self, name: &str) -> Option<Share> {
        match self.value(name) {
            Some(Value::MaybeShare(share)) => *share,
            _ => None,
        }
    }

    /// Whether equal times may follow each other; strict where the pattern has no such parameter.
    pub fn order(&self) -> TimeOrder {
        match self.value("time_order") {
            Some(Value::Order(order)) => *order,
            _ => TimeOrder::Strict,
        }
    }

    fn time(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(Value::Time(at)) => *at,
            _ => None,
        }
    }
}
