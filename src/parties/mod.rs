//! Who is who, as far as records and registers say it themselves: one party for each mention key, with the accounts it
//! holds and its relations. Matching of different mentions, households and ownership come on top of this.
//!
//! Nationality, ethnicity, religion and sex are not read.

mod derive;
pub mod resolve;

pub use derive::{Derived, derive};
