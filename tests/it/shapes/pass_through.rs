use std::collections::BTreeSet;

use geldspoor::patterns::{PassThrough, Passed, Pattern, Run, Share, TimeOrder};

use super::{
    Numbers, Row, Shape, agrees_at, agrees_unshuffled, amount, backwards, found, graph, random, refused,
    same_on_any_threads,
};

const DAY: i64 = 86_400_000_000;

fn share(text: &str) -> Share {
    Share::parse(text).expect("a share")
}

fn pattern(window: i64, period: i64, min_events: u32) -> PassThrough {
    PassThrough {
        window,
        period,
        min_share: share("0.8"),
        min_events,
        min_inflow: 0,
        order: TimeOrder::Strict,
    }
}

fn any(numbers: &mut Numbers) -> PassThrough {
    PassThrough {
        min_share: Share::from_millionths(numbers.below(5) as u32 * 250_000).expect("a share"),
        min_inflow: numbers.below(3) as i64 * 60,
        order: numbers.order(),
        ..pattern(
            numbers.below(9) as i64,
            numbers.below(12) as i64,
            1 + numbers.below(3) as u32,
        )
    }
}

/// Coin by coin: each coin that leaves is the oldest one that is there and not too old.
fn coins(rows: &[Row], ins: &[u32], outs: &[u32], window: i64, order: TimeOrder) -> Vec<(u32, u32)> {
    let mut there: Vec<u32> = ins
        .iter()
        .flat_map(|i| vec![*i; rows[*i as usize].3 as usize])
        .collect();
    let mut moved = Vec::new();
    for out in outs {
        for _ in 0..rows[*out as usize].3 {
            let at = rows[*out as usize].2;
            let fits = |i: &u32| {
                let came = rows[*i as usize].2;
                at - came <= window && (came < at || (came == at && order == TimeOrder::Lenient))
            };
            if let Some(place) = there.iter().position(fits) {
                moved.push((there.remove(place), *out));
            }
        }
    }
    moved
}

fn plain(rows: &[Row], accounts: usize, p: &PassThrough) -> BTreeSet<Shape> {
    let mut out = BTreeSet::new();
    for v in 0..accounts as u32 {
        let of = |keep: &dyn Fn(&Row) -> bool| -> Vec<u32> {
            let mut list: Vec<u32> = (0..rows.len() as u32)
                .filter(|i| keep(&rows[*i as usize]) && rows[*i as usize].0 != rows[*i as usize].1)
                .collect();
            list.sort_by_key(|i| (rows[*i as usize].2, *i));
            list
        };
        let (ins, outs) = (of(&|row| row.1 == v), of(&|row| row.0 == v));
        let moved = coins(rows, &ins, &outs, p.window, p.order);
        let mut left = ins.clone();
        while let Some(begin) = left.first().copied() {
            let to = rows[begin as usize].2 + p.period;
            let holds = |moved: &[(u32, u32)], inflow: i128| {
                let events: BTreeSet<u32> = moved.iter().map(|(i, _)| *i).collect();
                events.len() >= p.min_events as usize
                    && moved.len() as i128 * 1_000_000 >= inflow * i128::from(p.min_share.millionths())
            };
            // Up to each time, the longest first.
            let times: BTreeSet<i64> = left
                .iter()
                .map(|i| rows[*i as usize].2)
                .filter(|at| *at <= to)
                .collect();
            let longest = times.iter().rev().find_map(|last| {
                let period: Vec<u32> = left
                    .iter()
                    .copied()
                    .filter(|i| rows[*i as usize].2 <= *last)
                    .collect();
                let inside: Vec<(u32, u32)> = moved
                    .iter()
                    .copied()
                    .filter(|(i, _)| period.contains(i))
                    .collect();
                let inflow = amount(rows, period.iter().copied());
                let begins = inside.iter().any(|(i, _)| *i == begin);
                (begins && inflow >= i128::from(p.min_inflow) && holds(&inside, inflow))
                    .then_some((period, inside, inflow))
            });
            let Some((period, inside, inflow)) = longest else {
                left.remove(0);
                continue;
            };
            left.retain(|i| !period.contains(i));
            let ins: BTreeSet<u32> = inside.iter().map(|(i, _)| *i).collect();
            let outs: BTreeSet<u32> = inside.iter().map(|(_, o)| *o).collect();
            let in_time = |set: &BTreeSet<u32>| -> Vec<u32> {
                let mut list: Vec<u32> = set.iter().copied().collect();
                list.sort_by_key(|i| (rows[*i as usize].2, *i));
                list
            };
            let strict = coins(rows, &in_time(&ins), &in_time(&outs), p.window, TimeOrder::Strict);
            let others: BTreeSet<u32> = ins
                .iter()
                .map(|i| rows[*i as usize].0)
                .chain(outs.iter().map(|o| rows[*o as usize].1))
                .chain([v])
                .collect();
            // In any order of transfers of one time: what was passed on of those of a time may all be the largest's.
            let is_proved = |moved: &[(u32, u32)]| {
                let fewest: usize = times
                    .iter()
                    .map(|at| {
                        let mut left =
                            moved.iter().filter(|(i, _)| rows[*i as usize].2 == *at).count() as i64;
                        let same = period.iter().filter(|i| rows[**i as usize].2 == *at);
                        let mut amounts: Vec<i64> = same.map(|i| rows[*i as usize].3).collect();
                        amounts.sort_unstable();
                        let mut events = 0;
                        while left > 0 {
                            left -= amounts.pop().expect("no more is passed on than came in");
                            events += 1;
                        }
                        events
                    })
                    .sum();
                fewest >= p.min_events as usize
            };
            let needs_lenient = match p.order {
                TimeOrder::Strict => !is_proved(&inside),
                TimeOrder::Lenient => !is_proved(&strict) || !holds(&strict, inflow),
            };
            out.insert(Shape {
                first: v,
                accounts: others.into_iter().collect(),
                transfers: ins.union(&outs).copied().collect(),
                instances: 1,
                carried: inside.len() as i128,
                needs_lenient,
            });
        }
    }
    out
}

#[test]
fn agrees_with_trying_everything() {
    let seen = agrees_unshuffled(401, 10_000, any, plain);
    assert!(seen > 4_000, "too few to prove anything: {seen}");
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    // First in of one time is what has the smaller number; so here no two transfers have one time.
    let seen = agrees_at(402, 2_000, |row, _| row as i64, any, plain);
    assert!(seen > 500, "too few to prove anything: {seen}");
}

#[test]
fn a_planted_one_is_found_whole_and_not_backwards() {
    let mut rows = random(12, 300, 2_000, 90 * DAY);
    let first = rows.len() as u32;
    for event in 0..6 {
        rows.push((301 + event as u32, 300, event * 3 * DAY, 10_000_000));
        rows.push((300, 307, event * 3 * DAY + DAY, 9_000_000));
    }
    let planted = |rows: &[Row]| {
        let mut list = found(&graph(308, rows), &PassThrough::default());
        list.retain(|shape| shape.accounts.contains(&300));
        list
    };
    let list = planted(&rows);
    assert_eq!((list.len(), list[0].carried), (1, 54_000_000));
    assert_eq!(list[0].transfers, (first..first + 12).collect());
    // Backwards money leaves a day before it comes; within 36 hours nothing is passed on.
    let short = PassThrough {
        window: DAY * 3 / 2,
        ..PassThrough::default()
    };
    let mut list = found(&graph(308, &backwards(&rows)), &short);
    list.retain(|shape| shape.accounts.contains(&300));
    assert!(list.is_empty());
}

#[test]
fn money_that_is_kept_hides_nothing_that_was_passed_on() {
    let mut rows: Vec<Row> = Vec::new();
    for day in 0..5 {
        rows.push((1, 0, day * DAY, 10_000_000));
        rows.push((0, 2, day * DAY + DAY / 2, 10_000_000));
    }
    rows.push((1, 0, 29 * DAY, 1_000_000_000));
    for more in 0..3 {
        // Many kept ones behind it.
        rows.extend((0..more * 20).map(|kept| (1, 0, 29 * DAY + kept, 5_000_000)));
        let list = found(&graph(3, &rows), &PassThrough::default());
        assert_eq!((list.len(), list[0].carried), (1, 50_000_000));
        assert_eq!(list[0].transfers, (0..10).collect());
    }
}

#[test]
fn money_is_matched_first_in_first_out() {
    let rows: Vec<Row> = vec![
        (1, 0, 0, 100),
        (2, 0, 5, 50),
        (0, 3, 6, 120),
        (0, 3, 20, 30),
        (0, 0, 7, 500),
    ];
    let passed = |window| pattern(window, 100, 1).matches(&graph(4, &rows), 0);
    let one = |incoming, outgoing, amount| Passed {
        incoming,
        outgoing,
        amount,
    };
    assert_eq!(passed(100), [one(0, 2, 100), one(1, 2, 20), one(1, 3, 30)]);
    assert_eq!(passed(5), [one(1, 2, 50)]);
    assert_eq!(passed(0), []);
}

#[test]
fn what_rests_on_an_order_of_one_time_says_so() {
    // Both come on one day; what leaves the day after is the one's, or the other's and half of the one's.
    let tied: Vec<Row> = vec![(1, 0, 1, 50), (2, 0, 1, 100), (0, 3, 2, 100)];
    let least = |events, rows: &[Row], order| {
        let pattern = PassThrough {
            min_share: share("0.5"),
            order,
            ..pattern(5, 5, events)
        };
        found(&graph(4, rows), &pattern)[0].needs_lenient
    };
    let mut turned = tied.clone();
    turned.swap(0, 1);
    for order in [TimeOrder::Strict, TimeOrder::Lenient] {
        assert!(least(2, &tied, order));
        assert!(!least(1, &tied, order) && !least(1, &turned, order));
        // All of it is passed on: both are, in any order.
        let whole: Vec<Row> = vec![(1, 0, 1, 50), (2, 0, 1, 100), (0, 3, 2, 150)];
        assert!(!least(2, &whole, order));
    }
}

#[test]
fn odd_transfers_are_defined() {
    let zero: Vec<Row> = vec![(1, 0, 0, 0), (0, 2, 1, 0)];
    assert!(found(&graph(3, &zero), &pattern(5, 5, 1)).is_empty());
    let equal: Vec<Row> = vec![(1, 0, 1, 10), (0, 2, 1, 10)];
    assert!(found(&graph(3, &equal), &pattern(5, 5, 1)).is_empty());
    let lenient = PassThrough {
        order: TimeOrder::Lenient,
        ..pattern(0, 0, 1)
    };
    assert!(found(&graph(3, &equal), &lenient)[0].needs_lenient);
    let mut parallel: Vec<Row> = (0..1_000).map(|time| (1, 0, i64::from(time), 7)).collect();
    parallel.extend((0..1_000).map(|time| (0, 2, 1_000 + i64::from(time), 7)));
    let list = found(&graph(3, &parallel), &pattern(5_000, 5_000, 1_000));
    assert_eq!(
        (list.len(), list[0].transfers.len(), list[0].carried),
        (1, 2_000, 7_000)
    );
}

#[test]
fn threads_and_budgets() {
    let rows = random(13, 300, 8_000, 90 * DAY);
    same_on_any_threads(&pattern(5 * DAY, 20 * DAY, 2), 300, &rows);
}

#[test]
fn parameters_are_refused_by_name() {
    refused(&pattern(-1, 2, 1), "time_window is -1");
    refused(&pattern(1, -2, 1), "period is -2");
    refused(&pattern(1, 2, 0), "min_events is 0");
    refused(
        &PassThrough {
            min_inflow: -5,
            ..pattern(1, 2, 1)
        },
        "min_inflow is -0.0005",
    );
    let none = pattern(1, 1, 1)
        .search(&graph(3, &[]), &Run::default())
        .expect("good");
    assert!(none.bundles.is_empty());
}
