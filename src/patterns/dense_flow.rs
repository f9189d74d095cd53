//! Dense flow through layers (FlowScope): groups through which much money runs and in which little stays.

use petgraph::unionfind::UnionFind;

use crate::graph::TemporalGraph;

use super::dense_choice::Paid;
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
        self.peel(graph, transfers, &mut Numbers::of_graph(graph))
    }

    fn peel(&self, graph: &TemporalGraph, transfers: &[u32], numbers: &mut Numbers) -> Option<Dense> {
        let depth = self.middle_layers as usize + 2;
        let ends = |transfer: &u32| [graph.payer(*transfer), graph.payee(*transfer)];
        let accounts = numbers.sorted(transfers.iter().flat_map(ends));
        let own = transfers.iter().map(|transfer| {
            let [payer, payee] = ends(transfer);
            (numbers.of(payer), numbers.of(payee), graph.amount(*transfer))
        });
        let own: Vec<(u32, u32, i64)> = own.filter(|(payer, payee, _)| payer != payee).collect();
        let total: i128 = own.iter().map(|(_, _, amount)| i128::from(*amount)).sum();
        // No weight and no score is larger than this.
        let most = total.saturating_mul((i128::from(self.lambda) + 1) * (depth as i128 + 1));
        let densest = if most < i128::from(i64::MAX) {
            Paid::<i64>::of(accounts.len(), own).peel(depth, i64::from(self.lambda))
        } else {
            Paid::<i128>::of(accounts.len(), own).peel(depth, i128::from(self.lambda))
        };
        let densest = densest.filter(|densest| densest.score > 0)?;
        let dense = densest.layers.iter().map(|layer| {
            let accounts = layer.iter().map(|number| accounts[*number as usize]);
            accounts.collect()
        });
        let mut dense = Dense {
            layers: dense.collect(),
            score: densest.score,
            ..Dense::default()
        };
        // What comes to each account of each layer and what goes from it.
        let mut sums: Vec<Vec<(i128, i128)>> = dense
            .layers
            .iter()
            .map(|layer| vec![(0, 0); layer.len()])
            .collect();
        let mut is_inside = vec![false; accounts.len()];
        for number in densest.layers.iter().flatten() {
            is_inside[*number as usize] = true;
        }
        for transfer in transfers {
            let [payer, payee] = ends(transfer);
            let both = [payer, payee].map(|account| is_inside[numbers.of(account) as usize]);
            if payer == payee || both != [true, true] {
                continue;
            }
            let mut counts = false;
            for layer in 0..depth - 1 {
                let from = dense.layers[layer].binary_search(&payer);
                let to = dense.layers[layer + 1].binary_search(&payee);
                if let (Ok(from), Ok(to)) = (from, to) {
                    counts = true;
                    sums[layer][from].1 += i128::from(graph.amount(*transfer));
                    sums[layer + 1][to].0 += i128::from(graph.amount(*transfer));
                }
            }
            if counts {
                dense.transfers.push(*transfer);
            }
        }
        dense.transfers.sort_unstable();
        let through =
            |sums: &Vec<(i128, i128)>| -> i128 { sums.iter().map(|(came, went)| came.min(went)).sum() };
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
    type Scratch = Numbers;

    fn scratch(&self) -> Numbers {
        Numbers::of_graph(self.graph)
    }

    fn weight(&self, window: u32) -> u64 {
        self.inside(window).len() as u64
    }

    fn unit(&self, window: u32, numbers: &mut Numbers, work: &mut Work<'_>) -> Option<()> {
        let mut waiting = parts(self.graph, self.inside(window), numbers);
        while let Some(part) = waiting.pop() {
            let size = part.len();
            work.spend(size * (self.pattern.middle_layers as usize + 1))?;
            let Some(dense) = self.pattern.peel(self.graph, &part, numbers) else {
                continue;
            };
            let least = self.pattern.min_accounts as usize;
            if dense.layers.iter().any(|layer| layer.len() < least) {
                continue;
            }
            let is_left = |transfer: &u32| dense.transfers.binary_search(transfer).is_err();
            let left: Vec<u32> = part.into_iter().filter(is_left).collect();
            let left = parts(self.graph, &left, numbers).into_iter();
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

/// Numbers for some of the accounts.
struct Numbers {
    /// For each account its number, or none.
    number: Vec<u32>,
    /// The accounts that have one.
    named: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Numbers {
    fn of_graph(graph: &TemporalGraph) -> Numbers {
        Numbers {
            number: vec![NONE; graph.accounts()],
            named: Vec::new(),
        }
    }

    /// Takes all numbers back.
    fn clear(&mut self) {
        for account in self.named.drain(..) {
            self.number[account as usize] = NONE;
        }
    }

    /// The number of an account; the next one where it has none yet.
    fn give(&mut self, account: u32) -> u32 {
        let number = &mut self.number[account as usize];
        if *number == NONE {
            *number = self.named.len() as u32;
            self.named.push(account);
        }
        *number
    }

    /// The number of an account that has one.
    fn of(&self, account: u32) -> u32 {
        self.number[account as usize]
    }

    /// Numbers accounts in their order; gives them, each once.
    fn sorted(&mut self, accounts: impl Iterator<Item = u32>) -> Vec<u32> {
        self.clear();
        for account in accounts {
            self.give(account);
        }
        self.named.sort_unstable();
        for (number, account) in self.named.iter().enumerate() {
            self.number[*account as usize] = number as u32;
        }
        self.named.clone()
    }
}

/// Transfers that hang together by their accounts, each part in the order in which they came.
fn parts(graph: &TemporalGraph, transfers: &[u32], numbers: &mut Numbers) -> Vec<Vec<u32>> {
    numbers.clear();
    let pairs: Vec<(u32, u32)> = transfers
        .iter()
        .map(|transfer| {
            let payer = numbers.give(graph.payer(*transfer));
            (payer, numbers.give(graph.payee(*transfer)))
        })
        .collect();
    let mut joined: UnionFind<u32> = UnionFind::new(numbers.named.len());
    for (payer, payee) in &pairs {
        joined.union(*payer, *payee);
    }
    let mut place_of = vec![NONE; numbers.named.len()];
    let mut parts: Vec<Vec<u32>> = Vec::new();
    for (transfer, (payer, _)) in transfers.iter().zip(&pairs) {
        let place = &mut place_of[joined.find_mut(*payer) as usize];
        if *place == NONE {
            *place = parts.len() as u32;
            parts.push(Vec::new());
        }
        parts[*place as usize].push(*transfer);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_dense_in_nothing() {
        let graph = TemporalGraph::build(3, &[1], &[1], &[5], &[100]).expect("good columns");
        assert_eq!(DenseFlow::default().densest(&graph, &[]), None);
        assert_eq!(DenseFlow::default().densest(&graph, &[0]), None);
    }
}
