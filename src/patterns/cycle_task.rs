//! Work on cycles that threads share out, and what comes of it.

use std::ops::Range;

use super::result::Sequences;

/// One account on the path of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) account: u32,
    /// The transfer that led here.
    pub(super) via: u32,
    /// Outgoing slots still to be tried.
    pub(super) next: u32,
    pub(super) stop: u32,
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
    /// What they take in memory, roughly, in words of four bytes.
    fn words(&self) -> usize;
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

    fn words(&self) -> usize {
        0
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

    fn words(&self) -> usize {
        self.cycles.words()
    }

    fn absorb(&mut self, later: Listing) {
        self.cycles.append(&later.cycles);
    }
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
