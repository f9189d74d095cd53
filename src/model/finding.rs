//! A finding: something that a rule or a pattern saw, with the entries it rests on. A fact about movements and a
//! question for a person, never a verdict about anybody.

use super::Moment;

/// Which side a finding describes. What describes the exploited side never raises anything about that person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Describes {
    /// Who controls or benefits from exploitation.
    Controller,
    /// A possibly exploited person.
    Exploited,
    Business,
    /// Who buys services.
    Demand,
    Network,
    /// An account, whoever is behind it.
    Account,
}

/// Something that a rule or pattern saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Hash of rule, version, account and entries.
    pub finding_id: String,
    pub rule_id: String,
    pub rule_version: String,
    pub title: String,
    pub describes: Describes,
    /// Form of exploitation, `*` for any, empty for laundering patterns.
    pub form: String,
    pub party_id: Option<String>,
    pub account_id: Option<String>,
    pub from_time: Option<Moment>,
    pub to_time: Option<Moment>,
    /// JSON object: name of the measure to value; amounts as text with the point, never floats.
    pub measures: String,
    /// `complete`, or in words what the records lack.
    pub sufficiency: String,
    pub explanation: String,
    /// One a line.
    pub innocent_explanations: String,
    pub entries: Vec<FindingEntry>,
}

/// An entry that a finding rests on and what it does there (`deposit`, `exit`, `hop 1`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingEntry {
    pub entry_id: String,
    pub role: String,
}

impl Describes {
    /// The word stored in tables and written in rule packs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Describes::Controller => "controller",
            Describes::Exploited => "exploited",
            Describes::Business => "business",
            Describes::Demand => "demand",
            Describes::Network => "network",
            Describes::Account => "account",
        }
    }

    /// From the word written in rule packs.
    pub fn from_word(word: &str) -> Option<Describes> {
        use Describes::*;
        [Controller, Exploited, Business, Demand, Network, Account]
            .into_iter()
            .find(|describes| describes.as_str() == word)
    }
}
