//! Pari passu, once at the end (TR-4): *Barlow Clowes v Vaughan* [1992] 4 All ER 22, equal misfortune. All that was paid
//! into the fund shares what is left of it in proportion, whatever the order; nothing is followed out of the fund.
//!
//! A contribution is an opening above zero or a credit from outside the fund, taken less what a reversal took back; a
//! credit that reverses a payment of the fund is none. The shares, with that of own money, are the fund's balance.

use hashbrown::HashMap;

use super::book::{Kind, OUTSIDE, Opening};
use super::lot::{Distribution, End, Lot, Outcome};
use super::method::{Method, TraceInput};
use super::plan::NONE;
use super::share::Shares;

/// One distribution at the end.
#[derive(Clone, Copy, Debug, Default)]
pub struct PariPassu;

/// What a fund took in, and what is on its accounts.
#[derive(Default)]
struct Fund {
    accounts: Vec<u32>,
    contributions: i64,
    /// (claim, movement, contribution), by claim.
    claims: Vec<(u32, u32, i64)>,
}

impl Method for PariPassu {
    fn id(&self) -> &'static str {
        "TR-4"
    }

    fn name(&self) -> &'static str {
        "pari-passu"
    }

    /// The shares are the fund's balance; what was claimed and is no longer there is not followed.
    fn conserves(&self) -> bool {
        false
    }

    fn follows(&self) -> bool {
        false
    }

    fn trace(&self, input: &TraceInput<'_>) -> Outcome {
        let mut outcome = Outcome {
            method: self.name(),
            ..Outcome::default()
        };
        let fund_of = number_funds(input);
        let (mut funds, balances) = fill(input, &fund_of);
        for fund in &mut funds {
            if !fund.claims.is_empty() {
                fund.claims.sort_unstable();
                distribute(fund, &balances, input.rules.unit, &mut outcome);
            }
        }
        outcome.lots.sort_unstable();
        outcome
    }
}

/// For each account its fund: those of the rules first, then one by itself for each other account that has a claim.
fn number_funds(input: &TraceInput<'_>) -> Vec<u32> {
    let mut fund_of = vec![NONE; input.book.accounts().len()];
    for (number, accounts) in input.rules.funds.iter().enumerate() {
        for account in accounts {
            if let Some(fund) = fund_of.get_mut(*account as usize) {
                *fund = number as u32;
            }
        }
    }
    let mut next = input.rules.funds.len() as u32;
    for claim in &input.claims {
        let fund = &mut fund_of[input.book.movements()[claim.movement as usize].payee as usize];
        if *fund == NONE {
            *fund = next;
            next += 1;
        }
    }
    fund_of
}

fn fill(input: &TraceInput<'_>, fund_of: &[u32]) -> (Vec<Fund>, Vec<i64>) {
    let mut balances = input.book.openings();
    let mut funds: Vec<Fund> = Vec::new();
    let count = fund_of
        .iter()
        .filter(|fund| **fund != NONE)
        .max()
        .map_or(0, |last| last + 1);
    funds.resize_with(count as usize, Fund::default);
    for (account, fund) in fund_of.iter().enumerate() {
        if let Some(fund) = funds.get_mut(*fund as usize) {
            fund.accounts.push(account as u32);
            fund.contributions += balances[account].max(0);
        }
    }
    let fund = |account: u32| match account {
        OUTSIDE => NONE,
        account => fund_of[account as usize],
    };
    // What reversals took back of each movement.
    let mut taken_back: HashMap<u32, i64> = HashMap::new();
    for movement in input.book.movements() {
        let (from, to) = (fund(movement.payer), fund(movement.payee));
        if let Some(balance) = balances.get_mut(movement.payer as usize) {
            *balance -= movement.paid;
            if *balance < 0 && input.book.accounts()[movement.payer as usize].opening == Opening::AsNeeded {
                // What was missing came in just then.
                if let Some(fund) = funds.get_mut(from as usize) {
                    fund.contributions -= *balance;
                }
                *balance = 0;
            }
        }
        if let Some(balance) = balances.get_mut(movement.payee as usize) {
            *balance += movement.received;
        }
        if from == to {
            continue;
        }
        match movement.kind {
            Kind::Reversal(earlier) => {
                if let Some(fund) = funds.get_mut(from as usize) {
                    fund.contributions -= movement.paid;
                }
                *taken_back.entry(earlier).or_default() += movement.paid;
            }
            _ => {
                if let Some(fund) = funds.get_mut(to as usize) {
                    fund.contributions += movement.received;
                }
            }
        }
    }
    for claim in &input.claims {
        let movement = &input.book.movements()[claim.movement as usize];
        let kept = movement.received - taken_back.get(&claim.movement).copied().unwrap_or(0);
        let contribution = claim.amount.min(kept.max(0));
        if let Some(fund) = funds.get_mut(fund_of[movement.payee as usize] as usize) {
            fund.claims.push((claim.claim, claim.movement, contribution));
        }
    }
    (funds, balances)
}

fn distribute(fund: &Fund, balances: &[i64], unit: i64, outcome: &mut Outcome) {
    let unit = unit.max(1);
    let there: Vec<i64> = fund
        .accounts
        .iter()
        .map(|account| balances[*account as usize].max(0))
        .collect();
    let balance: i64 = there.iter().sum();
    let claimed: i64 = fund.claims.iter().map(|(_, _, contribution)| contribution).sum();
    let contributions = fund.contributions.max(claimed);
    let weights = || {
        fund.claims
            .iter()
            .map(|(_, _, contribution)| *contribution)
            .chain([contributions - claimed])
    };
    let mut shares = Shares::default();
    let mut parts = vec![0; fund.claims.len() + 1];
    if contributions > 0 {
        // Whole units by largest remainder; what is less than a unit of the balance goes the same way.
        for (amount, size) in [(balance / unit, unit), (balance % unit, 1)] {
            shares.split(weights(), amount, contributions);
            for (sum, part) in parts.iter_mut().zip(&shares.parts) {
                *sum += part * size;
            }
        }
    } else {
        // All that was paid in was taken back, and more: what lies there is nobody's who claims.
        parts[fund.claims.len()] = balance;
    }
    let mut distribution = Distribution {
        accounts: fund.accounts.clone(),
        balance,
        contributions,
        shares: Vec::new(),
        unclaimed: parts[fund.claims.len()],
    };
    for ((claim, movement, contribution), part) in fund.claims.iter().zip(&parts) {
        distribution.shares.push((*claim, *contribution, *part));
        if *part == 0 {
            continue;
        }
        // Over several accounts, in proportion to what lies on each.
        shares.split(there.iter().copied(), *part, balance);
        for (account, amount) in fund.accounts.iter().zip(&shares.parts) {
            if *amount > 0 {
                outcome.lots.push(Lot {
                    claim: *claim,
                    end: End::Held(*account),
                    movement: *movement,
                    step: None,
                    amount: *amount,
                    claimed: *amount,
                });
            }
        }
    }
    outcome.funds.push(distribution);
}
