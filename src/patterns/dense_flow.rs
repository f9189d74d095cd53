//! Dense flow through layers (FlowScope): groups through which much money runs and in which little stays.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use petgraph::unionfind::UnionFind;

use crate::graph::TemporalGraph;

use super::layers::largest;
use super::result::{Bundle, Found, each_once};
use super::run::{check_least, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run};

/// Dense multipartite flow, after FlowScope (Li, Liu, Li, Sun, Jiang, Chen, Li, Shen, AAAI 2020), inside windows.
///
/// A window of length `window` begins at the first time of the graph, the next ones each half a window later. In it,
/// accounts stand in layers: those that pay into the middle, `middle_layers` layers of middle accounts, and those that
/// are paid out of it; a transfer of the window leads from any layer to the next, and an account can stand in several.
/// For a middle account i of a choice S, f is the smaller and q the larger of what comes from the layer before and goes
/// to the next inside S. The score is g(S) = sum over middle accounts of ((1 + lambda) f - lambda q) / |S|: money that
/// runs through counts, money that stays or comes from elsewhere counts against, `lambda` times.
///
/// S is found greedily as there: beginning with everything, the account is taken away that weighs least (a middle one
/// its part of the sum, another (1 + lambda) times what it pays or is paid inside S; of equals the one in the earlier
/// layer, then with the smaller number), and the best of all choices on the way is told, of equals the largest. That is
/// no proof that there is none denser; scores are exact fractions. Time inside a window does not matter.
///
/// Parts of a window that no transfer ties together are looked at each on its own. What is left of a part without the
/// transfers of its S falls into parts again, and those that are at most half as large as it are looked at too, as long
/// as scores are above zero and each layer has `min_accounts` accounts. So separate groups are all told, but of a large
/// part, and most windows of many accounts are mostly one, only the densest: looking at it again and again would cost its
/// size each time.
///
/// An instance is such an S with all transfers between its layers. One whose transfers all stand in another's is left out. Accounts of a bundle: layer
/// after layer, each in the order of their numbers, each account once. `carried`: sum of f, of the layer where it is
/// smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DenseFlow {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// What a part that stays weighs against one that runs through, up to a million.
    pub lambda: u32,
    /// Layers between, 1 to 8.
    pub middle_layers: u32,
    /// Fewest accounts in each layer, at least 1.
    pub min_accounts: u32,
}

impl Default for DenseFlow {
    /// 7 days, lambda 4, one layer between, 2 accounts in each.
    fn default() -> DenseFlow {
        DenseFlow {
            window: 7 * 86_400_000_000,
            lambda: 4,
            middle_layers: 1,
            min_accounts: 2,
        }
    }
}

/// Scores of real sums stay far below the limits of the arithmetic.
const MOST_LAMBDA: u32 = 1_000_000;

/// The densest choice that was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dense {
    /// Accounts of each layer, sorted.
    pub layers: Vec<Vec<u32>>,
    /// Transfers between them, sorted by number.
    pub transfers: Vec<u32>,
    /// Upper part of the score; the lower part is the number of accounts in the layers.
    pub score: i128,
    /// Sum of f of the middle layer where it is smallest.
    pub carried: i128,
}

impl DenseFlow {
    /// The densest choice among some transfers, whatever their times; nothing where no score is above zero.
    pub fn densest(&self, graph: &TemporalGraph, transfers: &[u32]) -> Option<Dense> {
        self.peel(graph, transfers).filter(|dense| dense.score > 0)
    }

    fn peel(&self, graph: &TemporalGraph, transfers: &[u32]) -> Option<Dense> {
        let depth = self.middle_layers as usize + 2;
        let pairs = pairs(graph, transfers);
        let mut choice = Choice::new(depth, i128::from(self.lambda), &pairs);
        let mut waiting: BTreeSet<(i128, usize)> = (0..choice.nodes.len())
            .map(|node| (choice.weight(node), node))
            .collect();
        // Nodes in the order in which they were taken away; the best choice is what was left at one point.
        let mut taken: Vec<usize> = Vec::new();
        let (mut best, mut best_taken) = ((choice.score, waiting.len()), 0);
        while let Some((_, node)) = waiting.pop_first() {
            taken.push(node);
            for other in choice.others(node) {
                if !choice.is_gone[other] {
                    waiting.remove(&(choice.weight(other), other));
                }
            }
            choice.remove(node);
            for other in choice.others(node) {
                if !choice.is_gone[other] {
                    waiting.insert((choice.weight(other), other));
                }
            }
            // score / size > best / size, without dividing; the sizes are small beside the sums.
            let now = (choice.score, waiting.len());
            if now.1 > 0 && now.0 * best.1 as i128 > best.0 * now.1 as i128 {
                (best, best_taken) = (now, taken.len());
            }
        }
        if best.1 == 0 {
            return None;
        }
        let gone: BTreeSet<usize> = taken[..best_taken].iter().copied().collect();
        let mut dense = Dense {
            layers: vec![Vec::new(); depth],
            score: best.0,
            ..Dense::default()
        };
        for (node, (layer, account)) in choice.nodes.iter().enumerate() {
            if !gone.contains(&node) {
                dense.layers[*layer].push(*account);
            }
        }
        let stands = |layer: usize, account: u32| dense.layers[layer].binary_search(&account).is_ok();
        let mut sums = vec![(HashMap::<u32, i128>::new(), HashMap::<u32, i128>::new()); depth];
        for transfer in transfers {
            let (payer, payee) = (graph.payer(*transfer), graph.payee(*transfer));
            let mut counts = false;
            for layer in (0..depth - 1).filter(|layer| stands(*layer, payer) && stands(layer + 1, payee)) {
                counts |= payer != payee;
                if payer != payee {
                    *sums[layer].1.entry(payer).or_default() += i128::from(graph.amount(*transfer));
                    *sums[layer + 1].0.entry(payee).or_default() += i128::from(graph.amount(*transfer));
                }
            }
            if counts {
                dense.transfers.push(*transfer);
            }
        }
        dense.transfers.sort_unstable();
        let through = |(ins, outs): &(HashMap<u32, i128>, HashMap<u32, i128>)| -> i128 {
            ins.iter()
                .map(|(account, came)| *came.min(outs.get(account).unwrap_or(&0)))
                .sum()
        };
        dense.carried = sums[1..depth - 1].iter().map(through).min().unwrap_or(0);
        Some(dense)
    }
}

impl Pattern for DenseFlow {
    /// None: the catalogue has no number for it.
    fn id(&self) -> &'static str {
        "-"
    }

    fn name(&self) -> &'static str {
        "dense_flow"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_least(
            self.name(),
            "min_accounts",
            self.min_accounts,
            1,
            "a layer has at least 1 account",
        )?;
        if self.lambda > MOST_LAMBDA {
            return Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "lambda",
                value: self.lambda.to_string(),
                allowed: "money that stays counts at most a million times",
            });
        }
        match (1..=8).contains(&self.middle_layers) {
            true => Ok(()),
            false => Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "middle_layers",
                value: self.middle_layers.to_string(),
                allowed: "there are from 1 to 8 layers between",
            }),
        }
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let mut by_time: Vec<u32> = (0..graph.transfers() as u32).collect();
        by_time.sort_by_key(|transfer| graph.tick(*transfer));
        let search = Search {
            graph,
            pattern: *self,
            begins: self.begins(graph),
            by_time,
        };
        let mut found = sweep(graph, search.begins.len() as u32, &search, run)?;
        found.bundles = largest(found.bundles);
        Ok(found)
    }
}

impl DenseFlow {
    /// Where windows with a transfer in them begin.
    fn begins(&self, graph: &TemporalGraph) -> Vec<i64> {
        let stride = (self.window / 2).max(1);
        let Some(first) = graph.times().first().copied() else {
            return Vec::new();
        };
        let mut numbers: Vec<i64> = graph
            .times()
            .iter()
            .map(|time| time.saturating_sub(first) / stride)
            .flat_map(|number| [(number - 1).max(0), number])
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
            .into_iter()
            .map(|number| first.saturating_add(number.saturating_mul(stride)))
            .collect()
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: DenseFlow,
    begins: Vec<i64>,
    by_time: Vec<u32>,
}

impl Search<'_> {
    fn inside(&self, window: u32) -> &[u32] {
        let begin = self.begins[window as usize];
        let ticks = self
            .graph
            .ticks_between(begin, begin.saturating_add(self.pattern.window));
        let first = self
            .by_time
            .partition_point(|transfer| self.graph.tick(*transfer) < ticks.start);
        let behind = self
            .by_time
            .partition_point(|transfer| self.graph.tick(*transfer) < ticks.end);
        &self.by_time[first..behind.max(first)]
    }
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, window: u32) -> u64 {
        self.inside(window).len() as u64
    }

    fn unit(&self, window: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let mut waiting = parts(self.graph, self.inside(window));
        while let Some(part) = waiting.pop() {
            let size = part.len();
            work.spend(size * (self.pattern.middle_layers as usize + 1))?;
            let Some(dense) = self.pattern.densest(self.graph, &part) else {
                continue;
            };
            let least = self.pattern.min_accounts as usize;
            if dense.layers.iter().any(|layer| layer.len() < least) {
                continue;
            }
            let is_left = |transfer: &u32| dense.transfers.binary_search(transfer).is_err();
            let left: Vec<u32> = part.into_iter().filter(is_left).collect();
            let left = parts(self.graph, &left).into_iter();
            waiting.extend(left.filter(|left| 2 * left.len() <= size));
            let accounts = each_once(dense.layers.iter().flatten().copied());
            work.tell(Bundle::of_set(
                self.graph,
                accounts,
                dense.transfers,
                dense.carried,
                false,
            ));
        }
        Some(())
    }

    const THINS: bool = true;

    fn thin(&self, bundles: Vec<Bundle>) -> Vec<Bundle> {
        largest(bundles)
    }
}

/// Transfers that hang together by their accounts, each part in the order in which they came.
fn parts(graph: &TemporalGraph, transfers: &[u32]) -> Vec<Vec<u32>> {
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let mut number = |account: u32| {
        let next = numbers.len() as u32;
        *numbers.entry(account).or_insert(next)
    };
    let pairs: Vec<(u32, u32)> = transfers
        .iter()
        .map(|transfer| (number(graph.payer(*transfer)), number(graph.payee(*transfer))))
        .collect();
    let mut joined: UnionFind<u32> = UnionFind::new(numbers.len());
    for (payer, payee) in &pairs {
        joined.union(*payer, *payee);
    }
    let mut place_of: HashMap<u32, usize> = HashMap::new();
    let mut parts: Vec<Vec<u32>> = Vec::new();
    for (transfer, (payer, _)) in transfers.iter().zip(&pairs) {
        let place = *place_of.entry(joined.find_mut(*payer)).or_insert(parts.len());
        if place == parts.len() {
            parts.push(Vec::new());
        }
        parts[place].push(*transfer);
    }
    parts
}

/// What each account pays each other one, sorted.
fn pairs(graph: &TemporalGraph, transfers: &[u32]) -> Vec<(u32, u32, i128)> {
    let mut sums: HashMap<(u32, u32), i128> = HashMap::new();
    for transfer in transfers {
        let pair = (graph.payer(*transfer), graph.payee(*transfer));
        if pair.0 != pair.1 {
            *sums.entry(pair).or_default() += i128::from(graph.amount(*transfer));
        }
    }
    let mut pairs: Vec<(u32, u32, i128)> = sums
        .into_iter()
        .map(|((payer, payee), sum)| (payer, payee, sum))
        .collect();
    pairs.sort_unstable();
    pairs
}

/// The accounts that are left, and what they pay and are paid among themselves.
struct Choice {
    /// Layer and account, sorted.
    nodes: Vec<(usize, u32)>,
    depth: usize,
    lambda: i128,
    /// For each node the other node and the sum, to the next layer and from the one before.
    next: Vec<Vec<(usize, i128)>>,
    before: Vec<Vec<(usize, i128)>>,
    came: Vec<i128>,
    went: Vec<i128>,
    is_gone: Vec<bool>,
    /// Sum over middle accounts.
    score: i128,
}

impl Choice {
    fn new(depth: usize, lambda: i128, pairs: &[(u32, u32, i128)]) -> Choice {
        let mut nodes: Vec<(usize, u32)> = Vec::new();
        for layer in 0..depth - 1 {
            nodes.extend(
                pairs
                    .iter()
                    .flat_map(|(payer, payee, _)| [(layer, *payer), (layer + 1, *payee)]),
            );
        }
        nodes.sort_unstable();
        nodes.dedup();
        let place = |node: (usize, u32)| nodes.binary_search(&node).unwrap_or(0);
        let (mut next, mut before) = (vec![Vec::new(); nodes.len()], vec![Vec::new(); nodes.len()]);
        let (mut came, mut went) = (vec![0; nodes.len()], vec![0; nodes.len()]);
        for layer in 0..depth - 1 {
            for (payer, payee, sum) in pairs {
                let (from, to) = (place((layer, *payer)), place((layer + 1, *payee)));
                next[from].push((to, *sum));
                before[to].push((from, *sum));
                went[from] += sum;
                came[to] += sum;
            }
        }
        let mut choice = Choice {
            is_gone: vec![false; nodes.len()],
            nodes,
            depth,
            lambda,
            next,
            before,
            came,
            went,
            score: 0,
        };
        choice.score = (0..choice.nodes.len()).map(|node| choice.part(node)).sum();
        choice
    }

    fn is_middle(&self, node: usize) -> bool {
        (1..self.depth - 1).contains(&self.nodes[node].0)
    }

    /// What a node adds to the score.
    fn part(&self, node: usize) -> i128 {
        match self.is_middle(node) {
            true => {
                let (came, went) = (self.came[node], self.went[node]);
                (1 + self.lambda) * came.min(went) - self.lambda * came.max(went)
            }
            false => 0,
        }
    }

    fn weight(&self, node: usize) -> i128 {
        match self.is_middle(node) {
            true => self.part(node),
            false => (1 + self.lambda) * (self.came[node] + self.went[node]),
        }
    }

    /// The nodes that a node pays or is paid by, gone or not.
    fn others(&self, node: usize) -> Vec<usize> {
        self.next[node]
            .iter()
            .chain(&self.before[node])
            .map(|(other, _)| *other)
            .collect()
    }

    fn remove(&mut self, node: usize) {
        self.score -= self.part(node);
        self.is_gone[node] = true;
        for (other, sum) in self.next[node].clone() {
            self.change(other, |choice| choice.came[other] -= sum);
        }
        for (other, sum) in self.before[node].clone() {
            self.change(other, |choice| choice.went[other] -= sum);
        }
    }

    fn change(&mut self, node: usize, change: impl FnOnce(&mut Choice)) {
        if !self.is_gone[node] {
            self.score -= self.part(node);
            change(self);
            self.score += self.part(node);
        }
    }
}
