//! Which accounts and ties are in the chart: accounts of findings first, then those that claimed money came through, then
//! those with the most ties; ties of findings' accounts first, then the largest of each currency by turns. The same rows
//! give the same choice in whatever order they come.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};

/// Why an account is in the chart; the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Accounts of people who may be victims, told as one.
    Gathered,
    /// A finding is about it, or names it as exit point.
    Found,
    /// Claimed money came through it.
    Traced,
    Other,
}

/// A side of transfers.
#[derive(Clone, Debug)]
pub struct Account {
    /// As in `transfers`; cash and the bank of an account have its id behind `c-` and `b-`.
    pub id: String,
    /// What it is called. Orders accounts that are alike otherwise, so that their numbers tell nothing of their ids.
    pub label: String,
    pub class: Class,
    pub is_traced: bool,
    /// The holder is or may be a victim.
    pub is_guarded: bool,
    /// Told as one with all others that are gathered, without what moved there.
    pub is_gathered: bool,
    /// `seized` where its own statements were received, `seen`, `cash` or `bank`.
    pub kind: &'static str,
    /// The holder's label, where one alone holds it.
    pub holder: Option<String>,
    /// Places in the list of findings.
    pub findings: Vec<u32>,
}

/// What moved from one account to another in a month.
#[derive(Clone, Copy, Debug)]
pub struct Movement {
    /// Places in the accounts.
    pub payer: u32,
    pub payee: u32,
    /// A place in the currencies.
    pub currency: u32,
    /// Months since the year 0; nothing where no day is known.
    pub month: Option<i32>,
    pub transfers: u64,
    /// Ten-thousandths.
    pub amount: i128,
    /// Days since 1970-01-01.
    pub first: Option<i32>,
    pub last: Option<i32>,
}

/// An account of the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// A place in the accounts; nothing for those that are told as one.
    pub account: Option<usize>,
    /// Ties in the whole case.
    pub ties: usize,
}

/// A tie of the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Places in the nodes.
    pub from: u32,
    pub to: u32,
    /// What moved; nothing where that is withheld.
    pub told: Option<Told>,
    /// Its place among the ties of its currency, by amount.
    pub position: u32,
}

/// All that moved over a tie in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub currency: u32,
    pub transfers: u64,
    pub amount: i128,
    pub first: Option<i32>,
    pub last: Option<i32>,
    /// Month, transfers and amount, in order.
    pub months: Vec<(Option<i32>, u64, i128)>,
}

/// What is in the chart, and how much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The most telling first.
    pub nodes: Vec<Node>,
    /// By their ends and currency.
    pub ties: Vec<Drawn>,
    pub all_nodes: usize,
    pub all_ties: usize,
}

impl Choice {
    /// The ties of which amounts are told, the largest of each currency by turns.
    pub fn strongest(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.ties.len())
            .filter(|tie| self.ties[*tie].told.is_some())
            .collect();
        order.sort_by_key(|tie| {
            let drawn = &self.ties[*tie];
            let currency = drawn.told.as_ref().map_or(0, |told| told.currency);
            (drawn.position, currency, drawn.from, drawn.to)
        });
        order
    }
}

/// Stands for all accounts that are told as one.
const GATHERED: u32 = u32::MAX;

type Key = (u32, u32, u32);

/// Chooses at most so many accounts and ties.
pub fn choose(
    accounts: &[Account],
    movements: &[Movement],
    most_accounts: usize,
    most_ties: usize,
) -> Choice {
    let place = |account: u32| match accounts.get(account as usize) {
        Some(known) if known.is_gathered => GATHERED,
        _ => account,
    };
    // By tie; of what is withheld nothing is kept but that it is there.
    let mut told: BTreeMap<Key, Told> = BTreeMap::new();
    let mut withheld: HashSet<(u32, u32)> = HashSet::new();
    for movement in movements {
        let (from, to) = (place(movement.payer), place(movement.payee));
        if from == to {
            continue;
        }
        if from == GATHERED || to == GATHERED {
            withheld.insert((from, to));
            continue;
        }
        let sum = told.entry((from, to, movement.currency)).or_insert(Told {
            currency: movement.currency,
            transfers: 0,
            amount: 0,
            first: None,
            last: None,
            months: Vec::new(),
        });
        sum.transfers += movement.transfers;
        sum.amount += movement.amount;
        sum.first = [sum.first, movement.first].into_iter().flatten().min();
        sum.last = sum.last.max(movement.last);
        sum.months
            .push((movement.month, movement.transfers, movement.amount));
    }
    let mut ties_of: HashMap<u32, usize> = HashMap::new();
    for (from, to) in told
        .keys()
        .map(|key| (key.0, key.1))
        .chain(withheld.iter().copied())
    {
        *ties_of.entry(from).or_default() += 1;
        *ties_of.entry(to).or_default() += 1;
    }
    let all_nodes = ties_of.len();
    let all_ties = told.len() + withheld.len();
    let class = |account: u32| {
        accounts
            .get(account as usize)
            .map_or(Class::Gathered, |known| known.class)
    };
    let id = |account: u32| {
        accounts
            .get(account as usize)
            .map_or("", |known| known.id.as_str())
    };
    let label = |account: u32| {
        accounts
            .get(account as usize)
            .map_or("", |known| known.label.as_str())
    };
    let mut chosen: Vec<(u32, usize)> = ties_of.into_iter().collect();
    chosen.sort_by(|a, b| (class(a.0), Reverse(a.1), id(a.0)).cmp(&(class(b.0), Reverse(b.1), id(b.0))));
    chosen.truncate(most_accounts);
    chosen.sort_by(|a, b| {
        let key = |one: &(u32, usize)| (class(one.0), Reverse(one.1));
        (key(a), label(a.0), id(a.0)).cmp(&(key(b), label(b.0), id(b.0)))
    });
    let number: HashMap<u32, u32> = chosen
        .iter()
        .zip(0..)
        .map(|((account, _), at)| (*account, at))
        .collect();
    let positions = positions(&told, &|account| (label(account), id(account)));
    let mut ties: Vec<Drawn> = Vec::new();
    for (from, to) in withheld {
        if let (Some(from), Some(to)) = (number.get(&from), number.get(&to)) {
            ties.push(Drawn {
                from: *from,
                to: *to,
                told: None,
                position: 0,
            });
        }
    }
    for (key, mut sum) in told {
        if let (Some(from), Some(to)) = (number.get(&key.0), number.get(&key.1)) {
            sum.months = by_month(sum.months);
            let position = positions.get(&key).copied().unwrap_or(u32::MAX);
            ties.push(Drawn {
                from: *from,
                to: *to,
                told: Some(sum),
                position,
            });
        }
    }
    let is_found = |node: u32| class(chosen[node as usize].0) <= Class::Found;
    ties.sort_by_key(|tie| {
        let currency = tie.told.as_ref().map_or(0, |told| told.currency + 1);
        // What is withheld comes by its ends alone: its place tells nothing.
        let rank = match tie.told {
            None => 0,
            Some(_) if is_found(tie.from) || is_found(tie.to) => 1,
            Some(_) => 2,
        };
        (rank, tie.position, currency, tie.from, tie.to)
    });
    ties.truncate(most_ties);
    ties.sort_by_key(|tie| (tie.from, tie.to, tie.told.as_ref().map(|told| told.currency)));
    Choice {
        nodes: chosen
            .iter()
            .map(|(account, ties)| Node {
                account: (*account != GATHERED).then_some(*account as usize),
                ties: *ties,
            })
            .collect(),
        ties,
        all_nodes,
        all_ties,
    }
}

/// The place of every tie among those of its currency, by amount.
fn positions<'a>(told: &BTreeMap<Key, Told>, name: &dyn Fn(u32) -> (&'a str, &'a str)) -> HashMap<Key, u32> {
    let mut order: Vec<(&Key, i128)> = told.iter().map(|(key, sum)| (key, sum.amount)).collect();
    order.sort_by(|(a, more), (b, less)| {
        let key = |one: &Key| (name(one.0), name(one.1));
        (a.2, Reverse(*more), key(a)).cmp(&(b.2, Reverse(*less), key(b)))
    });
    let mut positions = HashMap::with_capacity(order.len());
    let (mut currency, mut position) = (u32::MAX, 0);
    for (key, _) in order {
        if key.2 != currency {
            (currency, position) = (key.2, 0);
        }
        position += 1;
        positions.insert(*key, position);
    }
    positions
}

/// Each month once, in order; what has no day first.
fn by_month(months: Vec<(Option<i32>, u64, i128)>) -> Vec<(Option<i32>, u64, i128)> {
    let mut sums: BTreeMap<Option<i32>, (u64, i128)> = BTreeMap::new();
    for (month, transfers, amount) in months {
        let sum = sums.entry(month).or_default();
        sum.0 += transfers;
        sum.1 += amount;
    }
    sums.into_iter()
        .map(|(month, (transfers, amount))| (month, transfers, amount))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn account(id: &str, class: Class) -> Account {
        Account {
            id: id.to_owned(),
            label: format!("Account {id}"),
            class,
            is_traced: class == Class::Traced,
            is_guarded: false,
            is_gathered: false,
            kind: "seized",
            holder: None,
            findings: Vec::new(),
        }
    }

    fn moved(payer: u32, payee: u32, month: i32, amount: i128) -> Movement {
        Movement {
            payer,
            payee,
            currency: 0,
            month: Some(month),
            transfers: 1,
            amount,
            first: Some(month * 30),
            last: Some(month * 30 + 5),
        }
    }

    #[test]
    fn findings_come_first_and_what_is_left_out_is_counted() {
        let accounts = [
            account("a-1", Class::Other),
            account("a-2", Class::Found),
            account("a-3", Class::Traced),
            account("a-4", Class::Other),
            account("a-5", Class::Other),
        ];
        let rows = [
            moved(0, 3, 1, 900),
            moved(0, 4, 1, 800),
            moved(1, 0, 2, 10),
            moved(1, 0, 1, 5),
            moved(2, 0, 1, 7),
        ];
        let all = choose(&accounts, &rows, 10, 10);
        let order: Vec<usize> = all.nodes.iter().filter_map(|node| node.account).collect();
        assert_eq!(order, [1, 2, 0, 3, 4]);
        assert_eq!((all.all_nodes, all.all_ties, all.ties.len()), (5, 4, 4));
        let tie = all.ties[0].told.as_ref().expect("told");
        assert_eq!(
            (tie.transfers, tie.amount, tie.first, tie.last),
            (2, 15, Some(30), Some(65))
        );
        assert_eq!(tie.months, [(Some(1), 1, 5), (Some(2), 1, 10)]);

        let few = choose(&accounts, &rows, 4, 2);
        assert_eq!((few.all_nodes, few.all_ties), (5, 4));
        assert_eq!((few.nodes.len(), few.ties.len()), (4, 2));
        // The finding's tie stays although it is small; then the largest.
        assert_eq!(
            few.ties.iter().map(|tie| (tie.from, tie.to)).collect::<Vec<_>>(),
            [(0, 2), (2, 3)]
        );
        let mut turned = rows;
        turned.reverse();
        assert_eq!(choose(&accounts, &turned, 4, 2), few);
    }

    #[test]
    fn of_gathered_accounts_nothing_is_told_but_that_they_are_tied() {
        let mut accounts = vec![
            account("a-1", Class::Other),
            account("a-2", Class::Found),
            account("c-a-2", Class::Other),
            account("a-3", Class::Found),
        ];
        for at in [1, 2, 3] {
            accounts[at].is_gathered = true;
        }
        let rows = [
            moved(1, 0, 1, 500),
            moved(3, 0, 1, 700),
            moved(1, 2, 1, 60),
            moved(1, 3, 1, 4),
        ];
        let made = choose(&accounts, &rows, 10, 10);
        assert_eq!(made.nodes.len(), 2);
        assert_eq!(made.nodes[0].account, None);
        assert_eq!(
            made.ties,
            [Drawn {
                from: 0,
                to: 1,
                told: None,
                position: 0
            }]
        );
        assert_eq!((made.all_nodes, made.all_ties), (2, 1));
        assert!(made.strongest().is_empty());
        // Neither order nor numbers change with what moved there.
        let others = [moved(1, 0, 9, 1), moved(3, 0, 3, 2)];
        assert_eq!(choose(&accounts, &others, 10, 10), made);
    }
}
