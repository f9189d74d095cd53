//! What each bank and office writes of the world: one file a format. A writer turns an account's lines into the bytes
//! of its delivery; it decides nothing about what happened.

pub mod camt;
pub mod cards;
pub mod counters;
pub mod ing;
pub mod mt940;
pub mod plain;
pub mod rabobank;
pub mod registers;
pub mod sheet;

pub use sheet::Sheet;
