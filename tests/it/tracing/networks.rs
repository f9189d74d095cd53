//! Small networks that look random, with every kind of movement in them.

use geldspoor::trace::{Account, Claim, ClaimKind, Kind, Movement, OUTSIDE, Opening};

/// Numbers that look random, from a seed (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    pub fn one_in(&mut self, limit: u64) -> bool {
        self.below(limit) == 0
    }
}

/// What a network may have.
#[derive(Clone, Copy, Debug)]
pub struct Taste {
    pub accounts: u64,
    pub movements: u64,
    pub claims: u64,
    pub reversals: bool,
    /// Exchange and sales of assets.
    pub exchange: bool,
    /// Overdrafts, unknown openings, accounts without statements.
    pub rough: bool,
}

#[derive(Clone, Debug)]
pub struct Network {
    pub accounts: Vec<Account>,
    pub movements: Vec<Movement>,
    pub claims: Vec<Claim>,
}

fn account(numbers: &mut Numbers, taste: Taste, first: bool) -> Account {
    let mut account = Account::recorded(numbers.below(150) as i64);
    if taste.rough {
        match numbers.below(10) {
            0 if !first => account = Account::unrecorded(),
            1 => account.opening = Opening::Least,
            2 => account.opening = Opening::AsNeeded,
            3 | 4 => account.opening = Opening::Known(-(numbers.below(80) as i64)),
            _ => {}
        }
    }
    account
}

/// The network of a seed.
pub fn network(seed: u64, taste: Taste) -> Network {
    let mut numbers = Numbers(seed);
    let count = 1 + numbers.below(taste.accounts);
    let accounts: Vec<Account> = (0..count).map(|n| account(&mut numbers, taste, n == 0)).collect();
    let mut movements: Vec<Movement> = Vec::new();
    for at in 0..2 + numbers.below(taste.movements - 1) {
        let at = at as i64;
        let row = row(&mut numbers, taste, &accounts, &movements, at);
        movements.push(row);
    }
    let mut claims: Vec<Claim> = Vec::new();
    let wanted = 1 + numbers.below(taste.claims);
    for (movement, row) in movements.iter().enumerate() {
        let recorded = row.payee != OUTSIDE && accounts[row.payee as usize].recorded;
        let late = row.payer != OUTSIDE && !numbers.one_in(8);
        if !recorded || row.payer == row.payee || row.received == 0 || late || numbers.one_in(3) {
            continue;
        }
        if claims.len() as u64 == wanted {
            break;
        }
        let amount = match numbers.one_in(3) {
            true => 1 + numbers.below(row.received as u64) as i64,
            false => row.received,
        };
        claims.push(Claim {
            movement: movement as u32,
            amount,
            currency: None,
            kind: ClaimKind::Property,
            label: format!("victim {}", claims.len()),
        });
    }
    Network {
        accounts,
        movements,
        claims,
    }
}

impl Network {
    /// The same with all amounts so many times as large: what rounding shifts then shows as small.
    pub fn times(mut self, factor: i64) -> Network {
        for account in &mut self.accounts {
            if let Opening::Known(opening) = &mut account.opening {
                *opening *= factor;
            }
        }
        for movement in &mut self.movements {
            movement.paid *= factor;
            movement.received *= factor;
        }
        for claim in &mut self.claims {
            claim.amount *= factor;
        }
        self
    }
}

fn row(numbers: &mut Numbers, taste: Taste, accounts: &[Account], before: &[Movement], at: i64) -> Movement {
    let count = accounts.len() as u64;
    let anyone = |numbers: &mut Numbers| match numbers.below(count + 1) {
        n if n == count => OUTSIDE,
        n => n as u32,
    };
    let amount = match numbers.one_in(20) {
        true => 0,
        false => 1 + numbers.below(120) as i64,
    };
    let mut row = Movement {
        payer: anyone(numbers),
        payee: anyone(numbers),
        paid: amount,
        received: amount,
        at,
        kind: Kind::Ordinary,
    };
    if taste.reversals && numbers.one_in(6) && !before.is_empty() {
        let earlier = numbers.below(before.len() as u64) as usize;
        let forth = &before[earlier];
        if !matches!(forth.kind, Kind::Reversal(_) | Kind::Sale(_)) {
            row.kind = Kind::Reversal(earlier as u32);
            (row.payer, row.payee) = (forth.payee, forth.payer);
            (row.paid, row.received) = (forth.received, forth.paid);
            if numbers.one_in(3) && forth.paid == forth.received {
                row.paid = numbers.below(forth.paid as u64 + 20) as i64;
                row.received = row.paid;
            }
            return row;
        }
    }
    if taste.exchange
        && row.payer != OUTSIDE
        && row.payee != OUTSIDE
        && row.payer != row.payee
        && numbers.one_in(4)
    {
        row.received = row.paid * (1 + numbers.below(5) as i64) / 2;
        return row;
    }
    let recorded = |account: u32| account != OUTSIDE && accounts[account as usize].recorded;
    match numbers.below(9) {
        0 => row.kind = Kind::Fee,
        1 if row.payer == OUTSIDE => row.kind = Kind::Interest,
        2 => row.kind = Kind::CashOut,
        3 => row.kind = Kind::Spent(1 + numbers.below(2) as u32),
        4 if !recorded(row.payee) => row.kind = Kind::Asset(numbers.below(2) as u32),
        5 if taste.exchange && !recorded(row.payer) => row.kind = Kind::Sale(numbers.below(2) as u32),
        _ => {}
    }
    row
}
