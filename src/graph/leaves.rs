//! Accounts that deal with one other account only. A cycle by way of one of them is that pair and nothing else, so each
//! gets its own copy of the account on the other side: who searches on from there does not meet a hub's million others.

use rayon::prelude::*;

use super::build::Adjacency;
use super::temporal::{Adjacent, Edge};

/// Copies are worth making where the leaves have one transfer in so many.
const WORTH: usize = 4;
const NONE: u32 = u32::MAX;

/// A graph as its search sees it: which account each number stands for, and both directions.
pub(super) struct Sides {
    pub accounts: Vec<u32>,
    pub outgoing: Adjacency,
    pub incoming: Adjacency,
}

/// Gives each leaf a copy of its only counterparty, behind the other accounts, with the transfers between the two and
/// nothing else; the counterparty itself loses these. Where leaves are few nothing changes. Transfers keep their numbers,
/// and cycles of different accounts stay the same: a leaf lies on none but those of two transfers.
pub(super) fn apart(sides: Sides) -> Sides {
    let (outgoing, incoming) = (&sides.outgoing, &sides.incoming);
    let accounts = sides.accounts.len() as u32;
    let only: Vec<u32> = (0..accounts)
        .into_par_iter()
        .with_min_len(1 << 10)
        .map(|account| only_other(outgoing.of(account), incoming.of(account)))
        .collect();
    // Two that deal with nobody but each other are apart already.
    let is_leaf = |account: u32| {
        let other = only[account as usize];
        other != NONE && only[other as usize] != account
    };
    let leaves: Vec<u32> = (0..accounts).filter(|account| is_leaf(*account)).collect();
    let own = |leaf: &u32| outgoing.of(*leaf).len() + incoming.of(*leaf).len();
    let at_leaves: usize = leaves.iter().map(own).sum();
    if at_leaves * WORTH < outgoing.edges.len() || at_leaves == 0 {
        return sides;
    }
    let mut copy = vec![NONE; accounts as usize];
    for (leaf, number) in leaves.iter().zip(accounts..) {
        copy[*leaf as usize] = number;
    }
    let numbers = sides.accounts.iter().copied();
    let copied = leaves
        .iter()
        .map(|leaf| sides.accounts[only[*leaf as usize] as usize]);
    Sides {
        accounts: numbers.chain(copied).collect(),
        outgoing: side(&copy, &leaves, outgoing, incoming),
        incoming: side(&copy, &leaves, incoming, outgoing),
    }
}

/// One direction with its copies. What a copy has on this side its leaf has on the other one.
fn side(copy: &[u32], leaves: &[u32], own: &Adjacency, across: &Adjacency) -> Adjacency {
    let mut side = Adjacency {
        starts: Vec::with_capacity(own.starts.len() + leaves.len()),
        edges: Vec::with_capacity(own.edges.len()),
        transfers: Vec::with_capacity(own.edges.len()),
    };
    side.starts.push(0);
    for (account, copied) in (0_u32..).zip(copy) {
        for (edge, transfer) in own.of(account).iter() {
            if *copied != NONE {
                side.edges.push(Edge::new(edge.tick(), *copied));
                side.transfers.push(transfer);
            } else if copy[edge.other() as usize] == NONE {
                side.edges.push(edge);
                side.transfers.push(transfer);
            }
        }
        side.starts.push(side.edges.len() as u32);
    }
    for leaf in leaves {
        for (edge, transfer) in across.of(*leaf).iter() {
            side.edges.push(Edge::new(edge.tick(), *leaf));
            side.transfers.push(transfer);
        }
        side.starts.push(side.edges.len() as u32);
    }
    side
}

/// The only account that another one pays and is paid by.
fn only_other(outgoing: Adjacent<'_>, incoming: Adjacent<'_>) -> u32 {
    let mut others = outgoing
        .edges
        .iter()
        .chain(incoming.edges)
        .map(|edge| edge.other());
    match others.next() {
        Some(first) if others.all(|other| other == first) => first,
        _ => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CyclicCore, TemporalGraph};

    #[test]
    fn each_leaf_has_a_copy_of_the_account_it_deals_with() {
        // 0 deals with 1, 2 and 3, who deal with nobody else; 0, 4 and 5 go round; 6 and 7 deal with each other.
        let payer = [1, 0, 2, 0, 3, 0, 0, 4, 5, 6, 7];
        let payee = [0, 1, 0, 2, 0, 3, 4, 5, 0, 7, 6];
        let at: Vec<i64> = (0..11).collect();
        let graph = TemporalGraph::build(8, &payer, &payee, &at, &[1; 11]).expect("good columns");
        let core = CyclicCore::of(&graph, 100, true);
        assert_eq!(core.transfers(), 11);
        let stands_for: Vec<u32> = (0..core.accounts() as u32)
            .map(|number| core.account(number))
            .collect();
        assert_eq!(stands_for, [0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0]);
        let paid: Vec<Vec<u32>> = (0..core.accounts() as u32)
            .map(|number| core.outgoing().of(number).transfers.to_vec())
            .collect();
        let expected: [&[u32]; 11] = [&[6], &[0], &[2], &[4], &[7], &[8], &[9], &[10], &[1], &[3], &[5]];
        assert_eq!(paid, expected);
        for number in 0..core.accounts() as u32 {
            for (edge, transfer) in core.incoming().of(number).iter() {
                assert!(core.outgoing().of(edge.other()).transfers.contains(&transfer));
                assert_eq!(core.account(number), graph.payee(transfer));
                assert_eq!(core.account(edge.other()), graph.payer(transfer));
            }
        }
    }
}
