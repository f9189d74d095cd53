//! How a lot came to where it is: movement by movement, with the transfers and entries to cite.

use super::request::Request;
use super::traced::{TracedLot, ready};
use super::{CaseBook, TraceError};
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};
use crate::trace::{Hop, OUTSIDE, explain, method};

/// Ways that are told of one lot, the largest first.
const MOST_WAYS: usize = 50;

/// What a lot is, and its ways.
#[derive(Debug)]
pub struct Why {
    pub lot: TracedLot,
    pub label: String,
    pub claim_id: String,
    /// Ways by which parts of it came, each with its amount, the largest first. Where a method keeps shares of balances,
    /// one way that holds every movement by which money of the claim may have come there.
    pub ways: Vec<(i64, Vec<WhyHop>)>,
    /// Ways beyond those told.
    pub more: usize,
    /// Whether each movement of a way carried this very money, by the method's order.
    pub one_way: bool,
}

/// A movement on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyHop {
    /// In microseconds.
    pub at: i64,
    pub transfer_id: Option<String>,
    pub debit_entry: Option<String>,
    pub credit_entry: Option<String>,
    /// Account ids; nothing where there is no account.
    pub payer: Option<String>,
    pub payee: Option<String>,
    /// Whether it went where no statement of its own account shows it.
    pub is_lost: bool,
    /// Ten-thousandths of the claim's money that left and that arrived.
    pub left: i64,
    pub arrived: i64,
    pub left_currency: String,
    pub currency: String,
}

/// The method of a lot of the last trace; nothing where there is no such lot.
pub fn method_of(case: &Case, lot_id: &str) -> Result<Option<String>, CaseError> {
    let mut found = None;
    each_row(case, Table::Lots, &["lot_id", "method"], |[id, method]| {
        if id == lot_id {
            found = Some(method.to_owned());
        }
    })?;
    Ok(found)
}

/// Explains the lot with this id, among those of a request; nothing where there is none.
pub fn why(
    case: &Case,
    request: &Request,
    lot_id: &str,
    method_name: &str,
) -> Result<Option<Why>, TraceError> {
    let Some(method) = method(method_name) else {
        return Ok(None);
    };
    let ready = ready(case, request)?;
    let traced = ready.traced(case, &[method], &|_| true)?;
    let Some(lot) = traced.lots.iter().find(|lot| lot.lot_id == lot_id) else {
        return Ok(None);
    };
    let outcome = method.trace(&ready.input(method));
    let claim = ready.place.iter().position(|place| *place == lot.claim);
    let own = outcome
        .lots
        .iter()
        .filter(|one| Some(one.claim as usize) == claim && one.end == lot.end);
    let mut ways: Vec<(i64, Vec<Hop>)> = Vec::new();
    let mut one_way = method.keeps_order();
    for part in own {
        if let Some(explained) = explain(&ready.book.book, &outcome, part) {
            one_way = explained.one_way;
            ways.push((part.amount, explained.hops));
        }
    }
    ways.sort_by(|a, b| {
        let movements = |hops: &[Hop]| hops.iter().map(|hop| hop.movement).collect::<Vec<_>>();
        (b.0, movements(&a.1)).cmp(&(a.0, movements(&b.1)))
    });
    let more = ways.len().saturating_sub(MOST_WAYS);
    ways.truncate(MOST_WAYS);
    let told = told(case, &ready.book, &ways)?;
    let of = &traced.claims[lot.claim];
    Ok(Some(Why {
        label: of.label.clone(),
        claim_id: of.claim_id.clone(),
        lot: lot.clone(),
        ways: told,
        more,
        one_way,
    }))
}

fn told(
    case: &Case,
    book: &CaseBook,
    ways: &[(i64, Vec<Hop>)],
) -> Result<Vec<(i64, Vec<WhyHop>)>, TraceError> {
    let movements = ways
        .iter()
        .flat_map(|(_, hops)| hops.iter().map(|hop| hop.movement));
    let told = book.tell(case, movements)?;
    let hop = |hop: &Hop| {
        let movement = &book.book.movements()[hop.movement as usize];
        let told = told.get(&hop.movement);
        let account = |side: u32| (side != OUTSIDE).then(|| book.account_id(side).to_owned());
        let code = |one: u32, other: u32| match (one, other) {
            (OUTSIDE, OUTSIDE) => String::new(),
            (OUTSIDE, other) => book.currency(other).to_owned(),
            (one, _) => book.currency(one).to_owned(),
        };
        WhyHop {
            at: movement.at,
            transfer_id: told.map(|told| told.transfer_id.clone()),
            debit_entry: told.and_then(|told| told.debit_entry.clone()),
            credit_entry: told.and_then(|told| told.credit_entry.clone()),
            payer: account(movement.payer),
            payee: account(movement.payee),
            is_lost: book.holes.contains_key(&movement.payee),
            left: hop.left,
            arrived: hop.arrived,
            left_currency: code(movement.payer, movement.payee),
            currency: code(movement.payee, movement.payer),
        }
    };
    Ok(ways
        .iter()
        .map(|(amount, hops)| (*amount, hops.iter().map(hop).collect()))
        .collect())
}
