//! The tables of a case. What a file says is stored as read; what is derived can be made again. `columns` has the
//! columns of each.

mod columns;

use std::sync::OnceLock;

use datafusion::arrow::datatypes::{DataType, SchemaRef, TimeUnit};

/// A table of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    // As read from a source; every source has its own part.
    Sources,
    Rejects,
    Entries,
    StatementsRead,
    AccountsRead,
    PartiesRead,
    RelationsRead,
    Incomes,
    EntryDetails,
    PaymentOrders,
    Rates,
    Assets,
    Liabilities,
    Expenses,
    // Derived: made again as a whole by a later step.
    Accounts,
    Statements,
    SameEntries,
    Transfers,
    TransferRates,
    Reversals,
    AmbiguousLegs,
    MissingLegs,
    Parties,
    AccountHolders,
    Relations,
    PartyMentions,
    PartyNames,
    PartyIdentifiers,
    PartyAddresses,
    SameParties,
    SamePartyTerms,
    ResolutionModel,
    PartyNotes,
    InferredCounterparties,
    Counterparties,
    AccountAgents,
    EntryMarks,
    Findings,
    FindingEntries,
    Gaps,
    Requests,
    RulesRun,
    NotComputable,
    Clusters,
    ClusterMembers,
    ClusterIndicators,
    ClusterTies,
    Functions,
    FunctionEntries,
    Claims,
    Lots,
    TracedFlows,
    TraceNotes,
}

impl Table {
    /// What the rules leave.
    pub const FOUND: [Table; 10] = [
        Table::Findings,
        Table::FindingEntries,
        Table::RulesRun,
        Table::NotComputable,
        Table::Clusters,
        Table::ClusterMembers,
        Table::ClusterIndicators,
        Table::ClusterTies,
        Table::Functions,
        Table::FunctionEntries,
    ];

    /// What tracing leaves.
    pub const TRACED: [Table; 4] = [Table::Claims, Table::Lots, Table::TracedFlows, Table::TraceNotes];

    /// Every table, in the order in which data moves.
    pub const ALL: [Table; 53] = [
        Table::Sources,
        Table::Rejects,
        Table::Entries,
        Table::StatementsRead,
        Table::AccountsRead,
        Table::PartiesRead,
        Table::RelationsRead,
        Table::Incomes,
        Table::EntryDetails,
        Table::PaymentOrders,
        Table::Rates,
        Table::Assets,
        Table::Liabilities,
        Table::Expenses,
        Table::Accounts,
        Table::Statements,
        Table::SameEntries,
        Table::Transfers,
        Table::TransferRates,
        Table::Reversals,
        Table::AmbiguousLegs,
        Table::MissingLegs,
        Table::Parties,
        Table::AccountHolders,
        Table::Relations,
        Table::PartyMentions,
        Table::PartyNames,
        Table::PartyIdentifiers,
        Table::PartyAddresses,
        Table::SameParties,
        Table::SamePartyTerms,
        Table::ResolutionModel,
        Table::PartyNotes,
        Table::InferredCounterparties,
        Table::Counterparties,
        Table::AccountAgents,
        Table::EntryMarks,
        Table::Findings,
        Table::FindingEntries,
        Table::Gaps,
        Table::Requests,
        Table::RulesRun,
        Table::NotComputable,
        Table::Clusters,
        Table::ClusterMembers,
        Table::ClusterIndicators,
        Table::ClusterTies,
        Table::Functions,
        Table::FunctionEntries,
        Table::Claims,
        Table::Lots,
        Table::TracedFlows,
        Table::TraceNotes,
    ];

    /// Name in SQL and of the folder under `tables/`.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Sources => "sources",
            Table::Rejects => "rejects",
            Table::Entries => "entries",
            Table::StatementsRead => "statements_read",
            Table::AccountsRead => "accounts_read",
            Table::PartiesRead => "parties_read",
            Table::RelationsRead => "relations_read",
            Table::Incomes => "incomes",
            Table::EntryDetails => "entry_details",
            Table::PaymentOrders => "payment_orders",
            Table::Rates => "rates",
            Table::Assets => "assets",
            Table::Liabilities => "liabilities",
            Table::Expenses => "expenses",
            Table::Accounts => "accounts",
            Table::Statements => "statements",
            Table::SameEntries => "same_entries",
            Table::Transfers => "transfers",
            Table::TransferRates => "transfer_rates",
            Table::Reversals => "reversals",
            Table::AmbiguousLegs => "ambiguous_legs",
            Table::MissingLegs => "missing_legs",
            Table::Parties => "parties",
            Table::AccountHolders => "account_holders",
            Table::Relations => "relations",
            Table::PartyMentions => "party_mentions",
            Table::PartyNames => "party_names",
            Table::PartyIdentifiers => "party_identifiers",
            Table::PartyAddresses => "party_addresses",
            Table::SameParties => "same_parties",
            Table::SamePartyTerms => "same_party_terms",
            Table::ResolutionModel => "resolution_model",
            Table::PartyNotes => "party_notes",
            Table::InferredCounterparties => "inferred_counterparties",
            Table::Counterparties => "counterparties",
            Table::AccountAgents => "account_agents",
            Table::EntryMarks => "entry_marks",
            Table::Findings => "findings",
            Table::FindingEntries => "finding_entries",
            Table::Gaps => "gaps",
            Table::Requests => "requests",
            Table::RulesRun => "rules_run",
            Table::NotComputable => "not_computable",
            Table::Clusters => "clusters",
            Table::ClusterMembers => "cluster_members",
            Table::ClusterIndicators => "cluster_indicators",
            Table::ClusterTies => "cluster_ties",
            Table::Functions => "functions",
            Table::FunctionEntries => "function_entries",
            Table::Claims => "claims",
            Table::Lots => "lots",
            Table::TracedFlows => "traced_flows",
            Table::TraceNotes => "trace_notes",
        }
    }

    /// From the name in SQL.
    pub fn from_name(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Whether every source has a part of its own (else the table is derived and replaced as a whole).
    pub const fn is_per_source(self) -> bool {
        (self as u8) <= Table::Expenses as u8
    }

    /// The columns, in order. Made once: every small file asks for several.
    pub fn schema(self) -> SchemaRef {
        static MADE: [OnceLock<SchemaRef>; Table::ALL.len()] = [const { OnceLock::new() }; Table::ALL.len()];
        match MADE.get(self as usize) {
            Some(made) => made.get_or_init(|| columns::of(self)).clone(),
            None => columns::of(self),
        }
    }
}

/// Type of an amount of money: ten-thousandths, 18 digits.
pub const MONEY: DataType = DataType::Decimal128(18, 4);
/// Type of a sum of amounts.
pub const MONEY_SUM: DataType = DataType::Decimal128(28, 4);
/// Type of a quantity of a crypto-asset.
pub const QUANTITY: DataType = DataType::Decimal128(36, 18);
/// Type of an exchange rate.
pub const RATE: DataType = DataType::Decimal128(28, 10);
/// Type of a moment on the record's own clock.
pub const MOMENT: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
