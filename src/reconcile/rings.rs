//! Graphs in flat lists: the edges of each node, and the nodes that can reach each other both ways.

use crate::graph::rings;

/// Nodes that lie on rings together: strongly connected components.
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
        let of = rings(
            nodes,
            |node| lists.range(node as usize),
            |place| arcs[lists.items[place] as usize].1,
        );
        let mut sizes = vec![0; of.iter().max().map_or(0, |last| *last as usize + 1)];
        for ring in &of {
            sizes[*ring as usize] += 1;
        }
        Rings { of, sizes }
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
