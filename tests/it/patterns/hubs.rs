//! Graphs that would never end: hubs, complete graphs, parallel transfers, searches cut short.

use super::*;

#[test]
fn a_complete_graph_ends_within_its_budget_and_says_so() {
    // 60 accounts, each paying each of the others once inside one hour: more cycles than could ever be listed.
    let mut numbers = Numbers(8);
    let mut rows: Vec<Row> = Vec::new();
    for payer in 0..60 {
        for payee in (0..60).filter(|payee| *payee != payer) {
            rows.push((payer, payee, numbers.below(HOUR as u64) as i64, 100));
        }
    }
    let graph = graph(60, &rows);
    let pattern = cycles(HOUR, 1_000, TimeOrder::Strict);
    for (budget, by) in [
        (
            Budget {
                max_instances: 20_000,
                ..Budget::default()
            },
            Limit::Instances,
        ),
        (
            Budget {
                max_steps: 3_000_000,
                ..Budget::UNLIMITED
            },
            Limit::Steps,
        ),
    ] {
        let run = Run {
            budget,
            ..Run::default()
        };
        let begun = Instant::now();
        let search = || pattern.search(&graph, &run).expect("good");
        let found = search();
        assert_eq!(found.truncated.map(|truncated| truncated.by), Some(by));
        assert!(!found.bundles.is_empty());
        let instances: u64 = found.bundles.iter().map(|bundle| bundle.instances).sum();
        assert!(instances <= budget.max_instances);
        assert!(
            found.steps < budget.max_steps.saturating_mul(2),
            "{} steps",
            found.steps
        );
        assert_eq!(on_threads(1, search), found);
        assert_eq!(on_threads(7, search), found);
        println!(
            "complete graph, {by:?}: {instances} instances, {} steps, {:?}",
            found.steps,
            begun.elapsed()
        );
    }
}

#[test]
fn an_interrupted_search_finds_what_an_uninterrupted_one_does() {
    // 14 accounts, dense, all in one window: few starts, each with far more steps than one slice holds.
    let mut numbers = Numbers(9);
    let rows: Vec<Row> = (0..500)
        .map(|_| {
            (
                numbers.below(14) as u32,
                numbers.below(14) as u32,
                numbers.below(120) as i64,
                1,
            )
        })
        .collect();
    let graph = graph(14, &rows);
    let pattern = cycles(90, 9, TimeOrder::Strict);
    let counts = pattern
        .count(
            &graph,
            &Run {
                budget: Budget::UNLIMITED,
                ..Run::default()
            },
        )
        .expect("good");
    assert_eq!(counts.truncated, None);
    assert!(
        counts.steps > 20 * (1 << 16),
        "too easy to be interrupted: {} steps",
        counts.steps
    );
    assert_eq!(counts.total, paths_that_close(&rows, 90, 9));
}

/// Counts cycles by plain recursion over rows sorted by time.
fn paths_that_close(rows: &[Row], window: i64, max_hops: u32) -> u64 {
    fn count(by_payer: &[Vec<Row>], path: &mut Vec<u32>, now: i64, end: i64, left: u32) -> u64 {
        let here = path[path.len() - 1] as usize;
        let later = by_payer[here].iter().filter(|row| row.2 > now && row.2 <= end);
        let mut sum = 0;
        for row in later {
            if row.1 == path[0] {
                sum += 1;
            } else if left > 1 && !path.contains(&row.1) {
                path.push(row.1);
                sum += count(by_payer, path, row.2, end, left - 1);
                path.pop();
            }
        }
        sum
    }
    let accounts = rows.iter().map(|row| row.0.max(row.1) + 1).max().unwrap_or(0);
    let of = |payer| {
        rows.iter()
            .filter(|row| row.0 == payer && row.1 != payer)
            .copied()
            .collect()
    };
    let by_payer: Vec<Vec<Row>> = (0..accounts).map(of).collect();
    rows.iter()
        .filter(|row| row.0 != row.1)
        .map(|row| {
            count(
                &by_payer,
                &mut vec![row.0, row.1],
                row.2,
                row.2 + window,
                max_hops - 1,
            )
        })
        .sum()
}

#[test]
fn a_hub_of_two_hundred_thousand_counterparties_is_no_trouble() {
    let size = 200_000_u32;
    let mut rows: Vec<Row> = Vec::new();
    for account in 1..=size {
        rows.push((account, 0, i64::from(account) * 1_000_000, 500));
        if account % 1_000 == 0 {
            rows.push((0, account, i64::from(account) * 1_000_000 + 30_000_000, 490));
        }
    }
    let graph = graph(size as usize + 1, &rows);
    let begun = Instant::now();
    let fans = FanIn {
        window: 7 * DAY,
        min_counterparties: 5,
    }
    .search(&graph, &Run::default())
    .expect("good");
    // The payments take 200,000 seconds, less than three days: one window holds them all.
    assert_eq!(fans.bundles.len(), 1);
    assert_eq!(
        (
            fans.bundles[0].accounts.len(),
            fans.bundles[0].representative.len()
        ),
        (200_001, 200_000)
    );
    let narrow = FanIn {
        window: 9_000_000,
        min_counterparties: 10,
    }
    .search(&graph, &Run::default())
    .expect("good");
    assert_eq!(narrow.bundles.len(), 20_000);
    let sparse = FanIn {
        window: 9_000_000,
        min_counterparties: 11,
    }
    .search(&graph, &Run::default())
    .expect("good");
    assert!(sparse.bundles.is_empty());
    let found = listed(&graph, &cycles(60_000_000, 8, TimeOrder::Strict));
    assert_eq!(found.len(), 200);
    println!("hub of 200,000: {:?}", begun.elapsed());
}

#[test]
fn a_million_counterparties_are_cut_away_before_the_search() {
    // One account pays a million others inside two hours; every thousandth pays back.
    let size = 1_000_000_u32;
    let mut rows: Vec<Row> = (1..=size)
        .map(|account| (0, account, i64::from(account), 500))
        .collect();
    rows.extend(
        (1..=size)
            .step_by(1_000)
            .map(|account| (account, 0, i64::from(size) * 7 + i64::from(account), 490)),
    );
    let graph = graph(size as usize + 1, &rows);
    assert_eq!(CyclicCore::of(&graph, DAY, true).transfers(), 2_000);
    let begun = Instant::now();
    let counts = cycles(DAY, 1_000, TimeOrder::Strict)
        .count(&graph, &Run::default())
        .expect("good");
    assert_eq!((counts.total, counts.truncated), (1_000, None));
    println!("a million counterparties: {:?}", begun.elapsed());
}

#[test]
fn two_hundred_accounts_that_all_pay_each_other_in_an_hour_end_within_the_budget() {
    let mut numbers = Numbers(18);
    let mut rows: Vec<Row> = Vec::new();
    for payer in 0..200 {
        for payee in (0..200).filter(|payee| *payee != payer) {
            rows.push((payer, payee, numbers.below(HOUR as u64) as i64, 100));
        }
    }
    let graph = graph(200, &rows);
    for (max_hops, order) in [(1_000, TimeOrder::Strict), (4, TimeOrder::Lenient)] {
        let budget = Budget {
            max_instances: 5_000,
            max_steps: 2_000_000,
        };
        let run = Run {
            budget,
            ..Run::default()
        };
        let pattern = cycles(HOUR, max_hops, order);
        let found = on_threads(2, || pattern.search(&graph, &run).expect("good"));
        assert!(found.truncated.is_some() && found.steps < 2 * budget.max_steps);
        assert_eq!(
            on_threads(1, || pattern.search(&graph, &run).expect("good")),
            found
        );
    }
}

#[test]
fn a_hundred_thousand_parallel_transfers_are_listed_up_to_the_budget() {
    let rows: Vec<Row> = (0..100_000)
        .map(|row| (row % 2, 1 - row % 2, i64::from(row / 4), 0))
        .collect();
    let graph = graph(2, &rows);
    let run = Run {
        budget: Budget {
            max_instances: 50_000,
            ..Budget::default()
        },
        ..Run::default()
    };
    let found = cycles(DAY, 1_000, TimeOrder::Lenient)
        .search(&graph, &run)
        .expect("good");
    assert_eq!(
        found.bundles.iter().map(|bundle| bundle.instances).sum::<u64>(),
        50_000
    );
    let truncated = found.truncated.expect("there are far more");
    assert_eq!(truncated.by, Limit::Instances);
}
