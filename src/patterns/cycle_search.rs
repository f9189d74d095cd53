//! The cycles that begin with one transfer: a backward pass from the account that starts it, then a forward search that
//! turns away where the backward pass says that no way leads back. The search can stop anywhere and be cut in pieces,
//! so that one heavy start does not keep one core busy while the others wait.

use std::ops::Range;

use crate::graph::{Adjacency, CyclicCore, Horizons, Paid, TemporalGraph};

use super::cycle_starts::{Start, around_new};
use super::cycle_task::{Frame, Outcome, Sink, Task};
use super::cycle_workspace::{Mark, Workspace};
use super::{Conservation, Run, TemporalCycles, TimeOrder};

/// Steps between two looks at the cancellation flag.
const CANCEL_EVERY: u64 = 1 << 14;

/// What is the same for every start.
pub(super) struct Search<'a> {
    pub(super) graph: &'a TemporalGraph,
    /// What is searched, where that is not the graph itself.
    pub(super) core: Option<CyclicCore>,
    run: &'a Run<'a>,
    /// Ticks that have to lie between a transfer and the next: 1 in strict order, 0 in lenient.
    step: u32,
    /// Most transfers in a cycle; `u32::MAX` where the number of accounts is the only limit.
    max_hops: u32,
    conservation: Conservation,
    /// Only cycles count that hold a transfer with this number or a higher one.
    pub(super) first_new: u32,
    /// From the tick of the earliest such transfer to behind that of the latest.
    pub(super) new_ticks: Range<u32>,
    window: i64,
    pub(super) horizons: Horizons,
    /// The last tick inside the window that begins with each; only where so many are asked for that it pays.
    ends: Vec<u32>,
    /// Stretches follow each other in time; inside one, starts are sorted by slot, that is by (payer, time, transfer),
    /// because those of one account share what is known of the way back.
    pub(super) starts: Vec<Start>,
    /// Where each stretch ends, and its earliest tick.
    pub(super) stretches: Vec<(usize, u32)>,
}

/// A window: its last tick is known to lie between two, and only of ticks between these the time itself is asked. To
/// search for the last one would read a dozen places in memory one after the other.
struct Inside<'a> {
    least: u32,
    last: u32,
    limit: i64,
    times: &'a [i64],
}

impl Inside<'_> {
    /// Whether a tick that is not before the window lies in it.
    fn holds(&self, tick: u32) -> bool {
        tick <= self.least || (tick <= self.last && self.times[tick as usize] <= self.limit)
    }
}

impl<'a> Search<'a> {
    /// Finds out which transfers may begin a cycle. Only cycles count that hold a transfer numbered `first_new` or more.
    pub fn new(
        pattern: &TemporalCycles,
        graph: &'a TemporalGraph,
        first_new: u32,
        run: &'a Run<'a>,
    ) -> Search<'a> {
        let TemporalCycles {
            window,
            max_hops,
            order,
            conservation,
        } = *pattern;
        let strict = order == TimeOrder::Strict;
        let (part, new_ticks) = match first_new {
            0 => (0..u32::MAX, 0..u32::MAX),
            _ => around_new(graph, first_new, window),
        };
        let mut search = Search {
            graph,
            core: None,
            run,
            step: u32::from(strict),
            max_hops,
            conservation,
            first_new,
            new_ticks,
            window,
            horizons: Horizons::of(graph.times(), window),
            ends: Vec::new(),
            starts: Vec::new(),
            stretches: Vec::new(),
        };
        let paid = Paid::of(graph, window, &part);
        if first_new > 0 || search.is_core_worth_it(&paid) {
            search.core = Some(CyclicCore::among(graph, window, strict, part, &paid));
            if first_new == 0 {
                search.ends = graph.horizons(window);
            }
        }
        if max_hops as usize >= search.accounts() {
            search.max_hops = u32::MAX;
        }
        search.lay_stretches(&paid);
        search
    }

    /// How many transfers may begin a cycle.
    pub fn starts(&self) -> usize {
        self.starts.len()
    }

    /// How many accounts a workspace has to know.
    pub fn accounts(&self) -> usize {
        self.core
            .as_ref()
            .map_or(self.graph.accounts(), CyclicCore::accounts)
    }

    /// No start from this one on is earlier than this (microseconds); nothing behind the last start.
    pub fn earliest_from(&self, start: usize) -> Option<i64> {
        let stretch = self.stretches.partition_point(|(end, _)| *end <= start);
        let (_, tick) = self.stretches.get(stretch)?;
        Some(self.graph.times()[*tick as usize])
    }

    pub(super) fn outgoing(&self) -> &Adjacency {
        match &self.core {
            Some(core) => core.outgoing(),
            None => self.graph.both().0,
        }
    }

    pub(super) fn incoming(&self) -> &Adjacency {
        match &self.core {
            Some(core) => core.incoming(),
            None => self.graph.both().1,
        }
    }

    fn payer(&self, slot: u32) -> u32 {
        match &self.core {
            Some(core) => core.payer(slot),
            None => self.graph.payer(self.outgoing().transfers[slot as usize]),
        }
    }

    /// The window that begins with a tick.
    fn inside(&self, tick: u32) -> Inside<'a> {
        let times = self.graph.times();
        let (least, last) = match self.ends.get(tick as usize) {
            Some(end) => (*end, *end),
            None => (self.horizons.least(tick), self.horizons.last(tick)),
        };
        Inside {
            least,
            last,
            limit: times[tick as usize].saturating_add(self.window),
            times,
        }
    }

    pub(super) fn tick(&self, slot: u32) -> u32 {
        self.outgoing().edges[slot as usize].tick()
    }

    /// Does a task until it is finished, `slice` steps were made or `most` cycles found.
    pub fn perform<S: Sink>(
        &self,
        task: Task,
        workspace: &mut Workspace,
        slice: u64,
        most: u64,
    ) -> Outcome<S> {
        let mut outcome = Outcome {
            sink: S::default(),
            steps: 0,
            rest: Vec::new(),
        };
        match task {
            Task::Starts(starts) => {
                for start in starts.clone() {
                    if outcome.steps >= slice || outcome.sink.count() >= most || self.run.is_cancelled() {
                        outcome.rest.push(Task::Starts(start..starts.end));
                        break;
                    }
                    outcome.steps += self.look_back(start, workspace);
                    if let Some(frame) = self.first_frame(start, workspace) {
                        workspace.enter(frame);
                        let limit = slice.saturating_sub(outcome.steps).max(64);
                        self.look_forward(start, workspace, limit, most, &mut outcome);
                        if !workspace.frames.is_empty() {
                            workspace.reset();
                        }
                    }
                }
            }
            Task::Search { start, frames } => {
                let spent = self.look_back(start, workspace);
                outcome.steps += spent;
                for frame in frames {
                    workspace.enter(frame);
                }
                // The backward pass is made again for each piece, so a piece has to be worth it.
                self.look_forward(start, workspace, slice.max(2 * spent), most, &mut outcome);
            }
        }
        workspace.reset();
        outcome
    }

    /// From the account that starts, back over what could still reach it: marks, per account, the latest departure and
    /// the fewest hops. Both are bounds, not promises: they leave out that accounts are visited once, and what is kept
    /// from earlier starts may be too early now, which the search sees. Returns the transfers looked at.
    fn look_back(&self, start: usize, workspace: &mut Workspace) -> u64 {
        let (outgoing, incoming) = (self.outgoing(), self.incoming());
        let Start { slot, back } = self.starts[start];
        let first = outgoing.edges[slot as usize];
        let tick = first.tick();
        let origin = self.payer(slot);
        let floor = tick + self.step;
        let into_origin = incoming.of(origin).edges;
        if workspace.origin != Some(origin) || tick < workspace.tick {
            workspace.reset();
            workspace.close(origin);
            workspace.behind = back as usize;
            if self.first_new > 0 {
                // The last transfer of a cycle is no earlier than any new one in it.
                let earliest = self.new_ticks.start;
                let first = into_origin.partition_point(|edge| edge.tick() < earliest);
                workspace.behind = first.max(back as usize);
            }
        }
        workspace.tick = tick;
        let mut steps = 1;
        // Where nothing leaves the second account inside the window, nothing is worth knowing.
        let onward = outgoing.of(first.other()).edges;
        let next = onward.partition_point(|edge| edge.tick() < floor);
        let Some(next) = onward
            .get(next)
            .filter(|edge| edge.tick() <= self.horizons.last(tick))
        else {
            return steps;
        };
        let inside = self.inside(tick);
        if !inside.holds(next.tick()) {
            return steps;
        }
        let is_limited = self.max_hops != u32::MAX;
        while let Some(edge) = into_origin
            .get(workspace.behind)
            .filter(|edge| inside.holds(edge.tick()))
        {
            workspace.behind += 1;
            if edge.tick() >= floor {
                steps += 1;
                workspace.reach(*edge, u16::from(is_limited));
            }
        }
        while !workspace.next_frontier.is_empty() {
            std::mem::swap(&mut workspace.frontier, &mut workspace.next_frontier);
            for place in 0..workspace.frontier.len() {
                let account = workspace.frontier[place];
                let mark = &mut workspace.marks[account as usize];
                mark.queued = false;
                let Mark {
                    until, known, hops, ..
                } = *mark;
                let hops = hops + u16::from(is_limited);
                if u32::from(hops) >= self.max_hops {
                    continue;
                }
                let into = incoming.of(account).edges;
                let behind = into.partition_point(|edge| self.can_leave(edge.tick(), until));
                for edge in into[..behind]
                    .iter()
                    .rev()
                    .take_while(|edge| edge.tick() >= floor && !self.can_leave(edge.tick(), known))
                {
                    steps += 1;
                    workspace.reach(*edge, hops);
                }
            }
            workspace.frontier.clear();
        }
        steps
    }

    /// The second account of a start, where a way leads back from it in time.
    fn first_frame(&self, start: usize, workspace: &Workspace) -> Option<Frame> {
        let slot = self.starts[start].slot as usize;
        let first = self.outgoing().edges[slot];
        let mark = workspace.marks[first.other() as usize];
        let open = self.can_leave(first.tick(), mark.until) && u32::from(mark.hops) < self.max_hops;
        open.then(|| self.frame(first.other(), self.outgoing().transfers[slot], first.tick()))
    }

    fn frame(&self, account: u32, via: u32, arrival: u32) -> Frame {
        let outgoing = self.outgoing();
        let slots = outgoing.slots(account);
        let edges = &outgoing.edges[slots.clone()];
        let first = edges.partition_point(|edge| !self.follows(arrival, edge.tick()));
        Frame {
            account,
            via,
            next: (slots.start + first) as u32,
            stop: slots.end as u32,
        }
    }

    /// Depth first from the frames in the workspace. Where a limit is met, the frames become the rest of the task.
    fn look_forward<S: Sink>(
        &self,
        start: usize,
        workspace: &mut Workspace,
        slice: u64,
        most: u64,
        outcome: &mut Outcome<S>,
    ) {
        let outgoing = self.outgoing();
        let first_slot = self.starts[start].slot;
        let first_tick = self.tick(first_slot);
        let first = outgoing.transfers[first_slot as usize];
        let origin = self.payer(first_slot);
        let amounts_matter = self.conservation.is_any();
        let mut steps = 0;
        let mut full = outcome.sink.count() >= most;
        while let Some(frame) = workspace.frames.last() {
            let Frame {
                account: here,
                next,
                stop,
                ..
            } = *frame;
            let until = workspace.marks[here as usize].until;
            let depth = workspace.frames.len();
            let mut onward = None;
            let mut slot = next as usize;
            let behind = stop as usize;
            while slot < behind {
                let edge = outgoing.edges[slot];
                if edge.tick() >= until {
                    slot = behind;
                    break;
                }
                if full || steps >= slice || (steps % CANCEL_EVERY == 0 && self.run.is_cancelled()) {
                    workspace.frames[depth - 1].next = slot as u32;
                    let frames = self.tightened(workspace);
                    outcome.rest.push(Task::Search { start, frames });
                    outcome.steps += steps;
                    return;
                }
                steps += 1;
                slot += 1;
                let account = edge.other();
                if account != origin {
                    let mark = workspace.marks[account as usize];
                    let hops = (depth as u32 + 1).saturating_add(u32::from(mark.hops));
                    if !self.can_leave(edge.tick(), mark.until) || mark.on_path || hops > self.max_hops {
                        continue;
                    }
                    let transfer = outgoing.transfers[slot - 1];
                    if amounts_matter && !self.hop_holds(workspace, transfer) {
                        continue;
                    }
                    onward = Some(self.frame(account, transfer, edge.tick()));
                    break;
                }
                let last = outgoing.transfers[slot - 1];
                if (!amounts_matter || self.amounts_close(workspace, first, last))
                    && (edge.tick() != first_tick || self.is_told_first(&workspace.frames, last))
                    && (self.first_new == 0 || self.is_new(&workspace.frames, last))
                {
                    outcome.sink.take(&workspace.frames, last);
                    full = outcome.sink.count() >= most;
                }
            }
            match onward {
                Some(frame) => {
                    workspace.frames[depth - 1].next = slot as u32;
                    workspace.enter(frame);
                }
                None => {
                    workspace.marks[here as usize].on_path = false;
                    workspace.frames.pop();
                }
            }
        }
        outcome.steps += steps;
    }

    /// The frames with the slots cut off that lie behind the latest departure.
    fn tightened(&self, workspace: &Workspace) -> Vec<Frame> {
        let edges = &self.outgoing().edges;
        let tighten = |frame: &Frame| {
            let until = workspace.marks[frame.account as usize].until;
            let left = &edges[frame.next as usize..frame.stop as usize];
            Frame {
                stop: frame.next + left.partition_point(|edge| edge.tick() < until) as u32,
                ..*frame
            }
        };
        workspace.frames.iter().map(tighten).collect()
    }

    /// Whether a transfer at one tick may be followed by one at another. Ticks number distinct times of at most
    /// `u32::MAX` transfers, so the sum does not overflow.
    pub(super) fn follows(&self, earlier: u32, later: u32) -> bool {
        earlier + self.step <= later
    }

    /// Whether money that arrives at a tick can still leave before it is too late.
    fn can_leave(&self, arrival: u32, until: u32) -> bool {
        arrival + self.step < until
    }

    /// A cycle whose transfers all have one time can be told from each of them. Of the tellings that keep the conditions
    /// on amounts, the one counts that begins with the smallest number. Any other cycle has one beginning only.
    fn is_told_first(&self, path: &[Frame], last: u32) -> bool {
        let round: Vec<u32> = path.iter().map(|frame| frame.via).chain([last]).collect();
        let amount = |place: usize| self.graph.amount(round[place % round.len()]);
        !(1..round.len()).any(|begin| {
            round[begin] < round[0]
                && self
                    .conservation
                    .return_holds(amount(begin), amount(begin + round.len() - 1))
                && (begin..begin + round.len() - 1)
                    .all(|place| self.conservation.hop_holds(amount(place), amount(place + 1)))
        })
    }

    fn is_new(&self, path: &[Frame], last: u32) -> bool {
        last >= self.first_new || path.iter().any(|frame| frame.via >= self.first_new)
    }

    fn hop_holds(&self, workspace: &Workspace, transfer: u32) -> bool {
        workspace.frames.last().is_none_or(|frame| {
            self.conservation
                .hop_holds(self.graph.amount(frame.via), self.graph.amount(transfer))
        })
    }

    fn amounts_close(&self, workspace: &Workspace, first: u32, last: u32) -> bool {
        self.hop_holds(workspace, last)
            && self
                .conservation
                .return_holds(self.graph.amount(first), self.graph.amount(last))
    }
}
