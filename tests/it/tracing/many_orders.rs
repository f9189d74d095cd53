//! Intervals of parts with far more orders than could be gone through one by one, against small computations of their own.

use std::collections::BTreeMap;

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, End, Ground, Interval, Kind, METHODS, Movement, OUTSIDE, Rules,
    Sequences, TraceInput, intervals, method,
};

use super::networks::Numbers;

const DAYS: i64 = 40;

fn row(at: i64, payer: u32, payee: u32, amount: i64, kind: Kind) -> Movement {
    Movement {
        payer,
        payee,
        paid: amount,
        received: amount,
        at,
        kind,
    }
}

fn claim(movement: u32, amount: i64) -> Claim {
    Claim {
        movement,
        amount,
        currency: None,
        kind: ClaimKind::Proceeds,
        label: format!("claim on {movement}"),
    }
}

fn found(
    accounts: &[Account],
    movements: &[Movement],
    claims: &[Claim],
    name: &str,
    most: usize,
) -> Vec<Interval> {
    let book = Book::new(accounts.to_vec(), movements.to_vec()).unwrap();
    let rules = Rules::default();
    let input = TraceInput::new(&book, claims, &rules);
    assert!(input.refused().is_empty());
    intervals(&input, method(name).unwrap(), Sequences::default(), most).unwrap()
}

fn bounds(rows: &[Interval], claim: u32, end: End) -> (i64, i64) {
    let row = rows.iter().find(|row| (row.claim, row.end) == (claim, end));
    row.map_or((0, 0), |row| (row.low, row.high))
}

/// Forty days on one account, on which claimed money lies: on each day an own credit and a payment to one of two shops,
/// in no known order.
struct FortyDays {
    opening: i64,
    credits: Vec<i64>,
    debits: Vec<i64>,
}

impl FortyDays {
    fn of(seed: u64) -> FortyDays {
        let mut numbers = Numbers(seed);
        let mut amounts = |most| {
            (0..DAYS)
                .map(|_| 1 + numbers.below(most) as i64)
                .collect::<Vec<i64>>()
        };
        FortyDays {
            opening: 400,
            credits: amounts(12),
            debits: amounts(15),
        }
    }

    fn movements(&self) -> Vec<Movement> {
        let mut rows = vec![row(0, OUTSIDE, 0, 100, Kind::Ordinary)];
        for day in 0..DAYS as usize {
            let at = day as i64 + 1;
            rows.push(row(at, OUTSIDE, 0, self.credits[day], Kind::Ordinary));
            rows.push(row(at, 0, OUTSIDE, self.debits[day], Kind::Spent(day as u32 % 2)));
        }
        rows
    }
}

/// Least and most that is spent with each code and held, where the amount of claimed money says all: for
/// methods that keep no order.
fn amounts(days: &FortyDays, leaves: impl Fn(i64, i64, i64) -> i64) -> [(i64, i64); 3] {
    // By claimed money on the account: least and most spent with code 0, and with code 1.
    let mut ways: BTreeMap<i64, [(i64, i64); 2]> = BTreeMap::from([(100, [(0, 0); 2])]);
    let mut balance = days.opening + 100;
    for day in 0..DAYS as usize {
        let mut next: BTreeMap<i64, [(i64, i64); 2]> = BTreeMap::new();
        let (credit, debit) = (days.credits[day], days.debits[day]);
        for (claimed, spent) in ways {
            for have in [balance, balance + credit] {
                let left = leaves(claimed, debit, have);
                let mut spent = spent;
                spent[day % 2].0 += left;
                spent[day % 2].1 += left;
                next.entry(claimed - left)
                    .and_modify(|there| {
                        for (there, one) in there.iter_mut().zip(spent) {
                            *there = (there.0.min(one.0), there.1.max(one.1));
                        }
                    })
                    .or_insert(spent);
            }
        }
        ways = next;
        balance += credit - debit;
        assert!(balance > 20);
    }
    let held = (*ways.keys().next().unwrap(), *ways.keys().next_back().unwrap());
    let of = |code: usize| {
        let low = ways.values().map(|spent| spent[code].0).min().unwrap();
        (low, ways.values().map(|spent| spent[code].1).max().unwrap())
    };
    [of(0), of(1), held]
}

/// The same where each unit of money has its place in a row. Not more than a few rows are possible after each day.
fn rows_of_units(days: &FortyDays, newest: bool) -> [(i64, i64); 3] {
    let mut ways: BTreeMap<Vec<bool>, [(i64, i64); 2]> = BTreeMap::new();
    let mut start = vec![false; days.opening as usize];
    start.extend([true; 100]);
    ways.insert(start, [(0, 0); 2]);
    for day in 0..DAYS as usize {
        let mut next: BTreeMap<Vec<bool>, [(i64, i64); 2]> = BTreeMap::new();
        let (credit, debit) = (days.credits[day] as usize, days.debits[day] as usize);
        for (units, spent) in ways {
            for credit_first in [false, true] {
                let (mut units, mut spent) = (units.clone(), spent);
                if credit_first {
                    units.extend(vec![false; credit]);
                }
                let taken: Vec<bool> = match newest {
                    true => units.split_off(units.len() - debit),
                    false => units.drain(..debit).collect(),
                };
                if !credit_first {
                    units.extend(vec![false; credit]);
                }
                let claimed = taken.into_iter().filter(|claimed| *claimed).count() as i64;
                spent[day % 2].0 += claimed;
                spent[day % 2].1 += claimed;
                next.entry(units)
                    .and_modify(|there| {
                        for (there, one) in there.iter_mut().zip(spent) {
                            *there = (there.0.min(one.0), there.1.max(one.1));
                        }
                    })
                    .or_insert(spent);
            }
        }
        ways = next;
    }
    let held = |units: &Vec<bool>| units.iter().filter(|claimed| **claimed).count() as i64;
    let of = |code: usize| {
        let low = ways.values().map(|spent| spent[code].0).min().unwrap();
        (low, ways.values().map(|spent| spent[code].1).max().unwrap())
    };
    let least = ways.keys().map(held).min().unwrap();
    [of(0), of(1), (least, ways.keys().map(held).max().unwrap())]
}

/// 2^40 orders, of which few lead to different states.
#[test]
fn forty_days_of_two_movements_are_exact() {
    for seed in 0..5 {
        let days = FortyDays::of(seed);
        let movements = days.movements();
        let ends = [End::Spent(0), End::Spent(1), End::Held(0)];
        let account = [Account::recorded(days.opening)];
        let claims = [claim(0, 100)];
        let expected = [
            ("fifo", rows_of_units(&days, false)),
            ("lifo", rows_of_units(&days, true)),
            (
                "own-money-first",
                amounts(&days, |claimed, debit, have| claimed - claimed.min(have - debit)),
            ),
            (
                "tainted-first",
                amounts(&days, |claimed, debit, _| claimed.min(debit)),
            ),
        ];
        for (name, expected) in expected {
            let rows = found(&account, &movements, &claims, name, 2_000);
            assert!(
                rows.iter().all(|row| row.ground == Ground::AllOrders),
                "{name}: {rows:?}"
            );
            let told = ends.map(|end| bounds(&rows, 0, end));
            assert_eq!(told, expected, "seed {seed}, {name}");
        }
    }
}

/// Two payments on each of forty days take the same share of what lies there in whatever order, so nothing is open.
#[test]
fn shares_do_not_depend_on_the_order_of_payments() {
    let mut numbers = Numbers(9);
    let mut movements = vec![row(0, OUTSIDE, 0, 1_000_000, Kind::Ordinary)];
    for day in 1..=DAYS {
        for code in 0..2 {
            let amount = 10_000 + numbers.below(12_345) as i64;
            movements.push(row(day, 0, OUTSIDE, amount, Kind::Spent(code)));
        }
    }
    let rows = found(
        &[Account::recorded(900_000)],
        &movements,
        &[claim(0, 333_333)],
        "pro-rata",
        2_000,
    );
    for row in rows {
        assert!(row.is_exact() && row.low == row.high, "{row:?}");
    }
    // A credit on each day makes it open, by little.
    for day in 1..=DAYS {
        movements.push(row(day, OUTSIDE, 0, 20_000, Kind::Ordinary));
    }
    movements.sort_by_key(|movement| movement.at);
    let open = found(
        &[Account::recorded(900_000)],
        &movements[..13],
        &[claim(0, 333_333)],
        "pro-rata",
        10_000,
    );
    assert!(open.iter().all(Interval::is_exact), "{open:?}");
    assert!(open.iter().any(|row| row.low < row.high));
}

/// Own money that moves in no known order on the same accounts, before and after, costs nothing.
#[test]
fn days_of_own_money_have_one_state() {
    let mut numbers = Numbers(3);
    let mut movements = Vec::new();
    for day in 0..30 {
        for _ in 0..20 {
            let (payer, payee) = (numbers.below(5) as u32, numbers.below(6) as u32);
            if payer == payee {
                continue;
            }
            let payee = if payee == 5 { OUTSIDE } else { payee };
            movements.push(row(
                day,
                payer,
                payee,
                1 + numbers.below(50) as i64,
                Kind::Ordinary,
            ));
        }
        if day == 10 {
            movements.push(row(day, OUTSIDE, 5, 100, Kind::Ordinary));
        }
    }
    let number = movements.iter().position(|row| row.payee == 5).unwrap();
    movements.push(row(40, 5, 0, 100, Kind::Ordinary));
    movements.push(row(41, 0, OUTSIDE, 50, Kind::Spent(7)));
    let accounts: Vec<Account> = (0..6)
        .map(|account| Account::recorded(if account == 5 { 0 } else { 30_000 }))
        .collect();
    for name in ["fifo", "lifo", "pro-rata", "own-money-first", "tainted-first"] {
        let rows = found(&accounts, &movements, &[claim(number as u32, 100)], name, 1);
        assert!(
            rows.iter().all(|row| row.is_exact() && row.low == row.high),
            "{name}: {rows:?}"
        );
    }
}

/// What has ended before there is too much to go through is a sound least, and narrows the rest.
#[test]
fn a_passed_limit_keeps_what_is_sure() {
    let mut movements = vec![
        row(0, OUTSIDE, 0, 1_000, Kind::Ordinary),
        row(1, 0, OUTSIDE, 600, Kind::Spent(1)),
    ];
    for day in 2..12 {
        for number in 0..4 {
            let payee = (day as u32 + number) % 3 + 1;
            movements.push(row(day, 0, payee, 10 + i64::from(number), Kind::Ordinary));
            movements.push(row(day, OUTSIDE, 0, 7 + i64::from(number), Kind::Ordinary));
        }
    }
    let accounts = [Account::recorded(0); 4];
    let claims = [claim(0, 1_000)];
    for method in METHODS
        .into_iter()
        .filter(|method| method.follows() && method.conserves())
    {
        let few = found(&accounts, &movements, &claims, method.name(), 1);
        assert_eq!(bounds(&few, 0, End::Spent(1)), (600, 600), "{}", method.name());
        assert!(few.iter().any(|row| !row.is_exact()), "{}", method.name());
        assert!(
            bounds(&few, 0, End::Held(0)).1 <= 400,
            "{}: {few:?}",
            method.name()
        );
        if method.counts_age() {
            continue;
        }
        let many = found(&accounts, &movements, &claims, method.name(), 3_000);
        for row in few {
            let (low, high) = bounds(&many, row.claim, row.end);
            assert!(row.low <= low && high <= row.high, "{}: {row:?}", method.name());
        }
    }
}

/// Three thousand movements of one day on one account, all of which meet each other: what is held is between sound ends.
#[test]
fn a_wide_day_is_gone_through() {
    let mut numbers = Numbers(31);
    let mut movements = vec![row(0, OUTSIDE, 0, 50_000, Kind::Ordinary)];
    let mut claims = vec![claim(0, 50_000)];
    for number in 1..3_000 {
        let amount = 1 + numbers.below(50) as i64;
        movements.push(match number % 2 {
            0 => row(1, 0, OUTSIDE, amount, Kind::Spent(number % 3)),
            _ => row(1, OUTSIDE, 0, amount, Kind::Ordinary),
        });
        if number % 2 == 1 && number < 10 {
            claims.push(claim(number, amount));
        }
    }
    let account = [Account::recorded(1_000_000)];
    for name in ["fifo", "pro-rata", "oldest-origin-first"] {
        let rows = found(&account, &movements, &claims, name, 2);
        for row in &rows {
            assert!(row.low <= row.seen.0 && row.seen.1 <= row.high, "{name}: {row:?}");
        }
        assert!(bounds(&rows, 0, End::Held(0)).1 <= 50_000, "{name}");
    }
}

/// The same on one thread and on several, and wherever the limit is.
#[test]
fn threads_make_no_difference_to_intervals() {
    let days = FortyDays::of(1);
    let movements = days.movements();
    let account = [Account::recorded(days.opening)];
    for most in [1, 3, 10, 1_000] {
        for method in METHODS {
            let run = |threads| {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                pool.install(|| found(&account, &movements, &[claim(0, 100)], method.name(), most))
            };
            assert_eq!(run(1), run(4), "{}", method.name());
        }
    }
}

/// Three accounts that pay each other in no known order for a month: too many states for several claims together, and few
/// for each alone. What is told alone is what one claim by itself comes to.
#[test]
fn claims_that_stand_alone_are_told_alone() {
    let mut numbers = Numbers(17);
    let mut movements = Vec::new();
    for day in 0..30 {
        if day % 5 == 0 {
            movements.push(row(day, OUTSIDE, 0, 60, Kind::Ordinary));
        }
        for _ in 0..3 {
            let payer = numbers.below(3) as u32;
            let payee = (payer + 1 + numbers.below(2) as u32) % 3;
            movements.push(row(
                day,
                payer,
                payee,
                5 + numbers.below(9) as i64,
                Kind::Ordinary,
            ));
        }
        movements.push(row(
            day,
            numbers.below(3) as u32,
            OUTSIDE,
            11,
            Kind::Spent(day as u32 % 2),
        ));
    }
    let accounts = [Account::recorded(300); 3];
    // As many days as one claim alone has few enough states for.
    let methods = [
        ("fifo", 30),
        ("lifo", 18),
        ("oldest-origin-first", 30),
        ("pro-rata", 30),
        ("exposure", 30),
    ];
    for (name, days) in methods {
        let movements = &movements[..movements.partition_point(|row| row.at < days)];
        let credits = (0..).zip(movements).filter(|(_, row)| row.payer == OUTSIDE);
        let claims: Vec<Claim> = credits.map(|(number, row)| claim(number, row.received)).collect();
        let together = found(&accounts, movements, &claims, name, 150);
        let mut exact = 0;
        for (number, one) in claims.iter().enumerate() {
            let alone = found(&accounts, movements, std::slice::from_ref(one), name, 5_000);
            for row in alone.iter().filter(|row| row.is_exact()) {
                let (low, high) = bounds(&together, number as u32, row.end);
                assert!(low <= row.low && row.high <= high, "{name}: {row:?}");
                let told = together
                    .iter()
                    .find(|other| (other.claim, other.end) == (number as u32, row.end));
                if told.is_some_and(Interval::is_exact) {
                    assert_eq!((low, high), (row.low, row.high), "{name}: {row:?}");
                    exact += 1;
                }
            }
        }
        assert!(exact > 0, "{name}");
    }
}
