//! The one-to-one assignment with the best total score, exact, and which of its pairs no other best assignment changes.

use hashbrown::HashMap;

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
    /// Edges between items of which neither is tied and at least one could be: the record leaves them open.
    pub open: Vec<Edge>,
}

/// Items on one side up to which the best total is computed. Larger tangles say nothing clear and are left open.
const MOST: usize = 48;

/// The best assignment. The result depends on the edges alone, not on their order beyond the order of the result.
pub(super) fn best(edges: &[Edge]) -> Assigned {
    let mut assigned = Assigned::default();
    for component in components(edges) {
        match component.as_slice() {
            [only] => assigned.tied.push(*only),
            _ => solve(&component, &mut assigned),
        }
    }
    assigned
}

/// Edges that hang together by their items, each component in the order of the edges.
fn components(edges: &[Edge]) -> Vec<Vec<Edge>> {
    fn root(parents: &mut [usize], mut at: usize) -> usize {
        while parents[at] != at {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        at
    }
    let mut parents: Vec<usize> = (0..edges.len()).collect();
    let mut seen: HashMap<(bool, u32), usize> = HashMap::new();
    for (at, edge) in edges.iter().enumerate() {
        for item in [(false, edge.left), (true, edge.right)] {
            let first = *seen.entry(item).or_insert(at);
            let (one, other) = (root(&mut parents, first), root(&mut parents, at));
            parents[one.max(other)] = one.min(other);
        }
    }
    let mut groups: Vec<Vec<Edge>> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for (at, edge) in edges.iter().enumerate() {
        let of = root(&mut parents, at);
        let place = *places.entry(of).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(*edge);
    }
    groups
}

fn solve(edges: &[Edge], assigned: &mut Assigned) {
    let number = |items: &mut HashMap<u32, usize>, item: u32| {
        let next = items.len();
        *items.entry(item).or_insert(next)
    };
    let (mut lefts, mut rights) = (HashMap::new(), HashMap::new());
    let places: Vec<(usize, usize)> = edges
        .iter()
        .map(|edge| (number(&mut lefts, edge.left), number(&mut rights, edge.right)))
        .collect();
    let size = lefts.len().max(rights.len());
    if size > MOST {
        assigned.open.extend_from_slice(edges);
        return;
    }
    let mut scores = vec![0i64; size * size];
    for (edge, (i, j)) in edges.iter().zip(&places) {
        let cell = &mut scores[i * size + j];
        *cell = (*cell).max(edge.score);
    }
    let (total, partners) = hungarian(&scores, size);
    let (mut left_done, mut right_done) = (vec![false; size], vec![false; size]);
    for (i, j) in partners.iter().enumerate() {
        let score = scores[i * size + j];
        if score == 0 {
            continue;
        }
        scores[i * size + j] = 0;
        let without = hungarian(&scores, size).0;
        scores[i * size + j] = score;
        if without < total {
            (left_done[i], right_done[*j]) = (true, true);
        }
    }
    for (edge, (i, j)) in edges.iter().zip(&places) {
        if left_done[*i] && partners[*i] == *j {
            assigned.tied.push(*edge);
        } else if !left_done[*i] && !right_done[*j] {
            assigned.open.push(*edge);
        }
    }
}

/// Greatest total of a square of scores, and each row's column. Kuhn and Munkres with potentials, after Jonker and
/// Volgenant: rows are added one by one along the shortest augmenting path; time grows with the third power.
fn hungarian(scores: &[i64], size: usize) -> (i64, Vec<usize>) {
    const FREE: usize = usize::MAX;
    // Row 0 and column 0 are where a search begins; the rows and columns of the square are counted from 1.
    let mut row_of = vec![0usize; size + 1];
    let (mut rows, mut columns) = (vec![0i64; size + 1], vec![0i64; size + 1]);
    for row in 1..=size {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![i64::MAX; size + 1];
        let mut came = vec![FREE; size + 1];
        let mut done = vec![false; size + 1];
        loop {
            done[column] = true;
            let at = row_of[column];
            let (mut step, mut next) = (i64::MAX, 0);
            for other in 1..=size {
                if done[other] {
                    continue;
                }
                let cost = -scores[(at - 1) * size + other - 1] - rows[at] - columns[other];
                if cost < least[other] {
                    least[other] = cost;
                    came[other] = column;
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            for other in 0..=size {
                if done[other] {
                    rows[row_of[other]] += step;
                    columns[other] -= step;
                } else if other > 0 {
                    least[other] -= step;
                }
            }
            column = next;
            if row_of[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = came[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut partners = vec![0; size];
    for (column, row) in row_of.iter().enumerate().skip(1) {
        partners[row - 1] = column - 1;
    }
    let total = partners
        .iter()
        .enumerate()
        .map(|(i, j)| scores[i * size + j])
        .sum();
    (total, partners)
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

    proptest! {
        #[test]
        fn ties_what_every_best_assignment_ties(
            cells in prop::collection::btree_map((0u32..5, 0u32..5), 1i64..4, 0..10),
        ) {
            let edges: Vec<Edge> = cells
                .iter()
                .map(|((left, right), score)| Edge { left: *left, right: *right, score: *score })
                .collect();
            let mut all = Vec::new();
            every(&edges, &mut Vec::new(), &mut all);
            let most = all.iter().map(|(total, _)| *total).max().unwrap_or(0);
            let best_ones: Vec<&Vec<Edge>> =
                all.iter().filter(|(total, _)| *total == most).map(|(_, pairs)| pairs).collect();
            let mut expected: Vec<Edge> =
                edges.iter().filter(|e| best_ones.iter().all(|pairs| pairs.contains(e))).copied().collect();
            let mut tied = best(&edges).tied;
            let key = |e: &Edge| (e.left, e.right);
            expected.sort_by_key(key);
            tied.sort_by_key(key);
            prop_assert_eq!(tied, expected);
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
                tied: vec![],
                open: equal.to_vec()
            }
        );
    }
}
