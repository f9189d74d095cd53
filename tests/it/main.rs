//! All integration tests in one binary: each further one links for a long time.

mod bai2;
mod browser;
mod camt;
mod collect;
mod command;
mod delimited;
mod doors;
mod listings;
mod mt103;
mod mt940;
mod ofx;
mod patterns;
mod qif;
mod reconcile;
mod repeat;
mod report;
mod rules;
mod sample;
mod screen;
mod simulate;
mod slt;
