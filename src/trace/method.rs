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
use super::rules::Rules;
use super::tainted_first::TaintedFirst;

/// A way to say which money a debit takes.
pub trait Method: Sync + std::fmt::Debug {
    /// Number in the domain's list of methods, as in `TR-1`.
    fn id(&self) -> &'static str;

    /// Name in SQL and on the command line, as in `own-money-first`.
    fn name(&self) -> &'static str;

    /// Which of the methods it is.
    fn which(&self) -> Which;

    /// Whether what was claimed is the sum of all its ends. Where not, the result is no proceeds.
    fn conserves(&self) -> bool {
        true
    }

    /// Whether no law knows it.
    fn is_academic(&self) -> bool {
        false
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

    /// Which money goes first for being claimed or not, if any. Then what a source comes to depends on what else is claimed.
    fn goes_first(&self) -> Option<GoesFirst> {
        None
    }

    /// Traces the claims. Says nothing where there is none.
    fn trace(&self, input: &TraceInput<'_>) -> Outcome;
}

/// The methods, to choose by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// [`Fifo`].
    Fifo,
    /// [`Lifo`].
    Lifo,
    /// [`ProRata`].
    ProRata,
    /// [`PariPassu`].
    PariPassu,
    /// [`OwnMoneyFirst`].
    OwnMoneyFirst,
    /// [`TaintedFirst`].
    TaintedFirst,
    /// [`Exposure`].
    Exposure,
    /// [`OldestOriginFirst`].
    OldestOriginFirst,
    /// [`NewestOriginFirst`].
    NewestOriginFirst,
}

/// Money that a debit takes before other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoesFirst {
    /// Money that nobody claims.
    Own,
    /// Claimed money.
    Claimed,
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

/// Book, claims and rules; what the rules say of accounts is checked by [`Rules::check`].
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

    /// The same with several claims as one: `of` gives for each claim of the list the one that it goes by. For methods that
    /// do not conserve, where claims that touch the same money touch it once. Intervals of claims that are one are not known.
    pub fn together(&self, of: impl Fn(u32) -> u32) -> TraceInput<'a> {
        let mut claims: Vec<Accepted> = Vec::with_capacity(self.claims.len());
        let mut renamed: Vec<Accepted> = self.claims.clone();
        for claim in &mut renamed {
            claim.claim = of(claim.claim);
        }
        renamed.sort_unstable();
        for claim in renamed {
            match claims.last_mut() {
                Some(last) if (last.movement, last.claim) == (claim.movement, claim.claim) => {
                    last.amount += claim.amount;
                }
                _ => claims.push(claim),
            }
        }
        TraceInput {
            book: self.book,
            claims,
            rules: self.rules,
            refused: Vec::new(),
            plan: OnceLock::new(),
        }
    }

    /// How many claims are traced; those that are one count once.
    pub fn claims(&self) -> usize {
        let mut claims: Vec<u32> = self.claims.iter().map(|claim| claim.claim).collect();
        claims.sort_unstable();
        claims.dedup();
        claims.len()
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
