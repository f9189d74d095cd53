//! Bought on credit first, repaid with claimed money after (TR-9): *Federal Republic of Brazil v Durant International* [2015]
//! UKPC 35 allows to trace backward into what the credit bought where the two steps are proved to be one plan; *Bishopsgate
//! v Homan* [1995] does not. So this only flags, and gives both results: the lot that ends in the overdraft stays what it
//! is, and beside it stands what the asset would have.

use super::book::{Book, Kind, Opening};
use super::lot::{End, Outcome};

/// Longest time between purchase and repayment, in microseconds: 30 days.
const GAP: i64 = 30 * 86_400_000_000;

/// How far the repayment may be from what was bought on credit, in hundredths of it.
const OFF: i128 = 5;

/// An asset that was bought on credit, and claimed money that filled it. Never asserted to be one plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditFirst {
    /// The claim, by its place in the list.
    pub claim: u32,
    /// The overdrawn account.
    pub account: u32,
    /// The purchase.
    pub purchase: u32,
    /// The asset, by the caller's number; nothing where the purchase names none.
    pub asset: Option<u32>,
    /// Ten-thousandths of the price that the balance did not cover.
    pub on_credit: i64,
    /// The movements whose claimed money filled the overdraft, in order.
    pub repayments: Vec<u32>,
    /// Ten-thousandths that they filled: spent, without backward tracing.
    pub repaid: i64,
    /// Ten-thousandths that the asset would have, with backward tracing.
    pub in_asset: i64,
    /// Microseconds from the purchase to the last repayment.
    pub gap: i64,
}

/// A payment that went past the balance.
struct Purchase {
    movement: u32,
    account: u32,
    on_credit: i64,
}

/// Flags purchases on credit that claimed money repaid within 30 days, the amounts no more than 5 % apart: one repayment
/// that fits, or else all within the time together. By claim, then purchase.
pub fn credit_first(book: &Book, outcome: &Outcome) -> Vec<CreditFirst> {
    let purchases = purchases(book);
    let mut flags = Vec::new();
    let filled = outcome
        .lots
        .iter()
        .filter(|lot| matches!(lot.end, End::Overdraft(_)));
    let filled: Vec<(u32, u32, u32, i64)> = filled
        .filter_map(|lot| match lot.end {
            End::Overdraft(account) => Some((lot.claim, account, lot.movement, lot.amount)),
            _ => None,
        })
        .collect();
    // Lots are sorted by claim, account and movement, and several may be of one movement.
    for of_account in filled.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (claim, account, ..) = of_account[0];
        let mut repayments: Vec<(u32, i64)> = Vec::new();
        for (_, _, movement, amount) in of_account {
            match repayments.last_mut() {
                Some(last) if last.0 == *movement => last.1 += amount,
                _ => repayments.push((*movement, *amount)),
            }
        }
        for purchase in purchases.iter().filter(|purchase| purchase.account == account) {
            flags.extend(flag(book, claim, purchase, &repayments));
        }
    }
    flags.sort_by_key(|flag| (flag.claim, flag.purchase));
    flags
}

fn flag(book: &Book, claim: u32, purchase: &Purchase, repayments: &[(u32, i64)]) -> Option<CreditFirst> {
    let bought = &book.movements()[purchase.movement as usize];
    let in_time: Vec<(u32, i64)> = repayments
        .iter()
        .copied()
        .filter(|(movement, _)| {
            *movement > purchase.movement && book.movements()[*movement as usize].at - bought.at <= GAP
        })
        .collect();
    let fits = |amount: i64| {
        (i128::from(amount) - i128::from(purchase.on_credit)).abs() * 100
            <= i128::from(purchase.on_credit) * OFF
    };
    let chosen: Vec<(u32, i64)> = match in_time.iter().find(|(_, amount)| fits(*amount)) {
        Some(one) => vec![*one],
        None if fits(in_time.iter().map(|(_, amount)| amount).sum()) => in_time,
        None => return None,
    };
    let last = chosen.last()?.0;
    let repaid: i64 = chosen.iter().map(|(_, amount)| amount).sum();
    Some(CreditFirst {
        claim,
        account: purchase.account,
        purchase: purchase.movement,
        asset: match bought.kind {
            Kind::Asset(asset) => Some(asset),
            _ => None,
        },
        on_credit: purchase.on_credit,
        repayments: chosen.iter().map(|(movement, _)| *movement).collect(),
        repaid,
        in_asset: repaid.min(purchase.on_credit),
        gap: book.movements()[last as usize].at - bought.at,
    })
}

/// Purchases that the balance did not cover, in order.
fn purchases(book: &Book) -> Vec<Purchase> {
    let mut balances = book.openings();
    let mut purchases = Vec::new();
    for (number, movement) in book.movements().iter().enumerate() {
        if movement.payer == movement.payee {
            continue;
        }
        if book.recorded(movement.payer) {
            let balance = &mut balances[movement.payer as usize];
            let lacking = (movement.paid - (*balance).max(0)).max(0);
            *balance -= movement.paid;
            if *balance < 0 && book.accounts()[movement.payer as usize].opening == Opening::AsNeeded {
                *balance = 0;
            } else if lacking > 0 && matches!(movement.kind, Kind::Asset(_) | Kind::Spent(_)) {
                purchases.push(Purchase {
                    movement: number as u32,
                    account: movement.payer,
                    on_credit: lacking,
                });
            }
        }
        if let Some(balance) = balances.get_mut(movement.payee as usize) {
            *balance += movement.received;
        }
    }
    purchases
}
