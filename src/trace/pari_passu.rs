//! Pari passu, once at the end (TR-4): *Barlow Clowes v Vaughan* [1992] 4 All ER 22, equal misfortune. All that was paid
//! into the fund shares what is left of it in proportion, whatever the order; nothing is followed out of the fund.
//!
//! What counts as paid in, and that own money shares like a claim, is assumed here; no source fixes it.
//!
//! A contribution is an opening above zero or a credit from outside the fund, taken less what a reversal took back; a
//! credit that reverses a payment of the fund is none, nor is a transfer inside the fund. Of claims on one credit that
//! is taken back in part, the last lose first. A claim on a transfer inside the fund has what no claim on a contribution
//! has: the rest was claimed before. The shares, with that of own money, are the fund's balance.

use hashbrown::HashMap;

use super::book::{Balances, Kind, Movement, Opening};
use super::lot::{Distribution, End, Lot, Outcome};
use super::method::{Method, TraceInput, Which};
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
    /// All claims' contributions.
    claimed: i64,
    /// (claim, movement, amount) of claims on transfers inside that other claims had already.
    claimed_before: Vec<(u32, u32, i64)>,
}

impl Method for PariPassu {
    fn id(&self) -> &'static str {
        "TR-4"
    }

    fn name(&self) -> &'static str {
        "pari-passu"
    }

    fn which(&self) -> Which {
        Which::PariPassu
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

fn fill(input: &TraceInput<'_>, fund_of: &[u32]) -> (Vec<Fund>, Balances) {
    let mut balances = Balances::of(input.book);
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
            fund.contributions += balances.on(account as u32).max(0);
        }
    }
    // What reversals took back of each movement.
    let mut taken_back: HashMap<u32, i64> = HashMap::new();
    for movement in input.book.movements() {
        if movement.payer == movement.payee {
            continue;
        }
        let (from, to) = sides(fund_of, movement);
        let lacking = balances.carry(movement);
        if let Some(fund) = funds.get_mut(from as usize)
            && input.book.accounts()[movement.payer as usize].opening == Opening::AsNeeded
        {
            // What was missing came in just then.
            fund.contributions += lacking;
        }
        if let Kind::Reversal(earlier) = movement.kind {
            *taken_back.entry(earlier).or_default() += movement.paid;
        }
        if from == to {
            continue;
        }
        match movement.kind {
            Kind::Reversal(_) => {
                if let Some(fund) = funds.get_mut(from as usize) {
                    fund.contributions -= movement.paid;
                }
            }
            _ => {
                if let Some(fund) = funds.get_mut(to as usize) {
                    fund.contributions += movement.received;
                }
            }
        }
    }
    claim(input, fund_of, &taken_back, &mut funds);
    (funds, balances)
}

/// Funds that pay and are paid.
fn sides(fund_of: &[u32], movement: &Movement) -> (u32, u32) {
    let fund = |account: u32| fund_of.get(account as usize).copied().unwrap_or(NONE);
    (fund(movement.payer), fund(movement.payee))
}

/// What each claim contributed: first those on what came into a fund, then those on what moved inside.
fn claim(input: &TraceInput<'_>, fund_of: &[u32], taken_back: &HashMap<u32, i64>, funds: &mut [Fund]) {
    for inside in [false, true] {
        for of_movement in input.claims.chunk_by(|a, b| a.movement == b.movement) {
            let number = of_movement[0].movement;
            let movement = &input.book.movements()[number as usize];
            let (from, to) = sides(fund_of, movement);
            if (from == to) != inside {
                continue;
            }
            let Some(fund) = funds.get_mut(to as usize) else {
                continue;
            };
            let mut kept = (movement.received - taken_back.get(&number).copied().unwrap_or(0)).max(0);
            for claim in of_movement {
                let mut contribution = claim.amount.min(kept);
                kept -= contribution;
                if inside {
                    let unclaimed = (fund.contributions - fund.claimed).max(0);
                    fund.claimed_before.extend(
                        (contribution > unclaimed).then(|| (claim.claim, number, contribution - unclaimed)),
                    );
                    contribution = contribution.min(unclaimed);
                }
                fund.claimed += contribution;
                fund.claims.push((claim.claim, number, contribution));
            }
        }
    }
}

fn distribute(fund: &Fund, balances: &Balances, unit: i64, outcome: &mut Outcome) {
    let unit = unit.max(1);
    let there: Vec<i64> = fund
        .accounts
        .iter()
        .map(|account| balances.on(*account).max(0))
        .collect();
    let balance: i64 = there.iter().sum();
    let claimed = fund.claimed;
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
    for (claim, movement, amount) in &fund.claimed_before {
        outcome.lots.push(Lot {
            claim: *claim,
            end: End::ClaimedBefore,
            movement: *movement,
            step: None,
            amount: *amount,
            claimed: *amount,
        });
    }
    outcome.funds.push(distribution);
}
