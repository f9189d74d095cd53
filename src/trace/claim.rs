//! Claims: money whose way is traced, and what is wrong with one that cannot be.

use thiserror::Error;

use super::book::Book;

/// Money whose way is traced: a credit, or part of it, and what is claimed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The movement by which it came. Its credit leg is claimed: the payee has statements in the records.
    pub movement: u32,
    /// Ten-thousandths of it, in the payee's currency. Where part of a credit is claimed, that part counts as its
    /// first money.
    pub amount: i64,
    /// Currency of the amount, where it is not sure to be the account's.
    pub currency: Option<u32>,
    /// On what ground.
    pub kind: ClaimKind,
    /// The caller's name for it, as in messages. Labels stay apart all the way.
    pub label: String,
}

/// On what ground money is claimed. Both kinds are traced alike here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKind {
    /// Proceeds of an offence, substitutes and gains among them (Directive (EU) 2024/1260, Art. 3).
    Proceeds,
    /// Property of a victim. Victims' claims are to be taken into account in tracing (Art. 18; from general knowledge,
    /// check before citing it to a court).
    Property,
}

/// Why a claim is not traced. The others are.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClaimError {
    /// Not above zero.
    #[error("claim ‘{label}’ is for {amount} ten-thousandths; give an amount above zero")]
    Amount {
        claim: usize,
        label: String,
        amount: i64,
    },
    /// A number that is no movement's.
    #[error("claim ‘{label}’ names movement {movement}, but there are only {movements} (numbered from 0)")]
    Movement {
        claim: usize,
        label: String,
        movement: u32,
        movements: usize,
    },
    /// More than the movement brought.
    #[error(
        "claim ‘{label}’ is for {amount} ten-thousandths of movement {movement}, but of its {received} only {left} are not claimed before; lower the amount"
    )]
    TooLarge {
        claim: usize,
        label: String,
        movement: u32,
        amount: i64,
        received: i64,
        left: i64,
    },
    /// The credit's account has no statements, so nothing can be followed.
    #[error(
        "claim ‘{label}’: movement {movement} goes to an account without statements in the records; request them, or claim the credit on an account that has some"
    )]
    NoStatements {
        claim: usize,
        label: String,
        movement: u32,
        /// The account whose statements to request, if it has a number.
        account: u32,
    },
    /// The movement leaves and reaches the same account.
    #[error(
        "claim ‘{label}’: movement {movement} leaves and reaches the same account, so it brings nothing; claim the credit by which the money came"
    )]
    NoCredit {
        claim: usize,
        label: String,
        movement: u32,
    },
    /// In another currency than the account, and nothing says at what rate.
    #[error(
        "claim ‘{label}’ is in another currency than the account that movement {movement} credits; give its amount in the account's currency, with the rate used"
    )]
    NoRate {
        claim: usize,
        label: String,
        movement: u32,
        /// The caller's numbers: the claim's currency, then the account's.
        currencies: (u32, u32),
    },
}

impl ClaimError {
    /// Which claim, by its place in the list.
    pub const fn claim(&self) -> usize {
        match self {
            ClaimError::Amount { claim, .. }
            | ClaimError::Movement { claim, .. }
            | ClaimError::TooLarge { claim, .. }
            | ClaimError::NoStatements { claim, .. }
            | ClaimError::NoCredit { claim, .. }
            | ClaimError::NoRate { claim, .. } => *claim,
        }
    }
}

/// A claim that can be traced: movement, number in the list, amount. Sorts by movement, then by place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Accepted {
    pub(super) movement: u32,
    pub(super) claim: u32,
    pub(super) amount: i64,
}

/// Sorts the claims that can be traced from those that cannot. Of several on one movement the earlier in the list comes
/// first.
pub(super) fn sift(book: &Book, claims: &[Claim]) -> (Vec<Accepted>, Vec<ClaimError>) {
    let mut accepted = Vec::with_capacity(claims.len());
    let mut refused = Vec::new();
    for (number, claim) in claims.iter().enumerate() {
        match check(book, number, claim) {
            Ok(()) => accepted.push(Accepted {
                movement: claim.movement,
                claim: number as u32,
                amount: claim.amount,
            }),
            Err(error) => refused.push(error),
        }
    }
    accepted.sort_unstable();
    let mut left = 0;
    let mut movement = u32::MAX;
    accepted.retain(|one| {
        let received = book.movements()[one.movement as usize].received;
        if one.movement != movement {
            (movement, left) = (one.movement, received);
        }
        if one.amount > left {
            let claim = one.claim as usize;
            refused.push(ClaimError::TooLarge {
                claim,
                label: claims[claim].label.clone(),
                movement,
                amount: one.amount,
                received,
                left,
            });
            return false;
        }
        left -= one.amount;
        true
    });
    refused.sort_by_key(ClaimError::claim);
    (accepted, refused)
}

fn check(book: &Book, claim: usize, given: &Claim) -> Result<(), ClaimError> {
    let label = given.label.clone();
    let movement = given.movement;
    if given.amount <= 0 {
        let amount = given.amount;
        return Err(ClaimError::Amount { claim, label, amount });
    }
    let Some(row) = book.movements().get(movement as usize) else {
        return Err(ClaimError::Movement {
            claim,
            label,
            movement,
            movements: book.movements().len(),
        });
    };
    if !book.recorded(row.payee) {
        return Err(ClaimError::NoStatements {
            claim,
            label,
            movement,
            account: row.payee,
        });
    }
    if row.payer == row.payee {
        return Err(ClaimError::NoCredit {
            claim,
            label,
            movement,
        });
    }
    let account = book.accounts()[row.payee as usize];
    match given.currency {
        Some(currency) if currency != account.currency => Err(ClaimError::NoRate {
            claim,
            label,
            movement,
            currencies: (currency, account.currency),
        }),
        _ => Ok(()),
    }
}
