//! What a budget leaves of a search that would never end: something right, within the budget, the same on any threads.

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{
    Bipartite, Budget, BurstAndClose, CircularLoans, DenseFlow, DormantReactivation, FlowMotif,
    FunnelAccount, GatherScatter, LayeringChains, Limit, MirrorTransfers, PassThrough, PassThroughGroup,
    Pattern, ScatterGather, Share, Smurfing, Stack, Structuring, UTurn,
};

use super::{Numbers, Row, graph, on_threads};

const MINUTE: i64 = 60_000_000;

/// Everybody pays everybody once, at a random time in one hour.
pub fn complete(accounts: u32) -> Vec<Row> {
    let mut numbers = Numbers(77);
    (0..accounts)
        .flat_map(|payer| (0..accounts).map(move |payee| (payer, payee)))
        .filter(|(payer, payee)| payer != payee)
        .map(|(payer, payee)| (payer, payee, numbers.below(60 * MINUTE as u64) as i64, 1_000_000))
        .collect()
}

#[test]
fn a_search_without_end_gives_what_it_found_within_its_budget() {
    let graph = graph(200, &complete(200));
    let budget = Budget {
        max_instances: 2_000,
        max_steps: 4_000_000,
    };
    for pattern in [
        &LayeringChains::default() as &dyn Pattern,
        &ScatterGather {
            conserve: None,
            ..ScatterGather::default()
        },
    ] {
        let alone = on_threads(pattern, &graph, 1, budget);
        assert!(alone.steps <= budget.max_steps, "{}", pattern.name());
        assert_eq!(alone.bundles.len(), 2_000, "{}", pattern.name());
        let truncated = alone.truncated.expect("cut");
        assert_eq!(
            (truncated.by, truncated.complete_before),
            (Limit::Instances, graph.times()[0])
        );
        for threads in [2, 16] {
            assert_eq!(
                on_threads(pattern, &graph, threads, budget),
                alone,
                "{}",
                pattern.name()
            );
        }
    }
}

#[test]
fn a_hub_with_a_low_number_leaves_steps_for_those_behind_it() {
    // 60 accounts that all pay each other, and behind them one plain chain.
    let mut rows = complete(60);
    let first = rows.len() as u32;
    rows.extend((0..4).map(|hop| (60 + hop, 61 + hop, i64::from(hop) * MINUTE, 500_000)));
    let graph = graph(65, &rows);
    let budget = Budget {
        max_instances: u64::MAX,
        max_steps: 6_000_000,
    };
    let found = on_threads(&LayeringChains::default(), &graph, 2, budget);
    assert_eq!(found.truncated.map(|truncated| truncated.by), Some(Limit::Steps));
    let chain: Vec<u32> = (first..first + 4).collect();
    assert!(
        found.bundles.iter().any(|bundle| bundle.representative == chain),
        "the chain behind the hubs"
    );
}

/// Every shape that goes over accounts, and what it has to be told.
fn shapes(test: &dyn Fn(&dyn Pattern), rows: &[Row], accounts: u32) {
    let clusters: Vec<u32> = (0..accounts).map(|account| account / 2).collect();
    let foreign: Vec<bool> = (0..accounts).map(|account| account % 3 == 0).collect();
    let loans = vec![true; rows.len()];
    let places: Vec<u32> = rows.iter().map(|row| row.0 % 7).collect();
    let all: [&dyn Pattern; 18] = [
        &ScatterGather::default(),
        &GatherScatter::default(),
        &Bipartite::default(),
        &Stack::default(),
        &PassThrough::default(),
        &PassThroughGroup::default(),
        &LayeringChains::default(),
        &LayeringChains {
            conserve: None,
            ..LayeringChains::default()
        },
        &Structuring {
            threshold: 1_100_000,
            ..Structuring::default()
        },
        &Smurfing {
            threshold: 1_100_000,
            clusters: Some(&clusters),
            ..Smurfing::default()
        },
        &FlowMotif {
            small_share: Share::WHOLE,
            ..FlowMotif::default()
        },
        &DormantReactivation::default(),
        &BurstAndClose::default(),
        &MirrorTransfers {
            parties: Some(&clusters),
            ..MirrorTransfers::default()
        },
        &DenseFlow::default(),
        &FunnelAccount {
            places: Some(&places),
            ..FunnelAccount::default()
        },
        &UTurn {
            clusters: Some(&clusters),
            foreign: Some(&foreign),
            ..UTurn::default()
        },
        &CircularLoans {
            loans: Some(&loans),
            ..CircularLoans::default()
        },
    ];
    all.into_iter().for_each(test);
}

/// Ends within the budget, says so, and gives the same on any number of threads.
fn ends(graph: &TemporalGraph, pattern: &dyn Pattern, budget: Budget) {
    let alone = on_threads(pattern, graph, 1, budget);
    let name = pattern.name();
    assert!(alone.bundles.len() as u64 <= budget.max_instances, "{name}");
    for threads in [2, 16] {
        assert_eq!(on_threads(pattern, graph, threads, budget), alone, "{name}");
    }
}

#[test]
fn every_shape_ends_on_accounts_that_all_pay_each_other() {
    let rows = complete(200);
    let graph = graph(200, &rows);
    let budget = Budget {
        max_instances: 100,
        max_steps: 200_000,
    };
    shapes(&|pattern| ends(&graph, pattern, budget), &rows, 200);
}

#[test]
fn every_shape_ends_on_a_hub() {
    let many = 50_000;
    let mut rows: Vec<Row> = (0..many)
        .map(|other| (2 + other, 0, i64::from(other), 1_000_000))
        .collect();
    rows.extend((0..many).map(|other| (0, 2 + other, i64::from(many + other), 1_000_000)));
    let graph = graph(many as usize + 2, &rows);
    let budget = Budget {
        max_instances: 100,
        max_steps: 1_000_000,
    };
    shapes(&|pattern| ends(&graph, pattern, budget), &rows, many + 2);
}
