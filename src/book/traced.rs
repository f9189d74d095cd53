//! A case traced: every method side by side, with intervals, the bound by flow, and what has to be said beside it.

use std::cmp::Reverse;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::beside::{bounds, notes};
use super::claims::{Resolved, resolve};
use super::lots::{claims_told, whole_units};
use super::note::{Note, Weight};
use super::own::own_money;
use super::request::{GivenKind, Request};
use super::told::{flows, funds};
use super::{CaseBook, TraceError};
use crate::case::Case;
use crate::trace::{Claim, ClaimError, End, METHODS, Method, Outcome, Rules, TraceInput, intervals};

/// What finding intervals may cost, in movements looked at; shared by the movements within reach.
const MOST_WORK: usize = 20_000_000;

/// Movements within reach for each claim, past which no orders within days are gone through: the bound by flow is told alone.
const MOST_ORDERED: usize = 300_000;

/// States of a part of the book that are kept apart, at most and at least.
const STATES: (usize, usize) = (20, 20_000);

/// Movements within reach for each claim, past which the steps from account to account are not kept.
const MOST_STEPS: usize = 10_000_000;

/// The same, past which nobody is told how far to look: exposure finds every claim nearly everywhere then.
const MOST_EXPOSURE: usize = 20_000_000;

/// What a claim became, under each method.
#[derive(Debug, Default)]
pub struct Traced {
    /// In the order of the request, those that are refused among them.
    pub claims: Vec<TracedClaim>,
    /// By claim, then method in the order of [`METHODS`], then place, the largest first.
    pub lots: Vec<TracedLot>,
    /// By method, the largest first.
    pub flows: Vec<TracedFlow>,
    pub notes: Vec<Note>,
    /// For distributions at the end, method and what it says of a fund in words with figures.
    pub funds: Vec<(&'static str, String)>,
}

/// A claim, and whether it is traced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedClaim {
    pub claim_id: String,
    pub label: String,
    pub kind: GivenKind,
    /// The credit entry, where there is one, else what was named.
    pub entry_id: Option<String>,
    pub transfer_id: Option<String>,
    pub account_id: Option<String>,
    /// Ten-thousandths; nothing where it could not be found.
    pub amount: Option<i64>,
    pub currency: Option<String>,
    pub given: String,
    /// Why it is not traced.
    pub refused: Option<String>,
    /// When it came, in microseconds.
    pub at: Option<i64>,
}

/// Money of a claim in one place, under one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedLot {
    pub lot_id: String,
    /// Place in [`Traced::claims`].
    pub claim: usize,
    pub method: &'static str,
    /// How it ends, in a word.
    pub ends: &'static str,
    /// Where it lies, or whose statements to request.
    pub account_id: Option<String>,
    pub asset: Option<String>,
    /// On what it was spent, or what of an account's records is missing.
    pub told: Option<String>,
    /// The last transfer that brought some of it, and the entry by which.
    pub transfer_id: Option<String>,
    pub entry_id: Option<String>,
    /// Ten-thousandths in `currency`, in the stated order; no order leaves less than `low` or more than `high`, where a most
    /// is known.
    pub amount: i64,
    pub low: i64,
    pub high: Option<i64>,
    pub bound: Bound,
    pub currency: String,
    /// Ten-thousandths of the claim that became it, in the claim's currency.
    pub claimed: i64,
    /// The most that can be there of all claims with this label and kind together, by every method but exposure.
    pub most_by_flow: Option<i64>,
    /// What the engine calls the place.
    pub(super) end: End,
}

impl TracedLot {
    /// Whether there is something of it, in this order or another.
    pub(super) fn is_something(&self) -> bool {
        self.amount > 0 || self.claimed > 0 || self.high != Some(0)
    }
}

/// How firmly an interval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// Both ends are reached by an order that agrees with the records.
    Exact,
    /// No order passes them; they may not be reached.
    Outer,
}

impl Bound {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Bound::Exact => "exact",
            Bound::Outer => "outer",
        }
    }
}

/// Claimed money between two places, under one method, all claims of one ground together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedFlow {
    pub method: &'static str,
    pub kind: GivenKind,
    /// `claim`, `account` or `asset`, and which.
    pub from_kind: &'static str,
    pub from: String,
    /// `account`, or how it ends.
    pub to_kind: &'static str,
    pub to: String,
    pub currency: String,
    /// Ten-thousandths that arrived.
    pub amount: i64,
    pub transfers: u64,
}

/// Told what the tracing is at; answers whether to go on.
pub type Progress<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// The word for a way to end.
pub(super) fn word(end: End) -> &'static str {
    match end {
        End::Held(_) => "held",
        End::Asset(_) => "asset",
        End::OutOfRecords(_) => "out of records",
        End::Cash => "cash",
        End::Spent(_) => "spent",
        End::Fee => "fee",
        End::Overdraft(_) => "overdraft",
        End::Returned => "returned",
        End::ClaimedBefore => "claimed before",
        End::Nothing => "nothing",
    }
}

/// Claims of a request on a book, ready for the engine.
pub(super) struct Ready {
    pub book: CaseBook,
    pub resolved: Vec<Resolved>,
    pub claims: Vec<Claim>,
    /// For each claim of the engine its place among the resolved.
    pub place: Vec<usize>,
    pub rules: Rules,
    /// How many claims are wages or benefits of victims, and were asked for as proceeds.
    pub own: usize,
}

/// Reads the book and what is claimed on it.
pub(super) fn ready(case: &Case, request: &Request) -> Result<Ready, TraceError> {
    let mut book = CaseBook::read(case, &request.assets)?;
    let mut resolved = resolve(case, &book, request)?;
    let own = own_money(case, &book, &mut resolved)?;
    let mut claims = Vec::new();
    let mut place = Vec::new();
    for (number, one) in resolved.iter().enumerate() {
        if let Ok(claim) = &one.claim {
            claims.push(claim.clone());
            place.push(number);
        }
    }
    let mut rules = Rules {
        interest: request.interest(),
        gain: request.gain(),
        unit: book.smallest_unit(),
        ..Rules::default()
    };
    for names in &request.funds {
        let mut fund = Vec::new();
        for name in names {
            let places = book.places_called(case, name)?;
            if places.is_empty() {
                return Err(TraceError::Asked(format!(
                    "--fund names ‘{name}’, which is no account of a transfer in this case; `geldspoor sql -c \"SELECT \
                     account_id, number FROM accounts\"` lists accounts"
                )));
            }
            fund.extend(places);
        }
        rules.funds.push(fund);
    }
    rules.check(&book.book)?;
    let reach = TraceInput::new(&book.book, &claims, &rules).reach();
    rules.explain = reach.len().saturating_mul(claims.len()) <= MOST_STEPS;
    book.name_spendings(case, &reach)?;
    Ok(Ready {
        book,
        resolved,
        claims,
        place,
        rules,
        own,
    })
}

/// Whether claims with one label and kind are told as one under a method: money that two of them touch is touched once.
fn is_told_together(method: &dyn Method) -> bool {
    method.follows() && !method.conserves()
}

impl Ready {
    /// What a method is given.
    pub(super) fn input(&self, method: &dyn Method) -> TraceInput<'_> {
        let input = TraceInput::new(&self.book.book, &self.claims, &self.rules);
        match is_told_together(method) {
            true => self.together(&input),
            false => input,
        }
    }

    /// The claim by which each one goes where claims with one label and kind are told as one: the first that is traced.
    fn together<'a>(&self, input: &TraceInput<'a>) -> TraceInput<'a> {
        let refused: HashSet<usize> = input.refused().iter().map(ClaimError::claim).collect();
        let mut firsts: HashMap<(&str, GivenKind), u32> = HashMap::new();
        let mut of = Vec::with_capacity(self.claims.len());
        for (number, place) in self.place.iter().enumerate() {
            let one = &self.resolved[*place];
            let key = (one.label.as_str(), one.kind);
            of.push(match refused.contains(&number) {
                true => number as u32,
                false => *firsts.entry(key).or_insert(number as u32),
            });
        }
        input.together(|claim| of[claim as usize])
    }
}

/// Traces what is asked for under these methods; nothing where somebody ends it.
pub fn trace_case(
    case: &Case,
    request: &Request,
    methods: &[&'static dyn Method],
    progress: &Progress<'_>,
) -> Result<Traced, TraceError> {
    go_on(progress, "reading transfers, statements and claims")?;
    ready(case, request)?.traced(case, methods, progress)
}

fn go_on(progress: &Progress<'_>, what: &str) -> Result<(), TraceError> {
    match progress(what) {
        true => Ok(()),
        false => Err(TraceError::Stopped),
    }
}

impl Ready {
    /// What became of the claims under these methods.
    pub(super) fn traced(
        &self,
        case: &Case,
        methods: &[&'static dyn Method],
        progress: &Progress<'_>,
    ) -> Result<Traced, TraceError> {
        let input = TraceInput::new(&self.book.book, &self.claims, &self.rules);
        let together = self.together(&input);
        let input_of = |method: &dyn Method| match is_told_together(method) {
            true => &together,
            false => &input,
        };
        let reach = input.reach();
        let is_wide = reach.len().saturating_mul(together.claims()) > MOST_EXPOSURE;
        let is_told = |method: &&'static dyn Method| !(is_wide && is_told_together(*method));
        let methods: Vec<&'static dyn Method> = methods.iter().copied().filter(is_told).collect();
        go_on(progress, "following the money under each method")?;
        let outcomes: Vec<Outcome> = (methods.par_iter())
            .map(|method| method.trace(input_of(*method)))
            .collect();
        go_on(progress, "finding the least and the most over all orders")?;
        let is_open = reach.len().saturating_mul(self.claims.len()) > MOST_ORDERED;
        let states = (MOST_WORK / reach.len().max(1)).clamp(STATES.0, STATES.1);
        let orders = |method: &&'static dyn Method| match is_open && method.follows() {
            true => Ok(None),
            false => intervals(input_of(*method), *method, self.book.sequences(), states).map(Some),
        };
        let found: Result<Vec<_>, _> = methods.par_iter().map(orders).collect();
        let found = found?;
        go_on(progress, "finding the most that can have flowed")?;
        let mut traced = Traced {
            claims: claims_told(case, self, &input)?,
            ..Traced::default()
        };
        let movements = outcomes
            .iter()
            .flat_map(|outcome| outcome.lots.iter().map(|lot| lot.movement));
        let is_movement = |movement: &u32| (*movement as usize) < self.book.rows.len();
        let told = self.book.tell(case, movements.filter(is_movement))?;
        for (outcome, found) in outcomes.iter().zip(&found) {
            let mut lots = self.lots(outcome, found.as_deref(), &told, &traced.claims);
            whole_units(&mut lots, outcome.method, &traced.claims);
            traced.lots.extend(lots);
            traced.flows.extend(flows(self, outcome));
            traced.funds.extend(funds(self, outcome));
        }
        let order: HashMap<&str, usize> = METHODS.iter().map(|method| method.name()).zip(0..).collect();
        traced.lots.sort_by_key(|lot| {
            (
                lot.claim,
                order.get(lot.method).copied(),
                Reverse(lot.amount),
                lot.end,
            )
        });
        bounds(self, &reach, &mut traced);
        notes(self, &input, &reach, &outcomes, &mut traced);
        if self.own > 0 {
            let text = format!(
                "{} claims are wages or benefits of people whom a person set to victim: they are traced as the victims' \
                 property, and not as proceeds",
                self.own
            );
            traced.notes.push(Note::of_all(Weight::Basis, text));
        }
        if is_open {
            let text = format!(
                "{} movements are within reach of {} claims: too many to go through the orders within days, so no least is \
                 told, and as most the bound by flow alone, for the largest places. Trace fewer claims, or a shorter period",
                reach.len(),
                self.claims.len()
            );
            traced.notes.push(Note::of_all(Weight::Basis, text));
        }
        if is_wide {
            let text = "so many labels reach so much of the case that exposure is not told for each: trace fewer at a time";
            traced.notes.push(Note::of_all(Weight::Basis, text.to_owned()));
        }
        traced.notes.sort();
        Ok(traced)
    }
}
