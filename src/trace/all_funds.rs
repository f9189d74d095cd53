//! All funds at once: where the money of every account lies at the end, each account that it came from a label of its
//! own. First in first out, or last in first out; for screening a whole book, where no claim is made yet.
//!
//! A payment uses up what lies on the payer's account; what is missing was born there. Reversals are payments like
//! any other here, and interest is born at its payee. Kosyfaki and Mamoulis, *Provenance in Temporal Interaction
//! Networks* (ICDE 2022), receipt order; the same, in exact amounts.
//!
//! Parcels are links of chains in one array, a chain for each account: whole parcels change hands by changing links,
//! so nothing is copied and nothing allocated but for what is born.

use thiserror::Error;

use super::book::{Account, Book, Opening};

/// No link.
const NONE: u32 = u32::MAX;

/// How many movements ahead accounts are looked up, so that memory is there when it is needed.
const AHEAD: usize = 12;

/// Which money a payment uses up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Receipt {
    /// First in, first out.
    First,
    /// Last in, first out.
    Last,
}

/// Why a book cannot be traced as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AllFundsError {
    /// Two currencies.
    #[error("movement {movement} is an exchange; trace the book of each currency by itself, or make claims")]
    Exchange { movement: u32 },
    /// More parcels than 32 bits number.
    #[error("the book comes to more than {limit} parcels; cut the period")]
    TooMany { limit: u32 },
}

/// Money of one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fund {
    /// The account where it was born, or [`super::OUTSIDE`].
    pub origin: u32,
    /// Ten-thousandths.
    pub amount: i64,
}

/// Where all funds lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllFunds {
    links: Vec<Link>,
    ends: Vec<Chain>,
    /// Ten-thousandths that came in from no account's balance: openings, overdrafts, credits from outside.
    pub born: i128,
    /// Parcels that changed hands.
    pub moves: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    amount: i64,
    origin: u32,
    next: u32,
}

/// First and last link of an account's chain. The first is the next to be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chain {
    first: u32,
    last: u32,
}

fn lack(account: &Account) -> Lack {
    match (account.recorded, account.opening) {
        (false, _) => Lack::Unrecorded,
        (true, Opening::AsNeeded) => Lack::Born,
        (true, _) => Lack::Lent,
    }
}

const EMPTY: Chain = Chain {
    first: NONE,
    last: NONE,
};

impl AllFunds {
    /// What lies on an account at the end, the next to be used up first.
    pub fn on(&self, account: u32) -> impl Iterator<Item = Fund> {
        let start = self.ends.get(account as usize).map_or(NONE, |chain| chain.first);
        let link = |number: u32| (number != NONE).then(|| self.links[number as usize]);
        std::iter::successors(link(start), move |before| link(before.next)).map(|link| Fund {
            origin: link.origin,
            amount: link.amount,
        })
    }
}

/// Traces every fund of a book.
pub fn all_funds(book: &Book, receipt: Receipt) -> Result<AllFunds, AllFundsError> {
    let mut walk = Walk::of(book);
    match receipt {
        Receipt::First => walk.through::<true>(book)?,
        Receipt::Last => walk.through::<false>(book)?,
    }
    Ok(AllFunds {
        links: walk.links,
        ends: walk.chains,
        born: walk.born,
        moves: walk.moves,
    })
}

/// What it means that an account pays what it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// It was born just then.
    Born,
    /// The bank lent it.
    Lent,
    /// What reached the account is not known to be what it pays with: it has no statements.
    Unrecorded,
}

struct Walk {
    links: Vec<Link>,
    chains: Vec<Chain>,
    /// Links that are free again, chained.
    free: u32,
    /// What a debit that finds nothing means, an account each.
    lacks: Vec<Lack>,
    /// Overdrafts; empty where no account can have one.
    owed: Vec<i64>,
    born: i128,
    moves: u64,
}

impl Walk {
    fn of(book: &Book) -> Walk {
        let accounts = book.accounts();
        let mut walk = Walk {
            links: Vec::with_capacity(accounts.len() + book.movements().len()),
            chains: vec![EMPTY; accounts.len()],
            free: NONE,
            lacks: accounts.iter().map(lack).collect(),
            owed: Vec::new(),
            born: 0,
            moves: 0,
        };
        if accounts
            .iter()
            .any(|account| account.opening != Opening::AsNeeded)
        {
            let openings = book.openings();
            walk.owed = openings.iter().map(|opening| (-opening).max(0)).collect();
            for (account, opening) in openings
                .into_iter()
                .enumerate()
                .filter(|(_, opening)| *opening > 0)
            {
                let link = walk.bear(account as u32, opening);
                walk.chains[account] = Chain {
                    first: link,
                    last: link,
                };
            }
        }
        walk
    }

    fn bear(&mut self, origin: u32, amount: i64) -> u32 {
        self.born += i128::from(amount);
        self.link(Link {
            amount,
            origin,
            next: NONE,
        })
    }

    fn link(&mut self, link: Link) -> u32 {
        match self.links.get_mut(self.free as usize) {
            Some(free) => {
                let number = self.free;
                self.free = free.next;
                *free = link;
                number
            }
            None => {
                self.links.push(link);
                (self.links.len() - 1) as u32
            }
        }
    }

    fn through<const FIRST: bool>(&mut self, book: &Book) -> Result<(), AllFundsError> {
        let movements = book.movements();
        for (number, movement) in movements.iter().enumerate() {
            if let Some(ahead) = movements.get(number + AHEAD) {
                // Loads that nothing waits for: by the time they are needed they are there.
                for account in [ahead.payer, ahead.payee] {
                    std::hint::black_box(self.chains.get(account as usize));
                }
            }
            if movement.payer == movement.payee || movement.paid == 0 && movement.received == 0 {
                continue;
            }
            if movement.paid != movement.received {
                return Err(AllFundsError::Exchange {
                    movement: number as u32,
                });
            }
            if self.links.len() >= NONE as usize - 2 {
                return Err(AllFundsError::TooMany { limit: NONE - 2 });
            }
            let taken = self.take(movement.payer, movement.paid);
            self.give::<FIRST>(movement.payee, taken);
        }
        Ok(())
    }

    /// Takes a debit off the front of the payer's chain, as a chain of its own in the order in which it is used up.
    fn take(&mut self, payer: u32, amount: i64) -> Chain {
        let lack = self
            .lacks
            .get(payer as usize)
            .copied()
            .unwrap_or(Lack::Unrecorded);
        if lack == Lack::Unrecorded {
            let link = self.bear(payer, amount);
            self.moves += 1;
            return Chain {
                first: link,
                last: link,
            };
        }
        let first = self.chains[payer as usize].first;
        let mut taken = EMPTY;
        let mut left = amount;
        let mut next = first;
        while next != NONE {
            let link = &mut self.links[next as usize];
            if link.amount > left {
                break;
            }
            // Whole links stay chained to each other; the last of them is cut off below.
            left -= link.amount;
            taken.last = next;
            next = link.next;
            self.moves += 1;
            if left == 0 {
                break;
            }
        }
        if taken.last != NONE {
            taken.first = first;
            self.links[taken.last as usize].next = NONE;
        }
        let chain = &mut self.chains[payer as usize];
        chain.first = next;
        if next == NONE {
            chain.last = NONE;
        }
        if left > 0 {
            self.moves += 1;
            let part = match self.links.get_mut(next as usize) {
                Some(link) => {
                    link.amount -= left;
                    let origin = link.origin;
                    self.link(Link {
                        amount: left,
                        origin,
                        next: NONE,
                    })
                }
                None => {
                    if lack == Lack::Lent {
                        self.owed[payer as usize] += left;
                    }
                    self.bear(payer, left)
                }
            };
            match taken.last {
                NONE => taken.first = part,
                last => self.links[last as usize].next = part,
            }
            taken.last = part;
        }
        taken
    }

    /// Puts a chain at the back of the payee's, or piles its parcels up in the order in which they were used.
    fn give<const FIRST: bool>(&mut self, payee: u32, mut taken: Chain) {
        if let Some(owed) = self.owed.get(payee as usize).copied()
            && owed > 0
        {
            taken = self.fill::<FIRST>(payee, owed, taken);
        }
        if taken.first == NONE {
            return;
        }
        let Some(chain) = self.chains.get_mut(payee as usize) else {
            // It leaves the book; its links are free.
            self.links[taken.last as usize].next = self.free;
            self.free = taken.first;
            return;
        };
        if FIRST {
            match chain.last {
                NONE => chain.first = taken.first,
                last => self.links[last as usize].next = taken.first,
            }
            chain.last = taken.last;
            return;
        }
        let mut next = taken.first;
        while next != NONE {
            let link = &mut self.links[next as usize];
            let after = link.next;
            link.next = chain.first;
            chain.first = next;
            next = after;
        }
        if chain.last == NONE {
            chain.last = taken.first;
        }
    }

    /// Fills an overdraft with what arrives, the first or the last of it; what is left is a chain again.
    fn fill<const FIRST: bool>(&mut self, payee: u32, owed: i64, taken: Chain) -> Chain {
        let mut parcels = Vec::new();
        let mut next = taken.first;
        while next != NONE {
            let link = self.links[next as usize];
            parcels.push(link);
            self.links[next as usize].next = self.free;
            self.free = next;
            next = link.next;
        }
        let mut left = owed;
        for place in 0..parcels.len() {
            let place = if FIRST { place } else { parcels.len() - 1 - place };
            let part = parcels[place].amount.min(left);
            parcels[place].amount -= part;
            left -= part;
        }
        self.owed[payee as usize] = left;
        let mut rest = EMPTY;
        for parcel in parcels.into_iter().filter(|parcel| parcel.amount > 0) {
            let link = self.link(Link { next: NONE, ..parcel });
            match rest.last {
                NONE => rest.first = link,
                last => self.links[last as usize].next = link,
            }
            rest.last = link;
        }
        rest
    }
}
