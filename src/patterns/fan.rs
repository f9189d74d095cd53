//! Fan-in (ML-03) and fan-out (ML-04): many counterparties of one account inside one window.

use std::ops::Range;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::graph::{Adjacent, TemporalGraph};

use super::result::{Bundle, Found, Measures, Sequences};
use super::run::check_window;
use super::{Limit, Pattern, PatternError, Progress, Run, Truncated};

/// Transfers in one round; between rounds the budget and the cancellation flag are looked at.
const ROUND: u64 = 1 << 22;

/// Fan-in (ML-03): one account receives from at least `min_counterparties` different accounts inside one window.
///
/// Windows of an account are disjoint and laid greedily: the first begins at the earliest transfer from which on the
/// window holds enough counterparties and takes in every transfer up to its end, inclusive; the next is looked for
/// behind it. No order of time inside a window is asked for, so days without times lose nothing.
///
/// A longer window can begin earlier and so end before what a shorter one held, but of each instance it keeps at least
/// one transfer in an instance of the same account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FanIn {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Fewest different counterparties, at least 2.
    pub min_counterparties: u32,
}

/// Fan-out (ML-04): one account pays at least `min_counterparties` different accounts inside one window. Windows are
/// laid as for [`FanIn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FanOut {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Fewest different counterparties, at least 2.
    pub min_counterparties: u32,
}

impl Default for FanIn {
    /// 5 counterparties in 7 days.
    fn default() -> FanIn {
        FanIn {
            window: 7 * 86_400_000_000,
            min_counterparties: 5,
        }
    }
}

impl Default for FanOut {
    /// 5 counterparties in 7 days.
    fn default() -> FanOut {
        FanOut {
            window: 7 * 86_400_000_000,
            min_counterparties: 5,
        }
    }
}

impl Pattern for FanIn {
    fn id(&self) -> &'static str {
        "ML-03"
    }

    fn name(&self) -> &'static str {
        "fan_in"
    }

    fn validate(&self) -> Result<(), PatternError> {
        validate(self.name(), self.window, self.min_counterparties)
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let fan = Fan {
            graph,
            horizons: graph.horizons(self.window),
            min_counterparties: self.min_counterparties,
        };
        fan.search(run, |account| graph.incoming(account))
    }
}

impl Pattern for FanOut {
    fn id(&self) -> &'static str {
        "ML-04"
    }

    fn name(&self) -> &'static str {
        "fan_out"
    }

    fn validate(&self) -> Result<(), PatternError> {
        validate(self.name(), self.window, self.min_counterparties)
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let fan = Fan {
            graph,
            horizons: graph.horizons(self.window),
            min_counterparties: self.min_counterparties,
        };
        fan.search(run, |account| graph.outgoing(account))
    }
}

fn validate(pattern: &'static str, window: i64, min_counterparties: u32) -> Result<(), PatternError> {
    check_window(pattern, window)?;
    if min_counterparties >= 2 {
        return Ok(());
    }
    Err(PatternError::Parameter {
        pattern,
        parameter: "min_counterparties",
        value: min_counterparties.to_string(),
        allowed: "a fan has at least 2 counterparties",
    })
}

/// What both directions share.
struct Fan<'g> {
    graph: &'g TemporalGraph,
    horizons: Vec<u32>,
    min_counterparties: u32,
}

/// How often each account stands in the window, and how many stand in it at all.
struct Window {
    counts: Vec<u32>,
    distinct: u32,
}

impl<'g> Fan<'g> {
    /// Goes over the accounts in rounds, so that a budget of steps cuts between two accounts, the same two always.
    fn search(&self, run: &Run<'_>, of: impl Fn(u32) -> Adjacent<'g> + Sync) -> Result<Found, PatternError> {
        let accounts = self.graph.accounts() as u32;
        let windows: Mutex<Vec<Window>> = Mutex::new(Vec::new());
        let mut found = Found::default();
        let mut next = 0;
        while next < accounts {
            run.check_cancelled()?;
            let first = next;
            let limit = found.steps.saturating_add(ROUND).min(run.budget.max_steps);
            while next < accounts {
                let degree = match run.is_asked(next) {
                    true => of(next).len() as u64,
                    false => 0,
                };
                if found.steps + degree > limit
                    && (next > first || found.steps + degree > run.budget.max_steps)
                {
                    break;
                }
                found.steps += degree;
                next += 1;
            }
            let bundles = (first..next)
                .into_par_iter()
                .with_min_len(64)
                .flat_map_iter(|account| {
                    let transfers = of(account);
                    // Fewer transfers than counterparties asked for: most accounts end here.
                    if transfers.len() < self.min_counterparties as usize || !run.is_asked(account) {
                        return Vec::new();
                    }
                    let kept = lock(&windows).pop();
                    let mut window = kept.unwrap_or_else(|| Window::new(accounts as usize));
                    let bundles = self.of_account(account, transfers, &mut window);
                    lock(&windows).push(window);
                    bundles
                });
            found.bundles.par_extend(bundles);
            run.report(Progress {
                done: u64::from(next),
                total: u64::from(accounts),
                instances: found.bundles.len() as u64,
                steps: found.steps,
            });
            if next == first {
                break;
            }
        }
        super::sweep::sort(&mut found.bundles);
        if next < accounts {
            // Accounts are left, and their transfers may be the earliest of all.
            let complete_before = self.graph.times().first().copied().unwrap_or(i64::MIN);
            found.truncated = Some(Truncated {
                by: Limit::Steps,
                complete_before,
            });
        }
        let most = usize::try_from(run.budget.max_instances).unwrap_or(usize::MAX);
        if let Some(dropped) = found.bundles.get(most) {
            let complete_before = match found.truncated {
                Some(truncated) => truncated.complete_before,
                None => dropped.measures.first_at,
            };
            found.truncated = Some(Truncated {
                by: Limit::Instances,
                complete_before,
            });
            found.bundles.truncate(most);
        }
        Ok(found)
    }

    /// The windows of one account. Both ends only move forward, so an account with a million counterparties takes a
    /// million steps.
    fn of_account(&self, account: u32, transfers: Adjacent<'g>, window: &mut Window) -> Vec<Bundle> {
        let edges = transfers.edges;
        let mut bundles = Vec::new();
        let (mut begin, mut end) = (0, 0);
        while begin < edges.len() {
            // A window begins with a transfer that counts.
            if edges[begin].other() == account {
                begin += 1;
                end = end.max(begin);
                continue;
            }
            let limit = self.horizons[edges[begin].tick() as usize];
            while end < edges.len() && edges[end].tick() <= limit {
                window.enter(account, edges[end].other());
                end += 1;
            }
            if window.distinct >= self.min_counterparties {
                bundles.push(self.bundle(account, transfers, begin..end, window));
                for edge in &edges[begin..end] {
                    window.leave(account, edge.other());
                }
                begin = end;
            } else {
                window.leave(account, edges[begin].other());
                begin += 1;
            }
        }
        bundles
    }

    // The window holds just this range; its marks go when the range leaves it.
    fn bundle(
        &self,
        account: u32,
        transfers: Adjacent<'g>,
        range: Range<usize>,
        window: &mut Window,
    ) -> Bundle {
        let inside = || {
            range
                .clone()
                .filter(|place| transfers.edges[*place].other() != account)
        };
        let representative: Vec<u32> = inside().map(|place| transfers.transfers[place]).collect();
        let mut accounts = Vec::with_capacity(window.distinct as usize + 1);
        accounts.push(account);
        accounts.extend(
            inside()
                .map(|place| transfers.edges[place].other())
                .filter(|other| window.is_first(*other)),
        );
        Bundle {
            accounts,
            instances: 1,
            members: Sequences::default(),
            measures: Measures::of(self.graph, &representative, false),
            representative,
        }
    }
}

impl Window {
    /// Beside the count of an account: it was told already. No window holds two thousand million transfers.
    const MARK: u32 = 1 << 31;

    /// Whether this is the first time that the account is asked for while it is in the window.
    fn is_first(&mut self, other: u32) -> bool {
        let count = &mut self.counts[other as usize];
        let first = *count & Window::MARK == 0;
        *count |= Window::MARK;
        first
    }

    fn new(accounts: usize) -> Window {
        Window {
            counts: vec![0; accounts],
            distinct: 0,
        }
    }

    fn enter(&mut self, account: u32, other: u32) {
        // An account is no counterparty of itself.
        if other != account {
            let count = &mut self.counts[other as usize];
            self.distinct += u32::from(*count == 0);
            *count += 1;
        }
    }

    fn leave(&mut self, account: u32, other: u32) {
        if other != account {
            let count = &mut self.counts[other as usize];
            *count = (*count & !Window::MARK) - 1;
            self.distinct -= u32::from(*count == 0);
        }
    }
}

/// A window is empty whenever it is put back, so one that a panic left locked is whole.
fn lock(windows: &Mutex<Vec<Window>>) -> std::sync::MutexGuard<'_, Vec<Window>> {
    windows.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::Budget;

    fn graph(accounts: usize, rows: &[(u32, u32, i64)]) -> TemporalGraph {
        let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
        TemporalGraph::build(accounts, &payer, &payee, &at, &vec![5; rows.len()]).expect("good rows")
    }

    fn windows(pattern: &dyn Pattern, graph: &TemporalGraph) -> Vec<(Vec<u32>, Vec<u32>)> {
        let found = pattern.search(graph, &Run::default()).expect("good parameters");
        found
            .bundles
            .into_iter()
            .map(|bundle| (bundle.accounts, bundle.representative))
            .collect()
    }

    #[test]
    fn counterparties_are_counted_once_and_never_the_account_itself() {
        let graph = graph(
            5,
            &[
                (1, 0, 0),
                (1, 0, 1),
                (0, 0, 2),
                (2, 0, 10),
                (3, 0, 12),
                (4, 0, 23),
            ],
        );
        let three = FanIn {
            window: 11,
            min_counterparties: 3,
        };
        assert_eq!(windows(&three, &graph), [(vec![0, 1, 2, 3], vec![1, 3, 4])]);
        let ten = FanIn { window: 10, ..three };
        assert!(windows(&ten, &graph).is_empty());
        assert!(
            windows(
                &FanOut {
                    window: 100,
                    min_counterparties: 3
                },
                &graph
            )
            .is_empty()
        );
    }

    #[test]
    fn windows_of_an_account_are_disjoint() {
        let rows: Vec<(u32, u32, i64)> = (0..10).map(|row| (0, 1 + row, i64::from(row))).collect();
        let pattern = FanOut {
            window: 2,
            min_counterparties: 3,
        };
        let found = windows(&pattern, &graph(11, &rows));
        let transfers: Vec<Vec<u32>> = found.into_iter().map(|window| window.1).collect();
        assert_eq!(transfers, [[0, 1, 2], [3, 4, 5], [6, 7, 8]]);
    }

    #[test]
    fn parameters_are_refused_by_name() {
        let graph = graph(1, &[]);
        let few = FanIn {
            window: 1,
            min_counterparties: 1,
        }
        .search(&graph, &Run::default());
        assert!(
            few.expect_err("refused")
                .to_string()
                .contains("min_counterparties is 1")
        );
        let negative = FanOut {
            window: -7,
            min_counterparties: 3,
        }
        .search(&graph, &Run::default());
        assert!(
            negative
                .expect_err("refused")
                .to_string()
                .contains("time_window is '-7")
        );
    }

    #[test]
    fn budgets_cut_between_windows_and_between_accounts() {
        let rows: Vec<(u32, u32, i64)> = (0..40).map(|row| (row % 4, 4 + row, i64::from(row))).collect();
        let graph = graph(44, &rows);
        let pattern = FanOut {
            window: 8,
            min_counterparties: 3,
        };
        let whole = windows(&pattern, &graph);
        assert_eq!(whole.len(), 12);
        let two = Run {
            budget: Budget {
                max_instances: 2,
                ..Budget::default()
            },
            ..Run::default()
        };
        let found = pattern.search(&graph, &two).expect("good");
        assert_eq!(found.bundles.len(), 2);
        assert_eq!(
            found.truncated,
            Some(Truncated {
                by: Limit::Instances,
                complete_before: 2
            })
        );
        let few = Run {
            budget: Budget {
                max_steps: 25,
                ..Budget::default()
            },
            ..Run::default()
        };
        let found = pattern.search(&graph, &few).expect("good");
        assert_eq!((found.bundles.len(), found.steps), (6, 20));
        assert_eq!(
            found.truncated,
            Some(Truncated {
                by: Limit::Steps,
                complete_before: 0
            })
        );
    }
}
