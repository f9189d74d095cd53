//! All integration tests in one binary: each further one links for a long time.

mod archives;
mod browser;
mod camt;
mod collect;
mod command;
mod delimited;
mod delivery;
mod doors;
mod listings;
mod mt940;
mod patterns;
mod reconcile;
mod repeat;
mod report;
mod round_trip;
mod rules;
mod sample;
mod screen;
mod simulate;
mod slt;
mod workbooks;
