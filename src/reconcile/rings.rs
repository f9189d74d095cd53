//! Graphs in flat lists: the edges of each node, and the nodes that can reach each other both ways.

use super::ids::NONE;

/// Nodes that lie on rings together: strongly connected components, found in one pass with an explicit stack (Tarjan).
pub(super) struct Rings {
    /// For every node the number of its ring.
    pub of: Vec<u32>,
    /// How many nodes each ring has.
    pub sizes: Vec<u32>,
}

impl Rings {
    /// The rings of a graph; a node that lies on none is one by itself.
    pub fn of(nodes: usize, arcs: &[(u32, u32)]) -> Rings {
        let lists = Lists::new(nodes, arcs.iter().map(|arc| arc.0));
        let mut rings = Rings {
            of: vec![NONE; nodes],
            sizes: Vec::new(),
        };
        let (mut order, mut low) = (vec![NONE; nodes], vec![0u32; nodes]);
        let mut next = 0;
        let mut open: Vec<usize> = Vec::new();
        let mut calls: Vec<(usize, usize)> = Vec::new();
        for start in 0..nodes {
            if order[start] != NONE {
                continue;
            }
            calls.push((start, lists.range(start).start));
            while let Some((node, place)) = calls.last_mut() {
                let node = *node;
                let range = lists.range(node);
                if *place == range.start && order[node] == NONE {
                    (order[node], low[node]) = (next, next);
                    next += 1;
                    open.push(node);
                }
                if *place < range.end {
                    let to = arcs[lists.items[*place] as usize].1 as usize;
                    *place += 1;
                    if order[to] == NONE {
                        calls.push((to, lists.range(to).start));
                    } else if rings.of[to] == NONE {
                        low[node] = low[node].min(order[to]);
                    }
                    continue;
                }
                calls.pop();
                if let Some((before, _)) = calls.last() {
                    low[*before] = low[*before].min(low[node]);
                }
                if low[node] == order[node] {
                    let number = rings.sizes.len() as u32;
                    let mut size = 0;
                    while let Some(member) = open.pop() {
                        rings.of[member] = number;
                        size += 1;
                        if member == node {
                            break;
                        }
                    }
                    rings.sizes.push(size);
                }
            }
        }
        rings
    }
}

/// Numbers of edges by one of their ends.
pub(super) struct Lists {
    starts: Vec<u32>,
    pub items: Vec<u32>,
}

impl Lists {
    pub fn new(count: usize, ends: impl Iterator<Item = u32> + Clone) -> Lists {
        let mut starts = vec![0u32; count + 1];
        for end in ends.clone() {
            starts[end as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut items = vec![0; starts[count] as usize];
        for (at, end) in ends.enumerate() {
            let place = &mut next[end as usize];
            items[*place as usize] = at as u32;
            *place += 1;
        }
        Lists { starts, items }
    }

    /// Where the edges of an end stand among the items.
    pub fn range(&self, of: usize) -> std::ops::Range<usize> {
        self.starts[of] as usize..self.starts[of + 1] as usize
    }

    /// The edges of an end.
    pub fn of(&self, end: usize) -> &[u32] {
        &self.items[self.range(end)]
    }
}
