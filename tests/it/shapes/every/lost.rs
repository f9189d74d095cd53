//! The smallest graphs on which a wider search loses what a narrow one finds: why its pattern says that it may.

use std::collections::BTreeSet;

use geldspoor::patterns::{
    Bipartite, DenseFlow, DormantReactivation, FanIn, FlowMotif, FunnelAccount, GatherScatter, HopTolerance,
    MirrorTransfers, PassThrough, PassThroughGroup, Pattern, Share, Smurfing, Stack, Structuring, TimeOrder,
};

use super::super::{Row, found, graph};

fn share(text: &str) -> Share {
    Share::parse(text).expect("a share")
}

/// The transfers of each instance, narrow and wide.
fn both(rows: &[Row], narrow: &dyn Pattern, wide: &dyn Pattern) -> [Vec<Vec<u32>>; 2] {
    let graph = graph(8, rows);
    let list = |pattern: &dyn Pattern| -> Vec<Vec<u32>> {
        let shapes = found(&graph, pattern);
        shapes
            .into_iter()
            .map(|shape| shape.transfers.into_iter().collect())
            .collect()
    };
    [list(narrow), list(wide)]
}

#[test]
fn a_laid_window_begins_elsewhere() {
    // At 0, 6 and 8: the two that lie close together, or the first two.
    let rows: Vec<Row> = vec![(1, 0, 0, 75), (2, 0, 6, 75), (3, 0, 8, 75)];
    let fan = |window| FanIn {
        window,
        min_counterparties: 2,
    };
    assert_eq!(both(&rows, &fan(2), &fan(6)), [[[1, 2]], [[0, 1]]]);
    let structuring = |window| Structuring {
        window,
        threshold: 100,
        band: share("0.5"),
        min_deposits: 2,
        bunching: 0,
        deposits: None,
    };
    assert_eq!(
        both(&rows, &structuring(2), &structuring(6)),
        [[[1, 2]], [[0, 1]]]
    );
    let smurfing = |window| Smurfing {
        window,
        threshold: 100,
        band: share("0.5"),
        min_depositors: 2,
        deposits: None,
        clusters: None,
    };
    assert_eq!(both(&rows, &smurfing(2), &smurfing(6)), [[[1, 2]], [[0, 1]]]);
}

#[test]
fn a_wider_band_lets_in_what_lies_above_the_threshold() {
    let rows: Vec<Row> = vec![(1, 0, 0, 75), (2, 0, 1, 75), (3, 0, 2, 175)];
    let structuring = |band: &str| Structuring {
        window: 5,
        threshold: 100,
        band: share(band),
        min_deposits: 2,
        bunching: 3,
        deposits: None,
    };
    assert_eq!(
        both(&rows, &structuring("0.5"), &structuring("1")),
        [vec![vec![0, 1]], vec![]]
    );
}

#[test]
fn a_longer_window_scatters_more_than_was_gathered() {
    // From 3 to 13 so much is paid out that it carries on nothing.
    let rows: Vec<Row> = vec![
        (1, 0, 3, 50),
        (2, 0, 4, 100),
        (0, 3, 12, 100),
        (0, 4, 12, 25),
        (0, 5, 13, 100),
    ];
    let gather = |window, conserve: &str| GatherScatter {
        window,
        min_counterparties: 2,
        order: TimeOrder::Strict,
        conserve: Some(HopTolerance {
            loss: share(conserve),
            fee: 0,
        }),
    };
    assert_eq!(
        both(&rows, &gather(5, "0.5"), &gather(10, "0.5")),
        [vec![vec![0, 1, 2, 3]], vec![]]
    );
}

#[test]
fn a_wider_tolerance_takes_an_earlier_turn() {
    let rows: Vec<Row> = vec![
        (1, 0, 0, 75),
        (2, 0, 0, 75),
        (0, 3, 1, 25),
        (0, 4, 5, 75),
        (0, 5, 7, 50),
    ];
    let gather = |conserve: Option<HopTolerance>| GatherScatter {
        window: 6,
        min_counterparties: 2,
        order: TimeOrder::Strict,
        conserve,
    };
    let quarter = HopTolerance {
        loss: share("0.25"),
        fee: 0,
    };
    let [few, many] = both(&rows, &gather(Some(quarter)), &gather(None));
    let all = |list: &[Vec<u32>]| -> BTreeSet<u32> { list.iter().flatten().copied().collect() };
    assert!(
        !few.is_empty() && !all(&few).is_subset(&all(&many)),
        "{few:?} {many:?}"
    );
}

#[test]
fn a_longer_window_makes_layers_too_wide_for_their_density() {
    let rows: Vec<Row> = vec![(2, 3, 4, 100), (2, 4, 0, 75), (3, 1, 0, 0), (2, 1, 3, 75)];
    let bipartite = |window, density: &str| Bipartite {
        window,
        min_accounts: 2,
        density: share(density),
    };
    assert_eq!(
        both(&rows, &bipartite(3, "0.5"), &bipartite(8, "0.5")),
        [vec![vec![1, 2, 3]], vec![]]
    );
    // A lower density lets a third account in that pays one of the two only, and turns one of the paid out by it.
    let rows: Vec<Row> = vec![
        (3, 2, 0, 75),
        (0, 4, 7, 50),
        (3, 5, 3, 75),
        (1, 5, 0, 0),
        (3, 4, 5, 0),
    ];
    let [few, many] = both(&rows, &bipartite(5, "0.5"), &bipartite(5, "0.25"));
    assert_eq!((few, many), (vec![vec![1, 2, 4]], vec![vec![0, 2, 3, 4]]));
    let stack = |window| Stack {
        window,
        min_accounts: 2,
        density: share("0.5"),
        order: TimeOrder::Lenient,
    };
    let rows: Vec<Row> = vec![
        (5, 4, 8, 50),
        (3, 5, 6, 0),
        (1, 4, 1, 0),
        (1, 3, 3, 50),
        (0, 4, 2, 0),
        (4, 2, 7, 25),
    ];
    assert_eq!(
        both(&rows, &stack(6), &stack(7)),
        [vec![vec![1, 2, 3, 4, 5]], vec![]]
    );
}

fn periods(window: i64, min_share: &str) -> PassThrough {
    PassThrough {
        window,
        period: 2,
        min_share: share(min_share),
        min_events: 1,
        min_inflow: 0,
        order: TimeOrder::Strict,
    }
}

#[test]
fn a_longer_window_matches_older_money() {
    // 60 pays on what came at 5, or what came at 0 and is too long ago then; of 100 that is no share of 0.8.
    let rows: Vec<Row> = vec![(1, 0, 0, 100), (1, 0, 5, 60), (0, 2, 9, 60)];
    assert_eq!(
        both(&rows, &periods(4, "0.8"), &periods(9, "0.8")),
        [vec![vec![1, 2]], vec![]]
    );
}

#[test]
fn a_smaller_share_begins_a_period_earlier() {
    // Half of the first was passed on, the others wholly: two and three are a period, or one and two are, and three.
    let rows: Vec<Row> = vec![
        (1, 0, 0, 100),
        (0, 2, 1, 50),
        (1, 0, 2, 60),
        (0, 2, 3, 60),
        (1, 0, 4, 60),
        (0, 2, 5, 60),
    ];
    let [few, many] = both(&rows, &periods(1, "0.8"), &periods(1, "0.6"));
    assert_eq!(
        (few, many),
        (vec![vec![2, 3, 4, 5]], vec![vec![0, 1, 2, 3], vec![4, 5]])
    );
}

#[test]
fn groups_fall_apart_with_their_periods() {
    let mut rows: Vec<Row> = Vec::new();
    for account in 0..2 {
        rows.extend([(4, account, 5, 60), (account, 2, 9, 60)]);
    }
    rows.push((4, 1, 0, 100));
    let group = |window| PassThroughGroup {
        periods: periods(window, "0.8"),
        min_accounts: 2,
        min_shared: 1,
        max_apart: 0,
        opened: None,
        attributes: &[],
    };
    assert_eq!(
        both(&rows, &group(4), &group(9)),
        [vec![vec![0, 1, 2, 3]], vec![]]
    );
}

#[test]
fn a_longer_window_sees_the_withdrawals_own_place() {
    let places = [7, 8, 7];
    let rows: Vec<Row> = vec![(1, 0, 0, 50), (1, 0, 5, 50), (0, 2, 6, 50)];
    let funnel = |window| FunnelAccount {
        window,
        period: 9,
        min_deposits: 1,
        min_places: 1,
        order: TimeOrder::Strict,
        places: Some(&places),
    };
    assert_eq!(both(&rows, &funnel(1), &funnel(6)), [vec![vec![1, 2]], vec![]]);
}

#[test]
fn an_earlier_large_transfer_takes_what_a_later_one_needs() {
    let motif = |window, loss: &str| FlowMotif {
        window,
        min_small: 2,
        small_share: Share::WHOLE,
        order: TimeOrder::Strict,
        conserve: HopTolerance {
            loss: share(loss),
            fee: 0,
        },
    };
    let rows: Vec<Row> = vec![
        (1, 0, 0, 50),
        (1, 0, 6, 50),
        (0, 2, 8, 100),
        (1, 0, 9, 50),
        (0, 2, 10, 100),
    ];
    assert_eq!(
        both(&rows, &motif(4, "0"), &motif(8, "0")),
        [[[1, 3, 4]], [[0, 1, 2]]]
    );
    // The first large one carries on 100 of 75 and 25 only where a quarter may stay behind.
    let rows: Vec<Row> = vec![(1, 0, 3, 75), (1, 0, 3, 25), (0, 2, 5, 75), (0, 2, 6, 100)];
    assert_eq!(
        both(&rows, &motif(4, "0"), &motif(4, "0.25")),
        [[[0, 1, 3]], [[0, 1, 2]]]
    );
}

#[test]
fn a_larger_small_share_makes_the_sum_too_much() {
    let rows: Vec<Row> = vec![(1, 0, 0, 50), (1, 0, 1, 100), (1, 0, 0, 50), (0, 2, 2, 100)];
    let motif = |small_share: &str| FlowMotif {
        window: 9,
        min_small: 2,
        small_share: share(small_share),
        order: TimeOrder::Strict,
        conserve: HopTolerance {
            loss: share("0.25"),
            fee: 0,
        },
    };
    assert_eq!(
        both(&rows, &motif("0.5"), &motif("1")),
        [vec![vec![0, 2, 3]], vec![]]
    );
}

#[test]
fn a_longer_window_mirrors_with_another_partner() {
    let rows: Vec<Row> = vec![(1, 0, 2, 100), (0, 1, 2, 100), (1, 0, 0, 100)];
    let mirror = |window| MirrorTransfers {
        window,
        min_pairs: 1,
        ..MirrorTransfers::default()
    };
    assert_eq!(both(&rows, &mirror(1), &mirror(4)), [[[0, 1]], [[1, 2]]]);
}

#[test]
fn a_wider_tolerance_takes_the_only_partner_of_the_next() {
    // 100 mirrors 130 and 45 mirrors 60; or 100 takes 60, which comes before, and 45 has none.
    let rows: Vec<Row> = vec![(0, 1, 2, 100), (0, 1, 3, 45), (1, 0, 0, 60), (1, 0, 1, 130)];
    let mirror = |tolerance: &str, min_pairs| MirrorTransfers {
        window: 9,
        tolerance: share(tolerance),
        min_pairs,
        ..MirrorTransfers::default()
    };
    assert_eq!(
        both(&rows, &mirror("0.25", 2), &mirror("0.4", 2)),
        [vec![vec![0, 1, 2, 3]], vec![]]
    );
    assert_eq!(
        both(&rows, &mirror("0.25", 1), &mirror("0.4", 1)),
        [[vec![0, 1, 2, 3]], [vec![0, 2]]]
    );
}

#[test]
fn a_shorter_silence_ends_the_window_before_it() {
    let rows: Vec<Row> = vec![(1, 0, 2, 25), (0, 1, 8, 0), (1, 0, 9, 25)];
    let dormant = |silence| DormantReactivation {
        silence,
        window: 8,
        min_transfers: 2,
        min_amount: 100,
        quiet: None,
    };
    let [few, many] = both(&rows, &dormant(3), &dormant(1));
    assert_eq!((few.len(), many.len()), (2, 0));
}

#[test]
fn windows_of_a_dense_flow_lie_elsewhere() {
    // Without the transfer at 7 in the window the two pay each other to and fro.
    let rows: Vec<Row> = vec![(2, 5, 7, 100), (4, 5, 1, 75), (5, 4, 1, 75)];
    let dense = |window| DenseFlow {
        window,
        lambda: 1,
        middle_layers: 2,
        min_accounts: 2,
    };
    assert_eq!(both(&rows, &dense(3), &dense(6)), [vec![vec![1, 2]], vec![]]);
}
