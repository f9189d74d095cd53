//! What an authority decides beside the method, and whether it fits the book.

use hashbrown::HashMap;
use thiserror::Error;

use super::book::{Book, LARGEST_SUM};

/// What an authority decides beside the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whose interest is.
    pub interest: Interest,
    /// Whose the gain is when an asset is sold for more than it cost.
    pub gain: Gain,
    /// Accounts that are one fund for a distribution at the end. An account in none is a fund by itself.
    pub funds: Vec<Vec<u32>>,
    /// Smallest amount that a distribution at the end gives out, in ten-thousandths (100 is a cent).
    pub unit: i64,
    /// Whether to keep the steps that explain each lot.
    pub explain: bool,
}

/// Whose interest is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interest {
    /// Own money.
    #[default]
    Own,
    /// Fruit: each claim has the share of it that it has of the balance. Proceeds include valuable benefits
    /// (Directive (EU) 2024/1260, Art. 3, worded as Regulation (EU) 2018/1805, Art. 2(4)).
    Fruit,
}

/// Whose the gain is when an asset is sold for more than it cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gain {
    /// It follows the claims' share of the cost.
    #[default]
    Follows,
    /// It is own money. A loss follows the share all the same.
    Own,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            interest: Interest::Own,
            gain: Gain::Follows,
            funds: Vec::new(),
            unit: 1,
            explain: true,
        }
    }
}

/// Why rules do not fit a book. Funds are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RulesError {
    /// Not above zero.
    #[error("the smallest amount given out is {unit} ten-thousandths; give one above zero (100 is a cent)")]
    Unit { unit: i64 },
    /// A number that is no account's.
    #[error("fund {fund} names account {account}, but there are only {accounts} accounts (numbered from 0)")]
    Account {
        fund: usize,
        account: u32,
        accounts: usize,
    },
    /// What lies there is not known.
    #[error(
        "fund {fund}: account {account} has no statements in the records, so what lies on it is not known; request them, or leave it out"
    )]
    NoStatements { fund: usize, account: u32 },
    /// In two funds, or twice in one.
    #[error(
        "account {account} is in fund {first} and again in fund {second}; an account is in one fund, once"
    )]
    Twice {
        account: u32,
        first: usize,
        second: usize,
    },
    /// Amounts that do not add up.
    #[error(
        "fund {fund}: account {account} is in another currency than account {other}; make a fund of each currency"
    )]
    Currencies { fund: usize, account: u32, other: u32 },
    /// Sums that are too large.
    #[error("fund {fund}: its movements come to more than {LARGEST_SUM} ten-thousandths; cut the period")]
    TooLarge { fund: usize },
}

impl Rules {
    /// Whether the funds are accounts of this book that can be one fund, and the unit can be given out.
    pub fn check(&self, book: &Book) -> Result<(), RulesError> {
        if self.unit <= 0 {
            return Err(RulesError::Unit { unit: self.unit });
        }
        let mut fund_of: HashMap<u32, usize> = HashMap::new();
        for (fund, accounts) in self.funds.iter().enumerate() {
            for account in accounts {
                check_account(book, fund, *account, accounts[0])?;
                if let Some(first) = fund_of.insert(*account, fund) {
                    return Err(RulesError::Twice {
                        account: *account,
                        first,
                        second: fund,
                    });
                }
            }
        }
        let mut sums = vec![0i128; self.funds.len()];
        for (account, sum) in book.turnovers().into_iter().enumerate() {
            if let Some(fund) = fund_of.get(&(account as u32)) {
                sums[*fund] += sum;
            }
        }
        match sums.iter().position(|sum| *sum > LARGEST_SUM) {
            Some(fund) => Err(RulesError::TooLarge { fund }),
            None => Ok(()),
        }
    }
}

/// `other` is the first account of the fund.
fn check_account(book: &Book, fund: usize, account: u32, other: u32) -> Result<(), RulesError> {
    let Some(row) = book.accounts().get(account as usize) else {
        return Err(RulesError::Account {
            fund,
            account,
            accounts: book.accounts().len(),
        });
    };
    if !row.recorded {
        return Err(RulesError::NoStatements { fund, account });
    }
    match book.accounts().get(other as usize) {
        Some(first) if first.currency != row.currency => Err(RulesError::Currencies { fund, account, other }),
        _ => Ok(()),
    }
}
