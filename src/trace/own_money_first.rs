//! Own money goes first (TR-5): *Re Hallett's Estate* (1880) 13 Ch D 696, up to the lowest intermediate balance:
//! *James Roscoe (Bolton) Ltd v Winder* [1915] 1 Ch 62. What leaves past the own money is claimed money and is
//! followed; own money that comes later does not refill (unless that was intended, which no record tells). Keeps as
//! much claimed money in the account as any conserving method.
//!
//! Several claims have the claimed part in common, and between them it is drawn in proportion (see `pots`).

use super::lot::Outcome;
use super::method::{GoesFirst, Method, TraceInput, Which};
use super::plan::Reach;
use super::pots::{Draw, Pots};
use super::together;

/// Own money goes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnMoneyFirst;

impl Method for OwnMoneyFirst {
    fn id(&self) -> &'static str {
        "TR-5"
    }

    fn name(&self) -> &'static str {
        "own-money-first"
    }

    fn which(&self) -> Which {
        Which::OwnMoneyFirst
    }

    fn goes_first(&self) -> Option<GoesFirst> {
        Some(GoesFirst::Own)
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<Pots<OwnFirst>>(self.name(), input, Reach::Claims)
    }
}

pub(super) struct OwnFirst;

impl Draw for OwnFirst {
    type Q = i64;

    fn leaves(claimed: i64, debit: i64, have: i64) -> i64 {
        claimed - claimed.min(have - debit)
    }
}
