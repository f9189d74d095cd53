//! Goes over accounts (or what else a pattern is told of) one by one, in parallel, within a budget.
//!
//! Half of the budget of steps is shared out among the units by their weight, so that each has its turn; the other half,
//! and what units leave of theirs, is for those that need more, none more than a part of what is left of it. So one hub
//! does not take all. A unit that reaches its share keeps what it found up to there, and the sweep goes on behind it.
//! Units count in their order and a share depends on the units before it alone: a budget cuts at the same places on any
//! number of threads.
//!
//! Memory is bounded by what may be listed, not by what could be found: every list of bundles is cut back to the
//! earliest ones as soon as it holds twice as many, and when the units of a pass hold too much together, all but the
//! first give way and are done again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::graph::TemporalGraph;

use super::{Bundle, Found, Limit, PatternError, Progress, Run, Truncated};

/// Weight of the units in one round.
const ROUND: u64 = 1 << 20;
/// Steps between two looks at what the other threads have spent.
const LOOK_EVERY: u64 = 1 << 14;
/// One part in so many of the steps that are free is the most for one unit.
const PARTS: u64 = 16;
/// Steps that are not worth parting.
const FEW_STEPS: u64 = 1 << 16;
/// Fewest steps for a weight of one that are worth keeping for each unit.
const WORTH_KEEPING: u64 = 64;
/// Bundles that are not worth cutting back.
const FEW_BUNDLES: usize = 1 << 16;
/// What the units of a pass may hold together, in words of four bytes.
const MOST_HELD: u64 = 1 << 27;
/// What a bundle takes beside its lists.
const WORDS_PER_BUNDLE: u64 = 64;
/// Units of a pass after one that ended early.
const NEAR: usize = 256;

/// A search that falls into units that know nothing of each other.
pub(super) trait Sweep: Sync {
    /// Memory that one thread keeps from unit to unit.
    type Scratch: Send;

    /// Memory for one thread, as each unit has to leave it behind.
    fn scratch(&self) -> Self::Scratch;

    /// How heavy a unit may be, roughly; 0 where there is nothing to find.
    fn weight(&self, unit: u32) -> u64;

    /// Does one unit. Ends with nothing as soon as [`Work::spend`] does; the scratch is then thrown away. What was told
    /// before that has to stand on its own.
    fn unit(&self, unit: u32, scratch: &mut Self::Scratch, work: &mut Work<'_>) -> Option<()>;

    /// Whether bundles of several units can say the same.
    const THINS: bool = false;

    /// Lets go of bundles that say what others say too. Asked for whenever bundles take much memory, so that a thing that
    /// is told from many units does not stay there as often.
    fn thin(&self, bundles: Vec<Bundle>) -> Vec<Bundle> {
        bundles
    }
}

/// What one unit has spent and found.
pub(super) struct Work<'a> {
    kept: Kept,
    steps: u64,
    /// Steps that may be spent.
    share: u64,
    /// Steps and words that the pass knows of.
    told: (u64, u64),
    /// Whether another pass has to do this unit again.
    gave_way: bool,
    /// The first unit of a pass never gives way.
    is_first: bool,
    pass: &'a Pass<'a>,
}

impl Work<'_> {
    /// Takes note of steps; nothing where they are more than may be spent.
    #[inline]
    pub fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.saturating_add(steps as u64);
        if self.steps > self.share {
            return None;
        }
        if self.steps - self.told.0 < LOOK_EVERY {
            return Some(());
        }
        self.goes_on()
    }

    /// Whether nobody asked to stop and the units together do not hold too much.
    #[cold]
    fn goes_on(&mut self) -> Option<()> {
        let held = self.look();
        self.gave_way = self.pass.run.is_cancelled() || (held > MOST_HELD && !self.is_first);
        (!self.gave_way).then_some(())
    }

    /// Tells a bundle.
    pub fn tell(&mut self, bundle: Bundle) {
        self.kept.push(bundle);
    }

    /// Lets the pass know; gives what all its units hold.
    fn look(&mut self) -> u64 {
        let (steps, words) = (
            self.steps - self.told.0,
            self.kept.words.wrapping_sub(self.told.1),
        );
        self.told = (self.steps, self.kept.words);
        self.pass.steps.fetch_add(steps, Ordering::Relaxed);
        // A list that was cut back holds less than before; additions that wrap around take away.
        self.pass
            .held
            .fetch_add(words, Ordering::Relaxed)
            .wrapping_add(words)
    }
}

/// Units that are done side by side.
struct Pass<'a> {
    /// Steps of all units together, roughly.
    steps: AtomicU64,
    /// Words that they hold together, roughly.
    held: AtomicU64,
    run: &'a Run<'a>,
}

/// What became of a unit.
struct Outcome {
    steps: u64,
    /// Whether it reached its share.
    is_cut: bool,
    kept: Kept,
}

/// Bundles so far, never many more than may be listed.
#[derive(Default)]
struct Kept {
    bundles: Vec<Bundle>,
    most: usize,
    /// Words that the bundles take.
    words: u64,
    /// First time of the earliest bundle that had to go.
    dropped: Option<i64>,
    /// As many as may be listed begin no later than this.
    latest: Option<i64>,
}

/// Does all units.
pub(super) fn sweep<S: Sweep>(
    graph: &TemporalGraph,
    units: u32,
    search: &S,
    run: &Run<'_>,
) -> Result<Found, PatternError> {
    let scratches: Mutex<Vec<S::Scratch>> = Mutex::new(Vec::new());
    let most = usize::try_from(run.budget.max_instances).unwrap_or(usize::MAX);
    let mut kept = Kept::of(most, None);
    let mut thin_at = MOST_HELD / 2;
    let weigh = |unit: u32| match run.is_asked(unit) {
        true => search.weight(unit),
        false => 0,
    };
    let weights = (0..units).map(weigh);
    let mut steps = Steps::of(
        run.budget.max_steps,
        weights.fold(0, |sum, own| sum.saturating_add(own)),
    );
    let mut next = 0_u32;
    let mut is_cut = false;
    run.check_cancelled()?;
    while next < units && (steps.free > 0 || steps.each > 0) {
        let (mut end, mut weight) = (next, 0_u64);
        let mut round: Vec<(u32, u64)> = Vec::new();
        while end < units && weight < ROUND {
            let own = weigh(end);
            weight = weight.saturating_add(own);
            if own > 0 {
                round.push((end, steps.share(own)));
            }
            end += 1;
        }
        let least_free = steps.least_free();
        let mut waiting = &round[..];
        let mut width = usize::MAX;
        next = end;
        'round: while !waiting.is_empty() {
            let pass = Pass {
                steps: AtomicU64::new(0),
                held: AtomicU64::new(0),
                run,
            };
            let now = &waiting[..waiting.len().min(width)];
            let enough = (steps.free - least_free).saturating_add(steps.kept_for(now));
            let mut parts = pass.go(search, now, enough, &kept, &scratches);
            run.check_cancelled()?;
            parts.sort_unstable_by_key(|(place, _)| *place);
            let mut done = 0;
            for outcome in parts
                .into_iter()
                .flat_map(|(place, outcomes)| (place..).zip(outcomes))
            {
                if outcome.0 != done {
                    // A unit before this one gave way or was not begun.
                    break;
                }
                let Outcome {
                    steps: spent,
                    is_cut: reached,
                    kept: own,
                } = outcome.1;
                let own_steps = steps.each.saturating_mul(search.weight(waiting[done].0));
                if spent > own_steps.saturating_add(steps.free - least_free) {
                    // The next round begins here, with smaller shares.
                    next = waiting[done].0;
                    break 'round;
                }
                steps.take(spent, own_steps);
                is_cut |= reached;
                kept.append(own);
                if S::THINS && kept.words > thin_at {
                    kept.thin(search);
                    thin_at = (2 * kept.words).max(MOST_HELD / 2);
                }
                done += 1;
            }
            if done < now.len() {
                width = NEAR;
            }
            waiting = &waiting[done..];
        }
        run.report(Progress {
            done: u64::from(next),
            total: u64::from(units),
            instances: kept.bundles.len() as u64,
            steps: steps.spent,
        });
    }
    is_cut |= (next..units).any(|unit| weigh(unit) > 0);
    kept.cut_back();
    sort(&mut kept.bundles);
    let first = graph.times().first().copied().unwrap_or(i64::MIN);
    let truncated = match (kept.dropped, is_cut) {
        (None, false) => None,
        (dropped, _) => Some(Truncated {
            by: if dropped.is_some() {
                Limit::Instances
            } else {
                Limit::Steps
            },
            // What was not looked for may be the earliest of all.
            complete_before: if is_cut { first } else { dropped.unwrap_or(first) },
        }),
    };
    Ok(Found {
        bundles: kept.bundles,
        truncated,
        steps: steps.spent,
    })
}

/// How the steps are shared out.
struct Steps {
    spent: u64,
    /// Steps kept for each unit, for a weight of one.
    each: u64,
    /// Steps for whoever needs more than that.
    free: u64,
}

impl Steps {
    fn of(most: u64, weight: u64) -> Steps {
        let each = match most / 2 / weight.max(1) {
            each if each < WORTH_KEEPING => 0,
            each => each,
        };
        Steps {
            spent: 0,
            each,
            free: most - each * weight,
        }
    }

    /// The most for a unit of a round that begins now.
    fn share(&self, weight: u64) -> u64 {
        let more = (self.free / PARTS).max(FEW_STEPS).min(self.free);
        self.each.saturating_mul(weight).saturating_add(more)
    }

    /// Where the free steps fall below this, shares are told anew.
    fn least_free(&self) -> u64 {
        match self.free / 2 {
            half if half > FEW_STEPS => half,
            _ => 0,
        }
    }

    /// What is kept for some units.
    fn kept_for(&self, units: &[(u32, u64)]) -> u64 {
        let more = self.share(0);
        let kept = units.iter().map(|(_, share)| share.saturating_sub(more));
        kept.fold(0, u64::saturating_add)
    }

    /// A unit has spent steps; some were kept for it.
    fn take(&mut self, spent: u64, kept: u64) {
        self.spent += spent;
        self.free = (self.free + kept) - spent;
    }
}

impl Pass<'_> {
    /// Does units, each with its share, until all are done or enough steps are spent, at least the first. Gives rows of outcomes, each with
    /// the place of its first unit.
    fn go<S: Sweep>(
        &self,
        search: &S,
        units: &[(u32, u64)],
        enough: u64,
        kept: &Kept,
        scratches: &Mutex<Vec<S::Scratch>>,
    ) -> Vec<(usize, Vec<Outcome>)> {
        let threads = rayon::current_num_threads();
        // Light units come in rows, so that threads do not meet at each one.
        let row = (units.len() / (threads * 64)).clamp(1, 64);
        let cursor = AtomicUsize::new(0);
        let is_over = AtomicBool::new(false);
        // Steps of light units are told together; what one thread keeps to itself is little.
        let work_on = |place: usize, scratch: &mut Option<S::Scratch>, untold: &mut u64| -> Option<Outcome> {
            let (unit, share) = units[place];
            let mut own = scratch
                .take()
                .or_else(|| lock(scratches).pop())
                .unwrap_or_else(|| search.scratch());
            let mut work = Work {
                // What is kept when a pass begins depends on the threads; where that decides what is thinned, it may not
                // decide what is let go.
                kept: Kept::of(kept.most, kept.latest.filter(|_| !S::THINS)),
                steps: 0,
                share,
                told: (0, 0),
                gave_way: false,
                is_first: place == 0,
                pass: self,
            };
            let is_whole = search.unit(unit, &mut own, &mut work).is_some();
            if work.gave_way {
                self.held.fetch_sub(work.told.1, Ordering::Relaxed);
                return None;
            }
            if is_whole {
                *scratch = Some(own);
            }
            work.kept.grows_no_more();
            let steps = work.steps.min(share);
            *untold += work.steps - work.told.0;
            if *untold >= LOOK_EVERY || work.kept.words != work.told.1 {
                work.steps = work.told.0 + std::mem::take(untold);
                let held = work.look();
                if held > MOST_HELD || self.steps.load(Ordering::Relaxed) > enough {
                    is_over.store(true, Ordering::Relaxed);
                }
            }
            Some(Outcome {
                steps,
                is_cut: !is_whole,
                kept: work.kept,
            })
        };
        let rows = (0..threads).into_par_iter().with_max_len(1).flat_map_iter(|_| {
            let (mut scratch, mut untold) = (None, 0);
            let mut rows: Vec<(usize, Vec<Outcome>)> = Vec::new();
            loop {
                let from = cursor.fetch_add(row, Ordering::Relaxed);
                if from >= units.len() {
                    break;
                }
                let to = (from + row).min(units.len());
                let mut outcomes = Vec::with_capacity(to - from);
                for place in from..to {
                    let is_over = place > 0 && is_over.load(Ordering::Relaxed);
                    let Some(outcome) = (!is_over)
                        .then(|| work_on(place, &mut scratch, &mut untold))
                        .flatten()
                    else {
                        break;
                    };
                    outcomes.push(outcome);
                }
                let is_whole = outcomes.len() == to - from;
                rows.push((from, outcomes));
                if !is_whole {
                    is_over.store(true, Ordering::Relaxed);
                    break;
                }
            }
            lock(scratches).extend(scratch);
            rows
        });
        rows.collect()
    }
}

/// The order in which bundles are told.
pub(super) fn sort(bundles: &mut [Bundle]) {
    bundles.par_sort_unstable_by(|a, b| key(a).cmp(&key(b)));
}

/// What bundles are sorted by.
fn key(bundle: &Bundle) -> (i64, &[u32], &[u32]) {
    (bundle.measures.first_at, &bundle.representative, &bundle.accounts)
}

impl Kept {
    fn of(most: usize, latest: Option<i64>) -> Kept {
        Kept {
            most,
            latest,
            ..Kept::default()
        }
    }

    fn push(&mut self, bundle: Bundle) {
        let first_at = bundle.measures.first_at;
        if self.latest.is_some_and(|latest| first_at > latest) {
            self.drop(first_at);
            return;
        }
        self.words += words(&bundle);
        self.bundles.push(bundle);
        if self.bundles.len() > self.most.saturating_mul(2).max(FEW_BUNDLES) {
            self.cut_back();
        }
    }

    /// Adds what another list holds and has let go of.
    fn append(&mut self, other: Kept) {
        other.dropped.into_iter().for_each(|first_at| self.drop(first_at));
        other.bundles.into_iter().for_each(|bundle| self.push(bundle));
    }

    /// Lets go of what is too much.
    fn cut_back(&mut self) {
        if self.bundles.len() <= self.most {
            return;
        }
        let (before, first_gone, _) = self
            .bundles
            .select_nth_unstable_by(self.most, |a, b| key(a).cmp(&key(b)));
        let (last, first_gone) = (
            before.iter().map(|bundle| bundle.measures.first_at).max(),
            first_gone.measures.first_at,
        );
        self.drop(first_gone);
        self.bundles.truncate(self.most);
        self.words = self.bundles.iter().map(words).sum();
        self.latest = last.or(self.latest);
    }

    fn thin<S: Sweep>(&mut self, search: &S) {
        self.bundles = search.thin(std::mem::take(&mut self.bundles));
        self.words = self.bundles.iter().map(words).sum();
    }

    fn drop(&mut self, first_at: i64) {
        self.dropped = Some(self.dropped.map_or(first_at, |before| before.min(first_at)));
    }

    /// A list that will grow no more takes no more memory than it needs.
    fn grows_no_more(&mut self) {
        if self.bundles.capacity() > 2 * self.bundles.len() + 16 {
            self.bundles.shrink_to_fit();
        }
    }
}

/// What a bundle takes, roughly.
fn words(bundle: &Bundle) -> u64 {
    WORDS_PER_BUNDLE + (bundle.accounts.len() + bundle.representative.len() + bundle.members.words()) as u64
}

/// A scratch is only swapped in and out under the lock, so one that a panic left locked is whole.
fn lock<T>(scratches: &Mutex<Vec<T>>) -> std::sync::MutexGuard<'_, Vec<T>> {
    scratches
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
