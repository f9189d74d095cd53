//! What a tracing returns: lots, the steps that lead to them, and the proof that nothing is lost.

use super::claim::Claim;

/// Where a step has no step before it: the claim itself.
pub const FIRST: u32 = u32::MAX;

/// Where claimed money is, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// It lies on this account.
    Held(u32),
    /// It is in this asset of the caller's.
    Asset(u32),
    /// It went to this account, whose statements are not in the records: request them.
    OutOfRecords(u32),
    /// It was drawn in cash: the trail breaks.
    Cash,
    /// It was paid for something, with the caller's code (0 where the movement told none).
    Spent(u32),
    /// It was charged by a bank.
    Fee,
    /// It filled an overdraft of this account: spent, unless backward tracing is allowed.
    Overdraft(u32),
    /// The payment that brought it was taken back: it returned to where no account is known.
    Returned,
    /// Another claim had this money already when the claim's movement brought it.
    ClaimedBefore,
    /// On exchange or sale it came to less than the smallest amount.
    Nothing,
}

impl End {
    /// A number that orders as ends do: sorting many lots compares it faster.
    pub(super) const fn rank(self) -> u64 {
        let (kind, number) = match self {
            End::Held(account) => (0, account),
            End::Asset(asset) => (1, asset),
            End::OutOfRecords(account) => (2, account),
            End::Cash => (3, 0),
            End::Spent(code) => (4, code),
            End::Fee => (5, 0),
            End::Overdraft(account) => (6, account),
            End::Returned => (7, 0),
            End::ClaimedBefore => (8, 0),
            End::Nothing => (9, 0),
        };
        (kind << 32) | number as u64
    }
}

/// Money of one claim in one place, as one method sees it.
///
/// Sorts by claim, then end, then movement, then step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lot {
    /// The claim, by its place in the list.
    pub claim: u32,
    /// Where it is, or how it ended.
    pub end: End,
    /// The last movement that moved it; where pots are kept by share, the last that brought some of it.
    pub movement: u32,
    /// The step of that movement among [`Outcome::steps`], if steps are kept.
    pub step: Option<u32>,
    /// Ten-thousandths there, in the currency of the account or of the movement that ended it.
    pub amount: i64,
    /// Ten-thousandths of the claim that became it, in the claim's currency: the same unless there was an exchange, a
    /// gain or fruit between.
    pub claimed: i64,
}

/// Claimed money on its way: one claim, one movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// The claim, by its place in the list.
    pub claim: u32,
    /// The movement.
    pub movement: u32,
    /// The step by which this money had come, or [`FIRST`]. Where pots are kept by share, the last that brought some.
    pub before: u32,
    /// Ten-thousandths that left the payer, in its currency.
    pub left: i64,
    /// Ten-thousandths that arrived, in the payee's currency.
    pub arrived: i64,
    /// Ten-thousandths of the claim that they are, in the claim's currency.
    pub claimed: i64,
}

/// What one method says of all claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Name of the method.
    pub method: &'static str,
    /// Sorted as [`Lot`] says.
    pub lots: Vec<Lot>,
    /// In an order that only book, claims and method decide.
    pub steps: Vec<Step>,
    /// For a distribution at the end, each fund; none for other methods.
    pub funds: Vec<Distribution>,
}

/// A fund shared out at the end. Its shares add up to its balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// The accounts that are one fund.
    pub accounts: Vec<u32>,
    /// What lies on them at the end.
    pub balance: i64,
    /// All that was paid in from outside the fund, openings among it.
    pub contributions: i64,
    /// Each claim's contribution and share.
    pub shares: Vec<(u32, i64, i64)>,
    /// The share of what no claim contributed.
    pub unclaimed: i64,
}

/// For one claim, what was claimed beside what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conservation {
    /// The claim, by its place in the list.
    pub claim: u32,
    /// Ten-thousandths claimed.
    pub claimed: i64,
    /// Sum of [`Lot::claimed`] over its lots.
    pub ends: i64,
}

impl Outcome {
    /// What was claimed beside the sum over all ends, for each claim that has lots: equal for conserving methods.
    pub fn conservation(&self, claims: &[Claim]) -> Vec<Conservation> {
        let mut rows: Vec<Conservation> = Vec::new();
        for lot in &self.lots {
            match rows.last_mut() {
                Some(row) if row.claim == lot.claim => row.ends += lot.claimed,
                _ => rows.push(Conservation {
                    claim: lot.claim,
                    claimed: claims[lot.claim as usize].amount,
                    ends: lot.claimed,
                }),
            }
        }
        rows
    }

    /// Sums by claim and end, in their order: amount there, and of the claim.
    pub fn sums(&self) -> Vec<(u32, End, i64, i64)> {
        let mut rows: Vec<(u32, End, i64, i64)> = Vec::new();
        for lot in &self.lots {
            match rows.last_mut() {
                Some(row) if (row.0, row.1) == (lot.claim, lot.end) => {
                    row.2 += lot.amount;
                    row.3 += lot.claimed;
                }
                _ => rows.push((lot.claim, lot.end, lot.amount, lot.claimed)),
            }
        }
        rows
    }

    /// Ten-thousandths of a claim in one place.
    pub fn amount(&self, claim: u32, end: End) -> i64 {
        let there = |lot: &&Lot| lot.claim == claim && lot.end == end;
        self.lots.iter().filter(there).map(|lot| lot.amount).sum()
    }
}
