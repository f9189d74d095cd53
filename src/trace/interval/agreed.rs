//! Places in statements that can all be kept, by the default order among others.

use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashMap;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::super::book::{Book, Kind};
use super::super::orders::{Sequence, link_statements};
use super::{Sequences, UNKNOWN};

/// Sequences without the places that do not count (see [`Sequences`]).
pub(super) struct Agreed<'a> {
    payer: Cow<'a, [u32]>,
    payee: Cow<'a, [u32]>,
}

impl<'a> Agreed<'a> {
    pub(super) fn of(book: &Book, sequences: Sequences<'a>) -> Agreed<'a> {
        let mut agreed = Agreed {
            payer: Cow::Borrowed(sequences.payer),
            payee: Cow::Borrowed(sequences.payee),
        };
        let mut start = 0;
        for of_time in book.movements().chunk_by(|a, b| a.at == b.at) {
            let range = start..start + of_time.len() as u32;
            start = range.end;
            if range.len() < 2 || agreed.broken(book, range.clone()).is_empty() {
                // One order keeps all, so nothing contradicts.
                continue;
            }
            for movement in contradicting(book, range.clone(), &agreed.sequences()) {
                agreed.forget(movement, true);
                agreed.forget(movement, false);
            }
            for (movement, is_payer) in agreed.broken(book, range) {
                agreed.forget(movement, is_payer);
            }
        }
        agreed
    }

    pub(super) fn sequences(&self) -> Sequences<'_> {
        Sequences {
            payer: &self.payer,
            payee: &self.payee,
        }
    }

    fn forget(&mut self, movement: u32, is_payer: bool) {
        let places = match is_payer {
            true => &mut self.payer,
            false => &mut self.payee,
        };
        // No copy where nothing is known.
        if places
            .get(movement as usize)
            .is_some_and(|place| *place != UNKNOWN)
        {
            places.to_mut()[movement as usize] = UNKNOWN;
        }
    }

    /// All legs of accounts whose sequence the default order breaks among these movements: movement, and whether it is
    /// the payer's.
    fn broken(&self, book: &Book, movements: Range<u32>) -> Vec<(u32, bool)> {
        let sequences = self.sequences();
        let mut legs: HashMap<u32, Vec<(u32, bool)>> = HashMap::new();
        // For each account the highest place of movements before.
        let mut highest: HashMap<u32, u32> = HashMap::new();
        let mut accounts: Vec<u32> = Vec::new();
        for movement in movements {
            let row = &book.movements()[movement as usize];
            let sides = [
                (row.payer, sequences.as_payer(movement), true),
                (row.payee, sequences.as_payee(movement), false),
            ];
            for (account, place, is_payer) in sides {
                let (true, Some(place)) = (book.recorded(account), place) else {
                    continue;
                };
                legs.entry(account).or_default().push((movement, is_payer));
                if highest.get(&account).is_some_and(|highest| place < *highest) {
                    accounts.push(account);
                }
            }
            for (account, place, _) in sides {
                if let Some(place) = place {
                    let highest = highest.entry(account).or_insert(place);
                    *highest = place.max(*highest);
                }
            }
        }
        accounts.sort_unstable();
        accounts.dedup();
        accounts
            .iter()
            .filter_map(|account| legs.remove(account))
            .flatten()
            .collect()
    }
}

/// Movements that would have to come before themselves.
fn contradicting(book: &Book, movements: Range<u32>, sequences: &impl Sequence) -> Vec<u32> {
    let first = movements.start;
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    for _ in movements.clone() {
        graph.add_node(());
    }
    let node = |movement: u32| NodeIndex::new((movement - first) as usize);
    let mut after: Vec<(u32, Vec<u32>)> =
        link_statements(book, movements.start as usize..movements.end as usize, sequences)
            .into_iter()
            .collect();
    after.sort_unstable();
    for (earlier, later) in after {
        for later in later {
            graph.add_edge(node(earlier), node(later), ());
        }
    }
    for movement in movements {
        if let Kind::Reversal(earlier) = book.movements()[movement as usize].kind
            && earlier >= first
        {
            graph.add_edge(node(earlier), node(movement), ());
        }
    }
    kosaraju_scc(&graph)
        .into_iter()
        .filter(|circle| circle.len() > 1)
        .flatten()
        .map(|node| first + node.index() as u32)
        .collect()
}
