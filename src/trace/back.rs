//! Backward: what a payment, an asset or a balance was paid with, under each method.
//!
//! The book is cut to what can have led to the target, every source of it is claimed in full, and the method runs forward.
//! So a method says backward exactly what it says forward. Methods for which it matters what is claimed and what is
//! own money (own money first, claimed money first) take each source alone, as if it were the only one claimed: their
//! amounts do not add up to the target.

use rayon::prelude::*;

use super::book::{Account, Balance, Book, BookError, Kind, Movement, OUTSIDE, Opening};
use super::claim::{Claim, ClaimKind};
use super::lot::{End, Outcome};
use super::method::{Method, TraceInput};
use super::rules::Rules;

/// What is traced back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// What a movement carried.
    Movement(u32),
    /// An asset of the caller's, as all its purchases left it.
    Asset(u32),
    /// What lies on an account after this movement.
    Balance {
        /// The account.
        account: u32,
        /// The last movement that counts.
        after: u32,
    },
}

/// Where money came into the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// It lay on this account before the first movement.
    Opening(u32),
    /// This movement brought it from outside or from an account without statements.
    Movement(u32),
}

/// A source of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it came in.
    pub origin: Origin,
    /// Ten-thousandths of the target, in the target's currency.
    pub amount: i64,
    /// Ten-thousandths of the source that became them, in the source's currency.
    pub of_source: i64,
}

/// What a method says of a target's sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backward {
    /// Name of the method.
    pub method: &'static str,
    /// In the order of origins, openings first.
    pub sources: Vec<Source>,
    /// Ten-thousandths of the target in all.
    pub total: i64,
    /// What is left of the target beside the sources: lent by a bank, or money whose coming in is not recorded. Not
    /// told where each source is taken alone, or the method does not conserve.
    pub rest: Option<i64>,
    /// Whether each source is taken alone, as if it were the only one claimed.
    pub alone: bool,
}

/// Traces a target back. A target that is nowhere in the book has no sources.
pub fn back(book: &Book, target: Target, method: &dyn Method, rules: &Rules) -> Result<Backward, BookError> {
    let cut = Cut::of(book, target);
    let inside = Book::new(cut.accounts.clone(), cut.movements.clone())?;
    let rules = Rules {
        explain: true,
        ..rules.clone()
    };
    let claims: Vec<Claim> = cut
        .sources
        .iter()
        .map(|(movement, _)| cut.claim(*movement))
        .collect();
    let alone = method.goes_first().is_some();
    let amounts: Vec<(i64, i64)> = match alone {
        true => claims
            .par_iter()
            .map(|claim| {
                let claim = std::slice::from_ref(claim);
                let outcome = method.trace(&TraceInput::new(&inside, claim, &rules));
                cut.amount(&outcome, 0)
            })
            .collect(),
        false => {
            let outcome = method.trace(&TraceInput::new(&inside, &claims, &rules));
            (0..claims.len() as u32)
                .map(|claim| cut.amount(&outcome, claim))
                .collect()
        }
    };
    let total = cut.total(book);
    let mut sources: Vec<Source> = cut
        .sources
        .iter()
        .zip(amounts)
        .filter(|(_, (amount, _))| *amount > 0)
        .map(|((_, origin), (amount, of_source))| Source {
            origin: *origin,
            amount,
            of_source,
        })
        .collect();
    sources.sort_by_key(|source| source.origin);
    let found: i64 = sources.iter().map(|source| source.amount).sum();
    let adds_up = !alone && method.conserves();
    Ok(Backward {
        method: method.name(),
        sources,
        total,
        rest: adds_up.then_some(total - found),
        alone,
    })
}

/// The part of a book that can have led to a target: openings are movements, all else that leaves goes outside.
struct Cut {
    target: Target,
    accounts: Vec<Account>,
    movements: Vec<Movement>,
    /// The movement of the cut that each movement of the book became.
    numbers: Vec<u32>,
    /// Movements of the cut that bring money in, and what they are in the book.
    sources: Vec<(u32, Origin)>,
}

/// Of each account, and each asset, the first movement of the book from which on it no longer matters; 0 for never.
struct Cone {
    accounts: Vec<u32>,
    assets: hashbrown::HashMap<u32, u32>,
}

impl Cone {
    fn of(book: &Book, target: Target) -> Cone {
        let end = book.movements().len() as u32;
        let mut cone = Cone {
            accounts: vec![0; book.accounts().len()],
            assets: hashbrown::HashMap::new(),
        };
        let mut wanted = None;
        match target {
            Target::Movement(movement) if movement < end => wanted = Some(movement),
            Target::Movement(_) => {}
            Target::Asset(asset) => {
                cone.assets.insert(asset, end);
            }
            Target::Balance { account, after } => {
                if book.recorded(account) {
                    cone.accounts[account as usize] = end.min(after.saturating_add(1));
                }
            }
        }
        for (number, movement) in book.movements().iter().enumerate().rev() {
            let number = number as u32;
            let (from, to) = (movement.payer, movement.payee);
            let reaches = match movement.kind {
                Kind::Asset(asset) => cone.assets.get(&asset).is_some_and(|until| number < *until),
                // What a reversal takes from is what the reversed movement gave to.
                _ => book.recorded(to) && number < cone.accounts[to as usize],
            };
            if !reaches && wanted != Some(number) {
                continue;
            }
            if wanted == Some(number) && !book.recorded(from) && book.recorded(to) {
                // It is its own source, told by the account that it reaches.
                cone.accounts[to as usize] = number + 1;
            }
            if let Kind::Sale(asset) = movement.kind {
                let until = cone.assets.entry(asset).or_insert(0);
                *until = (*until).max(number + 1);
            }
            if book.recorded(from) {
                let until = &mut cone.accounts[from as usize];
                *until = (*until).max(number + 1);
            }
        }
        cone
    }
}

impl Cut {
    fn of(book: &Book, target: Target) -> Cut {
        let cone = Cone::of(book, target);
        let mut cut = Cut {
            target,
            accounts: book.accounts().to_vec(),
            movements: Vec::new(),
            numbers: vec![u32::MAX; book.movements().len()],
            sources: Vec::new(),
        };
        let start = book.movements().first().map_or(0, |movement| movement.at);
        for (number, opening) in book.openings().into_iter().enumerate() {
            let account = &mut cut.accounts[number];
            if account.opening != Opening::AsNeeded {
                account.opening = Opening::Known(opening.min(0));
            }
            account.recorded &= cone.accounts[number] > 0;
            if account.recorded && opening > 0 {
                let movement = Movement {
                    payer: OUTSIDE,
                    payee: number as u32,
                    paid: opening,
                    received: opening,
                    at: start,
                    kind: Kind::Ordinary,
                };
                cut.bring_in(movement, Origin::Opening(number as u32));
            }
        }
        for number in 0..book.movements().len() as u32 {
            cut.movement(book, &cone, number);
        }
        cut
    }

    fn bring_in(&mut self, movement: Movement, origin: Origin) {
        self.sources.push((self.movements.len() as u32, origin));
        self.movements.push(movement);
    }

    fn movement(&mut self, book: &Book, cone: &Cone, number: u32) {
        let mut movement = book.movements()[number as usize];
        let recorded = |account: u32| account != OUTSIDE && self.accounts[account as usize].recorded;
        let matters = |account: u32| recorded(account) && number < cone.accounts[account as usize];
        let asset = match movement.kind {
            Kind::Asset(asset) | Kind::Sale(asset) => {
                cone.assets.get(&asset).is_some_and(|until| number < *until)
            }
            _ => false,
        };
        let wanted = self.target == Target::Movement(number);
        if !matters(movement.payer) && !matters(movement.payee) && !asset && !wanted {
            return;
        }
        if let Kind::Reversal(earlier) = &mut movement.kind {
            match self.numbers[*earlier as usize] {
                // Nothing of what it takes back matters.
                u32::MAX => movement.kind = Kind::Ordinary,
                earlier_here => *earlier = earlier_here,
            }
        }
        self.numbers[number as usize] = self.movements.len() as u32;
        let comes_in = recorded(movement.payee)
            && !recorded(movement.payer)
            && movement.received > 0
            && !matches!(movement.kind, Kind::Reversal(_) | Kind::Sale(_));
        match comes_in {
            true => self.bring_in(movement, Origin::Movement(number)),
            false => self.movements.push(movement),
        }
    }

    fn claim(&self, movement: u32) -> Claim {
        Claim {
            movement,
            amount: self.movements[movement as usize].received,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: String::new(),
        }
    }

    /// What there is of a claim in the target, and what of the claim became it.
    fn amount(&self, outcome: &Outcome, claim: u32) -> (i64, i64) {
        let place = match self.target {
            Target::Movement(movement) => {
                let here = self.numbers.get(movement as usize).copied().unwrap_or(u32::MAX);
                let steps = outcome
                    .steps
                    .iter()
                    .filter(|step| (step.claim, step.movement) == (claim, here));
                return steps.fold((0, 0), |sum, step| (sum.0 + step.arrived, sum.1 + step.claimed));
            }
            Target::Asset(asset) => End::Asset(asset),
            Target::Balance { account, .. } => End::Held(account),
        };
        let there = outcome
            .lots
            .iter()
            .filter(|lot| (lot.claim, lot.end) == (claim, place));
        there.fold((0, 0), |sum, lot| (sum.0 + lot.amount, sum.1 + lot.claimed))
    }

    /// The target in all.
    fn total(&self, book: &Book) -> i64 {
        match self.target {
            Target::Movement(movement) => book
                .movements()
                .get(movement as usize)
                .map_or(0, |movement| movement.received),
            Target::Asset(asset) => asset_cost(book, asset),
            Target::Balance { account, after } => balance(book, account, after),
        }
    }
}

fn asset_cost(book: &Book, asset: u32) -> i64 {
    let mut cost = 0;
    for movement in book.movements() {
        match movement.kind {
            Kind::Asset(bought) if bought == asset => cost += movement.paid,
            Kind::Sale(sold) if sold == asset => cost = 0,
            Kind::Reversal(earlier) if book.movements()[earlier as usize].kind == Kind::Asset(asset) => {
                cost -= movement.paid;
            }
            _ => {}
        }
    }
    cost.max(0)
}

fn balance(book: &Book, account: u32, after: u32) -> i64 {
    let (Some(row), Some(opening)) = (
        book.accounts().get(account as usize),
        book.openings().get(account as usize).copied(),
    ) else {
        return 0;
    };
    let mut balance = Balance::starting(row, opening);
    for movement in book.movements().iter().take((after as usize).saturating_add(1)) {
        balance.carry(account, movement);
    }
    balance.amount.max(0)
}
