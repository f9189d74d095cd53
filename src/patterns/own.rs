//! The transfers of one account with others, and the accounts of one hand: what patterns about single accounts share.

use hashbrown::HashMap;

use crate::graph::{Adjacent, Edge, TemporalGraph};

/// The transfers that are none of an account to itself.
pub(super) fn with_others(account: u32, adjacent: Adjacent<'_>) -> impl Iterator<Item = (Edge, u32)> {
    adjacent.iter().filter(move |(edge, _)| edge.other() != account)
}

/// Transfers of an account in both directions; none where fewer than `least` come in or none goes out, so that nothing
/// can have passed through it.
pub(super) fn through(graph: &TemporalGraph, account: u32, least: u32) -> u64 {
    let (ins, outs) = (graph.incoming(account).len(), graph.outgoing(account).len());
    match ins < least as usize || outs == 0 {
        true => 0,
        false => (ins + outs) as u64,
    }
}

/// For each account the first account of its cluster; each is its own where nothing is told.
pub(super) fn heads(accounts: usize, clusters: Option<&[u32]>) -> Vec<u32> {
    let mut first: HashMap<u32, u32> = HashMap::new();
    let cluster = |account: u32| clusters.map_or(account, |clusters| clusters[account as usize]);
    (0..accounts as u32)
        .map(|account| *first.entry(cluster(account)).or_insert(account))
        .collect()
}

/// For each account the members of its cluster if it is the first of them, else none.
pub(super) fn members(accounts: usize, clusters: Option<&[u32]>) -> Vec<Vec<u32>> {
    let mut members = vec![Vec::new(); accounts];
    for (account, head) in (0_u32..).zip(heads(accounts, clusters)) {
        members[head as usize].push(account);
    }
    members
}
