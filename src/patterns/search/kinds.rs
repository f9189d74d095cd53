//! The patterns that can be searched for by name, and what each needs.

use super::super::told::Fact;

/// A pattern by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchKind {
    Structuring,
    Smurfing,
    FanIn,
    FanOut,
    GatherScatter,
    ScatterGather,
    Bipartite,
    Stack,
    PassThrough,
    FunnelAccount,
    LayeringChains,
    TemporalCycles,
    UTurn,
    CircularLoans,
    DormantReactivation,
    BurstAndClose,
    PassThroughGroup,
    MirrorTransfers,
    FlowMotif,
    DenseFlow,
    TemporalFlow,
}

/// Which transfers a search looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Between two accounts that records name.
    Accounts,
    /// These, and cash put in and taken out. Each account has its own cash, so that cash connects nobody.
    Cash,
    /// Every transfer. Each account has its own bank, each unknown other side is one of its own.
    Everything,
}

impl SearchKind {
    /// Every kind, in the order of the catalogue; those without a number last.
    pub const ALL: [SearchKind; 21] = [
        SearchKind::Structuring,
        SearchKind::Smurfing,
        SearchKind::FanIn,
        SearchKind::FanOut,
        SearchKind::GatherScatter,
        SearchKind::ScatterGather,
        SearchKind::Bipartite,
        SearchKind::Stack,
        SearchKind::PassThrough,
        SearchKind::FunnelAccount,
        SearchKind::LayeringChains,
        SearchKind::TemporalCycles,
        SearchKind::UTurn,
        SearchKind::CircularLoans,
        SearchKind::DormantReactivation,
        SearchKind::BurstAndClose,
        SearchKind::PassThroughGroup,
        SearchKind::MirrorTransfers,
        SearchKind::FlowMotif,
        SearchKind::DenseFlow,
        SearchKind::TemporalFlow,
    ];

    /// The kinds that become findings. Structuring, pass-through, funnels and dormant accounts have rule packs in SQL,
    /// which look at single entries and at what statements cover; their findings would stand there twice. The greatest
    /// flow needs two sets of accounts that a person names.
    pub const DETECTED: [SearchKind; 16] = [
        SearchKind::Smurfing,
        SearchKind::FanIn,
        SearchKind::FanOut,
        SearchKind::GatherScatter,
        SearchKind::ScatterGather,
        SearchKind::Bipartite,
        SearchKind::Stack,
        SearchKind::LayeringChains,
        SearchKind::TemporalCycles,
        SearchKind::UTurn,
        SearchKind::CircularLoans,
        SearchKind::BurstAndClose,
        SearchKind::PassThroughGroup,
        SearchKind::MirrorTransfers,
        SearchKind::FlowMotif,
        SearchKind::DenseFlow,
    ];

    /// Name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            SearchKind::Structuring => "structuring",
            SearchKind::Smurfing => "smurfing",
            SearchKind::FanIn => "fan_in",
            SearchKind::FanOut => "fan_out",
            SearchKind::GatherScatter => "gather_scatter",
            SearchKind::ScatterGather => "scatter_gather",
            SearchKind::Bipartite => "bipartite",
            SearchKind::Stack => "stack",
            SearchKind::PassThrough => "pass_through",
            SearchKind::FunnelAccount => "funnel_account",
            SearchKind::LayeringChains => "layering_chains",
            SearchKind::TemporalCycles => "temporal_cycles",
            SearchKind::UTurn => "u_turn",
            SearchKind::CircularLoans => "circular_loans",
            SearchKind::DormantReactivation => "dormant_reactivation",
            SearchKind::BurstAndClose => "burst_and_close",
            SearchKind::PassThroughGroup => "pass_through_group",
            SearchKind::MirrorTransfers => "mirror_transfers",
            SearchKind::FlowMotif => "flow_motif",
            SearchKind::DenseFlow => "dense_flow",
            SearchKind::TemporalFlow => "temporal_flow",
        }
    }

    /// Number in the catalogue of typologies; its name where it has none.
    pub const fn typology(self) -> &'static str {
        match self {
            SearchKind::Structuring => "ML-01",
            SearchKind::Smurfing => "ML-02",
            SearchKind::FanIn => "ML-03",
            SearchKind::FanOut => "ML-04",
            SearchKind::GatherScatter => "ML-05",
            SearchKind::ScatterGather => "ML-06",
            SearchKind::Bipartite | SearchKind::Stack => "ML-07",
            SearchKind::PassThrough => "ML-08",
            SearchKind::FunnelAccount => "ML-09",
            SearchKind::LayeringChains => "ML-10",
            SearchKind::TemporalCycles => "ML-11",
            SearchKind::UTurn => "ML-12",
            SearchKind::CircularLoans => "ML-15",
            SearchKind::DormantReactivation => "ML-20",
            SearchKind::BurstAndClose => "ML-21",
            SearchKind::PassThroughGroup => "ML-23",
            SearchKind::MirrorTransfers => "ML-24",
            SearchKind::FlowMotif | SearchKind::DenseFlow | SearchKind::TemporalFlow => self.name(),
        }
    }

    /// From the name in SQL.
    pub fn from_name(name: &str) -> Option<SearchKind> {
        SearchKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Which transfers it looks at.
    pub const fn scope(self) -> Scope {
        match self {
            SearchKind::PassThrough | SearchKind::PassThroughGroup => Scope::Cash,
            SearchKind::Structuring
            | SearchKind::Smurfing
            | SearchKind::FunnelAccount
            | SearchKind::DormantReactivation
            | SearchKind::BurstAndClose => Scope::Everything,
            _ => Scope::Accounts,
        }
    }

    /// Whether a bundle can stand for several sequences of transfers, which it lists. Chains multiply, so that theirs
    /// lists as many as it takes to have each transfer in one; cycles list all.
    pub const fn lists_members(self) -> bool {
        matches!(
            self,
            SearchKind::LayeringChains
                | SearchKind::TemporalCycles
                | SearchKind::UTurn
                | SearchKind::CircularLoans
        )
    }

    /// What it needs to be told beside transfers.
    pub const fn facts(self) -> &'static [Fact] {
        match self {
            SearchKind::Structuring => &[Fact::Deposits],
            SearchKind::Smurfing => &[Fact::Deposits, Fact::Parties],
            SearchKind::FunnelAccount => &[Fact::Places],
            SearchKind::UTurn => &[Fact::Parties, Fact::Foreign],
            SearchKind::CircularLoans => &[Fact::Loans],
            SearchKind::DormantReactivation => &[Fact::Quiet],
            SearchKind::BurstAndClose => &[Fact::Lives],
            SearchKind::PassThroughGroup => &[Fact::Lives, Fact::Attributes],
            SearchKind::MirrorTransfers => &[Fact::Parties, Fact::Values],
            SearchKind::TemporalFlow => &[Fact::Ends],
            _ => &[],
        }
    }

    /// Whether card payments and direct debits count unless asked otherwise: they do where money is followed from
    /// account to account, and do not where many payments of one account make the shape, because many customers paying
    /// one merchant, and a household paying many, is what merchants are for (the catalogue's lawful look-alike of
    /// ML-03).
    pub(super) const fn counts_purchases(self) -> bool {
        !matches!(
            self,
            SearchKind::FanIn
                | SearchKind::FanOut
                | SearchKind::GatherScatter
                | SearchKind::Bipartite
                | SearchKind::Stack
                | SearchKind::PassThrough
                | SearchKind::PassThroughGroup
                | SearchKind::FlowMotif
                | SearchKind::DenseFlow
                | SearchKind::MirrorTransfers
                | SearchKind::UTurn
        )
    }
}
