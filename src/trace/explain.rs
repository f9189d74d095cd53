//! Hop by hop: which movements brought a lot to where it is, or may have brought it where the method keeps shares,
//! and with how much.

use hashbrown::HashSet;

use super::book::{Book, Kind, OUTSIDE};
use super::lot::{End, FIRST, Lot, Outcome};
use super::method::method;

/// How a lot came, or may have come, to where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// From the claim's movement to the last one, in order.
    pub hops: Vec<Hop>,
    /// True where each hop carried this very money, by the method's order. False where the method keeps shares of pots:
    /// then these are all movements by which money of the claim may have come there.
    pub one_way: bool,
}

/// A movement that carried claimed money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The movement.
    pub movement: u32,
    /// Ten-thousandths of the claim's money that left with it, in the payer's currency. A lot may be part of them.
    pub left: i64,
    /// Ten-thousandths that arrived, in the payee's currency.
    pub arrived: i64,
}

/// Where claimed money lies between movements.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Account(u32),
    Asset(u32),
}

/// Explains a lot of an outcome, which was traced with its steps kept. Nothing where the method follows no money from
/// movement to movement.
pub fn explain(book: &Book, outcome: &Outcome, lot: &Lot) -> Option<Explanation> {
    let last = lot.step?;
    let method = method(outcome.method)?;
    let mut hops = match method.keeps_order() {
        true => one_way(outcome, last),
        false => all_ways(book, outcome, lot, last),
    };
    hops.reverse();
    Some(Explanation {
        hops,
        one_way: method.keeps_order(),
    })
}

fn hop(outcome: &Outcome, step: u32) -> Hop {
    let step = &outcome.steps[step as usize];
    Hop {
        movement: step.movement,
        left: step.left,
        arrived: step.arrived,
    }
}

fn one_way(outcome: &Outcome, last: u32) -> Vec<Hop> {
    let mut hops = Vec::new();
    let mut step = last;
    while step != FIRST {
        hops.push(hop(outcome, step));
        step = outcome.steps[step as usize].before;
    }
    hops
}

/// Steps stand in the order of movements within what hangs together, so one way back over them finds all that may have led there.
fn all_ways(book: &Book, outcome: &Outcome, lot: &Lot, last: u32) -> Vec<Hop> {
    let mut wanted: HashSet<Place> = HashSet::new();
    let mut hops = Vec::new();
    match lot.end {
        End::Held(account) => {
            wanted.insert(Place::Account(account));
        }
        End::Asset(asset) => {
            wanted.insert(Place::Asset(asset));
        }
        _ => {}
    }
    for number in (0..=last).rev() {
        let step = &outcome.steps[number as usize];
        if step.claim != lot.claim {
            continue;
        }
        let (from, to) = sides(book, step.movement);
        if number == last || to.is_some_and(|to| wanted.contains(&to)) {
            hops.push(hop(outcome, number));
            if step.before != FIRST {
                wanted.extend(from);
            }
        }
    }
    hops
}

fn sides(book: &Book, movement: u32) -> (Option<Place>, Option<Place>) {
    let row = &book.movements()[movement as usize];
    let account = |account: u32| (account != OUTSIDE).then_some(Place::Account(account));
    match row.kind {
        Kind::Asset(asset) => (account(row.payer), Some(Place::Asset(asset))),
        Kind::Sale(asset) => (Some(Place::Asset(asset)), account(row.payee)),
        Kind::Reversal(earlier) => {
            let (from, to) = sides(book, earlier);
            (to, from)
        }
        _ => (account(row.payer), account(row.payee)),
    }
}
