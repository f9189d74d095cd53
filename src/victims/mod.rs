//! Keeps people safe: the control gate, categories of persons, pseudonyms, and words that no output may have.
//!
//! On movement alone, the account of a person who is made to hand money over looks like the account of who profits.
//! So nothing here raises anything about a holder; it holds findings back, and says why. What is decided about a
//! person is decided by a person. No pages, no rules, no scores live here.

mod born;
mod category;
pub mod counts;
mod facts;
mod gate;
mod indicators;
mod key;
pub mod leads;
mod pseudonym;
pub mod release;
mod shield;
pub mod special;
pub mod statistics;
mod unnamed;
pub mod words;

pub use born::{ADULT, Born};
pub use category::{Category, CategoryError};
pub use gate::{
    GATED, GateError, GatedFinding, NO_ABSENCE, OPEN, counts_towards_holder, gate_findings, protect_victims,
};
pub use indicators::{Indicator, Reading, Verdict};
pub use key::{KeyError, KeyFile, Rotated};
pub use pseudonym::{Kind, Labels, PseudonymKey};
pub use shield::shield_controlled;
