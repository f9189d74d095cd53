//! Verbs about the people in a case: `category`, `leads`, `statistics`; and `show`, with what it masks.

use clap::{Args, ValueEnum};

use super::Format;

#[derive(Args, Debug)]
pub struct Category {
    /// Party id, registration number, or name as recorded
    pub party: String,
    /// unclassified, serious grounds, convicted, victim or possible victim, other party (Directive (EU) 2016/680 Art. 6);
    /// without it, what people set so far, when and why
    #[arg(long, value_name = "C", requires = "reason")]
    pub set: Option<String>,
    /// Why; others must be able to judge it
    #[arg(long, value_name = "T", requires = "set")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct Leads {
    /// Show names instead of pseudonyms; the ledger says who looked
    #[arg(long)]
    pub names: bool,
}

#[derive(Args, Debug)]
pub struct Show {
    /// Id of an entry, a transfer, a finding, a lot, a party or an account; or an account's number, or a party's name
    pub id: String,
    #[command(flatten)]
    pub unmask: Unmask,
}

/// Looking at what says something of health, sex life, belief or politics.
#[derive(Args, Debug, Clone)]
pub struct Unmask {
    /// Show texts of special categories (Directive (EU) 2016/680 Art. 10: adult advertising, dating, clinics) that stand
    /// masked; needs --reason and a name, and the ledger keeps who looked at which entries and why
    #[arg(long, requires = "reason")]
    pub unmask: bool,
    /// Why it is strictly necessary; for the ledger
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
}

#[derive(Args, Debug)]
pub struct StatisticsVerb {
    /// By what is counted, with commas between
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["form", "category"], value_name = "BY")]
    pub by: Vec<StatisticsBy>,
    /// What is counted
    #[arg(long, value_enum, default_value_t = StatisticsOf::Persons)]
    pub of: StatisticsOf,
    /// The least count that is shown as it is, 3 or more
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub least: u64,
    /// The same for counts of children; never less than --least
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub least_of_children: u64,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatisticsBy {
    /// Form of exploitation
    Form,
    /// What a person is in the case, as a person set it
    Category,
    /// From which country to which the money moved
    Route,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatisticsOf {
    /// Natural persons whom findings or groups on exploitation tell of, on any side
    Persons,
    /// Groups of findings that stand together
    Groups,
    /// Findings on exploitation that nobody dismissed
    Findings,
}
