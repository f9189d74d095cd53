//! The one-to-one assignment with the best total score, exact, and which of its pairs no other best assignment changes.
//!
//! Items that are equal in everything that scores are one class with a count, so that a thousand equal payments cost no
//! more than one. Items of the left are placed one class after the other along the cheapest augmenting path; prices on
//! both sides keep every pair's cost at or above zero, as in the method of Kuhn and Munkres, but only along the edges
//! that exist. What other best assignments there are follows from the pairs whose cost is nought (complementary
//! slackness): a pair can be replaced where a ring of such pairs leads through it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashMap;
use petgraph::unionfind::UnionFind;

use super::ids::NONE;
use super::rings::{Lists, Rings};

/// Two items that may belong together, with a score above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub left: u32,
    pub right: u32,
    pub score: i64,
}

/// What the best assignment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assigned {
    /// Pairs that stand in every best assignment, in the order of the edges.
    pub tied: Vec<Edge>,
    /// Pairs that stand in some best assignments and not in others: the record leaves them open.
    pub open: Vec<Edge>,
    /// Pairs of which more than [`LARGEST`] hang together: they were not weighed.
    pub too_many: Vec<Edge>,
}

/// Possible pairs that hang together up to which everything is weighed: 128 items that all fit 128 others. Time grows with
/// the third power of such a tangle, and larger ones say nothing clear.
pub(super) const LARGEST: usize = 16_384;

/// Says that pairs were left apart because there are too many of them, not because they fit equally well.
pub(super) fn too_many() -> String {
    format!("more than {LARGEST} possible pairs hang together, too many to weigh; left apart")
}

/// The best assignment. The result depends on the edges alone, not on their order beyond the order of the result. What
/// hangs together by more than [`LARGEST`] edges is not weighed.
pub(super) fn best(edges: &[Edge]) -> Assigned {
    let mut assigned = Assigned::default();
    for component in components(edges) {
        match component.as_slice() {
            [only] => assigned.tied.push(*only),
            _ if component.len() > LARGEST => assigned.too_many.extend(component),
            _ => {
                let solution = solve_counted(&component, |_| 1, |_| 1);
                for (at, edge) in component.iter().enumerate() {
                    if solution.open[at] {
                        assigned.open.push(*edge);
                    } else if solution.flow[at] > 0 {
                        assigned.tied.push(*edge);
                    }
                }
            }
        }
    }
    assigned
}

/// Edges that hang together by their items, each component in the order of the edges.
pub(super) fn components(edges: &[Edge]) -> Vec<Vec<Edge>> {
    if let [_, ..] = edges
        && edges.iter().all(|edge| edge.left == edges[0].left)
    {
        return vec![edges.to_vec()];
    }
    let mut joined: UnionFind<usize> = UnionFind::new(edges.len());
    let mut seen: HashMap<(bool, u32), usize> = HashMap::new();
    for (at, edge) in edges.iter().enumerate() {
        for item in [(false, edge.left), (true, edge.right)] {
            joined.union(*seen.entry(item).or_insert(at), at);
        }
    }
    let mut groups: Vec<Vec<Edge>> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for (at, edge) in edges.iter().enumerate() {
        let place = *places.entry(joined.find_mut(at)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(*edge);
    }
    groups
}

/// Solves a task of which each left and right item stands for so many equal ones as the two functions say.
pub(super) fn solve_counted(
    edges: &[Edge],
    lefts: impl Fn(u32) -> u32,
    rights: impl Fn(u32) -> u32,
) -> Solution {
    let (mut left_numbers, mut right_numbers) = (HashMap::new(), HashMap::new());
    let (mut left_counts, mut right_counts) = (Vec::new(), Vec::new());
    let numbered: Vec<Edge> = edges
        .iter()
        .map(|edge| Edge {
            left: *left_numbers.entry(edge.left).or_insert_with(|| {
                left_counts.push(lefts(edge.left));
                left_counts.len() as u32 - 1
            }),
            right: *right_numbers.entry(edge.right).or_insert_with(|| {
                right_counts.push(rights(edge.right));
                right_counts.len() as u32 - 1
            }),
            score: edge.score,
        })
        .collect();
    solve(&left_counts, &right_counts, &numbered)
}

/// A best assignment of classes of equal items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Solution {
    /// How many items are paired along each edge.
    pub flow: Vec<u32>,
    /// For each edge whether other best assignments use more or less of it, or fill it with other items of the class.
    pub open: Vec<bool>,
    /// For each edge whether its left and its right item find a partner in every best assignment.
    pub always: Vec<[bool; 2]>,
}

/// Finds a best assignment. Edges name classes by their place in `lefts` and `rights`, which say how many items each
/// class has. Of equal assignments the one comes out that keeps what stands first.
pub(super) fn solve(lefts: &[u32], rights: &[u32], edges: &[Edge]) -> Solution {
    let mut market = Market::new(lefts, rights, edges);
    for (left, count) in lefts.iter().enumerate() {
        market.place(left, *count);
    }
    let rings = market.rings();
    let open = edges.iter().enumerate().map(|(at, edge)| {
        let (left, right) = (edge.left as usize, lefts.len() + edge.right as usize);
        let together = rings.of[left] == rings.of[right];
        let single = lefts[left] == 1 && rights[edge.right as usize] == 1;
        match market.flow[at] {
            0 => together && market.cost(edge) == 0,
            // A pair alone is a ring of two.
            _ => !single || !together || rings.sizes[rings.of[left] as usize] > 2,
        }
    });
    // An item that costs nothing to leave alone may stay so where a ring leads through it and through staying alone.
    let free = rings.of[market.prices.len()];
    let may_be_alone = |node: usize| market.prices[node] == 0 && rings.of[node] == free;
    let always = edges.iter().map(|edge| {
        let (left, right) = (edge.left as usize, edge.right as usize);
        [
            market.alone[left] == 0 && !may_be_alone(left),
            market.spare[right] == 0 && !may_be_alone(lefts.len() + right),
        ]
    });
    Solution {
        open: open.collect(),
        always: always.collect(),
        flow: market.flow.clone(),
    }
}

/// An assignment under way. Nodes are the left classes, then the right ones.
struct Market<'a> {
    edges: &'a [Edge],
    lefts: usize,
    from_left: Lists,
    from_right: Lists,
    flow: Vec<u32>,
    /// Items of left classes that stay alone.
    alone: Vec<u32>,
    /// Items of right classes that are still to be had.
    spare: Vec<u32>,
    used: Vec<u32>,
    prices: Vec<i64>,
    distances: Vec<i64>,
    came: Vec<u32>,
    touched: Vec<usize>,
    heap: BinaryHeap<Reverse<(i64, usize)>>,
}

/// Where a path ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// An item of this left class stays alone.
    Alone(usize),
    /// An item of this right class (as a node) is taken.
    Taken(usize),
}

impl<'a> Market<'a> {
    fn new(lefts: &[u32], rights: &[u32], edges: &'a [Edge]) -> Market<'a> {
        let nodes = lefts.len() + rights.len();
        Market {
            edges,
            lefts: lefts.len(),
            from_left: Lists::new(lefts.len(), edges.iter().map(|edge| edge.left)),
            from_right: Lists::new(rights.len(), edges.iter().map(|edge| edge.right)),
            flow: vec![0; edges.len()],
            alone: vec![0; lefts.len()],
            spare: rights.to_vec(),
            used: vec![0; rights.len()],
            prices: vec![0; nodes],
            distances: vec![i64::MAX; nodes],
            came: vec![NONE; nodes],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    /// What a pair costs beyond the prices; never below nought.
    fn cost(&self, edge: &Edge) -> i64 {
        -edge.score - self.prices[edge.left as usize] - self.prices[self.lefts + edge.right as usize]
    }

    /// Places all items of a left class.
    fn place(&mut self, left: usize, mut count: u32) {
        let cheapest = self.from_left.of(left).iter().map(|at| {
            let edge = &self.edges[*at as usize];
            -edge.score - self.prices[self.lefts + edge.right as usize]
        });
        self.prices[left] = cheapest.min().unwrap_or(0).min(0);
        while count > 0 {
            let (end, length) = self.shortest(left);
            for node in self.touched.drain(..) {
                let distance = std::mem::replace(&mut self.distances[node], i64::MAX);
                if distance < length {
                    let change = length - distance;
                    self.prices[node] += if node < self.lefts { change } else { -change };
                }
            }
            count -= self.send(left, end, count);
        }
    }

    /// The cheapest way for one more item of a class: along pairs that are given up and pairs that are made.
    fn shortest(&mut self, source: usize) -> (End, i64) {
        self.heap.clear();
        self.reach(source, 0, NONE);
        let (mut end, mut length) = (End::Alone(source), -self.prices[source]);
        while let Some(Reverse((distance, node))) = self.heap.pop() {
            if distance > length {
                break;
            }
            if distance > self.distances[node] {
                continue;
            }
            if node < self.lefts {
                if distance - self.prices[node] < length {
                    (end, length) = (End::Alone(node), distance - self.prices[node]);
                }
                for place in self.from_left.range(node) {
                    let at = self.from_left.items[place];
                    let edge = &self.edges[at as usize];
                    let next = distance + self.cost(edge);
                    if next <= length {
                        self.reach(self.lefts + edge.right as usize, next, at);
                    }
                }
            } else {
                if self.spare[node - self.lefts] > 0 {
                    (end, length) = (End::Taken(node), distance);
                    break;
                }
                for place in self.from_right.range(node - self.lefts) {
                    let at = self.from_right.items[place];
                    if self.flow[at as usize] > 0 {
                        self.reach(self.edges[at as usize].left as usize, distance, at);
                    }
                }
            }
        }
        (end, length)
    }

    fn reach(&mut self, node: usize, distance: i64, came: u32) {
        if distance < self.distances[node] {
            if self.distances[node] == i64::MAX {
                self.touched.push(node);
            }
            self.distances[node] = distance;
            self.came[node] = came;
            self.heap.push(Reverse((distance, node)));
        }
    }

    /// Moves as many items along the path as it carries.
    fn send(&mut self, source: usize, end: End, count: u32) -> u32 {
        let start = match end {
            End::Alone(node) | End::Taken(node) => node,
        };
        let mut most = count;
        if let End::Taken(node) = end {
            most = most.min(self.spare[node - self.lefts]);
        }
        let mut node = start;
        while node != source {
            let at = self.came[node] as usize;
            node = if node < self.lefts {
                most = most.min(self.flow[at]);
                self.lefts + self.edges[at].right as usize
            } else {
                self.edges[at].left as usize
            };
        }
        match end {
            End::Alone(node) => self.alone[node] += most,
            End::Taken(node) => {
                self.spare[node - self.lefts] -= most;
                self.used[node - self.lefts] += most;
            }
        }
        let mut node = start;
        while node != source {
            let at = self.came[node] as usize;
            node = if node < self.lefts {
                self.flow[at] -= most;
                self.lefts + self.edges[at].right as usize
            } else {
                self.flow[at] += most;
                self.edges[at].left as usize
            };
        }
        most
    }

    /// What can be exchanged for each other at no cost. One more node stands for staying alone, on either side.
    fn rings(&self) -> Rings {
        let (nodes, free) = (self.prices.len() + 1, self.prices.len() as u32);
        let mut arcs: Vec<(u32, u32)> = Vec::with_capacity(2 * self.edges.len());
        for (edge, flow) in self.edges.iter().zip(&self.flow) {
            let (left, right) = (edge.left, self.lefts as u32 + edge.right);
            if self.cost(edge) == 0 {
                arcs.push((left, right));
            }
            if *flow > 0 {
                arcs.push((right, left));
            }
        }
        for left in 0..self.lefts {
            if self.prices[left] == 0 {
                arcs.push((left as u32, free));
            }
            if self.alone[left] > 0 {
                arcs.push((free, left as u32));
            }
        }
        for (right, spare) in self.spare.iter().enumerate() {
            let node = self.lefts + right;
            if *spare > 0 {
                arcs.push((node as u32, free));
            }
            if self.used[right] > 0 && self.prices[node] == 0 {
                arcs.push((free, node as u32));
            }
        }
        Rings::of(nodes, &arcs)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Totals of every assignment, with the pairs that give them.
    fn every(edges: &[Edge], taken: &mut Vec<Edge>, found: &mut Vec<(i64, Vec<Edge>)>) {
        let Some((first, rest)) = edges.split_first() else {
            found.push((taken.iter().map(|e| e.score).sum(), taken.clone()));
            return;
        };
        every(rest, taken, found);
        if taken
            .iter()
            .all(|e| e.left != first.left && e.right != first.right)
        {
            taken.push(*first);
            every(rest, taken, found);
            taken.pop();
        }
    }

    /// What all best assignments share, and what some of them have and others do not.
    fn slowly(edges: &[Edge]) -> Assigned {
        let mut all = Vec::new();
        every(edges, &mut Vec::new(), &mut all);
        let most = all.iter().map(|(total, _)| *total).max().unwrap_or(0);
        let best: Vec<&Vec<Edge>> = all.iter().filter(|a| a.0 == most).map(|a| &a.1).collect();
        let having = |edge: &Edge| best.iter().filter(|pairs| pairs.contains(edge)).count();
        Assigned {
            tied: edges
                .iter()
                .filter(|e| having(e) == best.len())
                .copied()
                .collect(),
            open: edges
                .iter()
                .filter(|e| having(e) > 0 && having(e) < best.len())
                .copied()
                .collect(),
            too_many: Vec::new(),
        }
    }

    fn sorted(mut assigned: Assigned) -> Assigned {
        let key = |e: &Edge| (e.left, e.right);
        assigned.tied.sort_by_key(key);
        assigned.open.sort_by_key(key);
        assigned
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn ties_what_every_best_assignment_ties(
            cells in prop::collection::btree_map((0u32..6, 0u32..6), 1i64..5, 0..13),
        ) {
            let edges: Vec<Edge> = cells
                .iter()
                .map(|((left, right), score)| Edge { left: *left, right: *right, score: *score })
                .collect();
            prop_assert_eq!(sorted(best(&edges)), sorted(slowly(&edges)));
        }

        #[test]
        fn knows_who_is_never_alone(
            cells in prop::collection::btree_map((0u32..5, 0u32..5), 1i64..4, 0..11),
        ) {
            let edges: Vec<Edge> = cells
                .iter()
                .map(|((left, right), score)| Edge { left: *left, right: *right, score: *score })
                .collect();
            let mut all = Vec::new();
            every(&edges, &mut Vec::new(), &mut all);
            let most = all.iter().map(|(total, _)| *total).max().unwrap_or(0);
            let solution = solve_counted(&edges, |_| 1, |_| 1);
            for (edge, always) in edges.iter().zip(&solution.always) {
                let best = || all.iter().filter(|a| a.0 == most).map(|a| &a.1);
                let left = best().all(|pairs| pairs.iter().any(|pair| pair.left == edge.left));
                let right = best().all(|pairs| pairs.iter().any(|pair| pair.right == edge.right));
                prop_assert_eq!(*always, [left, right], "{:?} of {:?}", edge, edges);
            }
        }

        /// Classes of equal items against the same items one by one.
        #[test]
        fn classes_say_what_their_items_say(
            lefts in prop::collection::vec(1u32..4, 1..4),
            rights in prop::collection::vec(1u32..4, 1..4),
            cells in prop::collection::btree_map((0u32..3, 0u32..3), 1i64..5, 1..7),
        ) {
            let edges: Vec<Edge> = cells
                .iter()
                .filter(|((left, right), _)| (*left as usize) < lefts.len() && (*right as usize) < rights.len())
                .map(|((left, right), score)| Edge { left: *left, right: *right, score: *score })
                .collect();
            let solution = solve(&lefts, &rights, &edges);
            let items = |edge: &Edge| -> Vec<Edge> {
                let pairs = (0..lefts[edge.left as usize]).flat_map(|l| (0..rights[edge.right as usize]).map(move |r| (l, r)));
                pairs.map(|(l, r)| Edge { left: edge.left * 4 + l, right: edge.right * 4 + r, ..*edge }).collect()
            };
            let single: Vec<Edge> = edges.iter().flat_map(items).collect();
            let alone = solve_counted(&single, |_| 1, |_| 1);
            let total = |edges: &[Edge], flow: &[u32]| -> i64 {
                edges.iter().zip(flow).map(|(edge, flow)| edge.score * i64::from(*flow)).sum()
            };
            prop_assert_eq!(total(&edges, &solution.flow), total(&single, &alone.flow));
            let assigned = best(&single);
            for (at, edge) in edges.iter().enumerate() {
                let members = items(edge);
                let open = members.iter().any(|item| assigned.open.contains(item));
                prop_assert_eq!(solution.open[at], open, "{:?}", edge);
            }
        }
    }

    #[test]
    fn the_better_total_wins_and_equal_ones_stay_open() {
        let edge = |left, right, score| Edge { left, right, score };
        let chain = [edge(0, 0, 3), edge(0, 1, 5), edge(1, 1, 3)];
        assert_eq!(best(&chain).tied, [chain[0], chain[2]]);
        let equal = [edge(0, 0, 3), edge(0, 1, 3)];
        assert_eq!(
            best(&equal),
            Assigned {
                open: equal.to_vec(),
                ..Assigned::default()
            }
        );
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion_and_a_tangle_is_too_many() {
        let chain: Vec<Edge> = (0..8_000)
            .flat_map(|n| [(n, n, 2), (n + 1, n, 1)])
            .map(|(left, right, score)| Edge { left, right, score })
            .collect();
        let assigned = best(&chain);
        assert_eq!((assigned.tied.len(), assigned.open.len()), (8_000, 0));
        let tangle: Vec<Edge> = (0..260)
            .flat_map(|left| {
                (0..260).map(move |right| Edge {
                    left,
                    right,
                    score: 1,
                })
            })
            .collect();
        let assigned = best(&tangle);
        assert_eq!((assigned.open.len(), assigned.too_many.len()), (0, tangle.len()));
    }
}
