//! All integration tests in one binary: each further one links for a long time.

mod browser;
mod camt;
mod cfonb;
mod citations;
mod coda;
mod collect;
mod command;
mod delimited;
mod doors;
mod fuzz;
mod listings;
mod mt940;
mod norma43;
mod patterns;
mod reconcile;
mod remittances;
mod repeat;
mod report;
mod round_trip;
mod rules;
mod sample;
mod screen;
mod simba;
mod simulate;
mod slt;
