use std::collections::BTreeSet;

use geldspoor::patterns::{FunnelAccount, TimeOrder};

use super::{
    Maker, Numbers, Row, Shape, agrees_told, amount, backwards, found, graph, own, refused,
    same_on_any_threads, set, told,
};

const DAY: i64 = 86_400_000_000;

fn pattern(window: i64, period: i64, min_deposits: u32) -> FunnelAccount<'static> {
    FunnelAccount {
        window,
        period,
        min_deposits,
        min_places: 1,
        order: TimeOrder::Strict,
        places: None,
    }
}

fn place(row: &Row) -> u32 {
    match (row.0 + 2 * row.1 + row.3 as u32 / 25) % 5 {
        4 => FunnelAccount::NOWHERE,
        place => place,
    }
}

/// Deposits and withdrawals that count.
fn counting(
    rows: &[Row],
    ins: &[u32],
    outs: &[u32],
    p: &FunnelAccount<'_>,
    order: TimeOrder,
) -> (Vec<u32>, Vec<u32>) {
    let places = p.places.expect("told");
    let follows =
        |i: u32, o: u32| super::follows(&rows[i as usize], &rows[o as usize], p.window, order, None);
    let counts = |o: u32| {
        let before: Vec<u32> = ins.iter().copied().filter(|i| follows(*i, o)).collect();
        !before.is_empty() && before.iter().all(|i| places[*i as usize] != places[o as usize])
    };
    let outs: Vec<u32> = outs.iter().copied().filter(|o| counts(*o)).collect();
    (
        ins.iter()
            .copied()
            .filter(|i| outs.iter().any(|o| follows(*i, *o)))
            .collect(),
        outs,
    )
}

fn plain(rows: &[Row], accounts: usize, p: &FunnelAccount<'_>) -> BTreeSet<Shape> {
    let places = p.places.expect("told");
    let mut out = BTreeSet::new();
    for v in 0..accounts as u32 {
        let known = |i: u32| places[i as usize] != FunnelAccount::NOWHERE;
        let ins = own(rows, |i, row| row.1 == v && known(i));
        let outs = own(rows, |i, row| row.0 == v && known(i));
        let (mut left, outs) = counting(rows, &ins, &outs, p, p.order);
        let enough = |list: &[u32]| {
            let cities: BTreeSet<u32> = list.iter().map(|i| places[*i as usize]).collect();
            list.len() >= p.min_deposits as usize && cities.len() >= p.min_places as usize
        };
        while let Some(first) = left.first() {
            let limit = rows[*first as usize].2 + p.period;
            let inside: Vec<u32> = left
                .iter()
                .copied()
                .filter(|i| rows[*i as usize].2 <= limit)
                .collect();
            if !enough(&inside) {
                left.remove(0);
                continue;
            }
            left.retain(|i| !inside.contains(i));
            let follows = |i: u32, o: u32| {
                super::follows(&rows[i as usize], &rows[o as usize], p.window, p.order, None)
            };
            let taken: Vec<u32> = outs
                .iter()
                .copied()
                .filter(|o| inside.iter().any(|i| follows(*i, *o)))
                .collect();
            let strict = counting(rows, &inside, &taken, p, TimeOrder::Strict).0;
            let sums = (
                amount(rows, inside.iter().copied()),
                amount(rows, taken.iter().copied()),
            );
            out.insert(Shape {
                needs_lenient: p.order == TimeOrder::Lenient && !enough(&strict),
                ..set(rows, v, &[inside, taken].concat(), sums.0.min(sums.1))
            });
        }
    }
    out
}

#[test]
fn agrees_with_trying_everything() {
    let any = |numbers: &mut Numbers| -> Maker<FunnelAccount<'static>> {
        let p = FunnelAccount {
            order: numbers.order(),
            min_places: 1 + numbers.below(2) as u32,
            ..pattern(
                numbers.below(8) as i64,
                numbers.below(12) as i64,
                1 + numbers.below(2) as u32,
            )
        };
        Box::new(move |rows, _| FunnelAccount {
            places: told(rows, place),
            ..p
        })
    };
    let seen = agrees_told(801, 10_000, any, plain);
    assert!(seen > 1_500, "too few to prove anything: {seen}");
}

#[test]
fn a_planted_one_is_found_and_not_backwards() {
    let mut rows: Vec<Row> = (0..6)
        .map(|day| (1 + day as u32, 0, day * 2 * DAY, 100))
        .collect();
    rows.extend((0..6).map(|day| (0, 7, day * 2 * DAY + DAY, 90)));
    let cities: Vec<u32> = (0..12)
        .map(|index| if index < 6 { index % 3 } else { 9 })
        .collect();
    let told = |places| FunnelAccount {
        places: Some(places),
        ..FunnelAccount::default()
    };
    let list = found(&graph(8, &rows), &told(&cities));
    assert_eq!(
        (list.len(), list[0].transfers.len(), list[0].carried),
        (1, 12, 540)
    );
    let short = FunnelAccount {
        window: DAY / 2,
        ..told(&cities)
    };
    assert!(found(&graph(8, &backwards(&rows)), &short).is_empty());
    // Taken out where it was put in: no funnel.
    assert!(found(&graph(8, &rows), &told(&[4; 12])).is_empty());
}

#[test]
fn a_hub_costs_no_square() {
    // Often paid in, often taken out, and never enough places.
    let mut rows: Vec<Row> = (0..20_000).map(|time| (1, 0, 2 * time, 100)).collect();
    rows.extend((0..20_000).map(|time| (0, 2, 2 * time + 1, 100)));
    let cities: Vec<u32> = (0..40_000).map(|row| row / 20_000).collect();
    let run = geldspoor::patterns::Run {
        budget: geldspoor::patterns::Budget {
            max_steps: 8_000_000,
            ..geldspoor::patterns::Budget::UNLIMITED
        },
        ..geldspoor::patterns::Run::default()
    };
    for (min_places, count) in [(1, 1), (2, 0)] {
        let p = FunnelAccount {
            places: Some(&cities),
            min_places,
            ..pattern(100_000, 100_000, 5)
        };
        let found = geldspoor::patterns::Pattern::search(&p, &graph(3, &rows), &run).expect("good");
        assert_eq!((found.truncated, found.bundles.len()), (None, count));
    }
}

#[test]
fn threads_and_budgets() {
    let rows = super::random(20, 200, 6_000, 60 * DAY);
    same_on_any_threads(
        &FunnelAccount {
            places: told(&rows, place),
            ..pattern(DAY, 20 * DAY, 3)
        },
        200,
        &rows,
    );
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&pattern(-1, 2, 1), "time_window is -1");
    refused(&pattern(1, -2, 1), "period is -2");
    refused(&pattern(1, 2, 0), "min_deposits is 0");
    refused(
        &FunnelAccount {
            min_places: 0,
            ..pattern(1, 2, 1)
        },
        "min_places is 0",
    );
    refused(&pattern(1, 2, 1), "places is not given");
    refused(
        &FunnelAccount {
            places: Some(&[]),
            ..pattern(1, 2, 1)
        },
        "places is 0 values long",
    );
}
