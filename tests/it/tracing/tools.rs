//! Books written down briefly.

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, End, Kind, METHODS, Method, Movement, OUTSIDE, Outcome, Rules,
    TraceInput, method,
};

/// A day in microseconds.
pub const DAY: i64 = 86_400_000_000;

/// Whole units of a currency.
pub const fn euro(amount: i64) -> i64 {
    amount * 10_000
}

/// Cents.
pub const fn cent(amount: i64) -> i64 {
    amount * 100
}

/// A book being written: movements a day apart.
pub struct Pages {
    pub accounts: Vec<Account>,
    pub movements: Vec<Movement>,
    pub claims: Vec<Claim>,
}

impl Pages {
    /// Recorded accounts with these openings.
    pub fn of(openings: &[i64]) -> Pages {
        Pages {
            accounts: openings
                .iter()
                .map(|opening| Account::recorded(*opening))
                .collect(),
            movements: Vec::new(),
            claims: Vec::new(),
        }
    }

    pub fn add(&mut self, payer: u32, payee: u32, paid: i64, received: i64, kind: Kind) -> u32 {
        let at = self.movements.len() as i64 * DAY;
        self.movements.push(Movement {
            payer,
            payee,
            paid,
            received,
            at,
            kind,
        });
        self.movements.len() as u32 - 1
    }

    /// From outside.
    pub fn credit(&mut self, payee: u32, amount: i64) -> u32 {
        self.add(OUTSIDE, payee, amount, amount, Kind::Ordinary)
    }

    /// To outside, spent with a code.
    pub fn spend(&mut self, payer: u32, amount: i64, code: u32) -> u32 {
        self.add(payer, OUTSIDE, amount, amount, Kind::Spent(code))
    }

    pub fn transfer(&mut self, payer: u32, payee: u32, amount: i64) -> u32 {
        self.add(payer, payee, amount, amount, Kind::Ordinary)
    }

    /// A credit from outside that is claimed.
    pub fn tainted(&mut self, payee: u32, amount: i64) -> u32 {
        let movement = self.credit(payee, amount);
        self.claim(movement, amount);
        movement
    }

    pub fn claim(&mut self, movement: u32, amount: i64) -> u32 {
        self.claims.push(Claim {
            movement,
            amount,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: format!("claim {}", self.claims.len()),
        });
        self.claims.len() as u32 - 1
    }

    pub fn book(&self) -> Book {
        Book::new(self.accounts.clone(), self.movements.clone()).unwrap()
    }

    pub fn under_with(&self, method: &dyn Method, rules: &Rules) -> Outcome {
        let book = self.book();
        let input = TraceInput::new(&book, &self.claims, rules);
        assert!(input.refused().is_empty(), "{:?}", input.refused());
        method.trace(&input)
    }

    /// Under the method of this name.
    pub fn under(&self, name: &str) -> Outcome {
        self.under_with(method(name).unwrap(), &Rules::default())
    }

    /// Amounts of a claim in these places under a method.
    pub fn amounts(&self, name: &str, claim: u32, ends: &[End]) -> Vec<i64> {
        let outcome = self.under(name);
        ends.iter().map(|end| outcome.amount(claim, *end)).collect()
    }

    /// That every conserving method accounts for all that was claimed.
    pub fn assert_conserved(&self) {
        for method in METHODS.into_iter().filter(|method| method.conserves()) {
            let outcome = self.under(method.name());
            let rows = outcome.conservation(&self.claims);
            assert_eq!(rows.len(), self.claims.len(), "{}", method.name());
            for row in rows {
                assert_eq!(row.claimed, row.ends, "{}: claim {}", method.name(), row.claim);
            }
        }
    }
}
