//! Scatter-gather (ML-06): money that goes from one account to another by way of many.

use crate::graph::TemporalGraph;

use super::legs::{Joined, Legs};
use super::result::{Bundle, Found, sum};
use super::run::{check_least, check_length_of_time, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{HopTolerance, Pattern, PatternError, Run, TimeOrder};

/// Scatter-gather (ML-06), as in AMLSim and AMLworld (Altman et al., NeurIPS 2023), with the order of time that money
/// needs: a source pays middle accounts, each of which pays one destination.
///
/// A *leg* is a transfer from the source to a middle account and one from there to the destination, the second in
/// `order` after the first and at most `window` later, amounts as `conserve` says. Source, middle and destination are
/// three accounts. An instance is a source and a destination with at least `min_middles` different middle accounts: all
/// of them, and of their transfers all that stand in a leg. So two accounts make one instance, however many legs there
/// are. A longer window, a wider tolerance and lenient order only add to it.
///
/// With a `span` the legs of an instance also lie inside one window of that length. Windows of a source and a
/// destination are disjoint and laid greedily, as for fans: the first begins at the earliest transfer to a middle
/// account that takes part and from which on the window holds enough middle accounts; the next is looked for behind it.
///
/// Accounts of a bundle: the source, the middle accounts in the order in which money reaches them, the destination.
/// `carried`: for each middle account the smaller of what came and what went, added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScatterGather {
    /// Microseconds from a transfer into a middle account to the one out of it, inclusive.
    pub window: i64,
    /// Microseconds from first to last transfer of an instance, inclusive; nothing where that does not matter.
    pub span: Option<i64>,
    /// Fewest different middle accounts, at least 2.
    pub min_middles: u32,
    /// Whether money may leave a middle account at the time at which it came.
    pub order: TimeOrder,
    /// How much of a transfer has to go on; nothing where amounts do not matter.
    pub conserve: Option<HopTolerance>,
}

impl Default for ScatterGather {
    /// 3 middle accounts, 7 days, strict, a tenth may stay behind.
    fn default() -> ScatterGather {
        ScatterGather {
            window: 7 * 86_400_000_000,
            span: None,
            min_middles: 3,
            order: TimeOrder::Strict,
            conserve: Some(HopTolerance::TENTH),
        }
    }
}

impl Pattern for ScatterGather {
    fn id(&self) -> &'static str {
        "ML-06"
    }

    fn name(&self) -> &'static str {
        "scatter_gather"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_length_of_time(self.name(), "span", self.span.unwrap_or(0))?;
        check_least(
            self.name(),
            "min_middles",
            self.min_middles,
            2,
            "money scatters over at least 2 middle accounts",
        )?;
        self.conserve
            .map_or(Ok(()), |tolerance| tolerance.validate(self.name()))
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let search = Search {
            graph,
            legs: Legs::new(graph, self.window, self.order, self.conserve),
            spans: self.span.map(|span| graph.horizons(span)),
            least: self.min_middles as usize,
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    legs: Legs<'g>,
    spans: Option<Vec<u32>>,
    least: usize,
}

/// What is known of an account as a destination of the source at hand.
#[derive(Clone, Copy)]
struct Cell {
    /// The middle account that was counted last.
    middle: u32,
    /// Middle accounts so far; later the number of the destination.
    count: u32,
}

const FRESH: Cell = Cell {
    middle: u32::MAX,
    count: 0,
};

struct Scratch {
    cells: Vec<Cell>,
    touched: Vec<u32>,
    /// Middle account and place among the source's transfers.
    scattered: Vec<(u32, u32)>,
}

/// One middle account between a source and a destination.
struct Middle {
    account: u32,
    ins: Vec<u32>,
    outs: Vec<u32>,
}

impl Sweep for Search<'_> {
    type Scratch = Scratch;

    fn scratch(&self) -> Scratch {
        Scratch {
            cells: vec![FRESH; self.graph.accounts()],
            touched: Vec::new(),
            scattered: Vec::new(),
        }
    }

    fn weight(&self, source: u32) -> u64 {
        let degree = self.graph.outgoing(source).len();
        if degree < self.least { 0 } else { degree as u64 }
    }

    fn unit(&self, source: u32, scratch: &mut Scratch, work: &mut Work<'_>) -> Option<()> {
        let Scratch {
            cells,
            touched,
            scattered,
        } = scratch;
        let outgoing = self.graph.outgoing(source);
        work.spend(outgoing.len())?;
        scattered.clear();
        scattered.extend(
            (0_u32..)
                .zip(outgoing.edges)
                .filter(|(_, edge)| edge.other() != source)
                .map(|(place, edge)| (edge.other(), place)),
        );
        scattered.sort_unstable();
        let groups = || scattered.chunk_by(|a, b| a.0 == b.0);
        let arrival = |(_, place): &(u32, u32)| outgoing.edges[*place as usize].tick();
        if groups().count() < self.least {
            return Some(());
        }
        // Amounts are looked at only where there are enough middle accounts without them.
        for group in groups() {
            let middle = group[0].0;
            let edges = self.graph.outgoing(middle).edges;
            let mut seen = 0;
            self.legs
                .outgoing_after(group.iter().map(arrival), edges, |place| {
                    seen += 1;
                    let destination = edges[place].other();
                    let cell = &mut cells[destination as usize];
                    if cell.middle != middle && destination != source && destination != middle {
                        if cell.count == 0 {
                            touched.push(destination);
                        }
                        cell.middle = middle;
                        cell.count += 1;
                    }
                });
            work.spend(seen)?;
        }
        let mut destinations: Vec<u32> = Vec::new();
        for account in touched.drain(..) {
            if cells[account as usize].count as usize >= self.least {
                destinations.push(account);
            }
            cells[account as usize] = FRESH;
        }
        if destinations.is_empty() {
            return Some(());
        }
        destinations.sort_unstable();
        for (number, account) in (1..).zip(&destinations) {
            cells[*account as usize].count = number;
        }
        // Number of the destination, number of the group, transfer to the destination.
        let mut gathered: Vec<(u32, u32, u32)> = Vec::new();
        for (number, group) in (0..).zip(groups()) {
            let outgoing = self.graph.outgoing(group[0].0);
            let mut seen = 0;
            self.legs
                .outgoing_after(group.iter().map(arrival), outgoing.edges, |place| {
                    seen += 1;
                    let destination = cells[outgoing.edges[place].other() as usize].count;
                    if destination > 0 {
                        gathered.push((destination, number, outgoing.transfers[place]));
                    }
                });
            work.spend(seen)?;
        }
        for account in &destinations {
            cells[*account as usize] = FRESH;
        }
        // Stable: transfers of a group stay in the order of time.
        gathered.sort_by_key(|(destination, group, _)| (*destination, *group));
        let groups: Vec<&[(u32, u32)]> = groups().collect();
        for found in gathered.chunk_by(|a, b| a.0 == b.0) {
            let middles: Vec<Middle> = found
                .chunk_by(|a, b| a.1 == b.1)
                .map(|outs| {
                    let group = groups[outs[0].1 as usize];
                    Middle {
                        account: group[0].0,
                        ins: group
                            .iter()
                            .map(|(_, place)| outgoing.transfers[*place as usize])
                            .collect(),
                        outs: outs.iter().map(|(_, _, transfer)| *transfer).collect(),
                    }
                })
                .filter(|middle| middle.account != destinations[found[0].0 as usize - 1])
                .collect();
            self.instances(source, destinations[found[0].0 as usize - 1], &middles, work)?;
        }
        Some(())
    }
}

impl Search<'_> {
    /// The instances of a source and a destination.
    fn instances(
        &self,
        source: u32,
        destination: u32,
        middles: &[Middle],
        work: &mut Work<'_>,
    ) -> Option<()> {
        let step = self.legs.step;
        let all = self.joined(middles, 0, u32::MAX, step, work)?;
        if all.len() < self.least {
            return Some(());
        }
        let Some(spans) = &self.spans else {
            let bundle = self.bundle(source, destination, middles, all, (0, u32::MAX), work)?;
            work.tell(bundle);
            return Some(());
        };
        let tick = |transfer: &u32| self.graph.tick(*transfer);
        let mut begins: Vec<u32> = all.iter().flat_map(|(_, joined)| &joined.ins).map(tick).collect();
        begins.sort_unstable();
        begins.dedup();
        let mut free = 0;
        for begin in begins {
            if begin < free {
                continue;
            }
            let window = (begin, spans[begin as usize]);
            let inside = self.joined(middles, window.0, window.1, step, work)?;
            let takes_part = inside
                .iter()
                .any(|(_, joined)| joined.ins.first().map(tick) == Some(begin));
            if inside.len() >= self.least && takes_part {
                let bundle = self.bundle(source, destination, middles, inside, window, work)?;
                work.tell(bundle);
                free = window.1 + 1;
            }
        }
        Some(())
    }

    /// The middle accounts with a leg whose transfers lie from one tick to another.
    fn joined(
        &self,
        middles: &[Middle],
        from: u32,
        to: u32,
        step: u32,
        work: &mut Work<'_>,
    ) -> Option<Vec<(u32, Joined)>> {
        let inside = |transfers: &[u32]| -> Vec<u32> {
            let first = transfers.partition_point(|transfer| self.graph.tick(*transfer) < from);
            let behind = transfers.partition_point(|transfer| self.graph.tick(*transfer) <= to);
            transfers[first..behind.max(first)].to_vec()
        };
        let mut found = Vec::new();
        for middle in middles {
            work.spend(1)?;
            let joined = self
                .legs
                .joined(&inside(&middle.ins), &inside(&middle.outs), step, work)?;
            if !joined.ins.is_empty() {
                found.push((middle.account, joined));
            }
        }
        Some(found)
    }

    fn bundle(
        &self,
        source: u32,
        destination: u32,
        middles: &[Middle],
        mut inside: Vec<(u32, Joined)>,
        window: (u32, u32),
        work: &mut Work<'_>,
    ) -> Option<Bundle> {
        let needs_lenient =
            self.legs.step == 0 && self.joined(middles, window.0, window.1, 1, work)?.len() < self.least;
        let reached = |joined: &Joined| joined.ins.first().map(|first| (self.graph.tick(*first), *first));
        inside.sort_by_key(|(_, joined)| reached(joined));
        let accounts = std::iter::once(source)
            .chain(inside.iter().map(|(account, _)| *account))
            .chain([destination])
            .collect();
        let carried = inside
            .iter()
            .map(|(_, joined)| sum(self.graph, &joined.ins).min(sum(self.graph, &joined.outs)))
            .sum();
        let transfers = inside
            .iter()
            .flat_map(|(_, joined)| joined.ins.iter().chain(&joined.outs))
            .copied()
            .collect();
        Some(Bundle::of_set(
            self.graph,
            accounts,
            transfers,
            carried,
            needs_lenient,
        ))
    }
}
