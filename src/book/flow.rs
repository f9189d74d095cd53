//! The most of claimed money that can be in a place by every method but exposure: the temporal maximum flow from claims to
//! the place. Told beside every result, because no method may pass it.

use hashbrown::{HashMap, HashSet};

use super::CaseBook;
use crate::graph::TemporalGraph;
use crate::patterns::{Budget, Run, TemporalFlow, TimeOrder};
use crate::trace::{Claim, End, Interest, Kind, OUTSIDE, end_of};

/// Steps that all flows of one tracing may take together.
const MOST_STEPS: u64 = 100_000_000;

/// The time behind all others.
const AFTER: i64 = i64::MAX;

/// The network of what claims may reach: accounts, assets, and a node for each way to end.
pub(super) struct Network<'b> {
    book: &'b CaseBook,
    nodes: HashMap<Node, u32>,
    payer: Vec<u32>,
    payee: Vec<u32>,
    at: Vec<i64>,
    amount: Vec<i64>,
    /// What lies on each account of the book in the end.
    balances: Vec<i64>,
    /// No bound is known where amounts change on the way.
    is_exchanged: bool,
    steps: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Node {
    Claims,
    Target,
    Account(u32),
    Asset(u32),
    /// What a movement carried out of the records and a later one takes back.
    Sent(u32),
    End(End),
}

impl<'b> Network<'b> {
    /// Of the movements that claims may reach, in order.
    pub fn of(book: &'b CaseBook, movements: &[u32], interest: Interest) -> Network<'b> {
        let mut network = Network {
            book,
            nodes: HashMap::new(),
            payer: Vec::with_capacity(movements.len() + 64),
            payee: Vec::with_capacity(movements.len() + 64),
            at: Vec::with_capacity(movements.len() + 64),
            amount: Vec::with_capacity(movements.len() + 64),
            balances: Vec::new(),
            is_exchanged: false,
            steps: MOST_STEPS,
        };
        network.node(Node::Claims);
        network.node(Node::Target);
        let all = book.book.movements();
        let reversed: HashSet<u32> = movements
            .iter()
            .filter_map(|number| match all[*number as usize].kind {
                Kind::Reversal(earlier) => Some(earlier),
                _ => None,
            })
            .collect();
        for number in movements {
            network.movement(*number, &reversed);
            // Interest that follows the balance makes more of claimed money than came.
            let is_interest = all[*number as usize].kind == Kind::Interest;
            network.is_exchanged |= interest == Interest::Fruit && is_interest;
        }
        network.balances();
        network
    }

    fn node(&mut self, node: Node) -> u32 {
        let next = self.nodes.len() as u32;
        *self.nodes.entry(node).or_insert(next)
    }

    fn edge(&mut self, from: Node, to: Node, at: i64, amount: i64) {
        let (from, to) = (self.node(from), self.node(to));
        self.payer.push(from);
        self.payee.push(to);
        self.at.push(at);
        self.amount.push(amount);
    }

    fn movement(&mut self, number: u32, reversed: &HashSet<u32>) {
        let book = &self.book.book;
        let movement = book.movements()[number as usize];
        let is_recorded = |side: u32| side != OUTSIDE && book.recorded(side);
        let both = is_recorded(movement.payer) && is_recorded(movement.payee);
        if both && movement.paid != movement.received {
            self.is_exchanged = true;
        }
        let from = match movement.kind {
            Kind::Sale(asset) => {
                // What was in it may have become the price, more or less.
                self.is_exchanged = true;
                Some(Node::Asset(asset))
            }
            _ if is_recorded(movement.payer) => Some(Node::Account(movement.payer)),
            Kind::Reversal(earlier) => Some(Node::Sent(earlier)),
            _ => None,
        };
        let to = match movement.kind {
            _ if is_recorded(movement.payee) => Node::Account(movement.payee),
            _ if reversed.contains(&number) => Node::Sent(number),
            _ => match end_of(book, number) {
                End::Asset(asset) => Node::Asset(asset),
                end => Node::End(end),
            },
        };
        if let Some(from) = from {
            self.edge(from, to, movement.at, movement.paid);
        }
        if let (Node::Sent(_), false) = (to, is_recorded(movement.payee)) {
            let end = match end_of(book, number) {
                End::Asset(asset) => Node::Asset(asset),
                end => Node::End(end),
            };
            self.edge(to, end, AFTER, movement.paid);
        }
    }

    fn balances(&mut self) {
        let book = &self.book.book;
        let mut balances: Vec<i64> = book.openings();
        for movement in book.movements() {
            for (side, change) in [
                (movement.payer, -movement.paid),
                (movement.payee, movement.received),
            ] {
                if side != OUTSIDE && movement.payer != movement.payee {
                    balances[side as usize] = balances[side as usize].saturating_add(change);
                }
            }
        }
        self.balances = balances;
    }

    /// The most of these claims together that can be in a place. Nothing where none is known: the way goes through
    /// exchange or a sale, the place is none that money flows to, or the work would be too much.
    pub fn most(&mut self, claims: &[&Claim], end: End) -> Option<i64> {
        if self.is_exchanged || self.steps == 0 {
            return None;
        }
        let sink = match end {
            End::Held(account) => Node::Account(account),
            End::Asset(asset) => Node::Asset(asset),
            End::Overdraft(account) => Node::Account(account),
            End::ClaimedBefore | End::Nothing => return None,
            other => Node::End(other),
        };
        let rows = self.payer.len();
        for claim in claims {
            let movement = self.book.book.movements()[claim.movement as usize];
            self.edge(
                Node::Claims,
                Node::Account(movement.payee),
                movement.at,
                claim.amount,
            );
        }
        let most = match (self.nodes.get(&sink).copied(), end) {
            // No movement within reach goes there.
            (None, _) => None,
            (Some(_), End::Held(_) | End::Asset(_)) => {
                let most = match end {
                    End::Held(account) => self.balances[account as usize].max(0),
                    _ => i64::MAX / 4,
                };
                self.edge(sink, Node::Target, AFTER, most);
                self.flow(self.nodes[&Node::Target])
            }
            (Some(node), _) => self.flow(node),
        };
        for column in [&mut self.payer, &mut self.payee] {
            column.truncate(rows);
        }
        for column in [&mut self.at, &mut self.amount] {
            column.truncate(rows);
        }
        most
    }

    fn flow(&mut self, target: u32) -> Option<i64> {
        let graph =
            TemporalGraph::build(self.nodes.len(), &self.payer, &self.payee, &self.at, &self.amount).ok()?;
        let flow = TemporalFlow {
            sources: &[self.nodes[&Node::Claims]],
            sinks: &[target],
            from: i64::MIN,
            to: AFTER,
            order: TimeOrder::Lenient,
        };
        let run = Run {
            budget: Budget {
                max_steps: self.steps,
                ..Budget::UNLIMITED
            },
            ..Run::default()
        };
        // Building looks at every row as well.
        let built = self.payer.len() as u64;
        let found = flow.most(&graph, &run).ok()?;
        self.steps = self
            .steps
            .saturating_sub(built + found.as_ref().map_or(self.steps, |flow| flow.steps));
        found.and_then(|flow| i64::try_from(flow.amount).ok())
    }
}
