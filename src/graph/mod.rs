//! Transfers as a temporal multigraph in flat arrays, and what can be said of its shape alone: who pays whom, when, and
//! which accounts hang together.
//!
//! Slices in, values out. No files, no SQL, no async, no printing, and nothing about laundering: that is `patterns`.

mod build;
mod components;
mod core;
mod dial;
mod parts;
mod reach;
mod squares;
mod temporal;

pub(crate) use self::build::Adjacency;
pub(crate) use self::components::rings;
pub use self::core::CyclicCore;
pub(crate) use self::dial::{Horizons, Paid};
pub(crate) use self::squares::Squares;
pub use components::{Components, strong_components, weak_components};
pub use temporal::{Adjacent, Edge, GraphError, TemporalGraph};
