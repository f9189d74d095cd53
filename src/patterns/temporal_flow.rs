//! Temporal maximum flow: the most money that can have travelled from some accounts to others.

use hashbrown::HashMap;

use crate::graph::TemporalGraph;

use super::legs::step;
use super::result::{Bundle, Found, each_once};
use super::{Limit, Pattern, PatternError, Run, TimeOrder, Truncated};

/// The most money that can have travelled from one set of accounts to another, in the order of time.
///
/// A source may send whatever its transfers carry. Any other account can only pass on what reached it before (in lenient
/// order: at the same time at the latest), and may hold it as long as it likes. What reaches a sink stays there; what
/// comes back to a source is not followed. Nothing is known of balances, so the amount is an *upper bound* on how much
/// of the sources' money can have reached the sinks, to be told beside any tracing: it says what was possible and not
/// what happened.
///
/// Exact: the maximum flow of the network whose nodes are (account, time), as in temporal interaction networks
/// (Kosyfaki, Mamoulis, Pitoura and Tsaparas, ICDE 2021), found on integers: first what can flow if all pass on what
/// they have as soon as they can, then Dinic's algorithm from there. There is one
/// instance at most: the transfers that carry a part of one such flow. `carried` is the amount. A search that meets its
/// budget gives none, because less than the maximum bounds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemporalFlow<'a> {
    /// Where money comes from.
    pub sources: &'a [u32],
    /// Where it goes; none of them a source.
    pub sinks: &'a [u32],
    /// Microseconds; earlier transfers do not count.
    pub from: i64,
    /// Microseconds; later transfers do not count.
    pub to: i64,
    /// Whether money may leave an account at the time at which it came.
    pub order: TimeOrder,
}

/// A flow of the largest amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What reaches the sinks, in ten-thousandths.
    pub amount: i128,
    /// Transfers that carry a part of it, with that part, in the order of (time, transfer).
    pub parts: Vec<(u32, i64)>,
    /// Edges looked at.
    pub steps: u64,
}

impl TemporalFlow<'_> {
    /// A flow of the largest amount; nothing where the budget of steps ended the search.
    pub fn most(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Option<Flow>, PatternError> {
        self.validate()?;
        run.check_cancelled()?;
        let role = self.roles(graph)?;
        let mut network = self.network(graph, &role);
        let mut flow = Flow::default();
        let Some(amount) = network.fill(&mut flow.steps, run.budget.max_steps) else {
            return Ok(None);
        };
        flow.amount = amount;
        while let Some(more) = network.augment(&mut flow.steps, run.budget.max_steps) {
            run.check_cancelled()?;
            if more == 0 {
                flow.parts = network.parts();
                return Ok(Some(flow));
            }
            flow.amount += more;
        }
        Ok(None)
    }

    fn roles(&self, graph: &TemporalGraph) -> Result<Vec<Role>, PatternError> {
        let wrong = |parameter, account: u32, allowed| PatternError::Parameter {
            pattern: "temporal_flow",
            parameter,
            value: format!("account {account}"),
            allowed,
        };
        let mut role = vec![Role::Between; graph.accounts()];
        for source in self.sources {
            let place = role.get_mut(*source as usize);
            *place.ok_or_else(|| wrong("sources", *source, "accounts are numbered below their count"))? =
                Role::Source;
        }
        for sink in self.sinks {
            let place = role.get_mut(*sink as usize);
            let place =
                place.ok_or_else(|| wrong("sinks", *sink, "accounts are numbered below their count"))?;
            if *place == Role::Source {
                return Err(wrong("sinks", *sink, "an account is either a source or a sink"));
            }
            *place = Role::Sink;
        }
        Ok(role)
    }

    /// Nodes: the source, the sink, and each (account, time) at which an account between pays.
    fn network(&self, graph: &TemporalGraph, role: &[Role]) -> Network {
        let step = step(self.order);
        let ticks = graph.ticks_between(self.from, self.to);
        let role_of = |account: u32| role[account as usize];
        let mut network = Network::new();
        let mut nodes: HashMap<(u32, u32), u32> = HashMap::new();
        // Money waits from one time at which an account pays to the next.
        let mut pays: Vec<Vec<u32>> = vec![Vec::new(); graph.accounts()];
        for account in (0..graph.accounts() as u32).filter(|account| role_of(*account) == Role::Between) {
            let paying = graph.outgoing(account).between(ticks.clone());
            let own = &mut pays[account as usize];
            own.extend(
                paying
                    .edges
                    .iter()
                    .filter(|edge| edge.other() != account)
                    .map(|edge| edge.tick()),
            );
            own.dedup();
            for (place, tick) in own.iter().enumerate() {
                let node = network.node(*tick);
                nodes.insert((account, *tick), node);
                if place > 0 {
                    network.edge(node - 1, node, i128::MAX / 4, None);
                }
            }
        }
        for payer in (0..graph.accounts() as u32).filter(|account| role_of(*account) != Role::Sink) {
            for (edge, transfer) in graph.outgoing(payer).between(ticks.clone()).iter() {
                let (payee, amount) = (edge.other(), i128::from(graph.amount(transfer)));
                if payee == payer || role_of(payee) == Role::Source || amount == 0 {
                    continue;
                }
                let leaves = match role_of(payer) {
                    Role::Source => Some(SOURCE),
                    _ => nodes.get(&(payer, edge.tick())).copied(),
                };
                let arrives = match role_of(payee) {
                    Role::Sink => Some(SINK),
                    _ => {
                        let own = &pays[payee as usize];
                        let next = own.partition_point(|tick| *tick < edge.tick() + step);
                        own.get(next).and_then(|tick| nodes.get(&(payee, *tick)).copied())
                    }
                };
                // What nobody can pass on goes nowhere.
                if let (Some(leaves), Some(arrives)) = (leaves, arrives) {
                    network.edge(leaves, arrives, amount, Some((edge.tick(), transfer)));
                }
            }
        }
        network.settle();
        network
    }
}

impl Pattern for TemporalFlow<'_> {
    /// None: it is a bound beside tracing.
    fn id(&self) -> &'static str {
        "-"
    }

    fn name(&self) -> &'static str {
        "temporal_flow"
    }

    fn validate(&self) -> Result<(), PatternError> {
        match self.from > self.to {
            true => Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "from_time",
                value: format!("'{}'", super::search::shown_time(self.from)),
                allowed: "a period does not begin behind its end",
            }),
            false => Ok(()),
        }
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        let Some(flow) = self.most(graph, run)? else {
            let complete_before = graph.times().first().copied().unwrap_or(i64::MIN);
            return Ok(Found {
                truncated: Some(Truncated {
                    by: Limit::Steps,
                    complete_before,
                }),
                steps: run.budget.max_steps,
                ..Found::default()
            });
        };
        let mut found = Found {
            steps: flow.steps,
            ..Found::default()
        };
        let transfers: Vec<u32> = flow.parts.iter().map(|(transfer, _)| *transfer).collect();
        if let Some(first) = transfers.first() {
            if run.budget.max_instances == 0 {
                let complete_before = graph.at(*first);
                found.truncated = Some(Truncated {
                    by: Limit::Instances,
                    complete_before,
                });
                return Ok(found);
            }
            let accounts = each_once(transfers.iter().flat_map(|t| [graph.payer(*t), graph.payee(*t)]));
            let needs_lenient = self.order == TimeOrder::Lenient && {
                // Where the budget does not reach, strict order is not shown to be enough.
                let strict = TemporalFlow {
                    order: TimeOrder::Strict,
                    ..*self
                };
                strict
                    .most(graph, run)?
                    .is_none_or(|strict| strict.amount < flow.amount)
            };
            found.bundles.push(Bundle::of_set(
                graph,
                accounts,
                transfers,
                flow.amount,
                needs_lenient,
            ));
        }
        Ok(found)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Source,
    Between,
    Sink,
}

const SOURCE: u32 = 0;
const SINK: u32 = 1;

/// A network with room left on each edge; an edge and its way back are neighbours.
struct Network {
    nodes: u32,
    /// Tick of each node but the source and the sink, which come first.
    ticks: Vec<u32>,
    to: Vec<u32>,
    room: Vec<i128>,
    /// Tick and transfer of each pair of edges.
    carries: Vec<Option<(u32, u32)>>,
    /// Edges of each node, node after node.
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Network {
    fn new() -> Network {
        Network {
            nodes: 2,
            ticks: Vec::new(),
            to: Vec::new(),
            room: Vec::new(),
            carries: Vec::new(),
            starts: Vec::new(),
            edges: Vec::new(),
        }
    }

    fn node(&mut self, tick: u32) -> u32 {
        self.ticks.push(tick);
        self.nodes += 1;
        self.nodes - 1
    }

    fn edge(&mut self, from: u32, to: u32, room: i128, carries: Option<(u32, u32)>) {
        self.to.extend([to, from]);
        self.room.extend([room, 0]);
        self.carries.push(carries);
    }

    /// Sorts the edges by the node that they leave.
    fn settle(&mut self) {
        let from = |edge: usize| self.to[edge ^ 1] as usize;
        let mut starts = vec![0_u32; self.nodes as usize + 1];
        (0..self.to.len()).for_each(|edge| starts[from(edge) + 1] += 1);
        (0..self.nodes as usize).for_each(|node| starts[node + 1] += starts[node]);
        let mut next = starts.clone();
        let mut edges = vec![0; self.to.len()];
        for edge in 0..self.to.len() {
            edges[next[from(edge)] as usize] = edge as u32;
            next[from(edge)] += 1;
        }
        (self.starts, self.edges) = (starts, edges);
    }

    /// The places of a node's edges.
    fn own(&self, node: u32) -> std::ops::Range<usize> {
        self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize
    }

    /// Which nodes the sink can be reached from.
    fn leads_to_sink(&self, steps: &mut u64) -> Vec<bool> {
        let mut leads = vec![false; self.nodes as usize];
        leads[SINK as usize] = true;
        let mut open = vec![SINK];
        while let Some(node) = open.pop() {
            for place in self.own(node) {
                *steps += 1;
                let edge = self.edges[place] as usize;
                let before = self.to[edge] as usize;
                // Ways back have odd numbers.
                if edge % 2 == 1 && !leads[before] {
                    leads[before] = true;
                    open.push(before as u32);
                }
            }
        }
        leads
    }

    /// A first flow in two passes over the network: in the order of time everyone passes on what came, to the sink first
    /// and keeping what cannot go; then, backwards, what got stuck is taken back. Nothing where the budget is spent.
    fn fill(&mut self, steps: &mut u64, budget: u64) -> Option<i128> {
        let leads = self.leads_to_sink(steps);
        let mut order: Vec<u32> = (2..self.nodes).filter(|node| leads[*node as usize]).collect();
        order.sort_unstable_by_key(|node| (self.ticks[*node as usize - 2], *node));
        let mut rank = vec![u32::MAX; self.nodes as usize];
        rank[SOURCE as usize] = 0;
        for (place, node) in (1..).zip(&order) {
            rank[*node as usize] = place;
        }
        let mut has = vec![0_i128; self.nodes as usize];
        has[SOURCE as usize] = i128::MAX / 2;
        for node in std::iter::once(SOURCE).chain(order.iter().copied()) {
            // To the sink, to others, and last to wait.
            for turn in 0..3 {
                for place in self.own(node) {
                    if has[node as usize] == 0 {
                        break;
                    }
                    *steps += 1;
                    let edge = self.edges[place] as usize;
                    let next = self.to[edge];
                    let own_turn = match (next, self.carries[edge / 2]) {
                        (SINK, _) => 0,
                        (_, Some(_)) => 1,
                        (_, None) => 2,
                    };
                    // What has the same time and comes earlier in the order is left to the search behind this.
                    let goes_on =
                        next == SINK || (leads[next as usize] && rank[next as usize] > rank[node as usize]);
                    if edge % 2 == 1 || own_turn != turn || !goes_on {
                        continue;
                    }
                    let most = self.room[edge].min(has[node as usize]);
                    self.room[edge] -= most;
                    self.room[edge ^ 1] += most;
                    has[node as usize] -= most;
                    has[next as usize] += most;
                }
            }
            if *steps > budget {
                return None;
            }
        }
        for node in order.into_iter().rev() {
            for place in self.own(node) {
                if has[node as usize] == 0 {
                    break;
                }
                *steps += 1;
                let back = self.edges[place] as usize;
                if back.is_multiple_of(2) {
                    continue;
                }
                let most = self.room[back].min(has[node as usize]);
                self.room[back] -= most;
                self.room[back ^ 1] += most;
                has[node as usize] -= most;
                has[self.to[back] as usize] += most;
            }
            if *steps > budget {
                return None;
            }
        }
        Some(has[SINK as usize])
    }

    /// One round of Dinic's algorithm: everything that fits on shortest ways. Nothing where the budget is spent.
    fn augment(&mut self, steps: &mut u64, budget: u64) -> Option<i128> {
        let mut depth = vec![u32::MAX; self.nodes as usize];
        depth[SOURCE as usize] = 0;
        let mut queue = vec![SOURCE];
        let mut head = 0;
        while let Some(node) = queue.get(head).copied() {
            head += 1;
            for edge in
                &self.edges[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
            {
                *steps += 1;
                let next = self.to[*edge as usize];
                if self.room[*edge as usize] > 0 && depth[next as usize] == u32::MAX {
                    depth[next as usize] = depth[node as usize] + 1;
                    queue.push(next);
                }
            }
            if *steps > budget {
                return None;
            }
        }
        if depth[SINK as usize] == u32::MAX {
            return Some(0);
        }
        let mut next = self.starts.clone();
        let mut way: Vec<u32> = Vec::new();
        let mut sum = 0;
        loop {
            let node = way.last().map_or(SOURCE, |edge| self.to[*edge as usize]);
            if node == SINK {
                let most = way
                    .iter()
                    .map(|edge| self.room[*edge as usize])
                    .min()
                    .unwrap_or(0);
                for edge in &way {
                    self.room[*edge as usize] -= most;
                    self.room[*edge as usize ^ 1] += most;
                }
                sum += most;
                // Back to before the first edge that is full.
                let full = way
                    .iter()
                    .position(|edge| self.room[*edge as usize] == 0)
                    .unwrap_or(0);
                way.truncate(full);
                continue;
            }
            let place = &mut next[node as usize];
            if *place == self.starts[node as usize + 1] {
                // A dead end; its edge is not tried again.
                let Some(edge) = way.pop() else { return Some(sum) };
                next[self.to[edge as usize ^ 1] as usize] += 1;
                continue;
            }
            *steps += 1;
            if *steps > budget {
                return None;
            }
            let edge = self.edges[*place as usize];
            let leads_on = depth[self.to[edge as usize] as usize] == depth[node as usize].saturating_add(1);
            match self.room[edge as usize] > 0 && leads_on {
                true => way.push(edge),
                false => *place += 1,
            }
        }
    }

    /// What each transfer carries.
    fn parts(&self) -> Vec<(u32, i64)> {
        let mut parts: Vec<(u32, u32, i64)> = Vec::new();
        for (pair, carries) in self.carries.iter().enumerate() {
            let carried = self.room[2 * pair + 1];
            if let (Some((tick, transfer)), true) = (carries, carried > 0) {
                // No more than the transfer's amount, which is 64 bits.
                parts.push((*tick, *transfer, i64::try_from(carried).unwrap_or(i64::MAX)));
            }
        }
        parts.sort_unstable();
        parts
            .into_iter()
            .map(|(_, transfer, carried)| (transfer, carried))
            .collect()
    }
}
