//! Pages, pictures and the terminal's `show`: what the tables of a case say, laid out for people.
//!
//! Reads tables through [`Query`] and nothing else: no files, no clock, no network, no judgement of its own. Detection,
//! sums that other steps need, and names of people come from elsewhere; every figure shown has a meaning in SQL
//! ([`figures::MEANINGS`]).

mod assets;
pub mod chart;
mod clusters;
mod custody;
mod exculpatory;
mod exhibits;
pub mod figures;
mod findings;
mod flow;
mod guard;
pub mod language;
mod measures;
mod missing;
mod numbering;
mod ownership;
mod ownership_chart;
mod page;
pub mod pdf;
mod plain;
mod queries;
mod received;
mod reconciliation;
mod rows;
mod run;
mod schedules;
mod secrets;
mod show;
mod show_bytes;
mod show_in_out;
mod show_lot;
mod show_party;
mod statistics;
mod summary;
mod text;
mod timeline;
mod tracing;
mod waterfall;

use datafusion::arrow::array::RecordBatch;
use thiserror::Error;

use crate::victims::release::Protected;
use crate::victims::statistics::StatisticsError;

pub use custody::{Command, Custody, OutOfUse};
pub use language::{Language, Spoken, Words};
pub use ownership::{Holding, OwnershipPicture};
pub use ownership_chart::{Drawing, drawing, ownership_chart};
pub use page::{hide_ids, own_text, page};
pub use plain::Plain;
pub use queries::NAMED;
pub use show::{REST, show_account, show_entry, show_finding, show_transfer};
pub use show_bytes::printed;
pub use show_lot::show_lot;
pub use show_party::show_party;
pub use statistics::statistics_page;
pub use tracing::guarded_accounts;
pub use waterfall::{probability, waterfall};

/// Where rows come from: the tables of a case under their names.
pub trait Query {
    /// The rows of a query as Arrow batches; the reason in words where it cannot be run.
    fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, String>;
    /// Whether rows of special categories (Directive (EU) 2016/680 Art. 10) are masked.
    fn masks(&self) -> bool {
        true
    }
}

/// What people and accounts are called on the page.
pub trait Names {
    /// Label of an account: a pseudonym, or number and holder.
    fn account(&self, account_id: &str) -> String;
    /// Label of a party: a pseudonym, or its name.
    fn party(&self, party_id: &str) -> String;
    /// Whether labels are the real names. Where not, nothing that a record says in free text is shown.
    fn reveals(&self) -> bool;
    /// What stands in the place of an id that must not be seen: the end of its pseudonym.
    fn sign(&self, id: &str) -> String {
        let label = match id.starts_with("p-") {
            true => self.party(id),
            false => self.account(id),
        };
        label.rsplit(' ').next().unwrap_or_default().to_owned()
    }
    /// What stands for the digits of the id of a finding, group or function; nothing where the id itself may stand.
    fn finding(&self, finding_id: &str) -> Option<String>;
    /// Who must not be found in texts that rules and records give; nobody where names are shown.
    fn protected(&self) -> Option<&Protected> {
        None
    }
    /// Whether what tells of special categories (Directive (EU) 2016/680 Art. 10) is masked.
    fn masks(&self) -> bool {
        true
    }
    /// The language of what stands around names; English on the terminal.
    fn words(&self) -> Words {
        Words::default()
    }
}

/// What the page says besides the tables.
#[derive(Clone, Debug, Default)]
pub struct PageSettings {
    /// The case's reference.
    pub reference: String,
    /// Who leads the case.
    pub authority: String,
    /// For what the data may be used.
    pub purpose: String,
    /// Handling marking, on every printed page.
    pub handling: String,
    /// Version of the tool.
    pub tool_version: String,
    /// Name of the profile: `pseudonymised`, `full`.
    pub profile: String,
    /// Name of the release within which pseudonyms hold; empty where they hold within the case.
    pub release: String,
    /// Whether persons on whom a person decided, and companies, stand under their names.
    pub names_decided: bool,
    /// Leads for protection are left out, and everything that a person dismissed is shown: the copy of the defence.
    pub is_for_defence: bool,
    /// A copy with names that leaves the case, encrypted for its readers.
    pub leaves: bool,
    /// A note on accuracy, completeness and age of the data, as Directive (EU) 2016/680 Art. 7(2) asks of a transmission.
    pub has_reliability: bool,
    /// Rules and patterns that were run, with their parameters.
    pub rules: Vec<RuleNote>,
    /// Rules that could not be computed on these records.
    pub not_computable: Vec<NotComputable>,
    /// What to request next, a sentence each.
    pub requests: Vec<String>,
    /// Whether records or claims have changed since claims were traced.
    pub trace_is_old: bool,
    /// The language of the page.
    pub words: Words,
    /// The language in which the case keeps what rules found.
    pub case_language: Language,
    /// How the ledger of the case stands.
    pub custody: Custody,
    /// Who is behind companies of the case, and how many companies are left out.
    pub ownership: (Vec<OwnershipPicture>, usize),
}

/// A rule or pattern that was run.
#[derive(Clone, Debug, Default)]
pub struct RuleNote {
    pub id: String,
    pub version: String,
    pub title: String,
    /// The method in plain words.
    pub method: String,
    /// Where the rule comes from.
    pub source: String,
    /// Name and value as used.
    pub parameters: Vec<(String, String)>,
}

/// A rule whose fields the records lack. Not computable is not "no".
#[derive(Clone, Debug, Default)]
pub struct NotComputable {
    pub rule_id: String,
    pub reason: String,
    /// What to ask for, so that it can be computed.
    pub request: String,
}

/// Why a page cannot be made, or a thing not be shown.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A query over the tables failed.
    #[error("the tables could not be read: {reason}. The query was: {sql}")]
    Query { sql: String, reason: String },
    /// Counts cannot be made safe.
    #[error("counts cannot be shown: {0}")]
    Statistics(#[from] StatisticsError),
    /// The template does not fit the page: a fault of ours.
    #[error("the page could not be laid out: {0}. This is a fault of the tool, please report it")]
    Template(String),
    /// Nothing has this id.
    #[error("there is no {kind} ‘{id}’ in this case. {next_step}")]
    NotFound {
        kind: &'static str,
        id: String,
        next_step: &'static str,
    },
}
