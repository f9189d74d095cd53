//! Pro rata at each debit (TR-3): between claimants the North American rolling charge; *haircut* in Anderson et al.
//! (2018). A debit takes the same share of every claim and of own money.
//!
//! Shares are kept in fixed point with 32 binary digits behind the ten-thousandth. At each debit a claim's part is
//! rounded to a unit of it up or down, what is rounded off one carried to the next, so that all parts add up to the
//! debit. That shifts less than one unit between what stays and what leaves, and later debits only divide what was
//! shifted. So an amount is off by less than `n / 2^32` ten-thousandths, where `n` is the number of movements that
//! carried the claim, and by less than one more ten-thousandth where the lots of a claim are rounded to whole ones
//! that add up to it. With ten million movements that is below 0.0024 ten-thousandths before the last rounding.
//! (Reversals and exchange aside, which scale or cap what was shifted.)

use super::lot::Outcome;
use super::method::{Method, TraceInput, Which};
use super::plan::Reach;
use super::pots::{Draw, Pots};
use super::quantity::{Fixed, Quantity};
use super::together;

/// Every debit takes the same share of all.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProRata;

impl Method for ProRata {
    fn id(&self) -> &'static str {
        "TR-3"
    }

    fn name(&self) -> &'static str {
        "pro-rata"
    }

    fn which(&self) -> Which {
        Which::ProRata
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        together::run::<Pots<Proportion>>(self.name(), input, Reach::Claims)
    }
}

pub(super) struct Proportion;

impl Draw for Proportion {
    type Q = Fixed;

    const ALIKE: bool = true;

    fn leaves(claimed: Fixed, debit: Fixed, have: Fixed) -> Fixed {
        claimed.portion(debit, have).0
    }
}
