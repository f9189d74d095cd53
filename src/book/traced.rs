//! A case traced: every method side by side, with intervals, the bound by flow, and what has to be said beside it.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::claims::{Resolved, resolve};
use super::find::Told;
use super::flow::Network;
use super::kinds::paid_by;
use super::note::{Note, Weight};
use super::reach::claims_at;
use super::request::{GivenKind, Request};
use super::{CaseBook, TraceError};
use crate::case::{Case, Table, column};
use crate::model::{Currency, hash_id};
use crate::trace::{
    Book, Claim, End, Interval, Kind, METHODS, Method, Movement, OUTSIDE, Outcome, Rules, TraceInput, credit_first,
    intervals, trace,
};

/// Orders gone through, at most, for each part of the book that hangs together.
const MOST_ORDERS: usize = 2_000;

/// Movements within reach, past which the steps from account to account are not kept.
const MOST_STEPS: usize = 3_000_000;

/// Places for which the bound by flow is found, the largest first.
const MOST_BOUNDS: usize = 300;

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
    /// For distributions at the end, in words with figures, a line a fund.
    pub funds: Vec<String>,
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
    /// Ten-thousandths in `currency`, in the stated order; no order leaves less than `low` or more than `high`.
    pub amount: i64,
    pub low: i64,
    pub high: i64,
    pub bound: Bound,
    pub currency: String,
    /// Ten-thousandths of the claim that became it, in the claim's currency.
    pub claimed: i64,
    /// The most that can be there of all claims with this label and kind together, whatever method is right.
    pub most_by_flow: Option<i64>,
    /// What the engine calls the place.
    pub(super) end: End,
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
}

/// Reads the book and what is claimed on it.
pub(super) fn ready(case: &Case, request: &Request) -> Result<Ready, TraceError> {
    let mut book = CaseBook::read(case, &request.assets)?;
    let resolved = resolve(case, &book, request)?;
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
        unit: unit(&case.settings().currency),
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
    rules.explain = reach.len() <= MOST_STEPS;
    book.name_spendings(case, &reach)?;
    Ok(Ready {
        book,
        resolved,
        claims,
        place,
        rules,
    })
}

/// Ten-thousandths of the smallest unit of a currency.
fn unit(currency: &str) -> i64 {
    let digits = Currency::from_code(currency).map_or(2, |currency| currency.digits());
    10_i64.pow(4_u32.saturating_sub(digits))
}

/// Traces what is asked for under these methods; nothing where somebody ends it.
pub fn trace_case(
    case: &Case,
    request: &Request,
    methods: &[&'static dyn Method],
    progress: &Progress<'_>,
) -> Result<Traced, TraceError> {
    let go_on = |what: &str| match progress(what) {
        true => Ok(()),
        false => Err(TraceError::Stopped),
    };
    go_on("reading transfers, statements and claims")?;
    let ready = ready(case, request)?;
    let input = TraceInput::new(&ready.book.book, &ready.claims, &ready.rules);
    go_on("following the money under each method")?;
    let outcomes = trace(&input, methods);
    go_on("finding the least and the most over all orders")?;
    let found: Result<Vec<_>, _> = methods
        .par_iter()
        .map(|method| intervals(&input, *method, ready.book.sequences(), MOST_ORDERS))
        .collect();
    let found = found?;
    go_on("finding the most that can have flowed")?;
    let reach = input.reach();
    let mut traced = Traced {
        claims: claims_told(case, &ready, &input)?,
        ..Traced::default()
    };
    let movements = outcomes
        .iter()
        .flat_map(|outcome| outcome.lots.iter().map(|lot| lot.movement))
        .filter(|movement| (*movement as usize) < ready.book.rows.len());
    let told = ready.book.tell(case, movements)?;
    for (outcome, found) in outcomes.iter().zip(&found) {
        traced.lots.extend(ready.lots(outcome, found, &told, &traced.claims));
        traced.flows.extend(flows(&ready, outcome));
        traced.funds.extend(funds(&ready, outcome));
    }
    let order: HashMap<&str, usize> = METHODS.iter().map(|method| method.name()).zip(0..).collect();
    traced.lots.sort_by(|a, b| {
        let key = |lot: &TracedLot| (lot.claim, order.get(lot.method).copied(), std::cmp::Reverse(lot.amount));
        key(a).cmp(&key(b)).then_with(|| a.end.cmp(&b.end))
    });
    bounds(&ready, &reach, &mut traced);
    notes(&ready, &input, &reach, &outcomes, &mut traced);
    Ok(traced)
}

fn claims_told(case: &Case, ready: &Ready, input: &TraceInput<'_>) -> Result<Vec<TracedClaim>, TraceError> {
    let movements = ready.claims.iter().map(|claim| claim.movement);
    let told = ready.book.tell(case, movements)?;
    let mut engine: HashMap<usize, String> = HashMap::new();
    for error in input.refused() {
        engine.insert(ready.place[error.claim()], ready.refusal(error));
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let claim = |(number, one): (usize, &Resolved)| {
        let movement = one.claim.as_ref().ok().map(|claim| claim.movement);
        let told = movement.and_then(|movement| told.get(&movement));
        let row = movement.map(|movement| ready.book.book.movements()[movement as usize]);
        let amount = one.claim.as_ref().ok().map(|claim| claim.amount);
        let entry = told
            .and_then(|told| told.credit_entry.clone().or_else(|| told.debit_entry.clone()))
            .or_else(|| (!one.entry.is_empty()).then(|| one.entry.clone()));
        let parts = [
            one.kind.as_str(),
            &one.label,
            entry.as_deref().unwrap_or(&one.given),
            told.map_or("", |told| told.transfer_id.as_str()),
            &amount.unwrap_or_default().to_string(),
        ];
        // Two lines that say the same are two claims.
        let plain = hash_id('k', &parts);
        let before = seen.entry(plain.clone()).or_default();
        *before += 1;
        let claim_id = match *before {
            1 => plain,
            again => hash_id('k', &[&plain, &again.to_string()]),
        };
        TracedClaim {
            claim_id,
            label: one.label.clone(),
            kind: one.kind,
            entry_id: entry,
            transfer_id: told.map(|told| told.transfer_id.clone()),
            account_id: row.map(|row| ready.book.account_id(row.payee).to_owned()),
            amount,
            currency: row.map(|row| ready.book.currency(row.payee).to_owned()),
            given: one.given.clone(),
            refused: match &one.claim {
                Err(reason) => Some(reason.clone()),
                Ok(_) => engine.get(&number).cloned(),
            },
            at: row.map(|row| row.at),
        }
    };
    Ok(ready.resolved.iter().enumerate().map(claim).collect())
}

impl Ready {
    /// The engine's refusal with what its numbers mean.
    fn refusal(&self, error: &crate::trace::ClaimError) -> String {
        use crate::model::format_scaled;
        use crate::trace::ClaimError;
        match error {
            ClaimError::TooLarge {
                label,
                amount,
                left,
                received,
                movement,
                ..
            } => {
                let code = self.book.currency(self.book.book.movements()[*movement as usize].payee);
                let show = |amount: &i64| format_scaled(i128::from(*amount), 2);
                format!(
                    "claim ‘{label}’ is for {} {code}, but of the {} {code} that came only {} are not claimed before it; \
                     lower the amount",
                    show(amount),
                    show(received),
                    show(left)
                )
            }
            ClaimError::NoStatements { label, account, .. } => format!(
                "claim ‘{label}’ is on a credit of account {}, of which no statement is in the records; request them",
                self.book.account_id(*account)
            ),
            ClaimError::NoCredit { label, .. } => format!(
                "claim ‘{label}’ is on a transfer of an account to itself, which brings nothing; claim the credit by which \
                 the money came"
            ),
            other => other.to_string(),
        }
    }

    /// The lots of one method, by claim and place. Where money of a claim ends in one way in several currencies, each is
    /// a lot of its own, and what is known of all together bounds each.
    fn lots(
        &self,
        outcome: &Outcome,
        found: &[Interval],
        told: &HashMap<u32, Told>,
        claims: &[TracedClaim],
    ) -> Vec<TracedLot> {
        let mut sums: BTreeMap<(u32, End, &str), (i64, i64, u32)> = BTreeMap::new();
        let mut currencies: HashMap<(u32, End), BTreeSet<&str>> = HashMap::new();
        for lot in &outcome.lots {
            let currency = self.currency_at(lot.end, lot.movement, lot.claim);
            currencies.entry((lot.claim, lot.end)).or_default().insert(currency);
            let sum = sums.entry((lot.claim, lot.end, currency)).or_default();
            *sum = (sum.0 + lot.amount, sum.1 + lot.claimed, sum.2.max(lot.movement));
        }
        let intervals: HashMap<(u32, End), &Interval> =
            found.iter().map(|one| ((one.claim, one.end), one)).collect();
        // What lies there in other orders alone.
        for key in intervals.keys().filter(|key| !currencies.contains_key(*key)) {
            sums.entry((key.0, key.1, self.currency_at(key.1, u32::MAX, key.0))).or_default();
        }
        let mut lots = Vec::with_capacity(sums.len());
        for ((claim, end, currency), (amount, claimed, movement)) in sums {
            let is_one = currencies.get(&(claim, end)).is_none_or(|all| all.len() < 2);
            let (low, high, bound) = match intervals.get(&(claim, end)) {
                Some(one) if is_one && one.is_exact() => (one.low, one.high, Bound::Exact),
                Some(one) if is_one => (one.low, one.high, Bound::Outer),
                Some(one) => (0, one.high.max(amount), Bound::Outer),
                None => (amount, amount, Bound::Outer),
            };
            if amount == 0 && high == 0 {
                continue;
            }
            let behind = told.get(&movement).filter(|_| amount > 0);
            let place = self.place[claim as usize];
            lots.push(TracedLot {
                amount,
                claimed,
                low,
                high,
                bound,
                ..self.lot(place, end, currency, outcome.method, behind, &claims[place])
            });
        }
        lots
    }

    /// The currency of money in a place, which a movement brought there.
    fn currency_at(&self, end: End, movement: u32, claim: u32) -> &str {
        let payer = self.book.book.movements().get(movement as usize).map(|movement| movement.payer);
        match (end, payer) {
            (End::Held(place) | End::OutOfRecords(place) | End::Overdraft(place), _) => self.book.currency(place),
            // What ended was last on the payer's account.
            (_, Some(payer)) if payer != OUTSIDE => self.book.currency(payer),
            _ => {
                let movement = self.claims[claim as usize].movement;
                self.book.currency(self.book.book.movements()[movement as usize].payee)
            }
        }
    }

    /// A lot without its figures.
    fn lot(
        &self,
        claim: usize,
        end: End,
        currency: &str,
        method: &'static str,
        behind: Option<&Told>,
        of: &TracedClaim,
    ) -> TracedLot {
        let book = &self.book;
        let place = match end {
            End::Held(place) | End::OutOfRecords(place) | End::Overdraft(place) => Some(place),
            _ => None,
        };
        let account_id = place.map(|place| book.account_id(place).to_owned());
        let told = match end {
            End::Spent(code) => book.spent.get(code as usize).cloned(),
            End::OutOfRecords(place) if book.holes.contains_key(&place) => {
                Some("where statements of the account are missing".to_owned())
            }
            _ => None,
        };
        let asset = match end {
            End::Asset(asset) => book.assets.get(asset as usize).cloned(),
            _ => None,
        };
        let where_it_is = format!(
            "{} {} {} {}",
            word(end),
            account_id.as_deref().unwrap_or_default(),
            asset.as_deref().unwrap_or_default(),
            told.as_deref().unwrap_or_default()
        );
        TracedLot {
            lot_id: hash_id('l', &[&of.claim_id, method, &where_it_is, currency]),
            claim,
            method,
            ends: word(end),
            account_id,
            asset,
            told,
            transfer_id: behind.map(|told| told.transfer_id.clone()),
            entry_id: behind.and_then(|told| told.credit_entry.clone().or_else(|| told.debit_entry.clone())),
            amount: 0,
            low: 0,
            high: 0,
            bound: Bound::Exact,
            currency: currency.to_owned(),
            claimed: 0,
            most_by_flow: None,
            end,
        }
    }
}

/// What moved between places, summed up.
fn flows(ready: &Ready, outcome: &Outcome) -> Vec<TracedFlow> {
    type Key = (GivenKind2, (&'static str, String), (&'static str, String), String);
    type GivenKind2 = bool;
    let book = &ready.book;
    let mut sums: HashMap<Key, (i64, HashSet<u32>)> = HashMap::new();
    for step in &outcome.steps {
        let resolved = &ready.resolved[ready.place[step.claim as usize]];
        let movement: &Movement = &book.book.movements()[step.movement as usize];
        let from = match (step.before, movement.kind) {
            (crate::trace::FIRST, _) => ("claim", resolved.label.clone()),
            (_, Kind::Sale(asset)) => ("asset", book.assets.get(asset as usize).cloned().unwrap_or_default()),
            (_, _) if movement.payer != OUTSIDE => ("account", book.account_id(movement.payer).to_owned()),
            _ => ("returned", String::new()),
        };
        let to = match movement.payee != OUTSIDE && book.book.recorded(movement.payee) {
            true => ("account", book.account_id(movement.payee).to_owned()),
            false => place_told(book, crate::trace::end_of(&book.book, step.movement)),
        };
        let currency = match movement.payee {
            OUTSIDE => book.currency(movement.payer),
            payee => book.currency(payee),
        };
        let key = (resolved.kind == GivenKind::Property, from, to, currency.to_owned());
        let sum = sums.entry(key).or_default();
        sum.0 = sum.0.saturating_add(step.arrived);
        sum.1.insert(step.movement);
    }
    let mut flows: Vec<TracedFlow> = sums
        .into_iter()
        .map(|((property, from, to, currency), (amount, movements))| TracedFlow {
            method: outcome.method,
            kind: match property {
                true => GivenKind::Property,
                false => GivenKind::Proceeds,
            },
            from_kind: from.0,
            from: from.1,
            to_kind: to.0,
            to: to.1,
            currency,
            amount,
            transfers: movements.len() as u64,
        })
        .collect();
    flows.sort_by(|a, b| {
        let key = |flow: &TracedFlow| {
            (
                std::cmp::Reverse(flow.amount),
                flow.from_kind,
                flow.from.clone(),
                flow.to_kind,
                flow.to.clone(),
                flow.currency.clone(),
                flow.kind.as_str(),
            )
        };
        key(a).cmp(&key(b))
    });
    flows
}

fn place_told(book: &CaseBook, end: End) -> (&'static str, String) {
    let told = match end {
        End::Held(place) | End::OutOfRecords(place) | End::Overdraft(place) => book.account_id(place).to_owned(),
        End::Asset(asset) => book.assets.get(asset as usize).cloned().unwrap_or_default(),
        End::Spent(code) => book.spent.get(code as usize).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    (word(end), told)
}

/// Distributions, each a line that shows that the shares are the balance.
fn funds(ready: &Ready, outcome: &Outcome) -> Vec<String> {
    use crate::model::format_scaled;
    let book = &ready.book;
    let line = |fund: &crate::trace::Distribution| {
        let code = fund.accounts.first().map_or("", |place| book.currency(*place));
        let show = |amount: i64| format_scaled(i128::from(amount), 2);
        let accounts: Vec<String> = fund
            .accounts
            .iter()
            .map(|place| format!("{{account:{}}}", book.account_id(*place)))
            .collect();
        let claimed: i64 = fund.shares.iter().map(|(_, _, share)| share).sum();
        format!(
            "{}: of the balance of {} {code} on {} claims have {} and what nobody claims {}; contributions were {} in all",
            outcome.method,
            show(fund.balance),
            accounts.join(" and "),
            show(claimed),
            show(fund.unclaimed),
            show(fund.contributions)
        )
    };
    outcome.funds.iter().map(line).collect()
}

/// The bound by flow for the largest places of each label.
fn bounds(ready: &Ready, reach: &[u32], traced: &mut Traced) {
    let mut wanted: BTreeMap<(String, &'static str, End), i64> = BTreeMap::new();
    for lot in traced.lots.iter().filter(|lot| lot.method != "exposure") {
        let of = &traced.claims[lot.claim];
        let most = wanted.entry((of.label.clone(), of.kind.as_str(), lot.end)).or_default();
        *most = (*most).max(lot.amount.max(lot.high.min(of.amount.unwrap_or(0))));
    }
    let mut sorted: Vec<_> = wanted.into_iter().collect();
    sorted.sort_by(|a, b| (std::cmp::Reverse(a.1), &a.0).cmp(&(std::cmp::Reverse(b.1), &b.0)));
    let mut network = Network::of(&ready.book, reach);
    let mut found: HashMap<(String, &'static str, End), i64> = HashMap::new();
    for ((label, kind, end), _) in sorted.into_iter().take(MOST_BOUNDS) {
        let own: Vec<&Claim> = ready
            .claims
            .iter()
            .zip(&ready.place)
            .filter(|(_, place)| {
                let of = &traced.claims[**place];
                of.refused.is_none() && of.label == label && of.kind.as_str() == kind
            })
            .map(|(claim, _)| claim)
            .collect();
        if let Some(most) = network.most(&own, end) {
            found.insert((label, kind, end), most);
        }
    }
    for lot in &mut traced.lots {
        let of = &traced.claims[lot.claim];
        lot.most_by_flow = found.get(&(of.label.clone(), of.kind.as_str(), lot.end)).copied();
    }
}

fn notes(
    ready: &Ready,
    input: &TraceInput<'_>,
    reach: &[u32],
    outcomes: &[Outcome],
    traced: &mut Traced,
) {
    let refused: HashSet<usize> = input.refused().iter().map(|error| error.claim()).collect();
    let own: Vec<(usize, &Claim)> = ready
        .claims
        .iter()
        .enumerate()
        .filter(|(number, _)| !refused.contains(number))
        .map(|(number, claim)| (ready.place[number], claim))
        .collect();
    let places: Vec<u32> = ready.book.notes.iter().filter_map(|note| note.place).collect();
    let mut at = claims_at(&ready.book.book, &own, reach, &places).into_iter();
    for note in &ready.book.notes {
        let mut note = note.clone();
        if note.place.is_some() {
            note.claims = at.next().unwrap_or_default();
            if note.claims.is_empty() {
                continue;
            }
        }
        traced.notes.push(note);
    }
    for (number, claim) in traced.claims.iter().enumerate() {
        if let Some(reason) = &claim.refused {
            traced.notes.push(Note {
                claims: vec![number],
                ..Note::of_all(Weight::Refused, reason.clone())
            });
        }
    }
    if let Some(outcome) = outcomes.iter().find(|outcome| outcome.method == "own-money-first") {
        for flag in credit_first(&ready.book.book, outcome) {
            traced.notes.push(Note {
                weight: Weight::Flag,
                place: Some(flag.account),
                claims: vec![ready.place[flag.claim as usize]],
                text: credit_flag(&ready.book, &flag),
            });
        }
    }
    if !ready.rules.explain {
        let text = format!(
            "{} movements are within reach of the claims: the steps from account to account are not kept, so there is no \
             picture of the flow",
            reach.len()
        );
        traced.notes.push(Note::of_all(Weight::Basis, text));
    }
    traced.notes.sort();
}

fn credit_flag(book: &CaseBook, flag: &crate::trace::CreditFirst) -> String {
    use crate::model::format_scaled;
    let code = book.currency(flag.account);
    let show = |amount: i64| format!("{} {code}", format_scaled(i128::from(amount), 2));
    let what = match flag.asset {
        Some(asset) => format!("asset ‘{}’", book.assets.get(asset as usize).map_or("", String::as_str)),
        None => "something".to_owned(),
    };
    format!(
        "{what} was bought from {{account:{}}} with {} that the bank lent, and claimed money filled that overdraft with {} \
         within {} days: spent, unless backward tracing is allowed, and then {} of it would be in what was bought. Whether \
         both steps were one plan is for a court",
        book.account_id(flag.account),
        show(flag.on_credit),
        show(flag.repaid),
        flag.gap / 86_400_000_000,
        show(flag.in_asset)
    )
}

impl CaseBook {
    /// Names what was bought, as far as claims may reach: by who sold it, else by how it was paid.
    fn name_spendings(&mut self, case: &Case, reach: &[u32]) -> Result<(), TraceError> {
        let is_spent = |movement: &&u32| matches!(self.book.movements()[**movement as usize].kind, Kind::Spent(_));
        let spent: Vec<u32> = reach.iter().filter(is_spent).copied().collect();
        if spent.is_empty() {
            return Ok(());
        }
        let told = self.tell(case, spent.iter().copied())?;
        let entries: HashSet<&str> = told.values().filter_map(|told| told.debit_entry.as_deref()).collect();
        let mut sellers: HashMap<String, String> = HashMap::new();
        for batch in case.scan(Table::Entries, &["entry_id", "counterparty_name"]) {
            let batch = batch?;
            let (id, name) = (
                column::text(&batch, "entry_id")?,
                column::text(&batch, "counterparty_name")?,
            );
            for row in 0..batch.num_rows() {
                let name = column::text_at(name, row).trim();
                if !name.is_empty() && entries.contains(id.value(row)) {
                    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                    sellers.insert(id.value(row).to_owned(), name);
                }
            }
        }
        let words: HashMap<u32, String> = spent
            .iter()
            .map(|movement| {
                let how = paid_by(self.channels[*movement as usize]);
                let entry = told.get(movement).and_then(|told| told.debit_entry.as_ref());
                let words = match entry.and_then(|entry| sellers.get(entry)) {
                    Some(name) => format!("{name}, {how}"),
                    None => how.to_owned(),
                };
                (*movement, words)
            })
            .collect();
        // Amounts of two currencies are never in one place.
        let currency = |movement: u32| match self.book.movements()[movement as usize].payer {
            OUTSIDE => "",
            payer => self.currency(payer),
        };
        let names: BTreeSet<(&str, &str)> =
            words.iter().map(|(movement, words)| (words.as_str(), currency(*movement))).collect();
        let codes: HashMap<(&str, &str), u32> = names.iter().copied().zip(0..).collect();
        let mut movements: Vec<Movement> = self.book.movements().to_vec();
        for (movement, words) in &words {
            movements[*movement as usize].kind = Kind::Spent(codes[&(words.as_str(), currency(*movement))]);
        }
        let spent = names.iter().map(|(words, _)| (*words).to_owned()).collect();
        self.book = Book::new(self.book.accounts().to_vec(), movements)?;
        self.spent = spent;
        Ok(())
    }
}
