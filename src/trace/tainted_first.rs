//! Claimed money goes first (TR-6): the claimant's election, or cherry-picking, *Re Oatway* [1903] 2 Ch 356; *Shalson
//! v Russo* [2003] EWHC 1637 (Ch) [144]. Keeps as little claimed money in the account as any conserving method, and
//! brings as much as any into what was paid for.
//!
//! Several claims have the claimed part in common, and between them it is drawn in proportion (see `pots`).

use super::lot::Outcome;
use super::method::{GoesFirst, Method, TraceInput, Which};
use super::plan::Reach;
use super::pots::{Draw, Pots};
use super::together;

/// Claimed money goes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaintedFirst;

impl Method for TaintedFirst {
    fn id(&self) -> &'static str {
        "TR-6"
    }

    fn name(&self) -> &'static str {
        "tainted-first"
    }

    fn which(&self) -> Which {
        Which::TaintedFirst
    }

    fn goes_first(&self) -> Option<GoesFirst> {
        Some(GoesFirst::Claimed)
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<Pots<ClaimedFirst>>(self.name(), input, Reach::Claims)
    }
}

pub(super) struct ClaimedFirst;

impl Draw for ClaimedFirst {
    type Q = i64;

    fn leaves(claimed: i64, debit: i64, _have: i64) -> i64 {
        claimed.min(debit)
    }
}
