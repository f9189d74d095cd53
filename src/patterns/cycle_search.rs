//! The cycles that begin with one transfer: a backward pass from the account that starts it, then a forward search that
//! turns away where the backward pass says that no way leads back. The search can stop anywhere and be cut in pieces,
//! so that one heavy start does not keep one core busy while the others wait.

use std::ops::Range;

use rayon::prelude::*;

use crate::graph::{Adjacency, CyclicCore, Edge, Horizons, Paid, TemporalGraph};

use super::result::Sequences;
use super::{Conservation, Run, TemporalCycles, TimeOrder};

/// Starts that are sorted by account and not by time. It decides how much is whole when a budget cuts.
const STRETCH: usize = 1 << 15;
/// Blocks of ticks that stretches are made of.
const BLOCKS: usize = 1 << 12;
/// Accounts whose starts one thread finds at a time.
const ACCOUNTS: usize = 1 << 8;
/// Steps between two looks at the cancellation flag.
const CANCEL_EVERY: u64 = 1 << 14;

/// One account on the path of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    account: u32,
    /// The transfer that led here.
    via: u32,
    /// Outgoing slots still to be tried.
    next: u32,
    stop: u32,
}

/// Work that one thread does in one go.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// Starts, by their number.
    Starts(Range<usize>),
    /// A search that was interrupted.
    Search { start: usize, frames: Vec<Frame> },
}

/// What came out of a task.
pub(super) struct Outcome<S> {
    pub sink: S,
    pub steps: u64,
    /// What is left of the task, in order.
    pub rest: Vec<Task>,
}

/// Where cycles go.
pub(super) trait Sink: Default + Send {
    /// A cycle: the transfers of the path, then the last one.
    fn take(&mut self, path: &[Frame], last: u32);
    /// How many were taken.
    fn count(&self) -> u64;
    /// Adds what another took after this.
    fn absorb(&mut self, later: Self);
}

/// Counts by number of hops.
#[derive(Debug, Default)]
pub(super) struct Counting {
    pub by_hops: Vec<u64>,
    count: u64,
}

/// Lists the transfers.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub cycles: Sequences,
}

/// What is the same for every start.
pub(super) struct Search<'a> {
    graph: &'a TemporalGraph,
    /// What is searched, where that is not the graph itself.
    core: Option<CyclicCore>,
    run: &'a Run<'a>,
    /// Ticks that have to lie between a transfer and the next: 1 in strict order, 0 in lenient.
    step: u32,
    /// Most transfers in a cycle; `u32::MAX` where the number of accounts is the only limit.
    max_hops: u32,
    conservation: Conservation,
    /// Only cycles count that hold a transfer with this number or a higher one.
    first_new: u32,
    /// From the tick of the earliest such transfer to behind that of the latest.
    new_ticks: Range<u32>,
    window: i64,
    horizons: Horizons,
    /// The last tick inside the window that begins with each; only where so many are asked for that it pays.
    ends: Vec<u32>,
    /// Stretches follow each other in time; inside one, starts are sorted by slot, that is by (payer, time, transfer),
    /// because those of one account share what is known of the way back.
    starts: Vec<Start>,
    /// Where each stretch ends, and its earliest tick.
    stretches: Vec<(usize, u32)>,
}

/// A transfer that may begin a cycle.
#[derive(Clone, Copy, Debug, Default)]
struct Start {
    /// Where it lies among the outgoing transfers.
    slot: u32,
    /// The first transfer behind it that comes in again, by its place among those that come in to the account.
    back: u32,
}

/// Memory that one thread keeps from task to task. What is known of the way back to one account stays from start to
/// start: the window moves on, so what is known only has to be added to.
pub(super) struct Workspace {
    marks: Vec<Mark>,
    touched: Vec<u32>,
    frontier: Vec<u32>,
    next_frontier: Vec<u32>,
    frames: Vec<Frame>,
    /// The account that the marks lead back to.
    origin: Option<u32>,
    /// Tick of the last start.
    tick: u32,
    /// Slot of the first transfer into the origin that was not looked at yet.
    behind: usize,
}

/// What the backward pass knows of an account.
#[derive(Clone, Copy)]
struct Mark {
    /// First tick at which it is too late for money to leave and still come back in time; 0 where there is no way.
    until: u32,
    /// While it is queued: what arrives early enough to leave before this tick has been looked at.
    known: u32,
    /// Fewest hops to come back, or fewer; 0 for all where hops are not limited.
    hops: u16,
    on_path: bool,
    queued: bool,
}

const NO_MARK: Mark = Mark {
    until: 0,
    known: 0,
    hops: u16::MAX,
    on_path: false,
    queued: false,
};

impl Task {
    /// The first start that it belongs to.
    pub fn first_start(&self) -> usize {
        match self {
            Task::Starts(starts) => starts.start,
            Task::Search { start, .. } => *start,
        }
    }

    /// Cuts an interrupted search in two that together do the same in the same order. The cut goes through what is left
    /// nearest to the start, where most of the work hangs: every piece repeats the backward pass and has to be worth it.
    pub fn split(self) -> Vec<Task> {
        let Task::Search { start, mut frames } = self else {
            return vec![self];
        };
        let is_open = |frame: &Frame| frame.next < frame.stop;
        let Some(depth) = frames.iter().position(is_open) else {
            return Vec::new();
        };
        let Frame { next, stop, .. } = frames[depth];
        let has_deeper = frames[depth + 1..].iter().any(is_open);
        let middle = match has_deeper {
            true => next + (stop - next) / 2,
            false => next + (stop - next).div_ceil(2),
        };
        let mut behind = frames[..=depth].to_vec();
        behind[depth].next = middle;
        frames[depth].stop = middle;
        let mut pieces = vec![Task::Search { start, frames }];
        if middle < stop {
            pieces.push(Task::Search {
                start,
                frames: behind,
            });
        }
        pieces
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

    /// Whether to cut the graph before it is searched. That costs about as much as searching from a tenth of its
    /// transfers; where fewer may begin a cycle, few windows hold anything. A sixteenth of the accounts tell.
    fn is_core_worth_it(&self, paid: &Paid) -> bool {
        let parts = self.accounts().div_ceil(ACCOUNTS);
        let every = if parts < 64 { 1 } else { 16 };
        let (mut transfers, mut starts) = (0, Vec::new());
        for part in (0..parts).step_by(every) {
            for account in self.part(part) {
                transfers += self.outgoing().of(account).len();
                self.starts_of(account, Some(paid), &mut starts);
            }
        }
        starts.len() * 10 > transfers
    }

    /// Finds the starts, and sorts them into stretches.
    fn lay_stretches(&mut self, paid: &Paid) {
        // Accounts of a core have other numbers, and what does not go on is cut already.
        let paid = self.core.is_none().then_some(paid);
        let parts: Vec<Vec<Start>> = (0..self.accounts().div_ceil(ACCOUNTS))
            .into_par_iter()
            .map(|part| {
                let mut starts = Vec::new();
                for account in self.part(part) {
                    self.starts_of(account, paid, &mut starts);
                }
                if self.first_new > 0 {
                    // Windows that hold no new transfer are of no use, nor those that begin behind the last one.
                    starts.retain(|start| {
                        let tick = self.tick(start.slot);
                        self.horizons.last(tick) >= self.new_ticks.start && tick < self.new_ticks.end
                    });
                }
                starts
            })
            .collect();
        // Blocks of ticks in turn fill a stretch until it is long enough.
        let ticks = self.graph.times().len();
        let block = ticks.div_ceil(BLOCKS).max(1);
        let block_of = |start: &Start| self.tick(start.slot) as usize / block;
        let mut stretch_of = vec![0_usize; ticks.div_ceil(block)];
        for start in parts.iter().flatten() {
            stretch_of[block_of(start)] += 1;
        }
        let mut begins = vec![0];
        let (mut filled, mut total) = (0, 0);
        for count in &mut stretch_of {
            if filled > 0 && filled + *count > STRETCH {
                begins.push(total);
                filled = 0;
            }
            filled += *count;
            total += *count;
            *count = begins.len() - 1;
        }
        let mut starts = vec![Start::default(); total];
        let mut earliest = vec![u32::MAX; begins.len()];
        let mut next = begins;
        for start in parts.iter().flatten() {
            let stretch = stretch_of[block_of(start)];
            starts[next[stretch]] = *start;
            earliest[stretch] = earliest[stretch].min(self.tick(start.slot));
            next[stretch] += 1;
        }
        // Each stretch is full now, so the next place is its end.
        self.stretches = next.into_iter().zip(earliest).collect();
        self.starts = starts;
    }

    fn part(&self, part: usize) -> Range<u32> {
        (part * ACCOUNTS) as u32..((part + 1) * ACCOUNTS).min(self.accounts()) as u32
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

    fn outgoing(&self) -> &Adjacency {
        match &self.core {
            Some(core) => core.outgoing(),
            None => self.graph.both().0,
        }
    }

    fn incoming(&self) -> &Adjacency {
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

    /// The last tick inside the window that begins with a tick.
    fn end(&self, tick: u32) -> u32 {
        if let Some(end) = self.ends.get(tick as usize) {
            return *end;
        }
        let times = self.graph.times();
        let limit = times[tick as usize].saturating_add(self.window);
        let (least, last) = (self.horizons.least(tick), self.horizons.last(tick));
        let between = &times[least as usize..=last as usize];
        // The least itself lies inside the window.
        least + between.partition_point(|time| *time <= limit) as u32 - 1
    }

    fn tick(&self, slot: u32) -> u32 {
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

    /// An account's outgoing transfers after which money comes in again within the window, or not much later,
    /// and may go on from the payee.
    /// Both lists are sorted, so one walk over each is enough.
    fn starts_of(&self, account: u32, paid: Option<&Paid>, starts: &mut Vec<Start>) {
        let incoming = self.incoming().of(account).edges;
        if incoming.is_empty() {
            return;
        }
        let outgoing = self.outgoing();
        let slots = outgoing.slots(account);
        let mut back = 0;
        for (slot, edge) in (slots.start as u32..).zip(&outgoing.edges[slots]) {
            if edge.other() == account {
                continue;
            }
            while incoming.get(back).is_some_and(|edge_in| {
                edge_in.other() == account || !self.follows(edge.tick(), edge_in.tick())
            }) {
                back += 1;
            }
            match incoming.get(back) {
                Some(edge_in) => {
                    let comes_back = edge_in.tick() <= self.horizons.last(edge.tick());
                    if comes_back && paid.is_none_or(|paid| paid.goes_on(*edge)) {
                        let back = back as u32;
                        starts.push(Start { slot, back });
                    }
                }
                None => break,
            }
        }
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
        let end = self.end(tick);
        if next.tick() > end {
            return steps;
        }
        let is_limited = self.max_hops != u32::MAX;
        while let Some(edge) = into_origin
            .get(workspace.behind)
            .filter(|edge| edge.tick() <= end)
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
    fn follows(&self, earlier: u32, later: u32) -> bool {
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

impl Workspace {
    /// For a search among this many accounts.
    pub fn new(accounts: usize) -> Workspace {
        Workspace {
            marks: vec![NO_MARK; accounts],
            touched: Vec::new(),
            frontier: Vec::new(),
            next_frontier: Vec::new(),
            frames: Vec::new(),
            origin: None,
            tick: 0,
            behind: 0,
        }
    }

    /// Takes note that a transfer leads back, where that is later or nearer than what is known.
    fn reach(&mut self, edge: Edge, hops: u16) {
        let account = edge.other();
        let mark = &mut self.marks[account as usize];
        let (is_later, is_nearer) = (edge.tick() >= mark.until, hops < mark.hops);
        if !is_later && !is_nearer {
            return;
        }
        if mark.until == 0 {
            self.touched.push(account);
        }
        let known = if is_nearer { 0 } else { mark.until };
        mark.known = if mark.queued { mark.known.min(known) } else { known };
        mark.until = mark.until.max(edge.tick() + 1);
        mark.hops = mark.hops.min(hops);
        if !mark.queued {
            mark.queued = true;
            self.next_frontier.push(account);
        }
    }

    /// Keeps the backward pass from coming through the account that it began with.
    fn close(&mut self, origin: u32) {
        let mark = &mut self.marks[origin as usize];
        (mark.until, mark.hops) = (u32::MAX, 0);
        self.touched.push(origin);
        self.origin = Some(origin);
    }

    fn enter(&mut self, frame: Frame) {
        self.marks[frame.account as usize].on_path = true;
        self.frames.push(frame);
    }

    fn reset(&mut self) {
        for account in self.touched.drain(..) {
            self.marks[account as usize] = NO_MARK;
        }
        self.frames.clear();
        self.frontier.clear();
        self.next_frontier.clear();
        self.origin = None;
    }
}

impl Sink for Counting {
    fn take(&mut self, path: &[Frame], _last: u32) {
        let hops = path.len() + 1;
        if self.by_hops.len() <= hops {
            self.by_hops.resize(hops + 1, 0);
        }
        self.by_hops[hops] += 1;
        self.count += 1;
    }

    fn count(&self) -> u64 {
        self.count
    }

    fn absorb(&mut self, later: Counting) {
        if self.by_hops.len() < later.by_hops.len() {
            self.by_hops.resize(later.by_hops.len(), 0);
        }
        for (sum, more) in self.by_hops.iter_mut().zip(later.by_hops) {
            *sum += more;
        }
        self.count += later.count;
    }
}

impl Sink for Listing {
    fn take(&mut self, path: &[Frame], last: u32) {
        self.cycles.push(path.iter().map(|frame| frame.via).chain([last]));
    }

    fn count(&self) -> u64 {
        self.cycles.len() as u64
    }

    fn absorb(&mut self, later: Listing) {
        self.cycles.append(&later.cycles);
    }
}

/// The ticks around new transfers that a cycle with one of them can reach into, and those of the new ones.
fn around_new(graph: &TemporalGraph, first_new: u32, window: i64) -> (Range<u32>, Range<u32>) {
    let ticks = (first_new..graph.transfers() as u32).map(|transfer| graph.tick(transfer));
    let (Some(first), Some(last)) = (ticks.clone().min(), ticks.max()) else {
        return (0..0, 0..0);
    };
    let time = |tick: u32| graph.times()[tick as usize];
    let from = time(first).saturating_sub(window);
    let to = time(last).saturating_add(window);
    (graph.ticks_between(from, to), first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slots that a task will try, as (depth, slot), in the order in which it returns to them.
    fn left(task: &Task) -> Vec<(usize, u32)> {
        match task {
            Task::Search { frames, .. } => {
                let slots =
                    |depth: usize| (frames[depth].next..frames[depth].stop).map(move |slot| (depth, slot));
                (0..frames.len()).rev().flat_map(slots).collect()
            }
            Task::Starts(_) => Vec::new(),
        }
    }

    #[test]
    fn pieces_cover_what_was_left_in_the_same_order() {
        let frame = |account, next, stop| Frame {
            account,
            via: account,
            next,
            stop,
        };
        for (frames, pieces) in [
            (vec![frame(1, 10, 15), frame(2, 7, 7), frame(4, 20, 21)], 2),
            (vec![frame(1, 10, 11), frame(2, 7, 9)], 2),
            (vec![frame(1, 10, 10), frame(2, 7, 10)], 2),
            (vec![frame(1, 10, 10), frame(2, 7, 8)], 1),
            (vec![frame(1, 10, 10)], 0),
        ] {
            let task = Task::Search { start: 3, frames };
            let split = task.clone().split();
            assert_eq!(split.len(), pieces, "{task:?}");
            assert!(
                split
                    .iter()
                    .all(|piece| piece.first_start() == 3 && !left(piece).is_empty())
            );
            assert_eq!(split.iter().flat_map(left).collect::<Vec<_>>(), left(&task));
        }
    }
}
