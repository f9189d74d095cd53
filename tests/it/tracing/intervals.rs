//! Intervals against all orders that agree with the records, found one by one.

use std::collections::BTreeMap;

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, End, Ground, Interest, Kind, METHODS, Method, Movement, OUTSIDE,
    Opening, OwnMoneyFirst, Rules, Sequences, TraceInput, UNKNOWN, intervals, method,
};

use super::networks::{Network, Numbers, Taste, network};
use super::tools::{Pages, euro};

/// Every order of the movements that keeps time, reversals and known sequences.
fn orders(network: &Network, payer: &[u32], payee: &[u32]) -> Vec<Vec<u32>> {
    let rows = &network.movements;
    let must = |a: usize, b: usize| {
        let legs = |m: usize| [(rows[m].payer, payer[m]), (rows[m].payee, payee[m])];
        let follows = legs(a).into_iter().any(|(account, place)| {
            let known = account != OUTSIDE && network.accounts[account as usize].recorded && place != UNKNOWN;
            known
                && legs(b)
                    .into_iter()
                    .any(|(other, later)| other == account && later != UNKNOWN && place < later)
        });
        rows[a].at < rows[b].at
            || rows[a].at == rows[b].at && follows
            || rows[b].kind == Kind::Reversal(a as u32)
    };
    let mut found = Vec::new();
    let mut stack = vec![Vec::new()];
    while let Some(order) = stack.pop() {
        if order.len() == rows.len() {
            found.push(order);
            continue;
        }
        for next in 0..rows.len() as u32 {
            let free = |before: usize| {
                before == next as usize || order.contains(&(before as u32)) || !must(before, next as usize)
            };
            if !order.contains(&next) && (0..rows.len()).all(free) {
                let mut longer = order.clone();
                longer.push(next);
                stack.push(longer);
            }
        }
    }
    found
}

fn run(network: &Network, order: &[u32], method: &dyn Method, rules: &Rules) -> BTreeMap<(u32, End), i64> {
    let mut place = vec![0; order.len()];
    for (now, old) in order.iter().enumerate() {
        place[*old as usize] = now as u32;
    }
    let turned = |old: &u32| {
        let mut row = network.movements[*old as usize];
        if let Kind::Reversal(earlier) = &mut row.kind {
            *earlier = place[*earlier as usize];
        }
        row
    };
    let book = Book::new(network.accounts.clone(), order.iter().map(turned).collect()).unwrap();
    let mut claims = network.claims.clone();
    for claim in &mut claims {
        claim.movement = place[claim.movement as usize];
    }
    let outcome = method.trace(&TraceInput::new(&book, &claims, rules));
    outcome
        .sums()
        .into_iter()
        .map(|(claim, end, amount, _)| ((claim, end), amount))
        .collect()
}

fn check(seed: u64, network: &Network, known: bool, limit: usize) -> (u64, u64) {
    check_under(seed, network, known, limit, &Rules::default())
}

fn check_under(seed: u64, network: &Network, known: bool, limit: usize, rules: &Rules) -> (u64, u64) {
    check_methods(seed, network, known, limit, rules, &METHODS)
}

pub(super) fn check_methods(
    seed: u64,
    network: &Network,
    known: bool,
    limit: usize,
    rules: &Rules,
    methods: &[&dyn Method],
) -> (u64, u64) {
    let mut numbers = Numbers(seed ^ 77);
    // As the default order has them, where they are known.
    let mut places = || -> Vec<u32> {
        let mut place = |number: usize| {
            if known && numbers.one_in(2) {
                number as u32
            } else {
                UNKNOWN
            }
        };
        (0..network.movements.len()).map(&mut place).collect()
    };
    let (payer, payee) = (places(), places());
    check_places(
        seed,
        network,
        (&payer, &payee),
        (&payer, &payee),
        limit,
        rules,
        methods,
    )
}

/// Where of the places `told` in statements those that `count` are kept. How many rows are exact, and how many are not.
pub(super) fn check_places(
    seed: u64,
    network: &Network,
    told: (&[u32], &[u32]),
    count: (&[u32], &[u32]),
    limit: usize,
    rules: &Rules,
    methods: &[&dyn Method],
) -> (u64, u64) {
    let all = orders(network, count.0, count.1);
    assert!(!all.is_empty());
    let sequences = Sequences {
        payer: told.0,
        payee: told.1,
    };
    let (mut exact, mut outer) = (0, 0);
    for method in methods {
        let method = *method;
        if !method.follows()
            && network
                .accounts
                .iter()
                .any(|account| account.opening == Opening::Least)
        {
            // Which opening is the least depends on the order, and with it each share.
            continue;
        }
        // Pro rata rounds the lots of a claim so that they add up: where, depends on their number. With large amounts
        // that is no cover for a fault.
        let (rounding, scale) = match method.name() {
            "pro-rata" => (2, 10_000),
            _ => (0, 1),
        };
        let network = &network.clone().times(scale);
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let input = TraceInput::new(&book, &network.claims, rules);
        let found = intervals(&input, method, sequences, limit).unwrap();
        let mut real: BTreeMap<(u32, End), (i64, i64)> = BTreeMap::new();
        let runs: Vec<_> = all
            .iter()
            .map(|order| run(network, order, method, rules))
            .collect();
        for key in runs.iter().flat_map(|run| run.keys()) {
            let amounts = || runs.iter().map(|run| run.get(key).copied().unwrap_or(0));
            real.insert(*key, (amounts().min().unwrap(), amounts().max().unwrap()));
        }
        for row in &found {
            let (low, high) = real.get(&(row.claim, row.end)).copied().unwrap_or((0, 0));
            let told = || {
                format!(
                    "seed {seed}, {}, {row:?}: really {low} to {high}\n{network:#?}",
                    method.name()
                )
            };
            assert!(
                row.low <= low + rounding && row.high >= high - rounding,
                "{}",
                told()
            );
            assert!(
                row.seen.0 >= low - rounding && row.seen.1 <= high + rounding,
                "{}",
                told()
            );
            if row.is_exact() {
                assert!(
                    (row.low - low).abs() <= rounding && (row.high - high).abs() <= rounding,
                    "{}",
                    told()
                );
                exact += 1;
            } else if method.follows() {
                outer += 1;
            }
        }
        for (key, (_, high)) in real.into_iter().filter(|_| method.follows()) {
            assert!(
                high <= rounding || found.iter().any(|row| (row.claim, row.end) == key),
                "seed {seed}, {}: {key:?} lacks\n{network:#?}",
                method.name()
            );
        }
    }
    (exact, outer)
}

fn days(seed: u64, taste: Taste) -> Network {
    let mut network = network(seed, taste);
    let length = 1 + seed as usize % 4;
    for (number, movement) in network.movements.iter_mut().enumerate() {
        movement.at = (number / length) as i64;
    }
    network
}

#[test]
fn intervals_are_those_of_all_orders() {
    for seed in 0..700 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: false,
            rough: seed % 2 == 0,
        };
        let network = days(seed, taste);
        let (_, outer) = check(seed, &network, seed % 5 < 2, 20_000);
        assert_eq!(outer, 0, "seed {seed}: few enough orders to go through all");
    }
}

#[test]
fn outer_bounds_enclose_all_orders() {
    let (mut exact, mut outer) = (0, 0);
    for seed in 0..700 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: seed % 4 == 0,
            rough: seed % 2 == 0,
        };
        let network = days(seed, taste);
        let rows = check(seed, &network, seed % 5 < 2, 1);
        exact += rows.0;
        outer += rows.1;
    }
    assert!(exact > 1_000 && outer > 100, "{exact} exact, {outer} not");
}

/// Limits between: some parts are exact, in others least and most stand for many states, others are cut.
#[test]
fn every_limit_is_sound() {
    for seed in 0..600 {
        let taste = Taste {
            accounts: 3,
            movements: 9,
            claims: if seed % 2 == 0 { 1 } else { 3 },
            reversals: seed % 5 == 0,
            exchange: seed % 7 == 0,
            rough: seed % 3 == 0,
        };
        let mut network = network(1_000 + seed, taste);
        for (number, movement) in network.movements.iter_mut().enumerate() {
            movement.at = (number / 3) as i64;
        }
        let limit = 2 + (seed / 2) as usize % 9;
        check(seed, &network, seed % 5 < 2, limit);
    }
}

/// One account, own money first, only days known: the two extreme orders are exact.
#[test]
fn one_account_is_exact_by_its_extremes() {
    let mut proved = 0;
    for seed in 0..1_500 {
        let mut numbers = Numbers(seed);
        let mut network = Network {
            accounts: vec![Account::recorded(numbers.below(200) as i64 - 100)],
            movements: Vec::new(),
            claims: Vec::new(),
        };
        let length = 2 + numbers.below(3) as usize;
        for number in 0..5 + numbers.below(2) as usize {
            let amount = 1 + numbers.below(150) as i64;
            let (payer, payee) = if numbers.one_in(2) {
                (OUTSIDE, 0)
            } else {
                (0, OUTSIDE)
            };
            if payee == 0 && network.claims.is_empty() {
                network.claims.push(Claim {
                    movement: number as u32,
                    amount,
                    currency: None,
                    kind: ClaimKind::Proceeds,
                    label: "proceeds".to_string(),
                });
            }
            network.movements.push(Movement {
                payer,
                payee,
                paid: amount,
                received: amount,
                at: (number / length) as i64,
                kind: Kind::Ordinary,
            });
        }
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let rules = Rules::default();
        let input = TraceInput::new(&book, &network.claims, &rules);
        let found = intervals(&input, &OwnMoneyFirst, Sequences::default(), 1).unwrap();
        let unknown = vec![UNKNOWN; network.movements.len()];
        let runs: Vec<i64> = orders(&network, &unknown, &unknown)
            .iter()
            .map(|order| {
                run(&network, order, &OwnMoneyFirst, &rules)
                    .get(&(0, End::Held(0)))
                    .copied()
                    .unwrap_or(0)
            })
            .collect();
        let real = (*runs.iter().min().unwrap(), *runs.iter().max().unwrap());
        for row in found.iter().filter(|row| row.end == End::Held(0)) {
            assert!(row.is_exact(), "seed {seed}: {row:?}");
            assert_eq!((row.low, row.high), real, "seed {seed}: {network:#?}");
            proved += usize::from(row.ground == Ground::Extremes);
        }
    }
    assert!(proved > 500, "{proved}");
}

/// 100 own, 100 claimed and 100 spent on one day: spent may be own or claimed money.
#[test]
fn a_day_without_order_is_an_interval() {
    let row = |payer, payee, kind| Movement {
        payer,
        payee,
        paid: euro(100),
        received: euro(100),
        at: 0,
        kind,
    };
    let network = Network {
        accounts: vec![Account::recorded(0)],
        movements: vec![
            row(OUTSIDE, 0, Kind::Ordinary),
            row(OUTSIDE, 0, Kind::Ordinary),
            row(0, OUTSIDE, Kind::Spent(1)),
        ],
        claims: vec![Claim {
            movement: 1,
            amount: euro(100),
            currency: None,
            kind: ClaimKind::Property,
            label: "victim".to_string(),
        }],
    };
    let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &network.claims, &rules);
    let held = |payee: &[u32], payer: &[u32]| {
        let found = intervals(&input, &OwnMoneyFirst, Sequences { payer, payee }, 100).unwrap();
        let row = found.iter().find(|row| row.end == End::Held(0)).copied().unwrap();
        (row.figure, row.low, row.high)
    };
    assert_eq!(held(&[], &[]), (euro(100), 0, euro(100)));
    // With the statement's sequence there is one order.
    let places = [0, 1, 2];
    assert_eq!(held(&places, &places), (euro(100), euro(100), euro(100)));
}

/// What a refund brings back may be another claim's already.
#[test]
fn a_claimed_refund_is_enclosed() {
    let row = |payer, payee, at, kind| Movement {
        payer,
        payee,
        paid: 100,
        received: 100,
        at,
        kind,
    };
    let claim = |movement, label: &str| Claim {
        movement,
        amount: 100,
        currency: None,
        kind: ClaimKind::Proceeds,
        label: label.to_string(),
    };
    let mut account = Account::recorded(0);
    account.opening = Opening::AsNeeded;
    for days in [[0, 0, 0], [0, 0, 1], [0, 1, 1]] {
        let network = Network {
            accounts: vec![account],
            movements: vec![
                row(OUTSIDE, 0, days[0], Kind::Ordinary),
                row(0, OUTSIDE, days[1], Kind::Spent(1)),
                row(OUTSIDE, 0, days[2], Kind::Reversal(1)),
            ],
            claims: vec![claim(0, "victim"), claim(2, "refund")],
        };
        check(0, &network, false, 1);
    }
}

/// Fruit adds to a claim where it lies, and may be another claim's before it is claimed itself.
#[test]
fn fruit_is_enclosed() {
    let rules = Rules {
        interest: Interest::Fruit,
        ..Rules::default()
    };
    for seed in 0..700 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: false,
            rough: true,
        };
        let mut network = days(seed, taste);
        for (number, movement) in network.movements.iter_mut().enumerate() {
            if movement.payer == OUTSIDE && movement.kind == Kind::Ordinary && number % 2 == 0 {
                movement.kind = Kind::Interest;
            }
        }
        check_under(seed, &network, false, 1, &rules);
    }
}

/// Which of two credits of one day is older matters where their money meets later, though they share no account.
#[test]
fn age_is_open_across_accounts() {
    let row = |payer, payee, at, kind| Movement {
        payer,
        payee,
        paid: 100,
        received: 100,
        at,
        kind,
    };
    let network = Network {
        accounts: vec![Account::recorded(0); 3],
        movements: vec![
            row(OUTSIDE, 0, 0, Kind::Ordinary),
            row(OUTSIDE, 1, 0, Kind::Ordinary),
            row(0, 2, 1, Kind::Ordinary),
            row(1, 2, 2, Kind::Ordinary),
            row(2, OUTSIDE, 3, Kind::Spent(1)),
        ],
        claims: vec![Claim {
            movement: 0,
            amount: 100,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: "proceeds".to_string(),
        }],
    };
    check(0, &network, false, 100);
    // Own money of two ages, one of which is claimed later.
    let mut later = network;
    later.claims[0].movement = 2;
    check(0, &later, false, 100);
}

/// An asset that was bought for own money and then for a little claimed money counts whole under exposure.
#[test]
fn exposure_of_an_asset_is_all_that_it_cost() {
    let row = |at, payer, payee, amount, kind| Movement {
        payer,
        payee,
        paid: amount,
        received: amount,
        at,
        kind,
    };
    let network = Network {
        accounts: vec![Account::recorded(0), Account::recorded(900)],
        movements: vec![
            row(0, OUTSIDE, 0, 200, Kind::Ordinary),
            // Sold before, so there is a place for what it costs.
            row(1, OUTSIDE, 1, 0, Kind::Sale(0)),
            row(2, 1, OUTSIDE, 900, Kind::Asset(0)),
            row(3, 0, OUTSIDE, 100, Kind::Asset(0)),
            // All of it may go before more comes, or not: two states, where one is allowed.
            row(4, 0, OUTSIDE, 100, Kind::Spent(1)),
            row(4, OUTSIDE, 0, 50, Kind::Ordinary),
        ],
        claims: vec![Claim {
            movement: 0,
            amount: 200,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: "proceeds".to_string(),
        }],
    };
    for limit in [1, 100] {
        check(0, &network, false, limit);
    }
}

/// A tangle of 2,000 movements in one day, in which every account's own sequence is known: whatever came first elsewhere,
/// there is one result.
#[test]
fn known_sequences_leave_a_point() {
    let mut numbers = Numbers(5);
    let movements: Vec<Movement> = (0..2_000)
        .map(|number| {
            let payer = numbers.below(5) as u32;
            let amount = 1 + numbers.below(500) as i64;
            Movement {
                payer: if number == 0 { OUTSIDE } else { payer },
                payee: (payer + 1 + numbers.below(4) as u32) % 5,
                paid: amount,
                received: amount,
                at: 0,
                kind: Kind::Ordinary,
            }
        })
        .collect();
    let claims = [Claim {
        movement: 0,
        amount: movements[0].received,
        currency: None,
        kind: ClaimKind::Proceeds,
        label: "proceeds".to_string(),
    }];
    let accounts = vec![Account::recorded(1_000); 5];
    let places: Vec<u32> = (0..movements.len() as u32).collect();
    let book = Book::new(accounts, movements).unwrap();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &claims, &rules);
    let sequences = Sequences {
        payer: &places,
        payee: &places,
    };
    for method in METHODS.into_iter().filter(|method| !method.counts_age()) {
        for row in intervals(&input, method, sequences, 1).unwrap() {
            assert!(row.is_exact(), "{}: {row:?}", method.name());
            assert_eq!((row.low, row.high), (row.figure, row.figure), "{}", method.name());
        }
    }
}

/// Claims that are one touch money once, and of what other orders leave of them nothing is told.
#[test]
fn claims_that_are_one_have_no_interval() {
    let mut pages = Pages::of(&[0, 0]);
    pages.tainted(0, euro(100));
    pages.tainted(0, euro(100));
    pages.transfer(0, 1, euro(150));
    let book = pages.book();
    let rules = Rules::default();
    let apart = TraceInput::new(&book, &pages.claims, &rules);
    let together = apart.together(|_| 0);
    assert_eq!((apart.claims(), together.claims()), (2, 1));
    let exposure = method("exposure").unwrap();
    let outcome = exposure.trace(&together);
    assert_eq!(outcome.amount(0, End::Held(1)), euro(150));
    let found = intervals(&together, exposure, Sequences::default(), 100).unwrap();
    assert!(!found.is_empty());
    for row in found {
        assert_eq!(row.figure, outcome.amount(row.claim, row.end));
        assert_eq!((row.low, row.high, row.ground), (0, i64::MAX, Ground::OuterBound));
    }
}
