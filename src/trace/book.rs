//! What is traced through: accounts, and the movements of money between them in a stated order.

use thiserror::Error;

/// In the place of an account: money comes from, or goes to, somewhere that has no account in the records.
pub const OUTSIDE: u32 = u32::MAX;

/// Largest sum of an account's credits: balances stay far from what 64 bits hold.
pub(super) const LARGEST_SUM: i128 = 1 << 62;

/// Accounts and movements in the stated default order. Movements are numbered from 0 in that order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    accounts: Vec<Account>,
    movements: Vec<Movement>,
}

/// An account of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whether its statements are in the records. Money that goes to an account without them ends there.
    pub recorded: bool,
    /// What lay on it before the first movement.
    pub opening: Opening,
    /// The caller's number for its currency; all amounts of the account are in it.
    pub currency: u32,
}

/// Balance before the first movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// As the statement says, in ten-thousandths; below zero where the account is overdrawn.
    Known(i64),
    /// Not known: the least that keeps the account from overdraft counts. A lower one would mean that the bank paid
    /// out what was not there; a higher one would leave more room for own money.
    Least,
    /// Not known: what a debit lacks counts as own money that came in just then, and the balance stays at zero.
    AsNeeded,
}

/// One movement of money. A debit, a credit or both are booked in the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Account that pays, or [`OUTSIDE`].
    pub payer: u32,
    /// Account that is paid, or [`OUTSIDE`].
    pub payee: u32,
    /// Ten-thousandths that leave the payer, in its currency.
    pub paid: i64,
    /// Ten-thousandths that reach the payee, in its currency. Differs from `paid` on exchange only.
    pub received: i64,
    /// Time in microseconds; the start of the day where the records know only the day.
    pub at: i64,
    /// What it is, as far as that matters.
    pub kind: Kind,
}

/// What a movement is, as far as it decides what becomes of money. Decides where money ends only if the payee is
/// [`OUTSIDE`] or without statements; money that reaches a recorded account goes on there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Nothing special. Ends as spent with code 0 outside, as out of records at an account without statements.
    #[default]
    Ordinary,
    /// A payment for something, with the caller's code (merchant category, purpose).
    Spent(u32),
    /// A charge of the bank: a debit with an end of its own.
    Fee,
    /// Interest: an own credit, or fruit of what lies there (see [`super::Interest`]).
    Interest,
    /// Takes back the movement of this number, or part of it: the same money returns.
    Reversal(u32),
    /// Cash withdrawn: the trail breaks.
    CashOut,
    /// Cash paid in: own money unless claimed. Never joined to a withdrawal by itself.
    CashIn,
    /// Purchase of the caller's asset of this number, or of more of it.
    Asset(u32),
    /// Sale of all of the caller's asset of this number: the price inherits in proportion to what the asset cost.
    Sale(u32),
}

/// Why rows make no book.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BookError {
    /// More rows than 32 bits number.
    #[error("{found} {what} are more than the {limit} that one tracing numbers; cut the period")]
    TooMany {
        what: &'static str,
        found: usize,
        limit: usize,
    },
    /// A number that is no account's.
    #[error(
        "movement {movement}: the {side} is account {account}, but there are only {accounts} accounts (numbered from 0)"
    )]
    Account {
        movement: usize,
        side: &'static str,
        account: u32,
        accounts: usize,
    },
    /// An amount below zero.
    #[error(
        "movement {movement}: {amount} ten-thousandths are {what}, but an amount is never below zero; swap payer and payee instead"
    )]
    Negative {
        movement: usize,
        what: &'static str,
        amount: i64,
    },
    /// Not in the order of time.
    #[error("movement {movement} is earlier than the one before it; give movements in the order of time")]
    Order { movement: usize },
    /// Two amounts where only exchange between two accounts makes two.
    #[error(
        "movement {movement}: {paid} ten-thousandths leave and {received} arrive, but it has no account on both sides, or twice the same; give the amount of the leg that is booked for both"
    )]
    TwoAmounts {
        movement: usize,
        paid: i64,
        received: i64,
    },
    /// A reversal that does not fit what it reverses.
    #[error("movement {movement} reverses movement {reversed}, but {problem}")]
    Reversal {
        movement: usize,
        reversed: u32,
        problem: &'static str,
    },
    /// An asset bought from, or sold to, a recorded account.
    #[error(
        "movement {movement}: an asset's purchase and sale have one recorded account; split it into the buyer's debit to the outside and the seller's credit from there"
    )]
    BothRecorded { movement: usize },
    /// Sums that are too large.
    #[error("account {account}: its credits come to more than {LARGEST_SUM} ten-thousandths; cut the period")]
    TooLarge { account: u32 },
}

impl Book {
    /// Checks accounts and movements, which stand in the stated default order: by time, then by the statement's
    /// sequence, then by something that the order of files cannot change.
    pub fn new(accounts: Vec<Account>, movements: Vec<Movement>) -> Result<Book, BookError> {
        // The two highest numbers mean "none".
        let limit = u32::MAX as usize - 1;
        for (what, found) in [("accounts", accounts.len()), ("movements", movements.len())] {
            if found > limit {
                return Err(BookError::TooMany { what, found, limit });
            }
        }
        let book = Book { accounts, movements };
        let mut before = i64::MIN;
        for (number, movement) in book.movements.iter().enumerate() {
            book.check(number, movement)?;
            if movement.at < before {
                return Err(BookError::Order { movement: number });
            }
            before = movement.at;
        }
        book.check_sums()?;
        Ok(book)
    }

    fn check(&self, number: usize, movement: &Movement) -> Result<(), BookError> {
        for (side, account) in [("payer", movement.payer), ("payee", movement.payee)] {
            if account != OUTSIDE && account as usize >= self.accounts.len() {
                return Err(BookError::Account {
                    movement: number,
                    side,
                    account,
                    accounts: self.accounts.len(),
                });
            }
        }
        for (what, amount) in [("paid", movement.paid), ("received", movement.received)] {
            if amount < 0 {
                return Err(BookError::Negative {
                    movement: number,
                    what,
                    amount,
                });
            }
        }
        let one_sided = movement.payer == OUTSIDE || movement.payee == OUTSIDE;
        if movement.paid != movement.received && (one_sided || movement.payer == movement.payee) {
            return Err(BookError::TwoAmounts {
                movement: number,
                paid: movement.paid,
                received: movement.received,
            });
        }
        match movement.kind {
            Kind::Reversal(reversed) => self.check_reversal(number, reversed),
            Kind::Asset(_) if self.recorded(movement.payee) => {
                Err(BookError::BothRecorded { movement: number })
            }
            Kind::Sale(_) if self.recorded(movement.payer) => {
                Err(BookError::BothRecorded { movement: number })
            }
            _ => Ok(()),
        }
    }

    fn check_reversal(&self, number: usize, reversed: u32) -> Result<(), BookError> {
        let fail = |problem| {
            Err(BookError::Reversal {
                movement: number,
                reversed,
                problem,
            })
        };
        if reversed as usize >= number {
            return fail("that does not come before it; order the two, or leave the kind ordinary");
        }
        let (back, forth) = (&self.movements[number], &self.movements[reversed as usize]);
        if (back.payer, back.payee) != (forth.payee, forth.payer) {
            return fail("that has not the same two accounts the other way round; leave the kind ordinary");
        }
        match forth.kind {
            Kind::Reversal(_) => fail("that is a reversal itself; leave the kind ordinary"),
            Kind::Sale(_) => fail("that is a sale; leave the kind ordinary"),
            _ => Ok(()),
        }
    }

    fn check_sums(&self) -> Result<(), BookError> {
        let openings: i128 = self.accounts.iter().map(Account::opened_with).sum();
        let moved = |m: &Movement| i128::from(m.paid) + i128::from(m.received);
        if openings + self.movements.iter().map(moved).sum::<i128>() <= LARGEST_SUM {
            return Ok(());
        }
        // All together are too large; each account alone may not be.
        match self.turnovers().iter().position(|sum| *sum > LARGEST_SUM) {
            Some(account) => Err(BookError::TooLarge {
                account: account as u32,
            }),
            None => Ok(()),
        }
    }

    /// For each account its opening, if known, and all that moved on it, whatever the direction.
    pub(super) fn turnovers(&self) -> Vec<i128> {
        let mut sums: Vec<i128> = self.accounts.iter().map(Account::opened_with).collect();
        for movement in &self.movements {
            for (account, amount) in [
                (movement.payer, movement.paid),
                (movement.payee, movement.received),
            ] {
                if account != OUTSIDE {
                    sums[account as usize] += i128::from(amount);
                }
            }
        }
        sums
    }

    /// The accounts.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The movements, in order.
    pub fn movements(&self) -> &[Movement] {
        &self.movements
    }

    /// Whether this is an account with statements.
    pub fn recorded(&self, account: u32) -> bool {
        self.accounts
            .get(account as usize)
            .is_some_and(|account| account.recorded)
    }

    /// Each account's balance before the first movement, as it counts (see [`Opening`]).
    pub fn openings(&self) -> Vec<i64> {
        let known = |account: &Account| match account.opening {
            Opening::Known(balance) => balance,
            Opening::Least | Opening::AsNeeded => 0,
        };
        let mut openings: Vec<i64> = self.accounts.iter().map(known).collect();
        if !self
            .accounts
            .iter()
            .any(|account| account.opening == Opening::Least)
        {
            return openings;
        }
        let mut balances = Balances::starting(&self.accounts, &openings);
        let mut lowest = openings.clone();
        for movement in &self.movements {
            balances.carry(movement);
            if let Some(lowest) = lowest.get_mut(movement.payer as usize) {
                *lowest = (*lowest).min(balances.on(movement.payer));
            }
        }
        for (number, account) in self.accounts.iter().enumerate() {
            if account.opening == Opening::Least {
                openings[number] = -lowest[number];
            }
        }
        openings
    }
}

impl Account {
    /// An account with statements and this opening balance.
    pub const fn recorded(opening: i64) -> Account {
        Account {
            recorded: true,
            opening: Opening::Known(opening),
            currency: 0,
        }
    }

    /// An account whose statements are not in the records.
    pub const fn unrecorded() -> Account {
        Account {
            recorded: false,
            opening: Opening::AsNeeded,
            currency: 0,
        }
    }

    /// The opening balance without its sign, where it is known.
    fn opened_with(&self) -> i128 {
        match self.opening {
            Opening::Known(balance) => i128::from(balance).abs(),
            Opening::Least | Opening::AsNeeded => 0,
        }
    }
}

/// The balance of one account as it runs through the movements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Balance {
    pub(super) amount: i64,
    as_needed: bool,
}

impl Balance {
    pub(super) fn starting(account: &Account, amount: i64) -> Balance {
        Balance {
            amount,
            as_needed: account.opening == Opening::AsNeeded,
        }
    }

    /// What the balance does not cover comes back: it came in just then on an account that is filled as needed, and
    /// was lent by the bank on another.
    pub(super) fn pay(&mut self, amount: i64) -> i64 {
        let lacking = (amount - self.amount.max(0)).max(0);
        self.amount -= amount;
        if self.as_needed {
            self.amount = self.amount.max(0);
        }
        lacking
    }

    pub(super) fn receive(&mut self, amount: i64) {
        self.amount += amount;
    }

    /// Books the legs of a movement that are this account's. A transfer to oneself changes nothing.
    pub(super) fn carry(&mut self, account: u32, movement: &Movement) {
        if movement.payer == movement.payee {
            return;
        }
        if movement.payer == account {
            self.pay(movement.paid);
        }
        if movement.payee == account {
            self.receive(movement.received);
        }
    }
}

/// The balances of all accounts as they run through the movements.
#[derive(Clone, Debug)]
pub(super) struct Balances(Vec<Balance>);

impl Balances {
    /// Before the first movement.
    pub(super) fn of(book: &Book) -> Balances {
        Balances::starting(&book.accounts, &book.openings())
    }

    fn starting(accounts: &[Account], amounts: &[i64]) -> Balances {
        let each = accounts.iter().zip(amounts);
        Balances(
            each.map(|(account, amount)| Balance::starting(account, *amount))
                .collect(),
        )
    }

    /// Adds places that are no accounts, with nothing on them.
    pub(super) fn extend_to(&mut self, places: usize) {
        let empty = Balance {
            amount: 0,
            as_needed: false,
        };
        self.0.resize(places, empty);
    }

    /// What lies there; nothing outside.
    pub(super) fn on(&self, account: u32) -> i64 {
        self.0.get(account as usize).map_or(0, |balance| balance.amount)
    }

    /// Takes all of it.
    pub(super) fn clear(&mut self, account: u32) {
        if let Some(balance) = self.0.get_mut(account as usize) {
            balance.amount = 0;
        }
    }

    /// As [`Balance::pay`]; outside nothing is lacking.
    pub(super) fn pay(&mut self, account: u32, amount: i64) -> i64 {
        self.0
            .get_mut(account as usize)
            .map_or(0, |balance| balance.pay(amount))
    }

    pub(super) fn receive(&mut self, account: u32, amount: i64) {
        if let Some(balance) = self.0.get_mut(account as usize) {
            balance.receive(amount);
        }
    }

    /// Books both legs of a movement; comes back with what the payer lacked. A transfer to oneself changes nothing.
    pub(super) fn carry(&mut self, movement: &Movement) -> i64 {
        if movement.payer == movement.payee {
            return 0;
        }
        let lacking = self.pay(movement.payer, movement.paid);
        self.receive(movement.payee, movement.received);
        lacking
    }
}
