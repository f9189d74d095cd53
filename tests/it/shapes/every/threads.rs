//! One, two and sixteen threads, whole and cut by any budget.

use geldspoor::patterns::{Budget, SearchKind};

use super::super::{Numbers, on_threads, random, since};
use super::World;

const DAY: i64 = 86_400_000_000;

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut rows = random(41, 60, 1_500, 120 * DAY);
    // Deposits just below the threshold and a stack, so that these have something to find.
    rows.iter_mut().step_by(3).for_each(|row| row.3 = 90_000_000);
    for pair in 0..4 {
        rows.push((pair % 2, 2 + pair / 2, 9 * DAY, 500));
        rows.push((2 + pair % 2, 4 + pair / 2, 10 * DAY, 500));
    }
    let mut world = World::of(60, rows, &mut Numbers(42));
    world.sources = (0..10).collect();
    world.sinks = (50..60).collect();
    let graph = world.graph();
    for kind in SearchKind::ALL {
        let mut search = since::search(kind);
        super::set(&mut search, "time_window", "3 days");
        let told = world.told();
        let pattern = search.pattern(&told);
        let of = |threads, budget| on_threads(&*pattern, &graph, threads, budget);
        let whole = of(1, Budget::UNLIMITED);
        let name = kind.name();
        assert!(whole.truncated.is_none(), "{name}");
        assert!(
            !whole.bundles.is_empty() && whole.steps > 4,
            "{name}: nothing to compare"
        );
        let most = whole.bundles.iter().map(|bundle| bundle.instances).sum::<u64>();
        let steps = |max_steps| Budget {
            max_steps,
            ..Budget::UNLIMITED
        };
        let listed = |max_instances| Budget {
            max_instances,
            ..Budget::UNLIMITED
        };
        let mut cuts = 0;
        for budget in [
            Budget::UNLIMITED,
            listed(most / 2),
            listed(1),
            steps(whole.steps - 1),
            steps(whole.steps / 2),
            steps(whole.steps / 50),
            Budget {
                max_steps: 1,
                max_instances: 0,
            },
        ] {
            let alone = of(1, budget);
            assert_eq!(of(2, budget), alone, "{name} {budget:?}");
            assert_eq!(of(16, budget), alone, "{name} {budget:?}");
            if alone.truncated.is_none() {
                assert_eq!(alone.bundles, whole.bundles, "{name} {budget:?}");
            }
            cuts += usize::from(alone.truncated.is_some());
        }
        assert!(cuts >= 3, "{name}: cut {cuts} times only");
    }
}
