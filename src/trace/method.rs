//! The trait of all methods, what they are given, and the way through them.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::book::Book;
use super::claim::{Accepted, Claim, ClaimError, sift};
use super::exposure::Exposure;
use super::fifo::Fifo;
use super::lifo::Lifo;
use super::lot::Outcome;
use super::origin_age::{NewestOriginFirst, OldestOriginFirst};
use super::own_money_first::OwnMoneyFirst;
use super::pari_passu::PariPassu;
use super::plan::{Plan, Reach};
use super::pro_rata::ProRata;
use super::tainted_first::TaintedFirst;

/// A way to say which money a debit takes.
pub trait Method: Sync + std::fmt::Debug {
    /// Number in the domain's list of methods, as in `TR-1`.
    fn id(&self) -> &'static str;

    /// Name in SQL and on the command line, as in `own-money-first`.
    fn name(&self) -> &'static str;

    /// Whether what was claimed is the sum of all its ends. Where not, the result is no proceeds.
    fn conserves(&self) -> bool {
        true
    }

    /// Whether money is followed from movement to movement.
    fn follows(&self) -> bool {
        true
    }

    /// Whether money keeps its place in an order, so that each lot has one way that it went. Where not, claims have
    /// shares of pots, and a lot may have come by all ways that the claim's money went.
    fn keeps_order(&self) -> bool {
        false
    }

    /// Whether it matters when money came into the book, own money among it.
    fn counts_age(&self) -> bool {
        false
    }

    /// Traces the claims. Says nothing where there is none.
    fn trace(&self, input: &TraceInput<'_>) -> Outcome;
}

/// Every method, in the order in which results are printed. The last two are academic.
pub const METHODS: [&'static dyn Method; 9] = [
    &Fifo,
    &Lifo,
    &ProRata,
    &PariPassu,
    &OwnMoneyFirst,
    &TaintedFirst,
    &Exposure,
    &OldestOriginFirst,
    &NewestOriginFirst,
];

/// The method of this name.
pub fn method(name: &str) -> Option<&'static dyn Method> {
    METHODS.into_iter().find(|method| method.name() == name)
}

/// What an authority decides beside the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whose interest is.
    pub interest: Interest,
    /// Whose the gain is when an asset is sold for more than it cost.
    pub gain: Gain,
    /// Accounts that are one fund for a distribution at the end. An account in none is a fund by itself.
    pub funds: Vec<Vec<u32>>,
    /// Smallest amount that a distribution at the end gives out, in ten-thousandths (100 is a cent).
    pub unit: i64,
    /// Whether to keep the steps that explain each lot.
    pub explain: bool,
}

/// Whose interest is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interest {
    /// Own money.
    #[default]
    Own,
    /// Fruit: each claim has the share of it that it has of the balance. Proceeds include benefits (Directive (EU)
    /// 2024/1260, Art. 3).
    Fruit,
}

/// Whose the gain is when an asset is sold for more than it cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gain {
    /// It follows the claims' share of the cost.
    #[default]
    Follows,
    /// It is own money. A loss follows the share all the same.
    Own,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            interest: Interest::Own,
            gain: Gain::Follows,
            funds: Vec::new(),
            unit: 1,
            explain: true,
        }
    }
}

/// Book, claims and rules, checked.
#[derive(Debug)]
pub struct TraceInput<'a> {
    pub(super) book: &'a Book,
    pub(super) claims: Vec<Accepted>,
    pub(super) rules: &'a Rules,
    refused: Vec<ClaimError>,
    /// What the claims reach, found once for all methods that ask.
    plan: OnceLock<Plan>,
}

impl<'a> TraceInput<'a> {
    /// Sorts out the claims that cannot be traced; the others are.
    pub fn new(book: &'a Book, claims: &'a [Claim], rules: &'a Rules) -> TraceInput<'a> {
        let (accepted, refused) = sift(book, claims);
        TraceInput {
            book,
            claims: accepted,
            rules,
            refused,
            plan: OnceLock::new(),
        }
    }

    /// What the claims reach.
    pub(super) fn reached(&self) -> &Plan {
        self.plan
            .get_or_init(|| Plan::of(self.book, &self.claims, Reach::Claims))
    }

    /// The movements that matter to what the claims can reach, in order.
    pub fn reach(&self) -> Vec<u32> {
        let parts = self.reached().parts.iter();
        let mut movements: Vec<u32> = parts
            .flat_map(|part| part.events.iter().map(|event| event.movement))
            .collect();
        movements.sort_unstable();
        movements
    }

    /// The claims that are not traced, and why, in their order.
    pub fn refused(&self) -> &[ClaimError] {
        &self.refused
    }

    /// The claims on this movement.
    pub(super) fn claims_on(&self, movement: u32) -> &[Accepted] {
        let start = self.claims.partition_point(|claim| claim.movement < movement);
        let rest = &self.claims[start..];
        &rest[..rest.partition_point(|claim| claim.movement == movement)]
    }
}

/// Traces under several methods, in parallel inside the current rayon pool. Outcomes come in the order of the methods,
/// the same for any number of threads.
pub fn trace(input: &TraceInput<'_>, methods: &[&dyn Method]) -> Vec<Outcome> {
    input.reached();
    methods.par_iter().map(|method| method.trace(input)).collect()
}
