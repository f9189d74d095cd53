//! Each shape planted on accounts that are busy with other things at the same time.

use std::collections::BTreeSet;

use geldspoor::patterns::{
    Bipartite, GatherScatter, LayeringChains, Pattern, ScatterGather, Share, Stack, TimeOrder,
};

use super::{Row, found, graph, random};

const DAY: i64 = 86_400_000_000;

/// Whether the rows, put among those of 300 busy accounts, are found in one bundle.
fn is_found(pattern: &dyn Pattern, planted: &[Row]) -> bool {
    let mut rows = random(31, 300, 2_000, 60 * DAY);
    let first = rows.len() as u32;
    rows.extend(planted.iter().map(|row| (row.0, row.1, row.2 + 20 * DAY, row.3)));
    let all: BTreeSet<u32> = (first..rows.len() as u32).collect();
    found(&graph(300, &rows), pattern)
        .iter()
        .any(|shape| shape.transfers.is_superset(&all))
}

#[test]
fn shapes_are_found_on_busy_accounts() {
    // Accounts far from each other, so that the noise of their neighbourhoods is there and ties none of them together.
    let far = |number: u32| 5 + 31 * number;
    let hops: Vec<Row> = (0..6)
        .map(|hop| {
            (
                far(hop),
                far(hop + 1),
                i64::from(hop) * DAY,
                7_000_000 - i64::from(hop) * 1_000,
            )
        })
        .collect();
    assert!(is_found(&LayeringChains::default(), &hops), "chain");
    let mut through: Vec<Row> = Vec::new();
    let mut gathered: Vec<Row> = Vec::new();
    for middle in 1..5 {
        let at = i64::from(middle);
        through.push((far(0), far(middle), at, 9_000_000));
        through.push((far(middle), far(8), DAY + at, 8_900_000));
        gathered.push((far(middle), far(0), at, 9_000_000));
        gathered.push((far(0), far(middle + 4), DAY + at, 8_900_000));
    }
    assert!(is_found(&ScatterGather::default(), &through), "scatter-gather");
    assert!(is_found(&GatherScatter::default(), &gathered), "gather-scatter");
    let mut pairs: Vec<Row> = Vec::new();
    let mut three: Vec<Row> = Vec::new();
    for payer in 0..3 {
        for payee in 0..3 {
            pairs.push((far(payer), far(3 + payee), i64::from(payer), 5_000));
            three.push((far(payer), far(3 + payee), i64::from(payer), 5_000));
            three.push((far(3 + payer), far(6 + payee), DAY + i64::from(payer), 5_000));
        }
    }
    let density = Share::WHOLE;
    let bipartite = Bipartite {
        density,
        min_accounts: 3,
        ..Bipartite::default()
    };
    assert!(is_found(&bipartite, &pairs), "bipartite");
    let stack = Stack {
        density,
        min_accounts: 3,
        order: TimeOrder::Strict,
        ..Stack::default()
    };
    assert!(is_found(&stack, &three), "stack");
}
