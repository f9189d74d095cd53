//! Accounts that hang together, whatever the time.

use std::ops::Range;

use petgraph::unionfind::UnionFind;

use super::TemporalGraph;

/// A partition of the accounts. Components are numbered from 0 in the order of their smallest account, so the numbers
/// depend on nothing but the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The component of each account.
    pub of: Vec<u32>,
    /// How many components.
    pub count: u32,
}

impl Components {
    /// Number of accounts in each component.
    pub fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.count as usize];
        for component in &self.of {
            sizes[*component as usize] += 1;
        }
        sizes
    }

    /// Renumbers any labels below the number of accounts by the smallest account that carries them.
    fn from_labels(labels: &[u32]) -> Components {
        let mut number = vec![u32::MAX; labels.len()];
        let mut count = 0;
        let of = labels
            .iter()
            .map(|label| {
                let number = &mut number[*label as usize];
                if *number == u32::MAX {
                    *number = count;
                    count += 1;
                }
                *number
            })
            .collect();
        Components { of, count }
    }
}

/// Weakly connected components: accounts joined by transfers, whatever their direction.
pub fn weak_components(graph: &TemporalGraph) -> Components {
    let mut joined: UnionFind<u32> = UnionFind::new(graph.accounts());
    for account in 0..graph.accounts() as u32 {
        for edge in graph.outgoing(account).edges {
            joined.union(account, edge.other());
        }
    }
    let labels = joined.into_labeling();
    Components::from_labels(&labels)
}

/// Strongly connected components: accounts from which money could come back if time did not matter. A cycle, also a
/// temporal one, never leaves its component.
pub fn strong_components(graph: &TemporalGraph) -> Components {
    let edges = graph.outgoing_edges().edges;
    let labels = rings(
        graph.accounts(),
        |account| graph.outgoing_slots(account),
        |slot| edges[slot].other(),
    );
    Components::from_labels(&labels)
}

/// For each node of a graph the number of the ring it lies on: nodes that can reach each other both ways. `slots` says
/// where the arcs of a node stand, `to` where an arc leads. Tarjan's algorithm with a stack of its own, so depth is no
/// limit.
pub(crate) fn rings(
    nodes: usize,
    slots: impl Fn(u32) -> Range<usize>,
    to: impl Fn(usize) -> u32,
) -> Vec<u32> {
    const UNSEEN: u32 = u32::MAX;
    let mut seen_at = vec![UNSEEN; nodes];
    let mut lowest = vec![0; nodes];
    let mut label = vec![UNSEEN; nodes];
    let mut open: Vec<u32> = Vec::new();
    let mut walk: Vec<(u32, Range<usize>)> = Vec::new();
    let (mut seen, mut labels) = (0, 0);
    for start in 0..nodes as u32 {
        if seen_at[start as usize] != UNSEEN {
            continue;
        }
        let mut enter = Some(start);
        loop {
            if let Some(node) = enter.take() {
                seen_at[node as usize] = seen;
                lowest[node as usize] = seen;
                seen += 1;
                open.push(node);
                walk.push((node, slots(node)));
            }
            let Some((node, left)) = walk.last_mut() else {
                break;
            };
            let here = *node as usize;
            if let Some(slot) = left.next() {
                let other = to(slot);
                if seen_at[other as usize] == UNSEEN {
                    enter = Some(other);
                } else if label[other as usize] == UNSEEN {
                    lowest[here] = lowest[here].min(seen_at[other as usize]);
                }
                continue;
            }
            walk.pop();
            if let Some((before, _)) = walk.last() {
                lowest[*before as usize] = lowest[*before as usize].min(lowest[here]);
            }
            if lowest[here] == seen_at[here] {
                while let Some(member) = open.pop() {
                    label[member as usize] = labels;
                    if member as usize == here {
                        break;
                    }
                }
                labels += 1;
            }
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(accounts: usize, pairs: &[(u32, u32)]) -> TemporalGraph {
        let payer: Vec<u32> = pairs.iter().map(|pair| pair.0).collect();
        let payee: Vec<u32> = pairs.iter().map(|pair| pair.1).collect();
        let at: Vec<i64> = (0..pairs.len() as i64).collect();
        TemporalGraph::build(accounts, &payer, &payee, &at, &vec![1; pairs.len()]).expect("good")
    }

    #[test]
    fn two_rings_joined_one_way() {
        let graph = graph(7, &[(5, 0), (0, 5), (5, 2), (2, 3), (3, 4), (4, 2), (6, 6)]);
        let weak = weak_components(&graph);
        assert_eq!(weak.of, [0, 1, 0, 0, 0, 0, 2]);
        assert_eq!(weak.sizes(), [5, 1, 1]);
        let strong = strong_components(&graph);
        assert_eq!(strong.of, [0, 1, 2, 2, 2, 0, 3]);
        assert_eq!(strong.count, 4);
    }

    #[test]
    fn a_ring_of_a_million_does_not_exhaust_the_stack() {
        let size = 1_000_000;
        let pairs: Vec<(u32, u32)> = (0..size).map(|account| (account, (account + 1) % size)).collect();
        let graph = graph(size as usize, &pairs);
        assert_eq!(strong_components(&graph).count, 1);
        assert_eq!(weak_components(&graph).count, 1);
    }

    #[test]
    fn agrees_with_reachability_on_small_graphs() {
        let mut state = 99_u64;
        for _ in 0..500 {
            let mut number = |below: u64| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                ((state >> 33) % below) as u32
            };
            let size = 1 + number(7) as usize;
            let pairs: Vec<(u32, u32)> = (0..number(14))
                .map(|_| (number(size as u64), number(size as u64)))
                .collect();
            let graph = graph(size, &pairs);
            let mut reaches = vec![vec![false; size]; size];
            let mut joined = reaches.clone();
            for v in 0..size {
                (reaches[v][v], joined[v][v]) = (true, true);
            }
            for (from, to) in &pairs {
                reaches[*from as usize][*to as usize] = true;
                joined[*from as usize][*to as usize] = true;
                joined[*to as usize][*from as usize] = true;
            }
            for relation in [&mut reaches, &mut joined] {
                for via in 0..size {
                    for a in 0..size {
                        for b in 0..size {
                            relation[a][b] |= relation[a][via] && relation[via][b];
                        }
                    }
                }
            }
            let (weak, strong) = (weak_components(&graph), strong_components(&graph));
            for a in 0..size {
                for b in 0..size {
                    assert_eq!(weak.of[a] == weak.of[b], joined[a][b]);
                    assert_eq!(strong.of[a] == strong.of[b], reaches[a][b] && reaches[b][a]);
                }
            }
        }
    }
}
