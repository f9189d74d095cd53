//! Temporal cycles (ML-11): money that comes back to where it left, every account between visited once.

use rayon::prelude::*;

use crate::graph::TemporalGraph;

use super::bundle::bundles;
use super::cycle_rounds::Most;
use super::cycle_task::{Counting, Listing, Sink};
use super::result::Sequences;
use super::run::check_window;
use super::{Conservation, Found, Pattern, PatternError, Run, TimeOrder, Truncated};

/// No cycle that an investigator can read has more hops.
const MOST_HOPS: u32 = 10_000;

/// Temporal cycles (ML-11). Transfers e1..ek with 2 <= k <= `max_hops`, each leaving the account that the one before it
/// reached, the last reaching the account that the first left; accounts distinct; times in `order`; last time minus
/// first time at most `window`.
///
/// In lenient order a cycle is its set of transfers: one whose transfers all have the same time could be told from any
/// of them and counts once, told from the transfer with the smallest number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporalCycles {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Most transfers in a cycle, 2 to 10,000.
    pub max_hops: u32,
    /// Whether equal times may follow each other.
    pub order: TimeOrder,
    /// Conditions on amounts.
    pub conservation: Conservation,
}

/// Cycles, one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CycleList {
    /// The transfers of each in order; sorted by first time, then by transfers.
    pub cycles: Sequences,
    /// Set where the budget ended the search.
    pub truncated: Option<Truncated>,
    /// Transfers looked at.
    pub steps: u64,
}

/// How many cycles there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CycleCounts {
    /// By number of hops; the place in the slice is the number.
    pub by_hops: Vec<u64>,
    /// In all.
    pub total: u64,
    /// Set where the budget of steps ended the search.
    pub truncated: Option<Truncated>,
    /// Transfers looked at.
    pub steps: u64,
}

impl Default for TemporalCycles {
    /// 30 days, 8 hops, strict; the last transfer brings back at least half of the first.
    fn default() -> TemporalCycles {
        TemporalCycles {
            window: 30 * 86_400_000_000,
            max_hops: 8,
            order: TimeOrder::Strict,
            conservation: Conservation {
                each_hop: None,
                returned: super::Share::from_millionths(500_000),
            },
        }
    }
}

impl TemporalCycles {
    /// Every cycle by itself.
    pub fn list(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<CycleList, PatternError> {
        self.list_since(graph, 0, run)
    }

    /// The cycles that a graph has gained with its transfers from this number on, where those before it are a graph
    /// that was searched already. Only the time around the new ones is looked at. [`CycleList::with`] adds them to
    /// the ones that were known.
    pub fn list_since(
        &self,
        graph: &TemporalGraph,
        first_new: u32,
        run: &Run<'_>,
    ) -> Result<CycleList, PatternError> {
        let (listing, truncated, steps) = self.drive::<Listing>(graph, first_new, run, Most::listed(run))?;
        // Putting many in order takes its time too.
        run.check_cancelled()?;
        let most = usize::try_from(run.budget.max_instances).unwrap_or(usize::MAX);
        Ok(CycleList {
            cycles: sorted(graph, &listing.cycles, most),
            truncated,
            steps,
        })
    }

    /// Bundles of a list of cycles, as [`Pattern::search`] gives them.
    pub fn bundle(&self, graph: &TemporalGraph, list: &CycleList) -> Found {
        Found {
            bundles: bundles(graph, &list.cycles, usize::MAX, self.window),
            truncated: list.truncated,
            steps: list.steps,
        }
    }

    /// How many cycles there are, without listing them; only the budget of steps counts.
    pub fn count(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<CycleCounts, PatternError> {
        let (counting, truncated, steps) = self.drive::<Counting>(graph, 0, run, Most::COUNTED)?;
        Ok(CycleCounts {
            total: counting.count(),
            by_hops: counting.by_hops,
            truncated,
            steps,
        })
    }
}

impl Pattern for TemporalCycles {
    fn id(&self) -> &'static str {
        "ML-11"
    }

    fn name(&self) -> &'static str {
        "temporal_cycles"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        if !(2..=MOST_HOPS).contains(&self.max_hops) {
            return Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "max_hops",
                value: self.max_hops.to_string(),
                allowed: "a cycle has from 2 to 10000 transfers",
            });
        }
        self.conservation.validate(self.name())
    }

    /// Cycles that visit the same accounts in the same order, wherever they begin, and lie inside one window together
    /// are one bundle; windows are laid from the earliest cycle on, so every cycle is in one bundle.
    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        let (listing, truncated, steps) = self.drive::<Listing>(graph, 0, run, Most::listed(run))?;
        // Bundles of many take their time too.
        run.check_cancelled()?;
        let most = usize::try_from(run.budget.max_instances).unwrap_or(usize::MAX);
        Ok(Found {
            bundles: bundles(graph, &listing.cycles, most, self.window),
            truncated,
            steps,
        })
    }
}

impl CycleList {
    /// Both lists as one, in the order of a full search. The graph is the one that the newer list was made with; no
    /// cycle may be in both.
    #[must_use]
    pub fn with(&self, graph: &TemporalGraph, newer: &CycleList) -> CycleList {
        let mut cycles = self.cycles.clone();
        cycles.append(&newer.cycles);
        let earlier = |a: Truncated, b: Truncated| match b.complete_before < a.complete_before {
            true => b,
            false => a,
        };
        CycleList {
            cycles: sorted(graph, &cycles, usize::MAX),
            truncated: match (self.truncated, newer.truncated) {
                (Some(a), Some(b)) => Some(earlier(a, b)),
                (a, b) => a.or(b),
            },
            steps: self.steps + newer.steps,
        }
    }
}

/// The first `most` cycles, by first time, then by transfers.
fn sorted(graph: &TemporalGraph, cycles: &Sequences, most: usize) -> Sequences {
    let mut order: Vec<(u32, u32)> = (0..cycles.len().min(most) as u32)
        .into_par_iter()
        .map(|cycle| {
            let first = cycles.get(cycle as usize).first();
            (first.map_or(0, |transfer| graph.tick(*transfer)), cycle)
        })
        .collect();
    order.par_sort_unstable_by(|a, b| {
        let transfers = |cycle: u32| cycles.get(cycle as usize);
        a.0.cmp(&b.0).then_with(|| transfers(a.1).cmp(transfers(b.1)))
    });
    cycles.picked(order.iter().map(|(_, cycle)| *cycle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::{Budget, HopTolerance, Limit, Share};

    fn cycles() -> TemporalCycles {
        TemporalCycles {
            window: 10,
            max_hops: 8,
            order: TimeOrder::Strict,
            conservation: Conservation::default(),
        }
    }

    fn graph(accounts: usize, rows: &[(u32, u32, i64, i64)]) -> TemporalGraph {
        let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
        let amount: Vec<i64> = rows.iter().map(|row| row.3).collect();
        TemporalGraph::build(accounts, &payer, &payee, &at, &amount).expect("good rows")
    }

    fn listed(pattern: &TemporalCycles, graph: &TemporalGraph) -> Vec<Vec<u32>> {
        let list = pattern.list(graph, &Run::default()).expect("good parameters");
        list.cycles.iter().map(<[u32]>::to_vec).collect()
    }

    #[test]
    fn a_triangle_and_what_is_none() {
        let graph = graph(
            3,
            &[
                (0, 1, 0, 100),
                (1, 2, 5, 90),
                (2, 0, 10, 80),
                (1, 1, 6, 9),
                (2, 1, 4, 1),
            ],
        );
        assert_eq!(listed(&cycles(), &graph), [vec![0, 1, 2], vec![4, 1]]);
        assert_eq!(
            listed(
                &TemporalCycles {
                    window: 9,
                    ..cycles()
                },
                &graph
            ),
            [[4, 1]]
        );
        assert_eq!(
            listed(
                &TemporalCycles {
                    max_hops: 2,
                    ..cycles()
                },
                &graph
            ),
            [vec![4, 1]; 1]
        );
    }

    #[test]
    fn equal_times_follow_each_other_only_in_lenient_order() {
        let graph = graph(2, &[(0, 1, 5, 1), (1, 0, 5, 1), (0, 1, 5, 1)]);
        assert!(listed(&cycles(), &graph).is_empty());
        let lenient = TemporalCycles {
            order: TimeOrder::Lenient,
            window: 0,
            ..cycles()
        };
        assert_eq!(listed(&lenient, &graph), [[0, 1], [1, 2]]);
        let found = lenient.search(&graph, &Run::default()).expect("good");
        assert_eq!(found.bundles.len(), 1);
        assert_eq!(
            (
                found.bundles[0].instances,
                found.bundles[0].measures.needs_lenient
            ),
            (2, true)
        );
        assert_eq!(found.bundles[0].transfers(&graph), [0, 1, 2]);
    }

    #[test]
    fn amounts_are_conserved_where_asked() {
        let graph = graph(
            3,
            &[
                (0, 1, 0, 1_000),
                (1, 2, 1, 900),
                (2, 0, 2, 809),
                (2, 0, 3, 810),
                (2, 0, 4, 901),
            ],
        );
        let loss = Share::parse("0.1").expect("a share");
        let each_hop = Some(HopTolerance { loss, fee: 0 });
        let conserving = Conservation {
            each_hop,
            returned: None,
        };
        assert_eq!(
            listed(
                &TemporalCycles {
                    conservation: conserving,
                    ..cycles()
                },
                &graph
            ),
            [[0, 1, 3]]
        );
        let returned = Conservation {
            each_hop: None,
            returned: Share::parse("0.81"),
        };
        assert_eq!(
            listed(
                &TemporalCycles {
                    conservation: returned,
                    ..cycles()
                },
                &graph
            ),
            [[0, 1, 3], [0, 1, 4]]
        );
    }

    #[test]
    fn parameters_are_refused_by_name() {
        let graph = graph(2, &[(0, 1, 0, 1), (1, 0, 1, 1)]);
        for (pattern, word) in [
            (
                TemporalCycles {
                    max_hops: 0,
                    ..cycles()
                },
                "max_hops is 0",
            ),
            (
                TemporalCycles {
                    max_hops: 1,
                    ..cycles()
                },
                "max_hops is 1",
            ),
            (
                TemporalCycles {
                    window: -1,
                    ..cycles()
                },
                "time_window is '-1 microseconds'",
            ),
        ] {
            let error = pattern
                .search(&graph, &Run::default())
                .expect_err("refused")
                .to_string();
            assert!(error.contains(word), "{error}");
        }
        let long = TemporalCycles {
            max_hops: 1_000,
            ..cycles()
        };
        assert_eq!(listed(&long, &graph), [[0, 1]]);
    }

    #[test]
    fn interleavings_are_one_bundle() {
        let rows: Vec<(u32, u32, i64, i64)> =
            (0..20).map(|t| (t as u32 % 2, 1 - t as u32 % 2, t, 1)).collect();
        let pattern = TemporalCycles {
            window: 5,
            ..cycles()
        };
        let found = pattern.search(&graph(2, &rows), &Run::default()).expect("good");
        let list = listed(&pattern, &graph(2, &rows));
        assert_eq!(
            found.bundles.iter().map(|bundle| bundle.instances).sum::<u64>(),
            list.len() as u64
        );
        assert!(found.bundles.len() < list.len() / 3);
        for bundle in &found.bundles {
            assert!(bundle.measures.last_at - bundle.measures.first_at <= 5);
            assert_eq!(bundle.members.get(0), bundle.representative);
        }
    }

    #[test]
    fn a_set_flag_cancels() {
        let flag = std::sync::atomic::AtomicBool::new(true);
        let run = Run {
            cancel: Some(&flag),
            ..Run::default()
        };
        let graph = graph(2, &[(0, 1, 0, 1), (1, 0, 1, 1)]);
        assert_eq!(cycles().search(&graph, &run), Err(PatternError::Cancelled));
    }

    #[test]
    fn a_budget_cuts_and_says_until_when_it_is_whole() {
        let rows: Vec<(u32, u32, i64, i64)> = (0..4_000)
            .map(|t| (t as u32 % 2, 1 - t as u32 % 2, t, 1))
            .collect();
        let graph = graph(2, &rows);
        let whole = cycles().list(&graph, &Run::default()).expect("good");
        assert_eq!(whole.truncated, None);
        for (budget, by) in [
            (
                Budget {
                    max_instances: 3_000,
                    ..Budget::default()
                },
                Limit::Instances,
            ),
            (
                Budget {
                    max_steps: 20_000,
                    ..Budget::default()
                },
                Limit::Steps,
            ),
        ] {
            let cut = cycles()
                .list(
                    &graph,
                    &Run {
                        budget,
                        ..Run::default()
                    },
                )
                .expect("good");
            let truncated = cut.truncated.expect("met its budget");
            assert_eq!(truncated.by, by);
            assert!(cut.cycles.len() < whole.cycles.len() && cut.cycles.len() <= 3_000 || by == Limit::Steps);
            let early = |list: &CycleList| {
                let is_early = |cycle: &&[u32]| graph.at(cycle[0]) < truncated.complete_before;
                list.cycles
                    .iter()
                    .filter(is_early)
                    .map(<[u32]>::to_vec)
                    .collect::<Vec<_>>()
            };
            assert_eq!(early(&cut), early(&whole));
        }
    }

    #[test]
    fn a_list_ends_where_memory_does_and_says_so() {
        // Forty accounts that all pay each other at once: a list without end.
        let mut rows = Vec::new();
        for payer in 0..40_u32 {
            rows.extend(
                (0..40)
                    .filter(|payee| *payee != payer)
                    .map(|payee| (payer, payee, 5, 1)),
            );
        }
        let graph = graph(40, &rows);
        let lenient = TemporalCycles {
            order: TimeOrder::Lenient,
            ..cycles()
        };
        let run = Run {
            budget: Budget::UNLIMITED,
            ..Run::default()
        };
        let most = Most {
            words: 1 << 20,
            ..Most::listed(&run)
        };
        let (listing, truncated, _) = lenient.drive::<Listing>(&graph, 0, &run, most).expect("good");
        assert_eq!(truncated.map(|truncated| truncated.by), Some(Limit::Instances));
        let words = listing.cycles.words();
        assert!(words > most.words && words < 8 * most.words, "{words}");
    }
}
