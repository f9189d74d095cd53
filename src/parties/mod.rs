//! Who is who, who owns and controls whom. Records name a party each; [`resolve`] links those that are one, and every
//! link is explained; [`ownership`] says who is behind an entity.
//!
//! `read`, `known`, `sheet`, `party_table`, `relations`, `same` and `derive` bring tables to the engines and back. The
//! engines (`identifiers`, `names`, `addresses`, `remittance`, `resolve`, `ownership`) take slices and texts and return
//! values; no files, SQL or screens here.
//!
//! Nationality, ethnicity, religion and sex are not read.

pub mod addresses;
mod agents;
pub mod behind;
mod counterparties;
mod derive;
mod find;
mod holdings;
pub mod identifiers;
mod inferred;
mod known;
pub mod names;
pub mod ownership;
mod party_table;
mod read;
mod relations;
pub mod remittance;
pub mod resolve;
mod same;
mod sheet;

pub use agents::{Agents, COLUMNS as AGENT_COLUMNS};
pub use behind::finding_words_of_register;
pub use counterparties::{COLUMNS as COUNTERPARTY_COLUMNS, Counterparties};
pub use derive::{Counts, Decided, Derived, MERGE, NEVER, PartyError, SPLIT, derive, explain, pair_subject};
pub use find::find_parties;
pub use holdings::{Citation, Holdings};
pub use inferred::{LOOKED_AT, inferred};
pub use same::verdict;

use crate::case::CaseError;

/// What cannot be put into a table.
fn fault(error: impl ToString) -> CaseError {
    CaseError::Damaged {
        path: "parties".to_owned(),
        reason: error.to_string(),
        next_step: "This is a fault of ours; please report it".to_owned(),
    }
}
