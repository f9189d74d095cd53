//! Bought on credit first, repaid with claimed money after (TR-9): *Federal Republic of Brazil v Durant
//! International* [2015] UKPC 35 allows it where coordination between the credit and what repaid it is proved;
//! contrast *Bishopsgate v Homan* [1995]. Both are cited from general knowledge: check them before citing them to a
//! court. So this only flags, and gives both results: the lot that ends in the overdraft stays what it is, and beside
//! it stands what the asset would have.
//!
//! What an overdraft owes is a queue of debts, and credits pay off the oldest first: only what claimed money paid off
//! counts as repaid with it. Of one credit that is claimed in part, the claimed money counts first, in the order of
//! claims.

use std::collections::{BTreeMap, VecDeque};

use hashbrown::HashMap;

use super::book::{Balances, Book, Kind, Movement, Opening};
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
    /// Ten-thousandths of the price that the balance did not cover, less what a refund took off before it was repaid.
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

/// A payment for something that went past the balance.
struct Purchase {
    on_credit: i64,
    taken_back: i64,
}

/// What an account owes for a movement.
struct Debt {
    movement: u32,
    left: i64,
}

/// By claim and purchase, the movements whose claimed money paid it off, and with how much.
type Repaid = BTreeMap<(u32, u32), Vec<(u32, i64)>>;

/// Flags purchases on credit that claimed money repaid within 30 days, the amounts no more than 5 % apart: one repayment
/// that fits, or else all within the time together. By claim, then purchase.
pub fn credit_first(book: &Book, outcome: &Outcome) -> Vec<CreditFirst> {
    let mut debts = Debts::of(book, outcome);
    for number in 0..book.movements().len() as u32 {
        debts.movement(number);
    }
    let Debts {
        purchases, repaid, ..
    } = debts;
    let kept = |number: u32| {
        let purchase = purchases.get(&number)?;
        (purchase.taken_back < book.movements()[number as usize].paid).then_some(purchase.on_credit)
    };
    repaid
        .iter()
        .filter_map(|((claim, number), repayments)| flag(book, *claim, *number, kept(*number)?, repayments))
        .collect()
}

fn flag(
    book: &Book,
    claim: u32,
    purchase: u32,
    on_credit: i64,
    repayments: &[(u32, i64)],
) -> Option<CreditFirst> {
    let bought = &book.movements()[purchase as usize];
    let gap = |movement: u32| book.movements()[movement as usize].at.saturating_sub(bought.at);
    let in_time: Vec<(u32, i64)> = repayments
        .iter()
        .copied()
        .filter(|(movement, _)| gap(*movement) <= GAP)
        .collect();
    let fits =
        |amount: i64| (i128::from(amount) - i128::from(on_credit)).abs() * 100 <= i128::from(on_credit) * OFF;
    let chosen: Vec<(u32, i64)> = match in_time.iter().find(|(_, amount)| fits(*amount)) {
        Some(one) => vec![*one],
        None if fits(in_time.iter().map(|(_, amount)| amount).sum()) => in_time,
        None => return None,
    };
    let last = chosen.last()?.0;
    let repaid: i64 = chosen.iter().map(|(_, amount)| amount).sum();
    Some(CreditFirst {
        claim,
        account: bought.payer,
        purchase,
        asset: match bought.kind {
            Kind::Asset(asset) => Some(asset),
            _ => None,
        },
        on_credit,
        repayments: chosen.iter().map(|(movement, _)| *movement).collect(),
        repaid,
        in_asset: repaid.min(on_credit),
        gap: gap(last),
    })
}

/// What overdrawn accounts owe as the movements go by, and what claimed money paid off.
struct Debts<'a> {
    book: &'a Book,
    balances: Balances,
    /// Of each account, the oldest first.
    owed: HashMap<u32, VecDeque<Debt>>,
    purchases: HashMap<u32, Purchase>,
    /// By movement that filled an overdraft, each claim's money in it.
    claimed: HashMap<u32, Vec<(u32, i64)>>,
    repaid: Repaid,
}

impl<'a> Debts<'a> {
    fn of(book: &'a Book, outcome: &Outcome) -> Debts<'a> {
        let mut debts = Debts {
            book,
            balances: Balances::of(book),
            owed: HashMap::new(),
            purchases: HashMap::new(),
            claimed: HashMap::new(),
            repaid: Repaid::new(),
        };
        for account in 0..book.accounts().len() as u32 {
            let left = -debts.balances.on(account);
            if left > 0 {
                debts.owe(account, u32::MAX, left);
            }
        }
        // Lots are sorted by claim, and several may be of one claim and movement.
        for lot in &outcome.lots {
            if !matches!(lot.end, End::Overdraft(_)) {
                continue;
            }
            let of_movement = debts.claimed.entry(lot.movement).or_default();
            match of_movement.last_mut() {
                Some(last) if last.0 == lot.claim => last.1 += lot.amount,
                _ => of_movement.push((lot.claim, lot.amount)),
            }
        }
        debts
    }

    fn owe(&mut self, account: u32, movement: u32, left: i64) {
        self.owed
            .entry(account)
            .or_default()
            .push_back(Debt { movement, left });
    }

    fn movement(&mut self, number: u32) {
        let movement = self.book.movements()[number as usize];
        let lacking = self.balances.carry(&movement);
        if movement.payer == movement.payee {
            return;
        }
        let overdrawn = lacking > 0
            && self.book.recorded(movement.payer)
            && self.book.accounts()[movement.payer as usize].opening != Opening::AsNeeded;
        if overdrawn {
            self.owe(movement.payer, number, lacking);
            if matches!(movement.kind, Kind::Asset(_) | Kind::Spent(_)) {
                let purchase = Purchase {
                    on_credit: lacking,
                    taken_back: 0,
                };
                self.purchases.insert(number, purchase);
            }
        }
        self.pay_off(number, &movement);
    }

    /// Pays debts off with what a movement brings: a refund what it refunds, then all the oldest first.
    fn pay_off(&mut self, number: u32, movement: &Movement) {
        let mut left = movement.received;
        let owed = self.owed.entry(movement.payee).or_default();
        if let Kind::Reversal(earlier) = movement.kind
            && let Some(purchase) = self.purchases.get_mut(&earlier)
        {
            purchase.taken_back += left;
            if let Some(debt) = owed.iter_mut().find(|debt| debt.movement == earlier) {
                let part = debt.left.min(left);
                debt.left -= part;
                purchase.on_credit -= part;
                left -= part;
            }
        }
        let claimed = self.claimed.get(&number).map_or(&[][..], Vec::as_slice);
        // Where a method counts money for several claims at once, each claim's is taken alone.
        let together: i128 = claimed.iter().map(|(_, amount)| i128::from(*amount)).sum();
        let alone = together > i128::from(movement.received);
        let mut done = 0;
        while let Some(debt) = owed.front_mut() {
            let part = debt.left.min(left);
            let mut before = 0;
            for (claim, amount) in claimed {
                // The claim's money is from `before` to `before + amount` of the credit, this debt's from `done` on.
                let overlap = (before + amount).min(done + part) - before.max(done);
                if overlap > 0 && self.purchases.contains_key(&debt.movement) {
                    let repayments = self.repaid.entry((*claim, debt.movement)).or_default();
                    repayments.push((number, overlap));
                }
                if !alone {
                    before += amount;
                }
            }
            debt.left -= part;
            left -= part;
            done += part;
            if debt.left > 0 {
                break;
            }
            owed.pop_front();
        }
    }
}
