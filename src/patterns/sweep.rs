//! Goes over accounts (or what else a pattern is told of) one by one, in parallel, within a budget.
//!
//! A unit of work is done whole or not at all, and units count in their order: what is kept is the longest row of units
//! from the first on whose steps together fit the budget. So a budget cuts at the same place on any number of threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::graph::TemporalGraph;

use super::{Bundle, Found, Limit, PatternError, Progress, Run, Truncated};

/// Weight of the units in one round.
const ROUND: u64 = 1 << 20;
/// Steps between two looks at what the other threads have spent.
const LOOK_EVERY: u64 = 1 << 14;

/// A search that falls into units that know nothing of each other.
pub(super) trait Sweep: Sync {
    /// Memory that one thread keeps from unit to unit.
    type Scratch: Send;

    /// Memory for one thread, as each unit has to leave it behind.
    fn scratch(&self) -> Self::Scratch;

    /// How heavy a unit may be, roughly; 0 where there is nothing to find.
    fn weight(&self, unit: u32) -> u64;

    /// Does one unit. Ends with nothing as soon as [`Work::spend`] does; the scratch is then thrown away.
    fn unit(&self, unit: u32, scratch: &mut Self::Scratch, work: &mut Work<'_>) -> Option<()>;
}

/// What one unit has spent and found.
pub(super) struct Work<'a> {
    pub bundles: Vec<Bundle>,
    steps: u64,
    told: u64,
    /// Steps that may be spent.
    left: u64,
    /// Steps of all units of the round together.
    round: &'a AtomicU64,
    run: &'a Run<'a>,
}

impl Work<'_> {
    /// Takes note of steps; nothing where they are more than are left.
    pub fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.saturating_add(steps as u64);
        if self.steps > self.left {
            return None;
        }
        if self.steps - self.told < LOOK_EVERY {
            return Some(());
        }
        let spent = self.steps - self.told;
        self.told = self.steps;
        // Where the round as a whole is too much, no unit of it needs to go on: it is done again in smaller rounds.
        let together = self
            .round
            .fetch_add(spent, Ordering::Relaxed)
            .saturating_add(spent);
        (together <= self.left && !self.run.is_cancelled()).then_some(())
    }
}

/// Bundles so far, never many more than may be listed.
struct Kept {
    bundles: Vec<Bundle>,
    most: usize,
    /// First time of the earliest bundle that had to go.
    dropped: Option<i64>,
}

/// A scratch on loan to one thread for a row of units; it goes back where it came from.
struct Lent<'a, T> {
    scratch: Option<T>,
    scratches: &'a Mutex<Vec<T>>,
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        lock(self.scratches).extend(self.scratch.take());
    }
}

/// Does all units.
pub(super) fn sweep<S: Sweep>(
    graph: &TemporalGraph,
    units: u32,
    search: &S,
    run: &Run<'_>,
) -> Result<Found, PatternError> {
    let scratches: Mutex<Vec<S::Scratch>> = Mutex::new(Vec::new());
    let mut kept = Kept {
        bundles: Vec::new(),
        most: usize::try_from(run.budget.max_instances).unwrap_or(usize::MAX),
        dropped: None,
    };
    let (mut next, mut steps, mut most_units) = (0_u32, 0_u64, u32::MAX);
    let mut is_cut = false;
    run.check_cancelled()?;
    while next < units && !is_cut {
        let left = run.budget.max_steps - steps;
        let (mut end, mut weight) = (next, 0_u64);
        let mut round: Vec<u32> = Vec::new();
        while end < units && (round.len() as u64) < u64::from(most_units) && weight < ROUND {
            let own = match run.is_asked(end) {
                true => search.weight(end),
                false => 0,
            };
            weight = weight.saturating_add(own);
            if own > 0 {
                round.push(end);
            }
            end += 1;
        }
        let together = AtomicU64::new(0);
        let outcomes: Vec<Option<Work<'_>>> = round
            .par_iter()
            .map_init(
                || Lent {
                    scratch: None,
                    scratches: &scratches,
                },
                |lent, unit| {
                    let taken = lent.scratch.take().or_else(|| lock(&scratches).pop());
                    let mut scratch = taken.unwrap_or_else(|| search.scratch());
                    let mut work = Work {
                        bundles: Vec::new(),
                        steps: 0,
                        told: 0,
                        left,
                        round: &together,
                        run,
                    };
                    search.unit(*unit, &mut scratch, &mut work)?;
                    lent.scratch = Some(scratch);
                    Some(work)
                },
            )
            .collect();
        run.check_cancelled()?;
        let mut done = end;
        for (unit, outcome) in round.iter().zip(outcomes) {
            let fits = outcome.filter(|work| steps.saturating_add(work.steps) <= run.budget.max_steps);
            let Some(work) = fits else {
                // Alone and still too much: here the budget cuts. Otherwise it has another try in a smaller round.
                is_cut = round.len() == 1;
                most_units = (round.len() as u32 / 2).max(1);
                done = *unit;
                break;
            };
            steps += work.steps;
            kept.bundles.extend(work.bundles);
        }
        next = done;
        kept.trim(false);
        run.report(Progress {
            done: u64::from(next),
            total: u64::from(units),
            instances: kept.bundles.len() as u64,
            steps,
        });
    }
    kept.trim(true);
    let first = graph.times().first().copied().unwrap_or(i64::MIN);
    let truncated = match (kept.dropped, is_cut) {
        (None, false) => None,
        (dropped, _) => Some(Truncated {
            by: if dropped.is_some() {
                Limit::Instances
            } else {
                Limit::Steps
            },
            // Units are left, and what they hold may be the earliest of all.
            complete_before: if is_cut { first } else { dropped.unwrap_or(first) },
        }),
    };
    Ok(Found {
        bundles: kept.bundles,
        truncated,
        steps,
    })
}

/// The order in which bundles are told.
pub(super) fn sort(bundles: &mut [Bundle]) {
    bundles.par_sort_unstable_by(|a, b| {
        (a.measures.first_at, &a.representative, &a.accounts).cmp(&(
            b.measures.first_at,
            &b.representative,
            &b.accounts,
        ))
    });
}

impl Kept {
    /// Sorts, and lets go of what is too much: at the end, and before that only where it is far too much.
    fn trim(&mut self, is_end: bool) {
        if !is_end && self.bundles.len() <= self.most.saturating_mul(2).max(1 << 16) {
            return;
        }
        sort(&mut self.bundles);
        if let Some(bundle) = self.bundles.get(self.most) {
            let first_at = bundle.measures.first_at;
            self.dropped = Some(self.dropped.map_or(first_at, |before| before.min(first_at)));
            self.bundles.truncate(self.most);
        }
    }
}

/// A scratch is only swapped in and out under the lock, so one that a panic left locked is whole.
fn lock<T>(scratches: &Mutex<Vec<T>>) -> std::sync::MutexGuard<'_, Vec<T>> {
    scratches
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
