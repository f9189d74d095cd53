//! Geldspoor turns seized bank and payment records into evidence.
//!
//! The way of the data is the layout: [`intake`] reads files, [`case`] keeps tables, `reconcile` lets the record prove
//! itself and ties legs to transfers, `graph` and `patterns` find shapes in time, `lexicons` mark what payments are for, `rules` runs the packs of `queries/`,
//! `book` makes a case one that `trace` follows claimed money through, `victims` guards people, `report` makes pages,
//! `export` makes files for other programmes, `bundle` makes evidence that a stranger checks, `cli` is the command.

pub mod book;
pub mod bundle;
pub mod case;
pub mod cli;
pub mod clusters;
pub mod export;
pub mod graph;
pub mod intake;
pub mod lexicons;
pub mod model;
pub mod parties;
pub mod patterns;
pub mod reconcile;
pub mod report;
pub mod rules;
pub mod simulate;
pub mod sql;
pub mod steps;
pub mod trace;
pub mod victims;
