//! All integration tests in one binary: each further one links for a long time.

mod browser;
mod camt;
mod camt_details;
mod collect;
mod command;
mod delimited;
mod doors;
mod jpk_wb;
mod listings;
mod mt940;
mod patterns;
mod payments;
mod reconcile;
mod repeat;
mod report;
mod rules;
mod sample;
mod screen;
mod simulate;
mod slt;
