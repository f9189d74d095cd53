//! Tasks of a search for cycles, done in rounds within a budget.

use std::collections::VecDeque;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::graph::TemporalGraph;

use super::cycle_search::Search;
use super::cycle_task::{Outcome, Sink, Task};
use super::cycle_workspace::Workspace;
use super::{Limit, Pattern, PatternError, Progress, Run, TemporalCycles, Truncated};

/// Steps after which a search is interrupted, so that its rest can be shared out. Like the numbers below it is a
/// constant and no property of the machine, because where a budget cuts must not depend on the number of threads.
const SLICE: u64 = 1 << 16;
/// Tasks in one round.
const ROUND: usize = 256;
/// Tasks in one round even where little of the budget is left.
const SMALLEST_ROUND: usize = 16;
/// Starts in one task.
const STARTS: usize = 256;
/// Steps and cycles that a task gets even where little of the budget is left.
const SMALLEST_SHARE: u64 = 64;
/// Waiting tasks above which an interrupted search is not cut in pieces any more.
const ENOUGH_WAITING: usize = 1024;

/// What a search may find before it ends.
#[derive(Clone, Copy)]
pub(super) struct Most {
    pub instances: u64,
    /// Words of four bytes that a list may hold.
    pub words: usize,
}

impl Most {
    /// No more instances than asked for, and no more than a gigabyte: putting a list in order takes several times as much.
    pub fn listed(run: &Run<'_>) -> Most {
        Most {
            instances: run.budget.max_instances,
            words: 1 << 28,
        }
    }

    /// What is only counted takes no room.
    pub const COUNTED: Most = Most {
        instances: u64::MAX,
        words: usize::MAX,
    };
}

impl TemporalCycles {
    /// Runs tasks in rounds. A round takes the first tasks that wait, runs them in parallel for a slice each, and takes
    /// in what they found and left in their order. Budgets are settled between tasks, so they cut at the same place on
    /// any number of threads.
    pub(super) fn drive<S: Sink>(
        &self,
        graph: &TemporalGraph,
        first_new: u32,
        run: &Run<'_>,
        most: Most,
    ) -> Result<(S, Option<Truncated>, u64), PatternError> {
        self.validate()?;
        run.check_cancelled()?;
        let search = Search::new(self, graph, first_new, run);
        let workspaces: Mutex<Vec<Workspace>> = Mutex::new(Vec::new());
        let mut waiting: VecDeque<Task> = VecDeque::new();
        let (mut fresh, mut steps, mut sink) = (0, 0_u64, S::default());
        while !waiting.is_empty() || fresh < search.starts() {
            // A round is thrown away from where it meets a budget, so near the end of one it gets smaller, and each task
            // gets its share only.
            let size = (run.budget.max_steps - steps) / SLICE;
            let size = usize::try_from(size)
                .unwrap_or(ROUND)
                .clamp(SMALLEST_ROUND, ROUND);
            let mut round: Vec<Task> = waiting.drain(..waiting.len().min(size)).collect();
            while round.len() < size && fresh < search.starts() {
                let end = (fresh + STARTS).min(search.starts());
                round.push(Task::Starts(fresh..end));
                fresh = end;
            }
            let firsts: Vec<usize> = round.iter().map(Task::first_start).collect();
            let share = |left: u64| left / round.len() as u64;
            let slice = share(run.budget.max_steps - steps).clamp(SMALLEST_SHARE, SLICE);
            let cycles = share(most.instances - sink.count()).max(SMALLEST_SHARE);
            let outcomes: Vec<Outcome<S>> = round
                .into_par_iter()
                .with_max_len(1)
                .map(|task| {
                    let kept = lock(&workspaces).pop();
                    let mut workspace = kept.unwrap_or_else(|| Workspace::new(search.accounts()));
                    let outcome = search.perform(task, &mut workspace, slice, cycles);
                    lock(&workspaces).push(workspace);
                    outcome
                })
                .collect();
            run.check_cancelled()?;

            let mut rest: Vec<Task> = Vec::new();
            let mut cut = None;
            // The first start of which something may lack.
            let mut lacking = usize::MAX;
            for (first, outcome) in firsts.into_iter().zip(outcomes) {
                if cut.is_some() {
                    lacking = lacking.min(first);
                    continue;
                }
                steps += outcome.steps;
                sink.absorb(outcome.sink);
                rest.extend(outcome.rest);
                if sink.count() > most.instances || sink.words() > most.words {
                    cut = Some(Limit::Instances);
                    lacking = lacking.min(first);
                } else if steps >= run.budget.max_steps {
                    cut = Some(Limit::Steps);
                }
            }
            if let Some(by) = cut {
                let left = rest.iter().chain(&waiting).map(Task::first_start).chain([fresh]);
                let lacking = left.fold(lacking, usize::min);
                let truncated = search
                    .earliest_from(lacking)
                    .map(|complete_before| Truncated { by, complete_before });
                return Ok((sink, truncated, steps));
            }
            run.report(Progress {
                done: fresh as u64,
                total: search.starts() as u64,
                instances: sink.count(),
                steps,
            });
            let is_enough = waiting.len() >= ENOUGH_WAITING;
            for task in rest.into_iter().rev() {
                match is_enough {
                    true => waiting.push_front(task),
                    false => task
                        .split()
                        .into_iter()
                        .rev()
                        .for_each(|piece| waiting.push_front(piece)),
                }
            }
        }
        Ok((sink, None, steps))
    }
}

/// A workspace is only swapped in and out under the lock, so one that a panic left locked is whole.
fn lock(workspaces: &Mutex<Vec<Workspace>>) -> std::sync::MutexGuard<'_, Vec<Workspace>> {
    workspaces
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
