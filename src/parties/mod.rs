//! Who is who, as far as records and registers say it themselves: one party for each mention key, with the accounts it
//! holds and its relations. Matching of different mentions and households come on top of this; [`ownership`] says who
//! owns and controls whom.
//!
//! Nationality, ethnicity, religion and sex are not read.

mod derive;
pub mod identifiers;
pub mod names;
pub mod ownership;

pub use derive::{Derived, derive};
