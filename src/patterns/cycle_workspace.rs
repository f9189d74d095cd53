//! What a thread remembers of the way back to an account.

use crate::graph::Edge;

use super::cycle_task::Frame;

/// Memory that one thread keeps from task to task. What is known of the way back to one account stays from start to
/// start: the window moves on, so what is known only has to be added to.
pub(super) struct Workspace {
    pub(super) marks: Vec<Mark>,
    pub(super) touched: Vec<u32>,
    pub(super) frontier: Vec<u32>,
    pub(super) next_frontier: Vec<u32>,
    pub(super) frames: Vec<Frame>,
    /// The account that the marks lead back to.
    pub(super) origin: Option<u32>,
    /// Tick of the last start.
    pub(super) tick: u32,
    /// Slot of the first transfer into the origin that was not looked at yet.
    pub(super) behind: usize,
}

/// What the backward pass knows of an account.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    /// First tick at which it is too late for money to leave and still come back in time; 0 where there is no way.
    pub(super) until: u32,
    /// While it is queued: what arrives early enough to leave before this tick has been looked at.
    pub(super) known: u32,
    /// Fewest hops to come back, or fewer; 0 for all where hops are not limited.
    pub(super) hops: u16,
    pub(super) on_path: bool,
    pub(super) queued: bool,
}

const NO_MARK: Mark = Mark {
    until: 0,
    known: 0,
    hops: u16::MAX,
    on_path: false,
    queued: false,
};

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
    pub(super) fn reach(&mut self, edge: Edge, hops: u16) {
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
    pub(super) fn close(&mut self, origin: u32) {
        let mark = &mut self.marks[origin as usize];
        (mark.until, mark.hops) = (u32::MAX, 0);
        self.touched.push(origin);
        self.origin = Some(origin);
    }

    pub(super) fn enter(&mut self, frame: Frame) {
        self.marks[frame.account as usize].on_path = true;
        self.frames.push(frame);
    }

    pub(super) fn reset(&mut self) {
        for account in self.touched.drain(..) {
            self.marks[account as usize] = NO_MARK;
        }
        self.frames.clear();
        self.frontier.clear();
        self.next_frontier.clear();
        self.origin = None;
    }
}
