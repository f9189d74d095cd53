//! New transfers on top of a graph that was searched before: for every pattern the result of a full search, on graphs of
//! chance, cut at every kind of place.

use geldspoor::patterns::{Earlier, Search, SearchKind, Told};

use super::{Numbers, Row, graph};

const DAY: i64 = 86_400_000_000;
const ACCOUNTS: usize = 9;

fn rows(numbers: &mut Numbers) -> Vec<Row> {
    let count = 1 + numbers.below(60);
    let days = 1 + numbers.below(40);
    let mut rows: Vec<Row> = (0..count)
        .map(|_| {
            let side = |numbers: &mut Numbers| numbers.below(ACCOUNTS as u64) as u32;
            let amount = [90_000_000, 95_000_000, 30_000_000][numbers.below(3) as usize];
            (
                side(numbers),
                side(numbers),
                numbers.below(days) as i64 * DAY,
                amount,
            )
        })
        .collect();
    rows.sort_by_key(|row| row.2);
    rows
}

/// Parameters loose enough that small graphs hold something.
pub fn search(kind: SearchKind) -> Search {
    let mut search = Search::new(kind);
    for (name, value) in [
        ("min_deposits", "2"),
        ("bunching", "0"),
        ("min_depositors", "2"),
        ("min_counterparties", "2"),
        ("min_middles", "2"),
        ("min_accounts", "2"),
        ("min_events", "1"),
        ("min_inflow", "1"),
        ("min_share", "0.3"),
        ("min_places", "1"),
        ("min_hops", "2"),
        ("max_hops", "4"),
        ("min_small", "2"),
        ("small_share", "1"),
        ("silence", "9 days"),
        ("min_transfers", "1"),
        ("min_pairs", "1"),
        ("quiet", "1 day"),
        ("factor", "1"),
        ("deposits", "all"),
    ] {
        if kind.arguments().contains(&name) {
            search.set(name, value).expect(name);
        }
    }
    search
}

#[test]
fn what_is_new_and_what_was_found_before_are_what_a_full_search_finds() {
    let places: Vec<u32> = (0..60).map(|transfer| transfer % 3).collect();
    let marks: Vec<bool> = (0..60).map(|transfer| transfer % 2 == 0).collect();
    let parties: Vec<u32> = (0..ACCOUNTS as u32).map(|account| account / 2).collect();
    let foreign: Vec<bool> = (0..ACCOUNTS).map(|account| account % 3 == 0).collect();
    let (sources, sinks) = ([0], [ACCOUNTS as u32 - 1]);
    for kind in SearchKind::ALL {
        let search = search(kind);
        let (mut seen, mut kept) = (0, 0);
        for seed in 0..800 {
            let mut numbers = Numbers(seed);
            let rows = rows(&mut numbers);
            let last = rows[rows.len() - 1].2;
            let since = numbers.below((last / DAY) as u64 + 2) as i64 * DAY;
            let first_new = rows.partition_point(|row| row.2 < since);
            let told = |count: usize| Told {
                places: Some(&places[..count]),
                quiet: Some(&marks[..count]),
                loans: Some(&marks[..count]),
                parties: Some(&parties),
                foreign: Some(&foreign),
                sources: &sources,
                sinks: &sinks,
                ..Told::default()
            };
            let (before, whole) = (graph(ACCOUNTS, &rows[..first_new]), graph(ACCOUNTS, &rows));
            let known = search.run(&before, &told(first_new)).expect("good");
            let earlier = Earlier {
                first_new: first_new as u32,
                bundles: known.bundles,
            };
            let full = search.run(&whole, &told(rows.len())).expect("good");
            let since = search
                .run_since(&whole, &told(rows.len()), earlier.clone())
                .expect("good");
            assert_eq!(since.bundles, full.bundles, "{} seed {seed}", kind.name());
            seen += usize::from(!full.bundles.is_empty());
            kept += usize::from(full.bundles.iter().any(|bundle| earlier.bundles.contains(bundle)));
        }
        // The others are searched anew, whatever was found before.
        if kind.goes_on() {
            assert!(
                seen > 30 && kept > 5,
                "{}: too few to prove anything: {seen}, {kept}",
                kind.name()
            );
        }
    }
}
